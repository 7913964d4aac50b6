/* show.h: numbers in the pictures and sentences of demos. */
#ifndef DEMOS_SHOW_H
#define DEMOS_SHOW_H

#include "demos/demo.h"

/* A number as text, by value, so that several fit into one printf. */
struct shown {
    char text[32];
};

struct shown show_number(double value, int digits);
/* A probability or a share: "8.68 %". */
struct shown show_percent(double share, int digits);
/* A result that is a number; "?" as long as it is not there. */
struct shown show_result(const struct demo_run *run, int result, int digits);

/* A big whole number with a blank between thousands: "1 048 576". */
struct shown show_count(double value);

/* So many of something: "1 step", "2 passes", "10 000 masks". `unit` in the singular. */
struct shown show_many(double value, const char *unit);

/* A line of a picture, by value. */
struct line {
    char text[256];
};
struct line line_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The columns it takes. */
int show_columns(struct line line);

/* One row of the grid: `wide` where it fits, else `narrow`, cut if it must be. */
void show_either(struct grid *grid, int y, enum role role, struct line wide, struct line narrow);

/* A number in a cell of `width` columns, the last of them a gap: as many digits as fit. */
void show_cell(struct grid *grid, int x, int y, int width, enum role role, double value);

/* Text at (x, y) that keeps within `width` columns, cut with "…". */
void show_text(struct grid *grid, int x, int y, int width, enum role role, const char *text);
void show_textf(struct grid *grid, int x, int y, int width, enum role role, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

#endif
