/* GIFT: the rules that Moodle is silent about, the places of findings, and the way back. */
#include "support/test.h"

#include "base/utf8.h"
#include "quiz/quiz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct arena arena;
    struct findings findings;
    struct quiz quiz;
};

static void read_bytes(struct reading *reading, const char *gift, size_t size, enum gift_mode mode)
{
    arena_init(&reading->arena);
    findings_init(&reading->findings, &reading->arena);
    gift_read(&reading->quiz, &reading->arena, "quizzes/03-test.gift", gift, size, mode,
              &reading->findings);
}

static void read_text(struct reading *reading, const char *gift)
{
    read_bytes(reading, gift, strlen(gift), GIFT_GRADE);
}

static void forget(struct reading *reading)
{
    arena_free(&reading->arena);
}

/* ---- findings: each code, where it points, and whether the question stays --------------------- */

enum { KEPT = 1, LOST = 0 };

struct finding_case {
    const char *code;
    int line, column;
    const char *gift;
    size_t questions; /* that can be read */
    bool lenient;     /* a warning in GIFT_GRADE, an error in GIFT_CHECK */
};

/* clang-format off */
static const struct finding_case finding_cases[] = {
    {"E101", 2, 3, "A {T}\n  \xFF" "B {T}\n\nC {T}", 1, false},
    {"E110", 2, 1, "$CATEGORY: a\nQ {T}", KEPT, true},
    {"E111", 2, 3, "\n  ::Q1 is\nwhat {T}", KEPT, true},
    {"E112", 1, 4, "::t::\n\nstem {T}", 2, true},
    {"E113", 3, 1, "::a::x {T}\n\n::a::y {T}", 2, true},
    {"E120", 1, 3, "S {=a ~b\n\nGood {T}", 1, false},
    {"E121", 2, 3, "S \n=a}\n\nGood {T}", 1, false},
    {"E122", 1, 1, "} A {=x}", KEPT, true},
    {"E123", 3, 5, "// c\nA {=x}\nand {=y} C", KEPT, true},
    {"E123", 1, 8, "S {=a} }", KEPT, true},
    {"E124", 1, 6, "Say {1:SA:=hello} now", KEPT, true},
    {"E124", 1, 5, "S { 1:MULTICHOICE:~=a~b}", KEPT, true},
    {"E130", 1, 15, "S {=a ####gen ~b}", KEPT, true},
    {"E140", 1, 4, "S {junk =a ~b}", KEPT, true},
    {"E141", 1, 4, "S {~a}", LOST, false},
    {"E141", 1, 4, "S {~ ~}", LOST, false},
    {"E142", 1, 5, "S {~%50 a =b}", KEPT, true},
    {"E142", 2, 3, "S {=b\n\t~%.5%a}", KEPT, true},
    {"E143", 1, 5, "S {=%50%a ~b}", KEPT, true},
    {"E144", 1, 5, "S {~%200%a ~b}", LOST, false},
    {"E144", 1, 8, "S {=a =%-101%b}", LOST, false},
    {"E145", 1, 5, "S {~a ~b}", KEPT, true},
    {"E146", 1, 11, "S {=a ~b ~a}", KEPT, true},
    {"E150", 1, 4, "S {=%50%a}", LOST, false},
    {"E160", 1, 13, "S {=a -> 1 =b}", LOST, false},
    {"E161", 1, 4, "S {=a -> 1}", LOST, false},
    {"E162", 1, 7, "S {=a -> =b -> 2}", KEPT, true},
    {"E170", 1, 5, "S {#abc}", LOST, false},
    {"E170", 1, 5, "S {#3,5}", LOST, false},
    {"E170", 1, 6, "S {#=*}", LOST, false},
    {"E170", 1, 5, "S {#1..}", LOST, false},
    {"E170", 1, 5, "S {#nan}", LOST, false},
    {"E170", 1, 5, "S {#1e999}", LOST, false},
    {"E170", 1, 9, "S {#=3 =}", LOST, false},
    {"E171", 1, 5, "S {#3:x}", LOST, false},
    {"E171", 1, 5, "S {#3:}", LOST, false},
    {"E172", 1, 4, "S {#}", LOST, false},
    {"E172", 1, 4, "S {#~#no}", LOST, false},
    {"W201", 2, 1, "Alpha\n0\nBeta {T}", KEPT, false},
    {"W201", 1, 4, "S {0}", KEPT, false},
    {"W201", 1, 5, "S {#0}", KEPT, false},
    {"W201", 1, 4, "S {0 =a ~b}", KEPT, false},
    {"W202", 1, 3, "a \\nabla b {T}", KEPT, false},
    {"W202", 2, 3, "x {=a\n~ \\neq b}", KEPT, false},
    {"W203", 1, 1, "::::Alpha {T}", KEPT, false},
    {"W204", 1, 4, "S {true}", KEPT, false},
    {"W204", 1, 5, "S {=T}", KEPT, false},
    {"W205", 1, 5, "S {~=a ~b}", KEPT, false},
    {"W206", 1, 8, "S {=a ~%-15%b}", KEPT, false},
    {"W207", 1, 7, "S {= ~%50%b ~c}", KEPT, false},
    {"W208", 1, 5, "S {~%50%a ~%25%b}", KEPT, false},
    {"W209", 1, 11, "S {=a -> 1#fb =b -> 2}", KEPT, false},
    {"W210", 1, 14, "S {#=1822:2 =1822:0}", KEPT, false},
    {"W210", 1, 13, "S {#=%50%* =3}", KEPT, false},
    {"W211", 1, 6, "S {=a=b ~c}", KEPT, false},
    {"W230", 1, 4, "// [nt:point=2]\nS {T}", KEPT, false},
    {"W230", 1, 4, "// [nt:points=-2]\nS {T}", KEPT, false},
    {"W230", 2, 1, "// [nt:order]\nS {T}", KEPT, false},
};
/* clang-format on */

