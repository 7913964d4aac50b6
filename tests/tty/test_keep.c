/* A store that cannot be written for a while, is moved away, or is shared, while the tutor runs: a
 * sentence says so, the lesson goes on, and nothing is lost. */
#include "support/test.h"

#include "support/store.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *store_of(const char *home)
{
    static char path[700];
    snprintf(path, sizeof path, "%s/DATA/nntutor/progress.db", home + strlen("HOME="));
    return path;
}

static struct vt *start_quiz(const char *home)
{
    struct vt *vt = tutor_start_with(TEXTS("nntutor", "quiz", "dropout"), home, 24, 80);
    vt_wait_text(vt, "Question 1 of 13");
    return vt;
}

/* Leaves the question in hand, which is an answer, too. */
static void leave_one(struct vt *vt)
{
    vt_key(vt, "\t");
    assert_true(vt_has(vt, "Left unanswered"));
}

static void test_what_a_full_disk_refused_is_written_when_there_is_room(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = start_quiz(home);
    struct rlimit old, none;
    assert_int_equal(prlimit(vt->pid, RLIMIT_FSIZE, NULL, &old), 0);
    none = (struct rlimit){100, old.rlim_max};
    assert_int_equal(prlimit(vt->pid, RLIMIT_FSIZE, &none, NULL), 0);
    leave_one(vt);
    assert_true(vt_tells(vt, "Not saved yet: "));
    assert_true(vt_tells(vt, "see whether the disk is full, or name another file"));
    vt_key(vt, ENTER);
    leave_one(vt);
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 0);
    assert_int_equal(prlimit(vt->pid, RLIMIT_FSIZE, &old, NULL), 0);
    vt_key(vt, ENTER);
    leave_one(vt);
    assert_true(vt_tells(vt, "Saved now, with what had waited (2)"));
    kill(vt->pid, SIGKILL);
    vt_wait_exit(vt);
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 3);
}

static void test_a_setting_waits_like_all_else(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    struct rlimit old, none;
    tutor_to_home(vt);
    vt_key(vt, "o");
    prlimit(vt->pid, RLIMIT_FSIZE, NULL, &old);
    none = (struct rlimit){100, old.rlim_max};
    prlimit(vt->pid, RLIMIT_FSIZE, &none, NULL);
    vt_key(vt, ENTER);
    assert_true(vt_tells(vt, "Not saved yet: "));
    prlimit(vt->pid, RLIMIT_FSIZE, &old, NULL);
    vt_key(vt, DOWN);
    vt_key(vt, ENTER);
    assert_true(vt_tells(vt, "Saved now, with what had waited (1)"));
    assert_true(vt_has(vt, "Everything comes back: yes"));
    assert_true(vt_has(vt, "Recall to be kept: 95 %"));
    assert_int_equal(tutor_count(home, "\"name\":\"everything\""), 1);
    assert_int_equal(tutor_count(home, "\"name\":\"retention\""), 1);
}

static void test_what_waits_is_written_at_the_end(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = start_quiz(home);
    struct rlimit old, none;
    prlimit(vt->pid, RLIMIT_FSIZE, NULL, &old);
    none = (struct rlimit){100, old.rlim_max};
    prlimit(vt->pid, RLIMIT_FSIZE, &none, NULL);
    leave_one(vt);
    prlimit(vt->pid, RLIMIT_FSIZE, &old, NULL);
    kill(vt->pid, SIGTERM);
    assert_int_equal(vt_wait_exit(vt), 128 + SIGTERM);
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 1);
}

static void test_what_is_lost_in_the_end_is_said(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = start_quiz(home);
    struct rlimit old, none;
    prlimit(vt->pid, RLIMIT_FSIZE, NULL, &old);
    none = (struct rlimit){100, old.rlim_max};
    prlimit(vt->pid, RLIMIT_FSIZE, &none, NULL);
    leave_one(vt);
    kill(vt->pid, SIGTERM);
    vt_wait_exit(vt);
    tutor_assert_restored(vt);
    assert_true(vt_tells(vt, "1 event could not be saved: "));
}

