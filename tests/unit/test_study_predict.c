/* Predictions in a learner's session: asked before the run, judged after it, and never asked twice. */
#include "support/test.h"

#include "support/student.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- predictions ------------------------------------------------------------------------------- */

static void check_nothing_is_known(struct student *f)
{
    struct study *s = &f->study;
    assert_true(s->has_run);
    assert_false(s->run.finished);
    assert_int_equal(s->run.done, 0);
    assert_int_equal(s->see_count, 0);
    for (size_t i = 0; i < s->prediction_count; i++)
        assert_string_equal(s->predictions[i].was, "");
    for (size_t i = 0; i < s->run.demo->result_count; i++)
        assert_false(s->run.out[i].set);
    /* And there is no way around the prediction. */
    assert_false(study_work(s, 1000));
    assert_false(study_turn(s, "depth=4", &f->err));
    assert_false(study_next(s));
    assert_int_equal(s->run.done, 0);
}

static void test_prediction_gates_the_run(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    student_logged(f, "step study 1.1/2\n");
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_PREDICT);
    assert_int_equal(s->ask.form, FORM_NUMBER);
    assert_string_equal(s->ask.head, "Predict, 1 of 3");
    assert_true(s->ask.can_watch);
    check_nothing_is_known(f);
    assert_false(study_sure(s, 3)); /* nothing was said yet */
    student_say(f, "0.13");
    assert_int_equal(s->stage, STUDY_SURE);
    check_nothing_is_known(f);
    assert_false(study_answer(s, &(struct study_answer){.text = "0.125"}, &f->err)); /* locked in */
    assert_false(study_watch(s));
    assert_false(study_skip(s));
    assert_true(study_sure(s, 3));
    assert_int_equal(s->stage, STUDY_ASK);
    check_nothing_is_known(f);
    student_say(f, "9");
    assert_true(study_sure(s, 2));
    check_nothing_is_known(f);
    assert_int_equal(s->ask.form, FORM_CHOOSE_ONE);
    assert_int_equal(s->ask.option_count, 3);
    student_choose(f, 0);
    check_nothing_is_known(f);
    student_logged(f, "");
    assert_true(study_sure(s, 0));
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_true(s->run.finished);
    student_logged(f,
                   "prediction study 1.1/2 [chain factor=0.5 depth=3] product: said \"0.13\" was "
                   "\"0.125\" right 3\n"
                   "prediction study 1.1/2 [chain factor=0.5 depth=3] layers_to_1_percent: said "
                   "\"9\" was \"7\" wrong 2\n"
                   "prediction study 1.1/2 [chain factor=0.5 depth=3] outcome: said \"It is "
                   "healthy.\" was \"It is healthy.\" right 0\n");
    assert_int_equal(s->see_count, 2);
    assert_string_equal(s->sees[0], "You said 0.13; it was 0.125. Each layer takes half.");
    assert_string_equal(s->sees[1], "First 0.13, then 9.");
}

static void test_watching_is_logged_as_watched(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    buf_clear(&f->log);
    assert_true(study_watch(s));
    assert_int_equal(s->stage, STUDY_ASK);
    check_nothing_is_known(f);
    assert_true(study_skip(s)); /* to skip a prediction is to watch */
    student_choose(f, 1);
    assert_true(study_sure(s, 1));
    student_logged(f, "prediction study 1.1/2 [chain factor=0.5 depth=3] product: said \"\" was "
                      "\"0.125\" wrong watched 0\n"
                      "prediction study 1.1/2 [chain factor=0.5 depth=3] layers_to_1_percent: said "
                      "\"\" was \"7\" wrong watched 0\n"
                      "prediction study 1.1/2 [chain factor=0.5 depth=3] outcome: said \"It "
                      "vanishes.\" was \"It is healthy.\" wrong 1\n");
    assert_string_equal(s->sees[0], "Each layer takes half.");
    assert_int_equal(s->see_count, 1);
    assert_string_equal(study_verdict(&s->predictions[0]), "You watched this one.");
}

