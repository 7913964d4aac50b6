/* draw/braille.h: lines finer than a cell: each has two by four dots of braille.
 *
 * Places are fractions of a rectangle, (0, 0) its lower left corner. Dots join those already there;
 * a cell has the role of its last dot. */
#ifndef DRAW_BRAILLE_H
#define DRAW_BRAILLE_H

#include "draw/chart.h"

bool braille_is(const struct cell *cell); /* false for NULL */

/* The dot at a fraction: columns from the left, rows from above. */
int braille_x(struct rect at, double fraction);
int braille_y(struct rect at, double fraction);

/* A line, cut at the edges of the rectangle; a single dot where both ends are one. All finite. */
void braille_line(struct grid *grid, struct rect at, enum role role, double x0, double y0,
                  double x1, double y1);

#endif
