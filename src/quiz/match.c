/* Pairs, `{=left -> right =left -> right = -> distractor}`, and with [nt:order] in the comment the
 * same block as items to put in order, `{=first step -> 1 =second step -> 2}`. */
#include "quiz/gift.h"
#include "quiz/types.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

static bool claims_order(const struct gift_answer *answer)
{
    return answer->order && answer->equals && answer->arrow;
}

static bool claims_matching(const struct gift_answer *answer)
{
    return answer->equals && answer->arrow;
}

static bool add_pair(struct gift *gift, struct question *question, struct str raw)
{
    struct str piece = gift_trim(raw);
    size_t arrow = gift_find_word(piece, "->"), hash = gift_find(piece, '#');
    if (arrow == piece.length) {
        gift_note(gift, piece.text, "E160", "write =left -> right", "a pair without ->");
        return false;
    }
    struct choice pair = {.fraction = 1};
    gift_place(gift, piece.text, &pair.line, &pair.column);
    pair.text = gift_text(gift, (struct str){piece.text, arrow}, question->stem.format);
    pair.shown = gift_shown(gift, &pair.text);
    pair.match = gift_plain(gift, gift_from(piece, arrow + 2));
    pair.feedback = (struct quiz_text){"", question->stem.format};
    if (hash < piece.length)
        gift_note(gift, piece.text + hash, "W209", "write \\# for the sign itself",
                  "a pair has no feedback: this '#' is text");
    if (!*pair.match)
        gift_note(gift, piece.text + arrow, "E162", "write what belongs to the left side",
                  "nothing stands to the right of this ->");
    if (*pair.match || *pair.text.text)
        question->choices[question->choice_count++] = pair;
    return true;
}

static int by_match(const void *a, const void *b)
{
    const struct choice *const *left = a, *const *right = b;
    int order = strcmp((*left)->match, (*right)->match);
    return order ? order : (*left > *right) - (*left < *right);
}

static int by_place(const void *a, const void *b)
{
    const struct choice *const *left = a, *const *right = b;
    return (*left > *right) - (*left < *right);
}

/* Finds the different right sides, in file order. */
static void collect_rights(struct gift *gift, struct question *question)
{
    size_t count = question->choice_count;
    struct choice **sorted = ARENA_ARRAY(gift->arena, count, struct choice *);
    struct choice **first = ARENA_ARRAY(gift->arena, count, struct choice *);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &question->choices[i];
    qsort(sorted, count, sizeof *sorted, by_match);
    for (size_t i = 0; i < count; i++) {
        bool again = i > 0 && strcmp(sorted[i - 1]->match, sorted[i]->match) == 0;
        if (!again)
            first[question->right_count++] = sorted[i];
        /* For now the rank among the sorted; below that becomes the rank in the file. */
        sorted[i]->right = question->right_count - 1;
    }
    qsort(first, question->right_count, sizeof *first, by_place);
    size_t *rank = ARENA_ARRAY(gift->arena, question->right_count, size_t);
    question->rights = ARENA_ARRAY(gift->arena, question->right_count, const char *);
    for (size_t i = 0; i < question->right_count; i++) {
        question->rights[i] = first[i]->match;
        rank[first[i]->right] = i;
    }
    for (size_t i = 0; i < count; i++)
        question->choices[i].right = rank[question->choices[i].right];
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
    else if (before.length && !add_pair(gift, question, before))
        return false;
    size_t pieces = before.length && !str_is(before, "0");
    for (; rest.length; pieces++) {
        rest = gift_from(rest, 1);
        if (!add_pair(gift, question, gift_cut(&rest, "=")))
            return false;
    }
    if (pieces < 2 || !question->choice_count) {
        gift_note(gift, answer->text.text, "E161", "add a second =left -> right",
                  "a matching question needs two pairs");
        return false;
    }
    collect_rights(gift, question);
    return true;
}

/* ---- in order --------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    const struct choice *left = a, *right = b;
    bool left_item = *left->text.text, right_item = *right->text.text;
    if (left_item != right_item)
        return left_item ? -1 : 1;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return left->line != right->line ? left->line - right->line : left->column - right->column;
}

/* Items stand in their right order: by the numbers on the right, else as in the file. */
static bool read_order(struct gift *gift, const struct gift_answer *answer,
                       struct question *question)
{
    if (!read(gift, answer, question))
        return false;
    bool numbers = true;
    for (size_t i = 0; i < question->choice_count; i++)
        numbers &= str_number(str_of(question->choices[i].match), &question->choices[i].number);
    for (size_t i = 0; i < question->choice_count && !numbers; i++)
        question->choices[i].number = 0;
    qsort(question->choices, question->choice_count, sizeof *question->choices, by_number);
    return true;
}

static void write(const struct question *question, struct buf *out)
{
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *pair = &question->choices[i];
        buf_add(out, "\n\t=");
        gift_put_text(out, &pair->text, question->stem.format);
        buf_add(out, " -> ");
        gift_put(out, pair->match);
    }
    /* A pair with nothing on either side is left out when read, but counts as one. */
    if (question->choice_count == 1)
        buf_add(out, "\n\t= ->");
    buf_add(out, "\n");
}

/* ---- marking ---------------------------------------------------------------------------------- */

static struct mark mark_share(size_t right, size_t of)
{
    return mark_of_fraction(of ? (double)right / (double)of : 0, NULL);
}

static struct mark mark_pairs(const struct question *question, const struct answer *answer)
{
    size_t stems = 0, right = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *pair = &question->choices[i];
        if (!*pair->text.text)
            continue;
        right += stems < answer->count && answer->chosen[stems] == pair->right;
        stems++;
    }
    return mark_share(right, stems);
}

/* An item counts where the one that belongs there has the same right side. */
static struct mark mark_order(const struct question *question, const struct answer *answer)
{
    size_t items = 0, right = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *item = &question->choices[i];
        if (!*item->text.text)
            continue;
        size_t said = items < answer->count ? answer->chosen[items] : SIZE_MAX;
        right += said < question->choice_count && question->choices[said].right == item->right;
        items++;
    }
    return mark_share(right, items);
}

static void json(const struct question *question, struct buf *out)
{
    buf_add(out, ",\"pairs\":[");
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *pair = &question->choices[i];
        buf_add(out, i ? ",{" : "{");
        json_add_text(out, "stem", &pair->text);
        buf_add(out, ",\"answer\":");
        json_add_string(out, pair->match);
        buf_add(out, "}");
    }
    buf_add(out, "]");
}

const struct question_type type_matching = {
    .name = "match",
    .form = FORM_PAIRS,
    .gradable = true,
    .claims = claims_matching,
    .read = read,
    .write = write,
    .mark = mark_pairs,
    .json = json,
};

const struct question_type type_order = {
    .name = "match",
    .form = FORM_ORDER,
    .gradable = true,
    .claims = claims_order,
    .read = read_order,
    .write = write,
    .mark = mark_order,
    .json = json,
};
