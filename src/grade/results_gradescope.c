/* Gradescope's results.json, one a learner. */
#include "grade/results.h"

#include <string.h>

static void piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                  struct buf *out)
{
    const struct question *question = &sheet->quiz->questions[number];
    bool person = outcome->mark.state == MARK_NEEDS_GRADING;
    if (!question_is_gradable(question) && !person)
        return;
    struct buf text = {0};
    buf_addf(&text, "%s%s%s", question->key, question->title ? ": " : "",
             question->title ? question->title : "");
    buf_add(out, "{\"name\":");
    add_json(out, buf_text(&text), text.length);
    if (!person) {
        buf_add(out, ",\"score\":");
        add_value(out, outcome->points);
        buf_add(out, ",\"max_score\":");
        add_value(out, question->points);
        buf_addf(out, ",\"status\":\"%s\"",
                 outcome->mark.state == MARK_RIGHT ? "passed" : "failed");
    }
    buf_clear(&text);
    buf_add(&text, state_words(outcome->mark.state));
    if (sheet->job->options.feedback) {
        buf_add_char(&text, '\n');
        add_feedback(sheet, question, outcome, &text);
    }
    buf_add(out, ",\"output\":");
    add_json(out, buf_text(&text), text.length);
    buf_add(out, "},");
    buf_free(&text);
}

static void record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    struct buf json = {0};
    buf_add(&json, "{\"score\":");
    buf_add_n(&json, graded->score_text.text, graded->score_text.length);
    buf_addf(&json, ",\"output\":\"%.*s of %s points", (int)graded->score_text.length,
             graded->score_text.text, buf_text(&sheet->max_text));
    if (graded->needs_person)
        buf_addf(&json, "; %zu answers need a person", graded->needs_person);
    buf_add(&json, "\",\"visibility\":\"visible\",\"tests\":[");
    add_pieces(sheet, graded, &json);
    buf_add(&json, "]}\n");
    struct frame frame = {graded->learner_length, json.length};
    buf_add_n(out, (const char *)&frame, sizeof frame);
    buf_add_n(out, graded->learner, graded->learner_length);
    buf_add_n(out, json.data, json.length);
    buf_free(&json);
}

const struct result_format results_gradescope = {
    .name = "gradescope",
    .extension = ".json",
    .one_each = true,
    .piece = piece,
    .record = record,
};
