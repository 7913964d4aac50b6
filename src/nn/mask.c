#include "nn/mask.h"

#include "base/rng.h"

#include <assert.h>
#include <string.h>

/* A decision is u < keep with u uniform in [0, 1), its binary digits drawn one at a time, the most
 * significant first, for 512 decisions at once: one digit of each is one step of eight generators
 * of 64 bits. Where a digit of u differs from that of `keep` the decision has fallen; the others
 * go on. After about ten digits all 512 are decided, as exactly as if 53 digits had been drawn for
 * each, and only additions, shifts and exclusive-ors were needed, which every machine does alike. */

enum { LANES = MASK_LANES, GROUPS_A_BLOCK = MASK_BLOCK / MASK_GROUP };
static const uint64_t ONE = UINT64_C(1) << 53; /* keep = digits / ONE */

/* One 64-bit word of each of the eight generators. The compiler makes of it what the machine has:
 * one AVX-512 register, two of AVX2, four of SSE2 or NEON. */
typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));

struct generators {
    lanes s[4];
};

#define INLINE static inline __attribute__((always_inline))

/* xoshiro256++ (base/rng.c) in each lane. */
INLINE void next(struct generators *g, lanes *result)
{
    lanes *s = g->s, sum = s[0] + s[3], t = s[1] << 17;
    *result = (sum << 23 | sum >> 41) + s[0];
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = s[3] << 45 | s[3] >> 19;
}

INLINE bool any(const lanes *v)
{
    uint64_t all = 0;
    for (int i = 0; i < LANES; i++)
        all |= (*v)[i];
    return all != 0;
}

/* `digits` holds keep's binary digits, the first in bit 52. To ask whether all is decided costs as
 * much as a digit, so the first eight are taken without asking. */
INLINE void draw_group(struct generators *g, uint64_t digits, lanes *kept)
{
    lanes open = ~(lanes){0}, random;
    *kept = (lanes){0};
    int drawn = 0;
    for (uint64_t rest = digits; rest != 0; rest = rest << 1 & (ONE - 1)) {
        next(g, &random);
        if (rest & ONE >> 1) { /* the digit is 1: where u has 0, u is smaller */
            *kept |= open & ~random;
            open &= random;
        } else { /* the digit is 0: where u has 1, u is larger */
            open &= ~random;
        }
        if (++drawn >= 8 && !any(&open))
            break;
    }
    /* The digits of keep are all 0 from here on: a u that is still open is not smaller. */
}

INLINE void draw_groups(struct generators *state, uint64_t digits, uint64_t *mask, size_t groups)
{
    struct generators g = *state;
    for (size_t i = 0; i < groups; i++) {
        lanes kept;
        draw_group(&g, digits, &kept);
        for (int lane = 0; lane < LANES; lane++)
            mask[i * LANES + (size_t)lane] = kept[lane];
    }
    *state = g;
}

static void draw_portable(struct generators *g, uint64_t digits, uint64_t *mask, size_t groups)
{
    draw_groups(g, digits, mask, groups);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void draw_avx2(struct generators *g, uint64_t digits,
                                                      uint64_t *mask, size_t groups)
{
    draw_groups(g, digits, mask, groups);
}

__attribute__((target("avx512f,avx512dq"))) static void
draw_avx512(struct generators *g, uint64_t digits, uint64_t *mask, size_t groups)
{
    draw_groups(g, digits, mask, groups);
}
#endif

static uint64_t fixed_point(double keep)
{
    return (uint64_t)(keep * (double)ONE);
}

void mask_open(struct mask_source *source, double keep, struct mask_key key, size_t block,
               enum simd simd)
{
    assert(keep >= 0 && keep <= 1);
    source->simd = simd;
    source->digits = fixed_point(keep);
    for (uint64_t lane = 0; lane < LANES; lane++) {
        struct rng rng;
        rng_init(&rng, key.seed, key.stream, (key.block + block) * LANES + lane);
        for (int i = 0; i < 4; i++)
            source->state[i][lane] = rng.state[i];
    }
}

void mask_next(struct mask_source *source, uint64_t *mask, size_t groups)
{
    if (source->digits == ONE || source->digits == 0) {
        memset(mask, source->digits ? 0xff : 0, groups * LANES * sizeof *mask);
        return;
    }
    struct generators g;
    memcpy(&g, source->state, sizeof g);
    switch (source->simd) {
#if defined(__x86_64__)
    case SIMD_AVX512:
        draw_avx512(&g, source->digits, mask, groups);
        break;
    case SIMD_AVX2:
        draw_avx2(&g, source->digits, mask, groups);
        break;
#endif
    default:
        draw_portable(&g, source->digits, mask, groups);
        break;
    }
    memcpy(source->state, &g, sizeof g);
}

size_t mask_words(size_t n)
{
    return (n + MASK_GROUP - 1) / MASK_GROUP * LANES;
}

struct draw_job {
    uint64_t *mask;
    size_t groups;
    double keep;
    struct mask_key key;
    enum simd simd;
};

static void draw_blocks(void *user, size_t from, size_t to)
{
    const struct draw_job *job = user;
    for (size_t block = from; block < to; block++) {
        struct mask_source source;
        size_t first = block * GROUPS_A_BLOCK, groups = job->groups - first;
        mask_open(&source, job->keep, job->key, block, job->simd);
        mask_next(&source, job->mask + first * LANES,
                  groups < GROUPS_A_BLOCK ? groups : GROUPS_A_BLOCK);
    }
}

void mask_draw(uint64_t *mask, size_t n, double keep, struct mask_key key, struct pool *pool)
{
    struct draw_job job = {mask, mask_words(n) / LANES, keep, key, pool_simd(pool)};
    pool_run(pool, (job.groups + GROUPS_A_BLOCK - 1) / GROUPS_A_BLOCK, 1, draw_blocks, &job);
}

bool mask_bit(const uint64_t *mask, size_t i)
{
    return mask[i / 64] >> i % 64 & 1;
}

void mask_set(uint64_t *mask, size_t i, bool bit)
{
    uint64_t place = UINT64_C(1) << i % 64;
    mask[i / 64] = bit ? mask[i / 64] | place : mask[i / 64] & ~place;
}

size_t mask_count(const uint64_t *mask, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n / 64; i++)
        count += (size_t)__builtin_popcountll(mask[i]);
    if (n % 64)
        count += (size_t)__builtin_popcountll(mask[n / 64] << (64 - n % 64));
    return count;
}
