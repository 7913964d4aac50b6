/* Which numbers share statistics: edit one of a table and see which outputs move.
 *
 * The same table of 4 examples with 6 features goes through a norm before and after one of its
 * numbers is changed. An output moves where it shares its statistics with that number. */
#include "demos/demo.h"
#include "demos/norm.h"
#include "demos/parts.h"

#include <math.h>

enum { ROWS = 4, COLUMNS = 6, NUMBERS = ROWS * COLUMNS };

enum { KIND, ROW, COLUMN, EDIT, GROUPS, KNOBS };
enum { SHARED, CHANGED, SHARED_COUNT, CHANGED_COUNT, BEFORE, AFTER, RESULTS };

static const struct knob knobs[] = {
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = NORM_BATCH,
              .choices = norm_kinds,
              .help = "the norm"},
    [ROW] = {.name = "row",
             .kind = KNOB_INTEGER,
             .min = 1,
             .max = ROWS,
             .initial = 2,
             .step = 1,
             .help = "example whose number is changed"},
    [COLUMN] = {.name = "column",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = COLUMNS,
                .initial = 3,
                .step = 1,
                .help = "feature that is changed"},
    [EDIT] = {.name = "edit",
              .kind = KNOB_NUMBER,
              .min = -100,
              .max = 100,
              .initial = 5,
              .step = 1,
              .help = "what is added to the number"},
    [GROUPS] = {.name = "groups",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = COLUMNS,
                .initial = 2,
                .step = 1,
                .help = "group, instance: parts of a row; for instance norm each is a channel"},
};

static const struct result results[] = {
    [SHARED] = {"shared", RESULT_TABLE, NULL, "1: shares its statistics with the number, else 0"},
    [CHANGED] = {"changed", RESULT_TABLE, NULL, "1: its output moves, else 0"},
    [SHARED_COUNT] = {"shared_count", RESULT_INTEGER, "numbers", "how many share them"},
    [CHANGED_COUNT] = {"changed_count", RESULT_INTEGER, "outputs", "how many outputs move"},
    [BEFORE] = {"before", RESULT_TABLE, NULL, "outputs before the edit"},
    [AFTER] = {"after", RESULT_TABLE, NULL, "outputs after it"},
};

struct state {
    struct norm norm;
    size_t at; /* the edited number */
    double shared[NUMBERS], changed[NUMBERS];
    double before[NUMBERS], after[NUMBERS];
};

static const double table[NUMBERS] = {
    1, 2, 3, 4, 10, 4, 5, 4, -1, 0, 2, 8, 3, 6, 1, 8, 7, 5, -1, 8, 5, 2, 6, 4,
};

static bool axes_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->norm = (struct norm){.kind = (enum norm_kind)run->knob[KIND].number,
                            .rows = ROWS,
                            .columns = COLUMNS,
                            .groups = (size_t)run->knob[GROUPS].number};
    s->at = (size_t)((run->knob[ROW].number - 1) * COLUMNS + run->knob[COLUMN].number - 1);
    run->total = 1;
    return true;
}

static void normalise(const struct norm *norm, const double *x, double *y)
{
    double mean[NUMBERS], variance[NUMBERS];
    norm_statistics(norm, x, mean, variance);
    norm_apply(norm, x, mean, variance, 1e-5, y);
}

static bool axes_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    double edited[NUMBERS], shared = 0, changed = 0;
    size_t set = norm_set_of(&s->norm, s->at / COLUMNS, s->at % COLUMNS);
    for (size_t i = 0; i < NUMBERS; i++)
        edited[i] = table[i] + (i == s->at ? run->knob[EDIT].number : 0);
    normalise(&s->norm, table, s->before);
    normalise(&s->norm, edited, s->after);
    for (size_t i = 0; i < NUMBERS; i++) {
        shared += s->shared[i] = norm_set_of(&s->norm, i / COLUMNS, i % COLUMNS) == set;
        changed += s->changed[i] = s->before[i] != s->after[i];
    }
    demo_out_table(run, SHARED, s->shared, ROWS, COLUMNS);
    demo_out_table(run, CHANGED, s->changed, ROWS, COLUMNS);
    demo_out_number(run, SHARED_COUNT, shared);
    demo_out_number(run, CHANGED_COUNT, changed);
    demo_out_table(run, BEFORE, s->before, ROWS, COLUMNS);
    demo_out_table(run, AFTER, s->after, ROWS, COLUMNS);
    run->done = 1;
    return false;
}

static const char *name_of(const struct demo_run *run)
{
    static const char *const names[] = {"batch norm", "layer norm", "RMSNorm", "group norm",
                                        "instance norm"};
    return names[(size_t)run->knob[KIND].number];
}

