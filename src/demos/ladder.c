/* The ladder: a table of five recipes for digits, each a step better than the one before, as it is
 * often shown; and what such a table lacks: each change alone, several seeds, and a test of which
 * steps are more than noise.
 *
 * 784-128-10 or two residual blocks more, batches of 64. Runs with the same seed see the same images
 * in the same order. Several train side by side; no number depends on how many. */
#include "demos/demo.h"
#include "demos/fit.h"
#include "demos/images.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>
#include <string.h>

/* clang-format off */
enum { ROWS_KNOB, FOLDER, IMAGES, EPOCHS, SEEDS, KNOBS };
enum {
    ACCURACY, ACCURACY_SD, TRAIN_ACCURACY, TEST_LOSS, PARAMETERS, GAIN, GAIN_SE, CLEAR, CLEAR_STEPS,
    WITHIN_NOISE, SAMPLING_ERROR, SEEDS_RUN, DATA, RESULTS
};
/* clang-format on */

enum { SOURCE = 5, ROWS = 13, SEEDS_MOST = 20, LANES_MOST = 4, BATCH = 64 };
enum { DRAWN = 4000, DRAWN_TEST = 4000 };

static const char *const which[] = {"source", "all", NULL};

static const struct knob knobs[] = {
    [ROWS_KNOB] = {.name = "rows",
                   .kind = KNOB_WORD,
                   .initial = 1,
                   .choices = which,
                   .help = "the five rows of the table, or also what each change does alone"},
    [FOLDER] = {.name = "data",
                .kind = KNOB_PATH,
                .help = "folder with MNIST's four files; without it the digits are drawn here"},
    [IMAGES] = {.name = "images",
                .kind = KNOB_INTEGER,
                .min = 0,
                .max = 60000,
                .initial = 0,
                .step = 1000,
                .unit = "images",
                .help = "images to learn from; 0: all of the folder, or 4000 that are drawn"},
    [EPOCHS] = {.name = "epochs",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 50,
                .initial = 10,
                .step = 1,
                .unit = "epochs",
                .help = "passes over the images"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = SEEDS_MOST,
               .initial = 5,
               .step = 1,
               .unit = "runs",
               .help = "runs of each row; they differ in the first weights and the order of the "
                       "images"},
};

static const struct result results[] = {
    [ACCURACY] = {"accuracy", RESULT_LIST, NULL, "on the test images, for each row: mean"},
    [ACCURACY_SD] = {"accuracy_sd", RESULT_LIST, NULL, "its spread over the runs"},
    [TRAIN_ACCURACY] = {"train_accuracy", RESULT_LIST, NULL, "on the images learnt: mean"},
    [TEST_LOSS] = {"test_loss", RESULT_LIST, NULL, "on the test images: mean"},
    [PARAMETERS] = {"parameters", RESULT_LIST, NULL, "numbers that the network of a row learns"},
    [GAIN] = {"gain", RESULT_LIST, NULL,
              "accuracy less that of the row it is compared with, in pairs of runs: mean"},
    [GAIN_SE] = {"gain_se", RESULT_LIST, NULL, "standard error of that mean"},
    [CLEAR] = {"clear", RESULT_LIST, NULL,
               "1 or -1: the row helps or harms by more than noise (t test at 5 %); 0: within it"},
    [CLEAR_STEPS] = {"clear_steps", RESULT_INTEGER, "steps",
                     "of the table's four, that help by more than noise"},
    [WITHIN_NOISE] = {"within_noise", RESULT_TEXT, NULL, "the table's steps that are within noise"},
    [SAMPLING_ERROR] = {"sampling_error", RESULT_NUMBER, NULL,
                        "standard error of one accuracy that comes from the number of test images"},
    [SEEDS_RUN] = {"seeds_run", RESULT_INTEGER, "runs", "with which all rows were trained"},
    [DATA] = {"data", RESULT_TEXT, NULL, "what was learnt from"},
};

#define SMALL "784 128 relu 10"
#define DEEP "784 128 relu 2x[layer 128 relu dropout=.1] 10"
#define SGD(r)                                                                                     \
    {                                                                                              \
        .kind = OPTIM_SGD, .rate = (r)                                                             \
    }
#define ADAM                                                                                       \
    {                                                                                              \
        .kind = OPTIM_ADAM, .rate = 1e-3                                                           \
    }
