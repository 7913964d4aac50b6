/* What grading costs: NDJSON marked, beside jansson reading the same bytes and jq; memory at few and
 * at many learners; a second thread; GIFT read. LEARNERS=1000000 makes the whole 326 MB (default
 * 200,000). Figures are for each second of processor time, so that a busy machine does not count
 * twice; what counts are the ratios. */
#include "support/test.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/str.h"
#include "quiz/quiz.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { QUESTIONS = 20 };

static void add_quiz(struct buf *gift, int first)
{
    for (int q = first; q < first + QUESTIONS; q++) {
        buf_addf(gift, "// [id:q%d]\nQuestion %d ", q, q);
        switch (q % 5) {
        case 3:
            buf_add(gift, "{#3.75:0.01#Right. =%0%2.4:0.01#No.}\n\n");
            break;
        case 4:
            buf_add(gift, "{~%50%one ~%50%two ~%-50%three ~%-50%four}\n\n");
            break;
        case 0:
            buf_add(gift, "{=dropout =%50%drop*}\n\n");
            break;
        default:
            buf_add(gift, "{=right one#Yes. ~wrong two#No. ~wrong three ~wrong four}\n\n");
        }
    }
}

static void add_answer(struct buf *line, struct rng *rng, int q)
{
    static const char *const words[] = {"dropout", "Dropout", "drop out", "batch norm", "noise"};
    char a = (char)('A' + rng_below(rng, 4));
    buf_addf(line, "%s\"q%d\":", q > 1 ? "," : "", q);
    switch (q % 5) {
    case 3:
        buf_addf(line, "\"%u.%02u\"", rng_below(rng, 4), rng_below(rng, 100));
        break;
    case 4:
        buf_addf(line, "[\"%c\",\"%c\"]", a, a == 'D' ? 'A' : a + 1);
        break;
    case 0:
        buf_addf(line, "\"%s\"", words[rng_below(rng, 5)]);
        break;
    default:
        buf_addf(line, "\"%c\"", a);
    }
}

static void make_answers(const char *path, int learners)
{
    FILE *file = fopen(path, "w");
    struct rng rng;
    struct buf line = {0};
    rng_init(&rng, 1, 0, 0);
    if (!file)
        exit(4);
    for (int i = 0; i < learners; i++) {
        buf_clear(&line);
        buf_addf(&line, "{\"learner\":\"u%07d\",\"quiz\":\"bench\",\"answers\":{", i);
        for (int q = 1; q <= QUESTIONS; q++)
            add_answer(&line, &rng, q);
        buf_add(&line, "},\"attempt\":1,\"time\":\"2026-11-27T22:00:00Z\"}\n");
        if (fwrite(line.data, 1, line.length, file) != line.length)
            exit(4);
    }
    if (fclose(file) != 0)
        exit(4);
    buf_free(&line);
}

struct cost {
    double cpu, wall; /* seconds */
    long kib;         /* resident at most */
};

