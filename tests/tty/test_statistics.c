/* The statistics, and the tests before and after the course, on the screen and in lines. */
#include "support/test.h"

#include "support/golden.h"
#include "support/run.h"
#include "support/tutor.h"

#include <stdio.h>
#include <string.h>

#define TODAY "NNTUTOR_NOW=1796299200" /* noon of day 20790: the last of the log is a day old */

static const char *const log_of_days = "tests/golden/tty/standing.ndjson";

static void golden_screen(struct vt *vt, const char *name, const char *suffix)
{
    struct buf text = {0};
    char path[200];
    for (int row = 0; row < vt->rows; row++)
        buf_addf(&text, "%s\n", vt_row(vt, row));
    snprintf(path, sizeof path, "tests/golden/tty/%s-%s.txt", name, suffix);
    golden_check(path, buf_text(&text));
    buf_free(&text);
}

/* A home whose learner has answered for nine days. */
static const char *home_of_days(void)
{
    const char *home = tutor_home();
    struct run run = run_program(TEXTS("nntutor", "progress", "--import", log_of_days),
                                 TEXTS(home, TODAY), NULL);
    if (run.code != 0)
        fail_msg("%s", buf_text(&run.err));
    run_free(&run);
    return home;
}

static void look_at(void **state, const char *const argv[], int rows, int cols, const char *suffix)
{
    struct vt *vt = *state = vt_start(argv, TEXTS(home_of_days(), TODAY), rows, cols);
    vt_wait_text(vt, "Enter open");
    golden_screen(vt, "home-of-days", suffix);
    vt_key(vt, "s");
    golden_screen(vt, "statistics", suffix);
    vt_key(vt, ENTER);
    golden_screen(vt, "statistics-objectives", suffix);
    vt_key(vt, ENTER);
    vt_key(vt, PAGE_DOWN);
    golden_screen(vt, "statistics-below", suffix);
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "Enter open");
    tutor_quit(vt);
    vt_teardown(state);
}

static void test_statistics_look_as_they_did(void **state)
{
    look_at(state, TEXTS("nntutor"), 24, 80, "80x24");
    look_at(state, TEXTS("nntutor"), 60, 200, "200x60");
    look_at(state, TEXTS("nntutor"), 12, 40, "40x12");
    look_at(state, TEXTS("nntutor", "--ascii"), 24, 80, "ascii");
}

static void test_statistics_of_nothing_say_so(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
    tutor_to_home(vt);
    vt_key(vt, "s");
    assert_true(vt_has(vt, "comes back here"));
    assert_true(vt_has(vt, "Say how sure you are"));
    assert_false(vt_has(vt, "t test")); /* this course has none */
    vt_key(vt, "t");
    assert_true(vt_has(vt, "Statistics"));
    tutor_quit(vt);
}

/* A click on the header or the footer hits nothing that is scrolled away behind it. */
static void test_a_click_beside_the_page_opens_nothing(void **state)
{
    struct vt *vt = *state = vt_start(TEXTS("nntutor"), TEXTS(home_of_days(), TODAY), 24, 80);
    vt_wait_text(vt, "Enter open");
    vt_key(vt, "s");
    vt_mouse_press(vt, 8, 10, 5); /* the wheel: three rows down */
    vt_wait_text(vt, "▲ PgUp");
    vt_mouse_press(vt, 0, 10, 1);
    vt_mouse_release(vt, 0, 10, 1);
    vt_key(vt, "\033[H");
    vt_wait_text(vt, "▸  3  Dropout");
    assert_false(vt_has(vt, "Apply a mask"));
    vt_mouse_press(vt, 3, 10, 1); /* the chapter itself */
    vt_mouse_release(vt, 3, 10, 1);
    vt_wait_text(vt, "Apply a mask");
}

