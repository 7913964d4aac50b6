/* The file of the store: made, migrated, refused, shared, and never the worse for what happens. */
#include "support/test.h"

#include "support/store.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/capability.h>
#include <sys/syscall.h>
#endif

enum { APPLICATION = 0x6E6E7475, NEWEST = 2 };

static struct event step_number(int number)
{
    return (struct event){.type = EVENT_STEP,
                          .course = "en",
                          .chapter = "dropout",
                          .section = "1",
                          .step = number,
                          .step_hash = (uint64_t)number};
}

/* The bytes of a file, NULs and all. */
static struct buf bytes_of(const char *path)
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

static void put_bytes(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Opening fails, says `part` of a sentence after the path, and leaves the file as it was. */
static void assert_refused(struct fixture *f, const char *part)
{
    struct buf before = bytes_of(f->path);
    for (int read_only = 0; read_only < 2; read_only++) {
        struct err err = {""};
        assert_null(read_only ? store_open_readonly(f->path, &f->clock, &err)
                              : store_open(f->path, &f->clock, &err));
        if (strncmp(err.text, f->path, strlen(f->path)) != 0 || !strstr(err.text, part))
            fail_msg("\"%s\" should name the file and say \"%s\"", err.text, part);
    }
    struct buf after = bytes_of(f->path);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, after.length);
    buf_free(&before);
    buf_free(&after);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static int64_t ask_sql(const char *path, const char *sql)
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

static void make_store(struct fixture *f)
{
    struct store *store = store_must_open(f);
    store_add_samples(store);
    store_close(store);
}

/* ---- made ----------------------------------------------------------------------------------- */

static unsigned mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 0777;
}

static void test_open_makes_files_for_their_owner_only(void **state)
{
    struct fixture *f = *state;
    char path[700];
    mode_t old = umask(0);
    struct store *store = store_must_open(f);
    store_add_samples(store);
    umask(old);
    assert_string_equal(store_path(store), f->path);
    assert_int_equal(mode_of(f->path), 0600);
    snprintf(path, sizeof path, "%s-journal", f->path);
    assert_int_equal(mode_of(path), 0600);
    snprintf(path, sizeof path, "%s/a/b", f->folder);
    assert_int_equal(mode_of(path), 0700);
    snprintf(path, sizeof path, "%s/a", f->folder);
    assert_int_equal(mode_of(path), 0700);
    store_close(store);
    assert_int_equal(ask_sql(f->path, "PRAGMA application_id"), APPLICATION);
    assert_int_equal(ask_sql(f->path, "PRAGMA user_version"), NEWEST);
}

static void test_open_leaves_no_descriptor_to_children(void **state)
{
    struct fixture *f = *state;
    struct store *store = store_must_open(f);
    store_add_samples(store);
    int open_files = 0;
    for (int fd = 3; fd < 64; fd++) {
        char link[64], target[700];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, target, sizeof target - 1);
        if (n <= 0)
            continue;
        target[n] = '\0';
        if (!strstr(target, "progress.db"))
            continue;
        open_files++;
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    }
    assert_true(open_files >= 1);
    store_close(store);
}

static void test_open_takes_names_that_sqlite_would_read_differently(void **state)
{
    struct fixture *f = *state;
    struct err err;
    assert_int_equal(chdir(f->folder), 0);
    static const char *const names[] = {":memory:", "file:x?mode=memory", "a b#c?d%41.db"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct store *store = store_open(names[i], &f->clock, &err);
        assert_non_null(store);
        store_add_samples(store);
        store_close(store);
        assert_int_equal(mode_of(names[i]), 0600);
        store = store_open(names[i], &f->clock, &err);
        assert_int_equal(store_count(store), 7);
        store_close(store);
    }
    assert_int_equal(chdir("/"), 0);
}

static void test_default_path_follows_xdg(void **state)
{
    (void)state;
    struct buf path = {0};
    struct err err;
    char *home = strdup(getenv("HOME") ? getenv("HOME") : "/"), *data = getenv("XDG_DATA_HOME");
    data = data ? strdup(data) : NULL;
    setenv("HOME", "/home/x", 1);
    setenv("XDG_DATA_HOME", "/data", 1);
    assert_true(store_default_path(&path, &err));
    assert_string_equal(path.data, "/data/nntutor/progress.db");
    setenv("XDG_DATA_HOME", "relative", 1);
    buf_clear(&path);
    assert_true(store_default_path(&path, &err));
    assert_string_equal(path.data, "/home/x/.local/share/nntutor/progress.db");
    unsetenv("XDG_DATA_HOME");
    unsetenv("HOME");
    assert_false(store_default_path(&path, &err));
    assert_non_null(strstr(err.text, "--store FILE"));
    setenv("HOME", home, 1);
    if (data)
        setenv("XDG_DATA_HOME", data, 1);
    free(home);
    free(data);
    buf_free(&path);
}

