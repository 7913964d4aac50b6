/* How the tutor starts: the first time and the second, on small and large windows, and on terminals
 * of all kinds. */
#include "support/test.h"

#include "support/run.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static void test_first_start_welcomes_the_second_does_not(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "Why deep networks train");
    assert_true(vt_has(vt, "You learn by predicting."));
    assert_true(vt_has(vt, "Your answers are kept in"));
    assert_true(vt_has(vt, "progress.db"));
    assert_false(vt_has(vt, "Dropout: the mechanics"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Dropout: the mechanics"));
    assert_true(vt_has(vt, "Enter: begin with "));
    assert_false(vt_has(vt, "You learn by predicting."));
    tutor_quit(vt);
    vt_teardown(state);

    vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "Dropout: the mechanics");
    assert_int_equal(vt->frames, 1);
    assert_false(vt_has(vt, "You learn by predicting."));
    tutor_quit(vt);
}

static void test_quitting_the_welcome_page_still_counts_as_a_start(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "You learn by predicting.");
    tutor_quit(vt);
    vt_teardown(state);
    vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "Dropout: the mechanics");
    assert_false(vt_has(vt, "You learn by predicting."));
}

/* The last row is the footer and the first the header, whatever the size; nothing is drawn over the
 * edge, where a terminal would wrap it. */
static void test_frame_fits_every_size(void **state)
{
    static const int sizes[][2] = {{80, 24}, {200, 60}, {40, 12}, {300, 100}, {41, 17}, {79, 18}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct vt *vt = *state = tutor_start(tutor_home(), sizes[i][1], sizes[i][0]);
        vt_wait_text(vt, "Enter begin");
        assert_string_equal(vt_row(vt, 0), " nntutor");
        assert_non_null(strstr(vt_row(vt, sizes[i][1] - 1), "q quit"));
        vt_key(vt, ENTER);
        assert_non_null(strstr(vt_row(vt, 0), "nntutor"));
        assert_non_null(strstr(vt_row(vt, sizes[i][1] - 1), "Enter open"));
        assert_non_null(strstr(vt_row(vt, sizes[i][1] - 1), "? keys"));
        tutor_quit(vt);
        vt_teardown(state);
    }
}

static void test_a_window_too_small_says_so_and_recovers(void **state)
{
    static const int sizes[][2] = {{39, 11}, {39, 24}, {80, 11}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct vt *vt = *state = tutor_start(tutor_home(), sizes[i][1], sizes[i][0]);
        vt_wait_text(vt, "Make the window larger");
        vt_resize(vt, 12, 40);
        vt_wait_text(vt, "Enter begin");
        assert_false(vt_has(vt, "Make the window larger"));
        tutor_quit(vt);
        vt_teardown(state);
    }
}

static void test_what_a_tiny_window_says_is_not_cut(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 5, 20);
    vt_wait_text(vt, "40x12)");
    assert_true(vt_has(vt, "Make the window"));
    assert_true(vt_has(vt, "larger"));
    vt_resize(vt, 12, 40);
    vt_wait_text(vt, "Enter begin");
    tutor_quit(vt);
}

static void test_welcome_page_is_all_there_in_a_small_window(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 12, 40);
    vt_wait_text(vt, "Enter begin");
    for (int i = 0; i < 10 && !vt_has(vt, "progress.db"); i++)
        vt_key(vt, PAGE_DOWN);
    assert_true(vt_has(vt, "Your answers are kept"));
    vt_key(vt, PAGE_UP);
    assert_false(vt_has(vt, "progress.db"));
}

static bool has_colour(struct vt *vt)
{
    for (int row = 0; row < vt->rows; row++)
        for (int col = 0; col < vt->cols; col++) {
            VTermScreenCell cell = vt_cell(vt, row, col), plain = vt_cell(vt, vt->rows - 3, 0);
            if (vt_rgb(vt, cell.fg) != vt_rgb(vt, plain.fg))
                return true;
        }
    return false;
}

static bool has_attribute(struct vt *vt)
{
    for (int row = 0; row < vt->rows; row++)
        for (int col = 0; col < vt->cols; col++) {
            VTermScreenCell cell = vt_cell(vt, row, col);
            if (cell.attrs.bold || cell.attrs.reverse || cell.attrs.underline)
                return true;
        }
    return false;
}

