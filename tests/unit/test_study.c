/* A learner's session without a terminal: what can be done at each stage, and what is logged. */
#include "support/test.h"

#include "base/utf8.h"
#include "study/internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                       \
    "# Study\n\n```chapter\nid: study\nminutes: 5\nquiz: 01-study.gift\n"                          \
    "objective 1a: Predict\nobjective 1b: Answer\n```\n\n"

#define NOW_RIGHT "Right now; the first try is the one that counts."

static const char lesson[] =
    HEAD "## 1.1 Predictions\n\n"
         "Only text.\n\n---\n\n"
         "Predict three things.\n\n"
         "```demo chain factor=0.5 depth=3\n"
         "predict product within 10%: What is left?\n"
         "predict layers_to_1_percent within 1: From which layer on is it 1 %?\n"
         "predict-choice outcome: What becomes of it?\n"
         "+ It is *healthy*.\n"
         "- It vanishes.\n"
         "- It explodes.\n"
         "see: You said {you}; it was {product %.3f}. Each layer takes half.\n"
         "see: First {you}, then {you2}.\n"
         "explain: Why is it so?\n"
         "+ Each layer halves it.\n"
         "# Right: 0.5 three times.\n"
         "- The seed decides.\n"
         "# There is no chance in it.\n"
         "explain: Is that all?\n"
         "+ Yes.\n"
         "# It is.\n"
         "- No.\n"
         "# There is nothing more.\n"
         "```\n\n---\n\n"
         "Order three results.\n\n"
         "```demo chain factor=0.5 depth=3\n"
         "predict-order a=product, b=layers_to_1_percent, c=log10: Which is smaller?\n"
         "```\n\n---\n\n"
         "Order three runs.\n\n"
         "```demo chain factor=0.5 depth=3\n"
         "predict-order product: factor=2, 0.5, 1: Which is smaller?\n"
         "```\n\n"
         "## 1.2 Questions\n\n"
         "The same words.\n\n"
         "```quiz q1.1 q1.0 q1.99 q1.2\n```\n\n---\n\n"
         "```recall\n- one idea\n- another idea\n```\n\n---\n\n"
         "The same beginning.\n\n"
         "```demo chain factor=0.5 depth=1\npredict product: What is left?\n```\n\n"
         "## 1.3 Long\n\n"
         "The same beginning.\n\n"
         "```demo mask units=1 passes=460000\n"
         "predict mean_kept within x2: How many are kept?\n"
         "explain: Why?\n+ So.\n# Yes.\n- Not so.\n# No.\n```\n\n---\n\n"
         "A demo that cannot run.\n\n"
         "```demo mask p=7\npredict mean_sum: How much?\n```\n";

static const char gift[] =
    "// [id:q1.0]\nOnly a description.\n\n"
    "// [id:q1.1] [tag:objective:1a] [tag:section:1.1]\nWhich one? {\n"
    "=this#Right, this.\n~that.#Not that.\n~those#Not those.\n}\n\n"
    "// [id:q1.2] [tag:objective:1b] [tag:section:1.2] [nt:hint=Count again.]\nHow much is 3 + 1? "
    "{#\n"
    "=4:0.01#Right.\n=%0%5:0.01#One too many.\n=%0%3:0.01#One too few.\n####Four.}\n\n"
    "// [id:q1.3] [tag:objective:1b] [tag:section:1.2] [nt:hint=Look again.] [nt:points=2]\n"
    "Which belong together? {\n=one -> 1\n=two -> 2\n}\n\n"
    "// [id:q1.4] [nt:order] [nt:hint=Think.] [tag:objective:1a]\nPut in order {\n"
    "=first -> 1\n=second -> 2\n=third -> 3\n}\n\n"
    "// [id:q1.5] [tag:objective:1a] [tag:section:1.1]\nWhich of these? {\n"
    "~%50%a#Yes.\n~%50%b#Yes too.\n~%-50%c#No.\n}\n\n"
    "// [id:q1.6] [tag:objective:1a] [tag:section:1.1]\nIs it so? {T#It is.#Indeed.}\n\n"
    "// [id:q1.7] [tag:objective:1b] [tag:section:1.3]\nName it {=dropout#Yes. =drop "
    "out#Nearly.}\n\n"
    "// [id:q1.8] [tag:objective:1b] [tag:section:1.3]\nExplain it {\n"
    "####A model\\: short.\n- one idea\n- another idea\n}\n";

enum { QUESTIONS = 8, POINTS = 8 }; /* without the description; the open one has no points */

struct fixture {
    const char *folder;
    struct course course;
    struct study study;
    int64_t now_ms;
    struct clock clock;
    struct buf log;
    struct err err;
    size_t events;
    int counts[EVENT_TYPES];
    struct study_done recalled; /* what a later sitting finds in the log */
};

/* One line for each event, every field that its type uses. */
static void keep_event(void *user, struct event *event)
{
    struct fixture *f = user;
    snprintf(event->id, sizeof event->id, "id%zu", ++f->events);
    f->counts[event->type]++;
    assert_string_equal(event->course, "course");
    study_remember(&f->recalled, event);
    switch (event->type) {
    case EVENT_STEP:
        assert_true(event->step_hash != 0);
        buf_addf(&f->log, "step %s %s/%d\n", event->chapter, event->section, event->step);
        break;
    case EVENT_PREDICTION:
        buf_addf(&f->log, "prediction %s %s/%d [%s] %s: said \"%s\" was \"%s\" %s%s%d\n",
                 event->chapter, event->section, event->step, event->demo, event->result,
                 event->given, event->was, event->right ? "right " : "wrong ",
                 event->watched ? "watched " : "", event->confidence);
        break;
    case EVENT_ANSWER:
        assert_true(event->question_hash != 0);
        assert_int_equal(event->day, 20778);
        buf_addf(&f->log, "answer %s %s %s/%s %s %g %s %d %s%s\n", event->chapter, event->section,
                 event->quiz, event->question, event->given, event->fraction, event->state,
                 event->confidence, *event->attempt ? "scored" : "inline",
                 event->ungraded && strcmp(event->state, "needsgrading") != 0 ? " ungraded" : "");
        break;
    case EVENT_SCORE:
        assert_int_equal(strlen(event->attempt), 32);
        buf_addf(&f->log, "score %s %s %g/%g\n", event->chapter, event->quiz, event->score,
                 event->max);
        break;
    case EVENT_UNDO:
        buf_addf(&f->log, "undo %s %s\n", event->chapter, event->target);
        break;
    case EVENT_RETIRE:
        buf_addf(&f->log, "retire %s %s %d\n", event->chapter, event->question, event->on);
        break;
    case EVENT_RESET:
    case EVENT_BOOKMARK:
    case EVENT_SETTING:
        fail_msg("a session of steps and questions logs no %d", (int)event->type);
    }
}

static void check_log(struct fixture *f, const char *expected)
{
    assert_string_equal(buf_text(&f->log), expected);
    buf_clear(&f->log);
}

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    f->folder = test_folder();
    f->now_ms = 1795253400123; /* 2026-11-21T09:30:00Z */
    f->clock = clock_manual(&f->now_ms);
    test_file(f->folder, "lessons/01-study.md", lesson);
    test_file(
        f->folder, "lessons/02-other.md",
        "# Other\n\n```chapter\nid: other\nquiz: 02-other.gift\nobjective 2a: Be there\n```\n\n"
        "## 2.1 All\n\nNothing.\n\n"
        "## 2.2 Guess\n\nBefore.\n\n```guess q2.1\n```\n\n---\n\nAfter.\n\n```quiz q2.1\n```\n");
    test_file(f->folder, "quizzes/01-study.gift", gift);
    for (enum course_test t = 0; t < COURSE_TESTS; t++)
        test_file(f->folder, t == COURSE_PRETEST ? "quizzes/pretest.gift" : "quizzes/posttest.gift",
                  "// [id:t1] [tag:objective:1a] [tag:section:1.1]\nIs it? {T#No.#Yes.}\n\n"
                  "// [id:t2] [tag:objective:1b] [tag:section:1.2]\nIs it? {T#No.#Yes.}\n");
    test_file(f->folder, "quizzes/02-other.gift",
              "// [id:q2.1] [tag:objective:2a] [tag:section:2.1]\nIs it? {T#No.#Yes.}\n");
    if (!course_open(&f->course, f->folder, &f->err))
        fail_msg("%s", f->err.text);
    study_init(&f->study, &f->course, &f->clock, keep_event, f, 7);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    study_free(&f->study);
    study_done_free(&f->recalled);
    course_close(&f->course);
    buf_free(&f->log);
    free(f);
    return 0;
}

