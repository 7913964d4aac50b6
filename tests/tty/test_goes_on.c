/* A quiz that is left midway, by a key or a kill, goes on, and what a lesson asked is not asked again: on the
 * screen and in lines. */
#include "support/test.h"

#include "support/lines.h"
#include "support/run.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { QUESTIONS = 13 };

#define GOES_ON(at) "You go on at question " at " of 13."
#define GOES_ON_AGAIN(at) "You go on at question " at " of 13, at its second try."

/* Leaves the question in hand unanswered: that, too, is not asked again. */
static void leave_question(struct vt *vt)
{
    vt_key(vt, "\t");
    assert_true(vt_has(vt, "Left unanswered"));
}

static struct vt *open_quiz(const char *home, int rows, int cols)
{
    return tutor_start_with(TEXTS("nntutor", "quiz", "dropout"), home, rows, cols);
}

/* Every question was answered once in one attempt, and it has one score. */
static void assert_whole(const char *home, const char *score)
{
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), QUESTIONS);
    assert_int_equal(tutor_count(home, "\"type\":\"score\""), 1);
    assert_int_equal(tutor_count(home, score), 1);
    struct buf log = tutor_log(home);
    char attempt[60];
    const char *at = strstr(buf_text(&log), "\"attempt\":");
    assert_non_null(at);
    snprintf(attempt, sizeof attempt, "%.44s", at);
    buf_free(&log);
    assert_int_equal(tutor_count(home, attempt), QUESTIONS + 1);
}

static void test_esc_q_and_a_kill_lose_nothing_on_the_screen(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    tutor_to_home(vt);
    vt_key(vt, "z");
    tutor_type(vt, "3.75\r3");
    vt_wait_text(vt, "Right.");
    vt_key(vt, ESCAPE); /* nothing would be lost: it does not ask */
    vt_wait_text(vt, "Enter: go on with the quiz of chapter 3 at question 2 of 13");
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, GOES_ON("2") " Ctrl-N begins it anew."));
    assert_true(vt_has(vt, "Question 2 of 13"));
    leave_question(vt);
    assert_false(vt_has(vt, "You go on"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Question 3 of 13"));
    tutor_quit(vt);
    vt_teardown(state);

    vt = *state = open_quiz(home, 24, 80);
    vt_wait_text(vt, GOES_ON("3"));
    leave_question(vt);
    kill(vt->pid, SIGKILL);
    vt_wait_exit(vt);
    vt_teardown(state);

    vt = *state = open_quiz(home, 12, 40);
    vt_wait_text(vt, GOES_ON("4"));
    assert_true(vt_has(vt, "Question 4 of 13"));
    for (int i = 4; i < QUESTIONS; i++) {
        leave_question(vt);
        tutor_next(vt);
    }
    leave_question(vt);
    kill(vt->pid, SIGKILL); /* before the score */
    vt_wait_exit(vt);
    vt_teardown(state);
    assert_int_equal(tutor_count(home, "\"type\":\"score\""), 0);

    vt = *state = open_quiz(home, 24, 80);
    vt_wait_text(vt, "Score 1 of 12");
    assert_whole(home, "\"score\":1,\"max\":12");
    vt_send(vt, "q");
    assert_int_equal(vt_wait_exit(vt), 0);
}

static void test_esc_at_the_last_answer_keeps_the_score(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = open_quiz(home, 24, 80);
    vt_wait_text(vt, "Question 1 of 13");
    tutor_type(vt, "3.75\r3");
    vt_wait_text(vt, "Right.");
    for (int i = 1; i < QUESTIONS; i++) {
        tutor_next(vt);
        leave_question(vt);
    }
    vt_send(vt, ESCAPE);
    assert_int_equal(vt_wait_exit(vt), 0);
    assert_whole(home, "\"score\":1,\"max\":12");
}

static void test_it_begins_anew_with_one_key(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = open_quiz(home, 24, 80);
    vt_wait_text(vt, "Question 1 of 13");
    leave_question(vt);
    vt_send(vt, "q");
    assert_int_equal(vt_wait_exit(vt), 1);
    vt_teardown(state);

    vt = *state = open_quiz(home, 24, 80);
    vt_wait_text(vt, GOES_ON("2"));
    vt_key(vt, "\016"); /* Ctrl-N */
    assert_true(vt_has(vt, "Question 1 of 13"));
    assert_false(vt_has(vt, "You go on"));
    tutor_type(vt, "3.75\r3");
    vt_wait_text(vt, "Right.");
    vt_key(vt, "\016"); /* too late: this would throw an answer away */
    assert_true(vt_has(vt, "Right."));
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 2);
}