static const struct finding *find_code(const struct reading *reading, const char *code)
{
    for (size_t i = 0; i < reading->findings.count; i++)
        if (strcmp(reading->findings.list[i].code, code) == 0)
            return &reading->findings.list[i];
    return NULL;
}

static void check_case(const struct finding_case *one, enum gift_mode mode)
{
    struct reading reading;
    read_bytes(&reading, one->gift, strlen(one->gift), mode);
    const struct finding *finding = find_code(&reading, one->code);
    if (!finding)
        fail_msg("%s is not found in\n%s", one->code, one->gift);
    if (finding->line != one->line || finding->column != one->column)
        fail_msg("%s is said to be at %d:%d, not %d:%d, of\n%s", one->code, finding->line,
                 finding->column, one->line, one->column, one->gift);
    bool is_error = one->code[0] == 'E' && !(one->lenient && mode == GIFT_GRADE);
    if ((finding->severity == SEVERITY_ERROR) != is_error)
        fail_msg("%s has the wrong severity in mode %d", one->code, (int)mode);
    if (reading.quiz.count != one->questions)
        fail_msg("%s: %zu questions of\n%s", one->code, reading.quiz.count, one->gift);
    if (!finding->hint && strcmp(one->code, "W206") != 0)
        fail_msg("%s names no remedy", one->code);
    forget(&reading);
}

static void test_findings_point_at_their_character(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof finding_cases / sizeof *finding_cases; i++) {
        check_case(&finding_cases[i], GIFT_GRADE);
        check_case(&finding_cases[i], GIFT_CHECK);
    }
}

