/* A learner walks a whole chapter: every step, every prediction, its quiz, what to read again. */
#include "support/test.h"

#include "support/tutor.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a question of chapter 3 is answered in the final quiz: options by how they begin. */
static const struct answer {
    const char *prompt; /* part of its first line */
    const char *options[4];
    const char *typed;
    const char *wrong; /* in the final quiz: this instead, first */
} answers[] = {
    {"A unit has the activation 3.", {NULL}, "3.75", NULL},
    {"A network described in the style", {"Dropout(0.2)"}, NULL, NULL},
    {"In service, a model gives", {"Dropout is still sampling"}, NULL, NULL},
    {"Why does dropout behave", {"We want one repeatable"}, NULL, NULL},
    {"One unit has the activation 2.", {NULL}, "4", "2"},
    {"Which are true of a PyTorch",
     {"Dropout passes its input", "BatchNorm uses", "A later model.train()"},
     NULL,
     NULL},
    {"A layer has 100 units and p = 0.5.", {"False"}, NULL, NULL},
    {"A network with dropout reports", {"Measure the training set"}, NULL, NULL},
    {"Contrast what dropout does", {NULL}, NULL, NULL},
    {"In training, the code multiplies", {"The layer's test outputs are half"}, NULL, NULL},
    {"Inverted dropout acts on a layer",
     {"the output of the next ReLU"},
     NULL,
     "the output of a linear network"},
    {"Inverted dropout with p = 0.2", {NULL}, "1", NULL},
    {"A classifier has 20 inputs", {"After the ReLU of the 512"}, NULL, "On the 10 outputs"},
};

struct walk {
    struct vt *vt;
    unsigned steps, predictions, orders, explanations, questions, opens, retries;
    char section[16];
    int step, steps_in_section;
    bool exam; /* the final quiz: some answers are meant to be wrong */
};

static const char *footer(struct vt *vt)
{
    return vt_row(vt, vt->rows - 1);
}

static bool offers(struct vt *vt, const char *text)
{
    return strstr(footer(vt), text) != NULL;
}

/* One key, and then the screen that follows when all work is done. */
static bool settled(struct vt *vt, const void *unused)
{
    (void)unused;
    return !vt_has(vt, "% done.") && !vt_has(vt, "Running");
}

static void press(struct walk *walk, const char *key)
{
    vt_key(walk->vt, key);
    if (!vt_wait(walk->vt, settled, NULL, VT_DEADLINE_MS)) {
        vt_dump(walk->vt);
        fail_msg("a demo does not end");
    }
}

/* The header counts steps one by one, from the first to the last of every section. */
static void follow_header(struct walk *walk)
{
    const char *header = vt_row(walk->vt, 0), *count = strstr(header, "step ");
    int step, of, read = 0;
    if (!count || sscanf(count, "step %d of %d%n", &step, &of, &read) != 2)
        return;
    assert_true(count[read] == '\0');
    const char *section = strstr(header, "▸ ");
    char name[16];
    assert_non_null(section);
    assert_int_equal(sscanf(section + strlen("▸ "), "%15s", name), 1);
    if (strcmp(name, walk->section) != 0) {
        assert_int_equal(walk->step, walk->steps_in_section); /* the last one was reached */
        assert_int_equal(step, 1);
        assert_true(strcmp(name, walk->section) > 0);
        snprintf(walk->section, sizeof walk->section, "%s", name);
        walk->steps++;
    } else if (step != walk->step) {
        assert_int_equal(step, walk->step + 1);
        walk->steps++;
    }
    walk->step = step;
    walk->steps_in_section = of;
}

static struct buf screen_text(struct vt *vt)
{
    struct buf text = {0};
    for (int row = 0; row < vt->rows; row++)
        buf_addf(&text, "%s\n", vt_row(vt, row));
    return text;
}

/* Moves to the option that begins so, by its letter. */
static void go_to_option(struct walk *walk, const char *begins)
{
    struct vt_place place = vt_find(walk->vt, begins);
    VTermScreenCell cell = vt_cell(walk->vt, place.row, 4);
    assert_in_range(cell.chars[0], 'A', 'H');
    press(walk, (char[]){(char)(cell.chars[0] - 'A' + 'a'), '\0'});
    assert_non_null(strstr(vt_row(walk->vt, place.row), "▸"));
    assert_int_equal(tutor_cursor_row(walk->vt), place.row);
}

