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

struct recipe {
    struct buf line; /* the network, as nn/model.h reads it */
    struct init_options init;
    struct train_options train;
};

struct sweep {
    size_t cells, rates, seeds;
    size_t points; /* on the spirals, and how these are made */
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
    double *shown[3];       /* what sweep_out_rates hands out */
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

/* Sets three results from `first` on, tables of cells and rates that hold NaN where nothing is known
 * yet: mean accuracy, its spread, the share of runs that diverged. */
void sweep_out_rates(struct sweep *sweep, struct demo_run *run, int first);
/* The greatest of the rates at which the mean accuracy is at least `least`; NaN: none is. */
double sweep_largest_rate(const struct sweep *sweep, size_t cell, const double *rates,
                          double least);

size_t sweep_diverged(const struct sweep *sweep); /* runs, of all */

/* Blocks of a network: "2 32 std=1", `units` times `unit`, `last`, and the read-out of 2 classes. */
void sweep_net(struct buf *line, size_t units, const char *unit, const char *last);

#endif
