/* A presentation and its notes: two terminals of one user, each moving the other. */
#include "support/test.h"

#include "support/run.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct pair {
    struct vt *room, *notes;
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
    vt_close(pair->notes);
    vt_close(pair->room);
    return 0;
}

static void start(struct pair *pair, int rows, int cols)
{
    pair->room = vt_start(TEXTS("nntutor", "present", "dropout/3.2"),
                          TEXTS(pair->runtime, tutor_home()), rows, cols);
    vt_wait_text(pair->room, "step 1 of");
    pair->notes = vt_start(TEXTS("nntutor", "notes"), TEXTS(pair->runtime, tutor_home()), 24, 80);
    vt_wait_text(pair->notes, "The room sees");
}

/* What a room says from memory nobody types: each letter is the instructor's key, and none begins a text. */
static void test_a_recall_takes_no_letters(void **state)
{
    struct pair *pair = *state;
    pair->room = vt_start(TEXTS("nntutor", "--course", ".", "present", "dropout"),
                          TEXTS(pair->runtime, tutor_home()), 30, 100);
    vt_wait_text(pair->room, "Recall");
    vt_send(pair->room, "xyz");
    vt_send(pair->room, "b");
    vt_wait_gone(pair->room, "Recall");
    vt_send(pair->room, "b");
    vt_wait_text(pair->room, "Recall");
    assert_false(vt_has(pair->room, "xyz"));
}

static void test_the_notes_follow_and_drive(void **state)
{
    struct pair *pair = *state;
    start(pair, 24, 80);
    assert_true(vt_has(pair->notes, "Notes ▸ 3.2"));
    assert_true(vt_has(pair->notes, "Notes for the instructor"));
    assert_false(vt_has(pair->room, "Notes for the instructor"));
    vt_key(pair->room, ENTER);
    vt_wait_text(pair->notes, "step 2 of");
    vt_send(pair->notes, "n");
    vt_wait_text(pair->notes, "the demo has run");
    vt_wait_gone(pair->room, "Predict");
    vt_send(pair->notes, "p");
    vt_wait_text(pair->room, "step 1 of");
    vt_send(pair->room, "q");
    assert_int_equal(vt_wait_exit(pair->room), 0);
    vt_wait_text(pair->notes, "The presentation has ended");
    vt_send(pair->notes, "q");
    assert_int_equal(vt_wait_exit(pair->notes), 0);
}

static bool is_blank(struct vt *vt, const void *unused)
{
    (void)unused;
    for (int row = 0; row < vt->rows; row++)
        if (*vt_row(vt, row))
            return false;
    return true;
}

static void test_a_blank_screen_is_blank_and_comes_back(void **state)
{
    struct pair *pair = *state;
    start(pair, 24, 80);
    vt_send(pair->room, "b"); /* a frame may come before it: the notes have just joined */
    assert_true(vt_wait(pair->room, is_blank, NULL, VT_DEADLINE_MS));
    vt_wait_text(pair->notes, "a blank screen");
    vt_key(pair->room, "n"); /* brings it back, and nothing else */
    vt_wait_text(pair->room, "step 1 of");
}

static void test_a_jump_takes_a_number_or_a_word(void **state)
{
    struct pair *pair = *state;
    start(pair, 40, 120);
    vt_key(pair->room, ".");
    vt_key(pair->room, "4");
    vt_key(pair->room, ENTER);
    vt_wait_text(pair->room, "3.4");
    vt_wait_text(pair->notes, "Notes ▸ 3.4");
    vt_key(pair->room, ".");
    tutor_type(pair->room, "rescale");
    vt_key(pair->room, ENTER);
    vt_wait_text(pair->notes, "Notes ▸ 3.2");
}

static void test_an_answer_of_the_room_is_asked_without_how_sure(void **state)
{
    struct pair *pair = *state;
    start(pair, 24, 80);
    vt_key(pair->room, ENTER);
    vt_wait_text(pair->room, "Predict");
    vt_key(pair->room, "2");
    vt_key(pair->room, ENTER);
    vt_wait_text(pair->room, "You said 2");
}

static void test_lines_present_it_too(void **state)
{
    (void)state;
    struct run run = run_program(TEXTS("nntutor", "present", "dropout/3.2", "--plain"),
                                 TEXTS(tutor_home()), "n\ns\n. 4\np\nq\n");
    assert_int_equal(run.code, 0);
    assert_non_null(strstr(buf_text(&run.out), "3.2 Why rescale (step 1"));
    assert_non_null(strstr(buf_text(&run.out), "3.4 "));
    assert_null(strstr(buf_text(&run.out), "How sure"));
    run_free(&run);
}

static void test_notes_without_a_presentation_say_what_to_do(void **state)
{
    struct pair *pair = *state;
    struct run run =
        run_program(TEXTS("nntutor", "notes"), TEXTS(pair->runtime, tutor_home()), NULL);
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "nntutor present CHAPTER"));
    run_free(&run);
}

/* Of two presentations the first has the notes, as long as it is there. */
static void test_the_notes_go_over_to_the_one_that_is_left(void **state)
{
    struct pair *pair = *state;
    start(pair, 24, 80);
    struct vt *other = vt_start(TEXTS("nntutor", "present", "dropout/3.1"),
                                TEXTS(pair->runtime, tutor_home()), 24, 80);
    vt_wait_text(other, "No notes: another presentation");
    assert_true(vt_has(pair->notes, "Notes ▸ 3.2"));
    vt_send(pair->room, "q");
    assert_int_equal(vt_wait_exit(pair->room), 0);
    vt_wait_text(pair->notes, "Notes ▸ 3.1");
    vt_close(other);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_recall_takes_no_letters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_notes_follow_and_drive, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_blank_screen_is_blank_and_comes_back, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_jump_takes_a_number_or_a_word, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_answer_of_the_room_is_asked_without_how_sure,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_the_notes_go_over_to_the_one_that_is_left, set_up,
                                        tear_down),
        cmocka_unit_test(test_lines_present_it_too),
        cmocka_unit_test_setup_teardown(test_notes_without_a_presentation_say_what_to_do, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
