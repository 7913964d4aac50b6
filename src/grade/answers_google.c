/* The answers that Google Forms downloads as CSV: a column a question under its text, the choices of
 * a tick box joined by ", ", a grid as a column for each of its rows, `Question [row]`. */
#include "grade/answers.h"

#include "base/utf8.h"

#include <string.h>
#include <strings.h>

static bool claims(const char *bytes, size_t size, const struct csv_fields *header)
{
    (void)bytes;
    (void)size;
    struct str first = header->count ? str_trim(header->list[0].text) : (struct str){"", 0};
    return str_is(first, "Timestamp");
}

static enum column_kind known(struct str name)
{
    static const struct {
        const char *name;
        enum column_kind kind;
    } names[] = {
        {"Timestamp", COLUMN_IGNORED},    {"Score", COLUMN_IGNORED},
        {"Total score", COLUMN_IGNORED},  {"learner", COLUMN_LEARNER},
        {"Student ID", COLUMN_LEARNER},   {"ID", COLUMN_LEARNER},
        {"Email Address", COLUMN_EMAIL},  {"Username", COLUMN_EMAIL},
        {"Email", COLUMN_EMAIL},          {"Name", COLUMN_FIRST_NAME},
        {"Full name", COLUMN_FIRST_NAME}, {"First name", COLUMN_FIRST_NAME},
        {"Last name", COLUMN_LAST_NAME},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.length == strlen(names[i].name) &&
            strncasecmp(name.text, names[i].name, name.length) == 0)
            return names[i].kind;
    return COLUMN_UNKNOWN;
}

static bool ends_with(struct str name, const char *ending)
{
    size_t length = strlen(ending);
    return name.length >= length && memcmp(name.text + name.length - length, ending, length) == 0;
}

/* `Question [row]` of a matching question, or of one that asks for an order. */
static bool read_grid(struct column *column, const struct quiz *quiz, struct str name,
                      struct arena *arena)
{
    if (!ends_with(name, "]"))
        return false;
    const char *open = memrchr(name.text, '[', name.length);
    if (!open)
        return false;
    size_t question = rows_question(quiz, (struct str){name.text, (size_t)(open - name.text)});
    enum form form = question == SIZE_MAX ? FORM_NONE : question_form(&quiz->questions[question]);
    if (form != FORM_PAIRS && form != FORM_ORDER)
        return false;
    struct str row = {open + 1, (size_t)(name.text + name.length - 1 - (open + 1))};
    row = str_trim(row);
    column->kind = COLUMN_PAIR;
    column->question = question;
    column->stem = arena_strndup(arena, row.text, row.length);
    return true;
}

static bool columns(struct input_file *file, const struct grade_job *job, struct arena *arena,
                    const struct csv_fields *header, struct err *err)
{
    if (job->quiz_count > 1)
        return err_set(err, "%s: a form is of one quiz: give one --quiz", file->shown);
    file->quiz = &job->quizzes[0];
    file->columns = ARENA_ARRAY(arena, header->count, struct column);
    file->column_count = header->count;
    bool *taken = ARENA_ARRAY(arena, file->quiz->count + 1, bool);
    for (size_t i = 0; i < header->count; i++) {
        struct str name = str_trim(header->list[i].text);
        struct buf clean = {0};
        utf8_sanitise_line(&clean, name.text, name.length, 80);
        struct column *column = &file->columns[i];
        *column = (struct column){
            .kind = COLUMN_ANSWER,
            .name = arena_strndup(arena, buf_text(&clean), clean.length),
            .question = rows_question(file->quiz, name),
        };
        buf_free(&clean);
        bool again = column->question != SIZE_MAX && taken[column->question];
        if (column->question != SIZE_MAX && !again)
            taken[column->question] = true;
        else if (again)
            return err_set(err, "%s:1:%zu: a second column \"%s\"", file->shown,
                           header->list[i].at + 1, column->name);
        else if (ends_with(name, "[Score]") || ends_with(name, "[Feedback]") || !name.length)
            column->kind = COLUMN_IGNORED;
        else if (!read_grid(column, file->quiz, name, arena))
            column->kind = known(name);
    }
    return true;
}

const struct answer_format answers_google = {
    .name = "google",
    .spreadsheet = true,
    .claims = claims,
    .columns = columns,
    .as = SAID_GOOGLE,
    .record = rows_record,
};
