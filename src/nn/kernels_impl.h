/* kernels_impl.h: the inner loops in terms of simd.h. Included by kernels.c once for each level. */

#include "nn/simd.h"

/* ---- Matrix product -------------------------------------------------------------------------- */

/* A tile of c, TILE_ROWS x two vectors, stays in registers while k runs: each number of a that is
 * read serves two multiply-adds, each vector of b TILE_ROWS. k is cut so that a strip of b stays in
 * the first cache; c rests in memory between the cuts, which loses no bit.
 *
 * Where a is mostly zeros (the paper around a digit) each tile has the list of those k at which one
 * of its rows is not zero, and passes over the others: what they add is 0. The list is made once for
 * all columns. */
enum { KERNEL(TILE_COLUMNS) = 2 * KERNEL(LANES), KERNEL(TILES) = BLOCK_ROWS / TILE_ROWS };
#define TILE_COLUMNS ((size_t)KERNEL(TILE_COLUMNS))

struct KERNEL(tile) {
    real *c;
    const real *a, *b, *start; /* start (columns): what c holds before the first product */
    const uint8_t *list;       /* the k that count, or NULL: all of them */
    size_t columns, k;         /* columns that exist, at most TILE_COLUMNS; length of the list */
    size_t c_row, a_row, a_column, b_row;
    bool resume; /* c already holds the sum over earlier k */
};

INLINE void KERNEL(add_product)(vec sum[][2], const struct KERNEL(tile) * t, size_t k,
                                const int rows)
{
    const real *a = t->a + k * t->a_column, *b = t->b + k * t->b_row;
    vec b0 = vec_load(b), b1 = vec_load(b + LANES);
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        vec x = vec_set(a[(size_t)i * t->a_row]);
        sum[i][0] = vec_fma(x, b0, sum[i][0]);
        sum[i][1] = vec_fma(x, b1, sum[i][1]);
    }
}

INLINE void KERNEL(multiply_tile)(const struct KERNEL(tile) * t, const int rows)
{
    vec sum[TILE_ROWS][2], zero = vec_set(0);
    vec low = zero, high = zero;
    size_t first = t->columns < LANES ? t->columns : LANES, second = t->columns - first;
    if (t->start) { /* + 0 makes a bias of -0 the 0 that any product would have made of it */
        low = vec_get(t->start, first) + zero;
        high = vec_get(t->start + LANES, second) + zero;
    }
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        const real *c = t->c + (size_t)i * t->c_row;
        sum[i][0] = !t->resume ? low : (vec)vec_get(c, first);
        sum[i][1] = !t->resume ? high : (vec)vec_get(c + LANES, second);
    }
    if (t->list)
        for (size_t k = 0; k < t->k; k++)
            KERNEL(add_product)(sum, t, t->list[k], rows);
    else
        for (size_t k = 0; k < t->k; k++)
            KERNEL(add_product)(sum, t, k, rows);
#pragma GCC unroll 8
    for (int i = 0; i < rows; i++) {
        real *c = t->c + (size_t)i * t->c_row;
        if (t->columns == TILE_COLUMNS) {
            vec_store(c, sum[i][0]);
            vec_store(c + LANES, sum[i][1]);
        } else {
            vec_put(c, sum[i][0], first);
            vec_put(c + LANES, sum[i][1], second);
        }
    }
}

/* A constant number of rows keeps the sums in registers. */
INLINE void KERNEL(multiply_rows)(const struct KERNEL(tile) * t, size_t rows)
{
    switch (rows) {
    case 1:
        KERNEL(multiply_tile)(t, 1);
        break;
    case 2:
        KERNEL(multiply_tile)(t, 2);
        break;
    case 3:
        KERNEL(multiply_tile)(t, 3);
        break;
#if TILE_ROWS > 4
    case 4:
        KERNEL(multiply_tile)(t, 4);
        break;
    case 5:
        KERNEL(multiply_tile)(t, 5);
        break;
#endif
#if TILE_ROWS > 6
    case 6:
        KERNEL(multiply_tile)(t, 6);
        break;
    case 7:
        KERNEL(multiply_tile)(t, 7);
        break;
#endif
    default:
        KERNEL(multiply_tile)(t, TILE_ROWS);
        break;
    }
}

