/* Monte Carlo dropout: what is exact, and the bands of the findings over five seeds. */
#include "support/demo_test.h"

/* Without dropout all passes are one; a single unit of chance is none. */
static void test_without_dropout_there_is_no_band(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "mc-dropout p=0 seeds=1 steps=40 passes=20");
    for (int i = 0; i < 91; i++) {
        struct demo_ref ref = {demo_result(t.run.demo, "mc_band"), true, i};
        double sd = NAN;
        assert_true(demo_ref_number(&t.run, ref, &sd));
        assert_near(sd, 0, 1e-9);
    }
    assert_near(trial_number(&t, "mc_sd[3]"), 0, 1e-9);
    assert_true(trial_number(&t, "ensemble_sd[3]") > 0.01);
    trial_end(&t);
}

/* All units dropped: the output is its bias, wherever one asks. */
static void test_with_all_dropped_the_answer_is_constant(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "mc-dropout p=1 seeds=1 steps=40 passes=20");
    assert_near(trial_number(&t, "mc_mean[0]"), trial_number(&t, "mc_mean[-1]"), 0);
    assert_near(trial_number(&t, "mc_sd[2]"), 0, 1e-9);
    trial_end(&t);
}

static void test_places_are_those_of_the_curve(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "mc-dropout seeds=1 steps=100 passes=50");
    assert_near(trial_number(&t, "x[30]"), 0, 0);
    assert_near(trial_number(&t, "x[60]"), 1.5, 0);
    assert_near(trial_number(&t, "x[90]"), 3, 0);
    assert_near(trial_number(&t, "mc_sd[1]"), trial_number(&t, "mc_band[30]"), 0);
    assert_near(trial_number(&t, "ensemble_sd[3]"), trial_number(&t, "ensemble_band[90]"), 0);
    assert_near(trial_number(&t, "mc_error[2]"), fabs(trial_number(&t, "mc_mean[60]") - sin(4.5)),
                1e-12);
    assert_near(trial_number(&t, "mc_sd_spread[0]"), 0, 0);
    trial_end(&t);
}

static void test_findings_over_five_seeds(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "mc-dropout steps=1500 passes=200");
    assert_true(trial_number(&t, "gap_wider") >= 4);
    assert_true(trial_number(&t, "far_wider") >= 4);
    double on_data = trial_number(&t, "mc_sd[0]");
    assert_near(on_data, 0.085, 0.035);
    /* Off the data the ensemble spreads several times as far as on them, the passes hardly do. */
    assert_true(trial_number(&t, "ensemble_sd[2]") > 5 * trial_number(&t, "ensemble_sd[0]"));
    assert_true(trial_number(&t, "mc_sd[2]") < 3 * on_data);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
    /* The band depends on p, on the data too: it is no bar of error. */
    assert_true(demo_number("mc-dropout p=0.2 steps=1500 passes=200 seeds=3", "mc_sd[0]") >
                1.15 * on_data);
}

static void test_slices_and_memory(void **state)
{
    (void)state;
    check_slicing("mc-dropout steps=30 passes=50 members=2 seeds=2");
    struct trial t;
    trial_start(&t, "mc-dropout steps=1 passes=2 members=10 seeds=20");
    demo_step(&t.run, 60);
    size_t early = t.arena.total;
    demo_finish(&t.run);
    assert_true(t.arena.total <= early);
    trial_end(&t);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_dropout_there_is_no_band),
        cmocka_unit_test(test_with_all_dropped_the_answer_is_constant),
        cmocka_unit_test(test_places_are_those_of_the_curve),
        cmocka_unit_test(test_findings_over_five_seeds),
        cmocka_unit_test(test_slices_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
