/* fold.h: short answers compared as Moodle compares them, and words as people look for them.
 *
 * Both sides are normalised to NFC and, unless case counts, folded by Unicode's simple case folding
 * (one character becomes one: a sharp s is not "ss"). In the pattern an unescaped `*` stands for any
 * characters but LF, and `\*` for itself. */
#ifndef QUIZ_FOLD_H
#define QUIZ_FOLD_H

#include "base/str.h"

/* Appends the text as it is compared. */
void fold_add(struct buf *out, struct str text, bool ignore_case);

/* The same in memory of its own, without malloc for a short text of ASCII. */
struct fold {
    struct str text;
    char few[120];
    struct buf many;
};

void fold_open(struct fold *fold, struct str text, bool ignore_case);
void fold_close(struct fold *fold);

/* For looking things up neither case nor accents count: appends "Naïve" as "naive". */
void fold_loosely(struct buf *out, struct str text);
/* Which byte of `text` stands at that byte of its loosely folded form; its length for what lies behind. */
size_t fold_loosely_at(struct str text, size_t folded);

/* Both sides folded. */
bool fold_matches(struct str pattern, struct str text);

#endif
