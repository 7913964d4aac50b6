/* A course that is edited under the running tutor. */
#include "support/test.h"

#include "support/lines.h"
#include "support/tutor.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char course[600];

static const char *path_of(const char *file)
{
    static char paths[4][700];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", course, file);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* A copy of the frozen course, to be written on. */
static void copy_course(void)
{
    static const char *const files[] = {"lessons/03-dropout.md", "lessons/course.md",
                                        "lessons/glossary.md", "quizzes/03-dropout.gift"};
    snprintf(course, sizeof course, "%s", test_folder());
    assert_int_equal(mkdir(path_of("lessons"), 0700), 0);
    assert_int_equal(mkdir(path_of("quizzes"), 0700), 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char from[200];
        snprintf(from, sizeof from, TEST_COURSE "/%s", files[i]);
        char *text = test_read(from);
        write_file(path_of(files[i]), text);
        free(text);
    }
}

/* Every `from` of a file becomes `to`: written over it, or a draft renamed over it. */
static void edit(const char *name, const char *from, const char *to, bool renamed)
{
    const char *file = path_of(name);
    char *text = test_read(file);
    struct buf out = {0};
    const char *rest = text, *at;
    assert_non_null(strstr(text, from));
    while ((at = strstr(rest, from))) {
        buf_add_n(&out, rest, (size_t)(at - rest));
        buf_add(&out, to);
        rest = at + strlen(from);
    }
    buf_add(&out, rest);
    if (renamed) {
        const char *draft = path_of("lessons/.draft");
        write_file(draft, buf_text(&out));
        assert_int_equal(unlink(file), 0); /* gone for a moment */
        assert_int_equal(rename(draft, file), 0);
    } else {
        write_file(file, buf_text(&out));
    }
    buf_free(&out);
    free(text);
}

#define LESSON "lessons/03-dropout.md"
#define QUIZ "quizzes/03-dropout.gift"

static const char *variable(void)
{
    static char text[700];
    snprintf(text, sizeof text, "NNTUTOR_COURSE=%s", course);
    return text;
}

static struct vt *start(int rows, int cols)
{
    copy_course();
    struct vt *vt = vt_start(TEXTS("nntutor"), TEXTS(tutor_home(), variable()), rows, cols);
    tutor_to_home(vt);
    return vt;
}

/* The title of the section on the screen: what comes behind an edit of something out of sight. */
static void retitle(struct vt *vt, const char *from, const char *to)
{
    edit(LESSON, from, to, false);
    vt_wait_text(vt, to);
}

static void test_a_page_follows_its_file_without_a_key(void **state)
{
    static const int sizes[][2] = {{24, 80}, {60, 200}, {12, 40}};
    for (size_t i = 0; i < 3; i++) {
        struct vt *vt = *state = start(sizes[i][0], sizes[i][1]);
        vt_key(vt, ENTER);
        vt_wait_text(vt, "Dropout is a remedy");
        edit(LESSON, "Dropout is a remedy", "Dropout is a potion", false);
        vt_wait_text(vt, "Dropout is a potion");
        edit(LESSON, "Dropout is a potion", "Dropout is a tonic", true);
        vt_wait_text(vt, "Dropout is a tonic");
        vt_key(vt, "q");
        assert_int_equal(vt_wait_exit(vt), 0);
        vt_teardown(state);
    }
}

static void test_a_broken_edit_is_named_and_the_page_stays(void **state)
{
    struct vt *vt = *state = start(24, 80);
    vt_key(vt, ENTER);
    edit(LESSON, "```demo mask-count units=100", "```demo msak-count units=100", false);
    vt_wait_text(vt, "03-dropout.md:");
    assert_true(vt_has(vt, "msak-count"));
    assert_true(vt_has(vt, "Dropout is a remedy"));
    vt_key(vt, "g"); /* it stays for as long as it is true, on every page, below the keys */
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "03-dropout.md:"));
    assert_true(vt_has(vt, "? keys"));
    vt_resize(vt, 12, 40); /* there in place of the title */
    vt_wait_gone(vt, "step 1 of");
    vt_key(vt, "g");
    vt_key(vt, ESCAPE);
    assert_non_null(strstr(vt_row(vt, 0), "03-dropout.md:"));
    assert_true(vt_has(vt, "? keys"));
    vt_resize(vt, 24, 80);
    vt_wait_text(vt, "step 1 of");
    vt_key(vt, "n"); /* the last good version */
    assert_true(vt_has(vt, "How often are exactly 30"));
    edit(LESSON, "```demo msak-count units=100", "```demo msak-count units=200", false);
    vt_wait_text(vt, "msak-count");
    edit(LESSON, "```demo msak-count units=200", "```demo mask-count units=100", false);
    vt_wait_gone(vt, "msak-count");
    assert_true(vt_has(vt, "How often are exactly 30"));
    tutor_quit(vt);
}

