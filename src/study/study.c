#include "study/internal.h"

#include <assert.h>
#include <string.h>

void study_init(struct study *study, struct course *course, const struct clock *clock,
                study_log *log, void *user, uint64_t seed)
{
    *study = (struct study){
        .course = course, .clock = clock, .log = log, .log_user = user, .seed = seed};
    arena_init(&study->step_arena);
    arena_init(&study->run_arena);
    arena_init(&study->quiz_arena);
    study->done = &study->own_done;
    study->stage = STUDY_DONE;
}

void study_done_free(struct study_done *done)
{
    for (size_t i = 0; i < done->draft_count; i++)
        buf_free(&done->drafts[i].text);
    arena_free(&done->arena);
    *done = (struct study_done){0};
}

void study_free(struct study *study)
{
    study_done_free(&study->own_done);
    arena_free(&study->step_arena);
    arena_free(&study->run_arena);
    arena_free(&study->quiz_arena);
    *study = (struct study){0};
}

const struct chapter *study_chapter(const struct study *study)
{
    return &study->course->chapters[study->chapter].lesson;
}

const struct section *study_section(const struct study *study)
{
    const struct chapter *chapter = study_chapter(study);
    return !study->in_quiz && study->section < chapter->section_count
               ? &chapter->sections[study->section]
               : NULL;
}

const struct step *study_step(const struct study *study)
{
    const struct section *section = study_section(study);
    return section && study->step < section->step_count ? &section->steps[study->step] : NULL;
}

size_t study_step_count(const struct study *study)
{
    const struct section *section = study_section(study);
    return section ? section->step_count : 0;
}

const struct quiz *study_chapter_quiz(const struct study *study)
{
    return course_quiz(study->course, study->chapter);
}

const struct directive *study_directive(const struct study *study)
{
    const struct step *step = study_step(study);
    return step ? step->directive : NULL;
}

struct event study_event(const struct study *study, enum event_type type)
{
    const struct section *section = study_section(study);
    const struct chapter *chapter = study_chapter(study);
    return (struct event){
        .type = type,
        .course = study->course->page.id,
        .chapter = chapter->id ? chapter->id : "",
        .section = section && section->number ? section->number : "",
        .step = (int)study->step + 1,
    };
}

struct event study_quiz_event(const struct study *study, enum event_type type, const char *quiz)
{
    int chapter = course_chapter_of_quiz(study->course, quiz);
    const char *id = chapter < 0 ? NULL : study->course->chapters[chapter].lesson.id;
    return (struct event){
        .type = type,
        .course = study->course->page.id,
        .chapter = id ? id : "",
        .section = "",
        .quiz = quiz,
        .attempt = study->attempt,
    };
}

/* ---- what was done already ------------------------------------------------------------------------- */

/* Steps worked through in this session: coming back to a demo shows it, without asking again. The
 * hash alone will not do: steps of different sections may begin with the same words. */
uint64_t study_step_identity(const struct study *study)
{
    const char *chapter = study_chapter(study)->id, *section = study_section(study)->number;
    uint64_t parts[] = {str_hash(chapter ? chapter : "", chapter ? strlen(chapter) : 0),
                        str_hash(section ? section : "", section ? strlen(section) : 0),
                        study_step(study)->hash};
    return str_hash((const char *)parts, sizeof parts);
}

static bool was_done(const struct study *study)
{
    uint64_t hash = study_step_identity(study);
    for (size_t i = 0; i < study->done->count; i++)
        if (study->done->list[i] == hash)
            return true;
    return false;
}

static void mark_done(struct study *study)
{
    if (study_step(study) && !study->unasked && !was_done(study))
        ARENA_PUSH(&study->done->arena, study->done->list, study->done->count,
                   study->done->capacity, study_step_identity(study));
}

/* ---- a demo within a step -------------------------------------------------------------------------- */

static void start_run(struct study *study)
{
    struct err err;
    arena_free(&study->run_arena);
    study->has_run = demo_start(&study->run, &study->run_arena, &study->args, study->clock, &err);
    study->run_error = study->has_run ? NULL : arena_strdup(&study->step_arena, err.text);
}

/* The next question of this demo that belongs before (or after) its run; false: none is left. What was said of it
 * at an earlier visit is kept, and an explanation shown. */
