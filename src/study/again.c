/* Asking again: a review, what was missed, and what was answered by a slip of the key. */
#include "study/internal.h"

#include "base/utf8.h"

#include <string.h>

static void ask_items(struct study *study, const struct study_item *items, size_t count,
                      bool shuffle)
{
    struct study_item *kept = ARENA_ARRAY(&study->quiz_arena, count, struct study_item);
    for (size_t i = 0; i < count; i++)
        kept[i] = (struct study_item){
            .question = items[i].question, .quiz = items[i].quiz, .misled = items[i].misled};
    study->in_quiz = true;
    study->generation = study->asked_in = study->course->generation;
    study->skipped = 0;
    study->whole = false;
    study->resumed = STUDY_BEGUN;
    study->result = (struct study_result){0};
    study->items = study->written = kept;
    study->item_count = count;
    study->item = 0;
    if (shuffle)
        study_shuffle_items(study);
    study_enter_item(study);
}

/* ---- what an earlier visit did -------------------------------------------------------------- */

bool study_repeat(struct study *study)
{
    if (study->stage != STUDY_FEEDBACK || !study->feedback.earlier)
        return false;
    study->feedback = (struct study_feedback){0};
    if (study->ask.kind == STUDY_DRILL)
        return study_after_drill(study);
    study_ask_prediction(study, study->ask.ask);
    return true;
}

/* ---- review ---------------------------------------------------------------------------------- */

void study_review(struct study *study, const struct study_item *items, size_t count)
{
    study->reviewing = true;
    study->practising = study->retrying = false;
    study->pass = 0;
    study->quiz_id = "review";
    study_name_attempt(study, ATTEMPT_REVIEW);
    ask_items(study, items, count, false);
}

static void retire(struct study *study, struct study_item *item, bool on)
{
    struct event event = study_quiz_event(study, EVENT_RETIRE, item->quiz);
    event.question = item->question->key;
    event.on = on;
    item->retired = on;
    if (study->log)
        study->log(study->log_user, &event);
}

bool study_retire(struct study *study, bool on)
{
    if (!study->reviewing || study->item >= study->item_count)
        return false;
    retire(study, &study->items[study->item], on);
    return true;
}

/* ---- what was missed --------------------------------------------------------------------------- */

void study_practise(struct study *study, const struct study_item *items, size_t count, bool shuffle,
                    double pass)
{
    study->reviewing = study->retrying = false;
    study->practising = true;
    study->pass = pass;
    study->quiz_id = count ? items[0].quiz : "";
    study_name_attempt(study, ATTEMPT_PRACTICE);
    ask_items(study, items, count, shuffle);
}

bool study_was_missed(const struct study_item *item)
{
    if (!question_is_gradable(item->question))
        return item->mark.fraction < 0.5;
    return !item->answered || item->mark.state != MARK_RIGHT;
}

void study_excerpt(const struct question *question, int columns, struct buf *out)
{
    struct arena arena;
    struct buf raw = {0}, text = {0};
    size_t spans;
    arena_init(&arena);
    const struct span *stem = study_quiz_spans(&arena, &question->stem, &spans);
    buf_add(&raw, study_plain_text(&arena, stem, spans));
    utf8_sanitise_line(&text, buf_text(&raw), raw.length, 4000);
    const char *line = buf_text(&text);
    size_t length = text.length, fits = utf8_fit(line, length, columns);
    if (fits < length) {
        fits = utf8_fit(line, length, columns - 2);
        while (fits > 0 && line[fits] != ' ')
            fits--;
        if (!fits) /* one long word */
            fits = utf8_fit(line, length, columns - 2);
    }
    buf_addf(out, "%.*s%s", (int)fits, line, fits < length ? " …" : "");
    buf_free(&raw);
    buf_free(&text);
    arena_free(&arena);
}

