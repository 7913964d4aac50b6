/* A learner's screen in a class: the step that is shown, the vote that is open, what came of it. */
#include "tui/view_study.h"
#include "tui/visit.h"

#include <stdio.h>
#include <string.h>

struct visit_view {
    struct visit *visit;
    struct study_view *roaming; /* reading on alone; NULL: with the class */
    struct field field;
    bool field_open;
    uint64_t field_for;
    int scroll, rows, body, top;
    struct arena frame;
};

static void *visit_open_view(struct tui *tui, const void *argument)
{
    struct visit_view *view = memory_alloc(sizeof *view);
    *view = (struct visit_view){.visit = (struct visit *)argument};
    if (*view->visit->notice)
        tui_say(tui, ROLE_WARNING, "%s", view->visit->notice);
    arena_init(&view->frame);
    return view;
}

static void visit_close_view(struct tui *tui, void *state)
{
    struct visit_view *view = state;
    if (view->roaming)
        view_study.close(tui, view->roaming);
    if (view->field_open)
        field_close(&view->field);
    arena_free(&view->frame);
    memory_free(view);
}

/* The field belongs to one vote: another vote, another field. */
static void sync_field(struct visit_view *view)
{
    uint64_t before = view->visit->ask_serial;
    bool wanted = pupil_may_answer(&view->visit->pupil);
    if (view->field_open && wanted) {
        const struct pupil *pupil = &view->visit->pupil;
        wanted = (uint64_t)pupil->q * 2 + (uint64_t)(pupil->rd == 2) == before;
    }
    if (view->field_open && !wanted) {
        field_close(&view->field); /* before its question is gone */
        view->field_open = false;
    }
    if (visit_ask(view->visit) && !view->field_open) {
        field_open(&view->field, &view->visit->ask);
        view->field_open = true;
        view->scroll = 0;
    }
}

static void come_back(struct tui *tui, struct visit_view *view)
{
    view_study.close(tui, view->roaming);
    view->roaming = NULL;
}

/* Who reads on is called back by the next question, or when the instructor gathers the class. */
static void sync(struct tui *tui, struct visit_view *view)
{
    if (view->roaming && !visit_may_roam(view->visit)) {
        come_back(tui, view);
        tui_say(tui, ROLE_TEXT, "The instructor has called the class back.");
    }
    sync_field(view);
}

static uint64_t visit_contexts(struct tui *tui, void *state)
{
    struct visit_view *view = state;
    sync(tui, view);
    if (view->roaming)
        return view_study.contexts(tui, view->roaming);
    if (view->field_open)
        return CONTEXT_VISIT | CONTEXT_VOTE | field_contexts(&view->field);
    return CONTEXT_VISIT | (visit_may_roam(view->visit) ? CONTEXT_OVER : 0);
}

static bool visit_takes(void *state, uint32_t character)
{
    struct visit_view *view = state;
    if (view->roaming)
        return view_study.takes(view->roaming, character);
    return view->field_open && field_takes(&view->field, character);
}

static void lay_out_question(struct visit_view *view, struct layout *layout)
{
    const struct study_ask *ask = &view->visit->ask;
    struct buf status = {0};
    layout_text(layout, ROLE_TITLE, ask->head);
    layout_spans(layout, ask->prompt, ask->prompt_count, ROLE_TEXT);
    layout_gap(layout, 1);
    field_draw(&view->field, layout, false);
    layout_gap(layout, 1);
    visit_lay_out_time(view->visit, layout);
    visit_status(view->visit, &status);
    if (status.length)
        layout_textf(layout,
                     view->visit->pupil.answer == ANSWER_RECORDED ? ROLE_RIGHT : ROLE_WARNING, "%s",
                     buf_text(&status));
    if (view->visit->pupil.answer == ANSWER_RECORDED)
        layout_text(layout, ROLE_DIM, "You can change it until the vote is closed.");
    buf_free(&status);
}

