#include "demos/fit.h"

#include <math.h>
#include <string.h>

bool fit_start(struct fit *fit, struct arena *arena, const struct fit_plan *plan, struct err *err)
{
    *fit = (struct fit){.plan = *plan};
    model_init(plan->model, &plan->init, plan->train.seed);
    return train_start(&fit->train, arena, plan->model, plan->train_on, &plan->train, NULL, err);
}

void fit_use_pool(struct fit *fit, struct pool *pool)
{
    fit->train.pool = pool;
}

static void begin_check(struct fit *fit)
{
    struct train *train = &fit->train;
    double seen = train->seen ? (double)train->seen : 1;
    fit->noisy = (double)train->correct / seen;
    fit->loss = train->loss_sum / seen;
    train->loss_sum = 0;
    train->correct = train->seen = 0;
    memset(fit->now, 0, sizeof fit->now);
    fit->checking = true;
    fit->set = 0;
}

static void train_piece(struct fit *fit)
{
    size_t until = fit->plan.every - (size_t)fit->train.step % fit->plan.every;
    size_t steps = until < fit->plan.piece_steps ? until : fit->plan.piece_steps;
    if (!train_run(&fit->train, (int64_t)steps, NULL) || steps == until)
        begin_check(fit);
}

/* True when all sets have been checked. */
static bool check_piece(struct fit *fit)
{
    const struct dataset *data = fit->plan.sets[fit->set];
    struct evaluation *now = &fit->now[fit->set];
    size_t left = data->n - now->rows;
    size_t rows = left < fit->plan.piece_rows ? left : fit->plan.piece_rows;
    train_evaluate(fit->plan.model, data, now->rows, rows, now, fit->train.pool);
    if (now->rows < data->n)
        return false;
    fit->set++;
    return fit->set == FIT_SETS || !fit->plan.sets[fit->set];
}

enum fit_event fit_work(struct fit *fit)
{
    if (!fit->checking) {
        train_piece(fit);
        return FIT_BUSY;
    }
    if (!check_piece(fit))
        return FIT_BUSY;
    memcpy(fit->check, fit->now, sizeof fit->check);
    fit->checking = false;
    enum train_outcome outcome = fit->train.outcome;
    fit->diverged = outcome == TRAIN_LOSS_NOT_FINITE || outcome == TRAIN_WEIGHTS_NOT_FINITE ||
                    !isfinite(fit->check[0].loss);
    return outcome != TRAIN_RUNNING || fit->diverged ? FIT_DONE : FIT_CHECKED;
}

static size_t parts(size_t whole, size_t part)
{
    return (whole + part - 1) / part;
}

size_t fit_pieces(const struct fit_plan *plan)
{
    size_t steps = (size_t)plan->train.steps, whole = steps / plan->every;
    size_t rest = steps % plan->every, rows = 0;
    for (int i = 0; i < FIT_SETS && plan->sets[i]; i++)
        rows += parts(plan->sets[i]->n, plan->piece_rows);
    return whole * (parts(plan->every, plan->piece_steps) + rows) +
           (rest ? parts(rest, plan->piece_steps) + rows : 0);
}

double fit_accuracy(const struct evaluation *evaluation)
{
    return evaluation->rows ? (double)evaluation->correct / (double)evaluation->rows : 0;
}

uint64_t fit_seed(uint64_t seed, uint64_t stream, uint64_t k)
{
    struct rng rng;
    rng_init(&rng, seed, stream, k);
    return rng_next(&rng);
}
