/* A thousand digits and a network that can learn them by heart: 784-128-10, ReLU, Adam. Each run is a
 * pair from the same seed: one plain, one with what is to help against overfitting. */
#include "demos/augment.h"
#include "demos/demo.h"
#include "demos/fit.h"
#include "demos/images.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>

/* clang-format off */
enum { DROPOUT, DECAY, PATIENCE, AUGMENT, IMAGES, FOLDER, EPOCHS, RATE, SEEDS, KNOBS };
enum {
    PLAIN_TRAIN, PLAIN_TEST, PLAIN_TEST_SD, PLAIN_LOSS, TRAIN_ACCURACY, TRAIN_NOISY, TEST_ACCURACY,
    TEST_ACCURACY_SD, TEST_LOSS, GAIN, GAIN_SD, WINS, BEST_EPOCH, TRAIN_CURVE, TEST_CURVE, RUNS, DATA,
    RESULTS
};
/* clang-format on */

enum {
    BATCH = 64,
    ROWS = 250, /* of one piece of a check */
    VALIDATION = 500,
    TEST = 2000,
    MOVED_A_PIECE = 100,
    EPOCHS_MOST = 200,
};

static const struct knob knobs[] = {
    [DROPOUT] = {.name = "dropout",
                 .kind = KNOB_NUMBER,
                 .min = 0,
                 .max = 1,
                 .initial = 0.5,
                 .step = 0.05,
                 .help = "probability of dropping a hidden unit"},
    [DECAY] = {.name = "decay",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 100,
               .initial = 0,
               .step = 0.01,
               .logarithmic = true,
               .help = "decoupled weight decay (AdamW): weights times 1 - rate decay each step"},
    [PATIENCE] = {.name = "patience",
                  .kind = KNOB_INTEGER,
                  .min = 0,
                  .max = 50,
                  .initial = 0,
                  .step = 1,
                  .unit = "epochs",
                  .help = "early stopping after so many epochs without a better validation loss; "
                          "0: none"},
    [AUGMENT] = {.name = "augment",
                 .kind = KNOB_WORD,
                 .choices = augment_names,
                 .help = "each epoch shows the digits a little shifted, rotated or with noise"},
    [IMAGES] = {.name = "images",
                .kind = KNOB_INTEGER,
                .min = 20,
                .max = 10000,
                .initial = 1000,
                .step = 100,
                .unit = "images",
                .help = "images to learn from"},
    [FOLDER] = {.name = "data",
                .kind = KNOB_PATH,
                .help = "folder with MNIST's four files; without it the digits are drawn here"},
    [EPOCHS] = {.name = "epochs",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = EPOCHS_MOST,
                .initial = 50,
                .step = 1,
                .unit = "epochs",
                .help = "passes over the images"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 1e-5,
              .max = 1,
              .initial = 1e-3,
              .logarithmic = true,
              .help = "learning rate of Adam"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 20,
               .initial = 5,
               .step = 1,
               .unit = "runs",
               .help =
                   "pairs of runs; they differ in the first weights and the order of the images"},
};

static const struct result results[] = {
    [PLAIN_TRAIN] = {"plain_train_accuracy", RESULT_NUMBER, NULL, "plain, on the images learnt"},
    [PLAIN_TEST] = {"plain_test_accuracy", RESULT_NUMBER, NULL, "plain, on others: mean"},
    [PLAIN_TEST_SD] = {"plain_test_sd", RESULT_NUMBER, NULL, "its spread over the runs"},
    [PLAIN_LOSS] = {"plain_test_loss", RESULT_NUMBER, NULL, "plain, test loss"},
    [TRAIN_ACCURACY] = {"train_accuracy", RESULT_NUMBER, NULL, "with the help, in eval mode: mean"},
    [TRAIN_NOISY] = {"train_accuracy_noisy", RESULT_NUMBER, NULL,
                     "the same in training mode, during the last epoch"},
    [TEST_ACCURACY] = {"test_accuracy", RESULT_NUMBER, NULL, "with the help, on others"},
    [TEST_ACCURACY_SD] = {"test_sd", RESULT_NUMBER, NULL, "its spread over the runs"},
    [TEST_LOSS] = {"test_loss", RESULT_NUMBER, NULL, "with the help, test loss"},
    [GAIN] = {"gain", RESULT_NUMBER, NULL, "test accuracy with the help less that without: mean"},
    [GAIN_SD] = {"gain_sd", RESULT_NUMBER, NULL, "its spread over the pairs"},
    [WINS] = {"wins", RESULT_INTEGER, "pairs", "pairs in which the help helped"},
    [BEST_EPOCH] = {"best_epoch", RESULT_NUMBER, "epochs",
                    "with the help: epoch with the least validation loss, mean"},
    [TRAIN_CURVE] = {"train_curve", RESULT_LIST, NULL, "train accuracy after each epoch, mean"},
    [TEST_CURVE] = {"test_curve", RESULT_LIST, NULL, "test accuracy after each epoch, mean"},
    [RUNS] = {"runs", RESULT_INTEGER, "pairs", "pairs finished"},
    [DATA] = {"data", RESULT_TEXT, NULL, "what was learnt from"},
};

