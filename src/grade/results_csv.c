/* `learner,q3.1,...,score,max,percent`: points, a column a question. */
#include "grade/results.h"

#include <stdio.h>

static void head(const struct sheet *sheet, struct buf *out)
{
    buf_add(out, "learner");
    for (size_t i = 0; i < sheet->quiz->count; i++) {
        if (!sheet->shown[i])
            continue;
        buf_add_char(out, ',');
        csv_add(out, sheet->quiz->questions[i].key);
    }
    buf_add(out, ",score,max,percent\n");
}

/* What a person has to mark is an empty cell, never 0. */
static void piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                  struct buf *out)
{
    buf_add_char(out, ',');
    if (question_is_gradable(&sheet->quiz->questions[number]))
        add_value(out, outcome->points);
}

static void record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    struct buf learner = {0};
    add_clean(&learner, graded->learner, graded->learner_length);
    csv_add(out, buf_text(&learner));
    buf_free(&learner);
    for (size_t i = 0; i < sheet->quiz->count; i++)
        buf_add_n(out, graded->items[i]->piece.data, graded->items[i]->piece.length);
    buf_add_char(out, ',');
    buf_add_n(out, graded->score_text.text, graded->score_text.length);
    buf_addf(out, ",%s,", buf_text(&sheet->max_text));
    if (sheet->max > 0)
        buf_addf(out, "%.2f", 100 * graded->score / sheet->max);
    buf_add_char(out, '\n');
}

static void absent(const struct sheet *sheet, size_t row, struct buf *out)
{
    csv_add(out, roster_learner(sheet->job->roster, row));
    for (size_t i = 0; i < sheet->quiz->count; i++)
        if (sheet->shown[i])
            buf_add_char(out, ',');
    buf_addf(out, ",,%s,\n", buf_text(&sheet->max_text));
}

const struct result_format results_csv = {
    .name = "csv",
    .extension = ".csv",
    .head = head,
    .piece = piece,
    .record = record,
    .absent = absent,
};
