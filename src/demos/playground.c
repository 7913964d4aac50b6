/* A small network learns to tell two kinds of points apart, and one sees how it divides the plane.
 *
 * Linear 2 -> width, then depth - 1 further hidden layers, each of them a residual block where `skip`
 * is on, then two logits; softmax cross-entropy, batches drawn with replacement. */
#include "demos/boundary.h"
#include "demos/demo.h"
#include "demos/moves.h"
#include "demos/parts.h"
#include "demos/streams.h"
#include "nn/matrix.h"
#include "nn/train.h"

#include <math.h>
#include <string.h>

/* clang-format off */
enum {
    DATA, NOISE, POINTS, DEPTH, WIDTH, ACTIVATION, INIT, NORM, SKIP, DROPOUT, DECAY, RATE, OPTIMISER,
    BATCH, STEPS, MOVES, KNOBS
};
enum { LOSS, TRAIN_ACCURACY, TEST_ACCURACY, GRADIENT_NORM, STEPS_DONE, OUTCOME, RESULTS };
/* clang-format on */

enum { TEST_POINTS = 500, CHECK_EVERY = 20, CURVE_MOST = 500, DEPTH_MOST = 8, STEPS_MOST = 100000 };

static const char *const sets[] = {"moons", "spirals", "circles", "xor", NULL};
static const char *const activations[] = {"relu", "tanh", "sigmoid", "gelu", "linear", NULL};
static const char *const inits[] = {"he", "glorot", "orthogonal", "default", "small", "zero", NULL};
static const struct init_options init_kinds[] = {
    {.kind = INIT_HE},
    {.kind = INIT_GLOROT},
    {.kind = INIT_ORTHOGONAL},
    {.kind = INIT_DEFAULT},
    {.kind = INIT_NORMAL, .std = 0.01},
    {.kind = INIT_ZERO},
};
static const char *const norms[] = {"none", "batch", "layer", "rms", NULL};
static const char *const switches[] = {"off", "on", NULL};
enum { SGD, MOMENTUM, ADAM, ADAMW };
static const char *const optimisers[] = {"sgd", "momentum", "adam", "adamw", NULL};

