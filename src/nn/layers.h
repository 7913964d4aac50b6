/* layers.h: what a network is made of, forward and backward: linear, activations, losses.
 *
 * Plain functions over row-major arrays. B = batch (rows), I = inputs, O = outputs, C = classes.
 * In every backward function gy is dL/dy; gx, gw, gb are dL/dx, dL/dw, dL/db and are written, not
 * added to. Results may not overlap their arguments unless it says so. */
#ifndef NN_LAYERS_H
#define NN_LAYERS_H

#include "nn/pool.h"
#include "nn/real.h"

/* y (B,O) = x (B,I) w (I,O) + b (O); b may be NULL. The row i of w holds what input i sends to each
 * output; PyTorch keeps the transpose. */
void linear_forward(real *y, const real *x, const real *w, const real *b, size_t batch,
                    size_t inputs, size_t outputs, struct pool *pool);

/* gx (B,I) may be NULL where nobody needs it (the first layer), gb (O) where there is no bias. */
void linear_backward(real *gx, real *gw, real *gb, const real *gy, const real *x, const real *w,
                     size_t batch, size_t inputs, size_t outputs, struct pool *pool);

enum activation {
    ACTIVATION_RELU, /* max(x, 0); its slope at 0 is taken as 0 */
    ACTIVATION_TANH,
    ACTIVATION_SIGMOID,   /* 1 / (1 + exp(-x))                       */
    ACTIVATION_GELU,      /* x Phi(x), with erf                      */
    ACTIVATION_GELU_TANH, /* its approximation by tanh               */
    ACTIVATIONS,
};

/* y (n) from x (n); y may be x. */
void activation_forward(real *y, const real *x, size_t n, enum activation kind, struct pool *pool);

/* gx (n) from gy, the input x and the output y of the forward pass; gx may be gy. */
void activation_backward(real *gx, const real *gy, const real *x, const real *y, size_t n,
                         enum activation kind, struct pool *pool);

/* Rows of probabilities, and their logarithms, from rows of logits of any size: the greatest logit
 * of a row is taken off first. (B,C) */
void softmax_forward(real *probability, const real *logits, size_t batch, size_t classes);
/* gx (B,C) from gy and the probabilities of the forward pass; gx may be gy. */
void softmax_backward(real *gx, const real *gy, const real *probability, size_t batch,
                      size_t classes);
void log_softmax_forward(real *log_probability, const real *logits, size_t batch, size_t classes);

/* The mean over the batch of -log p(label), in double; gx (B,C) = (p - onehot) / B, or NULL;
 * *correct counts the rows whose greatest logit (the first of equals) is the label, or NULL. */
double cross_entropy(real *gx, const real *logits, const unsigned char *labels, size_t batch,
                     size_t classes, size_t *correct);

/* The mean over all n numbers of (y - target)^2; gx (n) = 2 (y - target) / n, or NULL. */
double squared_error(real *gx, const real *y, const real *target, size_t n);

#endif