static void say_how_sure(struct walk *walk)
{
    assert_true(vt_has(walk->vt, "How sure are you?"));
    assert_true(offers(walk->vt, "3 sure"));
    assert_int_equal(tutor_cursor_row(walk->vt), vt_find(walk->vt, "How sure").row);
    press(walk, "2");
}

/* Does a number stand in the text by itself, not as part of a longer one? */
static bool names_number(const char *text, const char *number)
{
    size_t length = strlen(number);
    for (const char *at = text; (at = strstr(at, number)); at++) {
        bool begins = at == text || !strchr("0123456789.", at[-1]);
        if (begins && !strchr("0123456789", at[length]))
            return true;
    }
    return false;
}

/* What came out was not to be seen before the prediction was locked in. */
static void assert_was_hidden(struct walk *walk, const char *before)
{
    const char *row = vt_row(walk->vt, vt_find(walk->vt, "t was ").row);
    char number[40];
    if (sscanf(strstr(row, "t was ") + 6, "%39[0-9.]", number) != 1)
        return; /* an option in words, or an order */
    size_t length = strlen(number);
    if (number[length - 1] == '.')
        number[--length] = '\0'; /* the full stop */
    if (strchr(number, '.') && length > 4 && names_number(before, number))
        fail_msg("%s was shown before the prediction:\n%s", number, before);
}

static void predict(struct walk *walk)
{
    struct vt *vt = walk->vt;
    struct buf before = screen_text(vt);
    assert_true(vt_has(vt, "Predict"));
    walk->predictions++;
    if (offers(vt, "move up")) {
        walk->orders++;
        press(walk, "+");
        press(walk, DOWN);
        press(walk, "-");
    } else if (vt_has(vt, "    A ")) {
        press(walk, DOWN);
    } else {
        tutor_type(vt, "0.731");
        assert_true(vt_has(vt, "> 0.731"));
        press(walk, ENTER);
        say_how_sure(walk);
        if (vt_has(vt, " It was ") || vt_has(vt, "; it was "))
            assert_was_hidden(walk, buf_text(&before));
        else
            assert_true(vt_has(vt, "Predict")); /* the second of the step */
        buf_free(&before);
        return;
    }
    buf_free(&before);
    press(walk, ENTER);
    say_how_sure(walk);
}

static void explain(struct walk *walk)
{
    struct vt *vt = walk->vt;
    walk->explanations++;
    press(walk, ENTER); /* nothing is chosen yet, and nothing answered */
    assert_true(vt_has(vt, "choose one of the options"));
    assert_int_equal(tutor_cursor_row(vt), vt_find(vt, "    A ").row);
    press(walk, walk->explanations % 2 ? DOWN : "b");
    press(walk, ENTER);
    /* The verdict is in sight, and every option says why. */
    assert_true(vt_has(vt, "✓") || vt_has(vt, "✗"));
    assert_true(offers(vt, "Enter next") || offers(vt, "Enter more"));
}

static const struct answer *answer_for(struct vt *vt)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (vt_has(vt, answers[i].prompt))
            return &answers[i];
    vt_dump(vt);
    fail_msg("no answer is known to this question");
    return NULL;
}

static void type_text(struct walk *walk)
{
    walk->opens++;
    assert_true(offers(walk->vt, "Ctrl-D done"));
    assert_false(offers(walk->vt, "Enter answer"));
    tutor_type(walk->vt, "a mask in training\rnothing at inference, q?");
    assert_true(vt_has(walk->vt, "> a mask in training"));
    assert_true(vt_has(walk->vt, "nothing at inference, q?"));
    press(walk, "\004");
    if (vt_has(walk->vt, "How sure"))
        say_how_sure(walk);
    /* Own words beside a model answer; one ticks what was in them. */
    assert_true(vt_has(walk->vt, "A model answer"));
    press(walk, " ");
    assert_true(vt_has(walk->vt, "[x]"));
    press(walk, ENTER);
}

