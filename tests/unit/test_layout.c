/* Layout: a chapter with everything in it, at three widths, in ASCII, and in words. */
#include "support/test.h"

#include "base/utf8.h"
#include "course/layout.h"
#include "support/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TINY "tests/golden/course/tiny"

struct fixture {
    struct course course;
    struct arena arena;
    struct err err;
};

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    arena_init(&f->arena);
    if (!course_open(&f->course, TINY, &f->err))
        fail_msg("%s", f->err.text);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    course_close(&f->course);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static struct layout begin(struct fixture *f, struct grid *grid, int width)
{
    if (grid)
        grid_init(grid, width, 1);
    return (struct layout){.course = &f->course, .arena = &f->arena, .grid = grid, .width = width};
}

static void finish(struct layout *layout, struct buf *out)
{
    grid_resize(layout->grid, layout->grid->width, layout->y > 0 ? layout->y : 1);
    if (layout->y > 0)
        grid_print_text(layout->grid, layout->ascii, out);
    grid_free(layout->grid);
}

/* The whole chapter, steps divided by lines of dashes. */
static struct buf lay_out(struct fixture *f, int width, bool ascii, bool spoken)
{
    struct buf out = {0};
    const struct chapter *chapter = &f->course.chapters[0].lesson;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    for (size_t s = 0; s < chapter->section_count; s++) {
        struct grid grid;
        struct layout layout;
        for (size_t i = 0; i < chapter->sections[s].step_count; i++) {
            layout = begin(f, &grid, width);
            layout.ascii = ascii;
            layout.spoken = spoken;
            layout_step(&layout, &chapter->sections[s].steps[i], quiz);
            finish(&layout, &out);
            buf_add(&out, "--------\n");
        }
        layout = begin(f, &grid, width);
        layout.ascii = ascii;
        layout.spoken = spoken;
        layout_notes(&layout, &chapter->sections[s]);
        finish(&layout, &out);
    }
    return out;
}

static void check_text(const char *name, struct buf *text, int width)
{
    struct str rest = str_of(buf_text(text)), line;
    while (str_line(&rest, &line))
        if (utf8_columns(line.text, line.length) > width)
            fail_msg("%s: wider than %d: %.*s", name, width, (int)line.length, line.text);
    golden_check(name, buf_text(text));
    buf_free(text);
}

static void test_chapter_at_76_columns(void **state)
{
    struct buf text = lay_out(*state, 76, false, false);
    assert_null(strstr(buf_text(&text), "You said"));
    assert_non_null(strstr(buf_text(&text), "See: Every layer takes half."));
    check_text(TINY "/76.txt", &text, 76);
}

static void test_chapter_at_38_columns(void **state)
{
    struct buf text = lay_out(*state, 38, false, false);
    check_text(TINY "/38.txt", &text, 38);
}

static void test_chapter_at_20_columns(void **state)
{
    struct buf text = lay_out(*state, 20, false, false);
    check_text(TINY "/20.txt", &text, 20);
}

static void test_chapter_in_ascii(void **state)
{
    struct buf text = lay_out(*state, 60, true, false);
    for (size_t i = 0; i < text.length; i++)
        assert_true((unsigned char)text.data[i] < 0x80);
    check_text(TINY "/ascii.txt", &text, 60);
}

static void test_chapter_spoken(void **state)
{
    struct buf text = lay_out(*state, 60, false, true);
    check_text(TINY "/spoken.txt", &text, 60);
}

/* Lint measures without drawing: both must agree, at every width a terminal may have. */
static void test_measuring_is_as_drawing(void **state)
{
    struct fixture *f = *state;
    const struct chapter *chapter = &f->course.chapters[0].lesson;
    for (int width = 1; width <= 80; width++)
        for (size_t s = 0; s < chapter->section_count; s++)
            for (size_t i = 0; i < chapter->sections[s].step_count; i++) {
                const struct step *step = &chapter->sections[s].steps[i];
                struct grid grid;
                struct layout drawn = begin(f, &grid, width), measured = begin(f, NULL, width);
                layout_step(&drawn, step, course_quiz(&f->course, 0));
                layout_step(&measured, step, course_quiz(&f->course, 0));
                assert_int_equal(drawn.y, measured.y);
                assert_true(grid.height >= drawn.y || drawn.y == 0);
                grid_free(&grid);
            }
}

