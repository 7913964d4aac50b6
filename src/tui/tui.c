#include "tui/tui.h"

#include "base/utf8.h"
#include "draw/text.h"
#include "study/review.h"
#include "tui/edits.h"
#include "tui/views.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_WIDTH = 40, LEAST_HEIGHT = 12, FRAME_MS = 30, SLICE_MS = 4 };

void tui_say(struct tui *tui, enum role role, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(tui->message, sizeof tui->message, format, args);
    va_end(args);
    tui->message_role = role;
}

uint64_t session_seed(const struct session *session)
{
    if (session->seed)
        return session->seed;
    struct rng rng;
    rng_init(&rng, (uint64_t)clock_wall_ms(&session->clock), 0, 0);
    return rng_next(&rng) % 1000000 + 1; /* short enough to be typed again */
}

/* ---- keeping what happened ------------------------------------------------------------------------ */

static void say_news(struct tui *tui, const struct err *news)
{
    if (news->text[0])
        tui_say(tui, ROLE_WARNING, "%s.", news->text);
}

/* Whether there was something to tell of it. */
static bool keep(struct tui *tui, struct event *event)
{
    struct err news;
    keep_event(&tui->session->keep, &tui->session->store, event, &news);
    say_news(tui, &news);
    return news.text[0];
}

static bool flush_pending(struct tui *tui)
{
    bool told = false;
    for (size_t i = 0; i < tui->pending_count; i++)
        told |= keep(tui, &tui->pending[i]);
    tui->pending_count = 0;
    return told;
}

void tui_log(void *user, struct event *event)
{
    struct tui *tui = user;
    if (event->type == EVENT_STEP)
        tui->step_logged = history_identity(event->chapter, event->section, event->step_hash);
    if (event->type == EVENT_STEP && tui->pending_count < TUI_MOST_PENDING) {
        /* A step seen may wait for the paint: its texts belong to the course and stay. */
        tui->pending[tui->pending_count++] = *event;
        return;
    }
    flush_pending(tui); /* what happened first is written first */
    keep(tui, event);
}

void tui_refresh_progress(struct tui *tui)
{
    struct err err;
    flush_pending(tui);
    keep_retry(&tui->session->keep, &tui->session->store, &err);
    say_news(tui, &err);
    arena_free(&tui->progress_arena);
    tui->progress = (struct progress){0};
    tui->memory = NULL;
    tui->due = 0;
    tui->bookmarks = NULL;
    tui->bookmark_count = 0;
    struct store *store = tui->session->store;
    struct course *course = tui->session->course;
    const char *id = course->page.id;
    if (store && (!store_progress(store, id, &tui->progress_arena, &tui->progress, &err) ||
                  !store_bookmarks(store, id, &tui->progress_arena, &tui->bookmarks,
                                   &tui->bookmark_count, &err)))
        tui_say(tui, ROLE_WARNING, "%s", err.text);
    struct review review;
    struct buf line = {0};
    if (review_open(&review, store, course, &tui->session->clock, 0, &err)) {
        review_say(&review, &line);
        tui->due = review.count;
        tui->memory = ARENA_ARRAY(&tui->progress_arena, course->chapter_count, struct memory);
        for (size_t i = 0; i < course->chapter_count; i++)
            tui->memory[i] = review_memory(&review, course->chapters[i].lesson.id);
    }
    snprintf(tui->review, sizeof tui->review, "%s", buf_text(&line));
    buf_free(&line);
    review_close(&review);
}

/* ---- the stack -------------------------------------------------------------------------------------- */

bool tui_push(struct tui *tui, const struct view *view, const void *argument)
{
    if (tui->depth >= TUI_MOST_VIEWS) {
        tui_say(tui, ROLE_WARNING, "too many pages are open; go back with Esc first");
        return false;
    }
    void *state = view->open(tui, argument);
    if (!state)
        return false;
    tui->stack[tui->depth].view = view;
    tui->stack[tui->depth++].state = state;
    return true;
}

void tui_pop(struct tui *tui)
{
    assert(tui->depth > 0);
    tui->depth--;
    tui->stack[tui->depth].view->close(tui, tui->stack[tui->depth].state);
}

