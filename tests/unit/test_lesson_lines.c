/* Line numbers of headings, paragraphs, fences and rules against those of another parser, over
 * documents put together from fragments. */
#include "support/test.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "lesson/markdown.h"

#include <cmark.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 512 };

struct seen {
    size_t count;
    struct {
        char kind; /* Heading, Paragraph, Code, Rule */
        int line;
    } list[MOST];
};

static void add(struct seen *seen, char kind, int line)
{
    assert_true(seen->count < MOST);
    seen->list[seen->count].kind = kind;
    seen->list[seen->count++].line = line;
}

static void read_ours(const char *text, struct seen *seen)
{
    struct arena arena;
    struct source source;
    struct markdown markdown = {0};
    arena_init(&arena);
    source_open(&source, &arena, "x.md", text, strlen(text), NULL);
    markdown_read(&source, 1, (int)source.line_count, &markdown);
    for (size_t i = 0; i < markdown.count; i++) {
        const struct piece *piece = &markdown.pieces[i];
        const struct block *block = &piece->block;
        if (piece->kind == PIECE_RULE)
            add(seen, 'R', piece->first);
        else if (block->kind == BLOCK_HEADING)
            add(seen, 'H', block->place.line);
        else if (block->kind == BLOCK_CODE)
            add(seen, 'C', block->place.line);
        else if (block->span_count)
            add(seen, 'P', block->place.line);
    }
    arena_free(&arena);
}

/* The first line of dashes below; cmark's own end line of such a heading is one too far. */
static int underline_below(const char *start, int line)
{
    struct str rest = str_of(start), text;
    for (str_line(&rest, &text); str_line(&rest, &text);) {
        line++;
        text = str_trim(text);
        size_t dashes = 0;
        while (dashes < text.length && text.text[dashes] == '-')
            dashes++;
        if (dashes && dashes == text.length)
            break;
    }
    return line;
}

static void read_cmark(const char *text, struct seen *seen)
{
    cmark_node *root = cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT);
    cmark_iter *walk = cmark_iter_new(root);
    for (cmark_event_type event; (event = cmark_iter_next(walk)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(walk);
        int line = cmark_node_get_start_line(node);
        bool outside = cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_DOCUMENT;
        if (event != CMARK_EVENT_ENTER)
            continue;
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_HEADING: {
            /* An underlined one is a paragraph to us, and a rule where the line was ---. */
            const char *start = text;
            for (int i = 1; i < line; i++)
                start = strchr(start, '\n') + 1;
            start += cmark_node_get_start_column(node) - 1;
            if (*start == '#') {
                add(seen, 'H', line);
            } else {
                add(seen, 'P', line);
                if (outside && cmark_node_get_heading_level(node) == 2)
                    add(seen, 'R', underline_below(start, line));
            }
            break;
        }
        case CMARK_NODE_PARAGRAPH:
            add(seen, 'P', line);
            break;
        case CMARK_NODE_CODE_BLOCK:
            add(seen, 'C', line);
            break;
        case CMARK_NODE_THEMATIC_BREAK:
            if (outside)
                add(seen, 'R', line);
            break;
        default:
            break;
        }
    }
    cmark_iter_free(walk);
    cmark_node_free(root);
}

/* Compares the lines; false where the two see different blocks, which is not what is tested here. */
static bool compare(const char *text)
{
    struct seen ours = {0}, theirs = {0};
    read_ours(text, &ours);
    read_cmark(text, &theirs);
    bool same = true, kinds = ours.count == theirs.count;
    for (size_t i = 0; kinds && i < ours.count; i++)
        kinds = ours.list[i].kind == theirs.list[i].kind;
    if (!kinds)
        return false;
    for (size_t i = 0; same && i < ours.count; i++)
        same = ours.list[i].line == theirs.list[i].line;
    if (same)
        return true;
    printf("%s--- ours:", text);
    for (size_t i = 0; i < ours.count; i++)
        printf(" %c%d", ours.list[i].kind, ours.list[i].line);
    printf("\n--- cmark:");
    for (size_t i = 0; i < theirs.count; i++)
        printf(" %c%d", theirs.list[i].kind, theirs.list[i].line);
    printf("\n");
    fail_msg("the lines differ");
    return false;
}

static void test_lines_are_those_of_cmark(void **state)
{
    (void)state;
    static const char *const documents[] = {
        "# Title\n\n## 1.1 One\n\ntext\nmore\n\n---\n\n```demo x\nsee: y\n```\n\nafter\n",
        "```\n\n```\n\n~~~\n```\n~~~\n\n```\nnever closed\n",
        "- one\n- two\n\n  more\n\n  ```c\n  x\n  ```\n- three\n\nend\n",
        "> quote\n> ```\n> code\n\n```\nnext\n```\n",
        "text\n---\n\n***\n\n> ---\n\n- a\n  ---\n\nlast\n",
        "1. one\n   - deep\n     1. deeper\n\n        para\n\ntext\n",
        "#\n\n##\n\n# a\n\ntext\n",
        "```a&amp;b\nx\n```\n\n``` \\*\ny\n```\n\nz\n",
        "- ```\n  in item\n  ```\n- \n- x\n",
        "para\n```\n```\n***\n````\n```\n````\n# h #\n",
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        assert_true(compare(documents[i]));
}

static void test_lines_hold_for_mixtures(void **state)
{
    (void)state;
    static const char *const fragments[] = {
        "text *here*\n",
        "\n",
        "\n",
        "# One\n",
        "## 1.2 Two\n",
        "---\n",
        "***\n",
        "```demo x\n",
        "```\n",
        "~~~ text\n",
        "~~~\n",
        "- item\n",
        "1. first\n",
        "   - deep\n",
        "> quote\n",
        "> ```\n> x\n> ```\n",
        "> - x\n",
        "  two\n",
        "`code` & more\n",
        "### Three\n",
        "```quiz a\\_b\n",
        "\n---\n\n",
        "+ \n",
        "[[link]] $x$\n",
        "long **line**  \n",
    };
    struct rng rng;
    rng_init(&rng, 11, 0, 0);
    /* The parsers part over a fence right below one that its quotation left open. */
    enum { ROUNDS = 3000, APART = ROUNDS / 20 };
    int apart = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct buf text = {0};
        uint64_t lines = 3 + rng_below(&rng, 14);
        for (uint64_t i = 0; i < lines; i++)
            buf_add(&text, fragments[rng_below(&rng, sizeof fragments / sizeof *fragments)]);
        apart += !compare(buf_text(&text));
        buf_free(&text);
    }
    assert_true(apart < APART);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_those_of_cmark),
        cmocka_unit_test(test_lines_hold_for_mixtures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
