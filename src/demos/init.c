/* Where training starts: what a signal and a gradient become in many layers with random weights.
 *
 * A layer of n inputs with weights of standard deviation s multiplies the root mean square of a
 * signal by s sqrt(n), and a ReLU takes half of its square away: s sqrt(n/2). Before any training
 * the gradient meets the same factors on its way back. */
#include "demos/flow.h"
#include "demos/stack.h"

#include <math.h>
#include <string.h>

enum { ACTIVATION, KIND, STD, VAR, GAIN, WIDTH, DEPTH, BATCH, KNOBS };
enum {
    STDS,
    GRADIENTS,
    GRADIENT_RATIO,
    DEAD_FRACTION,
    WEIGHT_STD,
    EXPECTED_FACTOR,
    FACTOR,
    OUTCOME,
    RESULTS
};
enum { RELU, TANH, SIGMOID, GELU, LINEAR };

static const char *const activations[] = {"relu", "tanh", "sigmoid", "gelu", "linear", NULL};

static const struct knob knobs[] = {
    [ACTIVATION] = {.name = "activation",
                    .kind = KNOB_WORD,
                    .initial = RELU,
                    .choices = activations,
                    .help = "what follows each linear layer; linear: nothing"},
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = INIT_HE,
              .choices = stack_inits,
              .help = "how the weights are drawn"},
    [STD] = {.name = "std",
             .kind = KNOB_NUMBER,
             .min = 0,
             .max = 10,
             .initial = 0.01,
             .step = 0.001,
             .logarithmic = true,
             .help = "kind=normal: standard deviation of the weights"},
    [VAR] = {.name = "var",
             .kind = KNOB_NUMBER,
             .min = 0,
             .max = 100,
             .initial = 0,
             .step = 0.001,
             .logarithmic = true,
             .help = "kind=normal: their variance in its place; 0: std says it"},
    [GAIN] = {.name = "gain",
              .kind = KNOB_NUMBER,
              .min = 0,
              .max = 10,
              .initial = 1,
              .step = 0.05,
              .help = "multiplies all weights; orthogonal wants 1.414 for ReLU"},
    [WIDTH] = {.name = "width",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 200,
               .initial = 100,
               .step = 1,
               .logarithmic = true,
               .unit = "units",
               .help = "units in each layer"},
    [DEPTH] = {.name = "depth",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 100,
               .initial = 50,
               .step = 1,
               .unit = "layers",
               .help = "how many layers"},
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
              "standard deviation of the input and of what each layer puts out"},
    [GRADIENTS] = {"gradient", RESULT_LIST, NULL,
                   "size of a gradient there, relative to that at the output"},
    [GRADIENT_RATIO] = {"gradient_ratio", RESULT_NUMBER, NULL,
                        "its size at the input, divided by that at the output"},
    [DEAD_FRACTION] = {"dead_fraction", RESULT_NUMBER, NULL,
                       "share of the units whose slope is under 1 % of its best for every example"},
    [WEIGHT_STD] = {"weight_std", RESULT_NUMBER, NULL,
                    "standard deviation the weights are drawn with"},
    [EXPECTED_FACTOR] = {"expected_factor", RESULT_NUMBER, NULL,
                         "what a layer multiplies a signal by, on average; nan: no simple rule"},
    [FACTOR] = {"factor", RESULT_NUMBER, NULL,
                "what it did: the depth-th root of the gradient's ratio"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "of the gradient: healthy, vanishing (1 % or less), exploding (100 or more), "
                 "zero or overflow"},
};

struct state {
    struct stack stack;
    double *std;
    double dead; /* units */
};

static double weight_std(const struct demo_run *run)
{
    double n = run->knob[WIDTH].number, gain = run->knob[GAIN].number;
    double var = run->knob[VAR].number, given = var > 0 ? sqrt(var) : run->knob[STD].number;
    const double stds[] = {[INIT_ZERO] = 0,
                           [INIT_NORMAL] = given,
                           [INIT_GLOROT] = sqrt(1 / n),
                           [INIT_HE] = sqrt(2 / n),
                           [INIT_ORTHOGONAL] = sqrt(1 / n),
                           [INIT_DEFAULT] = sqrt(1 / (3 * n)),
                           [INIT_GPT] = 0.02};
    return gain * stds[(size_t)run->knob[KIND].number];
}

static double expected_factor(const struct demo_run *run)
{
    double s = weight_std(run), n = run->knob[WIDTH].number;
    size_t activation = (size_t)run->knob[ACTIVATION].number;
    return activation == LINEAR ? s * sqrt(n) : activation == RELU ? s * sqrt(n / 2) : NAN;
}