#define ADAMW                                                                                      \
    {                                                                                              \
        .kind = OPTIM_ADAMW, .rate = 1e-3, .weight_decay = .01                                     \
    }

/* The rows of the table, then each change alone, then the last row without one of its parts. */
static const struct row {
    const char *name, *line;
    struct optim optim;
    enum schedule schedule;
    int over; /* the row it is compared with; -1: none */
} rows[ROWS] = {
    {"SGD, rate 0.01", SMALL, SGD(.01), SCHEDULE_CONSTANT, -1},
    {"Adam", SMALL, ADAM, SCHEDULE_CONSTANT, 0},
    {"AdamW, decay 0.01", SMALL, ADAMW, SCHEDULE_CONSTANT, 1},
    {"AdamW + cosine", SMALL, ADAMW, SCHEDULE_COSINE, 2},
    {"deep, dropout 0.1", DEEP, ADAMW, SCHEDULE_COSINE, 3},
    {"SGD, rate 0.1", SMALL, SGD(.1), SCHEDULE_CONSTANT, 0},
    {"Adam + cosine", SMALL, ADAM, SCHEDULE_COSINE, 1},
    {"Adam + dropout 0.1", "784 128 relu dropout=.1 10", ADAM, SCHEDULE_CONSTANT, 1},
    {"Adam + two layers", "784 128 relu 128 relu 128 relu 10", ADAM, SCHEDULE_CONSTANT, 1},
    {"Adam + two blocks", "784 128 relu 2x[layer 128 relu] 10", ADAM, SCHEDULE_CONSTANT, 1},
    {"deep without dropout", "784 128 relu 2x[layer 128 relu] 10", ADAMW, SCHEDULE_COSINE, 4},
    {"deep without norm", "784 128 relu 2x[128 relu dropout=.1] 10", ADAMW, SCHEDULE_COSINE, 4},
    {"deep without skip", "784 128 relu layer 128 relu dropout=.1 layer 128 relu dropout=.1 10",
     ADAMW, SCHEDULE_COSINE, 4},
};

enum { OF_TEST, OF_TRAIN };

/* One run: a row with a seed. */
struct lane {
    struct model model;
    struct fit fit;
    size_t counted; /* pieces that stand in run->done */
    size_t pieces;  /* done */
    bool finished;
};

struct state {
    size_t rows;
    struct images images;
    struct lane lanes[LANES_MOST];
    size_t open, first;     /* lanes in hand, and the number of the first one's run */
    size_t pieces[ROWS];    /* of a run of each row */
    struct arena_mark mark; /* where the memory of these lanes begins */
    double test[SEEDS_MOST][ROWS], train[SEEDS_MOST][ROWS], loss[SEEDS_MOST][ROWS];
    size_t runs; /* finished: the first so many of (seed, row) */
    double shown[CLEAR + 1][ROWS];
    struct line within_noise;
};

static size_t knob_of(const struct demo_run *run, int knob)
{
    return (size_t)run->knob[knob].number;
}

static struct fit_plan plan_of(const struct demo_run *run, struct state *s, size_t number,
                               struct model *model)
{
    const struct row *row = &rows[number % s->rows];
    const struct dataset *train = &s->images.part[IMAGES_TRAIN];
    size_t steps = (train->n + BATCH - 1) / BATCH * knob_of(run, EPOCHS);
    return (struct fit_plan){
        .model = model,
        .init.kind = INIT_DEFAULT,
        .train = {.optim = row->optim,
                  .schedule = row->schedule,
                  .decay_biases = true,
                  .batch = BATCH < train->n ? BATCH : train->n,
                  .steps = (int64_t)steps,
                  .seed = fit_seed(run->seed, STREAM_LADDER_RUN, number / s->rows)},
        .train_on = train,
        .sets = {[OF_TEST] = &s->images.part[IMAGES_TEST], [OF_TRAIN] = train},
        .every = steps,
        .piece_steps = 4,
        .piece_rows = 500,
    };
}

