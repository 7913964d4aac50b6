/* nntutor study: the tutor. */
#include "cmd/cmd.h"

enum exit_code cmd_study(const struct cmd_call *call)
{
    struct course course;
    struct session session;
    struct start start = {.kind = START_HOME};
    enum exit_code code;
    struct err err;
    if (call->count > 1)
        return call_usage(call, "one chapter at a time");
    if (!call_course(call, &course, &code))
        return code;
    if (call->count) {
        start.kind = START_CHAPTER;
        if (!course_find_place(&course, call->arguments[0], &start.chapter, &start.section,
                               &start.has_section, &err)) {
            course_close(&course);
            return call_usage(call, "%s", err.text);
        }
    }
    code = EXIT_USAGE;
    if (call_session(call, &session, &course, true))
        code = call_study(call, &session, &start);
    course_close(&course);
    return code;
}