static bool init_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    double var = run->knob[VAR].number;
    size_t width = (size_t)run->knob[WIDTH].number;
    bool linear = run->knob[ACTIVATION].number == LINEAR;
    const struct stack plan = {
        .arena = run->arena,
        .seed = run->seed,
        .line = arena_printf(run->arena, "%zu %zu %s", width, width,
                             linear ? "" : run->knob[ACTIVATION].word),
        .init = {.kind = (enum init)run->knob[KIND].number,
                 .std = run->knob[KIND].number == INIT_ORTHOGONAL ? 1
                        : var > 0                                 ? sqrt(var)
                                                                  : run->knob[STD].number},
        .gain = run->knob[GAIN].number,
        .depth = (size_t)run->knob[DEPTH].number,
        .width = width,
        .batch = (size_t)run->knob[BATCH].number,
    };
    stack_start(&s->stack, &plan);
    s->std = ARENA_ARRAY(run->arena, plan.depth + 1, double);
    s->std[0] = spread_of(s->stack.input, plan.batch * width).sd;
    run->total = 2 * plan.depth;
    return true;
}

/* The slope of the activation, as a part of the steepest it has, from what it put out. */
static double slope(size_t activation, double y)
{
    switch (activation) {
    case RELU:
        return y > 0;
    case TANH:
        return 1 - y * y;
    case SIGMOID:
        return 4 * y * (1 - y);
    default: /* GELU: flat only where its output is nearly 0 on the left */
        return 1;
    }
}

static double count_dead(size_t activation, const double *y, size_t batch, size_t width)
{
    double dead = 0;
    for (size_t j = 0; j < width; j++) {
        bool alive = false;
        for (size_t i = 0; i < batch && !alive; i++)
            alive = !(slope(activation, y[i * width + j]) < 0.01);
        dead += !alive;
    }
    return dead;
}

static void one_layer(struct demo_run *run, struct state *s)
{
    struct stack *stack = &s->stack;
    if (stack->forward < stack->depth) {
        stack_forward(stack);
        const double *y = stack_top(stack);
        s->std[stack->forward] = spread_of(y, stack->batch * stack->width).sd;
        s->dead += count_dead((size_t)run->knob[ACTIVATION].number, y, stack->batch, stack->width);
    } else {
        stack_back(stack);
    }
    run->done++;
}

static bool init_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    const struct stack *stack = &s->stack;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_layer(run, s);
    double units = (double)(stack->forward * stack->width);
    demo_out_list(run, STDS, s->std, stack->forward + 1);
    demo_out_number(run, DEAD_FRACTION, units > 0 ? s->dead / units : 0);
    demo_out_number(run, WEIGHT_STD, weight_std(run));
    demo_out_number(run, EXPECTED_FACTOR, expected_factor(run));
    if (run->done < run->total)
        return true;
    double ratio = stack->sizes[0];
    demo_out_list(run, GRADIENTS, stack->sizes, stack->depth + 1);
    demo_out_number(run, GRADIENT_RATIO, ratio);
    demo_out_number(run, FACTOR, pow(ratio, 1 / (double)stack->depth));
    demo_out_text(run, OUTCOME, stack_outcome(ratio));
    return false;
}

static bool init_instant(const struct demo_run *run)
{
    enum { WORK_MOST = 50 * 64 * 100 * 100 };
    double width = run->knob[WIDTH].number;
    /* making directions orthogonal costs as much as a few hundred more examples */
    double examples = run->knob[KIND].number == INIT_ORTHOGONAL ? 400 : 0;
    return run->knob[DEPTH].number * (run->knob[BATCH].number + examples) * width * width <=
           WORK_MOST;
}

static const char *activation_of(const struct demo_run *run)
{
    static const char *const names[] = {"ReLU", "tanh", "sigmoid", "GELU", "linear"};
    return names[(size_t)run->knob[ACTIVATION].number];
}

/* "0.01" or, where it is drawn by its variance, "√0.01 = 0.1"; "?" until a rule has been run. */
static struct line weights_of(const struct demo_run *run)
{
    if (run->knob[KIND].number != INIT_NORMAL && !run->out[WEIGHT_STD].set)
        return line_of("?");
    struct shown std = show_number(weight_std(run), 3);
    double var = run->knob[VAR].number;
    bool read_as_var =
        run->knob[KIND].number == INIT_NORMAL && var > 0 && run->knob[GAIN].number == 1;
    return read_as_var ? line_of("√%s = %s", show_number(var, 3).text, std.text)
                       : line_of("%s", std.text);
}

/* "0.01 × √(100/2) = 0.0707 a layer": why; else what was measured. */
static struct line reason_of(const struct demo_run *run)
{
    double factor = expected_factor(run);
    struct shown std = show_number(weight_std(run), 3), width = show_count(run->knob[WIDTH].number);
    bool linear = run->knob[ACTIVATION].number == LINEAR;
    if (!isnan(factor))
        return line_of(linear ? "%s √%s = %s a layer" : "%s √(%s/2) = %s a layer", std.text,
                       width.text, show_number(factor, 3).text);
    return line_of("about %s a layer", show_result(run, FACTOR, 3).text);
}

