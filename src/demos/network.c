/* One forward pass through a small net: what each unit passes on, and whom dropout silenced.
 *
 * Each layer is linear (He), an optional norm, a ReLU and dropout. Without a norm inverted dropout
 * raises the spread of the sums by 1/sqrt(1-p) a layer; a norm sets it anew. In eval mode nothing is
 * dropped and batch norm takes the running statistics of earlier passes. */
#define REAL_BITS 64
#include "demos/flow.h"
#include "demos/stack.h"
#include "demos/streams.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { LAYERS, UNITS, P, NORM, MODE, PASS, KNOBS };
enum {
    ACTIVATIONS_OUT,
    MASK,
    SILENCED_FRACTION,
    SILENCED,
    EVAL_DRIFT,
    STDS,
    HISTOGRAM,
    OFF_FRACTION,
    OUTCOME,
    RESULTS
};
enum { NONE, BATCH_NORM };
enum { TRAIN, EVAL };

/* The batch that the statistics are of, and the passes that fill batch norm's running ones. */
enum { EXAMPLES = 256, WARM_UP = 60 };
/* Bins of a half from -2.75 to 2.75; the outer ones take what lies beyond, too. */
enum { BINS = 11, BINS_OF_ONE = 2 };

static const char *const norms[] = {"none", "batch", "layer", "rms", NULL};
static const char *const modes[] = {"train", "eval", NULL};

static const struct knob knobs[] = {
    [LAYERS] = {.name = "layers",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 12,
                .initial = 4,
                .step = 1,
                .unit = "layers",
                .help = "how many layers"},
    [UNITS] = {.name = "units",
               .kind = KNOB_INTEGER,
               .min = 2,
               .max = 64,
               .initial = 24,
               .step = 1,
               .unit = "units",
               .help = "units in each layer"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 0.9,
           .initial = 0.3,
           .step = 0.05,
           .help = "probability of dropping each unit behind its ReLU"},
    [NORM] = {.name = "norm",
              .kind = KNOB_WORD,
              .initial = NONE,
              .choices = norms,
              .help = "what stands between each linear layer and its ReLU"},
    [MODE] = {.name = "mode",
              .kind = KNOB_WORD,
              .initial = TRAIN,
              .choices = modes,
              .help = "train drops and scales; eval drops nothing"},
    [PASS] = {.name = "pass",
              .kind = KNOB_INTEGER,
              .min = 1,
              .max = 1000,
              .initial = 1,
              .step = 1,
              .help = "the same net and example, other coins"},
};

static const struct result results[] = {
    [ACTIVATIONS_OUT] = {"activations", RESULT_TABLE, NULL,
                         "a row for the input and each layer: what its units pass on"},
    [MASK] = {"mask", RESULT_TABLE, NULL, "the same shape: 1 kept, 0 silenced by dropout"},
    [SILENCED_FRACTION] = {"silenced_fraction", RESULT_NUMBER, NULL, "share of the layers' units"},
    [SILENCED] = {"silenced", RESULT_INTEGER, "units", "how many dropout silenced"},
    [EVAL_DRIFT] = {"eval_drift", RESULT_NUMBER, NULL,
                    "std of the last sums in eval mode, divided by that in train mode, minus 1"},
    [STDS] = {"std", RESULT_LIST, NULL,
              "standard deviation of the input and of the sums before each ReLU, over a batch"},
    [HISTOGRAM] = {"histogram", RESULT_TABLE, NULL,
                   "the same numbers: shares in 11 bins of 0.5; the outer ones take the rest"},
    [OFF_FRACTION] = {"off_fraction", RESULT_NUMBER, NULL,
                      "share of the units that are kept and whose ReLU is off"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "of the last std against the first: growing (over 1.5), shrinking (under 0.67) or "
                 "steady"},
};

struct state {
    struct model model;
    size_t layers, units, places, block; /* block: model layers in a layer of the net */
    double *batch;                       /* (EXAMPLES, units) */
    double *activations, *mask;          /* (places, units) */
    double *std, *histogram;             /* (places), (places, BINS) */
    bool *struck;
};