/* ---- migrated ------------------------------------------------------------------------------- */

/* Version 1 as it was, with one event. */
static const char version_1[] =
    "CREATE TABLE event (seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE CHECK (length(id) = 32), at INTEGER NOT NULL, type TEXT NOT NULL,"
    " course TEXT NOT NULL, chapter TEXT NOT NULL, section TEXT, step INTEGER, step_hash INTEGER,"
    " demo TEXT, result TEXT, quiz TEXT, question TEXT, question_hash INTEGER, given TEXT,"
    " was TEXT, is_right INTEGER, watched INTEGER, fraction REAL, state TEXT, confidence INTEGER,"
    " shuffle_seed INTEGER, attempt TEXT, score REAL, max REAL);"
    "CREATE INDEX event_progress ON event (course, chapter, type, section, step_hash, confidence,"
    " is_right, watched, state);"
    "INSERT INTO event (id, at, type, course, chapter, quiz, question, given, fraction, state,"
    " confidence) VALUES ('00112233445566778899aabbccddeeff', 7, 'answer', 'en', 'x', 'x', 'q1',"
    " '[1]', 1, 'right', 3);"
    "PRAGMA application_id = 0x6E6E7475; PRAGMA user_version = 1;";

static void make_parent(struct fixture *f)
{
    test_file(f->folder, "a/b/other", "");
}

static void test_open_brings_an_older_store_up_to_date(void **state)
{
    struct fixture *f = *state;
    struct err err;
    make_parent(f);
    run_sql(f->path, version_1);

    struct buf before = bytes_of(f->path);
    assert_null(store_open_readonly(f->path, &f->clock, &err));
    assert_non_null(strstr(err.text, "older version"));
    struct buf after = bytes_of(f->path);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, after.length);
    buf_free(&before);
    buf_free(&after);

    struct store *store = store_must_open(f);
    struct event answer = {.type = EVENT_ANSWER, .course = "en", .chapter = "x", .day = 20778};
    assert_true(store_append(store, &answer, &err));
    struct buf log = store_must_export(store);
    assert_non_null(strstr(log.data, "00112233445566778899aabbccddeeff"));
    assert_non_null(strstr(log.data, "\"day\":0"));
    assert_non_null(strstr(log.data, "\"day\":20778"));
    buf_free(&log);
    store_close(store);
    assert_int_equal(ask_sql(f->path, "PRAGMA user_version"), NEWEST);
    store = store_must_open(f);
    assert_int_equal(store_count(store), 2);
    store_close(store);
}

/* ---- refused -------------------------------------------------------------------------------- */

static void test_open_refuses_a_newer_store(void **state)
{
    struct fixture *f = *state;
    make_store(f);
    run_sql(f->path, "ALTER TABLE event ADD COLUMN mood TEXT; PRAGMA user_version = 3");
    assert_refused(f, "newer nntutor (store version 3, this one knows 2)");
    run_sql(f->path, "PRAGMA journal_mode = WAL"); /* whatever the newer one may do to it */
    assert_refused(f, "newer nntutor");
}

static void test_open_refuses_what_is_not_a_store(void **state)
{
    struct fixture *f = *state;
    make_parent(f);
    run_sql(f->path, "CREATE TABLE event (x); INSERT INTO event VALUES (1)");
    assert_refused(f, "database of another program");
    put_bytes(f->path, "dear diary\n", 11);
    assert_refused(f, "not a store of nntutor");
    put_bytes(f->path, "SQLite format 3\0and no more", 27);
    assert_refused(f, "damaged");
}