/* ---- in lines ------------------------------------------------------------------------------------------ */

static const char *expect_prompt(struct lines *lines, const char *part)
{
    const char *said = lines_prompt(lines);
    if (!said || !strstr(said, part))
        fail_msg("\"%s\" is not in: %s", part, buf_text(&lines->said));
    return said;
}

static struct lines *start(const char *home, const char *const argv[])
{
    return lines_start(argv, TEXTS(home));
}

/* "-", with a colon where a word may be the answer. A question that is left goes on by "n". */
static void pass(struct lines *lines, const char *said)
{
    lines_type(lines, strstr(said, ":- leaves it") ? ":-" : "-");
    expect_prompt(lines, "Left unanswered");
    lines_type(lines, "n");
}

static void test_q_and_a_kill_lose_nothing_in_lines(void **state)
{
    const char *home = tutor_home();
    (void)state;
    struct lines *lines = start(home, TEXTS("nntutor", "--plain", "quiz", "dropout"));
    expect_prompt(lines, "Question 1 of 13");
    lines_type(lines, "3.75");
    expect_prompt(lines, "How sure");
    lines_type(lines, "3");
    expect_prompt(lines, "Question 2 of 13");
    lines_type(lines, "q");
    assert_int_equal(lines_end(lines), 1);
    assert_non_null(strstr(buf_text(&lines->said), "next time it goes on here"));
    lines_close(lines);

    lines = start(home, TEXTS("nntutor", "--plain"));
    expect_prompt(lines, "Enter: go on with the quiz of chapter 3 at question 2 of 13.");
    lines_type(lines, "");
    pass(lines, expect_prompt(lines, GOES_ON("2") " Type anew to begin it anew.)\nQuestion 2"));
    assert_null(strstr(expect_prompt(lines, "Question 3 of 13"), "You go on"));
    kill(lines->pid, SIGKILL);
    lines_end(lines);
    lines_close(lines);

    lines = start(home, TEXTS("nntutor", "--plain", "quiz", "3"));
    const char *said = expect_prompt(lines, GOES_ON("3"));
    lines_type(lines, strstr(said, ":? helps") ? ":?" : "?");
    said = expect_prompt(lines, "anew begins this quiz anew.\n");
    for (int i = 3; i <= QUESTIONS; i++) {
        pass(lines, said);
        said = lines_prompt(lines);
    }
    assert_non_null(strstr(said, "Score 1 of 12"));
    lines_type(lines, "");
    assert_int_equal(lines_end(lines), 0);
    lines_close(lines);
    assert_whole(home, "\"score\":1,\"max\":12");
}

static void test_both_faces_go_on_with_each_others_quiz(void **state)
{
    const char *home = tutor_home();
    struct run run =
        run_program(TEXTS("nntutor", "--plain", "quiz", "dropout"), TEXTS(home), "3.75\n\n-\nn\n");
    assert_int_equal(run.code, 1);
    run_free(&run);
    run = run_program(TEXTS("nntutor", "progress"), TEXTS(home), NULL);
    assert_non_null(strstr(buf_text(&run.out),
                           "What comes next: go on with the quiz of chapter 3 at "
                           "question 3 of 13 (nntutor quiz dropout).\n"));
    run_free(&run);
    struct vt *vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "go on with the quiz of chapter 3 at question 3 of 13");
    vt_resize(vt, 12, 40);
    vt_wait_text(vt, "Enter: quiz 3, question 3");
    vt_key(vt, "z");
    assert_true(vt_has(vt, GOES_ON("3")));
    leave_question(vt);
    vt_key(vt, ESCAPE);
    tutor_quit(vt);
    run = run_program(TEXTS("nntutor", "--plain", "quiz", "dropout"), TEXTS(home), "anew\nq\n");
    assert_non_null(strstr(buf_text(&run.out), GOES_ON("4")));
    assert_non_null(strstr(buf_text(&run.out), "Question 1 of 13"));
    run_free(&run);
}

