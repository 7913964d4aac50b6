/* The real program without a terminal: every command, its exit codes, and line mode. */
#include "support/test.h"

#include "base/file.h"
#include "base/utf8.h"
#include "base/rng.h"
#include "course/course.h"
#include "support/answers.h"
#include "support/run.h"
#include "support/store.h"

#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TINY "tests/golden/course/tiny"
#define BAD "tests/golden/course/bad"

enum { GOOD, NO, USAGE, CANNOT, CANNOT_WRITE }; /* the exit codes, as commands.md has them */

/* The run in hand is freed also where its test fails. */
struct scene {
    struct run run;
    char home[512], home_setting[520], program[PATH_MAX];
    struct arena arena;
};

static int set_up(void **state)
{
    struct scene *f = *state = calloc(1, sizeof *f);
    arena_init(&f->arena);
    snprintf(f->home, sizeof f->home, "%s", test_folder());
    snprintf(f->home_setting, sizeof f->home_setting, "HOME=%s", f->home);
    snprintf(f->program, sizeof f->program, "NNTUTOR=%s", getenv("NNTUTOR"));
    return 0;
}

static int tear_down(void **state)
{
    struct scene *f = *state;
    run_free(&f->run);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static void start(struct scene *f, const char *const argv[], const char *const env[],
                  const char *input)
{
    run_free(&f->run);
    f->run = run_program(argv, env, input);
}

static const char *out(struct scene *f)
{
    return buf_text(&f->run.out);
}

static const char *err(struct scene *f)
{
    return buf_text(&f->run.err);
}

static void check_code(struct scene *f, int code)
{
    enum { SHOWN = 2000 };
    size_t from = f->run.out.length > SHOWN ? f->run.out.length - SHOWN : 0;
    if (f->run.code != code)
        fail_msg("exit code %d, expected %d; the end of the output:\n%s\n%.1000s", f->run.code,
                 code, out(f) + from, err(f));
}

static void check_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%.4000s", part, text);
}

static void check_ascii(const struct buf *text)
{
    for (size_t i = 0; i < text->length; i++)
        if ((unsigned char)text->data[i] >= 0x80)
            fail_msg("not ASCII: %.80s", text->data + (i > 40 ? i - 40 : 0));
}

/* No byte that a terminal could act upon. */
static void check_no_controls(const struct buf *text)
{
    for (size_t i = 0; i < text->length; i++)
        if ((unsigned char)text->data[i] < 0x20 && text->data[i] != '\n')
            fail_msg("control character %d in: %.200s", text->data[i], text->data);
}

#define RUN(f, code, ...)                                                                          \
    (start((f), TEXTS("nntutor", __VA_ARGS__), TEXTS((f)->home_setting), NULL),                    \
     check_code((f), (code)))
#define TALK(f, code, input, ...)                                                                  \
    (start((f), TEXTS("nntutor", __VA_ARGS__), TEXTS((f)->home_setting), (input)),                 \
     check_code((f), (code)))
#define SHELL(f, code, script)                                                                     \
    (start((f), TEXTS("sh", "-c", (script)), TEXTS((f)->home_setting, (f)->program), NULL),        \
     check_code((f), (code)))

static char *path_in(struct scene *f, const char *name)
{
    return arena_printf(&f->arena, "%s/%s", f->home, name);
}

/* ---- help ------------------------------------------------------------------------------------- */

static const char *const commands[] = {"study", "show",  "demo",  "quiz",    "progress",
                                       "check", "grade", "stats", "convert", "help"};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void test_help_of_every_command(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "--help");
    for (size_t i = 0; i < COMMANDS; i++)
        check_has(out(f), commands[i]);
    check_has(out(f), "Exit codes");
    for (size_t i = 0; i < COMMANDS; i++) {
        char head[64];
        snprintf(head, sizeof head, "nntutor %s", commands[i]);
        RUN(f, GOOD, commands[i], "--help");
        assert_int_equal(strncmp(out(f), head, strlen(head)), 0);
        check_has(out(f), "--store FILE");
        assert_string_equal(err(f), "");
        struct buf once = {0};
        buf_add(&once, out(f));
        RUN(f, GOOD, "help", commands[i]);
        assert_string_equal(out(f), buf_text(&once));
        RUN(f, GOOD, commands[i], "-h");
        assert_string_equal(out(f), buf_text(&once));
        buf_free(&once);
    }
    RUN(f, GOOD, "--version");
    assert_string_equal(out(f), "nntutor 0.1\n");
}

static void test_help_fits_a_terminal(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "demo", "mask", "--help");
    check_has(out(f), "p: probability of dropping a unit, 0 to 1, default 0.5");
    check_has(out(f), "mean_sum: mean training sum over the passes");
    RUN(f, GOOD, "help");
    struct str rest = str_of(out(f)), line;
    while (str_line(&rest, &line))
        assert_true(utf8_columns(line.text, line.length) <= 100);
}

static void test_what_is_not_known_is_a_usage_error(void **state)
{
    struct scene *f = *state;
    RUN(f, USAGE, "dmeo");
    check_has(err(f), "nntutor: no command \"dmeo\"; did you mean \"demo\"?");
    RUN(f, USAGE, "help", "dmeo");
    check_has(err(f), "did you mean \"demo\"?");
    RUN(f, USAGE, "xyzzyxyzzy");
    check_has(err(f), "no command \"xyzzyxyzzy\"\n");
    RUN(f, USAGE, "");
    RUN(f, USAGE, "show", "--widht", "40");
    check_has(err(f), "no option --widht; did you mean --width?");
    check_has(err(f), "Try: nntutor show --help");
    RUN(f, USAGE, "show", "-w");
    check_has(err(f), "options are written --like-this");
    RUN(f, USAGE, "show", "--width");
    check_has(err(f), "--width wants a value: --width N");
    RUN(f, USAGE, "show", "--width=");
    RUN(f, USAGE, "show", "--width=5");
    check_has(err(f), "must be a whole number from 20 to 500");
    RUN(f, USAGE, "show", "--notes=yes");
    check_has(err(f), "--notes takes no value");
    RUN(f, USAGE, "show", "--color=blue");
    check_has(err(f), "must be auto, always or never");
    RUN(f, USAGE, "show", "dropuot");
    check_has(err(f), "did you mean \"dropout\"?");
    RUN(f, USAGE, "show", "3/zzzzz");
    RUN(f, USAGE, "show", "3", "3");
    RUN(f, USAGE, "study", "3", "3");
    RUN(f, USAGE, "quiz", "dropuot");
    check_has(err(f), "did you mean \"dropout\"?");
    RUN(f, USAGE, "quiz", "--pass", "101", "dropout");
    RUN(f, USAGE, "quiz", "--count=0", "dropout");
    RUN(f, USAGE, "progress", "now");
    RUN(f, USAGE, "progress", "--export", "-", "--reset", "all");
    RUN(f, USAGE, "convert", "--to", "json");
    RUN(f, USAGE, "convert", TEST_QUIZ);
    RUN(f, USAGE, "convert", "--to", "xml", TEST_QUIZ);
    RUN(f, USAGE, "help", "--completion", "csh");
    assert_string_equal(out(f), "");
}

