/* Questions: take an answer, mark it, say what there is to say, and sum a quiz up. */
#include "study/internal.h"
#include "study/standing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SURE = 3 };

bool study_accept_answer(struct study *study, const struct study_answer *answer, struct err *err)
{
    struct study_pending *pending = study->pending;
    struct arena *arena = &study->step_arena;
    struct study_ask *ask = &study->ask;
    *pending = (struct study_pending){0};
    if (ask->form == FORM_TEXT || ask->form == FORM_NUMBER) {
        if (!answer->text || !*answer->text)
            return err_set(err, "type an answer, or leave the question unanswered");
        pending->said = arena_strdup(arena, answer->text);
        pending->answer = (struct answer){.given = true, .text = pending->said};
        if (ask->form != FORM_NUMBER)
            return true;
        /* The marker reads numbers as Moodle does; a learner may also write 1/4 or 0,25. */
        struct buf number = {0};
        double value;
        if (!study_read_number(answer->text, &value))
            return study_refuse_number(err, answer->text);
        buf_add_number(&number, value);
        pending->answer.text = arena_strdup(arena, buf_text(&number));
        buf_free(&number);
        return true;
    }
    size_t wanted = ask->form == FORM_PAIRS ? ask->stem_count : answer->count;
    if (ask->form == FORM_CHOOSE_ONE && answer->count != 1)
        return err_set(err, "choose one of the options");
    if (ask->form == FORM_CHOOSE_MANY && answer->count == 0)
        return err_set(err, "choose at least one option");
    if (ask->form == FORM_ORDER && answer->count == 0)
        return err_set(err, "put them in order first; if they are, hand it in again");
    if (ask->form == FORM_ORDER && answer->count != ask->option_count)
        return err_set(err, "put all %zu in order", ask->option_count);
    if (ask->form == FORM_PAIRS && answer->count != wanted)
        return err_set(err, "choose a partner for each of the %zu", wanted);
    struct buf said = {0};
    size_t *origins = ARENA_ARRAY(arena, wanted, size_t);
    bool *used = ARENA_ARRAY(arena, ask->option_count, bool);
    for (size_t i = 0; i < wanted; i++) {
        size_t position = answer->chosen[i];
        bool blank = ask->form == FORM_PAIRS && position == SIZE_MAX;
        if (!blank && position >= ask->option_count) {
            buf_free(&said);
            return err_set(err, "the options are numbered from 1 to %zu", ask->option_count);
        }
        if (!blank && ask->form != FORM_PAIRS && used[position]) {
            buf_free(&said);
            return err_set(err, "name each option once");
        }
        if (!blank)
            used[position] = true;
        origins[i] = blank ? SIZE_MAX : ask->options[position].origin;
        buf_add(&said, i == 0 ? "" : ask->form == FORM_ORDER ? ", then " : "; ");
        if (ask->form == FORM_PAIRS)
            buf_addf(&said, "%s -> ", ask->stems[i]);
        if (!blank)
            buf_add(&said, study_plain_text(arena, ask->options[position].spans,
                                            ask->options[position].span_count));
    }
    pending->answer = (struct answer){.given = true, .chosen = origins, .count = wanted};
    pending->said = arena_strdup(arena, buf_text(&said));
    buf_free(&said);
    return true;
}

static bool took(const struct answer *answer, size_t origin)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->chosen[i] == origin)
            return true;
    return false;
}

/* Beside every option: whether it was taken, what it is worth, what there is to say about it. */
static void annotate_options(struct study *study, const struct answer *answer)
{
    struct study_ask *ask = &study->ask;
    if (ask->form != FORM_CHOOSE_ONE && ask->form != FORM_CHOOSE_MANY)
        return;
    for (size_t i = 0; i < ask->option_count; i++) {
        struct study_option *option = &ask->options[i];
        const struct choice *choice = &ask->question->choices[option->origin];
        option->chosen = answer->given && took(answer, option->origin);
        option->worth = choice->fraction;
        option->feedback =
            study_quiz_spans(&study->step_arena, &choice->feedback, &option->feedback_count);
    }
}

static const char *verdict_of(const struct mark *mark, bool retry, bool sure, const char *late)
{
    switch (mark->state) {
    case MARK_RIGHT:
        return late ? late : "Right.";
    case MARK_PARTIAL:
        return retry ? "Partly right: try once more." : "Partly right.";
    case MARK_GAVE_UP:
        return "Left unanswered.";
    case MARK_NEEDS_GRADING:
        return "Compare it with the model answer.";
    case MARK_WRONG:
        break;
    }
    if (retry)
        return sure ? "Not so, though you were sure: try once more." : "Not yet: try once more.";
    return sure ? "Not right, though you were sure: this one is worth a second look."
                : "Not right.";
}

