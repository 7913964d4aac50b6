/* A table of numbers through a norm, worked: batch, layer, RMS, group and instance norm.
 *
 * output = gamma (x - mean)/sqrt(variance + epsilon) + beta with the statistics of the set of numbers
 * that x shares them with (norm.h). In eval mode batch norm takes running statistics instead: after
 * k training passes over this table with momentum m they are (1-m)^k of their start (mean 0,
 * variance 1) and 1-(1-m)^k of the table's own, the variance there divided by count - 1. */
#include "demos/demo.h"
#include "demos/norm.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>
#include <string.h>

enum { KIND, BATCH, FEATURES, ROWS, GROUPS, EPSILON, GAMMA, BETA, MODE, MOMENTUM, UPDATES, KNOBS };
enum { TRAIN, EVAL };
enum {
    MEAN,
    VARIANCE,
    UNBIASED,
    OUTPUT,
    RUNNING_MEAN,
    RUNNING_VARIANCE,
    CENTRED,
    BY_UNBIASED,
    BY_VARIANCE,
    OUTCOME,
    RESULTS
};

enum { SIDE_MOST = 32, NUMBERS_MOST = SIDE_MOST * SIDE_MOST };

static const char *const modes[] = {"train", "eval", NULL};

static const struct knob knobs[] = {
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = NORM_LAYER,
              .choices = norm_kinds,
              .help = "which numbers share a mean and a variance"},
    [BATCH] = {.name = "batch",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = SIDE_MOST,
               .initial = 4,
               .step = 1,
               .unit = "examples",
               .help = "rows of the table; rows=... decides it where given"},
    [FEATURES] = {.name = "features",
                  .kind = KNOB_INTEGER,
                  .min = 1,
                  .max = SIDE_MOST,
                  .initial = 5,
                  .step = 1,
                  .unit = "features",
                  .help = "columns of the table; rows=... decides it where given"},
    [ROWS] = {.name = "rows",
              .kind = KNOB_TABLE,
              .min = -1e6,
              .max = 1e6,
              .longest = NUMBERS_MOST,
              .help = "the table itself, one row for each example"},
    [GROUPS] = {.name = "groups",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = SIDE_MOST,
                .initial = 2,
                .step = 1,
                .help = "group, instance: parts a row is split into; libraries want equal parts"},
    [EPSILON] = {.name = "epsilon",
                 .kind = KNOB_NUMBER,
                 .min = 0,
                 .max = 1,
                 .initial = 1e-5,
                 .step = 1e-8,
                 .logarithmic = true,
                 .help = "added to the variance before the root"},
    [GAMMA] = {.name = "gamma",
               .kind = KNOB_NUMBER,
               .min = -100,
               .max = 100,
               .initial = 1,
               .step = 0.1,
               .help = "the learnable scale, here one for all"},
    [BETA] = {.name = "beta",
              .kind = KNOB_NUMBER,
              .min = -100,
              .max = 100,
              .initial = 0,
              .step = 0.1,
              .help = "the learnable shift, here one for all; RMSNorm has none and ignores it"},
    [MODE] = {.name = "mode",
              .kind = KNOB_WORD,
              .initial = TRAIN,
              .choices = modes,
              .help = "eval makes batch norm use its running statistics; others do not care"},
    [MOMENTUM] = {.name = "momentum",
                  .kind = KNOB_NUMBER,
                  .min = 0,
                  .max = 1,
                  .initial = 0.1,
                  .step = 0.01,
                  .help = "batch: weight of the new value in the running statistics"},
    [UPDATES] = {.name = "updates",
                 .kind = KNOB_INTEGER,
                 .min = 0,
                 .max = 1000,
                 .initial = 1,
                 .step = 1,
                 .help = "batch: training passes over this table that filled them"},
};

