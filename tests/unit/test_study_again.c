/* What is asked again in a learner's session, taken back, or asked in part. */
#include "support/test.h"

#include "support/student.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* A review asks what it is given, keeps no score, and takes a slip of the key back. */
static void test_review_asks_again_and_undoes(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {{.question = quiz_find(quiz, "q1.7"), .quiz = quiz->id},
                                 {.question = quiz_find(quiz, "q1.1"), .quiz = quiz->id}};
    study_review(s, items, 2);
    assert_string_equal(s->ask.head, "Review 1 of 2");
    assert_false(study_undo(s)); /* nothing was answered yet */
    assert_true(study_answer(s, &(struct study_answer){.text = "wrong"}, &f->err));
    assert_true(study_undo(s)); /* not yet marked: there is nothing to log */
    assert_int_equal(s->stage, STUDY_ASK);
    assert_false(study_undo(s));
    assert_true(study_answer(s, &(struct study_answer){.text = "wrong"}, &f->err));
    assert_true(study_sure(s, 3));
    assert_int_equal(s->feedback.mark.state, MARK_WRONG);
    assert_true(study_undo(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_string_equal(s->ask.question->key, "q1.7");
    assert_true(
        study_answer(s, &(struct study_answer){.text = "dropout"}, &f->err)); /* told: practice */
    assert_string_equal(s->feedback.verdict, "Right now; it counts as left unanswered.");
    assert_true(study_next(s));
    assert_string_equal(s->ask.head, "Review 2 of 2");
    assert_true(study_undo(s)); /* back over the question in hand to the one before */
    assert_string_equal(s->ask.question->key, "q1.7");
    assert_true(study_skip(s));
    assert_true(study_next(s));
    student_answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    student_logged(f, "answer study  study/q1.7 \"wrong\" 0 wrong 3 scored\n"
                      "undo study id1\n"
                      "answer study  study/q1.7 null 0 gaveup 0 scored\n"
                      "answer study  study/q1.7 \"dropout\" 1 right 0 scored\n"
                      "undo study id3\nundo study id4\n"
                      "answer study  study/q1.7 null 0 gaveup 0 scored\n"
                      "answer study  study/q1.1 \"this\" 1 right 3 scored\n");
    assert_true(study_undo(s)); /* from the result, too */
    assert_string_equal(s->ask.question->key, "q1.1");
    study_open(s, 0, 0, 0);
    assert_false(study_undo(s));
}

static void test_undo_takes_both_tries_of_a_quiz_back(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.2");
    size_t before = f->events;
    student_say(f, "5");
    assert_true(study_can_undo(s));
    assert_true(study_undo(s)); /* locked in by a slip: nothing was logged yet */
    assert_int_equal(s->stage, STUDY_ASK);
    student_say(f, "5");
    assert_true(study_sure(s, 3));
    assert_true(study_next(s));
    student_say(f, "3");
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_true(study_undo(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.hint, "Count again."); /* it was read, so this is no first try */
    assert_non_null(strstr(s->ask.note, "counts as left unanswered"));
    student_say(f, "4");
    assert_string_equal(s->feedback.verdict, "Right now; it counts as left unanswered.");
    char expected[400];
    snprintf(expected, sizeof expected,
             "answer study  study/q1.2 \"5\" 0 wrong 3 scored\n"
             "answer study  study/q1.2 \"3\" 0 wrong 0 scored\n"
             "undo study id%zu\nundo study id%zu\n"
             "answer study  study/q1.2 null 0 gaveup 0 scored\n"
             "answer study  study/q1.2 \"4\" 1 right 0 scored\n",
             before + 1, before + 2);
    student_logged(f, expected);
    while (s->stage != STUDY_RESULT) {
        study_skip(s);
        assert_true(study_next(s));
    }
    assert_false(study_undo(s)); /* once it is scored, it is scored */
    assert_true(s->result.score == 0);
}

/* What was right at the first try told nothing: its certainty may be mended. */
static void test_undo_of_what_was_right_is_a_first_try(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.2");
    student_say(f, "4");
    assert_true(study_sure(s, 1));
    assert_true(study_undo(s));
    assert_null(s->ask.hint);
    assert_null(s->ask.note);
    student_say(f, "4");
    assert_true(study_sure(s, 3));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    assert_true(study_undo(s));
    student_say(f, "5");
    assert_true(study_sure(s, 3));
    assert_true(study_undo(s));
    assert_true(study_skip(s)); /* left after all: once */
    assert_true(study_undo(s));
    student_say(f, "4");
    assert_string_equal(s->feedback.verdict, "Right now; it counts as left unanswered.");
    assert_int_equal(s->items[s->item].mark.state, MARK_GAVE_UP);
}

static void test_undo_in_a_lesson_asks_the_same_question(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 0);
    assert_false(study_can_undo(s));
    student_choose(f, 0);
    assert_true(study_sure(s, 0));
    size_t first = f->events;
    assert_true(study_next(s));
    student_say(f, "5");
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    student_say(f, "6");
    size_t last = f->events;
    buf_clear(&f->log);
    assert_true(study_undo(s));
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.head, "Question 4 of 4");
    assert_int_equal(s->stage, STUDY_ASK);
    char expected[80];
    snprintf(expected, sizeof expected, "undo study id%zu\nundo study id%zu\n", last - 1, last);
    student_logged(f, expected);
    assert_false(study_undo(s)); /* one at a time */
    student_say(f, "4");
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
    assert_true(study_undo(s)); /* from the next step, too */
    assert_int_equal(s->step, 0);
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_true(first < last);
}

static void test_only_what_was_missed_is_asked_once_more(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 90);
    for (size_t i = 0; i < QUESTIONS; i++) {
        if (i == 1 || i == 4)
            assert_true(study_skip(s));
        else
            student_answer_right(f);
        assert_true(study_next(s));
    }
    assert_int_equal(study_missed(s), 2);
    assert_false(s->passed);
    assert_int_equal(f->counts[EVENT_SCORE], 1);
    assert_true(study_retry_missed(s));
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.head, "Question 1 of 2");
    assert_false(study_would_lose(s));
    student_answer_right(f);
    assert_true(study_next(s));
    assert_string_equal(s->ask.question->key, "q1.5");
    assert_true(study_skip(s));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_int_equal(study_missed(s), 1); /* as often as one likes */
    assert_true(study_retry_missed(s));
    student_answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(study_missed(s), 0);
    assert_false(study_retry_missed(s));
    assert_int_equal(f->counts[EVENT_SCORE], 1); /* practice has no score ... */
    assert_false(s->passed);                     /* ... and passes nothing */
}

