#include "nn/data.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

struct dataset data_new(struct arena *arena, size_t n, size_t features, size_t classes)
{
    assert(features > 0 && classes <= 256);
    assert(n <= SIZE_MAX / sizeof(float) / features);
    struct dataset data = {.n = n, .features = features, .classes = classes};
    data.x = ARENA_ARRAY(arena, n * features, float);
    if (classes)
        data.y = ARENA_ARRAY(arena, n, unsigned char);
    else
        data.target = ARENA_ARRAY(arena, n, float);
    return data;
}

struct dataset data_slice(const struct dataset *data, size_t first, size_t count)
{
    assert(first <= data->n && count <= data->n - first);
    struct dataset slice = *data;
    slice.n = count;
    slice.x += first * data->features;
    if (slice.y)
        slice.y += first;
    if (slice.target)
        slice.target += first;
    return slice;
}

void data_gather(const struct dataset *data, const size_t *rows, size_t count, float *x,
                 unsigned char *y)
{
    for (size_t i = 0; i < count; i++) {
        assert(rows[i] < data->n);
        memcpy(x + i * data->features, data->x + rows[i] * data->features,
               data->features * sizeof *x);
        if (y)
            y[i] = data->y[rows[i]];
    }
}

struct dataset data_take(struct arena *arena, const struct dataset *data, const size_t *rows,
                         size_t count)
{
    struct dataset taken = data_new(arena, count, data->features, data->classes);
    data_gather(data, rows, count, taken.x, taken.y);
    for (size_t i = 0; i < count && data->target; i++)
        taken.target[i] = data->target[rows[i]];
    return taken;
}

static void swap_rows(struct dataset *data, size_t a, size_t b)
{
    float *x = data->x + a * data->features, *other = data->x + b * data->features;
    for (size_t j = 0; j < data->features; j++) {
        float number = x[j];
        x[j] = other[j];
        other[j] = number;
    }
    if (data->y) {
        unsigned char class = data->y[a];
        data->y[a] = data->y[b];
        data->y[b] = class;
    }
    if (data->target) {
        float number = data->target[a];
        data->target[a] = data->target[b];
        data->target[b] = number;
    }
}

void data_shuffle(struct dataset *data, struct rng *rng)
{
    assert(data->n <= UINT32_MAX);
    for (size_t i = data->n; i > 1; i--)
        swap_rows(data, i - 1, rng_below(rng, (uint32_t)i));
}

/* Two passes in float64: the mean first, so that a mean far above the spread costs no digits. */
static void measure(const struct dataset *data, size_t first, size_t end, float *mean,
                    float *deviation)
{
    double count = (double)data->n * (double)(end - first), sum = 0, squares = 0;
    for (size_t i = 0; i < data->n; i++)
        for (size_t j = first; j < end; j++)
            sum += (double)data->x[i * data->features + j];
    double middle = sum / count;
    for (size_t i = 0; i < data->n; i++)
        for (size_t j = first; j < end; j++) {
            double d = (double)data->x[i * data->features + j] - middle;
            squares += d * d;
        }
    *mean = (float)middle;
    *deviation = (float)sqrt(squares / count);
    if (!(*deviation > 0))
        *deviation = 1;
}

struct data_scale data_measure(struct arena *arena, const struct dataset *train, bool each)
{
    assert(train->n > 0);
    struct data_scale scale = {ARENA_ARRAY(arena, train->features, float),
                               ARENA_ARRAY(arena, train->features, float)};
    if (!each)
        measure(train, 0, train->features, &scale.mean[0], &scale.deviation[0]);
    for (size_t j = 0; j < train->features; j++) {
        if (each) {
            measure(train, j, j + 1, &scale.mean[j], &scale.deviation[j]);
        } else {
            scale.mean[j] = scale.mean[0];
            scale.deviation[j] = scale.deviation[0];
        }
    }
    return scale;
}

void data_standardise(struct dataset *data, const struct data_scale *scale)
{
    for (size_t i = 0; i < data->n; i++) {
        float *x = data->x + i * data->features;
        for (size_t j = 0; j < data->features; j++)
            x[j] = (x[j] - scale->mean[j]) / scale->deviation[j];
    }
}

void batches_init(struct batches *batches, struct arena *arena, const struct rng *rng, size_t n,
                  size_t size, bool replace)
{
    assert(n > 0 && n <= UINT32_MAX && size > 0);
    *batches = (struct batches){.n = n, .size = size, .next = n, .replace = replace, .rng = *rng};
    batches->rows = ARENA_ARRAY(arena, replace ? size : n, size_t);
}

size_t batches_next(struct batches *batches, const size_t **rows)
{
    *rows = batches->rows;
    if (batches->replace) {
        for (size_t i = 0; i < batches->size; i++)
            batches->rows[i] = rng_below(&batches->rng, (uint32_t)batches->n);
        return batches->size;
    }
    if (batches->next == batches->n) {
        rng_shuffle(&batches->rng, batches->rows, batches->n);
        batches->next = 0;
    }
    *rows += batches->next;
    size_t left = batches->n - batches->next;
    size_t count = left < batches->size ? left : batches->size;
    batches->next += count;
    return count;
}
