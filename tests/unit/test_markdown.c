/* Markdown to pieces: spans, blocks, their places, and what is hostile. */
#include "support/test.h"

#include "base/utf8.h"
#include "lesson/markdown.h"

#include <string.h>

struct reading {
    struct arena arena;
    struct findings findings;
    struct source source;
    struct markdown markdown;
};

static int set_up(void **state)
{
    static struct reading reading;
    reading = (struct reading){0};
    arena_init(&reading.arena);
    findings_init(&reading.findings, &reading.arena);
    *state = &reading;
    return 0;
}

static int tear_down(void **state)
{
    struct reading *reading = *state;
    arena_free(&reading->arena);
    return 0;
}

static const struct piece *read_text(struct reading *r, const char *text)
{
    source_open(&r->source, &r->arena, "x.md", text, strlen(text), &r->findings);
    markdown_read(&r->source, 1, (int)r->source.line_count, &r->markdown);
    source_close(&r->source, &r->findings);
    return r->markdown.pieces;
}

static void expect_span(const struct span *span, enum span_kind kind, const char *shown, int line,
                        int column)
{
    assert_int_equal(span->kind, kind);
    assert_string_equal(span->shown, shown);
    assert_int_equal(span->place.line, line);
    assert_int_equal(span->place.column, column);
}

static void test_spans_have_kind_and_place(void **state)
{
    const struct piece *p =
        read_text(*state, "a *b* **c** ~~d~~ `e` $x^2$\n[[f|g]] [h](i) [[j]] &amp; \\*k\n");
    const struct span *s = p[0].block.spans;
    assert_int_equal(p[0].block.span_count, 17);
    expect_span(&s[0], SPAN_TEXT, "a ", 1, 1);
    expect_span(&s[1], SPAN_EMPH, "b", 1, 4);
    expect_span(&s[3], SPAN_STRONG, "c", 1, 9);
    expect_span(&s[5], SPAN_STRIKE, "d", 1, 15);
    expect_span(&s[7], SPAN_CODE, "e", 1, 20);
    expect_span(&s[9], SPAN_MATH, "x²", 1, 24);
    assert_string_equal(s[9].text, "x^2");
    expect_span(&s[11], SPAN_LINK, "g", 2, 3);
    assert_string_equal(s[11].target, "f");
    expect_span(&s[13], SPAN_URL, "h", 2, 10);
    assert_string_equal(s[13].target, "i");
    expect_span(&s[15], SPAN_LINK, "j", 2, 18);
    expect_span(&s[16], SPAN_TEXT, " & *k", 2, 21);
}

static void test_live_number_is_taken_apart(void **state)
{
    const struct piece *p =
        read_text(*state, "x `1.60 =mask p=0.5 scaling=none std[-1]` `a = b` `=m r`\n");
    const struct span *live = &p[0].block.spans[1];
    expect_span(live, SPAN_LIVE, "1.60", 1, 4);
    assert_string_equal(live->args, "mask p=0.5 scaling=none");
    assert_string_equal(live->ref, "std[-1]");
    assert_int_equal(p[0].block.spans[3].kind, SPAN_CODE);
    assert_int_equal(p[0].block.spans[5].kind, SPAN_LIVE);
    assert_string_equal(p[0].block.spans[5].text, "");
}

static void test_items_know_depth_and_number(void **state)
{
    struct reading *r = *state;
    const struct piece *p =
        read_text(r, "- a\n- b\n\n  more\n\n  3. c\n  4. [x] d\n- $$y$$\n\nend\n");
    static const struct {
        enum block_kind kind;
        int depth, number;
    } expected[] = {{BLOCK_ITEM, 0, 0},  {BLOCK_ITEM, 0, 0},     {BLOCK_ITEM, 0, -1},
                    {BLOCK_ITEM, 1, 3},  {BLOCK_ITEM, 1, 4},     {BLOCK_ITEM, 0, 0},
                    {BLOCK_MATH, 0, -1}, {BLOCK_PARAGRAPH, 0, 0}};
    assert_int_equal(r->markdown.count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < r->markdown.count; i++) {
        assert_int_equal(p[i].block.kind, expected[i].kind);
        assert_int_equal(p[i].block.depth, expected[i].depth);
        assert_int_equal(p[i].block.number, expected[i].number);
    }
    assert_string_equal(p[4].block.spans[0].shown, "[x] ");
}

static void test_display_formula_splits_its_paragraph(void **state)
{
    struct reading *r = *state;
    const struct piece *p = read_text(r, "before $$\\frac{a}{b}$$ after\n");
    assert_int_equal(r->markdown.count, 3);
    assert_string_equal(p[0].block.spans[0].shown, "before");
    assert_int_equal(p[1].block.kind, BLOCK_MATH);
    assert_string_equal(p[1].block.shown, "a/b");
    assert_string_equal(p[1].block.spoken, "a over b");
    assert_string_equal(p[2].block.spans[0].shown, "after");
}

static void test_drawn_formula_keeps_its_lines(void **state)
{
    const struct piece *p = read_text(*state, "```math\n a\nspoken: an a\n b\n```\n");
    assert_int_equal(p[0].block.kind, BLOCK_MATH);
    assert_true(p[0].block.drawn);
    assert_string_equal(p[0].block.text, " a\n b\n");
    assert_string_equal(p[0].block.spoken, "an a");
}