static void test_a_store_held_by_another_is_waited_for_once(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = start_quiz(home);
    sqlite3 *db;
    assert_int_equal(sqlite3_open(store_of(home), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    leave_one(vt);
    assert_true(vt_tells(vt, "another program has been writing to it"));
    vt_key(vt, ENTER);
    leave_one(vt);
    assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    vt_key(vt, ENTER);
    leave_one(vt);
    assert_true(vt_tells(vt, "Saved now, with what had waited (2)"));
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 3);
}

static void test_a_store_taken_away_is_made_again_with_all_in_it(void **state)
{
    static const char *const ways[] = {"deleted", "moved", "replaced"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const char *home = tutor_home();
        struct vt *vt = *state = start_quiz(home);
        char aside[800];
        leave_one(vt);
        snprintf(aside, sizeof aside, "%s.old", store_of(home));
        if (i == 0)
            assert_int_equal(unlink(store_of(home)), 0);
        else
            assert_int_equal(rename(store_of(home), aside), 0);
        if (i == 2) { /* by one with another answer in it */
            struct vt *other = start_quiz(home);
            leave_one(other);
            kill(other->pid, SIGKILL);
            vt_close(other);
        }
        vt_key(vt, ENTER);
        leave_one(vt);
        assert_true(vt_tells(vt, "was moved or replaced meanwhile"));
        kill(vt->pid, SIGKILL);
        vt_wait_exit(vt);
        vt_teardown(state);
        assert_int_equal(tutor_count(home, "\"type\":\"answer\""), i == 2 ? 3 : 2);
    }
}

static void test_two_terminals_share_the_questions_of_a_day(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = vt_start(TEXTS("nntutor", "quiz", "dropout"),
                                      TEXTS(home, "NNTUTOR_NOW=1795253400"), 24, 80);
    vt_wait_text(vt, "Question 1 of 13");
    for (int i = 0; i < 3; i++) {
        leave_one(vt);
        vt_key(vt, ENTER);
    }
    vt_teardown(state);
    const char *later = "NNTUTOR_NOW=1795426200"; /* two days */
    struct vt *one = *state = vt_start(TEXTS("nntutor", "review"), TEXTS(home, later), 24, 80);
    struct vt *two = vt_start(TEXTS("nntutor", "review"), TEXTS(home, later), 24, 80);
    vt_wait_text(one, "Review 1 of 3");
    vt_wait_text(two, "Review 1 of 3");
    leave_one(one);
    vt_key(one, ENTER);
    leave_one(one);
    leave_one(two); /* the first was on both screens already */
    vt_key(two, ENTER);
    bool third = vt_has(two, "Review 3 of 3");
    vt_close(two);
    assert_true(third);
}

static void test_signals_in_a_review_are_told_truthfully_and_keep_the_answer(void **state)
{
    static const int signals[] = {SIGHUP, SIGTERM, SIGINT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        const char *home = tutor_home();
        struct vt *vt = *state = vt_start(TEXTS("nntutor", "quiz", "dropout"),
                                          TEXTS(home, "NNTUTOR_NOW=1795253400"), 24, 80);
        vt_wait_text(vt, "Question 1 of 13");
        leave_one(vt);
        vt_teardown(state);
        vt = *state =
            vt_start(TEXTS("nntutor", "review"), TEXTS(home, "NNTUTOR_NOW=1795426200"), 24, 80);
        vt_wait_text(vt, "Review 1 of 1");
        leave_one(vt);
        kill(vt->pid, signals[i]);
        assert_int_equal(vt_wait_exit(vt), 128 + signals[i]);
        tutor_assert_restored(vt);
        vt_teardown(state);
        assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 2);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_what_a_full_disk_refused_is_written_when_there_is_room,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_a_setting_waits_like_all_else, vt_teardown),
        cmocka_unit_test_teardown(test_what_waits_is_written_at_the_end, vt_teardown),
        cmocka_unit_test_teardown(test_what_is_lost_in_the_end_is_said, vt_teardown),
        cmocka_unit_test_teardown(test_a_store_held_by_another_is_waited_for_once, vt_teardown),
        cmocka_unit_test_teardown(test_a_store_taken_away_is_made_again_with_all_in_it,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_signals_in_a_review_are_told_truthfully_and_keep_the_answer,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_two_terminals_share_the_questions_of_a_day, vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