enum { PLAIN, HELPED, ARMS };
enum { OF_TRAIN, OF_TEST, OF_VALIDATION, CURVES = 2 };

struct arm {
    struct model model;
    struct moments train, noisy, test, loss, best_epoch;
    double sum[CURVES][EPOCHS_MOST], mean[CURVES][EPOCHS_MOST];
    size_t seen[EPOCHS_MOST], epochs; /* runs that reached each epoch; epochs reached by any */
};

struct state {
    struct images images;
    struct dataset moved;
    struct arm arms[ARMS];
    bool helps;     /* else both arms would be the same: only the plain one is trained */
    struct fit fit; /* the run in hand */
    bool fitting;
    size_t moving;    /* images of the epoch that have been augmented */
    size_t arm, pair; /* the run in hand */
    size_t epoch, best_epoch;
    double best_loss, best_test, best_test_loss, best_train, plain_test;
    struct moments gain;
    size_t wins;
    size_t set_pieces, run_pieces; /* for the progress */
    double epoch_number[EPOCHS_MOST];
};

static size_t knob_of(const struct demo_run *run, int knob)
{
    return (size_t)run->knob[knob].number;
}

static struct fit_plan plan_of(const struct demo_run *run, struct state *s, size_t arm)
{
    bool helped = arm == HELPED;
    const struct dataset *train = &s->images.part[IMAGES_TRAIN];
    size_t images = knob_of(run, IMAGES), steps = (images + BATCH - 1) / BATCH;
    return (struct fit_plan){
        .model = &s->arms[arm].model,
        .init.kind = INIT_DEFAULT,
        .train = {.optim = {.kind = OPTIM_ADAMW,
                            .rate = run->knob[RATE].number,
                            .weight_decay = helped ? run->knob[DECAY].number : 0},
                  .batch = BATCH < images ? BATCH : images,
                  .steps = (int64_t)(steps * knob_of(run, EPOCHS)),
                  .seed = fit_seed(run->seed, STREAM_OVERFIT_RUN, s->pair)},
        .train_on = helped && knob_of(run, AUGMENT) ? &s->moved : train,
        .sets = {train, &s->images.part[IMAGES_TEST], &s->images.part[IMAGES_VALIDATION]},
        .every = steps,
        .piece_steps = 2,
        .piece_rows = ROWS,
    };
}

static size_t augment_pieces(const struct demo_run *run)
{
    return knob_of(run, AUGMENT)
               ? (knob_of(run, IMAGES) + MOVED_A_PIECE - 1) / MOVED_A_PIECE * knob_of(run, EPOCHS)
               : 0;
}

static bool overfit_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    size_t images = knob_of(run, IMAGES);
    const struct images_plan images_plan = {
        .folder = run->knob[FOLDER].word,
        .count = {[IMAGES_TRAIN] = images, [IMAGES_VALIDATION] = VALIDATION, [IMAGES_TEST] = TEST},
        .seed = run->seed,
        .stream = STREAM_OVERFIT_TRAIN,
    };
    if (!images_open(&s->images, run->arena, &images_plan, err))
        return false;
    if (knob_of(run, AUGMENT))
        s->moved = data_new(run->arena, images, DIGIT_PIXELS, DIGIT_CLASSES);
    const char *line =
        arena_printf(run->arena, "784 128 relu dropout=%g 10", run->knob[DROPOUT].number);
    if (!model_build(&s->arms[PLAIN].model, run->arena, "784 128 relu 10", ROWS, err) ||
        !model_build(&s->arms[HELPED].model, run->arena, line, ROWS, err))
        return false;
    s->helps = run->knob[DROPOUT].number > 0 || run->knob[DECAY].number > 0 ||
               knob_of(run, PATIENCE) || knob_of(run, AUGMENT);
    for (size_t i = 0; i < EPOCHS_MOST; i++)
        s->epoch_number[i] = (double)i + 1;
    struct fit_plan plan = plan_of(run, s, PLAIN);
    s->set_pieces = images_pieces(&s->images);
    s->run_pieces = fit_pieces(&plan);
    run->total = s->set_pieces + knob_of(run, SEEDS) * (s->helps ? ARMS : 1) * s->run_pieces +
                 (s->helps ? knob_of(run, SEEDS) * augment_pieces(run) : 0);
    return true;
}

