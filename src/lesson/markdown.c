#include "lesson/markdown.h"

#include "base/utf8.h"
#include "lesson/grammar.h"
#include "lesson/scan.h"

#include <assert.h>
#include <md4c.h>
#include <string.h>

enum { DEPTH_MOST = 16 };

struct container {
    MD_BLOCKTYPE type; /* UL, OL, LI, QUOTE */
    int number;        /* OL: of its next item; LI: its own, 0 for a bullet */
    bool begun;        /* LI: its first block is there */
    char task;         /* LI: ' ', 'x', 'X', or 0 */
};

struct builder {
    struct source *source;
    struct arena *arena;
    struct markdown *out;
    size_t at;     /* just past the last text seen: where the parser stands in the source */
    size_t budget; /* callbacks and bytes it may still produce */
    bool cut;      /* they were used up */

    struct container stack[DEPTH_MOST];
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
    char fence_char;
    int fence_line;
    struct str info;
    size_t code_lines;
};

static bool spend(struct builder *b, size_t cost)
{
    if (b->budget < cost) {
        if (!b->cut)
            source_find(b->source, LINT_BUDGET, source_place(b->source, b->at),
                        "cut the table or the link that unfolds so far",
                        "the text from here on unfolds to many times its size and is not read");
        b->cut = true;
        b->budget = 0;
        return false;
    }
    b->budget -= cost;
    return true;
}

/* ---- where we are ---------------------------------------------------------------------------- */

/* The innermost list item, or NULL. */
static struct container *item_of(struct builder *b)
{
    for (int i = b->depth - 1; i >= 0; i--)
        if (b->stack[i].type == MD_BLOCK_LI)
            return &b->stack[i];
    return NULL;
}

static int item_depth(const struct builder *b)
{
    int items = 0;
    for (int i = 0; i < b->depth; i++)
        items += b->stack[i].type == MD_BLOCK_LI;
    return items > 0 ? items - 1 : 0;
}

static bool in_quote(const struct builder *b)
{
    for (int i = b->depth - 1; i >= 0; i--)
        if (b->stack[i].type == MD_BLOCK_QUOTE)
            return true;
    return false;
}

/* ---- spans ----------------------------------------------------------------------------------- */

static enum span_kind kind_now(const struct builder *b)
{
    if (b->special)
        return b->special_kind;
    if (b->strike)
        return SPAN_STRIKE;
    if (b->strong)
        return SPAN_STRONG;
    return b->emph ? SPAN_EMPH : SPAN_TEXT;
}

static void push_span(struct builder *b, struct span span)
{
    ARENA_PUSH(b->arena, b->spans, b->span_count, b->span_capacity, span);
}

static struct place place_at(const struct builder *b, size_t offset)
{
    return source_place(b->source, offset == SIZE_MAX ? b->at : offset);
}

/* ` =DEMO knob=value … REF` behind a cached text makes a code span a live number. */
static void read_live(struct builder *b, struct span *span)
{
    size_t mark;
    if (!scan_live_mark(span->text, &mark))
        return;
    struct str rest = str_trim(str_of(span->text + mark + 1));
    size_t ref = rest.length;
    while (ref > 0 && rest.text[ref - 1] != ' ')
        ref--;
    struct str args = str_trim((struct str){rest.text, ref});
    struct place argument_place = span->place;
    argument_place.column += (int)(args.text - span->text);
    span->kind = SPAN_LIVE;
    span->ref = arena_strndup(b->arena, rest.text + ref, rest.length - ref);
    span->args = arena_strndup(b->arena, args.text, args.length);
    struct str cached = str_trim((struct str){span->text, mark});
    span->text = span->shown = arena_strndup(b->arena, cached.text, cached.length);
    if (!args.length)
        source_find(b->source, LINT_LIVE, span->place, "write `TEXT =DEMO knob=value RESULT`",
                    "a live number names no result: \"=%s\"", span->ref);
    else if (!grammar_reference(str_of(span->ref)))
        source_find(b->source, LINT_LIVE, span->place,
                    "the last word is a result like mean_sum or std[-1]",
                    "\"%s\" is not a result of a demo", span->ref);
    else
        grammar_arguments(b->source, args, argument_place, false);
}