static void test_line_mode_says_the_same(void **state)
{
    (void)state;
    const char *home = home_of_days();
    struct run run = run_program(TEXTS("nntutor", "--plain"), TEXTS(home, TODAY), "s\nq\n");
    golden_check("tests/golden/tty/statistics-plain.txt", buf_text(&run.out));
    run_free(&run);
    run = run_program(TEXTS("nntutor", "progress"), TEXTS(home, TODAY), NULL);
    *strstr(run.out.data, "Kept in") = '\0'; /* a path of its own */
    golden_check("tests/golden/tty/progress-of-days.txt", buf_text(&run.out));
    run_free(&run);
    run = run_program(TEXTS("nntutor", "review", "--json"), TEXTS(home, TODAY), NULL);
    assert_int_equal(run.code, 0); /* and what was predicted is given back (under a sanitizer) */
    run_free(&run);
}

/* ---- before and after ------------------------------------------------------------------------------ */

#define TEST_QUESTIONS(first, second)                                                              \
    "// [id:t1] [tag:objective:1a] [tag:section:1.1]\nHow much is " first                          \
    "? {\n=two#Right.\n~three#Not that.\n}\n\n"                                                    \
    "// [id:t2] [tag:objective:1b] [tag:section:1.1]\nHow much is " second                         \
    "? {\n=four#Right.\n~five#Not that.\n}\n"

/* "NNTUTOR_COURSE=folder" of a course with one chapter and both tests. */
static const char *tested_course(void)
{
    static char course[700];
    const char *folder = test_folder();
    test_file(folder, "lessons/01-one.md",
              "# One\n\n```chapter\nid: one\nminutes: 5\nquiz: 01-one.gift\nobjective 1a: Add\n"
              "objective 1b: Double\n```\n\n## 1.1 Only\n\nSome text to read.\n");
    test_file(folder, "quizzes/01-one.gift",
              "// [id:q1] [tag:objective:1a] [tag:section:1.1]\nIs it so? {T#It is.#Indeed.}\n");
    test_file(folder, "quizzes/pretest.gift", TEST_QUESTIONS("1 + 1", "2 + 2"));
    test_file(folder, "quizzes/posttest.gift", TEST_QUESTIONS("3 - 1", "6 - 2"));
    snprintf(course, sizeof course, "NNTUTOR_COURSE=%s", folder);
    return course;
}

static struct vt *tested(const char *course, const char *home)
{
    return vt_start(TEXTS("nntutor"), TEXTS(home, course), 24, 80);
}

static void leave(struct vt *vt)
{
    vt_key(vt, "\t");
    vt_key(vt, ENTER);
}

/* Answers the question that is shown with this option. */
static void answer(struct vt *vt, const char *option)
{
    char letter[] = "a";
    for (char c = 'A'; c <= 'B'; c++) {
        char shown[20];
        snprintf(shown, sizeof shown, "%c %s", c, option);
        if (vt_has(vt, shown))
            *letter = (char)(c - 'A' + 'a');
    }
    vt_key(vt, letter);
    vt_key(vt, ENTER);
    vt_key(vt, "3");
    vt_key(vt, ENTER);
}

static void test_the_pretest_is_offered_once_and_may_be_declined(void **state)
{
    const char *course = tested_course(), *home = tutor_home();
    struct vt *vt = *state = tested(course, home);
    vt_wait_text(vt, "Enter begin");
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Before you begin: 2 questions"));
    vt_key(vt, ESCAPE); /* neither: it is asked when the learner begins */
    assert_true(vt_has(vt, "Enter open"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Before you begin"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Some text to read."));
    assert_true(vt_has(vt, "The test stays in the statistics: s on the first page, then t."));
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "Enter: take the quiz of chapter 1"));
    vt_key(vt, ENTER);
    assert_false(vt_has(vt, "Before you begin")); /* never again */
    assert_true(vt_has(vt, "question 1 of"));
    vt_key(vt, ESCAPE);
    tutor_quit(vt);
    assert_int_equal(tutor_count(home, "\"quiz\":\"pretest\""), 0);
}

