/* The switchboard: five parts of a recipe, each on or off, in all 2^5 sets. Which is the smallest set
 * that trains a deep network? Parts interact: what one of them cures, another may break.
 *
 * Without `init` weights start as PyTorch's default has it, with it they are He's; without `skip` a
 * unit is Linear [norm] ReLU [dropout], with it x + W2 drop(relu(W1 [norm] x)). */
#include "demos/sweep_table.h"

#include <math.h>
#include <string.h>

enum { INIT, NORM, SKIP, DROPOUT, DECAY, PARTS };
enum { KIND = PARTS, P, LAMBDA, UNITS, RATES, SEEDS, STEPS, KNOBS };
enum {
    ACCURACY,
    SPREAD,
    RATE,
    DIVERGED,
    TRAINING_SETS,
    SMALLEST,
    SMALLEST_SETS,
    SEEDS_RUN,
    RESULTS
};

enum { BOTH, OFF, ON };
static const char *const states[] = {"both", "off", "on", NULL};
static const char *const kinds[] = {"batch", "layer", "rms", NULL};
static const char *const parts[PARTS] = {"init", "norm", "skip", "dropout", "decay"};

/* A set is a number whose bits are the parts. The first three make the rows, the rest the columns. */
enum { SETS = 1 << PARTS, ROW_PARTS = 3, COLUMN_PARTS = PARTS - ROW_PARTS };
enum { MOST_ROWS = 1 << ROW_PARTS, MOST_COLUMNS = 1 << COLUMN_PARTS };

#define SWITCH(part, what)                                                                         \
    [part] = {.name = what,                                                                        \
              .kind = KNOB_WORD,                                                                   \
              .initial = BOTH,                                                                     \
              .choices = states,                                                                   \
              .help = "whether the sets with it, without it or both are run"}

static const struct knob knobs[] = {
    SWITCH(INIT, "init"),
    SWITCH(NORM, "norm"),
    SWITCH(SKIP, "skip"),
    SWITCH(DROPOUT, "dropout"),
    SWITCH(DECAY, "decay"),
    [KIND] = {.name = "kind", .kind = KNOB_WORD, .choices = kinds, .help = "which norm it is"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.1,
           .step = 0.05,
           .help = "probability of dropping a unit, where there is dropout"},
    [LAMBDA] = {.name = "lambda",
                .kind = KNOB_NUMBER,
                .min = 0,
                .max = 1,
                .initial = 0.0005,
                .step = 0.0005,
                .help = "strength of the decay, where there is one: an L2 penalty"},
    [UNITS] = {.name = "units",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 40,
               .initial = 20,
               .step = 1,
               .unit = "units",
               .help = "how many units, each a layer, or a block where there is a skip"},
    [RATES] = SWEEP_KNOB_RATES(1e-12, 10, "0.001,0.003,0.01,0.03",
                               "learning rates to try; the best one counts"),
    [SEEDS] = SWEEP_KNOB_SEEDS,
    [STEPS] = SWEEP_KNOB_STEPS("steps of SGD with momentum 0.9, batches of 64"),
};

static const struct result results[] = {
    [ACCURACY] = {"accuracy", RESULT_TABLE, NULL,
                  "on the training points, mean over the seeds at the best rate: rows none, init, "
                  "norm, init + norm, skip, ...; columns none, dropout, decay, both"},
    [SPREAD] = {"spread", RESULT_TABLE, NULL, "its standard deviation over the seeds"},
    [RATE] = {"rate", RESULT_TABLE, NULL, "the best of the rates"},
    [DIVERGED] = {"diverged", RESULT_TABLE, NULL,
                  "share of the runs at the best rate whose loss overflowed"},
    [TRAINING_SETS] = {"training_sets", RESULT_INTEGER, "sets",
                       "with an accuracy of at least 0.95"},
    [SMALLEST] = {"smallest", RESULT_NUMBER, "parts", "in the smallest set that trains; inf: none"},
    [SMALLEST_SETS] = {"smallest_sets", RESULT_TEXT, NULL, "these sets"},
    [SEEDS_RUN] = {"seeds_run", RESULT_INTEGER, "seeds", "with which the whole table was run"},
};

struct state {
    struct sweep sweep;
    size_t row_set[MOST_ROWS], column_set[MOST_COLUMNS];
    size_t rows, columns;
    struct line row_name[MOST_ROWS], column_name[MOST_COLUMNS];
    double *table[DIVERGED + 1];
    double smallest;
    struct line smallest_sets;
};

