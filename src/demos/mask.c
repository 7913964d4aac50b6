/* The mask lab: one row of activations under dropout, in training and at inference.
 *
 * With a mask m of independent Bernoulli(1-p) entries, training passes on m*h*scale and inference
 * h*rest: "inverted" has scale 1/(1-p) and rest 1, "classic" has 1 and 1-p, "none" 1 and 1, and
 * "both" (a common bug) 1/(1-p) and 1-p. The sum of the training values has the mean
 * scale*(1-p)*sum(h) and the variance scale^2*p*(1-p)*sum(h^2). */
#include "demos/demo.h"
#include "demos/show.h"
#include "demos/slip.h"
#include "demos/streams.h"

#include <math.h>
#include <string.h>

enum { UNITS, VALUES, P, SCALING, PASSES, KEEP, KNOBS };
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
    [KEEP] = {.name = "keep",
              .kind = KNOB_LIST,
              .min = 0,
              .max = 1,
              .longest = UNITS_MOST,
              .help = "a mask by hand, 1 keeps and 0 drops, repeated over the units; else drawn"},
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

/* Neumaier's compensated sum, so that 0.8 + 0.1 + 1.2 + 0.7 + 0.4 is 3.2 and not a little less. */
static double sum_of(const double *values, size_t count)
{
    double sum = 0, lost = 0;
    for (size_t i = 0; i < count; i++) {
        double next = sum + values[i];
        lost += fabs(sum) >= fabs(values[i]) ? (sum - next) + values[i] : (values[i] - next) + sum;
        sum = next;
    }
    return sum + lost;
}

/* A mask written by hand holds zeros and ones. */
static bool check_keep(const struct value *keep, struct err *err)
{
    for (size_t i = 0; keep->set && i < keep->count; i++)
        if (keep->list[i] != 0 && keep->list[i] != 1)
            return err_set(err, "keep=%g: each entry is 1 (kept) or 0 (dropped)", keep->list[i]);
    return true;
}

static bool mask_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    struct value *values = &run->knob[VALUES];
    if (values->set)
        run->knob[UNITS].number = (double)values->count;
    s->units = (size_t)run->knob[UNITS].number;
    if (!check_keep(&run->knob[KEEP], err))
        return false;
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
    s->full_sum = sum_of(s->input, s->units);
    for (size_t i = 0; i < s->units; i++) {
        s->eval[i] = s->rest > 0 ? s->input[i] * s->rest : 0;
    }
    run->total = (size_t)run->knob[PASSES].number;
    return true;
}

static void one_pass(struct demo_run *run, struct state *s)
{
    struct rng rng;
    double kept = 0;
    const struct value *keep = &run->knob[KEEP];
    rng_init(&rng, run->seed, STREAM_MASK, run->done);
    for (size_t i = 0; i < s->units; i++) {
        bool dropped = rng_bernoulli(&rng, s->p);
        s->mask[i] = keep->set ? keep->list[i % keep->count] : dropped ? 0 : 1;
        s->train[i] = s->mask[i] > 0 ? s->input[i] * s->scale : 0;
        kept += s->mask[i];
    }
    run->done++;
    double sum = sum_of(s->train, s->units);
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
    double squares = 0, keep = 1 - s->p;
    for (size_t i = 0; i < s->units; i++)
        squares += s->input[i] * s->input[i];
    demo_out_list(run, INPUT, s->input, s->units);
    demo_out_list(run, MASK, s->mask, s->units);
    demo_out_list(run, TRAIN, s->train, s->units);
    demo_out_list(run, EVAL, s->eval, s->units);
    demo_out_number(run, SCALE, s->scale);
    demo_out_number(run, FULL_SUM, s->full_sum);
    demo_out_number(run, EVAL_SUM, sum_of(s->eval, s->units));
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
    enum { DRAWS_MOST = 4000000, START_OF_A_PASS = 10 };
    return run->knob[PASSES].number * (run->knob[UNITS].number + START_OF_A_PASS) <= DRAWS_MOST;
}

/* How the row of units is laid out: numbers in cells where they fit, else one column each. */
struct layout {
    int label, cell, shown; /* columns of the labels, of a unit; units that fit */
    int sums;               /* where the sums stand */
    bool numbers;
};

static struct layout layout_of(const struct grid *grid, size_t units)
{
    enum { LABEL = 7, SUM = 12, CELL_LEAST = 4, CELL_MOST = 8 };
    struct layout l = {.label = LABEL};
    int room = grid->width - LABEL - SUM, cell = units > 999 ? 0 : room / (int)units;
    l.numbers = cell >= CELL_LEAST;
    l.cell = !l.numbers ? 1 : cell > CELL_MOST ? CELL_MOST : cell;
    l.shown = (int)units * l.cell > room ? room / l.cell : (int)units;
    if (l.shown < 0)
        l.shown = 0;
    l.sums = LABEL + l.shown * l.cell + 2;
    return l;
}

