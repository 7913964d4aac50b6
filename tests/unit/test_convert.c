/* nntutor convert: what is written reads back the same, and what is lost is named. */
#include "support/test.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/utf8.h"
#include "grade/convert.h"
#include "support/golden.h"
#include "support/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world {
    struct arena arena;
    struct findings findings;
    struct conversion conversion;
    struct quiz quiz;
    struct buf out, said;
};

static int setup(void **state)
{
    struct world *world = memory_alloc(sizeof *world);
    struct err err;
    *world = (struct world){0};
    arena_init(&world->arena);
    findings_init(&world->findings, &world->arena);
    world->conversion = (struct conversion){.findings = &world->findings, .format = "it"};
    if (!gift_read_file(&world->quiz, &world->arena, "tests/golden/convert/kinds.gift", GIFT_GRADE,
                        NULL, &err))
        fail_msg("%s", err.text);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    buf_free(&world->out);
    buf_free(&world->said);
    arena_free(&world->arena);
    memory_free(world);
    return 0;
}

static const char *write_as(struct world *world, const char *name, const struct quiz *quiz)
{
    const struct quiz_format *format = quiz_format_find(name);
    buf_clear(&world->out);
    world->conversion.format = name;
    format->write(quiz, &world->conversion, &world->out);
    return buf_text(&world->out);
}

static void read_as(struct world *world, const char *name, const char *bytes, struct quiz *quiz)
{
    const struct quiz_format *format = quiz_format_find(name);
    assert_true(format->read(quiz, &world->arena, "file", bytes, strlen(bytes), &world->findings));
}

static const char *findings_text(struct world *world)
{
    buf_clear(&world->said);
    for (size_t i = 0; i < world->findings.count; i++)
        finding_print(&world->findings.list[i], &world->said);
    return buf_text(&world->said);
}

static void expect_found(struct world *world, const char *text)
{
    if (!strstr(findings_text(world), text))
        fail_msg("not found: %s\nbut: %s", text, buf_text(&world->said));
}

/* As GIFT: all that a question has, without its place in a file. */
static char *as_gift(struct world *world, const struct quiz *quiz)
{
    return strdup(write_as(world, "gift", quiz));
}

static void test_moodlexml_reads_back_the_same(void **state)
{
    struct world *world = *state;
    struct quiz back;
    char *before = as_gift(world, &world->quiz);
    char *xml = strdup(write_as(world, "moodlexml", &world->quiz));
    read_as(world, "moodlexml", xml, &back);
    char *after = as_gift(world, &back);
    assert_string_equal(before, after);
    assert_int_equal(back.count, 10);
    expect_found(world, "question o: moodlexml cannot carry an order to Moodle");
    assert_int_equal(world->findings.count, 1);
    free(before);
    free(xml);
    free(after);
}

static void test_moodles_own_xml_is_read(void **state)
{
    struct world *world = *state;
    struct quiz quiz;
    read_as(
        world, "moodlexml",
        "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<quiz>\n<!-- question: 0 -->\n"
        "<question type=\"category\"><category><text>$course$/top</text></category></question>\n"
        "<question type=\"multichoice\"><name><text>Q</text></name>\n"
        "<questiontext format=\"html\"><text><![CDATA[<p>What &amp; why?</p>]]></text>\n"
        "<file name=\"a.png\" encoding=\"base64\">iVBORw0KGgo=</file></questiontext>\n"
        "<generalfeedback format=\"html\"><text></text></generalfeedback>\n"
        "<defaultgrade>3.0000000</defaultgrade><hidden>0</hidden><idnumber>x1</idnumber>\n"
        "<single>true</single><answer fraction=\"100\" format=\"html\"><text>yes</text>\n"
        "<feedback format=\"html\"><text>Good</text></feedback></answer>\n"
        "<answer fraction=\"0\" format=\"html\"><text>no</text></answer>\n"
        "<hint format=\"html\"><text>Think</text></hint>\n"
        "<tags><tag><text>hard</text></tag></tags></question>\n"
        "<question type=\"cloze\"><name><text>C</text></name><questiontext format=\"html\">\n"
        "<text>{1:SA:=x}</text></questiontext></question>\n"
        "<question type=\"multichoice\"><name><text>Bad</text></name><questiontext>\n"
        "<text>No choice</text></questiontext></question>\n</quiz>\n",
        &quiz);
    assert_int_equal(quiz.count, 1);
    const struct question *q = &quiz.questions[0];
    assert_string_equal(q->key, "x1");
    assert_string_equal(q->stem.text, "<p>What &amp; why?</p>");
    assert_int_equal(q->stem.format, FORMAT_HTML);
    assert_true(q->points == 3);
    assert_string_equal(q->hint, "Think");
    assert_string_equal(q->tags[0], "hard");
    assert_string_equal(q->category, "$course$/top");
    assert_string_equal(q->choices[0].feedback.text, "Good");
    assert_int_equal(q->line, 5);
    expect_found(world, "file:5:1: warning W402: question \"Q\": its files are left out");
    expect_found(
        world,
        "file:15:1: error E402: question \"C\" is left out: nobody here knows the type \"cloze\"");
    expect_found(world, "file:17:1: error E401: question \"Bad\" is left out");
}

