#include "course/course.h"

#include "base/file.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_course(const char *folder)
{
    struct buf path = {0};
    buf_addf(&path, "%s/lessons", folder);
    bool found = access(buf_text(&path), R_OK | X_OK) == 0;
    buf_free(&path);
    return found;
}

bool course_locate(const char *named, struct buf *folder, struct err *err)
{
    const char *set = getenv("NNTUTOR_COURSE");
    if (!named && set && *set)
        named = set;
    if (named) {
        buf_add(folder, named);
        return is_course(named) ||
               err_set(err, "%s: no course here (no folder lessons/ in it)", named);
    }
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length > 0) {
        self[length] = '\0';
        /* build/nntutor in a checkout (also build/x/nntutor); bin/nntutor where installed. */
        static const char *const beside[] = {"..", "../../", "../share/nntutor"};
        char *slash = strrchr(self, '/');
        if (slash)
            *slash = '\0';
        for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
            buf_clear(folder);
            buf_addf(folder, "%s/%s", self, beside[i]);
            if (!is_course(buf_text(folder)))
                continue;
            char *real = realpath(buf_text(folder), NULL);
            if (real) {
                buf_clear(folder);
                buf_add(folder, real);
                free(real);
            }
            return true;
        }
    }
    buf_clear(folder);
    buf_add(folder, ".");
    return is_course(".") ||
           err_set(err, "no course found; name its folder with --course DIR or NNTUTOR_COURSE");
}

static bool has_extension(const char *name, const char *extension)
{
    size_t length = strlen(name), tail = strlen(extension);
    return length > tail && name[0] != '.' && strcmp(name + length - tail, extension) == 0;
}

