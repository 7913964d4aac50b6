/* A chain of factors against its closed form. */
#include "support/demo_test.h"

#include <stdlib.h>

static void test_product_is_the_power(void **state)
{
    (void)state;
    assert_near(demo_number("chain factor=0.9 depth=20", "product"), 0.12157665459056929, 1e-16);
    assert_near(demo_number("chain factor=0.9 depth=50", "product"), 0.00515377520732012, 1e-17);
    assert_near(demo_number("chain factor=0.9 depth=100", "product"), 2.6561398887587476e-5, 1e-19);
    assert_near(demo_number("chain factor=0.25 depth=10", "product"), 0x1p-20, 0);
    assert_near(demo_number("chain factor=1.1 depth=100", "product"), 13780.61233982224, 1e-9);
    assert_near(demo_number("chain factor=0.99 depth=500", "product"), 0.006570483042414, 1e-13);
    assert_near(demo_number("chain factor=0.9 depth=20", "log10"), 20 * log10(0.9), 1e-15);
}

static void test_one_percent_is_reached_after_44_layers(void **state)
{
    (void)state;
    assert_near(demo_number("chain factor=0.9", "layers_to_1_percent"), 44, 0);
    assert_near(demo_number("chain factor=0.1", "layers_to_1_percent"), 2, 0);
    assert_near(demo_number("chain factor=0.01", "layers_to_1_percent"), 1, 0);
    assert_near(demo_number("chain factor=0", "layers_to_1_percent"), 1, 0);
    assert_near(demo_number("chain factor=1", "layers_to_1_percent"), INFINITY, 0);
    assert_near(demo_number("chain factor=1.5", "layers_to_1_percent"), INFINITY, 0);
}

/* The depth is the first at which the power, rounded to float32, is 0 (or infinite). */
static void test_float32_ends_where_rounding_says(void **state)
{
    (void)state;
    static const char *const factors[] = {"0.1", "0.25", "0.5", "0.7", "0.9", "0.99"};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        struct buf text = {0};
        buf_addf(&text, "chain factor=%s", factors[i]);
        double factor = strtod(factors[i], NULL);
        double depth = demo_number(buf_text(&text), "underflow_depth_float32");
        assert_true((float)pow(factor, depth) == 0);
        assert_true((float)pow(factor, depth - 1) > 0);
        buf_free(&text);
    }
    double depth = demo_number("chain factor=2", "overflow_depth_float32");
    assert_near(depth, 128, 0);
    depth = demo_number("chain factor=1.1", "overflow_depth_float32");
    assert_true(isinf((float)pow(1.1, depth)) && !isinf((float)pow(1.1, depth - 1)));
    assert_near(demo_number("chain factor=1.1", "underflow_depth_float32"), INFINITY, 0);
    assert_near(demo_number("chain factor=0", "underflow_depth_float32"), 1, 0);
}

static void test_extremes_have_names(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"chain factor=0", "zero"},
                                           {"chain factor=1", "healthy"},
                                           {"chain factor=4 depth=10000", "overflow"},
                                           {"chain factor=0.1 depth=10000", "zero"},
                                           {"chain factor=0.5", "vanishing"},
                                           {"chain factor=1.5", "exploding"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trial t;
        trial_run(&t, cases[i][0]);
        assert_string_equal(trial_text(&t, "outcome"), cases[i][1]);
        trial_end(&t);
    }
    assert_near(demo_number("chain factor=0", "log10"), -INFINITY, 0);
    assert_near(demo_number("chain factor=1", "product"), 1, 0);
}

static void check_said(const char *text, const char *word, bool expected)
{
    struct trial t;
    struct buf said = {0};
    trial_run(&t, text);
    t.run.demo->describe(&t.run, &said);
    struct grid grid;
    grid_init(&grid, 74, 2);
    t.run.demo->draw(&t.run, &grid);
    grid_print_text(&grid, false, &said);
    grid_free(&grid);
    if ((strstr(buf_text(&said), word) != NULL) != expected)
        fail_msg("%s: %s\"%s\" in \"%s\"", text, expected ? "no " : "", word, buf_text(&said));
    buf_free(&said);
    trial_end(&t);
}

/* At which depth 1 % is reached is for the reader to find, until the chain is so deep. */
static void test_what_lies_beyond_the_depth_is_not_told(void **state)
{
    (void)state;
    check_said("chain factor=0.9 depth=20", "44", false);
    check_said("chain factor=0.9 depth=43", "44", false);
    check_said("chain factor=0.9 depth=44", "44", true);
    check_said("chain factor=0.9 depth=50", "987", false);
    check_said("chain factor=0.9 depth=1000", "987", true);
    check_said("chain factor=1.1 depth=100", "931", false);
    check_said("chain factor=1.1 depth=1000", "931", true);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("chain factor=0.5 depth=100");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product_is_the_power),
        cmocka_unit_test(test_one_percent_is_reached_after_44_layers),
        cmocka_unit_test(test_float32_ends_where_rounding_says),
        cmocka_unit_test(test_extremes_have_names),
        cmocka_unit_test(test_what_lies_beyond_the_depth_is_not_told),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