/* Whoever leaves where a second try is offered comes back to it, with its hint, and to its answer. */
static void test_a_second_try_waits_on_the_screen_and_in_lines(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    tutor_to_home(vt);
    vt_key(vt, "z");
    tutor_type(vt, "2.4\r3");
    vt_wait_text(vt, "though you were sure: try once more");
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "Enter: go on with the quiz of chapter 3 at question 1 of 13");
    vt_key(vt, ENTER);
    assert_true(vt_tells(vt, GOES_ON_AGAIN("1")));
    assert_true(vt_has(vt, "Hint: What you divide by"));
    kill(vt->pid, SIGKILL);
    vt_wait_exit(vt);
    vt_teardown(state);

    struct run run = run_program(TEXTS("nntutor", "progress"), TEXTS(home), NULL);
    assert_non_null(strstr(buf_text(&run.out), "the quiz of chapter 3 at question 1 of 13"));
    run_free(&run);
    struct lines *lines = start(home, TEXTS("nntutor", "--plain", "quiz", "dropout"));
    const char *said = expect_prompt(lines, GOES_ON_AGAIN("1") " Type anew to begin it anew.)");
    assert_non_null(strstr(said, "Hint: What you divide by"));
    lines_type(lines, "2.5");
    said = expect_prompt(lines, "Not right.");
    assert_non_null(strstr(said, "The answer: 3.75"));
    lines_type(lines, "n");
    expect_prompt(lines, "Question 2 of 13");
    lines_type(lines, "q");
    lines_end(lines);
    lines_close(lines);
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 2);

    vt = *state = open_quiz(home, 24, 80);
    vt_wait_text(vt, GOES_ON("2"));
}

/* ---- what a lesson asks ---------------------------------------------------------------------------- */

static const char once[] =
    "# Once\n\n```chapter\nid: once\n```\n\n## 1.1 All\n\nBegin.\n\n---\n\nWords.\n\n"
    "```demo mask p=0.5\npredict scale: By which factor?\n"
    "explain: Why?\n+ Half is kept.\n# So it is.\n- By chance.\n# It is not.\n```\n\n---\n\n"
    "Numbers.\n\n```drill mask p=0.5 values=1,2|3,4|5,6\nask scale: By which factor?\n```\n\n"
    "---\n\nThe last step.\n";

/* "NNTUTOR_COURSE=folder", of that one chapter. */
static const char *course_once(struct arena *arena)
{
    const char *folder = test_folder();
    test_file(folder, "lessons/01-once.md", once);
    return arena_printf(arena, "NNTUTOR_COURSE=%s", folder);
}

static void test_what_was_explained_and_drilled_is_shown_in_lines(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *course = course_once(&arena), *home = tutor_home();
    const char *const *env = TEXTS(home, course);
    struct run run = run_program(TEXTS("nntutor", "--plain", "study", "1.1"), env,
                                 "n\n3\n3\np\nn\nn\n1\n2\n2\np\nr\n2\nq\n");
    const char *said = buf_text(&run.out);
    assert_non_null(said = strstr(said, "You said 3; it was 2."));
    assert_non_null(said = strstr(said, "Begin."));
    assert_non_null(said = strstr(said, "You predicted 3; it was 2."));
    assert_non_null(said = strstr(said, "Explain: Why?"));
    assert_non_null(said = strstr(said, "Right, twice in a row: done."));
    assert_non_null(said = strstr(said, "The last step."));
    assert_non_null(said = strstr(said, "Done before: right, twice in a row."));
    assert_non_null(said = strstr(said, "[r] once more"));
    assert_non_null(strstr(said, "Right. Once more."));
    run_free(&run);
    run = run_program(TEXTS("nntutor", "--plain", "study", "1.1"), env, "n\nn\nr\n2\nn\nn\nq\n");
    said = buf_text(&run.out);
    assert_non_null(said = strstr(said, "You predicted 3; it was 2."));
    assert_non_null(said = strstr(said, "Explain: Why?"));
    assert_non_null(said = strstr(said, "Done before: "));
    assert_non_null(said = strstr(said, "Your answer (? helps)? "));
    assert_non_null(said = strstr(said, "Done before: right, twice in a row."));
    assert_non_null(strstr(said, "The last step."));
    run_free(&run);
    arena_free(&arena);
}