static void test_good_questions_have_no_findings(void **state)
{
    (void)state;
    static const char *const good[] = {
        "S {T}",
        "S {=a ~b ~c}",
        "S {~%50%a ~%50%b ~%-100%c}",
        "S {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}",
        "S {=a =%50%b =%0%*#no}",
        "S {#3.14:0.01}",
        "S {#=3:0 =%50%3:2 =%0%*#no}",
        "S {=a -> 1 =b -> 2 = -> 3}",
        "S {}",
        "Text only",
        "::Title::S \\{1\\} {=50% of it ~25% of it}",
        "Line\\nis here \\neat {T}",
        "// [nt:points=2] [nt:case] [nt:hint=look]\nS {=a}",
        "\xEF\xBB\xBFWhere? {=\xC3\xA9t\xC3\xA9}\r\n\r\nB {F}\r\n",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct reading reading;
        read_bytes(&reading, good[i], strlen(good[i]), GIFT_CHECK);
        if (reading.findings.count)
            fail_msg("%s: %s in\n%s", reading.findings.list[0].code, reading.findings.list[0].text,
                     good[i]);
        assert_true(reading.quiz.count > 0);
        forget(&reading);
    }
}

static void test_columns_count_bytes_of_the_file(void **state)
{
    (void)state;
    struct reading reading;
    /* A byte order mark, an indented line, letters of two bytes, escapes of two. */
    const char *gift = "\xEF\xBB\xBF  \xC3\xA9 {=a\r\n\t \\~\xC3\xA9 ~%+5%b}\r\n";
    read_text(&reading, gift);
    const struct finding *finding = find_code(&reading, "E142");
    assert_non_null(finding);
    assert_int_equal(finding->line, 2);
    assert_int_equal(finding->column, 9);
    assert_int_equal(reading.quiz.questions[0].line, 1);
    forget(&reading);
}

static void test_findings_of_a_block_are_sorted_and_few(void **state)
{
    (void)state;
    struct buf gift = {0};
    buf_add(&gift, "S {=a");
    for (int i = 0; i < 300; i++)
        buf_addf(&gift, "\n~%%15%%a%d=b", i % 150);
    buf_add(&gift, "}");
    struct reading reading;
    read_text(&reading, buf_text(&gift));
    assert_true(reading.findings.count >= 10 && reading.findings.count <= 40);
    for (size_t i = 1; i < reading.findings.count; i++)
        assert_true(reading.findings.list[i].line >= reading.findings.list[i - 1].line);
    buf_free(&gift);
    forget(&reading);
}

/* ---- what is read ------------------------------------------------------------------------------ */

static const struct question *only(const struct reading *reading)
{
    assert_int_equal(reading->quiz.count, 1);
    return &reading->quiz.questions[0];
}

static void test_comments_hold_id_tags_and_extensions(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, "// [id: q3.6 ] [id:other] [tag:objective:3a] [tag:bloom:apply]\n"
                        "// [tag:objective:3b] [tag:a<b] [tag:x\\]y] [nt:hint=Think of [1\\].]\n"
                        "::T::S {\n// [nt:points=2.5] [nt:case]\n=a}");
    const struct question *question = only(&reading);
    assert_string_equal(question->id, "q3.6");
    assert_string_equal(question->key, "q3.6");
    assert_string_equal(question->title, "T");
    assert_int_equal(question->tag_count, 4);
    assert_string_equal(question_tag(question, "objective:", 0), "3a");
    assert_string_equal(question_tag(question, "objective:", 1), "3b");
    assert_null(question_tag(question, "objective:", 2));
    assert_string_equal(question->tags[3], "x]y");
    assert_string_equal(question->hint, "Think of [1].");
    assert_true(question->points == 2.5);
    assert_true(question->case_sensitive);
    forget(&reading);
}

static void test_an_unclosed_id_ends_at_its_escaped_bracket(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, "// [id:a\\]\n// [tag:b]\nS {T}");
    assert_string_equal(only(&reading)->id, "a\\");
    assert_string_equal(only(&reading)->tags[0], "b");
    forget(&reading);
}

