/* A session on the screen: what there is to show of a step, a question, an outcome, a result. */
#include "tui/stats_page.h"
#include "tui/view_study.h"

#include "base/utf8.h"
#include "draw/chart.h"

#include <stdio.h>
#include <string.h>

void study_links(struct study_view *view, struct grid *grid, const struct layout *layout)
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
                step->directive->kind == DIRECTIVE_SOURCES || view->study.run_error ||
                view->study.unasked;
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
    if (view->study.unasked)
        layout_text(layout, ROLE_DIM, view->study.unasked);
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
    bool told = p->watched || (study->sees_name_you && study->prediction_count == 1 && !p->earlier);
    struct span spans[] = {
        {.kind = SPAN_TEXT,
         .text = told         ? ""
                 : p->earlier ? "You predicted "
                              : "You said "},
        {.kind = SPAN_STRONG, .text = told ? "" : p->said},
        {.kind = SPAN_TEXT,
         .text = p->stopped ? ""
                 : told     ? "It was "
                            : "; it was "},
        {.kind = SPAN_STRONG, .text = p->was},
        {.kind = SPAN_TEXT, .text = p->stopped ? "" : ". "},
        {.kind = SPAN_TEXT, .text = study_verdict(p)},
    };
    if (study->prediction_count > 1)
        layout_text(layout, ROLE_DIM, p->question);
    layout_item(layout, mark, STYLE((uint8_t)role), spans, sizeof spans / sizeof *spans, ROLE_TEXT);
    if (p->slip)
        layout_text(layout, ROLE_WARNING, p->slip);
    if (p->shown)
        layout_text(layout, ROLE_DIM, p->shown);
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

/* Missed once too often: reading helps more than asking. */
static bool draw_stubborn(const struct study_view *view, struct layout *layout)
{
    const struct study_item *item = &view->study.items[view->study.item];
    unsigned times = review_stubborn_now(&view->review.deck, item);
    if (times)
        layout_textf(layout, ROLE_WARNING, "Missed %u times: read %s again (r).", times,
                     view->study.ask.section);
    return times > 0;
}

static const char *step_title(const struct study *study, const struct course_place *place)
{
    return study->course->chapters[place->chapter].lesson.sections[place->section].title;
}

static const char *step_number(const struct study *study, const struct course_place *place)
{
    return study->course->chapters[place->chapter].lesson.sections[place->section].number;
}

static void draw_where_taught(const struct study_view *view, struct layout *layout)
{
    const struct study *study = &view->study;
    const struct course_taught *taught = &study->ask.taught;
    if (study->visiting || study->aloud) {
        if (study->ask.section)
            layout_textf(layout, ROLE_DIM, "Read about it in %s.", study->ask.section);
        return;
    }
    if (taught->has_text)
        layout_textf(layout, ROLE_DIM, "b: read %s%s", step_number(study, &taught->text),
                     taught->has_demo ? "   d: its demo" : "");
}

/* What one was sure of is mended best right now, by what can be seen. */
static void draw_sure_but_wrong(const struct study_view *view, struct layout *layout)
{
    const struct study *study = &view->study;
    const struct course_taught *taught = &study->ask.taught;
    struct buf rule = {0};
    buf_repeat(&rule, "━", (size_t)layout->width);
    layout_text(layout, ROLE_WARNING, buf_text(&rule));
    if (taught->has_demo && !study->visiting && !study->aloud)
        layout_textf(layout, ROLE_STRONG, "See for yourself first: d runs the demo of %s, %s.",
                     step_number(study, &taught->demo), step_title(study, &taught->demo));
    if (study->feedback.promise)
        layout_text(layout, ROLE_TEXT, study->feedback.promise);
    layout_text(layout, ROLE_WARNING, buf_text(&rule));
    buf_free(&rule);
}

/* In a review, before a question that one was sure of and wrong about. */
static void draw_before(const struct study_view *view, struct layout *layout)
{
    const struct study *study = &view->study;
    const struct course_place *demo = &study->ask.taught.demo;
    layout_text(layout, ROLE_TITLE, study->ask.head);
    layout_spans(layout, study->ask.prompt, study->ask.prompt_count, ROLE_TEXT);
    layout_gap(layout, 1);
    layout_text(layout, ROLE_WARNING, "Last time this one misled you.");
    layout_textf(layout, ROLE_STRONG, "d: first the demo of %s, %s", step_number(study, demo),
                 step_title(study, demo));
    layout_text(layout, ROLE_TEXT, "Enter: answer it now");
}

