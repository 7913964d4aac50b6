/* The mask lab: one row of activations under dropout, in training and at inference.
 *
 * With a mask m of independent Bernoulli(1-p) entries, training passes on m*h*scale and inference
 * h*rest: "inverted" has scale 1/(1-p) and rest 1, "classic" has 1 and 1-p, "none" 1 and 1, and
 * "both" (a common bug) 1/(1-p) and 1-p. The sum of the training values has the mean
 * scale*(1-p)*sum(h) and the variance scale^2*p*(1-p)*sum(h^2). */
#include "demos/demo.h"
#include "demos/streams.h"

#include <math.h>

enum { UNITS, VALUES, P, SCALING, PASSES, KNOBS };
enum { INVERTED, CLASSIC, NONE, BOTH };
enum {
    INPUT,
    MASK,
    TRAIN,
    EVAL,
    KEPT,
    SCALE,
    FULL_SUM,
    TRAIN_SUM,
    EVAL_SUM,
    EXPECTED_SUM,
    EXPECTED_SD,
    MEAN_SUM,
    SD_SUM,
    MEAN_KEPT,
    P_ALL_DROPPED,
    RESULTS
};

enum { UNITS_MOST = 1000, PASSES_MOST = 1000000, CURVE_POINTS = 400 };

static const char *const scalings[] = {"inverted", "classic", "none", "both", NULL};

static const struct knob knobs[] = {
    [UNITS] = {.name = "units",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = UNITS_MOST,
               .initial = 5,
               .step = 1,
               .logarithmic = true,
               .unit = "units",
               .help = "how many activations; values=... decides it where given"},
    [VALUES] = {.name = "values",
                .kind = KNOB_LIST,
                .min = -1000000,
                .max = 1000000,
                .longest = UNITS_MOST,
                .help = "the activations themselves"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "probability of dropping a unit"},
    [SCALING] = {.name = "scaling",
                 .kind = KNOB_WORD,
                 .initial = INVERTED,
                 .choices = scalings,
                 .help = "where the missing signal is made up for; both is a bug to study"},
    [PASSES] = {.name = "passes",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = PASSES_MOST,
                .initial = 1,
                .step = 1,
                .logarithmic = true,
                .unit = "passes",
                .help = "how many fresh masks are drawn"},
};

static const struct result results[] = {
    [INPUT] = {"input", RESULT_LIST, NULL, "the activations before dropout"},
    [MASK] = {"mask", RESULT_LIST, NULL, "the last mask: 1 kept, 0 dropped"},
    [TRAIN] = {"train", RESULT_LIST, NULL, "the activations in the last training pass"},
    [EVAL] = {"eval", RESULT_LIST, NULL, "the activations at inference"},
    [KEPT] = {"kept", RESULT_INTEGER, "units", "units kept in the last pass"},
    [SCALE] = {"scale", RESULT_NUMBER, NULL, "what survivors are multiplied by in training"},
    [FULL_SUM] = {"full_sum", RESULT_NUMBER, NULL, "sum of the inputs"},
    [TRAIN_SUM] = {"train_sum", RESULT_NUMBER, NULL, "sum in the last training pass"},
    [EVAL_SUM] = {"eval_sum", RESULT_NUMBER, NULL, "sum at inference"},
    [EXPECTED_SUM] = {"expected_sum", RESULT_NUMBER, NULL, "mean of the training sum, exact"},
    [EXPECTED_SD] = {"expected_sd", RESULT_NUMBER, NULL, "its standard deviation, exact"},
    [MEAN_SUM] = {"mean_sum", RESULT_NUMBER, NULL, "mean training sum over the passes"},
    [SD_SUM] = {"sd_sum", RESULT_NUMBER, NULL, "standard deviation of the sums that were drawn"},
    [MEAN_KEPT] = {"mean_kept", RESULT_NUMBER, "units", "mean number of units kept"},
    [P_ALL_DROPPED] = {"p_all_dropped", RESULT_NUMBER, NULL, "probability that none is kept"},
};

struct state {
    double *input, *mask, *train, *eval;
    size_t units;
    double p, scale, rest; /* factors in training and at inference */
    double full_sum;
    double mean, squares;      /* Welford: mean of the sums, sum of squared deviations */
    double kept;               /* over all passes */
    double pass[CURVE_POINTS]; /* the running mean after so many passes */
    double running[CURVE_POINTS];
    size_t points;
};

/* The lesson's five activations, then others that stay the same for every seed: the seed rolls
 * masks only. */
