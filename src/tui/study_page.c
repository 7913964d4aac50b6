/* A session on the screen: where on it things lie. */
#include "tui/view_study.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { WIDE = 132, UNASKED_PANE = 9, PANE = 15, LOW_BODY = 14 };

static struct layout new_layout(struct tui *tui, struct study_view *view, struct grid *grid,
                                int width)
{
    return (struct layout){
        .course = tui->session->course,
        .arena = &view->frame,
        .grid = grid,
        .x = TUI_MARGIN,
        .width = width,
        .ascii = tui->session->ascii,
    };
}

static int pane_rows(struct study_view *view, int width, int free_rows, int body)
{
    const struct study *study = &view->study;
    bool knobs = study_shows_outcome(study);
    bool unasked = !study->ran && (study->stage == STUDY_ASK || study->stage == STUDY_SURE);
    if (unasked) { /* mostly question marks: the question matters more; no jump when it is sure */
        int rows = free_rows - (study->stage == STUDY_ASK ? 2 : 0);
        int least = body < LOW_BODY ? 5 : 7;
        return rows < least ? least : rows > UNASKED_PANE ? UNASKED_PANE : rows;
    }
    int wanted = PANE + (knobs ? pane_knob_rows(study->run.demo) + 1 : 0);
    int rows = free_rows < wanted ? free_rows : wanted;
    int least = body < LOW_BODY ? body - 2 : PANE;
    rows = rows < least ? least : rows;
    /* What the picture leaves empty is better used for what stands below it. */
    int frame = 2 + (knobs ? 2 : 0), used;
    used = pane_picture_rows(&view->pane, &study->run, width - 4, rows - frame) + frame;
    return used < rows ? used : rows;
}

/* "3 Dropout: the mechanics ▸ quiz", or what of it fits. */
static void draw_quiz_title(const struct study *study, int width, char *left, size_t size)
{
    size_t at = study->item < study->item_count ? study->item : 0;
    const char *quiz = study->item_count ? study->items[at].quiz : "";
    int index = course_chapter_of_quiz(study->course, quiz);
    if (index < 0) {
        snprintf(left, size, "%s ▸ quiz", quiz);
        return;
    }
    const struct chapter *chapter = &study->course->chapters[index].lesson;
    snprintf(left, size, "%d %s ▸ quiz", chapter->number, chapter->title);
    if (utf8_columns(left, strlen(left)) > width)
        snprintf(left, size, "Quiz of chapter %d", chapter->number);
}

static void draw_header_texts(const struct study_view *view, int width, char *left,
                              size_t left_size, char *right, size_t right_size)
{
    const struct study *study = &view->study;
    const struct section *section = study_section(study);
    const struct chapter *chapter = study_chapter(study);
    right[0] = '\0';
    if (study->in_quiz) {
        if (study->reviewing)
            snprintf(left, left_size, "Review");
        else
            snprintf(left, left_size, "The test %s the course",
                     study_test(study) == COURSE_PRETEST ? "before" : "after");
        if (study->stage != STUDY_RESULT && study->stage != STUDY_DONE)
            snprintf(right, right_size, "question %zu of %zu", study->item + 1, study->item_count);
        if (!study->reviewing && study_test(study) == COURSE_TESTS)
            draw_quiz_title(study, width - (int)strlen(right) - 4, left, left_size);
    } else if (section) {
        snprintf(right, right_size, "step %zu of %zu", study->step + 1, section->step_count);
        int chapter_wide = snprintf(left, left_size, "%d %s ▸ ", chapter->number, chapter->title);
        int wide = utf8_columns(section->title, strlen(section->title)) + 5 + chapter_wide;
        bool both = wide + (int)strlen(right) + 4 <= width;
        snprintf(left + (both ? strlen(left) : 0), left_size - (both ? strlen(left) : 0), "%s %s",
                 section->number, section->title);
    } else {
        snprintf(left, left_size, "%d %s", chapter->number, chapter->title);
    }
}

