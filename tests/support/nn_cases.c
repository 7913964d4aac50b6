/* One function for each kind of recorded case; nn_cases_f64.c compiles them a second time. */
#include "support/nn_cases.h"

#include "support/test.h"

#include "nn/dropout.h"
#include "nn/layers.h"
#include "nn/matrix.h"
#include "nn/model.h"
#include "nn/norm.h"
#include "nn/optim.h"
#include "nn/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test_case {
    struct nnvec *vec;
    struct arena *arena;
    struct pool *pool;
    const char *why;
};

/* ---- Between the file's doubles and ours ---- */

static real *room(struct test_case *c, size_t n)
{
    return ARENA_ARRAY(c->arena, n, real);
}

static real *input(struct test_case *c, const char *name)
{
    const struct nnvec_tensor *tensor = nnvec_tensor(c->vec, name);
    real *values = room(c, tensor->count);
    for (size_t i = 0; i < tensor->count; i++)
        values[i] = (real)tensor->values[i];
    return values;
}

static unsigned char *labels(struct test_case *c)
{
    const struct nnvec_tensor *tensor = nnvec_tensor(c->vec, "in.labels");
    unsigned char *values = ARENA_ARRAY(c->arena, tensor->count, unsigned char);
    for (size_t i = 0; i < tensor->count; i++)
        values[i] = (unsigned char)tensor->values[i];
    return values;
}

static size_t size_of(struct test_case *c, const char *name, size_t dimension)
{
    return nnvec_tensor(c->vec, name)->size[dimension];
}

static size_t count_of(struct test_case *c, const char *name)
{
    return nnvec_tensor(c->vec, name)->count;
}

static void expect(struct test_case *c, const char *name, const real *got, size_t n)
{
    double *values = ARENA_ARRAY(c->arena, n, double);
    for (size_t i = 0; i < n; i++)
        values[i] = (double)got[i];
    nnvec_expect(c->vec, name, values, n);
}

/* PyTorch keeps a weight as (outputs, inputs), we as (inputs, outputs). */
static void transpose(real *to, const real *from, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            to[j * rows + i] = from[i * columns + j];
}

static real *weight(struct test_case *c, const char *name)
{
    const struct nnvec_tensor *tensor = nnvec_tensor(c->vec, name);
    real *w = room(c, tensor->count);
    transpose(w, input(c, name), tensor->size[0], tensor->size[1]);
    return w;
}

static void expect_weight(struct test_case *c, const char *name, const real *w, size_t inputs,
                          size_t outputs)
{
    real *turned = room(c, inputs * outputs);
    transpose(turned, w, inputs, outputs);
    expect(c, name, turned, inputs * outputs);
}

static uint64_t *mask_of(struct test_case *c, const char *name)
{
    const struct nnvec_tensor *tensor = nnvec_tensor(c->vec, name);
    uint64_t *mask = ARENA_ARRAY(c->arena, mask_words(tensor->count), uint64_t);
    for (size_t i = 0; i < tensor->count; i++)
        mask_set(mask, i, tensor->values[i] != 0);
    return mask;
}

static const char *numbered(struct test_case *c, const char *name, size_t number)
{
    return arena_printf(c->arena, "%s%zu", name, number);
}

/* ---- Layers ---- */

static void run_linear(struct test_case *c)
{
    size_t batch = size_of(c, "in.x", 0), in = size_of(c, "in.w", 1), out = size_of(c, "in.w", 0);
    real *x = input(c, "in.x"), *w = weight(c, "in.w");
    real *y = room(c, batch * out), *gx = room(c, batch * in), *gw = room(c, in * out);
    real *gb = room(c, out);
    linear_forward(y, x, w, input(c, "in.b"), batch, in, out, c->pool);
    linear_backward(gx, gw, gb, input(c, "in.gy"), x, w, batch, in, out, c->pool);
    expect(c, "y", y, batch * out);
    expect(c, "gx", gx, batch * in);
    expect_weight(c, "gw", gw, in, out);
    expect(c, "gb", gb, out);
}

static enum activation activation_named(const char *name)
{
    static const char *const names[ACTIVATIONS] = {"relu", "tanh", "sigmoid", "gelu", "gelu_tanh"};
    for (int i = 0; i < ACTIVATIONS; i++)
        if (strcmp(names[i], name) == 0)
            return (enum activation)i;
    fail_msg("no activation %s", name);
    return ACTIVATIONS;
}

