/* Twins: two features that are the same, x = 1 or -1, y = 2x, and a linear unit trained on them with
 * dropout.
 *
 * Without dropout any weights with the sum 2 fit, and descent stays where it lands. The expected
 * squared error with dropout adds p/(1-p) (w1^2 + w2^2), a ridge penalty, whose minimum has both
 * weights 2(1-p)/(2-p). */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>
#include <string.h>

enum { P, RATE, STEPS, START_1, START_2, KNOBS };
enum { WEIGHT_1, WEIGHT_2, THEORY, LAST_1, LAST_2, SUM, OUTCOME, RESULTS };

static const struct knob knobs[] = {
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "probability of dropping each of the two features"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 0.0001,
              .max = 0.1,
              .initial = 0.005,
              .logarithmic = true,
              .help = "learning rate"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 2,
               .max = 1000000,
               .initial = 40000,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of stochastic descent, one example each"},
    [START_1] = {.name = "start_1",
                 .kind = KNOB_NUMBER,
                 .min = -10,
                 .max = 10,
                 .initial = 3,
                 .step = 0.5,
                 .help = "the first weight at the beginning"},
    [START_2] = {.name = "start_2",
                 .kind = KNOB_NUMBER,
                 .min = -10,
                 .max = 10,
                 .initial = -1,
                 .step = 0.5,
                 .help = "the second weight at the beginning"},
};

static const struct result results[] = {
    [WEIGHT_1] = {"weight_1", RESULT_NUMBER, NULL, "mean over the second half of the steps"},
    [WEIGHT_2] = {"weight_2", RESULT_NUMBER, NULL, "the same of the second weight"},
    [THEORY] = {"theory", RESULT_NUMBER, NULL,
                "2(1-p)/(2-p) for both; nan at p = 0, where any pair with the sum 2 fits"},
    [LAST_1] = {"last_1", RESULT_NUMBER, NULL, "the first weight after the last step: it scatters"},
    [LAST_2] = {"last_2", RESULT_NUMBER, NULL, "the second weight after the last step"},
    [SUM] = {"sum", RESULT_NUMBER, NULL, "of the two means; 2 would fit the data"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL, "shared, fitted (p = 0), unmoved or diverged"},
};

enum { POINTS_MOST = 400, DENSE_POINTS = 30 };
struct state {
    struct rng rng;
    double w[2], start[2];
    struct moments late[2]; /* of the second half; of all so far until it begins */
    double step[POINTS_MOST], seen[2][POINTS_MOST];
    size_t points, next; /* the step that is noted next */
};

static bool twins_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    rng_init(&s->rng, run->seed, STREAM_TWINS, 0);
    for (int i = 0; i < 2; i++)
        s->w[i] = s->start[i] = run->knob[START_1 + i].number;
    run->total = (size_t)run->knob[STEPS].number;
    return true;
}

/* Every step at first, then ever fewer: the twins meet within the first hundreds of many thousands. */
static void note(struct demo_run *run, struct state *s)
{
    double last = (double)run->total;
    double growth = pow(fmax(last, 2), 1.0 / (POINTS_MOST - DENSE_POINTS));
    if (run->done < s->next || s->points == POINTS_MOST)
        return;
    s->next = (size_t)ceil(fmax((double)run->done + 1, (double)run->done * growth));
    s->step[s->points] = log10(fmax((double)run->done, 1));
    s->seen[0][s->points] = s->w[0];
    s->seen[1][s->points++] = s->w[1];
}

static void one_step(struct demo_run *run, struct state *s)
{
    double p = run->knob[P].number, rate = run->knob[RATE].number, in[2];
    double x = rng_bernoulli(&s->rng, 0.5) ? 1 : -1;
    note(run, s);
    for (int i = 0; i < 2; i++)
        in[i] = rng_bernoulli(&s->rng, p) ? 0 : x / (1 - p);
    double error = s->w[0] * in[0] + s->w[1] * in[1] - 2 * x;
    if (run->done == run->total / 2)
        memset(s->late, 0, sizeof s->late);
    for (int i = 0; i < 2; i++) {
        s->w[i] -= rate * error * in[i];
        moments_add(&s->late[i], s->w[i]);
    }
    run->done++;
}

