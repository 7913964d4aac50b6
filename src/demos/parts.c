#include "demos/parts.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

static int columns_of(const char *text)
{
    return utf8_columns(text, strlen(text));
}

void part_facts(struct grid *grid, struct rect at, const struct fact *facts, size_t count)
{
    enum { GAP = 3 };
    int label = 0, value = 0;
    for (size_t i = 0; i < count; i++) {
        int a = columns_of(facts[i].label), b = columns_of(facts[i].value.text);
        label = a > label ? a : label;
        value = b > value ? b : value;
    }
    int wide = label + 1 + value + GAP;
    for (size_t i = 0; i < count && at.height > 0; i++) {
        int x = at.x + (int)i / at.height * wide, y = at.y + (int)i % at.height;
        int end = at.x + at.width;
        if (x > at.x && x + label + 1 + value > end)
            return;
        show_text(grid, x, y, end - x, ROLE_TEXT, facts[i].label);
        show_text(grid, x + label + 1, y, end - x - label - 1, ROLE_LIVE, facts[i].value.text);
    }
}

void part_number_line(struct grid *grid, struct rect at, enum role role, const char *mark,
                      const double *values, size_t count, double low, double high)
{
    if (at.width < 2 || at.height < 1)
        return;
    grid_fill(grid, at.x, at.y, at.width, 1, STYLE(ROLE_FRAME), 0x2500);
    for (size_t i = 0; i < count; i++) {
        double place = high > low ? (values[i] - low) / (high - low) : 0.5;
        if (place >= 0 && place <= 1)
            grid_put(grid, at.x + (int)lround(place * (at.width - 1)), at.y, STYLE((uint8_t)role),
                     mark);
    }
}

struct shown part_count_or_never(const struct demo_run *run, int result)
{
    if (!run->out[result].set)
        return (struct shown){"?"};
    if (isinf(run->out[result].number))
        return (struct shown){"never"};
    return show_count(run->out[result].number);
}

void part_say_list(struct buf *out, const double *values, size_t count, size_t most, int digits)
{
    size_t said = count < most ? count : most;
    for (size_t i = 0; i < said; i++) {
        const char *joint = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        buf_addf(out, "%s%s", joint, show_number(values[i], digits).text);
    }
    if (said < count)
        buf_add(out, " and so on");
}

void part_say(struct buf *out, const char *const says[][2], const char *word)
{
    for (size_t i = 0; says[i][0]; i++)
        if (strcmp(says[i][0], word) == 0)
            buf_add(out, says[i][1]);
}

double part_steps(double exact)
{
    enum { ULPS = 16 };
    double nearest = round(exact);
    return fabs(exact - nearest) <= ULPS * 0x1p-52 * fabs(nearest) ? nearest : ceil(exact);
}

double part_steps_until(double kept, double left)
{
    if (kept <= left)
        return 1;
    if (!(kept < 1) || left <= 0)
        return INFINITY;
    return part_steps(log(left) / log(kept));
}