static void draw_batch(const struct demo_run *run, struct state *s, size_t number)
{
    struct rng rng;
    rng_init(&rng, run->seed, STREAM_NETWORK_DATA, number);
    for (size_t i = 0; i < EXAMPLES * s->units; i++)
        s->batch[i] = rng_normal(&rng);
}

static uint64_t seed_for(const struct demo_run *run, uint64_t stream, uint64_t block)
{
    struct rng rng;
    rng_init(&rng, run->seed, stream, block);
    return rng_next(&rng);
}

static bool network_start(struct demo_run *run, struct err *err)
{
    static const char *const words[] = {"", " batch", " layer", " rms"};
    const struct init_options options = {.kind = INIT_HE};
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    struct buf line = {0};
    bool normed = run->knob[NORM].number != NONE;
    s->layers = (size_t)run->knob[LAYERS].number;
    s->units = (size_t)run->knob[UNITS].number;
    s->places = s->layers + 1;
    s->block = normed ? 4 : 3;
    buf_addf(&line, "%zu", s->units);
    for (size_t i = 0; i < s->layers; i++)
        buf_addf(&line, " %zu%s relu dropout=%.17g", s->units,
                 words[(size_t)run->knob[NORM].number], run->knob[P].number);
    bool built = model_build(&s->model, run->arena, buf_text(&line), EXAMPLES, err);
    buf_free(&line);
    assert(built);
    model_init(&s->model, &options, seed_for(run, STREAM_NETWORK_WEIGHTS, 0));
    s->batch = ARENA_ARRAY(run->arena, EXAMPLES * s->units, double);
    s->activations = ARENA_ARRAY(run->arena, s->places * s->units, double);
    s->mask = ARENA_ARRAY(run->arena, s->places * s->units, double);
    s->struck = ARENA_ARRAY(run->arena, s->places * s->units, bool);
    s->std = ARENA_ARRAY(run->arena, s->places, double);
    s->histogram = ARENA_ARRAY(run->arena, s->places * BINS, double);
    draw_batch(run, s, 0);
    memcpy(s->activations, s->batch, s->units * sizeof *s->batch);
    run->total = (run->knob[NORM].number == BATCH_NORM ? WARM_UP : 0) + 1;
    return built;
}

static void measure(struct state *s, size_t place, const double *values)
{
    size_t count = EXAMPLES * s->units;
    s->std[place] = spread_of(values, count).sd;
    for (size_t i = 0; i < count; i++) {
        double bin = round(values[i] * BINS_OF_ONE) + BINS / 2;
        s->histogram[place * BINS + (bin >= BINS ? BINS - 1
                                     : bin > 0   ? (size_t)bin
                                                 : 0)] += 1 / (double)count;
    }
}

/* What goes into the ReLUs of a layer; the input itself for place 0. */
static const double *sums_of(const struct state *s, size_t place)
{
    return place ? s->model.layers[place * s->block - 3].y : s->batch;
}

/* The pass that is shown; its first example is the one whose units are drawn. */
static void last_pass(struct demo_run *run, struct state *s)
{
    size_t units = s->units;
    bool train = run->knob[MODE].number == TRAIN;
    double quiet = 0, noisy = 0;
    draw_batch(run, s, 0);
    s->model.momentum = 0;                 /* the running statistics stay as they are */
    for (int turn = 0; turn < 2; turn++) { /* the mode that is shown comes last */
        bool dropping = (turn == 1) == train;
        model_forward(&s->model, s->batch, EXAMPLES, dropping ? MODEL_TRAIN : MODEL_EVAL,
                      seed_for(run, STREAM_NETWORK_MASKS, 0), (uint64_t)run->knob[PASS].number,
                      NULL);
        double sd = spread_of(sums_of(s, s->layers), EXAMPLES * units).sd;
        *(dropping ? &noisy : &quiet) = sd;
    }
    demo_out_number(run, EVAL_DRIFT, quiet / noisy - 1);
    double silenced = 0, closed = 0;
    for (size_t place = 0; place < s->places; place++) {
        const struct layer *ends = place ? &s->model.layers[place * s->block - 1] : NULL;
        const double *out = ends ? ends->y : s->batch;
        measure(s, place, sums_of(s, place));
        for (size_t j = 0; j < units; j++) {
            size_t at = place * units + j;
            bool kept = !ends || !train || mask_bit(ends->mask, j);
            s->activations[at] = out[j];
            s->mask[at] = kept;
            s->struck[at] = !kept;
            silenced += !kept;
            closed += kept && place && out[j] == 0;
        }
    }
    double all = (double)(s->layers * units);
    demo_out_number(run, SILENCED, silenced);
    demo_out_number(run, SILENCED_FRACTION, silenced / all);
    demo_out_number(run, OFF_FRACTION, closed / all);
}

