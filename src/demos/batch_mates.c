/* Batch-mates: what the other examples of a batch do to one example's answer in training.
 *
 * One example goes through a net of five blocks (linear, norm, ReLU) again and again, each time with
 * other examples in its batch. The difference of its two logits moves with batch norm and stays with
 * layer norm. With two in a batch, batch norm lets through signs only; alone, nothing. */
#include "base/utf8.h"
#include "demos/demo.h"
#include "demos/norm.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>
#include <string.h>

enum { KIND, BATCH, MODE, NETS, BATCHES, KNOBS };
enum { TRAIN, EVAL };
enum { SD_LOGIT, SD_BY_NET, ERROR_OR_CONSTANT, MEAN_SD, LOGITS, RESULTS };

enum { WIDTH = 32, BLOCKS = 5, BATCH_MOST = 256, REFERENCE = 256 };

static const char *const kinds[] = {"batch", "layer", NULL};
static const char *const modes[] = {"train", "eval", NULL};

static const struct knob knobs[] = {
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = NORM_BATCH,
              .choices = kinds,
              .help = "the norm of each block"},
    [BATCH] = {.name = "batch",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = BATCH_MOST,
               .initial = 8,
               .step = 1,
               .logarithmic = true,
               .unit = "examples",
               .help = "examples in a batch, our own among them"},
    [MODE] = {.name = "mode",
              .kind = KNOB_WORD,
              .initial = TRAIN,
              .choices = modes,
              .help = "eval: batch norm uses stored statistics"},
    [NETS] = {.name = "nets",
              .kind = KNOB_INTEGER,
              .min = 1,
              .max = 50,
              .initial = 12,
              .step = 1,
              .unit = "nets",
              .help = "nets with fresh weights; one alone scatters"},
    [BATCHES] = {.name = "batches",
                 .kind = KNOB_INTEGER,
                 .min = 2,
                 .max = 500,
                 .initial = 50,
                 .step = 1,
                 .logarithmic = true,
                 .unit = "batches",
                 .help = "batches that each net sees"},
};

static const struct result results[] = {
    [SD_LOGIT] = {"sd_logit", RESULT_NUMBER, NULL,
                  "standard deviation of the example's logit difference, mean over the nets"},
    [SD_BY_NET] = {"sd_by_net", RESULT_LIST, NULL, "the same for each net"},
    [ERROR_OR_CONSTANT] = {"error_or_constant", RESULT_TEXT, NULL,
                           "noisy, signs only (2), constant (1: libraries refuse it), independent"},
    [MEAN_SD] = {"mean_sd", RESULT_NUMBER, NULL,
                 "1/sqrt(batch): how far the mean of a batch of numbers with sd 1 is off"},
    [LOGITS] = {"logits", RESULT_TABLE, NULL, "the logit differences: a row for each net so far"},
};

struct net {
    double in[2 * WIDTH], hidden[BLOCKS][WIDTH * WIDTH], out[2 * WIDTH];
    double mean[BLOCKS][WIDTH], variance[BLOCKS][WIDTH]; /* stored for eval mode */
};

struct state {
    struct net net; /* of the run so far */
    double example[2];
    double *logits, *sd; /* nets x batches; nets */
    struct moments moments;
    double signal[BATCH_MOST * WIDTH], next[BATCH_MOST * WIDTH];
};

/* Two spirals of one turn, a class each: the data of the lessons' training demos. */
static void draw_example(struct rng *rng, double x[2])
{
    double pi = acos(-1), side = rng_bernoulli(rng, 0.5);
    double t = sqrt(0.02 + 0.98 * rng_unit(rng)), angle = 2 * pi * t + pi * side;
    x[0] = 1.5 * t * cos(angle) + 0.02 * rng_normal(rng);
    x[1] = 1.5 * t * sin(angle) + 0.02 * rng_normal(rng);
}

static void fill(struct rng *rng, double *weights, size_t count, double sd)
{
    for (size_t i = 0; i < count; i++)
        weights[i] = sd * rng_normal(rng);
}

/* to (rows x outputs) = from (rows x inputs) times weights (inputs x outputs). */
static void multiply(const double *from, const double *weights, size_t rows, size_t inputs,
                     size_t outputs, double *to)
{
    memset(to, 0, rows * outputs * sizeof *to);
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < inputs; k++) {
            const double x = from[i * inputs + k], *w = weights + k * outputs;
            for (size_t j = 0; j < outputs; j++)
                to[i * outputs + j] += x * w[j];
        }
}

/* The batch in s->signal (rows x 2) through the net; the first example's logit difference. With
 * `store` batch statistics are used and kept, else those kept where `stored`. */
