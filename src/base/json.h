/* json.h: JSON out, and JSON in as a stream of events (RFC 8259).
 *
 * The reader never builds a tree: callers pull events, so memory does not grow with the text. It is
 * strict (no comments, no trailing commas, UTF-8 only, no number beyond a double, at most 64 levels)
 * and names line and column. A key that comes twice is given twice: what it means is the caller's to
 * say. Strings come decoded but not sanitised (utf8.h).
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "text" with quotes and escapes. */
void json_add_string(struct buf *out, const char *text);

/* A number with every digit it has; nan and infinities as the strings "nan", "inf", "-inf". */
void json_add_number(struct buf *out, double value);

enum json_event {
    JSON_ERROR, /* see reader->err; every later call returns it again */
    JSON_END,   /* after the one value of the text */
    JSON_OBJECT,
    JSON_OBJECT_END,
    JSON_ARRAY,
    JSON_ARRAY_END,
    JSON_KEY,    /* reader->text */
    JSON_STRING, /* reader->text, decoded; may hold NUL: see its length */
    JSON_NUMBER, /* reader->number, and its source in reader->text */
    JSON_TRUE,
    JSON_FALSE,
    JSON_NULL,
};

enum { JSON_DEPTH = 64 };

struct json_reader {
    const char *input;
    size_t size, at;
    struct buf text;
    double number;
    struct err err;  /* "2:14: expected a comma" */
    uint64_t arrays; /* which open level is an array: one bit each */
    int depth;
    enum { JSON_BEFORE_VALUE, JSON_AFTER_VALUE, JSON_FIRST, JSON_FAILED } state;
};

/* The input is borrowed until json_close. */
void json_open(struct json_reader *reader, const char *input, size_t size);
void json_close(struct json_reader *reader);
enum json_event json_next(struct json_reader *reader);

/* Passes over the value that begins with `event`, whatever it holds; false on an error in it. */
bool json_skip(struct json_reader *reader, enum json_event event);

#endif
