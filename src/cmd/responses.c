#include "cmd/responses.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/utf8.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- signals -------------------------------------------------------------------------------------- */

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

static bool is_caught(void)
{
    return caught != 0;
}

/* A run that is interrupted takes its drafts with it; the second signal ends it at once. */
static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}, before;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    /* A reader that leaves is a write that fails: a sentence, not a death. */
    signal(SIGPIPE, SIG_IGN);
}

/* ---- on standard error ---------------------------------------------------------------------------- */

static void say(const struct responses *responses, const struct buf *text)
{
    struct buf ascii = {0};
    if (responses->ascii)
        utf8_to_ascii(&ascii, buf_text(text), text->length);
    fputs(responses->ascii ? buf_text(&ascii) : buf_text(text), stderr);
    buf_free(&ascii);
}

static void clear_progress(struct responses *responses)
{
    if (responses->progress_shown)
        fputs("\r\033[K", stderr);
    responses->progress_shown = false;
}

static void show_progress(void *user, int64_t done, int64_t total)
{
    struct responses *responses = user;
    const int64_t patience = 500000000, step = 200000000;
    struct clock clock = clock_system();
    int64_t now = clock_mono_ns(&clock);
    if (!responses->shows_progress || now - responses->started_ns < patience ||
        now - responses->shown_ns < step)
        return;
    responses->shown_ns = now;
    double seconds = (double)(now - responses->started_ns) / 1e9, mb = (double)done / 1e6;
    fprintf(stderr, "\r\033[K%.0f MB", mb);
    if (total > 0)
        fprintf(stderr, " of %.0f (%.0f %%), %.0f s left", (double)total / 1e6,
                100 * (double)done / (double)total,
                seconds * (double)(total - done) / (double)done);
    fflush(stderr);
    responses->progress_shown = true;
}

/* ---- diagnoses ------------------------------------------------------------------------------------ */

static void write_diagnosis(struct responses *responses, const struct diagnosis *d)
{
    struct buf line = {0};
    buf_add(&line, "{\"file\":");
    json_add_string(&line, d->file);
    buf_addf(&line, ",\"line\":%lld,\"column\":%d,\"severity\":\"%s\",\"code\":\"%s\"",
             (long long)d->line, d->column, d->severity == SEVERITY_ERROR ? "error" : "warning",
             d->code);
    if (d->learner) {
        buf_add(&line, ",\"learner\":");
        json_add_string(&line, d->learner);
    }
    if (d->question) {
        buf_add(&line, ",\"question\":");
        json_add_string(&line, d->question);
    }
    buf_add(&line, ",\"text\":");
    json_add_string(&line, d->text);
    buf_add(&line, "}\n");
    fwrite(line.data, 1, line.length, responses->errors);
    buf_free(&line);
}

static void diagnose(void *user, const struct diagnosis *d)
{
    struct responses *responses = user;
    struct buf line = {0};
    buf_addf(&line, "%s:%lld:%d: %s %s: ", d->file, (long long)d->line, d->column,
             d->severity == SEVERITY_ERROR ? "error" : "warning", d->code);
    if (d->learner)
        buf_addf(&line, "learner %s%s", d->learner, d->question ? ", " : ": ");
    if (d->question)
        buf_addf(&line, "question %s: ", d->question);
    buf_addf(&line, "%s\n", d->text);
    clear_progress(responses);
    say(responses, &line);
    buf_free(&line);
    if (responses->errors)
        write_diagnosis(responses, d);
}

static bool open_errors(struct responses *responses, const char *path)
{
    buf_add(&responses->errors_path, path);
    bool device = access(path, F_OK) == 0 && text_starts(path, "/dev/");
    if (!device)
        buf_addf(&responses->errors_draft, "%s.tmp", path);
    responses->errors = fopen(device ? path : responses->errors_draft.data, "we");
    if (responses->errors)
        return true;
    call_fail(EXIT_WRITE, "%s: cannot write: %s", path, strerror(errno));
    buf_free(&responses->errors_draft);
    return false;
}

