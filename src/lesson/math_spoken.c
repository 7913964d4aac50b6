/* A formula for the ear: words, with commas where the eye has brackets. */
#include "lesson/lesson.h"
#include "lesson/math.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static void say_row(struct buf *out, const struct math_node *row, const struct math_node *end);

static void say(struct buf *out, const char *text)
{
    struct str words = str_trim(str_of(text));
    if (!words.length)
        return;
    if (words.text[0] == ',') {
        if (out->length && out->data[out->length - 1] != ',')
            buf_add_char(out, ',');
        return;
    }
    if (out->length)
        buf_add_char(out, ' ');
    buf_add_n(out, words.text, words.length);
}

static void say_node(struct buf *out, const struct math_node *node)
{
    if (node->kind == MATH_GROUP) {
        say_row(out, node->first, NULL);
        return;
    }
    struct math_node alone = *node;
    alone.next = NULL;
    say_row(out, &alone, NULL);
}

static bool is_shown(const struct math_node *node, const char *text)
{
    if (node && node->kind == MATH_GROUP && node->first && !node->first->next)
        node = node->first;
    return node && node->kind == MATH_ATOM && strcmp(node->shown, text) == 0;
}

/* One thing, or a derivative: nothing that needs a comma around it. */
static bool is_simple(const struct math_node *node)
{
    while (node->kind == MATH_GROUP && node->first && !node->first->next)
        node = node->first;
    if (math_count(node) <= 1)
        return node->kind != MATH_FRAC;
    const struct math_node *first = node->kind == MATH_GROUP ? node->first : node;
    return math_count(node) == 2 && (is_shown(first, "d") || is_shown(first, "∂"));
}

static void say_frac(struct buf *out, const struct math_node *node)
{
    bool simple = is_simple(node->first) && is_simple(node->second);
    say_node(out, node->first);
    say(out, simple ? "" : ",");
    say(out, "over");
    say_node(out, node->second);
    if (!simple && node->next)
        say(out, ",");
}

static void say_root(struct buf *out, const struct math_node *node)
{
    if (!node->second || is_shown(node->second, "2")) {
        say(out, "the square root of");
    } else if (is_shown(node->second, "3")) {
        say(out, "the cube root of");
    } else {
        say(out, "the root of degree");
        say_node(out, node->second);
        say(out, "of");
    }
    say_node(out, node->first);
    if (math_count(node->first) > 1 && node->next)
        say(out, ",");
}

/* ---- powers, indices, limits ----------------------------------------------------------------- */