/* The images as the next epoch sees them. */
static void augment_some(const struct demo_run *run, struct state *s)
{
    const struct dataset *train = &s->images.part[IMAGES_TRAIN];
    for (int i = 0; i < MOVED_A_PIECE && s->moving < s->moved.n; i++, s->moving++) {
        struct rng rng;
        size_t at = s->moving * DIGIT_PIXELS;
        rng_init(&rng, run->seed, STREAM_OVERFIT_AUGMENT,
                 (s->pair * EPOCHS_MOST + s->epoch) * s->moved.n + s->moving);
        augment_digit((enum augment)knob_of(run, AUGMENT), s->moved.x + at, train->x + at, &rng);
        s->moved.y[s->moving] = train->y[s->moving];
    }
}

static void begin_run(struct demo_run *run, struct state *s)
{
    struct err err;
    struct fit_plan plan = plan_of(run, s, s->arm);
    bool good = fit_start(&s->fit, run->arena, &plan, &err);
    s->fitting = good; /* the plan fits its model, whatever the knobs */
    s->moving = s->epoch = s->best_epoch = 0;
    s->best_loss = INFINITY;
}

static void note_epoch(struct state *s)
{
    struct arm *arm = &s->arms[s->arm];
    const struct evaluation *check = s->fit.check;
    size_t e = s->epoch++;
    arm->seen[e]++;
    arm->epochs = e + 1 > arm->epochs ? e + 1 : arm->epochs;
    for (int c = 0; c < CURVES; c++) {
        arm->sum[c][e] += fit_accuracy(&check[c]);
        arm->mean[c][e] = arm->sum[c][e] / (double)arm->seen[e];
    }
    if (check[OF_VALIDATION].loss < s->best_loss || e == 0) {
        s->best_loss = check[OF_VALIDATION].loss;
        s->best_epoch = s->epoch;
        s->best_train = fit_accuracy(&check[OF_TRAIN]);
        s->best_test = fit_accuracy(&check[OF_TEST]);
        s->best_test_loss = check[OF_TEST].loss;
    }
}

static void end_run(struct demo_run *run, struct state *s)
{
    struct arm *arm = &s->arms[s->arm];
    bool best = s->arm == HELPED && knob_of(run, PATIENCE); /* the weights of its best epoch */
    double test = best ? s->best_test : fit_accuracy(&s->fit.check[OF_TEST]);
    moments_add(&arm->train, best ? s->best_train : fit_accuracy(&s->fit.check[OF_TRAIN]));
    moments_add(&arm->noisy, s->fit.noisy);
    moments_add(&arm->test, test);
    moments_add(&arm->loss, best ? s->best_test_loss : s->fit.check[OF_TEST].loss);
    moments_add(&arm->best_epoch, (double)s->best_epoch);
    s->fitting = false;
    if (s->arm == PLAIN && s->helps) {
        s->plain_test = test;
        s->arm = HELPED;
        return;
    }
    double gain = s->helps ? test - s->plain_test : 0;
    moments_add(&s->gain, gain);
    s->wins += gain > 0;
    s->arm = PLAIN;
    s->pair++;
    run->done = s->set_pieces + s->pair * ((s->helps ? ARMS : 1) * s->run_pieces +
                                           (s->helps ? augment_pieces(run) : 0));
}

static void one_piece(struct demo_run *run, struct state *s)
{
    run->done++;
    if (run->done <= s->set_pieces) {
        images_draw(&s->images);
        return;
    }
    if (!s->fitting)
        begin_run(run, s);
    if (s->arm == HELPED && knob_of(run, AUGMENT) && s->moving < s->moved.n) {
        augment_some(run, s);
        return;
    }
    enum fit_event event = fit_work(&s->fit);
    if (event == FIT_BUSY)
        return;
    note_epoch(s);
    s->moving = 0;
    size_t patience = s->arm == HELPED ? knob_of(run, PATIENCE) : 0;
    if (event == FIT_DONE || (patience && s->epoch >= s->best_epoch + patience))
        end_run(run, s);
}