/* The program ends, and another begins with what the log holds. */
static void restart(struct fixture *f)
{
    study_free(&f->study);
    study_init(&f->study, &f->course, &f->clock, keep_event, f, 8);
    f->study.done = &f->recalled;
    f->recalled.count = 0; /* which steps are behind one is not in the log */
    buf_clear(&f->log);
}

static void say_text(struct fixture *f, const char *text)
{
    if (!study_answer(&f->study, &(struct study_answer){.text = text}, &f->err))
        fail_msg("%s: %s", text, f->err.text);
}

static void say_positions(struct fixture *f, const size_t *chosen, size_t count)
{
    if (!study_answer(&f->study, &(struct study_answer){.chosen = chosen, .count = count}, &f->err))
        fail_msg("%s", f->err.text);
}

/* Where the option with this place in the file is shown. */
static size_t shown_at(const struct study *study, size_t origin)
{
    for (size_t i = 0; i < study->ask.option_count; i++)
        if (study->ask.options[i].origin == origin)
            return i;
    fail_msg("option %zu is not shown", origin);
    return 0;
}

static void choose(struct fixture *f, size_t origin)
{
    size_t at = shown_at(&f->study, origin);
    say_positions(f, &at, 1);
}

static void choose_all(struct fixture *f, const size_t *origins, size_t count)
{
    size_t at[8];
    for (size_t i = 0; i < count; i++)
        at[i] = origins[i] == SIZE_MAX ? SIZE_MAX : shown_at(&f->study, origins[i]);
    say_positions(f, at, count);
}

#define CHOOSE(f, ...)                                                                             \
    choose_all((f), (const size_t[]){__VA_ARGS__}, sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t))

/* ---- guesses ------------------------------------------------------------------------------------ */

/* Asked before reading: no verdict, no key, nothing for review; set beside what is said afterwards. */
static void test_a_guess_is_kept_but_not_marked(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 1, 1, 0);
    buf_clear(&f->log);
    assert_string_equal(s->ask.head, "Guess");
    assert_null(s->ask.section);
    choose(f, 1);
    assert_int_equal(s->stage, STUDY_FEEDBACK); /* nobody is asked how sure of a guess */
    check_log(f, "answer other 2.2 other/q2.1 false 0 wrong 0 inline ungraded\n");
    assert_int_equal(s->feedback.mark.state, MARK_NEEDS_GRADING);
    assert_string_equal(s->feedback.verdict,
                        "Kept, not scored; the chapter answers it. You said: False");
    assert_null(s->feedback.key);
    assert_int_equal(s->feedback.comment_count, 0);
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_int_equal(s->ask.options[i].feedback_count, 0);
    assert_null(s->feedback.guessed);
    assert_true(study_next(s));
    buf_clear(&f->log);
    assert_string_equal(s->ask.head, "Question");
    choose(f, 0);
    assert_true(study_sure(s, 3));
    check_log(f, "answer other 2.2 other/q2.1 true 1 right 3 inline\n");
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_string_equal(s->feedback.guessed, "False");
    assert_false(s->feedback.guessed_right);
}

static void test_a_guess_is_set_beside_the_answer_of_a_later_day(void **state)
{
    struct fixture *f = *state;
    study_open(&f->study, 1, 1, 0);
    choose(f, 1);
    restart(f);
    study_open(&f->study, 1, 1, 1);
    choose(f, 0);
    assert_true(study_sure(&f->study, 3));
    assert_string_equal(f->study.feedback.guessed, "False");
    assert_false(f->study.feedback.guessed_right);
    study_remember(&f->recalled, &(struct event){.type = EVENT_RESET, .chapter = "other"});
    restart(f);
    study_open(&f->study, 1, 1, 1);
    choose(f, 0);
    assert_true(study_sure(&f->study, 3));
    assert_null(f->study.feedback.guessed);
}

static void test_a_guess_may_be_left(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 1, 1, 0);
    buf_clear(&f->log);
    assert_true(study_skip(s));
    check_log(f, "answer other 2.2 other/q2.1 null 0 gaveup 0 inline ungraded\n");
    assert_string_equal(s->feedback.verdict, "Read on; the chapter answers it.");
    assert_true(study_next(s));
    choose(f, 0);
    assert_true(study_sure(s, 3));
    assert_null(s->feedback.guessed);
}

/* ---- predictions ------------------------------------------------------------------------------- */

