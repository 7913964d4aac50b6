/* sweep.h: many small networks trained on spirals, what the demos share that compare networks.
 *
 * A sweep is a table of cells; a cell has a network and a few rates, and is run once for each seed.
 * The whole table is run with the first seed, then with the second, so that it can be stopped at
 * any time. The rates of a cell train side by side on the processors there are; no number depends on
 * how many these are, nor on the slices. A loss that is no longer a number ends its run, which then
 * counts as an accuracy of .50, that of guessing. */
#ifndef DEMOS_SWEEP_H
#define DEMOS_SWEEP_H

#include "demos/demo.h"
#include "demos/statistics.h"

#include "nn/train.h"

enum {
    SWEEP_WIDTH = 32, /* units of a hidden layer */
    SWEEP_MOST_RATES = 8,
};

/* Linear layers of this width in the line of a model: of He (deviation sqrt(2/32)), with half its
 * variance (sqrt(1/32)), with that of PyTorch's default (1/sqrt(96)), and nothing. */
#define SWEEP_HE "32 std=.25"
#define SWEEP_HALF "32 std=.17677669529663689"
#define SWEEP_DEFAULT "32 std=.10206207261596575"
#define SWEEP_ZERO "32 std=0"

/* Knobs that mean the same in every sweep; what the steps are of, and the rates for, is each one's. */
#define SWEEP_KNOB_RATES(least, most, first, said)                                                 \
    {                                                                                              \
        .name = "rates", .kind = KNOB_LIST, .min = (least), .max = (most),                         \
        .initial_list = (first), .longest = SWEEP_MOST_RATES, .help = (said)                       \
    }
#define SWEEP_KNOB_STEPS(said)                                                                     \
    {                                                                                              \
        .name = "steps", .kind = KNOB_INTEGER, .min = 1, .max = 10000, .initial = 300,             \
        .step = 100, .logarithmic = true, .unit = "steps", .help = (said)                          \
    }
#define SWEEP_KNOB_SEEDS                                                                           \
    {                                                                                              \
        .name = "seeds", .kind = KNOB_INTEGER, .min = 1, .max = 50, .initial = 5, .step = 1,       \
        .unit = "seeds", .help = "how often all is run, with new points and weights"               \
    }

struct recipe {
    struct buf line; /* the network, as nn/model.h reads it */
    struct init_options init;
    struct train_options train;
};

struct sweep {
    size_t cells, rates, seeds;
    const double *rate; /* (rates) the learning rates, where sweep_out_rates is to name one */
    size_t points;      /* on the spirals, and how these are made */
    double turns, noise;
    size_t batch;
    int64_t steps;
    int threads; /* 0: one for each processor */
    /* Fills in what is special to one run: the line is empty, the recipe has steps and batches. */
    void (*recipe)(const struct demo_run *run, size_t cell, size_t rate, struct recipe *recipe);

    struct moments *accuracy; /* (cells, rates) over the seeds so far */
    size_t *diverged;         /* (cells, rates) runs that did */
    size_t seed, cell;        /* in hand; seed == seeds when all is done */
    struct lane *lanes;       /* (rates) */
    struct dataset data;
    struct arena_mark mark; /* where the memory of the cell begins */
    bool open;              /* the lanes train the cell in hand */
    double *shown[3];       /* (cells, rates) what sweep_out_rates hands out */
    double *largest;        /* (cells) the same */
};

/* Checks nothing that the ranges of the knobs do not; sets run->total, in steps of training. */
void sweep_start(struct sweep *sweep, struct demo_run *run);
/* About `work` steps of training; false when all is done. */
bool sweep_step(struct sweep *sweep, struct demo_run *run, size_t work);

/* What is known of a cell: its best rate is the one with the greatest mean accuracy, the first of
 * equals. */
struct sweep_cell {
    size_t seeds; /* so far; 0: nothing is known */
    size_t rate;  /* the best; 0 while nothing is known */
    double mean, sd;
    size_t diverged; /* runs at the best rate */
    bool current;    /* being trained now */
};
struct sweep_cell sweep_cell(const struct sweep *sweep, size_t cell);
/* The same at one rate, whether it is the best or not. */
struct sweep_cell sweep_cell_at(const struct sweep *sweep, size_t cell, size_t rate);

/* Sets four results from `first` on: tables of cells and rates that hold NaN where nothing is known
 * yet (mean accuracy, its spread, the share of runs that diverged), and the list of each cell's
 * largest rate with a mean accuracy of at least .9, NaN where none has. Two more from `counts` on:
 * the runs that diverged, and the seeds with which the whole table was run. */
void sweep_out_rates(struct sweep *sweep, struct demo_run *run, int first, int counts);

size_t sweep_diverged(const struct sweep *sweep); /* runs, of all */

/* Blocks of a network: "2 32 std=1", `units` times `unit`, `last`, and the read-out of 2 classes. */
void sweep_net(struct buf *line, size_t units, const char *unit, const char *last);

#endif