/* One row of the picture. `values` NULL: not known yet; `mask` (may be NULL) hides what it drops. */
static void draw_units(struct grid *grid, struct layout l, int y, const char *label,
                       const double *values, const double *mask, const char *sum)
{
    show_text(grid, 0, y, l.label - 1, ROLE_DIM, label);
    if (values && !l.numbers) {
        chart_spark(grid, l.label, y, ROLE_SERIES_1, values, (size_t)l.shown);
        for (int i = 0; mask && i < l.shown; i++)
            if (mask[i] == 0)
                grid_put(grid, l.label + i, y, STYLE(ROLE_DIM), "·");
    }
    for (int i = 0; i < l.shown && (l.numbers || !values); i++) {
        int x = l.label + i * l.cell;
        if (!values)
            grid_put(grid, x, y, STYLE(ROLE_DIM), "?");
        else if (mask && mask[i] == 0)
            grid_put(grid, x, y, STYLE(ROLE_DIM), "·");
        else
            show_cell(grid, x, y, l.cell, ROLE_TEXT, values[i]);
    }
    show_text(grid, l.sums, y, grid->width - l.sums, ROLE_LIVE, sum);
}

static void draw_mask_row(struct grid *grid, struct layout l, int y, const struct state *s,
                          bool known, const char *kept)
{
    show_text(grid, 0, y, l.label - 1, ROLE_DIM, "mask");
    for (int i = 0; i < l.shown; i++) {
        const char *sign = !known ? "?" : s->mask[i] == 0 ? "·" : l.numbers ? "1" : "█";
        grid_put(grid, l.label + i * l.cell, y, STYLE(known ? ROLE_STRONG : ROLE_DIM), sign);
    }
    show_text(grid, l.sums, y, grid->width - l.sums, ROLE_TEXT, kept);
}

static void draw_means(const struct demo_run *run, struct grid *grid, int y)
{
    const struct state *s = run->state;
    const double rules[] = {s->full_sum, run->out[EXPECTED_SUM].number};
    static const char *const names[] = {"whole sum", "expected"};
    static const char *const both[] = {"whole sum"};
    bool same = fabs(rules[0] - rules[1]) < 1e-9 * fabs(rules[0]);
    const struct series series = {NULL, s->pass, s->running, s->points, ROLE_SERIES_1, false};
    const struct plot plot = {.y_label = "mean training sum so far",
                              .x_label = "passes",
                              .series = &series,
                              .series_count = 1,
                              .include_zero = !same,
                              .rules = rules,
                              .rule_names = same ? both : names,
                              .rule_count = same ? 1 : 2};
    chart_plot(grid, (struct rect){0, y, grid->width, grid->height - y}, &plot);
}

/* What the next layer hears: this pass, all masks, inference. */
static void draw_sums(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    const struct bar bars[] = {
        {"whole sum", s->full_sum, NULL, ROLE_SERIES_1},
        {"this training pass", run->out[TRAIN_SUM].number, NULL, ROLE_SERIES_2},
        {"mean over all masks", run->out[EXPECTED_SUM].number, NULL, ROLE_SERIES_2},
        {"inference", run->out[EVAL_SUM].number, NULL, ROLE_SERIES_3},
    };
    chart_bars(grid, at, bars, sizeof bars / sizeof *bars);
}