static void test_verdicts_speak_of_confidence(void **state)
{
    (void)state;
    static const char *const expected[2][4] = {
        {"Not so.", "Not so, and you said you guessed.", "Not so; you were unsure.",
         "Not so, though you were sure: look again."},
        {"Right.", "Right, though you were guessing.", "Right, though you were unsure.",
         "Right, and you were sure."}};
    for (int right = 0; right < 2; right++)
        for (int confidence = 0; confidence < 4; confidence++) {
            struct study_prediction prediction = {.right = right, .confidence = confidence};
            assert_string_equal(study_verdict(&prediction), expected[right][confidence]);
        }
}

static void test_numbers_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {
        {"1.6", 1.6},
        {"-2", -2},
        {"+2", 2},
        {".5", 0.5},
        {"5.", 5},
        {"2e-5", 2e-5},
        {"2E3", 2000},
        {"12%", 0.12},
        {"12 %", 0.12},
        {"12,5%", 0.125},
        {"1/4", 0.25},
        {"1 / 4", 0.25},
        {"-1/4", -0.25},
        {"2^10", 1024},
        {"2^-1", 0.5},
        {"1/2^10", 1.0 / 1024},
        {"3x10^-5", 3e-5},
        {"3*10^2", 300},
        {"3\u00D710^2", 300},
        {"3\u00B710^2", 300},
        {"0,25", 0.25},
        {"0,125", 0.125},
        {"-0,125", -0.125},
        {"1,5", 1.5},
        {"1,5/3", 0.5},
        {",5", 0.5},
        {"101,770", 101770},
        {"1,000,000", 1e6},
        {"1,000.5", 1000.5},
        {"101 770", 101770},
        {"101\u202F770", 101770},
        {"1_000", 1000},
        {"1234,567", 1234.567},
        {"\u22122", -2},
        {"\u22120,25", -0.25},
        {"2e\u22125", 2e-5},
        {" 7 ", 7},
        {"- 3", -3},
        {"1e5%", 1000},
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = NAN;
        if (!study_read_number(good[i].text, &value))
            fail_msg("\"%s\" is refused", good[i].text);
        if (fabs(value - good[i].value) > 1e-15 * fabs(good[i].value))
            fail_msg("\"%s\" is %.17g, expected %.17g", good[i].text, value, good[i].value);
    }
}

static void test_what_is_no_number_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",         " ",
        "abc",      "1.2.3",
        "1,2,3",    "1.234,5",
        "1,23,456", "--1",
        "1/0",      "0/0",
        "1/",       "/4",
        "1//2",     "^2",
        "2^",       "0x10",
        "nan",      "inf",
        "1e999",    "10^999",
        "%",        "%12",
        "1 2",      "1 1/2",
        "12%%",     "1e1,000",
        ",",        "-",
        "\u2212",   "1/2/3",
        "3 units",  "\xff\xfe",
        "0^-1",     "1;2",
        "1e",       "1234567890123456789012345678901234567890123456789012345678901234567890",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value;
        if (study_read_number(bad[i], &value))
            fail_msg("\"%s\" is taken for %.17g", bad[i], value);
    }
}

static void test_refused_prediction_stays_and_says_how(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    assert_false(study_answer(s, &(struct study_answer){.text = "about half"}, &f->err));
    assert_string_equal(f->err.text, "\"about half\" is not a number; "
                                     "write it like 1.6, 2e-5, 12% or 1/4");
    assert_false(study_answer(s, &(struct study_answer){.text = ""}, &f->err));
    assert_non_null(strstr(f->err.text, "s to watch"));
    assert_false(study_answer(s, &(struct study_answer){0}, &f->err));
    /* A long one is cut between characters. */
    char umlauts[401] = "";
    for (int i = 0; i < 200; i++)
        memcpy(umlauts + 2 * i, "\u00FC", 2);
    assert_false(study_answer(s, &(struct study_answer){.text = umlauts}, &f->err));
    for (size_t i = 0, length; f->err.text[i]; i += length)
        assert_true(utf8_decode(f->err.text + i, strlen(f->err.text + i), &length) >= 0);
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->prediction_count, 0);
}

