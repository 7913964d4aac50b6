/* Where a learner stands: a fold over the log, equal to a replay, and in words. */
#include "support/test.h"

#include "support/child.h"
#include "support/store.h"

#include "base/rng.h"
#include "study/standing.h"

#include <stdio.h>
#include <string.h>

enum { DAY = 20000 };
#define NOON(day) (((int64_t)(day)*86400 + 43200) * 1000)

static int64_t wall_ms(void *user)
{
    (void)user;
    return NOON(DAY);
}

static struct event answer_of(const char *chapter, const char *quiz, const char *key, int day,
                              const char *state, int confidence, const char *attempt)
{
    return (struct event){.type = EVENT_ANSWER,
                          .course = "en",
                          .chapter = chapter,
                          .section = "",
                          .quiz = quiz,
                          .question = key,
                          .question_hash = 7,
                          .given = "1",
                          .state = state,
                          .fraction = strcmp(state, "right") == 0,
                          .confidence = confidence,
                          .attempt = attempt,
                          .day = day};
}

static void answer(struct standing *standing, const char *key, const char *state, int confidence)
{
    struct event event = answer_of("a", "a", key, DAY, state, confidence, "");
    standing_add(standing, &event);
}

static void predict_of(struct standing *standing, const char *result, bool right, int confidence,
                       bool watched)
{
    struct event event = {.type = EVENT_PREDICTION,
                          .course = "en",
                          .chapter = "a",
                          .section = "1.1",
                          .demo = "mask p=0.5",
                          .result = result,
                          .right = right,
                          .watched = watched,
                          .confidence = confidence};
    standing_add(standing, &event);
}

/* Each of another result. */
static void predict(struct standing *standing, bool right, int confidence, bool watched)
{
    static unsigned count;
    char result[20];
    snprintf(result, sizeof result, "r%u", count++);
    predict_of(standing, result, right, confidence, watched);
}

static int set_up(void **state)
{
    struct standing *standing = *state = memory_alloc(sizeof *standing);
    standing_init(standing);
    standing->review.day = DAY;
    return 0;
}

static int tear_down(void **state)
{
    standing_close(*state);
    memory_free(*state);
    return 0;
}

/* ---- certainty ----------------------------------------------------------------------------------- */

static void check_words(struct standing *standing, const char *calibration, const char *meaning)
{
    struct hits answers[CONFIDENCES], predictions[CONFIDENCES];
    struct buf words = {0};
    standing_calibration(standing, answers, predictions);
    standing_say_calibration(answers, "answers", &words);
    assert_string_equal(buf_text(&words), calibration);
    buf_clear(&words);
    standing_say_meaning(answers, true, &words);
    assert_string_equal(buf_text(&words), meaning);
    buf_free(&words);
}

static void test_answers_and_predictions_are_counted_apart(void **state)
{
    struct standing *standing = *state;
    struct hits answers[CONFIDENCES], predictions[CONFIDENCES];
    answer(standing, "x", "right", 3);
    answer(standing, "y", "partial", 3);
    predict(standing, true, 3, false);
    predict(standing, false, 1, false);
    predict(standing, false, 0, true); /* watched: nothing was said */
    standing_calibration(standing, answers, predictions);
    assert_int_equal(answers[3].given, 2);
    assert_int_equal(answers[3].right, 1);
    assert_int_equal(predictions[3].given, 1);
    assert_int_equal(predictions[3].right, 1);
    assert_int_equal(predictions[1].given, 1);
    assert_int_equal(predictions[1].right, 0);
    assert_int_equal(predictions[0].given, 0);
}

static void test_what_does_not_count_is_not_counted(void **state)
{
    struct standing *standing = *state;
    struct hits answers[CONFIDENCES], predictions[CONFIDENCES];
    struct event open = answer_of("a", "a", "x", DAY, "needsgrading", 3, "");
    open.ungraded = true;
    standing_add(standing, &open);
    standing_calibration(standing, answers, predictions);
    assert_int_equal(answers[3].given, 0);
    check_words(standing, "", "");
}