static void test_keys_are_id_title_or_number_and_unique(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, "text\n\nA {T}\n\n::t::B {T}\n\n// [id:i1]\n::t::C {T}\n\n::t::D {T}\n\n"
                        "::t#2::E {T}\n\n::q2::F {T}\n\nG {T}\n\n::t::H {T}");
    static const char *const keys[] = {"", "q1", "t", "i1", "t#2", "t#2#2", "q2", "q7", "t#3"};
    assert_int_equal(reading.quiz.count, sizeof keys / sizeof *keys);
    for (size_t i = 0; i < reading.quiz.count; i++) {
        assert_string_equal(reading.quiz.questions[i].key, keys[i]);
        if (i > 0)
            assert_ptr_equal(quiz_find(&reading.quiz, keys[i]), &reading.quiz.questions[i]);
    }
    assert_null(quiz_find(&reading.quiz, "t#9"));
    assert_null(quiz_find(&reading.quiz, ""));
    forget(&reading);
}

static void test_many_questions_find_their_keys(void **state)
{
    (void)state;
    struct buf gift = {0};
    for (int i = 0; i < 3000; i++)
        buf_addf(&gift, "::%s%d::S {T}\n\n", i % 3 ? "a" : "b", i % 3 ? i : 0);
    struct reading reading;
    read_text(&reading, buf_text(&gift));
    assert_int_equal(reading.quiz.count, 3000);
    for (size_t i = 0; i < reading.quiz.count; i++)
        assert_ptr_equal(quiz_find(&reading.quiz, reading.quiz.questions[i].key),
                         &reading.quiz.questions[i]);
    assert_string_equal(reading.quiz.questions[2997].key, "b0#1000");
    buf_free(&gift);
    forget(&reading);
}

static void test_the_quiz_is_named_after_its_file(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"quizzes/03-dropout.gift", "dropout"},
        {"dropout.gift", "dropout"},
        {"/a/b.c/2024-x", "x"},
        {"3d.gift", "3d"},
        {".gift", ".gift"},
        {"-", "-"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct arena arena;
        struct quiz quiz;
        arena_init(&arena);
        gift_read(&quiz, &arena, names[i][0], "S {T}", 5, GIFT_GRADE, NULL);
        assert_string_equal(quiz.id, names[i][1]);
        arena_free(&arena);
    }
}

static void test_order_stands_in_its_right_order(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, "// [nt:order]\nS {=third -> 10 =first -> 1 =second -> 2}");
    const struct question *question = only(&reading);
    const char *stems[4];
    assert_int_equal(question->kind, QUESTION_ORDER);
    assert_int_equal(question_form(question), FORM_ORDER);
    assert_int_equal(question_stems(question, stems, 4), 3);
    assert_string_equal(stems[0], "first");
    assert_string_equal(stems[1], "second");
    assert_string_equal(stems[2], "third");
    forget(&reading);
}

static void test_pairs_share_equal_right_sides(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, "S {=a -> x =b -> y =c -> x = -> w = -> y}");
    const struct question *question = only(&reading);
    const char *texts[8];
    assert_int_equal(question_stems(question, texts, 8), 3);
    assert_string_equal(texts[2], "c");
    assert_int_equal(question_rights(question, texts, 8), 3);
    assert_string_equal(texts[0], "x");
    assert_string_equal(texts[1], "y");
    assert_string_equal(texts[2], "w");
    /* A capacity that is too small is kept, the count is still told. */
    assert_int_equal(question_rights(question, texts, 1), 3);
    forget(&reading);
}

static void test_an_open_question_has_a_tick_list(void **state)
{
    (void)state;
    struct reading reading;
    read_text(&reading, "Why? {####It averages.\n- names the ensemble\n- says rescale\\n- third}");
    struct str ticks[2];
    assert_int_equal(question_ticks(only(&reading), ticks, 2), 3);
    assert_true(str_is(ticks[0], "names the ensemble"));
    assert_true(str_is(ticks[1], "says rescale"));
    assert_int_equal(only(&reading)->kind, QUESTION_ESSAY);
    assert_false(question_is_gradable(only(&reading)));
    forget(&reading);
}

