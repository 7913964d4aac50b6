/* What the log holds of earlier sittings: predictions that were locked in, explanations, drills, guesses before
 * reading. */
#include "study/internal.h"

#include "base/json.h"

#include <string.h>

static uint64_t hash_of(const char *text)
{
    return str_hash(text ? text : "", text ? strlen(text) : 0);
}

uint64_t study_prediction_key(const struct event *event)
{
    uint64_t parts[] = {hash_of(event->chapter), hash_of(event->section), hash_of(event->demo),
                        hash_of(event->result)};
    return str_hash((const char *)parts, sizeof parts);
}

/* ---- from the log ------------------------------------------------------------------------------ */

static struct study_told *find_told(const struct study_done *done, uint64_t key)
{
    for (size_t i = 0; i < done->told_count; i++)
        if (done->told[i].key == key)
            return &done->told[i];
    return NULL;
}

/* The first that was judged stays; until then it is the last that was locked in. Of explanations it is the last. */
static void keep_prediction(struct study_done *done, const struct event *event)
{
    struct study_told told = {.key = study_prediction_key(event),
                              .confidence = event->confidence,
                              .judged = !event->watched,
                              .chapter = hash_of(event->chapter)};
    struct study_told *before = find_told(done, told.key);
    bool stays = before && before->judged && !study_is_explanation(event);
    if (!event->given || !*event->given || stays)
        return;
    told.said = arena_strdup(&done->arena, event->given);
    if (before)
        *before = told;
    else
        ARENA_PUSH(&done->arena, done->told, done->told_count, done->told_capacity, told);
}

bool study_is_explanation(const struct event *event)
{
    return text_starts(event->result, EXPLANATION) &&
           (!event->result[strlen(EXPLANATION)] || event->result[strlen(EXPLANATION)] == ' ');
}

static uint64_t section_of(const char *chapter, const char *section)
{
    uint64_t parts[] = {hash_of(chapter), hash_of(section)};
    return str_hash((const char *)parts, sizeof parts);
}

/* Which of them belong to a drill only its lesson can say. */
static void keep_drilled(struct study_done *done, const struct event *event)
{
    if (event->watched || event->confidence || study_is_explanation(event))
        return;
    struct study_drilled drilled = {.section = section_of(event->chapter, event->section),
                                    .chapter = hash_of(event->chapter),
                                    .demo = arena_strdup(&done->arena, event->demo),
                                    .result = arena_strdup(&done->arena, event->result),
                                    .right = event->right};
    ARENA_PUSH(&done->arena, done->drilled, done->drilled_count, done->drilled_capacity, drilled);
}

static void keep_guess(struct study_done *done, const struct event *event)
{
    struct study_guess guess = {.question = event->question_hash,
                                .right = strcmp(event->state, "right") == 0,
                                .chapter = hash_of(event->chapter)};
    guess.given = arena_strdup(&done->arena, event->given);
    for (size_t i = 0; i < done->guess_count; i++)
        if (done->guesses[i].question == guess.question) {
            done->guesses[i] = guess;
            return;
        }
    ARENA_PUSH(&done->arena, done->guesses, done->guess_count, done->guess_capacity, guess);
}

static void forget(struct study_done *done, const char *chapter)
{
    bool all = strcmp(chapter, "all") == 0;
    uint64_t hash = hash_of(chapter);
    size_t kept = 0;
    for (size_t i = 0; i < done->told_count; i++)
        if (!all && done->told[i].chapter != hash)
            done->told[kept++] = done->told[i];
    done->told_count = kept;
    kept = 0;
    for (size_t i = 0; i < done->guess_count; i++)
        if (!all && done->guesses[i].chapter != hash)
            done->guesses[kept++] = done->guesses[i];
    done->guess_count = kept;
    kept = 0;
    for (size_t i = 0; i < done->drilled_count; i++)
        if (!all && done->drilled[i].chapter != hash)
            done->drilled[kept++] = done->drilled[i];
    done->drilled_count = kept;
}

void study_remember(struct study_done *done, const struct event *event)
{
    bool guess = event->type == EVENT_ANSWER && event->ungraded && event->given && event->state &&
                 strcmp(event->state, "needsgrading") != 0 && strcmp(event->state, "gaveup") != 0;
    if (event->type == EVENT_PREDICTION) {
        keep_prediction(done, event);
        keep_drilled(done, event);
    } else if (event->type == EVENT_RESET) {
        forget(done, event->chapter);
    } else if (guess) {
        keep_guess(done, event);
    }
}

static bool remember(void *done, const struct event *event)
{
    study_remember(done, event);
    return true;
}

bool study_recall(struct study_done *done, struct store *store, const char *course, struct err *err)
{
    return !store || store_said(store, course, remember, done, err);
}

/* ---- as an answer again ------------------------------------------------------------------------ */

/* The displayed option that these words name; SIZE_MAX: none. */
static size_t option_said(struct study *study, struct str said)
{
    const struct study_ask *ask = &study->ask;
    for (size_t i = 0; i < ask->option_count; i++) {
        const struct study_option *option = &ask->options[i];
        const char *text =
            ask->ask->kind == ASK_ORDER_VALUES
                ? ask->ask->labels[option->origin]
                : study_plain_text(&study->step_arena, option->spans, option->span_count);
        if (str_is(said, text))
            return i;
    }
    return SIZE_MAX;
}

