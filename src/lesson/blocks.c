/* The blocks of a document, with the lines they take. */
#include "lesson/builder.h"
#include "lesson/grammar.h"
#include "lesson/scan.h"

#include <string.h>

/* ---- where we are ---------------------------------------------------------------------------- */

/* The innermost list item, or NULL. */
static struct container *item_of(struct builder *b)
{
    for (int i = b->depth - 1; i >= 0; i--)
        if (b->stack[i].kind == CONTAINER_ITEM)
            return &b->stack[i];
    return NULL;
}

static int item_depth(const struct builder *b)
{
    int items = 0;
    for (int i = 0; i < b->depth; i++)
        items += b->stack[i].kind == CONTAINER_ITEM;
    return items > 0 ? items - 1 : 0;
}

static bool in_quote(const struct builder *b)
{
    for (int i = b->depth - 1; i >= 0; i--)
        if (b->stack[i].kind == CONTAINER_QUOTE)
            return true;
    return false;
}
/* ---- blocks ---------------------------------------------------------------------------------- */

struct piece *builder_push_piece(struct builder *b, struct piece piece)
{
    ARENA_PUSH(b->arena, b->out->pieces, b->out->count, b->out->capacity, piece);
    return &b->out->pieces[b->out->count - 1];
}

void builder_begin_block(struct builder *b, enum block_kind kind)
{
    struct container *item = item_of(b);
    b->open = true;
    b->began = SIZE_MAX;
    b->block = (struct block){.kind = kind};
    if (item) {
        b->block.depth = item_depth(b);
        b->block.number = -1;
        if (kind == BLOCK_PARAGRAPH)
            b->block.kind = BLOCK_ITEM;
        if (b->block.kind == BLOCK_ITEM && !item->begun)
            b->block.number = item->number;
        item->begun = true;
    } else if (kind == BLOCK_PARAGRAPH && in_quote(b)) {
        b->block.kind = BLOCK_QUOTE;
    }
    if (item && item->task && b->block.number >= 0) {
        builder_push_span(b, (struct span){.kind = SPAN_TEXT,
                                           .text = item->task == ' ' ? "[ ] " : "[x] ",
                                           .shown = item->task == ' ' ? "[ ] " : "[x] ",
                                           .place = builder_place(b, b->at)});
        item->task = 0;
    }
}

/* Puts the block in hand into the list; `last` is its last line. */
static struct piece *push_block(struct builder *b, enum piece_kind kind, int last)
{
    b->open = false;
    b->block.place = builder_place(b, b->began);
    int first = b->block.place.line;
    return builder_push_piece(b, (struct piece){.kind = kind,
                                                .block = b->block,
                                                .first = first,
                                                .last = last > first ? last : first});
}

/* The line the last text seen stands in. */
int builder_line_seen(const struct builder *b)
{
    return source_line_number(b->source, b->at > 0 ? b->at - 1 : 0);
}

/* Ends a paragraph, an item or a quotation. What is left of one from which a formula was taken out
 * may be empty; the first block of an item is kept even so, for its mark. */
void builder_end_text(struct builder *b)
{
    if (!b->open)
        return;
    builder_take_spans(b, &b->block.spans, &b->block.span_count);
    if (b->block.span_count || (b->block.kind == BLOCK_ITEM && b->block.number >= 0))
        push_block(b, PIECE_BLOCK, builder_line_seen(b));
    b->open = false;
}

/* An item whose first block is not a paragraph still gets its mark. */
void builder_begin_item(struct builder *b)
{
    builder_end_text(b);
    struct container *item = item_of(b);
    if (item && !item->begun) {
        builder_begin_block(b, BLOCK_PARAGRAPH);
        builder_end_text(b);
    }
}

