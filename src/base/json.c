#include "base/json.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_add_string(struct buf *out, const char *text)
{
    buf_add_char(out, '"');
    const unsigned char *run = (const unsigned char *)text, *p = run;
    for (; *p; p++) {
        if (*p >= 0x20 && *p != '"' && *p != '\\' && *p != 0x7F)
            continue;
        buf_add_n(out, (const char *)run, (size_t)(p - run));
        run = p + 1;
        if (*p == '"' || *p == '\\')
            buf_addf(out, "\\%c", *p);
        else if (*p == '\n')
            buf_add(out, "\\n");
        else
            buf_addf(out, "\\u%04x", *p);
    }
    buf_add_n(out, (const char *)run, (size_t)(p - run));
    buf_add_char(out, '"');
}

void json_add_number(struct buf *out, double value)
{
    if (isfinite(value)) {
        buf_add_number(out, value);
    } else {
        buf_add_char(out, '"');
        buf_add_number(out, value);
        buf_add_char(out, '"');
    }
}

void json_open(struct json_reader *reader, const char *input, size_t size)
{
    *reader = (struct json_reader){.input = input, .size = size};
}

void json_close(struct json_reader *reader)
{
    buf_free(&reader->text);
}

static enum json_event fail(struct json_reader *r, const char *what)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < r->at && i < r->size; i++) {
        column = r->input[i] == '\n' ? 1 : column + 1;
        line += r->input[i] == '\n';
    }
    err_set(&r->err, "%d:%d: %s", line, column, what);
    r->state = JSON_FAILED;
    return JSON_ERROR;
}

static void skip_blanks(struct json_reader *r)
{
    for (; r->at < r->size; r->at++) {
        char c = r->input[r->at];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t')
            return;
    }
}

static bool hex4(const char *p, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A' + 10);
        else
            return false;
        *value = *value * 16 + digit;
    }
    return true;
}

/* One escape; r->at stands behind the backslash. False: what is wrong is in *what. */
static bool read_escape(struct json_reader *r, const char **what)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (r->at >= r->size) {
        *what = "the text ends inside a string";
        return false;
    }
    char c = r->input[r->at];
    const char *plain = c ? strchr(from, c) : NULL;
    if (plain) {
        buf_add_char(&r->text, to[plain - from]);
        r->at++;
        return true;
    }
    uint32_t character;
    if (c != 'u' || r->size - r->at < 5 || !hex4(r->input + r->at + 1, &character)) {
        *what = "bad escape in a string";
        return false;
    }
    r->at += 5;
    if (character >= 0xD800 && character <= 0xDBFF) {
        uint32_t low;
        if (r->size - r->at < 6 || r->input[r->at] != '\\' || r->input[r->at + 1] != 'u' ||
            !hex4(r->input + r->at + 2, &low) || low < 0xDC00 || low > 0xDFFF) {
            *what = "half a surrogate pair in a string";
            return false;
        }
        r->at += 6;
        character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    } else if (character >= 0xDC00 && character <= 0xDFFF) {
        *what = "half a surrogate pair in a string";
        return false;
    }
    char bytes[4];
    buf_add_n(&r->text, bytes, utf8_encode(character, bytes));
    return true;
}

/* How many bytes from r->at stand for themselves: no quote, no backslash, no control, ASCII. */
static size_t plain_run(const struct json_reader *r)
{
    size_t at = r->at;
    for (; at < r->size; at++) {
        unsigned char c = (unsigned char)r->input[at];
        if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80)
            break;
    }
    return at - r->at;
}

/* A string, r->at behind its opening quote, into r->text. */
static bool read_string(struct json_reader *r, const char **what)
{
    buf_clear(&r->text);
    for (;;) {
        size_t length = plain_run(r);
        buf_add_n(&r->text, r->input + r->at, length);
        r->at += length;
        if (r->at >= r->size)
            break;
        unsigned char c = (unsigned char)r->input[r->at];
        if (c == '"') {
            r->at++;
            return true;
        }
        if (c == '\\') {
            r->at++;
            if (!read_escape(r, what))
                return false;
        } else if (c < 0x20) {
            *what = "a control character inside a string";
            return false;
        } else if (utf8_decode(r->input + r->at, r->size - r->at, &length) < 0) {
            *what = "a byte that is not UTF-8";
            return false;
        } else {
            buf_add_n(&r->text, r->input + r->at, length);
            r->at += length;
        }
    }
    *what = "the text ends inside a string";
    return false;
}

static bool digits(const struct json_reader *r, size_t *at)
{
    size_t start = *at;
    while (*at < r->size && r->input[*at] >= '0' && r->input[*at] <= '9')
        (*at)++;
    return *at > start;
}

/* The value of a well-formed number. With at most 15 digits and a small power of ten both are exact
 * doubles, so one division rounds as strtod would (Clinger 1990), many times faster. */
