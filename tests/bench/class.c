/* What a class costs: the real `nntutor host` on a network of this machine, and as many real members'
 * ends as are asked for, all of them in this process. It joins them, opens a vote, lets them answer
 * spread over some seconds and then, in a second round, all at once; and proves at the end that every
 * answer with a receipt is in class.db, once.
 *
 *     build/bench/class [--learners 3000] [--spread 3] [--window 90]
 *
 * The members share the processors with the broker. `window` is how many are connecting at a time: a
 * broker that is called by more drops their calls, and the kernel repeats them a second later. */
#include "support/test.h"

#include "live/host.h"
#include "support/child.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EVENTS = 512, PATIENCE_S = 60, TURNS_PER_S = 100, LOOK_S = 2, ROUNDS = 2 };

struct member {
    struct pupil pupil;
    bool begun;
    int fd; /* in the epoll set */
    int64_t seat;
    int64_t joined_ns, state_ns, due_ns, said_ns, receipt_ns; /* 0: not yet */
    char recorded[ROUNDS][8];                                 /* what a receipt was for; "": none */
};

struct load {
    struct clock clock;
    struct entrance entrance;
    struct member *members;
    size_t count, begun, seated, window, turn;
    int epoll, commands; /* the host's standard input */
    pid_t host, broker;
    int64_t turned_ns;
    enum phase phase; /* that is waited for */
    int64_t rd;
    char home[64];
};

static int64_t now(const struct load *load)
{
    return clock_mono_ns(&load->clock);
}

static _Noreturn void stop(struct load *load, const char *why)
{
    fprintf(stderr, "class: %s; what the host said is in %s\n", why, load->home);
    if (load->host > 0)
        kill(load->host, SIGTERM);
    exit(3);
}

/* ---- the host ----------------------------------------------------------------------------------------- */

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool good = bind(fd, (const struct sockaddr *)&address, size) == 0 &&
                getsockname(fd, (struct sockaddr *)&address, &size) == 0;
    close(fd);
    return good ? ntohs(address.sin_port) : ROUTE_PORT;
}

static bool find_code(const struct load *load, char *code)
{
    char path[80], text[4096];
    snprintf(path, sizeof path, "%s/out", load->home);
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[length] = '\0';
    const char *here = strstr(text, "on this machine");
    here = here ? strstr(here, "nntutor join ") : NULL;
    return here && strlen(here) > 13 + 24 && sscanf(here + 13, "%24s", code) == 1;
}

static pid_t child_of(pid_t parent)
{
    char path[80];
    int child = 0;
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%d", &child) != 1)
        child = 0;
    if (file)
        fclose(file);
    return child;
}

static void start_host(struct load *load)
{
    char port[12], there[40], home[80], code[32], path[80];
    struct arena arena;
    struct err err;
    int input[2];
    snprintf(port, sizeof port, "%d", free_port());
    snprintf(home, sizeof home, "HOME=%s", load->home);
    snprintf(path, sizeof path, "%s/out", load->home);
    arena_init(&arena);
    const char *other = getenv("NNTUTOR_MOSQUITTO"); /* under a profiler, say */
    char **environment = child_environment(
        &arena, TEXTS(home, other ? arena_printf(&arena, "NNTUTOR_MOSQUITTO=%s", other) : NULL));
    if (pipe2(input, O_CLOEXEC) != 0 || (load->host = fork()) < 0)
        stop(load, strerror(errno));
    if (load->host == 0) {
        int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        dup2(input[0], STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(out, STDERR_FILENO);
        child_become(child_program("nntutor"),
                     TEXTS("nntutor", "--plain", "host", "dropout/3.1", "--port", port),
                     environment);
    }
    close(input[0]);
    arena_free(&arena);
    load->commands = input[1];
    int64_t end = now(load) + (int64_t)10 * 1000000000;
    while (!find_code(load, code)) {
        if (now(load) > end || waitpid(load->host, NULL, WNOHANG) != 0)
            stop(load, "the host did not begin");
        usleep(10000);
    }
    load->broker = child_of(load->host);
    snprintf(there, sizeof there, "127.0.0.1:%s", port);
    if (!entrance_there(&load->entrance, code, there, &err))
        stop(load, err.text);
}

static void command(struct load *load, const char *line)
{
    if (write(load->commands, line, strlen(line)) != (ssize_t)strlen(line))
        stop(load, "the host does not listen");
}

/* ---- the members -------------------------------------------------------------------------------------- */

static void begin_member(struct load *load, size_t i)
{
    struct member *member = &load->members[i];
    char name[32];
    uint64_t random[2] = {(uint64_t)now(load), i};
    struct err err;
    snprintf(name, sizeof name, "member-%zu", i);
    if (!pupil_open(&member->pupil, load->entrance.code, name, NULL, random, &load->clock,
                    entrance_connect, &load->entrance, &err))
        stop(load, err.text);
    member->begun = true;
    member->fd = -1;
    load->begun++;
}

/* A member that sits down has a new connection, whose descriptor may have the number of the old. */
static void watch(struct load *load, struct member *member)
{
    int fd = member->pupil.transport->fd;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = member};
    if (fd == member->fd && member->seat == member->pupil.seat)
        return;
    epoll_ctl(load->epoll, EPOLL_CTL_ADD, fd, &event);
    member->fd = fd;
    member->seat = member->pupil.seat;
}

