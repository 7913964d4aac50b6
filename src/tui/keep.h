/* tui/keep.h: what happened, on its way to the store.
 *
 * What the store cannot take just now (a full disk, another program that holds it, a file that is
 * damaged or cannot be opened at all) waits here, in order, and is written as soon as it can be. Both
 * faces hand their events over through this. */
#ifndef TUI_KEEP_H
#define TUI_KEEP_H

#include "store/store.h"

struct keep {
    const char *path; /* where the store is or will be; NULL: nothing is kept in this session */
    struct clock clock;
    struct arena arena;
    struct event *held; /* in order; their texts are in the arena */
    size_t count, capacity;
    struct err why; /* it could not be written or opened the last time; empty: all is well */
};

/* Opens the store at `path`, which the caller keeps; at least for reading, else *store is NULL. `news`
 * as below. */
void keep_start(struct keep *keep, struct store **store, const char *path,
                const struct clock *clock, struct err *news);

/* Writes an event and whatever waits before it, after another try to open what was not to be opened.
 * `news` is what the learner has to hear, a sentence; empty where all is well as before. */
void keep_event(struct keep *keep, struct store **store, struct event *event, struct err *news);

/* The same without an event, where something is amiss. */
void keep_retry(struct keep *keep, struct store **store, struct err *news);

/* Is what happened kept, all of it up to now? */
bool keep_is_well(const struct keep *keep);

/* The last try. False: `news` says how much is lost, and why. */
bool keep_end(struct keep *keep, struct store **store, struct err *news);

#endif