static const struct result results[] = {
    [MEAN] = {"mean", RESULT_LIST, NULL, "what is subtracted, for each set of numbers"},
    [VARIANCE] = {"variance", RESULT_LIST, NULL,
                  "divided by the count; RMSNorm: the mean of the squares"},
    [UNBIASED] = {"unbiased_variance", RESULT_LIST, NULL,
                  "divided by count - 1: only for running statistics; nan where the count is 1"},
    [OUTPUT] = {"output", RESULT_TABLE, NULL, "the normalised table"},
    [RUNNING_MEAN] = {"running_mean", RESULT_LIST, NULL, "batch: for each feature"},
    [RUNNING_VARIANCE] = {"running_variance", RESULT_LIST, NULL, "batch: for each feature"},
    [CENTRED] = {"centred", RESULT_TABLE, NULL, "a slip: x - mean and no more"},
    [BY_UNBIASED] = {"by_unbiased", RESULT_TABLE, NULL,
                     "a slip: divided by the root of the variance with count - 1"},
    [BY_VARIANCE] = {"by_variance", RESULT_TABLE, NULL, "a slip: the root forgotten"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "normalised; alone: some numbers share statistics with no other; undefined: "
                 "running "
                 "variance of one example"},
};

struct state {
    struct norm norm;
    size_t sets, running;                        /* running: sets that have running statistics */
    double *centred, *by_unbiased, *by_variance; /* what slips make of it */
    double *x, *y, *mean, *variance, *unbiased, *running_mean, *running_variance;
};

/* The lessons' numbers: the first row is 1, 2, 3, 4, 10 and the second column 2, 4, 6, 8; further
 * numbers follow a fixed pattern, whatever the seed. */
static double example_number(size_t row, size_t column)
{
    static const double lesson[4][5] = {
        {1, 2, 3, 4, 10}, {5, 4, -1, 0, 2}, {3, 6, 1, 8, 7}, {-1, 8, 5, 2, 6}};
    if (row < 4 && column < 5)
        return lesson[row][column];
    return (double)((7 * row + 5 * column + row * column) % 19) - 6;
}

static bool normalize_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    const struct value *rows = &run->knob[ROWS];
    if (rows->set) {
        run->knob[FEATURES].number = (double)rows->columns;
        run->knob[BATCH].number = (double)(rows->count / rows->columns);
    }
    s->norm = (struct norm){.kind = (enum norm_kind)run->knob[KIND].number,
                            .rows = (size_t)run->knob[BATCH].number,
                            .columns = (size_t)run->knob[FEATURES].number,
                            .groups = (size_t)run->knob[GROUPS].number};
    size_t count = s->norm.rows * s->norm.columns;
    s->sets = norm_sets(&s->norm);
    s->running = s->norm.kind == NORM_BATCH ? s->sets : 0;
    s->x = ARENA_ARRAY(run->arena, count, double);
    s->y = ARENA_ARRAY(run->arena, count, double);
    s->centred = ARENA_ARRAY(run->arena, count, double);
    s->by_unbiased = ARENA_ARRAY(run->arena, count, double);
    s->by_variance = ARENA_ARRAY(run->arena, count, double);
    s->mean = ARENA_ARRAY(run->arena, s->sets, double);
    s->variance = ARENA_ARRAY(run->arena, s->sets, double);
    s->unbiased = ARENA_ARRAY(run->arena, s->sets, double);
    s->running_mean = ARENA_ARRAY(run->arena, s->running, double);
    s->running_variance = ARENA_ARRAY(run->arena, s->running, double);
    for (size_t i = 0; i < count; i++)
        s->x[i] =
            rows->set ? rows->list[i] : example_number(i / s->norm.columns, i % s->norm.columns);
    run->total = 1;
    return true;
}

static bool uses_running(const struct demo_run *run)
{
    const struct state *s = run->state;
    return s->running && run->knob[MODE].number == EVAL;
}

