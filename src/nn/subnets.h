/* subnets.h: the average of a small network over all 2^n masks that dropout can draw, by visiting
 * every one of them.
 *
 * The masks that share their upper bits form a block. For the lower bits there are tables: of the
 * sums themselves, or of their exponentials, so that one subnetwork costs a few operations:
 * sigmoid(h + t) = 1 / (1 + exp(-h) exp(-t)). Tables are float32 and sums float64; the rounding of
 * single terms averages out (about 1e-9 at n = 30). Terms too large for an exponential in float32 are
 * averaged one by one in float64, some twenty times more slowly. Bits of a result do not depend on threads. */
#ifndef NN_SUBNETS_H
#define NN_SUBNETS_H

#include "nn/pool.h"

#include "base/arena.h"

#include <stddef.h>

enum subnets_kind {
    SUBNETS_SIGMOID, /* one column: the probability of yes */
    SUBNETS_SOFTMAX, /* one column for each class: their probabilities */
    SUBNETS_RELU,    /* one column for each hidden ReLU unit; a linear read-out of them */
    SUBNETS_LAYER,   /* the same columns; a softmax over several read-outs, and these logits */
    SUBNETS_LINEAR,  /* one column, as it is; in float64 throughout */
};

enum { SUBNETS_UNITS_MOST = 40, SUBNETS_CLASSES_MOST = 16, SUBNETS_HIDDEN_MOST = 64 };

struct subnets {
    enum subnets_kind kind;
    size_t units, columns;
    size_t outputs; /* entries of the mean: 1, or one for each class; LAYER: then their logits */
    size_t low, blocks; /* bits of a block; how many blocks there are */
    /* private */
    const double *term, *bias, *readout;
    double p;
    float *table;   /* (2^low) or (columns, 2^low) or (2^low, padded); NULL: `sums` in its place */
    double *sums;   /* (2^low, columns) for LINEAR and where exponentials would leave float32 */
    double *chance; /* (2^low) beside `sums`: the probability of the low bits */
    float *weight;  /* (2^low) the same for a table; NULL where all are equal */
    float *read;    /* (padded), or (classes, columns) for LAYER */
    size_t padded;
    struct pool *pool;
};

/* term (units, columns): what a kept unit adds to each column (already divided by 1-p); bias
 * (columns); readout (columns) for RELU and (classes, columns) for LAYER, which alone has classes of
 * its own. All borrowed. p is the probability of dropping, 0 to 1; units at most SUBNETS_UNITS_MOST. */
void subnets_open(struct subnets *subnets, struct arena *arena, enum subnets_kind kind,
                  size_t units, size_t columns, const double *term, const double *bias,
                  const double *readout, size_t classes, double p, struct pool *pool);

/* Adds blocks first..first+count-1 to mean (outputs), each with its probability: after all blocks it
 * is the mean. The partial sums are added in the order of the blocks. */
void subnets_add(const struct subnets *subnets, struct arena *scratch, size_t first, size_t count,
                 double *mean);

#endif
