/* run.h: the real program with pipes instead of a terminal: what goes in, what comes out.
 *
 *     struct run run = run_program(TEXTS("nntutor", "demo", "mask", "--json"), NULL, NULL);
 *     assert_int_equal(run.code, 0);
 *     assert_string_equal(buf_text(&run.out), ...);
 *     run_free(&run);
 *
 * A program that runs longer than 30 seconds or writes more than 64 MiB is killed and fails the
 * test. */
#ifndef TESTS_SUPPORT_RUN_H
#define TESTS_SUPPORT_RUN_H

#include "base/str.h"
#include "support/child.h"

enum { RUN_DEADLINE_MS = 30000, RUN_MOST_BYTES = 64 << 20 };

struct run {
    int code;   /* exit code, or 128 and the signal */
    int status; /* as waitpid gives it */
    struct buf out, err;
};

/* Runs "nntutor" (the program under test) or any other to its end. `input` is its standard input
 * (NULL: nothing to read); `env` as `changes` of child.h. */
struct run run_program(const char *const argv[], const char *const env[], const char *input);
struct run run_program_n(const char *const argv[], const char *const env[], const char *input,
                         size_t size);
void run_free(struct run *run);

#endif
