#include "quiz/index.h"

#include "base/str.h"

#include <stdint.h>
#include <string.h>

struct entry {
    const char *key; /* NULL: free */
    uint64_t hash;
    size_t number;
    size_t copies; /* of this key so far: the next is key#(copies + 1) */
};

struct quiz_index {
    struct entry *entries;
    size_t count, capacity; /* capacity is a power of two, at most half full */
};

struct quiz_index *index_new(struct arena *arena)
{
    struct quiz_index *index = ARENA_NEW(arena, struct quiz_index);
    index->capacity = 16;
    index->entries = ARENA_ARRAY(arena, index->capacity, struct entry);
    return index;
}

/* The entry of the key, or the free one where it belongs. */
static struct entry *slot(const struct quiz_index *index, const char *key, uint64_t hash)
{
    size_t mask = index->capacity - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        struct entry *entry = &index->entries[at];
        if (!entry->key || (entry->hash == hash && strcmp(entry->key, key) == 0))
            return entry;
    }
}

static void grow(struct quiz_index *index, struct arena *arena)
{
    struct quiz_index wider = {.capacity = index->capacity * 2};
    wider.entries = ARENA_ARRAY(arena, wider.capacity, struct entry);
    for (size_t i = 0; i < index->capacity; i++)
        if (index->entries[i].key)
            *slot(&wider, index->entries[i].key, index->entries[i].hash) = index->entries[i];
    index->entries = wider.entries;
    index->capacity = wider.capacity;
}

const char *index_claim(struct quiz_index *index, struct arena *arena, const char *key,
                        size_t number)
{
    if (++index->count * 2 > index->capacity)
        grow(index, arena);
    uint64_t hash = str_hash(key, strlen(key));
    struct entry *entry = slot(index, key, hash);
    if (entry->key) {
        struct entry *first = entry;
        do {
            key = arena_printf(arena, "%s#%zu", first->key, ++first->copies);
            hash = str_hash(key, strlen(key));
            entry = slot(index, key, hash);
        } while (entry->key);
    }
    *entry = (struct entry){.key = key, .hash = hash, .number = number, .copies = 1};
    return key;
}

size_t index_find(const struct quiz_index *index, const char *key)
{
    const struct entry *entry = slot(index, key, str_hash(key, strlen(key)));
    return entry->key ? entry->number : SIZE_MAX;
}
