#include "nn/data.h"
#include "nn/digits_table.h"

#include <math.h>

/* How much hands differ. Deviations are of N(0, 1); lengths are in pixels, or in heights of the
 * digit where it says so. They are chosen so that a small network learns 1,000 digits by heart
 * and then reads about 88 of 100 new ones, and gains as on MNIST from more digits. */
static const double HEIGHT = 18, HEIGHT_SPREAD = .08, ASPECT = .66, ASPECT_SPREAD = .14;
static const double SLANT = .12, SLANT_SPREAD = .25, TURN_SPREAD = .10, SHIFT_SPREAD = .86;
static const double MISS = .030, HASTE = .4; /* heights; a hasty hand misses its knots by more */
static const double BEND_SPREAD = .04;       /* heights */
static const double PEN = 1.28, PEN_SPREAD = .30, PEN_LEAST = .55; /* half a stroke's width */
static const double GRAIN = .4; /* the largest share of its ink that a pixel may lack */

/* Between two knots the pen's curve is drawn as this many straight pieces. */
enum { PIECES = 4 };

struct point {
    float x, y;
};

/* One image's hand: where a point of the box goes on the paper. */
struct hand {
    double xx, xy, yx, yy, x0, y0; /* x = x0 + xx u + xy v, around the middle of the box */
    double miss, bend_x, bend_y, phase_x, phase_y;
    double radius, softness, grain;
};

static double spread(struct rng *rng, double mean, double deviation)
{
    /* Beyond two and a half deviations a hand is no longer legible. */
    double z = rng_normal(rng);
    return mean + deviation * fmax(-2.5, fmin(2.5, z));
}

static struct hand hand_draw(struct rng *rng)
{
    const double pi = acos(-1.0);
    double height = HEIGHT * (1 + spread(rng, 0, HEIGHT_SPREAD));
    double width = height * (ASPECT + spread(rng, 0, ASPECT_SPREAD));
    double slant = spread(rng, SLANT, SLANT_SPREAD);
    double turn = spread(rng, 0, TURN_SPREAD);
    double c = cos(turn), s = sin(turn);
    /* Statement by statement: C leaves the order within an initialiser to the compiler. */
    struct hand hand;
    hand.xx = c * width; /* a rotation of a shear: upright lines lean to the right */
    hand.xy = -c * slant * height - s * height;
    hand.yx = s * width;
    hand.yy = -s * slant * height + c * height;
    hand.x0 = spread(rng, (DIGIT_SIDE - 1) / 2.0, SHIFT_SPREAD);
    hand.y0 = spread(rng, (DIGIT_SIDE - 1) / 2.0, SHIFT_SPREAD);
    hand.miss = MISS * exp(spread(rng, 0, HASTE));
    hand.bend_x = spread(rng, 0, BEND_SPREAD);
    hand.bend_y = spread(rng, 0, BEND_SPREAD);
    hand.phase_x = 2 * pi * rng_unit(rng);
    hand.phase_y = 2 * pi * rng_unit(rng);
    hand.radius = fmax(PEN_LEAST, spread(rng, PEN, PEN_SPREAD));
    hand.softness = .8 + .6 * rng_unit(rng);
    hand.grain = GRAIN * rng_unit(rng);
    return hand;
}

/* A knot of the skeleton, shaken and bent, on the paper. */
static struct point hand_place(const struct hand *hand, struct rng *rng, const struct knot *knot)
{
    double u = spread(rng, knot->x - .5, hand->miss / ASPECT);
    double v = spread(rng, knot->y - .5, hand->miss);
    double bent = u + hand->bend_x / ASPECT * sin(5 * v + hand->phase_x);
    v += hand->bend_y * sin(5 * u + hand->phase_y);
    return (struct point){(float)(hand->x0 + hand->xx * bent + hand->xy * v),
                          (float)(hand->y0 + hand->yx * bent + hand->yy * v)};
}

static float clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

/* Inks the pixels near the piece from a to b: each gets the darkest that any piece gives it. */
static void ink_piece(float *pixels, struct point a, struct point b, float radius, float softness)
{
    float reach = radius + softness / 2, last = DIGIT_SIDE - 1;
    int left = (int)ceilf(clamp(fminf(a.x, b.x) - reach, 0, last));
    int right = (int)floorf(clamp(fmaxf(a.x, b.x) + reach, 0, last));
    int top = (int)ceilf(clamp(fminf(a.y, b.y) - reach, 0, last));
    int bottom = (int)floorf(clamp(fmaxf(a.y, b.y) + reach, 0, last));
    float dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    float scale = square > 0 ? 1 / square : 0;
    for (int y = top; y <= bottom; y++) {
        for (int x = left; x <= right; x++) {
            float px = (float)x - a.x, py = (float)y - a.y;
            float along = clamp((px * dx + py * dy) * scale, 0, 1);
            float ex = px - along * dx, ey = py - along * dy;
            float ink = (reach - sqrtf(ex * ex + ey * ey)) / softness;
            float *pixel = &pixels[y * DIGIT_SIDE + x];
            if (ink > *pixel)
                *pixel = ink < 1 ? ink : 1;
        }
    }
}

