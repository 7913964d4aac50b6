/* boundary.h: what a network with two inputs and two classes makes of the plane, as a heat map with
 * the points it learns from on top.
 *
 * The network is asked on a square lattice, finer for small networks than for large ones, so that a
 * picture never costs more than a few milliseconds; between its points the map is interpolated. */
#ifndef DEMOS_BOUNDARY_H
#define DEMOS_BOUNDARY_H

#include "base/arena.h"
#include "draw/chart.h"
#include "nn/data.h"
#include "nn/model.h"

#define BOUNDARY_REACH 2.0 /* the map shows -2..2 in both directions */

enum { BOUNDARY_LEAST = 24, BOUNDARY_MOST = 80 };

struct boundary {
    struct model *model;
    int side;       /* points of the lattice in each direction */
    real *x;        /* (side, 2) one row of it */
    double *field;  /* (side, side) probability of class 1, from the top left */
    double *pixels; /* room for a picture */
    int64_t sampled_at;
};

/* The model must have room for BOUNDARY_MOST rows. */
void boundary_init(struct boundary *boundary, struct arena *arena, struct model *model);

/* Draws the map and as many of the points as leave it visible: ● for class 1, ○ for class 0. `step`
 * says how far training is: the network is only asked where it has changed. Below 0: no map, only
 * the points. Dropout and batch statistics are off; training is not disturbed. */
void boundary_draw(struct boundary *boundary, struct grid *grid, struct rect at,
                   const struct dataset *points, int64_t step);

#endif
