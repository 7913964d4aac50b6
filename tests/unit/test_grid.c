/* The grid: clipping, wide glyphs, combining marks, copies, and the three ways it prints itself. */
#include "support/golden.h"
#include "support/test.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "draw/grid.h"
#include "draw/theme.h"

#include <limits.h>
#include <string.h>

static void check_text(const struct grid *grid, const char *expected)
{
    struct buf out = {0};
    grid_print_text(grid, false, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
}

static void check_put(int width, int x, const char *text, int end, const char *expected)
{
    struct grid grid;
    grid_init(&grid, width, 1);
    assert_int_equal(grid_put(&grid, x, 0, STYLE(ROLE_TEXT), text), end);
    check_text(&grid, expected);
    grid_free(&grid);
}

static void test_text_is_clipped_on_both_sides(void **state)
{
    (void)state;
    check_put(5, 0, "hello world", 11, "hello\n");
    check_put(5, -6, "hello world", 5, "world\n");
    check_put(5, 4, "ab", 6, "    a\n");
    check_put(5, 9, "ab", 11, "\n");
    check_put(5, INT_MIN, "ab", INT_MIN + 2, "\n");
    check_put(5, INT_MAX, "ab", INT_MAX, "\n");
    check_put(5, 0, "ab\ncd", 2, "ab\n");
}

static void test_rows_outside_are_left_alone(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, 3, 2);
    assert_int_equal(grid_put(&grid, 0, -1, STYLE(ROLE_TEXT), "ab"), 2);
    assert_int_equal(grid_put(&grid, 0, 2, STYLE(ROLE_TEXT), "ab"), 2);
    check_text(&grid, "\n\n");
    assert_null(grid_at(&grid, 3, 0));
    assert_null(grid_at(&grid, 0, 2));
    assert_null(grid_at(&grid, -1, 0));
    assert_non_null(grid_at(&grid, 2, 1));
    grid_free(&grid);
}

static void test_half_a_wide_glyph_never_shows(void **state)
{
    (void)state;
    check_put(3, 0, "a漢字", 5, "a漢\n");
    check_put(3, 2, "漢", 4, "\n");
    check_put(3, -1, "漢b", 2, " b\n");
    struct grid grid;
    grid_init(&grid, 8, 1);
    grid_put(&grid, 0, 0, STYLE(ROLE_TEXT), "漢字漢字");
    grid_put(&grid, 1, 0, STYLE(ROLE_TEXT), "x");
    check_text(&grid, " x字漢字\n");
    grid_put(&grid, 4, 0, STYLE(ROLE_TEXT), "y");
    check_text(&grid, " x字y 字\n");
    grid_put(&grid, 1, 0, STYLE(ROLE_TEXT), "語");
    check_text(&grid, " 語 y 字\n");
    grid_free(&grid);
}

static void test_marks_sit_on_their_letter(void **state)
{
    (void)state;
    check_put(4, 0, "y\xCC\x82z", 2, "y\xCC\x82z\n");
    check_put(4, 0, "\xCC\x82z", 1, "z\n");
    check_put(1, -1, "y\xCC\x82z", 1, "z\n");
    check_put(2, 0, "a\xCC\x82\xCC\x82\xCC\x82\xCC\x82\xCC\x82", 1,
              "a\xCC\x82\xCC\x82\xCC\x82\xCC\x82\n");
}

static void test_bytes_that_are_not_clean_show_as_replacement(void **state)
{
    (void)state;
    check_put(6, 0, "a\xFFz\033", 4, "a\xEF\xBF\xBDz\xEF\xBF\xBD\n");
}

static void test_format_may_be_long(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, 2, 1);
    assert_int_equal(grid_putf(&grid, -998, 0, STYLE(ROLE_TEXT), "%1000d", 42), 2);
    check_text(&grid, "42\n");
    grid_free(&grid);
}

