/* True or false: `{T#when wrong#when right}`. */
#include "quiz/gift.h"
#include "quiz/types.h"

/* What stands before the first `#`. */
static struct str verdict(const struct gift_answer *answer)
{
    return gift_trim((struct str){answer->text.text, gift_find(answer->text, '#')});
}

static bool claims(const struct gift_answer *answer)
{
    struct str text = verdict(answer);
    return str_is(text, "T") || str_is(text, "TRUE") || str_is(text, "F") || str_is(text, "FALSE");
}

static bool read(struct gift *gift, const struct gift_answer *answer, struct question *question)
{
    bool is_true = verdict(answer).text[0] == 'T';
    struct str rest = gift_from(answer->text, gift_find(answer->text, '#') + 1);
    struct str wrong = {rest.text, gift_find(rest, '#')};
    struct str right = gift_from(rest, wrong.length + 1);
    struct choice *choices = ARENA_ARRAY(gift->arena, 2, struct choice);
    for (size_t i = 0; i < 2; i++) {
        bool is_right = (i == 0) == is_true;
        struct str feedback = gift_trim(is_right ? right : wrong);
        choices[i].shown = choices[i].text.text = i == 0 ? "True" : "False";
        choices[i].fraction = is_right;
        choices[i].feedback = gift_text(gift, feedback, question->stem.format);
        gift_place(gift, answer->text.text, &choices[i].line, &choices[i].column);
    }
    question->choices = choices;
    question->choice_count = 2;
    question->single = true;
    return true;
}

static void write(const struct question *question, struct buf *out)
{
    const struct choice *yes = &question->choices[0], *no = &question->choices[1];
    bool is_true = yes->fraction > 0;
    const struct choice *right = is_true ? yes : no, *wrong = is_true ? no : yes;
    struct buf said = {0};
    gift_put_feedback(&said, right, question);
    buf_add(out, is_true ? "TRUE" : "FALSE");
    gift_put_feedback(out, wrong, question);
    if (said.length && !*wrong->feedback.text && wrong->feedback.format == question->stem.format)
        buf_add(out, "#");
    buf_add(out, buf_text(&said));
    buf_free(&said);
}

static struct mark mark(const struct question *question, const struct answer *answer)
{
    const struct choice *choice = &question->choices[answer->chosen[0]];
    return mark_of_fraction(choice->fraction, choice);
}

static void json(const struct question *question, struct buf *out)
{
    buf_addf(out, ",\"correct\":%d,", question->choices[0].fraction > 0);
    json_add_text(out, "feedback_true", &question->choices[0].feedback);
    buf_add(out, ",");
    json_add_text(out, "feedback_false", &question->choices[1].feedback);
}

const struct question_type type_true_false = {
    .name = "truefalse",
    .form = FORM_CHOOSE_ONE,
    .gradable = true,
    .claims = claims,
    .read = read,
    .write = write,
    .mark = mark,
    .json = json,
};
