#include "nn/norm.h"

#include "nn/kernels.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

/* Rows are shared out to threads a chunk at a time. The gradients of gamma and beta are sums over
 * all rows: each chunk has its own, and they are added in order, so that the bits depend on the
 * number of rows but not on that of threads. */
enum { MOST_CHUNKS = 16, CHUNK_ROWS = 64 };

static size_t rows_a_chunk(size_t rows)
{
    size_t each = (rows + MOST_CHUNKS - 1) / MOST_CHUNKS;
    return each < CHUNK_ROWS ? CHUNK_ROWS : each;
}

struct rows_job {
    const struct kernels *kernels;
    real *y, *mean, *rstd;
    const real *x, *gamma, *beta;
    size_t rows, width;
    double epsilon;
    enum rms_epsilon place;
    bool stream;
    /* backward */
    real *gx;
    const real *gy, *kept_mean, *kept_rstd;
    size_t chunk;
    real *ggamma, *gbeta; /* (chunks, width) or NULL */
};

/* ---- Layer norm ---- */

static void layer_norm_rows(void *user, size_t from, size_t to)
{
    const struct rows_job *job = user;
    for (size_t i = from; i < to; i++)
        job->kernels->layer_norm(job->y + i * job->width, job->mean + i, job->rstd + i,
                                 job->x + i * job->width, job->gamma, job->beta, job->width,
                                 job->epsilon);
}

void layer_norm_forward(real *y, real *mean, real *rstd, const real *x, const real *gamma,
                        const real *beta, size_t batch, size_t features, double epsilon,
                        struct pool *pool)
{
    struct rows_job job = {.kernels = kernels_for(pool),
                           .y = y,
                           .mean = mean,
                           .rstd = rstd,
                           .x = x,
                           .gamma = gamma,
                           .beta = beta,
                           .width = features,
                           .epsilon = epsilon};
    pool_run(pool, batch, CHUNK_ROWS, layer_norm_rows, &job);
}

/* Where chunk number `chunk` adds up the gradient that is to end in `sums`. */
static real *part_of(real *sums, size_t chunk, size_t width)
{
    return sums ? sums + chunk * width : NULL;
}

static void layer_norm_backward_chunks(void *user, size_t from, size_t to)
{
    const struct rows_job *job = user;
    for (size_t i = from * job->chunk; i < to * job->chunk && i < job->rows; i++)
        job->kernels->layer_norm_backward(
            job->gx + i * job->width, part_of(job->ggamma, i / job->chunk, job->width),
            part_of(job->gbeta, i / job->chunk, job->width), job->gy + i * job->width,
            job->x + i * job->width, job->kept_mean[i], job->kept_rstd[i], job->gamma, job->width,
            job->stream);
}

/* Runs `work` over the chunks with room for their sums, and adds these up. */
static void backward_in_chunks(struct rows_job *job, pool_work *work, real *ggamma, real *gbeta,
                               struct pool *pool)
{
    job->chunk = rows_a_chunk(job->rows);
    size_t chunks = (job->rows + job->chunk - 1) / job->chunk;
    size_t each = chunks * job->width;
    real *sums = NULL;
    if (chunks > 1) {
        sums = memory_alloc(2 * each * sizeof *sums);
        memset(sums, 0, 2 * each * sizeof *sums);
    }
    if (ggamma)
        memset(ggamma, 0, job->width * sizeof *ggamma);
    if (gbeta)
        memset(gbeta, 0, job->width * sizeof *gbeta);
    job->ggamma = !ggamma ? NULL : sums ? sums : ggamma;
    job->gbeta = !gbeta ? NULL : sums ? sums + each : gbeta;
    pool_run(pool, chunks, 1, work, job);
    for (size_t i = 0; i < chunks && sums; i++) {
        if (ggamma)
            job->kernels->add(ggamma, sums + i * job->width, job->width);
        if (gbeta)
            job->kernels->add(gbeta, sums + each + i * job->width, job->width);
    }
    memory_free(sums);
}

void layer_norm_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                         const real *mean, const real *rstd, const real *gamma, size_t batch,
                         size_t features, struct pool *pool)
{
    struct rows_job job = {.kernels = kernels_for(pool),
                           .gx = gx,
                           .stream = can_stream(gx, batch, features),
                           .gy = gy,
                           .x = x,
                           .kept_mean = mean,
                           .kept_rstd = rstd,
                           .gamma = gamma,
                           .rows = batch,
                           .width = features};
    backward_in_chunks(&job, layer_norm_backward_chunks, ggamma, gbeta, pool);
}

/* ---- RMS norm ---- */

static void rms_norm_rows(void *user, size_t from, size_t to)
{
    const struct rows_job *job = user;
    for (size_t i = from; i < to; i++) {
        const real *x = job->x + i * job->width;
        double mean_square = job->kernels->sum_squares(x, job->width) / (double)job->width;
        job->rstd[i] = (real)(job->place == RMS_INSIDE ? 1 / sqrt(mean_square + job->epsilon)
                                                       : 1 / (sqrt(mean_square) + job->epsilon));
        job->kernels->rms_norm(job->y + i * job->width, x, job->rstd[i], job->gamma, job->width);
    }
}

void rms_norm_forward(real *y, real *rstd, const real *x, const real *gamma, size_t batch,
                      size_t features, double epsilon, enum rms_epsilon place, struct pool *pool)
{
    struct rows_job job = {.kernels = kernels_for(pool),
                           .y = y,
                           .rstd = rstd,
                           .x = x,
                           .gamma = gamma,
                           .width = features,
                           .epsilon = epsilon,
                           .place = place};
    pool_run(pool, batch, CHUNK_ROWS, rms_norm_rows, &job);
}

/* With r the factor of the row and m = mean x^2, dr/dx_i = -slope x_i:
 * inside, r = (m + e)^(-1/2), slope = r^3 / n; outside, r = 1 / (sqrt(m) + e), slope =
 * r^2 / (n sqrt(m)), where a row of zeros has none. */
static void rms_norm_backward_chunks(void *user, size_t from, size_t to)
{
    const struct rows_job *job = user;
    double n = (double)job->width;
    for (size_t i = from * job->chunk; i < to * job->chunk && i < job->rows; i++) {
        double r = (double)job->kept_rstd[i], slope = r * r * r / n;
        if (job->place == RMS_OUTSIDE) {
            double root = 1 / r - job->epsilon; /* sqrt(m) */
            slope = root > 0 ? r * r / (n * root) : 0;
        }
        job->kernels->rms_norm_backward(
            job->gx + i * job->width, part_of(job->ggamma, i / job->chunk, job->width),
            job->gy + i * job->width, job->x + i * job->width, job->kept_rstd[i], (real)slope,
            job->gamma, job->width, job->stream);
    }
}

void rms_norm_backward(real *gx, real *ggamma, const real *gy, const real *x, const real *rstd,
                       const real *gamma, size_t batch, size_t features, double epsilon,
                       enum rms_epsilon place, struct pool *pool)
{
    struct rows_job job = {.kernels = kernels_for(pool),
                           .gx = gx,
                           .stream = can_stream(gx, batch, features),
                           .gy = gy,
                           .x = x,
                           .kept_rstd = rstd,
                           .gamma = gamma,
                           .rows = batch,
                           .width = features,
                           .epsilon = epsilon,
                           .place = place};
    backward_in_chunks(&job, rms_norm_backward_chunks, ggamma, NULL, pool);
}
