/* A course that is edited: read anew in place, and every stage of a session over it. */
#include "support/test.h"

#include "base/utf8.h"
#include "study/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD                                                                                       \
    "# One\n\n```chapter\nid: one\nminutes: 5\nquiz: 01-one.gift\nobjective 1a: Do\n```\n\n"
#define READING "## 1.1 Text\n\nOnly text.\n\n---\n\n"
#define DEMO                                                                                       \
    "Predict.\n\n```demo mask units=1 passes=460000\n"                                             \
    "predict mean_kept within x2: How many are kept?\n"                                            \
    "explain: Why?\n+ So.\n# Yes.\n- Not so.\n# No.\n```\n\n---\n\n"
#define RECALL "```recall\n- one idea\n- another idea\n```\n\n---\n\n"
#define ASKING "## 1.2 Questions\n\nAn answer.\n\n```quiz q1.1\n```\n\n---\n\nThe last.\n"
#define LESSON HEAD READING DEMO RECALL ASKING
#define QUESTION                                                                                   \
    "// [id:q1.1] [tag:objective:1a] [tag:section:1.1] [nt:hint=Count again.]\nHow much is 3 + "   \
    "1? {#\n"                                                                                      \
    "=4:0.01#Right.\n=%0%5:0.01#One too many.\n=%0%3:0.01#One too few.\n####Four.}\n\n"
#define GIFT QUESTION "// [id:q1.2] [tag:objective:1a] [tag:section:1.2]\nIs it? {T#No.#Yes.}\n"

enum { READ, PREDICT, RECALLING }; /* steps of 1.1 */

struct fixture {
    char folder[500];
    struct course course;
    struct course_watch watch;
    struct study study;
    int64_t now_ms;
    struct clock clock;
    struct buf said;
    struct err err;
};

static void ignore(void *user, struct event *event)
{
    (void)user;
    snprintf(event->id, sizeof event->id, "id");
}

static int set_up(void **state)
{
    struct fixture *f = *state = calloc(1, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "%s", test_folder());
    f->now_ms = 1795253400123;
    f->clock = clock_manual(&f->now_ms);
    test_file(f->folder, "lessons/01-one.md", LESSON);
    test_file(f->folder, "lessons/glossary.md", "# Glossary\n\n## Bit\n\nA bit.\n");
    test_file(f->folder, "quizzes/01-one.gift", GIFT);
    if (!course_open(&f->course, f->folder, &f->err))
        fail_msg("%s", f->err.text);
    course_watch_open(&f->watch, &f->course);
    study_init(&f->study, &f->course, &f->clock, ignore, f, 7);
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    study_free(&f->study);
    course_watch_close(&f->watch);
    course_close(&f->course);
    buf_free(&f->said);
    free(f);
    return 0;
}

static enum course_news take(struct fixture *f)
{
    return course_watch_changed(&f->watch) ? course_reload(&f->course, &f->watch, &f->said)
                                           : COURSE_SAME;
}

/* As the faces do it. True: another page is shown. */
static bool edit(struct fixture *f, const char *name, const char *text)
{
    test_file(f->folder, name, text);
    enum course_news news = take(f);
    if (news != COURSE_RELOADED)
        fail_msg("%s, %d: %s", name, (int)news, buf_text(&f->said));
    bool turned = study_reloaded(&f->study);
    struct course_used used = study_used(&f->study);
    course_forget_older(&f->course, &used, 1);
    return turned;
}

/* A chapter before this one, a step before its steps: nothing stands where it stood. */
static bool edit_elsewhere(struct fixture *f)
{
    edit(f, "lessons/00-first.md",
         "# First\n\n```chapter\nid: first\nminutes: 1\nobjective 0a: Be\n```\n\n## 0.1 "
         "It\n\nIt.\n");
    return edit(f, "lessons/01-one.md",
                HEAD "## 1.1 Text\n\nA new step.\n\n---\n\n"
                     "Only text.\n\n---\n\n" DEMO RECALL ASKING "\n---\n\nBehind.\n");
}

static size_t older(const struct course *course)
{
    size_t count = 0;
    for (; course->older; course = course->older)
        count++;
    return count;
}

