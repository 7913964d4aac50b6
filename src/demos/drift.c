/* Scale drift: the distribution of what goes into each ReLU of a deep, untrained net.
 *
 * Without a norm the scale is multiplied by the same factor in every layer: by more than 1 it
 * balloons, by less it shrinks to nothing, and He's weights hit 1. A norm sets it anew each time. */
#include "demos/flow.h"
#include "demos/stack.h"

#include <math.h>
#include <string.h>

enum { NORM, INIT, STD, P, DEPTH, WIDTH, BATCH, KNOBS };
enum { MEANS, STDS, HISTOGRAM, FACTOR, BEYOND, OUTCOME, RESULTS };

/* Bins of a quarter from -3.125 to 3.125; the outer ones take what lies beyond, too. */
enum { BINS = 25, BINS_OF_ONE = 4 };

static const char *const norms[] = {"none", "batch", "layer", "rms", NULL};

static const struct knob knobs[] = {
    [NORM] = {.name = "norm",
              .kind = KNOB_WORD,
              .initial = 0,
              .choices = norms,
              .help = "what stands between each linear layer and its ReLU"},
    [INIT] = {.name = "init",
              .kind = KNOB_WORD,
              .initial = INIT_DEFAULT,
              .choices = stack_inits,
              .help = "how the weights are drawn; biases are 0"},
    [STD] = {.name = "std",
             .kind = KNOB_NUMBER,
             .min = 0,
             .max = 10,
             .initial = 0.3,
             .step = 0.001,
             .logarithmic = true,
             .help = "init=normal: standard deviation of the weights"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0,
           .step = 0.05,
           .help = "probability of dropping each unit behind its ReLU"},
    [DEPTH] = {.name = "depth",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 100,
               .initial = 50,
               .step = 1,
               .unit = "layers",
               .help = "how many layers"},
    [WIDTH] = {.name = "width",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 200,
               .initial = 100,
               .step = 1,
               .logarithmic = true,
               .unit = "units",
               .help = "units in each layer"},
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
    [MEANS] = {"mean", RESULT_LIST, NULL, "of the input, and of what goes into each ReLU"},
    [STDS] = {"std", RESULT_LIST, NULL, "standard deviation of the same"},
    [HISTOGRAM] = {"histogram", RESULT_TABLE, NULL,
                   "a row for the input and each layer: shares in 25 bins of 0.25, the middle one "
                   "around 0; the outer ones take what lies beyond"},
    [FACTOR] = {"factor", RESULT_NUMBER, NULL, "by which std grows a layer, from the first on"},
    [BEYOND] = {"beyond", RESULT_NUMBER, NULL, "share of the last layer's numbers beyond 3.125"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "of the last std: healthy, vanishing (1 % or less), exploding (100 or more), zero "
                 "or overflow"},
};

struct state {
    struct stack stack;
    double *mean, *std, *histogram;
    double beyond;
};

static bool drift_start(struct demo_run *run, struct err *err)
{
    static const char *const layers[] = {"", "batch", "layer", "rms"};
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    size_t width = (size_t)run->knob[WIDTH].number;
    const struct stack plan = {
        .arena = run->arena,
        .seed = run->seed,
        .line = arena_printf(run->arena, "%zu %zu %s relu dropout=%.17g", width, width,
                             layers[(size_t)run->knob[NORM].number], run->knob[P].number),
        .init = {.kind = (enum init)run->knob[INIT].number,
                 .std = run->knob[INIT].number == INIT_NORMAL ? run->knob[STD].number : 1},
        .gain = 1,
        .depth = (size_t)run->knob[DEPTH].number,
        .width = width,
        .batch = (size_t)run->knob[BATCH].number,
    };
    stack_start(&s->stack, &plan);
    s->mean = ARENA_ARRAY(run->arena, plan.depth + 1, double);
    s->std = ARENA_ARRAY(run->arena, plan.depth + 1, double);
    s->histogram = ARENA_ARRAY(run->arena, (plan.depth + 1) * BINS, double);
    run->total = plan.depth + 1;
    return true;
}