static const char *outcome(const struct demo_run *run, const struct state *s)
{
    bool alone = false;
    for (size_t k = 0; k < s->sets; k++)
        alone |= norm_set_size(&s->norm, k) == 1 && s->norm.kind != NORM_RMS;
    if (uses_running(run))
        return isnan(s->running_variance[0]) ? "undefined" : "normalised";
    return alone ? "alone" : "normalised";
}

/* What a learner gets who stops early or divides by the wrong thing, without gamma and beta. */
static void fill_slips(struct state *s)
{
    const struct norm *norm = &s->norm;
    for (size_t i = 0; i < norm->rows * norm->columns; i++) {
        size_t set = norm_set_of(norm, i / norm->columns, i % norm->columns);
        s->centred[i] = s->x[i] - s->mean[set];
        s->by_unbiased[i] = s->centred[i] * norm_factor(s->unbiased[set], 0);
        s->by_variance[i] = s->variance[set] > 0 ? s->centred[i] / s->variance[set] : 0;
    }
}

static bool normalize_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    const struct norm *norm = &s->norm;
    double gamma = run->knob[GAMMA].number, epsilon = run->knob[EPSILON].number;
    double beta = norm->kind == NORM_RMS ? 0 : run->knob[BETA].number;
    double old = pow(1 - run->knob[MOMENTUM].number, run->knob[UPDATES].number);
    norm_statistics(norm, s->x, s->mean, s->variance);
    for (size_t k = 0; k < s->sets; k++) {
        double size = (double)norm_set_size(norm, k);
        s->unbiased[k] = size > 1 ? s->variance[k] * size / (size - 1) : NAN;
    }
    for (size_t k = 0; k < s->running; k++) {
        s->running_mean[k] = (1 - old) * s->mean[k];
        s->running_variance[k] = old < 1 ? old + (1 - old) * s->unbiased[k] : 1;
    }
    bool running = uses_running(run);
    norm_apply(norm, s->x, running ? s->running_mean : s->mean,
               running ? s->running_variance : s->variance, epsilon, s->y);
    for (size_t i = 0; i < norm->rows * norm->columns; i++)
        s->y[i] = gamma * s->y[i] + beta;
    demo_out_list(run, MEAN, s->mean, s->sets);
    demo_out_list(run, VARIANCE, s->variance, s->sets);
    demo_out_list(run, UNBIASED, s->unbiased, s->sets);
    demo_out_table(run, OUTPUT, s->y, norm->rows, norm->columns);
    demo_out_list(run, RUNNING_MEAN, s->running_mean, s->running);
    demo_out_list(run, RUNNING_VARIANCE, s->running_variance, s->running);
    fill_slips(s);
    demo_out_table(run, CENTRED, s->centred, norm->rows, norm->columns);
    demo_out_table(run, BY_UNBIASED, s->by_unbiased, norm->rows, norm->columns);
    demo_out_table(run, BY_VARIANCE, s->by_variance, norm->rows, norm->columns);
    demo_out_text(run, OUTCOME, outcome(run, s));
    run->done = 1;
    return false;
}

static const char *name_of(const struct demo_run *run)
{
    static const char *const names[] = {"batch norm", "layer norm", "RMSNorm", "group norm",
                                        "instance norm"};
    return names[(size_t)run->knob[KIND].number];
}

static const char *sharing(const struct demo_run *run)
{
    static const char *const says[] = {
        "each column by its own mean and variance", "each row by its own mean and variance",
        "each row by its own mean square", "each part of a row by its own mean and variance",
        "each channel of a row by its own mean and variance"};
    if (uses_running(run))
        return "each column by its running mean and variance";
    return says[(size_t)run->knob[KIND].number];
}

/* The number worked out in full: the last of the first row. */
static size_t worked(const struct state *s)
{
    return s->norm.columns - 1;
}

