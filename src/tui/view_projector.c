/* A projector on a terminal of its own: it follows a presentation and takes no part in it. */
#include "tui/projection.h"
#include "tui/view_study.h"

#include <stdio.h>
#include <string.h>

enum { SLIDE_WIDTH = 84 };

struct projector_view {
    struct projection *projection;
    struct study_view *slide;
    unsigned followed; /* changes seen so far */
    bool turns;        /* what was scrolled is to be as on the instructor's screen */
    int scroll, rows, body;
};

static void *projector_open(struct tui *tui, const void *argument)
{
    struct projection *projection = (struct projection *)argument;
    struct study_start where = {.chapter = projection->chapter};
    struct projector_view *view = memory_alloc(sizeof *view);
    *view =
        (struct projector_view){.projection = projection, .slide = view_study.open(tui, &where)};
    view->slide->study.aloud = true;
    projection_follow(projection, &view->slide->study);
    return view;
}

static void projector_close(struct tui *tui, void *state)
{
    struct projector_view *view = state;
    view_study.close(tui, view->slide);
    memory_free(view);
}

static void follow(struct projector_view *view)
{
    const struct projection *projection = view->projection;
    if (view->followed == projection->changes)
        return;
    view->followed = projection->changes;
    view->turns = true;
    if (!projection->scene.shown && !projection->over)
        projection_follow(projection, &view->slide->study);
}

static uint64_t projector_contexts(struct tui *tui, void *state)
{
    struct projector_view *view = state;
    follow(view);
    uint64_t of_slide = view_study.contexts(tui, view->slide);
    bool slide = !view->projection->scene.shown && !view->projection->blank;
    return CONTEXT_QUIZ | (slide ? of_slide & CONTEXT_RUNNING : 0);
}

static void draw_bottom(const struct projector_view *view, const struct scene *scene,
                        struct grid *grid)
{
    char place[60] = "";
    const struct study *study = &view->slide->study;
    const struct section *section = study_section(study);
    if (section && !scene->shown)
        snprintf(place, sizeof place, "%.8s  %zu/%zu", section->number, study->step + 1,
                 section->step_count);
    scene_put_bottom(scene, grid, scene->shown && view->scroll > 0,
                     scene->shown && view->scroll + view->body < view->rows, place, "");
}

/* The class, or what keeps the slide from being shown. */
static void draw_scene(struct tui *tui, struct projector_view *view, const struct scene *scene,
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
    if (view->projection->over)
        layout_text(&layout, ROLE_TITLE, projection_ended);
    else
        scene_lay_out(scene, &layout);
    int left = (grid->width - layout.width) / 2 - TUI_MARGIN;
    view->rows = layout.y;
    view->body = grid->height - 2;
    int most = view->rows > view->body ? view->rows - view->body : 0;
    if (view->turns) /* to where the instructor has it, until a key of this terminal */
        view->scroll = projection_scroll(most, view->projection->scroll);
    view->turns = false;
    view->scroll = view->scroll > most ? most : view->scroll < 0 ? 0 : view->scroll;
    grid_copy_rows(grid, left < 0 ? 0 : left, 1, &page, view->scroll, view->body);
    grid_free(&page);
    arena_free(&arena);
}

static void projector_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct projector_view *view = state;
    struct scene scene = projection_scene(view->projection);
    struct grid slide;
    follow(view);
    if (view->projection->blank)
        return;
    if (scene.shown || view->projection->over) {
        draw_scene(tui, view, &scene, grid);
        draw_bottom(view, &scene, grid);
        return;
    }
    int width = grid->width > SLIDE_WIDTH ? SLIDE_WIDTH : grid->width;
    int top = grid->height >= 32 ? 2 : 0;
    grid_init(&slide, width, grid->height - 2 * top);
    view_study.draw(tui, view->slide, &slide);
    grid_copy_rows(grid, (grid->width - width) / 2, top, &slide, 0, slide.height - 1);
    grid_free(&slide);
    draw_bottom(view, &scene, grid);
    if (scene.problem && *scene.problem)
        tui_put_cut(grid, 1, grid->height - 1, STYLE(ROLE_WARNING), scene.problem, grid->width - 2);
}

static enum reaction projector_input(struct tui *tui, void *state, const struct input *input,
                                     enum action_id action)
{
    struct projector_view *view = state;
    struct scene scene = projection_scene(view->projection);
    if (action == ACTION_QUIT)
        return REACT_QUIT;
    if (action != ACTION_PAGE_DOWN && action != ACTION_PAGE_UP)
        return REACT_STAY;
    if (scene.shown)
        view->scroll += action == ACTION_PAGE_DOWN ? 8 : -8;
    else
        view_study.input(tui, view->slide, input, action);
    return REACT_STAY;
}

static bool projector_work(struct tui *tui, void *state)
{
    return view_study.work(tui, ((struct projector_view *)state)->slide);
}

const struct view view_projector = {
    .name = "a projector",
    .open = projector_open,
    .input = projector_input,
    .draw = projector_draw,
    .close = projector_close,
    .contexts = projector_contexts,
    .work = projector_work,
};
