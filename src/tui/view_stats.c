/* The statistics: what was done, what is remembered, what is weak, what certainty is worth. */
#include "tui/stats_page.h"
#include "tui/views.h"

#include <string.h>

struct stats_view {
    struct standing standing;
    struct arena frame;
    bool stale; /* something was opened from here: the log may have grown */
    size_t focus;
    bool *opened; /* for each chapter: its objectives are shown */
    int *rows;    /* where each chapter stands on the page */
    int scroll, content;
    bool follow; /* the focus is brought into sight, until the learner scrolls */
    struct rect body;
};

static void read_log(struct tui *tui, struct stats_view *view)
{
    struct err err;
    struct session *session = tui->session;
    if (!standing_open(&view->standing, session->store, session->course, &session->clock, &err))
        tui_say(tui, ROLE_WARNING, "%s", err.text);
    view->stale = false;
}

static void *stats_open(struct tui *tui, const void *argument)
{
    (void)argument;
    struct stats_view *view = memory_alloc(sizeof *view);
    size_t count = tui->session->course->chapter_count, last;
    struct err err;
    *view = (struct stats_view){.follow = true};
    view->opened = memory_alloc(count * sizeof *view->opened);
    view->rows = memory_alloc(count * sizeof *view->rows);
    arena_init(&view->frame);
    if (tui->progress.resume_chapter &&
        course_find_chapter(tui->session->course, tui->progress.resume_chapter, &last, &err))
        view->focus = last;
    tui_refresh_progress(tui);
    read_log(tui, view);
    return view;
}

static void stats_close(struct tui *tui, void *state)
{
    struct stats_view *view = state;
    (void)tui;
    standing_close(&view->standing);
    arena_free(&view->frame);
    memory_free(view->opened);
    memory_free(view->rows);
    memory_free(view);
}

/* The test to be taken next; NULL: the course has none. */
static const struct quiz *next_test(struct tui *tui, struct stats_view *view)
{
    struct change change;
    struct course *course = tui->session->course;
    standing_change(&view->standing, course, &view->frame, &change);
    const struct quiz *before = course_test(course, COURSE_PRETEST);
    return before && !change.taken[COURSE_PRETEST] ? before : course_test(course, COURSE_POSTTEST);
}

static uint64_t stats_contexts(struct tui *tui, void *state)
{
    (void)state;
    bool tests = course_test(tui->session->course, COURSE_PRETEST) ||
                 course_test(tui->session->course, COURSE_POSTTEST);
    return CONTEXT_STATS | (tests ? CONTEXT_TEST : 0);
}

static void scroll_to(struct stats_view *view, int row)
{
    int most = view->content > view->body.height ? view->content - view->body.height : 0;
    view->scroll = row > most ? most : row < 0 ? 0 : row;
}

static void stats_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct stats_view *view = state;
    if (view->stale) {
        standing_close(&view->standing);
        read_log(tui, view);
    }
    struct rect body = view->body = tui_frame(grid, "Statistics", "", stats_contexts(tui, state));
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
    struct stats_page shown = {.standing = &view->standing,
                               .progress = &tui->progress,
                               .focus = view->focus,
                               .opened = view->opened,
                               .rows = view->rows};
    stats_page(&layout, &shown);
    view->content = layout.y;
    int row = shown.focus_row;
    bool last = view->focus + 1 == tui->session->course->chapter_count;
    int below = last ? view->content : view->rows[view->focus + 1]; /* its objectives as well */
    if (view->follow && below - view->scroll > body.height)
        view->scroll = below - body.height;
    if (view->follow && row < view->scroll)
        view->scroll = view->focus ? row : 0;
    scroll_to(view, view->scroll);
    grid_copy_rows(grid, 0, body.y, &page, view->scroll, body.height);
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll + body.height < view->content);
    if (row >= view->scroll && row < view->scroll + body.height) {
        grid->cursor_x = TUI_MARGIN;
        grid->cursor_y = body.y + row - view->scroll;
    }
    grid_free(&page);
}

