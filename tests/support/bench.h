/* bench.h: what programs that measure share: options, rounds, one JSON line.
 *
 * The line has the names that the peers' scripts print, so both can be put side by side. */
#ifndef TESTS_SUPPORT_BENCH_H
#define TESTS_SUPPORT_BENCH_H

#include "nn/pool.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* `--name value` or `--name=value`; every program knows --threads, --reps and --simd. */
struct bench_option {
    const char *name;
    double value;       /* the default; replaced by what the command line says */
    double least, most; /* allowed */
    bool is_fraction;   /* false: a whole number */
    const char *text;   /* not NULL: the option is a word, accepted and printed as it is */
};

struct bench {
    const char *name;
    int threads, reps;
    enum simd simd;
    struct buf line;
    struct pool *pool;
};

/* Reads the command line; false names the word that is wrong and what is allowed. */
bool bench_read(struct bench *bench, int argc, char **argv, struct bench_option *options,
                size_t count, struct err *err);

/* The same, but ends the program with 2 where that is false; starts the line. */
struct bench bench_open(const char *name, int argc, char **argv, struct bench_option *options,
                        size_t count);

void bench_text(struct bench *bench, const char *key, const char *value);
void bench_number(struct bench *bench, const char *key, double value);

/* `warm` rounds unseen, then bench->reps measured ones: "key": {median_s, min_s, cpu_min_s, reps}, or
 * with a NULL key these four by themselves. Returns the least seconds. */
double bench_measure(struct bench *bench, const char *key, int warm, void (*work)(void *),
                     void *user);

int bench_close(struct bench *bench); /* prints the line; what main returns */

#endif