/* Review asks what a chapter's quiz has asked. The tests belong to no chapter. */
static const char *promise_of(struct study *study)
{
    const char *quiz = study->in_quiz ? study->items[study->item].quiz : study->quiz_id;
    const char *section = study->ask.section;
    if (study->practising)
        return NULL; /* review has heard of it before, and hears nothing of this */
    if (course_chapter_of_quiz(study->course, quiz) >= 0)
        return "What one is sure of and wrong about comes back first in review.";
    if (study_test(study) != COURSE_PRETEST)
        return NULL;
    return arena_printf(&study->step_arena, "%s%s%s%s", section ? "Watch for it in " : "",
                        section ? section : "", section ? ". " : "",
                        course_test(study->course, COURSE_POSTTEST)
                            ? "The test after the course asks it once more, in other numbers."
                            : "");
}

/* `item` NULL: a guess, which is not taken back. */
static void log_answer(struct study *study, const struct answer *answer, const struct mark *mark,
                       int confidence, struct study_item *item)
{
    if (!study->log)
        return;
    const struct question *question = study->ask.question;
    struct buf given = {0};
    answer_write_json(question, answer, &given);
    struct event event = study->in_quiz
                             ? study_quiz_event(study, EVENT_ANSWER, study->items[study->item].quiz)
                             : study_event(study, EVENT_ANSWER);
    event.quiz = study->in_quiz ? event.quiz : study->quiz_id;
    event.question = question->key;
    event.question_hash = question->hash;
    event.given = buf_text(&given);
    event.ungraded = mark->state == MARK_NEEDS_GRADING || study_is_guess(study);
    event.fraction = event.ungraded ? 0 : mark->fraction;
    event.state = mark_state_name(mark->state);
    event.confidence = confidence;
    event.shuffle_seed = study->seed;
    event.day = clock_study_day(clock_wall_ms(study->clock));
    event.attempt = study->in_quiz ? study->attempt : "";
    study->log(study->log_user, &event);
    if (item)
        memcpy(item->events[study->second_try], event.id, sizeof event.id);
    buf_free(&given);
}

/* The lines of an open question's model answer that begin with "- " are ideas to tick. */
static size_t model_ticks(struct study *study, const struct question *question, struct buf *model,
                          const struct span ***ticks, size_t **sizes)
{
    struct arena *arena = &study->step_arena;
    struct buf plain = {0};
    size_t count = 0, capacity = 0, size_capacity = 0, size_count = 0;
    buf_add(&plain, question->general_feedback.text ? question->general_feedback.text : "");
    struct str rest = str_of(buf_text(&plain)), line;
    *ticks = NULL;
    *sizes = NULL;
    while (str_line(&rest, &line)) {
        line = str_trim(line);
        if (str_starts(line, "- ")) {
            const char *text = arena_strndup(arena, line.text + 2, line.length - 2);
            size_t spans;
            const struct span *tick = study_quiz_spans(
                arena,
                &(struct quiz_text){.text = text, .format = question->general_feedback.format},
                &spans);
            ARENA_PUSH(arena, *ticks, count, capacity, tick);
            ARENA_PUSH(arena, *sizes, size_count, size_capacity, spans);
        } else if (line.length) {
            buf_addf(model, "%s%.*s", model->length ? " " : "", (int)line.length, line.text);
        }
    }
    buf_free(&plain);
    return count;
}

bool study_is_guess(const struct study *study)
{
    const struct directive *directive = study_directive(study);
    return directive && directive->guess && study->ask.kind == STUDY_QUESTION;
}

static struct study_guess *guess_of(const struct study *study, const struct question *question)
{
    for (size_t i = 0; i < study->done->guess_count; i++)
        if (study->done->guesses[i].question == question->hash)
            return &study->done->guesses[i];
    return NULL;
}

