/* norm.h: normalisation by batch, layer, root mean square, group and instance.
 *
 * All of them: y = gamma (x - mean) rstd + beta with rstd = 1 / sqrt(variance + epsilon) and the
 * biased variance. A mean much larger than the spread does no harm: differences are taken before
 * squares, and the mean is kept in double, because a mean rounded to float32 would shift them all.
 * They differ in which numbers share a mean. B = batch, F = features, C = channels, S = positions
 * in a channel (1 for plain features). gamma and beta may be NULL: 1 and 0; so may their gradients. */
#ifndef NN_NORM_H
#define NN_NORM_H

#include "nn/pool.h"
#include "nn/real.h"

/* Layer norm (Ba, Kiros, Hinton 2016): each row by itself. x, y (B,F); mean, rstd (B) are kept for
 * the backward pass. */
void layer_norm_forward(real *y, double *mean, real *rstd, const real *x, const real *gamma,
                        const real *beta, size_t batch, size_t features, double epsilon,
                        struct pool *pool);
void layer_norm_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                         const double *mean, const real *rstd, const real *gamma, size_t batch,
                         size_t features, struct pool *pool);

/* RMS norm (Zhang and Sennrich 2019): no mean, no beta. Epsilon stands inside the root,
 * x / sqrt(mean x^2 + epsilon), or, as in its authors' code, outside, x / (rms + epsilon). */
enum rms_epsilon { RMS_INSIDE, RMS_OUTSIDE };
void rms_norm_forward(real *y, real *rstd, const real *x, const real *gamma, size_t batch,
                      size_t features, double epsilon, enum rms_epsilon place, struct pool *pool);
void rms_norm_backward(real *gx, real *ggamma, const real *gy, const real *x, const real *rstd,
                       const real *gamma, size_t batch, size_t features, double epsilon,
                       enum rms_epsilon place, struct pool *pool);

/* Batch norm (Ioffe and Szegedy 2015) in training: each channel over the batch and its positions.
 * x, y (B,C,S); mean, rstd (C). running = (1 - momentum) running + momentum batch, with the unbiased
 * variance (where only one number makes up a channel the running variance is left alone); both
 * NULL to keep none. One number a channel has no spread: y is beta. */
void batch_norm_forward(real *y, double *mean, real *rstd, real *running_mean,
                        real *running_variance, const real *x, const real *gamma, const real *beta,
                        size_t batch, size_t channels, size_t positions, double epsilon,
                        double momentum, struct pool *pool);
void batch_norm_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                         const double *mean, const real *rstd, const real *gamma, size_t batch,
                         size_t channels, size_t positions, struct pool *pool);

/* Batch norm in evaluation: the running statistics are constants. */
void batch_norm_eval(real *y, const real *running_mean, const real *running_variance, const real *x,
                     const real *gamma, const real *beta, size_t batch, size_t channels,
                     size_t positions, double epsilon);
void batch_norm_eval_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                              const real *running_mean, const real *running_variance,
                              const real *gamma, size_t batch, size_t channels, size_t positions,
                              double epsilon);

/* Group norm (Wu and He 2018): in each row each of G groups of channels with their positions; G
 * divides C. G = C is instance norm. x, y (B,C,S); mean, rstd (B,G). */
void group_norm_forward(real *y, double *mean, real *rstd, const real *x, const real *gamma,
                        const real *beta, size_t batch, size_t channels, size_t positions,
                        size_t groups, double epsilon);
void group_norm_backward(real *gx, real *ggamma, real *gbeta, const real *gy, const real *x,
                         const double *mean, const real *rstd, const real *gamma, size_t batch,
                         size_t channels, size_t positions, size_t groups);

#endif
