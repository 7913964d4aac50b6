/* kernels_matrix.h: the matrix product in terms of simd.h. A part of kernels_impl.h. */

/* A tile of c, TILE_ROWS x two vectors, stays in registers while k runs: each number of a that is
 * read serves two multiply-adds, each vector of b TILE_ROWS. k is cut so that a strip of b stays in
 * the first cache. The sum of each strip begins at 0 and is then added to c: over many thousand k that
 * loses fewer digits than one long chain.
 *
 * Where a is mostly zeros (the paper around a digit) each tile has the list of those k at which one
 * of its rows is not zero, and passes over the others: what they add is 0. The list is made once for
 * all columns. */
enum { KERNEL(TILE_COLUMNS) = 2 * KERNEL(LANES), KERNEL(TILES) = BLOCK_ROWS / TILE_ROWS };
#define TILE_COLUMNS ((size_t)KERNEL(TILE_COLUMNS))

struct KERNEL(tile) {
    real *c;
    const real *a, *b, *start; /* start (columns): what the sum begins with; NULL: 0 */
    const uint8_t *list;       /* the k that count, or NULL: all of them */
    size_t columns, k;         /* columns that exist, at most TILE_COLUMNS; length of the list */
    size_t c_row, a_row, a_column, b_row;
    bool resume; /* c holds the sum over earlier k: this one is added */
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
        sum[i][0] = low;
        sum[i][1] = high;
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
        if (t->resume) {
            sum[i][0] += vec_get(c, first);
            sum[i][1] += vec_get(c + LANES, second);
        }
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
                .start = job->bias && k == 0 ? job->bias + j : NULL,
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