/* The strip of b from row k, `columns` wide from column j, as TILE_COLUMNS numbers a row. */
INLINE void KERNEL(pack)(real *to, const struct product *job, size_t k, size_t depth, size_t j,
                         size_t columns)
{
    if (columns < TILE_COLUMNS)
        memset(to, 0, depth * TILE_COLUMNS * sizeof *to);
    for (size_t column = 0; column < columns; column++) {
        const real *from = job->b + k * job->b_row + (j + column) * job->b_column;
        for (size_t i = 0; i < depth; i++)
            to[i * TILE_COLUMNS + column] = from[i * job->b_row];
    }
}

/* The k below `depth` at which one of TILE_ROWS rows of a is not zero. */
INLINE size_t KERNEL(list_nonzero)(uint8_t *list, const real *a, const struct product *job,
                                   size_t depth)
{
    size_t count = 0;
    if (job->a_column != 1) { /* the rows lie side by side */
        for (size_t k = 0; k < depth; k++) {
            uint64_t words[TILE_ROWS * sizeof(real) / sizeof(uint64_t)], any = 0;
            memcpy(words, a + k * job->a_column, sizeof words);
            for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
                any |= words[i];
            list[count] = (uint8_t)k;
            count += any != 0;
        }
        return count;
    }
    for (size_t k = 0; k < depth; k += LANES) {
        size_t left = depth - k < LANES ? depth - k : LANES;
        bits any = (bits)vec_set(0);
        for (size_t i = 0; i < TILE_ROWS; i++)
            any |= (bits)vec_get(a + i * job->a_row + k, left);
        for (size_t lane = 0; lane < left; lane++) {
            list[count] = (uint8_t)(k + lane);
            count += any[lane] != 0;
        }
    }
    return count;
}

/* One block of rows and one strip of k: lists first, then the columns, tile under tile. */
TARGET static void KERNEL(multiply_block)(const struct product *job, const struct part *part,
                                          size_t k, size_t depth)
{
    real packed[STRIP_BYTES / sizeof(real)];
    uint8_t lists[KERNEL(TILES)][STRIP];
    size_t lengths[KERNEL(TILES)] = {0};
    for (size_t i = part->row, tile = 0; i < part->row_end; i += TILE_ROWS, tile++) {
        lengths[tile] = depth;
        if (job->skip_zeros && part->row_end - i >= TILE_ROWS)
            lengths[tile] = KERNEL(list_nonzero)(
                lists[tile], job->a + i * job->a_row + k * job->a_column, job, depth);
    }
    for (size_t j = part->column; j < part->column_end; j += TILE_COLUMNS) {
        size_t left = part->column_end - j, columns = left < TILE_COLUMNS ? left : TILE_COLUMNS;
        bool pack = columns < TILE_COLUMNS || job->b_column != 1;
        if (pack)
            KERNEL(pack)(packed, job, k, depth, j, columns);
        for (size_t i = part->row, tile = 0; i < part->row_end; i += TILE_ROWS, tile++) {
            const struct KERNEL(tile) t = {
                .c = job->c + i * job->n + j,
                .a = job->a + i * job->a_row + k * job->a_column,
                .b = pack ? packed : job->b + k * job->b_row + j,
                .start = job->bias ? job->bias + j : NULL,
                .list = lengths[tile] < depth ? lists[tile] : NULL,
                .columns = columns,
                .k = lengths[tile],
                .c_row = job->n,
                .a_row = job->a_row,
                .a_column = job->a_column,
                .b_row = pack ? TILE_COLUMNS : job->b_row,
                .resume = k > 0,
            };
            KERNEL(multiply_rows)(&t, part->row_end - i);
        }
    }
}

