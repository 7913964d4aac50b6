/* Memorising noise: a network learns 100 rows of chance by heart, whose classes are coin flips, and
 * knows nothing about new rows. What it can fit says nothing about what it has understood.
 *
 * 20 inputs, two hidden layers, Adam at 0.003, the whole set in each step. Zhang et al. 2017. */
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include "nn/train.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { LABELS, ROWS, WIDTH, RATE, STEPS, SEEDS, KNOBS };
enum { RANDOM, REAL };
enum {
    START,
    TRAIN,
    TRAIN_SD,
    TEST,
    TEST_SD,
    LOSS,
    STEPS_TO_ALL,
    ACCURACY,
    PARAMETERS,
    DIVERGED_RUNS,
    SEEDS_RUN,
    RESULTS
};

static const char *const labels[] = {"random", "real", NULL};

static const struct knob knobs[] = {
    [LABELS] = {.name = "labels",
                .kind = KNOB_WORD,
                .initial = RANDOM,
                .choices = labels,
                .help = "random: coin flips; real: whether the sum of the row is positive"},
    [ROWS] = {.name = "rows",
              .kind = KNOB_INTEGER,
              .min = 2,
              .max = 1000,
              .initial = 100,
              .step = 50,
              .unit = "rows",
              .help = "how many there are to learn"},
    [WIDTH] = {.name = "width",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 400,
               .initial = 100,
               .step = 10,
               .logarithmic = true,
               .unit = "units",
               .help = "of each of the two hidden layers"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 1e-5,
              .max = 10,
              .initial = 0.003,
              .logarithmic = true,
              .help = "learning rate of Adam"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 10000,
               .initial = 400,
               .step = 50,
               .logarithmic = true,
               .unit = "steps",
               .help = "each with all rows"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 50,
               .initial = 5,
               .step = 1,
               .unit = "seeds",
               .help = "how often it is done, with new rows and weights"},
};

static const struct result results[] = {
    [START] = {"start", RESULT_NUMBER, NULL, "accuracy on the rows before training, mean"},
    [TRAIN] = {"train", RESULT_NUMBER, NULL, "accuracy on the rows at the end, mean of the seeds"},
    [TRAIN_SD] = {"train_sd", RESULT_NUMBER, NULL, "its spread over the seeds"},
    [TEST] = {"test", RESULT_NUMBER, NULL, "accuracy on 1000 new rows, mean of the seeds"},
    [TEST_SD] = {"test_sd", RESULT_NUMBER, NULL, "its spread over the seeds"},
    [LOSS] = {"loss", RESULT_NUMBER, NULL, "training loss at the end, mean of the seeds"},
    [STEPS_TO_ALL] = {"steps_to_all", RESULT_NUMBER, "steps",
                      "until all rows were right, the slowest seed; inf: never"},
    [ACCURACY] = {"accuracy", RESULT_LIST, NULL, "on the rows after 0, 1, 2, ... steps, mean"},
    [PARAMETERS] = {"parameters", RESULT_INTEGER, NULL, "numbers that the network learns"},
    [DIVERGED_RUNS] = {"diverged_runs", RESULT_INTEGER, "runs", "whose loss overflowed"},
    [SEEDS_RUN] = {"seeds_run", RESULT_INTEGER, "seeds", "run to the end"},
};

enum { FEATURES = 20, NEW_ROWS = 1000 };

struct state {
    struct model model;
    struct train train;
    struct dataset rows;
    struct arena_mark mark;
    bool open;
    size_t seed, steps, diverged;
    double slowest, all_at; /* steps until all were right: of all seeds, of this one */
    struct moments at_start, at_end, on_new, loss;
    double *sum, *mean, *step; /* (steps + 1) */
    size_t *runs;              /* (steps + 1) seeds that came so far */
};

static bool memorize_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->steps = (size_t)run->knob[STEPS].number;
    s->sum = ARENA_ARRAY(run->arena, s->steps + 1, double);
    s->mean = ARENA_ARRAY(run->arena, s->steps + 1, double);
    s->step = ARENA_ARRAY(run->arena, s->steps + 1, double);
    s->runs = ARENA_ARRAY(run->arena, s->steps + 1, size_t);
    for (size_t i = 0; i <= s->steps; i++)
        s->step[i] = (double)i;
    run->total = s->steps * (size_t)run->knob[SEEDS].number;
    return true;
}

static struct dataset make_rows(struct demo_run *run, uint64_t stream, size_t n)
{
    const struct state *s = run->state;
    struct rng rng;
    rng_init(&rng, run->seed, stream, s->seed);
    return toys_coin_flips(run->arena, &rng, n, FEATURES, run->knob[LABELS].number == REAL);
}

