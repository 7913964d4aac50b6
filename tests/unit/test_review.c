/* Review: which questions come back, when, and in which order; all of it from the log alone. */
#include "support/test.h"

#include "support/child.h"
#include "support/store.h"

#include "base/rng.h"
#include "study/review.h"
#include "study/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAY = 20000 };

static const struct question any_question = {.key = "any"};

static struct event answer_of(const char *quiz, const char *key, int day, const char *state,
                              int confidence)
{
    return (struct event){.type = EVENT_ANSWER,
                          .course = "en",
                          .chapter = quiz,
                          .section = "3.2",
                          .quiz = quiz,
                          .question = key,
                          .question_hash = 7,
                          .given = "1",
                          .state = state,
                          .fraction = strcmp(state, "right") == 0,
                          .confidence = confidence,
                          .attempt = "",
                          .day = day};
}

static void answer(struct deck *deck, const char *key, int day, const char *state, int confidence)
{
    struct event event = answer_of("a", key, day, state, confidence);
    deck_add(deck, &event);
}

static int set_up(void **state)
{
    struct deck *deck = *state = memory_alloc(sizeof *deck);
    struct fsrs fsrs = review_fsrs();
    deck_init(deck, &fsrs, false);
    return 0;
}

static int tear_down(void **state)
{
    deck_free(*state);
    memory_free(*state);
    return 0;
}

/* ---- grades and admission ------------------------------------------------------------------------ */

static void test_grades_are_those_of_the_table(void **state)
{
    (void)state;
    static const enum fsrs_grade right[] = {FSRS_GOOD, FSRS_AGAIN, FSRS_HARD, FSRS_GOOD};
    for (int confidence = 0; confidence <= 3; confidence++) {
        assert_int_equal(review_grade(true, confidence), right[confidence]);
        assert_int_equal(review_grade(false, confidence), FSRS_AGAIN);
    }
}

static void test_known_at_once_stays_out(void **state)
{
    struct deck *deck = *state;
    answer(deck, "sure", DAY, "right", 3);
    answer(deck, "unasked", DAY, "right", 0);
    answer(deck, "unsure", DAY, "right", 2);
    answer(deck, "guess", DAY, "right", 1);
    answer(deck, "half", DAY, "partial", 3);
    answer(deck, "wrong", DAY, "wrong", 2);
    answer(deck, "left", DAY, "gaveup", 0);
    assert_false(deck_find(deck, "a", "sure")->admitted);
    assert_false(deck_find(deck, "a", "unasked")->admitted);
    static const char *const in[] = {"unsure", "guess", "half", "wrong", "left"};
    for (size_t i = 0; i < sizeof in / sizeof *in; i++) {
        const struct card *card = deck_find(deck, "a", in[i]);
        assert_true(card->admitted);
        assert_false(review_is_due(card, DAY));
        assert_true(review_is_due(card, DAY + 1));
    }
    /* Forgotten later, it comes in after all. */
    answer(deck, "sure", DAY + 40, "wrong", 3);
    assert_true(deck_find(deck, "a", "sure")->admitted);
    assert_int_equal(deck_find(deck, "a", "sure")->due_day, DAY + 41);
}

static void test_everything_can_be_admitted(void **state)
{
    (void)state;
    struct deck deck;
    struct fsrs fsrs = review_fsrs();
    deck_init(&deck, &fsrs, true);
    answer(&deck, "sure", DAY, "right", 3);
    assert_true(deck_find(&deck, "a", "sure")->admitted);
    assert_int_equal(deck_find(&deck, "a", "sure")->due_day, DAY + 2);
    deck_free(&deck);
}

static void test_ungraded_answers_are_no_reviews(void **state)
{
    struct deck *deck = *state;
    struct event event = answer_of("a", "open", DAY, "needsgrading", 0);
    event.ungraded = true;
    deck_add(deck, &event);
    assert_null(deck_find(deck, "a", "open"));
}

static void test_sure_but_wrong_is_marked_until_it_is_right(void **state)
{
    struct deck *deck = *state;
    answer(deck, "x", DAY, "wrong", 3);
    assert_true(deck_find(deck, "a", "x")->misled);
    answer(deck, "x", DAY + 1, "right", 2);
    assert_false(deck_find(deck, "a", "x")->misled);
    answer(deck, "x", DAY + 9, "wrong", 1);
    assert_false(deck_find(deck, "a", "x")->misled);
}

