/* A command line, read against the tables; and what several commands share. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"
#include "tui/line.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Standard error is a terminal too: set once, when the command line has been read. */
static bool errors_in_ascii;

enum exit_code call_fail(enum exit_code code, const char *format, ...)
{
    struct buf text = {0}, clean = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    /* Arguments and file names are in here: they pass the border too. */
    utf8_sanitise(&clean, buf_text(&text), text.length, NULL, NULL);
    if (errors_in_ascii) {
        buf_clear(&text);
        utf8_to_ascii(&text, buf_text(&clean), clean.length);
        buf_clear(&clean);
        buf_add(&clean, buf_text(&text));
    }
    fflush(stdout);
    fprintf(stderr, "nntutor: %s\n", buf_text(&clean));
    buf_free(&text);
    buf_free(&clean);
    return code;
}

enum exit_code call_usage(const struct cmd_call *call, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    call_fail(EXIT_USAGE, "%s", buf_text(&text));
    buf_free(&text);
    if (call && call->cmd)
        fprintf(stderr, "Try: nntutor %s --help\n", call->cmd->name);
    else
        fprintf(stderr, "Try: nntutor help\n");
    return EXIT_USAGE;
}

const char *call_option(const struct cmd_call *call, const char *name)
{
    for (size_t i = call->option_count; i-- > 0;)
        if (strcmp(call->options[i].name, name) == 0)
            return call->options[i].value;
    return NULL;
}

bool call_flag(const struct cmd_call *call, const char *name)
{
    return call_option(call, name) != NULL;
}

bool call_number(const struct cmd_call *call, const char *name, int64_t least, int64_t most,
                 int64_t *value)
{
    const char *text = call_option(call, name);
    if (!text)
        return true;
    if (str_integer(str_of(text), value) && *value >= least && *value <= most)
        return true;
    call_usage(call, "--%s=%s: must be a whole number from %lld to %lld", name, text,
               (long long)least, (long long)most);
    return false;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static const struct option_spec *find_option(const struct option_spec *list, struct str name)
{
    for (; list && list->name; list++)
        if (str_is(name, list->name))
            return list;
    return NULL;
}

struct option_names {
    const struct option_spec *own;
    size_t own_count;
};

static const char *option_name(const void *list, size_t i)
{
    const struct option_names *names = list;
    return i < names->own_count ? names->own[i].name : common_options[i - names->own_count].name;
}

static const char *nearest_option(const struct cmd *cmd, const char *word)
{
    struct option_names names = {.own = cmd->options};
    while (cmd->options && cmd->options[names.own_count].name)
        names.own_count++;
    size_t count = names.own_count;
    while (common_options[count - names.own_count].name)
        count++;
    return str_nearest(word, &names, count, option_name);
}

static bool add_option(struct cmd_call *call, const char *name, const char *value)
{
    if (call->option_count >= CALL_MOST_OPTIONS) {
        call_usage(call, "too many options");
        return false;
    }
    call->options[call->option_count].name = name;
    call->options[call->option_count++].value = value;
    return true;
}

/* "--name", "--name=value", "--name value". `*i` moves over what was used. */
static bool read_option(struct cmd_call *call, int argc, char **argv, int *i)
{
    const char *text = argv[*i] + 2;
    const char *equals = strchr(text, '=');
    struct str name = {text, equals ? (size_t)(equals - text) : strlen(text)};
    const struct option_spec *spec = find_option(call->cmd->options, name);
    if (!spec)
        spec = find_option(common_options, name);
    if (!spec) {
        char word[80];
        snprintf(word, sizeof word, "%.*s", name.length > 70 ? 70 : (int)name.length, text);
        const char *near = nearest_option(call->cmd, word);
        if (near)
            call_usage(call, "no option --%s; did you mean --%s?", word, near);
        else
            call_usage(call, "no option --%s", word);
        return false;
    }
    const char *value = "";
    if (spec->argument) {
        if (equals) {
            value = equals + 1;
        } else if (*i + 1 < argc) {
            value = argv[++*i];
        } else {
            call_usage(call, "--%s wants a value: --%s %s", spec->name, spec->name, spec->argument);
            return false;
        }
        if (!*value) {
            call_usage(call, "--%s is empty; it wants a value: --%s %s", spec->name, spec->name,
                       spec->argument);
            return false;
        }
    } else if (equals) {
        call_usage(call, "--%s takes no value", spec->name);
        return false;
    }
    return add_option(call, spec->name, value);
}

static const char *cmd_name(const void *list, size_t i)
{
    return ((const struct cmd *)list)[i].name;
}

const struct cmd *call_find(const char *name)
{
    for (size_t i = 0; i < cmd_count; i++)
        if (strcmp(cmds[i].name, name) == 0)
            return &cmds[i];
    const char *near = str_nearest(name, cmds, cmd_count, cmd_name);
    if (near)
        call_usage(NULL, "no command \"%.60s\"; did you mean \"%s\"?", name, near);
    else
        call_usage(NULL, "no command \"%.60s\"", name);
    return NULL;
}

/* Sorts a command line into options and arguments; -h is --help, - is an argument. */
static bool read_call(struct cmd_call *call, int argc, char **argv)
{
    bool options = true;
    for (int i = 0; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && strcmp(argv[i], "-h") == 0) {
            if (!add_option(call, "help", ""))
                return false;
        } else if (options && text_starts(argv[i], "--")) {
            if (!read_option(call, argc, argv, &i))
                return false;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            call_usage(call, "no option %.40s; options are written --like-this", argv[i]);
            return false;
        } else {
            call->arguments[call->count++] = argv[i];
        }
    }
    return true;
}

