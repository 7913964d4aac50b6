#include "nn/subnets.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bits of a block: a table of exponentials stays in the first cache, one of hidden sums in the
 * second. */
enum { LOW_BITS = 12, LOW_BITS_RELU = 10, PAD = 16, SHORT_RUN = 16 };

/* Beyond e^40 a probability differs from 0 or 1 by less than 1e-17. Where the low bits add at most 22
 * to either side, the high ones may be cut off at 62: nothing is lost that the low bits could still
 * undo, and the product of both, up to e^84, is a float32. A softmax has the greatest of its high
 * sums taken off first and needs no such cut: what float32 loses is e^-43 beside the greatest. */
static const double MOST_LOW_EXPONENT = 22, MOST_HIGH_EXPONENT = 62;

#define VECTOR_BYTES 16
#define SUBNETS_TARGET
#define SUBNETS_NAME(name) name##_portable
#include "nn/subnets_kernel.h"

#if defined(__x86_64__)
#define VECTOR_BYTES 32
#define SUBNETS_TARGET __attribute__((target("avx2,fma")))
#define SUBNETS_NAME(name) name##_avx2
#include "nn/subnets_kernel.h"
#define VECTOR_BYTES 64
#define SUBNETS_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define SUBNETS_NAME(name) name##_avx512
#include "nn/subnets_kernel.h"
#endif

struct kernel {
    double (*sigmoid)(const float *e, const float *w, size_t n, float h);
    void (*softmax)(const float *e, const float *w, size_t n, size_t classes, const float *h,
                    double *sums);
    double (*relu)(const float *t, const float *w, size_t n, size_t width, const float *h,
                   const float *v);
    void (*layer)(const float *t, const float *w, size_t n, size_t width, const float *h,
                  const float *v, size_t classes, double *sums);
};

static struct kernel kernel_for(const struct pool *pool)
{
    enum simd simd = pool ? pool_simd(pool) : simd_best();
#if defined(__x86_64__)
    if (simd == SIMD_AVX512)
        return (struct kernel){sigmoid_avx512, softmax_avx512, relu_avx512, layer_avx512};
    if (simd == SIMD_AVX2)
        return (struct kernel){sigmoid_avx2, softmax_avx2, relu_avx2, layer_avx2};
#endif
    (void)simd;
    return (struct kernel){sigmoid_portable, softmax_portable, relu_portable, layer_portable};
}

/* What the kept units among `count`, from `first` on, add to a column under the mask. */
static double column_sum(const struct subnets *s, size_t first, size_t count, size_t mask,
                         size_t column)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        if (mask >> i & 1)
            sum += s->term[(first + i) * s->columns + column];
    return sum;
}

static double probability(size_t mask, size_t count, double p)
{
    double product = 1;
    for (size_t i = 0; i < count; i++)
        product *= mask >> i & 1 ? 1 - p : p;
    return product;
}

static float high_exponential(double exponent)
{
    return (float)exp(fmax(-MOST_HIGH_EXPONENT, fmin(MOST_HIGH_EXPONENT, exponent)));
}

/* The most that the low bits can add to a column, less what they add to the first one of several. */
static double reach(const struct subnets *s, size_t column)
{
    double up = 0, down = 0;
    for (size_t i = 0; i < s->low; i++) {
        const double *term = s->term + i * s->columns;
        double d = s->columns > 1 ? term[column] - term[0] : term[0];
        up += fmax(0, d);
        down -= fmin(0, d);
    }
    return fmax(up, down);
}

static bool has_hidden_layer(const struct subnets *s)
{
    return s->kind == SUBNETS_RELU || s->kind == SUBNETS_LAYER;
}

static bool fits_float(const struct subnets *s)
{
    bool fits = s->kind != SUBNETS_LINEAR;
    for (size_t k = 0; !has_hidden_layer(s) && k < s->columns; k++)
        fits &= reach(s, k) <= MOST_LOW_EXPONENT;
    return fits;
}

