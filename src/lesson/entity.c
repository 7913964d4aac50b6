/* Character entities: the few that prose needs, and numbers. */
#include "base/utf8.h"
#include "lesson/markdown.h"

#include <string.h>

/* clang-format off */
static const struct {
    const char *name, *text;
} entities[] = {
    {"amp", "&"},     {"lt", "<"},      {"gt", ">"},       {"quot", "\""},  {"apos", "'"},
    {"nbsp", " "},    {"ndash", "–"},   {"mdash", "—"},    {"hellip", "…"}, {"minus", "−"},
    {"times", "×"},   {"middot", "·"},  {"deg", "°"},      {"plusmn", "±"}, {"le", "≤"},
    {"ge", "≥"},      {"ne", "≠"},      {"asymp", "≈"},    {"infin", "∞"},  {"rarr", "→"},
    {"larr", "←"},    {"copy", "©"},    {"frac12", "½"},   {"sup2", "²"},   {"sup3", "³"},
    {"alpha", "α"},   {"beta", "β"},    {"gamma", "γ"},    {"lambda", "λ"}, {"mu", "μ"},
    {"sigma", "σ"},   {"dollar", "$"},  {"vert", "|"},     {"lsquo", "‘"},  {"rsquo", "’"},
    {"ldquo", "“"},   {"rdquo", "”"},   {"sect", "§"},     {"eacute", "é"}, {"ouml", "ö"},
    {"auml", "ä"},    {"uuml", "ü"},    {"Ouml", "Ö"},     {"Auml", "Ä"},   {"Uuml", "Ü"},
};
/* clang-format on */

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

static bool add_numbered(struct buf *out, const char *digits, size_t size)
{
    int base = 10;
    if (size && (digits[0] == 'x' || digits[0] == 'X')) {
        base = 16;
        digits++;
        size--;
    }
    uint32_t c = 0;
    for (size_t i = 0; i < size; i++) {
        int digit = digit_of(digits[i]);
        if (digit >= base || c > 0x10FFFF)
            return false;
        c = c * (uint32_t)base + (uint32_t)digit;
    }
    if (!size || c > 0x10FFFF)
        return false;
    /* A number can name a control or a surrogate: it passes the border like any other byte. */
    char bytes[4];
    size_t length = utf8_encode(c, bytes);
    if (c == '\n' || c == '\r' || c == '\t')
        buf_add_char(out, ' ');
    else
        utf8_sanitise(out, bytes, length, NULL, NULL);
    return true;
}

bool markdown_entity(struct buf *out, const char *text, size_t size)
{
    if (size < 3 || text[0] != '&' || text[size - 1] != ';')
        return false;
    const char *name = text + 1;
    size_t length = size - 2;
    if (name[0] == '#')
        return add_numbered(out, name + 1, length - 1);
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (strlen(entities[i].name) == length && memcmp(entities[i].name, name, length) == 0) {
            buf_add(out, entities[i].text);
            return true;
        }
    }
    return false;
}
