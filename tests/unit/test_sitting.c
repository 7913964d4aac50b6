/* A quiz that is left midway and gone on with, over a real log. */
#include "support/test.h"

#include "study/onward.h"
#include "study/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char lesson[] =
    "# One\n\n```chapter\nid: one\nquiz: 01-one.gift\nobjective 1a: Know\n```\n\n"
    "## 1.1 First\n\nA step.\n\n---\n\nAnother step.\n\n## 1.2 Second\n\nThe last step.\n";
static const char second[] = "# Two\n\n```chapter\nid: two\nquiz: 02-two.gift\n"
                             "objective 2a: Know\n```\n\n## 2.1 Only\n\nA step.\n";

#define CHOICES " {=right ~wrong ~false ~no ~never}\n\n"
#define QUESTION(n) "// [id:q1." n "]\nWhich is number " n "?" CHOICES

static const char gift[] = QUESTION("1") QUESTION("2") QUESTION("3") QUESTION("4") QUESTION("5");

enum { QUESTIONS = 5 };

#define HINTED(n)                                                                                  \
    "// [id:q1." n "]\nWhich is number " n "? {=right ~wrong#That is not it. ~false ~no}\n\n"

struct fixture {
    const char *folder;
    struct course course;
    struct store *store;
    struct study study;
    int64_t now_ms;
    struct clock clock;
    struct arena arena;
    struct err err;
};

static void keep(void *user, struct event *event)
{
    struct fixture *f = user;
    f->now_ms += 1000;
    if (!store_append(f->store, event, &f->err))
        fail_msg("%s", f->err.text);
}

/* The program is started: `seed` is that of this start. */
static void start(struct fixture *f, uint64_t seed)
{
    if (!course_open(&f->course, f->folder, &f->err))
        fail_msg("%s", f->err.text);
    study_init(&f->study, &f->course, &f->clock, keep, f, seed);
    f->study.store = f->store;
}

static void leave(struct fixture *f)
{
    study_free(&f->study);
    course_close(&f->course);
}

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    struct buf path = {0};
    f->now_ms = 1795253400123;
    f->clock = clock_manual(&f->now_ms);
    arena_init(&f->arena);
    f->folder = arena_strdup(&f->arena, test_folder());
    test_file(f->folder, "lessons/01-one.md", lesson);
    test_file(f->folder, "lessons/02-two.md", second);
    test_file(f->folder, "quizzes/01-one.gift", gift);
    test_file(f->folder, "quizzes/02-two.gift", "// [id:q2.1]\nIs it? {T}\n");
    test_file(f->folder, "quizzes/pretest.gift",
              "// [id:p1]\nIs it? {T}\n\n// [id:p2]\nIs it? {T}\n");
    test_file(f->folder, "quizzes/posttest.gift", "// [id:p3]\nIs it? {T}\n");
    buf_addf(&path, "%s/progress.db", f->folder);
    f->store = store_open(buf_text(&path), &f->clock, &f->err);
    buf_free(&path);
    if (!f->store)
        fail_msg("%s", f->err.text);
    start(f, 7);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    leave(f);
    store_close(f->store);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static void quiz(struct fixture *f, bool shuffle)
{
    struct study_source source = {course_quiz(&f->course, 0)};
    study_quiz(&f->study, &source, 1, 0, shuffle, 0);
}

/* The option of that place in the file; to a wrong one there is no hint. */
static void answer(struct fixture *f, size_t origin, int confidence)
{
    struct study *s = &f->study;
    size_t at = 0;
    while (at < s->ask.option_count && s->ask.options[at].origin != origin)
        at++;
    if (!study_answer(s, &(struct study_answer){.chosen = &at, .count = 1}, &f->err))
        fail_msg("%s", f->err.text);
    if (s->stage == STUDY_SURE)
        assert_true(study_sure(s, confidence));
    assert_true(study_next(s));
}

/* "q1.3:2 0 1 4 3": the question in hand and the order of its options. */
static const char *in_hand(struct fixture *f)
{
    struct buf text = {0};
    const struct study_ask *ask = &f->study.ask;
    buf_addf(&text, "%s:", ask->question->key);
    for (size_t i = 0; i < ask->option_count; i++)
        buf_addf(&text, " %zu", ask->options[i].origin);
    const char *kept = arena_strdup(&f->arena, buf_text(&text));
    buf_free(&text);
    return kept;
}

