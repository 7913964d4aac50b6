/* A class on one machine, each part on a terminal of its own: a projector, the notes, two learners;
 * and the instructor killed in the middle of a vote. */
#include "support/test.h"

#include "support/lecture.h"
#include "support/ports.h"
#include "support/run.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void test_a_class_votes_twice_and_sees_what_moved(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    class->notes = vt_start(TEXTS("nntutor", "notes"), TEXTS(class->runtime, class->home), 24, 80);
    vt_wait_text(class->notes, "1 Ada, 2 Bo");
    vt_send(class->notes, "v"); /* the notes drive the class too */
    vt_wait_text(class->host, "0 of 2 have voted");
    vt_wait_text(class->notes, "Not voted: 1 Ada, 2 Bo");
    vt_wait_text(class->ada, "exactly 50");
    vt_wait_text(class->bo, "exactly 50");
    lecture_say(class->ada, "1");
    lecture_say(class->bo, "2");
    vt_wait_text(class->host, "2 of 2 have voted");
    vt_wait_text(class->notes, "1 of 2 right (50 %)");
    assert_false(vt_has(class->host, "%)")); /* the bars are hidden from the room */
    vt_send(class->host, "v");
    vt_wait_text(class->notes, "discuss in pairs");
    vt_wait_text(class->ada, "You answered A");
    assert_false(vt_has(class->ada, "✓"));
    vt_send(class->host, "v");
    vt_wait_text(class->ada, "Vote again");
    lecture_say(class->ada, "2");
    vt_wait_text(class->host, "1 of 2 have voted");
    vt_send(class->host, "e");
    vt_wait_text(class->host, "A→B 1");
    assert_true(vt_has(class->host, "✓ B"));
    vt_wait_text(class->bo, "✓ B");
    vt_send(class->host, ENTER);
    vt_wait_text(class->ada, "The instructor shows 3.1");
    vt_key(class->host, "q");
    vt_send(class->host, "y");
    assert_int_equal(vt_wait_exit(class->host), 0);
    vt_wait_text(class->ada, "The class is over");
    vt_send(class->ada, "q");
    assert_int_equal(vt_wait_exit(class->ada), 0);
}

static void test_a_killed_instructor_resumes_the_vote(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    vt_send(class->host, "v");
    vt_wait_text(class->ada, "exactly 50");
    vt_wait_text(class->bo, "exactly 50");
    lecture_say(class->ada, "2");
    kill(class->host->pid, SIGKILL);
    vt_wait_exit(class->host);
    vt_wait_text(class->bo, "not connected");
    vt_key(class->bo, "2");
    vt_send(class->bo, ENTER);
    vt_wait_text(class->bo, "sending");
    vt_close(class->host);
    class->host =
        vt_start(TEXTS("nntutor", "host", "--resume"), TEXTS(class->runtime, class->home), 30, 100);
    vt_wait_text(class->bo, "recorded"); /* without a key */
    vt_wait_text(class->host, "2 of 2 have voted");
    vt_wait_gone(class->ada, "not connected");
}

/* Two terminals of the instructor's, by mistake: the newer goes on, and the class with it. */
static void test_of_two_instructors_the_older_stops_and_the_class_goes_on(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    struct vt *newer = class->notes =
        vt_start(TEXTS("nntutor", "host", "--resume"), TEXTS(class->runtime, class->home), 30, 100);
    vt_wait_text(class->host, "opened again elsewhere");
    unsigned frames = class->host->frames;
    vt_wait_text(newer, "3.1");
    vt_send(newer, "v");
    vt_wait_text(class->ada, "exactly 50");
    lecture_say(class->ada, "2");
    vt_send(class->host, "q");
    assert_int_equal(vt_wait_exit(class->host), 0);
    assert_in_range(class->host->frames, frames, frames + 30); /* it has been idle */
    vt_wait_text(newer, "1 of 2 have voted");
}