static const char *first_words(struct fixture *f)
{
    const struct step *step = study_step(&f->study);
    return step && step->block_count
               ? study_plain_text(&f->study.course->arena, step->blocks[0].spans,
                                  step->blocks[0].span_count)
               : "";
}

/* ---- the course -------------------------------------------------------------------------------- */

static void test_what_was_not_edited_is_not_read_again(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(take(f), COURSE_SAME);
    test_file(f->folder, "lessons/.01-one.md.swp", "draft");
    test_file(f->folder, "lessons/01-one.md~", "backup");
    assert_int_equal(take(f), COURSE_SAME);
    assert_int_equal(f->course.generation, 1);
}

static void test_an_edit_is_swapped_in_and_the_older_freed(void **state)
{
    struct fixture *f = *state;
    const struct course *same = &f->course;
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Text\n\nOther text.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_int_equal(same->generation, 2);
    assert_int_equal(older(same), 1);
    assert_int_equal(same->chapters[0].lesson.sections[0].step_count, 1);
    assert_int_equal(same->older->chapters[0].lesson.sections[0].step_count, 3);
    struct course_used used = {1, 1};
    course_forget_older(&f->course, &used, 1);
    assert_int_equal(older(same), 1);
    course_forget_older(&f->course, NULL, 0);
    assert_int_equal(older(same), 0);
}

static void test_a_broken_file_keeps_the_last_good_version(void **state)
{
    struct fixture *f = *state;
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Text\n\n```demo msak\n```\n" ASKING);
    assert_int_equal(take(f), COURSE_KEPT);
    assert_int_equal(strncmp(buf_text(&f->said), "01-one.md:", 10), 0);
    assert_non_null(strstr(buf_text(&f->said), "msak"));
    assert_int_equal(f->course.generation, 1);
    test_file(f->folder, "quizzes/01-one.gift", GIFT "broken {=\n"); /* both are */
    assert_int_equal(take(f), COURSE_KEPT);
    test_file(f->folder, "lessons/01-one.md", LESSON);
    assert_int_equal(take(f), COURSE_RELOADED); /* without the quiz, which still is */
    assert_non_null(strstr(buf_text(&f->said), "01-one.gift"));
    assert_int_equal(course_quiz(&f->course, 0)->count, 2);
    test_file(f->folder, "quizzes/01-one.gift", GIFT);
    assert_int_equal(take(f), COURSE_RELOADED);
}

static void test_a_file_gone_for_a_moment_comes_back(void **state)
{
    struct fixture *f = *state;
    char path[700], draft[700];
    snprintf(path, sizeof path, "%s/lessons/01-one.md", f->folder);
    snprintf(draft, sizeof draft, "%s/lessons/.draft", f->folder);
    assert_int_equal(rename(path, draft), 0);
    test_file(
        f->folder, "lessons/02-two.md",
        "# Two\n\n```chapter\nid: two\nminutes: 1\nobjective 2a: Be\n```\n\n## 2.1 T\n\nT.\n");
    assert_int_equal(take(f), COURSE_RELOADED); /* with the other, and what was in this one */
    assert_string_equal(buf_text(&f->said), "01-one.md is gone or empty");
    assert_int_equal(f->course.chapter_count, 2);
    assert_int_equal(f->course.chapters[0].lesson.section_count, 2);
    assert_int_equal(rename(draft, path), 0);
    if (take(f) != COURSE_RELOADED)
        fail_msg("%s", buf_text(&f->said));
    assert_int_equal(f->course.chapter_count, 2);
    test_file(f->folder, "lessons/01-one.md", ""); /* truncated, then written */
    assert_int_equal(take(f), COURSE_KEPT);
    test_file(f->folder, "lessons/01-one.md", LESSON);
    assert_int_equal(take(f), COURSE_RELOADED);
}

#define TWO "# Two\n\n```chapter\nid: two\nminutes: 1\nobjective 2a: Be\n```\n\n## 2.1 T\n\n"
#define BROKEN "```demo msak\n```\n"

static const char *title_of(const struct fixture *f, size_t chapter)
{
    return f->course.chapters[chapter].lesson.sections[0].title;
}

