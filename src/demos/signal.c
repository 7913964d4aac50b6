/* Signal and gradient through deep stacks that are wired differently, before any training.
 *
 * A residual block is x + W2 relu(W1 x). With He's W1 and var W2 = 1/n its branch is as big as its
 * input, so the variance doubles block by block; a branch of gain g makes it grow by 1 + g^2.
 * Batch norm keeps the signal and lets the gradient grow by sqrt(pi/(pi-1)) a layer, as it divides
 * by the deviation of the sums and a ReLU lets only half of the gradient through. */
#include "demos/flow.h"
#include "demos/stack.h"

#include <math.h>
#include <string.h>

enum { WIRING, DEPTH, INIT, STD, GAIN, WIDTH, BATCH, KNOBS };
enum { STDS, GRADIENT_NORMS, RATIO, OUTPUT_STD, FACTOR, EXPECTED_FACTOR, OUTCOME, RESULTS };
enum { PLAIN, PLAIN_BN, PLAIN_LN, RESIDUAL, SCALED, ZERO_INIT, PRE_NORM, POST_NORM };

static const char *const wirings[] = {
    "plain", "bn", "ln", "residual", "residual-scaled", "zero-init", "pre-norm", "post-norm", NULL};

static const struct knob knobs[] = {
    [WIRING] = {.name = "wiring",
                .kind = KNOB_WORD,
                .initial = RESIDUAL,
                .choices = wirings,
                .help = "what a block is made of"},
    [DEPTH] = {.name = "depth",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 100,
               .initial = 50,
               .step = 1,
               .unit = "blocks",
               .help = "how many blocks"},
    [INIT] = {.name = "init",
              .kind = KNOB_WORD,
              .initial = INIT_HE,
              .choices = stack_inits,
              .help = "how weights are drawn; he ends a branch with var = 1/width"},
    [STD] = {.name = "std",
             .kind = KNOB_NUMBER,
             .min = 0,
             .max = 10,
             .initial = 0.1,
             .step = 0.001,
             .logarithmic = true,
             .help = "init=normal: standard deviation of the weights"},
    [GAIN] = {.name = "gain",
              .kind = KNOB_NUMBER,
              .min = 0,
              .max = 4,
              .initial = 1,
              .step = 0.05,
              .help = "multiplies the last weights of each block: 0.5 halves them"},
    [WIDTH] = {.name = "width",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 128,
               .initial = 100,
               .step = 1,
               .logarithmic = true,
               .unit = "units",
               .help = "numbers in the signal of one example"},
    [BATCH] = {.name = "batch",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 128,
               .initial = 64,
               .step = 1,
               .logarithmic = true,
               .unit = "examples",
               .help = "examples sent through; their numbers are standard normal"},
};

static const struct result results[] = {
    [STDS] = {"std", RESULT_LIST, NULL,
              "standard deviation of the input and of what each block puts out"},
    [GRADIENT_NORMS] = {"gradient_norm", RESULT_LIST, NULL,
                        "size of a gradient there; 1 at the output"},
    [RATIO] = {"ratio", RESULT_NUMBER, NULL,
               "size of the gradient at the input, divided by that at the output"},
    [OUTPUT_STD] = {"output_std", RESULT_NUMBER, NULL, "std after the last block"},
    [FACTOR] = {"factor", RESULT_NUMBER, NULL, "of the gradient a block: depth-th root of ratio"},
    [EXPECTED_FACTOR] = {"expected_factor", RESULT_NUMBER, NULL,
                         "the same for very wide layers; nan: no simple rule"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "of the gradient: healthy, vanishing (1 % or less), exploding (100 or more), "
                 "zero or overflow"},
};

struct state {
    struct stack stack;
    double *std;
};

static size_t wiring_of(const struct demo_run *run)
{
    return (size_t)run->knob[WIRING].number;
}

static bool has_skip(const struct demo_run *run)
{
    return wiring_of(run) >= RESIDUAL;
}

/* A block in the language of nn/model.h. */
static const char *line_of_block(const struct demo_run *run)
{
    size_t n = (size_t)run->knob[WIDTH].number;
    const char *end = ""; /* of the branch */
    if (wiring_of(run) == ZERO_INIT)
        end = " std=0";
    else if (run->knob[INIT].number == INIT_HE)
        end = arena_printf(run->arena, " std=%.17g", sqrt(1 / (double)n));
    switch (wiring_of(run)) {
    case PLAIN:
        return arena_printf(run->arena, "%zu %zu relu", n, n);
    case PLAIN_BN:
        return arena_printf(run->arena, "%zu %zu batch relu", n, n);
    case PLAIN_LN:
        return arena_printf(run->arena, "%zu %zu layer relu", n, n);
    case PRE_NORM:
        return arena_printf(run->arena, "%zu [layer %zu relu %zu%s]", n, n, n, end);
    case POST_NORM:
        return arena_printf(run->arena, "%zu [%zu relu %zu%s] layer", n, n, n, end);
    default:
        return arena_printf(run->arena, "%zu [%zu relu %zu%s]", n, n, n, end);
    }
}

