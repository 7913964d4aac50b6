/* When to stop: a network that first learns what is so, and then learns wrong labels by heart.
 *
 * 40-64-2, ReLU, Adam on full batches, no help of any kind. */
#include "demos/demo.h"
#include "demos/noisy.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>

/* clang-format off */
enum { EXAMPLES, FLIP, PATIENCE, STEPS, RATE, SEEDS, KNOBS };
enum {
    BEST_STEP, BEST_STEP_SD, BEST_ACCURACY, FINAL_ACCURACY, FINAL_SD, FINAL_TRAIN, STOP_STEP,
    STOP_ACCURACY, GAIN, GAIN_SD, TRAIN_CURVE, TEST_CURVE, RUNS, RESULTS
};
/* clang-format on */

enum { EVERY = 10, STEPS_MOST = 3000, CHECKS_MOST = STEPS_MOST / EVERY + 1 };

static const struct knob knobs[] = {
    [EXAMPLES] = {.name = "examples",
                  .kind = KNOB_INTEGER,
                  .min = 10,
                  .max = 2000,
                  .initial = 80,
                  .step = 10,
                  .logarithmic = true,
                  .unit = "examples",
                  .help = "examples to learn from"},
    [FLIP] = {.name = "flip",
              .kind = KNOB_NUMBER,
              .min = 0,
              .max = 0.5,
              .initial = 0.2,
              .step = 0.05,
              .help = "share of the labels that are wrong"},
    [PATIENCE] = {.name = "patience",
                  .kind = KNOB_INTEGER,
                  .min = 1,
                  .max = 60,
                  .initial = 5,
                  .step = 1,
                  .unit = "checks",
                  .help = "the rule stops after so many checks, ten steps apart, without a better "
                          "validation loss"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = STEPS_MOST,
               .initial = 600,
               .step = 10,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of training"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 1e-5,
              .max = 1,
              .initial = 0.005,
              .logarithmic = true,
              .help = "learning rate of Adam"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 50,
               .initial = 12,
               .step = 1,
               .unit = "runs",
               .help = "runs, each with data and weights of its own"},
};

static const struct result results[] = {
    [BEST_STEP] = {"best_step", RESULT_NUMBER, "steps", "step of the best test accuracy: mean"},
    [BEST_STEP_SD] = {"best_step_sd", RESULT_NUMBER, "steps", "its spread over the runs"},
    [BEST_ACCURACY] = {"best_accuracy", RESULT_NUMBER, NULL, "test accuracy at that step: mean"},
    [FINAL_ACCURACY] = {"final_accuracy", RESULT_NUMBER, NULL, "test accuracy at the end: mean"},
    [FINAL_SD] = {"final_sd", RESULT_NUMBER, NULL, "its spread over the runs"},
    [FINAL_TRAIN] = {"final_train_accuracy", RESULT_NUMBER, NULL,
                     "share of the training labels, wrong ones too, it knows at the end"},
    [STOP_STEP] = {"stop_step", RESULT_NUMBER, "steps", "step whose weights the rule keeps: mean"},
    [STOP_ACCURACY] = {"stop_accuracy", RESULT_NUMBER, NULL, "test accuracy with these: mean"},
    [GAIN] = {"gain", RESULT_NUMBER, NULL, "stop_accuracy less final_accuracy: mean"},
    [GAIN_SD] = {"gain_sd", RESULT_NUMBER, NULL, "its spread over the runs"},
    [TRAIN_CURVE] = {"train_curve", RESULT_LIST, NULL, "train accuracy at each check, mean"},
    [TEST_CURVE] = {"test_curve", RESULT_LIST, NULL, "test accuracy at each check, mean"},
    [RUNS] = {"runs", RESULT_INTEGER, "runs", "runs finished"},
};

enum { OF_TRAIN, OF_TEST, OF_VALIDATION, CURVES = 2 };

struct state {
    struct model model;
    struct noisy data;
    struct fit fit;
    bool fitting;
    size_t pieces, pair;
    /* the run in hand */
    size_t check, best_step, stop_step, waited;
    double best, stop_loss, stop;
    struct moments best_steps, bests, finals, trains, stop_steps, stops, gains;
    double step[CHECKS_MOST], sum[CURVES][CHECKS_MOST], mean[CURVES][CHECKS_MOST];
    size_t seen[CHECKS_MOST], checks;
};

static size_t knob_of(const struct demo_run *run, int knob)
{
    return (size_t)run->knob[knob].number;
}

static struct fit_plan plan_of(const struct demo_run *run, struct state *s)
{
    return noisy_plan(&s->data, &s->model, run->knob[RATE].number, 0, knob_of(run, STEPS), EVERY,
                      fit_seed(run->seed, STREAM_EARLY_STOPPING, s->pair));
}