static void test_one_broken_file_hides_no_mended_one(void **state)
{
    struct fixture *f = *state;
    test_file(f->folder, "lessons/02-two.md", TWO "T.\n");
    assert_int_equal(take(f), COURSE_RELOADED);
    test_file(f->folder, "lessons/02-two.md", TWO BROKEN);
    assert_int_equal(take(f), COURSE_KEPT);
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Mended\n\nText.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(title_of(f, 0), "Mended");
    assert_int_equal(strncmp(buf_text(&f->said), "02-two.md:", 10), 0); /* still said */
    assert_string_equal(title_of(f, 1), "T");
    assert_null(f->course.chapters[1].lesson.sections[0].steps[0].directive); /* as it was */
    course_forget_older(&f->course, NULL, 0); /* the good version outlives the reading it was of */
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Again\n\nText.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(title_of(f, 0), "Again");
    assert_string_equal(title_of(f, 1), "T");
    test_file(f->folder, "lessons/02-two.md", TWO "Mended.\n");
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(buf_text(&f->said), "");
    assert_int_equal(f->watch.changed.length, 0);
}

/* It has no good version: the course goes on without it. */
static void test_a_new_file_that_is_broken_is_left_out(void **state)
{
    struct fixture *f = *state;
    test_file(f->folder, "lessons/02-two.md", TWO BROKEN);
    assert_int_equal(take(f), COURSE_KEPT);
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Mended\n\nText.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(title_of(f, 0), "Mended");
    assert_int_equal(f->course.chapter_count, 1);
    test_file(f->folder, "lessons/02-two.md", TWO "T.\n");
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_int_equal(f->course.chapter_count, 2);
}

static void test_a_renamed_file_is_not_a_lost_one(void **state)
{
    struct fixture *f = *state;
    char from[700], to[700];
    snprintf(from, sizeof from, "%s/lessons/01-one.md", f->folder);
    snprintf(to, sizeof to, "%s/lessons/01-uno.md", f->folder);
    assert_int_equal(rename(from, to), 0);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(buf_text(&f->said), "");
    assert_int_equal(f->course.chapter_count, 1);
    assert_int_equal(strcmp(strrchr(f->course.chapters[0].lesson.file, '/'), "/01-uno.md"), 0);
}

static void swap_folder(struct fixture *f, const char *name)
{
    char now[700], aside[700], fresh[700];
    snprintf(now, sizeof now, "%s/%s", f->folder, name);
    snprintf(aside, sizeof aside, "%s/old-%s", f->folder, name);
    snprintf(fresh, sizeof fresh, "%s/new-%s", f->folder, name);
    assert_int_equal(rename(now, aside), 0);
    assert_int_equal(rename(fresh, now), 0);
}