/* Else the change from one test to the other has no number. */
static void test_a_score_that_no_test_gives_is_none(void **state)
{
    static const double scores[][2] = {{-1e300, 1e-300}, {1e300, 1e-300}, {13, 12}, {1, 0}};
    struct standing *standing = *state;
    struct event event = {.type = EVENT_SCORE, .chapter = "", .quiz = "pretest", .attempt = "t"};
    for (size_t i = 0; i < 4; i++) {
        event.score = scores[i][0];
        event.max = scores[i][1];
        standing_add(standing, &event);
    }
    assert_int_equal(standing->score_count, 0);
    event.score = event.max = 12;
    standing_add(standing, &event);
    assert_int_equal(standing->score_count, 1);
}

static void test_nothing_is_judged_on_four_answers(void **state)
{
    struct standing *standing = *state;
    for (int i = 0; i < 4; i++)
        answer(standing, "x", "right", 3);
    check_words(standing, "When you were sure, 4 of 4 answers were right.",
                "Too few to judge: it takes 5 of a kind.");
    answer(standing, "x", "right", 3);
    check_words(standing, "When you were sure, 5 of 5 answers were right (100 %).",
                "Your certainty can be trusted.");
}

static void test_too_sure_is_said(void **state)
{
    struct standing *standing = *state;
    for (int i = 0; i < 6; i++)
        answer(standing, "x", i < 3 ? "right" : "wrong", 3);
    for (int i = 0; i < 5; i++)
        answer(standing, "x", "right", 2);
    answer(standing, "x", "wrong", 1);
    check_words(
        standing,
        "When you were sure, 3 of 6 answers were right (50 %); when you were unsure, 5 of 5 "
        "(100 %); when you guessed, 0 of 1.",
        "You are sure more often than right: 3 of the 6 were not. Those are worth a second "
        "look. Of what is in review, what you were sure of and wrong about comes first. Where you "
        "are unsure "
        "you are nearly always right: "
        "trust yourself more.");
}

/* Who comes back to a step knows its outcome: what was said at first counts, until a reset. */
static void test_of_a_prediction_the_first_counts(void **state)
{
    struct standing *standing = *state;
    predict_of(standing, "product", false, 3, true); /* locked in, and left */
    predict_of(standing, "product", false, 3, false);
    predict_of(standing, "product", true, 3, false);
    predict_of(standing, "log10", true, 0, false);
    struct hits all = standing_predictions(standing);
    assert_int_equal(all.given, 2);
    assert_int_equal(all.right, 1);
    struct buf words = {0};
    standing_say_predictions(standing, &words);
    assert_string_equal(buf_text(&words), "Predictions: 1 of 2 right, the first at each step; for "
                                          "1 you did not say how sure you were.");
    buf_free(&words);
    standing_add(standing, &(struct event){.type = EVENT_RESET, .course = "en", .chapter = "a"});
    assert_int_equal(standing_predictions(standing).given, 0);
    predict_of(standing, "product", true, 3, false);
    assert_int_equal(standing_predictions(standing).right, 1);
}

/* The log keeps them alike; the course knows which is which. */
static void test_drills_are_counted_apart(void **state)
{
    struct standing *standing = *state;
    struct course course;
    struct err err;
    const char *folder = test_folder();
    test_file(folder, "lessons/01-a.md",
              "# A\n\n```chapter\nid: a\n```\n\n## 1.1 Drill\n\nWords.\n\n"
              "```demo mask p=0.5\npredict kept: How many?\n```\n\n---\n\nMore.\n\n"
              "```drill mask p=0.2|0.5\nask kept: How many?\n```\n");
    if (!course_open(&course, folder, &err))
        fail_msg("%s", err.text);
    standing->course = &course;
    predict_of(standing, "kept", true, 0, false); /* of the demo */
    struct event drill = {.type = EVENT_PREDICTION,
                          .course = "en",
                          .chapter = "a",
                          .section = "1.1",
                          .demo = "mask p=0.2",
                          .result = "kept",
                          .given = "3"};
    standing_add(standing, &drill);
    drill.right = true;
    standing_add(standing, &drill);
    drill.result = "scale"; /* nothing the drill asks */
    standing_add(standing, &drill);
    assert_int_equal(standing_predictions(standing).given, 2);
    struct hits drills = standing_drills(standing);
    assert_int_equal(drills.given, 2);
    assert_int_equal(drills.right, 1);
    course_close(&course);
}

