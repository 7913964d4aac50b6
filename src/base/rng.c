#include "base/rng.h"

#include <assert.h>
#include <math.h>

static uint64_t rotate_left(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

void rng_init(struct rng *rng, uint64_t seed, uint64_t stream, uint64_t block)
{
    /* Each number is mixed before the next is added, so (1, 0) and (0, 1) share nothing. */
    uint64_t mix = seed;
    mix = splitmix64(&mix) ^ stream;
    mix = splitmix64(&mix) ^ block;
    for (int i = 0; i < 4; i++)
        rng->state[i] = splitmix64(&mix);
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = rotate_left(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

bool rng_bernoulli(struct rng *rng, double p)
{
    return rng_unit(rng) < p;
}

uint32_t rng_below(struct rng *rng, uint32_t end)
{
    assert(end > 0);
    /* Lemire's multiplication; the few low products that would favour some values are redrawn. */
    uint32_t floor = -end % end;
    for (;;) {
        uint64_t product = (rng_next(rng) >> 32) * end;
        if ((uint32_t)product >= floor)
            return (uint32_t)(product >> 32);
    }
}

double rng_normal(struct rng *rng)
{
    double u = 1.0 - rng_unit(rng); /* in (0, 1]: the logarithm stays finite */
    double v = rng_unit(rng);
    return sqrt(-2.0 * log(u)) * cos(2.0 * acos(-1.0) * v);
}

void rng_shuffle(struct rng *rng, size_t *order, size_t count)
{
    assert(count <= UINT32_MAX);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t j = rng_below(rng, (uint32_t)i);
        size_t swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}