static bool ladder_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    bool drawn = !run->knob[FOLDER].set;
    size_t images = knob_of(run, IMAGES);
    const struct images_plan plan = {
        .folder = run->knob[FOLDER].word,
        .count = {[IMAGES_TRAIN] = images || !drawn ? images : DRAWN, [IMAGES_TEST] = DRAWN_TEST},
        .seed = run->seed,
        .stream = STREAM_LADDER_TRAIN,
    };
    s->rows = run->knob[ROWS_KNOB].number > 0 ? ROWS : SOURCE;
    if (!images_open(&s->images, run->arena, &plan, err))
        return false;
    run->total = images_pieces(&s->images);
    for (size_t i = 0; i < s->rows; i++) {
        struct model_spec spec;
        struct fit_plan fit = plan_of(run, s, i, NULL);
        if (!spec_read(&spec, run->arena, rows[i].line, err))
            return false;
        s->pieces[i] = fit_pieces(&fit);
        s->shown[PARAMETERS][i] = (double)spec.parameters;
        run->total += s->pieces[i] * knob_of(run, SEEDS);
    }
    demo_out_list(run, PARAMETERS, s->shown[PARAMETERS], s->rows);
    demo_out_text(run, DATA, s->images.name);
    return true;
}

/* ---- training ---- */

static size_t all_runs(const struct demo_run *run, const struct state *s)
{
    return s->rows * knob_of(run, SEEDS);
}

static void open_lanes(struct demo_run *run, struct state *s)
{
    struct err err;
    size_t left = all_runs(run, s) - s->runs;
    size_t most = (size_t)pool_processors(LANES_MOST);
    s->mark = arena_mark(run->arena);
    s->first = s->runs;
    s->open = left < most ? left : most;
    for (size_t i = 0; i < s->open; i++) {
        struct lane *lane = &s->lanes[i];
        *lane = (struct lane){0};
        struct fit_plan plan = plan_of(run, s, s->first + i, &lane->model);
        lane->finished = !model_build(&lane->model, run->arena, rows[(s->first + i) % s->rows].line,
                                      500, &err) ||
                         !fit_start(&lane->fit, run->arena, &plan, &err);
    }
}

/* Keeps what the lanes found, in the order of the runs. */
static void close_lanes(struct demo_run *run, struct state *s)
{
    for (size_t i = 0; i < s->open; i++, s->runs++) {
        size_t seed = s->runs / s->rows, row = s->runs % s->rows;
        const struct evaluation *check = s->lanes[i].fit.check;
        s->test[seed][row] = fit_accuracy(&check[OF_TEST]);
        s->train[seed][row] = fit_accuracy(&check[OF_TRAIN]);
        s->loss[seed][row] = check[OF_TEST].loss;
        run->done += s->pieces[row] - s->lanes[i].counted; /* one that diverged ends early */
    }
    s->open = 0;
    arena_release(run->arena, s->mark);
}

struct slice {
    struct lane *lanes;
    size_t pieces; /* for each lane */
};

static void work_lanes(void *user, size_t from, size_t to)
{
    const struct slice *slice = user;
    for (size_t i = from; i < to; i++) {
        struct lane *lane = &slice->lanes[i];
        for (size_t k = 0; k < slice->pieces && !lane->finished; k++, lane->pieces++)
            lane->finished = fit_work(&lane->fit) == FIT_DONE;
    }
}

/* True while any lane runs. A lane that is alone gets all the threads for itself. */
static bool work_some(struct demo_run *run, struct state *s, struct pool *pool, size_t work)
{
    bool any = false;
    struct slice slice = {s->lanes, (work + s->open - 1) / s->open};
    if (s->open == 1) {
        fit_use_pool(&s->lanes[0].fit, pool);
        work_lanes(&slice, 0, 1);
        fit_use_pool(&s->lanes[0].fit, NULL);
    } else {
        pool_run(pool, s->open, 1, work_lanes, &slice);
    }
    for (size_t i = 0; i < s->open; i++) {
        run->done += s->lanes[i].pieces - s->lanes[i].counted;
        s->lanes[i].counted = s->lanes[i].pieces;
        any |= !s->lanes[i].finished;
    }
    return any;
}

/* ---- results ---- */

static size_t runs_of(const struct state *s, size_t row)
{
    return s->runs / s->rows + (row < s->runs % s->rows);
}

/* The gain of a row, and whether it helps (1) or harms (-1) by more than noise; NaN: not known. */
static double judge(const struct state *s, size_t row, struct moments *gain)
{
    size_t runs = runs_of(s, row);
    *gain = (struct moments){0};
    for (size_t i = 0; i < runs && rows[row].over >= 0; i++)
        moments_add(gain, s->test[i][row] - s->test[i][rows[row].over]);
    if (gain->count < 2)
        return NAN;
    double bound = student_bound(gain->count - 1) * moments_sample_sd(gain) / sqrt(gain->count);
    return gain->mean > bound ? 1 : gain->mean < -bound ? -1 : 0;
}

