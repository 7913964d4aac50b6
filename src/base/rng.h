/* rng.h: every roll of the dice in the program.
 *
 * xoshiro256++ (Blackman and Vigna 2019), its state filled by splitmix64 from three numbers: the
 * seed a person chose, a stream (what the numbers are for) and a block (which part of the work), so
 * that the same seed gives the same bits however work is cut into slices or threads. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state[4];
};

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream, uint64_t block);

uint64_t rng_next(struct rng *rng);                /* 64 random bits */
double rng_unit(struct rng *rng);                  /* uniform in [0, 1), 53 bits */
bool rng_bernoulli(struct rng *rng, double p);     /* true with probability p; exact at 0 and 1 */
uint32_t rng_below(struct rng *rng, uint32_t end); /* uniform in [0, end), unbiased; end >= 1 */
double rng_normal(struct rng *rng);                /* N(0, 1), Box-Muller */

/* Shuffles 0..count-1 into `order` (Fisher-Yates). */
void rng_shuffle(struct rng *rng, size_t *order, size_t count);

#endif
