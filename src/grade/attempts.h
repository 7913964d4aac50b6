/* attempts.h: which of a learner's attempts counts; private to the room.
 *
 * All records are marked twice: once to choose, once to write what was chosen. About 100 bytes for each
 * learner are kept in between; learners are told apart by 128 bits of a hash of their names. */
#ifndef GRADE_ATTEMPTS_H
#define GRADE_ATTEMPTS_H

#include "grade/results.h"

struct chosen_attempts;

struct chosen_attempts *attempts_new(enum attempts which);
void attempts_free(struct chosen_attempts *chosen);
/* A result format whose `take` fills `chosen`. */
struct result_format attempts_format(struct chosen_attempts *chosen);
/* Whether the record at `position` is the chosen one. */
bool attempts_has(const struct chosen_attempts *chosen, size_t quiz, const char *learner,
                  size_t length, int64_t position);

#endif
