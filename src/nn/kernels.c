#include "nn/kernels.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Sizes of the matrix product: a strip of k, such a strip packed for two of the longest vectors, and
 * rows worked on together, a multiple of the rows of every kind of tile. */
enum { STRIP = 256, STRIP_BYTES = STRIP * 2 * 64, BLOCK_ROWS = 192 };

/* How the processor treats numbers below the smallest normal one; the state before is put back. */
static unsigned flush_tiny_numbers(void)
{
#if defined(__x86_64__)
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | _MM_FLUSH_ZERO_ON | _MM_DENORMALS_ZERO_ON);
    return before;
#else
    return 0;
#endif
}

static void keep_tiny_numbers(unsigned before)
{
#if defined(__x86_64__)
    _mm_setcsr(before);
#else
    (void)before;
#endif
}

/* Sums of squares between these have lost nothing to the ends of what a `real` can hold. */
#if REAL_BITS == 32
static const double LEAST_SQUARES = 1e-25, MOST_SQUARES = 1e38;
#else
static const double LEAST_SQUARES = 1e-280, MOST_SQUARES = 1e307;
#endif

/* A row whose squares leave that range is measured in long double, which holds the square of every
 * number. What is infinite or NaN stays so. */
static real measure_widely(const real *x, size_t n, double epsilon, double *mean)
{
    long double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += (long double)x[i];
    long double middle = sum / (long double)n;
    for (size_t i = 0; i < n; i++)
        squares += ((long double)x[i] - middle) * ((long double)x[i] - middle);
    *mean = (double)middle;
    return (real)(1 / sqrtl(squares / (long double)n + (long double)epsilon));
}

static double root_mean_square_widely(const real *x, size_t n)
{
    long double squares = 0;
    for (size_t i = 0; i < n; i++)
        squares += (long double)x[i] * (long double)x[i];
    return (double)sqrtl(squares / (long double)n);
}

#define SIMD_LEVEL 0
#include "nn/kernels_impl.h"

#if defined(__x86_64__)
#define SIMD_LEVEL 1
#include "nn/kernels_impl.h"
#define SIMD_LEVEL 2
#include "nn/kernels_impl.h"
#endif

bool can_stream(const real *y, size_t rows, size_t width)
{
    enum { LARGE = 8 << 20, LONGEST_VECTOR = 64 };
    size_t row = width * sizeof *y;
    return rows * row > LARGE && (rows == 1 || row % LONGEST_VECTOR == 0) &&
           (uintptr_t)y % LONGEST_VECTOR == 0;
}

const struct kernels *kernels_for(const struct pool *pool)
{
    switch (pool_simd(pool)) {
#if defined(__x86_64__)
    case SIMD_AVX512:
        return &kernels_avx512;
    case SIMD_AVX2:
        return &kernels_avx2;
#endif
    default:
        return &kernels_portable;
    }
}
