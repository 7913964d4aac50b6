#include "base/finding.h"

#include <stdio.h>
#include <string.h>

void findings_init(struct findings *findings, struct arena *arena)
{
    *findings = (struct findings){.arena = arena};
}

void finding_add(struct findings *findings, enum severity severity, const char *code,
                 const char *file, int line, int column, const char *hint, const char *format, ...)
{
    if (!findings)
        return;
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
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

static size_t first_of_file(const struct findings *findings, const char *file)
{
    for (size_t i = 0; i < findings->count; i++)
        if (strcmp(findings->list[i].file, file) == 0)
            return i;
    return findings->count;
}

static bool comes_after(const struct findings *findings, const struct finding *a,
                        const struct finding *b)
{
    if (a->file != b->file && strcmp(a->file, b->file) != 0)
        return first_of_file(findings, a->file) > first_of_file(findings, b->file);
    if (a->line != b->line)
        return a->line > b->line;
    return a->column > b->column;
}

void findings_sort(struct findings *findings)
{
    /* Insertion sort: stable, and findings arrive nearly in order. */
    for (size_t i = 1; i < findings->count; i++) {
        struct finding moving = findings->list[i];
        size_t at = i;
        while (at > 0 && comes_after(findings, &findings->list[at - 1], &moving)) {
            findings->list[at] = findings->list[at - 1];
            at--;
        }
        findings->list[at] = moving;
    }
}

size_t findings_count(const struct findings *findings, enum severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->list[i].severity == severity;
    return count;
}

void finding_print(const struct finding *finding, struct buf *out)
{
    buf_addf(out, "%s:", finding->file);
    if (finding->line > 0)
        buf_addf(out, "%d:%d:", finding->line, finding->column > 0 ? finding->column : 1);
    buf_addf(out, " %s %s: %s", finding->severity == SEVERITY_ERROR ? "error" : "warning",
             finding->code, finding->text);
    if (finding->hint)
        buf_addf(out, "; %s", finding->hint);
    buf_add(out, "\n");
}
