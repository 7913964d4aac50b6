/* tui/stats_page.h: where a learner stands, laid out: the page of the statistics and its pieces. The
 * screen shows bars and words, line mode words alone. */
#ifndef TUI_STATS_PAGE_H
#define TUI_STATS_PAGE_H

#include "course/layout.h"
#include "study/standing.h"
#include "tui/tui.h"

struct stats_page {
    const struct standing *standing;
    const struct progress *progress;
    size_t focus;       /* the chapter under the cursor; SIZE_MAX: none */
    const bool *opened; /* chapters whose objectives are shown; NULL: all that were begun */
    int focus_row;      /* set: where it stands */
    int *rows;          /* set where not NULL: the row of each chapter, for the mouse */
};

void stats_page(struct layout *layout, struct stats_page *page);

/* What the tests of before and after the course say, rows in the arena. False: it cannot be read. */
bool stats_read_change(const struct session *session, struct arena *arena, struct change *change);
/* The test before the course beside the one after it: a sentence, and a line for each objective. */
void stats_change(struct layout *layout, const struct change *change);

/* "30 of 44 steps, best quiz 9 of 12, remembered 7 of 8, 1 stubborn", to the end of a line that names the
 * chapter. */
void stats_say_chapter(const struct chapter *chapter, const struct chapter_progress *seen,
                       const struct memory *memory, struct buf *out);

#endif
