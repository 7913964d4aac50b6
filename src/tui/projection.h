/* tui/projection.h: a presentation of this user, shown once more on a terminal of its own: what a
 * projector needs, and nothing that a room must not see.
 *
 * Of a slide only the place travels, with the demo's knobs: the course and the demos are here too, and
 * the same knobs give the same picture. A vote travels as a scene. */
#ifndef TUI_PROJECTION_H
#define TUI_PROJECTION_H

#include "live/transport.h"
#include "tui/scene.h"
#include "tui/tui.h"

enum { PROJECTION_KNOBS = 64, PROJECTION_PICKED = 64 };

struct projection {
    struct clock clock;
    struct transport *transport; /* NULL: the instructor's terminal is gone, for now */
    struct course course;        /* the one that is presented; open once `known` */
    bool known, over;
    size_t chapter, section, step;
    enum study_stage stage;
    const char *ask;  /* what is asked, or was answered */
    const char *said; /* in the stage FEEDBACK: what was answered, in words; "" for nothing */
    int64_t picked[PROJECTION_PICKED]; /* ... and which options: their places before shuffling */
    size_t picked_count;
    const char *knobs[PROJECTION_KNOBS];
    size_t knob_count;
    int64_t minutes, taken_ms; /* taken: when the message came */
    bool blank;
    int scroll; /* of the scene, as the instructor has it: see projection_scroll */
    struct scene scene;
    struct arena arena; /* of the message in hand */
    unsigned changes;   /* of what is shown, for line mode */
    struct companion companion;
};

/* How many of the rows that a screen hides are scrolled away, `scroll` thousandths of them. */
int projection_scroll(int hidden, int scroll);

/* Joins the presentation of this user. False without a sentence: there is none. */
bool projection_open(struct projection *projection, const struct clock *clock, struct err *err);
void projection_close(struct projection *projection);

/* The sentence where it is over: it waits for the next one. */
extern const char projection_ended[];

/* Brings a study to where the presentation is. */
void projection_follow(const struct projection *projection, struct study *study);
/* The scene, its time as it is now, and whose side a silence is on. */
struct scene projection_scene(const struct projection *projection);

#endif