static void test_text_is_clean(void **state)
{
    (void)state;
    struct reading reading;
    const char gift[] = "a\x1B[31m\0b\xE2\x80\xAE \xE2\x80\x8B{=x\ty#f\x07}";
    read_bytes(&reading, gift, sizeof gift - 1, GIFT_GRADE);
    const struct question *question = only(&reading);
    assert_string_equal(question->stem.text, "a\xE2\x90\x9B[31m\xE2\x90\x80"
                                             "b");
    assert_null(strchr(question->choices[0].text.text, '\t'));
    assert_string_equal(question->choices[0].feedback.text, "f\xE2\x90\x87");
    forget(&reading);
}

static void test_the_hash_follows_what_is_asked(void **state)
{
    (void)state;
    static const struct {
        const char *gift;
        bool same;
    } cases[] = {{"::t::S {=a#good ~b####why}", true},
                 {"// [id:x] [nt:points=3]\nS {\n=a\n~b}", true},
                 {"S {=a ~c}", false},
                 {"S! {=a ~b}", false},
                 {"S {~a =b}", false},
                 {"S {=a =b}", false},
                 {"S {=a ~%-50%b}", false}};
    struct reading first;
    read_text(&first, "S {=a ~b}");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading other;
        read_text(&other, cases[i].gift);
        assert_int_equal(only(&other)->hash == only(&first)->hash, cases[i].same);
        forget(&other);
    }
    forget(&first);
}

static void test_plain_text_is_for_people(void **state)
{
    (void)state;
    static const struct {
        enum text_format format;
        const char *text, *plain;
    } cases[] = {
        {FORMAT_MOODLE, "a  b\n c", "a b c"},
        {FORMAT_MOODLE, "x<y & <b>z</b>", "x<y & <b>z</b>"},
        {FORMAT_PLAIN, "a\n\nb", "a b"},
        {FORMAT_MARKDOWN, "a\n\n* b", "a\n\n* b"},
        {FORMAT_HTML, "<p>One  <b>two</b></p><p>3 &lt; 4 &amp; x&sup2;</p>",
         "One two\n3 < 4 & x&sup2;"},
        {FORMAT_HTML, "1 < 2 and<br/>&#27;&#x1b;[31m&#65;",
         "1 < 2 and\n\xE2\x90\x9B\xE2\x90\x9B[31mA"},
        {FORMAT_HTML, "open <b", "open <b"},
        {FORMAT_HTML, "&#99999999999999999999; &#x; &# &", "&#99999999999999999999; &#x; &# &"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        struct quiz_text text = {cases[i].text, cases[i].format};
        quiz_text_plain(&text, &out);
        assert_string_equal(buf_text(&out), cases[i].plain);
        buf_free(&out);
    }
}

/* ---- a file as a whole ------------------------------------------------------------------------- */

static bool count_questions(void *user, const struct question *question)
{
    size_t *count = user;
    assert_string_equal(question->category, *count < 2 ? "a" : "b");
    return ++*count < 3;
}

static void test_each_question_is_given_until_enough(void **state)
{
    (void)state;
    const char *gift = "$CATEGORY: a\n\nA {T}\n\nB {T}\n\n$CATEGORY: b\n\nC {T}\n\nD {T}";
    size_t count = 0;
    gift_read_each("f", gift, strlen(gift), GIFT_GRADE, NULL, count_questions, &count);
    assert_int_equal(count, 3);
}

static void test_a_file_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    struct arena arena;
    struct quiz quiz;
    struct err err = {""};
    arena_init(&arena);
    assert_false(gift_read_file(&quiz, &arena, "/nowhere/x.gift", GIFT_GRADE, NULL, &err));
    assert_non_null(strstr(err.text, "/nowhere/x.gift"));
    const char *path = test_file(test_folder(), "07-x.gift", "S {T}\n");
    assert_true(gift_read_file(&quiz, &arena, path, GIFT_GRADE, NULL, &err));
    assert_string_equal(quiz.id, "x");
    assert_int_equal(quiz.count, 1);
    arena_free(&arena);
}

