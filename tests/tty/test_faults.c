/* A store that cannot be used when the tutor starts, and file systems that fail (tests/preload): a
 * sentence says so, the lesson goes on, and what was done is in the store as soon as that can be. */
#include "support/test.h"

#include "support/lines.h"
#include "support/store.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    const char *home;
    char store[700], fault[700];
    char preload[700], faults[720], sanitizer[400];
};

static struct place make_place(void)
{
    struct place p = {.home = tutor_home()};
    const char *folder = p.home + strlen("HOME="), *program = child_program("nntutor");
    const char *sanitizer = getenv("ASAN_OPTIONS");
    snprintf(p.store, sizeof p.store, "%s/DATA/nntutor/progress.db", folder);
    snprintf(p.fault, sizeof p.fault, "%s/fault", folder);
    snprintf(p.faults, sizeof p.faults, "NNTUTOR_FAULTS=%s", p.fault);
    snprintf(p.preload, sizeof p.preload, "LD_PRELOAD=%.*s/tests/faults.so",
             (int)(strrchr(program, '/') - program), program);
    /* The sanitizer wants to be the first library: this one is no rival of it. */
    snprintf(p.sanitizer, sizeof p.sanitizer, "ASAN_OPTIONS=%s:verify_asan_link_order=0",
             sanitizer ? sanitizer : "");
    return p;
}

static void set_fault(const struct place *p, const char *word)
{
    store_put_bytes(p->fault, word, strlen(word));
}

static struct vt *start(const struct place *p, const char *command, const char *argument)
{
    return vt_start(TEXTS("nntutor", command, argument),
                    TEXTS(p->home, p->preload, p->faults, p->sanitizer, "NNTUTOR_NOW=1795253400"),
                    24, 80);
}

static struct vt *start_quiz(const struct place *p)
{
    struct vt *vt = start(p, "quiz", "dropout");
    vt_wait_text(vt, " of 13"); /* the first, or where it goes on */
    return vt;
}

static struct lines *start_lines(const struct place *p)
{
    return lines_start(
        TEXTS("nntutor", "--plain", "quiz", "dropout"),
        TEXTS(p->home, p->preload, p->faults, p->sanitizer, "NNTUTOR_NOW=1795253400"));
}

/* Leaves the question in hand, which is an answer, too. */
static void leave_one(struct vt *vt)
{
    vt_key(vt, "\t");
    assert_true(vt_has(vt, "Left unanswered"));
}

static void leave_next(struct vt *vt)
{
    vt_key(vt, ENTER);
    leave_one(vt);
}

/* Killed where it stands: what is in the store now was written before. */
static size_t kill_and_count(void **state, const struct place *p)
{
    struct vt *vt = *state;
    kill(vt->pid, SIGKILL);
    vt_wait_exit(vt);
    return tutor_count(p->home, "\"type\":\"answer\"");
}

/* A store with one answer in it. */
static void make_store(void **state, const struct place *p)
{
    *state = start_quiz(p);
    leave_one(*state);
    assert_int_equal(kill_and_count(state, p), 1);
    vt_teardown(state);
}

/* ---- nothing to write to at the start --------------------------------------------------------------- */

