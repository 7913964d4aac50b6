/* A learner's session without a terminal: what can be done at each stage, and what is logged. */
#include "support/test.h"

#include "support/student.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/* ---- guesses ------------------------------------------------------------------------------------ */

/* Asked before reading: no verdict, no key, nothing for review; set beside what is said afterwards. */
static void test_a_guess_is_kept_but_not_marked(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 1, 1, 0);
    buf_clear(&f->log);
    assert_string_equal(s->ask.head, "Guess");
    assert_null(s->ask.section);
    student_choose(f, 1);
    assert_int_equal(s->stage, STUDY_FEEDBACK); /* nobody is asked how sure of a guess */
    student_logged(f, "answer other 2.2 other/q2.1 false 0 wrong 0 inline ungraded\n");
    assert_int_equal(s->feedback.mark.state, MARK_NEEDS_GRADING);
    assert_string_equal(s->feedback.verdict,
                        "Kept, not scored; the chapter answers it. You said: False");
    assert_null(s->feedback.key);
    assert_int_equal(s->feedback.comment_count, 0);
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_int_equal(s->ask.options[i].feedback_count, 0);
    assert_null(s->feedback.guessed);
    assert_true(study_next(s));
    buf_clear(&f->log);
    assert_string_equal(s->ask.head, "Question");
    student_choose(f, 0);
    assert_true(study_sure(s, 3));
    student_logged(f, "answer other 2.2 other/q2.1 true 1 right 3 inline\n");
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_string_equal(s->feedback.guessed, "False");
    assert_false(s->feedback.guessed_right);
}

static void test_a_guess_is_set_beside_the_answer_of_a_later_day(void **state)
{
    struct student *f = *state;
    study_open(&f->study, 1, 1, 0);
    student_choose(f, 1);
    student_restart(f);
    study_open(&f->study, 1, 1, 1);
    student_choose(f, 0);
    assert_true(study_sure(&f->study, 3));
    assert_string_equal(f->study.feedback.guessed, "False");
    assert_false(f->study.feedback.guessed_right);
    study_remember(&f->recalled, &(struct event){.type = EVENT_RESET, .chapter = "other"});
    student_restart(f);
    study_open(&f->study, 1, 1, 1);
    student_choose(f, 0);
    assert_true(study_sure(&f->study, 3));
    assert_null(f->study.feedback.guessed);
}

static void test_a_guess_may_be_left(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 1, 1, 0);
    buf_clear(&f->log);
    assert_true(study_skip(s));
    student_logged(f, "answer other 2.2 other/q2.1 null 0 gaveup 0 inline ungraded\n");
    assert_string_equal(s->feedback.verdict, "Read on; the chapter answers it.");
    assert_true(study_next(s));
    student_choose(f, 0);
    assert_true(study_sure(s, 3));
    assert_null(s->feedback.guessed);
}

/* ---- coming back --------------------------------------------------------------------------------- */

static void test_back_and_forward(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 0);
    assert_false(study_back(s));
    assert_int_equal(study_step_count(s), 4);
    assert_true(study_next(s));
    assert_true(study_back(s));
    assert_int_equal(s->step, 0);
    study_open(s, 0, 1, 0);
    assert_true(study_back(s)); /* into the section before */
    assert_int_equal(s->section, 0);
    assert_int_equal(s->step, 3);
    student_logged(f, "step study 1.1/1\nstep study 1.1/2\nstep study 1.1/1\nstep study 1.2/1\n"
                      "step study 1.1/4\n");
    study_open(s, 0, 99, 42); /* past the end is the end */
    assert_int_equal(s->stage, STUDY_END);
    assert_null(study_step(s));
    assert_null(study_section(s));
    assert_int_equal(study_step_count(s), 0);
    assert_true(study_back(s));
    assert_int_equal(s->section, 2);
    assert_int_equal(s->step, 1);
}

static void test_demo_seen_before_is_shown_without_asking(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 3);
    CHOOSE(f, 1, 2, 0);
    assert_true(study_sure(s, 3));
    assert_true(study_next(s));
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_int_equal(s->prediction_count, 1); /* with what was said of it */
    assert_true(s->predictions[0].earlier);
    assert_string_equal(s->predictions[0].said, "factor = 0.5, 1, 2");
    assert_int_equal(f->counts[EVENT_PREDICTION], 1);
    assert_true(study_next(s));
    assert_int_equal(s->section, 1);
}

