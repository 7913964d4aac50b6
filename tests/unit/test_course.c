/* A course: its files, the names one finds things by, and its live numbers. */
#include "support/test.h"

#include "base/utf8.h"
#include "course/course.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char dropout[] = "# Dropout\n\n```chapter\nid: dropout\nquiz: 03-dropout.gift\n```\n\n"
                              "## 3.1 A mask\n\nOne.\n\n---\n\nTwo.\n\n"
                              "## 3.2 Why rescale\n\nThree.\n\n## 3.3 Why not\n\nFour.\n";
static const char droplets[] =
    "# Droplets\n\n```chapter\nid: droplets\n```\n\n## 4.1 Rain\n\nOne.\n";
static const char norms[] = "# Norms\n\n```chapter\nid: norms\nquiz: 05-none.gift\n```\n\n"
                            "## 5.1 A mask\n\nOne.\n";
static const char question[] = "// [id:q3.1]\nIs it? {T#Yes.#No.}\n";

struct fixture {
    char folder[512];
    struct course course;
    struct err err;
};

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "%s", test_folder());
    test_file(f->folder, "lessons/03-dropout.md", dropout);
    test_file(f->folder, "lessons/04-droplets.md", droplets);
    test_file(f->folder, "lessons/05-norms.md", norms);
    test_file(f->folder, "lessons/notes.md", "not a chapter: it has no number");
    test_file(f->folder, "quizzes/03-dropout.gift", question);
    test_file(f->folder, "quizzes/04-droplets.gift", question);
    test_file(f->folder, "quizzes/10-final.gift", question);
    if (!course_open(&f->course, f->folder, &f->err))
        fail_msg("%s", f->err.text);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    course_close(&f->course);
    free(f);
    return 0;
}

/* ---- names ----------------------------------------------------------------------------------- */

static void test_chapter_is_found_by_id_number_and_prefix(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name;
        size_t chapter;
    } cases[] = {{"dropout", 0}, {"droplets", 1}, {"norms", 2}, {"3", 0},    {"03", 0},
                 {"5", 2},       {"dropo", 0},    {"n", 2},     {"dropl", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t chapter = 99;
        if (!course_find_chapter(&f->course, cases[i].name, &chapter, &f->err))
            fail_msg("%s: %s", cases[i].name, f->err.text);
        assert_int_equal(chapter, cases[i].chapter);
    }
}

static void test_wrong_chapter_says_what_was_meant(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name, *says;
    } cases[] = {
        {"dropuot", "no chapter \"dropuot\"; did you mean \"dropout\"?"},
        {"drop", "\"drop\" begins the name of several chapters: dropout, droplets, norms"},
        {"7", "no chapter 7; this course has 3, 4, 5"},
        {"-1", "no chapter -1; this course has 3, 4, 5"},
        {"zzzzzzzz", "no chapter \"zzzzzzzz\"; the chapters are dropout, droplets, norms"},
        {"", "no chapter \"\"; the chapters are dropout, droplets, norms"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t chapter;
        assert_false(course_find_chapter(&f->course, cases[i].name, &chapter, &f->err));
        assert_string_equal(f->err.text, cases[i].says);
    }
}

static void test_place_is_found_by_number_slug_and_prefix(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name;
        size_t chapter, section;
        bool has_section;
    } cases[] = {
        {"dropout", 0, 0, false},
        {"3", 0, 0, false},
        {"3.2", 0, 1, true},
        {"dropout/3.2", 0, 1, true},
        {"dropout/2", 0, 1, true},
        {"3/2", 0, 1, true},
        {"dropout/why-rescale", 0, 1, true},
        {"3/why-r", 0, 1, true},
        {"5/a-mask", 2, 0, true},
        {"norms/", 2, 0, false},
        {"drople/rain", 1, 0, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t chapter = 99, section = 99;
        bool has_section;
        if (!course_find_place(&f->course, cases[i].name, &chapter, &section, &has_section,
                               &f->err))
            fail_msg("%s: %s", cases[i].name, f->err.text);
        assert_int_equal(chapter, cases[i].chapter);
        assert_int_equal(section, cases[i].section);
        assert_int_equal(has_section, cases[i].has_section);
    }
}

static void test_wrong_section_says_what_was_meant(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name, *says;
    } cases[] = {
        {"dropout/why-rescle",
         "no section \"why-rescle\" in dropout; did you mean \"why-rescale\"?"},
        {"dropout/9", "no section \"9\" in dropout; its sections are 3.1 A mask; 3.2 Why rescale; "
                      "3.3 Why not"},
        {"dropout/why", "\"why\" begins the name of several sections of dropout: "
                        "3.1 A mask; 3.2 Why rescale; 3.3 Why not"},
        {"dropuot/1", "no chapter \"dropuot\"; did you mean \"dropout\"?"},
        {"3.9", "no section \"3.9\" in dropout; its sections are 3.1 A mask; 3.2 Why rescale; "
                "3.3 Why not"},
        {"9.1", "no chapter 9; this course has 3, 4, 5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t chapter, section;
        bool has_section;
        assert_false(course_find_place(&f->course, cases[i].name, &chapter, &section, &has_section,
                                       &f->err));
        assert_string_equal(f->err.text, cases[i].says);
    }
}

