/* Where answers are entered: every form, with keys, paste and mouse, and how it is drawn. */
#include "support/test.h"

#include "tui/field.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS = 4, STEMS = 3 };

struct desk {
    struct arena arena;
    struct course course;
    struct study_ask ask;
    struct field field;
    struct grid grid;
    struct layout layout;
};

static int set_up(void **state)
{
    struct desk *desk = *state = memory_alloc(sizeof *desk);
    arena_init(&desk->arena);
    grid_init(&desk->grid, 40, 1);
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    field_close(&desk->field);
    grid_free(&desk->grid);
    arena_free(&desk->arena);
    memory_free(desk);
    return 0;
}

static void open_form(struct desk *desk, enum form form, bool lines)
{
    static const char *const texts[OPTIONS] = {"first", "second", "third", "fourth"};
    static const char *stems[STEMS] = {"one", "two", "three"};
    desk->ask = (struct study_ask){
        .kind = STUDY_QUESTION, .form = form, .lines = lines, .option_count = OPTIONS};
    desk->ask.options = ARENA_ARRAY(&desk->arena, OPTIONS, struct study_option);
    for (size_t i = 0; i < OPTIONS; i++) {
        struct span *span = ARENA_NEW(&desk->arena, struct span);
        *span = (struct span){.kind = SPAN_TEXT, .text = texts[i]};
        desk->ask.options[i] = (struct study_option){.spans = span, .span_count = 1, .origin = i};
    }
    if (form == FORM_PAIRS) {
        desk->ask.stems = stems;
        desk->ask.stem_count = STEMS;
    }
    field_open(&desk->field, &desk->ask);
}

/* Draws it from the top; the picture as text is in the arena. */
static const char *draw(struct desk *desk, bool done)
{
    struct buf text = {0};
    grid_free(&desk->grid);
    grid_init(&desk->grid, 40, 1);
    desk->layout = (struct layout){
        .course = &desk->course, .arena = &desk->arena, .grid = &desk->grid, .x = 2, .width = 36};
    field_draw(&desk->field, &desk->layout, done);
    grid_print_text(&desk->grid, false, &text);
    const char *kept = arena_strdup(&desk->arena, buf_text(&text));
    buf_free(&text);
    return kept;
}

static bool key(struct desk *desk, enum key key)
{
    return field_input(&desk->field, &(struct input){.kind = INPUT_KEY, .key = key}, ACTION_NONE);
}

static bool act(struct desk *desk, enum action_id action)
{
    return field_input(&desk->field, &(struct input){.kind = INPUT_KEY}, action);
}

static bool type(struct desk *desk, const char *text)
{
    bool done = false;
    for (size_t length; *text; text += length) {
        uint32_t c = (uint32_t)utf8_decode(text, strlen(text), &length);
        done = field_input(&desk->field, &(struct input){.kind = INPUT_CHARACTER, .character = c},
                           ACTION_NONE);
    }
    return done;
}

static const char *text_of(struct desk *desk)
{
    return field_answer(&desk->field).text;
}

static void test_a_line_is_edited_where_the_cursor_is(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_TEXT, false);
    type(desk, "dropout");
    key(desk, KEY_HOME_);
    type(desk, "a ");
    key(desk, KEY_END_);
    key(desk, KEY_BACKSPACE_);
    type(desk, "é漢");
    assert_string_equal(text_of(desk), "a dropoué漢");
    key(desk, KEY_LEFT_); /* over a whole character */
    key(desk, KEY_BACKSPACE_);
    assert_string_equal(text_of(desk), "a dropou漢");
    key(desk, KEY_DELETE_);
    key(desk, KEY_DELETE_); /* at the end: nothing */
    assert_string_equal(text_of(desk), "a dropou");
    key(desk, KEY_CTRL_U_);
    assert_string_equal(text_of(desk), "");
    key(desk, KEY_BACKSPACE_);
    key(desk, KEY_LEFT_);
    key(desk, KEY_RIGHT_);
    assert_string_equal(text_of(desk), "");
    assert_true(key(desk, KEY_ENTER_)); /* it is for others to say that nothing is no answer */
}

