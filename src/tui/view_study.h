/* tui/view_study.h: what the files of the session's view share: its state, its parts, its page. */
#ifndef TUI_VIEW_STUDY_H
#define TUI_VIEW_STUDY_H

#include "study/standing.h"
#include "tui/field.h"
#include "tui/pace.h"
#include "tui/pane.h"
#include "tui/views.h"

/* What is on the screen: as long as it is the same, only the learner scrolls. */
struct shown {
    enum study_stage stage;
    size_t section, step, item;
    uint64_t question;
};

struct study_view {
    struct study study;
    struct review review; /* of a review: what was due when it began */
    size_t more;          /* asked for beyond a day's share */
    bool retired;         /* the question in hand was just taken out */
    struct field field;
    bool field_open;
    uint64_t field_for; /* the serial number of its question */
    struct pane pane;
    bool pane_open; /* for the demo of this step */
    struct pace pace;
    bool paused;
    bool leaving; /* q was pressed once in a quiz */
    int scroll, content, body;
    int read; /* rows that have been in sight */
    struct shown shown;
    bool follow;  /* the focus is brought into sight, until the learner scrolls */
    bool turned;  /* this run was started by a knob: it stays where it is looked at */
    bool at_knob; /* a key chose or moved a knob: the picture is to be in sight */
    int sure_row; /* where "How sure" stands, the verdict, the focused row of the result */
    int verdict_row, again_row;
    size_t link, followed; /* focused link + 1, and the one opened last; 0: none */
    struct layout_link *links;
    size_t link_count;
    struct arena frame;   /* of the last drawing */
    size_t again;         /* focused row of the result */
    struct change change; /* of a test after the course: beside the one before it */
    struct arena change_arena;
    struct rect body_rect;
    int column_x; /* where the text column begins on the screen */
};

/* view_study.c */
void study_view_sync(struct study_view *view); /* the field belongs to the question that is asked */
/* What is asked before one leaves the program in the middle of a quiz, on top or below; NULL: nothing. */
const char *study_view_asks(const struct tui *tui);
bool study_view_has_pane(const struct study_view *view);
uint64_t study_view_contexts(struct tui *tui, void *state);
/* Is the same on the screen as when it was last painted? */
bool study_view_is_shown(const struct study_view *view);

/* study_parts.c: what there is to show, into one tall grid; above and below the demo's pane */
void study_part(struct study_view *view, struct layout *layout, bool above_pane);
void study_links(struct study_view *view, struct grid *grid, const struct layout *layout);

/* study_page.c: where on the screen it lies: rows, scrolling, the cursor */
void study_page_draw(struct tui *tui, void *state, struct grid *grid);
void study_page_scroll(struct study_view *view, int row);

#endif