static void test_a_leaked_code_is_replaced_and_seats_stay(void **state)
{
    struct class *class = *state;
    char old[40];
    lecture_begin(class);
    snprintf(old, sizeof old, "%s", class->code);
    lecture_word(class->host, "code");
    vt_wait_text(class->host, "The code is ");
    struct vt_place at = vt_find(class->host, "The code is ");
    snprintf(class->code, sizeof class->code, "%.24s", vt_row(class->host, at.row) + at.col + 12);
    assert_string_not_equal(old, class->code);
    vt_close(class->bo);
    class->bo = vt_start(TEXTS("nntutor", "join", old, "--name", "Bo"),
                         TEXTS(class->runtime, class->bo_home), 24, 80);
    vt_wait_text(class->bo, "The instructor shows 3.1"); /* its seat is its own, by any code */
    vt_send(class->host, "v");
    vt_wait_text(class->ada, "exactly 50");
    vt_wait_text(class->bo, "exactly 50");
    /* Once the new code admits, the broker has forgotten the old one. */
    class->notes = vt_start(TEXTS("nntutor", "join", class->code, "--name", "Cy"),
                            TEXTS(class->runtime, tutor_home()), 24, 80);
    vt_wait_text(class->notes, "exactly 50");
    class->projector = vt_start(TEXTS("nntutor", "join", old, "--name", "Eve"),
                                TEXTS(class->runtime, tutor_home()), 24, 80);
    vt_wait_text(class->projector, "does not know the code");
}

static void test_a_class_roams_and_is_called_back(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    lecture_word(class->host, "roam");
    vt_wait_text(class->ada, "read on by yourself");
    vt_send(class->ada, ENTER);
    vt_wait_text(class->ada, "step 1 of");
    vt_send(class->ada, ENTER);
    vt_wait_text(class->ada, "step 2 of");
    vt_send(class->ada, ESCAPE);
    vt_wait_text(class->ada, "The instructor shows 3.1");
    vt_send(class->ada, ENTER);
    vt_wait_text(class->ada, "step 1 of");
    lecture_word(class->host, "gather");
    vt_wait_text(class->ada, "called the class back");
    lecture_word(class->host, "roam");
    vt_wait_text(class->ada, "read on by yourself");
    vt_send(class->ada, ENTER);
    vt_wait_text(class->ada, "step 1 of");
    vt_send(class->host, "v");
    vt_wait_text(class->ada, "exactly 50");
}

static void test_pace_is_told_to_the_notes_alone(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    class->notes = vt_start(TEXTS("nntutor", "notes"), TEXTS(class->runtime, class->home), 24, 80);
    vt_wait_text(class->notes, "1 Ada, 2 Bo");
    vt_send(class->ada, "L");
    vt_wait_text(class->ada, "somebody is lost");
    vt_wait_text(class->notes, "1 lost, 0 too slow");
    vt_send(class->bo, "S");
    vt_wait_text(class->notes, "1 lost, 1 too slow");
    assert_false(vt_has(class->host, "lost"));
    struct run run = run_program(TEXTS("nntutor", "notes", "--plain"),
                                 TEXTS(class->runtime, class->home), "vote\nq\n");
    assert_non_null(strstr(buf_text(&run.out), "1 lost, 1 too slow"));
    run_free(&run);
    vt_wait_text(class->host, "0 of 2 have voted"); /* lines drive it too */
    vt_send(class->ada, "L");
    vt_wait_text(class->notes, "0 lost, 1 too slow");
}

static void test_a_vote_with_a_time_closes_by_itself(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    lecture_word(class->host, "time 600");
    vt_wait_text(class->host, "A vote has 600 seconds");
    vt_send(class->host, "v");
    vt_wait_text(class->ada, "Time left: ");
    vt_wait_text(class->host, "Time left: ");
    lecture_word(class->host, "time 1");
    vt_wait_text(class->host, "the vote is closed");
    vt_wait_text(class->ada, "The vote is closed");
}

