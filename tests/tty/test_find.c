/* Finding one's way: search, bookmarks, back and forward, and going on at the exact step. */
#include "support/test.h"

#include "support/tutor.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#define CTRL_F "\006"

static struct vt *at_home(int rows, int cols)
{
    struct vt *vt = tutor_start(tutor_home(), rows, cols);
    tutor_to_home(vt);
    return vt;
}

static void wait_top(struct vt *vt, const char *text)
{
    if (!strstr(vt_row(vt, 0), text))
        fail_msg("the header is \"%s\", not \"%s\"", vt_row(vt, 0), text);
}

static void test_search_narrows_opens_and_comes_back(void **state)
{
    static const int sizes[][2] = {{24, 80}, {60, 200}, {12, 40}};
    for (size_t i = 0; i < 3; i++) {
        struct vt *vt = *state = at_home(sizes[i][0], sizes[i][1]);
        vt_key(vt, "/");
        tutor_type(vt, "INVERTED");
        assert_true(vt_has(vt, "▸ Inverted drop"));
        assert_int_equal(tutor_cursor_row(vt), 0); /* behind the word */
        vt_key(vt, "\177");
        vt_key(vt, ENTER);
        wait_top(vt, "Glossary");
        assert_true(vt_has(vt, "Inverted dropout"));
        vt_key(vt, ESCAPE);
        wait_top(vt, "/INVERTE"); /* the list, with its word */
        vt_key(vt, ESCAPE);
        wait_top(vt, "nntutor");
        vt_key(vt, "/");
        tutor_type(vt, "/qqq");
        assert_true(vt_has(vt, "Nothing in this course holds that."));
        assert_false(vt_has(vt, "//"));
        vt_key(vt, "\025"); /* Ctrl-U */
        assert_false(vt_has(vt, "qqq"));
        tutor_type(vt, "inverted");
        assert_true(vt_has(vt, "▸ Inverted drop"));
        vt_key(vt, ESCAPE);
        vt_teardown(state);
    }
}

static void test_search_jumps_to_a_step_and_history_leads_back_and_forth(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, ENTER);
    wait_top(vt, "3.1");
    vt_key(vt, "/");
    tutor_type(vt, "why rescale");
    while (!vt_has(vt, "▸ 3.2 Why rescale"))
        vt_key(vt, DOWN);
    vt_key(vt, ENTER);
    wait_top(vt, "3.2 Why rescale");
    vt_key(vt, "[");
    wait_top(vt, "3.1");
    vt_key(vt, "[");
    assert_true(vt_has(vt, "This is where you began."));
    vt_key(vt, "]");
    wait_top(vt, "3.2 Why rescale");
    vt_key(vt, "]");
    assert_true(vt_has(vt, "This is as far as you have been."));
    vt_key(vt, ESCAPE);
    wait_top(vt, "/why rescale");
    vt_key(vt, ESCAPE);
    wait_top(vt, "3.1"); /* and to where one was */
    vt_key(vt, "[");
    assert_true(vt_has(vt, "This is where you began.")); /* Esc went back already */
    vt_key(vt, "]");
    wait_top(vt, "3.2 Why rescale");
    tutor_quit(vt);
}

static void test_who_comes_back_from_a_jump_goes_on_where_it_began(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    tutor_to_home(vt);
    vt_key(vt, ENTER);
    vt_key(vt, "/");
    tutor_type(vt, "why rescale");
    while (!vt_has(vt, "▸ 3.2 Why rescale"))
        vt_key(vt, DOWN);
    vt_key(vt, ENTER);
    wait_top(vt, "3.2 Why rescale");
    vt_key(vt, ESCAPE);
    vt_key(vt, ESCAPE);
    wait_top(vt, "3.1");
    tutor_quit(vt);
    vt_teardown(state);
    vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "go on at 3.1");
    tutor_quit(vt);
}

static void click(struct vt *vt, const char *text)
{
    for (int row = 1; row < vt->rows - 1; row++) {
        const char *line = vt_row(vt, row), *at = strstr(line, text);
        if (!at)
            continue;
        int column = utf8_columns(line, (size_t)(at - line)) + 1;
        vt_mouse_press(vt, row, column, 1);
        vt_mouse_release(vt, row, column, 1);
        return;
    }
    fail_msg("\"%s\" is not on the page", text);
}

static void test_a_click_opens_a_term(void **state)
{
    static const int sizes[][2] = {{24, 80}, {60, 200}};
    for (size_t i = 0; i < 2; i++) {
        struct vt *vt = *state = at_home(sizes[i][0], sizes[i][1]);
        vt_key(vt, ENTER);
        click(vt, "overfitting");
        vt_wait_text(vt, "▸ Overfitting");
        vt_key(vt, ESCAPE);
        vt_wait_text(vt, "step 1 of");
        vt_key(vt, ENTER); /* a prediction waits meanwhile */
        vt_wait_text(vt, "step 2 of");
        vt_key(vt, "7");
        click(vt, "switches"); /* beside a term nothing opens */
        click(vt, "units off");
        vt_wait_text(vt, "▸ Unit");
        vt_key(vt, ESCAPE);
        vt_wait_text(vt, "> 7");
        vt_key(vt, ESCAPE); /* there was but one page to close */
        vt_wait_text(vt, "Enter open");
        vt_teardown(state);
    }
}

