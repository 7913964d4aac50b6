/* Marking: the rules one by one, answers from texts, and what is said about an answer. */
#include "support/test.h"

#include "base/utf8.h"
#include "quiz/quiz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct arena arena;
    struct quiz quiz;
    const struct question *question;
};

static void ask(struct fixture *fixture, const char *gift)
{
    arena_init(&fixture->arena);
    gift_read(&fixture->quiz, &fixture->arena, "q.gift", gift, strlen(gift), GIFT_GRADE, NULL);
    assert_int_equal(fixture->quiz.count, 1);
    fixture->question = &fixture->quiz.questions[0];
}

static void forget(struct fixture *fixture)
{
    arena_free(&fixture->arena);
}

/* ---- one text against one question ------------------------------------------------------------ */

struct text_case {
    const char *gift, *text;
    double fraction;
    enum mark_state state;
};

static void check_text(const struct text_case *one)
{
    struct fixture fixture;
    ask(&fixture, one->gift);
    struct answer answer = {.given = true, .text = one->text};
    struct mark mark = mark_answer(fixture.question, &answer);
    if (fabs(mark.fraction - one->fraction) > 1e-9 || mark.state != one->state)
        fail_msg("%s: \"%s\" is marked %g %s", one->gift, one->text, mark.fraction,
                 mark_state_name(mark.state));
    forget(&fixture);
}

static void check_texts(const struct text_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_text(&cases[i]);
}

static void test_short_answers_match_as_moodle_matches(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"S {=a}", "", 0, MARK_GAVE_UP},
        {"S {=a}", " ", 0, MARK_WRONG},
        {"S {=0}", "0", 1, MARK_RIGHT},
        {"S {0}", "0", 1, MARK_RIGHT},
        {"S {=a b}", "\t a b\n", 1, MARK_RIGHT},
        {"S {=a b}", "a  b", 0, MARK_WRONG},
        {"S {=a*}", "a", 1, MARK_RIGHT},
        {"S {=**a**}", "xay", 1, MARK_RIGHT},
        {"S {=*a*b*}", "aab", 1, MARK_RIGHT},
        {"S {=*ab}", "aab", 1, MARK_RIGHT},
        {"S {=a*b}", "a\nb", 0, MARK_WRONG},
        {"S {=a\\nb*}", "a\nbc", 1, MARK_RIGHT},
        {"S {=*b\\n*c}", "b\nb\nc", 0, MARK_WRONG}, /* no star may pass a line feed */
        {"S {=*b\\nb*c}", "bb\nbxc", 1, MARK_RIGHT},
        {"S {=*}", "", 0, MARK_GAVE_UP},
        {"S {=%50%a* =ab}", "ab", .5, MARK_PARTIAL},
        {"S {=a =%-50%b}", "b", -.5, MARK_WRONG},
        {"// [nt:case]\nS {=ReLU}", "relu", 0, MARK_WRONG},
        {"// [nt:case]\nS {=caf\xC3\xA9}", "cafe\xCC\x81", 1, MARK_RIGHT},
        {"S {=CAF\xC3\x89}", "cafe\xCC\x81", 1, MARK_RIGHT},
        {"S {=\xCF\x83\xCE\xA3}", "\xCE\xA3\xCF\x82", 1, MARK_RIGHT}, /* every sigma is one */
        {"S {=\xE2\x84\xAA}", "k", 1, MARK_RIGHT},                    /* the Kelvin sign */
        {"S {=stra\xC3\x9F"
         "e}",
         "strasse", 0, MARK_WRONG},
        {"S {=i}", "\xC4\xB0", 0, MARK_WRONG}, /* dotted capital I: no simple folding */
        {"S {=i}", "\xC4\xB1", 0, MARK_WRONG}, /* dotless i */
        {"S {=a\xC2\xA0"
         "b}",
         "a b", 0, MARK_WRONG},
        {"S {=a}", "\xFF", 0, MARK_WRONG},
    };
    check_texts(cases, sizeof cases / sizeof *cases);
}