static void expect_next(struct fixture *f, const char *said)
{
    struct progress progress;
    struct buf text = {0};
    if (!store_progress(f->store, f->course.page.id, &f->arena, &progress, &f->err))
        fail_msg("%s", f->err.text);
    struct onward place = onward_next(&f->course, &progress, 0);
    onward_say(&f->course, &place, &text);
    assert_string_equal(buf_text(&text), said);
    buf_free(&text);
}

static void expect_news(struct fixture *f, const char *said)
{
    struct buf text = {0};
    study_say_news(&f->study, "N begins it anew.", &text);
    assert_string_equal(buf_text(&text), said);
    buf_free(&text);
}

/* What a sitting of one go asks equals what one asks that is left after `after` questions. */
static void check_interrupted(struct fixture *f, bool shuffle, size_t after)
{
    const char *whole[QUESTIONS];
    f->study.seed = 7;
    quiz(f, shuffle);
    for (size_t i = 0; i < after; i++) {
        whole[i] = in_hand(f);
        answer(f, i == 1, i == 0 ? 2 : 3);
    }
    for (size_t i = after; i < QUESTIONS; i++) { /* looked at, not logged */
        whole[i] = in_hand(f);
        f->study.log = NULL;
        assert_true(study_skip(&f->study));
        assert_true(study_next(&f->study));
    }
    leave(f);
    start(f, 99);
    char said[80];
    snprintf(said, sizeof said, "go on with the quiz of chapter 1 at question %zu of 5", after + 1);
    expect_next(f, said);
    quiz(f, false);
    snprintf(said, sizeof said, "You go on at question %zu of 5. N begins it anew.", after + 1);
    expect_news(f, said);
    expect_news(f, ""); /* once */
    for (size_t i = after; i < QUESTIONS; i++) {
        char head[40];
        snprintf(head, sizeof head, "Question %zu of 5", i + 1);
        assert_string_equal(f->study.ask.head, head);
        assert_string_equal(in_hand(f), whole[i]);
        answer(f, i == 1, 3);
        if (f->study.stage == STUDY_ASK && f->study.ask.hint)
            answer(f, 0, 0);
    }
    assert_int_equal(f->study.stage, STUDY_RESULT);
}

static void test_a_quiz_goes_on_with_the_next_question(void **state)
{
    struct fixture *f = *state;
    check_interrupted(f, false, 3);
    assert_true(f->study.result.complete);
    assert_int_equal(f->study.result.right, 4);
    assert_int_equal(f->study.result.unanswered, 0);
    assert_int_equal(f->study.items[0].confidence, 2);
    assert_true(f->study.result.score == 4 && f->study.result.max == 5);
    expect_next(f, "begin with 1.1 \"First\"");
    quiz(f, false); /* it has its score: another one begins */
    assert_string_equal(f->study.ask.head, "Question 1 of 5");
    expect_news(f, "");
}

static void test_a_shuffled_quiz_keeps_its_order(void **state)
{
    struct fixture *f = *state;
    check_interrupted(f, true, 2);
    assert_int_equal(f->study.result.right, 4);
}

static void test_what_was_left_and_undone_counts_so(void **state)
{
    struct fixture *f = *state;
    quiz(f, false);
    assert_true(study_skip(&f->study));
    assert_true(study_next(&f->study));
    answer(f, 0, 3);
    answer(f, 0, 3);
    assert_true(study_undo(&f->study));
    leave(f);
    start(f, 99);
    expect_next(f, "go on with the quiz of chapter 1 at question 3 of 5");
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 3 of 5");
    assert_true(study_undo(&f->study)); /* an answer of the time before is taken back */
    assert_string_equal(f->study.ask.head, "Question 2 of 5");
    answer(f, 0, 3);
    for (int i = 0; i < 3; i++)
        answer(f, 0, 3);
    assert_int_equal(f->study.result.right, 4);
    assert_int_equal(f->study.result.unanswered, 1);
}