/* Options may stand before the command; the command is the first word that is none. */
static int command_at(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return i + 1;
        if (argv[i][0] != '-')
            return i;
        if (!text_starts(argv[i], "--") || strchr(argv[i], '='))
            continue;
        const struct option_spec *spec = find_option(common_options, str_of(argv[i] + 2));
        if (spec && spec->argument)
            i++;
    }
    return argc;
}

/* What was printed must have arrived. */
static enum exit_code end_output(enum exit_code code)
{
    if (fflush(stdout) != 0 && code == EXIT_GOOD)
        return call_fail(EXIT_WRITE, "standard output: cannot write: %s", strerror(errno));
    if (ferror(stdout) && code == EXIT_GOOD)
        return call_fail(EXIT_WRITE, "standard output: cannot write all of it");
    return code;
}

int cmd_main(int argc, char **argv)
{
    struct cmd_call call = {.utf8 = utf8_start()};
    struct err err;
    /* A file at its limit is a write that fails and says so, not a death. */
    signal(SIGXFSZ, SIG_IGN);
    errors_in_ascii = !call.utf8;
    int at = command_at(argc, argv);
    call.cmd = at < argc ? call_find(argv[at]) : &cmds[0];
    if (!call.cmd)
        return EXIT_USAGE;
    char **rest = memory_alloc((size_t)argc * sizeof *rest);
    int rest_count = 0;
    for (int i = 1; i < argc; i++)
        if (i != at)
            rest[rest_count++] = argv[i];
    call.arguments = memory_alloc((size_t)argc * sizeof *call.arguments);
    enum exit_code code = EXIT_USAGE;
    if (read_call(&call, rest_count, rest)) {
        errors_in_ascii = call_ascii(&call);
        const char *log = call_option(&call, "log");
        const char *color = call_option(&call, "color");
        if (call_flag(&call, "version")) {
            puts("nntutor 0.1");
            code = EXIT_GOOD;
        } else if (color && strcmp(color, "auto") != 0 && strcmp(color, "always") != 0 &&
                   strcmp(color, "never") != 0)
            code = call_usage(&call, "--color=%.40s: must be auto, always or never", color);
        else if (log && !log_open(log, &err))
            code = call_fail(EXIT_WRITE, "%s", err.text);
        else if (call_flag(&call, "help") && !(call.cmd->run == cmd_demo && call.count)) {
            struct buf text = {0};
            if (at < argc)
                help_command(call.cmd, &text);
            else
                help_all(&text);
            code = call_print(&call, &text);
            buf_free(&text);
        } else {
            code = call.cmd->run(&call);
        }
    }
    memory_free(rest);
    memory_free(call.arguments);
    log_close();
    return (int)end_output(code);
}

/* ---- shared -------------------------------------------------------------------------------------------- */

