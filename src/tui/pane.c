#include "tui/pane.h"

#include "base/utf8.h"
#include "draw/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int pane_knob_rows(const struct demo *demo)
{
    return (int)demo->knob_count;
}

static size_t choice_count(const struct knob *knob)
{
    size_t count = 0;
    while (knob->choices[count])
        count++;
    return count;
}

static bool has_slider(const struct knob *knob)
{
    return knob->kind == KNOB_NUMBER || knob->kind == KNOB_INTEGER || knob->kind == KNOB_WORD;
}

void pane_open(struct pane *pane, const struct demo_args *args)
{
    *pane = (struct pane){.dragged = -1, .words = pane->words};
    for (int given = 1; given >= 0; given--)
        for (size_t i = 0; i < args->demo->knob_count; i++)
            if (has_slider(&args->demo->knobs[i]) && args->given[i] >= given) {
                pane->focus = i;
                return;
            }
}

/* The knob after or before the focus that can be moved. */
static size_t next_slider(const struct pane *pane, const struct demo *demo, int direction)
{
    size_t at = pane->focus;
    for (size_t tries = 0; tries < demo->knob_count; tries++) {
        at = (at + demo->knob_count + (size_t)direction) % demo->knob_count;
        if (has_slider(&demo->knobs[at]))
            return at;
    }
    return pane->focus;
}

/* The least value of a logarithmic scale; a knob that may also be 0 has 0 at its very end. 0: the scale
 * is not logarithmic. */
static double log_floor(const struct knob *knob)
{
    if (!knob->logarithmic || knob->max <= 0)
        return 0;
    return knob->min > 0 ? knob->min : knob->step > 0 ? knob->step : knob->max * 1e-9;
}

/* Where on its track a knob stands, 0 to 1. */
static double fraction_of(const struct knob *knob, const struct value *value)
{
    if (knob->kind == KNOB_WORD) {
        size_t count = choice_count(knob);
        return count > 1 ? value->number / (double)(count - 1) : 0;
    }
    double least = log_floor(knob);
    if (least > 0)
        return value->number <= least ? 0 : log(value->number / least) / log(knob->max / least);
    return knob->max > knob->min ? (value->number - knob->min) / (knob->max - knob->min) : 0;
}

