/* A session whose course was edited: where it is now. */
#include "study/study.h"

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

bool study_reloaded(struct study *study)
{
    const struct course *old = study->course->older;
    if (study->stage == STUDY_DONE || !old || study->chapter >= old->chapter_count)
        return false;
    const struct chapter *before = &old->chapters[study->chapter].lesson;
    size_t section = study->section, step = study->step;
    study->chapter = find_again(study->course, before, study->chapter);
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
    if (is_same_step(was, study_step(study)))
        return false;
    study_open(study, study->chapter, study->section, study->step);
    return true;
}