/* The second vote is on the same question, or on another where the host asks one. */
static int64_t round_of(int64_t q, int64_t rd)
{
    return q == 1 && rd == 1 ? 1 : 2;
}

static void serve(struct load *load, struct member *member)
{
    struct pupil *pupil = &member->pupil;
    pupil_serve(pupil);
    watch(load, member);
    if (pupil->stage == PUPIL_REFUSED || pupil->stage == PUPIL_REMOVED)
        stop(load, pupil->why);
    if (pupil->answer == ANSWER_BAD || pupil->answer == ANSWER_LATE)
        stop(load, "an answer was refused");
    if (!member->joined_ns && pupil->stage == PUPIL_SEATED && pupil->rev) {
        member->joined_ns = now(load);
        load->seated++;
    }
    if (!member->state_ns && pupil->phase == load->phase &&
        round_of(pupil->q, pupil->rd) == load->rd)
        member->state_ns = now(load);
    if (!member->receipt_ns && member->said_ns && pupil->answer == ANSWER_RECORDED) {
        member->receipt_ns = now(load);
        snprintf(member->recorded[load->rd - 1], sizeof member->recorded[0], "%.7s", pupil->a);
    }
}

static void say(struct load *load, struct member *member)
{
    char a[8];
    struct err err;
    size_t choices = member->pupil.item.choice_count;
    snprintf(a, sizeof a, "%d", (int)((size_t)(member->seat + load->rd) % (choices ? choices : 3)));
    member->said_ns = now(load);
    if (!pupil_say(&member->pupil, a, &err))
        stop(load, err.text);
    serve(load, member);
}

/* Moves what can be moved, for 10 ms at most; those whose time has come speak. */
static void turn(struct load *load)
{
    struct epoll_event events[EVENTS];
    int64_t time;
    while (load->begun < load->count && load->begun < load->seated + load->window)
        begin_member(load, load->begun), serve(load, &load->members[load->begun - 1]);
    int ready = epoll_wait(load->epoll, events, EVENTS, 1);
    for (int i = 0; i < ready; i++)
        serve(load, events[i].data.ptr);
    for (size_t i = 0; i < load->begun; i++) {
        struct member *member = &load->members[i];
        if (member->due_ns && !member->said_ns && member->due_ns <= now(load) &&
            pupil_may_answer(&member->pupil))
            say(load, member);
    }
    /* Each has clocks of its own, to send again, to stay alive: all are looked at once in LOOK_S. */
    if ((time = now(load)) - load->turned_ns < 1000000000 / TURNS_PER_S)
        return;
    load->turned_ns = time;
    for (size_t i = 0; i < 1 + load->begun / (TURNS_PER_S * LOOK_S); i++)
        serve(load, &load->members[load->turn++ % load->begun]);
}

static bool all(const struct load *load, size_t offset)
{
    for (size_t i = 0; i < load->count; i++) {
        int64_t ns;
        memcpy(&ns, (const char *)&load->members[i] + offset, sizeof ns);
        if (!ns)
            return false;
    }
    return true;
}

