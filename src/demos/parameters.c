/* Counting parameters: a linear layer from a to b units has a*b weights and b biases.
 *
 * `mlp` is a chain of such layers. `deep` puts residual blocks before the last of them, each a layer
 * norm (a scale and a shift for each unit) and a linear layer that keeps the width. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>

enum { MODEL, WIDTHS, BLOCKS, KNOBS };
enum { MLP, DEEP };
enum { TABLE, TOTAL, WITHOUT_BIASES, MLP_TOTAL, GROWTH, RESULTS };

enum { WIDTHS_MOST = 20, BLOCKS_MOST = 100, PARTS = 3 };

static const char *const models[] = {"mlp", "deep", NULL};

static const struct knob knobs[] = {
    [MODEL] = {.name = "model",
               .kind = KNOB_WORD,
               .initial = MLP,
               .choices = models,
               .help = "mlp: linear layers; deep: residual blocks before the last of them"},
    [WIDTHS] = {.name = "widths",
                .kind = KNOB_LIST,
                .min = 1,
                .max = 100000,
                .initial_list = "784,128,10",
                .longest = WIDTHS_MOST,
                .help = "units from the input to the output"},
    [BLOCKS] = {.name = "blocks",
                .kind = KNOB_INTEGER,
                .min = 0,
                .max = BLOCKS_MOST,
                .initial = 2,
                .step = 1,
                .unit = "blocks",
                .help = "deep: residual blocks, as wide as the layer before the last"},
};

static const struct result results[] = {
    [TABLE] = {"table", RESULT_TABLE, NULL, "weights, biases and norm parameters of each layer"},
    [TOTAL] = {"total", RESULT_INTEGER, "parameters", "all of them"},
    [WITHOUT_BIASES] = {"without_biases", RESULT_INTEGER, "parameters", "who forgets the biases"},
    [MLP_TOTAL] = {"mlp_total", RESULT_INTEGER, "parameters", "of the same widths as a plain MLP"},
    [GROWTH] = {"growth", RESULT_NUMBER, NULL, "total/mlp_total - 1"},
};

struct layer {
    struct line label, sum; /* "784 to 128", "784·128 + 128" */
    double total;
};

struct state {
    struct layer *layers;
    double *table;
    size_t count;
};

static void add_layer(struct state *s, double from, double to, bool block)
{
    struct layer *layer = &s->layers[s->count];
    double *row = &s->table[PARTS * s->count++];
    struct shown a = show_count(from), b = show_count(to);
    row[0] = from * to;
    row[1] = to;
    row[2] = block ? 2 * from : 0;
    layer->total = row[0] + row[1] + row[2];
    layer->label = block ? line_of("block of %s", a.text) : line_of("%s to %s", a.text, b.text);
    layer->sum = block ? line_of("2·%s + %s·%s + %s", a.text, a.text, b.text, b.text)
                       : line_of("%s·%s + %s", a.text, b.text, b.text);
}

static bool parameters_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    const struct value *widths = &run->knob[WIDTHS];
    size_t blocks = run->knob[MODEL].number == DEEP ? (size_t)run->knob[BLOCKS].number : 0;
    for (size_t i = 0; i < widths->count; i++)
        if (widths->list[i] != floor(widths->list[i]))
            return err_set(err, "widths=%g: a width is a whole number of units", widths->list[i]);
    size_t most = widths->count + BLOCKS_MOST;
    s->layers = ARENA_ARRAY(run->arena, most, struct layer);
    s->table = ARENA_ARRAY(run->arena, PARTS * most, double);
    for (size_t i = 0; i + 1 < widths->count; i++) {
        for (size_t k = 0; i + 2 == widths->count && k < blocks; k++)
            add_layer(s, widths->list[i], widths->list[i], true);
        add_layer(s, widths->list[i], widths->list[i + 1], false);
    }
    run->total = 1;
    return true;
}

static bool parameters_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    const struct value *widths = &run->knob[WIDTHS];
    double total = 0, biases = 0, plain = 0;
    for (size_t i = 0; i < s->count; i++) {
        total += s->layers[i].total;
        biases += s->table[PARTS * i + 1];
    }
    for (size_t i = 0; i + 1 < widths->count; i++)
        plain += (widths->list[i] + 1) * widths->list[i + 1];
    demo_out_table(run, TABLE, s->table, s->count, PARTS);
    demo_out_number(run, TOTAL, total);
    demo_out_number(run, WITHOUT_BIASES, total - biases);
    demo_out_number(run, MLP_TOTAL, plain);
    demo_out_number(run, GROWTH, plain > 0 ? total / plain - 1 : 0);
    run->done = 1;
    return false;
}

static struct shown total_of(const struct demo_run *run, int result)
{
    return run->done ? show_count(run->out[result].number) : (struct shown){"?"};
}

static struct line growth(const struct demo_run *run)
{
    return line_of("%s more than the same widths as an MLP (%s)",
                   show_percent(run->out[GROWTH].number, 3).text, total_of(run, MLP_TOTAL).text);
}

