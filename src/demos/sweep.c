#include "demos/sweep.h"

#include "demos/streams.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* One run of a cell: its network at one rate. */
struct lane {
    struct model model;
    struct train train;
    int64_t counted; /* steps that stand in run->done */
    bool diverged;
    double accuracy;
};

/* The seeds of a sweep are far apart, so that those of two sweeps never meet. */
static uint64_t seed_of(const struct demo_run *run, size_t index)
{
    return run->seed + index * UINT64_C(0x9E3779B97F4A7C15);
}

void sweep_start(struct sweep *s, struct demo_run *run)
{
    s->accuracy = ARENA_ARRAY(run->arena, s->cells * s->rates, struct moments);
    s->diverged = ARENA_ARRAY(run->arena, s->cells * s->rates, size_t);
    s->lanes = ARENA_ARRAY(run->arena, s->rates, struct lane);
    for (int i = 0; i < 3; i++)
        s->shown[i] = ARENA_ARRAY(run->arena, s->cells * s->rates, double);
    s->largest = ARENA_ARRAY(run->arena, s->cells, double);
    run->total = s->seeds * s->cells * s->rates * (size_t)s->steps;
}

void sweep_net(struct buf *line, size_t units, const char *unit, const char *last)
{
    buf_addf(line, "2 %d std=1", SWEEP_WIDTH);
    for (size_t i = 0; i < units; i++)
        buf_addf(line, " %s", unit);
    buf_addf(line, " %s 2 std=%.17g", last, 1 / sqrt(SWEEP_WIDTH));
}

static void open_lane(struct sweep *s, struct demo_run *run, size_t rate)
{
    struct lane *lane = &s->lanes[rate];
    uint64_t seed = seed_of(run, s->seed);
    struct err err;
    struct recipe recipe = {.init = {.kind = INIT_HE},
                            .train = {.batch = s->batch, .replace = true, .steps = s->steps}};
    *lane = (struct lane){.accuracy = 0.5};
    s->recipe(run, s->cell, rate, &recipe);
    recipe.train.seed = seed;
    bool good = model_build(&lane->model, run->arena, buf_text(&recipe.line), s->batch, &err);
    assert(good);
    model_init(&lane->model, &recipe.init, seed);
    good = train_start(&lane->train, run->arena, &lane->model, &s->data, &recipe.train, NULL, &err);
    assert(good);
    (void)good;
    buf_free(&recipe.line);
}

static void open_cell(struct sweep *s, struct demo_run *run)
{
    struct rng rng;
    s->mark = arena_mark(run->arena);
    rng_init(&rng, seed_of(run, s->seed), STREAM_SPIRALS, 0);
    s->data = toys_spirals(run->arena, &rng, s->points, s->turns, s->noise);
    for (size_t i = 0; i < s->rates; i++)
        open_lane(s, run, i);
    s->open = true;
}

static void close_cell(struct sweep *s, struct demo_run *run)
{
    for (size_t i = 0; i < s->rates; i++) {
        size_t at = s->cell * s->rates + i;
        moments_add(&s->accuracy[at], s->lanes[i].accuracy);
        s->diverged[at] += s->lanes[i].diverged;
    }
    s->open = false;
    arena_release(run->arena, s->mark);
    if (++s->cell == s->cells) {
        s->cell = 0;
        s->seed++;
    }
}

static void end_lane(struct lane *lane)
{
    struct evaluation seen = {0};
    if (lane->train.outcome == TRAIN_DONE)
        train_evaluate(&lane->model, lane->train.data, 0, lane->train.data->n, &seen, NULL);
    lane->diverged = lane->train.outcome != TRAIN_DONE || !isfinite(seen.loss);
    if (!lane->diverged)
        lane->accuracy = (double)seen.correct / (double)seen.rows;
}

struct slice {
    struct lane *lanes;
    int64_t steps; /* for each lane */
};

