#include "support/test.h"

#include "support/student.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* One line for each event, every field that its type uses. */
static void keep_event(void *user, struct event *event)
{
    struct student *f = user;
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

void student_logged(struct student *f, const char *expected)
{
    assert_string_equal(buf_text(&f->log), expected);
    buf_clear(&f->log);
}

int student_set_up(void **state)
{
    struct student *f = *state = calloc(1, sizeof *f);
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

int student_tear_down(void **state)
{
    struct student *f = *state;
    study_free(&f->study);
    study_done_free(&f->recalled);
    course_close(&f->course);
    buf_free(&f->log);
    free(f);
    return 0;
}

void student_restart(struct student *f)
{
    study_free(&f->study);
    study_init(&f->study, &f->course, &f->clock, keep_event, f, 8);
    f->study.done = &f->recalled;
    f->recalled.count = 0; /* which steps are behind one is not in the log */
    buf_clear(&f->log);
}

void student_say(struct student *f, const char *text)
{
    if (!study_answer(&f->study, &(struct study_answer){.text = text}, &f->err))
        fail_msg("%s: %s", text, f->err.text);
}

void student_say_positions(struct student *f, const size_t *chosen, size_t count)
{
    if (!study_answer(&f->study, &(struct study_answer){.chosen = chosen, .count = count}, &f->err))
        fail_msg("%s", f->err.text);
}

size_t student_shown_at(const struct study *study, size_t origin)
{
    for (size_t i = 0; i < study->ask.option_count; i++)
        if (study->ask.options[i].origin == origin)
            return i;
    fail_msg("option %zu is not shown", origin);
    return 0;
}

void student_choose(struct student *f, size_t origin)
{
    size_t at = student_shown_at(&f->study, origin);
    student_say_positions(f, &at, 1);
}

void student_choose_all(struct student *f, const size_t *origins, size_t count)
{
    size_t at[8];
    for (size_t i = 0; i < count; i++)
        at[i] = origins[i] == SIZE_MAX ? SIZE_MAX : student_shown_at(&f->study, origins[i]);
    student_say_positions(f, at, count);
}

void student_watch(struct student *f)
{
    while (f->study.stage == STUDY_ASK && f->study.ask.kind == STUDY_PREDICT)
        assert_true(study_watch(&f->study));
    while (f->study.stage == STUDY_RUNNING)
        study_work(&f->study, 100000);
}

void student_begin_quiz(struct student *f, size_t most, bool shuffle, double pass)
{
    const struct quiz *quiz = course_quiz(&f->course, 0);
    assert_non_null(quiz);
    study_quiz(&f->study, &(struct study_source){quiz}, 1, most, shuffle, pass);
}

void student_go_to(struct student *f, const char *key)
{
    while (strcmp(f->study.ask.question->key, key) != 0) {
        assert_true(study_skip(&f->study));
        assert_true(study_next(&f->study));
    }
    buf_clear(&f->log);
}

void student_answer_right(struct student *f)
{
    struct study *s = &f->study;
    const char *key = s->ask.question->key;
    if (strcmp(key, "q1.2") == 0)
        student_say(f, "4");
    else if (strcmp(key, "q1.3") == 0)
        CHOOSE(f, 0, 1);
    else if (strcmp(key, "q1.4") == 0)
        CHOOSE(f, 0, 1, 2);
    else if (strcmp(key, "q1.5") == 0)
        CHOOSE(f, 0, 1);
    else if (strcmp(key, "q1.7") == 0)
        student_say(f, "dropout");
    else if (strcmp(key, "q1.8") == 0)
        student_say(f, "everything");
    else
        student_choose(f, 0);
    assert_true(study_sure(s, 3));
    if (s->ask.kind == STUDY_TICKS)
        student_say_positions(f, (const size_t[]){0, 1}, 2);
    assert_int_equal(s->stage, STUDY_FEEDBACK);
}

void student_begin_review(struct student *f)
{
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[] = {
        {.question = quiz_find(quiz, "q1.1"), .quiz = quiz->id, .misled = true},
        {.question = quiz_find(quiz, "q1.2"), .quiz = quiz->id}};
    study_review(&f->study, items, 2);
}
