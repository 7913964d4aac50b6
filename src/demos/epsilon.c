/* Where epsilon stands in RMSNorm: inside the root, x/sqrt(mean(x^2) + eps), or outside of it,
 * x/(sqrt(mean(x^2)) + eps). It matters only where the input is tiny. Here all entries are equal,
 * so the root mean square is the entry itself, and the output without epsilon would be 1. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>

enum { INPUT, EPSILON, PLACE, KNOBS };
enum { INSIDE, OUTSIDE };
enum { OUTPUT, OTHER, GAIN, HALF_AT, EPSILON_FLOAT16, RESULTS };

static const char *const places[] = {"inside", "outside", NULL};

static const struct knob knobs[] = {
    [INPUT] = {.name = "size",
               .kind = KNOB_NUMBER,
               .min = 1e-12,
               .max = 1000,
               .initial = 1e-6,
               .logarithmic = true,
               .help = "size of the numbers that are normalised"},
    [EPSILON] = {.name = "epsilon",
                 .kind = KNOB_NUMBER,
                 .min = 1e-12,
                 .max = 0.1,
                 .initial = 1e-5,
                 .logarithmic = true,
                 .help = "the small number that keeps the division safe"},
    [PLACE] = {.name = "place",
               .kind = KNOB_WORD,
               .initial = INSIDE,
               .choices = places,
               .help = "inside the root, with the mean square, or outside, with the root"},
};

static const struct result results[] = {
    [OUTPUT] = {"output", RESULT_NUMBER, NULL, "the normalised number; 1 without epsilon"},
    [OTHER] = {"other_place", RESULT_NUMBER, NULL, "with epsilon in the other place"},
    [GAIN] = {"gain", RESULT_NUMBER, NULL, "output/input: what noise of this size is amplified by"},
    [HALF_AT] = {"half_at", RESULT_NUMBER, NULL, "size of an input whose output is 1/2"},
    [EPSILON_FLOAT16] = {"epsilon_float16", RESULT_NUMBER, NULL,
                         "what is left of epsilon in a float16"},
};

enum { POINTS = 181 };
struct state {
    double log_size[POINTS], output[POINTS]; /* the curve, from 1e-9 to 1 or wider */
};

static double normalised(double input, double epsilon, int place)
{
    return place == INSIDE ? input / sqrt(input * input + epsilon) : input / (input + epsilon);
}

/* Rounds to the nearest float16: 11 binary digits, none below 2^-24. */
static double to_float16(double value)
{
    int exponent;
    frexp(value, &exponent);
    double unit = ldexp(1, exponent - 11 > -24 ? exponent - 11 : -24);
    return rint(value / unit) * unit;
}

static bool epsilon_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    double at = log10(run->knob[INPUT].number), low = fmin(-9, at), high = fmax(1, at);
    for (int i = 0; i < POINTS; i++) {
        s->log_size[i] = low + (high - low) * i / (POINTS - 1);
        s->output[i] = normalised(pow(10, s->log_size[i]), run->knob[EPSILON].number,
                                  (int)run->knob[PLACE].number);
    }
    run->total = 1;
    return true;
}

static bool epsilon_step(struct demo_run *run, size_t work)
{
    (void)work;
    double input = run->knob[INPUT].number, epsilon = run->knob[EPSILON].number;
    int place = (int)run->knob[PLACE].number;
    double output = normalised(input, epsilon, place);
    demo_out_number(run, OUTPUT, output);
    demo_out_number(run, OTHER, normalised(input, epsilon, !place));
    demo_out_number(run, GAIN, output / input);
    demo_out_number(run, HALF_AT, place == INSIDE ? sqrt(epsilon / 3) : epsilon);
    demo_out_number(run, EPSILON_FLOAT16, to_float16(epsilon));
    run->done = 1;
    return false;
}

static struct line formula(const struct demo_run *run)
{
    struct shown x = show_number(run->knob[INPUT].number, 3);
    struct shown epsilon = show_number(run->knob[EPSILON].number, 3);
    struct shown output = show_result(run, OUTPUT, 3);
    return line_of(run->knob[PLACE].number == INSIDE ? "%s / √((%s)² + %s) = %s"
                                                     : "%s / (%s + %s) = %s",
                   x.text, x.text, epsilon.text, output.text);
}

static void draw_curve(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    double x[] = {log10(run->knob[INPUT].number)}, y[] = {run->out[OUTPUT].number};
    const struct series series[] = {
        {NULL, s->log_size, s->output, POINTS, ROLE_SERIES_1, false},
        {"here", x, y, 1, ROLE_SERIES_2, true},
    };
    const struct plot plot = {.x_label = "10^",
                              .y_label = "output, by the size of the input as a power of 10",
                              .series = series,
                              .series_count = 2,
                              .include_zero = true};
    chart_plot(grid, at, &plot);
}

