/* lesson/prose.h: rules of the text that need only the text: how long a sentence may be. */
#ifndef LESSON_PROSE_H
#define LESSON_PROSE_H

#include "lesson/source.h"

enum { PROSE_WORDS_MOST = 24 }; /* of a sentence */

/* Finds sentences that are too long in paragraphs, items and quotations. */
void prose_check_blocks(struct source *source, const struct block *blocks, size_t count);

/* The same for one text that begins at `place`. NULL: nothing to check. */
void prose_check_text(struct source *source, const char *text, struct place place);

#endif
