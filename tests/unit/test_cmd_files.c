/* The real program without a terminal: files that cannot be written or used, check, and convert. */
#include "support/test.h"

#include "support/scene.h"

#include "base/file.h"
#include "base/utf8.h"
#include "course/course.h"
#include "support/store.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TINY "tests/golden/course/tiny"
#define BAD "tests/golden/course/bad"

enum { GOOD, NO, USAGE, CANNOT, CANNOT_WRITE }; /* the exit codes, as commands.md has them */

/* ---- writing ------------------------------------------------------------------------------------ */

static void test_full_disk_is_an_exit_code(void **state)
{
    struct scene *f = *state;
    static const char *const scripts[] = {
        "\"$NNTUTOR\" show >/dev/full",
        "\"$NNTUTOR\" demo mask >/dev/full",
        "\"$NNTUTOR\" demo mask --json >/dev/full",
        "\"$NNTUTOR\" demo mask --every 1 >/dev/full",
        "\"$NNTUTOR\" demo >/dev/full",
        "\"$NNTUTOR\" help >/dev/full",
        "\"$NNTUTOR\" --help >/dev/full",
        "\"$NNTUTOR\" --version >/dev/full",
        "\"$NNTUTOR\" progress >/dev/full",
        "\"$NNTUTOR\" progress --json >/dev/full",
        "printf 'q\\n' | \"$NNTUTOR\" study 1 --plain --course " TINY " >/dev/null\n"
        "\"$NNTUTOR\" progress --export /dev/full",
        "\"$NNTUTOR\" convert --to gift " TEST_QUIZ " >/dev/full",
        "\"$NNTUTOR\" convert --to json " TEST_QUIZ " >/dev/full",
        "\"$NNTUTOR\" study </dev/null >/dev/full",
        "printf 'q\\n' | \"$NNTUTOR\" study --plain >/dev/full",
    };
    if (access("/dev/full", W_OK) != 0) {
        print_message("skipped: there is no /dev/full\n");
        skip();
    }
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        scene_start(f, TEXTS("sh", "-c", scripts[i]), TEXTS(f->home, f->program), NULL);
        if (f->run.code != CANNOT_WRITE)
            fail_msg("%s ended with %d\n%s", scripts[i], f->run.code, scene_err(f));
        check_has(scene_err(f), "cannot write");
    }
    SHELL(f, GOOD, "\"$NNTUTOR\" show | head -n 3 >/dev/null"); /* and a closed pipe is no news */
    assert_string_equal(scene_err(f), "");
}

static void test_log_that_cannot_be_written(void **state)
{
    struct scene *f = *state;
    RUN(f, CANNOT_WRITE, "help", "--log", "/nonexistent/log");
    check_has(scene_err(f), "/nonexistent/log");
    RUN(f, GOOD, "help", "--log", scene_path(f, "log"));
}

/* ---- a store that cannot be used ---------------------------------------------------------------------- */

static void check_goes_on_without(struct scene *f, const char *store, const char *says)
{
    TALK(f, CANNOT_WRITE, "\nq\n", "study", "tiny", "--course", TINY, "--plain", "--store", store);
    check_has(scene_out(f), "(Not saved yet: ");
    check_has(scene_out(f), says);
    check_has(scene_out(f), "(step 2 of 3)");
    check_has(scene_err(f), "could not be saved");
    RUN(f, CANNOT, "progress", "--store", store);
    check_has(scene_err(f), says);
    /* What cannot be known is not "nothing". */
    RUN(f, CANNOT, "review", "--json", "--store", store);
    check_has(scene_err(f), says);
    RUN(f, CANNOT, "quiz", "--missed", "--course", TINY, "--plain", "--store", store);
    check_has(scene_err(f), says);
}