/* ---- days ------------------------------------------------------------------------------------------ */

static void test_dates_are_those_of_the_memory(void **state)
{
    struct deck *deck = *state;
    struct fsrs fsrs = review_fsrs();
    answer(deck, "x", DAY, "wrong", 2);
    answer(deck, "x", DAY + 1, "right", 3);
    answer(deck, "x", DAY + 5, "right", 2);
    struct fsrs_memory memory = fsrs_step(&fsrs, (struct fsrs_memory){0}, 0, FSRS_AGAIN);
    memory = fsrs_step(&fsrs, memory, 1, FSRS_GOOD);
    memory = fsrs_step(&fsrs, memory, 4, FSRS_HARD);
    const struct card *card = deck_find(deck, "a", "x");
    assert_true(card->memory.stability == memory.stability);
    assert_true(card->memory.difficulty == memory.difficulty);
    assert_int_equal(card->due_day, DAY + 5 + fsrs_days(&fsrs, memory));
    assert_true(fabs(review_recall(deck, card, DAY + 5) - 1) < 1e-12);
}

static void test_only_the_first_answer_of_a_day_counts(void **state)
{
    struct deck *deck = *state;
    answer(deck, "x", DAY, "wrong", 2);
    struct card before = *deck_find(deck, "a", "x");
    answer(deck, "x", DAY, "right", 3);
    answer(deck, "x", DAY, "wrong", 3);
    assert_memory_equal(deck_find(deck, "a", "x"), &before, sizeof before);
}

static void test_clock_set_back_moves_nothing(void **state)
{
    struct deck *deck = *state;
    answer(deck, "x", DAY, "wrong", 2);
    answer(deck, "x", DAY + 3, "right", 3);
    struct card before = *deck_find(deck, "a", "x");
    answer(deck, "x", DAY + 1, "right", 3);
    const struct card *after = deck_find(deck, "a", "x");
    assert_memory_equal(&after->memory, &before.memory, sizeof before.memory);
    assert_int_equal(after->due_day, before.due_day);
    assert_int_equal(after->missed, before.missed);
    assert_int_equal(after->answered_day, before.answered_day);
}

static void test_day_is_worked_out_where_the_log_has_none(void **state)
{
    struct deck *deck = *state;
    struct event event = answer_of("a", "x", 0, "wrong", 2);
    event.at = 1795253400123; /* 2026-11-21T09:30Z */
    deck_add(deck, &event);
    assert_int_equal(deck_find(deck, "a", "x")->last_day, clock_study_day(event.at));
}

static void test_lapses_make_a_question_stubborn(void **state)
{
    struct deck *deck = *state;
    static const bool stubborn[] = {false, false, false, false, true, false, true, false, true};
    for (int i = 0; i < 9; i++) {
        answer(deck, "x", DAY + 2 * i, "wrong", 2);
        const struct card *card = deck_find(deck, "a", "x");
        assert_int_equal(card->missed, i + 1);
        assert_int_equal(card->lapses, i);
        assert_int_equal(review_is_stubborn(card), stubborn[i]);
    }
}

/* What was missed just now, after the deck was read, counts already. */
static void test_a_miss_makes_stubborn_at_once(void **state)
{
    struct deck *deck = *state;
    struct question question = {.key = "x"};
    struct study_item item = {.question = &question, .quiz = "a", .marked = true};
    item.mark.state = MARK_WRONG;
    assert_int_equal(review_stubborn_now(deck, &item), 0); /* never heard of */
    for (int i = 0; i < REVIEW_STUBBORN; i++)
        answer(deck, "x", DAY + i, "wrong", 3);
    assert_int_equal(deck_find(deck, "a", "x")->lapses, REVIEW_STUBBORN - 1);
    assert_int_equal(review_stubborn_now(deck, &item), 5); /* "missed 5 times" */
    item.mark.state = MARK_RIGHT;
    assert_int_equal(review_stubborn_now(deck, &item), 0);
    answer(deck, "x", DAY + 5, "wrong", 3);
    item.mark.state = MARK_WRONG;
    assert_int_equal(review_stubborn_now(deck, &item), 0); /* the fifth is left alone */
    answer(deck, "x", DAY + 6, "wrong", 3);
    assert_int_equal(review_stubborn_now(deck, &item), 7);
}