static bool signal_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    double depth = run->knob[DEPTH].number, gain = run->knob[GAIN].number;
    const struct stack plan = {
        .arena = run->arena,
        .seed = run->seed,
        .line = line_of_block(run),
        .init = {.kind = (enum init)run->knob[INIT].number,
                 .std = run->knob[INIT].number == INIT_NORMAL ? run->knob[STD].number : 1},
        .gain = wiring_of(run) == SCALED ? gain / sqrt(depth) : gain,
        .rectified = wiring_of(run) == PLAIN_BN || wiring_of(run) == PLAIN_LN,
        .depth = (size_t)depth,
        .width = (size_t)run->knob[WIDTH].number,
        .batch = (size_t)run->knob[BATCH].number,
    };
    stack_start(&s->stack, &plan);
    s->std = ARENA_ARRAY(run->arena, plan.depth + 1, double);
    s->std[0] = spread_of(s->stack.input, plan.batch * plan.width).sd;
    run->total = 2 * plan.depth;
    return true;
}

static double expected_factor(const struct demo_run *run)
{
    const double pi = acos(-1.0);
    double gain = run->knob[GAIN].number;
    if (wiring_of(run) == ZERO_INIT)
        return 1;
    if (run->knob[INIT].number != INIT_HE)
        return NAN;
    switch (wiring_of(run)) {
    case PLAIN:
        return gain;
    case PLAIN_BN:
        return gain > 0 ? sqrt(pi / (pi - 1)) : 0;
    case RESIDUAL:
        return sqrt(1 + gain * gain);
    case SCALED:
        return sqrt(1 + gain * gain / run->knob[DEPTH].number);
    default:
        return NAN;
    }
}

static bool signal_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    struct stack *stack = &s->stack;
    for (size_t i = 0; i < work && run->done < run->total; i++, run->done++)
        if (stack->forward < stack->depth) {
            stack_forward(stack);
            s->std[stack->forward] = spread_of(stack_top(stack), stack->batch * stack->width).sd;
        } else {
            stack_back(stack);
        }
    demo_out_list(run, STDS, s->std, stack->forward + 1);
    demo_out_number(run, EXPECTED_FACTOR, expected_factor(run));
    if (run->done < run->total)
        return true;
    double ratio = stack->sizes[0];
    demo_out_list(run, GRADIENT_NORMS, stack->sizes, stack->depth + 1);
    demo_out_number(run, RATIO, ratio);
    demo_out_number(run, OUTPUT_STD, s->std[stack->depth]);
    demo_out_number(run, FACTOR, pow(ratio, 1 / (double)stack->depth));
    demo_out_text(run, OUTCOME, stack_outcome(ratio));
    return false;
}

static bool signal_instant(const struct demo_run *run)
{
    enum { WORK_MOST = 100 * 64 * 100 * 100 };
    double width = run->knob[WIDTH].number, layers = has_skip(run) ? 2 : 1;
    double examples = run->knob[INIT].number == INIT_ORTHOGONAL ? 400 : 0;
    return layers * run->knob[DEPTH].number * (run->knob[BATCH].number + examples) * width *
               width <=
           WORK_MOST;
}

/* A block as a formula. */
static struct line formula_of(const struct demo_run *run)
{
    static const char *const formulas[] = {
        "relu(W x)",      "relu(BN(W x))",    "relu(LN(W x))", "x + F(x)",
        "x + F(x) / √%s", "x + F(x), W₂ = 0", "x + F(LN(x))",  "LN(x + F(x))",
    };
    struct line line = {""};
    const char *formula = formulas[wiring_of(run)];
    const char *percent = strchr(formula, '%');
    if (!percent)
        return line_of("%s", formula);
    line = line_of("%.*s%s", (int)(percent - formula), formula,
                   show_count(run->knob[DEPTH].number).text);
    return line;
}