static double forward(struct state *s, enum norm_kind kind, size_t rows, bool store, bool stored)
{
    struct net *net = &s->net;
    struct norm norm = {.kind = kind, .rows = rows, .columns = WIDTH};
    double mean[BATCH_MOST > WIDTH ? BATCH_MOST : WIDTH];
    double variance[BATCH_MOST > WIDTH ? BATCH_MOST : WIDTH], logits[2];
    multiply(s->signal, net->in, rows, 2, WIDTH, s->next);
    for (size_t b = 0; b < BLOCKS; b++) {
        multiply(s->next, net->hidden[b], rows, WIDTH, WIDTH, s->signal);
        norm_statistics(&norm, s->signal, mean, variance);
        if (store) {
            memcpy(net->mean[b], mean, sizeof net->mean[b]);
            memcpy(net->variance[b], variance, sizeof net->variance[b]);
        }
        norm_apply(&norm, s->signal, stored ? net->mean[b] : mean,
                   stored ? net->variance[b] : variance, 1e-5, s->next);
        for (size_t i = 0; i < rows * WIDTH; i++)
            s->next[i] = fmax(0, s->next[i]);
    }
    multiply(s->next, net->out, 1, WIDTH, 2, logits);
    return logits[1] - logits[0];
}

static void draw_batch(struct state *s, struct rng *rng, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        draw_example(rng, &s->signal[2 * i]);
}

static void begin_net(const struct demo_run *run, struct state *s, size_t number)
{
    struct rng rng;
    rng_init(&rng, run->seed, STREAM_BATCH_MATES_NET, number + 1);
    fill(&rng, s->net.in, 2 * WIDTH, 1);
    for (size_t b = 0; b < BLOCKS; b++)
        fill(&rng, s->net.hidden[b], WIDTH * WIDTH, sqrt(2.0 / WIDTH));
    fill(&rng, s->net.out, 2 * WIDTH, 1 / sqrt(WIDTH));
    if (run->knob[MODE].number == EVAL && run->knob[KIND].number == NORM_BATCH) {
        draw_batch(s, &rng, REFERENCE);
        forward(s, NORM_BATCH, REFERENCE, true, false);
    }
    s->moments = (struct moments){0};
}

static bool batch_mates_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    struct rng rng;
    rng_init(&rng, run->seed, STREAM_BATCH_MATES_NET, 0);
    draw_example(&rng, s->example);
    run->total = (size_t)(run->knob[NETS].number * run->knob[BATCHES].number);
    s->logits = ARENA_ARRAY(run->arena, run->total, double);
    s->sd = ARENA_ARRAY(run->arena, (size_t)run->knob[NETS].number, double);
    return true;
}

static void one_batch(struct demo_run *run, struct state *s)
{
    size_t batches = (size_t)run->knob[BATCHES].number, rows = (size_t)run->knob[BATCH].number;
    enum norm_kind kind = run->knob[KIND].number == NORM_BATCH ? NORM_BATCH : NORM_LAYER;
    bool stored = kind == NORM_BATCH && run->knob[MODE].number == EVAL;
    struct rng rng;
    if (run->done % batches == 0)
        begin_net(run, s, run->done / batches);
    rng_init(&rng, run->seed, STREAM_BATCH_MATES_DATA, run->done);
    draw_batch(s, &rng, rows);
    memcpy(s->signal, s->example, sizeof s->example);
    double logit = forward(s, kind, rows, false, stored);
    moments_add(&s->moments, logit);
    s->logits[run->done] = logit;
    s->sd[run->done / batches] = moments_sd(&s->moments);
    run->done++;
}

static const char *outcome(const struct demo_run *run)
{
    if (run->knob[KIND].number != NORM_BATCH || run->knob[MODE].number == EVAL)
        return "independent";
    double batch = run->knob[BATCH].number;
    return batch == 1 ? "constant" : batch == 2 ? "signs only" : "noisy";
}

static bool batch_mates_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    size_t batches = (size_t)run->knob[BATCHES].number;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_batch(run, s);
    size_t nets = (run->done + batches - 1) / batches;
    struct moments over_nets = {0};
    for (size_t i = 0; i < nets; i++)
        moments_add(&over_nets, s->sd[i]);
    demo_out_number(run, SD_LOGIT, over_nets.mean);
    demo_out_list(run, SD_BY_NET, s->sd, nets);
    demo_out_text(run, ERROR_OR_CONSTANT, outcome(run));
    demo_out_number(run, MEAN_SD, 1 / sqrt(run->knob[BATCH].number));
    demo_out_table(run, LOGITS, s->logits, run->done / batches, batches);
    return run->done < run->total;
}

static bool batch_mates_instant(const struct demo_run *run)
{
    enum { EXAMPLES_MOST = 16000 };
    return run->knob[NETS].number * run->knob[BATCHES].number * run->knob[BATCH].number <=
           EXAMPLES_MOST;
}

