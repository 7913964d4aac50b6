/* The mask lab against its closed forms: the mean is kept, the variance is h^2 p/(1-p). */
#include "support/demo_test.h"

static double of(const char *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

static double of(const char *result, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    double number = demo_number(buf_text(&text), result);
    buf_free(&text);
    return number;
}

static void test_scaling_decides_both_modes(void **state)
{
    (void)state;
    static const struct {
        const char *scaling;
        double scale, expected, eval_sum;
    } rows[] = {{"inverted", 2, 3.2, 3.2},
                {"classic", 1, 1.6, 1.6},
                {"none", 1, 1.6, 3.2},
                {"both", 2, 3.2, 1.6}};
    for (size_t i = 0; i < 4; i++) {
        assert_near(of("scale", "mask scaling=%s", rows[i].scaling), rows[i].scale, 0);
        assert_near(of("expected_sum", "mask scaling=%s", rows[i].scaling), rows[i].expected,
                    1e-15);
        assert_near(of("eval_sum", "mask scaling=%s", rows[i].scaling), rows[i].eval_sum, 1e-15);
    }
    assert_near(demo_number("mask p=0.4", "scale"), 1 / 0.6, 1e-15);
    assert_near(demo_number("mask p=0.3 scaling=classic", "eval[2]"), 1.2 * 0.7, 1e-15);
}

static void test_spread_is_h_squared_p_over_q(void **state)
{
    (void)state;
    assert_near(demo_number("mask values=2", "expected_sd"), 2, 1e-15);
    double squares = 0.64 + 0.01 + 1.44 + 0.49 + 0.16;
    for (int i = 0; i < 10; i++) {
        double p = i / 10.0;
        assert_near(of("expected_sd", "mask p=%g", p), sqrt(squares * p / (1 - p)), 1e-14);
        assert_near(of("expected_sd", "mask p=%g scaling=none", p), sqrt(squares * p * (1 - p)),
                    1e-14);
    }
}

static void test_mask_by_hand_is_used_and_repeated(void **state)
{
    (void)state;
    assert_near(demo_number("mask p=0.4 keep=1,0,1,0,1", "train_sum"), 4, 1e-15);
    assert_near(demo_number("mask p=0.4 keep=1,0,1,0,1 seed=9", "train_sum"), 4, 1e-15);
    assert_near(demo_number("mask values=1,2,3,4 p=0.2 keep=0,1", "train_sum"), 7.5, 1e-15);
    assert_near(demo_number("mask p=0.4 keep=1,0,1,0,1", "expected_sum"), 3.2, 0);
}

static void test_mask_by_hand_holds_zeros_and_ones(void **state)
{
    (void)state;
    struct arena arena;
    struct demo_args args;
    struct demo_run run;
    struct clock clock = clock_system();
    struct err err;
    arena_init(&arena);
    assert_true(demo_args_read(&args, &arena, "mask keep=1,0.5", &err));
    assert_false(demo_start(&run, &arena, &args, &clock, &err));
    assert_string_equal(err.text, "keep=0.5: each entry is 1 (kept) or 0 (dropped)");
    assert_false(demo_args_read(&args, &arena, "mask keep=2", &err));
    arena_free(&arena);
}

static void test_all_dropped_is_p_to_the_n(void **state)
{
    (void)state;
    assert_near(demo_number("mask", "p_all_dropped"), 0.03125, 0);
    assert_near(demo_number("mask p=0.3", "p_all_dropped"), 0.00243, 1e-17);
    assert_near(demo_number("mask p=0.7", "p_all_dropped"), 0.16807, 1e-15);
    assert_near(demo_number("mask p=0.9", "p_all_dropped"), 0.59049, 1e-15);
    assert_near(demo_number("mask p=0", "p_all_dropped"), 0, 0);
    assert_near(demo_number("mask p=1", "p_all_dropped"), 1, 0);
}

static void test_the_last_pass_is_its_own_mask(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "mask p=0.4 passes=17 units=50 seed=3");
    double sum = 0, kept = 0;
    for (size_t i = 0; i < 50; i++) {
        double input = t.run.out[demo_result(t.run.demo, "input")].list[i];
        double mask = t.run.out[demo_result(t.run.demo, "mask")].list[i];
        double train = t.run.out[demo_result(t.run.demo, "train")].list[i];
        assert_true(mask == 0 || mask == 1);
        assert_near(train, mask * input / 0.6, 1e-15);
        sum += train;
        kept += mask;
    }
    assert_near(trial_number(&t, "train_sum"), sum, 1e-12);
    assert_near(trial_number(&t, "kept"), kept, 0);
    assert_true(kept > 0 && kept < 50);
    trial_end(&t);
}

