#include "demos/mask_sums.h"

#include <assert.h>

/* Makes the `n` sorted sums without a term 2n, without it and with it, in place: from the greatest
 * down, so that no sum is overwritten before it is read. Of equals the one without the term comes
 * first. There is no branch here that goes the other way half of the time. */
static void add_term(struct mask_sum *sums, size_t n, double term, double p)
{
    const double share[2] = {p, 1 - p};
    size_t left[2] = {n, n}, at = 2 * n; /* left of the list without the term, with it */
    while (left[0] > 0 && left[1] > 0) {
        double without = sums[left[0] - 1].sum, with = sums[left[1] - 1].sum + term;
        size_t list = with >= without;
        double probability = sums[--left[list]].probability * share[list];
        sums[--at] = (struct mask_sum){with >= without ? with : without, probability};
    }
    for (size_t list = left[0] == 0; left[list] > 0;) {
        struct mask_sum last = sums[--left[list]];
        sums[--at] =
            (struct mask_sum){last.sum + (list ? term : 0), last.probability * share[list]};
    }
}

struct mask_sum *mask_sums(struct arena *arena, const double *terms, size_t count, double p)
{
    assert(count <= MASK_SUMS_MOST);
    struct mask_sum *sums = ARENA_ARRAY(arena, (size_t)1 << count, struct mask_sum);
    sums[0] = (struct mask_sum){0, 1};
    for (size_t i = 0; i < count; i++)
        add_term(sums, (size_t)1 << i, terms[i], p);
    return sums;
}

/* A sum of many numbers, some of them equal: they are added up in short runs first, or else the same
 * rounding error is made a million times over. */
struct running {
    double whole, part;
    size_t count;
};

static void add(struct running *sum, double number)
{
    enum { RUN = 256 };
    sum->part += number;
    if (++sum->count % RUN == 0) {
        sum->whole += sum->part;
        sum->part = 0;
    }
}

static double total(const struct running *sum)
{
    return sum->whole + sum->part;
}

/* The mean of max(0, a + b + shift) over the sums of two sorted lists. As a grows, more of the largest
 * b make the sum positive; their weight and sum are kept. */
static double meet(const struct mask_sum *a, size_t size_a, const struct mask_sum *b, size_t size_b,
                   double shift)
{
    struct running mean = {0}, b_weight = {0}, b_sum = {0};
    size_t positive = size_b;
    for (size_t i = 0; i < size_a; i++) {
        double sum = a[i].sum + shift;
        while (positive > 0 && sum + b[positive - 1].sum > 0) {
            positive--;
            add(&b_weight, b[positive].probability);
            add(&b_sum, b[positive].probability * b[positive].sum);
        }
        add(&mean, a[i].probability * (sum * total(&b_weight) + total(&b_sum)));
    }
    return total(&mean);
}

/* The last terms stay out of both lists, and the lists meet once for each mask of these: fresh memory
 * takes a processor longer than the additions that fill it. */
double mask_relu_mean(const double *terms, size_t count, double p)
{
    enum { APART = 5 };
    assert(count <= MASK_RELU_MOST);
    struct arena scratch;
    arena_init(&scratch);
    size_t apart = count < APART ? count : APART, half = (count - apart) / 2;
    size_t rest = count - apart - half;
    const struct mask_sum *a = mask_sums(&scratch, terms, half, p);
    const struct mask_sum *b = mask_sums(&scratch, terms + half, rest, p);
    const struct mask_sum *shifts = mask_sums(&scratch, terms + half + rest, apart, p);
    double mean = 0;
    for (size_t i = 0; i < (size_t)1 << apart; i++)
        mean +=
            shifts[i].probability * meet(a, (size_t)1 << half, b, (size_t)1 << rest, shifts[i].sum);
    arena_free(&scratch);
    return mean;
}
