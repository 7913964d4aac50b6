#include "demos/stack.h"
#include "demos/streams.h"

#include <assert.h>
#include <math.h>
#include <string.h>

const char *const stack_inits[] = {[INIT_ZERO] = "zero",
                                   [INIT_NORMAL] = "normal",
                                   [INIT_GLOROT] = "glorot",
                                   [INIT_HE] = "he",
                                   [INIT_ORTHOGONAL] = "orthogonal",
                                   [INIT_DEFAULT] = "default",
                                   [INIT_GPT] = "gpt",
                                   [INITS] = NULL};

const char *stack_init_name(enum init kind)
{
    static const char *const names[] = {
        "zero weights", "normal weights",    "Glorot's initialisation", "He's initialisation",
        "orthogonal",   "PyTorch's default", "GPT-2's std 0.02"};
    return names[kind];
}

static double largest(const double *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            return NAN;
        most = fmax(most, fabs(values[i]));
    }
    return most;
}

struct spread spread_of(const double *values, size_t count)
{
    double scale = largest(values, count), sum = 0, squares = 0;
    if (isnan(scale))
        return (struct spread){NAN, NAN};
    if (scale == 0)
        return (struct spread){0, 0};
    for (size_t i = 0; i < count; i++)
        sum += values[i] / scale;
    double mean = sum / (double)count;
    for (size_t i = 0; i < count; i++) {
        double off = values[i] / scale - mean;
        squares += off * off;
    }
    return (struct spread){scale * mean, scale * sqrt(squares / (double)count)};
}

/* The length of the vector. */
static double length_of(const double *values, size_t count)
{
    double scale = largest(values, count), squares = 0;
    if (!(scale > 0))
        return scale;
    for (size_t i = 0; i < count; i++)
        squares += values[i] / scale * (values[i] / scale);
    return scale * sqrt(squares);
}

const char *stack_outcome(double factor)
{
    if (!isfinite(factor))
        return "overflow";
    if (factor == 0)
        return "zero";
    return factor <= 0.01 ? "vanishing" : factor >= 100 ? "exploding" : "healthy";
}

void stack_start(struct stack *stack, const struct stack *plan)
{
    size_t count = plan->batch * plan->width;
    struct rng rng;
    *stack = *plan;
    stack->blocks = ARENA_ARRAY(plan->arena, plan->depth, struct model);
    stack->sizes = ARENA_ARRAY(plan->arena, plan->depth + 1, double);
    stack->input = ARENA_ARRAY(plan->arena, count, double);
    stack->gradient[0] = ARENA_ARRAY(plan->arena, count, double);
    stack->gradient[1] = ARENA_ARRAY(plan->arena, count, double);
    rng_init(&rng, plan->seed, STREAM_STACK_INPUT, 0);
    for (size_t i = 0; i < count; i++)
        stack->input[i] = rng_normal(&rng);
    double sd = spread_of(stack->input, count).sd;
    for (size_t i = 0; i < count && sd > 0; i++)
        stack->input[i] /= sd;
    for (size_t i = 0; i < count && plan->rectified; i++)
        stack->input[i] = fmax(0, stack->input[i]);
}

const double *stack_top(const struct stack *stack)
{
    if (stack->forward == 0)
        return stack->input;
    const struct model *block = &stack->blocks[stack->forward - 1];
    return block->layers[block->count - 1].y;
}

/* Each block draws from a seed of its own. */
static uint64_t seed_of(const struct stack *stack, size_t block)
{
    struct rng rng;
    rng_init(&rng, stack->seed, STREAM_STACK_BLOCK, block);
    return rng_next(&rng);
}

/* Blocks go back one after another, and nobody asks for the gradients of their weights: the room of
 * the first one's way back is enough for all. */
static void share_room(struct model *block, const struct model *first)
{
    for (size_t i = 0; i < block->count; i++) {
        struct layer *layer = &block->layers[i];
        layer->gw = layer->gb = NULL;
        layer->kept_gradient = first->layers[i].kept_gradient;
    }
    for (int i = 0; i < 2; i++)
        block->spare[i] = first->spare[i];
}

static void build(struct stack *stack, struct model *block, uint64_t seed)
{
    struct err err;
    struct parameter_group group, last = {0};
    bool built = model_build(block, stack->arena, stack->line, stack->batch, &err);
    assert(built);
    (void)built;
    share_room(block, &stack->blocks[0]);
    model_init(block, &stack->init, seed);
    for (size_t i = 0; model_group(block, i, &group); i++) {
        if (block->layers[group.layer].spec.kind != LAYER_LINEAR)
            continue;
        if (group.is_bias)
            memset(group.values, 0, group.count * sizeof *group.values);
        else
            last = group;
    }
    for (size_t i = 0; i < last.count && stack->gain != 1; i++)
        last.values[i] *= stack->gain;
}

struct model *stack_forward(struct stack *stack)
{
    assert(stack->forward < stack->depth);
    const double *x = stack_top(stack);
    struct model *block = &stack->blocks[stack->forward];
    uint64_t seed = seed_of(stack, stack->forward);
    build(stack, block, seed);
    model_forward(block, x, stack->batch, MODEL_TRAIN, seed, 0, NULL);
    stack->forward++;
    return block;
}

static void draw_gradient(struct stack *stack, size_t count)
{
    struct rng rng;
    rng_init(&rng, stack->seed, STREAM_STACK_GRADIENT, 0);
    for (size_t i = 0; i < count; i++)
        stack->gradient[0][i] = rng_normal(&rng);
    double length = length_of(stack->gradient[0], count);
    for (size_t i = 0; i < count && length > 0; i++)
        stack->gradient[0][i] /= length;
    stack->sizes[stack->depth] = 1;
}

void stack_back(struct stack *stack)
{
    assert(stack->forward == stack->depth && stack->back < stack->depth);
    size_t count = stack->batch * stack->width;
    if (stack->back == 0)
        draw_gradient(stack, count);
    size_t at = stack->depth - 1 - stack->back;
    model_backward(&stack->blocks[at], stack->gradient[0], stack->gradient[1], NULL);
    double *next = stack->gradient[1];
    stack->gradient[1] = stack->gradient[0];
    stack->gradient[0] = next;
    stack->sizes[at] = length_of(next, count);
    stack->back++;
}