static void measure(struct state *s, size_t place, const double *values)
{
    size_t count = s->stack.batch * s->stack.width;
    struct spread spread = spread_of(values, count);
    double *bins = s->histogram + place * BINS, beyond = 0;
    for (size_t i = 0; i < count; i++) {
        double bin = round(values[i] * BINS_OF_ONE) + BINS / 2;
        beyond += !(bin >= 0 && bin < BINS);
        bins[bin >= BINS ? BINS - 1 : bin > 0 ? (size_t)bin : 0] += 1 / (double)count;
    }
    s->mean[place] = spread.mean;
    s->std[place] = spread.sd;
    s->beyond = beyond / (double)count;
}

static void next_place(struct demo_run *run, struct state *s)
{
    if (run->done == 0) {
        measure(s, 0, s->stack.input);
    } else {
        const struct model *block = stack_forward(&s->stack);
        measure(s, run->done, block->layers[run->knob[NORM].number > 0 ? 1 : 0].y);
    }
    run->done++;
}

static bool drift_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    size_t depth = s->stack.depth;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        next_place(run, s);
    demo_out_list(run, MEANS, s->mean, run->done);
    demo_out_list(run, STDS, s->std, run->done);
    demo_out_table(run, HISTOGRAM, s->histogram, run->done, BINS);
    if (run->done < run->total)
        return true;
    double growth = s->std[depth] / s->std[1];
    demo_out_number(run, FACTOR, depth > 1 ? pow(growth, 1 / (double)(depth - 1)) : NAN);
    demo_out_number(run, BEYOND, s->beyond);
    demo_out_text(run, OUTCOME, stack_outcome(s->std[depth]));
    return false;
}

static bool drift_instant(const struct demo_run *run)
{
    enum { WORK_MOST = 50 * 64 * 100 * 100 };
    double width = run->knob[WIDTH].number;
    double examples = run->knob[INIT].number == INIT_ORTHOGONAL ? 400 : 0;
    return run->knob[DEPTH].number * (run->knob[BATCH].number + examples) * width * width <=
           WORK_MOST;
}

static const char *norm_of(const struct demo_run *run)
{
    static const char *const names[] = {"no norm", "batch norm", "layer norm", "RMSNorm"};
    return names[(size_t)run->knob[NORM].number];
}

static struct line weights_of(const struct demo_run *run)
{
    if (run->knob[INIT].number == INIT_NORMAL)
        return line_of("weights of std %s", show_number(run->knob[STD].number, 3).text);
    return line_of("%s", stack_init_name((enum init)run->knob[INIT].number));
}

static struct line drops_of(const struct demo_run *run)
{
    double p = run->knob[P].number;
    return p > 0 ? line_of(", dropout %s", show_number(p, 2).text) : line_of("%s", "");
}

static const char *verdict(const struct demo_run *run)
{
    const struct state *s = run->state;
    if (!run->out[OUTCOME].set)
        return "Does the scale hold from layer to layer?";
    static const char *const says[][2] = {
        {"vanishing", "The values shrink to nothing: deep layers see only zeros."},
        {"exploding", "The values balloon far beyond the picture."},
        {"zero", "Every value is exactly 0."},
        {"overflow", "The values are beyond what a float64 can hold."},
    };
    for (size_t i = 0; i < sizeof says / sizeof *says; i++)
        if (strcmp(says[i][0], run->out[OUTCOME].word) == 0)
            return says[i][1];
    double growth = s->std[s->stack.depth] / s->std[1];
    return growth > 4      ? "The scale grows from layer to layer."
           : growth < 0.25 ? "The scale shrinks from layer to layer."
                           : "The scale holds from layer to layer.";
}

/* Where the pieces of a row stand. */
struct layout {
    int label, cell, std; /* columns of the label, of a bin, and where std begins */
};

