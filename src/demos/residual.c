/* The slope lab: a skip around a block adds 1 to its slope.
 *
 * One block is F(x) = act(w x + b), or w x^2 + b for "quadratic". The residual stack is
 * x_{k+1} = x_k + F(x_k) with dy/dx = prod(1 + F'(x_k)); the plain stack is u_{k+1} = F(u_k) with
 * du/dx = prod(F'(u_k)); both begin with x. He et al. 2016, "Identity mappings". */
#include "demos/demo.h"

#include <math.h>

enum { X, BLOCK, WEIGHT, BIAS, DEPTH, KNOBS };
enum { TANH, RELU, LINEAR, QUADRATIC };
enum {
    Y,
    DF_DX,
    DY_DX_PLAIN,
    DY_DX_RESIDUAL,
    FINITE_DIFFERENCE,
    ERROR,
    PRODUCT_PLAIN,
    PRODUCT_RESIDUAL,
    VANISHES,
    OUTCOME,
    RESULTS
};

enum { DEPTH_MOST = 1000 };
static const double vanished = 1e-3; /* a gradient this small or smaller counts as gone */
static const double exploded = 1e3;

static const char *const blocks[] = {"tanh", "relu", "linear", "quadratic", NULL};

static const struct knob knobs[] = {
    [X] = {.name = "x",
           .kind = KNOB_NUMBER,
           .min = -100,
           .max = 100,
           .initial = 1,
           .step = 0.1,
           .help = "the input"},
    [BLOCK] = {.name = "block",
               .kind = KNOB_WORD,
               .initial = TANH,
               .choices = blocks,
               .help = "the branch F(x): act(w x + b), or w x^2 + b for quadratic"},
    [WEIGHT] = {.name = "weight",
                .kind = KNOB_NUMBER,
                .min = -100,
                .max = 100,
                .initial = 0.5,
                .step = 0.1,
                .help = "w; the slope of a linear block"},
    [BIAS] = {.name = "bias",
              .kind = KNOB_NUMBER,
              .min = -100,
              .max = 100,
              .initial = 0,
              .step = 0.1,
              .help = "b"},
    [DEPTH] = {.name = "depth",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = DEPTH_MOST,
               .initial = 1,
               .step = 1,
               .logarithmic = true,
               .unit = "blocks",
               .help = "how many equal blocks in a row"},
};

static const struct result results[] = {
    [Y] = {"y", RESULT_NUMBER, NULL, "output of the residual stack; x + F(x) at depth 1"},
    [DF_DX] = {"dF_dx", RESULT_NUMBER, NULL, "slope of the branch at x"},
    [DY_DX_PLAIN] = {"dy_dx_plain", RESULT_NUMBER, NULL, "slope of the stack without skips"},
    [DY_DX_RESIDUAL] = {"dy_dx_residual", RESULT_NUMBER, NULL, "slope of the stack with skips"},
    [FINITE_DIFFERENCE] = {"finite_difference", RESULT_NUMBER, NULL,
                           "the same slope measured by moving x a little"},
    [ERROR] = {"error", RESULT_NUMBER, NULL, "|finite_difference - dy_dx_residual|"},
    [PRODUCT_PLAIN] = {"product_plain", RESULT_NUMBER, NULL, "product of F'(u_k)"},
    [PRODUCT_RESIDUAL] = {"product_residual", RESULT_NUMBER, NULL, "product of 1 + F'(x_k)"},
    [VANISHES] = {"vanishes", RESULT_INTEGER, NULL,
                  "1 where the gradient with skips is 0.001 or less in size, else 0"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "the gradient with skips: healthy, vanishing, exploding or overflow"},
};

struct block {
    int kind;
    double weight, bias;
};

struct state {
    struct block block;
    double x, u; /* the stacks' signals after run->done blocks */
    double product_residual, product_plain;
    double *residual, *plain; /* sizes of the slopes after 0..depth blocks, for the picture */
};

static double branch(const struct block *f, double x)
{
    double z = f->weight * x + f->bias;
    switch (f->kind) {
    case TANH:
        return tanh(z);
    case RELU:
        return z > 0 ? z : 0;
    case QUADRATIC:
        return f->weight * x * x + f->bias;
    default:
        return z;
    }
}

static double slope(const struct block *f, double x)
{
    double z = f->weight * x + f->bias, c;
    switch (f->kind) {
    case TANH:
        c = cosh(z); /* 1 - tanh^2 would lose every digit where tanh is near 1 */
        return f->weight / (c * c);
    case RELU:
        return z > 0 ? f->weight : 0;
    case QUADRATIC:
        return 2 * f->weight * x;
    default:
        return f->weight;
    }
}

static bool residual_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->block = (struct block){(int)run->knob[BLOCK].number, run->knob[WEIGHT].number,
                              run->knob[BIAS].number};
    s->x = s->u = run->knob[X].number;
    s->product_plain = s->product_residual = 1;
    run->total = (size_t)run->knob[DEPTH].number;
    s->residual = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->plain = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->residual[0] = s->plain[0] = 1;
    return true;
}

static double stack(const struct block *f, double x, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        x += branch(f, x);
    return x;
}

/* The five-point rule, its error of the fourth order in h; h is a power of 2, so that x +- h carries
 * no rounding of its own. At the kink of a ReLU it gives the mean of the slopes of both sides. */
static double finite_difference(const struct block *f, double x, size_t depth)
{
    double h = 0x1p-10;
    double near = stack(f, x + h, depth) - stack(f, x - h, depth);
    double far = stack(f, x + 2 * h, depth) - stack(f, x - 2 * h, depth);
    return (8 * near - far) / (12 * h);
}

static const char *outcome(double gradient)
{
    if (!isfinite(gradient))
        return "overflow";
    double size = fabs(gradient);
    return size <= vanished ? "vanishing" : size >= exploded ? "exploding" : "healthy";
}

static void give_results(struct demo_run *run, const struct state *s)
{
    double x = run->knob[X].number;
    double measured = finite_difference(&s->block, x, run->done);
    demo_out_number(run, Y, s->x);
    demo_out_number(run, DF_DX, slope(&s->block, x));
    demo_out_number(run, DY_DX_PLAIN, s->product_plain);
    demo_out_number(run, DY_DX_RESIDUAL, s->product_residual);
    demo_out_number(run, FINITE_DIFFERENCE, measured);
    demo_out_number(run, ERROR, fabs(measured - s->product_residual));
    demo_out_number(run, PRODUCT_PLAIN, s->product_plain);
    demo_out_number(run, PRODUCT_RESIDUAL, s->product_residual);
    demo_out_number(run, VANISHES, fabs(s->product_residual) <= vanished);
    demo_out_text(run, OUTCOME, outcome(s->product_residual));
}

static bool residual_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++) {
        s->product_residual *= 1 + slope(&s->block, s->x);
        s->product_plain *= slope(&s->block, s->u);
        s->x += branch(&s->block, s->x);
        s->u = branch(&s->block, s->u);
        run->done++;
        s->residual[run->done] = fabs(s->product_residual);
        s->plain[run->done] = fabs(s->product_plain);
    }
    give_results(run, s);
    return run->done < run->total;
}

const struct demo demo_residual = {
    .name = "residual",
    .title = "Slope lab",
    .theme = "Residual connections",
    .question = "What does a skip around a block do to the gradient?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "blocks",
    .start = residual_start,
    .step = residual_step,
};
