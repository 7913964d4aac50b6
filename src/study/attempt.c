/* A quiz from its first question to its last: which ones, in which order, and when it is over. */
#include "study/internal.h"

#include <stdio.h>
#include <string.h>

void study_name_attempt(struct study *study, const char *prefix)
{
    struct rng rng;
    rng_init(&rng, study->seed, str_hash("attempt", 7),
             (uint64_t)clock_wall_ms(study->clock) + study->asked);
    snprintf(study->attempt, sizeof study->attempt, "%s%016llx%016llx", prefix,
             (unsigned long long)rng_next(&rng), (unsigned long long)rng_next(&rng));
}

void study_shuffle_items(struct study *study)
{
    size_t count = study->item_count;
    struct study_item *shuffled = ARENA_ARRAY(&study->quiz_arena, count, struct study_item);
    size_t *order = ARENA_ARRAY(&study->quiz_arena, count, size_t);
    struct rng rng;
    rng_init(&rng, study->seed, str_hash("questions", 9), 0);
    rng_shuffle(&rng, order, count);
    for (size_t i = 0; i < count; i++)
        shuffled[i] = study->items[order[i]];
    study->items = shuffled;
}

void study_ask_told(struct study *study, const struct study_item *item)
{
    if (!item->told || item->marked || !study->ask.question)
        return;
    study->second_try = true;
    study->ask.hint = study->ask.question->hint;
    study->ask.note =
        "Its hint or answer was shown: another try is practice, and counts as left unanswered.";
}

/* Of a question that was left between its two tries. */
static void ask_left(struct study *study, const struct study_item *item)
{
    struct answer answer;
    study->second_try = item->hint != NULL;
    if (item->hint && item->left &&
        answer_read_json(item->question, item->left, &study->step_arena, &answer))
        study_keep_pairs(study, &answer);
}

bool study_enter_item(struct study *study)
{
    study_clear_step(study);
    if (study->item >= study->item_count) {
        study_sum_up(study, true);
        return true;
    }
    const struct study_item *item = &study->items[study->item];
    study_ask_question(study, item->question,
                       arena_printf(&study->step_arena, "%s %zu of %zu",
                                    study->reviewing ? "Review" : "Question", study->item + 1,
                                    study->item_count),
                       item->hint);
    ask_left(study, item);
    study_ask_told(study, item);
    if (item->misled && study->stage == STUDY_ASK && study->ask.taught.has_demo)
        study->stage = STUDY_BEFORE;
    return true;
}

bool study_next_item(struct study *study)
{
    study->item++;
    study_renew_items(study);
    while (study->reviewing && study->is_taken && study->item < study->item_count &&
           study->is_taken(study->taken_user, &study->items[study->item]))
        study->item++;
    return study_enter_item(study);
}

void study_quiz(struct study *study, const struct study_source *sources, size_t count, size_t most,
                bool shuffle, double pass)
{
    size_t total = 0;
    for (size_t s = 0; s < count; s++)
        total += sources[s].quiz->count;
    study->in_quiz = true;
    study->reviewing = study->practising = study->retrying = false;
    study->generation = study->asked_in = study->course->generation;
    study->skipped = 0;
    study->pass = pass;
    study->result = (struct study_result){0};
    study->resumed = STUDY_BEGUN;
    study->items = ARENA_ARRAY(&study->quiz_arena, total, struct study_item);
    study->written = study->items;
    study->item_count = study->item = 0;
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sources[s].quiz->count; i++) {
            const struct question *question = &sources[s].quiz->questions[i];
            if (question->kind != QUESTION_DESCRIPTION)
                study->items[study->item_count++] =
                    (struct study_item){.question = question, .quiz = sources[s].quiz->id};
        }
    study->quiz_id = count ? sources[0].quiz->id : "";
    study->whole = !most || most >= study->item_count;
    if (study->whole && count == 1) {
        study_sit_down(study, shuffle, false);
    } else {
        study_name_attempt(study, ATTEMPT_ONCE);
        if (shuffle)
            study_shuffle_items(study);
        study->item_count = study->whole ? study->item_count : most;
    }
    study_enter_item(study);
}

enum course_test study_test(const struct study *study)
{
    bool quiz = study->in_quiz && !study->reviewing && study->item_count;
    for (enum course_test t = 0; quiz && t < COURSE_TESTS; t++) {
        const struct quiz *test = course_test(study->course, t);
        if (test && strcmp(test->id, study->items[0].quiz) == 0)
            return t;
    }
    return COURSE_TESTS;
}

bool study_offers_posttest(const struct study *study)
{
    size_t last = study->course->chapter_count - 1;
    bool end = study->stage == STUDY_END && study->chapter == last;
    bool quiz = study->stage == STUDY_RESULT && !study->reviewing && study->item_count &&
                course_chapter_of_quiz(study->course, study->items[0].quiz) == (int)last;
    return (end || quiz) && !study->aloud && course_test(study->course, COURSE_POSTTEST);
}

void study_count(const struct study *study, size_t *asked, size_t *right)
{
    *asked = *right = 0;
    for (size_t i = 0; i < study->item_count; i++) {
        *asked += study->items[i].marked;
        *right += study->items[i].marked && study->items[i].mark.state == MARK_RIGHT;
    }
}

bool study_finish_early(struct study *study)
{
    if (!study->in_quiz || study->stage == STUDY_RESULT || study->stage == STUDY_DONE)
        return false;
    size_t marked = 0;
    for (size_t i = 0; i < study->item_count; i++)
        marked += study->items[i].marked;
    /* Left with the last answer: that is all of it, unless one may come back to its second try. */
    bool again = (study->second_try && study->stage == STUDY_ASK) || study->feedback.retry;
    study_sum_up(study, marked == study->item_count && !(again && study_can_resume(study)));
    return true;
}