static void test_retired_is_not_due_until_restored(void **state)
{
    struct deck *deck = *state;
    struct event event = {.type = EVENT_RETIRE,
                          .course = "en",
                          .chapter = "a",
                          .quiz = "a",
                          .question = "x",
                          .on = true};
    answer(deck, "x", DAY, "wrong", 2);
    deck_add(deck, &event);
    assert_false(review_is_due(deck_find(deck, "a", "x"), DAY + 9));
    event.on = false;
    deck_add(deck, &event);
    assert_true(review_is_due(deck_find(deck, "a", "x"), DAY + 9));
}

static void test_edited_question_begins_anew(void **state)
{
    struct deck *deck = *state;
    answer(deck, "x", DAY, "wrong", 2);
    answer(deck, "x", DAY + 1, "right", 3);
    struct event event = answer_of("a", "x", DAY + 1, "right", 2);
    event.question_hash = 8;
    deck_add(deck, &event);
    const struct card *card = deck_find(deck, "a", "x");
    struct fsrs fsrs = review_fsrs();
    struct fsrs_memory first = fsrs_step(&fsrs, (struct fsrs_memory){0}, 0, FSRS_HARD);
    assert_true(card->memory.stability == first.stability);
    assert_true(card->admitted);
}

/* What the old one was missed, the new one was not. */
static void test_edited_question_is_not_stubborn_at_its_first_miss(void **state)
{
    struct deck *deck = *state;
    for (int i = 0; i < 5; i++)
        answer(deck, "x", DAY + i, "wrong", 3);
    const struct card *card = deck_find(deck, "a", "x");
    assert_int_equal(card->missed, 5);
    struct event event = answer_of("a", "x", DAY + 5, "wrong", 2);
    event.question_hash = 8;
    deck_add(deck, &event);
    assert_int_equal(card->missed, 1);
    assert_int_equal(card->lapses, 0);
}

/* The same of one that was edited since and was not asked yet. */
static void test_a_question_edited_in_the_course_has_no_misses(void **state)
{
    struct deck *deck = *state;
    struct course course;
    struct err err;
    if (!course_open(&course, TEST_COURSE, &err))
        fail_msg("%s", err.text);
    const struct quiz *quiz = course_quiz(&course, 0);
    const struct question *question = quiz_find(quiz, "q3.1");
    struct event event = answer_of(quiz->id, question->key, DAY, "wrong", 3);
    event.question_hash = question->hash;
    for (; event.day < DAY + REVIEW_STUBBORN; event.day++)
        deck_add(deck, &event);
    struct study_item item = {.question = question, .quiz = quiz->id, .marked = true};
    item.mark.state = MARK_WRONG;
    review_match(deck, &course);
    assert_int_equal(review_stubborn_now(deck, &item), REVIEW_STUBBORN + 1);
    ((struct card *)deck_find(deck, quiz->id, question->key))->hash++; /* the log knew another */
    review_match(deck, &course);
    const struct card *card = deck_find(deck, quiz->id, question->key);
    assert_int_equal(review_stubborn_now(deck, &item), 0);
    assert_int_equal(card->missed, 0);
    assert_false(card->misled);
    assert_true(review_is_due(card, event.day));
    course_close(&course);
}

/* The day's reviews are what a review asked; a quiz once more takes nothing from them. */
static void test_only_a_review_counts_towards_the_day(void **state)
{
    struct deck *deck = *state;
    answer(deck, "x", DAY, "wrong", 2);
    answer(deck, "y", DAY, "wrong", 2);
    struct event event = answer_of("a", "x", DAY + 1, "right", 3);
    event.attempt = "quiz-again";
    deck_add(deck, &event);
    for (size_t i = 0; i < deck->count; i++)
        deck->cards[i].question = &any_question;
    assert_int_equal(review_done(deck, DAY + 1), 0);
    event = answer_of("a", "y", DAY + 1, "wrong", 3);
    event.attempt = ATTEMPT_REVIEW "1";
    deck_add(deck, &event);
    event.state = "right"; /* the second try */
    deck_add(deck, &event);
    assert_int_equal(review_done(deck, DAY + 1), 1);
    assert_int_equal(review_done(deck, DAY + 2), 0);
}

