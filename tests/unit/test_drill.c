/* Drills: fresh numbers, worked first, then half done, then alone; the demo is the key. */
#include "support/test.h"

#include "base/str.h"
#include "base/utf8.h"
#include "study/internal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char chapter[] = "# Drills\n\n"
                              "```chapter\nid: drills\nminutes: 5\n```\n\n"
                              "## 1.1 Only drills\n\n"
                              "Fresh numbers.\n\n"
                              "```drill mask values=3,4|6,8|5,12 p=0.2|0.5|0.8\n"
                              "ask scale within 1%: By which factor?\n"
                              "ask expected_sum within 1%: What is the mean?\n"
                              "```\n\n---\n\nThe end.\n\n---\n\n"
                              "And a prediction.\n\n"
                              "```demo mask p=0.2\n"
                              "predict scale within 1%: By which factor?\n"
                              "```\n\n---\n\nOne that trains.\n\n"
                              "```demo playground\n"
                              "predict train_accuracy within 5%: How often is it right?\n"
                              "```\n";

struct session {
    struct course course;
    struct study study;
    struct clock clock;
    int64_t now;
    size_t predictions, right;
    char given[200];
};

static void count(void *user, struct event *event)
{
    struct session *s = user;
    if (event->type != EVENT_PREDICTION)
        return;
    s->predictions++;
    s->right += event->right;
    snprintf(s->given, sizeof s->given, "%s", event->demo);
}

static int setup(void **state)
{
    struct session *s = memory_alloc(sizeof *s);
    struct err err;
    const char *folder = test_folder();
    test_file(folder, "lessons/01-drills.md", chapter);
    if (!course_open(&s->course, folder, &err))
        fail_msg("%s", err.text);
    s->clock = clock_manual(&s->now);
    study_init(&s->study, &s->course, &s->clock, count, s, 7);
    study_open(&s->study, 0, 0, 0);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct session *s = *state;
    study_free(&s->study);
    course_close(&s->course);
    memory_free(s);
    return 0;
}

static double truth(const struct study *study)
{
    struct demo_ref ref;
    double value = NAN;
    assert_true(demo_ref_read(study->run.demo, study->drill->ref, &ref, NULL));
    assert_true(demo_ref_number(&study->run, ref, &value));
    return value;
}

static void say(struct session *s, double value)
{
    char text[40];
    struct err err;
    snprintf(text, sizeof text, "%.10g", value);
    if (!study_answer(&s->study, &(struct study_answer){.text = text}, &err))
        fail_msg("%s", err.text);
}

static void test_first_round_is_worked_and_asks_nothing(void **state)
{
    struct session *s = *state;
    assert_int_equal(s->study.stage, STUDY_FEEDBACK);
    assert_string_equal(s->study.ask.head, "Drill: worked");
    const char *text = study_plain_text(&s->study.step_arena, s->study.feedback.general,
                                        s->study.feedback.general_count);
    assert_true(text_starts(text, "1. By which factor?"));
    assert_non_null(strstr(text, "2. What is the mean?"));
    size_t breaks = 0; /* a step a line */
    for (size_t i = 0; i < s->study.feedback.general_count; i++)
        breaks += s->study.feedback.general[i].kind == SPAN_BREAK;
    assert_int_equal(breaks, 2);
    assert_non_null(
        strstr(text, "each is dropped with probability")); /* the demo's own sentences */
    assert_int_equal(s->predictions, 0);
}

static void test_second_round_gives_all_but_the_last(void **state)
{
    struct session *s = *state;
    assert_true(study_next(&s->study));
    assert_int_equal(s->study.stage, STUDY_ASK);
    const char *text =
        study_plain_text(&s->study.step_arena, s->study.ask.prompt, s->study.ask.prompt_count);
    assert_non_null(strstr(text, "Given: scale = "));
    assert_null(strstr(text, "expected_sum = "));
    assert_non_null(strstr(text, "What is the mean?"));
}