/* Another branch is checked out, a copy moved into place: the same path, another folder. */
static void test_a_folder_that_was_replaced_is_read_and_followed(void **state)
{
    struct fixture *f = *state;
    test_file(f->folder, "new-lessons/01-one.md", HEAD "## 1.1 Another\n\nText.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_SAME); /* no folder of a course */
    swap_folder(f, "lessons");
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(f->course.chapters[0].lesson.sections[0].title, "Another");
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Third\n\nText.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(f->course.chapters[0].lesson.sections[0].title, "Third");
    test_file(f->folder, "old-lessons/01-one.md", LESSON);
    assert_int_equal(take(f), COURSE_SAME); /* the one put aside */
    test_file(f->folder, "new-quizzes/01-one.gift", QUESTION);
    swap_folder(f, "quizzes");
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_int_equal(course_quiz(&f->course, 0)->count, 1);
}

/* What stands beside the lessons is none of them. */
static void test_files_beside_the_folders_are_not_read(void **state)
{
    struct fixture *f = *state;
    test_file(f->folder, "README.md", "# Read me\n");
    test_file(f->folder, "01-one.md", "# Not this one\n");
    assert_int_equal(take(f), COURSE_SAME);
}

static void test_a_folder_gone_for_a_moment_comes_back(void **state)
{
    struct fixture *f = *state;
    char now[700], aside[700];
    snprintf(now, sizeof now, "%s/lessons", f->folder);
    snprintf(aside, sizeof aside, "%s/aside", f->folder);
    assert_int_equal(rename(now, aside), 0);
    assert_int_equal(take(f), COURSE_KEPT);
    assert_int_equal(f->course.chapter_count, 1);
    assert_true(f->said.length > 0);
    assert_int_equal(rename(aside, now), 0);
    assert_int_equal(take(f), COURSE_RELOADED);
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Mended\n\nText.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_string_equal(f->course.chapters[0].lesson.sections[0].title, "Mended");
}

static void test_a_quiz_gone_for_a_moment_stays(void **state)
{
    struct fixture *f = *state;
    char path[700];
    snprintf(path, sizeof path, "%s/quizzes/01-one.gift", f->folder);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(take(f), COURSE_KEPT);
    assert_string_equal(buf_text(&f->said), "01-one.gift is gone or empty");
    test_file(f->folder, "lessons/01-one.md", HEAD "## 1.1 Mended\n\nText.\n\n" ASKING);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_int_equal(course_quiz(&f->course, 0)->count, 2);
    test_file(f->folder, "quizzes/01-one.gift", QUESTION);
    assert_int_equal(take(f), COURSE_RELOADED);
    assert_int_equal(course_quiz(&f->course, 0)->count, 1);
}

/* Nobody had opened the quiz before it was broken: what is opened then is the good version. */
static void test_a_quiz_is_as_it_was_before_it_was_broken(void **state)
{
    struct fixture *f = *state;
    test_file(f->folder, "quizzes/01-one.gift", "broken {=\n");
    assert_int_equal(take(f), COURSE_KEPT);
    assert_int_equal(course_quiz(&f->course, 0)->count, 2);
}

/* ---- a session, stage by stage ------------------------------------------------------------------- */

static void answer(struct fixture *f, const char *text)
{
    if (!study_answer(&f->study, &(struct study_answer){.text = text}, &f->err))
        fail_msg("%s", f->err.text);
}

static void to_stage(struct fixture *f, enum study_stage stage)
{
    struct study *study = &f->study;
    study_open(study, 0, 0, stage == STUDY_READ ? READ : PREDICT);
    if (stage == STUDY_READ || stage == STUDY_ASK)
        return;
    answer(f, "0.5");
    if (stage == STUDY_SURE)
        return;
    study_sure(study, 2);
    study_work(study, 1);
    if (stage == STUDY_RUNNING)
        return;
    while (study_work(study, 100)) {
    }
    if (stage == STUDY_OUTCOME)
        return;
    study_next(study);
    assert_int_equal(study->ask.kind, STUDY_EXPLAIN);
    study_answer(study, &(struct study_answer){.chosen = (size_t[]){0}, .count = 1}, &f->err);
}

static void test_each_stage_of_a_step_stays_when_another_is_edited(void **state)
{
    static const enum study_stage stages[] = {STUDY_READ,    STUDY_ASK,     STUDY_SURE,
                                              STUDY_RUNNING, STUDY_OUTCOME, STUDY_FEEDBACK};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (i)
            set_up(state);
        struct fixture *f = *state;
        to_stage(f, stages[i]);
        uint64_t serial = f->study.ask.serial;
        assert_int_equal(f->study.stage, stages[i]);
        assert_false(edit_elsewhere(f));
        assert_int_equal(f->study.stage, stages[i]);
        assert_int_equal(f->study.ask.serial, serial);
        assert_int_equal(f->study.chapter, 1);
        assert_int_equal(f->study.section, 0);
        assert_string_equal(first_words(f), i ? "Predict." : "Only text.");
        while (f->study.stage == STUDY_RUNNING)
            study_work(&f->study, 100);
        if (f->study.stage == STUDY_ASK)
            answer(f, "0.5");
        if (f->study.stage == STUDY_SURE)
            study_sure(&f->study, 1);
        while (f->study.stage == STUDY_RUNNING)
            study_work(&f->study, 100);
        if (i) { /* to the end of the step, with what was kept of the old reading */
            assert_string_equal(f->study.predictions[0].said, "0.5");
            assert_true(study_next(&f->study) || study_skip(&f->study));
        }
        while (study_step(&f->study) && f->study.step == PREDICT + 1 &&
               (study_next(&f->study) || study_skip(&f->study))) {
        }
        if (i)
            assert_int_equal(f->study.step, RECALLING + 1);
        if (i + 1 < sizeof stages / sizeof *stages)
            tear_down(state);
    }
}

