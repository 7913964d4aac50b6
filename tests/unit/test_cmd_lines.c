/* The real program without a terminal: a quiz, a chapter and progress in lines. */
#include "support/test.h"

#include "support/scene.h"

#include "base/file.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "course/course.h"
#include "support/answers.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TINY "tests/golden/course/tiny"

enum { GOOD, NO, USAGE, CANNOT, CANNOT_WRITE }; /* the exit codes, as commands.md has them */

/* ---- quiz in lines -------------------------------------------------------------------------------- */

static void test_whole_quiz_right(void **state)
{
    struct scene *f = *state;
    struct buf input = answers_right(TEST_QUIZ, 42);
    TALK(f, GOOD, buf_text(&input), "quiz", "dropout", "--plain", "--seed", "42", "--pass", "100");
    check_has(scene_out(f), "Question 1 of 13\n");
    check_has(scene_out(f), "Question 13 of 13\n");
    check_has(scene_out(f), "(100 %). Passed: the mark is 100 %.");
    assert_null(strstr(scene_out(f), "Not right"));
    assert_null(strstr(scene_out(f), "Not yet"));
    assert_null(strstr(scene_out(f), "Left unanswered"));
    assert_string_equal(scene_err(f), "");
    buf_free(&input);
    RUN(f, GOOD, "progress");
    check_has(scene_out(f), "best quiz 12 of 12");
    RUN(f, GOOD, "progress", "--json");
    check_has(scene_out(f), "\"best\":{\"score\":12,\"max\":12}");
}

static void test_quiz_left_unanswered_fails_its_mark(void **state)
{
    struct scene *f = *state;
    static const char dashes[] = "-\n-\n-\n-\n-\n-\n-\n-\n:-\n-\n-\n-\n-\n";
    TALK(f, NO, dashes, "quiz", "3", "--plain", "--pass", "50");
    check_has(scene_out(f), "Left: no question was answered, so there is no score. "
                            "Not passed: the mark is 50 %.\n");
    check_has(scene_out(f), "Read again:\n  3.1 ");
    check_has(scene_out(f), "(The options are shuffled with --seed ");
    TALK(f, GOOD, dashes, "quiz", "3", "--plain"); /* no mark, nothing to fail */
}

static void test_quiz_input_that_ends_is_left_early(void **state)
{
    struct scene *f = *state;
    TALK(f, NO, "3.75\n\n", "quiz", "dropout", "--plain");
    check_has(scene_out(f), "The quiz was left early; next time it goes on here.");
    assert_null(strstr(scene_out(f), "Score"));
    RUN(f, GOOD, "progress", "--export", "-");
    check_has(scene_out(f), "\"type\":\"answer\"");
    assert_null(strstr(scene_out(f), "\"type\":\"score\""));
    TALK(f, NO, "q\n", "quiz", "dropout", "--plain");
    check_has(scene_out(f),
              "(You go on at question 2 of 13. Type anew to begin it anew.)\nQuestion 2 of 13");
    RUN(f, GOOD, "study");
    check_has(scene_out(f), "What comes next: go on with the quiz of chapter 3 at question 2 of 13 "
                            "(nntutor quiz dropout).");
    RUN(f, GOOD, "progress");
    check_has(scene_out(f), "What comes next: go on with the quiz of chapter 3 at question 2 of 13 "
                            "(nntutor quiz dropout).");
    TALK(f, GOOD, "\nq\n", "--plain"); /* home, and Enter */
    check_has(scene_out(f),
              "(You go on at question 2 of 13. Type anew to begin it anew.)\nQuestion 2 of 13");
    TALK(f, NO, "anew\nq\n", "quiz", "dropout", "--plain");
    check_has(scene_out(f), "Question 2 of 13");
    check_has(scene_out(f), "Question 1 of 13");
    TALK(f, NO, "q\n", "quiz", "dropout", "--plain", "--count",
         "2"); /* a part is taken at one go */
    check_has(scene_out(f), "Question 1 of 2");
    check_has(scene_out(f), "The quiz was left early; your answers are kept, a score is not.");
}

static void test_wrong_number_gets_its_hint_and_then_the_answer(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "three\n2.4\n2\n15\n", "quiz", "dropout", "--plain", "--count", "1");
    check_has(scene_out(f), "\"three\" is not a number");
    check_has(scene_out(f), "Not yet: try once more.");
    check_has(scene_out(f), "Hint: What you divide by is the probability of keeping.");
    check_has(scene_out(f), "Not right.\nYou divided by p.");
    check_has(scene_out(f), "The answer: 3.75");
    check_has(scene_out(f), "Read about it in 3.7.");
}