static void visit_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct visit_view *view = state;
    const struct pupil *pupil = &view->visit->pupil;
    char left[120], right[120];
    uint64_t contexts = visit_contexts(tui, state);
    if (view->roaming) {
        view_study.draw(tui, view->roaming, grid);
        return;
    }
    snprintf(left, sizeof left, "Class%s%.80s", *pupil->name ? " ▸ " : "", pupil->name);
    snprintf(right, sizeof right, "%s", visit_link(view->visit));
    struct rect body = tui_frame(grid, left, right, contexts);
    struct grid page;
    int width = grid->width - 2 * TUI_MARGIN;
    grid_init(&page, grid->width, 1);
    arena_free(&view->frame);
    struct layout layout = {.course = tui->session->course,
                            .arena = &view->frame,
                            .grid = &page,
                            .x = TUI_MARGIN,
                            .width = width > TUI_TEXT_WIDTH ? TUI_TEXT_WIDTH : width,
                            .ascii = tui->session->ascii};
    if (view->field_open)
        lay_out_question(view, &layout);
    else
        visit_lay_out(view->visit, &layout);
    view->rows = layout.y;
    view->body = body.height;
    view->top = body.y;
    int most = view->rows > view->body ? view->rows - view->body : 0;
    view->scroll = view->scroll > most ? most : view->scroll;
    grid_copy_rows(grid, 0, body.y, &page, view->scroll, body.height);
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll + view->body < view->rows);
    int row = view->field.cursor_y >= 0 ? view->field.cursor_y : view->field.focus_row;
    if (view->field_open && row >= view->scroll && row < view->scroll + view->body) {
        grid->cursor_x = view->field.cursor_x >= 0 ? view->field.cursor_x : TUI_MARGIN;
        grid->cursor_y = row - view->scroll + body.y;
    }
    grid_free(&page);
}

static void hand_in(struct tui *tui, struct visit_view *view)
{
    struct err err;
    struct study_answer answer = field_answer(&view->field);
    if (!visit_answer(view->visit, &answer, &err))
        tui_say(tui, ROLE_WARNING, "%s", err.text);
}

static void roam(struct tui *tui, struct visit_view *view)
{
    struct study_start where = {0};
    if (visit_find_step(view->visit, &where.chapter, &where.section, &where.step))
        view->roaming = view_study.open(tui, &where);
    if (view->roaming)
        tui_say(tui, ROLE_TEXT, "Esc goes back to the class.");
}

static enum reaction roaming_input(struct tui *tui, struct visit_view *view,
                                   const struct input *input, enum action_id action)
{
    enum reaction reaction = view_study.input(tui, view->roaming, input, action);
    if (reaction == REACT_BACK)
        come_back(tui, view);
    return reaction == REACT_QUIT ? REACT_QUIT : REACT_STAY;
}

static bool visit_work(struct tui *tui, void *state)
{
    struct visit_view *view = state;
    return view->roaming && view_study.work(tui, view->roaming);
}

static enum reaction visit_input(struct tui *tui, void *state, const struct input *input,
                                 enum action_id action)
{
    struct visit_view *view = state;
    sync(tui, view);
    if (view->roaming)
        return roaming_input(tui, view, input, action);
    if (action == ACTION_QUIT)
        return REACT_QUIT;
    if (action == ACTION_LOST || action == ACTION_SLOW) {
        tui_say(tui, ROLE_TEXT, "%s",
                visit_say_pace(view->visit, action == ACTION_LOST ? PACE_LOST : PACE_SLOW));
        return REACT_STAY;
    }
    if (action == ACTION_ENTER && visit_may_roam(view->visit)) {
        roam(tui, view);
        return REACT_STAY;
    }
    if (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP) {
        view->scroll += action == ACTION_PAGE_DOWN ? view->body - 2 : 2 - view->body;
        view->scroll = view->scroll < 0 ? 0 : view->scroll;
        return REACT_STAY;
    }
    if (!view->field_open || action == ACTION_BACK)
        return REACT_STAY;
    struct input moved = *input;
    moved.y += view->scroll - view->top;
    if (field_input(&view->field, &moved, action))
        hand_in(tui, view);
    return REACT_STAY;
}

const struct view view_visit = {
    .name = "a class",
    .open = visit_open_view,
    .input = visit_input,
    .draw = visit_draw,
    .close = visit_close_view,
    .contexts = visit_contexts,
    .takes = visit_takes,
    .work = visit_work,
};
