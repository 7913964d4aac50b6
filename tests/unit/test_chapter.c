/* Chapters, glossaries and the course page; every finding, from files with mistakes. */
#include "support/test.h"

#include "base/file.h"
#include "base/utf8.h"
#include "lesson/lesson.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena arena;
    struct findings findings;
    struct chapter chapter;
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

static const char head[] = "# Dropout: the *mechanics*\n\n"
                           "```chapter\nid: dropout\nminutes: 40\nneeds: overfitting, chains\n"
                           "quiz: 03-dropout.gift\nobjective 3a: Apply a mask\n```\n\n"
                           "## 3.1 Why rescale\n\n";

/* Reads a chapter whose body is given and expects no findings. */
static const struct chapter *read_body(struct reading *r, const char *body)
{
    char *text = arena_printf(&r->arena, "%s%s", head, body);
    lesson_read(&r->chapter, &r->arena, "lessons/03-dropout.md", text, strlen(text), &r->findings);
    struct buf said = {0};
    for (size_t i = 0; i < r->findings.count; i++)
        finding_print(&r->findings.list[i], &said);
    if (said.length)
        fail_msg("%s", said.data);
    return &r->chapter;
}

static const struct directive *read_directive(struct reading *r, const char *body)
{
    const struct chapter *chapter = read_body(r, body);
    assert_int_equal(chapter->sections[0].step_count, 1);
    assert_non_null(chapter->sections[0].steps[0].directive);
    return chapter->sections[0].steps[0].directive;
}

static void test_head_is_read(void **state)
{
    const struct chapter *c = read_body(*state, "text\n\n## 3.2 Next: `train()`\n\ntext\n");
    assert_string_equal(c->title, "Dropout: the mechanics");
    assert_string_equal(c->id, "dropout");
    assert_int_equal(c->number, 3);
    assert_int_equal(c->minutes, 40);
    assert_int_equal(c->need_count, 2);
    assert_string_equal(c->needs[1], "chains");
    assert_string_equal(c->quiz, "03-dropout.gift");
    assert_string_equal(c->objectives[0].id, "3a");
    assert_string_equal(c->objectives[0].text, "Apply a mask");
    assert_int_equal(c->section_count, 2);
    assert_string_equal(c->sections[1].number, "3.2");
    assert_string_equal(c->sections[1].title, "Next: train()");
    assert_string_equal(c->sections[1].slug, "next-train");
    assert_int_equal(c->sections[1].place.line, 15);
}

static void test_steps_end_at_rules_and_directives(void **state)
{
    const struct chapter *c =
        read_body(*state, "one\n\ntwo\n\n---\n\nthree\n\n```quiz q3.1\n```\n\n"
                          "```notes\n- psst\n```\n\nfour\n\n```quiz q3.2\n```\n"
                          "\n---\n\nfive\n");
    const struct section *s = &c->sections[0];
    assert_int_equal(s->step_count, 4);
    assert_int_equal(s->steps[0].block_count, 2);
    assert_null(s->steps[0].directive);
    assert_int_equal(s->steps[0].place.line, 13);
    assert_int_equal(s->steps[0].end_line, 15);
    assert_int_equal(s->steps[1].block_count, 1);
    assert_string_equal(s->steps[1].directive->keys[0], "q3.1");
    assert_int_equal(s->steps[1].end_line, 22);
    assert_string_equal(s->steps[2].directive->keys[0], "q3.2");
    assert_null(s->steps[3].directive);
    assert_int_equal(s->note_count, 1);
    assert_int_equal(s->notes[0]->block_count, 1);
    assert_true(s->steps[0].hash == str_hash("one", 3));
    assert_true(s->steps[3].hash == str_hash("five", 4));
}

static void test_a_guess_is_a_question_before_reading(void **state)
{
    const struct directive *d = read_directive(*state, "```guess q3.1 q3.2\n```\n");
    assert_int_equal(d->kind, DIRECTIVE_QUIZ);
    assert_true(d->guess);
    assert_int_equal(d->key_count, 2);
    assert_false(read_directive(*state, "```quiz q3.1\n```\n")->guess);
}

