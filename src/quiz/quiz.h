/* quiz/quiz.h: questions, read from GIFT and marked.
 *
 * One reader, one writer, one marker, used by the tutor, the class and the script. The behaviour is
 * Moodle 4.5's, departures are named by code in gift.c. Front ends know forms, never types: a form
 * says how an answer is entered. */
#ifndef QUIZ_QUIZ_H
#define QUIZ_QUIZ_H

#include "base/arena.h"
#include "base/err.h"
#include "base/finding.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which GIFT decides (types.c): the first kind that claims a text has it. */
enum question_kind {
    QUESTION_DESCRIPTION,
    QUESTION_ESSAY,
    QUESTION_NUMERIC,
    QUESTION_ONE_CHOICE,
    QUESTION_CHOICES,
    QUESTION_ORDER, /* a matching block with [nt:order] */
    QUESTION_MATCHING,
    QUESTION_TRUE_FALSE,
    QUESTION_SHORT,
    QUESTION_KINDS,
};

/* How an answer is entered. */
enum form {
    FORM_NONE,
    FORM_CHOOSE_ONE,
    FORM_CHOOSE_MANY,
    FORM_TEXT,
    FORM_NUMBER,
    FORM_PAIRS,
    FORM_ORDER
};

enum text_format { FORMAT_MOODLE, FORMAT_HTML, FORMAT_PLAIN, FORMAT_MARKDOWN };

struct quiz_text {
    const char *text; /* as Moodle stores it, clean; "" where there is none */
    enum text_format format;
};

/* An option, an accepted answer, a pair, a true/false side: what a learner can say and what it is
 * worth. */
struct choice {
    struct quiz_text text; /* MATCHING, ORDER: the left side ("" for a distractor) */
    const char *shown;     /* the same for people (quiz_text_plain), on one line */
    const char *folded;    /* SHORT: the text as it is compared, see fold.h */
    const char *match;     /* MATCHING: the right side; ORDER: the place */
    size_t right;          /* MATCHING: which of the question's rights that is */
    double fraction;       /* -1..1 */
    struct quiz_text feedback;
    double tolerance; /* NUMERIC */
    double number;    /* NUMERIC */
    bool any;         /* NUMERIC: `*`, whatever else was said */
    int line, column;
};

struct question {
    enum question_kind kind;
    const char *key;   /* id, else title, else q<N> */
    const char *name;  /* the title, else the first 80 characters of the stem */
    const char *id;    /* [id:...] or NULL */
    const char *title; /* ::...:: or NULL */
    struct quiz_text stem;
    struct quiz_text general_feedback;
    struct choice *choices; /* TRUE_FALSE: [0] true, [1] false */
    size_t choice_count;    /* ORDER: in their right order */
    const char **rights;    /* MATCHING: the different right sides, in file order */
    size_t right_count;
    bool single;         /* one right choice */
    bool case_sensitive; /* [nt:case] */
    double points;       /* [nt:points=...], default 1 */
    const char *hint;    /* [nt:hint=...] or NULL */
    const char **tags;   /* "objective:3a", "bloom:apply", "section:3.4", ... */
    size_t tag_count;
    const char *category; /* "" where none */
    int line;             /* of its first line */
    uint64_t hash;        /* of stem and key: changes when an edit changes what is asked */
};

struct quiz {
    const char *id; /* file name without folder, "NN-" and ".gift" */
    const char *file;
    struct question *questions;
    size_t count;
    const struct quiz_index *index; /* key -> question; NULL for a quiz made by hand */
};

/* How strictly a silent oddity of Moodle's is judged (gift.md, first page). */
enum gift_mode {
    GIFT_GRADE, /* what Moodle accepts is accepted, with a warning */
    GIFT_CHECK, /* our own courses: the same are errors (the questions are still read) */
};

/* Reads GIFT bytes (hostile). Questions and findings live in `arena`. */
void gift_read(struct quiz *quiz, struct arena *arena, const char *file, const char *bytes,
               size_t size, enum gift_mode mode, struct findings *findings);
bool gift_read_file(struct quiz *quiz, struct arena *arena, const char *path, enum gift_mode mode,
                    struct findings *findings, struct err *err);
