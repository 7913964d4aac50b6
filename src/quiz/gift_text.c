/* Texts in a GIFT block: slices, escapes, formats, weights. */
#include "quiz/gift.h"

#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- slices ----------------------------------------------------------------------------------- */

static bool is_trimmed(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\0' || c == '\v';
}

struct str gift_trim(struct str slice)
{
    while (slice.length && is_trimmed(slice.text[0]))
        slice = gift_from(slice, 1);
    while (slice.length && is_trimmed(slice.text[slice.length - 1]))
        slice.length--;
    return slice;
}

struct str gift_from(struct str slice, size_t from)
{
    if (from > slice.length)
        from = slice.length;
    return (struct str){slice.text + from, slice.length - from};
}

size_t gift_find(struct str slice, char c)
{
    const char *found = slice.length ? memchr(slice.text, (unsigned char)c, slice.length) : NULL;
    return found ? (size_t)(found - slice.text) : slice.length;
}

size_t gift_find_word(struct str slice, const char *word)
{
    for (size_t at = 0; at < slice.length; at++) {
        at += gift_find(gift_from(slice, at), word[0]);
        if (str_starts(gift_from(slice, at), word))
            return at;
    }
    return slice.length;
}

struct str gift_cut(struct str *rest, const char *marks)
{
    size_t length = 0;
    char first = marks[0], second = marks[1];
    if (!second)
        length = gift_find(*rest, first);
    else
        while (length < rest->length && rest->text[length] != first && rest->text[length] != second)
            length++;
    struct str cut = {rest->text, length};
    *rest = gift_from(*rest, length);
    return cut;
}

/* ---- texts ------------------------------------------------------------------------------------ */

static void add_unescaped(struct buf *out, struct str raw)
{
    static const char characters[] = ":#={}~\n";
    while (raw.length) {
        size_t plain = gift_find(raw, (char)ESCAPE);
        buf_add_n(out, raw.text, plain);
        raw = gift_from(raw, plain);
        if (raw.length >= 2) {
            unsigned char code = (unsigned char)raw.text[1];
            buf_add_char(out, code == '\\' ? '\\' : characters[code - ESCAPED_COLON]);
        }
        raw = gift_from(raw, 2);
    }
}

/* Printable ASCII and LF only: nothing to unescape, nothing to clean. Eight bytes at a time, because
 * every text of a file passes here. */
static bool is_plain(struct str text)
{
    const uint64_t ones = 0x0101010101010101u, highs = ones * 0x80;
    size_t i = 0;
    for (; i + 8 <= text.length; i += 8) {
        uint64_t word;
        memcpy(&word, text.text + i, 8);
        uint64_t low = (word - ones * ' ') & ~word, delete = (word ^ ones * 0x7F) - ones;
        if ((word | low | delete) & highs)
            break; /* a byte below blank, or above `~`, or a borrow: look closely */
    }
    for (; i < text.length; i++) {
        unsigned char c = (unsigned char)text.text[i];
        if (!(c >= ' ' && c < 0x7F) && c != '\n')
            return false;
    }
    return true;
}

const char *gift_plain(struct gift *gift, struct str raw)
{
    struct str text = gift_trim(raw);
    if (!is_plain(text)) {
        buf_clear(&gift->raw);
        add_unescaped(&gift->raw, text);
        text = gift_trim((struct str){buf_text(&gift->raw), gift->raw.length});
    }
    if (!is_plain(text)) {
        buf_clear(&gift->clean);
        utf8_sanitise(&gift->clean, text.text, text.length, NULL, NULL);
        /* A carriage return inside or a line separator can have become a blank at an end. */
        text = gift_trim((struct str){buf_text(&gift->clean), gift->clean.length});
    }
    return text.length ? arena_strndup(gift->arena, text.text, text.length) : "";
}

static const struct {
    const char *tag;
    enum text_format format;
} formats[] = {
    {"[html]", FORMAT_HTML},
    {"[moodle]", FORMAT_MOODLE},
    {"[plain]", FORMAT_PLAIN},
    {"[markdown]", FORMAT_MARKDOWN},
};

