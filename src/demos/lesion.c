/* Lesions: what a trained network loses when a part of it is taken out, and nothing trained again.
 *
 * Units: 40-64-2 with wrong labels (noisy.h), a pair from the same data and first weights, without
 * and with dropout; random sets of hidden units are silenced. Blocks: deep nets on two spirals; one
 * residual unit is deleted, or one Linear [norm] ReLU where there is no skip. */
#include "demos/demo.h"
#include "demos/noisy.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"
#include "demos/surgery.h"
#include "demos/sweep.h"

#include <math.h>
#include <string.h>

/* clang-format off */
enum { KIND, P, REMOVED, BLOCKS, STEPS, SEEDS, KNOBS };
enum {
    PLAIN_ACCURACY, DROPOUT_ACCURACY, PLAIN_LOST, PLAIN_LOST_SD, DROPOUT_LOST, DROPOUT_LOST_SD,
    SPARED, SPARED_SE, WHOLE, DELETED, DELETED_SD, DELETED_MEAN, RUNS, RESULTS
};
/* clang-format on */

enum { OF_UNITS, OF_BLOCKS };
static const char *const kinds[] = {"units", "blocks", NULL};

enum { HIDDEN = 64, SETS = 10, COUNTS_MOST = 12, BLOCKS_MOST = 20 };
enum { PLAIN, DROPOUT, ARMS };
enum { NETS_MOST = 4, CUTS_MOST = BLOCKS_MOST };

static const struct knob knobs[] = {
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .choices = kinds,
              .help = "what is removed: hidden units, or one block of a deep network"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "units: probability of dropping a hidden unit in the second network"},
    [REMOVED] = {.name = "removed",
                 .kind = KNOB_LIST,
                 .min = 0,
                 .max = HIDDEN,
                 .initial_list = "4,8,16,24,32,48",
                 .longest = COUNTS_MOST,
                 .unit = "units",
                 .help = "units: how many of the 64 hidden units are removed"},
    [BLOCKS] = {.name = "blocks",
                .kind = KNOB_INTEGER,
                .min = 2,
                .max = BLOCKS_MOST,
                .initial = 10,
                .step = 1,
                .unit = "blocks",
                .help = "blocks: how many each network has; one at a time is deleted"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 3000,
               .initial = 600,
               .step = 10,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of training"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 50,
               .initial = 12,
               .step = 1,
               .unit = "runs",
               .help = "runs, each with data and weights of its own"},
};

static const struct result results[] = {
    [PLAIN_ACCURACY] = {"plain_accuracy", RESULT_NUMBER, NULL,
                        "units: test accuracy of the whole network without dropout, mean"},
    [DROPOUT_ACCURACY] = {"dropout_accuracy", RESULT_NUMBER, NULL, "the same, trained with it"},
    [PLAIN_LOST] = {"plain_lost", RESULT_LIST, NULL,
                    "test accuracy that it loses, for each number of units removed: mean"},
    [PLAIN_LOST_SD] = {"plain_lost_sd", RESULT_LIST, NULL, "its spread over the runs"},
    [DROPOUT_LOST] = {"dropout_lost", RESULT_LIST, NULL, "the same, trained with dropout"},
    [DROPOUT_LOST_SD] = {"dropout_lost_sd", RESULT_LIST, NULL, "its spread over the runs"},
    [SPARED] = {"spared", RESULT_LIST, NULL, "plain_lost less dropout_lost, in pairs: mean"},
    [SPARED_SE] = {"spared_se", RESULT_LIST, NULL, "standard error of that; 0 for one run"},
    [WHOLE] = {"whole", RESULT_LIST, NULL,
               "blocks: accuracy before, of pre-LN, zero-init, plain and plain + BN: mean"},
    [DELETED] = {"deleted", RESULT_TABLE, NULL,
                 "accuracy without one block: a row for each network, a column for each block"},
    [DELETED_SD] = {"deleted_sd", RESULT_TABLE, NULL, "its spread over the runs"},
    [DELETED_MEAN] = {"deleted_mean", RESULT_LIST, NULL, "mean over the blocks"},
    [RUNS] = {"runs", RESULT_INTEGER, "runs", "runs finished"},
};