/* What a class is for, from its first minute to its marks, with the instructor killed in between. */
static void test_a_whole_class_ends_in_a_gradebook(void **state)
{
    struct class *class = *state;
    struct vt *projector;
    lecture_begin(class);
    class->notes = vt_start(TEXTS("nntutor", "notes"), TEXTS(class->runtime, class->home), 24, 80);
    projector = class->projector =
        vt_start(TEXTS("nntutor", "present"), TEXTS(class->runtime, tutor_home()), 24, 80);
    vt_wait_text(class->notes, "1 Ada, 2 Bo");
    vt_wait_text(projector, "What you will be able to do");
    vt_send(class->host, "v");
    vt_wait_text(projector, "0 of 2 have voted");
    assert_true(vt_has(projector, class->code));
    vt_wait_text(class->ada, "exactly 50");
    vt_wait_text(class->bo, "exactly 50");
    lecture_say(class->ada, "1");
    lecture_say(class->bo, "2");
    vt_wait_text(projector, "2 of 2 have voted");
    vt_send(class->host, "v");
    vt_wait_text(projector, "the vote is closed");
    assert_false(vt_has(projector, "%)")); /* no bars, no key, before the reveal */
    assert_false(vt_has(projector, "✓"));
    kill(class->host->pid, SIGKILL);
    vt_wait_exit(class->host);
    vt_wait_text(projector, "waits for it to come back");
    vt_wait_text(class->notes, "wait for it to come back");
    vt_wait_text(class->ada, "not connected");
    vt_close(class->host);
    class->host =
        vt_start(TEXTS("nntutor", "host", "--resume"), TEXTS(class->runtime, class->home), 30, 100);
    vt_wait_text(class->host, "the vote is closed"); /* where it was, between two votes */
    vt_wait_gone(projector, "waits for it");
    vt_wait_text(class->notes, "2 of 2 here");
    vt_send(class->notes, "v");
    vt_wait_text(class->ada, "Vote again");
    lecture_say(class->ada, "2");
    vt_wait_text(projector, "Second vote: 1 of 2 have voted");
    vt_send(class->host, "e");
    vt_wait_text(projector, "A→B 1");
    assert_true(vt_has(projector, "2nd"));
    assert_true(vt_has(projector, "The count is binomial")); /* each option's feedback */
    vt_key(class->host, "q");
    vt_send(class->host, "y");
    assert_int_equal(vt_wait_exit(class->host), 0);
    vt_wait_text(projector, "The presentation has ended");
    struct run run = run_program(TEXTS("nntutor", "grade", "--session", "last", "--to", "csv"),
                                 TEXTS(class->home), "");
    assert_int_equal(run.code, 0);
    assert_string_equal(buf_text(&run.out),
                        "learner,q3.7,score,max,percent\nAda,1,1,1,100.00\nBo,1,1,1,100.00\n");
    run_free(&run);
    run = run_program(
        TEXTS("nntutor", "grade", "--session", "last", "--to", "csv", "--attempts", "all"),
        TEXTS(class->home), "");
    assert_string_equal(buf_text(&run.out), "learner,q3.7,score,max,percent\nAda,0,0,1,0.00\n"
                                            "Ada,1,1,1,100.00\nBo,1,1,1,100.00\n");
    run_free(&run);
}

static void read_code(struct class *class)
{
    vt_wait_text(class->host, "on this machine:"); /* whether or not there is a network */
    const char *line = vt_row(class->host, vt_find(class->host, "on this machine:").row + 2);
    assert_non_null(strstr(line, "nntutor join "));
    snprintf(class->code, sizeof class->code, "%.24s",
             strstr(line, "nntutor join ") + strlen("nntutor join "));
}