void builder_end_display(struct builder *b)
{
    struct block text = b->block;
    struct str latex = str_trim((struct str){buf_text(&b->run), b->run.length});
    const char *unknown = NULL;
    char *copy = arena_strndup(b->arena, latex.text, latex.length);
    buf_clear(&b->run);
    b->began = b->run_began;
    b->block = (struct block){.kind = BLOCK_MATH,
                              .depth = text.depth,
                              .number = item_of(b) ? -1 : 0,
                              .text = copy,
                              .shown = math_text(b->arena, copy, &unknown),
                              .spoken = math_spoken(b->arena, copy)};
    push_block(b, PIECE_BLOCK, builder_line_seen(b));
    builder_check_maths(b, *copy ? copy : " ", builder_place(b, b->run_began), unknown);
    /* The paragraph goes on below the formula. */
    b->open = true;
    b->began = SIZE_MAX;
    b->block = (struct block){.kind = text.kind,
                              .depth = text.depth,
                              .number = text.kind == BLOCK_ITEM ? -1 : text.number};
}

void builder_end_heading(struct builder *b)
{
    builder_take_spans(b, &b->block.spans, &b->block.span_count);
    bool outside = b->depth == 0 && b->excess == 0;
    if (b->began == SIZE_MAX) {
        size_t found = scan_empty_heading(b->source, b->at, b->block.level);
        b->began = b->at = found;
        source_find(b->source, LINT_EMPTY_HEADING, builder_place(b, found),
                    "give it words or delete it", "a heading without words");
    } else if (!scan_has_hash(b->source, b->began)) {
        /* Underlined: what was meant is a paragraph and, below it, a rule. */
        int last = builder_line_seen(b);
        struct place place = builder_place(b, b->began);
        bool rule = b->block.level == 2;
        source_find(b->source, LINT_SETEXT, (struct place){last + 1, 1},
                    rule ? "put an empty line before ---, or write ## for a heading"
                         : "write # or ## for a heading",
                    "the line below text makes a heading of the paragraph of line %d", place.line);
        b->block.kind = b->depth ? BLOCK_QUOTE : BLOCK_PARAGRAPH;
        b->block.level = 0;
        push_block(b, PIECE_BLOCK, last);
        b->at = b->source->lines[last + 1 <= (int)b->source->line_count ? last + 1 : last].start;
        if (rule && outside)
            builder_push_piece(
                b, (struct piece){.kind = PIECE_RULE, .first = last + 1, .last = last + 1});
        return;
    }
    bool title = b->block.level <= 2 && outside;
    push_block(b, title ? PIECE_HEADING : PIECE_BLOCK, builder_line_seen(b));
}

void builder_end_table(struct builder *b)
{
    b->block.cells = b->cells;
    b->block.rows = b->block.columns ? b->cell_count / b->block.columns : 0;
    b->cells = NULL;
    b->cell_count = b->cell_capacity = 0;
    b->in_table = false;
    struct piece *piece = push_block(b, PIECE_BLOCK, builder_line_seen(b));
    for (int line = piece->first; line <= piece->last; line++) {
        size_t pipe;
        struct str text = source_line(b->source, line);
        if (scan_pipe_in_maths(text, &pipe))
            source_find(b->source, LINT_MATHS_PIPE, source_place_of(b->source, text.text + pipe),
                        "write \\vert for | in a table",
                        "a | inside maths ends the cell of a table");
    }
}

/* ---- fences ---------------------------------------------------------------------------------- */

void builder_begin_code(struct builder *b, char mark, struct str info)
{
    builder_begin_item(b);
    builder_begin_block(b, BLOCK_CODE);
    buf_clear(&b->code);
    b->code_lines = 0;
    b->fence_mark = mark;
    b->info = (struct str){"", 0};
    if (!mark)
        return;
    /* The info string is a copy where it holds an entity or a backslash; then, and where there is
     * none, the next fence is this one. */
    size_t at;
    if (info.length && source_holds(b->source, info.text))
        at = (size_t)(info.text - b->source->text);
    else
        at = scan_fence(b->source, b->at, mark);
    b->fence_line = source_line_number(b->source, at);
    struct str line = source_line(b->source, b->fence_line);
    size_t run = scan_fence_in_line(line, mark);
    b->began = (size_t)(line.text - b->source->text) + run;
    while (run < line.length && line.text[run] == mark)
        run++;
    b->info = str_trim((struct str){line.text + run, line.length - run});
    b->at = (size_t)(line.text - b->source->text) + line.length;
}