size_t study_missed(const struct study *study)
{
    size_t missed = 0;
    if (study->stage == STUDY_RESULT && study->result.complete && !study->reviewing)
        for (size_t i = 0; i < study->item_count; i++)
            missed += study_was_missed(&study->items[i]);
    return missed;
}

bool study_retry_missed(struct study *study)
{
    size_t count = 0, missed = study_missed(study);
    struct study_item *items = ARENA_ARRAY(&study->quiz_arena, missed, struct study_item);
    for (size_t i = 0; missed && i < study->item_count; i++)
        if (study_was_missed(&study->items[i]))
            items[count++] = study->items[i];
    if (!count)
        return false;
    uint64_t generation = study->generation, asked_in = study->asked_in;
    study_practise(study, items, count, false, 0);
    study->generation = generation; /* the questions are those of the quiz before */
    study->asked_in = asked_in;
    study->retrying = true;
    return true;
}

bool study_would_lose(const struct study *study)
{
    return study->in_quiz && !study->reviewing && !study->practising &&
           study->stage != STUDY_RESULT && study->stage != STUDY_DONE;
}

bool study_can_resume(const struct study *study)
{
    return study_would_lose(study) && study->store && study->log &&
           !text_starts(study->attempt, ATTEMPT_ONCE);
}

/* ---- slips of the key -------------------------------------------------------------------------- */

/* As if the answer had not been given, nor its question taken out beside it: the log says so of each of
 * its tries. */
static void unlog(struct study *study, struct study_item *item)
{
    for (size_t i = 0; study->log && i < 2; i++) {
        struct event event = study->in_quiz ? study_quiz_event(study, EVENT_UNDO, item->quiz)
                                            : study_event(study, EVENT_UNDO);
        event.target = item->events[i];
        if (*event.target)
            study->log(study->log_user, &event);
    }
    if (item->retired)
        retire(study, item, false);
    enum mark_state state = item->mark.state;
    bool told = item->told || (item->marked && state != MARK_RIGHT && state != MARK_NEEDS_GRADING);
    *item = (struct study_item){.question = item->question,
                                .quiz = item->quiz,
                                .told = told,
                                .place = item->place,
                                .key = item->key};
}

/* One more than the last item that was marked; 0: none was. */
static size_t last_marked(const struct study *study)
{
    size_t last = study->item < study->item_count ? study->item + 1 : study->item_count;
    while (last > 0 && !study->items[last - 1].marked)
        last--;
    return last;
}

bool study_can_undo(const struct study *study)
{
    if (study->stage == STUDY_SURE)
        return true;
    if (study->stage == STUDY_DONE)
        return false;
    if (!study->in_quiz)
        return study->inline_item.marked;
    /* Once a quiz is scored, it is scored. */
    return (study->reviewing || study->stage != STUDY_RESULT) && last_marked(study) > 0;
}

bool study_undo(struct study *study)
{
    if (!study_can_undo(study))
        return false;
    if (study->stage == STUDY_SURE) {
        study->stage = STUDY_ASK;
        return true;
    }
    if (!study->in_quiz) {
        unlog(study, &study->inline_item);
        study_ask_again(study, &study->inline_item);
        return true;
    }
    size_t last = last_marked(study);
    unlog(study, &study->items[last - 1]);
    study->item = last - 1;
    study->result = (struct study_result){0};
    return study_enter_item(study);
}

bool study_undo_earlier(struct study *study, const struct study_item *item)
{
    if (!study->reviewing || study->stage == STUDY_DONE)
        return false;
    size_t count = study->item_count, at = study->item < count ? study->item : count;
    struct study_item *items = ARENA_ARRAY(&study->quiz_arena, count + 1, struct study_item);
    memcpy(items, study->items, at * sizeof *items);
    memcpy(items + at + 1, study->items + at, (count - at) * sizeof *items);
    items[at] = *item;
    unlog(study, &items[at]);
    study->items = items;
    study->item_count = count + 1;
    study->item = at;
    study->result = (struct study_result){0};
    return study_enter_item(study);
}
