/* Questions as JSON: Moodle's names for what Moodle has, and key, points, line besides. */
#include "quiz/types.h"

#include "base/json.h"

#include <string.h>

static const char *format_name(enum text_format format)
{
    static const char *const names[] = {
        [FORMAT_MOODLE] = "moodle",
        [FORMAT_HTML] = "html",
        [FORMAT_PLAIN] = "plain",
        [FORMAT_MARKDOWN] = "markdown",
    };
    return names[format];
}

void json_add_text(struct buf *out, const char *name, const struct quiz_text *text)
{
    buf_addf(out, "\"%s\":{\"text\":", name);
    json_add_string(out, text->text);
    buf_addf(out, ",\"format\":\"%s\"}", format_name(text->format));
}

void json_add_worth(struct buf *out, const struct choice *choice)
{
    buf_add(out, ",\"fraction\":");
    json_add_number(out, choice->fraction);
    if (*choice->feedback.text) {
        buf_add(out, ",");
        json_add_text(out, "feedback", &choice->feedback);
    }
}

static void add_member(struct buf *out, const char *name, const char *value)
{
    buf_addf(out, ",\"%s\":", name);
    json_add_string(out, value);
}

static void add_tags(struct buf *out, const struct question *question)
{
    buf_add(out, ",\"tags\":[");
    for (size_t i = 0; i < question->tag_count; i++) {
        buf_add(out, i ? "," : "");
        json_add_string(out, question->tags[i]);
    }
    buf_add(out, "]");
}

static void add_question(struct buf *out, const struct question *question)
{
    const struct question_type *type = question_type_of(question);
    buf_addf(out, "{\"qtype\":\"%s\"", type->name);
    add_member(out, "key", question->key);
    buf_addf(out, ",\"line\":%d", question->line);
    add_member(out, "name", question->name);
    add_member(out, "text", question->stem.text);
    add_member(out, "format", format_name(question->stem.format));
    if (*question->general_feedback.text) {
        buf_add(out, ",");
        json_add_text(out, "general_feedback", &question->general_feedback);
    }
    if (question->id)
        add_member(out, "idnumber", question->id);
    if (question->tag_count)
        add_tags(out, question);
    buf_add(out, ",\"points\":");
    json_add_number(out, type->gradable ? question->points : 0);
    if (question->hint)
        add_member(out, "hint", question->hint);
    if (question->case_sensitive)
        buf_add(out, ",\"case\":true");
    if (type->form == FORM_ORDER)
        buf_add(out, ",\"order\":true");
    if (type->json)
        type->json(question, out);
    buf_add(out, "}");
}

void quiz_write_json(const struct quiz *quiz, struct buf *out)
{
    const char *category = "", *separator = "\n";
    buf_add(out, "[");
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        if (strcmp(question->category, category) != 0) {
            category = question->category;
            buf_addf(out, "%s{\"qtype\":\"category\"", separator);
            add_member(out, "category", category);
            buf_add(out, "}");
            separator = ",\n";
        }
        buf_add(out, separator);
        add_question(out, question);
        separator = ",\n";
    }
    buf_add(out, "\n]\n");
}
