/* A session on the screen: a step and its demo, a question, what came out, the result. */
#include "base/utf8.h"
#include "draw/chart.h"
#include "tui/field.h"
#include "tui/pane.h"
#include "tui/views.h"

#include <stdio.h>
#include <string.h>

enum { WIDE = 132, UNASKED_PANE = 9, PANE = 14, LOW_BODY = 14 };

/* What is on the screen: as long as it is the same, only the learner scrolls. */
struct shown {
    enum study_stage stage;
    size_t section, step, item;
    uint64_t question;
};

struct study_view {
    struct study study;
    struct field field;
    bool field_open;
    uint64_t field_for; /* the serial number of its question */
    struct pane pane;
    bool pane_open; /* for the demo of this step */
    bool paused;
    bool leaving; /* q was pressed once in a quiz */
    int scroll, content, body;
    struct shown shown;
    bool follow;  /* the focus is brought into sight, until the learner scrolls */
    bool turned;  /* this run was started by a knob: it stays where it is looked at */
    int sure_row; /* where "How sure" stands, the verdict, the focused row of the result */
    int verdict_row, again_row;
    size_t link, followed; /* focused link + 1, and the one opened last; 0: none */
    struct layout_link *links;
    size_t link_count;
    struct arena frame; /* of the last drawing */
    size_t again;       /* focused row of the result */
    struct rect body_rect;
    int column_x; /* where the text column begins on the screen */
};

static void *study_view_open(struct tui *tui, const void *argument)
{
    const struct study_start *start = argument;
    struct study_view *view = memory_alloc(sizeof *view);
    arena_init(&view->frame);
    view->pane.dragged = -1;
    study_init(&view->study, tui->session->course, &tui->session->clock, tui_log, tui,
               session_seed(tui->session));
    view->study.done = &tui->session->done;
    if (start->sources) {
        study_quiz(&view->study, start->sources, start->source_count, start->most, start->shuffle,
                   tui->session->pass);
        if (!view->study.item_count) {
            tui_say(tui, ROLE_WARNING, "there is no question in this quiz");
            study_free(&view->study);
            memory_free(view);
            return NULL;
        }
    } else {
        study_open(&view->study, start->chapter, start->section, start->step);
    }
    return view;
}

static void study_view_close(struct tui *tui, void *state)
{
    struct study_view *view = state;
    const struct study *study = &view->study;
    if (study->in_quiz && tui->depth == 0) { /* the command was the quiz, not the tutor */
        bool over = study->stage == STUDY_RESULT || study->stage == STUDY_DONE;
        tui->session->exit_code = over && study->result.passed ? 0 : 1;
    }
    if (view->field_open)
        field_close(&view->field);
    study_free(&view->study);
    arena_free(&view->frame);
    memory_free(view);
    tui_refresh_progress(tui);
}

/* The field belongs to one question: another question, another field. */
static void sync_field(struct study_view *view)
{
    const struct study_ask *ask = &view->study.ask;
    bool wanted = view->study.stage == STUDY_ASK || view->study.stage == STUDY_SURE ||
                  view->study.stage == STUDY_FEEDBACK;
    if (view->field_open && (!wanted || view->field_for != ask->serial)) {
        field_close(&view->field);
        view->field_open = false;
    }
    if (wanted && !view->field_open && ask->form != FORM_NONE && ask->prompt) {
        field_open(&view->field, ask);
        view->field_open = true;
        view->field_for = ask->serial;
    }
}

static bool study_view_takes(void *state, uint32_t character)
{
    struct study_view *view = state;
    sync_field(view);
    return view->study.stage == STUDY_ASK && view->field_open &&
           field_takes(&view->field, character);
}

static bool shows_pane(const struct study_view *view)
{
    const struct step *step = study_step(&view->study);
    return view->study.has_run && step && step->directive &&
           step->directive->kind == DIRECTIVE_DEMO;
}

