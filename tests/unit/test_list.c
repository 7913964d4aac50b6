/* The list one moves in and narrows by a word. */
#include "support/test.h"

#include "tui/list.h"

#include "base/arena.h"
#include "base/utf8.h"

#include <string.h>

static const char *const words[] = {"alpha", "Beta",  "gamma", "delta", "epsilon",
                                    "zeta",  "THETA", "iota",  "kappa", "λάμδα"};
enum { WORDS = sizeof words / sizeof *words };

static const char *word(void *user, size_t i)
{
    (void)user;
    return words[i];
}

static int set_up(void **state)
{
    struct list *list = *state = memory_alloc(sizeof *list);
    list_filter(list, WORDS, word, NULL);
    list->rows = (struct rect){0, 2, 26, 4};
    return 0;
}

static int tear_down(void **state)
{
    list_free(*state);
    memory_free(*state);
    return 0;
}

static bool act(struct list *list, enum action_id action)
{
    bool chosen = list_input(list, &(struct input){.kind = INPUT_KEY}, action);
    list_filter(list, WORDS, word, NULL);
    list_scroll(list, 4);
    return chosen;
}

static bool key(struct list *list, enum key key)
{
    bool chosen = list_input(list, &(struct input){.kind = INPUT_KEY, .key = key}, ACTION_NONE);
    list_filter(list, WORDS, word, NULL);
    return chosen;
}

static void type(struct list *list, const char *text)
{
    for (size_t length; *text; text += length) {
        uint32_t c = (uint32_t)utf8_decode(text, strlen(text), &length);
        list_input(list, &(struct input){.kind = INPUT_CHARACTER, .character = c}, ACTION_NONE);
        list_filter(list, WORDS, word, NULL);
    }
}

static void test_moving_goes_round_and_stays_in_sight(void **state)
{
    struct list *list = *state;
    for (size_t i = 0; i < 3 * WORDS; i++) {
        assert_int_equal(list->focus, i % WORDS);
        assert_true(list->focus >= list->top && list->focus < list->top + 4);
        act(list, ACTION_DOWN);
    }
    for (size_t i = 3 * WORDS; i > 0; i--) {
        assert_int_equal(list->focus, i % WORDS);
        assert_true(list->focus >= list->top && list->focus < list->top + 4);
        act(list, ACTION_UP);
    }
    act(list, ACTION_LAST);
    assert_int_equal(list->focus, WORDS - 1);
    assert_int_equal(list->top, WORDS - 4);
    act(list, ACTION_PAGE_DOWN);
    assert_int_equal(list->focus, WORDS - 1);
    act(list, ACTION_PAGE_UP);
    assert_int_equal(list->focus, WORDS - 4);
    act(list, ACTION_FIRST);
    assert_int_equal(list->top, 0);
    act(list, ACTION_PAGE_UP);
    assert_int_equal(list->focus, 0);
}

static void test_enter_chooses_only_where_there_is_something(void **state)
{
    struct list *list = *state;
    assert_true(act(list, ACTION_ENTER));
    act(list, ACTION_FIND);
    type(list, "no such word");
    assert_int_equal(list->count, 0);
    assert_int_equal(list->focus, 0);
    assert_false(key(list, KEY_ENTER_));
    assert_false(act(list, ACTION_ENTER));
    act(list, ACTION_DOWN);
    act(list, ACTION_UP);
    act(list, ACTION_PAGE_DOWN);
    assert_int_equal(list->focus, 0);
}

static void test_a_word_narrows_whatever_its_case(void **state)
{
    struct list *list = *state;
    act(list, ACTION_LAST);
    act(list, ACTION_FIND);
    type(list, "Eta");
    assert_int_equal(list->count, 3);
    assert_string_equal(words[list->shown[0]], "Beta");
    assert_string_equal(words[list->shown[2]], "THETA");
    assert_int_equal(list->focus, 2); /* within what is shown */
    assert_false(key(list, KEY_ENTER_));
    assert_false(list->finding);
    assert_int_equal(list->count, 3);
    assert_true(act(list, ACTION_ENTER));
}