static void run_activation(struct test_case *c)
{
    enum activation kind = activation_named(c->vec->kind);
    size_t n = count_of(c, "in.x");
    real *x = input(c, "in.x"), *y = room(c, n), *gx = room(c, n);
    activation_forward(y, x, n, kind, c->pool);
    activation_backward(gx, input(c, "in.gy"), x, y, n, kind, c->pool);
    expect(c, "y", y, n);
    expect(c, "gx", gx, n);
}

static void run_softmax(struct test_case *c)
{
    size_t batch = size_of(c, "in.x", 0), classes = size_of(c, "in.x", 1), n = batch * classes;
    real *x = input(c, "in.x"), *p = room(c, n), *gx = room(c, n);
    double loss = cross_entropy(gx, x, labels(c), batch, classes, NULL);
    nnvec_expect(c->vec, "loss", &loss, 1);
    expect(c, "gx", gx, n);
    softmax_forward(p, x, batch, classes);
    expect(c, "prob", p, n);
    log_softmax_forward(p, x, batch, classes);
    expect(c, "logprob", p, n);
}

/* ---- Norms ---- */

static void run_layernorm(struct test_case *c)
{
    size_t batch = size_of(c, "in.x", 0), width = size_of(c, "in.x", 1), n = batch * width;
    real *x = input(c, "in.x"), *gamma = input(c, "in.gamma");
    real *y = room(c, n), *gx = room(c, n), *rstd = room(c, batch);
    double *mean = ARENA_ARRAY(c->arena, batch, double);
    real *ggamma = room(c, width), *gbeta = room(c, width);
    layer_norm_forward(y, mean, rstd, x, gamma, input(c, "in.beta"), batch, width,
                       nnvec_number(c->vec, "eps"), c->pool);
    layer_norm_backward(gx, ggamma, gbeta, input(c, "in.gy"), x, mean, rstd, gamma, batch, width,
                        c->pool);
    expect(c, "y", y, n);
    expect(c, "gx", gx, n);
    expect(c, "ggamma", ggamma, width);
    expect(c, "gbeta", gbeta, width);
}

static void run_rmsnorm(struct test_case *c)
{
    enum rms_epsilon place =
        strcmp(c->vec->kind, "rmsnorm_sqrt_eps") == 0 ? RMS_INSIDE : RMS_OUTSIDE;
    size_t batch = size_of(c, "in.x", 0), width = size_of(c, "in.x", 1), n = batch * width;
    double eps = nnvec_number(c->vec, "eps");
    real *x = input(c, "in.x"), *gamma = input(c, "in.gamma"), *y = room(c, n), *gx = room(c, n);
    real *rstd = room(c, batch), *ggamma = room(c, width);
    rms_norm_forward(y, rstd, x, gamma, batch, width, eps, place, c->pool);
    rms_norm_backward(gx, ggamma, input(c, "in.gy"), x, rstd, gamma, batch, width, eps, place,
                      c->pool);
    expect(c, "y", y, n);
    expect(c, "gx", gx, n);
    expect(c, "ggamma", ggamma, width);
}

static void run_batchnorm1d(struct test_case *c)
{
    size_t batch = size_of(c, "in.x1", 0), width = size_of(c, "in.x1", 1), n = batch * width;
    real *gamma = input(c, "in.gamma"), *beta = input(c, "in.beta");
    real *running_mean = input(c, "in.running_mean"), *running_var = input(c, "in.running_var");
    real *y = room(c, n), *gx = room(c, n), *rstd = room(c, width);
    double *mean = ARENA_ARRAY(c->arena, width, double);
    real *ggamma = room(c, width), *gbeta = room(c, width);
    for (size_t i = 1; i <= 2; i++) {
        real *x = input(c, numbered(c, "in.x", i));
        batch_norm_forward(y, mean, rstd, running_mean, running_var, x, gamma, beta, batch, width,
                           1, nnvec_number(c->vec, "eps"), nnvec_number(c->vec, "momentum"),
                           c->pool);
        batch_norm_backward(gx, ggamma, gbeta, input(c, numbered(c, "in.gy", i)), x, mean, rstd,
                            gamma, batch, width, 1, c->pool);
        expect(c, numbered(c, "y", i), y, n);
        expect(c, numbered(c, "gx", i), gx, n);
        expect(c, numbered(c, "ggamma", i), ggamma, width);
        expect(c, numbered(c, "gbeta", i), gbeta, width);
        expect(c, numbered(c, "running_mean", i), running_mean, width);
        expect(c, numbered(c, "running_var", i), running_var, width);
    }
}