static void test_usage_error_opens_no_store(void **state)
{
    struct scene *f = *state;
    RUN(f, USAGE, "quiz", "dropout", "--seed", "abc", "--plain");
    check_has(err(f), "--seed=abc: must be a whole number from 1 to");
    RUN(f, USAGE, "study", "--seed=0", "--plain");
    assert_int_not_equal(access(path_in(f, "DATA"), F_OK), 0);
}

static void test_two_dashes_end_options(void **state)
{
    struct scene *f = *state;
    RUN(f, USAGE, "show", "--", "--width");
    check_has(err(f), "no chapter \"--width\"");
    RUN(f, GOOD, "show", "--width", "60", "--", "3.2");
    RUN(f, USAGE, "demo", "--", "mask", "--json");
    check_has(err(f), "--json");
}

static void test_options_may_stand_before_the_command(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "--course", TINY, "show", "--width=40");
    check_has(out(f), "Every kind of thing");
    RUN(f, GOOD, "--course=" TINY, "show");
    check_has(out(f), "Every kind of thing");
}

static void test_too_many_options_are_refused(void **state)
{
    struct scene *f = *state;
    const char *argv[302] = {"nntutor", "show"};
    static const char *const words[] = {"-h", "--help", "--ascii"};
    for (size_t w = 0; w < 3; w++) {
        for (size_t i = 2; i < 301; i++)
            argv[i] = words[w];
        start(f, argv, NULL, NULL);
        check_code(f, USAGE);
        check_has(err(f), "too many options");
    }
}

static void test_hostile_arguments_reach_the_terminal_as_text(void **state)
{
    struct scene *f = *state;
    static const char hostile[] = "\x1b[2J\x1b]0;owned\x07\xc2\x9b\xff\x7f";
    RUN(f, USAGE, hostile);
    check_no_controls(&f->run.err);
    check_has(err(f), "no command");
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
    test_file(f->home, "lessons/01-\x1b[2Ja.md", "# A\n\ntext before a section\n");
    test_file(f->home, "quizzes/01-\x1b[2Ja.gift", "What? {=one\n\n");
    RUN(f, NO, "check", "--course", f->home);
    check_has(out(f), "error");
    check_no_controls(&f->run.out);
    check_no_controls(&f->run.err);
    RUN(f, NO, "convert", "--to", "gift", path_in(f, "quizzes/01-\x1b[2Ja.gift"));
    check_no_controls(&f->run.err);
}

/* ---- show ------------------------------------------------------------------------------------- */

/* The demos of a chapter that train: no picture of them stands in a text. */
static size_t slow_demos(struct scene *f, const struct chapter *chapter)
{
    size_t count = 0;
    const struct clock clock = clock_system();
    for (size_t s = 0; s < chapter->section_count; s++)
        for (size_t i = 0; i < chapter->sections[s].step_count; i++) {
            const struct directive *d = chapter->sections[s].steps[i].directive;
            struct demo_args args;
            struct demo_run run;
            struct err error;
            if (!d || d->kind != DIRECTIVE_DEMO)
                continue;
            if (!demo_args_read(&args, &f->arena, d->args, &error) ||
                !demo_start(&run, &f->arena, &args, &clock, &error))
                fail_msg("%s", error.text);
            count += !demo_is_instant(&run);
        }
    return count;
}

/* How often a sentence stands in a text, wherever its lines are broken. */
static size_t times_said(const char *text, const char *sentence)
{
    size_t count = 0;
    for (; *text; text++) {
        const char *a = text, *b = sentence;
        while (*b && (*a == *b || (*b == ' ' && *a == '\n')))
            a++, b++;
        count += !*b;
    }
    return count;
}

static void check_show(struct scene *f, int width)
{
    char number[16];
    struct course course;
    struct err error;
    snprintf(number, sizeof number, "%d", width);
    if (!course_open(&course, TEST_COURSE, &error))
        fail_msg("%s", error.text);
    for (size_t c = 0; c < course.chapter_count; c++) {
        const struct chapter *chapter = &course.chapters[c].lesson;
        RUN(f, GOOD, "show", chapter->id, "--width", number);
        assert_string_equal(err(f), "");
        struct str rest = str_of(out(f)), line;
        size_t section = 0;
        while (str_line(&rest, &line)) {
            if (utf8_columns(line.text, line.length) > width)
                fail_msg("wider than %d: %.*s", width, (int)line.length, line.text);
            if (section < chapter->section_count &&
                str_starts(line, chapter->sections[section].number))
                section++;
        }
        if (section != chapter->section_count)
            fail_msg("section %s is missing", chapter->sections[section].number);
        /* A live number that failed has a question mark; a demo that did says so. */
        for (const char *p = out(f); (p = strchr(p, '?')); p++)
            if (p > out(f) && p[-1] >= '0' && p[-1] <= '9' && p[1] != '\n' && p[1] != ' ')
                fail_msg("a number failed: %.40s", p - 20);
        assert_int_equal(times_said(out(f), "takes too long"), slow_demos(f, chapter));
        assert_null(strstr(out(f), "unknown demo"));
        assert_null(strstr(out(f), "{"));
    }
    course_close(&course);
}

static void test_show_at_78_columns(void **state)
{
    check_show(*state, 78);
}

static void test_show_at_40_columns(void **state)
{
    check_show(*state, 40);
}

static void test_show_in_ascii(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "show", "--ascii");
    check_ascii(&f->run.out);
    struct buf chosen = {0};
    buf_add(&chosen, out(f));
    start(f, TEXTS("nntutor", "show"), TEXTS("LC_ALL=C"), NULL);
    check_code(f, GOOD);
    assert_string_equal(out(f), buf_text(&chosen));
    buf_free(&chosen);
}

static void test_show_of_a_section_and_notes(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "show", "tiny/1.1", "--course", TINY);
    check_has(out(f), "1.1  Text\n");
    assert_null(strstr(out(f), "1.2  Directives"));
    assert_null(strstr(out(f), "Notes for the instructor"));
    RUN(f, GOOD, "show", "1.2", "--course", TINY, "--notes");
    check_has(out(f), "Notes for the instructor");
    assert_null(strstr(out(f), "1.1  Text"));
}

static void test_colour_only_where_it_is_wanted(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "show", "1.1", "--course", TINY);
    check_no_controls(&f->run.out); /* a pipe */
    RUN(f, GOOD, "show", "1.1", "--course", TINY, "--color", "always");
    assert_non_null(strchr(out(f), '\x1b'));
    RUN(f, GOOD, "show", "1.1", "--course", TINY, "--color", "never");
    check_no_controls(&f->run.out);
    start(f, TEXTS("nntutor", "show", "1.1", "--course", TINY), TEXTS("NO_COLOR=1"), NULL);
    check_no_controls(&f->run.out);
}