static bool early_stopping_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    if (!noisy_model(&s->model, run->arena, "40 64 relu 2 std=.125", knob_of(run, EXAMPLES), err))
        return false;
    noisy_make(&s->data, run->arena, run->seed, 0, knob_of(run, EXAMPLES), run->knob[FLIP].number);
    struct fit_plan plan = plan_of(run, s);
    s->pieces = fit_pieces(&plan);
    run->total = s->pieces * knob_of(run, SEEDS);
    return true;
}

static void begin_run(struct demo_run *run, struct state *s)
{
    struct err err;
    if (s->pair > 0)
        noisy_make(&s->data, run->arena, run->seed, s->pair, knob_of(run, EXAMPLES),
                   run->knob[FLIP].number);
    struct fit_plan plan = plan_of(run, s);
    s->fitting = fit_start(&s->fit, run->arena, &plan, &err);
    s->check = s->waited = 0;
    s->best = -1;
    s->stop_loss = INFINITY;
}

/* The rule sees the validation data only; the best step, known from the test, is what nobody knows
 * who trains. */
static void note_check(const struct demo_run *run, struct state *s)
{
    const struct evaluation *check = s->fit.check;
    size_t i = s->check++, step = (size_t)s->fit.train.step;
    double test = fit_accuracy(&check[OF_TEST]);
    s->step[i] = (double)step;
    s->seen[i]++;
    s->checks = s->check > s->checks ? s->check : s->checks;
    for (int c = 0; c < CURVES; c++) {
        s->sum[c][i] += fit_accuracy(&check[c]);
        s->mean[c][i] = s->sum[c][i] / (double)s->seen[i];
    }
    if (test > s->best) {
        s->best = test;
        s->best_step = step;
    }
    if (s->waited >= knob_of(run, PATIENCE))
        return;
    s->waited++;
    if (i == 0 || check[OF_VALIDATION].loss < s->stop_loss) {
        s->stop_loss = check[OF_VALIDATION].loss;
        s->stop_step = step;
        s->stop = test;
        s->waited = 0;
    }
}

static void end_run(struct demo_run *run, struct state *s)
{
    double final = fit_accuracy(&s->fit.check[OF_TEST]);
    moments_add(&s->best_steps, (double)s->best_step);
    moments_add(&s->bests, s->best);
    moments_add(&s->finals, final);
    moments_add(&s->trains, fit_accuracy(&s->fit.check[OF_TRAIN]));
    moments_add(&s->stop_steps, (double)s->stop_step);
    moments_add(&s->stops, s->stop);
    moments_add(&s->gains, s->stop - final);
    s->fitting = false;
    s->pair++;
    run->done = s->pair * s->pieces;
}

static void fill_results(struct demo_run *run, struct state *s)
{
    if (s->checks) {
        demo_out_list(run, TRAIN_CURVE, s->mean[OF_TRAIN], s->checks);
        demo_out_list(run, TEST_CURVE, s->mean[OF_TEST], s->checks);
    }
    demo_out_number(run, RUNS, (double)s->pair);
    if (s->pair == 0)
        return;
    demo_out_number(run, BEST_STEP, s->best_steps.mean);
    demo_out_number(run, BEST_STEP_SD, moments_sample_sd(&s->best_steps));
    demo_out_number(run, BEST_ACCURACY, s->bests.mean);
    demo_out_number(run, FINAL_ACCURACY, s->finals.mean);
    demo_out_number(run, FINAL_SD, moments_sample_sd(&s->finals));
    demo_out_number(run, FINAL_TRAIN, s->trains.mean);
    demo_out_number(run, STOP_STEP, s->stop_steps.mean);
    demo_out_number(run, STOP_ACCURACY, s->stops.mean);
    demo_out_number(run, GAIN, s->gains.mean);
    demo_out_number(run, GAIN_SD, moments_sample_sd(&s->gains));
}

static bool early_stopping_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && s->pair < knob_of(run, SEEDS); i++) {
        if (!s->fitting)
            begin_run(run, s);
        run->done++;
        enum fit_event event = fit_work(&s->fit);
        if (event != FIT_BUSY)
            note_check(run, s);
        if (event == FIT_DONE)
            end_run(run, s);
    }
    fill_results(run, s);
    return s->pair < knob_of(run, SEEDS);
}

/* ---- the picture ---- */

static struct line percent_of(const struct demo_run *run, int result)
{
    return run->out[result].set ? line_of("%.1f %%", 100 * run->out[result].number) : line_of("?");
}

static struct line step_of(const struct demo_run *run, int result)
{
    return run->out[result].set ? line_of("%.0f", run->out[result].number) : line_of("?");
}