static void open_run(struct demo_run *run)
{
    struct state *s = run->state;
    struct err err;
    struct buf line = {0};
    size_t rows = (size_t)run->knob[ROWS].number, width = (size_t)run->knob[WIDTH].number;
    uint64_t seed = run->seed + s->seed * UINT64_C(0x9E3779B97F4A7C15);
    struct train_options options = {
        .optim = {.kind = OPTIM_ADAM, .rate = run->knob[RATE].number},
        .batch = rows,
        .steps = (int64_t)s->steps,
        .seed = seed,
    };
    s->mark = arena_mark(run->arena);
    s->rows = make_rows(run, STREAM_MEMORIZE_ROWS, rows);
    buf_addf(&line, "%d-%zu-%zu-2 relu", FEATURES, width, width);
    bool good = model_build(&s->model, run->arena, buf_text(&line), rows, &err);
    assert(good);
    buf_free(&line);
    model_init(&s->model, &(struct init_options){.kind = INIT_HE}, seed);
    good = train_start(&s->train, run->arena, &s->model, &s->rows, &options, NULL, &err);
    assert(good);
    (void)good;
    s->all_at = INFINITY;
    s->open = true;
}

static void note(struct state *s, size_t step, double accuracy)
{
    s->runs[step]++;
    s->sum[step] += accuracy;
    s->mean[step] = s->sum[step] / (double)s->runs[step];
    if (accuracy == 1 && isinf(s->all_at))
        s->all_at = (double)step;
    if (step == 0)
        moments_add(&s->at_start, accuracy);
}

static struct evaluation evaluate(struct state *s, const struct dataset *data)
{
    struct evaluation seen = {0};
    train_evaluate(&s->model, data, 0, data->n, &seen, NULL);
    return seen;
}

static void close_run(struct demo_run *run)
{
    struct state *s = run->state;
    bool finite = s->train.outcome == TRAIN_DONE;
    struct dataset fresh = make_rows(run, STREAM_MEMORIZE_NEW, NEW_ROWS);
    struct evaluation seen = {.loss = NAN}, unseen = {0};
    if (finite) {
        seen = evaluate(s, &s->rows);
        unseen = evaluate(s, &fresh);
        note(s, s->steps, (double)seen.correct / (double)seen.rows);
    }
    finite = finite && isfinite(seen.loss) && isfinite(unseen.loss);
    moments_add(&s->at_end, finite ? (double)seen.correct / (double)seen.rows : 0.5);
    moments_add(&s->on_new, finite ? (double)unseen.correct / (double)unseen.rows : 0.5);
    if (finite)
        moments_add(&s->loss, seen.loss);
    s->diverged += !finite;
    s->slowest = fmax(s->slowest, s->all_at);
    arena_release(run->arena, s->mark);
    s->open = false;
    s->seed++;
    run->done = s->seed * s->steps;
}

static void set_results(struct demo_run *run)
{
    const struct state *s = run->state;
    size_t points = 0;
    while (points <= s->steps && s->runs[points])
        points++;
    demo_out_number(run, START, s->at_start.mean);
    demo_out_list(run, ACCURACY, s->mean, points);
    demo_out_number(run, DIVERGED_RUNS, (double)s->diverged);
    demo_out_number(run, SEEDS_RUN, (double)s->seed);
    if (!s->seed)
        return;
    demo_out_number(run, TRAIN, s->at_end.mean);
    demo_out_number(run, TRAIN_SD, moments_sample_sd(&s->at_end));
    demo_out_number(run, TEST, s->on_new.mean);
    demo_out_number(run, TEST_SD, moments_sample_sd(&s->on_new));
    demo_out_number(run, LOSS, s->loss.count > 0 ? s->loss.mean : NAN);
    demo_out_number(run, STEPS_TO_ALL, s->slowest);
}

/* Each step of training tells how many rows were right before it, so that the curve costs nothing. */
static bool memorize_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++) {
        if (!s->open)
            open_run(run);
        size_t step = (size_t)s->train.step;
        s->train.correct = s->train.seen = 0;
        bool more = train_run(&s->train, 1, NULL);
        run->done++;
        if (s->train.seen)
            note(s, step, (double)s->train.correct / (double)s->train.seen);
        if (run->done == 1)
            demo_out_number(run, PARAMETERS, (double)s->model.parameter_count);
        if (!more)
            close_run(run);
    }
    set_results(run);
    return run->done < run->total;
}

static bool never(const struct demo_run *run)
{
    (void)run;
    return false;
}