static void test_means_lie_in_their_bands(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 5; seed++) {
        /* sd 1.655 over sqrt(20000): four standard errors are 0.047 */
        assert_near(of("mean_sum", "mask passes=20000 seed=%d", seed), 3.2, 0.047);
        assert_near(of("sd_sum", "mask passes=20000 seed=%d", seed), 1.6553, 0.035);
        assert_near(of("mean_sum", "mask passes=20000 scaling=none seed=%d", seed), 1.6, 0.0235);
        assert_near(of("mean_kept", "mask passes=20000 p=0.3 seed=%d", seed), 3.5, 0.03);
    }
}

static void test_inputs_do_not_depend_on_the_seed(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++)
        assert_near(of("input[19]", "mask units=20 seed=%d", i), of("input[19]", "mask units=20"),
                    0);
    assert_near(demo_number("mask values=4,5,6", "full_sum"), 15, 0);
}

static void test_dropping_all_gives_zeros(void **state)
{
    (void)state;
    static const char *const scalings[] = {"inverted", "classic", "none", "both"};
    for (size_t i = 0; i < 4; i++) {
        struct trial t;
        struct buf text = {0};
        buf_addf(&text, "mask p=1 passes=3 values=-1,2 scaling=%s", scalings[i]);
        trial_run(&t, buf_text(&text));
        assert_near(trial_number(&t, "train[0]"), 0, 0);
        assert_false(signbit(trial_number(&t, "train[0]")));
        assert_false(signbit(trial_number(&t, "eval[0]")) && trial_number(&t, "eval[0]") == 0);
        assert_near(trial_number(&t, "mean_sum"), 0, 0);
        assert_near(trial_number(&t, "expected_sum"), 0, 0);
        assert_near(trial_number(&t, "expected_sd"), 0, 0);
        assert_near(trial_number(&t, "kept"), 0, 0);
        assert_true(isfinite(trial_number(&t, "scale")));
        buf_free(&text);
        trial_end(&t);
    }
}

static void test_dropping_none_is_the_identity(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "mask p=0 passes=5");
    for (size_t i = 0; i < 5; i++)
        assert_near(t.run.out[demo_result(t.run.demo, "train")].list[i],
                    t.run.out[demo_result(t.run.demo, "input")].list[i], 0);
    assert_near(trial_number(&t, "sd_sum"), 0, 1e-15);
    trial_end(&t);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("mask passes=1000 p=0.3 seed=9");
    check_slicing("mask passes=1 units=7");
}

static void test_instant_follows_the_work(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "mask passes=2000");
    assert_true(demo_is_instant(&t.run));
    trial_end(&t);
    trial_start(&t, "mask passes=1000000 units=1000");
    assert_false(demo_is_instant(&t.run));
    trial_end(&t);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scaling_decides_both_modes),
        cmocka_unit_test(test_spread_is_h_squared_p_over_q),
        cmocka_unit_test(test_mask_by_hand_is_used_and_repeated),
        cmocka_unit_test(test_mask_by_hand_holds_zeros_and_ones),
        cmocka_unit_test(test_all_dropped_is_p_to_the_n),
        cmocka_unit_test(test_the_last_pass_is_its_own_mask),
        cmocka_unit_test(test_means_lie_in_their_bands),
        cmocka_unit_test(test_inputs_do_not_depend_on_the_seed),
        cmocka_unit_test(test_dropping_all_gives_zeros),
        cmocka_unit_test(test_dropping_none_is_the_identity),
        cmocka_unit_test(test_slicing_changes_nothing),
        cmocka_unit_test(test_instant_follows_the_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
