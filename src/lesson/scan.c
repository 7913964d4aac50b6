#include "lesson/scan.h"

#include <ctype.h>
#include <string.h>

static bool is_container_mark(char c)
{
    return c == ' ' || c == '>' || c == '-' || c == '+' || c == '*' || c == '.' || c == ')' ||
           isdigit((unsigned char)c);
}

static size_t prefix_of(struct str line)
{
    size_t i = 0;
    while (i < line.length && is_container_mark(line.text[i]))
        i++;
    return i;
}

static size_t run_of(struct str line, size_t at)
{
    size_t run = 0;
    while (at + run < line.length && line.text[at + run] == line.text[at])
        run++;
    return run;
}

size_t scan_fence_in_line(struct str line, char mark)
{
    size_t at = prefix_of(line);
    if (at < line.length && line.text[at] == mark && run_of(line, at) >= 3)
        return at;
    return line.length;
}

/* The first line that can hold something new: that of `at`, or the next if text was read on it. */
static int next_line(const struct source *source, size_t at)
{
    int line = source_line_number(source, at);
    return source->lines[line - 1].start == at ? line : line + 1;
}

static size_t offset_of(const struct source *source, struct str line)
{
    return (size_t)(line.text - source->text);
}

size_t scan_fence(const struct source *source, size_t at, char mark)
{
    /* A fence can follow the mark of an item whose line was begun, so the line of `at` counts. */
    for (int n = next_line(source, at); (size_t)n <= source->line_count; n++) {
        struct str line = source_line(source, n);
        size_t found = scan_fence_in_line(line, mark);
        if (found < line.length)
            return offset_of(source, line) + found;
    }
    return at;
}

static int quotes_in(struct str line, size_t size)
{
    int quotes = 0;
    for (size_t i = 0; i < size; i++)
        quotes += line.text[i] == '>';
    return quotes;
}

bool scan_closes_fence(struct str opening, struct str line, char mark, bool in_list)
{
    size_t from = scan_fence_in_line(opening, mark), at = scan_fence_in_line(line, mark);
    if (at == line.length || from == opening.length)
        return false;
    size_t run = run_of(line, at);
    struct str rest = {line.text + at + run, line.length - at - run};
    return run >= run_of(opening, from) && !str_trim(rest).length &&
           quotes_in(opening, from) == quotes_in(line, at) && (!in_list || at >= from);
}

static bool is_rule(struct str line)
{
    size_t i = 0, marks = 0;
    while (i < line.length && (line.text[i] == ' ' || line.text[i] == '>'))
        i++;
    if (i == line.length || !strchr("-*_", line.text[i]))
        return false;
    char mark = line.text[i];
    for (; i < line.length; i++) {
        if (line.text[i] == mark)
            marks++;
        else if (line.text[i] != ' ')
            return false;
    }
    return marks >= 3;
}

size_t scan_rule(const struct source *source, size_t at)
{
    for (int n = next_line(source, at); (size_t)n <= source->line_count; n++) {
        struct str line = source_line(source, n);
        if (is_rule(line))
            return offset_of(source, line) + line.length;
    }
    return at;
}

size_t scan_empty_heading(const struct source *source, size_t at, int level)
{
    for (int n = next_line(source, at); (size_t)n <= source->line_count; n++) {
        struct str line = source_line(source, n);
        size_t hash = prefix_of(line), end = hash;
        while (end < line.length && line.text[end] == '#')
            end++;
        size_t rest = end;
        while (rest < line.length && (line.text[rest] == ' ' || line.text[rest] == '#'))
            rest++;
        if (end - hash == (size_t)level && rest == line.length)
            return offset_of(source, line) + hash;
    }
    return at;
}

bool scan_has_hash(const struct source *source, size_t at)
{
    while (at > 0 && source->text[at - 1] != '\n')
        if (source->text[--at] == '#')
            return true;
    return false;
}

bool scan_is_html(const char *at, const char *start, const char *end)
{
    if (at > start && at[-1] == '\\')
        return false;
    const char *p = at + 1;
    if (end - p >= 3 && memcmp(p, "!--", 3) == 0)
        return true;
    if (p < end && *p == '/')
        p++;
    if (p == end || !isalpha((unsigned char)*p))
        return false;
    while (p < end && (isalnum((unsigned char)*p) || *p == '-'))
        p++;
    if (p < end && *p != ' ' && *p != '/' && *p != '>')
        return false;
    while (p < end && *p != '\n' && *p != '<' && *p != '>')
        p++;
    return p < end && *p == '>';
}

bool scan_pipe_in_maths(struct str line, size_t *pipe)
{
    bool in_maths = false, found = false;
    for (size_t i = 0; i < line.length; i++) {
        char c = line.text[i];
        if (c == '\\') {
            i++;
        } else if (c == '$') {
            if (found)
                return true;
            in_maths = !in_maths;
        } else if (c == '|' && in_maths && !found) {
            /* Only a formula that also ends: "$5 | $6" in two cells is money. */
            bool blank_before = i > 0 && line.text[i - 1] == ' ';
            bool blank_after = i + 1 < line.length && line.text[i + 1] == ' ';
            if (blank_before && blank_after)
                in_maths = false;
            else
                found = true, *pipe = i;
        }
    }
    return false;
}

bool scan_live_mark(const char *text, size_t *mark)
{
    for (const char *p = text; (p = strchr(p, '=')); p++) {
        if ((p == text || p[-1] == ' ') && isalpha((unsigned char)p[1])) {
            *mark = (size_t)(p - text);
            return true;
        }
    }
    return false;
}
