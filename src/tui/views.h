/* tui/views.h: every view there is. To add one: a file view_NAME.c and a line here and in views.c. */
#ifndef TUI_VIEWS_H
#define TUI_VIEWS_H

#include "tui/tui.h"

extern const struct view view_welcome, view_home, view_study, view_demo, view_gallery,
    view_glossary, view_help, view_present, view_notes, view_visit, view_settings, view_stats,
    view_search, view_bookmarks, view_projector;

extern const struct view *const views[];
extern const size_t view_count;

/* The last result of a chapter's quiz; false: there is none, and a message says so. */
bool views_open_result(struct tui *tui, size_t chapter);

/* Arguments of open. */
struct study_start {
    size_t chapter, section, step;
    const struct study_source *sources; /* not NULL: a quiz */
    size_t source_count, most;
    bool shuffle;
    bool review;                    /* what is due today */
    const struct study_item *items; /* not NULL: these questions of a quiz, as practice */
    size_t item_count;
    const struct quiz *result; /* not NULL: the last result of this quiz */
    bool visit;                /* looked up; b goes back to what is below */
};
struct demo_start_args {
    const struct demo_args *args; /* copied */
};
struct help_start {
    uint64_t contexts; /* of the view it was asked from: its keys come first */
};

#endif
