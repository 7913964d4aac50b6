/* The real program without a terminal: every command, its help and what packagers install of it, and arguments
 * that are none. */
#include "support/test.h"

#include "support/scene.h"

#include "base/file.h"
#include "base/utf8.h"
#include "course/course.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TINY "tests/golden/course/tiny"

enum { GOOD, NO, USAGE, CANNOT, CANNOT_WRITE }; /* the exit codes, as commands.md has them */

/* ---- help ------------------------------------------------------------------------------------- */

static const char *const commands[] = {"study", "show",  "demo",  "quiz",    "progress",
                                       "check", "grade", "stats", "convert", "help"};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void test_help_of_every_command(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "--help");
    for (size_t i = 0; i < COMMANDS; i++)
        check_has(scene_out(f), commands[i]);
    check_has(scene_out(f), "Exit codes");
    for (size_t i = 0; i < COMMANDS; i++) {
        char head[64];
        snprintf(head, sizeof head, "nntutor %s", commands[i]);
        RUN(f, GOOD, commands[i], "--help");
        assert_int_equal(strncmp(scene_out(f), head, strlen(head)), 0);
        check_has(scene_out(f), "--store FILE");
        assert_string_equal(scene_err(f), "");
        struct buf once = {0};
        buf_add(&once, scene_out(f));
        RUN(f, GOOD, "help", commands[i]);
        assert_string_equal(scene_out(f), buf_text(&once));
        RUN(f, GOOD, commands[i], "-h");
        assert_string_equal(scene_out(f), buf_text(&once));
        buf_free(&once);
    }
    RUN(f, GOOD, "--version");
    assert_string_equal(scene_out(f), "nntutor 0.1\n");
}

static void test_help_fits_a_terminal(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "demo", "mask", "--help");
    check_has(scene_out(f), "p: probability of dropping a unit, 0 to 1, default 0.5");
    check_has(scene_out(f), "mean_sum: mean training sum over the passes");
    RUN(f, GOOD, "help");
    struct str rest = str_of(scene_out(f)), line;
    while (str_line(&rest, &line))
        assert_true(utf8_columns(line.text, line.length) <= 100);
}

static void test_what_is_not_known_is_a_usage_error(void **state)
{
    struct scene *f = *state;
    RUN(f, USAGE, "dmeo");
    check_has(scene_err(f), "nntutor: no command \"dmeo\"; did you mean \"demo\"?");
    RUN(f, USAGE, "help", "dmeo");
    check_has(scene_err(f), "did you mean \"demo\"?");
    RUN(f, USAGE, "xyzzyxyzzy");
    check_has(scene_err(f), "no command \"xyzzyxyzzy\"\n");
    RUN(f, USAGE, "");
    RUN(f, USAGE, "show", "--widht", "40");
    check_has(scene_err(f), "no option --widht; did you mean --width?");
    check_has(scene_err(f), "Try: nntutor show --help");
    RUN(f, USAGE, "show", "-w");
    check_has(scene_err(f), "options are written --like-this");
    RUN(f, USAGE, "show", "--width");
    check_has(scene_err(f), "--width wants a value: --width N");
    RUN(f, USAGE, "show", "--width=");
    RUN(f, USAGE, "show", "--width=5");
    check_has(scene_err(f), "must be a whole number from 20 to 500");
    RUN(f, USAGE, "show", "--notes=yes");
    check_has(scene_err(f), "--notes takes no value");
    RUN(f, USAGE, "show", "--color=blue");
    check_has(scene_err(f), "must be auto, always or never");
    RUN(f, USAGE, "show", "dropuot");
    check_has(scene_err(f), "did you mean \"dropout\"?");
    RUN(f, USAGE, "show", "3/zzzzz");
    RUN(f, USAGE, "show", "3", "3");
    RUN(f, USAGE, "study", "3", "3");
    RUN(f, USAGE, "quiz", "dropuot");
    check_has(scene_err(f), "did you mean \"dropout\"?");
    RUN(f, USAGE, "quiz", "--pass", "101", "dropout");
    RUN(f, USAGE, "quiz", "--count=0", "dropout");
    RUN(f, USAGE, "progress", "now");
    RUN(f, USAGE, "progress", "--export", "-", "--reset", "all");
    RUN(f, USAGE, "convert", "--to", "json");
    RUN(f, USAGE, "convert", TEST_QUIZ);
    RUN(f, USAGE, "convert", "--to", "xml", TEST_QUIZ);
    RUN(f, USAGE, "help", "--completion", "csh");
    assert_string_equal(scene_out(f), "");
}

static void test_usage_error_opens_no_store(void **state)
{
    struct scene *f = *state;
    RUN(f, USAGE, "quiz", "dropout", "--seed", "abc", "--plain");
    check_has(scene_err(f), "--seed=abc: must be a whole number from 1 to");
    RUN(f, USAGE, "study", "--seed=0", "--plain");
    assert_int_not_equal(access(scene_path(f, "DATA"), F_OK), 0);
}

static void test_two_dashes_end_options(void **state)
{
    struct scene *f = *state;
    RUN(f, USAGE, "show", "--", "--width");
    check_has(scene_err(f), "no chapter \"--width\"");
    RUN(f, GOOD, "show", "--width", "60", "--", "3.2");
    RUN(f, USAGE, "demo", "--", "mask", "--json");
    check_has(scene_err(f), "--json");
}