/* Nothing is said of it yet, so that what follows answers it. */
static void keep_guess(struct study *study, const struct answer *answer, const struct mark *mark,
                       bool given)
{
    struct study_done *done = study->done;
    const char *said = given ? study->pending->said : "";
    log_answer(study, answer, mark, 0, NULL);
    study->feedback = (struct study_feedback){
        .mark = {.state = MARK_NEEDS_GRADING},
        .said = said,
        .verdict =
            given ? arena_printf(&study->step_arena,
                                 "Kept, not scored; the chapter answers it. You said: %s", said)
                  : "Read on; the chapter answers it.",
    };
    study->stage = STUDY_FEEDBACK;
    if (!given)
        return;
    struct study_guess guess = {.question = study->ask.question->hash,
                                .said = arena_strdup(&done->arena, said),
                                .right = mark->state == MARK_RIGHT};
    struct study_guess *before = guess_of(study, study->ask.question);
    if (before)
        *before = guess;
    else
        ARENA_PUSH(&done->arena, done->guesses, done->guess_count, done->guess_capacity, guess);
}

/* What was taken back when it had been told was left unanswered, before another try at it. */
static void take_as_left(struct study *study, bool given)
{
    struct study_item *item = study->in_quiz ? &study->items[study->item] : &study->inline_item;
    const struct mark left = {.state = MARK_GAVE_UP};
    if (!study->second_try || !item->told || item->marked)
        return;
    study->second_try = false;
    if (!given)
        return; /* it is left by now */
    item->marked = true;
    item->mark = left;
    log_answer(study, &(struct answer){0}, &left, 0, item);
    study->second_try = true;
}

void study_mark(struct study *study, int confidence, bool given)
{
    struct arena *arena = &study->step_arena;
    const struct question *question = study->ask.question;
    struct answer none = {0};
    const struct answer *answer = given ? &study->pending->answer : &none;
    struct mark mark = mark_answer(question, answer);
    study_keep_draft(study, "");
    if (study_is_guess(study)) {
        keep_guess(study, answer, &mark, given);
        return;
    }
    take_as_left(study, given);
    bool first = !study->second_try;
    bool missed = given && (mark.state == MARK_WRONG || mark.state == MARK_PARTIAL);
    /* Before a room the options are discussed at once. */
    bool discussed =
        study->aloud && (study->ask.form == FORM_CHOOSE_ONE || study->ask.form == FORM_CHOOSE_MANY);
    const char *hint = missed && first && !discussed
                           ? study_hint(arena, question, answer, &mark, study->pending->said)
                           : NULL;
    bool retry = hint != NULL;
    if (!study->in_quiz && first)
        study->inline_item = (struct study_item){
            .question = question,
            .quiz = study->quiz_id,
            .place = {study->chapter, study->section, study->step},
            .key = study->next_key - 1,
        };
    struct study_item *item = study->in_quiz ? &study->items[study->item] : &study->inline_item;
    if (first) {
        item->answered = given;
        item->marked = true;
        item->mark = mark;
        item->confidence = confidence;
    }
    study->feedback = (struct study_feedback){
        .mark = mark,
        .retry = retry,
        .hint = hint,
        .said = given ? study->pending->said : "",
        .sure_but_wrong = item->confidence == SURE && item->mark.state == MARK_WRONG,
    };
    const char *late = first || !study->in_quiz ? NULL
                       : item->told             ? "Right now; it counts as left unanswered."
                                    : "Right now; the first try is the one that counts.";
    struct study_feedback *feedback = &study->feedback;
    feedback->promise = feedback->sure_but_wrong ? promise_of(study) : NULL;
    feedback->verdict = verdict_of(&mark, retry, confidence == SURE, late);
    log_answer(study, answer, &mark, confidence, item);
    study->stage = STUDY_FEEDBACK;
    if (question->kind == QUESTION_ESSAY) {
        struct buf model = {0};
        const struct span **ticks;
        size_t *sizes;
        size_t count = model_ticks(study, question, &model, &ticks, &sizes);
        feedback->general =
            study_quiz_spans(arena,
                             &(struct quiz_text){.text = arena_strdup(arena, buf_text(&model)),
                                                 .format = question->general_feedback.format},
                             &feedback->general_count);
        buf_free(&model);
        if (given && count)
            study_ask_ticks(study, ticks, sizes, count, "Compare with the model answer");
        return;
    }
    if (retry)
        return;
    const struct study_guess *guess = study->in_quiz ? NULL : guess_of(study, question);
    if (guess) {
        feedback->guessed = study_guess_said(arena, guess, question);
        feedback->guessed_right = guess->right;
    }
    if (mark.choice)
        feedback->comment =
            study_quiz_spans(arena, &mark.choice->feedback, &feedback->comment_count);
    annotate_options(study, answer);
    feedback->general =
        study_quiz_spans(arena, &question->general_feedback, &feedback->general_count);
    if (mark.state != MARK_RIGHT) {
        struct buf key = {0};
        question_key_said(question, &key);
        feedback->key = arena_strdup(arena, buf_text(&key));
        buf_free(&key);
        if (study->ask.form == FORM_PAIRS)
            study_say_pairs(study);
    }
}

