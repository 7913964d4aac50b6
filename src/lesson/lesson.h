/* lesson/lesson.h: a chapter, read from Markdown (the format: lessons.md in the course's README).
 *
 * The reader builds what was written and says what was wrong; it does not know whether a demo, a
 * quiz or a glossary entry exists: course/ resolves links. All texts are clean. Lines and columns
 * are those of the file. */
#ifndef LESSON_LESSON_H
#define LESSON_LESSON_H

#include "base/arena.h"
#include "base/err.h"
#include "base/finding.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place {
    int line, column; /* from 1 */
};

/* ---- text ------------------------------------------------------------------------------------ */

enum span_kind {
    SPAN_TEXT,
    SPAN_EMPH,
    SPAN_STRONG,
    SPAN_STRIKE,
    SPAN_CODE,
    SPAN_MATH,  /* text: LaTeX as written; shown: its Unicode form */
    SPAN_LIVE,  /* text: the cached number, "" if there is none yet; place: where it stands */
    SPAN_LINK,  /* [[slug|shown]]: target: the slug, text: what is shown */
    SPAN_URL,   /* [text](target) */
    SPAN_BREAK, /* a hard line break */
};

struct span {
    enum span_kind kind;
    const char *text;
    const char *shown;  /* MATH: for a UTF-8 terminal; else the same as text */
    const char *target; /* LINK, URL */
    const char *args;   /* LIVE: "mask p=0.5 scaling=none" */
    const char *ref;    /* LIVE: "expected_sum" */
    struct place place;
};

enum block_kind {
    BLOCK_PARAGRAPH,
    BLOCK_HEADING, /* ### and deeper, inside a section */
    BLOCK_ITEM,    /* one list item; depth and number say how it is marked */
    BLOCK_QUOTE,
    BLOCK_CODE, /* text, line breaks kept */
    BLOCK_MATH, /* $$...$$: one centred line; or a ```math fence: text as drawn */
    BLOCK_TABLE,
};

struct table_cell {
    struct span *spans;
    size_t span_count;
};

struct block {
    enum block_kind kind;
    struct span *spans;
    size_t span_count;
    int level;                /* HEADING */
    int depth;                /* ITEM, and blocks inside an item: 0 outermost */
    int number;               /* ITEM: its number, 0 for a bullet; any kind: -1 for a further block
                              of an item. A task's box is its first span, "[ ] " or "[x] " */
    bool drawn;               /* MATH: a fence, drawn by hand */
    const char *text;         /* CODE, MATH */
    const char *shown;        /* MATH: its Unicode form */
    const char *spoken;       /* MATH: its words for line mode, or NULL */
    struct table_cell *cells; /* TABLE: head first, row after row */
    size_t rows, columns;
    bool *right; /* TABLE: which columns stand right */
    struct place place;
};

/* ---- directives ------------------------------------------------------------------------------ */

enum directive_kind {
    DIRECTIVE_DEMO,
    DIRECTIVE_QUIZ,
    DIRECTIVE_DRILL,
    DIRECTIVE_MYTH,
    DIRECTIVE_NOTES,
    DIRECTIVE_RECALL,
    DIRECTIVE_SOURCES,
};

enum tolerance_kind { TOLERANCE_DEFAULT, TOLERANCE_RELATIVE, TOLERANCE_ABSOLUTE, TOLERANCE_FACTOR };

struct option {
    bool right;
    const char *text;
    const char *feedback; /* EXPLAIN; NULL elsewhere */
    struct place place;
};

enum ask_kind {
    ASK_NUMBER,       /* predict REF within TOL: question */
    ASK_ORDER_REFS,   /* predict-order a=REF, b=REF: question; ascending */
    ASK_ORDER_VALUES, /* predict-order REF: knob=v1, v2: question; one run for each */
    ASK_CHOICE,       /* predict-choice REF: question, then options */
    ASK_EXPLAIN,      /* explain: question, then options with feedback */
};

struct ask {
    enum ask_kind kind;
    const char *question;
    const char *ref; /* NUMBER, CHOICE, ORDER_VALUES */
    enum tolerance_kind tolerance_kind;
    double tolerance;    /* .10 for 10 %, absolute, or a factor; .05 by DEFAULT */
    const char **labels; /* ORDER_REFS: the labels; ORDER_VALUES: the values */
    const char **refs;   /* ORDER_REFS */
    size_t label_count;
    const char *knob; /* ORDER_VALUES */
    struct option *options;
    size_t option_count;
    struct place place;
};