static bool ask_next(struct study *study, bool explain)
{
    const struct directive *demo = study_directive(study);
    while (study->next_ask < demo->ask_count) {
        const struct ask *ask = &demo->asks[study->next_ask++];
        if ((ask->kind == ASK_EXPLAIN) != explain)
            continue;
        study_ask_prediction(study, ask);
        if (!explain && study_keep_told(study))
            continue;
        if ((explain && (study_show_explained(study) || !study->aloud)) || !study->again)
            return true;
        if (!explain)
            study_keep_watched(study);
    }
    return false;
}

static bool work_done(struct study *study, bool stopped)
{
    study_settle(study, stopped);
    mark_done(study); /* whoever leaves now is not asked for the same prediction again */
    study->ran = true;
    study->next_ask = 0;
    study->stage = STUDY_OUTCOME;
    return false;
}

static void run_demo(struct study *study)
{
    if (!study->has_run) {
        study->stage = STUDY_READ; /* the demo cannot run: its error stands in its place */
        return;
    }
    study->stage = STUDY_RUNNING;
    if (demo_is_instant(&study->run)) {
        demo_finish(&study->run);
        work_done(study, false);
    } else {
        study_lock_in(study);
    }
}

bool study_work(struct study *study, size_t work)
{
    if (study->stage != STUDY_RUNNING)
        return false;
    if (demo_step(&study->run, work))
        return true;
    if (study->ran) {
        study->stage = STUDY_OUTCOME;
        return false;
    }
    return work_done(study, false);
}

bool study_stop(struct study *study)
{
    if (study->stage != STUDY_RUNNING)
        return false;
    if (study->ran)
        study->stage = STUDY_OUTCOME;
    else
        work_done(study, true);
    return true;
}

bool study_shows_outcome(const struct study *study)
{
    return study->stage == STUDY_OUTCOME || (study->stage == STUDY_RUNNING && study->ran);
}

bool study_turn(struct study *study, const char *assignment, struct err *err)
{
    if (!study_shows_outcome(study))
        return err_set(err, "there is no demo to change here");
    struct demo_args changed = study->args;
    changed.knob = ARENA_ARRAY(&study->step_arena, changed.demo->knob_count, struct value);
    memcpy(changed.knob, study->args.knob, changed.demo->knob_count * sizeof *changed.knob);
    if (!demo_args_set(&changed, &study->step_arena, assignment, err))
        return false;
    struct demo_args before = study->args;
    study->args = changed;
    if (study->stage == STUDY_RUNNING && demo_turn(&study->run, &study->args))
        return true;
    start_run(study);
    if (!study->has_run) {
        err_set(err, "%s", study->run_error);
        study->args = before;
        start_run(study);
    }
    bool good = study->args.knob == changed.knob;
    study->stage = STUDY_RUNNING;
    if (study->has_run && demo_is_instant(&study->run)) {
        demo_finish(&study->run);
        study->stage = STUDY_OUTCOME;
    }
    return good;
}

/* ---- walking the steps ------------------------------------------------------------------------------ */

const char *study_key_head(struct study *study)
{
    const struct directive *directive = study_directive(study);
    const char *what = directive->guess ? "Guess" : "Question";
    return directive->key_count == 1 ? what
                                     : arena_printf(&study->step_arena, "%s %zu of %zu", what,
                                                    study->next_key, directive->key_count);
}

static bool ask_key(struct study *study)
{
    const struct directive *directive = study_directive(study);
    const struct quiz *quiz = study_chapter_quiz(study);
    while (study->next_key < directive->key_count) {
        const struct question *question =
            quiz ? quiz_find(quiz, directive->keys[study->next_key++]) : NULL;
        if (!question)
            continue; /* lint names the broken link; a learner is not to be stopped by it */
        study->quiz_id = quiz->id;
        study->second_try = false;
        study_ask_question(study, question, study_key_head(study), NULL);
        if (directive->guess)
            study->ask.section = NULL; /* it is to be read about in good time */
        return true;
    }
    return false;
}

bool study_ask_key(struct study *study, size_t key)
{
    study->next_key = key;
    return ask_key(study);
}

void study_clear_step(struct study *study)
{
    arena_free(&study->step_arena);
    arena_free(&study->run_arena);
    study->pending = ARENA_NEW(&study->step_arena, struct study_pending);
    study->ask = (struct study_ask){0};
    study->feedback = (struct study_feedback){0};
    study->has_run = study->ran = study->again = study->second_try = false;
    study->run_error = study->unasked = NULL;
    study->predictions = NULL;
    study->prediction_count = study->see_count = 0;
    study->next_ask = study->next_key = 0;
}

