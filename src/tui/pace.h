/* tui/pace.h: how far a demo is, and how long it will still take at the pace it has had so far. */
#ifndef TUI_PACE_H
#define TUI_PACE_H

#include "demos/demo.h"

struct pace {
    int64_t spent_ns; /* at work since the run began, without pauses */
    int64_t last_ns;  /* when it was last looked at; 0: it rests */
};

/* The run is at work now: the time since the last call counts. */
void pace_tick(struct pace *pace, const struct clock *clock);
/* It rests: the time until the next tick does not count. */
void pace_rest(struct pace *pace);

/* "43 %, 12 s left"; "43 %" as long as nothing can be said of the rest; nothing where the whole is not
 * known. */
void pace_say(const struct pace *pace, const struct demo_run *run, struct buf *out);

#endif