static void test_reset_forgets_one_chapter_or_all(void **state)
{
    struct deck *deck = *state;
    struct event other = answer_of("b", "y", DAY, "wrong", 2);
    struct event reset = {.type = EVENT_RESET, .course = "en", .chapter = "a"};
    answer(deck, "x", DAY, "wrong", 2);
    deck_add(deck, &other);
    deck_add(deck, &reset);
    assert_false(deck_find(deck, "a", "x")->admitted);
    assert_true(deck_find(deck, "b", "y")->admitted);
    reset.chapter = "all";
    deck_add(deck, &reset);
    assert_false(deck_find(deck, "b", "y")->admitted);
    answer(deck, "x", DAY + 1, "wrong", 2);
    assert_int_equal(deck_find(deck, "a", "x")->due_day, DAY + 2);
}

/* ---- the queue --------------------------------------------------------------------------------------- */

/* Some cards in three chapters, all known to the course. */
static void fill(struct deck *deck, int cards, uint64_t seed)
{
    static const char *const quizzes[] = {"a", "b", "c"};
    struct rng rng;
    rng_init(&rng, seed, 0, 0);
    for (int i = 0; i < cards; i++) {
        char key[16];
        snprintf(key, sizeof key, "q%d", i);
        struct event event = answer_of(quizzes[rng_below(&rng, 3)], key, DAY, "wrong", 2);
        deck_add(deck, &event);
        if (rng_bernoulli(&rng, 0.7)) {
            event.day = DAY + 1 + (int)rng_below(&rng, 20);
            event.state = "right";
            deck_add(deck, &event);
        }
    }
    for (size_t i = 0; i < deck->count; i++)
        deck->cards[i].question = &any_question;
}

static size_t of_chapter(const struct card **queue, size_t count, const char *chapter)
{
    size_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += strcmp(queue[i]->chapter, chapter) == 0;
    return sum;
}

static void test_queue_takes_what_is_best_remembered(void **state)
{
    struct deck *deck = *state;
    enum { LATER = DAY + 60, MOST = 20 };
    const struct card **queue;
    fill(deck, 50, 1);
    size_t count = review_queue(deck, LATER, MOST, &deck->arena, &queue);
    assert_int_equal(count, MOST);
    assert_true(review_due(deck, LATER, NULL) > MOST);
    double worst = 1;
    for (size_t i = 0; i < count; i++)
        worst = fmin(worst, review_recall(deck, queue[i], LATER));
    for (size_t i = 0; i < deck->count; i++) {
        bool queued = false;
        for (size_t k = 0; k < count; k++)
            queued = queued || queue[k] == &deck->cards[i];
        if (!queued && review_is_due(&deck->cards[i], LATER))
            assert_true(review_recall(deck, &deck->cards[i], LATER) <= worst);
    }
}

static void test_neighbours_differ_wherever_they_can(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct deck deck;
        struct fsrs fsrs = review_fsrs();
        const struct card **queue;
        deck_init(&deck, &fsrs, false);
        fill(&deck, 25, seed);
        size_t count = review_queue(&deck, DAY + 60, 20, &deck.arena, &queue), most = 0;
        for (const char *chapter = "a"; chapter; chapter = *chapter == 'a'   ? "b"
                                                           : *chapter == 'b' ? "c"
                                                                             : NULL) {
            size_t sum = of_chapter(queue, count, chapter);
            most = sum > most ? sum : most;
        }
        size_t same = 0;
        for (size_t i = 1; i < count; i++)
            same += strcmp(queue[i]->chapter, queue[i - 1]->chapter) == 0;
        size_t must = most > count - most + 1 ? most - (count - most + 1) : 0;
        assert_int_equal(same, must);
        deck_free(&deck);
    }
}

static void test_order_is_the_same_after_a_restart_and_another_tomorrow(void **state)
{
    (void)state;
    struct fsrs fsrs = review_fsrs();
    struct buf order[3] = {{0}, {0}, {0}};
    for (int i = 0; i < 3; i++) {
        struct deck deck;
        const struct card **queue;
        deck_init(&deck, &fsrs, false);
        fill(&deck, 15, 3);
        size_t count = review_queue(&deck, DAY + 60 + (i == 2), 20, &deck.arena, &queue);
        assert_int_equal(count, 15);
        for (size_t k = 0; k < count; k++)
            buf_addf(&order[i], "%s ", queue[k]->key);
        deck_free(&deck);
    }
    assert_string_equal(buf_text(&order[0]), buf_text(&order[1]));
    assert_string_not_equal(buf_text(&order[0]), buf_text(&order[2]));
    for (int i = 0; i < 3; i++)
        buf_free(&order[i]);
}

