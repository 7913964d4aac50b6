/* Texts of several lines that were begun and not handed in: they wait until the session ends. */
#include "study/internal.h"

#include <string.h>

/* 0: no such text is asked for. */
static uint64_t asked(const struct study *study)
{
    const struct study_ask *ask = &study->ask;
    bool open = study->stage == STUDY_ASK || study->stage == STUDY_SURE;
    if (!open || !ask->lines)
        return 0;
    return ask->question ? ask->question->hash : study_step_identity(study);
}

static struct study_draft *find_draft(const struct study_done *done, uint64_t of)
{
    for (size_t i = 0; i < done->draft_count; i++)
        if (done->drafts[i].of == of)
            return &done->drafts[i];
    return NULL;
}

const char *study_draft(const struct study *study)
{
    const struct study_draft *draft = find_draft(study->done, asked(study));
    return draft ? buf_text(&draft->text) : "";
}

void study_keep_draft(struct study *study, const char *text)
{
    struct study_done *done = study->done;
    uint64_t of = asked(study);
    struct study_draft *draft = find_draft(done, of);
    if (!of || (!draft && !*text))
        return;
    if (!draft) {
        struct study_draft fresh = {.of = of};
        ARENA_PUSH(&done->arena, done->drafts, done->draft_count, done->draft_capacity, fresh);
        draft = &done->drafts[done->draft_count - 1];
    }
    buf_clear(&draft->text);
    buf_add(&draft->text, text);
}