static void test_backspace_and_escape_widen_again(void **state)
{
    struct list *list = *state;
    act(list, ACTION_FIND);
    type(list, "mx");
    assert_int_equal(list->count, 0);
    key(list, KEY_BACKSPACE_);
    assert_int_equal(list->count, 1);
    key(list, KEY_BACKSPACE_);
    key(list, KEY_BACKSPACE_); /* one more than there is */
    assert_int_equal(list->count, WORDS);
    type(list, "λά");
    assert_int_equal(list->count, 1);
    key(list, KEY_BACKSPACE_); /* a whole character */
    assert_string_equal(buf_text(&list->word), "λ");
    key(list, KEY_ESCAPE_);
    assert_false(list->finding);
    assert_int_equal(list->count, WORDS);
}

static void test_ctrl_u_clears_and_a_first_slash_is_there_already(void **state)
{
    struct list *list = *state;
    act(list, ACTION_FIND);
    type(list, "//be");
    assert_string_equal(buf_text(&list->word), "be");
    type(list, "/t");
    assert_string_equal(buf_text(&list->word), "be/t"); /* within a word it is a letter */
    assert_int_equal(list->count, 0);
    key(list, KEY_CTRL_U_);
    assert_string_equal(buf_text(&list->word), "");
    assert_int_equal(list->count, WORDS);
    type(list, "gam");
    assert_int_equal(list->count, 1);
}

static void test_a_pasted_word_is_its_first_line(void **state)
{
    struct list *list = *state;
    act(list, ACTION_FIND);
    list_input(list, &(struct input){.kind = INPUT_PASTE, .text = "zet\nq"}, ACTION_NONE);
    list_filter(list, WORDS, word, NULL);
    list_input(list, &(struct input){.kind = INPUT_PASTE, .text = "\n \na\n"}, ACTION_NONE);
    assert_string_equal(buf_text(&list->word), "zeta");
    list_filter(list, WORDS, word, NULL);
    assert_int_equal(list->count, 1);
}

static bool press(struct list *list, int x, int y)
{
    return list_input(list, &(struct input){.kind = INPUT_PRESS, .x = x, .y = y}, ACTION_NONE);
}

static void test_a_click_moves_and_a_second_opens(void **state)
{
    struct list *list = *state;
    list->top = 3;
    assert_false(press(list, 5, 4));
    assert_int_equal(list->focus, 5);
    assert_true(press(list, 5, 4));
    assert_false(press(list, 5, 1)); /* above, below and beside the rows */
    assert_false(press(list, 5, 6));
    assert_false(press(list, 26, 4));
    assert_false(press(list, 40, 3));
    assert_int_equal(list->focus, 5);
    list->top = 9;
    assert_false(press(list, 5, 5)); /* below the last entry */
    assert_int_equal(list->focus, 5);
}

static void test_the_wheel_moves_and_stops_at_the_ends(void **state)
{
    struct list *list = *state;
    for (size_t i = 0; i < WORDS + 3; i++)
        list_input(list, &(struct input){.kind = INPUT_WHEEL_DOWN}, ACTION_NONE);
    assert_int_equal(list->focus, WORDS - 1);
    for (size_t i = 0; i < WORDS + 3; i++)
        list_input(list, &(struct input){.kind = INPUT_WHEEL_UP}, ACTION_NONE);
    assert_int_equal(list->focus, 0);
}

static void test_no_row_is_left_empty_when_the_window_grows(void **state)
{
    struct list *list = *state;
    act(list, ACTION_LAST);
    list_scroll(list, 8);
    assert_int_equal(list->top, 2);
    list_scroll(list, 40);
    assert_int_equal(list->top, 0);
    list_scroll(list, 0);
}

static const char *initial(void *user, size_t i)
{
    static const char *const heads[] = {"first half", "second half"};
    (void)user;
    return heads[i >= WORDS / 2];
}

static void test_headings_take_a_row_and_are_never_entered(void **state)
{
    struct list *list = *state;
    list_head(list, initial, NULL);
    assert_int_equal(list_row(list, 0), 1);
    assert_int_equal(list_row(list, WORDS / 2), WORDS / 2 + 2);
    assert_int_equal(list_row(list, list->count), WORDS + 2);
    list_scroll(list, 4);
    assert_int_equal(list->top, 0);
    /* rows of the screen from 2 on: a heading, then the entries */
    struct input press = {.kind = INPUT_PRESS, .x = 3, .y = 2};
    assert_false(list_input(list, &press, ACTION_NONE));
    assert_int_equal(list->focus, 0);
    press.y = 4;
    assert_false(list_input(list, &press, ACTION_NONE));
    assert_int_equal(list->focus, 1);
    assert_true(list_input(list, &press, ACTION_NONE));
    list->focus = WORDS / 2;
    list_scroll(list, 4); /* from above: its heading comes into sight with it */
    assert_true(list_row(list, list->focus) - list->top < 4);
    list->top = WORDS;
    list_scroll(list, 4);
    assert_int_equal(list->top, list_row(list, list->focus) - 1);
}

