/* How many units a mask drops: binomial, not a fixed share.
 *
 * The number dropped of n units has the mean n*p and the standard deviation sqrt(n*p*(1-p)). */
#include "demos/demo.h"
#include "demos/show.h"
#include "demos/slip.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>

enum { UNITS, P, PASSES, KNOBS };
enum { MEAN, SD, P_EXACT, HISTOGRAM, EXPECTED, EXPECTED_SD, SEEN_EXACT, FEWEST, MOST, RESULTS };

static const struct knob knobs[] = {
    [UNITS] = {.name = "units",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 10000,
               .initial = 100,
               .logarithmic = true,
               .step = 1,
               .unit = "units",
               .help = "units in the layer"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.3,
           .step = 0.05,
           .help = "probability of dropping a unit"},
    [PASSES] = {.name = "passes",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = 100000,
                .initial = 10000,
                .logarithmic = true,
                .step = 1,
                .unit = "passes",
                .help = "masks that are drawn"},
};

static const struct result results[] = {
    [MEAN] = {"mean", RESULT_NUMBER, "units", "mean number dropped"},
    [SD] = {"sd", RESULT_NUMBER, "units", "standard deviation of the number dropped"},
    [P_EXACT] = {"p_exact", RESULT_NUMBER, NULL, "probability of dropping exactly round(n p)"},
    [HISTOGRAM] = {"histogram", RESULT_LIST, "passes", "passes that dropped 0, 1, 2, ... units"},
    [EXPECTED] = {"expected", RESULT_NUMBER, "units", "n p, the mean in theory"},
    [EXPECTED_SD] = {"expected_sd", RESULT_NUMBER, "units", "sqrt(n p (1-p)), in theory"},
    [SEEN_EXACT] = {"seen_exact", RESULT_NUMBER, NULL, "share of passes with exactly round(n p)"},
    [FEWEST] = {"fewest", RESULT_INTEGER, "units", "fewest units dropped in a pass"},
    [MOST] = {"most", RESULT_INTEGER, "units", "most units dropped in a pass"},
};

struct state {
    double *histogram;      /* units + 1 */
    size_t units, exact;    /* exact: round(n p) */
    double p, sum, squares; /* sums of whole numbers: no rounding below 2^53 */
};

static bool mask_count_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->units = (size_t)run->knob[UNITS].number;
    s->p = run->knob[P].number;
    s->exact = (size_t)round((double)s->units * s->p);
    s->histogram = ARENA_ARRAY(run->arena, s->units + 1, double);
    run->total = (size_t)run->knob[PASSES].number;
    return true;
}

static void one_pass(struct demo_run *run, struct state *s)
{
    struct rng rng;
    size_t dropped = 0;
    rng_init(&rng, run->seed, STREAM_MASK_COUNT, run->done++);
    for (size_t i = 0; i < s->units; i++)
        dropped += rng_bernoulli(&rng, s->p);
    s->histogram[dropped]++;
    s->sum += (double)dropped;
    s->squares += (double)dropped * (double)dropped;
}

static bool mask_count_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_pass(run, s);

    double n = (double)s->units, passes = (double)run->done, mean = s->sum / passes;
    double variance = (s->squares - s->sum * mean) / passes;
    size_t fewest = 0, most = s->units;
    while (s->histogram[fewest] == 0)
        fewest++;
    while (s->histogram[most] == 0)
        most--;
    demo_out_number(run, MEAN, mean);
    demo_out_number(run, SD, sqrt(variance > 0 ? variance : 0));
    demo_out_number(run, P_EXACT, binomial_share(n, (double)s->exact, s->p));
    demo_out_list(run, HISTOGRAM, s->histogram, s->units + 1);
    demo_out_number(run, EXPECTED, n * s->p);
    demo_out_number(run, EXPECTED_SD, sqrt(n * s->p * (1 - s->p)));
    demo_out_number(run, SEEN_EXACT, s->histogram[s->exact] / passes);
    demo_out_number(run, FEWEST, (double)fewest);
    demo_out_number(run, MOST, (double)most);
    return run->done < run->total;
}

static bool mask_count_instant(const struct demo_run *run)
{
    enum { DRAWS_MOST = 5000000, START_OF_A_PASS = 10 };
    return run->knob[PASSES].number * (run->knob[UNITS].number + START_OF_A_PASS) <= DRAWS_MOST;
}

