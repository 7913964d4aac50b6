/* tui/finder.h: the search of both faces: an index that knows what the learner has seen. */
#ifndef TUI_FINDER_H
#define TUI_FINDER_H

#include "course/search.h"
#include "tui/tui.h"

/* To be closed with search_close. */
void finder_open(struct search *search, struct session *session);

/* A marked step as a stop, and the first words that stand there now, in `words`. False: its chapter is
 * gone. */
bool finder_bookmark(const struct session *session, const struct bookmark *mark, size_t *chapter,
                     size_t *section, size_t *step, struct buf *words);

/* "3.2 Why rescale", where it leads to; of a chapter that is gone only the number it had. */
void finder_bookmark_place(const struct session *session, const struct bookmark *mark,
                           struct buf *place);

/* Sorts bookmarks into the order of the course. */
void finder_sort_bookmarks(const struct session *session, struct bookmark *list, size_t count);

#endif