static void test_arrows_move_while_a_word_is_typed(void **state)
{
    struct list *list = *state;
    act(list, ACTION_FIND);
    type(list, "a");
    assert_false(key(list, KEY_DOWN_));
    assert_int_equal(list->focus, 1);
    assert_true(list->finding);
    assert_false(key(list, KEY_UP_));
    assert_int_equal(list->focus, 0);
}

static void test_the_mouse_and_pages_work_while_a_word_is_typed(void **state)
{
    struct list *list = *state;
    act(list, ACTION_FIND);
    assert_false(press(list, 5, 4));
    assert_int_equal(list->focus, 2);
    assert_true(press(list, 5, 4));
    list_input(list, &(struct input){.kind = INPUT_WHEEL_DOWN}, ACTION_NONE);
    assert_int_equal(list->focus, 3);
    list_input(list, &(struct input){.kind = INPUT_KEY, .key = KEY_PAGE_DOWN_}, ACTION_PAGE_DOWN);
    assert_int_equal(list->focus, 6);
    assert_true(list->finding);
    assert_int_equal(list->word.length, 0);
}

/* However long it is, the header stays, and the end of the word, where one types. */
static void test_of_a_long_word_the_end_is_seen(void **state)
{
    static const struct {
        const char *word, *shown;
    } cases[] = {
        {"rescale", "Find ▸ 570 places             /rescale"},
        {"the quick brown fox jumps over", "Find ▸ 570 places   /…n fox jumps over"},
        {"λάμδα λάμδα λάμδα λάμδα", "Find ▸ 570 places   /…άμδα λάμδα λάμδα"},
        {"bca\u0301\u0301a\u0301 bcdefghijklm",
         "Find ▸ 570 places   /bca\u0301\u0301a\u0301 bcdefghijklm"},
        {"bca\u0301\u0301a\u0301 bcdefghijklmn",
         "Find ▸ 570 places   /…a\u0301\u0301a\u0301 bcdefghijklmn"},
        {"bca\u0301\u0301a\u0301 bcdefghijklmno", "Find ▸ 570 places   /…a\u0301 bcdefghijklmno"},
        {"漢字漢字漢字漢字漢字漢字", "Find ▸ 570 places   /…漢字漢字漢字漢字"},
    };
    struct list *list = *state;
    act(list, ACTION_FIND);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct grid grid;
        struct buf text = {0};
        grid_init(&grid, 40, 1);
        grid_put(&grid, 0, 0, STYLE(ROLE_TITLE), "Find ▸ 570 places");
        buf_clear(&list->word);
        buf_add(&list->word, cases[i].word);
        list_draw_word(list, &grid);
        grid_print_text(&grid, false, &text);
        text.data[text.length - 1] = '\0'; /* the newline */
        assert_string_equal(buf_text(&text), cases[i].shown);
        assert_int_equal(grid.cursor_x, 38);
        buf_free(&text);
        grid_free(&grid);
    }
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        CASE(test_moving_goes_round_and_stays_in_sight),
        CASE(test_headings_take_a_row_and_are_never_entered),
        CASE(test_arrows_move_while_a_word_is_typed),
        CASE(test_enter_chooses_only_where_there_is_something),
        CASE(test_a_word_narrows_whatever_its_case),
        CASE(test_backspace_and_escape_widen_again),
        CASE(test_ctrl_u_clears_and_a_first_slash_is_there_already),
        CASE(test_a_pasted_word_is_its_first_line),
        CASE(test_a_click_moves_and_a_second_opens),
        CASE(test_the_wheel_moves_and_stops_at_the_ends),
        CASE(test_the_mouse_and_pages_work_while_a_word_is_typed),
        CASE(test_of_a_long_word_the_end_is_seen),
        CASE(test_no_row_is_left_empty_when_the_window_grows),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
