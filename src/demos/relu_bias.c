/* Dropout before a ReLU: the mean of the sum is preserved, the mean after the ReLU is not.
 *
 * z = sum of m_i t_i / (1-p). E[z] is the clean sum, but E[ReLU(z)] >= ReLU(E[z]), for ReLU is
 * convex (Jensen). For many terms z is nearly normal with mean mu and variance
 * s^2 = sum(t^2) p/(1-p), and then E[ReLU(z)] is about s phi(mu/s) + mu Phi(mu/s). */
#include "demos/demo.h"
#include "demos/mask_sums.h"
#include "demos/show.h"

#include <math.h>

enum { TERMS, P, KNOBS };
enum { CLEAN, DROPPED_MEAN, GAP, SUM, SUM_SD, NORMAL_MEAN, P_AWAKE, MASKS, RESULTS };

static const struct knob knobs[] = {
    [TERMS] = {.name = "terms",
               .kind = KNOB_LIST,
               .min = -1000000,
               .max = 1000000,
               .initial_list = "1,-1.4",
               .longest = MASK_SUMS_MOST,
               .help = "what each unit adds to the sum: weight times activation"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "probability of dropping a unit"},
};

static const struct result results[] = {
    [CLEAN] = {"clean", RESULT_NUMBER, NULL, "ReLU of the whole sum, without dropout"},
    [DROPPED_MEAN] = {"dropped_mean", RESULT_NUMBER, NULL,
                      "mean of the ReLU over all masks, exact"},
    [GAP] = {"gap", RESULT_NUMBER, NULL, "dropped_mean - clean"},
    [SUM] = {"sum", RESULT_NUMBER, NULL,
             "the whole sum, which is also its mean under dropout at any p below 1"},
    [SUM_SD] = {"sum_sd", RESULT_NUMBER, NULL, "standard deviation of the sum under dropout"},
    [NORMAL_MEAN] = {"normal_mean", RESULT_NUMBER, NULL,
                     "dropped_mean if the sum were normally distributed"},
    [P_AWAKE] = {"p_awake", RESULT_NUMBER, NULL, "probability that the sum is above 0"},
    [MASKS] = {"masks", RESULT_INTEGER, "masks", "how many masks the mean is taken over"},
};

enum { BINS = 48 };

struct state {
    double *terms; /* divided by 1-p; zeros where p = 1 */
    double sum;    /* of the terms as given */
    double low, high;
    double bins[BINS]; /* probability of a sum in each of BINS parts of low..high */
};

static bool relu_bias_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    const struct value *terms = &run->knob[TERMS];
    double keep = 1 - run->knob[P].number;
    s->terms = ARENA_ARRAY(run->arena, terms->count, double);
    for (size_t i = 0; i < terms->count; i++)
        s->terms[i] = keep > 0 ? terms->list[i] / keep : 0;
    for (size_t i = 0; i < terms->count; i++)
        s->sum += terms->list[i];
    run->total = (size_t)1 << terms->count;
    return true;
}

static void fill_bins(struct state *s, const struct mask_sum *sums, size_t count)
{
    s->low = sums[0].sum;
    s->high = sums[count - 1].sum;
    double width = (s->high - s->low) / BINS;
    for (size_t i = 0; i < count; i++) {
        double bin = width > 0 ? (sums[i].sum - s->low) / width : 0;
        s->bins[bin < BINS ? (size_t)bin : BINS - 1] += sums[i].probability;
    }
}

static double normal_relu_mean(double mean, double sd)
{
    if (sd == 0)
        return fmax(0, mean);
    double z = mean / sd;
    double density = exp(-z * z / 2) / sqrt(2 * acos(-1.0));
    return sd * density + mean * erfc(-z / sqrt(2)) / 2;
}

