/* What waits for a store: its time, its name and its order are those of the moment it happened. */
#include "support/test.h"

#include "support/store.h"
#include "tui/keep.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The store's folder is a file: it cannot be opened until that is gone. */
static void block(struct fixture *f, char path[700])
{
    snprintf(path, 700, "%s/file/progress.db", f->folder);
    test_file(f->folder, "file", "no folder");
}

static void unblock(struct fixture *f)
{
    char file[700];
    snprintf(file, sizeof file, "%s/file", f->folder);
    assert_int_equal(unlink(file), 0);
}

static struct event answer(const char *key)
{
    struct event event = store_step(0);
    event.type = EVENT_ANSWER;
    event.quiz = "dropout";
    event.question = key;
    event.given = "\"1\"";
    event.state = "right";
    event.attempt = "";
    return event;
}

static void test_what_waited_keeps_its_time_and_its_name(void **state)
{
    struct fixture *f = *state;
    struct keep keep = {0};
    struct store *store = NULL;
    struct err news;
    char path[700];
    block(f, path);
    keep_start(&keep, &store, path, &f->clock, &news);
    assert_null(store);
    assert_false(keep_is_well(&keep));
    assert_non_null(strstr(news.text, "Not saved yet: "));
    int64_t then = f->now_ms;
    struct event given = answer("q1");
    keep_event(&keep, &store, &given, &news);
    assert_string_equal(news.text, "Not saved yet (1); it will be tried again");
    assert_int_equal(strlen(given.id), 32); /* an undo has to name it */
    f->now_ms += 60000;
    struct event undo = {.type = EVENT_UNDO, .course = given.course, .target = given.id};
    keep_event(&keep, &store, &undo, &news);
    unblock(f);
    f->now_ms += 60000;
    struct event next = answer("q2");
    keep_event(&keep, &store, &next, &news);
    assert_string_equal(news.text, "Saved now, with what had waited (2)");
    assert_true(keep_is_well(&keep));
    snprintf(f->path, sizeof f->path, "%.590s", path);
    assert_int_equal(store_ask_sql(path, "SELECT count(*) FROM event"), 3);
    assert_int_equal(store_ask_sql(path, "SELECT at FROM event WHERE question = 'q1'"), then);
    assert_int_equal(store_ask_sql(path, "SELECT at FROM event WHERE type = 'undo'"), then + 60000);
    assert_int_equal(store_ask_sql(path, "SELECT count(*) FROM event a JOIN event b ON a.target ="
                                         " b.id WHERE b.question = 'q1'"),
                     1);
    store_close(store);
}

static void test_texts_of_what_waits_are_its_own(void **state)
{
    struct fixture *f = *state;
    struct keep keep = {0};
    struct store *store = NULL;
    struct err news;
    char path[700], name[] = "retention";
    block(f, path);
    keep_start(&keep, &store, path, &f->clock, &news);
    struct event setting = {
        .type = EVENT_SETTING, .course = "c", .chapter = "", .name = name, .value = 0.8};
    keep_event(&keep, &store, &setting, &news);
    memset(name, 'x', sizeof name - 1);
    unblock(f);
    keep_retry(&keep, &store, &news);
    assert_non_null(strstr(news.text, "Saved now"));
    assert_int_equal(store_ask_sql(path, "SELECT count(*) FROM event WHERE setting = 'retention'"),
                     1);
    store_close(store);
}

static void test_without_a_place_nothing_waits(void **state)
{
    (void)state;
    struct keep keep = {0};
    struct store *store = NULL;
    struct err news;
    struct event given = answer("q1");
    keep_event(&keep, &store, &given, &news);
    assert_string_equal(news.text, "");
    assert_int_equal(keep.count, 0);
    assert_true(keep_end(&keep, &store, &news));
}

static void test_a_reading_store_becomes_a_writing_one_in_place(void **state)
{
    struct fixture *f = *state;
    struct err err;
    store_make(f);
    struct store *store = store_open_readonly(f->path, &f->clock, &err);
    size_t before = store_count(store);
    struct event event = store_step(9);
    assert_false(store_append(store, &event, &err));
    store_run_sql(f->path, "PRAGMA user_version = 99");
    assert_false(store_begin_writing(store, &err));
    assert_non_null(strstr(err.text, "newer"));
    store_run_sql(f->path, "PRAGMA user_version = 4");
    assert_int_equal(store_count(store), before); /* it goes on reading */
    assert_true(store_begin_writing(store, &err));
    assert_true(store_append(store, &event, &err));
    assert_int_equal(store_count(store), before + 1);
    store_close(store);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, store_fixture_set_up, store_fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_what_waited_keeps_its_time_and_its_name),
        CASE(test_texts_of_what_waits_are_its_own),
        CASE(test_without_a_place_nothing_waits),
        CASE(test_a_reading_store_becomes_a_writing_one_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
