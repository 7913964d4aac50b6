/* A session whose course was edited: where it is now. */
#include "study/internal.h"

#include <string.h>

static bool is_same_step(const struct step *a, const struct step *b)
{
    /* Of questions asked in a step only the keys stand in it; its quiz may have been edited. */
    bool asks = a && a->directive && a->directive->kind == DIRECTIVE_QUIZ;
    return a && b && a->whole == b->whole && !asks;
}

/* The chapter of that id, else the one that stands where it stood. */
static size_t find_again(const struct course *course, const struct chapter *chapter, size_t index)
{
    for (size_t i = 0; chapter->id && i < course->chapter_count; i++)
        if (course->chapters[i].lesson.id &&
            strcmp(course->chapters[i].lesson.id, chapter->id) == 0)
            return i;
    return index < course->chapter_count ? index : course->chapter_count - 1;
}

/* What a quiz in hand points to: its questions are as they were, the steps that teach them are not. */
static void find_places(struct study *study)
{
    struct study_ask *ask = &study->ask;
    if (ask->kind == STUDY_QUESTION && ask->question)
        course_find_taught(study->course, ask->question, &ask->taught);
    if (study->stage == STUDY_BEFORE && !ask->taught.has_demo)
        study->stage = STUDY_ASK;
    for (size_t i = 0; i < study->result.again_count; i++) {
        struct study_again *again = &study->result.again[i];
        course_find_section(study->course, again->section, &again->chapter, &again->section_index);
    }
}

/* ---- a step that asks questions of the quiz ------------------------------------------------------ */

static const struct directive *asking(const struct step *step)
{
    return step && step->directive && step->directive->kind == DIRECTIVE_QUIZ ? step->directive
                                                                              : NULL;
}

/* Where a key stands in a step; the count of its keys: nowhere. */
static size_t key_place(const struct directive *directive, const char *key)
{
    size_t at = 0;
    while (at < directive->key_count && strcmp(directive->keys[at], key) != 0)
        at++;
    return at;
}

/* The question of this key where it asks what it asked before; else NULL. */
static const struct question *find_same(struct course *course, size_t chapter, const char *key,
                                        uint64_t hash)
{
    const struct quiz *quiz = course_quiz(course, chapter);
    const struct question *question = quiz ? quiz_find(quiz, key) : NULL;
    return question && question->hash == hash ? question : NULL;
}

/* Where the question that stood at `key` of the step as it was stands now, if it asks the same; else
 * the count of keys. */
static size_t find_key(const struct study *study, const struct directive *before,
                       size_t chapter_was, size_t key)
{
    const struct directive *now = asking(study_step(study));
    const struct quiz *quiz = course_quiz(study->course->older, chapter_was);
    const struct question *old =
        quiz && key < before->key_count ? quiz_find(quiz, before->keys[key]) : NULL;
    return old && find_same(study->course, study->chapter, old->key, old->hash)
               ? key_place(now, old->key)
               : now->key_count;
}

/* The question in hand stays, with what was typed, or said of it, if the step still asks the same; and
 * so does `last`, which was answered in this step: it can be taken back. */
static bool keep_question(struct study *study, const struct step *was, size_t chapter_was,
                          const struct study_item *last)
{
    const struct directive *before = asking(was), *now = asking(study_step(study));
    if (!before || !now || !study->ask.question || !study->next_key)
        return false;
    size_t at = find_key(study, before, chapter_was, study->next_key - 1);
    if (at == now->key_count)
        return false;
    study->next_key = at + 1;
    if (study->ask.kind == STUDY_QUESTION) {
        study->ask.head = study_key_head(study);
        course_find_taught(study->course, study->ask.question, &study->ask.taught);
    }
    size_t key = last->marked ? find_key(study, before, chapter_was, last->key) : now->key_count;
    if (key < now->key_count) {
        study->inline_item = *last;
        study->inline_item.question = NULL; /* of another reading, and not needed for that */
        study->inline_item.quiz = NULL;
        study->inline_item.place =
            (struct course_place){study->chapter, study->section, study->step};
        study->inline_item.key = key;
    }
    return true;
}