static void test_random_editing_keeps_the_text_whole(void **state)
{
    struct desk *desk = *state;
    static const enum key keys[] = {KEY_BACKSPACE_, KEY_DELETE_, KEY_LEFT_, KEY_RIGHT_,
                                    KEY_HOME_,      KEY_END_,    KEY_UP_,   KEY_DOWN_};
    static const char *const typed[] = {"a", "é", "漢", "e\xCC\x81", "\n"};
    struct rng rng;
    rng_init(&rng, 7, 0, 0);
    open_form(desk, FORM_TEXT, true);
    for (int i = 0; i < 20000; i++) {
        uint64_t dice = rng_next(&rng);
        if (dice % 5 < 2)
            key(desk, keys[dice / 5 % (sizeof keys / sizeof *keys)]);
        else if (dice % 5 == 2 && dice / 5 % 20 == 0)
            key(desk, KEY_CTRL_U_);
        else
            field_input(&desk->field,
                        &(struct input){.kind = INPUT_PASTE, .text = typed[dice / 5 % 5]},
                        ACTION_NONE);
        struct field *field = &desk->field;
        assert_true(field->cursor <= field->text.length);
        const char *text = buf_text(&field->text);
        assert_int_equal(strlen(text), field->text.length);
        assert_true((text[field->cursor] & 0xC0) != 0x80);
        if (i % 100 == 0) {
            draw(desk, false);
            assert_in_range(field->cursor_x, 4, 39);
            assert_in_range(field->cursor_y, 0, desk->layout.y - 1);
        }
    }
}

static void test_text_of_several_lines_is_handed_in_with_ctrl_d(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_TEXT, true);
    type(desk, "one");
    assert_false(key(desk, KEY_ENTER_));
    type(desk, "two");
    assert_string_equal(text_of(desk), "one\ntwo");
    assert_string_equal(draw(desk, false), "  > one\n    two\n");
    assert_false(key(desk, KEY_ENTER_));
    draw(desk, false);
    assert_int_equal(desk->field.cursor_y, 2); /* on the empty line */
    assert_int_equal(desk->field.cursor_x, 4);
    assert_true(key(desk, KEY_CTRL_D_));
}

static void test_a_long_line_is_broken_and_the_cursor_stays_in_sight(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_TEXT, false);
    for (int i = 1; i <= 200; i++) {
        type(desk, "x");
        draw(desk, false);
        assert_in_range(desk->field.cursor_x, 4, 39);
        assert_true(desk->field.cursor_y < desk->grid.height);
    }
    assert_true(desk->layout.y > 200 / 36);
}

static void test_paste_is_one_line_where_one_line_is_asked(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_TEXT, false);
    struct input paste = {.kind = INPUT_PASTE, .text = "q\nb\n"};
    assert_false(field_input(&desk->field, &paste, ACTION_NONE));
    assert_string_equal(text_of(desk), "q b ");
    /* Of more than an answer can be the beginning is taken, as in lines, and no half of a character. */
    struct buf much = {0};
    buf_repeat(&much, "é", 50000);
    buf_add(&desk->field.text, "!");
    paste.text = buf_text(&much);
    field_input(&desk->field, &paste, ACTION_NONE);
    assert_int_equal(strlen(text_of(desk)), 3999);
    assert_string_equal(text_of(desk) + 3996, "\xC3\xA9!");
    buf_free(&much);
}

static void test_a_number_takes_what_numbers_are_written_with(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_NUMBER, false);
    assert_false(field_takes(&desk->field, '/')); /* no number begins with it: it searches */
    field_input(&desk->field, &(struct input){.kind = INPUT_CHARACTER, .character = '1'},
                ACTION_NONE);
    for (const char *c = "0123456789.,-+eE%/^_"; *c; c++)
        assert_true(field_takes(&desk->field, (uint32_t)*c));
    assert_true(field_takes(&desk->field, 0x2212));
    for (const char *c = "q?stpg "; *c; c++)
        assert_false(field_takes(&desk->field, (uint32_t)*c));
    assert_false(field_takes(&desk->field, 0));
}

