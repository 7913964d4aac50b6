/* Bars: lying with labels, standing as a histogram, and as small as one line of text. */
#include "draw/axis.h"
#include "draw/within.h"

#include <math.h>

enum { EIGHTHS = 8, LOWER_EIGHTH = 0x2581, FULL_BLOCK = 0x2588, RIGHT_HALF = 0x2590 };

/* Left part of a cell, in eighths. */
static uint32_t left_block(int eighths)
{
    return (uint32_t)(FULL_BLOCK + EIGHTHS - eighths);
}

static void put_block(struct grid *grid, struct rect at, int x, int y, enum role role,
                      uint32_t block)
{
    if (x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height)
        grid_fill(grid, x, y, 1, 1, STYLE((uint8_t)role), block);
}

/* A fraction of `length` cells, in eighths; something for every value above 0. */
static int eighths_of(double fraction, int length)
{
    if (!(fraction > 0))
        return 0;
    int eighths = (int)lround(fmin(fraction, 1) * length * EIGHTHS);
    return eighths > 0 ? eighths : 1;
}

static const char *note_of(const struct bar *bar, struct buf *number)
{
    if (bar->note)
        return bar->note;
    buf_clear(number);
    chart_number(number, bar->value, 3);
    return buf_text(number);
}

struct bar_scale {
    int zero;           /* column where bars begin */
    int left, right;    /* cells for the least and for the largest value */
    double least, most; /* least <= 0 <= most */
};

/* A bar and its note; a bar below zero ends where the others begin. */
static void draw_bar(struct grid *grid, struct rect at, int y, const struct bar *bar,
                     const struct bar_scale *scale, const char *note)
{
    int x = scale->zero;
    double value = bar->value;
    if (value > 0) {
        int eighths =
            isinf(value) ? scale->right * EIGHTHS : eighths_of(value / scale->most, scale->right);
        for (; eighths > 0; eighths -= EIGHTHS, x++)
            put_block(grid, at, x, y, bar->role, left_block(eighths < EIGHTHS ? eighths : EIGHTHS));
        if (isinf(value))
            x = within_put(grid, at, x - 1, y, STYLE((uint8_t)bar->role), "▶");
    } else if (value < 0) {
        int halves = isinf(value) ? scale->left * 2
                                  : (eighths_of(value / scale->least, scale->left) + 3) / 4;
        int from = scale->zero - halves / 2;
        for (int i = from; i < scale->zero; i++)
            put_block(grid, at, i, y, bar->role, FULL_BLOCK);
        if (halves % 2)
            put_block(grid, at, from - 1, y, bar->role, RIGHT_HALF);
        if (isinf(value))
            within_put(grid, at, from, y, STYLE((uint8_t)bar->role), "◀");
    }
    within_put_cut(grid, at, x + (x > scale->zero || scale->left > 0), y, at.x + at.width - x,
                   STYLE(ROLE_TEXT), note);
}

void chart_bars(struct grid *grid, struct rect at, const struct bar *bars, size_t count)
{
    at = within_bounds(at);
    if (at.width < 1 || at.height < 1)
        return;
    size_t rows = count <= (size_t)at.height ? count : (size_t)at.height - (at.height > 1);
    struct buf number = {0};
    int labels = 0, notes = 0;
    struct bar_scale scale = {0};
    for (size_t i = 0; i < rows; i++) {
        int label = bars[i].label ? within_columns(bars[i].label) : 0;
        int note = within_columns(note_of(&bars[i], &number));
        labels = label > labels ? label : labels;
        notes = note > notes ? note : notes;
        if (isfinite(bars[i].value)) {
            scale.least = fmin(scale.least, bars[i].value);
            scale.most = fmax(scale.most, bars[i].value);
        }
    }
    if (labels > at.width / 3)
        labels = at.width / 3;
    int room = at.width - labels - (labels > 0) - notes - 1;
    if (room < at.width / 4)
        room = at.width / 4;
    double share = scale.least < 0 ? 1 / (1 + scale.most / -scale.least) : 0;
    scale.left = (int)lround(share * room);
    scale.left = scale.least < 0 && scale.left < 1 ? 1 : scale.left;
    scale.right = room - scale.left;
    scale.zero = at.x + labels + (labels > 0) + scale.left;
    for (size_t i = 0; i < rows; i++) {
        int y = at.y + (int)i;
        if (bars[i].label)
            within_put_cut(grid, at, at.x, y, labels, STYLE(ROLE_TEXT), bars[i].label);
        draw_bar(grid, at, y, &bars[i], &scale, note_of(&bars[i], &number));
    }
    if (rows < count && at.height > 1) {
        buf_clear(&number);
        buf_addf(&number, "… %zu more", count - rows);
        within_put_cut(grid, at, at.x, at.y + (int)rows, at.width, STYLE(ROLE_DIM),
                       buf_text(&number));
    }
    buf_free(&number);
}

/* How the bins of a histogram share its columns. */
struct bins {
    const double *counts;
    size_t count;
    size_t merged; /* bins to a bar, where there are more bins than columns */
    size_t bars;
    int columns; /* of a bar, its gap included */
    int gap;
    double most; /* the highest bar */
};

static double bar_height(const struct bins *bins, size_t bar)
{
    double sum = 0;
    for (size_t i = bar * bins->merged; i < (bar + 1) * bins->merged && i < bins->count; i++)
        if (bins->counts[i] > 0)
            sum += bins->counts[i];
    return sum;
}

