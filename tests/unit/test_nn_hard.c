/* Inputs at the edge: huge logits, a mean far above the spread, p of 0 and 1, one row, two rows. */
#include "support/test.h"

#include "nn/dropout.h"
#include "nn/layers.h"
#include "nn/matrix.h"
#include "nn/norm.h"
#include "nn/optim.h"

#include "base/arena.h"

#include <float.h>
#include <math.h>
#include <string.h>

static void expect_near(double got, double want, double by)
{
    if (!(fabs(got - want) <= by))
        fail_msg("%.12g is not within %g of %.12g", got, by, want);
}

static void test_huge_logits_give_finite_losses(void **state)
{
    (void)state;
    const float logits[] = {1000, -1000, 0, -1000, -1000, 1000};
    const unsigned char right[] = {0, 2}, wrong[] = {1, 0};
    float gx[6], p[6];
    size_t correct;
    expect_near(cross_entropy(gx, logits, right, 2, 3, &correct), 0, 1e-12);
    assert_int_equal(correct, 2);
    expect_near(cross_entropy(gx, logits, wrong, 2, 3, &correct), 2000, 1e-9);
    assert_int_equal(correct, 0);
    expect_near((double)gx[0], .5, 1e-7);
    expect_near((double)gx[1], -.5, 1e-7);
    softmax_forward(p, logits, 2, 3);
    assert_true(p[0] == 1 && p[1] == 0 && p[5] == 1);
    log_softmax_forward(p, logits, 2, 3);
    expect_near((double)p[1], -2000, 1e-3);
}

static void test_one_class_has_no_loss(void **state)
{
    (void)state;
    const float logits[] = {-7};
    const unsigned char label[] = {0};
    float gx[1];
    expect_near(cross_entropy(gx, logits, label, 1, 1, NULL), 0, 0);
    assert_true(gx[0] == 0);
}

static void test_activations_end_where_they_should(void **state)
{
    (void)state;
    const float x[] = {-1000, -100, 0, 100, 1000};
    float y[5];
    activation_forward(y, x, 5, ACTIVATION_SIGMOID, NULL);
    assert_true(y[0] == 0 && y[2] == .5f && y[4] == 1);
    activation_forward(y, x, 5, ACTIVATION_GELU, NULL);
    assert_true(fabsf(y[0]) == 0 && y[3] == 100 && y[4] == 1000);
    activation_forward(y, x, 5, ACTIVATION_GELU_TANH, NULL);
    assert_true(fabsf(y[0]) == 0 && y[3] == 100 && y[4] == 1000);
    activation_forward(y, x, 5, ACTIVATION_TANH, NULL);
    assert_true(y[0] == -1 && y[2] == 0 && y[4] == 1);
}

static void test_relu_lets_nan_through_and_is_flat_at_zero(void **state)
{
    (void)state;
    const float x[] = {NAN, 0, -0.0f, 2, -INFINITY, INFINITY, -1}, ones[] = {1, 1, 1, 1, 1, 1, 1};
    float y[7], gx[7];
    for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++) {
        struct pool *pool = pool_open(1, simd);
        activation_forward(y, x, 7, ACTIVATION_RELU, pool);
        assert_true(isnan(y[0]) && y[1] == 0 && y[2] == 0 && y[3] == 2 && y[4] == 0);
        assert_true(isinf(y[5]) && y[6] == 0);
        activation_backward(gx, ones, x, y, 7, ACTIVATION_RELU, pool);
        assert_true(gx[1] == 0 && gx[2] == 0 && gx[3] == 1 && gx[4] == 0 && gx[5] == 1);
        pool_close(pool);
    }
}

/* 100,000 + (-1, 1, -1, 1, ...): the naive E[x^2] - E[x]^2 has no correct digit in float32. */
static void test_norms_survive_a_mean_above_the_spread(void **state)
{
    (void)state;
    enum { N = 64 };
    float x[N], y[N], rstd, channel_rstd[1];
    double mean, channel_mean[1];
    for (size_t i = 0; i < N; i++)
        x[i] = 100000 + (i % 2 ? 1.0f : -1.0f);
    for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++) {
        struct pool *pool = pool_open(1, simd);
        layer_norm_forward(y, &mean, &rstd, x, NULL, NULL, 1, N, 1e-5, pool);
        expect_near(mean, 100000, 0);
        expect_near((double)rstd, 1 / sqrt(1 + 1e-5), 1e-6);
        for (size_t i = 0; i < N; i++)
            expect_near((double)y[i], i % 2 ? 1 : -1, 1e-4);
        pool_close(pool);
    }
    batch_norm_forward(y, channel_mean, channel_rstd, NULL, NULL, x, NULL, NULL, N, 1, 1, 1e-5, .1,
                       NULL);
    for (size_t i = 0; i < N; i++)
        expect_near((double)y[i], i % 2 ? 1 : -1, 1e-4);
}