/* ---- the frame ---------------------------------------------------------------------------------------- */

struct rect tui_frame(struct grid *grid, const char *left, const char *right, uint64_t contexts)
{
    bool roomy = grid->height >= 18;
    int width = grid->width, right_columns = utf8_columns(right, strlen(right));
    tui_put_cut(grid, 1, 0, STYLE(ROLE_TITLE), left, width - right_columns - 4);
    grid_put(grid, width - right_columns - 1, 0, STYLE(ROLE_DIM), right);
    int top = 1, bottom = grid->height - 1;
    if (roomy) {
        grid_fill(grid, 1, 1, width - 2, 1, STYLE(ROLE_FRAME), 0x2500);
        grid_fill(grid, 1, bottom - 1, width - 2, 1, STYLE(ROLE_FRAME), 0x2500);
        top = 2;
        bottom--;
    }
    action_footer(contexts, grid, grid->height - 1);
    return (struct rect){0, top, width, bottom - top};
}

int tui_put_cut(struct grid *grid, int x, int y, struct style style, const char *text, int columns)
{
    size_t length = strlen(text);
    if (columns < 1 || utf8_columns(text, length) <= columns)
        return columns < 1 ? x : grid_put(grid, x, y, style, text);
    return grid_put(grid, grid_put_n(grid, x, y, style, text, utf8_fit(text, length, columns - 1)),
                    y, style, "…");
}

int tui_row_hit(struct rect body, int scroll, const struct input *input)
{
    bool inside = input->y >= body.y && input->y < body.y + body.height;
    return inside ? input->y - body.y + scroll : -1;
}

void tui_scroll_marks(struct grid *grid, struct rect body, bool above, bool below)
{
    bool lines = body.y > 1;
    int x = lines ? grid->width - 10 : grid->width - 1;
    if (above)
        grid_put(grid, x, lines ? body.y - 1 : body.y, STYLE(ROLE_KEY), lines ? " ▲ PgUp " : "▲");
    if (below)
        grid_put(grid, x, body.y + body.height - !lines, STYLE(ROLE_KEY), lines ? " ▼ PgDn " : "▼");
}

/* At the bottom, in as many rows as it needs; how many those are. */
static int draw_note(struct grid *grid, enum role role, const char *note)
{
    struct grid text;
    grid_init(&text, grid->width, 1);
    int rows = text_wrap_plain(&text, 0, (struct text_box){.x = 1, .width = grid->width - 2},
                               STYLE((uint8_t)role), note);
    grid_copy_rows(grid, 0, grid->height - rows, &text, 0, rows);
    grid_free(&text);
    return rows;
}

/* The view, and over its footer what there is to say. */
static void draw_view(struct tui *tui, struct grid *grid)
{
    tui->stack[tui->depth - 1].view->draw(tui, tui->stack[tui->depth - 1].state, grid);
    if (tui->message[0])
        draw_note(grid, tui->message_role, tui->message);
}

/* What is wrong with a file stands below the view, which has as many rows less; in the lowest window in
 * place of the view's title. */
static void draw_with_finding(struct tui *tui, struct grid *grid)
{
    int width = grid->width, height = grid->height;
    int rows = draw_note(grid, ROLE_WARNING, tui->finding);
    bool room = height - rows >= LEAST_HEIGHT;
    grid_clear(grid);
    if (room)
        grid_resize(grid, width, height - rows);
    draw_view(tui, grid);
    if (room) {
        grid_resize(grid, width, height);
        draw_note(grid, ROLE_WARNING, tui->finding);
    } else {
        grid_fill(grid, 0, 0, width, 1, STYLE(ROLE_TEXT), ' ');
        tui_put_cut(grid, 1, 0, STYLE(ROLE_WARNING), tui->finding, width - 2);
    }
}

