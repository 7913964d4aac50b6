/* One row of a spreadsheet as one learner's answers: what the three formats of spreadsheets share.
 * They differ in how they name their columns. */
#include "grade/answers.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

bool rows_header_has(const struct csv_fields *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++) {
        struct str field = str_trim(header->list[i].text);
        if (field.length == strlen(name) && strncasecmp(field.text, name, field.length) == 0)
            return true;
    }
    return false;
}

/* The same words, however they are spaced. */
static bool same_words(struct str a, struct str b)
{
    for (;;) {
        struct str x = str_word(&a), y = str_word(&b);
        if (x.length != y.length || memcmp(x.text, y.text, x.length) != 0)
            return false;
        if (!x.length)
            return true;
    }
}

static bool says(const struct quiz_text *text, struct str name)
{
    struct buf plain = {0};
    quiz_text_plain(text, &plain);
    bool same = same_words((struct str){buf_text(&plain), plain.length}, name) ||
                same_words(str_of(text->text), name);
    buf_free(&plain);
    return same;
}

size_t rows_question(const struct quiz *quiz, struct str name)
{
    name = str_trim(name);
    if (!name.length)
        return SIZE_MAX;
    for (size_t i = 0; i < quiz->count; i++)
        if (quiz->questions[i].kind != QUESTION_DESCRIPTION && str_is(name, quiz->questions[i].key))
            return i;
    for (int by = 0; by < 2; by++)
        for (size_t i = 0; i < quiz->count; i++) {
            const struct question *question = &quiz->questions[i];
            if (question->kind == QUESTION_DESCRIPTION)
                continue;
            if (by ? says(&question->stem, name)
                   : question->title && same_words(str_of(question->title), name))
                return i;
        }
    return SIZE_MAX;
}

struct row {
    struct worker *worker;
    const struct input_file *file;
    int64_t line;
    struct str learner, email, first, last, quiz;
    int64_t attempt;
    bool begun;
};

static void reject(struct row *row, const char *code, size_t column, const char *what)
{
    worker_note(row->worker, SEVERITY_ERROR, code, row->line, column,
                row->worker->learner.length ? buf_text(&row->worker->learner) : NULL, NULL, "%s",
                what);
    row->worker->block->tally.rejected++;
}

static void read_person(struct row *row, const struct column *column, struct str text)
{
    int64_t number;
    text = str_trim(text);
    switch (column->kind) {
    case COLUMN_LEARNER:
        row->learner = row->learner.length ? row->learner : text;
        break;
    case COLUMN_EMAIL:
        row->email = text;
        break;
    case COLUMN_FIRST_NAME:
        row->first = text;
        break;
    case COLUMN_LAST_NAME:
        row->last = text;
        break;
    case COLUMN_QUIZ:
        row->quiz = text;
        break;
    case COLUMN_ATTEMPT:
        if (str_integer(text, &number) && number > 0)
            row->attempt = number;
        break;
    case COLUMN_STARTED:
        row->begun = text.length && !str_is(text, "-");
        break;
    default:
        break;
    }
}

static void name_learner(struct row *row)
{
    struct buf *learner = &row->worker->learner;
    struct str whole = row->learner.length ? row->learner : row->email;
    buf_clear(learner);
    buf_add_n(learner, whole.text, whole.length);
    if (learner->length)
        return;
    buf_add_n(learner, row->first.text, row->first.length);
    if (row->first.length && row->last.length)
        buf_add_char(learner, ' ');
    buf_add_n(learner, row->last.text, row->last.length);
}