static unsigned stage_contexts(const struct study_view *view)
{
    unsigned quiz = view->study.in_quiz ? CONTEXT_QUIZ : 0, link = view->link ? CONTEXT_LINK : 0;
    switch (view->study.stage) {
    case STUDY_READ:
        return CONTEXT_READ | link | quiz;
    case STUDY_END:
    case STUDY_DONE:
        return CONTEXT_OVER | quiz;
    case STUDY_ASK:
        return (view->study.ask.can_watch ? CONTEXT_PREDICT : CONTEXT_QUESTION) |
               (view->field_open ? field_contexts(&view->field) : 0) | quiz;
    case STUDY_SURE:
        return CONTEXT_SURE | quiz;
    case STUDY_RUNNING:
        return CONTEXT_RUNNING;
    case STUDY_OUTCOME:
        return CONTEXT_OUTCOME | link;
    case STUDY_FEEDBACK:
        return CONTEXT_FEEDBACK | (view->study.ask.section ? CONTEXT_ABOUT : 0) | quiz;
    case STUDY_RESULT:
        return (view->study.result.again_count ? CONTEXT_RESULT : CONTEXT_OVER) | quiz;
    }
    return 0;
}

static unsigned study_view_contexts(struct tui *tui, void *state)
{
    struct study_view *view = state;
    (void)tui;
    sync_field(view);
    unsigned contexts = stage_contexts(view);
    if (shows_pane(view))
        contexts |= CONTEXT_PICTURE;
    if (view->link_count && (contexts & (CONTEXT_READ | CONTEXT_OUTCOME)))
        contexts |= CONTEXT_LINKS;
    /* A quiz goes forward only, and p may be a letter of the answer. */
    if (!view->study.in_quiz && view->study.stage != STUDY_SURE &&
        view->study.stage != STUDY_RUNNING && !study_view_takes(view, 'p'))
        contexts |= CONTEXT_BACK;
    return contexts;
}

/* ---- drawing: from top to bottom of one tall grid -------------------------------------------------- */

static void draw_link_focus(struct study_view *view, struct grid *grid, const struct layout *layout)
{
    view->links = layout->links;
    view->link_count = layout->link_count;
    if (view->link > view->link_count)
        view->link = 0;
    if (!view->link || !grid)
        return;
    const struct layout_link *link = &layout->links[view->link - 1];
    grid_paint(grid, link->x, link->y, link->width, 1, STYLE(ROLE_FOCUS));
    grid->cursor_x = link->x;
    grid->cursor_y = link->y;
}

static void draw_myth_link(struct layout *layout, const struct directive *myth)
{
    if (!myth->see_for_yourself)
        return;
    layout_gap(layout, 1);
    const char *args = myth->see_for_yourself;
    struct layout_link link = {.kind = LINK_LIVE, .target = args, .x = layout->x, .y = layout->y};
    char text[200];
    snprintf(text, sizeof text, "See for yourself: demo %.150s", args);
    link.width = utf8_columns(text, strlen(text));
    layout_text(layout, ROLE_LINK, text);
    ARENA_PUSH(layout->arena, layout->links, layout->link_count, layout->link_capacity, link);
}

static void draw_prose(struct study_view *view, struct layout *layout)
{
    const struct step *step = study_step(&view->study);
    if (!step)
        return;
    layout_blocks(layout, step->blocks, step->block_count);
    if (!step->directive)
        return;
    bool text = step->directive->kind == DIRECTIVE_MYTH ||
                step->directive->kind == DIRECTIVE_SOURCES || view->study.run_error;
    if (step->block_count && text)
        layout_gap(layout, 1);
    if (step->directive->kind == DIRECTIVE_MYTH) {
        layout_myth(layout, step->directive);
        draw_myth_link(layout, step->directive);
    } else if (step->directive->kind == DIRECTIVE_SOURCES) {
        layout_text(layout, ROLE_STRONG, "Sources");
        layout_blocks(layout, step->directive->blocks, step->directive->block_count);
    }
    if (view->study.run_error)
        layout_textf(layout, ROLE_WARNING, "This demo cannot run: %s", view->study.run_error);
}

static void draw_sure(struct study_view *view, struct layout *layout)
{
    layout_gap(layout, 1);
    view->sure_row = layout->y;
    layout_text(layout, ROLE_STRONG,
                "How sure are you?   1 guess   2 unsure   3 sure   Enter skip");
}