/* The file gets its name, whatever it holds: to find it empty is good news. */
static bool end_errors(struct responses *responses)
{
    FILE *file = responses->errors;
    if (!file)
        return true;
    bool good = fflush(file) == 0 && !ferror(file);
    if (fclose(file) != 0)
        good = false;
    responses->errors = NULL;
    if (good && responses->errors_draft.length)
        good = rename(responses->errors_draft.data, responses->errors_path.data) == 0;
    if (!good)
        call_fail(EXIT_WRITE, "%s: cannot write: %s", buf_text(&responses->errors_path),
                  strerror(errno));
    return good;
}

/* ---- the quizzes ---------------------------------------------------------------------------------- */

/* Reads one file into `quizzes`, which holds `*count` already. */
static bool read_quiz(struct responses *responses, const char *path, struct quiz *quizzes,
                      size_t *count, struct findings *findings, enum exit_code *code)
{
    struct err err;
    struct quiz *quiz = &quizzes[*count];
    if (!gift_read_file(quiz, &responses->arena, path, GIFT_GRADE, findings, &err)) {
        *code = call_fail(EXIT_CANNOT, "%s", err.text);
        return false;
    }
    for (size_t other = 0; other < *count; other++)
        if (strcmp(quizzes[other].id, quiz->id) == 0) {
            *code = call_usage(responses->call, "two quizzes are called \"%s\"", quiz->id);
            return false;
        }
    ++*count;
    return true;
}

static bool read_quizzes(struct responses *responses, enum exit_code *code)
{
    const struct cmd_call *call = responses->call;
    struct gradebook *book = responses->book;
    struct findings findings;
    struct quiz *quizzes = ARENA_ARRAY(&responses->arena, call->option_count + 1, struct quiz);
    size_t count = 0, gradable = 0;
    findings_init(&findings, &responses->arena);
    for (size_t i = 0; i < call->option_count; i++)
        if (strcmp(call->options[i].name, "quiz") == 0 &&
            !read_quiz(responses, call->options[i].value, quizzes, &count, &findings, code))
            return false;
    if (!count && book && book->quiz_path &&
        !read_quiz(responses, book->quiz_path, quizzes, &count, &findings, code))
        return false;
    struct buf said = {0};
    for (size_t i = 0; i < findings.count; i++)
        finding_print(&findings.list[i], &said);
    responses->quiz_errors =
        findings_count(&findings, SEVERITY_ERROR) > 0 ||
        (call_flag(call, "strict") && findings_count(&findings, SEVERITY_WARNING) > 0);
    if (book && count) {
        responses->quiz_errors |= !gradebook_restrict(book, quizzes, count, &said);
        quizzes = &book->quiz;
        count = 1;
    }
    say(responses, &said);
    buf_free(&said);
    for (size_t i = 0; i < count; i++)
        for (size_t q = 0; q < quizzes[i].count; q++)
            gradable += quizzes[i].questions[q].kind != QUESTION_DESCRIPTION;
    responses->job.quizzes = quizzes;
    responses->job.quiz_count = count;
    if (!count && book)
        *code = call_fail(EXIT_CANNOT,
                          "the quiz of chapter \"%s\" is not in this course; name it with --quiz, "
                          "or the course with --course",
                          book->session.chapter);
    else if (!count)
        *code = call_usage(call, "which quiz? --quiz FILE.gift");
    else if (!gradable && book)
        *code = call_fail(EXIT_CANNOT, "%s: nothing was asked in it", book->called);
    else if (!gradable)
        *code = call_fail(EXIT_CANNOT, "%s: no question that could be marked", quizzes[0].file);
    return count && gradable;
}

static const char *format_name(const void *list, size_t i)
{
    (void)list;
    return answer_format_name(i);
}