/* One has just been told what is right: that says nothing of one's certainty. */
static void test_practice_says_nothing_of_certainty(void **state)
{
    struct standing *standing = *state;
    struct event event = answer_of("a", "a", "q", DAY + 1, "right", 3, "practice-1");
    answer(standing, "q", "wrong", 3);
    standing_add(standing, &event);
    check_words(standing, "When you were sure, 0 of 1 answers were right.",
                "Too few to judge: it takes 5 of a kind.");
    assert_true(deck_find(&standing->review.deck, "a", "q")->latest_right);
    event = answer_of("", "posttest", "p", DAY, "wrong", 0, "practice-2");
    standing_add(standing, &event);
    assert_int_equal(standing->answer_count, 0);
}

static void test_explanations_are_no_predictions(void **state)
{
    struct standing *standing = *state;
    predict_of(standing, "explain", true, 0, false);
    predict_of(standing, "explain (2)", false, 0, false);
    assert_int_equal(standing_predictions(standing).given, 0);
    predict_of(standing, "explained", true, 0, false);
    assert_int_equal(standing_predictions(standing).given, 1);
}

static void test_reset_forgets_what_was_counted(void **state)
{
    struct standing *standing = *state;
    struct event reset = {.type = EVENT_RESET, .course = "en", .chapter = "b"};
    struct event test = answer_of("", "pretest", "pre1", DAY, "right", 3, "t");
    answer(standing, "x", "right", 3);
    standing_add(standing, &test);
    standing_add(standing, &reset);
    check_words(standing, "When you were sure, 2 of 2 answers were right.",
                "Too few to judge: it takes 5 of a kind.");
    reset.chapter = "a";
    standing_add(standing, &reset);
    check_words(standing, "When you were sure, 1 of 1 answers were right.",
                "Too few to judge: it takes 5 of a kind.");
    assert_int_equal(standing->answer_count, 1);
    reset.chapter = "all";
    standing_add(standing, &reset);
    check_words(standing, "", "");
    assert_int_equal(standing->answer_count, 0);
}

/* ---- the same as the log -------------------------------------------------------------------------- */

static void compare(const struct standing *x, const struct standing *y)
{
    struct hits a[2][CONFIDENCES], p[2][CONFIDENCES];
    standing_calibration(x, a[0], p[0]);
    standing_calibration(y, a[1], p[1]);
    assert_memory_equal(a[0], a[1], sizeof a[0]);
    assert_memory_equal(p[0], p[1], sizeof p[0]);
    assert_int_equal(x->answer_count, y->answer_count);
    for (size_t i = 0; i < x->answer_count; i++) {
        assert_string_equal(x->answers[i].key, y->answers[i].key);
        assert_true(x->answers[i].right == y->answers[i].right);
    }
    assert_int_equal(x->score_count, y->score_count);
    assert_int_equal(x->review.deck.count, y->review.deck.count);
    for (size_t i = 0; i < x->review.deck.count; i++) {
        const struct card *card = &x->review.deck.cards[i];
        const struct card *other = deck_find(&y->review.deck, card->quiz, card->key);
        assert_non_null(other);
        assert_int_equal(card->latest_day, other->latest_day);
        assert_int_equal(card->latest_right, other->latest_right);
        assert_int_equal(card->due_day, other->due_day);
        assert_int_equal(card->grade, other->grade);
    }
}

static bool add(void *standing, const struct event *event)
{
    standing_add(standing, event);
    return true;
}

/* Random events, with a third of the answers undone: what the log gives at each length is what the events
 * give that were not undone. */