static void draw_ask(struct study_view *view, struct layout *layout)
{
    const struct study_ask *ask = &view->study.ask;
    bool done = view->study.stage == STUDY_FEEDBACK;
    layout_text(layout, ROLE_TITLE, ask->head);
    layout_spans(layout, ask->prompt, ask->prompt_count, ROLE_TEXT);
    if (ask->hint && !done) {
        layout_gap(layout, 1);
        layout_textf(layout, ROLE_WARNING, "Hint: %s", ask->hint);
    }
    if (ask->form == FORM_CHOOSE_MANY && ask->kind == STUDY_QUESTION && !done)
        layout_text(layout, ROLE_DIM, "Several may be right.");
    if (ask->note && !done)
        layout_text(layout, ROLE_DIM, ask->note);
    layout_gap(layout, ask->form == FORM_NUMBER ? 0 : 1);
    if (view->field_open)
        field_draw(&view->field, layout, done);
    if (view->study.stage == STUDY_SURE)
        draw_sure(view, layout);
}

/* What was said and what was, one line for each prediction. */
static void draw_verdict(struct layout *layout, const struct study *study, size_t i)
{
    const struct study_prediction *p = &study->predictions[i];
    const char *mark = p->watched ? "·" : p->right ? "✓" : "✗";
    enum role role = p->watched ? ROLE_DIM : p->right ? ROLE_RIGHT : ROLE_WRONG;
    bool told = p->watched || (study->sees_name_you && study->prediction_count == 1);
    struct span spans[] = {
        {.kind = SPAN_TEXT, .text = told ? "" : "You said "},
        {.kind = SPAN_STRONG, .text = told ? "" : p->said},
        {.kind = SPAN_TEXT, .text = told ? "It was " : "; it was "},
        {.kind = SPAN_STRONG, .text = p->was},
        {.kind = SPAN_TEXT, .text = ". "},
        {.kind = SPAN_TEXT, .text = study_verdict(p)},
    };
    if (study->prediction_count > 1)
        layout_text(layout, ROLE_DIM, p->question);
    layout_item(layout, mark, STYLE((uint8_t)role), spans, sizeof spans / sizeof *spans, ROLE_TEXT);
}

static void draw_outcome(struct study_view *view, struct layout *layout)
{
    const struct study *study = &view->study;
    for (size_t i = 0; i < study->prediction_count; i++)
        draw_verdict(layout, study, i);
    size_t count;
    struct span *spans;
    for (size_t i = 0; i < study->see_count; i++) {
        lesson_inline(layout->arena, study->sees[i], &spans, &count);
        layout_spans(layout, spans, count, ROLE_TEXT);
    }
    const struct directive *directive = study_step(study)->directive;
    for (size_t i = 0; i < directive->watch_count; i++) {
        lesson_inline(layout->arena, directive->watch[i], &spans, &count);
        layout_item(layout, "Watch:", STYLE(ROLE_DIM), spans, count, ROLE_TEXT);
    }
}

static void draw_feedback(struct study_view *view, struct layout *layout)
{
    const struct study_feedback *feedback = &view->study.feedback;
    enum mark_state state = feedback->mark.state;
    bool self = view->study.ask.kind == STUDY_TICKS;
    enum role role = self || state == MARK_NEEDS_GRADING ? ROLE_STRONG
                     : state == MARK_RIGHT               ? ROLE_RIGHT
                     : state == MARK_PARTIAL             ? ROLE_WARNING
                                                         : ROLE_WRONG;
    layout_gap(layout, 1);
    view->verdict_row = layout->y;
    layout_textf(layout, role, "%s%s",
                 self                                           ? ""
                 : state == MARK_RIGHT                          ? "✓ "
                 : state == MARK_WRONG || state == MARK_PARTIAL ? "✗ "
                                                                : "",
                 feedback->verdict);
    if (feedback->comment_count && view->study.ask.form != FORM_CHOOSE_ONE)
        layout_spans(layout, feedback->comment, feedback->comment_count, ROLE_TEXT);
    if (feedback->retry && view->study.ask.question)
        layout_textf(layout, ROLE_TEXT, "Hint: %s", view->study.ask.question->hint);
    if (feedback->key && view->study.ask.form != FORM_CHOOSE_ONE &&
        view->study.ask.form != FORM_CHOOSE_MANY)
        layout_textf(layout, ROLE_STRONG, "The answer: %s", feedback->key);
    if (feedback->general_count && !self)
        layout_spans(layout, feedback->general, feedback->general_count, ROLE_TEXT);
    if (!feedback->retry && view->study.ask.section && state != MARK_RIGHT && !self)
        layout_textf(layout, ROLE_DIM, "b: read %s again", view->study.ask.section);
}

