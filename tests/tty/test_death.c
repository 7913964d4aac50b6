/* Every way to end or to be disturbed: resizes, stop and continue, signals, crashes, a terminal that
 * is closed, full, or taken away in the middle of an answer. */
#include "support/test.h"

#include "support/run.h"
#include "support/tutor.h"

#include "base/rng.h"
#include "base/utf8.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* A sanitised program would report our signals as its own faults. */
static const char no_reports[] = "ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_sigfpe=0:"
                                 "handle_sigill=0:handle_abort=0";

/* A prediction is locked in, the demo has run. */
static struct vt *start_with_an_outcome(const char *home)
{
    struct vt *vt = vt_start(TEXTS("nntutor"), TEXTS(home, no_reports), 24, 80);
    tutor_to_home(vt);
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    vt_wait_text(vt, "How often are exactly 30");
    tutor_type(vt, "0.09");
    vt_key(vt, ENTER);
    vt_send(vt, "3");
    vt_wait_text(vt, "You said 0.09");
    return vt;
}

struct size {
    int rows, cols;
};

static bool fits_size(struct vt *vt, const void *arg)
{
    const struct size *size = arg;
    char expected[60], said[4000] = "";
    if (size->rows >= 12 && size->cols >= 40)
        return strstr(vt_row(vt, 0), "step 2 of 9") && strstr(vt_row(vt, size->rows - 1), "? keys");
    /* Broken where the window wants it, and cut where the window ends. */
    size_t length = 0;
    snprintf(expected, sizeof expected, "Makethewindowlarger(%dx%d,", size->cols, size->rows);
    for (int row = 0; row < size->rows; row++)
        for (const char *c = vt_row(vt, row); *c && length + 1 < sizeof said; c++)
            if (*c != ' ')
                said[length++] = *c;
    said[length] = '\0';
    return length &&
           strncmp(said, expected, length < strlen(expected) ? length : strlen(expected)) == 0;
}

static void test_the_last_of_many_sizes_wins(void **state)
{
    struct vt *vt = *state = start_with_an_outcome(tutor_home());
    struct rng rng;
    rng_init(&rng, 20, 0, 0);
    struct size size = {24, 80};
    for (int i = 0; i < 20; i++) {
        size.rows = 1 + (int)(rng_next(&rng) % 100);
        size.cols = 1 + (int)(rng_next(&rng) % 300);
        vt_resize(vt, size.rows, size.cols);
        if (i % 5 == 4 && !vt_wait(vt, fits_size, &size, VT_DEADLINE_MS)) {
            vt_dump(vt);
            fail_msg("the screen does not fit %dx%d", size.cols, size.rows);
        }
    }
    vt_resize(vt, 1, 1);
    vt_resize(vt, 24, 80);
    vt_wait_text(vt, "You said 0.09");
    size = (struct size){24, 80};
    assert_true(vt_wait(vt, fits_size, &size, VT_DEADLINE_MS));
    /* What is there now is what one sees who never changed the size. */
    char rows[24][400];
    vt_key(vt, "\f");
    for (int row = 0; row < 24; row++)
        snprintf(rows[row], sizeof rows[row], "%s", vt_row(vt, row));
    vt_resize(vt, 30, 100);
    assert_true(vt_wait(vt, fits_size, &(struct size){30, 100}, VT_DEADLINE_MS));
    vt_resize(vt, 24, 80);
    assert_true(vt_wait(vt, fits_size, &size, VT_DEADLINE_MS));
    for (int row = 0; row < 24; row++)
        assert_string_equal(vt_row(vt, row), rows[row]);
    tutor_quit(vt);
}

/* Polls for a state change of a stopped child: there is nothing to read that would tell. */
static void wait_stopped(struct vt *vt)
{
    for (int i = 0; i < VT_DEADLINE_MS; i++) {
        int status;
        if (waitpid(vt->pid, &status, WNOHANG | WUNTRACED) == vt->pid) {
            assert_true(WIFSTOPPED(status));
            return;
        }
        poll(NULL, 0, 1);
    }
    fail_msg("the program did not stop");
}

