/* Where a learner goes on, from what was seen. */
#include "support/test.h"

#include "study/onward.h"
#include "study/study.h"

#include <string.h>

enum { CHAPTERS = 3, SECTIONS = 2, STEPS = 2 };

/* Three chapters of two sections of two steps; the last has no quiz. */
struct fixture {
    struct course course;
    struct course_chapter chapters[CHAPTERS];
    struct section sections[CHAPTERS][SECTIONS];
    struct step steps[CHAPTERS][SECTIONS][STEPS];
    struct chapter_progress seen[CHAPTERS];
    struct progress progress;
    size_t due;
};

static void build(struct fixture *f)
{
    static char ids[CHAPTERS][2] = {"a", "b", "c"};
    static char numbers[CHAPTERS][SECTIONS][4] = {{"1.1", "1.2"}, {"2.1", "2.2"}, {"3.1", "3.2"}};
    *f = (struct fixture){0};
    for (size_t c = 0; c < CHAPTERS; c++) {
        struct chapter *chapter = &f->chapters[c].lesson;
        for (size_t s = 0; s < SECTIONS; s++) {
            for (size_t i = 0; i < STEPS; i++)
                f->steps[c][s][i].hash = 100 * c + 10 * s + i + 1;
            f->sections[c][s].number = numbers[c][s];
            f->sections[c][s].title = "Title";
            f->sections[c][s].steps = f->steps[c][s];
            f->sections[c][s].step_count = STEPS;
        }
        chapter->id = ids[c];
        chapter->number = (int)c + 1;
        chapter->sections = f->sections[c];
        chapter->section_count = SECTIONS;
        f->chapters[c].quiz_path = c < 2 ? "quiz.gift" : NULL;
        f->chapters[c].quiz_read = true;
    }
    f->course.chapters = f->chapters;
    f->course.chapter_count = CHAPTERS;
    f->progress.chapters = f->seen;
}

/* `steps` of chapter c were seen, the last of them (section, step). */
static void see(struct fixture *f, size_t c, size_t steps, size_t section, size_t step)
{
    struct chapter *chapter = &f->chapters[c].lesson;
    struct chapter_progress *seen =
        (struct chapter_progress *)progress_of(&f->progress, chapter->id);
    if (!seen)
        seen = &f->seen[f->progress.count++];
    seen->chapter = chapter->id;
    seen->steps_seen = steps;
    seen->resume_section = f->sections[c][section].number;
    seen->resume_hash = f->steps[c][section][step].hash;
    f->progress.resume_chapter = chapter->id;
}

static void score(struct fixture *f, size_t c, double points)
{
    struct chapter_progress *seen =
        (struct chapter_progress *)progress_of(&f->progress, f->chapters[c].lesson.id);
    seen->best_score = points;
    seen->best_max = 10;
}

static void expect(struct fixture *f, const char *said)
{
    struct buf text = {0};
    struct onward onward = onward_next(&f->course, &f->progress, f->due);
    onward_say(&f->course, &onward, &text);
    assert_string_equal(buf_text(&text), said);
    buf_free(&text);
}

static void test_a_course_is_gone_through_to_its_end(void **state)
{
    struct fixture f;
    (void)state;
    build(&f);
    expect(&f, "begin with 1.1 \"Title\"");
    see(&f, 0, 1, 0, 0);
    expect(&f, "go on at 1.1 \"Title\"");
    see(&f, 0, 3, 1, 0);
    expect(&f, "go on at 1.2 \"Title\"");
    see(&f, 0, 4, 1, 1);
    expect(&f, "take the quiz of chapter 1");
    score(&f, 0, 0.5); /* however well it went */
    expect(&f, "begin with 2.1 \"Title\"");
    see(&f, 1, 4, 1, 1);
    score(&f, 1, 10);
    expect(&f, "begin with 3.1 \"Title\"");
    f.due = 12; /* review does not stand between a learner and the course */
    expect(&f, "begin with 3.1 \"Title\"");
    see(&f, 2, 4, 1, 1); /* it has no quiz */
    expect(&f, "review the 12 that are due: every chapter is done");
    f.due = 0;
    expect(&f, "see where you stand: every chapter is done");
}

