/* nntutor check: lint of lessons and quizzes. */
#include "cmd/cmd.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

/* However it is named: relative, absolute, through a link. */
static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return strcmp(a, b) == 0 ||
           (stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

static bool is_wanted(const struct cmd_call *call, const char *file)
{
    if (!call->count)
        return true;
    for (int i = 0; i < call->count; i++)
        if (same_file(call->arguments[i], file))
            return true;
    return false;
}

static bool is_gift(const char *file)
{
    size_t length = strlen(file);
    return length > 5 && strcmp(file + length - 5, ".gift") == 0;
}

/* Is this file read when the course is checked? */
static bool in_course(const struct course *course, const char *file)
{
    for (size_t i = 0; i < course->chapter_count; i++)
        if (same_file(course->chapters[i].lesson.file, file))
            return true;
    for (size_t i = 0; i < course->quiz_file_count; i++)
        if (same_file(course->quiz_files[i], file))
            return true;
    return same_file(course->glossary.file, file) || same_file(course->page_file, file);
}

/* A file outside the course is read by itself: links cannot be followed from there. */
static bool check_alone(struct course *course, const char *file, struct findings *findings,
                        enum exit_code *code)
{
    struct err err;
    struct buf bytes = {0};
    bool good = file_read(file, &bytes, &err);
    if (good && is_gift(file)) {
        struct quiz quiz;
        gift_read(&quiz, &course->arena, file, buf_text(&bytes), bytes.length, GIFT_CHECK,
                  findings);
        course_lint_quiz(course, &quiz, findings);
    } else if (good) {
        struct chapter chapter;
        lesson_read(&chapter, &course->arena, file, buf_text(&bytes), bytes.length, findings);
    } else {
        *code = call_fail(EXIT_CANNOT, "%s", err.text);
    }
    buf_free(&bytes);
    return good;
}

static size_t fix_file(const struct cmd_call *call, const char *file, const struct lint_fix *fixes,
                       size_t count, enum exit_code *code)
{
    struct buf text = {0}, fixed = {0};
    struct err err;
    size_t changed = 0;
    if (is_wanted(call, file) && file_read(file, &text, &err))
        changed = course_fix(file, buf_text(&text), text.length, fixes, count, &fixed);
    if (changed && !file_write(file, buf_text(&fixed), fixed.length, &err)) {
        *code = call_fail(EXIT_WRITE, "%s", err.text);
        changed = 0;
    }
    buf_free(&text);
    buf_free(&fixed);
    return changed;
}

/* Rewrites wrong cached numbers; what is checked afterwards is what is on the disk then. */
static enum exit_code fix_course(const struct cmd_call *call, size_t *fixed)
{
    struct course course;
    struct findings found;
    struct lint_fix *fixes;
    size_t count;
    enum exit_code code = EXIT_GOOD;
    if (!call_course(call, &course, &code))
        return code;
    findings_init(&found, &course.arena);
    course_lint(&course, &found, &fixes, &count);
    for (size_t c = 0; c < course.chapter_count; c++)
        *fixed += fix_file(call, course.chapters[c].lesson.file, fixes, count, &code);
    *fixed += fix_file(call, course.glossary.file, fixes, count, &code);
    course_close(&course);
    return code;
}

enum exit_code cmd_check(const struct cmd_call *call)
{
    struct course course;
    struct findings found;
    struct lint_fix *fixes;
    size_t fix_count, fixed = 0, errors = 0, warnings = 0;
    enum exit_code code = call_flag(call, "fix") ? fix_course(call, &fixed) : EXIT_GOOD;
    if (code != EXIT_GOOD || !call_course(call, &course, &code))
        return code;
    findings_init(&found, &course.arena);
    for (int i = 0; i < call->count; i++)
        if (!in_course(&course, call->arguments[i]) &&
            !check_alone(&course, call->arguments[i], &found, &code)) {
            course_close(&course);
            return code;
        }
    course_lint(&course, &found, &fixes, &fix_count);
    findings_sort(&found);
    struct buf text = {0};
    for (size_t i = 0; i < found.count; i++) {
        const struct finding *finding = &found.list[i];
        if (!is_wanted(call, finding->file))
            continue;
        finding_print(finding, &text);
        errors += finding->severity == SEVERITY_ERROR;
        warnings += finding->severity == SEVERITY_WARNING;
    }
    if (fixed)
        buf_addf(&text, "%zu number%s rewritten\n", fixed, fixed == 1 ? "" : "s");
    if (errors || warnings)
        buf_addf(&text, "%zu error%s, %zu warning%s\n", errors, errors == 1 ? "" : "s", warnings,
                 warnings == 1 ? "" : "s");
    code = call_print(call, &text);
    buf_free(&text);
    course_close(&course);
    if (code != EXIT_GOOD)
        return code;
    return errors || (warnings && call_flag(call, "strict")) ? EXIT_NO : EXIT_GOOD;
}