/* Option 1 has something to say, so that there is a second try; then the program is started again. */
static void leave_at_second_try(struct fixture *f, size_t before)
{
    test_file(f->folder, "quizzes/01-one.gift", HINTED("1") HINTED("2") HINTED("3"));
    leave(f);
    start(f, 7);
    quiz(f, false);
    for (size_t i = 0; i < before; i++)
        answer(f, 0, 3);
    answer(f, 1, 2);
    assert_non_null(f->study.ask.hint);
    leave(f);
    start(f, 99);
}

static void test_a_second_try_that_was_left_is_asked_again(void **state)
{
    struct fixture *f = *state;
    leave_at_second_try(f, 1);
    expect_next(f, "go on with the quiz of chapter 1 at question 2 of 3");
    quiz(f, false);
    expect_news(f, "You go on at question 2 of 3, at its second try. N begins it anew.");
    assert_string_equal(f->study.ask.head, "Question 2 of 3");
    assert_string_equal(f->study.ask.hint, "You chose \"wrong\": That is not it.");
    answer(f, 0, 0);
    assert_string_equal(f->study.ask.head, "Question 3 of 3");
    assert_null(f->study.ask.hint);
    leave(f);
    start(f, 98); /* and it had two tries now */
    expect_next(f, "go on with the quiz of chapter 1 at question 3 of 3");
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 3 of 3");
    answer(f, 0, 3);
    assert_int_equal(f->study.stage, STUDY_RESULT);
    assert_true(f->study.result.score == 2 && f->study.result.max == 3);
}

static void test_a_second_try_of_the_first_question_is_a_quiz_that_was_left(void **state)
{
    struct fixture *f = *state;
    leave_at_second_try(f, 0);
    expect_next(f, "go on with the quiz of chapter 1 at question 1 of 3");
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 1 of 3");
    assert_true(study_undo(&f->study)); /* the first try, too, was a slip */
    assert_null(f->study.ask.hint);
    answer(f, 0, 3);
    assert_string_equal(f->study.ask.head, "Question 2 of 3");
}

static void test_a_second_try_of_the_last_question_keeps_the_quiz_open(void **state)
{
    struct fixture *f = *state;
    leave_at_second_try(f, 2);
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 3 of 3");
    assert_non_null(f->study.ask.hint);
    assert_true(study_finish_early(&f->study));
    assert_false(f->study.result.complete);
    leave(f);
    start(f, 98);
    expect_next(f, "go on with the quiz of chapter 1 at question 3 of 3");
    quiz(f, false);
    answer(f, 1, 0);
    assert_int_equal(f->study.stage, STUDY_RESULT);
    assert_true(f->study.result.complete && f->study.result.score == 2);
}

/* Each form says its own; what an edit left without a hint has no second try. */
static void test_the_hint_is_that_of_what_was_answered(void **state)
{
    static const struct {
        const char *question, *edited, *said, *hint;
        size_t chosen[3], count;
    } cases[] = {
        {"// [id:q1.1] [nt:hint=Halve it.]\nHalf of 3? {#1.5}\n", NULL, "3", "Halve it.", {0}, 0},
        {"// [id:q1.1]\nHalf of 3? {#=1.5 =%0%3#That is all of it.}\n",
         NULL,
         "6/2",
         "You wrote \"3\": That is all of it.",
         {0},
         0},
        {"// [id:q1.1]\nWhich? {~%50%one ~%50%two ~%-50%three#No number.}\n",
         NULL,
         NULL,
         "You chose \"three\": No number.",
         {0, 2},
         2},
        {"// [id:q1.1]\nPair {=a -> 1 =b -> 2 =c -> 3}\n",
         NULL,
         NULL,
         "1 of 3 are right, and stay.",
         {0, 2, 1},
         3},
        {"// [id:q1.1]\nWhich? {=right ~wrong#No. ~none}\n",
         "// [id:q1.1]\nWhich? {=right ~wrong ~none}\n",
         NULL,
         NULL,
         {1},
         1},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        leave(f);
        test_file(f->folder, "quizzes/01-one.gift", cases[i].question);
        start(f, 0);
        quiz(f, false);
        study_begin_anew(&f->study);
        struct study_answer given = {
            .text = cases[i].said, .chosen = cases[i].chosen, .count = cases[i].count};
        if (!study_answer(&f->study, &given, &f->err))
            fail_msg("%zu: %s", i, f->err.text);
        assert_true(study_sure(&f->study, 0));
        assert_true(f->study.feedback.retry);
        leave(f);
        if (cases[i].edited)
            test_file(f->folder, "quizzes/01-one.gift", cases[i].edited);
        start(f, 0);
        quiz(f, false);
        assert_int_equal(f->study.stage, cases[i].hint ? STUDY_ASK : STUDY_RESULT);
        if (cases[i].hint)
            assert_string_equal(f->study.ask.hint, cases[i].hint);
        if (f->study.ask.form == FORM_PAIRS) { /* they do stay */
            assert_non_null(f->study.ask.kept);
            assert_int_equal(f->study.ask.kept[0], cases[i].chosen[0]);
            assert_int_equal(f->study.ask.kept[1], SIZE_MAX);
            assert_int_equal(f->study.ask.kept[2], SIZE_MAX);
        }
    }
}

