/* matrix.h: our own matrix product, and the few questions one asks of a row of numbers.
 *
 * Matrices are row-major arrays, their shapes in the comments. Each element of a product is a chain
 * of multiply-adds over k in order, begun anew every 256; these sums are added in order. So it has
 * the same bits whatever the tiles, the threads, AVX2 or AVX-512 (the portable kernels round the
 * multiplication too and differ in the last bits).
 *
 * Where a is 0 the product may pass over b: a weight that is NaN or infinite does not show there. Who
 * changes weights must ask whether they are still numbers (optim_step does). */
#ifndef NN_MATRIX_H
#define NN_MATRIX_H

#include "nn/pool.h"
#include "nn/real.h"

#include <stdbool.h>

enum matrix_form {
    MATRIX_NN, /* c (m,n) = a (m,k) b (k,n) */
    MATRIX_TN, /* c (m,n) = aT b, a is (k,m): gradients of weights */
    MATRIX_NT, /* c (m,n) = a bT, b is (n,k): gradients of inputs */
};

/* c = product, or, with `bias` (n), product + bias in every row. */
void matrix_multiply(enum matrix_form form, real *c, const real *a, const real *b, const real *bias,
                     size_t m, size_t n, size_t k, struct pool *pool);

void real_add(real *to, const real *x, size_t n, struct pool *pool); /* to += x */
double real_norm(const real *x, size_t n); /* root of the sum of squares, summed in double */
bool real_finite(const real *x, size_t n); /* neither NaN nor infinite anywhere */

#endif
