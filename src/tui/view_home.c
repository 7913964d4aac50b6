/* The first screen: the chapters, how far one is, and where to go on. */
#include "base/utf8.h"
#include "draw/chart.h"
#include "study/onward.h"
#include "study/standing.h"
#include "tui/views.h"

#include <stdio.h>
#include <string.h>

enum {
    ROOMY = 140
}; /* columns: room for "remembered 12 of 13, 2 new, first review tomorrow" in each line */

struct home_view {
    size_t focus, top;
    struct rect rows; /* where the chapters stand, for the mouse */
    bool offering;    /* the test before the course, once, to a learner who begins */
    size_t leads;     /* the chapter where the learner goes on, when the focus was last put there */
};

static void *home_open(struct tui *tui, const void *argument)
{
    struct home_view *view = memory_alloc(sizeof *view);
    (void)argument;
    view->focus = view->leads = onward_next(tui->session->course, &tui->progress, tui->due).chapter;
    return view;
}

static void home_close(struct tui *tui, void *state)
{
    (void)tui;
    memory_free(state);
}

static uint64_t home_contexts(struct tui *tui, void *state)
{
    (void)tui;
    return ((const struct home_view *)state)->offering ? CONTEXT_OVER | CONTEXT_TEST : CONTEXT_HOME;
}

/* One who comes back from a chapter is where that leads, not where the cursor was. */
static void follow(const struct tui *tui, struct home_view *view)
{
    size_t leads = onward_next(tui->session->course, &tui->progress, tui->due).chapter;
    if (leads != view->leads)
        view->focus = leads;
    view->leads = leads;
}

/* What Enter opens: where the learner goes on, or what the cursor was put on. */
static struct onward here(const struct tui *tui, const struct home_view *view)
{
    struct onward next = onward_next(tui->session->course, &tui->progress, tui->due);
    return next.chapter == view->focus
               ? next
               : onward_in(tui->session->course, &tui->progress, view->focus);
}

static void draw_chapter(struct tui *tui, struct grid *grid, int y, size_t index, bool focused)
{
    const struct chapter *chapter = &tui->session->course->chapters[index].lesson;
    const struct chapter_progress *seen = progress_of(&tui->progress, chapter->id);
    size_t steps = chapter_step_count(chapter), done = seen ? seen->steps_seen : 0;
    if (done > steps)
        done = steps;
    struct style style = STYLE(focused ? ROLE_FOCUS : ROLE_TEXT);
    bool narrow = grid->width < 70;
    int bar = narrow ? 0 : 19, title_end = narrow ? grid->width - 13 : grid->width - 41;
    if (title_end > 48 && !narrow)
        title_end = 48;
    grid_put(grid, 2, y, style, focused ? "▸" : " ");
    grid_putf(grid, 4, y, style, "%2d", chapter->number);
    const char *title = chapter->title ? chapter->title : "?";
    tui_put_cut(grid, 8, y, style, title, title_end - 9);
    int x = title_end;
    if (bar) {
        chart_progress(grid, x, y, bar, steps ? (double)done / (double)steps : 0);
        x += bar + 2;
    }
    char text[40];
    bool scored = seen && seen->best_max > 0; /* then there is no room for the word */
    snprintf(text, sizeof text, narrow || scored ? "%zu/%zu" : "%zu/%zu steps", done, steps);
    grid_put(grid, x, y, STYLE(ROLE_DIM), steps && done == steps ? "done" : text);
    if (scored) {
        int room = narrow ? grid->width - (x + 7) : (int)sizeof text;
        snprintf(text, sizeof text, narrow ? "%.3g/%.3g" : "quiz %.3g/%.3g", seen->best_score,
                 seen->best_max);
        if ((int)strlen(text) > room)
            snprintf(text, sizeof text, "%.0f/%.0f", seen->best_score, seen->best_max);
        grid_put(grid, x + 7, y, STYLE(ROLE_TEXT), text);
    }
    if (tui->memory && grid->width >= ROOMY) {
        struct buf memory = {0};
        review_say_memory(&tui->memory[index], &memory);
        tui_put_cut(grid, x + 7 + 14, y, STYLE(ROLE_TEXT), buf_text(&memory),
                    grid->width - x - 7 - 14 - 1);
        buf_free(&memory);
    }
}

