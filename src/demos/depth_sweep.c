/* The depth sweep: eight ways to build a network, five depths, four rates, a few seeds; how well each
 * fits the very points it is trained on.
 *
 * A plain unit is Linear [norm] ReLU, a residual unit x + W2 relu(W1 [norm] x), which makes two
 * layers. Where training runs at four rates the table shows the best of them. */
#include "demos/parts.h"
#include "demos/sweep_table.h"

#include <math.h>
#include <string.h>

enum { NET, DEPTHS, RATES, SEEDS, STEPS, TURNS, SCALE, KNOBS };
enum {
    ACCURACY,
    SPREAD,
    RATE,
    DIVERGED,
    BY_RATE,
    DIVERGED_RUNS,
    SEEDS_RUN,
    HOLDING,
    WORST,
    RESULTS
};

enum { NETS = 8, MOST_DEPTHS = 8, MOST_ROWS = 8, ALL = 0 };

_Static_assert(MOST_ROWS >= NETS && MOST_ROWS >= (int)SWEEP_MOST_RATES, "each has a row");

static const char *const words[] = {"all",     "plain-default", "plain-he",  "plain-ln", "plain-bn",
                                    "skip-he", "skip-default",  "skip-zero", "pre-ln",   NULL};

/* In the order of the words behind "all". */
static const struct net {
    struct sweep_row row;
    const char *unit;
    bool skip;
    const char *last; /* before the read-out */
} nets[NETS] = {
    {{"plain, default init", "plain dflt"}, SWEEP_DEFAULT " relu", false, ""},
    {{"plain, He", "plain He"}, SWEEP_HE " relu", false, ""},
    {{"plain + layer norm", "plain LN"}, SWEEP_HE " layer relu", false, ""},
    {{"plain + batch norm", "plain BN"}, SWEEP_HE " batch relu", false, ""},
    {{"skip, He branch", "skip He"}, SWEEP_HE " relu " SWEEP_HALF, true, ""},
    {{"skip, default init", "skip dflt"}, SWEEP_DEFAULT " relu " SWEEP_DEFAULT, true, ""},
    {{"skip, W2 = 0", "skip W2=0"}, SWEEP_HE " relu " SWEEP_ZERO, true, ""},
    {{"skip + layer norm", "pre-LN"}, "layer " SWEEP_HE " relu " SWEEP_HALF, true, "layer"},
};

static const struct knob knobs[] = {
    [NET] = {.name = "net",
             .kind = KNOB_WORD,
             .initial = ALL,
             .choices = words,
             .help = "which network: default and he name the initialisation, ln and bn a norm"},
    [DEPTHS] = {.name = "depths",
                .kind = KNOB_LIST,
                .min = 1,
                .max = 100,
                .initial_list = "2,5,10,20,40",
                .longest = MOST_DEPTHS,
                .unit = "units",
                .help = "how many units, each a layer, or a block where there is a skip"},
    [RATES] = SWEEP_KNOB_RATES(1e-12, 10, "0.001,0.003,0.01,0.03",
                               "learning rates to try; the best one counts"),
    [SEEDS] = SWEEP_KNOB_SEEDS,
    [STEPS] = SWEEP_KNOB_STEPS("steps of SGD with momentum 0.9, batches of 64"),
    [TURNS] = {.name = "turns",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 4,
               .initial = 1.5,
               .step = 0.25,
               .unit = "turns",
               .help = "of the two spirals that are to be told apart"},
    [SCALE] = {.name = "scale",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 4,
               .initial = 1,
               .step = 0.05,
               .help = "multiplies each residual branch before it is added"},
};

static const struct result results[] = {
    [ACCURACY] = {"accuracy", RESULT_TABLE, NULL,
                  "on the training points: a row for each net, a column for each depth; mean over "
                  "the seeds at the best rate"},
    [SPREAD] = {"spread", RESULT_TABLE, NULL, "its standard deviation over the seeds"},
    [RATE] = {"rate", RESULT_TABLE, NULL, "the best of the rates"},
    [DIVERGED] = {"diverged", RESULT_TABLE, NULL,
                  "share of the runs at the best rate whose loss overflowed"},
    [BY_RATE] = {"by_rate", RESULT_TABLE, NULL,
                 "mean accuracy: a row for each net and rate, a column for each depth"},
    [DIVERGED_RUNS] = {"diverged_runs", RESULT_INTEGER, "runs", "of all, at any rate"},
    [SEEDS_RUN] = {"seeds_run", RESULT_INTEGER, "seeds", "with which the whole table was run"},
    [HOLDING] = {"holding", RESULT_INTEGER, "nets", "with at least 0.95 in the last column"},
    [WORST] = {"worst", RESULT_TEXT, NULL, "the net with the lowest accuracy in the last column"},
};

