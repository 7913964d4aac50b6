/* Paths, significance, running statistics and parameters against their closed forms. */
#include "support/demo_test.h"

static void test_paths_are_counted_exactly(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "paths");
    assert_string_equal(trial_text(&t, "count"), "18014398509481984");
    assert_near(trial_number(&t, "digits"), 17, 0);
    assert_near(trial_number(&t, "mean_length"), 27, 0);
    assert_near(trial_number(&t, "weighted_mean_length"), 18, 1e-14);
    trial_end(&t);
    trial_run(&t, "paths blocks=10");
    assert_string_equal(trial_text(&t, "count"), "1024");
    trial_end(&t);
    trial_run(&t, "paths blocks=128");
    assert_string_equal(trial_text(&t, "count"), "340282366920938463463374607431768211456");
    trial_end(&t);
    assert_near(demo_number("paths factor=0.3", "weighted_mean_length"), 54 * .3 / 1.3, 1e-13);
    assert_near(demo_number("paths factor=0.1", "weighted_mean_length"), 54 * .1 / 1.1, 1e-13);
    assert_near(demo_number("paths factor=0", "weighted_mean_length"), 0, 0);
}

static void check_histogram(const char *text, const char *name, int blocks, double mean)
{
    struct trial t;
    double sum = 0, first = 0;
    trial_run(&t, text);
    for (int k = 0; k <= blocks; k++) {
        struct buf ref = {0};
        buf_addf(&ref, "%s[%d]", name, k);
        double share = trial_number(&t, buf_text(&ref));
        sum += share;
        first += k * share;
        buf_free(&ref);
    }
    assert_near(sum, 1, 1e-10);
    assert_near(first, mean, 1e-9 * fmax(1, mean));
    trial_end(&t);
}

static void test_the_lengths_of_paths_are_binomial(void **state)
{
    (void)state;
    check_histogram("paths", "histogram", 54, 27);
    check_histogram("paths", "weighted_histogram", 54, 18);
    check_histogram("paths blocks=1000 factor=0.25", "weighted_histogram", 1000, 200);
    check_histogram("paths factor=0", "weighted_histogram", 54, 0);
    assert_near(demo_number("paths blocks=4", "histogram[2]"), 6.0 / 16, 1e-14);
    assert_near(demo_number("paths blocks=2 factor=3", "weighted_histogram[1]"), 6.0 / 16, 1e-14);
    assert_true(demo_number("paths", "low_90") <= 18);
    assert_true(demo_number("paths", "high_90") >= 18);
}

static void test_the_standard_error_of_a_score(void **state)
{
    (void)state;
    double error = sqrt(.978 * .022 / 10000);
    assert_near(demo_number("significance", "standard_error"), error, 1e-17);
    assert_near(error, .0015, 5e-5);
    assert_near(demo_number("significance", "error_of_difference"), error * sqrt(2), 1e-17);
    assert_near(error * sqrt(2), .0021, 5e-5);
    assert_near(demo_number("significance accuracy=0.976", "z"), .9, 0.05);
    assert_near(demo_number("significance accuracy=0.98 difference=0.003", "z"), 1.5, 0.05);
    assert_near(demo_number("significance seeds=4", "error_of_difference"), error / sqrt(2), 1e-17);
    /* of no difference the power is what the test errs by */
    assert_near(demo_number("significance difference=0", "power"), 0.05, 1e-12);
    assert_near(demo_number("significance difference=0", "p_value"), 1, 1e-15);
    double needed = demo_number("significance", "seeds_needed");
    struct buf text = {0};
    buf_addf(&text, "significance seeds=%g", needed);
    assert_true(demo_number(buf_text(&text), "power") >= 0.8);
    buf_clear(&text);
    buf_addf(&text, "significance seeds=%g", needed - 1);
    assert_true(demo_number(buf_text(&text), "power") < 0.8);
    buf_free(&text);
}

static void test_decisions_have_words(void **state)
{
    (void)state;
    static const char *const runs[][2] = {{"significance", "nothing yet"},
                                          {"significance seeds=10", "better"},
                                          {"significance difference=-0.02", "worse"},
                                          {"significance accuracy=1 difference=0.5", "nothing yet"},
                                          {"significance accuracy=0 difference=0.5", "better"}};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct trial t;
        trial_run(&t, runs[i][0]);
        assert_string_equal(trial_text(&t, "decision"), runs[i][1]);
        trial_end(&t);
    }
}

