/* nntutor grade from the outside: what goes in, what comes out, what is said about it. */
#include "support/test.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "support/run.h"

#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char quiz[] =
    "// [id:q1]\n::One::What is 3 / 0.8? {#3.75:0.01}\n\n"
    "// [id:q2]\nWhich? {=right ~wrong ~Nothing; really ~a, b}\n\n"
    "// [id:q3]\nTick. {~%50%alpha ~%50%beta ~%-50%alpha; delta ~%-50%gamma}\n\n"
    "// [id:q4]\nJoin. {=stem -> right =other -> left =third -> right}\n\n"
    "// [id:q5]\nTrue? {T#no#yes}\n\n"
    "// [id:q6]\nSay. {=dropout =%50%drop*}\n\n"
    "// [id:q7]\nWrite. {}\n\n"
    "Only text.\n\n"
    "// [id:q10] [nt:points=2]\nMore {=x ~%-25%y ~z}\n";

struct world {
    const char *folder, *quiz;
    struct run run;
};

static int setup(void **state)
{
    static struct world world;
    world = (struct world){.folder = test_folder()};
    world.quiz = test_file(world.folder, "07-marks.gift", quiz);
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    run_free(&world->run);
    return 0;
}

static void grade(struct world *world, const char *const *options, const char *input)
{
    const char *argv[32] = {"nntutor", "grade", "--quiz", world->quiz};
    size_t count = 4;
    for (size_t i = 0; options && options[i]; i++)
        argv[count++] = options[i];
    run_free(&world->run);
    world->run = run_program(argv, NULL, input ? input : "");
}

#define OPTIONS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *out(const struct world *world)
{
    return buf_text(&world->run.out);
}

static void expect_said(const struct world *world, const char *text)
{
    if (!strstr(buf_text(&world->run.err), text))
        fail_msg("not said: %s\nbut: %s", text, buf_text(&world->run.err));
}

static void expect_out(const struct world *world, const char *text)
{
    if (!strstr(out(world), text))
        fail_msg("not written: %s\nbut: %s\n%s", text, out(world), buf_text(&world->run.err));
}

/* ---- NDJSON --------------------------------------------------------------------------------------- */

static void test_marks_one_line_as_the_design_shows_it(void **state)
{
    grade(*state, NULL,
          "{\"learner\":\"u1\",\"quiz\":\"marks\",\"answers\":{\"q1\":\"3.75\",\"q2\":\"A\","
          "\"q3\":[\"alpha\",\"C\"],\"q4\":{\"stem\":\"right\",\"other\":\"B\"},\"q5\":true,"
          "\"q6\":\"Dropped\",\"q10\":2}}\n");
    struct world *world = *state;
    assert_string_equal(
        out(world), "{\"learner\":\"u1\",\"quiz\":\"marks\",\"score\":3.666666666666666,\"max\":8,"
                    "\"items\":{\"q1\":{\"f\":1,\"s\":\"right\"},\"q2\":{\"f\":1,\"s\":\"right\"},"
                    "\"q3\":{\"f\":0,\"s\":\"wrong\"},"
                    "\"q4\":{\"f\":0.6666666666666666,\"s\":\"partial\"},"
                    "\"q5\":{\"f\":1,\"s\":\"right\"},\"q6\":{\"f\":0.5,\"s\":\"partial\"},"
                    "\"q10\":{\"f\":-0.25,\"s\":\"wrong\"}},\"line\":1}\n");
    assert_int_equal(world->run.code, 0);
    expect_said(world, "graded 1, rejected 0, 0 answers need a person");
}

static void test_what_needs_a_person_is_null_never_nought(void **state)
{
    grade(*state, NULL, "{\"learner\":\"u1\",\"answers\":{\"q7\":\"because\"}}\n");
    expect_out(*state, "\"q7\":{\"f\":null,\"s\":\"needsgrading\"}");
    expect_out(*state, "\"needsgrading\":1");
    expect_said(*state, "1 answer needs a person");
}

