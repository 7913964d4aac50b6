/* A course that is being written: noticing edits, and reading it anew without losing anybody's place. */
#include "course/course.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static const char *const folders[COURSE_FOLDERS] = {"lessons", "quizzes"};

/* Again, too, where there is another folder at the same path: its files are others. */
static void watch_folder(struct course_watch *watch, size_t i)
{
    /* Editors write in place or rename a draft over the file; on the way it may be gone for a while. */
    const uint32_t edits = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR;
    struct buf path = {0};
    buf_addf(&path, "%s/%s", buf_text(&watch->root), folders[i]);
    int folder = inotify_add_watch(watch->fd, buf_text(&path), edits); /* no quizzes: none */
    if (watch->folders[i] >= 0 && folder != watch->folders[i])
        inotify_rm_watch(watch->fd, watch->folders[i]);
    watch->folders[i] = folder;
    buf_free(&path);
}

void course_watch_open(struct course_watch *watch, struct course *course)
{
    const uint32_t replaced = IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR;
    course_read_texts(course);
    *watch = (struct course_watch){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC), .parent = -1};
    buf_add(&watch->root, course->folder);
    if (watch->fd >= 0)
        watch->parent = inotify_add_watch(watch->fd, course->folder, replaced);
    for (size_t i = 0; i < COURSE_FOLDERS; i++) {
        watch->folders[i] = -1;
        if (watch->fd >= 0)
            watch_folder(watch, i);
    }
}

void course_watch_close(struct course_watch *watch)
{
    if (watch->fd >= 0)
        close(watch->fd);
    buf_free(&watch->changed);
    buf_free(&watch->root);
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

static void add_changed(struct course_watch *watch, const char *name)
{
    if (!is_changed(watch, name))
        buf_add_n(&watch->changed, name, strlen(name) + 1);
}

/* One of the course's folders came or went: every file in it may be another. */
static void take_folder(struct course_watch *watch, size_t i)
{
    struct buf path = {0};
    watch_folder(watch, i); /* first: what is written from now on is told */
    add_changed(watch, folders[i]);
    buf_addf(&path, "%s/%s", buf_text(&watch->root), folders[i]);
    DIR *folder = opendir(buf_text(&path));
    const struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (is_course_file(entry->d_name))
            add_changed(watch, entry->d_name);
    if (folder)
        closedir(folder);
    buf_free(&path);
}

static bool take_event(struct course_watch *watch, const struct inotify_event *event)
{
    if (event->len && event->wd == watch->parent) {
        for (size_t i = 0; i < COURSE_FOLDERS; i++)
            if (strcmp(event->name, folders[i]) == 0) {
                take_folder(watch, i);
                return true;
            }
        return false;
    }
    if (!event->len || !is_course_file(event->name))
        return false;
    add_changed(watch, event->name);
    return true;
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
            any = take_event(watch, event) || any;
        }
    }
    return any;
}

/* ---- reading anew -------------------------------------------------------------------------------------- */

/* One reading after another, until what is broken is left out. */
struct reload {
    const struct course *old;
    struct course_watch *watch;
    struct arena arena;
    struct findings findings; /* of the files that are held, then what else there is to say */
    struct course_text *held; /* their last good versions */
    size_t held_count, held_capacity;
};

static bool is_held(const struct reload *reload, const char *file)
{
    for (size_t i = 0; file && i < reload->held_count; i++)
        if (strcmp(reload->held[i].file, file) == 0)
            return true;
    return false;
}

static void hold(struct reload *reload, const char *file)
{
    const struct course_text *good = course_text(reload->old, file);
    struct course_text none = {.file = arena_strdup(&reload->arena, file)};
    if (!is_held(reload, file))
        ARENA_PUSH(&reload->arena, reload->held, reload->held_count, reload->held_capacity,
                   good ? *good : none);
}

static void hold_missing(struct reload *reload, const char *file)
{
    if (is_held(reload, file))
        return;
    finding_add(&reload->findings, SEVERITY_ERROR, "C003", arena_strdup(&reload->arena, file), 0, 0,
                NULL, "gone or empty");
    hold(reload, file);
}

/* Is a chapter there, maybe under another name? */
static bool has_chapter(const struct course *fresh, const struct chapter *old)
{
    for (size_t i = 0; i < fresh->chapter_count; i++) {
        const struct chapter *chapter = &fresh->chapters[i].lesson;
        bool same = strcmp(chapter->file, old->file) == 0 ||
                    (chapter->id && old->id && strcmp(chapter->id, old->id) == 0);
        if (same && (chapter->section_count || !old->section_count))
            return true;
    }
    return false;
}

/* Files that were there and are not, or hold nothing: an editor is about to write them, or they are
 * lost. */