static void say_power(struct buf *out, const struct math_node *node)
{
    const struct math_node *power = node->above;
    static const struct {
        const char *shown, *words;
    } known[] = {
        {"2", "squared"}, {"3", "cubed"}, {"⊤", "transpose"}, {"T", "transpose"}, {"*", "star"},
        {"∗", "star"},    {"⋆", "star"},  {"′", "prime"},     {"∘", "degrees"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (is_shown(power, known[i].shown)) {
            say(out, known[i].words);
            return;
        }
    const struct math_node *first = power->kind == MATH_GROUP ? power->first : power;
    if (first && is_shown(first, "(")) {
        /* h^{(l)} counts layers, it is no power. */
        const struct math_node *end = first->next;
        while (end && end->next)
            end = end->next;
        say(out, "superscript");
        say_row(out, first->next, end);
        return;
    }
    say(out, math_count(power) > 2 ? "to the power" : "to the");
    say_node(out, power);
    if (math_count(power) > 2 && node->next)
        say(out, ",");
}

/* "the maximum of" takes what stands below it before its "of". */
static void say_limits(struct buf *out, const struct math_node *node)
{
    const char *words = node->first->spoken;
    size_t length = strlen(words);
    bool has_of = length > 3 && strcmp(words + length - 3, " of") == 0;
    bool big = node->first->class == CLASS_BIG, limit = is_shown(node->first, "lim");
    struct buf name = {0};
    buf_add_n(&name, words, has_of ? length - 3 : length);
    say(out, buf_text(&name));
    buf_free(&name);
    if (is_shown(node->first, "log") && node->below) {
        say(out, "to base");
        say_node(out, node->below);
    } else if (node->below) {
        say(out, limit ? "as" : node->above ? "from" : "over");
        say_node(out, node->below);
    }
    if (node->above && big) {
        say(out, "to");
        say_node(out, node->above);
    } else if (node->above) {
        say_power(out, node);
    }
    say(out, "of");
}

static void say_scripted(struct buf *out, const struct math_node *node)
{
    const struct math_node *base = node->first;
    if (base->kind == MATH_ATOM &&
        (base->class == CLASS_BIG || base->class == CLASS_FUNC || is_shown(base, "∇"))) {
        say_limits(out, node);
        return;
    }
    bool quantity = math_count(base) > 1 || base->kind == MATH_FRAC || base->kind == MATH_ROOT;
    say(out, quantity ? "the quantity" : "");
    say_node(out, base);
    say(out, quantity ? "," : "");
    if (node->below) {
        say(out, "sub");
        say_node(out, node->below);
        if (math_count(node->below) > 2 && node->next)
            say(out, ",");
    }
    if (node->above)
        say_power(out, node);
}

/* ---- brackets -------------------------------------------------------------------------------- */

static bool is_bracket(const struct math_node *node, enum math_class class)
{
    const struct math_node *atom = node->kind == MATH_SCRIPT ? node->first : node;
    return atom->kind == MATH_ATOM && atom->class == class &&
           (strchr("([|)]", atom->shown[0]) || strcmp(atom->shown, "‖") == 0);
}

static bool is_bar(const struct math_node *node)
{
    const struct math_node *atom = node->kind == MATH_SCRIPT ? node->first : node;
    return is_shown(atom, "|") || is_shown(atom, "‖");
}

/* The bracket that closes `open`, or NULL. A bar closes a bar; brackets do not see bars, which may
 * have no partner. */
static const struct math_node *closing(const struct math_node *open, const struct math_node *end)
{
    int depth = 0;
    bool bar = is_bar(open);
    for (const struct math_node *node = open; node && node != end; node = node->next) {
        if (bar && node != open && depth == 0 && is_bar(node))
            return is_bracket(node, CLASS_CLOSE) ? node : NULL;
        if (is_bar(node))
            continue;
        if (is_bracket(node, CLASS_OPEN))
            depth++;
        else if (is_bracket(node, CLASS_CLOSE) && --depth <= 0)
            return bar ? NULL : node;
    }
    return NULL;
}

static size_t count_until(const struct math_node *row, const struct math_node *end)
{
    size_t count = 0;
    for (; row && row != end; row = row->next)
        count += row->kind == MATH_GROUP ? math_count(row->first) : 1;
    return count;
}

static bool holds_bar(const struct math_node *row, const struct math_node *end)
{
    for (; row && row != end; row = row->next)
        if (is_shown(row, "|"))
            return true;
    return false;
}

/* Whether a bracket behind `before` holds what a function is taken of. */
static bool is_function(const struct math_node *before, const struct math_node *open,
                        const struct math_node *close)
{
    static const char *const always[] = {"f", "g", "h", "F", "G", "H", "L",
                                         "J", "σ", "φ", "ℒ", "E", "𝔼", "ℱ"};
    static const char *const with_bar[] = {"p", "q", "P", "ℙ"};
    const struct math_node *atom = before && before->kind == MATH_SCRIPT ? before->first : before;
    if (!atom)
        return false;
    if (atom->kind == MATH_ATOM && atom->class == CLASS_FUNC)
        return true;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (is_shown(atom, always[i]))
            return true;
    for (size_t i = 0; i < sizeof with_bar / sizeof *with_bar; i++)
        if (is_shown(atom, with_bar[i]))
            return holds_bar(open->next, close);
    return false;
}

static bool ends_with_of(const struct buf *out)
{
    return out->length >= 3 && strcmp(out->data + out->length - 3, " of") == 0;
}

/* Says a bracket and what it holds; returns its end. */
static const struct math_node *say_bracket(struct buf *out, const struct math_node *before,
                                           const struct math_node *open,
                                           const struct math_node *close)
{
    bool simple = count_until(open->next, close) <= 1 &&
                  (close->kind == MATH_ATOM || open->next->kind == MATH_ATOM);
    bool bars = is_bar(open), function = !bars && is_function(before, open, close);
    if (bars)
        say(out, is_shown(open, "|") ? "the size of" : "the norm of");
    else if (function)
        say(out, ends_with_of(out) ? "" : "of");
    else if (!simple)
        say(out, "open bracket");
    say_row(out, open->next, close);
    if (!bars && !function && !simple)
        say(out, "close bracket");
    else if (!simple && close->next && close->kind == MATH_ATOM)
        say(out, ",");
    if (close->kind == MATH_SCRIPT) {
        if (close->below) {
            say(out, "sub");
            say_node(out, close->below);
        }
        if (close->above)
            say_power(out, close);
    }
    return close;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void say_row(struct buf *out, const struct math_node *row, const struct math_node *end)
{
    const struct math_node *before = NULL;
    for (; row && row != end; row = row->next) {
        const struct math_node *close, *previous = before;
        if (!is_shown(row, "′"))
            before = row;
        if (row->kind == MATH_ATOM && is_bracket(row, CLASS_OPEN) &&
            (close = closing(row, end)) != NULL) {
            row = before = say_bracket(out, previous, row, close);
            continue;
        }
        switch (row->kind) {
        case MATH_ATOM:
            /* A bar without a partner separates what is given. */
            say(out,
                strcmp(row->shown, "|") == 0 && row->class == CLASS_OPEN ? "given" : row->spoken);
            if (row->class == CLASS_BIG)
                say(out, "of");
            break;
        case MATH_GROUP:
            say_row(out, row->first, NULL);
            break;
        case MATH_FRAC:
            say_frac(out, row);
            break;
        case MATH_CHOOSE:
            say_node(out, row->first);
            say(out, "choose");
            say_node(out, row->second);
            break;
        case MATH_ROOT:
            say_root(out, row);
            break;
        case MATH_SCRIPT:
            say_scripted(out, row);
            break;
        case MATH_ACCENT:
            say_node(out, row->first);
            say(out, row->spoken);
            break;
        }
    }
}

char *math_spoken(struct arena *arena, const char *latex)
{
    assert(arena && latex);
    const char *unknown;
    const struct math_node *formula = math_parse(arena, latex, &unknown);
    struct buf out = {0};
    if (formula)
        say_node(&out, formula);
    else
        buf_add(&out, latex);
    char *copy = arena_strndup(arena, buf_text(&out), out.length);
    buf_free(&out);
    return copy;
}
