/* Where the norm of a residual block stands: before its branch, x + F(norm(x)), or behind the sum,
 * norm(x + F(x)). Pre-norm trains at far larger rates. Beside it what the gradients of the blocks
 * look like before any training: behind the sum they grow towards the end of the network.
 *
 * Training: Adam, two spirals, layer norm, 32 units. Gradients: 100 units, 256 rows of N(0, 1) with
 * random classes, the norm of dL/dW2 of each block, mean of ten seeds. Xiong et al. 2020. */
#include "demos/streams.h"
#include "demos/sweep_table.h"

#include "nn/matrix.h"

#include <assert.h>
#include <math.h>

enum { RATES, BLOCKS, WARMUP, STEPS, SEEDS, KNOBS };
enum {
    ACCURACY,
    SPREAD,
    DIVERGED,
    LARGEST_RATE,
    GRADIENT_PRE,
    GRADIENT_POST,
    DIVERGED_RUNS,
    SEEDS_RUN,
    RESULTS
};

enum { MOST_BLOCKS = 24, WAYS = 4 };
enum { PRE, POST, WARM };

static const struct sweep_row ways[WAYS] = {
    [PRE] = {"before the branch (pre)", "pre"},
    [POST] = {"behind the sum (post)", "post"},
    [WARM + PRE] = {"pre, with warm-up", "pre warm"},
    [WARM + POST] = {"post, with warm-up", "post warm"},
};

static const struct knob knobs[] = {
    [RATES] =
        SWEEP_KNOB_RATES(1e-9, 10, "0.001,0.003,0.01,0.03,0.1", "learning rates of Adam to try"),
    [BLOCKS] = {.name = "blocks",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = MOST_BLOCKS,
                .initial = 12,
                .step = 1,
                .unit = "blocks",
                .help = "residual blocks"},
    [WARMUP] = {.name = "warmup",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 10000,
                .initial = 100,
                .step = 50,
                .logarithmic = true,
                .unit = "steps",
                .help = "steps over which the rate rises, in the rows with warm-up"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 0,
               .max = 10000,
               .initial = 300,
               .step = 100,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of Adam, batches of 128; 0: only the gradients before training"},
    [SEEDS] = SWEEP_KNOB_SEEDS,
};

static const struct result results[] = {
    [ACCURACY] = {"accuracy", RESULT_TABLE, NULL,
                  "on the training points, mean over the seeds: rows pre, post, pre with warm-up, "
                  "post with warm-up; a column for each rate"},
    [SPREAD] = {"spread", RESULT_TABLE, NULL, "its standard deviation over the seeds"},
    [DIVERGED] = {"diverged", RESULT_TABLE, NULL, "share of the runs whose loss overflowed"},
    [LARGEST_RATE] = {"largest_rate", RESULT_LIST, NULL,
                      "of each row: the largest rate with an accuracy of at least 0.9"},
    [GRADIENT_PRE] = {"gradient_pre", RESULT_LIST, NULL,
                      "before training: the size of the gradient of each block's last weights"},
    [GRADIENT_POST] = {"gradient_post", RESULT_LIST, NULL, "the same with the norm behind the sum"},
    [DIVERGED_RUNS] = {"diverged_runs", RESULT_INTEGER, "runs", "of all"},
    [SEEDS_RUN] = {"seeds_run", RESULT_INTEGER, "seeds", "with which the whole table was run"},
};

/* Of the gradients before training. */
enum { PROFILES = 10, WIDTH = 100, ROWS = 256 };

struct state {
    struct sweep sweep;
    size_t blocks;
    size_t profiles; /* so far: PRE, POST, PRE, ... */
    double gradient[2][MOST_BLOCKS];
};

static void recipe(const struct demo_run *run, size_t cell, size_t rate, struct recipe *recipe)
{
    bool pre = cell % WARM == PRE;
    sweep_net(&recipe->line, (size_t)run->knob[BLOCKS].number,
              pre ? "[ layer " SWEEP_HE " relu " SWEEP_HALF " ]"
                  : "[ " SWEEP_HE " relu " SWEEP_HALF " ] layer",
              pre ? "layer" : "");
    recipe->train.optim = (struct optim){.kind = OPTIM_ADAM, .rate = run->knob[RATES].list[rate]};
    recipe->train.warmup = cell >= WARM ? (int64_t)run->knob[WARMUP].number : 0;
}

static bool placement_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->blocks = (size_t)run->knob[BLOCKS].number;
    s->sweep = (struct sweep){.cells = WAYS,
                              .rates = run->knob[RATES].count,
                              .rate = run->knob[RATES].list,
                              .seeds = (size_t)run->knob[SEEDS].number,
                              .points = 512,
                              .turns = 1,
                              .noise = 0.02,
                              .batch = 128,
                              .steps = (int64_t)run->knob[STEPS].number,
                              .recipe = recipe};
    sweep_start(&s->sweep, run);
    if (s->sweep.steps == 0)
        run->total = (size_t)2 * PROFILES;
    return true;
}

