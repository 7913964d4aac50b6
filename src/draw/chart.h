/* draw/chart.h: pictures of numbers: tables, line plots, bars, heat maps, sliders.
 *
 * All draw into a rectangle of a grid and clip. NaN and infinite values are drawn as what they are
 * (a gap, a mark at the edge), never as a crash or a blank. Numbers on axes have as many digits as
 * they deserve. Curves carry a letter at their end besides their colour. */
#ifndef DRAW_CHART_H
#define DRAW_CHART_H

#include "draw/grid.h"

struct rect {
    int x, y, width, height;
};

/* The shortest text of `value` at about `digits` significant digits, for people: "0.122", "2.7e-05"
 * as "2.7e-5", "1.3e+16" as "1.3e16", "nan" as "not a number", whole numbers without a point. */
void chart_number(struct buf *out, double value, int digits);

struct series {
    const char *name; /* shown beside its end; may be NULL */
    const double *x;  /* NULL: 0, 1, 2, ... */
    const double *y;
    size_t count;
    enum role role; /* ROLE_SERIES_1..4 */
    bool dots;      /* points instead of a line */
};

struct plot {
    const char *title, *x_label, *y_label; /* each may be NULL */
    const struct series *series;
    size_t series_count;
    bool log_y;          /* logarithmic; values <= 0 are left out */
    double x_min, x_max; /* equal: from the data */
    double y_min, y_max; /* equal: from the data */
    bool include_zero;   /* the y axis reaches 0 */
    const double *rules; /* horizontal lines at these y, dotted */
    const char *const *rule_names;
    size_t rule_count;
};

/* Braille curves with axes and labels; needs at least 16 x 4 cells, else draws nothing. */
void chart_plot(struct grid *grid, struct rect at, const struct plot *plot);

struct bar {
    const char *label;
    double value;
    const char *note; /* after the bar; NULL: the number itself */
    enum role role;
};

/* One horizontal bar a row, from 0 (or the least negative) to the largest; labels to the left. */
void chart_bars(struct grid *grid, struct rect at, const struct bar *bars, size_t count);

/* Vertical bars with an axis below: counts of bins; `marked` (or -1) stands out. */
void chart_histogram(struct grid *grid, struct rect at, const double *counts, size_t count,
                     double first_bin, double bin_width, int marked);

/* rows x columns numbers on the heat ramp, quantised to RAMP_LEVELS; low == high: from the data.
 * Each value is `cell_width` columns wide. Single columns without `struck` show two rows of values
 * in one row of half blocks; else a row of values is a row of cells. `struck` (may be NULL, rows x
 * columns) draws an x in place of the cell; NaN is left empty, with a ? where a cell is its own.
 * Without colours the level is a shade of " .:-=+*#%@". Returns the row after the picture. */
int chart_heat(struct grid *grid, struct rect at, const double *values, size_t rows, size_t columns,
               double low, double high, const bool *struck, int cell_width);

/* A one-line picture of numbers, eight heights: "▁▂▅█▇▃▁"; returns the column after it. */
int chart_spark(struct grid *grid, int x, int y, enum role role, const double *values,
                size_t count);

struct table_column {
    const char *head;
    bool right; /* numbers stand right */
};

/* A table with a head and a rule; `cells` is rows x columns of clean text. Columns share `width`;
 * a cell too wide is wrapped. Returns the row after the table; makes the grid taller as needed. With
 * `grid` NULL it only measures. */
int chart_table(struct grid *grid, int x, int y, int width, const struct table_column *columns,
                size_t column_count, const char *const *cells, size_t rows);

/* "p ━━━━●──────── 0.50": label, track, value text; the cell under the knob has ROLE_FOCUS when
 * focused. Returns the rectangle of the track, for the mouse. */
struct rect chart_slider(struct grid *grid, int x, int y, int width, const char *label,
                         int label_width, double fraction, const char *value, bool focused);

/* A progress bar of `width` cells, filled to `fraction`. */
void chart_progress(struct grid *grid, int x, int y, int width, double fraction);

#endif