static void test_links_lie_where_their_text_lies(void **state)
{
    struct fixture *f = *state;
    struct grid grid;
    struct layout layout = begin(f, &grid, 76);
    const struct step *step = &f->course.chapters[0].lesson.sections[0].steps[0];
    layout_blocks(&layout, step->blocks, step->block_count);
    assert_int_equal(layout.link_count, 2);
    const struct layout_link *term = &layout.links[0], *live = &layout.links[1];
    assert_int_equal(term->kind, LINK_TERM);
    assert_string_equal(term->target, "mask");
    assert_int_equal(term->width, 4);
    assert_int_equal(grid_at(&grid, term->x, term->y)->character, 'm');
    assert_int_equal(grid_at(&grid, term->x, term->y)->style.role, ROLE_LINK);
    assert_int_equal(live->kind, LINK_LIVE);
    assert_string_equal(live->target, "chain factor=0.9 depth=20");
    assert_int_equal(live->width, 5);
    assert_int_equal(grid_at(&grid, live->x, live->y)->style.role, ROLE_LIVE);
    grid_free(&grid);
}

/* A list in a list in a list must not run out of the page. */
static void test_deep_list_stays_on_the_page(void **state)
{
    struct fixture *f = *state;
    struct span span = {.kind = SPAN_TEXT, .text = "abc def", .shown = "abc def"};
    for (int width = 1; width < 40; width++)
        for (int depth = 0; depth < 100; depth += 3) {
            struct block block = {
                .kind = BLOCK_ITEM, .depth = depth, .spans = &span, .span_count = 1};
            struct grid grid;
            struct buf text = {0};
            struct layout layout = begin(f, &grid, width);
            layout_blocks(&layout, &block, 1);
            finish(&layout, &text);
            if (width >= 20)
                assert_non_null(strstr(buf_text(&text), "abc"));
            buf_free(&text);
        }
}

static void test_live_number_that_fails_shows_what_was_cached(void **state)
{
    struct fixture *f = *state;
    struct span span = {.kind = SPAN_LIVE, .text = "0.5", .args = "nothing", .ref = "product"};
    struct grid grid;
    struct buf text = {0};
    struct layout layout = begin(f, &grid, 20);
    layout_spans(&layout, &span, 1, ROLE_TEXT);
    finish(&layout, &text);
    assert_string_equal(buf_text(&text), "0.5?\n");
    buf_free(&text);
}

/* ---- see ------------------------------------------------------------------------------------- */

static void check_see(struct fixture *f, const char *lines, const char *you, const char *you2,
                      const char *expected)
{
    struct buf file = {0}, out = {0};
    struct chapter chapter;
    buf_addf(&file,
             "# A\n\n```chapter\nid: a\n```\n\n## 1.1 B\n\n```demo chain factor=0.5 depth=3\n"
             "%s\n```\n",
             lines);
    lesson_read(&chapter, &f->arena, "01-a.md", buf_text(&file), file.length, NULL);
    const struct directive *demo = chapter.sections[0].steps[0].directive;
    assert_int_equal(demo->see_count, 1);
    const struct demo_run *run = course_run(&f->course, demo->args, &f->err);
    assert_non_null(run);
    assert_int_equal(see_text(&demo->see[0], run, you, you2, &out), *expected != '\0');
    assert_string_equal(buf_text(&out), expected);
    buf_free(&file);
    buf_free(&out);
}

static void test_see_fills_in_what_was_said_and_what_came_out(void **state)
{
    struct fixture *f = *state;
    check_see(f, "see: You said {you}; it was {product}.", "0.1", NULL,
              "You said 0.1; it was 0.125.");
    check_see(f, "see: {you} and {you2}.", "1", "2", "1 and 2.");
    check_see(f, "see: {product %.2f} {product %e} {product %g} {product %d} {outcome}", NULL, NULL,
              "0.12 1.250000e-1 0.125 0 healthy");
    check_see(f, "see: {layers_to_1_percent} layers", NULL, NULL, "7 layers");
}

static void test_see_without_you_leaves_out_its_sentence(void **state)
{
    struct fixture *f = *state;
    check_see(f, "see: You said {you}.", NULL, NULL, "");
    check_see(f, "see: You said {you}. It was {product %.3f}! Yes?", NULL, NULL,
              "It was 0.125! Yes?");
    check_see(f, "see: It was {product %.3f}. You said {you}.", NULL, NULL, "It was 0.125.");
    check_see(f, "see: A. You said {you}; B. C.", NULL, NULL, "A. C.");
    check_see(f, "see: You said {you}. Then you said {you2}. C.", "1", NULL, "You said 1. C.");
    check_see(f, "see: You said {you}. Then you said {you2}. C.", NULL, "2", "Then you said 2. C.");
}

static void test_see_of_a_wrong_reference_shows_it(void **state)
{
    check_see(*state, "see: It was {prodcut}.", NULL, NULL, "It was {prodcut?}.");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_chapter_at_76_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chapter_at_38_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chapter_at_20_columns, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chapter_in_ascii, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chapter_spoken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_measuring_is_as_drawing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_links_lie_where_their_text_lies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_deep_list_stays_on_the_page, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_live_number_that_fails_shows_what_was_cached, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_see_fills_in_what_was_said_and_what_came_out, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_see_without_you_leaves_out_its_sentence, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_see_of_a_wrong_reference_shows_it, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