static struct line worked_line(const struct demo_run *run)
{
    const struct state *s = run->state;
    size_t at = worked(s), set = norm_set_of(&s->norm, 0, at);
    bool known = run->out[OUTPUT].set, running = uses_running(run), rms = s->norm.kind == NORM_RMS;
    struct shown x = show_number(s->x[at], 4);
    if (!known)
        return rms ? line_of("%s / √? = ?", x.text) : line_of("(%s - ?) / √? = ?", x.text);
    struct shown mean = show_number(running ? s->running_mean[set] : s->mean[set], 4);
    struct shown variance = show_number(running ? s->running_variance[set] : s->variance[set], 4);
    struct shown y = show_number(s->y[at], 4), gamma = show_number(run->knob[GAMMA].number, 3);
    struct shown beta = show_number(run->knob[BETA].number, 3);
    bool scaled = run->knob[GAMMA].number != 1, shifted = run->knob[BETA].number != 0 && !rms;
    bool below = s->mean[set] < 0 || (running && s->running_mean[set] < 0);
    struct line centred = rms ? line_of("%s", x.text)
                              : line_of(below ? "(%s - (%s))" : "(%s - %s)", x.text, mean.text);
    return line_of("%s / √(%s + %s)%s%s%s%s = %s", centred.text, variance.text,
                   show_number(run->knob[EPSILON].number, 3).text, scaled ? " × " : "",
                   scaled ? gamma.text : "", shifted ? " + " : "", shifted ? beta.text : "",
                   y.text);
}

/* Where it is too long, its end: "last number … = 1.897". */
static void draw_worked(const struct demo_run *run, struct grid *grid, int x, int y)
{
    struct line line = worked_line(run);
    if (show_columns(line) > grid->width - x)
        line = line_of("last number …%s", strrchr(line.text, '=') - 1);
    show_text(grid, x, y, grid->width - x, ROLE_MATH, line.text);
}

enum { LABEL = 8, CELL = 8 };

/* Where the tables stand. */
struct layout {
    int cell, columns, rows; /* width of a cell, how many are shown */
};

/* A row of the table; a bar stands where the next number belongs to another part of the row. */
static void draw_row(const struct demo_run *run, struct grid *grid, struct layout l, int x, int y,
                     size_t row, const double *values, enum role role)
{
    const struct state *s = run->state;
    const struct norm *norm = &s->norm;
    for (int j = 0; j < l.columns; j++, x += l.cell) {
        size_t column = (size_t)j;
        if (values)
            show_cell(grid, x, y, l.cell, role, values[row * norm->columns + column]);
        else
            show_text(grid, x, y, l.cell - 1, ROLE_DIM, "?");
        bool ends = norm->kind >= NORM_GROUP && j + 1 < l.columns &&
                    norm_set_of(norm, row, column) != norm_set_of(norm, row, column + 1);
        if (ends)
            grid_put(grid, x + l.cell - 1, y, STYLE(ROLE_FRAME), "│");
    }
}

/* Statistics in a row under the columns they are of. */
static void draw_column_statistics(const struct demo_run *run, struct grid *grid, struct layout l,
                                   int label, int y)
{
    const struct state *s = run->state;
    bool known = run->out[OUTPUT].set, running = uses_running(run);
    const double *const values[] = {running ? s->running_mean : s->mean,
                                    running ? s->running_variance : s->variance};
    static const char *const labels[] = {"mean", "var"};
    for (int i = 0; i < 2; i++) {
        show_text(grid, 0, y + i, label - 1, ROLE_DIM, labels[i]);
        for (int j = 0; j < l.columns; j++)
            if (known)
                show_cell(grid, label + j * l.cell, y + i, l.cell, ROLE_MATH, values[i][j]);
            else
                show_text(grid, label + j * l.cell, y + i, l.cell, ROLE_DIM, "?");
    }
}