static void test_options_may_stand_before_the_command(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "--course", TINY, "show", "--width=40");
    check_has(scene_out(f), "Every kind of thing");
    RUN(f, GOOD, "--course=" TINY, "show");
    check_has(scene_out(f), "Every kind of thing");
}

static void test_too_many_options_are_refused(void **state)
{
    struct scene *f = *state;
    const char *argv[302] = {"nntutor", "show"};
    static const char *const words[] = {"-h", "--help", "--ascii"};
    for (size_t w = 0; w < 3; w++) {
        for (size_t i = 2; i < 301; i++)
            argv[i] = words[w];
        scene_start(f, argv, NULL, NULL);
        scene_check_code(f, USAGE);
        check_has(scene_err(f), "too many options");
    }
}

static void test_hostile_arguments_reach_the_terminal_as_text(void **state)
{
    struct scene *f = *state;
    static const char hostile[] = "\x1b[2J\x1b]0;owned\x07\xc2\x9b\xff\x7f";
    RUN(f, USAGE, hostile);
    check_no_controls(&f->run.err);
    check_has(scene_err(f), "no command");
    RUN(f, USAGE, "show", hostile);
    check_no_controls(&f->run.err);
    RUN(f, USAGE, "demo", "mask", hostile);
    check_no_controls(&f->run.err);
    RUN(f, USAGE, "show", "--\x1b[2J");
    check_no_controls(&f->run.err);
    RUN(f, CANNOT, "check", hostile);
    check_no_controls(&f->run.err);
    RUN(f, CANNOT, "show", "--course", hostile);
    check_no_controls(&f->run.err);
    char *huge = arena_strndup(&f->arena, "", 0);
    huge = arena_alloc(&f->arena, 100001);
    memset(huge, 'x', 100000);
    RUN(f, USAGE, huge);
    RUN(f, USAGE, "show", huge);
    RUN(f, USAGE, "demo", "mask", huge);
    RUN(f, USAGE, "quiz", huge);
    assert_true(f->run.err.length < 2000);
}

static void test_hostile_file_names_reach_the_terminal_as_text(void **state)
{
    struct scene *f = *state;
    test_file(f->folder, "lessons/01-\x1b[2Ja.md", "# A\n\ntext before a section\n");
    test_file(f->folder, "quizzes/01-\x1b[2Ja.gift", "What? {=one\n\n");
    RUN(f, NO, "check", "--course", f->folder);
    check_has(scene_out(f), "error");
    check_no_controls(&f->run.out);
    check_no_controls(&f->run.err);
    RUN(f, NO, "convert", "--to", "gift", scene_path(f, "quizzes/01-\x1b[2Ja.gift"));
    check_no_controls(&f->run.err);
}

/* ---- what packagers install -------------------------------------------------------------------------- */

static void test_man_page_is_clean(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "help", "--man");
    check_ascii(&f->run.out);
    check_has(scene_out(f), ".TH NNTUTOR 1");
    for (size_t i = 0; i < COMMANDS; i++) {
        char head[64];
        snprintf(head, sizeof head, ".SS nntutor %s", commands[i]);
        check_has(scene_out(f), head);
    }
    SHELL(f, GOOD,
          "command -v groff >/dev/null || { echo skipped: no groff; exit 0; }\n"
          "\"$NNTUTOR\" help --man | groff -man -ww -Tutf8 2>&1 >/dev/null");
    if (strstr(scene_out(f), "skipped"))
        print_message("%s", scene_out(f));
    else
        assert_string_equal(scene_out(f), "");
}

static void test_completions_are_scripts(void **state)
{
    struct scene *f = *state;
    static const char *const shells[] = {"bash", "zsh", "fish"};
    for (size_t s = 0; s < 3; s++) {
        RUN(f, GOOD, "help", "--completion", shells[s]);
        for (size_t i = 0; i < COMMANDS; i++)
            check_has(scene_out(f), commands[i]);
        char script[300];
        snprintf(script, sizeof script,
                 "command -v %s >/dev/null || { echo 'skipped: no %s'; exit 0; }\n"
                 "\"$NNTUTOR\" help --completion %s >\"$HOME/script\" && %s -n \"$HOME/script\"",
                 shells[s], shells[s], shells[s], shells[s]);
        SHELL(f, GOOD, script);
        if (f->run.out.length)
            print_message("%s", scene_out(f));
        assert_string_equal(scene_err(f), "");
    }
    SHELL(f, GOOD,
          "command -v bash >/dev/null || exit 0\n"
          "\"$NNTUTOR\" help --completion bash >\"$HOME/script\" && bash -c '. \"$HOME/script\"\n"
          "COMP_WORDS=(nntutor demo relu) COMP_CWORD=2; _nntutor; echo \"${COMPREPLY[@]}\"\n"
          "COMP_WORDS=(nntutor pro) COMP_CWORD=1; _nntutor; echo \"${COMPREPLY[@]}\"'");
    if (f->run.out.length)
        assert_string_equal(scene_out(f), "relu-bias\nprogress\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_help_of_every_command),
        TEST(test_help_fits_a_terminal),
        TEST(test_what_is_not_known_is_a_usage_error),
        TEST(test_usage_error_opens_no_store),
        TEST(test_two_dashes_end_options),
        TEST(test_options_may_stand_before_the_command),
        TEST(test_too_many_options_are_refused),
        TEST(test_hostile_arguments_reach_the_terminal_as_text),
        TEST(test_hostile_file_names_reach_the_terminal_as_text),
        TEST(test_man_page_is_clean),
        TEST(test_completions_are_scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
