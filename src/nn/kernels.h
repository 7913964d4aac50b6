/* kernels.h: the inner loops, written once (kernels_impl.h) and compiled for each instruction set.
 *
 * For the other files of nn only. Every kernel works on one thread and on whole rows or whole
 * stretches of elements; who calls it does the splitting. */
#ifndef NN_KERNELS_H
#define NN_KERNELS_H

#include "nn/pool.h"
#include "nn/real.h"

#include <stdbool.h>
#include <stdint.h>

/* c (m,n) = a (m,k) b (k,n) + bias; the element (i,k) of a is a[i * a_row + k * a_column], likewise
 * for b; rows of c are n apart. */
struct product {
    real *c;
    const real *a, *b, *bias; /* bias (n) or NULL */
    size_t m, n, k;
    size_t a_row, a_column, b_row, b_column;
    bool skip_zeros; /* a is mostly zeros: look for what need not be multiplied */
};

/* Part of a matrix: rows row..row_end-1, columns column..column_end-1. */
struct part {
    size_t row, row_end, column, column_end;
};

/* The factors of one step of Adam, all worked out in double. */
struct adam_factors {
    real beta1, beta2, rest1, rest2; /* rest = 1 - beta */
    real step, root, epsilon;        /* p -= step m / (root sqrt(v) + epsilon) */
    real penalty, shrink;            /* g += penalty p; p *= shrink */
};

struct sgd_factors {
    real rate, momentum, penalty;
    bool nesterov, first; /* the first step fills the velocity with the gradient itself */
};

struct kernels {
    /* the rows and columns of c that `part` names */
    void (*multiply)(const struct product *job, const struct part *part);
    void (*add)(real *to, const real *x, size_t n);
    void (*relu)(real *y, const real *x, size_t n);
    void (*relu_backward)(real *gx, const real *gy, const real *y, size_t n);
    /* to[j] = sum over the rows of x[row][j], first row first */
    void (*column_sums)(real *to, const real *x, size_t rows, size_t columns);
    /* false where one of the new p is NaN or infinite */
    bool (*adam)(const struct adam_factors *by, real *p, const real *g, real *m, real *v, size_t n);
    bool (*sgd)(const struct sgd_factors *by, real *p, const real *g, real *velocity, size_t n);
    /* Where `stream`, results go past the caches, where nobody would find them: see can_stream. */
    /* y = x scale where the bit is 1, else 0 */
    void (*keep)(real *y, const real *x, const uint64_t *mask, size_t n, real scale, bool stream);
    /* one row: y = gamma (x - mean) rstd + beta; gamma, beta may be NULL */
    void (*layer_norm)(real *y, double *mean, real *rstd, const real *x, const real *gamma,
                       const real *beta, size_t n, double epsilon);
    /* one row: writes gx, adds to ggamma and gbeta where they are not NULL */
    void (*layer_norm_backward)(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                                double mean, real rstd, const real *gamma, size_t n, bool stream);
    /* one row: y = gamma x rstd, where rstd comes from the root of the mean square; `pull`: see
     * rms_norm_backward in norm.c */
    double (*root_mean_square)(const real *x, size_t n);
    void (*rms_norm)(real *y, const real *x, real rstd, const real *gamma, size_t n);
    void (*rms_norm_backward)(real *gx, real *ggamma, const real *gy, const real *x, real rstd,
                              double pull, const real *gamma, size_t n, bool stream);
};

const struct kernels *kernels_for(const struct pool *pool);

/* Whether `rows` rows of `width` results are too large for the caches and start at whole vectors. */
bool can_stream(const real *y, size_t rows, size_t width);

#endif