static void test_what_was_typed_stays_until_its_own_step_is_edited(void **state)
{
    struct vt *vt = *state = start(24, 80);
    vt_key(vt, ENTER);
    tutor_next(vt);
    tutor_type(vt, "0.12345");
    retitle(vt, "A mask per example", "A mask per sample");
    assert_true(vt_has(vt, "0.12345"));
    edit(LESSON, "Guess before you read on.", "Guess first.", false);
    vt_wait_text(vt, "Guess first.");
    assert_false(vt_has(vt, "0.12345"));
    tutor_type(vt, "0.12345"); /* and it can be answered */
    vt_key(vt, ENTER);
    vt_key(vt, "1");
    vt_wait_text(vt, "nine passes in ten");
    retitle(vt, "A mask per sample", "A mask per case"); /* its outcome stays */
    assert_true(vt_has(vt, "nine passes in ten"));
    tutor_quit(vt);
}

/* Until the next one is asked. */
static void test_the_question_in_hand_stays_as_it_was(void **state)
{
    struct vt *vt = *state = start(24, 80);
    vt_key(vt, "z");
    vt_wait_text(vt, "Question 1 of");
    tutor_type(vt, "3.5");
    unsigned frames = vt->frames;
    edit(QUIZ, "A unit has the activation 3.", "A unit says 3.", false);
    vt_wait_frames(vt, frames + 1);
    edit(QUIZ, "A unit says 3.", "A unit speaks 3.", false);
    vt_wait_frames(vt, frames + 2);
    assert_true(vt_has(vt, "A unit has the activation 3."));
    assert_true(vt_has(vt, "3.5"));
    vt_key(vt, ENTER);
    vt_key(vt, "3");
    vt_wait_text(vt, "the probability of keeping"); /* the hint */
    frames = vt->frames;
    edit(QUIZ, "A unit speaks 3.", "A unit tells 3.", false);
    vt_wait_frames(vt, frames + 1);
    vt_key(vt, "b"); /* reads about it, in the new course */
    vt_wait_text(vt, "3.7");
    vt_send(vt, "q");
    assert_int_equal(vt_wait_exit(vt), 0);
}

/* The question in hand stays; one to come that asks something else now is passed over. */
static void test_an_edited_question_is_passed_over_on_the_screen(void **state)
{
    struct vt *vt = *state = start(24, 80);
    vt_key(vt, "z");
    vt_wait_text(vt, "Question 1 of 13");
    vt_key(vt, "\t");
    unsigned frames = vt->frames;
    edit(QUIZ, "A network described in the style", "A network in the style", false);
    vt_wait_frames(vt, frames + 1);
    tutor_next(vt);
    assert_true(vt_has(vt, "Question 2 of 12"));
    assert_true(vt_tells(vt, "1 question was edited or taken out meanwhile, and is passed over."));
    assert_true(vt_has(vt, "In service, a model"));
    vt_send(vt, "q");
    assert_int_equal(vt_wait_exit(vt), 0);
}

static void test_an_edited_question_is_passed_over_in_lines(void **state)
{
    copy_course();
    struct lines *lines = lines_start(TEXTS("nntutor", "--plain", "quiz", "dropout"),
                                      TEXTS(tutor_home(), variable()));
    (void)state;
    assert_non_null(strstr(lines_prompt(lines), "Question 1 of 13"));
    lines_type(lines, "-");
    lines_prompt(lines);
    edit(QUIZ, "A network described in the style", "A network in the style", false);
    lines_type(lines, "n");
    const char *said = lines_prompt(lines);
    assert_non_null(said = strstr(said, "(1 question was edited or taken out meanwhile"));
    assert_non_null(strstr(said, "Question 2 of 12\nIn service, a model"));
    lines_type(lines, "q");
    lines_end(lines);
    lines_close(lines);
}

