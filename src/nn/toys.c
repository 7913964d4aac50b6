#include "nn/data.h"

#include <math.h>

static double uniform(struct rng *rng, double low, double high)
{
    return low + (high - low) * rng_unit(rng);
}

static unsigned char coin(struct rng *rng)
{
    return rng_bernoulli(rng, .5);
}

/* The random numbers of a row are always drawn in this order: class, place, noise of x, of y. */
static void place(struct dataset *data, size_t i, struct rng *rng, double x, double y, double noise)
{
    data->x[2 * i] = (float)(x + noise * rng_normal(rng));
    data->x[2 * i + 1] = (float)(y + noise * rng_normal(rng));
}

struct dataset toys_spirals(struct arena *arena, struct rng *rng, size_t n, double turns,
                            double noise)
{
    const double pi = acos(-1.0);
    struct dataset data = data_new(arena, n, 2, 2);
    for (size_t i = 0; i < n; i++) {
        data.y[i] = coin(rng);
        double t = sqrt(uniform(rng, .02, 1));
        double angle = 2 * pi * turns * t + pi * data.y[i];
        place(&data, i, rng, 1.5 * t * cos(angle), 1.5 * t * sin(angle), noise);
    }
    return data;
}

static struct dataset one_turn(struct arena *arena, struct rng *rng, size_t n, double noise)
{
    return toys_spirals(arena, rng, n, 1, noise);
}

/* Two half circles of radius 1 that reach into each other. */
static struct dataset moons(struct arena *arena, struct rng *rng, size_t n, double noise)
{
    struct dataset data = data_new(arena, n, 2, 2);
    for (size_t i = 0; i < n; i++) {
        data.y[i] = coin(rng);
        double angle = uniform(rng, 0, acos(-1.0)), side = data.y[i] ? 1 : -1;
        place(&data, i, rng, side * (.5 - cos(angle)), side * (.25 - sin(angle)), noise);
    }
    return data;
}

/* A ring of radius 1.4 around one of radius .7. */
static struct dataset circles(struct arena *arena, struct rng *rng, size_t n, double noise)
{
    struct dataset data = data_new(arena, n, 2, 2);
    for (size_t i = 0; i < n; i++) {
        data.y[i] = coin(rng);
        double angle = uniform(rng, 0, 2 * acos(-1.0)), radius = data.y[i] ? .7 : 1.4;
        place(&data, i, rng, radius * cos(angle), radius * sin(angle), noise);
    }
    return data;
}

/* A square whose quarters alternate: class 1 where x and y, before the noise, differ in sign. */
static struct dataset quarters(struct arena *arena, struct rng *rng, size_t n, double noise)
{
    struct dataset data = data_new(arena, n, 2, 2);
    for (size_t i = 0; i < n; i++) {
        data.y[i] = coin(rng);
        double size = uniform(rng, .1, 1.4), other = uniform(rng, .1, 1.4);
        double side = coin(rng) ? 1 : -1;
        place(&data, i, rng, side * size, (data.y[i] ? -side : side) * other, noise);
    }
    return data;
}

const struct toy toys[TOYS] = {
    {"moons", moons},
    {"spirals", one_turn},
    {"circles", circles},
    {"xor", quarters},
};

struct dataset toys_coin_flips(struct arena *arena, struct rng *rng, size_t n, size_t features,
                               bool real)
{
    struct dataset data = data_new(arena, n, features, 2);
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < features; j++) {
            double number = rng_normal(rng);
            data.x[i * features + j] = (float)number;
            sum += number;
        }
        /* The coin is flipped in both cases, so that both have the same rows. */
        data.y[i] = coin(rng);
        if (real)
            data.y[i] = sum > 0;
    }
    return data;
}

struct dataset toys_redundant(struct arena *arena, struct rng *rng, size_t n, double flip)
{
    struct dataset data = data_new(arena, n, REDUNDANT_FEATURES, 2);
    for (size_t i = 0; i < n; i++) {
        unsigned char class = coin(rng);
        for (size_t j = 0; j < REDUNDANT_FEATURES; j++)
            data.x[i * REDUNDANT_FEATURES + j] = (float)(.3 * (2 * class - 1) + rng_normal(rng));
        data.y[i] = class ^ rng_bernoulli(rng, flip);
    }
    return data;
}

struct dataset toys_sine_gap(struct arena *arena, struct rng *rng, size_t n, double noise)
{
    struct dataset data = data_new(arena, n, 1, 0);
    for (size_t i = 0; i < n; i++) {
        double x = i < n / 2 ? uniform(rng, -1, -.3) : uniform(rng, .3, 1);
        data.x[i] = (float)x;
        data.target[i] = (float)(sin(3 * x) + noise * rng_normal(rng));
    }
    return data;
}

struct dataset toys_wave(struct arena *arena, struct rng *rng, size_t n, double noise)
{
    struct dataset data = data_new(arena, n, 1, 0);
    for (size_t i = 0; i < n; i++) {
        double x = uniform(rng, -1, 1);
        data.x[i] = (float)x;
        data.target[i] = (float)(sin(acos(-1.0) * x) + noise * rng_normal(rng));
    }
    return data;
}