TARGET static void KERNEL(multiply)(const struct product *job, const struct part *part)
{
    struct part block = *part;
    for (; block.row < part->row_end; block.row += BLOCK_ROWS) {
        size_t left = part->row_end - block.row, k = 0;
        block.row_end = block.row + (left < BLOCK_ROWS ? left : BLOCK_ROWS);
        do { /* once even if there is nothing to sum: c is then the bias */
            size_t depth = job->k - k < STRIP ? job->k - k : STRIP;
            KERNEL(multiply_block)(job, &block, k, depth);
            k += depth;
        } while (k < job->k);
    }
}

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
    for (size_t j = 0; j < columns; j += LANES) {
        vec sum = vec_set(0);
        for (size_t i = 0; i < rows; i++)
            sum += vec_get(x + i * columns + j, columns - j);
        vec_put(to + j, sum, columns - j);
    }
}

INLINE void KERNEL(adam_vector)(const struct adam_factors *by, real *p, const real *g, real *m,
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
    vec_put(p, weight * vec_set(by->shrink) - vec_set(by->step) * mean / root, left);
}

/* Where a gradient stays 0, m and v shrink for ever, and numbers below 1e-38 take a processor a
 * hundred times as long: they are flushed to 0 here. */
TARGET static void KERNEL(adam)(const struct adam_factors *factors, real *p, const real *g, real *m,
                                real *v, size_t n)
{
    const struct adam_factors by = *factors; /* a copy that no store below can change */
    unsigned before = flush_tiny_numbers();
    EACH_VECTOR(n, KERNEL(adam_vector)(&by, p + i, g + i, m + i, v + i, left));
    keep_tiny_numbers(before);
}

INLINE void KERNEL(sgd_vector)(const struct sgd_factors *by, real *p, const real *g, real *velocity,
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
    vec_put(p, weight - vec_set(by->rate) * gradient, left);
}

TARGET static void KERNEL(sgd)(const struct sgd_factors *by, real *p, const real *g, real *velocity,
                               size_t n)
{
    EACH_VECTOR(n, KERNEL(sgd_vector)(by, p + i, g + i, velocity ? velocity + i : NULL, left));
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

/* ---- Norms, one row -------------------------------------------------------------------------- */

/* The first mean may be off by a rounding of the sum; the second pass mends it (Chan, Golub and
 * LeVeque 1983, the corrected two-pass algorithm). */
TARGET static void KERNEL(layer_norm)(real *y, real *mean, real *rstd, const real *x,
                                      const real *gamma, const real *beta, size_t n, double epsilon)
{
    vec sum = vec_set(0), sum_b = vec_set(0);
    size_t whole = n / (2 * LANES) * (2 * LANES);
    for (size_t i = 0; i < whole; i += 2 * LANES) {
        sum += vec_load(x + i);
        sum_b += vec_load(x + i + LANES);
        __builtin_prefetch(x + n + i); /* the next row: most often there is one */
        __builtin_prefetch(x + n + i + LANES);
    }
    for (size_t i = whole; i < n; i += LANES)
        sum += vec_get(x + i, n - i);
    real rough = (real)(vec_sum(sum + sum_b) / (double)n);

    vec centre = vec_set(rough), rest = vec_set(0), squares = vec_set(0);
    vec rest_b = vec_set(0), squares_b = vec_set(0);
    for (size_t i = 0; i < whole; i += 2 * LANES) {
        vec d = vec_load(x + i) - centre, d_b = vec_load(x + i + LANES) - centre;
        rest += d;
        rest_b += d_b;
        squares = vec_fma(d, d, squares);
        squares_b = vec_fma(d_b, d_b, squares_b);
    }
    double tail = 0, tail_squares = 0;
    for (size_t i = whole; i < n; i++) {
        double d = (double)(x[i] - rough);
        tail += d;
        tail_squares += d * d;
    }
    double shift = (vec_sum(rest + rest_b) + tail) / (double)n;
    double variance = (vec_sum(squares + squares_b) + tail_squares) / (double)n - shift * shift;
    if (variance < 0)
        variance = 0;
    *mean = (real)((double)rough + shift);
    *rstd = (real)(1 / sqrt(variance + epsilon));

    centre = vec_set(*mean);
    vec scale = vec_set(*rstd);
    EACH_VECTOR(n, {
        vec v = (vec_get(x + i, left) - centre) * scale;
        if (gamma)
            v *= vec_get(gamma + i, left);
        if (beta)
            v += vec_get(beta + i, left);
        vec_put(y + i, v, left);
    });
}

/* With xhat = (x - mean) rstd and g = gy gamma:
 * gx = rstd (g - mean(g) - xhat mean(g xhat)). */
TARGET static void KERNEL(layer_norm_backward)(real *gx, real *ggamma, real *gbeta, const real *gy,
                                               const real *x, real mean, real rstd,
                                               const real *gamma, size_t n, bool stream)
{
    vec centre = vec_set(mean), scale = vec_set(rstd);
    vec sum_g = vec_set(0), sum_gx = vec_set(0);
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left); /* 0 behind the end, so nothing is added there */
        vec xhat = (vec_get(x + i, left) - centre) * scale;
        if (ggamma)
            vec_put(ggamma + i, vec_fma(g, xhat, vec_get(ggamma + i, left)), left);
        if (gbeta)
            vec_put(gbeta + i, g + vec_get(gbeta + i, left), left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        sum_g += g;
        sum_gx = vec_fma(g, xhat, sum_gx);
    });
    vec mean_g = vec_set((real)(vec_sum(sum_g) / (double)n));
    vec mean_gx = vec_set((real)(vec_sum(sum_gx) / (double)n));
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        vec xhat = (vec_get(x + i, left) - centre) * scale;
        __builtin_prefetch(x + n + i); /* the next row */
        __builtin_prefetch(gy + n + i);
        vec_send(gx + i, (g - mean_g - xhat * mean_gx) * scale, left, stream);
    });
}

