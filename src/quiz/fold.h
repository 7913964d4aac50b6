/* fold.h: short answers compared as Moodle compares them; private to the room.
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

/* Both sides folded. */
bool fold_matches(struct str pattern, struct str text);

#endif