static bool relu_bias_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    const struct value *terms = &run->knob[TERMS];
    double p = run->knob[P].number, sum = s->sum, squares = 0, awake = 0, mean = 0;
    struct arena scratch;
    arena_init(&scratch);
    const struct mask_sum *sums = mask_sums(&scratch, s->terms, terms->count, p);
    for (size_t i = 0; i < run->total; i++) {
        awake += sums[i].sum > 0 ? sums[i].probability : 0;
        mean += sums[i].sum > 0 ? sums[i].probability * sums[i].sum : 0;
    }
    fill_bins(s, sums, run->total);
    arena_free(&scratch);
    for (size_t i = 0; i < terms->count; i++)
        squares += terms->list[i] * terms->list[i];
    double sd = p < 1 ? sqrt(squares * p / (1 - p)) : 0;
    demo_out_number(run, CLEAN, fmax(0, sum));
    demo_out_number(run, DROPPED_MEAN, mean);
    demo_out_number(run, GAP, mean - fmax(0, sum));
    demo_out_number(run, SUM, sum);
    demo_out_number(run, SUM_SD, sd);
    demo_out_number(run, NORMAL_MEAN, p < 1 ? normal_relu_mean(sum, sd) : 0);
    demo_out_number(run, P_AWAKE, awake);
    demo_out_number(run, MASKS, (double)run->total);
    run->done = run->total;
    return false;
}

static bool relu_bias_instant(const struct demo_run *run)
{
    enum { TERMS_MOST = 18 };
    return run->knob[TERMS].count <= TERMS_MOST;
}

/* Where the columns of the table of masks begin. */
struct columns {
    int term, chance, sum, relu; /* term: width of one */
};

static struct columns columns_of(const struct grid *grid, size_t terms)
{
    bool tight = grid->width < 46;
    struct columns c = {.term = tight ? 5 : 7};
    c.chance = 1 + c.term * (int)terms;
    c.sum = c.chance + (tight ? 7 : 9);
    c.relu = c.sum + (tight ? 6 : 9);
    return c;
}

static void draw_row(struct grid *grid, struct columns c, int y, enum role role, const char *head,
                     const char *sum, const char *relu)
{
    show_text(grid, 1, y, c.sum - 2, role, head);
    show_text(grid, c.sum, y, c.relu - c.sum - 1, role, sum);
    show_text(grid, c.relu, y, grid->width - c.relu, role, relu);
}

/* Which terms a mask keeps, how likely it is, the sum, its ReLU. */
static void draw_mask(const struct demo_run *run, struct grid *grid, struct columns c, int y,
                      size_t mask)
{
    const struct state *s = run->state;
    const struct value *terms = &run->knob[TERMS];
    double p = run->knob[P].number, sum = 0, probability = 1;
    bool known = run->out[CLEAN].set;
    for (size_t i = 0; i < terms->count; i++) {
        bool kept = !(mask >> i & 1);
        probability *= kept ? 1 - p : p;
        sum += kept ? s->terms[i] : 0;
        show_text(grid, 1 + c.term * (int)i, y, c.term - 1, kept ? ROLE_TEXT : ROLE_DIM,
                  kept ? show_number(terms->list[i], 3).text : "·");
    }
    show_text(grid, c.chance, y, c.sum - c.chance - 1, ROLE_DIM, show_percent(probability, 3).text);
    show_text(grid, c.sum, y, c.relu - c.sum - 1, ROLE_TEXT,
              known ? show_number(sum, 3).text : "?");
    show_text(grid, c.relu, y, grid->width - c.relu, sum > 0 ? ROLE_LIVE : ROLE_DIM,
              known ? show_number(fmax(0, sum), 3).text : "?");
}

static void draw_table(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    size_t masks = (size_t)1 << run->knob[TERMS].count;
    struct columns c = columns_of(grid, run->knob[TERMS].count);
    struct shown mean = show_result(run, DROPPED_MEAN, 3), clean = show_result(run, CLEAN, 3);
    struct shown sum = show_number(s->sum, 3);
    bool known = run->out[CLEAN].set, roomy = grid->height >= (int)masks + 6;
    int y = 0;
    draw_row(grid, c, y, ROLE_STRONG, "kept", "sum", "ReLU");
    show_text(grid, c.chance, y++, c.sum - c.chance - 1, ROLE_STRONG, "chance");
    for (size_t mask = 0; mask < masks; mask++)
        draw_mask(run, grid, c, y++, mask);
    /* Where everything is always dropped the sum is 0, and its mean is not preserved. */
    struct shown mean_sum = run->knob[P].number < 1 ? sum : show_number(0, 3);
    if (roomy)
        grid_fill(grid, 1, y++, c.relu + 6, 1, STYLE(ROLE_FRAME), 0x2500);
    if (y + 1 == grid->height) { /* one row for both */
        draw_row(grid, c, y, ROLE_LIVE, "mean of all", known ? mean_sum.text : "?",
                 line_of("%s, not %s", mean.text, clean.text).text);
        return;
    }
    draw_row(grid, c, y++, ROLE_LIVE, "mean of all", known ? mean_sum.text : "?", mean.text);
    draw_row(grid, c, y++, ROLE_TEXT, "no dropout", sum.text, clean.text);
    if (known && roomy && run->out[GAP].number > 0)
        show_textf(grid, 1, y + 1, grid->width - 1, ROLE_TEXT,
                   "The sum keeps its mean. The ReLU does not: it is %s too large.",
                   show_result(run, GAP, 3).text);
}

