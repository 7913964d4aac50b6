/* Moodle's quiz report "Responses", as CSV. Its header is in the language of the site, and is known here by its
 * "Response 1": set the site to English for the download. */
#include "grade/answers.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

/* "Response 12" -> 12, with `name` before the number; 0. */
static size_t numbered(struct str field, const char *name)
{
    size_t length = strlen(name), number = 0;
    field = str_trim(field);
    if (field.length <= length + 1 || strncasecmp(field.text, name, length) != 0 ||
        field.text[length] != ' ')
        return 0;
    for (size_t i = length + 1; i < field.length; i++) {
        if (field.text[i] < '0' || field.text[i] > '9' || number > 100000)
            return 0;
        number = number * 10 + (size_t)(field.text[i] - '0');
    }
    return number;
}

static bool claims(const char *bytes, size_t size, const struct csv_fields *header)
{
    (void)bytes;
    (void)size;
    for (size_t i = 0; i < header->count; i++)
        if (numbered(header->list[i].text, "Response"))
            return true;
    return false;
}

/* The n-th question that is no description, from 1; SIZE_MAX. */
static size_t question_at(const struct quiz *quiz, size_t n)
{
    for (size_t i = 0; i < quiz->count; i++)
        if (quiz->questions[i].kind != QUESTION_DESCRIPTION && --n == 0)
            return i;
    return SIZE_MAX;
}

static enum column_kind known(struct str name)
{
    static const struct {
        const char *name;
        enum column_kind kind;
    } names[] = {
        {"Username", COLUMN_LEARNER},    {"ID number", COLUMN_LEARNER},
        {"Email address", COLUMN_EMAIL}, {"First name", COLUMN_FIRST_NAME},
        {"Last name", COLUMN_LAST_NAME}, {"Surname", COLUMN_LAST_NAME},
        {"Started on", COLUMN_STARTED},  {"Started", COLUMN_STARTED},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.length == strlen(names[i].name) &&
            strncasecmp(name.text, names[i].name, name.length) == 0)
            return names[i].kind;
    return COLUMN_IGNORED;
}

static bool columns(struct input_file *file, const struct grade_job *job, struct arena *arena,
                    const struct csv_fields *header, struct err *err)
{
    if (job->quiz_count > 1)
        return err_set(err, "%s: a responses report is of one quiz: give one --quiz", file->shown);
    file->quiz = &job->quizzes[0];
    file->columns = ARENA_ARRAY(arena, header->count, struct column);
    file->column_count = header->count;
    bool *taken = ARENA_ARRAY(arena, file->quiz->count + 1, bool);
    for (size_t i = 0; i < header->count; i++) {
        struct str name = str_trim(header->list[i].text);
        size_t response = numbered(name, "Response");
        struct column *column = &file->columns[i];
        *column = (struct column){.kind = known(name), .name = "", .question = SIZE_MAX};
        if (numbered(name, "Question"))
            column->kind = COLUMN_QUESTION;
        if (!response)
            continue;
        column->question = question_at(file->quiz, response);
        column->name = arena_printf(arena, "Response %zu", response);
        column->kind = column->question == SIZE_MAX ? COLUMN_UNKNOWN : COLUMN_ANSWER;
        if (column->kind == COLUMN_ANSWER && taken[column->question])
            return err_set(err, "%s:1:%zu: a second column \"%s\"", file->shown,
                           header->list[i].at + 1, column->name);
        if (column->kind == COLUMN_ANSWER)
            taken[column->question] = true;
    }
    return true;
}

const struct answer_format answers_moodle = {
    .name = "moodle",
    .spreadsheet = true,
    .claims = claims,
    .columns = columns,
    .as = SAID_MOODLE,
    .record = rows_record,
};