static void test_what_was_explained_and_drilled_is_shown_on_the_screen(void **state)
{
    struct arena arena;
    arena_init(&arena);
    const char *course = course_once(&arena), *home = tutor_home();
    const char *const *env = TEXTS(home, course);
    struct run run =
        run_program(TEXTS("nntutor", "--plain", "study", "1.1"), env, "n\n3\n3\nn\n1\n2\n2\nq\n");
    run_free(&run);
    struct vt *vt = *state = vt_start(TEXTS("nntutor", "study", "1.1"), env, 24, 80);
    vt_wait_text(vt, "Begin.");
    tutor_next(vt);
    assert_true(vt_has(vt, "You predicted 3; it was 2."));
    tutor_next(vt);
    assert_true(vt_has(vt, "Done before: "));
    assert_true(vt_has(vt, "r once more"));
    vt_key(vt, "r");
    assert_false(vt_has(vt, "Done before: "));
    tutor_type(vt, "b\r");
    tutor_next(vt);
    assert_true(vt_has(vt, "Done before: right, twice in a row."));
    vt_key(vt, "r");
    tutor_type(vt, "2\r");
    assert_true(vt_has(vt, "Right. Once more."));
    vt_key(vt, "p");
    assert_true(vt_has(vt, "You predicted 3; it was 2."));
    arena_free(&arena);
}

static const char recalls[] =
    "# Recalls\n\n```chapter\nid: recalls\n```\n\n## 1.1 All\n\nBegin.\n\n"
    "---\n\nThe chapter before.\n\n```recall\n- an idea\n```\n\n"
    "---\n\nThe last step.\n";

static const char *course_recalls(struct arena *arena)
{
    const char *folder = test_folder();
    test_file(folder, "lessons/01-recalls.md", recalls);
    return arena_printf(arena, "NNTUTOR_COURSE=%s", folder);
}

static void test_a_draft_waits_on_the_screen(void **state)
{
    struct arena arena;
    arena_init(&arena);
    const char *course = course_recalls(&arena), *home = tutor_home();
    struct vt *vt = *state = vt_start(TEXTS("nntutor"), TEXTS(home, course), 24, 80);
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    vt_wait_text(vt, "Begin.");
    tutor_next(vt);
    tutor_type(vt, "half an id");
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "go on at 1.1");
    assert_false(vt_has(vt, "half an id"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "half an id"));
    tutor_type(vt, "ea");
    assert_true(vt_has(vt, "half an idea"));
    vt_key(vt, "\004"); /* Ctrl-D */
    assert_true(vt_has(vt, "Which of these did your answer say?"));
    arena_free(&arena);
}

static void test_a_draft_waits_in_lines(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *course = course_recalls(&arena), *home = tutor_home();
    struct run run = run_program(TEXTS("nntutor", "--plain", "study", "1.1"), TEXTS(home, course),
                                 "n\none line\nanother\n:p\nn\na third\n.\n1\nq\n");
    const char *said = buf_text(&run.out);
    assert_non_null(said = strstr(said, "Begin."));
    assert_non_null(said = strstr(said, "So far you wrote:\none line\nanother\n"));
    assert_non_null(strstr(said, "1 of 1 ideas were there."));
    run_free(&run);
    arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_esc_q_and_a_kill_lose_nothing_on_the_screen, vt_teardown),
        cmocka_unit_test_teardown(test_esc_at_the_last_answer_keeps_the_score, vt_teardown),
        cmocka_unit_test_teardown(test_it_begins_anew_with_one_key, vt_teardown),
        cmocka_unit_test(test_q_and_a_kill_lose_nothing_in_lines),
        cmocka_unit_test_teardown(test_both_faces_go_on_with_each_others_quiz, vt_teardown),
        cmocka_unit_test_teardown(test_a_second_try_waits_on_the_screen_and_in_lines, vt_teardown),
        cmocka_unit_test(test_what_was_explained_and_drilled_is_shown_in_lines),
        cmocka_unit_test_teardown(test_what_was_explained_and_drilled_is_shown_on_the_screen,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_a_draft_waits_on_the_screen, vt_teardown),
        cmocka_unit_test(test_a_draft_waits_in_lines),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
