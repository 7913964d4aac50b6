#include "support/demo_test.h"

/* Five runs of their own data and weights. */
static void test_wrong_labels_are_learnt_late(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "early-stopping seeds=5 steps=300");
    assert_true(trial_number(&t, "best_step") <= 120);
    assert_true(trial_number(&t, "final_train_accuracy") > 0.99);
    assert_true(trial_number(&t, "final_accuracy") > 0.7);
    assert_true(trial_number(&t, "best_accuracy") - trial_number(&t, "final_accuracy") > 0.02);
    /* The rule does not see the test, so it cannot do better than the best. */
    assert_true(trial_number(&t, "stop_accuracy") <= trial_number(&t, "best_accuracy"));
    assert_true(trial_number(&t, "gain") > 0.01);
    assert_near(trial_number(&t, "gain"),
                trial_number(&t, "stop_accuracy") - trial_number(&t, "final_accuracy"), 1e-12);
    assert_near(trial_number(&t, "test_curve[-1]"), trial_number(&t, "final_accuracy"), 1e-12);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

/* With many examples and right labels there is little to lose. */
static void test_right_labels_need_no_stopping(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "early-stopping flip=0 examples=1000 seeds=2 steps=100");
    assert_true(trial_number(&t, "final_accuracy") > 0.92);
    assert_true(trial_number(&t, "gain") < 0.04);
    trial_end(&t);
}

static void test_slices_change_nothing(void **state)
{
    (void)state;
    check_slicing("early-stopping seeds=2 steps=35 examples=30");
    check_slicing("early-stopping seeds=2 steps=3 rate=1");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wrong_labels_are_learnt_late),
        cmocka_unit_test(test_right_labels_need_no_stopping),
        cmocka_unit_test(test_slices_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
