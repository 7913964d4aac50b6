/* The line from files to files: one thread reads and writes, in order; the others mark. */
#include "grade/attempts.h"
#include "grade/output.h"
#include "grade/results.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

enum state { FREE, FILLED, DONE };

/* The blocks stand in a ring: filled, marked and written in the same order. */
struct line {
    const struct grade_job *job;
    struct sheet *sheets;
    const struct result_format *format;
    struct output *output; /* NULL where the format takes the bytes */
    const struct chosen_attempts *chosen;
    struct input *input;
    struct block *blocks;
    enum state *states;
    size_t block_count;
    size_t filled, taken, written; /* blocks so far: filled by the reader, ... */
    bool ended;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct grade_tally tally;
    int64_t *records; /* by quiz */
    int64_t total;
    enum grade_end end;
    struct err *err;
    bool silent; /* a first pass: nothing is said */
};

/* ---- marking -------------------------------------------------------------------------------------- */

static void *mark_blocks(void *user)
{
    struct line *line = user;
    struct worker worker;
    worker_open(&worker, line->job, line->sheets, line->chosen);
    pthread_mutex_lock(&line->lock);
    for (;;) {
        while (line->taken == line->filled && !line->ended)
            pthread_cond_wait(&line->changed, &line->lock);
        if (line->taken == line->filled)
            break;
        size_t i = line->taken++ % line->block_count;
        pthread_mutex_unlock(&line->lock);
        worker_run(&worker, &line->blocks[i]);
        pthread_mutex_lock(&line->lock);
        line->states[i] = DONE;
        pthread_cond_broadcast(&line->changed);
    }
    pthread_mutex_unlock(&line->lock);
    worker_close(&worker);
    return NULL;
}

/* ---- writing -------------------------------------------------------------------------------------- */

static void add_tally(struct grade_tally *sum, const struct grade_tally *more)
{
    sum->graded += more->graded;
    sum->rejected += more->rejected;
    sum->refused += more->refused;
    sum->needs_person += more->needs_person;
    sum->unknown += more->unknown;
    sum->left_out += more->left_out;
    sum->errors += more->errors;
    sum->warnings += more->warnings;
}

static bool send(struct line *line, size_t quiz, const struct buf *bytes)
{
    if (!bytes->length)
        return true;
    if (line->format->take)
        return line->format->take(line->format->user, quiz, bytes->data, bytes->length);
    if (output_write(line->output, quiz, bytes->data, bytes->length, line->err))
        return true;
    line->end = GRADE_CANNOT_WRITE;
    return false;
}

static bool too_many(const struct line *line)
{
    int64_t errors = line->tally.errors;
    if (line->job->options.strict)
        errors += line->tally.warnings;
    return line->job->max_errors > 0 && errors > line->job->max_errors;
}

/* False: the run ends here. */
static bool write_block(struct line *line, struct block *block)
{
    add_tally(&line->tally, &block->tally);
    for (size_t i = 0; i < block->diagnoses.count && !line->silent; i++)
        line->job->diagnose(line->job->user, &block->diagnoses.list[i]);
    if (too_many(line) && !line->silent) {
        line->end = GRADE_STOPPED;
        return err_set(line->err, "stopped: more than %lld errors",
                       (long long)line->job->max_errors);
    }
    for (size_t i = 0; i < line->job->quiz_count; i++) {
        line->records[i] += block->records[i];
        if (!send(line, i, &block->out[i]))
            return false;
    }
    if (line->job->progress && !line->silent)
        line->job->progress(line->job->user, block->offset + (int64_t)block->size, line->total);
    return true;
}

/* ---- the line ------------------------------------------------------------------------------------- */

/* Fills the next block; false at the end of the input. */
static bool read_next(struct line *line, struct block *block)
{
    bool failed;
    bool good = input_next(line->input, block, line->err, &failed);
    if (is_interrupted(line->job))
        line->end = GRADE_INTERRUPTED;
    else if (good)
        return true;
    else if (failed)
        line->end = GRADE_CANNOT_READ;
    return false;
}

static void run_alone(struct line *line)
{
    struct worker worker;
    worker_open(&worker, line->job, line->sheets, line->chosen);
    while (read_next(line, &line->blocks[0])) {
        worker_run(&worker, &line->blocks[0]);
        if (!write_block(line, &line->blocks[0]))
            break;
    }
    worker_close(&worker);
}

