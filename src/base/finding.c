#include "base/finding.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { FILE_COLUMNS = 1000 };

void findings_init(struct findings *findings, struct arena *arena)
{
    *findings = (struct findings){.arena = arena};
}

void finding_add(struct findings *findings, enum severity severity, const char *code,
                 const char *file, int line, int column, const char *hint, const char *format, ...)
{
    if (!findings)
        return;
    if (findings->count >= FINDINGS_MOST) {
        findings->lost[severity]++;
        return;
    }
    char text[FINDING_BYTES];
    va_list args;
    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) >= FINDING_BYTES)
        text[utf8_whole(text, sizeof text - 1)] = '\0';
    va_end(args);
    ARENA_PUSH(findings->arena, findings->list, findings->count, findings->capacity,
               (struct finding){
                   .file = file,
                   .line = line,
                   .column = column,
                   .severity = severity,
                   .code = code,
                   .text = arena_strdup(findings->arena, text),
                   .hint = hint ? arena_strdup(findings->arena, hint) : NULL,
               });
}

/* A finding with the number of its file, by first appearance. */
struct ranked {
    struct finding finding;
    size_t file;
};

static size_t file_number(const struct ranked *list, size_t i, size_t *files)
{
    for (size_t j = i; j > 0; j--) /* the one before is nearly always of the same file */
        if (list[j - 1].finding.file == list[i].finding.file ||
            strcmp(list[j - 1].finding.file, list[i].finding.file) == 0)
            return list[j - 1].file;
    return (*files)++;
}

static bool comes_after(const struct ranked *a, const struct ranked *b)
{
    if (a->file != b->file)
        return a->file > b->file;
    if (a->finding.line != b->finding.line)
        return a->finding.line > b->finding.line;
    return a->finding.column > b->finding.column;
}

/* Merges the sorted runs [low, middle) and [middle, high); an equal one of the left goes first. */
static void merge(const struct ranked *from, struct ranked *to, size_t low, size_t middle,
                  size_t high)
{
    size_t left = low, right = middle;
    for (size_t i = low; i < high; i++) {
        bool take_right =
            right < high && (left >= middle || comes_after(&from[left], &from[right]));
        to[i] = from[take_right ? right++ : left++];
    }
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

void findings_sort(struct findings *findings)
{
    size_t n = findings->count, files = 0;
    if (n < 2)
        return;
    struct ranked *from = memory_alloc(2 * n * sizeof *from), *to = from + n, *block = from;
    for (size_t i = 0; i < n; i++) {
        from[i].finding = findings->list[i];
        from[i].file = file_number(from, i, &files);
    }
    for (size_t run = 1; run < n; run *= 2) {
        for (size_t low = 0; low < n; low += 2 * run)
            merge(from, to, low, lesser(low + run, n), lesser(low + 2 * run, n));
        struct ranked *swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; i < n; i++)
        findings->list[i] = from[i].finding;
    memory_free(block);
}

size_t findings_count(const struct findings *findings, enum severity severity)
{
    size_t count = findings->lost[severity];
    for (size_t i = 0; i < findings->count; i++)
        count += findings->list[i].severity == severity;
    return count;
}

void finding_print(const struct finding *finding, struct buf *out)
{
    /* A file's name is the user's: it may hold anything. */
    utf8_sanitise_line(out, finding->file, strlen(finding->file), FILE_COLUMNS);
    buf_add(out, ":");
    if (finding->line > 0)
        buf_addf(out, "%d:%d:", finding->line, finding->column > 0 ? finding->column : 1);
    buf_addf(out, " %s %s: %s", finding->severity == SEVERITY_ERROR ? "error" : "warning",
             finding->code, finding->text);
    if (finding->hint)
        buf_addf(out, "; %s", finding->hint);
    buf_add(out, "\n");
}
