/* Clipping a gradient: the whole vector made shorter, or each entry cut.
 *
 * By norm: g * min(1, max/|g|), which keeps the direction. By value: each entry to [-max, max],
 * which turns the vector wherever entries are cut unequally. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>
#include <string.h>

enum { GRADIENT, MAX, KIND, KNOBS };
enum { BY_NORM, BY_VALUE };
enum { CLIPPED, NORM_BEFORE, NORM_AFTER, ANGLE_DEGREES, OUTCOME, RESULTS };

static const char *const kinds[] = {"norm", "value", NULL};

static const struct knob knobs[] = {
    [GRADIENT] = {.name = "gradient",
                  .kind = KNOB_LIST,
                  .min = -1e9,
                  .max = 1e9,
                  .initial_list = "3,4",
                  .help = "the gradient, one number for each weight"},
    [MAX] = {.name = "max",
             .kind = KNOB_NUMBER,
             .min = 0.001,
             .max = 1000,
             .initial = 1,
             .step = 0.1,
             .logarithmic = true,
             .help = "longest length allowed (norm), or largest entry (value)"},
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = BY_NORM,
              .choices = kinds,
              .help = "norm shortens the whole vector, value cuts each entry by itself"},
};

static const struct result results[] = {
    [CLIPPED] = {"clipped", RESULT_LIST, NULL, "the gradient after clipping"},
    [NORM_BEFORE] = {"norm_before", RESULT_NUMBER, NULL, "its length before"},
    [NORM_AFTER] = {"norm_after", RESULT_NUMBER, NULL, "its length after"},
    [ANGLE_DEGREES] = {"angle_degrees", RESULT_NUMBER, "degrees", "how far clipping turned it"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL, "unchanged, shortened, or turned"},
};

struct state {
    const double *before;
    double *after;
    size_t count;
};

static double norm(const double *g, size_t count)
{
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += g[i] * g[i];
    return sqrt(squares);
}

/* Between vectors of the lengths a and b. Kahan's formula: exact also where they are nearly
 * parallel, where the arc cosine is not. */
static double angle_degrees(const double *u, double a, const double *v, double b, size_t count)
{
    double apart = 0, together = 0;
    if (a == 0 || b == 0)
        return 0;
    for (size_t i = 0; i < count; i++) {
        apart += (u[i] / a - v[i] / b) * (u[i] / a - v[i] / b);
        together += (u[i] / a + v[i] / b) * (u[i] / a + v[i] / b);
    }
    return 2 * atan2(sqrt(apart), sqrt(together)) * 180 / acos(-1);
}

static bool clip_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->before = run->knob[GRADIENT].list;
    s->count = run->knob[GRADIENT].count;
    s->after = ARENA_ARRAY(run->arena, s->count, double);
    run->total = 1;
    return true;
}

static bool clip_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    double max = run->knob[MAX].number, before = norm(s->before, s->count), after, angle = 0;
    bool by_norm = run->knob[KIND].number == BY_NORM, changed = false;
    for (size_t i = 0; i < s->count; i++) {
        double g = s->before[i];
        s->after[i] = !by_norm ? fmax(-max, fmin(max, g)) : before > max ? g / before * max : g;
        changed |= s->after[i] != g;
    }
    after = norm(s->after, s->count);
    if (!by_norm && changed)
        angle = angle_degrees(s->before, before, s->after, after, s->count);
    demo_out_list(run, CLIPPED, s->after, s->count);
    demo_out_number(run, NORM_BEFORE, before);
    demo_out_number(run, NORM_AFTER, after);
    demo_out_number(run, ANGLE_DEGREES, angle);
    demo_out_text(run, OUTCOME, !changed ? "unchanged" : angle > 1e-6 ? "turned" : "shortened");
    run->done = 1;
    return false;
}

/* What is allowed: a circle of the radius `max`, or a square. */
static size_t fill_border(bool circle, double max, double *x, double *y)
{
    enum { POINTS = 65 };
    static const double corners[][2] = {{1, 1}, {-1, 1}, {-1, -1}, {1, -1}, {1, 1}};
    if (!circle) {
        for (int i = 0; i < 5; i++) {
            x[i] = max * corners[i][0];
            y[i] = max * corners[i][1];
        }
        return 5;
    }
    for (int i = 0; i < POINTS; i++) {
        x[i] = max * cos(2 * acos(-1) * i / (POINTS - 1));
        y[i] = max * sin(2 * acos(-1) * i / (POINTS - 1));
    }
    return POINTS;
}

