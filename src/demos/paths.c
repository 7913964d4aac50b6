/* Paths through residual blocks: each is passed through its branch or around it, so n blocks have
 * 2^n paths, C(n,k) of them through k branches.
 *
 * If a branch passes on the share r of a gradient, a path of length k carries r^k, and the lengths
 * weighted so are binomial with r/(1+r): mean n r/(1+r). Veit, Wilber and Belongie 2016. */
#include "demos/count.h"
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"
#include "demos/statistics.h"

#include <math.h>
#include <string.h>

enum { BLOCKS, FACTOR, KNOBS };
enum {
    COUNT,
    DIGITS,
    MEAN_LENGTH,
    WEIGHTED_MEAN_LENGTH,
    HISTOGRAM,
    WEIGHTED_HISTOGRAM,
    LOW_90,
    HIGH_90,
    RESULTS
};

static const struct knob knobs[] = {
    [BLOCKS] = {.name = "blocks",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 10000,
                .initial = 54,
                .step = 1,
                .logarithmic = true,
                .unit = "blocks",
                .help = "residual blocks in a row"},
    [FACTOR] = {.name = "factor",
                .kind = KNOB_NUMBER,
                .min = 0,
                .max = 4,
                .initial = 0.5,
                .step = 0.05,
                .help = "share of the gradient that one branch passes on"},
};

static const struct result results[] = {
    [COUNT] = {"count", RESULT_TEXT, NULL, "2^blocks, exactly"},
    [DIGITS] = {"digits", RESULT_INTEGER, NULL, "decimal digits of the count"},
    [MEAN_LENGTH] = {"mean_length", RESULT_NUMBER, "branches", "mean length of all paths"},
    [WEIGHTED_MEAN_LENGTH] = {"weighted_mean_length", RESULT_NUMBER, "branches",
                              "each path counted by the gradient it carries"},
    [HISTOGRAM] = {"histogram", RESULT_LIST, NULL, "share of all paths that are 0, 1, 2, ... long"},
    [WEIGHTED_HISTOGRAM] = {"weighted_histogram", RESULT_LIST, NULL,
                            "share of the gradient that comes by them"},
    [LOW_90] = {"low_90", RESULT_INTEGER, "branches",
                "nine tenths of the gradient come by paths from here"},
    [HIGH_90] = {"high_90", RESULT_INTEGER, "branches", "to here"},
};

struct state {
    size_t blocks;
    double *all, *weighted; /* shares of the lengths 0..blocks */
};

/* The least length that at least `share` of the gradient is no longer than. */
static double quantile(const double *shares, size_t count, double share)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++) {
        sum += shares[k];
        if (sum >= share)
            return (double)k;
    }
    return (double)(count - 1);
}

static bool paths_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->blocks = (size_t)run->knob[BLOCKS].number;
    s->all = ARENA_ARRAY(run->arena, s->blocks + 1, double);
    s->weighted = ARENA_ARRAY(run->arena, s->blocks + 1, double);
    run->total = 1;
    return true;
}

static bool paths_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    double n = (double)s->blocks, r = run->knob[FACTOR].number;
    for (size_t k = 0; k <= s->blocks; k++) {
        s->all[k] = binomial_share(n, (double)k, 0.5);
        s->weighted[k] = binomial_share(n, (double)k, r / (1 + r));
    }
    const char *count = count_power_of_two(run->arena, s->blocks);
    demo_out_text(run, COUNT, count);
    demo_out_number(run, DIGITS, (double)strlen(count));
    demo_out_number(run, MEAN_LENGTH, n / 2);
    demo_out_number(run, WEIGHTED_MEAN_LENGTH, n * r / (1 + r));
    demo_out_list(run, HISTOGRAM, s->all, s->blocks + 1);
    demo_out_list(run, WEIGHTED_HISTOGRAM, s->weighted, s->blocks + 1);
    demo_out_number(run, LOW_90, quantile(s->weighted, s->blocks + 1, 0.05));
    demo_out_number(run, HIGH_90, quantile(s->weighted, s->blocks + 1, 0.95));
    run->done = 1;
    return false;
}

static struct line count_line(const struct demo_run *run)
{
    enum { WHOLE_MOST = 20 };
    const struct state *s = run->state;
    if (!run->out[COUNT].set)
        return line_of("2^%zu = ?", s->blocks);
    const char *count = run->out[COUNT].word;
    return line_of("2^%zu = %s", s->blocks,
                   strlen(count) <= WHOLE_MOST ? count : count_short(run->arena, count));
}

static void draw_shares(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    const struct series series[] = {
        {"all paths", NULL, s->all, s->blocks + 1, ROLE_SERIES_2, false},
        {"by gradient", NULL, s->weighted, s->blocks + 1, ROLE_SERIES_1, false},
    };
    const struct plot plot = {.x_label = "branches",
                              .y_label = "share of the paths, by their length",
                              .series = series,
                              .series_count = 2,
                              .include_zero = true};
    chart_plot(grid, at, &plot);
}