static void test_a_store_held_at_the_start_is_opened_when_it_is_free(void **state)
{
    struct place p = make_place();
    sqlite3 *db;
    make_store(state, &p);
    assert_int_equal(sqlite3_open(p.store, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    struct vt *vt = *state = start_quiz(&p);
    assert_true(vt_tells(vt, "Not saved yet: "));
    assert_true(vt_tells(vt, "another program has been writing to it"));
    assert_true(vt_tells(vt, "You can go on"));
    leave_one(vt);
    assert_true(vt_tells(vt, "Not saved yet (1)"));
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    leave_next(vt);
    assert_true(vt_tells(vt, "Saved now, with what had waited (1)"));
    assert_int_equal(kill_and_count(state, &p), 3);
}

static void test_a_damaged_store_is_left_and_a_new_one_made_when_it_is_moved_away(void **state)
{
    struct place p = make_place();
    char aside[800];
    make_store(state, &p);
    struct buf bent = store_bytes(p.store);
    memset(bent.data + 4096, 0x55, 2048);
    store_put_bytes(p.store, bent.data, bent.length);
    struct vt *vt = *state = start_quiz(&p);
    assert_true(vt_tells(vt, "the store is damaged"));
    assert_true(vt_tells(vt, "move it away to begin a new one"));
    leave_one(vt);
    struct buf after = store_bytes(p.store);
    assert_int_equal(after.length, bent.length);
    assert_memory_equal(after.data, bent.data, bent.length);
    buf_free(&after);
    buf_free(&bent);
    snprintf(aside, sizeof aside, "%s.old", p.store);
    assert_int_equal(rename(p.store, aside), 0);
    leave_next(vt);
    assert_true(vt_tells(vt, "Saved now, with what had waited (1)"));
    assert_int_equal(kill_and_count(state, &p), 2);
}

static void test_a_newer_store_is_left_alone(void **state)
{
    struct place p = make_place();
    make_store(state, &p);
    store_run_sql(p.store, "PRAGMA user_version = 99");
    struct vt *vt = *state = start_quiz(&p);
    assert_true(vt_tells(vt, "written by a newer nntutor"));
    leave_one(vt);
    assert_int_equal(store_ask_sql(p.store, "SELECT count(*) FROM event WHERE type = 'answer'"), 1);
    store_run_sql(p.store, "PRAGMA user_version = 4");
    leave_next(vt);
    assert_true(vt_tells(vt, "Saved now, with what had waited (1)"));
    assert_int_equal(kill_and_count(state, &p), 3);
}

static void test_a_store_that_never_opens_is_lost_with_a_word(void **state)
{
    struct place p = make_place();
    make_store(state, &p);
    store_run_sql(p.store, "PRAGMA user_version = 99");
    struct vt *vt = *state = start_quiz(&p);
    leave_one(vt);
    kill(vt->pid, SIGTERM);
    assert_int_equal(vt_wait_exit(vt), 128 + SIGTERM);
    tutor_assert_restored(vt);
    assert_true(vt_tells(vt, "1 event could not be saved: "));
}

static void test_a_store_to_be_read_only_shows_where_one_stands(void **state)
{
    struct place p = make_place();
    struct vt *vt = *state = start(&p, "study", "dropout");
    vt_wait_text(vt, "3.1");
    tutor_next(vt);
    kill_and_count(state, &p);
    vt_teardown(state);
    set_fault(&p, "readonly");
    vt = *state = start(&p, "study", NULL);
    vt_wait_text(vt, "Not saved yet: ");
    assert_true(vt_tells(vt, "make it and its folder writable"));
    vt_key(vt, DOWN);
    vt_key(vt, UP);
    assert_true(vt_has(vt, "not saved"));
    assert_true(vt_has(vt, "go on at"));
    vt_key(vt, ENTER);
    vt_key(vt, "?"); /* whose frame comes after the step was to be written */
    vt_key(vt, ESCAPE);
    set_fault(&p, "");
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "Saved now");
    assert_false(vt_has(vt, "not saved"));
}

/* Nothing is called marked, nor its mark off, that is not kept. */
static void test_a_mark_that_is_not_kept_is_not_called_one(void **state)
{
    struct place p = make_place();
    struct vt *vt = *state = start(&p, "study", "dropout");
    vt_wait_text(vt, "3.1");
    vt_key(vt, "B");
    vt_wait_text(vt, "Marked: ");
    set_fault(&p, "readonly");
    vt_key(vt, "B");
    vt_wait_text(vt, "Not saved yet");
    assert_false(vt_has(vt, "The mark is off."));
    assert_true(vt_has(vt, "★"));
    set_fault(&p, "");
    vt_key(vt, "B");
    vt_wait_text(vt, "The mark is off."); /* what had waited was written first */
    assert_false(vt_has(vt, "★"));
}

/* A step is written after it is painted: what there is to tell of that must not wait for the key that
 * takes it away again. */
static void test_what_a_step_meets_is_told_on_its_page(void **state)
{
    struct place p = make_place();
    struct vt *vt = *state = start(&p, "study", "dropout");
    vt_wait_text(vt, "3.1");
    vt_key(vt, "?");
    vt_key(vt, ESCAPE);
    set_fault(&p, "readonly");
    tutor_next(vt);
    vt_wait_text(vt, "Not saved yet: ");
    set_fault(&p, "");
    vt_key(vt, "p"); /* a step back is a step */
    vt_wait_text(vt, "Saved now, with what had waited (1)");
}

/* ---- a network home ----------------------------------------------------------------------------------- */

static const char *const lockless[] = {"nolocks", "unlockable"};

static void test_without_locks_two_terminals_go_on_and_nothing_is_lost(void **state)
{
    for (size_t i = 0; i < sizeof lockless / sizeof *lockless; i++) {
        struct place p = make_place();
        if (i)
            make_store(state, &p); /* else the very first start is there */
        set_fault(&p, lockless[i]);
        struct vt *one = *state = start_quiz(&p);
        assert_true(vt_tells(one, "its file system cannot lock files"));
        assert_true(vt_tells(one, "on a local disk"));
        struct vt *two = start_quiz(&p);
        leave_one(one);
        leave_one(two);
        set_fault(&p, "");
        leave_next(one);
        assert_true(vt_tells(one, "Saved now, with what had waited (1)"));
        leave_next(two);
        assert_true(vt_tells(two, "Saved now, with what had waited (1)"));
        kill(two->pid, SIGKILL);
        vt_wait_exit(two);
        vt_close(two);
        assert_int_equal(kill_and_count(state, &p), 4 + i);
        vt_teardown(state);
    }
}

/* ---- in mid-session ----------------------------------------------------------------------------------- */

static void test_what_fails_in_mid_session_is_said_and_written_later(void **state)
{
    static const char *const faults[][2] = {
        {"nolocks", "cannot lock files"},  {"unlockable", "cannot lock files"},
        {"readonly", "cannot be written"}, {"full", "the disk is full"},
        {"broken", "Input/output error"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct place p = make_place();
        struct vt *vt = *state = start_quiz(&p);
        leave_one(vt);
        set_fault(&p, faults[i][0]);
        leave_next(vt);
        assert_true(vt_tells(vt, "Not saved yet: "));
        assert_true(vt_tells(vt, faults[i][1]));
        leave_next(vt);
        assert_true(vt_tells(vt, "Not saved yet (2)"));
        set_fault(&p, "");
        leave_next(vt);
        assert_true(vt_tells(vt, "Saved now, with what had waited (2)"));
        assert_int_equal(kill_and_count(state, &p), 4);
        vt_teardown(state);
    }
}

/* What a fault left behind half done is whole to the next start, while the fault lasts and after it. */
static void test_a_start_after_a_fault_in_mid_session_finds_all(void **state)
{
    static const char *const faults[] = {"readonly", "full", "broken"};
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct place p = make_place();
        struct vt *vt = *state = start_quiz(&p);
        leave_one(vt);
        set_fault(&p, faults[i]);
        leave_next(vt);
        kill_and_count(state, &p);
        vt_teardown(state);
        vt = *state = start_quiz(&p);
        leave_one(vt);
        set_fault(&p, "");
        leave_next(vt);
        assert_true(vt_tells(vt, "Saved now, with what had waited (1)"));
        assert_int_equal(kill_and_count(state, &p), 3);
        vt_teardown(state);
    }
}

/* ---- the same in lines ---------------------------------------------------------------------------------- */

static void test_lines_say_and_do_the_same(void **state)
{
    (void)state;
    struct place p = make_place();
    set_fault(&p, "unlockable");
    struct lines *lines = start_lines(&p);
    assert_non_null(strstr(lines_prompt(lines), "(Not saved yet: "));
    lines_type(lines, "1");
    lines_prompt(lines);
    lines_type(lines, "");
    assert_non_null(strstr(lines_prompt(lines), "(Not saved yet (1)"));
    assert_int_equal(lines_end(lines), 1);
    assert_null(strstr(buf_text(&lines->said), "your answers are kept"));
    assert_non_null(strstr(buf_text(&lines->said), "1 event could not be saved: "));
    lines_close(lines);
    lines = start_lines(&p);
    lines_prompt(lines);
    lines_type(lines, "1");
    lines_prompt(lines);
    lines_type(lines, "");
    lines_prompt(lines);
    set_fault(&p, "");
    assert_int_equal(lines_end(lines), 1);
    assert_null(strstr(buf_text(&lines->said), "could not be saved"));
    lines_close(lines);
    assert_int_equal(tutor_count(p.home, "\"type\":\"answer\""), 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_teardown(name, vt_teardown)
    static const struct CMUnitTest tests[] = {
        CASE(test_a_store_held_at_the_start_is_opened_when_it_is_free),
        CASE(test_a_damaged_store_is_left_and_a_new_one_made_when_it_is_moved_away),
        CASE(test_a_newer_store_is_left_alone),
        CASE(test_a_store_that_never_opens_is_lost_with_a_word),
        CASE(test_a_store_to_be_read_only_shows_where_one_stands),
        CASE(test_a_mark_that_is_not_kept_is_not_called_one),
        CASE(test_what_a_step_meets_is_told_on_its_page),
        CASE(test_without_locks_two_terminals_go_on_and_nothing_is_lost),
        CASE(test_what_fails_in_mid_session_is_said_and_written_later),
        CASE(test_a_start_after_a_fault_in_mid_session_finds_all),
        CASE(test_lines_say_and_do_the_same),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
