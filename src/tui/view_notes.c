/* The instructor's second screen: notes, what comes next, the minutes; its keys drive the first. */
#include "tui/field.h"
#include "tui/notes.h"
#include "tui/views.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

struct notes_view {
    struct notes *notes;
    struct arena frame;
    int scroll, rows, body;
    bool jumping, commanding;
    char typed[100];
};

static void *notes_open_view(struct tui *tui, const void *argument)
{
    struct notes_view *view = memory_alloc(sizeof *view);
    (void)tui;
    *view = (struct notes_view){.notes = (struct notes *)argument};
    arena_init(&view->frame);
    return view;
}

static void notes_close_view(struct tui *tui, void *state)
{
    (void)tui;
    arena_free(&((struct notes_view *)state)->frame);
    memory_free(state);
}

static uint64_t notes_contexts(struct tui *tui, void *state)
{
    const struct notes_view *view = state;
    (void)tui;
    if (view->jumping || view->commanding)
        return CONTEXT_FIND;
    return CONTEXT_PRESENT | CONTEXT_READ | CONTEXT_BACK |
           (view->notes->class.length ? CONTEXT_CLASS : 0u);
}

static bool notes_takes(void *state, uint32_t character)
{
    (void)character;
    return ((struct notes_view *)state)->jumping || ((struct notes_view *)state)->commanding;
}

static void notes_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct notes_view *view = state;
    struct notes *notes = view->notes;
    const struct chapter *chapter = &notes->course.chapters[notes->chapter].lesson;
    char left[200] = "Notes", right[80];
    if (view->jumping)
        snprintf(left, sizeof left, "Go to section: %s_", view->typed);
    else if (view->commanding)
        snprintf(left, sizeof left, ":%s_", view->typed);
    else if (notes->section < chapter->section_count)
        snprintf(left, sizeof left, "Notes ▸ %.8s %.150s", chapter->sections[notes->section].number,
                 chapter->sections[notes->section].title);
    if (notes->steps)
        snprintf(right, sizeof right, "step %zu of %zu   %d of %d min", notes->step + 1,
                 notes->steps, (int)notes->minutes, chapter->minutes);
    else
        snprintf(right, sizeof right, "%d of %d min", (int)notes->minutes, chapter->minutes);
    struct rect body = tui_frame(grid, left, right, notes_contexts(tui, state));
    struct grid page;
    int width = grid->width - 2 * TUI_MARGIN;
    grid_init(&page, grid->width, 1);
    arena_free(&view->frame);
    struct layout layout = {.course = &notes->course,
                            .arena = &view->frame,
                            .grid = &page,
                            .x = TUI_MARGIN,
                            .width = width > TUI_TEXT_WIDTH ? TUI_TEXT_WIDTH : width,
                            .ascii = tui->session->ascii};
    notes_lay_out(notes, &layout);
    view->rows = layout.y;
    view->body = body.height;
    int most = view->rows > view->body ? view->rows - view->body : 0;
    view->scroll = view->scroll > most ? most : view->scroll;
    grid_copy_rows(grid, 0, body.y, &page, view->scroll, body.height);
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll + view->body < view->rows);
    grid_free(&page);
}

/* A section, or a word for the class. */
static void type_input(struct notes_view *view, const struct input *input)
{
    if (field_type_word(view->typed, sizeof view->typed, input))
        return;
    if (input->kind == INPUT_KEY && input->key == KEY_ESCAPE_) {
        view->jumping = view->commanding = false;
    } else if (input->kind == INPUT_KEY && input->key == KEY_ENTER_ && view->commanding) {
        notes_do(view->notes, view->typed);
        view->commanding = false;
    } else if (input->kind == INPUT_KEY && input->key == KEY_ENTER_) {
        char word[120];
        const struct chapter *chapter = &view->notes->course.chapters[view->notes->chapter].lesson;
        if (strchr(view->typed, '.'))
            snprintf(word, sizeof word, "go %s", view->typed);
        else
            snprintf(word, sizeof word, "go %d.%s", chapter->number, view->typed);
        notes_do(view->notes, word);
        view->jumping = false;
    }
}

static void scroll(struct notes_view *view, int rows)
{
    view->scroll += rows;
    if (view->scroll < 0)
        view->scroll = 0;
}

static enum reaction notes_input(struct tui *tui, void *state, const struct input *input,
                                 enum action_id action)
{
    struct notes_view *view = state;
    if (view->jumping || view->commanding) {
        type_input(view, input);
        return REACT_STAY;
    }
    const char *word = action == ACTION_ENTER      ? "next"
                       : action == ACTION_PREVIOUS ? "back"
                       : action == ACTION_BLANK    ? "blank"
                       : action == ACTION_VOTE     ? "vote"
                       : action == ACTION_REVEAL   ? "reveal"
                       : action == ACTION_SIMILAR  ? "similar"
                                                   : NULL;
    if (word) {
        view->scroll = 0;
        if (!notes_do(view->notes, word))
            tui_say(tui, ROLE_WARNING, "The presentation does not answer; q leaves.");
        return REACT_STAY;
    }
    switch (action) {
    case ACTION_JUMP:
    case ACTION_COMMAND:
        view->jumping = action == ACTION_JUMP;
        view->commanding = action == ACTION_COMMAND;
        view->typed[0] = '\0';
        break;
    case ACTION_PAGE_DOWN:
        scroll(view, view->body - 2);
        break;
    case ACTION_PAGE_UP:
        scroll(view, 2 - view->body);
        break;
    case ACTION_QUIT:
        return REACT_QUIT;
    default:
        break;
    }
    return REACT_STAY;
}

const struct view view_notes = {
    .name = "the notes",
    .open = notes_open_view,
    .input = notes_input,
    .draw = notes_draw,
    .close = notes_close_view,
    .contexts = notes_contexts,
    .takes = notes_takes,
};
