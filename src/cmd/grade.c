/* nntutor grade: scripted marking. */
#include "cmd/responses.h"

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
    if (!job->to) {
        size_t count = 0;
        while (result_format_name(count))
            count++;
        const char *near = str_nearest(to, NULL, count, format_name);
        call_usage(call,
                   "--to=%.40s: must be ndjson, csv, gradescope, canvas, moodle, nbgrader, junit "
                   "or tap%s%s%s",
                   to, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        return false;
    }
    size_t quizzes = 0;
    for (size_t i = 0; i < call->option_count; i++)
        quizzes += strcmp(call->options[i].name, "quiz") == 0;
    bool screen = !job->out || strcmp(job->out, "-") == 0 || strcmp(job->out, "/dev/stdout") == 0;
    if (screen && result_format_needs_folder(job->to, quizzes)) {
        call_usage(call, "--to %s writes a file for each %s: name a folder with --out DIR", to,
                   strcmp(to, "gradescope") == 0 ? "learner" : "quiz");
        return false;
    }
    return true;
}

enum exit_code cmd_grade(const struct cmd_call *call)
{
    struct responses responses;
    struct grade_tally tally = {0};
    struct grade_job wanted = {0};
    struct err err = {""};
    enum exit_code code;
    if (!choose_format(call, &wanted))
        return EXIT_USAGE;
    if (responses_open(&responses, call, &code)) {
        responses.job.to = wanted.to;
        responses.job.out = wanted.out;
        enum grade_end end = grade_run(&responses.job, &tally, &err);
        code = responses_end(&responses, end, &tally, &err);
    }
    responses_close(&responses);
    return code;
}
