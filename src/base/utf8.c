#include "base/utf8.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

bool utf8_start(void)
{
    setlocale(LC_ALL, "");
    bool shows = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!shows) {
        /* A container often sets no locale at all; that is no statement about its terminal. */
        static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
        bool chosen = false;
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            const char *value = getenv(names[i]);
            chosen = chosen || (value && *value);
        }
        shows = !chosen;
        if (!setlocale(LC_CTYPE, "C.UTF-8") && !setlocale(LC_CTYPE, "UTF-8"))
            setlocale(LC_CTYPE, "en_US.UTF-8");
    }
    setlocale(LC_NUMERIC, "C");
    return shows;
}

int32_t utf8_decode(const char *text, size_t size, size_t *length)
{
    const unsigned char *p = (const unsigned char *)text;
    *length = 1;
    if (size == 0) {
        *length = 0;
        return -1;
    }
    if (p[0] < 0x80)
        return p[0];
    size_t extra;
    uint32_t c, least;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        extra = 1, c = p[0] & 0x1Fu, least = 0x80;
    } else if ((p[0] & 0xF0) == 0xE0) {
        extra = 2, c = p[0] & 0x0Fu, least = 0x800;
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        extra = 3, c = p[0] & 0x07u, least = 0x10000;
    } else {
        return -1;
    }
    if (size <= extra)
        return -1;
    for (size_t i = 1; i <= extra; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return -1;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return -1;
    *length = extra + 1;
    return (int32_t)c;
}

size_t utf8_encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

int utf8_width(uint32_t c)
{
    if (c >= 0x20 && c < 0x7F)
        return 1;
    if (c >= 0x2500 && c < 0x2900) /* boxes, blocks, shapes, braille: most of what is drawn */
        return wcwidth((wchar_t)c) < 0 ? -1 : (c >= 0x25FD && c <= 0x27BF) ? wcwidth((wchar_t)c) : 1;
    return wcwidth((wchar_t)c);
}

int utf8_columns(const char *text, size_t size)
{
    int columns = 0;
    for (size_t i = 0, length; i < size; i += length) {
        int32_t c = utf8_decode(text + i, size - i, &length);
        int width = c < 0 ? 1 : utf8_width((uint32_t)c);
        columns += width < 0 ? 1 : width;
    }
    return columns;
}

size_t utf8_fit(const char *text, size_t size, int columns)
{
    size_t at = 0, length;
    for (; at < size; at += length) {
        int32_t c = utf8_decode(text + at, size - at, &length);
        int width = c < 0 ? 1 : utf8_width((uint32_t)c);
        if (width < 0)
            width = 1;
        if (width > columns)
            break;
        columns -= width;
    }
    return at;
}

/* Characters that show nothing or change the order of what is shown: never let through. */
static bool is_invisible(uint32_t c)
{
    return c == 0x00AD || c == 0x034F || c == 0x061C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
           (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF);
}