/* The pen's direction at knot i of a stroke: Catmull and Rom's, halfway between its neighbours. At
 * a corner it is zero, so the curve stops there and starts anew. */
static struct point direction(const struct knot *knots, const struct point *at, size_t i,
                              size_t count)
{
    if (knots[i].kind == CORNER)
        return (struct point){0, 0};
    bool begins = knots[i].kind == DOWN;
    bool ends = i + 1 == count || knots[i + 1].kind == DOWN;
    const struct point *before = &at[begins ? i : i - 1], *after = &at[ends ? i : i + 1];
    float half = begins || ends ? 1 : .5f;
    return (struct point){half * (after->x - before->x), half * (after->y - before->y)};
}

static void ink_skeleton(float *pixels, const struct skeleton *skeleton, const struct point *at,
                         float radius, float softness)
{
    for (size_t i = 0; i + 1 < skeleton->count; i++) {
        if (skeleton->knots[i + 1].kind == DOWN)
            continue;
        struct point a = at[i], b = at[i + 1];
        struct point da = direction(skeleton->knots, at, i, skeleton->count);
        struct point db = direction(skeleton->knots, at, i + 1, skeleton->count);
        struct point from = a;
        for (int k = 1; k <= PIECES; k++) {
            /* Hermite's cubic from a to b with these directions */
            float t = (float)k / PIECES, u = 1 - t;
            float wa = u * u * (1 + 2 * t), wb = t * t * (1 + 2 * u);
            float va = t * u * u, vb = -t * t * u;
            struct point to = {wa * a.x + wb * b.x + va * da.x + vb * db.x,
                               wa * a.y + wb * b.y + va * da.y + vb * db.y};
            ink_piece(pixels, from, to, radius, softness);
            from = to;
        }
    }
}

/* Paper takes ink unevenly. The pixels become bytes divided by 255, like those of a scanned image:
 * that way they do not differ in their last bits from machine to machine. */
static void grain_pixels(float *pixels, struct rng *rng, float grain)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < DIGIT_PIXELS; i++) {
        if (i % 8 == 0)
            bits = rng_next(rng);
        float lack = grain * (float)(bits & 255) / 255;
        pixels[i] = roundf(255 * pixels[i] * (1 - lack)) / 255;
        bits >>= 8;
    }
}

/* The class of an image: its place in a shuffle of the ten classes, made anew for every ten. */
static unsigned char class_of(uint64_t seed, uint64_t stream, uint64_t index)
{
    struct rng rng;
    size_t order[DIGIT_CLASSES];
    rng_init(&rng, seed, stream, ~(index / DIGIT_CLASSES));
    rng_shuffle(&rng, order, DIGIT_CLASSES);
    return (unsigned char)order[index % DIGIT_CLASSES];
}

unsigned char digits_draw(uint64_t seed, uint64_t stream, uint64_t index,
                          float pixels[DIGIT_PIXELS])
{
    unsigned char class = class_of(seed, stream, index);
    struct rng rng;
    rng_init(&rng, seed, stream, index);
    const struct skeleton *skeleton = &digit_skeletons[class][rng_below(&rng, DIGIT_STYLES)];
    struct hand hand = hand_draw(&rng);
    struct point at[SKELETON_MOST_KNOTS];
    for (size_t i = 0; i < skeleton->count; i++)
        at[i] = hand_place(&hand, &rng, &skeleton->knots[i]);
    for (size_t i = 0; i < DIGIT_PIXELS; i++)
        pixels[i] = 0;
    ink_skeleton(pixels, skeleton, at, (float)hand.radius, (float)hand.softness);
    grain_pixels(pixels, &rng, (float)hand.grain);
    return class;
}

struct dataset digits_make(struct arena *arena, uint64_t seed, uint64_t stream, uint64_t first,
                           size_t n)
{
    struct dataset data = data_new(arena, n, DIGIT_PIXELS, DIGIT_CLASSES);
    for (size_t i = 0; i < n; i++)
        data.y[i] = digits_draw(seed, stream, first + i, data.x + i * DIGIT_PIXELS);
    return data;
}