static void test_a_class_on_the_network_is_left_and_resumed(void **state)
{
    struct class *class = *state;
    char port[12], there[40], folder[80];
    snprintf(port, sizeof port, "%d", port_of_our_own());
    snprintf(there, sizeof there, "127.0.0.1:%s", port);
    class->host = vt_start(TEXTS("nntutor", "host", "dropout/3.1", "--port", port),
                           TEXTS(class->runtime, class->home), 30, 100);
    read_code(class);
    class->ada = vt_start(TEXTS("nntutor", "join", there, class->code, "--name", "Ada"),
                          TEXTS(class->runtime, class->ada_home), 24, 80);
    vt_wait_text(class->ada, "You are in");
    class->bo =
        lecture_join(class, class->bo_home, "Bo"); /* the code alone does, on this machine */
    vt_wait_text(class->host, "Ada, Bo");
    struct run run =
        run_program(TEXTS("nntutor", "join", there, class->code, "--plain", "--name", "Ada"),
                    TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 1);
    assert_non_null(strstr(buf_text(&run.err), "name is taken"));
    run_free(&run);
    char other[40];
    snprintf(other, sizeof other, "%s", class->code);
    other[0] = other[0] == 'A' ? 'B' : 'A';
    run = run_program(TEXTS("nntutor", "join", "--plain", there, other), TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "not the class of that code"));
    run_free(&run);
    snprintf(other, sizeof other, "%s", class->code);
    other[23] = other[23] == 'A' ? 'B' : 'A';
    run = run_program(TEXTS("nntutor", "join", "--plain", there, other), TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 1);
    assert_non_null(strstr(buf_text(&run.err), "does not know the code"));
    run_free(&run);
    run = run_program(TEXTS("nntutor", "host", "dropout", "--port", port, "--plain"),
                      TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "is taken by another program"));
    run_free(&run);
    kill(class->ada->pid, SIGKILL); /* her terminal dies: the seat is still hers */
    vt_wait_exit(class->ada);
    vt_close(class->ada);
    class->ada = vt_start(TEXTS("nntutor", "join", there, class->code, "--name", "Ada"),
                          TEXTS(class->runtime, class->ada_home), 24, 80);
    vt_wait_text(class->ada, "2 have joined");
    kill(class->host->pid, SIGINT);
    vt_wait_exit(class->host);
    snprintf(folder, sizeof folder, "/tmp/nntutor-class-%.14s", class->code);
    assert_int_not_equal(access(folder, F_OK), 0);
    vt_wait_text(class->ada, "not connected");
    vt_close(class->host);
    class->host =
        vt_start(TEXTS("nntutor", "host", "--resume"), TEXTS(class->runtime, class->home), 30, 100);
    vt_wait_text(class->host, "2 here"); /* without a key */
    vt_wait_gone(class->ada, "not connected");
    vt_key(class->host, "q");
    vt_send(class->host, "y");
    vt_wait_text(class->ada, "The class is over");
}

static pid_t broker_of(pid_t host)
{
    char path[60];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)host, (int)host);
    char *text = test_read(path);
    pid_t child = (pid_t)strtol(text, NULL, 10);
    free(text);
    assert_true(child > 0);
    return child;
}

/* What was receipted counts, and nobody has to do anything but answer. */
static void test_each_part_is_killed_in_mid_vote_and_no_receipt_was_in_vain(void **state)
{
    struct class *class = *state;
    char port[12], there[40];
    snprintf(port, sizeof port, "%d", port_of_our_own());
    snprintf(there, sizeof there, "127.0.0.1:%s", port);
    class->host = vt_start(TEXTS("nntutor", "host", "dropout/3.1", "--port", port),
                           TEXTS(class->runtime, class->home), 30, 100);
    read_code(class);
    class->ada = vt_start(TEXTS("nntutor", "join", there, class->code, "--name", "Ada"),
                          TEXTS(class->runtime, class->ada_home), 24, 80);
    vt_wait_text(class->ada, "You are in"); /* the gradebook has them in the order they came */
    class->bo = vt_start(TEXTS("nntutor", "join", there, class->code, "--name", "Bo"),
                         TEXTS(class->runtime, class->bo_home), 24, 80);
    vt_wait_text(class->host, "2 here");
    vt_send(class->host, ENTER);
    vt_wait_text(class->ada, "The instructor shows 3.1");
    vt_send(class->host, "v");
    vt_wait_text(class->ada, "exactly 50");
    vt_wait_text(class->bo, "exactly 50");
    lecture_say(class->ada, "2");
    kill(broker_of(class->host->pid), SIGKILL);
    vt_wait_text(class->ada, "not connected");
    vt_wait_gone(class->ada, "not connected");
    kill(class->ada->pid, SIGKILL);
    vt_wait_exit(class->ada);
    kill(class->host->pid, SIGKILL);
    vt_wait_exit(class->host);
    vt_wait_text(class->bo, "not connected");
    vt_key(class->bo, "1"); /* while nobody is there to hear it */
    vt_send(class->bo, ENTER);
    vt_wait_text(class->bo, "sending");
    vt_close(class->host);
    class->host =
        vt_start(TEXTS("nntutor", "host", "--resume"), TEXTS(class->runtime, class->home), 30, 100);
    vt_wait_text(class->bo, "recorded");
    vt_wait_text(class->host, "2 of 2 have voted");
    vt_close(class->ada);
    class->ada = vt_start(TEXTS("nntutor", "join", there, class->code, "--name", "Ada"),
                          TEXTS(class->runtime, class->ada_home), 24, 80);
    vt_wait_text(class->ada, "exactly 50"); /* in her seat, and may change her mind */
    /* A second terminal takes the class over: the first gives its port away. */
    class->notes =
        vt_start(TEXTS("nntutor", "host", "--resume"), TEXTS(class->runtime, class->home), 30, 100);
    vt_wait_text(class->host, "opened again elsewhere");
    vt_wait_text(class->notes, "2 of 2 have voted");
    vt_send(class->host, "q");
    assert_int_equal(vt_wait_exit(class->host), 0);
    vt_send(class->notes, "e");
    vt_wait_text(class->bo, "1 (50 %)");
    struct run run = run_program(TEXTS("nntutor", "grade", "--session", "last", "--to", "csv"),
                                 TEXTS(class->home), "");
    assert_string_equal(buf_text(&run.out),
                        "learner,q3.7,score,max,percent\nAda,1,1,1,100.00\nBo,0,0,1,0.00\n");
    run_free(&run);
}

