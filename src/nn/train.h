/* train.h: training in slices that can be watched, cancelled and repeated to the bit.
 *
 * A run depends on its options and data alone: not on how many steps a slice has nor on threads. A
 * loss or a weight that is no longer a number ends the run as an outcome, with the step it happened
 * at. */
#ifndef NN_TRAIN_H
#define NN_TRAIN_H

#include "nn/data.h"
#include "nn/model.h"
#include "nn/optim.h"

#include <stdatomic.h>

enum schedule { SCHEDULE_CONSTANT, SCHEDULE_COSINE };

struct train_options {
    struct optim optim;
    enum schedule schedule;
    double rate_floor; /* cosine: where it ends */
    int64_t warmup;    /* steps that rise to the full rate */
    double clip_norm;  /* 0: no clipping */
    double clip_value; /* 0: no clipping */
    double l1;         /* weight of an L1 penalty, taken as a proximal step; 0: none */
    bool decay_biases; /* false: weight decay and L1 leave biases, gammas and betas alone */
    size_t batch;      /* rows a step; no more than the model's */
    bool replace;      /* rows are drawn with replacement */
    int64_t steps;     /* how many there are in all */
    uint64_t seed;     /* of the order of the rows and of the masks */
};

enum train_outcome {
    TRAIN_RUNNING,
    TRAIN_DONE,
    TRAIN_CANCELLED,
    TRAIN_LOSS_NOT_FINITE,    /* the loss of step `step` was NaN or infinite */
    TRAIN_WEIGHTS_NOT_FINITE, /* step `step` made a weight or Adam's v NaN or infinite */
};

struct train {
    struct model *model;
    const struct dataset *data;
    struct train_options options;
    struct pool *pool;
    enum train_outcome outcome;
    int64_t step;         /* steps taken; where it failed: the step that failed, counted from 1 */
    double loss;          /* of the last batch, in training mode, before its step */
    double loss_sum;      /* since the caller last put these three to zero: */
    size_t correct, seen; /*   sum over the rows, right answers, rows */
    double gradient_norm; /* of the last batch before clipping; known where clip_norm is on */
    struct batches batches;
    real *x, *gx, *m, *v; /* one batch, its dL/dlogits, the optimiser's state */
    real *target;
    unsigned char *labels;
};

/* Takes its memory from the arena. False: options or data that do not fit the model. */
bool train_start(struct train *train, struct arena *arena, struct model *model,
                 const struct dataset *data, const struct train_options *options, struct pool *pool,
                 struct err *err);

/* At most `steps` more steps; false once the run has an outcome. `*cancel` may be set by another
 * thread or a signal and is looked at before each step; NULL: nobody cancels. */
bool train_run(struct train *train, int64_t steps, const atomic_bool *cancel);

struct evaluation {
    double loss; /* mean over the rows */
    size_t correct, rows;
};

/* Adds the rows first..first+count-1 in evaluation mode, so that it can be sliced as well; `loss` is
 * the mean over all rows so far. */
void train_evaluate(struct model *model, const struct dataset *data, size_t first, size_t count,
                    struct evaluation *evaluation, struct pool *pool);

#endif
