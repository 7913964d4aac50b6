#include "support/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void complain(const char *name, const char *option, const struct bench_option *options,
                     size_t count)
{
    fprintf(stderr, "%s: \"%s\": options are --threads N, --reps N, --simd portable|avx2|avx512",
            name, option);
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, ", --%s %s", options[i].name, options[i].text ? "WORD" : "N");
    fprintf(stderr, "\n");
    exit(2);
}

static enum simd simd_named(const char *name, const char *bench)
{
    for (enum simd simd = SIMD_PORTABLE; simd <= SIMD_AVX512; simd++)
        if (strcmp(name, simd_name(simd)) == 0)
            return simd;
    complain(bench, name, NULL, 0);
    return SIMD_PORTABLE;
}

static bool take(struct bench *bench, const char *name, const char *value,
                 struct bench_option *options, size_t count)
{
    char *end;
    double number = strtod(value, &end);
    bool is_number = end != value && !*end;
    for (size_t i = 0; i < count; i++)
        if (strcmp(options[i].name, name) == 0) {
            if (options[i].text)
                options[i].text = value;
            else
                options[i].value = number;
            return options[i].text || is_number;
        }
    if (strcmp(name, "simd") == 0)
        bench->simd = simd_named(value, bench->name);
    else if (strcmp(name, "threads") == 0 && number >= 1 && number <= POOL_MOST_THREADS)
        bench->threads = (int)number;
    else if (strcmp(name, "reps") == 0 && number >= 1 && number <= 1000)
        bench->reps = (int)number;
    else
        return false;
    return strcmp(name, "simd") == 0 || is_number;
}

struct bench bench_open(const char *name, int argc, char **argv, struct bench_option *options,
                        size_t count)
{
    struct bench bench = {.name = name, .threads = 1, .reps = 5, .simd = simd_best()};
    for (int i = 1; i < argc; i++) {
        char option[64];
        const char *value = strchr(argv[i], '=');
        if (strncmp(argv[i], "--", 2) != 0 || (!value && i + 1 == argc))
            complain(name, argv[i], options, count);
        snprintf(option, sizeof option, "%.*s",
                 (int)(value ? value - argv[i] - 2 : (ptrdiff_t)strlen(argv[i]) - 2), argv[i] + 2);
        const char *shown = argv[i];
        value = value ? value + 1 : argv[++i];
        if (!take(&bench, option, value, options, count))
            complain(name, shown, options, count);
    }
    bench.pool = pool_open(bench.threads, bench.simd);
    buf_addf(&bench.line, "{\"bench\": \"%s\"", name);
    for (size_t i = 0; i < count; i++)
        if (options[i].text)
            bench_text(&bench, options[i].name, options[i].text);
        else
            bench_number(&bench, options[i].name, options[i].value);
    bench_number(&bench, "threads", pool_threads(bench.pool));
    bench_text(&bench, "simd", simd_name(pool_simd(bench.pool)));
    return bench;
}

void bench_text(struct bench *bench, const char *key, const char *value)
{
    buf_addf(&bench->line, ", \"%s\": \"%s\"", key, value);
}

void bench_number(struct bench *bench, const char *key, double value)
{
    buf_addf(&bench->line, ", \"%s\": ", key);
    buf_add_number(&bench->line, value);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_measure(struct bench *bench, const char *key, int warm, void (*work)(void *),
                     void *user)
{
    size_t reps = (size_t)bench->reps;
    double *wall = memory_alloc(reps * sizeof *wall), least_cpu = 0;
    for (int i = 0; i < warm; i++)
        work(user);
    for (size_t i = 0; i < reps; i++) {
        double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
        work(user);
        wall[i] = seconds(CLOCK_MONOTONIC) - start;
        cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        if (i == 0 || cpu < least_cpu)
            least_cpu = cpu;
    }
    qsort(wall, reps, sizeof *wall, by_size);
    double median = (wall[(reps - 1) / 2] + wall[reps / 2]) / 2, least = wall[0];
    if (key)
        buf_addf(&bench->line, ", \"%s\": {\"median_s\": %.6f", key, median);
    else
        buf_addf(&bench->line, ", \"median_s\": %.6f", median);
    buf_addf(&bench->line, ", \"min_s\": %.6f, \"cpu_min_s\": %.6f, \"reps\": %zu%s", least,
             least_cpu, reps, key ? "}" : "");
    memory_free(wall);
    return least;
}

int bench_close(struct bench *bench)
{
    double load = 0;
    getloadavg(&load, 1);
    bench_number(bench, "loadavg", load);
    printf("%s}\n", buf_text(&bench->line));
    buf_free(&bench->line);
    pool_close(bench->pool);
    return 0;
}
