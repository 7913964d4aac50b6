/* The table of demos. To add one: a file in this folder and a line here. */
#include "demos/demo.h"

#include <string.h>

/* In the order of the gallery, which is that of the chapters; demos of one theme stand together. */
#define EACH_DEMO(X)                                                                               \
    X(polynomial)                                                                                  \
    X(shrink)                                                                                      \
    X(decay)                                                                                       \
    X(early_stopping)                                                                              \
    X(overfit)                                                                                     \
    X(memorize)                                                                                    \
    X(mask)                                                                                        \
    X(network)                                                                                     \
    X(mask_count)                                                                                  \
    X(relu_bias)                                                                                   \
    X(dropout_helps)                                                                               \
    X(twins)                                                                                       \
    X(subnetworks)                                                                                 \
    X(lesion)                                                                                      \
    X(mc_dropout)                                                                                  \
    X(variants)                                                                                    \
    X(spatial)                                                                                     \
    X(stochastic_depth)                                                                            \
    X(chain)                                                                                       \
    X(init)                                                                                        \
    X(symmetry)                                                                                    \
    X(recurrent)                                                                                   \
    X(cliff)                                                                                       \
    X(clip)                                                                                        \
    X(drift)                                                                                       \
    X(normalize)                                                                                   \
    X(running_stats)                                                                               \
    X(rate_sweep)                                                                                  \
    X(batch_mates)                                                                                 \
    X(axes)                                                                                        \
    X(invariance)                                                                                  \
    X(epsilon)                                                                                     \
    X(norm_cost)                                                                                   \
    X(variance_shift)                                                                              \
    X(residual)                                                                                    \
    X(signal)                                                                                      \
    X(depth_sweep)                                                                                 \
    X(placement)                                                                                   \
    X(paths)                                                                                       \
    X(parameters)                                                                                  \
    X(switchboard)                                                                                 \
    X(significance)                                                                                \
    X(ladder)                                                                                      \
    X(playground)

#define DECLARE(name) extern const struct demo demo_##name;
#define POINT(name) &demo_##name,

EACH_DEMO(DECLARE)

const struct demo *const demos[] = {EACH_DEMO(POINT)};
const size_t demo_count = sizeof demos / sizeof *demos;

const struct demo *demo_find(const char *name)
{
    for (size_t i = 0; i < demo_count; i++)
        if (strcmp(demos[i]->name, name) == 0)
            return demos[i];
    return NULL;
}

static const char *demo_name(const void *table, size_t i)
{
    return ((const struct demo *const *)table)[i]->name;
}

const char *demo_nearest(const char *name)
{
    return str_nearest(name, demos, demo_count, demo_name);
}

int demo_knob(const struct demo *demo, const char *name)
{
    for (size_t i = 0; i < demo->knob_count; i++)
        if (strcmp(demo->knobs[i].name, name) == 0)
            return (int)i;
    return -1;
}

int demo_result(const struct demo *demo, const char *name)
{
    for (size_t i = 0; i < demo->result_count; i++)
        if (strcmp(demo->results[i].name, name) == 0)
            return (int)i;
    return -1;
}
