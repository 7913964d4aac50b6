/* Marks the records of a block. Each thread has a worker; nothing in it is shared but what is only
 * read, and the roster's ticks. */
#include "grade/answers.h"
#include "grade/attempts.h"
#include "grade/results.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

enum { NUMBERS = 256 }; /* as many as 8 bits tell apart */

struct number_text {
    double value;
    size_t length; /* 0: free */
    char text[32];
};

static struct str number_text(struct worker *worker, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    /* By the highest bits: of a short number's bits only the highest are set. */
    struct number_text *number = &worker->numbers[(bits * 0x9E3779B97F4A7C15u) >> 56];
    if (!number->length || memcmp(&number->value, &value, sizeof value) != 0) {
        buf_clear(&worker->text);
        add_value(&worker->text, value);
        number->value = value;
        number->length = worker->text.length;
        memcpy(number->text, worker->text.data, number->length);
    }
    return (struct str){number->text, number->length};
}

static struct guess guess_of(const char *key)
{
    struct guess guess = {0};
    char text[16] = "", mask[16] = "";
    size_t length = strlen(key);
    if (length + 3 > sizeof text)
        return guess;
    for (size_t i = 0; i < length; i++)
        if (key[i] < ' ' || key[i] == '"' || key[i] == '\\' || key[i] == 0x7F)
            return guess;
    text[0] = '"';
    memcpy(text + 1, key, length);
    memcpy(text + 1 + length, "\":", 2);
    guess.length = length + 3;
    memset(mask, 0xFF, guess.length);
    memcpy(&guess.head, text, 8);
    memcpy(&guess.tail, text + 8, 8);
    memcpy(&guess.head_mask, mask, 8);
    memcpy(&guess.tail_mask, mask + 8, 8);
    return guess;
}

void worker_open(struct worker *worker, const struct grade_job *job, const struct sheet *sheets,
                 const struct chosen_attempts *chosen)
{
    size_t most = 0;
    *worker = (struct worker){.job = job, .sheets = sheets, .chosen = chosen};
    arena_init(&worker->arena);
    arena_init(&worker->fields_arena);
    worker->numbers = memory_alloc(NUMBERS * sizeof *worker->numbers);
    for (size_t i = 0; i < NUMBERS; i++)
        worker->numbers[i].length = 0;
    worker->markers = memory_alloc(job->quiz_count * sizeof *worker->markers);
    worker->guesses = memory_alloc(job->quiz_count * sizeof *worker->guesses);
    for (size_t i = 0; i < job->quiz_count; i++) {
        worker->markers[i] = marker_new(&sheets[i], &job->options);
        most = job->quizzes[i].count > most ? job->quizzes[i].count : most;
        worker->guesses[i] = memory_alloc((job->quizzes[i].count + 1) * sizeof(struct guess));
        for (size_t q = 0; q < job->quizzes[i].count; q++)
            if (job->quizzes[i].questions[q].kind != QUESTION_DESCRIPTION)
                worker->guesses[i][q] = guess_of(job->quizzes[i].questions[q].key);
    }
    worker->items = memory_alloc((most + 1) * sizeof *worker->items);
    worker->said_to = memory_alloc((most + 1) * 2 * sizeof *worker->said_to);
    worker->follows = memory_alloc((most + 2) * sizeof *worker->follows);
    for (size_t i = 0; i <= most; i++)
        worker->items[i] = NULL;
    for (size_t i = 0; i <= most + 1; i++)
        worker->follows[i] = i; /* in the order of the file, until a file has another */
}

void worker_close(struct worker *worker)
{
    for (size_t i = 0; i < worker->job->quiz_count; i++) {
        marker_free(worker->markers[i]);
        memory_free(worker->guesses[i]);
    }
    memory_free(worker->guesses);
    memory_free(worker->markers);
    memory_free(worker->items);
    memory_free(worker->said_to);
    memory_free(worker->follows);
    buf_free(&worker->fields.scratch);
    buf_free(&worker->text);
    buf_free(&worker->learner);
    memory_free(worker->numbers);
    arena_free(&worker->fields_arena);
    arena_free(&worker->arena);
}

void worker_note(struct worker *worker, enum severity severity, const char *code, int64_t line,
                 size_t column, const char *learner, const char *question, const char *format, ...)
{
    struct block *block = worker->block;
    struct buf raw = {0}, clean = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&raw, format, args);
    va_end(args);
    utf8_sanitise_line(&clean, buf_text(&raw), raw.length, 1000);
    struct diagnosis diagnosis = {
        .file = block->file->shown,
        .line = line,
        .column = column < INT32_MAX ? (int)column + 1 : INT32_MAX,
        .severity = severity,
        .code = code,
        .text = arena_strndup(&block->arena, buf_text(&clean), clean.length),
    };
    if (learner) {
        buf_clear(&clean);
        utf8_sanitise_line(&clean, learner, strlen(learner), 200);
        diagnosis.learner = arena_strndup(&block->arena, buf_text(&clean), clean.length);
    }
    if (question) {
        buf_clear(&clean);
        utf8_sanitise_line(&clean, question, strlen(question), 200);
        diagnosis.question = arena_strndup(&block->arena, buf_text(&clean), clean.length);
    }
    ARENA_PUSH(&block->arena, block->diagnoses.list, block->diagnoses.count,
               block->diagnoses.capacity, diagnosis);
    if (severity == SEVERITY_ERROR)
        block->tally.errors++;
    else
        block->tally.warnings++;
    buf_free(&raw);
    buf_free(&clean);
}

