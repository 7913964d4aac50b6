/* One weight whose gradient is 0, under three penalties.
 *
 * With s = rate * lambda: L2 multiplies by 1-s and never arrives; L1 with a soft threshold takes s
 * off and stops at 0; L1 by its gradient takes s off towards 0 and steps over it for ever. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>

enum { W, STEP, KIND, STEPS, KNOBS };
enum { L1, L2, SUBGRADIENT };
enum { WEIGHT, FINAL, ZERO_AT, ZEROS, RESULTS };

static const char *const kinds[] = {"l1", "l2", "subgradient", NULL};

static const struct knob knobs[] = {
    [W] = {.name = "w",
           .kind = KNOB_NUMBER,
           .min = -10,
           .max = 10,
           .initial = 0.5,
           .step = 0.1,
           .help = "the weight at the beginning"},
    [STEP] = {.name = "step",
              .kind = KNOB_NUMBER,
              .min = 0.0001,
              .max = 1,
              .initial = 0.01,
              .logarithmic = true,
              .help = "learning rate times lambda"},
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = L2,
              .choices = kinds,
              .help = "l1 with soft threshold, l2, or subgradient: l1 without threshold"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 10000,
               .initial = 100,
               .step = 1,
               .logarithmic = true,
               .unit = "steps",
               .help = "how many steps"},
};

static const struct result results[] = {
    [WEIGHT] = {"weight", RESULT_LIST, NULL, "the weight before any step and after each"},
    [FINAL] = {"final", RESULT_NUMBER, NULL, "the weight after the last"},
    [ZERO_AT] = {"zero_at", RESULT_NUMBER, "steps", "step from which it is exactly 0; inf: never"},
    [ZEROS] = {"zeros", RESULT_INTEGER, "steps", "how many of the steps it was exactly 0"},
};

struct state {
    double *weight;
    size_t zeros;
};

/* Closed forms, so that |w| = k s is hit without rounding left over. */
static double weight_after(const struct demo_run *run, double k)
{
    double w = run->knob[W].number, step = run->knob[STEP].number;
    if (run->knob[KIND].number == L2)
        return w * pow(1 - step, k);
    return copysign(fmax(fabs(w) - k * step, 0), w);
}

static double zero_at(const struct demo_run *run)
{
    double w = fabs(run->knob[W].number), step = run->knob[STEP].number;
    if (w == 0)
        return 0;
    if (run->knob[KIND].number == SUBGRADIENT)
        return INFINITY;
    if (run->knob[KIND].number == L2)
        return step == 1 ? 1 : INFINITY;
    return part_steps(w / step);
}

static bool shrink_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    run->total = (size_t)run->knob[STEPS].number;
    s->weight = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->weight[0] = run->knob[W].number;
    return true;
}

static bool shrink_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    double at = zero_at(run), step = run->knob[STEP].number;
    for (size_t i = 0; i < work && run->done < run->total; i++) {
        double w = s->weight[run->done++], next;
        if (run->knob[KIND].number == SUBGRADIENT)
            next = w > 0 ? w - step : w < 0 ? w + step : 0;
        else
            next = (double)run->done >= at ? 0 : weight_after(run, (double)run->done);
        s->weight[run->done] = next;
        s->zeros += next == 0;
    }
    demo_out_list(run, WEIGHT, s->weight, run->done + 1);
    demo_out_number(run, FINAL, s->weight[run->done]);
    demo_out_number(run, ZERO_AT, at);
    demo_out_number(run, ZEROS, (double)s->zeros);
    return run->done < run->total;
}

static const char *formula(const struct demo_run *run)
{
    static const char *const formulas[] = {"w ← sign(w) max(|w| - s, 0)", "w ← (1 - s) w",
                                           "w ← w - s sign(w)"};
    return formulas[(size_t)run->knob[KIND].number];
}

static const char *name_of(const struct demo_run *run)
{
    static const char *const names[] = {"L1 with soft threshold", "L2", "L1 without threshold"};
    return names[(size_t)run->knob[KIND].number];
}

static void draw_curve(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    const struct series series = {NULL, NULL, s->weight, run->done + 1, ROLE_SERIES_1, false};
    const struct plot plot = {.x_label = "steps",
                              .y_label = "the weight",
                              .series = &series,
                              .series_count = 1,
                              .x_max = (double)run->total,
                              .include_zero = true};
    chart_plot(grid, at, &plot);
}

static void draw_bars(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { BARS_MOST = 5 };
    const struct state *s = run->state;
    int count = at.height < BARS_MOST ? at.height : BARS_MOST;
    struct bar bars[BARS_MOST];
    struct line labels[BARS_MOST];
    for (int i = 0; i < count; i++) {
        size_t step = count > 1 ? run->done * (size_t)i / (size_t)(count - 1) : run->done;
        labels[i] = line_of("%zu", step);
        bars[i] = (struct bar){labels[i].text, s->weight[step], NULL, ROLE_SERIES_1};
    }
    chart_bars(grid, at, bars, (size_t)count);
}

/* When it is exactly 0, if ever. */
static struct line arrival(const struct demo_run *run)
{
    if (!run->out[ZERO_AT].set)
        return line_of("exactly 0: ?");
    double at = run->out[ZERO_AT].number;
    if (isinf(at))
        return line_of("never exactly 0");
    return line_of(at > run->knob[STEPS].number ? "0 only from step %s on"
                                                : "exactly 0 from step %s on",
                   show_count(at).text);
}

