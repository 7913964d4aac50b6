/* Norms in float32 beside their definitions in double, on rows that cost digits: a mean far above
 * the spread, squares beyond what float holds, rows of zeros, sums over very many rows. */
#include "support/test.h"

#include "nn/matrix.h"
#include "nn/norm.h"

#include "base/arena.h"
#include "base/rng.h"

#include <math.h>
#include <string.h>

/* Widths with and without whole vectors, and so many rows that threads would share them. */
enum { MOST_WIDTH = 131, ROWS = 67, MOST = ROWS * MOST_WIDTH };
static const size_t widths[] = {2, 5, 64, 100, 128, MOST_WIDTH};
static const double EPSILON = 1e-5, ALLOWED = 2e-6;

/* One input, its results, and what they should be. */
struct row_norm {
    size_t width;
    float x[MOST], gy[MOST], gamma[MOST_WIDTH], beta[MOST_WIDTH];
    float y[MOST], gx[MOST], ggamma[MOST_WIDTH], gbeta[MOST_WIDTH], rstd[MOST];
    double mean[MOST];
    double y_want[MOST], gx_want[MOST], ggamma_want[MOST_WIDTH], gbeta_want[MOST_WIDTH];
    double gx_size; /* of the largest number before the differences are taken */
};

static void fill(struct row_norm *n, size_t width, double mean, double spread)
{
    struct rng rng;
    rng_init(&rng, 17, width, 0);
    n->width = width;
    for (size_t i = 0; i < ROWS * width; i++) {
        n->x[i] = (float)(mean + spread * rng_normal(&rng));
        n->gy[i] = (float)rng_normal(&rng);
    }
    for (size_t j = 0; j < width; j++) {
        n->gamma[j] = (float)rng_normal(&rng);
        n->beta[j] = (float)rng_normal(&rng);
    }
}

/* The definition: `count` numbers, `stride` apart, share a mean (0 for RMS norm); gamma of number k is
 * gamma[k * gamma_stride]. */
static void want_set(struct row_norm *n, size_t first, size_t stride, size_t count,
                     size_t gamma_first, size_t gamma_stride, bool centred,
                     double (*factor)(double mean_square))
{
    double mean = 0, square = 0, sum = 0, sum_x = 0;
    for (size_t k = 0; k < count && centred; k++)
        mean += (double)n->x[first + k * stride] / (double)count;
    for (size_t k = 0; k < count; k++)
        square += pow((double)n->x[first + k * stride] - mean, 2) / (double)count;
    double r = factor(square);
    /* r changes with x_k by -xhat_k r / (n share), share = 1 but where epsilon stands outside. */
    double share = factor(4) == 1 / (2 + EPSILON) ? r * sqrt(square) : 1;
    for (size_t k = 0; k < count; k++) {
        size_t at = first + k * stride, j = gamma_first + k * gamma_stride;
        double xhat = ((double)n->x[at] - mean) * r, g = (double)n->gy[at] * (double)n->gamma[j];
        n->y_want[at] = xhat * (double)n->gamma[j] + (centred ? (double)n->beta[j] : 0);
        n->ggamma_want[j] += (double)n->gy[at] * xhat;
        n->gbeta_want[j] += (double)n->gy[at];
        sum += centred ? g / (double)count : 0;
        sum_x += g * xhat / (double)count;
    }
    for (size_t k = 0; k < count; k++) {
        size_t at = first + k * stride, j = gamma_first + k * gamma_stride;
        double xhat = ((double)n->x[at] - mean) * r, g = (double)n->gy[at] * (double)n->gamma[j];
        n->gx_size = fmax(n->gx_size, r * fabs(g));
        n->gx_want[at] = r * (g - sum - (share > 0 ? xhat * sum_x / share : 0));
    }
}

static double inside(double mean_square)
{
    return 1 / sqrt(mean_square + EPSILON);
}

static double outside(double mean_square)
{
    return 1 / (sqrt(mean_square) + EPSILON);
}

static void forget(struct row_norm *n)
{
    n->gx_size = 0;
    memset(n->ggamma_want, 0, sizeof n->ggamma_want);
    memset(n->gbeta_want, 0, sizeof n->gbeta_want);
}

static void want_rows(struct row_norm *n, bool centred, double (*factor)(double))
{
    forget(n);
    for (size_t i = 0; i < ROWS; i++)
        want_set(n, i * n->width, 1, n->width, 0, 1, centred, factor);
}