static void turn_until(struct load *load, size_t offset, const char *what)
{
    int64_t end = now(load) + (int64_t)PATIENCE_S * 1000000000;
    while (!all(load, offset)) {
        if (now(load) > end)
            stop(load, what);
        turn(load);
    }
}

/* ---- figures ------------------------------------------------------------------------------------------ */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* From `begin_offset` (or `begin_ns` where it is 0) to `end_offset`. */
static void print_times(const struct load *load, const char *what, int64_t begin_ns,
                        size_t begin_offset, size_t end_offset, const char *target)
{
    int64_t *ns = malloc(load->count * sizeof *ns);
    for (size_t i = 0; ns && i < load->count; i++) {
        int64_t begin = begin_ns, end;
        if (!begin)
            memcpy(&begin, (const char *)&load->members[i] + begin_offset, sizeof begin);
        memcpy(&end, (const char *)&load->members[i] + end_offset, sizeof end);
        ns[i] = end - begin;
    }
    if (!ns)
        return;
    qsort(ns, load->count, sizeof *ns, by_value);
    printf("%-32s median %8.1f ms   99 %% %8.1f ms   most %8.1f ms   %s\n", what,
           (double)ns[load->count / 2] / 1e6, (double)ns[load->count * 99 / 100] / 1e6,
           (double)ns[load->count - 1] / 1e6, target);
    fflush(stdout);
    free(ns);
}

static double memory_mb(pid_t pid, const char *field)
{
    char path[64], line[200];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, field, strlen(field)) == 0)
            kb = strtol(line + strlen(field), NULL, 10);
    if (file)
        fclose(file);
    return (double)kb / 1024;
}