static struct bins bins_of(const double *counts, size_t count, int width)
{
    struct bins bins = {.counts = counts, .count = count};
    bins.merged = (count + (size_t)width - 1) / (size_t)width;
    bins.bars = (count + bins.merged - 1) / bins.merged;
    bins.columns = width / (int)bins.bars;
    if (bins.columns > 8)
        bins.columns = 8;
    bins.gap = bins.columns >= 3;
    for (size_t i = 0; i < bins.bars; i++) {
        double height = bar_height(&bins, i);
        if (isfinite(height) && height > bins.most)
            bins.most = height;
    }
    return bins;
}

static void draw_standing(struct grid *grid, struct rect inner, int x, int columns, double height,
                          double most, enum role role)
{
    int eighths = isinf(height) ? inner.height * EIGHTHS
                  : most > 0    ? eighths_of(height / most, inner.height)
                                : 0;
    for (int row = inner.y + inner.height - 1; eighths > 0; row--, eighths -= EIGHTHS) {
        int part = eighths < EIGHTHS ? eighths : EIGHTHS;
        for (int i = 0; i < columns; i++)
            put_block(grid, inner, x + i, row, role, (uint32_t)(LOWER_EIGHTH + part - 1));
    }
    if (isinf(height))
        within_put(grid, inner, x, inner.y, STYLE((uint8_t)role), "▲");
}

/* Values below the bars, at round numbers: each under the middle of its own bar. */
static void draw_bin_labels(struct grid *grid, struct rect at, int x, int y,
                            const struct bins *bins, struct axis_wish wish, int marked_x)
{
    int width = bins->columns * (int)bins->bars - bins->gap;
    double middle = (bins->columns - bins->gap - 1) / 2;
    struct axis axis;
    wish.most = width / 10 + 1 > 3 ? width / 10 + 1 : 3;
    axis_init(&axis, &wish);
    int free_from = at.x;
    if (marked_x >= 0)
        within_put(grid, at, marked_x, y, (struct style){.role = ROLE_SERIES_2, .bold = 1}, "▲");
    for (int i = 0; i < axis.count; i++) {
        int columns = within_columns(axis.labels[i]);
        double bar = (axis.ticks[i] * (double)bins->count + 0.5) / (double)bins->merged - 0.5;
        int tick = x + (int)lround(bar * bins->columns + middle), from = tick - (columns - 1) / 2;
        if (tick >= x + width)
            break;
        if (from + columns > at.x + at.width)
            from = at.x + at.width - columns;
        if (from < free_from)
            continue;
        if (tick != marked_x)
            within_put(grid, at, tick, y, STYLE(ROLE_FRAME), "┬");
        within_put(grid, at, from, y + 1, STYLE(ROLE_DIM), axis.labels[i]);
        free_from = from + columns + 2;
    }
}

void chart_histogram(struct grid *grid, struct rect at, const double *counts, size_t count,
                     double first_bin, double bin_width, int marked)
{
    at = within_bounds(at);
    if (at.width < 4 || at.height < 2 || count == 0)
        return;
    bool axis = at.height >= 4;
    struct bins bins = bins_of(counts, count, at.width);
    struct buf top = {0};
    chart_number(&top, bins.most, 3);
    int labels = within_columns(buf_text(&top)) + 2;
    if (!axis || labels > at.width / 3)
        labels = 0;
    struct rect inner = {at.x + labels, at.y, at.width - labels, at.height - (axis ? 2 : 0)};
    bins = bins_of(counts, count, inner.width);
    int used = bins.columns * (int)bins.bars - bins.gap;
    int marked_x = -1;
    for (size_t i = 0; i < bins.bars; i++) {
        bool mark = marked >= 0 && (size_t)marked / bins.merged == i;
        int x = inner.x + (int)i * bins.columns, columns = bins.columns - bins.gap;
        if (mark)
            marked_x = x + (columns - 1) / 2;
        draw_standing(grid, inner, x, columns, bar_height(&bins, i), bins.most,
                      mark ? ROLE_SERIES_2 : ROLE_SERIES_1);
    }
    if (labels) {
        buf_clear(&top);
        chart_number(&top, bins.most, 3);
        int x = inner.x - 1;
        grid_fill(grid, x, inner.y, 1, inner.height, STYLE(ROLE_FRAME), 0x2502);
        within_put(grid, at, x, inner.y, STYLE(ROLE_FRAME), "┤");
        within_put(grid, at, x - 1 - within_columns(buf_text(&top)), inner.y, STYLE(ROLE_DIM),
                   buf_text(&top));
        within_put(grid, at, x, inner.y + inner.height, STYLE(ROLE_FRAME), "└");
    }
    buf_free(&top);
    if (!axis)
        return;
    int below = inner.y + inner.height;
    grid_fill(grid, inner.x, below, used, 1, STYLE(ROLE_FRAME), 0x2500);
    draw_bin_labels(
        grid, at, inner.x, below, &bins,
        (struct axis_wish){.low = first_bin, .high = first_bin + bin_width * (double)count},
        marked_x);
}

int chart_spark(struct grid *grid, int x, int y, enum role role, const double *values, size_t count)
{
    double low = 0, high = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            low = fmin(low, values[i]);
            high = fmax(high, values[i]);
        }
    for (size_t i = 0; i < count && x < grid->width; i++, x++) {
        double value = values[i];
        uint32_t sign = ' ';
        if (isinf(value))
            sign = value > 0 ? 0x25B2 : 0x25BC;
        else if (!isnan(value))
            sign = LOWER_EIGHTH +
                   (uint32_t)(high > low ? lround((value / 2 - low / 2) / (high / 2 - low / 2) * 7)
                                         : 0);
        grid_fill(grid, x, y, 1, 1, STYLE((uint8_t)role), sign);
    }
    return x;
}
