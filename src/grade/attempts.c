#include "grade/attempts.h"

#include <string.h>

struct key {
    uint64_t a, b;
};

struct attempt {
    struct key key;
    double score;
    int64_t number, position; /* position -1: a free entry */
};

struct chosen_attempts {
    enum attempts which;
    struct attempt *list;
    size_t count, capacity; /* a power of two, at most half full */
};

static void clear(struct attempt *list, size_t capacity)
{
    for (size_t i = 0; i < capacity; i++)
        list[i].position = -1;
}

struct chosen_attempts *attempts_new(enum attempts which)
{
    struct chosen_attempts *chosen = memory_alloc(sizeof *chosen);
    *chosen = (struct chosen_attempts){.which = which, .capacity = 1024};
    chosen->list = memory_alloc(chosen->capacity * sizeof *chosen->list);
    clear(chosen->list, chosen->capacity);
    return chosen;
}

void attempts_free(struct chosen_attempts *chosen)
{
    if (chosen)
        memory_free(chosen->list);
    memory_free(chosen);
}

static uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static struct key key_of(size_t quiz, const char *learner, size_t length)
{
    uint64_t first = str_hash(learner, length), second = 0x9E3779B97F4A7C15u;
    for (size_t i = 0; i < length; i++)
        second = (second + (unsigned char)learner[i]) * 0xD6E8FEB86659FD93u;
    return (struct key){scramble(first + quiz), scramble(second ^ (uint64_t)quiz << 32)};
}

static struct attempt *slot(const struct chosen_attempts *chosen, struct key key)
{
    size_t mask = chosen->capacity - 1;
    for (size_t at = key.a & mask;; at = (at + 1) & mask) {
        struct attempt *entry = &chosen->list[at];
        if (entry->position < 0 || (entry->key.a == key.a && entry->key.b == key.b))
            return entry;
    }
}

static void grow(struct chosen_attempts *chosen)
{
    struct chosen_attempts wider = {.capacity = chosen->capacity * 2};
    wider.list = memory_alloc(wider.capacity * sizeof *wider.list);
    clear(wider.list, wider.capacity);
    for (size_t i = 0; i < chosen->capacity; i++)
        if (chosen->list[i].position >= 0)
            *slot(&wider, chosen->list[i].key) = chosen->list[i];
    memory_free(chosen->list);
    chosen->list = wider.list;
    chosen->capacity = wider.capacity;
}

/* Attempts are ordered by their numbers where they have them, else as they come. */
static bool replaces(enum attempts which, const struct attempt *new, const struct attempt *old)
{
    if (which == ATTEMPTS_BEST)
        return new->score > old->score;
    if (which == ATTEMPTS_FIRST)
        return new->number < old->number;
    return new->number >= old->number;
}

static bool take(void *user, size_t quiz, const char *bytes, size_t size)
{
    struct chosen_attempts *chosen = user;
    (void)quiz;
    for (size_t at = 0; at + sizeof(struct attempt) <= size; at += sizeof(struct attempt)) {
        struct attempt attempt;
        memcpy(&attempt, bytes + at, sizeof attempt);
        struct attempt *entry = slot(chosen, attempt.key);
        if (entry->position < 0) {
            *entry = attempt;
            if (++chosen->count * 2 > chosen->capacity)
                grow(chosen);
        } else if (replaces(chosen->which, &attempt, entry)) {
            *entry = attempt;
        }
    }
    return true;
}

static void record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    struct attempt attempt;
    memset(&attempt, 0, sizeof attempt);
    attempt.key = key_of(sheet->quiz_number, graded->learner, graded->learner_length);
    attempt.score = graded->score;
    attempt.number = graded->attempt;
    attempt.position = graded->position;
    buf_add_n(out, (const char *)&attempt, sizeof attempt);
}

static void piece(const struct sheet *sheet, size_t question, const struct outcome *outcome,
                  struct buf *out)
{
    (void)sheet;
    (void)question;
    (void)outcome;
    (void)out;
}

struct result_format attempts_format(struct chosen_attempts *chosen)
{
    return (struct result_format){.name = "attempts",
                                  .together = true,
                                  .piece = piece,
                                  .record = record,
                                  .take = take,
                                  .user = chosen};
}

bool attempts_has(const struct chosen_attempts *chosen, size_t quiz, const char *learner,
                  size_t length, int64_t position)
{
    return slot(chosen, key_of(quiz, learner, length))->position == position;
}
