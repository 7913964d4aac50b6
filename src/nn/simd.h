/* simd.h: vectors of `real` for one instruction set, SIMD_LEVEL as in enum simd.
 *
 * kernels.c includes this and kernels_impl.h once for each level, so there is no guard. A vector is
 * the compiler's own vector type: + - * / and comparisons work on it; what they cannot say has a
 * name here. `TARGET` lets one function use the instructions, so the program as a whole still runs
 * on any processor. */

#if SIMD_LEVEL == 2
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define KERNEL(name) name##_avx512
#define TILE_ROWS 8
#if REAL_BITS == 32
#define SIMD_OP(op) _mm512_##op##_ps
typedef __m512 KERNEL(vec);
typedef int32_t KERNEL(bits) __attribute__((vector_size(64)));
#else
#define SIMD_OP(op) _mm512_##op##_pd
typedef __m512d KERNEL(vec);
typedef int64_t KERNEL(bits) __attribute__((vector_size(64)));
#endif
#elif SIMD_LEVEL == 1
#define TARGET __attribute__((target("avx2,fma")))
#define KERNEL(name) name##_avx2
#define TILE_ROWS 6
#if REAL_BITS == 32
#define SIMD_OP(op) _mm256_##op##_ps
typedef __m256 KERNEL(vec);
typedef int32_t KERNEL(bits) __attribute__((vector_size(32)));
#else
#define SIMD_OP(op) _mm256_##op##_pd
typedef __m256d KERNEL(vec);
typedef int64_t KERNEL(bits) __attribute__((vector_size(32)));
#endif
#else
#define TARGET
#define KERNEL(name) name##_portable
#define TILE_ROWS 4
typedef real KERNEL(vec) __attribute__((vector_size(16)));
#if REAL_BITS == 32
typedef int32_t KERNEL(bits) __attribute__((vector_size(16)));
#else
typedef int64_t KERNEL(bits) __attribute__((vector_size(16)));
#endif
#endif

#define vec KERNEL(vec)
#define bits KERNEL(bits)
#define INLINE TARGET static inline __attribute__((always_inline))

enum { KERNEL(LANES) = sizeof(vec) / sizeof(real) };
#define LANES ((size_t)KERNEL(LANES))

#if SIMD_LEVEL > 0
#define vec_load(p) SIMD_OP(loadu)(p)
#define vec_store(p, v) SIMD_OP(storeu)(p, v)
#define vec_stream(p, v) SIMD_OP(stream)(p, v)
#define vec_set(x) SIMD_OP(set1)(x)
#define vec_fma(a, b, c) SIMD_OP(fmadd)(a, b, c)
#define vec_sqrt(v) SIMD_OP(sqrt)(v)
#else
INLINE vec vec_load(const real *p)
{
    vec v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void vec_store(real *p, vec v)
{
    memcpy(p, &v, sizeof v);
}

#define vec_stream(p, v) vec_store(p, v)

INLINE vec vec_set(real x)
{
#if REAL_BITS == 32
    return (vec){x, x, x, x};
#else
    return (vec){x, x};
#endif
}

INLINE vec vec_fma(vec a, vec b, vec c)
{
    return a * b + c;
}

INLINE vec vec_sqrt(vec v)
{
    for (size_t i = 0; i < LANES; i++)
        v[i] = (real)sqrt((double)v[i]);
    return v;
}
#endif

/* The next LANES numbers, or zeros behind the `left` that there are. */
INLINE vec KERNEL(vec_get)(const real *p, size_t left)
{
    if (left >= LANES)
        return vec_load(p);
    vec v = vec_set(0);
    memcpy(&v, p, left * sizeof *p);
    return v;
}

INLINE void KERNEL(vec_put)(real *p, vec v, size_t left)
{
    if (left >= LANES)
        vec_store(p, v);
    else
        memcpy(p, &v, left * sizeof *p);
}

/* The same, past the caches where `stream`: then p starts at a whole vector and `left` is one. */
INLINE void KERNEL(vec_send)(real *p, vec v, size_t left, bool stream)
{
    if (stream)
        vec_stream(p, v);
    else
        KERNEL(vec_put)(p, v, left);
}

/* The first `left` lanes, and zeros behind them. */
INLINE vec KERNEL(vec_first)(vec v, size_t left)
{
    real lanes[KERNEL(LANES)];
    vec_store(lanes, v);
    return KERNEL(vec_get)(lanes, left);
}

/* In double, in halves: lane 0 with lane LANES/2 and so on. */
typedef double KERNEL(wide) __attribute__((vector_size(sizeof(vec) / sizeof(real) * 8)));
INLINE double KERNEL(vec_sum)(vec v)
{
    double sum[KERNEL(LANES)];
    KERNEL(wide) wide = __builtin_convertvector(v, KERNEL(wide));
    memcpy(sum, &wide, sizeof sum);
#pragma GCC unroll 8
    for (size_t half = LANES / 2; half > 0; half /= 2)
#pragma GCC unroll 8
        for (size_t i = 0; i < half; i++)
            sum[i] += sum[i + half];
    return sum[0];
}
#define vec_get KERNEL(vec_get)
#define vec_put KERNEL(vec_put)
#define vec_send KERNEL(vec_send)
#define vec_first KERNEL(vec_first)
#define vec_sum KERNEL(vec_sum)