static void test_narrow_terminal_does_not_break_show(void **state)
{
    struct scene *f = *state;
    start(f, TEXTS("nntutor", "show", "--course", TINY), TEXTS("COLUMNS=1"), NULL);
    check_code(f, GOOD);
    check_has(out(f), "A paragraph");
}

static void test_course_that_is_not_there(void **state)
{
    struct scene *f = *state;
    RUN(f, CANNOT, "show", "--course", "/nonexistent");
    check_has(err(f), "/nonexistent: no course here");
    RUN(f, CANNOT, "show", "--course", f->home);
    start(f, TEXTS("nntutor", "show"), TEXTS("NNTUTOR_COURSE=/nowhere"), NULL);
    check_code(f, CANNOT);
    check_has(err(f), "/nowhere");
    start(f, TEXTS("nntutor", "show"), TEXTS("NNTUTOR_COURSE=" TINY), NULL);
    check_code(f, GOOD);
    check_has(out(f), "Every kind of thing");
}

/* ---- demo -------------------------------------------------------------------------------------- */

static bool is_quick(const struct demo *demo)
{
    struct arena arena;
    struct demo_args args;
    struct demo_run run;
    struct clock clock = clock_system();
    struct err err;
    arena_init(&arena);
    bool quick = demo_args_init(&args, &arena, demo) &&
                 demo_start(&run, &arena, &args, &clock, &err) && demo_is_instant(&run);
    arena_free(&arena);
    return quick;
}

static void test_demo_json_has_every_field(void **state)
{
    struct scene *f = *state;
    for (size_t i = 0; i < demo_count; i++) {
        const struct demo *demo = demos[i];
        json_error_t why;
        if (!is_quick(demo)) /* what trains for long has tests of its own, with small knobs */
            continue;
        RUN(f, GOOD, "demo", demo->name, "--json", "--seed", "3");
        json_t *root = json_loads(out(f), JSON_REJECT_DUPLICATES, &why);
        if (!root)
            fail_msg("%s: %s", demo->name, why.text);
        assert_int_equal(json_object_size(root), 5);
        assert_string_equal(json_string_value(json_object_get(root, "demo")), demo->name);
        assert_int_equal(json_integer_value(json_object_get(root, "seed")), 3);
        assert_true(json_number_value(json_object_get(root, "elapsed_ms")) >= 0);
        const json_t *parameters = json_object_get(root, "parameters");
        const json_t *results = json_object_get(root, "results");
        assert_int_equal(json_object_size(parameters), demo->knob_count);
        assert_int_equal(json_object_size(results), demo->result_count);
        for (size_t k = 0; k < demo->knob_count; k++)
            assert_non_null(json_object_get(parameters, demo->knobs[k].name));
        for (size_t k = 0; k < demo->result_count; k++)
            assert_non_null(json_object_get(results, demo->results[k].name));
        json_decref(root);
    }
    RUN(f, GOOD, "demo", "chain", "factor=0.5", "depth=3", "--json");
    check_has(out(f), "\"product\":0.125");
    check_has(out(f), "\"factor\":0.5");
}

static void test_demo_text_is_a_picture_and_results(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "demo", "chain", "factor=0.5", "depth=3");
    check_has(out(f), "3 layers, each times 0.5");
    check_has(out(f), "\nproduct 0.125\n");
    RUN(f, GOOD, "demo", "mask", "values=1,2", "p=0");
    check_has(out(f), "\ninput[0] 1\ninput[1] 2\n");
    check_has(out(f), "\nkept 2 units\n");
    RUN(f, GOOD, "demo", "chain", "--size", "30x8");
    struct str rest = str_of(out(f)), line;
    for (int i = 0; i < 8 && str_line(&rest, &line); i++)
        assert_true(utf8_columns(line.text, line.length) <= 30);
    RUN(f, GOOD, "demo");
    for (size_t i = 0; i < demo_count; i++)
        check_has(out(f), demos[i]->question);
}

static void test_bad_knobs_name_the_range_and_run_nothing(void **state)
{
    struct scene *f = *state;
    static const struct {
        const char *knob, *says;
    } cases[] = {
        {"p=1.5", "p takes 0 to 1"},
        {"p=-0.1", "p takes 0 to 1"},
        {"p=abc", "0 to 1"},
        {"p=", "p"},
        {"p=nan", "0 to 1"},
        {"units=1e99", "from 1 to 1000"},
        {"units=2.5", "whole number"},
        {"scaling=inverse", "inverted"},
        {"q=0.5", "q"},
        {"p", "p"},
        {"seed=-1", "seed"},
        {"values=1,,2", "values"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        RUN(f, USAGE, "demo", "mask", cases[i].knob, "--json");
        check_has(err(f), cases[i].says);
        assert_string_equal(out(f), "");
    }
    RUN(f, USAGE, "demo", "mask", "p=.1", "p=.2", "--json");
    check_has(err(f), "p is given twice");
    RUN(f, USAGE, "demo", "mask", "seed=1", "--seed", "2", "--json");
    check_has(err(f), "seed is given twice");
    RUN(f, USAGE, "demo", "msak");
    check_has(err(f), "did you mean \"mask\"?");
    RUN(f, USAGE, "demo", "mask", "--seed", "abc");
    check_has(err(f), "seed");
    static const char *const sizes[] = {"1x1",   "abc",   "30",           "30x",           "x8",
                                        "30x8x", "501x8", "4294967326x8", "30x4294967304", "-30x8",
                                        "30 x8"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        RUN(f, USAGE, "demo", "chain", "--size", sizes[i]);
        check_has(err(f), "must be like 74x16");
    }
    RUN(f, USAGE, "demo", "chain", "--every", "0");
}

static void test_every_prints_a_line_each_n_units(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "demo", "mask", "passes=100", "--every", "25");
    struct str rest = str_of(out(f)), line;
    size_t lines = 0;
    while (str_line(&rest, &line) && line.length) {
        char head[32];
        snprintf(head, sizeof head, "%zu ", 25 * ++lines);
        assert_true(str_starts(line, head));
    }
    assert_int_equal(lines, 4);
    RUN(f, GOOD, "demo", "mask", "passes=100", "--every", "25", "--json");
    rest = str_of(out(f));
    for (lines = 0; str_line(&rest, &line) && line.length; lines++) {
        char head[64]; /* one object a line: how far it is, and at the end the whole */
        snprintf(head, sizeof head, "{\"done\":%zu,\"total\":100,\"demo\":\"mask\"",
                 25 * (lines + 1));
        assert_true(str_starts(line, lines < 3 ? head : "{\"demo\":\"mask\""));
        assert_int_equal(line.text[line.length - 1], '}');
    }
    assert_int_equal(lines, 4);
}

