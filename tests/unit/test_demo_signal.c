/* Signal and gradient through stacks of blocks that are wired differently. */
#include "support/demo_test.h"

/* std[-1] and ratio lie within a factor of `band` of what is expected, for five seeds. */
static void check_band(const char *text, double std, double ratio, double band)
{
    for (int seed = 1; seed <= 5; seed++) {
        struct trial t;
        struct buf all = {0};
        buf_addf(&all, "signal %s seed=%d", text, seed);
        trial_run(&t, buf_text(&all));
        double out = trial_number(&t, "std[-1]"), back = trial_number(&t, "ratio");
        if (!(out >= std / band && out <= std * band && back >= ratio / band &&
              back <= ratio * band))
            fail_msg("%s: std %g, ratio %g; expected %g, %g", buf_text(&all), out, back, std,
                     ratio);
        trial_end(&t);
        buf_free(&all);
    }
}

static void test_plain_stacks_keep_their_bands(void **state)
{
    (void)state;
    check_band("wiring=plain", 0.45, 0.85, 3);
    check_band("wiring=plain gain=0.5", 4e-16, 8e-16, 3);
}

static void test_skips_keep_their_bands(void **state)
{
    (void)state;
    check_band("", 2.5e7, 3.1e7, 3);
    check_band("gain=0.5", 250, 280, 3);
    check_band("wiring=residual-scaled", 1.66, 1.63, 1.15);
}

static void test_norms_keep_their_bands(void **state)
{
    (void)state;
    check_band("wiring=pre-norm", 7.2, 7.3, 1.15);
    for (int seed = 1; seed <= 5; seed++) {
        struct buf text = {0};
        buf_addf(&text, "signal wiring=post-norm seed=%d", seed);
        assert_near(demo_number(buf_text(&text), "std[-1]"), 1, 1e-4);
        assert_near(demo_number(buf_text(&text), "ratio"), 1.5, 0.8);
        buf_free(&text);
    }
}

static void test_zero_init_changes_nothing_at_all(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "signal wiring=zero-init");
    for (size_t k = 0; k <= 50; k++) {
        assert_near(t.run.out[demo_result(t.run.demo, "std")].list[k], trial_number(&t, "std[0]"),
                    0);
        assert_near(t.run.out[demo_result(t.run.demo, "gradient_norm")].list[k], 1, 1e-15);
    }
    assert_near(trial_number(&t, "expected_factor"), 1, 0);
    trial_end(&t);
}

/* A branch of gain 0 is a branch whose last weights are 0. */
static void test_a_branch_without_gain_is_zero_init(void **state)
{
    (void)state;
    assert_near(demo_number("signal gain=0", "ratio"), 1, 1e-15);
    assert_near(demo_number("signal wiring=residual-scaled gain=0", "std[-1]"), 1, 1e-13);
    assert_near(demo_number("signal wiring=plain gain=0", "ratio"), 0, 0);
}

static void test_scaled_branches_are_a_gain(void **state)
{
    (void)state;
    assert_near(demo_number("signal wiring=residual-scaled depth=16", "std[-1]"),
                demo_number("signal wiring=residual gain=0.25 depth=16", "std[-1]"), 1e-12);
}

/* sqrt(pi/(pi-1)) = 1.211 a layer. */
static void test_batch_norm_lets_the_gradient_grow_layer_by_layer(void **state)
{
    (void)state;
    const double pi = acos(-1.0);
    static const char *const depths[] = {"5", "20", "50"};
    static const double ratios[] = {2.7, 52, 2.3e4};
    assert_near(demo_number("signal wiring=bn", "expected_factor"), sqrt(pi / (pi - 1)), 1e-15);
    for (size_t d = 0; d < 3; d++) {
        double factors = 0;
        for (int seed = 1; seed <= 5; seed++) {
            struct buf text = {0};
            buf_addf(&text, "signal wiring=bn depth=%s seed=%d", depths[d], seed);
            double factor = demo_number(buf_text(&text), "factor");
            double ratio = demo_number(buf_text(&text), "ratio");
            assert_true(factor > 1.15 && factor < 1.28);
            assert_true(ratio > ratios[d] / 2 && ratio < ratios[d] * 2);
            assert_near(demo_number(buf_text(&text), "std[-1]"), 0.584, 0.06);
            factors += factor / 5;
            buf_free(&text);
        }
        assert_near(factors, 1.211, 0.02);
    }
}

static void test_layer_norm_keeps_the_order_of_size(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 5; seed++) {
        struct buf text = {0};
        buf_addf(&text, "signal wiring=ln seed=%d", seed);
        double ratio = demo_number(buf_text(&text), "ratio");
        assert_true(ratio > 0.15 && ratio < 6);
        buf_free(&text);
    }
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("signal depth=9 width=20 batch=8");
    check_slicing("signal wiring=post-norm depth=6 width=16 batch=8");
    check_slicing("signal wiring=bn depth=6 width=16 batch=8");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_stacks_keep_their_bands),
        cmocka_unit_test(test_skips_keep_their_bands),
        cmocka_unit_test(test_norms_keep_their_bands),
        cmocka_unit_test(test_zero_init_changes_nothing_at_all),
        cmocka_unit_test(test_a_branch_without_gain_is_zero_init),
        cmocka_unit_test(test_scaled_branches_are_a_gain),
        cmocka_unit_test(test_batch_norm_lets_the_gradient_grow_layer_by_layer),
        cmocka_unit_test(test_layer_norm_keeps_the_order_of_size),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
