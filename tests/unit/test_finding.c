/* Findings: kept in file order, counted to the last, printed so that editors can jump to them. */
#include "support/test.h"

#include "base/finding.h"
#include "base/rng.h"

#include <stdio.h>
#include <string.h>

static int make_findings(void **state)
{
    struct findings *findings = memory_alloc(sizeof *findings);
    struct arena *arena = memory_alloc(sizeof *arena);
    arena_init(arena);
    findings_init(findings, arena);
    *state = findings;
    return 0;
}

static int drop_findings(void **state)
{
    struct findings *findings = *state;
    arena_free(findings->arena);
    memory_free(findings->arena);
    memory_free(findings);
    return 0;
}

static void test_sort_is_by_file_line_column_and_stable(void **state)
{
    struct findings *f = *state;
    /* The same name from two places in memory is the same file. */
    char again[] = "b.md";
    finding_add(f, SEVERITY_ERROR, "E1", "b.md", 9, 1, NULL, "third");
    finding_add(f, SEVERITY_ERROR, "E1", "a.md", 1, 1, NULL, "sixth");
    finding_add(f, SEVERITY_ERROR, "E1", again, 9, 1, NULL, "fourth");
    finding_add(f, SEVERITY_ERROR, "E1", "b.md", 9, 2, NULL, "fifth");
    finding_add(f, SEVERITY_ERROR, "E1", "b.md", 2, 5, NULL, "second");
    finding_add(f, SEVERITY_ERROR, "E1", again, 0, 0, NULL, "first");
    findings_sort(f);
    static const char *const expected[] = {"first", "second", "third", "fourth", "fifth", "sixth"};
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(f->list[i].text, expected[i]);
}

static void test_sort_of_many_is_a_stable_permutation(void **state)
{
    static const char *const files[] = {"c.gift", "a.gift", "b.gift"};
    struct findings *f = *state;
    struct rng rng;
    rng_init(&rng, 1, 0, 0);
    enum { MANY = 5000 };
    for (int i = 0; i < MANY; i++)
        finding_add(f, SEVERITY_WARNING, "L1", i < 3 ? files[i] : files[rng_below(&rng, 3)],
                    (int)rng_below(&rng, 40), (int)rng_below(&rng, 5), NULL, "%06d", i);
    findings_sort(f);
    assert_int_equal(f->count, MANY);
    bool seen[MANY] = {false};
    for (size_t i = 0; i < MANY; i++) {
        int number = 0;
        assert_int_equal(sscanf(f->list[i].text, "%d", &number), 1);
        assert_false(seen[number]);
        seen[number] = true;
        if (i == 0)
            continue;
        const struct finding *a = &f->list[i - 1], *b = &f->list[i];
        if (strcmp(a->file, b->file) != 0) {
            assert_true(a->file[0] == 'c' || b->file[0] == 'b'); /* as they first appeared */
            continue;
        }
        assert_true(a->line <= b->line);
        if (a->line == b->line) {
            assert_true(a->column <= b->column);
            if (a->column == b->column)
                assert_true(strcmp(a->text, b->text) < 0);
        }
    }
}

static void test_finding_prints_its_place_and_remedy(void **state)
{
    struct findings *f = *state;
    struct buf out = {0};
    finding_add(f, SEVERITY_ERROR, "E012", "a.md", 3, 7, "did you mean \"mask\"?",
                "unknown demo \"%s\"", "msak");
    finding_add(f, SEVERITY_WARNING, "L003", "a.md", 4, 0, NULL, "long line");
    finding_add(f, SEVERITY_WARNING, "L009", "b.md", 0, 0, NULL, "no title");
    for (size_t i = 0; i < f->count; i++)
        finding_print(&f->list[i], &out);
    assert_string_equal(buf_text(&out),
                        "a.md:3:7: error E012: unknown demo \"msak\"; did you mean \"mask\"?\n"
                        "a.md:4:1: warning L003: long line\n"
                        "b.md: warning L009: no title\n");
    assert_int_equal(findings_count(f, SEVERITY_ERROR), 1);
    assert_int_equal(findings_count(f, SEVERITY_WARNING), 2);
    buf_free(&out);
}

static void test_text_and_hint_are_copied(void **state)
{
    struct findings *f = *state;
    char hint[] = "hint";
    finding_add(f, SEVERITY_ERROR, "E1", "a", 1, 1, hint, "%0*d", 5000, 1);
    hint[0] = 'X';
    assert_string_equal(f->list[0].hint, "hint");
    assert_int_equal(strlen(f->list[0].text),
                     FINDING_BYTES - 1); /* a giant line is not kept whole */
    finding_add(NULL, SEVERITY_ERROR, "E1", "a", 1, 1, NULL, "nobody keeps it");
}

static void test_findings_without_end_are_counted_not_kept(void **state)
{
    struct findings *f = *state;
    for (int i = 0; i < 3 * FINDINGS_MOST; i++)
        finding_add(f, i % 3 ? SEVERITY_WARNING : SEVERITY_ERROR, "E1", "a", i, 1, NULL, "again");
    assert_int_equal(f->count, FINDINGS_MOST);
    assert_int_equal(findings_count(f, SEVERITY_ERROR), FINDINGS_MOST);
    assert_int_equal(findings_count(f, SEVERITY_WARNING), 2 * FINDINGS_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_sort_is_by_file_line_column_and_stable, make_findings,
                                        drop_findings),
        cmocka_unit_test_setup_teardown(test_sort_of_many_is_a_stable_permutation, make_findings,
                                        drop_findings),
        cmocka_unit_test_setup_teardown(test_finding_prints_its_place_and_remedy, make_findings,
                                        drop_findings),
        cmocka_unit_test_setup_teardown(test_text_and_hint_are_copied, make_findings,
                                        drop_findings),
        cmocka_unit_test_setup_teardown(test_findings_without_end_are_counted_not_kept,
                                        make_findings, drop_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