static void test_an_escaped_star_is_a_star(void **state)
{
    (void)state;
    /* In GIFT `\*` is no escape: both characters reach the matcher, which takes the star as such. */
    static const struct text_case cases[] = {
        {"S {=2\\*3}", "2*3", 1, MARK_RIGHT},   {"S {=2\\*3}", "243", 0, MARK_WRONG},
        {"S {=2\\**}", "2*x", 1, MARK_RIGHT},   {"S {=2\\**}", "2x", 0, MARK_WRONG},
        {"S {=a\\\\b}", "a\\b", 1, MARK_RIGHT},
    };
    check_texts(cases, sizeof cases / sizeof *cases);
}

static void test_numbers_are_read_as_moodle_reads_them(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"S {#3.14:0.005}", "3.14", 1, MARK_RIGHT},
        {"S {#3.14}", "3,14", 0, MARK_WRONG},
        {"S {#314}", "3,14", 1, MARK_RIGHT},
        {"S {#1234.5}", "1,234.5", 1, MARK_RIGHT},
        {"S {#1234567}", "1,234,567", 1, MARK_RIGHT},
        {"S {#-12}", " - 1 2 ", 1, MARK_RIGHT},
        {"S {#1500}", "1.5x10^3", 1, MARK_RIGHT},
        {"S {#1500}", "1.5 * 10 ** 3", 1, MARK_RIGHT},
        {"S {#0.0015}",
         "1.5\xC3\x97"
         "10^-3",
         1, MARK_RIGHT},
        {"S {#1500}", "1.5E+3", 1, MARK_RIGHT},
        {"S {#1.5}", "1.5x10^", 1, MARK_RIGHT},
        {"S {#1}", "1e", 1, MARK_RIGHT},
        {"S {#1}", "1..", 1, MARK_RIGHT},
        {"S {#0.5}", ".5", 1, MARK_RIGHT},
        {"S {#5.}", "5.", 1, MARK_RIGHT},
        {"S {#-0.001}", "-0.001", 1, MARK_RIGHT},
        {"S {#0.1}", "0.10000000000000001", 1, MARK_RIGHT},
        {"S {#123456789012345}", "123456789012345", 1, MARK_RIGHT},
        {"S {#1234567890123456}", "1234567890123456", 1, MARK_RIGHT},
        {"S {#0.123456789012345}", "0.123456789012345", 1, MARK_RIGHT},
        {"S {#1.2}", "1.2.3", 1, MARK_RIGHT},
        {"S {#5}", "--5", 0, MARK_WRONG},
        {"S {#5}", ".", 0, MARK_WRONG},
        {"S {#5}", "-", 0, MARK_WRONG},
        {"S {#5}", "e5", 0, MARK_WRONG},
        {"S {#5}", "nan", 0, MARK_WRONG},
        {"S {#5}", "inf", 0, MARK_WRONG},
        {"S {#1}", "0x1", 0, MARK_WRONG},
        {"S {#5}", "1e999", 0, MARK_WRONG},
        {"S {#5}", " ", 0, MARK_WRONG},
        {"S {#5}", "", 0, MARK_GAVE_UP},
        {"S {#0}", "-0", 1, MARK_RIGHT},
        {"S {#=1 =%-50%2}", "2", 0, MARK_WRONG}, /* a number never costs */
        {"S {#=1 =%50%*}", "9", .5, MARK_PARTIAL},
        {"S {#=1 =%50%*}", "x", 0, MARK_WRONG}, /* `*` is any number, not any text */
        {"S {#5..1}", "1", 1, MARK_RIGHT},
    };
    check_texts(cases, sizeof cases / sizeof *cases);
}

