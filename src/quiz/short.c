/* A short answer: `{=right =%50%half* =%0%*#wrong}`, compared as fold.h says. */
#include "quiz/fold.h"
#include "quiz/gift.h"
#include "quiz/types.h"

#include "base/json.h"

#include <string.h>

static bool claims(const struct gift_answer *answer)
{
    (void)answer;
    return true;
}

static bool add_answer(struct gift *gift, struct question *question, struct str raw)
{
    struct gift_piece piece;
    if (!gift_piece(gift, raw, true, 1, &piece))
        return false;
    struct choice *choice = &question->choices[question->choice_count++];
    *choice = gift_choice(gift, &piece, question);
    choice->text = gift_text(gift, piece.text, question->stem.format);
    choice->shown = choice->text.text;
    struct buf folded = {0};
    fold_add(&folded, str_of(choice->text.text), !question->case_sensitive);
    choice->folded = arena_strndup(gift->arena, buf_text(&folded), folded.length);
    buf_free(&folded);
    return true;
}

static bool read(struct gift *gift, const struct gift_answer *answer, struct question *question)
{
    struct str rest = answer->text;
    question->choices = gift_choices(gift, rest, "=");
    if (!question->choices)
        return false;
    struct str before = gift_trim(gift_cut(&rest, "="));
    if (str_is(before, "0"))
        gift_note_zero(gift, before.text);
    if (before.length && !add_answer(gift, question, before))
        return false;
    while (rest.length) {
        rest = gift_from(rest, 1);
        if (!add_answer(gift, question, gift_cut(&rest, "=")))
            return false;
    }
    double best = 0;
    for (size_t i = 0; i < question->choice_count; i++)
        best = question->choices[i].fraction > best ? question->choices[i].fraction : best;
    if (best < 1) {
        gift_note(gift, answer->text.text, "E150", "give one answer its full worth: =answer",
                  "no answer is worth 100 %%");
        return false;
    }
    return true;
}

static bool is_verdict(const char *text)
{
    static const char *const words[] = {"t", "f", "true", "false"};
    char lower[6] = "";
    for (size_t i = 0; i < sizeof lower - 1 && text[i]; i++)
        lower[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(lower, words[i]) == 0 && strlen(text) == strlen(lower))
            return true;
    return false;
}

static void check(struct gift *gift, const struct question *question)
{
    const struct choice *choice = &question->choices[0];
    if (is_verdict(choice->text.text))
        gift_note_at(gift, choice->line, choice->column, "W204",
                     "for a true/false question write {T} or {F}",
                     "this is a short answer that accepts the text \"%s\"", choice->text.text);
}

static void write(const struct question *question, struct buf *out)
{
    /* With an `=` beside it an arrow would make this a matching question. */
    bool arrow = question->choice_count == 1 && strstr(question->choices[0].text.text, "->");
    const struct choice *first = &question->choices[0];
    arrow = arrow || (question->choice_count == 1 && strstr(first->feedback.text, "->"));
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        size_t length;
        buf_add(out, arrow ? "" : "\n\t=");
        if (choice->fraction != 1 || gift_has_weight(str_of(choice->text.text), &length))
            gift_put_weight(out, choice->fraction);
        gift_put_text(out, &choice->text, question->stem.format);
        gift_put_feedback(out, choice, question);
    }
    buf_add(out, "\n");
}

static struct mark mark(const struct question *question, const struct answer *answer)
{
    struct fold said;
    fold_open(&said, gift_trim(str_of(answer->text)), !question->case_sensitive);
    struct mark mark = mark_of_fraction(0, NULL);
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        if (fold_matches(str_of(choice->folded), said.text)) {
            mark = mark_of_fraction(choice->fraction, choice);
            break;
        }
    }
    fold_close(&said);
    return mark;
}

static void json(const struct question *question, struct buf *out)
{
    buf_add(out, ",\"answers\":[");
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        buf_add(out, i ? ",{\"answer\":" : "{\"answer\":");
        json_add_string(out, choice->text.text);
        json_add_worth(out, choice);
        buf_add(out, "}");
    }
    buf_add(out, "]");
}

const struct question_type type_short = {
    .name = "shortanswer",
    .form = FORM_TEXT,
    .gradable = true,
    .claims = claims,
    .read = read,
    .write = write,
    .check = check,
    .mark = mark,
    .json = json,
};
