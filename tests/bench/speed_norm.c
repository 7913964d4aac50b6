/* Layer norm and RMS norm, forward and forward with backward. */
#include "support/bench.h"

#include "nn/norm.h"

#include "base/rng.h"

#include <stdint.h>

struct job {
    float *x, *y, *g, *gx, *rstd, *gamma, *beta, *ggamma, *gbeta;
    double *mean;
    size_t rows, width;
    enum rms_epsilon place;
    struct pool *pool;
};

static void layer_forward(void *user)
{
    struct job *j = user;
    layer_norm_forward(j->y, j->mean, j->rstd, j->x, j->gamma, j->beta, j->rows, j->width, 1e-5,
                       j->pool);
}

static void layer_both(void *user)
{
    struct job *j = user;
    layer_forward(user);
    layer_norm_backward(j->gx, j->ggamma, j->gbeta, j->g, j->x, j->mean, j->rstd, j->gamma, j->rows,
                        j->width, j->pool);
}

static void rms_forward(void *user)
{
    struct job *j = user;
    rms_norm_forward(j->y, j->rstd, j->x, j->gamma, j->rows, j->width,
                     j->place == RMS_INSIDE ? 1e-5 : 1e-8, j->place, j->pool);
}

static void rms_both(void *user)
{
    struct job *j = user;
    rms_forward(user);
    rms_norm_backward(j->gx, j->ggamma, j->g, j->x, j->rstd, j->gamma, j->rows, j->width,
                      j->place == RMS_INSIDE ? 1e-5 : 1e-8, j->place, j->pool);
}

/* Zeros that start at a cache line, as in a model. */
static float *zeros(struct arena *arena, size_t n)
{
    float *x = ARENA_ARRAY(arena, n + 64, float);
    return x + (64 - (uintptr_t)x % 64) % 64 / sizeof *x;
}

static float *normal(struct arena *arena, size_t n, struct rng *rng)
{
    float *x = zeros(arena, n);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(rng);
    return x;
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {{.name = "rows", .value = 8192, .least = 1, .most = 32768},
                                     {.name = "width", .value = 768, .least = 1, .most = 8192}};
    struct bench bench = bench_open("norm", argc, argv, options, 2);
    size_t rows = (size_t)options[0].value, width = (size_t)options[1].value;
    struct arena arena;
    struct rng rng;
    arena_init(&arena);
    rng_init(&rng, 1, 1, 1);
    struct job job = {.x = normal(&arena, rows * width, &rng),
                      .g = normal(&arena, rows * width, &rng),
                      .y = zeros(&arena, rows * width),
                      .gx = zeros(&arena, rows * width),
                      .mean = ARENA_ARRAY(&arena, rows, double),
                      .rstd = zeros(&arena, rows),
                      .gamma = normal(&arena, width, &rng),
                      .beta = normal(&arena, width, &rng),
                      .ggamma = zeros(&arena, width),
                      .gbeta = zeros(&arena, width),
                      .rows = rows,
                      .width = width,
                      .pool = bench.pool};
    bench_measure(&bench, "layernorm_fused_fwd", 2, layer_forward, &job);
    bench_measure(&bench, "layernorm_fused_fwdbwd", 1, layer_both, &job);
    job.place = RMS_OUTSIDE;
    bench_measure(&bench, "rmsnorm_seed_fwd", 2, rms_forward, &job);
    bench_measure(&bench, "rmsnorm_seed_fwdbwd", 1, rms_both, &job);
    job.place = RMS_INSIDE;
    bench_measure(&bench, "rmsnorm_rsqrt_fwd", 2, rms_forward, &job);
    bench_measure(&bench, "rmsnorm_rsqrt_fwdbwd", 1, rms_both, &job);
    arena_free(&arena);
    return bench_close(&bench);
}