static void test_the_tolerance_includes_both_ends(void **state)
{
    (void)state;
    static const struct text_case cases[] = {
        {"S {#0.3:0.1}", "0.2", 1, MARK_RIGHT},
        {"S {#0.3:0.1}", "0.4", 1, MARK_RIGHT},
        {"S {#0.3:0.1}", "0.4000001", 0, MARK_WRONG},
        {"S {#0}", "1e-28", 1, MARK_RIGHT},
        {"S {#0}", "2e-28", 0, MARK_WRONG},
        {"S {#1000000}", "1000000.00000001", 1, MARK_RIGHT},
        {"S {#1000000}", "1000000.00000002", 0, MARK_WRONG},
    };
    check_texts(cases, sizeof cases / sizeof *cases);
}

static void test_text_behind_a_number_is_told(void **state)
{
    (void)state;
    struct fixture fixture;
    ask(&fixture, "S {#3.14}");
    struct answer answer = {.given = true, .text = "3.14 m"};
    assert_string_equal(mark_answer(fixture.question, &answer).warning, "W220");
    answer.text = "3.14";
    assert_null(mark_answer(fixture.question, &answer).warning);
    forget(&fixture);
}

static void test_a_decimal_comma_is_one_when_asked_for(void **state)
{
    (void)state;
    struct fixture fixture;
    ask(&fixture, "S {#3.14}");
    struct answer answer = {.given = true, .text = "3,14", .decimal_comma = true};
    assert_true(mark_answer(fixture.question, &answer).state == MARK_RIGHT);
    answer.text = "3,140,000";
    assert_true(mark_answer(fixture.question, &answer).state == MARK_WRONG);
    answer.text = "3.14";
    assert_true(mark_answer(fixture.question, &answer).state == MARK_RIGHT);
    forget(&fixture);
}

/* ---- answers from texts ----------------------------------------------------------------------- */

enum { MOST = 8 };

struct said_case {
    const char *gift;
    struct said said[MOST];
    size_t count;
    double fraction;
    enum mark_state state;
    const char *error; /* a part of the sentence */
    const char *json;
};

