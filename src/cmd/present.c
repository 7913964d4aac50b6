/* nntutor present, nntutor notes: a chapter shown to a room, and the instructor's second terminal. */
#include "cmd/handout.h"

#include "tui/notes.h"
#include "tui/present.h"
#include "tui/projection.h"

#include <poll.h>

enum { PATIENCE_MS = 3000, STEP_MS = 50 };

static enum exit_code follow(const struct cmd_call *call, struct projection *projection)
{
    struct session session;
    enum exit_code code = EXIT_USAGE;
    if (call_session(call, &session, &projection->course, false)) {
        session.companion = &projection->companion;
        code = call_study(call, &session,
                          &(struct start){.kind = START_PROJECTOR, .projection = projection});
    }
    projection_close(projection);
    return code;
}

/* ---- presenting --------------------------------------------------------------------------------------- */

static const struct present *shown;

static bool has_given_way(void)
{
    return shown->gave_way;
}

/* *follows: it has become the projector of a class that began meanwhile. */
static enum exit_code show(const struct cmd_call *call, struct course *course, size_t chapter,
                           size_t section, bool *follows)
{
    struct session session;
    struct present present;
    if (!call_session(call, &session, course, false))
        return EXIT_USAGE;
    present_open(&present, course, chapter, section, NULL);
    shown = &present;
    session.companion = &present.companion;
    if (!call->count)
        session.stopped = has_given_way;
    enum exit_code code =
        call_study(call, &session, &(struct start){.kind = START_PRESENT, .present = &present});
    *follows = !call->count && present.gave_way;
    present_close(&present);
    return code;
}

/* The class takes its place at once. */
static enum exit_code follow_class(const struct cmd_call *call, const struct clock *clock)
{
    struct projection projection;
    struct err err = {""};
    bool good = false;
    for (int waited = 0; !good && !*err.text && waited < PATIENCE_MS; waited += STEP_MS) {
        poll(NULL, 0, STEP_MS);
        good = projection_open(&projection, clock, &err);
    }
    return good ? follow(call, &projection)
                : call_fail(EXIT_CANNOT, "%s",
                            *err.text ? err.text
                                      : "the class in the other terminal does not answer");
}

enum exit_code cmd_present(const struct cmd_call *call)
{
    struct course course;
    size_t chapter = 0, section = 0;
    bool has_section = false, follows = false;
    enum exit_code code;
    struct err err;
    struct clock clock = clock_system();
    struct projection projection;
    if (call->count > 1)
        return call_usage(call, "one chapter at a time");
    bool paper = call_flag(call, "handout");
    if (!call->count && paper)
        return call_usage(call, "of which chapter? present CHAPTER --handout");
    if (!call->count && projection_open(&projection, &clock, &err))
        return follow(call, &projection);
    if (!call->count && *err.text)
        return call_fail(EXIT_CANNOT, "%s", err.text);
    if (!call_course(call, &course, &code))
        return code;
    if (call->count &&
        !course_find_place(&course, call->arguments[0], &chapter, &section, &has_section, &err)) {
        course_close(&course);
        return call_usage(call, "%s", err.text);
    }
    if (paper)
        code = handout_of_chapter(call, &course, chapter, section, has_section);
    else
        code = show(call, &course, chapter, section, &follows);
    course_close(&course);
    return follows ? follow_class(call, &clock) : code;
}

enum exit_code cmd_notes(const struct cmd_call *call)
{
    struct session session;
    struct notes notes;
    struct err err;
    if (call->count)
        return call_usage(call, "notes takes no arguments");
    if (!notes_open(&notes, &err))
        return call_fail(EXIT_CANNOT, "%s", err.text);
    enum exit_code code = EXIT_USAGE;
    if (call_session(call, &session, &notes.course, false)) {
        session.companion = &notes.companion;
        code = call_study(call, &session, &(struct start){.kind = START_NOTES, .notes = &notes});
    }
    notes_close(&notes);
    return code;
}
