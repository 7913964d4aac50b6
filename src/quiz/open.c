/* What is not marked: a text to read, and a question that only a person can mark. */
#include "quiz/types.h"

#include <math.h>

static bool claims_description(const struct gift_answer *answer)
{
    return !answer->braces;
}

static bool claims_essay(const struct gift_answer *answer)
{
    return !answer->text.length;
}

static void write_nothing(const struct question *question, struct buf *out)
{
    (void)question;
    (void)out;
}

static struct mark mark_by_person(const struct question *question, const struct answer *answer)
{
    (void)question;
    (void)answer;
    return (struct mark){.state = MARK_NEEDS_GRADING, .fraction = NAN};
}

const struct question_type type_description = {
    .name = "description",
    .form = FORM_NONE,
    .claims = claims_description,
    .mark = mark_by_person,
};

const struct question_type type_essay = {
    .name = "essay",
    .form = FORM_TEXT,
    .claims = claims_essay,
    .write = write_nothing,
    .mark = mark_by_person,
};