static void scroll_by(struct stats_view *view, int rows)
{
    view->follow = false;
    scroll_to(view, view->scroll + rows);
}

static void take_test(struct tui *tui, struct stats_view *view)
{
    struct study_source source = {next_test(tui, view)};
    if (!source.quiz)
        return;
    view->stale = true;
    tui_push(tui, &view_study, &(struct study_start){.sources = &source, .source_count = 1});
}

/* A click moves the focus, a second one opens. False: it hit no chapter. */
static bool clicked(struct tui *tui, struct stats_view *view, const struct input *input)
{
    int row = tui_row_hit(view->body, view->scroll, input);
    for (size_t i = 0; i < tui->session->course->chapter_count; i++)
        if (view->rows[i] == row) {
            if (i == view->focus)
                view->opened[i] = !view->opened[i];
            view->focus = i;
            return true;
        }
    return false;
}

static enum reaction stats_input(struct tui *tui, void *state, const struct input *input,
                                 enum action_id action)
{
    struct stats_view *view = state;
    size_t count = tui->session->course->chapter_count;
    if (input->kind == INPUT_PRESS && clicked(tui, view, input))
        return REACT_STAY;
    if (input->kind == INPUT_WHEEL_UP || input->kind == INPUT_WHEEL_DOWN)
        scroll_by(view, input->kind == INPUT_WHEEL_UP ? -3 : 3);
    switch (action) {
    case ACTION_UP:
    case ACTION_DOWN:
        view->follow = true;
        view->focus = (view->focus + (action == ACTION_UP ? count - 1 : 1)) % count;
        break;
    case ACTION_FIRST:
    case ACTION_LAST:
        view->follow = true;
        view->focus = action == ACTION_FIRST ? 0 : count - 1;
        break;
    case ACTION_PAGE_UP:
        scroll_by(view, 2 - view->body.height);
        break;
    case ACTION_PAGE_DOWN:
        scroll_by(view, view->body.height - 2);
        break;
    case ACTION_ENTER:
        view->follow = true;
        view->opened[view->focus] = !view->opened[view->focus];
        break;
    case ACTION_RESULT:
        view->stale = views_open_result(tui, view->focus);
        break;
    case ACTION_TEST:
        take_test(tui, view);
        break;
    case ACTION_BACK:
        return REACT_BACK;
    case ACTION_QUIT:
        return REACT_QUIT;
    default:
        break;
    }
    return REACT_STAY;
}

/* The cursor and what is unfolded stay at their chapters, wherever these stand now. */
static struct course_used stats_reloaded(struct tui *tui, void *state)
{
    struct stats_view *view = state;
    const struct course *course = tui->session->course, *older = course->older;
    size_t count = course->chapter_count, focus = view->focus;
    bool *opened = memory_alloc(count * sizeof *opened);
    for (size_t i = 0; i < count; i++)
        for (size_t was = 0; was < older->chapter_count; was++) {
            const char *id = older->chapters[was].lesson.id;
            if (!id || !course->chapters[i].lesson.id ||
                strcmp(id, course->chapters[i].lesson.id) != 0)
                continue;
            opened[i] = view->opened[was];
            focus = was == view->focus ? i : focus;
        }
    memory_free(view->opened);
    view->opened = opened;
    view->focus = focus < count ? focus : count - 1;
    view->rows = memory_resize(view->rows, count * sizeof *view->rows);
    memset(view->rows, 0, count * sizeof *view->rows);
    standing_close(&view->standing);
    read_log(tui, view);
    return (struct course_used){0};
}

const struct view view_stats = {
    .name = "the statistics",
    .open = stats_open,
    .input = stats_input,
    .draw = stats_draw,
    .close = stats_close,
    .contexts = stats_contexts,
    .reloaded = stats_reloaded,
};
