/* Marks what was said, and remembers it: a class gives few different answers to a question, so most
 * answers cost a look at a small table and no work of the marker's. */
#include "grade/results.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

enum {
    WAYS = 4,             /* places where an outcome may be kept */
    MOST_SLOTS = 1024,    /* of a question that is answered in words or numbers, */
    FEW_SLOTS = 64,       /* and of one with choices */
    ALL_SLOTS = 32768,    /* of a quiz */
    MOST_OUTCOMES = 8192, /* that are kept at a time */
    LONGEST_KEPT = 256,   /* bytes of an answer that is remembered */
    FEW_WORDS = 16,       /* bytes that a slot holds itself */
    MOST_SHARED = 32,     /* outcomes of a question that many answers share */
};

/* What was said in a few words: the first and the last eight bytes and the length say all of it up to
 * 16 bytes; beyond, the outcome's copy is compared. Half a cache line, so that looking is cheap. */
struct slot {
    uint64_t head, tail, shape; /* shape: the length, and how the bytes are read */
    struct outcome *outcome;    /* NULL: free */
};

struct question_memory {
    struct outcome blank, other; /* other: of the record at hand, where it is not kept */
    struct slot *slots;
    size_t count; /* of slots: a power of two */
    size_t next;  /* to be overwritten */
    struct outcome **shared;
    size_t shared_count;
};

struct marker {
    const struct sheet *sheet;
    const struct grade_options *options;
    struct question_memory *questions;
    size_t count;
    size_t outcomes;        /* kept */
    struct outcome *spares; /* of them: nothing belongs to these any more */
    struct sayings sayings;
    struct arena arena;
};

static void finish(struct marker *marker, size_t number, struct outcome *outcome)
{
    const struct question *question = &marker->sheet->quiz->questions[number];
    double fraction = outcome->mark.state == MARK_NEEDS_GRADING ? 0 : outcome->mark.fraction;
    if (marker->options->floor_item && fraction < 0)
        fraction = 0;
    outcome->fraction = fraction;
    outcome->points = question_is_gradable(question) ? fraction * question->points : 0;
    buf_clear(&outcome->piece);
    if (marker->sheet->shown[number])
        marker->sheet->format->piece(marker->sheet, number, outcome, &outcome->piece);
    /* Readable bytes behind it, for who copies 16 at a time. */
    size_t length = outcome->piece.length;
    buf_add(&outcome->piece, "                ");
    buf_cut(&outcome->piece, length);
}

struct marker *marker_new(const struct sheet *sheet, const struct grade_options *options)
{
    struct marker *marker = memory_alloc(sizeof *marker);
    *marker = (struct marker){.sheet = sheet, .options = options, .count = sheet->quiz->count};
    arena_init(&marker->arena);
    arena_init(&marker->sayings.arena);
    /* A first block that stays when an answer's work is released. */
    arena_alloc(&marker->sayings.arena, 1);
    marker->questions = ARENA_ARRAY(&marker->arena, marker->count, struct question_memory);
    for (size_t i = 0; i < marker->count; i++) {
        enum form form = question_form(&sheet->quiz->questions[i]);
        size_t slots = form == FORM_TEXT || form == FORM_NUMBER ? MOST_SLOTS : FEW_SLOTS;
        while (slots > 4 * WAYS && slots * marker->count > ALL_SLOTS)
            slots /= 2;
        marker->questions[i].count = slots;
        marker->questions[i].blank.mark.state = MARK_GAVE_UP;
        finish(marker, i, &marker->questions[i].blank);
    }
    return marker;
}

static void forget(struct outcome *outcome)
{
    buf_free(&outcome->piece);
    buf_free(&outcome->text);
    buf_free(&outcome->chosen);
    buf_free(&outcome->said);
}

void marker_free(struct marker *marker)
{
    for (size_t i = 0; i < marker->count; i++) {
        struct question_memory *memory = &marker->questions[i];
        forget(&memory->blank);
        forget(&memory->other);
        for (size_t s = 0; memory->slots && s < memory->count; s++)
            if (memory->slots[s].outcome && !memory->slots[s].outcome->shared)
                forget(memory->slots[s].outcome);
        for (size_t s = 0; s < memory->shared_count; s++)
            forget(memory->shared[s]);
    }
    for (struct outcome *spare = marker->spares; spare; spare = spare->spare)
        forget(spare);
    arena_free(&marker->sayings.arena);
    arena_free(&marker->arena);
    memory_free(marker);
}