static void test_demo_is_read(void **state)
{
    const struct directive *d =
        read_directive(*state, "```demo mask p=0.5 values=1,2 seed=7\n"
                               "predict mean_sum within 10%: How much?\n"
                               "predict-order plain=a, residual=b[-1]: Which first?\n"
                               "predict-order std: depth=5, 10, 20: Which depth?\n"
                               "predict-choice outcome: What happens?\n+ up\n- down\n"
                               "watch: the mean\n"
                               "explain: Why?\n+ since\n# right\n- no\n# wrong\n"
                               "see: You said {you}, {you2}; it was {mean_sum %.2f} {sd}.\n```\n");
    assert_int_equal(d->kind, DIRECTIVE_DEMO);
    assert_string_equal(d->args, "mask p=0.5 values=1,2 seed=7");
    assert_int_equal(d->ask_count, 5);
    const struct ask *a = d->asks;
    assert_int_equal(a[0].kind, ASK_NUMBER);
    assert_string_equal(a[0].ref, "mean_sum");
    assert_int_equal(a[0].tolerance_kind, TOLERANCE_RELATIVE);
    assert_true(a[0].tolerance == 0.1);
    assert_int_equal(a[1].kind, ASK_ORDER_REFS);
    assert_string_equal(a[1].labels[1], "residual");
    assert_string_equal(a[1].refs[1], "b[-1]");
    assert_int_equal(a[2].kind, ASK_ORDER_VALUES);
    assert_string_equal(a[2].knob, "depth");
    assert_int_equal(a[2].label_count, 3);
    assert_string_equal(a[2].labels[2], "20");
    assert_string_equal(a[2].question, "Which depth?");
    assert_int_equal(a[3].kind, ASK_CHOICE);
    assert_true(a[3].options[0].right);
    assert_null(a[3].options[0].feedback);
    assert_int_equal(a[4].kind, ASK_EXPLAIN);
    assert_string_equal(a[4].options[1].feedback, "wrong");
    assert_string_equal(d->watch[0], "the mean");
    const struct see *see = d->see;
    assert_int_equal(see->count, 9);
    assert_true(see->mentions_you);
    assert_int_equal(see->parts[3].kind, SEE_YOU2);
    assert_int_equal(see->parts[5].kind, SEE_REF);
    assert_int_equal(see->parts[5].format, 'f');
    assert_int_equal(see->parts[5].precision, 2);
    assert_int_equal(see->parts[7].format, 0);
    assert_int_equal(see->parts[7].precision, -1);
    assert_string_equal(see->parts[8].text, ".");
}

static void test_drill_is_read(void **state)
{
    const struct directive *d =
        read_directive(*state, "```drill chain factor=0.5..0.9/0.1 depth=5|10 seed=3\n"
                               "ask product within x3: How much?\nask log10 within 0: Exactly?\n"
                               "ask n: Default?\n```\n");
    assert_int_equal(d->drill_count, 3);
    assert_int_equal(d->drills[0].tolerance_kind, TOLERANCE_FACTOR);
    assert_true(d->drills[0].tolerance == 3);
    assert_int_equal(d->drills[1].tolerance_kind, TOLERANCE_ABSOLUTE);
    assert_int_equal(d->drills[2].tolerance_kind, TOLERANCE_DEFAULT);
    assert_int_equal(d->drills[2].place.line, 16);
}

static void test_myth_notes_recall_are_read(void **state)
{
    const struct chapter *c =
        read_body(*state, "```myth\nmany say: a\nin fact: b\n"
                          "see for yourself: demo mask p=0.5\nsource: c\nsure: measured here\n```\n"
                          "```notes\n- one\nconcept-test: q3.1\n- two\n```\n"
                          "```recall\n- idea **one**\n- idea two\n```\n");
    const struct section *s = &c->sections[0];
    assert_int_equal(s->step_count, 2);
    assert_string_equal(s->steps[0].directive->see_for_yourself, "mask p=0.5");
    assert_string_equal(s->steps[0].directive->sure, "measured here");
    assert_int_equal(s->steps[1].directive->kind, DIRECTIVE_RECALL);
    assert_int_equal(s->steps[1].directive->block_count, 2);
    assert_int_equal(s->steps[1].directive->blocks[0].place.line, 26);
    assert_string_equal(s->notes[0]->concept_test, "q3.1");
    assert_int_equal(s->notes[0]->block_count, 2);
    assert_string_equal(s->notes[0]->blocks[1].spans[0].shown, "two");
}

static void test_nobody_needs_findings(void **state)
{
    struct reading *r = *state;
    static const char text[] = "\xFF\n---\n```demo\nx\n";
    lesson_read(&r->chapter, &r->arena, "x", text, sizeof text - 1, NULL);
    assert_string_equal(r->chapter.title, "");
    lesson_read(&r->chapter, &r->arena, "x", "", 0, &r->findings);
    assert_int_equal(r->chapter.section_count, 0);
}

