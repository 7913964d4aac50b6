/* Any bytes as the line of a model: refused with a sentence, or a model whose brackets match. */
#include "nn/spec.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct model_spec *spec)
{
    size_t width = spec->inputs, open = 0;
    for (size_t i = 0; i < spec->count; i++) {
        const struct layer_spec *layer = &spec->layers[i];
        assert(layer->inputs == width && layer->inputs <= spec->widest);
        width = layer->outputs;
        if (layer->kind == LAYER_OPEN)
            open++;
        if (layer->kind == LAYER_CLOSE) {
            assert(open > 0 && spec->layers[layer->partner].partner == i);
            open--;
        }
    }
    assert(open == 0 && width == spec->outputs && spec->parameters <= SPEC_MOST_PARAMETERS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct model_spec spec;
    struct err err = {""};
    arena_init(&arena);
    if (spec_read(&spec, &arena, arena_strndup(&arena, (const char *)data, size), &err))
        check(&spec);
    else
        assert(err.text[0]);
    arena_free(&arena);
    return 0;
}
