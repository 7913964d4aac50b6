/* index.h: which question has which key; private to the room.
 *
 * A hash table that grows with the quiz and lives in its arena. It also gives a second question of
 * the same name another key. */
#ifndef QUIZ_INDEX_H
#define QUIZ_INDEX_H

#include "base/arena.h"

#include <stddef.h>

struct quiz_index;

struct quiz_index *index_new(struct arena *arena);

/* Enters `key` for question `number` and returns it; where it is taken, `key#2`, `key#3`, ... */
const char *index_claim(struct quiz_index *index, struct arena *arena, const char *key,
                        size_t number);

/* The number of the question; SIZE_MAX where none has that key. */
size_t index_find(const struct quiz_index *index, const char *key);

#endif