static bool is_private(uint32_t c)
{
    return (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000;
}

static void add_character(struct buf *out, uint32_t c)
{
    char bytes[4];
    buf_add_n(out, bytes, utf8_encode(c, bytes));
}

struct cleaner {
    struct buf *out;
    utf8_report *report;
    void *user;
    size_t offset; /* of the character in hand */
    int column;    /* for tab stops */
    int marks;     /* on the base in hand; -1 where there is none */
};

static void tell(const struct cleaner *cleaner, const char *what)
{
    if (cleaner->report)
        cleaner->report(cleaner->user, cleaner->offset, what);
}

static void clean_character(struct cleaner *s, uint32_t c)
{
    enum { TAB_STOP = 4, MOST_MARKS = 4 };
    if (c == '\n') {
        buf_add_char(s->out, '\n');
        s->column = 0;
        s->marks = -1;
        return;
    }
    if (c == '\t') {
        int blanks = TAB_STOP - s->column % TAB_STOP;
        buf_repeat(s->out, " ", (size_t)blanks);
        s->column += blanks;
        s->marks = 0;
        return;
    }
    if (c < 0x20 || c == 0x7F) {
        tell(s, "a control character");
        c = c == 0x7F ? 0x2421 : 0x2400 + c;
    } else if ((c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029) {
        tell(s, "a control character");
        c = c < 0xA0 ? UTF8_REPLACEMENT : ' ';
    } else if (is_invisible(c)) {
        tell(s, "an invisible character");
        return;
    }
    int width = is_private(c) ? -1 : utf8_width(c);
    if (width < 0) {
        tell(s, "a character of unknown width");
        c = UTF8_REPLACEMENT;
        width = 1;
    }
    if (width == 0) {
        if (s->marks < 0 || s->marks >= MOST_MARKS) {
            tell(s, "a combining mark too many");
            return;
        }
        s->marks++;
    } else {
        s->marks = 0;
    }
    s->column += width;
    add_character(s->out, c);
}

void utf8_sanitise(struct buf *out, const char *bytes, size_t size, utf8_report *report,
                   void *user)
{
    struct cleaner s = {.out = out, .report = report, .user = user, .marks = -1};
    for (size_t i = 0, length; i < size; i += length) {
        s.offset = i;
        int32_t c = utf8_decode(bytes + i, size - i, &length);
        if (c < 0) {
            tell(&s, "a byte that is not UTF-8");
            clean_character(&s, UTF8_REPLACEMENT);
        } else if (c == '\r') {
            if (i + 1 >= size || bytes[i + 1] != '\n')
                clean_character(&s, '\n');
        } else {
            clean_character(&s, (uint32_t)c);
        }
    }
}

void utf8_sanitise_line(struct buf *out, const char *bytes, size_t size, int columns)
{
    struct buf clean = {0};
    utf8_sanitise(&clean, bytes, size, NULL, NULL);
    for (size_t i = 0; i < clean.length; i++)
        if (clean.data[i] == '\n')
            clean.data[i] = ' ';
    buf_add_n(out, buf_text(&clean), utf8_fit(buf_text(&clean), clean.length, columns));
    buf_free(&clean);
}

/* Names for what ASCII lacks. Sorted by character. */
static const struct {
    uint32_t character;
    const char *ascii;
} names[] = {
    {0x00A0, " "},      {0x00A7, "S."},      {0x00AB, "<<"},     {0x00AC, "not "},
    {0x00B0, " deg"},   {0x00B1, "+-"},      {0x00B2, "^2"},     {0x00B3, "^3"},
    {0x00B5, "mu"},     {0x00B7, "."},       {0x00B9, "^1"},     {0x00BB, ">>"},
    {0x00BC, "1/4"},    {0x00BD, "1/2"},     {0x00BE, "3/4"},    {0x00C4, "Ae"},
    {0x00D6, "Oe"},     {0x00D7, "x"},       {0x00DC, "Ue"},     {0x00DF, "ss"},
    {0x00E0, "a"},      {0x00E1, "a"},       {0x00E4, "ae"},     {0x00E7, "c"},
    {0x00E8, "e"},      {0x00E9, "e"},       {0x00EA, "e"},      {0x00EF, "i"},
    {0x00F3, "o"},      {0x00F6, "oe"},      {0x00F7, "/"},      {0x00F8, "o"},
    {0x00FC, "ue"},     {0x02E3, "^x"},      {0x0302, "^"},      {0x0304, "_"},
    {0x0391, "Alpha"},  {0x0392, "Beta"},    {0x0393, "Gamma"},  {0x0394, "Delta"},
    {0x0398, "Theta"},  {0x039B, "Lambda"},  {0x03A0, "Pi"},     {0x03A3, "Sigma"},
    {0x03A6, "Phi"},    {0x03A8, "Psi"},     {0x03A9, "Omega"},  {0x03B1, "alpha"},
    {0x03B2, "beta"},   {0x03B3, "gamma"},   {0x03B4, "delta"},  {0x03B5, "epsilon"},
    {0x03B6, "zeta"},   {0x03B7, "eta"},     {0x03B8, "theta"},  {0x03B9, "iota"},
    {0x03BA, "kappa"},  {0x03BB, "lambda"},  {0x03BC, "mu"},     {0x03BD, "nu"},
    {0x03BE, "xi"},     {0x03C0, "pi"},      {0x03C1, "rho"},    {0x03C3, "sigma"},
    {0x03C4, "tau"},    {0x03C6, "phi"},     {0x03C7, "chi"},    {0x03C8, "psi"},
    {0x03C9, "omega"},  {0x03D5, "phi"},     {0x03F5, "epsilon"}, {0x2010, "-"},
    {0x2011, "-"},      {0x2012, "-"},       {0x2013, "-"},      {0x2014, "--"},
    {0x2016, "||"},     {0x2018, "'"},       {0x2019, "'"},      {0x201C, "\""},
    {0x201D, "\""},     {0x2020, "+"},       {0x2022, "*"},      {0x2026, "..."},
    {0x202F, " "},      {0x2032, "'"},       {0x2044, "/"},      {0x2070, "^0"},
    {0x2071, "^i"},     {0x2074, "^4"},      {0x2075, "^5"},     {0x2076, "^6"},
    {0x2077, "^7"},     {0x2078, "^8"},      {0x2079, "^9"},     {0x207A, "^+"},
    {0x207B, "^-"},     {0x207F, "^n"},      {0x2080, "_0"},     {0x2081, "_1"},
    {0x2082, "_2"},     {0x2083, "_3"},      {0x2084, "_4"},     {0x2085, "_5"},
    {0x2086, "_6"},     {0x2087, "_7"},      {0x2088, "_8"},     {0x2089, "_9"},
    {0x2090, "_a"},     {0x2093, "_x"},      {0x2096, "_k"},     {0x2099, "_n"},
    {0x20AC, "EUR"},    {0x211D, "R"},       {0x2190, "<-"},     {0x2191, "^"},
    {0x2192, "->"},     {0x2193, "v"},       {0x2194, "<->"},    {0x21A6, "->"},
    {0x21D2, "=>"},     {0x2200, "for all "}, {0x2202, "d"},     {0x2203, "exists "},
    {0x2207, "grad "},  {0x2208, " in "},    {0x220F, "prod"},   {0x2211, "sum"},
    {0x2212, "-"},      {0x2217, "*"},       {0x2218, "o"},      {0x2219, "."},
    {0x221A, "sqrt"},   {0x221D, " ~ "},     {0x221E, "inf"},    {0x2225, "||"},
    {0x222B, "int"},    {0x2248, "~"},       {0x2260, "!="},     {0x2261, "=="},
    {0x2264, "<="},     {0x2265, ">="},      {0x226A, "<<"},     {0x226B, ">>"},
    {0x2282, " subset "}, {0x2295, "(+)"},   {0x2297, "(x)"},    {0x2299, "(.)"},
    {0x22A4, "^T"},     {0x22C5, "."},       {0x22EF, "..."},    {0x2713, "ok"},
    {0x2714, "ok"},     {0x2717, "x"},       {0x2718, "x"},      {0x27E8, "<"},
    {0x27E9, ">"},
};

static const char *ascii_name(uint32_t c)
{
    size_t low = 0, high = sizeof names / sizeof *names;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (names[middle].character == c)
            return names[middle].ascii;
        if (names[middle].character < c)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* Box drawing, by what its lines do: horizontal, vertical, or both. The heavy horizontal is told
 * apart, because bars of progress are made of it. */
static char box_ascii(uint32_t c)
{
    static const char lines[] = "-=||--||--||";
    if (c < 0x250C)
        return lines[c - 0x2500];
    if (c == 0x2550 || c == 0x254C || c == 0x254D || c == 0x2574 || c == 0x2576 || c == 0x2578 ||
        c == 0x257A || c == 0x257C || c == 0x257E)
        return '-';
    if (c == 0x2551 || c == 0x254E || c == 0x254F || c == 0x2575 || c == 0x2577 || c == 0x2579 ||
        c == 0x257B || c == 0x257D || c == 0x257F)
        return '|';
    if (c == 0x2571)
        return '/';
    if (c == 0x2572)
        return '\\';
    return '+';
}

/* A braille cell as the character whose ink lies nearest: high, middle, low, or full. */
static char braille_ascii(uint32_t c)
{
    unsigned dots = c & 0xFF;
    if (!dots)
        return ' ';
    int count = __builtin_popcount(dots);
    bool top = dots & 0x09, upper = dots & 0x12, lower = dots & 0x24, bottom = dots & 0xC0;
    if (count >= 6)
        return '#';
    if (top + upper + lower + bottom >= 3)
        return (dots & 0x47) && (dots & 0xB8) ? '*' : '|';
    if (bottom && !top && !upper)
        return lower && count > 2 ? ':' : '_';
    if (top && !lower && !bottom)
        return upper && count > 2 ? ':' : '\'';
    return count > 2 ? '=' : '-';
}

char utf8_cell_ascii(uint32_t c)
{
    if (c < 0x80)
        return c < 0x20 || c == 0x7F ? '?' : (char)c;
    if (c >= 0x2500 && c <= 0x257F)
        return box_ascii(c);
    if (c >= 0x2800 && c <= 0x28FF)
        return braille_ascii(c);
    if (c >= 0x2581 && c <= 0x2588) /* an eighth to a whole block, from below */
        return "_.--==##"[c - 0x2581];
    if (c >= 0x2589 && c <= 0x258F) /* seven eighths to one, from the left */
        return "###||||"[c - 0x2589];
    switch (c) {
    case 0x2191:
    case 0x25B2:
    case 0x25B4:
        return '^';
    case 0x2580:
        return '"';
    case 0x2590:
    case 0x2593:
        return '#';
    case 0x2591:
        return '.';
    case 0x2592:
        return ':';
    case 0x2190:
    case 0x25C0:
    case 0x25C2:
        return '<';
    case 0x2192:
    case 0x25B6:
    case 0x25B8:
        return '>';
    case 0x25BC:
    case 0x25BE:
        return 'v';
    case 0x25CB:
        return 'o';
    case 0x25CF:
        return 'O';
    case 0x25A0:
        return '#';
    case 0x25A1:
        return '.';
    case 0x2713:
    case 0x2714:
        return '+';
    case 0x221A:
        return 'V';
    case 0x2211:
        return 'S';
    default:
        break;
    }
    const char *name = ascii_name(c);
    if (name) {
        while (*name == ' ' || *name == '^' || *name == '_')
            name++;
        return *name ? *name : '?';
    }
    return '?';
}

void utf8_to_ascii(struct buf *out, const char *text, size_t size)
{
    for (size_t i = 0, length; i < size; i += length) {
        int32_t c = utf8_decode(text + i, size - i, &length);
        const char *name = c >= 0x80 ? ascii_name((uint32_t)c) : NULL;
        if (c == '\n')
            buf_add_char(out, '\n');
        else if (name)
            buf_add(out, name);
        else if (c < 0 || utf8_width((uint32_t)c) != 0)
            buf_add_char(out, c < 0 ? '?' : utf8_cell_ascii((uint32_t)c));
    }
}
