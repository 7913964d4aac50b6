/* All 2^n subnetworks of one small network: what averaging them means.
 *
 * For a softmax or sigmoid read-out of the dropped units, the renormalised geometric mean of all
 * subnetworks is exactly the whole network with its activations scaled; the arithmetic mean is
 * not. With a ReLU in between neither is. The network is drawn from the seed. */
#define REAL_BITS 64
#include "demos/count.h"
#include "demos/demo.h"
#include "demos/mask_sums.h"
#include "demos/show.h"
#include "demos/streams.h"
#include "demos/subnet.h"
#include "nn/layers.h"
#include "nn/subnets.h"

#include <math.h>
#include <string.h>

enum { UNITS, P, KIND, CLASSES, HIDDEN, KNOBS };
enum { LINEAR, SIGMOID, SOFTMAX, RELU };
enum {
    COUNT,
    DIGITS,
    ENUMERATED,
    ARITHMETIC_MEAN,
    GEOMETRIC_MEAN,
    WEIGHT_SCALING,
    GAP_ARITHMETIC,
    GAP_GEOMETRIC,
    SAMPLED,
    STANDARD_ERROR,
    METHOD,
    NAIVE_MEAN,
    NAIVE_ERROR,
    SUBNETWORKS_PER_SECOND,
    RESULTS
};

/* With more units than can be enumerated so many masks are drawn, fewer where each costs more. */
enum { DRAWS_MOST = 100000, DRAWS_LEAST = 30, DRAWN_UNITS = 10000000 };
enum { TERMS_MOST = 10000000 };

static const char *const kinds[] = {"linear", "sigmoid", "softmax", "relu", NULL};

static const struct knob knobs[] = {
    [UNITS] = {.name = "units",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = COUNT_POWER_MOST,
               .initial = 10,
               .step = 1,
               .logarithmic = true,
               .unit = "units",
               .help = "units that can be dropped"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "probability of dropping a unit"},
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = SOFTMAX,
              .choices = kinds,
              .help = "what reads the units"},
    [CLASSES] = {.name = "classes",
                 .kind = KNOB_INTEGER,
                 .min = 1,
                 .max = SUBNET_CLASSES_MOST,
                 .initial = 3,
                 .step = 1,
                 .help = "outputs of a softmax; 1: behind a ReLU layer one linear output"},
    [HIDDEN] = {.name = "hidden",
                .kind = KNOB_INTEGER,
                .min = 1,
                .max = SUBNET_HIDDEN_MOST,
                .initial = 1,
                .step = 1,
                .unit = "units",
                .help = "for relu: 1 is one ReLU unit, more a ReLU layer before the output"},
};

static const struct result results[] = {
    [COUNT] = {"count", RESULT_TEXT, NULL, "2^units, exactly"},
    [DIGITS] = {"digits", RESULT_INTEGER, "digits", "decimal digits of count"},
    [ENUMERATED] = {"enumerated", RESULT_INTEGER, "subnetworks",
                    "how many were averaged exactly; 0 where they were sampled"},
    [ARITHMETIC_MEAN] = {"arithmetic_mean", RESULT_LIST, NULL,
                         "mean of the outputs over the subnetworks"},
    [GEOMETRIC_MEAN] = {"geometric_mean", RESULT_LIST, NULL,
                        "geometric mean, renormalised; nan for linear outputs, which have no log"},
    [WEIGHT_SCALING] = {"weight_scaling", RESULT_LIST, NULL,
                        "the whole network at inference, in one pass"},
    [GAP_ARITHMETIC] = {"gap_arithmetic", RESULT_NUMBER, NULL,
                        "largest |arithmetic_mean - weight_scaling|"},
    [GAP_GEOMETRIC] = {"gap_geometric", RESULT_NUMBER, NULL,
                       "largest |geometric_mean - weight_scaling|"},
    [SAMPLED] = {"sampled", RESULT_INTEGER, "subnetworks", "how many were drawn at random, else 0"},
    [STANDARD_ERROR] = {"standard_error", RESULT_NUMBER, NULL,
                        "of arithmetic_mean, the largest entry; 0 where all were averaged"},
    [METHOD] = {"method", RESULT_TEXT, NULL, "all, or sampled where there are too many"},
    [NAIVE_MEAN] = {"naive_mean", RESULT_NUMBER, NULL,
                    "the wrong way: one float32 sum over all masks; sigmoid of up to 24 units, "
                    "else nan"},
    [NAIVE_ERROR] = {"naive_error", RESULT_NUMBER, NULL, "|naive_mean - arithmetic_mean|"},
    [SUBNETWORKS_PER_SECOND] = {"subnetworks_per_second", RESULT_TIMING, NULL,
                                "averaged here and now"},
};