void study_mark_explanation(struct study *study, const struct study_answer *answer)
{
    struct study_ask *ask = &study->ask;
    bool right = false;
    for (size_t i = 0; i < ask->option_count; i++) {
        struct study_option *option = &ask->options[i];
        const struct option *written = &ask->ask->options[option->origin];
        option->chosen = answer->chosen[0] == i;
        option->worth = written->right ? 1 : 0;
        option->feedback =
            study_spans(&study->step_arena, written->feedback, &option->feedback_count);
        right = right || (option->chosen && written->right);
    }
    study->feedback = (struct study_feedback){
        .mark = {.state = right ? MARK_RIGHT : MARK_WRONG, .fraction = right},
        .verdict = right ? "Right." : "Not that.",
        .said = "",
    };
    study->stage = STUDY_FEEDBACK;
}

void study_mark_ticks(struct study *study, const struct study_answer *answer)
{
    struct study_ask *ask = &study->ask;
    size_t ticked = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (answer->chosen[i] < ask->option_count && !ask->options[answer->chosen[i]].chosen) {
            ask->options[answer->chosen[i]].chosen = true;
            ticked++;
        }
    for (size_t i = 0; i < ask->option_count; i++)
        ask->options[i].worth = 1;
    double share = ask->option_count ? (double)ticked / (double)ask->option_count : 0;
    study->feedback.verdict =
        arena_printf(&study->step_arena, "%zu of %zu ideas were there.", ticked, ask->option_count);
    study->feedback.mark.fraction = share;
    if (study->in_quiz)
        study->items[study->item].mark.fraction = share;
    study->stage = STUDY_FEEDBACK;
}

static enum mark_state state_named(const char *name)
{
    enum mark_state state = MARK_RIGHT;
    while (state < MARK_NEEDS_GRADING && strcmp(mark_state_name(state), name) != 0)
        state++;
    return state;
}

struct mark study_logged_mark(const struct event *event)
{
    enum mark_state state = state_named(event->state);
    return (struct mark){.state = state,
                         .fraction = state == MARK_NEEDS_GRADING ? 0.5 : event->fraction};
}

/* ---- the end of a quiz ---------------------------------------------------------------------------- */

static double item_max(const struct study_item *item)
{
    return question_is_gradable(item->question) ? item->question->points : 0;
}

static double item_earned(const struct study_item *item)
{
    if (!item->answered || !question_is_gradable(item->question))
        return 0;
    /* Three thirds, written 33.33333 %, are the whole. */
    double share = item->mark.state == MARK_RIGHT ? 1 : item->mark.fraction;
    return share * item->question->points;
}

static struct study_objective *objective_row(struct study *study, const char *id)
{
    struct study_result *result = &study->result;
    for (size_t i = 0; i < result->objective_count; i++)
        if (strcmp(result->objectives[i].id, id) == 0)
            return &result->objectives[i];
    struct study_objective *list =
        ARENA_ARRAY(&study->quiz_arena, result->objective_count + 1, struct study_objective);
    if (result->objective_count)
        memcpy(list, result->objectives, result->objective_count * sizeof *list);
    result->objectives = list;
    size_t at = result->objective_count++;
    for (; at > 0 && strcmp(list[at - 1].id, id) > 0; at--)
        list[at] = list[at - 1];
    list[at] = (struct study_objective){.id = id, .text = course_objective(study->course, id)};
    return &list[at];
}

static void read_again(struct study *study, const char *number)
{
    struct study_result *result = &study->result;
    for (size_t i = 0; i < result->again_count; i++)
        if (strcmp(result->again[i].section, number) == 0) {
            result->again[i].missed++;
            return;
        }
    size_t chapter, section;
    if (!course_find_section(study->course, number, &chapter, &section))
        return;
    struct study_again *list =
        ARENA_ARRAY(&study->quiz_arena, result->again_count + 1, struct study_again);
    size_t at = result->again_count++;
    if (at)
        memcpy(list, result->again, at * sizeof *list);
    /* In the order of the course. */
    for (; at > 0 && (list[at - 1].chapter > chapter ||
                      (list[at - 1].chapter == chapter && list[at - 1].section_index > section));
         at--)
        list[at] = list[at - 1];
    list[at] = (struct study_again){
        .section = number,
        .title = study->course->chapters[chapter].lesson.sections[section].title,
        .chapter = chapter,
        .section_index = section,
        .missed = 1,
    };
    result->again = list;
}

