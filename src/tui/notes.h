/* tui/notes.h: the second terminal of a presentation: what the instructor sees and the room does not.
 *
 * It follows over a socket of the same user, and what is pressed here moves the presentation. */
#ifndef TUI_NOTES_H
#define TUI_NOTES_H

#include "course/layout.h"
#include "live/transport.h"
#include "tui/tui.h"

struct notes {
    struct transport *transport; /* NULL: the presentation is gone, for now */
    struct course course;        /* the one that is presented; open once `known` */
    bool known, over;            /* over: the presentation has ended */
    size_t chapter, section, step, steps;
    int64_t minutes;
    bool blank;
    char stage[80], question[80];
    struct buf class;          /* its lines; empty where there is no class */
    int64_t left_ms, taken_ms; /* of a vote's time, when the message came; -1: no limit */
    bool ticking;
    unsigned changes; /* of what is shown, for line mode */
    struct companion companion;
};

/* Joins the presentation of this user and waits for its state. */
bool notes_open(struct notes *notes, struct err *err);
void notes_close(struct notes *notes);

/* Asks the presentation to do what a key there would ("next", "go 3.4"). */
bool notes_do(struct notes *notes, const char *word);

/* Everything there is to say, into the layout: where it stands, the notes, what comes next. */
void notes_lay_out(struct notes *notes, struct layout *layout);

#endif
