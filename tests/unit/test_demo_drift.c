/* Scale drift: distributions layer after layer. */
#include "support/demo_test.h"

static void check_band(const char *text, double low, double high)
{
    for (int seed = 1; seed <= 5; seed++) {
        struct buf all = {0};
        buf_addf(&all, "drift %s seed=%d", text, seed);
        double std = demo_number(buf_text(&all), "std[50]");
        if (!(std >= low && std <= high))
            fail_msg("%s: std %g, expected %g to %g", buf_text(&all), std, low, high);
        buf_free(&all);
    }
}

static void test_the_last_layer_keeps_its_bands(void **state)
{
    (void)state;
    check_band("init=he", 0.15, 3);
    check_band("init=default", 4e-21, 1e-19);
    check_band("init=normal std=0.3", 3e15, 6e16);
}

/* Batch norm makes each feature's variance exactly v/(v + epsilon), layer norm each row's. */
static void test_norms_hold_every_layer_at_one(void **state)
{
    (void)state;
    static const char *const runs[] = {"drift norm=batch init=he", "drift norm=batch init=default",
                                       "drift norm=batch init=normal std=0.3",
                                       "drift norm=layer init=he"};
    for (size_t r = 0; r < sizeof runs / sizeof *runs; r++) {
        struct trial t;
        trial_run(&t, runs[r]);
        for (size_t k = 1; k <= 50; k++) {
            assert_near(t.run.out[demo_result(t.run.demo, "std")].list[k], 1, 1e-3);
            assert_near(t.run.out[demo_result(t.run.demo, "mean")].list[k], 0, 1e-12);
        }
        assert_string_equal(trial_text(&t, "outcome"), "healthy");
        trial_end(&t);
    }
}

/* RMSNorm makes the mean square 1: std^2 + mean^2 = 1. */
static void test_rms_norm_holds_the_mean_square(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "drift norm=rms init=he");
    for (size_t k = 1; k <= 50; k++) {
        double std = t.run.out[demo_result(t.run.demo, "std")].list[k];
        double mean = t.run.out[demo_result(t.run.demo, "mean")].list[k];
        assert_near(std * std + mean * mean, 1, 1e-4);
    }
    trial_end(&t);
}

static void test_a_histogram_holds_every_number(void **state)
{
    (void)state;
    static const char *const runs[] = {"drift init=he depth=10", "drift init=normal depth=10",
                                       "drift init=zero depth=10"};
    for (size_t r = 0; r < sizeof runs / sizeof *runs; r++) {
        struct trial t;
        trial_run(&t, runs[r]);
        const struct value *table = &t.run.out[demo_result(t.run.demo, "histogram")];
        assert_int_equal(table->columns, 25);
        assert_int_equal(table->count, 11 * 25);
        for (size_t k = 0; k <= 10; k++) {
            double sum = 0;
            for (size_t b = 0; b < 25; b++)
                sum += table->list[k * 25 + b];
            assert_near(sum, 1, 1e-9);
        }
        /* the standard normal input: the middle bin is 2 Phi(1/8) - 1 */
        assert_near(table->list[12], erf(0.125 / sqrt(2)), 0.015);
        trial_end(&t);
    }
}

static void test_zeros_stay_in_the_middle_bin(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "drift init=zero depth=4");
    const struct value *table = &t.run.out[demo_result(t.run.demo, "histogram")];
    assert_near(table->list[4 * 25 + 12], 1, 1e-9);
    assert_string_equal(trial_text(&t, "outcome"), "zero");
    assert_near(trial_number(&t, "beyond"), 0, 0);
    trial_end(&t);
    assert_true(demo_number("drift init=normal std=0.3", "beyond") > 0.99);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("drift depth=9 width=20 batch=8 p=0.3 norm=batch");
    check_slicing("drift depth=7 width=12 init=he");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_last_layer_keeps_its_bands),
        cmocka_unit_test(test_norms_hold_every_layer_at_one),
        cmocka_unit_test(test_rms_norm_holds_the_mean_square),
        cmocka_unit_test(test_a_histogram_holds_every_number),
        cmocka_unit_test(test_zeros_stay_in_the_middle_bin),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
