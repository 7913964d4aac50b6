/* Running statistics of batch norm: how many batches until they can be trusted.
 *
 * With momentum m (the weight of the new value) they are, after k equal batches, (1-m)^k of their
 * start, mean 0 and variance 1, and 1-(1-m)^k of the batches' own. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>

enum { MOMENTUM, STEPS, MEAN, VARIANCE, KNOBS };
enum {
    RUNNING_MEAN,
    RUNNING_VARIANCE,
    SHARE,
    WITHIN_5_PERCENT,
    WITHIN_1_PERCENT,
    OUTPUT_MEAN,
    OUTPUT_STD,
    RESULTS
};

static const struct knob knobs[] = {
    [MOMENTUM] = {.name = "momentum",
                  .kind = KNOB_NUMBER,
                  .min = 0,
                  .max = 1,
                  .initial = 0.1,
                  .step = 0.01,
                  .help = "weight of the new value, as in PyTorch; Keras writes 1 minus it"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 0,
               .max = 10000,
               .initial = 60,
               .step = 1,
               .logarithmic = true,
               .unit = "batches",
               .help = "training batches before the evaluation"},
    [MEAN] = {.name = "mean",
              .kind = KNOB_NUMBER,
              .min = -100,
              .max = 100,
              .initial = 5,
              .step = 0.5,
              .help = "the feature's mean in every batch"},
    [VARIANCE] = {.name = "variance",
                  .kind = KNOB_NUMBER,
                  .min = 0.0001,
                  .max = 10000,
                  .initial = 4,
                  .logarithmic = true,
                  .help = "the feature's variance in every batch"},
};

static const struct result results[] = {
    [RUNNING_MEAN] = {"running_mean", RESULT_LIST, NULL, "after 0, 1, 2, ... batches"},
    [RUNNING_VARIANCE] = {"running_variance", RESULT_LIST, NULL, "after 0, 1, 2, ... batches"},
    [SHARE] = {"share", RESULT_NUMBER, NULL, "how much of them comes from the batches"},
    [WITHIN_5_PERCENT] = {"within_5_percent", RESULT_NUMBER, "batches",
                          "until at most 5 % of the start is left; inf: never"},
    [WITHIN_1_PERCENT] = {"within_1_percent", RESULT_NUMBER, "batches",
                          "until at most 1 % of the start is left; inf: never"},
    [OUTPUT_MEAN] = {"output_mean", RESULT_NUMBER, NULL,
                     "mean of what eval mode puts out; 0 when the statistics are right"},
    [OUTPUT_STD] = {"output_std", RESULT_NUMBER, NULL,
                    "its standard deviation; 1 when they are right"},
};

struct state {
    double *mean, *variance; /* after 0..total batches */
};

static bool running_stats_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    size_t steps = (size_t)run->knob[STEPS].number;
    s->mean = ARENA_ARRAY(run->arena, steps + 1, double);
    s->variance = ARENA_ARRAY(run->arena, steps + 1, double);
    run->total = 1;
    return true;
}

static bool running_stats_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    size_t steps = (size_t)run->knob[STEPS].number;
    double kept = 1 - run->knob[MOMENTUM].number;
    double mean = run->knob[MEAN].number, variance = run->knob[VARIANCE].number;
    for (size_t k = 0; k <= steps; k++) {
        double old = pow(kept, (double)k);
        s->mean[k] = (1 - old) * mean;
        s->variance[k] = old + (1 - old) * variance;
    }
    demo_out_list(run, RUNNING_MEAN, s->mean, steps + 1);
    demo_out_list(run, RUNNING_VARIANCE, s->variance, steps + 1);
    demo_out_number(run, SHARE, 1 - pow(kept, (double)steps));
    demo_out_number(run, WITHIN_5_PERCENT, part_steps_until(kept, 0.05));
    demo_out_number(run, WITHIN_1_PERCENT, part_steps_until(kept, 0.01));
    demo_out_number(run, OUTPUT_MEAN, (mean - s->mean[steps]) / sqrt(s->variance[steps]));
    demo_out_number(run, OUTPUT_STD, sqrt(variance / s->variance[steps]));
    run->done = 1;
    return false;
}