static void walk_a_little(struct vt *vt)
{
    tutor_to_home(vt);
    vt_key(vt, ENTER);
    vt_wait_text(vt, "What you will be able to do");
    vt_key(vt, ENTER);
    vt_wait_text(vt, "How often are exactly 30");
}

static void test_each_terminal_shows_a_lesson(void **state)
{
    static const struct {
        const char *term;
        bool colours;
    } terms[] = {
        {"TERM=xterm-256color", true}, {"TERM=xterm", true},         {"TERM=vt100", false},
        {"TERM=linux", true},          {"TERM=tmux-256color", true}, {"TERM=screen-256color", true},
        {"TERM=xterm-mono", false},
    };
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct vt *vt = *state =
            vt_start(TEXTS("nntutor"), TEXTS(tutor_home(), terms[i].term), 24, 80);
        walk_a_little(vt);
        assert_true(vt_has(vt, "step 2 of 9"));
        assert_int_equal(has_colour(vt), terms[i].colours);
        assert_true(has_attribute(vt));
        vt_send(vt, "q");
        assert_int_equal(vt_wait_exit(vt), 0);
        vt_teardown(state);
    }
}

static void test_direct_colour_is_exact(void **state)
{
    struct vt *vt = *state = vt_start(
        TEXTS("nntutor"), TEXTS(tutor_home(), "TERM=nn-direct", vt_direct_terminfo()), 24, 80);
    walk_a_little(vt);
    assert_true(has_colour(vt));
    assert_true(vt_raw_has(vt, "\033[38;2;"));
}

static void test_xterm_direct_runs(void **state)
{
    struct vt *vt = *state =
        vt_start(TEXTS("nntutor"), TEXTS(tutor_home(), "TERM=xterm-direct"), 24, 80);
    walk_a_little(vt);
    tutor_quit(vt);
}

static void test_no_color_is_obeyed(void **state)
{
    struct vt *vt = *state = vt_start(TEXTS("nntutor"), TEXTS(tutor_home(), "NO_COLOR=1"), 24, 80);
    walk_a_little(vt);
    assert_false(has_colour(vt));
    assert_true(has_attribute(vt));
    vt_teardown(state);
    vt = *state = vt_start(TEXTS("nntutor"), TEXTS(tutor_home(), "NO_COLOR="), 24, 80);
    walk_a_little(vt);
    assert_true(has_colour(vt)); /* empty is not set */
    vt_teardown(state);
    vt = *state =
        vt_start(TEXTS("nntutor", "--color=always"), TEXTS(tutor_home(), "NO_COLOR=1"), 24, 80);
    walk_a_little(vt);
    assert_true(has_colour(vt)); /* the option wins */
    vt_teardown(state);
    vt = *state = vt_start(TEXTS("nntutor", "--color=never"), TEXTS(tutor_home()), 24, 80);
    walk_a_little(vt);
    assert_false(has_colour(vt));
}

static void assert_ascii_screen(struct vt *vt)
{
    for (int row = 0; row < vt->rows; row++)
        for (const char *c = vt_row(vt, row); *c; c++)
            if ((unsigned char)*c >= 127 || (unsigned char)*c < 32) {
                vt_dump(vt);
                fail_msg("row %d is not ASCII: %s", row, vt_row(vt, row));
            }
}

static void ascii_walk(struct vt *vt)
{
    vt_wait_text(vt, "Enter begin");
    assert_ascii_screen(vt);
    tutor_to_home(vt);
    assert_ascii_screen(vt);
    vt_key(vt, ENTER);
    assert_ascii_screen(vt);
    vt_key(vt, ENTER);
    vt_wait_text(vt, "Predict");
    assert_ascii_screen(vt);
    tutor_type(vt, "0.09\r3");
    vt_wait_text(vt, "You said 0.09");
    assert_ascii_screen(vt);
    vt_key(vt, ENTER);
    assert_ascii_screen(vt);
    vt_key(vt, "?");
    vt_wait_text(vt, "Where you are");
    assert_ascii_screen(vt);
    vt_key(vt, ESCAPE);
    vt_key(vt, ESCAPE);
    vt_key(vt, "d");
    assert_ascii_screen(vt);
    vt_key(vt, ENTER);
    assert_ascii_screen(vt);
    for (size_t i = 0; i < vt->raw.length; i++)
        assert_true((unsigned char)vt->raw.data[i] < 128);
}

