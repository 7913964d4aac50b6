/* A gradient through time: the same matrix at every step.
 *
 * The matrix is [[radius, 0], [shear, radius]], whose eigenvalues are both `radius`. It takes
 * (1, 0) to radius^t (1, t shear/radius) in t steps, so the length is
 * radius^t sqrt(1 + (t shear/radius)^2): in the end the radius decides, in between the shear may. */
#include "demos/demo.h"
#include "demos/parts.h"

#include <math.h>
#include <string.h>

enum { RADIUS, STEPS, SHEAR, KNOBS };
enum { GRADIENT, RATIO, LOG10, PEAK, PEAK_STEP, OUTCOME, RESULTS };

static const struct knob knobs[] = {
    [RADIUS] = {.name = "radius",
                .kind = KNOB_NUMBER,
                .min = 0,
                .max = 2,
                .initial = 0.9,
                .step = 0.01,
                .help = "spectral radius: size of the matrix's largest eigenvalue"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 10000,
               .initial = 500,
               .step = 1,
               .logarithmic = true,
               .unit = "steps",
               .help = "time steps the gradient travels back"},
    [SHEAR] = {.name = "shear",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 2,
               .initial = 0,
               .step = 0.05,
               .help = "how much the matrix slants; 0: it only shrinks or stretches"},
};

static const struct result results[] = {
    [GRADIENT] = {"gradient", RESULT_LIST, NULL, "length of the gradient after 0, 1, 2, ... steps"},
    [RATIO] = {"ratio", RESULT_NUMBER, NULL, "its length after all steps; it begins with 1"},
    [LOG10] = {"log10", RESULT_NUMBER, NULL, "the decimal logarithm of that"},
    [PEAK] = {"peak", RESULT_NUMBER, NULL, "the greatest length on the way"},
    [PEAK_STEP] = {"peak_step", RESULT_INTEGER, "steps", "when that was"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "healthy, vanishing (1 % or less), exploding (100 or more), zero or overflow"},
};

struct state {
    double g[2];
    double *length; /* after 0..run->done steps */
    size_t peak;
};

static bool recurrent_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    run->total = (size_t)run->knob[STEPS].number;
    s->length = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->g[0] = s->length[0] = 1;
    return true;
}

static const char *outcome(double ratio)
{
    if (!isfinite(ratio))
        return "overflow";
    if (ratio == 0)
        return "zero";
    return ratio <= 0.01 ? "vanishing" : ratio >= 100 ? "exploding" : "healthy";
}

static bool recurrent_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    double radius = run->knob[RADIUS].number, shear = run->knob[SHEAR].number;
    for (size_t i = 0; i < work && run->done < run->total; i++) {
        s->g[1] = shear * s->g[0] + radius * s->g[1];
        s->g[0] *= radius;
        double length = hypot(s->g[0], s->g[1]);
        s->length[++run->done] = length;
        if (length > s->length[s->peak])
            s->peak = run->done;
    }
    demo_out_list(run, GRADIENT, s->length, run->done + 1);
    demo_out_number(run, RATIO, s->length[run->done]);
    demo_out_number(run, LOG10, log10(s->length[run->done]));
    demo_out_number(run, PEAK, s->length[s->peak]);
    demo_out_number(run, PEAK_STEP, (double)s->peak);
    demo_out_text(run, OUTCOME, outcome(s->length[run->done]));
    return run->done < run->total;
}

static void draw_bars(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { BARS_MOST = 5 };
    const struct state *s = run->state;
    int count = at.height < BARS_MOST ? at.height : BARS_MOST;
    struct bar bars[BARS_MOST];
    struct line labels[BARS_MOST];
    for (int i = 0; i < count; i++) {
        size_t step = run->done * (size_t)(i + 1) / (size_t)count;
        labels[i] = line_of("%zu", step);
        bars[i] = (struct bar){labels[i].text, s->length[step], NULL, ROLE_SERIES_1};
    }
    chart_bars(grid, at, bars, (size_t)count);
}

static void draw_curve(const struct demo_run *run, struct grid *grid, struct rect at)
{
    static const double rules[] = {0.01};
    static const char *const rule_names[] = {"1 %"};
    const struct state *s = run->state;
    const struct series series = {NULL, NULL, s->length, run->done + 1, ROLE_SERIES_1, false};
    const struct plot plot = {.x_label = "steps back",
                              .y_label = "length of the gradient",
                              .series = &series,
                              .series_count = 1,
                              .log_y = true,
                              .rules = rules,
                              .rule_names = rule_names,
                              .rule_count = s->length[run->done] < 1};
    chart_plot(grid, at, &plot);
}