static void draw_curves(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    size_t count = run->out[RUNNING_MEAN].count;
    const double rules[] = {run->knob[MEAN].number, run->knob[VARIANCE].number};
    static const char *const names[] = {"true mean", "true var"};
    const struct series series[] = {
        {"mean", NULL, s->mean, count, ROLE_SERIES_1, false},
        {"variance", NULL, s->variance, count, ROLE_SERIES_2, false},
    };
    const struct plot plot = {.x_label = "batches",
                              .y_label = "running statistics",
                              .series = series,
                              .series_count = 2,
                              .include_zero = true,
                              .rules = rules,
                              .rule_names = names,
                              .rule_count = 2};
    chart_plot(grid, at, &plot);
}

static void running_stats_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 10 };
    bool known = run->out[SHARE].set;
    struct shown momentum = show_number(run->knob[MOMENTUM].number, 3);
    struct shown steps = show_many(run->knob[STEPS].number, "batch");
    struct shown mean = show_result(run, OUTPUT_MEAN, 3), std = show_result(run, OUTPUT_STD, 3);
    struct line share =
        known ? line_of("%s", show_percent(run->out[SHARE].number, 3).text) : line_of("? %%");
    show_either(grid, 0, ROLE_STRONG,
                line_of("momentum %s, after %s: %s of the way to the truth", momentum.text,
                        steps.text, share.text),
                line_of("%s: %s", steps.text, share.text));
    show_either(grid, 1, ROLE_TEXT,
                line_of("eval mode puts out mean %s, std %s, where it should be 0 and 1", mean.text,
                        std.text),
                line_of("eval: mean %s, std %s", mean.text, std.text));
    show_either(grid, 2, ROLE_TEXT,
                line_of("batches until within 5 %%: %s; until within 1 %%: %s",
                        part_count_or_never(run, WITHIN_5_PERCENT).text,
                        part_count_or_never(run, WITHIN_1_PERCENT).text),
                line_of("within 5 %%: %s; 1 %%: %s",
                        part_count_or_never(run, WITHIN_5_PERCENT).text,
                        part_count_or_never(run, WITHIN_1_PERCENT).text));
    if (!known) {
        show_textf(grid, 0, 4, grid->width, ROLE_MATH, "new = %s old + %s batch",
                   show_number(1 - run->knob[MOMENTUM].number, 3).text, momentum.text);
        return;
    }
    const struct state *s = run->state;
    size_t last = run->out[RUNNING_MEAN].count - 1;
    if (grid->height >= TALL) {
        draw_curves(run, grid, (struct rect){0, 3, grid->width, grid->height - 3});
        return;
    }
    show_textf(grid, 0, 3, grid->width, ROLE_LIVE, "mean     %s of %s",
               show_number(s->mean[last], 4).text, show_number(run->knob[MEAN].number, 4).text);
    show_textf(grid, 0, 4, grid->width, ROLE_LIVE, "variance %s of %s",
               show_number(s->variance[last], 4).text,
               show_number(run->knob[VARIANCE].number, 4).text);
}

static void running_stats_describe(const struct demo_run *run, struct buf *out)
{
    buf_addf(out,
             "A feature has the mean %s and the variance %s in every batch, and batch norm's "
             "running statistics start at 0 and 1 with momentum %s. ",
             show_number(run->knob[MEAN].number, 4).text,
             show_number(run->knob[VARIANCE].number, 4).text,
             show_number(run->knob[MOMENTUM].number, 3).text);
    if (!run->out[SHARE].set) {
        buf_add(out, "No batch has been seen yet.");
        return;
    }
    const struct state *s = run->state;
    size_t last = run->out[RUNNING_MEAN].count - 1;
    buf_addf(out, "After %s they are %s and %s. ", show_many(run->knob[STEPS].number, "batch").text,
             show_number(s->mean[last], 4).text, show_number(s->variance[last], 4).text);
    buf_addf(out, "Eval mode then puts out a mean of %s and a standard deviation of %s. ",
             show_result(run, OUTPUT_MEAN, 3).text, show_result(run, OUTPUT_STD, 3).text);
    if (isinf(run->out[WITHIN_1_PERCENT].number))
        buf_add(out, "With this momentum they never move.");
    else
        buf_addf(out, "They are within 5 %% after %s and within 1 %% after %s.",
                 show_many(run->out[WITHIN_5_PERCENT].number, "batch").text,
                 show_result(run, WITHIN_1_PERCENT, 5).text);
}

