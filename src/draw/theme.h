/* draw/theme.h: what each role looks like, at each number of colours.
 *
 * One table, four columns: 24-bit, 256 colours, 8 colours, none (attributes only). Dark and light
 * backgrounds. Meaning never hangs on colour alone: whoever draws adds a mark or a word. */
#ifndef DRAW_THEME_H
#define DRAW_THEME_H

#include "draw/grid.h"

enum color_depth { COLOR_NONE, COLOR_8, COLOR_256, COLOR_RGB };

struct theme {
    enum color_depth depth;
    bool light; /* dark text on a light background */
};

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

struct look {
    int32_t fg, bg;      /* -1: the terminal's own; else 0..7, 0..255 or 0xRRGGBB after the depth */
    unsigned attributes; /* LOOK_... */
};

struct look theme_look(const struct theme *theme, struct style style);

/* Whether the heat ramp can be coloured (256 colours or more); else show grid_cell_shade. */
bool theme_has_ramp(const struct theme *theme);

/* Which roles exist, by name, for tests and for the page that shows the theme. */
const char *theme_role_name(enum role role);

#endif
