#include "draw/grid.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* Keeps width x height x sizeof(struct cell) far from overflow, whatever a caller computed. */
enum { MOST_ROWS_OR_COLUMNS = 1 << 20 };

static const struct cell blank = {.character = ' '};

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static struct cell *row_of(const struct grid *grid, int y)
{
    return grid->cells + (size_t)y * (size_t)grid->width;
}

static void blank_cells(struct cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cells[i] = blank;
}

void grid_init(struct grid *grid, int width, int height)
{
    *grid = (struct grid){.cursor_x = -1, .cursor_y = -1};
    grid_resize(grid, width, height);
}

void grid_free(struct grid *grid)
{
    memory_free(grid->cells);
    *grid = (struct grid){.cursor_x = -1, .cursor_y = -1};
}

void grid_clear(struct grid *grid)
{
    grid->cursor_x = grid->cursor_y = -1;
    blank_cells(grid->cells, (size_t)grid->width * (size_t)grid->height);
}

void grid_resize(struct grid *grid, int width, int height)
{
    width = clamp(width, 1, MOST_ROWS_OR_COLUMNS);
    height = clamp(height, 1, MOST_ROWS_OR_COLUMNS);
    size_t old_count = (size_t)grid->width * (size_t)grid->height;
    size_t count = (size_t)width * (size_t)height;
    if (width == grid->width) {
        if (count > grid->capacity) {
            size_t room = grid->capacity * 2 > count ? grid->capacity * 2 : count;
            grid->cells = memory_resize(grid->cells, room * sizeof *grid->cells);
            grid->capacity = room;
        }
        if (count > old_count)
            blank_cells(grid->cells + old_count, count - old_count);
        grid->height = height;
        return;
    }
    struct grid fresh = {.width = width,
                         .height = height,
                         .cursor_x = grid->cursor_x,
                         .cursor_y = grid->cursor_y,
                         .capacity = count};
    fresh.cells = memory_alloc(count * sizeof *fresh.cells);
    blank_cells(fresh.cells, count);
    if (grid->cells)
        grid_copy(&fresh, 0, 0, grid);
    memory_free(grid->cells);
    *grid = fresh;
}

struct cell *grid_at(const struct grid *grid, int x, int y)
{
    if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
        return NULL;
    return row_of(grid, y) + x;
}

/* Blanks the halves of wide glyphs that would be left over when columns [from, end) of a row are
 * overwritten. */
static void mend_row(struct cell *row, int width, int from, int end)
{
    if (from > 0 && row[from].character == 0) {
        struct style style = row[from - 1].style;
        row[from - 1] = blank;
        row[from - 1].style = style;
    }
    if (end < width && row[end].character == 0)
        row[end].character = ' ';
}

int grid_put(struct grid *grid, int x, int y, struct style style, const char *text)
{
    return grid_put_n(grid, x, y, style, text, strlen(text));
}

int grid_put_n(struct grid *grid, int x, int y, struct style style, const char *text, size_t size)
{
    struct cell *row = y >= 0 && y < grid->height ? row_of(grid, y) : NULL;
    struct cell *base = NULL; /* what a combining mark sits on; NULL where that was clipped */
    int marks = 0;
    int64_t column = x;
    for (size_t i = 0, length; i < size && text[i] != '\n'; i += length) {
        int32_t decoded = utf8_decode(text + i, size - i, &length);
        uint32_t character = decoded < 0 ? UTF8_REPLACEMENT : (uint32_t)decoded;
        int width = utf8_width(character);
        if (width < 0) {
            character = UTF8_REPLACEMENT;
            width = 1;
        }
        if (width == 0) {
            if (base && marks < CELL_MARKS)
                base->marks[marks++] = character;
            continue;
        }
        int64_t from = column, end = column + width;
        column = end;
        base = NULL;
        if (!row || end <= 0 || from >= grid->width)
            continue;
        if (from < 0 || end > grid->width) { /* only half of it is inside */
            int inside = from < 0 ? 0 : (int)from;
            mend_row(row, grid->width, inside, inside + 1);
            row[inside] = (struct cell){.character = ' ', .style = style};
            continue;
        }
        mend_row(row, grid->width, (int)from, (int)end);
        base = row + from;
        marks = 0;
        *base = (struct cell){.character = character, .style = style};
        if (width == 2)
            base[1] = (struct cell){.character = 0, .style = style};
    }
    return (int)least(column, INT_MAX);
}

int grid_putf(struct grid *grid, int x, int y, struct style style, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length < (int)sizeof text)
        return grid_put(grid, x, y, style, length < 0 ? "" : text);
    struct buf longer = {0};
    va_start(args, format);
    buf_addv(&longer, format, args);
    va_end(args);
    int end = grid_put_n(grid, x, y, style, buf_text(&longer), longer.length);
    buf_free(&longer);
    return end;
}

