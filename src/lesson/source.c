#include "lesson/source.h"

#include "base/utf8.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
    MOST_BYTES = 2 << 20,
    MOST_FINDINGS = 1000, /* of one file: after so many an author mends first */
};

void source_find(struct source *source, enum lint lint, struct place place, const char *hint,
                 const char *format, ...)
{
    if (source->silent || source->found.count >= MOST_FINDINGS)
        return;
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* A text cut in the middle of a character is not clean any more. */
    size_t length = strlen(text);
    if (length == sizeof text - 1)
        text[utf8_fit(text, length, 400)] = '\0';
    const struct lint_row *row = lint_row(lint);
    finding_add(&source->found, row->severity, row->code, source->file, place.line, place.column,
                hint, "%s", text);
}

/* ---- cleaning -------------------------------------------------------------------------------- */

/* Characters on whose width the C library and terminals agree. Others may stand in a lesson, but
 * what comes after them on a line may be shifted. Sorted. */
static const struct {
    uint32_t first, last;
} agreed[] = {
    {0x0020, 0x052F},   /* Latin, combining marks, Greek, Cyrillic */
    {0x1E00, 0x1FFF},   /* Latin and Greek with accents */
    {0x2000, 0x20CF},   /* punctuation, super- and subscripts, currency */
    {0x2100, 0x23FF},   /* letterlike, numbers, arrows, operators, technical */
    {0x2460, 0x28FF},   /* enclosed, boxes, blocks, shapes, dingbats, braille */
    {0x2900, 0x2BFF},   /* more arrows and operators */
    {0x3000, 0x30FF},   /* kana */
    {0x3400, 0x4DBF},   /* CJK */
    {0x4E00, 0x9FFF},   /* CJK */
    {0xAC00, 0xD7A3},   /* Hangul */
    {0xF900, 0xFAFF},   /* CJK */
    {0xFF01, 0xFFE6},   /* full and half width */
    {0xFFFD, 0xFFFD},   /* has a finding of its own */
    {0x1D400, 0x1D7FF}, /* maths alphabets */
    {0x1F300, 0x1F64F}, /* older emoji */
    {0x1FB00, 0x1FB3B}, /* sextants */
};

static bool width_is_agreed(uint32_t c)
{
    size_t low = 0, high = sizeof agreed / sizeof *agreed;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > agreed[middle].last)
            low = middle + 1;
        else if (c < agreed[middle].first)
            high = middle;
        else
            return true;
    }
    return false;
}

/* One line on its way from `bytes` to `out`. */
struct cleaning {
    struct source *source;
    struct buf *out;
    const char *bytes; /* of the line */
    size_t size;
    size_t start;  /* of the line in `out` */
    size_t offset; /* in the line, of the piece between tabs that is being cleaned */
};

static void mend_at(struct cleaning *c, size_t original)
{
    struct source *source = c->source;
    ARENA_PUSH(source->arena, source->mends, source->mend_count, source->mend_capacity,
               (struct source_mend){c->out->length - c->start, original});
}

