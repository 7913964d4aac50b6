/* What helps between the first try at a question and the second. */
#include "study/internal.h"

#include <string.h>

/* A hint is read away from what it speaks of: "That is ..." has to be told what. */
static void add_remark(struct buf *hint, const char *verb, const char *said,
                       const struct quiz_text *feedback)
{
    struct buf remark = {0};
    size_t length = strlen(said);
    quiz_text_plain(feedback, &remark);
    length -= length > 1 && said[length - 1] == '.';
    if (remark.length)
        buf_addf(hint, "%sYou %s \"%.*s\": %s", hint->length ? " " : "", verb, (int)length, said,
                 buf_text(&remark));
    buf_free(&remark);
}

static void add_choice(struct arena *arena, const struct choice *choice, struct buf *hint)
{
    size_t count;
    const struct span *spans = study_quiz_spans(arena, &choice->text, &count);
    add_remark(hint, "chose", study_plain_text(arena, spans, count), &choice->feedback);
}

const char *study_hint(struct arena *arena, const struct question *question,
                       const struct answer *answer, const struct mark *mark, const char *text)
{
    enum form form = question_form(question);
    if (form == FORM_CHOOSE_ONE && question->choice_count < 3)
        return NULL; /* the other one, then */
    if (question->hint)
        return question->hint;
    struct buf said = {0};
    if (form == FORM_CHOOSE_MANY) {
        for (size_t i = 0; i < answer->count; i++)
            if (question->choices[answer->chosen[i]].fraction <= 0)
                add_choice(arena, &question->choices[answer->chosen[i]], &said);
        if (!said.length && mark->state == MARK_PARTIAL)
            buf_add(&said, "What you took is right, but something is missing.");
    } else if (form == FORM_PAIRS && mark->state == MARK_PARTIAL) {
        buf_addf(&said, "%.0f of %zu are right, and stay.", mark->fraction * (double)answer->count,
                 answer->count);
    } else if (mark->choice && form == FORM_CHOOSE_ONE) {
        add_choice(arena, mark->choice, &said);
    } else if (mark->choice) {
        add_remark(&said, "wrote", text, &mark->choice->feedback);
    }
    const char *hint = said.length ? arena_strdup(arena, buf_text(&said)) : NULL;
    buf_free(&said);
    return hint;
}

const char *study_hint_left(struct arena *arena, const struct question *question, const char *given)
{
    struct answer answer;
    if (!answer_read_json(question, given, arena, &answer))
        return NULL;
    struct mark mark = mark_answer(question, &answer);
    bool missed = mark.state == MARK_WRONG || mark.state == MARK_PARTIAL;
    return missed ? study_hint(arena, question, &answer, &mark, answer.text) : NULL;
}