const struct outcome *marker_blank(const struct marker *marker, size_t question)
{
    return &marker->questions[question].blank;
}

/* ---- a new thing said ----------------------------------------------------------------------------- */

static bool refuse(struct outcome *outcome, const char *code, enum severity severity,
                   const char *text)
{
    outcome->code = code;
    outcome->severity = severity;
    buf_clear(&outcome->text);
    utf8_sanitise_line(&outcome->text, text, strlen(text), 500);
    return false;
}

/* Leaves out what names no choice, as Moodle does, and says so. */
static void keep_known(const struct question *question, struct sayings *sayings,
                       struct answer *answer, size_t *slots, struct outcome *outcome,
                       const struct err *err)
{
    size_t kept = 0;
    struct err ignored;
    for (size_t i = 0; i < sayings->count; i++)
        if (answer_from_texts(answer, question, &sayings->list[i], 1, slots, &ignored))
            sayings->list[kept++] = sayings->list[i];
    if (!answer_from_texts(answer, question, sayings->list, kept, slots, &ignored))
        *answer = (struct answer){0};
    refuse(outcome, "W310", SEVERITY_WARNING, err->text);
}

static void keep_choices(const struct question *question, const struct answer *answer,
                         struct outcome *outcome)
{
    enum form form = question_form(question);
    buf_clear(&outcome->chosen);
    if (!answer->given)
        return;
    if (form == FORM_CHOOSE_ONE || form == FORM_CHOOSE_MANY) {
        for (size_t i = 0; i < answer->count; i++)
            buf_add_n(&outcome->chosen, (const char *)&answer->chosen[i], sizeof(size_t));
    } else if (outcome->mark.choice) {
        size_t choice = (size_t)(outcome->mark.choice - question->choices);
        buf_add_n(&outcome->chosen, (const char *)&choice, sizeof choice);
    }
}

static void mark_new(struct marker *marker, size_t number, enum said_as as, struct str raw,
                     struct outcome *outcome)
{
    const struct question *question = &marker->sheet->quiz->questions[number];
    struct sayings *sayings = &marker->sayings;
    struct arena_mark mark = arena_mark(&sayings->arena);
    struct answer answer = {0};
    struct err err;
    outcome->code = NULL;
    outcome->mark = (struct mark){.state = MARK_GAVE_UP};
    const char *code = NULL;
    if (said_read(sayings, question, as, raw, &code, &err)) {
        size_t room =
            question->choice_count > sayings->count ? question->choice_count : sayings->count;
        size_t *slots = ARENA_ARRAY(&sayings->arena, room + 1, size_t);
        if (!answer_from_texts(&answer, question, sayings->list, sayings->count, slots, &err)) {
            if (marker->options->moodle_compat)
                keep_known(question, sayings, &answer, slots, outcome, &err);
            else
                refuse(outcome, "E310", SEVERITY_ERROR, err.text);
        }
        answer.decimal_comma = marker->options->decimal_comma;
        outcome->mark = mark_answer(question, &answer);
        if (outcome->mark.warning && !outcome->code)
            refuse(outcome, "W220", SEVERITY_WARNING, "the text behind the number is ignored");
    } else {
        refuse(outcome, code, SEVERITY_ERROR, err.text);
    }
    keep_choices(question, &answer, outcome);
    finish(marker, number, outcome);
    arena_release(&sayings->arena, mark);
}

/* ---- remembered ----------------------------------------------------------------------------------- */

