/* count.h: counts too large for any number type, exactly, as decimal text. The one place that
 * knows GMP. */
#ifndef DEMOS_COUNT_H
#define DEMOS_COUNT_H

#include "base/arena.h"

enum { COUNT_POWER_MOST = 1000000 };

/* 2^exponent, exponent <= COUNT_POWER_MOST: at most 301,030 digits, in the arena. */
const char *count_power_of_two(struct arena *arena, unsigned long exponent);

/* The text for people: "1024", "1.27e30 (31 digits)". */
const char *count_short(struct arena *arena, const char *digits);

#endif
