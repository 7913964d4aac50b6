/* Plots: curves between two axes, named at their ends. */
#include "draw/axis.h"
#include "draw/braille.h"
#include "draw/within.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    LEAST_COLUMNS = 16,
    LEAST_ROWS = 4,
    NAMES = 16,          /* beside the curves */
    NAME_COLUMNS = 40,   /* from this width on, names stand beside the curves */
    LETTER_COLUMNS = 30, /* from this width on, letters stand on the curves */
    MOST_SERIES = 26,
};

/* A name at the right of the plot, at the height of what it names. */
struct name {
    const char *text; /* may be NULL */
    char mark[4];     /* "": none */
    struct style style;
    int row;
};

struct picture {
    struct grid *grid;
    const struct plot *plot;
    struct rect at;    /* everything */
    struct rect inner; /* the curves */
    struct axis x, y;
    bool lettered; /* several curves: each has a letter */
    bool beside;   /* their names stand at the right, not in a line above */
    struct name names[NAMES];
    size_t name_count;
};

static size_t series_count(const struct plot *plot)
{
    return plot->series_count < MOST_SERIES ? plot->series_count : MOST_SERIES;
}

static double x_of(const struct series *series, size_t i)
{
    return series->x ? series->x[i] : (double)i;
}

static void widen_range(double *low, double *high, double value)
{
    if (value < *low)
        *low = value;
    if (value > *high)
        *high = value;
}

/* The range of what can be shown; false where nothing can. */
static bool data_range(const struct plot *plot, bool of_x, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t s = 0; s < series_count(plot); s++) {
        const struct series *series = &plot->series[s];
        for (size_t i = 0; i < series->count; i++) {
            double x = x_of(series, i), y = series->y[i];
            bool shown = isfinite(x) && isfinite(y) && (!plot->log_y || y > 0);
            if (shown)
                widen_range(low, high, of_x ? x : y);
        }
    }
    if (!of_x)
        for (size_t i = 0; i < plot->rule_count; i++)
            if (isfinite(plot->rules[i]) && (!plot->log_y || plot->rules[i] > 0))
                widen_range(low, high, plot->rules[i]);
    return *low <= *high;
}

static void scale_x(struct picture *p)
{
    const struct plot *plot = p->plot;
    struct axis_wish wish = {.low = plot->x_min, .high = plot->x_max};
    if (plot->x_min == plot->x_max && !data_range(plot, true, &wish.low, &wish.high))
        wish.high = wish.low = 0;
    wish.whole = true;
    for (size_t s = 0; s < series_count(plot); s++)
        wish.whole = wish.whole && !plot->series[s].x;
    wish.most = p->inner.width / 12 + 1;
    if (wish.most < 3)
        wish.most = 3;
    axis_init(&p->x, &wish);
}

static void scale_y(struct picture *p)
{
    const struct plot *plot = p->plot;
    struct axis_wish wish = {.low = plot->y_min, .high = plot->y_max, .log = plot->log_y};
    if (plot->y_min == plot->y_max) {
        wish.widen = true;
        if (!data_range(plot, false, &wish.low, &wish.high)) {
            wish.low = plot->log_y ? 0.1 : 0;
            wish.high = 1;
        }
        if (plot->include_zero && !plot->log_y)
            widen_range(&wish.low, &wish.high, 0);
    }
    wish.most = (p->inner.height + 1) / 2; /* a row between two labels */
    if (wish.most > 6)
        wish.most = 6;
    axis_init(&p->y, &wish);
}

static int label_columns(const struct axis *axis)
{
    int most = 0;
    for (int i = 0; i < axis->count; i++)
        if (within_columns(axis->labels[i]) > most)
            most = within_columns(axis->labels[i]);
    return most;
}

static int row_at(const struct picture *p, double fraction)
{
    double f = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    return p->inner.y + braille_y(p->inner, f) / 4;
}

static int column_at(const struct picture *p, double fraction)
{
    double f = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    return p->inner.x + braille_x(p->inner, f) / 2;
}

static bool inside(double fraction)
{
    return fraction >= 0 && fraction <= 1;
}

/* Few points are signs, each series has its own; many are dots. */
static bool has_signs(const struct picture *p, size_t s)
{
    const struct series *series = &p->plot->series[s];
    return series->dots && series->count <= (size_t)(2 * p->at.width);
}

static const char *const signs[] = {"•", "+", "×", "○"};

