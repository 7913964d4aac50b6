#include "draw/braille.h"

#include <math.h>
#include <stdlib.h>

enum { BRAILLE = 0x2800, ACROSS = 2, DOWN = 4 };

bool braille_is(const struct cell *cell)
{
    return cell && (cell->character & ~0xFFu) == BRAILLE;
}

int braille_x(struct rect at, double fraction)
{
    return (int)lround(fraction * (ACROSS * at.width - 1));
}

int braille_y(struct rect at, double fraction)
{
    return (int)lround((1 - fraction) * (DOWN * at.height - 1));
}

static void set_dot(struct grid *grid, struct rect at, int x, int y, enum role role)
{
    static const uint8_t bits[ACROSS][DOWN] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};
    if (x < 0 || y < 0 || x >= ACROSS * at.width || y >= DOWN * at.height)
        return;
    struct cell *cell = grid_at(grid, at.x + x / ACROSS, at.y + y / DOWN);
    if (!cell)
        return;
    uint32_t old = braille_is(cell) ? cell->character : BRAILLE;
    *cell =
        (struct cell){.character = old | bits[x % ACROSS][y % DOWN], .style = STYLE((uint8_t)role)};
}

/* Cuts the part [begin, end] of a segment down to one side of an edge; false: nothing is left.
 * `from` and `to` are the distances of its ends from the edge, inside positive (Liang and Barsky
 * 1984). */
static bool cut_at_edge(double from, double to, double *begin, double *end)
{
    if (from < 0 && to < 0)
        return false;
    if (from < 0)
        *begin = fmax(*begin, from / (from - to));
    if (to < 0)
        *end = fmin(*end, from / (from - to));
    return *begin <= *end;
}

void braille_line(struct grid *grid, struct rect at, enum role role, double x0, double y0,
                  double x1, double y1)
{
    double begin = 0, end = 1;
    if (!cut_at_edge(x0, x1, &begin, &end) || !cut_at_edge(1 - x0, 1 - x1, &begin, &end) ||
        !cut_at_edge(y0, y1, &begin, &end) || !cut_at_edge(1 - y0, 1 - y1, &begin, &end))
        return;
    int from_x = braille_x(at, x0 + begin * (x1 - x0)), to_x = braille_x(at, x0 + end * (x1 - x0));
    int from_y = braille_y(at, y0 + begin * (y1 - y0)), to_y = braille_y(at, y0 + end * (y1 - y0));
    int across = to_x - from_x, down = to_y - from_y;
    int steps = abs(across) > abs(down) ? abs(across) : abs(down);
    for (int i = 0; i <= steps; i++) {
        double t = steps ? (double)i / steps : 0;
        set_dot(grid, at, from_x + (int)lround(t * across), from_y + (int)lround(t * down), role);
    }
}
