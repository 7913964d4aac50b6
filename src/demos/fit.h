/* fit.h: one training run in pieces of a millisecond or so, with a check of its data sets every few
 * steps. A demo trains many of these, one after the other, and looks at each check.
 *
 * Pieces are the same however a demo is sliced, so its results are too. */
#ifndef DEMOS_FIT_H
#define DEMOS_FIT_H

#include "nn/train.h"

enum { FIT_SETS = 3 };

struct fit_plan {
    struct model *model; /* built; fit_start fills it */
    struct init_options init;
    struct train_options train;
    const struct dataset *train_on;
    const struct dataset *sets[FIT_SETS]; /* what each check asks; NULL ends the list */
    size_t every;                         /* steps between two checks; the last step has one too */
    size_t piece_steps, piece_rows;       /* one piece: steps of training or rows of a check */
};

struct fit {
    struct fit_plan plan;
    struct train train;
    struct evaluation check[FIT_SETS]; /* the last whole check */
    struct evaluation now[FIT_SETS];   /* the one that is being made */
    bool checking;
    size_t set;    /* that is being checked */
    double noisy;  /* accuracy in training mode since the check before */
    double loss;   /* and loss */
    bool diverged; /* the loss is no number any more */
};

enum fit_event {
    FIT_BUSY,
    FIT_CHECKED, /* `check` is new */
    FIT_DONE,    /* `check` is new, and it was the last */
};

bool fit_start(struct fit *fit, struct arena *arena, const struct fit_plan *plan, struct err *err);

/* Whose hands do the pieces from now on; NULL: this thread's. No number depends on it. */
void fit_use_pool(struct fit *fit, struct pool *pool);

/* Does one piece. Not to be called after FIT_DONE. */
enum fit_event fit_work(struct fit *fit);

/* How many pieces a whole run has. */
size_t fit_pieces(const struct fit_plan *plan);

double fit_accuracy(const struct evaluation *evaluation); /* 0 to 1 */

/* The seed of run number `k` of a demo, from the seed a person chose. */
uint64_t fit_seed(uint64_t seed, uint64_t stream, uint64_t k);

#endif