static void test_quiz_without_a_terminal_asks_nothing(void **state)
{
    struct scene *f = *state;
    RUN(f, GOOD, "quiz", "dropout");
    check_has(scene_out(f), "To study here, use a terminal, or --plain");
    check_has(scene_out(f),
              "What comes next: begin with 3.1 \"A mask per example\" (nntutor study dropout).\n");
    assert_null(strstr(scene_out(f), "Enter")); /* there is nothing to press */
    scene_start(f, TEXTS("nntutor"), TEXTS("TERM=dumb", f->home), "3\n");
    scene_check_code(f, GOOD);
    assert_null(strstr(scene_out(f), "[n]ext"));
    scene_start(f, TEXTS("nntutor", "--plain"), TEXTS("TERM=dumb", f->home), "q\n");
    check_has(scene_out(f), "Chapter number");
    scene_start(f, TEXTS("nntutor"), TEXTS("NNTUTOR_PLAIN=1", f->home), "q\n");
    check_has(scene_out(f), "Chapter number");
}

static void test_quizzes_that_cannot_be_taken(void **state)
{
    struct scene *f = *state;
    RUN(f, CANNOT, "quiz", "/nonexistent.gift", "--plain");
    check_has(scene_err(f), "/nonexistent.gift: cannot read");
    test_file(f->folder, "empty.gift", "");
    RUN(f, CANNOT, "quiz", scene_path(f, "empty.gift"), "--plain");
    check_has(scene_err(f), "no question in it can be used");
    test_file(f->folder, "text.gift", "Only a description.\n");
    RUN(f, CANNOT, "quiz", scene_path(f, "text.gift"), "--plain");
    RUN(f, CANNOT, "quiz", f->folder, "--plain");
    test_file(f->folder, "half.gift", "Is it? {T}\n\nBroken { =\n");
    TALK(f, GOOD, "1\n\n", "quiz", scene_path(f, "half.gift"), "--plain", "--pass", "100");
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
    check_has(scene_out(f), "\n1 Every kind of thing > 1.1 Text (step 1 of 3)\n");
    check_has(scene_out(f), "sigma squared is at most 1 over n");
    check_has(scene_out(f), "How much is left at the\nend has not been computed yet.");
    check_has(scene_out(f), "You said 0.13; it was 0.125. Right, and you were sure.\n");
    check_has(scene_out(f), "Type numbers from 1 to 2.");
    check_has(scene_out(f), "name each of the 2 once.");
    check_has(scene_out(f), "Type a number from 1 to 2.");
    check_has(scene_out(f), "You said: It stays healthy.\nIt was: It stays healthy.\nRight.\n");
    check_has(scene_out(f), "Explain: Why?\n");
    check_has(scene_out(f), "See for yourself: nntutor demo chain factor=0.5");
    check_has(scene_out(f), "2 of 2 ideas were there.");
    check_has(scene_out(f),
              "That was chapter 1, Every kind of thing.\nTake its quiz of 4 questions?");
    /* The outcome is not to be seen before the last prediction. */
    const char *outcome = strstr(scene_out(f), "0.125"),
               *last = strstr(scene_out(f), "What will become");
    assert_true(outcome > last);
    RUN(f, GOOD, "progress", "--course", TINY);
    check_has(scene_out(f), "8 of 8 steps");
    check_has(scene_out(f), "What comes next: take the quiz of chapter 1 (nntutor quiz tiny).");
    /* The next start goes on there. */
    TALK(f, GOOD, "\nq\n", "--course", TINY, "--plain");
    check_has(scene_out(f), "Enter: take the quiz of chapter 1.\nChapter number, [r]eview");
    check_has(scene_out(f), "Question 1 of 4");
}

static void test_home_in_lines(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "", "--course", TINY, "--plain");
    check_has(scene_out(f), "Everything a layout meets, once.");
    check_has(scene_out(f), "Your answers are kept in ");
    /* p and - belong to steps: here they are names of no chapter, and nobody is thrown out. */
    TALK(f, GOOD, "p\n-\n9\n1.2\nq\n", "--course", TINY, "--plain");
    assert_null(strstr(scene_out(f), "This is the first step"));
    check_has(scene_out(f), "no chapter \"p\"");
    check_has(scene_out(f), "no chapter 9; this course has 1");
    check_has(scene_out(f), "1.2 Directives (step 1 of 5)");
}

static void test_enter_begins_and_anything_can_be_looked_up(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "?\nd\nd chain factor=0.5 depth=3\nd chian\ng\n\n?\nq\n", "--course", TINY,
         "--plain");
    check_has(scene_out(f), "q leaves; what you answered is kept.");
    check_has(scene_out(f), "How much of a gradient is left after many layers?");
    check_has(scene_out(f), "Each of 3 layers multiplies a gradient by 0.5.");
    check_has(scene_out(f), "did you mean \"chain\"?");
    check_has(scene_out(f), "(step 1 of 3)");
    TALK(f, GOOD, "g relu\ng nonsense\nq\n", "--plain");
    check_has(scene_out(f), "No term \"nonsense\". The terms: ");
    check_has(scene_out(f), "ReLU.\n");
}

