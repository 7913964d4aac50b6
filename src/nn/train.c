#include "nn/train.h"

#include "nn/matrix.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static bool check_numbers(const struct train_options *o, struct err *err)
{
    const struct {
        const char *name;
        double value;
        bool below_one;
    } numbers[] = {
        {"rate", o->optim.rate, false},           {"weight decay", o->optim.weight_decay, false},
        {"momentum", o->optim.momentum, true},    {"beta1", o->optim.beta1, true},
        {"beta2", o->optim.beta2, true},          {"epsilon", o->optim.epsilon, false},
        {"rate floor", o->rate_floor, false},     {"norm clipping", o->clip_norm, false},
        {"value clipping", o->clip_value, false}, {"L1 penalty", o->l1, false},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        double value = numbers[i].value;
        if (!(value >= 0) || isinf(value))
            return err_set(err, "%s is %g: it must be a number from 0 up", numbers[i].name, value);
        if (numbers[i].below_one && value >= 1)
            return err_set(err, "%s is %g: it must be below 1", numbers[i].name, value);
    }
    return true;
}

static bool check_choices(const struct train_options *o, struct err *err)
{
    if ((unsigned)o->optim.kind >= OPTIM_KINDS)
        return err_set(err, "optimiser %d: there are 0 (SGD), 1 (Adam) and 2 (AdamW)",
                       (int)o->optim.kind);
    if (o->schedule != SCHEDULE_CONSTANT && o->schedule != SCHEDULE_COSINE)
        return err_set(err, "schedule %d: there are 0 (constant) and 1 (cosine)", (int)o->schedule);
    if (o->optim.nesterov && o->optim.momentum == 0)
        return err_set(err, "Nesterov's step with a momentum of 0: it needs one above 0");
    if (o->schedule == SCHEDULE_COSINE && o->rate_floor > o->optim.rate)
        return err_set(err, "rate floor is %g: it must be at most the rate, %g", o->rate_floor,
                       o->optim.rate);
    if (o->steps < 0 || o->warmup < 0)
        return err_set(err, "%lld steps, %lld of warm-up: neither can be negative",
                       (long long)o->steps, (long long)o->warmup);
    return true;
}

static bool check_fit(const struct model *model, const struct dataset *data, size_t batch,
                      struct err *err)
{
    if (!data->n)
        return err_set(err, "there are no rows to train on");
    if (data->features != model->inputs)
        return err_set(err, "the data have %zu features, the model %zu inputs: they must be equal",
                       data->features, model->inputs);
    size_t outputs = data->y ? data->classes : 1;
    if (model->outputs != outputs)
        return err_set(err, "the data ask for %zu outputs, the model has %zu: they must be equal",
                       outputs, model->outputs);
    if (batch < 1 || batch > model->batch)
        return err_set(err, "a batch of %zu: this model has room for 1 to %zu rows", batch,
                       model->batch);
    if (!data->y && !data->target)
        return err_set(err, "the rows have neither classes nor numbers to predict");
    return true;
}

static bool check_answers(const struct dataset *data, struct err *err)
{
    for (size_t i = 0; i < data->n; i++)
        if (data->y && data->y[i] >= data->classes)
            return err_set(err, "row %zu has class %d: with %zu classes it must be from 0 to %zu",
                           i, data->y[i], data->classes, data->classes - 1);
        else if (!data->y && !isfinite(data->target[i]))
            return err_set(err, "row %zu is to predict %g: it must be a finite number", i,
                           (double)data->target[i]);
    return true;
}

bool train_start(struct train *train, struct arena *arena, struct model *model,
                 const struct dataset *data, const struct train_options *options, struct pool *pool,
                 struct err *err)
{
    if (!check_numbers(options, err) || !check_choices(options, err) ||
        !check_fit(model, data, options->batch, err) || !check_answers(data, err))
        return false;
    size_t batch = options->batch, states = optim_states(&options->optim);
    struct rng rng;
    *train = (struct train){.model = model, .data = data, .options = *options, .pool = pool};
    rng_init(&rng, options->seed, STREAM_NN_ORDER, 0);
    batches_init(&train->batches, arena, &rng, data->n, batch, options->replace);
    train->x = ARENA_ARRAY(arena, batch * model->inputs, real);
    train->gx = ARENA_ARRAY(arena, batch * model->outputs, real);
    if (data->y)
        train->labels = ARENA_ARRAY(arena, batch, unsigned char);
    else
        train->target = ARENA_ARRAY(arena, batch, real);
    if (states > 0)
        train->m = ARENA_ARRAY(arena, model->parameter_count, real);
    if (states > 1)
        train->v = ARENA_ARRAY(arena, model->parameter_count, real);
    if (options->steps == 0)
        train->outcome = TRAIN_DONE;
    return true;
}

static double rate_now(const struct train *train)
{
    const struct train_options *o = &train->options;
    if (o->schedule == SCHEDULE_COSINE)
        return schedule_warmup_cosine(o->optim.rate, o->rate_floor, o->warmup, train->step,
                                      o->steps);
    if (train->step < o->warmup)
        return schedule_warmup_cosine(o->optim.rate, 0, o->warmup, train->step, o->warmup);
    return o->optim.rate;
}

/* The rows of a batch lie far apart: while one is copied the next is on its way. */
static void fetch_early(const float *row, size_t n)
{
    for (size_t i = 0; i < n; i += 16)
        __builtin_prefetch(row + i);
}

