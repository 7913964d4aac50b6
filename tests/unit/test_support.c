/* The harnesses themselves, against small shell programs whose behaviour is plain to see. */
#include "support/test.h"

#include "support/bench.h"
#include "support/nnvec.h"
#include "support/run.h"
#include "support/vt.h"

#include "base/utf8.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Answers each key with a frame that is slow to end, so that half of it could be seen. */
static const char echo_keys[] =
    "stty raw -echo\n"
    "printf '\\033[?2026hready\\r\\n\\033[?2026l'\n"
    "n=0\n"
    "while key=$(dd bs=1 count=1 2>/dev/null) && [ \"$key\" != q ]; do\n"
    "    n=$((n + 1))\n"
    "    printf '\\033[?2026h\\033[H\\033[2Jkey %d' $n\n"
    "    printf ' is %s\\033[?20' \"$key\"\n"
    "    printf '26l'\n"
    "done\n"
    "exit 7\n";

static void test_keys_meet_the_frame_that_answers_them(void **state)
{
    struct vt *vt = *state = vt_start(TEXTS("sh", "-c", echo_keys), NULL, 24, 80);
    vt_wait_text(vt, "ready");
    for (int i = 1; i <= 20; i++) {
        char key[2] = {(char)('a' + i % 16), '\0'}, expected[32];
        vt_key(vt, key);
        snprintf(expected, sizeof expected, "key %d is %s", i, key);
        assert_string_equal(vt_row(vt, 0), expected);
    }
    vt_wait_gone(vt, "ready");
    assert_int_equal(vt->frames, 21);
    vt_send(vt, "q");
    assert_int_equal(vt_wait_exit(vt), 7);
}

static void test_screen_is_read_by_cells(void **state)
{
    static const char paint[] =
        "printf '\\033[2;3H\\346\\274\\242\\345\\255\\227e\\314\\201\\033[7m|"
        "\\033[38;2;240;15;64mred\\033[0m'; read x";
    struct vt *vt = *state = vt_start(TEXTS("sh", "-c", paint), NULL, 5, 40);
    vt_wait_text(vt, "red");
    assert_string_equal(vt_row(vt, 1), "  漢字e\xCC\x81|red");
    struct vt_place place = vt_find(vt, "|red");
    assert_int_equal(place.row, 1);
    assert_int_equal(place.col, 7);
    assert_int_equal(vt_cell(vt, 1, 2).chars[0], 0x6F22);
    assert_int_equal(vt_cell(vt, 1, 6).chars[1], 0x301);
    assert_true(vt_cell(vt, 1, 7).attrs.reverse);
    assert_int_equal(vt_rgb(vt, vt_cell(vt, 1, 8).fg), 0xF00F40);
    assert_true(vt_raw_has(vt, "\033[38;2;240;15;64m"));
    assert_false(vt_raw_has(vt, "\033[38;2;1"));
}

static void test_resize_reaches_the_program(void **state)
{
    static const char sizes[] = "echo ready; while read x; do stty size; done";
    struct vt *vt = *state = vt_start(TEXTS("sh", "-c", sizes), NULL, 10, 20);
    vt_wait_text(vt, "ready");
    vt_resize(vt, 100, 300);
    vt_send(vt, "\n");
    vt_wait_text(vt, "100 300");
    vt_resize(vt, 3, 12);
    vt_send(vt, "\n");
    vt_wait_text(vt, "3 12");
}

static void test_mouse_is_sent_as_asked_for(void **state)
{
    static const char show[] = "stty raw -echo\n"
                               "printf '\\033[?1002h\\033[?1006hready'\n"
                               "dd bs=1 count=31 2>/dev/null | tr '\\033' E\n"
                               "read x";
    struct vt *vt = *state = vt_start(TEXTS("sh", "-c", show), NULL, 24, 80);
    vt_wait_text(vt, "ready");
    vt_mouse_press(vt, 3, 11, 1);
    vt_mouse_move(vt, 3, 12);
    vt_mouse_release(vt, 3, 12, 1);
    vt_wait_text(vt, "readyE[<0;12;4ME[<32;13;4ME[<0;13;4m");
}