/* A text between the questions is none. */
static void test_quiz_is_offered_with_as_many_questions_as_it_asks(void **state)
{
    struct scene *f = *state;
    test_file(f->folder, "lessons/01-a.md",
              "# A\n\n```chapter\nid: a\nquiz: 01-a.gift\n```\n\n## 1.1 B\n\nC.\n");
    test_file(f->folder, "quizzes/01-a.gift",
              "Only a text.\n\nIs it? {T#No.#Yes.}\n\nIs it not? {F#No.#Yes.}\n");
    TALK(f, NO, "\n\nq\n", "study", "a", "--course", f->folder, "--plain");
    check_has(scene_out(f), "Take its quiz of 2 questions?");
    check_has(scene_out(f), "Question 1 of 2\n");
}

static void test_commands_in_lines(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "p\nx\nn\np\nq\n", "study", "1.1", "--course", TINY, "--plain");
    check_has(scene_out(f), "This is the first step of the chapter.");
    check_has(scene_out(f), "n goes on, p goes back, q leaves.");
    check_has(scene_out(f), "(step 2 of 3)");
    TALK(f, GOOD, "s\ns\ns\nr\nz\nq\n", "study", "1.2", "--course", TINY, "--plain");
    check_has(scene_out(f), "It was 0.125. You watched this one.");
    check_has(scene_out(f), "r runs with the next seed");
    assert_null(strstr(scene_out(f), "You said"));
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
        scene_start(f, TEXTS("nntutor", "study", "1", "--course", TINY, "--plain"), TEXTS(f->home),
                    buf_text(&input));
        if (f->run.code > NO)
            fail_msg("exit code %d: %s", f->run.code, scene_err(f));
        check_no_controls(&f->run.out);
        assert_true(utf8_whole(scene_out(f), f->run.out.length) == f->run.out.length);
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
    check_has(scene_out(f), "(step 1 of 3)");
}

static void test_lines_in_ascii(void **state)
{
    struct scene *f = *state;
    scene_start(f, TEXTS("nntutor", "study", "tiny", "--course", TINY, "--plain", "--seed", "5"),
                TEXTS("LC_ALL=C", f->home), session);
    scene_check_code(f, GOOD);
    check_ascii(&f->run.out);
    check_ascii(&f->run.err);
    scene_start(f, TEXTS("nntutor", "show", "Gr\u00F6\u00DFe"), TEXTS("LC_ALL=C"), NULL);
    scene_check_code(f, USAGE);
    check_ascii(&f->run.err);
    check_has(scene_err(f), "Groesse");
}

/* ---- progress ----------------------------------------------------------------------------------------- */

/* The program on a day of the test's choosing. */
static void talk_at(struct scene *f, int code, const char *now, const char *input,
                    const char *const argv[])
{
    scene_start(f, argv, TEXTS(f->home, now), input);
    scene_check_code(f, code);
}

/* A quiz answered badly on one day comes back on the next, mixed, and a slip can be taken back. */
static void test_review_in_lines(void **state)
{
    struct scene *f = *state;
    static const char later[] =
        "NNTUTOR_NOW=1795426200"; /* two days behind the clock of the quiz */
    TALK(f, GOOD, "", "review", "--plain");
    check_has(scene_out(f), "Nothing to review yet.");
    RUN(f, GOOD, "review", "--json");
    assert_string_equal(scene_out(f), "[]\n");
    talk_at(f, GOOD, "NNTUTOR_NOW=1795253400", "-\n-\n-\n-\n-\n-\n-\n-\n:-\n-\n-\n-\n-\n",
            TEXTS("nntutor", "quiz", "3", "--plain", "--seed", "3"));
    talk_at(f, GOOD, "NNTUTOR_NOW=1795253400", "", TEXTS("nntutor", "review", "--plain"));
    check_has(scene_out(f), "Review: done. Next: 12 tomorrow.");
    talk_at(f, GOOD, later, "", TEXTS("nntutor", "review", "--json"));
    check_has(scene_out(f), "{\"key\":\"q3.1\",\"chapter\":\"dropout\",\"due\":\"2026-11-22\"");
    talk_at(f, GOOD, later, "-\nu\n-\nx\nx\nx\nn\nq\n", TEXTS("nntutor", "review", "--plain"));
    check_has(scene_out(f), "Review: 12 today, about 6 min.");
    check_has(scene_out(f), "Review 1 of 12");
    check_has(scene_out(f), "It will not be asked again.");
    check_has(scene_out(f), "It stays.");
    check_has(scene_out(f), "Reviewed 1: 0 right.");
    talk_at(f, GOOD, later, "q\n", TEXTS("nntutor", "--plain"));
    check_has(scene_out(f), "Review: 11 today, about 6 min."); /* one is retired */
    talk_at(f, GOOD, later, "", TEXTS("nntutor", "progress", "--json"));
    check_has(scene_out(f), "\"due\":11}");
    RUN(f, USAGE, "review", "today");
    check_has(scene_err(f), "review takes no arguments");
}