/* Where the list has no room for it: what is remembered of the chapter under the cursor. */
static void draw_memory(struct tui *tui, struct grid *grid, int y, size_t index)
{
    struct buf memory = {0};
    if (tui->memory && grid->width < ROOMY)
        review_say_memory(&tui->memory[index], &memory);
    if (memory.length)
        grid_putf(grid, 2, y, STYLE(ROLE_TEXT), "Chapter %d: %s.",
                  tui->session->course->chapters[index].lesson.number, buf_text(&memory));
    buf_free(&memory);
}

static void draw_offer(struct tui *tui, struct grid *grid)
{
    struct rect body = tui_frame(grid, "nntutor", "", CONTEXT_OVER | CONTEXT_TEST);
    struct buf text = {0};
    int width = grid->width - 2 * TUI_MARGIN;
    struct text_box box = {.x = TUI_MARGIN,
                           .width = width < TUI_TEXT_WIDTH ? width : TUI_TEXT_WIDTH};
    standing_say_offer(tui->session->course, COURSE_PRETEST, &text);
    int y =
        text_wrap_plain(grid, body.y + (body.height > 14), box, STYLE(ROLE_TEXT), buf_text(&text));
    text_wrap_plain(grid, y + (body.height > 10), box, STYLE(ROLE_STRONG),
                    "t takes it now. Enter goes straight to the first chapter.");
    buf_free(&text);
}

/* "r: review 18 today, about 9 min.": what is due with the key that begins it, as the line below it
 * does; else what there is to say. */
static void draw_review(const struct tui *tui, struct grid *grid, int y)
{
    static const char head[] = "Review: ";
    size_t length = sizeof head - 1;
    bool due =
        text_starts(tui->review, head) && tui->review[length] >= '0' && tui->review[length] <= '9';
    char text[sizeof tui->review + 20];
    snprintf(text, sizeof text, "%s%s", due ? "r: review " : "", tui->review + (due ? length : 0));
    tui_put_cut(grid, 2, y, STYLE(due ? ROLE_STRONG : ROLE_TEXT), text, grid->width - 4);
}

static void home_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct home_view *view = state;
    struct course *course = tui->session->course;
    if (view->offering) {
        draw_offer(tui, grid);
        return;
    }
    char left[200];
    snprintf(left, sizeof left, "nntutor   %s", course->page.title);
    bool unsaved = !keep_is_well(&tui->session->keep);
    struct rect body = tui_frame(grid, left, unsaved ? "not saved" : "", CONTEXT_HOME);
    bool roomy = body.height > 12, review = *tui->review != '\0';
    int rows = body.height - (roomy ? 5 : review ? 3 : 2);
    follow(tui, view);
    if (view->focus < view->top)
        view->top = view->focus;
    if (view->focus >= view->top + (size_t)rows)
        view->top = view->focus - (size_t)rows + 1;
    view->rows = (struct rect){0, body.y + 1, body.width, rows};
    for (size_t i = view->top; i < course->chapter_count && i - view->top < (size_t)rows; i++)
        draw_chapter(tui, grid, body.y + 1 + (int)(i - view->top), i, i == view->focus);
    struct onward place = here(tui, view);
    struct buf enter = {0};
    buf_add(&enter, "Enter: ");
    onward_say_within(course, &place, grid->width - 4 - (int)enter.length, &enter);
    tui_put_cut(grid, 2, body.y + body.height - 1, STYLE(ROLE_STRONG), buf_text(&enter),
                grid->width - 4);
    buf_free(&enter);
    if (review)
        draw_review(tui, grid, body.y + body.height - (roomy ? 3 : 2));
    if (roomy)
        draw_memory(tui, grid, body.y + body.height - 2, view->focus);
    struct rect list = view->rows;
    if (body.y == 1) { /* a low window: the line below the list has something to say */
        list.y--;
        list.height++;
    }
    tui_scroll_marks(grid, list, view->top > 0, view->top + (size_t)rows < course->chapter_count);
    grid->cursor_x = 2;
    grid->cursor_y = body.y + 1 + (int)(view->focus - view->top);
}

