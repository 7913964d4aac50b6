/* Every page opens, shows something of use in small and large windows, and closes with Esc. */
#include "support/test.h"

#include "support/golden.h"
#include "support/tutor.h"

#include "base/utf8.h"
#include "demos/demo.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void golden_screen(struct vt *vt, const char *name)
{
    struct buf text = {0};
    char path[200];
    for (int row = 0; row < vt->rows; row++)
        buf_addf(&text, "%s\n", vt_row(vt, row));
    snprintf(path, sizeof path, "tests/golden/tty/%s.txt", name);
    golden_check(path, buf_text(&text));
    buf_free(&text);
}

static struct vt *at_home(int rows, int cols)
{
    struct vt *vt = tutor_start(tutor_home(), rows, cols);
    tutor_to_home(vt);
    return vt;
}

static struct vt *gallery(int rows, int cols)
{
    struct vt *vt = tutor_start_with(TEXTS("nntutor", "demo"), tutor_home(), rows, cols);
    vt_wait_text(vt, "Demo gallery");
    return vt;
}

/* Wherever `title` is told, and up to the next title, `key` and what it does. */
static bool tells_key(struct vt *vt, const char *title, const char *key)
{
    struct vt_place place = vt_find(vt, title);
    for (int row = place.row + 1; row < vt->rows && strncmp(vt_row(vt, row), "   ", 3) == 0; row++)
        if (strncmp(vt_row(vt, row) + 3, key, strlen(key)) == 0)
            return true;
    return false;
}

static void test_the_keys_page_tells_every_place_its_keys(void **state)
{
    static const char end[] = "At the end of a chapter or a quiz", after[] = "After an answer";
    struct vt *vt = *state = at_home(140, 100);
    vt_key(vt, "?");
    assert_true(tells_key(vt, end, "t  "));
    assert_true(tells_key(vt, end, "m  "));
    assert_true(tells_key(vt, after, "d  "));
    assert_true(tells_key(vt, after, "u  "));
    assert_true(tells_key(vt, "In the statistics", "t  "));
    assert_true(tells_key(vt, "When a demo has run", "t  "));
    vt_key(vt, ESCAPE);
    vt_key(vt, "s");
    vt_key(vt, "?");
    assert_true(vt_has(vt, end)); /* a key they share hides no place */
}

/* The pages as they look, where nothing but the page itself can change them. */
static void test_pages_look_as_they_did(void **state)
{
    static const struct {
        int rows, cols;
        const char *suffix;
    } sizes[] = {{24, 80, "80x24"}, {12, 40, "40x12"}};
    for (size_t i = 0; i < 2; i++) {
        char name[60];
        struct vt *vt = *state = at_home(sizes[i].rows, sizes[i].cols);
        const char *suffix = sizes[i].suffix;
        vt_key(vt, "?");
        snprintf(name, sizeof name, "keys-of-home-%s", suffix);
        golden_screen(vt, name);
        vt_key(vt, ESCAPE);
        vt_key(vt, "d");
        vt_key(vt, "/");
        tutor_type(vt, "through a relu");
        snprintf(name, sizeof name, "gallery-%s", suffix);
        golden_screen(vt, name);
        vt_key(vt, ESCAPE);
        vt_key(vt, ESCAPE);
        vt_key(vt, "g");
        vt_key(vt, "/");
        tutor_type(vt, "monte-carlo");
        vt_key(vt, ENTER);
        snprintf(name, sizeof name, "glossary-%s", suffix);
        golden_screen(vt, name);
        vt_key(vt, ESCAPE);
        assert_non_null(strstr(vt_row(vt, 0), "nntutor"));
        vt_key(vt, ENTER);
        tutor_next(vt);
        snprintf(name, sizeof name, "predict-%s", suffix);
        golden_screen(vt, name);
        tutor_type(vt, "0.09\r3");
        vt_wait_text(vt, "it was 0.08678");
        snprintf(name, sizeof name, "outcome-%s", suffix);
        golden_screen(vt, name);
        vt_teardown(state);
    }
}

static void test_gallery_finds_by_a_word(void **state)
{
    struct vt *vt = *state = gallery(24, 80);
    assert_true(vt_has(vt, "shrink"));
    assert_true(vt_has(vt, "mask-count"));
    vt_key(vt, "/");
    tutor_type(vt, "reLU");
    assert_true(vt_has(vt, "/reLU"));
    assert_true(vt_has(vt, "relu-bias"));
    assert_false(vt_has(vt, "mask-count"));
    assert_int_equal(tutor_cursor_row(vt), 0); /* behind the word */
    vt_key(vt, "q");
    assert_true(vt_has(vt, "No demo holds this word."));
    vt_key(vt, "\177");
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "▸ relu-bias"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Through a ReLU"));
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "▸ relu-bias"));
    vt_key(vt, "/");
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "mask-count"));
    tutor_quit(vt);
}

