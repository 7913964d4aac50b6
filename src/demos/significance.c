/* Is it real? Two recipes' test scores are coin flips, one coin for each image.
 *
 * A score of accuracy a on n images has the standard error sqrt(a(1-a)/n); the difference of two
 * means over s runs each has sqrt(2) of it over sqrt(s). Each run is judged on images of its own. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ACCURACY, DIFFERENCE, IMAGES, SEEDS, KNOBS };
enum {
    STANDARD_ERROR,
    ERROR_OF_DIFFERENCE,
    Z,
    DECISION,
    POWER,
    P_VALUE,
    SEEDS_NEEDED,
    SCORES_A,
    SCORES_B,
    DRAWN_DIFFERENCE,
    DRAWN_DECISION,
    RESULTS
};

static const double critical = 1.959963984540054; /* normal_below(critical) = 0.975 */
static const double for_80_percent = 0.8416212335729143;

static const struct knob knobs[] = {
    [ACCURACY] = {.name = "accuracy",
                  .kind = KNOB_NUMBER,
                  .min = 0,
                  .max = 1,
                  .initial = 0.978,
                  .step = 0.001,
                  .help = "test accuracy of recipe A, as a share"},
    [DIFFERENCE] = {.name = "difference",
                    .kind = KNOB_NUMBER,
                    .min = -0.5,
                    .max = 0.5,
                    .initial = 0.002,
                    .step = 0.0005,
                    .help = "how much better recipe B is, as a share"},
    [IMAGES] = {.name = "images",
                .kind = KNOB_INTEGER,
                .min = 10,
                .max = 100000,
                .initial = 10000,
                .step = 1,
                .logarithmic = true,
                .unit = "images",
                .help = "images in a test"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 100,
               .initial = 1,
               .step = 1,
               .unit = "runs",
               .help = "runs of each recipe"},
};

static const struct result results[] = {
    [STANDARD_ERROR] = {"standard_error", RESULT_NUMBER, NULL, "of one score, as a share"},
    [ERROR_OF_DIFFERENCE] = {"error_of_difference", RESULT_NUMBER, NULL,
                             "of the difference of the two means"},
    [Z] = {"z", RESULT_NUMBER, NULL, "the difference in its own standard errors"},
    [DECISION] = {"decision", RESULT_TEXT, NULL,
                  "of a difference just this large: nothing yet, better or worse (|z| over 1.96)"},
    [POWER] = {"power", RESULT_NUMBER, NULL, "chance that such a comparison would show it"},
    [P_VALUE] = {"p_value", RESULT_NUMBER, NULL, "chance of this much or more between equals"},
    [SEEDS_NEEDED] = {"seeds_needed", RESULT_NUMBER, "runs", "of each, for a power of 80 %"},
    [SCORES_A] = {"scores_a", RESULT_LIST, NULL, "scores drawn for A"},
    [SCORES_B] = {"scores_b", RESULT_LIST, NULL, "scores drawn for B"},
    [DRAWN_DIFFERENCE] = {"drawn_difference", RESULT_NUMBER, NULL, "difference of their means"},
    [DRAWN_DECISION] = {"drawn_decision", RESULT_TEXT, NULL, "what one would say of these scores"},
};

struct state {
    double accuracy[2]; /* of A and B */
    double *scores[2];
    double sum[2];
};

static bool significance_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    double a = run->knob[ACCURACY].number;
    s->accuracy[0] = a;
    s->accuracy[1] = fmax(0, fmin(1, a + run->knob[DIFFERENCE].number));
    run->total = (size_t)run->knob[SEEDS].number;
    for (int i = 0; i < 2; i++)
        s->scores[i] = ARENA_ARRAY(run->arena, run->total, double);
    return true;
}

