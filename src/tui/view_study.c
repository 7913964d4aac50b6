/* A session on the screen: opening it, its keys, its mouse. */
#include "tui/stats_page.h"
#include "tui/view_study.h"

#include <stdio.h>
#include <string.h>

/* Lines up what is due and asks the first of it. False: nothing is, and a message says so. */
static bool begin_review(struct tui *tui, struct study_view *view)
{
    struct err err;
    struct session *session = tui->session;
    bool good = review_open(&view->review, session->store, session->course, &session->clock,
                            view->more, &err);
    if (!good || !view->review.count) {
        struct buf line = {0};
        review_say(&view->review, &line);
        if (!good)
            tui_say(tui, ROLE_WARNING, "%s", err.text);
        else if (line.length)
            tui_say(tui, ROLE_TEXT, "%s", buf_text(&line));
        else
            tui_say(tui, ROLE_TEXT,
                    "Nothing to review yet: what you miss in quizzes comes back here.");
        buf_free(&line);
        review_close(&view->review);
        return false;
    }
    view->study.is_taken = review_is_taken;
    view->study.taken_user = &view->review;
    study_review(&view->study, view->review.items, view->review.count);
    return true;
}

/* What to ask before one leaves; NULL: nothing. */
static const char *leaving_asks(const struct tui *tui, const struct study *study)
{
    if (!study_would_lose(study) || (study_can_resume(study) && keep_is_well(&tui->session->keep)))
        return NULL;
    if (!keep_is_well(&tui->session->keep))
        return "Leave the quiz? Its score is not kept. The same key again: yes.";
    return "Leave the quiz? Answers are kept, the score is not. The same key again: yes.";
}

static void say_news(struct tui *tui, struct study *study)
{
    struct buf text = {0};
    if (study_say_news(study, "Ctrl-N begins it anew.", &text))
        tui_say(tui, ROLE_TEXT, "%s", buf_text(&text));
    buf_free(&text);
}

/* Beside the result of the test after the course. */
static void read_change(struct tui *tui, struct study_view *view)
{
    if (study_test(&view->study) == COURSE_POSTTEST)
        stats_read_change(tui->session, &view->change_arena, &view->change);
}

static void *study_view_open(struct tui *tui, const void *argument)
{
    const struct study_start *start = argument;
    struct study_view *view = memory_alloc(sizeof *view);
    arena_init(&view->frame);
    arena_init(&view->change_arena);
    view->pane.dragged = -1;
    study_init(&view->study, tui->session->course, &tui->session->clock, tui_log, tui,
               session_seed(tui->session));
    view->study.done = &tui->session->done;
    view->study.store = tui->session->store;
    view->study.seed_is_asked = tui->session->seed != 0;
    if (start->review) {
        if (!begin_review(tui, view)) {
            study_free(&view->study);
            memory_free(view);
            return NULL;
        }
    } else if (start->result) {
        if (!study_show_result(&view->study, start->result)) {
            tui_say(tui, ROLE_TEXT, STUDY_NO_RESULT);
            study_free(&view->study);
            memory_free(view);
            return NULL;
        }
        read_change(tui, view);
    } else if (start->items) {
        study_practise(&view->study, start->items, start->item_count, start->shuffle,
                       tui->session->pass);
    } else if (start->sources) {
        study_quiz(&view->study, start->sources, start->source_count, start->most, start->shuffle,
                   tui->session->pass);
        if (!view->study.item_count) {
            tui_say(tui, ROLE_WARNING, "there is no question in this quiz");
            study_free(&view->study);
            memory_free(view);
            return NULL;
        }
    } else {
        view->study.visiting = start->visit;
        study_open(&view->study, start->chapter, start->section, start->step);
    }
    say_news(tui, &view->study);
    return view;
}

static void study_view_close(struct tui *tui, void *state)
{
    struct study_view *view = state;
    struct study *study = &view->study;
    if (study->in_quiz && !study->reviewing) {
        study_finish_early(study);
        if (tui->depth == 0) /* the command was the quiz, not the tutor */
            tui->session->exit_code = study->passed ? 0 : 1;
    }
    if (view->field_open)
        field_close(&view->field);
    if (study->reviewing)
        review_close(&view->review);
    study_free(&view->study);
    arena_free(&view->frame);
    arena_free(&view->change_arena);
    memory_free(view);
    tui_refresh_progress(tui);
}

