/* The file of the store: made, migrated, refused where it is not ours, and only read. */
#include "support/test.h"

#include "support/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/capability.h>
#include <sys/syscall.h>
#endif

enum { APPLICATION = 0x6E6E7475, NEWEST = 4 };

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
    assert_int_equal(store_ask_sql(f->path, "PRAGMA application_id"), APPLICATION);
    assert_int_equal(store_ask_sql(f->path, "PRAGMA user_version"), NEWEST);
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
    store_run_sql(f->path, version_1);

    struct buf before = store_bytes(f->path);
    assert_null(store_open_readonly(f->path, &f->clock, &err));
    assert_non_null(strstr(err.text, "older version"));
    struct buf after = store_bytes(f->path);
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
    assert_int_equal(store_ask_sql(f->path, "PRAGMA user_version"), NEWEST);
    store = store_must_open(f);
    assert_int_equal(store_count(store), 2);
    store_close(store);
}

/* ---- refused -------------------------------------------------------------------------------- */

static void test_open_refuses_a_newer_store(void **state)
{
    struct fixture *f = *state;
    store_make(f);
    store_run_sql(f->path, "ALTER TABLE event ADD COLUMN mood TEXT; PRAGMA user_version = 5");
    store_assert_refused(f, "newer nntutor (store version 5, this one knows 4)");
    store_run_sql(f->path, "PRAGMA journal_mode = WAL"); /* whatever the newer one may do to it */
    store_assert_refused(f, "newer nntutor");
}

static void test_open_refuses_what_is_not_a_store(void **state)
{
    struct fixture *f = *state;
    make_parent(f);
    store_run_sql(f->path, "CREATE TABLE event (x); INSERT INTO event VALUES (1)");
    store_assert_refused(f, "database of another program");
    store_put_bytes(f->path, "dear diary\n", 11);
    store_assert_refused(f, "not a store of nntutor");
    store_put_bytes(f->path, "SQLite format 3\0and no more", 27);
    store_assert_refused(f, "damaged");
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
    store_put_bytes(f->path, "", 0);
    store_make(f);
    struct store *store = store_must_open(f);
    assert_int_equal(store_count(store), 7);
    store_close(store);
}

/* ---- reading only --------------------------------------------------------------------------- */

static void test_readonly_reads_and_never_writes(void **state)
{
    struct fixture *f = *state;
    struct err err;
    struct imported got;
    char journal[700];
    /* Nothing there: an empty log, and still nothing there. */
    struct store *store = store_open_readonly(f->path, &f->clock, &err);
    assert_non_null(store);
    assert_int_equal(store_count(store), 0);
    store_close(store);
    assert_int_equal(access(f->path, F_OK), -1);

    store_make(f);
    snprintf(journal, sizeof journal, "%s-journal", f->path);
    unlink(journal);
    struct buf before = store_bytes(f->path);
    assert_int_equal(chmod(f->path, 0400), 0);
    store = store_open_readonly(f->path, &f->clock, &err);
    assert_non_null(store);
    assert_int_equal(store_count(store), 7);
    struct event event = store_step(1);
    assert_false(store_append(store, &event, &err));
    assert_non_null(strstr(err.text, "reading only"));
    assert_false(store_import(store, NULL, "", 0, &got, &err));
    store_use_all(f, store);
    store_close(store);
    assert_int_equal(access(journal, F_OK), -1);
    struct buf after = store_bytes(f->path);
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
    store_make(f);
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
        CASE(test_readonly_reads_and_never_writes),
        CASE(test_open_says_so_where_nothing_can_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
