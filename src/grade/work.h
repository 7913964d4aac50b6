/* work.h: what the parts of the grading line share; private to the room.
 *
 *   input (files -> blocks of whole records) -> a row of answers.h (bytes -> one learner's answers)
 *   -> marker (what was said -> outcome, remembered) -> a row of results.h (outcomes -> bytes)
 *   -> output (bytes, in order -> files) */
#ifndef GRADE_WORK_H
#define GRADE_WORK_H

#include "grade/grade.h"

#include "base/arena.h"
#include "base/str.h"

#include <string.h>

struct answer_format;

static inline bool is_interrupted(const struct grade_job *job)
{
    return job->interrupted && job->interrupted();
}

/* ---- input.c -------------------------------------------------------------------------------------- */

enum {
    BLOCK_BYTES = 128 << 10,
    BLOCK_PAD = 64, /* readable bytes behind a block, so that it can be scanned 16 at a time */
    MOST_QUIZZES = 256,
};

/* What a column of a spreadsheet holds. */
enum column_kind {
    COLUMN_IGNORED,
    COLUMN_LEARNER,
    COLUMN_QUIZ,
    COLUMN_ATTEMPT,
    COLUMN_FIRST_NAME,
    COLUMN_LAST_NAME,
    COLUMN_EMAIL,
    COLUMN_ANSWER,
    COLUMN_PAIR,     /* the answer to one left side of a matching question */
    COLUMN_QUESTION, /* the text of the question that the next answer belongs to */
    COLUMN_STARTED,  /* "-": nothing was begun */
    COLUMN_UNKNOWN,  /* reported with its name */
};

struct column {
    enum column_kind kind;
    const char *name;
    size_t question;
    const char *stem; /* COLUMN_PAIR */
};

struct input_file {
    const char *path, *shown; /* shown: clean, for people */
    const struct answer_format *format;
    char separator;
    struct column *columns;
    size_t column_count;
    const struct quiz *quiz; /* the one its columns belong to */
};

/* Why a block holds no records but one that cannot be read. */
enum block_fault { BLOCK_GOOD, BLOCK_TOO_LONG, BLOCK_OPEN_QUOTE };

struct diagnoses {
    struct diagnosis *list;
    size_t count, capacity;
};

/* Records on their way, and what became of them. */
struct block {
    const struct input_file *file;
    char *bytes;
    size_t size, capacity;
    int64_t line;   /* of the first byte */
    int64_t offset; /* of the first byte in all input */
    enum block_fault fault;
    struct buf *out;  /* one for each quiz */
    int64_t *records; /* that are in it */
    struct arena arena;
    struct diagnoses diagnoses;
    struct grade_tally tally;
};

struct input;
struct input *input_open(const struct grade_job *job);
void input_close(struct input *input);
/* The next block, at least one record or a fault; false at the end or, with err set, on an error. */
bool input_next(struct input *input, struct block *block, struct err *err, bool *failed);
/* Back to the first byte, for a second pass; standard input was kept in a nameless file. */
void input_rewind(struct input *input);
bool input_keep(struct input *input, struct err *err); /* before reading, where there will be two */
int64_t input_total(const struct input *input);        /* bytes; 0 where not known */

