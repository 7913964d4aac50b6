/* Slopes with and without skips. */
#include "support/demo_test.h"

static void check_products(const char *text, double plain, double residual)
{
    struct trial t;
    trial_run(&t, text);
    assert_near(trial_number(&t, "product_plain"), plain, 1e-13 * fabs(plain));
    assert_near(trial_number(&t, "product_residual"), residual, 1e-13 * fabs(residual));
    assert_near(trial_number(&t, "dy_dx_plain"), plain, 1e-13 * fabs(plain));
    assert_near(trial_number(&t, "dy_dx_residual"), residual, 1e-13 * fabs(residual));
    trial_end(&t);
}

static void test_twenty_linear_blocks_match_the_powers(void **state)
{
    (void)state;
    check_products("residual block=linear depth=20 weight=0.1", 1e-20, pow(1.1, 20));
    check_products("residual block=linear depth=20 weight=0", 0, 1);
    check_products("residual block=linear depth=20 weight=-0.1", 1e-20, pow(0.9, 20));
    check_products("residual block=linear depth=20 weight=-0.5", 0x1p-20, 0x1p-20);
    check_products("residual block=linear depth=20 weight=-1", 1, 0);
}

static void test_minus_x_cancels_the_skip(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "residual block=linear weight=-1 x=3.7");
    assert_near(trial_number(&t, "y"), 0, 0);
    assert_near(trial_number(&t, "dF_dx"), -1, 0);
    assert_near(trial_number(&t, "dy_dx_residual"), 0, 0);
    assert_near(trial_number(&t, "finite_difference"), 0, 0);
    assert_near(trial_number(&t, "error"), 0, 0);
    assert_near(trial_number(&t, "vanishes"), 1, 0);
    assert_string_equal(trial_text(&t, "outcome"), "vanishing");
    trial_end(&t);
}

static void test_one_block_matches_its_derivative(void **state)
{
    (void)state;
    double z = tanh(0.5 * 1.3 - 0.2);
    assert_near(demo_number("residual x=1.3 bias=-0.2", "dF_dx"), 0.5 * (1 - z * z), 1e-15);
    assert_near(demo_number("residual x=1.3 bias=-0.2", "y"), 1.3 + z, 1e-15);
    assert_near(demo_number("residual block=quadratic x=3 weight=2 bias=1", "y"), 22, 0);
    assert_near(demo_number("residual block=quadratic x=3 weight=2", "dF_dx"), 12, 0);
    assert_near(demo_number("residual block=relu x=3 weight=2", "dy_dx_residual"), 3, 0);
    assert_near(demo_number("residual block=relu x=-3 weight=2", "dy_dx_residual"), 1, 0);
    /* tanh saturated: a slope far below what 1 - tanh^2 could show */
    assert_near(demo_number("residual x=30 weight=1", "dF_dx"), 4 * exp(-60), 1e-38);
}

static void test_finite_differences_agree(void **state)
{
    (void)state;
    static const char *const blocks[] = {"tanh", "relu", "linear", "quadratic"};
    struct rng rng;
    rng_init(&rng, 5, 0, 0);
    for (int i = 0; i < 200; i++) {
        struct buf text = {0};
        struct trial t;
        buf_addf(&text, "residual block=%s x=%.3f weight=%.3f bias=%.3f depth=%d", blocks[i % 4],
                 rng_normal(&rng) + 0.5, rng_normal(&rng) * 0.3, rng_normal(&rng) * 0.1,
                 1 + (int)rng_below(&rng, 4));
        trial_run(&t, buf_text(&text));
        double slope = trial_number(&t, "dy_dx_residual");
        assert_near(trial_number(&t, "finite_difference"), slope, 1e-9 * fmax(1, fabs(slope)));
        assert_near(trial_number(&t, "error"), fabs(trial_number(&t, "finite_difference") - slope),
                    1e-15);
        buf_free(&text);
        trial_end(&t);
    }
}

static void test_overflow_has_a_name(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "residual block=quadratic weight=100 x=100 depth=1000");
    assert_string_equal(trial_text(&t, "outcome"), "overflow");
    trial_end(&t);
    trial_run(&t, "residual block=linear weight=1 depth=20");
    assert_string_equal(trial_text(&t, "outcome"), "exploding");
    trial_end(&t);
    trial_run(&t, "residual");
    assert_string_equal(trial_text(&t, "outcome"), "healthy");
    assert_near(trial_number(&t, "vanishes"), 0, 0);
    trial_end(&t);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("residual depth=100 weight=-0.3 x=0.7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twenty_linear_blocks_match_the_powers),
        cmocka_unit_test(test_minus_x_cancels_the_skip),
        cmocka_unit_test(test_one_block_matches_its_derivative),
        cmocka_unit_test(test_finite_differences_agree),
        cmocka_unit_test(test_overflow_has_a_name),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