/* Every demo of the gallery: every knob to both ends with keys, at two sizes. */
static void test_every_knob_of_every_demo_goes_to_its_ends(void **state)
{
    static const int sizes[][2] = {{24, 80}, {12, 40}};
    for (size_t i = 0; i < 2; i++) {
        struct vt *vt = *state = gallery(sizes[i][0], sizes[i][1]);
        for (size_t d = 0; d < demo_count; d++) {
            vt_key(vt, ENTER);
            vt_wait_text(vt, demos[d]->title);
            size_t count = demos[d]->knob_count, first = 0;
            while (first < count && demos[d]->knobs[first].kind >= KNOB_LIST)
                first++; /* the focus begins on a knob that can be moved */
            for (size_t k = 0; k < count; k++) {
                const struct knob *knob = &demos[d]->knobs[(first + k) % count];
                /* Values are proved without a terminal (test_pane); here nothing may break. */
                if (knob->kind == KNOB_NUMBER || knob->kind == KNOB_INTEGER) {
                    vt_key(vt, LAST);
                    vt_key(vt, FIRST);
                    vt_key(vt, RIGHT);
                    vt_key(vt, LEFT);
                }
                vt_key(vt, DOWN);
            }
            vt_key(vt, ESCAPE);
            vt_wait_text(vt, "Demo gallery");
            vt_key(vt, DOWN);
        }
        tutor_quit(vt);
        vt_teardown(state);
    }
}

/* A demo that trains: paused, one step, stopped; another seed begins anew. */
static void test_a_demo_at_work_takes_pause_step_stop_and_seed(void **state)
{
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "demo", "depth-sweep"), tutor_home(), 24, 100);
    vt_wait_text(vt, " %");
    vt_key(vt, " ");
    vt_wait_text(vt, "paused at");
    char before[400], after[400];
    snprintf(before, sizeof before, "%s", vt_row(vt, 0));
    vt_key(vt, "?");
    vt_key(vt, ESCAPE);
    assert_string_equal(vt_row(vt, 0), before); /* nothing moves by itself */
    snprintf(after, sizeof after, "%s", before);
    for (int i = 0; i < 3000 && strcmp(after, before) == 0; i++) {
        vt_key(vt, ".");
        snprintf(after, sizeof after, "%s", vt_row(vt, 0));
    }
    assert_string_not_equal(after, before);
    vt_key(vt, "x");
    vt_wait_text(vt, "stopped at");
    assert_false(vt_has(vt, "Space pause"));
    assert_true(vt_has(vt, "seed 1"));
    vt_key(vt, "r");
    vt_wait_text(vt, "seed 2");
    vt_wait_text(vt, "Space pause");
    vt_send(vt, ESCAPE);
    assert_int_equal(vt_wait_exit(vt), 0);
    tutor_assert_restored(vt);
}

static void test_a_demo_without_chance_takes_words_and_reset(void **state)
{
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "demo", "chain"), tutor_home(), 24, 80);
    vt_wait_text(vt, "other knob");
    assert_false(vt_has(vt, "seed")); /* no chance in it */
    char rows[24][400];
    for (int row = 0; row < 24; row++)
        snprintf(rows[row], sizeof rows[row], "%s", vt_row(vt, row));
    assert_true(vt_has(vt, "0.122 of the"));
    vt_key(vt, "r");
    assert_true(vt_has(vt, "0.122 of the"));
    vt_key(vt, "t");
    assert_false(vt_has(vt, "┤"));
    vt_key(vt, "t");
    assert_true(vt_has(vt, "┤"));
    vt_key(vt, RIGHT);
    assert_false(vt_has(vt, "0.122 of the"));
    vt_key(vt, "0");
    assert_true(vt_has(vt, "0.122 of the"));
    for (int row = 3; row < 24; row++)
        assert_string_equal(vt_row(vt, row), rows[row]);
    assert_true(vt_has(vt, "factor: what each layer multiplies"));
    vt_key(vt, DOWN);
    assert_true(vt_has(vt, "depth: how many layers"));
    vt_send(vt, ESCAPE);
    assert_int_equal(vt_wait_exit(vt), 0);
    tutor_assert_restored(vt);
}

