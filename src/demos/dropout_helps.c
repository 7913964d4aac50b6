/* Does dropout help? Pairs of runs with the same data and first weights, one with dropout or decay,
 * one without; and the three losses that people mix up: on the training data with dropout on, on the
 * same with dropout off, on the test data.
 *
 * 40-64-2 or 40-100-100-2, ReLU, Adam on full batches. */
#include "demos/demo.h"
#include "demos/noisy.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>

/* clang-format off */
enum { INPUT_P, HIDDEN_P, DECAY, EXAMPLES, FLIP, HIDDEN, STEPS, RATE, SEEDS, KNOBS };
enum {
    PLAIN_TEST, PLAIN_TEST_SD, PLAIN_TRAIN, TEST_ACCURACY, TEST_SD, TRAIN_ACCURACY, GAIN, GAIN_SE,
    WINS, LOSS_TRAIN_MODE, LOSS_EVAL_MODE, LOSS_TEST, TEST_LIST, RUNS, RESULTS
};
/* clang-format on */

enum { ONE_LAYER, TWO_LAYERS };
static const char *const layers[] = {"64", "100-100", NULL};

static const struct knob knobs[] = {
    [INPUT_P] = {.name = "input_p",
                 .kind = KNOB_NUMBER,
                 .min = 0,
                 .max = 1,
                 .initial = 0.5,
                 .step = 0.05,
                 .help = "probability of dropping an input"},
    [HIDDEN_P] = {.name = "hidden_p",
                  .kind = KNOB_NUMBER,
                  .min = 0,
                  .max = 1,
                  .initial = 0.8,
                  .step = 0.05,
                  .help = "probability of dropping a hidden unit"},
    [DECAY] = {.name = "decay",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 100,
               .initial = 0,
               .step = 0.01,
               .logarithmic = true,
               .help = "decoupled weight decay: weights times 1 - rate decay each step"},
    [EXAMPLES] = {.name = "examples",
                  .kind = KNOB_INTEGER,
                  .min = 10,
                  .max = 4000,
                  .initial = 80,
                  .step = 10,
                  .logarithmic = true,
                  .unit = "examples",
                  .help = "examples to learn from"},
    [FLIP] = {.name = "flip",
              .kind = KNOB_NUMBER,
              .min = 0,
              .max = 0.5,
              .initial = 0.2,
              .step = 0.05,
              .help = "share of the training labels that are wrong"},
    [HIDDEN] = {.name = "hidden",
                .kind = KNOB_WORD,
                .choices = layers,
                .help = "hidden layers: one of 64 units, or two of 100"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 3000,
               .initial = 600,
               .step = 10,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of training"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 1e-5,
              .max = 1,
              .initial = 0.005,
              .logarithmic = true,
              .help = "learning rate of Adam"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 50,
               .initial = 12,
               .step = 1,
               .unit = "pairs",
               .help = "pairs of runs, each pair with data and weights of its own"},
};

static const struct result results[] = {
    [PLAIN_TEST] = {"plain_test_accuracy", RESULT_NUMBER, NULL, "without help, test: mean"},
    [PLAIN_TEST_SD] = {"plain_test_sd", RESULT_NUMBER, NULL, "its spread over the pairs"},
    [PLAIN_TRAIN] = {"plain_train_accuracy", RESULT_NUMBER, NULL, "without help, training labels"},
    [TEST_ACCURACY] = {"test_accuracy", RESULT_NUMBER, NULL, "with help, test: mean"},
    [TEST_SD] = {"test_sd", RESULT_NUMBER, NULL, "its spread over the pairs"},
    [TRAIN_ACCURACY] = {"train_accuracy", RESULT_NUMBER, NULL, "with help, training labels"},
    [GAIN] = {"gain", RESULT_NUMBER, NULL, "test accuracy with help less that without: mean"},
    [GAIN_SE] = {"gain_se", RESULT_NUMBER, NULL, "standard error of that mean; 0 for one pair"},
    [WINS] = {"wins", RESULT_INTEGER, "pairs", "pairs in which it helped"},
    [LOSS_TRAIN_MODE] = {"loss_train_mode", RESULT_NUMBER, NULL,
                         "with help, training data, dropout on, last steps: mean"},
    [LOSS_EVAL_MODE] = {"loss_eval_mode", RESULT_NUMBER, NULL,
                        "with help, training data, dropout off: mean"},
    [LOSS_TEST] = {"loss_test", RESULT_NUMBER, NULL, "with help, test data: mean"},
    [TEST_LIST] = {"gains", RESULT_LIST, NULL, "the gain of each pair"},
    [RUNS] = {"pairs", RESULT_INTEGER, "pairs", "pairs finished"},
};

enum { PLAIN, HELPED, ARMS };
enum { OF_TRAIN, OF_TEST, SEEDS_MOST = 50 };

struct state {
    struct model models[ARMS];
    struct noisy data;
    struct fit fit;
    bool fitting;
    size_t pieces, pair, arm, wins;
    double plain, gains[SEEDS_MOST];
    struct moments test[ARMS], train[ARMS], gain, losses[3];
};