static void test_open_refuses_a_folder_and_a_path_through_a_file(void **state)
{
    struct fixture *f = *state;
    struct err err;
    make_parent(f);
    snprintf(f->path, sizeof f->path, "%s/a/b", f->folder);
    assert_null(store_open(f->path, &f->clock, &err));
    assert_non_null(strstr(err.text, "a folder, not a file"));
    snprintf(f->path, sizeof f->path, "%s/a/b/other/progress.db", f->folder);
    assert_null(store_open(f->path, &f->clock, &err));
    assert_non_null(strstr(err.text, "Not a directory"));
    assert_null(store_open_readonly(f->path, &f->clock, &err));
    assert_null(store_open("/dev/null", &f->clock, &err));
    assert_non_null(strstr(err.text, "not a regular file"));
    /* Nobody, root included, makes a folder there. */
    assert_null(store_open("/proc/nntutor/progress.db", &f->clock, &err));
    assert_non_null(strstr(err.text, "/proc/nntutor"));
}

static void test_open_makes_a_store_of_an_empty_file(void **state)
{
    struct fixture *f = *state;
    make_parent(f);
    put_bytes(f->path, "", 0);
    make_store(f);
    struct store *store = store_must_open(f);
    assert_int_equal(store_count(store), 7);
    store_close(store);
}

static void test_open_survives_every_truncation(void **state)
{
    struct fixture *f = *state;
    make_store(f);
    struct buf whole = bytes_of(f->path);
    assert_true(whole.length >= 4 * 4096);
    for (size_t size = 512; size < whole.length; size += 512) {
        put_bytes(f->path, whole.data, size);
        assert_refused(f, "damaged");
    }
    buf_free(&whole);
}

static bool ignore_event(void *user, const struct event *event)
{
    (void)user;
    (void)event;
    return true;
}

/* Uses everything that reads and writes; whatever it says, it returns. */
static void use_all(struct fixture *f, struct store *store)
{
    struct err err;
    struct progress progress;
    uint64_t *hashes;
    size_t count, known, bad;
    struct buf log = {0};
    store_replay(store, ignore_event, NULL, &err);
    store_progress(store, "en", &f->arena, &progress, &err);
    store_steps_seen(store, "en", "dropout", &f->arena, &hashes, &count, &err);
    store_export(store, &log, &err);
    store_import(store, buf_text(&log), log.length, &count, &known, &bad, &err);
    struct event event = step_number(1);
    store_append(store, &event, &err);
    buf_free(&log);
}

static void test_damage_never_crashes(void **state)
{
    struct fixture *f = *state;
    enum { ROUNDS = 300 };
    make_store(f);
    struct buf whole = bytes_of(f->path);
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
        put_bytes(f->path, bent.data, bent.length);
        struct store *store = store_open(f->path, &f->clock, &err);
        if (store) {
            use_all(f, store);
            store_close(store);
        } else {
            struct buf after = bytes_of(f->path);
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
    make_store(f);
    run_sql(f->path,
            "INSERT INTO event (id, at, type, course, chapter, section, step, given) VALUES"
            " ('zz112233445566778899aabbccddeeff', 7, 'step', 'en', 'x', '1', 1, ''),"
            " ('10112233445566778899aabbccddeeff', 7, 'undo', 'en', 'x', '1', 1, ''),"
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
    use_all(f, store); /* ends, too */
    buf_free(&log);
    store_close(store);
}

static void test_schemas_made_to_act_do_not(void **state)
{
    struct fixture *f = *state;
    struct err err;
    make_store(f);
    run_sql(f->path, "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM event; END");
    struct store *store = store_must_open(f);
    store_must_append(store, step_number(1));
    assert_int_equal(store_count(store), 8);
    store_close(store);
    run_sql(f->path, "DROP TABLE event; CREATE VIEW event AS SELECT 1 AS id");
    assert_null(store_open(f->path, &f->clock, &err));
    assert_non_null(strstr(err.text, "damaged"));
}

/* ---- reading only --------------------------------------------------------------------------- */

static void test_readonly_reads_and_never_writes(void **state)
{
    struct fixture *f = *state;
    struct err err;
    size_t counts[3];
    char journal[700];
    /* Nothing there: an empty log, and still nothing there. */
    struct store *store = store_open_readonly(f->path, &f->clock, &err);
    assert_non_null(store);
    assert_int_equal(store_count(store), 0);
    store_close(store);
    assert_int_equal(access(f->path, F_OK), -1);

    make_store(f);
    snprintf(journal, sizeof journal, "%s-journal", f->path);
    unlink(journal);
    struct buf before = bytes_of(f->path);
    assert_int_equal(chmod(f->path, 0400), 0);
    store = store_open_readonly(f->path, &f->clock, &err);
    assert_non_null(store);
    assert_int_equal(store_count(store), 7);
    struct event event = step_number(1);
    assert_false(store_append(store, &event, &err));
    assert_non_null(strstr(err.text, "reading only"));
    assert_false(store_import(store, "", 0, &counts[0], &counts[1], &counts[2], &err));
    use_all(f, store);
    store_close(store);
    assert_int_equal(access(journal, F_OK), -1);
    struct buf after = bytes_of(f->path);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.data, after.data, after.length);
    buf_free(&before);
    buf_free(&after);
}

/* Root, too, is bound by modes once it has given its capabilities away. */
static bool bind_by_modes(void)
{
#ifdef __linux__
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}, {0}};
    return syscall(SYS_capset, &head, none) == 0;
