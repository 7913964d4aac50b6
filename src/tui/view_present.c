/* A chapter on a projector: the view of a session with wide margins, a clock, a blank screen, jumps.
 * Predictions and questions are asked aloud; the instructor's keys answer for the room. */
#include "tui/classroom.h"
#include "tui/projection.h"
#include "tui/seats.h"
#include "tui/view_study.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { SLIDE_WIDTH = 84, SCROLL_ROWS = 8 };

struct present_view {
    struct present *present;
    struct study_view *slide;
    bool jumping, commanding, leaving, listing;
    char typed[100];             /* of a section's number or title; a word for the class */
    int list_top, list_most;     /* of who is in: rows above, and how many there can be */
    size_t focus;                /* section */
    int left, top;               /* margins */
    int rows_above, rows_hidden; /* of a class: what is scrolled away, and how much can be */
};

static void *present_open_view(struct tui *tui, const void *argument)
{
    const struct start *start = argument;
    struct present *present = start->present;
    struct study_start where = {
        .chapter = present->chapter, .section = present->section, .step = present->step};
    struct present_view *view = memory_alloc(sizeof *view);
    *view = (struct present_view){.present = present, .slide = view_study.open(tui, &where)};
    view->slide->study.aloud = true;
    present->study = &view->slide->study;
    if (*present->problem)
        tui_say(tui, ROLE_WARNING, "%s", present->problem);
    return view;
}

static void present_close_view(struct tui *tui, void *state)
{
    struct present_view *view = state;
    view->present->study = NULL;
    view_study.close(tui, view->slide);
    memory_free(view);
}

/* Answers of several lines are given aloud: nobody types them before a room. */
static bool is_spoken(const struct present_view *view)
{
    return view->slide->study.stage == STUDY_ASK && view->slide->study.ask.lines;
}

static uint64_t present_contexts(struct tui *tui, void *state)
{
    struct present_view *view = state;
    uint64_t own = CONTEXT_PRESENT | (view->present->host ? CONTEXT_CLASS : 0);
    if (view->jumping || view->commanding)
        return CONTEXT_FIND;
    if (view->listing)
        return CONTEXT_READ | CONTEXT_BACK;
    if (is_spoken(view) || classroom_is_shown(view->present))
        return own | CONTEXT_READ | CONTEXT_BACK;
    return own | (view_study.contexts(tui, view->slide) & ~CONTEXT_PLACE);
}

static bool is_class_key(uint32_t character)
{
    return character == 'v' || character == 'e' || character == 'i' || character == ':';
}

static bool present_takes(void *state, uint32_t character)
{
    struct present_view *view = state;
    if (view->jumping || view->commanding)
        return true;
    if (classroom_is_shown(view->present) || (view->present->host && is_class_key(character)))
        return false; /* the class answers, not the instructor */
    bool begun = view->slide->field_open && view->slide->field.text.length;
    if (is_spoken(view) || (character == '.' && !begun)) /* no number begins with a jump */
        return false;
    return !view->present->blank && view_study.takes(view->slide, character);
}

/* ---- drawing ------------------------------------------------------------------------------------------ */

static void draw_bottom(const struct present_view *view, const struct scene *scene,
                        struct grid *grid)
{
    const struct section *section = study_section(&view->slide->study);
    char place[40] = "", right[80];
    int minutes = present_minutes(view->present);
    const struct chapter *chapter = study_chapter(&view->slide->study);
    if (section)
        snprintf(place, sizeof place, "%.8s  %zu/%zu", section->number, view->slide->study.step + 1,
                 section->step_count);
    if (chapter->minutes > 0)
        snprintf(right, sizeof right, "%s   %d of %d min", place, minutes, chapter->minutes);
    else
        snprintf(right, sizeof right, "%s   %d min", place, minutes);
    bool shown = classroom_is_shown(view->present);
    scene_put_bottom(scene, grid, shown && view->rows_above > 0,
                     shown && view->rows_above < view->rows_hidden, right, place);
    if (!view->commanding)
        return;
    grid_fill(grid, 0, grid->height - 1, grid->width, 1, STYLE(ROLE_TEXT), ' ');
    grid_putf(grid, 1, grid->height - 1, STYLE(ROLE_INPUT), ":%s_", view->typed);
}