static bool left_alternate_screen(struct vt *vt, const void *unused)
{
    (void)unused;
    return !vt->altscreen && vt->cursor_visible && vt->mouse == VTERM_PROP_MOUSE_NONE;
}

static void stop_resize_continue(struct vt *vt)
{
    wait_stopped(vt);
    assert_true(vt_wait(vt, left_alternate_screen, NULL, VT_DEADLINE_MS));
    tutor_assert_restored(vt);
    vt_resize(vt, 30, 100);
    kill(vt->pid, SIGCONT);
    struct size size = {30, 100};
    assert_true(vt_wait(vt, fits_size, &size, VT_DEADLINE_MS));
    assert_true(vt->altscreen);
    assert_int_not_equal(vt->mouse, VTERM_PROP_MOUSE_NONE);
    assert_true(vt_has(vt, "You said 0.09"));
    vt_key(vt, ENTER);
    vt_wait_text(vt, "Why is it not always 30?");
    tutor_quit(vt);
}

static void test_ctrl_z_gives_the_terminal_back_and_goes_on(void **state)
{
    struct vt *vt = *state = start_with_an_outcome(tutor_home());
    vt_send(vt, "\032");
    stop_resize_continue(vt);
}

static void test_stop_signal_gives_the_terminal_back_and_goes_on(void **state)
{
    struct vt *vt = *state = start_with_an_outcome(tutor_home());
    kill(vt->pid, SIGTSTP);
    stop_resize_continue(vt);
}

static void test_signals_end_it_truthfully_and_keep_the_answers(void **state)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT,
                                  SIGBUS, SIGFPE,  SIGILL, SIGALRM, SIGUSR1};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        const char *home = tutor_home();
        struct vt *vt = *state = start_with_an_outcome(home);
        kill(vt->pid, signals[i]);
        vt_wait_exit(vt);
        assert_true(WIFSIGNALED(vt->status));
        assert_int_equal(WTERMSIG(vt->status), signals[i]);
        tutor_assert_restored(vt);
        vt_teardown(state);
        assert_int_equal(tutor_count(home, "\"type\":\"prediction\""), 1);
        assert_int_equal(tutor_count(home, "\"given\":\"0.09\""), 1);
    }
}

static void test_ctrl_c_ends_it(void **state)
{
    struct vt *vt = *state = start_with_an_outcome(tutor_home());
    vt_send(vt, "\003");
    assert_int_equal(vt_wait_exit(vt), 128 + SIGINT);
    tutor_assert_restored(vt);
}

/* A demo that was opened by its name leaves its numbers where the screen was. */
static void test_ctrl_c_in_a_demo_leaves_its_numbers(void **state)
{
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "demo", "chain"), tutor_home(), 24, 80);
    vt_wait_text(vt, "other knob");
    vt_send(vt, "\003");
    assert_int_equal(vt_wait_exit(vt), 128 + SIGINT);
    assert_true(vt_has(vt, "product 0.1215"));
    assert_true(vt_has(vt, "outcome healthy"));
}

static void test_a_closed_terminal_ends_it(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = start_with_an_outcome(home);
    close(vt->master);
    vt->master = -1;
    vt->hung_up = true; /* nothing is to be read any more */
    assert_int_equal(vt_wait_exit(vt), 128 + SIGHUP);
    vt_teardown(state);
    assert_int_equal(tutor_count(home, "\"type\":\"prediction\""), 1);
}

/* As under nohup, or where the signal is lost: the end of the terminal itself is noticed. */
static void test_a_closed_terminal_is_noticed_without_a_signal(void **state)
{
    struct vt *vt = *state = vt_start(
        TEXTS("sh", "-c", "trap '' HUP; (exec \"$0\"); echo $? >&2", child_program("nntutor")),
        TEXTS(tutor_home()), 24, 80);
    vt_wait_text(vt, "begin");
    close(vt->master);
    vt->master = -1;
    vt->hung_up = true;
    vt_wait_exit(vt); /* the shell ends when its child has ended */
}

