/* results.h: the table of result formats; private to the room.
 *
 * A format is one file and one line in formats.c. Each answer's piece is written once and remembered
 * with its outcome; a record is put together from pieces. */
#ifndef GRADE_RESULTS_H
#define GRADE_RESULTS_H

#include "grade/work.h"

/* A quiz as one format writes it. */
struct sheet {
    const struct quiz *quiz;
    const struct grade_job *job;
    const struct result_format *format;
    size_t quiz_number;
    double max;
    struct buf max_text;
    struct buf lead; /* what every record of the quiz repeats */
    bool *shown;     /* by question: it has a mark (descriptions have none) */
};

struct result_format {
    const char *name;
    const char *extension;
    bool together; /* several quizzes may go to one output */
    bool one_each; /* a file for each learner: `record` writes its framed bytes (output.c) */
    void (*head)(const struct sheet *sheet, struct buf *out);
    void (*piece)(const struct sheet *sheet, size_t question, const struct outcome *outcome,
                  struct buf *out);
    void (*record)(const struct sheet *sheet, const struct graded *graded, struct buf *out);
    /* A learner of the roster of whom nothing came. */
    void (*absent)(const struct sheet *sheet, size_t row, struct buf *out);
    void (*foot)(const struct sheet *sheet, const struct grade_tally *tally, struct buf *out);
    bool takes_results; /* and reads marks as well as answers */
    /* Takes the bytes instead of writing them: statistics, attempts. */
    bool (*take)(void *user, size_t quiz, const char *bytes, size_t size);
    void *user;
};

/* Before each file of a format with one file each: the lengths of the name and of the content. */
struct frame {
    size_t learner, content;
};

extern const struct result_format *const result_formats[];
extern const size_t result_format_count;
extern const struct result_format results_ndjson, results_csv, results_canvas, results_moodle,
    results_gradescope, results_nbgrader, results_junit, results_tap;

/* The pieces one after the other, without the sign that the last one ends with. */
void add_pieces(const struct sheet *sheet, const struct graded *graded, struct buf *out);

/* Numbers and words, quickly. */
void add_count(struct buf *out, int64_t value);
void add_value(struct buf *out, double value); /* shortest; whole numbers without snprintf */
/* A JSON string that is the same text for every reader and harmless on a terminal. */
void add_json(struct buf *out, const char *text, size_t length);
void add_xml(struct buf *out, const char *text, size_t length); /* for content and attributes */
/* One line, clean, for plain text. */
void add_clean(struct buf *out, const char *text, size_t length);

/* A state in words, for people. */
const char *state_words(enum mark_state state);

/* The feedback that the outcome earns, for people; nothing where there is none. */
void add_feedback(const struct sheet *sheet, const struct question *question,
                  const struct outcome *outcome, struct buf *out);

/* A column of the roster ("name", "email", "id", "section", ...); "" where there is none. */
const char *roster_column(const struct roster *roster, size_t row, const char *name);
size_t roster_find(const struct roster *roster, const char *learner, size_t length);
void roster_see(struct roster *roster, size_t row);

#endif
