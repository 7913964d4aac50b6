/* str.h: growing text, slices of text, and the small questions one asks of words.
 *
 * A `struct buf` owns its bytes (buf_free); its `data` always ends with a NUL. A `struct str` is a
 * borrowed slice. Numbers are read and written as in the C locale, whatever the user's is. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data; /* NULL until something is added; use buf_text to read */
    size_t length, capacity;
};

void buf_free(struct buf *buf);
void buf_clear(struct buf *buf);              /* empties it, keeps its memory */
void buf_cut(struct buf *buf, size_t length); /* to at most its first `length` bytes */
void buf_add(struct buf *buf, const char *text);
void buf_add_n(struct buf *buf, const char *bytes, size_t length);
void buf_add_char(struct buf *buf, char c);
/* Room for `more` bytes at its end: write there, then add to its length. */
char *buf_room(struct buf *buf, size_t more);
void buf_repeat(struct buf *buf, const char *text, size_t times);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_addv(struct buf *buf, const char *format, va_list args);
const char *buf_text(const struct buf *buf); /* never NULL */

/* The shortest decimal that reads back as the same double ("0.1", "1e-58", "nan", "inf", "-inf"). */
void buf_add_number(struct buf *buf, double value);
/* A number that printf wrote, with its exponent as people write it: "2.7e-05" as "2.7e-5". */
void buf_add_exponent(struct buf *buf, const char *number);

struct str {
    const char *text;
    size_t length;
};

struct str str_of(const char *text);
struct str str_trim(struct str slice); /* ASCII white space off both ends */
bool str_is(struct str slice, const char *word);
bool str_starts(struct str slice, const char *prefix);

/* Cuts the next word (run of non-blanks) off the front of `rest`; empty at the end. */
struct str str_word(struct str *rest);

/* Cuts the next line off the front, without its newline; false at the end. */
bool str_line(struct str *rest, struct str *line);

/* The whole slice as a number: decimal or exponent, no blanks, no hex, no nan or inf; under 512
 * characters. An integer may be written "1e6"; it lies within +-(2^53 - 1), where doubles are exact. */
bool str_number(struct str slice, double *value);
bool str_integer(struct str slice, int64_t *value);

bool text_starts(const char *text, const char *prefix);

/* Which of `count` words is nearest to `word`, at most a third of its letters wrong; NULL if none
 * is near. `name(list, i)` gives the i-th word. For "did you mean". */
const char *str_nearest(const char *word, const void *list, size_t count,
                        const char *(*name)(const void *list, size_t i));

/* 64-bit FNV-1a: the identity of a step or a question over edits, never security. */
uint64_t str_hash(const char *bytes, size_t length);

#endif
