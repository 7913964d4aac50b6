#include "demos/show.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct shown show_number(double value, int digits)
{
    struct shown shown;
    struct buf text = {0};
    chart_number(&text, value, digits);
    snprintf(shown.text, sizeof shown.text, "%s", buf_text(&text));
    buf_free(&text);
    return shown;
}

struct shown show_percent(double share, int digits)
{
    struct shown shown = show_number(100 * share, digits);
    size_t length = strlen(shown.text);
    snprintf(shown.text + length, sizeof shown.text - length, " %%");
    return shown;
}

struct shown show_result(const struct demo_run *run, int result, int digits)
{
    if (run->out[result].set)
        return show_number(run->out[result].number, digits);
    return (struct shown){"?"};
}

struct shown show_count(double value)
{
    struct shown shown = {""};
    char digits[32];
    if (!(fabs(value) < 1e15))
        return show_number(value, 4);
    int length = snprintf(digits, sizeof digits, "%.0f", value), at = 0;
    for (int i = 0; i < length; i++) {
        bool thousands = i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-' && length > 4;
        if (thousands) { /* a blank at which no line breaks */
            shown.text[at++] = '\xC2';
            shown.text[at++] = '\xA0';
        }
        shown.text[at++] = digits[i];
    }
    shown.text[at] = '\0';
    return shown;
}

struct shown show_many(double value, const char *unit)
{
    struct shown shown = show_count(value);
    size_t length = strlen(shown.text), size = strlen(unit);
    bool hisses = unit[size - 1] == 's' || (size > 3 && strcmp(unit + size - 3, "tch") == 0);
    snprintf(shown.text + length, sizeof shown.text - length, " %s%s", unit,
             value == 1 ? ""
             : hisses   ? "es"
                        : "s");
    return shown;
}

struct line line_of(const char *format, ...)
{
    struct line line;
    va_list args;
    va_start(args, format);
    vsnprintf(line.text, sizeof line.text, format, args);
    va_end(args);
    return line;
}

int show_columns(struct line line)
{
    return utf8_columns(line.text, strlen(line.text));
}

void show_either(struct grid *grid, int y, enum role role, struct line wide, struct line narrow)
{
    bool fits = show_columns(wide) <= grid->width;
    show_text(grid, 0, y, grid->width, role, fits ? wide.text : narrow.text);
}

void show_text(struct grid *grid, int x, int y, int width, enum role role, const char *text)
{
    size_t size = strlen(text);
    if (width < 1 || y < 0 || y >= grid->height)
        return;
    if (utf8_columns(text, size) <= width) {
        grid_put(grid, x, y, STYLE((uint8_t)role), text);
        return;
    }
    size = utf8_fit(text, size, width - 1);
    int end = grid_put_n(grid, x, y, STYLE((uint8_t)role), text, size);
    grid_put(grid, end, y, STYLE((uint8_t)role), "…");
}

void show_cell(struct grid *grid, int x, int y, int width, enum role role, double value)
{
    struct shown shown;
    int digits = 3;
    do
        shown = show_number(value, digits);
    while ((int)strlen(shown.text) >= width && --digits > 0);
    if ((int)strlen(shown.text) >= width && fabs(value) >= 1 && isfinite(value)) {
        struct buf text = {0}; /* "1e5": a number that is cut is another number */
        buf_add_exponent(&text, line_of("%.0e", value).text);
        snprintf(shown.text, sizeof shown.text, "%s", buf_text(&text));
        buf_free(&text);
    } else if ((int)strlen(shown.text) >= width && strncmp(shown.text, "-0.", 3) == 0) {
        memmove(shown.text + 1, shown.text + 2, strlen(shown.text + 2) + 1); /* "-.02" */
    }
    show_text(grid, x, y, width - 1, role, shown.text);
}

void show_textf(struct grid *grid, int x, int y, int width, enum role role, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    show_text(grid, x, y, width, role, buf_text(&text));
    buf_free(&text);
}
