#include "draw/text.h"

#include "base/utf8.h"

#include <string.h>
#include <wctype.h>

/* A place between two characters of the runs; `column` counts from the beginning of its line. */
struct place {
    size_t run, at;
    int column;
};

struct wrapper {
    const struct run *runs;
    size_t count;
    struct grid *grid;
    struct spot *spots;
    size_t capacity, *spot_count;
};

struct letter {
    uint32_t character;
    int width;
    bool solid;
};

static bool read_letter(const struct wrapper *w, struct place *place, struct letter *letter)
{
    while (place->run < w->count && place->at >= w->runs[place->run].size) {
        place->run++;
        place->at = 0;
    }
    if (place->run >= w->count)
        return false;
    const struct run *run = &w->runs[place->run];
    size_t length;
    int32_t c = utf8_decode(run->text + place->at, run->size - place->at, &length);
    int width = c < 0 ? 1 : utf8_width((uint32_t)c);
    *letter = (struct letter){
        .character = c < 0 ? UTF8_REPLACEMENT : (uint32_t)c,
        .width = width < 0 ? 1 : width,
        .solid = run->solid,
    };
    place->at += length;
    return true;
}

/* Where a line ends, and where the next one begins: behind the blanks between them. */
struct cut {
    bool possible;
    struct place end, next;
};

static bool is_dash(uint32_t c)
{
    return c == '-' || c == 0x2010 || c == 0x2013 || c == 0x2014;
}

static bool is_letter(uint32_t c)
{
    return c < 0x80 ? (c | 32) >= 'a' && (c | 32) <= 'z' : iswalpha((wint_t)c) != 0;
}

/* "7 %": the sign stays with its number. */
static bool is_bound(uint32_t before, uint32_t after)
{
    return after == '%' && before >= '0' && before <= '9';
}

/* Finds one line from `start`: as many words as fit; a piece of a solid run or of a word only where
 * no word fits whole. What is read and not taken is read once more, so the work stays linear. */
static struct cut cut_line(const struct wrapper *w, struct place start, int available)
{
    struct place at = start, ink = start; /* `ink`: behind the last character that is not blank */
    struct cut soft = {0}, weak = {0};
    bool blank = false, soft_blank = false;
    uint32_t before[2] = {0, 0}, last = 0; /* `last`: the one that is not blank */
    for (;;) {
        struct place here = at;
        struct letter letter;
        if (!read_letter(w, &at, &letter) || letter.character == '\n')
            return (struct cut){.end = ink, .next = at};
        if (letter.character == ' ') { /* blanks at the end of a line may stand beyond its edge */
            blank = true;
            soft_blank = soft_blank || !letter.solid;
            at.column++;
            before[0] = before[1] = 0;
            continue;
        }
        if (letter.width > 0) {
            bool dash = is_dash(before[0]) && is_letter(before[1]) && is_letter(letter.character);
            bool bound = blank && is_bound(last, letter.character);
            if (ink.column > 0 && (blank || dash) && !bound) {
                struct cut cut = {true, ink, here};
                if (blank ? soft_blank : !letter.solid)
                    soft = cut;
                else
                    weak = cut;
            }
            bool first = here.run == start.run && here.at == start.at;
            if (here.column + letter.width > available && !first) {
                if (soft.possible)
                    return soft;
                if (weak.possible)
                    return weak;
                return (struct cut){true, ink, here};
            }
            before[1] = before[0];
            before[0] = last = letter.character;
        }
        at.column += letter.width;
        ink = at;
        blank = soft_blank = false;
    }
}

static void add_spot(const struct wrapper *w, struct spot spot)
{
    size_t *count = w->spot_count;
    if (!count || spot.width <= 0)
        return;
    if (w->spots) {
        struct spot *last = *count && *count <= w->capacity ? &w->spots[*count - 1] : NULL;
        if (last && last->anchor == spot.anchor && last->y == spot.y &&
            last->x + last->width == spot.x) {
            last->width += spot.width; /* one link in several styles */
            return;
        }
        if (*count >= w->capacity)
            return;
        w->spots[*count] = spot;
    }
    ++*count;
}

static void draw_line(const struct wrapper *w, struct place from, struct place end, int x, int y,
                      int available)
{
    int column = x;
    for (size_t i = from.run; i <= end.run && i < w->count; i++) {
        const struct run *run = &w->runs[i];
        size_t begin = i == from.run ? from.at : 0;
        size_t size = (i == end.run ? end.at : run->size) - begin;
        size = utf8_fit(run->text + begin, size, x + available - column);
        int after = column + utf8_columns(run->text + begin, size);
        if (w->grid)
            grid_put_n(w->grid, column, y, run->style, run->text + begin, size);
        if (run->anchor)
            add_spot(w, (struct spot){run->anchor, column, y, after - column});
        column = after;
    }
}

int text_wrap(struct grid *grid, int y, struct text_box box, const struct run *runs, size_t count,
              struct spot *spots, size_t capacity, size_t *spot_count)
{
    struct wrapper w = {runs, count, grid, spots, capacity, spot_count};
    struct place at = {0};
    int indent = box.first;
    struct letter letter;
    for (;;) {
        struct place probe = at;
        if (!read_letter(&w, &probe, &letter))
            return y;
        int available = box.width - indent > 1 ? box.width - indent : 1;
        struct cut cut = cut_line(&w, at, available);
        if (grid && y >= grid->height)
            grid_resize(grid, grid->width, y + 1);
        draw_line(&w, at, cut.end, box.x + indent, y, available);
        at = cut.next;
        at.column = 0;
        indent = 0;
        y++;
    }
}

int text_wrap_plain(struct grid *grid, int y, struct text_box box, struct style style,
                    const char *text)
{
    struct run run = {.text = text, .size = strlen(text), .style = style};
    return text_wrap(grid, y, box, &run, 1, NULL, 0, NULL);
}
