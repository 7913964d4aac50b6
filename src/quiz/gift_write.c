/* Writes GIFT that Moodle, gift-pegjs and gift.c read back as the same questions. */
#include "quiz/gift.h"
#include "quiz/types.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gift_put(struct buf *out, const char *text)
{
    for (const char *rest = text; *rest;) {
        size_t plain = strcspn(rest, "\\~=#{}:\n");
        buf_add_n(out, rest, plain);
        rest += plain;
        if (*rest) {
            buf_add_char(out, '\\');
            buf_add_char(out, *rest == '\n' ? 'n' : *rest);
            rest++;
        }
    }
}

static void put_format(struct buf *out, enum text_format format)
{
    static const char *const tags[] = {
        [FORMAT_MOODLE] = "[moodle]",
        [FORMAT_HTML] = "[html]",
        [FORMAT_PLAIN] = "[plain]",
        [FORMAT_MARKDOWN] = "[markdown]",
    };
    buf_add(out, tags[format]);
}

void gift_put_text(struct buf *out, const struct quiz_text *text, enum text_format inherited)
{
    if (text->format != inherited || gift_has_format(str_of(text->text)))
        put_format(out, text->format);
    gift_put(out, text->text);
}

void gift_put_feedback(struct buf *out, const struct choice *choice,
                       const struct question *question)
{
    if (!*choice->feedback.text && choice->feedback.format == question->stem.format)
        return;
    buf_add(out, "#");
    gift_put_text(out, &choice->feedback, question->stem.format);
}

void gift_put_weight(struct buf *out, double fraction)
{
    /* The fewest decimals that read back as the same fraction; no exponents in GIFT. */
    enum { MOST_DECIMALS = 340 };
    char text[MOST_DECIMALS + 16];
    for (int decimals = 0; decimals < MOST_DECIMALS; decimals++) {
        snprintf(text, sizeof text, "%.*f", decimals, fraction * 100);
        if (strtod(text, NULL) / 100 == fraction)
            break;
    }
    buf_addf(out, "%%%s%%", text);
}

/* ---- comments --------------------------------------------------------------------------------- */

/* `[name:value]`, on the line of the others unless a backslash at the end could join it to them. */
static void put_bracket(struct buf *out, bool *open, const char *name, const char *value)
{
    buf_addf(out, "%s[%s", *open ? " " : "// ", name);
    for (const char *p = value; *p; p++) {
        if (*p == ']')
            buf_add_char(out, '\\');
        buf_add_char(out, *p);
    }
    buf_add(out, "]");
    *open = true;
    size_t length = strlen(value);
    if (length && value[length - 1] == '\\') {
        buf_add(out, "\n");
        *open = false;
    }
}

static void put_comments(struct buf *out, const struct question *question)
{
    bool open = false;
    if (question->id)
        put_bracket(out, &open, "id:", question->id);
    for (size_t i = 0; i < question->tag_count; i++)
        put_bracket(out, &open, "tag:", question->tags[i]);
    if (question->points != 1) {
        struct buf points = {0};
        buf_add_number(&points, question->points);
        put_bracket(out, &open, "nt:points=", buf_text(&points));
        buf_free(&points);
    }
    if (question->case_sensitive)
        put_bracket(out, &open, "nt:case", "");
    if (question->kind == QUESTION_ORDER)
        put_bracket(out, &open, "nt:order", "");
    if (question->hint)
        put_bracket(out, &open, "nt:hint=", question->hint);
    if (open)
        buf_add(out, "\n");
}

/* ---- questions -------------------------------------------------------------------------------- */

static void put_stem(struct buf *out, const struct question *question)
{
    const struct quiz_text *stem = &question->stem;
    if (question->title || !*question->name) {
        buf_add(out, "::");
        gift_put(out, question->name);
        buf_add(out, "::");
    }
    /* What would be read as a comment, as nothing, or as a format is shielded by its format. */
    bool shielded = text_starts(stem->text, "//") || strcmp(stem->text, "0") == 0 ||
                    gift_has_format(str_of(stem->text)) ||
                    (!*stem->text && question->kind == QUESTION_DESCRIPTION);
    if (shielded || stem->format != FORMAT_MOODLE)
        put_format(out, stem->format);
    gift_put(out, stem->text);
}

static void put_question(struct buf *out, const struct question *question)
{
    const struct question_type *type = question_type_of(question);
    const struct quiz_text *general = &question->general_feedback;
    put_comments(out, question);
    put_stem(out, question);
    if (type->write) {
        buf_add(out, " {");
        type->write(question, out);
        if (*general->text || general->format != question->stem.format) {
            buf_add(out, "####");
            gift_put_text(out, general, question->stem.format);
        }
        buf_add(out, "}");
    }
    buf_add(out, "\n\n");
}

void gift_write(const struct quiz *quiz, struct buf *out)
{
    const char *category = "";
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        if (strcmp(question->category, category) != 0) {
            category = question->category;
            buf_add(out, "$CATEGORY: ");
            for (const char *p = category; *p; p++)
                buf_addf(out, *p == '\\' ? "\\\\" : *p == '\n' ? "\\n" : "%c", *p);
            buf_add(out, "\n\n");
        }
        put_question(out, question);
    }
}