/* Sums of the low bits, their bias left to the high ones: as they are, or as exponentials. */
static void fill_table(struct subnets *s)
{
    size_t count = (size_t)1 << s->low;
    for (size_t m = 0; m < count; m++) {
        if (s->weight)
            s->weight[m] = (float)probability(m, s->low, s->p);
        if (s->kind == SUBNETS_SIGMOID)
            s->table[m] = (float)exp(-column_sum(s, 0, s->low, m, 0));
        for (size_t k = 1; s->kind == SUBNETS_SOFTMAX && k < s->columns; k++)
            s->table[k * count + m] =
                (float)exp(column_sum(s, 0, s->low, m, k) - column_sum(s, 0, s->low, m, 0));
        for (size_t k = 0; s->kind == SUBNETS_RELU && k < s->columns; k++)
            s->table[m * s->padded + k] = (float)column_sum(s, 0, s->low, m, k);
        for (size_t k = 0; s->kind == SUBNETS_LAYER && k < s->columns; k++)
            s->table[k * count + m] = (float)column_sum(s, 0, s->low, m, k);
    }
}

static void fill_sums(struct subnets *s)
{
    for (size_t m = 0; m < (size_t)1 << s->low; m++) {
        s->chance[m] = probability(m, s->low, s->p);
        for (size_t k = 0; k < s->columns; k++)
            s->sums[m * s->columns + k] = column_sum(s, 0, s->low, m, k);
    }
}

void subnets_open(struct subnets *s, struct arena *arena, enum subnets_kind kind, size_t units,
                  size_t columns, const double *term, const double *bias, const double *readout,
                  size_t classes, double p, struct pool *pool)
{
    bool hidden = kind == SUBNETS_RELU || kind == SUBNETS_LAYER;
    size_t bits = hidden ? LOW_BITS_RELU : LOW_BITS;
    assert(units <= SUBNETS_UNITS_MOST && columns > 0 && p >= 0 && p <= 1);
    assert((kind != SUBNETS_SIGMOID && kind != SUBNETS_LINEAR) || columns == 1);
    assert(kind != SUBNETS_SOFTMAX || columns <= SUBNETS_CLASSES_MOST);
    assert(!hidden || (columns <= SUBNETS_HIDDEN_MOST && readout));
    assert(kind != SUBNETS_LAYER || (classes > 0 && classes <= SUBNETS_CLASSES_MOST));
    *s = (struct subnets){.kind = kind,
                          .units = units,
                          .columns = columns,
                          .outputs = kind == SUBNETS_SOFTMAX ? columns
                                     : kind == SUBNETS_LAYER ? 2 * classes
                                                             : 1,
                          .term = term,
                          .bias = bias,
                          .readout = readout,
                          .p = p,
                          .pool = pool};
    /* Missing units are units that add nothing and are kept or dropped alike: so a table is never
     * shorter than the longest vectors, and the masks of fewer units count several times. */
    s->low = bits;
    s->blocks = units > bits ? (size_t)1 << (units - bits) : 1;
    s->padded = (columns + PAD - 1) / PAD * PAD;
    size_t count = (size_t)1 << s->low;
    if (units < bits) {
        double *wide = ARENA_ARRAY(arena, bits * columns, double);
        memcpy(wide, term, units * columns * sizeof *wide);
        s->term = wide;
    }
    if (!fits_float(s)) {
        s->sums = ARENA_ARRAY(arena, count * columns, double);
        s->chance = ARENA_ARRAY(arena, count, double);
        fill_sums(s);
        return;
    }
    s->weight = p == 0.5 ? NULL : ARENA_ARRAY(arena, count, float);
    s->table = ARENA_ARRAY(arena, count * (kind == SUBNETS_RELU ? s->padded : columns), float);
    if (hidden) {
        size_t entries = kind == SUBNETS_LAYER ? classes * columns : columns;
        s->read = ARENA_ARRAY(arena, entries + PAD, float); /* RELU reads up to `padded` */
        for (size_t k = 0; k < entries; k++)
            s->read[k] = (float)readout[k];
    }
    fill_table(s);
}

struct work {
    const struct subnets *subnets;
    size_t first;
    double *parts; /* (count, outputs) */
};