enum exit_code call_print(const struct cmd_call *call, const struct buf *text)
{
    struct buf ascii = {0};
    const struct buf *out = text;
    struct err err;
    if (call_ascii(call)) {
        utf8_to_ascii(&ascii, buf_text(text), text->length);
        out = &ascii;
    }
    fflush(stdout);
    bool good = file_write("-", buf_text(out), out->length, &err);
    buf_free(&ascii);
    return good ? EXIT_GOOD : call_fail(EXIT_WRITE, "%s", err.text);
}

bool call_ascii(const struct cmd_call *call)
{
    return !call->utf8 || call_flag(call, "ascii");
}

enum color_choice call_color(const struct cmd_call *call)
{
    const char *color = call_option(call, "color");
    if (!color || strcmp(color, "auto") == 0)
        return COLOR_AUTO;
    return strcmp(color, "always") == 0 ? COLOR_ALWAYS : COLOR_NEVER;
}

bool call_plain(const struct cmd_call *call)
{
    const char *set = getenv("NNTUTOR_PLAIN");
    return call_flag(call, "plain") || (set && *set) || !terminal_usable();
}

bool call_course(const struct cmd_call *call, struct course *course, enum exit_code *code)
{
    struct buf folder = {0};
    struct err err;
    bool good = course_locate(call_option(call, "course"), &folder, &err) &&
                course_open(course, buf_text(&folder), &err);
    buf_free(&folder);
    if (!good)
        *code = call_fail(EXIT_CANNOT, "%s", err.text);
    return good;
}

bool call_store_path(const struct cmd_call *call, struct buf *path, struct err *err)
{
    const char *named = call_option(call, "store");
    if (!named)
        return store_default_path(path, err);
    buf_add(path, named);
    return true;
}

bool call_session(const struct cmd_call *call, struct session *session, struct course *course,
                  bool store)
{
    int64_t seed = 0;
    if (!call_number(call, "seed", 1, INT64_C(9007199254740992), &seed))
        return false;
    *session = (struct session){
        .course = course,
        .clock = clock_system(),
        .seed = (uint64_t)seed,
        .ascii = call_ascii(call),
        .color = call_color(call),
    };
    if (!store)
        return true;
    struct buf path = {0};
    struct err err;
    if (call_store_path(call, &path, &err)) {
        bool there = access(buf_text(&path), F_OK) == 0;
        keep_start(&session->keep, &session->store, arena_strdup(&course->arena, buf_text(&path)),
                   &session->clock, &session->store_problem);
        session->first = session->store && !there;
    } else {
        err_set(&session->store_problem, "Nothing will be saved: %.500s", err.text);
    }
    buf_free(&path);
    /* Whoever cannot read it will be told so by what is read next. */
    study_recall(&session->done, session->store, course->page.id, NULL);
    return true;
}

void call_end(struct session *session)
{
    store_close(session->store);
    session->store = NULL;
    study_done_free(&session->done);
}

enum exit_code call_no_store(const struct session *session)
{
    const struct keep *keep = &session->keep;
    return call_fail(session->store ? EXIT_WRITE : EXIT_CANNOT, "%s",
                     keep->path ? keep->why.text : session->store_problem.text);
}

enum exit_code call_study(const struct cmd_call *call, struct session *session,
                          const struct start *start)
{
    struct err err;
    if (call_plain(call)) {
        const char *set = getenv("NNTUTOR_PLAIN");
        bool asks = call_flag(call, "plain") || (set && *set) || isatty(STDIN_FILENO);
        line_run(session, start, asks);
    } else if (!tui_run(session, start, &err)) {
        call_fail(EXIT_CANNOT, "%s", err.text);
        session->exit_code = EXIT_CANNOT;
    }
    if (!keep_end(&session->keep, &session->store, &err)) {
        enum exit_code failed = call_fail(EXIT_WRITE, "%s", err.text);
        session->exit_code = session->exit_code ? session->exit_code : (int)failed;
    }
    call_end(session);
    if (session->parting.length)
        call_print(call, &session->parting);
    buf_free(&session->parting);
    if (terminal_signal()) {
        fflush(stdout);
        if (session->leave)
            session->leave(session->leave_user);
        course_close(session->course);
        terminal_reraise();
    }
    return (enum exit_code)session->exit_code;
}
