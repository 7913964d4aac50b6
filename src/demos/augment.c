#include "demos/augment.h"

#include "nn/data.h"

#include <math.h>
#include <string.h>

const char *const augment_names[] = {"none", "shift", "rotate", "noise", "all", NULL};

/* The ink at a place between pixels; paper outside. */
static double ink_at(const float *pixels, double x, double y)
{
    int left = (int)floor(x), top = (int)floor(y);
    double sum = 0;
    for (int j = top; j <= top + 1; j++)
        for (int i = left; i <= left + 1; i++)
            if (i >= 0 && i < DIGIT_SIDE && j >= 0 && j < DIGIT_SIDE)
                sum += (1 - fabs(x - i)) * (1 - fabs(y - j)) * (double)pixels[j * DIGIT_SIDE + i];
    return sum;
}

static void move(float *to, const float *from, double shift_x, double shift_y, double angle)
{
    const double middle = (DIGIT_SIDE - 1) / 2.0, c = cos(angle), s = sin(angle);
    for (int j = 0; j < DIGIT_SIDE; j++)
        for (int i = 0; i < DIGIT_SIDE; i++) {
            double x = i - middle - shift_x, y = j - middle - shift_y;
            to[j * DIGIT_SIDE + i] =
                (float)ink_at(from, middle + c * x + s * y, middle - s * x + c * y);
        }
}

void augment_digit(enum augment kind, float *to, const float *from, struct rng *rng)
{
    const double shift = 1, turn = 0.15, noise = 0.05;
    bool all = kind == AUGMENT_ALL;
    double dx = 0, dy = 0, angle = 0;
    if (kind == AUGMENT_SHIFT || all) {
        dx = shift * rng_normal(rng);
        dy = shift * rng_normal(rng);
    }
    if (kind == AUGMENT_ROTATE || all)
        angle = turn * rng_normal(rng);
    if (dx != 0 || dy != 0 || angle != 0)
        move(to, from, dx, dy, angle);
    else
        memcpy(to, from, DIGIT_PIXELS * sizeof *to);
    for (int i = 0; (kind == AUGMENT_NOISE || all) && i < DIGIT_PIXELS; i++)
        to[i] = (float)fmax(0, fmin(1, (double)to[i] + noise * rng_normal(rng)));
}
