#include "study/onward.h"

#include "base/utf8.h"
#include "study/internal.h"

#include <string.h>

/* At its last step, or through all of it. */
static bool is_read(const struct chapter *chapter, const struct chapter_progress *seen,
                    const struct onward *place)
{
    size_t last = chapter->section_count - 1, steps = chapter_step_count(chapter);
    return seen && seen->steps_seen && steps &&
           (seen->steps_seen >= steps ||
            (place->section == last && place->step + 1 == chapter->sections[last].step_count));
}

/* The last question that was answered has its second try still. */
static bool has_second_try(const struct quiz *quiz, const struct sitting *sitting)
{
    struct arena arena;
    arena_init(&arena);
    bool has = sitting->missed &&
               study_hint_left(&arena, quiz_find(quiz, sitting->keys[sitting->answered - 1]),
                               sitting->missed);
    arena_free(&arena);
    return has;
}

/* The question to go on with, from 1; 0: none. What was answered are questions of the quiz as it is now. (An old
 * log has practice that looks like a sitting: it does not begin with the first question.) */
static size_t goes_on_at(const struct quiz *quiz, const struct sitting *sitting)
{
    if (!quiz || !sitting->quiz || strcmp(sitting->quiz, quiz->id) != 0)
        return 0;
    bool shuffled = text_starts(sitting->attempt, ATTEMPT_SHUFFLED), same = true;
    size_t at = 0;
    for (size_t i = 0; same && i < sitting->answered; i++) {
        while (!shuffled && at < quiz->count && quiz->questions[at].kind == QUESTION_DESCRIPTION)
            at++;
        const struct question *question = shuffled           ? quiz_find(quiz, sitting->keys[i])
                                          : at < quiz->count ? &quiz->questions[at++]
                                                             : NULL;
        same = question && question->hash == sitting->hashes[i] &&
               strcmp(question->key, sitting->keys[i]) == 0;
    }
    if (!same || (!sitting->given && at >= quiz->count))
        return 0;
    return sitting->answered + 1 - has_second_try(quiz, sitting);
}

struct onward onward_in(struct course *course, const struct progress *progress, size_t index)
{
    const struct course_chapter *in = &course->chapters[index];
    const struct chapter *chapter = &in->lesson;
    const struct chapter_progress *seen = progress_of(progress, chapter->id);
    struct onward place = {.chapter = index, .begun = seen && seen->steps_seen};
    struct onward quiz = {.kind = ONWARD_QUIZ, .chapter = index};
    if (seen && seen->sitting.quiz)
        quiz.question = goes_on_at(course_quiz(course, index), &seen->sitting);
    if (quiz.question && seen->sat_last)
        return quiz;
    if (place.begun && seen->resume_section)
        study_locate(chapter, seen->resume_section, seen->resume_hash, &place.section, &place.step);
    if (!chapter->section_count || !is_read(chapter, seen, &place))
        return place;
    if (in->quiz_path && !(seen->best_max > 0))
        return quiz;
    place.again = true;
    place.section = place.step = 0;
    return place;
}

/* The test, or the quiz of a chapter, that was left last. */
static bool find_sitting(struct course *course, const struct progress *progress,
                         struct onward *place)
{
    const struct chapter_progress *tests = progress_of(progress, "");
    if (!progress->resume_quiz)
        return false;
    for (size_t i = 0; i < course->chapter_count; i++) {
        const struct chapter_progress *seen = progress_of(progress, course->chapters[i].lesson.id);
        if (!seen || seen->sitting.quiz != progress->resume_quiz)
            continue;
        *place = onward_in(course, progress, i);
        return place->question > 0;
    }
    for (enum course_test t = 0; tests && t < COURSE_TESTS; t++) {
        size_t question = goes_on_at(course_test(course, t), &tests->sitting);
        *place = (struct onward){.kind = ONWARD_TEST, .test = t, .question = question};
        if (question)
            return true;
    }
    return false;
}

static bool was_taken(const struct progress *progress, const struct quiz *test)
{
    for (size_t i = 0; i < progress->test_count; i++)
        if (strcmp(progress->tests[i], test->id) == 0)
            return true;
    return false;
}

/* One look into a chapter does not move a learner who is at work in another. */
static bool is_glance(const struct progress *progress)
{
    const struct chapter_progress *here = progress_of(progress, progress->resume_chapter);
    bool elsewhere = false;
    for (size_t i = 0; here && i < progress->count; i++)
        elsewhere =
            elsewhere || (&progress->chapters[i] != here && progress->chapters[i].steps_seen > 1);
    return here && here->steps_seen == 1 && elsewhere;
}

