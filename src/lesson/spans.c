/* The text of a block: runs of one kind, formulas, links, live numbers. */
#include "lesson/builder.h"
#include "lesson/grammar.h"
#include "lesson/scan.h"

#include <string.h>

bool builder_spend(struct builder *b, size_t cost)
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

void builder_push_span(struct builder *b, struct span span)
{
    ARENA_PUSH(b->arena, b->spans, b->span_count, b->span_capacity, span);
}

struct place builder_place(const struct builder *b, size_t offset)
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

void builder_check_maths(struct builder *b, const char *latex, struct place place,
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

void builder_end_run(struct builder *b)
{
    if (!b->run.length)
        return;
    struct span span = {.kind = b->run_kind,
                        .text = arena_strndup(b->arena, b->run.data, b->run.length),
                        .target = b->target,
                        .place = builder_place(b, b->run_began)};
    span.shown = span.text;
    if (span.kind == SPAN_MATH) {
        const char *unknown = NULL;
        span.shown = math_text(b->arena, span.text, &unknown);
        builder_check_maths(b, span.text, span.place, unknown);
    } else if (span.kind == SPAN_CODE) {
        read_live(b, &span);
    }
    builder_push_span(b, span);
    buf_clear(&b->run);
}

/* A line break in the source, or one the author asked for, is a blank in what is shown. */
void builder_add_text(struct builder *b, const char *text, size_t size, size_t offset)
{
    enum span_kind kind = kind_now(b);
    if (kind != b->run_kind)
        builder_end_run(b);
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

void builder_take_spans(struct builder *b, struct span **spans, size_t *count)
{
    builder_end_run(b);
    size_t first = trim_spans(b);
    *count = b->span_count - first;
    *spans = ARENA_ARRAY(b->arena, *count, struct span);
    if (*count)
        memcpy(*spans, b->spans + first, *count * sizeof **spans);
    b->span_count = 0;
}
void builder_begin_special(struct builder *b, enum span_kind kind)
{
    if (b->special++)
        return;
    builder_end_run(b);
    b->special_kind = b->run_kind = kind;
    b->run_began = SIZE_MAX;
    b->target = NULL;
}

void builder_end_special(struct builder *b)
{
    if (--b->special)
        return;
    if (!b->run.length && b->target)
        buf_add(&b->run, b->target);
    builder_end_run(b);
    b->target = NULL;
}
void builder_add_entity(struct builder *b, const char *text, size_t size, size_t offset)
{
    struct buf character = {0};
    if (markdown_entity(&character, text, size)) {
        builder_add_text(b, buf_text(&character), character.length, offset);
    } else {
        source_find(b->source, LINT_ENTITY, builder_place(b, offset), "write the character itself",
                    "the entity %.*s is unknown", size > 60 ? 60 : (int)size, text);
        builder_add_text(b, text, size, offset);
    }
    buf_free(&character);
}

void builder_check_html(struct builder *b, const char *text, size_t size)
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
