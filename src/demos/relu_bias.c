/* Dropout before a ReLU: the mean of the sum is preserved, the mean after the ReLU is not.
 *
 * z = sum of m_i t_i / (1-p). E[z] is the clean sum, but E[ReLU(z)] >= ReLU(E[z]), for ReLU is
 * convex (Jensen). For many terms z is nearly normal with mean mu and variance
 * s^2 = sum(t^2) p/(1-p), and then E[ReLU(z)] is about s phi(mu/s) + mu Phi(mu/s). */
#include "demos/demo.h"
#include "demos/mask_sums.h"

#include <math.h>

enum { TERMS, P, KNOBS };
enum { CLEAN, DROPPED_MEAN, GAP, SUM, SUM_SD, NORMAL_MEAN, P_AWAKE, MASKS, RESULTS };

static const struct knob knobs[] = {
    [TERMS] = {.name = "terms",
               .kind = KNOB_LIST,
               .min = -1000000,
               .max = 1000000,
               .initial_list = "1,-1.4",
               .longest = MASK_SUMS_MOST,
               .help = "what each unit adds to the sum: weight times activation"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "probability of dropping a unit"},
};

static const struct result results[] = {
    [CLEAN] = {"clean", RESULT_NUMBER, NULL, "ReLU of the whole sum, without dropout"},
    [DROPPED_MEAN] = {"dropped_mean", RESULT_NUMBER, NULL,
                      "mean of the ReLU over all masks, exact"},
    [GAP] = {"gap", RESULT_NUMBER, NULL, "dropped_mean - clean"},
    [SUM] = {"sum", RESULT_NUMBER, NULL, "the whole sum, which is also its mean under dropout"},
    [SUM_SD] = {"sum_sd", RESULT_NUMBER, NULL, "standard deviation of the sum under dropout"},
    [NORMAL_MEAN] = {"normal_mean", RESULT_NUMBER, NULL,
                     "dropped_mean if the sum were normally distributed"},
    [P_AWAKE] = {"p_awake", RESULT_NUMBER, NULL, "probability that the sum is above 0"},
    [MASKS] = {"masks", RESULT_INTEGER, "masks", "how many masks the mean is taken over"},
};

enum { BINS = 48 };

struct state {
    double *terms; /* divided by 1-p; zeros where p = 1 */
    double low, high;
    double bins[BINS]; /* probability of a sum in each of BINS parts of low..high */
};

static bool relu_bias_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    const struct value *terms = &run->knob[TERMS];
    double keep = 1 - run->knob[P].number;
    s->terms = ARENA_ARRAY(run->arena, terms->count, double);
    for (size_t i = 0; i < terms->count; i++)
        s->terms[i] = keep > 0 ? terms->list[i] / keep : 0;
    run->total = (size_t)1 << terms->count;
    return true;
}

static void fill_bins(struct state *s, const struct mask_sum *sums, size_t count)
{
    s->low = sums[0].sum;
    s->high = sums[count - 1].sum;
    double width = (s->high - s->low) / BINS;
    for (size_t i = 0; i < count; i++) {
        double bin = width > 0 ? (sums[i].sum - s->low) / width : 0;
        s->bins[bin < BINS ? (size_t)bin : BINS - 1] += sums[i].probability;
    }
}

static double normal_relu_mean(double mean, double sd)
{
    if (sd == 0)
        return fmax(0, mean);
    double z = mean / sd;
    double density = exp(-z * z / 2) / sqrt(2 * acos(-1.0));
    return sd * density + mean * erfc(-z / sqrt(2)) / 2;
}

static bool relu_bias_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    const struct value *terms = &run->knob[TERMS];
    double p = run->knob[P].number, sum = 0, squares = 0, awake = 0, mean = 0;
    struct arena scratch;
    arena_init(&scratch);
    const struct mask_sum *sums = mask_sums(&scratch, s->terms, terms->count, p);
    for (size_t i = 0; i < run->total; i++) {
        awake += sums[i].sum > 0 ? sums[i].probability : 0;
        mean += sums[i].sum > 0 ? sums[i].probability * sums[i].sum : 0;
    }
    fill_bins(s, sums, run->total);
    arena_free(&scratch);
    for (size_t i = 0; i < terms->count; i++) {
        sum += terms->list[i];
        squares += terms->list[i] * terms->list[i];
    }
    double sd = p < 1 ? sqrt(squares * p / (1 - p)) : 0;
    demo_out_number(run, CLEAN, fmax(0, sum));
    demo_out_number(run, DROPPED_MEAN, mean);
    demo_out_number(run, GAP, mean - fmax(0, sum));
    demo_out_number(run, SUM, sum);
    demo_out_number(run, SUM_SD, sd);
    demo_out_number(run, NORMAL_MEAN, p < 1 ? normal_relu_mean(sum, sd) : 0);
    demo_out_number(run, P_AWAKE, awake);
    demo_out_number(run, MASKS, (double)run->total);
    run->done = run->total;
    return false;
}

const struct demo demo_relu_bias = {
    .name = "relu-bias",
    .title = "Through a ReLU",
    .theme = "Dropout",
    .question = "The sum keeps its mean under dropout. Does its ReLU?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "masks",
    .start = relu_bias_start,
    .step = relu_bias_step,
};