static void test_what_misled_comes_first(void **state)
{
    struct deck *deck = *state;
    const struct card **queue;
    fill(deck, 12, 4);
    struct event event = answer_of("b", "z1", DAY, "wrong", 3);
    deck_add(deck, &event);
    event.question = "z2";
    event.confidence = 0;
    deck_add(deck, &event);
    for (size_t i = 0; i < deck->count; i++)
        deck->cards[i].question = &any_question;
    assert_int_equal(review_queue(deck, DAY + 60, 20, &deck->arena, &queue), 14);
    assert_true(queue[0]->misled && queue[1]->misled && !queue[2]->misled);
}

/* What the course does not have any more is neither asked nor counted. */
static void test_question_that_is_gone_is_not_asked(void **state)
{
    struct deck *deck = *state;
    const struct card **queue;
    answer(deck, "x", DAY, "wrong", 2);
    assert_int_equal(review_queue(deck, DAY + 9, 20, &deck->arena, &queue), 0);
    assert_int_equal(review_due(deck, DAY + 9, NULL), 0);
}

/* ---- the log ------------------------------------------------------------------------------------------- */

static void compare(const struct deck *a, const struct deck *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const struct card *x = &a->cards[i], *y = deck_find(b, x->quiz, x->key);
        if (!y) {
            assert_int_equal(x->answered_day, 0);
            continue;
        }
        assert_int_equal(x->due_day, y->due_day);
        assert_int_equal(x->lapses, y->lapses);
        assert_int_equal(x->retired, y->retired);
        assert_true(x->memory.stability == y->memory.stability);
        assert_true(x->memory.difficulty == y->memory.difficulty);
    }
}

/* Random answers, resets, retirements, with a third of the answers undone: the deck is that of a log
 * which never had them. Each prefix of the log loads. */
static void test_replay_after_undo_is_a_log_without_it(void **state)
{
    struct fixture *f = *state;
    struct fsrs fsrs = review_fsrs();
    struct store *store = store_must_open(f);
    struct deck without, with;
    struct rng rng;
    struct err err;
    rng_init(&rng, 11, 0, 0);
    deck_init(&without, &fsrs, false);
    for (int i = 0; i < 120; i++) {
        char key[8];
        snprintf(key, sizeof key, "q%u", rng_below(&rng, 6));
        struct event event =
            answer_of("a", key, DAY + i / 4, rng_bernoulli(&rng, 0.6) ? "right" : "wrong",
                      (int)rng_below(&rng, 4));
        if (rng_bernoulli(&rng, 0.03))
            event = (struct event){.type = EVENT_RESET, .course = "en", .chapter = "all"};
        else if (rng_bernoulli(&rng, 0.05))
            event = (struct event){.type = EVENT_RETIRE,
                                   .course = "en",
                                   .chapter = "a",
                                   .quiz = "a",
                                   .question = event.question,
                                   .on = rng_bernoulli(&rng, 0.5)};
        if (!store_append(store, &event, &err))
            fail_msg("%s", err.text);
        if (event.type == EVENT_ANSWER && rng_bernoulli(&rng, 0.33))
            store_must_append(
                store, (struct event){
                           .type = EVENT_UNDO, .course = "en", .chapter = "a", .target = event.id});
        else
            deck_add(&without, &event);
        deck_init(&with, &fsrs, false);
        if (!deck_read(&with, store, "en", &err))
            fail_msg("%s", err.text);
        compare(&with, &without);
        deck_free(&with);
    }
    deck_free(&without);
    store_close(store);
}

/* Settings anywhere in the log, the last ones hold for all of it; an answer taken back is as if it had
 * not been given under any of them. */
