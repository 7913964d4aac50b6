#include "study/review.h"

#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 1024, STREAM = 77 /* of base/rng.h */ };

/* ---- cards ------------------------------------------------------------------------------------- */

struct fsrs review_fsrs(void)
{
    struct fsrs fsrs;
    fsrs_init(&fsrs, fsrs_default, 0.9, REVIEW_MOST_DAYS, NULL);
    return fsrs;
}

void deck_init(struct deck *deck, const struct fsrs *fsrs, bool everything)
{
    *deck = (struct deck){.fsrs = *fsrs, .everything = everything};
    arena_init(&deck->arena);
    deck->buckets = ARENA_ARRAY(&deck->arena, BUCKETS, size_t);
}

void deck_free(struct deck *deck)
{
    arena_free(&deck->arena);
    *deck = (struct deck){0};
}

static size_t bucket_of(const char *quiz, const char *key)
{
    return (str_hash(quiz, strlen(quiz)) * 31 + str_hash(key, strlen(key))) % BUCKETS;
}

static struct card *find(const struct deck *deck, const char *quiz, const char *key)
{
    for (size_t at = deck->buckets[bucket_of(quiz, key)]; at; at = deck->cards[at - 1].next)
        if (strcmp(deck->cards[at - 1].key, key) == 0 &&
            strcmp(deck->cards[at - 1].quiz, quiz) == 0)
            return &deck->cards[at - 1];
    return NULL;
}

const struct card *deck_find(const struct deck *deck, const char *quiz, const char *key)
{
    return find(deck, quiz, key);
}

static const char *keep(struct deck *deck, const char *text)
{
    return arena_strdup(&deck->arena, text ? text : "");
}

static struct card *find_or_add(struct deck *deck, const struct event *event)
{
    const char *quiz = event->quiz ? event->quiz : "", *key = event->question;
    struct card *card = find(deck, quiz, key);
    if (card)
        return card;
    size_t *bucket = &deck->buckets[bucket_of(quiz, key)];
    struct card fresh = {.quiz = keep(deck, quiz),
                         .key = keep(deck, key),
                         .chapter = keep(deck, event->chapter),
                         .section = "",
                         .hash = event->question_hash,
                         .next = *bucket};
    ARENA_PUSH(&deck->arena, deck->cards, deck->count, deck->capacity, fresh);
    *bucket = deck->count;
    return &deck->cards[deck->count - 1];
}

/* ---- the fold ---------------------------------------------------------------------------------- */

enum fsrs_grade review_grade(bool right, int confidence)
{
    if (!right || confidence == 1) /* luck is not recall */
        return FSRS_AGAIN;
    return confidence == 2 ? FSRS_HARD : FSRS_GOOD;
}

static void begin_anew(struct card *card, int day)
{
    card->graded = card->missed = card->lapses = 0;
    card->memory = (struct fsrs_memory){0};
    card->due_day = card->last_day = day;
    card->misled = false;
    card->grade = 0;
}

static void remember(struct deck *deck, struct card *card, int day, enum fsrs_grade grade)
{
    int elapsed = day - card->last_day;
    if (grade == FSRS_AGAIN && card->memory.stability > 0)
        card->lapses++;
    card->graded++;
    card->memory = fsrs_step(&deck->fsrs, card->memory, elapsed > 0 ? elapsed : 0, grade);
    card->grade = grade;
    /* A clock set back must not move the days that were lived already. */
    card->last_day = day > card->last_day ? day : card->last_day;
    card->due_day = card->last_day + fsrs_days(&deck->fsrs, card->memory);
}

/* A second try comes after the hint: it has the attempt of the first, or, within a lesson, its day. */
static void keep_latest(struct card *card, const struct event *event, int day, bool right)
{
    uint64_t attempt =
        event->attempt && *event->attempt ? str_hash(event->attempt, strlen(event->attempt)) : 0;
    bool again = card->latest_day && attempt == card->latest_attempt &&
                 card->hash == event->question_hash && (attempt || day <= card->latest_day);
    if (again)
        return;
    card->latest_right = right;
    card->latest_day = day;
    card->latest_attempt = attempt;
}

/* What a review was answered today can be taken back today. */
static void note_review(struct deck *deck, const struct event *event, struct card *card, int day)
{
    if (day != deck->answer_day)
        deck->answer_count = 0;
    deck->answer_day = day;
    struct deck_answer answer = {.card = (size_t)(card - deck->cards), .at = event->at};
    memcpy(answer.event, event->id, sizeof answer.event);
    if (!event->attempt || !text_starts(event->attempt, ATTEMPT_REVIEW))
        return;
    card->reviewed_day = day;
    ARENA_PUSH(&deck->arena, deck->answers, deck->answer_count, deck->answer_capacity, answer);
}