/* clang-format off */
static const struct said_case said_cases[] = {
    {"S {=a ~%50%b ~%-25%c}", {{0, "a"}}, 1, 1, MARK_RIGHT, NULL, "\"a\""},
    {"S {=a ~%50%b ~%-25%c}", {{0, "c"}}, 1, -.25, MARK_WRONG, NULL, "\"c\""},
    {"S {=x ~%50%y ~z}", {{0, "B"}}, 1, .5, MARK_PARTIAL, NULL, "\"y\""},
    {"S {=x ~%50%y ~z}", {{0, "2"}}, 1, .5, MARK_PARTIAL, NULL, "\"y\""},
    {"S {~B =A}", {{0, "A"}}, 1, 1, MARK_RIGHT, NULL, "\"A\""},      /* the text before the letter */
    {"S {~2 =1}", {{0, "1"}}, 1, 1, MARK_RIGHT, NULL, "\"1\""},
    {"S {=x ~y}", {{0, "C"}}, 1, 0, MARK_GAVE_UP, "no choice \"C\"; choices are A-B", "null"},
    {"S {=x ~y}", {{0, "0"}}, 1, 0, MARK_GAVE_UP, "no choice", "null"},
    {"S {=x ~y}", {{0, "1.5"}}, 1, 0, MARK_GAVE_UP, "no choice", "null"},
    {"S {=x ~y}", {{0, "x"}, {0, "y"}}, 2, 0, MARK_GAVE_UP, "2 choices", "null"},
    {"S {=x ~y}", {{0, ""}}, 1, 0, MARK_GAVE_UP, NULL, "null"},
    {"S {=x ~y}", {{0, NULL}}, 0, 0, MARK_GAVE_UP, NULL, "null"},
    {"S {=first\nsecond ~y}", {{0, "first second"}}, 1, 1, MARK_RIGHT, NULL, "\"first\\nsecond\""},
    {"[html]S {=<b>x</b> ~y}", {{0, "x"}}, 1, 1, MARK_RIGHT, NULL, "\"<b>x</b>\""},
    {"S {~%50%a ~%50%b ~%-50%c}", {{0, "a"}, {0, "c"}}, 2, 0, MARK_WRONG, NULL, "[\"a\",\"c\"]"},
    {"S {~%50%a ~%50%b ~%-50%c}", {{0, "a"}, {0, "b"}, {0, "c"}}, 3, .5, MARK_PARTIAL, NULL,
     "[\"a\",\"b\",\"c\"]"},
    {"S {~%50%a ~%50%b ~%-50%c}", {{0, "c"}}, 1, 0, MARK_WRONG, NULL, "[\"c\"]"},
    {"S {~%50%a ~%50%b}", {{0, "a"}, {0, "a"}}, 2, .5, MARK_PARTIAL, NULL, "[\"a\",\"a\"]"},
    {"S {~%33.33333%a ~%33.33333%b ~%33.33333%c}", {{0, "a"}, {0, "b"}, {0, "c"}}, 3, .9999999,
     MARK_RIGHT, NULL, "[\"a\",\"b\",\"c\"]"},
    {"S {~%100%a ~%100%b}", {{0, "a"}, {0, "b"}}, 2, 1, MARK_RIGHT, NULL, "[\"a\",\"b\"]"},
    {"S {~%50%a ~%50%b}", {{0, "a"}, {0, "z"}}, 2, 0, MARK_GAVE_UP, "no choice \"z\"", "null"},
    {"S {F}", {{0, "false"}}, 1, 1, MARK_RIGHT, NULL, "false"},
    {"S {F}", {{0, "TRUE"}}, 1, 0, MARK_WRONG, NULL, "true"},
    {"S {F}", {{0, "F"}}, 1, 1, MARK_RIGHT, NULL, "false"},
    {"S {F}", {{0, "maybe"}}, 1, 0, MARK_GAVE_UP, "no choice", "null"},
    {"S {=a}", {{0, "A"}}, 1, 1, MARK_RIGHT, NULL, "\"A\""},
    {"S {=a}", {{0, "a"}, {0, "b"}}, 2, 0, MARK_GAVE_UP, "2 answers", "null"},
    {"S {=a}", {{0, NULL}}, 1, 0, MARK_GAVE_UP, NULL, "null"},
    {"S {#3}", {{0, "3"}}, 1, 1, MARK_RIGHT, NULL, "\"3\""},
    {"S {=a -> 1 =b -> 2 = -> 4}", {{"a", "1"}, {"b", "4"}}, 2, .5, MARK_PARTIAL, NULL,
     "{\"a\":\"1\",\"b\":\"4\"}"},
    {"S {=a -> 1 =b -> 2}", {{"b", "2"}}, 1, .5, MARK_PARTIAL, NULL, "{\"b\":\"2\"}"},
    {"S {=a -> 1 =b -> 2}", {{0, "1"}, {0, "2"}}, 2, 1, MARK_RIGHT, NULL, "{\"a\":\"1\",\"b\":\"2\"}"},
    {"S {=a -> 1 =b -> 2}", {{"a", ""}, {"b", NULL}}, 2, 0, MARK_GAVE_UP, NULL, "null"},
    {"S {=a -> x =b -> y}", {{"a", "B"}, {"B", "x"}}, 2, 0, MARK_WRONG, NULL,
     "{\"a\":\"y\",\"b\":\"x\"}"},
    {"S {=a -> 1 =b -> 2}", {{"c", "1"}}, 1, 0, MARK_GAVE_UP, "no left side \"c\"", "null"},
    {"S {=a -> 1 =b -> 2}", {{"a", "7"}}, 1, 0, MARK_GAVE_UP, "no right side \"7\"", "null"},
    {"S {=a -> x =b -> x =c -> y}", {{"a", "x"}, {"b", "x"}, {"c", "x"}}, 3, 2 / 3.0, MARK_PARTIAL,
     NULL, "{\"a\":\"x\",\"b\":\"x\",\"c\":\"x\"}"},
    {"// [nt:order]\nS {=p -> 1 =q -> 2 =r -> 3}", {{0, "p"}, {0, "r"}, {0, "q"}}, 3, 1 / 3.0,
     MARK_PARTIAL, NULL, "[\"p\",\"r\",\"q\"]"},
    {"// [nt:order]\nS {=q -> 2 =p -> 1}", {{0, "p"}, {0, "q"}}, 2, 1, MARK_RIGHT, NULL,
     "[\"p\",\"q\"]"},
    {"// [nt:order]\nS {=q -> 2 =p -> 1}", {{0, "p"}, {0, "q"}, {0, "p"}}, 3, 0, MARK_GAVE_UP,
     "more than the 2 items", "null"},
    {"// [nt:order]\nS {=q -> 2 =p -> 1}", {{0, "z"}}, 1, 0, MARK_GAVE_UP, "no item \"z\"", "null"},
    {"S", {{0, "x"}}, 1, 0, MARK_GAVE_UP, NULL, "null"},
};
/* clang-format on */

