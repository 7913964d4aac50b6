/* Training that goes wrong: outcomes with their step, and options and data that cannot be. */
#include "support/test.h"

#include "nn/matrix.h"
#include "nn/train.h"

#include <math.h>
#include <string.h>

static struct train_options options_with_rate(double rate)
{
    return (struct train_options){
        .optim = {.kind = OPTIM_SGD, .rate = rate}, .batch = 4, .steps = 200, .seed = 1};
}

static struct dataset wave(struct arena *arena)
{
    struct rng rng;
    rng_init(&rng, 1, 1, 1);
    return toys_wave(arena, &rng, 16, .1);
}

static void test_a_rate_too_high_is_an_outcome_with_its_step(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    arena_init(&arena);
    struct dataset data = wave(&arena);
    struct train_options options = options_with_rate(1e6);
    assert_true(model_build(&model, &arena, "1 8 8 1", 4, &err));
    model_init(&model, &(struct init_options){.kind = INIT_HE}, 1);
    assert_true(train_start(&train, &arena, &model, &data, &options, NULL, &err));
    while (train_run(&train, 10, NULL))
        ;
    assert_int_equal(train.outcome, TRAIN_WEIGHTS_NOT_FINITE);
    assert_in_range(train.step, 2, 100);
    assert_true(isfinite(train.loss)); /* of the batch that still could be computed */
    assert_false(real_finite(model.parameters, model.parameter_count));
    int64_t step = train.step;
    assert_false(train_run(&train, 10, NULL)); /* and stays so */
    assert_int_equal(train.step, step);
    arena_free(&arena);
}

static void test_a_forward_pass_that_overflows_is_an_outcome_with_its_step(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    arena_init(&arena);
    struct dataset data = wave(&arena);
    struct train_options options = options_with_rate(.1);
    assert_true(model_build(&model, &arena, "1 8 8 1", 4, &err));
    model_init(&model, &(struct init_options){.kind = INIT_NORMAL, .std = 1e15}, 1);
    assert_true(train_start(&train, &arena, &model, &data, &options, NULL, &err));
    assert_false(train_run(&train, 10, NULL));
    assert_int_equal(train.outcome, TRAIN_LOSS_NOT_FINITE);
    assert_int_equal(train.step, 1);
    arena_free(&arena);
}

/* The weight belongs to an input that is 0 in every row, so no product ever meets it: neither the loss
 * nor a gradient tells of it. */
static void test_a_broken_weight_that_nothing_meets_is_seen_at_once(void **state)
{
    (void)state;
    const float bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < 9; i++) {
        struct arena arena;
        struct err err = {0};
        struct model model;
        struct train train;
        arena_init(&arena);
        struct dataset data = data_new(&arena, 16, 40, 2);
        for (size_t row = 0; row < 16; row++)
            data.x[row * 40] = (float)row;
        struct train_options options = options_with_rate(.01);
        options.optim.kind = (enum optim_kind)(i % OPTIM_KINDS);
        options.optim.weight_decay = i < 6 ? 0 : .01; /* groups step one by one */
        assert_true(model_build(&model, &arena, "40 16 relu 2", 16, &err));
        model_init(&model, &(struct init_options){.kind = INIT_HE}, 1);
        options.batch = 16;
        assert_true(train_start(&train, &arena, &model, &data, &options, NULL, &err));
        assert_true(train_run(&train, 2, NULL));
        model.layers[0].w[30 * 16 + 5] = bad[i / 3];
        assert_false(train_run(&train, 10, NULL));
        assert_int_equal(train.outcome, TRAIN_WEIGHTS_NOT_FINITE);
        assert_int_equal(train.step, 3);
        arena_free(&arena);
    }
}

/* Adam divides by the root of the squares: where these overflow the weights no longer move. */
static void test_gradients_too_large_for_adam_are_an_outcome(void **state)
{
    (void)state;
    float p[] = {1, 2, 3}, m[3] = {0}, v[3] = {0};
    const float g[] = {1, 1e22f, 1};
    const struct optim adam = {.kind = OPTIM_ADAM, .rate = .1};
    assert_false(optim_step(&adam, p, g, m, v, 3, .1, 1, NULL));
    assert_true(real_finite(p, 3));
    assert_true(optim_step(&adam, p, g, m, v, 1, .1, 2, NULL));
}

static void test_clipping_keeps_the_same_run_finite(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    arena_init(&arena);
    struct dataset data = wave(&arena);
    struct train_options options = options_with_rate(.1);
    options.clip_norm = .5;
    assert_true(model_build(&model, &arena, "1 8 relu 8 relu 1", 4, &err));
    model_init(&model, &(struct init_options){.kind = INIT_NORMAL, .std = 3}, 1);
    assert_true(train_start(&train, &arena, &model, &data, &options, NULL, &err));
    while (train_run(&train, 10, NULL))
        ;
    assert_int_equal(train.outcome, TRAIN_DONE);
    assert_int_equal(train.step, 200);
    assert_true(train.gradient_norm > 0);
    arena_free(&arena);
}

static void test_the_last_step_may_break_the_weights(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    arena_init(&arena);
    struct dataset data = wave(&arena);
    struct train_options options = options_with_rate(1e200);
    options.steps = 1;
    assert_true(model_build(&model, &arena, "1 8 relu 1", 4, &err));
    model_init(&model, &(struct init_options){.kind = INIT_HE}, 1);
    assert_true(train_start(&train, &arena, &model, &data, &options, NULL, &err));
    train_run(&train, 10, NULL);
    assert_int_equal(train.outcome, TRAIN_WEIGHTS_NOT_FINITE);
    assert_int_equal(train.step, 1);
    arena_free(&arena);
}