/* The network for the gradients, before training, and one backward pass through it. */
static void build_profile(struct model *model, struct demo_run *run, int way, uint64_t seed)
{
    struct state *s = run->state;
    struct buf line = {0};
    struct err err;
    const double he = sqrt(2.0 / WIDTH), half = sqrt(1.0 / WIDTH);
    buf_addf(&line, "%d", WIDTH);
    for (size_t i = 0; i < s->blocks; i++)
        buf_addf(&line, " [ %s %d std=%.17g relu %d std=%.17g ] %s", way == PRE ? "layer" : "",
                 WIDTH, he, WIDTH, half, way == POST ? "layer" : "");
    buf_addf(&line, " %s 2 std=%.17g", way == PRE ? "layer" : "", half);
    bool good = model_build(model, run->arena, buf_text(&line), ROWS, &err);
    assert(good);
    (void)good;
    buf_free(&line);
    model_init(model, &(struct init_options){.kind = INIT_HE}, seed);
}

static void add_profile(struct demo_run *run)
{
    struct state *s = run->state;
    int way = (int)(s->profiles % 2);
    uint64_t round = s->profiles / 2;
    struct arena_mark mark = arena_mark(run->arena);
    struct model model;
    struct rng rng;
    build_profile(&model, run, way, run->seed + round * UINT64_C(0x9E3779B97F4A7C15));
    struct dataset data;
    rng_init(&rng, run->seed, STREAM_PLACEMENT, round);
    data = toys_coin_flips(run->arena, &rng, ROWS, WIDTH, false);
    real *gradient = ARENA_ARRAY(run->arena, ROWS * 2, real);
    const real *y = model_forward(&model, data.x, ROWS, MODEL_TRAIN, 0, 0, NULL);
    cross_entropy(gradient, y, data.y, ROWS, 2, NULL);
    model_backward(&model, gradient, NULL, NULL);
    size_t block = 0;
    for (size_t i = 0; i < model.count; i++)
        if (model.layers[i].spec.ends_branch)
            s->gradient[way][block++] += real_norm(model.layers[i].gw, model.layers[i].w_count);
    assert(block == s->blocks);
    arena_release(run->arena, mark);
    s->profiles++;
}

static bool placement_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    bool more = true;
    bool only_gradients = s->sweep.steps == 0;
    if (s->profiles < 2 * PROFILES)
        add_profile(run);
    else
        more = sweep_step(&s->sweep, run, work);
    if (only_gradients) {
        run->done = s->profiles;
        more = run->done < run->total;
    }
    if (s->profiles == 2 * PROFILES && !run->out[GRADIENT_PRE].set) {
        for (size_t i = 0; i < 2 * s->blocks; i++)
            s->gradient[i / s->blocks][i % s->blocks] /= PROFILES;
        demo_out_list(run, GRADIENT_PRE, s->gradient[PRE], s->blocks);
        demo_out_list(run, GRADIENT_POST, s->gradient[POST], s->blocks);
    }
    sweep_out_rates(&s->sweep, run, ACCURACY, DIVERGED_RUNS);
    return more;
}

static void draw_gradients(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    double block[MOST_BLOCKS];
    for (size_t i = 0; i < s->blocks; i++)
        block[i] = (double)(i + 1);
    const struct series series[] = {
        {"pre", block, s->gradient[PRE], s->blocks, ROLE_SERIES_1, false},
        {"post", block, s->gradient[POST], s->blocks, ROLE_SERIES_2, false},
    };
    const struct plot plot = {.x_label = "block",
                              .y_label = "gradient of each block before training",
                              .series = series,
                              .series_count = 2,
                              .include_zero = true};
    chart_plot(grid, at, &plot);
}