static void test_a_term_opens_the_glossary_at_its_entry(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, ENTER);
    vt_key(vt, "\t");
    struct vt_place term = vt_find(vt, "overfitting");
    assert_int_equal(tutor_cursor_row(vt), term.row);
    assert_int_equal(tutor_cursor_column(vt), term.col);
    assert_non_null(strstr(vt_row(vt, 23), "Enter open"));
    vt_key(vt, ENTER);
    assert_non_null(strstr(vt_row(vt, 0), "Glossary"));
    assert_true(vt_has(vt, "▸ Overfitting"));
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "What you will be able to do"));
    assert_non_null(strstr(vt_row(vt, 23), "Enter next")); /* one does not open it again */
    vt_key(vt, "\t");
    vt_key(vt, "o");
    assert_true(vt_has(vt, "▸ Mask"));
    vt_key(vt, "/");
    tutor_type(vt, "varia");
    assert_true(vt_has(vt, "▸ Variance"));
    assert_int_equal(tutor_cursor_row(vt), 0);
    vt_key(vt, ENTER);
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "What you will be able to do"));
    tutor_quit(vt);
}

static void test_a_live_number_opens_its_demo(void **state)
{
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "study", "dropout/3.6"), tutor_home(), 24, 80);
    vt_wait_text(vt, "step 1 of");
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "0.0625"));
    vt_key(vt, "\t");
    assert_int_equal(tutor_cursor_row(vt), vt_find(vt, "0.0625").row);
    vt_key(vt, "o");
    assert_true(vt_has(vt, "Mask lab"));
    assert_true(vt_has(vt, "4 units")); /* with the knobs of that number */
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "0.0625"));
    tutor_quit(vt);
}

static void test_help_opens_everywhere_and_any_key_closes_it(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, "?");
    assert_true(vt_has(vt, "Where you are"));
    assert_true(vt_has(vt, "all the demos, to play with"));
    assert_non_null(strstr(vt_row(vt, 23), "Esc back"));
    vt_key(vt, "q"); /* closes the page, not the program */
    assert_true(vt_has(vt, "Dropout: the mechanics"));
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    tutor_type(vt, "0.2");
    vt_key(vt, "\033OP"); /* F1 */
    assert_true(vt_has(vt, "lock your prediction in"));
    vt_key(vt, " ");
    assert_true(vt_has(vt, "> 0.2"));
    vt_key(vt, "?");
    for (int i = 0; i < 20 && !vt_has(vt, "In the gallery and the glossary"); i++)
        vt_key(vt, PAGE_DOWN);
    assert_true(vt_has(vt, "In the gallery and the glossary"));
    tutor_quit(vt = (vt_key(vt, ESCAPE), vt));
}

/* At its end in a small window, the page of the keys fills a larger one. */
static void test_help_fills_a_window_that_grows(void **state)
{
    struct vt *vt = *state = at_home(12, 40);
    vt_key(vt, "?");
    vt_wait_text(vt, "Where you are");
    for (int i = 0; i < 60; i++)
        vt_key(vt, PAGE_DOWN);
    vt_resize(vt, 60, 200);
    vt_wait_text(vt, "back to where you came from");
    assert_true(vt_row(vt, 2)[0]);
    assert_false(vt_has(vt, "▼ PgDn"));
    vt_key(vt, PAGE_UP); /* and turns back at once */
    assert_true(vt_has(vt, "▼ PgDn"));
    tutor_quit(vt = (vt_key(vt, ESCAPE), vt));
}

static void test_the_options_can_be_read_to_their_end(void **state)
{
    struct vt *vt = *state = at_home(12, 40);
    vt_key(vt, "o");
    vt_wait_text(vt, "Everything comes back: no");
    vt_key(vt, DOWN);
    assert_true(vt_has(vt, "▸ Recall to be kept"));
    assert_true(vt_has(vt, "No question was taken out of review."));
    vt_key(vt, UP);
    assert_true(vt_has(vt, "▸ Everything comes back: no"));
    tutor_quit(vt);
}

/* ---- mouse ---------------------------------------------------------------------------------------- */

static int slider_row(struct vt *vt, const char *name)
{
    for (int row = 0; row < vt->rows; row++)
        if (strstr(vt_row(vt, row), name) && strstr(vt_row(vt, row), "━"))
            return row;
    vt_dump(vt);
    fail_msg("no slider %s", name);
    return -1;
}