static void test_settings_hold_for_the_whole_log(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct event kept[200];
    static char keys[200][8];
    size_t count = 0;
    struct deck without, with;
    struct review_settings settings;
    struct rng rng;
    struct err err;
    double retention = 0.9;
    bool everything = false;
    rng_init(&rng, 12, 0, 0);
    for (int i = 0; i < 120; i++) {
        snprintf(keys[i], sizeof keys[i], "q%u", rng_below(&rng, 6));
        struct event event =
            answer_of("a", keys[i], DAY + i / 4, rng_bernoulli(&rng, 0.8) ? "right" : "wrong",
                      (int)rng_below(&rng, 4));
        bool setting = rng_bernoulli(&rng, 0.2);
        if (setting && rng_bernoulli(&rng, 0.5))
            event = review_set_everything("en", everything = rng_bernoulli(&rng, 0.5));
        else if (setting)
            event = review_set_retention("en", retention = review_next_retention(retention));
        if (!store_append(store, &event, &err))
            fail_msg("%s", err.text);
        if (!setting && rng_bernoulli(&rng, 0.25))
            store_must_append(
                store, (struct event){
                           .type = EVENT_UNDO, .course = "en", .chapter = "a", .target = event.id});
        else if (!setting)
            kept[count++] = event;
        struct fsrs fsrs;
        fsrs_init(&fsrs, fsrs_default, retention, REVIEW_MOST_DAYS, NULL);
        deck_init(&without, &fsrs, everything);
        for (size_t k = 0; k < count; k++)
            deck_add(&without, &kept[k]);
        assert_true(review_read_settings(store, "en", &settings, &err));
        assert_true(settings.everything == everything && settings.retention == retention);
        assert_true(deck_open(&with, store, "en", &err));
        compare(&with, &without);
        deck_free(&with);
        deck_free(&without);
    }
    assert_true(review_read_settings(store, "de", &settings, &err));
    assert_true(!settings.everything && settings.retention == 0.9); /* another course's own */
    store_close(store);
}

static void test_strange_settings_do_no_harm(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct review_settings settings;
    struct err err;
    static const struct event strange[] = {
        {.type = EVENT_SETTING, .course = "en", .chapter = "", .name = "retention", .value = 1e300},
        {.type = EVENT_SETTING, .course = "en", .chapter = "", .name = "mood", .value = 0.8},
        {.type = EVENT_SETTING, .course = "en", .chapter = "x", .name = "everything", .value = 1},
    };
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        store_must_append(store, strange[i]);
    assert_true(review_read_settings(store, "en", &settings, &err));
    assert_true(settings.retention == 0.9);
    assert_false(settings.everything);
    store_close(store);
}

/* What a learner did today in reviews, and only that, can be taken back later today. */
static void test_answers_of_todays_reviews_are_at_hand(void **state)
{
    struct deck *deck = *state;
    struct event event = answer_of("a", "x", DAY, "wrong", 3);
    event.attempt = ATTEMPT_REVIEW "1";
    memcpy(event.id, "00112233445566778899aabbccddeef1", 33);
    deck_add(deck, &event);
    assert_int_equal(deck->answer_count, 1);
    answer(deck, "y", DAY, "wrong", 3); /* in a lesson */
    assert_int_equal(deck->answer_count, 1);
    event.day = DAY + 1;
    memcpy(event.id, "00112233445566778899aabbccddeef2", 33);
    deck_add(deck, &event);
    assert_int_equal(deck->answer_count, 1);
    assert_string_equal(deck->answers[0].event, "00112233445566778899aabbccddeef2");
    assert_ptr_equal(&deck->cards[deck->answers[0].card], deck_find(deck, "a", "x"));
    deck_add(deck, &(struct event){.type = EVENT_RESET, .course = "en", .chapter = "all"});
    assert_int_equal(deck->answer_count, 0);
}

static void practise(struct deck *deck, const char *key, int day, const char *state, uint64_t hash)
{
    struct event event = answer_of("a", key, day, state, 3);
    event.attempt = "practice-1";
    event.question_hash = hash ? hash : event.question_hash;
    deck_add(deck, &event);
}