/* What tells a series from the others besides its colour: its sign, or the letter of its curve. */
static void set_mark(const struct picture *p, size_t s, char mark[4])
{
    if (!p->lettered)
        mark[0] = '\0';
    else if (has_signs(p, s))
        snprintf(mark, 4, "%s", signs[s % 4]);
    else
        snprintf(mark, 4, "%c", (char)('a' + s));
}

static void draw_point(const struct picture *p, size_t s, double x, double y)
{
    enum role role = p->plot->series[s].role;
    if (!inside(x) || !inside(y))
        return;
    if (has_signs(p, s))
        grid_put(p->grid, column_at(p, x), row_at(p, y), STYLE((uint8_t)role), signs[s % 4]);
    else
        braille_line(p->grid, p->inner, role, x, y, x, y);
}

/* An infinite value: an arrow at the edge it left through. */
static void draw_infinite(const struct picture *p, enum role role, double x, double y)
{
    if (isfinite(x) && inside(x) && isinf(y))
        grid_put(p->grid, column_at(p, x), row_at(p, y > 0 ? 1 : 0),
                 (struct style){.role = (uint8_t)role, .bold = 1}, y > 0 ? "▲" : "▼");
}

static void draw_series(const struct picture *p, size_t s)
{
    const struct series *series = &p->plot->series[s];
    double last_x = NAN, last_y = NAN;
    for (size_t i = 0; i < series->count; i++) {
        double x = axis_at(&p->x, x_of(series, i)), y = axis_at(&p->y, series->y[i]);
        if (isfinite(x) && isfinite(y)) {
            if (series->dots)
                draw_point(p, s, x, y);
            else if (isfinite(last_x))
                braille_line(p->grid, p->inner, series->role, last_x, last_y, x, y);
            else
                braille_line(p->grid, p->inner, series->role, x, y, x, y);
            last_x = x;
            last_y = y;
        } else {
            last_x = last_y = NAN;
        }
    }
    for (size_t i = 0; i < series->count; i++)
        draw_infinite(p, series->role, axis_at(&p->x, x_of(series, i)),
                      axis_at(&p->y, series->y[i]));
}

/* How far above or below the nearest other curve passes in this column; 0 where the curve itself
 * is missing or steep. */
static int clearance(const struct picture *p, enum role role, int x, int *row)
{
    enum { UNSEEN = 2 }; /* the other curves have ended, or lie under this one */
    int own = -1, nearest = p->inner.height;
    bool seen = false;
    for (int y = 0; y < p->inner.height; y++) {
        const struct cell *cell = grid_at(p->grid, p->inner.x + x, p->inner.y + y);
        if (!braille_is(cell) || cell->style.role != role)
            continue;
        if (own >= 0)
            return 0;
        own = y;
    }
    if (own < 0)
        return 0;
    for (int y = 0; y < p->inner.height; y++) {
        const struct cell *cell = grid_at(p->grid, p->inner.x + x, p->inner.y + y);
        bool other = cell && cell->character != ' ' && cell->style.role != role &&
                     cell->style.role != ROLE_DIM;
        if (other && abs(y - own) < nearest)
            nearest = abs(y - own);
        seen = seen || other;
    }
    *row = own;
    return seen ? nearest : UNSEEN;
}

/* The curve's letter in the middle of its way, where it is farthest from the others. */
static void put_letter_on_curve(const struct picture *p, size_t s)
{
    enum role role = p->plot->series[s].role;
    int best = 0, best_x = 0, best_row = 0;
    for (int x = p->inner.width / 5; x < p->inner.width * 4 / 5; x++) {
        int row, clear = clearance(p, role, x, &row);
        if (clear > 3)
            clear = 3; /* clear enough: then the first such place */
        if (clear > best) {
            best = clear;
            best_x = x;
            best_row = row;
        }
    }
    if (best >= 2)
        grid_putf(p->grid, p->inner.x + best_x, p->inner.y + best_row,
                  (struct style){.role = (uint8_t)role, .bold = 1}, "%c", (char)('a' + s));
}

static void draw_rules(const struct picture *p)
{
    for (size_t i = 0; i < p->plot->rule_count; i++) {
        double y = axis_at(&p->y, p->plot->rules[i]);
        if (!isfinite(y) || !inside(y))
            continue;
        for (int x = 0; x < p->inner.width; x += 2)
            within_put(p->grid, p->inner, p->inner.x + x, row_at(p, y), STYLE(ROLE_DIM), "·");
    }
}

static struct name *add_name(struct picture *p, const char *text, enum role role, int row)
{
    if (p->name_count == NAMES)
        return NULL;
    struct name *name = &p->names[p->name_count++];
    *name = (struct name){.text = text, .style = STYLE((uint8_t)role), .row = row};
    return name;
}