/* Starts a demo that takes minutes and interrupts it when its first line of numbers is there. */
static void check_interrupt(const char *options, const char *expected, struct scene *f)
{
    struct buf script = {0};
    /* The pipe tells when it is at work: no guess about time. */
    buf_addf(&script,
             "rm -f \"$HOME/pipe\"; mkfifo \"$HOME/pipe\"\n"
             "\"$NNTUTOR\" demo overfit %s >\"$HOME/pipe\" & p=$!; exec 3<\"$HOME/pipe\"\n"
             "read -r line <&3; kill -INT $p; tail -n 1 <&3; wait $p; echo code $?",
             options);
    SHELL(f, GOOD, buf_text(&script));
    buf_free(&script);
    check_has(out(f), expected);
    check_has(out(f), "code 130");
    check_has(err(f), "the numbers are those so far");
}

static void test_ctrl_c_leaves_the_numbers_so_far(void **state)
{
    struct scene *f = *state;
    check_interrupt("--every 1", "pieces", f);
    check_interrupt("--every 1 --json", "\"total\":11035", f);
}

static void test_same_seed_gives_the_same_results(void **state)
{
    struct scene *f = *state;
    struct buf first = {0};
    RUN(f, GOOD, "demo", "mask", "passes=1000", "--seed", "9");
    buf_add(&first, out(f));
    RUN(f, GOOD, "demo", "mask", "passes=1000", "seed=9");
    assert_string_equal(out(f), buf_text(&first));
    RUN(f, GOOD, "demo", "mask", "passes=1000", "seed=10");
    assert_string_not_equal(out(f), buf_text(&first));
    buf_free(&first);
}

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
        start(f, TEXTS("sh", "-c", scripts[i]), TEXTS(f->home_setting, f->program), NULL);
        if (f->run.code != CANNOT_WRITE)
            fail_msg("%s ended with %d\n%s", scripts[i], f->run.code, err(f));
        check_has(err(f), "cannot write");
    }
    SHELL(f, GOOD, "\"$NNTUTOR\" show | head -n 3 >/dev/null"); /* and a closed pipe is no news */
    assert_string_equal(err(f), "");
}

static void test_log_that_cannot_be_written(void **state)
{
    struct scene *f = *state;
    RUN(f, CANNOT_WRITE, "help", "--log", "/nonexistent/log");
    check_has(err(f), "/nonexistent/log");
    RUN(f, GOOD, "help", "--log", path_in(f, "log"));
}

/* ---- quiz in lines -------------------------------------------------------------------------------- */

static void test_whole_quiz_right(void **state)
{
    struct scene *f = *state;
    struct buf input = answers_right(TEST_QUIZ, 42);
    TALK(f, GOOD, buf_text(&input), "quiz", "dropout", "--plain", "--seed", "42", "--pass", "100");
    check_has(out(f), "Question 1 of 13\n");
    check_has(out(f), "Question 13 of 13\n");
    check_has(out(f), "(100 %). Passed: the mark is 100 %.");
    assert_null(strstr(out(f), "Not right"));
    assert_null(strstr(out(f), "Not yet"));
    assert_null(strstr(out(f), "Left unanswered"));
    assert_string_equal(err(f), "");
    buf_free(&input);
    RUN(f, GOOD, "progress");
    check_has(out(f), "best quiz 12 of 12");
    RUN(f, GOOD, "progress", "--json");
    check_has(out(f), "\"best\":{\"score\":12,\"max\":12}");
}

static void test_quiz_left_unanswered_fails_its_mark(void **state)
{
    struct scene *f = *state;
    static const char dashes[] = "-\n-\n-\n-\n-\n-\n-\n-\n:-\n-\n-\n-\n-\n";
    TALK(f, NO, dashes, "quiz", "3", "--plain", "--pass", "50");
    check_has(out(f), "Left: no question was answered, so there is no score. "
                      "Not passed: the mark is 50 %.\n");
    check_has(out(f), "Read again:\n  3.1 ");
    check_has(out(f), "(The options are shuffled with --seed ");
    TALK(f, GOOD, dashes, "quiz", "3", "--plain"); /* no mark, nothing to fail */
}

static void test_quiz_input_that_ends_is_left_early(void **state)
{
    struct scene *f = *state;
    TALK(f, NO, "3.75\n\n", "quiz", "dropout", "--plain");
    check_has(out(f), "The quiz was left early; next time it goes on here.");
    assert_null(strstr(out(f), "Score"));
    RUN(f, GOOD, "progress", "--export", "-");
    check_has(out(f), "\"type\":\"answer\"");
    assert_null(strstr(out(f), "\"type\":\"score\""));
    TALK(f, NO, "q\n", "quiz", "dropout", "--plain");
    check_has(out(f),
              "(You go on at question 2 of 13. Type anew to begin it anew.)\nQuestion 2 of 13");
    RUN(f, GOOD, "study");
    check_has(out(f), "What comes next: go on with the quiz of chapter 3 at question 2 of 13 "
                      "(nntutor quiz dropout).");
    RUN(f, GOOD, "progress");
    check_has(out(f), "What comes next: go on with the quiz of chapter 3 at question 2 of 13 "
                      "(nntutor quiz dropout).");
    TALK(f, GOOD, "\nq\n", "--plain"); /* home, and Enter */
    check_has(out(f),
              "(You go on at question 2 of 13. Type anew to begin it anew.)\nQuestion 2 of 13");
    TALK(f, NO, "anew\nq\n", "quiz", "dropout", "--plain");
    check_has(out(f), "Question 2 of 13");
    check_has(out(f), "Question 1 of 13");
    TALK(f, NO, "q\n", "quiz", "dropout", "--plain", "--count",
         "2"); /* a part is taken at one go */
    check_has(out(f), "Question 1 of 2");
    check_has(out(f), "The quiz was left early; your answers are kept, a score is not.");
}

static void test_wrong_number_gets_its_hint_and_then_the_answer(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "three\n2.4\n2\n15\n", "quiz", "dropout", "--plain", "--count", "1");
    check_has(out(f), "\"three\" is not a number");
    check_has(out(f), "Not yet: try once more.");
    check_has(out(f), "Hint: What you divide by is the probability of keeping.");
    check_has(out(f), "Not right.\nYou divided by p.");
    check_has(out(f), "The answer: 3.75");
    check_has(out(f), "Read about it in 3.7.");
}

static void test_quiz_without_a_terminal_asks_nothing(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "quiz", "dropout");
    check_has(out(f), "To study here, use a terminal, or --plain");
    check_has(out(f),
              "What comes next: begin with 3.1 \"A mask per example\" (nntutor study dropout).\n");
    assert_null(strstr(out(f), "Enter")); /* there is nothing to press */
    start(f, TEXTS("nntutor"), TEXTS("TERM=dumb", f->home_setting), "3\n");
    check_code(f, GOOD);
    assert_null(strstr(out(f), "[n]ext"));
    start(f, TEXTS("nntutor", "--plain"), TEXTS("TERM=dumb", f->home_setting), "q\n");
    check_has(out(f), "Chapter number");
    start(f, TEXTS("nntutor"), TEXTS("NNTUTOR_PLAIN=1", f->home_setting), "q\n");
    check_has(out(f), "Chapter number");
}