static void draw_distribution(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    bool known = run->out[CLEAN].set;
    int width = grid->width;
    struct shown p = show_number(run->knob[P].number, 4), masks = show_count((double)run->total);
    struct shown mean = show_result(run, DROPPED_MEAN, 3), clean = show_result(run, CLEAN, 3);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s, p %s: their sum, scaled, under all %s masks",
                        show_many((double)run->knob[TERMS].count, "term").text, p.text, masks.text),
                line_of("%s, p %s: %s sums", show_many((double)run->knob[TERMS].count, "term").text,
                        p.text, masks.text));
    show_either(grid, 1, ROLE_TEXT,
                line_of("mean of the ReLU %s; ReLU without dropout %s; gap %s", mean.text,
                        clean.text, show_result(run, GAP, 3).text),
                line_of("mean ReLU %s, not %s", mean.text, clean.text));
    if (!known)
        return;
    double bin = (s->high - s->low) / BINS;
    int zero = bin > 0 ? (int)floor(-s->low / bin) : -1;
    int top = 2;
    if (grid->height >= 10)
        show_either(grid, top++, ROLE_DIM,
                    line_of("left of ▲ the ReLU makes 0 of it; only what lies right of it counts"),
                    line_of("left of ▲ the ReLU gives 0"));
    chart_histogram(grid, (struct rect){0, top, width, grid->height - top}, s->bins, BINS,
                    s->low + bin / 2, bin > 0 ? bin : 1, zero >= 0 && zero < BINS ? zero : -1);
}

static void relu_bias_draw(const struct demo_run *run, struct grid *grid)
{
    size_t terms = run->knob[TERMS].count;
    struct columns c = columns_of(grid, terms);
    bool fits = terms <= 3 && (1 << terms) + 2 <= grid->height && c.relu + 4 <= grid->width;
    if (fits)
        draw_table(run, grid);
    else
        draw_distribution(run, grid);
}

static void relu_bias_describe(const struct demo_run *run, struct buf *out)
{
    const struct value *terms = &run->knob[TERMS];
    enum { SAID_MOST = 6 };
    buf_addf(out, "%zu term%s (", terms->count, terms->count == 1 ? "" : "s");
    for (size_t i = 0; i < terms->count && i < SAID_MOST; i++)
        buf_addf(out, "%s%s", i ? ", " : "", show_number(terms->list[i], 4).text);
    buf_addf(out, "%s), each dropped with probability %s, are added up and go through a ReLU. ",
             terms->count > SAID_MOST ? " and so on" : "",
             show_number(run->knob[P].number, 4).text);
    if (!run->out[CLEAN].set) {
        buf_add(out, "The mean over the masks has not been computed yet.");
        return;
    }
    buf_addf(out, "Without dropout the sum is %s and its ReLU %s. ", show_result(run, SUM, 3).text,
             show_result(run, CLEAN, 3).text);
    buf_addf(out, "Over all %s masks the ReLU is %s on average, so the gap is %s. ",
             show_count((double)run->total).text, show_result(run, DROPPED_MEAN, 3).text,
             show_result(run, GAP, 3).text);
    buf_addf(out, "The sum is above 0 with probability %s. ", show_result(run, P_AWAKE, 3).text);
    buf_addf(out, "A normal law with its mean and spread would give %s.",
             show_result(run, NORMAL_MEAN, 3).text);
}

const struct demo demo_relu_bias = {
    .name = "relu-bias",
    .title = "Through a ReLU",
    .theme = "Dropout",
    .sketch = "⣀⣀⣀⣀⣀⣀⡠⠔⠊⠁",
    .certain = true,
    .question = "The sum keeps its mean under dropout. Does its ReLU?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "masks",
    .instant = relu_bias_instant,
    .start = relu_bias_start,
    .step = relu_bias_step,
    .draw = relu_bias_draw,
    .describe = relu_bias_describe,
};
