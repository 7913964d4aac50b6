/* Shown once, at the very first start: what this is, the keys, where your data lies. */
#include "tui/views.h"

struct welcome_view {
    struct arena frame;
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

static unsigned welcome_contexts(struct tui *tui, void *state)
{
    (void)tui;
    (void)state;
    return CONTEXT_WELCOME;
}

static void welcome_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct welcome_view *view = state;
    const struct course_page *page = &tui->session->course->page;
    struct rect body = tui_frame(tui, grid, "nntutor", "", CONTEXT_WELCOME);
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
    grid_copy_rows(grid, 0, body.y, &content, 0, body.height);
    grid_free(&content);
}

static enum reaction welcome_input(struct tui *tui, void *state, const struct input *input,
                                   enum action_id action)
{
    (void)tui;
    (void)state;
    if (action == ACTION_QUIT)
        return REACT_QUIT;
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