static void fill_input(double *input, size_t units)
{
    static const double lesson[] = {0.8, 0.1, 1.2, 0.7, 0.4};
    enum { LESSON = sizeof lesson / sizeof *lesson };
    struct rng rng;
    rng_init(&rng, 0, STREAM_MASK_INPUT, 0);
    for (size_t i = 0; i < units; i++)
        input[i] = i < LESSON ? lesson[i] : (1 + rng_below(&rng, 15)) / 10.0;
}

static bool mask_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    struct value *values = &run->knob[VALUES];
    if (values->set)
        run->knob[UNITS].number = (double)values->count;
    s->units = (size_t)run->knob[UNITS].number;
    s->p = run->knob[P].number;
    s->input = ARENA_ARRAY(run->arena, s->units, double);
    s->mask = ARENA_ARRAY(run->arena, s->units, double);
    s->train = ARENA_ARRAY(run->arena, s->units, double);
    s->eval = ARENA_ARRAY(run->arena, s->units, double);
    if (values->set)
        for (size_t i = 0; i < s->units; i++)
            s->input[i] = values->list[i];
    else
        fill_input(s->input, s->units);

    int scaling = (int)run->knob[SCALING].number;
    double keep = 1 - s->p;
    /* Where everything is dropped nothing is left to scale: the training values are zeros. */
    s->scale = scaling == CLASSIC || scaling == NONE ? 1 : keep > 0 ? 1 / keep : 0;
    s->rest = scaling == INVERTED || scaling == NONE ? 1 : keep;
    for (size_t i = 0; i < s->units; i++) {
        s->full_sum += s->input[i];
        s->eval[i] = s->rest > 0 ? s->input[i] * s->rest : 0;
    }
    run->total = (size_t)run->knob[PASSES].number;
    return true;
}

static void one_pass(struct demo_run *run, struct state *s)
{
    struct rng rng;
    double sum = 0, kept = 0;
    rng_init(&rng, run->seed, STREAM_MASK, run->done);
    for (size_t i = 0; i < s->units; i++) {
        s->mask[i] = rng_bernoulli(&rng, s->p) ? 0 : 1;
        s->train[i] = s->mask[i] > 0 ? s->input[i] * s->scale : 0;
        sum += s->train[i];
        kept += s->mask[i];
    }
    run->done++;
    s->kept += kept;
    double off = sum - s->mean;
    s->mean += off / (double)run->done;
    s->squares += off * (sum - s->mean);
    demo_out_number(run, KEPT, kept);
    demo_out_number(run, TRAIN_SUM, sum);

    size_t stride = (run->total + CURVE_POINTS - 1) / CURVE_POINTS;
    if (run->done % stride == 0 || run->done == 1) {
        size_t point = s->points < CURVE_POINTS ? s->points++ : CURVE_POINTS - 1;
        s->pass[point] = (double)run->done;
        s->running[point] = s->mean;
    }
}

static void give_results(struct demo_run *run, const struct state *s)
{
    double squares = 0, eval_sum = 0, keep = 1 - s->p;
    for (size_t i = 0; i < s->units; i++) {
        squares += s->input[i] * s->input[i];
        eval_sum += s->eval[i];
    }
    demo_out_list(run, INPUT, s->input, s->units);
    demo_out_list(run, MASK, s->mask, s->units);
    demo_out_list(run, TRAIN, s->train, s->units);
    demo_out_list(run, EVAL, s->eval, s->units);
    demo_out_number(run, SCALE, s->scale);
    demo_out_number(run, FULL_SUM, s->full_sum);
    demo_out_number(run, EVAL_SUM, eval_sum);
    /* With the factor 1/(1-p) the mean is the full sum itself, not nearly so. */
    demo_out_number(run, EXPECTED_SUM,
                    keep == 0       ? 0
                    : s->scale == 1 ? s->full_sum * keep
                                    : s->full_sum);
    demo_out_number(run, EXPECTED_SD, s->scale * sqrt(s->p * keep * squares));
    demo_out_number(run, MEAN_SUM, s->mean);
    demo_out_number(run, SD_SUM, sqrt(s->squares / (double)run->done));
    demo_out_number(run, MEAN_KEPT, s->kept / (double)run->done);
    demo_out_number(run, P_ALL_DROPPED, pow(s->p, (double)s->units));
}

static bool mask_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_pass(run, s);
    give_results(run, s);
    return run->done < run->total;
}

static bool mask_instant(const struct demo_run *run)
{
    enum { DRAWS_MOST = 5000000, START_OF_A_PASS = 10 };
    return run->knob[PASSES].number * (run->knob[UNITS].number + START_OF_A_PASS) <= DRAWS_MOST;
}

const struct demo demo_mask = {
    .name = "mask",
    .title = "Mask lab",
    .theme = "Dropout",
    .question = "Which units survive, and what does the next layer hear?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "passes",
    .instant = mask_instant,
    .start = mask_start,
    .step = mask_step,
};