static size_t set_of(const struct state *s, size_t cell)
{
    return s->row_set[cell / s->columns] | s->column_set[cell % s->columns];
}

static bool has(size_t set, int part)
{
    return set >> part & 1;
}

static struct line set_name(size_t set, const char *joint)
{
    struct line name = {""};
    for (int i = 0; i < PARTS; i++)
        if (has(set, i))
            name = line_of("%s%s%s", name.text, name.text[0] ? joint : "", parts[i]);
    return set ? name : line_of("none");
}

/* The sets of the parts first..end-1 that the switches allow. */
static size_t list_sets(const struct demo_run *run, int first, int end, size_t *sets)
{
    size_t count = 0;
    for (size_t bits = 0; bits < (size_t)1 << (end - first); bits++) {
        size_t set = bits << first;
        bool allowed = true;
        for (int i = first; i < end; i++)
            allowed &= run->knob[i].number != (has(set, i) ? OFF : ON);
        if (allowed)
            sets[count++] = set;
    }
    return count;
}

static void recipe(const struct demo_run *run, size_t cell, size_t rate, struct recipe *recipe)
{
    size_t set = set_of(run->state, cell);
    const char *norm = has(set, NORM) ? run->knob[KIND].word : "";
    struct line drop = {""};
    struct buf unit = {0};
    if (has(set, DROPOUT))
        drop = line_of("dropout=%.17g", run->knob[P].number);
    if (has(set, SKIP))
        buf_addf(&unit, "[ %s %s relu %s %s ]", norm, has(set, INIT) ? SWEEP_HE : SWEEP_DEFAULT,
                 drop.text, has(set, INIT) ? SWEEP_HALF : SWEEP_DEFAULT);
    else
        buf_addf(&unit, "%s %s relu %s", has(set, INIT) ? SWEEP_HE : SWEEP_DEFAULT, norm,
                 drop.text);
    sweep_net(&recipe->line, (size_t)run->knob[UNITS].number, buf_text(&unit),
              has(set, SKIP) ? norm : "");
    buf_free(&unit);
    recipe->train.optim =
        (struct optim){.kind = OPTIM_SGD,
                       .rate = run->knob[RATES].list[rate],
                       .momentum = 0.9,
                       .weight_decay = has(set, DECAY) ? run->knob[LAMBDA].number : 0};
}

static bool switchboard_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->rows = list_sets(run, 0, ROW_PARTS, s->row_set);
    s->columns = list_sets(run, ROW_PARTS, PARTS, s->column_set);
    for (size_t i = 0; i < s->rows; i++)
        s->row_name[i] = set_name(s->row_set[i], "+");
    for (size_t i = 0; i < s->columns; i++)
        s->column_name[i] = s->column_set[i] == (SETS - 1) - (MOST_ROWS - 1) ? line_of("both")
                            : s->column_set[i] == (size_t)1 << DROPOUT
                                ? line_of("drop") /* the table has to fit into 36 columns */
                                : set_name(s->column_set[i], "+");
    s->sweep = (struct sweep){.cells = s->rows * s->columns,
                              .rates = run->knob[RATES].count,
                              .seeds = (size_t)run->knob[SEEDS].number,
                              .points = 256,
                              .turns = 1.5,
                              .noise = 0.02,
                              .batch = 64,
                              .steps = (int64_t)run->knob[STEPS].number,
                              .recipe = recipe};
    for (int i = 0; i <= DIVERGED; i++)
        s->table[i] = ARENA_ARRAY(run->arena, s->sweep.cells, double);
    sweep_start(&s->sweep, run);
    return true;
}

static size_t parts_in(size_t set)
{
    size_t count = 0;
    for (int i = 0; i < PARTS; i++)
        count += has(set, i);
    return count;
}

/* Fills `smallest` and `smallest_sets`; returns how many sets train. */
static size_t find_smallest(struct state *s)
{
    size_t training = 0;
    s->smallest = INFINITY;
    s->smallest_sets = line_of("none of them");
    for (size_t i = 0; i < s->sweep.cells; i++) {
        size_t set = set_of(s, i), count = parts_in(set);
        if (sweep_cell(&s->sweep, i).mean < 0.95)
            continue;
        training++;
        if ((double)count < s->smallest)
            s->smallest_sets = set_name(set, " + ");
        else if ((double)count == s->smallest)
            s->smallest_sets =
                line_of("%s or %s", s->smallest_sets.text, set_name(set, " + ").text);
        s->smallest = fmin(s->smallest, (double)count);
    }
    return training;
}