static const struct net {
    const char *name, *unit, *last;
    size_t length; /* layers of a unit */
    double rate;
} nets[NETS_MOST] = {
    {"pre-LN", "[ layer " SWEEP_HE " relu " SWEEP_HALF " ]", "layer", 6, 0.03},
    {"zero-init", "[ " SWEEP_HE " relu " SWEEP_ZERO " ]", "", 5, 0.01},
    {"plain", SWEEP_HE " relu", "", 2, 0.01},
    {"plain + BN", SWEEP_HE " batch relu", "", 3, 0.01},
};

struct state {
    bool blocks;
    size_t nets, cuts; /* of each run: trained networks, and what is tried on each */
    size_t pieces;     /* of a run */
    /* in hand */
    size_t seed, net, cut;
    struct arena_mark mark;
    struct noisy data;
    struct dataset spirals;
    struct model model, rest;
    struct fit fit;
    bool fitting, cutting;
    double whole, lost[ARMS][COUNTS_MOST]; /* sums over the sets of this run */
    double x[CUTS_MOST];
    /* over the runs */
    struct moments wholes[NETS_MOST], after[NETS_MOST][CUTS_MOST], spared[COUNTS_MOST];
    double mean[NETS_MOST * CUTS_MOST], sd[NETS_MOST * CUTS_MOST], of_net[2][NETS_MOST];
    double difference[2][COUNTS_MOST];
};

static size_t knob_of(const struct demo_run *run, int knob)
{
    return (size_t)run->knob[knob].number;
}

static size_t columns_of(const struct demo_run *run)
{
    return knob_of(run, KIND) == OF_BLOCKS ? knob_of(run, BLOCKS) : run->knob[REMOVED].count;
}

/* ---- training ---- */

static struct fit_plan plan_of(const struct demo_run *run, struct state *s)
{
    size_t steps = knob_of(run, STEPS);
    uint64_t seed = fit_seed(run->seed, STREAM_LESION, s->seed);
    if (!s->blocks) {
        struct fit_plan plan = noisy_plan(&s->data, &s->model, 0.005, 0, steps, steps, seed);
        plan.sets[0] = &s->data.test;
        plan.sets[1] = NULL;
        return plan;
    }
    return (struct fit_plan){
        .model = &s->model,
        .init.kind = INIT_HE,
        .train = {.optim = {.kind = OPTIM_SGD, .rate = nets[s->net].rate, .momentum = 0.9},
                  .batch = 128,
                  .replace = true,
                  .steps = (int64_t)steps,
                  .seed = seed},
        .train_on = &s->spirals,
        .sets = {&s->spirals},
        .every = steps,
        .piece_steps = 4,
        .piece_rows = 512,
    };
}

static void make_data(const struct demo_run *run, struct state *s)
{
    enum { EXAMPLES = 80, POINTS = 512 };
    struct rng rng;
    if (!s->blocks) {
        noisy_make(&s->data, run->arena, run->seed, s->seed, EXAMPLES, 0.2);
        return;
    }
    rng_init(&rng, run->seed, STREAM_LESION_SPIRALS, s->seed);
    s->spirals = toys_spirals(run->arena, &rng, POINTS, 1, 0.02);
}

static bool build(const struct demo_run *run, struct state *s, struct model *model, size_t blocks,
                  struct err *err)
{
    struct buf line = {0};
    if (s->blocks)
        sweep_net(&line, blocks, nets[s->net].unit, nets[s->net].last);
    else
        buf_addf(&line, "40 %d relu dropout=%g 2 std=.125", HIDDEN,
                 s->net == DROPOUT ? run->knob[P].number : 0);
    bool good = model_build(model, run->arena, buf_text(&line), 512, err);
    buf_free(&line);
    return good;
}

static void begin_net(struct demo_run *run, struct state *s)
{
    struct err err;
    s->mark = arena_mark(run->arena);
    make_data(run, s);
    bool good = build(run, s, &s->model, knob_of(run, BLOCKS), &err) &&
                (!s->blocks || build(run, s, &s->rest, knob_of(run, BLOCKS) - 1, &err));
    struct fit_plan plan = plan_of(run, s);
    s->fitting = good && fit_start(&s->fit, run->arena, &plan, &err);
    s->cut = 0;
}

