/* tui/edits.h: a course that is edited while it is read: the pages follow, or the last good version stays
 * and the finding is said. */
#ifndef TUI_EDITS_H
#define TUI_EDITS_H

#include "tui/tui.h"

/* Begins to watch the course of a session. A class has its own: there the watch stays shut, fd -1. */
void edits_open(struct course_watch *watch, const struct session *session, enum start_kind kind);

/* Reads the course anew if its files changed. `said` becomes what there is to say, clean, on one line. */
enum course_news edits_read(struct course_watch *watch, struct course *course, struct buf *said);

/* The same on the screen, with all its pages. */
void edits_take(struct tui *tui);

#endif
