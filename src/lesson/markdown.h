/* lesson/markdown.h: Markdown to a flat list of pieces, each with its lines in the file.
 *
 * Blocks, rules, titles and fences in the order of the text: what a chapter, a glossary and a
 * course page are made from. Only markdown.c knows the parser. */
#ifndef LESSON_MARKDOWN_H
#define LESSON_MARKDOWN_H

#include "lesson/lesson.h"
#include "lesson/source.h"

enum piece_kind {
    PIECE_BLOCK,
    PIECE_HEADING, /* # and ##, outside of lists and quotations */
    PIECE_RULE,
    PIECE_FENCE, /* outside of lists and quotations; its block is the code block it would be */
};

struct piece {
    enum piece_kind kind;
    struct block block;
    const char *info;        /* FENCE: what stands behind the backticks, "" for nothing */
    struct place info_place; /* FENCE */
    int first, last;         /* its lines; those of a FENCE include the fences */
    bool closed;             /* FENCE: by a fence of its own */
};

struct markdown {
    struct piece *pieces;
    size_t count, capacity;
};

/* Appends the pieces of the lines `first` to `last` of a source. */
void markdown_read(struct source *source, int first, int last, struct markdown *out);

/* All pieces as blocks, fences as code; rules are left out. */
struct block *markdown_blocks(struct source *source, const struct markdown *markdown,
                              size_t *count);

/* The words of spans as one text, maths in its Unicode form. */
char *markdown_words(struct arena *arena, const struct span *spans, size_t count);

/* Appends the character an entity stands for ("&amp;", "&#x3b1;"), clean; false: unknown. */
bool markdown_entity(struct buf *out, const char *text, size_t size);

#endif
