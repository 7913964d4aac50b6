/* The family of dropout: what each variant's coins drop, side by side.
 *
 * A map of 8 rows and 12 columns: for `unit` examples and units, for `spatial` channels and
 * positions, for `attention` queries and keys, for `depth` blocks and units, for `connect` outputs
 * and inputs of a weight matrix. Unit, attention and connect toss a coin for each entry, spatial one
 * for each row, depth one for each block with a probability that grows to p at the last. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/streams.h"

#include <math.h>

enum { KIND, P, KNOBS };
enum { UNIT, SPATIAL, ATTENTION, DEPTH, CONNECT, KINDS };
enum { DROPPED, DROPPED_FRACTION, EFFECTIVE_RATE, COINS, SD_FRACTION, RESULTS };

enum { ROWS = 8, COLUMNS = 12, ENTRIES = ROWS * COLUMNS };

static const char *const kinds[] = {"unit", "spatial", "attention", "depth", "connect", NULL};

static const struct variant {
    const char *name, *rows, *columns, *drops, *says;
} variants[] = {
    [UNIT] = {"Dropout", "examples", "units", "single units",
              "Each unit of each example has a coin of its own."},
    [SPATIAL] = {"Spatial dropout", "channels", "positions", "whole channels",
                 "A coin drops a channel everywhere, so neighbours cannot give it away."},
    [ATTENTION] = {"Attention dropout", "queries", "keys", "links of attention",
                   "A coin for each link of a query to a key."},
    [DEPTH] = {"Stochastic depth", "blocks", "units", "whole blocks",
               "A coin drops the branch of a block; later blocks are dropped more often."},
    [CONNECT] = {"DropConnect", "outputs", "inputs", "single weights",
                 "A coin for each weight: a unit loses some of its inputs, not all."},
};

static const struct knob knobs[] = {
    [KIND] = {.name = "kind",
              .kind = KNOB_WORD,
              .initial = UNIT,
              .choices = kinds,
              .help = "what a coin decides about"},
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.3,
           .step = 0.05,
           .help = "probability of dropping; for depth that of the last block"},
};

static const struct result results[] = {
    [DROPPED] = {"dropped", RESULT_TABLE, NULL, "1 dropped, 0 kept"},
    [DROPPED_FRACTION] = {"dropped_fraction", RESULT_NUMBER, NULL, "share of the map, this time"},
    [EFFECTIVE_RATE] = {"effective_rate", RESULT_NUMBER, NULL, "share that is dropped on average"},
    [COINS] = {"coins", RESULT_INTEGER, NULL, "coins that were tossed"},
    [SD_FRACTION] = {"sd_fraction", RESULT_NUMBER, NULL,
                     "standard deviation of the share: few coins, much luck"},
};

struct state {
    double dropped[KINDS][ENTRIES]; /* all variants, for the picture; out holds one */
};

static bool by_row(int kind)
{
    return kind == SPATIAL || kind == DEPTH;
}

static double chance(int kind, size_t row, double p)
{
    return kind == DEPTH ? p * (double)(row + 1) / ROWS : p;
}

static bool variants_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    for (size_t kind = 0; kind < KINDS; kind++) {
        struct rng rng;
        bool coin = false;
        rng_init(&rng, run->seed, STREAM_VARIANTS, kind);
        for (size_t i = 0; i < ENTRIES; i++) {
            if (!by_row((int)kind) || i % COLUMNS == 0)
                coin = rng_bernoulli(&rng, chance((int)kind, i / COLUMNS, run->knob[P].number));
            s->dropped[kind][i] = coin;
        }
    }
    run->total = 1;
    return true;
}

static bool variants_step(struct demo_run *run, size_t work)
{
    (void)work;
    struct state *s = run->state;
    int kind = (int)run->knob[KIND].number;
    double coins = by_row(kind) ? ROWS : ENTRIES, dropped = 0, rate = 0, variance = 0;
    for (size_t i = 0; i < ENTRIES; i++)
        dropped += s->dropped[kind][i] / ENTRIES;
    for (size_t row = 0; row < ROWS; row++) {
        double q = chance(kind, row, run->knob[P].number);
        rate += q / ROWS;
        variance += q * (1 - q) / ROWS;
    }
    demo_out_table(run, DROPPED, s->dropped[kind], ROWS, COLUMNS);
    demo_out_number(run, DROPPED_FRACTION, dropped);
    demo_out_number(run, EFFECTIVE_RATE, rate);
    demo_out_number(run, COINS, coins);
    demo_out_number(run, SD_FRACTION, sqrt(variance / coins));
    run->done = 1;
    return false;
}