static void draw_row(const struct demo_run *run, struct grid *grid, struct layout l, int y,
                     size_t place)
{
    const struct state *s = run->state;
    bool known = place < run->done;
    if (place)
        show_textf(grid, 0, y, l.label - 1, ROLE_DIM, "%zu", place);
    else
        show_text(grid, 0, y, l.label - 1, ROLE_DIM, "in");
    if (known)
        flow_bins(grid, l.label, y, l.cell, s->histogram + place * BINS, BINS);
    else
        show_text(grid, l.label + BINS / 2 * l.cell, y, 1, ROLE_DIM, "?");
    struct shown size = known ? flow_size(s->std[place]) : (struct shown){"?"};
    int room = grid->width - l.std;
    if ((int)strlen(size.text) > room)
        show_cell(grid, l.std, y, room + 1, ROLE_LIVE, s->std[place]);
    else
        show_text(grid, l.std, y, room, ROLE_LIVE, size.text);
}

static void draw_scale(struct grid *grid, struct layout l, int y)
{
    int middle = l.label + BINS / 2 * l.cell + l.cell / 2, three = 3 * BINS_OF_ONE * l.cell;
    show_text(grid, middle - three - (l.cell > 1), y, 4, ROLE_FRAME, "≤-3");
    show_text(grid, middle, y, 1, ROLE_FRAME, "0");
    show_text(grid, middle + three - 1, y, 3, ROLE_FRAME, "≥3");
    show_text(grid, l.std, y, grid->width - l.std, ROLE_DIM, "std");
}

static void drift_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9, LEAST = 5 }; /* LEAST: "4e-20" */
    const struct state *s = run->state;
    struct layout l = {.label = s->stack.depth >= 100 ? 4 : 3};
    l.cell = (grid->width - l.label - 9) / BINS;
    l.cell = l.cell < 1 ? 1 : l.cell > 4 ? 4 : l.cell;
    l.std = l.label + BINS * l.cell + 1;
    if (l.std > grid->width - LEAST)
        l.std = grid->width - LEAST;
    bool last_known = run->done == run->total, tall = grid->height >= TALL;
    struct line last =
        last_known ? line_of("%s", flow_size(s->std[s->stack.depth]).text) : line_of("?");
    struct line weights = weights_of(run), drops = drops_of(run);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s, %s, %s%s: the last has std %s",
                        show_many((double)s->stack.depth, "layer").text, weights.text, norm_of(run),
                        drops.text, last.text),
                line_of("%s, %s: std %s", show_many((double)s->stack.depth, "layer").text,
                        norm_of(run), last.text));
    int y = 1;
    if (tall) {
        show_text(grid, 0, y++, grid->width, ROLE_TEXT, verdict(run));
        draw_scale(grid, l, y++);
    }
    size_t rows = (size_t)(grid->height - y), places = s->stack.depth + 1;
    rows = rows > places ? places : rows;
    for (size_t i = 0; i < rows; i++, y++)
        draw_row(run, grid, l, y, rows > 1 ? i * (places - 1) / (rows - 1) : places - 1);
}

static void drift_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    size_t depth = s->stack.depth;
    buf_addf(out, "Standard normal numbers go through %zu ReLU layer%s with %s and %s%s. ", depth,
             depth == 1 ? "" : "s", weights_of(run).text, norm_of(run), drops_of(run).text);
    if (!run->out[OUTCOME].set) {
        buf_add(out, "How their distribution drifts has not been computed yet.");
        return;
    }
    buf_addf(out,
             "What goes into a ReLU has a standard deviation of %s in the first layer and %s "
             "in the last",
             show_number(s->std[1], 2).text, flow_size(s->std[depth]).text);
    if (isfinite(run->out[FACTOR].number))
        buf_addf(out, ": × %s a layer", show_result(run, FACTOR, 3).text);
    buf_addf(out, ". %s of the last layer's numbers lie beyond 3. ",
             show_percent(run->out[BEYOND].number, 2).text);
    buf_add(out, verdict(run));
}

const struct demo demo_drift = {
    .name = "drift",
    .title = "Drift of the scale",
    .theme = "Normalisation",
    .sketch = "▁▃▆█▆▃▁ ▁█▁ █",
    .question = "How does the distribution of the values change from layer to layer?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "layers",
    .instant = drift_instant,
    .start = drift_start,
    .step = drift_step,
    .draw = drift_draw,
    .describe = drift_describe,
};