/* Two weights: the plane of gradients, with equal scales on both axes. Returns its width. */
static int draw_plane(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { BORDER = 80, LABELS = 8, NAMES = 10, AXIS_ROWS = 3, COLUMNS_LEAST = 24 };
    const struct state *s = run->state;
    bool known = run->out[CLIPPED].set;
    double max = run->knob[MAX].number, border_x[BORDER], border_y[BORDER];
    size_t border = fill_border(run->knob[KIND].number == BY_NORM, max, border_x, border_y);
    double before_x[] = {0, s->before[0]}, before_y[] = {0, s->before[1]};
    double after_x[] = {0, s->after[0]}, after_y[] = {0, s->after[1]};
    const struct series series[] = {
        {"before", before_x, before_y, 2, ROLE_SERIES_2, false},
        {"limit", border_x, border_y, border, ROLE_DIM, false},
        {"after", after_x, after_y, 2, ROLE_SERIES_1, false},
    };
    double low_x = fmin(-max, before_x[1]) * 1.05, high_x = fmax(max, before_x[1]) * 1.05;
    double low_y = fmin(-max, before_y[1]) * 1.05, high_y = fmax(max, before_y[1]) * 1.05;
    /* A cell is twice as high as wide. */
    double columns = at.width - LABELS - NAMES, rows = at.height - AXIS_ROWS;
    double unit = fmax((high_x - low_x) / columns, (high_y - low_y) / (2 * rows));
    columns = fmin(columns, fmax(ceil((high_x - low_x) / unit), COLUMNS_LEAST));
    at.width = (int)columns + LABELS + NAMES;
    const struct plot plot = {.x_label = "g₁",
                              .y_label = "g₂",
                              .series = series,
                              .series_count = known ? 3 : 2,
                              .x_min = low_x,
                              .x_max = low_x + unit * columns,
                              .y_min = low_y,
                              .y_max = low_y + unit * 2 * rows};
    chart_plot(grid, at, &plot);
    return at.width;
}

/* Any number of weights: each before and after. */
static void draw_entries(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { ENTRIES_MOST = 24 };
    const struct state *s = run->state;
    struct bar bars[2 * ENTRIES_MOST];
    struct line labels[ENTRIES_MOST];
    size_t fits = (size_t)at.height / 2, count = 0;
    for (size_t i = 0; i < s->count && i < ENTRIES_MOST && i < fits; i++) {
        labels[i] = line_of("g%zu before", i + 1);
        bars[count++] = (struct bar){labels[i].text, s->before[i], NULL, ROLE_SERIES_2};
        bool known = run->out[CLIPPED].set;
        bars[count++] =
            (struct bar){"   after", known ? s->after[i] : 0, known ? NULL : "?", ROLE_SERIES_1};
    }
    chart_bars(grid, at, bars, count);
}

static struct line vector(const double *values, size_t count)
{
    enum { SHOWN_MOST = 8 };
    struct buf text = {0};
    for (size_t i = 0; i < count && i < SHOWN_MOST; i++)
        buf_addf(&text, "%s%s", i ? ", " : "", show_number(values[i], 4).text);
    struct line line = line_of("(%s%s)", buf_text(&text), count > SHOWN_MOST ? ", …" : "");
    buf_free(&text);
    return line;
}

static void draw_small(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    bool known = run->out[CLIPPED].set;
    const struct fact facts[] = {
        {"before", vector(s->before, s->count)},
        {"after", known ? vector(s->after, s->count) : line_of("?")},
        {"length", line_of("%s to %s", show_number(norm(s->before, s->count), 4).text,
                           show_result(run, NORM_AFTER, 4).text)},
        {"turned", line_of("by %s°", show_result(run, ANGLE_DEGREES, 3).text)},
    };
    part_facts(grid, at, facts, 4);
}

static void clip_draw(const struct demo_run *run, struct grid *grid)
{
    enum { PLANE_ROWS = 9 };
    const struct state *s = run->state;
    const char *kind = run->knob[KIND].word;
    struct shown max = show_number(run->knob[MAX].number, 4);
    struct shown before = show_number(norm(s->before, s->count), 4);
    show_either(grid, 0, ROLE_STRONG,
                line_of(run->knob[KIND].number == BY_NORM
                            ? "clipped by norm: the vector may be %s long"
                            : "clipped by value: each entry may be ±%s",
                        max.text),
                line_of("clipped by %s, max %s", kind, max.text));
    if (grid->height < PLANE_ROWS) {
        draw_small(run, grid, (struct rect){0, 1, grid->width, grid->height - 1});
        return;
    }
    show_either(
        grid, 1, ROLE_TEXT,
        line_of("length %s before, %s after; turned by %s degrees", before.text,
                show_result(run, NORM_AFTER, 4).text, show_result(run, ANGLE_DEGREES, 3).text),
        line_of("length %s to %s; turned %s°", before.text, show_result(run, NORM_AFTER, 4).text,
                show_result(run, ANGLE_DEGREES, 3).text));
    struct rect at = {0, 2, grid->width, grid->height - 2};
    if (s->count != 2) {
        draw_entries(run, grid, at);
        return;
    }
    int used = draw_plane(run, grid, at) + 2;
    draw_small(run, grid, (struct rect){used, 4, grid->width - used, 4});
}