static void fill_results(struct demo_run *run, struct state *s)
{
    struct arm *plain = &s->arms[PLAIN], *helped = &s->arms[s->helps ? HELPED : PLAIN];
    if (plain->test.count > 0) {
        demo_out_number(run, PLAIN_TRAIN, plain->train.mean);
        demo_out_number(run, PLAIN_TEST, plain->test.mean);
        demo_out_number(run, PLAIN_TEST_SD, moments_sample_sd(&plain->test));
        demo_out_number(run, PLAIN_LOSS, plain->loss.mean);
    }
    if (helped->test.count > 0) {
        demo_out_number(run, TRAIN_ACCURACY, helped->train.mean);
        demo_out_number(run, TRAIN_NOISY, helped->noisy.mean);
        demo_out_number(run, TEST_ACCURACY, helped->test.mean);
        demo_out_number(run, TEST_ACCURACY_SD, moments_sample_sd(&helped->test));
        demo_out_number(run, TEST_LOSS, helped->loss.mean);
        demo_out_number(run, GAIN, s->gain.mean);
        demo_out_number(run, GAIN_SD, moments_sample_sd(&s->gain));
        demo_out_number(run, WINS, (double)s->wins);
        demo_out_number(run, BEST_EPOCH, helped->best_epoch.mean);
    }
    if (helped->epochs) {
        demo_out_list(run, TRAIN_CURVE, helped->mean[OF_TRAIN], helped->epochs);
        demo_out_list(run, TEST_CURVE, helped->mean[OF_TEST], helped->epochs);
    }
    demo_out_number(run, RUNS, (double)s->pair);
    demo_out_text(run, DATA, s->images.name);
}

static bool overfit_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && s->pair < knob_of(run, SEEDS); i++)
        one_piece(run, s);
    fill_results(run, s);
    return s->pair < knob_of(run, SEEDS);
}

/* ---- the picture ---- */

/* "dropout 0.5, decay 0.1" */
static struct line help_of(const struct demo_run *run)
{
    struct buf text = {0};
    struct line line;
    if (run->knob[DROPOUT].number > 0)
        buf_addf(&text, ", dropout %s", show_number(run->knob[DROPOUT].number, 3).text);
    if (run->knob[DECAY].number > 0)
        buf_addf(&text, ", decay %s", show_number(run->knob[DECAY].number, 3).text);
    if (knob_of(run, PATIENCE))
        buf_addf(&text, ", patience %zu", knob_of(run, PATIENCE));
    if (knob_of(run, AUGMENT))
        buf_addf(&text, ", augmentation (%s)", run->knob[AUGMENT].word);
    line = line_of("%s", text.length ? buf_text(&text) + 2 : "no help");
    buf_free(&text);
    return line;
}

/* "87.9 % ± 0.3" */
static struct line share_of(const struct demo_run *run, int mean, int sd)
{
    if (!run->out[mean].set)
        return line_of("?");
    if (sd < 0 || run->out[RUNS].number < 2)
        return line_of("%.1f %%", 100 * run->out[mean].number);
    return line_of("%.1f %% ± %.1f", 100 * run->out[mean].number, 100 * run->out[sd].number);
}

static struct line gain_of(const struct demo_run *run)
{
    if (!run->out[GAIN].set)
        return line_of("?");
    if (run->out[RUNS].number < 2)
        return line_of("%+.1f points", 100 * run->out[GAIN].number);
    return line_of("%+.1f ± %.1f points", 100 * run->out[GAIN].number,
                   100 * run->out[GAIN_SD].number);
}

static void draw_curves(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    struct series series[ARMS * CURVES];
    static const char *const names[ARMS][CURVES] = {{"train plain", "test plain"},
                                                    {"train", "test"}};
    size_t count = 0;
    double least = 1;
    for (int arm = 0; arm < ARMS; arm++)
        for (int c = 0; c < CURVES && s->arms[arm].epochs > 0; c++, count++) {
            const double *y = s->arms[arm].mean[c];
            for (size_t e = 0; e < s->arms[arm].epochs; e++)
                least = fmin(least, y[e]);
            series[count] = (struct series){names[arm][c],
                                            s->epoch_number,
                                            y,
                                            s->arms[arm].epochs,
                                            (enum role)(ROLE_SERIES_1 + count),
                                            s->arms[arm].epochs == 1};
        }
    const struct plot plot = {.x_label = "epochs",
                              .y_label = "accuracy",
                              .series = series,
                              .series_count = count,
                              .x_min = 1,
                              .x_max = fmax(2, run->knob[EPOCHS].number),
                              .y_min = fmin(0.8, floor(least * 5) / 5),
                              .y_max = 1};
    chart_plot(grid, at, &plot);
}