static void test_a_drag_moves_a_knob_at_once(void **state)
{
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "demo", "chain"), tutor_home(), 24, 80);
    vt_wait_text(vt, "other knob");
    int row = slider_row(vt, "factor");
    /* All in one burst, as a quick hand does it. */
    vt_mouse_press(vt, row, 20, 1);
    vt_mouse_move(vt, row, 30);
    vt_mouse_move(vt, row, 60);
    vt_mouse_move(vt, row, 79);
    vt_mouse_release(vt, row, 79, 1);
    vt_wait_text(vt, "● 4 ");
    assert_true(vt_has(vt, "exploding"));
    /* Without a button the mouse moves nothing. */
    unsigned frames = vt->frames;
    vt_mouse_move(vt, row, 30);
    vt_key(vt, "x");
    assert_true(vt->frames > frames);
    assert_non_null(strstr(vt_row(vt, row), " 4 "));
    /* A drag that begins beside every track moves none. */
    vt_mouse_press(vt, 3, 5, 1);
    vt_mouse_move(vt, row, 30);
    vt_mouse_release(vt, row, 30, 1);
    vt_key(vt, "x");
    assert_non_null(strstr(vt_row(vt, row), " 4 "));
}

/* A demo that takes long to draw shows where the hand is, not where it has been. */
static void test_a_drag_does_not_fall_behind(void **state)
{
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "demo", "chain"), tutor_home(), 24, 80);
    vt_wait_text(vt, "other knob");
    int row = slider_row(vt, "factor");
    unsigned frames = vt->frames;
    kill(vt->pid, SIGSTOP); /* as if it were busy */
    vt_mouse_press(vt, row, 20, 1);
    for (int i = 0; i < 200; i++)
        vt_mouse_move(vt, row, 20 + i % 50);
    vt_mouse_move(vt, row, 79);
    kill(vt->pid, SIGCONT);
    vt_wait_text(vt, "● 4 ");
    assert_in_range(vt->frames - frames, 1, 4);
}

static void test_a_drag_in_a_lesson_moves_a_knob(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    tutor_type(vt, "0.1\r3");
    vt_wait_text(vt, "it was 0.08678");
    int row = slider_row(vt, "units");
    vt_mouse_press(vt, row, 30, 1);
    vt_mouse_move(vt, row, 12);
    vt_mouse_release(vt, row, 12, 1);
    vt_wait_text(vt, "1 unit");
    assert_int_equal(tutor_cursor_row(vt), row);
}

/* Who moves a knob wants to see what it does, also where twelve rows are all there is. */
static void test_a_knob_moved_by_key_shows_its_picture(void **state)
{
    struct vt *vt = *state = at_home(12, 40);
    vt_key(vt, ENTER);
    tutor_next(vt);
    tutor_type(vt, "0.1\r3");
    vt_wait_text(vt, "it was 0.08678");
    assert_false(vt_has(vt, "exactly 30"));
    vt_key(vt, RIGHT);
    vt_wait_text(vt, "exactly 33");
    assert_true(vt_has(vt, "┌"));
    assert_true(vt_has(vt, "▸ units"));
}

static void click(struct vt *vt, int row, int col)
{
    vt_mouse_press(vt, row, col, 1);
    vt_mouse_release(vt, row, col, 1);
}

static bool is_focused(struct vt *vt, const void *text)
{
    char focused[100];
    snprintf(focused, sizeof focused, "▸ %s", (const char *)text);
    return vt_has(vt, focused);
}

static void test_clicks_choose_and_open(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    struct vt_place place = vt_find(vt, "Dropout: the mechanics");
    click(vt, place.row, place.col);
    vt_wait_text(vt, "What you will be able to do");
    place = vt_find(vt, "overfitting");
    click(vt, place.row, place.col + 2);
    vt_wait_text(vt, "▸ Overfitting");
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "What you will be able to do");
    vt_key(vt, ENTER);
    vt_key(vt, "s");
    vt_wait_text(vt, "It was");
    vt_key(vt, ENTER);
    vt_wait_text(vt, "    A ");
    for (char option = 'C'; option >= 'A'; option--) {
        char letter[4] = {option, ' ', '\0'}, unfocused[8];
        snprintf(unfocused, sizeof unfocused, "    %s", letter);
        place = vt_find(vt, unfocused);
        click(vt, place.row, place.col + 8);
        assert_true(vt_wait(vt, is_focused, letter, VT_DEADLINE_MS));
    }
    vt_key(vt, ESCAPE);
    vt_wait_text(vt, "go on at");
    vt_key(vt, "d");
    vt_wait_text(vt, "Demo gallery");
    place = vt_find(vt, "relu-bias");
    click(vt, place.row, place.col);
    assert_true(vt_wait(vt, is_focused, "relu-bias", VT_DEADLINE_MS));
    click(vt, place.row, place.col);
    vt_wait_text(vt, "Through a ReLU");
}

static void wheel(struct vt *vt, int button)
{
    vt_mouse_press(vt, 5, 5, button);
}

