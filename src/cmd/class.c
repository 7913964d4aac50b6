/* nntutor host, nntutor join: a class whose members answer from their own terminals. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/utf8.h"
#include "tui/classroom.h"
#include "tui/visit.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static bool real_chance(void *out, size_t size, struct err *err)
{
    return getrandom(out, size, 0) == (ssize_t)size ||
           err_set(err, "the system gives no random numbers: %s", strerror(errno));
}

bool call_class_path(const struct cmd_call *call, struct buf *path, struct err *err)
{
    struct buf store = {0};
    bool good = call_store_path(call, &store, err);
    if (good)
        class_default_path(buf_text(&store), path);
    buf_free(&store);
    return good;
}

/* Where a question of a resumed session is found again: in the chapter's quiz. */
struct finder {
    struct course *course;
    size_t chapter;
};

static const struct question *find_question(void *user, const char *key)
{
    const struct finder *finder = user;
    const struct quiz *quiz = course_quiz(finder->course, finder->chapter);
    return quiz ? quiz_find(quiz, key) : NULL;
}

/* A roster: a name a line. */
static const char *const *read_roster(const char *path, struct arena *arena, struct err *err)
{
    struct buf bytes = {0}, name = {0};
    const char **names = NULL;
    size_t count = 0, capacity = 0;
    if (!file_read(path, &bytes, err))
        return NULL;
    struct str rest = {buf_text(&bytes), bytes.length}, line;
    while (str_line(&rest, &line)) {
        line = str_trim(line);
        buf_clear(&name);
        utf8_sanitise_line(&name, line.text, line.length, DESK_NAME_COLUMNS);
        if (name.length)
            ARENA_PUSH(arena, names, count, capacity, arena_strdup(arena, buf_text(&name)));
    }
    ARENA_PUSH(arena, names, count, capacity, NULL);
    buf_free(&bytes);
    buf_free(&name);
    return names;
}

static bool find_chapter(const struct cmd_call *call, struct host_options *options,
                         struct course *course, struct finder *finder, struct arena *arena,
                         enum exit_code *code)
{
    struct err err;
    bool has_section;
    struct class_session session;
    struct clock clock = clock_system();
    if (options->resume) {
        *code = EXIT_CANNOT;
        if (!host_peek(options->path, options->sid, &clock, arena, &session, &err) ||
            !course_find_chapter(course, session.chapter, &finder->chapter, &err)) {
            call_fail(*code, "%s", err.text);
            return false;
        }
        options->section = session.section;
        options->step = session.step;
    } else if (call->count && !course_find_place(course, call->arguments[0], &finder->chapter,
                                                 &options->section, &has_section, &err)) {
        *code = call_usage(call, "%s", err.text);
        return false;
    }
    options->course = course->page.id;
    options->chapter = course->chapters[finder->chapter].lesson.id;
    return true;
}

static enum exit_code host_class(const struct cmd_call *call, struct course *course,
                                 struct host_options *options, const struct finder *finder)
{
    struct session session;
    struct present present;
    struct host host;
    struct err err;
    int64_t seconds = 0;
    if (!call_session(call, &session, course, false) ||
        !call_number(call, "time", 1, 3600, &seconds))
        return EXIT_USAGE;
    if (!real_chance(options->random, sizeof options->random, &err) ||
        !host_open(&host, options, &session.clock, &err))
        return call_fail(EXIT_CANNOT, "%s", err.text);
    if (seconds)
        desk_limit(&host.desk, seconds, &err);
    present_open(&present, course, finder->chapter, options->section, &host);
    present.step = options->step;
    session.companion = &present.companion;
    enum exit_code code =
        call_study(call, &session, &(struct start){.kind = START_PRESENT, .present = &present});
    present_close(&present);
    host_close(&host, true);
    return code;
}

