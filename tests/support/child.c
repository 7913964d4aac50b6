#include "support/child.h"

#include "support/test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *child_program(const char *name)
{
    if (strcmp(name, "nntutor") != 0)
        return name;
    const char *program = getenv("NNTUTOR");
    if (!program || !*program)
        fail_msg("NNTUTOR does not name the program under test: run through make test");
    return program;
}

struct settings {
    struct arena *arena;
    char **list;
    size_t count, capacity;
};

static size_t name_length(const char *setting)
{
    return strcspn(setting, "=");
}

static void change(struct settings *s, const char *setting)
{
    size_t length = name_length(setting), kept = 0;
    for (size_t i = 0; i < s->count; i++)
        if (name_length(s->list[i]) != length || strncmp(s->list[i], setting, length) != 0)
            s->list[kept++] = s->list[i];
    s->count = kept;
    if (setting[length] == '=')
        ARENA_PUSH(s->arena, s->list, s->count, s->capacity, arena_strdup(s->arena, setting));
}

static const char *value_of(const char *const changes[], const char *name)
{
    const char *value = NULL;
    for (; changes && *changes; changes++)
        if (name_length(*changes) == strlen(name) && strncmp(*changes, name, strlen(name)) == 0)
            value = strchr(*changes, '=') ? strchr(*changes, '=') + 1 : NULL;
    return value;
}

/* Not test_folder: its few slots belong to the test. */
static const char *fresh_folder(struct arena *arena)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_printf(arena, "%s/nntutor-home-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path))
        fail_msg("cannot make a folder like %s", path);
    return path;
}

char **child_environment(struct arena *arena, const char *const changes[])
{
    static const char *const passed[] = {"PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
                                         "TSAN_OPTIONS"};
    static const char *const folders[] = {"DATA", "CONFIG", "STATE", "CACHE"};
    struct settings s = {.arena = arena};
    for (size_t i = 0; i < sizeof passed / sizeof *passed; i++) {
        const char *value = getenv(passed[i]);
        if (value)
            change(&s, arena_printf(arena, "%s=%s", passed[i], value));
    }
    const char *home = value_of(changes, "HOME");
    if (!home)
        home = fresh_folder(arena);
    change(&s, arena_printf(arena, "HOME=%s", home));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        change(&s, arena_printf(arena, "XDG_%s_HOME=%s/%s", folders[i], home, folders[i]));
    change(&s, "LC_ALL=C.UTF-8");
    change(&s, "TERM=xterm-256color");
    change(&s, "TZ=UTC");
    change(&s, "NNTUTOR_COURSE=" TEST_COURSE);
    for (; changes && *changes; changes++)
        change(&s, *changes);
    ARENA_PUSH(arena, s.list, s.count, s.capacity, NULL);
    return s.list;
}

void child_become(const char *program, const char *const argv[], char **environment)
{
    /* What a test program ignores or blocks is not what the program under test should meet. */
    static const int usual[] = {SIGPIPE, SIGINT, SIGHUP, SIGQUIT, SIGTERM};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        signal(usual[i], SIG_DFL);
    environ = environment;
    execvp(program, (char *const *)argv);
    _exit(127);
}

int child_exit_code(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