static bool twins_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    double p = run->knob[P].number;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_step(run, s);
    bool moved = s->w[0] != s->start[0] || s->w[1] != s->start[1];
    bool finite = isfinite(s->w[0]) && isfinite(s->w[1]);
    demo_out_number(run, WEIGHT_1, s->late[0].mean);
    demo_out_number(run, WEIGHT_2, s->late[1].mean);
    demo_out_number(run, THEORY, p == 0 ? NAN : 2 * (1 - p) / (2 - p));
    demo_out_number(run, LAST_1, s->w[0]);
    demo_out_number(run, LAST_2, s->w[1]);
    demo_out_number(run, SUM, s->late[0].mean + s->late[1].mean);
    demo_out_text(run, OUTCOME,
                  !finite || fabs(s->w[0]) > 1e6 ? "diverged"
                  : moved && p > 0               ? "shared"
                  : moved                        ? "fitted"
                                                 : "unmoved");
    return run->done < run->total;
}

static bool twins_instant(const struct demo_run *run)
{
    enum { STEPS_MOST = 400000 };
    return run->knob[STEPS].number <= STEPS_MOST;
}

static void draw_weights(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    const double rules[] = {run->out[THEORY].number};
    static const char *const names[] = {"theory"};
    const struct series series[] = {
        {"weight 1", s->step, s->seen[0], s->points, ROLE_SERIES_1, false},
        {"weight 2", s->step, s->seen[1], s->points, ROLE_SERIES_2, false},
    };
    const struct plot plot = {.x_label = "steps, powers of 10",
                              .series = series,
                              .series_count = 2,
                              .include_zero = true,
                              .rules = rules,
                              .rule_names = names,
                              .rule_count = isfinite(rules[0]) ? 1 : 0};
    chart_plot(grid, at, &plot);
}

static void twins_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 9 };
    const struct state *s = run->state;
    bool known = run->done > 0;
    struct shown p = show_number(run->knob[P].number, 3), theory = show_result(run, THEORY, 3);
    struct shown one = show_result(run, WEIGHT_1, 3), two = show_result(run, WEIGHT_2, 3);
    show_either(grid, 0, ROLE_STRONG,
                line_of("two equal features, y = 2x, dropout %s: from (%s, %s) to (%s, %s)", p.text,
                        show_number(s->start[0], 3).text, show_number(s->start[1], 3).text,
                        one.text, two.text),
                line_of("p %s: (%s, %s) to (%s, %s)", p.text, show_number(s->start[0], 3).text,
                        show_number(s->start[1], 3).text, one.text, two.text));
    bool any = known && isnan(run->out[THEORY].number);
    if (known)
        show_either(
            grid, 1, ROLE_TEXT,
            any ? line_of("without dropout any two weights with the sum 2 fit")
                : line_of("theory 2(1-p)/(2-p) = %s; the last step left (%s, %s)", theory.text,
                          show_result(run, LAST_1, 3).text, show_result(run, LAST_2, 3).text),
            any ? line_of("any two with the sum 2 fit") : line_of("theory %s", theory.text));
    if (!known) {
        show_textf(grid, 1, 3, grid->width - 1, ROLE_MATH, "x ──▶ drop? ──▶ × %-4s ─┐",
                   show_number(s->start[0], 3).text);
        show_textf(grid, 1, 4, grid->width - 1, ROLE_MATH, "x ──▶ drop? ──▶ × %-4s ─┴─▶ 2x ?",
                   show_number(s->start[1], 3).text);
        return;
    }
    if (grid->height >= TALL) {
        draw_weights(run, grid, (struct rect){0, 2, grid->width, grid->height - 2});
        return;
    }
    const struct bar bars[] = {
        {"weight 1", run->out[WEIGHT_1].number, NULL, ROLE_SERIES_1},
        {"weight 2", run->out[WEIGHT_2].number, NULL, ROLE_SERIES_2},
        {"theory", any ? 0 : run->out[THEORY].number, any ? "none" : NULL, ROLE_SERIES_3},
    };
    chart_bars(grid, (struct rect){0, 2, grid->width, grid->height - 2}, bars, 3);
}