static void test_long_demo_seen_before_asks_for_no_reason_again(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 0);
    student_watch(f);
    assert_true(study_next(s));
    student_choose(f, 0);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_RUNNING);
    student_watch(f);
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_true(s->feedback.earlier);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
}

/* Two steps begin with the same words: having done one is not having done the other. */
static void test_steps_that_begin_alike_are_two(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 2);
    student_watch(f);
    assert_true(study_next(s));
    assert_int_equal(s->section, 2);
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_PREDICT);
}

static void test_locate_survives_edits(void **state)
{
    struct student *f = *state;
    const struct chapter *chapter = &f->course.chapters[0].lesson;
    size_t section, step;
    uint64_t hash = chapter->sections[0].steps[2].hash;
    study_locate(chapter, "1.1", hash, &section, &step);
    assert_true(section == 0 && step == 2);
    study_locate(chapter, "1.2", chapter->sections[1].steps[1].hash, &section, &step);
    assert_true(section == 1 && step == 1);
    study_locate(chapter, "1.2", 12345, &section, &step); /* its first line was rewritten */
    assert_true(section == 1 && step == 0);
    study_locate(chapter, "1.9", hash, &section, &step); /* there is no such section any more */
    assert_true(section == 0 && step == 0);
    study_locate(chapter, NULL, hash, &section, &step);
    assert_true(section == 0 && step == 0);
    /* A step before it was added, its own text was changed below the first line. */
    struct chapter edited;
    struct arena arena;
    arena_init(&arena);
    const char text[] = HEAD "## 1.1 Predictions\n\nNew.\n\n---\n\nOnly text.\n\n---\n\n"
                             "Order three results.\nWith more text.\n";
    lesson_read(&edited, &arena, "01-study.md", text, sizeof text - 1, NULL);
    study_locate(&edited, "1.1", hash, &section, &step);
    assert_true(section == 0 && step == 2);
    assert_int_equal(edited.sections[0].step_count, 3);
    arena_free(&arena);
}

/* ---- questions in a lesson -------------------------------------------------------------------------- */

static void test_inline_questions_are_asked_in_turn_and_not_scored(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 0);
    buf_clear(&f->log);
    assert_int_equal(s->ask.kind, STUDY_QUESTION);
    assert_string_equal(s->ask.head, "Question 1 of 4");
    assert_string_equal(s->ask.question->key, "q1.1");
    assert_string_equal(s->ask.section, "1.1");
    assert_false(s->in_quiz);
    student_choose(f, 1);
    assert_int_equal(s->stage, STUDY_SURE);
    assert_true(study_sure(s, 3));
    assert_string_equal(s->feedback.verdict, "Not so, though you were sure: try once more.");
    assert_true(s->feedback.sure_but_wrong);
    assert_string_equal(s->feedback.hint, "You chose \"that\": Not that.");
    assert_null(s->feedback.key);
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_null(s->ask.options[i].feedback); /* and the others keep silent */
    assert_true(study_next(s));
    assert_string_equal(s->ask.hint, "You chose \"that\": Not that.");
    student_choose(f, 2);
    assert_string_equal(s->feedback.verdict, "Not right.");
    assert_true(s->feedback.sure_but_wrong);
    assert_string_equal(s->feedback.key, "this");
    assert_string_equal(s->feedback.said, "those");
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_int_equal(s->ask.options[i].feedback_count, 1);
    assert_true(study_next(s)); /* the description and the key that is not there are passed over */
    assert_string_equal(s->ask.question->key, "q1.2");
    student_say(f, "4");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_null(s->feedback.key);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
    student_logged(f, "answer study 1.2 study/q1.1 \"that.\" 0 wrong 3 inline\n"
                      "answer study 1.2 study/q1.1 \"those\" 0 wrong 0 inline\n"
                      "answer study 1.2 study/q1.2 \"4\" 1 right 0 inline\n"
                      "step study 1.2/2\n");
}

static void test_recall_is_typed_then_ticked(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 1);
    assert_int_equal(s->ask.kind, STUDY_RECALL);
    assert_true(s->ask.lines);
    student_say(f, "one idea, I think");
    assert_int_equal(s->ask.kind, STUDY_TICKS);
    assert_int_equal(s->ask.option_count, 2);
    const size_t ticks[] = {1, 1, 7};
    student_say_positions(f, ticks, 3);
    assert_string_equal(s->feedback.verdict, "1 of 2 ideas were there.");
    assert_true(study_next(s));
    assert_int_equal(s->step, 2);
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_READ); /* not asked twice */
    assert_int_equal(f->counts[EVENT_ANSWER], 0);
}