/* Errors count beside the largest number of the result (at least `most`), as with the recorded
 * vectors. */
static void expect_all(const char *what, const float *got, const double *want, size_t count,
                       double most)
{
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(want[i]));
    for (size_t i = 0; i < count; i++)
        if (!(fabs((double)got[i] - want[i]) <= ALLOWED * most))
            fail_msg("%s, number %zu: %.9g is not %.9g (of numbers up to %g)", what, i,
                     (double)got[i], want[i], most);
}

static void expect_rows(const char *what, const struct row_norm *n, bool has_beta)
{
    expect_all(what, n->y, n->y_want, ROWS * n->width, 0);
    expect_all(what, n->gx, n->gx_want, ROWS * n->width, n->gx_size);
    expect_all(what, n->ggamma, n->ggamma_want, n->width, 0);
    if (has_beta)
        expect_all(what, n->gbeta, n->gbeta_want, n->width, 0);
}

static void check_layer_norm(double mean, double spread)
{
    static struct row_norm n;
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++) {
            struct pool *pool = pool_open(1, simd);
            fill(&n, widths[w], mean, spread);
            want_rows(&n, true, inside);
            layer_norm_forward(n.y, n.mean, n.rstd, n.x, n.gamma, n.beta, ROWS, n.width, EPSILON,
                               pool);
            layer_norm_backward(n.gx, n.ggamma, n.gbeta, n.gy, n.x, n.mean, n.rstd, n.gamma, ROWS,
                                n.width, pool);
            expect_rows("layer norm", &n, true);
            pool_close(pool);
        }
}

static void check_rms_norm(double mean, double spread)
{
    static struct row_norm n;
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++)
            for (enum rms_epsilon place = RMS_INSIDE; place <= RMS_OUTSIDE; place++) {
                struct pool *pool = pool_open(1, simd);
                fill(&n, widths[w], mean, spread);
                want_rows(&n, false, place == RMS_INSIDE ? inside : outside);
                rms_norm_forward(n.y, n.rstd, n.x, n.gamma, ROWS, n.width, EPSILON, place, pool);
                rms_norm_backward(n.gx, n.ggamma, n.gy, n.x, n.rstd, n.gamma, ROWS, n.width,
                                  EPSILON, place, pool);
                expect_rows(place == RMS_INSIDE ? "rms norm" : "rms norm, epsilon outside", &n,
                            false);
                pool_close(pool);
            }
}

static void check_channel_norms(double mean, double spread)
{
    static struct row_norm n;
    fill(&n, 100, mean, spread);
    forget(&n);
    for (size_t c = 0; c < n.width; c++)
        want_set(&n, c, n.width, ROWS, c, 0, true, inside);
    batch_norm_forward(n.y, n.mean, n.rstd, NULL, NULL, n.x, n.gamma, n.beta, ROWS, n.width, 1,
                       EPSILON, .1, NULL);
    batch_norm_backward(n.gx, n.ggamma, n.gbeta, n.gy, n.x, n.mean, n.rstd, n.gamma, ROWS, n.width,
                        1, NULL);
    expect_rows("batch norm", &n, true);

    enum { GROUPS = 4 };
    forget(&n);
    for (size_t i = 0; i < ROWS; i++)
        for (size_t g = 0; g < GROUPS; g++)
            want_set(&n, i * n.width + g * (n.width / GROUPS), 1, n.width / GROUPS,
                     g * (n.width / GROUPS), 1, true, inside);
    group_norm_forward(n.y, n.mean, n.rstd, n.x, n.gamma, n.beta, ROWS, n.width, 1, GROUPS,
                       EPSILON);
    group_norm_backward(n.gx, n.ggamma, n.gbeta, n.gy, n.x, n.mean, n.rstd, n.gamma, ROWS, n.width,
                        1, GROUPS);
    expect_rows("group norm", &n, true);
}

static void test_norms_equal_their_definitions(void **state)
{
    (void)state;
    check_layer_norm(.3, 1);
    check_rms_norm(.3, 1);
    check_channel_norms(.3, 1);
}

/* The mean of 100,000 has no digits behind the third in float32: rounded, it moves every xhat. */
static void test_a_mean_far_above_the_spread_costs_no_digits(void **state)
{
    (void)state;
    check_layer_norm(100000, 1);
    check_layer_norm(-3e6, 2);
    check_channel_norms(100000, 1);
}