static void test_store_that_cannot_be_written(void **state)
{
    struct scene *f = *state;
    test_file(f->folder, "file", "a file, not a folder");
    TALK(f, CANNOT_WRITE, "\nq\n", "study", "tiny", "--course", TINY, "--plain", "--store",
         scene_path(f, "file/progress.db"));
    check_has(scene_out(f), "(Not saved yet: ");
    check_has(scene_out(f), "(step 2 of 3)");
    check_has(scene_err(f), "could not be saved");
    TALK(f, NO, "q\n", "quiz", "tiny", "--course", TINY, "--plain", "--store", "/proc/nothing/x");
    check_has(scene_out(f), "(Not saved yet: ");
    check_has(scene_out(f), "Question 1 of 4");
}

static void test_store_that_is_damaged(void **state)
{
    struct scene *f = *state;
    const char *path = test_file(f->folder, "damaged.db", "this is not a database, whatever it is");
    check_goes_on_without(f, path, "damaged.db");
    char *bytes = test_read(path);
    assert_string_equal(bytes, "this is not a database, whatever it is");
    memory_free(bytes);
}

static void test_store_that_is_newer(void **state)
{
    struct scene *f = *state;
    char *path = scene_path(f, "newer.db");
    TALK(f, GOOD, "q\n", "study", "tiny", "--course", TINY, "--plain", "--store", path);
    store_run_sql(path, "PRAGMA user_version = 99");
    check_goes_on_without(f, path, "newer.db");
}

/* ---- check and convert --------------------------------------------------------------------------------- */

static void test_shipped_course_is_without_a_finding(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "check", "--strict", "--course", ".");
    assert_string_equal(scene_out(f), "");
    RUN(f, GOOD, "check", "--strict", "--course", TINY);
    assert_string_equal(scene_out(f), "");
}

static void test_check_finds_all_and_says_how_many(void **state)
{
    struct scene *f = *state;
    struct buf expected = {0};
    struct err why;
    assert_true(file_read(BAD "/findings.txt", &expected, &why));
    RUN(f, NO, "check", "--course", BAD);
    assert_int_equal(strncmp(scene_out(f), expected.data, expected.length), 0);
    check_has(scene_out(f), " errors, 13 warnings\n");
    buf_free(&expected);
}

static void test_check_of_one_file_speaks_of_that_file(void **state)
{
    struct scene *f = *state;
    struct buf relative = {0};
    RUN(f, NO, "check", "--course", BAD, BAD "/lessons/glossary.md");
    buf_add(&relative, scene_out(f));
    assert_null(strstr(scene_out(f), "03-bad"));
    check_has(scene_out(f), "2 errors, 0 warnings");
    /* The same file by another name. */
    char here[PATH_MAX], path[PATH_MAX + 64];
    assert_non_null(getcwd(here, sizeof here));
    snprintf(path, sizeof path, "%s/" BAD "/../bad/lessons/glossary.md", here);
    RUN(f, NO, "check", "--course", BAD, path);
    assert_string_equal(scene_out(f), buf_text(&relative));
    buf_free(&relative);
    RUN(f, GOOD, "check", "--course", TINY, TINY "/lessons/course.md");
    RUN(f, GOOD, "check", "--course", TINY, TINY "/quizzes/01-tiny.gift");
    RUN(f, NO, "check", "--course", BAD, BAD "/quizzes/07-stray.gift");
    check_has(scene_out(f), "1 error, 0 warnings");
    RUN(f, CANNOT, "check", "/nonexistent.md");
    test_file(f->folder, "01-out.md", "# Outside of the course\n\n## 1.1 A\n\nB.\n");
    RUN(f, NO, "check", "--course", TINY, scene_path(f, "01-out.md"));
    check_has(scene_out(f), "01-out.md:");
}

static void test_strict_makes_warnings_errors(void **state)
{
    struct scene *f = *state;
    test_file(f->folder, "lessons/01-a.md",
              "# A\n\n```chapter\nid: a\nminutes: 5\nobjective 1a: See\n```\n\n## 1.1 B\n\n"
              "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
              "fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two "
              "twenty-three twenty-four twenty-five twenty-six twenty-seven.\n");
    RUN(f, GOOD, "check", "--course", f->folder);
    check_has(scene_out(f), "0 errors, 1 warning");
    RUN(f, NO, "check", "--course", f->folder, "--strict");
}