static const char *outcome(const struct state *s)
{
    double growth = s->std[s->layers] / s->std[1];
    return growth > 1.5 ? "growing" : growth < 1 / 1.5 ? "shrinking" : "steady";
}

static bool network_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done + 1 < run->total; i++, run->done++) {
        draw_batch(run, s, run->done + 1);
        model_forward(&s->model, s->batch, EXAMPLES, MODEL_TRAIN,
                      seed_for(run, STREAM_NETWORK_MASKS, run->done + 1), 0, NULL);
        work -= i + 1 == work; /* the pass that is shown waits for the next slice */
    }
    if (work == 0 || run->done + 1 < run->total)
        return true;
    last_pass(run, s);
    run->done = run->total;
    demo_out_table(run, ACTIVATIONS_OUT, s->activations, s->places, s->units);
    demo_out_table(run, MASK, s->mask, s->places, s->units);
    demo_out_list(run, STDS, s->std, s->places);
    demo_out_table(run, HISTOGRAM, s->histogram, s->places, BINS);
    demo_out_text(run, OUTCOME, outcome(s));
    return false;
}

static bool network_instant(const struct demo_run *run)
{
    enum { PRODUCTS_MOST = 20000 }; /* an example, where running statistics need many passes */
    double units = run->knob[UNITS].number;
    return run->knob[NORM].number != BATCH_NORM ||
           run->knob[LAYERS].number * units * units <= PRODUCTS_MOST;
}

static const char *norm_of(const struct demo_run *run)
{
    static const char *const names[] = {"no norm", "batch norm", "layer norm", "RMSNorm"};
    return names[(size_t)run->knob[NORM].number];
}

/* Where the pieces of a row stand. */
struct layout {
    int label, cell, units, std, bins, bin; /* bins: 0 where they do not fit; bin: its columns */
};

static struct layout layout_for(const struct state *s, int width)
{
    enum { LABEL = 3, STD = 6, GAP = 2 };
    struct layout l = {.label = LABEL, .cell = 1};
    bool bins = width >= 60;
    l.bin = width >= 150 ? 2 : 1;
    int room = width - LABEL - 1 - STD - (bins ? GAP + BINS * l.bin : 0);
    l.cell = room / (int)s->units;
    l.cell = l.cell < 1 ? 1 : l.cell > 4 ? 4 : l.cell;
    l.units = room / l.cell < (int)s->units ? room / l.cell : (int)s->units;
    l.std = LABEL + l.units * l.cell + 1;
    l.bins = bins ? l.std + STD + GAP - 1 : 0;
    return l;
}

static void draw_place(const struct demo_run *run, struct grid *grid, struct layout l, int y,
                       size_t place)
{
    const struct state *s = run->state;
    bool known = run->out[STDS].set;
    if (place)
        show_textf(grid, 0, y, l.label - 1, ROLE_DIM, "%zu", place);
    else
        show_text(grid, 0, y, l.label - 1, ROLE_DIM, "in");
    double loud[64];
    for (size_t j = 0; j < s->units; j++)
        loud[j] = known || !place ? fabs(s->activations[place * s->units + j]) : NAN;
    chart_heat(grid, (struct rect){l.label, y, l.units * l.cell, 1}, loud, 1, s->units, 0, 3,
               s->struck + place * s->units, l.cell);
    show_text(grid, l.std, y, l.bins ? l.bins - l.std - 1 : grid->width - l.std, ROLE_LIVE,
              known ? show_number(s->std[place], 3).text : "?");
    if (l.bins && known)
        flow_bins(grid, l.bins, y, l.bin, s->histogram + place * BINS, BINS);
}

