/* A question that was missed: what teaches it, the way back, another try, a slip of the key. */
#include "support/test.h"

#include "support/tutor.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Question 1 of the quiz of chapter 3, answered wrong and sure. */
static struct vt *missed(const char *home, int rows, int cols)
{
    struct vt *vt = tutor_start(home, rows, cols);
    tutor_to_home(vt);
    vt_key(vt, "z");
    vt_wait_text(vt, "activation 3");
    tutor_type(vt, "2.4\r3");
    vt_wait_text(vt, "though you were sure");
    return vt;
}

static void assert_screen(struct vt *vt, const struct buf *before)
{
    struct buf now = {0};
    for (int row = 0; row < vt->rows; row++)
        buf_addf(&now, "%s\n", vt_row(vt, row));
    assert_string_equal(buf_text(&now), buf_text(before));
    buf_free(&now);
}

static struct buf screen(struct vt *vt)
{
    struct buf text = {0};
    for (int row = 0; row < vt->rows; row++)
        buf_addf(&text, "%s\n", vt_row(vt, row));
    return text;
}

static void test_b_reads_about_it_and_comes_back_to_the_same_question(void **state)
{
    static const int sizes[][2] = {{24, 80}, {12, 40}, {60, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *home = tutor_home();
        struct vt *vt = *state = missed(home, sizes[i][0], sizes[i][1]);
        struct buf before = screen(vt);
        size_t steps = tutor_count(home, "\"type\":\"step\"");
        /* Not the name of a file: the chapter. */
        assert_non_null(strstr(vt_row(vt, 0), sizes[i][1] < 80
                                                  ? " Quiz of chapter 3"
                                                  : " 3 Dropout: the mechanics ▸ quiz"));
        assert_non_null(strstr(vt_row(vt, 0), "question 1 of "));
        vt_key(vt, "b");
        assert_non_null(strstr(vt_row(vt, 0), "3.7 "));
        assert_non_null(strstr(vt_row(vt, 0), "step "));
        vt_key(vt, "b");
        assert_screen(vt, &before);
        vt_key(vt, "r"); /* the same, as the stubborn are told */
        assert_non_null(strstr(vt_row(vt, 0), "3.7 "));
        vt_key(vt, ESCAPE);
        assert_screen(vt, &before);
        assert_int_equal(tutor_count(home, "\"type\":\"step\""), steps);
        tutor_next(vt); /* and the quiz goes on */
        assert_true(vt_has(vt, "Hint: What you divide by"));
        tutor_type(vt, "3.75\r");
        vt_wait_text(vt, "Right now; the first try");
        buf_free(&before);
        vt_teardown(state);
    }
}

static void test_a_second_try_is_not_called_next(void **state)
{
    struct vt *vt = *state = missed(tutor_home(), 24, 80);
    const char *footer = vt_row(vt, 23);
    assert_non_null(strstr(footer, "Enter try again"));
    assert_null(strstr(footer, "next"));
    tutor_next(vt);
    tutor_type(vt, "3\r");
    vt_wait_text(vt, "The answer: 3.75");
    assert_non_null(strstr(vt_row(vt, 23), "Enter next"));
}

static void test_demo_is_offered_first_and_keeps_its_gate(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = missed(home, 24, 80);
    assert_true(vt_has(vt, "See for yourself first: d runs the demo of 3.7"));
    struct buf before = screen(vt);
    vt_key(vt, "d");
    assert_true(vt_has(vt, "Mask lab"));
    assert_true(vt_has(vt, "Predict"));
    assert_true(vt_has(vt, "sum ?"));
    vt_key(vt, "b");
    assert_screen(vt, &before);
    buf_free(&before);
}

/* Question 2 of the quiz, left unanswered: a step of 3.2 that only points to its demo teaches it. */
static struct vt *missed_a_linked_one(const char *home)
{
    struct vt *vt =
        tutor_start_with(TEXTS("nntutor", "quiz", "dropout", "--count", "12"), home, 24, 80);
    vt_wait_text(vt, "Question 1 of 12");
    vt_key(vt, "\t");
    tutor_next(vt);
    vt_wait_text(vt, "Question 2 of 12");
    vt_key(vt, "\t");
    vt_wait_text(vt, "Left unanswered");
    return vt;
}

static void test_d_runs_what_the_step_only_points_to(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = missed_a_linked_one(home);
    struct buf before = screen(vt);
    vt_key(vt, "d");
    assert_non_null(strstr(vt_row(vt, 0), "Question ▸ Mask lab"));
    assert_true(vt_has(vt, "p 0.4, scaling inverted")); /* as the link names it */
    vt_key(vt, "q");                                    /* a part of a quiz is not gone on with */
    assert_true(vt_has(vt, "Leave the quiz?"));
    vt_key(vt, ESCAPE);
    assert_screen(vt, &before);
    assert_int_equal(tutor_count(home, "\"type\":\"step\""), 0);
    buf_free(&before);
}

static void test_what_is_looked_up_does_not_move_the_place(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = missed_a_linked_one(home);
    struct buf before = screen(vt);
    vt_key(vt, "b");
    vt_key(vt, "\t");
    vt_key(vt, ENTER);
    assert_non_null(strstr(vt_row(vt, 0), "3.2 Why rescale ▸ Mask lab"));
    vt_key(vt, ESCAPE);
    assert_non_null(strstr(vt_row(vt, 0), "3.2 "));
    tutor_type(vt, "/exactly the share");
    vt_key(vt, ENTER); /* a step that was found is looked up as well */
    assert_non_null(strstr(vt_row(vt, 0), "step "));
    vt_key(vt, ESCAPE);
    vt_key(vt, ESCAPE);
    vt_key(vt, ESCAPE);
    assert_screen(vt, &before);
    assert_int_equal(tutor_count(home, "\"type\":\"step\""), 0);
    buf_free(&before);
}

static void test_a_slip_is_taken_back_before_and_after_it_was_marked(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    tutor_to_home(vt);
    vt_key(vt, "z");
    vt_wait_text(vt, "activation 3");
    tutor_type(vt, "9\r");
    assert_true(vt_has(vt, "How sure"));
    vt_key(vt, "u");
    assert_true(vt_has(vt, "Not locked in."));
    assert_true(vt_has(vt, "> 9"));
    vt_key(vt, "\025"); /* Ctrl-U */
    tutor_type(vt, "2.4\r3");
    vt_wait_text(vt, "though you were sure");
    vt_key(vt, "u");
    assert_true(vt_has(vt, "Taken back."));
    assert_true(vt_has(vt, "Hint:")); /* it was read: another try is not free */
    assert_true(vt_has(vt, "another try is practice"));
    tutor_type(vt, "3.75\r");
    vt_wait_text(vt, "✓ Right now; it counts as left unanswered.");
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 3);
    assert_int_equal(tutor_count(home, "\"type\":\"undo\""), 1);
}