static void test_what_misled_shows_its_demo_first(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {
        {.question = quiz_find(quiz, "q1.1"), .quiz = quiz->id, .misled = true},
        {.question = quiz_find(quiz, "q1.5"), .quiz = quiz->id}};
    study_review(s, items, 2);
    assert_int_equal(s->stage, STUDY_BEFORE);
    assert_true(s->ask.taught.has_demo);
    assert_int_equal(s->ask.taught.demo.section, 0);
    assert_false(study_answer(s, &(struct study_answer){0}, &f->err));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    student_answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK); /* this one did not */
    assert_true(text_starts(s->attempt, ATTEMPT_REVIEW));
}

/* What was taken out beside an answer comes back with it: else it would be asked, and never again. */
static void test_an_undo_puts_back_what_was_taken_out(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_review(f);
    study_next(s); /* past what misled */
    student_answer_right(f);
    assert_true(study_retire(s, true));
    buf_clear(&f->log);
    assert_true(study_undo(s));
    assert_int_equal(s->stage, STUDY_ASK);
    student_logged(f, "undo study id1\nretire study q1.1 0\n");
    student_answer_right(f);
    study_retire(s, true);
    study_retire(s, false);
    buf_clear(&f->log);
    study_next(s);
    assert_true(study_undo(s)); /* from the next question */
    student_logged(f, "undo study id5\n");
}

static void test_looking_up_does_not_move_where_one_left_off(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    s->visiting = true;
    study_open(s, 0, 0, 1);
    assert_true(study_next(s) == false);
    study_open(s, 0, 0, 0);
    assert_true(study_next(s));
    assert_int_equal(f->counts[EVENT_STEP], 0);
    assert_int_equal(s->ask.kind, STUDY_PREDICT); /* a demo has its gate here, too */
    student_say(f, "0.125");
    assert_true(study_sure(s, 3));
    assert_int_equal(s->ask.kind, STUDY_PREDICT);
    study_open(s, 0, 99, 0);
    assert_int_equal(s->stage, STUDY_END);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_DONE); /* no quiz within a quiz */
}

static void test_earlier_answer_is_taken_back_and_asked_first(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {{.question = quiz_find(quiz, "q1.7"), .quiz = quiz->id}};
    struct study_item earlier = {.question = quiz_find(quiz, "q1.2"), .quiz = quiz->id};
    snprintf(earlier.events[0], 33, "first");
    snprintf(earlier.events[1], 33, "second");
    assert_false(study_undo_earlier(s, &earlier)); /* there is no review */
    study_review(s, items, 1);
    assert_true(study_undo_earlier(s, &earlier));
    student_logged(f, "undo study first\nundo study second\n");
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.head, "Review 1 of 2");
    student_answer_right(f);
    assert_true(study_next(s));
    assert_string_equal(s->ask.question->key, "q1.7");
    student_answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(study_undo_earlier(s, &earlier)); /* from the result as well */
    assert_string_equal(s->ask.head, "Review 3 of 3");
}