static bool cut_format(struct str *text, enum text_format *format)
{
    if (!text->length || text->text[0] != '[')
        return false;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (str_starts(*text, formats[i].tag)) {
            *text = gift_from(*text, strlen(formats[i].tag));
            *format = formats[i].format;
            return true;
        }
    }
    return false;
}

bool gift_has_format(struct str text)
{
    enum text_format format;
    return cut_format(&text, &format);
}

struct quiz_text gift_text(struct gift *gift, struct str raw, enum text_format inherited)
{
    struct quiz_text text = {.format = inherited};
    cut_format(&raw, &text.format);
    text.text = gift_plain(gift, raw);
    return text;
}

const char *gift_shown(struct gift *gift, const struct quiz_text *text)
{
    if (text->format != FORMAT_HTML && !strchr(text->text, '\n') && !strstr(text->text, "  "))
        return text->text;
    buf_clear(&gift->clean);
    quiz_text_plain(text, &gift->clean);
    for (size_t i = 0; i < gift->clean.length; i++)
        if (gift->clean.data[i] == '\n')
            gift->clean.data[i] = ' ';
    return arena_strndup(gift->arena, buf_text(&gift->clean), gift->clean.length);
}

/* ---- names ------------------------------------------------------------------------------------ */

/* PHP's strip_tags: from `<`, unless a blank follows, to its `>`, quotes heeded. Stops when it has
 * `enough` bytes. */
static void add_without_tags(struct buf *out, const char *text, size_t enough)
{
    int depth = 0;
    char quote = '\0';
    for (const char *p = text; *p && out->length < enough; p++) {
        if (*p == '<' && !quote && p[1] && p[1] != ' ' && p[1] != '\n') {
            depth++;
        } else if (depth == 0) {
            size_t run = 1 + strcspn(p + 1, "<");
            buf_add_n(out, p, run);
            p += run - 1;
        } else if (quote) {
            quote = *p == quote ? '\0' : quote;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '>') {
            depth--;
        }
    }
}

/* The byte at which the `count`-th character begins; the length where there are fewer. */
static size_t after_characters(struct str text, size_t count)
{
    size_t at = 0, length;
    for (; at < text.length && count; at += length, count--)
        utf8_decode(text.text + at, text.length - at, &length);
    return at;
}

/* Moodle's shorten_text: cuts behind the last blank, point or wide character that fits, leaving room
 * for "..."; in the middle of a word where there is none. */
static struct str shorten(struct str text, size_t most)
{
    size_t fits = after_characters(text, most - 3), cut = fits;
    while (cut > 0) {
        unsigned char c = (unsigned char)text.text[cut];
        if (c == ' ' || c == '.' || c >= 0xE0)
            break;
        cut--;
    }
    if (cut > 0) {
        size_t length;
        utf8_decode(text.text + cut, text.length - cut, &length);
        cut += length;
    }
    return (struct str){text.text, cut == 0 || cut > fits ? fits : cut};
}

const char *gift_name(struct gift *gift, const char *text, size_t longest, size_t cut_to)
{
    buf_clear(&gift->raw);
    add_without_tags(&gift->raw, text, (longest + 1) * 4);
    struct str name = gift_trim((struct str){buf_text(&gift->raw), gift->raw.length});
    if (after_characters(name, longest) == name.length)
        return arena_strndup(gift->arena, name.text, name.length);
    name = shorten(name, cut_to);
    return arena_printf(gift->arena, "%.*s...", (int)name.length, name.text);
}

/* ---- pieces ----------------------------------------------------------------------------------- */

/* `^%-?[0-9]+\.?[0-9]*%` */
bool gift_has_weight(struct str text, size_t *length)
{
    size_t at = 1, digits = 0;
    if (!text.length || text.text[0] != '%')
        return false;
    if (at < text.length && text.text[at] == '-')
        at++;
    for (; at < text.length && text.text[at] >= '0' && text.text[at] <= '9'; at++)
        digits++;
    if (at < text.length && text.text[at] == '.')
        at++;
    while (at < text.length && text.text[at] >= '0' && text.text[at] <= '9')
        at++;
    *length = at + 1;
    return digits && at < text.length && text.text[at] == '%';
}

