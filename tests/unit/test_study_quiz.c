/* A quiz in a learner's session: each kind of question, second tries, the result. */
#include "support/test.h"

#include "support/student.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* ---- a quiz --------------------------------------------------------------------------------------------- */

static void test_second_try_teaches_and_the_first_counts(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.2");
    uint64_t first = s->ask.serial;
    student_say(f, "5");
    assert_true(study_sure(s, 2));
    assert_true(s->feedback.retry);
    assert_string_equal(s->feedback.verdict, "Not yet: try once more.");
    assert_null(s->feedback.key); /* not given away */
    assert_int_equal(s->feedback.general_count, 0);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_string_equal(s->ask.hint, "Count again.");
    assert_string_equal(s->ask.head, "Question 2 of 8");
    assert_true(s->ask.serial > first); /* another question: a field must not keep its text */
    student_say(f, "4");                /* and no question about confidence again */
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_string_equal(s->feedback.verdict, NOW_RIGHT);
    assert_true(s->items[1].answered);
    assert_int_equal(s->items[1].mark.state, MARK_WRONG);
    assert_int_equal(s->items[1].confidence, 2);
    student_logged(f, "answer study  study/q1.2 \"5\" 0 wrong 2 scored\n"
                      "answer study  study/q1.2 \"4\" 1 right 0 scored\n");
    assert_true(study_next(s));
    assert_string_equal(s->ask.question->key, "q1.3");
    assert_null(s->ask.hint);
}

static void test_second_try_may_be_wrong_or_left(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.2");
    student_say(f, "3");
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    student_say(f, "7");
    assert_false(s->feedback.retry); /* there is no third */
    assert_string_equal(s->feedback.key, "4");
    assert_true(study_next(s));
    CHOOSE(f, 1, 0);
    assert_true(study_sure(s, 0));
    assert_true(s->feedback.retry);
    assert_true(study_next(s));
    assert_true(study_skip(s));
    assert_string_equal(s->feedback.verdict, "Left unanswered.");
    assert_true(s->items[2].answered); /* the first try was */
    assert_int_equal(s->items[2].mark.state, MARK_WRONG);
}

/* What is said of an option may begin with "That": it is read away from the option, so it names it. */
static void test_a_hint_reads_alone(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_choose(f, 1);
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.hint, "You chose \"that\": Not that.");
    assert_true(study_next(s));
    student_go_to(f, "q1.2");
    student_say(f, "5");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.hint, "Count again."); /* its own goes first */
}

/* A test is no card of review: there the promise would be empty. */
static void test_sure_but_wrong_promises_what_is_kept(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_string_equal(s->feedback.promise,
                        "What one is sure of and wrong about comes back first in review.");
    struct study_item item = s->items[0];
    study_practise(s, &item, 1, false, 0);
    student_choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_null(s->feedback.promise);
    study_quiz(s, &(struct study_source){course_test(&f->course, COURSE_PRETEST)}, 1, 0, false, 0);
    student_choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_true(s->feedback.sure_but_wrong);
    assert_string_equal(s->feedback.promise, "Watch for it in 1.1. The test after the course asks "
                                             "it once more, in other numbers.");
    study_quiz(s, &(struct study_source){course_test(&f->course, COURSE_POSTTEST)}, 1, 0, false, 0);
    student_choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_null(s->feedback.promise);
}