static void test_choosing_goes_round_and_letters_go_straight(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_CHOOSE_ONE, false);
    assert_int_equal(field_answer(&desk->field).count, 0); /* nothing is chosen for the learner */
    act(desk, ACTION_DOWN);
    for (size_t i = 0; i < 2 * OPTIONS; i++) {
        struct study_answer answer = field_answer(&desk->field);
        assert_int_equal(answer.count, 1);
        assert_int_equal(answer.chosen[0], i % OPTIONS);
        act(desk, ACTION_DOWN);
    }
    act(desk, ACTION_UP);
    assert_int_equal(field_answer(&desk->field).chosen[0], OPTIONS - 1);
    type(desk, "b");
    assert_int_equal(field_answer(&desk->field).chosen[0], 1);
    type(desk, "C");
    assert_int_equal(field_answer(&desk->field).chosen[0], 2);
    type(desk, "4");
    assert_int_equal(field_answer(&desk->field).chosen[0], 3);
    assert_false(type(desk, "e")); /* there is no such option */
    assert_int_equal(field_answer(&desk->field).chosen[0], 3);
    assert_string_equal(draw(desk, false),
                        "    A first\n    B second\n    C third\n  ▸ D fourth\n");
    assert_int_equal(desk->field.focus_row, 3);
    assert_true(act(desk, ACTION_ENTER));
}

static void test_many_are_marked_and_dropped(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_CHOOSE_MANY, false);
    assert_int_equal(field_answer(&desk->field).count, 0);
    act(desk, ACTION_TOGGLE);
    type(desk, "c");
    struct study_answer answer = field_answer(&desk->field);
    assert_int_equal(answer.count, 2);
    assert_int_equal(answer.chosen[0], 0);
    assert_int_equal(answer.chosen[1], 2);
    assert_non_null(strstr(draw(desk, false), "▸ C [x] third"));
    act(desk, ACTION_TOGGLE);
    type(desk, "a");
    assert_int_equal(field_answer(&desk->field).count, 0);
    for (size_t i = 0; i < OPTIONS; i++) {
        act(desk, ACTION_TOGGLE);
        act(desk, ACTION_DOWN);
    }
    assert_int_equal(field_answer(&desk->field).count, OPTIONS);
}

static void test_order_is_always_a_permutation(void **state)
{
    struct desk *desk = *state;
    struct rng rng;
    rng_init(&rng, 3, 0, 0);
    open_form(desk, FORM_ORDER, false);
    act(desk, ACTION_LEFT); /* the first cannot go up */
    assert_int_equal(field_answer(&desk->field).chosen[0], 0);
    act(desk, ACTION_RIGHT);
    assert_int_equal(field_answer(&desk->field).chosen[0], 1);
    assert_int_equal(field_answer(&desk->field).chosen[1], 0);
    assert_int_equal(desk->field.focus, 1); /* the focus goes with the item */
    static const enum action_id moves[] = {ACTION_LEFT, ACTION_RIGHT, ACTION_UP, ACTION_DOWN};
    for (int i = 0; i < 500; i++) {
        act(desk, moves[rng_next(&rng) % 4]);
        struct study_answer answer = field_answer(&desk->field);
        unsigned seen = 0;
        for (size_t j = 0; j < answer.count; j++)
            seen |= 1u << answer.chosen[j];
        assert_int_equal(answer.count, OPTIONS);
        assert_int_equal(seen, (1u << OPTIONS) - 1);
    }
}

static void test_pairs_want_a_partner_for_every_stem(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_PAIRS, false);
    act(desk, ACTION_RIGHT);
    act(desk, ACTION_RIGHT);
    assert_int_equal(field_answer(&desk->field).chosen[0], 1);
    assert_false(act(desk, ACTION_ENTER)); /* to the next that has none */
    assert_int_equal(desk->field.focus, 1);
    act(desk, ACTION_LEFT);
    assert_int_equal(field_answer(&desk->field).chosen[1], OPTIONS - 1);
    assert_false(act(desk, ACTION_ENTER));
    assert_int_equal(desk->field.focus, 2);
    type(desk, "a");
    assert_int_equal(field_answer(&desk->field).chosen[2], 0);
    assert_true(act(desk, ACTION_ENTER));
    assert_non_null(strstr(draw(desk, false), "▸ three  →  first"));
}

