#include "draw/axis.h"

#include "draw/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Beyond this, differences of two values could overflow. */
static const double largest = 1e300;

/* A little slack, so that 0.3 counts as the third multiple of 0.1. */
static const double slack = 1e-9;

static double bounded(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

static void add_tick(struct axis *axis, double position, const char *label)
{
    if (axis->count == AXIS_TICKS)
        return;
    axis->ticks[axis->count] = (position - axis->low) / (axis->high - axis->low);
    snprintf(axis->labels[axis->count], AXIS_LABEL, "%s", label);
    axis->count++;
}

static void add_number(struct axis *axis, double position, double value, int digits)
{
    struct buf label = {0};
    chart_number(&label, value, digits);
    add_tick(axis, position, buf_text(&label));
    buf_free(&label);
}

/* Multiples of `step` on the axis; where it is widened to them, both ends count too. */
static int ticks_inside(const struct axis *axis, bool widen, double step)
{
    double low = axis->low / step, high = axis->high / step;
    double count = widen ? ceil(high - slack) - floor(low + slack) + 1
                         : floor(high + slack) - ceil(low - slack) + 1;
    return count > 1000 ? 1000 : (int)count;
}

/* The smallest of 1, 2, 5 times a power of ten that gives at most `most` ticks. Where there are very
 * few, 3 and 4 as well: else a widened axis could be empty to more than a half. */
static double round_step(const struct axis *axis, const struct axis_wish *wish)
{
    int power = (int)floor(log10((axis->high - axis->low) / wish->most)) - 1;
    if (wish->whole && power < 0)
        power = 0;
    for (;; power++)
        for (int factor = 1; factor <= 5; factor++) {
            bool usual = factor != 3 && factor != 4;
            double step = factor * pow(10, power);
            if ((usual || wish->most <= 3) && ticks_inside(axis, wish->widen, step) <= wish->most)
                return step;
        }
}

static void set_linear_ticks(struct axis *axis, const struct axis_wish *wish)
{
    double step = round_step(axis, wish);
    if (wish->widen) {
        axis->low = floor(axis->low / step + slack) * step;
        axis->high = ceil(axis->high / step - slack) * step;
    }
    double size = fmax(fabs(axis->low), fabs(axis->high));
    int decimals = (int)-floor(log10(step) + slack);
    bool plain = size < 1e6 && step >= 1e-4;
    int digits = (int)bounded(floor(log10(size / step)) + 2, 1, 15);
    double i = ceil(axis->low / step - slack);
    for (int n = 0; n < AXIS_TICKS && i <= axis->high / step + slack; n++, i++) {
        double value = i == 0 ? 0 : i * step;
        if (plain) {
            char label[AXIS_LABEL];
            snprintf(label, sizeof label, "%.*f", decimals < 0 ? 0 : decimals, value);
            add_tick(axis, value, label);
        } else {
            add_number(axis, value, value, digits);
        }
    }
    if (axis->count < 2) {
        axis->count = 0;
        add_number(axis, axis->low, axis->low, 3);
        add_number(axis, axis->high, axis->high, 3);
    }
}

static void set_decades(struct axis *axis, int first, int last, int stride)
{
    bool plain = first >= -3 && last <= 4;
    for (int power = first; power <= last; power += stride) {
        char label[AXIS_LABEL];
        if (plain || power == 0)
            snprintf(label, sizeof label, "%.*f", power < 0 ? -power : 0, pow(10, power));
        else
            snprintf(label, sizeof label, "1e%d", power);
        add_tick(axis, power, label);
    }
}

static void set_log_ticks(struct axis *axis, const struct axis_wish *wish)
{
    static const double factors[] = {1, 2, 5};
    if (wish->widen && axis->high - axis->low >= 1) {
        axis->low = floor(axis->low + slack);
        axis->high = ceil(axis->high - slack);
    }
    int first = (int)ceil(axis->low - slack), last = (int)floor(axis->high + slack);
    if (last > first) {
        int stride = (last - first) / wish->most + 1;
        set_decades(axis, first, last, stride);
        return;
    }
    for (int power = first - 1; power <= last + 1; power++)
        for (int i = 0; i < 3; i++) {
            double value = factors[i] * pow(10, power), at = log10(value);
            if (at >= axis->low - slack && at <= axis->high + slack)
                add_number(axis, at, value, 3);
        }
    if (axis->count < 2 || axis->count > wish->most) {
        axis->count = 0;
        add_number(axis, axis->low, pow(10, axis->low), 3);
        add_number(axis, axis->high, pow(10, axis->high), 3);
    }
}

void axis_init(struct axis *axis, const struct axis_wish *wish)
{
    double low = isnan(wish->low) ? 0 : bounded(wish->low, -largest, largest);
    double high = isnan(wish->high) ? 1 : bounded(wish->high, -largest, largest);
    if (wish->log) {
        low = log10(bounded(low, 1e-300, largest));
        high = log10(bounded(high, 1e-300, largest));
    }
    /* A range too thin to tell its ends apart is opened around its middle. */
    double size = fmax(fabs(low), fabs(high));
    double thinnest = wish->log ? 0.05 : fmax(size * 1e-9, 1e-290);
    if (!(high - low > thinnest)) {
        double half = wish->log ? 0.5 : size > 1e-280 ? size * 0.05 : 1;
        low -= half;
        high = low + 2 * half;
    }
    struct axis_wish bounded_wish = *wish;
    bounded_wish.most = wish->most < 2 ? 2 : wish->most > AXIS_TICKS ? AXIS_TICKS : wish->most;
    if (low < 0 && high > 0 && bounded_wish.most < 3)
        bounded_wish.widen = false; /* around 0 there are three round numbers at least */
    *axis = (struct axis){.low = low, .high = high, .log = wish->log};
    if (wish->log)
        set_log_ticks(axis, &bounded_wish);
    else
        set_linear_ticks(axis, &bounded_wish);
}

double axis_at(const struct axis *axis, double value)
{
    if (axis->log)
        value = value > 0 ? log10(value) : NAN;
    if (!isfinite(value))
        return value;
    double fraction = (value - axis->low) / (axis->high - axis->low);
    if (fabs(fraction - 0.5) <= 0.5 + slack) /* a rounding error never puts the end outside */
        return bounded(fraction, 0, 1);
    return bounded(fraction, -1e6, 1e6);
}
