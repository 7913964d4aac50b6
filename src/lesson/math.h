/* lesson/math.h: LaTeX as a small tree, read once and told twice: for the eye (math_text) and for
 * the ear (math_spoken). One line, no layout; what cannot be read stays as it was written. */
#ifndef LESSON_MATH_H
#define LESSON_MATH_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

/* What an atom is to its neighbours; decides the blanks between them. */
enum math_class {
    CLASS_NONE,
    CLASS_ORD, /* letters, numbers */
    CLASS_BIN, /* + */
    CLASS_REL, /* = */
    CLASS_OPEN,
    CLASS_CLOSE,
    CLASS_PUNCT, /* , */
    CLASS_FUNC,  /* log */
    CLASS_BIG,   /* sum */
    CLASS_FRAC,
    CLASS_SPACE, /* shown as it is */
    CLASS_TAIL,  /* an index that would run into a letter behind it: W_Q */
    CLASS_SIGN,  /* a minus that is not between two things */
};

enum math_kind {
    MATH_ATOM,   /* shown, spoken */
    MATH_GROUP,  /* first: its nodes */
    MATH_FRAC,   /* first over second */
    MATH_CHOOSE, /* first over second in brackets */
    MATH_ROOT,   /* of first; second: its degree or NULL */
    MATH_SCRIPT, /* first with `below` and `above` (either may be NULL) */
    MATH_ACCENT, /* shown: the mark; spoken: its name; first: below it */
};

struct math_node {
    enum math_kind kind;
    enum math_class class;
    const char *shown, *spoken;
    struct math_node *first, *second, *below, *above;
    struct math_node *next;
};

/* What a command does. */
enum math_verb {
    VERB_SYMBOL, /* an atom */
    VERB_ACCENT, /* takes one argument */
    VERB_FRAC,
    VERB_CHOOSE,
    VERB_ROOT,
    VERB_TEXT,   /* its argument is words */
    VERB_NAME,   /* its argument is the name of a function */
    VERB_PLAIN,  /* a font: its argument as it is */
    VERB_DOUBLE, /* blackboard letters */
    VERB_SCRIPT, /* calligraphic letters */
    VERB_SKIP,   /* says nothing: \left, \displaystyle */
};

struct math_command {
    const char *name;
    enum math_verb verb;
    enum math_class class;
    const char *shown, *spoken;
};

/* NULL: unknown. */
const struct math_command *math_command_find(struct str name);

/* The whole table, sorted by name. */
const struct math_command *math_commands(size_t *count);

/* Reads a formula into `arena`. `*unknown` names the first thing that could not be read, or NULL;
 * it lives in `arena` too. NULL: the formula is too long to be one. */
struct math_node *math_parse(struct arena *arena, const char *latex, const char **unknown);

/* How many nodes a row has; a group counts as its content. */
size_t math_count(const struct math_node *row);

#endif