/* What one block's masks of low bits add up to, each with its weight. `at` is what its high bits and
 * the bias add to each column. */
static void add_from_tables(const struct subnets *s, const double *at, double *part)
{
    struct kernel kernel = kernel_for(s->pool);
    size_t count = (size_t)1 << s->low;
    float h[SUBNETS_HIDDEN_MOST + PAD] = {0};
    double most = at[0];
    switch (s->kind) {
    case SUBNETS_SIGMOID:
        part[0] = kernel.sigmoid(s->table, s->weight, count, high_exponential(-at[0]));
        break;
    case SUBNETS_SOFTMAX:
        for (size_t k = 1; k < s->columns; k++)
            most = fmax(most, at[k]);
        for (size_t k = 0; k < s->columns; k++)
            h[k] = (float)exp(at[k] - most);
        kernel.softmax(s->table, s->weight, count, s->columns, h, part);
        break;
    case SUBNETS_RELU:
        for (size_t k = 0; k < s->columns; k++)
            h[k] = (float)at[k];
        part[0] = kernel.relu(s->table, s->weight, count, s->padded, h, s->read);
        break;
    case SUBNETS_LAYER:
        for (size_t k = 0; k < s->columns; k++)
            h[k] = (float)at[k];
        kernel.layer(s->table, s->weight, count, s->columns, h, s->read, s->outputs / 2, part);
        break;
    case SUBNETS_LINEAR:
        break;
    }
}

/* The same mask by mask in float64: for exponents of any size. */
static void add_one_by_one(const struct subnets *s, const double *at, double *part)
{
    size_t count = (size_t)1 << s->low;
    double z[SUBNETS_CLASSES_MOST];
    if (s->kind == SUBNETS_LINEAR)
        for (size_t m = 0; m < count; m++)
            part[0] += s->chance[m] * (at[0] + s->sums[m]);
    if (s->kind == SUBNETS_SIGMOID)
        for (size_t m = 0; m < count; m++)
            part[0] += s->chance[m] / (1 + exp(-at[0] - s->sums[m])); /* 1 / inf is the right 0 */
    for (size_t m = 0; s->kind == SUBNETS_SOFTMAX && m < count; m++) {
        double most = -INFINITY, all = 0;
        for (size_t k = 0; k < s->columns; k++) {
            z[k] = at[k] + s->sums[m * s->columns + k];
            most = fmax(most, z[k]);
        }
        for (size_t k = 0; k < s->columns; k++)
            all += z[k] = exp(z[k] - most);
        for (size_t k = 0; k < s->columns; k++)
            part[k] += s->chance[m] * z[k] / all;
    }
}

/* One block, into part (outputs). */
static void add_block(const struct subnets *s, size_t block, double *part)
{
    size_t bits = s->units > s->low ? s->units - s->low : 0;
    /* Where all masks are equally likely a table has no weights: their share stands here. */
    bool weighed = s->weight || s->chance;
    double share = probability(block, bits, s->p) * (weighed ? 1 : ldexp(1, -(int)s->low));
    double at[SUBNETS_HIDDEN_MOST];
    for (size_t k = 0; k < s->columns; k++)
        at[k] = s->bias[k] + column_sum(s, s->low, bits, block, k);
    if (s->table)
        add_from_tables(s, at, part);
    else
        add_one_by_one(s, at, part);
    for (size_t k = 0; k < s->outputs; k++)
        part[k] *= share;
}

static void add_blocks(void *user, size_t from, size_t to)
{
    struct work *work = user;
    for (size_t i = from; i < to; i++)
        add_block(work->subnets, work->first + i, work->parts + i * work->subnets->outputs);
}

void subnets_add(const struct subnets *subnets, struct arena *scratch, size_t first, size_t count,
                 double *mean)
{
    enum { GRAIN = 16 };
    struct work work = {.subnets = subnets, .first = first};
    work.parts = ARENA_ARRAY(scratch, count * subnets->outputs, double);
    pool_run(subnets->pool, count, GRAIN, add_blocks, &work);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < subnets->outputs; k++)
            mean[k] += work.parts[i * subnets->outputs + k];
}
