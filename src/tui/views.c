#include "tui/views.h"

const struct view *const views[] = {
    &view_welcome,  &view_home,  &view_study,   &view_demo,      &view_gallery,
    &view_glossary, &view_help,  &view_present, &view_notes,     &view_visit,
    &view_settings, &view_stats, &view_search,  &view_bookmarks, &view_projector,
};

const size_t view_count = sizeof views / sizeof *views;