static double number_value(const char *text, size_t length)
{
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    enum { EXACT_DIGITS = 15 };
    bool negative = text[0] == '-';
    int64_t whole = 0;
    size_t places = 0;
    bool fraction = false;
    if (length > EXACT_DIGITS + 2)
        return strtod(text, NULL);
    for (size_t i = negative; i < length; i++) {
        if (text[i] == '.') {
            fraction = true;
        } else if (text[i] == 'e' || text[i] == 'E') {
            return strtod(text, NULL);
        } else {
            whole = whole * 10 + (text[i] - '0');
            places += fraction;
        }
    }
    if (whole > 999999999999999)
        return strtod(text, NULL);
    double value = (double)whole / powers[places];
    return negative ? -value : value;
}

static enum json_event read_number(struct json_reader *r)
{
    size_t at = r->at;
    if (r->input[at] == '-')
        at++;
    size_t whole = at;
    bool good = digits(r, &at) && (at == whole + 1 || r->input[whole] != '0');
    if (good && at < r->size && r->input[at] == '.') {
        at++;
        good = digits(r, &at);
    }
    if (good && at < r->size && (r->input[at] == 'e' || r->input[at] == 'E')) {
        at++;
        if (at < r->size && (r->input[at] == '+' || r->input[at] == '-'))
            at++;
        good = digits(r, &at);
    }
    if (!good)
        return fail(r, "bad number");
    buf_clear(&r->text);
    buf_add_n(&r->text, r->input + r->at, at - r->at);
    r->number = number_value(r->text.data, r->text.length);
    if (!isfinite(r->number))
        return fail(r, "a number too large");
    r->at = at;
    return JSON_NUMBER;
}

static enum json_event read_word(struct json_reader *r)
{
    static const struct {
        const char *word;
        enum json_event event;
    } words[] = {{"true", JSON_TRUE}, {"false", JSON_FALSE}, {"null", JSON_NULL}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].word);
        if (r->size - r->at >= n && memcmp(r->input + r->at, words[i].word, n) == 0) {
            r->at += n;
            return words[i].event;
        }
    }
    return fail(r, "expected a value");
}

static enum json_event open_level(struct json_reader *r, bool array)
{
    if (r->depth >= JSON_DEPTH)
        return fail(r, "nested too deeply");
    r->at++;
    uint64_t bit = (uint64_t)1 << r->depth++;
    r->arrays = array ? r->arrays | bit : r->arrays & ~bit;
    r->state = JSON_FIRST;
    return array ? JSON_ARRAY : JSON_OBJECT;
}

static bool in_array(const struct json_reader *r)
{
    return r->arrays >> (r->depth - 1) & 1;
}

static enum json_event close_level(struct json_reader *r)
{
    bool array = in_array(r);
    r->at++;
    r->depth--;
    r->state = JSON_AFTER_VALUE;
    return array ? JSON_ARRAY_END : JSON_OBJECT_END;
}

static enum json_event read_value(struct json_reader *r)
{
    if (r->at >= r->size)
        return fail(r, "the text ends where a value should be");
    char c = r->input[r->at];
    if (c == '{' || c == '[')
        return open_level(r, c == '[');
    r->state = JSON_AFTER_VALUE;
    if (c == '"') {
        const char *what = "";
        r->at++;
        return read_string(r, &what) ? JSON_STRING : fail(r, what);
    }
    if (c == '-' || (c >= '0' && c <= '9'))
        return read_number(r);
    return read_word(r);
}

static enum json_event read_key(struct json_reader *r)
{
    const char *what = "";
    if (r->at >= r->size || r->input[r->at] != '"')
        return fail(r, "expected a key in quotes");
    r->at++;
    if (!read_string(r, &what))
        return fail(r, what);
    skip_blanks(r);
    if (r->at >= r->size || r->input[r->at] != ':')
        return fail(r, "expected a colon after the key");
    r->at++;
    r->state = JSON_BEFORE_VALUE;
    return JSON_KEY;
}

enum json_event json_next(struct json_reader *r)
{
    if (r->state == JSON_FAILED)
        return JSON_ERROR;
    skip_blanks(r);
    char c = r->at < r->size ? r->input[r->at] : '\0';
    if (r->state == JSON_AFTER_VALUE) {
        if (r->depth == 0)
            return r->at < r->size ? fail(r, "more text after the value") : JSON_END;
        if (c == (in_array(r) ? ']' : '}'))
            return close_level(r);
        if (c != ',')
            return fail(r, in_array(r) ? "expected a comma or ]" : "expected a comma or }");
        r->at++;
        skip_blanks(r);
        return in_array(r) ? read_value(r) : read_key(r);
    }
    if (r->state == JSON_FIRST) {
        if (c == (in_array(r) ? ']' : '}'))
            return close_level(r);
        return in_array(r) ? read_value(r) : read_key(r);
    }
    return read_value(r);
}

bool json_skip(struct json_reader *r, enum json_event event)
{
    if (event != JSON_OBJECT && event != JSON_ARRAY)
        return event != JSON_ERROR;
    int outside = r->depth - 1;
    while (r->depth > outside)
        if (json_next(r) == JSON_ERROR)
            return false;
    return true;
}
