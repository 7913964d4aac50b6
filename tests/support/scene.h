/* scene.h: one learner's runs of the program without a terminal, and what the last of them said. */
#ifndef TESTS_SUPPORT_SCENE_H
#define TESTS_SUPPORT_SCENE_H

#include "support/run.h"

#include <limits.h>

struct scene {
    struct run run;         /* the last one; freed also where its test fails */
    char home[520];         /* "HOME=FOLDER", a fresh one */
    const char *folder;     /* it alone */
    const char *course;     /* "NNTUTOR_COURSE=FOLDER"; NULL: the frozen one */
    char program[PATH_MAX]; /* "NNTUTOR=PROGRAM", for a shell */
    struct arena arena;
};

int scene_set_up(void **state);
int scene_tear_down(void **state);

/* Runs it at a time ("NNTUTOR_NOW=..."); fails the test where it ends with another exit code. */
void scene_run(struct scene *scene, int code, const char *now, const char *const argv[],
               const char *input);

/* Where the output has this; fails the test where it has not. */
const char *scene_has(struct scene *scene, const char *part);
size_t scene_count(const struct scene *scene, const char *part);
/* Fails the test where the output has it another number of times. */
void scene_has_times(struct scene *scene, size_t times, const char *part);

/* The same in steps, with an environment of the test's choosing. */
void scene_start(struct scene *f, const char *const argv[], const char *const env[],
                 const char *input);
void scene_check_code(struct scene *f, int code);
const char *scene_out(struct scene *f);
const char *scene_err(struct scene *f);
/* A file in its home. */
char *scene_path(struct scene *f, const char *name);

/* The program without and with an input, and a script that finds it in $NNTUTOR. */
#define RUN(f, code, ...)                                                                          \
    (scene_start((f), TEXTS("nntutor", __VA_ARGS__), TEXTS((f)->home), NULL),                      \
     scene_check_code((f), (code)))
#define TALK(f, code, input, ...)                                                                  \
    (scene_start((f), TEXTS("nntutor", __VA_ARGS__), TEXTS((f)->home), (input)),                   \
     scene_check_code((f), (code)))
#define SHELL(f, code, script)                                                                     \
    (scene_start((f), TEXTS("sh", "-c", (script)), TEXTS((f)->home, (f)->program), NULL),          \
     scene_check_code((f), (code)))

/* A text has this; is ASCII; has no byte that a terminal could act upon. */
void check_has(const char *text, const char *part);
void check_ascii(const struct buf *text);
void check_no_controls(const struct buf *text);

#endif