static bool read_from(struct responses *responses, enum exit_code *code)
{
    const char *from = call_option(responses->call, "from");
    size_t count = 0;
    if (!from)
        return true;
    for (; answer_format_name(count); count++)
        if (strcmp(answer_format_name(count), from) == 0) {
            responses->job.from = from;
            return true;
        }
    const char *near = str_nearest(from, NULL, count, format_name);
    *code = call_usage(responses->call, "--from=%.40s: must be ndjson, csv, moodle or google%s%s%s",
                       from, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return false;
}

static bool is_zero(const char *text)
{
    double value;
    return str_number(str_of(text), &value) && value == 0;
}

static bool read_options(struct responses *responses, enum exit_code *code)
{
    const struct cmd_call *call = responses->call;
    struct grade_options *options = &responses->job.options;
    const char *decimal = call_option(call, "decimal"), *floor = call_option(call, "floor-item");
    const char *attempts = call_option(call, "attempts");
    static const char *const choices[] = {"all", "first", "last", "best"};
    int64_t jobs = sysconf(_SC_NPROCESSORS_ONLN);
    jobs = jobs < 1 ? 1 : jobs > 8 ? 8 : jobs;
    *code = EXIT_USAGE;
    if (!call_number(call, "jobs", 1, GRADE_MOST_JOBS, &jobs) ||
        !call_number(call, "max-errors", 0, INT64_C(1) << 52, &responses->job.max_errors))
        return false;
    responses->job.jobs = (int)jobs;
    options->decimal_comma = decimal && strcmp(decimal, "comma") == 0;
    if (decimal && !options->decimal_comma && strcmp(decimal, "point") != 0) {
        call_usage(call, "--decimal=%.40s: must be comma or point", decimal);
        return false;
    }
    options->floor_item = floor != NULL;
    if (floor && !is_zero(floor)) {
        call_usage(call, "--floor-item=%.40s: must be 0", floor);
        return false;
    }
    for (size_t i = 0; attempts && i < 4; i++)
        if (strcmp(attempts, choices[i]) == 0) {
            options->attempts = (enum attempts)i;
            attempts = NULL;
        }
    if (attempts) {
        call_usage(call, "--attempts=%.40s: must be all, first, last or best", attempts);
        return false;
    }
    options->feedback = call_flag(call, "feedback");
    options->no_key = call_flag(call, "no-key");
    options->essay_points = call_flag(call, "essay-points");
    options->moodle_compat = call_flag(call, "moodle-compat");
    options->strict = call_flag(call, "strict");
    return read_from(responses, code);
}

static bool read_inputs(struct responses *responses, enum exit_code *code)
{
    static const char *const standard[] = {"-"};
    const struct cmd_call *call = responses->call;
    if (call_flag(call, "session")) {
        if (!call->count && !call_option(call, "from"))
            return true;
        *code = call_usage(call, "a session has its answers with it; name no file");
        return false;
    }
    responses->job.inputs = call->count ? (const char *const *)call->arguments : standard;
    responses->job.input_count = call->count ? (size_t)call->count : 1;
    if (!call->count && isatty(STDIN_FILENO)) {
        *code = call_usage(call, "which answers? name files, or - for standard input");
        return false;
    }
    return true;
}

/* The session that --session names, in the place of files. */
static bool open_session(struct responses *responses, enum exit_code *code)
{
    const struct cmd_call *call = responses->call;
    if (!call_flag(call, "session"))
        return true;
    responses->book = ARENA_NEW(&responses->arena, struct gradebook);
    return gradebook_open(responses->book, call, code);
}

static bool read_session(struct responses *responses, enum exit_code *code)
{
    struct gradebook *book = responses->book;
    struct grade_job *job = &responses->job;
    struct err err;
    if (!book)
        return true;
    enum attempts which =
        call_option(responses->call, "attempts") ? job->options.attempts : ATTEMPTS_LAST;
    job->options.attempts = ATTEMPTS_ALL; /* the choice is made here, question by question */
    responses->input = book->path;
    job->inputs = &responses->input;
    job->input_count = 1;
    job->called = book->called;
    job->from = "ndjson";
    if (gradebook_write(book, which, &err))
        return true;
    *code = call_fail(EXIT_CANNOT, "%s", err.text);
    return false;
}

bool responses_open(struct responses *responses, const struct cmd_call *call, enum exit_code *code)
{
    struct clock clock = clock_system();
    struct err err;
    *responses = (struct responses){
        .call = call,
        .ascii = call_ascii(call),
        .shows_progress = isatty(STDERR_FILENO) != 0,
        .started_ns = clock_mono_ns(&clock),
        .job = {.diagnose = diagnose, .progress = show_progress, .interrupted = is_caught},
    };
    responses->job.user = responses;
    arena_init(&responses->arena);
    catch_signals();
    const char *roster = call_option(call, "roster"), *errors = call_option(call, "errors");
    if (!read_options(responses, code) || !read_inputs(responses, code) ||
        !open_session(responses, code) || !read_quizzes(responses, code) ||
        !read_session(responses, code))
        return false;
    if (roster && !(responses->job.roster = roster_read(roster, &err))) {
        *code = call_fail(EXIT_CANNOT, "%s", err.text);
        return false;
    }
    *code = EXIT_WRITE;
    return !errors || open_errors(responses, errors);
}

/* ---- the end -------------------------------------------------------------------------------------- */

static void add_thousands(struct buf *out, int64_t count)
{
    char digits[32];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)count);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            buf_add_char(out, ',');
        buf_add_char(out, digits[i]);
    }
}

