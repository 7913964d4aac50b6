#include "tui/pace.h"

#include <math.h>

void pace_tick(struct pace *pace, const struct clock *clock)
{
    int64_t now = clock_mono_ns(clock);
    if (pace->last_ns)
        pace->spent_ns += now - pace->last_ns;
    pace->last_ns = now ? now : 1;
}

void pace_rest(struct pace *pace)
{
    pace->last_ns = 0;
}

/* Rounded as people say it: 7 s, 40 s, 3 min. */
static void say_seconds(double seconds, struct buf *out)
{
    enum { MINUTE = 60, HOUR = 3600 };
    double step = seconds < 10 ? 1 : seconds < 90 ? 5 : MINUTE;
    seconds = ceil(seconds / step) * step;
    if (seconds >= 2 * HOUR)
        buf_addf(out, "%.0f h left", seconds / HOUR);
    else if (seconds > 90)
        buf_addf(out, "%.0f min left", seconds / MINUTE);
    else
        buf_addf(out, "%.0f s left", fmax(1, seconds));
}

void pace_say(const struct pace *pace, const struct demo_run *run, struct buf *out)
{
    static const int64_t trusted_ns = 500000000;
    if (!run->total)
        return;
    double share = (double)run->done / (double)run->total;
    buf_addf(out, "%.0f %%", 100 * share);
    if (pace->spent_ns < trusted_ns || share <= 0 || share >= 1)
        return;
    buf_add(out, ", ");
    say_seconds((double)pace->spent_ns / 1e9 * (1 - share) / share, out);
}
