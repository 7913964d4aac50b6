#include "nn/optim.h"

#include "nn/kernels.h"
#include "nn/matrix.h"

#include <assert.h>
#include <math.h>
#include <stdatomic.h>

/* So few parameters are not worth waking other threads for. */
enum { FEW_PARAMETERS = 1 << 14, PARAMETERS_TOGETHER = 64 };

size_t optim_states(const struct optim *optim)
{
    if (optim->kind != OPTIM_SGD)
        return 2;
    return optim->momentum > 0 ? 1 : 0;
}

struct step_job {
    const struct kernels *kernels;
    real *p, *m, *v;
    const real *g;
    struct sgd_factors sgd;
    struct adam_factors adam;
    atomic_bool broken; /* a thread met what is no number */
};

static void sgd_range(void *user, size_t from, size_t to)
{
    struct step_job *job = user;
    if (!job->kernels->sgd(&job->sgd, job->p + from, job->g + from, job->m ? job->m + from : NULL,
                           to - from))
        atomic_store(&job->broken, true);
}

static void adam_range(void *user, size_t from, size_t to)
{
    struct step_job *job = user;
    if (!job->kernels->adam(&job->adam, job->p + from, job->g + from, job->m + from, job->v + from,
                            to - from))
        atomic_store(&job->broken, true);
}

/* Kingma and Ba 2015, algorithm 1, with the bias corrections drawn into the factors. */
static struct adam_factors adam_factors(const struct optim *optim, double rate, int64_t step)
{
    bool usual = optim->beta1 == 0 && optim->beta2 == 0 && optim->epsilon == 0;
    double beta1 = usual ? .9 : optim->beta1, beta2 = usual ? .999 : optim->beta2;
    bool decoupled = optim->kind == OPTIM_ADAMW;
    return (struct adam_factors){
        .beta1 = (real)beta1,
        .beta2 = (real)beta2,
        .rest1 = (real)(1 - beta1),
        .rest2 = (real)(1 - beta2),
        .step = (real)(rate / (1 - pow(beta1, (double)step))),
        .root = (real)(1 / sqrt(1 - pow(beta2, (double)step))),
        .epsilon = (real)(usual ? 1e-8 : optim->epsilon),
        .penalty = decoupled ? 0 : (real)optim->weight_decay,
        .shrink = decoupled ? (real)(1 - rate * optim->weight_decay) : 1,
    };
}

bool optim_step(const struct optim *optim, real *p, const real *g, real *m, real *v, size_t n,
                double rate, int64_t step, struct pool *pool)
{
    assert(step >= 1);
    struct step_job job = {.kernels = kernels_for(pool), .p = p, .g = g, .m = m, .v = v};
    pool_work *work = adam_range;
    if (optim->kind == OPTIM_SGD) {
        work = sgd_range;
        job.sgd = (struct sgd_factors){.rate = (real)rate,
                                       .momentum = (real)optim->momentum,
                                       .penalty = (real)optim->weight_decay,
                                       .nesterov = optim->nesterov,
                                       .first = step == 1};
        if (optim->momentum == 0)
            job.m = NULL;
    } else {
        job.adam = adam_factors(optim, rate, step);
    }
    if (n < FEW_PARAMETERS)
        work(&job, 0, n);
    else
        pool_run(pool, n, PARAMETERS_TOGETHER, work, &job);
    return !atomic_load(&job.broken);
}

void optim_l1_shrink(real *p, size_t n, double by)
{
    real most = (real)by;
    for (size_t i = 0; i < n; i++)
        p[i] = p[i] > most ? p[i] - most : p[i] < -most ? p[i] + most : p[i] != p[i] ? p[i] : 0;
}

double optim_clip_norm(real *g, size_t n, double most)
{
    double norm = real_norm(g, n), factor = most / (norm + 1e-6);
    if (factor < 1)
        for (size_t i = 0; i < n; i++)
            g[i] *= (real)factor;
    return norm;
}

void optim_clip_value(real *g, size_t n, double most)
{
    for (size_t i = 0; i < n; i++)
        g[i] = g[i] > (real)most ? (real)most : g[i] < (real)-most ? (real)-most : g[i];
}