static struct line output_std(const struct demo_run *run)
{
    const struct state *s = run->state;
    bool known = s->stack.forward == s->stack.depth;
    return known ? line_of("%s", flow_size(s->std[s->stack.depth]).text) : line_of("?");
}

static struct shown gradient_of(const struct demo_run *run)
{
    bool known = run->out[GRADIENT_RATIO].set;
    return known ? flow_size(run->out[GRADIENT_RATIO].number) : (struct shown){"?"};
}

static void draw_question(const struct demo_run *run, struct grid *grid)
{
    struct shown depth = show_count(run->knob[DEPTH].number);
    const char *plural = run->knob[DEPTH].number == 1 ? "" : "s";
    bool linear = run->knob[ACTIVATION].number == LINEAR;
    struct line one = linear ? line_of("W") : line_of("W → %s", activation_of(run));
    show_either(grid, 2, ROLE_MATH,
                line_of("std 1 → %s → %s → … (%s layer%s) … → std ?", one.text, one.text,
                        depth.text, plural),
                line_of("std 1 → %s → … → std ?", one.text));
    show_either(grid, 3, ROLE_MATH,
                line_of("    ? ← gradient ← … (%s layer%s) … ← 1", depth.text, plural),
                line_of("    ? ← gradient ← … ← 1"));
}

static void init_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    const struct stack *stack = &s->stack;
    struct shown depth = show_count(run->knob[DEPTH].number);
    const char *plural = run->knob[DEPTH].number == 1 ? "" : "s";
    struct line weights = weights_of(run), std = output_std(run);
    struct shown ratio = gradient_of(run);
    show_either(
        grid, 0, ROLE_STRONG,
        line_of("%s %s layer%s, weights std %s: output std %s, gradient %s", depth.text,
                activation_of(run), plural, weights.text, std.text, ratio.text),
        line_of("%s %s layer%s: gradient %s", depth.text, activation_of(run), plural, ratio.text));
    if (run->done == 0) {
        draw_question(run, grid);
        return;
    }
    struct shown dead = show_percent(run->out[DEAD_FRACTION].number, 2);
    const char *outcome = run->out[OUTCOME].set ? run->out[OUTCOME].word : "?";
    struct line why = line_of("%s: %s", outcome, reason_of(run).text);
    double factor = expected_factor(run);
    show_either(grid, 1, ROLE_TEXT,
                line_of("%s: %s; dead units: %s", outcome, reason_of(run).text, dead.text),
                show_columns(why) <= grid->width || isnan(factor)
                    ? why
                    : line_of("%s: × %s a layer", outcome, show_number(factor, 3).text));
    const struct flow flow = {stack->depth, s->std, stack->sizes, stack->forward, stack->back};
    flow_draw(grid, (struct rect){0, 2, grid->width, grid->height - 2}, &flow);
}

static void init_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "A signal of standard deviation 1 goes through %s %s layer%s of %s; %s, weights "
             "of std %s. ",
             show_count(run->knob[DEPTH].number).text, activation_of(run),
             run->knob[DEPTH].number == 1 ? "" : "s",
             show_many(run->knob[WIDTH].number, "unit").text,
             stack_init_name((enum init)run->knob[KIND].number), weights_of(run).text);
    if (!run->out[OUTCOME].set) {
        buf_add(out, "What comes out has not been computed yet.");
        return;
    }
    buf_addf(out, "At the end its standard deviation is %s. ",
             flow_size(s->std[s->stack.depth]).text);
    buf_addf(out, "Of a gradient sent back, a factor of %s arrives at the input: %s. ",
             gradient_of(run).text, reason_of(run).text);
    double dead = run->out[DEAD_FRACTION].number;
    if (dead > 0)
        buf_addf(out,
                 "%s of the units are dead: no example of the batch gets a slope out of them. ",
                 show_percent(dead, 2).text);
    static const char *const says[][2] = {
        {"healthy", "Signal and gradient keep their order of size, so every layer can learn."},
        {"vanishing", "The gradient vanishes: the first layers hardly learn."},
        {"exploding", "The gradient explodes: a step of the usual size throws the weights away."},
        {"zero", "That is exactly 0: the first layers learn nothing."},
        {"overflow", "That is beyond what a float64 can hold: it overflows."},
        {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
}

const struct demo demo_init = {
    .name = "init",
    .title = "Init lab",
    .theme = "Gradients",
    .sketch = "▇▅▃▁ ▅▅▅ ▁▄▇█",
    .question = "What becomes of a signal in fifty layers of random weights?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "layers",
    .instant = init_instant,
    .start = init_start,
    .step = init_step,
    .draw = init_draw,
    .describe = init_describe,
};
