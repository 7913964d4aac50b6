#include "nn/dropout.h"

#include "nn/kernels.h"

#include <assert.h>

enum { TOGETHER = 4096 };

double dropout_scale(double p, enum dropout_scaling scaling)
{
    if (scaling == DROPOUT_CLASSIC)
        return 1;
    return p < 1 ? 1 / (1 - p) : 0;
}

struct dropout_job {
    real *y;
    uint64_t *mask;       /* to draw */
    const uint64_t *kept; /* or drawn already */
    const real *x;
    size_t n;
    double keep, scale;
    struct mask_key key;
    const struct kernels *kernels;
    enum simd simd;
};

/* Mask, scale and keep the mask while all three are in the first cache. */
static void dropout_blocks(void *user, size_t from, size_t to)
{
    const struct dropout_job *job = user;
    for (size_t block = from; block < to; block++) {
        struct mask_source source;
        size_t first = block * MASK_BLOCK, end = first + MASK_BLOCK;
        if (end > job->n)
            end = job->n;
        mask_open(&source, job->keep, job->key, block, job->simd);
        for (size_t i = first; i < end; i += TOGETHER) {
            size_t n = end - i < TOGETHER ? end - i : TOGETHER;
            mask_next(&source, job->mask + i / 64, (n + MASK_GROUP - 1) / MASK_GROUP);
            job->kernels->keep(job->y + i, job->x + i, job->mask + i / 64, n, (real)job->scale,
                               can_stream(job->y, 1, job->n));
        }
    }
}

void dropout_forward(real *y, uint64_t *mask, const real *x, size_t n, double p,
                     enum dropout_scaling scaling, struct mask_key key, struct pool *pool)
{
    assert(p >= 0 && p <= 1);
    struct dropout_job job = {.y = y,
                              .mask = mask,
                              .x = x,
                              .n = n,
                              .keep = 1 - p,
                              .scale = dropout_scale(p, scaling),
                              .key = key,
                              .kernels = kernels_for(pool),
                              .simd = pool_simd(pool)};
    pool_run(pool, (n + MASK_BLOCK - 1) / MASK_BLOCK, 1, dropout_blocks, &job);
}

static void apply_range(void *user, size_t from, size_t to)
{
    const struct dropout_job *job = user;
    job->kernels->keep(job->y + from, job->x + from, job->kept + from / 64, to - from,
                       (real)job->scale, can_stream(job->y, 1, job->n));
}

void dropout_apply(real *y, const real *x, const uint64_t *mask, size_t n, double scale,
                   struct pool *pool)
{
    struct dropout_job job = {
        .y = y, .kept = mask, .x = x, .n = n, .scale = scale, .kernels = kernels_for(pool)};
    pool_run(pool, n, MASK_BLOCK, apply_range, &job);
}

void dropout_rows_apply(real *y, const real *x, const uint64_t *mask, size_t rows, size_t width,
                        double scale)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t i = row * width; i < (row + 1) * width; i++)
            y[i] = mask_bit(mask, row) ? x[i] * (real)scale : 0;
}

void dropout_eval(real *y, const real *x, size_t n, double p, enum dropout_scaling scaling)
{
    double scale = scaling == DROPOUT_CLASSIC ? 1 - p : 1;
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * (real)scale;
}
