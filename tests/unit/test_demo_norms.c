/* The demos about normalisation against the worked tables of the lessons and closed forms. */
#include "support/demo_test.h"

static void check_list(const char *text, const char *name, const double *expected, size_t count,
                       double tolerance)
{
    struct trial t;
    trial_run(&t, text);
    for (size_t i = 0; i < count; i++) {
        struct buf ref = {0};
        buf_addf(&ref, "%s[%zu]", name, i);
        double got = trial_number(&t, buf_text(&ref));
        if (!(fabs(got - expected[i]) <= tolerance))
            fail_msg("%s: %s is %.17g, expected %.17g", text, buf_text(&ref), got, expected[i]);
        buf_free(&ref);
    }
    trial_end(&t);
}

static void test_a_column_of_batch_norm_matches_the_worked_example(void **state)
{
    (void)state;
    const char *text = "normalize kind=batch rows=2;4;6;8 epsilon=0";
    double root = sqrt(5);
    check_list(text, "output", (double[]){-3 / root, -1 / root, 1 / root, 3 / root}, 4, 1e-15);
    check_list(text, "output", (double[]){-1.342, -.447, .447, 1.342}, 4, 5e-4);
    assert_near(demo_number(text, "mean[0]"), 5, 0);
    assert_near(demo_number(text, "variance[0]"), 5, 0);
    assert_near(demo_number(text, "unbiased_variance[0]"), 20.0 / 3, 1e-15);
    assert_near(demo_number(text, "running_mean[0]"), 0.5, 1e-15);
    assert_near(demo_number(text, "running_variance[0]"), 0.9 + 2.0 / 3, 1e-15);
    check_list("normalize kind=batch rows=2;4;6;8 epsilon=0 gamma=2 beta=1", "output",
               (double[]){-1.683, .106, 1.894, 3.683}, 4, 5e-4);
}

/* Below a question there is little height: what goes in must still be seen with what comes out. */
static void test_a_short_pane_shows_input_beside_output(void **state)
{
    (void)state;
    struct trial t;
    struct grid grid;
    struct buf picture = {0};
    trial_run(&t, "normalize kind=batch rows=2;4;6;8 epsilon=0 gamma=2 beta=1");
    grid_init(&grid, 74, 5);
    t.run.demo->draw(&t.run, &grid);
    grid_print_text(&grid, false, &picture);
    assert_non_null(strstr(buf_text(&picture), "input   2         output  -1.68\n"));
    assert_non_null(strstr(buf_text(&picture), "        8                 3.68\n"));
    buf_free(&picture);
    grid_free(&grid);
    trial_end(&t);
}

static void test_a_row_of_layer_norm_matches_the_worked_example(void **state)
{
    (void)state;
    const char *text = "normalize kind=layer rows=1,2,3,4,10 epsilon=0";
    double root = sqrt(10);
    check_list(text, "output", (double[]){-3 / root, -2 / root, -1 / root, 0, 6 / root}, 5, 1e-15);
    check_list(text, "output", (double[]){-.949, -.632, -.316, 0, 1.897}, 5, 5e-4);
    assert_near(demo_number(text, "variance[0]"), 10, 0);
    text = "normalize kind=rms rows=1,2,3,4,10 epsilon=0";
    root = sqrt(26);
    check_list(text, "output", (double[]){1 / root, 2 / root, 3 / root, 4 / root, 10 / root}, 5,
               1e-15);
    check_list(text, "output", (double[]){.196, .392, .588, .784, 1.961}, 5, 5e-4);
    assert_near(sqrt(demo_number(text, "variance[0]")), 5.099, 5e-4);
    assert_near(demo_number("normalize kind=layer rows=0,0,0,4 epsilon=0", "output[3]"), sqrt(3),
                1e-15);
    assert_near(sqrt(demo_number("normalize kind=rms rows=3,4 epsilon=0", "variance[0]")), 3.536,
                5e-4);
}

static void test_slips_are_recognised(void **state)
{
    (void)state;
    const char *text = "normalize kind=batch rows=2;8 epsilon=0";
    assert_near(demo_number(text, "output[1]"), 1, 0);
    assert_near(demo_number(text, "centred[1]"), 3, 0);
    assert_near(demo_number(text, "by_unbiased[1]"), 1 / sqrt(2), 1e-15);
    assert_near(demo_number(text, "by_variance[1]"), 1.0 / 3, 1e-15);
    text = "normalize kind=layer rows=0,0,0,4 epsilon=0";
    assert_near(demo_number(text, "centred[3]"), 3, 0);
    assert_near(demo_number(text, "by_unbiased[3]"), 1.5, 1e-15);
}

static void test_a_batch_of_two_keeps_only_the_order(void **state)
{
    (void)state;
    check_list("normalize kind=batch rows=0;100", "output", (double[]){-1, 1}, 2, 1e-8);
    check_list("normalize kind=batch rows=3;3.1", "output", (double[]){-.998, .998}, 2, 5e-4);
    check_list("normalize kind=batch rows=7;-5 epsilon=0", "output", (double[]){1, -1}, 2, 1e-15);
}

