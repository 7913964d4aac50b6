/* What to read about a question, and what to see. */
#include "support/test.h"

#include "course/course.h"

#include <stdlib.h>
#include <string.h>

static const char lesson[] =
    "# Teach\n\n```chapter\nid: teach\nquiz: 01-teach.gift\n```\n\n"
    "## 1.1 Masks\n\n"
    "A section begins with some words that say little.\n\n---\n\n"
    "Each survivor is divided by the probability of keeping.\n\n---\n\n"
    "Predict the product.\n\n```demo chain factor=0.5 depth=3\npredict product: What is "
    "left?\n```\n\n"
    "---\n\n"
    "Survivors under a mask.\n\n```demo mask p=0.5 seed=7\nwatch: the survivors\n```\n\n---\n\n"
    "Divided survivors, the probability of keeping, survivor divided.\n\n```quiz q1.1\n```\n\n"
    "## 1.2 Words only\n\nNothing to see.\n\n---\n\n"
    "```myth\nmany say: A gradient vanishes.\nin fact: It need not.\n"
    "see for yourself: demo chain factor=1 depth=9\nsource: x\nsure: proven\n```\n\n---\n\n"
    "```myth\nmany say: Nobody survives.\nin fact: Some do.\n"
    "see for yourself: demo mask p=0.5 seed=7\nsource: x\nsure: proven\n```\n\n"
    "## 1.3 Nothing to run\n\nNothing.\n";

static const char gift[] =
    "// [id:q1.1] [tag:section:1.1]\nBy what is a survivor divided? {\n"
    "=The probability of keeping#Right.\n~p#No.\n~nothing#No.\n}\n\n"
    "// [id:q1.2] [tag:section:1.1] [tag:demo:chain factor=0.5 depth=3]\nBy what is a survivor "
    "divided, of keeping? "
    "{=x#Yes.}\n\n"
    "// [id:q1.3] [tag:section:1.3] [tag:demo:mask]\nWhich mask? {=x#Yes.}\n\n"
    "// [id:q1.4] [tag:section:1.3]\nXyzzy? {=x#Yes.}\n\n"
    "// [id:q1.5] [tag:section:1.2]\nDoes a gradient vanish? {T#No.#Yes.}\n\n"
    "// [id:q1.8] [tag:section:1.2]\nDoes nobody survive? {T#No.#Yes.}\n\n"
    "// [id:q1.9] [tag:section:1.1] [tag:demo:none]\nAre survivors masked? {T#No.#Yes.}\n\n"
    "// [id:q1.6]\nIs it? {T#No.#Yes.}\n\n"
    "// [id:q1.7] [tag:section:1.1] [tag:demo:nothing]\nAre survivors masked? {T#No.#Yes.}\n";

static int set_up(void **state)
{
    struct course *course = *state = malloc(sizeof *course);
    struct err err;
    const char *folder = test_folder();
    test_file(folder, "lessons/01-teach.md", lesson);
    test_file(folder, "quizzes/01-teach.gift", gift);
    if (!course_open(course, folder, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int tear_down(void **state)
{
    course_close(*state);
    free(*state);
    return 0;
}

static struct course_taught find(struct course *course, const char *key)
{
    struct course_taught taught;
    const struct question *question = quiz_find(course_quiz(course, 0), key);
    assert_non_null(question);
    course_find_taught(course, question, &taught);
    return taught;
}

static void check(const struct course_place *place, size_t section, size_t step)
{
    assert_int_equal(place->chapter, 0);
    assert_int_equal(place->section, section);
    assert_int_equal(place->step, step);
}

static void test_paragraph_shares_the_words_of_the_question(void **state)
{
    struct course_taught taught = find(*state, "q1.1");
    assert_true(taught.has_text && taught.has_demo);
    check(&taught.text, 0, 1); /* not the first, and not the one that asks it */
    check(&taught.demo, 0, 3); /* the demo about survivors */
}

static void test_named_demo_comes_before_the_likeliest(void **state)
{
    struct course_taught taught = find(*state, "q1.2");
    check(&taught.text, 0, 1);
    check(&taught.demo, 0, 2);
    taught = find(*state, "q1.3"); /* in another section: there is none here */
    assert_true(taught.has_demo);
    check(&taught.text, 2, 0);
    check(&taught.demo, 0, 3);
    taught = find(*state, "q1.7"); /* one that the course does not run */
    check(&taught.demo, 0, 3);
}

/* What the likeliest demo does not show is not offered for it; the lint has nothing against that. */
static void test_a_question_may_say_that_no_demo_answers_it(void **state)
{
    struct course_taught taught = find(*state, "q1.9");
    assert_true(taught.has_text);
    assert_false(taught.has_demo);
    assert_null(taught.link);
}

static void test_section_without_a_word_in_common_begins_at_its_first_step(void **state)
{
    struct course_taught taught = find(*state, "q1.4");
    assert_true(taught.has_text);
    assert_false(taught.has_demo);
    check(&taught.text, 2, 0);
}

static void test_myth_points_to_its_demo(void **state)
{
    struct course_taught taught = find(*state, "q1.5");
    assert_true(taught.has_demo);
    check(&taught.text, 1, 1);
    check(&taught.demo, 1, 1);
    assert_string_equal(taught.link, "chain factor=1 depth=9"); /* no step runs just that */
}

static void test_myth_points_to_the_step_that_runs_its_demo(void **state)
{
    struct course_taught taught = find(*state, "q1.8");
    assert_true(taught.has_demo);
    check(&taught.text, 1, 2);
    check(&taught.demo, 0, 3);
    assert_null(taught.link);
}

static void test_question_without_a_section_is_taught_nowhere(void **state)
{
    struct course_taught taught = find(*state, "q1.6");
    assert_false(taught.has_text);
    assert_false(taught.has_demo);
}

static void test_demo_that_the_course_does_not_run_is_a_finding(void **state)
{
    struct course *course = *state;
    struct findings findings;
    size_t found = 0;
    findings_init(&findings, &course->arena);
    course_lint_quiz(course, course_quiz(course, 0), &findings);
    for (size_t i = 0; i < findings.count; i++)
        if (strcmp(findings.list[i].code, "C207") == 0) {
            found++;
            assert_string_equal(findings.list[i].text,
                                "question q1.7: no step of this course runs the demo nothing");
        }
    assert_int_equal(found, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_paragraph_shares_the_words_of_the_question),
        TEST(test_named_demo_comes_before_the_likeliest),
        TEST(test_a_question_may_say_that_no_demo_answers_it),
        TEST(test_section_without_a_word_in_common_begins_at_its_first_step),
        TEST(test_myth_points_to_its_demo),
        TEST(test_myth_points_to_the_step_that_runs_its_demo),
        TEST(test_question_without_a_section_is_taught_nowhere),
        TEST(test_demo_that_the_course_does_not_run_is_a_finding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