static double cpu_s(pid_t pid)
{
    char path[64];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                       &user, &system) != 2)
        user = system = 0;
    if (file)
        fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void print_costs(const struct load *load, const char *when)
{
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    printf("%-32s broker %.2f s   host %.2f s   members %.2f s\n", when, cpu_s(load->broker),
           cpu_s(load->host),
           (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) +
               (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1e6);
}

static void print_memory(const struct load *load)
{
    printf("%-32s broker %.1f MB (PSS %.1f)   host %.1f MB (PSS %.1f)   target: 120 in all\n",
           "memory", memory_mb(load->broker, "Rss:"), memory_mb(load->broker, "Pss:"),
           memory_mb(load->host, "Rss:"), memory_mb(load->host, "Pss:"));
}

/* ---- what was promised -------------------------------------------------------------------------------- */

/* Every answer with a receipt is in the file once, as it was said, and the file has no others. */
static bool check_answers(const struct load *load)
{
    char path[120];
    sqlite3 *db;
    sqlite3_stmt *row;
    size_t receipts = 0, rows = 0, wrong = 0;
    snprintf(path, sizeof path, "%s/DATA/nntutor/class.db", load->home);
    size_t(*found)[ROUNDS] = calloc(load->count + 1, sizeof *found);
    const struct member **by_seat = calloc(load->count + 1, sizeof *by_seat);
    if (!found || !by_seat || sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT seat, rd, a, q FROM answer", -1, &row, NULL) != SQLITE_OK) {
        fprintf(stderr, "class: %s cannot be read\n", path);
        return false;
    }
    for (size_t i = 0; i < load->count; i++)
        by_seat[load->members[i].pupil.seat] = &load->members[i];
    for (; sqlite3_step(row) == SQLITE_ROW; rows++) {
        int64_t seat = sqlite3_column_int64(row, 0),
                rd = round_of(sqlite3_column_int64(row, 3), sqlite3_column_int64(row, 1));
        const char *a = (const char *)sqlite3_column_text(row, 2);
        bool good = seat >= 1 && (size_t)seat <= load->count && rd >= 1 && rd <= ROUNDS && a &&
                    strcmp(by_seat[seat]->recorded[rd - 1], a) == 0;
        if (good)
            found[seat][rd - 1]++;
        wrong += !good;
    }
    for (size_t seat = 1; seat <= load->count; seat++)
        for (size_t rd = 0; rd < ROUNDS; rd++) {
            receipts += *by_seat[seat]->recorded[rd] != '\0';
            wrong += found[seat][rd] != (*by_seat[seat]->recorded[rd] ? 1 : 0);
        }
    sqlite3_finalize(row);
    sqlite3_close(db);
    free(found);
    free(by_seat);
    printf("%-32s %zu receipts, %zu rows, %zu wrong: %s\n", "every receipt once in class.db",
           receipts, rows, wrong, wrong ? "BROKEN" : "holds");
    return wrong == 0;
}

/* ---- the lesson --------------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct member, field)

/* One word to the host, and the time until every member sees what it did. */
static void change(struct load *load, const char *word, enum phase phase, int64_t rd,
                   const char *what)
{
    load->phase = phase;
    load->rd = rd;
    for (size_t i = 0; i < load->count; i++)
        load->members[i].state_ns = 0;
    int64_t start = now(load);
    command(load, word);
    turn_until(load, AT(state_ns), what);
    print_times(load, what, start, 0, AT(state_ns), "target: 99 % under 100");
}

static void answer(struct load *load, double spread_s, const char *what, const char *target)
{
    int64_t start = now(load);
    for (size_t i = 0; i < load->count; i++) {
        struct member *member = &load->members[i];
        member->said_ns = member->receipt_ns = 0;
        member->due_ns = start + (int64_t)(spread_s * 1e9 * (double)i / (double)load->count);
    }
    turn_until(load, AT(receipt_ns), what);
    print_times(load, what, 0, AT(said_ns), AT(receipt_ns), target);
}

static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void print_load(const char *when)
{
    char text[40] = "?";
    FILE *file = fopen("/proc/loadavg", "r");
    if (file && !fgets(text, sizeof text, file))
        snprintf(text, sizeof text, "?");
    if (file)
        fclose(file);
    printf("%-32s %.14s\n", when, text);
}

int main(int argc, char **argv)
{
    struct load load = {.clock = clock_system(), .count = 3000, .window = 90, .phase = PHASE_END};
    double spread_s = 3;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--learners") == 0)
            load.count = strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--spread") == 0)
            spread_s = strtod(argv[i + 1], NULL);
        else if (strcmp(argv[i], "--window") == 0)
            load.window = strtoul(argv[i + 1], NULL, 10);
    }
    if (!load.count || load.count > DESK_SEATS || !load.window) {
        fprintf(stderr, "usage: class [--learners 1 to %d] [--spread SECONDS] [--window N]\n",
                DESK_SEATS);
        return 2;
    }
    if (!broker_is_installed(NULL)) {
        puts("skipped: mosquitto is not installed (make deps CLASS=1)");
        return 0;
    }
    raise_limit();
    signal(SIGPIPE, SIG_IGN);
    setenv("NNTUTOR", "build/nntutor", 0);
    snprintf(load.home, sizeof load.home, "/tmp/nntutor-load-XXXXXX");
    load.members = calloc(load.count, sizeof *load.members);
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (!load.members || !mkdtemp(load.home))
        stop(&load, "no memory, or no folder in /tmp");
    print_load("load average");
    start_host(&load);
    int64_t start = now(&load);
    turn_until(&load, AT(joined_ns), "not all have joined");
    print_times(&load, "joined, of the first's call", start, 0, AT(joined_ns), "target: most 3000");
    print_costs(&load, "processor time, joined");
    change(&load, "vote\n", PHASE_OPEN, 1, "state to all: vote opened");
    answer(&load, spread_s, "receipt, answers spread", "target: 99 % under 50");
    change(&load, "vote\n", PHASE_LOCKED, 1, "state to all: vote closed");
    change(&load, "vote\n", PHASE_OPEN, 2, "state to all: second round");
    answer(&load, 0, "receipt, all at once", "design: 159, 212");
    print_costs(&load, "processor time, all");
    print_memory(&load);
    bool good = check_answers(&load);
    change(&load, "q\ny\n", PHASE_END, 2, "state to all: the end");
    print_load("load average");
    waitpid(load.host, NULL, 0);
    /* The folder is small and its names are ours. */
    char remove[120];
    snprintf(remove, sizeof remove, "rm -rf '%s'", load.home);
    return system(remove) == 0 && good ? 0 : 1;
}