/* What `within` accepts and refuses, through a step of its own. */
static void check_within(struct student *f, const char *demo, const char *predict,
                         const char *right, const char *wrong)
{
    struct buf text = {0};
    struct course course;
    struct study study;
    buf_addf(&text,
             "# A\n\n```chapter\nid: a\n```\n\n## 1.1 B\n\nC.\n\n```demo %s\n%s: What?\n```\n",
             demo, predict);
    const char *folder = test_folder();
    test_file(folder, "lessons/01-a.md", buf_text(&text));
    buf_free(&text);
    if (!course_open(&course, folder, &f->err))
        fail_msg("%s", f->err.text);
    for (int good = 0; good < 2; good++) {
        struct str rest = str_of(good ? right : wrong), word;
        while ((word = str_word(&rest)).length) {
            char said[64];
            snprintf(said, sizeof said, "%.*s", (int)word.length, word.text);
            study_init(&study, &course, &f->clock, NULL, NULL, 1);
            study_open(&study, 0, 0, 0);
            if (!study_answer(&study, &(struct study_answer){.text = said}, &f->err))
                fail_msg("%s: %s", said, f->err.text);
            study_sure(&study, 0);
            if (study.predictions[0].right != good)
                fail_msg("%s %s: %s is %s", demo, predict, said, good ? "wrong" : "right");
            study_free(&study);
        }
    }
    course_close(&course);
}

static void test_tolerances_of_every_kind(void **state)
{
    struct student *f = *state;
    const char *eighth = "chain factor=0.5 depth=3"; /* product 0.125 */
    check_within(f, eighth, "predict product", "0.125 0.13125 0.11875 1/8", "0.1313 0.1187 -0.125");
    check_within(f, eighth, "predict product within 10%", "0.1375 0.1125", "0.1376 0.1124 0");
    check_within(f, eighth, "predict product within 0.1", "0.225 0.025", "0.2251 0.0249");
    check_within(f, eighth, "predict product within x2", "0.25 0.0625", "0.251 0.0624 -0.125 0");
    check_within(f, eighth, "predict log10 within x2", "-0.9 -1.8 -0.46", "0.9 -1.9 -0.4 0");
    /* Where the truth is 0, a share of it means nothing. */
    check_within(f, "chain factor=1 depth=3", "predict log10", "0 1e-9", "1e-8 0.05");
    check_within(f, "chain factor=1 depth=3", "predict log10 within x2", "0 -1e-9", "1e-8");
    check_within(f, "chain factor=1 depth=3", "predict log10 within 0.5", "0.5 -0.5", "0.6");
    /* No number is as large as infinity. */
    check_within(f, "chain factor=1 depth=3", "predict layers_to_1_percent", "", "1e300 0 7");
    check_within(f, "chain factor=1 depth=3", "predict layers_to_1_percent within x2", "", "1e300");
}

static const char *was_said(struct student *f, struct buf *out, const char *demo,
                            const char *predict)
{
    struct buf text = {0};
    struct course course;
    struct study study;
    buf_addf(&text,
             "# A\n\n```chapter\nid: a\n```\n\n## 1.1 B\n\nC.\n\n```demo %s\n%s: What?\n```\n",
             demo, predict);
    const char *folder = test_folder();
    test_file(folder, "lessons/01-a.md", buf_text(&text));
    buf_clear(&text);
    if (!course_open(&course, folder, &f->err))
        fail_msg("%s", f->err.text);
    study_init(&study, &course, &f->clock, NULL, NULL, 1);
    study_open(&study, 0, 0, 0);
    buf_addf(out, "%s ", study.ask.note);
    assert_true(study_answer(&study, &(struct study_answer){.text = "3"}, &f->err));
    study_sure(&study, 0);
    buf_add(out, study.predictions[0].was);
    study_free(&study);
    course_close(&course);
    buf_free(&text);
    return buf_text(out);
}