static void test_both_tests_stand_side_by_side(void **state)
{
    const char *course = tested_course(), *home = tutor_home();
    struct vt *vt = *state = tested(course, home);
    vt_wait_text(vt, "Enter begin");
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    vt_key(vt, "t");
    assert_true(vt_has(vt, "The test before the course"));
    answer(vt, "three");
    leave(vt);
    assert_true(vt_has(vt, "Score 0 of 2"));
    assert_true(vt_has(vt, "The course explains all of it."));
    assert_false(vt_has(vt, "Read again"));
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Some text to read."));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "The course is behind you."));
    vt_key(vt, "t");
    assert_true(vt_has(vt, "The test after the course"));
    answer(vt, "two");
    leave(vt);
    golden_screen(vt, "posttest", "80x24");
    vt_key(vt, ESCAPE);
    vt_key(vt, ESCAPE);
    vt_key(vt, "s");
    assert_true(vt_has(vt, "Before the course 0 of 2, after it 1 of 2."));
    vt_key(vt, "t");
    assert_true(vt_has(vt, "The test after the course"));
    leave(vt);
    leave(vt); /* not an answer: that is no test, and the one before it counts */
    assert_true(vt_has(vt, "Left: no question was answered, so there is no score."));
    assert_true(vt_has(vt, "Before the course 0 of 2, after it 1 of 2."));
    vt_key(vt, ESCAPE);
    vt_key(vt, "t");
    answer(vt, "three");
    leave(vt);
    assert_true(vt_has(vt, "That is the same as before."));
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "after it 0 of 2. That is the same")); /* read anew */
    tutor_quit(vt);
}

static void test_line_mode_offers_both(void **state)
{
    (void)state;
    const char *course = tested_course(), *home = tutor_home();
    struct run run =
        run_program(TEXTS("nntutor", "--plain", "--seed", "1"), TEXTS(home, course),
                    "\nt\n1\n3\nn\n-\nn\n\n" /* the pre-test, its missed ones not again */
                    "\nn\ny\n-\nn\n\n"       /* the chapter and its quiz */
                    "t\n-\n-\nn\n\nq\n");    /* the post-test */
    const char *out = buf_text(&run.out);
    assert_non_null(strstr(out, "Before you begin: 2 questions"));
    assert_non_null(strstr(out, "The course explains all of it."));
    assert_non_null(strstr(out, "The course is behind you."));
    assert_non_null(strstr(out, "Left: no question was answered, so there is no score.\n"));
    assert_non_null(strstr(out, "Before the course 0 of 2.\n"));
    run_free(&run);
    run = run_program(TEXTS("nntutor", "--plain"), TEXTS(home, course), "\nq\n");
    assert_null(strstr(buf_text(&run.out), "Before you begin"));
    run_free(&run);
    run = run_program(TEXTS("nntutor", "--plain"), TEXTS(tutor_home(), course), "\n\nq\n");
    assert_non_null(strstr(buf_text(&run.out), "Before you begin"));
    assert_non_null(
        strstr(buf_text(&run.out), "(The test can still be taken: nntutor quiz pretest.)\n"));
    run_free(&run);
}

static void test_line_mode_goes_on_after_a_guess(void **state)
{
    (void)state;
    const char *course = tested_course(), *home = tutor_home();
    test_file(strchr(course, '=') + 1, "lessons/01-one.md",
              "# One\n\n```chapter\nid: one\nminutes: 5\nquiz: 01-one.gift\nobjective 1a: Add\n"
              "objective 1b: Double\n```\n\n## 1.1 Only\n\nA guess.\n\n"
              "```guess q1\n```\n\n---\n\nThe text that answers it.\n");
    struct run run =
        run_program(TEXTS("nntutor", "--plain", "study", "one"), TEXTS(home, course), "-\nq\n");
    const char *said = strstr(buf_text(&run.out), "Read on; the chapter answers it.");
    assert_non_null(said);
    assert_null(strstr(buf_text(&run.out), "[u]ndo"));
    assert_non_null(strstr(said, "The text that answers it."));
    run_free(&run);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_statistics_look_as_they_did, vt_teardown),
        cmocka_unit_test_teardown(test_statistics_of_nothing_say_so, vt_teardown),
        cmocka_unit_test_teardown(test_a_click_beside_the_page_opens_nothing, vt_teardown),
        cmocka_unit_test(test_line_mode_says_the_same),
        cmocka_unit_test_teardown(test_the_pretest_is_offered_once_and_may_be_declined,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_both_tests_stand_side_by_side, vt_teardown),
        cmocka_unit_test(test_line_mode_offers_both),
        cmocka_unit_test(test_line_mode_goes_on_after_a_guess),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