static void test_all_answered_and_not_scored_gives_its_score(void **state)
{
    struct fixture *f = *state;
    quiz(f, false);
    for (int i = 0; i < 4; i++)
        answer(f, 0, 3);
    size_t at = 0;
    while (f->study.ask.options[at].origin)
        at++;
    assert_true(
        study_answer(&f->study, &(struct study_answer){.chosen = &at, .count = 1}, &f->err));
    assert_true(study_sure(&f->study, 3)); /* and the terminal dies at the feedback */
    leave(f);
    start(f, 99);
    expect_next(f, "go on with the quiz of chapter 1: its score");
    quiz(f, false);
    assert_int_equal(f->study.stage, STUDY_RESULT);
    assert_true(f->study.result.score == 5);
    expect_next(f, "begin with 1.1 \"First\"");
}

static bool count_scores(void *user, const struct event *event)
{
    *(size_t *)user += event->type == EVENT_SCORE;
    return true;
}

static void test_an_edited_quiz_begins_anew_and_says_so(void **state)
{
    struct fixture *f = *state;
    quiz(f, false);
    answer(f, 0, 3);
    answer(f, 0, 3);
    leave(f);
    test_file(f->folder, "quizzes/01-one.gift",
              QUESTION("1") "// [id:q1.2]\nAnother one?" CHOICES QUESTION("3"));
    start(f, 99);
    expect_next(f, "begin with 1.1 \"First\"");
    quiz(f, false);
    expect_news(f, "The quiz was edited since you left it, so it begins anew.");
    assert_string_equal(f->study.ask.head, "Question 1 of 3");
    assert_false(study_can_begin_anew(&f->study));
    leave(f);
    /* What comes after what was answered may be edited. */
    test_file(f->folder, "quizzes/01-one.gift", QUESTION("1") QUESTION("2") QUESTION("9"));
    start(f, 99);
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 3 of 3");
}

/* The second and the fourth are missed. */
static void take(struct fixture *f)
{
    quiz(f, false);
    for (size_t i = 0; i < QUESTIONS; i++)
        answer(f, i % 2, i == 4 ? 1 : 3);
    assert_int_equal(f->study.stage, STUDY_RESULT);
}

static void test_a_result_is_shown_again_as_it_was(void **state)
{
    struct fixture *f = *state;
    const struct study_result *r = &f->study.result;
    assert_false(study_show_result(&f->study, course_quiz(&f->course, 0)));
    quiz(f, false);
    for (size_t i = 0; i < QUESTIONS; i++)
        answer(f, 0, 3);
    take(f); /* the last one is shown */
    size_t again = r->again_count, missed = study_missed(&f->study);
    assert_true(study_retry_missed(&f->study)); /* practice is none */
    while (f->study.stage != STUDY_RESULT)
        answer(f, 0, 3);
    leave(f);
    start(f, 99);
    quiz(f, false);
    answer(f, 2, 3); /* nor is what was left midway */
    leave(f);
    start(f, 99);
    assert_true(study_show_result(&f->study, course_quiz(&f->course, 0)));
    assert_int_equal(f->study.stage, STUDY_RESULT);
    assert_true(r->complete && !r->changed && r->at);
    assert_true(r->score == 3 && r->max == 5 && r->right == 3);
    assert_int_equal(r->again_count, again);
    assert_int_equal(study_missed(&f->study), missed);
    assert_true(study_retry_missed(&f->study));
    assert_string_equal(f->study.ask.question->key, "q1.2");
    size_t events = 0;
    assert_true(store_replay(f->store, count_scores, &events, &f->err));
    assert_int_equal(events, 2); /* looking at it keeps nothing */
}

