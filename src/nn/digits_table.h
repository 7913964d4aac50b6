/* digits_table.h: how people write the ten digits, as knots a pen passes through.
 *
 * Coordinates are in a box from (0, 0), top left, to (1, 1), bottom right. Each digit has three
 * ways of being written. Private to digits.c. */
#ifndef NN_DIGITS_TABLE_H
#define NN_DIGITS_TABLE_H

#include <stddef.h>

enum knot_kind {
    DOWN,   /* the pen is set down here: a new stroke */
    CURVE,  /* passed smoothly */
    CORNER, /* passed with a sharp turn */
};

struct knot {
    enum knot_kind kind;
    float x, y;
};

enum { DIGIT_STYLES = 3, SKELETON_MOST_KNOTS = 16 };

struct skeleton {
    size_t count; /* at most SKELETON_MOST_KNOTS */
    struct knot knots[SKELETON_MOST_KNOTS];
};

extern const struct skeleton digit_skeletons[10][DIGIT_STYLES];

#endif
