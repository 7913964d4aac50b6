/* Heat maps: numbers as levels of the ramp. */
#include "draw/within.h"

#include <math.h>

enum { UPPER_HALF = 0x2580, LOWER_HALF = 0x2584 };

/* The level of a value, 1..RAMP_LEVELS; 0 for NaN, which stays empty. */
static uint8_t level_of(double value, double low, double high)
{
    if (isnan(value))
        return 0;
    double fraction = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5;
    if (isnan(fraction)) /* infinite between infinite ends */
        fraction = value > 0;
    fraction = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    int level = 1 + (int)(fraction * RAMP_LEVELS);
    return (uint8_t)(level > RAMP_LEVELS ? RAMP_LEVELS : level);
}

static void find_range(const double *values, size_t count, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            *low = fmin(*low, values[i]);
            *high = fmax(*high, values[i]);
        }
}

/* Two values, one above the other. An empty one shows the background. */
static struct cell two_values(uint8_t upper, uint8_t lower)
{
    if (!upper)
        return (struct cell){.character = lower ? LOWER_HALF : ' ', .style = {.fg = lower}};
    return (struct cell){.character = UPPER_HALF, .style = {.fg = upper, .bg = lower}};
}

static void put_wide(struct grid *grid, int x, int y, int width, uint8_t level, bool struck,
                     bool unknown)
{
    grid_fill(grid, x, y, width, 1, (struct style){.bg = struck ? 0 : level}, ' ');
    if (struck || unknown)
        grid_put(grid, x + (width - 1) / 2, y, STYLE(ROLE_DIM), struck ? "×" : "?");
}

int chart_heat(struct grid *grid, struct rect at, const double *values, size_t rows, size_t columns,
               double low, double high, const bool *struck, int cell_width)
{
    at = within_bounds(at);
    if (low == high)
        find_range(values, rows * columns, &low, &high);
    int width = cell_width < 1 ? 1 : cell_width;
    bool halves = width == 1 && !struck;
    size_t tall = halves ? (rows + 1) / 2 : rows;
    size_t shown_rows = tall < (size_t)at.height ? tall : (size_t)at.height;
    size_t shown_columns =
        columns < (size_t)(at.width / width) ? columns : (size_t)(at.width / width);
    for (size_t j = 0; j < shown_rows; j++)
        for (size_t i = 0; i < shown_columns; i++) {
            int x = at.x + (int)i * width, y = at.y + (int)j;
            size_t k = (halves ? 2 * j : j) * columns + i;
            uint8_t level = level_of(values[k], low, high);
            if (!halves) {
                put_wide(grid, x, y, width, level, struck && struck[k], !level);
                continue;
            }
            uint8_t below = 2 * j + 1 < rows ? level_of(values[k + columns], low, high) : 0;
            grid_fill(grid, x, y, 1, 1, STYLE(ROLE_TEXT), ' ');
            struct cell *cell = grid_at(grid, x, y);
            if (cell)
                *cell = two_values(level, below);
        }
    return at.y + (int)shown_rows;
}
