#include "support/test.h"

#include "support/lines.h"

#include "base/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES_DEADLINE_MS = 60000 };

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

struct lines *lines_start(const char *const argv[], const char *const env[])
{
    struct arena arena;
    struct lines *lines = memory_alloc(sizeof *lines);
    int in[2], out[2];
    arena_init(&arena);
    const char *program = child_program(argv[0]);
    char **environment = child_environment(&arena, env);
    signal(SIGPIPE, SIG_IGN);
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        fail_msg("no pipe: %s", strerror(errno));
    fflush(NULL);
    lines->pid = fork();
    if (lines->pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(out[1], STDERR_FILENO);
        setsid();
        child_become(program, argv, environment);
    }
    if (lines->pid < 0)
        fail_msg("cannot start %s: %s", program, strerror(errno));
    close(in[0]);
    close(out[1]);
    lines->in = in[1];
    lines->out = out[0];
    lines->status = -1;
    arena_free(&arena);
    return lines;
}

static bool ends_with(const char *text, size_t length, const char *end)
{
    size_t size = strlen(end);
    return length >= size && memcmp(text + length - size, end, size) == 0;
}

static bool is_prompt(const struct buf *said)
{
    static const char *const ends[] = {
        "? ", "]: ", "uit: ", "to end: ", "none): ", "| ", "-> ", "chapter: ", "back: "};
    const char *text = buf_text(said), *line = strrchr(text, '\n');
    size_t length = strlen(line ? line + 1 : text);
    for (size_t i = 0; length && i < sizeof ends / sizeof *ends; i++)
        if (ends_with(line ? line + 1 : text, length, ends[i]))
            return true;
    return false;
}

/* Takes what there is; false at the end. */
static bool take(struct lines *lines)
{
    char bytes[1 << 14];
    struct pollfd end = {.fd = lines->out, .events = POLLIN};
    if (poll(&end, 1, LINES_DEADLINE_MS) == 0)
        fail_msg("nothing more came after: %.2000s", buf_text(&lines->said));
    ssize_t n = read(lines->out, bytes, sizeof bytes);
    if (n > 0)
        buf_add_n(&lines->said, bytes, (size_t)n);
    lines->ended = n <= 0;
    return n > 0;
}

const char *lines_prompt(struct lines *lines)
{
    buf_clear(&lines->said);
    while (!lines->ended)
        if (take(lines) && is_prompt(&lines->said))
            return buf_text(&lines->said);
    return NULL;
}

bool lines_type(struct lines *lines, const char *text)
{
    struct buf line = {0};
    buf_addf(&line, "%s\n", text);
    bool good = lines->in >= 0 && write(lines->in, line.data, line.length) == (ssize_t)line.length;
    buf_free(&line);
    return good;
}

const char *lines_after_echo(const char *said, const char *typed)
{
    struct buf echo = {0};
    static const char *const prompts[] = {"? ", "-> "};
    const char *found = NULL;
    for (size_t i = 0; i < 2 && !found; i++) {
        buf_clear(&echo);
        buf_addf(&echo, "%s%s\n", prompts[i], typed);
        found = strstr(said, buf_text(&echo));
        found = found ? found + echo.length : NULL;
    }
    buf_free(&echo);
    return found ? found : said;
}

int lines_end(struct lines *lines)
{
    close_end(&lines->in);
    while (!lines->ended)
        take(lines);
    if (lines->status < 0)
        waitpid(lines->pid, &lines->status, 0);
    return child_exit_code(lines->status);
}

void lines_close(struct lines *lines)
{
    if (!lines)
        return;
    if (lines->status < 0) {
        kill(lines->pid, SIGKILL);
        waitpid(lines->pid, &lines->status, 0);
    }
    close_end(&lines->in);
    close_end(&lines->out);
    buf_free(&lines->said);
    memory_free(lines);
}