static void test_a_result_leaves_out_what_was_edited(void **state)
{
    struct fixture *f = *state;
    struct buf said = {0};
    take(f);
    leave(f);
    test_file(f->folder, "quizzes/01-one.gift",
              QUESTION("1") "// [id:q1.2]\nAnother one?" CHOICES QUESTION("3") QUESTION("4"));
    start(f, 99);
    assert_true(study_show_result(&f->study, course_quiz(&f->course, 0)));
    assert_true(f->study.result.score == 3 && f->study.result.max == 5);
    assert_int_equal(f->study.item_count, 3);
    assert_int_equal(study_missed(&f->study), 1);
    assert_true(study_say_result_of(&f->study.result, &said));
    assert_string_equal(buf_text(&said),
                        "Taken on 2026-11-21. 1 question was edited since and is left out.");
    buf_free(&said);
    struct event reset = {.type = EVENT_RESET, .course = f->course.page.id, .chapter = "one"};
    keep(f, &reset);
    assert_false(study_show_result(&f->study, course_quiz(&f->course, 0)));
}

static void test_a_quiz_may_be_begun_anew(void **state)
{
    struct fixture *f = *state;
    quiz(f, false);
    const char *first = in_hand(f);
    assert_false(study_can_begin_anew(&f->study)); /* it is at its beginning */
    answer(f, 0, 3);
    leave(f);
    start(f, 99);
    quiz(f, false);
    assert_true(study_begin_anew(&f->study));
    assert_string_equal(f->study.ask.head, "Question 1 of 5");
    assert_int_equal(f->study.seed, 99);
    assert_string_not_equal(in_hand(f), first);
    assert_false(study_can_begin_anew(&f->study));
    answer(f, 0, 3);
    answer(f, 0, 3);
    leave(f);
    start(f, 5);
    quiz(f, false); /* of two the later one */
    assert_string_equal(f->study.ask.head, "Question 3 of 5");
}

static void test_another_order_that_is_asked_for_is_another_sitting(void **state)
{
    struct fixture *f = *state;
    quiz(f, false);
    answer(f, 0, 3);
    leave(f);
    start(f, 99);
    quiz(f, true);
    assert_string_equal(f->study.ask.head, "Question 1 of 5");
    expect_news(f, "");
    f->study.seed = 98;
    f->study.seed_is_asked = true;
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 1 of 5");
    assert_int_equal(f->study.seed, 98);
    f->study.seed = 7;
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 2 of 5");
}

static void test_practice_review_and_parts_are_no_sittings(void **state)
{
    struct fixture *f = *state;
    const struct quiz *of = course_quiz(&f->course, 0);
    struct study_item items[] = {{.question = &of->questions[0], .quiz = of->id},
                                 {.question = &of->questions[1], .quiz = of->id}};
    struct study_source source = {of};
    study_review(&f->study, items, 2);
    answer(f, 0, 3);
    study_practise(&f->study, items, 2, false, 0);
    answer(f, 0, 3);
    study_quiz(&f->study, &source, 1, 3, false, 0);
    assert_false(study_can_resume(&f->study));
    answer(f, 0, 3);
    expect_next(f, "begin with 1.1 \"First\"");
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 1 of 5");
    assert_true(study_can_resume(&f->study));
}

static void test_one_goes_on_where_one_was_last(void **state)
{
    struct fixture *f = *state;
    study_open(&f->study, 0, 0, 1);
    quiz(f, false);
    answer(f, 0, 3);
    expect_next(f, "go on with the quiz of chapter 1 at question 2 of 5");
    study_open(&f->study, 0, 0, 1);
    expect_next(f, "go on at 1.1 \"First\""); /* something was read since */
    study_open(&f->study, 0, 1, 0);
    expect_next(f, "go on with the quiz of chapter 1 at question 2 of 5"); /* to its end */
    struct event reset = {.type = EVENT_RESET, .course = f->course.page.id, .chapter = "one"};
    keep(f, &reset);
    expect_next(f, "begin with 1.1 \"First\"");
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 1 of 5");
}