static void test_c_locale_shows_pure_ascii(void **state)
{
    ascii_walk(*state = vt_start(TEXTS("nntutor"), TEXTS(tutor_home(), "LC_ALL=C"), 24, 80));
}

static void test_ascii_option_shows_pure_ascii(void **state)
{
    ascii_walk(*state = vt_start(TEXTS("nntutor", "--ascii"), TEXTS(tutor_home()), 24, 80));
}

static void test_unknown_and_dumb_terminals_get_line_mode(void **state)
{
    static const char *const terms[] = {"TERM=no-such-terminal", "TERM=dumb", "TERM=", "TERM"};
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++) {
        struct vt *vt = *state = vt_start(TEXTS("nntutor"), TEXTS(tutor_home(), terms[i]), 24, 80);
        vt_wait_text(vt, "[q]uit"); /* the prompt names its keys: [q]uit */
        assert_int_equal(vt->frames, 0);
        assert_false(vt_raw_has(vt, "\033["));
        vt_send(vt, "q\r");
        assert_int_equal(vt_wait_exit(vt), 0);
        vt_teardown(state);
    }
}

static void test_pasted_text_is_never_a_command(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
    walk_a_little(vt);
    vt_key(vt, PASTE("q\r\033[31m"));
    assert_true(vt_has(vt, "How often are exactly 30")); /* it neither quit nor locked in */
    assert_false(vt_has(vt, "How sure"));
    vt_key(vt, "\025"); /* Ctrl-U */
    vt_key(vt, PASTE("0.25"));
    assert_true(vt_has(vt, "> 0.25"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "How sure"));
    vt_key(vt, PASTE("3q"));
    assert_true(vt_has(vt, "How sure"));
    vt_key(vt, "3");
    vt_wait_text(vt, "You said 0.25");
    vt_key(vt, PASTE("q\r"));
    assert_true(vt_has(vt, "You said 0.25"));
    vt_key(vt, ESCAPE);
    vt_key(vt, PASTE("q"));
    assert_true(vt_has(vt, "Dropout: the mechanics"));
    tutor_quit(vt);
}

static void test_pasted_controls_arrive_clean(void **state)
{
    struct vt *vt = *state = tutor_start_with(TEXTS("nntutor", "demo"), tutor_home(), 24, 80);
    vt_wait_text(vt, "Demo gallery");
    vt_key(vt, "/");
    vt_key(vt, PASTE("ma\033]0;title\007\tsk\r\nx"));
    assert_false(vt_raw_has(vt, "\033]0;title"));
    assert_false(vt_raw_has(vt, "\007"));
    assert_true(vt_has(vt, "/ma"));
    assert_true(vt_has(vt, "No demo holds this word."));
}

static void test_a_paste_that_never_ends_does_not_hang(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
    walk_a_little(vt);
    vt_key(vt, "\033[200~0.5");
    assert_true(vt_has(vt, "> 0.5"));
    tutor_quit(vt);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_first_start_welcomes_the_second_does_not, vt_teardown),
        cmocka_unit_test_teardown(test_quitting_the_welcome_page_still_counts_as_a_start,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_frame_fits_every_size, vt_teardown),
        cmocka_unit_test_teardown(test_a_window_too_small_says_so_and_recovers, vt_teardown),
        cmocka_unit_test_teardown(test_what_a_tiny_window_says_is_not_cut, vt_teardown),
        cmocka_unit_test_teardown(test_welcome_page_is_all_there_in_a_small_window, vt_teardown),
        cmocka_unit_test_teardown(test_each_terminal_shows_a_lesson, vt_teardown),
        cmocka_unit_test_teardown(test_direct_colour_is_exact, vt_teardown),
        cmocka_unit_test_teardown(test_xterm_direct_runs, vt_teardown),
        cmocka_unit_test_teardown(test_no_color_is_obeyed, vt_teardown),
        cmocka_unit_test_teardown(test_c_locale_shows_pure_ascii, vt_teardown),
        cmocka_unit_test_teardown(test_ascii_option_shows_pure_ascii, vt_teardown),
        cmocka_unit_test_teardown(test_unknown_and_dumb_terminals_get_line_mode, vt_teardown),
        cmocka_unit_test_teardown(test_pasted_text_is_never_a_command, vt_teardown),
        cmocka_unit_test_teardown(test_pasted_controls_arrive_clean, vt_teardown),
        cmocka_unit_test_teardown(test_a_paste_that_never_ends_does_not_hang, vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