static void test_hostile_files_end_soon(void **state)
{
    (void)state;
    static const char *const repeated[] = {"~",    "=",   "{",     "}",       "#",        "\\",
                                           "[id:", ":",   "->",    "=a->",    "// [tag:", "\n",
                                           "%1",   "<",   "=a\n",  "{\n\n",   "a{T}\n\n", "=%15%a",
                                           "\\n",  "::",  "####",  "..",      "&#",       "[html]",
                                           "\xC3", "0\n", "~=%9%", "[nt:\\]", "<\"",      "\t"};
    enum { TIMES = 20000 };
    for (size_t i = 0; i < sizeof repeated / sizeof *repeated; i++) {
        static const char *const around[][2] = {{"", ""},       {"S {", "}"},   {"S {#", "}"},
                                                {"// ", "\nS"}, {"::", "::S"},  {"[html]", "{=<a}"},
                                                {"S {=a", ""},  {"S {=a~", "}"}};
        for (size_t j = 0; j < sizeof around / sizeof *around; j++) {
            struct buf gift = {0};
            struct reading reading;
            buf_add(&gift, around[j][0]);
            buf_repeat(&gift, repeated[i], TIMES);
            buf_add(&gift, around[j][1]);
            read_text(&reading, buf_text(&gift));
            assert_true(reading.arena.total < ((size_t)1 << 20) * 64);
            forget(&reading);
            buf_free(&gift);
        }
    }
}

/* ---- writing ----------------------------------------------------------------------------------- */

/* Writes, reads again, and compares everything but the places. */
static void check_round_trip(const char *gift)
{
    struct reading first, second;
    struct buf written = {0}, again = {0};
    read_text(&first, gift);
    gift_write(&first.quiz, &written);
    read_text(&second, buf_text(&written));
    struct buf json[2] = {{0}, {0}};
    for (size_t i = 0; i < first.quiz.count; i++)
        first.quiz.questions[i].line = 0;
    for (size_t i = 0; i < second.quiz.count; i++)
        second.quiz.questions[i].line = 0;
    quiz_write_json(&first.quiz, &json[0]);
    quiz_write_json(&second.quiz, &json[1]);
    if (strcmp(buf_text(&json[0]), buf_text(&json[1])) != 0)
        fail_msg("%s\n--- written\n%s--- first\n%s--- again\n%s", gift, buf_text(&written),
                 buf_text(&json[0]), buf_text(&json[1]));
    assert_int_equal(first.quiz.count, second.quiz.count);
    for (size_t i = 0; i < first.quiz.count; i++) {
        assert_true(first.quiz.questions[i].hash == second.quiz.questions[i].hash);
        assert_int_equal(first.quiz.questions[i].kind, second.quiz.questions[i].kind);
    }
    gift_write(&second.quiz, &again);
    assert_string_equal(buf_text(&written), buf_text(&again));
    buf_free(&json[0]);
    buf_free(&json[1]);
    buf_free(&written);
    buf_free(&again);
    forget(&first);
    forget(&second);
}