static void test_glossary_finds_its_entries(void **state)
{
    struct reading *r = *state;
    static const char text[] = "# Glossary\n\n## Batch normalization\n\nText.\n\nMore.\n\n"
                               "## p-value\n\nText.\n\n## Empty\n\n## P value\n\nx\n";
    struct glossary glossary;
    glossary_read(&glossary, &r->arena, "g.md", text, sizeof text - 1, &r->findings);
    assert_int_equal(glossary.count, 4);
    const struct glossary_entry *entry = glossary_find(&glossary, "batch-normalization");
    assert_non_null(entry);
    assert_int_equal(entry->block_count, 2);
    assert_int_equal(entry->place.line, 3);
    assert_null(glossary_find(&glossary, "batch"));
    assert_int_equal(r->findings.count, 2); /* one is empty, one is there twice */
    assert_int_equal(r->findings.list[0].line, 13);
    assert_int_equal(r->findings.list[1].line, 15);
}

static void test_course_page_is_read(void **state)
{
    struct reading *r = *state;
    static const char text[] = "# Deep\n\n```course\nid: deep\nlanguage: en\n```\n\nHello.\n";
    struct course_page page;
    course_page_read(&page, &r->arena, "course.md", text, sizeof text - 1, &r->findings);
    assert_int_equal(r->findings.count, 0);
    assert_string_equal(page.title, "Deep");
    assert_string_equal(page.id, "deep");
    assert_string_equal(page.language, "en");
    assert_int_equal(page.block_count, 1);
    course_page_read(&page, &r->arena, "course.md", "", 0, &r->findings);
    assert_int_equal(r->findings.count, 3);
    assert_string_equal(page.title, "");
}

static void test_slug_has_letters_and_single_dashes(void **state)
{
    struct reading *r = *state;
    assert_string_equal(lesson_slug(&r->arena, "Batch normalization"), "batch-normalization");
    assert_string_equal(lesson_slug(&r->arena, "  It's (a) test -- really! "), "its-a-test-really");
    assert_string_equal(lesson_slug(&r->arena, "ℓ2 / é"), "ℓ2-é");
    assert_string_equal(lesson_slug(&r->arena, "!"), "");
}

/* ---- findings -------------------------------------------------------------------------------- */

/* The findings of bad/NAME.md as NAME.findings has them, one a line, without the file's name. */
static void check_file(struct reading *r, const char *name)
{
    static const char folder[] = "tests/golden/lesson/bad/";
    char *path = arena_printf(&r->arena, "%s%s", folder, name);
    struct buf bytes = {0}, got = {0};
    struct err err;
    if (!file_read(path, &bytes, &err))
        fail_msg("%s", err.text);
    r->findings.count = 0;
    lesson_read(&r->chapter, &r->arena, name, buf_text(&bytes), bytes.length, &r->findings);
    for (size_t i = 0; i < r->findings.count; i++) {
        struct buf line = {0};
        finding_print(&r->findings.list[i], &line);
        buf_add(&got, buf_text(&line) + strlen(name) + 1);
        buf_free(&line);
    }
    path = arena_printf(&r->arena, "%s%.*s.findings", folder, (int)strlen(name) - 3, name);
    char *expected = test_read(path);
    if (strcmp(expected, buf_text(&got)) != 0) {
        printf("%s\n", buf_text(&got));
        fail_msg("%s: other findings than in %s", name, path);
    }
    free(expected);
    buf_free(&bytes);
    buf_free(&got);
}

static void test_findings_are_as_expected(void **state)
{
    DIR *folder = opendir("tests/golden/lesson/bad");
    size_t files = 0;
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        size_t length = strlen(entry->d_name);
        if (length > 3 && strcmp(entry->d_name + length - 3, ".md") == 0) {
            check_file(*state, entry->d_name);
            files++;
        }
    }
    closedir(folder);
    assert_true(files >= 6);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        CASE(test_head_is_read),
        CASE(test_steps_end_at_rules_and_directives),
        CASE(test_a_guess_is_a_question_before_reading),
        CASE(test_demo_is_read),
        CASE(test_drill_is_read),
        CASE(test_myth_notes_recall_are_read),
        CASE(test_nobody_needs_findings),
        CASE(test_glossary_finds_its_entries),
        CASE(test_course_page_is_read),
        CASE(test_slug_has_letters_and_single_dashes),
        CASE(test_findings_are_as_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
