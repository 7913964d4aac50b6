/* Line mode: what is found, and marks that outlive edits and go with a reset. */
#include "support/test.h"

#include "support/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOOD };

#define HEAD(id, title)                                                                            \
    "# " title "\n\n```chapter\nid: " id "\nminutes: 5\nobjective 1a: Do\n```\n\n"
#define FIRST "The first step here.\n\nA raven sits.\n\n---\n\n"
#define SECOND "The second step here.\n\nA heron stands.\n\n"
#define THIRD "---\n\nThe third step here.\n\nA stork walks.\n"
#define ONE HEAD("one", "One") "## 1.1 Birds\n\n"
#define TWO HEAD("two", "Two") "## 2.1 Fish\n\nA carp swims.\n"
#define MARKED "Marked; b lists your bookmarks.\n"
#define OFF "The mark is off.\n"

static int set_up(void **state)
{
    static char course[540];
    scene_set_up(state);
    struct scene *f = *state;
    snprintf(course, sizeof course, "NNTUTOR_COURSE=%s", f->folder);
    f->course = course;
    test_file(f->folder, "lessons/01-one.md", ONE FIRST SECOND THIRD);
    test_file(f->folder, "lessons/02-two.md", TWO);
    test_file(f->folder, "lessons/glossary.md", "# Glossary\n\n## Egret\n\nA white heron.\n");
    return 0;
}

static void run(struct scene *f, const char *const argv[], const char *input)
{
    scene_run(f, GOOD, "NNTUTOR_NOW=1795253400", argv, input);
}

/* From the first step of chapter one. */
static void talk(struct scene *f, const char *input)
{
    run(f, TEXTS("nntutor", "study", "1.1", "--plain"), input);
}

/* ---- find -------------------------------------------------------------------------------------- */

static void test_find_opens_what_its_number_says(void **state)
{
    struct scene *f = *state;
    talk(f, "/heron\n1\nq\n");
    scene_has_times(f, 1, "Lessons\n  1. 1.1 Birds: ");
    scene_has_times(f, 1, "Glossary\n  2. Egret: A white heron.\n");
    scene_has_times(f, 1, "(step 2 of 3)\nThe second step here.");
    talk(f, "/heron\n2\nq\n"); /* a term is told, and one stays */
    scene_has_times(f, 2, "A white heron.");
    scene_has_times(f, 0, "(step 2 of 3)");
}

static void test_find_opens_nothing_that_is_not_there(void **state)
{
    struct scene *f = *state;
    talk(f, "/albatross\n/\n/heron\n9\n/heron\n\n/heron\nx\nq\n");
    scene_has_times(f, 1, "Nothing in this course holds that.");
    scene_has_times(f, 1, "Type the words behind the slash");
    scene_has_times(f, 1, "There is no number 9 here.");
    scene_has_times(f, 1, "There is no number x here.");
    scene_has_times(f, 0, "(step 2 of 3)");
}

/* ---- marks ------------------------------------------------------------------------------------- */

static void test_marks_are_set_listed_opened_and_taken_off(void **state)
{
    struct scene *f = *state;
    talk(f, "b\nn\nB\nn\nB\nq\n");
    scene_has_times(f, 1, "No bookmarks yet: B marks the step you are at.");
    scene_has_times(f, 2, MARKED);
    talk(f, "b\n1\nB\nb\n\nq\n");
    scene_has_times(
        f, 1,
        "  1. 1.1 Birds: The second step here. A heron stands.\n  2. 1.1 Birds: The third step "
        "here.");
    scene_has_times(f, 1, "(step 2 of 3)\nThe second step here.");
    scene_has_times(f, 1, OFF);
    scene_has_times(f, 1, "  1. 1.1 Birds: The third step here."); /* alone */
}

static void mark_second(struct scene *f)
{
    talk(f, "n\nB\nq\n");
    scene_has_times(f, 1, MARKED);
}

/* Where the only mark leads now, and that it can be taken off there. */
static void leads_to(struct scene *f, const char *listed, const char *step)
{
    talk(f, "b\n1\nB\nb\nq\n");
    scene_has_times(f, 1, listed);
    scene_has_times(f, 1, step);
    scene_has_times(f, 1, OFF);
    scene_has_times(f, 1, "No bookmarks yet");
}

static void test_a_mark_moves_with_its_step(void **state)
{
    struct scene *f = *state;
    mark_second(f);
    test_file(f->folder, "lessons/00-zero.md", HEAD("zero", "Zero") "## 0.1 Bees\n\nA bee.\n");
    test_file(f->folder, "lessons/01-one.md",
              ONE "Another one.\n\n" THIRD "\n"
                  "---\n\n" SECOND "---\n\n" FIRST);
    leads_to(f, "  1. 1.1 Birds: The second step here. A heron",
             "(step 3 of 4)\nThe second step here.");
}

static void test_a_mark_stays_while_its_first_line_stays(void **state)
{
    struct scene *f = *state;
    mark_second(f);
    test_file(f->folder, "lessons/01-one.md",
              ONE FIRST "The second step here.\n\nAn ibis stands.\n\n" THIRD);
    leads_to(f, "  1. 1.1 Birds: The second step here. An ibis",
             "(step 2 of 3)\nThe second step here.");
}

