/* Random depth: each residual block is kept or skipped by a coin of its own.
 *
 * Block l of L is kept with probability 1 - (l/L)(1 - q_L), falling from almost 1 to q_L. The depth
 * then has the mean L - (1-q_L)(L+1)/2, which is (3L-1)/4 for q_L = 1/2. Huang et al. 2016. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>

enum { BLOCKS, SURVIVAL_LAST, PASSES, KNOBS };
enum {
    EXPECTED_DEPTH,
    THEORY,
    THEORY_SD,
    SAMPLED_MEAN,
    SAMPLED_SD,
    SHALLOWEST,
    DEEPEST,
    HISTOGRAM,
    RESULTS
};

static const struct knob knobs[] = {
    [BLOCKS] = {.name = "blocks",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 1000,
                .initial = 54,
                .step = 1,
                .logarithmic = true,
                .unit = "blocks",
                .help = "L, residual blocks in the net"},
    [SURVIVAL_LAST] = {.name = "survival_last",
                       .kind = KNOB_NUMBER,
                       .min = 0,
                       .max = 1,
                       .initial = 0.5,
                       .step = 0.05,
                       .help = "probability of keeping the last block; the first is nearly sure"},
    [PASSES] = {.name = "passes",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 100000,
                .initial = 2000,
                .step = 1,
                .logarithmic = true,
                .unit = "passes",
                .help = "training passes that are drawn"},
};

static const struct result results[] = {
    [EXPECTED_DEPTH] = {"expected_depth", RESULT_NUMBER, "blocks",
                        "mean depth: the sum of the probabilities"},
    [THEORY] = {"theory", RESULT_NUMBER, "blocks", "L - (1 - p_L)(L + 1)/2"},
    [THEORY_SD] = {"theory_sd", RESULT_NUMBER, "blocks", "standard deviation, exact"},
    [SAMPLED_MEAN] = {"sampled_mean", RESULT_NUMBER, "blocks", "mean depth of the passes drawn"},
    [SAMPLED_SD] = {"sampled_sd", RESULT_NUMBER, "blocks", "their standard deviation"},
    [SHALLOWEST] = {"shallowest", RESULT_INTEGER, "blocks", "least depth drawn"},
    [DEEPEST] = {"deepest", RESULT_INTEGER, "blocks", "greatest depth drawn"},
    [HISTOGRAM] = {"histogram", RESULT_LIST, "passes", "passes with depth 0, 1, 2, ..."},
};

struct state {
    size_t blocks;
    double *survival, *kept, *histogram; /* kept: the last pass; histogram: blocks + 1 */
    struct moments depth;
};

static bool stochastic_depth_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->blocks = (size_t)run->knob[BLOCKS].number;
    s->survival = ARENA_ARRAY(run->arena, s->blocks, double);
    s->kept = ARENA_ARRAY(run->arena, s->blocks, double);
    s->histogram = ARENA_ARRAY(run->arena, s->blocks + 1, double);
    for (size_t i = 0; i < s->blocks; i++)
        s->survival[i] =
            1 - (double)(i + 1) / (double)s->blocks * (1 - run->knob[SURVIVAL_LAST].number);
    run->total = (size_t)run->knob[PASSES].number;
    return true;
}

static void one_pass(struct demo_run *run, struct state *s)
{
    struct rng rng;
    size_t depth = 0;
    rng_init(&rng, run->seed, STREAM_STOCHASTIC_DEPTH, run->done++);
    for (size_t i = 0; i < s->blocks; i++) {
        bool kept = rng_bernoulli(&rng, s->survival[i]);
        s->kept[i] = kept;
        depth += kept;
    }
    s->histogram[depth]++;
    moments_add(&s->depth, (double)depth);
}

static bool stochastic_depth_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    double sum = 0, variance = 0, blocks = (double)s->blocks;
    size_t least = 0, most = s->blocks;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_pass(run, s);
    for (size_t i = 0; i < s->blocks; i++) {
        sum += s->survival[i];
        variance += s->survival[i] * (1 - s->survival[i]);
    }
    while (s->histogram[least] == 0)
        least++;
    while (s->histogram[most] == 0)
        most--;
    demo_out_number(run, EXPECTED_DEPTH, sum);
    demo_out_number(run, THEORY, blocks - (1 - run->knob[SURVIVAL_LAST].number) * (blocks + 1) / 2);
    demo_out_number(run, THEORY_SD, sqrt(variance));
    demo_out_number(run, SAMPLED_MEAN, s->depth.mean);
    demo_out_number(run, SAMPLED_SD, moments_sd(&s->depth));
    demo_out_number(run, SHALLOWEST, (double)least);
    demo_out_number(run, DEEPEST, (double)most);
    demo_out_list(run, HISTOGRAM, s->histogram, s->blocks + 1);
    return run->done < run->total;
}

static bool stochastic_depth_instant(const struct demo_run *run)
{
    enum { COINS_MOST = 5000000 };
    return run->knob[BLOCKS].number * run->knob[PASSES].number <= COINS_MOST;
}

/* One column a block: how likely it is kept, and whether the last pass kept it. */
static void draw_blocks(const struct demo_run *run, struct grid *grid, int y)
{
    enum { LABEL = 12 };
    const struct state *s = run->state;
    int room = grid->width - LABEL;
    double height[512];
    if (room > (int)(sizeof height / sizeof *height))
        room = (int)(sizeof height / sizeof *height);
    int shown = s->blocks < (size_t)room ? (int)s->blocks : room;
    show_text(grid, 0, y, LABEL - 1, ROLE_DIM, "chance kept");
    show_text(grid, 0, y + 1, LABEL - 1, ROLE_DIM, "one pass");
    for (int i = 0; i < shown; i++) {
        size_t block = (size_t)i * s->blocks / (size_t)shown;
        height[i] = s->survival[block];
        bool known = run->done > 0, kept = s->kept[block] > 0;
        grid_put(grid, LABEL + i, y + 1, STYLE(kept ? ROLE_SERIES_1 : ROLE_DIM),
                 !known ? "?"
                 : kept ? "█"
                        : "·");
    }
    chart_spark(grid, LABEL, y, ROLE_SERIES_2, height, (size_t)shown);
}

