/* Numbers and texts as the result formats write them. */
#include "grade/results.h"

#include "base/utf8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Most pieces are some 30 bytes: two copies of 16, where memcpy would have to be called. */
void add_pieces(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    enum { STEP = 16 };
    size_t total = graded->piece_bytes;
    if (!total)
        return;
    char *to = buf_room(out, total + STEP);
    for (size_t i = 0; i < sheet->quiz->count; i++) {
        const struct buf *piece = &graded->items[i]->piece;
        for (size_t at = 0; at < piece->length; at += STEP)
            memcpy(to + at, piece->data + at, STEP);
        to += piece->length;
    }
    out->length += total;
    buf_cut(out, out->length - 1);
}

void add_count(struct buf *out, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        digits[--at] = '-';
    buf_add_n(out, digits + at, sizeof digits - at);
}

/* Seven decimals where they are all there is: a sum such as 0.6666665999999999 is 0.6666666. */
void add_value(struct buf *out, double value)
{
    enum { DECIMALS = 7 };
    const double power = 1e7, most = 1e15, rounding = 1e-12;
    double whole = nearbyint(value * power);
    if (!(fabs(whole) < most) || fabs(whole / power - value) > rounding) {
        buf_add_number(out, value);
        return;
    }
    int64_t units = (int64_t)whole;
    if (units < 0)
        buf_add_char(out, '-');
    units = units < 0 ? -units : units;
    add_count(out, units / 10000000);
    char decimals[DECIMALS];
    size_t length = 0;
    int64_t rest = units % 10000000;
    for (size_t i = DECIMALS; i-- > 0; rest /= 10) {
        decimals[i] = (char)('0' + rest % 10);
        if (decimals[i] != '0' && i + 1 > length)
            length = i + 1;
    }
    if (length) {
        buf_add_char(out, '.');
        buf_add_n(out, decimals, length);
    }
}

/* Controls, and what reorders or hides text. */
static bool is_harmful(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB);
}

static bool is_tame(char c)
{
    return c >= ' ' && c < 0x7F && c != '"' && c != '\\';
}

void add_json(struct buf *out, const char *text, size_t length)
{
    buf_add_char(out, '"');
    for (size_t at = 0, used; at < length; at += used) {
        for (used = 0; at + used < length && is_tame(text[at + used]);)
            used++;
        if (used) {
            buf_add_n(out, text + at, used);
            continue;
        }
        int32_t c = utf8_decode(text + at, length - at, &used);
        if (c == '"' || c == '\\')
            buf_addf(out, "\\%c", (char)c);
        else if (c == '\n')
            buf_add(out, "\\n");
        else if (c < 0)
            buf_add(out, "\\ufffd");
        else if (is_harmful(c))
            buf_addf(out, "\\u%04x", (unsigned)c);
        else
            buf_add_n(out, text + at, used);
    }
    buf_add_char(out, '"');
}

void add_clean(struct buf *out, const char *text, size_t length)
{
    utf8_sanitise_line(out, text, length, 4000);
}

void add_xml(struct buf *out, const char *text, size_t length)
{
    struct buf clean = {0};
    utf8_sanitise(&clean, text, length, NULL, NULL);
    for (const char *p = buf_text(&clean); *p; p++) {
        if (*p == '<')
            buf_add(out, "&lt;");
        else if (*p == '>')
            buf_add(out, "&gt;");
        else if (*p == '&')
            buf_add(out, "&amp;");
        else if (*p == '"')
            buf_add(out, "&quot;");
        else
            buf_add_char(out, *p);
    }
    buf_free(&clean);
}

const char *state_words(enum mark_state state)
{
    return state == MARK_GAVE_UP         ? "not answered"
           : state == MARK_NEEDS_GRADING ? "needs a person to grade it"
                                         : mark_state_name(state);
}

static void add_part(struct buf *out, size_t start, const struct quiz_text *text)
{
    if (!*text->text)
        return;
    if (out->length > start)
        buf_add_char(out, '\n');
    quiz_text_plain(text, out);
}

void add_feedback(const struct sheet *sheet, const struct question *question,
                  const struct outcome *outcome, struct buf *out)
{
    size_t start = out->length, count = outcome->chosen.length / sizeof(size_t);
    for (size_t i = 0; i < count; i++) {
        size_t choice;
        memcpy(&choice, outcome->chosen.data + i * sizeof choice, sizeof choice);
        add_part(out, start, &question->choices[choice].feedback);
    }
    if (!sheet->job->options.no_key)
        add_part(out, start, &question->general_feedback);
}