/* What was done and what it brought, from row y on: the rows it takes. */
static int draw_help(const struct demo_run *run, struct grid *grid, int y)
{
    const struct state *s = run->state;
    if (!s->helps) {
        struct shown seeds = show_many(run->knob[SEEDS].number, "run");
        show_either(grid, y, ROLE_TEXT,
                    line_of("nothing is done against it; %zu of %s", s->pair, seeds.text),
                    line_of("no help; %zu of %s", s->pair, seeds.text));
        return 1;
    }
    show_either(grid, y, ROLE_STRONG,
                line_of("with %s: train %s, test %s", help_of(run).text,
                        share_of(run, TRAIN_ACCURACY, -1).text,
                        share_of(run, TEST_ACCURACY, TEST_ACCURACY_SD).text),
                line_of("helped: test %s", share_of(run, TEST_ACCURACY, TEST_ACCURACY_SD).text));
    show_either(grid, y + 1, ROLE_TEXT,
                line_of("gain %s over %zu of %s of runs", gain_of(run).text, s->pair,
                        show_many(run->knob[SEEDS].number, "pair").text),
                line_of("gain %s", gain_of(run).text));
    return 2;
}

static void overfit_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 10 };
    const struct state *s = run->state;
    struct shown images = show_count(run->knob[IMAGES].number);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s %s, plain: train %s, test %s", images.text,
                        run->knob[FOLDER].set ? "digits of MNIST" : "drawn digits",
                        share_of(run, PLAIN_TRAIN, -1).text,
                        share_of(run, PLAIN_TEST, PLAIN_TEST_SD).text),
                line_of("plain: test %s", share_of(run, PLAIN_TEST, PLAIN_TEST_SD).text));
    int head = 1 + draw_help(run, grid, 1);
    if (s->arms[PLAIN].epochs == 0) {
        show_text(grid, 0, 4, grid->width, ROLE_MATH, "784 pixels → 128 ReLU → 10 classes");
        return;
    }
    if (grid->height >= TALL) {
        draw_curves(run, grid, (struct rect){0, head, grid->width, grid->height - head});
        return;
    }
    chart_spark(grid, 0, 3, ROLE_SERIES_1, s->arms[PLAIN].mean[OF_TEST], s->arms[PLAIN].epochs);
    if (s->arms[HELPED].epochs > 0)
        chart_spark(grid, 0, 4, ROLE_SERIES_2, s->arms[HELPED].mean[OF_TEST],
                    s->arms[HELPED].epochs);
}

static void overfit_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(
        out,
        "A network with 128 hidden units learns %s digits by heart in %s; %s others are its test "
        "(%s). ",
        show_count(run->knob[IMAGES].number).text,
        show_many(run->knob[EPOCHS].number, "epoch").text,
        show_count((double)s->images.part[IMAGES_TEST].n).text, s->images.name);
    if (s->pair == 0) {
        buf_add(out, "No pair of runs is finished yet.");
        return;
    }
    buf_addf(out, "Plain it gets %s of the images right that it has learnt, and %s of the others. ",
             share_of(run, PLAIN_TRAIN, -1).text, share_of(run, PLAIN_TEST, PLAIN_TEST_SD).text);
    if (!s->helps) {
        buf_add(out, "Nothing was done against it.");
        return;
    }
    buf_addf(out, "With %s it is %s, and %s of the others. ", help_of(run).text,
             share_of(run, TRAIN_ACCURACY, -1).text,
             share_of(run, TEST_ACCURACY, TEST_ACCURACY_SD).text);
    buf_addf(out, "The gain is %s, and %zu of %s gained.", gain_of(run).text, s->wins,
             show_many((double)s->pair, "pair").text);
}

static bool overfit_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

const struct demo demo_overfit = {
    .name = "overfit",
    .title = "Learning by heart",
    .theme = "Overfitting",
    .sketch = "▃▆███ ▃▅▅▅▅",
    .question = "What does a network that knows its digits by heart make of new ones?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "pieces",
    .instant = overfit_instant,
    .start = overfit_start,
    .step = overfit_step,
    .draw = overfit_draw,
    .describe = overfit_describe,
};