/* How many of n coins show heads, by the gaps between the rarer side: as many rolls as that has. */
static double draw_hits(struct rng *rng, double n, double p)
{
    double rare = fmin(p, 1 - p), hits = 0;
    if (rare > 0)
        for (double at = 0; (at += 1 + floor(log1p(-rng_unit(rng)) / log1p(-rare))) <= n;)
            hits++;
    return p <= 0.5 ? hits : n - hits;
}

static const char *decide(double z)
{
    return z > critical ? "better" : z < -critical ? "worse" : "nothing yet";
}

static double z_of(double difference, double error)
{
    return error > 0 ? difference / error : difference == 0 ? 0 : copysign(INFINITY, difference);
}

static bool significance_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    double a = s->accuracy[0], images = run->knob[IMAGES].number, seeds = run->knob[SEEDS].number;
    double difference = s->accuracy[1] - a, error = sqrt(a * (1 - a) / images);
    double both = error * sqrt(2 / seeds), z = z_of(difference, both);
    for (size_t i = 0; i < work && run->done < run->total; i++, run->done++)
        for (int k = 0; k < 2; k++) {
            struct rng rng;
            rng_init(&rng, run->seed, k ? STREAM_SIGNIFICANCE_B : STREAM_SIGNIFICANCE_A, run->done);
            s->scores[k][run->done] = draw_hits(&rng, images, s->accuracy[k]) / images;
            s->sum[k] += s->scores[k][run->done];
        }
    double done = (double)run->done, drawn = (s->sum[1] - s->sum[0]) / done;
    double needed = (critical + for_80_percent) * error * sqrt(2) / fabs(difference);
    demo_out_number(run, STANDARD_ERROR, error);
    demo_out_number(run, ERROR_OF_DIFFERENCE, both);
    demo_out_number(run, Z, z);
    demo_out_text(run, DECISION, decide(z));
    demo_out_number(run, POWER, normal_below(z - critical) + normal_below(-z - critical));
    demo_out_number(run, P_VALUE, 2 * normal_below(-fabs(z)));
    demo_out_number(run, SEEDS_NEEDED, difference == 0 ? INFINITY : fmax(1, ceil(needed * needed)));
    demo_out_list(run, SCORES_A, s->scores[0], run->done);
    demo_out_list(run, SCORES_B, s->scores[1], run->done);
    demo_out_number(run, DRAWN_DIFFERENCE, drawn);
    demo_out_text(run, DRAWN_DECISION, decide(z_of(drawn, error * sqrt(2 / done))));
    return run->done < run->total;
}

static bool significance_instant(const struct demo_run *run)
{
    enum { IMAGES_MOST = 500000 };
    return run->knob[IMAGES].number * run->knob[SEEDS].number <= IMAGES_MOST;
}

static struct line points(double share)
{
    return line_of("%s points", show_number(100 * share, 3).text);
}

/* The scores that were drawn, both recipes on one scale. */
static void draw_scores(const struct demo_run *run, struct grid *grid, int y)
{
    enum { NAME = 3, MEAN = 16 };
    const struct state *s = run->state;
    double low = INFINITY, high = -INFINITY, margin = run->out[STANDARD_ERROR].number;
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < run->done; i++) {
            low = fmin(low, s->scores[k][i]);
            high = fmax(high, s->scores[k][i]);
        }
    for (int k = 0; k < 2; k++) {
        struct rect at = {NAME, y + k, grid->width - NAME - MEAN, 1};
        show_text(grid, 0, y + k, NAME, ROLE_STRONG, k ? "B" : "A");
        part_number_line(grid, at, k ? ROLE_SERIES_2 : ROLE_SERIES_1, k ? "○" : "●", s->scores[k],
                         run->done, low - margin, high + margin);
        show_textf(grid, grid->width - MEAN + 1, y + k, MEAN - 1, ROLE_LIVE, "mean %s",
                   show_percent(s->sum[k] / (double)run->done, 4).text);
    }
}

