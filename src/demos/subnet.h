/* subnet.h: averages over the subnetworks that dropout makes of one small network.
 *
 * A mask switches each of `units` activations off with probability p; survivors count 1/(1-p).
 * What follows is one of six read-outs. Three answers are compared: the arithmetic mean of the
 * outputs over all masks, each with its probability; their geometric mean, renormalised where the
 * outputs are probabilities; and weight scaling, the whole network run once (Goodfellow et al.,
 * Deep Learning, 7.12). */
#ifndef DEMOS_SUBNET_H
#define DEMOS_SUBNET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum subnet_kind {
    SUBNET_LINEAR,     /* one linear output */
    SUBNET_SIGMOID,    /* the probability of yes */
    SUBNET_SOFTMAX,    /* `classes` probabilities */
    SUBNET_RELU,       /* one ReLU unit, itself the output */
    SUBNET_RELU_LAYER, /* `hidden` ReLU units, then softmax over `classes` */
    SUBNET_RELU_SUM,   /* `hidden` ReLU units, then one linear output */
};

enum { SUBNET_CLASSES_MOST = 10, SUBNET_HIDDEN_MOST = 64, SUBNET_ENUMERATED_MOST = 20 };

struct subnet {
    enum subnet_kind kind;
    size_t units, hidden, classes;
    double p;
    double *term;    /* (units, columns): activation times weight, already divided by 1-p */
    double *bias;    /* (columns): columns as subnet_columns says */
    double *readout; /* (classes, hidden), behind a layer of ReLU; classes is 1 for the sum */
};

size_t subnet_columns(const struct subnet *net); /* sums that a mask changes */
size_t subnet_outputs(const struct subnet *net); /* entries of each mean */

/* What has been visited so far. `logs` has one entry more than outputs for SIGMOID: log P(no). */
struct subnet_sums {
    double weight, outputs[SUBNET_CLASSES_MOST], squares[SUBNET_CLASSES_MOST];
    double logs[SUBNET_CLASSES_MOST];
};

/* Subnetworks are visited in blocks of 2^low masks, which share the bits above; a table of the
 * sums of the low bits makes each of them one addition. The sums do not depend on who calls. */
struct subnet_blocks {
    size_t low, count;          /* bits of a block; number of blocks */
    double *sums, *probability; /* (2^low, columns), (2^low) */
};

/* Only for units <= SUBNET_ENUMERATED_MOST. */
void subnet_blocks_init(struct subnet_blocks *blocks, struct arena *arena,
                        const struct subnet *net);
void subnet_add_block(const struct subnet *net, const struct subnet_blocks *blocks, size_t block,
                      struct subnet_sums *sums);

/* Adds the subnetwork of a random mask; `draw` numbers the masks of a seed. */
void subnet_add_drawn(const struct subnet *net, uint64_t seed, uint64_t draw,
                      struct subnet_sums *sums);

/* The wrong way, for comparison: mask after mask in Gray-code order, each a unit more or less than the
 * one before, in one float32 sum for the unit and one for the mean, where rounding errors pile up. For a
 * sigmoid, 0 < p < 1. */
struct subnet_naive {
    uint64_t next; /* masks visited */
    float z, weight, mean;
};
void subnet_naive_until(const struct subnet *net, struct subnet_naive *naive, uint64_t end);

/* The means of what was visited, (outputs) each; geometric is NaN where outputs may be negative. */
void subnet_means(const struct subnet *net, const struct subnet_sums *sums, double *arithmetic,
                  double *geometric);
/* The whole network at once, with every activation times 1-p, (outputs). */
void subnet_weight_scaling(const struct subnet *net, double *outputs);

#endif