#else
    return geteuid() != 0;
#endif
}

static void test_open_says_so_where_nothing_can_be_written(void **state)
{
    static const struct {
        unsigned folder, file;
    } modes[] = {{0500, 0600}, {0700, 0400}, {0500, 0400}};
    struct fixture *f = *state;
    char folder[700];
    make_store(f);
    snprintf(folder, sizeof folder, "%s/a/b", f->folder);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        int status;
        assert_int_equal(chmod(f->path, modes[i].file), 0);
        assert_int_equal(chmod(folder, modes[i].folder), 0);
        pid_t child = fork();
        if (child == 0) {
            struct err err = {""};
            if (!bind_by_modes())
                _exit(77);
            struct store *store = store_open_readonly(f->path, &f->clock, &err);
            if (!store || store_count(store) != 7)
                _exit(1);
            store_close(store);
            if (store_open(f->path, &f->clock, &err) || !strstr(err.text, "cannot be written"))
                _exit(2);
            snprintf(f->path, sizeof f->path, "%s/a/b/new/x.db", f->folder);
            if (modes[i].folder == 0500 &&
                (store_open(f->path, &f->clock, &err) || !strstr(err.text, "Permission denied")))
                _exit(3);
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(chmod(folder, 0700), 0);
        assert_true(WIFEXITED(status));
        if (WEXITSTATUS(status) == 77) {
            print_message("skipped: modes do not bind this user\n");
            skip();
        }
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

/* ---- full ----------------------------------------------------------------------------------- */

static void test_full_disk_is_said_and_loses_nothing(void **state)
{
    struct fixture *f = *state;
    int status, counts[2];
    make_store(f);
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
        struct event event = step_number(1);
        while (store_append(store, &event, &err) && kept < 10000) {
            event = step_number(++kept);
        }
        bool said = strstr(err.text, "full") && strstr(err.text, "--store FILE");
        /* What was refused is not there, and with room again it goes on. */
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_FSIZE, &limit);
        event = step_number(0);
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
        store_must_append(i % 2 ? one : two, step_number(i));
    assert_int_equal(store_count(one), 20);
    assert_int_equal(store_count(two), 20);
    store_close(one);
    store_must_append(two, step_number(20));
    store_close(two);
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
            for (int n = 0; store && n < EACH; n++) {
                struct event event = step_number(n);
                if (!store_append(store, &event, &err))
                    _exit(1);
            }
            _exit(store ? 0 : 1);
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
                struct event event = step_number(n);
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
    assert_int_equal(ask_sql(f->path, "SELECT count(*) FROM pragma_integrity_check"
                                      " WHERE integrity_check <> 'ok'"),
                     0);
}

int main(void)
{
#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, store_fixture_set_up, store_fixture_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_open_makes_files_for_their_owner_only),
        CASE(test_open_leaves_no_descriptor_to_children),
        CASE(test_open_takes_names_that_sqlite_would_read_differently),
        CASE(test_default_path_follows_xdg),
        CASE(test_open_brings_an_older_store_up_to_date),
        CASE(test_open_refuses_a_newer_store),
        CASE(test_open_refuses_what_is_not_a_store),
        CASE(test_open_refuses_a_folder_and_a_path_through_a_file),
        CASE(test_open_makes_a_store_of_an_empty_file),
        CASE(test_open_survives_every_truncation),
        CASE(test_damage_never_crashes),
        CASE(test_rows_that_are_no_events_are_passed_over),
        CASE(test_schemas_made_to_act_do_not),
        CASE(test_readonly_reads_and_never_writes),
        CASE(test_open_says_so_where_nothing_can_be_written),
        CASE(test_full_disk_is_said_and_loses_nothing),
        CASE(test_full_disk_at_the_first_start_is_said),
        CASE(test_two_handles_append_to_one_log),
        CASE(test_two_processes_start_and_append_at_once),
        CASE(test_kill_loses_no_acknowledged_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
