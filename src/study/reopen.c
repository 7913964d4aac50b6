/* The result of a quiz once more, as the log holds it. */
#include "study/internal.h"

#include <stdio.h>
#include <string.h>

/* The first try at a question. */
struct reply {
    const char *key;
    uint64_t hash, attempt;
    int confidence;
    struct mark mark;
};

struct attempts {
    struct arena arena;
    const char *quiz, *chapter;
    struct reply *list;
    size_t count, capacity;
    uint64_t attempt; /* the last whole one; of this id, 0: none was finished */
    double score, max;
    int64_t at;
};

static uint64_t hash_of(const char *text)
{
    return str_hash(text, strlen(text));
}

static const struct reply *find_reply(const struct attempts *all, uint64_t attempt, const char *key)
{
    for (size_t i = all->count; i-- > 0;)
        if (all->list[i].attempt == attempt && strcmp(all->list[i].key, key) == 0)
            return &all->list[i];
    return NULL;
}

static void add_reply(struct attempts *all, const struct event *event)
{
    uint64_t attempt = hash_of(event->attempt);
    if (find_reply(all, attempt, event->question))
        return; /* a second try */
    struct reply reply = {.key = arena_strdup(&all->arena, event->question),
                          .hash = event->question_hash,
                          .attempt = attempt,
                          .confidence = event->confidence,
                          .mark = study_logged_mark(event)};
    ARENA_PUSH(&all->arena, all->list, all->count, all->capacity, reply);
}

static bool take_event(void *user, const struct event *event)
{
    struct attempts *all = user;
    bool here = event->quiz && strcmp(event->quiz, all->quiz) == 0;
    if (event->type == EVENT_RESET &&
        (strcmp(event->chapter, "all") == 0 || strcmp(event->chapter, all->chapter) == 0)) {
        all->count = 0;
        all->attempt = 0;
    } else if (event->type == EVENT_ANSWER && here && *event->attempt) {
        add_reply(all, event);
    } else if (event->type == EVENT_SCORE && here && *event->attempt) {
        all->attempt = hash_of(event->attempt);
        all->score = event->score;
        all->max = event->max;
        all->at = event->at;
    }
    return true;
}

/* The questions of the attempt that are still what they were; how many are not. */
static size_t take_items(struct study *study, const struct quiz *quiz, const struct attempts *all)
{
    size_t changed = 0;
    study->items = ARENA_ARRAY(&study->quiz_arena, quiz->count, struct study_item);
    study->item_count = 0;
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        const struct reply *reply = find_reply(all, all->attempt, question->key);
        if (question->kind == QUESTION_DESCRIPTION)
            continue;
        if (!reply || reply->hash != question->hash) {
            changed++;
            continue;
        }
        study->items[study->item_count++] =
            (struct study_item){.question = question,
                                .quiz = quiz->id,
                                .marked = true,
                                .answered = reply->mark.state != MARK_GAVE_UP,
                                .confidence = reply->confidence,
                                .mark = reply->mark};
    }
    return changed;
}

static void show(struct study *study, const struct quiz *quiz, const struct attempts *all)
{
    size_t changed = take_items(study, quiz, all);
    study->in_quiz = true;
    study->reviewing = study->practising = study->retrying = study->whole = false;
    study->generation = study->course->generation;
    study->resumed = STUDY_BEGUN;
    study->pass = 0;
    study->quiz_id = quiz->id;
    study_name_attempt(study, ATTEMPT_ONCE); /* nothing is logged under it */
    study->item = study->item_count;
    study_enter_item(study);
    study->result.untaken = false;
    study->result.score = all->score; /* as it was kept, whatever was edited since */
    study->result.max = all->max;
    study->result.changed = changed;
    study->result.at = all->at;
}

bool study_say_result_of(const struct study_result *result, struct buf *out)
{
    char day[CLOCK_TEXT];
    if (!result->at)
        return false;
    clock_format_utc((int64_t)clock_study_day(result->at) * 86400000, day);
    buf_addf(out, "Taken on %.10s.", day);
    if (result->changed)
        buf_addf(out, " %zu question%s edited since and %s left out.", result->changed,
                 result->changed == 1 ? " was" : "s were", result->changed == 1 ? "is" : "are");
    return true;
}

bool study_show_result(struct study *study, const struct quiz *quiz)
{
    struct err err;
    struct attempts all = {.quiz = quiz->id,
                           .chapter = study_quiz_event(study, EVENT_SCORE, quiz->id).chapter};
    arena_init(&all.arena);
    bool found = study->store &&
                 store_standing(study->store, study->course->page.id, take_event, &all, &err) &&
                 all.attempt;
    if (found)
        show(study, quiz, &all);
    arena_free(&all.arena);
    return found;
}
