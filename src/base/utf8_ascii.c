/* What stands in for a character where only ASCII can be shown. */
#include "base/utf8.h"

#include <string.h>

/* Names for what ASCII lacks. Sorted by character. */
/* clang-format off */
static const struct {
    uint32_t character;
    const char *ascii;
} names[] = {
    {0x00A0, " "},       {0x00A7, "S."},      {0x00AB, "<<"},      {0x00AC, "not "},
    {0x00B0, " deg"},    {0x00B1, "+-"},      {0x00B2, "^2"},      {0x00B3, "^3"},
    {0x00B5, "mu"},      {0x00B7, "."},       {0x00B9, "^1"},      {0x00BB, ">>"},
    {0x00BC, "1/4"},     {0x00BD, "1/2"},     {0x00BE, "3/4"},     {0x00C4, "Ae"},
    {0x00D6, "Oe"},      {0x00D7, "x"},       {0x00DC, "Ue"},      {0x00DF, "ss"},
    {0x00E0, "a"},       {0x00E1, "a"},       {0x00E4, "ae"},      {0x00E7, "c"},
    {0x00E8, "e"},       {0x00E9, "e"},       {0x00EA, "e"},       {0x00EF, "i"},
    {0x00F3, "o"},       {0x00F6, "oe"},      {0x00F7, "/"},       {0x00F8, "o"},
    {0x00FC, "ue"},      {0x02B0, "^h"},      {0x02B2, "^j"},      {0x02B3, "^r"},
    {0x02B7, "^w"},      {0x02B8, "^y"},      {0x02E1, "^l"},      {0x02E2, "^s"},
    {0x02E3, "^x"},      {0x0302, "^"},       {0x0304, "_"},       {0x0391, "Alpha"},
    {0x0392, "Beta"},    {0x0393, "Gamma"},   {0x0394, "Delta"},   {0x0398, "Theta"},
    {0x039B, "Lambda"},  {0x039E, "Xi"},      {0x03A0, "Pi"},      {0x03A3, "Sigma"},
    {0x03A6, "Phi"},     {0x03A8, "Psi"},     {0x03A9, "Omega"},   {0x03B1, "alpha"},
    {0x03B2, "beta"},    {0x03B3, "gamma"},   {0x03B4, "delta"},   {0x03B5, "epsilon"},
    {0x03B6, "zeta"},    {0x03B7, "eta"},     {0x03B8, "theta"},   {0x03B9, "iota"},
    {0x03BA, "kappa"},   {0x03BB, "lambda"},  {0x03BC, "mu"},      {0x03BD, "nu"},
    {0x03BE, "xi"},      {0x03C0, "pi"},      {0x03C1, "rho"},     {0x03C3, "sigma"},
    {0x03C4, "tau"},     {0x03C5, "upsilon"}, {0x03C6, "phi"},     {0x03C7, "chi"},
    {0x03C8, "psi"},     {0x03C9, "omega"},   {0x03D5, "phi"},     {0x03F5, "epsilon"},
    {0x1D2C, "^A"},      {0x1D2E, "^B"},      {0x1D30, "^D"},      {0x1D31, "^E"},
    {0x1D33, "^G"},      {0x1D34, "^H"},      {0x1D35, "^I"},      {0x1D36, "^J"},
    {0x1D37, "^K"},      {0x1D38, "^L"},      {0x1D39, "^M"},      {0x1D3A, "^N"},
    {0x1D3C, "^O"},      {0x1D3E, "^P"},      {0x1D3F, "^R"},      {0x1D40, "^T"},
    {0x1D41, "^U"},      {0x1D42, "^W"},      {0x1D43, "^a"},      {0x1D47, "^b"},
    {0x1D48, "^d"},      {0x1D49, "^e"},      {0x1D4D, "^g"},      {0x1D4F, "^k"},
    {0x1D50, "^m"},      {0x1D52, "^o"},      {0x1D56, "^p"},      {0x1D57, "^t"},
    {0x1D58, "^u"},      {0x1D5B, "^v"},      {0x1D5D, "^beta"},   {0x1D5E, "^gamma"},
    {0x1D5F, "^delta"},  {0x1D60, "^phi"},    {0x1D61, "^chi"},    {0x1D62, "_i"},
    {0x1D63, "_r"},      {0x1D64, "_u"},      {0x1D65, "_v"},      {0x1D66, "_beta"},
    {0x1D67, "_gamma"},  {0x1D68, "_rho"},    {0x1D69, "_phi"},    {0x1D6A, "_chi"},
    {0x1D9C, "^c"},      {0x1DA0, "^f"},      {0x1DBB, "^z"},      {0x1DBF, "^theta"},
    {0x2010, "-"},       {0x2011, "-"},       {0x2012, "-"},       {0x2013, "-"},
    {0x2014, "--"},      {0x2016, "||"},      {0x2018, "'"},       {0x2019, "'"},
    {0x201C, "\""},      {0x201D, "\""},      {0x2020, "+"},       {0x2022, "*"},
    {0x2026, "..."},     {0x202F, " "},       {0x2032, "'"},       {0x2044, "/"},
    {0x2070, "^0"},      {0x2071, "^i"},      {0x2074, "^4"},      {0x2075, "^5"},
    {0x2076, "^6"},      {0x2077, "^7"},      {0x2078, "^8"},      {0x2079, "^9"},
    {0x207A, "^+"},      {0x207B, "^-"},      {0x207C, "^="},      {0x207D, "^("},
    {0x207E, "^)"},      {0x207F, "^n"},      {0x2080, "_0"},      {0x2081, "_1"},
    {0x2082, "_2"},      {0x2083, "_3"},      {0x2084, "_4"},      {0x2085, "_5"},
    {0x2086, "_6"},      {0x2087, "_7"},      {0x2088, "_8"},      {0x2089, "_9"},
    {0x208A, "_+"},      {0x208B, "_-"},      {0x208C, "_="},      {0x208D, "_("},
    {0x208E, "_)"},      {0x2090, "_a"},      {0x2091, "_e"},      {0x2092, "_o"},
    {0x2093, "_x"},      {0x2095, "_h"},      {0x2096, "_k"},      {0x2097, "_l"},
    {0x2098, "_m"},      {0x2099, "_n"},      {0x209A, "_p"},      {0x209B, "_s"},
    {0x209C, "_t"},      {0x20AC, "EUR"},     {0x210F, "h"},       {0x2112, "L"},
    {0x2113, "l"},       {0x2119, "P"},       {0x211D, "R"},       {0x2131, "F"},
    {0x2190, "<-"},      {0x2191, "^"},       {0x2192, "->"},      {0x2193, "v"},
    {0x2194, "<->"},     {0x21A6, "->"},      {0x21D0, "<="},      {0x21D2, "=>"},
    {0x21D4, "<=>"},     {0x2200, "for all "}, {0x2202, "d"},       {0x2203, "exists "},
    {0x2205, "{}"},      {0x2207, "grad "},   {0x2208, " in "},    {0x2209, " not in "},
    {0x220F, "prod"},    {0x2211, "sum"},     {0x2212, "-"},       {0x2213, "-+"},
    {0x2216, "\\"},      {0x2217, "*"},       {0x2218, "o"},       {0x2219, "."},
    {0x221A, "sqrt"},    {0x221B, "cbrt"},    {0x221C, "root4"},   {0x221D, " ~ "},
    {0x221E, "inf"},     {0x2225, "||"},      {0x2227, " and "},   {0x2228, " or "},
    {0x2229, " cap "},   {0x222A, " cup "},   {0x222B, "int"},     {0x223C, "~"},
    {0x2243, "~"},       {0x2248, "~"},       {0x2260, "!="},      {0x2261, "=="},
    {0x2264, "<="},      {0x2265, ">="},      {0x226A, "<<"},      {0x226B, ">>"},
    {0x2282, " subset "}, {0x2286, " subset "}, {0x2295, "(+)"},     {0x2297, "(x)"},
    {0x2299, "(.)"},     {0x22A4, "^T"},      {0x22A5, "_|_"},     {0x22C5, "."},
    {0x22C6, "*"},       {0x22EE, ":"},       {0x22EF, "..."},     {0x22F1, "..."},
    {0x2308, "ceil("},   {0x2309, ")"},       {0x230A, "floor("},  {0x230B, ")"},
    {0x2713, "ok"},      {0x2714, "ok"},      {0x2717, "x"},       {0x2718, "x"},
    {0x27E8, "<"},       {0x27E9, ">"},       {0x2C7C, "_j"},      {0x1D53C, "E"},
};
/* clang-format on */

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

/* Box drawing, by what its lines do: horizontal, vertical, or both. */
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
    if (c >= 0x2571 && c <= 0x2573) /* diagonals */
        return "/\\x"[c - 0x2571];
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

/* U+2580 to U+259F: half a cell, eighths from below, eighths from the left, shades, quarters. */
static const char block_ascii[] = "\"_.--==#####||||#.:#\"|..'#\\##'/#";

char utf8_cell_ascii(uint32_t c)
{
    if (c < 0x80)
        return c < 0x20 || c == 0x7F ? '?' : (char)c;
    if (c >= 0x2500 && c <= 0x257F)
        return box_ascii(c);
    if (c >= 0x2800 && c <= 0x28FF)
        return braille_ascii(c);
    if (c >= 0x2580 && c <= 0x259F)
        return block_ascii[c - 0x2580];
    switch (c) {
    case 0x2191:
    case 0x25B2:
    case 0x25B4:
        return '^';
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
    if (!name)
        return '?';
    const char *letter = name + strspn(name, " ^_");
    return *letter ? *letter : *name;
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
