/* The keys, made from the table of actions: first those of where one was, then all the others. */
#include "base/utf8.h"
#include "tui/views.h"

#include <string.h>

struct help_view {
    uint64_t contexts;
    int scroll, body;
};

static void *help_open(struct tui *tui, const void *argument)
{
    (void)tui;
    struct help_view *view = memory_alloc(sizeof *view);
    view->contexts = ((const struct help_start *)argument)->contexts;
    return view;
}

static void help_close(struct tui *tui, void *state)
{
    (void)tui;
    memory_free(state);
}

static uint64_t help_contexts(struct tui *tui, void *state)
{
    (void)tui;
    (void)state;
    return CONTEXT_HELP;
}

static int help_row(struct grid *grid, int y, const struct action *action)
{
    if (y >= grid->height)
        grid_resize(grid, grid->width, y + 1);
    struct str names = str_of(action->keys), name;
    int x = 3;
    while ((name = str_word(&names)).length) {
        const char *shown = action_key_shown(name.text, name.length);
        if (shown)
            x = grid_put(grid, x, y, STYLE(ROLE_KEY), shown) + 1;
        else
            x = grid_put_n(grid, x, y, STYLE(ROLE_KEY), name.text, name.length) + 1;
    }
    int column = x > 20 ? x : 20;
    return text_wrap_plain(grid, y,
                           (struct text_box){.x = column, .width = grid->width - column - 1},
                           STYLE(ROLE_TEXT), action->help);
}

/* The places whose keys differ, in the order in which one meets them. */
struct situation {
    const char *title;
    uint64_t contexts;
    uint64_t also; /* its keys are told as well, but it holds elsewhere, too */
};
static const struct situation everywhere[] = {
    {"On the first screen", CONTEXT_HOME, 0},
    {"Reading a step", CONTEXT_READ | CONTEXT_LINKS | CONTEXT_BACK, 0},
    {"Predicting", CONTEXT_PREDICT, 0},
    {"Answering",
     CONTEXT_QUESTION | CONTEXT_CHOOSE | CONTEXT_MANY | CONTEXT_ORDER | CONTEXT_PAIRS |
         CONTEXT_LINES,
     CONTEXT_ANEW},
    {"Saying how sure you are", CONTEXT_SURE, 0},
    {"When a demo has run", CONTEXT_RUNNING | CONTEXT_OUTCOME | CONTEXT_PICTURE, 0},
    {"After an answer", CONTEXT_FEEDBACK | CONTEXT_RETRY | CONTEXT_ABOUT,
     CONTEXT_REFUTE | CONTEXT_UNDO | CONTEXT_REVIEW},
    {"At the end of a chapter or a quiz", CONTEXT_OVER | CONTEXT_RESULT,
     CONTEXT_MISSED | CONTEXT_TEST},
    {"In the statistics", CONTEXT_STATS, CONTEXT_TEST},
    {"In a demo of its own", CONTEXT_DEMO, 0},
    {"In the gallery and the glossary", CONTEXT_LIST | CONTEXT_GALLERY | CONTEXT_FIND, 0},
};

/* A member has no others: they are those of a vote, and of reading on alone. */
static const struct situation in_a_class[] = {
    {"When a vote is open",
     CONTEXT_VOTE | CONTEXT_CHOOSE | CONTEXT_MANY | CONTEXT_ORDER | CONTEXT_PAIRS | CONTEXT_LINES,
     0},
    {"Reading on by yourself", CONTEXT_READ | CONTEXT_LINKS | CONTEXT_BACK, 0},
};

static int help_title(struct grid *page, int y, const char *title)
{
    if (y >= page->height)
        grid_resize(page, page->width, y + 1);
    grid_put(page, 1, y, STYLE(ROLE_TITLE), title);
    return y + 1;
}

static void help_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct help_view *view = state;
    (void)tui;
    struct rect body = tui_frame(grid, "Keys", "", CONTEXT_HELP);
    struct grid page;
    grid_init(&page, grid->width, 2);
    int y = help_title(&page, 0, "Where you are");
    for (size_t i = 0; i < action_count; i++)
        if (action_shown(view->contexts, &actions[i]))
            y = help_row(&page, y, &actions[i]);
    bool member = view->contexts & CONTEXT_VISIT;
    const struct situation *places = member ? in_a_class : everywhere;
    size_t count =
        member ? sizeof in_a_class / sizeof *in_a_class : sizeof everywhere / sizeof *everywhere;
    for (size_t p = 0; p < count; p++) {
        if (places[p].contexts & view->contexts)
            continue;
        y = help_title(&page, y + 1, places[p].title);
        /* What holds everywhere stands under "Where you are" already. */
        for (size_t i = 0; i < action_count; i++)
            if ((actions[i].contexts & (places[p].contexts | places[p].also)) &&
                !(actions[i].contexts & view->contexts))
                y = help_row(&page, y, &actions[i]);
    }
    view->body = body.height;
    int most = y > body.height ? y - body.height : 0; /* the window may have grown */
    view->scroll = view->scroll < 0 ? 0 : view->scroll > most ? most : view->scroll;
    grid_copy_rows(grid, 0, body.y, &page, view->scroll, body.height);
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll < most);
    grid_free(&page);
}

static enum reaction help_input(struct tui *tui, void *state, const struct input *input,
                                enum action_id action)
{
    struct help_view *view = state;
    (void)tui;
    int step = action == ACTION_PAGE_DOWN                            ? view->body - 1
               : action == ACTION_PAGE_UP                            ? 1 - view->body
               : input->kind == INPUT_WHEEL_DOWN                     ? 3
               : input->kind == INPUT_WHEEL_UP                       ? -3
               : input->kind == INPUT_KEY && input->key == KEY_DOWN_ ? 1
               : input->kind == INPUT_KEY && input->key == KEY_UP_   ? -1
                                                                     : 0;
    view->scroll += step;
    if (step)
        return REACT_STAY;
    bool key = input->kind == INPUT_KEY || input->kind == INPUT_CHARACTER;
    return key ? REACT_BACK : REACT_STAY;
}

const struct view view_help = {
    .name = "the keys",
    .open = help_open,
    .input = help_input,
    .draw = help_draw,
    .close = help_close,
    .contexts = help_contexts,
};