static void check_maths(struct builder *b, const char *latex, struct place place,
                        const char *unknown)
{
    size_t length = strlen(latex);
    if (!length || latex[0] == ' ' || latex[length - 1] == ' ')
        source_find(b->source, LINT_MATHS_SPACE, place,
                    "write \\$ for a dollar, and no blank inside the dollars of a formula",
                    "the formula \"$%.60s$\" begins or ends with a blank", latex);
    if (unknown)
        source_find(b->source, LINT_MATHS_COMMAND, place, "use a command the terminal can show",
                    "the maths command \"%.60s\" is unknown", unknown);
}

static void end_run(struct builder *b)
{
    if (!b->run.length)
        return;
    struct span span = {.kind = b->run_kind,
                        .text = arena_strndup(b->arena, b->run.data, b->run.length),
                        .target = b->target,
                        .place = place_at(b, b->run_began)};
    span.shown = span.text;
    if (span.kind == SPAN_MATH) {
        const char *unknown = NULL;
        span.shown = math_text(b->arena, span.text, &unknown);
        check_maths(b, span.text, span.place, unknown);
    } else if (span.kind == SPAN_CODE) {
        read_live(b, &span);
    }
    push_span(b, span);
    buf_clear(&b->run);
}

/* A line break in the source, or one the author asked for, is a blank in what is shown. */
static void add_text(struct builder *b, const char *text, size_t size, size_t offset)
{
    enum span_kind kind = kind_now(b);
    if (kind != b->run_kind)
        end_run(b);
    if (!b->run.length) {
        b->run_kind = kind;
        if (!b->special)
            b->run_began = offset;
    }
    if (b->run_began == SIZE_MAX)
        b->run_began = offset;
    size_t start = b->run.length;
    buf_add_n(&b->run, text, size);
    for (size_t i = start; i < b->run.length; i++)
        if (b->run.data[i] == '\n')
            b->run.data[i] = ' ';
}

/* Blanks at the ends of a paragraph say nothing (they come from what was cut out of it).
 * Returns the first span that is left. */
static size_t trim_spans(struct builder *b)
{
    while (b->span_count) {
        struct span *last = &b->spans[b->span_count - 1];
        struct str text = str_trim(str_of(last->text));
        if (last->kind == SPAN_BREAK || (last->kind == SPAN_TEXT && !text.length)) {
            b->span_count--;
            continue;
        }
        if (last->kind == SPAN_TEXT && text.text + text.length != last->text + strlen(last->text)) {
            size_t keep = (size_t)(text.text + text.length - last->text);
            last->text = last->shown = arena_strndup(b->arena, last->text, keep);
        }
        break;
    }
    size_t first = 0;
    while (first < b->span_count && b->spans[first].kind == SPAN_BREAK)
        first++;
    if (first < b->span_count && b->spans[first].kind == SPAN_TEXT) {
        struct span *span = &b->spans[first];
        span->text += strspn(span->text, " ");
        span->shown = span->text;
    }
    return first;
}

static void take_spans(struct builder *b, struct span **spans, size_t *count)
{
    end_run(b);
    size_t first = trim_spans(b);
    *count = b->span_count - first;
    *spans = ARENA_ARRAY(b->arena, *count, struct span);
    if (*count)
        memcpy(*spans, b->spans + first, *count * sizeof **spans);
    b->span_count = 0;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static struct piece *push_piece(struct builder *b, struct piece piece)
{
    ARENA_PUSH(b->arena, b->out->pieces, b->out->count, b->out->capacity, piece);
    return &b->out->pieces[b->out->count - 1];
}

static void begin_block(struct builder *b, enum block_kind kind)
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
        push_span(b, (struct span){.kind = SPAN_TEXT,
                                   .text = item->task == ' ' ? "[ ] " : "[x] ",
                                   .shown = item->task == ' ' ? "[ ] " : "[x] ",
                                   .place = place_at(b, b->at)});
        item->task = 0;
    }
}

/* Puts the block in hand into the list; `last` is its last line. */
static struct piece *push_block(struct builder *b, enum piece_kind kind, int last)
{
    b->open = false;
    b->block.place = place_at(b, b->began);
    int first = b->block.place.line;
    return push_piece(b, (struct piece){.kind = kind,
                                        .block = b->block,
                                        .first = first,
                                        .last = last > first ? last : first});
}

/* The line the last text seen stands in. */
static int line_seen(const struct builder *b)
{
    return source_line_number(b->source, b->at > 0 ? b->at - 1 : 0);
}

/* Ends a paragraph, an item or a quotation. What is left of one from which a formula was taken out
 * may be empty; the first block of an item is kept even so, for its mark. */
