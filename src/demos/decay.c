/* Weight decay and the L2 penalty under Adam: two weights whose gradients are noise alone, one loud
 * (standard deviation 1) and one quiet (0.01).
 *
 * The penalty lambda w is added to the gradient and divided by Adam's root of v with it, so a quiet
 * weight shrinks far more; decoupled decay multiplies both by 1 - rate lambda, before the step.
 * Loshchilov and Hutter 2019. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>

enum { RATE, LAMBDA, KIND, STEPS, SEEDS, KNOBS };
enum { L2, DECOUPLED };
enum { WEIGHT_LOUD, WEIGHT_LOUD_SD, WEIGHT_QUIET, WEIGHT_QUIET_SD, PURE_DECAY, RATIO, RESULTS };

static const char *const kinds[] = {"l2", "decoupled", NULL};

static const struct knob knobs[] = {
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 1e-5,
              .max = 0.1,
              .initial = 0.001,
              .logarithmic = true,
              .help = "learning rate of Adam"},
    [LAMBDA] = {.name = "lambda",
                .kind = KNOB_NUMBER,
                .min = 0,
                .max = 10,
                .initial = 0.1,
                .step = 0.05,
                .help = "strength of the decay or the penalty"},
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = L2,
              .choices = kinds,
              .help = "l2: lambda w is added to the gradient; decoupled: weights shrink (AdamW)"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 20000,
               .initial = 2000,
               .step = 1,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of Adam"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 200,
               .initial = 20,
               .step = 1,
               .unit = "runs",
               .help = "runs with different noise"},
};

static const struct result results[] = {
    [WEIGHT_LOUD] = {"weight_loud", RESULT_NUMBER, NULL, "with noise of size 1: mean of the runs"},
    [WEIGHT_LOUD_SD] = {"weight_loud_sd", RESULT_NUMBER, NULL, "its spread over the runs"},
    [WEIGHT_QUIET] = {"weight_quiet", RESULT_NUMBER, NULL, "with noise of size 0.01: mean"},
    [WEIGHT_QUIET_SD] = {"weight_quiet_sd", RESULT_NUMBER, NULL, "its spread over the runs"},
    [PURE_DECAY] = {"pure_decay", RESULT_NUMBER, NULL, "(1 - rate lambda)^steps: decay alone"},
    [RATIO] = {"ratio", RESULT_NUMBER, NULL, "weight_loud/weight_quiet"},
};

enum { POINTS_MOST = 200, LOUD = 0, QUIET = 1 };
struct state {
    struct moments final[2];
    size_t points, stride;
    double step[POINTS_MOST + 1], sum[2][POINTS_MOST + 1], mean[2][POINTS_MOST + 1];
};

static bool decay_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    size_t steps = (size_t)run->knob[STEPS].number;
    s->stride = (steps + POINTS_MOST - 1) / POINTS_MOST;
    s->points = steps / s->stride + 1;
    for (size_t i = 0; i < s->points; i++)
        s->step[i] = (double)(i * s->stride);
    run->total = (size_t)run->knob[SEEDS].number;
    return true;
}

/* Adam with its usual constants on a weight whose gradient is noise of the size `scale`. */
static double train(const struct demo_run *run, struct state *s, int which, double scale)
{
    const double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
    double rate = run->knob[RATE].number, lambda = run->knob[LAMBDA].number;
    bool decoupled = run->knob[KIND].number == DECOUPLED;
    double w = 1, m = 0, v = 0, power_1 = 1, power_2 = 1;
    size_t steps = (size_t)run->knob[STEPS].number;
    struct rng rng;
    rng_init(&rng, run->seed, which == LOUD ? STREAM_DECAY_LOUD : STREAM_DECAY_QUIET, run->done);
    for (size_t t = 0; t <= steps; t++) {
        if (t % s->stride == 0)
            s->sum[which][t / s->stride] += w;
        if (t == steps)
            break;
        double g = scale * rng_normal(&rng) + (decoupled ? 0 : lambda * w);
        w *= decoupled ? 1 - rate * lambda : 1;
        m = beta_1 * m + (1 - beta_1) * g;
        v = beta_2 * v + (1 - beta_2) * g * g;
        power_1 *= beta_1;
        power_2 *= beta_2;
        w -= rate * (m / (1 - power_1)) / (sqrt(v / (1 - power_2)) + epsilon);
    }
    return w;
}

