/* The ladder and the 1,000-image experiment on real MNIST: accuracies over several seeds.
 *
 * usage: mnist FOLDER [--seeds 3] [--epochs 10] [--threads 2]
 * FOLDER holds MNIST's four IDX files, as they are or gzipped. */
#include "nn/train.h"

#include "base/clock.h"
#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct recipe {
    const char *name, *line;
    struct optim optim;
    enum schedule schedule;
};

static const struct recipe ladder[] = {
    {"SGD .01", "784-128-10 relu", {.kind = OPTIM_SGD, .rate = .01}, SCHEDULE_CONSTANT},
    {"SGD .1", "784-128-10 relu", {.kind = OPTIM_SGD, .rate = .1}, SCHEDULE_CONSTANT},
    {"Adam", "784-128-10 relu", {.kind = OPTIM_ADAM, .rate = 1e-3}, SCHEDULE_CONSTANT},
    {"AdamW",
     "784-128-10 relu",
     {.kind = OPTIM_ADAMW, .rate = 1e-3, .weight_decay = .01},
     SCHEDULE_CONSTANT},
    {"+ cosine",
     "784-128-10 relu",
     {.kind = OPTIM_ADAMW, .rate = 1e-3, .weight_decay = .01},
     SCHEDULE_COSINE},
    {"deep, pre-norm residual, dropout .1",
     "784 128 relu 2x[layer 128 relu dropout=.1] 10",
     {.kind = OPTIM_ADAMW, .rate = 1e-3, .weight_decay = .01},
     SCHEDULE_COSINE},
};

static const struct recipe thousand[] = {
    {"p 0", "784-128-10 relu", {.kind = OPTIM_ADAM, .rate = 1e-3}, SCHEDULE_CONSTANT},
    {"p .2", "784-128-10 relu dropout=.2", {.kind = OPTIM_ADAM, .rate = 1e-3}, SCHEDULE_CONSTANT},
    {"p .5", "784-128-10 relu dropout=.5", {.kind = OPTIM_ADAM, .rate = 1e-3}, SCHEDULE_CONSTANT},
};

struct scores {
    double train, test, loss; /* per cent, per cent, test loss */
};

static struct evaluation evaluate(struct model *model, const struct dataset *data,
                                  struct pool *pool)
{
    struct evaluation evaluation = {0};
    train_evaluate(model, data, 0, data->n, &evaluation, pool);
    return evaluation;
}

static struct scores run(const struct recipe *recipe, const struct dataset *train,
                         const struct dataset *test, int epochs, uint64_t seed, struct pool *pool)
{
    enum { BATCH = 64 };
    struct arena arena;
    struct model model;
    struct train training;
    struct err err;
    struct init_options init = {.kind = INIT_DEFAULT};
    int64_t steps = (int64_t)((train->n + BATCH - 1) / BATCH) * epochs;
    struct train_options options = {.optim = recipe->optim,
                                    .schedule = recipe->schedule,
                                    .decay_biases = true, /* as PyTorch does */
                                    .batch = BATCH,
                                    .steps = steps,
                                    .seed = seed};
    arena_init(&arena);
    if (!model_build(&model, &arena, recipe->line, BATCH, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    model_init(&model, &init, seed);
    if (!train_start(&training, &arena, &model, train, &options, pool, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    while (train_run(&training, 1000, NULL))
        ;
    struct evaluation seen = evaluate(&model, train, pool), fresh = evaluate(&model, test, pool);
    struct scores scores = {100 * (double)seen.correct / (double)seen.rows,
                            100 * (double)fresh.correct / (double)fresh.rows, fresh.loss};
    arena_free(&arena);
    return scores;
}

static void row(const struct recipe *recipe, const struct dataset *train,
                const struct dataset *test, int epochs, int seeds, struct pool *pool)
{
    struct clock clock = clock_system();
    int64_t begun = clock_mono_ns(&clock);
    double sum = 0, squares = 0, seen = 0, loss = 0;
    for (int s = 1; s <= seeds; s++) {
        struct scores scores = run(recipe, train, test, epochs, (uint64_t)s, pool);
        sum += scores.test;
        squares += scores.test * scores.test;
        seen += scores.train;
        loss += scores.loss;
    }
    double mean = sum / seeds;
    double sd = seeds > 1 ? sqrt(fmax(0, (squares - seeds * mean * mean) / (seeds - 1))) : 0;
    printf("%-36s %4d  %7.2f  %6.2f ± %.2f  %7.3f  %6.2f s\n", recipe->name, epochs, seen / seeds,
           mean, sd, loss / seeds, (double)(clock_mono_ns(&clock) - begun) / 1e9 / seeds);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    int seeds = 3, epochs = 10, threads = 2;
    const char *folder = argc > 1 ? argv[1] : NULL;
    bool good = folder && strncmp(folder, "--", 2) != 0;
    for (int i = 2; i < argc && good; i += 2) {
        int *value = strcmp(argv[i], "--seeds") == 0     ? &seeds
                     : strcmp(argv[i], "--epochs") == 0  ? &epochs
                     : strcmp(argv[i], "--threads") == 0 ? &threads
                                                         : NULL;
        int64_t number;
        int most = value == &threads ? POOL_MOST_THREADS : 1000;
        good = value && i + 1 < argc && str_integer(str_of(argv[i + 1]), &number) && number >= 1 &&
               number <= most;
        if (good)
            *value = (int)number;
    }
    if (!good) {
        fprintf(stderr, "usage: mnist FOLDER [--seeds 1..1000, else 3] [--epochs 1..1000, else 10] "
                        "[--threads 1..64, else 2]\n");
        return 2;
    }
    struct arena arena;
    struct err err;
    struct dataset train, test;
    arena_init(&arena);
    if (!idx_read(&arena, folder, IDX_TRAIN, IDX_MOST_IMAGES, &train, &err) ||
        !idx_read(&arena, folder, IDX_TEST, IDX_MOST_IMAGES, &test, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    struct pool *pool = pool_open(threads, simd_best());
    printf("%zu training and %zu test images, %d seeds, %d threads, %s\n", train.n, test.n, seeds,
           threads, simd_name(pool_simd(pool)));
    printf("%-36s %4s  %7s  %-13s  %7s  %s\n", "recipe", "ep.", "train %", "test %", "loss",
           "a run");
    for (size_t i = 0; i < sizeof ladder / sizeof *ladder; i++)
        row(&ladder[i], &train, &test, epochs, seeds, pool);
    struct dataset few = data_slice(&train, 0, 1000);
    printf("the first 1,000 images\n");
    for (size_t i = 0; i < sizeof thousand / sizeof *thousand; i++)
        row(&thousand[i], &few, &test, 50, seeds, pool);
    pool_close(pool);
    arena_free(&arena);
    return 0;
}
