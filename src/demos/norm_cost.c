/* What a norm costs: layer norm against RMSNorm, timed here and now.
 *
 * Both run fused, on one thread, in float32, over the same rows. A result is the best of several
 * rounds: whatever else the machine does only ever adds time. */
#include "demos/parts.h"
#include "demos/streams.h"
#include "nn/norm.h"

#include <math.h>
#include <string.h>

enum { WIDTH, ROWS, ROUNDS, KNOBS };
enum { LAYER_NS, RMS_NS, RATIO, BYTES_PER_SECOND, LAYER_OPERATIONS, RMS_OPERATIONS, RESULTS };

static const struct knob knobs[] = {
    [WIDTH] = {.name = "width",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 16000,
               .initial = 768,
               .step = 1,
               .logarithmic = true,
               .unit = "features",
               .help = "numbers in a row"},
    [ROWS] = {.name = "rows",
              .kind = KNOB_INTEGER,
              .min = 1,
              .max = 60000,
              .initial = 8192,
              .step = 1,
              .logarithmic = true,
              .unit = "rows",
              .help = "rows in a round"},
    [ROUNDS] = {.name = "rounds",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 50,
                .initial = 5,
                .step = 1,
                .unit = "rounds",
                .help = "the best of so many counts"},
};

static const struct result results[] = {
    [LAYER_NS] = {"layer_ns", RESULT_TIMING, "ns", "layer norm of one row"},
    [RMS_NS] = {"rms_ns", RESULT_TIMING, "ns", "RMSNorm of one row"},
    [RATIO] = {"ratio", RESULT_TIMING, NULL, "layer_ns divided by rms_ns"},
    [BYTES_PER_SECOND] = {"bytes_per_second", RESULT_TIMING, "bytes/s",
                          "that RMSNorm reads and writes"},
    [LAYER_OPERATIONS] = {"layer_operations", RESULT_NUMBER, NULL,
                          "additions and multiplications for each number: mean 1, variance 3, "
                          "output 4"},
    [RMS_OPERATIONS] = {"rms_operations", RESULT_NUMBER, NULL,
                        "the same for RMSNorm: mean square 2, output 2"},
};

/* A piece of a round that fits between two looks at the keyboard, and the most memory at work: rows
 * beyond it use the same memory again, which the caches have long forgotten. */
enum { CHUNK = 1 << 20, HELD = 1 << 22 };

struct state {
    float *x, *y, *gamma, *beta, *rstd;
    double *mean;
    size_t width, rows, held, chunk; /* held, chunk: rows */
    size_t chunks;                   /* of a round of one norm */
    double sum[2], best[2];          /* ns of the round at work, of the best one; layer, RMS */
};

static bool norm_cost_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->width = (size_t)run->knob[WIDTH].number;
    s->rows = (size_t)run->knob[ROWS].number;
    s->chunk = CHUNK / s->width < s->rows ? CHUNK / s->width : s->rows;
    s->held = HELD / s->width < s->rows ? HELD / s->width / s->chunk * s->chunk : s->rows;
    s->chunks = (s->rows + s->chunk - 1) / s->chunk;
    s->best[0] = s->best[1] = INFINITY;
    run->total = 2 * s->chunks * (size_t)run->knob[ROUNDS].number;
    return true;
}

/* Left to the first step: a run that is only looked at needs none of it. */
static void fill(struct demo_run *run, struct state *s)
{
    enum { PATTERN = 4096 };
    size_t count = s->held * s->width;
    struct rng rng;
    s->x = ARENA_ARRAY(run->arena, count, float);
    s->y = ARENA_ARRAY(run->arena, count, float);
    s->gamma = ARENA_ARRAY(run->arena, s->width, float);
    s->beta = ARENA_ARRAY(run->arena, s->width, float);
    s->mean = ARENA_ARRAY(run->arena, s->held, double);
    s->rstd = ARENA_ARRAY(run->arena, s->held, float);
    rng_init(&rng, run->seed, STREAM_NORM_COST, 0);
    for (size_t i = 0; i < count; i++)
        s->x[i] = i < PATTERN ? (float)rng_normal(&rng) : s->x[i - PATTERN];
    for (size_t i = 0; i < s->width; i++)
        s->gamma[i] = 1;
    memset(s->y, 1, count * sizeof *s->y); /* touched, so that no page is missing later */
}