static void draw(struct tui *tui, struct grid *grid)
{
    int width, height;
    terminal_size(&width, &height);
    if (grid->width != width || grid->height != height)
        grid_resize(grid, width, height);
    grid_clear(grid);
    if (width < LEAST_WIDTH || height < LEAST_HEIGHT) {
        char text[80];
        snprintf(text, sizeof text, "Make the window larger (%dx%d, at least %dx%d)", width, height,
                 LEAST_WIDTH, LEAST_HEIGHT);
        text_wrap_plain(grid, 0, (struct text_box){.x = 0, .width = width}, STYLE(ROLE_TEXT), text);
        grid_resize(grid, width, height);
        return;
    }
    if (tui->finding[0])
        draw_with_finding(tui, grid);
    else
        draw_view(tui, grid);
}

static enum reaction dispatch(struct tui *tui, const struct input *input)
{
    const struct view *view = tui->stack[tui->depth - 1].view;
    void *state = tui->stack[tui->depth - 1].state;
    uint64_t contexts = view->contexts(tui, state);
    bool text =
        input->kind == INPUT_CHARACTER && view->takes && view->takes(state, input->character);
    enum action_id action = text ? ACTION_NONE : action_for(contexts, input);
    if (input->kind == INPUT_KEY || input->kind == INPUT_CHARACTER || input->kind == INPUT_PASTE)
        tui->message[0] = '\0';
    if (action == ACTION_REDRAW) {
        terminal_forget();
        return REACT_STAY;
    }
    if (action == ACTION_HELP && view != &view_help) {
        tui_push(tui, &view_help, &(struct help_start){contexts});
        return REACT_STAY;
    }
    if (history_acts(tui, action))
        return REACT_STAY;
    return view->input(tui, state, input, action);
}

static bool work(struct tui *tui)
{
    const struct view *view = tui->stack[tui->depth - 1].view;
    if (!view->work)
        return false;
    int64_t until = clock_mono_ns(&tui->session->clock) + (int64_t)SLICE_MS * 1000000;
    bool more;
    tui->rests = false;
    do
        more = view->work(tui, tui->stack[tui->depth - 1].state);
    while (more && !tui->rests && clock_mono_ns(&tui->session->clock) < until);
    return more;
}

/* How long to wait for a key between two slices of work: not at all, or, where enough was done, until
 * the next frame is due. */
static int pause_ms(const struct tui *tui, int64_t next)
{
    int64_t left = (next - clock_mono_ns(&tui->session->clock)) / 1000000;
    return !tui->rests ? 0 : left > 1 ? (int)left : 1;
}

static bool open_first(struct tui *tui, const struct start *start)
{
    switch (start->kind) {
    case START_HOME:
        return tui_push(tui, &view_home, NULL) &&
               (!tui->session->first || tui_push(tui, &view_welcome, NULL));
    case START_CHAPTER: {
        struct study_start where = {.chapter = start->chapter, .section = start->section};
        const struct chapter *chapter = &tui->session->course->chapters[start->chapter].lesson;
        const struct chapter_progress *seen = progress_of(&tui->progress, chapter->id);
        if (!start->has_section && seen && seen->resume_section)
            study_locate(chapter, seen->resume_section, seen->resume_hash, &where.section,
                         &where.step);
        return tui_push(tui, &view_home, NULL) &&
               history_jump_to(tui, where.chapter, where.section, where.step);
    }
    case START_QUIZ:
        return tui_push(
            tui, &view_study,
            &(struct study_start){.sources = start->sources,
                                  .source_count = start->source_count,
                                  .most = start->most,
                                  .items = start->items,
                                  .item_count = start->item_count,
                                  .result = start->result ? start->sources[0].quiz : NULL,
                                  .shuffle = start->shuffle});
    case START_REVIEW:
        return tui_push(tui, &view_home, NULL) &&
               (tui_push(tui, &view_study, &(struct study_start){.review = true}) || true);
    case START_DEMO:
        return tui_push(tui, &view_demo, &(struct demo_start_args){start->demo});
    case START_GALLERY:
        return tui_push(tui, &view_gallery, NULL);
    case START_PRESENT:
        return tui_push(tui, &view_present, start);
    case START_NOTES:
        return tui_push(tui, &view_notes, start->notes);
    case START_VISIT:
        return tui_push(tui, &view_visit, start->visit);
    case START_PROJECTOR:
        return tui_push(tui, &view_projector, start->projection);
    }
    return false;
}

