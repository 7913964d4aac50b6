/* study/fsrs.h: when a memory is about to fade. FSRS-6, the memory core alone, pure.
 *
 * Two numbers describe one memory: its stability S, the days after which it is recalled with a
 * probability of 0.9, and its difficulty D, 1 to 10. A review changes both. There are no steps of
 * minutes and no random spread here: the same reviews always give the same dates.
 *
 * Source of the formulas: the FSRS-6 algorithm as published by the open-spaced-repetition project
 * (ts-fsrs, py-fsrs and fsrs-rs implement it); where these differ, see fsrs.c. */
#ifndef STUDY_FSRS_H
#define STUDY_FSRS_H

#include "base/err.h"

#include <stdbool.h>

enum { FSRS_WEIGHTS = 21 };

enum fsrs_grade { FSRS_AGAIN = 1, FSRS_HARD, FSRS_GOOD, FSRS_EASY };

extern const double fsrs_default[FSRS_WEIGHTS];

struct fsrs {
    double w[FSRS_WEIGHTS];
    double retention; /* the probability of recall to be kept, in (0, 1] */
    int max_days;     /* the longest interval, at least 1 */
    double factor;    /* of the forgetting curve, from w[20] */
};

struct fsrs_memory {
    double stability;  /* days, 0.001..36500; 0: never reviewed */
    double difficulty; /* 1..10 */
};

/* False with err: a weight outside its published bounds, a retention outside (0, 1], no day. */
bool fsrs_init(struct fsrs *fsrs, const double w[FSRS_WEIGHTS], double retention, int max_days,
               struct err *err);

/* The memory after a review `days` after the one before (0: on the same day; ignored for the first
 * review; below 0 as 0). */
struct fsrs_memory fsrs_step(const struct fsrs *fsrs, struct fsrs_memory memory, int days,
                             enum fsrs_grade grade);

/* The probability that it is recalled `days` after its last review, 0..1; 0 if never reviewed. */
double fsrs_recall(const struct fsrs *fsrs, struct fsrs_memory memory, int days);

/* Whole days until recall falls to `retention`: 1..max_days, halves rounded up. */
int fsrs_days(const struct fsrs *fsrs, struct fsrs_memory memory);

#endif