/* The latest chapter that is at hand: the one that was read last but for a glance, else the first. */
static size_t chapter_at_hand(const struct course *course, const struct progress *progress)
{
    const struct chapter_progress *last = NULL;
    bool glance = is_glance(progress);
    size_t found = 0;
    for (size_t i = 0; i < course->chapter_count; i++) {
        const char *id = course->chapters[i].lesson.id;
        const struct chapter_progress *seen = progress_of(progress, id);
        bool better = glance
                          ? seen && seen->steps_seen > 1 && (!last || seen->last_at > last->last_at)
                          : progress->resume_chapter && strcmp(id, progress->resume_chapter) == 0;
        if (better) {
            last = seen;
            found = i;
        }
    }
    return found;
}

struct onward onward_next(struct course *course, const struct progress *progress, size_t due)
{
    struct onward place;
    size_t first = chapter_at_hand(course, progress);
    if (find_sitting(course, progress, &place))
        return place;
    for (size_t i = 0; i < course->chapter_count; i++) {
        size_t chapter = (first + i) % course->chapter_count;
        place = onward_in(course, progress, chapter);
        if (!place.again && course->chapters[chapter].lesson.section_count)
            return place;
    }
    const struct quiz *test = course_test(course, COURSE_POSTTEST);
    if (test && !was_taken(progress, test))
        return (struct onward){.kind = ONWARD_TEST, .chapter = first, .test = COURSE_POSTTEST};
    return (struct onward){.kind = due ? ONWARD_REVIEW : ONWARD_END, .chapter = first, .due = due};
}

const struct quiz *onward_quiz(struct course *course, const struct onward *place)
{
    return place->kind == ONWARD_QUIZ   ? course_quiz(course, place->chapter)
           : place->kind == ONWARD_TEST ? course_test(course, place->test)
                                        : NULL;
}

static void say_quiz(struct course *course, const struct onward *place, struct buf *out)
{
    static const char *const tests[COURSE_TESTS] = {"test before the course",
                                                    "test after the course"};
    const struct quiz *quiz = onward_quiz(course, place);
    size_t questions = 0;
    for (size_t i = 0; quiz && i < quiz->count; i++)
        questions += quiz->questions[i].kind != QUESTION_DESCRIPTION;
    bool left = place->question > 0;
    buf_add(out, left ? "go on with the " : "take the ");
    if (place->kind == ONWARD_TEST)
        buf_add(out, tests[place->test]);
    else
        buf_addf(out, "quiz of chapter %d", course->chapters[place->chapter].lesson.number);
    if (!left)
        return;
    if (place->question <= questions)
        buf_addf(out, " at question %zu of %zu", place->question, questions);
    else
        buf_add(out, ": its score");
}

void onward_say(struct course *course, const struct onward *place, struct buf *out)
{
    const struct chapter *chapter = &course->chapters[place->chapter].lesson;
    if (place->kind == ONWARD_END) {
        buf_add(out, "see where you stand: every chapter is done");
        return;
    }
    if (place->kind == ONWARD_REVIEW) {
        buf_addf(out, "review the %zu that %s due: every chapter is done", place->due,
                 place->due == 1 ? "is" : "are");
        return;
    }
    if (place->kind != ONWARD_STEP) {
        say_quiz(course, place, out);
        return;
    }
    if (place->section >= chapter->section_count)
        return;
    const struct section *section = &chapter->sections[place->section];
    buf_addf(out, "%s %.20s \"%.200s\"%s",
             place->again   ? "read"
             : place->begun ? "go on at"
                            : "begin with",
             section->number, section->title, place->again ? " again" : "");
}

void onward_say_within(struct course *course, const struct onward *place, int width,
                       struct buf *out)
{
    struct buf text = {0};
    onward_say(course, place, &text);
    if (place->question && utf8_columns(buf_text(&text), text.length) > width) {
        buf_clear(&text);
        if (place->kind == ONWARD_QUIZ)
            buf_addf(&text, "quiz %d", course->chapters[place->chapter].lesson.number);
        else
            buf_add(&text, "test");
        buf_addf(&text, ", question %zu", place->question);
    }
    buf_add(out, buf_text(&text));
    buf_free(&text);
}

void onward_say_next(struct course *course, const struct progress *progress, size_t due,
                     struct buf *out)
{
    struct onward place = onward_next(course, progress, due);
    const char *id = course->chapters[place.chapter].lesson.id;
    const struct quiz *quiz = onward_quiz(course, &place);
    buf_add(out, "What comes next: ");
    onward_say(course, &place, out);
    if (quiz)
        buf_addf(out, " (nntutor quiz %s)", place.kind == ONWARD_QUIZ ? id : quiz->id);
    else if (place.kind == ONWARD_REVIEW)
        buf_add(out, " (nntutor review)");
    else if (place.kind == ONWARD_STEP)
        buf_addf(out, " (nntutor study %s)", id);
    buf_add(out, ".\n");
}
