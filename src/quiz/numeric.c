/* A number: `{#3.14:0.01}`, `{#1..5}`, `{#=3:0 =%50%3:2 ~#wrong}`. */
#include "quiz/gift.h"
#include "quiz/types.h"

#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool claims(const struct gift_answer *answer)
{
    return answer->text.text[0] == '#';
}

/* PHP's is_numeric: blanks around are allowed. */
static bool read_number(struct str text, double *number)
{
    return str_number(str_trim(text), number);
}

static void note_no_number(struct gift *gift, const char *at, struct str text)
{
    bool comma = gift_find(text, ',') < text.length;
    gift_note(gift, at, "E170",
              comma ? "write the decimal point as a point"
                    : "write 3.5, 3.5:0.1 or 3.4..3.6; {=text} for a word",
              "\"%.*s\" is not a number: Moodle would take every number as right",
              (int)(text.length < 40 ? text.length : 40), text.text);
}

/* `lo..hi`: the number in the middle is what the answer is called. */
static bool read_range(struct gift *gift, struct choice *choice, struct str low, struct str high)
{
    double from, to;
    if (!read_number(low, &from) || !read_number(high, &to) || !isfinite(from + to))
        return false;
    struct buf number = {0};
    choice->number = (to + from) / 2;
    choice->tolerance = to - choice->number;
    buf_add_number(&number, choice->number);
    choice->text.text = arena_strndup(gift->arena, buf_text(&number), number.length);
    buf_free(&number);
    return true;
}

/* `lo..hi`, `value:tolerance` or `value` into the choice. */
static bool read_value(struct gift *gift, const struct gift_piece *piece, struct choice *choice)
{
    const char *at = piece->text.text;
    struct str text = str_of(choice->text.text);
    size_t dots = gift_find_word(text, ".."), colon = gift_find(text, ':');
    if (dots > 0 && dots < text.length) {
        if (read_range(gift, choice, (struct str){text.text, dots}, gift_from(text, dots + 2)))
            return true;
        note_no_number(gift, at, text);
        return false;
    }
    if (colon > 0 && colon < text.length) {
        struct str tolerance = gift_from(text, colon + 1);
        if (!read_number(tolerance, &choice->tolerance)) {
            gift_note(gift, at, "E171", "write the tolerance as a number, as in 3.14:0.01",
                      "\"%.*s\" is not a tolerance",
                      (int)(tolerance.length < 40 ? tolerance.length : 40), tolerance.text);
            return false;
        }
        text = str_trim((struct str){text.text, colon});
        choice->text.text = arena_strndup(gift->arena, text.text, text.length);
    }
    choice->any = str_is(text, "*") && piece->has_weight;
    if (choice->any || read_number(text, &choice->number))
        return true;
    note_no_number(gift, at, text);
    return false;
}

static bool add_answer(struct gift *gift, struct question *question, struct str raw)
{
    struct gift_piece piece;
    if (!gift_piece(gift, raw, true, 1, &piece))
        return false;
    struct choice *choice = &question->choices[question->choice_count++];
    *choice = gift_choice(gift, &piece, question);
    choice->text = gift_text(gift, piece.text, FORMAT_PLAIN);
    if (!read_value(gift, &piece, choice))
        return false;
    choice->text.format = FORMAT_PLAIN;
    choice->shown = choice->text.text;
    return true;
}

/* From the first `~` on: feedback for every other number. */
static void add_wrong(struct gift *gift, struct question *question, struct str raw)
{
    struct gift_piece piece;
    gift_piece(gift, raw, false, 0, &piece);
    struct choice *choice = &question->choices[question->choice_count++];
    *choice = gift_choice(gift, &piece, question);
    choice->text = (struct quiz_text){"*", FORMAT_PLAIN};
    choice->shown = choice->text.text;
    choice->any = true;
}

static bool read(struct gift *gift, const struct gift_answer *answer, struct question *question)
{
    struct str wrong = gift_from(answer->text, 1), rest = gift_cut(&wrong, "~");
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
    if (!question->choice_count) {
        gift_note(gift, answer->text.text, "E172", "write {#3.14:0.01}",
                  "a numeric question without a number");
        return false;
    }
    if (wrong.length)
        add_wrong(gift, question, wrong);
    return true;
}

static bool covers(const struct choice *wide, const struct choice *narrow)
{
    double outer = fabs(wide->tolerance), inner = fabs(narrow->tolerance);
    return wide->any || (!narrow->any && narrow->number - inner >= wide->number - outer &&
                         narrow->number + inner <= wide->number + outer);
}

static void check(struct gift *gift, const struct question *question)
{
    enum { MOST_COMPARED = 50 };
    for (size_t i = 1; i < question->choice_count && i < MOST_COMPARED; i++) {
        const struct choice *choice = &question->choices[i];
        for (size_t j = 0; j < i; j++) {
            if (!covers(&question->choices[j], choice))
                continue;
            gift_note_at(gift, choice->line, choice->column, "W210",
                         "put the narrower answer first",
                         "this answer can never win: the first that fits is taken");
            break;
        }
    }
}

static void write(const struct question *question, struct buf *out)
{
    buf_add(out, "#");
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        buf_add(out, "\n\t=");
        if (choice->fraction != 1 || choice->any)
            gift_put_weight(out, choice->fraction);
        buf_add(out, choice->text.text);
        if (choice->tolerance != 0) {
            buf_add(out, ":");
            buf_add_number(out, choice->tolerance);
        }
        gift_put_feedback(out, choice, question);
    }
    buf_add(out, "\n");
}