static void train_lanes(void *user, size_t from, size_t to)
{
    const struct slice *slice = user;
    for (size_t i = from; i < to; i++) {
        struct lane *lane = &slice->lanes[i];
        if (lane->train.outcome == TRAIN_RUNNING && !train_run(&lane->train, slice->steps, NULL))
            end_lane(lane);
    }
}

/* Adds what the lanes did to run->done, where a run that diverged counts as a whole; true while any
 * of them runs. */
static bool count_steps(struct sweep *s, struct demo_run *run)
{
    bool any = false;
    for (size_t i = 0; i < s->rates; i++) {
        struct lane *lane = &s->lanes[i];
        bool running = lane->train.outcome == TRAIN_RUNNING;
        int64_t steps = running ? lane->train.step : s->steps;
        run->done += (size_t)(steps - lane->counted);
        lane->counted = steps;
        any |= running;
    }
    return any;
}

bool sweep_step(struct sweep *s, struct demo_run *run, size_t work)
{
    /* Layers times steps that are worth the start of a thread: about a millisecond. */
    enum { WORTHWHILE = 400 };
    struct pool *pool = NULL;
    size_t end = run->done + work;
    while (run->done < end && s->seed < s->seeds) {
        if (!s->open)
            open_cell(s, run);
        size_t fair = (end - run->done + s->rates - 1) / s->rates;
        size_t least = WORTHWHILE / s->lanes[0].model.count + 1;
        struct slice slice = {s->lanes, (int64_t)(fair > least ? fair : least)};
        if (!pool && s->rates > 1)
            pool = pool_open(s->threads ? s->threads : pool_processors((int)s->rates), simd_best());
        pool_run(pool, s->rates, 1, train_lanes, &slice);
        if (!count_steps(s, run))
            close_cell(s, run);
    }
    pool_close(pool);
    return s->seed < s->seeds;
}

struct sweep_cell sweep_cell_at(const struct sweep *s, size_t cell, size_t rate)
{
    const struct moments *m = &s->accuracy[cell * s->rates + rate];
    return (struct sweep_cell){.seeds = (size_t)m->count,
                               .rate = rate,
                               .mean = m->mean,
                               .sd = moments_sample_sd(m),
                               .diverged = s->diverged[cell * s->rates + rate],
                               .current = s->open && s->cell == cell};
}

struct sweep_cell sweep_cell(const struct sweep *s, size_t cell)
{
    size_t best = 0;
    for (size_t i = 1; i < s->rates; i++)
        if (s->accuracy[cell * s->rates + i].mean > s->accuracy[cell * s->rates + best].mean)
            best = i;
    return sweep_cell_at(s, cell, best);
}

size_t sweep_diverged(const struct sweep *s)
{
    size_t sum = 0;
    for (size_t i = 0; i < s->cells * s->rates; i++)
        sum += s->diverged[i];
    return sum;
}

/* The greatest of the rates that train the cell. */
static double largest_rate(const struct sweep *s, size_t cell)
{
    static const double least = 0.9;
    double largest = NAN;
    for (size_t i = 0; i < s->rates; i++)
        if (sweep_cell_at(s, cell, i).mean >= least && !(s->rate[i] <= largest))
            largest = s->rate[i];
    return largest;
}

void sweep_out_rates(struct sweep *s, struct demo_run *run, int first, int counts)
{
    for (size_t i = 0; i < s->cells * s->rates; i++) {
        struct sweep_cell cell = sweep_cell_at(s, i / s->rates, i % s->rates);
        bool known = cell.seeds > 0;
        s->shown[0][i] = known ? cell.mean : NAN;
        s->shown[1][i] = known ? cell.sd : NAN;
        s->shown[2][i] = known ? (double)cell.diverged / (double)cell.seeds : NAN;
    }
    for (int i = 0; i < 3; i++)
        demo_out_table(run, first + i, s->shown[i], s->cells, s->rates);
    for (size_t i = 0; i < s->cells; i++)
        s->largest[i] = largest_rate(s, i);
    demo_out_list(run, first + 3, s->largest, s->cells);
    demo_out_number(run, counts, (double)sweep_diverged(s));
    demo_out_number(run, counts + 1, (double)s->seed);
}
