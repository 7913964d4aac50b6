/* tui/history.h: the stops of a walk through a course, as a browser keeps them: back, and forward again.
 *
 * Whatever jumps (a search, a link, a bookmark, "read about it", a chapter chosen) adds a stop; going on
 * step by step moves the stop one is at. Closing a page goes back too. Stops outlive edits of the lessons:
 * they name chapter, section and the hash of a step's first line. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include "course/course.h"
#include "tui/actions.h"

enum stop_kind { STOP_STEP, STOP_TERM, STOP_DEMO };

struct stop {
    enum stop_kind kind;
    const char *name;    /* STEP: id of the chapter; TERM: slug; DEMO: arguments */
    const char *section; /* STEP: "3.2" */
    uint64_t hash;       /* STEP: of its first line */
};

struct history {
    struct arena arena;
    struct stop *stops;
    size_t count, capacity;
    size_t at; /* where one is; nowhere while count is 0 */
};

struct tui;

void history_free(struct history *history);

/* The stop of a step; its texts belong to the course. */
struct stop history_step(const struct course *course, size_t chapter, size_t section, size_t step);
/* Where a stop of a step is now; false: its chapter is gone. */
bool history_find(const struct course *course, const struct stop *stop, size_t *chapter,
                  size_t *section, size_t *step);
/* A step as a number. */
uint64_t history_identity(const char *chapter, const char *section, uint64_t hash);

/* Where one is now: the stop one is at moves with who goes on step by step. */
void history_note(struct history *history, const struct stop *now);
/* One jumped: `to` follows, in place of all that lay ahead. */
void history_push(struct history *history, const struct stop *to);
/* The stop behind or ahead; NULL: none. Whoever goes there sets `at` to its index. */
const struct stop *history_peek(const struct history *history, bool back);

/* Runs a demo, "mask p=0.5", over the page in hand. False: it cannot run, and a message says why. */
bool history_open_demo(struct tui *tui, const char *args);

/* Opens a page at `to` and remembers from where. False: it cannot be opened, and a message says why. */
bool history_jump(struct tui *tui, const struct stop *to);
bool history_jump_to(struct tui *tui, size_t chapter, size_t section, size_t step);

/* What can be done from many pages: search, bookmarks, back, forward. False: the action is another. */
bool history_acts(struct tui *tui, enum action_id action);

/* After a page was closed: where one is again. */
void history_closed(struct tui *tui);

/* view_bookmarks.c: marks a step, or takes its mark off. */
void bookmarks_toggle(struct tui *tui, size_t chapter, size_t section, size_t step);
bool bookmarks_hold(const struct tui *tui, size_t chapter, size_t section, size_t step);

#endif
