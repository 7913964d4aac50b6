/* tui/keep.h: what happened, on its way to the store.
 *
 * What the store cannot take just now (a full disk, another program that holds it) waits here, in
 * order, and is written as soon as it can be. Both faces hand their events over through this. */
#ifndef TUI_KEEP_H
#define TUI_KEEP_H

#include "store/store.h"

struct keep {
    struct arena arena;
    struct event *held; /* in order; their texts are in the arena */
    size_t count, capacity;
};

/* Writes an event and whatever waits before it. `news` is what the learner has to hear, a sentence;
 * empty where all is well as before. Without a store nothing is kept. */
void keep_event(struct keep *keep, struct store *store, struct event *event, struct err *news);

/* The last try. False: `news` says how much is lost, and why. */
bool keep_end(struct keep *keep, struct store *store, struct err *news);

#endif