static void test_a_damaged_record_costs_that_record_alone(void **state)
{
    static const struct {
        const char *line, *said;
    } cases[] = {
        {"not json", ":2:1: error E300: expected an object"},
        {"{\"learner\":\"u2\",\"answers\":{\"q1\":\"3\"}",
         ":2:37: error E300: learner u2: the line ends"},
        {"{\"learner\":\"u2\",\"answers\":{\"q1\":\"3\"}} x",
         ":2:39: error E300: learner u2: more text"},
        {"{\"learner\":\"u2\",\"answers\":{\"q1\":\"3\",\"q1\":\"4\"}}", ":2:37: error E304"},
        {"{\"learner\":\"u2\",\"learner\":\"u3\",\"answers\":{}}", ":2:17: error E304"},
        {"{\"learner\":\"u\xFF\",\"answers\":{}}", ":2:14: error E303: a byte that is not UTF-8"},
        {"{\"learner\":\"u2\",\"answers\":{\"q1\":01}}",
         ":2:33: error E300: learner u2: bad number"},
        {"{\"learner\":\"u2\",\"answers\":{\"q1\":\"\\ud800\"}}",
         "E300: learner u2: half a surrogate"},
        {"{\"learner\":\"u2\",\"answers\":{\"q1\":\"a\tb\"}}", "a control character"},
        {"{\"answers\":{\"q1\":\"3\"}}", ":2:1: error E305: no \"learner\""},
        {"{\"learner\":\"u2\"}", ":2:1: error E307: learner u2: no \"answers\""},
        {"{\"learner\":\"u2\",\"answers\":[]}", "E307: learner u2: \"answers\" must be an object"},
        {"{\"learner\":\"u2\",\"quiz\":\"other\",\"answers\":{}}",
         ":2:24: error E306: learner u2: a quiz"},
        {"{\"learner\":\"u2\",\"answers\":{},\"x\":[[1,]]}", "E300: learner u2: expected a value"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf input = {0};
        buf_addf(&input,
                 "{\"learner\":\"u1\",\"answers\":{\"q5\":true}}\n%s\n"
                 "{\"learner\":\"u9\",\"answers\":{\"q5\":false}}\n",
                 cases[i].line);
        grade(*state, NULL, buf_text(&input));
        struct world *world = *state;
        expect_said(world, cases[i].said);
        expect_said(world, "graded 2, rejected 1");
        expect_out(world, "{\"learner\":\"u9\"");
        assert_null(strstr(out(world), "\"u2\""));
        assert_int_equal(world->run.code, 1);
        buf_free(&input);
    }
}

static void test_an_unknown_choice_is_refused_and_counts_as_blank(void **state)
{
    const char *input = "{\"learner\":\"u123\",\"answers\":{\"q2\":\"F\",\"q5\":true}}\n";
    struct world *world = *state;
    grade(world, NULL, input);
    expect_said(world,
                ":1:35: error E310: learner u123, question q2: no choice \"F\"; choices are A-D");
    expect_out(world, "\"q2\":{\"f\":0,\"s\":\"gaveup\"}");
    expect_out(world, "\"refused\":[\"q2\"]");
    assert_int_equal(world->run.code, 1);
    grade(world, OPTIONS("--moodle-compat"), input);
    expect_said(world, "warning W310");
    assert_int_equal(world->run.code, 0);
    grade(world, OPTIONS("--moodle-compat", "--strict"), input);
    assert_int_equal(world->run.code, 1);
}

static void test_unknown_keys_are_counted_and_named(void **state)
{
    grade(*state, NULL, "{\"learner\":\"u1\",\"answers\":{\"q99\":\"x\",\"q5\":true}}\n");
    struct world *world = *state;
    expect_said(world, "warning W320: learner u1, question q99");
    expect_said(world, "1 answer to an unknown question");
    expect_out(world, "\"unknown\":[\"q99\"]");
    assert_int_equal(world->run.code, 0);
}

static void test_the_last_line_may_lack_its_newline(void **state)
{
    struct world *world = *state;
    grade(world, NULL, "{\"learner\":\"u1\",\"answers\":{\"q5\":true}}");
    expect_said(world, "graded 1, rejected 0");
    grade(world, NULL, "{\"learner\":\"u1\",\"answers\":{\"q5\":true}}\n{\"learner\":\"u2\",\"ans");
    expect_said(world, ":2:21: error E300: learner u2: the line ends inside a string");
    expect_said(world, "graded 1, rejected 1");
}

static void test_nul_bytes_and_deep_nesting_are_refused(void **state)
{
    struct world *world = *state;
    static const char nul[] =
        "{\"learner\":\"u1\",\"answers\":{\"q6\":\"a\0b\"}}\n"
        "{\"learner\":\"u2\",\"answers\":{\"q6\":\"a\\u0000b\",\"q5\":true}}\n"
        "{\"learner\":\"u3\",\"answers\":{\"q5\":true}}\n";
    const char *argv[] = {"nntutor", "grade", "--quiz", world->quiz, NULL};
    world->run = run_program_n(argv, NULL, nul, sizeof nul - 1);
    expect_said(world, ":1:35: error E302: learner u1: a NUL byte");
    expect_said(world, "error E302: learner u2, question q6: a NUL byte in the answer");
    expect_said(world, "graded 2, rejected 1");
    struct buf deep = {0};
    buf_add(&deep, "{\"learner\":\"u1\",\"answers\":{\"q3\":");
    buf_repeat(&deep, "[", 100000);
    buf_add(&deep, "}}\n{\"learner\":\"u2\",\"answers\":{\"q5\":true}}\n");
    grade(world, NULL, buf_text(&deep));
    expect_said(world, "error E309: learner u1: nested too deeply");
    expect_said(world, "graded 1, rejected 1");
    buf_free(&deep);
}

static void test_a_line_without_end_is_left_out_with_a_sentence(void **state)
{
    struct world *world = *state;
    struct buf input = {0};
    buf_add(&input, "{\"learner\":\"u1\",\"answers\":{\"q6\":\"");
    buf_repeat(&input, "long ", 1 << 20);
    buf_add(&input, "\"}}\n{\"learner\":\"u2\",\"answers\":{\"q5\":true}}\n");
    grade(world, NULL, buf_text(&input));
    expect_said(world, ":1:1: error E301: a record longer than 1 MiB; it is left out");
    expect_out(world, "\"learner\":\"u2\"");
    expect_out(world, "\"line\":2}");
    assert_int_equal(world->run.code, 1);
    buf_free(&input);
}

static void test_escape_codes_never_reach_the_terminal_raw(void **state)
{
    static const char *const formats[] = {"ndjson",   "csv",   "canvas", "moodle",
                                          "nbgrader", "junit", "tap"};
    struct world *world = *state;
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        grade(world, OPTIONS("--to", formats[f], "--feedback"),
              "{\"learner\":\"u\\u001b[31m\\u009b\",\"answers\":{\"q2\":\"\\u001b]0;x\\u0007\","
              "\"q\\u001b[5m\":1,\"q6\":\"\xC2\x9B"
              "31m\"}}\n");
        const struct buf *both[] = {&world->run.out, &world->run.err};
        assert_true(world->run.out.length > 0);
        for (size_t b = 0; b < 2; b++)
            for (size_t i = 0; i < both[b]->length; i++) {
                unsigned char c = (unsigned char)both[b]->data[i];
                bool c1 = c == 0xC2 && i + 1 < both[b]->length &&
                          (unsigned char)both[b]->data[i + 1] < 0xA0;
                if ((c < 0x20 && c != '\n') || c == 0x7F || c1)
                    fail_msg("%s: byte %02x in %s", formats[f], c, buf_text(both[b]));
            }
    }
}

