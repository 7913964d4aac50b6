/* nntutor grade: scripted marking. */
#include "cmd/handout.h"
#include "cmd/responses.h"

#include "base/file.h"

#include <string.h>

static const char *format_name(const void *list, size_t i)
{
    (void)list;
    return result_format_name(i);
}

static bool choose_format(const struct cmd_call *call, struct grade_job *job)
{
    const char *to = call_option(call, "to");
    job->to = result_format_find(to ? to : "ndjson");
    job->out = call_option(call, "out");
    if (to && (strcmp(to, "counts") == 0 || strcmp(to, "handout") == 0)) {
        if (!call_flag(call, "session"))
            call_usage(call, "--to %s is of a session: --session last, for example", to);
        return call_flag(call, "session");
    }
    if (!job->to) {
        size_t count = 0;
        while (result_format_name(count))
            count++;
        const char *near = str_nearest(to, NULL, count, format_name);
        call_usage(call,
                   "--to=%.40s: must be ndjson, csv, gradescope, canvas, moodle, nbgrader, junit, "
                   "tap, or of a session counts or handout%s%s%s",
                   to, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        return false;
    }
    size_t quizzes = 0;
    for (size_t i = 0; i < call->option_count; i++)
        quizzes += strcmp(call->options[i].name, "quiz") == 0;
    quizzes = quizzes ? quizzes : 1; /* a session has its own */
    bool screen = !job->out || strcmp(job->out, "-") == 0 || strcmp(job->out, "/dev/stdout") == 0;
    if (screen && result_format_needs_folder(job->to, quizzes)) {
        call_usage(call, "--to %s writes a file for each %s: name a folder with --out DIR", to,
                   strcmp(to, "gradescope") == 0 ? "learner" : "quiz");
        return false;
    }
    return true;
}

/* Of a session what needs no names: how often each option was taken. */
static enum exit_code write_counts(const struct gradebook *book, const char *out)
{
    struct buf text = {0};
    struct err err;
    gradebook_counts(book, &text);
    bool good = file_write(out ? out : "-", text.data, text.length, &err);
    buf_free(&text);
    return good ? EXIT_GOOD : call_fail(EXIT_WRITE, "%s", err.text);
}

static enum exit_code grade(const struct cmd_call *call, struct responses *responses)
{
    struct grade_tally tally = {0};
    struct err err = {""};
    const struct gradebook *book = responses->book;
    const char *to = call_option(call, "to");
    bool anonymous = book && book->session.anonymous;
    if (to && strcmp(to, "handout") == 0)
        return handout_write(&book->quiz, responses->job.out, call_flag(call, "no-key"));
    if (anonymous && to && strcmp(to, "counts") != 0)
        return call_fail(EXIT_NO,
                         "%s was anonymous: nobody's name was written down, so there are no marks "
                         "of anybody; --to counts says how often each option was taken",
                         book->called);
    if (anonymous && !to)
        call_fail(EXIT_GOOD, "%s was anonymous: counts only", book->called);
    if (anonymous || (to && strcmp(to, "counts") == 0))
        return write_counts(book, responses->job.out);
    enum grade_end end = grade_run(&responses->job, &tally, &err);
    return responses_end(responses, end, &tally, &err);
}

enum exit_code cmd_grade(const struct cmd_call *call)
{
    struct responses responses;
    struct grade_job wanted = {0};
    enum exit_code code;
    if (!choose_format(call, &wanted))
        return EXIT_USAGE;
    if (responses_open(&responses, call, &code)) {
        responses.job.to = wanted.to;
        responses.job.out = wanted.out;
        code = grade(call, &responses);
    }
    responses_close(&responses);
    return code;
}