/* Nobody reads what the program writes: frames are skipped, and a signal still ends it. */
static void test_a_full_terminal_does_not_hold_it(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGINT};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct vt *vt = *state = tutor_start(tutor_home(), 60, 200);
        tutor_to_home(vt);
        /* Ctrl-L paints everything anew; the keys go in, but nothing is taken out. */
        for (int key = 0; key < 400; key++)
            if (write(vt->master, "\f", 1) != 1)
                break;
        for (int ms = 0, waiting = 0, before = -1; ms < VT_DEADLINE_MS && waiting < 50; ms++) {
            ioctl(vt->master, FIONREAD, &waiting); /* bytes we have not taken */
            waiting = waiting > 4000 && waiting == before ? 50 : 0;
            ioctl(vt->master, FIONREAD, &before);
            poll(NULL, 0, 1);
        }
        kill(vt->pid, signals[i]);
        for (int ms = 0; ms < VT_DEADLINE_MS && vt->status < 0; ms++) {
            int status;
            if (waitpid(vt->pid, &status, WNOHANG) == vt->pid)
                vt->status = status;
            else
                poll(NULL, 0, 1);
        }
        assert_true(vt->status >= 0);
        assert_true(WIFSIGNALED(vt->status));
        assert_int_equal(WTERMSIG(vt->status), signals[i]);
        vt_teardown(state);
    }
}

static void test_a_terminal_read_late_shows_the_last_screen(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 60, 200);
    tutor_to_home(vt);
    for (int key = 0; key < 200; key++)
        if (write(vt->master, "\f", 1) != 1)
            break;
    vt_send(vt, "g");
    vt_wait_text(vt, "Glossary");
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "Dropout: the mechanics");
    tutor_quit(vt);
}

/* Whatever answer the learner saw accepted is in the log after kill -9. */
static void test_kill_loses_no_acknowledged_answer(void **state)
{
    const char *home = tutor_home();
    for (int round = 0; round < 20; round++) {
        struct vt *vt = *state =
            tutor_start_with(TEXTS("nntutor", "quiz", "dropout"), home, 24, 80);
        vt_wait_text(vt, " of 13");
        if (round)
            vt_key(vt, "\016"); /* else it went on where it was killed */
        vt_wait_text(vt, "Question 1 of 13");
        int answers = 1 + round % 2;
        for (int i = 0; i < answers; i++) {
            if (i == 0) {
                tutor_type(vt, "3.75");
                vt_key(vt, ENTER);
            } else {
                vt_key(vt, ENTER);
                vt_wait_text(vt, "Question 2 of 13");
                vt_key(vt, "a");
                vt_key(vt, ENTER);
            }
            vt_wait_text(vt, "How sure");
            vt_key(vt, "2"); /* the frame that shows the feedback acknowledges it */
        }
        kill(vt->pid, SIGKILL);
        assert_int_equal(vt_wait_exit(vt), 128 + SIGKILL);
        vt_teardown(state);
        struct buf log = tutor_log(home);
        size_t found = 0;
        for (const char *at = buf_text(&log); (at = strstr(at, "\"type\":\"answer\"")); at++)
            found++;
        buf_free(&log);
        assert_int_equal(found, round / 2 * 3 + (round % 2 ? 3 : 1));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_the_last_of_many_sizes_wins, vt_teardown),
        cmocka_unit_test_teardown(test_ctrl_z_gives_the_terminal_back_and_goes_on, vt_teardown),
        cmocka_unit_test_teardown(test_stop_signal_gives_the_terminal_back_and_goes_on,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_signals_end_it_truthfully_and_keep_the_answers, vt_teardown),
        cmocka_unit_test_teardown(test_ctrl_c_ends_it, vt_teardown),
        cmocka_unit_test_teardown(test_ctrl_c_in_a_demo_leaves_its_numbers, vt_teardown),
        cmocka_unit_test_teardown(test_a_closed_terminal_ends_it, vt_teardown),
        cmocka_unit_test_teardown(test_a_closed_terminal_is_noticed_without_a_signal, vt_teardown),
        cmocka_unit_test_teardown(test_a_full_terminal_does_not_hold_it, vt_teardown),
        cmocka_unit_test_teardown(test_a_terminal_read_late_shows_the_last_screen, vt_teardown),
        cmocka_unit_test_teardown(test_kill_loses_no_acknowledged_answer, vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