static void fill_row(struct state *s, size_t row)
{
    struct moments test = {0}, train = {0}, loss = {0}, gain;
    for (size_t i = 0; i < runs_of(s, row); i++) {
        moments_add(&test, s->test[i][row]);
        moments_add(&train, s->train[i][row]);
        moments_add(&loss, s->loss[i][row]);
    }
    s->shown[CLEAR][row] = judge(s, row, &gain);
    bool known = test.count > 0, compared = gain.count > 0;
    s->shown[ACCURACY][row] = known ? test.mean : NAN;
    s->shown[ACCURACY_SD][row] = known ? moments_sample_sd(&test) : NAN;
    s->shown[TRAIN_ACCURACY][row] = known ? train.mean : NAN;
    s->shown[TEST_LOSS][row] = known ? loss.mean : NAN;
    s->shown[GAIN][row] = compared ? gain.mean : NAN;
    s->shown[GAIN_SE][row] = compared ? moments_sample_sd(&gain) / sqrt(gain.count) : NAN;
}

static void fill_verdict(struct demo_run *run, struct state *s)
{
    size_t clear = 0;
    struct buf noise = {0};
    for (size_t row = 1; row < SOURCE; row++) {
        clear += s->shown[CLEAR][row] > 0;
        if (s->shown[CLEAR][row] == 0)
            buf_addf(&noise, "%s%s", noise.length ? "; " : "", rows[row].name);
    }
    s->within_noise = line_of("%s", noise.length ? buf_text(&noise) : "none");
    buf_free(&noise);
    demo_out_number(run, CLEAR_STEPS, (double)clear);
    demo_out_text(run, WITHIN_NOISE, s->within_noise.text);
}

static void fill_results(struct demo_run *run, struct state *s)
{
    static const int lists[] = {ACCURACY, ACCURACY_SD, TRAIN_ACCURACY, TEST_LOSS,
                                GAIN,     GAIN_SE,     CLEAR};
    size_t seeds = s->runs / s->rows;
    for (size_t row = 0; row < s->rows; row++)
        fill_row(s, row);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        demo_out_list(run, lists[i], s->shown[lists[i]], s->rows);
    demo_out_number(run, SEEDS_RUN, (double)seeds);
    if (runs_of(s, SOURCE - 1) >= 2)
        fill_verdict(run, s);
    if (seeds > 0) {
        double accuracy = s->shown[ACCURACY][SOURCE - 1];
        demo_out_number(run, SAMPLING_ERROR,
                        sqrt(accuracy * (1 - accuracy) / (double)s->images.part[IMAGES_TEST].n));
    }
}

static bool ladder_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    struct pool *pool = NULL;
    size_t end = run->done + work, drawing = images_pieces(&s->images);
    for (; run->done < end && run->done < drawing; run->done++)
        images_draw(&s->images);
    while (run->done < end && s->runs < all_runs(run, s)) {
        if (!s->open)
            open_lanes(run, s);
        if (!pool)
            pool = pool_open(pool_processors(LANES_MOST), simd_best());
        if (!work_some(run, s, pool, end - run->done))
            close_lanes(run, s);
    }
    pool_close(pool);
    fill_results(run, s);
    return s->runs < all_runs(run, s);
}

/* ---- the picture ---- */

/* "97.74 ± 0.09 %" */
static struct line accuracy_of(const struct state *s, size_t row)
{
    double mean = 100 * s->shown[ACCURACY][row];
    if (runs_of(s, row) == 0)
        return line_of("?");
    return runs_of(s, row) < 2 ? line_of("%.2f %%", mean)
                               : line_of("%.2f ± %.2f %%", mean, 100 * s->shown[ACCURACY_SD][row]);
}

static struct line gain_of(const struct state *s, size_t row)
{
    double mean = 100 * s->shown[GAIN][row];
    if (rows[row].over < 0 || runs_of(s, row) == 0)
        return line_of("%s", "");
    return runs_of(s, row) < 2 ? line_of("%+.2f", mean)
                               : line_of("%+.2f ± %.2f", mean, 100 * s->shown[GAIN_SE][row]);
}