static void test_each_stage_of_an_edited_step_begins_anew(void **state)
{
    static const enum study_stage stages[] = {STUDY_ASK, STUDY_SURE, STUDY_RUNNING, STUDY_OUTCOME,
                                              STUDY_FEEDBACK};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (i)
            set_up(state);
        struct fixture *f = *state;
        to_stage(f, stages[i]);
        uint64_t serial = f->study.ask.serial;
        assert_true(
            edit(f, "lessons/01-one.md",
                 HEAD READING
                 "Predict.\n\n```demo mask units=1 passes=10\n"
                 "predict mean_kept within x2: Now how many?\n```\n\n---\n\n" RECALL ASKING));
        assert_int_equal(older(&f->course), 0);
        assert_int_equal(f->study.step, PREDICT);
        if (stages[i] < STUDY_OUTCOME)
            assert_true(f->study.ask.serial != serial);
        assert_true(f->study.stage == STUDY_ASK || f->study.stage == STUDY_RUNNING ||
                    f->study.stage == STUDY_OUTCOME);
        if (i + 1 < sizeof stages / sizeof *stages)
            tear_down(state);
    }
}

static void test_a_lost_step_leads_to_the_start_of_its_section(void **state)
{
    struct fixture *f = *state;
    to_stage(f, STUDY_OUTCOME);
    assert_true(edit(f, "lessons/01-one.md", HEAD "## 1.1 Text\n\nThe only one.\n\n" ASKING));
    assert_int_equal(f->study.stage, STUDY_READ);
    assert_string_equal(first_words(f), "The only one.");
    assert_int_equal(older(&f->course), 0);
}

static void test_a_question_of_a_lesson_begins_anew_and_cannot_be_taken_back(void **state)
{
    struct fixture *f = *state;
    study_open(&f->study, 0, 1, 0);
    answer(f, "4");
    study_sure(&f->study, 3);
    assert_int_equal(f->study.stage, STUDY_FEEDBACK);
    assert_true(edit(f, "quizzes/01-one.gift",
                     "// [id:q1.1] [tag:objective:1a] [tag:section:1.1]\nHow much is 4 + 1? "
                     "{#\n=5:0.01#Right.\n=%0%6:0.01#No.\n=%0%4:0.01#No.\n####Five.}\n"));
    assert_int_equal(f->study.stage, STUDY_ASK);
    assert_int_equal(older(&f->course), 0);
    assert_false(study_undo(&f->study)); /* its step may be another one */
    answer(f, "5");
    study_sure(&f->study, 3);
    assert_int_equal(f->study.feedback.mark.state, MARK_RIGHT);
    edit(f, "lessons/01-one.md", HEAD READING ASKING); /* what is asked is the same: it can be */
    assert_int_equal(f->study.stage, STUDY_FEEDBACK);
    assert_true(study_undo(&f->study));
    assert_int_equal(f->study.stage, STUDY_ASK);
    assert_string_equal(f->study.ask.question->key, "q1.1");
}

#define ASKING_BOTH "## 1.2 Questions\n\nAn answer.\n\n```quiz q1.1 q1.2\n```\n\n---\n\nThe last.\n"
#define TRUE_OR(stem) "// [id:q1.2] [tag:objective:1a] [tag:section:1.2]\n" stem " {T#No.#Yes.}\n"

/* A step that asks two questions, at the second one. */
static void to_second_question(struct fixture *f)
{
    edit(f, "lessons/01-one.md", HEAD READING ASKING_BOTH);
    study_open(&f->study, 0, 1, 0);
    answer(f, "4");
    study_sure(&f->study, 3);
    study_next(&f->study);
    assert_string_equal(f->study.ask.question->key, "q1.2");
}

