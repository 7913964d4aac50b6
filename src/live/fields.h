/* live/fields.h: one message as a flat list of named values.
 *
 * Strict JSON: one object whose values are texts, whole numbers, flags, or lists of texts or numbers;
 * every other shape, a name that comes twice, and what is too long is refused. Texts come out clean.
 * Names that nobody asks for are passed over, so that a newer end can say more. */
#ifndef LIVE_FIELDS_H
#define LIVE_FIELDS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { FIELDS_MOST = 32, FIELDS_LIST_MOST = 64 };

struct field_value {
    const char *name;
    enum { FIELD_NUMBER, FIELD_TEXT, FIELD_LIST } kind;
    int64_t number; /* a flag is 0 or 1 */
    const char *text;
    const char **texts; /* LIST: each is a text or NULL */
    int64_t *numbers;
    size_t count;
};

struct fields {
    struct field_value list[FIELDS_MOST];
    size_t count;
};

bool fields_read(struct fields *fields, struct arena *arena, const char *text, size_t size,
                 struct err *err);

/* "" where it is not there or no text. */
const char *fields_text(const struct fields *fields, const char *name);
/* False where it is not there, no number, or not within [least, most]; then *value stays. */
bool fields_number(const struct fields *fields, const char *name, int64_t least, int64_t most,
                   int64_t *value);
/* NULL where it is not there or no list. */
const struct field_value *fields_list(const struct fields *fields, const char *name);

/* Writing the same: each adds `"name":value`, with a comma where the object has a member already. */
void fields_begin(struct buf *out); /* "{" */
void fields_add_text(struct buf *out, const char *name, const char *value);
void fields_add_number(struct buf *out, const char *name, int64_t value);
void fields_add_numbers(struct buf *out, const char *name, const int64_t *values, size_t count);
void fields_add_texts(struct buf *out, const char *name, const char *const *values, size_t count);
void fields_end(struct buf *out); /* "}" */

#endif