static void run_batchnorm1d_eval(struct test_case *c)
{
    size_t batch = size_of(c, "in.x", 0), width = size_of(c, "in.x", 1), n = batch * width;
    double eps = nnvec_number(c->vec, "eps");
    real *x = input(c, "in.x"), *gamma = input(c, "in.gamma"), *y = room(c, n), *gx = room(c, n);
    real *mean = input(c, "in.running_mean"), *variance = input(c, "in.running_var");
    real *ggamma = room(c, width), *gbeta = room(c, width);
    batch_norm_eval(y, mean, variance, x, gamma, input(c, "in.beta"), batch, width, 1, eps);
    batch_norm_eval_backward(gx, ggamma, gbeta, input(c, "in.gy"), x, mean, variance, gamma, batch,
                             width, 1, eps);
    expect(c, "y", y, n);
    expect(c, "gx", gx, n);
    expect(c, "ggamma", ggamma, width);
    expect(c, "gbeta", gbeta, width);
}

static void run_batchnorm2d(struct test_case *c)
{
    size_t batch = size_of(c, "in.x", 0), channels = size_of(c, "in.x", 1);
    size_t positions = size_of(c, "in.x", 2) * size_of(c, "in.x", 3);
    size_t n = batch * channels * positions;
    real *x = input(c, "in.x"), *gamma = input(c, "in.gamma"), *y = room(c, n), *gx = room(c, n);
    real *rstd = room(c, channels);
    double *mean = ARENA_ARRAY(c->arena, channels, double);
    real *running_mean = room(c, channels), *running_var = room(c, channels);
    real *ggamma = room(c, channels), *gbeta = room(c, channels);
    for (size_t i = 0; i < channels; i++)
        running_var[i] = 1;
    batch_norm_forward(y, mean, rstd, running_mean, running_var, x, gamma, input(c, "in.beta"),
                       batch, channels, positions, nnvec_number(c->vec, "eps"),
                       nnvec_number(c->vec, "momentum"), c->pool);
    batch_norm_backward(gx, ggamma, gbeta, input(c, "in.gy"), x, mean, rstd, gamma, batch, channels,
                        positions, c->pool);
    expect(c, "y", y, n);
    expect(c, "gx", gx, n);
    expect(c, "ggamma", ggamma, channels);
    expect(c, "gbeta", gbeta, channels);
    expect(c, "running_mean", running_mean, channels);
    expect(c, "running_var", running_var, channels);
}

/* ---- Dropout and blocks ---- */

static void run_dropout(struct test_case *c)
{
    size_t n = count_of(c, "in.x");
    double p = nnvec_number(c->vec, "p"), scale = dropout_scale(p, DROPOUT_INVERTED);
    real *x = input(c, "in.x"), *y = room(c, n);
    uint64_t *mask = mask_of(c, "in.mask");
    dropout_apply(y, x, mask, n, scale, c->pool);
    expect(c, "y", y, n);
    dropout_apply(y, input(c, "in.gy"), mask, n, scale, c->pool);
    expect(c, "gx", y, n);
    dropout_apply(y, x, mask, n, dropout_scale(p, DROPOUT_CLASSIC), c->pool);
    expect(c, "yclassic", y, n);
    dropout_eval(y, x, n, p, DROPOUT_CLASSIC);
    expect(c, "yeval_classic", y, n);
}

static void run_dropout2d(struct test_case *c)
{
    size_t maps = size_of(c, "in.x", 0) * size_of(c, "in.x", 1);
    size_t area = size_of(c, "in.x", 2) * size_of(c, "in.x", 3), n = maps * area;
    double scale = dropout_scale(nnvec_number(c->vec, "p"), DROPOUT_INVERTED);
    real *y = room(c, n);
    uint64_t *mask = mask_of(c, "in.mask");
    dropout_rows_apply(y, input(c, "in.x"), mask, maps, area, scale);
    expect(c, "y", y, n);
    dropout_rows_apply(y, input(c, "in.gy"), mask, maps, area, scale);
    expect(c, "gx", y, n);
}

