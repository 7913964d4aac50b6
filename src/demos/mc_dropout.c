/* Monte Carlo dropout: many passes with dropout on give a mean and a band; an ensemble of networks
 * trained without dropout gives another. Both learn sin 3x from points that leave a gap.
 *
 * 1-64-64-1, ReLU, dropout behind both hidden layers, squared error, Adam on full batches. */
#include "demos/demo.h"
#include "demos/fit.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>
#include <string.h>

/* clang-format off */
enum { P, PASSES, MEMBERS, NOISE, STEPS, SEEDS, KNOBS };
enum {
    MC_SD, MC_SD_SPREAD, ENSEMBLE_SD, ENSEMBLE_SD_SPREAD, MC_ERROR, ENSEMBLE_ERROR, GAP_WIDER,
    FAR_WIDER, X, MC_MEAN, MC_BAND, ENSEMBLE_MEAN, ENSEMBLE_BAND, RUNS, RESULTS
};
/* clang-format on */

enum { MASKS, ENSEMBLE, WAYS };                   /* two ways to a band */
enum { DATA, GAP, OUTSIDE, FAR_OUTSIDE, PLACES }; /* where it is measured */
enum { POINTS = 60, GRID = 91, ROWS = GRID + POINTS };
enum { PASSES_A_PIECE = 20, MEMBERS_MOST = 10 };

static const struct knob knobs[] = {
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.1,
           .step = 0.05,
           .help = "probability of dropping a unit of the two hidden layers"},
    [PASSES] = {.name = "passes",
                .kind = KNOB_INTEGER,
                .min = 2,
                .max = 2000,
                .initial = 400,
                .step = 10,
                .logarithmic = true,
                .unit = "passes",
                .help = "passes with dropout on, once it is trained"},
    [MEMBERS] = {.name = "members",
                 .kind = KNOB_INTEGER,
                 .min = 2,
                 .max = MEMBERS_MOST,
                 .initial = 5,
                 .step = 1,
                 .unit = "networks",
                 .help = "networks of the ensemble, trained without dropout"},
    [NOISE] = {.name = "noise",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 1,
               .initial = 0.05,
               .step = 0.05,
               .help = "standard deviation of the noise on the points"},
    [STEPS] = {.name = "steps",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 10000,
               .initial = 3000,
               .step = 100,
               .logarithmic = true,
               .unit = "steps",
               .help = "steps of Adam for each network"},
    [SEEDS] = {.name = "seeds",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = 20,
               .initial = 5,
               .step = 1,
               .unit = "runs",
               .help = "runs, each with data and weights of its own"},
};

static const struct result results[] = {
    [MC_SD] = {"mc_sd", RESULT_LIST, NULL,
               "deviation of the passes on the data, in the gap (0), at 1.5 and at 3: mean"},
    [MC_SD_SPREAD] = {"mc_sd_spread", RESULT_LIST, NULL, "its spread over the runs"},
    [ENSEMBLE_SD] = {"ensemble_sd", RESULT_LIST, NULL, "deviation of the members there: mean"},
    [ENSEMBLE_SD_SPREAD] = {"ensemble_sd_spread", RESULT_LIST, NULL, "its spread over the runs"},
    [MC_ERROR] = {"mc_error", RESULT_LIST, NULL,
                  "distance of the mean of the passes from sin 3x there: mean"},
    [ENSEMBLE_ERROR] = {"ensemble_error", RESULT_LIST, NULL, "the same for the ensemble"},
    [GAP_WIDER] = {"gap_wider", RESULT_INTEGER, "runs",
                   "in which the band of the passes is wider in the gap than on the data"},
    [FAR_WIDER] = {"far_wider", RESULT_INTEGER, "runs",
                   "in which it is wider at 3 than in the gap"},
    [X] = {"x", RESULT_LIST, NULL, "places of the curves, which are those of the last run"},
    [MC_MEAN] = {"mc_mean", RESULT_LIST, NULL, "mean of the passes"},
    [MC_BAND] = {"mc_band", RESULT_LIST, NULL, "their deviation"},
    [ENSEMBLE_MEAN] = {"ensemble_mean", RESULT_LIST, NULL, "mean of the ensemble"},
    [ENSEMBLE_BAND] = {"ensemble_band", RESULT_LIST, NULL, "its deviation"},
    [RUNS] = {"runs", RESULT_INTEGER, "runs", "runs finished"},
};

/* What one way says of each row: the grid, then the points. */
struct band {
    double mean[ROWS], sd[ROWS];
};

