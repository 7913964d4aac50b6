/* One demo over the whole screen, with all its knobs. */
#include "tui/view_study.h"

#include <stdio.h>
#include <string.h>

struct demo_view {
    struct arena arena;     /* of the arguments */
    struct arena run_arena; /* of the run in hand */
    struct demo_args args;
    struct value *initial;
    struct demo_run run;
    struct pane pane;
    struct pace pace;
    bool paused, running, stopped;
    bool leaving;   /* q was pressed once above a quiz */
    char from[100]; /* the page it was opened from */
    size_t worked;  /* units since the last frame */
};

static bool start_run(struct tui *tui, struct demo_view *view, struct err *err)
{
    arena_free(&view->run_arena);
    if (!demo_start(&view->run, &view->run_arena, &view->args, &tui->session->clock, err))
        return false;
    view->pace = (struct pace){0};
    view->running = true;
    view->stopped = false;
    if (demo_is_instant(&view->run)) {
        demo_finish(&view->run);
        view->running = false;
    }
    return true;
}

/* Where one is, as the page below says it; alone and in the gallery a demo stands under its theme. */
static void name_page(const struct tui *tui, const struct demo *demo, char *out, size_t size)
{
    const struct view *below = tui->depth ? tui->stack[tui->depth - 1].view : NULL;
    const struct study *study = NULL;
    if (below == &view_study)
        study = &((const struct study_view *)tui->stack[tui->depth - 1].state)->study;
    const struct section *section = study ? study_section(study) : NULL;
    if (section)
        snprintf(out, size, "%s %s", section->number, section->title);
    else
        snprintf(out, size, "%s",
                 study                     ? "Question"
                 : below == &view_search   ? "Find"
                 : below == &view_glossary ? "Glossary"
                 : demo->theme             ? demo->theme
                                           : "Demo");
}

static void *demo_view_open(struct tui *tui, const void *argument)
{
    const struct demo_args *args = ((const struct demo_start_args *)argument)->args;
    struct demo_view *view = memory_alloc(sizeof *view);
    struct err err;
    arena_init(&view->arena);
    arena_init(&view->run_arena);
    demo_args_copy(&view->args, &view->arena, args);
    bool good = start_run(tui, view, &err);
    if (good) {
        pane_open(&view->pane, args);
        name_page(tui, args->demo, view->from, sizeof view->from);
        size_t size = view->args.demo->knob_count;
        view->initial = ARENA_ARRAY(&view->arena, size, struct value);
        memcpy(view->initial, view->args.knob, size * sizeof *view->initial);
        return view;
    }
    tui_say(tui, ROLE_WARNING, "%s", err.text);
    arena_free(&view->run_arena);
    arena_free(&view->arena);
    memory_free(view);
    return NULL;
}

static void demo_view_close(struct tui *tui, void *state)
{
    struct demo_view *view = state;
    if (tui->depth == 0 && terminal_signal()) { /* Ctrl-C leaves the numbers so far */
        view->run.demo->describe(&view->run, &tui->session->parting);
        buf_add(&tui->session->parting, "\n\n");
        demo_lines(&view->run, &tui->session->parting);
    }
    arena_free(&view->run_arena);
    arena_free(&view->arena);
    memory_free(view);
}

static uint64_t demo_view_contexts(struct tui *tui, void *state)
{
    struct demo_view *view = state;
    (void)tui;
    return CONTEXT_DEMO | (view->running ? CONTEXT_RUNNING : 0) |
           (view->args.demo->certain ? 0 : CONTEXT_CHANCE);
}

