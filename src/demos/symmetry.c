/* Symmetry: hidden units that start alike stay alike.
 *
 * A 2-width-1 net with tanh learns an exclusive or by gradient descent: the same sign or not. Units
 * with the same weights in and out get the same gradient, so they take the same step, for ever: the
 * net has as many units as different ones. */
#define REAL_BITS 64
#include "demos/parts.h"
#include "demos/streams.h"
#include "nn/model.h"
#include "nn/optim.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { WIDTH, STEPS, START, RATE, KNOBS };
enum { EQUAL, RANDOM, ZERO_HIDDEN, ZERO };
enum { DISTINCT, ACCURACY, LOSS, WEIGHTS, LOSSES, OUTCOME, RESULTS };

enum {
    EXAMPLES = 128,
    UNIT = 4,       /* numbers of a unit: two weights in, a bias, a weight out */
    MAP = 24,       /* the answers are drawn on MAP x MAP places */
    LOSS_ROWS = 101 /* how many losses are kept for the curve */
};
static const double reach = 2.5; /* of that map, in each direction */

static const char *const starts[] = {"equal", "random", "zero-hidden", "zero", NULL};

static const struct knob knobs[] = {
    [WIDTH] = {.name = "width",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 64,
               .initial = 16,
               .step = 1,
               .unit = "units",
               .help = "hidden units"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 0,
               .max = 10000,
               .initial = 1000,
               .step = 100,
               .unit = "steps",
               .help = "steps of gradient descent on all examples"},
    [START] = {.name = "start",
               .kind = KNOB_WORD,
               .initial = EQUAL,
               .choices = starts,
               .help = "all weights equal; all random; only those in 0, those out random; all 0"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 0,
              .max = 1,
              .initial = 0.1,
              .step = 0.01,
              .help = "learning rate"},
};

static const struct result results[] = {
    [DISTINCT] = {"distinct_units", RESULT_INTEGER, "units",
                  "how many hidden units differ in any bit of their weights"},
    [ACCURACY] = {"accuracy", RESULT_NUMBER, NULL, "share of the 128 examples with the right sign"},
    [LOSS] = {"loss", RESULT_NUMBER, NULL, "mean squared error against +1 and -1"},
    [WEIGHTS] = {"weights", RESULT_TABLE, NULL,
                 "a row for each unit: two weights in, its bias, its weight out"},
    [LOSSES] = {"losses", RESULT_LIST, NULL, "the loss at up to 101 steps, evenly apart"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "identical (one unit in many copies), distinct, mixed, or diverged"},
};

struct state {
    struct model model;
    double x[EXAMPLES * 2], target[EXAMPLES], gradient[EXAMPLES];
    double *velocity, *weights;
    double losses[LOSS_ROWS];
    double places[MAP * MAP * 2], answers[MAP * MAP];
};

/* Points around 0; the answer is whether their two numbers have the same sign. */
static void draw_data(const struct demo_run *run, struct state *s)
{
    struct rng rng;
    rng_init(&rng, run->seed, STREAM_SYMMETRY_DATA, 0);
    for (int i = 0; i < 2 * EXAMPLES; i++)
        s->x[i] = rng_normal(&rng);
    for (int i = 0; i < EXAMPLES; i++)
        s->target[i] = s->x[2 * i] * s->x[2 * i + 1] > 0 ? 1 : -1;
    for (int i = 0; i < MAP * MAP; i++) {
        s->places[2 * i] = reach * (2 * (i % MAP + 0.5) / MAP - 1);
        s->places[2 * i + 1] = reach * (1 - 2 * (i / MAP + 0.5) / MAP);
    }
}

/* The linear layers are the first and the last. */
static struct layer *hidden_of(struct state *s)
{
    return &s->model.layers[0];
}

static struct layer *out_of(struct state *s)
{
    return &s->model.layers[s->model.count - 1];
}

static void draw_weights(const struct demo_run *run, struct state *s)
{
    struct layer *const layers[] = {hidden_of(s), out_of(s)};
    double start = run->knob[START].number;
    for (uint64_t k = 0; k < 2; k++) {
        struct rng rng;
        rng_init(&rng, run->seed, STREAM_SYMMETRY_START, k);
        bool random = start == RANDOM || (start == ZERO_HIDDEN && k == 1);
        for (size_t i = 0; i < layers[k]->w_count; i++)
            layers[k]->w[i] = random           ? rng_normal(&rng) / (k ? 4 : 1)
                              : start == EQUAL ? (k ? 0.25 : 0.5)
                                               : 0;
        for (size_t i = 0; i < layers[k]->b_count; i++)
            layers[k]->b[i] = 0;
    }
}