static void test_quizzes_that_cannot_be_taken(void **state)
{
    struct scene *f = *state;
    RUN(f, CANNOT, "quiz", "/nonexistent.gift", "--plain");
    check_has(err(f), "/nonexistent.gift: cannot read");
    test_file(f->home, "empty.gift", "");
    RUN(f, CANNOT, "quiz", path_in(f, "empty.gift"), "--plain");
    check_has(err(f), "no question in it can be used");
    test_file(f->home, "text.gift", "Only a description.\n");
    RUN(f, CANNOT, "quiz", path_in(f, "text.gift"), "--plain");
    RUN(f, CANNOT, "quiz", f->home, "--plain");
    test_file(f->home, "half.gift", "Is it? {T}\n\nBroken { =\n");
    TALK(f, GOOD, "1\n\n", "quiz", path_in(f, "half.gift"), "--plain", "--pass", "100");
}

/* ---- study in lines --------------------------------------------------------------------------------- */

static const char session[] = "\n\n\n"               /* three steps of text */
                              "0.13\n3\n"            /* a number */
                              "factor\n1 1\n2 1\n\n" /* an order, after two that are none */
                              "9\n2\n\n"             /* a choice, after one that is none */
                              "k\np=1\nfactor=0.9\n" /* knobs: one that is not there, one that is */
                              "n\n2\n"               /* an explanation */
                              "1\n1\n3\n\n"          /* a question, wrong twice */
                              "1\n1\n1\nn\n2\n1\n\n" /* and pairs */
                              "2\n\n2\n\n\n"
                              "\n"
                              "some words\n.\n1 2\n"
                              "\n";

static void test_chapter_in_lines(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, session, "study", "tiny", "--course", TINY, "--plain", "--seed", "5");
    check_has(out(f), "\n1 Every kind of thing > 1.1 Text (step 1 of 3)\n");
    check_has(out(f), "sigma squared is at most 1 over n");
    check_has(out(f), "How much is left at the\nend has not been computed yet.");
    check_has(out(f), "You said 0.13; it was 0.125. Right, and you were sure.\n");
    check_has(out(f), "Type numbers from 1 to 2.");
    check_has(out(f), "name each of the 2 once.");
    check_has(out(f), "Type a number from 1 to 2.");
    check_has(out(f), "You said: It stays healthy.\nIt was: It stays healthy.\nRight.\n");
    check_has(out(f), "Explain: Why?\n");
    check_has(out(f), "See for yourself: nntutor demo chain factor=0.5");
    check_has(out(f), "2 of 2 ideas were there.");
    check_has(out(f), "That was chapter 1, Every kind of thing.\nTake its quiz of 4 questions?");
    /* The outcome is not to be seen before the last prediction. */
    const char *outcome = strstr(out(f), "0.125"), *last = strstr(out(f), "What will become");
    assert_true(outcome > last);
    RUN(f, GOOD, "progress", "--course", TINY);
    check_has(out(f), "8 of 8 steps");
    check_has(out(f), "What comes next: take the quiz of chapter 1 (nntutor quiz tiny).");
    /* The next start goes on there. */
    TALK(f, GOOD, "\nq\n", "--course", TINY, "--plain");
    check_has(out(f), "Enter: take the quiz of chapter 1.\nChapter number, [r]eview");
    check_has(out(f), "Question 1 of 4");
}

static void test_home_in_lines(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "", "--course", TINY, "--plain");
    check_has(out(f), "Everything a layout meets, once.");
    check_has(out(f), "Your answers are kept in ");
    /* p and - belong to steps: here they are names of no chapter, and nobody is thrown out. */
    TALK(f, GOOD, "p\n-\n9\n1.2\nq\n", "--course", TINY, "--plain");
    assert_null(strstr(out(f), "This is the first step"));
    check_has(out(f), "no chapter \"p\"");
    check_has(out(f), "no chapter 9; this course has 1");
    check_has(out(f), "1.2 Directives (step 1 of 5)");
}

static void test_enter_begins_and_anything_can_be_looked_up(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "?\nd\nd chain factor=0.5 depth=3\nd chian\ng\n\n?\nq\n", "--course", TINY,
         "--plain");
    check_has(out(f), "q leaves; what you answered is kept.");
    check_has(out(f), "How much of a gradient is left after many layers?");
    check_has(out(f), "Each of 3 layers multiplies a gradient by 0.5.");
    check_has(out(f), "did you mean \"chain\"?");
    check_has(out(f), "(step 1 of 3)");
    TALK(f, GOOD, "g relu\ng nonsense\nq\n", "--plain");
    check_has(out(f), "No term \"nonsense\". The terms: ");
    check_has(out(f), "ReLU.\n");
}

/* A text between the questions is none. */
static void test_quiz_is_offered_with_as_many_questions_as_it_asks(void **state)
{
    struct scene *f = *state;
    test_file(f->home, "lessons/01-a.md",
              "# A\n\n```chapter\nid: a\nquiz: 01-a.gift\n```\n\n## 1.1 B\n\nC.\n");
    test_file(f->home, "quizzes/01-a.gift",
              "Only a text.\n\nIs it? {T#No.#Yes.}\n\nIs it not? {F#No.#Yes.}\n");
    TALK(f, NO, "\n\nq\n", "study", "a", "--course", f->home, "--plain");
    check_has(out(f), "Take its quiz of 2 questions?");
    check_has(out(f), "Question 1 of 2\n");
}

static void test_commands_in_lines(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "p\nx\nn\np\nq\n", "study", "1.1", "--course", TINY, "--plain");
    check_has(out(f), "This is the first step of the chapter.");
    check_has(out(f), "n goes on, p goes back, q leaves.");
    check_has(out(f), "(step 2 of 3)");
    TALK(f, GOOD, "s\ns\ns\nr\nz\nq\n", "study", "1.2", "--course", TINY, "--plain");
    check_has(out(f), "It was 0.125. You watched this one.");
    check_has(out(f), "r runs with the next seed");
    assert_null(strstr(out(f), "You said"));
}

static void test_any_lines_end_in_peace(void **state)
{
    struct scene *f = *state;
    struct buf input = {0};
    struct rng rng;
    static const char *const words[] = {"n", "p",   "s", "1",     "2",          "1 2", "-",
                                        "",  "k",   "r", "p=0.3", "depth=2",    ".",   ":-",
                                        "3", "0.5", "y", "abc",   "\xff\x1b[2J"};
    enum { WORDS = sizeof words / sizeof *words };
    rng_init(&rng, 11, 0, 0);
    for (int round = 0; round < 20; round++) {
        buf_clear(&input);
        for (int i = 0; i < 400; i++)
            buf_addf(&input, "%s\n", words[rng_below(&rng, WORDS)]);
        buf_repeat(&input, "x", 100000);
        start(f, TEXTS("nntutor", "study", "1", "--course", TINY, "--plain"),
              TEXTS(f->home_setting), buf_text(&input));
        if (f->run.code > NO)
            fail_msg("exit code %d: %s", f->run.code, err(f));
        check_no_controls(&f->run.out);
        assert_true(utf8_whole(out(f), f->run.out.length) == f->run.out.length);
    }
    buf_free(&input);
}

