#include "quiz/fold.h"

#include "base/arena.h"

#include <string.h>
#include <utf8proc.h>

/* Simple case folding by way of the case mappings: upper, then lower, so that the long s, the final
 * sigma and the Kelvin sign find their letters. The dotted I and the dotless i have no simple
 * folding. */
static utf8proc_int32_t fold_character(utf8proc_int32_t c)
{
    enum { DOTTED_CAPITAL_I = 0x130, DOTLESS_I = 0x131 };
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
    if (c == DOTTED_CAPITAL_I || c == DOTLESS_I)
        return c;
    return utf8proc_tolower(utf8proc_toupper(c));
}

static bool is_ascii(struct str text)
{
    unsigned char all = 0;
    for (size_t i = 0; i < text.length; i++)
        all |= (unsigned char)text.text[i];
    return all < 0x80;
}

static void fold_ascii(char *out, struct str text, bool ignore_case)
{
    for (size_t i = 0; i < text.length; i++)
        out[i] = (char)(ignore_case ? fold_character(text.text[i]) : text.text[i]);
}

void fold_add(struct buf *out, struct str text, bool ignore_case)
{
    const utf8proc_option_t options = UTF8PROC_COMPOSE | UTF8PROC_STABLE;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text.text;
    utf8proc_ssize_t size = (utf8proc_ssize_t)text.length;
    utf8proc_ssize_t count =
        is_ascii(text) ? -1 : utf8proc_decompose(bytes, size, NULL, 0, options);
    if (count < 0) {
        size_t start = out->length;
        buf_add_n(out, text.text, text.length);
        fold_ascii(out->data + start, text, ignore_case);
        return;
    }
    utf8proc_int32_t *characters = memory_alloc(((size_t)count + 1) * sizeof *characters);
    utf8proc_decompose(bytes, size, characters, count, options);
    count = utf8proc_normalize_utf32(characters, count, options);
    for (utf8proc_ssize_t i = 0; i < count; i++) {
        utf8proc_uint8_t encoded[4];
        utf8proc_int32_t c = ignore_case ? fold_character(characters[i]) : characters[i];
        buf_add_n(out, (const char *)encoded, (size_t)utf8proc_encode_char(c, encoded));
    }
    memory_free(characters);
}

void fold_open(struct fold *fold, struct str text, bool ignore_case)
{
    fold->many = (struct buf){0};
    if (text.length <= sizeof fold->few && is_ascii(text)) {
        fold_ascii(fold->few, text, ignore_case);
        fold->text = (struct str){fold->few, text.length};
    } else {
        fold_add(&fold->many, text, ignore_case);
        fold->text = (struct str){buf_text(&fold->many), fold->many.length};
    }
}

void fold_close(struct fold *fold)
{
    buf_free(&fold->many);
}

/* One character of `text` at `at`, folded for looking up, into `out`; moves `at` behind it. */
static size_t fold_next(struct str text, size_t *at, char out[16])
{
    const utf8proc_option_t options =
        UTF8PROC_DECOMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK;
    utf8proc_int32_t c, parts[4];
    if ((unsigned char)text.text[*at] < 0x80) {
        out[0] = (char)fold_character(text.text[(*at)++]);
        return 1;
    }
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text.text + *at,
                                             (utf8proc_ssize_t)(text.length - *at), &c);
    if (used < 1) {
        out[0] = text.text[(*at)++];
        return 1;
    }
    *at += (size_t)used;
    utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, 4, options, NULL);
    size_t length = 0;
    for (utf8proc_ssize_t i = 0; i < count && i < 4; i++) /* nothing decomposes into more */
        length += (size_t)utf8proc_encode_char(parts[i], (utf8proc_uint8_t *)out + length);
    return length;
}

void fold_loosely(struct buf *out, struct str text)
{
    char folded[16];
    for (size_t at = 0; at < text.length;) {
        size_t length = fold_next(text, &at, folded);
        buf_add_n(out, folded, length);
    }
}

size_t fold_loosely_at(struct str text, size_t folded)
{
    char bytes[16];
    for (size_t at = 0, seen = 0; at < text.length;) {
        size_t here = at;
        seen += fold_next(text, &at, bytes);
        if (seen > folded)
            return here;
    }
    return text.length;
}

bool fold_matches(struct str pattern, struct str text)
{
    /* The earliest place for what follows a star leaves most room for the next, so only the last
     * star ever has to give way. */
    size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
    while (p < pattern.length || t < text.length) {
        char c = p < pattern.length ? pattern.text[p] : '\0';
        if (p < pattern.length && c == '*') {
            star = ++p;
            from = t;
            continue;
        }
        size_t step = 1;
        if (p + 1 < pattern.length && c == '\\' && pattern.text[p + 1] == '*') {
            c = '*';
            step = 2;
        }
        if (p < pattern.length && t < text.length && text.text[t] == c) {
            p += step;
            t++;
        } else if (star == SIZE_MAX || from >= text.length || text.text[from] == '\n') {
            return false;
        } else {
            p = star;
            t = ++from;
        }
    }
    return true;
}