static void test_table_has_cells_row_after_row(void **state)
{
    const struct piece *p = read_text(*state, "| a | b |\n|---|--:|\n| $x$ | 2 |\n| 3 |\n");
    const struct block *table = &p[0].block;
    assert_int_equal(table->kind, BLOCK_TABLE);
    assert_int_equal(table->rows, 3);
    assert_int_equal(table->columns, 2);
    assert_false(table->right[0]);
    assert_true(table->right[1]);
    assert_int_equal(table->cells[2].spans[0].kind, SPAN_MATH);
    assert_string_equal(table->cells[3].spans[0].shown, "2");
    assert_int_equal(table->cells[5].span_count, 0);
}

static void test_columns_are_those_of_the_file(void **state)
{
    /* A tab, a dropped joiner, a bad byte and CRLF before what is looked for. */
    const struct piece *p =
        read_text(*state, "a\tb \xE2\x80\x8D\xFF *c*\r\n*d*\r*e* \xCC\x81\xCC\x81 *f*\n");
    const struct span *s = p[0].block.spans;
    expect_span(&s[1], SPAN_EMPH, "c", 1, 11);
    expect_span(&s[3], SPAN_EMPH, "d", 2, 2);
    expect_span(&s[5], SPAN_EMPH, "e", 3, 2);
    expect_span(&s[7], SPAN_EMPH, "f", 3, 11);
}

static void test_fence_reports_lines_and_info(void **state)
{
    struct reading *r = *state;
    const struct piece *p = read_text(r, "text\n\n```demo  x a=1 \nbody\n\n```\n~~~\nopen\n");
    assert_int_equal(p[1].kind, PIECE_FENCE);
    assert_string_equal(p[1].info, "demo  x a=1");
    assert_int_equal(p[1].first, 3);
    assert_int_equal(p[1].last, 6);
    assert_true(p[1].closed);
    assert_string_equal(p[1].block.text, "body\n\n");
    assert_int_equal(p[2].first, 7);
    assert_int_equal(p[2].last, 8);
    assert_false(p[2].closed);
}

static void test_entities_never_bring_controls(void **state)
{
    const struct piece *p = read_text(*state, "a&#27;[31m&#x202e;&#10;&#xD800;&#99999999;b\n");
    for (size_t i = 0; i < p[0].block.span_count; i++)
        for (const char *c = p[0].block.spans[i].shown; *c; c++)
            assert_true((unsigned char)*c >= 0x20);
    assert_null(strstr(p[0].block.spans[0].shown, "\xE2\x80\xAE"));
}

static void test_links_that_unfold_are_cut_off(void **state)
{
    /* Each of the short links would copy the long target. */
    struct reading *r = *state;
    struct buf text = {0};
    buf_add(&text, "[a]: ");
    buf_repeat(&text, "x", 50000);
    buf_add(&text, "\n\n");
    buf_repeat(&text, "[a] ", 20000);
    read_text(r, buf_text(&text));
    buf_free(&text);
    assert_int_equal(r->findings.count, 1);
    assert_string_equal(r->findings.list[0].code, "L017");
    assert_true(r->arena.total < 16 << 20);
}

static void test_nesting_is_bounded(void **state)
{
    struct reading *r = *state;
    struct buf text = {0};
    buf_repeat(&text, "> ", 5000);
    buf_add(&text, "deep\n\n");
    buf_repeat(&text, "- ", 5000);
    buf_add(&text, "deep\n");
    const struct piece *p = read_text(r, buf_text(&text));
    buf_free(&text);
    assert_string_equal(r->findings.list[0].code, "L016");
    for (size_t i = 0; i < r->markdown.count; i++)
        assert_in_range(p[i].block.depth, 0, 16);
}

static void test_inline_reads_no_blocks(void **state)
{
    struct reading *r = *state;
    static const char *const texts[] = {"# of units", "- 5 is less", "3. of May", "> quoted",
                                        "```x",       "| a |",       "    four"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct span *spans;
        size_t count;
        lesson_inline(&r->arena, texts[i], &spans, &count);
        const char *words = markdown_words(&r->arena, spans, count);
        assert_string_equal(words, texts[i] + strspn(texts[i], " "));
    }
    struct span *spans;
    size_t count;
    lesson_inline(&r->arena, "*a*\nis $\\sigma$", &spans, &count);
    assert_int_equal(count, 3);
    assert_int_equal(spans[0].kind, SPAN_EMPH);
    assert_string_equal(spans[2].shown, "σ");
    lesson_inline(&r->arena, "", &spans, &count);
    assert_int_equal(count, 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        CASE(test_spans_have_kind_and_place),
        CASE(test_live_number_is_taken_apart),
        CASE(test_items_know_depth_and_number),
        CASE(test_display_formula_splits_its_paragraph),
        CASE(test_drawn_formula_keeps_its_lines),
        CASE(test_table_has_cells_row_after_row),
        CASE(test_columns_are_those_of_the_file),
        CASE(test_fence_reports_lines_and_info),
        CASE(test_entities_never_bring_controls),
        CASE(test_links_that_unfold_are_cut_off),
        CASE(test_nesting_is_bounded),
        CASE(test_inline_reads_no_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
