/* Lint: a small course full of mistakes, and the numbers that `check --fix` rewrites. */
#include "support/test.h"

#include "base/utf8.h"
#include "course/course.h"
#include "support/golden.h"

#include <stdlib.h>
#include <string.h>

#define BAD "tests/golden/course/bad"

static void test_every_mistake_is_found_at_its_place(void **state)
{
    (void)state;
    struct course course;
    struct findings findings;
    struct lint_fix *fixes;
    size_t fix_count;
    struct err err;
    struct buf text = {0};
    if (!course_open(&course, BAD, &err))
        fail_msg("%s", err.text);
    findings_init(&findings, &course.arena);
    course_lint(&course, &findings, &fixes, &fix_count);
    findings_sort(&findings);
    for (size_t i = 0; i < findings.count; i++)
        finding_print(&findings.list[i], &text);
    golden_check(BAD "/findings.txt", buf_text(&text));
    assert_int_equal(fix_count, 4);
    buf_free(&text);
    course_close(&course);
}

/* ---- mending --------------------------------------------------------------------------------- */

struct fixture {
    const char *folder;
    struct course course;
    bool open;
    struct findings findings;
    struct lint_fix *fixes;
    size_t fix_count;
};

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    f->folder = test_folder();
    return 0;
}

static void shut(struct fixture *f)
{
    if (f->open)
        course_close(&f->course);
    f->open = false;
}

static int tear_down(void **state)
{
    shut(*state);
    free(*state);
    return 0;
}

static const char head[] = "# A\n\n```chapter\nid: a\nminutes: 5\nobjective 1a: See\n```\n\n"
                           "## 1.1 B\n\n";

/* Lints a chapter of these bytes and returns them mended; *count is how many numbers changed. */
static struct buf mend(struct fixture *f, const char *bytes, size_t *count)
{
    struct err err;
    struct buf fixed = {0};
    shut(f);
    test_file(f->folder, "lessons/01-a.md", bytes);
    if (!course_open(&f->course, f->folder, &err))
        fail_msg("%s", err.text);
    f->open = true;
    findings_init(&f->findings, &f->course.arena);
    course_lint(&f->course, &f->findings, &f->fixes, &f->fix_count);
    *count = course_fix(f->course.chapters[0].lesson.file, bytes, strlen(bytes), f->fixes,
                        f->fix_count, &fixed);
    return fixed;
}

/* The `before` becomes the `after`, and that stays as it is. */
static void check_mend(struct fixture *f, const char *before, const char *after, size_t expected)
{
    struct buf wrong = {0}, right = {0};
    size_t count;
    buf_addf(&wrong, "%s%s", head, before);
    buf_addf(&right, "%s%s", head, after);
    struct buf fixed = mend(f, buf_text(&wrong), &count);
    assert_string_equal(buf_text(&fixed), buf_text(&right));
    assert_int_equal(count, expected);
    struct buf again = mend(f, buf_text(&fixed), &count);
    assert_string_equal(buf_text(&again), buf_text(&right));
    assert_int_equal(count, 0);
    assert_int_equal(f->fix_count, 0);
    buf_free(&wrong);
    buf_free(&right);
    buf_free(&fixed);
    buf_free(&again);
}

#define HALF " =chain factor=0.5 depth=1 product`"
#define ONE " =chain factor=1 product`"

static void test_fix_rewrites_only_what_is_wrong(void **state)
{
    check_mend(*state, "A `0.50" HALF " and `0.51" HALF ".\n",
               "A `0.50" HALF " and `0.50" HALF ".\n", 1);
}

static void test_fix_keeps_the_form_of_each_number(void **state)
{
    check_mend(*state, "`9" HALF " `9.9" HALF " `9.999" HALF " `9.0e1" HALF "\n",
               "`0" HALF " `0.5" HALF " `0.500" HALF " `5.0e-1" HALF "\n", 4);
}

static void test_fix_finds_several_in_a_line_whose_lengths_change(void **state)
{
    check_mend(*state, "x `12345.5" HALF " y `7" ONE ", `12345.5" HALF " `7" ONE " `1" ONE "\n",
               "x `0.5" HALF " y `1" ONE ", `0.5" HALF " `1" ONE " `1" ONE "\n", 4);
}

static void test_fix_keeps_crlf(void **state)
{
    check_mend(*state, "A line.\r\n\r\nA `7" ONE "\r\nand `8" ONE ".\r\n",
               "A line.\r\n\r\nA `1" ONE "\r\nand `1" ONE ".\r\n", 2);
}

static void test_fix_works_wherever_text_stands(void **state)
{
    check_mend(*state,
               "- item `7" ONE "\n  - inner **`7" ONE "**\n\n> quote `7" ONE "\n\n"
               "| a `7" ONE " | b |\n|---|--:|\n| `7" ONE " | `7" ONE " |\n\n"
               "### heading `7" ONE "\n\n1. `7" ONE "\n",
               "- item `1" ONE "\n  - inner **`1" ONE "**\n\n> quote `1" ONE "\n\n"
               "| a `1" ONE " | b |\n|---|--:|\n| `1" ONE " | `1" ONE " |\n\n"
               "### heading `1" ONE "\n\n1. `1" ONE "\n",
               8);
}

static void test_fix_counts_bytes_behind_wide_text(void **state)
{
    check_mend(*state, "Größe σ² → `7" ONE " “größer” `7" ONE "\n",
               "Größe σ² → `1" ONE " “größer” `1" ONE "\n", 2);
}

static void test_fix_leaves_what_cannot_be_computed(void **state)
{
    check_mend(*state, "`7 =nothing product` `7 =chain nothing` `7" ONE "\n",
               "`7 =nothing product` `7 =chain nothing` `1" ONE "\n", 1);
}

static void test_fix_leaves_the_same_bytes_in_code(void **state)
{
    check_mend(*state, "```text\n`7" ONE "\n```\n\nand `7" ONE "\n",
               "```text\n`7" ONE "\n```\n\nand `1" ONE "\n", 1);
}

static void test_fix_without_newline_at_the_end(void **state)
{
    check_mend(*state, "and `7" ONE, "and `1" ONE, 1);
}

static void test_fix_of_another_file_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct buf text = {0}, out = {0};
    size_t count;
    buf_addf(&text, "%sA `7" ONE "\n", head);
    struct buf fixed = mend(f, buf_text(&text), &count);
    assert_int_equal(course_fix("other.md", text.data, text.length, f->fixes, f->fix_count, &out),
                     0);
    assert_string_equal(buf_text(&out), buf_text(&text));
    buf_free(&text);
    buf_free(&out);
    buf_free(&fixed);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_mistake_is_found_at_its_place),
        cmocka_unit_test_setup_teardown(test_fix_rewrites_only_what_is_wrong, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_keeps_the_form_of_each_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_finds_several_in_a_line_whose_lengths_change,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_keeps_crlf, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_works_wherever_text_stands, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_counts_bytes_behind_wide_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_leaves_what_cannot_be_computed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_leaves_the_same_bytes_in_code, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_without_newline_at_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_fix_of_another_file_changes_nothing, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
