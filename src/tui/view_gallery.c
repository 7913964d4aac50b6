/* All the demos by theme: name, and the question each lets one answer. */
#include "base/utf8.h"
#include "draw/text.h"
#include "tui/list.h"
#include "tui/views.h"

#include <string.h>

struct gallery_view {
    struct list list;
    struct arena arena;
    const char **texts;
};

static const char *gallery_text(void *user, size_t i)
{
    return ((struct gallery_view *)user)->texts[i];
}

static void *gallery_open(struct tui *tui, const void *argument)
{
    struct gallery_view *view = memory_alloc(sizeof *view);
    (void)tui;
    (void)argument;
    arena_init(&view->arena);
    view->texts = ARENA_ARRAY(&view->arena, demo_count, const char *);
    for (size_t i = 0; i < demo_count; i++)
        view->texts[i] = arena_printf(&view->arena, "%s %s %s %s", demos[i]->name, demos[i]->title,
                                      demos[i]->question, demos[i]->theme ? demos[i]->theme : "");
    list_filter(&view->list, demo_count, gallery_text, view);
    return view;
}

static void gallery_close(struct tui *tui, void *state)
{
    struct gallery_view *view = state;
    (void)tui;
    list_free(&view->list);
    arena_free(&view->arena);
    memory_free(view);
}

static unsigned gallery_contexts(struct tui *tui, void *state)
{
    struct gallery_view *view = state;
    (void)tui;
    return view->list.finding ? CONTEXT_FIND : CONTEXT_LIST | CONTEXT_GALLERY;
}

static bool gallery_takes(void *state, uint32_t character)
{
    (void)character;
    return ((struct gallery_view *)state)->list.finding;
}

static void gallery_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct gallery_view *view = state;
    struct list *list = &view->list;
    struct rect body = tui_frame(grid, "Demo gallery", "", gallery_contexts(tui, state));
    int about = body.height > 10 ? 4 : 2, rows = body.height - about;
    list_scroll(list, (size_t)rows);
    list->rows = (struct rect){0, body.y, body.width, rows};
    for (size_t i = list->top; i < list->count && i - list->top < (size_t)rows; i++) {
        const struct demo *demo = demos[list->shown[i]];
        int y = body.y + (int)(i - list->top);
        bool focused = i == list->focus;
        struct style style = STYLE(focused ? ROLE_FOCUS : ROLE_TEXT);
        grid_put(grid, 1, y, style, focused ? "▸" : " ");
        grid_put(grid, 3, y, style, demo->name);
        if (grid->width >= 60)
            grid_put(grid, 20, y, STYLE(focused ? ROLE_FOCUS : ROLE_TEXT), demo->title);
        if (grid->width >= 80)
            grid_put(grid, 52, y, STYLE(ROLE_DIM), demo->theme ? demo->theme : "");
    }
    if (list->count) {
        struct grid text;
        int width = grid->width - 4;
        grid_init(&text, width, 1);
        int used = text_wrap_plain(&text, 0, (struct text_box){.width = width}, STYLE(ROLE_STRONG),
                                   demos[list->shown[list->focus]]->question);
        grid_copy_rows(grid, 2, body.y + rows + (about > 2), &text, 0, used < about ? used : about);
        grid_free(&text);
        grid->cursor_x = 1;
        grid->cursor_y = body.y + (int)(list->focus - list->top);
    } else {
        grid_put(grid, 3, body.y, STYLE(ROLE_DIM), "No demo holds this word.");
    }
    tui_scroll_marks(grid, list->rows, list->top > 0, list->top + (size_t)rows < list->count);
    list_draw_word(list, grid);
}

static enum reaction gallery_input(struct tui *tui, void *state, const struct input *input,
                                   enum action_id action)
{
    struct gallery_view *view = state;
    bool finding = view->list.finding;
    bool chosen = list_input(&view->list, input, action);
    list_filter(&view->list, demo_count, gallery_text, view);
    if (finding)
        return REACT_STAY;
    if (chosen && view->list.count) {
        struct arena arena;
        struct demo_args args;
        arena_init(&arena);
        if (demo_args_init(&args, &arena, demos[view->list.shown[view->list.focus]]))
            tui_push(tui, &view_demo, &(struct demo_start_args){&args});
        arena_free(&arena);
    }
    if (action == ACTION_QUIT)
        return REACT_QUIT;
    return action == ACTION_BACK ? REACT_BACK : REACT_STAY;
}

const struct view view_gallery = {
    .name = "the gallery and the glossary",
    .open = gallery_open,
    .input = gallery_input,
    .draw = gallery_draw,
    .close = gallery_close,
    .contexts = gallery_contexts,
    .takes = gallery_takes,
};
