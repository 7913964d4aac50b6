/* The small sets: their formulas, their ranges, their balance. */
#include "support/test.h"

#include "nn/data.h"

#include <math.h>
#include <string.h>

enum { N = 2000, SEEDS = 5 };

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct rng dice(uint64_t seed)
{
    struct rng rng;
    rng_init(&rng, seed, 1, 0);
    return rng;
}

static double at(const struct dataset *data, size_t row, size_t feature)
{
    return (double)data->x[row * data->features + feature];
}

/* A fair coin in N flips: four deviations. */
static void check_balance(const struct dataset *data)
{
    size_t ones = 0;
    for (size_t i = 0; i < data->n; i++) {
        assert_in_range(data->y[i], 0, 1);
        ones += data->y[i];
    }
    double n = (double)data->n;
    assert_true(fabs((double)ones - n / 2) < 4 * sqrt(n / 4));
}

static void check_bits(const struct dataset *a, const struct dataset *b)
{
    assert_memory_equal(a->x, b->x, a->n * a->features * sizeof *a->x);
    assert_memory_equal(a->y, b->y, a->n);
}

static void test_plane_sets_are_balanced_and_in_the_window(void **state)
{
    (void)state;
    for (size_t k = 0; k < TOYS; k++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct rng rng = dice(seed), again = rng;
            struct dataset clean = toys[k].make(&arena, &rng, N, 0);
            struct dataset same = toys[k].make(&arena, &again, N, 0);
            assert_int_equal(clean.n, N);
            assert_int_equal(clean.features, 2);
            assert_int_equal(clean.classes, 2);
            check_balance(&clean);
            check_bits(&clean, &same);
            double wide = 0;
            for (size_t i = 0; i < 2 * N; i++)
                wide = fmax(wide, fabs((double)clean.x[i]));
            assert_true(wide > 1.3 && wide <= 1.5);
        }
}

static void test_noise_is_added_to_the_clean_points(void **state)
{
    (void)state;
    for (size_t k = 0; k < TOYS; k++) {
        struct rng rng = dice(1), again = rng;
        struct dataset clean = toys[k].make(&arena, &rng, N, 0);
        struct dataset noisy = toys[k].make(&arena, &again, N, .3);
        double squares = 0;
        for (size_t i = 0; i < 2 * N; i++)
            squares += pow((double)noisy.x[i] - (double)clean.x[i], 2);
        assert_memory_equal(clean.y, noisy.y, N);
        assert_true(fabs(sqrt(squares / (2 * N)) - .3) < .015); /* four deviations are .013 */
    }
}

static void test_plane_sets_have_their_names(void **state)
{
    (void)state;
    static const char *const names[TOYS] = {"moons", "spirals", "circles", "xor"};
    for (size_t k = 0; k < TOYS; k++)
        assert_string_equal(toys[k].name, names[k]);
}

/* From a point on its arm the radius gives t, and t the angle. */
static void test_spirals_follow_the_formula(void **state)
{
    (void)state;
    const double pi = acos(-1.0);
    static const double turns[] = {1, 1.5, 3};
    for (size_t k = 0; k < 3; k++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct rng rng = dice(seed);
            struct dataset data = toys_spirals(&arena, &rng, N, turns[k], 0);
            double sum = 0, least = 9, most = 0;
            check_balance(&data);
            for (size_t i = 0; i < N; i++) {
                double t = hypot(at(&data, i, 0), at(&data, i, 1)) / 1.5;
                double angle = 2 * pi * turns[k] * t + pi * data.y[i];
                assert_true(fabs(at(&data, i, 0) - 1.5 * t * cos(angle)) < 1e-5);
                assert_true(fabs(at(&data, i, 1) - 1.5 * t * sin(angle)) < 1e-5);
                sum += t * t;
                least = fmin(least, t * t);
                most = fmax(most, t * t);
            }
            /* t squared is uniform in .02..1 */
            assert_true(fabs(sum / N - .51) < 4 * .98 / sqrt(12.0 * N));
            assert_true(least > .0199 && least < .03 && most > .99 && most < 1.0001);
        }
}

static void test_moons_lie_on_two_half_circles(void **state)
{
    (void)state;
    struct rng rng = dice(1);
    struct dataset data = toys[0].make(&arena, &rng, N, 0);
    for (size_t i = 0; i < N; i++) {
        double side = data.y[i] ? 1 : -1;
        double x = side * at(&data, i, 0) - .5, y = side * at(&data, i, 1) - .25;
        assert_true(fabs(hypot(x, y) - 1) < 1e-6);
        assert_true(y <= 1e-6); /* half */
    }
}

static void test_circles_have_two_radii(void **state)
{
    (void)state;
    struct rng rng = dice(1);
    struct dataset data = toys[2].make(&arena, &rng, N, 0);
    for (size_t i = 0; i < N; i++)
        assert_true(fabs(hypot(at(&data, i, 0), at(&data, i, 1)) - (data.y[i] ? .7 : 1.4)) < 1e-6);
}

