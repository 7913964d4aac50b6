/* statistics.h: moments of numbers that come one by one, and two distributions. */
#ifndef DEMOS_STATISTICS_H
#define DEMOS_STATISTICS_H

/* Mean and spread by Welford's method: no cancellation, whatever the mean. */
struct moments {
    double count, mean, squares; /* squares: sum of squared deviations from the mean */
};

void moments_add(struct moments *m, double value);
double moments_variance(const struct moments *m); /* divided by the count; 0 for none */
double moments_sd(const struct moments *m);
/* Of the numbers as a sample: divided by count - 1; 0 for fewer than two. */
double moments_sample_sd(const struct moments *m);

/* C(n,k) p^k (1-p)^(n-k), the probability of k hits in n. */
double binomial_share(double n, double k, double p);

/* What Student's t keeps within with probability .95: the bound of a two-sided test at 5 %. Whole
 * degrees of freedom from 1 to 30; from there on the normal distribution's will do. */
double student_bound(double degrees);

/* The probability that a standard normal number is below x. */
double normal_below(double x);

#endif