static void gather(struct train *train, const size_t *rows, size_t count)
{
    const struct dataset *data = train->data;
    size_t features = data->features;
    for (size_t i = 0; i < count; i++) {
        const float *from = data->x + rows[i] * features;
        real *to = train->x + i * features;
        if (i + 1 < count)
            fetch_early(data->x + rows[i + 1] * features, features);
#if REAL_BITS == 32
        memcpy(to, from, features * sizeof *to);
#else
        for (size_t j = 0; j < features; j++)
            to[j] = from[j];
#endif
        if (train->labels)
            train->labels[i] = data->y[rows[i]];
        else
            train->target[i] = data->target[rows[i]];
    }
}

static void clip(struct train *train)
{
    struct model *model = train->model;
    if (train->options.clip_norm > 0)
        train->gradient_norm =
            optim_clip_norm(model->gradients, model->parameter_count, train->options.clip_norm);
    if (train->options.clip_value > 0)
        optim_clip_value(model->gradients, model->parameter_count, train->options.clip_value);
}

static real *state_of(const struct train *train, real *state, const real *values)
{
    return state ? state + (values - train->model->parameters) : NULL;
}

/* False: a weight is no longer a finite number. */
static bool descend(struct train *train)
{
    struct model *model = train->model;
    const struct train_options *o = &train->options;
    double rate = rate_now(train);
    int64_t step = train->step + 1;
    bool together = o->decay_biases || o->optim.weight_decay == 0, finite = true;
    if (together)
        finite = optim_step(&o->optim, model->parameters, model->gradients, train->m, train->v,
                            model->parameter_count, rate, step, train->pool);
    struct parameter_group group;
    struct optim gentle = o->optim;
    gentle.weight_decay = 0;
    for (size_t i = 0; model_group(model, i, &group); i++) {
        bool weights = model->layers[group.layer].spec.kind == LAYER_LINEAR && !group.is_bias;
        if (!together)
            finite &= optim_step(weights ? &o->optim : &gentle, group.values, group.gradients,
                                 state_of(train, train->m, group.values),
                                 state_of(train, train->v, group.values), group.count, rate, step,
                                 train->pool);
        if (o->l1 > 0 && (weights || o->decay_biases))
            optim_l1_shrink(group.values, group.count, rate * o->l1);
    }
    return finite;
}

static void step_once(struct train *train)
{
    struct model *model = train->model;
    const size_t *rows;
    size_t count = batches_next(&train->batches, &rows), correct = 0;
    gather(train, rows, count);
    const real *y = model_forward(model, train->x, count, MODEL_TRAIN, train->options.seed,
                                  (uint64_t)train->step, train->pool);
    train->loss = train->labels
                      ? cross_entropy(train->gx, y, train->labels, count, model->outputs, &correct)
                      : squared_error(train->gx, y, train->target, count);
    if (!isfinite(train->loss)) {
        train->outcome = TRAIN_LOSS_NOT_FINITE;
        train->step++;
        return;
    }
    train->loss_sum += train->loss * (double)count;
    train->correct += correct;
    train->seen += count;
    model_backward(model, train->gx, NULL, train->pool);
    clip(train);
    bool finite = descend(train);
    train->step++;
    if (!finite)
        train->outcome = TRAIN_WEIGHTS_NOT_FINITE;
    else if (train->step == train->options.steps)
        train->outcome = TRAIN_DONE;
}

bool train_run(struct train *train, int64_t steps, const atomic_bool *cancel)
{
    for (int64_t i = 0; i < steps && train->outcome == TRAIN_RUNNING; i++)
        if (cancel && atomic_load(cancel))
            train->outcome = TRAIN_CANCELLED;
        else
            step_once(train);
    return train->outcome == TRAIN_RUNNING;
}

/* Rows of the data as the model wants them: float32 are there already. */
static const real *rows_as_real(const struct dataset *data, size_t first, size_t count, real **room)
{
    const float *from = data->x + first * data->features;
#if REAL_BITS == 32
    (void)count;
    (void)room;
    return from;
#else
    size_t n = count * data->features;
    if (!*room)
        *room = memory_alloc(n * sizeof **room);
    for (size_t i = 0; i < n; i++)
        (*room)[i] = from[i];
    return *room;
#endif
}

static double sum_of_squares(const real *y, const float *target, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((double)y[i] - (double)target[i]) * ((double)y[i] - (double)target[i]);
    return sum;
}

void train_evaluate(struct model *model, const struct dataset *data, size_t first, size_t count,
                    struct evaluation *evaluation, struct pool *pool)
{
    assert(data->features == model->inputs && first <= data->n && count <= data->n - first);
    double sum = evaluation->loss * (double)evaluation->rows;
    real *room = NULL;
    for (size_t at = first, end = first + count; at < end;) {
        size_t rows = end - at < model->batch ? end - at : model->batch, correct = 0;
        const real *y =
            model_forward(model, rows_as_real(data, at, rows, &room), rows, MODEL_EVAL, 0, 0, pool);
        sum += data->y ? (double)rows *
                             cross_entropy(NULL, y, data->y + at, rows, model->outputs, &correct)
                       : sum_of_squares(y, data->target + at, rows);
        evaluation->correct += correct;
        evaluation->rows += rows;
        at += rows;
    }
    memory_free(room);
    evaluation->loss = evaluation->rows ? sum / (double)evaluation->rows : 0;
}