/* ---- marking ---------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of `x10^`, `*10**`, or the sign for times, before an integer; else 0. */
static size_t power_of_ten(struct str text)
{
    static const char *const signs[] = {"x", "*", "\xC3\x97"}, *const powers[] = {"10^", "10**"};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 2 && str_starts(text, signs[i]); j++) {
            size_t at = strlen(signs[i]);
            if (!str_starts(gift_from(text, at), powers[j]))
                continue;
            at += strlen(powers[j]);
            struct str rest = gift_from(text, at);
            size_t sign = rest.length && strchr("+-", rest.text[0]) && rest.text[0];
            if (rest.length > sign && is_digit(rest.text[sign]))
                return at;
        }
    }
    return 0;
}

/* The longest number at the front, `[+-]?(d+(.d*)?|.d+)(e[+-]?d+)?`; 0 where there is none. */
static size_t number_length(const char *text)
{
    size_t at = text[0] == '+' || text[0] == '-', digits = 0;
    for (; is_digit(text[at]); at++)
        digits++;
    if (text[at] == '.' && (digits || is_digit(text[at + 1])))
        for (at++, digits++; is_digit(text[at]);)
            at++;
    if (!digits)
        return 0;
    size_t exponent = at + 1;
    if (text[at] != 'e' && text[at] != 'E')
        return at;
    if (text[exponent] == '+' || text[exponent] == '-')
        exponent++;
    if (!is_digit(text[exponent]))
        return at;
    while (is_digit(text[exponent]))
        exponent++;
    return exponent;
}

/* Learners' ways of writing a number into one that strtod reads, as Moodle does it: blanks go, a
 * comma is a thousands separator unless the learner's decimal sign is one. */
static void tidy_number(struct buf *out, struct str text, bool decimal_comma)
{
    size_t commas = 0;
    bool point = gift_find(text, '.') < text.length;
    for (size_t i = 0; i < text.length; i++)
        commas += text.text[i] == ',';
    bool is_decimal = decimal_comma && !point && commas == 1;
    struct buf dense = {0};
    for (size_t i = 0; i < text.length; i++)
        if (text.text[i] != ' ')
            buf_add_char(&dense, text.text[i]);
    struct str rest = {buf_text(&dense), dense.length};
    while (rest.length) {
        size_t power = power_of_ten(rest);
        if (power)
            buf_add_char(out, 'e');
        else if (rest.text[0] != ',')
            buf_add_char(out, rest.text[0]);
        else if (is_decimal)
            buf_add_char(out, '.');
        rest = gift_from(rest, power ? power : 1);
    }
    buf_free(&dense);
}

/* What nearly everybody writes, without the work above: up to 15 digits, one point among them. The
 * value is exact, since digits and power of ten are doubles without error (Clinger 1990). */
static bool read_simple(const char *text, double *value)
{
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    enum { MOST_DIGITS = 15 };
    int64_t digits = 0;
    int count = 0, decimals = -1;
    bool minus = *text == '-';
    for (const char *p = text + minus; *p; p++) {
        if (*p == '.' && decimals < 0 && count > 0) {
            decimals = 0;
            continue;
        }
        if (!is_digit(*p) || ++count > MOST_DIGITS)
            return false;
        digits = digits * 10 + (*p - '0');
        decimals += decimals >= 0;
    }
    double whole = (double)digits / powers[decimals > 0 ? decimals : 0];
    *value = minus ? -whole : whole;
    return count > 0;
}

/* Inclusive at both ends, with a little room for rounding (Moodle's formula, precision 14). */
static bool is_near(const struct choice *choice, double value)
{
    const double epsilon = 1e-14;
    double tolerance = fabs(choice->tolerance), answer = fabs(choice->number);
    double room = tolerance + epsilon * fmax(fmax(tolerance, answer), epsilon);
    return choice->number - room <= value && value <= choice->number + room;
}

static struct mark mark_value(const struct question *question, double value)
{
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        if (choice->any || is_near(choice, value))
            return mark_of_fraction(fmax(choice->fraction, 0), choice);
    }
    return mark_of_fraction(0, NULL);
}

static struct mark mark(const struct question *question, const struct answer *answer)
{
    double value;
    if (read_simple(answer->text, &value))
        return mark_value(question, value);
    struct buf tidy = {0};
    struct mark mark = mark_of_fraction(0, NULL);
    tidy_number(&tidy, str_of(answer->text), answer->decimal_comma);
    size_t length = number_length(buf_text(&tidy));
    if (length) {
        bool trailing = length < tidy.length;
        tidy.data[length] = '\0';
        mark = mark_value(question, strtod(tidy.data, NULL));
        mark.warning = trailing ? "W220" : NULL;
    }
    buf_free(&tidy);
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
        buf_add(out, ",\"tolerance\":");
        json_add_number(out, choice->tolerance);
        buf_add(out, "}");
    }
    buf_add(out, "]");
}

const struct question_type type_numeric = {
    .name = "numerical",
    .form = FORM_NUMBER,
    .gradable = true,
    .claims = claims,
    .read = read,
    .write = write,
    .check = check,
    .mark = mark,
    .json = json,
};
