/* mask.h: many coin flips at once: packed random masks, the same bits everywhere.
 *
 * Bit i of a mask (bit i % 64 of word i / 64) is 1 with probability `keep`, exactly to 2^-53. It
 * depends on the key and on i alone: not on the threads, the instruction set or the length asked
 * for. Eight xoshiro256++ run side by side; how their bits become decisions stands in mask.c. */
#ifndef NN_MASK_H
#define NN_MASK_H

#include "nn/pool.h"

#include <stdbool.h>
#include <stdint.h>

/* Which random numbers: as in base/rng.h. One mask uses the blocks block, block + 1, ...: one for
 * each MASK_BLOCK bits. */
struct mask_key {
    uint64_t seed, stream, block;
};
enum { MASK_BLOCK = 1 << 16, MASK_LANES = 8, MASK_GROUP = 64 * MASK_LANES };

/* Words in a mask of n bits: whole groups of 512. The bits behind n are random as well. */
size_t mask_words(size_t n);

/* Fills mask_words(n) words. 0 <= keep <= 1, and exact at both ends. */
void mask_draw(uint64_t *mask, size_t n, double keep, struct mask_key key, struct pool *pool);

/* The bits of one block, group after group, for those who use them at once. */
struct mask_source {
    uint64_t state[4][MASK_LANES];
    uint64_t digits; /* of keep */
    enum simd simd;
};
void mask_open(struct mask_source *source, double keep, struct mask_key key, size_t block,
               enum simd simd);
void mask_next(struct mask_source *source, uint64_t *mask, size_t groups);

bool mask_bit(const uint64_t *mask, size_t i);
void mask_set(uint64_t *mask, size_t i, bool bit);
size_t mask_count(const uint64_t *mask, size_t n); /* how many of the first n bits are 1 */

#endif
