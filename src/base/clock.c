#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const int64_t LAST_SECOND = 253402300799; /* of the year 9999 */

static int64_t system_wall_ms(void *user)
{
    (void)user;
    const char *fixed = getenv("NNTUTOR_NOW");
    if (fixed && *fixed) {
        long long seconds = strtoll(fixed, NULL, 10);
        return (seconds < 0 ? 0 : seconds > LAST_SECOND ? LAST_SECOND : seconds) * 1000;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t system_mono_ns(void *user)
{
    (void)user;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t manual_wall_ms(void *user)
{
    return *(const int64_t *)user;
}

static int64_t manual_mono_ns(void *user)
{
    return *(const int64_t *)user * 1000000;
}

struct clock clock_system(void)
{
    return (struct clock){.wall_ms = system_wall_ms, .mono_ns = system_mono_ns};
}

struct clock clock_manual(int64_t *now_ms)
{
    return (struct clock){.wall_ms = manual_wall_ms, .mono_ns = manual_mono_ns, .user = now_ms};
}

int64_t clock_wall_ms(const struct clock *clock)
{
    return clock->wall_ms(clock->user);
}

int64_t clock_mono_ns(const struct clock *clock)
{
    return clock->mono_ns(clock->user);
}

void clock_format_utc(int64_t wall_ms, char out[CLOCK_TEXT])
{
    int64_t floor = wall_ms / 1000 - (wall_ms % 1000 < 0);
    time_t seconds = (time_t)(floor > LAST_SECOND ? LAST_SECOND : floor);
    struct tm parts;
    if (!gmtime_r(&seconds, &parts) || !strftime(out, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &parts))
        snprintf(out, CLOCK_TEXT, "1970-01-01T00:00:00Z");
}

void clock_format_time(int64_t wall_ms, char out[CLOCK_TEXT])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm local = {0};
    localtime_r(&seconds, &local);
    snprintf(out, CLOCK_TEXT, "%d:%02d", local.tm_hour, local.tm_min);
}

int clock_study_day(int64_t wall_ms)
{
    enum { DAY_BEGINS_HOURS = 4, SECONDS_PER_DAY = 86400 };
    time_t seconds = (time_t)(wall_ms / 1000 - DAY_BEGINS_HOURS * 3600);
    struct tm local;
    if (!localtime_r(&seconds, &local))
        return 0;
    struct tm noon = {
        .tm_year = local.tm_year, .tm_mon = local.tm_mon, .tm_mday = local.tm_mday, .tm_hour = 12};
    return (int)(timegm(&noon) / SECONDS_PER_DAY);
}
