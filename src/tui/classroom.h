/* tui/classroom.h: a presentation whose room answers from its own terminals: what the instructor's
 * words do, what the room sees meanwhile, what the notes say. */
#ifndef TUI_CLASSROOM_H
#define TUI_CLASSROOM_H

#include "live/host.h"
#include "tui/present.h"
#include "tui/scene.h"

/* "vote" (open, close, hold again), "reveal", "similar", "pause", "time 60", "time off", "roam",
 * "gather", those of seats.h, "next" where it leaves a vote. False: it is none of these. A sentence for the
 * instructor, good or bad, is left in present->message. */
bool classroom_do(struct present *present, const char *word);
/* Leaves what went wrong as that sentence; true. */
bool classroom_fail(struct present *present, const struct err *err);

/* Does the class have the screen: the lobby, a vote? */
bool classroom_is_shown(const struct present *present);
/* The session goes on elsewhere: nothing is left to do here. */
bool classroom_is_over(const struct present *present);
/* How many have a seat in it, for whom it would be over; 0: nobody, or there is no class. */
size_t classroom_audience(const struct present *present);
/* What the room sees of it; lives in `arena`. */
void classroom_scene(const struct present *present, struct arena *arena, struct scene *scene);

enum { CLASSROOM_LINES = 50 }; /* of the notes: a message holds no more of the longest names */

/* The private view: lines for the notes, from `out` on; returns how many. */
size_t classroom_say(const struct present *present, struct arena *arena, const char **out,
                     size_t most);

/* Tells the class which step is shown. */
void classroom_follow(struct present *present);

#endif
