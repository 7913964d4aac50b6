#include "demos/statistics.h"

#include <math.h>

void moments_add(struct moments *m, double value)
{
    double off = value - m->mean;
    m->count++;
    m->mean += off / m->count;
    m->squares += off * (value - m->mean);
}

double moments_variance(const struct moments *m)
{
    return m->count > 0 ? m->squares / m->count : 0;
}

double moments_sd(const struct moments *m)
{
    return sqrt(moments_variance(m));
}

double moments_sample_sd(const struct moments *m)
{
    return m->count > 1 ? sqrt(m->squares / (m->count - 1)) : 0;
}

double binomial_share(double n, double k, double p)
{
    if (p == 0)
        return k == 0;
    if (p == 1)
        return k == n;
    /* C(n,k) by the logarithm of the gamma function: no overflow for large n. */
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p) +
               (n - k) * log1p(-p));
}

double normal_below(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}
