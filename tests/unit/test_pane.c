/* A demo in a box: each knob of each demo under keys and mouse, and a picture at every size. */
#include "support/test.h"

#include "tui/pane.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct bench {
    struct arena arena, run_arena;
    struct demo_args args;
    struct demo_run run;
    struct pane pane;
    struct clock clock;
    int64_t now_ms;
};

static int set_up(void **state)
{
    struct bench *b = *state = memory_alloc(sizeof *b);
    *b = (struct bench){.pane.dragged = -1};
    arena_init(&b->arena);
    arena_init(&b->run_arena);
    b->clock = clock_manual(&b->now_ms);
    return 0;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    arena_free(&b->run_arena);
    arena_free(&b->arena);
    memory_free(b);
    return 0;
}

static bool has_slider(const struct knob *knob)
{
    return knob->kind == KNOB_NUMBER || knob->kind == KNOB_INTEGER || knob->kind == KNOB_WORD;
}

static double least(const struct knob *knob)
{
    return knob->kind == KNOB_WORD ? 0 : knob->min;
}

static double most(const struct knob *knob)
{
    double count = 0;
    if (knob->kind != KNOB_WORD)
        return knob->max;
    while (knob->choices[(int)count + 1])
        count++;
    return count;
}

/* Gives the pane an input and applies what it assigns, as its owners do. */
static bool give(struct bench *b, const struct input *input, enum action_id action)
{
    struct buf assignment = {0};
    struct err err;
    bool moved = pane_input(&b->pane, &b->args, input, action, &assignment);
    if (moved && !demo_args_set(&b->args, &b->arena, buf_text(&assignment), &err))
        fail_msg("%s assigned %s: %s", b->args.demo->name, buf_text(&assignment), err.text);
    buf_free(&assignment);
    return moved;
}

static bool act(struct bench *b, enum action_id action)
{
    return give(b, &(struct input){.kind = INPUT_KEY}, action);
}

static double value(const struct bench *b)
{
    return b->args.knob[b->pane.focus].number;
}

typedef void knob_check(struct bench *b, const struct knob *knob);

static void each_knob(struct bench *b, knob_check *check)
{
    for (size_t d = 0; d < demo_count; d++)
        for (size_t k = 0; k < demos[d]->knob_count; k++) {
            if (!has_slider(&demos[d]->knobs[k]))
                continue;
            arena_free(&b->arena);
            assert_true(demo_args_init(&b->args, &b->arena, demos[d]));
            b->pane = (struct pane){.dragged = -1, .focus = k};
            check(b, &demos[d]->knobs[k]);
        }
}

static void check_both_ends(struct bench *b, const struct knob *knob)
{
    enum { PATIENCE = 2000 };
    for (int direction = -1; direction <= 1; direction += 2) {
        double end = direction < 0 ? least(knob) : most(knob), before = value(b);
        int steps = 0;
        while (act(b, direction < 0 ? ACTION_LEFT : ACTION_RIGHT)) {
            if (++steps > PATIENCE)
                fail_msg("%s %s: still at %g after %d keys", b->args.demo->name, knob->name,
                         value(b), PATIENCE);
            if ((value(b) - before) * direction <= 0)
                fail_msg("%s %s: the key went from %.17g to %.17g", b->args.demo->name, knob->name,
                         before, value(b));
            assert_true(value(b) >= least(knob) && value(b) <= most(knob));
            before = value(b);
        }
        if (value(b) != end)
            fail_msg("%s %s: keys stop at %.17g, not at %.17g", b->args.demo->name, knob->name,
                     value(b), end);
    }
}

static void test_keys_reach_both_ends_of_every_knob(void **state)
{
    each_knob(*state, check_both_ends);
}

static void check_home_and_end(struct bench *b, const struct knob *knob)
{
    act(b, ACTION_LAST);
    assert_true(value(b) == most(knob));
    assert_false(act(b, ACTION_LAST));
    act(b, ACTION_FIRST);
    assert_true(value(b) == least(knob));
    assert_false(act(b, ACTION_FIRST));
}