static bool lesion_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    size_t columns = columns_of(run);
    s->blocks = knob_of(run, KIND) == OF_BLOCKS;
    s->nets = s->blocks ? NETS_MOST : ARMS;
    s->cuts = s->blocks ? columns : columns * SETS;
    for (size_t i = 0; i < columns; i++) {
        s->x[i] = s->blocks ? (double)i + 1 : run->knob[REMOVED].list[i];
        if (s->x[i] != floor(s->x[i]))
            return err_set(err, "removed: %g is no whole number of units", s->x[i]);
    }
    begin_net(run, s);
    struct fit_plan plan = plan_of(run, s);
    s->pieces = s->nets * (fit_pieces(&plan) + s->cuts);
    run->total = s->pieces * knob_of(run, SEEDS);
    return true;
}

/* ---- cutting ---- */

/* The sets are the same for both networks of a pair, and those of more units hold those of fewer. */
static double silence(const struct demo_run *run, struct state *s, size_t set, size_t count)
{
    size_t order[HIDDEN];
    struct rng rng;
    struct layer *last = &s->model.layers[s->model.count - 1];
    real kept[HIDDEN * 2];
    struct evaluation seen = {0};
    rng_init(&rng, run->seed, STREAM_LESION_UNITS, s->seed * SETS + set);
    rng_shuffle(&rng, order, HIDDEN);
    memcpy(kept, last->w, sizeof kept);
    surgery_silence(&s->model, order, count);
    train_evaluate(&s->model, &s->data.test, 0, s->data.test.n, &seen, NULL);
    memcpy(last->w, kept, sizeof kept);
    return fit_accuracy(&seen);
}

static double delete_block(struct state *s, size_t block)
{
    struct evaluation seen = {0};
    size_t length = nets[s->net].length;
    surgery_delete(&s->rest, &s->model, 1 + block * length, length);
    train_evaluate(&s->rest, &s->spirals, 0, s->spirals.n, &seen, NULL);
    return fit_accuracy(&seen);
}

static void one_cut(const struct demo_run *run, struct state *s)
{
    if (s->blocks) {
        moments_add(&s->after[s->net][s->cut], delete_block(s, s->cut));
        return;
    }
    size_t which = s->cut / SETS;
    double left = silence(run, s, s->cut % SETS, (size_t)s->x[which]);
    s->lost[s->net][which] += (s->whole - left) / SETS;
}

static void end_seed(struct demo_run *run, struct state *s)
{
    for (size_t i = 0; i < columns_of(run) && !s->blocks; i++) {
        for (int arm = 0; arm < ARMS; arm++)
            moments_add(&s->after[arm][i], s->lost[arm][i]);
        moments_add(&s->spared[i], s->lost[PLAIN][i] - s->lost[DROPOUT][i]);
    }
    memset(s->lost, 0, sizeof s->lost);
    s->net = 0;
    s->seed++;
    run->done = s->seed * s->pieces;
}

static void one_piece(struct demo_run *run, struct state *s)
{
    run->done++;
    if (!s->fitting && !s->cutting)
        begin_net(run, s);
    if (s->fitting) {
        if (fit_work(&s->fit) != FIT_DONE)
            return;
        s->fitting = false;
        s->cutting = true;
        s->whole = fit_accuracy(&s->fit.check[0]);
        moments_add(&s->wholes[s->net], s->whole);
        return;
    }
    one_cut(run, s);
    if (++s->cut < s->cuts)
        return;
    s->cutting = false;
    arena_release(run->arena, s->mark);
    if (++s->net == s->nets)
        end_seed(run, s);
}

/* ---- results ---- */

static void fill_units(struct demo_run *run, struct state *s, size_t columns)
{
    demo_out_number(run, PLAIN_ACCURACY, s->wholes[PLAIN].mean);
    demo_out_number(run, DROPOUT_ACCURACY, s->wholes[DROPOUT].mean);
    for (size_t i = 0; i < columns; i++) {
        const struct moments *spared = &s->spared[i];
        s->difference[0][i] = spared->mean;
        s->difference[1][i] = moments_sample_sd(spared) / sqrt(spared->count);
    }
    for (int arm = 0; arm < ARMS; arm++) {
        demo_out_list(run, PLAIN_LOST + 2 * arm, s->mean + (size_t)arm * columns, columns);
        demo_out_list(run, PLAIN_LOST_SD + 2 * arm, s->sd + (size_t)arm * columns, columns);
    }
    demo_out_list(run, SPARED, s->difference[0], columns);
    demo_out_list(run, SPARED_SE, s->difference[1], columns);
}