static void draw_model(struct study_view *view, struct layout *layout)
{
    const struct study_feedback *feedback = &view->study.feedback;
    if (feedback->said && *feedback->said) {
        layout_text(layout, ROLE_TITLE, "You wrote");
        layout_text(layout, ROLE_TEXT, feedback->said);
        layout_gap(layout, 1);
    }
    if (feedback->general_count) {
        layout_text(layout, ROLE_TITLE, "A model answer");
        layout_spans(layout, feedback->general, feedback->general_count, ROLE_TEXT);
        layout_gap(layout, 1);
    }
}

static void draw_result(struct study_view *view, struct layout *layout)
{
    const struct study_result *r = &view->study.result;
    struct buf score = {0};
    chart_number(&score, r->score, 3);
    buf_add(&score, " of ");
    chart_number(&score, r->max, 3);
    if (r->max > 0)
        buf_addf(&score, "  (%.0f %%)", 100 * r->score / r->max);
    layout_textf(layout, ROLE_TITLE, "Score %s", buf_text(&score));
    buf_free(&score);
    if (r->pass > 0)
        layout_textf(layout, r->passed ? ROLE_RIGHT : ROLE_WRONG,
                     r->passed ? "✓ Passed: the mark is %.0f %%."
                               : "✗ Not passed: the mark is %.0f %%.",
                     r->pass);
    if (r->unanswered)
        layout_textf(layout, ROLE_TEXT, "%zu of %zu questions were left unanswered.", r->unanswered,
                     r->questions);
    if (r->self_graded)
        layout_textf(layout, ROLE_TEXT,
                     "%zu open answer%s you compared yourself; not in the score.", r->self_graded,
                     r->self_graded == 1 ? "" : "s");
    if (r->objective_count) {
        layout_gap(layout, 1);
        layout_text(layout, ROLE_STRONG, "By objective");
    }
    for (size_t i = 0; i < r->objective_count; i++) {
        const struct study_objective *row = &r->objectives[i];
        bool full = row->score >= row->max - 1e-9;
        struct span text = {.kind = SPAN_TEXT, .text = row->text ? row->text : ""};
        char bullet[80];
        snprintf(bullet, sizeof bullet, "%s %-3s %4.3g/%-3.3g", full ? "✓" : "✗", row->id,
                 row->score, row->max);
        layout_item(layout, bullet, STYLE(full ? ROLE_RIGHT : ROLE_WRONG), &text, 1, ROLE_TEXT);
    }
    layout_gap(layout, 1);
    if (!r->again_count) {
        layout_text(layout, ROLE_RIGHT, "Nothing to read again.");
        return;
    }
    layout_text(layout, ROLE_STRONG, "Read again");
    for (size_t i = 0; i < r->again_count; i++) {
        bool focused = i == view->again;
        if (focused)
            view->again_row = layout->y;
        layout_textf(layout, focused ? ROLE_FOCUS : ROLE_TEXT, "%s %s  %s  (%zu question%s)",
                     focused ? "▸" : " ", r->again[i].section, r->again[i].title,
                     r->again[i].missed, r->again[i].missed == 1 ? "" : "s");
    }
}

static void draw_end(struct study_view *view, struct layout *layout)
{
    const struct chapter *chapter = study_chapter(&view->study);
    const struct quiz *quiz = study_chapter_quiz(&view->study);
    layout_textf(layout, ROLE_TITLE, "That was chapter %d, %s.", chapter->number, chapter->title);
    layout_gap(layout, 1);
    layout_text(layout, ROLE_STRONG, "You can now:");
    for (size_t i = 0; i < chapter->objective_count; i++) {
        struct span text = {.kind = SPAN_TEXT, .text = chapter->objectives[i].text};
        layout_item(layout, chapter->objectives[i].id, STYLE(ROLE_DIM), &text, 1, ROLE_TEXT);
    }
    layout_gap(layout, 1);
    if (quiz)
        layout_textf(layout, ROLE_TEXT,
                     "Its quiz has %zu questions. Each answer explains itself, and the end says "
                     "what to read again. Enter begins; Esc comes back later.",
                     quiz->count);
}