static void draw_jump(const struct present_view *view, struct grid *grid)
{
    const struct chapter *chapter = study_chapter(&view->slide->study);
    char title[120];
    snprintf(title, sizeof title, "Go to section: %s_", view->typed);
    struct rect body = tui_frame(grid, title, "", CONTEXT_FIND);
    int top = (int)view->focus - body.height / 2;
    if (top > (int)chapter->section_count - body.height)
        top = (int)chapter->section_count - body.height;
    if (top < 0)
        top = 0;
    for (int row = 0; row < body.height && top + row < (int)chapter->section_count; row++) {
        const struct section *section = &chapter->sections[top + row];
        bool focus = (size_t)(top + row) == view->focus;
        struct style style = STYLE(focus ? ROLE_FOCUS : ROLE_TEXT);
        char text[200];
        snprintf(text, sizeof text, "%s %-5.8s %.150s", focus ? "▸" : " ", section->number,
                 section->title);
        tui_put_cut(grid, 2, body.y + row, style, text, grid->width - 4);
    }
    grid->cursor_x = 2;
    grid->cursor_y = body.y + (int)view->focus - top;
}

/* Who is in, as "who" asked. */
static void draw_list(struct present_view *view, struct grid *grid)
{
    struct arena arena;
    const char *const *lines;
    char count_text[40];
    arena_init(&arena);
    size_t count = seats_list(&view->present->host->desk, view->present->listed, &arena, &lines);
    snprintf(count_text, sizeof count_text, "%zu lines", count);
    struct rect body = tui_frame(grid, "Who is in", count_text, CONTEXT_READ | CONTEXT_BACK);
    view->list_most = (int)count > body.height ? (int)count - body.height : 0;
    view->list_top = view->list_top > view->list_most ? view->list_most : view->list_top;
    for (int row = 0; row < body.height && view->list_top + row < (int)count; row++)
        tui_put_cut(grid, 2, body.y + row, STYLE(ROLE_TEXT), lines[view->list_top + row],
                    grid->width - 4);
    tui_scroll_marks(grid, body, view->list_top > 0, view->list_top < view->list_most);
    arena_free(&arena);
}

static void draw_class(struct tui *tui, struct present_view *view, const struct scene *scene,
                       struct grid *grid)
{
    struct grid page;
    struct arena arena;
    int width = grid->width - 2 * TUI_MARGIN;
    arena_init(&arena);
    grid_init(&page, grid->width, 1);
    struct layout layout = {.course = tui->session->course,
                            .arena = &arena,
                            .grid = &page,
                            .x = TUI_MARGIN,
                            .width = width > TUI_TEXT_WIDTH ? TUI_TEXT_WIDTH : width,
                            .ascii = tui->session->ascii};
    scene_lay_out(scene, &layout);
    view->left = (grid->width - layout.width) / 2 - TUI_MARGIN;
    view->left = view->left < 0 ? 0 : view->left;
    int body = grid->height - 2;
    view->rows_hidden = layout.y > body ? layout.y - body : 0;
    view->rows_above = projection_scroll(view->rows_hidden, view->present->scroll);
    grid_copy_rows(grid, view->left, 1, &page, view->rows_above, body);
    grid_free(&page);
    arena_free(&arena);
}

static void draw_all(struct tui *tui, struct present_view *view, const struct scene *scene,
                     struct grid *grid)
{
    struct grid slide;
    if (view->jumping) {
        draw_jump(view, grid);
        return;
    }
    if (view->listing) {
        draw_list(view, grid);
        return;
    }
    if (classroom_is_shown(view->present)) {
        draw_class(tui, view, scene, grid);
        draw_bottom(view, scene, grid);
        return;
    }
    int width = grid->width > SLIDE_WIDTH ? SLIDE_WIDTH : grid->width;
    view->left = (grid->width - width) / 2;
    view->top = grid->height >= 32 ? 2 : 0;
    grid_init(&slide, width, grid->height - 2 * view->top);
    view_study.draw(tui, view->slide, &slide);
    /* Its keys are the instructor's business: the room sees the place and the time instead. */
    grid_copy_rows(grid, view->left, view->top, &slide, 0, slide.height - 1);
    if (slide.cursor_x >= 0) {
        grid->cursor_x = slide.cursor_x + view->left;
        grid->cursor_y = slide.cursor_y + view->top;
    }
    grid_free(&slide);
    draw_bottom(view, scene, grid);
}