static void mask_draw(const struct demo_run *run, struct grid *grid)
{
    enum { PLOT_ROWS = 5, SUM_ROWS = 4 };
    const struct state *s = run->state;
    bool known = run->out[TRAIN].set;
    struct layout l = layout_of(grid, s->units);
    struct shown p = show_number(s->p, 4), scale = show_number(s->scale, 4);
    struct shown rest = show_number(s->rest, 4), mean = show_result(run, MEAN_SUM, 4);
    struct shown expected = show_result(run, EXPECTED_SUM, 4);
    const char *scaling = run->knob[SCALING].word;
    int y = 0;
    show_either(grid, y++, ROLE_STRONG,
                known ? line_of("p %s, scaling %s: train times %s, eval times %s", p.text, scaling,
                                scale.text, rest.text)
                      : line_of("p %s, scaling %s", p.text, scaling),
                line_of("p %s, %s: train ×%s", p.text, scaling, known ? scale.text : "?"));
    y += grid->height >= 12;
    struct line full = line_of("sum %s", show_number(s->full_sum, 4).text);
    struct line train = line_of("sum %s", show_result(run, TRAIN_SUM, 4).text);
    struct line eval = line_of("sum %s", show_result(run, EVAL_SUM, 4).text);
    struct line kept = line_of("%s kept", show_result(run, KEPT, 6).text);
    draw_units(grid, l, y++, "input", s->input, NULL, full.text);
    draw_mask_row(grid, l, y++, s, known, kept.text);
    draw_units(grid, l, y++, "train", known ? s->train : NULL, s->mask, train.text);
    draw_units(grid, l, y++, "eval", known ? s->eval : NULL, NULL, eval.text);
    if ((size_t)l.shown < s->units && y + 1 < grid->height)
        show_textf(grid, l.label, y++, grid->width - l.label, ROLE_DIM, "and %zu more units",
                   s->units - (size_t)l.shown);
    y += grid->height >= 12 && run->total == 1;
    if (run->total > 1)
        show_either(grid, y++, ROLE_TEXT,
                    line_of("mean training sum of %s masks: %s (sd %s); expected %s",
                            show_count(known ? (double)run->done : (double)run->total).text,
                            mean.text, show_result(run, SD_SUM, 3).text, expected.text),
                    line_of("mean sum %s, expected %s", mean.text, expected.text));
    else
        show_either(grid, y++, ROLE_TEXT,
                    line_of("over all masks the training sum is %s on average (sd %s)",
                            expected.text, show_result(run, EXPECTED_SD, 3).text),
                    line_of("mean over all masks: %s", expected.text));
    if (!known)
        return;
    if (y < grid->height && (run->total == 1 || grid->height - y > PLOT_ROWS))
        show_textf(grid, 0, y++, grid->width, ROLE_DIM, "all %zu dropped at once: probability %s",
                   s->units, show_result(run, P_ALL_DROPPED, 3).text);
    if (run->total == 1 && grid->height - y > SUM_ROWS)
        draw_sums(run, grid, (struct rect){0, y + 1, grid->width, SUM_ROWS});
    if (run->total > 1 && grid->height - y >= PLOT_ROWS)
        draw_means(run, grid, y);
}

static void add_scaling(const struct demo_run *run, struct buf *out)
{
    static const char *const says[] = {
        [INVERTED] = "Survivors are divided by 1-p in training; inference changes nothing. ",
        [CLASSIC] = "Training leaves survivors as they are; inference multiplies all by 1-p. ",
        [NONE] = "Nothing makes up for the missing signal. ",
        [BOTH] = "Both training and inference make up for it: a common bug. "};
    buf_add(out, says[(size_t)run->knob[SCALING].number]);
}

static void mask_describe(const struct demo_run *run, struct buf *out)
{
    enum { SAID_MOST = 12 };
    const struct state *s = run->state;
    buf_addf(out, "%zu activation%s", s->units, s->units == 1 ? "" : "s");
    for (size_t i = 0; i < s->units && s->units <= SAID_MOST; i++)
        buf_addf(out, "%s %s", i ? "," : "", show_number(s->input[i], 3).text);
    buf_addf(out, " add up to %s; each is dropped with probability %s. ",
             show_number(s->full_sum, 4).text, show_number(s->p, 4).text);
    add_scaling(run, out);
    if (!run->out[TRAIN].set) {
        buf_add(out, "No mask has been drawn yet.");
        return;
    }
    buf_addf(out, "The last mask kept %s of them and made the sum %s; at inference it is %s. ",
             show_result(run, KEPT, 6).text, show_result(run, TRAIN_SUM, 4).text,
             show_result(run, EVAL_SUM, 4).text);
    if (run->done > 1)
        buf_addf(out, "Over %s masks the sum is %s on average, with a standard deviation of %s. ",
                 show_count((double)run->done).text, show_result(run, MEAN_SUM, 4).text,
                 show_result(run, SD_SUM, 3).text);
    buf_addf(out, "Over all masks it would be %s, and all units are dropped with probability %s.",
             show_result(run, EXPECTED_SUM, 4).text, show_result(run, P_ALL_DROPPED, 3).text);
}

/* ---- slips ------------------------------------------------------------------------------------------ */

/* The sum of what this mask keeps, not scaled. */
static double kept_sum(const struct demo_run *run)
{
    const struct state *s = run->state;
    double sum = 0;
    for (size_t i = 0; i < s->units; i++)
        sum += s->mask[i] * s->input[i];
    return sum;
}

static double keep_of(const struct demo_run *run)
{
    return 1 - slip_knob(run, P);
}