/* It is another step to whom only the text is known: the mark leads to where its section begins. */
static void test_a_mark_on_a_step_that_is_gone_leads_to_its_section(void **state)
{
    struct scene *f = *state;
    mark_second(f);
    test_file(f->folder, "lessons/01-one.md",
              ONE FIRST "The second step, rewritten.\n\nA heron stands.\n\n" THIRD);
    talk(f, "b\n\nq\n");
    scene_has_times(f, 1, "  1. 1.1 Birds: The first step here. A raven");
    test_file(f->folder, "lessons/01-one.md", ONE FIRST THIRD);
    talk(f, "b\n\nq\n");
    scene_has_times(f, 1, "  1. 1.1 Birds: The first step here. A raven");
    talk(f, "n\nb\n1\nq\n"); /* the text comes once more */
    scene_has_times(f, 2, "(step 1 of 2)\nThe first step here.");
    test_file(f->folder, "lessons/01-one.md", ONE FIRST SECOND THIRD);
    leads_to(f, "  1. 1.1 Birds: The second step here. A heron",
             "(step 2 of 3)\nThe second step here.");
}

static void test_a_mark_in_a_chapter_that_is_gone_says_so(void **state)
{
    struct scene *f = *state;
    run(f, TEXTS("nntutor", "study", "2.1", "--plain"), "B\nq\n");
    test_file(f->folder, "lessons/02-two.md", HEAD("three", "Three") "## 2.1 Fish\n\nA carp.\n");
    talk(f, "b\n1\nB\nb\n\nq\n");
    scene_has_times(f, 2, ". 2.1: this chapter is no longer there.\n");
    scene_has_times(f, 1, "This chapter is no longer there.\n"); /* it cannot be opened */
    scene_has_times(f, 1, MARKED);                               /* here, not there */
    scene_has_times(f, 1, "  1. 1.1 Birds: The first step here.");
    talk(f, "b\nx2\nb\n\nq\n");
    scene_has_times(f, 1, "this chapter is no longer there");
}

static void test_a_mark_whose_section_is_gone_says_where_it_leads(void **state)
{
    struct scene *f = *state;
    mark_second(f);
    test_file(f->folder, "lessons/01-one.md",
              HEAD("one", "One") "## 1.5 Storks\n\n" FIRST SECOND THIRD);
    run(f, TEXTS("nntutor", "study", "1.5", "--plain"), "n\nb\n1\nq\n");
    scene_has_times(f, 1, "  1. 1.5 Storks: The first step here.");
    scene_has_times(f, 2, "(step 1 of 3)\nThe first step here.");
}

static void test_the_list_takes_marks_off(void **state)
{
    struct scene *f = *state;
    talk(f, "B\nn\nB\nb\nx3\nb\nx0\nb\nx 1\nb\n\nq\n");
    scene_has_times(f, 1, "There is no number 3 here.");
    scene_has_times(f, 1, "There is no number 0 here.");
    scene_has_times(f, 1, OFF);
    scene_has_times(f, 1, "  1. 1.1 Birds: The second step here."); /* alone */
    scene_has_times(f, 3, "  2. 1.1 Birds: The second step here.");
}

static void test_a_long_mark_is_cut_with_an_ellipsis(void **state)
{
    struct scene *f = *state;
    test_file(f->folder, "lessons/01-one.md",
              ONE
              "The first step here has a sentence that goes on and on beyond a line.\n\n" THIRD);
    talk(f, "B\nb\n\nq\n");
    scene_has_times(
        f, 1, "  1. 1.1 Birds: The first step here has a sentence that goes on and on beyon…\n");
}

static void test_a_reset_takes_the_marks_of_what_it_resets(void **state)
{
    struct scene *f = *state;
    mark_second(f);
    run(f, TEXTS("nntutor", "study", "2.1", "--plain"), "B\nq\n");
    run(f, TEXTS("nntutor", "progress", "--reset", "one", "--yes"), NULL);
    talk(f, "b\n\nn\nB\nq\n");
    scene_has_times(f, 1, "  1. 2.1 Fish: A carp swims.");
    scene_has_times(f, 0, "The second step here. A heron");
    scene_has_times(f, 1, MARKED); /* anew: it was not on */
    talk(f, "b\n\nq\n");
    scene_has_times(f, 1, "  1. 1.1 Birds: The second step here.");
    run(f, TEXTS("nntutor", "progress", "--reset", "all", "--yes"), NULL);
    talk(f, "b\nq\n");
    scene_has_times(f, 1, "No bookmarks yet");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scene_tear_down)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(test_find_opens_what_its_number_says),
        TEST(test_find_opens_nothing_that_is_not_there),
        TEST(test_marks_are_set_listed_opened_and_taken_off),
        TEST(test_a_mark_moves_with_its_step),
        TEST(test_a_mark_stays_while_its_first_line_stays),
        TEST(test_a_mark_on_a_step_that_is_gone_leads_to_its_section),
        TEST(test_a_mark_in_a_chapter_that_is_gone_says_so),
        TEST(test_a_mark_whose_section_is_gone_says_where_it_leads),
        TEST(test_the_list_takes_marks_off),
        TEST(test_a_long_mark_is_cut_with_an_ellipsis),
        TEST(test_a_reset_takes_the_marks_of_what_it_resets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