/* What is rounding alone beside the tolerance is 0; what is small for a reason is not. */
static void test_notes_and_outcomes_are_written_for_people(void **state)
{
    struct student *f = *state;
    static const char *const cases[][3] = {
        {"chain factor=0.001 depth=5", "predict product within 0.001",
         "Give or take 0.001 counts as right. 0"},
        {"chain factor=0.001 depth=2", "predict product within 0.001",
         "Give or take 0.001 counts as right. 1e-6"},
        {"chain factor=0.001 depth=5", "predict product within x1000",
         "Within a factor of 1000 counts as right. 1e-15"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        assert_string_equal(was_said(f, &out, cases[i][0], cases[i][1]), cases[i][2]);
        buf_free(&out);
    }
}

static void test_order_of_results(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 2);
    buf_clear(&f->log);
    assert_int_equal(s->ask.form, FORM_ORDER);
    const size_t twice[] = {0, 0, 1}, beyond[] = {0, 1, 3}, few[] = {0, 1};
    assert_false(study_answer(s, &(struct study_answer){.chosen = twice, .count = 3}, &f->err));
    assert_string_equal(f->err.text, "name each of the 3 once");
    assert_false(study_answer(s, &(struct study_answer){.chosen = beyond, .count = 3}, &f->err));
    assert_false(study_answer(s, &(struct study_answer){.chosen = few, .count = 2}, &f->err));
    assert_string_equal(f->err.text, "put all 3 in order");
    CHOOSE(f, 2, 0, 1);
    assert_true(study_sure(s, 3));
    student_logged(f,
                   "prediction study 1.1/3 [chain factor=0.5 depth=3] order: said \"c, a, b\" was "
                   "\"c (-0.903), a (0.125), b (7)\" right 3\n");
    study_done_free(s->done); /* as when the program is started anew */
    study_open(s, 0, 0, 2);
    CHOOSE(f, 0, 1, 2);
    assert_true(study_sure(s, 0));
    assert_false(s->predictions[0].right);
}

static void test_order_of_runs(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 3);
    buf_clear(&f->log);
    CHOOSE(f, 1, 2, 0);
    assert_true(study_sure(s, 1));
    student_logged(
        f, "prediction study 1.1/4 [chain factor=0.5 depth=3] product (2): said \"factor = 0.5, "
           "1, 2\" was \"factor = 0.5 (product 0.125), 1 (1), 2 (8)\" right 1\n");
    assert_string_equal(s->predictions[0].shown, "The picture shows factor = 0.5.");
    study_open(s, 0, 0, 3);
    assert_int_equal(s->stage, STUDY_OUTCOME); /* once predicted, not asked again */
    study_done_free(s->done);
    study_open(s, 0, 0, 3);
    assert_true(study_watch(s));
    assert_false(s->predictions[0].right);
    assert_string_equal(s->predictions[0].was, "factor = 0.5 (product 0.125), 1 (1), 2 (8)");
}

static void test_explanations_follow_the_outcome(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    student_watch(f);
    buf_clear(&f->log);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
    assert_false(s->ask.can_watch);
    assert_false(study_watch(s));
    const size_t beyond = 2;
    assert_false(study_answer(s, &(struct study_answer){.chosen = &beyond, .count = 1}, &f->err));
    assert_false(study_answer(s, &(struct study_answer){0}, &f->err));
    student_choose(f, 1);
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_string_equal(s->feedback.verdict, "Not that.");
    const struct study_option *wrong = &s->ask.options[student_shown_at(s, 1)];
    assert_true(wrong->chosen && wrong->worth == 0);
    assert_string_equal(study_plain_text(&s->step_arena, wrong->feedback, wrong->feedback_count),
                        "There is no chance in it.");
    assert_true(study_next(s)); /* the second explanation */
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
    student_choose(f, 0);
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    student_logged(f,
                   "prediction study 1.1/2 [chain factor=0.5 depth=3] explain: said \"The seed "
                   "decides.\" was \"Each layer halves it.\" wrong 0\n"
                   "prediction study 1.1/2 [chain factor=0.5 depth=3] explain (2): said \"Yes.\" "
                   "was \"Yes.\" right 0\n"
                   "step study 1.1/3\n");
}

