/* gift.h: what the parts of the GIFT reader share; private to the room.
 *
 * A block is read from one buffer: its lines trimmed and joined by LF, each escape pair marked by
 * two bytes that never occur in UTF-8, so that what is still `=` or `{` is syntax. Every slice
 * points into that buffer, and so knows its line and column in the file. */
#ifndef QUIZ_GIFT_H
#define QUIZ_GIFT_H

#include "quiz/quiz.h"

/* `\:` becomes ESCAPE ESCAPED_COLON and so on; `\\` becomes ESCAPE `\`. */
enum {
    ESCAPE = 0xFF,
    ESCAPED_COLON = 0xF8,
    ESCAPED_HASH,
    ESCAPED_EQUALS,
    ESCAPED_OPEN,
    ESCAPED_CLOSE,
    ESCAPED_TILDE,
    ESCAPED_NEWLINE, /* 0xFE */
};

enum {
    GIFT_MOST_QUESTIONS = 1000000, /* of a file, and */
    GIFT_MOST_CHOICES = 1000,      /* of a question: hostile files must not take all memory */
    GIFT_MOST_LINES = 100000,
    GIFT_MOST_FINDINGS = 32, /* of a block: nobody reads more, and sorting stays cheap */
    GIFT_MOST_TOLD = 20000,  /* findings of a file */
};

struct gift_line {
    size_t start;       /* in the buffer */
    int number, column; /* in the file, of its first byte that is not blank */
};

/* Lines of one kind (text or comments) of a block, joined by LF. */
struct gift_lines {
    struct buf text;
    struct gift_line *lines;
    size_t count, capacity;
};

struct gift_block {
    struct gift_lines text, comments;
    int line;    /* of the first line */
    bool spoilt; /* a byte in it is not UTF-8 */
};

/* One file being read. */
struct gift {
    struct arena *arena; /* of the question */
    struct arena *keep;  /* of what outlives it: keys, categories, lists that grow */
    const char *file;
    enum gift_mode mode;
    struct findings *findings; /* may be NULL */
    size_t first_finding;      /* of the block */
    size_t told;               /* findings of the file */
    struct str rest;           /* of the file */
    char newline;
    int bom;  /* bytes before the first line */
    int line; /* number of the last line that was cut off */
    struct gift_block block;
    const char *category;
    struct quiz_index *keys;
    size_t count;          /* questions so far */
    size_t ordinal;        /* of the last that is not a description */
    struct buf raw, clean; /* scratch */
};

/* ---- blocks.c --------------------------------------------------------------------------------- */

/* Cuts the next block out of the file; false at its end. */
bool gift_next_block(struct gift *gift);

/* A finding at `at`, which points into the block's text or comments. `hint` may be NULL. */
void gift_note(struct gift *gift, const char *at, const char *code, const char *hint,
               const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The same at a place already known. */
void gift_note_at(struct gift *gift, int line, int column, const char *code, const char *hint,
                  const char *format, ...) __attribute__((format(printf, 6, 7)));
void gift_place(const struct gift *gift, const char *at, int *line, int *column);

/* ---- gift_text.c ------------------------------------------------------------------------------ */

/* The blanks that PHP's trim knows; NBSP and form feed are not among them. */
struct str gift_trim(struct str slice);

/* From `from` on; length 0 at the end. */
struct str gift_from(struct str slice, size_t from);
/* Where `c` is in the slice; its length where it is not. */
size_t gift_find(struct str slice, char c);
size_t gift_find_word(struct str slice, const char *word);
/* Cuts off and returns what stands before the first of `marks` (at most two characters). */
struct str gift_cut(struct str *rest, const char *marks);

/* The slice with its escapes resolved, clean and trimmed. */
const char *gift_plain(struct gift *gift, struct str raw);
/* The same with its `[html]` taken off. */
struct quiz_text gift_text(struct gift *gift, struct str raw, enum text_format inherited);
/* The text for people, on one line. */
const char *gift_shown(struct gift *gift, const struct quiz_text *text);
/* Text without its tags as the name of a question. One of more than `longest` characters is cut at a
 * word, so that it has at most `cut_to` with "..." at its end. */
const char *gift_name(struct gift *gift, const char *text, size_t longest, size_t cut_to);

/* Whether the text would be read as one that begins with a format. */
bool gift_has_format(struct str text);
/* Whether the text would be read as one that begins with a weight such as `%50%`. */
bool gift_has_weight(struct str text, size_t *length);

/* An answer as the types see it: the parts of `=%50%text#feedback`. */
struct gift_piece {
    const char *at;
    struct str text, feedback;
    bool has_feedback, has_weight;
    double fraction;
};

/* Takes the piece apart. `weighted`: a weight may stand in front, with its findings; false after a
 * finding that refuses the question. */
bool gift_piece(struct gift *gift, struct str raw, bool weighted, double fraction,
                struct gift_piece *piece);

/* A choice with what every kind has: place, fraction, feedback. */
struct choice gift_choice(struct gift *gift, const struct gift_piece *piece,
                          const struct question *question);

/* Room for the choices that `marks` cut the text into and one that the type itself adds; NULL after
 * a finding where they are too many. */
struct choice *gift_choices(struct gift *gift, struct str text, const char *marks);

/* W201: Moodle's reader takes "0" for nothing. */
void gift_note_zero(struct gift *gift, const char *at);

/* ---- gift_write.c ----------------------------------------------------------------------------- */

/* Escaped so that it reads back as `text`. */
void gift_put(struct buf *out, const char *text);
/* The same with a format in front where it is not the inherited one. */
void gift_put_text(struct buf *out, const struct quiz_text *text, enum text_format inherited);
/* `#feedback` where there is one. */
void gift_put_feedback(struct buf *out, const struct choice *choice,
                       const struct question *question);
/* `%50%` */
void gift_put_weight(struct buf *out, double fraction);

#endif
