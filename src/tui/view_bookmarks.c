/* The steps that were marked, in the order of the course. */
#include "base/utf8.h"
#include "tui/finder.h"
#include "tui/list.h"
#include "tui/views.h"

#include <stdio.h>
#include <string.h>

struct bookmarks_view {
    struct list list;
    struct tui *tui;
};

static bool mark_place(const struct tui *tui, size_t i, size_t *chapter, size_t *section,
                       size_t *step, struct buf *words)
{
    return finder_bookmark(tui->session, &tui->bookmarks[i], chapter, section, step, words);
}

bool bookmarks_hold(const struct tui *tui, size_t chapter, size_t section, size_t step)
{
    struct buf words = {0};
    bool found = false;
    for (size_t i = 0; i < tui->bookmark_count && !found; i++) {
        size_t c, s, k;
        found = mark_place(tui, i, &c, &s, &k, &words) && c == chapter && s == section && k == step;
    }
    buf_free(&words);
    return found;
}

static void log_mark(struct tui *tui, const struct bookmark *mark, bool on)
{
    struct event event = {.type = EVENT_BOOKMARK,
                          .course = tui->session->course->page.id,
                          .chapter = mark->chapter,
                          .section = mark->section,
                          .step_hash = mark->hash,
                          .step = mark->step,
                          .on = on};
    tui_log(tui, &event);
}

void bookmarks_toggle(struct tui *tui, size_t chapter, size_t section, size_t step)
{
    struct stop stop = history_step(tui->session->course, chapter, section, step);
    struct buf words = {0};
    bool held = false;
    if (!tui->session->store || !stop.hash) {
        tui_say(tui, ROLE_WARNING,
                stop.hash ? "Nothing can be kept in this session."
                          : "There is no step here to be marked.");
        return;
    }
    /* After an edit several marks may lead to one step: all of them go. */
    for (size_t i = 0; i < tui->bookmark_count; i++) {
        size_t c, s, k;
        if (!mark_place(tui, i, &c, &s, &k, &words) || c != chapter || s != section || k != step)
            continue;
        held = true;
        log_mark(tui, &tui->bookmarks[i], false);
    }
    if (!held)
        log_mark(tui,
                 &(struct bookmark){.chapter = stop.name,
                                    .section = stop.section,
                                    .hash = stop.hash,
                                    .step = (int)step + 1},
                 true);
    buf_free(&words);
    if (keep_is_well(&tui->session->keep)) /* else the learner heard why it is not */
        tui_say(tui, ROLE_TEXT,
                held ? "The mark is off." : "Marked: B on the first screen lists your bookmarks.");
    tui_refresh_progress(tui);
}

/* ---- the list ------------------------------------------------------------------------------------------ */

static const char *mark_text(void *user, size_t i)
{
    (void)user;
    (void)i;
    return "";
}

static void sync(struct bookmarks_view *view)
{
    finder_sort_bookmarks(view->tui->session, view->tui->bookmarks, view->tui->bookmark_count);
    list_filter(&view->list, view->tui->bookmark_count, mark_text, NULL);
}

static void *bookmarks_open(struct tui *tui, const void *argument)
{
    (void)argument;
    if (!tui->bookmark_count) {
        tui_say(tui, ROLE_TEXT, "No bookmarks yet: B marks the step you are at.");
        return NULL;
    }
    struct bookmarks_view *view = memory_alloc(sizeof *view);
    view->tui = tui;
    sync(view);
    return view;
}

static void bookmarks_close(struct tui *tui, void *state)
{
    struct bookmarks_view *view = state;
    (void)tui;
    list_free(&view->list);
    memory_free(view);
}

static uint64_t bookmarks_contexts(struct tui *tui, void *state)
{
    (void)tui;
    (void)state;
    return CONTEXT_MARKS;
}

static void draw_mark(struct tui *tui, size_t i, struct grid *grid, int y, bool focused)
{
    struct style style = STYLE(focused ? ROLE_FOCUS : ROLE_TEXT);
    struct buf words = {0};
    size_t chapter, section, step;
    bool there = mark_place(tui, i, &chapter, &section, &step, &words);
    struct buf place = {0};
    finder_bookmark_place(tui->session, &tui->bookmarks[i], &place);
    int x = grid_put(grid, 1, y, style, focused ? "▸ " : "  ");
    x = tui_put_cut(grid, x, y, style, buf_text(&place), grid->width >= 70 ? 34 : 18);
    x = grid_put(grid, x, y, STYLE(ROLE_DIM), " · ");
    tui_put_cut(grid, x, y, there ? style : STYLE(ROLE_DIM),
                there ? buf_text(&words) : "this chapter is no longer there", grid->width - x - 1);
    buf_free(&place);
    buf_free(&words);
}

static void bookmarks_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct bookmarks_view *view = state;
    struct list *list = &view->list;
    sync(view); /* marks are set and taken off on the pages that are opened from here */
    struct rect body = tui_frame(grid, "Bookmarks", "", bookmarks_contexts(tui, state));
    list->rows = body;
    list_scroll(list, (size_t)body.height);
    for (size_t i = list->top; i < list->count && i - list->top < (size_t)body.height; i++)
        draw_mark(tui, i, grid, body.y + (int)(i - list->top), i == list->focus);
    if (!list->count)
        grid_put(grid, 3, body.y, STYLE(ROLE_DIM), "No bookmarks are left.");
    grid->cursor_x = 1;
    grid->cursor_y = body.y + (int)(list->focus - list->top);
    tui_scroll_marks(grid, body, list->top > 0,
                     list->top + (size_t)body.height < list_row(list, list->count));
}

static enum reaction bookmarks_input(struct tui *tui, void *state, const struct input *input,
                                     enum action_id action)
{
    struct bookmarks_view *view = state;
    struct buf words = {0};
    size_t chapter, section, step;
    sync(view);
    bool chosen = list_input(&view->list, input, action);
    size_t i = view->list.focus;
    if (action == ACTION_BACK)
        return REACT_BACK;
    if (action == ACTION_QUIT)
        return REACT_QUIT;
    if (action == ACTION_BOOKMARK && i < tui->bookmark_count) {
        log_mark(tui, &tui->bookmarks[i], false);
        tui_refresh_progress(tui);
        sync(view);
    } else if (chosen && i < tui->bookmark_count) {
        if (mark_place(tui, i, &chapter, &section, &step, &words))
            history_jump_to(tui, chapter, section, step);
        else
            tui_say(tui, ROLE_WARNING, "This chapter is no longer there.");
        buf_free(&words);
    }
    return REACT_STAY;
}

const struct view view_bookmarks = {
    .name = "the bookmarks",
    .open = bookmarks_open,
    .input = bookmarks_input,
    .draw = bookmarks_draw,
    .close = bookmarks_close,
    .contexts = bookmarks_contexts,
};