/* "mean 4, var 10" beside a row, for group norm one pair for each part. */
static struct line row_statistics(const struct demo_run *run, size_t row)
{
    const struct state *s = run->state;
    struct line line = {""};
    size_t first = norm_set_of(&s->norm, row, 0);
    size_t last = norm_set_of(&s->norm, row, s->norm.columns - 1);
    if (!run->out[OUTPUT].set)
        return line_of("?");
    for (size_t k = first; k <= last && k < first + 4; k++) {
        struct shown mean = show_number(s->mean[k], 3), var = show_number(s->variance[k], 3);
        struct line more = s->norm.kind == NORM_RMS ? line_of("mean square %s", var.text)
                           : first == last ? line_of("mean %s, var %s", mean.text, var.text)
                                           : line_of("%s; %s", mean.text, var.text);
        line = line_of("%.100s%s%.60s", line.text, k > first ? " │ " : "", more.text);
    }
    return line;
}

static void draw_tables(const struct demo_run *run, struct grid *grid, int y)
{
    enum { CELL_LEAST = 6, STATISTICS = 22 };
    const struct state *s = run->state;
    bool known = run->out[OUTPUT].set, down = s->norm.kind == NORM_BATCH;
    int count = (int)s->norm.columns, room = grid->width - LABEL - (down ? 0 : STATISTICS);
    struct layout l = {.cell = room / count};
    l.cell = l.cell > CELL ? CELL : l.cell < CELL_LEAST ? CELL_LEAST : l.cell;
    l.columns = count * l.cell <= room ? count : room / l.cell;
    int spare = grid->height - y - (down ? 2 : 0) - 2; /* a gap, the worked line */
    l.rows = (int)s->norm.rows * 2 <= spare ? (int)s->norm.rows : spare / 2;
    for (int i = 0; i < l.rows; i++, y++) {
        show_text(grid, 0, y, LABEL - 1, ROLE_DIM, i == 0 ? "input" : "");
        draw_row(run, grid, l, LABEL, y, (size_t)i, s->x, ROLE_TEXT);
        int x = LABEL + l.columns * l.cell + 1;
        if (!down)
            show_text(grid, x, y, grid->width - x, ROLE_MATH, row_statistics(run, (size_t)i).text);
    }
    if (down) {
        draw_column_statistics(run, grid, l, LABEL, y);
        y += 2;
    }
    y++;
    for (int i = 0; i < l.rows; i++, y++) {
        show_text(grid, 0, y, LABEL - 1, ROLE_DIM, i == 0 ? "output" : "");
        draw_row(run, grid, l, LABEL, y, (size_t)i, known ? s->y : NULL, ROLE_LIVE);
    }
    int left = count - l.columns, below = (int)s->norm.rows - l.rows;
    y += y + 2 < grid->height;
    show_text(grid, 0, y, LABEL - 1, ROLE_DIM, "worked");
    draw_worked(run, grid, LABEL, y);
    if (left || below)
        show_textf(grid, 0, y + 1, grid->width, ROLE_DIM, "not shown: %d rows, %d columns", below,
                   left);
}

/* A column and what becomes of it, side by side, need little height: a title and the rows. */
static bool fits_beside(const struct state *s, const struct grid *grid)
{
    int columns = (int)s->norm.columns, rows = (int)s->norm.rows;
    return s->norm.kind == NORM_BATCH && grid->height > rows &&
           grid->width >= 2 * (LABEL + columns * CELL) + 2;
}

static void draw_tables_beside(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    const double *outputs = run->out[OUTPUT].set ? s->y : NULL;
    struct layout l = {.cell = CELL, .columns = (int)s->norm.columns, .rows = (int)s->norm.rows};
    int right = LABEL + l.columns * l.cell + 2, below = 1 + l.rows;
    show_text(grid, 0, 1, LABEL - 1, ROLE_DIM, "input");
    show_text(grid, right, 1, LABEL - 1, ROLE_DIM, "output");
    for (int i = 0; i < l.rows; i++) {
        draw_row(run, grid, l, LABEL, 1 + i, (size_t)i, s->x, ROLE_TEXT);
        draw_row(run, grid, l, right + LABEL, 1 + i, (size_t)i, outputs, ROLE_LIVE);
    }
    if (grid->height >= below + 2)
        draw_column_statistics(run, grid, l, LABEL, below);
    if (grid->height >= below + 3) {
        show_text(grid, 0, below + 2, LABEL - 1, ROLE_DIM, "worked");
        draw_worked(run, grid, LABEL, below + 2);
    }
}