static void test_replay_after_undo_is_a_log_without_it(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct standing without, with;
    struct rng rng;
    struct err err;
    rng_init(&rng, 12, 0, 0);
    standing_init(&without);
    for (int i = 0; i < 150; i++) {
        static const char *const states[] = {"right", "wrong", "partial", "gaveup"};
        char key[8], attempt[8];
        snprintf(key, sizeof key, "q%u", rng_below(&rng, 6));
        snprintf(attempt, sizeof attempt, "t%d", i / 9);
        bool test = rng_bernoulli(&rng, 0.3);
        struct event event =
            answer_of(test ? "" : "a", test ? "pretest" : "a", key, DAY + i / 8,
                      states[rng_below(&rng, 4)], (int)rng_below(&rng, 4), test ? attempt : "");
        if (rng_bernoulli(&rng, 0.2))
            event = (struct event){.type = EVENT_PREDICTION,
                                   .course = "en",
                                   .chapter = "a",
                                   .result = rng_bernoulli(&rng, 0.5) ? "r" : "s",
                                   .confidence = (int)rng_below(&rng, 4),
                                   .watched = rng_bernoulli(&rng, 0.2),
                                   .right = rng_bernoulli(&rng, 0.5)};
        else if (rng_bernoulli(&rng, 0.03))
            event = (struct event){.type = EVENT_RESET,
                                   .course = "en",
                                   .chapter = rng_bernoulli(&rng, 0.5) ? "all" : "a"};
        else if (rng_bernoulli(&rng, 0.05))
            event = (struct event){.type = EVENT_SCORE,
                                   .course = "en",
                                   .chapter = "",
                                   .quiz = "pretest",
                                   .attempt = attempt,
                                   .score = 3,
                                   .max = 12};
        if (!store_append(store, &event, &err))
            fail_msg("%s", err.text);
        if (event.type == EVENT_ANSWER && rng_bernoulli(&rng, 0.33))
            store_must_append(
                store, (struct event){
                           .type = EVENT_UNDO, .course = "en", .chapter = "a", .target = event.id});
        else
            standing_add(&without, &event);
        standing_init(&with);
        if (!store_standing(store, "en", add, &with, &err))
            fail_msg("%s", err.text);
        compare(&with, &without);
        standing_close(&with);
    }
    standing_close(&without);
    store_close(store);
}

/* ---- objectives, forecast, remembered: on the frozen course ------------------------------------------ */

struct course_fixture {
    struct course course;
    struct standing standing;
    struct arena arena;
};