/* The number of "03-dropout.md"; -1 where a name does not start with digits and a dash. */
static int file_number(const char *name)
{
    size_t digits = strspn(name, "0123456789");
    return digits > 0 && digits < 5 && name[digits] == '-' && name[digits + 1] != '.' ? atoi(name)
                                                                                      : -1;
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Files of one folder: by their numbers, so that 2 comes before 10, then those that have none. */
static int by_number(const void *a, const void *b)
{
    const char *x = file_name(*(const char *const *)a), *y = file_name(*(const char *const *)b);
    unsigned first = (unsigned)file_number(x), second = (unsigned)file_number(y);
    return first != second ? (first < second ? -1 : 1) : strcmp(x, y);
}

/* The files of a folder, sorted, with those that are held but gone; full paths in the arena. */
static const char **list_files(struct course *course, const char *folder, const char *extension,
                               bool numbered, size_t *count)
{
    struct arena *arena = &course->arena;
    const char **paths = NULL;
    size_t capacity = 0, length = strlen(folder);
    *count = 0;
    DIR *open = opendir(folder);
    for (struct dirent *entry; open && (entry = readdir(open));) {
        if (!has_extension(entry->d_name, extension) ||
            (numbered && file_number(entry->d_name) < 0))
            continue;
        const char *path = arena_printf(arena, "%s/%s", folder, entry->d_name);
        if (!course_text(course, path)) /* those that are held follow */
            ARENA_PUSH(arena, paths, *count, capacity, path);
    }
    if (open)
        closedir(open);
    for (size_t i = 0; i < course->text_count; i++) {
        const char *path = course->texts[i].file;
        if (course->texts[i].held && course->texts[i].text && strncmp(path, folder, length) == 0 &&
            path[length] == '/' && has_extension(path + length + 1, extension) &&
            (!numbered || file_number(path + length + 1) >= 0))
            ARENA_PUSH(arena, paths, *count, capacity, path);
    }
    if (*count)
        qsort(paths, *count, sizeof *paths, by_number);
    return paths;
}

/* Paths are shown as the user would type them: "./lessons/x" is "lessons/x". */
static const char *shown_folder(struct arena *arena, const char *folder, const char *sub)
{
    char here[4096];
    size_t length = 0;
    if (getcwd(here, sizeof here)) {
        length = strlen(here);
        if (strcmp(folder, ".") == 0 || strcmp(folder, here) == 0)
            return arena_strdup(arena, sub);
        if (strncmp(folder, here, length) == 0 && folder[length] == '/')
            return arena_printf(arena, "%s/%s", folder + length + 1, sub);
    }
    return arena_printf(arena, "%s/%s", folder, sub);
}

const struct course_text *course_text(const struct course *course, const char *file)
{
    for (size_t i = 0; file && i < course->text_count; i++)
        if (strcmp(course->texts[i].file, file) == 0)
            return &course->texts[i];
    return NULL;
}

static void add_text(struct course *course, const struct course_text *text)
{
    struct course_text copy = *text;
    copy.file = arena_strdup(&course->arena, text->file);
    if (text->text)
        copy.text = arena_strndup(&course->arena, text->text, text->size);
    ARENA_PUSH(&course->arena, course->texts, course->text_count, course->text_capacity, copy);
}

/* The text of a file, read at the first call; NULL: it cannot be, and is no text then. */
static const struct course_text *read_text(struct course *course, const char *file, struct err *err)
{
    struct buf bytes = {0};
    const struct course_text *known = course_text(course, file);
    if (known && !known->text)
        err_set(err, "%s: is broken", file);
    if (known)
        return known->text ? known : NULL;
    bool read = file_read(file, &bytes, err);
    if (read)
        add_text(course, &(struct course_text){
                             .file = file, .text = buf_text(&bytes), .size = bytes.length});
    buf_free(&bytes);
    return read ? &course->texts[course->text_count - 1] : NULL;
}

static const struct course_text *read_part(struct course *course, const char *path)
{
    struct err err;
    const struct course_text *text = read_text(course, path, &err);
    if (!text)
        finding_add(&course->findings, SEVERITY_ERROR, "C001", path, 0, 0, NULL, "%s", err.text);
    return text;
}

/* Files that a course need not have. */
static const struct course_text *read_optional(struct course *course, const char *path)
{
    const struct course_text *known = course_text(course, path);
    return (known ? known->text != NULL : access(path, F_OK) == 0) ? read_part(course, path) : NULL;
}

static void read_quiz(struct course *course, struct quiz *quiz, const char *path,
                      const char *blamed)
{
    struct err err;
    const struct course_text *text = read_text(course, path, &err);
    if (text)
        gift_read(quiz, &course->arena, path, text->text, text->size, GIFT_CHECK,
                  &course->findings);
    else
        finding_add(&course->findings, SEVERITY_ERROR, "C002", blamed, 0, 0, NULL, "%s", err.text);
}

void course_read_texts(struct course *course)
{
    for (size_t i = 0; i < course->quiz_file_count; i++)
        read_text(course, course->quiz_files[i], NULL);
}

bool course_open(struct course *course, const char *folder, struct err *err)
{
    return course_open_held(course, folder, NULL, 0, err);
}

bool course_open_held(struct course *course, const char *folder, const struct course_text *held,
                      size_t held_count, struct err *err)
{
    *course = (struct course){.clock = clock_system(), .generation = 1};
    arena_init(&course->arena);
    struct arena *arena = &course->arena;
    findings_init(&course->findings, arena);
    course->folder = arena_strdup(arena, folder);
    const char *lessons = shown_folder(arena, folder, "lessons");
    for (size_t i = 0; i < held_count; i++) {
        add_text(course, &held[i]);
        course->texts[i].held = true;
    }

    size_t count;
    const struct course_text *text;
    const char **paths = list_files(course, lessons, ".md", true, &count);
    for (size_t i = 0; i < count; i++) {
        if (!(text = read_part(course, paths[i])))
            continue;
        ARENA_PUSH(arena, course->chapters, course->chapter_count, course->chapter_capacity,
                   (struct course_chapter){0});
        struct course_chapter *chapter = &course->chapters[course->chapter_count - 1];
        lesson_read(&chapter->lesson, arena, paths[i], text->text, text->size, &course->findings);
        if (chapter->lesson.quiz)
            chapter->quiz_path = arena_printf(
                arena, "%s/%s", shown_folder(arena, folder, "quizzes"),
                strrchr(chapter->lesson.quiz, '/') ? strrchr(chapter->lesson.quiz, '/') + 1
                                                   : chapter->lesson.quiz);
    }
    course->quiz_files = list_files(course, shown_folder(arena, folder, "quizzes"), ".gift", false,
                                    &course->quiz_file_count);

    const char *path = arena_printf(arena, "%s/glossary.md", lessons);
    course->glossary.file = path;
    if ((text = read_optional(course, path)))
        glossary_read(&course->glossary, arena, path, text->text, text->size, &course->findings);
    path = arena_printf(arena, "%s/course.md", lessons);
    course->page_file = path;
    if ((text = read_optional(course, path)))
        course_page_read(&course->page, arena, path, text->text, text->size, &course->findings);
    if (!course->page.title)
        course->page.title = "nntutor";
    if (!course->page.id)
        course->page.id = "course";
    if (course->chapter_count)
        return true;
    if (count) /* there are some, but none can be read */
        err_set(err, "%s", course->findings.list[0].text);
    else
        err_set(err, "%s: no chapter here (files named like 03-dropout.md)", lessons);
    course_close(course);
    return false;
}

const struct quiz *course_quiz(struct course *course, size_t index)
{
    struct course_chapter *chapter = &course->chapters[index];
    if (!chapter->quiz_path)
        return NULL;
    if (!chapter->quiz_read) {
        chapter->quiz_read = true;
        read_quiz(course, &chapter->quiz, chapter->quiz_path, chapter->lesson.file);
    }
    return chapter->quiz.count ? &chapter->quiz : NULL;
}

size_t chapter_step_count(const struct chapter *chapter)
{
    size_t steps = 0;
    for (size_t i = 0; i < chapter->section_count; i++)
        steps += chapter->sections[i].step_count;
    return steps;
}

/* ---- names -------------------------------------------------------------------------------------- */

static const char *chapter_name(const void *list, size_t i)
{
    const struct course_chapter *chapters = list;
    return chapters[i].lesson.id ? chapters[i].lesson.id : "";
}

static const char *section_name(const void *list, size_t i)
{
    const struct section *sections = list;
    return sections[i].slug ? sections[i].slug : "";
}

/* The one entry whose name is `word` or begins with it. -1: none, -2: several. */
static int match_name(const char *word, const void *list, size_t count,
                      const char *(*name)(const void *list, size_t i))
{
    int found = -1;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name(list, i), word) == 0)
            return (int)i;
        if (*word && text_starts(name(list, i), word))
            found = found == -1 ? (int)i : -2;
    }
    return found;
}