static void test_constant_rows_are_normalised_to_beta(void **state)
{
    (void)state;
    const float x[] = {3, 3, 3}, beta[] = {1, 2, 3}, gy[] = {1, -1, 5};
    float y[3], rstd, gx[3];
    double mean;
    layer_norm_forward(y, &mean, &rstd, x, NULL, beta, 1, 3, 1e-5, NULL);
    assert_memory_equal(y, beta, sizeof y);
    layer_norm_backward(gx, NULL, NULL, gy, x, &mean, &rstd, NULL, 1, 3, NULL);
    assert_true(real_finite(gx, 3));
}

static void test_rms_norm_of_zeros_is_zero(void **state)
{
    (void)state;
    const float x[] = {0, 0, 0}, gy[] = {1, 2, 3};
    float y[3], rstd, gx[3];
    for (enum rms_epsilon place = RMS_INSIDE; place <= RMS_OUTSIDE; place++) {
        rms_norm_forward(y, &rstd, x, NULL, 1, 3, 1e-8, place, NULL);
        rms_norm_backward(gx, NULL, gy, x, &rstd, NULL, 1, 3, 1e-8, place, NULL);
        assert_true(y[0] == 0 && y[1] == 0 && y[2] == 0);
        assert_true(real_finite(gx, 3));
    }
}

static void test_batch_norm_of_one_row_gives_beta_and_no_gradient(void **state)
{
    (void)state;
    const float x[] = {5, -7}, gamma[] = {2, 3}, beta[] = {.5f, -1}, gy[] = {1, 1};
    float y[2], rstd[2], gx[2], running_mean[] = {0, 0}, running_variance[] = {1, 1};
    double mean[2];
    batch_norm_forward(y, mean, rstd, running_mean, running_variance, x, gamma, beta, 1, 2, 1, 1e-5,
                       .1, NULL);
    assert_memory_equal(y, beta, sizeof y);
    expect_near((double)running_mean[0], .5, 1e-6);
    assert_true(running_variance[0] == 1); /* one number has no unbiased variance */
    batch_norm_backward(gx, NULL, NULL, gy, x, mean, rstd, gamma, 1, 2, 1, NULL);
    assert_true(gx[0] == 0 && gx[1] == 0);
}

static void test_batch_norm_of_two_rows_gives_plus_and_minus_one(void **state)
{
    (void)state;
    const float x[] = {10, -3, 30, 5};
    float y[4], rstd[2];
    double mean[2];
    batch_norm_forward(y, mean, rstd, NULL, NULL, x, NULL, NULL, 2, 2, 1, 1e-5, .1, NULL);
    expect_near((double)y[0], -1, 1e-5);
    expect_near((double)y[2], 1, 1e-5);
    expect_near((double)y[1], -1, 1e-5);
    expect_near((double)y[3], 1, 1e-5);
}

static void test_dropout_of_none_and_of_all(void **state)
{
    (void)state;
    enum { N = 1000 };
    float x[N], y[N];
    uint64_t mask[16];
    assert_int_equal(mask_words(N), 16);
    for (size_t i = 0; i < N; i++)
        x[i] = (float)i + 1;
    for (enum dropout_scaling scaling = DROPOUT_INVERTED; scaling <= DROPOUT_CLASSIC; scaling++) {
        dropout_forward(y, mask, x, N, 0, scaling, (struct mask_key){1, 2, 3}, NULL);
        assert_memory_equal(x, y, sizeof x);
        assert_int_equal(mask_count(mask, N), N);
        dropout_forward(y, mask, x, N, 1, scaling, (struct mask_key){1, 2, 3}, NULL);
        assert_int_equal(mask_count(mask, N), 0);
        for (size_t i = 0; i < N; i++)
            assert_true(y[i] == 0);
    }
    dropout_eval(y, x, N, 1, DROPOUT_CLASSIC);
    assert_true(y[7] == 0);
}

static void test_what_is_dropped_is_zero_even_if_it_was_nan(void **state)
{
    (void)state;
    float x[130], y[130];
    uint64_t mask[16] = {0};
    for (size_t i = 0; i < 130; i++)
        x[i] = i % 3 ? NAN : -2;
    for (size_t i = 0; i < 130; i += 3)
        mask_set(mask, i, i % 2 == 0);
    for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++) {
        struct pool *pool = pool_open(1, simd);
        dropout_apply(y, x, mask, 130, 2, pool);
        for (size_t i = 0; i < 130; i++)
            assert_true(y[i] == (i % 6 == 0 ? -4.0f : 0.0f));
        pool_close(pool);
    }
}