static void mask_count_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    bool known = run->out[MEAN].set;
    int width = grid->width;
    struct shown p = show_number(s->p, 4), mean = show_result(run, MEAN, 4);
    struct shown exact = known ? show_percent(run->out[P_EXACT].number, 3) : (struct shown){"?"};
    show_either(
        grid, 0, ROLE_STRONG,
        line_of("%zu unit%s, p %s: how many does a mask drop? %s", s->units,
                s->units == 1 ? "" : "s", p.text,
                show_many(known ? (double)run->done : (double)run->total, "mask").text),
        line_of("%zu unit%s, p %s: how many drop?", s->units, s->units == 1 ? "" : "s", p.text));
    show_either(grid, 1, ROLE_TEXT,
                line_of("mean %s, standard deviation %s; exactly %zu: probability %s", mean.text,
                        show_result(run, SD, 3).text, s->exact, exact.text),
                line_of("mean %s; exactly %zu: %s", mean.text, s->exact, exact.text));
    if (!known)
        return;
    size_t first = (size_t)run->out[FEWEST].number, last = (size_t)run->out[MOST].number;
    /* One empty bin on either side: the eye sees where the hill ends. */
    first -= first > 0;
    last += last < s->units;
    int marked = s->exact >= first && s->exact <= last ? (int)(s->exact - first) : -1;
    chart_histogram(grid, (struct rect){0, 2, width, grid->height - 2}, s->histogram + first,
                    last - first + 1, (double)first, 1, marked);
}

static void mask_count_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "A layer of %s; every mask drops each of them with probability %s. ",
             show_many((double)s->units, "unit").text, show_number(s->p, 4).text);
    if (!run->out[MEAN].set) {
        buf_add(out, "How many a mask drops has not been counted yet.");
        return;
    }
    buf_addf(out, "%s dropped %s units on average, with a standard deviation of %s; ",
             show_many((double)run->done, "mask").text, show_result(run, MEAN, 4).text,
             show_result(run, SD, 3).text);
    buf_addf(out, "the fewest were %s, the most %s. ", show_result(run, FEWEST, 6).text,
             show_result(run, MOST, 6).text);
    buf_addf(out, "Exactly %zu %s dropped in %s of them; the binomial law says %s. ", s->exact,
             s->exact == 1 ? "was" : "were", show_percent(run->out[SEEN_EXACT].number, 3).text,
             show_percent(run->out[P_EXACT].number, 3).text);
    buf_addf(out, "In theory the mean is %s and the standard deviation %s.",
             show_result(run, EXPECTED, 4).text, show_result(run, EXPECTED_SD, 3).text);
}

static double variance_of(const struct demo_run *run)
{
    return slip_out(run, EXPECTED_SD) * slip_out(run, EXPECTED_SD);
}

SLIP(kept_instead, slip_knob(run, UNITS) - slip_out(run, EXPECTED))
SLIP(variance_instead, variance_of(run))
SLIP(without_keep, sqrt(slip_out(run, EXPECTED)))
SLIP(without_count, sqrt(slip_knob(run, P) * (1 - slip_knob(run, P))))
SLIP(certain, 1)
SLIP(one_unit, slip_knob(run, P))

static const struct slip slips[] = {
    {MEAN, "counted the kept instead of the dropped", kept_instead},
    {EXPECTED, "counted the kept instead of the dropped", kept_instead},
    {SD, "gave the variance n p (1-p) instead of its root", variance_instead},
    {SD, "forgot the factor 1-p under the root", without_keep},
    {SD, "took the standard deviation of one unit", without_count},
    {EXPECTED_SD, "gave the variance n p (1-p) instead of its root", variance_instead},
    {EXPECTED_SD, "forgot the factor 1-p under the root", without_keep},
    {EXPECTED_SD, "took the standard deviation of one unit", without_count},
    {P_EXACT, "took the mean for certain; it is only the likeliest number", certain},
    {P_EXACT, "took the probability of dropping one unit", one_unit},
    {SEEN_EXACT, "took the mean for certain; it is only the likeliest number", certain},
};

const struct demo demo_mask_count = {
    .name = "mask-count",
    .title = "Counting the dropped",
    .theme = "Dropout",
    .sketch = "▁▁▂▄▆█▆▄▂▁▁",
    .question = "With p = 0.3 and 100 units, are exactly 30 dropped?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "passes",
    .instant = mask_count_instant,
    .start = mask_count_start,
    .step = mask_count_step,
    .draw = mask_count_draw,
    .describe = mask_count_describe,
};