static void one_chunk(struct demo_run *run, struct state *s)
{
    size_t at = run->done % s->chunks, norm = run->done / s->chunks % 2;
    size_t row = at * s->chunk, rows = s->rows - row < s->chunk ? s->rows - row : s->chunk;
    size_t first = row % s->held;
    rows = s->held - first < rows ? s->held - first : rows;
    const float *x = s->x + first * s->width;
    float *y = s->y + first * s->width;
    int64_t begin = clock_mono_ns(run->clock);
    if (norm == 0)
        layer_norm_forward(y, s->mean, s->rstd, x, s->gamma, s->beta, rows, s->width, 1e-5, NULL);
    else
        rms_norm_forward(y, s->rstd, x, s->gamma, rows, s->width, 1e-5, RMS_INSIDE, NULL);
    s->sum[norm] += (double)(clock_mono_ns(run->clock) - begin);
    if (at + 1 == s->chunks) {
        s->best[norm] = fmin(s->best[norm], s->sum[norm] / (double)s->rows);
        s->sum[norm] = 0;
    }
    run->done++;
}

static bool norm_cost_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    if (run->done == 0)
        fill(run, s);
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_chunk(run, s);
    demo_out_number(run, LAYER_OPERATIONS, 8);
    demo_out_number(run, RMS_OPERATIONS, 4);
    if (isinf(s->best[1]))
        return run->done < run->total;
    demo_out_number(run, LAYER_NS, s->best[0]);
    demo_out_number(run, RMS_NS, s->best[1]);
    demo_out_number(run, RATIO, s->best[0] / s->best[1]);
    demo_out_number(run, BYTES_PER_SECOND,
                    (double)(2 * s->width * sizeof(float)) / s->best[1] * 1e9);
    return run->done < run->total;
}

/* What is timed may not be quoted anyway; in slices it leaves the keyboard alone. */
static bool norm_cost_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

/* Whether the clock moved at all between two looks. */
static bool is_timed(const struct demo_run *run)
{
    return run->out[RATIO].set && run->out[LAYER_NS].number > 0 && run->out[RMS_NS].number > 0;
}

struct verdict {
    double above; /* layer norm takes so many times as long */
    const char *says, *shortly;
};

static struct verdict verdict(const struct demo_run *run)
{
    static const struct verdict verdicts[] = {
        {1.6, "RMSNorm is clearly cheaper here.", "RMSNorm is clearly cheaper here."},
        {1.1, "RMSNorm is cheaper, by less than its arithmetic: memory sets the pace.",
         "RMSNorm is a little cheaper here."},
        {0.9, "No difference to speak of: both wait for memory, not for arithmetic.",
         "No difference to speak of."},
        {-1, "Layer norm is even faster here, whatever the arithmetic says.",
         "Layer norm is even faster here."},
    };
    size_t i = 0;
    if (!run->out[RATIO].set)
        return (struct verdict){0, "Half the arithmetic: half the time?", "Half the time?"};
    if (!is_timed(run))
        return (struct verdict){0, "The clock did not move: too little work to time.",
                                "Too little work to time."};
    while (!(run->out[RATIO].number > verdicts[i].above) && verdicts[i].above > 0)
        i++;
    return verdicts[i];
}

static struct line rate_of(const struct demo_run *run)
{
    return is_timed(run)
               ? line_of("%s GB/s", show_number(run->out[BYTES_PER_SECOND].number / 1e9, 2).text)
               : line_of("? GB/s");
}