/* At the first question there is nothing of this review: u names what an earlier one of today was
 * answered, and a second u asks that again; where today has none, it says so. */
static void test_u_at_the_first_question_of_a_review(void **state)
{
    static const int sizes[][2] = {{24, 80}, {60, 200}};
    const char *now = "NNTUTOR_NOW=1795426200"; /* two days behind the quiz */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *home = tutor_home();
        struct vt *vt = *state =
            vt_start(TEXTS("nntutor", "quiz", "dropout"), TEXTS(home, "NNTUTOR_NOW=1795253400"),
                     sizes[i][0], sizes[i][1]);
        vt_wait_text(vt, "Question 1 of 13");
        vt_key(vt, "\t");
        tutor_next(vt);
        vt_key(vt, "\t");
        vt_teardown(state);
        vt = *state =
            vt_start(TEXTS("nntutor", "review"), TEXTS(home, now), sizes[i][0], sizes[i][1]);
        vt_wait_text(vt, "Review 1 of 2");
        vt_key(vt, "u");
        assert_true(vt_has(vt, "There is no answer to take back."));
        assert_true(vt_has(vt, "Review 1 of 2"));
        vt_key(vt, "\t");
        assert_true(vt_has(vt, "Left unanswered"));
        vt_teardown(state);
        vt = *state =
            vt_start(TEXTS("nntutor", "review"), TEXTS(home, now), sizes[i][0], sizes[i][1]);
        vt_wait_text(vt, "Review 1 of 1");
        vt_key(vt, "u");
        assert_true(vt_tells(vt, "u again takes back your answer to \""));
        assert_true(vt_has(vt, "Review 1 of 1"));
        assert_int_equal(tutor_count(home, "\"type\":\"undo\""), 0);
        vt_key(vt, "u");
        assert_true(vt_tells(vt, "Taken back: your answer to \""));
        assert_true(vt_has(vt, "Review 1 of 2"));
        assert_int_equal(tutor_count(home, "\"type\":\"undo\""), 1);
        vt_key(vt, "u");
        assert_true(vt_has(vt, "There is no answer to take back."));
        vt_teardown(state);
    }
}