/* Nothing has been done yet, and this is the first chapter. */
static bool is_offered(struct tui *tui, size_t chapter)
{
    return tui->session->store && chapter == 0 && !tui->progress.count &&
           course_test(tui->session->course, COURSE_PRETEST);
}

static void answer_offer(struct tui *tui, struct home_view *view, enum action_id action)
{
    struct study_source source = {course_test(tui->session->course, COURSE_PRETEST)};
    view->offering = action != ACTION_ENTER && action != ACTION_TEST && action != ACTION_BACK;
    if (action == ACTION_ENTER && history_jump_to(tui, 0, 0, 0))
        tui_say(tui, ROLE_TEXT, "The test stays in the statistics: s on the first page, then t.");
    else if (action == ACTION_TEST)
        tui_push(tui, &view_study, &(struct study_start){.sources = &source, .source_count = 1});
}

static void open_quiz(struct tui *tui, const struct quiz *quiz)
{
    struct study_source source = {quiz};
    if (quiz)
        tui_push(tui, &view_study, &(struct study_start){.sources = &source, .source_count = 1});
    else
        tui_say(tui, ROLE_WARNING, "This chapter has no quiz.");
}

static void enter(struct tui *tui, struct onward place)
{
    if (place.kind == ONWARD_END)
        tui_push(tui, &view_stats, NULL);
    else if (place.kind == ONWARD_REVIEW)
        tui_push(tui, &view_study, &(struct study_start){.review = true});
    else if (place.kind != ONWARD_STEP)
        open_quiz(tui, onward_quiz(tui->session->course, &place));
    else
        history_jump_to(tui, place.chapter, place.section, place.step);
}

static enum reaction home_input(struct tui *tui, void *state, const struct input *input,
                                enum action_id action)
{
    struct home_view *view = state;
    if (view->offering && action != ACTION_QUIT) {
        answer_offer(tui, view, action);
        return REACT_STAY;
    }
    size_t count = tui->session->course->chapter_count;
    size_t page = view->rows.height > 0 ? (size_t)view->rows.height : 1;
    if (input->kind == INPUT_PRESS && input->y >= view->rows.y &&
        input->y < view->rows.y + view->rows.height) {
        size_t row = view->top + (size_t)(input->y - view->rows.y);
        if (row < count && row == view->focus)
            action = ACTION_ENTER;
        else if (row < count)
            view->focus = row;
    }
    if (input->kind == INPUT_WHEEL_UP && view->focus > 0)
        view->focus--;
    if (input->kind == INPUT_WHEEL_DOWN && view->focus + 1 < count)
        view->focus++;
    switch (action) {
    case ACTION_UP:
        view->focus = (view->focus + count - 1) % count;
        break;
    case ACTION_DOWN:
        view->focus = (view->focus + 1) % count;
        break;
    case ACTION_PAGE_UP:
        view->focus -= view->focus < page ? view->focus : page;
        break;
    case ACTION_PAGE_DOWN:
        view->focus = view->focus + page < count ? view->focus + page : count - 1;
        break;
    case ACTION_FIRST:
        view->focus = 0;
        break;
    case ACTION_LAST:
        view->focus = count - 1;
        break;
    case ACTION_ENTER:
        view->offering = is_offered(tui, view->focus);
        if (!view->offering)
            enter(tui, here(tui, view));
        break;
    case ACTION_QUIZ:
        open_quiz(tui, course_quiz(tui->session->course, view->focus));
        break;
    case ACTION_REVIEW:
        tui_push(tui, &view_study, &(struct study_start){.review = true});
        break;
    case ACTION_STATS:
        tui_push(tui, &view_stats, NULL);
        break;
    case ACTION_RESULT:
        views_open_result(tui, view->focus);
        break;
    case ACTION_SETTINGS:
        tui_push(tui, &view_settings, NULL);
        break;
    case ACTION_GALLERY:
        tui_push(tui, &view_gallery, NULL);
        break;
    case ACTION_GLOSSARY:
        tui_push(tui, &view_glossary, NULL);
        break;
    case ACTION_QUIT:
        return REACT_QUIT;
    default:
        break;
    }
    return REACT_STAY;
}

const struct view view_home = {
    .name = "the first screen",
    .open = home_open,
    .input = home_input,
    .draw = home_draw,
    .close = home_close,
    .contexts = home_contexts,
};
