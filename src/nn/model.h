/* model.h: a network from a line of text, forward, backward.
 *
 * The line is the forward pass, read from left to right. It starts with the number of inputs:
 *   128              a linear layer to 128 outputs
 *   relu tanh sigmoid gelu gelu-tanh
 *   batch layer rms rms-outside     normalisation
 *   group=4          group norm, the features in 4 groups
 *   instance=8       instance norm, the features as 8 channels
 *   dropout=.2       of units; dropconnect=.2 drops weights of the linear layer before it
 *   std=.1           of the weights of the linear layer before it, in place of the model's init
 *   scale=.5         multiplies
 *   [ ... ]          a residual block, x + what stands inside; 3x[ ... ] is three of them. At its
 *                    end depth=.2 drops the branch, example by example (stochastic depth)
 * `784 128 relu 2x[layer 128 relu dropout=.1] 10` has two pre-norm residual blocks. The short form
 * `784-128-10 relu dropout=.2` puts the words that follow behind each linear layer but the last.
 *
 * A model is one allocation: parameters, gradients, activations and masks for up to `batch` rows. */
#ifndef NN_MODEL_H
#define NN_MODEL_H

#include "nn/init.h"
#include "nn/layers.h"
#include "nn/dropout.h"
#include "nn/norm.h"
#include "nn/spec.h"

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

/* The random streams of this room: init of layer i is block i; masks of layer i are stream i on. */
enum { STREAM_NN_INIT = 900, STREAM_NN_ORDER = 901, STREAM_NN_MASK = 1 << 16 };

/* One layer and what it keeps between the passes. Parameters: w (I,O) and b (O) of a linear layer,
 * gamma (w) and beta (b) of a norm. */
struct layer {
    struct layer_spec spec;
    size_t inputs, outputs;  /* numbers a row */
    real *w, *b, *gw, *gb;   /* parameters and their gradients; NULL where there are none */
    size_t w_count, b_count; /* how many */
    real *y;                 /* (B, outputs) */
    double *mean;            /* statistics of a norm */
    real *rstd;
    real *running_mean, *running_variance; /* batch norm */
    uint64_t *mask;                        /* dropout */
    real *dropped;                         /* DropConnect: w under the mask */
    real *kept_gradient; /* the closing bracket keeps dL/dy for the way round the block */
};

enum model_mode {
    MODEL_EVAL,   /* no dropout, running statistics */
    MODEL_TRAIN,  /* dropout draws its masks, batch norm uses the batch and updates its averages */
    MODEL_REPLAY, /* as training, but with the masks that are there and no update */
    MODEL_SAMPLE, /* dropout draws, batch norm as in evaluation: Monte Carlo dropout */
};

struct model {
    struct model_spec spec;
    struct layer *layers; /* (count) in the order of the line */
    size_t count, inputs, outputs, batch;
    real *parameters, *gradients; /* (parameter_count) all of them in a row, in the same order */
    size_t parameter_count;
    double momentum, epsilon; /* of the norms: .1 and 1e-5 */
    enum dropout_scaling scaling;
    real *spare[2]; /* (B, widest) gradients on their way back */
    const real *x;  /* the batch of the last forward pass, borrowed */
    size_t rows;    /* and how many rows it had */
    enum model_mode mode;
};

/* Reads the line and makes room for batches of up to `batch` rows. The error names the word that is
 * wrong and what is allowed. All parameters are zero, gammas one. */
bool model_build(struct model *model, struct arena *arena, const char *line, size_t batch,
                 struct err *err);

/* Fills the linear layers and puts norms and running statistics back to their start. Layers with
 * `std=` in the line get a normal distribution of that width. */
void model_init(struct model *model, const struct init_options *options, uint64_t seed);

/* The output (rows, outputs), owned by the model, from x (rows, inputs), which must live until the
 * backward pass. `step` and `seed` choose the masks: a fresh one for each step and layer. */
const real *model_forward(struct model *model, const real *x, size_t rows, enum model_mode mode,
                          uint64_t seed, uint64_t step, struct pool *pool);

/* All gradients of the last forward pass from gy (rows, outputs); gx (rows, inputs) may be NULL. */
void model_backward(struct model *model, const real *gy, real *gx, struct pool *pool);

/* The parameter groups, two for each linear layer and each norm with a beta: w, b. For i from 0 on
 * fills `group`; false after the last. For gradients by layer. */
struct parameter_group {
    size_t layer;
    bool is_bias;
    real *values, *gradients;
    size_t count;
};
bool model_group(const struct model *model, size_t i, struct parameter_group *group);

#endif
