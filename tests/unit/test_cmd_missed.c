/* What was missed, in lines: hint and answer, the way to the text and back, slips, practice, options. */
#include "support/test.h"

#include "support/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOOD, NO, USAGE };

#define FIRST "NNTUTOR_NOW=1795253400" /* a Saturday morning */
#define LATER "NNTUTOR_NOW=1795426200" /* and the Monday after it */

static size_t logged(struct scene *f, const char *part)
{
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "progress", "--export", "-"), NULL);
    return scene_count(f, part);
}

#define QUIZ(...) TEXTS("nntutor", "quiz", "dropout", "--plain", "--seed", "3", __VA_ARGS__)

static void test_b_and_d_look_up_and_come_back(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "2.4\n3\nb\nb\nd\ns\nb\n3.75\n");
    scene_has(f, "See for yourself first: d shows the demo.");
    scene_has(f, "Your answer again ([n] shows the question) [b] read 3.7 [d]emo [u]ndo [q]uit: "
                 "(b goes back to the question.)\n");
    scene_has(f, "3 Dropout: the mechanics > 3.7 ");
    scene_has(f, "You watched this one."); /* its gate was asked first */
    assert_int_equal(scene_count(f, "Back at the question."), 2);
    const char *last = scene_has(f, "Right now; the first try is the one that counts.");
    assert_true(last > scene_has(f, "Back at the question."));
    assert_int_equal(logged(f, "\"type\":\"step\""), 0); /* where one left off has not moved */
    assert_int_equal(logged(f, "\"watched\":true"), 1);
}

/* The step that teaches it only points to its demo: that is run, and one is back at the same prompt. */
static void test_d_runs_what_the_step_only_points_to(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "2"), "-\n\n-\nd\nq\n");
    const char *prompt = "[n]ext [b] read 3.2 [d]emo [u]ndo [q]uit: ";
    const char *demo =
        strstr(scene_has(f, prompt), "each is dropped with\nprobability 0.4. Survivors are "
                                     "divided by 1-p in training");
    assert_non_null(demo);
    assert_non_null(strstr(demo, prompt));
    assert_int_equal(scene_count(f, "Predict:"), 0);
    assert_int_equal(scene_count(f, "Back at the question."), 0); /* nobody had left it */
    assert_int_equal(logged(f, "\"type\":\"step\""), 0);
    assert_int_equal(logged(f, "\"type\":\"prediction\""), 0);
}

static void test_what_was_predicted_is_not_asked_again(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "2.4\n3\nd\n5\n3\nb\nd\nq\n");
    scene_has(f, "You said 5; it was");
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "progress"), NULL);
    scene_has(f, "Predictions: 0 of 1 right, the first at each step.");
    scene_run(f, GOOD, LATER, QUIZ("--count", "1"), "2.4\n3\nd\nb\nq\n");
    scene_has(f, "You predicted 5; it was");
    assert_int_equal(scene_count(f, "Predict:"), 0);
    assert_int_equal(logged(f, "\"type\":\"prediction\""), 1);
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "progress"), NULL);
    scene_has(f, "Predictions: 0 of 1 right, the first at each step.");
}

static void test_worked_answer_can_be_looked_up_too(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "2.4\n2\n15\nb\nb\nx\n\n");
    scene_has(f, "The answer: 3.75\n"); /* as a person writes it */
    scene_has(f, "[n]ext [b] read 3.7 [d]emo [u]ndo [q]uit: ");
    scene_has(f, "n goes on, b reads about it");
    assert_int_equal(scene_count(f, "Back at the question."), 1);
}

static void test_hint_is_wrapped(void **state)
{
    struct scene *f = *state;
    const char *folder = f->home + strlen("HOME=");
    char path[600];
    test_file(folder, "long.gift",
              "// [nt:hint=Count the fingers of one hand, then those of the other hand, and then "
              "add up.]\nHow many fingers? {#=10:0#Yes. =%0%5:0#One hand.}\n");
    snprintf(path, sizeof path, "%s/long.gift", folder);
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "quiz", path, "--plain"), "5\n\n10\n");
    scene_has(f, "\nHint: Count the fingers of one hand, then those of the other hand, and then\n"
                 "add up.\n");
}

