/* RFC 4180, as spreadsheets write it: `,` or `;` or TAB, LF or CRLF. A quote inside a field that does
 * not begin with one is text. */
#include "grade/work.h"

#include "base/utf8.h"

#include <string.h>

static size_t first_line(const char *bytes, size_t size)
{
    const char *newline = memchr(bytes, '\n', size);
    return newline ? (size_t)(newline - bytes) + 1 : 0;
}

/* From behind an opening quote to behind the closing one; 0 where it is not in sight. */
static size_t quoted_length(const char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        const char *quote = memchr(bytes + at, '"', size - at);
        if (!quote)
            return 0;
        at = (size_t)(quote - bytes) + 1;
        if (at < size && bytes[at] == '"')
            at++;
        else
            return at;
    }
    return 0;
}

size_t csv_record_length(const char *bytes, size_t size, char separator, bool *good)
{
    *good = true;
    size_t line = first_line(bytes, size);
    if (line && !memchr(bytes, '"', line))
        return line;
    for (size_t at = 0; at < size;) {
        if (bytes[at] == '"') {
            size_t length = quoted_length(bytes + at + 1, size - at - 1);
            if (!length)
                return 0;
            at += 1 + length;
            if (at < size && bytes[at] == '\r')
                at++;
            if (at < size && bytes[at] != separator && bytes[at] != '\n') {
                *good = false;
                return first_line(bytes, size);
            }
        } else {
            while (at < size && bytes[at] != separator && bytes[at] != '\n')
                at++;
        }
        if (at >= size)
            return 0;
        if (bytes[at++] == '\n')
            return at;
    }
    return 0;
}

/* The inside of a quoted field with its doubled quotes made single. */
static struct str unquote(struct buf *scratch, struct str inside)
{
    if (!memchr(inside.text, '"', inside.length))
        return inside;
    size_t start = scratch->length;
    for (size_t i = 0; i < inside.length; i++) {
        buf_add_char(scratch, inside.text[i]);
        if (inside.text[i] == '"')
            i++;
    }
    return (struct str){scratch->data + start, scratch->length - start};
}

bool csv_split(struct csv_fields *fields, struct arena *arena, const char *record, size_t length,
               char separator)
{
    while (length && (record[length - 1] == '\n' || record[length - 1] == '\r'))
        length--;
    fields->count = 0;
    /* All of the scratch at once, so that it does not move while slices point into it. */
    buf_clear(&fields->scratch);
    buf_room(&fields->scratch, length + BLOCK_PAD);
    for (size_t at = 0;; at++) {
        struct csv_field field = {.at = at};
        if (at < length && record[at] == '"') {
            size_t inside = quoted_length(record + at + 1, length - at - 1);
            inside = inside ? inside - 1 : length - at - 1;
            field.text = unquote(&fields->scratch, (struct str){record + at + 1, inside});
            at += inside + 2;
            while (at < length && record[at] != separator)
                at++;
        } else {
            while (at < length && record[at] != separator)
                at++;
            field.text = (struct str){record + field.at, at - field.at};
        }
        if (fields->count >= CSV_MOST_FIELDS)
            return false;
        ARENA_PUSH(arena, fields->list, fields->count, fields->capacity, field);
        if (at >= length)
            return true;
    }
}

char csv_separator(const char *bytes, size_t size)
{
    static const char signs[] = ",;\t";
    size_t counts[3] = {0};
    bool quoted = false;
    for (size_t i = 0; i < size && (quoted || bytes[i] != '\n'); i++) {
        const char *sign = bytes[i] ? strchr(signs, bytes[i]) : NULL;
        quoted ^= bytes[i] == '"';
        if (!quoted && sign)
            counts[sign - signs]++;
    }
    size_t most = 0;
    for (size_t i = 1; i < 3; i++)
        if (counts[i] > counts[most])
            most = i;
    return signs[most];
}

void csv_add(struct buf *out, const char *text)
{
    /* What a spreadsheet would compute instead of show. */
    bool formula = *text == '=' || *text == '@' || *text == '+' || *text == '\t' ||
                   (*text == '-' && text[1] && !strchr("0123456789.", text[1]));
    if (!formula && !strpbrk(text, ",;\"\r\n\t")) {
        buf_add(out, text);
        return;
    }
    buf_add(out, formula ? "\"'" : "\"");
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            buf_add_char(out, '"');
        buf_add_char(out, *p);
    }
    buf_add_char(out, '"');
}