static void test_answers_are_made_from_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof said_cases / sizeof *said_cases; i++) {
        const struct said_case *one = &said_cases[i];
        struct fixture fixture;
        struct answer answer;
        struct err err = {""};
        struct buf json = {0};
        size_t slots[MOST];
        ask(&fixture, one->gift);
        bool good =
            answer_from_texts(&answer, fixture.question, one->said, one->count, slots, &err);
        struct mark mark = mark_answer(fixture.question, &answer);
        answer_write_json(fixture.question, &answer, &json);
        if (good != !one->error || (one->error && !strstr(err.text, one->error)))
            fail_msg("%s, case %zu: \"%s\"", one->gift, i, err.text);
        if (fabs(mark.fraction - one->fraction) > 1e-9 || mark.state != one->state)
            fail_msg("%s, case %zu: %g %s", one->gift, i, mark.fraction,
                     mark_state_name(mark.state));
        if (strcmp(buf_text(&json), one->json) != 0)
            fail_msg("%s, case %zu: %s", one->gift, i, buf_text(&json));
        buf_free(&json);
        forget(&fixture);
    }
}

static void test_choices_beyond_z_are_numbers(void **state)
{
    (void)state;
    struct buf gift = {0};
    struct fixture fixture;
    struct answer answer;
    struct err err = {""};
    size_t slots[40];
    buf_add(&gift, "S {=c0");
    for (int i = 1; i < 30; i++)
        buf_addf(&gift, "~c%d", i);
    buf_add(&gift, "}");
    ask(&fixture, buf_text(&gift));
    struct said last = {.text = "30"}, beyond = {.text = "31"};
    assert_true(answer_from_texts(&answer, fixture.question, &last, 1, slots, &err));
    assert_int_equal(answer.chosen[0], 29);
    assert_false(answer_from_texts(&answer, fixture.question, &beyond, 1, slots, &err));
    assert_non_null(strstr(err.text, "choices are 1-30"));
    forget(&fixture);
    buf_free(&gift);
}

/* ---- what is said about an answer ------------------------------------------------------------- */

static void test_the_mark_names_the_choice_with_the_feedback(void **state)
{
    (void)state;
    struct fixture fixture;
    size_t chosen = 1;
    struct answer choice = {.given = true, .chosen = &chosen, .count = 1};
    ask(&fixture, "S {=a#right ~b#wrong}");
    assert_string_equal(mark_answer(fixture.question, &choice).choice->feedback.text, "wrong");
    forget(&fixture);
    ask(&fixture, "S {T#wrong#right}");
    assert_string_equal(mark_answer(fixture.question, &choice).choice->feedback.text, "wrong");
    chosen = 0;
    assert_string_equal(mark_answer(fixture.question, &choice).choice->feedback.text, "right");
    forget(&fixture);
    ask(&fixture, "S {#3:1#ok~#integrate}");
    struct answer number = {.given = true, .text = "9"};
    assert_string_equal(mark_answer(fixture.question, &number).choice->feedback.text, "integrate");
    forget(&fixture);
    ask(&fixture, "S {=a}");
    assert_null(mark_answer(fixture.question, &number).choice);
    forget(&fixture);
}

