#include "base/utf8.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* The locale a person chose, by the rules of setlocale; NULL where none is set at all. */
static const char *chosen_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return value;
    }
    return NULL;
}

bool utf8_start(void)
{
    /* Only the character set is the person's: numbers, and what strerror says, stay as in C. */
    bool known = setlocale(LC_CTYPE, "") != NULL;
    if (!known)
        setlocale(LC_CTYPE, "C");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return true;
    if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "UTF-8"))
        setlocale(LC_CTYPE, "en_US.UTF-8");
    /* A container often sets no locale at all; that is no statement about its terminal. Nor is one
     * that came over ssh and is not installed here, when its name says UTF-8. */
    const char *chosen = chosen_locale();
    return !chosen || (!known && (strstr(chosen, "UTF-8") || strstr(chosen, "utf8")));
}

int32_t utf8_decode(const char *text, size_t size, size_t *length)
{
    const unsigned char *p = (const unsigned char *)text;
    *length = 1;
    if (size == 0) {
        *length = 0;
        return -1;
    }
    if (p[0] < 0x80)
        return p[0];
    size_t extra;
    uint32_t c, least;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        extra = 1, c = p[0] & 0x1Fu, least = 0x80;
    } else if ((p[0] & 0xF0) == 0xE0) {
        extra = 2, c = p[0] & 0x0Fu, least = 0x800;
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        extra = 3, c = p[0] & 0x07u, least = 0x10000;
    } else {
        return -1;
    }
    if (size <= extra)
        return -1;
    for (size_t i = 1; i <= extra; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return -1;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return -1;
    *length = extra + 1;
    return (int32_t)c;
}

size_t utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

int utf8_width(uint32_t c)
{
    if (c >= 0x20 && c < 0x7F)
        return 1;
    return wcwidth((wchar_t)c);
}

int utf8_columns(const char *text, size_t size)
{
    int columns = 0;
    for (size_t i = 0, length; i < size; i += length) {
        int32_t c = utf8_decode(text + i, size - i, &length);
        int width = c < 0 ? 1 : utf8_width((uint32_t)c);
        columns += width < 0 ? 1 : width;
    }
    return columns;
}

size_t utf8_fit(const char *text, size_t size, int columns)
{
    size_t at = 0, length;
    for (; at < size; at += length) {
        int32_t c = utf8_decode(text + at, size - at, &length);
        int width = c < 0 ? 1 : utf8_width((uint32_t)c);
        if (width < 0)
            width = 1;
        if (width > columns)
            break;
        columns -= width;
    }
    return at;
}

size_t utf8_whole(const char *text, size_t size)
{
    size_t start = size, length;
    while (start > 0 && size - start < 4 && ((unsigned char)text[--start] & 0xC0) == 0x80)
        continue;
    bool whole = size == 0 || utf8_decode(text + start, size - start, &length) >= 0;
    return whole ? size : start;
}

void utf8_copy(char *to, size_t size, const char *text)
{
    size_t length = strlen(text);
    size_t whole = length < size ? length : utf8_whole(text, size - 1);
    memcpy(to, text, whole);
    to[whole] = '\0';
}

