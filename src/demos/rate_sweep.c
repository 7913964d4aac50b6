/* The rate sweep: a plain network with each norm and with none, at many learning rates. What batch
 * norm buys is a wide range of rates that train; the others buy little of it in a plain net. */
#include "demos/sweep_table.h"

#include <math.h>

enum { RATES, INIT, UNITS, MOMENTUM, STEPS, SEEDS, KNOBS };
enum { ACCURACY, SPREAD, DIVERGED, LARGEST_RATE, DIVERGED_RUNS, SEEDS_RUN, RESULTS };

enum { NORMS = 4 };

static const struct {
    struct sweep_row row;
    const char *unit; /* behind the linear layer */
} norms[NORMS] = {
    {{"no norm", "none"}, " relu"},
    {{"batch norm", "batch"}, " batch relu"},
    {{"layer norm", "layer"}, " layer relu"},
    {{"RMS norm", "RMS"}, " rms relu"},
};

static const char *const inits[] = {"he", "default", NULL};

static const struct knob knobs[] = {
    [RATES] = SWEEP_KNOB_RATES(1e-12, 100, "0.001,0.01,0.03,0.1,0.3,1,3", "learning rates to try"),
    [INIT] = {.name = "init",
              .kind = KNOB_WORD,
              .choices = inits,
              .help = "deviation of the weights: sqrt(2/32), or sqrt(1/96) as PyTorch has it"},
    [UNITS] = {.name = "units",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 40,
               .initial = 10,
               .step = 1,
               .unit = "layers",
               .help = "hidden layers"},
    [MOMENTUM] = {.name = "momentum",
                  .kind = KNOB_NUMBER,
                  .min = 0,
                  .max = 0.99,
                  .initial = 0.9,
                  .step = 0.1,
                  .help = "of SGD; 0: none"},
    [STEPS] = SWEEP_KNOB_STEPS("steps of SGD, batches of 128"),
    [SEEDS] = SWEEP_KNOB_SEEDS,
};

static const struct result results[] = {
    [ACCURACY] = {"accuracy", RESULT_TABLE, NULL,
                  "on the training points, mean over the seeds: rows none, batch, layer, RMS; a "
                  "column for each rate"},
    [SPREAD] = {"spread", RESULT_TABLE, NULL, "its standard deviation over the seeds"},
    [DIVERGED] = {"diverged", RESULT_TABLE, NULL, "share of the runs whose loss overflowed"},
    [LARGEST_RATE] = {"largest_rate", RESULT_LIST, NULL,
                      "of each row: the largest rate with an accuracy of at least 0.9"},
    [DIVERGED_RUNS] = {"diverged_runs", RESULT_INTEGER, "runs", "of all"},
    [SEEDS_RUN] = {"seeds_run", RESULT_INTEGER, "seeds", "with which the whole table was run"},
};

struct state {
    struct sweep sweep;
};

static void recipe(const struct demo_run *run, size_t cell, size_t rate, struct recipe *recipe)
{
    struct buf unit = {0};
    buf_add(&unit, run->knob[INIT].number == 0 ? SWEEP_HE : SWEEP_DEFAULT);
    buf_add(&unit, norms[cell].unit);
    sweep_net(&recipe->line, (size_t)run->knob[UNITS].number, buf_text(&unit), "");
    buf_free(&unit);
    recipe->train.optim = (struct optim){.kind = OPTIM_SGD,
                                         .rate = run->knob[RATES].list[rate],
                                         .momentum = run->knob[MOMENTUM].number};
}

static bool rate_sweep_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->sweep = (struct sweep){.cells = NORMS,
                              .rates = run->knob[RATES].count,
                              .rate = run->knob[RATES].list,
                              .seeds = (size_t)run->knob[SEEDS].number,
                              .points = 512,
                              .turns = 1,
                              .noise = 0.02,
                              .batch = 128,
                              .steps = (int64_t)run->knob[STEPS].number,
                              .recipe = recipe};
    sweep_start(&s->sweep, run);
    return true;
}

static bool rate_sweep_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    bool more = sweep_step(&s->sweep, run, work);
    sweep_out_rates(&s->sweep, run, ACCURACY, DIVERGED_RUNS);
    return more;
}

static void rate_sweep_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    struct sweep_row rows[NORMS];
    for (size_t i = 0; i < NORMS; i++)
        rows[i] = norms[i].row;
    const struct sweep_table table = {
        .sweep = &s->sweep, .rows = rows, .row_count = NORMS, .column_count = s->sweep.rates};
    struct line progress = sweep_progress(run, &s->sweep);
    struct shown units = show_many(run->knob[UNITS].number, "plain layer");
    struct shown steps = show_many(run->knob[STEPS].number, "step");
    show_either(grid, 0, ROLE_STRONG,
                line_of("Training accuracy by learning rate (%s)", progress.text),
                line_of("By rate (%s)", progress.text));
    int y = sweep_table_draw(run, &table, grid, 1);
    sweep_table_notes(run, &table, grid, y,
                      line_of("%s, %s init, %s, momentum %s; mean of the seeds", units.text,
                              run->knob[INIT].word, steps.text,
                              show_number(run->knob[MOMENTUM].number, 2).text),
                      "What is the largest rate in each row that still trains?");
}

static void rate_sweep_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "A plain network of %s learns two spirals with %s of SGD, with three "
             "norms and with none, at %zu learning rate%s. ",
             show_many(run->knob[UNITS].number, "layer").text,
             show_many(run->knob[STEPS].number, "step").text, s->sweep.rates,
             s->sweep.rates == 1 ? "" : "s");
    if (run->done == 0) {
        buf_add(out, "Nothing has been trained yet.");
        return;
    }
    sweep_say_seeds(&s->sweep, out);
    if (s->sweep.seed > 0) {
        buf_add(out, "The largest rate that reaches an accuracy of 0.9: ");
        for (size_t i = 0; i < NORMS; i++)
            buf_addf(out, "%s%s %s", i ? ", " : "", norms[i].row.name,
                     isnan(s->sweep.largest[i]) ? "none"
                                                : show_number(s->sweep.largest[i], 3).text);
        buf_add(out, ". ");
    }
    sweep_say_diverged(&s->sweep, out);
}

const struct demo demo_rate_sweep = {
    .name = "rate-sweep",
    .title = "The range of learning rates",
    .theme = "Normalisation",
    .sketch = "▃▅▇█▇▁ ✗ ✗",
    .question = "How large a learning rate still trains, with which norm?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps of training",
    .instant = sweep_never_instant,
    .start = rate_sweep_start,
    .step = rate_sweep_step,
    .draw = rate_sweep_draw,
    .describe = rate_sweep_describe,
};