/* Reads what the columns say; false where the record is refused. */
static bool read_row(struct row *row, size_t quiz)
{
    struct worker *worker = row->worker;
    const struct input_file *file = row->file;
    size_t redirect = SIZE_MAX;
    struct buf pairs = {0};
    for (size_t i = 0; i < file->column_count; i++) {
        const struct column *column = &file->columns[i];
        struct csv_field field = worker->fields.list[i];
        size_t question = column->question;
        if (column->kind == COLUMN_QUESTION) {
            redirect = rows_question(file->quiz, field.text);
        } else if (column->kind == COLUMN_UNKNOWN) {
            if (str_trim(field.text).length)
                worker_say_unknown(worker, column->name, strlen(column->name));
        } else if (column->kind == COLUMN_ANSWER) {
            if (redirect != SIZE_MAX)
                question = redirect;
            redirect = SIZE_MAX;
            if (!worker_say(worker, quiz, question, file->format->as, field.text.text,
                            field.text.length, field.at)) {
                reject(row, "E304", field.at, "a question that is answered twice in this record");
                buf_free(&pairs);
                return false;
            }
        } else if (column->kind == COLUMN_PAIR) {
            buf_addf(&pairs, "%s%s\x1F", pairs.length ? "\x1E" : "", column->stem);
            buf_add_n(&pairs, field.text.text, field.text.length);
            bool more = i + 1 < file->column_count && column[1].kind == COLUMN_PAIR &&
                        column[1].question == question;
            if (more)
                continue;
            char *said = arena_alloc(&worker->arena, pairs.length + BLOCK_PAD);
            memcpy(said, pairs.data, pairs.length);
            worker_say(worker, quiz, question, SAID_PAIRS, said, pairs.length, field.at);
            buf_clear(&pairs);
        }
    }
    buf_free(&pairs);
    return true;
}

static bool is_ascii8(const char *bytes)
{
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
    return !(eight & 0x8080808080808080u);
}

static size_t bad_byte(const char *bytes, size_t size)
{
    size_t at = 0;
    for (size_t length; at < size; at += length)
        if (at + 8 <= size && is_ascii8(bytes + at))
            length = 8;
        else if ((unsigned char)bytes[at] < 0x80)
            length = 1;
        else if (utf8_decode(bytes + at, size - at, &length) < 0)
            break;
    return at;
}

static bool is_blank(const struct csv_fields *fields)
{
    for (size_t i = 0; i < fields->count; i++)
        if (str_trim(fields->list[i].text).length)
            return false;
    return true;
}

static bool is_readable(struct row *row, const char *bytes, size_t length, bool good)
{
    struct worker *worker = row->worker;
    struct csv_fields *fields = &worker->fields;
    const char *nul = memchr(bytes, '\0', length);
    size_t bad = bad_byte(bytes, length);
    if (!good)
        reject(row, "E313", 0, "text after a closing quote");
    else if (nul)
        reject(row, "E302", (size_t)(nul - bytes), "a NUL byte");
    else if (bad < length)
        reject(row, "E303", bad, "a byte that is not UTF-8");
    else if (!csv_split(fields, &worker->fields_arena, bytes, length, row->file->separator))
        reject(row, "E312", 0, "more fields than anybody needs");
    else if (is_blank(fields))
        return false;
    else if (fields->count != row->file->column_count) {
        char what[80];
        snprintf(what, sizeof what, "%zu fields where the header has %zu", fields->count,
                 row->file->column_count);
        reject(row, "E312", 0, what);
    } else
        return true;
    return false;
}

static size_t quiz_number(const struct row *row)
{
    const struct grade_job *job = row->worker->job;
    if (!row->quiz.length)
        return (size_t)(row->file->quiz - job->quizzes);
    for (size_t i = 0; i < job->quiz_count; i++)
        if (str_is(row->quiz, job->quizzes[i].id))
            return i;
    return SIZE_MAX;
}

size_t rows_record(struct worker *worker, const char *bytes, size_t size, int64_t line,
                   int64_t position)
{
    bool good;
    const struct input_file *file = worker->block->file;
    size_t length = csv_record_length(bytes, size, file->separator, &good);
    length = length ? length : size;
    struct row row = {.worker = worker, .file = file, .line = line, .begun = true};
    worker_begin(worker);
    buf_clear(&worker->learner);
    if (!is_readable(&row, bytes, length, good))
        return length;
    for (size_t i = 0; i < file->column_count; i++)
        if (file->columns[i].kind != COLUMN_ANSWER)
            read_person(&row, &file->columns[i], worker->fields.list[i].text);
    name_learner(&row);
    if (!row.begun)
        return length; /* a report's line for somebody who has not begun, or of averages */
    size_t quiz = quiz_number(&row);
    if (!worker->learner.length) {
        reject(&row, "E305", 0, "no learner in this row");
    } else if (quiz == SIZE_MAX || &worker->job->quizzes[quiz] != file->quiz) {
        reject(&row, "E306", 0, "a quiz that the columns do not belong to");
    } else if (read_row(&row, quiz)) {
        struct graded graded = {
            .learner = buf_text(&worker->learner),
            .learner_length = worker->learner.length,
            .attempt = row.attempt,
            .line = line,
            .position = position,
        };
        worker_end(worker, quiz, &graded);
    }
    return length;
}