/* Layer for layer: its sum, and how much of the whole it is. */
static void draw_layers(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { SHOWN_MOST = 40 };
    const struct state *s = run->state;
    struct bar bars[SHOWN_MOST];
    struct line notes[SHOWN_MOST];
    size_t count = s->count < SHOWN_MOST ? s->count : SHOWN_MOST;
    bool wide = at.width >= 60;
    for (size_t i = 0; i < count; i++) {
        const struct layer *layer = &s->layers[i];
        struct shown total = run->done ? show_count(layer->total) : (struct shown){"?"};
        notes[i] =
            wide ? line_of("%s = %s", layer->sum.text, total.text) : line_of("%s", total.text);
        bars[i] = (struct bar){layer->label.text, run->done ? layer->total : 0, notes[i].text,
                               s->table[PARTS * i + 2] > 0 ? ROLE_SERIES_2 : ROLE_SERIES_1};
    }
    chart_bars(grid, at, bars, count);
}

static void parameters_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    bool deep = run->knob[MODEL].number == DEEP && run->knob[BLOCKS].number > 0;
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s with %zu layer%s: %s parameters", run->knob[MODEL].word, s->count,
                        s->count == 1 ? "" : "s", total_of(run, TOTAL).text),
                line_of("%s: %s parameters", run->knob[MODEL].word, total_of(run, TOTAL).text));
    show_either(
        grid, 1, ROLE_TEXT,
        !run->done ? line_of("weights a·b and biases b for each linear layer a to b")
        : deep     ? growth(run)
                   : line_of("without biases it would be %s", total_of(run, WITHOUT_BIASES).text),
        !run->done ? line_of("a·b weights and b biases")
        : deep     ? line_of("%s more than an MLP", show_percent(run->out[GROWTH].number, 3).text)
                   : line_of("without biases %s", total_of(run, WITHOUT_BIASES).text));
    int top = grid->height >= 9 ? 3 : 2;
    if (s->count == 0)
        show_text(grid, 0, top, grid->width, ROLE_WARNING,
                  "a layer takes two widths, as in 784,10");
    draw_layers(run, grid, (struct rect){0, top, grid->width, grid->height - top});
}

static void parameters_describe(const struct demo_run *run, struct buf *out)
{
    enum { SAID_MOST = 5 };
    const struct state *s = run->state;
    if (s->count == 0) {
        buf_add(out, "One width alone makes no layer, so there is nothing to count.");
        return;
    }
    buf_addf(out, "A net (%s) has %zu layer%s: ", run->knob[MODEL].word, s->count,
             s->count == 1 ? "" : "s");
    for (size_t i = 0; i < s->count && i < SAID_MOST; i++)
        buf_addf(out, "%s%s", i ? ", " : "", s->layers[i].label.text);
    buf_add(out, s->count > SAID_MOST ? " and so on. " : ". ");
    if (!run->done) {
        buf_add(out, "Its parameters have not been counted yet.");
        return;
    }
    buf_addf(out, "It has %s parameters; without biases it would be %s. ",
             total_of(run, TOTAL).text, total_of(run, WITHOUT_BIASES).text);
    if (run->out[GROWTH].number > 0)
        buf_addf(out, "That is %s.", growth(run).text);
    else
        buf_addf(out, "The first layer alone has %s = %s.", s->layers[0].sum.text,
                 show_count(s->layers[0].total).text);
}

/* With units counted in place of weights, or the last layer left out. */
static double units(const struct demo_run *run)
{
    const struct value *widths = &run->knob[WIDTHS];
    double sum = 0;
    for (size_t i = 0; i < widths->count; i++)
        sum += widths->list[i];
    return sum;
}

static double last_layer(const struct demo_run *run)
{
    const struct state *s = run->state;
    return s->count ? s->layers[s->count - 1].total : 0;
}

/* A bias for each input of a layer in place of one for each output. */
static double biases_of_inputs(const struct demo_run *run)
{
    const struct value *widths = &run->knob[WIDTHS];
    double sum = 0;
    if (run->knob[MODEL].number == DEEP)
        return NAN;
    for (size_t i = 0; i + 1 < widths->count; i++)
        sum += widths->list[i] * (widths->list[i + 1] + 1);
    return sum;
}

SLIP(bias_forgotten, slip_out(run, WITHOUT_BIASES))
SLIP(last_forgotten, slip_out(run, TOTAL) - last_layer(run))
SLIP(blocks_forgotten, slip_out(run, MLP_TOTAL))
SLIP(units_counted, units(run))
SLIP(bias_for_inputs, biases_of_inputs(run))
SLIP(with_biases, slip_out(run, TOTAL))
SLIP(entry_without_bias, i % PARTS == 0 ? NAN : 0)

static const struct slip slips[] = {
    {TOTAL, "forgot the biases: one for each unit of a layer's output", bias_forgotten},
    {TOTAL, "forgot the last layer", last_forgotten},
    {TOTAL, "left out the residual blocks", blocks_forgotten},
    {TOTAL, "counted a bias for each input; there is one for each output", bias_for_inputs},
    {TOTAL, "counted the units instead of the connections between them", units_counted},
    {WITHOUT_BIASES, "counted the biases too", with_biases},
    {TABLE, "forgot that this layer has them", entry_without_bias},
};

const struct demo demo_parameters = {
    .name = "parameters",
    .title = "Parameter audit",
    .theme = "Judging results",
    .sketch = "784·128 + 128",
    .certain = true,
    .question = "How many numbers does a net learn?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "nets",
    .start = parameters_start,
    .step = parameters_step,
    .draw = parameters_draw,
    .describe = parameters_describe,
};