/* The field belongs to one question: another question, another field. */
void study_view_sync(struct study_view *view)
{
    const struct study_ask *ask = &view->study.ask;
    bool wanted = view->study.stage == STUDY_ASK || view->study.stage == STUDY_SURE ||
                  view->study.stage == STUDY_FEEDBACK;
    if (view->field_open && (!wanted || view->field_for != ask->serial)) {
        field_close(&view->field);
        view->field_open = false;
    }
    bool spoken = view->study.aloud && ask->lines; /* a room says it; keys are the instructor's */
    if (wanted && !view->field_open && ask->form != FORM_NONE && ask->prompt && !spoken) {
        field_open(&view->field, ask);
        buf_add(&view->field.text, study_draft(&view->study));
        view->field.cursor = view->field.text.length;
        view->field_open = true;
        view->field_for = ask->serial;
    }
}

static bool study_view_takes(void *state, uint32_t character)
{
    struct study_view *view = state;
    study_view_sync(view);
    return view->study.stage == STUDY_ASK && view->field_open &&
           field_takes(&view->field, character);
}

bool study_view_has_pane(const struct study_view *view)
{
    const struct step *step = study_step(&view->study);
    return view->study.has_run && step && step->directive &&
           step->directive->kind == DIRECTIVE_DEMO;
}

static uint64_t stage_contexts(const struct study_view *view)
{
    uint64_t quiz = view->study.in_quiz ? CONTEXT_QUIZ : 0, link = view->link ? CONTEXT_LINK : 0;
    uint64_t test = study_offers_posttest(&view->study) ? CONTEXT_TEST : 0;
    switch (view->study.stage) {
    case STUDY_READ:
        return CONTEXT_READ | link | quiz;
    case STUDY_BEFORE:
        return CONTEXT_OVER | CONTEXT_REFUTE | quiz;
    case STUDY_END:
    case STUDY_DONE:
        return CONTEXT_OVER | quiz | test;
    case STUDY_ASK:
        return (view->study.ask.can_watch ? CONTEXT_PREDICT : CONTEXT_QUESTION) |
               (view->field_open ? field_contexts(&view->field) : 0) | quiz;
    case STUDY_SURE:
        return CONTEXT_SURE | quiz;
    case STUDY_RUNNING: /* once its outcome was seen one may move on, and move its knobs */
        return CONTEXT_RUNNING | (view->study.ran ? CONTEXT_OUTCOME | link : 0);
    case STUDY_OUTCOME:
        return CONTEXT_OUTCOME | link;
    case STUDY_FEEDBACK:
        return (view->study.feedback.retry ? CONTEXT_RETRY : CONTEXT_FEEDBACK) | quiz;
    case STUDY_RESULT:
        return (view->study.result.again_count ? CONTEXT_RESULT : CONTEXT_OVER) |
               (study_missed(&view->study) ? CONTEXT_MISSED : 0) | quiz | test;
    }
    return 0;
}

/* What a learner may do about an answer; a room does not. */
static uint64_t answer_contexts(const struct study_view *view)
{
    const struct study *study = &view->study;
    const struct study_ask *ask = &study->ask;
    uint64_t contexts = study->visiting ? CONTEXT_LOOKUP : 0;
    bool feedback = study->stage == STUDY_FEEDBACK && ask->question;
    if (study->aloud)
        return feedback && ask->section ? CONTEXT_ABOUT : 0;
    bool again = feedback || (study->stage == STUDY_ASK && ask->hint); /* the second try */
    if (again && !study->visiting && ask->taught.has_text)
        contexts |= CONTEXT_ABOUT;
    if (again && !study->visiting && ask->taught.has_demo)
        contexts |= CONTEXT_REFUTE;
    bool asked = study->reviewing && (study->stage == STUDY_ASK || study->stage == STUDY_BEFORE ||
                                      study->stage == STUDY_RESULT);
    if ((feedback || study->stage == STUDY_SURE || asked) && (asked || study_can_undo(study)))
        contexts |= CONTEXT_UNDO;
    bool read = study->stage == STUDY_READ || study->stage == STUDY_BEFORE ||
                study->stage == STUDY_OUTCOME || study->stage == STUDY_FEEDBACK;
    if (read && study_view_is_shown(view) && view->read < view->content)
        contexts |= CONTEXT_BELOW;
    return contexts;
}

