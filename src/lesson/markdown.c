/* The parser's callbacks; what they build is in spans.c and blocks.c. */
#include "lesson/builder.h"
#include "lesson/scan.h"

#include <md4c.h>
#include <string.h>

static int on_enter_block(MD_BLOCKTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    if (!builder_spend(b, 1))
        return 1;
    switch (type) {
    case MD_BLOCK_QUOTE:
        builder_enter(b, (struct container){.kind = CONTAINER_QUOTE});
        break;
    case MD_BLOCK_UL:
        builder_enter(b, (struct container){.kind = CONTAINER_BULLETS});
        break;
    case MD_BLOCK_OL: {
        unsigned start = ((MD_BLOCK_OL_DETAIL *)detail)->start;
        builder_enter(
            b, (struct container){.kind = CONTAINER_NUMBERS, .number = (int)(start % 1000000000)});
        break;
    }
    case MD_BLOCK_LI: {
        const MD_BLOCK_LI_DETAIL *item = detail;
        builder_enter(b, (struct container){.kind = CONTAINER_ITEM,
                                            .task = item->is_task ? item->task_mark : '\0'});
        break;
    }
    case MD_BLOCK_HR:
        builder_begin_item(b);
        b->at = scan_rule(b->source, b->at);
        if (b->depth == 0)
            builder_push_piece(b, (struct piece){.kind = PIECE_RULE,
                                                 .first = builder_line_seen(b),
                                                 .last = builder_line_seen(b)});
        break;
    case MD_BLOCK_H:
        builder_begin_item(b);
        builder_begin_block(b, BLOCK_HEADING);
        b->block.level = (int)((MD_BLOCK_H_DETAIL *)detail)->level;
        break;
    case MD_BLOCK_CODE:
        builder_begin_code(b, ((MD_BLOCK_CODE_DETAIL *)detail)->fence_char,
                           (struct str){((MD_BLOCK_CODE_DETAIL *)detail)->info.text,
                                        ((MD_BLOCK_CODE_DETAIL *)detail)->info.size});
        break;
    case MD_BLOCK_P:
        builder_end_text(b);
        builder_begin_block(b, BLOCK_PARAGRAPH);
        break;
    case MD_BLOCK_TABLE:
        builder_begin_item(b);
        builder_begin_block(b, BLOCK_TABLE);
        b->in_table = true;
        b->block.columns = ((MD_BLOCK_TABLE_DETAIL *)detail)->col_count;
        if (!builder_spend(b, b->block.columns))
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
    if (!builder_spend(b, 1))
        return 1;
    switch (type) {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
    case MD_BLOCK_LI:
        builder_leave(b);
        break;
    case MD_BLOCK_H:
        builder_end_heading(b);
        break;
    case MD_BLOCK_CODE:
        builder_end_code(b);
        break;
    case MD_BLOCK_P:
        builder_end_text(b);
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: {
        struct table_cell cell;
        builder_take_spans(b, &cell.spans, &cell.span_count);
        ARENA_PUSH(b->arena, b->cells, b->cell_count, b->cell_capacity, cell);
        break;
    }
    case MD_BLOCK_TABLE:
        builder_end_table(b);
        break;
    default:
        break;
    }
    return 0;
}
static char *copy_attribute(struct builder *b, const MD_ATTRIBUTE *attribute)
{
    return arena_strndup(b->arena, attribute->size ? attribute->text : "", attribute->size);
}
static int on_enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct builder *b = user;
    const MD_ATTRIBUTE *target = NULL;
    if (type == MD_SPAN_A)
        target = &((MD_SPAN_A_DETAIL *)detail)->href;
    else if (type == MD_SPAN_WIKILINK)
        target = &((MD_SPAN_WIKILINK_DETAIL *)detail)->target;
    if (!builder_spend(b, 1 + (target ? target->size : 0)))
        return 1;
    builder_ensure_open(b);
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
        builder_begin_special(b, SPAN_CODE);
        break;
    case MD_SPAN_LATEXMATH:
        builder_begin_special(b, SPAN_MATH);
        break;
    case MD_SPAN_LATEXMATH_DISPLAY:
        builder_begin_special(b, SPAN_MATH);
        b->display =
            b->special == 1 && (b->block.kind == BLOCK_PARAGRAPH || b->block.kind == BLOCK_ITEM);
        if (b->display) {
            builder_end_text(b);
            b->open = true;
            b->began = SIZE_MAX;
        }
        break;
    case MD_SPAN_A:
        builder_begin_special(b, SPAN_URL);
        if (b->special == 1)
            b->target = copy_attribute(b, target);
        break;
    case MD_SPAN_WIKILINK:
        builder_begin_special(b, SPAN_LINK);
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
    if (!builder_spend(b, 1))
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
            builder_end_display(b);
            break;
        }
        builder_end_special(b);
        break;
    case MD_SPAN_CODE:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_A:
    case MD_SPAN_WIKILINK:
        builder_end_special(b);
        break;
    default:
        break;
    }
    return 0;
}
static int on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *user)
{
    struct builder *b = user;
    if (!builder_spend(b, 1 + size))
        return 1;
    size_t offset = SIZE_MAX;
    if (source_holds(b->source, text)) {
        offset = (size_t)(text - b->source->text);
        if (offset + size > b->at)
            b->at = offset + size;
    }
    if (b->too_deep)
        source_find(b->source, LINT_DEEP, builder_place(b, offset), "nest less deeply",
                    "more than %d lists and quotations inside one another", BUILDER_DEPTH_MOST);
    b->too_deep = false;
    if (b->open && b->block.kind == BLOCK_CODE) {
        if (b->began == SIZE_MAX)
            b->began = offset;
        buf_add_n(&b->code, text, size);
        for (size_t i = 0; i < size; i++)
            b->code_lines += text[i] == '\n';
        return 0;
    }
    builder_ensure_open(b);
    if (b->began == SIZE_MAX)
        b->began = offset;
    switch (type) {
    case MD_TEXT_BR:
        if (b->special || b->in_table || b->block.kind == BLOCK_HEADING) {
            builder_add_text(b, " ", 1, SIZE_MAX);
        } else {
            builder_end_run(b);
            builder_push_span(b, (struct span){.kind = SPAN_BREAK,
                                               .text = "\n",
                                               .shown = "\n",
                                               .place = builder_place(b, b->at)});
        }
        break;
    case MD_TEXT_SOFTBR:
        builder_add_text(b, " ", 1, SIZE_MAX);
        break;
    case MD_TEXT_NULLCHAR:
        builder_add_text(b, "\xEF\xBF\xBD", 3, offset);
        break;
    case MD_TEXT_ENTITY:
        builder_add_entity(b, text, size, offset);
        break;
    default:
        if (type == MD_TEXT_NORMAL && offset != SIZE_MAX)
            builder_check_html(b, text, size);
        builder_add_text(b, text, size, offset);
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