/* ---- sameness ------------------------------------------------------------------------------------- */

static void add_class(struct buf *input, int learners)
{
    static const char *const texts[] = {"dropout", "drop it", "norm", "", "Dropout"};
    for (int i = 0; i < learners; i++) {
        if (i % 97 == 13)
            buf_addf(input, "damaged %d\n", i);
        buf_addf(
            input,
            "{\"learner\":\"u%d\",\"attempt\":%d,\"answers\":{\"q1\":\"%d.%02d\",\"q2\":\"%c\","
            "\"q3\":[\"%c\"],\"q4\":{\"stem\":\"%c\"},\"q5\":%s,\"q6\":\"%s\",\"q7\":\"t\"}}\n",
            i % (learners * 3 / 4 + 1), i / (learners * 3 / 4 + 1) + 1, i % 5, i * 7 % 100,
            'A' + i % 6, 'A' + i % 4, 'A' + i % 2, i % 3 ? "true" : "false", texts[i % 5]);
    }
}

static void test_output_is_the_same_at_any_number_of_jobs(void **state)
{
    struct world *world = *state;
    struct buf input = {0}, one = {0}, one_said = {0};
    add_class(&input, 6000);
    static const char *const jobs[] = {"1", "2", "3", "7"};
    static const char *const formats[] = {"ndjson", "csv", "junit"};
    for (size_t f = 0; f < 3; f++) {
        for (size_t j = 0; j < 4; j++) {
            grade(world,
                  OPTIONS("--to", formats[f], "--jobs", jobs[j], "--attempts",
                          f == 1 ? "best" : "all"),
                  buf_text(&input));
            if (j > 0) {
                assert_int_equal(one.length, world->run.out.length);
                assert_memory_equal(buf_text(&one), out(world), one.length);
                assert_string_equal(buf_text(&one_said), buf_text(&world->run.err));
            }
            buf_clear(&one);
            buf_clear(&one_said);
            buf_add_n(&one, out(world), world->run.out.length);
            buf_add(&one_said, buf_text(&world->run.err));
        }
    }
    buf_free(&input);
    buf_free(&one);
    buf_free(&one_said);
}

static double score_of(const char *lines, const char *learner)
{
    struct buf key = {0};
    buf_addf(&key, "{\"learner\":\"%s\",", learner);
    const char *line = strstr(lines, buf_text(&key));
    buf_free(&key);
    if (!line)
        return NAN;
    return strtod(strstr(line, "\"score\":") + 8, NULL);
}

static void test_attempts_choose_first_last_and_best(void **state)
{
    const char *input = "{\"learner\":\"u1\",\"attempt\":2,\"answers\":{\"q5\":true,\"q1\":3.75}}\n"
                        "{\"learner\":\"u1\",\"attempt\":3,\"answers\":{}}\n"
                        "{\"learner\":\"u1\",\"attempt\":1,\"answers\":{\"q5\":true}}\n"
                        "{\"learner\":\"u2\",\"answers\":{\"q5\":true}}\n";
    static const struct {
        const char *which;
        double score;
    } cases[] = {{"first", 1}, {"last", 0}, {"best", 2}};
    struct world *world = *state;
    for (size_t i = 0; i < 3; i++) {
        grade(world, OPTIONS("--attempts", cases[i].which), input);
        assert_true(score_of(out(world), "u1") == cases[i].score);
        assert_true(score_of(out(world), "u2") == 1);
        expect_said(world, "graded 2");
        expect_said(world, "2 attempts left out");
    }
    grade(world, OPTIONS("--attempts", "all"), input);
    expect_said(world, "graded 4");
}

