/* Wrapping: where lines break, where they must not, and where anchored runs come to lie. */
#include "support/golden.h"
#include "support/test.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "draw/text.h"

#include <stdio.h>
#include <string.h>

enum { LEFT = 2 };

/* The lines of `text` wrapped to `width`, as one string that the caller frees. */
static struct buf wrapped(const char *text, int width)
{
    struct grid grid;
    struct buf out = {0};
    grid_init(&grid, width, 1);
    text_wrap_plain(&grid, 0, (struct text_box){0, width, 0}, STYLE(ROLE_TEXT), text);
    grid_print_text(&grid, false, &out);
    grid_free(&grid);
    return out;
}

static void test_lines_break_where_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int width;
        const char *lines;
    } cases[] = {
        {"one two three", 8, "one two\nthree\n"},
        {"one two three", 7, "one two\nthree\n"},
        {"one two three", 6, "one\ntwo\nthree\n"},
        {"one   two", 4, "one\ntwo\n"},
        {"one two   ", 7, "one two\n"},
        {"one\ntwo", 20, "one\ntwo\n"},
        {"one\n\ntwo", 20, "one\n\ntwo\n"},
        {"a\n  b c", 4, "a\n  b\nc\n"},
        {"batch-norm works", 8, "batch-\nnorm\nworks\n"},
        {"keep 1-p here", 7, "keep\n1-p\nhere\n"},
        {"x -y", 3, "x\n-y\n"},
        {"word—word", 6, "word—\nword\n"},
        {"pages 10–20", 9, "pages\n10–20\n"},
        {"it is 7 % of all", 7, "it is\n7 % of\nall\n"},
        {"over 12 % now", 6, "over\n12 %\nnow\n"},
        {"incomprehensible", 6, "incomp\nrehens\nible\n"},
        {"a incomprehensible", 6, "a\nincomp\nrehens\nible\n"},
        {"漢字漢字", 5, "漢字\n漢字\n"},
        {"e\xCC\x81"
         "e\xCC\x81"
         "e\xCC\x81",
         2,
         "e\xCC\x81"
         "e\xCC\x81\n"
         "e\xCC\x81\n"},
        {"", 5, "\n"},
        {"ab", 1, "a\nb\n"},
        {"漢", 1, "\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = wrapped(cases[i].text, cases[i].width);
        if (strcmp(buf_text(&out), cases[i].lines) != 0)
            print_error("case %zu: \"%s\" at %d\n", i, cases[i].text, cases[i].width);
        assert_string_equal(buf_text(&out), cases[i].lines);
        buf_free(&out);
    }
}

static struct run run_of(const char *text)
{
    return (struct run){.text = text, .size = strlen(text), .style = STYLE(ROLE_TEXT)};
}

static struct run solid_of(const char *text, int anchor)
{
    struct run run = run_of(text);
    run.solid = true;
    run.anchor = anchor;
    run.style = STYLE(ROLE_MATH);
    return run;
}

static void check_runs(const struct run *runs, size_t count, struct text_box box,
                       const char *expected)
{
    struct grid grid;
    struct buf out = {0};
    grid_init(&grid, box.x + box.width, 1);
    int end = text_wrap(&grid, 0, box, runs, count, NULL, 0, NULL);
    assert_int_equal(end, text_wrap(NULL, 0, box, runs, count, NULL, 0, NULL));
    assert_int_equal(end, grid.height);
    grid_print_text(&grid, false, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
    grid_free(&grid);
}

static void test_solid_runs_stay_on_one_line(void **state)
{
    (void)state;
    const struct run runs[] = {run_of("the sum "), solid_of("y = w x + b", 0), run_of(" is it")};
    check_runs(runs, 3, (struct text_box){0, 14, 0}, "the sum\ny = w x + b is\nit\n");
    check_runs(runs, 3, (struct text_box){0, 8, 0}, "the sum\ny = w x\n+ b is\nit\n");
    const struct run glued[] = {run_of("so ("), solid_of("a b", 0), run_of(") it")};
    check_runs(glued, 3, (struct text_box){0, 6, 0}, "so\n(a b)\nit\n");
    const struct run dashed[] = {run_of("see "), solid_of("--dry-run", 0)};
    check_runs(dashed, 2, (struct text_box){0, 9, 0}, "see\n--dry-run\n");
    check_runs(dashed, 2, (struct text_box){0, 6, 0}, "see\n--dry-\nrun\n");
}

static void test_words_cross_runs_without_breaking(void **state)
{
    (void)state;
    const struct run runs[] = {run_of("an ab"), run_of(""), run_of("cd"), run_of(" e")};
    check_runs(runs, 4, (struct text_box){0, 5, 0}, "an\nabcd\ne\n");
}

static void test_first_line_is_indented_or_hangs(void **state)
{
    (void)state;
    const struct run in[] = {run_of("one two three")};
    check_runs(in, 1, (struct text_box){0, 8, 2}, "  one\ntwo\nthree\n");
    const struct run bullet[] = {run_of("• one two")};
    check_runs(bullet, 1, (struct text_box){LEFT, 4, -LEFT}, "• one\n  two\n");
    check_runs(in, 1, (struct text_box){0, 5, 99}, "\nne\ntwo\nthree\n"); /* clipped, goes on */
}

static void test_anchored_runs_are_found_again(void **state)
{
    (void)state;
    struct run link = run_of("batch normalisation"), emphasis = run_of("!");
    link.anchor = emphasis.anchor = 7;
    const struct run runs[] = {run_of("see "), link, emphasis, run_of(" now "), solid_of("0.5", 9)};
    struct spot spots[8];
    size_t count = 0;
    struct text_box box = {LEFT, 12, 0};
    text_wrap(NULL, 3, box, runs, 5, spots, 8, &count);
    static const struct spot expected[] = {
        {7, LEFT + 4, 3, 5}, {7, LEFT, 4, 12}, {7, LEFT, 5, 2}, {9, LEFT + 7, 5, 3}};
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(spots[i].anchor, expected[i].anchor);
        assert_int_equal(spots[i].x, expected[i].x);
        assert_int_equal(spots[i].y, expected[i].y);
        assert_int_equal(spots[i].width, expected[i].width);
    }
    text_wrap(NULL, 0, box, runs, 5, spots, 5, &count);
    assert_int_equal(count, 5); /* appended, and never beyond the capacity */
}

