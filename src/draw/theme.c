#include "draw/theme.h"

#include <assert.h>

enum { NONE = -1, B = LOOK_BOLD, D = LOOK_DIM, U = LOOK_UNDERLINE, R = LOOK_REVERSE };

/* What a role looks like: its colour at 24 bit, 256 and 8 colours with attributes for these three,
 * and its attributes where there are no colours at all. NONE is the terminal's own colour. */
struct role_look {
    int32_t rgb, c256, c8;
    unsigned char with_colors, alone;
};

/* Text colours keep a WCAG contrast of 4.5 to 1 against the background they are made for (the test
 * computes it). The curves differ in brightness too, for eyes that confuse red and green. At 8
 * colours blue on black and yellow on white are not used: they cannot be read. */
/* clang-format off */
static const struct role_look looks[2][ROLE_COUNT] = {
    { /* light text on a dark background */
        [ROLE_TEXT]     = {NONE,     NONE, NONE, 0,     0},
        [ROLE_DIM]      = {0x9A9FA6, 247,  NONE, 0,     D},
        [ROLE_TITLE]    = {0x7CC7FF, 117,  6,    B,     B},
        [ROLE_STRONG]   = {0xF5F5F5, 255,  NONE, B,     B},
        [ROLE_EMPH]     = {0xFFD7AF, 223,  NONE, U,     U},
        [ROLE_CODE]     = {0xA9D7A0, 151,  2,    0,     0},
        [ROLE_MATH]     = {0xD7B5FF, 183,  5,    0,     0},
        [ROLE_LIVE]     = {0xFFD75F, 221,  3,    B,     B},
        [ROLE_LINK]     = {0x87AFFF, 111,  6,    U,     U},
        [ROLE_KEY]      = {0xF5F5F5, 255,  NONE, B,     B},
        [ROLE_FOCUS]    = {0x7CC7FF, 117,  6,    R,     R},
        [ROLE_RIGHT]    = {0x7BD88F, 114,  2,    B,     B},
        [ROLE_WRONG]    = {0xFF8787, 210,  1,    B,     B},
        [ROLE_WARNING]  = {0xFFB35C, 215,  3,    B,     B},
        [ROLE_FRAME]    = {0x858A91, 245,  NONE, 0,     0},
        [ROLE_SERIES_1] = {0x5CB8FF, 75,   6,    0,     0},
        [ROLE_SERIES_2] = {0xFFB000, 214,  3,    0,     0},
        [ROLE_SERIES_3] = {0x3FCFA0, 79,   2,    0,     0},
        [ROLE_SERIES_4] = {0xFF8FD0, 212,  5,    0,     0},
        [ROLE_INPUT]    = {0xFFFFAF, 229,  NONE, U,     U},
    },
    { /* dark text on a light background */
        [ROLE_TEXT]     = {NONE,     NONE, NONE, 0,     0},
        [ROLE_DIM]      = {0x5A5F66, 241,  NONE, 0,     D},
        [ROLE_TITLE]    = {0x005A8C, 24,   4,    B,     B},
        [ROLE_STRONG]   = {0x101418, 233,  NONE, B,     B},
        [ROLE_EMPH]     = {0x7A4A00, 94,   NONE, U,     U},
        [ROLE_CODE]     = {0x1B5E20, 22,   NONE, 0,     0},
        [ROLE_MATH]     = {0x5F00AF, 55,   5,    0,     0},
        [ROLE_LIVE]     = {0x8C2300, 88,   1,    B,     B},
        [ROLE_LINK]     = {0x0033CC, 20,   4,    U,     U},
        [ROLE_KEY]      = {0x101418, 233,  NONE, B,     B},
        [ROLE_FOCUS]    = {0x005A8C, 24,   4,    R,     R},
        [ROLE_RIGHT]    = {0x0B6B25, 22,   2,    B,     B},
        [ROLE_WRONG]    = {0xB00020, 124,  1,    B,     B},
        [ROLE_WARNING]  = {0x8A5000, 94,   1,    B,     B},
        [ROLE_FRAME]    = {0x6A6F76, 242,  NONE, 0,     0},
        [ROLE_SERIES_1] = {0x005FB8, 25,   4,    0,     0},
        [ROLE_SERIES_2] = {0xA64B00, 130,  1,    0,     0},
        [ROLE_SERIES_3] = {0x00704F, 23,   2,    0,     0},
        [ROLE_SERIES_4] = {0xA3007D, 126,  5,    0,     0},
        [ROLE_INPUT]    = {0x5C4A00, 58,   NONE, U,     U},
    },
};

