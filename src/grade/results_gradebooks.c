/* What the gradebooks of Canvas, Moodle and nbgrader import: a row a learner, who is named as the
 * roster names them. */
#include "grade/results.h"

#include <stdio.h>
#include <string.h>

/* A learner of the row at hand: from the roster where there is one. */
struct person {
    const struct roster *roster;
    size_t row;
    const char *learner; /* clean */
};

static const char *column(const struct person *person, const char *name)
{
    return person->row == SIZE_MAX ? "" : roster_column(person->roster, person->row, name);
}

static void piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                  struct buf *out)
{
    const struct question *question = &sheet->quiz->questions[number];
    if (!sheet->job->options.feedback)
        return;
    struct buf text = {0};
    add_feedback(sheet, question, outcome, &text);
    buf_addf(out, "%s: %s%s%s\n", question->key, state_words(outcome->mark.state),
             text.length ? ". " : "", buf_text(&text));
    buf_free(&text);
}

typedef void add_row(const struct sheet *sheet, const struct person *person,
                     const struct graded *graded, struct buf *out);

static void record_with(add_row *add, const struct sheet *sheet, const struct graded *graded,
                        struct buf *out)
{
    struct buf clean = {0};
    add_clean(&clean, graded->learner, graded->learner_length);
    struct person person = {sheet->job->roster, graded->row, buf_text(&clean)};
    add(sheet, &person, graded, out);
    buf_free(&clean);
}

static void absent_with(add_row *add, const struct sheet *sheet, size_t row, struct buf *out)
{
    struct person person = {sheet->job->roster, row, roster_learner(sheet->job->roster, row)};
    add(sheet, &person, NULL, out);
}

static void add_cell(struct buf *out, const char *text)
{
    csv_add(out, text);
    buf_add_char(out, ',');
}

/* ---- Canvas --------------------------------------------------------------------------------------- */

static void canvas_head(const struct sheet *sheet, struct buf *out)
{
    buf_add(out, "Student,ID,SIS User ID,SIS Login ID,Section,");
    csv_add(out, sheet->quiz->id);
    buf_addf(out, "\n    Points Possible,,,,,%.2f\n", sheet->max);
}

static void canvas_row(const struct sheet *sheet, const struct person *person,
                       const struct graded *graded, struct buf *out)
{
    (void)sheet;
    const char *name = column(person, "name");
    add_cell(out, *name ? name : person->learner);
    add_cell(out, column(person, "id"));
    add_cell(out, column(person, "sis_id"));
    add_cell(out, person->learner);
    add_cell(out, column(person, "section"));
    if (graded)
        buf_addf(out, "%.2f", graded->score);
    buf_add_char(out, '\n');
}

static void canvas_record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    record_with(canvas_row, sheet, graded, out);
}

static void canvas_absent(const struct sheet *sheet, size_t row, struct buf *out)
{
    absent_with(canvas_row, sheet, row, out);
}

static void no_piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                     struct buf *out)
{
    (void)sheet;
    (void)number;
    (void)outcome;
    (void)out;
}

const struct result_format results_canvas = {
    .name = "canvas",
    .extension = ".csv",
    .head = canvas_head,
    .piece = no_piece,
    .record = canvas_record,
    .absent = canvas_absent,
};

/* ---- Moodle --------------------------------------------------------------------------------------- */

static void moodle_head(const struct sheet *sheet, struct buf *out)
{
    struct buf name = {0};
    buf_addf(&name, "%s (out of %s)", sheet->quiz->id, buf_text(&sheet->max_text));
    buf_add(out, "username,idnumber,email,");
    csv_add(out, buf_text(&name));
    buf_add(out, ",feedback\n");
    buf_free(&name);
}

static void moodle_row(const struct sheet *sheet, const struct person *person,
                       const struct graded *graded, struct buf *out)
{
    const char *email = column(person, "email");
    bool is_email = strchr(person->learner, '@') != NULL;
    add_cell(out, is_email ? column(person, "username") : person->learner);
    add_cell(out, column(person, "idnumber"));
    add_cell(out, *email || !is_email ? email : person->learner);
    if (graded)
        buf_add_n(out, graded->score_text.text, graded->score_text.length);
    buf_add_char(out, ',');
    struct buf said = {0};
    for (size_t i = 0; graded && i < sheet->quiz->count; i++)
        buf_add_n(&said, graded->items[i]->piece.data, graded->items[i]->piece.length);
    if (said.length)
        buf_cut(&said, said.length - 1);
    csv_add(out, buf_text(&said));
    buf_free(&said);
    buf_add_char(out, '\n');
}

static void moodle_record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    record_with(moodle_row, sheet, graded, out);
}

static void moodle_absent(const struct sheet *sheet, size_t row, struct buf *out)
{
    absent_with(moodle_row, sheet, row, out);
}

const struct result_format results_moodle = {
    .name = "moodle",
    .extension = ".csv",
    .head = moodle_head,
    .piece = piece,
    .record = moodle_record,
    .absent = moodle_absent,
};

/* ---- nbgrader ------------------------------------------------------------------------------------- */

static void nbgrader_head(const struct sheet *sheet, struct buf *out)
{
    (void)sheet;
    buf_add(out, "assignment,duedate,timestamp,student_id,last_name,first_name,email,raw_score,"
                 "late_submission_penalty,score,max_score\n");
}

static void nbgrader_row(const struct sheet *sheet, const struct person *person,
                         const struct graded *graded, struct buf *out)
{
    add_cell(out, sheet->quiz->id);
    buf_add(out, ",,");
    add_cell(out, person->learner);
    add_cell(out, column(person, "last_name"));
    add_cell(out, column(person, "first_name"));
    add_cell(out, column(person, "email"));
    struct str score = graded ? graded->score_text : (struct str){"", 0};
    buf_addf(out, "%.*s,0,%.*s,%s\n", (int)score.length, score.text, (int)score.length, score.text,
             buf_text(&sheet->max_text));
}

static void nbgrader_record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    record_with(nbgrader_row, sheet, graded, out);
}

static void nbgrader_absent(const struct sheet *sheet, size_t row, struct buf *out)
{
    absent_with(nbgrader_row, sheet, row, out);
}

const struct result_format results_nbgrader = {
    .name = "nbgrader",
    .extension = ".csv",
    .together = true,
    .head = nbgrader_head,
    .piece = no_piece,
    .record = nbgrader_record,
    .absent = nbgrader_absent,
};