enum method { ONE_BY_ONE, IN_TABLES, MEET_IN_THE_MIDDLE, DRAWN };

/* With tables of the low bits so many units are still enumerated. */
enum { TABLES_MOST = 30, NAIVE_MOST = 24 };

struct state {
    struct subnet net;
    struct subnet_blocks blocks;
    struct subnet_sums sums;
    struct subnets tables;
    struct subnet_naive naive;
    double tables_sum[2 * SUBNET_CLASSES_MOST];
    enum method method;
    const char *count, *count_short;
    double *arithmetic, *geometric, *scaled; /* (outputs) */
    int64_t spent_ns;
};

static enum subnet_kind kind_of(const struct demo_run *run)
{
    static const enum subnet_kind plain[] = {SUBNET_LINEAR, SUBNET_SIGMOID, SUBNET_SOFTMAX,
                                             SUBNET_RELU};
    int kind = (int)run->knob[KIND].number;
    if (kind != RELU || run->knob[HIDDEN].number <= 1)
        return plain[kind];
    return run->knob[CLASSES].number > 1 ? SUBNET_RELU_LAYER : SUBNET_RELU_SUM;
}

static double uniform(struct rng *rng, double low, double high)
{
    return low + (high - low) * rng_unit(rng);
}

/* Activations are uniform in 0..sqrt(3), so their mean square is 1, as are the weights' but for
 * their spread: the sums of all units have the standard deviation `gain` at any width. */
static void draw_network(struct subnet *net, const struct demo_run *run)
{
    const double gain = 1.5, side = sqrt(3);
    size_t columns = subnet_columns(net);
    double keep = 1 - net->p, spread = gain / sqrt((double)net->units), clean = 0;
    struct rng rng;
    rng_init(&rng, run->seed, STREAM_SUBNET_WEIGHTS, 0);
    for (size_t i = 0; i < net->units; i++) {
        double activation = uniform(&rng, 0, side);
        for (size_t c = 0; c < columns; c++) {
            double term = activation * uniform(&rng, -side, side) * spread;
            net->term[i * columns + c] = keep > 0 ? term / keep : 0;
            clean += term;
        }
    }
    if (net->kind == SUBNET_RELU_LAYER || net->kind == SUBNET_RELU_SUM) {
        double fan = gain * sqrt(2 / (double)net->hidden);
        for (size_t i = 0; i < net->classes * net->hidden; i++)
            net->readout[i] = uniform(&rng, -side, side) * fan;
    }
    /* One ReLU unit that is silent in the whole network would have nothing to compare. */
    if (net->kind == SUBNET_RELU && clean < 0)
        for (size_t i = 0; i < net->units; i++)
            net->term[i] = -net->term[i];
}

static size_t draws_for(size_t units)
{
    size_t draws = DRAWN_UNITS / units;
    return draws < DRAWS_LEAST ? DRAWS_LEAST : draws > DRAWS_MOST ? DRAWS_MOST : draws;
}

static bool has_tables(const struct subnet *net)
{
    return net->kind != SUBNET_RELU && net->units <= TABLES_MOST;
}