static void fill_blocks(struct demo_run *run, struct state *s, size_t columns)
{
    for (size_t net = 0; net < s->nets; net++) {
        double sum = 0;
        for (size_t i = 0; i < columns; i++)
            sum += s->mean[net * columns + i];
        s->of_net[0][net] = s->wholes[net].mean;
        s->of_net[1][net] = sum / (double)columns;
    }
    demo_out_list(run, WHOLE, s->of_net[0], s->nets);
    demo_out_table(run, DELETED, s->mean, s->nets, columns);
    demo_out_table(run, DELETED_SD, s->sd, s->nets, columns);
    demo_out_list(run, DELETED_MEAN, s->of_net[1], s->nets);
}

static void fill_results(struct demo_run *run, struct state *s)
{
    size_t columns = columns_of(run);
    demo_out_number(run, RUNS, (double)s->seed);
    if (s->seed == 0)
        return;
    for (size_t i = 0; i < s->nets * columns; i++) {
        const struct moments *after = &s->after[i / columns][i % columns];
        s->mean[i] = after->mean;
        s->sd[i] = moments_sample_sd(after);
    }
    if (s->blocks)
        fill_blocks(run, s, columns);
    else
        fill_units(run, s, columns);
}

static bool lesion_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && s->seed < knob_of(run, SEEDS); i++)
        one_piece(run, s);
    fill_results(run, s);
    return s->seed < knob_of(run, SEEDS);
}

/* ---- the picture ---- */

static const char *name_of(const struct demo_run *run, size_t net)
{
    if (knob_of(run, KIND) == OF_BLOCKS)
        return nets[net].name;
    return net == PLAIN ? "no dropout" : "dropout";
}

/* In points of accuracy for units, as a share for blocks. */
static void draw_curves(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    size_t columns = columns_of(run);
    double points[NETS_MOST * CUTS_MOST];
    struct series series[NETS_MOST];
    const double rules[] = {0.5};
    static const char *const names[] = {"guessing"};
    for (size_t i = 0; i < s->nets * columns; i++)
        points[i] = s->blocks ? s->mean[i] : 100 * s->mean[i];
    for (size_t net = 0; net < s->nets; net++)
        series[net] = (struct series){name_of(run, net),
                                      s->x,
                                      points + net * columns,
                                      columns,
                                      (enum role)(ROLE_SERIES_1 + net),
                                      columns == 1};
    const struct plot plot = {
        .x_label = s->blocks ? "block that is deleted" : "units removed of 64",
        .y_label = s->blocks ? "accuracy after that" : "points of accuracy lost",
        .series = series,
        .series_count = s->nets,
        .include_zero = !s->blocks,
        .rules = rules,
        .rule_names = names,
        .rule_count = s->blocks,
        .y_min = s->blocks ? 0.4 : 0,
        .y_max = s->blocks ? 1 : 0,
    };
    chart_plot(grid, at, &plot);
}

static void draw_bars(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    struct bar bars[NETS_MOST];
    struct line notes[NETS_MOST];
    size_t columns = columns_of(run), last = columns - 1;
    for (size_t net = 0; net < s->nets; net++) {
        double value = s->blocks ? s->of_net[1][net] : 100 * s->mean[net * columns + last];
        notes[net] = s->blocks ? line_of("%.2f", value) : line_of("-%.1f points", value);
        bars[net] = (struct bar){name_of(run, net), value, notes[net].text,
                                 (enum role)(ROLE_SERIES_1 + net)};
    }
    chart_bars(grid, at, bars, s->nets);
}

/* "pre-LN 0.94, plain 0.51, ..." */
static struct line means_of(const struct demo_run *run)
{
    const struct state *s = run->state;
    if (s->seed == 0)
        return line_of("mean accuracy ?");
    return line_of("%s %.2f, %s %.2f, %s %.2f, %s %.2f", nets[0].name, s->of_net[1][0],
                   nets[1].name, s->of_net[1][1], nets[2].name, s->of_net[1][2], nets[3].name,
                   s->of_net[1][3]);
}

