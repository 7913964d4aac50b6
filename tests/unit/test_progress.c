/* Where someone stands: derived from the log, and equal to a replay of it. */
#include "support/test.h"

#include "support/store.h"

#include <stdio.h>
#include <string.h>

static void see(struct store *store, const char *chapter, const char *section, int step)
{
    store_must_append(store, (struct event){.type = EVENT_STEP,
                                            .course = "en",
                                            .chapter = chapter,
                                            .section = section,
                                            .step = step,
                                            .step_hash = UINT64_MAX - (uint64_t)step});
}

static void score(struct store *store, const char *chapter, double points, double max)
{
    store_must_append(store, (struct event){.type = EVENT_SCORE,
                                            .course = "en",
                                            .chapter = chapter,
                                            .quiz = chapter,
                                            .score = points,
                                            .max = max});
}

static void reset(struct store *store, const char *chapter)
{
    store_must_append(store,
                      (struct event){.type = EVENT_RESET, .course = "en", .chapter = chapter});
}

static struct progress derived(struct fixture *f, struct store *store, const char *course)
{
    struct progress progress;
    struct err err;
    if (!store_progress(store, course, &f->arena, &progress, &err))
        fail_msg("%s", err.text);
    return progress;
}

static size_t steps_seen(struct fixture *f, struct store *store, const char *chapter,
                         uint64_t **hashes)
{
    size_t count;
    struct err err;
    if (!store_steps_seen(store, "en", chapter, &f->arena, hashes, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

static void test_an_empty_log_is_no_progress(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct progress p = derived(f, store, "en");
    uint64_t *hashes;
    assert_int_equal(p.count, 0);
    assert_null(p.resume_chapter);
    assert_int_equal(steps_seen(f, store, "x", &hashes), 0);
    store_close(store);
}

static void test_steps_are_counted_once_and_resumed_at_the_last(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    see(store, "norm", "1", 1);
    see(store, "dropout", "3.1", 1);
    see(store, "dropout", "3.2", 1);
    see(store, "dropout", "3.2", 2);
    f->now_ms += 1000;
    see(store, "dropout", "3.1", 1);
    struct progress p = derived(f, store, "en");
    assert_int_equal(p.count, 2);
    assert_string_equal(p.chapters[0].chapter, "dropout");
    assert_int_equal(p.chapters[0].steps_seen, 3);
    assert_string_equal(p.chapters[0].resume_section, "3.1");
    assert_int_equal(p.chapters[0].resume_step, 1);
    assert_true(p.chapters[0].resume_hash == UINT64_MAX - 1);
    assert_true(p.chapters[0].last_at == f->now_ms);
    assert_true(p.chapters[0].best_max == 0);
    assert_string_equal(p.chapters[1].chapter, "norm");
    assert_true(p.chapters[1].last_at == f->now_ms - 1000);
    assert_string_equal(p.resume_chapter, "dropout");
    uint64_t *hashes;
    assert_int_equal(steps_seen(f, store, "dropout", &hashes), 2);
    assert_true(hashes[0] == UINT64_MAX - 2 && hashes[1] == UINT64_MAX - 1);
    assert_int_equal(derived(f, store, "de").count, 0);
    store_close(store);
}

static void test_the_best_attempt_has_most_points(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    score(store, "x", 9, 12);
    score(store, "x", 1, 1); /* one lucky question is not better than a whole quiz */
    score(store, "x", 0, 0);
    struct progress p = derived(f, store, "en");
    assert_true(p.chapters[0].best_score == 9 && p.chapters[0].best_max == 12);
    score(store, "x", 9, 10); /* as many, of fewer */
    p = derived(f, store, "en");
    assert_true(p.chapters[0].best_score == 9 && p.chapters[0].best_max == 10);
    assert_null(p.chapters[0].resume_section);
    assert_null(p.resume_chapter);
    store_close(store);
}

static void test_a_reset_hides_what_came_before_it(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    uint64_t *hashes;
    see(store, "x", "1", 1);
    see(store, "x", "1", 2);
    score(store, "x", 1, 1);
    see(store, "y", "1", 1);
    reset(store, "y");
    struct progress p = derived(f, store, "en");
    assert_int_equal(p.count, 1);
    assert_string_equal(p.resume_chapter, "x");
    reset(store, "x");
    see(store, "x", "1", 2);
    p = derived(f, store, "en");
    assert_int_equal(p.count, 1);
    assert_int_equal(p.chapters[0].steps_seen, 1);
    assert_true(p.chapters[0].best_max == 0);
    assert_int_equal(steps_seen(f, store, "x", &hashes), 1);
    store_must_append(store, (struct event){.type = EVENT_RESET, .course = "de", .chapter = "all"});
    assert_int_equal(derived(f, store, "en").count, 1);
    reset(store, "all");
    assert_int_equal(derived(f, store, "en").count, 0);
    assert_int_equal(steps_seen(f, store, "x", &hashes), 0);
    assert_int_equal(store_count(store), 9); /* the rows stay */
    store_close(store);
}

/* However long the list of what was undone is: nothing on it counts as answered. */
static void test_a_sitting_is_without_what_was_undone(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    static const char *const keys[] = {"q1", "q2", "q3"};
    struct err err;
    char id[3][33];
    for (size_t i = 0; i < 3; i++) {
        struct event event = {.type = EVENT_ANSWER,
                              .course = "en",
                              .chapter = "x",
                              .quiz = "x",
                              .question = keys[i],
                              .given = "1",
                              .state = "right",
                              .attempt = "sitting"};
        if (!store_append(store, &event, &err))
            fail_msg("%s", err.text);
        memcpy(id[i], event.id, sizeof id[i]);
    }
    for (int i = 0; i < 300; i++) {
        char other[33];
        snprintf(other, sizeof other, "%032x", i);
        store_must_append(store, (struct event){.type = EVENT_UNDO,
                                                .course = "en",
                                                .chapter = i % 2 ? "x" : "y",
                                                .target = other});
    }
    store_must_append(
        store, (struct event){.type = EVENT_UNDO, .course = "en", .chapter = "y", .target = id[1]});
    store_must_append(
        store, (struct event){.type = EVENT_UNDO, .course = "en", .chapter = "x", .target = id[2]});
    struct progress p = derived(f, store, "en");
    const struct chapter_progress *x = progress_of(&p, "x");
    assert_non_null(x);
    assert_string_equal(x->sitting.quiz, "x");
    assert_int_equal(x->sitting.answered, 1);
    assert_string_equal(x->sitting.keys[0], "q1");
    store_must_append(
        store, (struct event){.type = EVENT_UNDO, .course = "en", .chapter = "x", .target = id[0]});
    p = derived(f, store, "en");
    assert_null(progress_of(&p, "x")->sitting.quiz);
    store_close(store);
}

/* What was undone may be a file of megabytes that somebody made: texts as long as they get, and more of
 * them than SQLite takes as one text. */
static void test_no_list_of_what_was_undone_is_too_long(void **state)
{
    enum { UNDONE = 5000, LONGEST = 1000 };
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    struct buf text = {0};
    struct imported got;
    struct err err;
    see(store, "x", "1", 1);
    for (int i = 0; i < UNDONE; i++) {
        buf_addf(&text,
                 "{\"v\":1,\"id\":\"%032x\",\"at\":\"2026-11-21T09:30:00Z\",\"type\":\"undo\","
                 "\"course\":\"en\",\"chapter\":\"x\",\"target\":\"",
                 i);
        buf_repeat(&text, "a", LONGEST);
        buf_add(&text, "\"}\n");
    }
    assert_true(store_import(store, "en", buf_text(&text), text.length, &got, &err));
    assert_int_equal(got.added, UNDONE);
    struct progress p = derived(f, store, "en");
    assert_int_equal(progress_of(&p, "x")->steps_seen, 1);
    buf_free(&text);
    store_close(store);
}

/* A score that no quiz gives was not made by one. */
static void test_a_score_beyond_its_most_is_none(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    score(store, "x", 3, 4);
    score(store, "x", 1e8, 1e-8);
    score(store, "x", 5, 4);
    struct progress p = derived(f, store, "en");
    assert_true(p.chapters[0].best_score == 3 && p.chapters[0].best_max == 4);
    store_close(store);
}

/* ---- equal to a replay ---------------------------------------------------------------------- */

enum { CHAPTERS = 4, HASHES = 32 };
static const char *const chapter_ids[CHAPTERS] = {"a", "b", "c", "d"};

/* The same sums in the plainest way: an array, and a loop over the events. */
struct replay {
    struct {
        bool seen[HASHES], any;
        int last_step;
        double score, max;
    } chapters[CHAPTERS];
};

static bool fold(void *user, const struct event *event)
{
    struct replay *r = user;
    for (int i = 0; i < CHAPTERS; i++) {
        bool here = strcmp(event->chapter, chapter_ids[i]) == 0;
        if (event->type == EVENT_RESET && (here || strcmp(event->chapter, "all") == 0)) {
            memset(&r->chapters[i], 0, sizeof r->chapters[i]);
        } else if (here) {
            r->chapters[i].any = true;
            if (event->type == EVENT_STEP) {
                r->chapters[i].seen[event->step_hash] = true;
                r->chapters[i].last_step = event->step;
            } else if (event->type == EVENT_SCORE &&
                       (r->chapters[i].max == 0 || event->score > r->chapters[i].score ||
                        (event->score == r->chapters[i].score &&
                         event->max <= r->chapters[i].max))) {
                r->chapters[i].score = event->score;
                r->chapters[i].max = event->max;
            }
        }
    }
    return true;
}

static void test_progress_equals_a_replay(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    uint64_t dice = 3;
    struct err err;
    enum { EVENTS = 400 };
    for (int i = 1; i <= EVENTS; i++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        unsigned roll = (unsigned)(dice >> 40);
        struct event event = {.course = "en", .chapter = chapter_ids[roll % CHAPTERS]};
        roll /= CHAPTERS;
        if (roll % 16 == 0) {
            event.type = EVENT_RESET;
            if (roll / 16 % 4 == 0)
                event.chapter = "all";
        } else if (roll % 16 < 4) {
            event.type = EVENT_SCORE;
            event.score = roll / 16 % 8;
            event.max = 8;
        } else {
            event.type = EVENT_STEP;
            event.section = "1";
            event.step = i;
            event.step_hash = roll / 16 % HASHES;
        }
        store_must_append(store, event);
        if (i % 25)
            continue;

        struct replay r = {0};
        assert_true(store_replay(store, fold, &r, &err));
        struct progress p = derived(f, store, "en");
        size_t at = 0;
        for (int c = 0; c < CHAPTERS; c++) {
            size_t seen = 0;
            for (int h = 0; h < HASHES; h++)
                seen += r.chapters[c].seen[h];
            if (!r.chapters[c].any)
                continue;
            assert_true(at < p.count);
            const struct chapter_progress *sum = &p.chapters[at++];
            assert_string_equal(sum->chapter, chapter_ids[c]);
            assert_int_equal(sum->steps_seen, seen);
            assert_int_equal(sum->resume_step, r.chapters[c].last_step);
            assert_true(sum->best_score == r.chapters[c].score);
            assert_true(sum->best_max == r.chapters[c].max);
            uint64_t *hashes;
            assert_int_equal(steps_seen(f, store, chapter_ids[c], &hashes), seen);
        }
        assert_int_equal(at, p.count);
    }
    store_close(store);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, store_fixture_set_up, store_fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_an_empty_log_is_no_progress),
        CASE(test_steps_are_counted_once_and_resumed_at_the_last),
        CASE(test_the_best_attempt_has_most_points),
        CASE(test_a_reset_hides_what_came_before_it),
        CASE(test_a_sitting_is_without_what_was_undone),
        CASE(test_no_list_of_what_was_undone_is_too_long),
        CASE(test_a_score_beyond_its_most_is_none),
        CASE(test_progress_equals_a_replay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