static bool has_naive(const struct state *s)
{
    const struct subnet *net = &s->net;
    return net->kind == SUBNET_SIGMOID && net->units <= NAIVE_MOST && net->p > 0 && net->p < 1;
}

static bool subnetworks_start(struct demo_run *run, struct err *err)
{
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    struct subnet *net = &s->net;
    net->kind = kind_of(run);
    net->units = (size_t)run->knob[UNITS].number;
    net->classes = (size_t)run->knob[CLASSES].number;
    net->hidden = (size_t)run->knob[HIDDEN].number;
    net->p = run->knob[P].number;
    size_t columns = subnet_columns(net), outputs = subnet_outputs(net);
    if (net->units * columns > TERMS_MOST)
        return err_set(err, "%zu units into %zu sums are too many weights; together at most %d",
                       net->units, columns, TERMS_MOST);
    net->term = ARENA_ARRAY(run->arena, net->units * columns, double);
    net->bias = ARENA_ARRAY(run->arena, columns, double);
    net->readout = ARENA_ARRAY(run->arena, net->classes * net->hidden, double);
    draw_network(net, run);
    s->arithmetic = ARENA_ARRAY(run->arena, outputs, double);
    s->geometric = ARENA_ARRAY(run->arena, outputs, double);
    s->scaled = ARENA_ARRAY(run->arena, outputs, double);

    if (net->kind == SUBNET_RELU && net->units <= MASK_RELU_MOST) {
        s->method = MEET_IN_THE_MIDDLE;
        run->total = (size_t)1 << net->units;
    } else if (net->units <= SUBNET_ENUMERATED_MOST) {
        s->method = ONE_BY_ONE;
        subnet_blocks_init(&s->blocks, run->arena, net);
        run->total = (size_t)1 << net->units;
    } else if (has_tables(net)) {
        static const enum subnets_kind kinds_in_tables[] = {[SUBNET_SIGMOID] = SUBNETS_SIGMOID,
                                                            [SUBNET_SOFTMAX] = SUBNETS_SOFTMAX,
                                                            [SUBNET_RELU_SUM] = SUBNETS_RELU,
                                                            [SUBNET_RELU_LAYER] = SUBNETS_LAYER,
                                                            [SUBNET_LINEAR] = SUBNETS_LINEAR};
        s->method = IN_TABLES;
        subnets_open(&s->tables, run->arena, kinds_in_tables[net->kind], net->units, columns,
                     net->term, net->bias, net->readout, net->classes, net->p, NULL);
        run->total = (size_t)1 << net->units;
    } else {
        s->method = DRAWN;
        run->total = draws_for(net->units);
    }
    return true;
}

/* How likely a random mask is one of the first `done`, in the order in which they count up as binary
 * numbers; only where all can be counted. */
static double weight_of_first(const struct subnet *net, size_t done)
{
    double weight = 0, same = 1; /* the bits so far are those of `done` */
    if (done >> net->units)
        return 1;
    for (size_t bit = net->units; bit-- > 0;) {
        bool kept = done >> bit & 1;
        if (kept)
            weight += same * net->p;
        same *= kept ? 1 - net->p : net->p;
    }
    return weight;
}

/* The means so far. The logarithm of an output is its logit less the logarithm of the normalising sum.
 * That sum is the same for all classes, so renormalising cancels it: the geometric mean is the
 * softmax of the mean logits, and without a hidden layer those are the logits of the whole network,
 * whatever the number of masks. A linear output has none. */
static void means_from_tables(const struct demo_run *run, struct state *s)
{
    const struct subnet *net = &s->net;
    size_t outputs = subnet_outputs(net);
    double weight = weight_of_first(net, run->done);
    for (size_t c = 0; c < outputs; c++)
        s->arithmetic[c] = s->tables_sum[c] / weight;
    subnet_weight_scaling(net, s->geometric);
    if (net->kind == SUBNET_RELU_SUM || net->kind == SUBNET_LINEAR)
        s->geometric[0] = NAN;
    if (net->kind == SUBNET_RELU_LAYER) {
        double logits[SUBNET_CLASSES_MOST];
        for (size_t c = 0; c < outputs; c++)
            logits[c] = s->tables_sum[outputs + c] / weight;
        softmax_forward(s->geometric, logits, 1, outputs);
    }
}

