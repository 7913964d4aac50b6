/* moves.h: which knobs were moved while a demo ran, and when: written down so that it can be done
 * again. A demo takes them back in a knob of its own, a table with a row step,knob,value for each. */
#ifndef DEMOS_MOVES_H
#define DEMOS_MOVES_H

#include "demos/demo.h"

enum { MOVES_MOST = 100, MOVE_COLUMNS = 3, MOVABLE_MOST = 8 };

struct move {
    int64_t step; /* it holds from the step after this one on */
    size_t knob;  /* its place among the movable ones */
    double value;
};

struct moves {
    const struct knob *knobs; /* the demo's */
    const int *movable;       /* those of them that may be moved */
    size_t movable_count;
    double begun[MOVABLE_MOST], now[MOVABLE_MOST]; /* where these stood at the start, and stand */
    struct move list[MOVES_MOST];                  /* steps never fall */
    size_t count, made;                            /* in the list; how many of them hold already */
    bool forgot;                                   /* there were more than can be written down */
};

/* The knobs as they stand in `run`, and the moves that its knob `table` gives. */
bool moves_start(struct moves *moves, const struct demo_run *run, const int *movable, size_t count,
                 int table, struct err *err);

/* Where a movable knob stands now; `knob` is its number among all knobs of the demo. */
double moves_now(const struct moves *moves, int knob);

/* The next move that is due at `step`, which now holds; false: none is. */
bool moves_due(struct moves *moves, int64_t step, struct move *move);

/* Steps until the next one is due; SIZE_MAX where there is none. */
size_t moves_until(const struct moves *moves, int64_t step);

/* Writes down that a knob was moved by hand at `step`; what was given for later is forgotten, for the
 * hand has taken over. False: this knob is not movable. */
bool moves_note(struct moves *moves, int64_t step, size_t knob, double value, struct move *move);

/* "playground rate=0.1 moves=120,2,0.003 seed=7": every knob that does not stand where it does at
 * first, as it stood when `run` began, and the moves since; `table` is the knob that gives them. */
void moves_write(const struct moves *moves, const struct demo_run *run, int table, struct buf *out);

#endif
