/* A line a record: {"learner","quiz","score","max","items":{"q3.1":{"f":1,"s":"right"}},"line"}. */
#include "grade/results.h"

#include <string.h>

static void piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                  struct buf *out)
{
    const struct question *question = &sheet->quiz->questions[number];
    const struct grade_options *options = &sheet->job->options;
    bool person = outcome->mark.state == MARK_NEEDS_GRADING;
    if (!question_is_gradable(question) && !person)
        return; /* an open question that was left open */
    add_json(out, question->key, strlen(question->key));
    buf_add(out, ":{\"f\":");
    if (person)
        buf_add(out, "null");
    else
        add_value(out, outcome->fraction);
    buf_add(out, ",\"s\":\"");
    buf_add(out, mark_state_name(outcome->mark.state));
    buf_add(out, "\"");
    if (options->feedback) {
        struct buf text = {0};
        add_feedback(sheet, question, outcome, &text);
        buf_add(out, ",\"fb\":");
        add_json(out, buf_text(&text), text.length);
        buf_clear(&text);
        if (!options->no_key && question_is_gradable(question)) {
            question_key_text(question, &text);
            buf_add(out, ",\"key\":");
            add_json(out, buf_text(&text), text.length);
        }
        buf_free(&text);
    }
    buf_add(out, "},");
}

static void begin(const struct sheet *sheet, const char *learner, size_t length, struct str json,
                  struct buf *out)
{
    if (json.text) {
        buf_add_n(out, "{\"learner\":\"", 12);
        buf_add_n(out, json.text, json.length);
        buf_add_n(out, "\"", 1);
    } else {
        buf_add(out, "{\"learner\":");
        add_json(out, learner, length);
    }
    /* `,"quiz":"dropout",`, written once */
    buf_add_n(out, sheet->lead.data, sheet->lead.length);
}

static void add_list(struct buf *out, const char *name, const char *const *list, size_t count)
{
    buf_addf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_char(out, ',');
        add_json(out, list[i], strlen(list[i]));
    }
    buf_add_char(out, ']');
}

static void add_refused(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    const char *separator = ",\"refused\":[", *first = separator;
    for (size_t i = 0; i < sheet->quiz->count; i++) {
        if (!graded->items[i]->code || graded->items[i]->severity != SEVERITY_ERROR)
            continue;
        const char *key = sheet->quiz->questions[i].key;
        buf_add(out, separator);
        add_json(out, key, strlen(key));
        separator = ",";
    }
    if (separator != first)
        buf_add_char(out, ']');
}

static void record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    begin(sheet, graded->learner, graded->learner_length, graded->learner_json, out);
    buf_add_n(out, "\"score\":", 8);
    buf_add_n(out, graded->score_text.text, graded->score_text.length);
    buf_add_n(out, ",\"max\":", 7);
    buf_add_n(out, sheet->max_text.data, sheet->max_text.length);
    buf_add_n(out, ",\"items\":{", 10);
    add_pieces(sheet, graded, out);
    buf_add_n(out, "},\"line\":", 9);
    add_count(out, graded->line);
    if (graded->attempt) {
        buf_add(out, ",\"attempt\":");
        add_count(out, graded->attempt);
    }
    if (graded->needs_person) {
        buf_add(out, ",\"needsgrading\":");
        add_count(out, (int64_t)graded->needs_person);
    }
    if (graded->odd)
        add_refused(sheet, graded, out);
    if (graded->unknown_count)
        add_list(out, "unknown", graded->unknown, graded->unknown_count);
    buf_add_n(out, "}\n", 2);
}

static void absent(const struct sheet *sheet, size_t row, struct buf *out)
{
    const char *learner = roster_learner(sheet->job->roster, row);
    begin(sheet, learner, strlen(learner), (struct str){0}, out);
    buf_addf(out, "\"score\":null,\"max\":%s,\"items\":{},\"absent\":true}\n",
             buf_text(&sheet->max_text));
}

const struct result_format results_ndjson = {
    .name = "ndjson",
    .extension = ".ndjson",
    .together = true,
    .piece = piece,
    .record = record,
    .absent = absent,
};