static bool spreads_alike(double drift)
{
    return fabs(drift) < 0.005;
}

/* "in eval mode the last sums spread 46 % less". */
static struct line drift_of(const struct demo_run *run)
{
    double drift = run->out[EVAL_DRIFT].number;
    if (!run->out[EVAL_DRIFT].set)
        return line_of("in eval mode the last sums spread ?");
    if (spreads_alike(drift))
        return line_of("in eval mode the last sums spread alike");
    return line_of("in eval mode the last sums spread %s %s", show_percent(fabs(drift), 2).text,
                   drift < 0 ? "less" : "more");
}

static void network_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 10 };
    const struct state *s = run->state;
    bool tall = grid->height >= TALL;
    struct layout l = layout_for(s, grid->width);
    struct shown p = show_number(run->knob[P].number, 2);
    const char *mode = run->knob[MODE].word;
    show_either(grid, 0, ROLE_STRONG,
                line_of("One pass in %s mode: %s of %s, %s, p %s", mode,
                        show_many((double)s->layers, "layer").text,
                        show_many((double)s->units, "unit").text, norm_of(run), p.text),
                line_of("%s mode, p %s, %s", mode, p.text, norm_of(run)));
    int y = 1;
    if (tall) {
        show_either(grid, y++, ROLE_TEXT,
                    line_of("%s of %zu units silenced (×); %s", show_result(run, SILENCED, 3).text,
                            s->layers * s->units, drift_of(run).text),
                    line_of("%s of %zu units silenced (×)", show_result(run, SILENCED, 3).text,
                            s->layers * s->units));
        y++;
        show_text(grid, l.label, y, l.std - l.label - 1, ROLE_DIM,
                  "what each unit passes on (brighter: more)");
        show_text(grid, l.std, y, l.bins ? l.bins - l.std - 1 : 3, ROLE_DIM, "std");
        if (l.bins)
            show_text(grid, l.bins, y, grid->width - l.bins, ROLE_DIM, "of its sums");
        y++;
    }
    int rows = grid->height - y, places = (int)s->places;
    int gap = rows >= 2 * places - 1 ? 2 : 1, shown = rows < places ? rows : places;
    for (int i = 0; i < shown; i++) {
        int place = shown < places && shown > 1 ? i * (places - 1) / (shown - 1) : i;
        draw_place(run, grid, l, y + i * gap, (size_t)place);
    }
}

static void network_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "An example goes through %zu ReLU layer%s of %s with %s, in %s mode, p %s. ",
             s->layers, s->layers == 1 ? "" : "s", show_many((double)s->units, "unit").text,
             norm_of(run), run->knob[MODE].word, show_number(run->knob[P].number, 2).text);
    if (!run->out[STDS].set) {
        buf_add(out, "What its units pass on has not been computed yet.");
        return;
    }
    buf_addf(out, "Dropout silences %s of its %zu units, and the ReLUs shut off %s more. ",
             show_result(run, SILENCED, 3).text, s->layers * s->units,
             show_percent(run->out[OFF_FRACTION].number, 2).text);
    buf_addf(out,
             "Over a batch the sums have a standard deviation of %s in the first layer and %s in "
             "the last: ",
             show_number(s->std[1], 3).text, show_number(s->std[s->layers], 3).text);
    static const char *const says[][2] = {{"growing", "the scale grows on its way. "},
                                          {"shrinking", "the scale shrinks on its way. "},
                                          {"steady", "the scale holds. "},
                                          {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
    double drift = run->out[EVAL_DRIFT].number;
    if (spreads_alike(drift))
        buf_add(out, "The last sums spread alike in train and in eval mode.");
    else
        buf_addf(out, "In eval mode the last sums spread %s %s than in train mode.",
                 show_percent(fabs(drift), 2).text, drift < 0 ? "less" : "more");
}

const struct demo demo_network = {
    .name = "network",
    .title = "A net at work",
    .theme = "Dropout",
    .sketch = "▓·█▒·░▓█·▒▓·",
    .question = "What do dropout and a norm do to every unit of a net in one pass?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "passes",
    .instant = network_instant,
    .start = network_start,
    .step = network_step,
    .draw = network_draw,
    .describe = network_describe,
};