static void check_nothing_is_known(struct fixture *f)
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
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    check_log(f, "step study 1.1/2\n");
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_PREDICT);
    assert_int_equal(s->ask.form, FORM_NUMBER);
    assert_string_equal(s->ask.head, "Predict, 1 of 3");
    assert_true(s->ask.can_watch);
    check_nothing_is_known(f);
    assert_false(study_sure(s, 3)); /* nothing was said yet */
    say_text(f, "0.13");
    assert_int_equal(s->stage, STUDY_SURE);
    check_nothing_is_known(f);
    assert_false(study_answer(s, &(struct study_answer){.text = "0.125"}, &f->err)); /* locked in */
    assert_false(study_watch(s));
    assert_false(study_skip(s));
    assert_true(study_sure(s, 3));
    assert_int_equal(s->stage, STUDY_ASK);
    check_nothing_is_known(f);
    say_text(f, "9");
    assert_true(study_sure(s, 2));
    check_nothing_is_known(f);
    assert_int_equal(s->ask.form, FORM_CHOOSE_ONE);
    assert_int_equal(s->ask.option_count, 3);
    choose(f, 0);
    check_nothing_is_known(f);
    check_log(f, "");
    assert_true(study_sure(s, 0));
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_true(s->run.finished);
    check_log(f, "prediction study 1.1/2 [chain factor=0.5 depth=3] product: said \"0.13\" was "
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
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    buf_clear(&f->log);
    assert_true(study_watch(s));
    assert_int_equal(s->stage, STUDY_ASK);
    check_nothing_is_known(f);
    assert_true(study_skip(s)); /* to skip a prediction is to watch */
    choose(f, 1);
    assert_true(study_sure(s, 1));
    check_log(f, "prediction study 1.1/2 [chain factor=0.5 depth=3] product: said \"\" was "
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
    struct fixture *f = *state;
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
static void check_within(struct fixture *f, const char *demo, const char *predict,
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
    struct fixture *f = *state;
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

static const char *was_said(struct fixture *f, struct buf *out, const char *demo,
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
    struct fixture *f = *state;
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
    struct fixture *f = *state;
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
    check_log(f, "prediction study 1.1/3 [chain factor=0.5 depth=3] order: said \"c, a, b\" was "
                 "\"c (-0.903), a (0.125), b (7)\" right 3\n");
    study_done_free(s->done); /* as when the program is started anew */
    study_open(s, 0, 0, 2);
    CHOOSE(f, 0, 1, 2);
    assert_true(study_sure(s, 0));
    assert_false(s->predictions[0].right);
}

static void test_order_of_runs(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 3);
    buf_clear(&f->log);
    CHOOSE(f, 1, 2, 0);
    assert_true(study_sure(s, 1));
    check_log(f,
              "prediction study 1.1/4 [chain factor=0.5 depth=3] product (2): said \"factor = 0.5, "
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

static void predict_all(struct fixture *f)
{
    while (f->study.stage == STUDY_ASK && f->study.ask.kind == STUDY_PREDICT)
        assert_true(study_watch(&f->study));
    while (f->study.stage == STUDY_RUNNING)
        study_work(&f->study, 100000);
}

static void test_explanations_follow_the_outcome(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    predict_all(f);
    buf_clear(&f->log);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
    assert_false(s->ask.can_watch);
    assert_false(study_watch(s));
    const size_t beyond = 2;
    assert_false(study_answer(s, &(struct study_answer){.chosen = &beyond, .count = 1}, &f->err));
    assert_false(study_answer(s, &(struct study_answer){0}, &f->err));
    choose(f, 1);
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_string_equal(s->feedback.verdict, "Not that.");
    const struct study_option *wrong = &s->ask.options[shown_at(s, 1)];
    assert_true(wrong->chosen && wrong->worth == 0);
    assert_string_equal(study_plain_text(&s->step_arena, wrong->feedback, wrong->feedback_count),
                        "There is no chance in it.");
    assert_true(study_next(s)); /* the second explanation */
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
    choose(f, 0);
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    check_log(f, "prediction study 1.1/2 [chain factor=0.5 depth=3] explain: said \"The seed "
                 "decides.\" was \"Each layer halves it.\" wrong 0\n"
                 "prediction study 1.1/2 [chain factor=0.5 depth=3] explain (2): said \"Yes.\" "
                 "was \"Yes.\" right 0\n"
                 "step study 1.1/3\n");
}

static void test_knobs_turn_after_the_outcome(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    double product;
    struct demo_ref ref;
    study_open(s, 0, 0, 1);
    predict_all(f);
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
    check_log(f, "");
    assert_true(study_next(s)); /* and the explanations still come */
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
}

static void test_long_demo_runs_in_slices(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 0);
    say_text(f, "0.4");
    assert_true(study_sure(s, 3));
    assert_int_equal(s->stage, STUDY_RUNNING);
    assert_false(study_next(s));
    assert_true(study_work(s, 1));
    assert_int_equal(f->counts[EVENT_PREDICTION], 1); /* locked in; nothing is judged */
    while (study_work(s, 50000))
        ;
    assert_int_equal(s->stage, STUDY_OUTCOME);
    check_log(f, "step study 1.3/1\n"
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
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 0);
    say_text(f, "0.4");
    assert_true(study_sure(s, 3));
    assert_true(study_work(s, 1));
    restart(f);
    study_open(s, 0, 2, 0);
    assert_int_equal(s->stage, STUDY_RUNNING); /* it is not asked for again */
    assert_string_equal(s->predictions[0].said, "0.4");
    assert_true(s->predictions[0].earlier);
    while (study_work(s, 50000))
        ;
    assert_true(s->predictions[0].right);
    assert_int_equal(s->predictions[0].confidence, 3);
    assert_int_equal(f->counts[EVENT_PREDICTION], 2); /* locked in once, judged once */
    restart(f);
    study_open(s, 0, 2, 0);
    while (study_work(s, 50000))
        ;
    assert_true(s->predictions[0].right);
    assert_int_equal(f->counts[EVENT_PREDICTION], 2); /* nothing new */
    study_remember(&f->recalled, &(struct event){.type = EVENT_RESET, .chapter = "all"});
    restart(f);
    study_open(s, 0, 2, 0);
    assert_int_equal(s->stage, STUDY_ASK);
}

/* A number twice, a choice, an order of results and one of runs, each with its certainty. */
static void test_predictions_of_every_kind_come_back(void **state)
{
    static const size_t steps[] = {1, 2, 3};
    struct fixture *f = *state;
    struct study *s = &f->study;
    for (size_t i = 0; i < 3; i++) {
        study_open(s, 0, 0, steps[i]);
        for (int confidence = 1; s->stage == STUDY_ASK && s->ask.kind == STUDY_PREDICT;
             confidence++) {
            if (s->ask.form == FORM_NUMBER)
                say_text(f, "0.125");
            else if (s->ask.form == FORM_CHOOSE_ONE)
                choose(f, 0);
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
        restart(f);
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
    struct fixture *f = *state;
    study_open(&f->study, 0, 0, 2);
    assert_true(study_watch(&f->study));
    restart(f);
    study_open(&f->study, 0, 0, 2);
    assert_int_equal(f->study.stage, STUDY_ASK);
}

/* A room's prediction is its own. */
static void test_a_room_is_asked_though_its_instructor_predicted(void **state)
{
    struct fixture *f = *state;
    study_open(&f->study, 0, 1, 2);
    say_text(f, "0.5");
    assert_true(study_sure(&f->study, 3));
    restart(f);
    f->study.aloud = true;
    study_open(&f->study, 0, 1, 2);
    assert_int_equal(f->study.stage, STUDY_ASK);
}

static void test_demo_that_cannot_run_stops_nobody(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 1);
    assert_int_equal(s->stage, STUDY_READ);
    assert_non_null(strstr(s->run_error, "0 to 1"));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_END);
}

/* ---- coming back --------------------------------------------------------------------------------- */

static void test_back_and_forward(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 0);
    assert_false(study_back(s));
    assert_int_equal(study_step_count(s), 4);
    assert_true(study_next(s));
    assert_true(study_back(s));
    assert_int_equal(s->step, 0);
    study_open(s, 0, 1, 0);
    assert_true(study_back(s)); /* into the section before */
    assert_int_equal(s->section, 0);
    assert_int_equal(s->step, 3);
    check_log(f, "step study 1.1/1\nstep study 1.1/2\nstep study 1.1/1\nstep study 1.2/1\n"
                 "step study 1.1/4\n");
    study_open(s, 0, 99, 42); /* past the end is the end */
    assert_int_equal(s->stage, STUDY_END);
    assert_null(study_step(s));
    assert_null(study_section(s));
    assert_int_equal(study_step_count(s), 0);
    assert_true(study_back(s));
    assert_int_equal(s->section, 2);
    assert_int_equal(s->step, 1);
}

static void test_demo_seen_before_is_shown_without_asking(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 3);
    CHOOSE(f, 1, 2, 0);
    assert_true(study_sure(s, 3));
    assert_true(study_next(s));
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_int_equal(s->prediction_count, 1); /* with what was said of it */
    assert_true(s->predictions[0].earlier);
    assert_string_equal(s->predictions[0].said, "factor = 0.5, 1, 2");
    assert_int_equal(f->counts[EVENT_PREDICTION], 1);
    assert_true(study_next(s));
    assert_int_equal(s->section, 1);
}

static void test_demo_that_was_only_watched_is_shown_so(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 2);
    assert_true(study_watch(s));
    assert_true(study_next(s));
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_int_equal(s->prediction_count, 1);
    assert_true(s->predictions[0].watched);
    assert_int_equal(f->counts[EVENT_PREDICTION], 1);
    f->study.aloud = true; /* a room was not asked yet, but its lecturer has moved on */
    study_open(s, 0, 0, 2);
    assert_int_equal(s->prediction_count, 0);
}

/* As predictions are: once, then shown with what there is to say of it; again where that is asked for. */
static void test_an_explanation_is_asked_once(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    predict_all(f);
    assert_true(study_next(s));
    buf_clear(&f->log);
    choose(f, 1);
    check_log(f, "prediction study 1.1/2 [chain factor=0.5 depth=3] explain: said \"The seed "
                 "decides.\" was \"Each layer halves it.\" wrong 0\n");
    assert_false(study_repeat(s)); /* it was asked just now */
    assert_true(study_next(s));
    choose(f, 0);
    restart(f);
    study_open(s, 0, 0, 1);
    predict_all(f);
    buf_clear(&f->log);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
    assert_string_equal(s->feedback.verdict, "Done before: not that.");
    assert_true(s->ask.options[shown_at(s, 1)].chosen);
    assert_true(study_repeat(s));
    assert_int_equal(s->stage, STUDY_ASK);
    check_log(f, "");
    choose(f, 0);
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    assert_string_equal(s->feedback.verdict,
                        "Done before: right."); /* the second one of the step */
    assert_true(study_next(s));
    assert_true(study_back(s)); /* nor in the same session */
    assert_true(study_next(s));
    assert_string_equal(s->feedback.verdict, "Done before: right."); /* the last answer is shown */
    study_remember(&f->recalled, &(struct event){.type = EVENT_RESET, .chapter = "study"});
    restart(f);
    study_open(s, 0, 0, 1);
    assert_int_equal(s->stage, STUDY_ASK);
    predict_all(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_EXPLAIN);
}

static void test_a_room_explains_for_itself(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 0, 1);
    predict_all(f);
    assert_true(study_next(s));
    choose(f, 1);
    restart(f);
    s->aloud = true;
    study_open(s, 0, 0, 1);
    predict_all(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    buf_clear(&f->log);
    choose(f, 1);
    check_log(f, "");
}

static void test_long_demo_seen_before_asks_for_no_reason_again(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 2, 0);
    predict_all(f);
    assert_true(study_next(s));
    choose(f, 0);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_RUNNING);
    predict_all(f);
    assert_int_equal(s->stage, STUDY_OUTCOME);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_true(s->feedback.earlier);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
}

/* Two steps begin with the same words: having done one is not having done the other. */
static void test_steps_that_begin_alike_are_two(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 2);
    predict_all(f);
    assert_true(study_next(s));
    assert_int_equal(s->section, 2);
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_PREDICT);
}

