#include "support/bench_epoch.h"

#include <stdlib.h>
#include <stdio.h>

enum { ROWS = 60000 };

static struct dataset images(struct arena *arena, const char **source)
{
    struct dataset data;
    const char *folder = getenv("MNIST_DIR");
    *source = "mnist";
    if (idx_read(arena, folder ? folder : "../shared/data/mnist", IDX_TRAIN, ROWS, &data, NULL) &&
        data.n == ROWS)
        return data;
    struct rng rng;
    rng_init(&rng, 0, 0, 0);
    *source = "random";
    data = data_new(arena, ROWS, DIGIT_PIXELS, DIGIT_CLASSES);
    for (size_t i = 0; i < data.n * data.features; i++)
        data.x[i] = (float)rng_unit(&rng);
    for (size_t i = 0; i < data.n; i++)
        data.y[i] = (unsigned char)rng_below(&rng, DIGIT_CLASSES);
    return data;
}

static void run_epoch(void *user)
{
    struct train *train = user;
    train_run(train, (int64_t)((ROWS + train->options.batch - 1) / train->options.batch), NULL);
}

void bench_epoch(struct bench *bench, const char *line, struct train_options *options)
{
    struct arena arena;
    struct err err;
    struct model model;
    struct train train;
    const char *source;
    arena_init(&arena);
    struct dataset data = images(&arena, &source);
    int64_t epochs = bench->reps + 1;
    options->steps = epochs * (int64_t)((ROWS + options->batch - 1) / options->batch);
    if (options->schedule == SCHEDULE_COSINE && epochs < 10)
        options->steps = options->steps / epochs * 10;
    if (!model_build(&model, &arena, line, options->batch, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    model_init(&model, &(struct init_options){.kind = INIT_DEFAULT}, 1);
    if (!train_start(&train, &arena, &model, &data, options, bench->pool, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    bench_text(bench, "data", source);
    bench_measure(bench, NULL, 1, run_epoch, &train);
    bench_number(bench, "last_loss", train.loss);
    arena_free(&arena);
}