/* Characters that show nothing or change the order of what is shown: never let through. */
static bool is_invisible(uint32_t c)
{
    return c == 0x00AD || c == 0x034F || c == 0x061C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

static bool is_private(uint32_t c)
{
    return (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
}

static void add_character(struct buf *out, uint32_t c)
{
    char bytes[4];
    buf_add_n(out, bytes, utf8_encode(c, bytes));
}

struct cleaner {
    struct buf *out;
    utf8_report *report;
    void *user;
    size_t offset; /* of the character in hand */
    int column;    /* for tab stops */
    int marks;     /* on the base in hand; -1 where there is none */
};

static void tell(const struct cleaner *cleaner, const char *what)
{
    if (cleaner->report)
        cleaner->report(cleaner->user, cleaner->offset, what);
}

static void clean_character(struct cleaner *s, uint32_t c)
{
    enum { TAB_STOP = 4, MOST_MARKS = 4 };
    if (c == '\n') {
        buf_add_char(s->out, '\n');
        s->column = 0;
        s->marks = -1;
        return;
    }
    if (c == '\t') {
        int blanks = TAB_STOP - s->column % TAB_STOP;
        buf_repeat(s->out, " ", (size_t)blanks);
        s->column += blanks;
        s->marks = 0;
        return;
    }
    if (c < 0x20 || c == 0x7F) {
        tell(s, "a control character");
        c = c == 0x7F ? 0x2421 : 0x2400 + c;
    } else if ((c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029) {
        tell(s, "a control character");
        c = c < 0xA0 ? UTF8_REPLACEMENT : ' ';
    } else if (is_invisible(c)) {
        tell(s, "an invisible character");
        return;
    }
    int width = is_private(c) ? -1 : utf8_width(c);
    if (width < 0) {
        tell(s, "a character of unknown width");
        c = UTF8_REPLACEMENT;
        width = 1;
    }
    if (width == 0) {
        if (s->marks < 0 || s->marks >= MOST_MARKS) {
            tell(s, "a combining mark too many");
            return;
        }
        s->marks++;
    } else {
        s->marks = 0;
    }
    s->column += width;
    add_character(s->out, c);
}

/* How many of the first bytes are printable ASCII or newlines: nearly all of nearly every file. */
static size_t plain_run(const char *bytes, size_t size)
{
    const uint64_t ones = 0x0101010101010101u, high = ones << 7;
    size_t i = 0;
    while (i < size) {
        uint64_t w;
        if (size - i >= sizeof w) {
            memcpy(&w, bytes + i, sizeof w);
            /* A high bit per byte that is over 0x7E or, with a false alarm at times, under 0x20. */
            if (!((w | (w + ones) | (w - ones * 0x20)) & high)) {
                i += sizeof w;
                continue;
            }
        }
        size_t stop = size - i < sizeof w ? size : i + sizeof w;
        for (; i < stop; i++) {
            unsigned char c = (unsigned char)bytes[i];
            if (c != '\n' && (c < 0x20 || c > 0x7E))
                return i;
        }
    }
    return i;
}

static void add_plain(struct cleaner *s, const char *run, size_t length)
{
    buf_add_n(s->out, run, length);
    size_t line = length;
    while (line > 0 && run[line - 1] != '\n')
        line--;
    s->column = (int)(length - line) + (line ? 0 : s->column);
    s->marks = run[length - 1] == '\n' ? -1 : 0;
}

void utf8_sanitise(struct buf *out, const char *bytes, size_t size, utf8_report *report, void *user)
{
    struct cleaner s = {.out = out, .report = report, .user = user, .marks = -1};
    for (size_t i = 0, length; i < size; i += length) {
        length = plain_run(bytes + i, size - i);
        if (length) {
            add_plain(&s, bytes + i, length);
            continue;
        }
        s.offset = i;
        int32_t c = utf8_decode(bytes + i, size - i, &length);
        if (c < 0) {
            tell(&s, "a byte that is not UTF-8");
            clean_character(&s, UTF8_REPLACEMENT);
        } else if (c == '\r') {
            if (i + 1 >= size || bytes[i + 1] != '\n')
                clean_character(&s, '\n');
        } else {
            clean_character(&s, (uint32_t)c);
        }
    }
}

void utf8_sanitise_line(struct buf *out, const char *bytes, size_t size, int columns)
{
    struct buf clean = {0};
    utf8_sanitise(&clean, bytes, size, NULL, NULL);
    for (size_t i = 0; i < clean.length; i++)
        if (clean.data[i] == '\n')
            clean.data[i] = ' ';
    buf_add_n(out, buf_text(&clean), utf8_fit(buf_text(&clean), clean.length, columns));
    buf_free(&clean);
}