/* Viridis (van der Walt and Smith 2015), at 24 even steps. */
static const int32_t ramp_rgb[RAMP_LEVELS] = {
    0x440154, 0x461062, 0x472070, 0x462E7B, 0x423B82, 0x3E4888, 0x39548B, 0x34608D,
    0x306B8E, 0x2B768E, 0x27808E, 0x248B8C, 0x21958B, 0x21A088, 0x2AAA81, 0x32B47B,
    0x44BD70, 0x5AC663, 0x71CF56, 0x8DD544, 0xA9DB33, 0xC5E02A, 0xE1E327, 0xFDE725,
};

/* The same path through the 6x6x6 cube. The cube has no 24 steps along it: some neighbours share a
 * colour, but brightness never falls. */
static const int32_t ramp_256[RAMP_LEVELS] = {
     17,  53,  54,  54,  55,  55,  24,  24,  25,  25,  25,  30,
     31,  36,  36,  37,  42,  42,  77, 113, 149, 155, 191, 227,
};

static const char *const names[ROLE_COUNT] = {
    [ROLE_TEXT] = "text",         [ROLE_DIM] = "dim",           [ROLE_TITLE] = "title",
    [ROLE_STRONG] = "strong",     [ROLE_EMPH] = "emphasis",     [ROLE_CODE] = "code",
    [ROLE_MATH] = "maths",        [ROLE_LIVE] = "live",         [ROLE_LINK] = "link",
    [ROLE_KEY] = "key",           [ROLE_FOCUS] = "focus",       [ROLE_RIGHT] = "right",
    [ROLE_WRONG] = "wrong",       [ROLE_WARNING] = "warning",   [ROLE_FRAME] = "frame",
    [ROLE_SERIES_1] = "series 1", [ROLE_SERIES_2] = "series 2", [ROLE_SERIES_3] = "series 3",
    [ROLE_SERIES_4] = "series 4", [ROLE_INPUT] = "input",
};
/* clang-format on */

/* From this level on black text reads better on the ramp than white (the test checks both). */
enum { BRIGHT_LEVEL = 12 };

static int32_t ramp_color(const struct theme *theme, int level)
{
    int i = (level > RAMP_LEVELS ? RAMP_LEVELS : level) - 1;
    return theme->depth == COLOR_RGB ? ramp_rgb[i] : ramp_256[i];
}

/* Readable on that level of the ramp. */
static int32_t ink_on(const struct theme *theme, int level)
{
    bool black = level >= BRIGHT_LEVEL;
    if (theme->depth == COLOR_RGB)
        return black ? 0x101010 : 0xFFFFFF;
    return black ? 16 : 231;
}

struct look theme_look(const struct theme *theme, struct style style)
{
    assert(style.role < ROLE_COUNT);
    const struct role_look *role = &looks[theme->light][style.role];
    struct look look = {.fg = NONE, .bg = NONE, .attributes = role->with_colors};
    switch (theme->depth) {
    case COLOR_NONE:
        look.attributes = role->alone;
        break;
    case COLOR_8:
        look.fg = role->c8;
        break;
    case COLOR_256:
        look.fg = role->c256;
        break;
    case COLOR_RGB:
        look.fg = role->rgb;
        break;
    }
    if (theme_has_ramp(theme) && (style.fg || style.bg)) {
        look.attributes &= ~(unsigned)LOOK_REVERSE;
        if (style.bg) {
            look.bg = ramp_color(theme, style.bg);
            look.fg = ink_on(theme, style.bg);
        }
        if (style.fg)
            look.fg = ramp_color(theme, style.fg);
    }
    if (style.bold)
        look.attributes |= LOOK_BOLD;
    return look;
}

bool theme_has_ramp(const struct theme *theme)
{
    return theme->depth >= COLOR_256;
}

const char *theme_role_name(enum role role)
{
    return role < ROLE_COUNT ? names[role] : "";
}