static void test_squares_that_overflow_are_measured_all_the_same(void **state)
{
    (void)state;
    check_layer_norm(0, 1e20);
    check_layer_norm(3e25, 1e25);
    check_rms_norm(0, 1e20);
    check_rms_norm(1e30, 1e30);
    check_channel_norms(0, 1e20);
}

static void test_rms_norm_of_small_rows_keeps_its_digits(void **state)
{
    (void)state;
    check_rms_norm(0, 1e-3);
    check_rms_norm(0, 1e-18);
    check_rms_norm(0, 0);
}

/* The first numbers of a row are no guide to its mean: the row is measured twice. */
static void test_rows_whose_start_misleads_are_measured_well(void **state)
{
    (void)state;
    enum { N = 512 };
    float x[N], y[N], rstd;
    double mean;
    for (size_t i = 0; i < N; i++)
        x[i] = i < 256 ? 0 : i % 2 ? 5000.5f : 5001.5f;
    x[0] = 1;
    double want = 0, variance = 0;
    for (size_t i = 0; i < N; i++)
        want += (double)x[i] / N;
    for (size_t i = 0; i < N; i++)
        variance += pow((double)x[i] - want, 2) / N;
    layer_norm_forward(y, &mean, &rstd, x, NULL, NULL, 1, N, EPSILON, NULL);
    assert_true(fabs(mean - want) < 1e-3);
    assert_true(fabs((double)rstd * sqrt(variance + EPSILON) - 1) < 1e-6);
}

/* y and the gradient are NaN, which training reports; a row of zeros would go unseen. */
static void test_infinite_numbers_do_not_pass_for_zeros(void **state)
{
    (void)state;
    float x[40] = {1, 2, INFINITY, 3}, y[40], rstd[1], channel_rstd[1];
    double mean[1];
    layer_norm_forward(y, mean, rstd, x, NULL, NULL, 1, 40, EPSILON, NULL);
    assert_true(isnan(y[0]));
    rms_norm_forward(y, rstd, x, NULL, 1, 40, EPSILON, RMS_INSIDE, NULL);
    assert_false(real_finite(y, 40));
    batch_norm_forward(y, mean, channel_rstd, NULL, NULL, x, NULL, NULL, 40, 1, 1, EPSILON, .1,
                       NULL);
    assert_true(isnan(y[0]));
}

/* 262,144 rows whose share in a gradient is 1 and -.999 by turns: a plain sum in float32 loses what is
 * left. */
static void test_gradients_over_very_many_rows_keep_their_digits(void **state)
{
    (void)state;
    enum { MANY = 1 << 18, W = 2 };
    struct arena arena;
    arena_init(&arena);
    float *x = ARENA_ARRAY(&arena, MANY * W, float), *gy = ARENA_ARRAY(&arena, MANY * W, float);
    float *y = ARENA_ARRAY(&arena, MANY * W, float), *rstd = ARENA_ARRAY(&arena, MANY, float);
    double *mean = ARENA_ARRAY(&arena, MANY, double), want = 0;
    float ggamma[W], gbeta[W];
    for (size_t i = 0; i < MANY * W; i++) {
        x[i] = i % 2 ? 1.0f : -1.0f;
        gy[i] = i < MANY ? .1f : -.0999f;
    }
    for (size_t i = 0; i < MANY; i++)
        want += (double)gy[i * W];
    layer_norm_forward(y, mean, rstd, x, NULL, NULL, MANY, W, 0, NULL);
    layer_norm_backward(y, ggamma, gbeta, gy, x, mean, rstd, NULL, MANY, W, NULL);
    assert_true(fabs((double)gbeta[0] - want) < .1 && fabs((double)ggamma[1] - want) < .1);
    group_norm_forward(y, mean, rstd, x, NULL, NULL, MANY, 1, W, 1, 0);
    group_norm_backward(y, ggamma, gbeta, gy, x, mean, rstd, NULL, MANY, 1, W, 1);
    assert_true(fabs((double)gbeta[0] - 2 * want) < 1e-4);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_norms_equal_their_definitions),
        cmocka_unit_test(test_a_mean_far_above_the_spread_costs_no_digits),
        cmocka_unit_test(test_squares_that_overflow_are_measured_all_the_same),
        cmocka_unit_test(test_rms_norm_of_small_rows_keeps_its_digits),
        cmocka_unit_test(test_rows_whose_start_misleads_are_measured_well),
        cmocka_unit_test(test_infinite_numbers_do_not_pass_for_zeros),
        cmocka_unit_test(test_gradients_over_very_many_rows_keep_their_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
