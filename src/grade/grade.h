/* grade/grade.h: any number of learners' answers in, marks out.
 *
 * Answers stream through in blocks of whole records: read in order, marked by one thread or by
 * several, written in order, so that the output is the same at any number of threads and memory does
 * not grow with the number of learners. A damaged record costs that record alone and says where it
 * stands. Nothing here prints: diagnoses and progress go to the caller. */
#ifndef GRADE_GRADE_H
#define GRADE_GRADE_H

#include "base/err.h"
#include "quiz/quiz.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    GRADE_MOST_RECORD = 1 << 20, /* bytes of one learner's record: a line without end must not */
    GRADE_MOST_JOBS = 64,        /* fill the memory */
};

/* What is wrong with a record, or odd about it. The texts live until the callback returns. */
struct diagnosis {
    const char *file;
    int64_t line;
    int column; /* from 1, in bytes */
    enum severity severity;
    const char *code;     /* "E310" */
    const char *learner;  /* clean; NULL: not known */
    const char *question; /* its key, clean; NULL */
    const char *text;     /* what is wrong, clean */
};

struct grade_tally {
    int64_t graded;       /* records */
    int64_t rejected;     /* records that could not be read: they got no marks */
    int64_t refused;      /* answers that name no choice: they count as not given */
    int64_t needs_person; /* answers that only a person can mark */
    int64_t unknown;      /* answers to questions that the quiz does not have */
    int64_t left_out;     /* attempts that --attempts leaves out */
    int64_t absent;       /* of the roster: nothing came from them */
    int64_t errors, warnings;
};

enum attempts { ATTEMPTS_ALL, ATTEMPTS_FIRST, ATTEMPTS_LAST, ATTEMPTS_BEST };

struct result_format;
struct roster;

struct grade_options {
    bool feedback;      /* what the quiz says about the answer, and its key */
    bool no_key;        /* never what would give the key away */
    bool decimal_comma; /* "3,14" is 3.14 */
    bool floor_item;    /* no question is worth less than 0 */
    bool essay_points;  /* what a person has to mark counts in the maximum */
    bool moodle_compat; /* an unknown choice is overlooked, as Moodle does */
    bool strict;        /* warnings are errors */
    enum attempts attempts;
};

struct grade_job {
    struct grade_options options;
    const struct quiz *quizzes;
    size_t quiz_count;
    const char *const *inputs; /* "-" is standard input */
    size_t input_count;
    const char *called; /* what the input is called, where its path means nothing; NULL */
    const char *from;   /* name of a format; NULL: found by itself */
    const struct result_format *to;
    const char *out;       /* folder or file; NULL: standard output */
    struct roster *roster; /* may be NULL */
    int jobs;
    int64_t max_errors; /* more end the run; 0: no limit */
    void (*diagnose)(void *user, const struct diagnosis *diagnosis);
    void (*progress)(void *user, int64_t done, int64_t total); /* bytes; total 0: not known */
    void *user;
    bool (*interrupted)(void); /* a signal has come: end soon; may be NULL */
};

enum grade_end {
    GRADE_DONE,
    GRADE_STOPPED,
    GRADE_INTERRUPTED,
    GRADE_CANNOT_READ,
    GRADE_CANNOT_WRITE,
};

/* Marks everything; the sentence of whatever ended it early is in `err`. Files appear whole, under
 * their names, only where the end is GRADE_DONE. */
enum grade_end grade_run(const struct grade_job *job, struct grade_tally *tally, struct err *err);

/* ---- tables --------------------------------------------------------------------------------------- */

/* A result format by name; NULL. `i` counts from 0 for listing. */
const struct result_format *result_format_find(const char *name);
const char *result_format_name(size_t i); /* NULL after the last */
const char *answer_format_name(size_t i);
/* Whether it cannot go to one output: a file for each learner, or for each of several quizzes. */
bool result_format_needs_folder(const struct result_format *format, size_t quizzes);

/* ---- roster --------------------------------------------------------------------------------------- */

/* Who should have answered: a CSV with a header (learner or username or SIS Login ID, name, email,
 * ...), or a name a line. */
struct roster *roster_read(const char *path, struct err *err);
void roster_free(struct roster *roster);
size_t roster_count(const struct roster *roster);
/* The i-th learner, clean, whether anything came from them. */
const char *roster_learner(const struct roster *roster, size_t i);
bool roster_seen(const struct roster *roster, size_t i);

#endif