/* A formula drawn by hand; its `spoken:` line is not part of the picture. */
static void read_drawing(struct builder *b)
{
    struct buf drawing = {0};
    struct str rest = {buf_text(&b->code), b->code.length}, line;
    b->block.kind = BLOCK_MATH;
    b->block.drawn = true;
    while (str_line(&rest, &line)) {
        if (str_starts(str_trim(line), "spoken:")) {
            struct str words = str_trim(line);
            words = str_trim((struct str){words.text + 7, words.length - 7});
            b->block.spoken = arena_strndup(b->arena, words.text, words.length);
        } else {
            buf_add_n(&drawing, line.text, line.length);
            buf_add_char(&drawing, '\n');
        }
    }
    b->block.text = b->block.shown = arena_strndup(b->arena, buf_text(&drawing), drawing.length);
    buf_free(&drawing);
}

void builder_end_code(struct builder *b)
{
    struct source *source = b->source;
    b->block.text = b->block.shown = arena_strndup(b->arena, buf_text(&b->code), b->code.length);
    if (!b->fence_mark) {
        source_find(source, LINT_INDENTED_CODE, builder_place(b, b->began),
                    "put it between ``` fences, or take the blanks away",
                    "four blanks before a line make it code");
        push_block(b, PIECE_BLOCK, builder_line_seen(b));
        return;
    }
    int last = b->fence_line + (int)b->code_lines;
    struct str line = source_line(source, last + 1);
    bool closed = scan_closes_fence(source_line(source, b->fence_line), line, b->fence_mark,
                                    item_of(b) != NULL);
    if (closed)
        last++;
    else
        source_find(source, LINT_UNCLOSED_FENCE, builder_place(b, b->began),
                    "close it with a line of the same marks", "nothing closes this fence");
    bool outside = b->depth == 0 && b->excess == 0;
    struct str rest = b->info;
    struct str word = str_word(&rest);
    if (str_is(word, "math"))
        read_drawing(b);
    else if (!outside && grammar_is_directive(word))
        source_find(source, LINT_DIRECTIVE_PLACE, builder_place(b, b->began),
                    "move it out of the list or the quotation",
                    "a %.*s block works only at the left margin", (int)word.length, word.text);
    b->at =
        source->lines[(size_t)last < source->line_count ? (size_t)last : source->line_count].start;
    bool drawn = b->block.kind == BLOCK_MATH;
    struct piece *piece = push_block(b, outside && !drawn ? PIECE_FENCE : PIECE_BLOCK, last);
    piece->info = arena_strndup(b->arena, b->info.text, b->info.length);
    piece->info_place = source_place_of(source, b->info.length ? b->info.text : line.text);
    piece->closed = closed;
}
/* ---- containers ------------------------------------------------------------------------------ */

void builder_enter(struct builder *b, struct container container)
{
    builder_end_text(b);
    if (container.kind == CONTAINER_ITEM && b->depth) {
        struct container *list = &b->stack[b->depth - 1];
        container.number = list->kind == CONTAINER_NUMBERS && !b->excess ? list->number++ : 0;
    } else {
        builder_begin_item(b);
    }
    if (b->depth == BUILDER_DEPTH_MOST) {
        b->too_deep = !b->excess || b->too_deep; /* told with the next text, for its place */
        b->excess++;
        return;
    }
    b->stack[b->depth++] = container;
}

void builder_leave(struct builder *b)
{
    builder_begin_item(b);
    if (b->excess)
        b->excess--;
    else
        b->depth--;
}
/* The text of a tight list item comes without a paragraph around it. */
void builder_ensure_open(struct builder *b)
{
    if (!b->open)
        builder_begin_block(b, BLOCK_PARAGRAPH);
}