static bool decay_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++) {
        moments_add(&s->final[LOUD], train(run, s, LOUD, 1));
        moments_add(&s->final[QUIET], train(run, s, QUIET, 0.01));
        run->done++;
    }
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < s->points; i++)
            s->mean[k][i] = s->sum[k][i] / (double)run->done;
    demo_out_number(run, WEIGHT_LOUD, s->final[LOUD].mean);
    demo_out_number(run, WEIGHT_LOUD_SD, moments_sample_sd(&s->final[LOUD]));
    demo_out_number(run, WEIGHT_QUIET, s->final[QUIET].mean);
    demo_out_number(run, WEIGHT_QUIET_SD, moments_sample_sd(&s->final[QUIET]));
    demo_out_number(
        run, PURE_DECAY,
        pow(1 - run->knob[RATE].number * run->knob[LAMBDA].number, run->knob[STEPS].number));
    demo_out_number(run, RATIO, s->final[LOUD].mean / s->final[QUIET].mean);
    return run->done < run->total;
}

static bool decay_instant(const struct demo_run *run)
{
    enum { STEPS_MOST = 200000 };
    return run->knob[STEPS].number * run->knob[SEEDS].number <= STEPS_MOST;
}

static struct line weight(const struct demo_run *run, int mean)
{
    if (run->done < 2)
        return line_of("%s", show_result(run, mean, 2).text);
    return line_of("%s ± %s", show_result(run, mean, 2).text, show_result(run, mean + 1, 1).text);
}

static void draw_curves(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    const double rules[] = {run->out[PURE_DECAY].number};
    static const char *const names[] = {"pure decay"};
    const struct series series[] = {
        {"loud", s->step, s->mean[LOUD], s->points, ROLE_SERIES_1, false},
        {"quiet", s->step, s->mean[QUIET], s->points, ROLE_SERIES_2, false},
    };
    const struct plot plot = {.x_label = "steps",
                              .y_label = "the weights, mean of the runs",
                              .series = series,
                              .series_count = 2,
                              .include_zero = true,
                              .rules = rules,
                              .rule_names = names,
                              .rule_count = 1};
    chart_plot(grid, at, &plot);
}

static void decay_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9 };
    bool known = run->done > 0;
    bool decoupled = run->knob[KIND].number == DECOUPLED;
    struct shown lambda = show_number(run->knob[LAMBDA].number, 3);
    struct shown steps = show_many(run->knob[STEPS].number, "step");
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s, lambda %s, rate %s, after %s",
                        decoupled ? "AdamW (decoupled decay)" : "Adam with an L2 penalty",
                        lambda.text, show_number(run->knob[RATE].number, 3).text, steps.text),
                line_of("%s, %s, %s", decoupled ? "AdamW" : "Adam + L2", lambda.text, steps.text));
    show_either(grid, 1, ROLE_TEXT,
                line_of("loud %s, quiet %s; decay alone leaves %s (%s)",
                        weight(run, WEIGHT_LOUD).text, weight(run, WEIGHT_QUIET).text,
                        show_result(run, PURE_DECAY, 3).text,
                        show_many((double)(known ? run->done : run->total), "run").text),
                line_of("loud %s, quiet %s", show_result(run, WEIGHT_LOUD, 2).text,
                        show_result(run, WEIGHT_QUIET, 2).text));
    if (!known) {
        show_text(grid, 0, 3, grid->width, ROLE_TEXT,
                  "both begin at 1; their gradients are noise,");
        show_text(grid, 0, 4, grid->width, ROLE_TEXT, "of size 1 (loud) and 0.01 (quiet)");
        return;
    }
    if (grid->height >= TALL) {
        draw_curves(run, grid, (struct rect){0, 2, grid->width, grid->height - 2});
        return;
    }
    const struct bar bars[] = {
        {"loud", run->out[WEIGHT_LOUD].number, NULL, ROLE_SERIES_1},
        {"quiet", run->out[WEIGHT_QUIET].number, NULL, ROLE_SERIES_2},
        {"pure decay", run->out[PURE_DECAY].number, NULL, ROLE_SERIES_3},
    };
    chart_bars(grid, (struct rect){0, 2, grid->width, grid->height - 2}, bars, 3);
}