static void end_text(struct builder *b)
{
    if (!b->open)
        return;
    take_spans(b, &b->block.spans, &b->block.span_count);
    if (b->block.span_count || (b->block.kind == BLOCK_ITEM && b->block.number >= 0))
        push_block(b, PIECE_BLOCK, line_seen(b));
    b->open = false;
}

/* An item whose first block is not a paragraph still gets its mark. */
static void begin_item_if_due(struct builder *b)
{
    end_text(b);
    struct container *item = item_of(b);
    if (item && !item->begun) {
        begin_block(b, BLOCK_PARAGRAPH);
        end_text(b);
    }
}

static void end_display(struct builder *b)
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
    push_block(b, PIECE_BLOCK, line_seen(b));
    check_maths(b, *copy ? copy : " ", place_at(b, b->run_began), unknown);
    /* The paragraph goes on below the formula. */
    b->open = true;
    b->began = SIZE_MAX;
    b->block = (struct block){.kind = text.kind,
                              .depth = text.depth,
                              .number = text.kind == BLOCK_ITEM ? -1 : text.number};
}

static void end_heading(struct builder *b)
{
    take_spans(b, &b->block.spans, &b->block.span_count);
    bool outside = b->depth == 0 && b->excess == 0;
    if (b->began == SIZE_MAX) {
        size_t found = scan_empty_heading(b->source, b->at, b->block.level);
        b->began = b->at = found;
        source_find(b->source, LINT_EMPTY_HEADING, place_at(b, found), "give it words or delete it",
                    "a heading without words");
    } else if (!scan_has_hash(b->source, b->began)) {
        /* Underlined: what was meant is a paragraph and, below it, a rule. */
        int last = line_seen(b);
        struct place place = place_at(b, b->began);
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
            push_piece(b, (struct piece){.kind = PIECE_RULE, .first = last + 1, .last = last + 1});
        return;
    }
    bool title = b->block.level <= 2 && outside;
    push_block(b, title ? PIECE_HEADING : PIECE_BLOCK, line_seen(b));
}

