/* draw/axis.h: the scale of one axis: its range, its ticks at round numbers, their labels.
 *
 * Only for the charts of this room. Positions are fractions of the axis, 0 at its low end. */
#ifndef DRAW_AXIS_H
#define DRAW_AXIS_H

#include <stdbool.h>

enum { AXIS_TICKS = 16, AXIS_LABEL = 32 };

struct axis {
    double low, high; /* of the values; of their decimal logarithms where `log` */
    bool log;
    int count;
    double ticks[AXIS_TICKS]; /* fractions, growing */
    char labels[AXIS_TICKS][AXIS_LABEL];
};

struct axis_wish {
    double low, high; /* values; need not be finite or in order */
    bool log;
    bool widen; /* move the ends out to round numbers */
    bool whole; /* no ticks between whole numbers */
    int most;   /* ticks */
};

void axis_init(struct axis *axis, const struct axis_wish *wish);

/* Where `value` lies, kept within +-1e6; NaN for what has no place (NaN, <= 0 on a logarithmic
 * axis) and +-infinity for itself. */
double axis_at(const struct axis *axis, double value);

#endif
