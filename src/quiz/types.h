/* types.h: the table of question types; private to the room.
 *
 * A type is one file (read, write, check, mark) and one line in types.c. Everything else in the room
 * works on the table. */
#ifndef QUIZ_TYPES_H
#define QUIZ_TYPES_H

#include "quiz/quiz.h"

struct gift;

/* What stands between the braces, before its type is known. */
struct gift_answer {
    struct str text;           /* trimmed, without general feedback, escapes marked (gift.h) */
    bool braces;               /* false: there are none */
    bool order;                /* the block says [nt:order] */
    bool tilde, equals, arrow; /* an unescaped `~`, `=`, `->` stands in it */
};

struct question_type {
    const char *name; /* Moodle's */
    enum form form;
    bool gradable;
    bool (*claims)(const struct gift_answer *answer);
    /* Fills in the choices; false after a finding that refuses the question. */
    bool (*read)(struct gift *gift, const struct gift_answer *answer, struct question *question);
    /* What stands between the braces, without general feedback; NULL: no braces. */
    void (*write)(const struct question *question, struct buf *out);
    /* Warnings about a question that was read. May be NULL. */
    void (*check)(struct gift *gift, const struct question *question);
    /* Marks an answer that says something. */
    struct mark (*mark)(const struct question *question, const struct answer *answer);
    /* Its own members of the JSON object, each with a comma before it. May be NULL. */
    void (*json)(const struct question *question, struct buf *out);
};

const struct question_type *question_type_of(const struct question *question);
const struct question_type *question_type_for(const struct gift_answer *answer,
                                              enum question_kind *kind);

/* The rows, each in its file. */
extern const struct question_type type_description, type_essay, type_numeric, type_one_choice,
    type_choices, type_order, type_matching, type_true_false, type_short;

/* ---- shared by the types -------------------------------------------------------------------- */

/* The state that Moodle gives to a fraction. */
struct mark mark_of_fraction(double fraction, const struct choice *choice);

/* Whether the answer says anything at all. */
bool answer_says_something(const struct question *question, const struct answer *answer);

/* `"name":{"text":...,"format":...}` */
void json_add_text(struct buf *out, const char *name, const struct quiz_text *text);
/* `,"fraction":1` and the feedback where there is one. */
void json_add_worth(struct buf *out, const struct choice *choice);

#endif
