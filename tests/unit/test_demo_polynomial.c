#include "support/demo_test.h"

#include <stdio.h>

/* The mean over five seeds of a median over 200 draws. */
static double error_of(const char *knobs, const char *result)
{
    double sum = 0;
    for (int seed = 1; seed <= 5; seed++) {
        char text[120];
        snprintf(text, sizeof text, "polynomial %s seed=%d", knobs, seed);
        sum += demo_number(text, result);
    }
    return sum / 5;
}

#define assert_within(value, low, high)                                                            \
    do {                                                                                           \
        double within = (value);                                                                   \
        if (!(within >= (low) && within <= (high)))                                                \
            fail_msg("%s is %g, expected %g to %g", #value, within, (double)(low),                 \
                     (double)(high));                                                              \
    } while (0)

static void test_degree_decides(void **state)
{
    (void)state;
    assert_within(error_of("degree=1", "test_error"), .48 * .8, .48 * 1.2);
    assert_within(error_of("degree=3", "test_error"), .16 * .8, .16 * 1.2);
    assert_within(error_of("degree=5", "test_error"), .25 * .8, .25 * 1.2);
    assert_within(error_of("degree=8", "test_error"), .7, 21);
    assert_within(error_of("degree=11", "test_error"), 118, 45000);
    assert_within(error_of("degree=11", "train_error"), 0, 1e-6);
    assert_near(demo_number("polynomial", "best_degree"), 3, 0);
}

static void test_ridge_tames_degree_8(void **state)
{
    (void)state;
    assert_within(error_of("lambda=0.1", "test_error"), .20 * .8, .20 * 1.2);
    assert_within(error_of("lambda=1", "test_error"), .275 * .8, .275 * 1.2);
    assert_within(error_of("lambda=10", "test_error"), .56 * .8, .56 * 1.2);
    assert_within(error_of("lambda=0", "weight_norm"), 8, 14);
    assert_within(error_of("lambda=0.1", "weight_norm"), 1.45 * .9, 1.45 * 1.1);
    assert_within(error_of("degree=11 lambda=0.1", "train_error"), .105 * .8, .105 * 1.2);
}

/* Without noise a polynomial of high degree is the sine itself; a constant misses it by its RMS. */
static void test_ends_are_exact(void **state)
{
    (void)state;
    assert_within(demo_number("polynomial noise=0 degree=15 points=60", "test_error"), 0, 1e-6);
    assert_within(demo_number("polynomial noise=0 degree=0 points=60", "test_error"), .70, .75);
    assert_within(demo_number("polynomial lambda=1000 degree=15", "weight_norm"), 0, .02);
}

/* With more terms than points, lambda 0 is the limit of small lambdas. */
static void test_minimum_norm_is_the_limit_of_ridge(void **state)
{
    (void)state;
    double limit = demo_number("polynomial degree=15 points=5 lambda=1e-9", "test_error");
    assert_near(demo_number("polynomial degree=15 points=5", "test_error"), limit, 1e-5);
}

static void test_slices_change_nothing(void **state)
{
    (void)state;
    check_slicing("polynomial draws=300");
    check_slicing("polynomial degree=15 points=3 draws=7");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_degree_decides),
        cmocka_unit_test(test_ridge_tames_degree_8),
        cmocka_unit_test(test_ends_are_exact),
        cmocka_unit_test(test_minimum_norm_is_the_limit_of_ridge),
        cmocka_unit_test(test_slices_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