struct state {
    struct dataset data, shown; /* the points in hand, and those of the last run */
    float row[ROWS];            /* where the networks are asked */
    struct model models[WAYS];  /* one for all members: each is trained when its turn comes */
    size_t pieces;              /* of a run */
    size_t seed, net, pass;     /* in hand: net 0 has dropout, the others are the members */
    struct arena_mark mark;
    struct fit fit;
    bool fitting, asking;
    struct moments said[WAYS][ROWS];
    struct moments sd[WAYS][PLACES], error[WAYS][PLACES];
    size_t gap_wider, far_wider;
    struct band band[WAYS]; /* of the last run */
    double x[GRID], of_place[4 + WAYS][PLACES];
};

static size_t knob_of(const struct demo_run *run, int knob)
{
    return (size_t)run->knob[knob].number;
}

static struct fit_plan plan_of(const struct demo_run *run, struct state *s)
{
    size_t steps = knob_of(run, STEPS), nets = MEMBERS_MOST + 1;
    return (struct fit_plan){
        .model = &s->models[s->net > 0],
        .init.kind = INIT_HE,
        .train = {.optim = {.kind = OPTIM_ADAM, .rate = 3e-3},
                  .batch = POINTS,
                  .steps = (int64_t)steps,
                  .seed = fit_seed(run->seed, STREAM_MC_DROPOUT, s->seed * nets + s->net)},
        .train_on = &s->data,
        .sets = {&s->data},
        .every = steps,
        .piece_steps = 10,
        .piece_rows = POINTS,
    };
}

static size_t pass_pieces(const struct demo_run *run)
{
    return (knob_of(run, PASSES) + PASSES_A_PIECE - 1) / PASSES_A_PIECE;
}

static bool mc_dropout_start(struct demo_run *run, struct err *err)
{
    enum { ORIGIN = 30 }; /* of the grid, which has 20 places a unit: -1.5 to 3 */
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->shown = data_new(run->arena, POINTS, 1, 0);
    for (int i = 0; i < GRID; i++)
        s->row[i] = (float)(s->x[i] = (i - ORIGIN) / 20.0);
    for (int way = 0; way < WAYS; way++) {
        double p = way == MASKS ? run->knob[P].number : 0;
        const char *line = arena_printf(
            run->arena, "1 64 std=1.5 relu dropout=%g 64 relu dropout=%g 1 std=.125", p, p);
        if (!model_build(&s->models[way], run->arena, line, ROWS, err))
            return false;
    }
    s->data = s->shown;
    struct fit_plan plan = plan_of(run, s);
    s->pieces =
        (1 + knob_of(run, MEMBERS)) * fit_pieces(&plan) + pass_pieces(run) + knob_of(run, MEMBERS);
    run->total = s->pieces * knob_of(run, SEEDS);
    return true;
}

/* With all kinks of the first layer at 0 it could not bend where the data do. */
static void spread_kinks(struct model *model, uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, STREAM_MC_DROPOUT_KINKS, 0);
    for (size_t i = 0; i < model->layers[0].b_count; i++)
        model->layers[0].b[i] = (real)rng_normal(&rng);
}

static void begin_net(struct demo_run *run, struct state *s)
{
    struct err err;
    struct rng rng;
    s->mark = arena_mark(run->arena);
    rng_init(&rng, run->seed, STREAM_MC_DROPOUT_DATA, s->seed);
    s->data = toys_sine_gap(run->arena, &rng, POINTS, run->knob[NOISE].number);
    memcpy(s->row + GRID, s->data.x, POINTS * sizeof *s->row);
    struct fit_plan plan = plan_of(run, s);
    s->fitting = fit_start(&s->fit, run->arena, &plan, &err);
    spread_kinks(plan.model, plan.train.seed);
    s->pass = 0;
}

/* One pass over all rows; `mode` is MODEL_SAMPLE or MODEL_EVAL. */
static void ask(struct state *s, enum model_mode mode, int way)
{
    const real *y = model_forward(s->fit.plan.model, s->row, ROWS, mode, s->fit.plan.train.seed,
                                  (uint64_t)s->pass, NULL);
    for (size_t i = 0; i < ROWS; i++)
        moments_add(&s->said[way][i], (double)y[i]);
}

/* ---- what the run in hand showed ---- */

/* The mean of `row` over the rows of a place. */
static double at_place(const double row[ROWS], int place)
{
    static const size_t rows[PLACES] = {[GAP] = 30, [OUTSIDE] = 60, [FAR_OUTSIDE] = 90};
    double sum = 0;
    if (place != DATA)
        return row[rows[place]];
    for (size_t i = GRID; i < ROWS; i++)
        sum += row[i];
    return sum / POINTS;
}

