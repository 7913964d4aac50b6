#include "support/run.h"

#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct talk {
    pid_t pid;
    int in, out, err; /* our ends; -1 when closed */
    const char *input;
    size_t left;
};

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void open_pipe(int ends[2])
{
    if (pipe(ends) != 0)
        fail_msg("no pipe: %s", strerror(errno));
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
}

static void start(struct talk *talk, const char *const argv[], const char *const env[])
{
    struct arena arena;
    arena_init(&arena);
    const char *program = child_program(argv[0]);
    char **environment = child_environment(&arena, env);
    int in[2], out[2], err[2];
    open_pipe(in);
    open_pipe(out);
    open_pipe(err);
    fflush(NULL);
    talk->pid = fork();
    if (talk->pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        setsid(); /* no terminal to open as /dev/tty, and no Ctrl-C of the person's */
        child_become(program, argv, environment);
    }
    if (talk->pid < 0)
        fail_msg("cannot start %s: %s", program, strerror(errno));
    close(in[0]);
    close(out[1]);
    close(err[1]);
    talk->in = in[1];
    talk->out = out[0];
    talk->err = err[0];
    fcntl(talk->in, F_SETFL, O_NONBLOCK);
    arena_free(&arena);
}

static void give(struct talk *talk)
{
    ssize_t n = talk->left ? write(talk->in, talk->input, talk->left) : 0;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0) {
        talk->input += n;
        talk->left -= (size_t)n;
    }
    if (n < 0 || talk->left == 0) /* it may have stopped reading: that is its right */
        close_end(&talk->in);
}

static void take(int *fd, struct buf *into)
{
    char bytes[1 << 16];
    ssize_t n = read(*fd, bytes, sizeof bytes);
    if (n > 0)
        buf_add_n(into, bytes, (size_t)n);
    else if (n == 0 || errno != EINTR)
        close_end(fd);
}

static void stop(struct talk *talk, struct run *run, const char *program, const char *why)
{
    kill(talk->pid, SIGKILL);
    waitpid(talk->pid, &run->status, 0);
    close_end(&talk->in);
    close_end(&talk->out);
    close_end(&talk->err);
    fprintf(stderr, "%.2000s\n%.2000s\n", buf_text(&run->out), buf_text(&run->err));
    run_free(run);
    fail_msg("%s %s", program, why);
}

struct run run_program_n(const char *const argv[], const char *const env[], const char *input,
                         size_t size)
{
    struct run run = {0};
    struct talk talk = {.input = input, .left = size};
    long deadline = now_ms() + RUN_DEADLINE_MS;
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    start(&talk, argv, env);
    if (!size)
        close_end(&talk.in);
    while (talk.out >= 0 || talk.err >= 0) {
        struct pollfd ends[] = {{.fd = talk.in, .events = POLLOUT},
                                {.fd = talk.out, .events = POLLIN},
                                {.fd = talk.err, .events = POLLIN}};
        long left = deadline - now_ms();
        if (left <= 0)
            stop(&talk, &run, argv[0], "ran past its deadline");
        if (poll(ends, 3, (int)left) <= 0)
            continue;
        if (ends[0].revents)
            give(&talk);
        if (ends[1].revents)
            take(&talk.out, &run.out);
        if (ends[2].revents)
            take(&talk.err, &run.err);
        if (run.out.length + run.err.length > RUN_MOST_BYTES)
            stop(&talk, &run, argv[0], "wrote more than 64 MiB");
    }
    close_end(&talk.in);
    while (waitpid(talk.pid, &run.status, WNOHANG) == 0) {
        if (now_ms() >= deadline)
            stop(&talk, &run, argv[0], "closed its output and did not end");
        poll(NULL, 0, 1);
    }
    signal(SIGPIPE, before);
    run.code = child_exit_code(run.status);
    return run;
}

struct run run_program(const char *const argv[], const char *const env[], const char *input)
{
    return run_program_n(argv, env, input, input ? strlen(input) : 0);
}

void run_free(struct run *run)
{
    buf_free(&run->out);
    buf_free(&run->err);
}