bool course_find_chapter(const struct course *course, const char *name, size_t *chapter,
                         struct err *err)
{
    int64_t number;
    if (str_integer(str_of(name), &number)) {
        for (size_t i = 0; i < course->chapter_count; i++)
            if (course->chapters[i].lesson.number == number) {
                *chapter = i;
                return true;
            }
        struct buf all = {0};
        for (size_t i = 0; i < course->chapter_count; i++)
            buf_addf(&all, "%s%d", i ? ", " : "", course->chapters[i].lesson.number);
        err_set(err, "no chapter %s; this course has %s", name, buf_text(&all));
        buf_free(&all);
        return false;
    }
    int found = match_name(name, course->chapters, course->chapter_count, chapter_name);
    if (found >= 0) {
        *chapter = (size_t)found;
        return true;
    }
    struct buf all = {0};
    for (size_t i = 0; i < course->chapter_count; i++)
        buf_addf(&all, "%s%s", i ? ", " : "", chapter_name(course->chapters, i));
    const char *near = str_nearest(name, course->chapters, course->chapter_count, chapter_name);
    if (found == -2)
        err_set(err, "\"%s\" begins the name of several chapters: %s", name, buf_text(&all));
    else if (near)
        err_set(err, "no chapter \"%s\"; did you mean \"%s\"?", name, near);
    else
        err_set(err, "no chapter \"%s\"; the chapters are %s", name, buf_text(&all));
    buf_free(&all);
    return false;
}

bool course_find_section(const struct course *course, const char *number, size_t *chapter,
                         size_t *section)
{
    for (size_t c = 0; c < course->chapter_count; c++)
        for (size_t s = 0; s < course->chapters[c].lesson.section_count; s++) {
            const char *own = course->chapters[c].lesson.sections[s].number;
            if (own && strcmp(own, number) == 0) {
                *chapter = c;
                *section = s;
                return true;
            }
        }
    return false;
}

static bool find_section_in(const struct chapter *lesson, const char *name, size_t *section,
                            struct err *err)
{
    for (size_t s = 0; s < lesson->section_count; s++) {
        const char *number = lesson->sections[s].number;
        const char *dot = number ? strchr(number, '.') : NULL;
        if (number && (strcmp(number, name) == 0 || (dot && strcmp(dot + 1, name) == 0))) {
            *section = s;
            return true;
        }
    }
    int found = match_name(name, lesson->sections, lesson->section_count, section_name);
    if (found >= 0) {
        *section = (size_t)found;
        return true;
    }
    struct buf all = {0};
    for (size_t s = 0; s < lesson->section_count; s++)
        buf_addf(&all, "%s%s %s", s ? "; " : "",
                 lesson->sections[s].number ? lesson->sections[s].number
                                            : section_name(lesson->sections, s),
                 lesson->sections[s].title ? lesson->sections[s].title : "");
    const char *id = lesson->id ? lesson->id : "this chapter";
    const char *near = str_nearest(name, lesson->sections, lesson->section_count, section_name);
    if (found == -2)
        err_set(err, "\"%s\" begins the name of several sections of %s: %s", name, id,
                buf_text(&all));
    else if (near)
        err_set(err, "no section \"%s\" in %s; did you mean \"%s\"?", name, id, near);
    else
        err_set(err, "no section \"%s\" in %s; its sections are %s", name, id,
                all.length ? buf_text(&all) : "none");
    buf_free(&all);
    return false;
}