/* About `work` more subnetworks, in whole blocks; many of them on all processors. */
static void step_tables(struct demo_run *run, struct state *s, size_t work)
{
    enum { MANY = 512, THREADS_MOST = 16 };
    struct arena scratch;
    size_t size = (size_t)1 << s->tables.low, first = run->done / size;
    size_t count = (work + size - 1) / size, left = s->tables.blocks - first;
    arena_init(&scratch);
    count = count < left ? count : left;
    if (count >= MANY)
        s->tables.pool = pool_open(pool_processors(THREADS_MOST), simd_best());
    subnets_add(&s->tables, &scratch, first, count, s->tables_sum);
    run->done += count * size;
    pool_close(s->tables.pool);
    s->tables.pool = NULL;
    arena_free(&scratch);
}

/* The mean over every mask from the sorted sums of both halves. Some mask of positive probability
 * leaves the sum at 0 or below (the empty one, unless p = 0): then the geometric mean is 0. */
static void meet_in_the_middle(struct state *s)
{
    const struct subnet *net = &s->net;
    s->arithmetic[0] = mask_relu_mean(net->term, net->units, net->p);
    s->geometric[0] = net->p == 0 ? s->arithmetic[0] : 0;
}

static double largest_gap(const double *a, const double *b, size_t count)
{
    double gap = 0;
    for (size_t i = 0; i < count; i++)
        if (!(fabs(a[i] - b[i]) <= gap)) /* a NaN stays */
            gap = fabs(a[i] - b[i]);
    return gap;
}

static double standard_error(const struct state *s)
{
    double largest = 0, n = s->sums.weight;
    if (s->method != DRAWN)
        return 0;
    for (size_t c = 0; c < subnet_outputs(&s->net); c++) {
        double mean = s->sums.outputs[c] / n;
        double variance = (s->sums.squares[c] / n - mean * mean) * n / (n - 1);
        largest = fmax(largest, sqrt(fmax(0, variance) / n));
    }
    return n > 1 ? largest : NAN;
}

static void give_results(struct demo_run *run, struct state *s)
{
    size_t outputs = subnet_outputs(&s->net);
    double visited = (double)run->done;
    if (!s->count) {
        s->count = count_power_of_two(run->arena, s->net.units);
        s->count_short = count_short(run->arena, s->count);
        subnet_weight_scaling(&s->net, s->scaled);
    }
    if (s->method == IN_TABLES)
        means_from_tables(run, s);
    else if (s->method != MEET_IN_THE_MIDDLE)
        subnet_means(&s->net, &s->sums, s->arithmetic, s->geometric);
    demo_out_text(run, COUNT, s->count);
    demo_out_number(run, DIGITS, (double)strlen(s->count));
    demo_out_number(run, ENUMERATED, s->method == DRAWN ? 0 : visited);
    demo_out_list(run, ARITHMETIC_MEAN, s->arithmetic, outputs);
    demo_out_list(run, GEOMETRIC_MEAN, s->geometric, outputs);
    demo_out_list(run, WEIGHT_SCALING, s->scaled, outputs);
    demo_out_number(run, GAP_ARITHMETIC, largest_gap(s->arithmetic, s->scaled, outputs));
    demo_out_number(run, GAP_GEOMETRIC, largest_gap(s->geometric, s->scaled, outputs));
    demo_out_number(run, SAMPLED, s->method == DRAWN ? visited : 0);
    demo_out_number(run, STANDARD_ERROR, standard_error(s));
    demo_out_text(run, METHOD, s->method == DRAWN ? "sampled" : "all");
    double naive = NAN, error = NAN;
    if (has_naive(s)) {
        naive = (double)s->naive.mean;
        error = fabs(naive / weight_of_first(&s->net, run->done) - s->arithmetic[0]);
    }
    demo_out_number(run, NAIVE_MEAN, naive);
    demo_out_number(run, NAIVE_ERROR, error);
    if (s->spent_ns > 0)
        demo_out_number(run, SUBNETWORKS_PER_SECOND, visited * 1e9 / (double)s->spent_ns);
}