uint64_t study_view_contexts(struct tui *tui, void *state)
{
    struct study_view *view = state;
    (void)tui;
    study_view_sync(view);
    uint64_t contexts = stage_contexts(view) | answer_contexts(view);
    if (study_view_has_pane(view))
        contexts |= CONTEXT_PICTURE;
    if (view->study.reviewing &&
        (view->study.stage == STUDY_FEEDBACK && !view->study.feedback.retry))
        contexts |= CONTEXT_REVIEW;
    if (view->study.reviewing && view->study.stage == STUDY_RESULT &&
        view->review.waiting > view->review.count)
        contexts |= CONTEXT_MORE;
    if (contexts & CONTEXT_OUTCOME && !view->study.args.demo->certain)
        contexts |= CONTEXT_CHANCE;
    if (study_can_begin_anew(&view->study))
        contexts |= CONTEXT_ANEW;
    if (view->study.stage == STUDY_FEEDBACK && view->study.feedback.earlier)
        contexts |= CONTEXT_REPEAT;
    if (view->link_count && (contexts & (CONTEXT_READ | CONTEXT_OUTCOME)))
        contexts |= CONTEXT_LINKS;
    /* A quiz goes forward only, and p may be a letter of the answer. */
    if (!view->study.in_quiz && view->study.stage != STUDY_SURE &&
        view->study.stage != STUDY_RUNNING && !study_view_takes(view, 'p'))
        contexts |= CONTEXT_BACK;
    if (!view->study.in_quiz && view->study.stage != STUDY_SURE)
        contexts |= CONTEXT_PLACE;
    return contexts;
}

/* At the end of a chapter one is still at its last step. */
static bool study_view_here(struct tui *tui, void *state, struct stop *stop)
{
    const struct study *study = &((struct study_view *)state)->study;
    const struct chapter *chapter = study_chapter(study);
    size_t section = study->section, step = study->step;
    if (study->in_quiz || !chapter->section_count)
        return false;
    if (section >= chapter->section_count) {
        section = chapter->section_count - 1;
        step = chapter->sections[section].step_count - 1;
    }
    *stop = history_step(tui->session->course, study->chapter, section, step);
    return true;
}

static bool study_view_go(struct tui *tui, void *state, const struct stop *stop)
{
    struct study_view *view = state;
    size_t chapter, section, step;
    if (view->study.in_quiz || !history_find(tui->session->course, stop, &chapter, &section, &step))
        return false;
    view->link = view->followed = 0;
    view->turned = view->at_knob = false;
    study_open(&view->study, chapter, section, step);
    return true;
}

/* ---- input ------------------------------------------------------------------------------------------- */

static void follow(struct tui *tui, struct study_view *view)
{
    if (!view->link && view->link_count)
        view->link = 1;
    if (!view->link)
        return;
    const struct layout_link *link = &view->links[view->link - 1];
    view->followed = view->link; /* Tab goes on from here, and Enter to the next step */
    view->link = 0;
    if (link->kind == LINK_TERM) {
        history_jump(tui, &(struct stop){.kind = STOP_TERM, .name = link->target});
    } else if (link->kind == LINK_LIVE) {
        history_jump(tui, &(struct stop){.kind = STOP_DEMO, .name = link->target});
    } else {
        tui_say(tui, ROLE_TEXT, "%s", link->target);
    }
}

const char *study_view_asks(const struct tui *tui)
{
    const char *asks = NULL;
    for (size_t i = 0; i < tui->depth && !asks; i++)
        if (tui->stack[i].view == &view_study)
            asks = leaving_asks(tui, &((const struct study_view *)tui->stack[i].state)->study);
    return asks;
}

static enum reaction leave(struct tui *tui, struct study_view *view, enum reaction how)
{
    const char *asks = how == REACT_QUIT ? study_view_asks(tui) : leaving_asks(tui, &view->study);
    if (asks && !view->leaving) {
        view->leaving = true;
        tui_say(tui, ROLE_WARNING, "%s", asks);
        return REACT_STAY;
    }
    return how;
}

/* Opens a step to look something up; b comes back to where one is. */
static void look_up(struct tui *tui, const struct course_place *place)
{
    tui_push(tui, &view_study,
             &(struct study_start){.chapter = place->chapter,
                                   .section = place->section,
                                   .step = place->step,
                                   .visit = true});
}

/* The demo that teaches what is asked: its step, with its predictions, or what a link names. */
static void refute(struct tui *tui, const struct study_view *view)
{
    const struct course_taught *taught = &view->study.ask.taught;
    if (taught->link)
        history_open_demo(tui, taught->link);
    else if (taught->has_demo)
        look_up(tui, &taught->demo);
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
    view->retired = false;
    if (study->stage == STUDY_RESULT && study->result.again_count) {
        const struct study_again *again = &study->result.again[view->again];
        look_up(tui, &(struct course_place){again->chapter, again->section_index, 0});
        return REACT_STAY;
    }
    view->link = view->followed = 0;
    view->turned = view->at_knob = false;
    study_next(study);
    say_news(tui, study);
    if (study->stage == STUDY_RESULT)
        read_change(tui, view);
    if (study->stage == STUDY_DONE)
        return REACT_BACK;
    return REACT_STAY;
}

static void turn(struct tui *tui, struct study_view *view, const char *assignment)
{
    struct err err;
    view->turned = true;
    view->pace = (struct pace){0};
    if (!study_turn(&view->study, assignment, &err))
        tui_say(tui, ROLE_WARNING, "%s", err.text);
}

