#include "draw/within.h"

#include "base/utf8.h"

#include <string.h>

static int clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

struct rect within_bounds(struct rect at)
{
    enum { FAR = 1 << 20, LARGE = 1 << 12 };
    return (struct rect){clamp(at.x, -FAR, FAR), clamp(at.y, -FAR, FAR), clamp(at.width, 0, LARGE),
                         clamp(at.height, 0, LARGE)};
}

int within_columns(const char *text)
{
    return utf8_columns(text, strlen(text));
}

int within_put(struct grid *grid, struct rect at, int x, int y, struct style style,
               const char *text)
{
    if (y < at.y || y >= at.y + at.height)
        return x;
    size_t size = strcspn(text, "\n");
    if (x < at.x) {
        size_t skip = utf8_fit(text, size, at.x - x);
        int left = utf8_columns(text, skip);
        if (left < at.x - x && skip < size) /* a wide glyph across the edge: leave it out */
            return within_put(grid, at, at.x + 1, y, style, text + utf8_fit(text, size, left + 2));
        text += skip;
        size -= skip;
        x += left;
    }
    size = utf8_fit(text, size, at.x + at.width - x);
    return grid_put_n(grid, x, y, style, text, size);
}

int within_put_cut(struct grid *grid, struct rect at, int x, int y, int room, struct style style,
                   const char *text)
{
    if (room > at.x + at.width - x)
        room = at.x + at.width - x;
    if (room < 1)
        return x;
    if (within_columns(text) <= room)
        return within_put(grid, at, x, y, style, text);
    size_t size = utf8_fit(text, strcspn(text, "\n"), room - 1);
    struct rect cut = {at.x, at.y, x + utf8_columns(text, size) - at.x, at.height};
    x = within_put(grid, cut, x, y, style, text);
    return within_put(grid, at, x, y, style, "…");
}