static const struct knob knobs[] = {
    [DATA] = {.name = "data",
              .kind = KNOB_WORD,
              .initial = 1,
              .choices = sets,
              .help = "the set of points: moons, spirals, circles or xor"},
    [NOISE] = {.name = "noise",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 1,
               .initial = 0.1,
               .step = 0.02,
               .help = "standard deviation of what is added to each coordinate"},
    [POINTS] = {.name = "points",
                .kind = KNOB_INTEGER,
                .min = 10,
                .max = 1000,
                .initial = 200,
                .step = 10,
                .unit = "points",
                .help = "points to learn from; 500 others test what was learnt"},
    [DEPTH] = {.name = "depth",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = DEPTH_MOST,
               .initial = 3,
               .step = 1,
               .unit = "layers",
               .help = "hidden layers"},
    [WIDTH] = {.name = "width",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 64,
               .initial = 16,
               .step = 1,
               .unit = "units",
               .help = "units of each hidden layer"},
    [ACTIVATION] = {.name = "activation",
                    .kind = KNOB_WORD,
                    .choices = activations,
                    .help = "what follows each hidden layer; linear: nothing"},
    [INIT] = {.name = "init",
              .kind = KNOB_WORD,
              .choices = inits,
              .help = "how the weights begin; small: normal with std 0.01"},
    [NORM] = {.name = "norm",
              .kind = KNOB_WORD,
              .choices = norms,
              .help = "normalisation in each hidden layer"},
    [SKIP] = {.name = "skip",
              .kind = KNOB_WORD,
              .choices = switches,
              .help = "on: from the second hidden layer on x + f(x) in place of f(x)"},
    [DROPOUT] = {.name = "dropout",
                 .kind = KNOB_NUMBER,
                 .min = 0,
                 .max = 1,
                 .initial = 0,
                 .step = 0.05,
                 .help = "probability of dropping a hidden unit; may be moved while it trains"},
    [DECAY] = {.name = "decay",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 10,
               .initial = 0,
               .step = 0.001,
               .logarithmic = true,
               .help = "weight decay (adamw) or L2 penalty (others); may be moved while it trains"},
    [RATE] = {.name = "rate",
              .kind = KNOB_NUMBER,
              .min = 1e-5,
              .max = 100,
              .initial = 0.01,
              .logarithmic = true,
              .help = "learning rate; may be moved while it trains"},
    [OPTIMISER] = {.name = "optimiser",
                   .kind = KNOB_WORD,
                   .initial = ADAM,
                   .choices = optimisers,
                   .help = "how a step is made of a gradient; may be moved while it trains"},
    [BATCH] = {.name = "batch",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 200,
               .initial = 32,
               .step = 1,
               .unit = "points",
               .help = "points a step looks at"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = STEPS_MOST,
               .initial = 3000,
               .step = 1,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of training"},
    [MOVES] = {.name = "moves",
               .kind = KNOB_TABLE,
               .min = 0,
               .max = STEPS_MOST,
               .longest = MOVES_MOST * MOVE_COLUMNS,
               .columns = MOVE_COLUMNS,
               .help = "knobs moved while it trained: step,knob,value; knob 0 is dropout, 1 decay, "
                       "2 rate, 3 the optimiser, whose values are 0 to 3"},
};

/* What may be moved while it trains, in the order of that table. */
static const int movable[] = {DROPOUT, DECAY, RATE, OPTIMISER};
enum { MOVABLE = sizeof movable / sizeof *movable };

static const struct result results[] = {
    [LOSS] = {"loss", RESULT_NUMBER, NULL, "training loss in eval mode, checked every 20 steps"},
    [TRAIN_ACCURACY] = {"train_accuracy", RESULT_NUMBER, NULL, "share of training points it gets"},
    [TEST_ACCURACY] = {"test_accuracy", RESULT_NUMBER, NULL, "share of 500 points it never saw"},
    [GRADIENT_NORM] = {"gradient_norm", RESULT_LIST, NULL,
                       "norm of the weights' gradient in each layer, first to last, last batch"},
    [STEPS_DONE] = {"steps", RESULT_INTEGER, "steps", "steps taken"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "learnt (test accuracy 0.9 or more), partly, stuck (below 0.65) or diverged"},
};

struct state {
    struct dataset train_set, test_set;
    struct model model;
    struct train train;
    struct boundary boundary;
    double gradient[DEPTH_MOST + 1];
    size_t layers;                                        /* linear layers: depth + 1 */
    double step[CURVE_MOST + 2], loss[2][CURVE_MOST + 2]; /* training and test loss */
    size_t points;
    int64_t stride; /* steps between two points of the curve */
    struct moves moves;
};

static size_t knob_of(const struct demo_run *run, int knob)
{
    return (size_t)run->knob[knob].number;
}

/* The line of model.h. Dropout is always there, if only with p=0, so that it can be moved. */
static void write_line(const struct demo_run *run, struct buf *line)
{
    struct buf layer = {0};
    if (knob_of(run, NORM))
        buf_addf(&layer, " %s", norms[knob_of(run, NORM)]);
    if (strcmp(activations[knob_of(run, ACTIVATION)], "linear") != 0)
        buf_addf(&layer, " %s", activations[knob_of(run, ACTIVATION)]);
    buf_addf(&layer, " dropout=%g", run->knob[DROPOUT].number);
    buf_addf(line, "2 %zu%s", knob_of(run, WIDTH), buf_text(&layer));
    const char *open = knob_of(run, SKIP) ? "[ " : "", *close = knob_of(run, SKIP) ? " ]" : "";
    for (size_t i = 1; i < knob_of(run, DEPTH); i++)
        buf_addf(line, " %s%zu%s%s", open, knob_of(run, WIDTH), buf_text(&layer), close);
    buf_add(line, " 2");
    buf_free(&layer);
}

static struct optim optim_of(const struct demo_run *run)
{
    static const enum optim_kind kinds[] = {OPTIM_SGD, OPTIM_SGD, OPTIM_ADAM, OPTIM_ADAMW};
    const struct state *s = run->state;
    size_t optimiser = (size_t)moves_now(&s->moves, OPTIMISER);
    return (struct optim){.kind = kinds[optimiser],
                          .rate = moves_now(&s->moves, RATE),
                          .weight_decay = moves_now(&s->moves, DECAY),
                          .momentum = optimiser == MOMENTUM ? 0.9 : 0};
}

static void make_data(struct demo_run *run, struct state *s)
{
    struct rng rng;
    size_t points = knob_of(run, POINTS);
    rng_init(&rng, run->seed, STREAM_PLAYGROUND, 0);
    struct dataset *all = ARENA_NEW(run->arena, struct dataset);
    *all = toys[knob_of(run, DATA)].make(run->arena, &rng, points + TEST_POINTS,
                                         run->knob[NOISE].number);
    s->train_set = data_slice(all, 0, points);
    s->test_set = data_slice(all, points, TEST_POINTS);
}

static bool playground_start(struct demo_run *run, struct err *err)
{
    enum { ROWS = 256 }; /* for evaluation and the map; batches are smaller */
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    struct buf line = {0};
    if (!moves_start(&s->moves, run, movable, MOVABLE, MOVES, err))
        return false;
    make_data(run, s);
    write_line(run, &line);
    bool good = model_build(&s->model, run->arena, buf_text(&line), ROWS, err);
    buf_free(&line);
    if (!good)
        return false;
    model_init(&s->model, &init_kinds[knob_of(run, INIT)], run->seed);
    struct train_options options = {
        .optim.kind = OPTIM_ADAM, /* has room for the state of any */
        .batch = knob_of(run, BATCH),
        .replace = true,
        .steps = (int64_t)knob_of(run, STEPS),
        .seed = run->seed,
    };
    if (!train_start(&s->train, run->arena, &s->model, &s->train_set, &options, NULL, err))
        return false;
    s->train.options.optim = optim_of(run);
    boundary_init(&s->boundary, run->arena, &s->model);
    s->layers = knob_of(run, DEPTH) + 1;
    int64_t checks = options.steps / CHECK_EVERY / CURVE_MOST + 1;
    s->stride = checks * CHECK_EVERY;
    run->total = knob_of(run, STEPS);
    return true;
}

/* An optimiser begins with empty averages. */
static void take_effect(struct demo_run *run, struct state *s, const struct move *move)
{
    int knob = movable[move->knob];
    s->train.options.optim = optim_of(run);
    size_t bytes = s->model.parameter_count * sizeof(real);
    if (knob == OPTIMISER) {
        memset(s->train.m, 0, bytes);
        memset(s->train.v, 0, bytes);
    }
    for (size_t i = 0; knob == DROPOUT && i < s->model.count; i++)
        if (s->model.layers[i].spec.kind == LAYER_DROPOUT)
            s->model.layers[i].spec.p = move->value;
}

static void make_due_moves(struct demo_run *run, struct state *s)
{
    struct move move;
    while (moves_due(&s->moves, s->train.step, &move))
        take_effect(run, s, &move);
}

static bool playground_turn(struct demo_run *run, size_t knob, struct err *err)
{
    struct state *s = run->state;
    struct move move;
    (void)err;
    make_due_moves(run, s);
    if (!moves_note(&s->moves, s->train.step, knob, run->knob[knob].number, &move))
        return false;
    take_effect(run, s, &move);
    return true;
}

static bool diverged(const struct state *s)
{
    return s->train.outcome == TRAIN_LOSS_NOT_FINITE ||
           s->train.outcome == TRAIN_WEIGHTS_NOT_FINITE;
}

static double accuracy_of(const struct evaluation *evaluation)
{
    return (double)evaluation->correct / (double)evaluation->rows;
}

/* Loss and accuracy on both sets, and what to call them. */
static void check(struct demo_run *run, struct state *s)
{
    struct evaluation train = {0}, test = {0};
    train_evaluate(&s->model, &s->train_set, 0, s->train_set.n, &train, NULL);
    train_evaluate(&s->model, &s->test_set, 0, s->test_set.n, &test, NULL);
    if (!isfinite(train.loss) && s->train.outcome == TRAIN_RUNNING)
        s->train.outcome = TRAIN_LOSS_NOT_FINITE;
    demo_out_number(run, LOSS, train.loss);
    demo_out_number(run, TRAIN_ACCURACY, accuracy_of(&train));
    demo_out_number(run, TEST_ACCURACY, accuracy_of(&test));
    double share = accuracy_of(&test);
    demo_out_text(run, OUTCOME,
                  diverged(s)     ? "diverged"
                  : share >= 0.9  ? "learnt"
                  : share >= 0.65 ? "partly"
                                  : "stuck");
    if (s->train.step % s->stride == 0 && s->points < CURVE_MOST + 2) {
        s->step[s->points] = (double)s->train.step;
        s->loss[0][s->points] = train.loss;
        s->loss[1][s->points++] = test.loss;
    }
}

static void measure_gradients(struct demo_run *run, struct state *s)
{
    struct parameter_group group;
    size_t layer = 0;
    for (size_t i = 0; model_group(&s->model, i, &group); i++)
        if (s->model.layers[group.layer].spec.kind == LAYER_LINEAR && !group.is_bias)
            s->gradient[layer++] = real_norm(group.gradients, group.count);
    demo_out_list(run, GRADIENT_NORM, s->gradient, s->layers);
}

static bool playground_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    bool more = true;
    while (work > 0 && more) {
        size_t until = CHECK_EVERY - (size_t)s->train.step % CHECK_EVERY;
        make_due_moves(run, s);
        size_t move = moves_until(&s->moves, s->train.step);
        until = until < move ? until : move;
        size_t steps = work < until ? work : until;
        more = train_run(&s->train, (int64_t)steps, NULL);
        run->done = (size_t)s->train.step;
        work -= steps;
        if (!more || s->train.step % CHECK_EVERY == 0 || !run->out[LOSS].set)
            check(run, s);
        more = s->train.outcome == TRAIN_RUNNING;
    }
    measure_gradients(run, s);
    demo_out_number(run, STEPS_DONE, (double)run->done);
    return more;
}