static void collect_names(struct picture *p)
{
    const struct plot *plot = p->plot;
    for (size_t s = 0; s < series_count(plot); s++) {
        const struct series *series = &plot->series[s];
        size_t i = series->count;
        double x = NAN, y = NAN;
        while (i > 0 && !(isfinite(x) && isfinite(y) && inside(x))) {
            i--;
            x = axis_at(&p->x, x_of(series, i));
            y = axis_at(&p->y, series->y[i]);
        }
        if (!isfinite(x) || !isfinite(y) || !inside(x))
            continue;
        int row = series->dots ? p->inner.y + (int)s : row_at(p, y); /* points have no end */
        struct name *name = add_name(p, series->name, series->role, row);
        if (name)
            set_mark(p, s, name->mark);
    }
    for (size_t i = 0; i < plot->rule_count; i++) {
        double y = axis_at(&p->y, plot->rules[i]);
        if (plot->rule_names && isfinite(y) && inside(y))
            add_name(p, plot->rule_names[i], ROLE_DIM, row_at(p, y));
    }
}

/* One row for each name: sorted from above, pushed down, and where that passes the bottom, up. */
static void spread_names(struct picture *p)
{
    for (size_t i = 1; i < p->name_count; i++)
        for (size_t j = i; j > 0 && p->names[j].row < p->names[j - 1].row; j--) {
            struct name swap = p->names[j];
            p->names[j] = p->names[j - 1];
            p->names[j - 1] = swap;
        }
    for (size_t i = 1; i < p->name_count; i++)
        if (p->names[i].row <= p->names[i - 1].row)
            p->names[i].row = p->names[i - 1].row + 1;
    int limit = p->inner.y + p->inner.height - 1;
    for (size_t i = p->name_count; i-- > 0; limit--)
        if (p->names[i].row > limit)
            p->names[i].row = limit;
}

static void draw_names(struct picture *p)
{
    spread_names(p);
    for (size_t i = 0; i < p->name_count; i++) {
        const struct name *name = &p->names[i];
        int x = p->inner.x + p->inner.width + 1, room = p->at.x + p->at.width - x;
        if (name->row < p->inner.y)
            continue;
        if (name->mark[0]) {
            struct style bold = name->style;
            bold.bold = 1;
            within_put(p->grid, p->at, x, name->row, bold, name->mark);
            x += 2;
            room -= 2;
        }
        if (p->beside && name->text)
            within_put_cut(p->grid, p->at, x, name->row, room, name->style, name->text);
    }
}

/* Columns the names need at the right, with a blank before them. */
static int name_columns(const struct picture *p)
{
    int most = 0;
    const struct plot *plot = p->plot;
    for (size_t s = 0; s < series_count(plot); s++)
        if (plot->series[s].name && within_columns(plot->series[s].name) > most)
            most = within_columns(plot->series[s].name);
    if (p->lettered)
        most += most ? 2 : 1;
    for (size_t i = 0; i < plot->rule_count; i++)
        if (plot->rule_names && plot->rule_names[i] && within_columns(plot->rule_names[i]) > most)
            most = within_columns(plot->rule_names[i]);
    if (most > p->at.width / 3)
        most = p->at.width / 3;
    return most ? most + 1 : 0;
}

/* "a train  b test", where there is no room beside the curves. */
static void draw_legend(const struct picture *p, int y)
{
    int x = p->at.x;
    for (size_t s = 0; s < series_count(p->plot); s++) {
        const struct series *series = &p->plot->series[s];
        struct style style = {.role = (uint8_t)series->role, .bold = 1};
        if (!series->name)
            continue;
        char mark[4];
        set_mark(p, s, mark);
        if (mark[0])
            x = within_put(p->grid, p->at, x, y, style, mark) + 1;
        x = within_put_cut(p->grid, p->at, x, y, p->at.x + p->at.width - x,
                           STYLE((uint8_t)series->role), series->name);
        x += 2;
    }
}

static void draw_head(const struct picture *p, int y)
{
    int x = p->at.x, right = p->at.x + p->at.width;
    if (p->plot->title) {
        x = within_put_cut(p->grid, p->at, x, y, right - x, STYLE(ROLE_TITLE), p->plot->title);
        x += 2;
    }
    if (p->plot->y_label)
        within_put_cut(p->grid, p->at, x, y, right - x, STYLE(ROLE_DIM), p->plot->y_label);
}

