/* The Test Anything Protocol, version 14: a subtest a learner, a test a question. */
#include "grade/results.h"

#include <string.h>

/* `#` begins a directive. */
static void add_name(struct buf *out, const char *text, size_t length)
{
    struct buf clean = {0};
    add_clean(&clean, text, length);
    for (const char *p = buf_text(&clean); *p; p++) {
        if (*p == '#' || *p == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, *p);
    }
    buf_free(&clean);
}

static void head(const struct sheet *sheet, struct buf *out)
{
    buf_add(out, "TAP version 14\n# ");
    add_name(out, sheet->quiz->id, strlen(sheet->quiz->id));
    buf_add(out, "\n");
}

static void piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                  struct buf *out)
{
    const struct question *question = &sheet->quiz->questions[number];
    enum mark_state state = outcome->mark.state;
    bool person = state == MARK_NEEDS_GRADING;
    if (!question_is_gradable(question) && !person)
        return;
    buf_add(out, state == MARK_RIGHT || person ? "    ok - " : "    not ok - ");
    add_name(out, question->key, strlen(question->key));
    if (person) {
        buf_add(out, " # SKIP needs a person to grade it");
    } else if (state != MARK_RIGHT) {
        buf_addf(out, ": %s, ", state_words(state));
        add_value(out, outcome->points);
        buf_add(out, " of ");
        add_value(out, question->points);
    }
    buf_add_char(out, '\n');
}

static void record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    size_t tests = 0;
    bool good = true;
    buf_add(out, "# Subtest: ");
    add_name(out, graded->learner, graded->learner_length);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < sheet->quiz->count; i++) {
        const struct outcome *outcome = graded->items[i];
        if (!outcome->piece.length)
            continue;
        buf_add_n(out, outcome->piece.data, outcome->piece.length);
        good &= outcome->mark.state == MARK_RIGHT || outcome->mark.state == MARK_NEEDS_GRADING;
        tests++;
    }
    buf_addf(out, "    1..%zu\n%s - ", tests, good ? "ok" : "not ok");
    add_name(out, graded->learner, graded->learner_length);
    buf_addf(out, ": %.*s of %s points\n", (int)graded->score_text.length, graded->score_text.text,
             buf_text(&sheet->max_text));
}

static void absent(const struct sheet *sheet, size_t row, struct buf *out)
{
    const char *learner = roster_learner(sheet->job->roster, row);
    buf_add(out, "ok - ");
    add_name(out, learner, strlen(learner));
    buf_add(out, " # SKIP nothing came from them\n");
}

static void foot(const struct sheet *sheet, const struct grade_tally *tally, struct buf *out)
{
    (void)sheet;
    if (tally->rejected) {
        buf_add(out, "# rejected records: ");
        add_count(out, tally->rejected);
        buf_add_char(out, '\n');
    }
    buf_add(out, "1..");
    add_count(out, tally->graded + tally->absent);
    buf_add_char(out, '\n');
}

const struct result_format results_tap = {
    .name = "tap",
    .extension = ".tap",
    .head = head,
    .piece = piece,
    .record = record,
    .absent = absent,
    .foot = foot,
};