/* One variant's map, its corner at (x, y), each entry `cell` columns wide. */
static void draw_map(const struct demo_run *run, struct grid *grid, int kind, int x, int y,
                     int cell, int rows)
{
    const struct state *s = run->state;
    bool chosen = kind == (int)run->knob[KIND].number;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < COLUMNS; j++) {
            bool dropped = s->dropped[kind][i * COLUMNS + j] > 0;
            enum role role = dropped ? ROLE_DIM : chosen ? ROLE_SERIES_1 : ROLE_SERIES_2;
            const char *sign = run->done == 0 ? "?" : dropped ? "·" : "█";
            for (int k = 0; k < cell; k++)
                grid_put(grid, x + j * cell + k, y + i,
                         STYLE((uint8_t)(run->done ? role : ROLE_DIM)), sign);
        }
}

static void draw_side_by_side(const struct demo_run *run, struct grid *grid, int y)
{
    enum { GAP = 2 };
    int width = (grid->width + GAP) / KINDS - GAP;
    int cell = width / COLUMNS;
    width = cell * COLUMNS;
    for (int kind = 0; kind < KINDS; kind++) {
        int x = kind * (width + GAP);
        bool chosen = kind == (int)run->knob[KIND].number;
        show_textf(grid, x, y, width, chosen ? ROLE_STRONG : ROLE_DIM, "%s%s", chosen ? "▶" : "",
                   kinds[kind]);
        draw_map(run, grid, kind, x, y + 1, cell, ROWS);
        show_text(grid, x, y + 1 + ROWS, width, ROLE_DIM, variants[kind].rows);
        show_textf(grid, x, y + 2 + ROWS, width, ROLE_DIM, "× %s", variants[kind].columns);
    }
}

static void variants_draw(const struct demo_run *run, struct grid *grid)
{
    enum { WIDE = 70, TALL = ROWS + 7 };
    int kind = (int)run->knob[KIND].number;
    const struct variant *v = &variants[kind];
    bool known = run->done > 0;
    struct shown p = show_number(run->knob[P].number, 3);
    struct shown share =
        known ? show_percent(run->out[DROPPED_FRACTION].number, 3) : (struct shown){"?"};
    show_either(
        grid, 0, ROLE_STRONG,
        line_of("%s, p %s: drops %s, here %s of the map", v->name, p.text, v->drops, share.text),
        line_of("%s, p %s: %s", v->name, p.text, share.text));
    if (grid->width < WIDE || grid->height < TALL) {
        int rows = grid->height - 1 < ROWS ? grid->height - 1 : ROWS;
        draw_map(run, grid, kind, 0, 1, 1, rows);
        int x = COLUMNS + 2;
        show_text(grid, x, 1, grid->width - x, ROLE_DIM, v->rows);
        show_textf(grid, x, 2, grid->width - x, ROLE_DIM, "× %s", v->columns);
        show_textf(grid, x, 3, grid->width - x, ROLE_TEXT, "%s coins",
                   show_result(run, COINS, 3).text);
        return;
    }
    show_text(grid, 0, 1, grid->width, ROLE_TEXT, v->says);
    draw_side_by_side(run, grid, 2);
    if (known)
        show_textf(grid, 0, grid->height > TALL ? TALL - 1 : TALL - 2, grid->width, ROLE_TEXT,
                   "%s coins: on average %s is dropped, give or take %s",
                   show_result(run, COINS, 3).text,
                   show_percent(run->out[EFFECTIVE_RATE].number, 3).text,
                   show_percent(run->out[SD_FRACTION].number, 2).text);
}

static void variants_describe(const struct demo_run *run, struct buf *out)
{
    const struct variant *v = &variants[(size_t)run->knob[KIND].number];
    buf_addf(out, "%s drops %s from a map of %d %s and %d %s, with p = %s. ", v->name, v->drops,
             ROWS, v->rows, COLUMNS, v->columns, show_number(run->knob[P].number, 3).text);
    if (run->done == 0) {
        buf_add(out, "No coin has been tossed yet.");
        return;
    }
    buf_addf(out, "%s ", v->says);
    buf_addf(out, "This time %s of the map was dropped. ",
             show_percent(run->out[DROPPED_FRACTION].number, 3).text);
    buf_addf(out, "With %s coins it is %s on average, give or take %s.",
             show_result(run, COINS, 3).text, show_percent(run->out[EFFECTIVE_RATE].number, 3).text,
             show_percent(run->out[SD_FRACTION].number, 2).text);
}

const struct demo demo_variants = {
    .name = "variants",
    .title = "The dropout family",
    .theme = "Dropout",
    .sketch = "█·█·█  ██···█",
    .question = "What does each variant of dropout drop?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "maps",
    .start = variants_start,
    .step = variants_step,
    .draw = variants_draw,
    .describe = variants_describe,
};