static void draw_y_axis(const struct picture *p)
{
    int axis = p->inner.x - 1;
    grid_fill(p->grid, axis, p->inner.y, 1, p->inner.height, STYLE(ROLE_FRAME), 0x2502);
    for (int i = 0; i < p->y.count; i++) {
        int row = row_at(p, p->y.ticks[i]);
        int x = axis - 1 - within_columns(p->y.labels[i]);
        within_put(p->grid, p->at, x, row, STYLE(ROLE_DIM), p->y.labels[i]);
        within_put(p->grid, p->at, axis, row, STYLE(ROLE_FRAME), "┤");
    }
}

/* The line below the curves (where `line`) and the labels under it. A label that would touch the
 * one before it is left out, its tick too. */
static void draw_x_axis(const struct picture *p, bool line)
{
    int y = p->inner.y + p->inner.height, right = p->at.x + p->at.width;
    int end = p->inner.x + p->inner.width;
    if (line) {
        grid_fill(p->grid, p->inner.x, y, p->inner.width, 1, STYLE(ROLE_FRAME), 0x2500);
        within_put(p->grid, p->at, p->inner.x - 1, y, STYLE(ROLE_FRAME), "└");
    }
    int labels = y + line, free_from = p->at.x, free_to = right;
    const char *name = p->plot->x_label;
    if (name && line && end + 1 + within_columns(name) <= right) {
        within_put(p->grid, p->at, end + 1, y, STYLE(ROLE_DIM), name);
    } else if (name && within_columns(name) + 8 <= p->inner.width) {
        free_to = right - within_columns(name);
        within_put(p->grid, p->at, free_to, labels, STYLE(ROLE_DIM), name);
        free_to -= 2;
    }
    for (int i = 0; i < p->x.count; i++) {
        int columns = within_columns(p->x.labels[i]), tick = column_at(p, p->x.ticks[i]);
        int x = tick - (columns - 1) / 2;
        if (x + columns > right && tick < right)
            x = right - columns;
        if (x < free_from || x + columns > free_to)
            continue;
        within_put(p->grid, p->at, x, labels, STYLE(ROLE_DIM), p->x.labels[i]);
        if (line)
            within_put(p->grid, p->at, tick, y, STYLE(ROLE_FRAME), "┬");
        free_from = x + columns + 2;
    }
}

/* Curves that cannot be seen anywhere are named all the same. */
static void draw_nothing_to_see(const struct picture *p)
{
    bool values = false;
    double low, high;
    for (size_t s = 0; s < series_count(p->plot); s++)
        values = values || p->plot->series[s].count > 0;
    if (!values || data_range(p->plot, true, &low, &high))
        return;
    const char *text = "no finite values";
    if (p->plot->log_y)
        text = "no values above 0";
    within_put_cut(p->grid, p->at, p->inner.x + 1, p->inner.y + p->inner.height / 2,
                   p->inner.width - 1, STYLE(ROLE_WARNING), text);
}

void chart_plot(struct grid *grid, struct rect at, const struct plot *plot)
{
    at = within_bounds(at);
    if (at.width < LEAST_COLUMNS || at.height < LEAST_ROWS)
        return;
    grid_fill(grid, at.x, at.y, at.width, at.height, STYLE(ROLE_TEXT), ' ');
    struct picture p = {.grid = grid, .plot = plot, .at = at};
    p.lettered = series_count(plot) > 1;
    p.beside = at.width >= NAME_COLUMNS;
    int margin = p.beside ? name_columns(&p) : p.lettered ? 2 : 0;

    bool named = false;
    for (size_t s = 0; s < series_count(plot); s++)
        named = named || plot->series[s].name;
    bool head = plot->title || plot->y_label, legend = named && !p.beside && at.height >= 6;
    bool line = at.height >= 7;
    p.inner = (struct rect){at.x, at.y + head + legend, at.width - margin,
                            at.height - head - legend - line - 1};
    scale_y(&p);
    int labels = label_columns(&p.y) + 2;
    if (labels > at.width / 2)
        labels = at.width / 2;
    p.inner.x += labels;
    p.inner.width -= labels;
    scale_x(&p);

    if (head)
        draw_head(&p, at.y);
    if (legend)
        draw_legend(&p, at.y + head);
    draw_y_axis(&p);
    draw_x_axis(&p, line);
    draw_rules(&p);
    for (size_t s = 0; s < series_count(plot); s++)
        draw_series(&p, s);
    if (p.lettered && p.inner.width >= LETTER_COLUMNS)
        for (size_t s = 0; s < series_count(plot); s++)
            if (!plot->series[s].dots)
                put_letter_on_curve(&p, s);
    collect_names(&p);
    draw_names(&p);
    draw_nothing_to_see(&p);
}