static bool switchboard_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    bool more = sweep_step(&s->sweep, run, work);
    for (size_t i = 0; i < s->sweep.cells; i++) {
        struct sweep_cell cell = sweep_cell(&s->sweep, i);
        bool known = cell.seeds > 0;
        s->table[ACCURACY][i] = known ? cell.mean : NAN;
        s->table[SPREAD][i] = known ? cell.sd : NAN;
        s->table[RATE][i] = known ? run->knob[RATES].list[cell.rate] : NAN;
        s->table[DIVERGED][i] = known ? (double)cell.diverged / (double)cell.seeds : NAN;
    }
    for (int i = 0; i <= DIVERGED; i++)
        demo_out_table(run, i, s->table[i], s->rows, s->columns);
    demo_out_number(run, SEEDS_RUN, (double)s->sweep.seed);
    if (s->sweep.seed) {
        demo_out_number(run, TRAINING_SETS, (double)find_smallest(s));
        demo_out_number(run, SMALLEST, s->smallest);
        demo_out_text(run, SMALLEST_SETS, s->smallest_sets.text);
    }
    return more;
}

static struct shown column_head(const struct demo_run *run, size_t column)
{
    const struct state *s = run->state;
    struct shown head;
    memcpy(head.text, s->column_name[column].text, sizeof head.text);
    head.text[sizeof head.text - 1] = '\0';
    return head;
}

static struct sweep_cell cell_of(const struct demo_run *run, size_t row, size_t column)
{
    const struct state *s = run->state;
    return sweep_cell(&s->sweep, row * s->columns + column);
}

static void switchboard_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    struct sweep_row rows[MOST_ROWS];
    for (size_t i = 0; i < s->rows; i++)
        rows[i] =
            (struct sweep_row){s->row_name[i].text,
                               s->row_set[i] == MOST_ROWS - 1 ? "all three" : s->row_name[i].text};
    const struct sweep_table table = {.rows = rows,
                                      .row_count = s->rows,
                                      .column_count = s->columns,
                                      .column = column_head,
                                      .cell = cell_of};
    struct line progress = sweep_progress(run, &s->sweep);
    struct shown units = show_many(run->knob[UNITS].number, "unit");
    show_either(
        grid, 0, ROLE_STRONG,
        line_of("Training accuracy of %s, %s deep (%s)",
                show_many((double)s->sweep.cells, "recipe").text, units.text, progress.text),
        line_of("%s (%s)", show_many((double)s->sweep.cells, "recipe").text, progress.text));
    int y = sweep_table_draw(run, &table, grid, 1);
    sweep_table_notes(run, &table, grid, y,
                      line_of("%s norm, best of %s, %s of SGD; mean over the seeds",
                              run->knob[KIND].word, show_many((double)s->sweep.rates, "rate").text,
                              show_many(run->knob[STEPS].number, "step").text),
                      "Which is the smallest set that reaches 0.95?");
}

static void switchboard_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "A network of %s learns two spirals with %s of SGD, with %s of "
             "init, norm, skip, dropout and decay, at the best of %s. ",
             show_many(run->knob[UNITS].number, "unit").text,
             show_many(run->knob[STEPS].number, "step").text,
             show_many((double)s->sweep.cells, "set").text,
             show_many((double)s->sweep.rates, "rate").text);
    if (run->done == 0) {
        buf_add(out, "Nothing has been trained yet.");
        return;
    }
    sweep_say_seeds(&s->sweep, out);
    if (s->sweep.seed)
        buf_addf(out, "%s reach 0.95; the smallest: %s. ", show_result(run, TRAINING_SETS, 3).text,
                 s->smallest_sets.text);
    sweep_say_diverged(&s->sweep, out);
}

const struct demo demo_switchboard = {
    .name = "switchboard",
    .title = "Switchboard",
    .theme = "Judging results",
    .sketch = "[x] [ ] [x]",
    .question = "Which parts of a recipe does a deep network need, and which get in each other's "
                "way?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps of training",
    .instant = sweep_never_instant,
    .start = switchboard_start,
    .step = switchboard_step,
    .draw = switchboard_draw,
    .describe = switchboard_describe,
};