/* ---- spreadsheets --------------------------------------------------------------------------------- */

/* The same answers in four formats. */
static const char same_ndjson[] = "{\"learner\":\"u1\",\"answers\":{\"q1\":\"3.75\",\"q2\":"
                                  "\"Nothing; really\",\"q3\":[\"alpha\",\"beta\"],"
                                  "\"q4\":{\"stem\":\"right\",\"other\":\"left\",\"third\":"
                                  "\"left\"},\"q5\":\"True\",\"q6\":\"drop, it\","
                                  "\"q10\":\"x\"}}\n"
                                  "{\"learner\":\"u2\",\"answers\":{\"q1\":\"2,4\",\"q2\":"
                                  "\"right\",\"q3\":[\"gamma\"],\"q5\":\"False\"}}\n";

static void expect_same_marks(struct world *world, const char *input, const char *what)
{
    struct buf csv = {0};
    grade(world, OPTIONS("--to", "csv"), same_ndjson);
    buf_add(&csv, out(world));
    grade(world, OPTIONS("--to", "csv"), input);
    if (strcmp(buf_text(&csv), out(world)) != 0)
        fail_msg("%s:\n%s\nNDJSON:\n%s\n%s", what, out(world), buf_text(&csv),
                 buf_text(&world->run.err));
    assert_int_equal(world->run.code, 0);
    buf_free(&csv);
}

static void test_spreadsheets_get_the_marks_of_the_same_ndjson(void **state)
{
    expect_same_marks(
        *state,
        "learner,q1,q2,q3,q4,q5,q6,q7,q10\n"
        "u1,3.75,Nothing; really,alpha|beta,stem -> right|other -> left|third -> left,"
        "True,\"drop, it\",,A\n"
        "u2,\"2,4\",A,D,,False,,,\n",
        "csv");
    expect_same_marks(
        *state,
        "\xEF\xBB\xBFlearner;q10;q1;q2;q3;q4;q5;q6\r\n"
        "u1;x;3.75;\"Nothing; really\";\"alpha|beta\";stem -> right|other -> left|third"
        " -> left;TRUE;drop, it\r\n"
        "u2;;2,4;right;gamma;;FALSE;\r\n",
        "csv with a BOM, CRLF and semicolons");
    expect_same_marks(*state,
                      "\xEF\xBB\xBF\"Last name\",\"First name\",\"ID number\",\"Email "
                      "address\",State,\"Started on\",Completed,"
                      "\"Time taken\",Grade/8.00,\"Response 1\",\"Response 2\",\"Response "
                      "3\",\"Response 4\",\"Response 5\","
                      "\"Response 6\",\"Response 7\",\"Response 8\"\n"
                      "Love,Ada,u1,ada@x.org,Finished,\"1 May 2026  9:00 AM\",\"1 May 2026  9:09 "
                      "AM\",\"9 mins\",4.00,"
                      "3.75,\"Nothing; really\",\"alpha; beta\",\"stem -> right; other -> left; "
                      "third -> left\",True,"
                      "\"drop, it\",-,x\n"
                      "Bool,Geo,u2,geo@x.org,Finished,\"1 May 2026  9:00 "
                      "AM\",-,-,1.00,\"2,4\",right,gamma,-,False,-,-,-\n"
                      "\"Overall average\",,,,,,,,2.50,,,,,,,,\n",
                      "Moodle");
    expect_same_marks(
        *state,
        "Timestamp,Student ID,Score,\"What is 3 / 0.8?\",Which?,Tick.,Join. [stem],Join. "
        "[other],Join. [third],True?,Say.,Write.,More\n"
        "2026/05/01 9:00:00 am GMT,u1,5 / 8,3.75,Nothing; really,\"alpha, beta\",right,left,"
        "left,True,\"drop, it\",,x\n"
        "2026/05/01 9:00:00 am GMT,u2,5 / 8,\"2,4\",right,gamma,,,,False,,,\n",
        "Google Forms");
}

/* An order is a list, or each item with its place; two items in one place are marked as Moodle
 * marks the same matching question. */