static void present_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct present_view *view = state;
    struct arena arena;
    struct scene scene = {0};
    if (view->present->blank)
        return;
    if (*view->present->news)
        tui_say(tui, ROLE_TEXT, "%s", view->present->news);
    view->present->news[0] = '\0';
    arena_init(&arena);
    if (view->present->host)
        classroom_scene(view->present, &arena, &scene);
    draw_all(tui, view, &scene, grid);
    arena_free(&arena);
}

/* ---- input -------------------------------------------------------------------------------------------- */

static void find_section(struct present_view *view)
{
    const struct chapter *chapter = study_chapter(&view->slide->study);
    for (int pass = 0; pass < 2 && *view->typed; pass++)
        for (size_t i = 0; i < chapter->section_count; i++) {
            const struct section *section = &chapter->sections[i];
            const char *point = section->number ? strchr(section->number, '.') : NULL;
            bool hit = pass ? section->title && strcasestr(section->title, view->typed)
                            : point && (strcmp(section->number, view->typed) == 0 ||
                                        strcmp(point + 1, view->typed) == 0);
            if (hit) {
                view->focus = i;
                return;
            }
        }
}

static void jump_input(struct present_view *view, const struct input *input)
{
    size_t count = study_chapter(&view->slide->study)->section_count;
    if (field_type_word(view->typed, sizeof view->typed, input)) {
        find_section(view);
    } else if (input->kind == INPUT_KEY && input->key == KEY_DOWN_) {
        view->focus = (view->focus + 1) % count;
    } else if (input->kind == INPUT_KEY && input->key == KEY_UP_) {
        view->focus = (view->focus + count - 1) % count;
    } else if (input->kind == INPUT_KEY && input->key == KEY_ENTER_) {
        view->jumping = false;
        study_open(&view->slide->study, view->slide->study.chapter, view->focus, 0);
    } else if (input->kind == INPUT_KEY && input->key == KEY_ESCAPE_) {
        view->jumping = false;
    }
}

static void say_word(struct tui *tui, struct present_view *view, const char *word)
{
    if (!present_do(view->present, word))
        tui_say(tui, ROLE_WARNING,
                "No such word: time 60, pause, roam, gather, lock, unlock, code, seats N, who, "
                "clear, remove N, ban N.");
    else if (view->present->host && *view->present->message)
        tui_say(tui, ROLE_TEXT, "%s", view->present->message);
}

static void command_input(struct tui *tui, struct present_view *view, const struct input *input)
{
    if (field_type_word(view->typed, sizeof view->typed, input) || input->kind != INPUT_KEY ||
        (input->key != KEY_ENTER_ && input->key != KEY_ESCAPE_))
        return;
    view->commanding = false;
    if (input->key != KEY_ENTER_ || !*view->typed)
        return;
    view->listing = seats_asked(view->typed) != NULL;
    view->list_top = 0;
    say_word(tui, view, view->typed);
}

/* Every key but those that turn it leaves the list. */
static void list_input(struct present_view *view, enum action_id action)
{
    int rows = action == ACTION_PAGE_DOWN ? SCROLL_ROWS
               : action == ACTION_PAGE_UP ? -SCROLL_ROWS
                                          : 0;
    view->listing = rows != 0;
    view->list_top = view->list_top + rows < 0 ? 0 : view->list_top + rows;
}

/* Where all has room here, a projector with less is turned to its end. */
static void scroll(struct present_view *view, int rows)
{
    int most = view->rows_hidden > 0 ? view->rows_hidden : 1, to = view->rows_above + rows;
    if (!view->rows_hidden)
        to = rows > 0;
    to = to < 0 ? 0 : to > most ? most : to;
    view->present->scroll = to * 1000 / most;
}