static void test_death_is_told_from_an_exit(void **state)
{
    struct vt *vt = *state = vt_start(TEXTS("sh", "-c", "echo up; read x"), NULL, 24, 80);
    vt_wait_text(vt, "up");
    kill(vt->pid, SIGTERM);
    assert_int_equal(vt_wait_exit(vt), 128 + SIGTERM);
    assert_true(WIFSIGNALED(vt->status));
}

static bool never(struct vt *vt, const void *unused)
{
    (void)vt;
    (void)unused;
    return false;
}

static void test_wait_ends_at_its_deadline_or_with_the_program(void **state)
{
    struct vt *vt = *state = vt_start(TEXTS("yes"), NULL, 24, 80);
    assert_false(vt_wait(vt, never, NULL, 50));
    kill(vt->pid, SIGKILL);
    assert_false(vt_wait(vt, never, NULL, VT_DEADLINE_MS));
    assert_int_equal(vt_wait_exit(vt), 128 + SIGKILL);
}

static void test_direct_colour_terminal_is_found(void **state)
{
    struct vt *vt = *state =
        vt_start(TEXTS("tput", "colors"), TEXTS("TERM=nn-direct", vt_direct_terminfo()), 24, 80);
    vt_wait_text(vt, "16777216");
}

static void test_run_carries_all_three_streams(void **state)
{
    (void)state;
    struct run run =
        run_program(TEXTS("sh", "-c", "cat; echo oops >&2; exit 3"), NULL, "one\ntwo\n");
    assert_int_equal(run.code, 3);
    assert_string_equal(buf_text(&run.out), "one\ntwo\n");
    assert_string_equal(buf_text(&run.err), "oops\n");
    run_free(&run);
}

static void test_run_does_not_jam_on_much_data(void **state)
{
    (void)state;
    struct buf much = {0};
    buf_repeat(&much, "0123456789abcde\n", 1 << 16);
    struct run run = run_program_n(TEXTS("tee", "/dev/stderr"), NULL, much.data, much.length);
    assert_int_equal(run.out.length, much.length);
    assert_int_equal(run.err.length, much.length);
    run_free(&run);
    run = run_program_n(TEXTS("true"), NULL, much.data, much.length); /* it reads nothing */
    assert_int_equal(run.code, 0);
    run_free(&run);
    buf_free(&much);
}

static void test_child_sees_only_our_environment(void **state)
{
    (void)state;
    struct run run = run_program(TEXTS("sh", "-c", "echo $HOME $XDG_DATA_HOME $LANG $TERM $TZ"),
                                 TEXTS("HOME=/nowhere", "LANG=xx", "TZ"), NULL);
    assert_string_equal(buf_text(&run.out), "/nowhere /nowhere/DATA xx xterm-256color\n");
    run_free(&run);
    run = run_program(TEXTS("no-such-program"), NULL, NULL);
    assert_int_equal(run.code, 127);
    run_free(&run);
}

/* What a program that measures makes of its command line: NULL, or the complaint. */
static const char *bench_complaint(struct bench *bench, struct bench_option options[3],
                                   const char *const *words)
{
    static struct err err;
    int count = 1;
    while (words[count])
        count++;
    options[0] = (struct bench_option){.name = "n", .value = 24, .least = 1, .most = 40};
    options[1] = (struct bench_option){.name = "p", .value = .5, .most = 1, .is_fraction = true};
    options[2] = (struct bench_option){.name = "adam", .text = "foreach"};
    *bench = (struct bench){.threads = 1, .reps = 5};
    return bench_read(bench, count, (char **)words, options, 3, &err) ? NULL : err.text;
}

static void test_options_of_a_bench_are_read(void **state)
{
    (void)state;
    struct bench bench;
    struct bench_option options[3];
    assert_null(bench_complaint(&bench, options,
                                TEXTS("x", "--n", "30", "--p=.25", "--threads", "2", "--reps=7",
                                      "--adam", "fused", "--simd", "avx2")));
    assert_true(options[0].value == 30 && options[1].value == .25);
    assert_string_equal(options[2].text, "fused");
    assert_int_equal(bench.threads, 2);
    assert_int_equal(bench.reps, 7);
    assert_int_equal(bench.simd, SIMD_AVX2);
}