static void draw_running(const struct study_view *view, struct layout *layout)
{
    const struct demo_run *run = &view->study.run;
    const char *doing = view->paused ? "Paused" : "Running";
    if (run->total)
        layout_textf(layout, ROLE_TEXT, "%s, %.0f %% done.", doing,
                     100 * (double)run->done / (double)run->total);
    else
        layout_textf(layout, ROLE_TEXT, "%s …", doing);
}

/* Everything but the demo's pane; `before_pane` false: what stands below it. */
static void draw_part(struct study_view *view, struct layout *layout, bool before_pane)
{
    const struct study *study = &view->study;
    if (before_pane) {
        if (study->stage == STUDY_RESULT || study->stage == STUDY_DONE) {
            if (study->in_quiz)
                draw_result(view, layout);
            else
                draw_end(view, layout);
        } else if (study->stage == STUDY_END) {
            draw_end(view, layout);
        } else if (!study->in_quiz) {
            draw_prose(view, layout);
        }
        return;
    }
    switch (study->stage) {
    case STUDY_ASK:
    case STUDY_SURE:
        if (study->ask.kind == STUDY_TICKS)
            draw_model(view, layout);
        draw_ask(view, layout);
        break;
    case STUDY_FEEDBACK:
        if (study->ask.kind == STUDY_EXPLAIN || study->ask.kind == STUDY_QUESTION ||
            study->ask.kind == STUDY_TICKS || study->ask.kind == STUDY_DRILL)
            draw_ask(view, layout);
        draw_feedback(view, layout);
        break;
    case STUDY_RUNNING:
        draw_running(view, layout);
        break;
    case STUDY_OUTCOME:
        draw_outcome(view, layout);
        break;
    case STUDY_READ:
        if (study->in_quiz)
            layout_spans(layout, study->ask.prompt, study->ask.prompt_count, ROLE_TEXT);
        break;
    case STUDY_END:
    case STUDY_RESULT:
    case STUDY_DONE:
        break;
    }
}

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

static int pane_rows(struct study_view *view, int free_rows, int body)
{
    const struct study *study = &view->study;
    bool knobs = study->stage == STUDY_OUTCOME;
    bool unasked = !study->ran && (study->stage == STUDY_ASK || study->stage == STUDY_SURE);
    if (unasked) { /* mostly question marks: the question matters more; no jump when it is sure */
        int rows = free_rows - (study->stage == STUDY_ASK ? 2 : 0);
        int least = body < LOW_BODY ? 5 : 7;
        return rows < least ? least : rows > UNASKED_PANE ? UNASKED_PANE : rows;
    }
    int wanted = PANE + (knobs ? pane_knob_rows(study->run.demo) + 1 : 0);
    int rows = free_rows < wanted ? free_rows : wanted;
    int least = body < LOW_BODY ? body - 2 : PANE;
    return rows < least ? least : rows;
}

