/* One right choice (`=` stands in the answers) or several (`~%50%`). */
#include "quiz/gift.h"
#include "quiz/types.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool claims_one(const struct gift_answer *answer)
{
    return answer->tilde && answer->equals;
}

static bool claims_several(const struct gift_answer *answer)
{
    return answer->tilde;
}

/* Whether an `=` stands where a choice begins, not in the middle of a word. */
static bool begins_choice(struct str text, const char *sign)
{
    return sign == text.text || (strchr(" \n\t~", sign[-1]) && sign[-1]);
}

static bool add_choice(struct gift *gift, struct question *question, struct str raw, bool right)
{
    struct gift_piece piece;
    size_t length;
    if (!gift_piece(gift, raw, !right, right, &piece))
        return false;
    if (right && gift_has_weight(gift_trim(raw), &length))
        gift_note(gift, piece.at, "E143", "write ~%50%",
                  "a weight after = counts as text here, the choice as wholly right");
    struct quiz_text text = gift_text(gift, piece.text, question->stem.format);
    if (!*text.text) {
        gift_note(gift, piece.at, "W205", "write = or ~ alone, not both",
                  "a choice with no text is left out");
        return true;
    }
    struct choice *choice = &question->choices[question->choice_count++];
    *choice = gift_choice(gift, &piece, question);
    choice->text = text;
    choice->shown = gift_shown(gift, &text);
    return true;
}

static bool read(struct gift *gift, const struct gift_answer *answer, struct question *question)
{
    struct str rest = answer->text;
    question->single = answer->equals;
    question->choices = gift_choices(gift, rest, "~=");
    if (!question->choices)
        return false;
    struct str before = gift_trim(gift_cut(&rest, "~="));
    if (before.length) {
        if (str_is(before, "0"))
            gift_note_zero(gift, before.text);
        gift_note(gift, before.text, "E140", "begin every choice with = or ~",
                  "text before the first choice becomes a wrong choice");
        if (!add_choice(gift, question, before, false))
            return false;
    }
    size_t pieces = before.length > 0;
    for (; rest.length; pieces++) {
        const char *sign = rest.text;
        if (*sign == '=' && !begins_choice(answer->text, sign))
            gift_note(gift, sign, "W211", "write \\= for the sign itself",
                      "this '=' begins another right choice");
        rest = gift_from(rest, 1);
        if (!add_choice(gift, question, gift_cut(&rest, "~="), *sign == '='))
            return false;
    }
    if (pieces < 2 || !question->choice_count) {
        gift_note(gift, answer->text.text, "E141", "add a wrong choice with ~",
                  "a choice question needs two choices");
        return false;
    }
    return true;
}

static int by_text(const void *a, const void *b)
{
    const struct choice *const *left = a, *const *right = b;
    int order = strcmp((*left)->text.text, (*right)->text.text);
    return order ? order : (*left > *right) - (*left < *right);
}

static void check_doubles(struct gift *gift, const struct question *question)
{
    size_t count = question->choice_count;
    const struct choice **sorted = ARENA_ARRAY(gift->arena, count, const struct choice *);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &question->choices[i];
    qsort(sorted, count, sizeof *sorted, by_text);
    for (size_t i = 1; i < count; i++)
        if (strcmp(sorted[i - 1]->text.text, sorted[i]->text.text) == 0)
            gift_note_at(gift, sorted[i]->line, sorted[i]->column, "E146", "take one of them out",
                         "two choices say \"%.40s\"", sorted[i]->text.text);
}

static void check(struct gift *gift, const struct question *question)
{
    double sum = 0, best = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        double fraction = question->choices[i].fraction;
        sum += fraction > 0 ? fraction : 0;
        best = fraction > best ? fraction : best;
    }
    int line = question->choices[0].line, column = question->choices[0].column;
    if (best <= 0)
        gift_note_at(gift, line, column, "E145", "begin the right choice with = or ~%100%",
                     "no choice is right");
    else if (question->single && best < 1)
        gift_note_at(gift, line, column, "W207",
                     "begin the right choice with =", "no choice is worth 100 %%");
    else if (!question->single && fabs(sum - 1) > 0.01 + 1e-9)
        gift_note_at(gift, line, column, "W208", "share 100 % among the right choices",
                     "the right choices add up to %.5g %%", sum * 100);
    check_doubles(gift, question);
}

static void write(const struct question *question, struct buf *out)
{
    size_t equals = 0, tildes = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        size_t length;
        bool right = question->single && choice->fraction >= 1;
        equals += right;
        tildes += !right;
        buf_add(out, right ? "\n\t=" : "\n\t~");
        if (!right &&
            (choice->fraction != 0 || gift_has_weight(str_of(choice->text.text), &length)))
            gift_put_weight(out, choice->fraction);
        gift_put_text(out, &choice->text, question->stem.format);
        gift_put_feedback(out, choice, question);
    }
    /* Blank choices are dropped when read, but their signs make the type. */
    if (question->single && !equals)
        buf_add(out, "\n\t=");
    else if (!tildes || equals + tildes < 2)
        buf_add(out, "\n\t~");
    buf_add(out, "\n");
}

static struct mark mark_one(const struct question *question, const struct answer *answer)
{
    const struct choice *choice = &question->choices[answer->chosen[0]];
    return mark_of_fraction(choice->fraction, choice);
}

static bool said_before(const struct answer *answer, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (answer->chosen[j] == answer->chosen[i])
            return true;
    return false;
}

static struct mark mark_several(const struct question *question, const struct answer *answer)
{
    double sum = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (!said_before(answer, i))
            sum += question->choices[answer->chosen[i]].fraction;
    return mark_of_fraction(fmin(fmax(sum, 0), 1),
                            answer->count == 1 ? &question->choices[answer->chosen[0]] : NULL);
}

static void json(const struct question *question, struct buf *out)
{
    buf_addf(out, ",\"single\":%d,\"answers\":[", question->single);
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        buf_add(out, i ? ",{" : "{");
        json_add_text(out, "answer", &choice->text);
        json_add_worth(out, choice);
        buf_add(out, "}");
    }
    buf_add(out, "]");
}

const struct question_type type_one_choice = {
    .name = "multichoice",
    .form = FORM_CHOOSE_ONE,
    .gradable = true,
    .claims = claims_one,
    .read = read,
    .write = write,
    .check = check,
    .mark = mark_one,
    .json = json,
};

const struct question_type type_choices = {
    .name = "multichoice",
    .form = FORM_CHOOSE_MANY,
    .gradable = true,
    .claims = claims_several,
    .read = read,
    .write = write,
    .check = check,
    .mark = mark_several,
    .json = json,
};
