#include "support/demo_test.h"

#include "demos/augment.h"
#include "nn/data.h"

/* Enough epochs to learn 300 digits by heart. */
#define SMALL "overfit images=300 epochs=30 seeds=2"

static void test_digits_are_learnt_by_heart(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SMALL " rate=0.003");
    assert_true(trial_number(&t, "plain_train_accuracy") > 0.99);
    double test = trial_number(&t, "plain_test_accuracy");
    assert_true(test > 0.6 && test < 0.85);
    assert_true(trial_number(&t, "gain") > -0.01 && trial_number(&t, "gain") < 0.05);
    assert_true(trial_number(&t, "train_accuracy_noisy") < trial_number(&t, "train_accuracy"));
    assert_near(trial_number(&t, "gain"),
                trial_number(&t, "test_accuracy") - trial_number(&t, "plain_test_accuracy"), 1e-12);
    assert_near(trial_number(&t, "test_curve[-1]"), trial_number(&t, "test_accuracy"), 1e-12);
    assert_string_equal(trial_text(&t, "data"), "drawn digits");
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

static void test_without_help_both_are_the_same(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "overfit dropout=0 images=60 epochs=3 seeds=2");
    assert_near(trial_number(&t, "gain"), 0, 0);
    assert_near(trial_number(&t, "test_accuracy"), trial_number(&t, "plain_test_accuracy"), 0);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

/* The loss on other digits rises long before 200 epochs: patience finds that. */
static void test_early_stopping_stops_early(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "overfit dropout=0 patience=3 images=100 epochs=100 rate=0.01 seeds=2");
    assert_true(trial_number(&t, "best_epoch") < 60);
    assert_true(trial_number(&t, "test_loss") < trial_number(&t, "plain_test_loss"));
    trial_end(&t);
}

/* More pictures of the same digits are worth more than dropout. */
static void test_shifted_digits_help(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, SMALL " rate=0.003 dropout=0 augment=shift");
    assert_true(trial_number(&t, "gain") > 0.01);
    trial_end(&t);
}

static void test_slices_change_nothing(void **state)
{
    (void)state;
    check_slicing("overfit images=70 epochs=2 seeds=2 augment=all patience=1");
}

static void test_augmented_pixels_stay_in_range(void **state)
{
    (void)state;
    float from[DIGIT_PIXELS], to[DIGIT_PIXELS];
    struct rng rng;
    rng_init(&rng, 1, 2, 3);
    for (uint64_t i = 0; i < 50; i++)
        for (enum augment kind = AUGMENT_NONE; kind <= AUGMENT_ALL; kind++) {
            digits_draw(1, 0, i, from);
            augment_digit(kind, to, from, &rng);
            assert_int_equal(memcmp(from, to, sizeof to) == 0, kind == AUGMENT_NONE);
            for (int j = 0; j < DIGIT_PIXELS; j++)
                assert_true(to[j] >= 0 && to[j] <= 1);
        }
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_digits_are_learnt_by_heart),
        cmocka_unit_test(test_without_help_both_are_the_same),
        cmocka_unit_test(test_early_stopping_stops_early),
        cmocka_unit_test(test_shifted_digits_help),
        cmocka_unit_test(test_slices_change_nothing),
        cmocka_unit_test(test_augmented_pixels_stay_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
