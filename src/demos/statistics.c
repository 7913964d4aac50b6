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

double student_bound(double degrees)
{
    static const double bounds[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                    2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                    2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                    2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
    enum { BOUNDS = sizeof bounds / sizeof *bounds };
    return degrees <= BOUNDS ? bounds[(int)degrees - 1] : 1.96;
}
