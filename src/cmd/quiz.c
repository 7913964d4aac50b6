/* nntutor quiz: take one or several quizzes, scored. */
#include "cmd/cmd.h"

#include "study/review.h"
#include "tui/line.h"

#include <stdio.h>
#include <string.h>

/* Reads the named quizzes (those of all chapters where none is named). A quiz without one usable
 * question cannot be taken. */
static bool read_quizzes(const struct cmd_call *call, struct course *course,
                         struct study_source *sources, size_t *count, enum exit_code *code)
{
    struct err err;
    size_t wanted = call->count ? (size_t)call->count : course->quiz_file_count;
    *count = 0;
    for (size_t i = 0; i < wanted; i++) {
        const char *path = call->count ? NULL : course->quiz_files[i];
        if (path && !course_is_chapter_quiz(course, path))
            continue;
        if (!path && !course_find_quiz(course, call->arguments[i], &path, &err)) {
            bool file = strchr(call->arguments[i], '/') || strstr(call->arguments[i], ".gift");
            *code =
                file ? call_fail(EXIT_CANNOT, "%s", err.text) : call_usage(call, "%s", err.text);
            return false;
        }
        struct quiz *quiz = ARENA_NEW(&course->arena, struct quiz);
        struct findings findings;
        findings_init(&findings, &course->arena);
        if (!gift_read_file(quiz, &course->arena, path, GIFT_GRADE, &findings, &err)) {
            *code = call_fail(EXIT_CANNOT, "%s", err.text);
            return false;
        }
        size_t errors = findings_count(&findings, SEVERITY_ERROR);
        if (errors) {
            struct buf text = {0};
            for (size_t k = 0; k < findings.count; k++)
                if (findings.list[k].severity == SEVERITY_ERROR)
                    finding_print(&findings.list[k], &text);
            fputs(buf_text(&text), stderr);
            buf_free(&text);
        }
        bool usable = false;
        for (size_t k = 0; k < quiz->count && !usable; k++)
            usable = quiz->questions[k].kind != QUESTION_DESCRIPTION;
        if (!usable) {
            *code = call_fail(EXIT_CANNOT, "%s: no question in it can be used", path);
            return false;
        }
        sources[(*count)++].quiz = quiz;
    }
    if (!*count)
        *code = call_fail(EXIT_CANNOT, "this course has no quiz");
    return *count > 0;
}

static void say_untaken(const struct cmd_call *call, size_t count, struct buf *out)
{
    buf_addf(out, "You have not taken %s yet: nntutor quiz",
             count == 1 ? "this quiz" : "these quizzes");
    for (int i = 0; i < call->count; i++)
        buf_addf(out, " %s", call->arguments[i]);
    buf_add(out, "\n");
}

/* Leaves of the quizzes what was missed. False: the command ends here, with *code. */
static bool keep_missed(const struct cmd_call *call, struct session *session, struct start *start,
                        enum exit_code *code)
{
    struct err err;
    struct study_item *items;
    struct buf text = {0};
    bool asked;
    if (!session->store) {
        *code = call_no_store(session);
        return false;
    }
    if (!review_missed(session->store, session->course, start->sources, start->source_count,
                       &session->course->arena, &items, &start->item_count, &asked, &err)) {
        *code = call_fail(EXIT_CANNOT, "%s", err.text);
        return false;
    }
    if (start->most && start->most < start->item_count)
        start->item_count = start->most;
    start->items = items;
    if (start->item_count)
        return true;
    if (asked)
        buf_add(&text, "Nothing to try again: what you answered was right the last time.\n");
    else
        say_untaken(call, start->source_count, &text);
    *code = call_print(call, &text);
    buf_free(&text);
    return false;
}

/* Is there a result to be shown? False: the command ends here, with *code. */
static bool has_result(const struct cmd_call *call, struct session *session, struct start *start,
                       enum exit_code *code)
{
    struct study study;
    struct buf text = {0};
    if (!session->store) {
        *code = call_no_store(session);
        return false;
    }
    study_init(&study, session->course, &session->clock, NULL, NULL, 0);
    study.store = session->store;
    start->result = study_show_result(&study, start->sources[0].quiz);
    study_free(&study);
    if (start->result)
        return true;
    buf_add(&text, STUDY_NO_RESULT "\n");
    *code = call_print(call, &text);
    buf_free(&text);
    return false;
}

enum exit_code cmd_quiz(const struct cmd_call *call)
{
    struct course course;
    struct session session;
    enum exit_code code;
    int64_t most = 0, pass = 0;
    if (!call_number(call, "count", 1, 100000, &most) || !call_number(call, "pass", 0, 100, &pass))
        return EXIT_USAGE;
    if (call_flag(call, "result") && call->count != 1)
        return call_usage(call, "--result shows that of one quiz: name it");
    if (call_flag(call, "result") && call_flag(call, "missed"))
        return call_usage(call, "one of --missed and --result at a time");
    if (!call_course(call, &course, &code))
        return code;
    size_t room =
        (size_t)call->count > course.quiz_file_count ? (size_t)call->count : course.quiz_file_count;
    struct study_source *sources = ARENA_ARRAY(&course.arena, room + 1, struct study_source);
    struct start start = {.kind = START_QUIZ,
                          .sources = sources,
                          .most = (size_t)most,
                          .shuffle = call_flag(call, "shuffle")};
    if (read_quizzes(call, &course, sources, &start.source_count, &code)) {
        code = EXIT_USAGE;
        if (call_session(call, &session, &course, true)) {
            session.pass = (double)pass;
            bool good = call_flag(call, "result")   ? has_result(call, &session, &start, &code)
                        : call_flag(call, "missed") ? keep_missed(call, &session, &start, &code)
                                                    : true;
            if (good)
                code = call_study(call, &session, &start);
            else
                call_end(&session);
        }
    }
    course_close(&course);
    return code;
}