static bool peaks_on_the_way(const struct state *s, size_t done)
{
    return s->peak > 0 && s->length[s->peak] > s->length[done];
}

/* "1.3e-23 of the gradient is left", or where it grew "the gradient is 2.2 times as large". */
static struct line outcome_of(const struct demo_run *run, bool wide)
{
    double ratio = run->out[RATIO].number;
    struct shown shown = show_result(run, RATIO, 3);
    if (run->out[RATIO].set && isinf(ratio))
        return wide ? line_of("the gradient overflows") : line_of("it overflows");
    if (run->out[RATIO].set && ratio > 1)
        return wide ? line_of("the gradient is %s times as large", shown.text)
                    : line_of("× %s", shown.text);
    return wide ? line_of("%s of the gradient is left", shown.text)
                : line_of("%s left", shown.text);
}

static void recurrent_draw(const struct demo_run *run, struct grid *grid)
{
    enum { CURVE_ROWS = 8 };
    const struct state *s = run->state;
    struct shown radius = show_number(run->knob[RADIUS].number, 4);
    struct shown shear = show_number(run->knob[SHEAR].number, 4);
    struct shown steps = show_count((double)run->total);
    bool known = run->out[RATIO].set;
    show_either(grid, 0, ROLE_STRONG,
                line_of("the same matrix %s times, radius %s: %s", steps.text, radius.text,
                        outcome_of(run, true).text),
                line_of("%s times %s: %s", steps.text, radius.text, outcome_of(run, false).text));
    if (!known) {
        show_textf(grid, 0, 2, grid->width, ROLE_MATH, "g → W g → W² g → … → W^%zu g = ?",
                   run->total);
        show_textf(grid, 0, 3, grid->width, ROLE_MATH, "W = ( %s  0 ; %s  %s )", radius.text,
                   shear.text, radius.text);
        return;
    }
    const char *word = run->out[OUTCOME].word;
    struct shown peak = show_number(s->length[s->peak], 3);
    if (peaks_on_the_way(s, run->done))
        show_either(grid, 1, ROLE_TEXT,
                    line_of("%s in the end, but first it grows to %s at step %zu", word, peak.text,
                            s->peak),
                    line_of("%s; first up to %s", word, peak.text));
    else
        show_text(grid, 0, 1, grid->width, ROLE_TEXT, word);
    struct rect at = {0, 2, grid->width, grid->height - 2};
    if (grid->height >= CURVE_ROWS)
        draw_curve(run, grid, at);
    else
        draw_bars(run, grid, at);
}

static void recurrent_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out, "A gradient travels back %s time steps through the same matrix. ",
             show_count((double)run->total).text);
    buf_addf(out, "Its spectral radius is %s", show_number(run->knob[RADIUS].number, 4).text);
    if (run->knob[SHEAR].number > 0)
        buf_addf(out, ", and it slants by %s", show_number(run->knob[SHEAR].number, 4).text);
    buf_add(out, ". ");
    if (!run->out[RATIO].set) {
        buf_add(out, "How much arrives has not been computed yet.");
        return;
    }
    if (peaks_on_the_way(s, run->done))
        buf_addf(out, "On the way it grows to %s, at step %zu. ",
                 show_number(s->length[s->peak], 3).text, s->peak);
    buf_addf(out, "In the end %s. ", outcome_of(run, true).text);
    static const char *const says[][2] = {
        {"healthy", "It keeps its order of size."},
        {"vanishing", "It vanishes: the first steps of the sequence are hardly learnt from."},
        {"exploding", "It explodes: one step of learning would throw the weights away."},
        {"zero", "That is exactly 0."},
        {"overflow", "It is beyond the largest float64."},
        {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
}

const struct demo demo_recurrent = {
    .name = "recurrent",
    .title = "The same matrix again",
    .theme = "Gradients",
    .sketch = "W·W·W·W → 0",
    .certain = true,
    .question = "What is left of a gradient that goes back through many time steps?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps",
    .start = recurrent_start,
    .step = recurrent_step,
    .draw = recurrent_draw,
    .describe = recurrent_describe,
};
