/* What everybody asks of a quiz and its questions. */
#include "quiz/quiz.h"
#include "quiz/index.h"
#include "quiz/types.h"

#include "base/json.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

const struct question *quiz_find(const struct quiz *quiz, const char *key)
{
    if (quiz->index) {
        size_t number = index_find(quiz->index, key);
        return number < quiz->count ? &quiz->questions[number] : NULL;
    }
    for (size_t i = 0; i < quiz->count; i++)
        if (strcmp(quiz->questions[i].key, key) == 0)
            return &quiz->questions[i];
    return NULL;
}

const char *question_tag(const struct question *question, const char *prefix, size_t i)
{
    for (size_t t = 0; t < question->tag_count; t++)
        if (text_starts(question->tags[t], prefix) && i-- == 0)
            return question->tags[t] + strlen(prefix);
    return NULL;
}

enum form question_form(const struct question *question)
{
    return question_type_of(question)->form;
}

bool question_is_gradable(const struct question *question)
{
    return question_type_of(question)->gradable;
}

double quiz_max(const struct quiz *quiz)
{
    double max = 0;
    for (size_t i = 0; i < quiz->count; i++)
        max += question_is_gradable(&quiz->questions[i]) ? quiz->questions[i].points : 0;
    return max;
}

size_t question_stems(const struct question *question, const char **out, size_t capacity)
{
    size_t count = 0;
    enum form form = question_form(question);
    if (form == FORM_NONE || form == FORM_TEXT || form == FORM_NUMBER)
        return 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        if (!*choice->text.text)
            continue; /* a distractor */
        if (count < capacity)
            out[count] = choice->shown;
        count++;
    }
    return count;
}

size_t question_rights(const struct question *question, const char **out, size_t capacity)
{
    for (size_t i = 0; i < question->right_count && i < capacity; i++)
        out[i] = question->rights[i];
    return question->right_count;
}

size_t question_ticks(const struct question *question, struct str *out, size_t capacity)
{
    size_t count = 0;
    struct str rest = str_of(question->general_feedback.text), line;
    while (str_line(&rest, &line)) {
        line = str_trim(line);
        if (!str_starts(line, "- "))
            continue;
        if (count < capacity)
            out[count] = str_trim((struct str){line.text + 2, line.length - 2});
        count++;
    }
    return count;
}

/* ---- text for people -------------------------------------------------------------------------- */

/* The character an HTML entity stands for, 0 where it is none; `*length` is that of the entity. */
static uint32_t entity(const char *text, size_t *length)
{
    static const struct {
        const char *name;
        uint32_t character;
    } known[] = {{"&amp;", '&'},      {"&lt;", '<'},       {"&gt;", '>'},       {"&quot;", '"'},
                 {"&apos;", '\''},    {"&nbsp;", ' '},     {"&minus;", 0x2212}, {"&times;", 0xD7},
                 {"&le;", 0x2264},    {"&ge;", 0x2265},    {"&ne;", 0x2260},    {"&rarr;", 0x2192},
                 {"&ndash;", 0x2013}, {"&hellip;", 0x2026}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        *length = strlen(known[i].name);
        if (strncmp(text, known[i].name, *length) == 0)
            return known[i].character;
    }
    if (text[1] != '#')
        return 0;
    bool hex = text[2] == 'x' || text[2] == 'X';
    const char *digits = text + (hex ? 3 : 2);
    char *end;
    unsigned long value = strtoul(digits, &end, hex ? 16 : 10);
    *length = (size_t)(end - text) + 1;
    bool sane = *end == ';' && end > digits && end - digits < 8 && value > 0 && value <= 0x10FFFF;
    return sane && strchr("+- \t\n", *digits) == NULL ? (uint32_t)value : 0;
}

/* Whether the tag that begins at `<` ends a line of text: <br>, </p>, <li>. */
static bool breaks_line(const char *tag)
{
    static const char *const names[] = {"br", "/p", "/div", "li", "/li", "/tr", "/h", "/pre"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_starts(tag + 1, names[i]))
            return true;
    return false;
}

static void strip_html(const char *html, struct buf *out)
{
    struct buf raw = {0};
    const char *last = strrchr(html, '>'); /* what `<` can find its end before */
    for (const char *p = html; *p;) {
        size_t length;
        uint32_t character = *p == '&' ? entity(p, &length) : 0;
        if (character) {
            char bytes[4];
            buf_add_n(&raw, bytes, utf8_encode(character, bytes));
            p += length;
        } else if (*p == '<' && p[1] && p[1] != ' ' && p[1] != '\n' && last && p < last) {
            if (breaks_line(p))
                buf_add_char(&raw, '\n');
            p = strchr(p, '>') + 1;
        } else {
            buf_add_char(&raw, *p == '\n' ? ' ' : *p);
            p++;
        }
    }
    /* An entity can stand for a control character. */
    utf8_sanitise(out, buf_text(&raw), raw.length, NULL, NULL);
    buf_free(&raw);
}

