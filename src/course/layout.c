#include "course/layout.h"

#include "base/utf8.h"
#include "draw/chart.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SPOTS = 256 };

void layout_gap(struct layout *layout, int rows)
{
    layout->y += rows;
}

void layout_need_rows(struct layout *layout, int rows)
{
    if (layout->grid && layout->y + rows > layout->grid->height)
        grid_resize(layout->grid, layout->grid->width, layout->y + rows);
}

/* Text as this terminal can show it; newlines inside a span are blanks. */
static const char *shown(struct layout *layout, const char *text)
{
    if (!layout->ascii)
        return text;
    struct buf ascii = {0};
    utf8_to_ascii(&ascii, text, strlen(text));
    const char *kept = arena_strdup(layout->arena, buf_text(&ascii));
    buf_free(&ascii);
    return kept;
}

static enum role span_role(const struct span *span, enum role around)
{
    switch (span->kind) {
    case SPAN_EMPH:
        return ROLE_EMPH;
    case SPAN_STRONG:
        return ROLE_STRONG;
    case SPAN_CODE:
        return ROLE_CODE;
    case SPAN_MATH:
        return ROLE_MATH;
    case SPAN_LIVE:
        return ROLE_LIVE;
    case SPAN_LINK:
    case SPAN_URL:
        return ROLE_LINK;
    case SPAN_STRIKE:
        return ROLE_DIM;
    case SPAN_TEXT:
    case SPAN_BREAK:
        break;
    }
    return around;
}

static const char *live_text(struct layout *layout, const struct span *span)
{
    struct buf text = {0};
    /* A number that cannot be computed is shown as the author cached it; lint names the fault. */
    if (!course_live(layout->course, span->args, span->ref, span->text, &text, NULL)) {
        buf_clear(&text);
        buf_addf(&text, "%s?", span->text);
    }
    const char *kept = arena_strdup(layout->arena, buf_text(&text));
    buf_free(&text);
    return kept;
}

static const char *span_text(struct layout *layout, const struct span *span)
{
    switch (span->kind) {
    case SPAN_BREAK:
        return "\n";
    case SPAN_MATH:
        return layout->spoken ? math_spoken(layout->arena, span->text)
                              : shown(layout, span->shown ? span->shown : span->text);
    case SPAN_LIVE:
        return live_text(layout, span);
    default:
        return shown(layout, span->text ? span->text : "");
    }
}

static void keep_links(struct layout *layout, const struct span *spans, const struct spot *spots,
                       size_t count)
{
    int last = 0;
    for (size_t i = 0; i < count; i++) {
        if (spots[i].anchor == last)
            continue; /* a link broken over two lines counts once, where it begins */
        last = spots[i].anchor;
        const struct span *span = &spans[last - 1];
        struct layout_link link = {.x = spots[i].x, .y = spots[i].y, .width = spots[i].width};
        link.kind = span->kind == SPAN_LIVE   ? LINK_LIVE
                    : span->kind == SPAN_LINK ? LINK_TERM
                                              : LINK_URL;
        link.target = span->kind == SPAN_LIVE ? span->args : span->target;
        ARENA_PUSH(layout->arena, layout->links, layout->link_count, layout->link_capacity, link);
    }
}

static void flow_spans(struct layout *layout, struct text_box box, const struct span *spans,
                       size_t count, enum role role)
{
    struct run *runs = ARENA_ARRAY(layout->arena, count, struct run);
    for (size_t i = 0; i < count; i++) {
        const char *text = span_text(layout, &spans[i]);
        bool opens = spans[i].kind == SPAN_LIVE || spans[i].kind == SPAN_LINK;
        runs[i] = (struct run){
            .text = text,
            .size = strlen(text),
            .style = STYLE((uint8_t)span_role(&spans[i], role)),
            .solid = spans[i].kind == SPAN_MATH || spans[i].kind == SPAN_CODE ||
                     spans[i].kind == SPAN_LIVE,
            .anchor = opens ? (int)i + 1 : 0,
        };
    }
    struct spot spots[MOST_SPOTS];
    size_t spot_count = 0;
    layout->y =
        text_wrap(layout->grid, layout->y, box, runs, count, spots, MOST_SPOTS, &spot_count);
    keep_links(layout, spans, spots, spot_count);
}

void layout_spans(struct layout *layout, const struct span *spans, size_t count, enum role role)
{
    flow_spans(layout, (struct text_box){.x = layout->x, .width = layout->width}, spans, count,
               role);
}

void layout_item(struct layout *layout, const char *bullet, struct style bullet_style,
                 const struct span *spans, size_t count, enum role role)
{
    const char *mark = shown(layout, bullet);
    int indent = utf8_columns(mark, strlen(mark)) + 1;
    layout_need_rows(layout, 1);
    if (layout->grid)
        grid_put(layout->grid, layout->x, layout->y, bullet_style, mark);
    flow_spans(layout, (struct text_box){.x = layout->x + indent, .width = layout->width - indent},
               spans, count, role);
}

void layout_text(struct layout *layout, enum role role, const char *text)
{
    layout->y = text_wrap_plain(layout->grid, layout->y,
                                (struct text_box){.x = layout->x, .width = layout->width},
                                STYLE((uint8_t)role), shown(layout, text));
}