/* What was begun waits where it was left, for this session. */
static void test_a_draft_waits_until_it_is_handed_in(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 1);
    assert_int_equal(s->ask.kind, STUDY_RECALL);
    assert_string_equal(study_draft(s), "");
    study_keep_draft(s, "one idea");
    study_keep_draft(s, "one idea,\nand");
    study_open(s, 0, 0, 0);
    assert_string_equal(study_draft(s), "");
    study_keep_draft(s, "nothing is asked here");
    study_open(s, 0, 1, 1);
    assert_string_equal(study_draft(s), "one idea,\nand");
    student_say(f, "one idea, and another");
    assert_string_equal(study_draft(s), "");
    study_open(s, 0, 1, 1); /* left before it was ticked: it is asked again, from the beginning */
    assert_string_equal(study_draft(s), "");
    study_keep_draft(s, "more");
    assert_true(study_skip(s));
    s->done->count = 0;
    study_open(s, 0, 1, 1);
    assert_string_equal(study_draft(s), "");
}

static void test_a_draft_of_an_open_question_waits_too(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item item = {.question = &quiz->questions[QUESTIONS], .quiz = quiz->id};
    study_practise(s, &item, 1, false, 0);
    study_keep_draft(s, "a model");
    study_practise(s, &item, 1, false, 0);
    assert_string_equal(study_draft(s), "a model");
    student_say(f, "a model, short");
    assert_true(study_undo(s)); /* not locked in */
    assert_string_equal(study_draft(s), "a model");
    student_say(f, "a model, short");
    assert_true(study_sure(s, 0));
    study_practise(s, &item, 1, false, 0);
    assert_string_equal(study_draft(s), "");
}

/* ---- any inputs ------------------------------------------------------------------------------------------ */

static const char *some_text(struct rng *rng, char *huge)
{
    static const char *const texts[] = {"",       "0.125", "4",      "-1",           "abc",
                                        "1/0",    "1e999", "\u2212", "dropout",      "50%",
                                        "a\nb\n", "2^10",  ",,,,",   "\xff\xc3\x28", "0,5"};
    enum { TEXTS = sizeof texts / sizeof *texts };
    uint32_t which = rng_below(rng, TEXTS + 1);
    return which == TEXTS ? huge : texts[which];
}

static void check_invariants(const struct study *s)
{
    assert_true(s->stage <= STUDY_DONE);
    assert_true(s->chapter < s->course->chapter_count);
    if (s->stage == STUDY_RUNNING || s->stage == STUDY_OUTCOME)
        assert_true(s->has_run && !s->in_quiz);
    if (s->stage == STUDY_OUTCOME)
        assert_true(s->run.finished);
    if (s->stage == STUDY_ASK && s->ask.kind == STUDY_PREDICT)
        assert_true(s->has_run && s->run.done == 0 && s->see_count == 0);
    if (s->stage == STUDY_ASK || s->stage == STUDY_SURE)
        assert_true(s->ask.prompt_count > 0 || s->ask.prompt);
    if (s->in_quiz && s->stage <= STUDY_FEEDBACK)
        assert_true(s->item < s->item_count);
    if (s->stage == STUDY_FEEDBACK)
        assert_non_null(s->feedback.verdict);
    if (s->stage == STUDY_END)
        assert_true(!s->in_quiz && !study_step(s));
    if (!s->in_quiz && s->stage < STUDY_END)
        assert_non_null(study_step(s));
    for (size_t i = 0; i < s->item_count; i++)
        if (s->items[i].answered && question_is_gradable(s->items[i].question))
            assert_true(s->items[i].mark.fraction >= -1 && s->items[i].mark.fraction <= 1);
    if (s->stage == STUDY_RESULT)
        assert_true(s->result.score <= s->result.max + 1e-9);
}