/* What chance alone makes of the difference of two equal recipes, with the true one marked. */
static void draw_bell(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { BINS_MOST = 121 };
    double counts[BINS_MOST], z = run->out[Z].number, error = run->out[ERROR_OF_DIFFERENCE].number;
    double reach = fmin(fmax(4, fabs(z) * 1.1), 12);
    int bins = at.width - 10 < BINS_MOST ? (at.width - 10) | 1 : BINS_MOST;
    int middle = bins / 2,
        marked = middle + (int)lround(fmax(-reach, fmin(reach, z)) / reach * middle);
    for (int i = 0; i < bins; i++) {
        double t = reach * (i - middle) / middle;
        counts[i] = exp(-t * t / 2);
    }
    chart_histogram(grid, at, counts, (size_t)bins, -100 * reach * error,
                    100 * reach * error / middle, marked);
}

/* What was drawn is an example, not a second verdict: its own is named where it misleads. */
static struct line drawn_line(const struct demo_run *run, const char *format)
{
    struct line difference = points(run->out[DRAWN_DIFFERENCE].number);
    bool same = strcmp(run->out[DRAWN_DECISION].word, run->out[DECISION].word) == 0;
    struct line line;
    int length = snprintf(line.text, sizeof line.text, format, difference.text);
    if (!same && length > 0 && (size_t)length < sizeof line.text)
        snprintf(line.text + length, sizeof line.text - (size_t)length,
                 "; taken alone they would say \"%s\"", run->out[DRAWN_DECISION].word);
    return line;
}

static void significance_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 12 };
    const struct state *s = run->state;
    bool known = run->done > 0;
    struct shown a = show_percent(s->accuracy[0], 4), b = show_percent(s->accuracy[1], 4);
    struct shown images = show_count(run->knob[IMAGES].number), z = show_result(run, Z, 3);
    const char *plural = run->total == 1 ? "" : "s";
    show_either(grid, 0, ROLE_STRONG,
                line_of("A %s against B %s: %zu run%s each, %s images a test", a.text, b.text,
                        run->total, plural, images.text),
                line_of("A %s, B %s; %zu run%s", a.text, b.text, run->total, plural));
    struct line error = known ? points(run->out[ERROR_OF_DIFFERENCE].number) : line_of("? points");
    const char *decision = known ? run->out[DECISION].word : "?";
    show_either(
        grid, 1, ROLE_TEXT,
        line_of("their difference is uncertain by %s, so z = %s: %s", error.text, z.text, decision),
        line_of("z = %s: %s", z.text, decision));
    struct shown power = known ? show_percent(run->out[POWER].number, 2) : (struct shown){"?"};
    struct shown needed = part_count_or_never(run, SEEDS_NEEDED);
    show_either(grid, 2, ROLE_TEXT,
                line_of("found in %s of such comparisons; runs of each for 80 %%: %s", power.text,
                        needed.text),
                line_of("power %s; runs for 80 %%: %s", power.text, needed.text));
    if (!known)
        return;
    int y = 3 + (grid->height >= TALL);
    draw_scores(run, grid, y);
    y += 2;
    show_either(grid, y, ROLE_DIM, drawn_line(run, "drawn by chance: these differ by %s"),
                line_of("drawn: %s apart", points(run->out[DRAWN_DIFFERENCE].number).text));
    if (grid->height < TALL || !(run->out[ERROR_OF_DIFFERENCE].number > 0))
        return;
    show_either(grid, y + 2, ROLE_DIM,
                line_of("difference in points that chance alone gives two equals; ▲ the true one"),
                line_of("chance alone; ▲ the true one"));
    draw_bell(run, grid, (struct rect){0, y + 3, grid->width, grid->height - y - 3});
}