/* The key of pairs, one a line. */
static void draw_pairs(struct layout *layout, const struct study_feedback *feedback)
{
    layout_text(layout, ROLE_STRONG, "The answer:");
    for (size_t i = 0; i < feedback->pair_count; i++) {
        const char *stem = feedback->pairs[2 * i], *partner = feedback->pairs[2 * i + 1];
        struct span spans[] = {
            {.kind = SPAN_TEXT, .text = stem, .shown = stem},
            {.kind = SPAN_TEXT, .text = "  →  "},
            {.kind = SPAN_STRONG, .text = partner, .shown = partner},
        };
        layout_item(layout, " ", STYLE(ROLE_TEXT), spans, 3, ROLE_TEXT);
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
    if (feedback->guessed)
        layout_textf(layout, ROLE_TEXT, "Before reading you said, %s: %s",
                     feedback->guessed_right ? "rightly" : "wrongly", feedback->guessed);
    if (feedback->comment_count && view->study.ask.form != FORM_CHOOSE_ONE)
        layout_spans(layout, feedback->comment, feedback->comment_count, ROLE_TEXT);
    if (feedback->sure_but_wrong && state != MARK_RIGHT)
        draw_sure_but_wrong(view, layout);
    if (feedback->retry)
        layout_textf(layout, ROLE_TEXT, "Hint: %s", feedback->hint);
    if (feedback->pairs)
        draw_pairs(layout, feedback);
    else if (feedback->key && view->study.ask.form != FORM_CHOOSE_ONE &&
             view->study.ask.form != FORM_CHOOSE_MANY)
        layout_textf(layout, ROLE_STRONG, "The answer: %s", feedback->key);
    if (feedback->general_count && !self)
        layout_spans(layout, feedback->general, feedback->general_count, ROLE_TEXT);
    if (view->study.ask.kind == STUDY_QUESTION && state != MARK_RIGHT &&
        !(view->study.reviewing && draw_stubborn(view, layout)))
        draw_where_taught(view, layout);
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

/* A review has no score: how many came back, and what to read again. */
static void draw_reviewed(const struct study_view *view, struct layout *layout)
{
    const struct study *study = &view->study;
    size_t asked, right, left = view->review.waiting - view->review.count;
    study_count(study, &asked, &right);
    layout_textf(layout, ROLE_TITLE, "Reviewed %zu: %zu right.", asked, right);
    if (left)
        layout_textf(layout, ROLE_TEXT, "%zu more %s waiting; m asks up to 20 of them.", left,
                     left == 1 ? "is" : "are");
}

static void draw_score(struct layout *layout, const struct study_result *r, bool whole)
{
    struct buf score = {0};
    chart_number(&score, r->score, 3);
    buf_add(&score, " of ");
    chart_number(&score, r->max, 3);
    if (r->max > 0)
        buf_addf(&score, "  (%.0f %%)", 100 * r->score / r->max);
    if (r->untaken)
        layout_text(layout, ROLE_TITLE, STUDY_UNTAKEN);
    else
        layout_textf(layout, ROLE_TITLE, "%s %s",
                     whole ? "Score" : "Right this time:", buf_text(&score));
    buf_free(&score);
    if (r->pass > 0)
        layout_textf(layout, r->passed ? ROLE_RIGHT : ROLE_WRONG,
                     r->passed ? "✓ Passed: the mark is %.0f %%."
                               : "✗ Not passed: the mark is %.0f %%.",
                     r->pass);
    struct buf when = {0};
    if (study_say_result_of(r, &when))
        layout_text(layout, ROLE_DIM, buf_text(&when));
    buf_free(&when);
    if (r->unanswered && !r->untaken)
        layout_textf(layout, ROLE_TEXT, "%zu of %zu questions %s left unanswered.", r->unanswered,
                     r->questions, r->unanswered == 1 ? "was" : "were");
    if (r->self_graded)
        layout_textf(layout, ROLE_TEXT,
                     "%zu open answer%s you compared yourself; not in the score.", r->self_graded,
                     r->self_graded == 1 ? "" : "s");
}

/* The test after the course, where it is over. */
static void draw_offer(const struct study_view *view, struct layout *layout)
{
    struct buf text = {0};
    if (study_offers_posttest(&view->study)) {
        standing_say_offer(view->study.course, COURSE_POSTTEST, &text);
        layout_textf(layout, ROLE_TEXT, "%s t takes it.", buf_text(&text));
        layout_gap(layout, 1);
    }
    buf_free(&text);
}

static void draw_missed(const struct study *study, struct layout *layout)
{
    layout_gap(layout, 1);
    layout_text(layout, ROLE_STRONG, "Missed");
    for (size_t i = 0; i < study->item_count; i++) {
        struct buf text = {0};
        if (!study_was_missed(&study->items[i]))
            continue;
        study_excerpt(study->items[i].question, layout->width - 2, &text);
        layout_textf(layout, ROLE_TEXT, "  %s", buf_text(&text));
        buf_free(&text);
    }
}

static void draw_result(struct study_view *view, struct layout *layout)
{
    const struct study_result *r = &view->study.result;
    bool weak = false;
    if (view->study.reviewing)
        draw_reviewed(view, layout);
    else
        draw_score(layout, r, !view->study.practising);
    if (view->change.row_count) {
        layout_gap(layout, 1);
        stats_change(layout, &view->change);
    } else if (r->objective_count) {
        layout_gap(layout, 1);
        layout_text(layout, ROLE_STRONG, "By objective, questions right (one may serve two)");
    }
    for (size_t i = 0; i < r->objective_count && !view->change.row_count; i++) {
        const struct study_objective *row = &r->objectives[i];
        bool full = row->right == row->asked;
        struct span text[] = {
            {.kind = SPAN_TEXT, .text = row->text ? row->text : ""},
            {.kind = SPAN_STRONG, .text = row->weak ? ". Weak" : ""},
            {.kind = SPAN_STRONG, .text = *row->read ? ": read " : ""},
            {.kind = SPAN_STRONG, .text = row->read},
        };
        char bullet[80];
        snprintf(bullet, sizeof bullet, "%s %-3s %2zu/%-2zu", full ? "✓" : "✗", row->id, row->right,
                 row->asked);
        layout_item(layout, bullet, STYLE(full ? ROLE_RIGHT : ROLE_WRONG), text,
                    sizeof text / sizeof *text, ROLE_TEXT);
        weak = weak || row->weak;
    }
    if (weak)
        layout_text(layout, ROLE_DIM, STANDING_WEAK);
    size_t missed = study_missed(&view->study);
    if (missed) {
        layout_gap(layout, 1);
        layout_textf(layout, ROLE_TEXT, "m: only the %zu you missed, once more", missed);
    }
    layout_gap(layout, 1);
    draw_offer(view, layout);
    if (study_test(&view->study) == COURSE_PRETEST)
        layout_text(layout, ROLE_TEXT, "The course explains all of it. Now begin.");
    else
        layout_text(layout, r->again_count ? ROLE_STRONG : ROLE_RIGHT,
                    r->again_count ? "Read again" : "Nothing to read again.");
    for (size_t i = 0; i < r->again_count; i++) {
        bool focused = i == view->again;
        if (focused)
            view->again_row = layout->y;
        layout_textf(layout, focused ? ROLE_FOCUS : ROLE_TEXT, "%s %s  %s  (%zu question%s)",
                     focused ? "▸" : " ", r->again[i].section, r->again[i].title,
                     r->again[i].missed, r->again[i].missed == 1 ? "" : "s");
    }
    if (missed)
        draw_missed(&view->study, layout);
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
    if (quiz && !view->study.visiting)
        layout_textf(layout, ROLE_TEXT,
                     "Its quiz has %zu questions. Each answer explains itself, and the end says "
                     "what to read again. Enter begins; Esc comes back later.",
                     quiz->count);
    layout_gap(layout, 1);
    draw_offer(view, layout);
}

static void draw_running(const struct study_view *view, struct layout *layout)
{
    const struct demo_run *run = &view->study.run;
    struct pace pace = {0}; /* at rest nothing can be said of the time left */
    struct buf said = {0};
    if (!view->paused)
        pace = view->pace;
    pace_say(&pace, run, &said);
    layout_textf(layout, ROLE_TEXT, "%s%s",
                 view->paused ? "Paused at " : "Running: ", said.length ? buf_text(&said) : "…");
    buf_free(&said);
    for (size_t i = 0; i < view->study.prediction_count && !view->study.ran; i++)
        if (view->study.predictions[i].earlier)
            layout_textf(layout, ROLE_DIM, "You predicted %s.", view->study.predictions[i].said);
}

/* Everything but the demo's pane; `above_pane` false: what stands below it. */
void study_part(struct study_view *view, struct layout *layout, bool above_pane)
{
    const struct study *study = &view->study;
    if (above_pane) {
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
        if (study->ran)
            draw_outcome(view, layout);
        break;
    case STUDY_OUTCOME:
        draw_outcome(view, layout);
        break;
    case STUDY_READ:
        if (study->in_quiz)
            layout_spans(layout, study->ask.prompt, study->ask.prompt_count, ROLE_TEXT);
        break;
    case STUDY_BEFORE:
        draw_before(view, layout);
        break;
    case STUDY_END:
    case STUDY_RESULT:
    case STUDY_DONE:
        break;
    }
}