static struct layer *layer_of(struct model *model, enum layer_kind kind)
{
    for (size_t i = 0; i < model->count; i++)
        if (model->layers[i].spec.kind == kind)
            return &model->layers[i];
    return NULL;
}

static void build(struct test_case *c, struct model *model, const char *line, size_t batch)
{
    struct err err = {0};
    if (!model_build(model, c->arena, line, batch, &err))
        fail_msg("%s: %s", line, err.text);
}

static void run_block(struct test_case *c)
{
    static const struct {
        const char *kind, *line;
    } forms[] = {
        {"plain_block", "%zu %zu relu dropout=%.17g"},
        {"residual", "%zu [ %zu relu dropout=%.17g ]"},
        {"preln_block", "%zu [ layer %zu relu dropout=%.17g ]"},
        {"postln_block", "%zu [ %zu relu dropout=%.17g ] layer"},
    };
    size_t batch = size_of(c, "in.x", 0), width = size_of(c, "in.x", 1), n = batch * width;
    char line[100] = "";
    struct model model;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].kind, c->vec->kind) == 0)
            snprintf(line, sizeof line, forms[i].line, width, width, nnvec_number(c->vec, "p"));
    build(c, &model, line, batch);
    model.epsilon = nnvec_number(c->vec, "eps");
    struct layer *linear = layer_of(&model, LAYER_LINEAR), *norm = layer_of(&model, LAYER_NORM);
    memcpy(linear->w, weight(c, "in.w"), linear->w_count * sizeof(real));
    memcpy(linear->b, input(c, "in.b"), linear->b_count * sizeof(real));
    memcpy(layer_of(&model, LAYER_DROPOUT)->mask, mask_of(c, "in.mask"),
           mask_words(n) * sizeof(uint64_t));
    if (norm) {
        memcpy(norm->w, input(c, "in.gamma"), width * sizeof(real));
        memcpy(norm->b, input(c, "in.beta"), width * sizeof(real));
    }
    real *gx = room(c, n);
    const real *y = model_forward(&model, input(c, "in.x"), batch, MODEL_REPLAY, 0, 0, c->pool);
    model_backward(&model, input(c, "in.gy"), gx, c->pool);
    expect(c, "y", y, n);
    expect(c, "gx", gx, n);
    expect_weight(c, "gw", linear->gw, width, width);
    expect(c, "gb", linear->gb, width);
    if (norm) {
        expect(c, "ggamma", norm->gw, width);
        expect(c, "gbeta", norm->gb, width);
    }
}

/* ---- Optimisers ---- */

static double number_if(struct test_case *c, const char *name)
{
    for (size_t i = 0; i < c->vec->setting_count; i++)
        if (strcmp(c->vec->settings[i].name, name) == 0)
            return c->vec->settings[i].value;
    return 0;
}

static struct optim optim_of(struct test_case *c, const char *kind)
{
    return (struct optim){
        .kind = strstr(kind, "adamw")  ? OPTIM_ADAMW
                : strstr(kind, "adam") ? OPTIM_ADAM
                                       : OPTIM_SGD,
        .rate = nnvec_number(c->vec, "lr"),
        .weight_decay = number_if(c, "weight_decay"),
        .momentum = number_if(c, "momentum"),
        .nesterov = number_if(c, "nesterov") != 0,
        .beta1 = number_if(c, "beta1"),
        .beta2 = number_if(c, "beta2"),
        .epsilon = number_if(c, "eps"),
    };
}

