/* course/layout.h: a piece of a lesson as a grid of a given width.
 *
 * The screen, text output, the projector and lint all lay out through here, so a step looks the same
 * everywhere. Live numbers are computed while they are laid out. */
#ifndef COURSE_LAYOUT_H
#define COURSE_LAYOUT_H

#include "course/course.h"
#include "draw/text.h"

enum layout_link_kind { LINK_LIVE, LINK_TERM, LINK_URL };

/* Something in the text that Enter or a click opens. */
struct layout_link {
    enum layout_link_kind kind;
    const char *target; /* LIVE: the demo's arguments; TERM: the slug; URL: the address */
    int x, y, width;    /* of its first piece; y from the grid's top */
};

struct layout {
    struct course *course;
    struct arena *arena;
    struct grid *grid; /* grows downwards; NULL: only measure */
    int x, width;      /* the column of text */
    int y;             /* the next free row */
    bool ascii;        /* spell out what ASCII lacks before wrapping */
    bool spoken;       /* formulas in words, for line mode */
    struct layout_link *links;
    size_t link_count, link_capacity;
};

void layout_gap(struct layout *layout, int rows);
/* Makes the grid tall enough for `rows` more, for those who write into it themselves. */
void layout_need_rows(struct layout *layout, int rows);
void layout_spans(struct layout *layout, const struct span *spans, size_t count, enum role role);
/* The same, hanging: `bullet` stands before the first line and the rest is indented below it. */
void layout_item(struct layout *layout, const char *bullet, struct style bullet_style,
                 const struct span *spans, size_t count, enum role role);
void layout_text(struct layout *layout, enum role role, const char *text);
void layout_textf(struct layout *layout, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void layout_blocks(struct layout *layout, const struct block *blocks, size_t count);

/* ---- layout_step.c ---------------------------------------------------------------------------- */

/* A whole myth box: what many say, what is so, how sure the field is. */
void layout_myth(struct layout *layout, const struct directive *myth);

/* A demo's picture (on the screen) or its sentences (spoken). */
void layout_demo(struct layout *layout, const struct demo_run *run, int height);

/* `see:` lines with what they name filled in; `you` and `you2` NULL: lines that name them are left
 * out. */
void layout_see(struct layout *layout, const struct see *see, const struct demo_run *run,
                const char *you, const char *you2);
bool see_text(const struct see *see, const struct demo_run *run, const char *you, const char *you2,
              struct buf *out);

/* A step as it stands on paper: demos run, predictions printed as questions. */
void layout_step(struct layout *layout, const struct step *step, const struct quiz *quiz);
/* A section's notes for the instructor. */
void layout_notes(struct layout *layout, const struct section *section);

/* A question without its key: stem and options. */
void layout_question(struct layout *layout, const struct question *question);

#endif