static void demo_view_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct demo_view *view = state;
    const struct demo *demo = view->args.demo;
    view->worked = 0;
    char left[200];
    struct buf right = {0};
    snprintf(left, sizeof left, "%s ▸ %s", view->from, demo->title);
    if (view->running || view->stopped) {
        buf_add(&right, view->stopped ? "stopped at " : view->paused ? "paused at " : "");
        struct pace pace = {0}; /* at rest nothing can be said of the time left */
        if (!view->stopped && !view->paused)
            pace = view->pace;
        pace_say(&pace, &view->run, &right);
    }
    struct rect body = tui_frame(grid, left, buf_text(&right), demo_view_contexts(tui, state));
    buf_free(&right);
    int y = body.y, width = grid->width - 2 * TUI_MARGIN;
    int question = 0;
    if (body.height > 12) {
        struct grid text;
        grid_init(&text, width, 1);
        question = text_wrap_plain(&text, 0, (struct text_box){.width = width}, STYLE(ROLE_STRONG),
                                   demo->question);
        grid_copy_rows(grid, TUI_MARGIN, y, &text, 0, question);
        grid_free(&text);
        y += question;
    }
    int rest = body.height - question;
    int pane = rest - (rest > 10 ? 1 : 0);
    int pane_width = grid->width - 2 > 124 ? 124 : grid->width - 2;
    pane_draw(&view->pane, grid, (struct rect){1, y, pane_width, pane}, &view->run, &view->args,
              true, 0, tui->session->ascii);
    if (rest > 10 && demo->knob_count) {
        const struct knob *knob = &demo->knobs[view->pane.focus % demo->knob_count];
        grid_putf(grid, TUI_MARGIN, y + pane, STYLE(ROLE_DIM), "%s: %s", knob->name,
                  knob->help ? knob->help : "");
    }
    if (demo->knob_count && view->pane.focus < PANE_MOST_KNOBS) {
        const struct rect *track = &view->pane.tracks[view->pane.focus];
        if (track->width > 0) {
            grid->cursor_x = track->x;
            grid->cursor_y = track->y;
        }
    }
}

static void turn(struct tui *tui, struct demo_view *view, const char *assignment)
{
    struct err err;
    struct demo_args before = view->args;
    struct demo_args changed = view->args;
    size_t size = changed.demo->knob_count;
    changed.knob = ARENA_ARRAY(&view->arena, size, struct value);
    memcpy(changed.knob, view->args.knob, size * sizeof *changed.knob);
    if (!demo_args_set(&changed, &view->arena, assignment, &err)) {
        tui_say(tui, ROLE_WARNING, "%s", err.text);
        return;
    }
    view->args = changed;
    if (demo_turn(&view->run, &view->args) || start_run(tui, view, &err))
        return;
    tui_say(tui, ROLE_WARNING, "%s", err.text);
    view->args = before;
    start_run(tui, view, &err);
}

static enum reaction demo_view_input(struct tui *tui, void *state, const struct input *input,
                                     enum action_id action)
{
    struct demo_view *view = state;
    struct buf assignment = {0};
    struct err err;
    view->leaving = view->leaving && action == ACTION_QUIT;
    if (pane_input(&view->pane, &view->args, input, action, &assignment))
        turn(tui, view, buf_text(&assignment));
    buf_free(&assignment);
    char seed[40];
    switch (action) {
    case ACTION_RESEED:
        snprintf(seed, sizeof seed, "seed=%llu", (unsigned long long)view->args.seed + 1);
        turn(tui, view, seed);
        break;
    case ACTION_RESET:
        memcpy(view->args.knob, view->initial, view->args.demo->knob_count * sizeof *view->initial);
        if (!start_run(tui, view, &err))
            tui_say(tui, ROLE_WARNING, "%s", err.text);
        break;
    case ACTION_PAUSE:
        view->paused = !view->paused;
        pace_rest(&view->pace);
        break;
    case ACTION_STEP:
        view->paused = true;
        pace_rest(&view->pace);
        view->running = demo_step(&view->run, 1);
        break;
    case ACTION_STOP:
        view->running = view->paused = false;
        view->stopped = true;
        break;
    case ACTION_WORDS:
        view->pane.words = !view->pane.words;
        break;
    case ACTION_BOOKMARK:
        tui_say(tui, ROLE_TEXT, "Steps of a lesson are marked; a demo is not. Esc goes back.");
        break;
    case ACTION_BACK:
        return REACT_BACK;
    case ACTION_QUIT:
        if (!study_view_asks(tui) || view->leaving)
            return REACT_QUIT;
        view->leaving = true;
        tui_say(tui, ROLE_WARNING, "%s", study_view_asks(tui));
        break;
    default:
        break;
    }
    return REACT_STAY;
}

static bool demo_view_work(struct tui *tui, void *state)
{
    struct demo_view *view = state;
    size_t most = view->run.demo->frame_work;
    if (!view->running || view->paused)
        return false;
    pace_tick(&view->pace, &tui->session->clock);
    tui->rests = most && view->worked >= most; /* enough for this frame: let a person see it */
    if (tui->rests)
        return true;
    view->worked++;
    view->running = demo_step(&view->run, 1);
    return view->running;
}

const struct view view_demo = {
    .name = "a demo",
    .open = demo_view_open,
    .input = demo_view_input,
    .draw = demo_view_draw,
    .close = demo_view_close,
    .contexts = demo_view_contexts,
    .work = demo_view_work,
};