static struct shown shown_now(const struct study *study)
{
    return (struct shown){.stage = study->stage,
                          .section = study->section,
                          .step = study->step,
                          .item = study->item,
                          .question = study->ask.serial};
}

static bool is_same(const struct shown *a, const struct shown *b)
{
    return a->stage == b->stage && a->section == b->section && a->step == b->step &&
           a->item == b->item && a->question == b->question;
}

bool study_view_is_shown(const struct study_view *view)
{
    struct shown now = shown_now(&view->study);
    return is_same(&view->shown, &now);
}

/* Is something else on the screen than when it was last painted? */
static bool is_fresh(struct study_view *view)
{
    const struct study *study = &view->study;
    struct shown before = view->shown;
    view->shown = shown_now(study);
    bool moved = view->shown.section != before.section || view->shown.step != before.step;
    if (study->has_run && (moved || !view->pane_open))
        pane_open(&view->pane, &study->args);
    view->pane_open = study->has_run;
    return !is_same(&view->shown, &before);
}

/* The rows that must be in sight: what is new, or what has the focus. */
static void focus_rows(const struct study_view *view, int pane, int below, int *top, int *bottom)
{
    bool fits = view->content - below <= view->body;
    *top = below;
    *bottom = view->content;
    switch (view->study.stage) {
    case STUDY_READ:
    case STUDY_BEFORE:
    case STUDY_END:
    case STUDY_DONE:
        *top = *bottom = 0;
        break;
    case STUDY_RESULT:
        *top = view->again_row;
        *bottom = view->again_row + 1;
        break;
    case STUDY_ASK:
        if (!fits && view->field_open) {
            *top = view->field.focus_row > 0 ? view->field.focus_row - 1 : below;
            *bottom = view->field.focus_row + 2;
        }
        break;
    case STUDY_FEEDBACK:
        if (!fits)
            *top = view->verdict_row;
        break;
    case STUDY_RUNNING:
    case STUDY_OUTCOME:
        if (view->at_knob) { /* the picture, and of what stands below it what fits */
            *top = pane;
            *bottom = view->content < pane + view->body ? view->content : pane + view->body;
        }
        break;
    case STUDY_SURE:
        break;
    }
    if (view->link) {
        *top = view->links[view->link - 1].y - 1;
        *bottom = *top + 3;
    }
}

void study_page_scroll(struct study_view *view, int row)
{
    int most = view->content > view->body ? view->content - view->body : 0;
    view->scroll = row > most ? most : row < 0 ? 0 : row;
}

static void settle_scroll(struct study_view *view, int pane, int below)
{
    enum study_stage stage = view->study.stage;
    if (is_fresh(view) && !(view->turned && (stage == STUDY_RUNNING || stage == STUDY_OUTCOME))) {
        view->scroll = view->read = 0;
        view->follow = stage != STUDY_RESULT;
    }
    if (view->follow) {
        int top, bottom;
        focus_rows(view, pane, below, &top, &bottom);
        if (bottom > view->scroll + view->body)
            view->scroll = bottom - view->body;
        if (top < view->scroll)
            view->scroll = top;
    }
    study_page_scroll(view, view->scroll);
    if (view->scroll + view->body > view->read)
        view->read = view->scroll + view->body;
}

/* Rows without the empty ones at their end. */
static int trimmed(const struct grid *grid, int rows)
{
    for (; rows > 0; rows--)
        for (int x = 0; x < grid->width; x++)
            if (rows <= grid->height && grid_at(grid, x, rows - 1)->character != ' ')
                return rows;
    return rows;
}