static void test_written_questions_read_the_same(void **state)
{
    (void)state;
    static const char *const quizzes[] = {
        "S {T}\n\nT {F#wrong#right####gen}\n\nU {T##right}\n\nV {T#wrong}\n\nW {F####g}",
        "::a\\:b::Two plus {=two =2} equals four.",
        "S {=a#f ~%-50%b#[plain]g ~[html]<b>x</b> ~c\\=d\\#e####g \\~ h}",
        "S {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-12.345678901%d}",
        "S {=%50%x ~%+5%y ~ %0%%50%z}",
        "S {=a ~}\n\nS {~%100%a ~}\n\nS {= ~b ~c}\n\nS {~=a ~=b}",
        "S {=%50%a\\*b =c* =\\\\ =%100%%20%d}",
        "S {a -> b}\n\nS {//a -> b}\n\nS {a#x -> b}\n\nS {=}\n\nS {=T}\n\nS {=\\#5}",
        "S {#3.14:0.005}\n\nS {#1..5}\n\nS {#5..1#fb}\n\nS {#-1e-58:1e300}",
        "S {#=1822:0 =%50%1822:-2#ok ~#no}\n\nS {#=%25%*:3 =.5 =+5}\n\nS {#=1 =0.1..0.3}",
        "S {=a -> 1 =b -> 2 -> 3 = -> 4#x =c -> }\n\nS {= -> =a -> 1}",
        "// [nt:order]\nS {=c -> 3 =a -> 1 =b -> 2}\n\n// [nt:order]\nS {=c -> x =a -> y}",
        "S {}\n\nS {####model\n- tick\n- tock}\n\nJust text\n\n::t::\n\n::u",
        "[markdown]a\\n\\n    code\\n* b {=x ~y}\n\n[html]<a href\\=\"x\">y</a> {T}\n\n[html]",
        "// [id:x\\]y] [tag:a] [tag:b\\]\n// [nt:points=0.1] [nt:case] [nt:hint=h [1\\]]\nS {=a}",
        "$CATEGORY: $course$/a//b\\\\n:\n\nS {T}\n\n$CATEGORY: c\n\nS {T}\n\nS {T}",
        "[moodle]//x {T}\n\n[moodle][html]x {T}\n\n[plain][html]x {=[moodle][plain]y ~z}",
        "0\n\n::0::0 {=0}\n\n\\:\\:x {T}\n\n::x::\\:\\:y {T}\n\n::a <b::{=x ~<i>y}",
        "{=a ~b}\n\n::::x {T}\n\n} A {=x}\n\nS }=a ~b{ z\n\nA {=x} B {=y} C",
        "caf\xC3\xA9 {=\xC3\xA9 ~\xE2\x86\x92 -> \xE2\x88\x87}\n\nx\\ny {=a\\nb ~c}",
        "S {=a#[html] ~b####[plain]}\n\nS {T#[html]#[plain]}\n\nS {=a#[html]x}",
        "This stem is long enough that its name is cut, and it is cut at a word and not within "
        "one. "
        "{T}",
    };
    for (size_t i = 0; i < sizeof quizzes / sizeof *quizzes; i++)
        check_round_trip(quizzes[i]);
}

static void test_writing_escapes_what_is_syntax(void **state)
{
    (void)state;
    struct reading reading;
    struct buf out = {0};
    read_text(&reading, "// [tag:t] [id:q1]\n::A\\: b::S \\{x\\}\\n\\= {=1\\:2 ~%50%3#why\\#}");
    gift_write(&reading.quiz, &out);
    assert_string_equal(buf_text(&out), "// [id:q1] [tag:t]\n"
                                        "::A\\: b::S \\{x\\}\\n\\= {\n"
                                        "\t=1\\:2\n"
                                        "\t~%50%3#why\\#\n"
                                        "}\n\n");
    buf_free(&out);
    forget(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings_point_at_their_character),
        cmocka_unit_test(test_good_questions_have_no_findings),
        cmocka_unit_test(test_columns_count_bytes_of_the_file),
        cmocka_unit_test(test_findings_of_a_block_are_sorted_and_few),
        cmocka_unit_test(test_comments_hold_id_tags_and_extensions),
        cmocka_unit_test(test_an_unclosed_id_ends_at_its_escaped_bracket),
        cmocka_unit_test(test_keys_are_id_title_or_number_and_unique),
        cmocka_unit_test(test_many_questions_find_their_keys),
        cmocka_unit_test(test_the_quiz_is_named_after_its_file),
        cmocka_unit_test(test_order_stands_in_its_right_order),
        cmocka_unit_test(test_pairs_share_equal_right_sides),
        cmocka_unit_test(test_an_open_question_has_a_tick_list),
        cmocka_unit_test(test_text_is_clean),
        cmocka_unit_test(test_the_hash_follows_what_is_asked),
        cmocka_unit_test(test_plain_text_is_for_people),
        cmocka_unit_test(test_each_question_is_given_until_enough),
        cmocka_unit_test(test_a_file_that_is_not_there_is_an_error),
        cmocka_unit_test(test_hostile_files_end_soon),
        cmocka_unit_test(test_written_questions_read_the_same),
        cmocka_unit_test(test_writing_escapes_what_is_syntax),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