static void test_questions_of_a_step_go_on_over_edits_of_others(void **state)
{
    struct fixture *f = *state;
    to_second_question(f);
    uint64_t serial = f->study.ask.serial;
    /* The words around them, a step before theirs, and one more question between them. */
    assert_false(edit(f, "lessons/01-one.md",
                      HEAD "## 1.1 Text\n\nNew.\n\n---\n\nMore.\n\n## 1.2 Questions\n\n"
                           "An answer.\n\nOther words.\n\n```quiz q1.1 q1.2\n```\n"));
    assert_int_equal(f->study.ask.serial, serial); /* what was typed belongs to it */
    assert_false(
        edit(f, "quizzes/01-one.gift",
             QUESTION TRUE_OR("Is it?") "\n// [id:q1.3] [tag:objective:1a]\nNew? {T#N#Y}\n"));
    assert_false(edit(f, "lessons/01-one.md",
                      HEAD READING
                      "## 1.2 Questions\n\nAn answer.\n\n```quiz q1.1 q1.3 q1.2\n```\n"));
    assert_int_equal(f->study.ask.serial, serial);
    assert_string_equal(f->study.ask.head, "Question 3 of 3");
    assert_true(study_skip(&f->study));
    assert_int_equal(f->study.stage, STUDY_FEEDBACK);
    assert_false(edit(f, "lessons/01-one.md",
                      HEAD READING "## 1.2 Questions\n\nAn answer.\n\n```quiz q1.2 q1.3\n```\n"));
    assert_int_equal(f->study.stage, STUDY_FEEDBACK);
    assert_true(study_next(&f->study));
    assert_string_equal(f->study.ask.question->key, "q1.3");
    edit(f, "lessons/glossary.md", "# Glossary\n\n## Bit\n\nTwo.\n");
    assert_true(study_undo(&f->study)); /* the answer before it */
    assert_string_equal(f->study.ask.question->key, "q1.2");
    edit(f, "lessons/glossary.md", "# Glossary\n\n## Bit\n\nThree.\n");
    assert_true(study_skip(&f->study));
    assert_true(study_next(&f->study));
    assert_string_equal(f->study.ask.question->key, "q1.3");
}

static void test_an_edited_question_begins_anew_and_those_before_it_do_not(void **state)
{
    struct fixture *f = *state;
    to_second_question(f);
    assert_true(edit(f, "quizzes/01-one.gift", QUESTION TRUE_OR("Is it so?")));
    assert_int_equal(f->study.stage, STUDY_ASK);
    assert_string_equal(f->study.ask.question->key, "q1.2");
    assert_int_equal(older(&f->course), 0);
    assert_true(study_skip(&f->study));
    /* The question in hand is gone: what is left of the step. */
    assert_true(edit(f, "lessons/01-one.md", HEAD READING ASKING));
    assert_string_equal(f->study.ask.question->key, "q1.1");
}

static void test_both_questions_edited_begin_at_the_first(void **state)
{
    struct fixture *f = *state;
    to_second_question(f);
    assert_true(
        edit(f, "quizzes/01-one.gift",
             "// [id:q1.1] [tag:objective:1a]\nIs one? {T#No.#Yes.}\n\n" TRUE_OR("Is two?")));
    assert_string_equal(f->study.ask.question->key, "q1.1");
}

/* What a step asks after an edit is of another reading than what it asked before. */
static void test_what_is_asked_between_two_edits_outlives_both(void **state)
{
    struct fixture *f = *state;
    to_stage(f, STUDY_OUTCOME);
    edit_elsewhere(f);
    study_next(&f->study);
    assert_int_equal(f->study.ask.kind, STUDY_EXPLAIN);
    edit(f, "lessons/00-first.md",
         "# First\n\n```chapter\nid: first\nminutes: 1\nobjective 0a: Be\n```\n\n## 0.1 A\n\nB.\n");
    study_answer(&f->study, &(struct study_answer){.chosen = (size_t[]){0}, .count = 1}, &f->err);
    assert_int_equal(f->study.stage, STUDY_FEEDBACK);
    for (size_t i = 0; i < 2; i++) {
        const struct study_option *option = &f->study.ask.options[i];
        assert_string_equal(
            study_plain_text(&f->study.course->arena, option->feedback, option->feedback_count),
            option->worth > 0 ? "Yes." : "No.");
    }
}

