/* lecture.h: a class on one machine, each part on a terminal of its own.
 *
 *     cmocka_unit_test_setup_teardown(test, lecture_open, lecture_close)
 *     struct class *class = *state;
 *     lecture_begin(class);          a class of two, Ada and Bo, at step 3.1 */
#ifndef TESTS_SUPPORT_LECTURE_H
#define TESTS_SUPPORT_LECTURE_H

#include "support/vt.h"

struct class
{
    struct vt *host, *notes, *projector, *ada, *bo;
    char runtime[200], home[200], ada_home[200], bo_home[200], code[40];
};

int lecture_open(void **state);
int lecture_close(void **state);

/* The instructor's terminal; the code is read from it. */
void lecture_host(struct class *class, const char *const argv[]);
struct vt *lecture_join(struct class *class, const char *home, const char *name);
void lecture_begin(struct class *class);
/* A member's answer, until it is recorded. */
void lecture_say(struct vt *vt, const char *option);
/* A word of the instructor's, after a colon. */
void lecture_word(struct vt *vt, const char *text);

#endif
