/* Blackboard's tab-delimited upload: a line a question, its kind first. */
#include "grade/convert.h"

#include <string.h>

/* A tab would end the field. Blackboard shows fields as HTML. */
static void put_field(struct buf *out, const struct quiz_text *text)
{
    struct buf plain = {0};
    quiz_text_plain(text, &plain);
    buf_add_char(out, '\t');
    for (const char *p = buf_text(&plain); *p; p++) {
        if (*p == '\n')
            buf_add(out, "<br>");
        else if (*p == '<')
            buf_add(out, "&lt;");
        else if (*p == '&')
            buf_add(out, "&amp;");
        else
            buf_add_char(out, *p == '\t' ? ' ' : *p);
    }
    buf_free(&plain);
}

static void put_plain(struct buf *out, const char *text)
{
    put_field(out, &(struct quiz_text){text, FORMAT_PLAIN});
}

static void put_choices(const struct question *question, struct buf *out)
{
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        bool right = question->single ? choice->fraction >= 1 : choice->fraction > 0;
        put_field(out, &choice->text);
        buf_add(out, right ? "\tcorrect" : "\tincorrect");
    }
}

static const struct choice *first_right(const struct question *question)
{
    for (size_t i = 0; i < question->choice_count; i++)
        if (question->choices[i].fraction >= 1 && !question->choices[i].any)
            return &question->choices[i];
    return NULL;
}

static void note_losses(const struct conversion *conversion, const struct quiz *quiz,
                        const struct question *question)
{
    bool partial = false, feedback = *question->general_feedback.text, distractor = false;
    bool wild = false;
    size_t right = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        partial |= choice->fraction != 0 && choice->fraction != 1;
        feedback |= *choice->feedback.text != '\0';
        distractor |= question->kind == QUESTION_MATCHING && !*choice->text.text;
        wild |= question->kind == QUESTION_SHORT && strchr(choice->text.text, '*') != NULL;
        right += choice->fraction >= 1;
    }
    struct buf lost = {0};
    buf_add(&lost, question->id || question->title ? ", its name" : "");
    buf_add(&lost, feedback && question->kind != QUESTION_ESSAY ? ", feedback" : "");
    buf_add(&lost, question->tag_count ? ", tags" : "");
    buf_add(&lost, question->hint ? ", its hint" : "");
    buf_add(&lost, question->points != 1 ? ", points" : "");
    buf_add(&lost, partial && question_form(question) != FORM_PAIRS ? ", part marks" : "");
    buf_add(&lost, distractor ? ", right sides that belong to nothing" : "");
    buf_add(&lost,
            question->kind == QUESTION_NUMERIC && right > 1 ? ", a second right number" : "");
    buf_add(&lost, wild ? ", that * stands for any text" : "");
    buf_add(&lost, question->case_sensitive ? ", that case counts" : "");
    if (lost.length)
        convert_lost(conversion, quiz, question, "%s", buf_text(&lost) + 2);
    buf_free(&lost);
}

static void put_answers(const struct question *question, struct buf *out)
{
    const struct choice *right = first_right(question);
    switch (question->kind) {
    case QUESTION_TRUE_FALSE:
        buf_add(out, question->choices[0].fraction > 0 ? "\ttrue" : "\tfalse");
        break;
    case QUESTION_NUMERIC:
        put_plain(out, right->text.text);
        buf_add_char(out, '\t');
        buf_add_number(out, right->tolerance < 0 ? -right->tolerance : right->tolerance);
        break;
    case QUESTION_SHORT:
        for (size_t i = 0; i < question->choice_count; i++)
            if (question->choices[i].fraction >= 1)
                put_field(out, &question->choices[i].text);
        break;
    case QUESTION_ESSAY:
        put_field(out, &question->general_feedback);
        break;
    case QUESTION_MATCHING:
    case QUESTION_ORDER:
        for (size_t i = 0; i < question->choice_count; i++) {
            if (!*question->choices[i].text.text)
                continue;
            put_field(out, &question->choices[i].text);
            if (question->kind == QUESTION_MATCHING)
                put_plain(out, question->choices[i].match);
        }
        break;
    default:
        put_choices(question, out);
        break;
    }
}

static void write(const struct quiz *quiz, const struct conversion *conversion, struct buf *out)
{
    static const char *const kinds[QUESTION_KINDS] = {
        [QUESTION_ESSAY] = "ESS",     [QUESTION_NUMERIC] = "NUM", [QUESTION_ONE_CHOICE] = "MC",
        [QUESTION_CHOICES] = "MA",    [QUESTION_ORDER] = "ORD",   [QUESTION_MATCHING] = "MAT",
        [QUESTION_TRUE_FALSE] = "TF", [QUESTION_SHORT] = "FIB",
    };
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        bool needs_key =
            question->kind == QUESTION_NUMERIC || question->kind == QUESTION_ONE_CHOICE;
        if (!kinds[question->kind]) {
            convert_left_out(conversion, quiz, question, "a text that asks nothing");
        } else if (needs_key && !first_right(question)) {
            convert_left_out(conversion, quiz, question, "a question without a right answer");
        } else {
            note_losses(conversion, quiz, question);
            buf_add(out, kinds[question->kind]);
            put_field(out, &question->stem);
            put_answers(question, out);
            buf_add_char(out, '\n');
        }
    }
}

const struct quiz_format quiz_blackboard = {.name = "blackboard", .write = write};
