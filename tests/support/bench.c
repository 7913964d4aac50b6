#include "support/bench.h"

#include <math.h>
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

static bool complain(const struct bench_option *options, size_t count, const char *option,
                     const char *value, struct err *err)
{
    struct buf known = {0};
    for (size_t i = 0; i < count; i++)
        if (options[i].text)
            buf_addf(&known, ", --%s WORD", options[i].name);
        else
            buf_addf(&known, ", --%s %.10g..%.10g", options[i].name, options[i].least,
                     options[i].most);
    err_set(err,
            "\"%s%s%s\": options are --threads 1..%d, --reps 1..1000, --simd "
            "portable|avx2|avx512%s",
            option, value ? " " : "", value ? value : "", POOL_MOST_THREADS,
            known.data ? known.data : "");
    buf_free(&known);
    return false;
}

static bool take_number(const char *text, double least, double most, bool is_fraction,
                        double *value)
{
    return str_number(str_of(text), value) && *value >= least && *value <= most &&
           (is_fraction || *value == floor(*value));
}

static bool is_word(const char *text)
{
    return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-")];
}

static bool take_simd(struct bench *bench, const char *name)
{
    for (enum simd simd = SIMD_PORTABLE; simd <= SIMD_AVX512; simd++)
        if (strcmp(name, simd_name(simd)) == 0) {
            bench->simd = simd;
            return true;
        }
    return false;
}

static bool take(struct bench *bench, struct str name, const char *value,
                 struct bench_option *options, size_t count)
{
    double number;
    for (size_t i = 0; i < count; i++) {
        struct bench_option *option = &options[i];
        if (!str_is(name, option->name))
            continue;
        if (!option->text)
            return take_number(value, option->least, option->most, option->is_fraction,
                               &option->value);
        option->text = value;
        return is_word(value);
    }
    if (str_is(name, "simd"))
        return take_simd(bench, value);
    if (str_is(name, "threads") && take_number(value, 1, POOL_MOST_THREADS, false, &number)) {
        bench->threads = (int)number;
        return true;
    }
    if (str_is(name, "reps") && take_number(value, 1, 1000, false, &number)) {
        bench->reps = (int)number;
        return true;
    }
    return false;
}

bool bench_read(struct bench *bench, int argc, char **argv, struct bench_option *options,
                size_t count, struct err *err)
{
    for (int i = 1; i < argc; i++) {
        const char *option = argv[i], *equals = strchr(option, '=');
        const char *value = equals ? equals + 1 : i + 1 < argc ? argv[i + 1] : NULL;
        if (strncmp(option, "--", 2) != 0 || !value)
            return complain(options, count, option, NULL, err);
        struct str name = {option + 2, equals ? (size_t)(equals - option) - 2 : strlen(option) - 2};
        if (!take(bench, name, value, options, count))
            return complain(options, count, option, equals ? NULL : value, err);
        i += !equals;
    }
    return true;
}

struct bench bench_open(const char *name, int argc, char **argv, struct bench_option *options,
                        size_t count)
{
    struct bench bench = {.name = name, .threads = 1, .reps = 5, .simd = simd_best()};
    struct err err;
    if (!bench_read(&bench, argc, argv, options, count, &err)) {
        fprintf(stderr, "%s: %s\n", name, err.text);
        exit(2);
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
