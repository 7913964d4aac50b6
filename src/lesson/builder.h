/* lesson/builder.h: what grows while the Markdown parser calls: the block, the span, the list in
 * hand, and where in the source they stand.
 *
 * markdown.c translates the parser's callbacks into calls of these; spans.c gathers the text of a
 * block, blocks.c the blocks of a document. */
#ifndef LESSON_BUILDER_H
#define LESSON_BUILDER_H

#include "lesson/markdown.h"

enum { BUILDER_DEPTH_MOST = 16 };

enum container_kind { CONTAINER_QUOTE, CONTAINER_BULLETS, CONTAINER_NUMBERS, CONTAINER_ITEM };

struct container {
    enum container_kind kind;
    int number; /* NUMBERS: of the next item; ITEM: its own, 0 for a bullet */
    bool begun; /* ITEM: its first block is there */
    char task;  /* ITEM: ' ', 'x', 'X', or 0 */
};

struct builder {
    struct source *source;
    struct arena *arena;
    struct markdown *out;
    size_t at;     /* just past the last text seen: where the parser stands in the source */
    size_t budget; /* callbacks and bytes it may still produce */
    bool cut;      /* they were used up */

    struct container stack[BUILDER_DEPTH_MOST];
    int depth, excess; /* containers on the stack, and those that found no room */
    bool too_deep;

    /* The block in hand. */
    bool open;
    struct block block;
    size_t began; /* offset of its first text; SIZE_MAX: none yet */
    struct buf code;
    struct span *spans; /* gathered here, then copied: most blocks have few */
    size_t span_count, span_capacity;

    /* The span in hand. */
    struct buf run;
    enum span_kind run_kind;
    size_t run_began;
    int emph, strong, strike;
    int special; /* how deep in CODE, MATH, LINK, URL, where style has no meaning */
    enum span_kind special_kind;
    const char *target;
    bool display;

    /* The table in hand. */
    struct table_cell *cells;
    size_t cell_count, cell_capacity;
    bool in_table;

    /* The fence in hand. */
    char fence_mark;
    int fence_line;
    struct str info;
    size_t code_lines;
};
/* Takes `cost` off the budget; false, and a finding, where it is used up. */
bool builder_spend(struct builder *b, size_t cost);

/* ---- spans.c --------------------------------------------------------------------------------- */

/* Offsets are SIZE_MAX where a text does not stand in the source. */
struct place builder_place(const struct builder *b, size_t offset);
void builder_push_span(struct builder *b, struct span span);
void builder_add_text(struct builder *b, const char *text, size_t size, size_t offset);
void builder_add_entity(struct builder *b, const char *text, size_t size, size_t offset);
void builder_check_html(struct builder *b, const char *text, size_t size);
void builder_check_maths(struct builder *b, const char *latex, struct place place,
                         const char *unknown);
void builder_begin_special(struct builder *b, enum span_kind kind);
void builder_end_special(struct builder *b);
void builder_end_run(struct builder *b);

/* Hands over the spans gathered so far. */
void builder_take_spans(struct builder *b, struct span **spans, size_t *count);

/* ---- blocks.c -------------------------------------------------------------------------------- */

/* The line the last text seen stands in. */
int builder_line_seen(const struct builder *b);

struct piece *builder_push_piece(struct builder *b, struct piece piece);
void builder_begin_block(struct builder *b, enum block_kind kind);
void builder_ensure_open(struct builder *b);
void builder_begin_item(struct builder *b);
void builder_end_text(struct builder *b);
void builder_end_display(struct builder *b);
void builder_end_heading(struct builder *b);
void builder_end_table(struct builder *b);

/* `mark` is the fence's character, 0 for indented code; `info` what the parser says stands behind
 * it, which may be a copy. */
void builder_begin_code(struct builder *b, char mark, struct str info);
void builder_end_code(struct builder *b);

void builder_enter(struct builder *b, struct container container);
void builder_leave(struct builder *b);

#endif