static void test_who_is_banned_is_told_and_stays_out(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    vt_key(class->host, ":");
    tutor_type(class->host, "ban 2");
    vt_send(class->host, ENTER);
    vt_wait_text(class->bo, "taken you out");
    vt_wait_text(class->host, "Seat 2 is out: ");
    vt_wait_text(class->host, "the old one admits nobody");
    vt_send(class->bo, "q");
    assert_int_equal(vt_wait_exit(class->bo), 1);
    vt_close(class->bo);
    struct vt_place at = vt_find(class->host, "The code is ");
    char old[40];
    snprintf(old, sizeof old, "%s", class->code);
    snprintf(class->code, sizeof class->code, "%.24s", vt_row(class->host, at.row) + at.col + 12);
    /* Under another name, with the code of the screen, from the same account. */
    class->notes = vt_start(TEXTS("nntutor", "join", class->code, "--name", "Cy"),
                            TEXTS(class->runtime, tutor_home()), 24, 80);
    vt_wait_text(class->notes, "The instructor shows 3.1"); /* the broker knows the new code */
    class->bo = vt_start(TEXTS("nntutor", "join", class->code, "--name", "Eve"),
                         TEXTS(class->runtime, class->bo_home), 24, 80);
    vt_wait_text(class->bo, "closed this class to you");
    vt_close(class->bo);
    /* From another account, with the code that was known. */
    class->bo = vt_start(TEXTS("nntutor", "join", old, "--name", "Eve"),
                         TEXTS(class->runtime, tutor_home()), 24, 80);
    vt_wait_text(class->bo, "does not know the code");
}

/* Line by line nothing is said twice, nor before it is known; and the lobby says who comes in. */
static void test_lines_say_what_is_new_and_once(void **state)
{
    struct class *class = *state;
    lecture_host(class, TEXTS("nntutor", "host", "dropout/3.1", "--local", "--plain"));
    vt_wait_text(class->host, "0 here");
    class->ada = vt_start(TEXTS("nntutor", "join", class->code, "--plain", "--name", "Ada"),
                          TEXTS(class->runtime, class->ada_home), 24, 80);
    vt_wait_text(class->ada, "1 has joined");
    vt_wait_text(class->host, "1 here"); /* without a key */
    vt_wait_text(class->host, "1 Ada");
    assert_true(vt_has(class->host, "gather"));
    assert_true(vt_has(class->host, "unlock"));
    vt_send(class->host, "vote\r");
    vt_wait_text(class->ada, "Your answer");
    assert_false(vt_has(class->ada, "0 have joined"));
    assert_int_equal(vt_find(class->ada, "Your answer").row, 7); /* nothing was said twice */
    vt_send(class->ada, "?\r");
    vt_wait_text(class->ada, ":slow says that it is too slow");
}

