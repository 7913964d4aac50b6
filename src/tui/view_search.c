/* Words looked for in the whole course: what holds them, as one types, and the way there. */
#include "base/utf8.h"
#include "tui/finder.h"
#include "tui/list.h"
#include "tui/views.h"

#include <stdio.h>
#include <string.h>

struct search_view {
    struct search search;
    struct list list;
    bool stale; /* something was opened from here: more may have been seen since */
};

static const char *kind_of(void *user, size_t i)
{
    const struct search *search = &((struct search_view *)user)->search;
    return search_kind_title(search->hits[i].entry->kind);
}

static void narrow(struct search_view *view)
{
    struct list *list = &view->list;
    search_find(&view->search, buf_text(&list->word));
    list->count = view->search.hit_count;
    list->shown = memory_resize(list->shown, (list->count + 1) * sizeof *list->shown);
    for (size_t i = 0; i < list->count; i++)
        list->shown[i] = i;
    if (list->focus >= list->count)
        list->focus = list->count ? list->count - 1 : 0;
    list_head(list, kind_of, view);
}

static void index_anew(struct tui *tui, struct search_view *view)
{
    search_close(&view->search);
    finder_open(&view->search, tui->session);
    view->stale = false;
    narrow(view);
}

static void *search_view_open(struct tui *tui, const void *argument)
{
    struct search_view *view = memory_alloc(sizeof *view);
    (void)argument;
    view->list.finding = true;
    index_anew(tui, view);
    return view;
}

static void search_view_close(struct tui *tui, void *state)
{
    struct search_view *view = state;
    (void)tui;
    search_close(&view->search);
    list_free(&view->list);
    memory_free(view);
}

static uint64_t search_view_contexts(struct tui *tui, void *state)
{
    (void)tui;
    (void)state;
    return CONTEXT_SEARCH;
}

static bool search_view_takes(void *state, uint32_t character)
{
    (void)state;
    (void)character;
    return true;
}

/* "3.2 Why rescale"; where there is little room the number alone says where. */
static int place_columns(const struct search_entry *entry, int width)
{
    int whole = utf8_columns(entry->place, strlen(entry->place));
    int most = width >= 100 ? 40 : width >= 70 ? 26 : 14;
    bool numbered = entry->kind == SEARCH_STEP || entry->kind == SEARCH_QUESTION;
    if (whole > most && numbered && width < 70)
        return (int)strcspn(entry->place, " ");
    return whole > most ? most : whole;
}

static void draw_hit(const struct search_hit *hit, struct grid *grid, int y, bool focused)
{
    struct style style = STYLE(focused ? ROLE_FOCUS : ROLE_TEXT);
    const struct search_entry *entry = hit->entry;
    struct buf words = {0};
    size_t at, length;
    grid_put(grid, 1, y, style, focused ? "▸" : " ");
    int columns = place_columns(entry, grid->width);
    int x = 3, whole = utf8_columns(entry->place, strlen(entry->place));
    if (whole > columns && !strncmp(entry->place + columns, " ", 1))
        x = grid_put_n(grid, x, y, style, entry->place, (size_t)columns);
    else
        x = tui_put_cut(grid, x, y, style, entry->place, columns);
    x = grid_put(grid, x, y, STYLE(ROLE_DIM), " · ");
    search_excerpt(hit, grid->width - x - 1, &words, &at, &length);
    const char *text = buf_text(&words);
    x = grid_put_n(grid, x, y, style, text, at);
    x = grid_put_n(grid, x, y, focused ? style : STYLE(ROLE_KEY), text + at, length);
    grid_put(grid, x, y, style, text + at + length);
    buf_free(&words);
}

static void search_view_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct search_view *view = state;
    struct list *list = &view->list;
    char left[80] = "Find";
    if (view->stale)
        index_anew(tui, view);
    if (list->count)
        snprintf(left, sizeof left, "Find ▸ %zu place%s", list->count, list->count == 1 ? "" : "s");
    struct rect body = tui_frame(grid, left, "", search_view_contexts(tui, state));
    list->rows = body;
    list_scroll(list, (size_t)body.height);
    for (size_t i = 0; i < list->count; i++) {
        int row = (int)list_row(list, i) - (int)list->top;
        if (list->headed[i] && row > 0 && row <= body.height)
            grid_put(grid, 1, body.y + row - 1, STYLE(ROLE_TITLE), kind_of(view, i));
        if (row >= 0 && row < body.height)
            draw_hit(&view->search.hits[i], grid, body.y + row, i == list->focus);
    }
    if (!list->word.length)
        tui_put_cut(grid, 3, body.y, STYLE(ROLE_DIM),
                    "Type a word: lessons, glossary, demos and questions are searched.",
                    grid->width - 4);
    else if (!list->count)
        tui_put_cut(grid, 3, body.y, STYLE(ROLE_DIM), "Nothing in this course holds that.",
                    grid->width - 4);
    tui_scroll_marks(grid, body, list->top > 0,
                     list->top + (size_t)body.height < list_row(list, list->count));
    list_draw_word(list, grid);
}

static void open_hit(struct tui *tui, const struct search_entry *entry)
{
    switch (entry->kind) {
    case SEARCH_STEP:
    case SEARCH_QUESTION:
        if (history_jump_to(tui, entry->chapter, entry->section, entry->step) && entry->hidden)
            tui_say(tui, ROLE_TEXT, "What you look for comes after this prediction.");
        break;
    case SEARCH_TERM:
        history_jump(tui, &(struct stop){.kind = STOP_TERM, .name = entry->name});
        break;
    case SEARCH_DEMO:
        history_jump(tui, &(struct stop){.kind = STOP_DEMO, .name = entry->name});
        break;
    }
}

static enum reaction search_view_input(struct tui *tui, void *state, const struct input *input,
                                       enum action_id action)
{
    struct search_view *view = state;
    struct list *list = &view->list;
    if (action == ACTION_BACK)
        return REACT_BACK;
    bool types = input->kind == INPUT_CHARACTER || input->kind == INPUT_PASTE ||
                 (input->kind == INPUT_KEY && action == ACTION_NONE);
    size_t length = list->word.length;
    list->finding = types; /* what does not change the word moves in the list */
    bool chosen = list_input(list, input, action);
    list->finding = true;
    if (list->word.length != length) {
        list->focus = list->top = 0;
        narrow(view);
    }
    if (chosen) {
        view->stale = true;
        open_hit(tui, view->search.hits[list->focus].entry);
    }
    return REACT_STAY;
}

static struct course_used search_view_reloaded(struct tui *tui, void *state)
{
    index_anew(tui, state);
    return (struct course_used){0};
}

const struct view view_search = {
    .name = "the search",
    .open = search_view_open,
    .input = search_view_input,
    .draw = search_view_draw,
    .close = search_view_close,
    .contexts = search_view_contexts,
    .takes = search_view_takes,
    .reloaded = search_view_reloaded,
};
