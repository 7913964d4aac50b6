/* A course that is being written: noticing edits, and reading it anew without losing anybody's place. */
#include "course/course.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

void course_watch_open(struct course_watch *watch, const struct course *course)
{
    static const char *const folders[] = {"lessons", "quizzes"};
    /* Editors write in place or rename a draft over the file; on the way it may be gone for a while. */
    const uint32_t edits = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
    *watch = (struct course_watch){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    for (size_t i = 0; watch->fd >= 0 && i < sizeof folders / sizeof *folders; i++) {
        struct buf path = {0};
        buf_addf(&path, "%s/%s", course->folder, folders[i]);
        inotify_add_watch(watch->fd, buf_text(&path), edits | IN_ONLYDIR); /* no quizzes: none */
        buf_free(&path);
    }
}

void course_watch_close(struct course_watch *watch)
{
    if (watch->fd >= 0)
        close(watch->fd);
    buf_free(&watch->changed);
    watch->fd = -1;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Was the file at `path` changed? */
static bool is_changed(const struct course_watch *watch, const char *path)
{
    const char *name = path ? file_name(path) : "";
    for (size_t at = 0; at < watch->changed.length; at += strlen(watch->changed.data + at) + 1)
        if (strcmp(watch->changed.data + at, name) == 0)
            return true;
    return false;
}

/* Drafts, backups and locks of editors are no part of a course. */
static bool is_course_file(const char *name)
{
    const char *dot = strrchr(name, '.');
    return name[0] != '.' && dot && (strcmp(dot, ".md") == 0 || strcmp(dot, ".gift") == 0);
}

bool course_watch_changed(struct course_watch *watch)
{
    _Alignas(struct inotify_event) char bytes[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];
    bool any = false;
    ssize_t size;
    while (watch->fd >= 0 &&
           ((size = read(watch->fd, bytes, sizeof bytes)) > 0 || (size < 0 && errno == EINTR))) {
        const struct inotify_event *event;
        for (ssize_t at = 0; at < size; at += (ssize_t)(sizeof *event + event->len)) {
            event = (const struct inotify_event *)(bytes + at);
            if (!event->len || !is_course_file(event->name))
                continue;
            any = true;
            if (!is_changed(watch, event->name))
                buf_add_n(&watch->changed, event->name, strlen(event->name) + 1);
        }
    }
    return any;
}

/* ---- reading anew -------------------------------------------------------------------------------------- */

/* A file that was there and is not, or holds nothing: an editor is about to write it, or it is lost. */
static const char *missing_file(const struct course *old, const struct course *fresh)
{
    for (size_t i = 0; i < old->chapter_count; i++) {
        const char *file = old->chapters[i].lesson.file;
        bool found = false;
        for (size_t k = 0; k < fresh->chapter_count && !found; k++)
            found =
                strcmp(fresh->chapters[k].lesson.file, file) == 0 &&
                (fresh->chapters[k].lesson.section_count || !old->chapters[i].lesson.section_count);
        if (!found)
            return file;
    }
    return old->glossary.count && !fresh->glossary.count ? old->glossary.file : NULL;
}

static void add_findings(const struct findings *findings, const struct course_watch *watch,
                         enum severity severity, struct buf *first, size_t *count)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (finding->severity != severity || !is_changed(watch, finding->file))
            continue;
        if (!first->length) {
            buf_add(first, file_name(finding->file));
            if (finding->line)
                buf_addf(first, ":%d", finding->line);
            if (finding->line && finding->column)
                buf_addf(first, ":%d", finding->column);
            buf_addf(first, ": %s", finding->text);
        }
        ++*count;
    }
}

/* What the changed files have wrong: the first error (else the first warning) into `said`, and how many
 * more there are. True: one of them is an error. */
static bool judge(struct course *fresh, const struct course_watch *watch, struct buf *said)
{
    struct findings lint;
    size_t errors = 0, all;
    findings_init(&lint, &fresh->arena);
    for (size_t c = 0; c < fresh->chapter_count; c++)
        if (is_changed(watch, fresh->chapters[c].lesson.file) ||
            is_changed(watch, fresh->chapters[c].quiz_path))
            course_lint_chapter(fresh, c, &lint);
    findings_sort(&lint);
    add_findings(&fresh->findings, watch, SEVERITY_ERROR, said, &errors);
    add_findings(&lint, watch, SEVERITY_ERROR, said, &errors);
    all = errors;
    add_findings(&fresh->findings, watch, SEVERITY_WARNING, said, &all);
    add_findings(&lint, watch, SEVERITY_WARNING, said, &all);
    if (all > 1)
        buf_addf(said, "; %zu more", all - 1);
    return errors > 0;
}

/* `fresh` takes the place of what `course` holds, which goes to the older ones. */
static void swap_in(struct course *course, const struct course *fresh)
{
    struct course *old = memory_alloc(sizeof *old);
    *old = *course;
    *course = *fresh;
    course->clock = old->clock;
    course->generation = old->generation + 1;
    course->older = old;
    old->findings.arena = &old->arena;
    course->findings.arena = &course->arena;
}

enum course_news course_reload(struct course *course, struct course_watch *watch, struct buf *said)
{
    struct course fresh;
    struct err err;
    buf_clear(said);
    if (!watch->changed.length)
        return COURSE_SAME;
    if (!course_open(&fresh, course->folder, &err)) {
        buf_add(said, err.text);
        return COURSE_KEPT;
    }
    const char *missing = missing_file(course, &fresh);
    bool broken = missing != NULL;
    if (missing)
        buf_addf(said, "%s is gone or empty", file_name(missing));
    else
        broken = judge(&fresh, watch, said);
    if (broken) {
        course_close(&fresh);
        return COURSE_KEPT;
    }
    course_forget_runs(&fresh); /* they ask the clock of this very struct */
    swap_in(course, &fresh);
    buf_clear(&watch->changed);
    return COURSE_RELOADED;
}

void course_forget_older(struct course *course, const uint64_t *used, size_t count)
{
    for (struct course **link = &course->older; *link;) {
        struct course *old = *link;
        bool needed = false;
        for (size_t i = 0; i < count; i++)
            needed = needed || used[i] == old->generation;
        if (needed) {
            link = &old->older;
            continue;
        }
        *link = old->older;
        old->older = NULL;
        course_close(old);
        memory_free(old);
    }
}
