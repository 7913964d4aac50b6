/* lines.h: a conversation with the tutor in line mode (--plain), over pipes.
 *
 *     struct lines *lines = lines_start(TEXTS("nntutor", "--plain", "review"), TEXTS(home));
 *     const char *said = lines_prompt(lines);      all it said up to and with its prompt
 *     lines_type(lines, "2");
 *
 * A prompt is a last line without an end that looks like one of the tutor's. Nothing sleeps: a read
 * waits for output or the end of it, and fails the test after 60 seconds. */
#ifndef TESTS_SUPPORT_LINES_H
#define TESTS_SUPPORT_LINES_H

#include "base/str.h"
#include "support/child.h"

#include <sys/types.h>

struct lines {
    pid_t pid;
    int in, out;     /* our ends; -1: closed */
    struct buf said; /* since the last prompt */
    bool ended;      /* it said all that it will */
    int status;      /* its wait status, -1 while it runs */
};

struct lines *lines_start(const char *const argv[], const char *const env[]);

/* What it said since the last prompt; NULL where it ended instead, `said` holds its last words. */
const char *lines_prompt(struct lines *lines);

/* Sends a line. False: nobody reads it any more. */
bool lines_type(struct lines *lines, const char *text);

/* Where the verdict on an answer stands, if there is one, in what was said after it: what was typed
 * ahead (at "Your answer again") is said once more behind its own prompt, and the verdict comes then. */
const char *lines_after_echo(const char *said, const char *typed);

/* Ends its input, reads to the end and returns the exit code. */
int lines_end(struct lines *lines);

/* Kills it where it still runs, and frees everything. */
void lines_close(struct lines *lines);

#endif
