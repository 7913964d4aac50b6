/* tui/pane.h: a demo in a box: its picture (or its words) and a slider for each knob.
 *
 * The pane never runs a demo. A moved knob becomes an assignment ("p=0.3") for its owner to apply. */
#ifndef TUI_PANE_H
#define TUI_PANE_H

#include "demos/demo.h"
#include "tui/actions.h"

enum { PANE_MOST_KNOBS = 24 };

struct pane {
    size_t focus;                        /* knob under the keys */
    struct rect tracks[PANE_MOST_KNOBS]; /* where each slider was drawn last, on the screen */
    int dragged;                         /* knob under the mouse button, or -1 */
    bool words;                          /* sentences in place of the picture */
};

/* Begins with the first knob that was given and can be moved. */
void pane_open(struct pane *pane, const struct demo_args *args);

/* Rows that the picture (or its words) uses of `height` at this width. */
int pane_picture_rows(const struct pane *pane, const struct demo_run *run, int width, int height);

/* Rows that the sliders of a demo take when all are shown. */
int pane_knob_rows(const struct demo *demo);

/* Draws into `at` of the grid. `offset` is added to the rows to get those of the screen. With
 * `knobs` false there are no sliders (before a prediction). */
void pane_draw(struct pane *pane, struct grid *grid, struct rect at, const struct demo_run *run,
               const struct demo_args *args, bool knobs, int offset, bool ascii);

/* Does this input move a knob? Then `assignment` is filled and true returned. Focus moves here. */
bool pane_input(struct pane *pane, const struct demo_args *args, const struct input *input,
                enum action_id action, struct buf *assignment);

#endif
