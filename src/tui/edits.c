#include "tui/edits.h"

#include "base/utf8.h"

#include <stdio.h>

void edits_open(struct course_watch *watch, const struct session *session, enum start_kind kind)
{
    bool class =
        session->companion || kind == START_PRESENT || kind == START_NOTES || kind == START_VISIT;
    *watch = (struct course_watch){.fd = -1};
    if (!class && session->course->folder)
        course_watch_open(watch, session->course);
}

enum course_news edits_read(struct course_watch *watch, struct course *course, struct buf *said)
{
    struct buf raw = {0};
    enum course_news news = COURSE_SAME;
    buf_clear(said);
    if (course_watch_changed(watch)) /* what is known to be broken need not be read again */
        news = course_reload(course, watch, &raw);
    utf8_sanitise_line(said, buf_text(&raw), raw.length, 200);
    buf_free(&raw);
    return news;
}

void edits_take(struct tui *tui)
{
    struct course *course = tui->session->course;
    struct course_used used[TUI_MOST_VIEWS];
    size_t count = 0;
    struct buf said = {0};
    enum course_news news = edits_read(&tui->watch, course, &said);
    if (news == COURSE_RELOADED) {
        tui_refresh_progress(tui); /* writes what is pending, too, while its texts are there */
        for (size_t i = 0; i < tui->depth; i++)
            if (tui->stack[i].view->reloaded)
                used[count++] = tui->stack[i].view->reloaded(tui, tui->stack[i].state);
        course_forget_older(course, used, count);
    }
    if (news != COURSE_SAME)
        snprintf(tui->finding, sizeof tui->finding, "%s", buf_text(&said));
    buf_free(&said);
}
