/* augment.h: another picture of the same digit: moved, turned or dirtied a little. */
#ifndef DEMOS_AUGMENT_H
#define DEMOS_AUGMENT_H

#include "base/rng.h"

enum augment { AUGMENT_NONE, AUGMENT_SHIFT, AUGMENT_ROTATE, AUGMENT_NOISE, AUGMENT_ALL };
extern const char *const augment_names[]; /* ends with NULL */

/* Writes 28x28 pixels to `to` from `from`: shifted by N(0, 1) pixels, turned by N(0, 0.15) radians,
 * with noise N(0, 0.05) on each pixel, or all of these. Pixels stay within 0..1. */
void augment_digit(enum augment kind, float *to, const float *from, struct rng *rng);

#endif