static void end_table(struct builder *b)
{
    b->block.cells = b->cells;
    b->block.rows = b->block.columns ? b->cell_count / b->block.columns : 0;
    b->cells = NULL;
    b->cell_count = b->cell_capacity = 0;
    b->in_table = false;
    struct piece *piece = push_block(b, PIECE_BLOCK, line_seen(b));
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

static void begin_code(struct builder *b, const MD_BLOCK_CODE_DETAIL *detail)
{
    begin_item_if_due(b);
    begin_block(b, BLOCK_CODE);
    buf_clear(&b->code);
    b->code_lines = 0;
    b->fence_char = detail->fence_char;
    b->info = (struct str){"", 0};
    if (!detail->fence_char)
        return;
    /* The info string is a copy where it holds an entity or a backslash; then, and where there is
     * none, the next fence is this one. */
    size_t at;
    if (detail->info.size && source_holds(b->source, detail->info.text))
        at = (size_t)(detail->info.text - b->source->text);
    else
        at = scan_fence(b->source, b->at, detail->fence_char);
    b->fence_line = source_line_number(b->source, at);
    struct str line = source_line(b->source, b->fence_line);
    size_t run = scan_fence_in_line(line, detail->fence_char);
    b->began = (size_t)(line.text - b->source->text) + run;
    while (run < line.length && line.text[run] == detail->fence_char)
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

static void end_code(struct builder *b)
{
    struct source *source = b->source;
    b->block.text = b->block.shown = arena_strndup(b->arena, buf_text(&b->code), b->code.length);
    if (!b->fence_char) {
        source_find(source, LINT_INDENTED_CODE, place_at(b, b->began),
                    "put it between ``` fences, or take the blanks away",
                    "four blanks before a line make it code");
        push_block(b, PIECE_BLOCK, line_seen(b));
        return;
    }
    int last = b->fence_line + (int)b->code_lines;
    struct str line = source_line(source, last + 1);
    bool closed = scan_closes_fence(source_line(source, b->fence_line), line, b->fence_char,
                                    item_of(b) != NULL);
    if (closed)
        last++;
    else
        source_find(source, LINT_UNCLOSED_FENCE, place_at(b, b->began),
                    "close it with a line of the same marks", "nothing closes this fence");
    bool outside = b->depth == 0 && b->excess == 0;
    struct str rest = b->info;
    struct str word = str_word(&rest);
    if (str_is(word, "math"))
        read_drawing(b);
    else if (!outside && grammar_is_directive(word))
        source_find(source, LINT_DIRECTIVE_PLACE, place_at(b, b->began),
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

/* ---- callbacks ------------------------------------------------------------------------------- */

static void enter_container(struct builder *b, struct container container)
{
    end_text(b);
    if (container.type == MD_BLOCK_LI && b->depth) {
        struct container *list = &b->stack[b->depth - 1];
        container.number = list->type == MD_BLOCK_OL && !b->excess ? list->number++ : 0;
    } else {
        begin_item_if_due(b);
    }
    if (b->depth == DEPTH_MOST) {
        b->too_deep = !b->excess || b->too_deep; /* told with the next text, for its place */
        b->excess++;
        return;
    }
    b->stack[b->depth++] = container;
}

static void leave_container(struct builder *b)
{
    begin_item_if_due(b);
    if (b->excess)
        b->excess--;
    else
        b->depth--;
}

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    if (!spend(b, 1))
        return 1;
    switch (type) {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_UL:
        enter_container(b, (struct container){.type = type});
        break;
    case MD_BLOCK_OL: {
        unsigned start = ((MD_BLOCK_OL_DETAIL *)detail)->start;
        enter_container(b, (struct container){.type = type, .number = (int)(start % 1000000000)});
        break;
    }
    case MD_BLOCK_LI: {
        const MD_BLOCK_LI_DETAIL *item = detail;
        enter_container(
            b, (struct container){.type = type, .task = item->is_task ? item->task_mark : '\0'});
        break;
    }
    case MD_BLOCK_HR:
        begin_item_if_due(b);
        b->at = scan_rule(b->source, b->at);
        if (b->depth == 0)
            push_piece(
                b, (struct piece){.kind = PIECE_RULE, .first = line_seen(b), .last = line_seen(b)});
        break;
    case MD_BLOCK_H:
        begin_item_if_due(b);
        begin_block(b, BLOCK_HEADING);
        b->block.level = (int)((MD_BLOCK_H_DETAIL *)detail)->level;
        break;
    case MD_BLOCK_CODE:
        begin_code(b, detail);
        break;
    case MD_BLOCK_P:
        end_text(b);
        begin_block(b, BLOCK_PARAGRAPH);
        break;
    case MD_BLOCK_TABLE:
        begin_item_if_due(b);
        begin_block(b, BLOCK_TABLE);
        b->in_table = true;
        b->block.columns = ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count;
        if (!spend(b, b->block.columns))
            return 1;
        b->block.right = ARENA_ARRAY(b->arena, b->block.columns, bool);
        break;
    case MD_BLOCK_TH:
        if (b->cell_count < b->block.columns)
            b->block.right[b->cell_count] = ((MD_BLOCK_TD_DETAIL *)detail)->align == MD_ALIGN_RIGHT;
        break;
    default:
        break;
    }
    return 0;
}

static int on_leave_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    (void)detail;
    if (!spend(b, 1))
        return 1;
    switch (type) {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_LI:
        leave_container(b);
        break;
    case MD_BLOCK_H:
        end_heading(b);
        break;
    case MD_BLOCK_CODE:
        end_code(b);
        break;
    case MD_BLOCK_P:
        end_text(b);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: {
        struct table_cell cell;
        take_spans(b, &cell.spans, &cell.span_count);
        ARENA_PUSH(b->arena, b->cells, b->cell_count, b->cell_capacity, cell);
        break;
    }
    case MD_BLOCK_TABLE:
        end_table(b);
        break;
    default:
        break;
    }
    return 0;
}

/* The text of a tight list item comes without a paragraph around it. */
static void ensure_open(struct builder *b)
{
    if (!b->open)
        begin_block(b, BLOCK_PARAGRAPH);
}

static char *copy_attribute(struct builder *b, const MD_ATTRIBUTE *attribute)
{
    return arena_strndup(b->arena, attribute->size ? attribute->text : "", attribute->size);
}

static void begin_special(struct builder *b, enum span_kind kind)
{
    if (b->special++)
        return;
    end_run(b);
    b->special_kind = b->run_kind = kind;
    b->run_began = SIZE_MAX;
    b->target = NULL;
}

static void end_special(struct builder *b)
{
    if (--b->special)
        return;
    if (!b->run.length && b->target)
        buf_add(&b->run, b->target);
    end_run(b);
    b->target = NULL;
}

static int on_enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    const MD_ATTRIBUTE *target = NULL;
    if (type == MD_SPAN_A)
        target = &((MD_SPAN_A_DETAIL *)detail)->href;
    else if (type == MD_SPAN_WIKILINK)
        target = &((MD_SPAN_WIKILINK_DETAIL *)detail)->target;
    if (!spend(b, 1 + (target ? target->size : 0)))
        return 1;
    ensure_open(b);
    switch (type) {
    case MD_SPAN_EM:
        b->emph++;
        break;
    case MD_SPAN_STRONG:
        b->strong++;
        break;
    case MD_SPAN_DEL:
        b->strike++;
        break;
    case MD_SPAN_CODE:
        begin_special(b, SPAN_CODE);
        break;
    case MD_SPAN_LATEXMATH:
        begin_special(b, SPAN_MATH);
        break;
    case MD_SPAN_LATEXMATH_DISPLAY:
        begin_special(b, SPAN_MATH);
        b->display =
            b->special == 1 && (b->block.kind == BLOCK_PARAGRAPH || b->block.kind == BLOCK_ITEM);
        if (b->display) {
            end_text(b);
            b->open = true;
            b->began = SIZE_MAX;
        }
        break;
    case MD_SPAN_A:
        begin_special(b, SPAN_URL);
        if (b->special == 1)
            b->target = copy_attribute(b, target);
        break;
    case MD_SPAN_WIKILINK:
        begin_special(b, SPAN_LINK);
        if (b->special == 1) {
            b->target = copy_attribute(b, target);
            if (source_holds(b->source, target->text))
                b->run_began = (size_t)(target->text - b->source->text);
        }
        break;
    case MD_SPAN_IMG:
        source_find(b->source, LINT_IMAGE, source_place(b->source, b->at),
                    "draw it in a ``` fence, or link to it",
                    "a terminal cannot show pictures; only the words are shown");
        break;
    default:
        break;
    }
    return 0;
}

static int on_leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    (void)detail;
    if (!spend(b, 1))
        return 1;
    switch (type) {
    case MD_SPAN_EM:
        b->emph--;
        break;
    case MD_SPAN_STRONG:
        b->strong--;
        break;
    case MD_SPAN_DEL:
        b->strike--;
        break;
    case MD_SPAN_LATEXMATH_DISPLAY:
        if (b->display) {
            b->display = false;
            b->special--;
            end_display(b);
            break;
        }
        end_special(b);
        break;
    case MD_SPAN_CODE:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_A:
    case MD_SPAN_WIKILINK:
        end_special(b);
        break;
    default:
        break;
    }
    return 0;
}

