/* answers.h: the table of answer formats; private to the room.
 *
 * A format is one file and one line in formats.c. The first row that claims a file has it. */
#ifndef GRADE_ANSWERS_H
#define GRADE_ANSWERS_H

#include "grade/work.h"

struct answer_format {
    const char *name;
    bool results;     /* marks, not answers: for statistics */
    bool spreadsheet; /* records are CSV, the first is a header */
    /* Whether the file looks like it; `header` is empty where it is no spreadsheet. */
    bool (*claims)(const char *bytes, size_t size, const struct csv_fields *header);
    /* Says what each column holds. Names are clean and live in `arena`. */
    bool (*columns)(struct input_file *file, const struct grade_job *job, struct arena *arena,
                    const struct csv_fields *header, struct err *err);
    enum said_as as; /* spreadsheets */
    /* Marks the record or line at the front and returns its length. */
    size_t (*record)(struct worker *worker, const char *bytes, size_t size, int64_t line,
                     int64_t position);
};

extern const struct answer_format *const answer_formats[];
extern const size_t answer_format_count;
extern const struct answer_format answers_results, answers_ndjson, answers_moodle, answers_google,
    answers_csv;

/* Shared by the spreadsheets: rows.c. */
size_t rows_record(struct worker *worker, const char *bytes, size_t size, int64_t line,
                   int64_t position);
bool rows_header_has(const struct csv_fields *header, const char *name);
/* The question a header names by its key, title, name or text; SIZE_MAX. */
size_t rows_question(const struct quiz *quiz, struct str name);

#endif