static void test_matching_and_order(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.3");
    assert_int_equal(s->ask.form, FORM_PAIRS);
    assert_int_equal(s->ask.stem_count, 2);
    const size_t one = 0;
    assert_false(study_answer(s, &(struct study_answer){.chosen = &one, .count = 1}, &f->err));
    assert_string_equal(f->err.text, "choose a partner for each of the 2");
    CHOOSE(f, 0, SIZE_MAX); /* a half answer is one */
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Partly right: try once more.");
    assert_string_equal(s->feedback.said, "one -> 1; two -> ");
    assert_null(s->ask.kept);
    assert_true(study_next(s));
    assert_int_equal(s->ask.options[s->ask.kept[0]].origin, 0); /* what was right stays */
    assert_true(s->ask.kept[1] == SIZE_MAX);
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.3");
    CHOOSE(f, 1, 0);
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    assert_true(s->ask.kept[0] == SIZE_MAX && s->ask.kept[1] == SIZE_MAX);
    CHOOSE(f, 1, 0);
    assert_int_equal(s->feedback.pair_count, 2);
    assert_string_equal(s->feedback.pairs[2], "two");
    assert_string_equal(s->feedback.pairs[3], "2");
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.3");
    CHOOSE(f, 0, SIZE_MAX);
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    CHOOSE(f, 0, 1);
    assert_string_equal(s->feedback.verdict, NOW_RIGHT);
    assert_true(study_next(s));
    assert_int_equal(s->ask.form, FORM_ORDER);
    CHOOSE(f, 1, 0, 2);
    assert_true(study_sure(s, 1));
    assert_true(s->feedback.retry);
    assert_string_equal(s->feedback.said, "second, then first, then third");
    assert_true(study_next(s));
    CHOOSE(f, 0, 1, 2);
    assert_string_equal(s->feedback.verdict, NOW_RIGHT);
}

static void test_several_choices(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.5");
    const size_t twice[] = {0, 0};
    assert_false(study_answer(s, &(struct study_answer){.chosen = twice, .count = 2}, &f->err));
    assert_string_equal(f->err.text, "name each option once");
    assert_false(study_answer(s, &(struct study_answer){0}, &f->err));
    assert_string_equal(f->err.text, "choose at least one option");
    CHOOSE(f, 0, 2);
    assert_true(study_sure(s, 0));
    assert_int_equal(s->feedback.mark.state, MARK_WRONG); /* half gained, half lost */
    /* Of what was wrongly taken, only; and it names it. */
    assert_string_equal(s->feedback.hint, "You chose \"c\": No.");
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.5");
    CHOOSE(f, 1);
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Partly right: try once more.");
    assert_string_equal(s->feedback.hint, "What you took is right, but something is missing.");
    assert_true(study_next(s));
    CHOOSE(f, 0);
    assert_string_equal(s->feedback.verdict, "Partly right.");
    assert_true(s->feedback.mark.fraction == 0.5);
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_int_equal(s->ask.options[i].feedback_count, 1);
}

static void test_true_false_short_and_bad_answers(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.6");
    assert_int_equal(s->ask.options[0].origin, 0); /* never shuffled */
    student_choose(f, 0);
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    assert_int_equal(s->ask.form, FORM_TEXT);
    assert_false(study_answer(s, &(struct study_answer){.text = ""}, &f->err));
    student_say(f, " DROPOUT ");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.2");
    assert_false(study_answer(s, &(struct study_answer){.text = "4 of them"}, &f->err));
    assert_non_null(strstr(f->err.text, "is not a number"));
    student_say(f, "8/2");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_string_equal(s->feedback.said, "8/2");
    student_logged(f, "answer study  study/q1.2 \"4\" 1 right 0 scored\n");
}

static void test_open_question_is_ticked_by_the_learner(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.8");
    assert_true(s->ask.lines);
    student_say(f, "one\ntwo");
    assert_true(study_sure(s, 2));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_TICKS);
    assert_string_equal(
        study_plain_text(&s->step_arena, s->feedback.general, s->feedback.general_count),
        "A model: short.");
    student_logged(f, "answer study  study/q1.8 \"one\\ntwo\" 0 needsgrading 2 scored\n");
    student_say_positions(f, (const size_t[]){0, 1}, 2);
    assert_string_equal(s->feedback.verdict, "2 of 2 ideas were there.");
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_int_equal(s->result.self_graded, 1);
}

static void test_open_question_left_shows_the_model(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_go_to(f, "q1.8");
    assert_true(study_skip(s));
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_string_equal(s->feedback.verdict, "Left unanswered.");
    assert_int_equal(s->feedback.general_count, 1);
}

