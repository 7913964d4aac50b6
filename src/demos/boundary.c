#include "demos/boundary.h"

#include <math.h>

enum { PIXELS_WIDE = 160, PIXELS_TALL = 160, CELLS_A_POINT = 5, NEVER = -1 };

void boundary_init(struct boundary *boundary, struct arena *arena, struct model *model)
{
    /* Multiplications that one map may cost. */
    const double budget = 1.2e7;
    double side = floor(sqrt(budget / (double)(model->parameter_count + 1)));
    side = fmax(BOUNDARY_LEAST, fmin(BOUNDARY_MOST, side));
    *boundary = (struct boundary){.model = model, .side = (int)side, .sampled_at = NEVER};
    boundary->x = ARENA_ARRAY(arena, (size_t)side * 2, real);
    boundary->field = ARENA_ARRAY(arena, (size_t)side * (size_t)side, double);
    boundary->pixels = ARENA_ARRAY(arena, PIXELS_WIDE * PIXELS_TALL, double);
}

/* Where the centre of cell i of `count` lies between -REACH and REACH. */
static double centre(int i, int count)
{
    return BOUNDARY_REACH * ((2.0 * i + 1) / count - 1);
}

static void sample(struct boundary *b)
{
    size_t side = (size_t)b->side;
    for (int row = 0; row < b->side; row++) {
        for (int i = 0; i < b->side; i++) {
            b->x[2 * i] = (real)centre(i, b->side);
            b->x[2 * i + 1] = (real)-centre(row, b->side);
        }
        const real *logits = model_forward(b->model, b->x, side, MODEL_EVAL, 0, 0, NULL);
        for (size_t i = 0; i < side; i++)
            b->field[(size_t)row * side + i] =
                1 / (1 + exp((double)logits[2 * i] - (double)logits[2 * i + 1]));
    }
}

/* The field at a share of its width and height, from the four points around. */
static double field_at(const struct boundary *b, double across, double down)
{
    double x = fmax(0, fmin(b->side - 1, across * b->side - 0.5));
    double y = fmax(0, fmin(b->side - 1, down * b->side - 0.5));
    int i = (int)x, j = (int)y;
    int next_i = i + 1 < b->side ? i + 1 : i, next_j = j + 1 < b->side ? j + 1 : j;
    const double *above = b->field + (size_t)j * (size_t)b->side;
    const double *below = b->field + (size_t)next_j * (size_t)b->side;
    double upper = above[i] + (x - i) * (above[next_i] - above[i]);
    double lower = below[i] + (x - i) * (below[next_i] - below[i]);
    return upper + (y - j) * (lower - upper);
}

static void draw_map(const struct boundary *b, struct grid *grid, struct rect at)
{
    int tall = 2 * at.height;
    for (int j = 0; j < tall; j++)
        for (int i = 0; i < at.width; i++)
            b->pixels[j * at.width + i] =
                field_at(b, (i + 0.5) / at.width, (j + 0.5) / (double)tall);
    chart_heat(grid, at, b->pixels, (size_t)tall, (size_t)at.width, 0, 1, NULL, 1);
}

/* A point keeps the colour of the map behind it. */
static void put_point(struct grid *grid, int x, int y, unsigned char class)
{
    const struct cell *cell = grid_at(grid, x, y);
    if (!cell)
        return;
    struct style style = {.role = class ? ROLE_SERIES_1 : ROLE_SERIES_2,
                          .bg = cell->style.bg ? cell->style.bg : cell->style.fg,
                          .bold = 1};
    grid_put(grid, x, y, style, class ? "●" : "○");
}

void boundary_draw(struct boundary *b, struct grid *grid, struct rect at,
                   const struct dataset *points, int64_t step)
{
    at.width = at.width < PIXELS_WIDE ? at.width : PIXELS_WIDE;
    at.height = at.height < PIXELS_TALL / 2 ? at.height : PIXELS_TALL / 2;
    if (at.width < 2 || at.height < 1)
        return;
    if (step >= 0) {
        if (step != b->sampled_at)
            sample(b);
        b->sampled_at = step;
        draw_map(b, grid, at);
    }
    size_t shown = (size_t)(at.width * at.height / CELLS_A_POINT);
    for (size_t i = 0; i < points->n && i < shown; i++) {
        double across = ((double)points->x[2 * i] / BOUNDARY_REACH + 1) / 2;
        double down = (1 - (double)points->x[2 * i + 1] / BOUNDARY_REACH) / 2;
        if (across >= 0 && across < 1 && down >= 0 && down < 1)
            put_point(grid, at.x + (int)(across * at.width), at.y + (int)(down * at.height),
                      points->y[i]);
    }
}