/* The first question of the edited step that was not answered before, as it is now: `passed` keys of
 * the step as it was are behind the learner. Called before `was` may be freed. */
static size_t first_unanswered(const struct study *study, const struct step *was,
                               size_t chapter_was, size_t passed)
{
    const struct directive *before = asking(was), *now = asking(study_step(study));
    size_t at = 0;
    for (; before && now && at < now->key_count; at++) {
        const struct quiz *quiz = course_quiz(study->course->older, chapter_was);
        const struct question *old = quiz ? quiz_find(quiz, now->keys[at]) : NULL;
        if (!old || key_place(before, old->key) >= passed ||
            !find_same(study->course, study->chapter, old->key, old->hash))
            break;
    }
    return now && at < now->key_count ? at : 0;
}

bool study_reloaded(struct study *study)
{
    const struct course *old = study->course->older;
    if (study->stage == STUDY_DONE || !old || study->chapter >= old->chapter_count)
        return false;
    const struct chapter *before = &old->chapters[study->chapter].lesson;
    struct study_item last = study->inline_item;
    size_t chapter = study->chapter, section = study->section, step = study->step;
    study->chapter = find_again(study->course, before, study->chapter);
    const struct course_place *place = &last.place;
    last.marked = last.marked && place->chapter == chapter && place->section == section &&
                  place->step == step;
    study->inline_item = (struct study_item){0}; /* its place may be another one now */
    const struct chapter *now = study_chapter(study);
    if (study->in_quiz) {
        find_places(study);
        return false;
    }
    if (section >= before->section_count) {
        study->section = now->section_count;
        study->generation = study->course->generation;
        return false;
    }
    const struct section *here = &before->sections[section];
    const struct step *was = step < here->step_count ? &here->steps[step] : NULL;
    study_locate(now, here->number, was ? was->hash : 0, &study->section, &study->step);
    if (is_same_step(was, study_step(study)) || keep_question(study, was, chapter, &last))
        return false;
    size_t passed = study->next_key ? study->next_key - 1 : 0;
    size_t key = first_unanswered(study, was, chapter, passed);
    study_open(study, study->chapter, study->section, study->step);
    if (key)
        study_ask_key(study, key);
    return true;
}

/* ---- a quiz -------------------------------------------------------------------------------------- */

/* NULL: it is none of the course's, and was not read anew. */
static const struct quiz *quiz_now(struct course *course, const char *id)
{
    int chapter = course_chapter_of_quiz(course, id);
    const struct quiz *quiz = chapter >= 0 ? course_quiz(course, (size_t)chapter) : NULL;
    for (enum course_test t = 0; !quiz && t < COURSE_TESTS; t++) {
        const struct quiz *test = course_test(course, t);
        quiz = test && strcmp(test->id, id) == 0 ? test : NULL;
    }
    return quiz;
}

/* The quiz before it was shuffled has the same questions. */
static void renew_written(struct study *study, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < study->item_count; k++) {
            const struct study_item *now = &study->items[k];
            if (strcmp(now->question->key, study->written[i].question->key) != 0 ||
                strcmp(now->quiz, study->written[i].quiz) != 0)
                continue;
            study->written[kept++] =
                (struct study_item){.question = now->question, .quiz = now->quiz};
            break;
        }
}

void study_renew_items(struct study *study)
{
    size_t count = study->item_count, kept = study->item;
    if (study->asked_in == study->course->generation)
        return;
    study->asked_in = study->course->generation;
    for (size_t i = study->item; i < count; i++) {
        struct study_item item = study->items[i];
        const struct quiz *quiz = quiz_now(study->course, item.quiz);
        const struct question *question = quiz ? quiz_find(quiz, item.question->key) : NULL;
        if (quiz && (!question || question->hash != item.question->hash))
            continue;
        item.question = quiz ? question : item.question;
        study->items[kept++] = item;
    }
    study->item_count = kept < count ? kept : count;
    study->skipped += count - study->item_count;
    if (study->written != study->items)
        renew_written(study, count);
}

struct course_used study_used(const struct study *study)
{
    return (struct course_used){study->generation, study->asked_in};
}