static void test_whole_quiz_right_from_the_chapters_end(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 3, 0);
    assert_int_equal(s->stage, STUDY_END);
    assert_true(study_next(s));
    assert_true(s->in_quiz);
    assert_false(study_back(s));
    assert_int_equal(s->item_count, QUESTIONS);
    for (size_t i = 0; i < QUESTIONS; i++) {
        student_answer_right(f);
        assert_true(study_next(s));
    }
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(s->result.passed);
    assert_true(s->result.score == POINTS && s->result.max == POINTS);
    assert_int_equal(s->result.right, QUESTIONS - 1);
    assert_int_equal(s->result.again_count, 0);
    assert_int_equal(s->result.unanswered, 0);
    assert_int_equal(f->counts[EVENT_SCORE], 1);
    assert_int_equal(f->counts[EVENT_ANSWER], QUESTIONS);
    assert_non_null(strstr(buf_text(&f->log), "\nscore study study 8/8\n"));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_DONE);
    assert_false(study_next(s));
    assert_false(study_back(s));
}

static void test_result_counts_objectives_and_names_what_to_read(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 80);
    for (size_t i = 0; i < QUESTIONS; i++) {
        const char *key = s->ask.question->key;
        if (strcmp(key, "q1.7") == 0) {
            assert_true(study_skip(s));
        } else if (strcmp(key, "q1.2") == 0) {
            student_say(f, "5");
            assert_true(study_sure(s, 0));
            assert_true(study_next(s));
            student_say(f, "4"); /* too late for the score */
        } else if (strcmp(key, "q1.6") == 0) {
            student_choose(f, 0);
            assert_true(study_sure(s, 1)); /* right, but guessed: read again */
        } else {
            student_answer_right(f);
        }
        assert_true(study_next(s));
    }
    const struct study_result *r = &s->result;
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(r->score == 6 && r->max == 8);
    assert_false(r->passed);
    assert_int_equal(r->unanswered, 1);
    assert_int_equal(r->right, 5);
    assert_int_equal(r->objective_count, 2);
    assert_string_equal(r->objectives[0].id, "1a");
    assert_string_equal(r->objectives[0].text, "Predict");
    assert_true(r->objectives[0].right == 4 && r->objectives[0].asked == 4);
    assert_string_equal(r->objectives[1].id, "1b");
    assert_true(r->objectives[1].right == 1 && r->objectives[1].asked == 3);
    assert_true(r->objectives[1].weak && !r->objectives[0].weak);
    assert_int_equal(r->again_count, 3);
    static const char *const sections[] = {"1.1", "1.2", "1.3"};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(r->again[i].section, sections[i]);
        assert_int_equal(r->again[i].section_index, i);
        assert_int_equal(r->again[i].missed, 1);
    }
    assert_string_equal(r->again[2].title, "Long");
    assert_non_null(strstr(buf_text(&f->log), "score study study 6/8\n"));
}

/* Nobody has taken a test by passing all its questions over. */
static void test_a_quiz_without_an_answer_has_no_score(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    for (int answered = 0; answered < 2; answered++) {
        study_quiz(s, &(struct study_source){course_test(&f->course, COURSE_POSTTEST)}, 1, 0, false,
                   0);
        assert_true(study_skip(s));
        assert_true(study_next(s));
        if (answered)
            student_choose(f, 1);
        else
            assert_true(study_skip(s));
        if (answered)
            assert_true(study_sure(s, 0));
        assert_true(study_next(s));
        assert_int_equal(s->stage, STUDY_RESULT);
        assert_int_equal(s->result.untaken, !answered);
        assert_int_equal(s->result.objective_count, answered ? 2 : 0);
        assert_int_equal(f->counts[EVENT_SCORE], answered);
    }
}

