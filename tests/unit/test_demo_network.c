/* One forward pass of a small net with dropout and norms. */
#include "support/demo_test.h"

#include <stdio.h>

static const struct value *table_of(const struct trial *t, const char *result)
{
    return &t->run.out[demo_result(t->run.demo, result)];
}

/* In the first layer, before noise has met any weights: kept units are their eval value over 1-p,
 * silenced ones 0. */
static void test_the_first_layer_is_eval_over_keep(void **state)
{
    (void)state;
    static const double ps[] = {0, 0.3, 0.9};
    for (size_t i = 0; i < 3; i++) {
        struct trial train, eval;
        struct buf text = {0};
        buf_addf(&text, "network p=%g", ps[i]);
        trial_run(&train, buf_text(&text));
        buf_add(&text, " mode=eval");
        trial_run(&eval, buf_text(&text));
        for (size_t j = 24; j < 48; j++) {
            double kept = table_of(&train, "mask")->list[j];
            assert_near(table_of(&train, "activations")->list[j],
                        kept * table_of(&eval, "activations")->list[j] / (1 - ps[i]), 1e-12);
            assert_near(table_of(&eval, "mask")->list[j], 1, 0);
        }
        assert_near(trial_number(&eval, "silenced_fraction"), 0, 0);
        trial_end(&train);
        trial_end(&eval);
        buf_free(&text);
    }
}

static void test_silenced_units_pass_on_nothing(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "network p=0.5 layers=12 units=64");
    const struct value *mask = table_of(&t, "mask"), *out = table_of(&t, "activations");
    double silenced = 0;
    assert_int_equal(mask->count, 13 * 64);
    for (size_t i = 0; i < mask->count; i++) {
        silenced += mask->list[i] == 0;
        if (mask->list[i] == 0)
            assert_near(out->list[i], 0, 0);
    }
    assert_near(trial_number(&t, "silenced"), silenced, 0);
    assert_near(trial_number(&t, "silenced_fraction"), silenced / (12 * 64), 1e-15);
    trial_end(&t);
}

static void test_silenced_share_is_p_on_average(void **state)
{
    (void)state;
    double sum = 0;
    for (int pass = 1; pass <= 40; pass++) {
        struct buf text = {0};
        buf_addf(&text, "network pass=%d", pass);
        sum += demo_number(buf_text(&text), "silenced_fraction") / 40;
        buf_free(&text);
    }
    assert_near(sum, 0.3, 0.03); /* four standard errors: 4 sqrt(.21 / 3840) */
}

static void test_a_pass_changes_the_coins_only(void **state)
{
    (void)state;
    struct trial a, b;
    trial_run(&a, "network pass=1");
    trial_run(&b, "network pass=2");
    assert_memory_equal(table_of(&a, "activations")->list, table_of(&b, "activations")->list,
                        24 * sizeof(double));
    assert_near(trial_number(&a, "std[1]"), trial_number(&b, "std[1]"), 0);
    assert_memory_not_equal(table_of(&a, "mask")->list, table_of(&b, "mask")->list,
                            table_of(&a, "mask")->count * sizeof(double));
    trial_end(&a);
    trial_end(&b);
}

static void test_without_dropout_train_is_eval(void **state)
{
    (void)state;
    assert_near(demo_number("network p=0", "eval_drift"), 0, 0);
    assert_near(demo_number("network p=0 norm=rms", "eval_drift"), 0, 0);
    assert_near(demo_number("network p=0 norm=batch", "eval_drift"), 0, 0.15);
}

/* Inverted dropout raises the mean square by 1/(1-p) in each layer but before the first. */
static void test_dropout_makes_the_scale_grow(void **state)
{
    (void)state;
    double growth = 0;
    for (int seed = 1; seed <= 20; seed++) {
        struct buf train = {0}, still = {0};
        buf_addf(&train, "network p=0.5 units=64 seed=%d", seed);
        buf_addf(&still, "network p=0 units=64 seed=%d", seed);
        growth +=
            log(demo_number(buf_text(&train), "std[4]") / demo_number(buf_text(&still), "std[4]")) /
            20;
        buf_free(&train);
        buf_free(&still);
    }
    assert_near(growth, 3 * log(sqrt(2)), 0.1);
}

static void test_norms_hold_the_scale(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 5; seed++) {
        struct buf text = {0};
        buf_addf(&text, "network p=0.5 norm=batch seed=%d", seed);
        for (int k = 1; k <= 4; k++) {
            char ref[16];
            snprintf(ref, sizeof ref, "std[%d]", k);
            assert_near(demo_number(buf_text(&text), ref), 1, 0.01);
        }
        /* the variance shift: in eval mode the noise is gone, the running variance still has it */
        assert_true(demo_number(buf_text(&text), "eval_drift") < -0.1);
        buf_free(&text);
    }
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("network norm=batch");
    check_slicing("network norm=batch mode=eval p=0.9 layers=2");
    check_slicing("network");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_layer_is_eval_over_keep),
        cmocka_unit_test(test_silenced_units_pass_on_nothing),
        cmocka_unit_test(test_silenced_share_is_p_on_average),
        cmocka_unit_test(test_a_pass_changes_the_coins_only),
        cmocka_unit_test(test_without_dropout_train_is_eval),
        cmocka_unit_test(test_dropout_makes_the_scale_grow),
        cmocka_unit_test(test_norms_hold_the_scale),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