static void test_an_order_is_said_in_every_format(void **state)
{
    struct world *world = *state;
    world->quiz = test_file(world->folder, "order.gift",
                            "// [id:q1] [nt:order]\nSort. {=in -> 1 =mid, way -> 2 =out -> 3}\n");
    static const char *const inputs[] = {
        "{\"learner\":\"a\",\"answers\":{\"q1\":{\"in\":1,\"mid, way\":\"3\",\"out\":\"3\"}}}\n"
        "{\"learner\":\"b\",\"answers\":{\"q1\":[\"in\",\"out\",\"mid, way\"]}}\n"
        "{\"learner\":\"c\",\"answers\":{\"q1\":{}}}\n",
        "learner,q1\na,\"in -> 1|mid, way -> 3|out -> 3\"\nb,\"in|out|mid, way\"\nc,\n",
        "Username,Response 1\na,\"in -> 1; mid, way -> 3; out -> 3\"\n"
        "b,\"in -> 1; out -> 2; mid, way -> 3\"\nc,-\n",
        "Timestamp,Username,Sort. [in],\"Sort. [mid, way]\",Sort. [out]\n"
        "1,a,1,3,3\n1,b,1,3,2\n1,c,,,\n",
    };
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        grade(world, OPTIONS("--to", "csv"), inputs[i]);
        assert_string_equal(out(world), "learner,q1,score,max,percent\n"
                                        "a,0.6666666666666666,0.6666666666666666,1,66.67\n"
                                        "b,0.3333333333333333,0.3333333333333333,1,33.33\n"
                                        "c,0,0,1,0.00\n");
        assert_int_equal(world->run.code, 0);
    }
    grade(world, NULL, "learner,q1\na,in -> 7\n");
    expect_said(world, "question q1: no place \"7\"; a place is as \"1\"");
    assert_int_equal(world->run.code, 1);
}

static void test_two_ways_to_read_joined_choices_are_an_error(void **state)
{
    struct world *world = *state;
    const char *file = test_file(world->folder, "two.gift",
                                 "// [id:q1]\nTick {~%50%a ~%50%b ~%-50%a; b ~%-50%c}\n");
    const char *input = "First name,Last name,Username,Response 1\nA,B,u1,a; b\nA,C,u2,a; c\n";
    world->quiz = file;
    grade(world, NULL, input);
    expect_said(
        world,
        ":2:8: error E311: learner u1, question q1: \"a; b\" can be read as choices in two ways");
    expect_out(world, "{\"learner\":\"u2\",\"quiz\":\"two\",\"score\":0,\"max\":1,\"items\":{"
                      "\"q1\":{\"f\":0,\"s\":\"wrong\"}},\"line\":3}");
    assert_int_equal(world->run.code, 1);
}

static void test_a_damaged_row_costs_that_row_alone(void **state)
{
    struct world *world = *state;
    grade(world, NULL,
          "learner,q5,q6\n"
          "u1,True,dropout\n"
          "u2,True\n"
          "u3,\"True\"x,dropout\n"
          "u4,True,\"two\nlines\"\n"
          "u5,True,b\xFF\n"
          "u6,\"True,dropout\n"
          "u7,True,dropout\n");
    expect_said(world, ":3:1: error E312: 2 fields where the header has 3");
    expect_said(world, ":4:1: error E313: text after a closing quote");
    expect_said(world, ":7:10: error E303");
    expect_said(world, ":8:1: error E313: a quote opens in this line and is never closed");
    expect_said(world, "graded 3, rejected 4");
    expect_out(world, "{\"learner\":\"u7\",\"quiz\":\"marks\",\"score\":2,");
    expect_out(world, "\"line\":9}");
    assert_int_equal(world->run.code, 1);
}

static void test_keys_that_read_as_numbers_are_refused(void **state)
{
    struct world *world = *state;
    grade(world, NULL, "learner,3.10\nu1,x\n");
    expect_said(world, "the column \"3.10\" reads as a number");
    assert_int_equal(world->run.code, 3);
    assert_int_equal(world->run.out.length, 0);
}

static void test_a_million_columns_are_a_sentence(void **state)
{
    struct world *world = *state;
    struct buf input = {0};
    buf_add(&input, "learner");
    for (int i = 0; i < 1000000; i++)
        buf_addf(&input, ",q%d", i);
    buf_add(&input, "\n");
    grade(world, NULL, buf_text(&input));
    expect_said(world, "the first line is longer than 1 MiB");
    assert_int_equal(world->run.code, 3);
    buf_cut(&input, 500000);
    buf_add(&input, "\nu1,x\n");
    grade(world, NULL, buf_text(&input));
    expect_said(world, "the header has more than 20000 columns");
    assert_int_equal(world->run.code, 3);
    buf_free(&input);
}

/* ---- gradebooks ----------------------------------------------------------------------------------- */

static void test_gradebooks_name_learners_as_the_roster_does(void **state)
{
    struct world *world = *state;
    const char *roster = test_file(world->folder, "roster.csv",
                                   "Student,ID,SIS User ID,SIS Login ID,Section,Email address\n"
                                   "    Points Possible,,,,,\n"
                                   "\"Love, Ada\",17,s17,u1,A1,ada@x.org\n"
                                   "\"Bool, Geo\",18,s18,u2,A1,geo@x.org\n");
    const char *input =
        "{\"learner\":\"u1\",\"answers\":{\"q1\":3.75}}\n{\"learner\":\"u9\",\"answers\":{}}\n";
    grade(world, OPTIONS("--to", "canvas", "--roster", roster), input);
    assert_string_equal(out(world), "Student,ID,SIS User ID,SIS Login ID,Section,marks\n"
                                    "    Points Possible,,,,,8.00\n"
                                    "\"Love, Ada\",17,s17,u1,A1,1.00\n"
                                    "u9,,,u9,,0.00\n"
                                    "\"Bool, Geo\",18,s18,u2,A1,\n");
    expect_said(world, "warning W321: learner u9: not on the roster");
    expect_said(world, "missing 1 of 2: u2");
    grade(world, OPTIONS("--to", "moodle", "--roster", roster), input);
    assert_string_equal(out(world), "username,idnumber,email,marks (out of 8),feedback\n"
                                    "u1,,ada@x.org,1,\n"
                                    "u9,,,0,\n"
                                    "u2,,geo@x.org,,\n");
    grade(world, OPTIONS("--to", "nbgrader", "--roster", roster), input);
    expect_out(world, "marks,,,u1,,,ada@x.org,1,0,1,8\n");
}