static void test_xml_bombs_are_refused_at_once(void **state)
{
    struct world *world = *state;
    struct quiz quiz;
    struct buf deep = {0};
    read_as(world, "moodlexml",
            "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;\">]>"
            "<quiz>&b;</quiz>",
            &quiz);
    assert_int_equal(quiz.count, 0);
    expect_found(world, "error E403: the XML cannot be read further: it declares entities");
    for (int i = 0; i < 100000; i++)
        buf_add(&deep, "<x>");
    read_as(world, "moodlexml", buf_text(&deep), &quiz);
    expect_found(world, "nested too deeply");
    read_as(world, "moodlexml", "<quiz><question", &quiz);
    expect_found(world, "file:1:");
    buf_free(&deep);
}

static void test_aiken_reads_back_the_same(void **state)
{
    struct world *world = *state;
    struct quiz once, twice;
    static const char aiken[] = "What is 2 + 2?\nA. 3\nB. 4 {exactly}\nANSWER: B\n\n"
                                "Which sign?\nA. \\\nB. =\nC. ~\nANSWER: A\n\n";
    read_as(world, "aiken", aiken, &once);
    assert_int_equal(world->findings.count, 0);
    assert_int_equal(once.count, 2);
    assert_true(once.questions[0].choices[1].fraction == 1);
    assert_string_equal(once.questions[0].choices[1].text.text, "4 {exactly}");
    assert_string_equal(write_as(world, "aiken", &once), aiken);
    read_as(world, "aiken", aiken, &twice);
    char *a = as_gift(world, &once), *b = as_gift(world, &twice);
    assert_string_equal(a, b);
    free(a);
    free(b);
}

static void test_damaged_aiken_costs_one_question(void **state)
{
    struct world *world = *state;
    struct quiz quiz;
    read_as(world, "aiken",
            "One?\r\nA) yes\r\nB) no\r\nANSWER: C\r\n\r\nTwo?\r\nA) yes\r\nB) no\r\nANSWER: B\r\n"
            "\r\nThree?\r\nA) yes\r\nC) no\r\n",
            &quiz);
    assert_int_equal(quiz.count, 1);
    assert_string_equal(quiz.questions[0].stem.text, "Two?");
    expect_found(world, "file:4:1: error E404: ANSWER: names no choice");
    expect_found(world, "file:13:1: error E404: the letters of the choices do not follow");
}

static void test_what_is_written_for_others_is_golden(void **state)
{
    static const char *const names[] = {"moodlexml", "text2qti", "blackboard", "aiken", "handout"};
    struct world *world = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buf path = {0}, all = {0};
        world->findings.count = 0;
        buf_add(&all, write_as(world, names[i], &world->quiz));
        buf_addf(&all, "\n=== lost ===\n%s", findings_text(world));
        buf_addf(&path, "tests/golden/convert/kinds.%s", names[i]);
        golden_check(buf_text(&path), buf_text(&all));
        buf_free(&path);
        buf_free(&all);
    }
    world->conversion.no_key = true;
    assert_null(strchr(write_as(world, "handout", &world->quiz), '\f'));
}

static void test_formats_are_found_by_their_first_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *name;
    } cases[] = {{"<?xml version=\"1.0\"?><quiz/>", "moodlexml"},
                 {"\xEF\xBB\xBF\n<quiz/>", "moodlexml"},
                 {"Q?\nA. x\nB. y\nANSWER: A\n", "aiken"},
                 {"Q? {=a\nANSWER: A ~b}\n", "gift"},
                 {"", "gift"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(quiz_format_of(cases[i].bytes, strlen(cases[i].bytes))->name,
                            cases[i].name);
}

static void test_a_file_that_is_no_text_is_refused(void **state)
{
    (void)state;
    static const char bytes[] = "Q? {T}\n\0\n";
    struct run run =
        run_program_n(TEXTS("nntutor", "convert", "-", "--to", "gift"), NULL, bytes, sizeof bytes);
    assert_string_equal(buf_text(&run.out), "");
    assert_string_equal(buf_text(&run.err), "nntutor: -: is no text\n");
    assert_int_equal(run.code, 3);
    run_free(&run);
}

int main(void)
{
    utf8_start();
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_moodlexml_reads_back_the_same),
        CASE(test_moodles_own_xml_is_read),
        CASE(test_xml_bombs_are_refused_at_once),
        CASE(test_aiken_reads_back_the_same),
        CASE(test_damaged_aiken_costs_one_question),
        CASE(test_what_is_written_for_others_is_golden),
        CASE(test_formats_are_found_by_their_first_bytes),
        CASE(test_a_file_that_is_no_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