static void test_xor_is_the_sign_of_the_product(void **state)
{
    (void)state;
    struct rng rng = dice(1);
    struct dataset data = toys[3].make(&arena, &rng, N, 0);
    size_t quarters[4] = {0};
    for (size_t i = 0; i < N; i++) {
        double x = at(&data, i, 0), y = at(&data, i, 1);
        assert_int_equal(data.y[i], x * y < 0);
        quarters[(x > 0) + 2 * (y > 0)]++;
    }
    for (size_t q = 0; q < 4; q++)
        assert_in_range(quarters[q], N / 4 - 80, N / 4 + 80);
}

static void test_coin_flips_have_nothing_to_learn(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct rng rng = dice(seed), again = rng;
        struct dataset random = toys_coin_flips(&arena, &rng, N, 20, false);
        struct dataset real = toys_coin_flips(&arena, &again, N, 20, true);
        assert_memory_equal(random.x, real.x, N * 20 * sizeof *real.x);
        check_balance(&random);
        check_balance(&real);
        double squares = 0;
        size_t agree = 0;
        for (size_t i = 0; i < N; i++) {
            double sum = 0;
            for (size_t j = 0; j < 20; j++) {
                sum += at(&real, i, j);
                squares += pow(at(&real, i, j), 2);
            }
            if (fabs(sum) > 1e-4)
                assert_int_equal(real.y[i], sum > 0);
            agree += random.y[i] == real.y[i];
        }
        assert_true(fabs(squares / (20 * N) - 1) < .03);
        assert_true(fabs((double)agree - N / 2.0) < 4 * sqrt(N / 4.0));
    }
}

/* The best rule is the sign of the sum: right with probability Phi(.3 sqrt(40)) = .971. */
static void test_redundant_features_allow_what_bayes_allows(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct rng rng = dice(seed), again = rng;
        struct dataset clean = toys_redundant(&arena, &rng, N, 0);
        struct dataset flipped = toys_redundant(&arena, &again, N, .2);
        assert_int_equal(clean.features, 40);
        check_balance(&clean);
        size_t right = 0, flips = 0;
        double first = 0;
        for (size_t i = 0; i < N; i++) {
            double sum = 0;
            for (size_t j = 0; j < REDUNDANT_FEATURES; j++)
                sum += at(&clean, i, j);
            right += clean.y[i] == (sum > 0);
            first += clean.y[i] ? at(&clean, i, 0) : -at(&clean, i, 0);
            flips += clean.y[i] != flipped.y[i];
        }
        assert_true(fabs((double)right / N - .971) < .015);
        assert_true(fabs(first / N - .3) < 4 / sqrt(N));
        assert_memory_equal(clean.x, flipped.x, N * REDUNDANT_FEATURES * sizeof *clean.x);
        assert_true(fabs((double)flips / N - .2) < 4 * sqrt(.2 * .8 / N));
    }
}

static void test_sine_has_its_gap(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct rng rng = dice(seed);
        struct dataset data = toys_sine_gap(&arena, &rng, 60, .05);
        assert_int_equal(data.classes, 0);
        double squares = 0;
        for (size_t i = 0; i < 60; i++) {
            double x = at(&data, i, 0);
            assert_true(i < 30 ? x >= -1 && x <= -.3 + 1e-6 : x >= .3 - 1e-6 && x <= 1);
            squares += pow((double)data.target[i] - sin(3 * x), 2);
        }
        assert_true(sqrt(squares / 60) > .03 && sqrt(squares / 60) < .07);
    }
}

static void test_wave_is_a_noisy_sine(void **state)
{
    (void)state;
    struct rng rng = dice(1);
    struct dataset data = toys_wave(&arena, &rng, N, .2);
    double squares = 0, sum = 0;
    for (size_t i = 0; i < N; i++) {
        double x = at(&data, i, 0);
        assert_true(x >= -1 && x <= 1);
        sum += x;
        squares += pow((double)data.target[i] - sin(acos(-1.0) * x), 2);
    }
    assert_true(fabs(sum / N) < 4 * 2 / sqrt(12.0 * N));
    assert_true(fabs(sqrt(squares / N) - .2) < .015);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_plane_sets_are_balanced_and_in_the_window),
        CASE(test_noise_is_added_to_the_clean_points),
        CASE(test_plane_sets_have_their_names),
        CASE(test_spirals_follow_the_formula),
        CASE(test_moons_lie_on_two_half_circles),
        CASE(test_circles_have_two_radii),
        CASE(test_xor_is_the_sign_of_the_product),
        CASE(test_coin_flips_have_nothing_to_learn),
        CASE(test_redundant_features_allow_what_bayes_allows),
        CASE(test_sine_has_its_gap),
        CASE(test_wave_is_a_noisy_sine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
