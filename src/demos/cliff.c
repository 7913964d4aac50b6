/* The cliff: descent on L(w) = (w^n - 1)^2 / 2, a valley at w = 1 beside a wall.
 *
 * The gradient is (w^n - 1) n w^(n-1): like a chain of n equal weights, flat on one side and
 * enormous on the other. Pascanu, Mikolov and Bengio 2013, section 3. */
#include "demos/demo.h"
#include "demos/parts.h"

#include <math.h>
#include <string.h>

enum { START, RATE, KIND, MAX, STEPS, POWER, KNOBS };
enum { NONE, NORM, VALUE };
enum { WEIGHT, GRADIENT, FINAL, OUTCOME, CONVERGED_AT, RESULTS };

static const double close_enough = 1e-4; /* |w - 1| that counts as having arrived */
static const char *const kinds[] = {"none", "norm", "value", NULL};

static const struct knob knobs[] = {
    [START] = {.name = "start",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 3,
               .initial = 1.5,
               .step = 0.05,
               .help = "the weight at the beginning; the valley lies at 1"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 1e-12,
              .max = 1,
              .initial = 0.001,
              .logarithmic = true,
              .help = "learning rate"},
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = NONE,
              .choices = kinds,
              .help = "how the gradient is clipped; norm and value agree for one weight"},
    [MAX] = {.name = "max",
             .kind = KNOB_NUMBER,
             .min = 0.001,
             .max = 1e6,
             .initial = 1,
             .logarithmic = true,
             .help = "largest size of the gradient after clipping"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 100000,
               .initial = 600,
               .step = 1,
               .logarithmic = true,
               .unit = "steps",
               .help = "most steps to take"},
    [POWER] = {.name = "power",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 50,
               .initial = 20,
               .step = 1,
               .unit = "layers",
               .help = "n, the number of layers that share the weight"},
};

static const struct result results[] = {
    [WEIGHT] = {"weight", RESULT_LIST, NULL, "the weight before any step and after each"},
    [GRADIENT] = {"gradient", RESULT_LIST, NULL, "the gradient at each of them, not clipped"},
    [FINAL] = {"final", RESULT_NUMBER, NULL, "the last weight"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL, "converged, overflow, thrown out or on its way"},
    [CONVERGED_AT] = {"converged_at", RESULT_NUMBER, "steps",
                      "first step within 0.0001 of the valley at 1; inf: none"},
};

struct state {
    double *weight, *gradient; /* after 0..run->done steps */
    double converged_at;
};

static double gradient_at(double w, double n)
{
    return (pow(w, n) - 1) * n * pow(w, n - 1);
}

static double loss_at(double w, double n)
{
    double off = pow(w, n) - 1;
    return off * off / 2;
}

static bool cliff_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    run->total = (size_t)run->knob[STEPS].number;
    s->weight = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->gradient = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->weight[0] = run->knob[START].number;
    s->gradient[0] = gradient_at(s->weight[0], run->knob[POWER].number);
    s->converged_at = fabs(s->weight[0] - 1) <= close_enough ? 0 : INFINITY;
    return true;
}

static const char *outcome(const struct demo_run *run, const struct state *s)
{
    double w = s->weight[run->done], g = s->gradient[run->done];
    if (!isfinite(w) || !isfinite(g))
        return "overflow";
    if (fabs(w - 1) <= close_enough)
        return "converged";
    return fabs(w) > 10 ? "thrown out" : "on its way";
}

static bool cliff_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    double rate = run->knob[RATE].number, max = run->knob[MAX].number;
    bool alive = true;
    for (size_t i = 0; i < work && run->done < run->total && alive; i++) {
        double g = s->gradient[run->done];
        double used = run->knob[KIND].number == NONE ? g : fmax(-max, fmin(max, g));
        double w = s->weight[run->done] - rate * used;
        run->done++;
        s->weight[run->done] = w;
        s->gradient[run->done] = gradient_at(w, run->knob[POWER].number);
        if (isinf(s->converged_at) && fabs(w - 1) <= close_enough)
            s->converged_at = (double)run->done;
        alive = isfinite(w) && isfinite(s->gradient[run->done]);
    }
    demo_out_list(run, WEIGHT, s->weight, run->done + 1);
    demo_out_list(run, GRADIENT, s->gradient, run->done + 1);
    demo_out_number(run, FINAL, s->weight[run->done]);
    demo_out_text(run, OUTCOME, outcome(run, s));
    demo_out_number(run, CONVERGED_AT, s->converged_at);
    return alive && run->done < run->total;
}

/* The wall with the places where the weight has been. */
static void draw_wall(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { POINTS = 160, STOPS = 40 };
    const struct state *s = run->state;
    double n = run->knob[POWER].number, end = fmax(1.25, s->weight[0]) * 1.02;
    double x[POINTS], y[POINTS], stop_x[STOPS], stop_y[STOPS];
    size_t stops = 0, stride = run->done / (STOPS - 1) + 1;
    for (int i = 0; i < POINTS; i++) {
        x[i] = end * i / (POINTS - 1);
        y[i] = fmax(loss_at(x[i], n), 1e-4);
    }
    for (size_t i = 0; i <= run->done; i += stride)
        if (s->weight[i] >= 0 && s->weight[i] <= end) {
            stop_x[stops] = s->weight[i];
            stop_y[stops++] = fmax(loss_at(s->weight[i], n), 1e-4);
        }
    const struct series series[] = {
        {"L(w)", x, y, POINTS, ROLE_SERIES_1, false},
        {"been", stop_x, stop_y, stops, ROLE_SERIES_2, true},
    };
    const struct plot plot = {.y_label = "loss, with + where the weight has been",
                              .x_label = "w",
                              .series = series,
                              .series_count = 2,
                              .log_y = true,
                              .x_max = end};
    chart_plot(grid, at, &plot);
}

