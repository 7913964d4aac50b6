/* norm.h: the arithmetic of the norms on a table of numbers, rows = examples, columns = features.
 *
 * A norm cuts the table into sets of numbers that share their statistics. Batch norm: a column.
 * Layer norm and RMSNorm: a row. Group and instance norm: a part of a row; for instance norm the
 * part is one channel's positions. Shifts and scales (gamma, beta) are the caller's. */
#ifndef DEMOS_NORM_H
#define DEMOS_NORM_H

#include <stdbool.h>
#include <stddef.h>

enum norm_kind { NORM_BATCH, NORM_LAYER, NORM_RMS, NORM_GROUP, NORM_INSTANCE };

/* The words of the knob `kind`, in this order, NULL-ended. */
extern const char *const norm_kinds[];

struct norm {
    enum norm_kind kind;
    size_t rows, columns;
    size_t groups; /* parts of a row for group and instance, as equal as can be; at most columns */
};

size_t norm_sets(const struct norm *norm);
size_t norm_set_of(const struct norm *norm, size_t row, size_t column);
/* How many numbers one set has. */
size_t norm_set_size(const struct norm *norm, size_t set);

/* What is subtracted (0 for RMSNorm) and what stands under the root: the variance divided by the
 * count, for RMSNorm the mean of the squares. One entry for each set. */
void norm_statistics(const struct norm *norm, const double *x, double *mean, double *variance);

/* 1/sqrt(variance + epsilon); 0 where that would divide by 0: equal numbers become 0. */
double norm_factor(double variance, double epsilon);

/* (x - mean) * factor, with the statistics given. */
void norm_apply(const struct norm *norm, const double *x, const double *mean,
                const double *variance, double epsilon, double *y);

#endif