static void draw_header_texts(const struct study_view *view, int width, char *left,
                              size_t left_size, char *right, size_t right_size)
{
    const struct study *study = &view->study;
    const struct section *section = study_section(study);
    const struct chapter *chapter = study_chapter(study);
    right[0] = '\0';
    if (study->in_quiz) {
        snprintf(left, left_size, "%s ▸ quiz", study->quiz_id ? study->quiz_id : "");
        if (study->stage != STUDY_RESULT && study->stage != STUDY_DONE)
            snprintf(right, right_size, "question %zu of %zu", study->item + 1, study->item_count);
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

/* Is something else on the screen than when it was last painted? */
static bool is_fresh(struct study_view *view)
{
    const struct study *study = &view->study;
    struct shown before = view->shown;
    view->shown = (struct shown){.stage = study->stage,
                                 .section = study->section,
                                 .step = study->step,
                                 .item = study->item,
                                 .question = study->ask.serial};
    bool moved = view->shown.section != before.section || view->shown.step != before.step;
    if (study->has_run && (moved || !view->pane_open))
        pane_open(&view->pane, &study->args);
    view->pane_open = study->has_run;
    return moved || view->shown.stage != before.stage || view->shown.item != before.item ||
           view->shown.question != before.question;
}

/* The rows that must be in sight: what is new, or what has the focus. */
static void focus_rows(const struct study_view *view, int below, int *top, int *bottom)
{
    bool fits = view->content - below <= view->body;
    *top = below;
    *bottom = view->content;
    switch (view->study.stage) {
    case STUDY_READ:
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
    case STUDY_SURE:
    case STUDY_RUNNING:
    case STUDY_OUTCOME:
        break;
    }
    if (view->link) {
        *top = view->links[view->link - 1].y - 1;
        *bottom = *top + 3;
    }
}

static void scroll_to(struct study_view *view, int row)
{
    int most = view->content > view->body ? view->content - view->body : 0;
    view->scroll = row > most ? most : row < 0 ? 0 : row;
}

static void settle_scroll(struct study_view *view, int below)
{
    enum study_stage stage = view->study.stage;
    if (is_fresh(view) && !(view->turned && (stage == STUDY_RUNNING || stage == STUDY_OUTCOME))) {
        view->scroll = 0;
        view->follow = stage != STUDY_RESULT;
    }
    if (view->follow) {
        int top, bottom;
        focus_rows(view, below, &top, &bottom);
        if (bottom > view->scroll + view->body)
            view->scroll = bottom - view->body;
        if (top < view->scroll)
            view->scroll = top;
    }
    scroll_to(view, view->scroll);
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
    } else if (view->study.stage == STUDY_OUTCOME && track->width > 0 && track->y >= body->y &&
               track->y < body->y + body->height) {
        grid->cursor_x = track->x;
        grid->cursor_y = track->y;
    }
}

static void study_view_draw(struct tui *tui, void *state, struct grid *grid)
{
    struct study_view *view = state;
    sync_field(view);
    arena_free(&view->frame);
    char left[300], right[80];
    draw_header_texts(view, grid->width, left, sizeof left, right, sizeof right);
    struct rect body = tui_frame(grid, left, right, study_view_contexts(tui, state));
    bool pane = shows_pane(view), wide = pane && grid->width >= WIDE;
    int text_width = grid->width - 2 * TUI_MARGIN;
    if (text_width > TUI_TEXT_WIDTH)
        text_width = TUI_TEXT_WIDTH;

    struct grid content;
    grid_init(&content, wide ? text_width + 2 * TUI_MARGIN : grid->width, 1);
    struct layout layout = new_layout(tui, view, &content, text_width);
    draw_part(view, &layout, true);
    int prose = layout.y = trimmed(&content, layout.y);
    int pane_top = prose + (prose ? 1 : 0), pane_height = 0;
    if (pane && !wide) {
        struct layout measure = new_layout(tui, view, NULL, text_width);
        draw_part(view, &measure, false);
        pane_height = pane_rows(view, body.height - pane_top - measure.y, body.height);
        layout.y = pane_top + pane_height;
    } else if (prose) {
        layout.y = pane_top;
    }
    int below = layout.y;
    draw_part(view, &layout, false);
    view->content = layout.y;
    view->body = body.height;
    grid_resize(&content, content.width, layout.y > 0 ? layout.y : 1);

    draw_link_focus(view, &content, &layout);
    settle_scroll(view, below);
    if (pane && !wide) {
        int width = text_width + 2;
        pane_draw(&view->pane, &content, (struct rect){1, pane_top, width, pane_height},
                  &view->study.run, &view->study.args, view->study.stage == STUDY_OUTCOME,
                  body.y - view->scroll, tui->session->ascii);
    }
    grid_copy_rows(grid, 0, body.y, &content, view->scroll, body.height);
    view->body_rect = body;
    if (wide) {
        int x = text_width + 2 * TUI_MARGIN + 1, width = grid->width - x - 2;
        int height = body.height - 1 > 48 ? 48 : body.height - 1;
        pane_draw(&view->pane, grid, (struct rect){x, body.y, width > 120 ? 120 : width, height},
                  &view->study.run, &view->study.args, view->study.stage == STUDY_OUTCOME, 0,
                  tui->session->ascii);
    }
    tui_scroll_marks(grid, body, view->scroll > 0, view->scroll + view->body < view->content);
    place_cursor(view, grid, &content);
    grid_free(&content);
}

/* ---- input ------------------------------------------------------------------------------------------- */

static void follow(struct tui *tui, struct study_view *view)
{
    if (!view->link && view->link_count)
        view->link = 1;
    if (!view->link)
        return;
    const struct layout_link *link = &view->links[view->link - 1];
    struct err err;
    view->followed = view->link; /* Tab goes on from here, and Enter to the next step */
    view->link = 0;
    if (link->kind == LINK_TERM) {
        tui_push(tui, &view_glossary, link->target);
    } else if (link->kind == LINK_LIVE) {
        struct demo_args args;
        if (demo_args_read(&args, &view->frame, link->target, &err))
            tui_push(tui, &view_demo, &(struct demo_start_args){&args});
        else
            tui_say(tui, ROLE_WARNING, "%s", err.text);
    } else {
        tui_say(tui, ROLE_TEXT, "%s", link->target);
    }
}

static enum reaction leave(struct tui *tui, struct study_view *view, enum reaction how)
{
    const struct study *study = &view->study;
    bool loses = study->in_quiz && study->stage != STUDY_RESULT && study->stage != STUDY_DONE;
    if (loses && !view->leaving) {
        view->leaving = true;
        tui_say(tui, ROLE_WARNING,
                "Leave the quiz? Answers are kept, the score is not. The same key again: yes.");
        return REACT_STAY;
    }
    return how;
}

static void open_section(struct tui *tui, const char *number)
{
    struct study_start where = {0};
    if (number && course_find_section(tui->session->course, number, &where.chapter, &where.section))
        tui_push(tui, &view_study, &where);
}

static void hand_in(struct tui *tui, struct study_view *view)
{
    struct err err;
    struct study_answer answer = field_answer(&view->field);
    struct buf clean = {0};
    if (answer.text) {
        struct str trimmed = str_trim(str_of(answer.text));
        buf_add_n(&clean, trimmed.text, trimmed.length);
        answer.text = buf_text(&clean);
    }
    if (!study_answer(&view->study, &answer, &err))
        tui_say(tui, ROLE_WARNING, "%s", err.text);
    buf_free(&clean);
}

static enum reaction enter(struct tui *tui, struct study_view *view)
{
    struct study *study = &view->study;
    if (study->stage == STUDY_SURE) {
        study_sure(study, 0);
        return REACT_STAY;
    }
    if (study->stage == STUDY_RESULT && study->result.again_count) {
        open_section(tui, study->result.again[view->again].section);
        return REACT_STAY;
    }
    view->link = view->followed = 0;
    view->turned = false;
    study_next(study);
    if (study->stage == STUDY_DONE)
        return REACT_BACK;
    return REACT_STAY;
}

static void turn(struct tui *tui, struct study_view *view, const char *assignment)
{
    struct err err;
    view->turned = true;
    if (!study_turn(&view->study, assignment, &err))
        tui_say(tui, ROLE_WARNING, "%s", err.text);
}

static void scroll_by(struct study_view *view, int rows)
{
    view->follow = false;
    scroll_to(view, view->scroll + rows);
}

static bool pane_takes(struct tui *tui, struct study_view *view, const struct input *input,
                       enum action_id action)
{
    if (view->study.stage != STUDY_OUTCOME)
        return false;
    struct buf assignment = {0};
    bool moved = pane_input(&view->pane, &view->study.args, input, action, &assignment);
    if (moved)
        turn(tui, view, buf_text(&assignment));
    buf_free(&assignment);
    return moved;
}

static void pressed(struct tui *tui, struct study_view *view, const struct input *input)
{
    int y = input->y - view->body_rect.y + view->scroll;
    for (size_t i = 0; i < view->link_count; i++) {
        const struct layout_link *link = &view->links[i];
        if (y == link->y && input->x >= link->x && input->x < link->x + link->width) {
            view->link = i + 1;
            follow(tui, view);
            return;
        }
    }
    if (view->study.stage == STUDY_ASK && view->field_open) {
        struct input moved = *input;
        moved.y = y;
        field_input(&view->field, &moved, ACTION_NONE);
    }
}

static enum reaction act(struct tui *tui, struct study_view *view, const struct input *input,
                         enum action_id action)
{
    struct study *study = &view->study;
    switch (action) {
    case ACTION_ENTER:
        return enter(tui, view);
    case ACTION_PREVIOUS:
        view->link = view->followed = 0;
        if (!study_back(study))
            tui_say(tui, ROLE_TEXT,
                    study->in_quiz ? "A quiz goes forward only."
                                   : "This is the first step of the chapter.");
        break;
    case ACTION_WATCH:
        study_watch(study);
        break;
    case ACTION_SKIP:
        study_skip(study);
        break;
    case ACTION_GUESS:
    case ACTION_UNSURE:
    case ACTION_SURE:
        study_sure(study, (int)(action - ACTION_GUESS) + 1);
        break;
    case ACTION_PAGE_DOWN:
        scroll_by(view, view->body - 2);
        break;
    case ACTION_PAGE_UP:
        scroll_by(view, 2 - view->body);
        break;
    case ACTION_NEXT_FOCUS:
        view->link = view->link ? view->link : view->followed;
        view->link = view->link_count ? view->link % view->link_count + 1 : 0;
        view->follow = true;
        break;
    case ACTION_FOLLOW:
        follow(tui, view);
        break;
    case ACTION_UP:
    case ACTION_DOWN:
        if (study->stage == STUDY_RESULT && study->result.again_count) {
            size_t count = study->result.again_count;
            view->follow = true;
            view->again = (view->again + (action == ACTION_UP ? count - 1 : 1)) % count;
        }
        break;
    case ACTION_RESEED: {
        char assignment[40];
        snprintf(assignment, sizeof assignment, "seed=%llu",
                 (unsigned long long)study->run.seed + 1);
        turn(tui, view, assignment);
        break;
    }
    case ACTION_PAUSE:
        view->paused = !view->paused;
        break;
    case ACTION_WORDS:
        view->pane.words = !view->pane.words;
        break;
    case ACTION_SECTION:
        open_section(tui, study->ask.section);
        break;
    case ACTION_GLOSSARY:
        tui_push(tui, &view_glossary, NULL);
        break;
    case ACTION_BACK:
        return leave(tui, view, REACT_BACK);
    case ACTION_QUIT:
        return leave(tui, view, REACT_QUIT);
    default:
        if (input->kind == INPUT_PRESS)
            pressed(tui, view, input);
        else if (input->kind == INPUT_WHEEL_DOWN || input->kind == INPUT_WHEEL_UP)
            scroll_by(view, input->kind == INPUT_WHEEL_DOWN ? 3 : -3);
        break;
    }
    return REACT_STAY;
}

static enum reaction study_view_input(struct tui *tui, void *state, const struct input *input,
                                      enum action_id action)
{
    struct study_view *view = state;
    sync_field(view);
    if (action != ACTION_BACK && action != ACTION_QUIT)
        view->leaving = false;
    if (pane_takes(tui, view, input, action))
        return REACT_STAY;
    bool moves = action == ACTION_UP || action == ACTION_DOWN || action == ACTION_LEFT ||
                 action == ACTION_RIGHT || action == ACTION_TOGGLE || action == ACTION_ENTER ||
                 action == ACTION_SUBMIT || action == ACTION_NEW_LINE || action == ACTION_PICK ||
                 action == ACTION_NONE;
    if (view->study.stage == STUDY_ASK && view->field_open && moves &&
        (input->kind == INPUT_CHARACTER || input->kind == INPUT_KEY ||
         input->kind == INPUT_PASTE)) {
        view->follow = true;
        if (field_input(&view->field, input, action))
            hand_in(tui, view);
        return REACT_STAY;
    }
    return act(tui, view, input, action);
}

static bool study_view_work(struct tui *tui, void *state)
{
    struct study_view *view = state;
    (void)tui;
    if (view->study.stage != STUDY_RUNNING || view->paused)
        return false;
    return study_work(&view->study, 1);
}

const struct view view_study = {
    .name = "a lesson or a quiz",
    .open = study_view_open,
    .input = study_view_input,
    .draw = study_view_draw,
    .close = study_view_close,
    .contexts = study_view_contexts,
    .takes = study_view_takes,
    .work = study_view_work,
};