static void epsilon_draw(const struct demo_run *run, struct grid *grid)
{
    enum { CURVE_ROWS = 8 };
    bool known = run->out[OUTPUT].set;
    struct shown x = show_number(run->knob[INPUT].number, 3);
    struct shown epsilon = show_number(run->knob[EPSILON].number, 3);
    const char *place = run->knob[PLACE].word;
    show_either(
        grid, 0, ROLE_STRONG,
        line_of("numbers of the size %s, epsilon %s %s the root", x.text, epsilon.text, place),
        line_of("size %s, eps %s %s", x.text, epsilon.text, place));
    show_either(grid, 1, ROLE_MATH, formula(run),
                line_of("output %s", show_result(run, OUTPUT, 3).text));
    const struct fact facts[] = {
        {"amplified", line_of("%s times", show_result(run, GAIN, 3).text)},
        {"output ½ at", line_of("%s", show_result(run, HALF_AT, 3).text)},
        {"in float16", line_of("epsilon is %s", show_result(run, EPSILON_FLOAT16, 3).text)},
    };
    if (grid->height < CURVE_ROWS || !known) {
        part_facts(grid, (struct rect){0, 3, grid->width, grid->height - 3}, facts, 3);
        return;
    }
    show_either(grid, 2, ROLE_TEXT,
                line_of("noise of this size is amplified %s times; without epsilon it becomes 1",
                        show_result(run, GAIN, 3).text),
                line_of("amplified %s times", show_result(run, GAIN, 3).text));
    draw_curve(run, grid, (struct rect){0, 3, grid->width, grid->height - 3});
}

static void epsilon_describe(const struct demo_run *run, struct buf *out)
{
    const char *place = run->knob[PLACE].word;
    buf_addf(out, "Numbers of the size %s go through RMSNorm with an epsilon of %s %s the root. ",
             show_number(run->knob[INPUT].number, 3).text,
             show_number(run->knob[EPSILON].number, 3).text, place);
    if (!run->out[OUTPUT].set) {
        buf_add(out, "The output has not been computed yet.");
        return;
    }
    buf_addf(out, "The output is %s, where it would be 1 without epsilon. ",
             show_result(run, OUTPUT, 3).text);
    buf_addf(out, "So noise of this size is amplified %s times. ", show_result(run, GAIN, 3).text);
    buf_addf(out, "In the other place the same epsilon would give %s. ",
             show_result(run, OTHER, 3).text);
    if (run->out[EPSILON_FLOAT16].number == 0)
        buf_add(out, "In a float16 this epsilon is 0, so it protects from nothing.");
    else
        buf_addf(out, "Inputs well above %s do not notice it.", show_result(run, HALF_AT, 3).text);
}

SLIP(other_place, slip_out(run, OTHER))
SLIP(no_epsilon, 1)
SLIP(no_root, slip_knob(run, INPUT) / (pow(slip_knob(run, INPUT), 2) + slip_knob(run, EPSILON)))
SLIP(no_square, slip_knob(run, INPUT) / sqrt(slip_knob(run, INPUT) + slip_knob(run, EPSILON)))
SLIP(output_for_gain, slip_out(run, OUTPUT))
SLIP(gain_for_output, slip_out(run, GAIN))
SLIP(gain_without_epsilon, 1 / slip_knob(run, INPUT))
SLIP(root_of_epsilon, sqrt(slip_knob(run, EPSILON)))
SLIP(epsilon_itself, slip_knob(run, EPSILON))

static const struct slip slips[] = {
    {OUTPUT, "put epsilon into the other place", other_place},
    {OUTPUT, "left epsilon out", no_epsilon},
    {OUTPUT, "forgot the root", no_root},
    {OUTPUT, "forgot to square the number under the root", no_square},
    {OUTPUT, "gave the amplification instead of the output", gain_for_output},
    {GAIN, "gave the output instead of the amplification", output_for_gain},
    {GAIN, "left epsilon out", gain_without_epsilon},
    {HALF_AT, "took the root of epsilon; there the output is already 0.71", root_of_epsilon},
    {HALF_AT, "forgot that epsilon stands under the root", epsilon_itself},
};

const struct demo demo_epsilon = {
    .name = "epsilon",
    .title = "Where is epsilon?",
    .theme = "Normalisation",
    .sketch = "x / √(x² + ε)",
    .certain = true,
    .question = "Which place for epsilon amplifies tiny noise?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "inputs",
    .start = epsilon_start,
    .step = epsilon_step,
    .draw = epsilon_draw,
    .describe = epsilon_describe,
};
