/* `learner,q3.1,q3.6,...`: a row a learner, a column a question, several choices joined by `|`. */
#include "grade/answers.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

static bool claims(const char *bytes, size_t size, const struct csv_fields *header)
{
    (void)bytes;
    (void)size;
    return rows_header_has(header, "learner");
}

static enum column_kind known(struct str name)
{
    static const struct {
        const char *name;
        enum column_kind kind;
    } names[] = {{"learner", COLUMN_LEARNER},
                 {"quiz", COLUMN_QUIZ},
                 {"attempt", COLUMN_ATTEMPT},
                 {"time", COLUMN_IGNORED},
                 {"name", COLUMN_IGNORED}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.length == strlen(names[i].name) &&
            strncasecmp(name.text, names[i].name, name.length) == 0)
            return names[i].kind;
    return COLUMN_UNKNOWN;
}

/* Questions of which quiz the columns name: the one that knows most of them. */
static const struct quiz *best_quiz(const struct grade_job *job, const struct csv_fields *header)
{
    size_t best = 0, most = 0;
    for (size_t q = 0; q < job->quiz_count; q++) {
        size_t count = 0;
        for (size_t i = 0; i < header->count; i++)
            count += rows_question(&job->quizzes[q], header->list[i].text) != SIZE_MAX;
        if (count > most) {
            most = count;
            best = q;
        }
    }
    return &job->quizzes[best];
}

static bool columns(struct input_file *file, const struct grade_job *job, struct arena *arena,
                    const struct csv_fields *header, struct err *err)
{
    bool learner = false;
    file->quiz = best_quiz(job, header);
    file->columns = ARENA_ARRAY(arena, header->count, struct column);
    file->column_count = header->count;
    bool *taken = ARENA_ARRAY(arena, file->quiz->count + 1, bool);
    for (size_t i = 0; i < header->count; i++) {
        struct str name = str_trim(header->list[i].text);
        struct buf clean = {0};
        double number;
        utf8_sanitise_line(&clean, name.text, name.length, 80);
        struct column *column = &file->columns[i];
        *column = (struct column){
            .kind = known(name),
            .name = arena_strndup(arena, buf_text(&clean), clean.length),
            .question = rows_question(file->quiz, name),
        };
        buf_free(&clean);
        if (str_number(name, &number))
            return err_set(err,
                           "%s:1:%zu: the column \"%s\" reads as a number, and spreadsheets spoil "
                           "those (3.10 becomes 3.1): let the keys begin with a letter, as in q%s",
                           file->shown, header->list[i].at + 1, column->name, column->name);
        learner |= column->kind == COLUMN_LEARNER;
        if (column->kind != COLUMN_UNKNOWN)
            continue;
        if (column->question != SIZE_MAX)
            column->kind = COLUMN_ANSWER;
        else if (!name.length)
            column->kind = COLUMN_IGNORED;
        if (column->kind == COLUMN_ANSWER && taken[column->question])
            return err_set(err, "%s:1:%zu: a second column for question %s", file->shown,
                           header->list[i].at + 1, file->quiz->questions[column->question].key);
        if (column->kind == COLUMN_ANSWER)
            taken[column->question] = true;
    }
    return learner || err_set(err, "%s:1:1: no column \"learner\"", file->shown);
}

const struct answer_format answers_csv = {
    .name = "csv",
    .spreadsheet = true,
    .claims = claims,
    .columns = columns,
    .as = SAID_CSV,
    .record = rows_record,
};
