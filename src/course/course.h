/* course/course.h: a folder of lessons and quizzes, opened, with every link between them resolved.
 *
 * The course owns what was read. Live numbers are computed here: one run for each different set of
 * arguments, kept as long as the course is open. Reading never fails for an author's mistake: those
 * are findings. */
#ifndef COURSE_COURSE_H
#define COURSE_COURSE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/finding.h"
#include "demos/demo.h"
#include "lesson/lesson.h"
#include "quiz/quiz.h"

struct course_chapter {
    struct chapter lesson;
    struct quiz quiz; /* empty where the chapter names none; read by course_quiz */
    bool quiz_read;
    const char *quiz_path; /* NULL: none */
};

/* What a file of the course said. */
struct course_text {
    const char *file; /* the path as the findings name it */
    const char *text;
    size_t size;
    bool held; /* it is broken now, or gone: this was its last good version; NULL: there was none */
};

/* The same questions in other numbers, before the course and after it: quizzes/pretest.gift and
 * quizzes/posttest.gift. */
enum course_test { COURSE_PRETEST, COURSE_POSTTEST, COURSE_TESTS };

struct course {
    struct arena arena;
    const char *folder;
    struct course_page page;
    const char *page_file;
    struct glossary glossary;
    struct course_chapter *chapters; /* in the order of their numbers */
    size_t chapter_count, chapter_capacity;
    const char **quiz_files; /* every quizzes/name.gift: numbered ones first */
    size_t quiz_file_count, quiz_file_capacity;
    struct findings findings; /* of the reading; course_lint adds its own */
    struct clock clock;
    struct course_text *texts; /* of every file that was read */
    size_t text_count, text_capacity;
    struct course_run *runs; /* live numbers, newest first */
    struct quiz tests[COURSE_TESTS];
    bool test_read[COURSE_TESTS];
    uint64_t generation;  /* how often it was read; from 1 */
    struct course *older; /* as it was before that: pages may still show it; NULL: none */
};

/* Where the course lies: `named` (--course), else $NNTUTOR_COURSE, else beside the program (a
 * checkout or an installation), else the current folder. */
bool course_locate(const char *named, struct buf *folder, struct err *err);

/* Opens it. Fails only where there is no course at all (no readable chapter). */
bool course_open(struct course *course, const char *folder, struct err *err);
/* The same where `count` of its files are not read but have these texts, which are copied. */
bool course_open_held(struct course *course, const char *folder, const struct course_text *held,
                      size_t count, struct err *err);
/* What the course knows of a file; NULL: it was not read. */
const struct course_text *course_text(const struct course *course, const char *file);
/* Reads the texts of all quizzes now, so that later edits cannot show in one that is opened later. */
void course_read_texts(struct course *course);
void course_close(struct course *course);

/* The quiz of a chapter, read at the first call; NULL where there is none or it cannot be read. */
const struct quiz *course_quiz(struct course *course, size_t chapter);

/* A test, read at the first call; NULL where the course has none or it cannot be read. */
const struct quiz *course_test(struct course *course, enum course_test which);

/* A chapter by id, number or unique prefix. The error names what was meant, or the choices. */
bool course_find_chapter(const struct course *course, const char *name, size_t *chapter,
                         struct err *err);
/* "CHAPTER" or "CHAPTER/SECTION" (number, slug or unique prefix); *section is 0 without one. */
bool course_find_place(const struct course *course, const char *name, size_t *chapter,
                       size_t *section, bool *has_section, struct err *err);
/* The chapter and section that a number like "3.2" names. */
bool course_find_section(const struct course *course, const char *number, size_t *chapter,
                         size_t *section);

/* A step, by indexes. */
struct course_place {
    size_t chapter, section, step;
};

/* What to read about a question, and what to see. */
struct course_taught {
    bool has_text, has_demo;
    struct course_place text, demo;
    const char *link; /* where that step only points to its demo: the arguments; else NULL */
};

/* teach.c: of the section that a question names, the step that says most about it, and the step with
 * the demo that does: one that the course runs with those arguments before one that is only pointed to. A tag
 * `demo:mask p=0.5` names the demo, wherever the course runs it; `demo:none` says that none of them answers
 * the question. */
#define COURSE_NO_DEMO "none"
void course_find_taught(const struct course *course, const struct question *question,
                        struct course_taught *taught);