void worker_begin(struct worker *worker)
{
    for (size_t i = 0; i < worker->item_count; i++)
        worker->items[worker->said_to[2 * i]] = NULL;
    worker->item_count = 0;
    worker->odd = false;
    if (worker->arena.total) {
        arena_free(&worker->arena);
        arena_init(&worker->arena);
    }
    worker->unknown = NULL;
    worker->unknown_count = worker->unknown_capacity = 0;
}

void worker_say_unknown(struct worker *worker, const char *key, size_t length)
{
    enum { MOST_NAMED = 100 };
    if (worker->unknown_count < MOST_NAMED)
        ARENA_PUSH(&worker->arena, worker->unknown, worker->unknown_count, worker->unknown_capacity,
                   arena_strndup(&worker->arena, key, length < 200 ? length : 200));
    worker->block->tally.unknown++;
}

/* What is wrong with single answers. */
static void note_answers(struct worker *worker, size_t said, const struct quiz *quiz,
                         const struct graded *graded)
{
    for (size_t i = 0; i < said; i++) {
        size_t question = worker->said_to[2 * i];
        const struct outcome *outcome = worker->items[question];
        if (!outcome->code)
            continue;
        worker_note(worker, outcome->severity, outcome->code, graded->line,
                    worker->said_to[2 * i + 1], graded->learner, quiz->questions[question].key,
                    "%s", buf_text(&outcome->text));
        worker->block->tally.refused += outcome->severity == SEVERITY_ERROR;
    }
    for (size_t i = 0; i < worker->unknown_count; i++)
        worker_note(worker, SEVERITY_WARNING, "W320", graded->line, 0, graded->learner,
                    worker->unknown[i], "the quiz has no such question");
}

/* In the order of the quiz, so that the sum does not depend on the order of the answers. */
static void take_marks(struct worker *worker, size_t number, struct graded *graded)
{
    const struct quiz *quiz = worker->sheets[number].quiz;
    for (size_t i = 0; i < quiz->count; i++) {
        const struct outcome *outcome = worker->items[i];
        if (!outcome) {
            outcome = worker->items[i] = marker_blank(worker->markers[number], i);
            worker->said_to[2 * worker->item_count++] = i;
        }
        graded->score += outcome->points;
        graded->needs_person += outcome->mark.state == MARK_NEEDS_GRADING;
        graded->piece_bytes += outcome->piece.length;
    }
}

void worker_end(struct worker *worker, size_t quiz, struct graded *graded)
{
    const struct sheet *sheet = &worker->sheets[quiz];
    struct block *block = worker->block;
    size_t said = worker->item_count;
    take_marks(worker, quiz, graded);
    graded->row = SIZE_MAX;
    if (worker->chosen && !attempts_has(worker->chosen, quiz, graded->learner,
                                        graded->learner_length, graded->position)) {
        block->tally.left_out++;
        return;
    }
    if (worker->odd || worker->unknown_count)
        note_answers(worker, said, sheet->quiz, graded);
    if (worker->job->roster) {
        graded->row = roster_find(worker->job->roster, graded->learner, graded->learner_length);
        if (graded->row == SIZE_MAX)
            worker_note(worker, SEVERITY_WARNING, "W321", graded->line, 0, graded->learner, NULL,
                        "not on the roster");
        else
            roster_see(worker->job->roster, graded->row);
    }
    block->tally.graded++;
    block->records[quiz]++;
    block->tally.needs_person += (int64_t)graded->needs_person;
    graded->items = worker->items;
    graded->odd = worker->odd;
    graded->score_text = number_text(worker, graded->score);
    graded->unknown = worker->unknown;
    graded->unknown_count = worker->unknown_count;
    sheet->format->record(sheet, graded, &block->out[quiz]);
}

static void note_fault(struct worker *worker, const struct block *block)
{
    if (block->fault == BLOCK_TOO_LONG)
        worker_note(worker, SEVERITY_ERROR, "E301", block->line, 0, NULL, NULL,
                    "a record longer than %d MiB; it is left out", GRADE_MOST_RECORD >> 20);
    else
        worker_note(worker, SEVERITY_ERROR, "E313", block->line, 0, NULL, NULL,
                    "a quote opens in this line and is never closed; the line is left out");
    worker->block->tally.rejected++;
}

void worker_run(struct worker *worker, struct block *block)
{
    worker->block = block;
    for (size_t i = 0; i < worker->job->quiz_count; i++) {
        buf_clear(&block->out[i]);
        block->records[i] = 0;
    }
    arena_free(&block->arena);
    arena_init(&block->arena);
    block->diagnoses = (struct diagnoses){0};
    block->tally = (struct grade_tally){0};
    if (block->fault != BLOCK_GOOD) {
        note_fault(worker, block);
        return;
    }
    const struct answer_format *format = block->file->format;
    int64_t line = block->line;
    for (size_t at = 0; at < block->size;) {
        size_t length = format->record(worker, block->bytes + at, block->size - at, line,
                                       block->offset + (int64_t)at);
        line += format->spreadsheet ? count_lines(block->bytes + at, length) : 1;
        at += length;
    }
}
