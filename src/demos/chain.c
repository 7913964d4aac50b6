/* A chain of equal factors: what is left of a gradient after so many layers.
 *
 * Backpropagation multiplies one slope per layer, so what arrives is factor^depth. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>
#include <string.h>

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

/* The first depth k >= 1 with factor^k <= limit, for factor < 1; the mirror image above 1. */
static double depth_to_reach(double factor, double log_limit)
{
    double slope = log(factor);
    if (factor == 0)
        return log_limit < 0 ? 1 : INFINITY;
    if (slope == 0 || (slope < 0) != (log_limit < 0))
        return INFINITY;
    return fmax(1, part_steps(log_limit / slope));
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

/* "0.9 x 0.9 x 0.9 x ... (20 factors) = ?": the question, drawn as what it is. */
static void draw_question(const struct demo_run *run, struct grid *grid, int y)
{
    struct buf text = {0};
    struct shown factor = show_number(run->knob[FACTOR].number, 6);
    size_t depth = (size_t)run->knob[DEPTH].number, columns = strlen(factor.text) + 3;
    size_t fits = (size_t)grid->width / columns, shown = depth < fits - 2 ? depth : fits - 2;
    for (size_t i = 0; i < shown; i++)
        buf_addf(&text, "%s%s", i ? " × " : "", factor.text);
    buf_addf(&text, "%s = ?", shown < depth ? " × …" : "");
    show_text(grid, 0, y, grid->width, ROLE_MATH, buf_text(&text));
    buf_free(&text);
}

/* Is this depth one of the layers shown? What lies beyond them is for the reader to find. */
static bool is_reached(const struct demo_run *run, int result)
{
    return run->out[result].number <= run->knob[DEPTH].number;
}

static struct line from_layer(const struct demo_run *run, int result)
{
    return line_of("from layer %s on", show_count(run->out[result].number).text);
}

static void draw_verdict(const struct demo_run *run, struct grid *grid, int y)
{
    double factor = run->knob[FACTOR].number;
    const char *word = run->out[OUTCOME].word;
    struct line percent = from_layer(run, LAYERS_TO_1_PERCENT);
    struct line zero = from_layer(run, UNDERFLOW_DEPTH_FLOAT32);
    struct line infinite = from_layer(run, OVERFLOW_DEPTH_FLOAT32);
    if (is_reached(run, UNDERFLOW_DEPTH_FLOAT32))
        show_either(grid, y, ROLE_TEXT,
                    line_of("%s; at most 1 %% %s; 0 in float32 %s", word, percent.text, zero.text),
                    line_of("%s; 1 %% %s", word, percent.text));
    else if (is_reached(run, LAYERS_TO_1_PERCENT))
        show_either(grid, y, ROLE_TEXT, line_of("%s; at most 1 %% %s", word, percent.text),
                    line_of("%s; 1 %% %s", word, percent.text));
    else if (is_reached(run, OVERFLOW_DEPTH_FLOAT32))
        show_either(grid, y, ROLE_TEXT, line_of("%s; infinite in float32 %s", word, infinite.text),
                    line_of("%s; inf %s", word, infinite.text));
    else if (factor < 1)
        show_either(grid, y, ROLE_TEXT, line_of("%s; behind each layer more than 1 %% left", word),
                    line_of("%s; more than 1 %% left", word));
    else
        show_text(grid, 0, y, grid->width, ROLE_TEXT, factor > 1 ? word : "healthy at any depth");
}

static void draw_curve(const struct state *s, struct grid *grid, struct rect at)
{
    static const double rules[] = {0.01};
    static const char *const rule_names[] = {"1 %"};
    const struct series series = {NULL, s->depth, s->left, s->points, ROLE_SERIES_1, false};
    const struct plot plot = {.x_label = "layers",
                              .y_label = "part of the gradient that is left",
                              .series = &series,
                              .series_count = 1,
                              .log_y = true,
                              .x_max = s->depth[s->points - 1],
                              .rules = rules,
                              .rule_names = rule_names,
                              .rule_count = s->left[s->points - 1] < 1};
    chart_plot(grid, at, &plot);
}

/* Where there is no room for a curve: bars at a few depths. */
static void draw_bars(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { BARS_MOST = 5 };
    double depth = run->knob[DEPTH].number;
    int count = at.height < BARS_MOST ? at.height : BARS_MOST;
    struct bar bars[BARS_MOST];
    struct line labels[BARS_MOST];
    for (int i = 0; i < count; i++) {
        double layers = round(depth * (i + 1) / count);
        labels[i] = line_of("%s", show_count(layers).text);
        bars[i] = (struct bar){labels[i].text, pow(run->knob[FACTOR].number, layers), NULL,
                               ROLE_SERIES_1};
    }
    chart_bars(grid, at, bars, (size_t)count);
}

/* "0.122 of the gradient is left", or where it grew "the gradient is 1.6 times as large"; also where that is
 * more than a float64 can hold. */
static struct line outcome_of(const struct demo_run *run, bool wide)
{
    double product = run->out[PRODUCT].number;
    struct shown shown = show_result(run, PRODUCT, 3);
    if (!run->out[PRODUCT].set || product <= 1)
        return wide ? line_of("%s of the gradient is left", shown.text)
                    : line_of("%s left", shown.text);
    struct line times = isinf(product) ? line_of("about 10^%.0f", run->out[LOG10].number)
                                       : line_of("%s", shown.text);
    return wide ? line_of("the gradient is %s times as large", times.text)
                : line_of("× %s", times.text);
}

static void chain_draw(const struct demo_run *run, struct grid *grid)
{
    enum { CURVE_ROWS = 6 };
    struct shown factor = show_number(run->knob[FACTOR].number, 6);
    struct shown depth = show_many(run->knob[DEPTH].number, "layer");
    show_either(
        grid, 0, ROLE_STRONG,
        line_of("%s, each times %s: %s", depth.text, factor.text, outcome_of(run, true).text),
        line_of("%s times %s: %s", depth.text, factor.text, outcome_of(run, false).text));
    if (!run->out[PRODUCT].set) {
        draw_question(run, grid, 2);
        return;
    }
    draw_verdict(run, grid, 1);
    struct rect at = {0, 2, grid->width, grid->height - 2};
    if (at.height >= CURVE_ROWS)
        draw_curve(run->state, grid, at);
    else
        draw_bars(run, grid, at);
}

static void chain_describe(const struct demo_run *run, struct buf *out)
{
    double factor = run->knob[FACTOR].number;
    buf_addf(out, "Each of %s multiplies a gradient by %s. ",
             show_many(run->knob[DEPTH].number, "layer").text, show_number(factor, 4).text);
    if (!run->out[PRODUCT].set) {
        buf_add(out, "How much is left at the end has not been computed yet.");
        return;
    }
    double percent = run->out[LAYERS_TO_1_PERCENT].number;
    buf_addf(out, "At the end %s. ", outcome_of(run, true).text);
    if (isinf(percent))
        buf_add(out, "However deep the chain, it never falls to 1 %. ");
    else if (is_reached(run, LAYERS_TO_1_PERCENT))
        buf_addf(out, "From layer %s on it is 1 %% or less. ", show_count(percent).text);
    else
        buf_addf(out, "Within these layers it does not fall to 1 %%. ");
    if (is_reached(run, UNDERFLOW_DEPTH_FLOAT32))
        buf_addf(out, "From layer %s on a float32 holds 0. ",
                 show_count(run->out[UNDERFLOW_DEPTH_FLOAT32].number).text);
    if (is_reached(run, OVERFLOW_DEPTH_FLOAT32))
        buf_addf(out, "From layer %s on a float32 can only hold infinity. ",
                 show_count(run->out[OVERFLOW_DEPTH_FLOAT32].number).text);
    static const char *const says[][2] = {
        {"healthy", "The gradient keeps its order of size."},
        {"vanishing", "The gradient vanishes: the first layers hardly learn."},
        {"exploding", "The gradient explodes: a step of the usual size throws the weights away."},
        {"zero", "That is exactly 0: nothing arrives at the first layer."},
        {"overflow", "That is beyond the largest float64: it overflows to infinity."},
        {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
}

SLIP(times_depth, slip_knob(run, FACTOR) * slip_knob(run, DEPTH))
SLIP(one_layer_less, pow(slip_knob(run, FACTOR), slip_knob(run, DEPTH) - 1))
SLIP(one_layer_more, pow(slip_knob(run, FACTOR), slip_knob(run, DEPTH) + 1))
SLIP(equal_losses, 1 - slip_knob(run, DEPTH) * (1 - slip_knob(run, FACTOR)))
SLIP(what_is_lost, 1 - slip_out(run, PRODUCT))
SLIP(natural_logarithm, slip_out(run, LOG10) * log(10))
SLIP(of_one_layer, log10(slip_knob(run, FACTOR)))
SLIP(rounded_down, slip_out(run, LAYERS_TO_1_PERCENT) - 1)
SLIP(linear_layers, ceil(0.99 / (1 - slip_knob(run, FACTOR))))

static const struct slip slips[] = {
    {PRODUCT, "multiplied by the depth instead of raising to its power", times_depth},
    {PRODUCT, "counted one layer too few", one_layer_less},
    {PRODUCT, "counted one layer too many", one_layer_more},
    {PRODUCT, "took the same amount away at each layer; each takes a share of what is left",
     equal_losses},
    {PRODUCT, "gave what is lost instead of what is left", what_is_lost},
    {LOG10, "took the natural logarithm instead of the decimal one", natural_logarithm},
    {LOG10, "took the logarithm of one layer", of_one_layer},
    {LAYERS_TO_1_PERCENT, "rounded down: so many layers still leave more than 1 %", rounded_down},
    {LAYERS_TO_1_PERCENT, "took the same amount away at each layer", linear_layers},
};

const struct demo demo_chain = {
    .name = "chain",
    .title = "Chain of factors",
    .theme = "Gradients",
    .sketch = "██▇▆▅▄▃▂▂▁▁▁",
    .certain = true,
    .question = "How much of a gradient is left after many layers?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "chains",
    .start = chain_start,
    .step = chain_step,
    .draw = chain_draw,
    .describe = chain_describe,
};