/* The keys of a member are those of a class, not those of the tutor's first screen. */
static void test_a_member_is_shown_the_keys_of_a_class(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    vt_resize(class->ada, 60, 80);
    vt_key(class->ada, "?");
    vt_wait_text(class->ada, "that you are lost");
    assert_true(vt_has(class->ada, "When a vote is open"));
    assert_false(vt_has(class->ada, "On the first screen"));
    assert_false(vt_has(class->ada, "In the statistics"));
    assert_false(vt_has(class->ada, "test before the course"));
}

/* Both ends of a seat, and what was made of a name, are said. */
static void test_a_second_terminal_takes_the_seat_and_the_first_says_so(void **state)
{
    struct class *class = *state;
    lecture_begin(class);
    class->notes = vt_start(TEXTS("nntutor", "join", class->code, "--name", "Grace"),
                            TEXTS(class->runtime, class->ada_home), 24, 80);
    vt_wait_text(class->notes, "as Ada; that name stays");
    vt_wait_text(class->ada, "You went on in another terminal");
    unsigned frames = class->ada->frames;
    vt_send(class->host, "v");
    vt_wait_text(class->notes, "exactly 50");
    lecture_say(class->notes, "2");
    vt_send(class->ada, "q");
    assert_int_equal(vt_wait_exit(class->ada), 1);
    assert_in_range(class->ada->frames, frames, frames + 10); /* it has been idle */
    vt_wait_text(class->host, "1 of 2 have voted");
    vt_close(class->bo);
    class->bo = vt_start(TEXTS("nntutor", "join", class->code, "--plain", "--name",
                               "a name that goes on and on and on and on and on and on"),
                         TEXTS(class->runtime, tutor_home()), 24, 80);
    vt_wait_text(class->bo, "A name has at most 40 columns here");
}

/* Nobody could answer: no seat is taken. */
static void test_join_without_a_terminal_says_so(void **state)
{
    (void)state;
    struct run run = run_program(TEXTS("nntutor", "join", "AAAA-BBBB-CCCC-DDDD-EEEE"),
                                 TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "join needs a terminal"));
    run_free(&run);
}

static void test_a_bad_code_says_whose_side_it_is_on(void **state)
{
    (void)state;
    struct run run = run_program(TEXTS("nntutor", "join", "--plain", "AAAA-BBBB-CCCC-DDDD-EEEE"),
                                 TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "no class with the code"));
    run_free(&run);
    run =
        run_program(TEXTS("nntutor", "join", "--plain", "127.0.0.1:1", "AAAA-BBBB-CCCC-DDDD-EEEE"),
                    TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "nothing listens on its port 1"));
    run_free(&run);
    run = run_program(TEXTS("nntutor", "join", "hello"), TEXTS(tutor_home()), NULL);
    assert_int_equal(run.code, 2);
    run_free(&run);
}