static void find_missing(struct reload *reload, struct course *fresh)
{
    const struct course *old = reload->old;
    for (size_t i = 0; i < old->chapter_count; i++) {
        const struct course_chapter *was = &old->chapters[i];
        if (!has_chapter(fresh, &was->lesson))
            hold_missing(reload, was->lesson.file);
    }
    for (size_t c = 0; c < fresh->chapter_count; c++) {
        const char *path = fresh->chapters[c].quiz_path;
        const struct course_text *was = course_text(old, path), *is = course_text(fresh, path);
        if (was && was->size && (!is || !is->size))
            hold_missing(reload, path);
    }
    if (old->glossary.count && !fresh->glossary.count)
        hold_missing(reload, old->glossary.file);
}

static void note(struct reload *reload, const struct finding *finding)
{
    finding_add(&reload->findings, finding->severity, "",
                arena_strdup(&reload->arena, finding->file), finding->line, finding->column, NULL,
                "%s", finding->text);
}

/* What the changed files have wrong, each once. */
static void judge(struct reload *reload, const struct findings *findings, enum severity severity)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (finding->severity == severity && is_changed(reload->watch, finding->file) &&
            !is_held(reload, finding->file))
            note(reload, finding);
    }
}

static void read_changed(struct reload *reload, struct course *fresh, struct findings *lint)
{
    for (size_t c = 0; c < fresh->chapter_count; c++)
        if (is_changed(reload->watch, fresh->chapters[c].lesson.file) ||
            is_changed(reload->watch, fresh->chapters[c].quiz_path))
            course_lint_chapter(fresh, c, lint);
    for (enum course_test test = 0; test < COURSE_TESTS; test++)
        if (reload->old->test_read[test])
            course_test(fresh, test);
    findings_sort(lint);
}

/* Notes what is wrong; true: nothing was found that has to be held. */
static bool examine(struct reload *reload, struct course *fresh)
{
    struct findings lint;
    size_t from = reload->findings.count, held = reload->held_count;
    findings_init(&lint, &fresh->arena);
    course_read_texts(fresh);
    find_missing(reload, fresh);
    if (reload->held_count > held)
        return false;
    read_changed(reload, fresh, &lint);
    judge(reload, &fresh->findings, SEVERITY_ERROR);
    judge(reload, &lint, SEVERITY_ERROR);
    for (size_t i = from; i < reload->findings.count; i++)
        hold(reload, reload->findings.list[i].file);
    if (reload->findings.count > from)
        return false;
    judge(reload, &fresh->findings, SEVERITY_WARNING);
    judge(reload, &lint, SEVERITY_WARNING);
    return true;
}

/* The first finding and how many more there are. */
static void say(const struct findings *findings, struct buf *said)
{
    const struct finding *first = findings->list;
    if (!findings->count)
        return;
    buf_add(said, file_name(first->file));
    if (first->line)
        buf_addf(said, ":%d", first->line);
    if (first->line && first->column)
        buf_addf(said, ":%d", first->column);
    buf_addf(said, "%s%s", strcmp(first->code, "C003") == 0 ? " is " : ": ", first->text);
    if (findings->count > 1)
        buf_addf(said, "; %zu more", findings->count - 1);
}

/* What is held stays changed: it is judged again when anything is written. False: nothing else was. */
static bool forget_changed(struct reload *reload)
{
    struct buf left = {0};
    bool any = false;
    struct buf *changed = &reload->watch->changed;
    for (size_t at = 0; at < changed->length; at += strlen(changed->data + at) + 1) {
        const char *name = changed->data + at;
        bool held = false;
        for (size_t i = 0; i < reload->held_count; i++)
            held = held || strcmp(file_name(reload->held[i].file), name) == 0;
        any = any || !held;
        if (held)
            buf_add_n(&left, name, strlen(name) + 1);
    }
    if (any) {
        buf_free(changed);
        *changed = left;
    } else {
        buf_free(&left);
    }
    return any;
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
    struct reload reload = {.old = course, .watch = watch};
    struct course fresh;
    struct err err;
    bool good, whole = false;
    buf_clear(said);
    if (!watch->changed.length)
        return COURSE_SAME;
    arena_init(&reload.arena);
    findings_init(&reload.findings, &reload.arena);
    /* Each reading but the last holds one more file. */
    while (
        (good = course_open_held(&fresh, course->folder, reload.held, reload.held_count, &err)) &&
        !(whole = examine(&reload, &fresh)))
        course_close(&fresh);
    say(&reload.findings, said);
    if (!good)
        buf_add(said, said->length ? "" : err.text);
    bool anew = whole && forget_changed(&reload);
    if (good && !anew)
        course_close(&fresh);
    if (anew) {
        course_forget_runs(&fresh); /* they ask the clock of this very struct */
        swap_in(course, &fresh);
    }
    arena_free(&reload.arena);
    return anew ? COURSE_RELOADED : COURSE_KEPT;
}

void course_forget_older(struct course *course, const struct course_used *used, size_t count)
{
    for (struct course **link = &course->older; *link;) {
        struct course *old = *link;
        bool needed = false;
        for (size_t i = 0; i < count; i++)
            needed =
                needed || used[i].from == old->generation ||
                (used[i].from && used[i].from < old->generation && old->generation <= used[i].to);
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