void layout_textf(struct layout *layout, enum role role, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    layout_text(layout, role, buf_text(&text));
    buf_free(&text);
}

/* ---- blocks --------------------------------------------------------------------------------------- */

static void layout_lines(struct layout *layout, enum role role, const char *text, int indent)
{
    struct str rest = str_of(text), line;
    while (str_line(&rest, &line)) {
        const char *kept = shown(layout, arena_strndup(layout->arena, line.text, line.length));
        layout_need_rows(layout, 1);
        if (layout->grid)
            grid_put(layout->grid, layout->x + indent, layout->y, STYLE((uint8_t)role), kept);
        layout->y++;
    }
}

static void layout_math(struct layout *layout, const struct block *block)
{
    if (layout->spoken) {
        const char *words = block->spoken  ? block->spoken
                            : block->drawn ? block->text
                                           : math_spoken(layout->arena, block->text);
        layout_text(layout, ROLE_TEXT, words);
        return;
    }
    if (block->drawn) {
        layout_lines(layout, ROLE_MATH, block->text, 2);
        return;
    }
    const char *text = shown(layout, block->shown ? block->shown : block->text);
    int columns = utf8_columns(text, strlen(text));
    int indent = columns < layout->width ? (layout->width - columns) / 2 : 0;
    layout->y =
        text_wrap_plain(layout->grid, layout->y,
                        (struct text_box){.x = layout->x + indent, .width = layout->width - indent},
                        STYLE(ROLE_MATH), text);
}

/* For the ear: each row says its heads again. */
static void speak_table(struct layout *layout, const struct table_column *heads, size_t columns,
                        const char *const *cells, size_t rows)
{
    for (size_t r = 0; r < rows; r++) {
        struct buf text = {0};
        for (size_t c = 0; c < columns; c++)
            buf_addf(&text, "%s%s%s%s", c ? "; " : "", heads[c].head, *heads[c].head ? ": " : "",
                     cells[r * columns + c]);
        buf_add(&text, ".");
        layout_text(layout, ROLE_TEXT, buf_text(&text));
        buf_free(&text);
    }
}

static void layout_table(struct layout *layout, const struct block *block)
{
    size_t columns = block->columns, rows = block->rows ? block->rows - 1 : 0;
    if (!columns)
        return;
    struct table_column *heads = ARENA_ARRAY(layout->arena, columns, struct table_column);
    const char **cells = ARENA_ARRAY(layout->arena, rows * columns + 1, const char *);
    for (size_t i = 0; i < (rows + 1) * columns; i++) {
        struct buf text = {0};
        for (size_t s = 0; s < block->cells[i].span_count; s++)
            buf_add(&text, span_text(layout, &block->cells[i].spans[s]));
        const char *kept = arena_strdup(layout->arena, buf_text(&text));
        buf_free(&text);
        if (i < columns)
            heads[i] =
                (struct table_column){.head = kept, .right = block->right && block->right[i]};
        else
            cells[i - columns] = kept;
    }
    if (layout->spoken) {
        speak_table(layout, heads, columns, cells, rows);
        return;
    }
    layout->y =
        chart_table(layout->grid, layout->x, layout->y, layout->width, heads, columns, cells, rows);
}

static void layout_list_item(struct layout *layout, const struct block *block)
{
    struct layout inner = *layout;
    int indent = block->depth * 2 + 1;
    if (indent > layout->width / 2) /* a deep list stays on the page */
        indent = layout->width / 2;
    inner.x += indent;
    inner.width -= indent;
    char bullet[16] = "•";
    if (block->number > 0)
        snprintf(bullet, sizeof bullet, "%d.", block->number);
    else if (block->number < 0)
        snprintf(bullet, sizeof bullet, " ");
    layout_item(&inner, bullet, STYLE(ROLE_DIM), block->spans, block->span_count, ROLE_TEXT);
    layout->y = inner.y;
    layout->links = inner.links;
    layout->link_count = inner.link_count;
    layout->link_capacity = inner.link_capacity;
}

static void layout_block(struct layout *layout, const struct block *block)
{
    switch (block->kind) {
    case BLOCK_PARAGRAPH:
        layout_spans(layout, block->spans, block->span_count, ROLE_TEXT);
        break;
    case BLOCK_HEADING:
        layout_spans(layout, block->spans, block->span_count, ROLE_STRONG);
        break;
    case BLOCK_ITEM:
        layout_list_item(layout, block);
        break;
    case BLOCK_QUOTE:
        layout_item(layout, "│", STYLE(ROLE_FRAME), block->spans, block->span_count, ROLE_EMPH);
        break;
    case BLOCK_CODE:
        layout_lines(layout, ROLE_CODE, block->text, 2);
        break;
    case BLOCK_MATH:
        layout_math(layout, block);
        break;
    case BLOCK_TABLE:
        layout_table(layout, block);
        break;
    }
}

void layout_blocks(struct layout *layout, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool list = i > 0 && blocks[i].kind == BLOCK_ITEM && blocks[i - 1].kind == BLOCK_ITEM;
        if (i > 0 && !list)
            layout_gap(layout, 1);
        layout_block(layout, &blocks[i]);
    }
}