/* ---- the picture ---- */

/* What to paste to see the same again. */
static void draw_state(const struct demo_run *run, struct grid *grid, int y)
{
    const struct state *s = run->state;
    struct buf line = {0};
    moves_write(&s->moves, run, MOVES, &line);
    show_text(grid, 0, y, grid->width, ROLE_DIM, buf_text(&line));
    buf_free(&line);
}

/* From a ten-millionth on, for norms differ by powers of ten. */
static void draw_gradients(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const double least = -7;
    const struct state *s = run->state;
    struct bar bars[DEPTH_MOST + 1];
    struct line labels[DEPTH_MOST + 1];
    struct shown notes[DEPTH_MOST + 1];
    bool known = run->out[GRADIENT_NORM].set;
    show_text(grid, at.x, at.y, at.width, ROLE_TEXT,
              at.width >= 34 ? "gradient of each layer, powers of ten" : "gradients");
    for (size_t i = 0; i < s->layers; i++) {
        double norm = s->gradient[i];
        labels[i] = line_of("%s%zu", at.width >= 24 ? "layer " : "", i + 1);
        notes[i] = known ? show_number(norm, 2) : (struct shown){"?"};
        double height = known && norm > 0 ? log10(norm) - least : 0;
        bars[i] = (struct bar){labels[i].text, isfinite(height) ? fmax(0, height) : 0,
                               notes[i].text, ROLE_SERIES_1};
    }
    chart_bars(grid, (struct rect){at.x, at.y + 1, at.width, at.height - 1}, bars, s->layers);
}