static void significance_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "Recipe A is right on %s of the images and recipe B on %s; %zu run%s of each, tested "
             "on %s images. ",
             show_percent(s->accuracy[0], 4).text, show_percent(s->accuracy[1], 4).text, run->total,
             run->total == 1 ? "" : "s", show_count(run->knob[IMAGES].number).text);
    if (run->done == 0) {
        buf_add(out, "No score has been drawn yet.");
        return;
    }
    buf_addf(out, "One score is uncertain by %s, the difference by %s. ",
             points(run->out[STANDARD_ERROR].number).text,
             points(run->out[ERROR_OF_DIFFERENCE].number).text);
    if (isfinite(run->out[Z].number))
        buf_addf(out, "The difference is %s of its standard errors, which says: %s. ",
                 show_result(run, Z, 3).text, run->out[DECISION].word);
    else
        buf_addf(out, "Such scores do not scatter, so any difference counts: %s. ",
                 run->out[DECISION].word);
    buf_addf(out, "Such a comparison shows it in %s of all cases",
             show_percent(run->out[POWER].number, 2).text);
    if (isfinite(run->out[SEEDS_NEEDED].number))
        buf_addf(out, ", and 80 %% takes %s of each",
                 show_many(run->out[SEEDS_NEEDED].number, "run").text);
    buf_addf(out, ". %s.", drawn_line(run, "The scores drawn here differ by %s").text);
}

/* a (1 - a): the variance of one answer. */
static double of_one_image(const struct demo_run *run)
{
    return slip_knob(run, ACCURACY) * (1 - slip_knob(run, ACCURACY));
}

SLIP(variance_instead, of_one_image(run) / slip_knob(run, IMAGES))
SLIP(one_image, sqrt(of_one_image(run)))
SLIP(root_forgotten, of_one_image(run) / sqrt(slip_knob(run, IMAGES)))
SLIP(only_accuracy, sqrt(slip_knob(run, ACCURACY) / slip_knob(run, IMAGES)))
SLIP(of_both, slip_out(run, ERROR_OF_DIFFERENCE))
SLIP(of_one_score, slip_out(run, STANDARD_ERROR) / sqrt(slip_knob(run, SEEDS)))
SLIP(errors_added, 2 * slip_out(run, STANDARD_ERROR) / sqrt(slip_knob(run, SEEDS)))
SLIP(one_run, slip_out(run, STANDARD_ERROR) * sqrt(2))
SLIP(z_of_one, slip_out(run, Z) * sqrt(2))
SLIP(z_of_one_run, slip_out(run, Z) / sqrt(slip_knob(run, SEEDS)))
SLIP(p_one_sided, slip_out(run, P_VALUE) / 2)
SLIP(p_for_power, slip_out(run, P_VALUE))
SLIP(missed, 1 - slip_out(run, POWER))

static const struct slip slips[] = {
    {STANDARD_ERROR, "gave the variance instead of its root", variance_instead},
    {STANDARD_ERROR, "forgot to divide by the number of images", one_image},
    {STANDARD_ERROR, "took the root of the number of images only", root_forgotten},
    {STANDARD_ERROR, "forgot the factor 1 - accuracy", only_accuracy},
    {STANDARD_ERROR, "gave the error of the difference; this asks for one score", of_both},
    {ERROR_OF_DIFFERENCE, "took the error of one score; both are uncertain", of_one_score},
    {ERROR_OF_DIFFERENCE, "added the errors; their squares add", errors_added},
    {ERROR_OF_DIFFERENCE, "forgot that more runs make it smaller", one_run},
    {Z, "divided by the error of one score; both are uncertain", z_of_one},
    {Z, "forgot that more runs make the error smaller", z_of_one_run},
    {P_VALUE, "counted one side only; worse by as much would surprise too", p_one_sided},
    {POWER, "gave the chance to miss it", missed},
    {POWER, "gave the p-value", p_for_power},
};

const struct demo demo_significance = {
    .name = "significance",
    .title = "Is it real?",
    .theme = "Judging results",
    .sketch = "──●─ ±  ─○──",
    .question = "Is the better score better, or luck?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "runs",
    .instant = significance_instant,
    .start = significance_start,
    .step = significance_step,
    .draw = significance_draw,
    .describe = significance_describe,
};