static void decay_describe(const struct demo_run *run, struct buf *out)
{
    bool decoupled = run->knob[KIND].number == DECOUPLED;
    buf_addf(out,
             "Two weights start at 1 and get nothing but noise as gradients, one loud and one a "
             "hundred times quieter; Adam runs with %s, lambda %s. ",
             decoupled ? "decoupled decay" : "an L2 penalty",
             show_number(run->knob[LAMBDA].number, 3).text);
    if (run->done == 0) {
        buf_add(out, "No step has been taken yet.");
        return;
    }
    buf_addf(out, "After %s, over %s, the loud one is %s and the quiet one %s. ",
             show_many(run->knob[STEPS].number, "step").text,
             show_many((double)run->done, "run").text, weight(run, WEIGHT_LOUD).text,
             weight(run, WEIGHT_QUIET).text);
    buf_addf(out, "Decay alone would leave %s. ", show_result(run, PURE_DECAY, 3).text);
    if (decoupled)
        buf_add(out, "Both decay alike, whatever their gradients.");
    else
        buf_add(out, "Adam divides the penalty by the size of the gradients, so the same lambda "
                     "means more to the quiet one.");
}

SLIP(plain_decay, slip_out(run, PURE_DECAY))
SLIP(other_weight, slip_out(run, WEIGHT_QUIET))
SLIP(other_weight_loud, slip_out(run, WEIGHT_LOUD))
SLIP(linear_decay, 1 - slip_knob(run, RATE) * slip_knob(run, LAMBDA) * slip_knob(run, STEPS))
SLIP(without_rate, pow(1 - slip_knob(run, LAMBDA), slip_knob(run, STEPS)))
SLIP(one_step_only, 1 - slip_knob(run, RATE) * slip_knob(run, LAMBDA))
SLIP(equal_weights, 1)
SLIP(upside_down, 1 / slip_out(run, RATIO))

static const struct slip slips[] = {
    {PURE_DECAY, "took the same amount away at each step; each takes a share of what is left",
     linear_decay},
    {PURE_DECAY, "forgot the learning rate: a step takes rate times lambda", without_rate},
    {PURE_DECAY, "took one step only", one_step_only},
    {WEIGHT_LOUD, "took the penalty for plain decay; Adam divides it by the gradients' size",
     plain_decay},
    {WEIGHT_LOUD, "gave the weight with the quiet gradient", other_weight},
    {WEIGHT_QUIET, "took the penalty for plain decay; Adam divides it by the gradients' size",
     plain_decay},
    {WEIGHT_QUIET, "gave the weight with the loud gradient", other_weight_loud},
    {RATIO, "took both to shrink alike, as decoupled decay does", equal_weights},
    {RATIO, "divided the quiet weight by the loud one", upside_down},
};

const struct demo demo_decay = {
    .name = "decay",
    .title = "Decay is not L2",
    .theme = "Overfitting",
    .sketch = "▇▇▆▆▅▅ ▇▄▂▁▁▁",
    .question = "Does weight decay under Adam shrink all weights alike?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "runs",
    .instant = decay_instant,
    .start = decay_start,
    .step = decay_step,
    .draw = decay_draw,
    .describe = decay_describe,
};
