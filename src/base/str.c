#include "base/str.h"

#include "base/arena.h"

#include <assert.h>
#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){0};
}

void buf_clear(struct buf *buf)
{
    buf_cut(buf, 0);
}

void buf_cut(struct buf *buf, size_t length)
{
    if (length > buf->length)
        return;
    buf->length = length;
    if (buf->data)
        buf->data[length] = '\0';
}

static void buf_reserve(struct buf *buf, size_t more)
{
    if (more < buf->capacity - buf->length)
        return;
    assert(more < SIZE_MAX / 4 && buf->length < SIZE_MAX / 4);
    size_t capacity = buf->capacity ? buf->capacity : 64;
    while (capacity - buf->length <= more)
        capacity *= 2;
    buf->data = memory_resize(buf->data, capacity);
    buf->capacity = capacity;
}

char *buf_room(struct buf *buf, size_t more)
{
    buf_reserve(buf, more);
    return buf->data + buf->length;
}

void buf_add_n(struct buf *buf, const char *bytes, size_t length)
{
    buf_reserve(buf, length);
    if (length)
        memcpy(buf->data + buf->length, bytes, length);
    buf->length += length;
    buf->data[buf->length] = '\0';
}

void buf_add(struct buf *buf, const char *text)
{
    buf_add_n(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add_n(buf, &c, 1);
}

void buf_repeat(struct buf *buf, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_add(buf, text);
}

void buf_addv(struct buf *buf, const char *format, va_list args)
{
    assert(format);
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length > 0) {
        buf_reserve(buf, (size_t)length);
        vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
        buf->length += (size_t)length;
    }
    va_end(again);
}

void buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_addv(buf, format, args);
    va_end(args);
}

const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

void buf_add_number(struct buf *buf, double value)
{
    if (isnan(value)) {
        buf_add(buf, "nan");
    } else if (isinf(value)) {
        buf_add(buf, value < 0 ? "-inf" : "inf");
    } else {
        /* 15 digits always survive, except where the last of the double's bits are worn away. */
        char text[40];
        for (int digits = fabs(value) < DBL_MIN ? 1 : 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, value);
            if (strtod(text, NULL) == value)
                break;
        }
        buf_add(buf, text);
    }
}

void buf_add_exponent(struct buf *buf, const char *number)
{
    const char *mark = strchr(number, 'e');
    size_t length = mark ? (size_t)(mark - number) : strlen(number);
    buf_add_n(buf, number, length);
    if (mark)
        buf_addf(buf, "e%ld", strtol(mark + 1, NULL, 10));
}

struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str slice)
{
    while (slice.length && is_blank(slice.text[0])) {
        slice.text++;
        slice.length--;
    }
    while (slice.length && is_blank(slice.text[slice.length - 1]))
        slice.length--;
    return slice;
}

bool str_is(struct str slice, const char *word)
{
    return strlen(word) == slice.length && memcmp(slice.text, word, slice.length) == 0;
}

bool str_starts(struct str slice, const char *prefix)
{
    size_t length = strlen(prefix);
    return slice.length >= length && memcmp(slice.text, prefix, length) == 0;
}

struct str str_word(struct str *rest)
{
    *rest = str_trim(*rest);
    size_t length = 0;
    while (length < rest->length && !is_blank(rest->text[length]))
        length++;
    struct str word = {rest->text, length};
    rest->text += length;
    rest->length -= length;
    return word;
}

bool str_line(struct str *rest, struct str *line)
{
    if (!rest->length)
        return false;
    const char *end = memchr(rest->text, '\n', rest->length);
    size_t length = end ? (size_t)(end - rest->text) : rest->length;
    *line = (struct str){rest->text, length};
    size_t step = end ? length + 1 : length;
    rest->text += step;
    rest->length -= step;
    return true;
}

bool str_number(struct str slice, double *value)
{
    char text[512];
    if (!slice.length || slice.length >= sizeof text)
        return false;
    for (size_t i = 0; i < slice.length; i++)
        if (!isdigit((unsigned char)slice.text[i]) && !memchr("+-.eE", slice.text[i], 5))
            return false;
    memcpy(text, slice.text, slice.length);
    text[slice.length] = '\0';
    char *end;
    double read = strtod(text, &end);
    if (*end || end == text || !isfinite(read))
        return false;
    *value = read;
    return true;
}

bool str_integer(struct str slice, int64_t *value)
{
    enum { PLAIN_DIGITS = 15 };
    int64_t plain = 0;
    size_t digits = 0;
    for (; digits < slice.length && isdigit((unsigned char)slice.text[digits]); digits++)
        plain = digits < PLAIN_DIGITS ? plain * 10 + (slice.text[digits] - '0') : plain;
    if (digits && digits == slice.length && digits <= PLAIN_DIGITS) {
        *value = plain;
        return true;
    }
    double read;
    if (!str_number(slice, &read) || read != floor(read) || fabs(read) > 9007199254740991.0)
        return false;
    *value = (int64_t)read;
    return true;
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Levenshtein distance over bytes of words of at most 63, with a swap of neighbours as one. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return n + m;
    size_t rows[3][LONGEST + 1];
    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *before = rows[(i + 1) % 3], *last = rows[(i - 1) % 3], *row = rows[i % 3];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] +
                          (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[n % 3][m];
}

const char *str_nearest(const char *word, const void *list, size_t count,
                        const char *(*name)(const void *list, size_t i))
{
    const char *best = NULL;
    size_t letters = strlen(word), best_distance = letters / 3;
    if (letters == 2) /* half of it wrong, but nobody could do better */
        best_distance = 1;
    for (size_t i = 0; i < count; i++) {
        const char *candidate = name(list, i);
        size_t d = distance(word, candidate);
        /* A long beginning that is right is near enough too: "subn" for "subnetworks". */
        if (letters >= 3 && text_starts(candidate, word))
            d = d < 1 ? d : 1;
        if (d < best_distance || (d == best_distance && !best)) {
            best = candidate;
            best_distance = d;
        }
    }
    return best;
}

uint64_t str_hash(const char *bytes, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 1099511628211u;
    return hash;
}