/* It is logged, and says what is still missed; the memory is as it was, and so are its days. */
static void test_practice_has_no_effect_on_memory(void **state)
{
    struct deck *deck = *state;
    answer(deck, "q", DAY, "wrong", 3);
    struct card before = *deck_find(deck, "a", "q");
    practise(deck, "q", DAY + 3, "right", 0);
    const struct card *card = deck_find(deck, "a", "q");
    assert_true(card->latest_right);
    assert_int_equal(card->latest_day, DAY + 3);
    assert_true(card->memory.stability == before.memory.stability);
    assert_int_equal(card->due_day, before.due_day);
    assert_int_equal(card->last_day, DAY);
    assert_true(card->misled);
    practise(deck, "q", DAY + 4, "wrong", 0);
    assert_int_equal(card->missed, 1);
    assert_int_equal(card->lapses, 0);
    answer(deck, "q", DAY + 4, "right", 3); /* the review of that day is graded */
    assert_int_equal(deck_find(deck, "a", "q")->last_day, DAY + 4);
    practise(deck, "new", DAY, "wrong", 0); /* nor does it bring anything in */
    assert_false(deck_find(deck, "a", "new")->admitted);
    practise(deck, "q", DAY + 9, "right", 99); /* edited since: that one begins anew */
    assert_int_equal(deck_find(deck, "a", "q")->hash, 99);
    assert_int_equal(deck_find(deck, "a", "q")->due_day, DAY + 9);
    assert_true(deck_find(deck, "a", "q")->memory.stability == 0);
}

static void test_latest_first_try_says_what_was_missed(void **state)
{
    struct deck *deck = *state;
    struct event event = answer_of("a", "x", DAY, "wrong", 3);
    event.attempt = "first";
    deck_add(deck, &event);
    event.state = "right"; /* the second try of the same attempt */
    deck_add(deck, &event);
    assert_false(deck_find(deck, "a", "x")->latest_right);
    event.attempt = "second"; /* the same day, as practice */
    deck_add(deck, &event);
    assert_true(deck_find(deck, "a", "x")->latest_right);
    answer(deck, "x", DAY + 1, "partial", 3); /* in a lesson, which has no attempts */
    answer(deck, "x", DAY + 1, "right", 0);
    assert_false(deck_find(deck, "a", "x")->latest_right);
    answer(deck, "x", DAY + 2, "right", 0);
    assert_true(deck_find(deck, "a", "x")->latest_right);
}

static void test_another_course_is_another_deck(void **state)
{
    struct fixture *f = *state;
    struct fsrs fsrs = review_fsrs();
    struct store *store = store_must_open(f);
    struct deck deck;
    struct err err;
    store_must_append(store, answer_of("a", "x", DAY, "wrong", 2));
    deck_init(&deck, &fsrs, false);
    assert_true(deck_read(&deck, store, "de", &err));
    assert_int_equal(deck.count, 0);
    deck_free(&deck);
    store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define STORE(name)                                                                                \
    cmocka_unit_test_setup_teardown(name, store_fixture_set_up, store_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grades_are_those_of_the_table),
        TEST(test_known_at_once_stays_out),
        cmocka_unit_test(test_everything_can_be_admitted),
        TEST(test_ungraded_answers_are_no_reviews),
        TEST(test_sure_but_wrong_is_marked_until_it_is_right),
        TEST(test_dates_are_those_of_the_memory),
        TEST(test_only_the_first_answer_of_a_day_counts),
        TEST(test_clock_set_back_moves_nothing),
        TEST(test_day_is_worked_out_where_the_log_has_none),
        TEST(test_lapses_make_a_question_stubborn),
        TEST(test_a_miss_makes_stubborn_at_once),
        TEST(test_retired_is_not_due_until_restored),
        TEST(test_edited_question_begins_anew),
        TEST(test_edited_question_is_not_stubborn_at_its_first_miss),
        TEST(test_a_question_edited_in_the_course_has_no_misses),
        TEST(test_only_a_review_counts_towards_the_day),
        TEST(test_reset_forgets_one_chapter_or_all),
        TEST(test_queue_takes_what_is_best_remembered),
        cmocka_unit_test(test_neighbours_differ_wherever_they_can),
        cmocka_unit_test(test_order_is_the_same_after_a_restart_and_another_tomorrow),
        TEST(test_what_misled_comes_first),
        TEST(test_question_that_is_gone_is_not_asked),
        STORE(test_replay_after_undo_is_a_log_without_it),
        STORE(test_settings_hold_for_the_whole_log),
        STORE(test_strange_settings_do_no_harm),
        TEST(test_answers_of_todays_reviews_are_at_hand),
        TEST(test_practice_has_no_effect_on_memory),
        TEST(test_latest_first_try_says_what_was_missed),
        STORE(test_another_course_is_another_deck),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