static void normalize_draw(const struct demo_run *run, struct grid *grid)
{
    enum { WIDE = 60, TALL = 12, CELL_NARROW = 5 };
    const struct state *s = run->state;
    bool known = run->out[OUTPUT].set;
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s, %s mode: %s", name_of(run), run->knob[MODE].word, sharing(run)),
                line_of("%s, %s", name_of(run), run->knob[MODE].word));
    int columns = (int)s->norm.columns, rows = (int)s->norm.rows, fits = grid->width / CELL_NARROW;
    int whole = 2 * rows + (s->norm.kind == NORM_BATCH ? 2 : 0) + 3; /* title, gap, worked line */
    bool wide = grid->width >= WIDE, all = grid->height >= whole;
    if (wide && !all && fits_beside(s, grid)) {
        draw_tables_beside(run, grid);
        return;
    }
    if (wide && (all || grid->height >= TALL)) {
        draw_tables(run, grid, grid->height == whole ? 1 : 2);
        return;
    }
    struct layout l = {.columns = columns < fits ? columns : fits};
    l.cell = (grid->width + 1) / l.columns;
    l.cell = l.cell > 8 ? 8 : l.cell;
    int shown = rows < grid->height - 2 ? rows : grid->height - 2;
    for (int i = 0; i < shown; i++)
        draw_row(run, grid, l, 0, 1 + i, (size_t)i, known ? s->y : NULL, ROLE_LIVE);
    draw_worked(run, grid, 0, 1 + shown);
}

static void normalize_describe(const struct demo_run *run, struct buf *out)
{
    enum { SAID_MOST = 8 };
    const struct state *s = run->state;
    const struct norm *norm = &s->norm;
    buf_addf(out, "A table of %zu example%s with %zu feature%s goes through %s in %s mode: %s. ",
             norm->rows, norm->rows == 1 ? "" : "s", norm->columns, norm->columns == 1 ? "" : "s",
             name_of(run), run->knob[MODE].word, sharing(run));
    buf_add(out, "The first row is ");
    part_say_list(out, s->x, norm->columns, SAID_MOST, 4);
    buf_add(out, ". ");
    if (!run->out[OUTPUT].set) {
        buf_add(out, "Nothing has been normalised yet.");
        return;
    }
    buf_add(out, "It becomes ");
    part_say_list(out, s->y, norm->columns, SAID_MOST, 3);
    buf_addf(out, "; its last number is %s.", worked_line(run).text);
    if (strcmp(run->out[OUTCOME].word, "alone") == 0)
        buf_add(out, " A number that shares its statistics with no other is its own mean: what is "
                     "left of it is beta, and libraries refuse it.");
    else if (strcmp(run->out[OUTCOME].word, "undefined") == 0)
        buf_add(out,
                " One example has no variance divided by count - 1, so its running variance is "
                "not a number.");
    else if (s->running && norm->rows > 1)
        buf_addf(out,
                 " In the running variance a column counts with its variance divided by %zu, "
                 "not %zu: %s for the first column.",
                 norm->rows - 1, norm->rows, show_number(s->unbiased[0], 4).text);
}

/* What becomes of a normalised number. */
static double scaled(const struct demo_run *run, double normalised)
{
    bool shifts = run->knob[KIND].number != NORM_RMS;
    return slip_knob(run, GAMMA) * normalised + (shifts ? slip_knob(run, BETA) : 0);
}

static size_t set_at(const struct state *s, size_t i)
{
    return norm_set_of(&s->norm, i / s->norm.columns, i % s->norm.columns);
}

static double not_centred(const struct demo_run *run, size_t i)
{
    const struct state *s = run->state;
    return scaled(run, s->x[i] * norm_factor(s->variance[set_at(s, i)], 0));
}

