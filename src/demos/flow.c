#include "demos/flow.h"

#include <math.h>

enum { CURVE_ROWS = 7, CURVE_COLUMNS = 40 };

struct shown flow_size(double size)
{
    double unit = pow(10, floor(log10(fabs(size))) - 1);
    bool whole = isfinite(size) && fabs(size) >= 100 && isfinite(unit);
    return show_number(whole ? round(size / unit) * unit : size, 2);
}

/* The ends of the scale: all sizes that have a place on it, and 0.01 to 100. */
static void find_ends(const struct flow *flow, double *low, double *high)
{
    *low = 0.01;
    *high = 100;
    for (size_t i = 0; i <= flow->depth; i++) {
        const double sizes[] = {i <= flow->forward ? flow->signal[i] : 1,
                                i >= flow->depth - flow->back ? flow->gradient[i] : 1};
        for (int k = 0; k < 2; k++)
            if (isfinite(sizes[k]) && sizes[k] > 0) {
                *low = fmin(*low, sizes[k]);
                *high = fmax(*high, sizes[k]);
            }
    }
}

static void draw_curves(struct grid *grid, struct rect at, const struct flow *flow)
{
    enum { PLACES_MOST = 512 };
    static const double rules[] = {1};
    static const char *const rule_names[] = {""};
    size_t first = flow->depth - flow->back;
    double place[PLACES_MOST];
    for (size_t i = 0; i <= flow->depth && i < PLACES_MOST; i++)
        place[i] = (double)i;
    const struct series series[] = {
        {"signal →", place, flow->signal, flow->forward + 1, ROLE_SERIES_1, false},
        {"← gradient", place + first, flow->gradient + first, flow->back + 1, ROLE_SERIES_2, false},
    };
    struct plot plot = {.x_label = "layer",
                        .series = series,
                        .series_count = flow->back ? 2 : 1,
                        .log_y = true,
                        .x_max = (double)flow->depth,
                        .rules = rules,
                        .rule_names = rule_names,
                        .rule_count = 1};
    find_ends(flow, &plot.y_min, &plot.y_max);
    chart_plot(grid, at, &plot);
}

/* Eight heights between the ends of the scale, resampled to the room there is. */
static void draw_strip(struct grid *grid, struct rect at, const struct flow *flow, bool signal,
                       enum role role, double low, double high)
{
    for (int x = 0; x < at.width; x++) {
        size_t i = (size_t)x * flow->depth / (size_t)(at.width > 1 ? at.width - 1 : 1);
        bool known = signal ? i <= flow->forward : i >= flow->depth - flow->back;
        double size = signal ? flow->signal[i] : flow->gradient[i];
        double height = 7 * log(size / low) / log(high / low);
        uint32_t sign = !known             ? '?'
                        : size == 0        ? '0'
                        : isnan(size)      ? '!'
                        : isfinite(height) ? 0x2581 + (uint32_t)lround(fmax(0, height))
                                           : '!';
        grid_fill(grid, at.x + x, at.y, 1, 1, STYLE((uint8_t)role), sign);
    }
}

static void draw_strips(struct grid *grid, struct rect at, const struct flow *flow)
{
    enum { LABEL = 9, NUMBER = 8 };
    double low, high;
    find_ends(flow, &low, &high);
    int width = at.width - LABEL - NUMBER;
    width = (size_t)width > flow->depth + 1 ? (int)flow->depth + 1 : width;
    for (int k = 0; k < 2 && k < at.height; k++) {
        bool signal = k == 0;
        enum role role = signal ? ROLE_SERIES_1 : ROLE_SERIES_2;
        struct rect strip = {at.x + LABEL, at.y + k, width, 1};
        bool whole = signal ? flow->forward == flow->depth : flow->back == flow->depth;
        double end = signal ? flow->signal[flow->depth] : flow->gradient[0];
        show_text(grid, at.x, at.y + k, LABEL - 1, ROLE_DIM, signal ? "signal" : "gradient");
        draw_strip(grid, strip, flow, signal, role, low, high);
        show_text(grid, strip.x + width + 1, at.y + k, NUMBER - 1, ROLE_LIVE,
                  whole ? flow_size(end).text : "?");
    }
    if (at.height > 2)
        show_textf(grid, at.x + LABEL, at.y + 2, at.width - LABEL, ROLE_DIM, "input → layer %zu",
                   flow->depth);
}

void flow_draw(struct grid *grid, struct rect at, const struct flow *flow)
{
    if (at.height >= CURVE_ROWS && at.width >= CURVE_COLUMNS)
        draw_curves(grid, at, flow);
    else
        draw_strips(grid, at, flow);
}

void flow_bins(struct grid *grid, int x, int y, int cell, const double *bins, size_t count)
{
    double most = 0;
    for (size_t b = 0; b < count; b++)
        most = fmax(most, bins[b]);
    for (size_t b = 0; b < count; b++) {
        double part = most > 0 ? bins[b] / most : 0;
        int eighths = part >= 0.02 ? (int)fmax(1, round(8 * part)) : 0;
        bool edge = b == 0 || b + 1 == count;
        grid_fill(grid, x + (int)b * cell, y, cell, 1, STYLE(edge ? ROLE_SERIES_2 : ROLE_SERIES_1),
                  eighths ? 0x2580 + (uint32_t)eighths : ' ');
    }
}
