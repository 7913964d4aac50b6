/* init.h: where training starts: the initialisations of a linear layer. */
#ifndef NN_INIT_H
#define NN_INIT_H

#include "nn/real.h"

#include "base/rng.h"

enum init {
    INIT_ZERO,
    INIT_NORMAL,     /* std as given                                                  */
    INIT_GLOROT,     /* std = sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010)   */
    INIT_HE,         /* std = sqrt(2 / fan_in) (He et al. 2015)                       */
    INIT_ORTHOGONAL, /* orthonormal rows or columns, times the gain (Saxe et al. 2013) */
    INIT_DEFAULT,    /* PyTorch's: uniform within +-1 / sqrt(fan_in), biases too      */
    INIT_GPT,        /* std = .02, divided by sqrt(branches) at the end of a residual */
                     /* branch (GPT-2)                                                */
    INITS,
};

extern const char *const init_names[INITS];

struct init_options {
    enum init kind;
    double std;      /* INIT_NORMAL: its standard deviation; INIT_ORTHOGONAL: the gain, 0 for 1 */
    size_t branches; /* INIT_GPT: residual branches in the model if this layer ends one, else 0 */
};

/* w (I,O) and b (O, may be NULL). Biases start at 0 but for INIT_DEFAULT. */
void init_weights(real *w, real *b, size_t inputs, size_t outputs,
                  const struct init_options *options, struct rng *rng);

#endif