static bool symmetry_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    size_t width = (size_t)run->knob[WIDTH].number;
    const char *line = arena_printf(run->arena, "2 %zu tanh 1", width);
    bool built = model_build(&s->model, run->arena, line, MAP * MAP, err);
    assert(built);
    s->velocity = ARENA_ARRAY(run->arena, s->model.parameter_count, double);
    s->weights = ARENA_ARRAY(run->arena, width * UNIT, double);
    draw_data(run, s);
    draw_weights(run, s);
    run->total = (size_t)run->knob[STEPS].number + 1; /* the last place only looks */
    return built;
}

static size_t loss_row(const struct demo_run *run, size_t step)
{
    size_t steps = run->total - 1;
    return steps < LOSS_ROWS ? step : step * (LOSS_ROWS - 1) / steps;
}

/* Looks at where the net stands; with `downhill` takes a step from there. */
static double one_step(struct demo_run *run, struct state *s, bool downhill)
{
    const struct optim sgd = {.kind = OPTIM_SGD, .rate = run->knob[RATE].number, .momentum = 0.9};
    struct model *m = &s->model;
    const double *y = model_forward(m, s->x, EXAMPLES, MODEL_TRAIN, 0, 0, NULL);
    double loss = squared_error(s->gradient, y, s->target, EXAMPLES);
    if (downhill) {
        model_backward(m, s->gradient, NULL, NULL);
        optim_step(&sgd, m->parameters, m->gradients, s->velocity, NULL, m->parameter_count,
                   sgd.rate, (int64_t)run->done + 1, NULL);
    }
    return loss;
}

static size_t count_distinct(const double *weights, size_t width)
{
    size_t distinct = 0;
    for (size_t j = 0; j < width; j++) {
        bool seen = false;
        for (size_t k = 0; k < j && !seen; k++)
            seen = memcmp(weights + j * UNIT, weights + k * UNIT, UNIT * sizeof *weights) == 0;
        distinct += !seen;
    }
    return distinct;
}

static const char *outcome(size_t distinct, size_t width, double loss)
{
    if (!isfinite(loss))
        return "diverged";
    if (distinct == width)
        return "distinct";
    return distinct == 1 ? "identical" : "mixed";
}

static void look(struct demo_run *run, struct state *s, double loss)
{
    size_t width = (size_t)run->knob[WIDTH].number, right = 0;
    const struct layer *hidden = hidden_of(s), *out = out_of(s);
    const double *y = model_forward(&s->model, s->x, EXAMPLES, MODEL_EVAL, 0, 0, NULL);
    for (size_t i = 0; i < EXAMPLES; i++)
        right += (y[i] > 0) == (s->target[i] > 0);
    for (size_t j = 0; j < width; j++) {
        double *unit = s->weights + j * UNIT;
        unit[0] = hidden->w[j];
        unit[1] = hidden->w[width + j];
        unit[2] = hidden->b[j];
        unit[3] = out->w[j];
    }
    y = model_forward(&s->model, s->places, MAP * MAP, MODEL_EVAL, 0, 0, NULL);
    memcpy(s->answers, y, sizeof s->answers);
    size_t distinct = count_distinct(s->weights, width);
    demo_out_number(run, DISTINCT, (double)distinct);
    demo_out_number(run, ACCURACY, (double)right / EXAMPLES);
    demo_out_number(run, LOSS, loss);
    demo_out_table(run, WEIGHTS, s->weights, width, UNIT);
    demo_out_list(run, LOSSES, s->losses, loss_row(run, run->done - 1) + 1);
    demo_out_text(run, OUTCOME, outcome(distinct, width, loss));
}

static bool symmetry_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    double loss = NAN;
    for (size_t i = 0; i < work && run->done < run->total; i++, run->done++) {
        loss = one_step(run, s, run->done + 1 < run->total);
        s->losses[loss_row(run, run->done)] = loss;
    }
    look(run, s, loss);
    return run->done < run->total;
}

static bool symmetry_instant(const struct demo_run *run)
{
    enum { UNIT_STEPS_MOST = 20000 };
    return run->knob[WIDTH].number * run->knob[STEPS].number <= UNIT_STEPS_MOST;
}

static const char *start_of(const struct demo_run *run)
{
    static const char *const names[] = {"all weights equal", "random weights",
                                        "weights in 0, weights out random", "all weights 0"};
    return names[(size_t)run->knob[START].number];
}

static const char *lesson(const struct demo_run *run)
{
    static const char *const says[][2] = {
        {"identical", "Same weights, same gradient, same step: all units stay copies of one."},
        {"distinct", "Different weights, different gradients: each unit finds its own part."},
        {"mixed", "Some units are copies of others."},
        {"diverged", "The weights are no longer numbers: the rate is too large."}};
    size_t i = 0;
    while (i < 3 && strcmp(says[i][0], run->out[OUTCOME].word) != 0)
        i++;
    return says[i][1];
}