static void add_entity(struct builder *b, const char *text, size_t size, size_t offset)
{
    struct buf character = {0};
    if (markdown_entity(&character, text, size)) {
        add_text(b, buf_text(&character), character.length, offset);
    } else {
        source_find(b->source, LINT_ENTITY, place_at(b, offset), "write the character itself",
                    "the entity %.*s is unknown", size > 60 ? 60 : (int)size, text);
        add_text(b, text, size, offset);
    }
    buf_free(&character);
}

static void check_html(struct builder *b, const char *text, size_t size)
{
    const char *end = b->source->text + b->source->length;
    for (const char *p = text; (p = memchr(p, '<', (size_t)(text + size - p))); p++)
        if (scan_is_html(p, b->source->text, end)) {
            source_find(b->source, LINT_RAW_HTML, source_place_of(b->source, p),
                        "write Markdown, or \\< for the character",
                        "HTML is not read; it is shown as it is written");
            return;
        }
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user)
{
    struct builder *b = user;
    if (!spend(b, 1 + size))
        return 1;
    size_t offset = SIZE_MAX;
    if (source_holds(b->source, text)) {
        offset = (size_t)(text - b->source->text);
        if (offset + size > b->at)
            b->at = offset + size;
    }
    if (b->too_deep)
        source_find(b->source, LINT_DEEP, place_at(b, offset), "nest less deeply",
                    "more than %d lists and quotations inside one another", DEPTH_MOST);
    b->too_deep = false;
    if (b->open && b->block.kind == BLOCK_CODE) {
        if (b->began == SIZE_MAX)
            b->began = offset;
        buf_add_n(&b->code, text, size);
        for (size_t i = 0; i < size; i++)
            b->code_lines += text[i] == '\n';
        return 0;
    }
    ensure_open(b);
    if (b->began == SIZE_MAX)
        b->began = offset;
    switch (type) {
    case MD_TEXT_BR:
        if (b->special || b->in_table || b->block.kind == BLOCK_HEADING) {
            add_text(b, " ", 1, SIZE_MAX);
        } else {
            end_run(b);
            push_span(b, (struct span){.kind = SPAN_BREAK,
                                       .text = "\n",
                                       .shown = "\n",
                                       .place = place_at(b, b->at)});
        }
        break;
    case MD_TEXT_SOFTBR:
        add_text(b, " ", 1, SIZE_MAX);
        break;
    case MD_TEXT_NULLCHAR:
        add_text(b, "\xEF\xBF\xBD", 3, offset);
        break;
    case MD_TEXT_ENTITY:
        add_entity(b, text, size, offset);
        break;
    default:
        if (type == MD_TEXT_NORMAL && offset != SIZE_MAX)
            check_html(b, text, size);
        add_text(b, text, size, offset);
        break;
    }
    return 0;
}

