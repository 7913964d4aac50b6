#include "nn/norm.h"

#include "nn/kernels.h"

#include "base/arena.h"

#include <math.h>
#include <string.h>

/* Rows are shared out to threads a chunk at a time. The gradients of gamma and beta are sums over
 * all rows: each chunk has its own, and they are added in a fixed order, so that the bits depend on
 * the number of rows but not on that of threads. */
enum { USUAL_CHUNKS = 16, CHUNK_ROWS = 64, MOST_CHUNK_ROWS = 1024 };

/* At most so many that float can add them up without losing more than a few units of its last digit. */
static size_t rows_a_chunk(size_t rows)
{
    size_t each = (rows + USUAL_CHUNKS - 1) / USUAL_CHUNKS;
    return each < CHUNK_ROWS ? CHUNK_ROWS : each > MOST_CHUNK_ROWS ? MOST_CHUNK_ROWS : each;
}

struct rows_job {
    const struct kernels *kernels;
    real *y, *rstd;
    double *mean;
    const real *x, *gamma, *beta;
    size_t rows, width;
    double epsilon;
    enum rms_epsilon place;
    bool stream;
    /* backward */
    real *gx;
    const real *gy, *kept_rstd;
    const double *kept_mean;
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

void layer_norm_forward(real *y, double *mean, real *rstd, const real *x, const real *gamma,
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

/* Adds up the chunks' sums in pairs, pairs of pairs and so on: no number is rounded more often than
 * the chunks can be halved. */
static void add_chunks(const struct kernels *kernels, real *sums, size_t chunks, size_t width,
                       real *total)
{
    for (size_t apart = 1; apart < chunks; apart *= 2)
        for (size_t i = 0; i + apart < chunks; i += 2 * apart)
            kernels->add(sums + i * width, sums + (i + apart) * width, width);
    memcpy(total, sums, width * sizeof *total);
}

/* Runs `work` over the chunks with room for their sums, and adds these up. */
static void backward_in_chunks(struct rows_job *job, pool_work *work, real *ggamma, real *gbeta,
                               struct pool *pool)
{
    job->chunk = rows_a_chunk(job->rows);
    size_t chunks = (job->rows + job->chunk - 1) / job->chunk, each = chunks * job->width;
    real *sums = memory_alloc(2 * each * sizeof *sums);
    memset(sums, 0, 2 * each * sizeof *sums);
    job->ggamma = ggamma ? sums : NULL;
    job->gbeta = gbeta ? sums + each : NULL;
    pool_run(pool, chunks, 1, work, job);
    if (ggamma)
        add_chunks(job->kernels, sums, chunks, job->width, ggamma);
    if (gbeta)
        add_chunks(job->kernels, sums + each, chunks, job->width, gbeta);
    memory_free(sums);
}

void layer_norm_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                         const double *mean, const real *rstd, const real *gamma, size_t batch,
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

/* sqrt(rms^2 + epsilon); beside so large a number, whose square may overflow, epsilon is nothing. */
static double root_of(double rms, double epsilon)
{
    return rms > 1e100 ? rms : sqrt(rms * rms + epsilon);
}

static void rms_norm_rows(void *user, size_t from, size_t to)
{
    const struct rows_job *job = user;
    for (size_t i = from; i < to; i++) {
        const real *x = job->x + i * job->width;
        double rms = job->kernels->root_mean_square(x, job->width);
        job->rstd[i] = (real)(job->place == RMS_INSIDE ? 1 / root_of(rms, job->epsilon)
                                                       : 1 / (rms + job->epsilon));
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

/* With s = mean x^2, the factor r of the row, xhat = x r and g = gy gamma:
 * inside, r = (s + e)^(-1/2), dr/dx_i = -r^3 x_i / n, so gx = r (g - xhat mean(g xhat));
 * outside, r = 1 / (sqrt(s) + e), dr/dx_i = -r^2 x_i / (n sqrt(s)), so the second term is
 * 1 / (r sqrt(s)) times as much: the pull. A row of zeros has xhat = 0 and no second term. */
static void rms_norm_backward_chunks(void *user, size_t from, size_t to)
{
    const struct rows_job *job = user;
    for (size_t i = from * job->chunk; i < to * job->chunk && i < job->rows; i++) {
        const real *x = job->x + i * job->width;
        double pull = 1;
        if (job->place == RMS_OUTSIDE) {
            double rms = job->kernels->root_mean_square(x, job->width);
            pull = rms > 0 ? (rms + job->epsilon) / rms : 0;
        }
        job->kernels->rms_norm_backward(job->gx + i * job->width,
                                        part_of(job->ggamma, i / job->chunk, job->width),
                                        job->gy + i * job->width, x, job->kept_rstd[i], pull,
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