static void test_a_demo_is_headed_by_where_it_was_opened(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, "/");
    tutor_type(vt, "depth-sweep");
    vt_key(vt, ENTER);
    wait_top(vt, "Find ▸ Depth sweep");
    vt_key(vt, "B");
    assert_true(vt_has(vt, "Steps of a lesson are marked; a demo is not."));
}

static void test_a_prediction_can_be_left_for_a_search(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, ENTER);
    vt_key(vt, ENTER); /* a prediction of a number */
    vt_key(vt, "0");
    vt_key(vt, "/"); /* within a number it is a fraction */
    assert_true(vt_has(vt, "0/"));
    vt_key(vt, CTRL_F);
    wait_top(vt, "Find");
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "0/")); /* nothing typed is lost */
    vt_key(vt, "\177");
    vt_key(vt, "\177");
    vt_key(vt, "/");
    wait_top(vt, "Find");
    vt_key(vt, ESCAPE);
    tutor_quit(vt);
}

/* What was behind a prediction is found once it was read, in the list that led there, too. */
static void test_a_search_knows_what_was_read_since(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, "/");
    tutor_type(vt, "multiplies the outgoing weights");
    assert_true(vt_has(vt, "▸ 3.2 Why rescale · (behind a prediction"));
    vt_key(vt, ENTER);
    vt_wait_text(vt, "step 2 of");
    vt_key(vt, "s");
    vt_wait_text(vt, "You watched this one.");
    for (int i = 0; i < 40 && !strstr(vt_row(vt, 0), "step 3 of"); i++) {
        if (vt_has(vt, "Enter answer"))
            vt_key(vt, "b");
        vt_key(vt, ENTER);
    }
    wait_top(vt, "step 3 of");
    vt_key(vt, ESCAPE);
    wait_top(vt, "Find");
    assert_false(vt_has(vt, "behind a prediction"));
    vt_key(vt, ENTER);
    wait_top(vt, "step 3 of");
}

static void test_keys_that_type_nothing_keep_the_place_in_the_list(void **state)
{
    struct vt *vt = *state = at_home(24, 80);
    vt_key(vt, "/");
    tutor_type(vt, "dropout");
    vt_key(vt, DOWN);
    int column = tutor_cursor_column(vt);
    assert_true(vt_has(vt, "▸ Monte-Carlo dropout"));
    static const char *const keys[] = {"\033[D", "\033[C", "\t", "\033[3~"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        vt_key(vt, keys[i]);
        assert_true(vt_has(vt, "▸ Monte-Carlo dropout"));
        assert_int_equal(tutor_cursor_column(vt), column);
    }
    vt_key(vt, "\033[F"); /* End: the last */
    vt_wait_text(vt, "▲ PgUp");
    assert_false(vt_has(vt, "▼ PgDn"));
    vt_key(vt, "\033[H");
    assert_true(vt_has(vt, "▼ PgDn"));
    assert_false(vt_has(vt, "▲ PgUp"));
}

static void test_bookmarks_are_set_listed_opened_and_taken_off(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    tutor_to_home(vt);
    vt_key(vt, "B");
    assert_true(vt_has(vt, "No bookmarks yet"));
    vt_key(vt, ENTER);
    vt_key(vt, "B");
    wait_top(vt, "★ step 1");
    vt_key(vt, ENTER);
    assert_null(strstr(vt_row(vt, 0), "★"));
    vt_key(vt, "B");
    vt_key(vt, ESCAPE);
    tutor_quit(vt);
    vt_teardown(state);
    vt = *state = tutor_start(home, 12, 40);
    vt_wait_text(vt, "nntutor");
    vt_key(vt, "B");
    wait_top(vt, "Bookmarks");
    assert_true(vt_has(vt, "▸ 3.1"));
    vt_key(vt, DOWN);
    vt_key(vt, ENTER);
    wait_top(vt, "★ step 2");
    vt_key(vt, "B");
    assert_null(strstr(vt_row(vt, 0), "★"));
    vt_key(vt, ESCAPE);
    wait_top(vt, "Bookmarks");
    vt_key(vt, "x");
    assert_true(vt_has(vt, "No bookmarks are left."));
    tutor_quit(vt);
    assert_int_equal(tutor_count(home, "\"bookmark\""), 4);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_search_narrows_opens_and_comes_back, vt_teardown),
        cmocka_unit_test_teardown(test_search_jumps_to_a_step_and_history_leads_back_and_forth,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_who_comes_back_from_a_jump_goes_on_where_it_began,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_a_click_opens_a_term, vt_teardown),
        cmocka_unit_test_teardown(test_a_demo_is_headed_by_where_it_was_opened, vt_teardown),
        cmocka_unit_test_teardown(test_a_prediction_can_be_left_for_a_search, vt_teardown),
        cmocka_unit_test_teardown(test_a_search_knows_what_was_read_since, vt_teardown),
        cmocka_unit_test_teardown(test_keys_that_type_nothing_keep_the_place_in_the_list,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_bookmarks_are_set_listed_opened_and_taken_off, vt_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
