/* The question types, in the order in which GIFT decides: the first row that claims a block has it.
 * A new type is a file with its row, a line here and one in types.h, and a kind in quiz.h. */
#include "quiz/types.h"

#include <assert.h>

static const struct question_type *const types[QUESTION_KINDS] = {
    [QUESTION_DESCRIPTION] = &type_description,
    [QUESTION_ESSAY] = &type_essay,
    [QUESTION_NUMERIC] = &type_numeric,
    [QUESTION_ONE_CHOICE] = &type_one_choice,
    [QUESTION_CHOICES] = &type_choices,
    [QUESTION_ORDER] = &type_order,
    [QUESTION_MATCHING] = &type_matching,
    [QUESTION_TRUE_FALSE] = &type_true_false,
    [QUESTION_SHORT] = &type_short,
};

const struct question_type *question_type_of(const struct question *question)
{
    assert(question->kind < QUESTION_KINDS);
    return types[question->kind];
}

const struct question_type *question_type_for(const struct gift_answer *answer,
                                              enum question_kind *kind)
{
    size_t i = 0;
    while (!types[i]->claims(answer))
        i++;
    assert(i < QUESTION_KINDS); /* a short answer claims everything */
    *kind = (enum question_kind)i;
    return types[i];
}
