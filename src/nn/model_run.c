/* model_run.c: the two passes through a model. */
#include "nn/matrix.h"
#include "nn/model.h"

#include <assert.h>
#include <string.h>

/* Masks of one layer and step use up to this many blocks of random numbers. */
enum { BLOCKS_A_STEP = 1 << 20 };

/* What one layer needs to know of the pass. */
struct pass {
    struct model *model;
    enum model_mode mode;
    uint64_t seed, step;
    struct pool *pool;
};

/* What goes into layer i: an opening bracket passes its own input on. */
static const real *input_of(const struct model *model, size_t i)
{
    while (i > 0 && model->layers[i - 1].spec.kind == LAYER_OPEN)
        i--;
    return i > 0 ? model->layers[i - 1].y : model->x;
}

static struct mask_key key_of(const struct pass *pass, const struct layer *layer)
{
    return (struct mask_key){.seed = pass->seed,
                             .stream = STREAM_NN_MASK + (uint64_t)(layer - pass->model->layers),
                             .block = pass->step * BLOCKS_A_STEP};
}

/* ---- Forward ---- */

static void drop_units(const struct pass *pass, struct layer *layer, const real *x)
{
    size_t n = pass->model->rows * layer->inputs;
    double p = layer->spec.p;
    enum dropout_scaling scaling = pass->model->scaling;
    if (pass->mode == MODEL_EVAL)
        dropout_eval(layer->y, x, n, p, scaling);
    else if (pass->mode == MODEL_REPLAY)
        dropout_apply(layer->y, x, layer->mask, n, dropout_scale(p, scaling), pass->pool);
    else
        dropout_forward(layer->y, layer->mask, x, n, p, scaling, key_of(pass, layer), pass->pool);
}

static void drop_branches(const struct pass *pass, struct layer *layer, const real *x)
{
    size_t rows = pass->model->rows;
    double p = layer->spec.p;
    enum dropout_scaling scaling = pass->model->scaling;
    if (pass->mode == MODEL_EVAL) {
        dropout_eval(layer->y, x, rows * layer->inputs, p, scaling);
        return;
    }
    if (pass->mode != MODEL_REPLAY)
        mask_draw(layer->mask, rows, 1 - p, key_of(pass, layer), pass->pool);
    dropout_rows_apply(layer->y, x, layer->mask, rows, layer->inputs, dropout_scale(p, scaling));
}

/* The weights that this pass multiplies with. */
static const real *connected(const struct pass *pass, struct layer *layer)
{
    double p = layer->spec.connect_p;
    enum dropout_scaling scaling = pass->model->scaling;
    if (p == 0)
        return layer->w;
    if (pass->mode == MODEL_EVAL)
        dropout_eval(layer->dropped, layer->w, layer->w_count, p, scaling);
    else if (pass->mode == MODEL_REPLAY)
        dropout_apply(layer->dropped, layer->w, layer->mask, layer->w_count,
                      dropout_scale(p, scaling), pass->pool);
    else
        dropout_forward(layer->dropped, layer->mask, layer->w, layer->w_count, p, scaling,
                        key_of(pass, layer), pass->pool);
    return layer->dropped;
}

static bool uses_batch_statistics(enum model_mode mode)
{
    return mode == MODEL_TRAIN || mode == MODEL_REPLAY;
}

static void forward_layer(const struct pass *pass, size_t i)
{
    struct model *model = pass->model;
    struct layer *layer = &model->layers[i];
    const struct layer_spec *spec = &layer->spec;
    const real *x = input_of(model, i);
    size_t rows = model->rows, n = rows * layer->inputs;
    switch (spec->kind) {
    case LAYER_LINEAR:
        linear_forward(layer->y, x, connected(pass, layer), layer->b, rows, layer->inputs,
                       layer->outputs, pass->pool);
        break;
    case LAYER_ACTIVATION:
        activation_forward(layer->y, x, n, spec->activation, pass->pool);
        break;
    case LAYER_BATCH:
        if (!uses_batch_statistics(pass->mode)) {
            batch_norm_eval(layer->y, layer->running_mean, layer->running_variance, x, layer->w,
                            layer->b, rows, layer->inputs, 1, model->epsilon);
            break;
        }
        bool update = pass->mode == MODEL_TRAIN;
        batch_norm_forward(layer->y, layer->mean, layer->rstd, update ? layer->running_mean : NULL,
                           update ? layer->running_variance : NULL, x, layer->w, layer->b, rows,
                           layer->inputs, 1, model->epsilon, model->momentum, pass->pool);
        break;
    case LAYER_NORM:
        layer_norm_forward(layer->y, layer->mean, layer->rstd, x, layer->w, layer->b, rows,
                           layer->inputs, model->epsilon, pass->pool);
        break;
    case LAYER_RMS:
    case LAYER_RMS_OUTSIDE:
        rms_norm_forward(layer->y, layer->rstd, x, layer->w, rows, layer->inputs, model->epsilon,
                         spec->kind == LAYER_RMS ? RMS_INSIDE : RMS_OUTSIDE, pass->pool);
        break;
    case LAYER_GROUP:
        group_norm_forward(layer->y, layer->mean, layer->rstd, x, layer->w, layer->b, rows,
                           spec->channels, spec->positions, spec->groups, model->epsilon);
        break;
    case LAYER_DROPOUT:
        drop_units(pass, layer, x);
        break;
    case LAYER_DEPTH:
        drop_branches(pass, layer, x);
        break;
    case LAYER_SCALE:
        for (size_t k = 0; k < n; k++)
            layer->y[k] = x[k] * (real)spec->scale;
        break;
    case LAYER_OPEN:
        break;
    case LAYER_CLOSE:
        memcpy(layer->y, x, n * sizeof *x);
        real_add(layer->y, input_of(model, spec->partner), n, pass->pool);
        break;
    }
}