static void test_fix_rewrites_numbers_on_disk(void **state)
{
    struct scene *f = *state;
    static const char head[] = "# A\n\n```chapter\nid: a\nminutes: 5\nobjective 1a: See\n```\n\n"
                               "## 1.1 B\n\nA [[term]], `";
    static const char tail[] = " =chain factor=0.5 depth=3 product` of it.\r\n";
    struct buf wrong = {0}, right = {0};
    buf_addf(&wrong, "%s0.9%s", head, tail);
    buf_addf(&right, "%s0.1%s", head, tail);
    test_file(f->folder, "lessons/01-a.md", buf_text(&wrong));
    test_file(f->folder, "lessons/glossary.md",
              "# Glossary\n\n## Term\n\n`7 =chain factor=1 product`\n");
    RUN(f, NO, "check", "--course", f->folder);
    check_has(scene_out(f), "2 errors");
    RUN(f, GOOD, "check", "--course", f->folder, "--fix");
    assert_string_equal(scene_out(f), "2 numbers rewritten\n");
    char *bytes = test_read(scene_path(f, "lessons/01-a.md"));
    assert_string_equal(bytes, buf_text(&right));
    memory_free(bytes);
    RUN(f, GOOD, "check", "--course", f->folder, "--fix");
    assert_string_equal(scene_out(f), "");
    /* Only the named file is touched. */
    test_file(f->folder, "lessons/01-a.md", buf_text(&wrong));
    RUN(f, GOOD, "check", "--course", f->folder, "--fix", scene_path(f, "lessons/glossary.md"));
    bytes = test_read(scene_path(f, "lessons/01-a.md"));
    assert_string_equal(bytes, buf_text(&wrong));
    memory_free(bytes);
    buf_free(&wrong);
    buf_free(&right);
}

static void test_convert_round_trip(void **state)
{
    struct scene *f = *state;
    json_error_t why;
    RUN(f, GOOD, "convert", "--to", "json", TEST_QUIZ);
    json_t *first = json_loads(scene_out(f), 0, &why);
    assert_non_null(first);
    assert_int_equal(json_array_size(first), 13);
    RUN(f, GOOD, "convert", "--to", "gift", TEST_QUIZ);
    const char *copy = test_file(f->folder, "03-dropout.gift", scene_out(f));
    RUN(f, GOOD, "convert", "--to", "gift", copy);
    char *bytes = test_read(copy);
    assert_string_equal(scene_out(f), bytes); /* what was written is written the same again */
    memory_free(bytes);
    RUN(f, GOOD, "convert", "--to", "json", copy);
    json_t *second = json_loads(scene_out(f), 0, &why);
    assert_non_null(second);
    for (size_t i = 0; i < json_array_size(first); i++) { /* lines may differ, questions not */
        json_object_del(json_array_get(first, i), "line");
        json_object_del(json_array_get(second, i), "line");
    }
    if (!json_equal(first, second))
        fail_msg("the quiz changed on its way");
    json_decref(first);
    json_decref(second);
    RUN(f, CANNOT, "convert", "--to", "json", "/nonexistent.gift");
    test_file(f->folder, "broken.gift", "What? {=one\n\nIs it? {T}\n");
    RUN(f, NO, "convert", "--to", "gift", scene_path(f, "broken.gift"));
    check_has(scene_err(f), "broken.gift:1:");
    check_has(scene_out(f), "Is it?");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_full_disk_is_an_exit_code),
        TEST(test_log_that_cannot_be_written),
        TEST(test_store_that_cannot_be_written),
        TEST(test_store_that_is_damaged),
        TEST(test_store_that_is_newer),
        TEST(test_shipped_course_is_without_a_finding),
        TEST(test_check_finds_all_and_says_how_many),
        TEST(test_check_of_one_file_speaks_of_that_file),
        TEST(test_strict_makes_warnings_errors),
        TEST(test_fix_rewrites_numbers_on_disk),
        TEST(test_convert_round_trip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
