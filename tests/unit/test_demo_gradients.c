/* The demos about gradients and penalties against their closed forms. */
#include "support/demo_test.h"

static void test_clipping_three_and_four_matches_the_book(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "clip");
    assert_near(trial_number(&t, "clipped[0]"), 0.6, 1e-15);
    assert_near(trial_number(&t, "clipped[1]"), 0.8, 1e-15);
    assert_near(trial_number(&t, "norm_before"), 5, 0);
    assert_near(trial_number(&t, "norm_after"), 1, 1e-15);
    assert_near(trial_number(&t, "angle_degrees"), 0, 0);
    assert_string_equal(trial_text(&t, "outcome"), "shortened");
    trial_end(&t);
    trial_run(&t, "clip kind=value");
    assert_near(trial_number(&t, "clipped[0]"), 1, 0);
    assert_near(trial_number(&t, "clipped[1]"), 1, 0);
    double angle = (atan2(4, 3) - atan2(1, 1)) * 180 / acos(-1);
    assert_near(trial_number(&t, "angle_degrees"), angle, 1e-13);
    assert_near(angle, 8.13, 0.005);
    assert_string_equal(trial_text(&t, "outcome"), "turned");
    trial_end(&t);
    assert_near(demo_number("clip gradient=6,8 max=5", "clipped[0]"), 3, 1e-15);
}

static void test_clipping_leaves_small_gradients_alone(void **state)
{
    (void)state;
    static const char *const runs[] = {"clip gradient=0.3,0.4 kind=norm", "clip gradient=0,0",
                                       "clip gradient=-1,1,0.5 kind=value"};
    for (size_t i = 0; i < 3; i++) {
        struct trial t;
        trial_run(&t, runs[i]);
        assert_string_equal(trial_text(&t, "outcome"), "unchanged");
        assert_near(trial_number(&t, "norm_after"), trial_number(&t, "norm_before"), 0);
        assert_near(trial_number(&t, "angle_degrees"), 0, 0);
        trial_end(&t);
    }
    struct trial t;
    trial_run(&t, "clip gradient=7,-7 kind=value max=2");
    assert_string_equal(trial_text(&t, "outcome"), "shortened");
    assert_near(trial_number(&t, "clipped[1]"), -2, 0);
    trial_end(&t);
}

static void test_the_cliff_throws_the_weight_out(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "cliff");
    double gradient = (pow(1.5, 20) - 1) * 20 * pow(1.5, 19);
    assert_near(trial_number(&t, "gradient[0]"), gradient, 1e-12 * gradient);
    assert_near(gradient, 1.47e8, 0.005e8);
    assert_near(trial_number(&t, "weight[1]"), 1.5 - 0.001 * gradient, 1e-6);
    assert_near(trial_number(&t, "weight[1]"), -147385, 0.5);
    assert_string_equal(trial_text(&t, "outcome"), "overflow");
    trial_end(&t);
}

static void test_clipped_the_cliff_is_walked_down(void **state)
{
    (void)state;
    static const char *const runs[] = {"cliff kind=norm", "cliff kind=value"};
    for (size_t i = 0; i < 2; i++) {
        struct trial t;
        trial_run(&t, runs[i]);
        assert_near(trial_number(&t, "weight[100]"), 1.4, 1e-12);
        assert_near(trial_number(&t, "weight[500]"), 1.0007, 1e-4);
        assert_string_equal(trial_text(&t, "outcome"), "converged");
        assert_true(trial_number(&t, "converged_at") > 500);
        assert_true(trial_number(&t, "converged_at") <= 510);
        assert_near(trial_number(&t, "final"), 1, 1e-9);
        trial_end(&t);
    }
    assert_near(demo_number("cliff start=1", "converged_at"), 0, 0);
    assert_near(demo_number("cliff start=0 steps=5", "converged_at"), INFINITY, 0);
}

static void test_a_recurrent_gradient_is_a_power_of_the_radius(void **state)
{
    (void)state;
    assert_near(demo_number("recurrent", "ratio"), pow(0.9, 500), 1e-12 * pow(0.9, 500));
    assert_near(demo_number("recurrent", "ratio"), 1.3e-23, 0.05e-23);
    assert_near(demo_number("recurrent radius=1.02 steps=300", "ratio"), pow(1.02, 300), 1e-9);
    assert_near(demo_number("recurrent radius=0 steps=1", "ratio"), 0, 0);
    struct trial t;
    trial_run(&t, "recurrent radius=2 steps=2000");
    assert_string_equal(trial_text(&t, "outcome"), "overflow");
    trial_end(&t);
}

static void test_a_shear_makes_it_grow_first(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "recurrent radius=0.9 shear=0.3 steps=100");
    double best = 1;
    for (int k = 0; k <= 100; k++) {
        struct buf name = {0};
        buf_addf(&name, "gradient[%d]", k);
        double expected = pow(0.9, k) * sqrt(1 + k * k / 9.0);
        assert_near(trial_number(&t, buf_text(&name)), expected, 1e-13);
        best = fmax(best, expected);
        buf_free(&name);
    }
    assert_near(trial_number(&t, "peak"), best, 1e-13);
    assert_true(trial_number(&t, "peak") > 1.2);
    assert_string_equal(trial_text(&t, "outcome"), "vanishing");
    trial_end(&t);
}

static void test_l1_reaches_zero_and_l2_does_not(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "shrink kind=l1");
    assert_near(trial_number(&t, "zero_at"), 50, 0);
    assert_true(trial_number(&t, "weight[49]") > 0.009);
    assert_near(trial_number(&t, "weight[50]"), 0, 0);
    assert_near(trial_number(&t, "weight[25]"), 0.25, 1e-15);
    assert_near(trial_number(&t, "zeros"), 51, 0);
    trial_end(&t);
    trial_run(&t, "shrink kind=l2");
    assert_near(trial_number(&t, "zero_at"), INFINITY, 0);
    assert_near(trial_number(&t, "weight[50]"), 0.5 * pow(0.99, 50), 1e-15);
    assert_near(trial_number(&t, "weight[50]"), 0.302, 0.001);
    trial_end(&t);
    assert_near(demo_number("shrink kind=l1 w=-0.3 step=0.1", "zero_at"), 3, 0);
    assert_near(demo_number("shrink kind=l1 w=-0.35 step=0.1", "weight[3]"), -0.05, 1e-15);
}

static void test_a_subgradient_never_rests(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "shrink kind=subgradient step=0.03 steps=200");
    assert_near(trial_number(&t, "zeros"), 0, 0);
    assert_near(trial_number(&t, "zero_at"), INFINITY, 0);
    assert_true(fabs(trial_number(&t, "final")) <= 0.03);
    assert_true(trial_number(&t, "weight[-1]") * trial_number(&t, "weight[-2]") < 0);
    trial_end(&t);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("cliff kind=norm");
    check_slicing("cliff");
    check_slicing("recurrent shear=0.5 radius=0.99");
    check_slicing("shrink kind=subgradient step=0.013");
    check_slicing("clip kind=value");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clipping_three_and_four_matches_the_book),
        cmocka_unit_test(test_clipping_leaves_small_gradients_alone),
        cmocka_unit_test(test_the_cliff_throws_the_weight_out),
        cmocka_unit_test(test_clipped_the_cliff_is_walked_down),
        cmocka_unit_test(test_a_recurrent_gradient_is_a_power_of_the_radius),
        cmocka_unit_test(test_a_shear_makes_it_grow_first),
        cmocka_unit_test(test_l1_reaches_zero_and_l2_does_not),
        cmocka_unit_test(test_a_subgradient_never_rests),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
