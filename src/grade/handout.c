/* The paper version: questions to be answered with a pen, and the key on a sheet of its own behind a
 * form feed. */
#include "grade/convert.h"

#include "base/rng.h"
#include "base/utf8.h"

#include <string.h>

enum { WIDTH = 76, INDENT = 4 };

/* Wraps text to the page, `indent` columns in; the lead stands before it. */
static void put_wrapped(struct buf *out, const struct quiz_text *text, const char *lead, int indent)
{
    struct buf plain = {0};
    quiz_text_plain(text, &plain);
    struct str rest = {buf_text(&plain), plain.length}, line;
    int column = utf8_columns(lead, strlen(lead));
    buf_add(out, lead);
    buf_repeat(out, " ", (size_t)(column < indent ? indent - column : 0));
    column = indent;
    for (bool first = true; str_line(&rest, &line); first = false) {
        bool fresh = true;
        for (struct str word; (word = str_word(&line)).length; fresh = false) {
            int columns = utf8_columns(word.text, word.length);
            bool wraps = column > indent && (column + 1 + columns > WIDTH || (!first && fresh));
            if (wraps) {
                buf_add_char(out, '\n');
                buf_repeat(out, " ", (size_t)indent);
                column = indent;
            } else if (column > indent) {
                buf_add_char(out, ' ');
                column++;
            }
            buf_add_n(out, word.text, word.length);
            column += columns;
        }
    }
    buf_add_char(out, '\n');
    buf_free(&plain);
}

static void put_lines(struct buf *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_add(out, "\n    ");
        buf_repeat(out, "_", WIDTH - INDENT);
        buf_add_char(out, '\n');
    }
}

static void put_choices(const struct question *question, struct buf *out)
{
    bool several = question_form(question) == FORM_CHOOSE_MANY;
    for (size_t i = 0; i < question->choice_count; i++) {
        struct buf lead = {0};
        if (i < 26)
            buf_addf(&lead, "    %s %c.", several ? "[ ]" : "( )", (char)('A' + i));
        else
            buf_addf(&lead, "    %s %zu.", several ? "[ ]" : "( )", i + 1);
        put_wrapped(out, &question->choices[i].text, buf_text(&lead), 11);
        buf_free(&lead);
    }
}

/* In an order that does not give the key away, the same each time. */
static size_t *shuffled(struct arena *arena, const struct question *question, size_t count)
{
    struct rng rng;
    size_t *order = ARENA_ARRAY(arena, count + 1, size_t);
    bool sorted = true;
    rng_init(&rng, question->hash, 0, 0);
    while (sorted) {
        rng_shuffle(&rng, order, count);
        sorted = count > 1;
        for (size_t i = 0; i < count; i++)
            sorted &= order[i] == i;
    }
    return order;
}

static void put_pairs(const struct question *question, struct buf *out)
{
    struct arena arena;
    arena_init(&arena);
    bool pairs = question->kind == QUESTION_MATCHING;
    const char **stems = ARENA_ARRAY(&arena, question->choice_count + 1, const char *);
    size_t count = question_stems(question, stems, question->choice_count);
    size_t *order = shuffled(&arena, question, pairs ? question->right_count : count);
    for (size_t i = 0; i < count; i++) {
        struct quiz_text text = {stems[pairs ? i : order[i]], FORMAT_PLAIN};
        put_wrapped(out, &text, "    ____", 9);
    }
    for (size_t i = 0; pairs && i < question->right_count; i++) {
        struct buf lead = {0};
        buf_add(out, i ? "" : "\n");
        buf_addf(&lead, "        %zu.", i + 1);
        put_wrapped(out, &(struct quiz_text){question->rights[order[i]], FORMAT_PLAIN},
                    buf_text(&lead), 12);
        buf_free(&lead);
    }
    arena_free(&arena);
}

static void put_question(const struct question *question, size_t number, struct buf *out)
{
    struct buf lead = {0};
    if (question->kind != QUESTION_DESCRIPTION)
        buf_addf(&lead, "%zu.%s", number, number < 10 ? " " : "");
    put_wrapped(out, &question->stem, buf_text(&lead),
                question->kind == QUESTION_DESCRIPTION ? 0 : INDENT);
    buf_free(&lead);
    switch (question_form(question)) {
    case FORM_NONE:
        break;
    case FORM_CHOOSE_ONE:
    case FORM_CHOOSE_MANY:
        put_choices(question, out);
        break;
    case FORM_PAIRS:
    case FORM_ORDER:
        put_pairs(question, out);
        break;
    case FORM_TEXT:
    case FORM_NUMBER:
        put_lines(out, question->kind == QUESTION_ESSAY ? 6 : 1);
        break;
    }
    buf_add_char(out, '\n');
}

static void put_key(const struct quiz *quiz, struct buf *out)
{
    size_t number = 0;
    buf_addf(out, "\f%s: key\n\n", quiz->id);
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        struct buf lead = {0}, key = {0};
        if (question->kind == QUESTION_DESCRIPTION)
            continue;
        number++;
        buf_addf(&lead, "%zu.%s", number, number < 10 ? " " : "");
        for (size_t c = 0; question_form(question) == FORM_CHOOSE_ONE && c < question->choice_count;
             c++)
            if (c < 26 && question->choices[c].fraction >= 1)
                buf_addf(&key, "%c  ", (char)('A' + c));
        question_key_text(question, &key);
        put_wrapped(out, &(struct quiz_text){buf_text(&key), FORMAT_PLAIN}, buf_text(&lead),
                    INDENT);
        buf_free(&lead);
        buf_free(&key);
    }
}

static void write(const struct quiz *quiz, const struct conversion *conversion, struct buf *out)
{
    size_t number = 0;
    buf_addf(out, "%s\n\nName: ______________________________    Date: ______________\n\n",
             quiz->id);
    for (size_t i = 0; i < quiz->count; i++) {
        number += quiz->questions[i].kind != QUESTION_DESCRIPTION;
        put_question(&quiz->questions[i], number, out);
    }
    if (!conversion->no_key)
        put_key(quiz, out);
}

const struct quiz_format quiz_handout = {.name = "handout", .write = write};