bool review_is_practice(const struct event *event)
{
    return event->attempt && text_starts(event->attempt, ATTEMPT_PRACTICE);
}

static void add_answer(struct deck *deck, const struct event *event)
{
    if (!event->question || !*event->question || event->ungraded)
        return;
    struct card *card = find_or_add(deck, event);
    int day = event->day ? event->day : clock_study_day(event->at);
    bool right = event->state && strcmp(event->state, "right") == 0;
    keep_latest(card, event, day, right);
    note_review(deck, event, card, day);
    if (card->hash != event->question_hash) {
        card->hash = event->question_hash;
        begin_anew(card, day);
    } else if (day <= card->answered_day) {
        return; /* only the first answer of a day is graded; the others are practice */
    }
    if (review_is_practice(event))
        return;
    if (event->section && *event->section)
        card->section = keep(deck, event->section);
    card->answered_day = day;
    enum fsrs_grade grade = review_grade(right, event->confidence);
    if (!card->admitted && grade == FSRS_GOOD && !deck->everything)
        return; /* known at once, and surely */
    if (!card->admitted) {
        card->admitted = true;
        begin_anew(card, day);
    }
    card->missed += !right;
    bool left = event->state && strcmp(event->state, "gaveup") == 0; /* says nothing wrong */
    card->misled = !right && !left && event->confidence != 1 && event->confidence != 2;
    remember(deck, card, day, grade);
}

static void add_reset(struct deck *deck, const struct event *event)
{
    bool all = strcmp(event->chapter, "all") == 0;
    deck->answer_count = 0;
    for (size_t i = 0; i < deck->count; i++) {
        struct card *card = &deck->cards[i];
        if (all || strcmp(card->chapter, event->chapter) == 0)
            *card = (struct card){.quiz = card->quiz,
                                  .key = card->key,
                                  .chapter = card->chapter,
                                  .section = "",
                                  .hash = card->hash,
                                  .next = card->next};
    }
}

void deck_add(struct deck *deck, const struct event *event)
{
    if (event->type == EVENT_ANSWER)
        add_answer(deck, event);
    else if (event->type == EVENT_RESET)
        add_reset(deck, event);
    else if (event->type == EVENT_RETIRE && event->question)
        find_or_add(deck, event)->retired = event->on;
}

static bool add_event(void *deck, const struct event *event)
{
    deck_add(deck, event);
    return true;
}

bool deck_read(struct deck *deck, struct store *store, const char *course, struct err *err)
{
    return store_reviews(store, course, add_event, deck, err);
}

/* ---- the course ---------------------------------------------------------------------------------- */

void review_match(struct deck *deck, struct course *course)
{
    for (size_t i = 0; i < deck->count; i++) {
        struct card *card = &deck->cards[i];
        int chapter = course_chapter_of_quiz(course, card->quiz);
        const struct quiz *quiz = chapter >= 0 ? course_quiz(course, (size_t)chapter) : NULL;
        card->question = quiz ? quiz_find(quiz, card->key) : NULL;
        if (card->question && !question_is_gradable(card->question))
            card->question = NULL; /* only a person can mark it: its memory has no grades */
        if (!card->question)
            continue;
        card->chapter = course->chapters[chapter].lesson.id;
        const char *section = question_tag(card->question, "section:", 0);
        card->section = section ? section : card->section;
        if (card->hash == card->question->hash)
            continue;
        card->latest_day = 0; /* that was another question */
        begin_anew(card, card->last_day);
    }
}

/* ---- what is due -------------------------------------------------------------------------------- */

bool review_is_due(const struct card *card, int day)
{
    return card->admitted && !card->retired && card->due_day <= day;
}

double review_recall(const struct deck *deck, const struct card *card, int day)
{
    return fsrs_recall(&deck->fsrs, card->memory, day - card->last_day);
}

bool review_is_stubborn(const struct card *card)
{
    return card->lapses >= REVIEW_STUBBORN && (card->lapses - REVIEW_STUBBORN) % 2 == 0;
}

bool review_has_come_back(const struct card *card)
{
    return card->admitted && card->graded > 1;
}

bool review_is_remembered(const struct deck *deck, const struct card *card, int day)
{
    return card->admitted && !card->retired && card->grade > FSRS_AGAIN &&
           review_recall(deck, card, day) >= 0.9;
}