static void test_recall_keeps_its_ticks(void **state)
{
    struct fixture *f = *state;
    study_open(&f->study, 0, 0, RECALLING);
    answer(f, "Two ideas.");
    assert_int_equal(f->study.ask.kind, STUDY_TICKS);
    assert_false(edit_elsewhere(f));
    assert_string_equal(study_plain_text(&f->study.course->arena, f->study.ask.options[1].spans,
                                         f->study.ask.options[1].span_count),
                        "another idea");
    study_answer(&f->study, &(struct study_answer){.chosen = (size_t[]){0}, .count = 1}, &f->err);
    assert_true(study_next(&f->study));
}

static void test_the_end_of_a_chapter_stays_its_end(void **state)
{
    struct fixture *f = *state;
    study_open(&f->study, 0, 9, 0);
    assert_int_equal(f->study.stage, STUDY_END);
    assert_false(edit_elsewhere(f));
    assert_null(study_step(&f->study));
    assert_true(study_next(&f->study)); /* the quiz of the same chapter */
    assert_string_equal(f->study.items[0].question->key, "q1.1");
}

static void start_quiz(struct fixture *f)
{
    struct study_source source = {course_quiz(&f->course, 0)};
    study_quiz(&f->study, &source, 1, 0, false, 0);
}

static void expect_news(struct fixture *f, const char *said)
{
    struct buf text = {0};
    study_say_news(&f->study, "", &text);
    assert_string_equal(buf_text(&text), said);
    buf_free(&text);
}

#define HINTED(n, stem, feedback)                                                                  \
    "// [id:q1." n "] [tag:objective:1a] [tag:section:1.2]\n" stem " {=a#" feedback                \
    " ~b#No. ~c#Not so.}\n\n"

/* The question in hand stays; those to come have their new texts, but for what asks something else now. */
static void test_an_edit_reaches_the_next_question_of_a_quiz(void **state)
{
    struct fixture *f = *state;
    for (int shuffled = 0; shuffled < 2; shuffled++) {
        edit(f, "quizzes/01-one.gift",
             QUESTION HINTED("2", "Which?", "Yes.") HINTED("3", "Who?", "He.")
                 HINTED("4", "When?", "Now."));
        struct study_source source = {course_quiz(&f->course, 0)};
        study_quiz(&f->study, &source, 1, 0, shuffled, 0);
        const char *first = f->study.ask.question->key;
        study_skip(&f->study);
        edit(f, "quizzes/01-one.gift",
             QUESTION HINTED("2", "Which?", "Surely.") HINTED("3", "Whose?", "His.")
                 HINTED("5", "Where?", "Here."));
        assert_string_equal(f->study.ask.question->key, first);
        size_t asked = 0, old = 0;
        while (study_next(&f->study) && f->study.stage == STUDY_ASK) {
            const struct question *question = f->study.ask.question;
            asked++;
            old += strcmp(question->key, "q1.3") == 0 || strcmp(question->key, "q1.4") == 0;
            if (strcmp(question->key, "q1.2") == 0)
                assert_string_equal(question->choices[0].feedback.text, "Surely.");
            study_skip(&f->study);
        }
        assert_int_equal(f->study.stage, STUDY_RESULT);
        bool first_is_old = strcmp(first, "q1.3") == 0 || strcmp(first, "q1.4") == 0;
        assert_int_equal(old, 0);
        assert_int_equal(asked, first_is_old ? 2 : 1);
        assert_int_equal(f->study.result.questions, asked + 1);
        expect_news(f,
                    first_is_old
                        ? "1 question was edited or taken out meanwhile, and is passed over."
                        : "2 questions were edited or taken out meanwhile, and are passed over.");
        expect_news(f, "");
    }
}