static void run_optimiser(struct test_case *c)
{
    struct optim optim = optim_of(c, c->vec->kind);
    size_t steps = size_of(c, "in.g", 0), n = size_of(c, "in.g", 1);
    real *p = input(c, "in.p0"), *g = input(c, "in.g"), *m = room(c, n), *v = room(c, n);
    real *all_p = room(c, steps * n), *all_m = room(c, steps * n), *all_v = room(c, steps * n);
    for (size_t i = 0; i < steps; i++) {
        optim_step(&optim, p, g + i * n, m, v, n, optim.rate, (int64_t)i + 1, c->pool);
        memcpy(all_p + i * n, p, n * sizeof *p);
        memcpy(all_m + i * n, m, n * sizeof *p);
        memcpy(all_v + i * n, v, n * sizeof *p);
    }
    expect(c, "p", all_p, steps * n);
    if (nnvec_has(c->vec, "out.m"))
        expect(c, "m", all_m, steps * n);
    if (nnvec_has(c->vec, "out.v"))
        expect(c, "v", all_v, steps * n);
}

static void run_clip(struct test_case *c)
{
    size_t a = count_of(c, "in.a"), b = count_of(c, "in.b");
    real *g = room(c, a + b);
    memcpy(g, input(c, "in.a"), a * sizeof *g);
    memcpy(g + a, input(c, "in.b"), b * sizeof *g);
    double total = optim_clip_norm(g, a + b, nnvec_number(c->vec, "max_norm"));
    nnvec_expect(c->vec, "total", &total, 1);
    expect(c, "a", g, a);
    expect(c, "b", g + a, b);
}

static void run_cosine(struct test_case *c)
{
    size_t n = count_of(c, "out.lr");
    double *rates = ARENA_ARRAY(c->arena, n, double);
    for (size_t i = 0; i < n; i++)
        rates[i] = schedule_cosine(nnvec_number(c->vec, "base_lr"), nnvec_number(c->vec, "eta_min"),
                                   (int64_t)i, (int64_t)nnvec_number(c->vec, "T_max"));
    nnvec_expect(c->vec, "lr", rates, n);
}

/* ---- Whole networks ---- */

/* Weights of the linear layers from in.w1, in.b1, ... */
static void fill_numbered(struct test_case *c, struct model *model)
{
    size_t number = 1;
    for (size_t i = 0; i < model->count; i++) {
        struct layer *layer = &model->layers[i];
        if (layer->spec.kind != LAYER_LINEAR)
            continue;
        memcpy(layer->w, weight(c, numbered(c, "in.w", number)), layer->w_count * sizeof(real));
        memcpy(layer->b, input(c, numbered(c, "in.b", number)), layer->b_count * sizeof(real));
        number++;
    }
}

static void run_mlp20(struct test_case *c)
{
    size_t batch = size_of(c, "in.x", 0), in = size_of(c, "in.x", 1);
    size_t steps = (size_t)nnvec_number(c->vec, "steps"), groups = 6;
    bool cosine = strstr(c->vec->kind, "cosine") != NULL;
    struct optim optim = optim_of(c, c->vec->kind);
    struct model model;
    build(c, &model,
          arena_printf(c->arena, "%zu-%zu-%zu-%zu %s", in, size_of(c, "in.w1", 0),
                       size_of(c, "in.w2", 0), size_of(c, "in.w3", 0), nnvec_text(c->vec, "act")),
          batch);
    fill_numbered(c, &model);
    real *x = input(c, "in.x"), *gx = room(c, batch * model.outputs);
    real *m = room(c, model.parameter_count), *v = room(c, model.parameter_count);
    double *losses = ARENA_ARRAY(c->arena, steps + 1, double);
    double *norms = ARENA_ARRAY(c->arena, steps * groups, double);
    for (size_t step = 0; step <= steps; step++) {
        const real *y = model_forward(&model, x, batch, MODEL_TRAIN, 0, step, c->pool);
        losses[step] = cross_entropy(gx, y, labels(c), batch, model.outputs, NULL);
        if (step == steps)
            break;
        model_backward(&model, gx, NULL, c->pool);
        struct parameter_group group;
        for (size_t i = 0; model_group(&model, i, &group); i++)
            norms[step * groups + i] = real_norm(group.gradients, group.count);
        double rate = cosine
                          ? schedule_cosine(optim.rate, nnvec_number(c->vec, "eta_min"),
                                            (int64_t)step, (int64_t)nnvec_number(c->vec, "T_max"))
                          : optim.rate;
        optim_step(&optim, model.parameters, model.gradients, m, v, model.parameter_count, rate,
                   (int64_t)step + 1, c->pool);
    }
    nnvec_expect(c->vec, "loss", losses, steps + 1);
    nnvec_expect(c->vec, "gradnorm", norms, steps * groups);
    for (size_t i = 0, number = 1; i < model.count; i++) {
        const struct layer *layer = &model.layers[i];
        if (layer->spec.kind != LAYER_LINEAR)
            continue;
        expect_weight(c, numbered(c, "final_w", number), layer->w, layer->inputs, layer->outputs);
        expect(c, numbered(c, "final_b", number++), layer->b, layer->outputs);
    }
}