/* "gaveup" and "needsgrading" are for programs. */
static void test_people_are_told_in_words(void **state)
{
    static const char input[] = "{\"learner\":\"u1\",\"answers\":{\"q7\":\"because\"}}\n";
    struct world *world = *state;
    grade(world, OPTIONS("--to", "moodle", "--feedback"), input);
    expect_out(world, "q1: not answered");
    expect_out(world, "q7: needs a person to grade it");
    grade(world, OPTIONS("--to", "junit"), input);
    expect_out(world, "<failure message=\"not answered, 0 of 1\">");
    grade(world, OPTIONS("--to", "tap"), input);
    expect_out(world, "not ok - q1: not answered, 0 of 1");
}

static void test_a_plain_list_is_a_roster_too(void **state)
{
    struct world *world = *state;
    const char *roster = test_file(world->folder, "names.txt", "u1\nu2\nu3\n");
    grade(world, OPTIONS("--roster", roster), "{\"learner\":\"u2\",\"answers\":{}}\n");
    expect_said(world, "missing 2 of 3: u1, u3");
    expect_out(world, "{\"learner\":\"u3\",\"quiz\":\"marks\",\"score\":null,\"max\":8,\"items\":{}"
                      ",\"absent\":true}");
}

static void test_a_roster_that_is_no_text_is_refused(void **state)
{
    struct world *world = *state;
    const char *workbook = test_file(world->folder, "class.xlsx", "PK\x03\x04");
    FILE *file = fopen(workbook, "a");
    fwrite("\0\0u1\n", 1, 5, file);
    fclose(file);
    grade(world, OPTIONS("--roster", workbook), "{\"learner\":\"u1\",\"answers\":{}}\n");
    expect_said(world, "class.xlsx: is no text in UTF-8: save the roster as CSV");
    assert_int_equal(world->run.code, 3);
}

static void test_gradescope_gets_a_file_for_each_learner(void **state)
{
    struct world *world = *state;
    struct buf folder = {0}, path = {0};
    buf_addf(&folder, "%s/out", world->folder);
    grade(world, OPTIONS("--to", "gradescope", "--out", buf_text(&folder)),
          "{\"learner\":\"u1\",\"answers\":{\"q1\":3.75,\"q7\":\"x\"}}\n"
          "{\"learner\":\"../../evil\",\"answers\":{}}\n");
    assert_int_equal(world->run.code, 0);
    buf_addf(&path, "%s/u1/results.json", buf_text(&folder));
    json_t *json = json_load_file(buf_text(&path), 0, NULL);
    assert_non_null(json);
    assert_true(json_number_value(json_object_get(json, "score")) == 1);
    assert_int_equal(json_array_size(json_object_get(json, "tests")), 8);
    json_decref(json);
    buf_clear(&path);
    buf_addf(&path, "%s/%%2E.%%2F..%%2Fevil/results.json", buf_text(&folder));
    assert_int_equal(access(buf_text(&path), R_OK), 0);
    grade(world, OPTIONS("--to", "gradescope"), "");
    assert_int_equal(world->run.code, 2);
    buf_free(&folder);
    buf_free(&path);
}

static void test_csv_cells_are_never_formulas(void **state)
{
    grade(*state, OPTIONS("--to", "csv"), "{\"learner\":\"=cmd|' /C calc'!A0\",\"answers\":{}}\n");
    expect_out(*state, "\n\"'=cmd|' /C calc'!A0\",");
}

/* ---- options -------------------------------------------------------------------------------------- */

static void test_options_change_marks_as_they_say(void **state)
{
    struct world *world = *state;
    const char *input = "{\"learner\":\"u1\",\"answers\":{\"q1\":\"3,75\",\"q10\":\"y\",\"q5\":"
                        "false,\"q7\":\"x\"}}\n";
    grade(world, NULL, input);
    assert_true(score_of(out(world), "u1") == -0.5);
    grade(world, OPTIONS("--decimal", "comma"), input);
    assert_true(score_of(out(world), "u1") == 0.5);
    grade(world, OPTIONS("--floor-item", "0"), input);
    assert_true(score_of(out(world), "u1") == 0);
    grade(world, OPTIONS("--essay-points"), input);
    expect_out(world, "\"max\":9");
    grade(world, OPTIONS("--feedback"), input);
    expect_out(world, "\"q5\":{\"f\":0,\"s\":\"wrong\",\"fb\":\"no\",\"key\":\"True\"}");
    grade(world, OPTIONS("--feedback", "--no-key"), input);
    expect_out(world, "\"q5\":{\"f\":0,\"s\":\"wrong\",\"fb\":\"no\"}");
}