static void test_locate_survives_edits(void **state)
{
    struct fixture *f = *state;
    const struct chapter *chapter = &f->course.chapters[0].lesson;
    size_t section, step;
    uint64_t hash = chapter->sections[0].steps[2].hash;
    study_locate(chapter, "1.1", hash, &section, &step);
    assert_true(section == 0 && step == 2);
    study_locate(chapter, "1.2", chapter->sections[1].steps[1].hash, &section, &step);
    assert_true(section == 1 && step == 1);
    study_locate(chapter, "1.2", 12345, &section, &step); /* its first line was rewritten */
    assert_true(section == 1 && step == 0);
    study_locate(chapter, "1.9", hash, &section, &step); /* there is no such section any more */
    assert_true(section == 0 && step == 0);
    study_locate(chapter, NULL, hash, &section, &step);
    assert_true(section == 0 && step == 0);
    /* A step before it was added, its own text was changed below the first line. */
    struct chapter edited;
    struct arena arena;
    arena_init(&arena);
    const char text[] = HEAD "## 1.1 Predictions\n\nNew.\n\n---\n\nOnly text.\n\n---\n\n"
                             "Order three results.\nWith more text.\n";
    lesson_read(&edited, &arena, "01-study.md", text, sizeof text - 1, NULL);
    study_locate(&edited, "1.1", hash, &section, &step);
    assert_true(section == 0 && step == 2);
    assert_int_equal(edited.sections[0].step_count, 3);
    arena_free(&arena);
}

/* ---- questions in a lesson -------------------------------------------------------------------------- */

static void test_inline_questions_are_asked_in_turn_and_not_scored(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 0);
    buf_clear(&f->log);
    assert_int_equal(s->ask.kind, STUDY_QUESTION);
    assert_string_equal(s->ask.head, "Question 1 of 4");
    assert_string_equal(s->ask.question->key, "q1.1");
    assert_string_equal(s->ask.section, "1.1");
    assert_false(s->in_quiz);
    choose(f, 1);
    assert_int_equal(s->stage, STUDY_SURE);
    assert_true(study_sure(s, 3));
    assert_string_equal(s->feedback.verdict, "Not so, though you were sure: try once more.");
    assert_true(s->feedback.sure_but_wrong);
    assert_string_equal(s->feedback.hint, "You chose \"that\": Not that.");
    assert_null(s->feedback.key);
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_null(s->ask.options[i].feedback); /* and the others keep silent */
    assert_true(study_next(s));
    assert_string_equal(s->ask.hint, "You chose \"that\": Not that.");
    choose(f, 2);
    assert_string_equal(s->feedback.verdict, "Not right.");
    assert_true(s->feedback.sure_but_wrong);
    assert_string_equal(s->feedback.key, "this");
    assert_string_equal(s->feedback.said, "those");
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_int_equal(s->ask.options[i].feedback_count, 1);
    assert_true(study_next(s)); /* the description and the key that is not there are passed over */
    assert_string_equal(s->ask.question->key, "q1.2");
    say_text(f, "4");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_null(s->feedback.key);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
    check_log(f, "answer study 1.2 study/q1.1 \"that.\" 0 wrong 3 inline\n"
                 "answer study 1.2 study/q1.1 \"those\" 0 wrong 0 inline\n"
                 "answer study 1.2 study/q1.2 \"4\" 1 right 0 inline\n"
                 "step study 1.2/2\n");
}

static void test_recall_is_typed_then_ticked(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 1);
    assert_int_equal(s->ask.kind, STUDY_RECALL);
    assert_true(s->ask.lines);
    say_text(f, "one idea, I think");
    assert_int_equal(s->ask.kind, STUDY_TICKS);
    assert_int_equal(s->ask.option_count, 2);
    const size_t ticks[] = {1, 1, 7};
    say_positions(f, ticks, 3);
    assert_string_equal(s->feedback.verdict, "1 of 2 ideas were there.");
    assert_true(study_next(s));
    assert_int_equal(s->step, 2);
    assert_true(study_back(s));
    assert_int_equal(s->stage, STUDY_READ); /* not asked twice */
    assert_int_equal(f->counts[EVENT_ANSWER], 0);
}

/* ---- a quiz --------------------------------------------------------------------------------------------- */

static void start_quiz(struct fixture *f, size_t most, bool shuffle, double pass)
{
    const struct quiz *quiz = course_quiz(&f->course, 0);
    assert_non_null(quiz);
    study_quiz(&f->study, &(struct study_source){quiz}, 1, most, shuffle, pass);
}

/* Passes to the question of this key, leaving those before it unanswered. */
static void go_to(struct fixture *f, const char *key)
{
    while (strcmp(f->study.ask.question->key, key) != 0) {
        assert_true(study_skip(&f->study));
        assert_true(study_next(&f->study));
    }
    buf_clear(&f->log);
}

/* What was begun waits where it was left, for this session. */
static void test_a_draft_waits_until_it_is_handed_in(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 1);
    assert_int_equal(s->ask.kind, STUDY_RECALL);
    assert_string_equal(study_draft(s), "");
    study_keep_draft(s, "one idea");
    study_keep_draft(s, "one idea,\nand");
    study_open(s, 0, 0, 0);
    assert_string_equal(study_draft(s), "");
    study_keep_draft(s, "nothing is asked here");
    study_open(s, 0, 1, 1);
    assert_string_equal(study_draft(s), "one idea,\nand");
    say_text(f, "one idea, and another");
    assert_string_equal(study_draft(s), "");
    study_open(s, 0, 1, 1); /* left before it was ticked: it is asked again, from the beginning */
    assert_string_equal(study_draft(s), "");
    study_keep_draft(s, "more");
    assert_true(study_skip(s));
    s->done->count = 0;
    study_open(s, 0, 1, 1);
    assert_string_equal(study_draft(s), "");
}

static void test_a_draft_of_an_open_question_waits_too(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item item = {.question = &quiz->questions[QUESTIONS], .quiz = quiz->id};
    study_practise(s, &item, 1, false, 0);
    study_keep_draft(s, "a model");
    study_practise(s, &item, 1, false, 0);
    assert_string_equal(study_draft(s), "a model");
    say_text(f, "a model, short");
    assert_true(study_undo(s)); /* not locked in */
    assert_string_equal(study_draft(s), "a model");
    say_text(f, "a model, short");
    assert_true(study_sure(s, 0));
    study_practise(s, &item, 1, false, 0);
    assert_string_equal(study_draft(s), "");
}

static void test_second_try_teaches_and_the_first_counts(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.2");
    uint64_t first = s->ask.serial;
    say_text(f, "5");
    assert_true(study_sure(s, 2));
    assert_true(s->feedback.retry);
    assert_string_equal(s->feedback.verdict, "Not yet: try once more.");
    assert_null(s->feedback.key); /* not given away */
    assert_int_equal(s->feedback.general_count, 0);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_string_equal(s->ask.hint, "Count again.");
    assert_string_equal(s->ask.head, "Question 2 of 8");
    assert_true(s->ask.serial > first); /* another question: a field must not keep its text */
    say_text(f, "4");                   /* and no question about confidence again */
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_string_equal(s->feedback.verdict, NOW_RIGHT);
    assert_true(s->items[1].answered);
    assert_int_equal(s->items[1].mark.state, MARK_WRONG);
    assert_int_equal(s->items[1].confidence, 2);
    check_log(f, "answer study  study/q1.2 \"5\" 0 wrong 2 scored\n"
                 "answer study  study/q1.2 \"4\" 1 right 0 scored\n");
    assert_true(study_next(s));
    assert_string_equal(s->ask.question->key, "q1.3");
    assert_null(s->ask.hint);
}

static void test_second_try_may_be_wrong_or_left(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.2");
    say_text(f, "3");
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    say_text(f, "7");
    assert_false(s->feedback.retry); /* there is no third */
    assert_string_equal(s->feedback.key, "4");
    assert_true(study_next(s));
    CHOOSE(f, 1, 0);
    assert_true(study_sure(s, 0));
    assert_true(s->feedback.retry);
    assert_true(study_next(s));
    assert_true(study_skip(s));
    assert_string_equal(s->feedback.verdict, "Left unanswered.");
    assert_true(s->items[2].answered); /* the first try was */
    assert_int_equal(s->items[2].mark.state, MARK_WRONG);
}

/* What is said of an option may begin with "That": it is read away from the option, so it names it. */
static void test_a_hint_reads_alone(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    choose(f, 1);
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.hint, "You chose \"that\": Not that.");
    assert_true(study_next(s));
    go_to(f, "q1.2");
    say_text(f, "5");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.hint, "Count again."); /* its own goes first */
}

