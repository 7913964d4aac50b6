/* Any bytes as MoodleXML: what is read and written reads back the same. */
#include "base/arena.h"
#include "grade/convert.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void rewrite(const struct quiz *quiz, struct arena *arena, struct buf *xml,
                    struct quiz *back)
{
    const struct conversion conversion = {.format = "moodlexml"};
    quiz_moodlexml.write(quiz, &conversion, xml);
    quiz_moodlexml.read(back, arena, "fuzz.xml", buf_text(xml), xml->length, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct findings findings;
    struct quiz once, twice, thrice;
    struct buf a = {0}, b = {0};
    arena_init(&arena);
    findings_init(&findings, &arena);
    quiz_moodlexml.read(&once, &arena, "fuzz.xml", (const char *)data, size, &findings);
    rewrite(&once, &arena, &a, &twice);
    rewrite(&twice, &arena, &b, &thrice);
    if (twice.count != once.count || thrice.count != twice.count ||
        strcmp(buf_text(&a), buf_text(&b)) != 0)
        abort();
    buf_free(&a);
    buf_free(&b);
    arena_free(&arena);
    return 0;
}
