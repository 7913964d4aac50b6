/* A projector on a terminal of its own: it shows what the instructor's does, and nothing else. */
#include "support/test.h"

#include "support/run.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct pair {
    struct vt *room, *projector;
    char runtime[200];
};

static int set_up(void **state)
{
    static struct pair pair;
    pair = (struct pair){0};
    snprintf(pair.runtime, sizeof pair.runtime, "XDG_RUNTIME_DIR=%s", test_folder());
    *state = &pair;
    return 0;
}

static int tear_down(void **state)
{
    struct pair *pair = *state;
    vt_close(pair->projector);
    vt_close(pair->room);
    return 0;
}

static void present(struct pair *pair)
{
    pair->room = vt_start(TEXTS("nntutor", "present", "dropout/3.2"),
                          TEXTS(pair->runtime, tutor_home()), 30, 100);
    vt_wait_text(pair->room, "step 1 of");
}

static void project(struct pair *pair, int rows, int cols)
{
    pair->projector =
        vt_start(TEXTS("nntutor", "present"), TEXTS(pair->runtime, tutor_home()), rows, cols);
    vt_wait_text(pair->projector, "3.");
}

static void test_the_same_knobs_show_the_same_picture(void **state)
{
    struct pair *pair = *state;
    present(pair);
    project(pair, 24, 80);
    vt_send(pair->room, ENTER);
    vt_wait_text(pair->projector, "step 2 of");
    vt_wait_text(pair->projector, "Predict");
    vt_send(pair->room, "s");
    vt_wait_text(pair->projector, "It was 2.2");
    vt_send(pair->room, RIGHT);
    vt_wait_text(pair->room, "p 0.35");
    vt_wait_text(pair->projector, "p 0.35");
    vt_send(pair->room, "b");
    vt_wait_gone(pair->projector, "p 0.35");
    vt_send(pair->room, "b");
    vt_wait_text(pair->projector, "p 0.35");
    vt_send(pair->room, "p");
    vt_wait_text(pair->projector, "step 1 of");
}

static void test_its_keys_move_nothing(void **state)
{
    struct pair *pair = *state;
    present(pair);
    project(pair, 12, 40);
    vt_key(pair->projector, ENTER);
    vt_key(pair->projector, "s");
    vt_key(pair->projector, "v");
    assert_true(vt_has(pair->projector, "3.2  1/"));
    vt_send(pair->projector, "q");
    assert_int_equal(vt_wait_exit(pair->projector), 0);
    assert_true(vt_has(pair->room, "step 1 of"));
}

static void test_it_waits_for_a_killed_presentation_and_ends_with_one_that_ended(void **state)
{
    struct pair *pair = *state;
    present(pair);
    project(pair, 24, 80);
    kill(pair->room->pid, SIGKILL);
    vt_wait_exit(pair->room);
    vt_wait_text(pair->projector, "waits for it to come back");
    vt_close(pair->room);
    present(pair);
    vt_wait_gone(pair->projector, "waits for it");
    vt_send(pair->room, ENTER);
    vt_wait_text(pair->projector, "step 2 of");
    vt_send(pair->room, "q");
    assert_int_equal(vt_wait_exit(pair->room), 0);
    vt_wait_text(pair->projector, "The presentation has ended");
}

static void test_lines_follow_too(void **state)
{
    struct pair *pair = *state;
    present(pair);
    vt_send(pair->room, ENTER);
    vt_wait_text(pair->room, "step 2 of");
    struct run run = run_program(TEXTS("nntutor", "present", "--plain"),
                                 TEXTS(pair->runtime, tutor_home()), "q\n");
    assert_int_equal(run.code, 0);
    assert_non_null(strstr(buf_text(&run.out), "3.2 Why rescale (step 2 of"));
    assert_non_null(strstr(buf_text(&run.out), "Asked aloud: The five terms add up to 3.2."));
    run_free(&run);
}

/* Options are shuffled, on each screen in its own way: this one is found by its words. */
static void answer_on_a_slide(struct pair *pair, const char *option, const char *mark)
{
    char place[20], key[2] = "1";
    pair->room = vt_start(TEXTS("nntutor", "present", "dropout/3.6"),
                          TEXTS(pair->runtime, tutor_home()), 40, 100);
    vt_wait_text(pair->room, "step 1 of");
    for (int step = 2; step <= 7; step++) {
        if (vt_has(pair->room, "Predict")) { /* it is only watched */
            vt_send(pair->room, "s");
            vt_wait_text(pair->room, "It was ");
        }
        vt_send(pair->room, ENTER);
        if (step >= 6) { /* a demo was behind */
            vt_wait_text(pair->room, "Explain");
            vt_key(pair->room, "1");
            vt_key(pair->room, ENTER);
            vt_send(pair->room, ENTER);
        }
        snprintf(place, sizeof place, "step %d of", step);
        vt_wait_text(pair->room, place);
    }
    project(pair, 40, 80);
    vt_wait_text(pair->projector, "Where is it most sensible?");
    assert_false(vt_has(pair->projector, mark));
    struct vt_place at = vt_find(pair->room, option);
    key[0] = (char)('1' + vt_row(pair->room, at.row)[at.col - 2] - 'A');
    vt_key(pair->room, key);
    vt_send(pair->room, ENTER);
    vt_wait_text(pair->room, mark);
    vt_wait_text(pair->projector, mark);
    assert_int_equal(vt_find(pair->projector, mark).row, vt_find(pair->projector, option).row);
}

/* What the room said is marked on both screens, and said in lines. */
static void test_the_option_that_was_picked_is_shown(void **state)
{
    struct pair *pair = *state;
    answer_on_a_slide(pair, "After the ReLU of the 512 units.", "✓");
    struct run run = run_program(TEXTS("nntutor", "present", "--plain"),
                                 TEXTS(pair->runtime, tutor_home()), "q\n");
    assert_non_null(strstr(buf_text(&run.out), "Asked aloud: A classifier has 20 inputs"));
    assert_non_null(strstr(buf_text(&run.out), "Answered: After the ReLU of the 512 units."));
    run_free(&run);
}

static void test_an_option_that_was_picked_wrongly_is_shown_too(void **state)
{
    answer_on_a_slide(*state, "After the ReLU of the 4 units.", "✗");
}

static void test_without_a_presentation_it_is_one(void **state)
{
    struct pair *pair = *state;
    pair->room = vt_start(TEXTS("nntutor", "present"), TEXTS(pair->runtime, tutor_home()), 24, 80);
    vt_wait_text(pair->room, "step 1 of");
    vt_send(pair->room, ENTER);
    vt_wait_text(pair->room, "step 2 of");
}

int main(void)
{
    utf8_start();
#define WITH_A_PAIR(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_A_PAIR(test_the_same_knobs_show_the_same_picture),
        WITH_A_PAIR(test_its_keys_move_nothing),
        WITH_A_PAIR(test_it_waits_for_a_killed_presentation_and_ends_with_one_that_ended),
        WITH_A_PAIR(test_lines_follow_too),
        WITH_A_PAIR(test_the_option_that_was_picked_is_shown),
        WITH_A_PAIR(test_an_option_that_was_picked_wrongly_is_shown_too),
        WITH_A_PAIR(test_without_a_presentation_it_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