/* The inputs: those that share statistics in brackets, the edited one between arrows. */
static void draw_inputs(const struct demo_run *run, struct grid *grid, int x, int y, int cell)
{
    const struct state *s = run->state;
    bool known = run->out[SHARED].set;
    for (size_t i = 0; i < NUMBERS; i++) {
        int left = x + (int)(i % COLUMNS) * cell, top = y + (int)(i / COLUMNS);
        bool edited = i == s->at, shared = known && s->shared[i] > 0;
        enum role role = edited ? ROLE_FOCUS : shared ? ROLE_STRONG : ROLE_DIM;
        if (cell < 4)
            show_text(grid, left, top, 1, role, edited ? "@" : shared ? "#" : "·");
        else
            show_textf(grid, left, top, cell, role,
                       edited   ? "»%s«"
                       : shared ? "[%s]"
                                : " %s ",
                       show_number(table[i], 3).text);
    }
}

/* The outputs: those that move with their new values, the others as points. */
static void draw_outputs(const struct demo_run *run, struct grid *grid, int x, int y, int cell)
{
    const struct state *s = run->state;
    bool known = run->out[SHARED].set;
    for (size_t i = 0; i < NUMBERS; i++) {
        int left = x + (int)(i % COLUMNS) * cell, top = y + (int)(i / COLUMNS);
        bool changed = known && s->changed[i] > 0;
        if (!changed)
            show_text(grid, left, top, 1, ROLE_DIM, known ? "·" : "?");
        else if (cell < 4)
            show_text(grid, left, top, 1, ROLE_LIVE, "*");
        else
            show_cell(grid, left, top, cell, ROLE_LIVE, s->after[i]);
    }
}

static const char *lesson(const struct demo_run *run)
{
    static const char *const says[] = {
        "Down a column: one feature over all examples. Other examples move too.",
        "Along a row: all features of one example. Other examples do not move.",
        "Along a row: all features of one example. Other examples do not move.",
        "Within a part of a row. Nothing else moves.",
        "Within one channel of one example. Nothing else moves.",
    };
    return says[(size_t)run->knob[KIND].number];
}

static void axes_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9, WIDE = 60, LABEL = 5 };
    const struct state *s = run->state;
    bool known = run->out[SHARED].set, wide = grid->width >= WIDE && grid->height >= TALL;
    int row = (int)run->knob[ROW].number, column = (int)run->knob[COLUMN].number, y = 0;
    show_either(grid, y++, ROLE_STRONG,
                line_of("%s: change row %d, column %d from %s to %s", name_of(run), row, column,
                        show_number(table[s->at], 3).text,
                        show_number(table[s->at] + run->knob[EDIT].number, 4).text),
                line_of("%s: change row %d, column %d", name_of(run), row, column));
    int cell = wide ? (grid->width - LABEL - 2) / (2 * COLUMNS) : 2;
    cell = cell > 8 ? 8 : cell;
    int left = wide ? LABEL : 1, right = left + COLUMNS * cell + (wide ? 2 : 6);
    y += wide;
    show_text(grid, left, y, right - left - 1, ROLE_DIM,
              wide ? "input, [shared statistics]" : "shared");
    show_text(grid, right, y, grid->width - right, ROLE_DIM,
              wide ? "output, only what moves" : "output moves");
    y++;
    for (int i = 0; wide && i < ROWS; i++)
        show_textf(grid, 0, y + i, LABEL - 1, ROLE_DIM, "%d", i + 1);
    draw_inputs(run, grid, left, y, cell);
    draw_outputs(run, grid, right, y, cell);
    y += ROWS + 1;
    if (!wide)
        return;
    show_textf(
        grid, 0, y++, grid->width, ROLE_TEXT, "%s numbers share statistics; %s of %d outputs move",
        show_result(run, SHARED_COUNT, 3).text, show_result(run, CHANGED_COUNT, 3).text, NUMBERS);
    if (known)
        show_text(grid, 0, y, grid->width, ROLE_TEXT, lesson(run));
}

static void axes_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "A table of %d examples with %d features goes through %s. ", ROWS, COLUMNS,
             name_of(run));
    buf_addf(out, "The number in row %d and column %d is changed from %s to %s. ",
             (int)run->knob[ROW].number, (int)run->knob[COLUMN].number,
             show_number(table[s->at], 3).text,
             show_number(table[s->at] + run->knob[EDIT].number, 4).text);
    if (!run->out[SHARED].set) {
        buf_add(out, "Which outputs move has not been computed yet.");
        return;
    }
    buf_addf(out, "%s numbers share statistics with it, and %s of the %d outputs move. %s",
             show_result(run, SHARED_COUNT, 3).text, show_result(run, CHANGED_COUNT, 3).text,
             NUMBERS, lesson(run));
}

const struct demo demo_axes = {
    .name = "axes",
    .title = "Which numbers share",
    .theme = "Normalisation",
    .sketch = "┃┃┃ or ━━━",
    .certain = true,
    .question = "Change one number: which outputs of a norm move?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "tables",
    .start = axes_start,
    .step = axes_step,
    .draw = axes_draw,
    .describe = axes_describe,
};