static void test_options_that_a_bench_cannot_take_are_named(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"--n", "0"},       {"--n", "41"},       {"--n", "2.5"},    {"--n", "x"},
        {"--n", "nan"},     {"--n", ""},         {"--p", "1.5"},    {"--p", "-.1"},
        {"--threads", "0"}, {"--threads", "65"}, {"--reps", "1.5"}, {"--simd", "sse"},
        {"--adam", "a\"b"}, {"--rows", "3"},     {"n", "3"},        {"--n", NULL},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bench bench;
        struct bench_option options[3];
        const char *text = bench_complaint(&bench, options, TEXTS("x", bad[i][0], bad[i][1]));
        if (!text || !strstr(text, bad[i][0]) || !strstr(text, "--n 1..40, --p 0..1"))
            fail_msg("%s %s: %s", bad[i][0], bad[i][1], text ? text : "was taken");
        if (bad[i][1] && bad[i][0][0] == '-')
            assert_non_null(strstr(text, bad[i][1]));
    }
}

static void test_manifests_give_each_file_its_tolerance(void **state)
{
    (void)state;
    static const char manifest[] = "file\tn_out\terror\ttolerance\tworst\n"
                                   "relu_0_f32.txt\t20\t1e-07\t4e-06\tout.y\n"
                                   "relu_1_f32.txt\t20\t0\t1e-11";
    double tolerance;
    struct err err;
    assert_true(nnvec_tolerance(manifest, "relu_0_f32.txt", &tolerance, &err));
    assert_true(tolerance == 4e-6);
    assert_true(nnvec_tolerance(manifest, "relu_1_f32.txt", &tolerance, &err));
    assert_true(tolerance == 1e-11);
}

static void test_manifests_that_say_no_tolerance_are_refused(void **state)
{
    (void)state;
    static const char *const broken[][2] = {
        {"", "no line for a.txt"},
        {"file\tn\n", "no line for a.txt"},
        {"aa.txt\t1\t2\t3\n", "no line for a.txt"},
        {"a.txt", "\"\" in the fourth column"},
        {"a.txt\t1\t2\n3\t4\n", "\"\" in the fourth column"},
        {"a.txt\t1\t2\tx\n", "\"x\" in the fourth column"},
        {"a.txt\t1\t2\tnan\n", "\"nan\" in the fourth column"},
        {"a.txt\t1\t2\tinf\n", "\"inf\" in the fourth column"},
        {"a.txt\t1\t2\t-1\n", "\"-1\" in the fourth column"},
        {"a.txt\t1\t2\t0\n", "\"0\" in the fourth column"},
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        double tolerance;
        struct err err;
        assert_false(nnvec_tolerance(broken[i][0], "a.txt", &tolerance, &err));
        if (!strstr(err.text, broken[i][1]))
            fail_msg("\"%s\" does not say \"%s\"", err.text, broken[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_keys_meet_the_frame_that_answers_them, vt_teardown),
        cmocka_unit_test_teardown(test_screen_is_read_by_cells, vt_teardown),
        cmocka_unit_test_teardown(test_resize_reaches_the_program, vt_teardown),
        cmocka_unit_test_teardown(test_mouse_is_sent_as_asked_for, vt_teardown),
        cmocka_unit_test_teardown(test_death_is_told_from_an_exit, vt_teardown),
        cmocka_unit_test_teardown(test_wait_ends_at_its_deadline_or_with_the_program, vt_teardown),
        cmocka_unit_test_teardown(test_direct_colour_terminal_is_found, vt_teardown),
        cmocka_unit_test(test_run_carries_all_three_streams),
        cmocka_unit_test(test_run_does_not_jam_on_much_data),
        cmocka_unit_test(test_child_sees_only_our_environment),
        cmocka_unit_test(test_options_of_a_bench_are_read),
        cmocka_unit_test(test_options_that_a_bench_cannot_take_are_named),
        cmocka_unit_test(test_manifests_give_each_file_its_tolerance),
        cmocka_unit_test(test_manifests_that_say_no_tolerance_are_refused),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