TARGET static double KERNEL(sum_squares)(const real *x, size_t n)
{
    vec sum = vec_set(0), sum_b = vec_set(0);
    size_t whole = n / (2 * LANES) * (2 * LANES);
    for (size_t i = 0; i < whole; i += 2 * LANES) {
        vec v = vec_load(x + i), v_b = vec_load(x + i + LANES);
        sum = vec_fma(v, v, sum);
        sum_b = vec_fma(v_b, v_b, sum_b);
    }
    for (size_t i = whole; i < n; i += LANES) {
        vec v = vec_get(x + i, n - i);
        sum = vec_fma(v, v, sum);
    }
    return vec_sum(sum + sum_b);
}

TARGET static void KERNEL(rms_norm)(real *y, const real *x, real rstd, const real *gamma, size_t n)
{
    vec scale = vec_set(rstd);
    EACH_VECTOR(n, {
        vec v = vec_get(x + i, left) * scale;
        if (gamma)
            v *= vec_get(gamma + i, left);
        vec_put(y + i, v, left);
    });
}

/* y = gamma x r(s) with s = sum x^2 and `slope` = -2 r'(s): gx = g r - x slope sum(g x). */
TARGET static void KERNEL(rms_norm_backward)(real *gx, real *ggamma, const real *gy, const real *x,
                                             real rstd, real slope, const real *gamma, size_t n,
                                             bool stream)
{
    vec scale = vec_set(rstd), sum = vec_set(0);
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left), v = vec_get(x + i, left);
        if (ggamma)
            vec_put(ggamma + i, vec_fma(g, v * scale, vec_get(ggamma + i, left)), left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        sum = vec_fma(g, v, sum);
    });
    vec pull = vec_set((real)(vec_sum(sum) * (double)slope));
    EACH_VECTOR(n, {
        vec g = vec_get(gy + i, left);
        if (gamma)
            g *= vec_get(gamma + i, left);
        vec_send(gx + i, g * scale - vec_get(x + i, left) * pull, left, stream);
    });
}

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
    .sum_squares = KERNEL(sum_squares),
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
#undef vec_sum