static void test_a_batch_of_one_is_its_own_mean(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "normalize kind=batch rows=7,-3 beta=0.5");
    assert_near(trial_number(&t, "output[0]"), 0.5, 0);
    assert_near(trial_number(&t, "output[1]"), 0.5, 0);
    assert_true(isnan(trial_number(&t, "unbiased_variance[0]")));
    assert_string_equal(trial_text(&t, "outcome"), "alone");
    trial_end(&t);
    trial_run(&t, "normalize kind=batch rows=7,-3 mode=eval");
    assert_string_equal(trial_text(&t, "outcome"), "undefined");
    trial_end(&t);
}

static void test_parts_of_a_row_are_normalised_apart(void **state)
{
    (void)state;
    const char *group = "normalize kind=group groups=2 rows=1,3,10,30 epsilon=0";
    check_list(group, "output", (double[]){-1, 1, -1, 1}, 4, 1e-15);
    check_list(group, "mean", (double[]){2, 20}, 2, 0);
    check_list("normalize kind=instance groups=2 rows=1,3,10,30;5,5,0,2 epsilon=0", "output",
               (double[]){-1, 1, -1, 1, 0, 0, -1, 1}, 8, 1e-15);
    /* one group is layer norm; five in two is three and two */
    check_list("normalize kind=group groups=1 rows=1,2,3,4,10 epsilon=0", "output",
               (double[]){-3 / sqrt(10), -2 / sqrt(10)}, 2, 1e-15);
    check_list("normalize kind=group groups=2 rows=1,2,3,4,10", "mean", (double[]){2, 7}, 2, 0);
}

static void test_eval_uses_running_statistics(void **state)
{
    (void)state;
    /* momentum 1: the running statistics are this batch's, the variance unbiased */
    check_list("normalize kind=batch rows=2;4;6;8 epsilon=0 mode=eval momentum=1", "output",
               (double[]){-3 / sqrt(20.0 / 3), -1 / sqrt(20.0 / 3)}, 2, 1e-15);
    /* none yet: mean 0, variance 1 */
    check_list("normalize kind=batch rows=2;4;6;8 epsilon=0 mode=eval updates=0", "output",
               (double[]){2, 4, 6, 8}, 4, 0);
    double old = pow(0.9, 60);
    assert_near(demo_number("normalize kind=batch rows=2;4;6;8 updates=60", "running_variance[0]"),
                old + (1 - old) * 20 / 3, 1e-14);
    /* layer norm does not care */
    assert_near(demo_number("normalize mode=eval", "output[4]"),
                demo_number("normalize mode=train", "output[4]"), 0);
}

static void test_axes_share_what_the_norm_says(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        double count;
    } kinds[] = {{"batch", 4}, {"layer", 6}, {"rms", 6}, {"group", 3}, {"instance", 3}};
    for (size_t k = 0; k < 5; k++)
        for (int row = 1; row <= 4; row++)
            for (int column = 1; column <= 6; column++) {
                struct buf text = {0};
                struct trial t;
                buf_addf(&text, "axes kind=%s row=%d column=%d", kinds[k].kind, row, column);
                trial_run(&t, buf_text(&text));
                assert_near(trial_number(&t, "shared_count"), kinds[k].count, 0);
                for (int i = 0; i < 24; i++) {
                    buf_clear(&text);
                    buf_addf(&text, "shared[%d]", i);
                    double shared = trial_number(&t, buf_text(&text));
                    bool same_row = i / 6 == row - 1, same_column = i % 6 == column - 1;
                    bool half = (i % 6) / 3 == (column - 1) / 3;
                    bool expected = k == 0 ? same_column : k <= 2 ? same_row : same_row && half;
                    assert_near(shared, expected, 0);
                    buf_clear(&text);
                    buf_addf(&text, "changed[%d]", i);
                    assert_true(trial_number(&t, buf_text(&text)) <= shared);
                }
                assert_true(trial_number(&t, "changed_count") >= 2);
                buf_free(&text);
                trial_end(&t);
            }
    assert_near(demo_number("axes edit=0", "changed_count"), 0, 0);
}

static void check_outcome(const char *text, const char *outcome)
{
    struct trial t;
    trial_run(&t, text);
    assert_string_equal(trial_text(&t, "outcome"), outcome);
    assert_near(trial_number(&t, "unchanged"),
                strcmp(outcome, "unchanged") == 0 || strcmp(outcome, "constant") == 0, 0);
    trial_end(&t);
}