static void test_fill_and_paint_clip(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, 4, 3);
    grid_fill(&grid, -1, 1, 3, 99, STYLE(ROLE_DIM), '#');
    check_text(&grid, "\n##\n##\n");
    grid_fill(&grid, 0, 0, 4, 1, STYLE(ROLE_DIM), 0x6F22); /* wide */
    grid_fill(&grid, 1, 0, 3, 1, STYLE(ROLE_DIM), 0x6F22);
    check_text(&grid, " 漢\n##\n##\n");
    grid_fill(&grid, 3, 2, INT_MAX, INT_MAX, STYLE(ROLE_DIM), '/');
    grid_fill(&grid, INT_MIN, INT_MIN, 5, 5, STYLE(ROLE_DIM), '/');
    check_text(&grid, " 漢\n##\n## /\n");
    grid_paint(&grid, 3, -5, 99, 7, STYLE(ROLE_FOCUS));
    assert_int_equal(grid_at(&grid, 3, 1)->style.role, ROLE_FOCUS);
    assert_int_equal(grid_at(&grid, 3, 2)->style.role, ROLE_DIM);
    assert_int_equal(grid_at(&grid, 2, 1)->style.role, ROLE_TEXT);
    grid_free(&grid);
}

static void test_boxes_carry_titles(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, 24, 14);
    grid_box(&grid, 0, 0, 24, 3, STYLE(ROLE_FRAME), "mask", "seed 7");
    grid_box(&grid, 0, 3, 12, 2, STYLE(ROLE_FRAME), "mask", "seed 7");
    grid_box(&grid, 12, 3, 12, 2, STYLE(ROLE_FRAME), "a long title", NULL);
    grid_box(&grid, 0, 5, 5, 3, STYLE(ROLE_FRAME), "title", NULL);
    grid_box(&grid, 5, 5, 4, 3, STYLE(ROLE_FRAME), "title", "right");
    grid_box(&grid, 9, 5, 2, 3, STYLE(ROLE_FRAME), "title", "right");
    grid_box(&grid, 11, 5, 1, 3, STYLE(ROLE_FRAME), "title", "right");
    grid_box(&grid, 20, 5, 12, 3, STYLE(ROLE_FRAME), NULL, NULL);
    grid_box(&grid, -3, 8, 12, 3, STYLE(ROLE_FRAME), "clipped", NULL);
    check_text(&grid, "┌ mask ─────── seed 7 ─┐\n"
                      "│                      │\n"
                      "└──────────────────────┘\n"
                      "┌ mask ────┐┌ a long … ┐\n"
                      "└──────────┘└──────────┘\n"
                      "┌───┐┌──┐┌┐         ┌───\n"
                      "│   ││  │││         │\n"
                      "└───┘└──┘└┘         └───\n"
                      "lipped ─┐\n"
                      "        │\n"
                      "────────┘\n"
                      "\n\n\n");
    grid_free(&grid);
}

static void test_copies_clip_and_mend(void **state)
{
    (void)state;
    struct grid from, to;
    grid_init(&from, 4, 3);
    grid_put(&from, 0, 0, STYLE(ROLE_TEXT), "漢字");
    grid_put(&from, 0, 1, STYLE(ROLE_TEXT), "abcd");
    grid_put(&from, 0, 2, STYLE(ROLE_TEXT), "efgh");
    grid_init(&to, 6, 3);
    grid_copy(&to, -1, 0, &from);
    check_text(&to, " 字\nbcd\nfgh\n");
    grid_copy(&to, 3, 1, &from);
    check_text(&to, " 字\nbcd漢\nfghabc\n");
    grid_put(&to, 0, 0, STYLE(ROLE_TEXT), "語語語");
    grid_copy_rows(&to, 1, 0, &from, 1, 1);
    check_text(&to, " abcd\nbcd漢\nfghabc\n");
    grid_copy_rows(&to, 0, 2, &from, 1, 99);
    grid_copy_rows(&to, 0, -1, &from, 1, 2);
    check_text(&to, "efghd\nbcd漢\nabcdbc\n");
    grid_copy_rows(&to, 0, 0, &from, -1, 2);
    check_text(&to, "efghd\n漢字\nabcdbc\n");
    grid_copy(&to, INT_MIN, 0, &from);
    grid_copy(&to, INT_MAX, 0, &from);
    grid_copy(&to, 0, INT_MIN, &from);
    grid_copy_rows(&to, 0, INT_MAX, &from, INT_MIN, INT_MAX);
    check_text(&to, "efghd\n漢字\nabcdbc\n");
    grid_free(&from);
    grid_free(&to);
}

