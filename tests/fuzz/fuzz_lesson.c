/* Any bytes are a chapter, a glossary and a course page, with findings; never a crash or a hang. */
#include "base/utf8.h"
#include "lesson/lesson.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        started = utf8_start() || true;
    struct arena arena;
    struct findings findings;
    arena_init(&arena);
    findings_init(&findings, &arena);
    const char *bytes = (const char *)data;
    struct chapter chapter;
    lesson_read(&chapter, &arena, "03-fuzz.md", bytes, size, &findings);
    int lines = 1;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || data[i] == '\r';
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.list[i];
        if (finding->line < 1 || finding->line > lines + 1 || finding->column < 1)
            abort();
    }
    for (size_t i = 0; i < chapter.section_count; i++)
        for (size_t j = 0; j < chapter.sections[i].step_count; j++) {
            const struct step *step = &chapter.sections[i].steps[j];
            if (step->place.line < 1 || step->end_line < step->place.line || step->end_line > lines)
                abort();
        }
    struct glossary glossary;
    glossary_read(&glossary, &arena, "glossary.md", bytes, size, &findings);
    struct course_page page;
    course_page_read(&page, &arena, "course.md", bytes, size, &findings);
    struct span *spans;
    size_t count;
    char *text = arena_strndup(&arena, bytes, size);
    lesson_inline(&arena, text, &spans, &count);
    arena_free(&arena);
    return 0;
}