/* A round number near: a hundredth of a range of 0..1.5 is not a step a person would choose. */
static double natural_step(const struct knob *knob)
{
    if (knob->step > 0)
        return knob->step;
    double rough = (knob->max - knob->min) / 100;
    double power = pow(10, floor(log10(rough > 0 ? rough : 1)));
    double lead = rough / power;
    double step = (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power;
    return knob->kind == KNOB_INTEGER && step < 1 ? 1 : step;
}

static double at_fraction(const struct knob *knob, double fraction)
{
    fraction = fmin(1, fmax(0, fraction));
    if (knob->kind == KNOB_WORD)
        return round(fraction * (double)(choice_count(knob) - 1));
    double value, least = log_floor(knob);
    if (least > 0 && fraction <= 0)
        return knob->min;
    if (least > 0) {
        value = least * pow(knob->max / least, fraction);
        double power = pow(10, floor(log10(value)) - 1);
        value = round(value / power) * power; /* two digits */
    } else {
        double step = natural_step(knob);
        value = knob->min + round(fraction * (knob->max - knob->min) / step) * step;
    }
    if (knob->kind == KNOB_INTEGER)
        value = round(value);
    return fmin(knob->max, fmax(knob->min, value));
}

static double one_step(const struct knob *knob, double value, int direction)
{
    if (knob->kind == KNOB_WORD)
        return fmin((double)choice_count(knob) - 1, fmax(0, value + direction));
    double least = log_floor(knob);
    if (least > 0 && (value < least || (value <= least && direction < 0)))
        return direction > 0 ? least : knob->min;
    if (least > 0) {
        double power = pow(10, floor(log10(value) + 1e-9) - 1);
        if (direction < 0 && value / power < 10.5)
            power /= 10; /* below 100 comes 99, not 90 */
        double next = round(value / power + direction) * power;
        if (knob->kind == KNOB_INTEGER && fabs(next - value) < 1)
            next = value + direction;
        return fmin(knob->max, fmax(knob->min, next));
    }
    double step = natural_step(knob);
    double next = round(value / step + direction) * step;
    return fmin(knob->max, fmax(knob->min, next));
}

static void assign(const struct knob *knob, double value, struct buf *out)
{
    buf_clear(out);
    if (knob->kind == KNOB_WORD)
        buf_addf(out, "%s=%s", knob->name, knob->choices[(size_t)value]);
    else
        buf_addf(out, "%s=%.12g", knob->name, value);
}

static void value_text(const struct knob *knob, const struct value *value, struct buf *out)
{
    demo_value_write(knob, value, out);
    if (!out->length)
        buf_add(out, "-");
    size_t length = knob->unit ? strlen(knob->unit) : 0;
    if (length && value->number == 1 && knob->unit[length - 1] == 's')
        length -= length > 4 && memcmp(knob->unit + length - 4, "sses", 4) == 0
                      ? 2
                      : 1; /* 1 unit, 1 pass */
    if (length)
        buf_addf(out, " %.*s", (int)length, knob->unit);
}

static void draw_knobs(struct pane *pane, struct grid *grid, struct rect at,
                       const struct demo_args *args, const struct demo_run *run, int offset)
{
    const struct demo *demo = args->demo;
    int label_width = 0;
    for (size_t i = 0; i < demo->knob_count; i++) {
        int columns = (int)strlen(demo->knobs[i].name);
        label_width = columns > label_width ? columns : label_width;
    }
    size_t first = 0, rows = (size_t)at.height;
    if (demo->knob_count > rows && pane->focus >= rows)
        first = pane->focus - rows + 1;
    for (size_t i = first; i < demo->knob_count && i - first < rows; i++) {
        const struct knob *knob = &demo->knobs[i];
        const struct value *value = &run->knob[i]; /* as the demo took it: units follow values */
        int y = at.y + (int)(i - first);
        struct buf text = {0};
        value_text(knob, value, &text);
        bool focused = i == pane->focus;
        if (focused)
            grid_put(grid, at.x, y, STYLE(ROLE_FOCUS), "▸");
        if (demo->knob_count > rows && i == first)
            grid_putf(grid, at.x + at.width - 12, at.y - 1, STYLE(ROLE_DIM), "%2zu of %zu %s",
                      pane->focus + 1, demo->knob_count, "↑↓");
        if (has_slider(knob)) {
            struct rect track =
                chart_slider(grid, at.x + 2, y, at.width - 2, knob->name, label_width,
                             fraction_of(knob, value), buf_text(&text), focused);
            if (i < PANE_MOST_KNOBS) {
                track.y += offset;
                pane->tracks[i] = track;
            }
        } else {
            struct buf row = {0};
            buf_addf(&row, "%-*s %s", label_width, knob->name, buf_text(&text));
            grid_put_n(grid, at.x + 2, y, STYLE(ROLE_TEXT), buf_text(&row),
                       utf8_fit(buf_text(&row), row.length, at.width - 2));
            buf_free(&row);
        }
        buf_free(&text);
    }
}

enum { PICTURE_ROWS = 11 };

int pane_picture_rows(const struct pane *pane, const struct demo_run *run, int width, int height)
{
    if (pane->words)
        return height;
    struct grid picture;
    grid_init(&picture, width, height);
    run->demo->draw(run, &picture);
    bool blank = true;
    while (blank && height > 1) {
        for (int x = 0; x < picture.width && blank; x++)
            blank = grid_at(&picture, x, height - 1)->character == ' ';
        height -= blank;
    }
    grid_free(&picture);
    return height;
}

void pane_draw(struct pane *pane, struct grid *grid, struct rect at, const struct demo_run *run,
               const struct demo_args *args, bool knobs, int offset, bool ascii)
{
    char seed[48];
    snprintf(seed, sizeof seed, "seed %llu", (unsigned long long)run->seed);
    grid_box(grid, at.x, at.y, at.width, at.height, STYLE(ROLE_FRAME), run->demo->title,
             run->demo->certain ? NULL : seed);
    memset(pane->tracks, 0, sizeof pane->tracks);
    int rows = knobs ? pane_knob_rows(run->demo) : 0;
    int inner = at.height - 2;
    if (rows && inner - rows - 1 < PICTURE_ROWS) { /* the picture comes first; sliders scroll */
        rows = inner - PICTURE_ROWS - 1;
        rows = rows < 1 ? (inner > 2 ? 1 : 0) : rows;
    }
    int picture_height = inner - rows - (rows ? 1 : 0);
    struct grid picture;
    grid_init(&picture, at.width - 4, picture_height);
    if (pane->words) {
        struct buf words = {0};
        run->demo->describe(run, &words);
        if (ascii) {
            struct buf plain = {0};
            utf8_to_ascii(&plain, buf_text(&words), words.length);
            buf_free(&words);
            words = plain;
        }
        text_wrap_plain(&picture, 0, (struct text_box){.x = 0, .width = picture.width},
                        STYLE(ROLE_TEXT), buf_text(&words));
        buf_free(&words);
    } else {
        run->demo->draw(run, &picture);
    }
    grid_copy_rows(grid, at.x + 2, at.y + 1, &picture, 0, picture_height);
    grid_free(&picture);
    if (rows)
        draw_knobs(pane, grid,
                   (struct rect){at.x + 1, at.y + at.height - 1 - rows, at.width - 3, rows}, args,
                   run, offset);
}

static int track_at(const struct pane *pane, const struct demo *demo, int x, int y)
{
    for (size_t i = 0; i < demo->knob_count && i < PANE_MOST_KNOBS; i++) {
        const struct rect *track = &pane->tracks[i];
        if (track->width > 1 && y == track->y && x >= track->x - 1 && x <= track->x + track->width)
            return (int)i;
    }
    return -1;
}

static bool mouse_input(struct pane *pane, const struct demo_args *args, const struct input *input,
                        struct buf *assignment)
{
    if (input->kind == INPUT_PRESS)
        pane->dragged = track_at(pane, args->demo, input->x, input->y);
    if (input->kind == INPUT_RELEASE) {
        pane->dragged = -1;
        return false;
    }
    if (pane->dragged < 0 || (input->kind != INPUT_PRESS && input->kind != INPUT_DRAG))
        return false;
    size_t i = (size_t)pane->dragged;
    const struct rect *track = &pane->tracks[i];
    if (track->width < 2)
        return false;
    pane->focus = i;
    double value = at_fraction(&args->demo->knobs[i],
                               (double)(input->x - track->x) / (double)(track->width - 1));
    if (value == args->knob[i].number)
        return false;
    assign(&args->demo->knobs[i], value, assignment);
    return true;
}

bool pane_input(struct pane *pane, const struct demo_args *args, const struct input *input,
                enum action_id action, struct buf *assignment)
{
    const struct demo *demo = args->demo;
    size_t count = demo->knob_count;
    if (mouse_input(pane, args, input, assignment))
        return true;
    if (!count)
        return false;
    if (pane->focus >= count)
        pane->focus = 0;
    const struct knob *knob = &demo->knobs[pane->focus];
    const struct value *value = &args->knob[pane->focus];
    double next;
    switch (action) {
    case ACTION_UP:
        pane->focus = next_slider(pane, demo, -1);
        return false;
    case ACTION_DOWN:
        pane->focus = next_slider(pane, demo, 1);
        return false;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        if (!has_slider(knob))
            return false;
        next = one_step(knob, value->number, action == ACTION_LEFT ? -1 : 1);
        break;
    case ACTION_FIRST:
    case ACTION_LAST:
        if (!has_slider(knob))
            return false;
        next = at_fraction(knob, action == ACTION_FIRST ? 0 : 1);
        break;
    default:
        return false;
    }
    if (next == value->number)
        return false;
    assign(knob, next, assignment);
    return true;
}