static void test_only_a_person_marks_an_essay(void **state)
{
    (void)state;
    struct fixture fixture;
    struct answer answer = {.given = true, .text = "because"};
    ask(&fixture, "S {}");
    struct mark mark = mark_answer(fixture.question, &answer);
    assert_true(mark.state == MARK_NEEDS_GRADING && isnan(mark.fraction));
    answer.given = false;
    assert_true(mark_answer(fixture.question, &answer).state == MARK_GAVE_UP);
    forget(&fixture);
}

static void test_an_index_that_is_no_choice_is_no_answer(void **state)
{
    (void)state;
    struct fixture fixture;
    size_t chosen[] = {7, SIZE_MAX};
    struct answer answer = {.given = true, .chosen = chosen, .count = 2};
    ask(&fixture, "S {=a ~b}");
    assert_true(mark_answer(fixture.question, &answer).state == MARK_GAVE_UP);
    forget(&fixture);
    ask(&fixture, "S {=a -> 1 =b -> 2}");
    assert_true(mark_answer(fixture.question, &answer).state == MARK_WRONG);
    forget(&fixture);
    ask(&fixture, "// [nt:order]\nS {=a -> 1 =b -> 2}");
    assert_true(mark_answer(fixture.question, &answer).state == MARK_WRONG);
    forget(&fixture);
}

static void test_the_key_reads_as_a_person_would_write_it(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"S {#3.75}", "3.75"},
        {"S {#=%50%1 =3.75:0.25}", "3.75 \xC2\xB1 0.25"},
        {"S {#5..1}", "3 \xC2\xB1 2"},
        {"S {~x =A mask}", "A mask"},
        {"[html]S {~x =<b>A</b> mask}", "A mask"},
        {"S {~%50%a ~%-100%b ~%50%c}", "a; c"},
        {"S {=%50%b =a}", "a"},
        {"S {F}", "False"},
        {"S {=a -> 1 =b -> 2 = -> 3}", "a -> 1; b -> 2"},
        {"// [nt:order]\nS {=b -> 2 =a -> 1}", "a; b"},
        {"S {####It averages.}", "It averages."},
        {"S", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture fixture;
        struct buf key = {0};
        ask(&fixture, cases[i][0]);
        question_key_text(fixture.question, &key);
        assert_string_equal(buf_text(&key), cases[i][1]);
        buf_free(&key);
        forget(&fixture);
    }
}

static void test_the_maximum_counts_what_is_marked(void **state)
{
    (void)state;
    struct arena arena;
    struct quiz quiz;
    const char *gift = "text\n\n// [nt:points=2.5]\nA {T}\n\nB {=b}\n\n// [nt:points=9]\nC {}";
    arena_init(&arena);
    gift_read(&quiz, &arena, "q.gift", gift, strlen(gift), GIFT_GRADE, NULL);
    assert_int_equal(quiz.count, 4);
    assert_true(quiz_max(&quiz) == 3.5);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_answers_match_as_moodle_matches),
        cmocka_unit_test(test_an_escaped_star_is_a_star),
        cmocka_unit_test(test_numbers_are_read_as_moodle_reads_them),
        cmocka_unit_test(test_the_tolerance_includes_both_ends),
        cmocka_unit_test(test_text_behind_a_number_is_told),
        cmocka_unit_test(test_a_decimal_comma_is_one_when_asked_for),
        cmocka_unit_test(test_answers_are_made_from_texts),
        cmocka_unit_test(test_choices_beyond_z_are_numbers),
        cmocka_unit_test(test_the_mark_names_the_choice_with_the_feedback),
        cmocka_unit_test(test_only_a_person_marks_an_essay),
        cmocka_unit_test(test_an_index_that_is_no_choice_is_no_answer),
        cmocka_unit_test(test_the_key_reads_as_a_person_would_write_it),
        cmocka_unit_test(test_the_maximum_counts_what_is_marked),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
