/* norm_channel.c: the norms that share statistics within channels: batch, group, instance. */
#include "nn/norm.h"

#include <assert.h>
#include <math.h>

/* Some stretches of `length` numbers each, `stride` apart, that share a mean: in batch norm a
 * channel of every example, in group norm one group of one example. */
struct shared {
    size_t stretches, stride, length;
};

static double count_of(const struct shared *s)
{
    return (double)(s->stretches * s->length);
}

/* Mean and biased variance of the numbers that share, in two passes. Sums are kept in double. */
static void measure(const struct shared *s, const real *x, double *mean, double *variance)
{
    double sum = 0, squares = 0, rest = 0;
    for (size_t i = 0; i < s->stretches; i++)
        for (size_t j = 0; j < s->length; j++)
            sum += (double)x[i * s->stride + j];
    *mean = sum / count_of(s);
    for (size_t i = 0; i < s->stretches; i++)
        for (size_t j = 0; j < s->length; j++) {
            double d = (double)x[i * s->stride + j] - *mean;
            rest += d;
            squares += d * d;
        }
    *variance = (squares - rest * rest / count_of(s)) / count_of(s);
    if (*variance < 0)
        *variance = 0;
    if (isinf(*variance)) /* or else rstd would be 0, and the numbers pass for zeros */
        *variance = NAN;
}

/* ---- Batch norm ---- */

struct channels_job {
    real *y, *rstd, *running_mean, *running_variance, *gx, *ggamma, *gbeta;
    double *mean;
    const real *x, *gy, *gamma, *beta, *kept_rstd;
    const double *kept_mean;
    size_t batch, channels, positions;
    double epsilon, momentum;
};

static double gain(const real *gamma, size_t channel)
{
    return gamma ? (double)gamma[channel] : 1;
}

static double offset(const real *beta, size_t channel)
{
    return beta ? (double)beta[channel] : 0;
}

static void normalise_channels(void *user, size_t from, size_t to)
{
    const struct channels_job *job = user;
    const struct shared s = {job->batch, job->channels * job->positions, job->positions};
    double n = count_of(&s);
    for (size_t c = from; c < to; c++) {
        const real *x = job->x + c * job->positions;
        real *y = job->y + c * job->positions;
        double mean, variance;
        measure(&s, x, &mean, &variance);
        double rstd = 1 / sqrt(variance + job->epsilon);
        job->mean[c] = mean;
        job->rstd[c] = (real)rstd;
        if (job->running_mean) {
            double m = job->momentum;
            job->running_mean[c] = (real)((1 - m) * (double)job->running_mean[c] + m * mean);
            if (n > 1)
                job->running_variance[c] =
                    (real)((1 - m) * (double)job->running_variance[c] + m * variance * n / (n - 1));
        }
        double scale = rstd * gain(job->gamma, c), shift = offset(job->beta, c);
        for (size_t i = 0; i < s.stretches; i++)
            for (size_t j = 0; j < s.length; j++)
                y[i * s.stride + j] = (real)(((double)x[i * s.stride + j] - mean) * scale + shift);
    }
}

/* Threads share out channels, 16 at a time so that they do not write into one cache line. */
enum { CHANNELS_TOGETHER = 16 };

void batch_norm_forward(real *y, double *mean, real *rstd, real *running_mean,
                        real *running_variance, const real *x, const real *gamma, const real *beta,
                        size_t batch, size_t channels, size_t positions, double epsilon,
                        double momentum, struct pool *pool)
{
    struct channels_job job = {.y = y,
                               .mean = mean,
                               .rstd = rstd,
                               .running_mean = running_mean,
                               .running_variance = running_variance,
                               .x = x,
                               .gamma = gamma,
                               .beta = beta,
                               .batch = batch,
                               .channels = channels,
                               .positions = positions,
                               .epsilon = epsilon,
                               .momentum = momentum};
    pool_run(pool, channels, CHANNELS_TOGETHER, normalise_channels, &job);
}

/* gx = gamma rstd (gy - mean(gy) - xhat mean(gy xhat)), the means over the channel. */
static void backward_channels(void *user, size_t from, size_t to)
{
    const struct channels_job *job = user;
    const struct shared s = {job->batch, job->channels * job->positions, job->positions};
    for (size_t c = from; c < to; c++) {
        const real *x = job->x + c * job->positions, *gy = job->gy + c * job->positions;
        real *gx = job->gx + c * job->positions;
        double mean = job->kept_mean[c], rstd = (double)job->kept_rstd[c], sum = 0, sum_x = 0;
        for (size_t i = 0; i < s.stretches; i++)
            for (size_t j = 0; j < s.length; j++) {
                double g = (double)gy[i * s.stride + j];
                sum += g;
                sum_x += g * ((double)x[i * s.stride + j] - mean) * rstd;
            }
        if (job->ggamma)
            job->ggamma[c] = (real)sum_x;
        if (job->gbeta)
            job->gbeta[c] = (real)sum;
        sum /= count_of(&s);
        sum_x /= count_of(&s);
        double scale = gain(job->gamma, c) * rstd;
        for (size_t i = 0; i < s.stretches; i++)
            for (size_t j = 0; j < s.length; j++) {
                size_t at = i * s.stride + j;
                double xhat = ((double)x[at] - mean) * rstd;
                gx[at] = (real)(scale * ((double)gy[at] - sum - xhat * sum_x));
            }
    }
}