static void test_a_question_is_named_where_there_is_little_room(void **state)
{
    struct fixture f;
    struct buf text = {0};
    (void)state;
    build(&f);
    see(&f, 0, 4, 1, 1);
    struct question questions[12] = {0};
    const char *keys[11];
    uint64_t hashes[11] = {0};
    for (size_t i = 0; i < 12; i++) {
        questions[i].kind = QUESTION_ESSAY;
        questions[i].key = "q";
    }
    for (size_t i = 0; i < 11; i++)
        keys[i] = "q";
    f.chapters[0].quiz.id = "quiz";
    f.chapters[0].quiz.count = 12;
    f.chapters[0].quiz.questions = questions;
    f.seen[0].sitting = (struct sitting){
        .quiz = "quiz", .attempt = "a", .keys = keys, .hashes = hashes, .answered = 11};
    struct onward place = onward_next(&f.course, &f.progress, 0);
    onward_say_within(&f.course, &place, 60, &text);
    assert_string_equal(buf_text(&text), "go on with the quiz of chapter 1 at question 12 of 12");
    buf_clear(&text);
    onward_say_within(&f.course, &place, 30, &text);
    assert_string_equal(buf_text(&text), "quiz 1, question 12");
    buf_free(&text);
}

static void test_a_chapter_is_done_where_its_last_step_was_seen(void **state)
{
    struct fixture f;
    (void)state;
    build(&f);
    see(&f, 0, 1, 1, 1); /* by a jump */
    expect(&f, "take the quiz of chapter 1");
    see(&f, 0, 4, 0, 1); /* all of it, and read again from the first section */
    expect(&f, "take the quiz of chapter 1");
}

static void test_what_was_passed_over_comes_after_the_last(void **state)
{
    struct fixture f;
    (void)state;
    build(&f);
    see(&f, 2, 4, 1, 1);
    expect(&f, "begin with 1.1 \"Title\"");
    see(&f, 0, 2, 0, 1);
    expect(&f, "go on at 1.1 \"Title\"");
    see(&f, 1, 2, 0, 1); /* where one is goes before what is behind */
    expect(&f, "go on at 2.1 \"Title\"");
}

static void test_a_glance_moves_nobody(void **state)
{
    struct fixture f;
    (void)state;
    build(&f);
    see(&f, 2, 1, 0, 0); /* a beginner who begins there is there */
    expect(&f, "go on at 3.1 \"Title\"");
    build(&f);
    see(&f, 0, 3, 1, 0);
    see(&f, 2, 1, 0, 0);
    expect(&f, "go on at 1.2 \"Title\"");
    see(&f, 2, 2, 0, 1);
    expect(&f, "go on at 3.1 \"Title\"");
}

static void test_a_chapter_that_is_done_is_read_again(void **state)
{
    struct fixture f;
    struct buf text = {0};
    (void)state;
    build(&f);
    see(&f, 0, 4, 1, 1);
    score(&f, 0, 9);
    struct onward onward = onward_in(&f.course, &f.progress, 0);
    onward_say(&f.course, &onward, &text);
    assert_string_equal(buf_text(&text), "read 1.1 \"Title\" again");
    assert_int_equal(onward.section, 0);
    assert_int_equal(onward.step, 0);
    buf_free(&text);
}

static void test_a_chapter_without_sections_is_no_place(void **state)
{
    struct fixture f;
    (void)state;
    build(&f);
    f.chapters[0].lesson.section_count = 0;
    expect(&f, "begin with 2.1 \"Title\"");
    see(&f, 1, 1, 0, 0);
    f.sections[1][0].number = "2.9"; /* the section that was seen is not there any more */
    expect(&f, "go on at 2.9 \"Title\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_course_is_gone_through_to_its_end),
        cmocka_unit_test(test_a_question_is_named_where_there_is_little_room),
        cmocka_unit_test(test_a_chapter_is_done_where_its_last_step_was_seen),
        cmocka_unit_test(test_what_was_passed_over_comes_after_the_last),
        cmocka_unit_test(test_a_glance_moves_nobody),
        cmocka_unit_test(test_a_chapter_that_is_done_is_read_again),
        cmocka_unit_test(test_a_chapter_without_sections_is_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