static void clip_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    bool by_norm = run->knob[KIND].number == BY_NORM;
    buf_addf(out, "The gradient %s has the length %s. ", vector(s->before, s->count).text,
             show_number(norm(s->before, s->count), 4).text);
    buf_addf(out,
             by_norm ? "It may be at most %s long. " : "Each entry may be at most %s in size. ",
             show_number(run->knob[MAX].number, 4).text);
    if (!run->out[CLIPPED].set) {
        buf_add(out, "It has not been clipped yet.");
        return;
    }
    if (strcmp(run->out[OUTCOME].word, "unchanged") == 0) {
        buf_add(out, "It is within the limit already, so clipping changes nothing.");
        return;
    }
    buf_addf(out, "Clipped it is %s, %s long. ", vector(s->after, s->count).text,
             show_result(run, NORM_AFTER, 4).text);
    if (by_norm)
        buf_add(out, "Every entry was multiplied by the same number, so its direction stays.");
    else if (strcmp(run->out[OUTCOME].word, "turned") == 0)
        buf_addf(out, "Entries were cut unequally, so it now points %s degrees elsewhere.",
                 show_result(run, ANGLE_DEGREES, 3).text);
    else
        buf_add(out, "All entries were cut alike, so this time its direction stays.");
}

/* Entry `i` clipped the other way. */
static double other_way(const struct demo_run *run, size_t i)
{
    const struct state *s = run->state;
    double max = run->knob[MAX].number, g = s->before[i], length = slip_out(run, NORM_BEFORE);
    if (run->knob[KIND].number == BY_NORM)
        return fmax(-max, fmin(max, g));
    return length > max ? g / length * max : g;
}

static double sum_of_sizes(const struct demo_run *run, int power)
{
    const struct state *s = run->state;
    double sum = 0;
    for (size_t i = 0; i < s->count; i++)
        sum += power == 1 ? fabs(s->before[i]) : s->before[i] * s->before[i];
    return sum;
}

static double largest(const struct demo_run *run)
{
    const struct state *s = run->state;
    double most = 0;
    for (size_t i = 0; i < s->count; i++)
        most = fmax(most, fabs(s->before[i]));
    return most;
}

static bool by_value(const struct demo_run *run)
{
    return run->knob[KIND].number == BY_VALUE;
}

SLIP(clipped_by_value, by_value(run) ? NAN : other_way(run, i))
SLIP(clipped_by_norm, by_value(run) ? other_way(run, i) : NAN)
SLIP(unit_length, ((const struct state *)run->state)->before[i] / slip_out(run, NORM_BEFORE))
SLIP(not_clipped, ((const struct state *)run->state)->before[i])
SLIP(largest_to_max,
     ((const struct state *)run->state)->before[i] / largest(run) * slip_knob(run, MAX))
SLIP(added_sizes, sum_of_sizes(run, 1))
SLIP(no_root, sum_of_sizes(run, 2))
SLIP(largest_entry, largest(run))
SLIP(limit, slip_knob(run, MAX))
SLIP(length_before, slip_out(run, NORM_BEFORE))

static const struct slip slips[] = {
    {CLIPPED, "cut this entry by itself, as value clipping does", clipped_by_value},
    {CLIPPED, "shortened the whole vector, as norm clipping does", clipped_by_norm},
    {CLIPPED, "divided by the length and forgot to multiply by the limit", unit_length},
    {CLIPPED, "left the entry as it was", not_clipped},
    {CLIPPED, "shortened until the largest entry fits; the limit holds for the length",
     largest_to_max},
    {NORM_BEFORE, "added the entries; a length is the root of the sum of squares", added_sizes},
    {NORM_BEFORE, "added the squares and forgot the root", no_root},
    {NORM_BEFORE, "took the largest entry for the length", largest_entry},
    {NORM_AFTER, "took the limit for the length; here it holds for each entry", limit},
    {NORM_AFTER, "gave the length before clipping", length_before},
};

const struct demo demo_clip = {
    .name = "clip",
    .title = "Norm or value clipping",
    .theme = "Gradients",
    .sketch = "──────▸ ──▸",
    .certain = true,
    .question = "Does clipping a gradient change where it points?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "gradients",
    .start = clip_start,
    .step = clip_step,
    .draw = clip_draw,
    .describe = clip_describe,
};