/* Whether somebody tried to write a weight: `%50 a`, `%+50%`, `%.5%`, `%half%`. */
static bool wants_weight(struct str text)
{
    enum { LONGEST = 12 };
    if (!text.length || text.text[0] != '%')
        return false;
    struct str rest = gift_from(text, 1);
    size_t end = gift_find(rest, '%'), at = 0;
    while (at < rest.length && strchr("+-. ", rest.text[at]) && rest.text[at])
        at++;
    bool digit = at < rest.length && rest.text[at] >= '0' && rest.text[at] <= '9';
    return digit || (end > 0 && end < rest.length && end <= LONGEST);
}

/* The fractions that Moodle knows; NaN where `fraction` is one of them, else the nearest. */
static double nearest_fraction(double fraction)
{
    static const double known[] = {0,        1,        .9,       .8333333, .8,       .75, .7,
                                   .6666667, .6,       .5,       .4,       .3333333, .3,  .25,
                                   .2,       .1666667, .1428571, .125,     .1111111, .1,  .05};
    double nearest = 0, distance = INFINITY;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double away = fabs(fabs(fraction) - known[i]);
        if (away < distance) {
            distance = away;
            nearest = copysign(known[i], fraction);
        }
    }
    return distance < 1e-5 ? NAN : nearest;
}

static bool read_weight(struct gift *gift, struct str *text, size_t length, double *fraction)
{
    double percent;
    struct str digits = {text->text + 1, length - 2};
    if (!str_number(digits, &percent) || fabs(percent) > 100) {
        gift_note(gift, text->text, "E144", "a weight is a percentage from -100 to 100",
                  "the weight %%%.*s%% is out of range",
                  (int)(digits.length < 40 ? digits.length : 40), digits.text);
        return false;
    }
    *fraction = percent == 0 ? 0 : percent / 100;
    double nearest = nearest_fraction(*fraction);
    if (!isnan(nearest))
        gift_note(gift, text->text, "W206", NULL,
                  "the weight %g %% is used as written; Moodle refuses it unless Match grades is "
                  "\"nearest\"; nearest is %.7g %%",
                  percent, nearest * 100);
    *text = gift_from(*text, length);
    return true;
}

bool gift_piece(struct gift *gift, struct str raw, bool weighted, double fraction,
                struct gift_piece *piece)
{
    struct str text = gift_trim(raw);
    size_t length;
    *piece = (struct gift_piece){.at = text.text, .fraction = fraction};
    if (weighted && gift_has_weight(text, &length)) {
        piece->has_weight = true;
        if (!read_weight(gift, &text, length, &piece->fraction))
            return false;
    } else if (weighted && wants_weight(text)) {
        gift_note(gift, text.text, "E142", "write it as %50% or %-33.33333%",
                  "this is not a weight and stays in the text");
    }
    size_t hash = gift_find(text, '#');
    piece->has_feedback = hash < text.length;
    piece->text = gift_trim((struct str){text.text, hash});
    piece->feedback = gift_trim(gift_from(text, hash + 1));
    return true;
}

struct choice gift_choice(struct gift *gift, const struct gift_piece *piece,
                          const struct question *question)
{
    struct choice choice = {.fraction = piece->fraction};
    gift_place(gift, piece->at, &choice.line, &choice.column);
    choice.feedback = gift_text(gift, piece->feedback, question->stem.format);
    return choice;
}

struct choice *gift_choices(struct gift *gift, struct str text, const char *marks)
{
    size_t count = 0;
    for (struct str rest = text; rest.length; count++) {
        gift_cut(&rest, marks);
        rest = gift_from(rest, 1);
    }
    if (count > GIFT_MOST_CHOICES) {
        gift_note(gift, text.text, "E147", "split the question", "more than %d answers",
                  GIFT_MOST_CHOICES);
        return NULL;
    }
    return ARENA_ARRAY(gift->arena, count + 1, struct choice);
}

void gift_note_zero(struct gift *gift, const char *at)
{
    gift_note(gift, at, "W201", "begin the answer with =",
              "Moodle will overlook the answer 0 that has no sign before it");
}