/* One piece of a `see:` line: text, or something to fill in. */
enum see_kind { SEE_TEXT, SEE_YOU, SEE_YOU2, SEE_REF };
struct see_part {
    enum see_kind kind;
    const char *text; /* TEXT */
    const char *ref;  /* REF */
    char format;      /* 'f' 'e' 'g' 'd' 's', or 0: as many digits as it deserves */
    int precision;    /* -1: not given */
    struct place place;
};
struct see {
    struct see_part *parts;
    size_t count;
    bool mentions_you; /* printed without its sentence about {you} in `show` */
};

struct drill_ask {
    const char *question, *ref;
    enum tolerance_kind tolerance_kind;
    double tolerance;
    struct place place;
};

struct directive {
    enum directive_kind kind;
    struct place place; /* of the fence */
    const char *args;   /* DEMO, DRILL: "mask p=0.5 seed=7" */
    struct ask *asks;   /* DEMO: predictions and explains, in file order */
    size_t ask_count;
    const char **watch; /* DEMO */
    size_t watch_count;
    struct see *see; /* DEMO */
    size_t see_count;
    const char **keys; /* QUIZ */
    bool guess;        /* QUIZ: asked before one has read about it: kept, but not marked */
    size_t key_count;
    struct drill_ask *drills;
    size_t drill_count;
    /* MYTH; NULL: missing. see_for_yourself is what stands behind `demo`: "mask p=0.5". */
    const char *many_say, *in_fact, *see_for_yourself, *source, *sure;
    struct block *blocks; /* NOTES, RECALL, SOURCES: the Markdown inside */
    size_t block_count;
    const char *concept_test; /* NOTES: a question key, or NULL */
};

/* ---- chapters -------------------------------------------------------------------------------- */

struct step {
    struct block *blocks;
    size_t block_count;
    struct directive *directive; /* or NULL; DEMO, QUIZ, DRILL, MYTH, RECALL, SOURCES */
    struct place place;
    int end_line;
    uint64_t hash;  /* of its first line: its identity over edits */
    uint64_t whole; /* of all its lines: the same as long as nothing in it was edited */
};

struct section {
    const char *number; /* "3.2" */
    const char *title;  /* "Why rescale" */
    const char *slug;   /* "why-rescale" */
    struct step *steps;
    size_t step_count;
    struct directive **notes; /* for the instructor; never shown to learners */
    size_t note_count;
    struct place place;
};

struct objective {
    const char *id; /* "3a" */
    const char *text;
    struct place place;
};

struct chapter {
    const char *file;
    const char *title;
    const char *id; /* "dropout"; "" where the file has none, as the title */
    int number;     /* from the file name "03-..." */
    int minutes;
    const char **needs;
    size_t need_count;
    struct place needs_place;
    const char *quiz; /* file name, or NULL */
    struct objective *objectives;
    size_t objective_count;
    struct section *sections;
    size_t section_count;
};

/* Reads a chapter from bytes (hostile). What could be read is there even where findings say
 * something is wrong. */
void lesson_read(struct chapter *chapter, struct arena *arena, const char *file, const char *bytes,
                 size_t size, struct findings *findings);

struct glossary_entry {
    const char *slug, *title;
    struct block *blocks;
    size_t block_count;
    struct place place;
};

struct glossary {
    const char *file;
    struct glossary_entry *entries;
    size_t count;
};

/* `## Title` and the blocks below it, each an entry. */
void glossary_read(struct glossary *glossary, struct arena *arena, const char *file,
                   const char *bytes, size_t size, struct findings *findings);
/* By slug, or by the term as it stands in a text: "Drop probability". */
const struct glossary_entry *glossary_find(const struct glossary *glossary, const char *name);

/* lessons/course.md: `# Title`, a ```course block with `id:` and `language:`, then the first
 * screen. */
struct course_page {
    const char *title, *id, *language;
    struct block *blocks;
    size_t block_count;
};
void course_page_read(struct course_page *page, struct arena *arena, const char *file,
                      const char *bytes, size_t size, struct findings *findings);

/* "Batch normalization" -> "batch-normalization". */
char *lesson_slug(struct arena *arena, const char *title);

/* The spans of a piece of Markdown (feedback of a quiz, a line of a demo), read as one paragraph
 * whatever it begins with. Their places mean nothing. */
void lesson_inline(struct arena *arena, const char *text, struct span **spans, size_t *count);

/* LaTeX to one line of Unicode; an unknown command stays as written and is named in *unknown, which
 * is NULL where all is known. */
char *math_text(struct arena *arena, const char *latex, const char **unknown);
/* The same for the ear: "x minus mu, over the root of sigma squared plus epsilon". */
char *math_spoken(struct arena *arena, const char *latex);

#endif
