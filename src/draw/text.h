/* draw/text.h: paragraphs of styled text, wrapped into a grid.
 *
 * A run is a piece of clean text in one style. Lines break at blanks (also after a hyphen or dash
 * between letters); a word longer than the line is cut. Runs marked `solid` (formulas, code, live
 * numbers) break only where nothing else helps. */
#ifndef DRAW_TEXT_H
#define DRAW_TEXT_H

#include "draw/grid.h"

struct run {
    const char *text;
    size_t size;
    struct style style;
    bool solid; /* keep on one line where possible */
    int anchor; /* 0, or a number the caller finds again in `spots` (live numbers, links) */
};

/* Where an anchored run came to lie. */
struct spot {
    int anchor, x, y, width;
};

struct text_box {
    int x, width; /* the column of text: first column and width */
    int first;    /* extra indent of the first line (may be negative: a hanging bullet) */
};

/* Wraps the runs into `grid` from row y down, making the grid taller as needed (grid_resize), and
 * returns the row after the last line. A newline in a run ends a line. With `grid` NULL it only
 * measures. Anchored runs are appended to `spots` behind the *spot_count already there, at most
 * `capacity` in all, one for each line a run touches; with `spots` NULL they are only counted.
 * Both may be NULL. The work is linear in the text. */
int text_wrap(struct grid *grid, int y, struct text_box box, const struct run *runs, size_t count,
              struct spot *spots, size_t capacity, size_t *spot_count);

/* The common case: one style. */
int text_wrap_plain(struct grid *grid, int y, struct text_box box, struct style style,
                    const char *text);

#endif
