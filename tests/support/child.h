/* child.h: what vt.h and run.h share: which program a test starts, and in which environment.
 *
 * A child sees none of the person's settings: PATH, TMPDIR and the sanitizers' options pass, the
 * rest is LC_ALL=C.UTF-8, TERM=xterm-256color, TZ=UTC, HOME and XDG_* in a folder made fresh for each
 * start, and NNTUTOR_COURSE, a course of one chapter that stays as it is while ours is written on. A test that starts the program twice on one store names the same HOME both times. */
#ifndef TESTS_SUPPORT_CHILD_H
#define TESTS_SUPPORT_CHILD_H

#include "base/arena.h"

#define TEST_COURSE "tests/golden/course/dropout"
#define TEST_QUIZ TEST_COURSE "/quizzes/03-dropout.gift"

/* A list of texts that ends in NULL, for arguments and environments: TEXTS("nntutor", "quiz"). */
#define TEXTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* The file to execute: $NNTUTOR for "nntutor" (the test fails where it is not set), else `name`. */
const char *child_program(const char *name);

/* The environment above with `changes` on top: "NAME=value" sets, "NAME" takes away; NULL is none.
 * XDG_DATA_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME and XDG_CACHE_HOME follow the HOME of `changes`. */
char **child_environment(struct arena *arena, const char *const changes[]);

/* In a forked child: becomes the program; ends with 127 where it cannot. */
_Noreturn void child_become(const char *program, const char *const argv[], char **environment);

/* What a shell would call a wait status: the exit code, or 128 and the signal. */
int child_exit_code(int status);

#endif
