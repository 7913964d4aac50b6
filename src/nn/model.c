#include "nn/model.h"

#include <string.h>

/* Cuts one block of memory into pieces that start at cache lines. Without a block it only counts:
 * the model is laid out twice, once to know its size and once for good. */
struct carver {
    unsigned char *block;
    size_t used;
};

enum { LINE = 64 };

static void *carve(struct carver *carver, size_t count, size_t size)
{
    size_t start = carver->used;
    carver->used += (count * size + LINE - 1) / LINE * LINE;
    return carver->block ? carver->block + start : NULL;
}

static real *carve_reals(struct carver *carver, size_t count)
{
    return carve(carver, count, sizeof(real));
}

static bool has_own_output(enum layer_kind kind)
{
    return kind != LAYER_OPEN; /* the input of the block goes in as it is */
}

static void count_parameters(const struct layer_spec *spec, size_t *w, size_t *b)
{
    *w = *b = 0;
    switch (spec->kind) {
    case LAYER_LINEAR:
        *w = spec->inputs * spec->outputs;
        *b = spec->outputs;
        break;
    case LAYER_BATCH:
    case LAYER_NORM:
        *w = *b = spec->inputs;
        break;
    case LAYER_RMS:
    case LAYER_RMS_OUTSIDE:
        *w = spec->inputs;
        break;
    case LAYER_GROUP:
        *w = *b = spec->channels;
        break;
    default:
        break;
    }
}

static size_t statistics_of(const struct layer_spec *spec, size_t batch)
{
    switch (spec->kind) {
    case LAYER_BATCH:
        return spec->inputs;
    case LAYER_GROUP:
        return batch * spec->groups;
    case LAYER_NORM:
    case LAYER_RMS:
    case LAYER_RMS_OUTSIDE:
        return batch;
    default:
        return 0;
    }
}

static size_t mask_bits(const struct layer_spec *spec, size_t batch)
{
    switch (spec->kind) {
    case LAYER_DROPOUT:
        return batch * spec->inputs;
    case LAYER_DEPTH:
        return batch;
    case LAYER_LINEAR:
        return spec->connect_p > 0 ? spec->inputs * spec->outputs : 0;
    default:
        return 0;
    }
}

static void lay_out_layer(struct layer *layer, size_t batch, struct carver *carver)
{
    const struct layer_spec *spec = &layer->spec;
    size_t statistics = statistics_of(spec, batch), decisions = mask_bits(spec, batch);
    if (has_own_output(spec->kind))
        layer->y = carve_reals(carver, batch * spec->outputs);
    if (statistics) {
        layer->mean = carve(carver, statistics, sizeof *layer->mean);
        layer->rstd = carve_reals(carver, statistics);
    }
    if (spec->kind == LAYER_BATCH) {
        layer->running_mean = carve_reals(carver, spec->inputs);
        layer->running_variance = carve_reals(carver, spec->inputs);
    }
    if (decisions)
        layer->mask = carve(carver, mask_words(decisions), sizeof *layer->mask);
    if (spec->connect_p > 0)
        layer->dropped = carve_reals(carver, decisions);
    if (spec->kind == LAYER_CLOSE)
        layer->kept_gradient = carve_reals(carver, batch * spec->outputs);
}

/* Parameters lie in one row, so an optimiser can go over all of them at once. */
static void lay_out(struct model *model, struct carver *carver)
{
    model->layers = carve(carver, model->count, sizeof *model->layers);
    model->parameters = carve_reals(carver, model->parameter_count);
    model->gradients = carve_reals(carver, model->parameter_count);
    model->spare[0] = carve_reals(carver, model->batch * model->spec.widest);
    model->spare[1] = carve_reals(carver, model->batch * model->spec.widest);
    size_t used = 0;
    for (size_t i = 0; i < model->count; i++) {
        struct layer counted = {0}, *layer = carver->block ? &model->layers[i] : &counted;
        *layer = (struct layer){.spec = model->spec.layers[i],
                                .inputs = model->spec.layers[i].inputs,
                                .outputs = model->spec.layers[i].outputs};
        lay_out_layer(layer, model->batch, carver);
        if (!carver->block)
            continue;
        count_parameters(&layer->spec, &layer->w_count, &layer->b_count);
        if (layer->w_count) {
            layer->w = model->parameters + used;
            layer->gw = model->gradients + used;
        }
        if (layer->b_count) {
            layer->b = model->parameters + used + layer->w_count;
            layer->gb = model->gradients + used + layer->w_count;
        }
        used += layer->w_count + layer->b_count;
    }
}

bool model_build(struct model *model, struct arena *arena, const char *line, size_t batch,
                 struct err *err)
{
    const size_t most = (size_t)1 << 32;
    *model = (struct model){.batch = batch, .momentum = .1, .epsilon = 1e-5};
    if (!spec_read(&model->spec, arena, line, err))
        return false;
    if (batch < 1 || batch > 1 << 20)
        return err_set(err, "a batch of %zu: it has from 1 to %d rows", batch, 1 << 20);
    model->count = model->spec.count;
    model->inputs = model->spec.inputs;
    model->outputs = model->spec.outputs;
    model->parameter_count = model->spec.parameters;

    struct carver carver = {0};
    lay_out(model, &carver);
    if (carver.used > most)
        return err_set(err,
                       "the model needs %zu million bytes for batches of %zu, more than %zu; use "
                       "smaller batches or fewer units",
                       carver.used / 1000000, batch, most / 1000000);
    unsigned char *block = arena_alloc(arena, carver.used + LINE);
    carver = (struct carver){block + (LINE - (uintptr_t)block % LINE) % LINE, 0};
    lay_out(model, &carver);
    model_init(model, &(struct init_options){.kind = INIT_ZERO}, 0);
    return true;
}

static void fill(real *to, size_t n, real value)
{
    for (size_t i = 0; i < n; i++)
        to[i] = value;
}

void model_init(struct model *model, const struct init_options *options, uint64_t seed)
{
    for (size_t i = 0; i < model->count; i++) {
        struct layer *layer = &model->layers[i];
        if (layer->spec.kind == LAYER_LINEAR) {
            struct init_options own = *options;
            struct rng rng;
            if (layer->spec.std >= 0)
                own = (struct init_options){.kind = INIT_NORMAL, .std = layer->spec.std};
            own.branches = layer->spec.ends_branch ? model->spec.branches : 0;
            rng_init(&rng, seed, STREAM_NN_INIT, i);
            init_weights(layer->w, layer->b, layer->inputs, layer->outputs, &own, &rng);
        } else {
            fill(layer->w, layer->w_count, 1);
            fill(layer->b, layer->b_count, 0);
        }
        if (layer->running_mean) {
            fill(layer->running_mean, layer->inputs, 0);
            fill(layer->running_variance, layer->inputs, 1);
        }
    }
}

bool model_group(const struct model *model, size_t i, struct parameter_group *group)
{
    for (size_t at = 0; at < model->count; at++) {
        const struct layer *layer = &model->layers[at];
        if (layer->w_count && i-- == 0) {
            *group = (struct parameter_group){at, false, layer->w, layer->gw, layer->w_count};
            return true;
        }
        if (layer->b_count && i-- == 0) {
            *group = (struct parameter_group){at, true, layer->b, layer->gb, layer->b_count};
            return true;
        }
    }
    return false;
}
