/* Formulas as text and as words: tables of cases, and what is hostile. */
#include "support/test.h"

#include "base/str.h"
#include "base/utf8.h"
#include "lesson/lesson.h"
#include "lesson/math.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int set_up(void **state)
{
    static struct arena arena;
    arena_init(&arena);
    *state = &arena;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

/* Each line of the table: a formula, a tab, what becomes of it. Returns how many there were. */
static size_t run_table(struct arena *arena, const char *path, bool spoken)
{
    char *table = test_read(path);
    struct str rest = str_of(table), line;
    size_t cases = 0;
    while (str_line(&rest, &line)) {
        const char *tab = memchr(line.text, '\t', line.length);
        assert_non_null(tab);
        char *latex = arena_strndup(arena, line.text, (size_t)(tab - line.text));
        char *expected = arena_strndup(arena, tab + 1, line.length - (size_t)(tab - line.text) - 1);
        const char *unknown = NULL;
        char *got = spoken ? math_spoken(arena, latex) : math_text(arena, latex, &unknown);
        if (unknown)
            fail_msg("%s: unknown %s", latex, unknown);
        if (strcmp(got, expected) != 0)
            fail_msg("%s: \"%s\" where \"%s\" is expected", latex, got, expected);
        cases++;
    }
    free(table);
    return cases;
}

static void test_text_follows_the_table(void **state)
{
    assert_true(run_table(*state, "tests/golden/lesson/math.tsv", false) > 80);
}

static void test_spoken_follows_the_table(void **state)
{
    assert_true(run_table(*state, "tests/golden/lesson/spoken.tsv", true) > 80);
}

static void test_text_keeps_and_names_the_unknown(void **state)
{
    static const struct {
        const char *latex, *text, *unknown;
    } cases[] = {
        {"\\foo{x}+1", "\\foo{x} + 1", "\\foo"},
        {"a & b", "a&b", "&"},
        {"x^2^3", "x²^3", "^"},
        {"}", "}", "}"},
        {"{x", "x", "{"},
        {"\\begin{matrix} a \\end{matrix}", "\\begin{matrix}a\\end{matrix}", "\\begin"},
        {"\\", "\\", "\\"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *unknown = NULL;
        assert_string_equal(math_text(*state, cases[i].latex, &unknown), cases[i].text);
        assert_non_null(unknown);
        assert_string_equal(unknown, cases[i].unknown);
    }
}

static void test_text_survives_deep_nesting(void **state)
{
    static const char *const opening[] = {"{",       "\\hat", "\\frac{",  "x^{", "\\sqrt[",
                                          "\\sqrt{", "x_",    "\\mathbf", "("};
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
        struct buf latex = {0};
        while (latex.length + strlen(opening[i]) < 3900)
            buf_add(&latex, opening[i]);
        const char *unknown = NULL;
        assert_non_null(math_text(*state, buf_text(&latex), &unknown));
        assert_non_null(math_spoken(*state, buf_text(&latex)));
        buf_free(&latex);
    }
}

static void test_text_refuses_a_formula_without_end(void **state)
{
    struct buf latex = {0};
    buf_repeat(&latex, "x+", 10000);
    const char *unknown = NULL;
    char *text = math_text(*state, buf_text(&latex), &unknown);
    assert_string_equal(text, buf_text(&latex));
    assert_non_null(unknown);
    buf_free(&latex);
}

static void test_text_is_one_clean_line(void **state)
{
    const char *unknown = NULL;
    assert_string_equal(math_text(*state, " a\n+ b ", &unknown), "a + b");
    assert_string_equal(math_text(*state, "", &unknown), "");
    assert_null(unknown);
}

static void test_commands_are_sorted_and_found(void **state)
{
    (void)state;
    static const char *const some[] = {" ", "!", "Delta", "alpha", "frac", "zeta", "{", "}", "to"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        const struct math_command *command = math_command_find(str_of(some[i]));
        assert_non_null(command);
        assert_string_equal(command->name, some[i]);
    }
    static const char *const none[] = {"", "a", "alph", "alphas", "zzz", "~"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_null(math_command_find(str_of(none[i])));
    /* Every row can be found, or the table is out of order. */
    size_t count;
    const struct math_command *commands = math_commands(&count);
    assert_true(count > 140);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(math_command_find(str_of(commands[i].name)), &commands[i]);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_text_follows_the_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_spoken_follows_the_table, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_keeps_and_names_the_unknown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_survives_deep_nesting, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_refuses_a_formula_without_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_is_one_clean_line, set_up, tear_down),
        cmocka_unit_test(test_commands_are_sorted_and_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
