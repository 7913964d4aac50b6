#include "study/onward.h"

#include "study/study.h"

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

struct onward onward_in(const struct course *course, const struct progress *progress, size_t index)
{
    const struct course_chapter *in = &course->chapters[index];
    const struct chapter *chapter = &in->lesson;
    const struct chapter_progress *seen = progress_of(progress, chapter->id);
    struct onward place = {.chapter = index, .begun = seen && seen->steps_seen};
    if (place.begun && seen->resume_section)
        study_locate(chapter, seen->resume_section, seen->resume_hash, &place.section, &place.step);
    if (!chapter->section_count || !is_read(chapter, seen, &place))
        return place;
    place.again = !in->quiz_path || seen->best_max > 0;
    place.kind = place.again ? ONWARD_STEP : ONWARD_QUIZ;
    place.section = place.step = 0;
    return place;
}

struct onward onward_next(const struct course *course, const struct progress *progress)
{
    struct onward place = {.kind = ONWARD_END};
    size_t first = 0;
    for (size_t i = 0; progress->resume_chapter && i < course->chapter_count; i++)
        if (strcmp(course->chapters[i].lesson.id, progress->resume_chapter) == 0)
            first = i;
    for (size_t i = 0; i < course->chapter_count; i++) {
        size_t chapter = (first + i) % course->chapter_count;
        place = onward_in(course, progress, chapter);
        if (!place.again && course->chapters[chapter].lesson.section_count)
            return place;
    }
    return (struct onward){.kind = ONWARD_END, .chapter = first};
}

void onward_say(const struct course *course, const struct onward *place, struct buf *out)
{
    const struct chapter *chapter = &course->chapters[place->chapter].lesson;
    if (place->kind == ONWARD_END) {
        buf_add(out, "see where you stand: every chapter is done");
        return;
    }
    if (place->kind == ONWARD_QUIZ) {
        buf_addf(out, "take the quiz of chapter %d", chapter->number);
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