static const char *verdict_of(const struct state *s, size_t row)
{
    double clear = s->shown[CLEAR][row];
    return isnan(clear) || runs_of(s, row) < 2 ? ""
           : clear > 0                         ? "clear"
           : clear < 0                         ? "worse"
                                               : "noise";
}

static void draw_row(const struct state *s, struct grid *grid, int y, size_t row)
{
    enum { ACCURACY_AT = 26, GAIN_AT = 43, VERDICT_AT = 58, NARROW_AT = 18 };
    bool wide = grid->width >= VERDICT_AT + 5;
    enum role role = strcmp(verdict_of(s, row), "noise") == 0 ? ROLE_DIM : ROLE_TEXT;
    show_text(grid, 0, y, wide ? ACCURACY_AT - 1 : NARROW_AT - 1, role, rows[row].name);
    if (wide) {
        show_text(grid, ACCURACY_AT, y, GAIN_AT - ACCURACY_AT, role, accuracy_of(s, row).text);
        show_text(grid, GAIN_AT, y, VERDICT_AT - GAIN_AT, role, gain_of(s, row).text);
        show_text(grid, VERDICT_AT, y, grid->width - VERDICT_AT, role, verdict_of(s, row));
        return;
    }
    struct line narrow =
        runs_of(s, row) ? line_of("%.1f %% %s", 100 * s->shown[ACCURACY][row], verdict_of(s, row))
                        : line_of("?");
    show_text(grid, NARROW_AT, y, grid->width - NARROW_AT, role, narrow.text);
}

static void ladder_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    size_t seeds = knob_of(run, SEEDS), done = s->runs / s->rows;
    size_t images = s->images.part[IMAGES_TRAIN].n;
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s %s, %s: accuracy, gain, verdict (%zu of %s)",
                        show_count((double)images).text,
                        run->knob[FOLDER].set ? "of MNIST" : "drawn digits",
                        show_many(run->knob[EPOCHS].number, "epoch").text, done,
                        show_many((double)seeds, "run").text),
                line_of("%s %s (%zu of %zu)", show_count((double)images).text,
                        run->knob[FOLDER].set ? "of MNIST" : "drawn digits", done, seeds));
    /* Between the three parts there is a gap where there is room for it. */
    int y = 1, gap = grid->height >= (int)s->rows + 3;
    for (size_t row = 0; row < s->rows && y < grid->height; row++, y++) {
        y += gap && (row == SOURCE || rows[row].over == SOURCE - 1) &&
             (row == SOURCE || rows[row - 1].over != SOURCE - 1);
        draw_row(s, grid, y, row);
    }
}

static void ladder_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "Five recipes learn %s digits in %s (%s). ",
             show_count((double)s->images.part[IMAGES_TRAIN].n).text,
             show_many(run->knob[EPOCHS].number, "epoch").text, s->images.name);
    if (runs_of(s, SOURCE - 1) == 0) {
        buf_add(out, "No run of all five is finished yet.");
        return;
    }
    for (size_t row = 0; row < SOURCE; row++)
        buf_addf(out, "%s%s %s", row ? ", " : "Test accuracy: ", rows[row].name,
                 show_percent(s->shown[ACCURACY][row], 4).text);
    buf_add(out, ". ");
    if (!run->out[CLEAR_STEPS].set) {
        buf_add(out, "One run of each cannot say which of the steps are more than noise.");
        return;
    }
    buf_addf(out, "%.0f of the four steps help by more than noise; within noise: %s. ",
             run->out[CLEAR_STEPS].number, s->within_noise.text);
    if (s->rows > SOURCE && runs_of(s, ROWS - 1) > 0)
        buf_addf(out,
                 "SGD at ten times the rate gains %+.1f points, Adam %+.1f; the deep network "
                 "without dropout, norm or skip changes by %+.2f, %+.2f and %+.2f.",
                 100 * s->shown[GAIN][5], 100 * s->shown[GAIN][1], 100 * s->shown[GAIN][10],
                 100 * s->shown[GAIN][11], 100 * s->shown[GAIN][12]);
}

static bool ladder_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

const struct demo demo_ladder = {
    .name = "ladder",
    .title = "The ladder",
    .theme = "Judging results",
    .question = "Which steps of a table of ever better recipes are real?",
    .sketch = "▁▃▃▄▆",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "pieces",
    .instant = ladder_instant,
    .start = ladder_start,
    .step = ladder_step,
    .draw = ladder_draw,
    .describe = ladder_describe,
};
