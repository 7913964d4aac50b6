/* GIFT from anybody: read it, mark answers, write it, and read that again as the same questions. */
#include "quiz/quiz.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool good)
{
    if (!good)
        abort();
}

static void mark_some(const struct quiz *quiz, const char *text)
{
    for (size_t i = 0; i < quiz->count && i < 20; i++) {
        const struct question *question = &quiz->questions[i];
        size_t most = question->choice_count + 3;
        size_t *slots = calloc(most, sizeof *slots);
        const char *key = question->choice_count ? question->choices[0].text.text : text;
        const struct said said[] = {{NULL, key}, {NULL, "B"}, {NULL, text}};
        require(slots != NULL);
        for (size_t count = 0; count <= 3; count++) {
            struct answer answer;
            struct buf out = {0};
            answer_from_texts(&answer, question, said, count, slots, NULL);
            answer.decimal_comma = count == 2;
            struct mark mark = mark_answer(question, &answer);
            require(mark.state == MARK_NEEDS_GRADING ||
                    (mark.fraction >= -1 && mark.fraction <= 1));
            answer_write_json(question, &answer, &out);
            question_key_text(question, &out);
            quiz_text_plain(&question->stem, &out);
            buf_free(&out);
        }
        free(slots);
    }
}

static void describe(struct quiz *quiz, struct buf *out)
{
    for (size_t i = 0; i < quiz->count; i++)
        quiz->questions[i].line = 0;
    quiz_write_json(quiz, out);
}

/* Of clean text, because then cleaning cannot make signs meet that stood apart. */
static void come_back(const char *text, size_t size, enum gift_mode mode)
{
    struct arena arena;
    struct quiz first, second;
    struct buf clean = {0}, written = {0}, before = {0}, after = {0};
    arena_init(&arena);
    utf8_sanitise(&clean, text, size, NULL, NULL);
    gift_read(&first, &arena, "a.gift", buf_text(&clean), clean.length, mode, NULL);
    gift_write(&first, &written);
    gift_read(&second, &arena, "a.gift", buf_text(&written), written.length, mode, NULL);
    describe(&first, &before);
    describe(&second, &after);
    require(strcmp(buf_text(&before), buf_text(&after)) == 0);
    buf_free(&clean);
    buf_free(&written);
    buf_free(&before);
    buf_free(&after);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct findings findings;
    struct quiz quiz;
    struct buf out = {0};
    enum gift_mode mode = size % 2 ? GIFT_CHECK : GIFT_GRADE;
    utf8_start();
    arena_init(&arena);
    findings_init(&findings, &arena);
    gift_read(&quiz, &arena, "a.gift", (const char *)data, size, mode, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &findings.list[i];
        require(finding->line >= 1 && finding->column >= 1);
        require((size_t)finding->column <= size + 1 && (size_t)finding->line <= size + 1);
    }
    mark_some(&quiz, size ? arena_strndup(&arena, (const char *)data, size) : "");
    gift_write(&quiz, &out);
    quiz_write_json(&quiz, &out);
    buf_free(&out);
    arena_free(&arena);
    come_back((const char *)data, size, mode);
    return 0;
}
