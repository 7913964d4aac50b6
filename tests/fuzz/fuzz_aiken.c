/* Any bytes as Aiken: what is read and written reads back as the same number of questions. */
#include "base/arena.h"
#include "grade/convert.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct conversion conversion = {.format = "aiken"};
    struct arena arena;
    struct findings findings;
    struct quiz quiz;
    struct buf out = {0};
    arena_init(&arena);
    findings_init(&findings, &arena);
    quiz_aiken.read(&quiz, &arena, "fuzz.txt", (const char *)data, size, &findings);
    for (size_t i = 0; i < quiz.count; i++)
        if (quiz.questions[i].kind != QUESTION_ONE_CHOICE)
            abort();
    quiz_aiken.write(&quiz, &conversion, &out);
    quiz_text2qti.write(&quiz, &conversion, &out);
    quiz_blackboard.write(&quiz, &conversion, &out);
    quiz_handout.write(&quiz, &conversion, &out);
    buf_free(&out);
    arena_free(&arena);
    return 0;
}
