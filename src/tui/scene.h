/* tui/scene.h: what a class shows its room: who is here, a question, both its votes.
 *
 * The instructor's screen and a projector on a terminal of its own draw the same scene; between them
 * it travels as a message. Nothing is in it that the room must not see: no bars, no key and no
 * feedback before the reveal. */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include "live/fields.h"
#include "tui/votes.h"

struct scene {
    bool shown;               /* the class has the screen, else the slide */
    const char *code;         /* "" where there is no class to join */
    bool here;                /* with it alone one joins on this machine */
    const char *const *lines; /* each joins over the network */
    size_t line_count;
    const char *problem; /* whose side it is on; "" for none */
    const char *title;   /* of the chapter, in the lobby; "" in a vote */
    const char *names;   /* of those who are here, in the lobby */
    const char *status;  /* "17 of 24 have voted." */
    int64_t left_ms;     /* of the vote's time; -1: no limit */
    int64_t until_ms;    /* changes only where the time was set, stopped or let go on */
    bool ticking;        /* it runs down */
    struct votes votes;
};

/* All but left_ms, which changes by itself: the caller adds it where it sends the message. */
void scene_write(const struct scene *scene, struct buf *out);
/* Texts and lists live in `arena`. */
void scene_read(const struct fields *fields, struct arena *arena, struct scene *scene);

void scene_lay_out(const struct scene *scene, struct layout *layout);
/* The last row of both screens of a room: for who comes late the line to type, or where there is no room
 * for it the code, which is never cut; whether there is more of a class above or below; and of `right`
 * and `less`, the shorter one, what still has room. */
void scene_put_bottom(const struct scene *scene, struct grid *grid, bool above, bool below,
                      const char *right, const char *less);
/* "Time left: 0:45 (stands still)"; "" without a limit. */
void scene_add_time(int64_t left_ms, bool ticking, struct buf *out);

#endif
