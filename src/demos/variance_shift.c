/* Dropout before batch norm: the variance batch norm stores is not the one it meets at inference.
 *
 * Inverted dropout makes of a feature x one with the variance E[x^2]/(1-p) - E[x]^2. Batch norm
 * stores that, and at inference divides x by its root: std sd(x)/sqrt(E[x^2]/(1-p) - E[x]^2). Li et
 * al. 2019, "Understanding the disharmony between dropout and batch normalization". */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>

enum { P, FEATURES, SAMPLES, KNOBS };
enum { RELU, ZERO_MEAN };
enum { STD_AFTER_BN, THEORY, TRAIN_VARIANCE, EVAL_VARIANCE, RESULTS };

static const char *const kinds[] = {"relu", "zero-mean", NULL};

static const struct knob knobs[] = {
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "probability of dropping a unit before batch norm"},
    [FEATURES] = {.name = "features",
                  .kind = KNOB_WORD,
                  .initial = RELU,
                  .choices = kinds,
                  .help = "ReLU of a standard normal number, or the number itself"},
    [SAMPLES] = {.name = "samples",
                 .kind = KNOB_INTEGER,
                 .min = 100,
                 .max = 1000000,
                 .initial = 100000,
                 .logarithmic = true,
                 .unit = "activations",
                 .help = "activations that batch norm sees in training"},
};

static const struct result results[] = {
    [STD_AFTER_BN] = {"std_after_bn", RESULT_NUMBER, NULL,
                      "standard deviation after batch norm at inference; 1 in training"},
    [THEORY] = {"theory", RESULT_NUMBER, NULL, "the same by the formula"},
    [TRAIN_VARIANCE] = {"train_variance", RESULT_NUMBER, NULL,
                        "variance with dropout on: what batch norm stores"},
    [EVAL_VARIANCE] = {"eval_variance", RESULT_NUMBER, NULL,
                       "variance with dropout off: what arrives at inference"},
};

enum { CHUNK = 1000 };
struct state {
    struct moments train, eval;
};

/* Of a feature: E[x^2] and E[x]^2. */
static double theory(int kind, double p)
{
    double square = kind == RELU ? 0.5 : 1, mean_square = kind == RELU ? 0.5 / acos(-1) : 0;
    return sqrt((square - mean_square) / (square / (1 - p) - mean_square));
}

static bool variance_shift_start(struct demo_run *run, struct err *err)
{
    (void)err;
    run->state = ARENA_NEW(run->arena, struct state);
    run->total = ((size_t)run->knob[SAMPLES].number + CHUNK - 1) / CHUNK;
    return true;
}

static void one_chunk(struct demo_run *run, struct state *s)
{
    struct rng rng;
    double p = run->knob[P].number;
    rng_init(&rng, run->seed, STREAM_VARIANCE_SHIFT, run->done++);
    for (int i = 0; i < CHUNK && s->eval.count < run->knob[SAMPLES].number; i++) {
        double x = rng_normal(&rng);
        x = run->knob[FEATURES].number == RELU && x < 0 ? 0 : x;
        moments_add(&s->train, rng_bernoulli(&rng, p) ? 0 : x / (1 - p));
        moments_add(&s->eval, x);
    }
}

static bool variance_shift_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_chunk(run, s);
    double p = run->knob[P].number;
    demo_out_number(run, STD_AFTER_BN, moments_sd(&s->eval) / moments_sd(&s->train));
    demo_out_number(run, THEORY, p < 1 ? theory((int)run->knob[FEATURES].number, p) : INFINITY);
    demo_out_number(run, TRAIN_VARIANCE, moments_variance(&s->train));
    demo_out_number(run, EVAL_VARIANCE, moments_variance(&s->eval));
    return run->done < run->total;
}

static void draw_curve(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { POINTS = 99 };
    double p[POINTS], std[POINTS], here[] = {run->knob[P].number};
    double seen[] = {run->out[STD_AFTER_BN].number};
    static const double rules[] = {1};
    static const char *const rule_names[] = {"training"};
    for (int i = 0; i < POINTS; i++) {
        p[i] = (double)i / POINTS;
        std[i] = theory((int)run->knob[FEATURES].number, p[i]);
    }
    const struct series series[] = {
        {"inference", p, std, POINTS, ROLE_SERIES_1, false},
        {"here", here, seen, 1, ROLE_SERIES_2, true},
    };
    const struct plot plot = {.x_label = "p",
                              .y_label = "std after batch norm",
                              .series = series,
                              .series_count = 2,
                              .x_max = 1,
                              .include_zero = true,
                              .rules = rules,
                              .rule_names = rule_names,
                              .rule_count = 1};
    chart_plot(grid, at, &plot);
}

static void variance_shift_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 10 };
    bool known = run->done > 0;
    struct shown p = show_number(run->knob[P].number, 3), std = show_result(run, STD_AFTER_BN, 3);
    struct shown train = show_result(run, TRAIN_VARIANCE, 3);
    struct shown eval = show_result(run, EVAL_VARIANCE, 3);
    const char *features = run->knob[FEATURES].word;
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s features, dropout %s: std 1 in training, %s at inference", features,
                        p.text, std.text),
                line_of("%s, p %s: std %s", features, p.text, std.text));
    show_either(
        grid, 1, ROLE_TEXT,
        line_of("variance with dropout on %s (stored), with dropout off %s", train.text, eval.text),
        line_of("variance on %s, off %s", train.text, eval.text));
    if (!known) {
        show_text(grid, 0, 3, grid->width, ROLE_MATH, "x → dropout → batch norm → std ?");
        return;
    }
    if (grid->height >= TALL && isfinite(run->out[STD_AFTER_BN].number)) {
        draw_curve(run, grid, (struct rect){0, 2, grid->width, grid->height - 2});
        return;
    }
    const struct bar bars[] = {
        {"training", train.text[0] == '0' && !train.text[1] ? 0 : 1, NULL, ROLE_SERIES_2},
        {"inference", run->out[STD_AFTER_BN].number, NULL, ROLE_SERIES_1},
    };
    chart_bars(grid, (struct rect){0, 3, grid->width, grid->height - 3}, bars, 2);
}

static void variance_shift_describe(const struct demo_run *run, struct buf *out)
{
    buf_addf(out, "Features (%s) pass dropout with p = %s and then batch norm. ",
             run->knob[FEATURES].word, show_number(run->knob[P].number, 3).text);
    if (run->done == 0) {
        buf_add(out, "What leaves batch norm at inference has not been measured yet.");
        return;
    }
    buf_addf(
        out,
        "In training their variance is %s, and batch norm stores that; at inference it is %s. ",
        show_result(run, TRAIN_VARIANCE, 3).text, show_result(run, EVAL_VARIANCE, 3).text);
    if (isinf(run->out[THEORY].number)) {
        buf_add(out, "With everything dropped batch norm has stored a variance of 0, and the "
                     "division makes infinity of it.");
        return;
    }
    buf_addf(out,
             "So what had a standard deviation of 1 in training has %s at inference; the formula "
             "says %s.",
             show_result(run, STD_AFTER_BN, 3).text, show_result(run, THEORY, 3).text);
}

const struct demo demo_variance_shift = {
    .name = "variance-shift",
    .title = "Variance shift",
    .theme = "Putting it together",
    .sketch = "▂▄▇▄▂ → ▂█▂",
    .question = "What does batch norm make of dropout that is switched off?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "thousands of activations",
    .start = variance_shift_start,
    .step = variance_shift_step,
    .draw = variance_shift_draw,
    .describe = variance_shift_describe,
};