static inline uint64_t eight_bytes(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* The first eight bytes, where there are fewer with zeros for the rest, in any order of bytes. */
static inline uint64_t first_bytes(const char *p, size_t length)
{
    static const char ones[16] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    return eight_bytes(p) & eight_bytes(ones + (length < 8 ? 8 - length : 0));
}

/* The last eight, likewise: of a short text the same as the first. */
static inline uint64_t last_bytes(const char *p, size_t length)
{
    return first_bytes(p + (length < 8 ? 8 : length) - 8, length);
}

static inline uint64_t mix(uint64_t hash)
{
    hash *= 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 32;
}

static bool same_bytes(const struct buf *a, const struct buf *b)
{
    return a->length == b->length && memcmp(buf_text(a), buf_text(b), a->length) == 0;
}

static struct outcome *find_shared(const struct question_memory *memory,
                                   const struct outcome *outcome)
{
    for (size_t i = 0; i < memory->shared_count; i++) {
        struct outcome *shared = memory->shared[i];
        if (shared->mark.state == outcome->mark.state &&
            shared->mark.choice == outcome->mark.choice &&
            memcmp(&shared->fraction, &outcome->fraction, sizeof outcome->fraction) == 0 &&
            same_bytes(&shared->piece, &outcome->piece) &&
            same_bytes(&shared->chosen, &outcome->chosen))
            return shared;
    }
    return NULL;
}

static struct outcome *new_outcome(struct marker *marker)
{
    struct outcome *outcome = marker->spares;
    if (outcome) {
        marker->spares = outcome->spare;
    } else if (marker->outcomes < MOST_OUTCOMES) {
        outcome = ARENA_NEW(&marker->arena, struct outcome);
        marker->outcomes++;
    }
    return outcome;
}

static void share(struct marker *marker, struct question_memory *memory, struct outcome *outcome)
{
    if (!memory->shared)
        memory->shared = ARENA_ARRAY(&marker->arena, MOST_SHARED, struct outcome *);
    if (memory->shared_count == MOST_SHARED)
        return;
    outcome->shared = true;
    memory->shared[memory->shared_count++] = outcome;
}

static inline bool is_slot_of(const struct slot *slot, const struct slot *wanted)
{
    return !((slot->head ^ wanted->head) | (slot->tail ^ wanted->tail) |
             (slot->shape ^ wanted->shape));
}

/* Keeps what `other` of the question holds, where there is room; the outcome, kept or not. That many
 * wrong numbers share one outcome keeps the memory in the processor's first cache. */
static struct outcome *remember(struct marker *marker, struct question_memory *memory, size_t home,
                                const struct slot *wanted, struct str raw)
{
    struct slot *slot = &memory->slots[home ^ memory->next++ % WAYS];
    bool can_share = !memory->other.code && raw.length <= FEW_WORDS;
    for (size_t i = WAYS; i-- > 0;)
        slot = memory->slots[home ^ i].outcome ? slot : &memory->slots[home ^ i];
    if (slot->outcome && !slot->outcome->shared) {
        slot->outcome->spare = marker->spares;
        marker->spares = slot->outcome;
    }
    slot->outcome = can_share ? find_shared(memory, &memory->other) : NULL;
    if (!slot->outcome) {
        struct outcome *outcome = new_outcome(marker), other = memory->other;
        if (!outcome)
            return &memory->other;
        memory->other = *outcome;
        *outcome = other;
        buf_clear(&outcome->said);
        if (raw.length > FEW_WORDS)
            buf_add_n(&outcome->said, raw.text, raw.length);
        if (can_share)
            share(marker, memory, outcome);
        slot->outcome = outcome;
    }
    struct outcome *kept = slot->outcome;
    *slot = *wanted;
    slot->outcome = kept;
    return kept;
}

/* An answer that is not where it would first be looked for, or is new. */
static __attribute__((noinline)) const struct outcome *mark_elsewhere(struct marker *marker,
                                                                      size_t question,
                                                                      const struct slot *wanted,
                                                                      size_t home, struct str raw)
{
    struct question_memory *memory = &marker->questions[question];
    enum said_as as = wanted->shape & UINT8_MAX;
    bool kept = raw.length <= LONGEST_KEPT;
    if (kept && !memory->slots)
        memory->slots = ARENA_ARRAY(&marker->arena, memory->count, struct slot);
    for (size_t i = 0; kept && i < WAYS; i++) {
        const struct slot *slot = &memory->slots[home ^ i];
        if (slot->outcome && is_slot_of(slot, wanted) &&
            (raw.length <= FEW_WORDS ||
             memcmp(slot->outcome->said.data, raw.text, raw.length) == 0))
            return slot->outcome;
    }
    mark_new(marker, question, as, raw, &memory->other);
    return kept ? remember(marker, memory, home, wanted, raw) : &memory->other;
}

const struct outcome *marker_mark(struct marker *marker, size_t question, enum said_as as,
                                  const char *raw, size_t length)
{
    const struct question_memory *memory = &marker->questions[question];
    const struct slot wanted = {
        .head = first_bytes(raw, length),
        .tail = last_bytes(raw, length),
        .shape = (uint64_t)length << 8 | (uint64_t)as,
    };
    size_t home = mix(wanted.head ^ wanted.tail * 31 ^ wanted.shape) & (memory->count - 1);
    if (memory->slots && length <= FEW_WORDS) {
        const struct slot *slot = &memory->slots[home];
        if (slot->outcome && is_slot_of(slot, &wanted))
            return slot->outcome;
    }
    return mark_elsewhere(marker, question, &wanted, home, (struct str){raw, length});
}