static void test_pairs_that_were_right_stay(void **state)
{
    static const size_t kept[STEMS] = {2, SIZE_MAX, 1};
    struct desk *desk = *state;
    open_form(desk, FORM_PAIRS, false);
    field_close(&desk->field);
    desk->ask.kept = kept;
    field_open(&desk->field, &desk->ask);
    assert_int_equal(desk->field.focus, 1);
    const char *shown = draw(desk, false);
    assert_non_null(strstr(shown, "✓ one  →  third"));
    assert_non_null(strstr(shown, "▸ two  →  ?"));
    type(desk, "a");
    assert_true(act(desk, ACTION_ENTER));
    struct study_answer answer = field_answer(&desk->field);
    assert_true(answer.chosen[0] == 2 && answer.chosen[1] == 0 && answer.chosen[2] == 1);
}

static void click(struct desk *desk, int y)
{
    assert_false(field_input(&desk->field, &(struct input){.kind = INPUT_PRESS, .x = 6, .y = y},
                             ACTION_NONE));
}

static void test_a_click_on_any_line_of_an_option_chooses_it(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_CHOOSE_ONE, false);
    struct span *last = ARENA_NEW(&desk->arena, struct span);
    *last = (struct span){.kind = SPAN_TEXT,
                          .text = "an option of so many words that it takes more than one line"};
    desk->ask.options[OPTIONS - 1].spans = last;
    draw(desk, false);
    assert_true(desk->layout.y > OPTIONS);
    click(desk, 1);
    assert_int_equal(desk->field.focus, 1);
    click(desk, desk->layout.y - 1); /* the second line of the last */
    assert_int_equal(desk->field.focus, OPTIONS - 1);
    click(desk, desk->layout.y);
    click(desk, -1);
    assert_int_equal(desk->field.focus, OPTIONS - 1);
}

static void test_marked_options_say_what_they_were_worth(void **state)
{
    struct desk *desk = *state;
    open_form(desk, FORM_CHOOSE_ONE, false);
    desk->ask.options[0].chosen = true;
    desk->ask.options[2].worth = 1;
    struct span why = {.kind = SPAN_TEXT, .text = "because"};
    desk->ask.options[2].feedback = &why;
    desk->ask.options[2].feedback_count = 1;
    assert_string_equal(draw(desk, true), "    A ✗ first\n    B   second\n    C + third\n"
                                          "        because\n    D   fourth\n");
    assert_int_equal(desk->field.cursor_x, -1);
    desk->ask.options[2].chosen = true;
    assert_non_null(strstr(draw(desk, true), "C ✓ third"));
}

static void test_a_question_without_options_is_harmless(void **state)
{
    struct desk *desk = *state;
    static const enum form forms[] = {FORM_NONE,  FORM_CHOOSE_ONE, FORM_CHOOSE_MANY,
                                      FORM_ORDER, FORM_PAIRS,      FORM_NUMBER};
    static const enum action_id actions_tried[] = {ACTION_UP,    ACTION_DOWN,   ACTION_LEFT,
                                                   ACTION_RIGHT, ACTION_TOGGLE, ACTION_ENTER};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        desk->ask = (struct study_ask){.kind = STUDY_QUESTION, .form = forms[i]};
        field_open(&desk->field, &desk->ask);
        for (size_t a = 0; a < sizeof actions_tried / sizeof *actions_tried; a++)
            act(desk, actions_tried[a]);
        draw(desk, false);
        draw(desk, true);
        assert_int_equal(field_answer(&desk->field).count, 0);
        field_close(&desk->field);
    }
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        CASE(test_a_line_is_edited_where_the_cursor_is),
        CASE(test_random_editing_keeps_the_text_whole),
        CASE(test_text_of_several_lines_is_handed_in_with_ctrl_d),
        CASE(test_a_long_line_is_broken_and_the_cursor_stays_in_sight),
        CASE(test_paste_is_one_line_where_one_line_is_asked),
        CASE(test_a_number_takes_what_numbers_are_written_with),
        CASE(test_choosing_goes_round_and_letters_go_straight),
        CASE(test_many_are_marked_and_dropped),
        CASE(test_order_is_always_a_permutation),
        CASE(test_pairs_want_a_partner_for_every_stem),
        CASE(test_pairs_that_were_right_stay),
        CASE(test_a_click_on_any_line_of_an_option_chooses_it),
        CASE(test_marked_options_say_what_they_were_worth),
        CASE(test_a_question_without_options_is_harmless),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
