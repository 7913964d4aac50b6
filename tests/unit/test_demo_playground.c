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

/* What stands behind "To see the same again: ", without its full stop. */
static char *state_line(struct trial *t)
{
    static const char before[] = "To see the same again: ";
    struct buf said = {0};
    t->run.demo->describe(&t->run, &said);
    const char *start = strstr(buf_text(&said), before);
    assert_non_null(start);
    start += strlen(before);
    char *line = arena_strndup(&t->arena, start, strlen(start) - 1);
    buf_free(&said);
    return line;
}

/* Pasted, the line gives the same run to the bit, with all that was moved by hand while it trained. */
static void test_the_state_line_repeats_what_was_moved(void **state)
{
    (void)state;
    struct trial moved, again;
    trial_start(&moved, "playground data=moons steps=700 rate=0.02 seed=3");
    assert_true(turn(&moved, "playground data=moons steps=700 rate=0.02 dropout=0.1 seed=3"));
    demo_step(&moved.run, 133);
    assert_true(turn(&moved, "playground data=moons steps=700 rate=0.5 dropout=0.1 seed=3"));
    assert_true(turn(&moved, "playground data=moons steps=700 rate=0.003 dropout=0.1 seed=3"));
    demo_step(&moved.run, 67);
    assert_true(turn(&moved, "playground data=moons steps=700 rate=0.003 dropout=0.4 seed=3 "
                             "optimiser=momentum"));
    demo_finish(&moved.run);
    const char *line = state_line(&moved);
    assert_string_equal(line, "playground data=moons dropout=0.1 rate=0.02 steps=700 "
                              "moves=133,2,0.003;200,0,0.4;200,3,1 seed=3");
    trial_run(&again, line);
    assert_near(trial_number(&again, "loss"), trial_number(&moved, "loss"), 0);
    assert_near(trial_number(&again, "gradient_norm[1]"), trial_number(&moved, "gradient_norm[1]"),
                0);
    assert_string_equal(state_line(&again), line);
    trial_end(&again);
    assert_true(demo_number("playground data=moons dropout=0.1 rate=0.02 steps=700 seed=3",
                            "loss") != demo_number(line, "loss"));
    trial_end(&moved);
}

static void test_given_moves_do_not_depend_on_slices(void **state)
{
    (void)state;
    check_slicing("playground steps=150 points=40 moves=7,2,0.1;7,0,0.5;33,3,0;140,1,0.2");
}

/* Whoever takes a knob in hand has taken over: later moves that were given no longer come. */
static void test_a_hand_takes_over(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "playground steps=100 moves=10,2,0.1;50,2,0.2");
    demo_step(&t.run, 20);
    assert_true(turn(&t, "playground steps=100 dropout=0.2 moves=10,2,0.1;50,2,0.2"));
    demo_finish(&t.run);
    assert_string_equal(state_line(&t), "playground steps=100 moves=10,2,0.1;20,0,0.2 seed=1");
    trial_end(&t);
}

static void test_more_moves_than_can_be_written_are_confessed(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "playground steps=1000 points=20 width=2 depth=1");
    for (int i = 0; i < 101; i++) {
        struct buf text = {0};
        demo_step(&t.run, 1);
        buf_addf(&text, "playground steps=1000 points=20 width=2 depth=1 rate=%g", 0.01 + i * 1e-4);
        assert_true(i == 0 || turn(&t, buf_text(&text)));
        buf_free(&text);
    }
    assert_null(strstr(state_line(&t), "more moves"));
    demo_step(&t.run, 1);
    assert_true(turn(&t, "playground steps=1000 points=20 width=2 depth=1 rate=1"));
    assert_non_null(strstr(state_line(&t), "more moves than can be written down"));
    trial_end(&t);
}

static void test_bad_moves_are_refused(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"moves=1,2", "too long or too short"},
        {"moves=1,2,3,4", "too long or too short"},
        {"moves=1.5,2,0.1", "step 1.5"},
        {"moves=9,2,0.1;8,2,0.1", "step 8"},
        {"moves=1,4,0.1", "knob 4"},
        {"moves=1,0.5,0.1", "knob 0.5"},
        {"moves=1,0,1.5", "dropout 1.5: it takes 0 to 1"},
        {"moves=1,3,4", "0 to 3"},
        {"moves=1,3,0.5", "whole numbers"},
        {"moves=-1,2,0.1", "out of range"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena arena;
        struct demo_args args;
        struct demo_run run;
        struct err err = {""};
        struct buf text = {0};
        arena_init(&arena);
        buf_addf(&text, "playground %s", rows[i][0]);
        assert_false(demo_args_read(&args, &arena, buf_text(&text), &err) &&
                     demo_start(&run, &arena, &args, NULL, &err));
        if (!strstr(err.text, rows[i][1]))
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i][0], err.text, rows[i][1]);
        buf_free(&text);
        arena_free(&arena);
    }
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
        cmocka_unit_test(test_the_state_line_repeats_what_was_moved),
        cmocka_unit_test(test_given_moves_do_not_depend_on_slices),
        cmocka_unit_test(test_a_hand_takes_over),
        cmocka_unit_test(test_more_moves_than_can_be_written_are_confessed),
        cmocka_unit_test(test_bad_moves_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
