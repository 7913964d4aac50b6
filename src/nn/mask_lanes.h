/* mask_lanes.h: eight generators side by side in vectors of LANE_BYTES. Included by mask.c once for
 * each set of instructions, with TARGET and LANES_NAME set; mask.c says what is computed. */

typedef uint64_t LANES_NAME(lanes) __attribute__((vector_size(LANE_BYTES)));
#define lanes LANES_NAME(lanes)
#define INLINE TARGET static inline __attribute__((always_inline))

/* Vectors that eight words fill. */
enum { LANES_NAME(PARTS) = 64 / LANE_BYTES };
#define PARTS LANES_NAME(PARTS)
#define EACH_PART _Pragma("GCC unroll 4") for (int part = 0; part < PARTS; part++)

/* One step of xoshiro256++ (base/rng.c) in each lane. */
INLINE lanes LANES_NAME(next)(lanes *s0, lanes *s1, lanes *s2, lanes *s3)
{
    lanes sum = *s0 + *s3, result = (sum << 23 | sum >> 41) + *s0, t = *s1 << 17;
    *s2 ^= *s0;
    *s3 ^= *s1;
    *s1 ^= *s2;
    *s0 ^= *s3;
    *s2 ^= t;
    *s3 = *s3 << 45 | *s3 >> 19;
    return result;
}

INLINE bool LANES_NAME(any)(const lanes open[PARTS])
{
    uint64_t words[MASK_LANES], all = 0;
    EACH_PART memcpy(words + part * (LANE_BYTES / 8), &open[part], LANE_BYTES);
    for (int i = 0; i < MASK_LANES; i++)
        all |= words[i];
    return all != 0;
}

/* To ask whether all is decided costs as much as a digit, so the first eight are taken without. */
TARGET static void LANES_NAME(draw)(struct mask_source *source, uint64_t *mask, size_t groups)
{
    lanes s0[PARTS], s1[PARTS], s2[PARTS], s3[PARTS];
    memcpy(s0, source->state[0], sizeof s0);
    memcpy(s1, source->state[1], sizeof s1);
    memcpy(s2, source->state[2], sizeof s2);
    memcpy(s3, source->state[3], sizeof s3);
    for (size_t group = 0; group < groups; group++) {
        lanes kept[PARTS], open[PARTS];
        EACH_PART
        {
            kept[part] = (lanes){0};
            open[part] = ~kept[part];
        }
        int drawn = 0;
        for (uint64_t rest = source->digits; rest != 0; rest = rest << 1 & (ONE - 1)) {
            bool digit = rest & ONE >> 1;
            EACH_PART
            {
                lanes u = LANES_NAME(next)(&s0[part], &s1[part], &s2[part], &s3[part]);
                if (digit) { /* where u has 0, u is smaller */
                    kept[part] |= open[part] & ~u;
                    open[part] &= u;
                } else { /* where u has 1, u is larger */
                    open[part] &= ~u;
                }
            }
            if (++drawn >= 8 && !LANES_NAME(any)(open))
                break;
        }
        /* The digits of keep are all 0 from here on: a u that is still open is not smaller. */
        memcpy(mask + group * MASK_LANES, kept, sizeof kept);
    }
    memcpy(source->state[0], s0, sizeof s0);
    memcpy(source->state[1], s1, sizeof s1);
    memcpy(source->state[2], s2, sizeof s2);
    memcpy(source->state[3], s3, sizeof s3);
}

#undef lanes
#undef INLINE
#undef PARTS
#undef EACH_PART
#undef LANE_BYTES
#undef LANES_NAME
#undef TARGET