enum exit_code cmd_host(const struct cmd_call *call)
{
    struct course course;
    struct finder finder = {&course, 0};
    struct buf path = {0};
    struct arena arena;
    struct err err;
    enum exit_code code = EXIT_CANNOT;
    struct host_options options = {
        .resume = call_flag(call, "resume"),
        .sid = call_option(call, "session"),
        .anonymous = call_flag(call, "anonymous"),
        .find = find_question,
        .find_user = &finder,
    };
    if (call->count > 1)
        return call_usage(call, "one chapter at a time");
    if (call->count && options.resume)
        return call_usage(call, "a session that is resumed knows its chapter");
    if (!call_flag(call, "local") && !options.resume)
        return call_usage(call, "say --local: a class of those who are logged in to this machine");
    arena_init(&arena);
    const char *roster = call_option(call, "roster");
    if (!call_class_path(call, &path, &err) ||
        (roster && !(options.roster = read_roster(roster, &arena, &err)))) {
        call_fail(code, "%s", err.text);
    } else if (call_course(call, &course, &code)) {
        options.path = buf_text(&path);
        if (find_chapter(call, &options, &course, &finder, &arena, &code))
            code = host_class(call, &course, &options, &finder);
        course_close(&course);
    }
    buf_free(&path);
    arena_free(&arena);
    return code;
}

/* "seats/<sid>" beside the store. */
static bool seat_path(const struct cmd_call *call, const char *code, struct buf *path,
                      struct err *err)
{
    struct buf store = {0};
    char sid[CLASS_ID];
    if (!call_store_path(call, &store, err))
        return false;
    const char *slash = strrchr(buf_text(&store), '/');
    class_sid(code, sid);
    if (slash)
        buf_add_n(path, store.data, (size_t)(slash - store.data) + 1);
    buf_add(path, "seats");
    bool good = file_make_folder(buf_text(path), err);
    buf_addf(path, "/%s", sid);
    buf_free(&store);
    return good;
}

static const char *own_name(const struct cmd_call *call)
{
    const char *name = call_option(call, "name");
    const struct passwd *me = name ? NULL : getpwuid(getuid());
    return name ? name : me ? me->pw_name : "";
}

static enum exit_code join_class(const struct cmd_call *call, struct visit *visit,
                                 struct course *course, const char *path)
{
    struct session session;
    struct err err;
    uint64_t random[2];
    if (!call_session(call, &session, course, true)) /* who roams studies as ever */
        return EXIT_USAGE;
    if (!real_chance(random, sizeof random, &err) ||
        !pupil_open(&visit->pupil, visit->code, own_name(call), path, random, &session.clock,
                    host_connect_local, visit->code, &err))
        return call_fail(EXIT_CANNOT, "%s", err.text);
    visit_open(visit, course);
    session.companion = &visit->companion;
    enum exit_code code =
        call_study(call, &session, &(struct start){.kind = START_VISIT, .visit = visit});
    if (code == EXIT_GOOD &&
        (visit->pupil.stage == PUPIL_REFUSED || visit->pupil.stage == PUPIL_REMOVED))
        code = EXIT_NO;
    visit_close(visit);
    return code;
}

enum exit_code cmd_join(const struct cmd_call *call)
{
    struct visit visit = {0};
    struct course course;
    struct buf path = {0};
    struct err err;
    enum exit_code code = EXIT_CANNOT;
    if (call->count != 1)
        return call_usage(call, "join takes the code on the instructor's screen");
    if (!class_read_code(call->arguments[0], visit.code))
        return call_usage(call, "%.60s: not a code: five groups of four letters and digits",
                          call->arguments[0]);
    if (!host_is_here(visit.code, &err))
        return call_fail(code, "%s", err.text);
    if (!call_course(call, &course, &code))
        return code;
    if (seat_path(call, visit.code, &path, &err))
        code = join_class(call, &visit, &course, buf_text(&path));
    else
        code = call_fail(EXIT_CANNOT, "%s", err.text);
    buf_free(&path);
    course_close(&course);
    return code;
}
