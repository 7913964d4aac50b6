/* course/search.h: finding words in a whole course: lessons, glossary, demos, stems of questions.
 *
 * The index is made once and answers each further letter of a search in well under a millisecond.
 * Neither case nor accents count. What a learner has yet to find out is not in it: keys and options
 * of questions, ideas to be recalled, what a demo shows after its prediction. */
#ifndef COURSE_SEARCH_H
#define COURSE_SEARCH_H

#include "course/course.h"

enum search_kind { SEARCH_STEP, SEARCH_TERM, SEARCH_DEMO, SEARCH_QUESTION };
#define SEARCH_KINDS (SEARCH_QUESTION + 1)

/* Something that can be found; its texts are clean, on one line, and live in the index. */
struct search_entry {
    enum search_kind kind;
    size_t chapter, section, step; /* STEP: where it stands; QUESTION: the section it is about */
    const char *name;              /* TERM: its slug; DEMO: its name; QUESTION: its key */
    const char *place;             /* "3.2 Why rescale", "Inverted dropout", "mask" */
    const char *head;              /* titles: what is found there counts more; "" for none */
    const char *text;
    bool hidden; /* it tells what a prediction in `step` asks: neither shown nor jumped past */
    struct str folded_head, folded_text;
};

struct search_hit {
    const struct search_entry *entry;
    size_t at, length; /* of the first word in entry->text; length 0: only the head holds it */
    int score;
};

struct search {
    struct arena arena;
    struct search_entry *entries;
    size_t count, capacity;
    struct search_hit *hits; /* of the last search_find, those of one kind together, best first */
    size_t hit_count;
};

/* Was this step ever on the learner's screen? */
typedef bool search_seen(void *user, const struct chapter *chapter, const struct step *step);

/* `seen` NULL: everything counts as seen. */
void search_open(struct search *search, struct course *course, search_seen *seen, void *user);
void search_close(struct search *search);

/* What holds every one of the words, in any order, also as parts of longer words. */
void search_find(struct search *search, const char *words);

/* "Lessons", "Glossary", "Demos", "Questions". */
const char *search_kind_title(enum search_kind kind);

/* The words around a hit, about `columns` wide, with an ellipsis where they were cut; *at and *length
 * become the place of the found word in what was appended. */
void search_excerpt(const struct search_hit *hit, int columns, struct buf *out, size_t *at,
                    size_t *length);

/* The plain text of blocks on one line: their words without styles. */
void search_add_blocks(struct buf *out, const struct block *blocks, size_t count);

#endif