SLIP(scale_by_keep, keep_of(run))
SLIP(scale_by_p, 1 / slip_knob(run, P))
SLIP(whole_sum, slip_out(run, FULL_SUM))
SLIP(sum_times_p, slip_out(run, FULL_SUM) * slip_knob(run, P))
SLIP(sum_times_keep, slip_out(run, FULL_SUM) * keep_of(run))
SLIP(sum_times_keep_twice, slip_out(run, FULL_SUM) * keep_of(run) * keep_of(run))
SLIP(sum_over_keep, slip_out(run, FULL_SUM) / keep_of(run))
SLIP(pass_unscaled, kept_sum(run))
SLIP(pass_times_keep, kept_sum(run) * keep_of(run))
SLIP(pass_scaled, kept_sum(run) / keep_of(run))
SLIP(entry_unscaled, slip_entry(run, INPUT, i) * slip_entry(run, MASK, i))
SLIP(entry_times_keep, slip_entry(run, INPUT, i) * slip_entry(run, MASK, i) * keep_of(run))
SLIP(entry_not_dropped, slip_entry(run, INPUT, i) * slip_out(run, SCALE))
SLIP(variance_of_sum, slip_out(run, EXPECTED_SD) * slip_out(run, EXPECTED_SD))
SLIP(dropped_mean, slip_knob(run, UNITS) * slip_knob(run, P))
SLIP(all_kept, pow(keep_of(run), slip_knob(run, UNITS)))
SLIP(one_dropped, slip_knob(run, P))
SLIP(p_added, slip_knob(run, P) * slip_knob(run, UNITS))

static const struct slip slips[] = {
    {SCALE, "multiplied by 1-p instead of dividing by it", scale_by_keep},
    {SCALE, "divided by p, the probability of dropping, instead of 1-p", scale_by_p},
    {EXPECTED_SUM, "multiplied by p, the share that is dropped, instead of 1-p", sum_times_p},
    {EXPECTED_SUM, "forgot that the survivors are divided by 1-p", sum_times_keep},
    {EXPECTED_SUM, "multiplied by 1-p instead of dividing by it", sum_times_keep_twice},
    {EXPECTED_SUM, "took the sum without dropout", whole_sum},
    {EXPECTED_SUM, "divided by 1-p and forgot that units are dropped", sum_over_keep},
    {MEAN_SUM, "multiplied by p, the share that is dropped, instead of 1-p", sum_times_p},
    {MEAN_SUM, "forgot that the survivors are divided by 1-p", sum_times_keep},
    {MEAN_SUM, "multiplied by 1-p instead of dividing by it", sum_times_keep_twice},
    {MEAN_SUM, "took the sum without dropout", whole_sum},
    {MEAN_SUM, "divided by 1-p and forgot that units are dropped", sum_over_keep},
    {TRAIN_SUM, "forgot to divide the survivors by 1-p", pass_unscaled},
    {TRAIN_SUM, "multiplied by 1-p instead of dividing by it", pass_times_keep},
    {TRAIN_SUM, "divided by 1-p, which this scaling does not do in training", pass_scaled},
    {TRAIN_SUM, "took the sum without dropout", whole_sum},
    {TRAIN, "forgot to divide the survivor by 1-p", entry_unscaled},
    {TRAIN, "multiplied by 1-p instead of dividing by it", entry_times_keep},
    {TRAIN, "overlooked that the mask drops this unit", entry_not_dropped},
    {EVAL_SUM, "scaled at inference too, where this scaling leaves the sum alone", sum_times_keep},
    {EVAL_SUM, "forgot the factor 1-p that this scaling has at inference", whole_sum},
    {EVAL_SUM, "divided by 1-p at inference, which belongs to training", sum_over_keep},
    {EXPECTED_SD, "gave the variance instead of its root", variance_of_sum},
    {SD_SUM, "gave the variance instead of its root", variance_of_sum},
    {MEAN_KEPT, "counted the dropped instead of the kept", dropped_mean},
    {P_ALL_DROPPED, "took the probability that all are kept", all_kept},
    {P_ALL_DROPPED, "took the probability that one unit is dropped", one_dropped},
    {P_ALL_DROPPED, "added the probabilities instead of multiplying them", p_added},
};

const struct demo demo_mask = {
    .name = "mask",
    .title = "Mask lab",
    .theme = "Dropout",
    .sketch = "1 · 1 1 · 1 ·",
    .question = "Which units survive, and what does the next layer hear?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "passes",
    .instant = mask_instant,
    .start = mask_start,
    .step = mask_step,
    .draw = mask_draw,
    .describe = mask_describe,
};