static void test_home_and_end_go_to_the_ends(void **state)
{
    each_knob(*state, check_home_and_end);
}

/* From wherever the keys lead, one to the right and one to the left is where one was. */
static void check_left_undoes_right(struct bench *b, const struct knob *knob)
{
    act(b, ACTION_FIRST);
    for (int i = 0; i < 2000; i++) {
        double before = value(b);
        if (!act(b, ACTION_RIGHT))
            return;
        double there = value(b);
        act(b, ACTION_LEFT);
        if (fabs(value(b) - before) > 1e-9 * fmax(1, fabs(before)))
            fail_msg("%s %s: right from %.12g to %.12g, left to %.12g", b->args.demo->name,
                     knob->name, before, there, value(b));
        act(b, ACTION_RIGHT);
        assert_true(value(b) == there);
    }
}

static void test_left_undoes_right(void **state)
{
    each_knob(*state, check_left_undoes_right);
}

static void check_mouse(struct bench *b, const struct knob *knob)
{
    struct err err;
    struct grid grid;
    arena_free(&b->run_arena);
    assert_true(demo_start(&b->run, &b->run_arena, &b->args, &b->clock, &err));
    grid_init(&grid, 100, 40);
    pane_draw(&b->pane, &grid, (struct rect){0, 0, 100, 40}, &b->run, &b->args, true, 3, false);
    grid_free(&grid);
    struct rect track = b->pane.tracks[b->pane.focus];
    assert_true(track.width > 1);
    struct input input = {.kind = INPUT_PRESS, .x = track.x + track.width / 2, .y = track.y};
    give(b, &input, ACTION_NONE);
    assert_int_equal(b->pane.dragged, b->pane.focus);
    input.kind = INPUT_DRAG;
    for (input.x = track.x + track.width + 50; input.x > track.x - 50; input.x--) {
        give(b, &input, ACTION_NONE);
        assert_true(value(b) >= least(knob) && value(b) <= most(knob));
        if (input.x >= track.x + track.width - 1)
            assert_true(value(b) == most(knob));
    }
    assert_true(value(b) == least(knob));
    input.kind = INPUT_RELEASE;
    give(b, &input, ACTION_NONE);
    input = (struct input){.kind = INPUT_DRAG, .x = track.x + track.width, .y = track.y};
    assert_false(give(b, &input, ACTION_NONE)); /* nothing is held any more */
    assert_true(value(b) == least(knob));
}

static void test_a_drag_reaches_both_ends_and_stays_within(void **state)
{
    each_knob(*state, check_mouse);
}

static void test_focus_goes_round_the_knobs_that_move(void **state)
{
    struct bench *b = *state;
    for (size_t d = 0; d < demo_count; d++) {
        size_t movable[PANE_MOST_KNOBS], count = 0;
        for (size_t k = 0; k < demos[d]->knob_count; k++)
            if (has_slider(&demos[d]->knobs[k]))
                movable[count++] = k;
        assert_true(demo_args_init(&b->args, &b->arena, demos[d]));
        pane_open(&b->pane, &b->args);
        for (size_t k = 0; k < 2 * count; k++) {
            assert_int_equal(b->pane.focus, movable[k % count]);
            assert_false(act(b, ACTION_DOWN));
        }
        assert_false(act(b, ACTION_UP));
        assert_int_equal(b->pane.focus, movable[count - 1]);
    }
}

/* In a lesson the knobs that it names are what it is about. */
static void test_a_pane_begins_with_a_knob_that_was_given(void **state)
{
    struct bench *b = *state;
    struct err err;
    assert_true(demo_args_read(&b->args, &b->arena, "mask values=1,2 p=0.5 passes=3", &err));
    pane_open(&b->pane, &b->args);
    assert_string_equal(b->args.demo->knobs[b->pane.focus].name, "p");
    assert_true(act(b, ACTION_RIGHT));
    assert_true(demo_args_read(&b->args, &b->arena, "relu-bias terms=1,2", &err));
    pane_open(&b->pane, &b->args);
    assert_true(act(b, ACTION_RIGHT)); /* the terms have no slider: the next has */
}

