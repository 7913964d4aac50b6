/* nntutor host, nntutor join: a class whose members answer from their own terminals. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/utf8.h"
#include "tui/classroom.h"
#include "tui/visit.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_MS = 4000 };

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

/* The password's places are those that no other user sees; the URL, which `ps` shows, is the last. */
static bool read_password(const struct cmd_call *call, struct remote *remote, struct err *err)
{
    const char *path = call_option(call, "password-file");
    const char *set = getenv("NNTUTOR_BROKER_PASSWORD");
    struct buf text = {0};
    struct stat info;
    struct str password = str_of(set ? set : remote->password);
    bool good = true;
    if (path) {
        good = file_read(path, &text, err);
        if (good && stat(path, &info) == 0 && (info.st_mode & 077))
            good = err_set(err, "%.300s: others can read it: chmod 600 it", path);
        password = str_trim((struct str){buf_text(&text), text.length});
    }
    if (good && password.length >= sizeof remote->password)
        good = err_set(err, "the password of the broker is too long");
    if (good) {
        memmove(remote->password, password.text, password.length);
        remote->password[password.length] = '\0';
    }
    buf_free(&text);
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

/* Told whole: the class may be resumed from another folder. */
static bool take_roster(struct host_options *options, const char *path, struct arena *arena,
                        struct err *err)
{
    char *whole = realpath(path, NULL);
    options->roster_path = arena_strdup(arena, whole ? whole : path);
    free(whole);
    options->roster = read_roster(path, arena, err);
    return options->roster != NULL;
}

/* `url` NULL: the class has a broker of its own. *code: a URL that is none is a usage error. */
static bool take_broker(const struct cmd_call *call, const char *url, struct remote *remote,
                        struct host_options *options, enum exit_code *code, struct err *err)
{
    if (!url)
        return true;
    options->remote = remote;
    *code = EXIT_USAGE;
    if (!remote_read(remote, url, err))
        return false;
    *code = EXIT_CANNOT;
    return read_password(call, remote, err);
}

static bool find_chapter(const struct cmd_call *call, struct host_options *options,
                         struct remote *remote, struct course *course, struct finder *finder,
                         struct arena *arena, enum exit_code *code)
{
    struct err err;
    bool has_section;
    struct class_session session;
    struct network network;
    struct clock clock = clock_system();
    if (options->resume) {
        *code = EXIT_CANNOT;
        bool peeked =
            host_peek(options->path, options->sid, &clock, arena, &session, &network, &err);
        if (peeked && !options->ca)
            options->ca = network.ca;
        if (!peeked ||
            (!options->remote && !take_broker(call, network.broker, remote, options, code, &err)) ||
            (!options->roster && *session.roster &&
             !take_roster(options, session.roster, arena, &err)) ||
            !course_find_chapter(course, session.chapter, &finder->chapter, &err)) {
            *code = EXIT_CANNOT; /* also where a file of ours names what is no broker */
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

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
    caught = number;
}

static bool is_caught(void)
{
    return caught != 0;
}

/* In line mode; the screen catches its own. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

static void say_resumable(void)
{
    puts("The class has not ended: its members wait, and \"nntutor host --resume\" goes on with "
         "it.");
    fflush(stdout);
}

/* A signal is not the end of the class: it can be resumed. */
static void leave_class(void *user)
{
    host_close(user, false);
    say_resumable();
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
    if (call_plain(call))
        catch_signals();
    if (!real_chance(options->random, sizeof options->random, &err) ||
        !real_chance(options->key, sizeof options->key, &err) ||
        !host_open(&host, options, &session.clock, &err))
        return call_fail(EXIT_CANNOT, "%s", err.text);
    if (seconds)
        desk_limit(&host.desk, seconds, &err);
    present_open(&present, course, finder->chapter, options->section, &host);
    present.step = options->step;
    session.companion = &present.companion;
    session.leave = leave_class;
    session.leave_user = &host;
    session.stopped = is_caught;
    enum exit_code code =
        call_study(call, &session, &(struct start){.kind = START_PRESENT, .present = &present});
    bool resumable = !present.ends && !host.desk.superseded;
    present_close(&present);
    host_close(&host, !resumable);
    if (resumable)
        say_resumable();
    if (caught) {
        signal(caught, SIG_DFL);
        raise(caught);
    }
    return code;
}

enum exit_code cmd_host(const struct cmd_call *call)
{
    struct course course;
    struct finder finder = {&course, 0};
    struct buf path = {0};
    struct arena arena;
    struct err err;
    struct remote remote;
    int64_t port = 0, seats = 0;
    const char *url = call_option(call, "broker");
    enum exit_code code = EXIT_CANNOT;
    struct host_options options = {
        .network = !call_flag(call, "local"),
        .resume = call_flag(call, "resume"),
        .sid = call_option(call, "session"),
        .ca = call_option(call, "ca"),
        .anonymous = call_flag(call, "anonymous"),
        .find = find_question,
        .find_user = &finder,
    };
    if (call->count > 1)
        return call_usage(call, "one chapter at a time");
    if (call->count && options.resume)
        return call_usage(call, "a session that is resumed knows its chapter");
    if (call_flag(call, "local") && (options.resume || call_option(call, "port")))
        return call_usage(call,
                          "--local has no port, and a session that is resumed knows its kind");
    if (url && (call_flag(call, "local") || call_option(call, "port")))
        return call_usage(call, "--broker has its port in its URL: mqtts://HOST:PORT");
    if (!call_number(call, "port", 1, 65535, &port) ||
        !call_number(call, "seats", 1, DESK_SEATS, &seats))
        return EXIT_USAGE;
    options.port = (int)port;
    options.seats = seats;
    if (!take_broker(call, url, &remote, &options, &code, &err))
        return code == EXIT_USAGE ? call_usage(call, "%s", err.text)
                                  : call_fail(code, "%s", err.text);
    arena_init(&arena);
    const char *roster = call_option(call, "roster");
    if (!call_class_path(call, &path, &err) ||
        (roster && !take_roster(&options, roster, &arena, &err))) {
        call_fail(code, "%s", err.text);
    } else if (call_course(call, &course, &code)) {
        options.path = buf_text(&path);
        if (find_chapter(call, &options, &remote, &course, &finder, &arena, &code))
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

/* Until there is a seat, and it is known what the class does, or a no: what goes wrong is said where the command was typed, not on a screen
 * that hides it. A class whose instructor is away is waited for on the screen. */
static enum exit_code wait_for_seat(struct visit *visit, const struct clock *clock)
{
    struct pupil *pupil = &visit->pupil;
    int64_t end = clock_mono_ns(clock) + (int64_t)PATIENCE_MS * 1000000;
    while ((pupil->stage == PUPIL_JOINING || (pupil->stage == PUPIL_SEATED && !pupil->ep)) &&
           !pupil->transport->deceived && clock_mono_ns(clock) < end) {
        struct pollfd ready = {.fd = pupil->transport->fd, .events = POLLIN};
        poll(&ready, 1, pupil_wait_ms(pupil));
        pupil_serve(pupil);
    }
    if (pupil->stage == PUPIL_REFUSED)
        return call_fail(EXIT_NO, "%s", pupil->why);
    if (pupil->transport->deceived)
        return call_fail(EXIT_CANNOT,
                         "what answers there is not the class of that code; it was told "
                         "nothing. Compare address and code with the instructor's "
                         "screen; if both are right, somebody stands between you");
    return EXIT_GOOD;
}

/* What was made of the name that was given. */
static void note_name(const struct cmd_call *call, struct visit *visit)
{
    const struct pupil *pupil = &visit->pupil;
    if (pupil->name_kept && call_option(call, "name"))
        snprintf(visit->notice, sizeof visit->notice,
                 "You have a seat in this class already, as %.100s; that name stays.", pupil->name);
    else if (pupil->name_cut)
        snprintf(visit->notice, sizeof visit->notice,
                 "A name has at most %d columns here; yours is %.100s.", DESK_NAME_COLUMNS,
                 pupil->name);
}

/* Anybody who is logged in can hold a class here: whose it is, where it is not one's own. */
static void note_holder(const struct cmd_call *call, struct visit *visit)
{
    uid_t holder = visit->entrance.holder;
    size_t at = strlen(visit->notice);
    if (call->count == 2 || call_option(call, "broker") || holder == getuid())
        return;
    const struct passwd *who = getpwuid(holder);
    snprintf(visit->notice + at, sizeof visit->notice - at,
             "%sThis class is held by %.32s, on this machine.", at ? " " : "",
             who ? who->pw_name : "somebody");
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
        !pupil_open(&visit->pupil, visit->entrance.code, own_name(call), path, random,
                    &session.clock, entrance_connect, &visit->entrance, &err))
        return call_fail(EXIT_CANNOT, "%s", err.text);
    note_name(call, visit);
    note_holder(call, visit);
    enum exit_code code = EXIT_GOOD;
    if (*visit->entrance.remote.host &&
        !remote_try(&visit->entrance.remote, visit->pupil.transport, &err))
        code = call_fail(EXIT_CANNOT, "%s", err.text);
    else
        code = wait_for_seat(visit, &session.clock);
    visit_open(visit, course);
    session.companion = &visit->companion;
    if (code == EXIT_GOOD) {
        code = call_study(call, &session, &(struct start){.kind = START_VISIT, .visit = visit});
        if (code == EXIT_GOOD &&
            (visit->pupil.stage == PUPIL_REFUSED || visit->pupil.stage == PUPIL_REMOVED))
            code = EXIT_NO;
    }
    visit_close(visit);
    return code;
}

/* *exit: an address that is none is a usage error. */
static bool find_entrance(const struct cmd_call *call, const char *code, struct entrance *entrance,
                          enum exit_code *exit, struct err *err)
{
    const char *url = call_option(call, "broker");
    char host[ROUTE_HOST];
    struct remote remote;
    int port;
    *exit = EXIT_USAGE;
    if (url ? !remote_read(&remote, url, err)
            : call->count == 2 && !route_read_host(call->arguments[0], host, &port, err))
        return false;
    *exit = EXIT_CANNOT;
    if (url)
        return read_password(call, &remote, err) &&
               entrance_remote(entrance, code, &remote, call_option(call, "ca"), err);
    return call->count == 2 ? entrance_there(entrance, code, call->arguments[0], err)
                            : entrance_here(entrance, code, err);
}

enum exit_code cmd_join(const struct cmd_call *call)
{
    struct visit visit = {0};
    struct course course;
    struct buf path = {0};
    struct err err;
    char code_text[CLASS_CODE];
    enum exit_code code = EXIT_CANNOT;
    if (call->count < 1 || call->count > (call_option(call, "broker") ? 1 : 2))
        return call_usage(call, "join takes the line on the instructor's screen: [HOST] CODE");
    const char *typed = call->arguments[call->count - 1];
    if (!class_read_code(typed, code_text))
        return call_usage(call, "%.60s: not a code: five groups of four letters and digits", typed);
    const char *plain = getenv("NNTUTOR_PLAIN");
    if (!isatty(STDIN_FILENO) && !call_flag(call, "plain") && !(plain && *plain))
        return call_fail(EXIT_CANNOT, "join needs a terminal to answer from; --plain reads the "
                                      "answers from a pipe");
    if (!find_entrance(call, code_text, &visit.entrance, &code, &err)) {
        entrance_free(&visit.entrance);
        return code == EXIT_USAGE ? call_usage(call, "%s", err.text)
                                  : call_fail(code, "%s", err.text);
    }
    if (!call_course(call, &course, &code)) {
        entrance_free(&visit.entrance);
        return code;
    }
    if (seat_path(call, code_text, &path, &err)) {
        code = join_class(call, &visit, &course, buf_text(&path));
    } else {
        code = call_fail(EXIT_CANNOT, "%s", err.text);
        entrance_free(&visit.entrance);
    }
    buf_free(&path);
    course_close(&course);
    return code;
}