/* Runs a program with its output thrown away. */
static struct cost run(const char *const argv[])
{
    struct clock clock = clock_system();
    struct rusage use;
    int status;
    int64_t start = clock_mono_ns(&clock);
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        execvp(argv[0], (char *const *)argv);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &use) < 0 || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0)
        return (struct cost){0};
    return (struct cost){
        .wall = (double)(clock_mono_ns(&clock) - start) / 1e9,
        .cpu = (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
               (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6,
        .kib = use.ru_maxrss,
    };
}

static struct cost best_of(const char *const argv[], int rounds)
{
    struct cost best = run(argv);
    for (int i = 1; i < rounds; i++) {
        struct cost cost = run(argv);
        best.cpu = cost.cpu < best.cpu ? cost.cpu : best.cpu;
        best.wall = cost.wall < best.wall ? cost.wall : best.wall;
        best.kib = cost.kib > best.kib ? cost.kib : best.kib;
    }
    return best;
}

static double cpu_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Only reads: no marks, no output. */
static double jansson_seconds(const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0, answers = 0;
    ssize_t length;
    double start = cpu_now();
    while (file && (length = getline(&line, &capacity, file)) > 0) {
        json_t *json = json_loadb(line, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
        answers += json_object_size(json_object_get(json, "answers"));
        json_decref(json);
    }
    double seconds = cpu_now() - start;
    free(line);
    if (file)
        fclose(file);
    return answers ? seconds : 0;
}

static bool count_question(void *user, const struct question *question)
{
    (void)question;
    ++*(size_t *)user;
    return true;
}

/* The course's own quiz again and again, its questions under ever new ids. */
static bool add_course(struct buf *gift, size_t size)
{
    struct buf quiz = {0};
    if (!file_read("quizzes/03-dropout.gift", &quiz, NULL))
        return false;
    for (int copy = 0; gift->length < size; copy++) {
        const char *at = quiz.data;
        for (const char *id; (id = strstr(at, "[id:q3.")); at = id + strlen("[id:q3.")) {
            buf_add_n(gift, at, (size_t)(id - at));
            buf_addf(gift, "[id:q%d.", copy);
        }
        buf_add(gift, at);
        buf_add(gift, "\n");
    }
    buf_free(&quiz);
    return true;
}

static void time_gift(void)
{
    struct buf gift = {0};
    if (!add_course(&gift, 50u << 20)) {
        puts("no quizzes/03-dropout.gift: start it in the project's folder");
        return;
    }
    double best = 1e9;
    size_t count = 0;
    for (int i = 0; i < 3; i++) {
        double start = cpu_now();
        count = 0;
        gift_read_each("bench.gift", gift.data, gift.length, GIFT_GRADE, NULL, count_question,
                       &count);
        double seconds = cpu_now() - start;
        best = seconds < best ? seconds : best;
    }
    printf("GIFT read, %zu questions              %7.0f MB/s (target 100)\n", count,
           (double)gift.length / 1e6 / best);
    buf_free(&gift);
}

int main(void)
{
    const char *wanted = getenv("LEARNERS"), *program = getenv("NNTUTOR");
    int learners = wanted ? atoi(wanted) : 200000;
    const char *folder = test_folder();
    struct buf gift = {0}, few = {0}, many = {0};
    add_quiz(&gift, 1);
    char *quiz = strdup(test_file(folder, "bench.gift", buf_text(&gift)));
    program = program ? program : "build/nntutor";
    buf_addf(&few, "%s/few.ndjson", folder);
    buf_addf(&many, "%s/many.ndjson", folder);
    make_answers(buf_text(&few), 2500);
    make_answers(buf_text(&many), learners);
    struct stat info;
    if (stat(buf_text(&many), &info) != 0)
        return 4;
    double mb = (double)info.st_size / 1e6;
    printf("%d learners x %d answers, %.0f MB of NDJSON\n", learners, QUESTIONS, mb);
#define GRADE(jobs, file)                                                                          \
    ((const char *const[]){program, "grade", "--quiz", quiz, "--jobs", jobs, file, NULL})
    struct cost small = best_of(GRADE("2", buf_text(&few)), 3);
    struct cost one = best_of(GRADE("1", buf_text(&many)), 3);
    struct cost two = best_of(GRADE("2", buf_text(&many)), 3);
    double jansson = jansson_seconds(buf_text(&many));
    if (one.cpu <= 0 || two.cpu <= 0 || jansson <= 0)
        return 1;
    printf("marked and written, 1 thread            %7.0f MB per CPU-second (target 400)\n",
           mb / one.cpu);
    printf("jansson, only reading                   %7.0f MB per CPU-second: ours is %.1f times "
           "that\n",
           mb / jansson, jansson / one.cpu);
    struct cost jq =
        run((const char *const[]){"jq", "-c", ".answers | length", buf_text(&few), NULL});
    stat(buf_text(&few), &info);
    if (jq.cpu > 0)
        printf("jq, only reading                        %7.1f MB per CPU-second: ours is %.0f "
               "times that\n",
               (double)info.st_size / 1e6 / jq.cpu,
               mb / one.cpu / ((double)info.st_size / 1e6 / jq.cpu));
    else
        puts("jq is not installed");
    printf("2 threads                               %7.2f of the time of 1 (target 0.5 and a "
           "little)\n",
           two.wall / one.wall);
    printf("memory, 2 threads: 2,500 learners       %7.1f MB, all %.1f MB (target 12), growth %.1f "
           "MB (target 1)\n",
           (double)small.kib / 1024, (double)two.kib / 1024, (double)(two.kib - small.kib) / 1024);
    time_gift();
    unlink(buf_text(&many));
    buf_free(&gift);
    buf_free(&few);
    buf_free(&many);
    free(quiz);
    return 0;
}