static void paths_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9 };
    const struct state *s = run->state;
    bool known = run->out[COUNT].set;
    struct shown factor = show_number(run->knob[FACTOR].number, 3);
    struct shown mean = show_result(run, MEAN_LENGTH, 4);
    struct shown weighted = show_result(run, WEIGHTED_MEAN_LENGTH, 4);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s paths through %s, mean length %s", count_line(run).text,
                        show_many((double)s->blocks, "block").text, mean.text),
                line_of("%s paths", count_line(run).text));
    if (grid->height < TALL) {
        const struct fact facts[] = {
            {"a branch passes", line_of("%s", factor.text)},
            {"mean length", line_of("%s", mean.text)},
            {"by gradient", line_of("%s", weighted.text)},
            {"90 % of it", line_of("%s to %s", show_result(run, LOW_90, 4).text,
                                   show_result(run, HIGH_90, 4).text)},
        };
        part_facts(grid, (struct rect){0, 1, grid->width, grid->height - 1}, facts, 4);
        return;
    }
    show_either(grid, 1, ROLE_TEXT,
                line_of("a branch passes %s: most gradient comes by paths of %s to %s, mean %s",
                        factor.text, show_result(run, LOW_90, 4).text,
                        show_result(run, HIGH_90, 4).text, weighted.text),
                line_of("a branch passes %s: mean %s", factor.text, weighted.text));
    if (known) {
        draw_shares(run, grid, (struct rect){0, 2, grid->width, grid->height - 2});
        return;
    }
    show_text(grid, 1, 3, grid->width - 1, ROLE_MATH, "x ─┬─▶ F ─▶ + ─┬─▶ F ─▶ + ─▶ …");
    show_text(grid, 1, 4, grid->width - 1, ROLE_MATH, "   └────────┘   └────────┘");
}

static void paths_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "A signal passes each of %zu residual block%s through its branch or around it. ",
             s->blocks, s->blocks == 1 ? "" : "s");
    buf_addf(out, "A branch passes on %s of a gradient. ",
             show_number(run->knob[FACTOR].number, 3).text);
    if (!run->out[COUNT].set) {
        buf_add(out, "The paths have not been counted yet.");
        return;
    }
    buf_addf(out, "There are %s paths, %s branches long on average. ", count_line(run).text,
             show_result(run, MEAN_LENGTH, 4).text);
    buf_addf(out,
             "Counted by the gradient they carry they are %s long on average, and nine tenths of "
             "it come by paths of %s to %s branches.",
             show_result(run, WEIGHTED_MEAN_LENGTH, 4).text, show_result(run, LOW_90, 4).text,
             show_result(run, HIGH_90, 4).text);
}

static double half_of(const struct demo_run *run)
{
    return slip_knob(run, BLOCKS) / 2;
}

SLIP(twice_the_blocks, 2 * slip_knob(run, BLOCKS))
SLIP(blocks_squared, slip_knob(run, BLOCKS) * slip_knob(run, BLOCKS))
SLIP(lengths_counted, slip_knob(run, BLOCKS) + 1)
SLIP(one_path, slip_knob(run, BLOCKS))
SLIP(one_block_less, pow(2, slip_knob(run, BLOCKS) - 1))
SLIP(longest_path, slip_knob(run, BLOCKS))
SLIP(not_weighted, half_of(run))
SLIP(factor_as_share, slip_knob(run, BLOCKS) * slip_knob(run, FACTOR))
SLIP(half_times_factor, half_of(run) * slip_knob(run, FACTOR))

static const struct slip slips[] = {
    {COUNT, "took 2 times the number of blocks instead of 2 to its power", twice_the_blocks},
    {COUNT, "squared the number of blocks instead of raising 2 to it", blocks_squared},
    {COUNT, "counted the lengths, not the paths of each length", lengths_counted},
    {COUNT, "counted one path for each block; each block doubles them", one_path},
    {COUNT, "counted one block too few", one_block_less},
    {MEAN_LENGTH, "took the longest path instead of the mean", longest_path},
    {WEIGHTED_MEAN_LENGTH, "counted all paths alike, whatever gradient they carry", not_weighted},
    {WEIGHTED_MEAN_LENGTH, "took the factor for the share; a branch has factor/(1 + factor)",
     factor_as_share},
    {WEIGHTED_MEAN_LENGTH, "multiplied the mean length by the factor", half_times_factor},
};

const struct demo demo_paths = {
    .name = "paths",
    .title = "Paths through the blocks",
    .theme = "Residual connections",
    .sketch = "─┬┬┬┬┬─ paths",
    .certain = true,
    .question = "By which paths does the gradient reach the first layer?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "nets",
    .start = paths_start,
    .step = paths_step,
    .draw = paths_draw,
    .describe = paths_describe,
};
