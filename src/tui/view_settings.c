/* What a learner sets about review, and the questions that were taken out of it. */
#include "base/utf8.h"
#include "study/review.h"
#include "tui/views.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROW_EVERYTHING, ROW_RETENTION, ROW_RETIRED /* the first of them */ };

struct settings_view {
    struct review_settings settings;
    struct deck deck;
    struct retired retired;
    size_t focus;
    int scroll;
    struct rect body;
    int *rows; /* where the entries stood last, in the deck's arena */
};

static size_t row_count(const struct settings_view *view)
{
    return ROW_RETIRED + view->retired.count;
}

static bool read_all(struct tui *tui, struct settings_view *view)
{
    struct err err;
    struct session *session = tui->session;
    deck_free(&view->deck);
    view->retired = (struct retired){0};
    bool good =
        review_read_settings(session->store, session->course->page.id, &view->settings, &err) &&
        deck_open(&view->deck, session->store, session->course->page.id, &err);
    if (good) {
        review_match(&view->deck, session->course);
        review_retired(&view->deck, &view->retired);
    } else {
        tui_say(tui, ROLE_WARNING, "%s", err.text);
    }
    view->rows = ARENA_ARRAY(&view->deck.arena, row_count(view), int);
    if (view->focus >= row_count(view))
        view->focus = row_count(view) - 1;
    return good;
}

static void *settings_open(struct tui *tui, const void *argument)
{
    (void)argument;
    if (!tui->session->store) {
        tui_say(tui, ROLE_WARNING, "Nothing can be kept, so nothing can be set.");
        return NULL;
    }
    struct settings_view *view = memory_alloc(sizeof *view);
    if (!read_all(tui, view)) {
        deck_free(&view->deck);
        memory_free(view);
        return NULL;
    }
    return view;
}

static void settings_close(struct tui *tui, void *state)
{
    struct settings_view *view = state;
    deck_free(&view->deck);
    memory_free(view);
    tui_refresh_progress(tui);
}

static uint64_t settings_contexts(struct tui *tui, void *state)
{
    (void)tui;
    (void)state;
    return CONTEXT_SETTINGS;
}

static void draw_row(struct settings_view *view, struct layout *layout, size_t row,
                     const char *text, const char *help)
{
    bool focused = row == view->focus;
    const struct span span = {.kind = SPAN_TEXT, .text = text, .shown = text};
    view->rows[row] = layout->y;
    layout_item(layout, focused ? "▸" : " ", STYLE(focused ? ROLE_FOCUS : ROLE_TEXT), &span, 1,
                focused ? ROLE_FOCUS : ROLE_TEXT);
    const struct span below = {.kind = SPAN_TEXT, .text = help, .shown = help};
    if (help)
        layout_item(layout, " ", STYLE(ROLE_TEXT), &below, 1, ROLE_DIM);
}

static void draw_all(struct settings_view *view, struct layout *layout)
{
    char text[200];
    snprintf(text, sizeof text, "Everything comes back: %s",
             view->settings.everything ? "yes" : "no");
    draw_row(view, layout, ROW_EVERYTHING, text,
             view->settings.everything
                 ? "What you knew at once and were sure of is asked again, too."
                 : "Only what you missed, or knew without being sure, is asked again.");
    layout_gap(layout, 1);
    snprintf(text, sizeof text, "Recall to be kept: %.0f %%", 100 * view->settings.retention);
    draw_row(view, layout, ROW_RETENTION, text,
             "80, 90 or 95 of 100 still known when asked. More means asked more often.");
    layout_gap(layout, 1);
    layout_text(layout, ROLE_STRONG,
                view->retired.count ? "Taken out of review; Enter asks it again"
                                    : "No question was taken out of review.");
    for (size_t i = 0; i < view->retired.count; i++) {
        const struct card *card = view->retired.cards[i];
        struct buf line = {0};
        buf_addf(&line, "%s  ", card->section);
        study_excerpt(card->question, layout->width - 2 - (int)line.length, &line);
        draw_row(view, layout, ROW_RETIRED + i, arena_strdup(layout->arena, buf_text(&line)), NULL);
        buf_free(&line);
    }
}

static void settings_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct settings_view *view = state;
    struct rect body = view->body =
        tui_frame(grid, "What review asks", "", settings_contexts(tui, state));
    struct arena frame;
    struct grid content;
    int width = grid->width - 2 * TUI_MARGIN;
    arena_init(&frame);
    grid_init(&content, grid->width, 1);
    struct layout layout = {
        .course = tui->session->course,
        .arena = &frame,
        .grid = &content,
        .x = TUI_MARGIN,
        .width = width > TUI_TEXT_WIDTH ? TUI_TEXT_WIDTH : width,
        .ascii = tui->session->ascii,
    };
    draw_all(view, &layout);
    int row = view->rows[view->focus];
    int below = view->focus + 1 < row_count(view) ? view->rows[view->focus + 1] : layout.y;
    if (below > view->scroll + body.height) /* with what explains it */
        view->scroll = below - body.height;
    if (view->scroll > layout.y - body.height)
        view->scroll = layout.y - body.height;
    if (view->scroll > row || view->scroll < 0)
        view->scroll = row < body.height ? 0 : row;
    grid_copy_rows(grid, 0, body.y, &content, view->scroll, body.height);
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll + body.height < layout.y);
    grid->cursor_x = TUI_MARGIN;
    grid->cursor_y = row - view->scroll + body.y;
    grid_free(&content);
    arena_free(&frame);
}

static void change(struct tui *tui, struct settings_view *view)
{
    const char *course = tui->session->course->page.id;
    struct event event;
    if (view->focus == ROW_EVERYTHING)
        event = review_set_everything(course, !view->settings.everything);
    else if (view->focus == ROW_RETENTION)
        event = review_set_retention(course, review_next_retention(view->settings.retention));
    else
        event = review_restore(course, view->retired.cards[view->focus - ROW_RETIRED]);
    if (view->focus >= ROW_RETIRED)
        tui_say(tui, ROLE_TEXT, "It is asked again.");
    tui_log(tui, &event);
    read_all(tui, view);
}

static enum reaction settings_input(struct tui *tui, void *state, const struct input *input,
                                    enum action_id action)
{
    struct settings_view *view = state;
    size_t count = row_count(view);
    if (input->kind == INPUT_PRESS) {
        int y = tui_row_hit(view->body, view->scroll, input);
        for (size_t i = 0; i < count; i++)
            if (view->rows[i] == y && i == view->focus)
                action = ACTION_ENTER;
            else if (view->rows[i] == y)
                view->focus = i;
    }
    if (action == ACTION_UP || input->kind == INPUT_WHEEL_UP)
        view->focus -= view->focus > 0;
    else if (action == ACTION_DOWN || input->kind == INPUT_WHEEL_DOWN)
        view->focus += view->focus + 1 < count;
    else if (action == ACTION_ENTER)
        change(tui, view);
    return action == ACTION_BACK ? REACT_BACK : action == ACTION_QUIT ? REACT_QUIT : REACT_STAY;
}

static struct course_used settings_reloaded(struct tui *tui, void *state)
{
    read_all(tui, state);
    return (struct course_used){0};
}

const struct view view_settings = {
    .name = "what review asks",
    .open = settings_open,
    .input = settings_input,
    .draw = settings_draw,
    .close = settings_close,
    .contexts = settings_contexts,
    .reloaded = settings_reloaded,
};
