/* flow.h: the picture of a stack of layers: how big the signal is on its way in, and how big the
 * gradient on its way back. */
#ifndef DEMOS_FLOW_H
#define DEMOS_FLOW_H

#include "demos/parts.h"

/* Sizes at the places 0 (input) to depth (output); what is known of them so far. */
struct flow {
    size_t depth;
    const double *signal, *gradient; /* (depth + 1) each */
    size_t forward, back;            /* blocks done */
};

/* A size with two digits: "0.58", "25000", "3.4e-58". */
struct shown flow_size(double size);

/* A curve for each on a scale of powers of ten that always holds 0.01 to 100, so that a healthy
 * stack looks flat; where there is no room for it, two rows of bars. */
void flow_draw(struct grid *grid, struct rect at, const struct flow *flow);

/* Shares of bins as bars of eight heights, the fullest one whole, each `cell` columns wide. */
void flow_bins(struct grid *grid, int x, int y, int cell, const double *bins, size_t count);

#endif
