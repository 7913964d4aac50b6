/* sweep_table.h: the picture of a sweep: a table of accuracies that fills while it runs. */
#ifndef DEMOS_SWEEP_TABLE_H
#define DEMOS_SWEEP_TABLE_H

#include "demos/show.h"
#include "demos/sweep.h"

struct sweep_row {
    const char *name, *narrow;
};

struct sweep_table {
    const struct sweep *sweep; /* where both functions are NULL: its cells by its rates */
    const struct sweep_row *rows;
    size_t row_count, column_count;
    struct shown (*column)(const struct demo_run *run, size_t column);
    struct sweep_cell (*cell)(const struct demo_run *run, size_t row, size_t column);
};

/* From row y of the grid on; rows that find no place are counted in the last line. Returns the row
 * after the table. */
int sweep_table_draw(const struct demo_run *run, const struct sweep_table *table, struct grid *grid,
                     int y);

/* Below the table: what the star means where there is one, the conditions, and before the first step
 * the question. As much of it as there is room for, `y` being the row after the table; returns the
 * row after the notes. */
int sweep_table_notes(const struct demo_run *run, const struct sweep_table *table,
                      struct grid *grid, int y, struct line conditions, const char *question);

/* For sentences: "0.98 ± 0.02", "0.98" for one seed, "diverged" where all runs did, "?" before the
 * first. */
struct shown sweep_cell_text(struct sweep_cell cell);

/* "seed 2 of 5, 12 %", or "5 seeds" at the end. */
struct line sweep_progress(const struct demo_run *run, const struct sweep *sweep);

/* Sentences that all sweeps say, the first with a blank behind it: how many seeds it is over, and
 * how many runs diverged, if any did. */
void sweep_say_seeds(const struct sweep *sweep, struct buf *out);
void sweep_say_diverged(const struct sweep *sweep, struct buf *out);

/* demo.instant of all sweeps. */
bool sweep_never_instant(const struct demo_run *run);

#endif