/* Runs of blanks become one, and of blanks with a line feed one line feed where lines are kept. */
static void add_collapsed(struct buf *out, const char *text, bool keep_lines)
{
    bool any = false, blank = false, line = false;
    for (const char *p = text; *p; p++) {
        if (*p == ' ' || *p == '\n') {
            blank = true;
            line |= *p == '\n';
            continue;
        }
        if (blank && any)
            buf_add_char(out, line && keep_lines ? '\n' : ' ');
        blank = line = false;
        any = true;
        buf_add_char(out, *p);
    }
}

void quiz_text_plain(const struct quiz_text *text, struct buf *out)
{
    if (text->format == FORMAT_MARKDOWN) {
        buf_add(out, text->text);
    } else if (text->format == FORMAT_HTML) {
        struct buf stripped = {0};
        strip_html(text->text, &stripped);
        add_collapsed(out, buf_text(&stripped), true);
        buf_free(&stripped);
    } else {
        add_collapsed(out, text->text, false);
    }
}

/* ---- keys and answers ------------------------------------------------------------------------- */

static void add_tolerance(struct buf *out, const struct choice *choice)
{
    buf_add(out, choice->text.text);
    if (choice->tolerance != 0) {
        buf_add(out, " \xC2\xB1 ");
        buf_add_number(out, choice->tolerance < 0 ? -choice->tolerance : choice->tolerance);
    }
}

/* The choice that is worth most; among equals the first. */
static const struct choice *best_choice(const struct question *question)
{
    const struct choice *best = NULL;
    for (size_t i = 0; i < question->choice_count; i++)
        if (!best || question->choices[i].fraction > best->fraction)
            best = &question->choices[i];
    return best;
}

void question_key_text(const struct question *question, struct buf *out)
{
    const struct choice *best = best_choice(question);
    const char *separator = "";
    switch (question_form(question)) {
    case FORM_NONE:
        break;
    case FORM_TEXT:
        if (best)
            buf_add(out, best->text.text);
        else
            quiz_text_plain(&question->general_feedback, out);
        break;
    case FORM_NUMBER:
        add_tolerance(out, best);
        break;
    case FORM_CHOOSE_ONE:
        buf_add(out, best->shown);
        break;
    case FORM_CHOOSE_MANY:
        for (size_t i = 0; i < question->choice_count; i++) {
            if (question->choices[i].fraction <= 0)
                continue;
            buf_addf(out, "%s%s", separator, question->choices[i].shown);
            separator = "; ";
        }
        break;
    case FORM_PAIRS:
    case FORM_ORDER:
        for (size_t i = 0; i < question->choice_count; i++) {
            const struct choice *pair = &question->choices[i];
            if (!*pair->text.text)
                continue;
            buf_addf(out, "%s%s", separator, pair->shown);
            if (question->kind == QUESTION_MATCHING)
                buf_addf(out, " -> %s", pair->match);
            separator = "; ";
        }
        break;
    }
}

void question_key_said(const struct question *question, struct buf *out)
{
    const struct choice *best = best_choice(question);
    if (question_form(question) == FORM_NUMBER && best)
        buf_add(out, best->text.text);
    else
        question_key_text(question, out);
}

/* The i-th choice that is a stem. */
static const struct choice *stem(const struct question *question, size_t i)
{
    for (size_t c = 0; c < question->choice_count; c++)
        if (*question->choices[c].text.text && i-- == 0)
            return &question->choices[c];
    return NULL;
}

static void add_texts(const struct question *question, const struct answer *answer, struct buf *out)
{
    const char *separator = "";
    buf_add(out, "[");
    for (size_t i = 0; i < answer->count; i++) {
        const struct choice *choice = answer->chosen[i] < question->choice_count
                                          ? &question->choices[answer->chosen[i]]
                                          : NULL;
        buf_add(out, separator);
        json_add_string(out, choice ? choice->text.text : "");
        separator = ",";
    }
    buf_add(out, "]");
}

static void add_pairs(const struct question *question, const struct answer *answer, struct buf *out)
{
    const char *separator = "";
    buf_add(out, "{");
    for (size_t i = 0; i < answer->count; i++) {
        const struct choice *left = stem(question, i);
        if (!left || answer->chosen[i] >= question->right_count)
            continue;
        buf_add(out, separator);
        json_add_string(out, left->text.text);
        buf_add(out, ":");
        json_add_string(out, question->rights[answer->chosen[i]]);
        separator = ",";
    }
    buf_add(out, "}");
}

void answer_write_json(const struct question *question, const struct answer *answer,
                       struct buf *out)
{
    if (!answer_says_something(question, answer)) {
        buf_add(out, "null");
        return;
    }
    switch (question_form(question)) {
    case FORM_NONE:
        break;
    case FORM_TEXT:
    case FORM_NUMBER:
        json_add_string(out, answer->text);
        break;
    case FORM_CHOOSE_ONE:
        if (question->kind == QUESTION_TRUE_FALSE)
            buf_add(out, answer->chosen[0] == 0 ? "true" : "false");
        else
            json_add_string(out, question->choices[answer->chosen[0]].text.text);
        break;
    case FORM_CHOOSE_MANY:
    case FORM_ORDER:
        add_texts(question, answer, out);
        break;
    case FORM_PAIRS:
        add_pairs(question, answer, out);
        break;
    }
}