static void test_endless_line_takes_no_memory(void **state)
{
    struct scene *f = *state;
#ifdef __SANITIZE_ADDRESS__
    print_message("skipped: the sanitizer's own memory does not fit under a limit\n");
    skip();
#endif
    SHELL(f, GOOD,
          "head -c 300000000 /dev/zero | (ulimit -v 200000; \"$NNTUTOR\" study 1 --plain "
          "--course " TINY ")");
    check_has(out(f), "(step 1 of 3)");
}

static void test_lines_in_ascii(void **state)
{
    struct scene *f = *state;
    start(f, TEXTS("nntutor", "study", "tiny", "--course", TINY, "--plain", "--seed", "5"),
          TEXTS("LC_ALL=C", f->home_setting), session);
    check_code(f, GOOD);
    check_ascii(&f->run.out);
    check_ascii(&f->run.err);
    start(f, TEXTS("nntutor", "show", "Gr\u00F6\u00DFe"), TEXTS("LC_ALL=C"), NULL);
    check_code(f, USAGE);
    check_ascii(&f->run.err);
    check_has(err(f), "Groesse");
}

/* ---- progress ----------------------------------------------------------------------------------------- */

/* The program on a day of the test's choosing. */
static void talk_at(struct scene *f, int code, const char *now, const char *input,
                    const char *const argv[])
{
    start(f, argv, TEXTS(f->home_setting, now), input);
    check_code(f, code);
}

/* A quiz answered badly on one day comes back on the next, mixed, and a slip can be taken back. */
static void test_review_in_lines(void **state)
{
    struct scene *f = *state;
    static const char later[] =
        "NNTUTOR_NOW=1795426200"; /* two days behind the clock of the quiz */
    TALK(f, GOOD, "", "review", "--plain");
    check_has(out(f), "Nothing to review yet.");
    RUN(f, GOOD, "review", "--json");
    assert_string_equal(out(f), "[]\n");
    talk_at(f, GOOD, "NNTUTOR_NOW=1795253400", "-\n-\n-\n-\n-\n-\n-\n-\n:-\n-\n-\n-\n-\n",
            TEXTS("nntutor", "quiz", "3", "--plain", "--seed", "3"));
    talk_at(f, GOOD, "NNTUTOR_NOW=1795253400", "", TEXTS("nntutor", "review", "--plain"));
    check_has(out(f), "Review: done. Next: 12 tomorrow.");
    talk_at(f, GOOD, later, "", TEXTS("nntutor", "review", "--json"));
    check_has(out(f), "{\"key\":\"q3.1\",\"chapter\":\"dropout\",\"due\":\"2026-11-22\"");
    talk_at(f, GOOD, later, "-\nu\n-\nx\nx\nx\nn\nq\n", TEXTS("nntutor", "review", "--plain"));
    check_has(out(f), "Review: 12 today, about 6 min.");
    check_has(out(f), "Review 1 of 12");
    check_has(out(f), "It will not be asked again.");
    check_has(out(f), "It stays.");
    check_has(out(f), "Reviewed 1: 0 right.");
    talk_at(f, GOOD, later, "q\n", TEXTS("nntutor", "--plain"));
    check_has(out(f), "Review: 11 today, about 6 min."); /* one is retired */
    talk_at(f, GOOD, later, "", TEXTS("nntutor", "progress", "--json"));
    check_has(out(f), "\"due\":11}");
    RUN(f, USAGE, "review", "today");
    check_has(err(f), "review takes no arguments");
}

/* What review asks today and what progress counts, on the same day under the same settings. */
static void check_due(struct scene *f, const char *now, size_t due)
{
    size_t asked = 0, counted = 0;
    talk_at(f, GOOD, now, "", TEXTS("nntutor", "review", "--json"));
    for (const char *at = out(f); (at = strstr(at, "{\"key\":")); at++)
        asked++;
    assert_int_equal(asked, due);
    talk_at(f, GOOD, now, "", TEXTS("nntutor", "progress", "--json"));
    for (const char *at = out(f); (at = strstr(at, "\"due\":")); at++)
        counted += strtoul(at + strlen("\"due\":"), NULL, 10);
    assert_int_equal(counted, due);
    talk_at(f, GOOD, now, "", TEXTS("nntutor", "progress"));
    char words[40];
    snprintf(words, sizeof words, "Review: %zu today", due);
    assert_true(!strstr(out(f), words) == !due);
}

/* Known at once and surely: only who wants everything back is asked again, sooner or later. */
static void test_progress_counts_what_review_asks(void **state)
{
    struct scene *f = *state;
    static const char now[] = "NNTUTOR_NOW=1795253400", later[] = "NNTUTOR_NOW=1795426200";
    struct buf input = answers_right(TEST_QUIZ, 42);
    talk_at(f, GOOD, now, buf_text(&input),
            TEXTS("nntutor", "quiz", "dropout", "--plain", "--seed", "42"));
    buf_free(&input);
    check_due(f, later, 0);
    talk_at(f, GOOD, later, "", TEXTS("nntutor", "review", "--everything", "on"));
    check_due(f, later, 12);
    talk_at(f, GOOD, later, "", TEXTS("nntutor", "review", "--retention", "0.8"));
    check_due(f, later, 0);
    talk_at(f, GOOD, later, "", TEXTS("nntutor", "review", "--retention", "0.95"));
    check_due(f, now, 0);
    check_due(f, "NNTUTOR_NOW=1795339800", 12); /* a day, not two */
}

static void test_progress_of_a_beginner(void **state)
{
    struct scene *f = *state;
    json_error_t why;
    RUN(f, GOOD, "progress", "--course", TINY);
    check_has(out(f), "1. Every kind of thing: 0 of 8 steps\n");
    RUN(f, GOOD, "progress", "--course", TINY, "--json");
    json_t *root = json_loads(out(f), 0, &why);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "course")), "tiny");
    assert_true(json_is_null(json_object_get(root, "resume")));
    const json_t *chapter = json_array_get(json_object_get(root, "chapters"), 0);
    assert_string_equal(json_string_value(json_object_get(chapter, "id")), "tiny");
    assert_int_equal(json_integer_value(json_object_get(chapter, "steps")), 8);
    assert_int_equal(json_integer_value(json_object_get(chapter, "steps_seen")), 0);
    assert_true(json_is_null(json_object_get(chapter, "best")));
    json_decref(root);
    assert_int_not_equal(access(path_in(f, "DATA"), F_OK), 0); /* to look writes nothing */
}

