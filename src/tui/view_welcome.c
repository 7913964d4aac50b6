/* Shown once, at the very first start: what this is, the keys, where your data lies. */
#include "tui/views.h"

struct welcome_view {
    struct arena frame;
    int scroll, rows, body;
};

static void *welcome_open(struct tui *tui, const void *argument)
{
    (void)tui;
    (void)argument;
    struct welcome_view *view = memory_alloc(sizeof *view);
    arena_init(&view->frame);
    return view;
}

static void welcome_close(struct tui *tui, void *state)
{
    struct welcome_view *view = state;
    (void)tui;
    arena_free(&view->frame);
    memory_free(view);
}

static uint64_t welcome_contexts(struct tui *tui, void *state)
{
    (void)tui;
    (void)state;
    return CONTEXT_WELCOME;
}

static void scroll_by(struct welcome_view *view, int rows)
{
    int most = view->rows > view->body ? view->rows - view->body : 0;
    view->scroll += rows;
    if (view->scroll > most)
        view->scroll = most;
    if (view->scroll < 0)
        view->scroll = 0;
}

static void welcome_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct welcome_view *view = state;
    const struct course_page *page = &tui->session->course->page;
    struct rect body = tui_frame(grid, "nntutor", "", CONTEXT_WELCOME);
    arena_free(&view->frame);
    struct grid content;
    int width = grid->width - 2 * TUI_MARGIN;
    grid_init(&content, grid->width, body.height);
    struct layout layout = {
        .course = tui->session->course,
        .arena = &view->frame,
        .grid = &content,
        .x = TUI_MARGIN,
        .width = width > TUI_TEXT_WIDTH ? TUI_TEXT_WIDTH : width,
        .y = body.height > 16 ? 1 : 0,
        .ascii = tui->session->ascii,
    };
    layout_text(&layout, ROLE_TITLE, page->title);
    layout_gap(&layout, 1);
    layout_blocks(&layout, page->blocks, page->block_count);
    layout_gap(&layout, 1);
    if (tui->session->store)
        layout_textf(&layout, ROLE_DIM, "Your answers are kept in %s",
                     store_path(tui->session->store));
    view->rows = layout.y;
    view->body = body.height;
    scroll_by(view, 0);
    grid_copy_rows(grid, 0, body.y, &content, view->scroll, body.height);
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll + view->body < view->rows);
    grid_free(&content);
}

static enum reaction welcome_input(struct tui *tui, void *state, const struct input *input,
                                   enum action_id action)
{
    struct welcome_view *view = state;
    (void)tui;
    if (action == ACTION_QUIT)
        return REACT_QUIT;
    if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
        scroll_by(view, action == ACTION_PAGE_DOWN ? view->body - 1 : 1 - view->body);
    if (input->kind == INPUT_WHEEL_DOWN || input->kind == INPUT_WHEEL_UP)
        scroll_by(view, input->kind == INPUT_WHEEL_DOWN ? 3 : -3);
    return action == ACTION_ENTER || action == ACTION_BACK || input->kind == INPUT_PRESS
               ? REACT_BACK
               : REACT_STAY;
}

const struct view view_welcome = {
    .name = "the welcome page",
    .open = welcome_open,
    .input = welcome_input,
    .draw = welcome_draw,
    .close = welcome_close,
    .contexts = welcome_contexts,
};