static struct line head_of(const struct demo_run *run, bool wide)
{
    const struct state *s = run->state;
    if (s->blocks)
        return wide ? line_of("One of %s deleted: %s",
                              show_many(run->knob[BLOCKS].number, "block").text, means_of(run).text)
                    : line_of("One of %s deleted",
                              show_many(run->knob[BLOCKS].number, "block").text);
    size_t last = columns_of(run) - 1;
    struct line lost[ARMS] = {line_of("?"), line_of("?")};
    for (int arm = 0; arm < ARMS && s->seed; arm++)
        lost[arm] = line_of("%.1f", 100 * run->out[PLAIN_LOST + 2 * arm].list[last]);
    return wide ? line_of("%.0f of 64 units removed: %s points lost without dropout, %s with p = "
                          "%s",
                          s->x[last], lost[PLAIN].text, lost[DROPOUT].text,
                          show_number(run->knob[P].number, 3).text)
                : line_of("%.0f of 64 units removed", s->x[last]);
}

static void lesion_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9 };
    const struct state *s = run->state;
    show_either(grid, 0, ROLE_STRONG, head_of(run, true), head_of(run, false));
    show_either(grid, 1, ROLE_TEXT,
                line_of("trained %s, then cut; mean of %zu of %s",
                        show_many(run->knob[STEPS].number, "step").text, s->seed,
                        show_many(run->knob[SEEDS].number, "run").text),
                line_of("%zu of %s", s->seed, show_many(run->knob[SEEDS].number, "run").text));
    if (s->seed == 0) {
        show_text(grid, 0, 3, grid->width, ROLE_TEXT,
                  s->blocks ? "Which block can each do without?" : "Which misses its units more?");
        return;
    }
    struct rect at = {0, 2, grid->width, grid->height - 2};
    if (grid->height >= TALL)
        draw_curves(run, grid, at);
    else
        draw_bars(run, grid, at);
}

static void describe_units(const struct demo_run *run, const struct state *s, struct buf *out)
{
    size_t last = columns_of(run) - 1;
    buf_addf(out,
             "Whole they have a test accuracy of %s without dropout and %s with it, in the mean of "
             "%zu run%s. ",
             show_percent(s->wholes[PLAIN].mean, 3).text,
             show_percent(s->wholes[DROPOUT].mean, 3).text, s->seed, s->seed == 1 ? "" : "s");
    buf_addf(out,
             "Without %.0f random units the first loses %.1f points and the second %.1f; the "
             "difference is %+.1f ± %.1f points (mean and its standard error).",
             s->x[last], 100 * s->mean[last], 100 * s->mean[columns_of(run) + last],
             100 * s->difference[0][last], 100 * s->difference[1][last]);
}

static void lesion_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    if (s->blocks)
        buf_addf(out,
                 "Four networks of %s learn two spirals; then one block is deleted and "
                 "nothing trained again. ",
                 show_many(run->knob[BLOCKS].number, "block").text);
    else
        buf_addf(out,
                 "Two networks with 64 hidden units learn the same examples, one without dropout "
                 "and one with p = %s; then hidden units are removed. ",
                 show_number(run->knob[P].number, 3).text);
    if (s->seed == 0) {
        buf_add(out, "No run is finished yet.");
        return;
    }
    if (!s->blocks) {
        describe_units(run, s, out);
        return;
    }
    buf_addf(out, "The mean accuracy over the blocks and %zu run%s: %s. ", s->seed,
             s->seed == 1 ? "" : "s", means_of(run).text);
    buf_addf(out,
             "Without its first block pre-LN has %.2f, without its last %.2f; guessing gives "
             "0.50.",
             s->mean[0], s->mean[columns_of(run) - 1]);
}

static bool lesion_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

const struct demo demo_lesion = {
    .name = "lesion",
    .title = "Lesions",
    .theme = "Dropout",
    .question = "How much does a trained network lose when a part of it is taken out?",
    .sketch = "●●·●··●●",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "pieces",
    .instant = lesion_instant,
    .start = lesion_start,
    .step = lesion_step,
    .draw = lesion_draw,
    .describe = lesion_describe,
};