static void test_two_right_in_a_row_end_it(void **state)
{
    struct session *s = *state;
    assert_true(study_next(&s->study));
    say(s, truth(&s->study));
    assert_int_equal(s->study.feedback.mark.state, MARK_RIGHT);
    assert_true(study_next(&s->study));
    say(s, truth(&s->study) * 2 + 1);
    assert_int_equal(s->study.feedback.mark.state, MARK_WRONG);
    assert_non_null(s->study.feedback.key);
    assert_true(study_next(&s->study));
    say(s, truth(&s->study));
    assert_true(study_next(&s->study));
    assert_int_equal(s->study.stage, STUDY_ASK);
    say(s, truth(&s->study));
    assert_true(study_next(&s->study));
    assert_int_equal(s->study.step, 1);
    assert_int_equal(s->predictions, 4);
    assert_int_equal(s->right, 3);
}

/* Right twice in a row, it is shown as done, and comes again where that is asked for. */
static void test_what_was_done_is_not_asked_again(void **state)
{
    struct session *s = *state;
    struct study *study = &s->study;
    assert_true(study_next(study));
    say(s, truth(study));
    assert_true(study_next(study));
    say(s, truth(study) * 2 + 1); /* so far one in a row */
    study_open(study, 0, 0, 0);
    assert_string_equal(study->ask.head, "Drill: worked");
    assert_false(study_repeat(study));
    for (int i = 0; i < 2; i++) {
        assert_true(study_next(study));
        say(s, truth(study));
    }
    struct event reset = {.type = EVENT_RESET, .chapter = "drills"};
    study_open(study, 0, 0, 0);
    assert_int_equal(study->stage, STUDY_FEEDBACK);
    assert_string_equal(study->ask.head, "Drill: done");
    assert_string_equal(study->feedback.verdict, "Done before: right, twice in a row.");
    assert_true(study->feedback.general_count > 0);
    assert_true(study_repeat(study));
    assert_string_equal(study->ask.head, "Drill: finish it");
    say(s, truth(study) * 2 + 1);
    assert_true(study_next(study));
    assert_int_equal(study->stage, STUDY_ASK);
    study_open(study, 0, 0, 0);
    assert_string_equal(study->ask.head, "Drill: done"); /* what was done stays done */
    assert_true(study_next(study));
    assert_int_equal(study->step, 1);
    study->aloud = true; /* a room has not done it */
    study_open(study, 0, 0, 0);
    assert_string_equal(study->ask.head, "Drill: worked");
    study->aloud = false;
    study_remember(study->done, &reset);
    study_open(study, 0, 0, 0);
    assert_string_equal(study->ask.head, "Drill: worked");
}

/* The prediction of the same number in the same section is none of its rounds. */
static void test_a_prediction_is_no_round(void **state)
{
    struct session *s = *state;
    struct event event = {.type = EVENT_PREDICTION,
                          .chapter = "drills",
                          .section = "1.1",
                          .demo = "mask p=0.2",
                          .result = "scale",
                          .given = "1.25",
                          .right = true};
    for (int i = 0; i < 2; i++)
        study_remember(s->study.done, &event);
    study_open(&s->study, 0, 0, 0);
    assert_string_equal(s->study.ask.head, "Drill: worked");
    event.demo = "mask values=3,4 p=0.2";
    for (int i = 0; i < 2; i++)
        study_remember(s->study.done, &event);
    study_open(&s->study, 0, 0, 0);
    assert_string_equal(s->study.ask.head, "Drill: done");
}

/* Misses what is asked until this is. */
static void miss_until(struct session *s, const struct drill_ask *wanted)
{
    for (;;) {
        assert_true(study_next(&s->study));
        if (s->study.drill == wanted)
            return;
        say(s, truth(&s->study) * 2 + 1);
    }
}

