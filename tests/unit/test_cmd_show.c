/* The real program without a terminal: a chapter as text, and demos for scripts. */
#include "support/test.h"

#include "support/scene.h"

#include "base/utf8.h"
#include "course/course.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define TINY "tests/golden/course/tiny"

enum { GOOD, NO, USAGE, CANNOT, CANNOT_WRITE }; /* the exit codes, as commands.md has them */

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
        assert_string_equal(scene_err(f), "");
        struct str rest = str_of(scene_out(f)), line;
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
        for (const char *p = scene_out(f); (p = strchr(p, '?')); p++)
            if (p > scene_out(f) && p[-1] >= '0' && p[-1] <= '9' && p[1] != '\n' && p[1] != ' ')
                fail_msg("a number failed: %.40s", p - 20);
        assert_int_equal(times_said(scene_out(f), "takes too long"), slow_demos(f, chapter));
        assert_null(strstr(scene_out(f), "unknown demo"));
        assert_null(strstr(scene_out(f), "{"));
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
    buf_add(&chosen, scene_out(f));
    scene_start(f, TEXTS("nntutor", "show"), TEXTS("LC_ALL=C"), NULL);
    scene_check_code(f, GOOD);
    assert_string_equal(scene_out(f), buf_text(&chosen));
    buf_free(&chosen);
}

static void test_show_of_a_section_and_notes(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "show", "tiny/1.1", "--course", TINY);
    check_has(scene_out(f), "1.1  Text\n");
    assert_null(strstr(scene_out(f), "1.2  Directives"));
    assert_null(strstr(scene_out(f), "Notes for the instructor"));
    RUN(f, GOOD, "show", "1.2", "--course", TINY, "--notes");
    check_has(scene_out(f), "Notes for the instructor");
    assert_null(strstr(scene_out(f), "1.1  Text"));
}

static void test_colour_only_where_it_is_wanted(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "show", "1.1", "--course", TINY);
    check_no_controls(&f->run.out); /* a pipe */
    RUN(f, GOOD, "show", "1.1", "--course", TINY, "--color", "always");
    assert_non_null(strchr(scene_out(f), '\x1b'));
    RUN(f, GOOD, "show", "1.1", "--course", TINY, "--color", "never");
    check_no_controls(&f->run.out);
    scene_start(f, TEXTS("nntutor", "show", "1.1", "--course", TINY), TEXTS("NO_COLOR=1"), NULL);
    check_no_controls(&f->run.out);
}

static void test_narrow_terminal_does_not_break_show(void **state)
{
    struct scene *f = *state;
    scene_start(f, TEXTS("nntutor", "show", "--course", TINY), TEXTS("COLUMNS=1"), NULL);
    scene_check_code(f, GOOD);
    check_has(scene_out(f), "A paragraph");
}

static void test_course_that_is_not_there(void **state)
{
    struct scene *f = *state;
    RUN(f, CANNOT, "show", "--course", "/nonexistent");
    check_has(scene_err(f), "/nonexistent: no course here");
    RUN(f, CANNOT, "show", "--course", f->folder);
    scene_start(f, TEXTS("nntutor", "show"), TEXTS("NNTUTOR_COURSE=/nowhere"), NULL);
    scene_check_code(f, CANNOT);
    check_has(scene_err(f), "/nowhere");
    scene_start(f, TEXTS("nntutor", "show"), TEXTS("NNTUTOR_COURSE=" TINY), NULL);
    scene_check_code(f, GOOD);
    check_has(scene_out(f), "Every kind of thing");
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
        json_t *root = json_loads(scene_out(f), JSON_REJECT_DUPLICATES, &why);
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
    check_has(scene_out(f), "\"product\":0.125");
    check_has(scene_out(f), "\"factor\":0.5");
}

static void test_demo_text_is_a_picture_and_results(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "demo", "chain", "factor=0.5", "depth=3");
    check_has(scene_out(f), "3 layers, each times 0.5");
    check_has(scene_out(f), "\nproduct 0.125\n");
    RUN(f, GOOD, "demo", "mask", "values=1,2", "p=0");
    check_has(scene_out(f), "\ninput[0] 1\ninput[1] 2\n");
    check_has(scene_out(f), "\nkept 2 units\n");
    RUN(f, GOOD, "demo", "chain", "--size", "30x8");
    struct str rest = str_of(scene_out(f)), line;
    for (int i = 0; i < 8 && str_line(&rest, &line); i++)
        assert_true(utf8_columns(line.text, line.length) <= 30);
    RUN(f, GOOD, "demo");
    for (size_t i = 0; i < demo_count; i++)
        check_has(scene_out(f), demos[i]->question);
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
        check_has(scene_err(f), cases[i].says);
        assert_string_equal(scene_out(f), "");
    }
    RUN(f, USAGE, "demo", "mask", "p=.1", "p=.2", "--json");
    check_has(scene_err(f), "p is given twice");
    RUN(f, USAGE, "demo", "mask", "seed=1", "--seed", "2", "--json");
    check_has(scene_err(f), "seed is given twice");
    RUN(f, USAGE, "demo", "msak");
    check_has(scene_err(f), "did you mean \"mask\"?");
    RUN(f, USAGE, "demo", "mask", "--seed", "abc");
    check_has(scene_err(f), "seed");
    static const char *const sizes[] = {"1x1",   "abc",   "30",           "30x",           "x8",
                                        "30x8x", "501x8", "4294967326x8", "30x4294967304", "-30x8",
                                        "30 x8"};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        RUN(f, USAGE, "demo", "chain", "--size", sizes[i]);
        check_has(scene_err(f), "must be like 74x16");
    }
    RUN(f, USAGE, "demo", "chain", "--every", "0");
}

static void test_every_prints_a_line_each_n_units(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "demo", "mask", "passes=100", "--every", "25");
    struct str rest = str_of(scene_out(f)), line;
    size_t lines = 0;
    while (str_line(&rest, &line) && line.length) {
        char head[32];
        snprintf(head, sizeof head, "%zu ", 25 * ++lines);
        assert_true(str_starts(line, head));
    }
    assert_int_equal(lines, 4);
    RUN(f, GOOD, "demo", "mask", "passes=100", "--every", "25", "--json");
    rest = str_of(scene_out(f));
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
    check_has(scene_out(f), expected);
    check_has(scene_out(f), "code 130");
    check_has(scene_err(f), "the numbers are those so far");
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
    buf_add(&first, scene_out(f));
    RUN(f, GOOD, "demo", "mask", "passes=1000", "seed=9");
    assert_string_equal(scene_out(f), buf_text(&first));
    RUN(f, GOOD, "demo", "mask", "passes=1000", "seed=10");
    assert_string_not_equal(scene_out(f), buf_text(&first));
    buf_free(&first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