/* Every page that may lie on the stack, each opened over the one before. */
static void test_all_pages_outlive_an_edit(void **state)
{
    static const char *const keys[] = {"s", "o", "g", "B", "/", "r"};
    struct vt *vt = *state = start(24, 80);
    vt_key(vt, "s"); /* a line for each chapter, and now there are two */
    write_file(path_of("lessons/04-more.md"), "# More of it\n\n```chapter\nid: more\nminutes: 1\n"
                                              "objective 4a: Be\n```\n\n## 4.1 It\n\nIt.\n");
    vt_wait_text(vt, "More of it");
    vt_key(vt, DOWN);
    vt_key(vt, ENTER);
    vt_key(vt, ESCAPE);
    vt_key(vt, ENTER);
    tutor_next(vt);
    vt_key(vt, "B");
    vt_key(vt, ESCAPE);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        vt_key(vt, keys[i]);
        if (*keys[i] == '/')
            tutor_type(vt, "mask");
        unsigned frames = vt->frames;
        edit("lessons/glossary.md", i % 2 ? "## Aardvark\n" : "## Activation\n",
             i % 2 ? "## Activation\n" : "## Aardvark\n", false);
        vt_wait_frames(vt, frames + 1);
        vt_key(vt, DOWN);
        vt_key(vt, ESCAPE);
    }
    vt_wait_text(vt, "nntutor");
    tutor_quit(vt);
}

/* A chapter that comes before the others moves neither the cursor nor what is unfolded. */
static void test_statistics_keep_their_chapter(void **state)
{
    struct vt *vt = *state = start(60, 200);
    vt_key(vt, "s");
    vt_key(vt, ENTER);
    vt_wait_text(vt, "Apply a mask");
    write_file(path_of("lessons/01-birds.md"),
               "# Birds\n\n```chapter\nid: birds\nminutes: 5\nobjective 1a: Fly\n```\n\n"
               "## 1.1 Wings\n\nA raven.\n");
    vt_wait_text(vt, "   1  Birds");
    assert_true(vt_has(vt, "▸  3  Dropout"));
    assert_true(vt_has(vt, "Apply a mask"));
    assert_false(vt_has(vt, "Fly"));
}

static void test_line_mode_reads_an_edit_at_the_next_prompt(void **state)
{
    copy_course();
    struct lines *lines = lines_start(TEXTS("nntutor", "--plain", "study", "dropout"),
                                      TEXTS(tutor_home(), variable()));
    (void)state;
    assert_non_null(strstr(lines_prompt(lines), "Dropout is a remedy"));
    edit(LESSON, "Dropout is a remedy", "Dropout is a potion", false);
    edit(LESSON, "Guess before you read on.", "Guess first.", true);
    lines_type(lines, "n");
    assert_non_null(strstr(lines_prompt(lines), "Guess first."));
    edit(LESSON, "```demo mask-count units=100", "```demo msak-count units=100", false);
    lines_type(lines, "0.1");
    assert_non_null(strstr(lines_prompt(lines), "(03-dropout.md:"));
    lines_type(lines, "2");
    assert_non_null(strstr(lines_prompt(lines), "nine passes in ten"));
    lines_type(lines, "q");
    assert_int_equal(lines_end(lines), 0);
    lines_close(lines);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_page_follows_its_file_without_a_key, vt_teardown),
        cmocka_unit_test_teardown(test_a_broken_edit_is_named_and_the_page_stays, vt_teardown),
        cmocka_unit_test_teardown(test_what_was_typed_stays_until_its_own_step_is_edited,
                                  vt_teardown),
        cmocka_unit_test_teardown(test_the_question_in_hand_stays_as_it_was, vt_teardown),
        cmocka_unit_test_teardown(test_an_edited_question_is_passed_over_on_the_screen,
                                  vt_teardown),
        cmocka_unit_test(test_an_edited_question_is_passed_over_in_lines),
        cmocka_unit_test_teardown(test_all_pages_outlive_an_edit, vt_teardown),
        cmocka_unit_test_teardown(test_statistics_keep_their_chapter, vt_teardown),
        cmocka_unit_test(test_line_mode_reads_an_edit_at_the_next_prompt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