/* Whoever misses a question of a drill twice sees how it is done. */
static void test_second_miss_of_a_question_is_worked(void **state)
{
    struct session *s = *state;
    const struct drill_ask *missed[2] = {0};
    size_t count = 0, worked = 0;
    for (int round = 0; round < 5; round++) {
        assert_true(study_next(&s->study));
        const struct drill_ask *asked = s->study.drill;
        bool before = asked == missed[0] || asked == missed[1];
        say(s, truth(&s->study) * 2 + 1);
        assert_int_equal(s->study.feedback.general_count > 0, before);
        worked += before;
        if (!before)
            missed[count++] = asked;
    }
    assert_true(worked == 3);
    const char *text = study_plain_text(&s->study.step_arena, s->study.feedback.general,
                                        s->study.feedback.general_count);
    assert_true(text_starts(text, "1. By which factor?"));
    /* What was right once begins anew. */
    miss_until(s, missed[0]);
    say(s, truth(&s->study));
    assert_int_equal(s->study.feedback.general_count, 0);
    miss_until(s, missed[0]);
    say(s, truth(&s->study) * 2 + 1);
    assert_int_equal(s->study.feedback.general_count, 0);
}

static void test_numbers_come_from_the_ranges_and_change(void **state)
{
    struct session *s = *state;
    char seen[200] = "";
    size_t different = 0;
    for (int i = 0; i < 20; i++) {
        assert_true(study_next(&s->study));
        const double *values = s->study.args.knob[demo_knob(s->study.args.demo, "values")].list;
        double p = s->study.args.knob[demo_knob(s->study.args.demo, "p")].number;
        assert_true(p == 0.2 || p == 0.5 || p == 0.8);
        assert_true((values[0] == 3 && values[1] == 4) || (values[0] == 6 && values[1] == 8) ||
                    (values[0] == 5 && values[1] == 12));
        say(s, -1);
        different += strcmp(seen, s->given) != 0;
        snprintf(seen, sizeof seen, "%s", s->given);
    }
    assert_true(different > 10);
}

static void test_nonsense_is_refused_and_leaving_is_allowed(void **state)
{
    struct session *s = *state;
    struct err err;
    assert_true(study_next(&s->study));
    assert_false(study_answer(&s->study, &(struct study_answer){.text = "many"}, &err));
    assert_non_null(strstr(err.text, "\"many\" is not a number"));
    assert_int_equal(s->study.stage, STUDY_ASK);
    assert_true(study_skip(&s->study));
    assert_int_equal(s->study.step, 1);
}

static const char *comment(const struct study *study)
{
    return study_plain_text(&((struct study *)study)->step_arena, study->feedback.comment,
                            study->feedback.comment_count);
}

static void test_a_wrong_answer_is_met_by_its_cause(void **state)
{
    struct session *s = *state;
    assert_true(study_next(&s->study));
    for (int i = 0; i < 8; i++) {
        double p = s->study.args.knob[demo_knob(s->study.args.demo, "p")].number;
        bool scale = strcmp(s->study.drill->ref, "scale") == 0;
        /* With p = 0.5 both wrong ways to the factor end at another's right one. */
        say(s, scale ? 1 - p : truth(&s->study) * 1.07);
        assert_int_equal(s->study.feedback.mark.state, MARK_WRONG);
        if (scale)
            assert_non_null(strstr(comment(&s->study), "you multiplied by 1-p"));
        else
            assert_int_equal(s->study.feedback.comment_count, 0);
        assert_true(study_next(&s->study));
    }
}

static void test_no_round_repeats_the_numbers_of_the_last(void **state)
{
    struct session *s = *state;
    char last[200] = "";
    for (int i = 0; i < 40; i++) {
        assert_true(study_next(&s->study));
        assert_string_not_equal(s->study.drawn, last);
        snprintf(last, sizeof last, "%s", s->study.drawn);
        say(s, -1);
    }
}

static void predict(struct session *s, const char *text)
{
    struct err err;
    study_open(&s->study, 0, 0, 2);
    assert_int_equal(s->study.stage, STUDY_ASK);
    assert_true(study_answer(&s->study, &(struct study_answer){.text = text}, &err));
    assert_true(study_sure(&s->study, 3));
    assert_int_equal(s->study.stage, STUDY_OUTCOME);
}