unsigned review_stubborn_now(const struct deck *deck, const struct study_item *item)
{
    const struct card *card = deck_find(deck, item->quiz, item->question->key);
    if (!card || !item->marked || item->mark.state == MARK_RIGHT)
        return 0;
    struct card after = *card;
    after.lapses++;
    return review_is_stubborn(&after) ? after.missed + 1 : 0;
}

size_t review_due(const struct deck *deck, int day, const char *chapter)
{
    size_t due = 0;
    for (size_t i = 0; i < deck->count; i++)
        due += deck->cards[i].question && review_is_due(&deck->cards[i], day) &&
               (!chapter || strcmp(deck->cards[i].chapter, chapter) == 0);
    return due;
}

int review_next(const struct deck *deck, int day, size_t *count)
{
    int next = 0;
    *count = 0;
    for (size_t i = 0; i < deck->count; i++) {
        const struct card *card = &deck->cards[i];
        if (!card->question || !card->admitted || card->retired || card->due_day <= day)
            continue;
        if (!next || card->due_day < next) {
            next = card->due_day;
            *count = 0;
        }
        *count += card->due_day == next;
    }
    return next;
}

size_t review_done(const struct deck *deck, int day)
{
    size_t done = 0;
    for (size_t i = 0; i < deck->count; i++) {
        const struct card *card = &deck->cards[i];
        done += card->question && card->reviewed_day == day;
    }
    return done;
}

/* A card that is due, with all that its place in the queue depends on. */
struct turn {
    const struct card *card;
    double recall;
    uint64_t shuffled;
    bool taken;
};

static int by_key(const struct turn *x, const struct turn *y)
{
    int order = strcmp(x->card->key, y->card->key);
    return order ? order : strcmp(x->card->quiz, y->card->quiz);
}

static int by_recall(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    return x->recall != y->recall ? (x->recall > y->recall ? -1 : 1) : by_key(x, y);
}

static int by_chance(const void *a, const void *b)
{
    const struct turn *x = a, *y = b;
    return x->shuffled != y->shuffled ? (x->shuffled < y->shuffled ? -1 : 1) : by_key(x, y);
}

static size_t left_of_chapter(const struct turn *turns, size_t count, const struct card *card)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++)
        left += !turns[i].taken && strcmp(turns[i].card->chapter, card->chapter) == 0;
    return left;
}

/* The next of the queue: from the chapter that has most left, but not the one before's where another
 * has any; within it the first by chance. */
static size_t next_turn(const struct turn *turns, size_t count, const char *before)
{
    size_t best = count, most = 0;
    for (size_t i = 0; i < count; i++) {
        if (turns[i].taken)
            continue;
        bool again = before && strcmp(turns[i].card->chapter, before) == 0;
        size_t left = again ? 0 : left_of_chapter(turns, count, turns[i].card);
        if (best == count || left > most) {
            best = i;
            most = left;
        }
    }
    return best;
}

static void line_up(struct turn *turns, size_t count, const struct card **out, const char *before)
{
    for (size_t i = 0; i < count; i++) {
        size_t next = next_turn(turns, count, before);
        turns[next].taken = true;
        out[i] = turns[next].card;
        before = out[i]->chapter;
    }
}

size_t review_queue(const struct deck *deck, int day, size_t most, struct arena *arena,
                    const struct card ***out)
{
    struct turn *turns = ARENA_ARRAY(arena, deck->count, struct turn);
    size_t count = 0;
    for (size_t i = 0; i < deck->count; i++) {
        const struct card *card = &deck->cards[i];
        if (!card->question || !review_is_due(card, day))
            continue;
        struct rng chance; /* of this question on this day */
        rng_init(&chance, str_hash(card->key, strlen(card->key)), STREAM, (uint64_t)day);
        turns[count++] = (struct turn){
            .card = card, .recall = review_recall(deck, card, day), .shuffled = rng_next(&chance)};
    }
    if (count)
        qsort(turns, count, sizeof *turns, by_recall);
    count = count < most ? count : most;
    if (count)
        qsort(turns, count, sizeof *turns, by_chance);
    struct turn *misled = ARENA_ARRAY(arena, count, struct turn);
    size_t first = 0, rest = 0;
    for (size_t i = 0; i < count; i++) {
        if (turns[i].card->misled)
            misled[first++] = turns[i];
        else
            turns[rest++] = turns[i];
    }
    *out = ARENA_ARRAY(arena, count, const struct card *);
    line_up(misled, first, *out, NULL);
    line_up(turns, rest, *out + first, first ? (*out)[first - 1]->chapter : NULL);
    return count;
}