const real *model_forward(struct model *model, const real *x, size_t rows, enum model_mode mode,
                          uint64_t seed, uint64_t step, struct pool *pool)
{
    assert(rows >= 1 && rows <= model->batch);
    const struct pass pass = {model, mode, seed, step, pool};
    model->x = x;
    model->rows = rows;
    model->mode = mode;
    for (size_t i = 0; i < model->count; i++)
        forward_layer(&pass, i);
    return input_of(model, model->count);
}

/* ---- Backward ---- */

static void backward_scaled(real *gx, const real *gy, size_t n, double by)
{
    for (size_t i = 0; i < n; i++)
        gx[i] = gy[i] * (real)by;
}

static void backward_dropped(const struct pass *pass, const struct layer *layer, real *gx,
                             const real *gy)
{
    size_t rows = pass->model->rows, n = rows * layer->inputs;
    enum dropout_scaling scaling = pass->model->scaling;
    double scale = dropout_scale(layer->spec.p, scaling);
    if (pass->mode == MODEL_EVAL)
        dropout_eval(gx, gy, n, layer->spec.p, scaling);
    else if (layer->spec.kind == LAYER_DROPOUT)
        dropout_apply(gx, gy, layer->mask, n, scale, pass->pool);
    else
        dropout_rows_apply(gx, gy, layer->mask, rows, layer->inputs, scale);
}

/* The gradient of w under a mask goes through the same mask. */
static void backward_linear(const struct pass *pass, struct layer *layer, real *gx, const real *gy,
                            const real *x)
{
    double p = layer->spec.connect_p;
    enum dropout_scaling scaling = pass->model->scaling;
    linear_backward(gx, layer->gw, layer->gb, gy, x, p > 0 ? layer->dropped : layer->w,
                    pass->model->rows, layer->inputs, layer->outputs, pass->pool);
    if (p > 0 && pass->mode == MODEL_EVAL)
        dropout_eval(layer->gw, layer->gw, layer->w_count, p, scaling);
    else if (p > 0)
        dropout_apply(layer->gw, layer->gw, layer->mask, layer->w_count, dropout_scale(p, scaling),
                      pass->pool);
}

/* gx may be NULL for a linear layer only. */
static void backward_layer(const struct pass *pass, size_t i, real *gx, const real *gy)
{
    struct model *model = pass->model;
    struct layer *layer = &model->layers[i];
    const struct layer_spec *spec = &layer->spec;
    const real *x = input_of(model, i);
    size_t rows = model->rows, n = rows * layer->inputs;
    switch (spec->kind) {
    case LAYER_LINEAR:
        backward_linear(pass, layer, gx, gy, x);
        break;
    case LAYER_ACTIVATION:
        activation_backward(gx, gy, x, layer->y, n, spec->activation, pass->pool);
        break;
    case LAYER_BATCH:
        if (uses_batch_statistics(pass->mode))
            batch_norm_backward(gx, layer->gw, layer->gb, gy, x, layer->mean, layer->rstd, layer->w,
                                rows, layer->inputs, 1, pass->pool);
        else
            batch_norm_eval_backward(gx, layer->gw, layer->gb, gy, x, layer->running_mean,
                                     layer->running_variance, layer->w, rows, layer->inputs, 1,
                                     model->epsilon);
        break;
    case LAYER_NORM:
        layer_norm_backward(gx, layer->gw, layer->gb, gy, x, layer->mean, layer->rstd, layer->w,
                            rows, layer->inputs, pass->pool);
        break;
    case LAYER_RMS:
    case LAYER_RMS_OUTSIDE:
        rms_norm_backward(gx, layer->gw, gy, x, layer->rstd, layer->w, rows, layer->inputs,
                          model->epsilon, spec->kind == LAYER_RMS ? RMS_INSIDE : RMS_OUTSIDE,
                          pass->pool);
        break;
    case LAYER_GROUP:
        group_norm_backward(gx, layer->gw, layer->gb, gy, x, layer->mean, layer->rstd, layer->w,
                            rows, spec->channels, spec->positions, spec->groups);
        break;
    case LAYER_DROPOUT:
    case LAYER_DEPTH:
        backward_dropped(pass, layer, gx, gy);
        break;
    case LAYER_SCALE:
        backward_scaled(gx, gy, n, spec->scale);
        break;
    case LAYER_OPEN: /* the two ways through the block meet again */
        memcpy(gx, gy, n * sizeof *gx);
        real_add(gx, model->layers[spec->partner].kept_gradient, n, pass->pool);
        break;
    case LAYER_CLOSE: /* dL/dy goes into the branch and, unchanged, round it */
        memcpy(gx, gy, n * sizeof *gx);
        memcpy(layer->kept_gradient, gy, n * sizeof *gx);
        break;
    }
}

void model_backward(struct model *model, const real *gy, real *gx, struct pool *pool)
{
    const struct pass pass = {.model = model, .mode = model->mode, .pool = pool};
    for (size_t i = model->count; i-- > 0;) {
        real *to = model->spare[gy == model->spare[0]];
        if (i == 0 && (gx || model->layers[0].spec.kind == LAYER_LINEAR))
            to = gx;
        backward_layer(&pass, i, to, gy);
        gy = to;
    }
}
