#include "nn/matrix.h"

#include "nn/kernels.h"

#include <math.h>

/* Below this many multiply-adds waking other threads costs more than they save. */
enum { WORTH_SHARING = 1 << 17, ROWS_TOGETHER = 24, COLUMNS_TOGETHER = 32 };

struct multiply_job {
    struct product product;
    const struct kernels *kernels;
};

static void multiply_rows(void *user, size_t from, size_t to)
{
    const struct multiply_job *job = user;
    job->kernels->multiply(&job->product, &(struct part){from, to, 0, job->product.n});
}

static void multiply_columns(void *user, size_t from, size_t to)
{
    const struct multiply_job *job = user;
    job->kernels->multiply(&job->product, &(struct part){0, job->product.m, from, to});
}

/* Whether five eighths of a sample are 0. The stride is odd, so it does not walk down one column. */
static bool mostly_zeros(const real *a, size_t n)
{
    enum { SAMPLE = 64 };
    size_t stride = n / SAMPLE | 1, zeros = 0;
    for (size_t i = 0; i < SAMPLE && i * stride < n; i++)
        zeros += a[i * stride] == 0;
    return zeros >= SAMPLE * 5 / 8;
}

void matrix_multiply(enum matrix_form form, real *c, const real *a, const real *b, const real *bias,
                     size_t m, size_t n, size_t k, struct pool *pool)
{
    struct multiply_job job = {.kernels = kernels_for(pool),
                               .product = {
                                   .c = c,
                                   .a = a,
                                   .b = b,
                                   .bias = bias,
                                   .m = m,
                                   .n = n,
                                   .k = k,
                                   .a_row = form == MATRIX_TN ? 1 : k,
                                   .a_column = form == MATRIX_TN ? m : 1,
                                   .b_row = form == MATRIX_NT ? 1 : n,
                                   .b_column = form == MATRIX_NT ? k : 1,
                               }};
    job.product.skip_zeros = mostly_zeros(a, m * k);
    if (m * n * k < WORTH_SHARING)
        multiply_rows(&job, 0, m);
    else if (m > 2 * n)
        pool_run(pool, m, ROWS_TOGETHER, multiply_rows, &job);
    else /* fewer rows than weights: let every thread read its own part of them */
        pool_run(pool, n, COLUMNS_TOGETHER, multiply_columns, &job);
}

void real_add(real *to, const real *x, size_t n, struct pool *pool)
{
    kernels_for(pool)->add(to, x, n);
}

double real_norm(const real *x, size_t n)
{
    enum { CHAINS = 8 }; /* sums that do not wait for one another */
    double sums[CHAINS] = {0}, sum = 0;
    size_t i = 0;
    for (; i + CHAINS <= n; i += CHAINS)
        for (size_t j = 0; j < CHAINS; j++)
            sums[j] += (double)x[i + j] * (double)x[i + j];
    for (; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    for (size_t j = 0; j < CHAINS; j++)
        sum += sums[j];
    return sqrt(sum);
}

bool real_finite(const real *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}