static void assert_wrong_with_reason(struct walk *walk)
{
    assert_true(vt_has(walk->vt, "✗"));
}

static void answer(struct walk *walk)
{
    struct vt *vt = walk->vt;
    const struct answer *answer = answer_for(vt);
    bool again = vt_has(vt, "Hint:");
    bool wrong = walk->exam && answer->wrong && !again;
    walk->questions += !again;
    walk->retries += again;
    if (answer->typed) {
        tutor_type(vt, wrong ? answer->wrong : answer->typed);
    } else if (answer->options[1]) {
        assert_true(vt_has(vt, "Several may be right."));
        for (size_t i = 0; answer->options[i]; i++) {
            struct vt_place place = vt_find(vt, answer->options[i]);
            char letter = (char)vt_cell(vt, place.row, 4).chars[0];
            press(walk, (char[]){(char)(letter - 'A' + 'a'), '\0'});
            assert_non_null(strstr(vt_row(vt, place.row), "[x]"));
        }
    } else if (answer->options[0]) {
        go_to_option(walk, wrong ? answer->wrong : answer->options[0]);
    } else {
        type_text(walk);
        return;
    }
    press(walk, ENTER);
    if (!again)
        say_how_sure(walk);
    if (wrong)
        assert_wrong_with_reason(walk);
    else
        assert_true(vt_has(vt, "✓"));
}

/* Takes one screen; false: it is none of a lesson or a quiz. */
static bool take(struct walk *walk)
{
    struct vt *vt = walk->vt;
    follow_header(walk);
    if (offers(vt, "lock in")) {
        predict(walk);
    } else if (vt_has(vt, " Explain") && offers(vt, "Enter answer")) {
        explain(walk);
    } else if (vt_has(vt, " Drill") && offers(vt, "Tab leave it")) {
        press(walk, "\t"); /* it goes on for as long as one likes */
    } else if (offers(vt, "Enter answer") || offers(vt, "Ctrl-D done")) {
        answer(walk);
    } else if (offers(vt, "Enter next") || offers(vt, "Enter more") ||
               offers(vt, "Enter try again")) {
        press(walk, ENTER);
    } else {
        return false;
    }
    return true;
}

static void test_a_whole_chapter_and_its_quiz(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    struct walk walk = {.vt = vt, .section = ""};
    tutor_to_home(vt);
    int total;
    assert_int_equal(sscanf(strstr(vt_row(vt, vt_find(vt, "▸  3").row), "0/") + 2, "%d", &total),
                     1);
    press(&walk, ENTER);
    for (int screens = 0; screens < 400 && take(&walk); screens++)
        ;
    /* Every step once, to the last of the last section. */
    assert_true(vt_has(vt, "That was chapter 3"));
    assert_int_equal(walk.step, walk.steps_in_section);
    assert_int_equal(walk.steps, total);
    assert_true(walk.predictions >= 8 && walk.explanations >= 8 && walk.orders >= 1);
    assert_true(walk.questions >= 3);
    assert_int_equal(walk.retries, 0);
    assert_int_equal(tutor_count(home, "\"result\":\"explain\""), walk.explanations);
    assert_int_equal(tutor_count(home, "\"type\":\"prediction\""),
                     walk.predictions + walk.explanations);
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), walk.questions);

    /* The quiz: 12 marked questions of which three are answered wrong, one compared. */
    walk.exam = true;
    walk.questions = walk.opens = 0;
    press(&walk, ENTER);
    assert_true(vt_has(vt, "Question 1 of 13"));
    assert_non_null(strstr(vt_row(vt, 0), "question 1 of 13"));
    for (int screens = 0; screens < 60 && take(&walk); screens++)
        ;
    assert_true(vt_has(vt, "Score 9 of 12  (75 %)"));
    assert_int_equal(walk.questions, 13);
    assert_int_equal(walk.opens, 1);
    assert_int_equal(walk.retries, 3);
    assert_true(vt_has(vt, "By objective"));
    while (!vt_has(vt, "3.6  Where dropout goes") && strstr(vt_row(vt, 22), "PgDn"))
        press(&walk, PAGE_DOWN);
    assert_true(vt_has(vt, "Read again"));
    assert_true(vt_has(vt, "3.3  What is preserved  (2 questions)"));
    assert_true(vt_has(vt, "3.6  Where dropout goes  (1 question)"));
    assert_int_equal(tutor_count(home, "\"type\":\"score\""), 1);

    /* Enter opens what to read again, Esc comes back, and again to the chapters. */
    struct vt_place focus = vt_find(vt, "▸ 3.");
    char section[8];
    sscanf(vt_row(vt, focus.row) + strlen("  ▸ "), "%7s", section);
    press(&walk, ENTER);
    assert_non_null(strstr(vt_row(vt, 0), section));
    press(&walk, ESCAPE);
    assert_true(vt_has(vt, "Score 9 of 12"));
    press(&walk, ESCAPE);
    vt_wait_text(vt, "quiz 9/12");
    assert_true(vt_has(vt, "done"));
    tutor_quit(vt);
}

