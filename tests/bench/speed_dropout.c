/* Dropout forward on 16 million numbers (mask, scale, the mask kept), with its backward pass, and a
 * copy of as many bytes. */
#include "support/bench.h"

#include "nn/dropout.h"

#include <string.h>

struct job {
    float *x, *y, *g;
    uint64_t *mask;
    size_t n;
    double p;
    uint64_t block;
    struct pool *pool;
};

static void forward(void *user)
{
    struct job *job = user;
    struct mask_key key = {1, 1, job->block += 1 << 20};
    dropout_forward(job->y, job->mask, job->x, job->n, job->p, DROPOUT_INVERTED, key, job->pool);
}

static void forward_backward(void *user)
{
    struct job *job = user;
    forward(user);
    dropout_apply(job->y, job->g, job->mask, job->n, dropout_scale(job->p, DROPOUT_INVERTED),
                  job->pool);
}

static void copy_range(void *user, size_t from, size_t to)
{
    struct job *job = user;
    memcpy(job->y + from, job->x + from, (to - from) * sizeof *job->y);
}

static void copy(void *user)
{
    struct job *job = user;
    pool_run(job->pool, job->n, 4096, copy_range, job);
}

static float *fill(struct arena *arena, size_t n, float low, float step)
{
    float *x = ARENA_ARRAY(arena, n + 64, float);
    x += (64 - (uintptr_t)x % 64) % 64 / sizeof *x; /* to a cache line, as in a model */
    for (size_t i = 0; i < n; i++)
        x[i] = low + step * (float)(i % 1024);
    return x;
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {{.name = "p", .value = .5, .most = 1, .is_fraction = true},
                                     {.name = "n", .value = 1 << 24, .least = 1, .most = 1 << 28}};
    struct bench bench = bench_open("dropout_16M_f32", argc, argv, options, 2);
    size_t n = (size_t)options[1].value;
    struct arena arena;
    arena_init(&arena);
    struct job job = {.x = fill(&arena, n, 0, 1.0f / 1024),
                      .y = fill(&arena, n, 0, 0),
                      .g = fill(&arena, n, 1, 0),
                      .mask = ARENA_ARRAY(&arena, mask_words(n), uint64_t),
                      .n = n,
                      .p = options[0].value,
                      .pool = bench.pool};
    double ours = bench_measure(&bench, "forward", 1, forward, &job);
    double floor = bench_measure(&bench, "copy", 1, copy, &job);
    bench_measure(&bench, "forward_backward", 1, forward_backward, &job);
    bench_number(&bench, "kept", (double)mask_count(job.mask, n) / (double)n);
    bench_number(&bench, "forward_by_copy", ours / floor);
    arena_free(&arena);
    return bench_close(&bench);
}
