#include "demos/mask_sums.h"

#include <assert.h>

struct mask_sum *mask_sums(struct arena *arena, const double *terms, size_t count, double p)
{
    assert(count <= MASK_SUMS_MOST);
    struct mask_sum *sums = ARENA_ARRAY(arena, (size_t)1 << count, struct mask_sum);
    struct mask_sum *next = ARENA_ARRAY(arena, (size_t)1 << count, struct mask_sum);
    size_t filled = 1;
    sums[0] = (struct mask_sum){0, 1};
    for (size_t i = 0; i < count; i++) {
        /* Without the term, and with it: two sorted lists, merged. */
        size_t without = 0, with = 0;
        for (size_t k = 0; k < 2 * filled; k++) {
            bool take_with = without == filled ||
                             (with < filled && sums[with].sum + terms[i] < sums[without].sum);
            if (take_with) {
                next[k].sum = sums[with].sum + terms[i];
                next[k].probability = sums[with++].probability * (1 - p);
            } else {
                next[k].sum = sums[without].sum;
                next[k].probability = sums[without++].probability * p;
            }
        }
        struct mask_sum *swap = sums;
        sums = next;
        next = swap;
        filled *= 2;
    }
    return sums;
}

double mask_relu_mean(const double *terms, size_t count, double p)
{
    assert(count <= MASK_RELU_MOST);
    struct arena scratch;
    arena_init(&scratch);
    size_t half = count / 2, size_a = (size_t)1 << half, size_b = (size_t)1 << (count - half);
    const struct mask_sum *a = mask_sums(&scratch, terms, half, p);
    const struct mask_sum *b = mask_sums(&scratch, terms + half, count - half, p);
    /* As a grows, more of the largest b make a + b positive; their weight and sum are kept. */
    double mean = 0, b_weight = 0, b_sum = 0;
    size_t positive = size_b;
    for (size_t i = 0; i < size_a; i++) {
        while (positive > 0 && a[i].sum + b[positive - 1].sum > 0) {
            positive--;
            b_weight += b[positive].probability;
            b_sum += b[positive].probability * b[positive].sum;
        }
        mean += a[i].probability * (a[i].sum * b_weight + b_sum);
    }
    arena_free(&scratch);
    return mean;
}