static void test_errors_go_to_a_file_as_ndjson(void **state)
{
    struct world *world = *state;
    struct buf path = {0};
    buf_addf(&path, "%s/errors.ndjson", world->folder);
    grade(world, OPTIONS("--errors", buf_text(&path)),
          "x\n{\"learner\":\"u1\",\"answers\":{\"q2\":\"F\"}}\n");
    char *lines = test_read(buf_text(&path));
    assert_non_null(strstr(
        lines,
        "{\"file\":\"standard "
        "input\",\"line\":1,\"column\":1,\"severity\":\"error\",\"code\":\"E300\",\"text\":"));
    assert_non_null(strstr(
        lines, "\"code\":\"E310\",\"learner\":\"u1\",\"question\":\"q2\",\"text\":\"no choice"));
    free(lines);
    buf_free(&path);
}

static void test_many_errors_end_the_run_and_leave_no_file(void **state)
{
    struct world *world = *state;
    struct buf path = {0};
    buf_addf(&path, "%s/few.csv", world->folder);
    const char *input = "x\ny\nz\n{\"learner\":\"u1\",\"answers\":{}}\n";
    grade(world, OPTIONS("--max-errors", "2", "--to", "csv", "--out", buf_text(&path)), input);
    expect_said(world, "stopped: more than 2 errors");
    assert_int_equal(world->run.code, 1);
    assert_int_not_equal(access(buf_text(&path), F_OK), 0);
    grade(world, OPTIONS("--max-errors", "3", "--to", "csv", "--out", buf_text(&path)), input);
    assert_int_equal(access(buf_text(&path), F_OK), 0);
    buf_add(&path, ".tmp");
    assert_int_not_equal(access(buf_text(&path), F_OK), 0);
    buf_free(&path);
}

static void test_each_mistake_has_its_exit_code(void **state)
{
    struct world *world = *state;
    grade(world, OPTIONS("--to", "cvs"), "");
    expect_said(world, "did you mean csv?");
    assert_int_equal(world->run.code, 2);
    grade(world, OPTIONS("--jobs", "0"), "");
    assert_int_equal(world->run.code, 2);
    grade(world, OPTIONS("--attempts", "worst"), "");
    assert_int_equal(world->run.code, 2);
    grade(world, OPTIONS("/nowhere/answers.ndjson"), "");
    expect_said(world, "/nowhere/answers.ndjson: cannot read");
    assert_int_equal(world->run.code, 3);
    grade(world, NULL, "what,is,this\n1,2,3\n");
    expect_said(world, "say so with --from");
    assert_int_equal(world->run.code, 3);
    const char *empty = test_file(world->folder, "empty.gift", "Only text.\n");
    world->quiz = empty;
    grade(world, NULL, "");
    expect_said(world, "no question that could be marked");
    assert_int_equal(world->run.code, 3);
    world->quiz = "/nowhere.gift";
    grade(world, NULL, "");
    assert_int_equal(world->run.code, 3);
}

static void test_a_full_disk_is_a_sentence(void **state)
{
    struct world *world = *state;
    if (access("/dev/full", W_OK) != 0) {
        print_message("skipped: no /dev/full\n");
        skip();
    }
    struct buf input = {0};
    add_class(&input, 3000);
    grade(world, OPTIONS("--out", "/dev/full"), buf_text(&input));
    expect_said(world, "/dev/full: cannot write: No space left on device");
    assert_int_equal(world->run.code, 4);
    buf_free(&input);
}

/* Ctrl-C while the program waits for answers. It opens its draft before its input, so that the draft
 * is there when the pipe's other end can be opened. */
static void test_an_interrupted_run_leaves_no_draft(void **state)
{
    struct world *world = *state;
    struct buf fifo = {0}, marks = {0}, errors = {0};
    buf_addf(&fifo, "%s/fifo", world->folder);
    buf_addf(&marks, "%s/marks.csv", world->folder);
    buf_addf(&errors, "%s/errors.ndjson", world->folder);
    assert_int_equal(mkfifo(fifo.data, 0600), 0);
    const char *argv[] = {"nntutor", "grade", "--quiz",   world->quiz, "--to",
                          "csv",     "--out", marks.data, "--errors",  errors.data,
                          "--jobs",  "2",     fifo.data,  NULL};
    struct arena arena;
    arena_init(&arena);
    const char *program = child_program("nntutor");
    char **environment = child_environment(&arena, NULL);
    pid_t child = fork();
    if (child == 0)
        child_become(program, argv, environment);
    int pipe = open(fifo.data, O_WRONLY);
    buf_add(&marks, ".tmp");
    buf_add(&errors, ".tmp");
    assert_int_equal(access(marks.data, F_OK), 0);
    assert_int_equal(access(errors.data, F_OK), 0);
    kill(child, SIGINT);
    close(pipe);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    for (int i = 0; i < 2; i++) {
        assert_int_not_equal(access(marks.data, F_OK), 0);
        assert_int_not_equal(access(errors.data, F_OK), 0);
        buf_cut(&marks, marks.length - strlen(".tmp"));
        buf_cut(&errors, errors.length - strlen(".tmp"));
    }
    arena_free(&arena);
    buf_free(&fifo);
    buf_free(&marks);
    buf_free(&errors);
}

