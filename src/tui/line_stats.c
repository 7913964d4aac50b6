/* The statistics in lines. */
#include "tui/line_parts.h"
#include "tui/stats_page.h"

void line_stats(struct line *line)
{
    struct standing standing;
    struct err err;
    struct session *session = line->session;
    if (!standing_open(&standing, session->store, session->course, &session->clock, &err)) {
        line_sayf(line, "(%s)\n", err.text);
    } else {
        struct grid grid;
        struct layout layout = line_begin(line, &grid);
        stats_page(&layout, &(struct stats_page){.standing = &standing,
                                                 .progress = &line->progress,
                                                 .focus = SIZE_MAX});
        line_finish(line, &layout);
        line_say(line, "\n");
    }
    standing_close(&standing);
}
