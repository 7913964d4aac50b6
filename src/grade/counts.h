/* grade/counts.h: what a class said, without who said it: a CSV row for each option of each vote. */
#ifndef GRADE_COUNTS_H
#define GRADE_COUNTS_H

#include "quiz/quiz.h"

struct vote_counts {
    const char *key;                 /* of the question */
    const struct question *question; /* NULL: the quiz does not have it any more */
    int64_t asking, vote;            /* which question of the session; its first or second vote */
    size_t *options;                 /* how many took each; of questions with a choice */
    size_t answered, right, partial, wrong;
};

void counts_head(struct buf *out);
/* Of a choice a row for each option, else one each for right, partial and wrong. */
void counts_add(const struct vote_counts *counts, struct buf *out);

#endif
