/* A day's review: how much there is, and in words. */
#include "study/review.h"

#include "base/clock.h"
#include "study/study.h"

#include <string.h>

bool review_open(struct review *review, struct store *store, struct course *course,
                 const struct clock *clock, size_t more, struct err *err)
{
    struct fsrs fsrs = review_fsrs();
    *review = (struct review){
        .store = store, .course = course->page.id, .day = clock_study_day(clock_wall_ms(clock))};
    deck_init(&review->deck, &fsrs, false);
    if (!store || !deck_read(&review->deck, store, course->page.id, err))
        return !store;
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
}

bool review_is_taken(void *user, const struct study_item *item)
{
    const struct review *review = user;
    struct fsrs fsrs = review_fsrs();
    struct deck now;
    deck_init(&now, &fsrs, false);
    bool good = deck_read(&now, review->store, review->course, NULL);
    const struct card *card = good ? deck_find(&now, item->quiz, item->question->key) : NULL;
    bool taken = card && card->answered_day == review->day;
    deck_free(&now);
    return taken;
}

void review_close(struct review *review)
{
    deck_free(&review->deck);
}

unsigned review_missed_often(const struct review *review, const struct study_item *item,
                             const char **section)
{
    const struct card *card = deck_find(&review->deck, item->quiz, item->question->key);
    if (!card || !item->marked || item->mark.state == MARK_RIGHT)
        return 0;
    struct card after = *card;
    after.lapses++;
    *section = card->section;
    return review_is_stubborn(&after) ? card->missed + 1 : 0;
}

struct memory review_memory(const struct review *review, const char *chapter)
{
    struct memory memory = {0};
    for (size_t i = 0; i < review->deck.count; i++) {
        const struct card *card = &review->deck.cards[i];
        if (!card->question || !card->admitted || card->retired ||
            strcmp(card->chapter, chapter) != 0)
            continue;
        bool remembered = review_is_remembered(&review->deck, card, review->day);
        memory.cards++;
        memory.remembered += remembered;
        memory.stubborn += !remembered && card->lapses >= REVIEW_STUBBORN;
    }
    return memory;
}

void review_say_memory(const struct memory *memory, struct buf *out)
{
    if (memory->cards)
        buf_addf(out, "remembered %zu of %zu", memory->remembered, memory->cards);
    if (memory->stubborn)
        buf_addf(out, ", %zu stubborn", memory->stubborn);
}

static void say_next(const struct review *review, struct buf *out)
{
    size_t count;
    int next = review_next(&review->deck, review->day, &count);
    if (!next)
        return;
    buf_addf(out, " Next: %zu ", count);
    if (next == review->day + 1)
        buf_add(out, "tomorrow.");
    else
        buf_addf(out, "in %d days.", next - review->day);
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