static void test_newlines_keep_indentation_and_end_lines(void **state)
{
    (void)state;
    const struct run code[] = {solid_of("for x:\n    y = x\n", 0)};
    check_runs(code, 1, (struct text_box){0, 20, 0}, "for x:\n    y = x\n");
}

/* Every character that is not a blank comes out, in order, whatever the width. */
static void test_nothing_is_lost_at_any_width(void **state)
{
    (void)state;
    static const char *const pieces[] = {"a", "be", "see", "-", " ", "  ", "é", "漢", "x̂", "—"};
    struct rng rng;
    rng_init(&rng, 5, 0, 0);
    for (int round = 0; round < 300; round++) {
        struct buf text = {0}, ink = {0}, seen = {0};
        for (uint32_t i = 0, n = rng_below(&rng, 60); i < n; i++) {
            const char *piece = pieces[rng_below(&rng, sizeof pieces / sizeof *pieces)];
            buf_add(&text, piece);
            if (*piece != ' ')
                buf_add(&ink, piece);
        }
        int width = 2 + (int)rng_below(&rng, 12);
        struct buf out = wrapped(buf_text(&text), width);
        struct str rest = {out.data, out.length}, line;
        while (str_line(&rest, &line)) {
            assert_true(utf8_columns(line.text, line.length) <= width);
            for (size_t i = 0; i < line.length; i++)
                if (line.text[i] != ' ')
                    buf_add_char(&seen, line.text[i]);
        }
        assert_string_equal(buf_text(&seen), buf_text(&ink));
        buf_free(&text);
        buf_free(&ink);
        buf_free(&seen);
        buf_free(&out);
    }
}

static void test_a_paragraph_reads_well(void **state)
{
    (void)state;
    struct run strong = run_of("same"), live = solid_of("1.61", 1);
    strong.style = STYLE(ROLE_STRONG);
    const struct run runs[] = {
        run_of("Dropping units with probability "),
        solid_of("p", 0),
        run_of(" keeps a fraction "),
        solid_of("1 − p", 0),
        run_of(" of the sum on average. At test time nothing is dropped, so without "
               "rescaling the next layer would see a larger sum than the one it was trained "
               "on; dividing by "),
        solid_of("1 − p", 0),
        run_of(" while training makes both the "),
        strong,
        run_of(". Over 2000 passes the average here was "),
        live,
        run_of(".")};
    struct grid grid;
    struct buf out = {0};
    grid_init(&grid, 60, 1);
    int y = text_wrap(&grid, 0, (struct text_box){0, 60, 0}, runs, 11, NULL, 0, NULL);
    y = text_wrap_plain(&grid, y + 1, (struct text_box){4, 36, -2}, STYLE(ROLE_TEXT),
                        "• a hanging bullet whose second line stands under its first word");
    assert_int_equal(y, grid.height);
    grid_print_text(&grid, false, &out);
    golden_check("tests/golden/draw/paragraph.txt", buf_text(&out));
    buf_free(&out);
    grid_free(&grid);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_break_where_they_should),
        cmocka_unit_test(test_solid_runs_stay_on_one_line),
        cmocka_unit_test(test_words_cross_runs_without_breaking),
        cmocka_unit_test(test_first_line_is_indented_or_hangs),
        cmocka_unit_test(test_anchored_runs_are_found_again),
        cmocka_unit_test(test_newlines_keep_indentation_and_end_lines),
        cmocka_unit_test(test_nothing_is_lost_at_any_width),
        cmocka_unit_test(test_a_paragraph_reads_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
