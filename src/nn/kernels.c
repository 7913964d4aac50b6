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
