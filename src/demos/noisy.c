#include "demos/noisy.h"

#include "demos/streams.h"

void noisy_make(struct noisy *noisy, struct arena *arena, uint64_t seed, uint64_t k,
                size_t examples, double flip)
{
    struct rng rng;
    rng_init(&rng, seed, STREAM_NOISY_TRAIN, k);
    noisy->train = toys_redundant(arena, &rng, examples, flip);
    rng_init(&rng, seed, STREAM_NOISY_VALIDATION, k);
    noisy->validation = toys_redundant(arena, &rng, NOISY_VALIDATION, flip);
    rng_init(&rng, seed, STREAM_NOISY_TEST, k);
    noisy->test = toys_redundant(arena, &rng, NOISY_TEST, 0);
}

bool noisy_model(struct model *model, struct arena *arena, const char *line, size_t examples,
                 struct err *err)
{
    const size_t least = 500; /* rows of a check */
    return model_build(model, arena, line, examples > least ? examples : least, err);
}

struct fit_plan noisy_plan(const struct noisy *noisy, struct model *model, double rate,
                           double decay, size_t steps, size_t every, uint64_t seed)
{
    /* About so many rows take a millisecond, forward and backward. */
    const size_t rows = 800;
    size_t examples = noisy->train.n;
    return (struct fit_plan){
        .model = model,
        .init.kind = INIT_HE,
        .train = {.optim = {.kind = OPTIM_ADAMW, .rate = rate, .weight_decay = decay},
                  .batch = examples,
                  .steps = (int64_t)steps,
                  .seed = seed},
        .train_on = &noisy->train,
        .sets = {&noisy->train, &noisy->test, &noisy->validation},
        .every = every,
        .piece_steps = examples < rows ? rows / examples : 1,
        .piece_rows = 1000,
    };
}