static struct line mean_and_spread(const struct demo_run *run, int mean)
{
    if (!run->out[mean].set)
        return line_of("?");
    if (run->out[SEEDS_RUN].number < 2)
        return line_of("%.2f", run->out[mean].number);
    return line_of("%.2f ± %.2f", run->out[mean].number, run->out[mean + 1].number);
}

static void memorize_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9 };
    const struct state *s = run->state;
    struct shown rows = show_many(run->knob[ROWS].number, "row");
    const char *which = run->knob[LABELS].number == REAL ? "a rule to find" : "coin flips";
    struct line train = mean_and_spread(run, TRAIN), test = mean_and_spread(run, TEST);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s of chance, their classes %s; %zu of %s", rows.text, which, s->seed,
                        show_many(run->knob[SEEDS].number, "seed").text),
                line_of("%s, %s", rows.text, which));
    show_either(
        grid, 1, ROLE_TEXT,
        line_of("accuracy at the end: %s on these rows, %s on new ones", train.text, test.text),
        line_of("here %s, new %s", train.text, test.text));
    if (run->done == 0) {
        show_text(grid, 0, 3, grid->width, ROLE_TEXT, "How many can a network learn,");
        show_text(grid, 0, 4, grid->width, ROLE_TEXT, "and what will it say of new ones?");
        return;
    }
    const double rules[] = {0.5};
    static const char *const names[] = {"guessing"};
    const struct series series = {"these rows",  s->step, s->mean, run->out[ACCURACY].count,
                                  ROLE_SERIES_1, false};
    const struct plot plot = {.x_label = "steps",
                              .y_label = "accuracy on these rows, mean of the seeds",
                              .series = &series,
                              .series_count = 1,
                              .x_min = 0,
                              .x_max = (double)s->steps,
                              .y_min = 0.4,
                              .y_max = 1,
                              .rules = rules,
                              .rule_names = names,
                              .rule_count = 1};
    if (grid->height >= TALL) {
        chart_plot(grid, (struct rect){0, 2, grid->width, grid->height - 2}, &plot);
        return;
    }
    const struct bar bars[] = {
        {"start", run->out[START].number, NULL, ROLE_SERIES_3},
        {"these rows", s->mean[run->out[ACCURACY].count - 1], NULL, ROLE_SERIES_1},
        {"new rows", s->seed ? run->out[TEST].number : NAN, NULL, ROLE_SERIES_2},
    };
    chart_bars(grid, (struct rect){0, 2, grid->width, grid->height - 2}, bars, s->seed ? 3 : 2);
}

static void memorize_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    bool rule = run->knob[LABELS].number == REAL;
    buf_addf(out,
             "A network with two hidden layers of %s learns %s rows of random numbers whose "
             "classes %s. ",
             show_count(run->knob[WIDTH].number).text, show_count(run->knob[ROWS].number).text,
             rule ? "follow a rule, the sign of their sum" : "are coin flips");
    if (run->done == 0) {
        buf_add(out, "Nothing has been trained yet.");
        return;
    }
    buf_addf(out, "Before training it is right in %s of the rows. ",
             show_percent(run->out[START].number, 2).text);
    if (!s->seed) {
        buf_add(out, "The first seed is still training.");
        return;
    }
    buf_addf(out,
             "After %s step%s, over %zu seed%s, it is right on %s of these rows and "
             "on %s of new ones.",
             show_count((double)s->steps).text, s->steps == 1 ? "" : "s", s->seed,
             s->seed == 1 ? "" : "s", mean_and_spread(run, TRAIN).text,
             mean_and_spread(run, TEST).text);
    if (isinf(s->slowest))
        buf_add(out, " Not every seed had all rows right.");
    else
        buf_addf(out, " All rows were right after at most %s.", show_many(s->slowest, "step").text);
    if (s->diverged)
        buf_addf(out,
                 " In %zu of the runs the loss was no number any more: they diverged, and "
                 "count as 0.50.",
                 s->diverged);
    else if (rule && s->on_new.mean > 0.6)
        buf_add(out, " What it learned holds for rows that it has never seen, too.");
    else if (!rule && s->at_end.mean > 0.95)
        buf_add(out, " It learned them by heart: there was nothing else to learn.");
}

const struct demo demo_memorize = {
    .name = "memorize",
    .title = "Memorising noise",
    .theme = "Overfitting",
    .sketch = "0110? ▁▄▇███",
    .question = "Can a network learn classes that were drawn by flipping a coin?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps of training",
    .instant = never,
    .start = memorize_start,
    .step = memorize_step,
    .draw = memorize_draw,
    .describe = memorize_describe,
};