static void draw_losses(const struct state *s, struct grid *grid, struct rect at)
{
    const struct series series[] = {
        {"train", s->step, s->loss[0], s->points, ROLE_SERIES_1, false},
        {"test", s->step, s->loss[1], s->points, ROLE_SERIES_2, false},
    };
    const struct plot plot = {.x_label = "steps",
                              .y_label = "loss",
                              .series = series,
                              .series_count = 2,
                              .include_zero = true};
    chart_plot(grid, at, &plot);
}

static void draw_head(const struct demo_run *run, struct grid *grid)
{
    struct line train = line_of("?"), test = line_of("?");
    if (run->out[LOSS].set) {
        train = line_of("%s", show_percent(run->out[TRAIN_ACCURACY].number, 3).text);
        test = line_of("%s", show_percent(run->out[TEST_ACCURACY].number, 3).text);
    }
    struct shown step = show_count((double)run->done), loss = show_result(run, LOSS, 3);
    show_either(grid, 0, ROLE_STRONG,
                line_of("step %s: loss %s, right in training %s, in the test %s", step.text,
                        loss.text, train.text, test.text),
                line_of("%s: train %s, test %s", step.text, train.text, test.text));
    size_t depth = knob_of(run, DEPTH);
    const char *activation = run->knob[ACTIVATION].word;
    const struct moves *moves = &((const struct state *)run->state)->moves;
    if (diverged(run->state))
        show_either(grid, 1, ROLE_WARNING,
                    line_of("diverged at step %s: the loss is no number any more; try a lower rate",
                            step.text),
                    line_of("diverged: lower the rate"));
    else
        show_either(grid, 1, ROLE_TEXT,
                    line_of("%s, %zu hidden layer%s of %zu, %s, %s at rate %s",
                            run->knob[DATA].word, depth, depth == 1 ? "" : "s", knob_of(run, WIDTH),
                            activation, optimisers[(size_t)moves_now(moves, OPTIMISER)],
                            show_number(moves_now(moves, RATE), 2).text),
                    line_of("%s, %zu x %zu %s", run->knob[DATA].word, depth, knob_of(run, WIDTH),
                            activation));
}