/* The parameters in the order of the file: weight and bias of each linear layer and norm. */
static const char *const deep_names[] = {"input_proj",  "block1_norm", "block1_ffn",
                                         "block2_norm", "block2_ffn",  "output"};

static void fill_deep(struct test_case *c, struct model *model)
{
    size_t at = 0;
    for (size_t i = 0; i < model->count; i++) {
        struct layer *layer = &model->layers[i];
        if (!layer->w_count)
            continue;
        const char *w = arena_printf(c->arena, "in.%s.weight", deep_names[at]);
        const char *b = arena_printf(c->arena, "in.%s.bias", deep_names[at++]);
        memcpy(layer->w, layer->spec.kind == LAYER_LINEAR ? weight(c, w) : input(c, w),
               layer->w_count * sizeof(real));
        memcpy(layer->b, input(c, b), layer->b_count * sizeof(real));
    }
}

/* The first eight gradients in PyTorch's order. */
static void expect_head(struct test_case *c, const char *name, const struct layer *layer,
                        bool is_bias)
{
    real head[8];
    for (size_t i = 0; i < 8; i++)
        head[i] = is_bias                            ? layer->gb[i]
                  : layer->spec.kind == LAYER_LINEAR ? layer->gw[i * layer->outputs]
                                                     : layer->gw[i];
    expect(c, name, head, 8);
}

static void run_deepdigit(struct test_case *c)
{
    size_t batch = size_of(c, "in.x", 0), act = 0, at = 0;
    struct optim optim = {.kind = OPTIM_ADAMW, .weight_decay = .01};
    struct model model;
    build(c, &model,
          arena_printf(c->arena, "%zu %zu relu 2x[layer %zu relu] %zu", size_of(c, "in.x", 1),
                       size_of(c, "in.input_proj.bias", 0), size_of(c, "in.input_proj.bias", 0),
                       size_of(c, "in.output.bias", 0)),
          batch);
    fill_deep(c, &model);
    real *x = input(c, "in.x"), *gx = room(c, batch * model.outputs);
    const real *y = model_forward(&model, x, batch, MODEL_TRAIN, 0, 0, c->pool);
    expect(c, "logits", y, batch * model.outputs);
    double loss = cross_entropy(gx, y, labels(c), batch, model.outputs, NULL);
    nnvec_expect(c->vec, "loss", &loss, 1);
    model_backward(&model, gx, NULL, c->pool);

    double acts[3] = {0}, norms[12], total = real_norm(model.gradients, model.parameter_count);
    for (size_t i = 0; i < model.count && act < 3; i++) /* the stem, then the ends of the blocks */
        if (i == 1 || model.layers[i].spec.kind == LAYER_CLOSE)
            acts[act++] = real_norm(model.layers[i].y, batch * model.layers[i].outputs);
    nnvec_expect(c->vec, "act_norms", acts, 3);
    nnvec_expect(c->vec, "total_gradnorm", &total, 1);
    for (size_t i = 0; i < model.count; i++) {
        const struct layer *layer = &model.layers[i];
        if (!layer->w_count)
            continue;
        norms[2 * at] = real_norm(layer->gw, layer->w_count);
        norms[2 * at + 1] = real_norm(layer->gb, layer->b_count);
        expect_head(c, arena_printf(c->arena, "grad_head.%s.weight", deep_names[at]), layer, false);
        expect_head(c, arena_printf(c->arena, "grad_head.%s.bias", deep_names[at++]), layer, true);
    }
    nnvec_expect(c->vec, "gradnorm", norms, 12);

    real *m = room(c, model.parameter_count), *v = room(c, model.parameter_count);
    optim_step(&optim, model.parameters, model.gradients, m, v, model.parameter_count, 1e-3, 1,
               c->pool);
    at = 0;
    for (size_t i = 0; i < model.count; i++) {
        const struct layer *layer = &model.layers[i];
        if (!layer->w_count)
            continue;
        double w = real_norm(layer->w, layer->w_count), b = real_norm(layer->b, layer->b_count);
        nnvec_expect(c->vec, arena_printf(c->arena, "norm_after.%s.weight", deep_names[at]), &w, 1);
        nnvec_expect(c->vec, arena_printf(c->arena, "norm_after.%s.bias", deep_names[at++]), &b, 1);
    }
    y = model_forward(&model, x, batch, MODEL_TRAIN, 0, 0, c->pool);
    loss = cross_entropy(NULL, y, labels(c), batch, model.outputs, NULL);
    nnvec_expect(c->vec, "loss_after", &loss, 1);
}