/* What cannot be meant is a usage error, what is not there is not; a broker is no instructor's screen. */
static void test_a_bad_address_and_an_absent_broker_are_two_things(void **state)
{
    static const char code[] = "AAAA-BBBB-CCCC-DDDD-EEEE";
    static const struct {
        const char *command, *one, *two;
        int code;
        const char *said;
    } cases[] = {
        {"host", "--broker", "mqtt://localhost", 2, "mqtts://HOST"},
        {"host", "--broker", "mqtts://127.0.0.1:99999", 2, "a port is a number"},
        {"host", "--broker", "mqtts://127.0.0.1:1", 3, "no broker listens on port 1"},
        {"host", "--port", "70000", 2, "from 1 to 65535"},
        {"join", "--broker", "mqtt://localhost", 2, "mqtts://HOST"},
        {"join", "--broker", "mqtts://127.0.0.1:0", 2, "a port is a number"},
        {"join", "--broker", "mqtts://127.0.0.1:1", 3, "no broker listens on port 1"},
        {"join", "127.0.0.1:99999", NULL, 2, "a port is a number"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *argv[8] = {"nntutor", cases[i].command, "--plain", cases[i].one};
        size_t count = 4;
        if (cases[i].two)
            argv[count++] = cases[i].two;
        if (*cases[i].command == 'j')
            argv[count++] = code;
        struct run run = run_program(argv, TEXTS(tutor_home()), "");
        if (run.code != cases[i].code || !strstr(buf_text(&run.err), cases[i].said) ||
            strstr(buf_text(&run.err), "instructor's screen"))
            fail_msg("case %zu: %d %s", i, run.code, buf_text(&run.err));
        run_free(&run);
    }
    struct run run = run_program(TEXTS("nntutor", "host", "--plain", "--broker",
                                       "mqtts://ada@127.0.0.1:1", "--password-file", "/nowhere"),
                                 TEXTS(tutor_home()), "");
    assert_int_equal(run.code, 3);
    run_free(&run);
}

static void test_without_a_broker_one_sentence_says_what_to_do(void **state)
{
    (void)state;
    struct run run = run_program(TEXTS("nntutor", "host", "dropout", "--local", "--plain"),
                                 TEXTS(tutor_home(), "NNTUTOR_MOSQUITTO=/nonexistent"), "q\n");
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "apt-get install mosquitto"));
    run_free(&run);
}

static void test_lines_hold_a_class_too(void **state)
{
    struct class *class = *state;
    struct run run = run_program(TEXTS("nntutor", "host", "dropout/3.1", "--local", "--plain"),
                                 TEXTS(class->runtime, class->home),
                                 "lock\nvote\npause\npause\nvote\nreveal\nn\n:q\nq\n");
    assert_int_equal(run.code, 0);
    assert_non_null(strstr(buf_text(&run.out), "locked: nobody new can join"));
    assert_non_null(strstr(buf_text(&run.out), "0 of 0 have voted"));
    assert_non_null(strstr(buf_text(&run.out), "Nobody has answered."));
    run_free(&run);
}

int main(void)
{
    utf8_start();
#define IN_A_CLASS(test) cmocka_unit_test_setup_teardown(test, lecture_open, lecture_close)
    const struct CMUnitTest always[] = {
        cmocka_unit_test(test_a_bad_code_says_whose_side_it_is_on),
        cmocka_unit_test(test_join_without_a_terminal_says_so),
        cmocka_unit_test(test_a_bad_address_and_an_absent_broker_are_two_things),
        cmocka_unit_test(test_without_a_broker_one_sentence_says_what_to_do),
    };
    const struct CMUnitTest with_a_broker[] = {
        IN_A_CLASS(test_a_class_votes_twice_and_sees_what_moved),
        IN_A_CLASS(test_a_killed_instructor_resumes_the_vote),
        IN_A_CLASS(test_of_two_instructors_the_older_stops_and_the_class_goes_on),
        IN_A_CLASS(test_a_leaked_code_is_replaced_and_seats_stay),
        IN_A_CLASS(test_a_class_roams_and_is_called_back),
        IN_A_CLASS(test_pace_is_told_to_the_notes_alone),
        IN_A_CLASS(test_a_vote_with_a_time_closes_by_itself),
        IN_A_CLASS(test_a_whole_class_ends_in_a_gradebook),
        IN_A_CLASS(test_a_class_on_the_network_is_left_and_resumed),
        IN_A_CLASS(test_each_part_is_killed_in_mid_vote_and_no_receipt_was_in_vain),
        IN_A_CLASS(test_who_is_banned_is_told_and_stays_out),
        IN_A_CLASS(test_lines_hold_a_class_too),
        IN_A_CLASS(test_a_second_terminal_takes_the_seat_and_the_first_says_so),
        IN_A_CLASS(test_lines_say_what_is_new_and_once),
        IN_A_CLASS(test_a_member_is_shown_the_keys_of_a_class),
    };
    int failed = cmocka_run_group_tests(always, NULL, NULL);
    if (access("/usr/sbin/mosquitto", X_OK) != 0) {
        puts("skipped: a class on terminals: mosquitto is not installed (make deps CLASS=1)");
        return failed;
    }
    return failed + cmocka_run_group_tests(with_a_broker, NULL, NULL);
}
