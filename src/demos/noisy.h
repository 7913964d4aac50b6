/* noisy.h: the task that two demos train on: 40 weak witnesses of a class, and some of the labels
 * one learns from are wrong. */
#ifndef DEMOS_NOISY_H
#define DEMOS_NOISY_H

#include "demos/fit.h"

enum { NOISY_VALIDATION = 300, NOISY_TEST = 3000 };

struct noisy {
    struct dataset train, validation; /* a share `flip` of their labels is wrong */
    struct dataset test;              /* all right */
};

/* The data of run number `k`. */
void noisy_make(struct noisy *noisy, struct arena *arena, uint64_t seed, uint64_t k,
                size_t examples, double flip);

/* Makes room for a network for them: full batches of `examples`. */
bool noisy_model(struct model *model, struct arena *arena, const char *line, size_t examples,
                 struct err *err);

/* A run with He's initialisation and AdamW on full batches; a check of training, test and validation
 * data, in this order, every `every` steps. */
struct fit_plan noisy_plan(const struct noisy *noisy, struct model *model, double rate,
                           double decay, size_t steps, size_t every, uint64_t seed);

#endif