static bool has_tag(const struct question *question, const char *prefix, const char *value)
{
    const char *tag;
    for (size_t i = 0; (tag = question_tag(question, prefix, i)); i++)
        if (strcmp(tag, value) == 0)
            return true;
    return false;
}

static bool was_missed(const struct study_item *item)
{
    return !item->answered || item->mark.state != MARK_RIGHT;
}

/* Which sections explain what was missed of an objective, in the order of the course. */
static const char *sections_of(struct study *study, const char *objective)
{
    const char *list = "";
    for (size_t a = 0; a < study->result.again_count; a++) {
        const char *section = study->result.again[a].section;
        bool found = false;
        for (size_t i = 0; i < study->item_count && !found; i++) {
            const struct question *question = study->items[i].question;
            found = was_missed(&study->items[i]) && has_tag(question, "objective:", objective) &&
                    has_tag(question, "section:", section);
        }
        if (found)
            list = *list ? arena_printf(&study->quiz_arena, "%s, %s", list, section) : section;
    }
    return list;
}

/* One score for each quiz of the attempt: a score is always that of one whole quiz. */
static void log_scores(struct study *study)
{
    for (size_t i = 0; i < study->item_count; i++) {
        const char *quiz = study->items[i].quiz;
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = strcmp(study->items[k].quiz, quiz) != 0;
        if (!first)
            continue;
        struct event event = study_quiz_event(study, EVENT_SCORE, quiz);
        for (size_t k = i; k < study->item_count; k++)
            if (strcmp(study->items[k].quiz, quiz) == 0) {
                event.score += item_earned(&study->items[k]);
                event.max += item_max(&study->items[k]);
            }
        if (event.max > 0)
            study->log(study->log_user, &event);
    }
}

void study_sum_up(struct study *study, bool complete)
{
    struct study_result *result = &study->result;
    *result = (struct study_result){
        .questions = study->item_count, .pass = study->pass, .complete = complete};
    bool before = study_test(study) == COURSE_PRETEST; /* nothing has been read yet */
    for (size_t i = 0; i < study->item_count; i++) {
        const struct study_item *item = &study->items[i];
        const struct question *question = item->question;
        bool open = question->kind == QUESTION_ESSAY;
        bool counts = question_is_gradable(question);
        double earned = item_earned(item);
        if (open && item->answered)
            result->self_graded++;
        if (!item->answered)
            result->unanswered++;
        if (counts) {
            result->score += earned;
            result->max += question->points;
            result->right += item->answered && item->mark.state == MARK_RIGHT;
            const char *id;
            for (size_t k = 0; (id = question_tag(question, "objective:", k)); k++) {
                struct study_objective *row = objective_row(study, id);
                row->asked++;
                row->right += item->answered && item->mark.state == MARK_RIGHT;
            }
        }
        bool shaky = open ? item->mark.fraction < 0.5
                          : item->mark.state != MARK_RIGHT || item->confidence == 1;
        /* What was never reached says nothing about what to read. */
        bool reached = complete || i < study->item || item->answered;
        const char *section = question_tag(question, "section:", 0);
        if (!before && section && reached && (!item->answered || shaky))
            read_again(study, section);
    }
    result->untaken = complete && !study->practising && result->unanswered == result->questions;
    if (result->untaken)
        result->objective_count = 0; /* nothing was shown of any */
    for (size_t i = 0; i < result->objective_count; i++) {
        struct study_objective *row = &result->objectives[i];
        row->weak = !before && standing_is_weak(row->right, row->asked);
        row->read = row->weak ? sections_of(study, row->id) : "";
    }
    double share = result->max > 0 ? 100 * result->score / result->max : 100;
    result->passed = complete && share + 1e-9 >= result->pass;
    if (!study->retrying)
        study->passed = result->passed;
    study->stage = STUDY_RESULT;
    if (!complete || result->untaken || !study->log || !study->whole)
        return;
    log_scores(study);
}
