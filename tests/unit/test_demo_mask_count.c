/* The number dropped is binomial. */
#include "support/demo_test.h"

static void test_exactly_thirty_is_rare(void **state)
{
    (void)state;
    assert_near(demo_number("mask-count passes=1", "p_exact"), 0.086783864753427, 1e-13);
    assert_near(demo_number("mask-count passes=1 units=2 p=0.5", "p_exact"), 0.5, 1e-15);
    assert_near(demo_number("mask-count passes=1 units=10 p=0.5", "p_exact"), 252 / 1024.0, 1e-14);
    assert_near(demo_number("mask-count passes=1 p=0", "p_exact"), 1, 0);
    assert_near(demo_number("mask-count passes=1 p=1", "p_exact"), 1, 0);
    /* round(1 * 0.5) is 1 */
    assert_near(demo_number("mask-count passes=1 units=1 p=0.5", "p_exact"), 0.5, 1e-15);
    /* Stirling's 1/sqrt(2 pi n p q), for many units */
    assert_near(demo_number("mask-count passes=1 units=10000 p=0.5", "p_exact"),
                1 / sqrt(2 * acos(-1.0) * 2500), 1e-6);
}

static void test_mean_and_spread_lie_in_their_bands(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 5; seed++) {
        struct buf text = {0};
        struct trial t;
        buf_addf(&text, "mask-count seed=%d", seed);
        trial_run(&t, buf_text(&text));
        assert_near(trial_number(&t, "mean"), 30, 0.19); /* four standard errors */
        assert_near(trial_number(&t, "sd"), 4.5826, 0.13);
        assert_near(trial_number(&t, "seen_exact"), trial_number(&t, "p_exact"), 0.0115);
        buf_free(&text);
        trial_end(&t);
    }
    assert_near(demo_number("mask-count passes=1", "expected"), 30, 1e-14);
    assert_near(demo_number("mask-count passes=1", "expected_sd"), sqrt(21), 1e-14);
}

static void test_histogram_holds_every_pass(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "mask-count units=20 p=0.4 passes=500");
    const struct value *histogram = &t.run.out[demo_result(t.run.demo, "histogram")];
    double passes = 0, dropped = 0;
    assert_int_equal(histogram->count, 21);
    for (size_t i = 0; i < histogram->count; i++) {
        passes += histogram->list[i];
        dropped += histogram->list[i] * (double)i;
    }
    assert_near(passes, 500, 0);
    assert_near(trial_number(&t, "mean"), dropped / 500, 1e-12);
    double fewest = trial_number(&t, "fewest"), most = trial_number(&t, "most");
    assert_true(histogram->list[(size_t)fewest] > 0 && histogram->list[(size_t)most] > 0);
    trial_end(&t);
}

static void test_ends_of_p_have_no_spread(void **state)
{
    (void)state;
    assert_near(demo_number("mask-count p=0 passes=50", "mean"), 0, 0);
    assert_near(demo_number("mask-count p=1 passes=50", "mean"), 100, 0);
    assert_near(demo_number("mask-count p=1 passes=50", "sd"), 0, 0);
    assert_near(demo_number("mask-count p=1 passes=50", "histogram[-1]"), 50, 0);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("mask-count passes=400 seed=5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exactly_thirty_is_rare),
        cmocka_unit_test(test_mean_and_spread_lie_in_their_bands),
        cmocka_unit_test(test_histogram_holds_every_pass),
        cmocka_unit_test(test_ends_of_p_have_no_spread),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