static void test_knobs_turn_after_the_outcome(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    double product;
    struct demo_ref ref;
    study_open(s, 0, 0, 1);
    student_watch(f);
    buf_clear(&f->log);
    assert_true(demo_ref_read(s->run.demo, "product", &ref, &f->err));
    assert_true(study_turn(s, "depth=4", &f->err));
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_true(demo_ref_number(&s->run, ref, &product));
    assert_true(product == 0.0625);
    assert_false(study_turn(s, "depth=0", &f->err));
    assert_non_null(strstr(f->err.text, "1 to 10000"));
    assert_false(study_turn(s, "nothing", &f->err));
    assert_true(demo_ref_number(&s->run, ref, &product));
    assert_true(product == 0.0625); /* as it was */
    assert_true(study_turn(s, "seed=9", &f->err));
    assert_int_equal(s->run.seed, 9);
    student_logged(f, "");
    assert_true(study_next(s)); /* and the explanations still come */
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
}

static void test_long_demo_runs_in_slices(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 0);
    student_say(f, "0.4");
    assert_true(study_sure(s, 3));
    assert_int_equal(s->stage, STUDY_RUNNING);
    assert_false(study_next(s));
    assert_true(study_work(s, 1));
    assert_int_equal(f->counts[EVENT_PREDICTION], 1); /* locked in; nothing is judged */
    while (study_work(s, 50000))
        ;
    assert_int_equal(s->stage, STUDY_OUTCOME);
    student_logged(
        f, "step study 1.3/1\n"
           "prediction study 1.3/1 [mask units=1 passes=460000] mean_kept: said \"0.4\" was "
           "\"\" wrong watched 3\n"
           "prediction study 1.3/1 [mask units=1 passes=460000] mean_kept: said \"0.4\" was "
           "\"0.4998\" right 3\n");
    assert_true(s->predictions[0].right);
    assert_true(study_turn(s, "seed=2", &f->err));
    assert_int_equal(s->stage, STUDY_RUNNING);
    while (study_work(s, 100000))
        ;
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_int_equal(f->counts[EVENT_PREDICTION], 2); /* to turn is not to predict */
}

static void test_who_leaves_in_a_demo_comes_back_to_the_prediction_locked_in(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 0);
    student_say(f, "0.4");
    assert_true(study_sure(s, 3));
    assert_true(study_work(s, 1));
    student_restart(f);
    study_open(s, 0, 2, 0);
    assert_int_equal(s->stage, STUDY_RUNNING); /* it is not asked for again */
    assert_string_equal(s->predictions[0].said, "0.4");
    assert_true(s->predictions[0].earlier);
    while (study_work(s, 50000))
        ;
    assert_true(s->predictions[0].right);
    assert_int_equal(s->predictions[0].confidence, 3);
    assert_int_equal(f->counts[EVENT_PREDICTION], 2); /* locked in once, judged once */
    student_restart(f);
    study_open(s, 0, 2, 0);
    while (study_work(s, 50000))
        ;
    assert_true(s->predictions[0].right);
    assert_int_equal(f->counts[EVENT_PREDICTION], 2); /* nothing new */
    study_remember(&f->recalled, &(struct event){.type = EVENT_RESET, .chapter = "all"});
    student_restart(f);
    study_open(s, 0, 2, 0);
    assert_int_equal(s->stage, STUDY_ASK);
}