static void test_log_goes_out_and_in(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, session, "study", "tiny", "--course", TINY, "--plain", "--seed", "5");
    char *file = path_in(f, "log.ndjson"), *other = path_in(f, "other.db");
    RUN(f, GOOD, "progress", "--export", file);
    assert_string_equal(out(f), "");
    RUN(f, GOOD, "progress", "--export", "-");
    struct buf log = {0};
    struct err why;
    assert_true(file_read(file, &log, &why));
    assert_string_equal(out(f), buf_text(&log));
    RUN(f, GOOD, "progress", "--import", file);
    check_has(out(f), "0 events added, ");
    RUN(f, GOOD, "progress", "--store", other, "--import", file);
    check_has(out(f), " 0 known already, 0 not readable");
    RUN(f, GOOD, "progress", "--store", other, "--export", "-");
    assert_string_equal(out(f), buf_text(&log));
    buf_free(&log);
    test_file(f->home, "bad.ndjson", "{\"v\":1}\nnot json\n");
    RUN(f, NO, "progress", "--import", path_in(f, "bad.ndjson"));
    check_has(out(f), "2 not readable");
    check_has(err(f), "bad.ndjson:1:");
    RUN(f, CANNOT, "progress", "--import", "/nonexistent");
}

static void test_reset_asks_first(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "\nq\n", "study", "tiny", "--course", TINY, "--plain");
    RUN(f, USAGE, "progress", "--course", TINY, "--reset", "tiny");
    check_has(err(f), "add --yes");
    RUN(f, USAGE, "progress", "--course", TINY, "--reset", "tinny", "--yes");
    check_has(err(f), "did you mean \"tiny\"?");
    RUN(f, GOOD, "progress", "--course", TINY);
    check_has(out(f), "2 of 8 steps");
    RUN(f, GOOD, "progress", "--course", TINY, "--reset", "tiny", "--yes");
    RUN(f, GOOD, "progress", "--course", TINY);
    check_has(out(f), "0 of 8 steps");
    RUN(f, GOOD, "progress", "--export", "-"); /* what happened is kept */
    check_has(out(f), "\"type\":\"step\"");
    check_has(out(f), "\"type\":\"reset\"");
}

/* ---- a store that cannot be used ---------------------------------------------------------------------- */

static void check_goes_on_without(struct scene *f, const char *store, const char *says)
{
    TALK(f, CANNOT_WRITE, "\nq\n", "study", "tiny", "--course", TINY, "--plain", "--store", store);
    check_has(out(f), "(Not saved yet: ");
    check_has(out(f), says);
    check_has(out(f), "(step 2 of 3)");
    check_has(err(f), "could not be saved");
    RUN(f, CANNOT, "progress", "--store", store);
    check_has(err(f), says);
    /* What cannot be known is not "nothing". */
    RUN(f, CANNOT, "review", "--json", "--store", store);
    check_has(err(f), says);
    RUN(f, CANNOT, "quiz", "--missed", "--course", TINY, "--plain", "--store", store);
    check_has(err(f), says);
}

static void test_store_that_cannot_be_written(void **state)
{
    struct scene *f = *state;
    test_file(f->home, "file", "a file, not a folder");
    TALK(f, CANNOT_WRITE, "\nq\n", "study", "tiny", "--course", TINY, "--plain", "--store",
         path_in(f, "file/progress.db"));
    check_has(out(f), "(Not saved yet: ");
    check_has(out(f), "(step 2 of 3)");
    check_has(err(f), "could not be saved");
    TALK(f, NO, "q\n", "quiz", "tiny", "--course", TINY, "--plain", "--store", "/proc/nothing/x");
    check_has(out(f), "(Not saved yet: ");
    check_has(out(f), "Question 1 of 4");
}

static void test_store_that_is_damaged(void **state)
{
    struct scene *f = *state;
    const char *path = test_file(f->home, "damaged.db", "this is not a database, whatever it is");
    check_goes_on_without(f, path, "damaged.db");
    char *bytes = test_read(path);
    assert_string_equal(bytes, "this is not a database, whatever it is");
    memory_free(bytes);
}

static void test_store_that_is_newer(void **state)
{
    struct scene *f = *state;
    char *path = path_in(f, "newer.db");
    TALK(f, GOOD, "q\n", "study", "tiny", "--course", TINY, "--plain", "--store", path);
    store_run_sql(path, "PRAGMA user_version = 99");
    check_goes_on_without(f, path, "newer.db");
}

/* ---- check and convert --------------------------------------------------------------------------------- */

static void test_shipped_course_is_without_a_finding(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "check", "--strict", "--course", ".");
    assert_string_equal(out(f), "");
    RUN(f, GOOD, "check", "--strict", "--course", TINY);
    assert_string_equal(out(f), "");
}

static void test_check_finds_all_and_says_how_many(void **state)
{
    struct scene *f = *state;
    struct buf expected = {0};
    struct err why;
    assert_true(file_read(BAD "/findings.txt", &expected, &why));
    RUN(f, NO, "check", "--course", BAD);
    assert_int_equal(strncmp(out(f), expected.data, expected.length), 0);
    check_has(out(f), " errors, 13 warnings\n");
    buf_free(&expected);
}

static void test_check_of_one_file_speaks_of_that_file(void **state)
{
    struct scene *f = *state;
    struct buf relative = {0};
    RUN(f, NO, "check", "--course", BAD, BAD "/lessons/glossary.md");
    buf_add(&relative, out(f));
    assert_null(strstr(out(f), "03-bad"));
    check_has(out(f), "2 errors, 0 warnings");
    /* The same file by another name. */
    char here[PATH_MAX], path[PATH_MAX + 64];
    assert_non_null(getcwd(here, sizeof here));
    snprintf(path, sizeof path, "%s/" BAD "/../bad/lessons/glossary.md", here);
    RUN(f, NO, "check", "--course", BAD, path);
    assert_string_equal(out(f), buf_text(&relative));
    buf_free(&relative);
    RUN(f, GOOD, "check", "--course", TINY, TINY "/lessons/course.md");
    RUN(f, GOOD, "check", "--course", TINY, TINY "/quizzes/01-tiny.gift");
    RUN(f, NO, "check", "--course", BAD, BAD "/quizzes/07-stray.gift");
    check_has(out(f), "1 error, 0 warnings");
    RUN(f, CANNOT, "check", "/nonexistent.md");
    test_file(f->home, "01-out.md", "# Outside of the course\n\n## 1.1 A\n\nB.\n");
    RUN(f, NO, "check", "--course", TINY, path_in(f, "01-out.md"));
    check_has(out(f), "01-out.md:");
}