static bool subnetworks_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    int64_t began = clock_mono_ns(run->clock);
    size_t end = work < run->total - run->done ? run->done + work : run->total;
    if (s->method == MEET_IN_THE_MIDDLE) {
        meet_in_the_middle(s);
        run->done = run->total;
    }
    if (s->method == IN_TABLES)
        step_tables(run, s, end - run->done);
    while (run->done < end) {
        if (s->method == DRAWN) {
            subnet_add_drawn(&s->net, run->seed, run->done++, &s->sums);
        } else {
            size_t size = (size_t)1 << s->blocks.low;
            subnet_add_block(&s->net, &s->blocks, run->done / size, &s->sums);
            run->done += size;
        }
    }
    s->spent_ns += clock_mono_ns(run->clock) - began;
    if (has_naive(s))
        subnet_naive_until(&s->net, &s->naive, run->done);
    give_results(run, s);
    return run->done < run->total;
}

static bool subnetworks_instant(const struct demo_run *run)
{
    enum { VALUES_MOST = 500000, WEIGHTS_MOST = 500000, HALVES_MOST = 36 };
    const struct state *s = run->state;
    double columns = (double)subnet_columns(&s->net), units = (double)s->net.units;
    if (units * columns > WEIGHTS_MOST)
        return false;
    if (s->method == MEET_IN_THE_MIDDLE)
        return s->net.units <= HALVES_MOST;
    if (s->method == IN_TABLES)
        return false; /* float32: not the same digits with every set of instructions */
    double each = s->method == DRAWN ? units + columns : columns;
    return (double)run->total * each <= VALUES_MOST;
}

static const char *const readers[] = {"linear unit", "sigmoid",    "softmax",
                                      "ReLU unit",   "ReLU layer", "sum of ReLU units"};

static struct line output_name(const struct state *s, size_t output)
{
    if (s->net.kind == SUBNET_SIGMOID)
        return line_of("P(yes)");
    if (subnet_outputs(&s->net) == 1)
        return line_of("output");
    return line_of("class %zu", output + 1);
}

/* The three answers, in the order of the picture. */
static const struct {
    const char *label, *narrow;
    int result;
    enum role role;
} answers[] = {{"arithmetic mean", "arith.", ARITHMETIC_MEAN, ROLE_SERIES_1},
               {"geometric mean", "geom.", GEOMETRIC_MEAN, ROLE_SERIES_2},
               {"weight scaling", "scaled", WEIGHT_SCALING, ROLE_SERIES_3}};
enum { ANSWERS = sizeof answers / sizeof *answers };

/* Three bars for each output. */
static void draw_bars(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    struct bar bars[ANSWERS * SUBNET_CLASSES_MOST];
    struct line labels[ANSWERS * SUBNET_CLASSES_MOST];
    size_t count = 0, outputs = subnet_outputs(&s->net);
    for (size_t c = 0; c < outputs; c++)
        for (size_t a = 0; a < ANSWERS; a++, count++) {
            labels[count] =
                line_of("%-7s %s", a == 0 ? output_name(s, c).text : "", answers[a].label);
            bars[count] = (struct bar){labels[count].text, run->out[answers[a].result].list[c],
                                       NULL, answers[a].role};
        }
    chart_bars(grid, at, bars, count);
}