/* Every mask over the hidden units, one after the other, through the rest of the network. */
static void run_subnets(struct test_case *c)
{
    bool deep = strcmp(c->vec->kind, "subnet_exact_h2") == 0;
    double p = nnvec_number(c->vec, "p");
    size_t units = (size_t)nnvec_number(c->vec, "n"), in = count_of(c, "in.x");
    const char *last = deep ? "3" : "2";
    const char *last_w = arena_printf(c->arena, "in.w%s", last);
    const char *last_b = arena_printf(c->arena, "in.b%s", last);
    size_t outputs = size_of(c, last_w, 0), inner = deep ? size_of(c, "in.w2", 0) : units;
    real *h = room(c, units), *dropped = room(c, units), *middle = room(c, inner);
    real *logits = room(c, outputs), *prob = room(c, outputs);
    double *mean[2], *square[2], *geo = ARENA_ARRAY(c->arena, outputs, double);
    double *low = ARENA_ARRAY(c->arena, outputs, double);
    double *high = ARENA_ARRAY(c->arena, outputs, double);
    for (int i = 0; i < 2; i++) {
        mean[i] = ARENA_ARRAY(c->arena, outputs, double);
        square[i] = ARENA_ARRAY(c->arena, outputs, double);
    }
    linear_forward(h, input(c, "in.x"), weight(c, "in.w1"), input(c, "in.b1"), 1, in, units,
                   c->pool);
    activation_forward(h, h, units, ACTIVATION_RELU, c->pool);
    real *w_last = weight(c, last_w), *b_last = input(c, last_b);
    real *w2 = weight(c, "in.w2"), *b2 = input(c, "in.b2");
    for (uint64_t mask = 0; mask <= UINT64_C(1) << units; mask++) {
        bool whole = mask >> units; /* after the last: the whole net, as in evaluation */
        double chance = 1;
        for (size_t i = 0; i < units; i++)
            chance *= mask >> i & 1 ? 1 - p : p;
        if (whole)
            memcpy(dropped, h, units * sizeof *h);
        else
            dropout_apply(dropped, h, &mask, units, dropout_scale(p, DROPOUT_INVERTED), c->pool);
        const real *read = dropped;
        if (deep) {
            linear_forward(middle, dropped, w2, b2, 1, units, inner, c->pool);
            activation_forward(middle, middle, inner, ACTIVATION_TANH, c->pool);
            read = middle;
        }
        linear_forward(logits, read, w_last, b_last, 1, inner, outputs, c->pool);
        softmax_forward(prob, logits, 1, outputs);
        if (whole) {
            expect(c, "ws_logits", logits, outputs);
            expect(c, "ws_prob", prob, outputs);
            break;
        }
        for (size_t i = 0; i < outputs; i++) {
            double z = (double)logits[i], q = (double)prob[i];
            mean[0][i] += chance * z;
            square[0][i] += chance * z * z;
            mean[1][i] += chance * q;
            square[1][i] += chance * q * q;
            geo[i] += chance * log(q);
            low[i] = mask == 0 ? z : fmin(low[i], z);
            high[i] = mask == 0 ? z : fmax(high[i], z);
        }
    }
    double sum = 0;
    for (size_t i = 0; i < outputs; i++)
        sum += geo[i] = exp(geo[i]);
    for (size_t i = 0; i < outputs; i++) {
        geo[i] /= sum;
        for (int k = 0; k < 2; k++)
            square[k][i] -= mean[k][i] * mean[k][i];
    }
    nnvec_expect(c->vec, "mean_logits", mean[0], outputs);
    nnvec_expect(c->vec, "var_logits", square[0], outputs);
    nnvec_expect(c->vec, "mean_prob", mean[1], outputs);
    nnvec_expect(c->vec, "var_prob", square[1], outputs);
    nnvec_expect(c->vec, "geo_prob", geo, outputs);
    nnvec_expect(c->vec, "min_logits", low, outputs);
    nnvec_expect(c->vec, "max_logits", high, outputs);
}