/* The second try asks for what was wrong; the answer is a pair a line. */
static void test_pairs_that_were_right_are_not_asked_again(void **state)
{
    struct scene *f = *state;
    char path[600];
    const char *folder = f->home + strlen("HOME=");
    snprintf(path, sizeof path, "%s/pairs.gift", folder);
    test_file(folder, "pairs.gift", "Match. {\n=one -> 1\n=two -> 2\n=three -> 3\n=four -> 4\n}\n");
    scene_run(f, NO, FIRST, TEXTS("nntutor", "quiz", path, "--plain", "--seed", "1"), "");
    char typed[60], option[20];
    size_t place[5] = {0}, wrong;
    for (size_t i = 1; i <= 4; i++)
        for (size_t right = 1; right <= 4; right++) {
            snprintf(option, sizeof option, "  %zu. %zu\n", i, right);
            place[right] = scene_count(f, option) ? i : place[right];
        }
    wrong = place[1];
    snprintf(typed, sizeof typed, "%zu\n%zu\n%zu\n%zu\n\nn\n%zu\n%zu\n\n", place[1], place[2],
             wrong, wrong, wrong, wrong);
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "quiz", path, "--plain", "--seed", "1"), typed);
    scene_has(f, "2 of 4 are right, and stay.");
    scene_has(f, "one -> 1 (right)\ntwo -> 2 (right)\nthree -> ");
    scene_has(f, "The answer:\n  one -> 1\n  two -> 2\n  three -> 3\n  four -> 4\n");
}

static void test_slips_are_taken_back(void **state)
{
    struct scene *f = *state;
    /* At "how sure", at the hint, at the worked answer, after a right answer from the next prompt. */
    scene_run(f, GOOD, FIRST, QUIZ("--count", "2"),
              "9\nu\n2.4\n3\nu\n2.5\nu\n3.75\nu\n3.75\n-\n\n");
    scene_has(f, "Not locked in.");
    assert_int_equal(scene_count(f, "Taken back."), 3);
    assert_int_equal(scene_count(f, "(Its hint or answer was shown: another try is practice, "), 3);
    assert_int_equal(scene_count(f, "Right now; it counts as left unanswered."), 2);
    scene_has(f, "Left: no question was answered, so there is no score."); /* no try is free */
    assert_int_equal(logged(f, "\"type\":\"answer\""), 8);
    assert_int_equal(logged(f, "\"s\":\"gaveup\""), 4);
    assert_int_equal(logged(f, "\"type\":\"undo\""), 5); /* two of them had two tries */
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "study", "3.1", "--plain"), "u\nq\n");
    scene_has(f, "There is no answer to take back.");
}

static void test_a_result_can_be_seen_again(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--result"), NULL);
    assert_string_equal(buf_text(&f->run.out),
                        "This quiz has no result yet: it was not taken to its end.\n");
    scene_run(f, GOOD, FIRST, QUIZ("--seed", "1"),
              "3.75\n3\n-\n\n-\n\n-\n\n-\n\n-\n\n-\n\n-\n\n:-\n\n-\n\n-\n\n-\n\n-\n\n\n");
    scene_has(f, "  3a   1 of 4 right  Apply a mask");
    scene_has(f, "Weak: fewer than two of three questions right the last time.\n");
    scene_has(f, "Missed:\n  A network described in the style");
    const char *score = scene_has(f, "Score 1 of 12 (8 %).");
    char *first = strdup(strstr(score, "  3a "));
    first[strlen(first) - strlen(strstr(first, "The 12 [m]issed"))] = '\0';
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "quiz", "dropout", "--result"),
              NULL); /* nothing is asked */
    scene_has(f, "Score 1 of 12 (8 %). Taken on 2026-11-21. Left unanswered: 12 of 13.\n");
    assert_string_equal(strstr(buf_text(&f->run.out), "  3a "), first);
    free(first);
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "--plain"), "l\nm\nq\n");
    scene_has(f, "Question 1 of 12\nA network described");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "--plain"), "l 3\n\nl nothing\nq\n");
    assert_int_equal(scene_count(f, "Missed:"), 1);
    scene_has(f, "nothing");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "progress"), NULL);
    scene_has(f, "The last result of a quiz again: nntutor quiz NAME --result; NAME is dropout.\n");
    scene_run(f, USAGE, LATER, TEXTS("nntutor", "quiz", "--result"), NULL);
    scene_run(f, USAGE, LATER, QUIZ("--result", "--missed"), NULL);
    assert_int_equal(logged(f, "\"type\":\"score\""), 1);
}