static void test_a_closed_pipe_is_a_sentence(void **state)
{
    struct world *world = *state;
    struct buf input = {0};
    add_class(&input, 3000);
    const char *file = test_file(world->folder, "class.ndjson", buf_text(&input));
    struct buf script = {0};
    buf_addf(&script,
             "{ \"$NNTUTOR\" grade --quiz %s %s; echo code $? >&2; } | head -c 10 >/dev/null",
             world->quiz, file);
    struct buf program = {0};
    buf_addf(&program, "NNTUTOR=%s", getenv("NNTUTOR") ? getenv("NNTUTOR") : "build/nntutor");
    run_free(&world->run);
    world->run = run_program((const char *const[]){"/bin/sh", "-c", buf_text(&script), NULL},
                             (const char *const[]){buf_text(&program), NULL}, NULL);
    expect_said(world, "standard output: cannot write: Broken pipe");
    expect_said(world, "code 4");
    buf_free(&program);
    buf_free(&script);
    buf_free(&input);
}

static void test_several_quizzes_are_told_apart(void **state)
{
    struct world *world = *state;
    const char *other = test_file(world->folder, "08-other.gift", "// [id:q1]\nTrue? {F}\n");
    const char *input = "{\"learner\":\"u1\",\"answers\":{\"q1\":false},\"quiz\":\"other\"}\n"
                        "{\"learner\":\"u1\",\"quiz\":\"marks\",\"answers\":{\"q1\":3.75}}\n"
                        "{\"learner\":\"u1\",\"answers\":{\"q1\":3.75}}\n";
    grade(world, OPTIONS("--quiz", other), input);
    expect_out(world, "\"quiz\":\"other\",\"score\":1,\"max\":1");
    expect_out(world, "\"quiz\":\"marks\",\"score\":1,\"max\":8");
    expect_said(world, ":3:1: error E306: learner u1: no \"quiz\", and there is more than one");
    grade(world, OPTIONS("--quiz", other, "--to", "csv"), input);
    assert_int_equal(world->run.code, 2);
    struct buf folder = {0}, path = {0};
    buf_addf(&folder, "%s/books", world->folder);
    grade(world, OPTIONS("--quiz", other, "--to", "csv", "--out", buf_text(&folder)), input);
    buf_addf(&path, "%s/other.csv", buf_text(&folder));
    char *csv = test_read(buf_text(&path));
    assert_string_equal(csv, "learner,q1,score,max,percent\nu1,1,1,1,100.00\n");
    free(csv);
    buf_free(&folder);
    buf_free(&path);
}

int main(void)
{
    utf8_start();
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_marks_one_line_as_the_design_shows_it),
        CASE(test_what_needs_a_person_is_null_never_nought),
        CASE(test_a_damaged_record_costs_that_record_alone),
        CASE(test_an_unknown_choice_is_refused_and_counts_as_blank),
        CASE(test_unknown_keys_are_counted_and_named),
        CASE(test_the_last_line_may_lack_its_newline),
        CASE(test_nul_bytes_and_deep_nesting_are_refused),
        CASE(test_a_line_without_end_is_left_out_with_a_sentence),
        CASE(test_escape_codes_never_reach_the_terminal_raw),
        CASE(test_output_is_the_same_at_any_number_of_jobs),
        CASE(test_attempts_choose_first_last_and_best),
        CASE(test_spreadsheets_get_the_marks_of_the_same_ndjson),
        CASE(test_an_order_is_said_in_every_format),
        CASE(test_two_ways_to_read_joined_choices_are_an_error),
        CASE(test_a_damaged_row_costs_that_row_alone),
        CASE(test_keys_that_read_as_numbers_are_refused),
        CASE(test_a_million_columns_are_a_sentence),
        CASE(test_gradebooks_name_learners_as_the_roster_does),
        CASE(test_people_are_told_in_words),
        CASE(test_a_plain_list_is_a_roster_too),
        CASE(test_a_roster_that_is_no_text_is_refused),
        CASE(test_gradescope_gets_a_file_for_each_learner),
        CASE(test_csv_cells_are_never_formulas),
        CASE(test_options_change_marks_as_they_say),
        CASE(test_errors_go_to_a_file_as_ndjson),
        CASE(test_many_errors_end_the_run_and_leave_no_file),
        CASE(test_each_mistake_has_its_exit_code),
        CASE(test_a_full_disk_is_a_sentence),
        CASE(test_an_interrupted_run_leaves_no_draft),
        CASE(test_a_closed_pipe_is_a_sentence),
        CASE(test_several_quizzes_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
