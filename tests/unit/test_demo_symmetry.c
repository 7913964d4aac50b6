/* Symmetry between hidden units: kept for ever by equal starts, broken by random ones. */
#include "support/demo_test.h"

static double number_of(const char *text, int seed, const char *result)
{
    struct buf all = {0};
    buf_addf(&all, "symmetry %s seed=%d", text, seed);
    double number = demo_number(buf_text(&all), result);
    buf_free(&all);
    return number;
}

static void test_equal_units_stay_copies_to_the_last_bit(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 5; seed++) {
        assert_near(number_of("", seed, "distinct_units"), 1, 0);
        double accuracy = number_of("", seed, "accuracy");
        assert_true(accuracy >= 0.5 && accuracy <= 0.8);
    }
}

/* Widths that are no multiple of what a vector instruction takes at once. */
static void test_equal_units_stay_copies_at_any_width(void **state)
{
    (void)state;
    static const char *const widths[] = {"width=1", "width=3", "width=13", "width=31", "width=64"};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        assert_near(number_of(widths[i], 2, "distinct_units"), 1, 0);
}

static void test_random_weights_break_the_symmetry(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 5; seed++) {
        assert_near(number_of("start=random", seed, "distinct_units"), 16, 0);
        assert_true(number_of("start=random", seed, "accuracy") > 0.9);
        assert_near(number_of("start=zero-hidden", seed, "distinct_units"), 16, 0);
        assert_true(number_of("start=zero-hidden", seed, "accuracy") > 0.9);
    }
}

/* Where all is 0, only the output's bias gets a gradient. */
static void test_all_zero_moves_no_unit(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "symmetry start=zero");
    const struct value *weights = &t.run.out[demo_result(t.run.demo, "weights")];
    assert_int_equal(weights->count, 16 * 4);
    for (size_t i = 0; i < weights->count; i++)
        assert_near(weights->list[i], 0, 0);
    trial_end(&t);
    /* zero weights in: alike until the first step */
    assert_near(demo_number("symmetry start=zero-hidden steps=0", "distinct_units"), 16, 0);
    assert_near(demo_number("symmetry start=zero-hidden steps=0", "loss"), 1, 0);
}

/* A net of equal units is one unit whose weight out is their sum. */
static void test_copies_are_one_big_unit(void **state)
{
    (void)state;
    double one = demo_number("symmetry width=1 steps=0", "weights[0]");
    assert_near(one, 0.5, 0);
    assert_near(demo_number("symmetry width=1 steps=0", "weights[3]"), 0.25, 0);
    struct trial t;
    trial_run(&t, "symmetry steps=200");
    const double *weights = t.run.out[demo_result(t.run.demo, "weights")].list;
    for (size_t j = 1; j < 16; j++)
        assert_memory_equal(weights, weights + 4 * j, 4 * sizeof *weights);
    trial_end(&t);
}

static void test_a_huge_rate_has_a_name(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "symmetry rate=1 width=64 steps=2000");
    assert_string_equal(trial_text(&t, "outcome"), "diverged");
    trial_end(&t);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("symmetry steps=60 start=random width=5");
    check_slicing("symmetry steps=333 width=3");
    check_slicing("symmetry steps=0");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_units_stay_copies_to_the_last_bit),
        cmocka_unit_test(test_equal_units_stay_copies_at_any_width),
        cmocka_unit_test(test_random_weights_break_the_symmetry),
        cmocka_unit_test(test_all_zero_moves_no_unit),
        cmocka_unit_test(test_copies_are_one_big_unit),
        cmocka_unit_test(test_a_huge_rate_has_a_name),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