/* A test is no card of review: there the promise would be empty. */
static void test_sure_but_wrong_promises_what_is_kept(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_string_equal(s->feedback.promise,
                        "What one is sure of and wrong about comes back first in review.");
    struct study_item item = s->items[0];
    study_practise(s, &item, 1, false, 0);
    choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_null(s->feedback.promise);
    study_quiz(s, &(struct study_source){course_test(&f->course, COURSE_PRETEST)}, 1, 0, false, 0);
    choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_true(s->feedback.sure_but_wrong);
    assert_string_equal(s->feedback.promise, "Watch for it in 1.1. The test after the course asks "
                                             "it once more, in other numbers.");
    study_quiz(s, &(struct study_source){course_test(&f->course, COURSE_POSTTEST)}, 1, 0, false, 0);
    choose(f, 1);
    assert_true(study_sure(s, 3));
    assert_null(s->feedback.promise);
}

static void test_matching_and_order(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.3");
    assert_int_equal(s->ask.form, FORM_PAIRS);
    assert_int_equal(s->ask.stem_count, 2);
    const size_t one = 0;
    assert_false(study_answer(s, &(struct study_answer){.chosen = &one, .count = 1}, &f->err));
    assert_string_equal(f->err.text, "choose a partner for each of the 2");
    CHOOSE(f, 0, SIZE_MAX); /* a half answer is one */
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Partly right: try once more.");
    assert_string_equal(s->feedback.said, "one -> 1; two -> ");
    assert_null(s->ask.kept);
    assert_true(study_next(s));
    assert_int_equal(s->ask.options[s->ask.kept[0]].origin, 0); /* what was right stays */
    assert_true(s->ask.kept[1] == SIZE_MAX);
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.3");
    CHOOSE(f, 1, 0);
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    assert_true(s->ask.kept[0] == SIZE_MAX && s->ask.kept[1] == SIZE_MAX);
    CHOOSE(f, 1, 0);
    assert_int_equal(s->feedback.pair_count, 2);
    assert_string_equal(s->feedback.pairs[2], "two");
    assert_string_equal(s->feedback.pairs[3], "2");
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.3");
    CHOOSE(f, 0, SIZE_MAX);
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    CHOOSE(f, 0, 1);
    assert_string_equal(s->feedback.verdict, NOW_RIGHT);
    assert_true(study_next(s));
    assert_int_equal(s->ask.form, FORM_ORDER);
    CHOOSE(f, 1, 0, 2);
    assert_true(study_sure(s, 1));
    assert_true(s->feedback.retry);
    assert_string_equal(s->feedback.said, "second, then first, then third");
    assert_true(study_next(s));
    CHOOSE(f, 0, 1, 2);
    assert_string_equal(s->feedback.verdict, NOW_RIGHT);
}

static void test_several_choices(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.5");
    const size_t twice[] = {0, 0};
    assert_false(study_answer(s, &(struct study_answer){.chosen = twice, .count = 2}, &f->err));
    assert_string_equal(f->err.text, "name each option once");
    assert_false(study_answer(s, &(struct study_answer){0}, &f->err));
    assert_string_equal(f->err.text, "choose at least one option");
    CHOOSE(f, 0, 2);
    assert_true(study_sure(s, 0));
    assert_int_equal(s->feedback.mark.state, MARK_WRONG); /* half gained, half lost */
    /* Of what was wrongly taken, only; and it names it. */
    assert_string_equal(s->feedback.hint, "You chose \"c\": No.");
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.5");
    CHOOSE(f, 1);
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Partly right: try once more.");
    assert_string_equal(s->feedback.hint, "What you took is right, but something is missing.");
    assert_true(study_next(s));
    CHOOSE(f, 0);
    assert_string_equal(s->feedback.verdict, "Partly right.");
    assert_true(s->feedback.mark.fraction == 0.5);
    for (size_t i = 0; i < s->ask.option_count; i++)
        assert_int_equal(s->ask.options[i].feedback_count, 1);
}

static void test_true_false_short_and_bad_answers(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.6");
    assert_int_equal(s->ask.options[0].origin, 0); /* never shuffled */
    choose(f, 0);
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    assert_int_equal(s->ask.form, FORM_TEXT);
    assert_false(study_answer(s, &(struct study_answer){.text = ""}, &f->err));
    say_text(f, " DROPOUT ");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.2");
    assert_false(study_answer(s, &(struct study_answer){.text = "4 of them"}, &f->err));
    assert_non_null(strstr(f->err.text, "is not a number"));
    say_text(f, "8/2");
    assert_true(study_sure(s, 0));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_string_equal(s->feedback.said, "8/2");
    check_log(f, "answer study  study/q1.2 \"4\" 1 right 0 scored\n");
}

static void test_open_question_is_ticked_by_the_learner(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.8");
    assert_true(s->ask.lines);
    say_text(f, "one\ntwo");
    assert_true(study_sure(s, 2));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_int_equal(s->ask.kind, STUDY_TICKS);
    assert_string_equal(
        study_plain_text(&s->step_arena, s->feedback.general, s->feedback.general_count),
        "A model: short.");
    check_log(f, "answer study  study/q1.8 \"one\\ntwo\" 0 needsgrading 2 scored\n");
    say_positions(f, (const size_t[]){0, 1}, 2);
    assert_string_equal(s->feedback.verdict, "2 of 2 ideas were there.");
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_int_equal(s->result.self_graded, 1);
}

static void test_open_question_left_shows_the_model(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.8");
    assert_true(study_skip(s));
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_string_equal(s->feedback.verdict, "Left unanswered.");
    assert_int_equal(s->feedback.general_count, 1);
}

/* Answers the question in hand as its key says. */
static void answer_right(struct fixture *f)
{
    struct study *s = &f->study;
    const char *key = s->ask.question->key;
    if (strcmp(key, "q1.2") == 0)
        say_text(f, "4");
    else if (strcmp(key, "q1.3") == 0)
        CHOOSE(f, 0, 1);
    else if (strcmp(key, "q1.4") == 0)
        CHOOSE(f, 0, 1, 2);
    else if (strcmp(key, "q1.5") == 0)
        CHOOSE(f, 0, 1);
    else if (strcmp(key, "q1.7") == 0)
        say_text(f, "dropout");
    else if (strcmp(key, "q1.8") == 0)
        say_text(f, "everything");
    else
        choose(f, 0);
    assert_true(study_sure(s, 3));
    if (s->ask.kind == STUDY_TICKS)
        say_positions(f, (const size_t[]){0, 1}, 2);
    assert_int_equal(s->stage, STUDY_FEEDBACK);
}

static void test_whole_quiz_right_from_the_chapters_end(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 3, 0);
    assert_int_equal(s->stage, STUDY_END);
    assert_true(study_next(s));
    assert_true(s->in_quiz);
    assert_false(study_back(s));
    assert_int_equal(s->item_count, QUESTIONS);
    for (size_t i = 0; i < QUESTIONS; i++) {
        answer_right(f);
        assert_true(study_next(s));
    }
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(s->result.passed);
    assert_true(s->result.score == POINTS && s->result.max == POINTS);
    assert_int_equal(s->result.right, QUESTIONS - 1);
    assert_int_equal(s->result.again_count, 0);
    assert_int_equal(s->result.unanswered, 0);
    assert_int_equal(f->counts[EVENT_SCORE], 1);
    assert_int_equal(f->counts[EVENT_ANSWER], QUESTIONS);
    assert_non_null(strstr(buf_text(&f->log), "\nscore study study 8/8\n"));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_DONE);
    assert_false(study_next(s));
    assert_false(study_back(s));
}

static void test_result_counts_objectives_and_names_what_to_read(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 80);
    for (size_t i = 0; i < QUESTIONS; i++) {
        const char *key = s->ask.question->key;
        if (strcmp(key, "q1.7") == 0) {
            assert_true(study_skip(s));
        } else if (strcmp(key, "q1.2") == 0) {
            say_text(f, "5");
            assert_true(study_sure(s, 0));
            assert_true(study_next(s));
            say_text(f, "4"); /* too late for the score */
        } else if (strcmp(key, "q1.6") == 0) {
            choose(f, 0);
            assert_true(study_sure(s, 1)); /* right, but guessed: read again */
        } else {
            answer_right(f);
        }
        assert_true(study_next(s));
    }
    const struct study_result *r = &s->result;
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(r->score == 6 && r->max == 8);
    assert_false(r->passed);
    assert_int_equal(r->unanswered, 1);
    assert_int_equal(r->right, 5);
    assert_int_equal(r->objective_count, 2);
    assert_string_equal(r->objectives[0].id, "1a");
    assert_string_equal(r->objectives[0].text, "Predict");
    assert_true(r->objectives[0].right == 4 && r->objectives[0].asked == 4);
    assert_string_equal(r->objectives[1].id, "1b");
    assert_true(r->objectives[1].right == 1 && r->objectives[1].asked == 3);
    assert_true(r->objectives[1].weak && !r->objectives[0].weak);
    assert_int_equal(r->again_count, 3);
    static const char *const sections[] = {"1.1", "1.2", "1.3"};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(r->again[i].section, sections[i]);
        assert_int_equal(r->again[i].section_index, i);
        assert_int_equal(r->again[i].missed, 1);
    }
    assert_string_equal(r->again[2].title, "Long");
    assert_non_null(strstr(buf_text(&f->log), "score study study 6/8\n"));
}

