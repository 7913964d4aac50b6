/* All the demos by theme: name, and the question each lets one answer. */
#include "base/utf8.h"
#include "draw/text.h"
#include "tui/list.h"
#include "tui/views.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct gallery_view {
    struct list list;
    struct arena arena;
    const char **texts;
    char word[80]; /* what the list was narrowed to last */
};

static const char *gallery_text(void *user, size_t i)
{
    return ((struct gallery_view *)user)->texts[i];
}

static const char *gallery_theme(void *user, size_t i)
{
    (void)user;
    return demos[i]->theme;
}

static void narrow(struct gallery_view *view);

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
    narrow(view);
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

static uint64_t gallery_contexts(struct tui *tui, void *state)
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

/* How well an entry answers to the word: by its name best. */
static int fits(const struct demo *demo, const char *word)
{
    size_t length = strlen(word);
    if (strncasecmp(demo->name, word, length) == 0)
        return demo->name[length] ? 3 : 4;
    return strcasestr(demo->name, word) ? 2 : strcasestr(demo->title, word) ? 1 : 0;
}

static void narrow(struct gallery_view *view)
{
    struct list *list = &view->list;
    const char *word = buf_text(&list->word);
    list_filter(list, demo_count, gallery_text, view);
    list_head(list, gallery_theme, NULL);
    if (strcmp(word, view->word) == 0)
        return;
    snprintf(view->word, sizeof view->word, "%s", word);
    for (size_t i = list->focus = 0; *word && i < list->count; i++)
        if (fits(demos[list->shown[i]], word) > fits(demos[list->shown[list->focus]], word))
            list->focus = i;
}

/* Name, title and sketch, as many as there is room for. */
static void draw_entry(struct grid *grid, int y, const struct demo *demo, bool focused)
{
    enum { NAME = 3, TITLE = 22, ROOM_FOR_ALL = 74 };
    struct style style = STYLE(focused ? ROLE_FOCUS : ROLE_TEXT);
    int sketch = grid->width - SKETCH_COLUMNS - 2;
    bool all = grid->width >= ROOM_FOR_ALL;
    if (all)
        sketch = sketch > 60 ? 60 : sketch;
    grid_put(grid, 1, y, style, focused ? "▸" : " ");
    grid_put(grid, NAME, y, style, demo->name);
    if (all)
        tui_put_cut(grid, TITLE, y, style, demo->title, sketch - TITLE - 1);
    if (demo->sketch)
        tui_put_cut(grid, sketch, y, STYLE(ROLE_SERIES_1), demo->sketch, SKETCH_COLUMNS);
}

/* What is in the first `rows` rows of the list, from its top. */
static void draw_list(struct gallery_view *view, struct grid *grid, int top, int rows)
{
    const struct list *list = &view->list;
    for (size_t i = 0; i < list->count; i++) {
        const struct demo *demo = demos[list->shown[i]];
        int y = (int)list_row(list, i) - (int)list->top;
        if (list->headed[i] && y > 0 && y <= rows)
            tui_put_cut(grid, 1, top + y - 1, STYLE(ROLE_TITLE), demo->theme, grid->width - 12);
        if (y >= 0 && y < rows)
            draw_entry(grid, top + y, demo, i == list->focus);
    }
}

static void gallery_draw(struct tui *tui, void *state, struct grid *grid)
{
    enum { ASKED_MOST = 3 };
    struct gallery_view *view = state;
    struct list *list = &view->list;
    char count[40] = "";
    if (!list->finding && !list->word.length)
        snprintf(count, sizeof count, "%zu demos", demo_count);
    struct rect body = tui_frame(grid, "Demo gallery", count, gallery_contexts(tui, state));
    struct grid question;
    int width = grid->width - 4, asked = 0;
    grid_init(&question, width, 1);
    if (list->count)
        asked = text_wrap_plain(&question, 0, (struct text_box){.width = width}, STYLE(ROLE_STRONG),
                                demos[list->shown[list->focus]]->question);
    asked = asked > ASKED_MOST ? ASKED_MOST : asked;
    bool rule = body.height > 10;
    int rows = body.height - asked - rule;
    if (rule) /* the list keeps its height, whatever is asked below it */
        rows = body.height - 1 - (grid->width >= 60 ? 2 : ASKED_MOST);
    list_scroll(list, (size_t)rows);
    list->rows = (struct rect){0, body.y, body.width, rows};
    draw_list(view, grid, body.y, rows);
    if (list->count) {
        grid_copy_rows(grid, 2, body.y + rows + rule, &question, 0, asked);
        grid->cursor_x = 1;
        grid->cursor_y = body.y + (int)(list_row(list, list->focus) - list->top);
    } else {
        tui_put_cut(grid, 3, body.y, STYLE(ROLE_DIM), "No demo holds this word. Esc shows all.",
                    width);
    }
    grid_free(&question);
    tui_scroll_marks(grid, list->rows, list->top > 0,
                     list->top + (size_t)rows < list_row(list, list->count));
    list_draw_word(list, grid);
}

static enum reaction gallery_input(struct tui *tui, void *state, const struct input *input,
                                   enum action_id action)
{
    struct gallery_view *view = state;
    bool finding = view->list.finding;
    bool chosen = list_input(&view->list, input, action);
    if (action == ACTION_BACK && view->list.word.length) { /* all the demos, then away */
        buf_clear(&view->list.word);
        action = ACTION_NONE;
    }
    narrow(view);
    if (finding && !chosen)
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
