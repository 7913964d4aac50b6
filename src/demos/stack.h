/* stack.h: many equal blocks of layers, one after another, before any training; forward and back.
 *
 * Each block is a small model of its own (nn/model.h, in float64), so that work can stop between
 * any two blocks. Signals of 1e-58 and 1e16 are what these demos are about: sizes are measured
 * without squaring anything that could overflow. Place 0 is the input, place k the output of the
 * k-th block. */
#ifndef DEMOS_STACK_H
#define DEMOS_STACK_H

#ifndef REAL_BITS
#define REAL_BITS 64
#endif

#include "demos/demo.h"
#include "nn/model.h"

struct stack {
    struct arena *arena;
    uint64_t seed;
    const char *line;         /* a block, as nn/model.h reads it */
    struct init_options init; /* of its linear layers; their biases are 0 */
    double gain;              /* multiplies the last linear layer of each block */
    size_t depth, width, batch;
    size_t forward, back; /* blocks done in each direction */
    struct model *blocks; /* (depth); built when their turn comes */
    bool rectified;       /* the input is as a norm and a ReLU would leave it */
    double *input; /* (batch, width), standard normal with a deviation of exactly 1; rectified:
                       the positive half of that, which has 0.58 */
    double *gradient[2]; /* (batch, width), the last one and room for the next */
    double *sizes;       /* (depth + 1) of the gradient, relative to that at the output */
};

/* A copy of `plan` (arena, seed, line, init, gain, rectified, depth, width, batch) with room for the rest. */
void stack_start(struct stack *stack, const struct stack *plan);

/* Runs the next block and returns it. */
struct model *stack_forward(struct stack *stack);

/* Takes a random gradient at the output through one block more, the last block first, and fills
 * `sizes`. All blocks must have run forward. */
void stack_back(struct stack *stack);

/* The numbers that go into the next block. */
const double *stack_top(const struct stack *stack);

/* Mean and standard deviation (divided by the count) of numbers of any size; NaN where one of them
 * is not finite. */
struct spread {
    double mean, sd;
};
struct spread spread_of(const double *values, size_t count);

/* "healthy", "vanishing" (1 % or less), "exploding" (100 or more), "zero" or "overflow". */
const char *stack_outcome(double factor);

/* The choices of a knob that is an initialisation, in the order of nn/init.h. */
extern const char *const stack_inits[];
/* What a person calls it: "He's initialisation". */
const char *stack_init_name(enum init kind);

#endif