/* Nobody has taken a test by passing all its questions over. */
static void test_a_quiz_without_an_answer_has_no_score(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    for (int answered = 0; answered < 2; answered++) {
        study_quiz(s, &(struct study_source){course_test(&f->course, COURSE_POSTTEST)}, 1, 0, false,
                   0);
        assert_true(study_skip(s));
        assert_true(study_next(s));
        if (answered)
            choose(f, 1);
        else
            assert_true(study_skip(s));
        if (answered)
            assert_true(study_sure(s, 0));
        assert_true(study_next(s));
        assert_int_equal(s->stage, STUDY_RESULT);
        assert_int_equal(s->result.untaken, !answered);
        assert_int_equal(s->result.objective_count, answered ? 2 : 0);
        assert_int_equal(f->counts[EVENT_SCORE], answered);
    }
}

static void test_leaving_early_keeps_answers_and_gives_no_score(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    answer_right(f);
    assert_true(study_next(s));
    assert_true(study_finish_early(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_false(s->result.passed);
    assert_int_equal(s->result.unanswered, QUESTIONS - 1);
    assert_true(s->result.score == 1 && s->result.max == 8);
    check_log(f, "answer study  study/q1.1 \"this\" 1 right 3 scored\n");
    assert_false(study_finish_early(s));
    study_open(s, 0, 0, 0);
    assert_false(study_finish_early(s));
}

/* A review asks what it is given, keeps no score, and takes a slip of the key back. */
static void test_review_asks_again_and_undoes(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {{.question = quiz_find(quiz, "q1.7"), .quiz = quiz->id},
                                 {.question = quiz_find(quiz, "q1.1"), .quiz = quiz->id}};
    study_review(s, items, 2);
    assert_string_equal(s->ask.head, "Review 1 of 2");
    assert_false(study_undo(s)); /* nothing was answered yet */
    assert_true(study_answer(s, &(struct study_answer){.text = "wrong"}, &f->err));
    assert_true(study_undo(s)); /* not yet marked: there is nothing to log */
    assert_int_equal(s->stage, STUDY_ASK);
    assert_false(study_undo(s));
    assert_true(study_answer(s, &(struct study_answer){.text = "wrong"}, &f->err));
    assert_true(study_sure(s, 3));
    assert_int_equal(s->feedback.mark.state, MARK_WRONG);
    assert_true(study_undo(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_string_equal(s->ask.question->key, "q1.7");
    assert_true(
        study_answer(s, &(struct study_answer){.text = "dropout"}, &f->err)); /* told: practice */
    assert_string_equal(s->feedback.verdict, "Right now; it counts as left unanswered.");
    assert_true(study_next(s));
    assert_string_equal(s->ask.head, "Review 2 of 2");
    assert_true(study_undo(s)); /* back over the question in hand to the one before */
    assert_string_equal(s->ask.question->key, "q1.7");
    assert_true(study_skip(s));
    assert_true(study_next(s));
    answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    check_log(f, "answer study  study/q1.7 \"wrong\" 0 wrong 3 scored\n"
                 "undo study id1\n"
                 "answer study  study/q1.7 null 0 gaveup 0 scored\n"
                 "answer study  study/q1.7 \"dropout\" 1 right 0 scored\n"
                 "undo study id3\nundo study id4\n"
                 "answer study  study/q1.7 null 0 gaveup 0 scored\n"
                 "answer study  study/q1.1 \"this\" 1 right 3 scored\n");
    assert_true(study_undo(s)); /* from the result, too */
    assert_string_equal(s->ask.question->key, "q1.1");
    study_open(s, 0, 0, 0);
    assert_false(study_undo(s));
}

static void test_undo_takes_both_tries_of_a_quiz_back(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.2");
    size_t before = f->events;
    say_text(f, "5");
    assert_true(study_can_undo(s));
    assert_true(study_undo(s)); /* locked in by a slip: nothing was logged yet */
    assert_int_equal(s->stage, STUDY_ASK);
    say_text(f, "5");
    assert_true(study_sure(s, 3));
    assert_true(study_next(s));
    say_text(f, "3");
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_true(study_undo(s));
    assert_int_equal(s->stage, STUDY_ASK);
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.hint, "Count again."); /* it was read, so this is no first try */
    assert_non_null(strstr(s->ask.note, "counts as left unanswered"));
    say_text(f, "4");
    assert_string_equal(s->feedback.verdict, "Right now; it counts as left unanswered.");
    char expected[400];
    snprintf(expected, sizeof expected,
             "answer study  study/q1.2 \"5\" 0 wrong 3 scored\n"
             "answer study  study/q1.2 \"3\" 0 wrong 0 scored\n"
             "undo study id%zu\nundo study id%zu\n"
             "answer study  study/q1.2 null 0 gaveup 0 scored\n"
             "answer study  study/q1.2 \"4\" 1 right 0 scored\n",
             before + 1, before + 2);
    check_log(f, expected);
    while (s->stage != STUDY_RESULT) {
        study_skip(s);
        assert_true(study_next(s));
    }
    assert_false(study_undo(s)); /* once it is scored, it is scored */
    assert_true(s->result.score == 0);
}

/* What was right at the first try told nothing: its certainty may be mended. */
static void test_undo_of_what_was_right_is_a_first_try(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 0);
    go_to(f, "q1.2");
    say_text(f, "4");
    assert_true(study_sure(s, 1));
    assert_true(study_undo(s));
    assert_null(s->ask.hint);
    assert_null(s->ask.note);
    say_text(f, "4");
    assert_true(study_sure(s, 3));
    assert_string_equal(s->feedback.verdict, "Right.");
    assert_true(study_next(s));
    assert_true(study_undo(s));
    say_text(f, "5");
    assert_true(study_sure(s, 3));
    assert_true(study_undo(s));
    assert_true(study_skip(s)); /* left after all: once */
    assert_true(study_undo(s));
    say_text(f, "4");
    assert_string_equal(s->feedback.verdict, "Right now; it counts as left unanswered.");
    assert_int_equal(s->items[s->item].mark.state, MARK_GAVE_UP);
}

static void test_undo_in_a_lesson_asks_the_same_question(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    study_open(s, 0, 1, 0);
    assert_false(study_can_undo(s));
    choose(f, 0);
    assert_true(study_sure(s, 0));
    size_t first = f->events;
    assert_true(study_next(s));
    say_text(f, "5");
    assert_true(study_sure(s, 0));
    assert_true(study_next(s));
    say_text(f, "6");
    size_t last = f->events;
    buf_clear(&f->log);
    assert_true(study_undo(s));
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.head, "Question 4 of 4");
    assert_int_equal(s->stage, STUDY_ASK);
    char expected[80];
    snprintf(expected, sizeof expected, "undo study id%zu\nundo study id%zu\n", last - 1, last);
    check_log(f, expected);
    assert_false(study_undo(s)); /* one at a time */
    say_text(f, "4");
    assert_int_equal(s->stage, STUDY_FEEDBACK);
    assert_true(study_next(s));
    assert_int_equal(s->step, 1);
    assert_true(study_undo(s)); /* from the next step, too */
    assert_int_equal(s->step, 0);
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_true(first < last);
}

static void test_only_what_was_missed_is_asked_once_more(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 0, false, 90);
    for (size_t i = 0; i < QUESTIONS; i++) {
        if (i == 1 || i == 4)
            assert_true(study_skip(s));
        else
            answer_right(f);
        assert_true(study_next(s));
    }
    assert_int_equal(study_missed(s), 2);
    assert_false(s->passed);
    assert_int_equal(f->counts[EVENT_SCORE], 1);
    assert_true(study_retry_missed(s));
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.head, "Question 1 of 2");
    assert_false(study_would_lose(s));
    answer_right(f);
    assert_true(study_next(s));
    assert_string_equal(s->ask.question->key, "q1.5");
    assert_true(study_skip(s));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_int_equal(study_missed(s), 1); /* as often as one likes */
    assert_true(study_retry_missed(s));
    answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(study_missed(s), 0);
    assert_false(study_retry_missed(s));
    assert_int_equal(f->counts[EVENT_SCORE], 1); /* practice has no score ... */
    assert_false(s->passed);                     /* ... and passes nothing */
}

