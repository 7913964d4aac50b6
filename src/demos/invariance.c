/* What a norm does not see: x against a x + b.
 *
 * The numbers share their statistics: the features of one example for layer norm and RMSNorm, one
 * feature over the batch for batch norm. Norms that subtract the mean see no b; none sees an a > 0. */
#include "demos/demo.h"
#include "demos/norm.h"
#include "demos/parts.h"

#include <math.h>
#include <string.h>

enum { VALUES, KIND, SCALE, SHIFT, EPSILON, KNOBS };
enum { BEFORE, AFTER, MOVED, DIFFERENCE, UNCHANGED, OUTCOME, RESULTS };

static const char *const kinds[] = {"batch", "layer", "rms", NULL};

static const struct knob knobs[] = {
    [VALUES] = {.name = "values",
                .kind = KNOB_LIST,
                .min = -1e6,
                .max = 1e6,
                .initial_list = "1,2,3,4,10",
                .help = "the numbers x"},
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = NORM_LAYER,
              .choices = kinds,
              .help = "batch: x is one feature over the batch; layer, rms: one example"},
    [SCALE] = {.name = "scale",
               .kind = KNOB_NUMBER,
               .min = -100,
               .max = 100,
               .initial = 1,
               .step = 0.5,
               .help = "a in a x + b"},
    [SHIFT] = {.name = "shift",
               .kind = KNOB_NUMBER,
               .min = -10000,
               .max = 10000,
               .initial = 100,
               .step = 10,
               .help = "b in a x + b"},
    [EPSILON] = {.name = "epsilon",
                 .kind = KNOB_NUMBER,
                 .min = 0,
                 .max = 0.1,
                 .initial = 0,
                 .step = 1e-8,
                 .logarithmic = true,
                 .help = "added to the variance; any above 0 makes unchanged only nearly true"},
};

static const struct result results[] = {
    [BEFORE] = {"before", RESULT_LIST, NULL, "norm(x)"},
    [AFTER] = {"after", RESULT_LIST, NULL, "norm(a x + b)"},
    [MOVED] = {"moved", RESULT_LIST, NULL, "a x + b"},
    [DIFFERENCE] = {"difference", RESULT_NUMBER, NULL, "largest difference between the two"},
    [UNCHANGED] = {"unchanged", RESULT_INTEGER, NULL, "1 where they agree to 9 digits, else 0"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL, "unchanged, sign flipped, changed or constant"},
};

struct state {
    const double *x;
    double *moved, *before, *after;
    size_t count;
};

static bool invariance_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->x = run->knob[VALUES].list;
    s->count = run->knob[VALUES].count;
    s->moved = ARENA_ARRAY(run->arena, s->count, double);
    s->before = ARENA_ARRAY(run->arena, s->count, double);
    s->after = ARENA_ARRAY(run->arena, s->count, double);
    for (size_t i = 0; i < s->count; i++)
        s->moved[i] = run->knob[SCALE].number * s->x[i] + run->knob[SHIFT].number;
    run->total = 1;
    return true;
}

static void normalise(const struct demo_run *run, const double *x, size_t count, double *y)
{
    /* One set of numbers: a row, whatever it means. */
    struct norm norm = {.kind = run->knob[KIND].number == NORM_RMS ? NORM_RMS : NORM_LAYER,
                        .rows = 1,
                        .columns = count};
    double mean, variance;
    norm_statistics(&norm, x, &mean, &variance);
    norm_apply(&norm, x, &mean, &variance, run->knob[EPSILON].number, y);
}

static bool invariance_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    double difference = 0, flipped = 0, largest = 0;
    normalise(run, s->x, s->count, s->before);
    normalise(run, s->moved, s->count, s->after);
    for (size_t i = 0; i < s->count; i++) {
        difference = fmax(difference, fabs(s->after[i] - s->before[i]));
        flipped = fmax(flipped, fabs(s->after[i] + s->before[i]));
        largest = fmax(largest, fmax(fabs(s->before[i]), fabs(s->after[i])));
    }
    double limit = 1e-9 * largest;
    demo_out_list(run, BEFORE, s->before, s->count);
    demo_out_list(run, AFTER, s->after, s->count);
    demo_out_list(run, MOVED, s->moved, s->count);
    demo_out_number(run, DIFFERENCE, difference);
    demo_out_number(run, UNCHANGED, difference <= limit);
    demo_out_text(run, OUTCOME,
                  largest == 0          ? "constant"
                  : difference <= limit ? "unchanged"
                  : flipped <= limit    ? "sign flipped"
                                        : "changed");
    run->done = 1;
    return false;
}

/* "2 x - 100", without what changes nothing. */
static struct line transform(const struct demo_run *run)
{
    double a = run->knob[SCALE].number, b = run->knob[SHIFT].number;
    struct line scaled = a == 1 ? line_of("x") : line_of("%s x", show_number(a, 4).text);
    if (b == 0)
        return scaled;
    return line_of("%s %s %s", scaled.text, b < 0 ? "-" : "+", show_number(fabs(b), 5).text);
}

