#include "support/demo_test.h"

/* The recipe on noisy labels, with four pairs in place of twelve. */
static void test_strong_dropout_helps_on_noisy_labels(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "dropout-helps seeds=4");
    double gain = trial_number(&t, "gain");
    assert_true(gain > 0.03 && gain < 0.1);
    assert_int_equal(trial_number(&t, "wins"), 4);
    assert_true(trial_number(&t, "plain_test_accuracy") > 0.74);
    assert_true(trial_number(&t, "plain_test_accuracy") < 0.84);
    assert_near(trial_number(&t, "plain_train_accuracy"), 1, 0.01);
    assert_near(gain, trial_number(&t, "test_accuracy") - trial_number(&t, "plain_test_accuracy"),
                1e-12);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

/* In eval mode the training loss is far below both others. */
static void test_three_losses(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "dropout-helps input_p=0.5 hidden_p=0.5 hidden=100-100 flip=0 examples=60 "
                  "rate=0.002 steps=400 seeds=3");
    double noisy = trial_number(&t, "loss_train_mode"), quiet = trial_number(&t, "loss_eval_mode");
    double test = trial_number(&t, "loss_test");
    assert_true(quiet < 0.05 && noisy > 0.05 && test > 0.05);
    assert_true(noisy < 0.3 && test < 0.3);
    trial_end(&t);
}

static void test_without_help_pairs_are_the_same(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "dropout-helps input_p=0 hidden_p=0 seeds=2 steps=50");
    assert_near(trial_number(&t, "gain"), 0, 0);
    assert_near(trial_number(&t, "wins"), 0, 0);
    trial_end(&t);
}

static void test_decay_helps_too(void **state)
{
    (void)state;
    assert_true(demo_number("dropout-helps input_p=0 hidden_p=0 decay=20 seeds=3 steps=300",
                            "gain") > 0.02);
}

/* With everything dropped only the last bias is left to learn. */
static void test_everything_dropped_is_a_guess(void **state)
{
    (void)state;
    double test = demo_number("dropout-helps input_p=1 hidden_p=1 seeds=2 steps=50 flip=0",
                              "loss_train_mode");
    assert_near(test, log(2), 0.1);
}

static void test_slices_change_nothing(void **state)
{
    (void)state;
    check_slicing("dropout-helps seeds=2 steps=30 examples=30");
    check_slicing("dropout-helps seeds=1 steps=3 hidden=100-100");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strong_dropout_helps_on_noisy_labels),
        cmocka_unit_test(test_three_losses),
        cmocka_unit_test(test_without_help_pairs_are_the_same),
        cmocka_unit_test(test_decay_helps_too),
        cmocka_unit_test(test_everything_dropped_is_a_guess),
        cmocka_unit_test(test_slices_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