/* Why, in a few words; where the weights are He's. */
static const char *reason_of(const struct demo_run *run)
{
    static const char *const reasons[] = {
        "each layer multiplies by the same factor",
        "batch norm holds the signal, not the gradient",
        "each row is set to the same size, layer by layer",
        "each branch grows with the signal it is added to",
        "L branches of 1/L of the variance add up to one",
        "every branch is 0, so every block hands on its input",
        "each branch has the same size, so variance grows by addition",
        "each block ends with a norm, which resets the size",
    };
    return reasons[wiring_of(run)];
}

static struct shown size_of(const struct demo_run *run, int result)
{
    return run->out[result].set ? flow_size(run->out[result].number) : (struct shown){"?"};
}

static void draw_question(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    struct line block = formula_of(run);
    struct shown depth = show_count(run->knob[DEPTH].number), begin = show_number(s->std[0], 2);
    const char *plural = run->knob[DEPTH].number == 1 ? "" : "s";
    show_either(grid, 2, ROLE_MATH,
                line_of("std %s → [ %s ] → … (%s block%s) … → std ?", begin.text, block.text,
                        depth.text, plural),
                line_of("1 → [ %s ] → … → ?", block.text));
    show_either(grid, 3, ROLE_MATH,
                line_of("    ? ← gradient ← … (%s block%s) … ← 1", depth.text, plural),
                line_of("? ← gradient ← … ← 1"));
    if (has_skip(run))
        show_text(grid, 4, 4, grid->width - 4, ROLE_DIM, "F(x) = W₂ relu(W₁ x)");
}

static void signal_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    const struct stack *stack = &s->stack;
    struct line block = formula_of(run);
    struct shown depth = show_count(run->knob[DEPTH].number);
    struct shown std = size_of(run, OUTPUT_STD), ratio = size_of(run, RATIO);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s block%s %s: output std %s, gradient at the input %s", depth.text,
                        run->knob[DEPTH].number == 1 ? "" : "s", block.text, std.text, ratio.text),
                line_of("%s × [%s]: %s", depth.text, block.text, ratio.text));
    if (run->done == 0) {
        draw_question(run, grid);
        return;
    }
    bool known = run->out[OUTCOME].set;
    struct shown factor = show_result(run, FACTOR, 3);
    show_either(grid, 1, ROLE_TEXT,
                line_of("%s (× %s a block): %s", known ? run->out[OUTCOME].word : "?", factor.text,
                        reason_of(run)),
                line_of("%s, × %s a block", known ? run->out[OUTCOME].word : "?", factor.text));
    const struct flow flow = {stack->depth, s->std, stack->sizes, stack->forward, stack->back};
    flow_draw(grid, (struct rect){0, 2, grid->width, grid->height - 2}, &flow);
}

static void signal_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    double expected = expected_factor(run);
    buf_addf(
        out,
        "A signal of standard deviation %s goes through %s untrained block%s of width %s: %s. ",
        show_number(s->std[0], 2).text, show_count(run->knob[DEPTH].number).text,
        run->knob[DEPTH].number == 1 ? "" : "s", show_count(run->knob[WIDTH].number).text,
        formula_of(run).text);
    if (has_skip(run))
        buf_add(out, "F(x) is W₂ relu(W₁ x). ");
    if (!run->out[OUTCOME].set) {
        buf_add(out, "What comes out has not been computed yet.");
        return;
    }
    buf_addf(out,
             "At the end its standard deviation is %s, and a gradient of size 1 sent back arrives "
             "as %s: × %s a block",
             size_of(run, OUTPUT_STD).text, size_of(run, RATIO).text,
             show_result(run, FACTOR, 3).text);
    if (isnan(expected))
        buf_add(out, ". ");
    else
        buf_addf(out, ", and very wide layers would give %s. ", show_number(expected, 3).text);
    buf_addf(out, "The reason: %s. ", reason_of(run));
    static const char *const says[][2] = {
        {"healthy",
         "Signal and gradient keep their order of size: one learning rate can serve all blocks."},
        {"vanishing", "The gradient vanishes: the first blocks hardly learn."},
        {"exploding",
         "The gradient explodes: only a tiny learning rate would not throw the weights away."},
        {"zero", "Nothing arrives at the first block."},
        {"overflow", "That is beyond what a float64 can hold: it overflows."},
        {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
}

const struct demo demo_signal = {
    .name = "signal",
    .title = "Signal through a stack",
    .theme = "Residual connections",
    .sketch = "→▇▅▃▁ ▁▃▅▇←",
    .question = "Which wiring keeps signal and gradient alive through fifty blocks?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "blocks",
    .instant = signal_instant,
    .start = signal_start,
    .step = signal_step,
    .draw = signal_draw,
    .describe = signal_describe,
};