/* Needs the files of MNIST in $MNIST_DIR. */
static void run_mnist(struct test_case *c)
{
    const char *folder = getenv("MNIST_DIR");
    struct dataset data;
    struct err err = {0};
    size_t batch = (size_t)nnvec_number(c->vec, "batch");
    size_t steps = (size_t)nnvec_number(c->vec, "steps");
    size_t first = (size_t)nnvec_number(c->vec, "offset");
    if (!folder)
        folder = "../shared/data/mnist";
    if (!idx_read(c->arena, folder, IDX_TRAIN, first + batch * steps, &data, &err)) {
        c->why = arena_printf(c->arena, "needs MNIST (MNIST_DIR=FOLDER): %s", err.text);
        return;
    }
    struct model model;
    struct optim optim = optim_of(c, "adam");
    build(c, &model, arena_printf(c->arena, "784-%g-10 relu", nnvec_number(c->vec, "hidden")),
          batch);
    fill_numbered(c, &model);
    real *x = room(c, batch * model.inputs), *gx = room(c, batch * model.outputs);
    real *m = room(c, model.parameter_count), *v = room(c, model.parameter_count);
    double *losses = ARENA_ARRAY(c->arena, steps, double);
    for (size_t step = 0; step < steps; step++) {
        size_t at = first + step * batch;
        for (size_t i = 0; i < batch * model.inputs; i++) {
            /* a pixel is a byte: the float64 case divides it by 255 in double */
            double byte = rint((double)data.x[at * model.inputs + i] * 255);
            x[i] = (real)(byte / 255);
        }
        const real *y = model_forward(&model, x, batch, MODEL_TRAIN, 0, step, c->pool);
        losses[step] = cross_entropy(gx, y, data.y + at, batch, model.outputs, NULL);
        model_backward(&model, gx, NULL, c->pool);
        optim_step(&optim, model.parameters, model.gradients, m, v, model.parameter_count,
                   optim.rate, (int64_t)step + 1, c->pool);
    }
    nnvec_expect(c->vec, "loss", losses, steps);
}

static const struct {
    const char *kind; /* or the beginning of several */
    void (*run)(struct test_case *c);
} kinds[] = {
    {"linear", run_linear},
    {"relu", run_activation},
    {"tanh", run_activation},
    {"sigmoid", run_activation},
    {"gelu", run_activation},
    {"softmax_xent", run_softmax},
    {"batchnorm1d_train", run_batchnorm1d},
    {"batchnorm1d_eval", run_batchnorm1d_eval},
    {"batchnorm2d_train", run_batchnorm2d},
    {"layernorm", run_layernorm},
    {"rmsnorm_", run_rmsnorm},
    {"dropout2d", run_dropout2d},
    {"dropout", run_dropout},
    {"plain_block", run_block},
    {"residual", run_block},
    {"preln_block", run_block},
    {"postln_block", run_block},
    {"opt_", run_optimiser},
    {"clip_norm", run_clip},
    {"cosine", run_cosine},
    {"mlp20_", run_mlp20},
    {"deepdigit_step", run_deepdigit},
    {"subnet_exact_h", run_subnets},
    {"mnist_mlp20", run_mnist},
};

bool nn_case_run(struct nnvec *vec, struct arena *arena, struct pool *pool, const char **why)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strncmp(vec->kind, kinds[i].kind, strlen(kinds[i].kind)) == 0) {
            struct test_case c = {.vec = vec, .arena = arena, .pool = pool};
            kinds[i].run(&c);
            *why = c.why;
            return !c.why;
        }
    fail_msg("%s: nobody knows the kind %s", vec->name, vec->kind);
    return false;
}