/* The cursor stands on what has the focus: the field, "How sure", a link, a knob. */
static void place_cursor(struct study_view *view, struct grid *grid, const struct grid *content)
{
    int row = content->cursor_y, column = content->cursor_x;
    if (view->field_open && view->study.stage == STUDY_ASK) {
        row = view->field.cursor_y >= 0 ? view->field.cursor_y : view->field.focus_row;
        column = view->field.cursor_x >= 0 ? view->field.cursor_x : TUI_MARGIN;
    } else if (view->study.stage == STUDY_SURE) {
        row = view->sure_row;
        column = TUI_MARGIN;
    }
    const struct rect *body = &view->body_rect, *track = &view->pane.tracks[view->pane.focus];
    if (column >= 0 && row >= view->scroll && row < view->scroll + body->height) {
        grid->cursor_x = column;
        grid->cursor_y = row - view->scroll + body->y;
    } else if (study_shows_outcome(&view->study) && track->width > 0 && track->y >= body->y &&
               track->y < body->y + body->height) {
        grid->cursor_x = track->x;
        grid->cursor_y = track->y;
    }
}

void study_page_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct study_view *view = state;
    study_view_sync(view);
    arena_free(&view->frame);
    char left[300], right[80];
    draw_header_texts(view, grid->width, left, sizeof left, right, sizeof right);
    if (study_step(&view->study) &&
        bookmarks_hold(tui, view->study.chapter, view->study.section, view->study.step)) {
        char plain[80];
        memcpy(plain, right, sizeof plain);
        snprintf(right, sizeof right, "★ %.70s", plain);
    }
    struct rect body = tui_frame(grid, left, right, study_view_contexts(tui, state));
    bool pane = study_view_has_pane(view), wide = pane && grid->width >= WIDE;
    int text_width = grid->width - 2 * TUI_MARGIN;
    if (text_width > TUI_TEXT_WIDTH)
        text_width = TUI_TEXT_WIDTH;

    struct grid content;
    grid_init(&content, wide ? text_width + 2 * TUI_MARGIN : grid->width, 1);
    struct layout layout = new_layout(tui, view, &content, text_width);
    study_part(view, &layout, true);
    int prose = layout.y = trimmed(&content, layout.y);
    int pane_top = prose + (prose ? 1 : 0), pane_height = 0;
    if (pane && !wide) {
        struct layout measure = new_layout(tui, view, NULL, text_width);
        study_part(view, &measure, false);
        pane_height =
            pane_rows(view, text_width + 2, body.height - pane_top - measure.y, body.height);
        layout.y = pane_top + pane_height;
    } else if (prose) {
        layout.y = pane_top;
    }
    int below = layout.y;
    study_part(view, &layout, false);
    view->content = layout.y;
    view->body = body.height;
    grid_resize(&content, content.width, layout.y > 0 ? layout.y : 1);

    study_links(view, &content, &layout);
    settle_scroll(view, pane_top, below);
    grid_fill(grid, 0, grid->height - 1, grid->width, 1, STYLE(ROLE_TEXT), ' ');
    action_footer(study_view_contexts(tui, state), grid,
                  grid->height - 1); /* links are known now */
    if (pane && !wide) {
        int width = text_width + 2;
        pane_draw(&view->pane, &content, (struct rect){1, pane_top, width, pane_height},
                  &view->study.run, &view->study.args, study_shows_outcome(&view->study),
                  body.y - view->scroll, tui->session->ascii);
    }
    grid_copy_rows(grid, 0, body.y, &content, view->scroll, body.height);
    view->body_rect = body;
    if (wide) {
        int x = text_width + 2 * TUI_MARGIN + 1, width = grid->width - x - 2;
        int height = body.height - 1 > 48 ? 48 : body.height - 1;
        pane_draw(&view->pane, grid, (struct rect){x, body.y, width > 120 ? 120 : width, height},
                  &view->study.run, &view->study.args, study_shows_outcome(&view->study), 0,
                  tui->session->ascii);
    }
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll + view->body < view->content);
    place_cursor(view, grid, &content);
    grid_free(&content);
}
