/* Tables whose cells wrap. */
#include "draw/chart.h"
#include "draw/text.h"
#include "draw/within.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <string.h>

enum { GAP = 2, NARROWEST = 3 };

/* The widest line of a cell. */
static int natural_width(const char *text)
{
    int widest = 0;
    while (*text) {
        size_t size = strcspn(text, "\n");
        int columns = utf8_columns(text, size);
        widest = columns > widest ? columns : widest;
        text += size + (text[size] == '\n');
    }
    return widest;
}

/* Gives each column its natural width, then takes from the widest until all fit: the level at which
 * the wide ones are cut off is found in one pass over the levels, not column by column. */
static void share_width(int *widths, size_t count, int room)
{
    int64_t sum = 0;
    int widest = 0;
    for (size_t i = 0; i < count; i++) {
        sum += widths[i];
        widest = widths[i] > widest ? widths[i] : widest;
    }
    if (sum <= room)
        return;
    int level = NARROWEST, above = widest; /* the sum fits at `level`, or nothing does */
    while (above - level > 1) {
        int middle = level + (above - level) / 2;
        int64_t total = 0;
        for (size_t i = 0; i < count; i++)
            total += widths[i] < middle ? widths[i] : middle;
        if (total <= room)
            level = middle;
        else
            above = middle;
    }
    int64_t left = room;
    for (size_t i = 0; i < count; i++)
        left -= widths[i] < level ? widths[i] : level;
    for (size_t i = 0; i < count; i++)
        if (widths[i] > level)
            widths[i] = level + (left-- > 0);
}

static int draw_cell(struct grid *grid, int x, int y, int width, bool right, enum role role,
                     const char *text)
{
    int columns = natural_width(text);
    if (right && columns <= width)
        x += width - columns;
    struct text_box box = {x, right && columns <= width ? columns : width, 0};
    return text_wrap_plain(grid, y, box, STYLE((uint8_t)role), text);
}

int chart_table(struct grid *grid, int x, int y, int width, const struct table_column *columns,
                size_t column_count, const char *const *cells, size_t rows)
{
    if (column_count == 0 || width < 1)
        return y;
    int *widths = memory_alloc(column_count * sizeof *widths);
    for (size_t i = 0; i < column_count; i++) {
        widths[i] = natural_width(columns[i].head);
        for (size_t j = 0; j < rows; j++) {
            int cell = natural_width(cells[j * column_count + i]);
            widths[i] = cell > widths[i] ? cell : widths[i];
        }
        widths[i] = widths[i] < 1 ? 1 : widths[i];
    }
    int64_t gaps = (int64_t)(column_count - 1) * GAP;
    share_width(widths, column_count, gaps < width ? (int)(width - gaps) : 0);

    int used = 0; /* columns that do not fit at all are left out */
    size_t shown = 0;
    for (; shown < column_count && used + (shown ? GAP : 0) + widths[shown] <= width; shown++)
        used += (shown ? GAP : 0) + widths[shown];
    if (shown == 0) { /* even the first is too wide */
        widths[0] = used = width;
        shown = 1;
    }
    for (size_t j = 0; j <= rows; j++) { /* row 0 is the head */
        int end = y + 1, column = x;
        for (size_t i = 0; i < shown; i++) {
            const char *text = j ? cells[(j - 1) * column_count + i] : columns[i].head;
            int below = draw_cell(grid, column, y, widths[i], columns[i].right,
                                  j ? ROLE_TEXT : ROLE_STRONG, text);
            end = below > end ? below : end;
            column += widths[i] + GAP;
        }
        y = end;
        if (y >= grid->height)
            grid_resize(grid, grid->width, j ? y : y + 1);
        if (j == 0)
            grid_fill(grid, x, y++, used, 1, STYLE(ROLE_FRAME), 0x2500);
    }
    memory_free(widths);
    return y;
}