/* Of a drag only where it has come to counts: a slow demo must not fall behind the hand. */
static struct input last_of_drag(struct input drag, struct input *ahead)
{
    while ((*ahead = terminal_wait(0)).kind == INPUT_DRAG)
        drag = *ahead;
    return drag;
}

/* Whether the view on top has work to do. */
static bool is_running(struct tui *tui)
{
    if (!tui->depth)
        return false;
    const struct view *view = tui->stack[tui->depth - 1].view;
    return view->work && (view->contexts(tui, tui->stack[tui->depth - 1].state) & CONTEXT_RUNNING);
}

/* How long the keyboard may be waited for. */
static int patience(const struct companion *companion, bool busy)
{
    if (busy)
        return 0;
    return companion ? companion->wait_ms(companion->user) : -1;
}

static void paint(struct tui *tui, struct grid *grid)
{
    draw(tui, grid);
    terminal_show(grid);
}

static void loop(struct tui *tui)
{
    const struct companion *companion = tui->session->companion;
    struct grid grid;
    struct input ahead = {0}; /* read already, to be taken next */
    grid_init(&grid, 1, 1);
    bool busy = is_running(tui);
    int64_t drawn = 0; /* when the last frame was begun */
    while (tui->depth) {
        if (!busy || terminal_drained()) {
            drawn = clock_mono_ns(&tui->session->clock);
            paint(tui, &grid);
        }
        if (flush_pending(tui)) /* the next key would take it away unseen */
            paint(tui, &grid);
        struct input input =
            ahead.kind != INPUT_NONE ? ahead : terminal_wait(patience(companion, busy));
        ahead.kind = INPUT_NONE;
        if (companion) {
            companion->serve(companion->user);
            if (tui->session->stopped && tui->session->stopped())
                break;
            terminal_watch(companion->fd); /* it may be another one now */
            if (input.kind == INPUT_WAKE)
                input.kind = INPUT_NONE;
            busy = busy || is_running(tui);
        }
        if (input.kind == INPUT_DRAG)
            input = last_of_drag(input, &ahead);
        while (input.kind == INPUT_NONE && busy) {
            /* Work between frames; a key is looked for after every slice. */
            int64_t next = drawn + (int64_t)FRAME_MS * 1000000;
            do {
                busy = work(tui);
                input = terminal_wait(busy ? pause_ms(tui, next) : 0);
            } while (busy && input.kind == INPUT_NONE &&
                     clock_mono_ns(&tui->session->clock) < next);
            break;
        }
        if (input.kind == INPUT_END)
            break;
        if (input.kind == INPUT_WAKE)
            edits_take(tui);
        if (input.kind != INPUT_NONE && input.kind != INPUT_RESIZE && input.kind != INPUT_WAKE) {
            enum reaction reaction = dispatch(tui, &input);
            if (reaction == REACT_QUIT)
                break;
            if (reaction == REACT_BACK) {
                tui_pop(tui);
                history_closed(tui);
            }
        }
        if (tui->depth && input.kind != INPUT_NONE)
            busy = work(tui);
    }
    while (tui->depth)
        tui_pop(tui);
    flush_pending(tui);
    grid_free(&grid);
}

bool tui_run(struct session *session, const struct start *start, struct err *err)
{
    struct tui tui = {.session = session};
    arena_init(&tui.progress_arena);
    struct terminal_options options = {
        .color = session->color, .ascii = session->ascii, .mouse = true};
    if (!terminal_open(&options, err))
        return false;
    tui_refresh_progress(&tui);
    if (!keep_is_well(&session->keep)) /* else it opened since */
        say_news(&tui, &session->store_problem);
    edits_open(&tui.watch, session, start->kind);
    terminal_watch(session->companion ? session->companion->fd : tui.watch.fd);
    bool opened = open_first(&tui, start);
    if (opened)
        loop(&tui);
    terminal_close();
    course_watch_close(&tui.watch);
    arena_free(&tui.progress_arena);
    history_free(&tui.history);
    return opened || err_set(err, "%s", tui.message);
}