static const char *name_of(const struct demo_run *run)
{
    static const char *const names[] = {"batch norm", "layer norm", "RMSNorm"};
    return names[(size_t)run->knob[KIND].number];
}

static void range_of(const double *a, const double *b, size_t count, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        *low = fmin(*low, fmin(a[i], b[i]));
        *high = fmax(*high, fmax(a[i], b[i]));
    }
}

/* The four rows, each with a short name for narrow pictures. */
static const char *const labels[][2] = {
    {"x", "x"}, {"a x + b", "a x+b"}, {"norm(x)", "before"}, {"norm(a x + b)", "after"}};
enum { LABEL = 14, LABEL_NARROW = 7, NARROW = 50 };

static void draw_numbers(struct grid *grid, int y, int row, const double *values, size_t count)
{
    enum { CELL = 8 };
    bool narrow = grid->width < NARROW;
    int label = narrow ? LABEL_NARROW : LABEL;
    int cell = (grid->width - label + 1) / (int)count;
    enum role role = row < 2 ? ROLE_TEXT : ROLE_LIVE;
    cell = cell > CELL ? CELL : cell < 5 ? 5 : cell;
    show_text(grid, 0, y, label - 1, ROLE_TEXT, labels[row][narrow]);
    for (size_t i = 0; i < count && label + ((int)i + 1) * cell <= grid->width + 1; i++) {
        int x = label + (int)i * cell;
        if (values)
            show_cell(grid, x, y, cell, role, values[i]);
        else
            show_text(grid, x, y, cell, ROLE_DIM, "?");
    }
}

/* Where the numbers lie: both inputs on one scale, both outputs on another. */

static void draw_lines(const struct demo_run *run, struct grid *grid, int y)
{
    const struct state *s = run->state;
    double low, high;
    struct rect at = {LABEL, y, grid->width - LABEL - 1, 1};
    bool known = run->out[BEFORE].set;
    const double *const values[] = {s->x, s->moved, s->before, s->after};
    for (int i = 0; i < 4; i++, at.y += 1 + (i == 2)) {
        range_of(values[i / 2 * 2], values[i / 2 * 2 + 1], s->count, &low, &high);
        show_text(grid, 0, at.y, LABEL - 1, ROLE_DIM, labels[i][0]);
        if (known || i < 2)
            part_number_line(grid, at, i % 2 ? ROLE_SERIES_2 : ROLE_SERIES_1, i % 2 ? "○" : "●",
                             values[i], s->count, low, high);
        else
            show_text(grid, LABEL, at.y, 1, ROLE_DIM, "?");
    }
}

static void invariance_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 12 };
    const struct state *s = run->state;
    bool known = run->out[BEFORE].set, tall = grid->height >= TALL;
    const char *kind = name_of(run), *word = known ? run->out[OUTCOME].word : "?";
    struct line moved = transform(run);
    int y = 0;
    show_either(grid, y++, ROLE_STRONG, line_of("%s, x against %s: %s", kind, moved.text, word),
                line_of("%s, %s: %s", kind, moved.text, word));
    y += tall;
    const double *const rows[] = {s->x, s->moved, known ? s->before : NULL,
                                  known ? s->after : NULL};
    for (int row = 0; row < 4; row++)
        draw_numbers(grid, y++, row, rows[row], s->count);
    if (tall)
        draw_lines(run, grid, y + 1);
    else if (y < grid->height)
        show_textf(grid, 0, y, grid->width, ROLE_DIM, "largest difference %s",
                   show_result(run, DIFFERENCE, 2).text);
}

static void invariance_describe(const struct demo_run *run, struct buf *out)
{
    enum { SAID_MOST = 8 };
    const struct state *s = run->state;
    buf_add(out, "The numbers x are ");
    part_say_list(out, s->x, s->count, SAID_MOST, 4);
    buf_addf(out, ", and %s is ", transform(run).text);
    part_say_list(out, s->moved, s->count, SAID_MOST, 6);
    buf_add(out, ". ");
    if (!run->out[BEFORE].set) {
        buf_addf(out, "Whether %s tells them apart has not been computed yet.", name_of(run));
        return;
    }
    buf_addf(out, "Of x %s makes ", name_of(run));
    part_say_list(out, s->before, s->count, SAID_MOST, 3);
    buf_add(out, ". Of the others it makes ");
    part_say_list(out, s->after, s->count, SAID_MOST, 3);
    buf_add(out, ". ");
    static const char *const says[][2] = {
        {"unchanged", "The output is the same: the norm does not see this change."},
        {"sign flipped", "The output is the same with the opposite sign."},
        {"changed", "The output differs: the norm does see this change."},
        {"constant", "Equal numbers all become 0, so nothing can be told apart."},
        {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
}

const struct demo demo_invariance = {
    .name = "invariance",
    .title = "What a norm does not see",
    .theme = "Normalisation",
    .sketch = "f(2x+1) = f(x)",
    .certain = true,
    .question = "Scale and shift the input: does the output change?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "inputs",
    .start = invariance_start,
    .step = invariance_step,
    .draw = invariance_draw,
    .describe = invariance_describe,
};