static int open_course(void **state)
{
    struct course_fixture *f = *state = memory_alloc(sizeof *f);
    struct err err;
    arena_init(&f->arena);
    standing_init(&f->standing);
    if (!course_open(&f->course, TEST_COURSE, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int close_course(void **state)
{
    struct course_fixture *f = *state;
    standing_close(&f->standing);
    course_close(&f->course);
    arena_free(&f->arena);
    memory_free(f);
    return 0;
}

static void told(struct course_fixture *f, const char *key, int day, const char *state,
                 int confidence, const char *attempt)
{
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct event event =
        answer_of(f->course.chapters[0].lesson.id, quiz->id, key, day, state, confidence, attempt);
    event.question_hash = quiz_find(quiz, key)->hash;
    standing_add(&f->standing, &event);
}

static void check_objective(struct course_fixture *f, int day, size_t index, const char *words)
{
    struct standing_objective *list;
    struct buf text = {0};
    f->standing.review.day = day;
    review_line_up(&f->standing.review, &f->course, 0);
    size_t count = standing_objectives(&f->standing, &f->course, 0, &f->arena, &list);
    assert_true(index < count);
    standing_say_objective(&list[index], &text);
    assert_string_equal(buf_text(&text), words);
    buf_free(&text);
}

/* 3b is asked by q3.5 and q3.11, both about 3.3. */
static void test_objectives_follow_the_latest_answers(void **state)
{
    struct course_fixture *f = *state;
    check_objective(f, DAY, 1, "not asked yet");
    told(f, "q3.5", DAY, "wrong", 2, "one");
    check_objective(f, DAY, 1, "0 of 1 right, 1 not asked yet; weak: read 3.3");
    told(f, "q3.5", DAY, "right", 0, "one"); /* a second try, after the hint */
    told(f, "q3.11", DAY, "right", 3, "one");
    check_objective(f, DAY, 1, "1 of 2 right; weak: read 3.3");
    told(f, "q3.5", DAY, "right", 3, "two"); /* the same day: the memory has its grade already */
    check_objective(f, DAY, 1, "2 of 2 right");
    told(f, "q3.5", DAY + 1, "right", 3, "three");
    check_objective(f, DAY + 1, 1, "2 of 2 right, remembered 1 of 1");
    check_objective(f, DAY + 300, 1, "2 of 2 right, remembered 0 of 1");
}

/* What is shown, how many were right, decides; what was partly right does not count for it. */
static void test_weak_is_fewer_than_two_of_three(void **state)
{
    struct course_fixture *f = *state;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    size_t asked = 0;
    assert_false(standing_is_weak(0, 0));
    assert_true(standing_is_weak(0, 1));
    assert_true(standing_is_weak(1, 2));
    assert_false(standing_is_weak(2, 3));
    assert_true(standing_is_weak(2, 4));
    assert_false(standing_is_weak(3, 4));
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        bool other = true;
        struct event event = answer_of("dropout", quiz->id, question->key, DAY,
                                       asked < 2 ? "right" : "partial", 3, "one");
        for (size_t k = 0; question_tag(question, "objective:", k); k++)
            other = other && strcmp(question_tag(question, "objective:", k), "3a") != 0;
        if (other || !question_is_gradable(question))
            continue;
        event.question_hash = question->hash;
        event.fraction = asked++ < 2 ? 1 : 0.9;
        standing_add(&f->standing, &event);
    }
    assert_int_equal(asked, 4);
    struct standing_objective *list;
    review_line_up(&f->standing.review, &f->course, 0);
    standing_objectives(&f->standing, &f->course, 0, &f->arena, &list);
    assert_int_equal(list[0].right, 2);
    assert_true(list[0].weak);
}

static void test_an_edited_question_is_not_asked_yet(void **state)
{
    struct course_fixture *f = *state;
    struct event event =
        answer_of("dropout", course_quiz(&f->course, 0)->id, "q3.5", DAY, "right", 2, "");
    standing_add(&f->standing, &event); /* its hash is that of another question */
    check_objective(f, DAY, 1, "not asked yet");
}

static void test_memory_and_forecast_are_said(void **state)
{
    struct course_fixture *f = *state;
    size_t days[FORECAST_DAYS + 1];
    struct buf text = {0};
    assert_false(standing_forecast(&f->standing, days));
    for (int i = 0; i < 6; i++) {
        told(f, "q3.1", DAY + 2 * i, "wrong", 2, "");
        told(f, "q3.2", DAY + 2 * i, "right", 2, "");
    }
    f->standing.review.day = DAY + 10;
    review_line_up(&f->standing.review, &f->course, 0);
    struct memory memory = review_memory(&f->standing.review, f->course.chapters[0].lesson.id);
    review_say_memory(&memory, &text);
    assert_string_equal(buf_text(&text), "remembered 1 of 2, 1 stubborn");
    buf_clear(&text);
    assert_true(standing_forecast(&f->standing, days));
    assert_int_equal(days[1], 1);
    standing_say_forecast(days, &text);
    assert_string_equal(buf_text(&text), "Due: 1 tomorrow, 1 later.");
    buf_clear(&text);
    memory = review_memory(&f->standing.review, "another");
    review_say_memory(&memory, &text);
    assert_string_equal(buf_text(&text), "");
    buf_free(&text);
}

static void check_memory(struct course_fixture *f, int day, const char *words)
{
    struct buf text = {0};
    f->standing.review.day = day;
    review_line_up(&f->standing.review, &f->course, 0);
    struct memory memory = review_memory(&f->standing.review, f->course.chapters[0].lesson.id);
    review_say_memory(&memory, &text);
    assert_string_equal(buf_text(&text), words);
    buf_free(&text);
}

/* Nobody has forgotten what was not asked again. */
static void test_what_has_not_come_back_is_new(void **state)
{
    struct course_fixture *f = *state;
    check_memory(f, DAY, "");
    told(f, "q3.1", DAY, "wrong", 2, "one");
    told(f, "q3.2", DAY, "wrong", 2, "one");
    check_memory(f, DAY, "2 new, first review tomorrow");
    check_memory(f, DAY + 1, "2 new, first review today");
    check_memory(f, DAY + 30, "2 new, first review today");
    told(f, "q3.1", DAY, "right", 2, "two"); /* practice of the same day */
    check_memory(f, DAY, "2 new, first review tomorrow");
    told(f, "q3.1", DAY + 1, "right", 3, "three");
    check_memory(f, DAY + 1, "remembered 1 of 1, 1 new, first review today");
    told(f, "q3.2", DAY + 1, "wrong", 3, "three");
    check_memory(f, DAY + 1, "remembered 1 of 2");
    told(f, "q3.5", DAY + 1, "right", 2, "three"); /* stability 1.3: two days */
    told(f, "q3.6", DAY + 1, "wrong", 2, "three");
    check_memory(f, DAY + 1, "remembered 1 of 2, 2 new, first review tomorrow");
}

static void test_a_standing_without_a_store_is_empty(void **state)
{
    struct course_fixture *f = *state;
    struct clock clock = {.wall_ms = wall_ms};
    struct standing standing;
    struct err err;
    size_t days[FORECAST_DAYS + 1];
    assert_true(standing_open(&standing, NULL, &f->course, &clock, &err));
    assert_false(standing_forecast(&standing, days));
    standing_close(&standing);
}

/* ---- before and after ------------------------------------------------------------------------------ */

static void check_change(double before, double after, const char *words)
{
    struct change change = {
        .taken = {before >= 0, after >= 0}, .score = {before, after}, .max = {12, 12}};
    struct buf text = {0};
    standing_say_change(&change, &text);
    assert_string_equal(buf_text(&text), words);
    buf_free(&text);
}

static void test_the_change_is_a_sentence(void **state)
{
    (void)state;
    check_change(-1, -1, "");
    check_change(5, -1, "Before the course 5 of 12.");
    check_change(-1, 5, "After the course 5 of 12.");
    check_change(4, 10,
                 "Before the course 4 of 12, after it 10 of 12. Of what was missing at first you "
                 "gained 75 %.");
    check_change(12, 12,
                 "Before the course 12 of 12, after it 12 of 12. That is the same as before.");
    check_change(5, 4, "Before the course 5 of 12, after it 4 of 12. That is less than before.");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define COURSE(name) cmocka_unit_test_setup_teardown(name, open_course, close_course)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_answers_and_predictions_are_counted_apart),
        TEST(test_what_does_not_count_is_not_counted),
        TEST(test_a_score_that_no_test_gives_is_none),
        TEST(test_nothing_is_judged_on_four_answers),
        TEST(test_too_sure_is_said),
        TEST(test_of_a_prediction_the_first_counts),
        TEST(test_drills_are_counted_apart),
        TEST(test_practice_says_nothing_of_certainty),
        TEST(test_explanations_are_no_predictions),
        TEST(test_reset_forgets_what_was_counted),
        cmocka_unit_test_setup_teardown(test_replay_after_undo_is_a_log_without_it,
                                        store_fixture_set_up, store_fixture_tear_down),
        COURSE(test_objectives_follow_the_latest_answers),
        COURSE(test_weak_is_fewer_than_two_of_three),
        COURSE(test_an_edited_question_is_not_asked_yet),
        COURSE(test_memory_and_forecast_are_said),
        COURSE(test_what_has_not_come_back_is_new),
        COURSE(test_a_standing_without_a_store_is_empty),
        cmocka_unit_test(test_the_change_is_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