/* What is left of the start after batch `i` when the momentum is taken for the old value's weight. */
static double swapped(const struct demo_run *run, size_t i)
{
    return pow(slip_knob(run, MOMENTUM), (double)i);
}

static double left(const struct demo_run *run, double batches)
{
    return pow(1 - slip_knob(run, MOMENTUM), batches);
}

SLIP(mean_swapped, (1 - swapped(run, i)) * slip_knob(run, MEAN))
SLIP(mean_true, slip_knob(run, MEAN))
SLIP(mean_one_less, i ? (1 - left(run, (double)i - 1)) * slip_knob(run, MEAN) : NAN)
SLIP(mean_one_more, (1 - left(run, (double)i + 1)) * slip_knob(run, MEAN))
SLIP(mean_left, left(run, (double)i) * slip_knob(run, MEAN))
SLIP(variance_from_0, (1 - left(run, (double)i)) * slip_knob(run, VARIANCE))
SLIP(variance_swapped, swapped(run, i) + (1 - swapped(run, i)) * slip_knob(run, VARIANCE))
SLIP(variance_true, slip_knob(run, VARIANCE))
SLIP(share_left, 1 - slip_out(run, SHARE))
SLIP(share_linear, slip_knob(run, MOMENTUM) * slip_knob(run, STEPS))
SLIP(within_5_swapped, part_steps_until(slip_knob(run, MOMENTUM), 0.05))
SLIP(within_1_swapped, part_steps_until(slip_knob(run, MOMENTUM), 0.01))
SLIP(within_5_linear, ceil(0.95 / slip_knob(run, MOMENTUM)))
SLIP(within_1_linear, ceil(0.99 / slip_knob(run, MOMENTUM)))
SLIP(within_5_down, slip_out(run, WITHIN_5_PERCENT) - 1)
SLIP(within_1_down, slip_out(run, WITHIN_1_PERCENT) - 1)

static const struct slip slips[] = {
    {RUNNING_MEAN, "took the momentum for the weight of the old value, as Keras writes it",
     mean_swapped},
    {RUNNING_MEAN, "took the true mean; the running one is still on its way", mean_true},
    {RUNNING_MEAN, "counted one batch too few", mean_one_less},
    {RUNNING_MEAN, "counted one batch too many", mean_one_more},
    {RUNNING_MEAN, "gave what is missing instead of what is there", mean_left},
    {RUNNING_VARIANCE, "let the variance start at 0; it starts at 1", variance_from_0},
    {RUNNING_VARIANCE, "took the momentum for the weight of the old value, as Keras writes it",
     variance_swapped},
    {RUNNING_VARIANCE, "took the true variance; the running one is still on its way",
     variance_true},
    {SHARE, "gave what is left of the start", share_left},
    {SHARE, "added the momentum of each batch; each covers a part of what is left", share_linear},
    {WITHIN_5_PERCENT, "took the momentum for the weight of the old value", within_5_swapped},
    {WITHIN_5_PERCENT, "took the same amount for each batch; each covers a part of what is left",
     within_5_linear},
    {WITHIN_5_PERCENT, "rounded down: then more than 5 % is left", within_5_down},
    {WITHIN_1_PERCENT, "took the momentum for the weight of the old value", within_1_swapped},
    {WITHIN_1_PERCENT, "took the same amount for each batch; each covers a part of what is left",
     within_1_linear},
    {WITHIN_1_PERCENT, "rounded down: then more than 1 % is left", within_1_down},
};

const struct demo demo_running_stats = {
    .name = "running-stats",
    .title = "Warm-up of running statistics",
    .theme = "Normalisation",
    .sketch = "▁▃▄▅▆▆▇▇▇███",
    .certain = true,
    .question = "After how many batches can eval mode be trusted?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "runs",
    .start = running_stats_start,
    .step = running_stats_step,
    .draw = running_stats_draw,
    .describe = running_stats_describe,
};
