/* answers.h: what one types in line mode. In a file of its own because support/run.h and draw/text.h
 * both have a struct run. */
#ifndef TESTS_SUPPORT_ANSWERS_H
#define TESTS_SUPPORT_ANSWERS_H

#include "base/str.h"

/* The lines that answer every question of a quiz file with its key, surely, when the options are
 * shuffled by `seed`; the caller frees them. */
struct buf answers_right(const char *path, uint64_t seed);

#endif