static void test_a_run_can_be_cancelled(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    atomic_bool cancel = false;
    arena_init(&arena);
    struct dataset data = wave(&arena);
    struct train_options options = options_with_rate(.01);
    assert_true(model_build(&model, &arena, "1 8 relu 1", 4, &err));
    assert_true(train_start(&train, &arena, &model, &data, &options, NULL, &err));
    assert_true(train_run(&train, 3, &cancel));
    cancel = true;
    assert_false(train_run(&train, 3, &cancel));
    assert_int_equal(train.outcome, TRAIN_CANCELLED);
    assert_int_equal(train.step, 3);
    arena_free(&arena);
}

static void expect_refusal(struct train_options options, const char *says)
{
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    arena_init(&arena);
    struct dataset data = wave(&arena);
    assert_true(model_build(&model, &arena, "1 8 relu 1", 4, &err));
    assert_false(train_start(&train, &arena, &model, &data, &options, NULL, &err));
    if (!strstr(err.text, says))
        fail_msg("\"%s\" does not say \"%s\"", err.text, says);
    arena_free(&arena);
}

static void test_options_that_cannot_be_are_refused_with_the_value(void **state)
{
    (void)state;
    expect_refusal(options_with_rate(-.5), "-0.5");
    expect_refusal(options_with_rate(NAN), "nan");
    expect_refusal(options_with_rate(INFINITY), "inf");
    struct train_options o = options_with_rate(.1);
    o.batch = 5;
    expect_refusal(o, "1 to 4");
    o.batch = 0;
    expect_refusal(o, "a batch of 0");
    o = options_with_rate(.1);
    o.optim.momentum = 1;
    expect_refusal(o, "below 1");
    o = options_with_rate(.1);
    o.steps = -1;
    expect_refusal(o, "-1 steps");
    o = options_with_rate(.1);
    o.l1 = -2;
    expect_refusal(o, "-2");
    o = options_with_rate(.1);
    o.warmup = -3;
    expect_refusal(o, "-3 of warm-up");
    o = options_with_rate(.1);
    o.schedule = SCHEDULE_COSINE;
    o.rate_floor = .2;
    expect_refusal(o, "0.2: it must be at most the rate, 0.1");
    o.schedule = (enum schedule)7;
    expect_refusal(o, "schedule 7");
    o = options_with_rate(.1);
    o.optim.kind = OPTIM_KINDS;
    expect_refusal(o, "optimiser 3");
    o = options_with_rate(.1);
    o.optim.nesterov = true;
    expect_refusal(o, "momentum of 0");
    o = options_with_rate(.1);
    o.optim.kind = OPTIM_ADAM;
    o.optim.beta1 = .9;
    o.optim.beta2 = 1;
    expect_refusal(o, "beta2 is 1: it must be below 1");
    o.optim.beta2 = .999;
    o.optim.epsilon = -1e-8;
    expect_refusal(o, "epsilon is -1e-08");
}

static void test_data_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    struct rng rng;
    arena_init(&arena);
    rng_init(&rng, 1, 1, 1);
    struct train_options options = options_with_rate(.1);
    struct dataset flips = toys_coin_flips(&arena, &rng, 8, 3, false);
    assert_true(model_build(&model, &arena, "4 2", 4, &err));
    assert_false(train_start(&train, &arena, &model, &flips, &options, NULL, &err));
    assert_non_null(strstr(err.text, "3 features, the model 4 inputs"));
    assert_true(model_build(&model, &arena, "3 5", 4, &err));
    assert_false(train_start(&train, &arena, &model, &flips, &options, NULL, &err));
    assert_non_null(strstr(err.text, "2 outputs, the model has 5"));
    struct model two;
    assert_true(model_build(&two, &arena, "3 2", 4, &err));
    flips.y[5] = 2;
    assert_false(train_start(&train, &arena, &two, &flips, &options, NULL, &err));
    assert_non_null(strstr(err.text, "row 5 has class 2: with 2 classes it must be from 0 to 1"));
    struct dataset numbers = toys_wave(&arena, &rng, 8, .1);
    assert_true(model_build(&two, &arena, "1 1", 4, &err));
    numbers.target[3] = NAN;
    assert_false(train_start(&train, &arena, &two, &numbers, &options, NULL, &err));
    assert_non_null(strstr(err.text, "row 3 is to predict nan"));
    numbers.target = NULL;
    assert_false(train_start(&train, &arena, &two, &numbers, &options, NULL, &err));
    assert_non_null(strstr(err.text, "neither classes nor numbers"));
    struct dataset none = data_slice(&flips, 0, 0);
    assert_false(train_start(&train, &arena, &model, &none, &options, NULL, &err));
    assert_non_null(strstr(err.text, "no rows"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rate_too_high_is_an_outcome_with_its_step),
        cmocka_unit_test(test_a_forward_pass_that_overflows_is_an_outcome_with_its_step),
        cmocka_unit_test(test_a_broken_weight_that_nothing_meets_is_seen_at_once),
        cmocka_unit_test(test_gradients_too_large_for_adam_are_an_outcome),
        cmocka_unit_test(test_clipping_keeps_the_same_run_finite),
        cmocka_unit_test(test_the_last_step_may_break_the_weights),
        cmocka_unit_test(test_a_run_can_be_cancelled),
        cmocka_unit_test(test_options_that_cannot_be_are_refused_with_the_value),
        cmocka_unit_test(test_data_that_do_not_fit_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