static inline int64_t count_lines(const char *bytes, size_t size)
{
    int64_t lines = 0;
    const char *end = bytes + size;
    for (const char *p = bytes; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        lines++;
    return lines;
}

/* ---- marker.c ------------------------------------------------------------------------------------- */

/* How the bytes of an answer are to be read. */
enum said_as { SAID_JSON, SAID_CSV, SAID_MOODLE, SAID_GOOGLE, SAID_PAIRS };

/* What became of one thing that was said; remembered, since learners say the same things. */
struct outcome {
    double points;    /* after the options; 0 where only a person can mark it */
    struct buf piece; /* as the result format writes it; 16 more bytes are readable */
    const char *code; /* NULL: nothing is wrong */
    struct mark mark;
    double fraction;
    enum severity severity;
    struct buf text;       /* what is wrong */
    struct buf chosen;     /* size_t's: the choices that were taken */
    struct buf said;       /* what it belongs to, where that is long */
    bool shared;           /* by all that was said in a few words and comes to the same */
    struct outcome *spare; /* the next in the list of those that nothing belongs to */
};

struct sheet; /* a quiz as one format writes it: results.h */
struct marker;
struct marker *marker_new(const struct sheet *sheet, const struct grade_options *options);
void marker_free(struct marker *marker);
/* The outcome of what was said to a question. It stays as it is until the next record. `raw` has
 * BLOCK_PAD readable bytes behind it. */
const struct outcome *marker_mark(struct marker *marker, size_t question, enum said_as as,
                                  const char *raw, size_t length);
/* What a question is worth that nothing was said to. */
const struct outcome *marker_blank(const struct marker *marker, size_t question);

/* ---- said.c --------------------------------------------------------------------------------------- */

struct sayings {
    struct arena arena;
    struct said *list;
    size_t count, capacity;
};

/* The things said in `raw`; false with the code and the sentence of what is wrong. */
bool said_read(struct sayings *sayings, const struct question *question, enum said_as as,
               struct str raw, const char **code, struct err *err);

/* ---- csv.c ---------------------------------------------------------------------------------------- */

/* The length of the record at the front, with its newline; 0 where its end is not in sight. Where
 * quotes are wrong the record is its first line and `*good` is false. */
size_t csv_record_length(const char *bytes, size_t size, char separator, bool *good);

/* Splits a record into fields. Their texts are slices of the record, or of `scratch` where a quote
 * was doubled; both have room behind them. */
struct csv_field {
    struct str text;
    size_t at; /* offset in the record */
};
struct csv_fields {
    struct csv_field *list;
    size_t count, capacity;
    struct buf scratch;
};
enum { CSV_MOST_FIELDS = 20000 };
/* False: more than CSV_MOST_FIELDS. */
bool csv_split(struct csv_fields *fields, struct arena *arena, const char *record, size_t length,
               char separator);
/* `,`, `;` or TAB: which one the first line has most of. */
char csv_separator(const char *bytes, size_t size);
/* A field, quoted where it must be. A text that a spreadsheet would run as a formula is shielded. */
void csv_add(struct buf *out, const char *text);

/* ---- one record ----------------------------------------------------------------------------------- */

/* One learner's marks, ready to be written. */
struct graded {
    const char *learner; /* decoded; may hold anything but NUL */
    size_t learner_length;
    struct str learner_json; /* the same as JSON without its quotes, where the input had it clean */
    const struct outcome *const *items; /* one for each question of the quiz */
    double score;
    struct str score_text;
    size_t piece_bytes; /* of all items */
    bool odd;           /* something is wrong with an answer */
    size_t needs_person;
    int64_t attempt; /* 0: not said */
    int64_t line;
    int64_t position; /* of the record in all input */
    size_t row;       /* in the roster; SIZE_MAX */
    const char *const *unknown;
    size_t unknown_count;
};

/* `"q3.1":`, to be compared 16 bytes at a time; length 0: not to be guessed. */
struct guess {
    uint64_t head, tail, head_mask, tail_mask;
    size_t length;
};

/* What a thread needs to mark blocks. */
struct worker {
    const struct grade_job *job;
    const struct sheet *sheets; /* one for each quiz */
    const struct chosen_attempts *chosen;
    struct marker **markers;
    const struct outcome **items; /* of the record at hand; NULL: not said */
    size_t item_count;            /* said so far: their indexes */
    size_t *said_to;
    size_t *follows;        /* after question i this one was last answered */
    struct guess **guesses; /* by quiz and question: how the key is written in JSON */
    bool odd;               /* something is wrong with one of them */
    struct csv_fields fields;
    struct arena fields_arena;
    struct arena arena;          /* of the record */
    struct number_text *numbers; /* scores as text: a class has few different ones */
    struct block *block;
    const char **unknown;
    size_t unknown_count, unknown_capacity;
    struct buf text, learner;
};

void worker_open(struct worker *worker, const struct grade_job *job, const struct sheet *sheets,
                 const struct chosen_attempts *chosen);
void worker_close(struct worker *worker);
void worker_run(struct worker *worker, struct block *block);

/* The learner said this to question `question` of quiz `quiz`; false: said before. */
static inline bool worker_say(struct worker *worker, size_t quiz, size_t question, enum said_as as,
                              const char *raw, size_t length, size_t column)
{
    if (worker->items[question])
        return false;
    const struct outcome *outcome = marker_mark(worker->markers[quiz], question, as, raw, length);
    worker->items[question] = outcome;
    worker->odd |= outcome->code != NULL;
    size_t *said_to = &worker->said_to[2 * worker->item_count++];
    said_to[0] = question;
    said_to[1] = column;
    return true;
}

/* A finding about the record that begins on `line`. `learner` need not be clean. */
void worker_note(struct worker *worker, enum severity severity, const char *code, int64_t line,
                 size_t column, const char *learner, const char *question, const char *format, ...)
    __attribute__((format(printf, 8, 9)));

/* A record begins: forget the last one. */
void worker_begin(struct worker *worker);
void worker_say_unknown(struct worker *worker, const char *key, size_t length);
/* A record ends: writes its marks. Fills in score, items and so on itself. */
void worker_end(struct worker *worker, size_t quiz, struct graded *graded);

#endif