static void test_resizing_keeps_what_fits(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, 0, -5);
    assert_int_equal(grid.width, 1);
    assert_int_equal(grid.height, 1);
    grid_resize(&grid, 5, 2);
    grid_put(&grid, 0, 0, STYLE(ROLE_TEXT), "abc漢");
    grid_put(&grid, 0, 1, STYLE(ROLE_TEXT), "fg");
    grid.cursor_x = 1;
    grid_resize(&grid, 4, 3);
    check_text(&grid, "abc\nfg\n\n");
    assert_int_equal(grid.cursor_x, 1);
    grid_resize(&grid, 4, 1);
    grid_resize(&grid, 4, 2);
    check_text(&grid, "abc\n\n"); /* what was cut off does not come back */
    grid_clear(&grid);
    check_text(&grid, "\n\n");
    assert_int_equal(grid.cursor_x, -1);
    grid_free(&grid);
}

static void test_ascii_has_one_character_a_cell(void **state)
{
    (void)state;
    struct grid grid;
    struct buf out = {0};
    grid_init(&grid, 12, 3);
    grid_box(&grid, 0, 0, 12, 3, STYLE(ROLE_FRAME), NULL, NULL);
    grid_put(&grid, 1, 1, STYLE(ROLE_TEXT), "σ → 漢y\xCC\x82█");
    grid_print_text(&grid, true, &out);
    assert_string_equal(buf_text(&out), "+----------+\n"
                                        "|s > ? y#  |\n"
                                        "+----------+\n");
    buf_free(&out);
    grid_free(&grid);
}

static void test_heat_cells_become_shades(void **state)
{
    (void)state;
    struct grid grid;
    struct buf out = {0};
    grid_init(&grid, 8, 1);
    static const struct {
        uint32_t character;
        uint8_t fg, bg;
    } cells[] = {{' ', 0, 24}, {0x2588, 13, 0}, {0x2580, 1, 24},    {0x2584, 24, 24},
                 {'x', 0, 24}, {0x2588, 0, 0},  {0x2580, 255, 255}, {' ', 0, 1}};
    for (int i = 0; i < 8; i++)
        *grid_at(&grid, i, 0) = (struct cell){.character = cells[i].character,
                                              .style = {.fg = cells[i].fg, .bg = cells[i].bg}};
    grid_print_text(&grid, false, &out);
    assert_string_equal(buf_text(&out), "@++@x█@\n");
    buf_clear(&out);
    grid_print_ansi(&grid, &(struct theme){.depth = COLOR_8}, false, &out);
    assert_string_equal(buf_text(&out), "@++@x█@\n");
    buf_free(&out);
    grid_free(&grid);
}

static void check_ansi(const struct grid *grid, enum color_depth depth, const char *expected)
{
    struct buf out = {0};
    grid_print_ansi(grid, &(struct theme){.depth = depth}, false, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
}

static void test_ansi_changes_colours_only_where_they_change(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, 20, 2);
    int x = grid_put(&grid, 0, 0, STYLE(ROLE_TITLE), "one two");
    x = grid_put(&grid, x, 0, STYLE(ROLE_DIM), " ");
    x = grid_put(&grid, x, 0, STYLE(ROLE_TITLE), "three");
    x = grid_put(&grid, x, 0, STYLE(ROLE_TEXT), " ");
    grid_put(&grid, x, 0, STYLE(ROLE_FRAME), "|");
    grid_put(&grid, 0, 1, STYLE(ROLE_TEXT), "plain");
    grid_put(&grid, 10, 1, STYLE(ROLE_DIM), "   "); /* trailing blanks that show nothing */
    check_ansi(&grid, COLOR_NONE, "\033[1mone two three \033[m|\nplain\n");
    check_ansi(&grid, COLOR_8, "\033[1;36mone two three \033[m|\nplain\n");
    check_ansi(&grid, COLOR_256, "\033[1;38;5;117mone two three \033[0;38;5;245m|\033[m\nplain\n");
    check_ansi(&grid, COLOR_RGB,
               "\033[1;38;2;124;199;255mone two three \033[0;38;2;133;138;145m|\033[m\nplain\n");
    grid_free(&grid);
}