static void draw_only_gradients(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    show_either(grid, 0, ROLE_STRONG,
                line_of("Where the norm stands: %s before training",
                        show_many((double)s->blocks, "block").text),
                line_of("%s before training", show_many((double)s->blocks, "block").text));
    if (run->out[GRADIENT_PRE].set)
        draw_gradients(run, grid, (struct rect){0, 1, grid->width, grid->height - 1});
    else
        show_either(grid, 2, ROLE_TEXT,
                    line_of("In which block is the gradient largest, before and behind?"),
                    line_of("Largest in which block?"));
}

static void placement_draw(const struct demo_run *run, struct grid *grid)
{
    enum { PLOT_HEIGHT = 6 };
    const struct state *s = run->state;
    if (s->sweep.steps == 0) {
        draw_only_gradients(run, grid);
        return;
    }
    const struct sweep_table table = {
        .sweep = &s->sweep, .rows = ways, .row_count = WAYS, .column_count = s->sweep.rates};
    struct line progress = sweep_progress(run, &s->sweep);
    struct shown steps = show_many(run->knob[STEPS].number, "step");
    show_either(grid, 0, ROLE_STRONG,
                line_of("Where the norm stands: training accuracy by rate (%s)", progress.text),
                line_of("Accuracy by rate (%s)", progress.text));
    int y = sweep_table_draw(run, &table, grid, 1);
    y = sweep_table_notes(run, &table, grid, y,
                          line_of("%s, %s of Adam, warm-up %s; mean over the seeds",
                                  show_many((double)s->blocks, "block").text, steps.text,
                                  show_count(run->knob[WARMUP].number).text),
                          "What is the largest rate that trains, before and behind?");
    if (run->out[GRADIENT_PRE].set && grid->height - y >= PLOT_HEIGHT)
        draw_gradients(run, grid, (struct rect){0, y, grid->width, grid->height - y});
}

static void placement_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    struct shown blocks = show_many((double)s->blocks, "residual block");
    if (s->sweep.steps == 0)
        buf_addf(out,
                 "A network of %s stands before any training, with the norm before each branch or "
                 "behind each sum. ",
                 blocks.text);
    else
        buf_addf(out,
                 "A network of %s learns two spirals with %s of Adam, with the norm before each "
                 "branch or behind each sum, with and without warm-up. ",
                 blocks.text, show_many(run->knob[STEPS].number, "step").text);
    if (!run->out[GRADIENT_PRE].set) {
        buf_add(out, s->sweep.steps ? "Nothing has been trained yet."
                                    : "Its gradients have not been computed yet.");
        return;
    }
    const double *pre = s->gradient[PRE], *post = s->gradient[POST];
    size_t last = s->blocks - 1;
    buf_addf(out,
             "Before training the gradient goes from %s in the first block to %s in the last with "
             "the norm before, from %s to %s with it behind. ",
             show_number(pre[0], 2).text, show_number(pre[last], 2).text,
             show_number(post[0], 2).text, show_number(post[last], 2).text);
    if (s->sweep.steps == 0)
        return;
    sweep_say_seeds(&s->sweep, out);
    if (s->sweep.seed > 0) {
        buf_add(out, "The largest rate that reaches an accuracy of 0.9: ");
        for (size_t i = 0; i < WAYS; i++)
            buf_addf(out, "%s%s %s", i ? ", " : "", ways[i].name,
                     isnan(s->sweep.largest[i]) ? "none"
                                                : show_number(s->sweep.largest[i], 3).text);
        buf_add(out, ". ");
    }
    sweep_say_diverged(&s->sweep, out);
}

const struct demo demo_placement = {
    .name = "placement",
    .title = "Norm before or behind",
    .theme = "Residual connections",
    .sketch = "─N─F─+  F─+─N",
    .question = "Does it matter whether the norm stands before the branch or behind the sum?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps of training",
    .instant = sweep_never_instant,
    .start = placement_start,
    .step = placement_step,
    .draw = placement_draw,
    .describe = placement_describe,
};
