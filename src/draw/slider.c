/* What has a place between two ends: sliders and progress. */
#include "draw/within.h"

#include <math.h>

enum { LIGHT_LINE = 0x2500, HEAVY_LINE = 0x2501, VALUE_COLUMNS = 5 };

static double part(double fraction)
{
    return fraction > 0 ? fmin(fraction, 1) : 0; /* 0 for NaN as well */
}

struct rect chart_slider(struct grid *grid, int x, int y, int width, const char *label,
                         int label_width, double fraction, const char *value, bool focused)
{
    struct rect at = within_bounds((struct rect){x, y, width, 1});
    if (label_width > at.width)
        label_width = at.width;
    int value_width = within_columns(value);
    if (value_width < VALUE_COLUMNS) /* so that the track stays while the number changes */
        value_width = VALUE_COLUMNS;
    int begin = at.x + (label_width > 0 ? label_width + 1 : 0);
    struct rect track = {begin, at.y, at.x + at.width - value_width - 1 - begin, 1};
    if (track.width < 1)
        track.width = 0;
    within_put_cut(grid, at, at.x, at.y, label_width, STYLE(focused ? ROLE_STRONG : ROLE_TEXT),
                   label);
    int knob = track.x + (int)lround(part(fraction) * (track.width - 1));
    if (track.width > 0) {
        grid_fill(grid, track.x, at.y, track.width, 1, STYLE(ROLE_FRAME), LIGHT_LINE);
        grid_fill(grid, track.x, at.y, knob - track.x, 1, STYLE(ROLE_SERIES_1), HEAVY_LINE);
        grid_put(grid, knob, at.y, STYLE(focused ? ROLE_FOCUS : ROLE_SERIES_1), "●");
    }
    int after = track.width > 0 ? track.x + track.width + 1 : begin;
    within_put_cut(grid, at, after, at.y, at.x + at.width - after, STYLE(ROLE_LIVE), value);
    return track;
}

void chart_progress(struct grid *grid, int x, int y, int width, double fraction)
{
    struct rect at = within_bounds((struct rect){x, y, width, 1});
    int done = (int)lround(part(fraction) * at.width);
    if (at.width > 1 && fraction > 0 && done == 0)
        done = 1; /* begun shows */
    if (at.width > 1 && fraction < 1 && done == at.width)
        done = at.width - 1; /* and so does not yet finished */
    grid_fill(grid, at.x, at.y, done, 1, STYLE(ROLE_SERIES_1), HEAVY_LINE);
    grid_fill(grid, at.x + done, at.y, at.width - done, 1, STYLE(ROLE_FRAME), LIGHT_LINE);
}