/* A question that misled, and another. */
static void start_review(struct fixture *f)
{
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {
        {.question = quiz_find(quiz, "q1.1"), .quiz = quiz->id, .misled = true},
        {.question = quiz_find(quiz, "q1.2"), .quiz = quiz->id}};
    study_review(&f->study, items, 2);
}

static void test_what_misled_shows_its_demo_first(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {
        {.question = quiz_find(quiz, "q1.1"), .quiz = quiz->id, .misled = true},
        {.question = quiz_find(quiz, "q1.5"), .quiz = quiz->id}};
    study_review(s, items, 2);
    assert_int_equal(s->stage, STUDY_BEFORE);
    assert_true(s->ask.taught.has_demo);
    assert_int_equal(s->ask.taught.demo.section, 0);
    assert_false(study_answer(s, &(struct study_answer){0}, &f->err));
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK);
    answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_ASK); /* this one did not */
    assert_true(text_starts(s->attempt, ATTEMPT_REVIEW));
}

/* What was taken out beside an answer comes back with it: else it would be asked, and never again. */
static void test_an_undo_puts_back_what_was_taken_out(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_review(f);
    study_next(s); /* past what misled */
    answer_right(f);
    assert_true(study_retire(s, true));
    buf_clear(&f->log);
    assert_true(study_undo(s));
    assert_int_equal(s->stage, STUDY_ASK);
    check_log(f, "undo study id1\nretire study q1.1 0\n");
    answer_right(f);
    study_retire(s, true);
    study_retire(s, false);
    buf_clear(&f->log);
    study_next(s);
    assert_true(study_undo(s)); /* from the next question */
    check_log(f, "undo study id5\n");
}

static void test_looking_up_does_not_move_where_one_left_off(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    s->visiting = true;
    study_open(s, 0, 0, 1);
    assert_true(study_next(s) == false);
    study_open(s, 0, 0, 0);
    assert_true(study_next(s));
    assert_int_equal(f->counts[EVENT_STEP], 0);
    assert_int_equal(s->ask.kind, STUDY_PREDICT); /* a demo has its gate here, too */
    say_text(f, "0.125");
    assert_true(study_sure(s, 3));
    assert_int_equal(s->ask.kind, STUDY_PREDICT);
    study_open(s, 0, 99, 0);
    assert_int_equal(s->stage, STUDY_END);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_DONE); /* no quiz within a quiz */
}

static void test_earlier_answer_is_taken_back_and_asked_first(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {{.question = quiz_find(quiz, "q1.7"), .quiz = quiz->id}};
    struct study_item earlier = {.question = quiz_find(quiz, "q1.2"), .quiz = quiz->id};
    snprintf(earlier.events[0], 33, "first");
    snprintf(earlier.events[1], 33, "second");
    assert_false(study_undo_earlier(s, &earlier)); /* there is no review */
    study_review(s, items, 1);
    assert_true(study_undo_earlier(s, &earlier));
    check_log(f, "undo study first\nundo study second\n");
    assert_string_equal(s->ask.question->key, "q1.2");
    assert_string_equal(s->ask.head, "Review 1 of 2");
    answer_right(f);
    assert_true(study_next(s));
    assert_string_equal(s->ask.question->key, "q1.7");
    answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(study_undo_earlier(s, &earlier)); /* from the result as well */
    assert_string_equal(s->ask.head, "Review 3 of 3");
}

/* A part of a quiz must not become the best result of the whole. */
static void test_part_of_a_quiz_gives_no_score(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    start_quiz(f, 1, false, 0);
    assert_int_equal(s->item_count, 1);
    answer_right(f);
    assert_true(study_next(s));
    assert_int_equal(s->stage, STUDY_RESULT);
    assert_true(s->result.passed);
    assert_int_equal(f->counts[EVENT_SCORE], 0);
    start_quiz(f, 99, false, 0);
    assert_int_equal(s->item_count, QUESTIONS);
}

static void test_two_quizzes_give_two_scores(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    const struct study_source sources[] = {{course_quiz(&f->course, 1)},
                                           {course_quiz(&f->course, 0)}};
    study_quiz(s, sources, 2, 0, false, 0);
    assert_int_equal(s->item_count, QUESTIONS + 1);
    for (size_t i = 0; i <= QUESTIONS; i++) {
        answer_right(f);
        assert_true(study_next(s));
    }
    assert_true(s->result.score == POINTS + 1);
    assert_int_equal(f->counts[EVENT_SCORE], 2);
    assert_non_null(strstr(buf_text(&f->log), "answer other  other/q2.1"));
    assert_non_null(strstr(buf_text(&f->log), "answer study  study/q1.7"));
    assert_non_null(strstr(buf_text(&f->log), "score other other 1/1\nscore study study 8/8\n"));
}

static void order_of_options(struct fixture *f, uint64_t seed, bool shuffle, struct buf *out)
{
    study_free(&f->study);
    study_init(&f->study, &f->course, &f->clock, NULL, NULL, seed);
    start_quiz(f, 0, shuffle, 0);
    while (f->study.stage == STUDY_ASK) {
        buf_addf(out, "%s:", f->study.ask.question->key);
        for (size_t i = 0; i < f->study.ask.option_count; i++)
            buf_addf(out, " %zu", f->study.ask.options[i].origin);
        buf_add(out, "\n");
        study_skip(&f->study);
        study_next(&f->study);
    }
}

static void test_same_seed_gives_the_same_order(void **state)
{
    struct fixture *f = *state;
    struct buf a = {0}, b = {0}, other = {0}, written = {0};
    order_of_options(f, 7, true, &a);
    f->now_ms += 1000000;
    order_of_options(f, 7, true, &b);
    assert_string_equal(buf_text(&a), buf_text(&b));
    order_of_options(f, 8, true, &other);
    assert_string_not_equal(buf_text(&a), buf_text(&other));
    order_of_options(f, 0, false, &written);
    assert_non_null(strstr(buf_text(&written), "q1.1: 0 1 2\nq1.2:\nq1.3: 0 1\n"));
    for (uint64_t seed = 1; seed < 50; seed++) { /* what is to be ordered never comes in order */
        buf_clear(&other);
        order_of_options(f, seed, false, &other);
        assert_null(strstr(buf_text(&other), "q1.4: 0 1 2"));
    }
    buf_free(&a);
    buf_free(&b);
    buf_free(&other);
    buf_free(&written);
}

static void test_inputs_that_do_not_fit_change_nothing(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    const struct study_answer answer = {.text = "1"};
    assert_int_equal(s->stage, STUDY_DONE); /* before anything was opened */
    assert_false(study_next(s));
    assert_false(study_back(s));
    assert_false(study_answer(s, &answer, &f->err));
    assert_false(study_sure(s, 1));
    assert_false(study_watch(s));
    assert_false(study_skip(s));
    assert_false(study_work(s, 1));
    assert_false(study_turn(s, "p=1", &f->err));
    assert_false(study_finish_early(s));
    study_open(s, 0, 0, 0);
    buf_clear(&f->log);
    assert_int_equal(s->stage, STUDY_READ);
    assert_false(study_answer(s, &answer, &f->err));
    assert_string_equal(f->err.text, "nothing is asked here");
    assert_false(study_turn(s, "p=1", &f->err));
    assert_false(study_sure(s, 1));
    assert_false(study_watch(s));
    assert_false(study_skip(s));
    study_open(s, 0, 0, 1);
    say_text(f, "1");
    assert_false(study_sure(s, 4));
    assert_false(study_sure(s, -1));
    assert_int_equal(s->stage, STUDY_SURE);
}

/* ---- any inputs ------------------------------------------------------------------------------------------ */

static const char *some_text(struct rng *rng, char *huge)
{
    static const char *const texts[] = {"",       "0.125", "4",      "-1",           "abc",
                                        "1/0",    "1e999", "\u2212", "dropout",      "50%",
                                        "a\nb\n", "2^10",  ",,,,",   "\xff\xc3\x28", "0,5"};
    enum { TEXTS = sizeof texts / sizeof *texts };
    uint32_t which = rng_below(rng, TEXTS + 1);
    return which == TEXTS ? huge : texts[which];
}