struct state {
    struct sweep sweep;
    size_t first, rows, columns; /* nets, depths */
    double *table[BY_RATE + 1];
};

/* A cell of the sweep: all nets of one depth, then those of the next. */
static size_t cell_index(const struct state *s, size_t row, size_t column)
{
    return column * s->rows + row;
}

static void recipe(const struct demo_run *run, size_t cell, size_t rate, struct recipe *recipe)
{
    const struct state *s = run->state;
    const struct net *net = &nets[s->first + cell % s->rows];
    size_t depth = (size_t)run->knob[DEPTHS].list[cell / s->rows];
    double scale = run->knob[SCALE].number;
    struct buf unit = {0};
    buf_addf(&unit, net->skip ? "[ %s" : "%s", net->unit);
    if (net->skip && scale != 1)
        buf_addf(&unit, " scale=%.17g", scale);
    buf_add(&unit, net->skip ? " ]" : "");
    sweep_net(&recipe->line, depth, buf_text(&unit), net->last);
    buf_free(&unit);
    recipe->train.optim =
        (struct optim){.kind = OPTIM_SGD, .rate = run->knob[RATES].list[rate], .momentum = 0.9};
}

static bool depth_sweep_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    bool all = run->knob[NET].number == ALL;
    s->first = all ? 0 : (size_t)run->knob[NET].number - 1;
    s->rows = all ? NETS : 1;
    s->columns = run->knob[DEPTHS].count;
    for (size_t i = 0; i < s->columns; i++)
        if (run->knob[DEPTHS].list[i] != floor(run->knob[DEPTHS].list[i]))
            return err_set(err, "depths: %g is no whole number of units",
                           run->knob[DEPTHS].list[i]);
    s->sweep = (struct sweep){.cells = s->rows * s->columns,
                              .rates = run->knob[RATES].count,
                              .seeds = (size_t)run->knob[SEEDS].number,
                              .points = 256,
                              .turns = run->knob[TURNS].number,
                              .noise = 0.02,
                              .batch = 64,
                              .steps = (int64_t)run->knob[STEPS].number,
                              .recipe = recipe};
    for (int i = 0; i <= BY_RATE; i++)
        s->table[i] =
            ARENA_ARRAY(run->arena, s->sweep.cells * (i == BY_RATE ? s->sweep.rates : 1), double);
    sweep_start(&s->sweep, run);
    return true;
}

static struct sweep_cell cell_of(const struct demo_run *run, size_t row, size_t column)
{
    const struct state *s = run->state;
    return sweep_cell(&s->sweep, cell_index(s, row, column));
}

static const char *worst(const struct demo_run *run)
{
    const struct state *s = run->state;
    size_t found = 0;
    for (size_t r = 1; r < s->rows; r++)
        if (cell_of(run, r, s->columns - 1).mean < cell_of(run, found, s->columns - 1).mean)
            found = r;
    return words[1 + s->first + found];
}

static double holding(const struct demo_run *run)
{
    const struct state *s = run->state;
    double count = 0;
    for (size_t r = 0; r < s->rows; r++)
        count += cell_of(run, r, s->columns - 1).mean >= 0.95;
    return count;
}

static void fill_cell(const struct demo_run *run, size_t row, size_t column)
{
    struct state *s = run->state;
    struct sweep_cell cell = cell_of(run, row, column);
    size_t at = row * s->columns + column, rates = s->sweep.rates;
    bool known = cell.seeds > 0;
    s->table[ACCURACY][at] = known ? cell.mean : NAN;
    s->table[SPREAD][at] = known ? cell.sd : NAN;
    s->table[RATE][at] = known ? run->knob[RATES].list[cell.rate] : NAN;
    s->table[DIVERGED][at] = known ? (double)cell.diverged / (double)cell.seeds : NAN;
    for (size_t i = 0; i < rates; i++) {
        struct sweep_cell one = sweep_cell_at(&s->sweep, cell_index(s, row, column), i);
        s->table[BY_RATE][(row * rates + i) * s->columns + column] = known ? one.mean : NAN;
    }
}

