/* Two weeks away, and back: one screen says where one was, what is due, how long it takes and which
 * key begins it, without a word of reproach. */
#include "support/test.h"

#include "support/golden.h"
#include "support/lines.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const char before[] = "NNTUTOR_NOW=1795253400", after[] = "NNTUTOR_NOW=1796463000";

/* A learner who read two steps and left the questions of a quiz. */
static const char *begin(struct vt **vt)
{
    const char *home = tutor_home();
    struct vt *screen = *vt = vt_start(TEXTS("nntutor"), TEXTS(home, before), 24, 80);
    tutor_to_home(screen);
    vt_key(screen, ENTER);
    vt_wait_text(screen, "step 1 of 9");
    vt_key(screen, ENTER);
    vt_wait_text(screen, "step 2 of 9");
    tutor_type(screen, "0.09\r3");
    vt_wait_text(screen, "it was 0.08678");
    vt_key(screen, ESCAPE);
    vt_wait_text(screen, "Enter open");
    vt_key(screen, "z");
    for (int i = 0; i < 6; i++) {
        vt_key(screen, "\t");
        assert_true(vt_has(screen, "Left unanswered"));
        vt_key(screen, ENTER);
    }
    vt_close(screen);
    *vt = NULL;
    return home;
}

static void golden_screen(struct vt *vt, const char *name)
{
    struct buf text = {0};
    char path[200];
    for (int row = 0; row < vt->rows; row++)
        buf_addf(&text, "%s\n", vt_row(vt, row));
    snprintf(path, sizeof path, "tests/golden/tty/%s.txt", name);
    golden_check(path, buf_text(&text));
    buf_free(&text);
}

static void test_the_first_screen_after_two_weeks(void **state)
{
    static const struct {
        int rows, cols;
        const char *name, *says;
    } sizes[] = {
        {24, 80, "away-80x24", "Enter: go on with the quiz of chapter 3 at question 7 of 13"},
        {12, 40, "away-40x12", "Enter: quiz 3, question 7"},
        {60, 200, "away-200x60", "Enter: go on with the quiz of chapter 3 at question 7 of 13"},
    };
    const char *home = begin((struct vt **)state);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct vt *vt = *state =
            vt_start(TEXTS("nntutor"), TEXTS(home, after), sizes[i].rows, sizes[i].cols);
        vt_wait_text(vt, "r: review 6 today, about 3 min.");
        assert_true(vt_has(vt, sizes[i].says));
        golden_screen(vt, sizes[i].name);
        vt_key(vt, ENTER);
        assert_true(vt_has(vt, "Question 7 of 13"));
        vt_key(vt, ESCAPE);
        vt_key(vt, ESCAPE);
        vt_wait_text(vt, sizes[i].says);
        vt_key(vt, "r");
        assert_true(vt_has(vt, "Review 1 of 6"));
        vt_teardown(state);
    }
}

static void test_the_first_lines_after_two_weeks(void **state)
{
    const char *home = begin((struct vt **)state);
    struct lines *lines = lines_start(TEXTS("nntutor", "--plain"), TEXTS(home, after));
    char said[4000];
    snprintf(said, sizeof said, "%s\n", lines_prompt(lines));
    lines_close(lines);
    golden_check("tests/golden/tty/away-lines.txt", said);
}

/* The prediction of step 2 is asked, and not answered yet. */
static const char *leave_at_a_prediction(struct vt **vt)
{
    const char *home = tutor_home();
    struct vt *screen = *vt = vt_start(TEXTS("nntutor"), TEXTS(home, before), 24, 80);
    tutor_to_home(screen);
    vt_key(screen, ENTER);
    vt_wait_text(screen, "step 1 of 9");
    vt_key(screen, ENTER);
    vt_wait_text(screen, "step 2 of 9");
    assert_true(vt_has(screen, "Predict"));
    vt_key(screen, "q");
    vt_close(screen);
    *vt = NULL;
    return home;
}

static void test_enter_opens_the_demo_one_was_at(void **state)
{
    const char *home = leave_at_a_prediction((struct vt **)state);
    for (int ran = 0; ran < 2; ran++) { /* once before its run, once after it */
        struct vt *vt = *state = vt_start(TEXTS("nntutor"), TEXTS(home, after), 24, 80);
        vt_wait_text(vt, "Enter: go on at 3.1");
        vt_key(vt, ENTER);
        assert_true(vt_has(vt, "step 2 of 9"));
        if (!ran) { /* what was predicted is not asked again */
            assert_true(vt_has(vt, "Predict"));
            tutor_type(vt, "0.09\r3");
        }
        vt_wait_text(vt, "it was 0.08678");
        vt_key(vt, "q");
        vt_teardown(state);
    }
}

static void test_lines_open_the_demo_one_was_at(void **state)
{
    const char *home = leave_at_a_prediction((struct vt **)state);
    struct lines *lines = lines_start(TEXTS("nntutor", "--plain"), TEXTS(home, after));
    assert_non_null(strstr(lines_prompt(lines), "Enter: go on at 3.1"));
    lines_type(lines, "");
    const char *said = lines_prompt(lines);
    assert_non_null(strstr(said, "(step 2 of 9)"));
    assert_non_null(strstr(said, "Your prediction"));
    lines_close(lines);
}

static void test_lines_go_on_with_a_quiz_of_the_screen(void **state)
{
    const char *home = begin((struct vt **)state);
    struct lines *lines = lines_start(TEXTS("nntutor", "--plain"), TEXTS(home, after));
    assert_non_null(strstr(lines_prompt(lines),
                           "Enter: go on with the quiz of chapter 3 at question 7 of 13."));
    lines_type(lines, "");
    assert_non_null(strstr(lines_prompt(lines), "Question 7 of 13"));
    lines_close(lines);
}

static void test_a_quiz_that_goes_on_can_be_begun_anew(void **state)
{
    const char *home = begin((struct vt **)state);
    struct vt *vt = *state = vt_start(TEXTS("nntutor"), TEXTS(home, after), 24, 80);
    vt_wait_text(vt, "Enter: go on with the quiz");
    vt_key(vt, "z"); /* as Enter does */
    assert_true(vt_has(vt, "Question 7 of 13"));
    assert_true(vt_has(vt, "You go on at question 7 of 13. Ctrl-N begins it anew."));
    vt_key(vt, "\016");
    assert_true(vt_has(vt, "Question 1 of 13"));
    assert_false(vt_has(vt, "You go on"));
    vt_key(vt, "\016"); /* once is enough */
    assert_true(vt_has(vt, "Question 1 of 13"));
}

static void test_a_chapter_named_at_the_start_is_where_one_was(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state =
        vt_start(TEXTS("nntutor", "study", "dropout"), TEXTS(home, before), 24, 80);
    vt_wait_text(vt, "step 1 of 9");
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "Enter: go on at 3.1");
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "step 1 of 9"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_the_first_screen_after_two_weeks, vt_teardown),
        cmocka_unit_test_teardown(test_the_first_lines_after_two_weeks, vt_teardown),
        cmocka_unit_test_teardown(test_enter_opens_the_demo_one_was_at, vt_teardown),
        cmocka_unit_test_teardown(test_lines_open_the_demo_one_was_at, vt_teardown),
        cmocka_unit_test_teardown(test_lines_go_on_with_a_quiz_of_the_screen, vt_teardown),
        cmocka_unit_test_teardown(test_a_quiz_that_goes_on_can_be_begun_anew, vt_teardown),
        cmocka_unit_test_teardown(test_a_chapter_named_at_the_start_is_where_one_was, vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