/* Writes every block that is marked, in order; waits for one where `wait`. False: the run ends. */
static bool write_marked(struct line *line, bool wait)
{
    bool good = true;
    pthread_mutex_lock(&line->lock);
    while (good && line->written < line->filled) {
        size_t i = line->written % line->block_count;
        while (wait && line->states[i] != DONE)
            pthread_cond_wait(&line->changed, &line->lock);
        if (line->states[i] != DONE)
            break;
        pthread_mutex_unlock(&line->lock);
        good = write_block(line, &line->blocks[i]);
        pthread_mutex_lock(&line->lock);
        line->states[i] = FREE;
        line->written++;
        wait = false;
    }
    pthread_mutex_unlock(&line->lock);
    return good;
}

static void run_together(struct line *line, size_t jobs)
{
    pthread_t threads[GRADE_MOST_JOBS];
    size_t started = 0;
    bool good = true;
    sigset_t all, before;
    /* Signals are for this thread, to interrupt it where it waits for input. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < jobs && pthread_create(&threads[started], NULL, mark_blocks, line) == 0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!started) {
        run_alone(line);
        return;
    }
    while (good) {
        if (line->filled - line->written == line->block_count) {
            good = write_marked(line, true);
            continue;
        }
        size_t i = line->filled % line->block_count;
        if (!read_next(line, &line->blocks[i]))
            break;
        pthread_mutex_lock(&line->lock);
        line->states[i] = FILLED;
        line->filled++;
        pthread_cond_broadcast(&line->changed);
        pthread_mutex_unlock(&line->lock);
        good = write_marked(line, false);
    }
    while (good && line->written < line->filled)
        good = write_marked(line, true);
    pthread_mutex_lock(&line->lock);
    line->ended = true;
    if (!good)
        line->taken = line->filled;
    pthread_cond_broadcast(&line->changed);
    pthread_mutex_unlock(&line->lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static void open_blocks(struct line *line, size_t count)
{
    line->block_count = count;
    line->blocks = memory_alloc(count * sizeof *line->blocks);
    line->states = memory_alloc(count * sizeof *line->states);
    line->records = memory_alloc(line->job->quiz_count * sizeof *line->records);
    for (size_t q = 0; q < line->job->quiz_count; q++)
        line->records[q] = 0;
    for (size_t i = 0; i < count; i++) {
        line->states[i] = FREE;
        line->blocks[i] = (struct block){0};
        arena_init(&line->blocks[i].arena);
        line->blocks[i].out = memory_alloc(line->job->quiz_count * sizeof(struct buf));
        line->blocks[i].records = memory_alloc(line->job->quiz_count * sizeof(int64_t));
        for (size_t q = 0; q < line->job->quiz_count; q++)
            line->blocks[i].out[q] = (struct buf){0};
    }
}

static void close_blocks(struct line *line)
{
    for (size_t i = 0; i < line->block_count; i++) {
        struct block *block = &line->blocks[i];
        for (size_t q = 0; q < line->job->quiz_count; q++)
            buf_free(&block->out[q]);
        memory_free(block->out);
        memory_free(block->records);
        memory_free(block->bytes);
        arena_free(&block->arena);
    }
    memory_free(line->blocks);
    memory_free(line->states);
    memory_free(line->records);
}

static struct sheet *open_sheets(const struct grade_job *job, const struct result_format *format)
{
    struct sheet *sheets = memory_alloc(job->quiz_count * sizeof *sheets);
    for (size_t q = 0; q < job->quiz_count; q++) {
        struct sheet *sheet = &sheets[q];
        const struct quiz *quiz = &job->quizzes[q];
        *sheet = (struct sheet){
            .quiz = quiz, .job = job, .format = format, .quiz_number = q, .max = quiz_max(quiz)};
        sheet->shown = memory_alloc((quiz->count + 1) * sizeof *sheet->shown);
        for (size_t i = 0; i < quiz->count; i++) {
            const struct question *question = &quiz->questions[i];
            sheet->shown[i] = question->kind != QUESTION_DESCRIPTION;
            if (job->options.essay_points && question->kind == QUESTION_ESSAY)
                sheet->max += question->points;
        }
        add_value(&sheet->max_text, sheet->max);
        buf_add(&sheet->lead, ",\"quiz\":");
        add_json(&sheet->lead, quiz->id, strlen(quiz->id));
        buf_add(&sheet->lead, ",");
    }
    return sheets;
}

static void close_sheets(const struct grade_job *job, struct sheet *sheets)
{
    for (size_t q = 0; q < job->quiz_count; q++) {
        memory_free(sheets[q].shown);
        buf_free(&sheets[q].max_text);
        buf_free(&sheets[q].lead);
    }
    memory_free(sheets);
}

static void write_heads(struct line *line)
{
    struct buf text = {0};
    for (size_t q = 0; line->format->head && line->end == GRADE_DONE && q < line->job->quiz_count;
         q++) {
        if (q > 0 && line->format->together && !line->job->out)
            break;
        buf_clear(&text);
        line->format->head(&line->sheets[q], &text);
        send(line, q, &text);
    }
    buf_free(&text);
}

static void write_feet(struct line *line)
{
    struct buf text = {0};
    for (size_t q = 0; line->end == GRADE_DONE && q < line->job->quiz_count; q++) {
        struct grade_tally tally = line->tally;
        tally.graded = line->records[q];
        tally.absent = 0;
        buf_clear(&text);
        for (size_t i = 0; line->job->roster && i < roster_count(line->job->roster); i++) {
            if (roster_seen(line->job->roster, i))
                continue;
            tally.absent++;
            if (line->format->absent)
                line->format->absent(&line->sheets[q], i, &text);
        }
        line->tally.absent = tally.absent;
        if (line->format->foot)
            line->format->foot(&line->sheets[q], &tally, &text);
        send(line, q, &text);
    }
    buf_free(&text);
}

/* One way through all input. */
static void pass(struct line *line, struct input *input)
{
    const struct grade_job *job = line->job;
    size_t jobs = job->jobs > GRADE_MOST_JOBS ? GRADE_MOST_JOBS : (size_t)job->jobs;
    line->input = input;
    line->sheets = open_sheets(job, line->format);
    line->total = input_total(input);
    open_blocks(line, jobs > 1 ? jobs + 2 : 1);
    pthread_mutex_init(&line->lock, NULL);
    pthread_cond_init(&line->changed, NULL);
    if (!line->format->take) {
        line->output = output_open(job, line->sheets, line->err);
        line->end = line->output ? GRADE_DONE : GRADE_CANNOT_WRITE;
    }
    if (line->end == GRADE_DONE)
        write_heads(line);
    if (line->end == GRADE_DONE && jobs > 1)
        run_together(line, jobs);
    else if (line->end == GRADE_DONE)
        run_alone(line);
    if (line->end == GRADE_DONE && !line->silent)
        write_feet(line);
    if (line->end == GRADE_DONE && line->output && !output_finish(line->output, line->err))
        line->end = GRADE_CANNOT_WRITE;
    if (line->output)
        output_close(line->output);
    pthread_mutex_destroy(&line->lock);
    pthread_cond_destroy(&line->changed);
    close_blocks(line);
    close_sheets(job, line->sheets);
}

static enum grade_end choose_attempts(const struct grade_job *job, struct input *input,
                                      struct chosen_attempts *chosen, struct err *err)
{
    struct result_format format = attempts_format(chosen);
    struct grade_job first = *job;
    first.roster = NULL;
    struct line line = {.job = &first, .format = &format, .err = err, .silent = true};
    if (!input_keep(input, err))
        return is_interrupted(job) ? GRADE_INTERRUPTED : GRADE_CANNOT_READ;
    pass(&line, input);
    input_rewind(input);
    return line.end;
}

enum grade_end grade_run(const struct grade_job *job, struct grade_tally *tally, struct err *err)
{
    struct input *input = input_open(job);
    struct chosen_attempts *chosen = NULL;
    struct line line = {.job = job, .format = job->to, .err = err};
    if (job->options.attempts != ATTEMPTS_ALL) {
        chosen = attempts_new(job->options.attempts);
        line.end = choose_attempts(job, input, chosen, err);
        line.chosen = chosen;
    }
    if (line.end == GRADE_DONE)
        pass(&line, input);
    *tally = line.tally;
    attempts_free(chosen);
    input_close(input);
    return line.end != GRADE_DONE && is_interrupted(job) ? GRADE_INTERRUPTED : line.end;
}
