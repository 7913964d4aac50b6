/* A chain of equal factors: what is left of a gradient after so many layers.
 *
 * Backpropagation multiplies one slope per layer, so what arrives is factor^depth. */
#include "demos/demo.h"

#include <math.h>

enum { FACTOR, DEPTH, KNOBS };
enum {
    PRODUCT,
    LOG10,
    LAYERS_TO_1_PERCENT,
    UNDERFLOW_DEPTH_FLOAT32,
    OVERFLOW_DEPTH_FLOAT32,
    OUTCOME,
    RESULTS
};

static const struct knob knobs[] = {
    [FACTOR] = {.name = "factor",
                .kind = KNOB_NUMBER,
                .min = 0,
                .max = 4,
                .initial = 0.9,
                .step = 0.01,
                .help = "what each layer multiplies the gradient by"},
    [DEPTH] = {.name = "depth",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 10000,
               .initial = 20,
               .step = 1,
               .logarithmic = true,
               .unit = "layers",
               .help = "how many layers"},
};

static const struct result results[] = {
    [PRODUCT] = {"product", RESULT_NUMBER, NULL, "factor^depth: what is left of the gradient"},
    [LOG10] = {"log10", RESULT_NUMBER, NULL, "its decimal logarithm"},
    [LAYERS_TO_1_PERCENT] = {"layers_to_1_percent", RESULT_NUMBER, "layers",
                             "depth from which at most 1 % is left; inf: never"},
    [UNDERFLOW_DEPTH_FLOAT32] = {"underflow_depth_float32", RESULT_NUMBER, "layers",
                                 "depth from which a float32 can only hold 0; inf: never"},
    [OVERFLOW_DEPTH_FLOAT32] = {"overflow_depth_float32", RESULT_NUMBER, "layers",
                                "depth from which a float32 can only hold inf; inf: never"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "healthy, vanishing (1 % or less), exploding (100 or more), zero or overflow"},
};

struct state {
    double *depth, *left; /* for the picture: factor^k at some depths k */
    size_t points;
};

/* The first depth k >= 1 with factor^k <= limit, for factor < 1; the mirror image above 1. A
 * rounding error must not move an exact hit such as 0.1^2 = 0.01 one layer on. */
static double depth_to_reach(double factor, double log_limit)
{
    enum { ULPS = 16 };
    double slope = log(factor);
    if (factor == 0)
        return log_limit < 0 ? 1 : INFINITY;
    if (slope == 0 || (slope < 0) != (log_limit < 0))
        return INFINITY;
    double exact = log_limit / slope, nearest = round(exact);
    if (fabs(exact - nearest) > ULPS * 0x1p-52 * nearest)
        nearest = ceil(exact);
    return nearest < 1 ? 1 : nearest;
}

static const char *outcome(double product)
{
    if (product == 0)
        return "zero";
    if (isinf(product))
        return "overflow";
    return product <= 0.01 ? "vanishing" : product >= 100 ? "exploding" : "healthy";
}

static bool chain_start(struct demo_run *run, struct err *err)
{
    (void)err;
    enum { POINTS = 200 };
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    double depth = run->knob[DEPTH].number;
    s->points = depth < POINTS ? (size_t)depth + 1 : POINTS;
    s->depth = ARENA_ARRAY(run->arena, s->points, double);
    s->left = ARENA_ARRAY(run->arena, s->points, double);
    for (size_t i = 0; i < s->points; i++) {
        s->depth[i] = round(depth * (double)i / (double)(s->points - 1));
        s->left[i] = pow(run->knob[FACTOR].number, s->depth[i]);
    }
    run->total = 1;
    return true;
}

static bool chain_step(struct demo_run *run, size_t work)
{
    (void)work;
    /* Half of float32's smallest subnormal, 2^-149, rounds to 0; 2^128 - 2^103 rounds to inf. */
    const double zero = -150 * log(2), infinite = log(0x1p128 - 0x1p103);
    double factor = run->knob[FACTOR].number, depth = run->knob[DEPTH].number;
    double product = pow(factor, depth);
    demo_out_number(run, PRODUCT, product);
    demo_out_number(run, LOG10, depth * log10(factor));
    demo_out_number(run, LAYERS_TO_1_PERCENT, depth_to_reach(factor, log(0.01)));
    demo_out_number(run, UNDERFLOW_DEPTH_FLOAT32, depth_to_reach(factor, zero));
    demo_out_number(run, OVERFLOW_DEPTH_FLOAT32, depth_to_reach(factor, infinite));
    demo_out_text(run, OUTCOME, outcome(product));
    run->done = 1;
    return false;
}

const struct demo demo_chain = {
    .name = "chain",
    .title = "Chain of factors",
    .theme = "Gradients",
    .question = "How much of a gradient is left after many layers?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "chains",
    .start = chain_start,
    .step = chain_step,
};