static struct line gain_of(const struct demo_run *run)
{
    if (!run->out[GAIN].set)
        return line_of("?");
    if (run->out[RUNS].number < 2)
        return line_of("%+.1f points", 100 * run->out[GAIN].number);
    return line_of("%+.1f ± %.1f points", 100 * run->out[GAIN].number,
                   100 * run->out[GAIN_SD].number);
}

static void draw_curves(const struct state *s, struct grid *grid, struct rect at)
{
    const struct series series[] = {
        {"train", s->step, s->mean[OF_TRAIN], s->checks, ROLE_SERIES_1, false},
        {"test", s->step, s->mean[OF_TEST], s->checks, ROLE_SERIES_2, false},
    };
    const struct plot plot = {.x_label = "steps",
                              .y_label = "accuracy, mean of the runs",
                              .series = series,
                              .series_count = 2};
    chart_plot(grid, at, &plot);
}

/* Where there is no room for curves: what each way to stop is worth. */
static void draw_bars(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct bar bars[] = {
        {"best step", run->out[BEST_ACCURACY].number, NULL, ROLE_SERIES_2},
        {"the rule", run->out[STOP_ACCURACY].number, NULL, ROLE_SERIES_3},
        {"the end", run->out[FINAL_ACCURACY].number, NULL, ROLE_SERIES_2},
        {"in training", run->out[FINAL_TRAIN].number, NULL, ROLE_SERIES_1},
    };
    if (run->out[RUNS].number > 0)
        chart_bars(grid, at, bars, sizeof bars / sizeof *bars);
    else
        show_text(grid, at.x, at.y + 1, at.width, ROLE_TEXT, "The first run is under way.");
}

static void early_stopping_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9 };
    const struct state *s = run->state;
    show_either(grid, 0, ROLE_STRONG,
                line_of("test accuracy best at step %s with %s, at the end %s",
                        step_of(run, BEST_STEP).text, percent_of(run, BEST_ACCURACY).text,
                        percent_of(run, FINAL_ACCURACY).text),
                line_of("best step %s: %s, end %s", step_of(run, BEST_STEP).text,
                        percent_of(run, BEST_ACCURACY).text, percent_of(run, FINAL_ACCURACY).text));
    show_either(grid, 1, ROLE_TEXT,
                line_of("patience %zu keeps step %s: %s, gain %s (%zu of %s)",
                        knob_of(run, PATIENCE), step_of(run, STOP_STEP).text,
                        percent_of(run, STOP_ACCURACY).text, gain_of(run).text, s->pair,
                        show_many(run->knob[SEEDS].number, "run").text),
                line_of("patience: step %s, %s", step_of(run, STOP_STEP).text,
                        percent_of(run, STOP_ACCURACY).text));
    if (s->checks < 2)
        show_text(grid, 0, 3, grid->width, ROLE_MATH, "40 inputs → 64 ReLU → 2 classes");
    else if (grid->height >= TALL)
        draw_curves(s, grid, (struct rect){0, 2, grid->width, grid->height - 2});
    else
        draw_bars(run, grid, (struct rect){0, 2, grid->width, grid->height - 2});
}

static void early_stopping_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "A network learns from %s, of whose labels %s are wrong. ",
             show_many(run->knob[EXAMPLES].number, "example").text,
             show_percent(run->knob[FLIP].number, 2).text);
    if (s->pair == 0) {
        buf_add(out, "No run is finished yet.");
        return;
    }
    buf_addf(out,
             "In %s the test accuracy is best at step %s, with %s on average, and %s at the "
             "end, where %s of the labels are known by heart. ",
             show_many((double)s->pair, "run").text, step_of(run, BEST_STEP).text,
             percent_of(run, BEST_ACCURACY).text, percent_of(run, FINAL_ACCURACY).text,
             percent_of(run, FINAL_TRAIN).text);
    buf_addf(out,
             "A rule that waits %s for a better validation loss keeps step %s and gets %s: "
             "%s against the end.",
             show_many((double)knob_of(run, PATIENCE), "check").text, step_of(run, STOP_STEP).text,
             percent_of(run, STOP_ACCURACY).text, gain_of(run).text);
}

static bool early_stopping_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

const struct demo demo_early_stopping = {
    .name = "early-stopping",
    .title = "When to stop",
    .theme = "Overfitting",
    .sketch = "▁▃▅▆▇█▇▆▅▅▄▄",
    .question = "When does more training make the network worse?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "pieces",
    .instant = early_stopping_instant,
    .start = early_stopping_start,
    .step = early_stopping_step,
    .draw = early_stopping_draw,
    .describe = early_stopping_describe,
};
