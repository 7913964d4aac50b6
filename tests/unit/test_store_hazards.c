/* What may happen to the file of the store: cut, bent, half written, full, shared, and killed in
 * the middle of it. Nothing that was acknowledged is lost, and nothing crashes. */
#include "support/test.h"

#include "support/store.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- damaged -------------------------------------------------------------------------------- */

static void test_open_survives_every_truncation(void **state)
{
    struct fixture *f = *state;
    store_make(f);
    struct buf whole = store_bytes(f->path);
    assert_true(whole.length >= 4 * 4096);
    for (size_t size = 512; size < whole.length; size += 512) {
        store_put_bytes(f->path, whole.data, size);
        store_assert_refused(f, "damaged");
    }
    buf_free(&whole);
}

/* Puts at f->path what a machine leaves that lost its power within a transaction: a file half
 * changed, and the journal that can change it back. `sql` runs first, as an earlier transaction. */
static void make_interrupted(struct fixture *f, const char *sql, char journal[700])
{
    char work[700];
    sqlite3 *db;
    store_make(f);
    store_run_sql(f->path, sql);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    /* One page of memory: what does not fit is written out before the commit, journal first. */
    assert_int_equal(sqlite3_exec(db,
                                  "PRAGMA cache_size = 1; BEGIN;"
                                  "CREATE TABLE big (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
                                  " SELECT i + 1 FROM n WHERE i < 99) INSERT INTO big SELECT"
                                  " randomblob(3000) FROM n",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    snprintf(journal, 700, "%s-journal", f->path);
    struct buf main_file = store_bytes(f->path), journal_file = store_bytes(journal);
    assert_true(main_file.length > 200 * 1024 && journal_file.length > 512);
    sqlite3_close(db);
    snprintf(work, sizeof work, "%s/a/b/cut.db", f->folder);
    store_put_bytes(work, main_file.data, main_file.length);
    snprintf(f->path, sizeof f->path, "%.500s/a/b/cut.db", f->folder);
    snprintf(journal, 700, "%s-journal", f->path);
    store_put_bytes(journal, journal_file.data, journal_file.length);
    buf_free(&main_file);
    buf_free(&journal_file);
}

static void test_open_plays_back_what_was_interrupted(void **state)
{
    struct fixture *f = *state;
    char journal[700], start[600];
    struct err err;
    memcpy(start, f->path, sizeof start);
    for (int torn = 0; torn < 2; torn++) {
        memcpy(f->path, start, sizeof start);
        make_interrupted(f, "SELECT 1", journal);
        if (torn) { /* its first page was being written */
            struct buf bytes = store_bytes(f->path);
            memset(bytes.data, 0, 2048);
            store_put_bytes(f->path, bytes.data, bytes.length);
            buf_free(&bytes);
        }
        struct store *store = store_open(f->path, &f->clock, &err);
        if (!store)
            fail_msg("%s", err.text);
        assert_int_equal(store_count(store), torn ? 14 : 7); /* store_make ran twice by then */
        store_close(store);
        assert_int_equal(
            store_ask_sql(f->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'big'"), 0);
    }
}

/* "nntutor progress" may be the first to look after a kill or a power cut. */
static void test_a_reader_plays_back_what_was_interrupted_and_writes_nothing_else(void **state)
{
    struct fixture *f = *state;
    char journal[700];
    struct err err;
    make_interrupted(f, "SELECT 1", journal);
    struct store *store = store_open_readonly(f->path, &f->clock, &err);
    if (!store)
        fail_msg("%s", err.text);
    assert_int_equal(store_count(store), 7);
    struct event event = store_step(1);
    assert_false(store_append(store, &event, &err));
    assert_non_null(strstr(err.text, "reading only"));
    store_close(store);
    assert_int_equal(
        store_ask_sql(f->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'big'"), 0);
}

static void test_open_plays_nothing_back_for_others(void **state)
{
    static const char *const sql[] = {"PRAGMA user_version = 99", "PRAGMA application_id = 1"};
    struct fixture *f = *state;
    char journal[700], start[600];
    memcpy(start, f->path, sizeof start);
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        memcpy(f->path, start, sizeof start);
        make_interrupted(f, sql[i], journal);
        struct buf before = store_bytes(journal);
        store_assert_refused(f, i ? "another program" : "newer");
        struct buf after = store_bytes(journal);
        assert_int_equal(before.length, after.length);
        assert_memory_equal(before.data, after.data, after.length);
        buf_free(&before);
        buf_free(&after);
        snprintf(f->path, sizeof f->path, "%s", start);
        unlink(f->path);
    }
}

static void test_damage_never_crashes(void **state)
{
    struct fixture *f = *state;
    enum { ROUNDS = 300 };
    store_make(f);
    struct buf whole = store_bytes(f->path);
    uint64_t dice = 12345;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct buf bent = {0};
        struct err err = {""};
        buf_add_n(&bent, whole.data, whole.length);
        for (int i = 0; i <= round % 8; i++) {
            dice = dice * 6364136223846793005u + 1442695040888963407u;
            /* Half of the hits into the headers of pages, where structure is. */
            size_t at = (size_t)(dice >> 33) % bent.length;
            bent.data[i % 2 ? at : at / 4096 * 4096 + at % 128] = (char)(dice >> 24);
        }
        store_put_bytes(f->path, bent.data, bent.length);
        struct store *store = store_open(f->path, &f->clock, &err);
        if (store) {
            store_use_all(f, store);
            store_close(store);
        } else {
            struct buf after = store_bytes(f->path);
            assert_int_equal(after.length, bent.length);
            assert_memory_equal(after.data, bent.data, bent.length);
            assert_true(strlen(err.text) > strlen(f->path));
            buf_free(&after);
            refused++;
        }
        buf_free(&bent);
    }
    assert_in_range(refused, ROUNDS / 10, ROUNDS - 1);
    buf_free(&whole);
}

static void test_rows_that_are_no_events_are_passed_over(void **state)
{
    struct fixture *f = *state;
    store_make(f);
    store_run_sql(
        f->path,
        "INSERT INTO event (id, at, type, course, chapter, section, step, given) VALUES"
        " ('zz112233445566778899aabbccddeeff', 7, 'step', 'en', 'x', '1', 1, ''),"
        " ('10112233445566778899aabbccddeeff', 7, 'moved', 'en', 'x', '1', 1, ''),"
        " ('20112233445566778899aabbccddeeff', -7, 'step', 'en', 'x', '1', 1, ''),"
        " ('30112233445566778899aabbccddeeff', 7, 'answer', 'en', 'x', '1', 1, '{'),"
        " ('40112233445566778899aabbccddeeff', 7, 'step', 'en', char(27) || '[2J', x'ff', -9,"
        "  ''),"
        " ('50112233445566778899aabbccddeeff', 7, 'step', 'en', 'a' || char(0) || 'b', 1, 1,"
        "  ''),"
        " ('60112233445566778899aabbccddeeff', 7, 'step', 'en', x'610062', 1, 1, '')");
    struct store *store = store_must_open(f);
    assert_int_equal(store_count(store), 7 + 4);
    struct buf log = store_must_export(store);
    assert_null(strchr(log.data, '\x1b'));
    assert_non_null(strstr(log.data, "\u241b[2J"));
    assert_non_null(strstr(log.data, "\"given\":null"));
    assert_non_null(strstr(log.data, "\"step\":0"));
    store_use_all(f, store); /* ends, too */
    buf_free(&log);
    store_close(store);
}

static void test_schemas_made_to_act_do_not(void **state)
{
    struct fixture *f = *state;
    struct err err;
    store_make(f);
    store_run_sql(f->path, "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END");
    struct store *store = store_must_open(f);
    store_must_append(store, store_step(1));
    assert_int_equal(store_count(store), 8);
    store_close(store);
    store_run_sql(f->path, "DROP TABLE event; CREATE VIEW event AS SELECT 1 AS id");
    assert_null(store_open(f->path, &f->clock, &err));
    assert_non_null(strstr(err.text, "damaged"));
}

/* ---- full ----------------------------------------------------------------------------------- */

static void test_full_disk_is_said_and_loses_nothing(void **state)
{
    struct fixture *f = *state;
    int status, counts[2];
    store_make(f);
    assert_int_equal(pipe(counts), 0);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit;
        struct stat info;
        struct err err = {""};
        int kept = 0;
        signal(SIGXFSZ, SIG_IGN); /* a write past the limit then fails as on a full disk */
        struct store *store = store_must_open(f);
        stat(f->path, &info);
        getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = (rlim_t)info.st_size + 8192;
        setrlimit(RLIMIT_FSIZE, &limit);
        struct event event = store_step(1);
        while (store_append(store, &event, &err) && kept < 10000) {
            event = store_step(++kept);
        }
        bool said = strstr(err.text, "full") && strstr(err.text, "--store FILE");
        /* What was refused is not there, and with room again it goes on. */
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_FSIZE, &limit);
        event = store_step(0);
        bool again = store_append(store, &event, &err);
        kept += again;
        bool written = write(counts[1], &kept, sizeof kept) == sizeof kept;
        store_close(store);
        _exit(said && again && written ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    int kept = 0;
    assert_int_equal(read(counts[0], &kept, sizeof kept), sizeof kept);
    close(counts[0]);
    close(counts[1]);
    struct store *store = store_must_open(f);
    assert_in_range(kept, 2, 9999);
    assert_int_equal(store_count(store), 7 + (size_t)kept);
    store_close(store);
}

static void test_full_disk_at_the_first_start_is_said(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct err err = {""};
        struct rlimit limit;
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = 100;
        setrlimit(RLIMIT_FSIZE, &limit);
        bool refused = !store_open(f->path, &f->clock, &err) && strstr(err.text, "full");
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_FSIZE, &limit);
        struct store *store = store_open(f->path, &f->clock, &err);
        _exit(refused && store ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* ---- shared --------------------------------------------------------------------------------- */

static void test_two_handles_append_to_one_log(void **state)
{
    struct fixture *f = *state;
    struct store *one = store_must_open(f), *two = store_must_open(f);
    for (int i = 0; i < 20; i++)
        store_must_append(i % 2 ? one : two, store_step(i));
    assert_int_equal(store_count(one), 20);
    assert_int_equal(store_count(two), 20);
    store_close(one);
    store_must_append(two, store_step(20));
    store_close(two);
}

/* Another program makes the store while this one is asking whether there is anything in it. */
static struct fixture *rival; /* NULL: it has had its turn */

static int on_statement(unsigned kind, void *user, void *statement, void *sql)
{
    struct err err;
    (void)kind, (void)user, (void)statement;
    struct fixture *f = rival;
    if (f && strcmp(sql, "PRAGMA user_version") == 0) {
        rival = NULL;
        store_close(store_try(f->path, &f->clock, false, 0, &err));
    }
    return 0;
}

static int watch_statements(sqlite3 *db, char **error, const struct sqlite3_api_routines *api)
{
    (void)error, (void)api;
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, on_statement, NULL);
}

static void test_a_store_that_another_is_making_is_no_strange_one(void **state)
{
    struct fixture *f = *state;
    struct err err;
    rival = f;
    sqlite3_auto_extension((void (*)(void))watch_statements);
    struct store *store = store_open(f->path, &f->clock, &err);
    sqlite3_reset_auto_extension();
    assert_null(rival);
    if (!store)
        fail_msg("%s", err.text);
    store_must_append(store, store_step(1));
    assert_int_equal(store_count(store), 1);
    store_close(store);
}

static void test_two_processes_start_and_append_at_once(void **state)
{
    struct fixture *f = *state;
    enum { CHILDREN = 4, EACH = 25 };
    pid_t children[CHILDREN];
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            struct err err;
            struct store *store = store_open(f->path, &f->clock, &err);
            bool good = store;
            for (int n = 0; good && n < EACH; n++) {
                struct event event = store_step(n);
                good = store_append(store, &event, &err);
            }
            if (!good)
                fprintf(stderr, "%s\n", err.text);
            _exit(good ? 0 : 1);
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    struct store *store = store_must_open(f);
    assert_int_equal(store_count(store), CHILDREN * EACH);
    store_close(store);
}

/* ---- killed --------------------------------------------------------------------------------- */

struct acknowledged {
    int next; /* the step that has to come next in the log, or -1 when one was missing */
};

static bool check_order(void *user, const struct event *event)
{
    struct acknowledged *a = user;
    a->next = event->step == a->next ? a->next + 1 : -1;
    return a->next >= 0;
}

static void test_kill_loses_no_acknowledged_event(void **state)
{
    struct fixture *f = *state;
    enum { KILLS = 50 };
    int next = 0; /* the number of the next step: all before it are in the log */
    uint64_t dice = 7;
    for (int round = 0; round < KILLS; round++) {
        int told[2];
        assert_int_equal(pipe(told), 0);
        pid_t child = fork();
        if (child == 0) {
            struct err err;
            struct store *store = store_open(f->path, &f->clock, &err);
            for (int n = next; store; n++) {
                struct event event = store_step(n);
                if (!store_append(store, &event, &err) || write(told[1], &n, sizeof n) != sizeof n)
                    break;
            }
            _exit(1);
        }
        close(told[1]);
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        int last = next - 1, wanted = (int)(dice >> 33) % 8;
        /* The moment is a number of events; where in the next one the kill falls is the system's
         * to say. Some fall into the opening. */
        while (wanted-- > 0)
            assert_int_equal(read(told[0], &last, sizeof last), sizeof last);
        assert_int_equal(kill(child, SIGKILL), 0);
        while (read(told[0], &last, sizeof last) == sizeof last)
            ; /* what it still said before it died */
        close(told[0]);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));

        struct store *store = store_must_open(f);
        struct acknowledged log = {0};
        struct err err;
        assert_true(store_replay(store, check_order, &log, &err));
        assert_true(log.next > last);      /* all that was acknowledged */
        assert_true(log.next <= last + 2); /* and at most the one in hand besides */
        next = log.next;
        store_close(store);
    }
    assert_true(next > KILLS);
    assert_int_equal(store_ask_sql(f->path, "SELECT count(*) FROM pragma_integrity_check"
                                            " WHERE integrity_check <> 'ok'"),
                     0);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, store_fixture_set_up, store_fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_open_survives_every_truncation),
        CASE(test_open_plays_back_what_was_interrupted),
        CASE(test_a_reader_plays_back_what_was_interrupted_and_writes_nothing_else),
        CASE(test_open_plays_nothing_back_for_others),
        CASE(test_damage_never_crashes),
        CASE(test_rows_that_are_no_events_are_passed_over),
        CASE(test_schemas_made_to_act_do_not),
        CASE(test_full_disk_is_said_and_loses_nothing),
        CASE(test_full_disk_at_the_first_start_is_said),
        CASE(test_two_handles_append_to_one_log),
        CASE(test_a_store_that_another_is_making_is_no_strange_one),
        CASE(test_two_processes_start_and_append_at_once),
        CASE(test_kill_loses_no_acknowledged_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