/* A part of a quiz must not become the best result of the whole. */
static void test_part_of_a_quiz_gives_no_score(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 1, false, 0);
    assert_int_equal(s->item_count, 1);
    student_answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(s->result.passed);
    assert_int_equal(f->counts[EVENT_SCORE], 0);
    student_begin_quiz(f, 99, false, 0);
    assert_int_equal(s->item_count, QUESTIONS);
}

static void test_two_quizzes_give_two_scores(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    const struct study_source sources[] = {{course_quiz(&f->course, 1)},
                                           {course_quiz(&f->course, 0)}};
    study_quiz(s, sources, 2, 0, false, 0);
    assert_int_equal(s->item_count, QUESTIONS + 1);
    for (size_t i = 0; i <= QUESTIONS; i++) {
        student_answer_right(f);
        assert_true(study_next(s));
    }
    assert_true(s->result.score == POINTS + 1);
    assert_int_equal(f->counts[EVENT_SCORE], 2);
    assert_non_null(strstr(buf_text(&f->log), "answer other  other/q2.1"));
    assert_non_null(strstr(buf_text(&f->log), "answer study  study/q1.7"));
    assert_non_null(strstr(buf_text(&f->log), "score other other 1/1\nscore study study 8/8\n"));
}

static void test_demo_that_was_only_watched_is_shown_so(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 2);
    assert_true(study_watch(s));
    assert_true(study_next(s));
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_int_equal(s->prediction_count, 1);
    assert_true(s->predictions[0].watched);
    assert_int_equal(f->counts[EVENT_PREDICTION], 1);
    f->study.aloud = true; /* a room was not asked yet, but its lecturer has moved on */
    study_open(s, 0, 0, 2);
    assert_int_equal(s->prediction_count, 0);
}

/* As predictions are: once, then shown with what there is to say of it; again where that is asked for. */
static void test_an_explanation_is_asked_once(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    student_watch(f);
    assert_true(study_next(s));
    buf_clear(&f->log);
    student_choose(f, 1);
    student_logged(f, "prediction study 1.1/2 [chain factor=0.5 depth=3] explain: said \"The seed "
                      "decides.\" was \"Each layer halves it.\" wrong 0\n");
    assert_false(study_repeat(s)); /* it was asked just now */
    assert_true(study_next(s));
    student_choose(f, 0);
    student_restart(f);
    study_open(s, 0, 0, 1);
    student_watch(f);
    buf_clear(&f->log);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
    assert_string_equal(s->feedback.verdict, "Done before: not that.");
    assert_true(s->ask.options[student_shown_at(s, 1)].chosen);
    assert_true(study_repeat(s));
    assert_int_equal(s->stage, STUDY_ASK);
    student_logged(f, "");
    student_choose(f, 0);
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    assert_string_equal(s->feedback.verdict,
                        "Done before: right."); /* the second one of the step */
    assert_true(study_next(s));
    assert_true(study_back(s)); /* nor in the same session */
    assert_true(study_next(s));
    assert_string_equal(s->feedback.verdict, "Done before: right."); /* the last answer is shown */
    study_remember(&f->recalled, &(struct event){.type = EVENT_RESET, .chapter = "study"});
    student_restart(f);
    study_open(s, 0, 0, 1);
    assert_int_equal(s->stage, STUDY_ASK);
    student_watch(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
}

static void test_a_room_explains_for_itself(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    student_watch(f);
    assert_true(study_next(s));
    student_choose(f, 1);
    student_restart(f);
    s->aloud = true;
    study_open(s, 0, 0, 1);
    student_watch(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    buf_clear(&f->log);
    student_choose(f, 1);
    student_logged(f, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, student_set_up, student_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_review_asks_again_and_undoes),
        TEST(test_undo_takes_both_tries_of_a_quiz_back),
        TEST(test_undo_of_what_was_right_is_a_first_try),
        TEST(test_undo_in_a_lesson_asks_the_same_question),
        TEST(test_only_what_was_missed_is_asked_once_more),
        TEST(test_what_misled_shows_its_demo_first),
        TEST(test_an_undo_puts_back_what_was_taken_out),
        TEST(test_looking_up_does_not_move_where_one_left_off),
        TEST(test_earlier_answer_is_taken_back_and_asked_first),
        TEST(test_part_of_a_quiz_gives_no_score),
        TEST(test_two_quizzes_give_two_scores),
        TEST(test_demo_that_was_only_watched_is_shown_so),
        TEST(test_an_explanation_is_asked_once),
        TEST(test_a_room_explains_for_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