static void test_a_stopped_learner_goes_on_at_the_same_step(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    struct walk walk = {.vt = vt, .section = ""};
    tutor_to_home(vt);
    press(&walk, ENTER);
    while (!(strcmp(walk.section, "3.2") == 0 && walk.step == 3))
        assert_true(take(&walk));
    char header[400];
    snprintf(header, sizeof header, "%s", vt_row(vt, 0));
    tutor_quit(vt);
    vt_teardown(state);

    vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "Enter: go on at 3.2 \"Why rescale\"");
    vt_key(vt, ENTER);
    assert_string_equal(vt_row(vt, 0), header);
    tutor_quit(vt);
    vt_teardown(state);

    /* A kill is no different: the step was logged once it was painted. */
    vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "go on at 3.2");
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    snprintf(header, sizeof header, "%s", vt_row(vt, 0));
    vt_key(vt, "?");
    vt_close(vt);
    vt = *state = tutor_start(home, 24, 80);
    vt_wait_text(vt, "go on at 3.2");
    vt_key(vt, ENTER);
    assert_string_equal(vt_row(vt, 0), header);
}

/* A whole quiz goes on where it was left; a part of one does not, and loses its score. */
static void test_leaving_a_part_of_a_quiz_asks_first(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state =
        tutor_start_with(TEXTS("nntutor", "quiz", "dropout", "--count", "12"), home, 24, 80);
    vt_wait_text(vt, "Question 1 of 12");
    tutor_type(vt, "3.75\r3");
    vt_wait_text(vt, "✓");
    assert_null(strstr(vt_row(vt, 23), "p back")); /* a quiz goes forward only */
    vt_key(vt, "q");
    assert_true(vt_has(vt, "Leave the quiz?"));
    assert_true(vt_has(vt, "The same key again: yes."));
    vt_key(vt, ENTER); /* no: on to the next question */
    assert_true(vt_has(vt, "Question 2 of 12"));
    assert_false(vt_has(vt, "Leave the quiz?"));
    vt_key(vt, ESCAPE);
    assert_true(vt_has(vt, "Leave the quiz?"));
    assert_true(vt_has(vt, "Question 2 of 12"));
    vt_send(vt, ESCAPE);
    assert_int_equal(vt_wait_exit(vt), 1);
    assert_int_equal(tutor_count(home, "\"type\":\"answer\""), 1);
    assert_int_equal(tutor_count(home, "\"type\":\"score\""), 0);
}

static void test_what_cannot_be_read_as_a_number_is_said(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
    tutor_to_home(vt);
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "type a number"));
    assert_false(vt_has(vt, "How sure"));
    tutor_type(vt, "3e--");
    vt_key(vt, ENTER);
    assert_false(vt_has(vt, "How sure"));
    assert_true(vt_has(vt, "> 3e--"));
    vt_key(vt, "\025");     /* Ctrl-U */
    tutor_type(vt, "0,75"); /* a comma will do */
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "How sure"));
}

static void test_a_learner_may_watch_without_predicting(void **state)
{
    const char *home = tutor_home();
    struct vt *vt = *state = tutor_start(home, 24, 80);
    tutor_to_home(vt);
    vt_key(vt, ENTER);
    vt_key(vt, ENTER);
    assert_false(vt_has(vt, "0.0868"));
    vt_key(vt, "s");
    vt_wait_text(vt, "It was 0.08678");
    assert_int_equal(tutor_count(home, "\"watched\":true"), 1);
}