static void end_seed(struct demo_run *run, struct state *s)
{
    for (int way = 0; way < WAYS; way++) {
        struct band *band = &s->band[way];
        double off[ROWS];
        for (size_t i = 0; i < ROWS; i++) {
            band->mean[i] = s->said[way][i].mean;
            band->sd[i] = moments_sample_sd(&s->said[way][i]);
            off[i] = fabs(band->mean[i] - sin(3 * (double)s->row[i]));
        }
        for (int place = 0; place < PLACES; place++) {
            moments_add(&s->sd[way][place], at_place(band->sd, place));
            moments_add(&s->error[way][place], at_place(off, place));
        }
    }
    const double *sd = s->band[MASKS].sd;
    s->gap_wider += at_place(sd, GAP) > at_place(sd, DATA);
    s->far_wider += at_place(sd, FAR_OUTSIDE) > at_place(sd, GAP);
    memset(s->said, 0, sizeof s->said);
    s->net = 0;
    s->seed++;
    run->done = s->seed * s->pieces;
}

/* True when the network in hand has said all. */
static bool ask_some(const struct demo_run *run, struct state *s)
{
    size_t passes = knob_of(run, PASSES);
    if (s->net > 0) {
        ask(s, MODEL_EVAL, ENSEMBLE);
        return true;
    }
    for (int i = 0; i < PASSES_A_PIECE && s->pass < passes; i++, s->pass++)
        ask(s, MODEL_SAMPLE, MASKS);
    return s->pass == passes;
}

static void one_piece(struct demo_run *run, struct state *s)
{
    run->done++;
    if (!s->fitting && !s->asking)
        begin_net(run, s);
    if (s->fitting) {
        s->asking = fit_work(&s->fit) == FIT_DONE;
        s->fitting = !s->asking;
        return;
    }
    if (!ask_some(run, s))
        return;
    s->asking = false;
    memcpy(s->shown.x, s->data.x, POINTS * sizeof *s->data.x);
    memcpy(s->shown.target, s->data.target, POINTS * sizeof *s->data.target);
    arena_release(run->arena, s->mark);
    if (++s->net > knob_of(run, MEMBERS))
        end_seed(run, s);
}

static void fill_results(struct demo_run *run, struct state *s)
{
    static const int first[WAYS] = {MC_SD, ENSEMBLE_SD}, curve[WAYS] = {MC_MEAN, ENSEMBLE_MEAN};
    demo_out_number(run, RUNS, (double)s->seed);
    if (s->seed == 0)
        return;
    for (int way = 0; way < WAYS; way++) {
        for (int place = 0; place < PLACES; place++) {
            s->of_place[2 * way][place] = s->sd[way][place].mean;
            s->of_place[2 * way + 1][place] = moments_sample_sd(&s->sd[way][place]);
            s->of_place[4 + way][place] = s->error[way][place].mean;
        }
        demo_out_list(run, first[way], s->of_place[2 * way], PLACES);
        demo_out_list(run, first[way] + 1, s->of_place[2 * way + 1], PLACES);
        demo_out_list(run, MC_ERROR + way, s->of_place[4 + way], PLACES);
        demo_out_list(run, curve[way], s->band[way].mean, GRID);
        demo_out_list(run, curve[way] + 1, s->band[way].sd, GRID);
    }
    demo_out_list(run, X, s->x, GRID);
    demo_out_number(run, GAP_WIDER, (double)s->gap_wider);
    demo_out_number(run, FAR_WIDER, (double)s->far_wider);
}

static bool mc_dropout_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && s->seed < knob_of(run, SEEDS); i++)
        one_piece(run, s);
    fill_results(run, s);
    return s->seed < knob_of(run, SEEDS);
}

/* ---- the picture ---- */

enum { FILL = 9 }; /* dots of the band above one another */

/* Left the passes, right the ensemble, on the same axes. */
static void draw_band(const struct state *s, int way, struct grid *grid, struct rect at)
{
    static const double most = 2.5;
    const struct band *band = &s->band[way];
    double x[GRID * FILL], y[GRID * FILL], mean[GRID], point_x[POINTS], point_y[POINTS];
    size_t filled = 0;
    for (int i = 0; i < GRID; i++) {
        mean[i] = fabs(band->mean[i]) <= most ? band->mean[i] : NAN;
        for (int k = 0; k < FILL; k++) {
            double place = band->mean[i] + band->sd[i] * (2.0 * k / (FILL - 1) - 1);
            if (fabs(place) > most)
                continue;
            x[filled] = s->x[i];
            y[filled++] = place;
        }
    }
    for (size_t i = 0; i < POINTS; i++) {
        point_x[i] = (double)s->shown.x[i];
        point_y[i] = (double)s->shown.target[i];
    }
    const struct series series[] = {
        {"band", x, y, filled, ROLE_SERIES_3, true},
        {"mean", s->x, mean, GRID, ROLE_SERIES_1, false},
        {"points", point_x, point_y, POINTS, ROLE_SERIES_2, true},
    };
    const struct plot plot = {.title = way == MASKS ? "passes with dropout" : "ensemble",
                              .x_label = "x",
                              .series = series,
                              .series_count = 3,
                              .x_min = -1.5,
                              .x_max = 3,
                              .y_min = -most,
                              .y_max = most};
    chart_plot(grid, at, &plot);
}