static void test_strict_makes_warnings_errors(void **state)
{
    struct scene *f = *state;
    test_file(f->home, "lessons/01-a.md",
              "# A\n\n```chapter\nid: a\nminutes: 5\nobjective 1a: See\n```\n\n## 1.1 B\n\n"
              "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
              "fifteen sixteen seventeen eighteen nineteen twenty twenty-one twenty-two "
              "twenty-three twenty-four twenty-five twenty-six twenty-seven.\n");
    RUN(f, GOOD, "check", "--course", f->home);
    check_has(out(f), "0 errors, 1 warning");
    RUN(f, NO, "check", "--course", f->home, "--strict");
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
    test_file(f->home, "lessons/01-a.md", buf_text(&wrong));
    test_file(f->home, "lessons/glossary.md",
              "# Glossary\n\n## Term\n\n`7 =chain factor=1 product`\n");
    RUN(f, NO, "check", "--course", f->home);
    check_has(out(f), "2 errors");
    RUN(f, GOOD, "check", "--course", f->home, "--fix");
    assert_string_equal(out(f), "2 numbers rewritten\n");
    char *bytes = test_read(path_in(f, "lessons/01-a.md"));
    assert_string_equal(bytes, buf_text(&right));
    memory_free(bytes);
    RUN(f, GOOD, "check", "--course", f->home, "--fix");
    assert_string_equal(out(f), "");
    /* Only the named file is touched. */
    test_file(f->home, "lessons/01-a.md", buf_text(&wrong));
    RUN(f, GOOD, "check", "--course", f->home, "--fix", path_in(f, "lessons/glossary.md"));
    bytes = test_read(path_in(f, "lessons/01-a.md"));
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
    json_t *first = json_loads(out(f), 0, &why);
    assert_non_null(first);
    assert_int_equal(json_array_size(first), 13);
    RUN(f, GOOD, "convert", "--to", "gift", TEST_QUIZ);
    const char *copy = test_file(f->home, "03-dropout.gift", out(f));
    RUN(f, GOOD, "convert", "--to", "gift", copy);
    char *bytes = test_read(copy);
    assert_string_equal(out(f), bytes); /* what was written is written the same again */
    memory_free(bytes);
    RUN(f, GOOD, "convert", "--to", "json", copy);
    json_t *second = json_loads(out(f), 0, &why);
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
    test_file(f->home, "broken.gift", "What? {=one\n\nIs it? {T}\n");
    RUN(f, NO, "convert", "--to", "gift", path_in(f, "broken.gift"));
    check_has(err(f), "broken.gift:1:");
    check_has(out(f), "Is it?");
}

/* ---- what packagers install -------------------------------------------------------------------------- */

static void test_man_page_is_clean(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "help", "--man");
    check_ascii(&f->run.out);
    check_has(out(f), ".TH NNTUTOR 1");
    for (size_t i = 0; i < COMMANDS; i++) {
        char head[64];
        snprintf(head, sizeof head, ".SS nntutor %s", commands[i]);
        check_has(out(f), head);
    }
    SHELL(f, GOOD,
          "command -v groff >/dev/null || { echo skipped: no groff; exit 0; }\n"
          "\"$NNTUTOR\" help --man | groff -man -ww -Tutf8 2>&1 >/dev/null");
    if (strstr(out(f), "skipped"))
        print_message("%s", out(f));
    else
        assert_string_equal(out(f), "");
}

static void test_completions_are_scripts(void **state)
{
    struct scene *f = *state;
    static const char *const shells[] = {"bash", "zsh", "fish"};
    for (size_t s = 0; s < 3; s++) {
        RUN(f, GOOD, "help", "--completion", shells[s]);
        for (size_t i = 0; i < COMMANDS; i++)
            check_has(out(f), commands[i]);
        char script[300];
        snprintf(script, sizeof script,
                 "command -v %s >/dev/null || { echo 'skipped: no %s'; exit 0; }\n"
                 "\"$NNTUTOR\" help --completion %s >\"$HOME/script\" && %s -n \"$HOME/script\"",
                 shells[s], shells[s], shells[s], shells[s]);
        SHELL(f, GOOD, script);
        if (f->run.out.length)
            print_message("%s", out(f));
        assert_string_equal(err(f), "");
    }
    SHELL(f, GOOD,
          "command -v bash >/dev/null || exit 0\n"
          "\"$NNTUTOR\" help --completion bash >\"$HOME/script\" && bash -c '. \"$HOME/script\"\n"
          "COMP_WORDS=(nntutor demo relu) COMP_CWORD=2; _nntutor; echo \"${COMPREPLY[@]}\"\n"
          "COMP_WORDS=(nntutor pro) COMP_CWORD=1; _nntutor; echo \"${COMPREPLY[@]}\"'");
    if (f->run.out.length)
        assert_string_equal(out(f), "relu-bias\nprogress\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
        TEST(test_show_at_78_columns),
        TEST(test_show_at_40_columns),
        TEST(test_show_in_ascii),
        TEST(test_show_of_a_section_and_notes),
        TEST(test_colour_only_where_it_is_wanted),
        TEST(test_narrow_terminal_does_not_break_show),
        TEST(test_course_that_is_not_there),
        TEST(test_demo_json_has_every_field),
        TEST(test_demo_text_is_a_picture_and_results),
        TEST(test_bad_knobs_name_the_range_and_run_nothing),
        TEST(test_every_prints_a_line_each_n_units),
        TEST(test_ctrl_c_leaves_the_numbers_so_far),
        TEST(test_same_seed_gives_the_same_results),
        TEST(test_full_disk_is_an_exit_code),
        TEST(test_log_that_cannot_be_written),
        TEST(test_whole_quiz_right),
        TEST(test_quiz_left_unanswered_fails_its_mark),
        TEST(test_quiz_input_that_ends_is_left_early),
        TEST(test_wrong_number_gets_its_hint_and_then_the_answer),
        TEST(test_quiz_without_a_terminal_asks_nothing),
        TEST(test_quizzes_that_cannot_be_taken),
        TEST(test_chapter_in_lines),
        TEST(test_home_in_lines),
        TEST(test_enter_begins_and_anything_can_be_looked_up),
        TEST(test_quiz_is_offered_with_as_many_questions_as_it_asks),
        TEST(test_commands_in_lines),
        TEST(test_any_lines_end_in_peace),
        TEST(test_endless_line_takes_no_memory),
        TEST(test_lines_in_ascii),
        TEST(test_review_in_lines),
        TEST(test_progress_counts_what_review_asks),
        TEST(test_progress_of_a_beginner),
        TEST(test_log_goes_out_and_in),
        TEST(test_reset_asks_first),
        TEST(test_store_that_cannot_be_written),
        TEST(test_store_that_is_damaged),
        TEST(test_store_that_is_newer),
        TEST(test_shipped_course_is_without_a_finding),
        TEST(test_check_finds_all_and_says_how_many),
        TEST(test_check_of_one_file_speaks_of_that_file),
        TEST(test_strict_makes_warnings_errors),
        TEST(test_fix_rewrites_numbers_on_disk),
        TEST(test_convert_round_trip),
        TEST(test_man_page_is_clean),
        TEST(test_completions_are_scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