static void test_the_wheel_scrolls(void **state)
{
    struct vt *vt = *state = at_home(12, 40);
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "What you will be able to do"));
    wheel(vt, 5);
    vt_wait_gone(vt, "What you will be able to do");
    for (int i = 0; i < 20; i++)
        wheel(vt, 5);
    vt_wait_text(vt, "costs");
    for (int i = 0; i < 25; i++)
        wheel(vt, 4);
    vt_wait_text(vt, "What you will be able to do");
    vt_send(vt, "g");
    vt_wait_text(vt, "▸ Activation");
    wheel(vt, 5);
    vt_wait_text(vt, "▸ Activation function");
    vt_key(vt, "?");
    vt_wait_text(vt, "Where you are");
    wheel(vt, 5);
    vt_wait_gone(vt, "Where you are");
    wheel(vt, 4);
    vt_wait_text(vt, "Where you are");
}

/* No two empty lines between the text and the picture, whatever the step ends with. */
static void test_pictures_stand_close_to_their_text(void **state)
{
    struct vt *vt = *state = at_home(60, 100);
    vt_key(vt, ENTER);
    unsigned pictures = 0;
    for (int i = 0; i < 120 && !vt_has(vt, "That was chapter"); i++) {
        for (int row = 4; row < vt->rows; row++)
            if (strstr(vt_row(vt, row), " ┌ ")) {
                pictures++;
                if (!*vt_row(vt, row - 1) && !*vt_row(vt, row - 2)) {
                    vt_dump(vt);
                    fail_msg("two empty lines above the picture");
                }
            }
        const char *footer = vt_row(vt, vt->rows - 1);
        if (strstr(footer, "watch without")) {
            vt_key(vt, "s");
            vt_wait_text(vt, "Enter ");
        } else if (strstr(footer, "Tab leave it")) {
            vt_key(vt, "\t");
        } else {
            vt_key(vt, ENTER);
        }
    }
    assert_true(pictures > 20);
}

static void test_a_long_list_of_chapters_hides_nothing_and_turns_by_pages(void **state)
{
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "--course", "."), tutor_home(), 12, 40);
    vt_wait_text(vt, "Enter begin");
    vt_key(vt, ENTER);
    assert_string_equal(vt_row(vt, 10), "  Enter: begin with 1.1 \"Two ways to …");
    assert_true(vt_has(vt, "▼"));
    vt_key(vt, PAGE_DOWN);
    assert_true(vt_has(vt, "▸  9 "));
    assert_true(vt_has(vt, "▲"));
    vt_key(vt, PAGE_UP);
    assert_true(vt_has(vt, "▸  1 "));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_the_keys_page_tells_every_place_its_keys, vt_teardown),
        cmocka_unit_test_teardown(test_pages_look_as_they_did, vt_teardown),
        cmocka_unit_test_teardown(test_gallery_finds_by_a_word, vt_teardown),
        cmocka_unit_test_teardown(test_every_knob_of_every_demo_goes_to_its_ends, vt_teardown),
        cmocka_unit_test_teardown(test_a_demo_at_work_takes_pause_step_stop_and_seed, vt_teardown),
        cmocka_unit_test_teardown(test_a_demo_without_chance_takes_words_and_reset, vt_teardown),
        cmocka_unit_test_teardown(test_a_term_opens_the_glossary_at_its_entry, vt_teardown),
        cmocka_unit_test_teardown(test_a_live_number_opens_its_demo, vt_teardown),
        cmocka_unit_test_teardown(test_help_opens_everywhere_and_any_key_closes_it, vt_teardown),
        cmocka_unit_test_teardown(test_help_fills_a_window_that_grows, vt_teardown),
        cmocka_unit_test_teardown(test_the_options_can_be_read_to_their_end, vt_teardown),
        cmocka_unit_test_teardown(test_a_drag_moves_a_knob_at_once, vt_teardown),
        cmocka_unit_test_teardown(test_a_drag_does_not_fall_behind, vt_teardown),
        cmocka_unit_test_teardown(test_a_drag_in_a_lesson_moves_a_knob, vt_teardown),
        cmocka_unit_test_teardown(test_a_knob_moved_by_key_shows_its_picture, vt_teardown),
        cmocka_unit_test_teardown(test_clicks_choose_and_open, vt_teardown),
        cmocka_unit_test_teardown(test_the_wheel_scrolls, vt_teardown),
        cmocka_unit_test_teardown(test_pictures_stand_close_to_their_text, vt_teardown),
        cmocka_unit_test_teardown(test_a_long_list_of_chapters_hides_nothing_and_turns_by_pages,
                                  vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
