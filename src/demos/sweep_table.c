#include "demos/sweep_table.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static int columns_of(const char *text)
{
    return utf8_columns(text, strlen(text));
}

/* Wide enough for "0.98 ±.02*", for "diverged", or for "0.98" only, with the gap before it. */
enum { WITH_SPREAD = 11, WITH_WORD = 10, PLAIN = 5 };

struct shown sweep_cell_text(struct sweep_cell cell)
{
    struct shown shown = {"?"};
    if (!cell.seeds)
        return shown;
    if (cell.diverged == cell.seeds)
        return (struct shown){"diverged"};
    if (cell.seeds > 1)
        snprintf(shown.text, sizeof shown.text, "%.2f ± %.2f", cell.mean, cell.sd);
    else
        snprintf(shown.text, sizeof shown.text, "%.2f", cell.mean);
    return shown;
}

static int name_width(const struct sweep_table *table, bool narrow)
{
    int width = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        int own = columns_of(narrow ? table->rows[i].narrow : table->rows[i].name);
        width = own > width ? own : width;
    }
    return width;
}

/* Places of the table in a grid this wide. */
struct layout {
    bool narrow;
    int names, wide; /* columns of the names, of a cell */
    size_t shown;    /* columns of the table that find a place */
};

static struct shown head_of(const struct demo_run *run, const struct sweep_table *table,
                            size_t column)
{
    return table->column ? table->column(run, column) : show_number(table->sweep->rate[column], 3);
}

static struct layout layout_of(const struct demo_run *run, const struct sweep_table *table,
                               int width)
{
    struct layout at = {.names = name_width(table, false)};
    int cells = (int)table->column_count;
    at.wide = (width - at.names) / cells;
    if (at.wide < WITH_WORD) {
        at.narrow = true;
        at.names = name_width(table, true);
        at.wide = (width - at.names) / cells;
    }
    at.wide = at.wide > WITH_SPREAD ? WITH_SPREAD : at.wide < PLAIN ? PLAIN : at.wide;
    for (size_t c = 0; at.narrow && c < table->column_count; c++) {
        int head = columns_of(head_of(run, table, c).text) + 1;
        at.wide = at.wide < head && head <= WITH_WORD ? head : at.wide;
    }
    at.shown = (size_t)((width - at.names) / at.wide);
    at.shown = at.shown > table->column_count ? table->column_count : at.shown;
    return at;
}

/* How it stands in the table; a star where some runs diverged, but not all. */
static struct shown short_text(struct sweep_cell cell, int wide)
{
    struct shown shown;
    if (!cell.seeds)
        return (struct shown){"?"};
    if (cell.diverged == cell.seeds && wide < WITH_WORD)
        return (struct shown){"div."};
    if (cell.diverged == cell.seeds)
        return (struct shown){"diverged"};
    const char *star = cell.diverged && wide > PLAIN ? "*" : "";
    if (cell.seeds > 1 && wide >= WITH_SPREAD)
        snprintf(shown.text, sizeof shown.text, "%.2f ±.%02.0f%s", cell.mean, 100 * cell.sd, star);
    else
        snprintf(shown.text, sizeof shown.text, "%.2f%s", cell.mean, star);
    return shown;
}

static void draw_cell(struct grid *grid, int x, int y, int wide, struct sweep_cell cell)
{
    struct shown text = short_text(cell, wide);
    enum role role = !cell.seeds ? ROLE_DIM : ROLE_LIVE;
    if (cell.seeds && cell.diverged == cell.seeds)
        role = ROLE_WRONG;
    if (cell.current) {
        role = ROLE_FOCUS;
        text = cell.seeds ? text : (struct shown){"..."};
    }
    int own = columns_of(text.text);
    show_text(grid, x + wide - own, y, own, role, text.text);
}

static struct sweep_cell cell_of(const struct demo_run *run, const struct sweep_table *table,
                                 size_t row, size_t column)
{
    return table->cell ? table->cell(run, row, column) : sweep_cell_at(table->sweep, row, column);
}

int sweep_table_draw(const struct demo_run *run, const struct sweep_table *table, struct grid *grid,
                     int y)
{
    struct layout at = layout_of(run, table, grid->width);
    if (at.shown < table->column_count && at.names > 0)
        show_textf(grid, 0, y, at.names, ROLE_DIM, "+%zu →", table->column_count - at.shown);
    for (size_t c = 0; c < at.shown; c++) {
        struct shown head = head_of(run, table, c);
        int x = at.names + (int)(c + 1) * at.wide - columns_of(head.text);
        show_text(grid, x, y, at.wide, ROLE_STRONG, head.text);
    }
    y++;
    for (size_t r = 0; r < table->row_count && y < grid->height; r++, y++) {
        size_t left = table->row_count - r;
        if (y == grid->height - 1 && left > 1) {
            show_textf(grid, 0, y, grid->width, ROLE_DIM, "... and %zu rows more: needs height",
                       left);
            return grid->height;
        }
        show_text(grid, 0, y, at.names, ROLE_TEXT,
                  at.narrow ? table->rows[r].narrow : table->rows[r].name);
        for (size_t c = 0; c < at.shown; c++)
            draw_cell(grid, at.names + (int)c * at.wide, y, at.wide, cell_of(run, table, r, c));
    }
    return y;
}

static bool has_stars(const struct demo_run *run, const struct sweep_table *table)
{
    for (size_t i = 0; i < table->row_count * table->column_count; i++) {
        struct sweep_cell cell =
            cell_of(run, table, i / table->column_count, i % table->column_count);
        if (cell.diverged && cell.diverged < cell.seeds)
            return true;
    }
    return false;
}

int sweep_table_notes(const struct demo_run *run, const struct sweep_table *table,
                      struct grid *grid, int y, struct line conditions, const char *question)
{
    if (has_stars(run, table) && y < grid->height)
        show_text(grid, 0, y++, grid->width, ROLE_DIM,
                  "* some runs diverged; each counts as 0.50, which is guessing");
    y++;
    if (y < grid->height)
        show_text(grid, 0, y++, grid->width, ROLE_DIM, conditions.text);
    if (run->done == 0 && y < grid->height)
        show_text(grid, 0, y++, grid->width, ROLE_TEXT, question);
    return y;
}

void sweep_say_seeds(const struct sweep *s, struct buf *out)
{
    if (s->seed == s->seeds)
        buf_addf(out, "All was run with %zu seed%s. ", s->seeds, s->seeds == 1 ? "" : "s");
    else
        buf_addf(out, "So far the whole table is done with %zu of %s. ", s->seed,
                 show_many((double)s->seeds, "seed").text);
}

void sweep_say_diverged(const struct sweep *s, struct buf *out)
{
    size_t runs = sweep_diverged(s);
    if (runs)
        buf_addf(out,
                 "In %s run%s the loss grew until it was no number any more: %s, which counts as "
                 "0.50, the accuracy of guessing.",
                 show_count((double)runs).text, runs == 1 ? "" : "s",
                 runs == 1 ? "it diverged" : "they diverged");
    else
        buf_add(out, "No run diverged.");
}

bool sweep_never_instant(const struct demo_run *run)
{
    (void)run;
    return false;
}

struct line sweep_progress(const struct demo_run *run, const struct sweep *s)
{
    if (s->seed == s->seeds)
        return line_of("%zu seed%s", s->seeds, s->seeds == 1 ? "" : "s");
    return line_of("seed %zu of %zu, %.0f %%", s->seed + 1, s->seeds,
                   100.0 * (double)run->done / (double)run->total);
}
