/* kernels_impl.h: the inner loops in terms of simd.h. Included by kernels.c once for each level. */

#include "nn/simd.h"

#include "nn/kernels_matrix.h"

/* Runs the statement for i = 0, LANES, ... with `left` numbers from i on, a constant but for the last:
 * so the loop proper has no question whether a vector is whole. */
#define EACH_VECTOR(n, ...)                                                                        \
    do {                                                                                           \
        size_t i = 0;                                                                              \
        for (; i + LANES <= (n); i += LANES) {                                                     \
            const size_t left = LANES;                                                             \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
        if (i < (n)) {                                                                             \
            const size_t left = (n)-i;                                                             \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
    } while (0)

/* ---- Element by element ---------------------------------------------------------------------- */

TARGET static void KERNEL(add)(real *to, const real *x, size_t n)
{
    EACH_VECTOR(n, vec_put(to + i, vec_get(to + i, left) + vec_get(x + i, left), left));
}

/* `<=` and not `>`, so that a NaN goes through and is seen. */
INLINE vec KERNEL(unless_negative)(vec v, vec sign)
{
    return (vec)((bits)v & ~(bits)(sign <= vec_set(0)));
}

TARGET static void KERNEL(relu)(real *y, const real *x, size_t n)
{
    EACH_VECTOR(n, {
        vec v = vec_get(x + i, left);
        vec_put(y + i, KERNEL(unless_negative)(v, v), left);
    });
}

TARGET static void KERNEL(relu_backward)(real *gx, const real *gy, const real *y, size_t n)
{
    EACH_VECTOR(n, vec_put(gx + i,
                           KERNEL(unless_negative)(vec_get(gy + i, left), vec_get(y + i, left)),
                           left));
}

TARGET static void KERNEL(column_sums)(real *to, const real *x, size_t rows, size_t columns)
{
    enum { STRETCH = 256 }; /* as in the matrix product: short sums are added to the long one */
    for (size_t j = 0; j < columns; j += LANES) {
        vec total = vec_set(0);
        for (size_t first = 0; first < rows; first += STRETCH) {
            size_t end = rows - first < STRETCH ? rows : first + STRETCH;
            vec sum = vec_set(0);
            for (size_t i = first; i < end; i++)
                sum += vec_get(x + i * columns + j, columns - j);
            total += sum;
        }
        vec_put(to + j, total, columns - j);
    }
}

/* 0 for numbers and NaN for all that is none; a sum that NaN was added to stays NaN. The new weights
 * go by the optimisers anyway, so that asking costs nothing. */
INLINE vec KERNEL(broken)(vec v)
{
    return v - v;
}

INLINE vec KERNEL(adam_vector)(const struct adam_factors *by, real *p, const real *g, real *m,
                               real *v, size_t left)
{
    vec weight = vec_get(p, left), gradient = vec_get(g, left);
    gradient = vec_fma(vec_set(by->penalty), weight, gradient);
    vec mean = vec_fma(vec_set(by->beta1), vec_get(m, left), vec_set(by->rest1) * gradient);
    vec square =
        vec_fma(vec_set(by->beta2), vec_get(v, left), vec_set(by->rest2) * gradient * gradient);
    vec root = vec_fma(vec_set(by->root), vec_sqrt(square), vec_set(by->epsilon));
    vec_put(m, mean, left);
    vec_put(v, square, left);
    weight = weight * vec_set(by->shrink) - vec_set(by->step) * mean / root;
    vec_put(p, weight, left);
    return KERNEL(broken)(weight) + KERNEL(broken)(square);
}

/* Where a gradient stays 0, m and v shrink for ever, and numbers below 1e-38 take a processor a
 * hundred times as long: they are flushed to 0 here. */
TARGET static bool KERNEL(adam)(const struct adam_factors *factors, real *p, const real *g, real *m,
                                real *v, size_t n)
{
    const struct adam_factors by = *factors; /* a copy that no store below can change */
    vec broken = vec_set(0);
    unsigned before = flush_tiny_numbers();
    EACH_VECTOR(n, broken += KERNEL(adam_vector)(&by, p + i, g + i, m + i, v + i, left));
    keep_tiny_numbers(before);
    return vec_sum(broken) == 0;
}

INLINE vec KERNEL(sgd_vector)(const struct sgd_factors *by, real *p, const real *g, real *velocity,
                              size_t left)
{
    vec weight = vec_get(p, left);
    vec gradient = vec_fma(vec_set(by->penalty), weight, vec_get(g, left));
    if (velocity) {
        vec speed = gradient;
        if (!by->first)
            speed = vec_fma(vec_set(by->momentum), vec_get(velocity, left), gradient);
        vec_put(velocity, speed, left);
        gradient = by->nesterov ? (vec)vec_fma(vec_set(by->momentum), speed, gradient) : speed;
    }
    weight -= vec_set(by->rate) * gradient;
    vec_put(p, weight, left);
    return KERNEL(broken)(weight);
}

TARGET static bool KERNEL(sgd)(const struct sgd_factors *by, real *p, const real *g, real *velocity,
                               size_t n)
{
    vec broken = vec_set(0);
    EACH_VECTOR(n, broken +=
                   KERNEL(sgd_vector)(by, p + i, g + i, velocity ? velocity + i : NULL, left));
    return vec_sum(broken) == 0;
}

/* ---- Dropout --------------------------------------------------------------------------------- */

/* Lane i of a vector is on where bit i of `word` is 1. */
INLINE vec KERNEL(chosen)(vec v, uint64_t word)
{
#if SIMD_LEVEL == 2 && REAL_BITS == 32
    return _mm512_maskz_mov_ps((__mmask16)word, v);
#elif SIMD_LEVEL == 2
    return _mm512_maskz_mov_pd((__mmask8)word, v);
#elif SIMD_LEVEL == 1 && REAL_BITS == 32
    const bits each = {1, 2, 4, 8, 16, 32, 64, 128};
    bits all = (bits)_mm256_set1_epi32((int)(word & 255));
    return (vec)((bits)v & (bits)((all & each) == each));
#else
    for (size_t i = 0; i < LANES; i++)
        if (!(word >> i & 1))
            v[i] = 0;
    return v;
#endif
}

TARGET static void KERNEL(keep)(real *y, const real *x, const uint64_t *mask, size_t n, real scale,
                                bool stream)
{
    vec by = vec_set(scale);
    size_t i = 0;
    for (; i + 64 <= n; i += 64) {
        uint64_t word = mask[i / 64];
        for (size_t j = 0; j < 64; j += LANES) {
            vec v = KERNEL(chosen)(vec_load(x + i + j) * by, word >> j);
            vec_send(y + i + j, v, LANES, stream);
        }
    }
    for (; i < n; i++)
        y[i] = mask[i / 64] >> i % 64 & 1 ? x[i] * scale : 0;
}

#include "nn/kernels_norm.h"

static const struct kernels KERNEL(kernels) = {
    .multiply = KERNEL(multiply),
    .add = KERNEL(add),
    .relu = KERNEL(relu),
    .relu_backward = KERNEL(relu_backward),
    .column_sums = KERNEL(column_sums),
    .adam = KERNEL(adam),
    .sgd = KERNEL(sgd),
    .keep = KERNEL(keep),
    .layer_norm = KERNEL(layer_norm),
    .layer_norm_backward = KERNEL(layer_norm_backward),
    .root_mean_square = KERNEL(root_mean_square),
    .rms_norm = KERNEL(rms_norm),
    .rms_norm_backward = KERNEL(rms_norm_backward),
};

#undef EACH_VECTOR
#undef SIMD_OP
#undef SIMD_LEVEL
#undef TARGET
#undef KERNEL
#undef TILE_ROWS
#undef TILE_COLUMNS
#undef LANES
#undef INLINE
#undef vec
#undef bits
#undef vec_load
#undef vec_store
#undef vec_stream
#undef vec_set
#undef vec_fma
#undef vec_sqrt
#undef vec_get
#undef vec_put
#undef vec_send
#undef vec_first
#undef vec_sum