/* A number twice, a choice, an order of results and one of runs, each with its certainty. */
static void test_predictions_of_every_kind_come_back(void **state)
{
    static const size_t steps[] = {1, 2, 3};
    struct student *f = *state;
    struct study *s = &f->study;
    for (size_t i = 0; i < 3; i++) {
        study_open(s, 0, 0, steps[i]);
        for (int confidence = 1; s->stage == STUDY_ASK && s->ask.kind == STUDY_PREDICT;
             confidence++) {
            if (s->ask.form == FORM_NUMBER)
                student_say(f, "0.125");
            else if (s->ask.form == FORM_CHOOSE_ONE)
                student_choose(f, 0);
            else
                CHOOSE(f, 1, 2, 0);
            assert_true(study_sure(s, confidence));
        }
        assert_int_equal(s->stage, STUDY_OUTCOME);
        char said[4][80];
        bool right[4];
        size_t count = s->prediction_count;
        for (size_t k = 0; k < count; k++) {
            snprintf(said[k], sizeof said[k], "%s", s->predictions[k].said);
            right[k] = s->predictions[k].right;
        }
        int logged = f->counts[EVENT_PREDICTION];
        student_restart(f);
        study_open(s, 0, 0, steps[i]);
        assert_int_equal(s->stage, STUDY_OUTCOME);
        assert_int_equal(s->prediction_count, count);
        for (size_t k = 0; k < count; k++) {
            assert_string_equal(s->predictions[k].said, said[k]);
            assert_int_equal(s->predictions[k].right, right[k]);
            assert_int_equal(s->predictions[k].confidence, (int)k + 1);
        }
        assert_int_equal(f->counts[EVENT_PREDICTION], logged);
    }
}

static void test_what_was_only_watched_is_asked_later(void **state)
{
    struct student *f = *state;
    study_open(&f->study, 0, 0, 2);
    assert_true(study_watch(&f->study));
    student_restart(f);
    study_open(&f->study, 0, 0, 2);
    assert_int_equal(f->study.stage, STUDY_ASK);
}

/* A room's prediction is its own. */
static void test_a_room_is_asked_though_its_instructor_predicted(void **state)
{
    struct student *f = *state;
    study_open(&f->study, 0, 1, 2);
    student_say(f, "0.5");
    assert_true(study_sure(&f->study, 3));
    student_restart(f);
    f->study.aloud = true;
    study_open(&f->study, 0, 1, 2);
    assert_int_equal(f->study.stage, STUDY_ASK);
}

static void test_demo_that_cannot_run_stops_nobody(void **state)
{
    struct student *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 1);
    assert_int_equal(s->stage, STUDY_READ);
    assert_non_null(strstr(s->run_error, "0 to 1"));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_END);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, student_set_up, student_tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_who_leaves_in_a_demo_comes_back_to_the_prediction_locked_in),
        TEST(test_predictions_of_every_kind_come_back),
        TEST(test_what_was_only_watched_is_asked_later),
        TEST(test_a_room_is_asked_though_its_instructor_predicted),
        TEST(test_prediction_gates_the_run),
        TEST(test_watching_is_logged_as_watched),
        cmocka_unit_test(test_verdicts_speak_of_confidence),
        cmocka_unit_test(test_numbers_as_people_write_them),
        cmocka_unit_test(test_what_is_no_number_is_refused),
        TEST(test_refused_prediction_stays_and_says_how),
        TEST(test_tolerances_of_every_kind),
        TEST(test_notes_and_outcomes_are_written_for_people),
        TEST(test_order_of_results),
        TEST(test_order_of_runs),
        TEST(test_explanations_follow_the_outcome),
        TEST(test_knobs_turn_after_the_outcome),
        TEST(test_long_demo_runs_in_slices),
        TEST(test_demo_that_cannot_run_stops_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
