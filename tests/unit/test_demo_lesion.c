/* Lesions: what is removed is removed, and the two findings over a few seeds. */
#include "support/demo_test.h"

#include "demos/surgery.h"

static void build(struct model *model, struct arena *arena, const char *line)
{
    struct err err;
    const struct init_options init = {.kind = INIT_HE};
    if (!model_build(model, arena, line, 8, &err))
        fail_msg("%s", err.text);
    model_init(model, &init, 7);
}

/* A residual block whose branch gives 0 is no block: deleting it leaves every bit the same. */
static void test_a_deleted_block_is_a_branch_of_zeros(void **state)
{
    (void)state;
    struct arena arena;
    struct model three, two;
    real x[8 * 3];
    arena_init(&arena);
    build(&three, &arena, "3 5 [ layer 5 relu 5 ] [ layer 5 relu 5 ] [ layer 5 relu 5 ] layer 2");
    build(&two, &arena, "3 5 [ layer 5 relu 5 ] [ layer 5 relu 5 ] layer 2");
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = (real)sin((double)i);
    for (size_t block = 0; block < 3; block++) {
        struct layer *second = &three.layers[1 + 6 * block + 4];
        real kept[25], bias[5];
        assert_int_equal(second->w_count, 25);
        memcpy(kept, second->w, sizeof kept);
        memcpy(bias, second->b, sizeof bias);
        memset(second->w, 0, sizeof kept);
        memset(second->b, 0, sizeof bias);
        real expected[8 * 2];
        memcpy(expected, model_forward(&three, x, 8, MODEL_EVAL, 1, 0, NULL), sizeof expected);
        memcpy(second->w, kept, sizeof kept);
        memcpy(second->b, bias, sizeof bias);
        surgery_delete(&two, &three, 1 + 6 * block, 6);
        assert_memory_equal(model_forward(&two, x, 8, MODEL_EVAL, 1, 0, NULL), expected,
                            sizeof expected);
        assert_memory_not_equal(model_forward(&three, x, 8, MODEL_EVAL, 1, 0, NULL), expected,
                                sizeof expected);
    }
    arena_free(&arena);
}

/* Batch norm takes its running statistics along. */
static void test_running_statistics_move_along(void **state)
{
    (void)state;
    struct arena arena;
    struct model two, one;
    arena_init(&arena);
    build(&two, &arena, "2 4 batch relu 4 batch relu 2");
    build(&one, &arena, "2 4 batch relu 2");
    for (size_t j = 0; j < 4; j++) {
        two.layers[4].running_mean[j] = (real)j;
        two.layers[4].running_variance[j] = (real)(j + 2);
    }
    surgery_delete(&one, &two, 1, 3); /* 4 batch relu: from its norm to the next linear layer */
    for (size_t j = 0; j < 4; j++) {
        assert_near(one.layers[1].running_mean[j], (double)j, 0);
        assert_near(one.layers[1].running_variance[j], (double)j + 2, 0);
    }
    arena_free(&arena);
}

static void test_none_and_all(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "lesion removed=0,64 seeds=2");
    assert_near(trial_number(&t, "plain_lost[0]"), 0, 0);
    assert_near(trial_number(&t, "dropout_lost[0]"), 0, 0);
    /* Without any unit one class is left: half of the examples, within three standard errors. */
    double left = trial_number(&t, "plain_accuracy") - trial_number(&t, "plain_lost[1]");
    assert_near(left, 0.5, 3 * 0.5 / sqrt(2 * 3000));
    trial_end(&t);
}

static void test_without_dropout_both_are_the_same(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "lesion p=0 removed=16 seeds=2 steps=60");
    assert_near(trial_number(&t, "spared[0]"), 0, 0);
    assert_near(trial_number(&t, "plain_accuracy"), trial_number(&t, "dropout_accuracy"), 0);
    trial_end(&t);
}

static void test_dropout_spares(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "lesion removed=16,32");
    assert_true(trial_number(&t, "spared[0]") > trial_number(&t, "spared_se[0]"));
    assert_true(trial_number(&t, "spared[1]") > trial_number(&t, "spared_se[1]"));
    assert_near(trial_number(&t, "plain_lost[0]"), 0.014, 0.008);
    assert_near(trial_number(&t, "plain_lost[1]"), 0.036, 0.014);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

static void test_a_skip_bears_what_a_plain_net_does_not(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "lesion kind=blocks blocks=6 seeds=2 steps=300");
    assert_true(trial_number(&t, "deleted_mean[0]") > 0.8);
    assert_true(trial_number(&t, "deleted_mean[1]") > 0.9);
    assert_true(trial_number(&t, "deleted_mean[2]") < 0.7);
    assert_true(trial_number(&t, "deleted[0]") < trial_number(&t, "deleted[5]"));
    assert_true(trial_number(&t, "whole[2]") > 0.95);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

static void test_slices_and_memory(void **state)
{
    (void)state;
    check_slicing("lesion removed=8,40 seeds=2 steps=20");
    check_slicing("lesion kind=blocks blocks=3 seeds=2 steps=20");
    struct trial t;
    trial_start(&t, "lesion removed=8 seeds=20 steps=1");
    demo_step(&t.run, 200);
    size_t early = t.arena.total;
    demo_finish(&t.run);
    assert_true(t.arena.total <= early);
    trial_end(&t);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_deleted_block_is_a_branch_of_zeros),
        cmocka_unit_test(test_running_statistics_move_along),
        cmocka_unit_test(test_none_and_all),
        cmocka_unit_test(test_without_dropout_both_are_the_same),
        cmocka_unit_test(test_dropout_spares),
        cmocka_unit_test(test_a_skip_bears_what_a_plain_net_does_not),
        cmocka_unit_test(test_slices_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