static void add_absent(const struct responses *responses, const struct grade_tally *tally,
                       struct buf *out)
{
    enum { MOST_NAMED = 20 };
    const struct roster *roster = responses->job.roster;
    size_t named = 0;
    if (!roster || !tally->absent)
        return;
    buf_add(out, "missing ");
    add_thousands(out, tally->absent);
    buf_add(out, " of ");
    add_thousands(out, (int64_t)roster_count(roster));
    for (size_t i = 0; i < roster_count(roster) && named < MOST_NAMED; i++)
        if (!roster_seen(roster, i))
            buf_addf(out, "%s%s", named++ ? ", " : ": ", roster_learner(roster, i));
    buf_add(out, tally->absent > MOST_NAMED ? ", ...\n" : "\n");
}

/* A part of the summary that is only worth its words where there is something. */
static void add_part(struct buf *out, int64_t count, const char *one, const char *many)
{
    if (!count)
        return;
    buf_add(out, ", ");
    add_thousands(out, count);
    buf_addf(out, " %s", count == 1 ? one : many);
}

enum exit_code responses_end(struct responses *responses, enum grade_end end,
                             const struct grade_tally *tally, const struct err *err)
{
    clear_progress(responses);
    if (end == GRADE_INTERRUPTED)
        return EXIT_NO;
    bool kept = end_errors(responses);
    if (end == GRADE_CANNOT_READ)
        return call_fail(EXIT_CANNOT, "%s", err->text);
    if (end == GRADE_CANNOT_WRITE)
        return call_fail(EXIT_WRITE, "%s", err->text);
    if (end == GRADE_STOPPED)
        return call_fail(EXIT_NO, "%s", err->text);
    struct buf said = {0};
    buf_add(&said, "graded ");
    add_thousands(&said, tally->graded);
    buf_add(&said, ", rejected ");
    add_thousands(&said, tally->rejected);
    buf_add(&said, ", ");
    add_thousands(&said, tally->needs_person);
    buf_add(&said, tally->needs_person == 1 ? " answer needs a person" : " answers need a person");
    add_part(&said, tally->refused, "answer refused", "answers refused");
    add_part(&said, tally->unknown, "answer to an unknown question",
             "answers to unknown questions");
    add_part(&said, tally->left_out, "attempt left out", "attempts left out");
    buf_add(&said, "\n");
    add_absent(responses, tally, &said);
    say(responses, &said);
    buf_free(&said);
    bool bad = tally->errors > 0 || responses->quiz_errors ||
               (responses->job.options.strict && tally->warnings > 0);
    return !kept ? EXIT_WRITE : bad ? EXIT_NO : EXIT_GOOD;
}

void responses_close(struct responses *responses)
{
    if (responses->errors) {
        fclose(responses->errors);
        if (responses->errors_draft.length)
            unlink(responses->errors_draft.data);
    }
    buf_free(&responses->errors_path);
    buf_free(&responses->errors_draft);
    roster_free(responses->job.roster);
    if (responses->book)
        gradebook_close(responses->book);
    arena_free(&responses->arena);
    if (caught) {
        signal(caught, SIG_DFL);
        raise(caught);
    }
}
