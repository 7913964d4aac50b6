/* dropout.h: dropout and its relatives. p is always the probability of dropping.
 *
 * They differ only in what one random bit decides about:
 *   unit           one number                dropout_forward on activations
 *   attention      one attention weight      dropout_forward on the rows of the softmax, which
 *                                            then no longer add up to 1 (nor does PyTorch's)
 *   DropConnect    one weight                dropout_forward on w
 *   spatial        one map of one image      dropout_rows_apply, a row for each image and channel
 *   stochastic     one example's branch      dropout_rows_apply, a row for each example
 *   depth
 * The mask (mask.h, 1 = kept) is packed and kept for the backward pass, which is dropout_apply (or
 * dropout_rows_apply) on the gradient. */
#ifndef NN_DROPOUT_H
#define NN_DROPOUT_H

#include "nn/mask.h"
#include "nn/real.h"

enum dropout_scaling {
    DROPOUT_INVERTED, /* training divides by 1-p, evaluation does nothing */
    DROPOUT_CLASSIC,  /* training does nothing more, evaluation multiplies by 1-p */
};

/* What a number that is kept is multiplied by; 0 where p is 1. */
double dropout_scale(double p, enum dropout_scaling scaling);

/* Draws the mask of n bits (mask_words(n) words) and applies it in one go: y = x mask scale. */
void dropout_forward(real *y, uint64_t *mask, const real *x, size_t n, double p,
                     enum dropout_scaling scaling, struct mask_key key, struct pool *pool);

/* y (n) = x (n) where the bit is 1, times scale, and 0 elsewhere, even where x is NaN; y may be x. */
void dropout_apply(real *y, const real *x, const uint64_t *mask, size_t n, double scale,
                   struct pool *pool);

/* The same with one bit for each row of x, y (rows, width). */
void dropout_rows_apply(real *y, const real *x, const uint64_t *mask, size_t rows, size_t width,
                        double scale);

/* What stands in its place outside training; y may be x. */
void dropout_eval(real *y, const real *x, size_t n, double p, enum dropout_scaling scaling);

#endif