/* The same with memory for one question at a time: `use` is given each and returns false to stop. */
typedef bool gift_use(void *user, const struct question *question);
void gift_read_each(const char *file, const char *bytes, size_t size, enum gift_mode mode,
                    struct findings *findings, gift_use *use, void *user);

void gift_write(const struct quiz *quiz, struct buf *out);

/* `nntutor convert --to json`: the array of questions in the shape of the vectors. */
void quiz_write_json(const struct quiz *quiz, struct buf *out);

const struct question *quiz_find(const struct quiz *quiz, const char *key);
/* The i-th value of the tags that begin with `prefix` ("objective:"); NULL after the last. */
const char *question_tag(const struct question *question, const char *prefix, size_t i);
enum form question_form(const struct question *question);
bool question_is_gradable(const struct question *question); /* counts in a score */
double quiz_max(const struct quiz *quiz);

/* What a learner can choose from, as shown: for FORM_CHOOSE_*: the choices; for FORM_PAIRS the
 * stems (left) and the different right sides; for FORM_ORDER the items in their right order. */
size_t question_stems(const struct question *question, const char **out, size_t capacity);
size_t question_rights(const struct question *question, const char **out, size_t capacity);

/* The tick-list of an open question: the lines of its model answer (its general feedback) that
 * begin with "- ", without it. Returns how many there are. */
size_t question_ticks(const struct question *question, struct str *out, size_t capacity);

/* Text for people: HTML stripped, Markdown left, runs of blanks collapsed as R20 says. */
void quiz_text_plain(const struct quiz_text *text, struct buf *out);

/* ---- marking -------------------------------------------------------------------------------- */

struct answer {
    bool given; /* false: nothing was said (gaveup) */
    /* FORM_TEXT, FORM_NUMBER: valid UTF-8 just as it was said, since blanks inside it count. */
    const char *text;
    /* FORM_CHOOSE_*: indexes into choices. FORM_PAIRS: for each stem the index into question_rights,
     * or SIZE_MAX. FORM_ORDER: indexes into question_stems as the learner put them, or SIZE_MAX. */
    const size_t *chosen;
    size_t count;
    bool decimal_comma; /* FORM_NUMBER: "3,14" is 3.14 */
};

enum mark_state { MARK_RIGHT, MARK_PARTIAL, MARK_WRONG, MARK_GAVE_UP, MARK_NEEDS_GRADING };
const char *mark_state_name(enum mark_state state); /* "right", ..., "needsgrading" */

struct mark {
    enum mark_state state;
    double fraction;             /* NaN for needsgrading */
    const struct choice *choice; /* the one whose feedback applies; NULL for several or none */
    const char *warning;         /* "W220" and the like, or NULL */
};

/* One thing a learner said, as a file has it: a text, or for pairs a stem and its right side. */
struct said {
    const char *stem; /* FORM_PAIRS; NULL else */
    const char *text; /* valid UTF-8; "" or NULL: nothing */
};

/* The answer that `count` said things make. A choice is its exact text, else its text as shown, else
 * a letter (A is the first in the file), else a number from 1; true and false also as True, TRUE, T
 * and so on. `slots` has room for max(choice_count, count) indexes; the answer points into it and
 * at the said texts. False: the sentence of E310 is in `err`, and the answer is not given. */
bool answer_from_texts(struct answer *answer, const struct question *question,
                       const struct said *said, size_t count, size_t *slots, struct err *err);

struct mark mark_answer(const struct question *question, const struct answer *answer);

/* What was right, as a person would write it: "3.75", "A mask", "a -> 1; b -> 2". */
void question_key_text(const struct question *question, struct buf *out);

/* The same without how near a number had to come: "3.75", not "3.75 ± 0.01". */
void question_key_said(const struct question *question, struct buf *out);

/* The answer as JSON, as the log keeps it and as grading.md reads it: texts, not positions. */
void answer_write_json(const struct question *question, const struct answer *answer,
                       struct buf *out);

/* The answer that answer_write_json wrote, in `arena`. False: it is no answer to this question, or not any more
 * since the question was edited. */
bool answer_read_json(const struct question *question, const char *json, struct arena *arena,
                      struct answer *answer);

#endif
