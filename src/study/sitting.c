/* A quiz that was left midway goes on where it was left: its questions, their order and what was answered
 * are those of the log. */
#include "study/internal.h"

#include <stdio.h>
#include <string.h>

/* One question as it was answered. */
struct reply {
    const char *key;
    uint64_t hash;
    bool answered;
    int confidence;
    struct mark mark;
    char events[2][33];
};

struct replies {
    struct arena *arena;
    struct sitting sitting;
    struct reply *list;
    size_t count, capacity;
    uint64_t seed;
};

/* The first try counts; of the second only the id is kept, for undo. */
static bool take_reply(void *user, const struct event *event)
{
    struct replies *replies = user;
    if (event->type != EVENT_ANSWER || strcmp(event->attempt, replies->sitting.attempt) != 0 ||
        strcmp(event->quiz, replies->sitting.quiz) != 0)
        return true;
    for (size_t i = 0; i < replies->count; i++)
        if (strcmp(replies->list[i].key, event->question) == 0) {
            memcpy(replies->list[i].events[1], event->id, sizeof event->id);
            return true;
        }
    struct mark mark = study_logged_mark(event);
    struct reply reply = {.key = arena_strdup(replies->arena, event->question),
                          .hash = event->question_hash,
                          .answered = mark.state != MARK_GAVE_UP,
                          .confidence = event->confidence,
                          .mark = mark};
    memcpy(reply.events[0], event->id, sizeof event->id);
    replies->seed = event->shuffle_seed;
    ARENA_PUSH(replies->arena, replies->list, replies->count, replies->capacity, reply);
    return true;
}

static bool find_replies(const struct study *study, const char *quiz, struct arena *arena,
                         struct replies *replies)
{
    struct err err = {0}; /* what cannot be read is not gone on with */
    const char *course = study->course->page.id;
    const char *chapter = study_quiz_event(study, EVENT_ANSWER, quiz).chapter;
    *replies = (struct replies){.arena = arena};
    return study->store &&
           store_sitting(study->store, course, chapter, quiz, arena, &replies->sitting, &err) &&
           replies->sitting.quiz && strlen(replies->sitting.attempt) < sizeof study->attempt &&
           store_standing(study->store, course, take_reply, replies, &err) && replies->count;
}

/* The questions asked so far are the first ones of the quiz, as they were then. */
static bool fits(const struct study *study, const struct replies *replies)
{
    bool same = replies->count <= study->item_count;
    for (size_t i = 0; same && i < replies->count; i++) {
        const struct question *question = study->items[i].question;
        same = question->hash == replies->list[i].hash &&
               strcmp(question->key, replies->list[i].key) == 0;
    }
    return same;
}

/* All its questions were passed over: it has no score, and never will. */
static bool is_over(const struct study *study, const struct replies *replies)
{
    for (size_t i = 0; i < replies->count; i++)
        if (replies->list[i].answered)
            return false;
    return replies->count >= study->item_count;
}

static void take_replies(struct study *study, const struct replies *replies)
{
    for (size_t i = 0; i < replies->count; i++) {
        struct study_item *item = &study->items[i];
        item->marked = true;
        item->answered = replies->list[i].answered;
        item->confidence = replies->list[i].confidence;
        item->mark = replies->list[i].mark;
        memcpy(item->events, replies->list[i].events, sizeof item->events);
    }
    study->item = replies->count;
    if (!replies->sitting.missed)
        return;
    struct study_item *last = &study->items[study->item - 1];
    last->hint = study_hint_left(&study->quiz_arena, last->question, replies->sitting.missed);
    last->left = arena_strdup(&study->quiz_arena, replies->sitting.missed);
    study->item -= last->hint != NULL;
}

/* Shuffles where it is asked to; names the attempt. */
void study_sit_down(struct study *study, bool shuffle, bool anew)
{
    const char *quiz = study->quiz_id;
    struct arena arena;
    struct replies replies;
    arena_init(&arena);
    study->resumed = STUDY_BEGUN;
    study->resume_said = false;
    study->written = study->items;
    if (study->left_seed)
        study->seed = study->left_seed;
    study->left_seed = 0;
    bool found = find_replies(study, quiz, &arena, &replies);
    const char *left = found ? replies.sitting.attempt : NULL;
    if (!anew && found && !is_over(study, &replies) &&
        (!study->seed_is_asked || study->seed == replies.seed)) {
        bool shuffled = text_starts(replies.sitting.attempt, ATTEMPT_SHUFFLED);
        uint64_t seed = study->seed;
        study->seed = replies.seed;
        if (shuffled)
            study_shuffle_items(study);
        if (!shuffled && shuffle) {
            study->seed = seed; /* another order is asked for than the one that was begun */
        } else if (fits(study, &replies)) {
            study->left_seed = seed;
            take_replies(study, &replies);
            snprintf(study->attempt, sizeof study->attempt, "%s", replies.sitting.attempt);
            study->resumed = STUDY_RESUMED;
        } else {
            study->seed = seed;
            study->items = study->written;
            study->resumed = STUDY_CHANGED;
        }
    }
    if (study->resumed == STUDY_RESUMED) {
        arena_free(&arena);
        return;
    }
    /* A clock that stands still and the same seed would name it as the one that is not gone on with. */
    do {
        study_name_attempt(study, shuffle ? ATTEMPT_SHUFFLED : "");
        study->asked++;
    } while (left && strcmp(study->attempt, left) == 0);
    arena_free(&arena);
    if (shuffle)
        study_shuffle_items(study);
}

bool study_can_begin_anew(const struct study *study)
{
    return study->resumed == STUDY_RESUMED && study_would_lose(study);
}

bool study_begin_anew(struct study *study)
{
    if (!study_can_begin_anew(study))
        return false;
    bool shuffled = text_starts(study->attempt, ATTEMPT_SHUFFLED);
    for (size_t i = 0; i < study->item_count; i++)
        study->items[i] =
            (struct study_item){.question = study->items[i].question, .quiz = study->items[i].quiz};
    study->items = study->written;
    study->result = (struct study_result){0};
    study->item = 0;
    study_sit_down(study, shuffled, true);
    study_enter_item(study);
    return true;
}

bool study_say_news(struct study *study, const char *anew, struct buf *out)
{
    bool news = study->in_quiz && study->resumed != STUDY_BEGUN && !study->resume_said &&
                study->stage != STUDY_RESULT;
    size_t skipped = study->skipped;
    study->skipped = 0;
    if (skipped)
        buf_addf(out, "%zu question%s edited or taken out meanwhile, and %s passed over.", skipped,
                 skipped == 1 ? " was" : "s were", skipped == 1 ? "is" : "are");
    if (skipped || !news)
        return skipped > 0;
    study->resume_said = true;
    if (study->resumed == STUDY_CHANGED)
        buf_add(out, "The quiz was edited since you left it, so it begins anew.");
    else
        buf_addf(out, "You go on at question %zu of %zu%s. %s", study->item + 1, study->item_count,
                 study->second_try ? ", at its second try" : "", anew);
    return true;
}