static void shrink_draw(const struct demo_run *run, struct grid *grid)
{
    enum { CURVE_ROWS = 8 };
    const struct state *s = run->state;
    bool known = run->out[FINAL].set;
    struct shown step = show_number(run->knob[STEP].number, 4);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s: %s, s = %s, no gradient", name_of(run), formula(run), step.text),
                line_of("%s, s = %s", name_of(run), step.text));
    struct shown w = show_number(s->weight[0], 4), final = show_result(run, FINAL, 4);
    struct line zero = arrival(run);
    show_either(grid, 1, ROLE_TEXT,
                line_of("from %s to %s in %s; %s", w.text, final.text,
                        show_many((double)run->total, "step").text, zero.text),
                line_of("%s to %s; %s", w.text, final.text, zero.text));
    if (!known) {
        show_textf(grid, 0, 3, grid->width, ROLE_MATH, "%s → ? → ? → ? → … → ?", w.text);
        return;
    }
    struct rect at = {0, 2, grid->width, grid->height - 2};
    if (grid->height >= CURVE_ROWS)
        draw_curve(run, grid, at);
    else
        draw_bars(run, grid, at);
}

static void shrink_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "A weight of %s gets no gradient, only %s, with rate times lambda %s. ",
             show_number(s->weight[0], 4).text, name_of(run),
             show_number(run->knob[STEP].number, 4).text);
    if (!run->out[FINAL].set) {
        buf_add(out, "No step has been taken yet.");
        return;
    }
    buf_addf(out, "After %s it is %s. ", show_many((double)run->done, "step").text,
             show_result(run, FINAL, 4).text);
    static const char *const says[] = {
        "Each step takes off the same amount", "Each step takes off the same share",
        "Each step takes off the same amount, also where less than that is left"};
    buf_add(out, says[(size_t)run->knob[KIND].number]);
    double at = run->out[ZERO_AT].number;
    if (isinf(at) && run->knob[KIND].number == SUBGRADIENT)
        buf_add(out, ", so it steps over 0 again and again and does not stay there.");
    else if (isinf(at))
        buf_add(out, ", so it comes near 0 and never reaches it.");
    else
        buf_addf(out, ", so it is exactly 0 from step %s on.", show_count(at).text);
}

/* After step `k` of another penalty; NAN where it is this one. */
static double as_l1(const struct demo_run *run, double k)
{
    double w = slip_knob(run, W);
    return slip_knob(run, KIND) == L2 ? copysign(fmax(fabs(w) - k * slip_knob(run, STEP), 0), w)
                                      : NAN;
}

static double as_l2(const struct demo_run *run, double k)
{
    return slip_knob(run, KIND) == L2 ? NAN : slip_knob(run, W) * pow(1 - slip_knob(run, STEP), k);
}

static double past_0(const struct demo_run *run, double k)
{
    double w = slip_knob(run, W);
    return slip_knob(run, KIND) == L1 ? w - copysign(k * slip_knob(run, STEP), w) : NAN;
}

SLIP(weight_as_l1, as_l1(run, (double)i))
SLIP(weight_as_l2, as_l2(run, (double)i))
SLIP(weight_past_0, past_0(run, (double)i))
SLIP(weight_before, i ? slip_entry(run, WEIGHT, i - 1) : NAN)
SLIP(final_as_l1, as_l1(run, slip_knob(run, STEPS)))
SLIP(final_as_l2, as_l2(run, slip_knob(run, STEPS)))
SLIP(final_past_0, past_0(run, slip_knob(run, STEPS)))
SLIP(final_one_less, slip_entry(run, WEIGHT, run->out[WEIGHT].count - 2))
SLIP(zero_as_l1, ceil(fabs(slip_knob(run, W)) / slip_knob(run, STEP)))
SLIP(zero_one_less, slip_out(run, ZERO_AT) - 1)
SLIP(zero_without_weight, ceil(1 / slip_knob(run, STEP)))

static const struct slip slips[] = {
    {WEIGHT, "took the same amount away each time, as L1 does; L2 takes a share", weight_as_l1},
    {WEIGHT, "took a share away each time, as L2 does; L1 takes the same amount", weight_as_l2},
    {WEIGHT, "went through 0; the threshold stops there", weight_past_0},
    {WEIGHT, "counted one step too few", weight_before},
    {FINAL, "took the same amount away each time, as L1 does; L2 takes a share", final_as_l1},
    {FINAL, "took a share away each time, as L2 does; L1 takes the same amount", final_as_l2},
    {FINAL, "went through 0; the threshold stops there", final_past_0},
    {FINAL, "counted one step too few", final_one_less},
    {ZERO_AT, "took the same amount away each time, as L1 does; this one never gets there",
     zero_as_l1},
    {ZERO_AT, "counted one step too few", zero_one_less},
    {ZERO_AT, "divided 1 by the step and forgot the weight", zero_without_weight},
};

const struct demo demo_shrink = {
    .name = "shrink",
    .title = "L1 or L2",
    .theme = "Overfitting",
    .sketch = "▇▅▃▁·· ▇▅▃▂▁▁",
    .certain = true,
    .question = "Which penalty makes a weight exactly 0?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "steps",
    .start = shrink_start,
    .step = shrink_step,
    .draw = shrink_draw,
    .describe = shrink_describe,
};
