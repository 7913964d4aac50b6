/* Cuts a GIFT file into blocks, and knows where in the file each of their bytes stood. */
#include "quiz/gift.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* ---- findings --------------------------------------------------------------------------------- */

/* What Moodle accepts in silence: a warning in GIFT_GRADE, an error in GIFT_CHECK. */
static bool is_lenient(const char *code)
{
    static const char *const codes[] = {
        "E110", "E111", "E112", "E113", "E122", "E123", "E124",
        "E130", "E140", "E142", "E143", "E145", "E146", "E162",
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static void note(struct gift *gift, int line, int column, const char *code, const char *hint,
                 const char *format, va_list args)
{
    struct findings *findings = gift->findings;
    if (!findings || findings->count - gift->first_finding >= GIFT_MOST_FINDINGS)
        return;
    if (gift->told++ >= GIFT_MOST_TOLD) {
        if (gift->told == GIFT_MOST_TOLD + 1)
            finding_add(findings, SEVERITY_ERROR, "E189", gift->file, line, column, NULL,
                        "more than %d findings: the rest of the file is read in silence",
                        GIFT_MOST_TOLD);
        return;
    }
    char text[400];
    vsnprintf(text, sizeof text, format, args);
    bool warning = code[0] == 'W' || (gift->mode == GIFT_GRADE && is_lenient(code));
    finding_add(findings, warning ? SEVERITY_WARNING : SEVERITY_ERROR, code, gift->file, line,
                column, hint, "%s", text);
}

void gift_note(struct gift *gift, const char *at, const char *code, const char *hint,
               const char *format, ...)
{
    int line, column;
    gift_place(gift, at, &line, &column);
    va_list args;
    va_start(args, format);
    note(gift, line, column, code, hint, format, args);
    va_end(args);
}

void gift_note_at(struct gift *gift, int line, int column, const char *code, const char *hint,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    note(gift, line, column, code, hint, format, args);
    va_end(args);
}

void gift_place(const struct gift *gift, const char *at, int *line, int *column)
{
    const struct gift_lines *lines = &gift->block.text;
    const char *start = buf_text(&lines->text);
    if (at < start || at > start + lines->text.length) {
        lines = &gift->block.comments;
        start = buf_text(&lines->text);
    }
    *line = gift->block.line;
    *column = 1;
    size_t offset = (size_t)(at - start), low = 0, high = lines->count;
    while (low < high) { /* the last line that does not begin after the offset */
        size_t middle = (low + high) / 2;
        if (lines->lines[middle].start <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return;
    const struct gift_line *found = &lines->lines[low - 1];
    *line = found->number;
    *column = found->column + (int)(offset - found->start);
}

/* ---- lines ------------------------------------------------------------------------------------ */

static bool is_ascii(struct str line)
{
    const uint64_t high_bits = 0x8080808080808080u;
    size_t i = 0;
    for (; i + 8 <= line.length; i += 8) {
        uint64_t word;
        memcpy(&word, line.text + i, 8);
        if (word & high_bits)
            return false;
    }
    for (; i < line.length; i++)
        if ((unsigned char)line.text[i] >= 0x80)
            return false;
    return true;
}

/* The offset of the first byte that is not UTF-8; the length where all are. */
static size_t bad_byte(struct str line)
{
    if (is_ascii(line))
        return line.length;
    size_t at = 0, length;
    for (; at < line.length; at += length)
        if (utf8_decode(line.text + at, line.length - at, &length) < 0)
            return at;
    return at;
}

static char *add_line(struct gift *gift, struct gift_lines *lines, struct str line, int number,
                      int column)
{
    if (lines->count)
        buf_add_char(&lines->text, '\n');
    size_t start = lines->text.length;
    ARENA_PUSH(gift->keep, lines->lines, lines->count, lines->capacity,
               (struct gift_line){start, number, column});
    buf_add_n(&lines->text, line.text, line.length);
    return lines->text.data + start;
}

/* LaTeX commands that begin with what GIFT takes for a line feed. */
static bool is_latex(const char *word, size_t length)
{
    static const char *const commands[] = {
        "nabla",   "natural", "ncong", "ne",        "nearrow",   "neg",  "neq",      "newline",
        "nexists", "ngeq",    "ngtr",  "nleq",      "nless",     "nmid", "nolimits", "nonumber",
        "norm",    "not",     "notin", "nparallel", "nsubseteq", "nu",   "nwarrow",
    };
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strlen(commands[i]) == length && memcmp(commands[i], word, length) == 0)
            return true;
    return false;
}

static void note_latex(struct gift *gift, const char *at, const char *end)
{
    enum { LONGEST = 12 };
    size_t length = 0;
    while (length < LONGEST && at + 1 + length < end) {
        char c = at[1 + length];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
            break;
        length++;
    }
    if (is_latex(at + 1, length))
        gift_note(gift, at, "W202", "for the LaTeX command write two backslashes",
                  "\\n is a line break here, so \\%.*s loses its first two characters", (int)length,
                  at + 1);
}

/* Marks the escapes of a line, which keeps its length. */
static void mark_escapes(struct gift *gift, char *at, const char *end)
{
    static const unsigned char codes[128] = {
        ['\\'] = '\\',        [':'] = ESCAPED_COLON, ['#'] = ESCAPED_HASH,  ['='] = ESCAPED_EQUALS,
        ['{'] = ESCAPED_OPEN, ['}'] = ESCAPED_CLOSE, ['~'] = ESCAPED_TILDE, ['n'] = ESCAPED_NEWLINE,
    };
    while (at < end && (at = memchr(at, '\\', (size_t)(end - at))) && at + 1 < end) {
        unsigned char next = (unsigned char)at[1];
        if (next >= 128 || !codes[next]) {
            at++; /* any other pair stays as two characters */
            continue;
        }
        if (next == 'n')
            note_latex(gift, at, end);
        at[0] = (char)ESCAPE;
        at[1] = (char)codes[next];
        at += 2;
    }
}

static void clear(struct gift_lines *lines)
{
    buf_clear(&lines->text);
    lines->count = 0;
}

static void take_line(struct gift *gift, struct str line, int number, int column)
{
    struct gift_block *block = &gift->block;
    if (block->text.count == 0)
        block->line = number;
    if (block->text.count >= GIFT_MOST_LINES) {
        if (!block->spoilt)
            gift_note_at(gift, number, column, "E149", "put empty lines between the questions",
                         "a question of more than %d lines", GIFT_MOST_LINES);
        block->spoilt = true;
        return;
    }
    size_t bad = bad_byte(line);
    if (bad < line.length && !block->spoilt) {
        block->spoilt = true;
        gift_note_at(gift, number, column + (int)bad, "E101", "save the file as UTF-8",
                     "byte 0x%02X is not UTF-8", (unsigned char)line.text[bad]);
    }
    if (str_starts(line, "//")) {
        /* Moodle leaves a blank in its place. */
        add_line(gift, &block->comments, line, number, column);
        add_line(gift, &block->text, str_of(" "), number, column);
        return;
    }
    char *at = add_line(gift, &block->text, line, number, column);
    if (str_is(line, "0"))
        gift_note(gift, at, "W201", "put the 0 on a line with other text",
                  "a line that is only 0: Moodle will split this question here");
    mark_escapes(gift, at, at + line.length);
}

bool gift_next_block(struct gift *gift)
{
    struct gift_block *block = &gift->block;
    struct str *rest = &gift->rest;
    clear(&block->text);
    clear(&block->comments);
    block->spoilt = false;
    gift->first_finding = gift->findings ? gift->findings->count : 0;
    while (rest->length) {
        size_t length = gift_find(*rest, gift->newline);
        struct str line = {rest->text, length}, trimmed = gift_trim(line);
        *rest = gift_from(*rest, length + 1);
        gift->line++;
        int column = 1 + (int)(trimmed.text - line.text) + (gift->line == 1 ? gift->bom : 0);
        if (trimmed.length)
            take_line(gift, trimmed, gift->line, column);
        else if (block->text.count)
            return true;
    }
    return block->text.count > 0;
}