static double set_total(const struct demo_run *run, int result, size_t set)
{
    const struct state *s = run->state;
    return slip_entry(run, result, set) * (double)norm_set_size(&s->norm, set);
}

static double biased_running(const struct demo_run *run, size_t i)
{
    double old = pow(1 - slip_knob(run, MOMENTUM), slip_knob(run, UPDATES));
    return old + (1 - old) * slip_entry(run, VARIANCE, i);
}

/* What the mean of a batch counts when the momentum is taken for the weight of the old value. */
static double swapped(const struct demo_run *run)
{
    return 1 - pow(slip_knob(run, MOMENTUM), slip_knob(run, UPDATES));
}

SLIP(by_unbiased, scaled(run, slip_entry(run, BY_UNBIASED, i)))
SLIP(by_variance, scaled(run, slip_entry(run, BY_VARIANCE, i)))
SLIP(only_centred, scaled(run, slip_entry(run, CENTRED, i)))
SLIP(without_centre, not_centred(run, i))
SLIP(without_affine, (slip_entry(run, OUTPUT, i) - scaled(run, 0)) / slip_knob(run, GAMMA))
SLIP(unbiased, slip_entry(run, UNBIASED, i))
SLIP(biased, slip_entry(run, VARIANCE, i))
SLIP(deviation, sqrt(slip_entry(run, VARIANCE, i)))
SLIP(sum_of_squares, set_total(run, VARIANCE, i))
SLIP(mean_square, slip_entry(run, VARIANCE, i) + pow(slip_entry(run, MEAN, i), 2))
SLIP(sum_instead, set_total(run, MEAN, i))
SLIP(last_mean, slip_entry(run, MEAN, i))
SLIP(swapped_mean, swapped(run) * slip_entry(run, MEAN, i))
SLIP(last_variance, slip_entry(run, UNBIASED, i))
SLIP(running_of_biased, biased_running(run, i))
SLIP(swapped_variance, 1 - swapped(run) + swapped(run) * slip_entry(run, UNBIASED, i))

static const struct slip slips[] = {
    {OUTPUT, "divided by the root of the variance with count - 1; a norm divides by the count",
     by_unbiased},
    {OUTPUT, "divided by the variance instead of its root", by_variance},
    {OUTPUT, "subtracted the mean and did not divide", only_centred},
    {OUTPUT, "did not subtract the mean", without_centre},
    {OUTPUT, "left out gamma and beta", without_affine},
    {VARIANCE, "divided by count - 1; a norm divides by the count", unbiased},
    {VARIANCE, "gave the standard deviation instead of the variance", deviation},
    {VARIANCE, "added the squares and did not divide by the count", sum_of_squares},
    {VARIANCE, "did not subtract the mean before squaring", mean_square},
    {UNBIASED, "divided by the count instead of count - 1", biased},
    {MEAN, "gave the sum instead of the mean", sum_instead},
    {RUNNING_MEAN, "took the mean of this batch; the running mean moves a part of the way",
     last_mean},
    {RUNNING_MEAN, "took the momentum for the weight of the old value, as Keras writes it",
     swapped_mean},
    {RUNNING_VARIANCE, "used the variance divided by the count; running statistics take count - 1",
     running_of_biased},
    {RUNNING_VARIANCE, "took the variance of this batch; the running one moves a part of the way",
     last_variance},
    {RUNNING_VARIANCE, "took the momentum for the weight of the old value, as Keras writes it",
     swapped_variance},
};

const struct demo demo_normalize = {
    .name = "normalize",
    .title = "A norm, worked",
    .theme = "Normalisation",
    .sketch = "(x - μ) / σ",
    .certain = true,
    .question = "What does a norm make of a table of numbers?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "tables",
    .start = normalize_start,
    .step = normalize_step,
    .draw = normalize_draw,
    .describe = normalize_describe,
};