/* Of the chapter before, whoever jumped over it has nothing to recall; one step of it is a glance. */
static void test_recall_asks_only_of_what_was_read(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    leave(f);
    test_file(f->folder, "lessons/02-two.md",
              "# Two\n\n```chapter\nid: two\n```\n\n## 2.1 Only\n\nFirst.\n\n"
              "```recall\n- an idea\n```\n\n---\n\nOn.\n");
    start(f, 7);
    study_open(s, 1, 0, 0);
    assert_int_equal(s->stage, STUDY_READ);
    assert_string_equal(s->unasked, "You have not read chapter 1, One, so nothing is asked of it.");
    assert_true(study_next(s));
    assert_null(s->unasked);
    study_open(s, 0, 0, 0);
    study_open(s, 1, 0, 0);
    assert_int_equal(s->stage, STUDY_READ);
    study_open(s, 0, 0, 1);
    study_open(s, 1, 0, 0);
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_RECALL);
    struct event reset = {.type = EVENT_RESET, .course = f->course.page.id, .chapter = "one"};
    keep(f, &reset);
    leave(f);
    start(f, 7);
    study_open(s, 1, 0, 0);
    assert_int_equal(s->stage, STUDY_READ);
    s->aloud = true; /* of a room one cannot know */
    study_open(s, 1, 0, 0);
    assert_int_equal(s->stage, STUDY_ASK);
    s->aloud = false;
    s->store = NULL; /* nor without a log */
    study_open(s, 1, 0, 0);
    assert_int_equal(s->stage, STUDY_ASK);
}

static void take_test(struct fixture *f, enum course_test which)
{
    struct study_source source = {course_test(&f->course, which)};
    study_quiz(&f->study, &source, 1, 0, false, 0);
}

static void test_the_tests_are_gone_on_with_and_led_to(void **state)
{
    struct fixture *f = *state;
    take_test(f, COURSE_PRETEST);
    answer(f, 0, 3);
    expect_next(f, "go on with the test before the course at question 2 of 2");
    take_test(f, COURSE_PRETEST);
    assert_string_equal(f->study.ask.head, "Question 2 of 2");
    answer(f, 0, 3);
    assert_int_equal(f->study.stage, STUDY_RESULT);
    expect_next(f, "begin with 1.1 \"First\"");
    study_open(&f->study, 0, 1, 0);
    quiz(f, false);
    for (int i = 0; i < QUESTIONS; i++)
        answer(f, 0, 3);
    expect_next(f, "begin with 2.1 \"Only\"");
    study_open(&f->study, 1, 0, 0);
    assert_true(study_next(&f->study));
    assert_true(study_next(&f->study)); /* over the chapter's end into its quiz */
    answer(f, 0, 3);
    expect_next(f, "take the test after the course");
    take_test(f, COURSE_POSTTEST);
    answer(f, 0, 3);
    expect_next(f, "see where you stand: every chapter is done");
}

static void test_without_a_store_a_quiz_begins(void **state)
{
    struct fixture *f = *state;
    quiz(f, false);
    answer(f, 0, 3);
    f->study.store = NULL;
    assert_false(study_can_resume(&f->study));
    quiz(f, false);
    assert_string_equal(f->study.ask.head, "Question 1 of 5");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_quiz_goes_on_with_the_next_question),
        TEST(test_a_shuffled_quiz_keeps_its_order),
        TEST(test_what_was_left_and_undone_counts_so),
        TEST(test_a_second_try_that_was_left_is_asked_again),
        TEST(test_a_second_try_of_the_first_question_is_a_quiz_that_was_left),
        TEST(test_a_second_try_of_the_last_question_keeps_the_quiz_open),
        TEST(test_the_hint_is_that_of_what_was_answered),
        TEST(test_all_answered_and_not_scored_gives_its_score),
        TEST(test_an_edited_quiz_begins_anew_and_says_so),
        TEST(test_a_result_is_shown_again_as_it_was),
        TEST(test_a_result_leaves_out_what_was_edited),
        TEST(test_a_quiz_may_be_begun_anew),
        TEST(test_another_order_that_is_asked_for_is_another_sitting),
        TEST(test_practice_review_and_parts_are_no_sittings),
        TEST(test_one_goes_on_where_one_was_last),
        TEST(test_recall_asks_only_of_what_was_read),
        TEST(test_the_tests_are_gone_on_with_and_led_to),
        TEST(test_without_a_store_a_quiz_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