static size_t knob_of(const struct demo_run *run, int knob)
{
    return (size_t)run->knob[knob].number;
}

/* Losses in training mode are averaged over the last steps, because each has masks of its own. */
static struct fit_plan plan_of(const struct demo_run *run, struct state *s)
{
    enum { LAST = 20 };
    size_t steps = knob_of(run, STEPS), every = steps > LAST ? steps - LAST : steps;
    struct fit_plan plan = noisy_plan(&s->data, &s->models[s->arm], run->knob[RATE].number,
                                      s->arm == HELPED ? run->knob[DECAY].number : 0, steps, every,
                                      fit_seed(run->seed, STREAM_DROPOUT_HELPS, s->pair));
    plan.sets[OF_TEST + 1] = NULL;
    return plan;
}

/* Dropout stands in both lines: layers, and with them the first weights, have the same numbers. */
static const char *line_for(const struct demo_run *run, size_t arm)
{
    double input = arm == HELPED ? run->knob[INPUT_P].number : 0;
    double hidden = arm == HELPED ? run->knob[HIDDEN_P].number : 0;
    if (knob_of(run, HIDDEN) == TWO_LAYERS)
        return arena_printf(run->arena,
                            "40 dropout=%g 100 relu dropout=%g 100 relu dropout=%g 2 std=.1", input,
                            hidden, hidden);
    return arena_printf(run->arena, "40 dropout=%g 64 relu dropout=%g 2 std=.125", input, hidden);
}

static void make_data(const struct demo_run *run, struct state *s)
{
    noisy_make(&s->data, run->arena, run->seed, s->pair, knob_of(run, EXAMPLES),
               run->knob[FLIP].number);
}

static bool dropout_helps_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    for (size_t arm = 0; arm < ARMS; arm++)
        if (!noisy_model(&s->models[arm], run->arena, line_for(run, arm), knob_of(run, EXAMPLES),
                         err))
            return false;
    make_data(run, s);
    struct fit_plan plan = plan_of(run, s);
    s->pieces = fit_pieces(&plan);
    run->total = s->pieces * ARMS * knob_of(run, SEEDS);
    return true;
}

static void begin_run(struct demo_run *run, struct state *s)
{
    struct err err;
    if (s->arm == PLAIN && s->pair > 0)
        make_data(run, s);
    struct fit_plan plan = plan_of(run, s);
    s->fitting = fit_start(&s->fit, run->arena, &plan, &err);
}

static void end_run(struct demo_run *run, struct state *s)
{
    const struct evaluation *check = s->fit.check;
    double test = fit_accuracy(&check[OF_TEST]);
    moments_add(&s->test[s->arm], test);
    moments_add(&s->train[s->arm], fit_accuracy(&check[OF_TRAIN]));
    s->fitting = false;
    if (s->arm == PLAIN) {
        s->plain = test;
        s->arm = HELPED;
        return;
    }
    moments_add(&s->losses[0], s->fit.loss);
    moments_add(&s->losses[1], check[OF_TRAIN].loss);
    moments_add(&s->losses[2], check[OF_TEST].loss);
    s->gains[s->pair] = test - s->plain;
    s->wins += test > s->plain;
    moments_add(&s->gain, test - s->plain);
    s->arm = PLAIN;
    s->pair++;
    run->done = s->pair * ARMS * s->pieces;
}

static void fill_results(struct demo_run *run, struct state *s)
{
    demo_out_number(run, RUNS, (double)s->pair);
    if (s->pair == 0)
        return;
    demo_out_number(run, PLAIN_TEST, s->test[PLAIN].mean);
    demo_out_number(run, PLAIN_TEST_SD, moments_sample_sd(&s->test[PLAIN]));
    demo_out_number(run, PLAIN_TRAIN, s->train[PLAIN].mean);
    demo_out_number(run, TEST_ACCURACY, s->test[HELPED].mean);
    demo_out_number(run, TEST_SD, moments_sample_sd(&s->test[HELPED]));
    demo_out_number(run, TRAIN_ACCURACY, s->train[HELPED].mean);
    demo_out_number(run, GAIN, s->gain.mean);
    demo_out_number(run, GAIN_SE, moments_sample_sd(&s->gain) / sqrt(s->gain.count));
    demo_out_number(run, WINS, (double)s->wins);
    demo_out_number(run, LOSS_TRAIN_MODE, s->losses[0].mean);
    demo_out_number(run, LOSS_EVAL_MODE, s->losses[1].mean);
    demo_out_number(run, LOSS_TEST, s->losses[2].mean);
    demo_out_list(run, TEST_LIST, s->gains, s->pair);
}

static bool dropout_helps_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && s->pair < knob_of(run, SEEDS); i++) {
        if (!s->fitting)
            begin_run(run, s);
        run->done++;
        if (fit_work(&s->fit) == FIT_DONE)
            end_run(run, s);
    }
    fill_results(run, s);
    return s->pair < knob_of(run, SEEDS);
}

/* ---- the picture ---- */