static void test_leaving_early_keeps_answers_and_gives_no_score(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    student_begin_quiz(f, 0, false, 0);
    student_answer_right(f);
    assert_true(study_next(s));
    assert_true(study_finish_early(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_false(s->result.passed);
    assert_int_equal(s->result.unanswered, QUESTIONS - 1);
    assert_true(s->result.score == 1 && s->result.max == 8);
    student_logged(f, "answer study  study/q1.1 \"this\" 1 right 3 scored\n");
    assert_false(study_finish_early(s));
    study_open(s, 0, 0, 0);
    assert_false(study_finish_early(s));
}

static void order_of_options(struct student *f, uint64_t seed, bool shuffle, struct buf *out)
{
    study_free(&f->study);
    study_init(&f->study, &f->course, &f->clock, NULL, NULL, seed);
    student_begin_quiz(f, 0, shuffle, 0);
    while (f->study.stage == STUDY_ASK) {
        buf_addf(out, "%s:", f->study.ask.question->key);
        for (size_t i = 0; i < f->study.ask.option_count; i++)
            buf_addf(out, " %zu", f->study.ask.options[i].origin);
        buf_add(out, "\n");
        study_skip(&f->study);
        study_next(&f->study);
    }
}

static void test_same_seed_gives_the_same_order(void **state)
{
    struct student *f = *state;
    struct buf a = {0}, b = {0}, other = {0}, written = {0};
    order_of_options(f, 7, true, &a);
    f->now_ms += 1000000;
    order_of_options(f, 7, true, &b);
    assert_string_equal(buf_text(&a), buf_text(&b));
    order_of_options(f, 8, true, &other);
    assert_string_not_equal(buf_text(&a), buf_text(&other));
    order_of_options(f, 0, false, &written);
    assert_non_null(strstr(buf_text(&written), "q1.1: 0 1 2\nq1.2:\nq1.3: 0 1\n"));
    for (uint64_t seed = 1; seed < 50; seed++) { /* what is to be ordered never comes in order */
        buf_clear(&other);
        order_of_options(f, seed, false, &other);
        assert_null(strstr(buf_text(&other), "q1.4: 0 1 2"));
    }
    buf_free(&a);
    buf_free(&b);
    buf_free(&other);
    buf_free(&written);
}

static void test_inputs_that_do_not_fit_change_nothing(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    const struct study_answer answer = {.text = "1"};
    assert_int_equal(s->stage, STUDY_DONE); /* before anything was opened */
    assert_false(study_next(s));
    assert_false(study_back(s));
    assert_false(study_answer(s, &answer, &f->err));
    assert_false(study_sure(s, 1));
    assert_false(study_watch(s));
    assert_false(study_skip(s));
    assert_false(study_work(s, 1));
    assert_false(study_turn(s, "p=1", &f->err));
    assert_false(study_finish_early(s));
    study_open(s, 0, 0, 0);
    buf_clear(&f->log);
    assert_int_equal(s->stage, STUDY_READ);
    assert_false(study_answer(s, &answer, &f->err));
    assert_string_equal(f->err.text, "nothing is asked here");
    assert_false(study_turn(s, "p=1", &f->err));
    assert_false(study_sure(s, 1));
    assert_false(study_watch(s));
    assert_false(study_skip(s));
    study_open(s, 0, 0, 1);
    student_say(f, "1");
    assert_false(study_sure(s, 4));
    assert_false(study_sure(s, -1));
    assert_int_equal(s->stage, STUDY_SURE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, student_set_up, student_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_second_try_teaches_and_the_first_counts),
        TEST(test_second_try_may_be_wrong_or_left),
        TEST(test_a_hint_reads_alone),
        TEST(test_sure_but_wrong_promises_what_is_kept),
        TEST(test_matching_and_order),
        TEST(test_several_choices),
        TEST(test_true_false_short_and_bad_answers),
        TEST(test_open_question_is_ticked_by_the_learner),
        TEST(test_open_question_left_shows_the_model),
        TEST(test_whole_quiz_right_from_the_chapters_end),
        TEST(test_result_counts_objectives_and_names_what_to_read),
        TEST(test_a_quiz_without_an_answer_has_no_score),
        TEST(test_leaving_early_keeps_answers_and_gives_no_score),
        TEST(test_same_seed_gives_the_same_order),
        TEST(test_inputs_that_do_not_fit_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