static void test_ansi_keeps_blanks_that_show(void **state)
{
    (void)state;
    struct grid grid;
    grid_init(&grid, 4, 3);
    grid_put(&grid, 0, 0, STYLE(ROLE_FOCUS), "a ");
    grid_put(&grid, 0, 1, STYLE(ROLE_TEXT), "a");
    grid_put(&grid, 1, 1, STYLE(ROLE_INPUT), "  ");
    grid_at(&grid, 3, 2)->style.bg = 24;
    check_ansi(&grid, COLOR_NONE, "\033[7ma \033[m\na\033[4m  \033[m\n   @\n");
    check_ansi(&grid, COLOR_256,
               "\033[7;38;5;117ma \033[m\n"
               "a\033[4;38;5;229m  \033[m\n"
               "   \033[38;5;16;48;5;227m \033[m\n");
    grid_free(&grid);
}

/* Whatever is drawn wherever: no wide glyph loses a half, and nothing outside memory is touched. */
static void test_random_drawing_leaves_whole_glyphs(void **state)
{
    (void)state;
    static const char *const texts[] = {"漢字", "a", "x漢", "語y\xCC\x82語", "long enough text"};
    struct rng rng;
    rng_init(&rng, 11, 0, 0);
    struct grid grid, other;
    grid_init(&grid, 9, 4);
    grid_init(&other, 7, 3);
    for (int round = 0; round < 20000; round++) {
        struct grid *target = rng_below(&rng, 4) ? &grid : &other;
        int x = (int)rng_below(&rng, 20) - 8, y = (int)rng_below(&rng, 8) - 2;
        int width = (int)rng_below(&rng, 9), height = (int)rng_below(&rng, 4);
        switch (rng_below(&rng, 5)) {
        case 0:
            grid_copy_rows(target, x, y, target == &grid ? &other : &grid, y - 1, height);
            break;
        case 1:
            grid_fill(target, x, y, width, height, STYLE(ROLE_DIM), round % 2 ? 0x6F22 : '.');
            break;
        case 2:
            if (round % 8 == 0)
                grid_resize(target, 1 + width, 1 + height);
            break;
        default:
            grid_put(target, x, y, STYLE(ROLE_TEXT), texts[rng_below(&rng, 5)]);
        }
        for (int j = 0; j < target->height; j++) {
            bool expect_half = false;
            for (int i = 0; i < target->width; i++) {
                uint32_t character = grid_at(target, i, j)->character;
                assert_true((character == 0) == expect_half);
                expect_half = character && utf8_width(character) == 2;
            }
            assert_false(expect_half);
        }
    }
    grid_free(&grid);
    grid_free(&other);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_clipped_on_both_sides),
        cmocka_unit_test(test_rows_outside_are_left_alone),
        cmocka_unit_test(test_half_a_wide_glyph_never_shows),
        cmocka_unit_test(test_marks_sit_on_their_letter),
        cmocka_unit_test(test_bytes_that_are_not_clean_show_as_replacement),
        cmocka_unit_test(test_format_may_be_long),
        cmocka_unit_test(test_fill_and_paint_clip),
        cmocka_unit_test(test_boxes_carry_titles),
        cmocka_unit_test(test_copies_clip_and_mend),
        cmocka_unit_test(test_resizing_keeps_what_fits),
        cmocka_unit_test(test_ascii_has_one_character_a_cell),
        cmocka_unit_test(test_heat_cells_become_shades),
        cmocka_unit_test(test_ansi_changes_colours_only_where_they_change),
        cmocka_unit_test(test_ansi_keeps_blanks_that_show),
        cmocka_unit_test(test_random_drawing_leaves_whole_glyphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