static void test_only_what_was_missed_as_practice(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "3"), "3.75\n\n-\n-\n\nm\n-\n-\n\n\n");
    scene_has(f, "The 2 [m]issed once more, or Enter to end: ");
    scene_has(f, "Right this time: 0 of 2 (0 %). Left unanswered: 2 of 2.");
    scene_run(f, GOOD, FIRST, QUIZ("--missed", "--count", "1"), "-\n\n");
    scene_has(f, "Question 1 of 1\nA network described in the style of the 2014");
    scene_has(f, "Right this time: 0 of 1");
    scene_run(f, NO, FIRST, QUIZ("--missed"), "q\n");
    assert_null(strstr(buf_text(&f->run.out), "The quiz was left early"));
    assert_int_equal(logged(f, "\"type\":\"score\""), 0);
    scene_run(f, USAGE, FIRST, TEXTS("nntutor", "quiz", "nothing", "--missed"), NULL);
}

/* Neither the certainty nor the days of review are those of a fresh attempt. */
static void test_practice_leaves_certainty_and_review_as_they_were(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "2.4\n3\n2.4\n\n\n");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "progress"), NULL);
    const char *line = scene_has(f, "When you were sure, 0 of 1 answers were right.");
    assert_non_null(line);
    scene_has(f, "Review: 1 today");
    scene_run(f, GOOD, LATER, QUIZ("--missed"), "3.75\n3\n\n");
    scene_has(f, "Right this time: 1 of 1");
    scene_run(f, GOOD, LATER, QUIZ("--missed"), "");
    scene_has(f, "Nothing to try again");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "progress"), NULL);
    scene_has(f, "When you were sure, 0 of 1 answers were right.");
    scene_has(f, "Review: 1 today");
}

static void test_options_in_lines_and_in_scripts(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST,
              TEXTS("nntutor", "review", "--everything", "on", "--retention", "0.8"), NULL);
    assert_string_equal(buf_text(&f->run.out),
                        "Everything comes back: yes. Recall to be kept: 80 %.\n");
    scene_run(f, USAGE, FIRST, TEXTS("nntutor", "review", "--retention", "0.5"), NULL);
    scene_run(f, USAGE, FIRST, TEXTS("nntutor", "review", "--everything", "maybe"), NULL);
    assert_int_equal(logged(f, "\"type\":\"setting\""), 2);
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "--plain"), "o\n2\n1\n7\n\nq\n");
    scene_has(f, "2. Recall to be kept: 80 %");
    scene_has(f, "2. Recall to be kept: 90 %");
    scene_has(f, "1. Everything comes back, not only what you missed: no");
    scene_has(f, "Type a number from 1 to 2.");
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "review", "--everything", "off"), NULL);
    scene_has(f, "Everything comes back: no. Recall to be kept: 90 %.");
}

static void test_everything_brings_back_what_was_known(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "3.75\n3\n");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--json"), NULL);
    assert_string_equal(buf_text(&f->run.out), "[]\n");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--json", "--everything", "on"), NULL);
    scene_has(f, "\"key\":\"q3.1\"");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--json", "--retention", "0.8"), NULL);
    assert_string_equal(buf_text(&f->run.out), "[]\n"); /* asked less often */
}

static void test_what_was_taken_out_can_be_restored(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "-\n\n");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--plain"), "-\nx\nn\n");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "--plain"), "o\n3\n\nq\n");
    scene_has(
        f, "Taken out of review; its number asks it again:\n  3. 3.7 A unit has the activation 3. "
           "The layer uses inverted …\n");
    assert_int_equal(scene_count(f, "Taken out of review"), 1); /* not any more, after that */
    assert_int_equal(logged(f, "\"type\":\"retire\""), 2);
}

