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

#define LANE_BYTES 16
#define LANES_NAME(name) name##_portable
#define TARGET
#include "nn/mask_lanes.h"

#if defined(__x86_64__)
#define LANE_BYTES 32
#define LANES_NAME(name) name##_avx2
#define TARGET __attribute__((target("avx2")))
#include "nn/mask_lanes.h"

#define LANE_BYTES 64
#define LANES_NAME(name) name##_avx512
#define TARGET __attribute__((target("avx512f,avx512dq")))
#include "nn/mask_lanes.h"
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
    switch (source->simd) {
#if defined(__x86_64__)
    case SIMD_AVX512:
        draw_avx512(source, mask, groups);
        break;
    case SIMD_AVX2:
        draw_avx2(source, mask, groups);
        break;
#endif
    default:
        draw_portable(source, mask, groups);
        break;
    }
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