/* The same as numbers, one row for each answer; outputs that do not fit are left out. */
static void draw_numbers(const struct demo_run *run, struct grid *grid, int y)
{
    enum { LABEL = 17, SHORT_LABEL = 8, CELL_LEAST = 6, CELL_MOST = 8 };
    const struct state *s = run->state;
    int outputs = (int)subnet_outputs(&s->net);
    int left = grid->width >= LABEL + outputs * CELL_MOST ? LABEL : SHORT_LABEL;
    int room = grid->width - left - 2, cell = room / outputs;
    cell = outputs == 1        ? room
           : cell < CELL_LEAST ? CELL_LEAST
           : cell > CELL_MOST  ? CELL_MOST
                               : cell;
    int fit = room / cell < outputs ? room / cell : outputs;
    for (int c = 0; c < fit; c++)
        show_text(grid, left + cell * c, y, cell - 1, ROLE_DIM,
                  outputs == 1 ? "output" : line_of("%d", c + 1).text);
    if (fit < outputs)
        show_text(grid, left + cell * fit, y, 2, ROLE_DIM, "…");
    for (size_t a = 0; a < ANSWERS; a++) {
        const struct value *value = &run->out[answers[a].result];
        show_text(grid, 0, ++y, left - 1, answers[a].role,
                  left == LABEL ? answers[a].label : answers[a].narrow);
        for (int c = 0; c < fit; c++) {
            if (value->set)
                show_cell(grid, left + cell * c, y, cell, ROLE_TEXT, value->list[c]);
            else
                show_text(grid, left + cell * c, y, 1, ROLE_DIM, "?");
        }
    }
}

/* Below this two answers differ by rounding alone. */
static const double same = 1e-12;

static struct line gap_text(const struct demo_run *run, int gap)
{
    if (!run->out[gap].set)
        return line_of("?");
    double size = run->out[gap].number;
    return size < same   ? line_of("the same, up to rounding")
           : isnan(size) ? line_of("not defined (no log below 0)")
                         : line_of("off by %s", show_number(size, 3).text);
}

static struct line short_gap(const struct demo_run *run, int gap)
{
    double size = run->out[gap].number;
    return !run->out[gap].set ? line_of("?")
           : size < same      ? line_of("0")
           : isnan(size)      ? line_of("none")
                              : line_of("%s", show_number(size, 2).text);
}

static void subnetworks_draw(const struct demo_run *run, struct grid *grid)
{
    const struct state *s = run->state;
    bool known = run->out[COUNT].set;
    int rows = ANSWERS * (int)subnet_outputs(&s->net), height = grid->height;
    struct shown units = show_count((double)s->net.units), p = show_number(s->net.p, 4);
    struct shown done = show_count((double)run->done);
    const char *count = known ? s->count_short : "?";
    /* Where it is narrow: its digits can be counted, and its kind is a knob. */
    int short_count = (int)strcspn(count, " ");
    struct line narrow =
        line_of("%s: 2^%s = %.*s", readers[s->net.kind], units.text, short_count, count);
    if (show_columns(narrow) > grid->width)
        narrow = line_of("2^%s = %.*s", units.text, short_count, count);
    show_either(grid, 0, ROLE_STRONG,
                line_of("%s, p %s, %s: 2^%s = %s subnetworks",
                        show_many((double)s->net.units, "unit").text, p.text, readers[s->net.kind],
                        units.text, count),
                narrow);
    bool bars = known && height >= rows + 6 && grid->width >= 50;
    int y = 1;
    if (height >= 7) {
        struct line how = !known ? line_of("which of the three agree?")
                          : s->method == DRAWN
                              ? line_of("%s of them drawn at random; standard error %s", done.text,
                                        show_result(run, STANDARD_ERROR, 2).text)
                              : line_of("%s of them averaged, each by its probability",
                                        run->finished ? "all" : done.text);
        show_text(grid, 0, y++, grid->width, ROLE_DIM, how.text);
    }
    y += bars;
    if (bars)
        draw_bars(run, grid, (struct rect){0, y, grid->width, rows});
    else
        draw_numbers(run, grid, y);
    y += bars ? rows + 1 : ANSWERS + 1;
    if (grid->height - y < 2) {
        show_textf(grid, 0, y, grid->width, ROLE_TEXT, "gap arith. %s, geom. %s",
                   short_gap(run, GAP_ARITHMETIC).text, short_gap(run, GAP_GEOMETRIC).text);
        return;
    }
    show_either(
        grid, y, ROLE_TEXT,
        line_of("arithmetic mean against weight scaling: %s", gap_text(run, GAP_ARITHMETIC).text),
        line_of("arithmetic: %s", gap_text(run, GAP_ARITHMETIC).text));
    show_either(
        grid, y + 1, ROLE_TEXT,
        line_of("geometric mean against weight scaling:  %s", gap_text(run, GAP_GEOMETRIC).text),
        line_of("geometric: %s", gap_text(run, GAP_GEOMETRIC).text));
    if (known && has_naive(s) && grid->height - y > 2)
        show_either(grid, y + 2, ROLE_DIM,
                    line_of("the wrong way, one float32 sum mask by mask:  off by %s",
                            show_result(run, NAIVE_ERROR, 2).text),
                    line_of("float32 sum: off by %s", show_result(run, NAIVE_ERROR, 2).text));
}