/* The step that runs the demo "mask p=0.5": with these arguments before any others, and near `place`,
 * which is also the result. False: the course does not run it. */
bool course_find_demo(const struct course *course, const char *named, struct course_place *place);

/* A quiz file by id, number, unique prefix, or path; the path is in the course's arena. */
bool course_find_quiz(struct course *course, const char *name, const char **path, struct err *err);

/* Chapter whose quiz has this id; -1: none. */
int course_chapter_of_quiz(const struct course *course, const char *quiz_id);
/* Does some chapter name the file at `path` as its quiz? */
bool course_is_chapter_quiz(const struct course *course, const char *path);

/* What an objective ("3a") says; NULL where no chapter names it. */
const char *course_objective(const struct course *course, const char *id);

size_t chapter_step_count(const struct chapter *chapter);

/* ---- live.c ----------------------------------------------------------------------------------- */

/* The finished run of "mask p=0.5 ..."; only demos that call themselves instant. NULL: err says why.
 */
const struct demo_run *course_run(struct course *course, const char *args, struct err *err);
/* The same of any demo, however long it takes. */
const struct demo_run *course_run_whole(struct course *course, const char *args, struct err *err);

/* The number that a live span stands for, printed the way `like` is: as many decimals, an exponent
 * where it has one. False: err says why. */
bool course_live(struct course *course, const char *args, const char *ref, const char *like,
                 struct buf *out, struct err *err);

/* `value` in the manner of `like`: "0.122" three decimals, "2.7e-5" one and an exponent, "7" none.
 */
void live_format(struct buf *out, double value, const char *like);

/* Frees the runs of all live numbers; course_close does it too. */
void course_forget_runs(struct course *course);

/* ---- reload.c --------------------------------------------------------------------------------- */

/* Who edits a course sees it change. The course is swapped in place, so that pointers to it stay good;
 * what was read before is kept in `older` until nobody needs it. */
enum { COURSE_FOLDERS = 2 /* lessons, quizzes */ };
struct course_watch {
    int fd;             /* readable when a file of the course may have changed; -1: not watched */
    struct buf changed; /* names of files changed since the course was last read, each with a NUL */
    struct buf root;    /* the course's folder */
    int parent, folders[COURSE_FOLDERS]; /* private: watches of it, and of those within; -1: none */
};

/* Begins to watch its folders, and that they are still the same ones; where that is not possible fd is -1. */
void course_watch_open(struct course_watch *watch, struct course *course);
void course_watch_close(struct course_watch *watch);
/* Takes note of what changed, without waiting; false: nothing since the last call. */
bool course_watch_changed(struct course_watch *watch);

enum course_news {
    COURSE_SAME,     /* nothing to do */
    COURSE_RELOADED, /* every page has to find its place anew */
    COURSE_KEPT,     /* all that was written is broken: the last good version stays */
};
/* Reads the course anew; a file that is broken, empty or gone has its last good version until it is
 * mended. `said` becomes what there is to say of it: the first finding and how many more. */
enum course_news course_reload(struct course *course, struct course_watch *watch, struct buf *said);
/* The readings that somebody holds texts of: `from`, and those after it up to `to`. */
struct course_used {
    uint64_t from, to; /* generations; from 0: none */
};
/* Frees the older readings but those in `used`. */
void course_forget_older(struct course *course, const struct course_used *used, size_t count);

/* ---- lint.c ----------------------------------------------------------------------------------- */

struct lint_fix {
    const char *file;
    int line, column; /* of the code span */
    const char *cached, *computed;
};

/* Adds what only the whole course knows: broken links, wrong cached numbers, predictions that
 * cannot be checked, steps that overflow, objectives no question covers. */
void course_lint(struct course *course, struct findings *findings, struct lint_fix **fixes,
                 size_t *fix_count);

/* The same of one chapter and its quiz. */
void course_lint_chapter(struct course *course, size_t chapter, struct findings *findings);

/* What can be said of one quiz by itself: feedback on every option, and no outward sign of the key. */
void course_lint_quiz(struct course *course, const struct quiz *quiz, struct findings *findings);

/* Rewrites the cached numbers of one file's text; returns how many were replaced. */
size_t course_fix(const char *file, const char *text, size_t size, const struct lint_fix *fixes,
                  size_t fix_count, struct buf *out);

#endif