static const char *lesson(const struct demo_run *run)
{
    static const char *const says[][2] = {
        {"noisy", "The example's answer depends on who shares its batch."},
        {"signs only", "Of two numbers batch norm makes +1 and -1: only their order is left."},
        {"constant", "Alone it is its own mean: every answer is the same, whatever the example."},
        {"independent", "Nobody else's numbers matter: the same answer in every batch."}};
    size_t i = 0;
    while (strcmp(says[i][0], outcome(run)) != 0)
        i++;
    return says[i][1];
}

enum { LABEL = 7, SPREAD = 10 };

static void find_range(const struct state *s, size_t done, double *low, double *high)
{
    *low = *high = 0;
    for (size_t i = 0; i < done; i++) {
        *low = fmin(*low, s->logits[i]);
        *high = fmax(*high, s->logits[i]);
    }
}

/* What the dots are, between the ends of their scale. */
static void draw_scale(const struct state *s, size_t done, struct grid *grid, int y)
{
    double low, high;
    find_range(s, done, &low, &high);
    int width = grid->width - LABEL - SPREAD;
    struct shown left = show_number(low, 2), right = show_number(high, 2);
    const char *says = width >= 44 ? "● the answer to x, in one batch" : "● answer";
    int columns = utf8_columns(says, strlen(says));
    show_text(grid, LABEL, y, width, ROLE_DIM, left.text);
    show_text(grid, LABEL + (width - columns) / 2, y, columns, ROLE_DIM, says);
    show_text(grid, LABEL + width - (int)strlen(right.text), y, width, ROLE_DIM, right.text);
}

/* A line for each net: where the example's logit difference fell, batch after batch. */
static void draw_nets(const struct demo_run *run, struct grid *grid, int y)
{
    const struct state *s = run->state;
    size_t batches = (size_t)run->knob[BATCHES].number, nets = run->out[SD_BY_NET].count;
    double low, high;
    find_range(s, run->done, &low, &high);
    for (size_t i = 0; i < nets && y < grid->height; i++, y++) {
        size_t from = i * batches, count = run->done - from < batches ? run->done - from : batches;
        struct rect at = {LABEL, y, grid->width - LABEL - SPREAD, 1};
        show_textf(grid, 0, y, LABEL, ROLE_DIM, "net %zu", i + 1);
        part_number_line(grid, at, ROLE_SERIES_1, "●", s->logits + from, count, low, high);
        show_textf(grid, grid->width - SPREAD + 1, y, SPREAD - 1, ROLE_LIVE, "sd %s",
                   show_number(s->sd[i], 2).text);
    }
}

static void batch_mates_draw(const struct demo_run *run, struct grid *grid)
{
    bool known = run->done > 0;
    struct shown batch = show_count(run->knob[BATCH].number), sd = show_result(run, SD_LOGIT, 2);
    const char *kind = run->knob[KIND].word, *mode = run->knob[MODE].word;
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s norm, %s mode, batch of %s: the same example's answer has sd %s", kind,
                        mode, batch.text, sd.text),
                line_of("%s norm %s, batch %s: sd %s", kind, mode, batch.text, sd.text));
    if (!known) {
        show_text(grid, 0, 2, grid->width, ROLE_TEXT, "one example, ever other batch-mates:");
        show_text(grid, 0, 3, grid->width, ROLE_MATH, "(x, ?, ?, …) → net → answer for x: ?");
        return;
    }
    bool tall = grid->height >= 10;
    if (tall)
        show_text(grid, 0, 1, grid->width, ROLE_TEXT, lesson(run));
    if (tall)
        draw_scale(run->state, run->done, grid, 2);
    draw_nets(run, grid, tall ? 3 : 1);
}

static void batch_mates_describe(const struct demo_run *run, struct buf *out)
{
    struct shown batch = show_count(run->knob[BATCH].number);
    buf_addf(out,
             "One example goes through nets with %s norm in %s mode, each time in a batch of %s "
             "with other examples. ",
             run->knob[KIND].word, run->knob[MODE].word, batch.text);
    if (run->done == 0) {
        buf_add(out, "No batch has been drawn yet.");
        return;
    }
    buf_addf(out, "Over %s and %s its logit difference has a standard deviation of %s. ",
             show_many((double)run->done, "batch").text,
             show_many((double)run->out[SD_BY_NET].count, "net").text,
             show_result(run, SD_LOGIT, 2).text);
    buf_add(out, lesson(run));
    if (strcmp(outcome(run), "constant") == 0)
        buf_add(out, " PyTorch refuses to train batch norm on one example.");
}

const struct demo demo_batch_mates = {
    .name = "batch-mates",
    .title = "Batch-mates",
    .theme = "Normalisation",
    .sketch = "x: ─●─ ──● ●─",
    .question = "Does an example's answer depend on who shares its batch?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "batches",
    .instant = batch_mates_instant,
    .start = batch_mates_start,
    .step = batch_mates_step,
    .draw = batch_mates_draw,
    .describe = batch_mates_describe,
};
