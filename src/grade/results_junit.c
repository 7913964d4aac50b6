/* JUnit's XML as build servers read it: a test suite a learner, a test case a question. */
#include "grade/results.h"

#include <string.h>

static void head(const struct sheet *sheet, struct buf *out)
{
    buf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"");
    add_xml(out, sheet->quiz->id, strlen(sheet->quiz->id));
    buf_add(out, "\">\n");
}

static void piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                  struct buf *out)
{
    const struct question *question = &sheet->quiz->questions[number];
    enum mark_state state = outcome->mark.state;
    if (!question_is_gradable(question) && state != MARK_NEEDS_GRADING)
        return;
    buf_add(out, "    <testcase classname=\"");
    add_xml(out, sheet->quiz->id, strlen(sheet->quiz->id));
    buf_add(out, "\" name=\"");
    add_xml(out, question->key, strlen(question->key));
    if (state == MARK_RIGHT) {
        buf_add(out, "\"/>\n");
        return;
    }
    if (state == MARK_NEEDS_GRADING) {
        buf_add(out, "\"><skipped message=\"needs a person to grade it\"/></testcase>\n");
        return;
    }
    buf_addf(out, "\"><failure message=\"%s, ", state_words(state));
    add_value(out, outcome->points);
    buf_add(out, " of ");
    add_value(out, question->points);
    buf_add(out, "\">");
    if (sheet->job->options.feedback) {
        struct buf text = {0};
        add_feedback(sheet, question, outcome, &text);
        add_xml(out, buf_text(&text), text.length);
        buf_free(&text);
    }
    buf_add(out, "</failure></testcase>\n");
}

static void record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    size_t tests = 0, failures = 0;
    for (size_t i = 0; i < sheet->quiz->count; i++) {
        enum mark_state state = graded->items[i]->mark.state;
        tests += graded->items[i]->piece.length > 0;
        failures += graded->items[i]->piece.length > 0 && state != MARK_RIGHT &&
                    state != MARK_NEEDS_GRADING;
    }
    buf_add(out, "  <testsuite name=\"");
    add_xml(out, graded->learner, graded->learner_length);
    buf_addf(out, "\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n", tests, failures,
             graded->needs_person);
    for (size_t i = 0; i < sheet->quiz->count; i++)
        buf_add_n(out, graded->items[i]->piece.data, graded->items[i]->piece.length);
    buf_add(out, "  </testsuite>\n");
}

static void absent(const struct sheet *sheet, size_t row, struct buf *out)
{
    const char *learner = roster_learner(sheet->job->roster, row);
    buf_add(out, "  <testsuite name=\"");
    add_xml(out, learner, strlen(learner));
    buf_add(out, "\" tests=\"1\" failures=\"0\" skipped=\"1\">\n    <testcase name=\"answers\">"
                 "<skipped message=\"nothing came from them\"/></testcase>\n  </testsuite>\n");
}

static void foot(const struct sheet *sheet, const struct grade_tally *tally, struct buf *out)
{
    (void)sheet;
    if (tally->rejected) {
        buf_add(out, "  <!-- rejected records: ");
        add_count(out, tally->rejected);
        buf_add(out, " -->\n");
    }
    buf_add(out, "</testsuites>\n");
}

const struct result_format results_junit = {
    .name = "junit",
    .extension = ".xml",
    .head = head,
    .piece = piece,
    .record = record,
    .absent = absent,
    .foot = foot,
};