static void playground_draw(const struct demo_run *run, struct grid *grid)
{
    enum { HEAD = 2, TALL = 12, GAP = 2, PLOT_ROWS = 6, PLOT_COLUMNS = 24 };
    struct state *s = run->state;
    draw_head(run, grid);
    bool tall = grid->height >= TALL;
    int height = grid->height - HEAD - (tall ? 1 : 0);
    int square = tall ? 2 * height : 3 * height, most = grid->width * 3 / 5;
    int width = square < most ? square : most;
    boundary_draw(&s->boundary, grid, (struct rect){0, HEAD, width, height}, &s->train_set,
                  run->done > 0 ? (int64_t)run->done : -1);
    struct rect side = {width + GAP, HEAD, grid->width - width - GAP, height};
    int bars = (int)s->layers + 1;
    bool curve = s->points > 1 && height - bars - 1 >= PLOT_ROWS && side.width >= PLOT_COLUMNS;
    draw_gradients(
        run, grid,
        (struct rect){side.x, side.y, side.width, curve || bars < height ? bars : height});
    if (curve)
        draw_losses(s, grid,
                    (struct rect){side.x, side.y + bars + 1, side.width, height - bars - 1});
    if (tall)
        draw_state(run, grid, grid->height - 1);
}

static void playground_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    size_t depth = knob_of(run, DEPTH);
    buf_addf(out,
             "A network with %zu hidden layer%s of %s (%s) learns to tell two classes of "
             "points apart: %s. ",
             depth, depth == 1 ? "" : "s", show_many((double)knob_of(run, WIDTH), "unit").text,
             run->knob[ACTIVATION].word, run->knob[DATA].word);
    if (!run->out[LOSS].set) {
        buf_add(out, "It has not taken a step yet.");
        return;
    }
    struct shown step = show_count((double)run->done);
    if (diverged(s)) {
        buf_addf(out,
                 "At step %s the loss was no number any more: the steps were too long, each made "
                 "the weights larger, until they overflowed. A lower rate, a normalisation or "
                 "another init helps. ",
                 step.text);
    } else {
        buf_addf(out, "After step %s it gets %s of the training points right, and %s of others. ",
                 step.text, show_percent(run->out[TRAIN_ACCURACY].number, 3).text,
                 show_percent(run->out[TEST_ACCURACY].number, 3).text);
        buf_addf(out, "The gradient of the first layer has the norm %s, that of the last %s. ",
                 show_number(s->gradient[0], 2).text,
                 show_number(s->gradient[s->layers - 1], 2).text);
    }
    buf_add(out, "To see the same again: ");
    moves_write(&s->moves, run, MOVES, out);
    buf_add(out, ".");
}

/* It takes a second or two. */
static bool playground_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

const struct demo demo_playground = {
    .name = "playground",
    .title = "Playground",
    .theme = "Playground",
    .sketch = "○○▒▒●● ●●▒▒○○",
    .question = "How does a small network divide the plane, and what helps or hinders it?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps",
    .frame_work = 20,
    .instant = playground_instant,
    .start = playground_start,
    .step = playground_step,
    .turn = playground_turn,
    .draw = playground_draw,
    .describe = playground_describe,
};
