/* scene.h: one learner's runs of the program without a terminal, and what the last of them said. */
#ifndef TESTS_SUPPORT_SCENE_H
#define TESTS_SUPPORT_SCENE_H

#include "support/run.h"

struct scene {
    struct run run;     /* the last one; freed also where its test fails */
    char home[520];     /* "HOME=FOLDER", a fresh one */
    const char *folder; /* it alone */
    const char *course; /* "NNTUTOR_COURSE=FOLDER"; NULL: the frozen one */
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

#endif