/* ---- the whole ------------------------------------------------------------------------------- */

void markdown_read(struct source *source, int first, int last, struct markdown *out)
{
    struct str part = source_lines(source, first, last);
    if (!part.length)
        return;
    struct builder builder = {.source = source,
                              .arena = source->arena,
                              .out = out,
                              .at = (size_t)(part.text - source->text),
                              .budget = 4096 + 16 * part.length,
                              .began = SIZE_MAX,
                              .run_began = SIZE_MAX};
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_LATEXMATHSPANS |
                 MD_FLAG_WIKILINKS | MD_FLAG_TASKLISTS | MD_FLAG_NOHTML,
        .enter_block = on_enter_block,
        .leave_block = on_leave_block,
        .enter_span = on_enter_span,
        .leave_span = on_leave_span,
        .text = on_text,
    };
    md_parse(part.text, (MD_SIZE)part.length, &parser, &builder);
    buf_free(&builder.code);
    buf_free(&builder.run);
}

struct block *markdown_blocks(struct source *source, const struct markdown *markdown, size_t *count)
{
    struct block *blocks = ARENA_ARRAY(source->arena, markdown->count, struct block);
    *count = 0;
    for (size_t i = 0; i < markdown->count; i++)
        if (markdown->pieces[i].kind != PIECE_RULE)
            blocks[(*count)++] = markdown->pieces[i].block;
    return blocks;
}

char *markdown_words(struct arena *arena, const struct span *spans, size_t count)
{
    struct buf words = {0};
    for (size_t i = 0; i < count; i++)
        buf_add(&words, spans[i].kind == SPAN_BREAK ? " " : spans[i].shown);
    char *copy = arena_strndup(arena, buf_text(&words), words.length);
    buf_free(&words);
    return copy;
}

void lesson_inline(struct arena *arena, const char *text, struct span **spans, size_t *count)
{
    /* One line that begins with a word is a paragraph, whatever stands in it: "# of units" and
     * "2. of May" are no heading and no list. The word is taken off again. */
    static const char guard[] = "x ";
    struct buf line = {0};
    struct str trimmed = str_trim(str_of(text));
    buf_add(&line, guard);
    buf_add_n(&line, trimmed.text, trimmed.length);
    for (size_t i = 0; i < line.length; i++)
        if (line.data[i] == '\n' || line.data[i] == '\r')
            line.data[i] = ' ';
    struct source source;
    source_open(&source, arena, "", line.data, line.length, NULL);
    buf_free(&line);
    struct markdown markdown = {0};
    markdown_read(&source, 1, 1, &markdown);
    *spans = NULL;
    *count = 0;
    size_t capacity = 0;
    for (size_t i = 0; i < markdown.count; i++) {
        const struct block *block = &markdown.pieces[i].block;
        if (block->kind == BLOCK_MATH)
            ARENA_PUSH(arena, *spans, *count, capacity,
                       (struct span){.kind = SPAN_MATH,
                                     .text = block->text,
                                     .shown = block->shown,
                                     .place = block->place});
        for (size_t j = 0; j < block->span_count; j++) {
            struct span span = block->spans[j];
            if (i == 0 && j == 0) {
                span.text += strlen(span.text) < sizeof guard - 1 ? 1 : sizeof guard - 1;
                span.shown = span.text;
                if (!*span.text)
                    continue;
            }
            ARENA_PUSH(arena, *spans, *count, capacity, span);
        }
    }
}