static void test_a_wrong_prediction_is_met_by_its_cause(void **state)
{
    struct session *s = *state;
    predict(s, "0.8");
    assert_string_equal(s->study.predictions[0].slip,
                        "It looks as if you multiplied by 1-p instead of dividing by it.");
}

static void test_a_right_prediction_is_not_explained_away(void **state)
{
    struct session *s = *state;
    predict(s, "1.25");
    assert_true(s->study.predictions[0].right);
    assert_null(s->study.predictions[0].slip);
}

/* A step whose demo trains for long: at work, stopped, and played with while it runs again. */
static void begin_training(struct session *s)
{
    struct err err;
    study_open(&s->study, 0, 0, 3);
    assert_true(study_answer(&s->study, &(struct study_answer){.text = "0.9"}, &err));
    assert_true(study_sure(&s->study, 0));
    assert_int_equal(s->study.stage, STUDY_RUNNING);
    assert_false(study_shows_outcome(&s->study));
    for (int i = 0; i < 5; i++)
        assert_true(study_work(&s->study, 1));
}

static void test_a_stopped_run_judges_nothing(void **state)
{
    struct session *s = *state;
    begin_training(s);
    size_t done = s->study.run.done;
    assert_false(study_turn(&s->study, "rate=0.1", &(struct err){0})); /* the question stands */
    assert_true(study_stop(&s->study));
    assert_int_equal(s->study.stage, STUDY_OUTCOME);
    assert_int_equal(s->study.run.done, done);
    assert_true(s->study.predictions[0].stopped);
    assert_non_null(strstr(study_verdict(&s->study.predictions[0]), "nothing is judged"));
    assert_int_equal(s->right, 0);
    assert_false(study_stop(&s->study));
}

static void test_knobs_move_while_a_demo_trains_again(void **state)
{
    struct session *s = *state;
    struct err err;
    begin_training(s);
    assert_true(study_stop(&s->study));
    if (!study_turn(&s->study, "seed=2", &err))
        fail_msg("%s", err.text);
    assert_int_equal(s->study.stage, STUDY_RUNNING);
    assert_true(study_shows_outcome(&s->study));
    for (int i = 0; i < 5; i++)
        assert_true(study_work(&s->study, 1));
    size_t done = s->study.run.done;
    assert_true(study_turn(&s->study, "rate=0.1", &err)); /* goes on with it ... */
    assert_int_equal(s->study.run.done, done);
    assert_true(s->study.run.knob[demo_knob(s->study.run.demo, "rate")].number == 0.1);
    assert_true(study_turn(&s->study, "width=3", &err)); /* ... or begins anew: another net */
    assert_true(s->study.run.done < done);
    assert_false(study_turn(&s->study, "rate=fast", &err));
    assert_non_null(strstr(err.text, "not a number"));
    assert_int_equal(s->study.stage, STUDY_RUNNING);
    assert_true(study_next(&s->study)); /* and nobody has to wait for it */
    assert_int_equal(s->study.stage, STUDY_END);
}

int main(void)
{
    utf8_start();
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(test_first_round_is_worked_and_asks_nothing),
        CASE(test_second_round_gives_all_but_the_last),
        CASE(test_two_right_in_a_row_end_it),
        CASE(test_what_was_done_is_not_asked_again),
        CASE(test_a_prediction_is_no_round),
        CASE(test_second_miss_of_a_question_is_worked),
        CASE(test_numbers_come_from_the_ranges_and_change),
        CASE(test_a_wrong_answer_is_met_by_its_cause),
        CASE(test_no_round_repeats_the_numbers_of_the_last),
        CASE(test_a_wrong_prediction_is_met_by_its_cause),
        CASE(test_a_right_prediction_is_not_explained_away),
        CASE(test_a_stopped_run_judges_nothing),
        CASE(test_knobs_move_while_a_demo_trains_again),
        CASE(test_nonsense_is_refused_and_leaving_is_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