static void enter_demo(struct study *study, const struct directive *demo, bool done)
{
    struct err err;
    if (!demo_args_read(&study->args, &study->step_arena, demo->args, &err)) {
        study->run_error = arena_strdup(&study->step_arena, err.text);
        study->stage = STUDY_READ;
        return;
    }
    start_run(study);
    study->again = done; /* a prediction that was passed over then is not asked now */
    if (!study->has_run || !ask_next(study, false))
        run_demo(study);
}

void study_log_step(struct study *study)
{
    const struct step *step = study_step(study);
    if (!step || !study->log)
        return;
    struct event event = study_event(study, EVENT_STEP);
    event.step_hash = step->hash;
    study->log(study->log_user, &event);
}

static void enter_step(struct study *study)
{
    study_clear_step(study);
    const struct step *step = study_step(study);
    if (!step) {
        study->stage = STUDY_END;
        return;
    }
    if (!study->visiting)
        study_log_step(study);
    study->stage = STUDY_READ;
    const struct directive *directive = step->directive;
    if (!directive)
        return;
    bool done = was_done(study);
    if (directive->kind == DIRECTIVE_DEMO)
        enter_demo(study, directive, done);
    else if (directive->kind == DIRECTIVE_QUIZ && !ask_key(study))
        study->stage = STUDY_READ;
    else if (directive->kind == DIRECTIVE_RECALL && !done)
        study_ask_recall(study);
    else if (directive->kind == DIRECTIVE_DRILL)
        study_begin_drill(study);
}

void study_open(struct study *study, size_t chapter, size_t section, size_t step)
{
    assert(chapter < study->course->chapter_count);
    study->in_quiz = study->reviewing = study->practising = study->retrying = false;
    study->generation = study->course->generation;
    study->chapter = chapter;
    study->section = section;
    study->step = step;
    const struct chapter *lesson = study_chapter(study);
    while (study->section < lesson->section_count &&
           study->step >= lesson->sections[study->section].step_count) {
        study->section++;
        study->step = 0;
    }
    if (study->section >= lesson->section_count) {
        study->section = lesson->section_count;
        study->step = 0;
    }
    enter_step(study);
}

void study_locate(const struct chapter *chapter, const char *section, uint64_t hash,
                  size_t *section_index, size_t *step_index)
{
    *section_index = *step_index = 0;
    for (size_t s = 0; s < chapter->section_count; s++) {
        const struct section *here = &chapter->sections[s];
        if (!here->number || !section || strcmp(here->number, section) != 0)
            continue;
        *section_index = s;
        for (size_t i = 0; i < here->step_count; i++)
            if (here->steps[i].hash == hash)
                *step_index = i;
        return;
    }
}

static bool next_step(struct study *study)
{
    mark_done(study);
    study_open(study, study->chapter, study->section, study->step + 1);
    return true;
}

static bool after_feedback(struct study *study)
{
    if (study->ask.kind == STUDY_EXPLAIN)
        return ask_next(study, true) || next_step(study);
    if (study->ask.kind == STUDY_TICKS && !study->ask.question)
        return next_step(study);
    if (study->ask.kind == STUDY_DRILL)
        return (!study->feedback.earlier && study_after_drill(study)) || next_step(study);
    if (study->feedback.retry) {
        const struct question *question = study->ask.question;
        const char *head = study->ask.head, *hint = study->feedback.hint;
        study->feedback = (struct study_feedback){0};
        study->second_try = true;
        study_ask_question(study, question, head, hint);
        study_keep_pairs(study, &study->pending->answer);
        return true;
    }
    if (study->in_quiz)
        return study_next_item(study);
    return ask_key(study) || next_step(study);
}

void study_ask_again(struct study *study, const struct study_item *item)
{
    const struct course_place *place = &item->place;
    size_t key = item->key;
    if (study->chapter != place->chapter || study->section != place->section ||
        study->step != place->step)
        study_open(study, place->chapter, place->section, place->step);
    study->feedback = (struct study_feedback){0};
    study_ask_key(study, key);
    study_ask_told(study, &study->inline_item);
}

