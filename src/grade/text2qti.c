/* The plain text that text2qti turns into QTI for Canvas. Texts are Markdown there. */
#include "grade/convert.h"

#include <string.h>

/* Text that is not Markdown is shielded from being read as such. */
static void put_text(struct buf *out, const struct quiz_text *text, const char *indent)
{
    struct buf plain = {0};
    quiz_text_plain(text, &plain);
    bool markdown = text->format == FORMAT_MARKDOWN;
    for (const char *p = buf_text(&plain); *p; p++) {
        if (*p == '\n') {
            buf_addf(out, "\n%s", p[1] == '\n' ? "" : indent);
            continue;
        }
        if (!markdown && strchr("\\`*_[]<>$#", *p))
            buf_add_char(out, '\\');
        buf_add_char(out, *p);
    }
    buf_free(&plain);
}

static void put_feedback(struct buf *out, const struct quiz_text *text)
{
    if (!*text->text)
        return;
    buf_add(out, "... ");
    put_text(out, text, "    ");
    buf_add_char(out, '\n');
}

static void put_choices(const struct question *question, struct buf *out)
{
    bool several = question_form(question) == FORM_CHOOSE_MANY;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        bool right = choice->fraction > 0;
        if (several)
            buf_add(out, right ? "[*] " : "[ ] ");
        else
            buf_addf(out, "%s%c) ", choice->fraction >= 1 ? "*" : "", (char)('a' + i));
        put_text(out, &choice->text, "    ");
        buf_add_char(out, '\n');
        put_feedback(out, &choice->feedback);
    }
}

static void put_answers(const struct question *question, struct buf *out)
{
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        if (choice->fraction < 1)
            continue;
        if (question->kind == QUESTION_NUMERIC) {
            buf_addf(out, "=   %s", choice->text.text);
            if (choice->tolerance != 0) {
                buf_add(out, " +- ");
                buf_add_number(out, choice->tolerance < 0 ? -choice->tolerance : choice->tolerance);
            }
            buf_add_char(out, '\n');
            return; /* one number a question */
        }
        buf_add(out, "*   ");
        convert_add_line(out, &choice->text);
        buf_add_char(out, '\n');
    }
}

static void note_losses(const struct conversion *conversion, const struct quiz *quiz,
                        const struct question *question)
{
    bool partial = false, wild = false, feedback = false, many = false;
    enum form form = question_form(question);
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        bool said = form == FORM_TEXT || form == FORM_NUMBER;
        partial |= choice->fraction != 0 && choice->fraction != 1;
        wild |= form == FORM_TEXT && strchr(choice->text.text, '*') != NULL;
        feedback |= said && *choice->feedback.text;
        many |= form == FORM_NUMBER && i > 0 && choice->fraction >= 1;
    }
    struct buf lost = {0};
    buf_add(&lost, question->id ? ", its id" : "");
    buf_add(&lost, question->tag_count ? ", tags" : "");
    buf_add(&lost, question->hint ? ", its hint" : "");
    buf_add(&lost, partial ? ", part marks" : "");
    buf_add(&lost, wild ? ", that * stands for any text" : "");
    buf_add(&lost, feedback ? ", feedback on single answers" : "");
    buf_add(&lost, many ? ", a second right number" : "");
    buf_add(&lost, question->case_sensitive ? ", that case counts" : "");
    if (lost.length)
        convert_lost(conversion, quiz, question, "%s", buf_text(&lost) + 2);
    buf_free(&lost);
}

static bool can_be_written(const struct conversion *conversion, const struct quiz *quiz,
                           const struct question *question)
{
    enum form form = question_form(question);
    bool key = form != FORM_CHOOSE_ONE && form != FORM_TEXT && form != FORM_NUMBER;
    for (size_t i = 0; i < question->choice_count; i++)
        key |= question->choices[i].fraction >= 1 && !question->choices[i].any;
    if (form == FORM_PAIRS)
        convert_left_out(conversion, quiz, question, "a matching question");
    else if (form == FORM_ORDER)
        convert_left_out(conversion, quiz, question, "an order");
    else if (question->kind != QUESTION_ESSAY && !key && form != FORM_NONE)
        convert_left_out(conversion, quiz, question, "a question without a right answer");
    else if (form == FORM_CHOOSE_ONE && question->choice_count > 26)
        convert_left_out(conversion, quiz, question, "more than 26 choices");
    else
        return true;
    return false;
}

static void put_question(const struct question *question, size_t number, struct buf *out)
{
    if (question->title) {
        buf_add(out, "Title: ");
        convert_add_line(out, &(struct quiz_text){question->title, FORMAT_PLAIN});
        buf_add_char(out, '\n');
    }
    buf_add(out, "Points: ");
    buf_add_number(out, question->points);
    buf_addf(out, "\n%zu. ", number);
    put_text(out, &question->stem, "    ");
    buf_add_char(out, '\n');
    put_feedback(out, &question->general_feedback);
    if (question->kind == QUESTION_ESSAY)
        buf_add(out, "____\n");
    else if (question_form(question) == FORM_TEXT || question_form(question) == FORM_NUMBER)
        put_answers(question, out);
    else
        put_choices(question, out);
    buf_add_char(out, '\n');
}

static void write(const struct quiz *quiz, const struct conversion *conversion, struct buf *out)
{
    size_t number = 0;
    buf_addf(out, "Quiz title: %s\n\n", quiz->id);
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        if (!can_be_written(conversion, quiz, question))
            continue;
        if (question->kind == QUESTION_DESCRIPTION) {
            buf_add(out, "Text: ");
            put_text(out, &question->stem, "    ");
            buf_add(out, "\n\n");
            continue;
        }
        note_losses(conversion, quiz, question);
        put_question(question, ++number, out);
    }
}

const struct quiz_format quiz_text2qti = {.name = "text2qti", .one_quiz = true, .write = write};
