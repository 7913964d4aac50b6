/* draw/grid.h: a picture made of character cells.
 *
 * Everything the program shows is drawn into a grid first: on the screen, in a pipe, on a projector,
 * in a golden test. The grid clips, and it repairs wide glyphs: a glyph of two columns never starts
 * in the last column, and overwriting half of one blanks the other half. Text must be clean
 * (base/utf8.h). Nothing here knows terminals: a style names a role, the theme gives it a colour. */
#ifndef DRAW_GRID_H
#define DRAW_GRID_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* What a piece of text is, never what it looks like; theme.c gives each role its looks. */
enum role {
    ROLE_TEXT,
    ROLE_DIM,    /* secondary: units, hints, rules */
    ROLE_TITLE,  /* the name of a chapter, a section, a pane */
    ROLE_STRONG, /* **strong** and table heads */
    ROLE_EMPH,   /* *emphasis* */
    ROLE_CODE,   /* `code` and code blocks */
    ROLE_MATH,   /* formulas */
    ROLE_LIVE,   /* a number the program computed a moment ago */
    ROLE_LINK,   /* a glossary term */
    ROLE_KEY,    /* a key to press, in the footer and in help */
    ROLE_FOCUS,  /* what the next key acts on */
    ROLE_RIGHT,  /* a right answer; always with a word or a mark beside it */
    ROLE_WRONG,
    ROLE_WARNING,
    ROLE_FRAME,    /* borders and axes */
    ROLE_SERIES_1, /* the curves of a plot, told apart by mark as well */
    ROLE_SERIES_2,
    ROLE_SERIES_3,
    ROLE_SERIES_4,
    ROLE_INPUT, /* what the learner types */
    ROLE_COUNT
};

enum { RAMP_LEVELS = 24 };

struct style {
    uint8_t role; /* enum role */
    uint8_t fg;   /* 0: the role's colour; 1..24: that level of the heat ramp */
    uint8_t bg;   /* 0: none; 1..24: that level of the heat ramp */
    uint8_t bold; /* on top of the role */
};

#define STYLE(r) ((struct style){.role = (r)})

enum { CELL_MARKS = 4 };

struct cell {
    uint32_t character;         /* 0: the right half of the wide glyph to the left */
    uint32_t marks[CELL_MARKS]; /* combining marks, 0-ended */
    struct style style;
};

struct grid {
    int width, height;
    int cursor_x, cursor_y; /* where the terminal's cursor shall stand; -1: hidden */
    struct cell *cells;     /* height rows of width cells; the grid owns them */
    size_t capacity;        /* cells there is room for, so that growing row by row stays cheap */
};

void grid_init(struct grid *grid, int width, int height); /* blank; sizes below 1 become 1 */
void grid_free(struct grid *grid);
void grid_clear(struct grid *grid);                         /* blanks, no cursor */
void grid_resize(struct grid *grid, int width, int height); /* keeps what fits, blanks the rest */

struct cell *grid_at(const struct grid *grid, int x, int y); /* NULL outside */

/* Writes clean text on one row from column x (which may be negative: the text is clipped on both
 * sides); a newline ends it. Returns the column after the last character, clipped or not. */
int grid_put(struct grid *grid, int x, int y, struct style style, const char *text);
int grid_put_n(struct grid *grid, int x, int y, struct style style, const char *text, size_t size);
int grid_putf(struct grid *grid, int x, int y, struct style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* One character, repeated over a rectangle. */
void grid_fill(struct grid *grid, int x, int y, int width, int height, struct style style,
               uint32_t character);

/* Changes the style of what is there. */
void grid_paint(struct grid *grid, int x, int y, int width, int height, struct style style);

/* A box of light lines with a title in its upper edge (NULL: none) and one at its right end. */
void grid_box(struct grid *grid, int x, int y, int width, int height, struct style style,
              const char *title, const char *right_title);

/* Copies the whole of `from` so that its corner lies at (x, y); clips. */
void grid_copy(struct grid *to, int x, int y, const struct grid *from);
/* Copies `height` rows of `from`, beginning with `first`, to (x, y). */
void grid_copy_rows(struct grid *to, int x, int y, const struct grid *from, int first, int height);

/* A blank or block coloured by the heat ramp, as one of " .:-=+*#%@" for where its colours cannot
 * be shown (ASCII, 8 colours, none); 0 for every other cell. */
char grid_cell_shade(const struct cell *cell);

/* The rows as lines of text without trailing blanks; `ascii` replaces each cell by one ASCII
 * character. Heat cells become shades. */
void grid_print_text(const struct grid *grid, bool ascii, struct buf *out);

struct theme;
/* The same with SGR escape sequences of `theme`; every line ends with its colours reset. */
void grid_print_ansi(const struct grid *grid, const struct theme *theme, bool ascii,
                     struct buf *out);

#endif