static void stochastic_depth_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9 };
    const struct state *s = run->state;
    bool known = run->done > 0;
    struct shown last = show_number(run->knob[SURVIVAL_LAST].number, 3);
    struct shown expected = show_result(run, EXPECTED_DEPTH, 4);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s, kept with probability 1 down to %s: mean depth %s",
                        show_many((double)s->blocks, "block").text, last.text, expected.text),
                line_of("%s, 1 to %s: mean %s", show_many((double)s->blocks, "block").text,
                        last.text, expected.text));
    draw_blocks(run, grid, 1);
    show_either(grid, 3, ROLE_TEXT,
                line_of("depth of %s: mean %s, sd %s, from %s to %s",
                        show_many(known ? (double)run->done : (double)run->total, "pass").text,
                        show_result(run, SAMPLED_MEAN, 4).text,
                        show_result(run, SAMPLED_SD, 3).text, show_result(run, SHALLOWEST, 4).text,
                        show_result(run, DEEPEST, 4).text),
                line_of("drawn: mean %s, sd %s", show_result(run, SAMPLED_MEAN, 4).text,
                        show_result(run, SAMPLED_SD, 3).text));
    if (!known)
        return;
    if (grid->height < TALL) {
        show_textf(grid, 0, 4, grid->width, ROLE_TEXT, "depths from %s to %s",
                   show_result(run, SHALLOWEST, 4).text,
                   show_many(run->out[DEEPEST].number, "block").text);
        return;
    }
    /* Around what was drawn, not from 0. */
    size_t least = (size_t)run->out[SHALLOWEST].number, most = (size_t)run->out[DEEPEST].number;
    least = least > 2 ? least - 2 : 0;
    most = most + 2 < s->blocks ? most + 2 : s->blocks;
    int mean = (int)lround(run->out[EXPECTED_DEPTH].number) - (int)least;
    int bins = (int)(most - least + 1);
    chart_histogram(grid, (struct rect){0, 4, grid->width, grid->height - 4}, s->histogram + least,
                    (size_t)bins, (double)least, 1, mean >= 0 && mean < bins ? mean : -1);
}

static void stochastic_depth_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "A net of %zu residual blocks keeps each with a probability that falls evenly to %s "
             "at the last. ",
             s->blocks, show_number(run->knob[SURVIVAL_LAST].number, 3).text);
    if (run->done == 0) {
        buf_add(out, "No pass has been drawn yet.");
        return;
    }
    buf_addf(out, "On average it is %s blocks deep in training, with a standard deviation of %s. ",
             show_result(run, EXPECTED_DEPTH, 4).text, show_result(run, THEORY_SD, 3).text);
    buf_addf(out, "Over %s the depth was %s on average, between %s and %s. ",
             show_many((double)run->done, "pass").text, show_result(run, SAMPLED_MEAN, 4).text,
             show_result(run, SHALLOWEST, 4).text, show_result(run, DEEPEST, 4).text);
    buf_add(out, "At inference all blocks are used.");
}

SLIP(last_for_all, slip_knob(run, BLOCKS) * slip_knob(run, SURVIVAL_LAST))
SLIP(mean_with_first_sure, slip_knob(run, BLOCKS) * (1 + slip_knob(run, SURVIVAL_LAST)) / 2)
SLIP(skipped, slip_knob(run, BLOCKS) - slip_out(run, EXPECTED_DEPTH))
SLIP(all_blocks, slip_knob(run, BLOCKS))
SLIP(variance_instead, slip_out(run, THEORY_SD) * slip_out(run, THEORY_SD))

static const struct slip slips[] = {
    {EXPECTED_DEPTH, "kept every block with the probability of the last", last_for_all},
    {EXPECTED_DEPTH, "let the first block be sure; its probability is already a little below 1",
     mean_with_first_sure},
    {EXPECTED_DEPTH, "counted the skipped blocks instead of the kept", skipped},
    {EXPECTED_DEPTH, "counted all blocks, as at inference", all_blocks},
    {THEORY, "kept every block with the probability of the last", last_for_all},
    {THEORY, "let the first block be sure; its probability is already a little below 1",
     mean_with_first_sure},
    {THEORY, "counted the skipped blocks instead of the kept", skipped},
    {THEORY, "counted all blocks, as at inference", all_blocks},
    {SAMPLED_MEAN, "kept every block with the probability of the last", last_for_all},
    {SAMPLED_MEAN, "counted the skipped blocks instead of the kept", skipped},
    {SAMPLED_MEAN, "counted all blocks, as at inference", all_blocks},
    {THEORY_SD, "gave the variance instead of its root", variance_instead},
    {SAMPLED_SD, "gave the variance instead of its root", variance_instead},
};

const struct demo demo_stochastic_depth = {
    .name = "stochastic-depth",
    .title = "Random depth",
    .theme = "Dropout",
    .sketch = "█─█─█ █───█",
    .question = "How deep is a net whose blocks are skipped by chance?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "passes",
    .instant = stochastic_depth_instant,
    .start = stochastic_depth_start,
    .step = stochastic_depth_step,
    .draw = stochastic_depth_draw,
    .describe = stochastic_depth_describe,
};
