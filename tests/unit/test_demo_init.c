/* Initialisations: what fifty layers make of a signal and of a gradient. */
#include "support/demo_test.h"

/* The measured value lies within a factor of `band` of `expected`, for five seeds. */
static void check_band(const char *text, const char *result, double expected, double band)
{
    for (int seed = 1; seed <= 5; seed++) {
        struct buf all = {0};
        buf_addf(&all, "%s seed=%d", text, seed);
        double value = demo_number(buf_text(&all), result);
        if (!(value >= expected / band && value <= expected * band))
            fail_msg("%s: %s is %g, expected about %g", buf_text(&all), result, value, expected);
        buf_free(&all);
    }
}

static void test_gradients_keep_the_bands_of_relu(void **state)
{
    (void)state;
    check_band("init", "gradient_ratio", 0.9, 2.5);
    check_band("init", "std[-1]", 0.5, 4);
    check_band("init kind=normal std=0.01", "gradient_ratio", 2.5e-58, 3);
    check_band("init kind=normal std=0.02", "gradient_ratio", 3e-43, 3);
    check_band("init kind=normal std=0.3", "gradient_ratio", 2e16, 3);
    check_band("init kind=default", "gradient_ratio", 3e-20, 3);
    check_band("init kind=glorot", "gradient_ratio", 2.5e-8, 3);
}

static void test_orthogonal_relu_wants_the_root_of_two(void **state)
{
    (void)state;
    check_band("init kind=orthogonal", "gradient_ratio", 2.5e-8, 3);
    check_band("init kind=orthogonal gain=1.4142135623730951", "gradient_ratio", 0.8, 2);
}

static void test_gradients_keep_the_bands_of_tanh_and_sigmoid(void **state)
{
    (void)state;
    check_band("init activation=tanh kind=glorot", "gradient_ratio", 0.11, 1.5);
    check_band("init activation=tanh kind=he", "gradient_ratio", 9.1, 1.5);
    check_band("init activation=sigmoid kind=glorot", "gradient_ratio", 3.2e-32, 2);
}

static void test_std_and_variance_are_two_readings(void **state)
{
    (void)state;
    check_band("init activation=tanh kind=normal std=0.01", "gradient_ratio", 8e-51, 2);
    check_band("init activation=tanh kind=normal var=0.01", "gradient_ratio", 0.11, 1.5);
    assert_near(demo_number("init kind=normal var=0.01", "weight_std"), 0.1, 1e-16);
    /* at width 100 a variance of 0.01 is what Glorot asks for: the same numbers */
    assert_near(demo_number("init kind=normal var=0.01", "gradient_ratio") /
                    demo_number("init kind=glorot", "gradient_ratio"),
                1, 1e-12);
}

static void test_an_orthogonal_linear_stack_changes_no_length(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "init activation=linear kind=orthogonal width=30 depth=20");
    for (size_t k = 0; k <= 20; k++)
        assert_near(t.run.out[demo_result(t.run.demo, "gradient")].list[k], 1, 1e-12);
    assert_near(trial_number(&t, "expected_factor"), 1, 1e-15);
    assert_near(trial_number(&t, "std[-1]"), 1, 0.01); /* its mean may move */
    trial_end(&t);
}

/* A gain multiplies each layer exactly: ReLU lets a factor through. */
static void test_a_gain_counts_once_a_layer(void **state)
{
    (void)state;
    double half = demo_number("init gain=0.5", "gradient_ratio");
    assert_near(half / demo_number("init", "gradient_ratio"), 0x1p-50, 1e-25);
    assert_near(demo_number("init gain=0.5", "std[-1]") / demo_number("init", "std[-1]"), 0x1p-50,
                1e-25);
}

static void test_zero_weights_kill_everything(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "init kind=zero");
    assert_near(trial_number(&t, "std[0]"), 1, 1e-14);
    assert_near(trial_number(&t, "std[1]"), 0, 0);
    assert_near(trial_number(&t, "gradient_ratio"), 0, 0);
    assert_near(trial_number(&t, "dead_fraction"), 1, 0);
    assert_string_equal(trial_text(&t, "outcome"), "zero");
    trial_end(&t);
    assert_near(demo_number("init kind=zero activation=tanh", "dead_fraction"), 0, 0);
}

static void test_extreme_outcomes_have_names(void **state)
{
    (void)state;
    static const char *const runs[][2] = {
        {"init", "healthy"},
        {"init kind=normal", "vanishing"},
        {"init kind=normal std=0.3", "exploding"},
        {"init kind=normal std=10 gain=10 depth=100 width=200", "exploding"},
        {"init kind=zero", "zero"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct trial t;
        trial_run(&t, runs[i][0]);
        assert_string_equal(trial_text(&t, "outcome"), runs[i][1]);
        trial_end(&t);
    }
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("init depth=12 width=20 batch=8");
    check_slicing("init depth=7 width=16 activation=gelu kind=orthogonal");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gradients_keep_the_bands_of_relu),
        cmocka_unit_test(test_orthogonal_relu_wants_the_root_of_two),
        cmocka_unit_test(test_gradients_keep_the_bands_of_tanh_and_sigmoid),
        cmocka_unit_test(test_std_and_variance_are_two_readings),
        cmocka_unit_test(test_an_orthogonal_linear_stack_changes_no_length),
        cmocka_unit_test(test_a_gain_counts_once_a_layer),
        cmocka_unit_test(test_zero_weights_kill_everything),
        cmocka_unit_test(test_extreme_outcomes_have_names),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
