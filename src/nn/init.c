#include "nn/init.h"

#include "base/arena.h"

#include <assert.h>
#include <math.h>

const char *const init_names[INITS] = {
    [INIT_ZERO] = "zero", [INIT_NORMAL] = "normal",         [INIT_GLOROT] = "glorot",
    [INIT_HE] = "he",     [INIT_ORTHOGONAL] = "orthogonal", [INIT_DEFAULT] = "default",
    [INIT_GPT] = "gpt",
};

static void fill_normal(real *w, size_t n, double std, struct rng *rng)
{
    for (size_t i = 0; i < n; i++)
        w[i] = (real)(std * rng_normal(rng));
}

static void fill_uniform(real *w, size_t n, double bound, struct rng *rng)
{
    for (size_t i = 0; i < n; i++)
        w[i] = (real)(bound * (2 * rng_unit(rng) - 1));
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Random directions made orthonormal one after the other (Gram-Schmidt; done twice for each, it is
 * as good as Householder's way). The vectors are the shorter side of w, so that w keeps the length
 * of as many directions as it can. */
static void fill_orthogonal(real *w, size_t inputs, size_t outputs, double gain, struct rng *rng)
{
    bool tall = inputs >= outputs;
    size_t vectors = tall ? outputs : inputs, length = tall ? inputs : outputs;
    double *q = memory_alloc(vectors * length * sizeof *q);
    for (size_t i = 0; i < vectors; i++) {
        double *row = q + i * length, norm = 0;
        while (norm < 1e-6) { /* a direction that the earlier ones span is drawn again */
            for (size_t j = 0; j < length; j++)
                row[j] = rng_normal(rng);
            for (int again = 0; again < 2; again++)
                for (size_t k = 0; k < i; k++) {
                    double along = dot(row, q + k * length, length);
                    for (size_t j = 0; j < length; j++)
                        row[j] -= along * q[k * length + j];
                }
            norm = sqrt(dot(row, row, length));
        }
        for (size_t j = 0; j < length; j++) {
            row[j] /= norm;
            w[tall ? j * outputs + i : i * outputs + j] = (real)(gain * row[j]);
        }
    }
    memory_free(q);
}

void init_weights(real *w, real *b, size_t inputs, size_t outputs,
                  const struct init_options *options, struct rng *rng)
{
    assert(options->kind < INITS);
    size_t n = inputs * outputs;
    double bound = 1 / sqrt((double)inputs);
    for (size_t i = 0; b && i < outputs; i++)
        b[i] = 0;
    switch (options->kind) {
    case INIT_ZERO:
        for (size_t i = 0; i < n; i++)
            w[i] = 0;
        return;
    case INIT_NORMAL:
        fill_normal(w, n, options->std, rng);
        return;
    case INIT_GLOROT:
        fill_normal(w, n, sqrt(2 / (double)(inputs + outputs)), rng);
        return;
    case INIT_HE:
        fill_normal(w, n, sqrt(2 / (double)inputs), rng);
        return;
    case INIT_ORTHOGONAL:
        fill_orthogonal(w, inputs, outputs, options->std > 0 ? options->std : 1, rng);
        return;
    case INIT_DEFAULT:
        fill_uniform(w, n, bound, rng);
        if (b)
            fill_uniform(b, outputs, bound, rng);
        return;
    case INIT_GPT:
        fill_normal(w, n, options->branches ? .02 / sqrt((double)options->branches) : .02, rng);
        return;
    case INITS:
        break;
    }
}
