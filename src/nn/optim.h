/* optim.h: one step downhill: SGD, Adam and their relatives, clipping, schedules.
 *
 * The rules are PyTorch's, to the order of their operations: weight decay, momentum, epsilon
 * outside the root of Adam. */
#ifndef NN_OPTIM_H
#define NN_OPTIM_H

#include "nn/pool.h"
#include "nn/real.h"

#include <stdbool.h>
#include <stdint.h>

enum optim_kind {
    OPTIM_SGD,   /* with momentum and Nesterov's variant where momentum > 0 */
    OPTIM_ADAM,  /* weight_decay is an L2 penalty: added to the gradient    */
    OPTIM_ADAMW, /* weight_decay is decoupled: w *= 1 - rate weight_decay   */
    OPTIM_KINDS,
};

struct optim {
    enum optim_kind kind;
    double rate;         /* before the schedule */
    double weight_decay; /* SGD and Adam: L2 penalty; AdamW: decoupled */
    double momentum;
    bool nesterov;
    double beta1, beta2, epsilon; /* Adam; all 0 stands for .9, .999, 1e-8 */
};

/* Numbers of state for each parameter: 0 (SGD), 1 (momentum), 2 (Adam's m and v). */
size_t optim_states(const struct optim *optim);

/* Step number `step` (1, 2, ...) of p (n) with gradient g (n) at the rate `rate`; m and v (n) are
 * the state, zero before step 1, NULL where the rule has none. False: some p is now NaN or
 * infinite, or Adam's v is, under which p would stand still for ever. */
bool optim_step(const struct optim *optim, real *p, const real *g, real *m, real *v, size_t n,
                double rate, int64_t step, struct pool *pool);

/* The proximal step of an L1 penalty: every number moves towards 0 by at most `by`, and stays
 * exactly at 0 once there. */
void optim_l1_shrink(real *p, size_t n, double by);

/* Scales g so that its norm is at most `most`: by min(1, most / (norm + 1e-6)). Returns the norm
 * before. */
double optim_clip_norm(real *g, size_t n, double most);
void optim_clip_value(real *g, size_t n, double most); /* each number into -most..most */

/* The rate at step 0, 1, ... of `steps`: from `rate` along half a cosine to `floor`. */
double schedule_cosine(double rate, double floor, int64_t step, int64_t steps);

/* The same after `warmup` steps that rise in a straight line: rate (step + 1) / warmup. */
double schedule_warmup_cosine(double rate, double floor, int64_t warmup, int64_t step,
                              int64_t steps);

#endif
