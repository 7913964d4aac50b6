/* Line mode: every prompt takes the same commands, and none takes one for an answer. */
#include "support/test.h"

#include "support/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOOD, NO };

#define HELP "q leaves; what you answered is kept.\n"
#define FOUND "Number to open (Enter: none): "
#define NOTHING_TO_UNDO "There is no answer to take back.\n"

static void talk(struct scene *f, int code, const char *const argv[], const char *input)
{
    scene_run(f, code, "NNTUTOR_NOW=1795253400", argv, input);
}

static void test_home_takes_them_and_names_the_search(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "--plain"), "?\n/rescale\n\nu\nB\nq\n");
    scene_has(f, "/WORDS finds");
    scene_has(f, HELP);
    scene_has(f, "B lists your bookmarks");
    scene_has(f, FOUND);
    scene_has(f, NOTHING_TO_UNDO);
    scene_has(f, "No bookmarks yet");
}

/* No option bears a letter there, so B is no answer. */
static void test_a_number_prompt_takes_them(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "study", "3.2", "--plain"), "n\nB\nb\n\nB\n?\n/rescale\n\nq\n");
    scene_has(f, "Marked; b lists your bookmarks.");
    scene_has(f, "The mark is off.");
    scene_has(f, "\nB marks this step or takes the mark off, b lists your bookmarks.\n");
    scene_has(f, "  1. 3.2 Why rescale: "); /* as it was said */
    scene_has(f, FOUND);
    assert_null(strstr(buf_text(&f->run.out), "is not a number"));
}

static void test_how_sure_takes_them(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "study", "3.2", "--plain"),
         "n\n1.6\n?\n/rescale\n\nB\nu\n1.6\nq\n");
    scene_has(f, HELP);
    scene_has(f, FOUND);
    scene_has(f, "Marked; b lists your bookmarks.");
    scene_has(f, "Not locked in.");
    scene_has_times(f, 5, "How sure, 1 to 3");
}

static void test_what_was_missed_takes_them(void **state)
{
    struct scene *f = *state;
    talk(f, NO, TEXTS("nntutor", "quiz", "dropout", "--plain", "--seed", "3", "--count", "2"),
         "2.4\n2\n/rescale\n\nB\n?\n9\n/rescale\n\nB\n?\nq\n");
    scene_has_times(f, 2, FOUND);
    scene_has_times(f, 2, "There is no step here to be marked.");
    scene_has_times(f, 2, HELP);
    scene_has_times(f, 0, "n goes on, b reads");
}

/* In a quiz one cannot be elsewhere: whoever asks for it hears why nothing happens. */
static void test_a_quiz_says_that_jumps_have_to_wait(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "study", "3.2", "--plain"), "B\nq\n");
    talk(f, NO, TEXTS("nntutor", "quiz", "dropout", "--plain", "--seed", "3", "--count", "2"),
         "[\n]\n:b\n1\n/rescale\n1\nq\n");
    scene_has_times(f, 4, "That has to wait: here it would cost you your place.\n");
}

static void test_options_and_ends_take_them(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "--plain"), "o\n?\n/rescale\n\nu\nq\n");
    scene_has(f, HELP);
    scene_has(f, FOUND);
    scene_has(f, NOTHING_TO_UNDO);
    scene_has_times(f, 1, "Chapter number"); /* q leaves the tutor, not only the options */
    talk(f, GOOD, TEXTS("nntutor", "--plain"), "o\n/rescale\n1\nq\n");
    scene_has(f, "3 Dropout: the mechanics > 3.2 Why rescale (step 1 of");
    talk(f, NO,
         TEXTS("nntutor", "quiz", "dropout", "--plain", "--seed", "3", "--pass", "50", "--count",
               "1"),
         "-\n\n?\n/rescale\n\nx\nq\n");
    scene_has(f, HELP);
    scene_has(f, FOUND);
    scene_has_times(f, 1, "Left: no question was answered");
}

static void test_an_outcome_is_said_once(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "study", "3.2", "--plain"), "n\ns\n/rescale\n\nB\n?\nq\n");
    scene_has_times(f, 1, "You watched this one.");
    talk(f, GOOD, TEXTS("nntutor", "study", "3.2", "--plain"), "/rescale\n\033\nq\n");
    scene_has_times(f, 0, "There is no number");
}

static void test_a_knob_prompt_takes_them(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "study", "3.2", "--plain"), "n\ns\nk\n?\np=0.25\nk\nq\n");
    scene_has(f, HELP);
    scene_has_times(f, 0, "no knob");
}

/* "-" behind a miss leaves the question that comes next, of whatever kind it is. */
static void test_typed_ahead_a_dash_leaves_the_question(void **state)
{
    struct scene *f = *state;
    const char *folder = f->home + strlen("HOME=");
    char path[600];
    test_file(folder, "kinds.gift",
              "// [id:n1]\nHow many? {#=1:0#Yes. =%0%2:0#One too many.}\n\n"
              "// [id:t1]\nName it {=dropout#Yes. =%0%drop#Nearly.}\n\n"
              "// [id:n2]\nHow many now? {#=1:0#Yes. =%0%2:0#One too many.}\n\n"
              "// [id:e1]\nExplain it {####So.}\n");
    snprintf(path, sizeof path, "%s/kinds.gift", folder);
    talk(f, GOOD, TEXTS("nntutor", "quiz", path, "--plain"), "-\n-\n:-\n-\n\n\n");
    scene_has_times(f, 4, "Left unanswered.\n");
    scene_has(f, "Left: no question was answered");
}

static void test_the_missed_of_a_quiz_never_taken(void **state)
{
    struct scene *f = *state;
    talk(f, GOOD, TEXTS("nntutor", "quiz", "dropout", "--missed"), NULL);
    scene_has(f, "You have not taken this quiz yet: nntutor quiz dropout\n");
    talk(f, GOOD, TEXTS("nntutor", "quiz", "--missed"), NULL);
    scene_has(f, "You have not taken this quiz yet: nntutor quiz\n");
    talk(f, GOOD, TEXTS("nntutor", "quiz", "dropout", "--plain", "--count", "1"), "3.75\n3\n");
    talk(f, GOOD, TEXTS("nntutor", "quiz", "dropout", "--missed"), NULL);
    scene_has(f, "Nothing to try again: what you answered was right the last time.\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_home_takes_them_and_names_the_search),
        TEST(test_a_number_prompt_takes_them),
        TEST(test_how_sure_takes_them),
        TEST(test_what_was_missed_takes_them),
        TEST(test_a_quiz_says_that_jumps_have_to_wait),
        TEST(test_options_and_ends_take_them),
        TEST(test_an_outcome_is_said_once),
        TEST(test_a_knob_prompt_takes_them),
        TEST(test_typed_ahead_a_dash_leaves_the_question),
        TEST(test_the_missed_of_a_quiz_never_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