static struct line percent_of(const struct demo_run *run, int result)
{
    return run->out[result].set ? line_of("%.1f %%", 100 * run->out[result].number) : line_of("?");
}

static struct line gain_of(const struct demo_run *run)
{
    if (!run->out[GAIN].set)
        return line_of("?");
    if (run->out[RUNS].number < 2)
        return line_of("%+.1f points", 100 * run->out[GAIN].number);
    return line_of("%+.1f ± %.1f points", 100 * run->out[GAIN].number,
                   100 * run->out[GAIN_SE].number);
}

static void dropout_helps_draw(const struct demo_run *run, struct grid *grid)
{
    enum { FACTS = 3, GAINS_ROW = 7 };
    const struct state *s = run->state;
    double lambda = run->knob[DECAY].number;
    struct line decay =
        lambda > 0 ? line_of(", decay %s", show_number(lambda, 3).text) : line_of("%s", "");
    show_either(grid, 0, ROLE_STRONG,
                line_of("gain %s by dropout %s on inputs, %s on hidden units%s", gain_of(run).text,
                        show_number(run->knob[INPUT_P].number, 3).text,
                        show_number(run->knob[HIDDEN_P].number, 3).text, decay.text),
                line_of("gain %s", gain_of(run).text));
    show_either(grid, 1, ROLE_TEXT,
                line_of("test accuracy %s without, %s with it; it helped in %zu of %s",
                        percent_of(run, PLAIN_TEST).text, percent_of(run, TEST_ACCURACY).text,
                        s->wins, show_many((double)s->pair, "pair").text),
                line_of("test %s, %s with it", percent_of(run, PLAIN_TEST).text,
                        percent_of(run, TEST_ACCURACY).text));
    bool narrow = grid->width < 50;
    const struct bar losses[FACTS] = {
        {narrow ? "dropout on" : "loss, dropout on", s->losses[0].mean, s->pair ? NULL : "?",
         ROLE_SERIES_1},
        {narrow ? "off" : "loss, dropout off", s->losses[1].mean, s->pair ? NULL : "?",
         ROLE_SERIES_2},
        {"test loss", s->losses[2].mean, s->pair ? NULL : "?", ROLE_SERIES_3},
    };
    chart_bars(grid, (struct rect){0, 3, grid->width, FACTS}, losses, FACTS);
    struct bar bars[SEEDS_MOST];
    struct line labels[SEEDS_MOST], notes[SEEDS_MOST];
    int room = grid->height - GAINS_ROW - 1;
    size_t shown = room < 1 ? 0 : s->pair < (size_t)room ? s->pair : (size_t)room;
    if (shown)
        show_text(grid, 0, GAINS_ROW, grid->width, ROLE_TEXT, "gain of each pair, in points");
    for (size_t i = 0; i < shown; i++) {
        labels[i] = line_of("pair %zu", i + 1);
        notes[i] = line_of("%+.1f", 100 * s->gains[i]);
        bars[i] = (struct bar){labels[i].text, 100 * s->gains[i], notes[i].text,
                               s->gains[i] > 0 ? ROLE_SERIES_1 : ROLE_SERIES_4};
    }
    if (shown)
        chart_bars(grid, (struct rect){0, GAINS_ROW + 1, grid->width, (int)shown}, bars, shown);
}

static void dropout_helps_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "Pairs of networks learn from %s examples with %s of the labels wrong, one without "
             "help, one with dropout %s on the input, %s on hidden units and decay %s. ",
             show_count(run->knob[EXAMPLES].number).text,
             show_percent(run->knob[FLIP].number, 2).text,
             show_number(run->knob[INPUT_P].number, 3).text,
             show_number(run->knob[HIDDEN_P].number, 3).text,
             show_number(run->knob[DECAY].number, 3).text);
    if (s->pair == 0) {
        buf_add(out, "No pair is finished yet.");
        return;
    }
    buf_addf(out,
             "Over %s the test accuracy is %s without and %s with it, a gain of %s (mean "
             "and its standard error); it helped in %zu. ",
             show_many((double)s->pair, "pair").text, percent_of(run, PLAIN_TEST).text,
             percent_of(run, TEST_ACCURACY).text, gain_of(run).text, s->wins);
    buf_addf(out,
             "With it the training loss is %s as long as dropout is on, %s with dropout off, and "
             "the test loss is %s.",
             show_result(run, LOSS_TRAIN_MODE, 2).text, show_result(run, LOSS_EVAL_MODE, 2).text,
             show_result(run, LOSS_TEST, 2).text);
}

static bool dropout_helps_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

const struct demo demo_dropout_helps = {
    .name = "dropout-helps",
    .title = "Does it help?",
    .theme = "Dropout",
    .sketch = "▅ off   ▇ on",
    .question = "Where does dropout help, and which of three losses does one look at?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "pieces",
    .instant = dropout_helps_instant,
    .start = dropout_helps_start,
    .step = dropout_helps_step,
    .draw = dropout_helps_draw,
    .describe = dropout_helps_describe,
};