static void check_invariants(const struct study *s)
{
    assert_true(s->stage <= STUDY_DONE);
    assert_true(s->chapter < s->course->chapter_count);
    if (s->stage == STUDY_RUNNING || s->stage == STUDY_OUTCOME)
        assert_true(s->has_run && !s->in_quiz);
    if (s->stage == STUDY_OUTCOME)
        assert_true(s->run.finished);
    if (s->stage == STUDY_ASK && s->ask.kind == STUDY_PREDICT)
        assert_true(s->has_run && s->run.done == 0 && s->see_count == 0);
    if (s->stage == STUDY_ASK || s->stage == STUDY_SURE)
        assert_true(s->ask.prompt_count > 0 || s->ask.prompt);
    if (s->in_quiz && s->stage <= STUDY_FEEDBACK)
        assert_true(s->item < s->item_count);
    if (s->stage == STUDY_FEEDBACK)
        assert_non_null(s->feedback.verdict);
    if (s->stage == STUDY_END)
        assert_true(!s->in_quiz && !study_step(s));
    if (!s->in_quiz && s->stage < STUDY_END)
        assert_non_null(study_step(s));
    for (size_t i = 0; i < s->item_count; i++)
        if (s->items[i].answered && question_is_gradable(s->items[i].question))
            assert_true(s->items[i].mark.fraction >= -1 && s->items[i].mark.fraction <= 1);
    if (s->stage == STUDY_RESULT)
        assert_true(s->result.score <= s->result.max + 1e-9);
}

static void test_any_inputs_keep_the_session_whole(void **state)
{
    struct fixture *f = *state;
    struct study *s = &f->study;
    struct rng rng;
    enum { INPUTS = 30000, HUGE_SIZE = 20000 };
    char *huge = malloc(HUGE_SIZE + 1);
    memset(huge, '1', HUGE_SIZE);
    huge[HUGE_SIZE] = '\0';
    rng_init(&rng, 2026, 0, 0);
    int reached[STUDY_DONE + 1] = {0};
    for (int i = 0; i < INPUTS; i++) {
        enum study_stage before = s->stage;
        size_t events = f->events, count = rng_below(&rng, 6), chosen[6];
        for (size_t k = 0; k < 6; k++)
            chosen[k] = rng_below(&rng, 20) ? rng_below(&rng, 4) : SIZE_MAX - rng_below(&rng, 2);
        struct study_answer answer = {
            .text = some_text(&rng, huge), .chosen = chosen, .count = count};
        uint32_t input = rng_below(&rng, 100);
        bool took = true;
        if (input < 30)
            took = study_answer(s, &answer, &f->err);
        else if (input < 50)
            took = study_sure(s, (int)rng_below(&rng, 6) - 1);
        else if (input < 75)
            took = study_next(s);
        else if (input < 80)
            took = study_back(s);
        else if (input < 84)
            took = study_watch(s);
        else if (input < 88)
            took = study_skip(s);
        else if (input < 92)
            study_work(s, 200000);
        else if (input < 96)
            took = study_turn(s, rng_below(&rng, 2) ? "seed=3" : "depth=x", &f->err);
        else if (input == 96)
            study_finish_early(s);
        else if (input == 97 && rng_below(&rng, 2))
            start_quiz(f, rng_below(&rng, 5), rng_below(&rng, 2), 50);
        else if (input == 97)
            start_review(f);
        else if (input == 99 && rng_below(&rng, 2))
            study_undo(s);
        else if (input == 99)
            study_retry_missed(s);
        else if (input == 98 || s->stage == STUDY_DONE)
            study_open(s, rng_below(&rng, 2), rng_below(&rng, 4), rng_below(&rng, 5));
        if (!took && input < 96) { /* nothing happened */
            if (s->stage != before && !(input >= 92 && before == STUDY_OUTCOME))
                fail_msg("input %u was refused but moved stage %d to %d", input, before, s->stage);
            assert_int_equal(f->events, events);
        }
        check_invariants(s);
        reached[s->stage]++;
        buf_clear(&f->log);
    }
    for (int stage = STUDY_READ; stage <= STUDY_DONE; stage++)
        if (!reached[stage])
            fail_msg("no input led to stage %d", stage);
    assert_true(f->counts[EVENT_SCORE] > 0 && f->counts[EVENT_PREDICTION] > 0);
    free(huge);
}

/* ---- the course that is shipped --------------------------------------------------------------------------- */

/* What a demo says of itself before it ran must not give its outcome away. */
static void test_shipped_demos_keep_their_outcome(void **state)
{
    struct fixture *f = *state;
    struct course shipped;
    struct study study;
    if (!course_open(&shipped, ".", &f->err))
        fail_msg("%s", f->err.text);
    study_init(&study, &shipped, &f->clock, NULL, NULL, 1);
    size_t predictions = 0;
    for (size_t c = 0; c < shipped.chapter_count; c++)
        for (size_t i = 0; i < shipped.chapters[c].lesson.section_count; i++)
            for (size_t k = 0; k < shipped.chapters[c].lesson.sections[i].step_count; k++) {
                const struct directive *d =
                    shipped.chapters[c].lesson.sections[i].steps[k].directive;
                study_open(&study, c, i, k);
                if (!d || d->kind != DIRECTIVE_DEMO || !d->ask_count || !study.has_run)
                    continue;
                for (size_t a = 0; a < d->ask_count; a++) {
                    struct demo_ref ref;
                    double number;
                    if (d->asks[a].kind != ASK_NUMBER)
                        continue;
                    predictions++;
                    assert_true(demo_ref_read(study.run.demo, d->asks[a].ref, &ref, &f->err));
                    if (demo_ref_number(&study.run, ref, &number) || demo_ref_text(&study.run, ref))
                        fail_msg("%s is known before the run of %s", d->asks[a].ref, d->args);
                }
            }
    assert_true(predictions > 0);
    study_free(&study);
    course_close(&shipped);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        TEST(test_a_guess_is_kept_but_not_marked),
        TEST(test_a_guess_is_set_beside_the_answer_of_a_later_day),
        TEST(test_who_leaves_in_a_demo_comes_back_to_the_prediction_locked_in),
        TEST(test_predictions_of_every_kind_come_back),
        TEST(test_what_was_only_watched_is_asked_later),
        TEST(test_a_room_is_asked_though_its_instructor_predicted),
        TEST(test_a_guess_may_be_left),
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
        TEST(test_back_and_forward),
        TEST(test_demo_seen_before_is_shown_without_asking),
        TEST(test_demo_that_was_only_watched_is_shown_so),
        TEST(test_an_explanation_is_asked_once),
        TEST(test_a_room_explains_for_itself),
        TEST(test_long_demo_seen_before_asks_for_no_reason_again),
        TEST(test_steps_that_begin_alike_are_two),
        TEST(test_locate_survives_edits),
        TEST(test_inline_questions_are_asked_in_turn_and_not_scored),
        TEST(test_recall_is_typed_then_ticked),
        TEST(test_a_draft_waits_until_it_is_handed_in),
        TEST(test_a_draft_of_an_open_question_waits_too),
        TEST(test_second_try_teaches_and_the_first_counts),
        TEST(test_second_try_may_be_wrong_or_left),
        TEST(test_a_hint_reads_alone),
        TEST(test_sure_but_wrong_promises_what_is_kept),
        TEST(test_matching_and_order),
        TEST(test_several_choices),
        TEST(test_true_false_short_and_bad_answers),
        TEST(test_open_question_is_ticked_by_the_learner),
        TEST(test_open_question_left_shows_the_model),
        TEST(test_whole_quiz_right_from_the_chapters_end),
        TEST(test_result_counts_objectives_and_names_what_to_read),
        TEST(test_a_quiz_without_an_answer_has_no_score),
        TEST(test_leaving_early_keeps_answers_and_gives_no_score),
        TEST(test_review_asks_again_and_undoes),
        TEST(test_undo_takes_both_tries_of_a_quiz_back),
        TEST(test_undo_of_what_was_right_is_a_first_try),
        TEST(test_undo_in_a_lesson_asks_the_same_question),
        TEST(test_only_what_was_missed_is_asked_once_more),
        TEST(test_what_misled_shows_its_demo_first),
        TEST(test_an_undo_puts_back_what_was_taken_out),
        TEST(test_looking_up_does_not_move_where_one_left_off),
        TEST(test_earlier_answer_is_taken_back_and_asked_first),
        TEST(test_part_of_a_quiz_gives_no_score),
        TEST(test_two_quizzes_give_two_scores),
        TEST(test_same_seed_gives_the_same_order),
        TEST(test_inputs_that_do_not_fit_change_nothing),
        TEST(test_any_inputs_keep_the_session_whole),
        TEST(test_shipped_demos_keep_their_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
