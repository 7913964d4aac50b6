#include "tui/views.h"

const struct view *const views[] = {
    &view_welcome,  &view_home,  &view_study,   &view_demo,      &view_gallery,
    &view_glossary, &view_help,  &view_present, &view_notes,     &view_visit,
    &view_settings, &view_stats, &view_search,  &view_bookmarks, &view_projector,
};

bool views_open_result(struct tui *tui, size_t chapter)
{
    const struct quiz *quiz = course_quiz(tui->session->course, chapter);
    if (!quiz)
        tui_say(tui, ROLE_WARNING, "This chapter has no quiz.");
    return quiz && tui_push(tui, &view_study, &(struct study_start){.result = quiz});
}

const size_t view_count = sizeof views / sizeof *views;