static void test_norms_are_blind_to_what_they_divide_out(void **state)
{
    (void)state;
    check_outcome("invariance", "unchanged");
    check_outcome("invariance scale=7 shift=-30", "unchanged");
    check_outcome("invariance scale=-2 shift=5", "sign flipped");
    check_outcome("invariance scale=0 shift=5", "changed");
    check_outcome("invariance kind=batch scale=3 shift=1", "unchanged");
    check_outcome("invariance kind=rms", "changed");
    check_outcome("invariance kind=rms scale=3 shift=0", "unchanged");
    check_outcome("invariance kind=rms scale=-3 shift=0", "sign flipped");
    check_outcome("invariance values=2,2,2", "constant");
    check_list("invariance kind=rms", "after", (double[]){.971, .980, .990, 1.000, 1.057}, 5, 5e-4);
    check_list("invariance", "after", (double[]){-.949, -.632, -.316, 0, 1.897}, 5, 5e-4);
}

static void test_epsilon_inside_or_outside(void **state)
{
    (void)state;
    assert_near(demo_number("epsilon", "output"), 1e-6 / sqrt(1e-12 + 1e-5), 1e-18);
    assert_near(demo_number("epsilon", "output"), 3.2e-4, 0.05e-4);
    assert_near(demo_number("epsilon place=outside epsilon=1e-8", "output"), 1e-6 / 1.01e-6, 1e-15);
    assert_near(demo_number("epsilon place=outside epsilon=1e-8", "output"), .990, 5e-4);
    assert_near(demo_number("epsilon place=outside epsilon=1e-8", "epsilon_float16"), 0, 0);
    assert_near(demo_number("epsilon epsilon=1e-5", "epsilon_float16"), 168 * 0x1p-24, 0);
    assert_near(demo_number("epsilon epsilon=0.1", "epsilon_float16"), 0x1.998p-4, 0);
    assert_near(demo_number("epsilon epsilon=0.0003 size=0.01", "half_at"), 0.01, 1e-15);
    assert_near(demo_number("epsilon epsilon=0.0003 size=0.01", "output"), 0.5, 1e-15);
    assert_near(demo_number("epsilon size=0.003 epsilon=0.003 place=outside", "output"), 0.5, 0);
}

static double mean_over_seeds(const char *text)
{
    double mean = 0;
    for (int seed = 1; seed <= 5; seed++) {
        struct buf run = {0};
        buf_addf(&run, "%s seed=%d", text, seed);
        mean += demo_number(buf_text(&run), "sd_logit") / 5;
        buf_free(&run);
    }
    return mean;
}

static void test_batch_mates_matter_less_in_large_batches(void **state)
{
    (void)state;
    double two = mean_over_seeds("batch-mates batch=2 batches=40");
    double four = mean_over_seeds("batch-mates batch=4 batches=40");
    double eight = mean_over_seeds("batch-mates batch=8 batches=40");
    double many = mean_over_seeds("batch-mates batch=32 batches=20");
    assert_near(two / four, 1, 0.15);
    assert_true(four > 1.05 * eight);
    assert_true(eight > 1.2 * many);
    assert_true(many > 0.2);
}

static void test_nobody_matters_to_layer_norm_or_in_eval_mode(void **state)
{
    (void)state;
    static const struct {
        const char *run, *outcome;
    } runs[] = {{"batch-mates kind=layer batch=8", "independent"},
                {"batch-mates kind=layer batch=1", "independent"},
                {"batch-mates mode=eval batch=8", "independent"},
                {"batch-mates batch=1", "constant"}};
    for (size_t i = 0; i < 4; i++) {
        struct trial t;
        trial_run(&t, runs[i].run);
        assert_near(trial_number(&t, "sd_logit"), 0, 0);
        assert_string_equal(trial_text(&t, "error_or_constant"), runs[i].outcome);
        trial_end(&t);
    }
    /* alone under batch norm nothing at all gets through; under layer norm something does */
    assert_near(demo_number("batch-mates batch=1", "logits[0]"), 0, 0);
    assert_true(demo_number("batch-mates batch=1 kind=layer", "logits[0]") != 0);
    assert_near(demo_number("batch-mates batch=16 nets=1 batches=2", "mean_sd"), 0.25, 0);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("batch-mates nets=3 batches=7 batch=4");
    check_slicing("batch-mates nets=3 batches=7 mode=eval");
    check_slicing("normalize kind=group");
    check_slicing("axes");
    check_slicing("invariance");
    check_slicing("epsilon");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_column_of_batch_norm_matches_the_worked_example),
        cmocka_unit_test(test_a_short_pane_shows_input_beside_output),
        cmocka_unit_test(test_a_row_of_layer_norm_matches_the_worked_example),
        cmocka_unit_test(test_slips_are_recognised),
        cmocka_unit_test(test_a_batch_of_two_keeps_only_the_order),
        cmocka_unit_test(test_a_batch_of_one_is_its_own_mean),
        cmocka_unit_test(test_parts_of_a_row_are_normalised_apart),
        cmocka_unit_test(test_eval_uses_running_statistics),
        cmocka_unit_test(test_axes_share_what_the_norm_says),
        cmocka_unit_test(test_norms_are_blind_to_what_they_divide_out),
        cmocka_unit_test(test_epsilon_inside_or_outside),
        cmocka_unit_test(test_batch_mates_matter_less_in_large_batches),
        cmocka_unit_test(test_nobody_matters_to_layer_norm_or_in_eval_mode),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