/* A low pane shows the picture first, and any slider once it has the focus. */
static void test_every_slider_can_be_seen_in_a_low_pane(void **state)
{
    struct bench *b = *state;
    for (size_t d = 0; d < demo_count; d++)
        for (int height = 8; height < 16; height++) {
            struct err err;
            arena_free(&b->run_arena);
            arena_free(&b->arena);
            assert_true(demo_args_init(&b->args, &b->arena, demos[d]));
            assert_true(demo_start(&b->run, &b->run_arena, &b->args, &b->clock, &err));
            pane_open(&b->pane, &b->args);
            for (size_t k = 0; k < demos[d]->knob_count; k++) {
                struct grid grid;
                grid_init(&grid, 78, height);
                pane_draw(&b->pane, &grid, (struct rect){0, 0, 78, height}, &b->run, &b->args, true,
                          0, false);
                struct rect track = b->pane.tracks[b->pane.focus];
                assert_in_range(track.y, 1 + (height > 9 ? 5 : 1), height - 2);
                assert_true(track.width > 1);
                grid_free(&grid);
                act(b, ACTION_DOWN);
            }
        }
}

/* Nothing is drawn outside the box, and the box is whole. */
static void test_pictures_stay_in_their_box_at_every_size(void **state)
{
    struct bench *b = *state;
    for (size_t d = 0; d < demo_count; d++) {
        struct err err;
        arena_free(&b->run_arena);
        arena_free(&b->arena);
        assert_true(demo_args_init(&b->args, &b->arena, demos[d]));
        assert_true(demo_start(&b->run, &b->run_arena, &b->args, &b->clock, &err));
        for (int done = 0; done < 2; done++) {
            for (int width = 28; width < 130; width += 9)
                for (int height = 5; height < 50; height += 4)
                    for (int how = 0; how < 4; how++) {
                        struct grid grid;
                        grid_init(&grid, width + 4, height + 4);
                        grid_fill(&grid, 0, 0, width + 4, height + 4, STYLE(ROLE_TEXT), '#');
                        b->pane.words = how & 1;
                        b->pane.focus = demos[d]->knob_count - 1;
                        pane_draw(&b->pane, &grid, (struct rect){2, 2, width, height}, &b->run,
                                  &b->args, how & 2, 0, false);
                        for (int y = 0; y < height + 4; y++)
                            for (int x = 0; x < width + 4; x++) {
                                bool outside = x < 2 || y < 2 || x >= width + 2 || y >= height + 2;
                                if (outside)
                                    assert_int_equal(grid_at(&grid, x, y)->character, '#');
                            }
                        assert_int_equal(grid_at(&grid, 2, 2)->character, 0x250C);
                        assert_int_equal(grid_at(&grid, width + 1, height + 1)->character, 0x2518);
                        for (int y = 3; y < height + 1; y++) {
                            assert_int_equal(grid_at(&grid, 2, y)->character, 0x2502);
                            assert_int_equal(grid_at(&grid, width + 1, y)->character, 0x2502);
                        }
                        grid_free(&grid);
                    }
            if (demo_is_instant(&b->run))
                demo_finish(&b->run);
            else /* what trains for long is looked at while it is at work */
                for (int slice = 0; slice < 20 && demo_step(&b->run, 1); slice++)
                    ;
        }
    }
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        CASE(test_keys_reach_both_ends_of_every_knob),
        CASE(test_home_and_end_go_to_the_ends),
        CASE(test_left_undoes_right),
        CASE(test_a_drag_reaches_both_ends_and_stays_within),
        CASE(test_focus_goes_round_the_knobs_that_move),
        CASE(test_a_pane_begins_with_a_knob_that_was_given),
        CASE(test_every_slider_can_be_seen_in_a_low_pane),
        CASE(test_pictures_stay_in_their_box_at_every_size),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