/* Keys of a class; true: it was one. */
static bool class_input(struct tui *tui, struct present_view *view, enum action_id action)
{
    const char *word = action == ACTION_VOTE      ? "vote"
                       : action == ACTION_REVEAL  ? "reveal"
                       : action == ACTION_SIMILAR ? "similar"
                                                  : NULL;
    if (action == ACTION_COMMAND) {
        view->commanding = true;
        view->typed[0] = '\0';
        return true;
    }
    if (word) {
        say_word(tui, view, word);
        return true;
    }
    if (!classroom_is_shown(view->present))
        return false;
    if (action == ACTION_ENTER)
        say_word(tui, view, "next");
    else if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)
        scroll(view, action == ACTION_PAGE_DOWN ? SCROLL_ROWS : -SCROLL_ROWS);
    else if (action == ACTION_PREVIOUS || action == ACTION_BACK)
        tui_say(tui, ROLE_TEXT, "v votes, e reveals, Enter goes on.");
    return action != ACTION_QUIT && action != ACTION_BLANK && action != ACTION_JUMP;
}

/* A clicker sends PgDn and PgUp: to the end of a slide first, then to the next. */
static bool turn_page(struct present_view *view, enum action_id action)
{
    const struct study_view *slide = view->slide;
    if (action == ACTION_PAGE_DOWN && slide->scroll + slide->body >= slide->content)
        return present_do(view->present, "next") || true;
    if (action == ACTION_PAGE_UP && slide->scroll == 0)
        return present_do(view->present, "back") || true;
    return false;
}

/* What is said to the question whether the class is to end. */
static enum reaction leave(struct present_view *view, const struct input *input)
{
    uint32_t said = input->kind == INPUT_CHARACTER ? input->character : 0;
    view->leaving = false;
    view->present->ends = said == 'y' || said == 'Y';
    return view->present->ends || said == 'p' || said == 'P' ? REACT_QUIT : REACT_STAY;
}

static enum reaction react(struct tui *tui, struct present_view *view, const struct input *input,
                           enum action_id action)
{
    bool key = input->kind == INPUT_KEY || input->kind == INPUT_CHARACTER;
    if (view->jumping) {
        jump_input(view, input);
        return REACT_STAY;
    }
    if (view->commanding) {
        command_input(tui, view, input);
        return REACT_STAY;
    }
    if (view->listing && key) {
        list_input(view, action);
        return REACT_STAY;
    }
    if (view->present->blank && key && action != ACTION_QUIT) {
        view->present->blank = false;
        return REACT_STAY;
    }
    if (view->leaving && key)
        return leave(view, input);
    if (action == ACTION_QUIT && classroom_audience(view->present)) {
        view->leaving = true;
        tui_say(tui, ROLE_WARNING,
                "End the class for all %zu? y to end, p to pause: it can be resumed.",
                classroom_audience(view->present));
        return REACT_STAY;
    }
    view->present->ends = action == ACTION_QUIT;
    if (view->present->host && class_input(tui, view, action))
        return REACT_STAY;
    switch (action) {
    case ACTION_BLANK:
        present_do(view->present, "blank");
        return REACT_STAY;
    case ACTION_JUMP:
        view->jumping = true;
        view->typed[0] = '\0';
        view->focus = study_section(&view->slide->study) ? view->slide->study.section : 0;
        return REACT_STAY;
    case ACTION_PAGE_DOWN:
    case ACTION_PAGE_UP:
        if (turn_page(view, action))
            return REACT_STAY;
        break;
    case ACTION_BACK: /* of a clicker or by mistake: a room is watching */
        tui_say(tui, ROLE_TEXT, "q ends the presentation.");
        return REACT_STAY;
    case ACTION_ENTER:
        if (is_spoken(view)) {
            present_do(view->present, "next");
            return REACT_STAY;
        }
        if (view->slide->study.stage == STUDY_END) {
            tui_say(tui, ROLE_TEXT, "The chapter is over; q ends the presentation.");
            return REACT_STAY;
        }
        break;
    default:
        break;
    }
    struct input moved = *input;
    moved.x -= view->left;
    moved.y -= view->top;
    return view_study.input(tui, view->slide, &moved, action);
}

static enum reaction present_input(struct tui *tui, void *state, const struct input *input,
                                   enum action_id action)
{
    struct present_view *view = state;
    enum reaction reaction = react(tui, view, input, action);
    present_tell(view->present);
    return reaction;
}

static bool present_work(struct tui *tui, void *state)
{
    return view_study.work(tui, ((struct present_view *)state)->slide);
}

const struct view view_present = {
    .name = "a presentation",
    .open = present_open_view,
    .input = present_input,
    .draw = present_draw,
    .close = present_close_view,
    .contexts = present_contexts,
    .takes = present_takes,
    .work = present_work,
};