static void test_empty_products_are_the_bias(void **state)
{
    (void)state;
    const float bias[] = {1, 2, 3};
    float y[6];
    matrix_multiply(MATRIX_NN, y, bias, bias, bias, 2, 3, 0, NULL);
    assert_memory_equal(y, bias, sizeof bias);
    assert_memory_equal(y + 3, bias, sizeof bias);
}

/* A quarter of a million rows of .1: one chain of sums in float32 is off by more than a tenth of a per
 * cent at the end. */
static void test_gradients_of_very_large_batches_keep_their_digits(void **state)
{
    (void)state;
    enum { ROWS = 1 << 18 };
    struct arena arena;
    arena_init(&arena);
    float *x = ARENA_ARRAY(&arena, ROWS, float), *gy = ARENA_ARRAY(&arena, ROWS, float);
    float w[1] = {1}, gw[1], gb[1];
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = .7f;
        gy[i] = .1f;
    }
    for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++) {
        struct pool *pool = pool_open(1, simd);
        linear_backward(NULL, gw, gb, gy, x, w, ROWS, 1, 1, pool);
        expect_near((double)gw[0], ROWS * (double)x[0] * (double)gy[0], .2);
        expect_near((double)gb[0], ROWS * (double)gy[0], .3);
        pool_close(pool);
    }
    arena_free(&arena);
}

static void test_l1_stops_at_zero(void **state)
{
    (void)state;
    float p[] = {.5f, -.5f, .01f, -.01f, 0, NAN};
    optim_l1_shrink(p, 6, .1);
    expect_near((double)p[0], .4, 1e-7);
    expect_near((double)p[1], -.4, 1e-7);
    assert_true(p[2] == 0 && p[3] == 0 && p[4] == 0 && isnan(p[5]));
}

static void test_clipping_by_value_and_by_norm(void **state)
{
    (void)state;
    float g[] = {3, 4}, h[] = {3, -4}, small[] = {.1f, 0};
    expect_near(optim_clip_norm(g, 2, 1), 5, 1e-12);
    expect_near((double)g[0], .6, 1e-6);
    expect_near((double)g[1], .8, 1e-6);
    optim_clip_value(h, 2, 1);
    assert_true(h[0] == 1 && h[1] == -1);
    expect_near(optim_clip_norm(small, 2, 1), .1, 1e-8);
    assert_true(small[0] == .1f);
}

static void test_schedules_start_and_end_where_they_say(void **state)
{
    (void)state;
    expect_near(schedule_cosine(1, .1, 0, 10), 1, 1e-15);
    expect_near(schedule_cosine(1, .1, 5, 10), .55, 1e-15);
    expect_near(schedule_cosine(1, .1, 10, 10), .1, 1e-15);
    expect_near(schedule_cosine(1, .1, 99, 10), .1, 1e-15);
    expect_near(schedule_warmup_cosine(1, 0, 4, 0, 10), .25, 1e-15);
    expect_near(schedule_warmup_cosine(1, 0, 4, 3, 10), 1, 1e-15);
    expect_near(schedule_warmup_cosine(1, 0, 4, 7, 10), .5, 1e-15);
    expect_near(schedule_cosine(1, 0, 0, 0), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_huge_logits_give_finite_losses),
        cmocka_unit_test(test_one_class_has_no_loss),
        cmocka_unit_test(test_activations_end_where_they_should),
        cmocka_unit_test(test_relu_lets_nan_through_and_is_flat_at_zero),
        cmocka_unit_test(test_norms_survive_a_mean_above_the_spread),
        cmocka_unit_test(test_constant_rows_are_normalised_to_beta),
        cmocka_unit_test(test_rms_norm_of_zeros_is_zero),
        cmocka_unit_test(test_batch_norm_of_one_row_gives_beta_and_no_gradient),
        cmocka_unit_test(test_batch_norm_of_two_rows_gives_plus_and_minus_one),
        cmocka_unit_test(test_dropout_of_none_and_of_all),
        cmocka_unit_test(test_what_is_dropped_is_zero_even_if_it_was_nan),
        cmocka_unit_test(test_empty_products_are_the_bias),
        cmocka_unit_test(test_gradients_of_very_large_batches_keep_their_digits),
        cmocka_unit_test(test_l1_stops_at_zero),
        cmocka_unit_test(test_clipping_by_value_and_by_norm),
        cmocka_unit_test(test_schedules_start_and_end_where_they_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