static void test_name_longer_than_any_is_refused(void **state)
{
    struct fixture *f = *state;
    char name[4000];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    size_t chapter, section;
    bool has_section;
    assert_false(course_find_place(&f->course, name, &chapter, &section, &has_section, &f->err));
    assert_false(course_find_chapter(&f->course, name, &chapter, &f->err));
    const char *path;
    assert_false(course_find_quiz(&f->course, name, &path, &f->err));
}

static void test_quiz_is_found_by_id_number_prefix_and_path(void **state)
{
    struct fixture *f = *state;
    char path_of_final[600];
    snprintf(path_of_final, sizeof path_of_final, "%s/quizzes/10-final.gift", f->folder);
    const char *const names[] = {"final", "10", "f", path_of_final};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = NULL;
        if (!course_find_quiz(&f->course, names[i], &path, &f->err))
            fail_msg("%s: %s", names[i], f->err.text);
        assert_string_equal(path, path_of_final);
    }
}

static void test_wrong_quiz_says_what_was_meant(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name, *says;
    } cases[] = {
        {"fianl", "no quiz \"fianl\"; did you mean \"final\"?"},
        {"drop", "\"drop\" begins the name of several quizzes: dropout, droplets, final"},
        {"7", "no quiz \"7\"; the quizzes are dropout, droplets, final"},
        {"none/there.gift", "none/there.gift: cannot read: No such file or directory"},
        {"there.gift", "there.gift: cannot read: No such file or directory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path;
        assert_false(course_find_quiz(&f->course, cases[i].name, &path, &f->err));
        assert_string_equal(f->err.text, cases[i].says);
    }
}

static void test_quiz_belongs_to_the_chapter_that_names_it(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(course_chapter_of_quiz(&f->course, "dropout"), 0);
    assert_int_equal(course_chapter_of_quiz(&f->course, "none"), 2);
    assert_int_equal(course_chapter_of_quiz(&f->course, "final"), -1);
}

/* ---- files ----------------------------------------------------------------------------------- */

static void test_quiz_is_read_once_and_a_missing_one_is_a_finding(void **state)
{
    struct fixture *f = *state;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    assert_non_null(quiz);
    assert_int_equal(quiz->count, 1);
    assert_ptr_equal(course_quiz(&f->course, 0), quiz);
    assert_null(course_quiz(&f->course, 1)); /* the chapter names none */
    size_t before = f->course.findings.count;
    assert_null(course_quiz(&f->course, 2));
    assert_null(course_quiz(&f->course, 2));
    assert_int_equal(f->course.findings.count, before + 1);
    assert_string_equal(f->course.findings.list[before].code, "C002");
}

static void test_chapters_come_in_the_order_of_their_numbers(void **state)
{
    struct fixture *f = *state;
    struct course course;
    test_file(f->folder, "lessons/10-last.md",
              "# Last\n\n```chapter\nid: last\n```\n\n## 10.1 A\n\nB.\n");
    test_file(f->folder, "lessons/2-first.md",
              "# First\n\n```chapter\nid: first\n```\n\n## 2.1 A\n\nB.\n");
    assert_true(course_open(&course, f->folder, &f->err));
    assert_int_equal(course.chapter_count, 5);
    for (size_t i = 1; i < course.chapter_count; i++)
        assert_true(course.chapters[i - 1].lesson.number < course.chapters[i].lesson.number);
    course_close(&course);
}

static void test_steps_are_counted(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(chapter_step_count(&f->course.chapters[0].lesson), 4);
}

static void test_folder_without_chapters_is_refused(void **state)
{
    (void)state;
    struct course course;
    struct err err;
    const char *folder = test_folder();
    assert_false(course_open(&course, folder, &err));
    assert_non_null(strstr(err.text, "no chapter here (files named like 03-dropout.md)"));
    test_file(folder, "lessons/glossary.md", "# Glossary\n");
    assert_false(course_open(&course, folder, &err));
    assert_false(course_open(&course, "/nonexistent/\x01", &err));
}

