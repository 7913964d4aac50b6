/* Matching questions: what of them stays at the second try, and their key. */
#include "study/internal.h"

/* The choice that the i-th stem is. */
static const struct choice *stem_choice(const struct question *question, size_t i)
{
    for (size_t c = 0; c < question->choice_count; c++)
        if (*question->choices[c].text.text && i-- == 0)
            return &question->choices[c];
    return NULL;
}

void study_keep_pairs(struct study *study, const struct answer *before)
{
    struct study_ask *ask = &study->ask;
    if (ask->form != FORM_PAIRS || before->count != ask->stem_count)
        return;
    size_t *kept = ARENA_ARRAY(&study->step_arena, ask->stem_count, size_t);
    for (size_t i = 0; i < ask->stem_count; i++) {
        const struct choice *stem = stem_choice(ask->question, i);
        kept[i] = SIZE_MAX;
        for (size_t p = 0; stem && stem->right == before->chosen[i] && p < ask->option_count; p++)
            if (ask->options[p].origin == stem->right)
                kept[i] = p;
    }
    ask->kept = kept;
}

void study_say_pairs(struct study *study)
{
    const struct study_ask *ask = &study->ask;
    struct study_feedback *feedback = &study->feedback;
    feedback->pairs = ARENA_ARRAY(&study->step_arena, 2 * ask->stem_count, const char *);
    for (size_t i = 0; i < ask->stem_count; i++) {
        const struct choice *stem = stem_choice(ask->question, i);
        feedback->pairs[2 * feedback->pair_count] = ask->stems[i];
        feedback->pairs[2 * feedback->pair_count++ + 1] =
            stem ? ask->question->rights[stem->right] : "";
    }
}