void batch_norm_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                         const double *mean, const real *rstd, const real *gamma, size_t batch,
                         size_t channels, size_t positions, struct pool *pool)
{
    struct channels_job job = {.gx = gx,
                               .ggamma = ggamma,
                               .gbeta = gbeta,
                               .gy = gy,
                               .x = x,
                               .kept_mean = mean,
                               .kept_rstd = rstd,
                               .gamma = gamma,
                               .batch = batch,
                               .channels = channels,
                               .positions = positions};
    pool_run(pool, channels, CHANNELS_TOGETHER, backward_channels, &job);
}

void batch_norm_eval(real *y, const real *running_mean, const real *running_variance, const real *x,
                     const real *gamma, const real *beta, size_t batch, size_t channels,
                     size_t positions, double epsilon)
{
    for (size_t c = 0; c < channels; c++) {
        double scale = gain(gamma, c) / sqrt((double)running_variance[c] + epsilon);
        double mean = (double)running_mean[c], shift = offset(beta, c);
        for (size_t b = 0; b < batch; b++)
            for (size_t j = 0; j < positions; j++) {
                size_t at = (b * channels + c) * positions + j;
                y[at] = (real)(((double)x[at] - mean) * scale + shift);
            }
    }
}

void batch_norm_eval_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                              const real *running_mean, const real *running_variance,
                              const real *gamma, size_t batch, size_t channels, size_t positions,
                              double epsilon)
{
    for (size_t c = 0; c < channels; c++) {
        double rstd = 1 / sqrt((double)running_variance[c] + epsilon);
        double mean = (double)running_mean[c], sum = 0, sum_x = 0;
        for (size_t b = 0; b < batch; b++)
            for (size_t j = 0; j < positions; j++) {
                size_t at = (b * channels + c) * positions + j;
                double g = (double)gy[at];
                sum += g;
                sum_x += g * ((double)x[at] - mean) * rstd;
                gx[at] = (real)(g * rstd * gain(gamma, c));
            }
        if (ggamma)
            ggamma[c] = (real)sum_x;
        if (gbeta)
            gbeta[c] = (real)sum;
    }
}

/* ---- Group norm ---- */

void group_norm_forward(real *y, double *mean, real *rstd, const real *x, const real *gamma,
                        const real *beta, size_t batch, size_t channels, size_t positions,
                        size_t groups, double epsilon)
{
    assert(groups > 0 && channels % groups == 0);
    size_t together = channels / groups * positions;
    const struct shared s = {1, together, together};
    for (size_t i = 0; i < batch * groups; i++) {
        double middle, variance;
        measure(&s, x + i * together, &middle, &variance);
        mean[i] = middle;
        rstd[i] = (real)(1 / sqrt(variance + epsilon));
        for (size_t j = 0; j < together; j++) {
            size_t at = i * together + j, c = at / positions % channels;
            double xhat = ((double)x[at] - middle) / sqrt(variance + epsilon);
            y[at] = (real)(xhat * gain(gamma, c) + offset(beta, c));
        }
    }
}

/* The gradients of one channel's gamma and beta, over the whole batch. */
static void group_norm_channel(real *ggamma, real *gbeta, const real *gy, const real *x,
                               const double *mean, const real *rstd, size_t batch, size_t channels,
                               size_t positions, size_t groups, size_t c)
{
    double sum = 0, sum_x = 0;
    for (size_t b = 0; b < batch; b++) {
        size_t i = b * groups + c / (channels / groups);
        for (size_t j = 0; j < positions; j++) {
            size_t at = (b * channels + c) * positions + j;
            sum += (double)gy[at];
            sum_x += (double)gy[at] * ((double)x[at] - mean[i]) * (double)rstd[i];
        }
    }
    if (ggamma)
        ggamma[c] = (real)sum_x;
    if (gbeta)
        gbeta[c] = (real)sum;
}

void group_norm_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                         const double *mean, const real *rstd, const real *gamma, size_t batch,
                         size_t channels, size_t positions, size_t groups)
{
    assert(groups > 0 && channels % groups == 0);
    size_t together = channels / groups * positions;
    for (size_t c = 0; c < channels; c++)
        group_norm_channel(ggamma, gbeta, gy, x, mean, rstd, batch, channels, positions, groups, c);
    for (size_t i = 0; i < batch * groups; i++) {
        double middle = mean[i], scale = (double)rstd[i], sum = 0, sum_x = 0;
        for (size_t j = 0; j < together; j++) {
            size_t at = i * together + j, c = at / positions % channels;
            double g = (double)gy[at] * gain(gamma, c);
            sum += g;
            sum_x += g * ((double)x[at] - middle) * scale;
        }
        sum /= (double)together;
        sum_x /= (double)together;
        for (size_t j = 0; j < together; j++) {
            size_t at = i * together + j, c = at / positions % channels;
            double xhat = ((double)x[at] - middle) * scale;
            gx[at] = (real)(scale * ((double)gy[at] * gain(gamma, c) - sum - xhat * sum_x));
        }
    }
}
