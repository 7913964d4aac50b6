/* The average over all 2^n subnetworks: a sigmoid unit, a softmax of 3, a layer of 32 ReLU
 * read as one sum and by a softmax of 3. */
#include "support/bench.h"

#include "nn/subnets.h"

#include "base/rng.h"

#include <math.h>

enum { MOST_UNITS = SUBNETS_UNITS_MOST, MOST_COLUMNS = 32 };

struct job {
    enum subnets_kind kind;
    size_t units, columns;
    double term[MOST_UNITS * MOST_COLUMNS], bias[MOST_COLUMNS], readout[3 * MOST_COLUMNS];
    struct pool *pool;
    double mean[MOST_COLUMNS];
};

static void fill(struct job *job, enum subnets_kind kind, size_t units, size_t columns, double std)
{
    struct rng rng;
    rng_init(&rng, 1, (uint64_t)kind, 0);
    job->kind = kind;
    job->units = units;
    job->columns = columns;
    for (size_t i = 0; i < units * columns; i++)
        job->term[i] = std * rng_normal(&rng);
    for (size_t k = 0; k < columns; k++) {
        job->bias[k] = 0.2 * rng_normal(&rng);
        job->readout[k] = 0.3 * rng_normal(&rng);
    }
    for (size_t k = columns; k < 3 * columns; k++)
        job->readout[k] = 0.3 * rng_normal(&rng);
}

static void average(void *user)
{
    enum { SLICE = 1 << 14 };
    struct job *job = user;
    struct arena arena, scratch;
    struct subnets subnets;
    arena_init(&arena);
    subnets_open(&subnets, &arena, job->kind, job->units, job->columns, job->term, job->bias,
                 job->readout, 3, 0.5, job->pool);
    for (size_t k = 0; k < job->columns; k++)
        job->mean[k] = 0;
    for (size_t at = 0; at < subnets.blocks; at += SLICE) {
        size_t left = subnets.blocks - at;
        arena_init(&scratch);
        subnets_add(&subnets, &scratch, at, left < SLICE ? left : SLICE, job->mean);
        arena_free(&scratch);
    }
    arena_free(&arena);
}

int main(int argc, char **argv)
{
    struct bench_option options[] = {
        {.name = "n", .value = 24, .least = 1, .most = SUBNETS_UNITS_MOST}};
    struct bench bench = bench_open("subnets", argc, argv, options, 1);
    size_t n = (size_t)options[0].value;
    static struct job job;
    job.pool = bench.pool;
    double masks = ldexp(1, (int)n) / 1e6;
    fill(&job, SUBNETS_SIGMOID, n, 1, 0.7);
    double sigmoid = bench_measure(&bench, "block_sigmoid", 1, average, &job);
    fill(&job, SUBNETS_SOFTMAX, n, 3, 0.7);
    double softmax = bench_measure(&bench, "block_softmax3", 0, average, &job);
    fill(&job, SUBNETS_RELU, n, 32, 0.3);
    double relu = bench_measure(&bench, "block_relu32", 0, average, &job);
    fill(&job, SUBNETS_LAYER, n, 32, 0.3);
    double layer = bench_measure(&bench, "block_relu32_softmax3", 0, average, &job);
    bench_number(&bench, "Msubnets_per_s_block", masks / sigmoid);
    bench_number(&bench, "Msubnets_per_s_softmax3", masks / softmax);
    bench_number(&bench, "Msubnets_per_s_relu32", masks / relu);
    bench_number(&bench, "Msubnets_per_s_relu32_softmax3", masks / layer);
    return bench_close(&bench);
}