/* A folder where a file should be cannot be read, whoever asks. */
static void test_unreadable_chapter_is_a_finding_and_the_rest_is_there(void **state)
{
    struct fixture *f = *state;
    struct course course;
    char path[600];
    snprintf(path, sizeof path, "%s/lessons/01-bad.md", f->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(course_open(&course, f->folder, &f->err));
    assert_int_equal(course.chapter_count, 3);
    assert_string_equal(course.findings.list[0].code, "C001");
    assert_non_null(strstr(course.findings.list[0].text, "01-bad.md"));
    course_close(&course);
}

static void test_only_chapter_unreadable_says_why(void **state)
{
    (void)state;
    struct course course;
    struct err err;
    char path[600];
    const char *folder = test_folder();
    snprintf(path, sizeof path, "%s/lessons", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/lessons/01-bad.md", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(course_open(&course, folder, &err));
    assert_non_null(strstr(err.text, "01-bad.md"));
}

static void test_broken_chapter_is_still_a_course(void **state)
{
    (void)state;
    struct course course;
    struct err err;
    const char *folder = test_folder();
    static const char *const broken[] = {"", "no heading", "## 1.1 A section first\n\n---\n---\n",
                                         "# A\n\n```chapter\n", "\xff\xfe\x01\x02```demo\n"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        size_t chapter, section;
        bool has_section;
        test_file(folder, "lessons/01-broken.md", broken[i]);
        assert_true(course_open(&course, folder, &err));
        assert_int_equal(course.chapter_count, 1);
        assert_string_equal(course.page.title, "nntutor");
        assert_string_equal(course.page.id, "course");
        assert_null(course_quiz(&course, 0));
        course_find_place(&course, "broken/9", &chapter, &section, &has_section, &err);
        assert_null(strstr(err.text, "(null)"));
        course_find_place(&course, "1/none", &chapter, &section, &has_section, &err);
        assert_null(strstr(err.text, "(null)"));
        course_close(&course);
    }
}

static void test_locate_prefers_what_was_named(void **state)
{
    struct fixture *f = *state;
    struct buf folder = {0};
    setenv("NNTUTOR_COURSE", "/elsewhere", 1);
    assert_true(course_locate(f->folder, &folder, &f->err));
    assert_string_equal(buf_text(&folder), f->folder);
    buf_clear(&folder);
    assert_false(course_locate(NULL, &folder, &f->err));
    assert_string_equal(f->err.text, "/elsewhere: no course here (no folder lessons/ in it)");
    setenv("NNTUTOR_COURSE", f->folder, 1);
    buf_clear(&folder);
    assert_true(course_locate(NULL, &folder, &f->err));
    assert_string_equal(buf_text(&folder), f->folder);
    unsetenv("NNTUTOR_COURSE");
    buf_free(&folder);
}

/* ---- live numbers ------------------------------------------------------------------------------ */

static void check_format(double value, const char *like, const char *expected)
{
    struct buf out = {0};
    live_format(&out, value, like);
    if (strcmp(buf_text(&out), expected) != 0)
        fail_msg("%.17g like \"%s\" is \"%s\", expected \"%s\"", value, like, buf_text(&out),
                 expected);
    buf_free(&out);
}

static void test_live_format_has_the_decimals_of_the_cached_text(void **state)
{
    (void)state;
    check_format(0.1215767, "0.122", "0.122");
    check_format(0.1215767, "0.1", "0.1");
    check_format(30, "30", "30");
    check_format(29.6, "30", "30");
    check_format(3.2, "3.20", "3.20");
    check_format(-1.25, "-1.3", "-1.2");
    check_format(1234567.5, "1.00", "1234567.50");
    check_format(2, "", "2");
    check_format(0.5, "about .4", "0.5");
    check_format(1e23, "1.0", "99999999999999991611392.0");
}

static void test_live_format_keeps_an_exponent(void **state)
{
    (void)state;
    check_format(2.7e-5, "2.7e-5", "2.7e-5");
    check_format(2.66e-5, "2.7e-5", "2.7e-5");
    check_format(14000, "1.4e4", "1.4e4");
    check_format(1e120, "1e1", "1e120");
    check_format(9.96, "9.9e0", "1.0e1");
    check_format(0, "1.0e1", "0.0e0");
    check_format(1e-9, "1E-9", "1e-9");
}

static void test_live_format_has_words_for_what_is_no_number(void **state)
{
    (void)state;
    check_format((double)NAN, "0.1", "nan");
    check_format((double)INFINITY, "0.1", "inf");
    check_format((double)-INFINITY, "1.0e5", "-inf");
}

static void test_live_format_has_no_negative_zero(void **state)
{
    (void)state;
    check_format(-0.0, "0", "0");
    check_format(-0.0, "0.00", "0.00");
    check_format(-0.001, "0.00", "0.00");
    check_format(-0.4, "0", "0");
    check_format(-0.0, "1.0e1", "0.0e0");
    check_format(-0.006, "0.00", "-0.01");
    check_format(-1e-300, "1e-300", "-1e-300");
}

static void check_live(struct fixture *f, const char *args, const char *ref, const char *like,
                       const char *expected)
{
    struct buf out = {0};
    if (!course_live(&f->course, args, ref, like, &out, &f->err))
        fail_msg("%s %s: %s", args, ref, f->err.text);
    assert_string_equal(buf_text(&out), expected);
    buf_free(&out);
}

static void test_live_numbers_of_every_kind(void **state)
{
    struct fixture *f = *state;
    check_live(f, "chain factor=0.9 depth=20", "product", "0.000", "0.122");
    check_live(f, "chain factor=0.1 depth=20", "product", "1e1", "1e-20");
    check_live(f, "chain factor=1", "layers_to_1_percent", "1", "inf");
    check_live(f, "chain factor=0.1 depth=20", "outcome", "word", "vanishing");
    check_live(f, "subnetworks units=12 kind=linear", "digits", "1", "4");
    check_live(f, "subnetworks units=10 kind=linear", "count", "1", "1024");
    check_live(f, "mask values=1,2,3 p=0 scaling=none", "input[-1]", "0.0", "3.0");
    check_live(f, "mask values=1,2,3 p=0 scaling=none", "input[0]", "0", "1");
    check_live(f, "mask values=1,2,3 p=0 scaling=none", "kept", "0", "3");
}

static void refuse_live(struct fixture *f, const char *args, const char *ref, const char *part)
{
    struct buf out = {0};
    assert_false(course_live(&f->course, args, ref, "1", &out, &f->err));
    if (!strstr(f->err.text, part))
        fail_msg("%s %s: \"%s\" does not say \"%s\"", args, ref, f->err.text, part);
    /* The reason is optional. */
    assert_false(course_live(&f->course, args, ref, "1", &out, NULL));
    buf_free(&out);
}

static void test_live_number_that_cannot_be_says_why(void **state)
{
    struct fixture *f = *state;
    refuse_live(f, "msak p=0.5", "mean_sum", "did you mean \"mask\"");
    refuse_live(f, "mask p=1.5", "mean_sum", "0 to 1");
    refuse_live(f, "mask q=0.5", "mean_sum", "q");
    refuse_live(f, "mask", "mean_smu", "did you mean \"mean_sum\"");
    refuse_live(f, "mask values=1,2", "input[5]", "has no value here");
    refuse_live(f, "mask passes=1000000 units=1000", "mean_sum", "takes too long");
    refuse_live(f, "subnetworks", "subnetworks_per_second", "measured by the clock");
    refuse_live(f, "", "x", "");
}

static void test_runs_are_kept(void **state)
{
    struct fixture *f = *state;
    const struct demo_run *first = course_run(&f->course, "mask p=0.3", &f->err);
    assert_non_null(first);
    assert_true(first->finished);
    assert_ptr_equal(course_run(&f->course, "mask p=0.3", &f->err), first);
    assert_ptr_not_equal(course_run(&f->course, "mask p=0.4", &f->err), first);
    assert_null(course_run(&f->course, "mask p=7", &f->err));
    f->err.text[0] = '\0';
    assert_null(course_run(&f->course, "mask p=7", &f->err)); /* and so is why one failed */
    assert_non_null(strstr(f->err.text, "0 to 1"));
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_chapter_is_found_by_id_number_and_prefix, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_chapter_says_what_was_meant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_place_is_found_by_number_slug_and_prefix, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_section_says_what_was_meant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_name_longer_than_any_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quiz_is_found_by_id_number_prefix_and_path, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_wrong_quiz_says_what_was_meant, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quiz_belongs_to_the_chapter_that_names_it, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_quiz_is_read_once_and_a_missing_one_is_a_finding,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_chapters_come_in_the_order_of_their_numbers, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_steps_are_counted, set_up, tear_down),
        cmocka_unit_test(test_folder_without_chapters_is_refused),
        cmocka_unit_test_setup_teardown(test_unreadable_chapter_is_a_finding_and_the_rest_is_there,
                                        set_up, tear_down),
        cmocka_unit_test(test_only_chapter_unreadable_says_why),
        cmocka_unit_test(test_broken_chapter_is_still_a_course),
        cmocka_unit_test_setup_teardown(test_locate_prefers_what_was_named, set_up, tear_down),
        cmocka_unit_test(test_live_format_has_the_decimals_of_the_cached_text),
        cmocka_unit_test(test_live_format_keeps_an_exponent),
        cmocka_unit_test(test_live_format_has_words_for_what_is_no_number),
        cmocka_unit_test(test_live_format_has_no_negative_zero),
        cmocka_unit_test_setup_teardown(test_live_numbers_of_every_kind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_live_number_that_cannot_be_says_why, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_runs_are_kept, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
