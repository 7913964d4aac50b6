/* course/lint.h: what the files of the linter share. Nobody else includes it: callers see
 * course_lint and course_lint_quiz in course.h.
 *
 * Codes: C0.. files, C1.. live numbers and demos, C2.. links, C3.. the screen, C4.. questions. They are
 * stable; a new rule takes a new number. */
#ifndef COURSE_LINT_H
#define COURSE_LINT_H

#include "course/course.h"

struct lint {
    struct course *course;
    struct findings *findings;
    const char *file;
    const struct course_chapter *chapter;
    const struct quiz *quiz;
    struct lint_fix *fixes;
    size_t fix_count, fix_capacity;
};

/* Adds a finding in `lint->file`; `hint` says what to do, or is NULL. */
void lint_error(struct lint *lint, const char *code, struct place at, const char *hint,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
void lint_warn(struct lint *lint, const char *code, struct place at, const char *hint,
               const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