static void twins_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "A unit sees the same feature twice and shall give 2x; it starts with the weights %s "
             "and %s, and each feature is dropped with probability %s. ",
             show_number(s->start[0], 3).text, show_number(s->start[1], 3).text,
             show_number(run->knob[P].number, 3).text);
    if (run->done == 0) {
        buf_add(out, "No step has been taken yet.");
        return;
    }
    const char *outcome = run->out[OUTCOME].word;
    if (strcmp(outcome, "unmoved") == 0) {
        buf_addf(out, "After %s steps the weights are where they were: nothing moves them.",
                 show_count((double)run->done).text);
        return;
    }
    if (strcmp(outcome, "diverged") == 0) {
        buf_addf(out, "After %s steps the weights have flown apart: the rate is too large here.",
                 show_count((double)run->done).text);
        return;
    }
    buf_addf(out, "In the second half of %s steps they are %s and %s on average, ",
             show_count((double)run->total).text, show_result(run, WEIGHT_1, 3).text,
             show_result(run, WEIGHT_2, 3).text);
    buf_addf(out, "and after the last %s and %s. ", show_result(run, LAST_1, 3).text,
             show_result(run, LAST_2, 3).text);
    if (strcmp(outcome, "shared") == 0)
        buf_addf(out, "Theory says %s for both: dropout makes them share, and makes them smaller.",
                 show_result(run, THEORY, 3).text);
    else
        buf_add(out, "Without dropout nothing makes them share.");
}

static double share(const struct demo_run *run)
{
    return slip_knob(run, P) < 1 ? slip_out(run, THEORY) : NAN;
}

SLIP(equal_parts, 1)
SLIP(both_together, 2 * share(run))
SLIP(one_of_them, share(run))
SLIP(without_keep, 2 / (2 - slip_knob(run, P)))
SLIP(only_keep, 2 * (1 - slip_knob(run, P)))
SLIP(keep_itself, 1 - slip_knob(run, P))
SLIP(fits_the_data, 2)

static const struct slip slips[] = {
    {WEIGHT_1, "shared the 2 equally; dropout makes the weights smaller too", equal_parts},
    {WEIGHT_1, "gave the sum of both weights", both_together},
    {WEIGHT_1, "forgot the factor 1-p in 2(1-p)/(2-p)", without_keep},
    {WEIGHT_1, "forgot to divide by 2-p", only_keep},
    {WEIGHT_1, "multiplied the fair share by 1-p", keep_itself},
    {WEIGHT_2, "shared the 2 equally; dropout makes the weights smaller too", equal_parts},
    {WEIGHT_2, "gave the sum of both weights", both_together},
    {WEIGHT_2, "forgot the factor 1-p in 2(1-p)/(2-p)", without_keep},
    {WEIGHT_2, "forgot to divide by 2-p", only_keep},
    {WEIGHT_2, "multiplied the fair share by 1-p", keep_itself},
    {THEORY, "shared the 2 equally; dropout makes the weights smaller too", equal_parts},
    {THEORY, "gave the sum of both weights", both_together},
    {THEORY, "forgot the factor 1-p in 2(1-p)/(2-p)", without_keep},
    {THEORY, "forgot to divide by 2-p", only_keep},
    {THEORY, "multiplied the fair share by 1-p", keep_itself},
    {SUM, "took the sum that fits the data; dropout pulls it below", fits_the_data},
    {SUM, "gave one weight instead of the sum", one_of_them},
};

const struct demo demo_twins = {
    .name = "twins",
    .title = "Twins",
    .theme = "Dropout",
    .sketch = "3 → 0.67 ← -1",
    .question = "What does dropout do to two features that say the same?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "steps",
    .instant = twins_instant,
    .start = twins_start,
    .step = twins_step,
    .draw = twins_draw,
    .describe = twins_describe,
};