/* "data 0.08, gap 0.12, at 1.5 0.11, at 3 0.26", or without the places. */
static struct line sds_of(const struct demo_run *run, int way, bool narrow)
{
    const struct state *s = run->state;
    struct shown sd[PLACES];
    for (int i = 0; i < PLACES; i++)
        sd[i] = s->seed ? show_number(s->of_place[2 * way][i], 2) : (struct shown){"?"};
    if (narrow)
        return line_of("%s, %s, %s, %s", sd[DATA].text, sd[GAP].text, sd[OUTSIDE].text,
                       sd[FAR_OUTSIDE].text);
    return line_of("data %s, gap %s, at 1.5 %s, at 3 %s", sd[DATA].text, sd[GAP].text,
                   sd[OUTSIDE].text, sd[FAR_OUTSIDE].text);
}

static void mc_dropout_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 11, WIDE = 48 };
    const struct state *s = run->state;
    struct line masks = sds_of(run, MASKS, false), ensemble = sds_of(run, ENSEMBLE, false);
    show_either(grid, 0, ROLE_STRONG,
                line_of("sd of %s, p = %s: %s", show_many(run->knob[PASSES].number, "pass").text,
                        show_number(run->knob[P].number, 3).text, masks.text),
                line_of("passes %s", sds_of(run, MASKS, true).text));
    show_either(grid, 1, ROLE_STRONG,
                line_of("sd of %s: %s", show_many(run->knob[MEMBERS].number, "network").text,
                        ensemble.text),
                line_of("nets   %s", sds_of(run, ENSEMBLE, true).text));
    show_either(grid, 2, ROLE_TEXT,
                line_of("mean of %zu of %s; the picture is the last of them", s->seed,
                        show_many(run->knob[SEEDS].number, "run").text),
                line_of("sd: data, gap, 1.5, 3; %zu of %s", s->seed,
                        show_many(run->knob[SEEDS].number, "run").text));
    if (s->seed == 0) {
        show_text(grid, 0, 4, grid->width, ROLE_TEXT, "Where is each band the widest?");
        return;
    }
    if (grid->height >= TALL && grid->width >= WIDE) {
        int half = grid->width / 2;
        draw_band(s, MASKS, grid, (struct rect){0, 3, half - 1, grid->height - 3});
        draw_band(s, ENSEMBLE, grid, (struct rect){half, 3, grid->width - half, grid->height - 3});
        return;
    }
    size_t fits = (size_t)grid->width < GRID ? (size_t)grid->width : GRID;
    chart_spark(grid, 0, 3, ROLE_SERIES_1, s->band[MASKS].sd, fits);
    chart_spark(grid, 0, 4, ROLE_SERIES_2, s->band[ENSEMBLE].sd, fits);
}

static void mc_dropout_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "A network learns sin 3x from 60 points that leave a gap between -0.3 and 0.3, with "
             "dropout %s; then it is asked %zu times with dropout on. ",
             show_number(run->knob[P].number, 3).text, knob_of(run, PASSES));
    if (s->seed == 0) {
        buf_add(out, "No run is finished yet.");
        return;
    }
    buf_addf(out, "The answers have these standard deviations, in the mean of %zu run%s: %s. ",
             s->seed, s->seed == 1 ? "" : "s", sds_of(run, MASKS, false).text);
    buf_addf(out, "Those of %s trained without dropout: %s. ",
             show_many(run->knob[MEMBERS].number, "network").text,
             sds_of(run, ENSEMBLE, false).text);
    buf_addf(out,
             "At 3 the mean of the passes is off by %s and that of the ensemble by %s: a band says "
             "how far the answers disagree, not how wrong they are.",
             show_number(s->of_place[4 + MASKS][FAR_OUTSIDE], 2).text,
             show_number(s->of_place[4 + ENSEMBLE][FAR_OUTSIDE], 2).text);
}

static bool mc_dropout_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

const struct demo demo_mc_dropout = {
    .name = "mc-dropout",
    .title = "A band from masks",
    .theme = "Dropout",
    .question = "Does dropout at the time of asking tell where a network knows nothing?",
    .sketch = "⣶⠶⠒⠒⠶⣶",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "pieces",
    .instant = mc_dropout_instant,
    .start = mc_dropout_start,
    .step = mc_dropout_step,
    .draw = mc_dropout_draw,
    .describe = mc_dropout_describe,
};