static void test_a_quiz_keeps_its_answers_and_the_missed_once_more(void **state)
{
    struct fixture *f = *state;
    start_quiz(f);
    answer(f, "5");
    edit_elsewhere(f);
    assert_int_equal(f->study.stage, STUDY_SURE);
    study_sure(&f->study, 3);
    edit(f, "quizzes/01-one.gift", QUESTION);
    assert_int_equal(f->study.stage, STUDY_FEEDBACK);
    assert_int_equal(f->study.ask.taught.text.chapter, 1); /* found in the new course */
    study_next(&f->study);
    study_skip(&f->study);
    study_next(&f->study);
    assert_int_equal(f->study.stage, STUDY_RESULT);
    assert_int_equal(f->study.result.questions, 1); /* the other one is gone */
    assert_true(f->study.result.max == 1);
    expect_news(f, "1 question was edited or taken out meanwhile, and is passed over.");
    edit(f, "lessons/00-first.md",
         "# First\n\n```chapter\nid: first\nminutes: 1\nobjective 0a: Be\n```\n\n## 0.1 A\n\nB.\n");
    assert_int_equal(f->study.result.again[0].chapter, 1);
    assert_int_equal(f->study.result.again[0].section_index, 0);
    assert_true(study_retry_missed(&f->study)); /* the old questions */
    edit(f, "lessons/00-first.md",
         "# First\n\n```chapter\nid: first\nminutes: 1\nobjective 0a: Be\n```\n\n## 0.1 A\n\nC.\n");
    answer(f, "4");
    study_sure(&f->study, 3);
    assert_int_equal(f->study.feedback.mark.state, MARK_RIGHT);
    assert_true(older(&f->course) > 0);
    study_open(&f->study, 0, 0, 0);
    edit(f, "lessons/00-first.md",
         "# First\n\n```chapter\nid: first\nminutes: 1\nobjective 0a: Be\n```\n\n## 0.1 A\n\nD.\n");
    assert_int_equal(older(&f->course), 0); /* nothing is kept for ever */
}

static void test_a_review_keeps_what_it_asked(void **state)
{
    struct fixture *f = *state;
    const struct quiz *quiz = course_quiz(&f->course, 0);
    struct study_item items[2] = {{.question = &quiz->questions[0], .quiz = quiz->id},
                                  {.question = &quiz->questions[1], .quiz = quiz->id}};
    study_review(&f->study, items, 2);
    edit(f, "quizzes/01-one.gift", "// [id:q1.3] [tag:objective:1a]\nOther? {T#No.#Yes.}\n");
    answer(f, "4");
    study_sure(&f->study, 3);
    assert_int_equal(f->study.feedback.mark.state, MARK_RIGHT);
    edit(f, "lessons/01-one.md", HEAD "## 1.1 Text\n\nThe only one.\n");
    assert_true(study_undo(&f->study));
    answer(f, "4");
    study_sure(&f->study, 3);
    study_next(&f->study); /* the other one is gone */
    assert_int_equal(f->study.stage, STUDY_RESULT);
    size_t asked, right;
    study_count(&f->study, &asked, &right);
    assert_int_equal(asked, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        CASE(test_what_was_not_edited_is_not_read_again),
        CASE(test_an_edit_is_swapped_in_and_the_older_freed),
        CASE(test_a_broken_file_keeps_the_last_good_version),
        CASE(test_a_file_gone_for_a_moment_comes_back),
        CASE(test_one_broken_file_hides_no_mended_one),
        CASE(test_a_new_file_that_is_broken_is_left_out),
        CASE(test_a_renamed_file_is_not_a_lost_one),
        CASE(test_a_folder_that_was_replaced_is_read_and_followed),
        CASE(test_files_beside_the_folders_are_not_read),
        CASE(test_a_folder_gone_for_a_moment_comes_back),
        CASE(test_a_quiz_gone_for_a_moment_stays),
        CASE(test_a_quiz_is_as_it_was_before_it_was_broken),
        CASE(test_each_stage_of_a_step_stays_when_another_is_edited),
        CASE(test_each_stage_of_an_edited_step_begins_anew),
        CASE(test_a_lost_step_leads_to_the_start_of_its_section),
        CASE(test_a_question_of_a_lesson_begins_anew_and_cannot_be_taken_back),
        CASE(test_questions_of_a_step_go_on_over_edits_of_others),
        CASE(test_an_edited_question_begins_anew_and_those_before_it_do_not),
        CASE(test_both_questions_edited_begin_at_the_first),
        CASE(test_what_is_asked_between_two_edits_outlives_both),
        CASE(test_recall_keeps_its_ticks),
        CASE(test_the_end_of_a_chapter_stays_its_end),
        CASE(test_an_edit_reaches_the_next_question_of_a_quiz),
        CASE(test_a_quiz_keeps_its_answers_and_the_missed_once_more),
        CASE(test_a_review_keeps_what_it_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