/* What review asks today and what progress counts, on the same day under the same settings. */
static void check_due(struct scene *f, const char *now, size_t due)
{
    size_t asked = 0, counted = 0;
    talk_at(f, GOOD, now, "", TEXTS("nntutor", "review", "--json"));
    for (const char *at = scene_out(f); (at = strstr(at, "{\"key\":")); at++)
        asked++;
    assert_int_equal(asked, due);
    talk_at(f, GOOD, now, "", TEXTS("nntutor", "progress", "--json"));
    for (const char *at = scene_out(f); (at = strstr(at, "\"due\":")); at++)
        counted += strtoul(at + strlen("\"due\":"), NULL, 10);
    assert_int_equal(counted, due);
    talk_at(f, GOOD, now, "", TEXTS("nntutor", "progress"));
    char words[40];
    snprintf(words, sizeof words, "Review: %zu today", due);
    assert_true(!strstr(scene_out(f), words) == !due);
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
    check_has(scene_out(f), "1. Every kind of thing: 0 of 8 steps\n");
    RUN(f, GOOD, "progress", "--course", TINY, "--json");
    json_t *root = json_loads(scene_out(f), 0, &why);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "course")), "tiny");
    assert_true(json_is_null(json_object_get(root, "resume")));
    const json_t *chapter = json_array_get(json_object_get(root, "chapters"), 0);
    assert_string_equal(json_string_value(json_object_get(chapter, "id")), "tiny");
    assert_int_equal(json_integer_value(json_object_get(chapter, "steps")), 8);
    assert_int_equal(json_integer_value(json_object_get(chapter, "steps_seen")), 0);
    assert_true(json_is_null(json_object_get(chapter, "best")));
    json_decref(root);
    assert_int_not_equal(access(scene_path(f, "DATA"), F_OK), 0); /* to look writes nothing */
}

static void test_log_goes_out_and_in(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, session, "study", "tiny", "--course", TINY, "--plain", "--seed", "5");
    char *file = scene_path(f, "log.ndjson"), *other = scene_path(f, "other.db");
    RUN(f, GOOD, "progress", "--export", file);
    assert_string_equal(scene_out(f), "");
    RUN(f, GOOD, "progress", "--export", "-");
    struct buf log = {0};
    struct err why;
    assert_true(file_read(file, &log, &why));
    assert_string_equal(scene_out(f), buf_text(&log));
    RUN(f, GOOD, "progress", "--import", file);
    check_has(scene_out(f), "0 events added, ");
    RUN(f, GOOD, "progress", "--store", other, "--import", file);
    check_has(scene_out(f), " 0 known already, 0 not readable");
    RUN(f, GOOD, "progress", "--store", other, "--export", "-");
    assert_string_equal(scene_out(f), buf_text(&log));
    buf_free(&log);
    test_file(f->folder, "bad.ndjson", "{\"v\":1}\nnot json\n");
    RUN(f, NO, "progress", "--import", scene_path(f, "bad.ndjson"));
    check_has(scene_out(f), "2 not readable");
    check_has(scene_err(f), "bad.ndjson:1:");
    RUN(f, CANNOT, "progress", "--import", "/nonexistent");
}

static void test_reset_asks_first(void **state)
{
    struct scene *f = *state;
    TALK(f, GOOD, "\nq\n", "study", "tiny", "--course", TINY, "--plain");
    RUN(f, USAGE, "progress", "--course", TINY, "--reset", "tiny");
    check_has(scene_err(f), "add --yes");
    RUN(f, USAGE, "progress", "--course", TINY, "--reset", "tinny", "--yes");
    check_has(scene_err(f), "did you mean \"tiny\"?");
    RUN(f, GOOD, "progress", "--course", TINY);
    check_has(scene_out(f), "2 of 8 steps");
    RUN(f, GOOD, "progress", "--course", TINY, "--reset", "tiny", "--yes");
    RUN(f, GOOD, "progress", "--course", TINY);
    check_has(scene_out(f), "0 of 8 steps");
    RUN(f, GOOD, "progress", "--export", "-"); /* what happened is kept */
    check_has(scene_out(f), "\"type\":\"step\"");
    check_has(scene_out(f), "\"type\":\"reset\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_set_up, scene_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