bool course_find_place(const struct course *course, const char *name, size_t *chapter,
                       size_t *section, bool *has_section, struct err *err)
{
    *section = 0;
    *has_section = false;
    if (course_find_section(course, name, chapter, section)) {
        *has_section = true;
        return true;
    }
    const char *slash = strchr(name, '/'), *dot = strchr(name, '.');
    char first[128];
    size_t length = slash ? (size_t)(slash - name) : strlen(name);
    bool number = dot && strspn(name, "0123456789.") == length; /* "3.9": a section by its number */
    length = number ? (size_t)(dot - name) : length;
    if (length >= sizeof first)
        return err_set(err, "no chapter has so long a name");
    memcpy(first, name, length);
    first[length] = '\0';
    if (!course_find_chapter(course, first, chapter, err))
        return false;
    const char *rest = number ? name : slash ? slash + 1 : "";
    *has_section = *rest;
    return !*has_section || find_section_in(&course->chapters[*chapter].lesson, rest, section, err);
}

/* "quizzes/03-dropout.gift" -> "dropout". */
static void quiz_id(const char *path, char *out, size_t size)
{
    const char *name = file_name(path);
    if (file_number(name) >= 0)
        name = strchr(name, '-') + 1;
    size_t length = strlen(name);
    if (length > 5 && strcmp(name + length - 5, ".gift") == 0)
        length -= 5;
    if (length >= size)
        length = size - 1;
    memcpy(out, name, length);
    out[length] = '\0';
}

int course_chapter_of_quiz(const struct course *course, const char *id)
{
    char own[128];
    for (size_t i = 0; i < course->chapter_count; i++)
        if (course->chapters[i].quiz_path) {
            quiz_id(course->chapters[i].quiz_path, own, sizeof own);
            if (strcmp(own, id) == 0)
                return (int)i;
        }
    return -1;
}

bool course_is_chapter_quiz(const struct course *course, const char *path)
{
    for (size_t i = 0; i < course->chapter_count; i++)
        if (course->chapters[i].quiz_path && strcmp(course->chapters[i].quiz_path, path) == 0)
            return true;
    return false;
}

static const char *quiz_name(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

bool course_find_quiz(struct course *course, const char *name, const char **path, struct err *err)
{
    if (strchr(name, '/') || (strlen(name) > 5 && strcmp(name + strlen(name) - 5, ".gift") == 0)) {
        *path = arena_strdup(&course->arena, name);
        return access(name, R_OK) == 0 ||
               err_set(err, "%s: cannot read: %s", name, strerror(errno));
    }
    int64_t number;
    bool numeric = str_integer(str_of(name), &number);
    int found = -1;
    const char **ids = ARENA_ARRAY(&course->arena, course->quiz_file_count, const char *);
    struct buf all = {0};
    for (size_t i = 0; i < course->quiz_file_count; i++) {
        char own[128];
        quiz_id(course->quiz_files[i], own, sizeof own);
        ids[i] = arena_strdup(&course->arena, own);
        buf_addf(&all, "%s%s", i ? ", " : "", own);
    }
    for (size_t i = 0; numeric && found < 0 && i < course->quiz_file_count; i++)
        if (file_number(file_name(course->quiz_files[i])) == number)
            found = (int)i;
    if (!numeric)
        found = match_name(name, ids, course->quiz_file_count, quiz_name);
    const char *near = str_nearest(name, ids, course->quiz_file_count, quiz_name);
    if (found >= 0)
        *path = course->quiz_files[found];
    else if (found == -2)
        err_set(err, "\"%s\" begins the name of several quizzes: %s", name, buf_text(&all));
    else if (near)
        err_set(err, "no quiz \"%s\"; did you mean \"%s\"?", name, near);
    else
        err_set(err, "no quiz \"%s\"; the quizzes are %s", name,
                all.length ? buf_text(&all) : "none");
    buf_free(&all);
    return found >= 0;
}

const char *course_objective(const struct course *course, const char *id)
{
    for (size_t c = 0; c < course->chapter_count; c++) {
        const struct chapter *chapter = &course->chapters[c].lesson;
        for (size_t i = 0; i < chapter->objective_count; i++)
            if (strcmp(chapter->objectives[i].id, id) == 0)
                return chapter->objectives[i].text;
    }
    return NULL;
}

const struct quiz *course_test(struct course *course, enum course_test which)
{
    static const char *const names[COURSE_TESTS] = {"pretest", "posttest"};
    struct quiz *quiz = &course->tests[which];
    for (size_t i = 0; !course->test_read[which] && i < course->quiz_file_count; i++) {
        char id[128];
        quiz_id(course->quiz_files[i], id, sizeof id);
        if (strcmp(id, names[which]) == 0)
            read_quiz(course, quiz, course->quiz_files[i], course->quiz_files[i]);
    }
    course->test_read[which] = true;
    return quiz->count ? quiz : NULL;
}

void course_close(struct course *course)
{
    course_forget_older(course, NULL, 0);
    course_forget_runs(course);
    arena_free(&course->arena);
    *course = (struct course){0};
}