/* The answers that lie between: all left. */
static void leave_all(struct vt *vt)
{
    while (!vt_has(vt, "Score ") && !vt_has(vt, "Right this time")) {
        vt_key(vt, "\t");
        vt_key(vt, "n");
    }
}

static void test_only_the_missed_are_asked_once_more(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "quiz", "dropout", "--count", "2"), home, 24, 80);
    vt_wait_text(vt, "Question 1 of 2");
    tutor_type(vt, "3.75\r3");
    vt_wait_text(vt, "✓ Right.");
    vt_key(vt, ENTER);
    leave_all(vt);
    assert_true(vt_has(vt, "m: only the 1 you missed, once more"));
    vt_key(vt, "m");
    assert_true(vt_has(vt, "Question 1 of 1"));
    assert_true(vt_has(vt, "2014 dropout paper"));
    leave_all(vt);
    assert_true(vt_has(vt, "Right this time: 0 of 1"));
    assert_int_equal(tutor_count(home, "\"type\":\"score\""), 0);
}

static void test_the_last_result_opens_from_home_and_statistics(void **state)
{
    static const int sizes[][2] = {{24, 80}, {12, 40}, {60, 200}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct vt *vt = *state = tutor_start(tutor_home(), sizes[i][0], sizes[i][1]);
        tutor_to_home(vt);
        vt_key(vt, "l");
        assert_true(vt_tells(vt, "This quiz has no result yet"));
        vt_key(vt, "z");
        vt_wait_text(vt, "activation 3");
        tutor_type(vt, "3.75\r3");
        vt_wait_text(vt, "✓ Right.");
        tutor_next(vt);
        leave_all(vt);
        vt_key(vt, ESCAPE);
        vt_key(vt, "l");
        assert_true(vt_has(vt, "Score 1 of 12"));
        assert_true(vt_has(vt, "Taken on 20"));
        vt_key(vt, ESCAPE);
        vt_key(vt, "s");
        vt_key(vt, "l");
        assert_true(vt_has(vt, "Score 1 of 12"));
        vt_key(vt, "m");
        assert_true(vt_has(vt, "Question 1 of 12"));
        vt_teardown(state);
    }
}

static void test_options_change_and_stay(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 12, 40);
    tutor_to_home(vt);
    vt_key(vt, "o");
    assert_true(vt_has(vt, "▸ Everything comes back: no"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "▸ Everything comes back: yes"));
    vt_key(vt, DOWN);
    vt_key(vt, DOWN); /* the last row is the last: what Enter changes is not the first again */
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "▸ Recall to be kept: 95 %"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "▸ Recall to be kept: 80 %"));
    vt_key(vt, ESCAPE);
    vt_key(vt, "o");
    assert_true(vt_has(vt, "Everything comes back: yes"));
    assert_true(vt_has(vt, "Recall to be kept: 80 %"));
    assert_int_equal(tutor_count(home, "\"type\":\"setting\""), 3);
    vt_key(vt, ESCAPE);
    tutor_quit(vt);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_b_reads_about_it_and_comes_back_to_the_same_question,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_a_second_try_is_not_called_next, vt_teardown),
        cmocka_unit_test_teardown(test_demo_is_offered_first_and_keeps_its_gate, vt_teardown),
        cmocka_unit_test_teardown(test_d_runs_what_the_step_only_points_to, vt_teardown),
        cmocka_unit_test_teardown(test_what_is_looked_up_does_not_move_the_place, vt_teardown),
        cmocka_unit_test_teardown(test_a_slip_is_taken_back_before_and_after_it_was_marked,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_u_at_the_first_question_of_a_review, vt_teardown),
        cmocka_unit_test_teardown(test_only_the_missed_are_asked_once_more, vt_teardown),
        cmocka_unit_test_teardown(test_the_last_result_opens_from_home_and_statistics, vt_teardown),
        cmocka_unit_test_teardown(test_options_change_and_stay, vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