static void test_what_misled_shows_its_demo_first(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "2.4\n3\n15\n\n");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--plain"), "d\ns\nb\nn\n3.75\n3\n\n");
    scene_has(f, "Last time this one misled you:\n");
    const char *asked = scene_has(f, "[d] its demo first [n] answer it now [q]uit: ");
    assert_true(asked < scene_has(f, "You watched this one."));
    assert_true(scene_has(f, "You watched this one.") < scene_has(f, "How sure, 1 to 3"));
    scene_has(f, "Reviewed 1: 1 right.");
}

/* Only where review has such a question: those of a file of one's own, or of a test, are none of its. */
static void test_what_comes_first_is_said_where_there_is_some(void **state)
{
    struct scene *f = *state;
    const char *folder = f->home + strlen("HOME=");
    char path[600];
    test_file(folder, "own.gift",
              "::q1:: One? {T}\n\n::q2:: Two? {T}\n\n::q3:: Three? {T}\n\n"
              "::q4:: Four? {T}\n\n::q5:: Five? {T}\n");
    snprintf(path, sizeof path, "%s/own.gift", folder);
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "quiz", path, "--plain"),
              "2\n3\nn\n2\n3\nn\n2\n3\nn\n2\n3\nn\n2\n3\nn\n\n");
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "progress"), NULL);
    scene_has(f, "When you were sure, 0 of 5 answers were right");
    assert_int_equal(scene_count(f, "first"), 0);
    scene_run(f, GOOD, FIRST, QUIZ("--count", "1"), "2.4\n3\n15\n\n");
    scene_run(f, GOOD, FIRST, TEXTS("nntutor", "progress"), NULL);
    scene_has(f, "When you were sure, 0 of 6 answers were right");
    scene_has(f, "Of what is in review, what you were sure of and wrong about comes first.");
}

/* A review that is over may be taken back as long as its day lasts, also from the next one. */
static void test_reviews_are_taken_back_to_the_start_of_the_day(void **state)
{
    struct scene *f = *state;
    scene_run(f, GOOD, FIRST, QUIZ("--count", "3"), "-\n-\n-\n\n");
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--json"), NULL);
    assert_int_equal(scene_count(f, "\"key\""), 3);
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--plain"), "-\n\n-\n\nq\n");
    scene_has(f, "Reviewed 2: 0 right.");
    /* The third is asked; u, u: the second, then the first, and after that nothing is left. */
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--plain"), "u\nu\nu\nu\nu\nq\n");
    scene_has(f, "Review: 1 today");
    assert_int_equal(scene_count(f, "u again takes back your answer to \""), 2); /* named before */
    assert_int_equal(scene_count(f, "Taken back: your answer to \""), 2);
    assert_int_equal(scene_count(f, " of 9:30."), 4);
    scene_has(f, "There is no answer to take back.");
    scene_has(f, "Review 1 of 3");
    assert_int_equal(logged(f, "\"type\":\"undo\""), 2);
    scene_run(f, GOOD, LATER, TEXTS("nntutor", "review", "--json"), NULL);
    assert_int_equal(scene_count(f, "\"key\""), 3); /* as if they had not been answered */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_b_and_d_look_up_and_come_back),
        TEST(test_d_runs_what_the_step_only_points_to),
        TEST(test_what_was_predicted_is_not_asked_again),
        TEST(test_worked_answer_can_be_looked_up_too),
        TEST(test_hint_is_wrapped),
        TEST(test_pairs_that_were_right_are_not_asked_again),
        TEST(test_slips_are_taken_back),
        TEST(test_a_result_can_be_seen_again),
        TEST(test_only_what_was_missed_as_practice),
        TEST(test_practice_leaves_certainty_and_review_as_they_were),
        TEST(test_options_in_lines_and_in_scripts),
        TEST(test_everything_brings_back_what_was_known),
        TEST(test_what_was_taken_out_can_be_restored),
        TEST(test_what_misled_shows_its_demo_first),
        TEST(test_what_comes_first_is_said_where_there_is_some),
        TEST(test_reviews_are_taken_back_to_the_start_of_the_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
