/* A grid as lines of text or of ANSI escape sequences. Bytes are gathered in a chunk on the stack,
 * so that a cell costs a few stores and never an allocation. */
#include "draw/grid.h"

#include "base/utf8.h"
#include "draw/theme.h"

#include <string.h>

enum { HALF_UPPER = 0x2580, HALF_LOWER = 0x2584, BLOCK = 0x2588 };

char grid_cell_shade(const struct cell *cell)
{
    static const char shades[] = " .:-=+*#%@";
    int fg = cell->style.fg, bg = cell->style.bg, level;
    if (!fg && !bg)
        return 0;
    switch (cell->character) {
    case ' ':
        level = bg;
        break;
    case BLOCK:
        level = fg;
        break;
    case HALF_UPPER:
    case HALF_LOWER:
        level = fg && bg ? (fg + bg + 1) / 2 : fg + bg;
        break;
    default:
        return 0;
    }
    int count = (int)sizeof shades - 1;
    int shade = (level - 1) * count / RAMP_LEVELS;
    return shades[shade < 0 ? 0 : shade >= count ? count - 1 : shade];
}

struct printer {
    struct buf *out;
    size_t used;
    char chunk[1024];
};

static void flush(struct printer *printer)
{
    buf_add_n(printer->out, printer->chunk, printer->used);
    printer->used = 0;
}

static void print_char(struct printer *printer, char c)
{
    if (printer->used == sizeof printer->chunk)
        flush(printer);
    printer->chunk[printer->used++] = c;
}

static void print_character(struct printer *printer, uint32_t character)
{
    if (printer->used + 4 > sizeof printer->chunk)
        flush(printer);
    printer->used += utf8_encode(character, printer->chunk + printer->used);
}

static void print_cell(struct printer *printer, const struct cell *cell, bool ascii, char shade)
{
    if (shade) {
        print_char(printer, shade);
    } else if (ascii) {
        print_char(printer, cell->character ? utf8_cell_ascii(cell->character) : ' ');
    } else if (cell->character) {
        print_character(printer, cell->character);
        for (int i = 0; i < CELL_MARKS && cell->marks[i]; i++)
            print_character(printer, cell->marks[i]);
    }
}

void grid_print_text(const struct grid *grid, bool ascii, struct buf *out)
{
    struct printer printer = {.out = out};
    for (int y = 0; y < grid->height; y++) {
        const struct cell *row = grid->cells + (size_t)y * (size_t)grid->width;
        int end = grid->width;
        while (end > 0) {
            char shade = grid_cell_shade(row + end - 1);
            uint32_t character = row[end - 1].character;
            if (shade ? shade != ' ' : character != ' ' && (character || !ascii))
                break;
            end--;
        }
        for (int x = 0; x < end; x++)
            print_cell(&printer, row + x, ascii, grid_cell_shade(row + x));
        print_char(&printer, '\n');
    }
    flush(&printer);
}

static const struct look plain = {.fg = -1, .bg = -1};

static bool look_is(const struct look *a, const struct look *b)
{
    return a->fg == b->fg && a->bg == b->bg && a->attributes == b->attributes;
}

/* On a blank only these show. */
static unsigned on_blanks(const struct look *look)
{
    return look->attributes & (LOOK_UNDERLINE | LOOK_REVERSE);
}

static bool same_on_blanks(const struct look *a, const struct look *b)
{
    return a->bg == b->bg && on_blanks(a) == on_blanks(b) &&
           (!(on_blanks(a) & LOOK_REVERSE) || a->fg == b->fg);
}

static void print_number(struct printer *printer, int number)
{
    if (number >= 10)
        print_number(printer, number / 10);
    print_char(printer, (char)('0' + number % 10));
}

static void print_parameter(struct printer *printer, bool *first, int number)
{
    if (!*first)
        print_char(printer, ';');
    *first = false;
    print_number(printer, number);
}

/* `base` is 30 for the foreground, 40 for the background. */
static void print_color(struct printer *printer, bool *first, int base, int32_t color,
                        enum color_depth depth)
{
    if (color < 0) {
        print_parameter(printer, first, base + 9);
    } else if (depth == COLOR_RGB) {
        print_parameter(printer, first, base + 8);
        print_parameter(printer, first, 2);
        print_parameter(printer, first, color >> 16 & 255);
        print_parameter(printer, first, color >> 8 & 255);
        print_parameter(printer, first, color & 255);
    } else if (color < 8) {
        print_parameter(printer, first, base + (int)color);
    } else {
        print_parameter(printer, first, base + 8);
        print_parameter(printer, first, 5);
        print_parameter(printer, first, (int)color);
    }
}

static void print_change(struct printer *printer, const struct look *from, const struct look *to,
                         enum color_depth depth)
{
    static const struct {
        unsigned attribute;
        int parameter;
    } attributes[] = {{LOOK_BOLD, 1}, {LOOK_DIM, 2}, {LOOK_UNDERLINE, 4}, {LOOK_REVERSE, 7}};
    print_char(printer, '\033');
    print_char(printer, '[');
    if (!look_is(to, &plain)) {
        struct look now = *from;
        bool first = true;
        if (now.attributes & ~to->attributes) {
            print_parameter(printer, &first, 0);
            now = plain;
        }
        for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
            if (to->attributes & ~now.attributes & attributes[i].attribute)
                print_parameter(printer, &first, attributes[i].parameter);
        if (to->fg != now.fg)
            print_color(printer, &first, 30, to->fg, depth);
        if (to->bg != now.bg)
            print_color(printer, &first, 40, to->bg, depth);
    }
    print_char(printer, 'm');
}

static bool style_is(struct style a, struct style b)
{
    return a.role == b.role && a.fg == b.fg && a.bg == b.bg && a.bold == b.bold;
}

void grid_print_ansi(const struct grid *grid, const struct theme *theme, bool ascii,
                     struct buf *out)
{
    struct printer printer = {.out = out};
    bool shades = ascii || !theme_has_ramp(theme);
    struct style style = {.role = ROLE_TEXT}; /* the one `look` was made from */
    struct look look = theme_look(theme, style);
    for (int y = 0; y < grid->height; y++) {
        const struct cell *row = grid->cells + (size_t)y * (size_t)grid->width;
        struct look shown = plain;
        int blanks = 0; /* seen, not printed yet: at the end of a line they are left out */
        for (int x = 0; x < grid->width; x++) {
            const struct cell *cell = row + x;
            if (!cell->character && !ascii)
                continue;
            char shade = shades ? grid_cell_shade(cell) : 0;
            struct style wanted = cell->style;
            if (shade)
                wanted.fg = wanted.bg = 0;
            if (!style_is(wanted, style)) {
                style = wanted;
                look = theme_look(theme, style);
            }
            bool is_blank = shade == ' ' || (!shade && cell->character == ' ');
            if (is_blank && same_on_blanks(&look, &plain) && same_on_blanks(&shown, &plain)) {
                blanks++;
                continue;
            }
            for (; blanks; blanks--)
                print_char(&printer, ' ');
            if (is_blank ? !same_on_blanks(&shown, &look) : !look_is(&shown, &look)) {
                print_change(&printer, &shown, &look, theme->depth);
                shown = look;
            }
            if (is_blank && same_on_blanks(&look, &plain))
                blanks++;
            else
                print_cell(&printer, cell, ascii, shade);
        }
        if (!look_is(&shown, &plain))
            print_change(&printer, &shown, &plain, theme->depth);
        print_char(&printer, '\n');
    }
    flush(&printer);
}