static void on_mended(void *user, size_t offset, const char *what)
{
    struct cleaning *cleaning = user;
    size_t at = cleaning->offset + offset, length;
    mend_at(cleaning, at);
    int32_t c = utf8_decode(cleaning->bytes + at, cleaning->size - at, &length);
    struct place place = {(int)cleaning->source->line_count, (int)at + 1};
    struct source *source = cleaning->source;
    if (c < 0)
        source_find(source, LINT_BAD_BYTES, place, "save the file as UTF-8", "%s (0x%02X)", what,
                    (unsigned char)cleaning->bytes[at]);
    else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029)
        source_find(source, LINT_CONTROL, place, "delete it", "%s (U+%04X)", what, (unsigned)c);
    else if (c == 0x200D)
        source_find(
            source, LINT_INVISIBLE, place, "use characters that need no joining",
            "a zero-width joiner (U+200D): terminals disagree on the width of what it joins");
    else if (c >= 0xFE00 && c <= 0xFE0F)
        source_find(source, LINT_INVISIBLE, place, "delete it",
                    "a variation selector (U+%04X): terminals disagree on its width", (unsigned)c);
    else if (utf8_width((uint32_t)c) < 0 || c >= 0xF0000 || (c >= 0xE000 && c <= 0xF8FF))
        source_find(source, LINT_UNKNOWN_WIDTH, place, "use another character", "%s (U+%04X)", what,
                    (unsigned)c);
    else if (strstr(what, "mark"))
        source_find(source, LINT_MARKS, place, "at most four marks on a letter", "%s (U+%04X)",
                    what, (unsigned)c);
    else
        source_find(source, LINT_INVISIBLE, place, "delete it", "%s (U+%04X)", what, (unsigned)c);
}

/* Flags are pairs of letters; the rest is looked up. */
static void check_widths(struct cleaning *cleaning)
{
    const char *text = cleaning->bytes;
    for (size_t i = 0, length; i < cleaning->size; i += length) {
        int32_t c = utf8_decode(text + i, cleaning->size - i, &length);
        if (c < 0x80 || width_is_agreed((uint32_t)c) || utf8_width((uint32_t)c) < 0 ||
            (c >= 0x7F && c < 0xA0) || (c >= 0xE000 && c <= 0xF8FF) ||
            (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c >= 0xE0000)
            continue;
        struct place place = {(int)cleaning->source->line_count, (int)i + 1};
        if (c >= 0x1F1E6 && c <= 0x1F1FF)
            source_find(cleaning->source, LINT_UNCERTAIN_WIDTH, place, "write the country's name",
                        "half of a flag (U+%04X): terminals disagree on its width", (unsigned)c);
        else
            source_find(cleaning->source, LINT_UNCERTAIN_WIDTH, place, "use an older character",
                        "terminals disagree on the width of U+%04X", (unsigned)c);
    }
}

static bool is_plain(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)bytes[i] < 0x20 || (unsigned char)bytes[i] > 0x7E)
            return false;
    return true;
}

static void clean_line(struct cleaning *c)
{
    enum { TAB_STOP = 4 };
    if (is_plain(c->bytes, c->size)) {
        buf_add_n(c->out, c->bytes, c->size);
        return;
    }
    check_widths(c);
    size_t mends = c->source->mend_count;
    int column = 0;
    bool tab_told = false;
    for (size_t at = 0; at <= c->size;) {
        const char *tab = memchr(c->bytes + at, '\t', c->size - at);
        size_t end = tab ? (size_t)(tab - c->bytes) : c->size;
        size_t before = c->out->length;
        c->offset = at;
        utf8_sanitise(c->out, c->bytes + at, end - at, on_mended, c);
        column += utf8_columns(buf_text(c->out) + before, c->out->length - before);
        if (tab) {
            mend_at(c, end);
            if (!tab_told)
                source_find(c->source, LINT_TAB,
                            (struct place){(int)c->source->line_count, (int)end + 1},
                            "write blanks: an editor's tab stops are not the reader's", "a tab");
            tab_told = true;
            int blanks = TAB_STOP - column % TAB_STOP;
            buf_repeat(c->out, " ", (size_t)blanks);
            column += blanks;
        }
        at = end + 1;
    }
    if (c->source->mend_count > mends)
        mend_at(c, c->size);
}

static void add_line_start(struct source *source, size_t start)
{
    ARENA_PUSH(source->arena, source->lines, source->line_count, source->line_capacity,
               (struct source_line){start, source->mend_count});
}

