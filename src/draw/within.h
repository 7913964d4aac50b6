/* draw/within.h: text and lines that stay inside a rectangle, for the charts of this room. */
#ifndef DRAW_WITHIN_H
#define DRAW_WITHIN_H

#include "draw/chart.h"

/* The rectangle with its size and place brought into bounds no screen exceeds, so that sums of
 * them never overflow. */
struct rect within_bounds(struct rect at);

/* Writes what lies inside of the rectangle; returns the column after it. */
int within_put(struct grid *grid, struct rect at, int x, int y, struct style style,
               const char *text);

/* Columns of `text`. */
int within_columns(const char *text);

/* Writes `text` in at most `room` columns, cut with an ellipsis; returns the column after it. */
int within_put_cut(struct grid *grid, struct rect at, int x, int y, int room, struct style style,
                   const char *text);

#endif