static bool depth_sweep_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    bool more = sweep_step(&s->sweep, run, work);
    for (size_t r = 0; r < s->rows; r++)
        for (size_t c = 0; c < s->columns; c++)
            fill_cell(run, r, c);
    for (int i = 0; i <= BY_RATE; i++)
        demo_out_table(run, i, s->table[i], s->rows * (i == BY_RATE ? s->sweep.rates : 1),
                       s->columns);
    demo_out_number(run, DIVERGED_RUNS, (double)sweep_diverged(&s->sweep));
    demo_out_number(run, SEEDS_RUN, (double)s->sweep.seed);
    if (s->sweep.seed > 0) {
        demo_out_number(run, HOLDING, holding(run));
        demo_out_text(run, WORST, worst(run));
    }
    return more;
}

static struct shown column_head(const struct demo_run *run, size_t column)
{
    return show_number(run->knob[DEPTHS].list[column], 4);
}

/* Of one net alone each rate has a row. */
static struct sweep_cell cell_at_rate(const struct demo_run *run, size_t row, size_t column)
{
    const struct state *s = run->state;
    return sweep_cell_at(&s->sweep, cell_index(s, 0, column), row);
}

static void depth_sweep_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    bool one = s->rows == 1;
    struct sweep_row rows[MOST_ROWS];
    struct line names[SWEEP_MOST_RATES];
    for (size_t i = 0; i < s->rows; i++)
        rows[i] = nets[s->first + i].row;
    for (size_t i = 0; one && i < s->sweep.rates; i++) {
        names[i] = line_of("rate %s", show_number(run->knob[RATES].list[i], 3).text);
        rows[i] = (struct sweep_row){names[i].text, names[i].text};
    }
    const struct sweep_table table = {.rows = rows,
                                      .row_count = one ? s->sweep.rates : s->rows,
                                      .column_count = s->columns,
                                      .column = column_head,
                                      .cell = one ? cell_at_rate : cell_of};
    struct line progress = sweep_progress(run, &s->sweep);
    struct shown steps = show_many(run->knob[STEPS].number, "step");
    struct line what = one ? line_of("%s, by depth", nets[s->first].row.name)
                           : line_of("Training accuracy by depth");
    struct line best =
        one ? line_of("%s", "")
            : line_of("best of %s, ", show_many((double)s->sweep.rates, "rate").text);
    show_either(grid, 0, ROLE_STRONG, line_of("%s (%s)", what.text, progress.text),
                line_of("%s", progress.text));
    int y = sweep_table_draw(run, &table, grid, 1);
    sweep_table_notes(run, &table, grid, y,
                      line_of("%s%s of SGD, turns %s; mean ± spread over the seeds", best.text,
                              steps.text, show_number(run->knob[TURNS].number, 3).text),
                      one ? "Which rate trains it at which depth?"
                          : "Which rows stay near 1.00 to the right, and which fall?");
}

/* "plain-he 0.83 ± 0.11, plain-ln diverged, ..." of the last column. */
static void say_last_column(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    for (size_t r = 0; r < s->rows; r++) {
        struct sweep_cell cell = cell_of(run, r, s->columns - 1);
        buf_addf(out, "%s%s %s", r ? ", " : "", words[1 + s->first + r],
                 cell.seeds ? sweep_cell_text(cell).text : "not yet run");
    }
}

static void depth_sweep_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    buf_addf(out,
             "%s trained on two spirals of %s turns with %s of SGD, at %zu learning "
             "rate%s of which the best counts; the accuracy is that on the training points. ",
             s->rows == 1 ? "One kind of network is" : "Eight kinds of networks are",
             show_number(run->knob[TURNS].number, 3).text,
             show_many(run->knob[STEPS].number, "step").text, s->sweep.rates,
             s->sweep.rates == 1 ? "" : "s");
    if (run->done == 0) {
        buf_add(out, "Nothing has been trained yet.");
        return;
    }
    sweep_say_seeds(&s->sweep, out);
    if (cell_of(run, 0, s->columns - 1).seeds) {
        buf_addf(out, "With %s: ", show_many(run->knob[DEPTHS].list[s->columns - 1], "unit").text);
        say_last_column(run, out);
        buf_add(out, ". ");
    }
    sweep_say_diverged(&s->sweep, out);
    buf_add(out,
            " A net that fails here fails after these steps and at these rates, not for ever.");
}

const struct demo demo_depth_sweep = {
    .name = "depth-sweep",
    .title = "Depth sweep",
    .theme = "Residual connections",
    .sketch = "2 ✓ 10 ✓ 40 ✗",
    .question = "Which networks still fit their training points when they get deep?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "steps of training",
    .instant = sweep_never_instant,
    .start = depth_sweep_start,
    .step = depth_sweep_step,
    .draw = depth_sweep_draw,
    .describe = depth_sweep_describe,
};
