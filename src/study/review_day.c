/* A day's review: how much there is, and in words. */
#include "study/review.h"

#include "base/clock.h"
#include "study/study.h"

#include <string.h>

bool review_open(struct review *review, struct store *store, struct course *course,
                 const struct clock *clock, size_t more, struct err *err)
{
    *review = (struct review){
        .store = store, .course = course->page.id, .day = clock_study_day(clock_wall_ms(clock))};
    bool good = deck_open(&review->deck, store, course->page.id, err);
    if (!store || !good)
        return good;
    review_line_up(review, course, more);
    return true;
}

void review_line_up(struct review *review, struct course *course, size_t more)
{
    review_match(&review->deck, course);
    size_t done = review_done(&review->deck, review->day), most = REVIEW_PER_DAY + more;
    review->waiting = review_due(&review->deck, review->day, NULL);
    review->count = review_queue(&review->deck, review->day, most > done ? most - done : 0,
                                 &review->deck.arena, &review->queue);
    review->items = ARENA_ARRAY(&review->deck.arena, review->count, struct study_item);
    for (size_t i = 0; i < review->count; i++)
        review->items[i] = (struct study_item){.question = review->queue[i]->question,
                                               .quiz = review->queue[i]->quiz,
                                               .misled = review->queue[i]->misled};
}

bool review_is_taken(void *user, const struct study_item *item)
{
    const struct review *review = user;
    struct deck now;
    bool good = deck_open(&now, review->store, review->course, NULL);
    const struct card *card = good ? deck_find(&now, item->quiz, item->question->key) : NULL;
    bool taken = card && card->answered_day == review->day;
    deck_free(&now);
    return taken;
}

bool review_missed(struct store *store, const struct course *course,
                   const struct study_source *sources, size_t source_count, struct arena *arena,
                   struct study_item **items, size_t *count, bool *asked, struct err *err)
{
    struct deck deck;
    size_t capacity = 0;
    bool good = deck_open(&deck, store, course->page.id, err);
    *items = NULL;
    *count = 0;
    *asked = false;
    for (size_t s = 0; good && s < source_count; s++)
        for (size_t i = 0; i < sources[s].quiz->count; i++) {
            const struct question *question = &sources[s].quiz->questions[i];
            const struct card *card = deck_find(&deck, sources[s].quiz->id, question->key);
            struct study_item item = {.question = question, .quiz = sources[s].quiz->id};
            *asked = *asked || (card && card->latest_day);
            if (card && card->latest_day && !card->latest_right)
                ARENA_PUSH(arena, *items, *count, capacity, item);
        }
    deck_free(&deck);
    return good;
}

/* `your answer to "A layer of 100 units; every mask …" of 9:12` */
static void name_answer(const struct deck_answer *answer, const struct card *card, struct buf *out)
{
    enum { COLUMNS = 40 };
    char time[CLOCK_TEXT];
    clock_format_time(answer->at, time);
    buf_add(out, "your answer to \"");
    study_excerpt(card->question, COLUMNS, out);
    buf_addf(out, "\" of %s", time);
}

enum review_undone review_undo(struct review *review, struct study *study, struct buf *said)
{
    struct deck *deck = &review->deck;
    const struct deck_answer *last =
        deck->answer_count ? &deck->answers[deck->answer_count - 1] : NULL;
    const struct card *card = last ? &deck->cards[last->card] : NULL;
    struct study_item item = {0};
    if (!study->reviewing || deck->answer_day != review->day || !card || !card->question) {
        buf_add(said, "There is no answer to take back.");
        return REVIEW_NOTHING;
    }
    bool named = review->named == study->ask.serial + 1;
    buf_add(said, named ? "Taken back: " : "u again takes back ");
    name_answer(last, card, said);
    buf_add(said, ".");
    review->named = named ? 0 : study->ask.serial + 1;
    if (!named)
        return REVIEW_NAMED;
    /* Both tries of a question follow each other. */
    for (size_t tries = 0; deck->answer_count && tries < 2; deck->answer_count--) {
        const struct deck_answer *answer = &deck->answers[deck->answer_count - 1];
        if (card != &deck->cards[answer->card])
            break;
        memcpy(item.events[tries++], answer->event, sizeof answer->event);
    }
    item.marked = true;
    item.mark.state = card->latest_right ? MARK_RIGHT : MARK_WRONG;
    item.question = card->question;
    item.quiz = card->quiz;
    study_undo_earlier(study, &item);
    return REVIEW_TAKEN_BACK;
}

void review_close(struct review *review)
{
    deck_free(&review->deck);
}

struct memory review_memory(const struct review *review, const char *chapter)
{
    struct memory memory = {0};
    for (size_t i = 0; i < review->deck.count; i++) {
        const struct card *card = &review->deck.cards[i];
        if (!card->question || !card->admitted || card->retired ||
            strcmp(card->chapter, chapter) != 0)
            continue;
        if (!review_has_come_back(card)) {
            int ahead = card->due_day > review->day ? card->due_day - review->day : 0;
            memory.first = memory.fresh && memory.first < ahead ? memory.first : ahead;
            memory.fresh++;
            continue;
        }
        bool remembered = review_is_remembered(&review->deck, card, review->day);
        memory.cards++;
        memory.remembered += remembered;
        memory.stubborn += !remembered && card->lapses >= REVIEW_STUBBORN;
    }
    return memory;
}

static void say_ahead(int days, struct buf *out)
{
    if (days > 1)
        buf_addf(out, "in %d days", days);
    else
        buf_add(out, days ? "tomorrow" : "today");
}

void review_say_memory(const struct memory *memory, struct buf *out)
{
    if (memory->cards)
        buf_addf(out, "remembered %zu of %zu", memory->remembered, memory->cards);
    if (memory->stubborn)
        buf_addf(out, ", %zu stubborn", memory->stubborn);
    if (!memory->fresh)
        return;
    buf_addf(out, "%s%zu new, first review ", memory->cards ? ", " : "", memory->fresh);
    say_ahead(memory->first, out);
}

static void say_next(const struct review *review, struct buf *out)
{
    size_t count;
    int next = review_next(&review->deck, review->day, &count);
    if (!next)
        return;
    buf_addf(out, " Next: %zu ", count);
    say_ahead(next - review->day, out);
    buf_add(out, ".");
}

void review_say(const struct review *review, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < review->deck.count && !any; i++)
        any = review->deck.cards[i].admitted && review->deck.cards[i].question;
    if (!any)
        return;
    if (!review->waiting) {
        buf_add(out, "Review: done.");
        say_next(review, out);
    } else if (!review->count) {
        buf_addf(out, "Review: done for today, %zu waiting.", review->waiting);
    } else {
        buf_addf(out, "Review: %zu today, about %zu min", review->count, (review->count + 1) / 2);
        if (review->waiting > review->count)
            buf_addf(out, " (%zu of %zu waiting)", review->count, review->waiting);
        buf_add(out, ".");
    }
}
