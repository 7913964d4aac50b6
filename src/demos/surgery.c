#include "demos/surgery.h"

#include <assert.h>
#include <string.h>

void surgery_silence(struct model *model, const size_t *units, size_t count)
{
    struct layer *last = &model->layers[model->count - 1];
    assert(last->spec.kind == LAYER_LINEAR);
    for (size_t i = 0; i < count; i++)
        memset(last->w + units[i] * last->outputs, 0, last->outputs * sizeof *last->w);
}

static void copy(real *to, const real *from, size_t count)
{
    if (to)
        memcpy(to, from, count * sizeof *to);
}

void surgery_delete(struct model *to, const struct model *from, size_t first, size_t length)
{
    assert(to->count + length == from->count);
    for (size_t i = 0; i < to->count; i++) {
        struct layer *a = &to->layers[i];
        const struct layer *b = &from->layers[i < first ? i : i + length];
        assert(a->spec.kind == b->spec.kind && a->w_count == b->w_count);
        copy(a->w, b->w, b->w_count);
        copy(a->b, b->b, b->b_count);
        copy(a->running_mean, b->running_mean, b->inputs);
        copy(a->running_variance, b->running_variance, b->inputs);
    }
}