/* The scores drawn have the mean and the spread of the binomial law. */
static void test_scores_are_drawn_as_coins(void **state)
{
    (void)state;
    static const double accuracies[] = {0.978, 0.3, 0.5};
    for (size_t a = 0; a < 3; a++)
        for (int seed = 1; seed <= 5; seed++) {
            struct buf text = {0};
            struct trial t;
            double sum = 0, squares = 0, p = accuracies[a], error = sqrt(p * (1 - p) / 1000);
            buf_addf(&text, "significance accuracy=%g images=1000 seeds=100 seed=%d", p, seed);
            trial_run(&t, buf_text(&text));
            for (int i = 0; i < 100; i++) {
                buf_clear(&text);
                buf_addf(&text, "scores_a[%d]", i);
                double off = trial_number(&t, buf_text(&text)) - p;
                sum += off / 100;
                squares += off * off / 100;
            }
            assert_near(sum, 0, 4 * error / 10);
            assert_near(sqrt(squares), error, 0.3 * error);
            buf_free(&text);
            trial_end(&t);
        }
    assert_near(demo_number("significance accuracy=1 difference=0", "scores_a[0]"), 1, 0);
    assert_near(demo_number("significance accuracy=0 difference=0", "scores_b[0]"), 0, 0);
}

static void test_running_statistics_warm_up(void **state)
{
    (void)state;
    assert_near(demo_number("running-stats", "within_5_percent"), 29, 0);
    assert_near(demo_number("running-stats", "within_1_percent"), 44, 0);
    assert_near(demo_number("running-stats momentum=1", "within_1_percent"), 1, 0);
    assert_near(demo_number("running-stats momentum=0", "within_5_percent"), INFINITY, 0);
    assert_near(demo_number("running-stats momentum=0.9", "within_1_percent"), 2, 0);
    double old = pow(0.9, 3);
    struct trial t;
    trial_run(&t, "running-stats steps=3");
    assert_near(trial_number(&t, "running_mean[3]"), 5 * (1 - old), 1e-15);
    assert_near(trial_number(&t, "running_variance[3]"), old + 4 * (1 - old), 1e-15);
    assert_near(trial_number(&t, "output_mean"), 5 * old / sqrt(old + 4 * (1 - old)), 1e-15);
    assert_near(trial_number(&t, "output_std"), sqrt(4 / (old + 4 * (1 - old))), 1e-15);
    trial_end(&t);
    /* the recurrence itself */
    double mean = 0;
    for (int i = 0; i < 60; i++)
        mean = 0.9 * mean + 0.1 * 5;
    assert_near(demo_number("running-stats", "running_mean[-1]"), mean, 1e-14);
}

static void test_parameters_are_counted(void **state)
{
    (void)state;
    struct trial t;
    assert_near(demo_number("parameters", "total"), 101770, 0);
    assert_near(demo_number("parameters", "without_biases"), 101632, 0);
    trial_run(&t, "parameters model=deep");
    assert_near(trial_number(&t, "total"), 135306, 0);
    assert_near(trial_number(&t, "mlp_total"), 101770, 0);
    assert_near(trial_number(&t, "growth"), 0.33, 0.005);
    double parts = 0;
    for (int i = 0; i < 12; i++) {
        struct buf ref = {0};
        buf_addf(&ref, "table[%d]", i);
        parts += trial_number(&t, buf_text(&ref));
        buf_free(&ref);
    }
    assert_near(parts, 135306, 0);
    trial_end(&t);
    assert_near(demo_number("parameters model=deep blocks=0", "total"), 101770, 0);
    assert_near(demo_number("parameters widths=5", "total"), 0, 0);
    struct demo_args args;
    struct demo_run run;
    struct arena arena;
    struct err err;
    arena_init(&arena);
    assert_true(demo_args_read(&args, &arena, "parameters widths=2.5,3", &err));
    assert_false(demo_start(&run, &arena, &args, NULL, &err));
    assert_non_null(strstr(err.text, "whole number"));
    arena_free(&arena);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("significance seeds=20");
    check_slicing("paths");
    check_slicing("running-stats");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_are_counted_exactly),
        cmocka_unit_test(test_the_lengths_of_paths_are_binomial),
        cmocka_unit_test(test_the_standard_error_of_a_score),
        cmocka_unit_test(test_decisions_have_words),
        cmocka_unit_test(test_scores_are_drawn_as_coins),
        cmocka_unit_test(test_running_statistics_warm_up),
        cmocka_unit_test(test_parameters_are_counted),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