static void add_answers(const struct demo_run *run, struct buf *out)
{
    for (size_t a = 0; a < ANSWERS; a++) {
        const struct value *value = &run->out[answers[a].result];
        buf_addf(out, "%s%s %s",
                 a == 0            ? "The "
                 : a + 1 < ANSWERS ? ", the "
                                   : " and ",
                 answers[a].label, a == 0 ? "says " : "");
        for (size_t c = 0; c < value->count; c++)
            buf_addf(out, "%s%s", c ? " / " : "", show_number(value->list[c], 3).text);
    }
    buf_add(out, ". ");
}

static void subnetworks_describe(const struct demo_run *run, struct buf *out)
{
    const struct state *s = run->state;
    struct shown units = show_count((double)s->net.units);
    buf_addf(out, "%s, each dropped with probability %s, %s read by a %s. ",
             show_many((double)s->net.units, "unit").text, show_number(s->net.p, 4).text,
             s->net.units == 1 ? "is" : "are", readers[s->net.kind]);
    if (!run->out[COUNT].set) {
        buf_add(out, "How many subnetworks that makes, and what they say on average, has not been "
                     "computed yet.");
        return;
    }
    buf_addf(out, "That makes 2^%s = %s subnetworks; ", units.text, s->count_short);
    if (s->method == DRAWN)
        buf_addf(out,
                 "up to %d units all are averaged, here %s were drawn at random (standard "
                 "error %s). ",
                 s->net.kind == SUBNET_RELU ? MASK_RELU_MOST : TABLES_MOST,
                 show_count((double)run->done).text, show_result(run, STANDARD_ERROR, 2).text);
    else
        buf_addf(out, "%s of them were averaged. ",
                 run->finished ? "all" : show_count((double)run->done).text);
    add_answers(run, out);
    buf_addf(out, "Against weight scaling the arithmetic mean is %s, the geometric mean %s.",
             gap_text(run, GAP_ARITHMETIC).text, gap_text(run, GAP_GEOMETRIC).text);
    if (has_naive(s))
        buf_addf(out,
                 " One float32 sum over the masks, the wrong way to average them, is off by %s.",
                 show_result(run, NAIVE_ERROR, 2).text);
}

const struct demo demo_subnetworks = {
    .name = "subnetworks",
    .title = "All the subnetworks",
    .theme = "Dropout",
    .sketch = "·· ·1 1· 11",
    .question = "Is the scaled network the average of all 2^n subnetworks?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "subnetworks",
    .instant = subnetworks_instant,
    .start = subnetworks_start,
    .step = subnetworks_step,
    .draw = subnetworks_draw,
    .describe = subnetworks_describe,
};