void source_open(struct source *source, struct arena *arena, const char *file, const char *bytes,
                 size_t size, struct findings *findings)
{
    assert(arena && file && (bytes || size == 0));
    *source = (struct source){.arena = arena, .file = file, .silent = !findings};
    findings_init(&source->found, findings ? findings->arena : arena);
    if (size > MOST_BYTES) {
        source_find(source, LINT_TOO_BIG, (struct place){1, 1}, "split it into several files",
                    "%zu bytes; only the first %d are read", size, (int)MOST_BYTES);
        size = MOST_BYTES;
    }
    struct buf clean = {0};
    /* Some editors put a byte order mark in front; it is no part of the first line. */
    size_t at = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (at < size) {
        size_t end = at;
        while (end < size && bytes[end] != '\n' && bytes[end] != '\r')
            end++;
        add_line_start(source, clean.length);
        struct cleaning cleaning = {.source = source,
                                    .out = &clean,
                                    .bytes = bytes + at,
                                    .size = end - at,
                                    .start = clean.length};
        clean_line(&cleaning);
        buf_add_char(&clean, '\n');
        at = end + 1 + (end + 1 < size && bytes[end] == '\r' && bytes[end + 1] == '\n');
    }
    add_line_start(source, clean.length);
    source->line_count--;
    source->text = arena_strndup(arena, buf_text(&clean), clean.length);
    source->length = clean.length;
    buf_free(&clean);
}

void source_close(struct source *source, struct findings *findings)
{
    if (!findings)
        return;
    findings_sort(&source->found);
    for (size_t i = 0; i < source->found.count; i++)
        ARENA_PUSH(findings->arena, findings->list, findings->count, findings->capacity,
                   source->found.list[i]);
}

/* ---- the way back ---------------------------------------------------------------------------- */

int source_line_number(const struct source *source, size_t offset)
{
    size_t low = 0, high = source->line_count;
    while (low + 1 < high) {
        size_t middle = (low + high) / 2;
        if (source->lines[middle].start <= offset)
            low = middle;
        else
            high = middle;
    }
    return (int)low + 1;
}

struct place source_place(const struct source *source, size_t offset)
{
    int line = source_line_number(source, offset);
    const struct source_line *here = &source->lines[line - 1];
    size_t clean = offset - here->start, column = clean;
    size_t first = here->first_mend;
    size_t last = (size_t)line <= source->line_count ? here[1].first_mend : first;
    if (first < last) {
        /* The first mend right of it, and the one before: text between them is the same, counted
         * from the right; what does not fit is the mended character itself. */
        size_t low = first, high = last;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (source->mends[middle].clean <= clean)
                low = middle + 1;
            else
                high = middle;
        }
        size_t least = low > first ? source->mends[low - 1].original : 0;
        column = least;
        if (low < last) {
            const struct source_mend *right = &source->mends[low];
            size_t back = right->clean - clean;
            if (back < right->original && right->original - back > least)
                column = right->original - back;
        }
    }
    return (struct place){line, (int)column + 1};
}

bool source_holds(const struct source *source, const char *at)
{
    /* As numbers: pointers into different objects have no order in C. */
    uintptr_t p = (uintptr_t)at, start = (uintptr_t)source->text;
    return p >= start && p < start + source->length;
}

struct place source_place_of(const struct source *source, const char *at)
{
    assert(at >= source->text && at <= source->text + source->length);
    return source_place(source, (size_t)(at - source->text));
}

struct str source_line(const struct source *source, int number)
{
    if (number < 1 || (size_t)number > source->line_count)
        return (struct str){source->text + source->length, 0};
    const struct source_line *line = &source->lines[number - 1];
    return (struct str){source->text + line->start, line[1].start - line->start - 1};
}

struct str source_lines(const struct source *source, int first, int last)
{
    if (first < 1)
        first = 1;
    if ((size_t)last > source->line_count)
        last = (int)source->line_count;
    if (last < first)
        return (struct str){source_line(source, first).text, 0};
    size_t start = source->lines[first - 1].start;
    return (struct str){source->text + start, source->lines[last].start - start};
}
