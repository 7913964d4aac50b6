/* 100 million coin flips, 1 with probability 1 - p, packed. */
#include "support/bench.h"

#include "nn/mask.h"

struct job {
    uint64_t *mask;
    size_t n;
    double keep;
    uint64_t block;
    struct pool *pool;
};

static void draw(void *user)
{
    struct job *job = user;
    struct mask_key key = {1, 1, job->block += 1 << 20};
    mask_draw(job->mask, job->n, job->keep, key, job->pool);
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {{.name = "p", .value = .5, .most = 1, .is_fraction = true},
                                     {.name = "n", .value = 100000000, .least = 1, .most = 1e10}};
    struct bench bench = bench_open("bernoulli_1e8", argc, argv, options, 2);
    size_t n = (size_t)options[1].value;
    struct job job = {.mask = memory_alloc(mask_words(n) * sizeof(uint64_t)),
                      .n = n,
                      .keep = 1 - options[0].value,
                      .pool = bench.pool};
    bench_measure(&bench, "packed_bits", 1, draw, &job);
    bench_number(&bench, "mean", (double)mask_count(job.mask, n) / (double)n);
    memory_free(job.mask);
    return bench_close(&bench);
}