static void test_any_inputs_keep_the_session_whole(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    struct rng rng;
    enum { INPUTS = 30000, HUGE_SIZE = 20000 };
    char *huge = malloc(HUGE_SIZE + 1);
    memset(huge, '1', HUGE_SIZE);
    huge[HUGE_SIZE] = '\0';
    rng_init(&rng, 2026, 0, 0);
    int reached[STUDY_DONE + 1] = {0};
    for (int i = 0; i < INPUTS; i++) {
        enum study_stage before = s->stage;
        size_t events = f->events, count = rng_below(&rng, 6), chosen[6];
        for (size_t k = 0; k < 6; k++)
            chosen[k] = rng_below(&rng, 20) ? rng_below(&rng, 4) : SIZE_MAX - rng_below(&rng, 2);
        struct study_answer answer = {
            .text = some_text(&rng, huge), .chosen = chosen, .count = count};
        uint32_t input = rng_below(&rng, 100);
        bool took = true;
        if (input < 30)
            took = study_answer(s, &answer, &f->err);
        else if (input < 50)
            took = study_sure(s, (int)rng_below(&rng, 6) - 1);
        else if (input < 75)
            took = study_next(s);
        else if (input < 80)
            took = study_back(s);
        else if (input < 84)
            took = study_watch(s);
        else if (input < 88)
            took = study_skip(s);
        else if (input < 92)
            study_work(s, 200000);
        else if (input < 96)
            took = study_turn(s, rng_below(&rng, 2) ? "seed=3" : "depth=x", &f->err);
        else if (input == 96)
            study_finish_early(s);
        else if (input == 97 && rng_below(&rng, 2))
            student_begin_quiz(f, rng_below(&rng, 5), rng_below(&rng, 2), 50);
        else if (input == 97)
            student_begin_review(f);
        else if (input == 99 && rng_below(&rng, 2))
            study_undo(s);
        else if (input == 99)
            study_retry_missed(s);
        else if (input == 98 || s->stage == STUDY_DONE)
            study_open(s, rng_below(&rng, 2), rng_below(&rng, 4), rng_below(&rng, 5));
        if (!took && input < 96) { /* nothing happened */
            if (s->stage != before && !(input >= 92 && before == STUDY_OUTCOME))
                fail_msg("input %u was refused but moved stage %d to %d", input, before, s->stage);
            assert_int_equal(f->events, events);
        }
        check_invariants(s);
        reached[s->stage]++;
        buf_clear(&f->log);
    }
    for (int stage = STUDY_READ; stage <= STUDY_DONE; stage++)
        if (!reached[stage])
            fail_msg("no input led to stage %d", stage);
    assert_true(f->counts[EVENT_SCORE] > 0 && f->counts[EVENT_PREDICTION] > 0);
    free(huge);
}

/* ---- the course that is shipped --------------------------------------------------------------------------- */

/* What a demo says of itself before it ran must not give its outcome away. */
static void test_shipped_demos_keep_their_outcome(void **state)
{
    struct student *f = *state;
    struct course shipped;
    struct study study;
    if (!course_open(&shipped, ".", &f->err))
        fail_msg("%s", f->err.text);
    study_init(&study, &shipped, &f->clock, NULL, NULL, 1);
    size_t predictions = 0;
    for (size_t c = 0; c < shipped.chapter_count; c++)
        for (size_t i = 0; i < shipped.chapters[c].lesson.section_count; i++)
            for (size_t k = 0; k < shipped.chapters[c].lesson.sections[i].step_count; k++) {
                const struct directive *d =
                    shipped.chapters[c].lesson.sections[i].steps[k].directive;
                study_open(&study, c, i, k);
                if (!d || d->kind != DIRECTIVE_DEMO || !d->ask_count || !study.has_run)
                    continue;
                for (size_t a = 0; a < d->ask_count; a++) {
                    struct demo_ref ref;
                    double number;
                    if (d->asks[a].kind != ASK_NUMBER)
                        continue;
                    predictions++;
                    assert_true(demo_ref_read(study.run.demo, d->asks[a].ref, &ref, &f->err));
                    if (demo_ref_number(&study.run, ref, &number) || demo_ref_text(&study.run, ref))
                        fail_msg("%s is known before the run of %s", d->asks[a].ref, d->args);
                }
            }
    assert_true(predictions > 0);
    study_free(&study);
    course_close(&shipped);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, student_set_up, student_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_a_guess_is_kept_but_not_marked),
        TEST(test_a_guess_is_set_beside_the_answer_of_a_later_day),
        TEST(test_a_guess_may_be_left),
        TEST(test_back_and_forward),
        TEST(test_demo_seen_before_is_shown_without_asking),
        TEST(test_long_demo_seen_before_asks_for_no_reason_again),
        TEST(test_steps_that_begin_alike_are_two),
        TEST(test_locate_survives_edits),
        TEST(test_inline_questions_are_asked_in_turn_and_not_scored),
        TEST(test_recall_is_typed_then_ticked),
        TEST(test_a_draft_waits_until_it_is_handed_in),
        TEST(test_a_draft_of_an_open_question_waits_too),
        TEST(test_any_inputs_keep_the_session_whole),
        TEST(test_shipped_demos_keep_their_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