/* A rectangle cut down to the grid: [left, right) x [top, bottom). */
struct area {
    int left, top, right, bottom;
};

static struct area area_clip(const struct grid *grid, int x, int y, int width, int height)
{
    return (struct area){
        .left = clamp(x, 0, grid->width),
        .top = clamp(y, 0, grid->height),
        .right = (int)least((int64_t)x + (width > 0 ? width : 0), grid->width),
        .bottom = (int)least((int64_t)y + (height > 0 ? height : 0), grid->height),
    };
}

void grid_fill(struct grid *grid, int x, int y, int width, int height, struct style style,
               uint32_t character)
{
    struct area area = area_clip(grid, x, y, width, height);
    if (area.left >= area.right)
        return;
    int columns = utf8_width(character);
    if (columns < 1) {
        character = ' ';
        columns = 1;
    }
    for (int j = area.top; j < area.bottom; j++) {
        struct cell *row = row_of(grid, j);
        mend_row(row, grid->width, area.left, area.right);
        for (int i = area.left; i < area.right; i += columns) {
            bool whole = i + columns <= area.right;
            row[i] = (struct cell){.character = whole ? character : ' ', .style = style};
            if (columns == 2 && whole)
                row[i + 1] = (struct cell){.character = 0, .style = style};
        }
    }
}

void grid_paint(struct grid *grid, int x, int y, int width, int height, struct style style)
{
    struct area area = area_clip(grid, x, y, width, height);
    for (int j = area.top; j < area.bottom; j++)
        for (int i = area.left; i < area.right; i++)
            row_of(grid, j)[i].style = style;
}

/* " title " at column x in at most `room` columns, cut with an ellipsis; returns columns used. */
static int put_title(struct grid *grid, int x, int y, struct style style, const char *title,
                     int room)
{
    size_t size = strlen(title);
    bool cut = utf8_columns(title, size) + 2 > room;
    if (cut)
        size = utf8_fit(title, size, room - 3);
    if (!size)
        return 0;
    int end = grid_put(grid, x, y, style, " ");
    end = grid_put_n(grid, end, y, style, title, size);
    return grid_put(grid, end, y, style, cut ? "… " : " ") - x;
}

void grid_box(struct grid *grid, int x, int y, int width, int height, struct style style,
              const char *title, const char *right_title)
{
    if (width < 2 || height < 2)
        return;
    int right = x + width - 1, bottom = y + height - 1;
    grid_fill(grid, x + 1, y, width - 2, 1, style, 0x2500);
    grid_fill(grid, x + 1, bottom, width - 2, 1, style, 0x2500);
    grid_fill(grid, x, y + 1, 1, height - 2, style, 0x2502);
    grid_fill(grid, right, y + 1, 1, height - 2, style, 0x2502);
    grid_put(grid, x, y, style, "┌");
    grid_put(grid, right, y, style, "┐");
    grid_put(grid, x, bottom, style, "└");
    grid_put(grid, right, bottom, style, "┘");
    int room = width - 2;
    if (title)
        room -= put_title(grid, x + 1, y, STYLE(ROLE_TITLE), title, room);
    if (right_title) {
        int columns = utf8_columns(right_title, strlen(right_title)) + 2;
        if (columns + 1 <= room) /* one dash stays at the corner */
            put_title(grid, right - 1 - columns, y, STYLE(ROLE_DIM), right_title, columns);
    }
}

void grid_copy(struct grid *to, int x, int y, const struct grid *from)
{
    grid_copy_rows(to, x, y, from, 0, from->height);
}

void grid_copy_rows(struct grid *to, int x, int y, const struct grid *from, int first, int height)
{
    assert(to != from);
    int skip = x < 0 ? (x <= -from->width ? from->width : -x) : 0; /* columns cut off at the left */
    int left = x < 0 ? 0 : x;
    int count = (int)least(from->width - skip, (int64_t)to->width - left);
    if (count <= 0)
        return;
    int64_t begin = first < 0 ? -(int64_t)first : 0;
    if ((int64_t)y + begin < 0)
        begin = -(int64_t)y;
    int64_t end = least(height, least((int64_t)from->height - first, (int64_t)to->height - y));
    for (int64_t i = begin; i < end; i++) {
        const struct cell *source = row_of(from, (int)(first + i)) + skip;
        struct cell *row = row_of(to, (int)(y + i));
        mend_row(row, to->width, left, left + count);
        memcpy(row + left, source, (size_t)count * sizeof *row);
        if (row[left].character == 0)
            row[left].character = ' ';
        if (skip + count < from->width && source[count].character == 0) {
            row[left + count - 1] = blank;
            row[left + count - 1].style = source[count].style;
        }
    }
}