/* "factor = 2, 0.5, 1", "a, b": positions, as study_accept_prediction wrote them down. */
static bool read_order(struct study *study, struct str said, size_t *chosen, size_t *count)
{
    const struct ask *ask = study->ask.ask;
    size_t name = ask->kind == ASK_ORDER_VALUES ? strlen(ask->knob) + 3 : 0;
    if (name > said.length)
        return false;
    for (size_t at = name; at <= said.length; (*count)++) {
        const char *comma = memmem(said.text + at, said.length - at, ", ", 2);
        size_t end = comma ? (size_t)(comma - said.text) : said.length;
        if (*count == study->ask.option_count)
            return false;
        chosen[*count] = option_said(study, (struct str){said.text + at, end - at});
        at = end + 2;
    }
    return true;
}

bool study_keep_told(struct study *study)
{
    struct event event = study_prediction_event(study, study->ask.ask);
    const struct study_told *told =
        study->aloud ? NULL : find_told(study->done, study_prediction_key(&event));
    if (!told)
        return false;
    struct study_answer answer = {.text = told->said};
    size_t *chosen = ARENA_ARRAY(&study->step_arena, study->ask.option_count + 1, size_t);
    answer.chosen = chosen;
    if (study->ask.form == FORM_CHOOSE_ONE)
        chosen[answer.count++] = option_said(study, str_of(told->said));
    else if (study->ask.form == FORM_ORDER &&
             !read_order(study, str_of(told->said), chosen, &answer.count))
        return false;
    if (!study_accept_prediction(study, &answer, NULL))
        return false;
    study_keep_prediction(study, told->confidence, false);
    struct study_prediction *kept = &study->predictions[study->prediction_count - 1];
    kept->told = true;
    kept->earlier = true;
    kept->judged = told->judged;
    return true;
}

/* Nothing was said when it was asked before, and it is not asked again. */
void study_keep_watched(struct study *study)
{
    if (study->aloud)
        return;
    study_keep_prediction(study, 0, true);
    struct study_prediction *kept = &study->predictions[study->prediction_count - 1];
    kept->told = kept->judged = true;
}

bool study_show_explained(struct study *study)
{
    struct event event = study_prediction_event(study, study->ask.ask);
    const struct study_told *told =
        study->aloud ? NULL : find_told(study->done, study_prediction_key(&event));
    size_t at = told ? option_said(study, str_of(told->said)) : SIZE_MAX;
    if (at == SIZE_MAX)
        return false;
    study_mark_explanation(study, &(struct study_answer){.chosen = &at, .count = 1});
    study->feedback.earlier = true;
    study->feedback.verdict =
        study->feedback.mark.state == MARK_RIGHT ? "Done before: right." : "Done before: not that.";
    return true;
}

/* ---- drills ------------------------------------------------------------------------------------ */

static bool same_demo(const char *a, const char *b)
{
    size_t length = strcspn(a, " ");
    return length == strcspn(b, " ") && memcmp(a, b, length) == 0;
}

bool study_is_drill(const struct section *section, const struct directive *drill, const char *demo,
                    const char *result)
{
    bool asks = false;
    for (size_t i = 0; i < section->step_count; i++) {
        const struct directive *other = section->steps[i].directive;
        if (other && other->kind == DIRECTIVE_DEMO && other->args && strcmp(other->args, demo) == 0)
            return false;
    }
    for (size_t i = 0; i < drill->drill_count && !asks; i++)
        asks = strcmp(drill->drills[i].ref, result) == 0;
    return asks && drill->args && same_demo(drill->args, demo);
}

bool study_drill_is_done(const struct study *study)
{
    const struct section *section = study_section(study);
    uint64_t here = section_of(study_chapter(study)->id, section->number);
    size_t in_a_row = 0;
    for (size_t i = 0; i < study->done->drilled_count && in_a_row < DRILL_ENOUGH; i++) {
        const struct study_drilled *drilled = &study->done->drilled[i];
        if (drilled->section == here &&
            study_is_drill(section, study_directive(study), drilled->demo, drilled->result))
            in_a_row = drilled->right ? in_a_row + 1 : 0;
    }
    return in_a_row == DRILL_ENOUGH && !study->aloud;
}

/* ---- guesses ----------------------------------------------------------------------------------- */

static void say_choice(struct arena *arena, const struct question *question, const char *text,
                       struct buf *out)
{
    const char *words = text;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct quiz_text *choice = &question->choices[i].text;
        size_t count;
        if (!choice->text || strcmp(choice->text, text) != 0)
            continue;
        const struct span *spans = study_quiz_spans(arena, choice, &count);
        words = study_plain_text(arena, spans, count);
    }
    bool paired = out->length && buf_text(out)[out->length - 1] == '>';
    const char *gap = paired ? " " : question_form(question) == FORM_ORDER ? ", then " : "; ";
    buf_addf(out, "%s%s", out->length ? gap : "", words);
}

const char *study_guess_said(struct arena *arena, const struct study_guess *guess,
                             const struct question *question)
{
    if (guess->said)
        return guess->said;
    struct json_reader reader;
    struct buf said = {0};
    enum json_event event;
    json_open(&reader, guess->given, strlen(guess->given));
    while ((event = json_next(&reader)) != JSON_END && event != JSON_ERROR) {
        if (event == JSON_STRING)
            say_choice(arena, question, buf_text(&reader.text), &said);
        else if (event == JSON_KEY) /* a pair: what stands at its left */
            buf_addf(&said, "%s%s ->", said.length ? "; " : "", buf_text(&reader.text));
        else if (event == JSON_TRUE || event == JSON_FALSE)
            buf_add(&said, event == JSON_TRUE ? "True" : "False");
    }
    json_close(&reader);
    const char *words = said.length ? arena_strdup(arena, buf_text(&said)) : NULL;
    buf_free(&said);
    return words;
}
