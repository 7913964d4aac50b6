#include "demos/norm.h"

#include <math.h>
#include <string.h>

const char *const norm_kinds[] = {"batch", "layer", "rms", "group", "instance", NULL};

static size_t parts(const struct norm *norm)
{
    bool split = norm->kind == NORM_GROUP || norm->kind == NORM_INSTANCE;
    return !split ? 1 : norm->groups < norm->columns ? norm->groups : norm->columns;
}

/* The first columns get the longer parts: 5 in 2 is 3 and 2. */
static size_t part_of(const struct norm *norm, size_t column)
{
    size_t count = parts(norm), longer = norm->columns % count, size = norm->columns / count;
    size_t in_longer = longer * (size + 1);
    return column < in_longer ? column / (size + 1) : longer + (column - in_longer) / size;
}

size_t norm_sets(const struct norm *norm)
{
    return norm->kind == NORM_BATCH ? norm->columns : norm->rows * parts(norm);
}

size_t norm_set_of(const struct norm *norm, size_t row, size_t column)
{
    return norm->kind == NORM_BATCH ? column : row * parts(norm) + part_of(norm, column);
}

size_t norm_set_size(const struct norm *norm, size_t set)
{
    if (norm->kind == NORM_BATCH)
        return norm->rows;
    size_t count = parts(norm);
    return norm->columns / count + (set % count < norm->columns % count);
}

void norm_statistics(const struct norm *norm, const double *x, double *mean, double *variance)
{
    size_t sets = norm_sets(norm);
    memset(mean, 0, sets * sizeof *mean);
    memset(variance, 0, sets * sizeof *variance);
    for (size_t i = 0; i < norm->rows && norm->kind != NORM_RMS; i++)
        for (size_t j = 0; j < norm->columns; j++)
            mean[norm_set_of(norm, i, j)] += x[i * norm->columns + j];
    for (size_t k = 0; k < sets; k++)
        mean[k] /= (double)norm_set_size(norm, k);
    for (size_t i = 0; i < norm->rows; i++)
        for (size_t j = 0; j < norm->columns; j++) {
            size_t k = norm_set_of(norm, i, j);
            double off = x[i * norm->columns + j] - mean[k];
            variance[k] += off * off;
        }
    for (size_t k = 0; k < sets; k++)
        variance[k] /= (double)norm_set_size(norm, k);
}

double norm_factor(double variance, double epsilon)
{
    double under = variance + epsilon;
    return under > 0 ? 1 / sqrt(under) : 0;
}

void norm_apply(const struct norm *norm, const double *x, const double *mean,
                const double *variance, double epsilon, double *y)
{
    for (size_t i = 0; i < norm->rows; i++)
        for (size_t j = 0; j < norm->columns; j++) {
            size_t k = norm_set_of(norm, i, j), at = i * norm->columns + j;
            y[at] = (x[at] - mean[k]) * norm_factor(variance[k], epsilon);
        }
}