bool study_next(struct study *study)
{
    switch (study->stage) {
    case STUDY_BEFORE:
        study->stage = STUDY_ASK;
        return true;
    case STUDY_READ:
        return study->in_quiz ? study_next_item(study) : next_step(study);
    case STUDY_OUTCOME:
        return ask_next(study, true) || next_step(study);
    case STUDY_FEEDBACK:
        return after_feedback(study);
    case STUDY_END: {
        if (study->aloud)
            return false;
        if (study->visiting) {
            study->stage = STUDY_DONE;
            return true;
        }
        const struct quiz *quiz = study_chapter_quiz(study);
        if (!quiz) {
            study->stage = STUDY_DONE;
            return true;
        }
        study_quiz(study, &(struct study_source){quiz}, 1, 0, false, 0);
        return true;
    }
    case STUDY_RESULT:
        study->stage = STUDY_DONE;
        return true;
    case STUDY_RUNNING:
        return study->ran && (ask_next(study, true) || next_step(study));
    case STUDY_ASK:
    case STUDY_SURE:
    case STUDY_DONE:
        break;
    }
    return false;
}

bool study_back(struct study *study)
{
    if (study->in_quiz || study->stage == STUDY_DONE)
        return false;
    const struct chapter *lesson = study_chapter(study);
    size_t section = study->section, step = study->step;
    while (step == 0) {
        if (section == 0)
            return false;
        section--;
        step = section < lesson->section_count ? lesson->sections[section].step_count : 0;
    }
    study_open(study, study->chapter, section, step - 1);
    return true;
}

/* ---- answers ----------------------------------------------------------------------------------------- */

bool study_answer(struct study *study, const struct study_answer *answer, struct err *err)
{
    if (study->stage != STUDY_ASK)
        return err_set(err, "nothing is asked here");
    struct study_ask *ask = &study->ask;
    switch (ask->kind) {
    case STUDY_PREDICT:
        if (!study_accept_prediction(study, answer, err))
            return false;
        study->stage = STUDY_SURE;
        return !study->aloud || study_sure(study, 0);
    case STUDY_QUESTION:
        if (!study_accept_answer(study, answer, err))
            return false;
        study->stage = STUDY_SURE;
        if (study->second_try || study->aloud || study_is_guess(study))
            return study_sure(study, 0);
        return true;
    case STUDY_EXPLAIN:
        if (answer->count != 1 || answer->chosen[0] >= ask->option_count)
            return err_set(err, "choose one of the options");
        study_mark_explanation(study, answer);
        study_log_explanation(study);
        return true;
    case STUDY_RECALL: {
        const struct directive *recall = study_directive(study);
        const struct span **ticks =
            ARENA_ARRAY(&study->step_arena, recall->block_count, const struct span *);
        size_t *sizes = ARENA_ARRAY(&study->step_arena, recall->block_count, size_t);
        size_t count = 0;
        study_keep_draft(study, "");
        for (size_t i = 0; i < recall->block_count; i++)
            if (recall->blocks[i].kind == BLOCK_ITEM) {
                ticks[count] = recall->blocks[i].spans;
                sizes[count++] = recall->blocks[i].span_count;
            }
        study_ask_ticks(study, ticks, sizes, count, "Compare");
        return true;
    }
    case STUDY_TICKS:
        study_mark_ticks(study, answer);
        return true;
    case STUDY_DRILL:
        return study_mark_drill(study, answer, err);
    }
    return false;
}

bool study_sure(struct study *study, int confidence)
{
    if (study->stage != STUDY_SURE || confidence < 0 || confidence > 3)
        return false;
    if (study->ask.kind == STUDY_QUESTION) {
        study_mark(study, confidence, true);
        return true;
    }
    study_keep_prediction(study, confidence, false);
    if (!ask_next(study, false))
        run_demo(study);
    return true;
}

bool study_watch(struct study *study)
{
    if (study->stage != STUDY_ASK || !study->ask.can_watch)
        return false;
    study_keep_prediction(study, 0, true);
    if (!ask_next(study, false))
        run_demo(study);
    return true;
}

bool study_skip(struct study *study)
{
    if (study->stage != STUDY_ASK)
        return false;
    switch (study->ask.kind) {
    case STUDY_PREDICT:
        return study_watch(study);
    case STUDY_QUESTION:
        study_mark(study, 0, false);
        return true;
    case STUDY_EXPLAIN:
        return ask_next(study, true) || next_step(study);
    case STUDY_RECALL:
        study_keep_draft(study, "");
        return next_step(study);
    case STUDY_DRILL:
        return next_step(study);
    case STUDY_TICKS:
        study_mark_ticks(study, &(struct study_answer){0});
        return true;
    }
    return false;
}
