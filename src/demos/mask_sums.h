/* mask_sums.h: the sum of a row of terms under every dropout mask at once.
 *
 * Each term is dropped with probability p, independently. The sums of n terms are built sorted by
 * merging, term by term, so all 2^n cost O(2^n); the mean of their ReLU needs only the sorted sums
 * of either half (Horowitz and Sahni 1974), O(2^(n/2)). The terms come scaled. */
#ifndef DEMOS_MASK_SUMS_H
#define DEMOS_MASK_SUMS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { MASK_SUMS_MOST = 20, MASK_RELU_MOST = 2 * MASK_SUMS_MOST };

struct mask_sum {
    double sum, probability;
};

/* All 2^count sums in ascending order, in the arena; count <= MASK_SUMS_MOST. */
struct mask_sum *mask_sums(struct arena *arena, const double *terms, size_t count, double p);

/* The mean of max(0, sum) over all 2^count masks, exact; count <= MASK_RELU_MOST. */
double mask_relu_mean(const double *terms, size_t count, double p);

#endif