/* Each unit is a point: its first weight to the right, its second one upwards. */
static void draw_units(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    enum { WIDEST = 64 };
    double x[WIDEST], y[WIDEST], most = 1;
    size_t width = (size_t)run->knob[WIDTH].number;
    for (size_t j = 0; j < width; j++) {
        x[j] = s->weights[j * UNIT];
        y[j] = s->weights[j * UNIT + 1];
        if (isfinite(x[j]) && isfinite(y[j]))
            most = fmax(most, fmax(fabs(x[j]), fabs(y[j])));
    }
    most = ceil(most + 0.2);
    const struct series series = {NULL, x, y, width, ROLE_SERIES_1, true};
    const struct plot plot = {.x_label = "w₁",
                              .series = &series,
                              .series_count = 1,
                              .x_min = -most,
                              .x_max = most,
                              .y_min = -most,
                              .y_max = most};
    chart_plot(grid, at, &plot);
}

static void draw_line(const struct demo_run *run, struct grid *grid, int y, size_t number,
                      const char *label)
{
    const struct state *s = run->state;
    double values[64], most = 1;
    size_t width = (size_t)run->knob[WIDTH].number;
    for (size_t j = 0; j < width; j++) {
        values[j] = s->weights[j * UNIT + number];
        most = isfinite(values[j]) ? fmax(most, fabs(values[j])) : most;
    }
    show_text(grid, 0, y, 4, ROLE_DIM, label);
    part_number_line(grid, (struct rect){4, y, grid->width - 4, 1}, ROLE_SERIES_1, "●", values,
                     width, -most, most);
}

static void symmetry_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 14, WIDE = 70 };
    const struct state *s = run->state;
    struct shown width = show_many(run->knob[WIDTH].number, "unit");
    struct shown steps = show_many(run->knob[STEPS].number, "step");
    struct shown distinct = show_result(run, DISTINCT, 3);
    bool known = run->out[DISTINCT].set;
    struct line accuracy =
        known ? line_of("%s", show_percent(run->out[ACCURACY].number, 3).text) : line_of("?");
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s, %s: after %s %s different, %s right", width.text, start_of(run),
                        steps.text, distinct.text, accuracy.text),
                line_of("%s, %s different", width.text, distinct.text));
    if (!known) {
        show_text(grid, 0, 2, grid->width, ROLE_MATH, "x₁ ┐   ┌ unit 1 … unit n ┐");
        show_text(grid, 0, 3, grid->width, ROLE_MATH, "   ├ → ┤                 ├ → x₁x₂ > 0 ?");
        show_text(grid, 0, 4, grid->width, ROLE_MATH, "x₂ ┘   └ how many differ? ┘");
        return;
    }
    if (grid->height < TALL || grid->width < WIDE) {
        show_either(grid, 1, ROLE_TEXT, line_of("%s", lesson(run)),
                    line_of("%s, %s right", run->out[OUTCOME].word, accuracy.text));
        draw_line(run, grid, 2, 0, "w₁");
        draw_line(run, grid, 3, 1, "w₂");
        draw_line(run, grid, 4, 3, "out");
        return;
    }
    show_text(grid, 0, 1, grid->width, ROLE_TEXT, lesson(run));
    int room = grid->height - 4, cell = room >= MAP ? 2 : 1;
    int map = MAP * cell, left = grid->width - map;
    show_text(grid, 0, 3, left - 2, ROLE_DIM, "each unit by its weights in: w₂ upwards");
    draw_units(run, grid, (struct rect){0, 4, left - 2, room});
    show_text(grid, left, 3, map, ROLE_DIM, "the net's answers");
    chart_heat(grid, (struct rect){left, 4, map, room}, s->answers, MAP, MAP, -1.2, 1.2, NULL,
               cell);
}

static void symmetry_describe(const struct demo_run *run, struct buf *out)
{
    buf_addf(out,
             "A net of %s, %s, learns in %s whether two numbers have the "
             "same sign. ",
             show_many(run->knob[WIDTH].number, "hidden tanh unit").text, start_of(run),
             show_many(run->knob[STEPS].number, "step").text);
    if (!run->out[DISTINCT].set) {
        buf_add(out, "How many of its units differ in the end has not been computed yet.");
        return;
    }
    buf_addf(
        out,
        "In the end the number of different units is %s, and it gets %s of the examples right. %s",
        show_result(run, DISTINCT, 3).text, show_percent(run->out[ACCURACY].number, 3).text,
        lesson(run));
}

const struct demo demo_symmetry = {
    .name = "symmetry",
    .title = "Breaking the symmetry",
    .theme = "Gradients",
    .sketch = "w = w = w = w",
    .question = "How many different hidden units do equal weights become?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps",
    .instant = symmetry_instant,
    .start = symmetry_start,
    .step = symmetry_step,
    .draw = symmetry_draw,
    .describe = symmetry_describe,
};