/* The first steps, and the last: rows of step, weight and gradient. */
static void draw_steps(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { STEP = 7, COLUMN = 12 };
    const struct state *s = run->state;
    int x = at.x, y = at.y;
    show_text(grid, x, y, STEP, ROLE_STRONG, "step");
    show_text(grid, x + STEP, y, COLUMN, ROLE_STRONG, "w");
    show_text(grid, x + STEP + COLUMN, y++, COLUMN, ROLE_STRONG, "gradient");
    int rows = at.y + at.height - y;
    size_t last = run->out[WEIGHT].set ? run->done : 1, count = last + 1;
    for (int row = 0; row < rows && (size_t)row < count; row++, y++) {
        bool all = count <= (size_t)rows;
        size_t i = all ? (size_t)row : last * (size_t)row / (size_t)(rows - 1 ? rows - 1 : 1);
        bool known = i <= run->done;
        show_textf(grid, x, y, STEP - 1, ROLE_DIM, "%zu", i);
        show_text(grid, x + STEP, y, COLUMN - 1, ROLE_TEXT,
                  known ? show_number(s->weight[i], 6).text : "?");
        show_text(grid, x + STEP + COLUMN, y, at.width - STEP - COLUMN, ROLE_TEXT,
                  known ? show_number(s->gradient[i], 3).text : "?");
    }
    if (run->done > 0 && s->weight[0] != 1 && at.y + at.height - y >= 4) {
        double way = fabs(s->weight[1] - s->weight[0]);
        show_textf(grid, x, y + 1, at.width - 1, ROLE_TEXT, "First step: %s,",
                   show_number(way, 4).text);
        show_textf(grid, x, y + 2, at.width - 1, ROLE_TEXT, "way to 1: %s",
                   show_number(fabs(s->weight[0] - 1), 4).text);
    }
}

static void cliff_draw(const struct demo_run *run, struct grid *grid)
{
    enum { WALL_ROWS = 8, STEPS_COLUMNS = 31 };
    struct shown rate = show_number(run->knob[RATE].number, 3);
    struct shown max = show_number(run->knob[MAX].number, 4);
    bool clips = run->knob[KIND].number != NONE, known = run->out[OUTCOME].set;
    struct line clip = clips ? line_of("clipped to %s", max.text) : line_of("not clipped");
    show_either(grid, 0, ROLE_STRONG,
                line_of("L(w) = ½ (w^%d - 1)², rate %s, gradient %s: %s",
                        (int)run->knob[POWER].number, rate.text, clip.text,
                        known ? run->out[OUTCOME].word : "?"),
                line_of("%s: %s", clip.text, known ? run->out[OUTCOME].word : "?"));
    bool tall = grid->height >= WALL_ROWS, wide = grid->width >= 2 * STEPS_COLUMNS;
    int columns = tall && wide ? STEPS_COLUMNS : grid->width;
    int rows = tall && !wide ? grid->height / 2 : grid->height - 1;
    draw_steps(run, grid, (struct rect){0, 1, columns, tall && !wide ? rows - 1 : rows});
    if (tall && wide)
        draw_wall(run, grid, (struct rect){columns, 1, grid->width - columns, rows});
    else if (tall)
        draw_wall(run, grid, (struct rect){0, rows, grid->width, grid->height - rows});
}

static void cliff_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    bool clips = run->knob[KIND].number != NONE;
    buf_addf(out, "A weight starts at %s beside a valley at 1, where the gradient is %s. ",
             show_number(s->weight[0], 4).text, show_number(s->gradient[0], 3).text);
    buf_addf(out, "The learning rate is %s and the gradient is ",
             show_number(run->knob[RATE].number, 3).text);
    if (clips)
        buf_addf(out, "clipped to %s. ", show_number(run->knob[MAX].number, 4).text);
    else
        buf_add(out, "not clipped. ");
    if (!run->out[OUTCOME].set) {
        buf_add(out, "No step has been taken yet.");
        return;
    }
    buf_addf(out, "After one step the weight is %s; after %s it is %s. ",
             show_number(s->weight[1], 6).text, show_count((double)run->done).text,
             show_number(s->weight[run->done], 6).text);
    static const char *const says[][2] = {
        {"converged", "It has arrived in the valley."},
        {"overflow", "The numbers overflow: the step off the cliff was far too long."},
        {"thrown out", "It was thrown far out of the valley."},
        {"on its way", "It has not arrived yet."},
        {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
}

const struct demo demo_cliff = {
    .name = "cliff",
    .title = "The cliff",
    .theme = "Gradients",
    .sketch = "⣀⣀⣀⣀⣀⣀⣀⡠⢸",
    .certain = true,
    .question = "Where does one step from a steep wall take a weight?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps",
    .start = cliff_start,
    .step = cliff_step,
    .draw = cliff_draw,
    .describe = cliff_describe,
};