static void scroll_by(struct study_view *view, int rows)
{
    view->follow = false;
    study_page_scroll(view, view->scroll + rows);
}

static bool pane_takes(struct tui *tui, struct study_view *view, const struct input *input,
                       enum action_id action)
{
    if (!study_shows_outcome(&view->study))
        return false;
    struct buf assignment = {0};
    size_t focus = view->pane.focus;
    bool moved = pane_input(&view->pane, &view->study.args, input, action, &assignment);
    bool key = input->kind == INPUT_KEY || input->kind == INPUT_CHARACTER;
    if (key && (moved || view->pane.focus != focus))
        view->at_knob = view->follow = true;
    if (moved)
        turn(tui, view, buf_text(&assignment));
    buf_free(&assignment);
    return moved;
}

static void pressed(struct tui *tui, struct study_view *view, const struct input *input)
{
    int y = tui_row_hit(view->body_rect, view->scroll, input);
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

static void undo(struct tui *tui, struct study_view *view)
{
    bool sure = view->study.stage == STUDY_SURE;
    struct buf said = {0};
    view->retired = false;
    if (study_undo(&view->study))
        buf_add(&said, sure ? "Not locked in." : "Taken back.");
    else
        review_undo(&view->review, &view->study, &said);
    tui_say(tui, ROLE_TEXT, "%s", buf_text(&said));
    buf_free(&said);
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
        pace_rest(&view->pace);
        break;
    case ACTION_STEP:
        view->paused = true;
        pace_rest(&view->pace);
        study_work(study, 1);
        break;
    case ACTION_STOP:
        view->paused = false;
        study_stop(study);
        break;
    case ACTION_WORDS:
        view->pane.words = !view->pane.words;
        break;
    case ACTION_SECTION:
        if (study->ask.taught.has_text)
            look_up(tui, &study->ask.taught.text);
        break;
    case ACTION_REFUTE:
        refute(tui, view);
        break;
    case ACTION_MISSED:
        view->again = 0;
        study_retry_missed(study);
        break;
    case ACTION_UNDO:
        undo(tui, view);
        break;
    case ACTION_ANEW:
        study_begin_anew(study);
        break;
    case ACTION_REPEAT:
        study_repeat(study);
        break;
    case ACTION_RETIRE:
        view->retired = !view->retired;
        study_retire(study, view->retired);
        tui_say(tui, ROLE_TEXT,
                view->retired ? "It will not be asked again; x takes that back." : "It stays.");
        break;
    case ACTION_MORE:
        view->more += REVIEW_PER_DAY;
        review_close(&view->review);
        if (!begin_review(tui, view)) {
            study->reviewing = false;
            return REACT_BACK;
        }
        break;
    case ACTION_TEST: {
        struct study_source source = {course_test(study->course, COURSE_POSTTEST)};
        tui_push(tui, &view_study, &(struct study_start){.sources = &source, .source_count = 1});
        break;
    }
    case ACTION_BOOKMARK:
        bookmarks_toggle(tui, view->study.chapter, view->study.section, view->study.step);
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
    study_view_sync(view);
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
        bool done = field_input(&view->field, input, action);
        study_keep_draft(&view->study, buf_text(&view->field.text));
        if (done)
            hand_in(tui, view);
        return REACT_STAY;
    }
    return act(tui, view, input, action);
}

static bool study_view_work(struct tui *tui, void *state)
{
    struct study_view *view = state;
    if (view->study.stage != STUDY_RUNNING) {
        view->paused = false;
        view->pace = (struct pace){0};
    }
    if (view->study.stage != STUDY_RUNNING || view->paused)
        return false;
    pace_tick(&view->pace, &tui->session->clock);
    return study_work(&view->study, 1);
}

static struct course_used study_view_reloaded(struct tui *tui, void *state)
{
    struct study_view *view = state;
    view->links = NULL;
    view->link_count = view->link = view->followed = 0;
    if (study_reloaded(&view->study)) {
        view->pane_open = view->turned = view->at_knob = view->paused = false;
        view->pane.dragged = -1;
    }
    if (view->change.row_count) /* its objectives are the course's */
        stats_read_change(tui->session, &view->change_arena, &view->change);
    study_view_sync(view);
    return study_used(&view->study);
}

const struct view view_study = {
    .name = "a lesson or a quiz",
    .open = study_view_open,
    .input = study_view_input,
    .draw = study_page_draw,
    .close = study_view_close,
    .contexts = study_view_contexts,
    .takes = study_view_takes,
    .work = study_view_work,
    .here = study_view_here,
    .go = study_view_go,
    .reloaded = study_view_reloaded,
};
