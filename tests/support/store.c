#include "support/test.h"

#include "support/store.h"

#include "base/utf8.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

int store_fixture_set_up(void **state)
{
    struct fixture *f = memory_alloc(sizeof *f);
    utf8_start();
    f->folder = test_folder();
    snprintf(f->path, sizeof f->path, "%s/a/b/progress.db", f->folder);
    f->now_ms = 1795253400123; /* 2026-11-21T09:30:00.123Z */
    f->clock = clock_manual(&f->now_ms);
    arena_init(&f->arena);
    *state = f;
    return 0;
}

int store_fixture_tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(&f->arena);
    memory_free(f);
    return 0;
}

struct store *store_must_open(struct fixture *f)
{
    struct err err;
    struct store *store = store_open(f->path, &f->clock, &err);
    if (!store)
        fail_msg("%s", err.text);
    return store;
}

void store_must_append(struct store *store, struct event event)
{
    struct err err;
    if (!store_append(store, &event, &err))
        fail_msg("%s", err.text);
}

void store_add_samples(struct store *store)
{
    const struct event samples[] = {
        {.type = EVENT_STEP,
         .course = "en",
         .chapter = "dropout",
         .section = "3.2",
         .step = 2,
         .step_hash = 0xFEDCBA9876543210},
        {.type = EVENT_PREDICTION,
         .course = "en",
         .chapter = "dropout",
         .section = "3.2",
         .step = 3,
         .demo = "mask p=0.5 seed=7",
         .result = "mean_sum",
         .given = "3.2",
         .was = "1.60",
         .right = true,
         .confidence = 3},
        {.type = EVENT_PREDICTION,
         .course = "en",
         .chapter = "dropout",
         .section = "3.3",
         .step = 1,
         .demo = "mask",
         .result = "sd_sum",
         .was = "0.1",
         .watched = true},
        {.type = EVENT_ANSWER,
         .course = "en",
         .chapter = "dropout",
         .section = "3.4",
         .quiz = "dropout",
         .question = "q3.10",
         .question_hash = 0x0123456789ABCDEF,
         .given = "{\"a\":[1,\"\xCF\x83 \\\"x\\\"\",true,null]}",
         .fraction = 1.0 / 3,
         .state = "partial",
         .confidence = 2,
         .shuffle_seed = UINT64_MAX,
         .attempt = "a1"},
        {.type = EVENT_ANSWER,
         .course = "en",
         .chapter = "dropout",
         .quiz = "dropout",
         .question = "essay",
         .given = "\"two\\nlines\"",
         .ungraded = true,
         .state = "needsgrading"},
        {.type = EVENT_SCORE,
         .course = "en",
         .chapter = "dropout",
         .quiz = "dropout",
         .attempt = "a1",
         .score = 7.5,
         .max = 12},
        {.type = EVENT_RESET, .course = "de", .chapter = "all"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        store_must_append(store, samples[i]);
}

static bool count_one(void *user, const struct event *event)
{
    (void)event;
    ++*(size_t *)user;
    return true;
}

size_t store_count(struct store *store)
{
    size_t count = 0;
    struct err err;
    if (!store_replay(store, count_one, &count, &err))
        fail_msg("%s", err.text);
    return count;
}

struct buf store_must_export(struct store *store)
{
    struct buf out = {0};
    struct err err;
    if (!store_export(store, &out, &err))
        fail_msg("%s", err.text);
    return out;
}

/* The bytes of a file, NULs and all. */
struct buf store_bytes(const char *path)
{
    struct buf bytes = {0};
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buf_add_n(&bytes, "", 0);
    for (int c; (c = getc(file)) != EOF;)
        buf_add_char(&bytes, (char)c);
    fclose(file);
    return bytes;
}

void store_put_bytes(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Opening fails, says `part` of a sentence after the path, and leaves the file as it was. */
void store_assert_refused(struct fixture *f, const char *part)
{
    struct buf before = store_bytes(f->path);
    for (int read_only = 0; read_only < 2; read_only++) {
        struct err err = {""};
        assert_null(read_only ? store_open_readonly(f->path, &f->clock, &err)
                              : store_open(f->path, &f->clock, &err));
        if (strncmp(err.text, f->path, strlen(f->path)) != 0 || !strstr(err.text, part))
            fail_msg("\"%s\" should name the file and say \"%s\"", err.text, part);
    }
    struct buf after = store_bytes(f->path);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, after.length);
    buf_free(&before);
    buf_free(&after);
}

void store_run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

int64_t store_ask_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return value;
}

void store_make(struct fixture *f)
{
    struct store *store = store_must_open(f);
    store_add_samples(store);
    store_close(store);
}

struct event store_step(int number)
{
    return (struct event){.type = EVENT_STEP,
                          .course = "en",
                          .chapter = "dropout",
                          .section = "1",
                          .step = number,
                          .step_hash = (uint64_t)number};
}

static bool ignore_event(void *user, const struct event *event)
{
    (void)user;
    (void)event;
    return true;
}

/* Uses everything that reads and writes; whatever it says, it returns. */
void store_use_all(struct fixture *f, struct store *store)
{
    struct err err;
    struct progress progress;
    uint64_t *hashes;
    size_t count;
    struct imported got;
    struct buf log = {0};
    store_replay(store, ignore_event, NULL, &err);
    store_progress(store, "en", &f->arena, &progress, &err);
    store_steps_seen(store, "en", "dropout", &f->arena, &hashes, &count, &err);
    store_export(store, &log, &err);
    store_import(store, NULL, buf_text(&log), log.length, &got, &err);
    struct event event = store_step(1);
    store_append(store, &event, &err);
    buf_free(&log);
}
