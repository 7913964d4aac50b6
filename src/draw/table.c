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

static int longest_word(const char *text)
{
    struct str rest = str_of(text), word;
    int longest = 0;
    while ((word = str_word(&rest)).length) {
        int columns = utf8_columns(word.text, word.length);
        longest = columns > longest ? columns : longest;
    }
    return longest;
}

struct column_width {
    int wanted;   /* as wide as its widest cell */
    int smallest; /* no word is cut */
    int shared;   /* what it gets */
};

static int width_at(const struct column_width *column, int level)
{
    int width = column->wanted < level ? column->wanted : level;
    return width > column->smallest ? width : column->smallest;
}

static int64_t total_at(const struct column_width *columns, size_t count, int level)
{
    int64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += width_at(&columns[i], level);
    return total;
}

/* Each column gets what it wants; where that is too much, the widest are cut to one level, which is
 * found by bisection. Words are cut only where even whole words do not fit. */
static void share_width(struct column_width *columns, size_t count, int room)
{
    int widest = 1;
    for (size_t i = 0; i < count; i++)
        widest = columns[i].wanted > widest ? columns[i].wanted : widest;
    if (total_at(columns, count, 1) > room)
        for (size_t i = 0; i < count; i++)
            columns[i].smallest = columns[i].wanted < NARROWEST ? columns[i].wanted : NARROWEST;
    int level = 1, above = widest + 1; /* all fit at `level`, or never */
    while (above - level > 1) {
        int middle = level + (above - level) / 2;
        if (total_at(columns, count, middle) <= room)
            level = middle;
        else
            above = middle;
    }
    int64_t left = room - total_at(columns, count, level);
    for (size_t i = 0; i < count; i++) {
        columns[i].shared = width_at(&columns[i], level);
        if (left > 0 && columns[i].wanted > columns[i].shared && columns[i].shared == level) {
            columns[i].shared++;
            left--;
        }
    }
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
    struct column_width *widths = memory_alloc(column_count * sizeof *widths);
    for (size_t i = 0; i < column_count; i++) {
        struct column_width *column = &widths[i];
        *column = (struct column_width){.wanted = 1, .smallest = 1};
        for (size_t j = 0; j <= rows; j++) {
            const char *text = j ? cells[(j - 1) * column_count + i] : columns[i].head;
            int wanted = natural_width(text), word = longest_word(text);
            column->wanted = wanted > column->wanted ? wanted : column->wanted;
            column->smallest = word > column->smallest ? word : column->smallest;
        }
    }
    int64_t gaps = (int64_t)(column_count - 1) * GAP;
    share_width(widths, column_count, gaps < width ? (int)(width - gaps) : 0);

    int used = 0; /* columns that do not fit at all are left out */
    size_t shown = 0;
    for (; shown < column_count && used + (shown ? GAP : 0) + widths[shown].shared <= width;
         shown++)
        used += (shown ? GAP : 0) + widths[shown].shared;
    if (shown == 0) { /* even the first is too wide */
        widths[0].shared = used = width;
        shown = 1;
    }
    for (size_t j = 0; j <= rows; j++) { /* row 0 is the head */
        int end = y + 1, column = x;
        for (size_t i = 0; i < shown; i++) {
            const char *text = j ? cells[(j - 1) * column_count + i] : columns[i].head;
            int below = draw_cell(grid, column, y, widths[i].shared, columns[i].right,
                                  j ? ROLE_TEXT : ROLE_STRONG, text);
            end = below > end ? below : end;
            column += widths[i].shared + GAP;
        }
        y = end;
        if (grid && y >= grid->height)
            grid_resize(grid, grid->width, j ? y : y + 1);
        if (grid && j == 0)
            grid_fill(grid, x, y, used, 1, STYLE(ROLE_FRAME), 0x2500);
        y += j == 0;
    }
    memory_free(widths);
    return y;
}
