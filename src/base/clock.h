/* clock.h: the only place that asks what time it is.
 *
 * Everything else is given a `struct clock`, so tests turn the hands themselves. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

struct clock {
    int64_t (*wall_ms)(void *user); /* milliseconds since 1970, UTC */
    int64_t (*mono_ns)(void *user); /* nanoseconds since some moment; never goes back */
    void *user;
};

/* The machine's clock. With NNTUTOR_NOW=<seconds since 1970> in the environment its wall time
 * stands still at that moment (for tests and for screenshots). */
struct clock clock_system(void);

/* A clock that stands at `*now_ms` until its owner changes it. */
struct clock clock_manual(int64_t *now_ms);

int64_t clock_wall_ms(const struct clock *clock);
int64_t clock_mono_ns(const struct clock *clock);

enum { CLOCK_TEXT = 32 };
/* "2026-11-21T09:30:00Z"; what lies behind the year 9999 is its last second. */
void clock_format_utc(int64_t wall_ms, char out[CLOCK_TEXT]);

/* "9:05", by the clock on the wall here. */
void clock_format_time(int64_t wall_ms, char out[CLOCK_TEXT]);

/* The study day: days since 1970 of the local civil date four hours ago, so that a late evening
 * belongs to its day. */
int clock_study_day(int64_t wall_ms);

#endif