/* The verdict stands on the screen as soon as the demo has run, at every size. */
static void test_the_verdict_is_in_sight(void **state)
{
    static const int sizes[][2] = {{80, 24}, {40, 12}, {200, 60}, {132, 20}, {60, 16}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct vt *vt = *state = tutor_start(tutor_home(), sizes[i][1], sizes[i][0]);
        tutor_to_home(vt);
        vt_key(vt, ENTER);
        tutor_next(vt);
        tutor_type(vt, "0.09\r3");
        vt_wait_text(vt, "it was 0.08678");
        tutor_next(vt);
        assert_true(vt_has(vt, "Explain"));
        vt_key(vt, "c");
        vt_key(vt, ENTER);
        assert_true(vt_has(vt, "Right.") || vt_has(vt, "Not that."));
        vt_teardown(state);
    }
}

/* A step begins at its top, wherever one had scrolled to before, and PgUp holds. */
static void test_scrolling_is_the_learners(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 12, 40);
    tutor_to_home(vt);
    vt_key(vt, ENTER);
    assert_non_null(strstr(vt_row(vt, 1), "What you will be able to do"));
    assert_true(strstr(vt_row(vt, 11), "Enter more") != NULL);
    vt_key(vt, ENTER); /* what was not in sight yet comes first */
    assert_false(vt_has(vt, "What you will be able to do"));
    assert_non_null(strstr(vt_row(vt, 0), "step 1 of 9"));
    vt_key(vt, PAGE_UP); /* what was seen is not shown again */
    assert_true(vt_has(vt, "What you will be able to do"));
    tutor_next(vt);
    assert_true(vt_has(vt, "  >")); /* the field, at the foot of the step */
    vt_key(vt, PAGE_UP);
    vt_key(vt, PAGE_UP);
    assert_non_null(strstr(vt_row(vt, 1), "Dropout switches units off"));
    vt_key(vt, "\f"); /* and the next frame leaves it so */
    assert_non_null(strstr(vt_row(vt, 1), "Dropout switches units off"));
    vt_key(vt, "1"); /* typing brings the field back */
    assert_true(vt_has(vt, "> 1"));
    vt_key(vt, ENTER);
    vt_send(vt, "3");
    vt_wait_text(vt, "You said 1");
    tutor_next(vt);
    vt_key(vt, "a");
    vt_key(vt, ENTER);
    tutor_next(vt); /* from feedback to a step that is read: its top is shown */
    assert_non_null(strstr(vt_row(vt, 0), "step 3 of 9"));
    assert_non_null(strstr(vt_row(vt, 1), "What happens to one layer"));
    vt_key(vt, PAGE_DOWN);
    tutor_next(vt); /* the same from one read step to the next */
    assert_non_null(strstr(vt_row(vt, 1), "Check it by hand"));
}

static void test_back_from_a_prediction_and_forth(void **state)
{
    struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
    tutor_to_home(vt);
    vt_key(vt, ENTER);
    vt_key(vt, "p");
    assert_true(vt_has(vt, "This is the first step of the chapter."));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Predict"));
    vt_key(vt, "p");
    assert_true(vt_has(vt, "What you will be able to do"));
    vt_key(vt, ENTER);
    assert_true(vt_has(vt, "Predict"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_whole_chapter_and_its_quiz, vt_teardown),
        cmocka_unit_test_teardown(test_a_stopped_learner_goes_on_at_the_same_step, vt_teardown),
        cmocka_unit_test_teardown(test_leaving_a_part_of_a_quiz_asks_first, vt_teardown),
        cmocka_unit_test_teardown(test_what_cannot_be_read_as_a_number_is_said, vt_teardown),
        cmocka_unit_test_teardown(test_a_learner_may_watch_without_predicting, vt_teardown),
        cmocka_unit_test_teardown(test_the_verdict_is_in_sight, vt_teardown),
        cmocka_unit_test_teardown(test_scrolling_is_the_learners, vt_teardown),
        cmocka_unit_test_teardown(test_back_from_a_prediction_and_forth, vt_teardown),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
