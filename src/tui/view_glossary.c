/* What the words mean: the terms, and the meaning of the one under the cursor. */
#include "tui/list.h"
#include "tui/views.h"

#include <string.h>

struct glossary_view {
    struct list list;
    struct arena frame;
    const struct glossary *glossary;
};

static const char *glossary_text(void *user, size_t i)
{
    const char *title = ((struct glossary_view *)user)->glossary->entries[i].title;
    return title ? title : "";
}

/* `argument`: the term to begin with, or NULL. */
static void *glossary_open(struct tui *tui, const void *argument)
{
    const struct glossary *glossary = &tui->session->course->glossary;
    if (!glossary->count) {
        tui_say(tui, ROLE_WARNING, "This course has no glossary.");
        return NULL;
    }
    struct glossary_view *view = memory_alloc(sizeof *view);
    arena_init(&view->frame);
    view->glossary = glossary;
    list_filter(&view->list, glossary->count, glossary_text, view);
    const struct glossary_entry *entry = argument ? glossary_find(glossary, argument) : NULL;
    if (entry)
        view->list.focus = (size_t)(entry - glossary->entries);
    return view;
}

static void glossary_close(struct tui *tui, void *state)
{
    struct glossary_view *view = state;
    (void)tui;
    list_free(&view->list);
    arena_free(&view->frame);
    memory_free(view);
}

static uint64_t glossary_contexts(struct tui *tui, void *state)
{
    struct glossary_view *view = state;
    (void)tui;
    return view->list.finding ? CONTEXT_FIND : CONTEXT_LIST;
}

static bool glossary_takes(void *state, uint32_t character)
{
    (void)character;
    return ((struct glossary_view *)state)->list.finding;
}

static void glossary_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct glossary_view *view = state;
    struct list *list = &view->list;
    struct rect body = tui_frame(grid, "Glossary", "", glossary_contexts(tui, state));
    bool beside = grid->width >= 70;
    int list_width = beside ? 26 : grid->width;
    int rows = beside ? body.height : body.height / 2;
    list_scroll(list, (size_t)rows);
    list->rows = (struct rect){0, body.y, list_width, rows};
    for (size_t i = list->top; i < list->count && i - list->top < (size_t)rows; i++) {
        bool focused = i == list->focus;
        struct style style = STYLE(focused ? ROLE_FOCUS : ROLE_TEXT);
        int y = body.y + (int)(i - list->top);
        grid_put(grid, 1, y, style, focused ? "▸" : " ");
        grid_put(grid, 3, y, style, view->glossary->entries[list->shown[i]].title);
    }
    if (list->count) {
        const struct glossary_entry *entry = &view->glossary->entries[list->shown[list->focus]];
        int x = beside ? list_width + 2 : TUI_MARGIN, y = beside ? body.y : body.y + rows + 1;
        int width = grid->width - x - 2;
        struct grid content;
        arena_free(&view->frame);
        grid_init(&content, grid->width, 1);
        if (beside)
            grid_fill(grid, list_width - 1, body.y, grid->width - list_width + 1, body.height,
                      STYLE(ROLE_TEXT), ' ');
        struct layout layout = {
            .course = tui->session->course,
            .arena = &view->frame,
            .grid = &content,
            .width = width > TUI_TEXT_WIDTH ? TUI_TEXT_WIDTH : width,
            .ascii = tui->session->ascii,
        };
        layout_text(&layout, ROLE_TITLE, entry->title);
        layout_blocks(&layout, entry->blocks, entry->block_count);
        grid_copy_rows(grid, x, y, &content, 0, body.y + body.height - y);
        grid_free(&content);
        grid->cursor_x = 1;
        grid->cursor_y = body.y + (int)(list->focus - list->top);
    } else {
        grid_put(grid, 3, body.y, STYLE(ROLE_DIM), "No term holds this word.");
    }
    tui_scroll_marks(grid, list->rows, !beside && list->top > 0,
                     !beside && list->top + (size_t)rows < list->count);
    list_draw_word(list, grid);
}

static enum reaction glossary_input(struct tui *tui, void *state, const struct input *input,
                                    enum action_id action)
{
    struct glossary_view *view = state;
    (void)tui;
    bool finding = view->list.finding;
    list_input(&view->list, input, action);
    list_filter(&view->list, view->glossary->count, glossary_text, view);
    if (finding)
        return REACT_STAY;
    if (action == ACTION_QUIT)
        return REACT_QUIT;
    return action == ACTION_BACK ? REACT_BACK : REACT_STAY;
}

/* The term under the cursor stays there, wherever it stands in the list now. */
static struct course_used glossary_reloaded(struct tui *tui, void *state)
{
    struct glossary_view *view = state;
    struct list *list = &view->list;
    const struct glossary *before = &tui->session->course->older->glossary;
    const char *title = list->count ? before->entries[list->shown[list->focus]].title : NULL;
    list_filter(list, view->glossary->count, glossary_text, view);
    for (size_t i = 0; title && i < list->count; i++)
        if (strcmp(glossary_text(view, list->shown[i]), title) == 0)
            list->focus = i;
    return (struct course_used){0};
}

const struct view view_glossary = {
    .name = "the glossary",
    .open = glossary_open,
    .input = glossary_input,
    .draw = glossary_draw,
    .close = glossary_close,
    .contexts = glossary_contexts,
    .takes = glossary_takes,
    .reloaded = glossary_reloaded,
};
