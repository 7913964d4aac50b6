#include "support/demo_test.h"

#include <stdio.h>

/* The mean of a result over five seeds. */
static double mean_of(const char *knobs, const char *result)
{
    double sum = 0;
    for (int seed = 1; seed <= 5; seed++) {
        char text[200];
        snprintf(text, sizeof text, "playground %s seed=%d", knobs, seed);
        sum += demo_number(text, result);
    }
    return sum / 5;
}

static void test_every_set_is_learnt(void **state)
{
    (void)state;
    assert_true(mean_of("data=moons steps=1000", "test_accuracy") > 0.97);
    assert_true(mean_of("data=spirals steps=1000", "test_accuracy") > 0.95);
    assert_true(mean_of("data=circles steps=1000", "test_accuracy") > 0.97);
    assert_true(mean_of("data=xor steps=1000", "test_accuracy") > 0.93);
}

/* Without an activation any depth is one linear map, and no line divides two circles. */
static void test_linear_network_cannot_divide_circles(void **state)
{
    (void)state;
    assert_true(mean_of("data=circles activation=linear steps=500", "test_accuracy") < 0.7);
    assert_true(mean_of("data=xor activation=linear steps=500", "test_accuracy") < 0.75);
}

/* Equal units stay equal; with ReLU nothing moves but the last bias. */
static void test_zero_init_learns_nothing(void **state)
{
    (void)state;
    assert_true(mean_of("init=zero steps=500", "test_accuracy") < 0.65);
    assert_near(demo_number("playground init=zero steps=500", "gradient_norm[0]"), 0, 0);
}

/* Eight sigmoid layers: the first gets a vanishing part of the gradient; a skip hands it on. */
static void test_gradient_vanishes_without_skip(void **state)
{
    (void)state;
    const char *plain = "playground depth=8 activation=sigmoid steps=1";
    const char *skip = "playground depth=8 activation=sigmoid steps=1 skip=on";
    double lost = demo_number(plain, "gradient_norm[0]") / demo_number(plain, "gradient_norm[-1]");
    double kept = demo_number(skip, "gradient_norm[0]") / demo_number(skip, "gradient_norm[-1]");
    assert_true(lost < 1e-3);
    assert_true(kept > 5e-3);
}

static void test_divergence_is_an_outcome(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "playground optimiser=sgd rate=100");
    struct buf said = {0};
    assert_string_equal(trial_text(&t, "outcome"), "diverged");
    assert_true(t.run.finished && t.run.done < t.run.total);
    t.run.demo->describe(&t.run, &said);
    assert_non_null(strstr(buf_text(&said), "no number any more"));
    assert_non_null(strstr(buf_text(&said), "playground rate=100 optimiser=sgd seed=1"));
    buf_free(&said);
    trial_end(&t);
}

static void test_slices_change_nothing(void **state)
{
    (void)state;
    check_slicing("playground steps=300 dropout=0.2 norm=batch");
    check_slicing("playground steps=90 optimiser=sgd rate=100");
    check_slicing("playground steps=7");
}

/* The picture asks the network, but never disturbs its training. */
static void test_drawing_changes_nothing(void **state)
{
    (void)state;
    const char *text = "playground steps=200 dropout=0.2 norm=batch";
    struct trial whole, drawn;
    struct buf expected = {0}, got = {0};
    struct grid grid;
    grid_init(&grid, 120, 40);
    trial_run(&whole, text);
    demo_json(&whole.run, -1, &expected);
    trial_start(&drawn, text);
    while (demo_step(&drawn.run, 3))
        drawn.run.demo->draw(&drawn.run, &grid);
    demo_json(&drawn.run, -1, &got);
    assert_string_equal(buf_text(&got), buf_text(&expected));
    buf_free(&got);
    buf_free(&expected);
    grid_free(&grid);
    trial_end(&drawn);
    trial_end(&whole);
}

static bool turn(struct trial *t, const char *text)
{
    struct demo_args args;
    struct err err;
    assert_true(demo_args_read(&args, &t->arena, text, &err));
    return demo_turn(&t->run, &args);
}

static void test_rate_moves_while_it_trains(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "playground steps=1000 optimiser=sgd rate=1e-5");
    demo_step(&t.run, 400);
    double before = trial_number(&t, "loss");
    assert_true(turn(&t, "playground steps=1000 optimiser=momentum rate=0.05 dropout=0.1"));
    assert_int_equal(t.run.done, 400);
    demo_finish(&t.run);
    assert_int_equal(t.run.done, 1000);
    assert_true(trial_number(&t, "loss") < before / 3);
    assert_false(turn(&t, "playground steps=1000 rate=0.2")); /* it is over */
    trial_end(&t);
}

static void test_other_knobs_start_again(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "playground");
    demo_step(&t.run, 5);
    assert_true(turn(&t, "playground"));
    assert_false(turn(&t, "playground width=4"));
    assert_false(turn(&t, "playground seed=2"));
    trial_end(&t);
}

/* What was moved before the first step is as if it had been so from the start. */
static void test_turn_before_first_step_is_a_start(void **state)
{
    (void)state;
    const char *text = "playground steps=100 rate=0.003 dropout=0.3 optimiser=adamw decay=0.1";
    struct trial t;
    trial_start(&t, "playground steps=100");
    assert_true(turn(&t, text));
    demo_finish(&t.run);
    assert_near(trial_number(&t, "loss"), demo_number(text, "loss"), 0);
    trial_end(&t);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_set_is_learnt),
        cmocka_unit_test(test_linear_network_cannot_divide_circles),
        cmocka_unit_test(test_zero_init_learns_nothing),
        cmocka_unit_test(test_gradient_vanishes_without_skip),
        cmocka_unit_test(test_divergence_is_an_outcome),
        cmocka_unit_test(test_slices_change_nothing),
        cmocka_unit_test(test_drawing_changes_nothing),
        cmocka_unit_test(test_rate_moves_while_it_trains),
        cmocka_unit_test(test_other_knobs_start_again),
        cmocka_unit_test(test_turn_before_first_step_is_a_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