static struct shown nanoseconds(const struct demo_run *run, int result)
{
    if (!run->out[result].set)
        return (struct shown){"?"};
    double ns = run->out[result].number;
    return ns >= 100 ? show_count(round(ns)) : show_number(ns, 3);
}

static void norm_cost_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 12 };
    struct shown width = show_count(run->knob[WIDTH].number);
    struct shown ratio =
        is_timed(run) ? show_number(run->out[RATIO].number, 3) : (struct shown){"?"};
    struct line layer = line_of("%s ns a row", nanoseconds(run, LAYER_NS).text);
    struct line rms = line_of("%s ns a row", nanoseconds(run, RMS_NS).text);
    bool timed = is_timed(run), tall = grid->height >= TALL;
    show_either(
        grid, 0, ROLE_STRONG,
        line_of("Rows of %s: layer norm takes %s times as long as RMSNorm", width.text, ratio.text),
        line_of("layer / RMS, width %s: %s", width.text, ratio.text));
    show_either(grid, 1, ROLE_TEXT, line_of("%s", verdict(run).says),
                line_of("%s", verdict(run).shortly));
    const struct bar times[] = {
        {"layer norm", timed ? run->out[LAYER_NS].number : 0, layer.text, ROLE_SERIES_1},
        {"RMSNorm", timed ? run->out[RMS_NS].number : 0, rms.text, ROLE_SERIES_2}};
    int y = tall ? 4 : 2;
    if (tall)
        show_text(grid, 0, 3, grid->width, ROLE_DIM, "time on this machine, now");
    chart_bars(grid, (struct rect){0, y, grid->width, 2}, times, 2);
    if (!tall) {
        show_textf(grid, 0, 5, grid->width, ROLE_DIM, "memory: %s", rate_of(run).text);
        return;
    }
    const struct bar work[] = {
        {"layer norm", 8, "8 a number: mean 1, variance 3, output 4", ROLE_SERIES_1},
        {"RMSNorm", 4, "4 a number: mean square 2, output 2", ROLE_SERIES_2}};
    show_text(grid, 0, y + 3, grid->width, ROLE_DIM, "additions and multiplications");
    chart_bars(grid, (struct rect){0, y + 4, grid->width, 2}, work, 2);
    show_textf(grid, 0, y + 7, grid->width, ROLE_TEXT,
               "RMSNorm reads and writes %s; %s, best of %s", rate_of(run).text,
               show_many(run->knob[ROWS].number, "row").text,
               show_many(run->knob[ROUNDS].number, "round").text);
}

static void norm_cost_describe(const struct demo_run *run, struct buf *out)
{
    buf_addf(out, "Layer norm and RMSNorm go over %s of %s, the best of %s. ",
             show_many(run->knob[ROWS].number, "row").text,
             show_many(run->knob[WIDTH].number, "number").text,
             show_many(run->knob[ROUNDS].number, "round").text);
    buf_add(out, "Layer norm needs 8 additions and multiplications for a number, RMSNorm 4. ");
    if (!run->out[RATIO].set) {
        buf_add(out, "How long they take has not been measured yet.");
        return;
    }
    if (is_timed(run))
        buf_addf(out, "On this machine a row takes %s and %s nanoseconds, a ratio of %s. ",
                 nanoseconds(run, LAYER_NS).text, nanoseconds(run, RMS_NS).text,
                 show_number(run->out[RATIO].number, 3).text);
    buf_add(out, verdict(run).says);
}

const struct demo demo_norm_cost = {
    .name = "norm-cost",
    .title = "What a norm costs",
    .theme = "Normalisation",
    .sketch = "████▌ ██▌ ns",
    .question = "Is RMSNorm faster than layer norm on this machine?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "pieces",
    .instant = norm_cost_instant,
    .start = norm_cost_start,
    .step = norm_cost_step,
    .draw = norm_cost_draw,
    .describe = norm_cost_describe,
};
