/* A formula for the eye: one line of Unicode. */
#include "base/utf8.h"
#include "lesson/lesson.h"
#include "lesson/math.h"

#include <assert.h>
#include <string.h>

struct eye {
    struct buf *out;
    enum math_class last; /* of what stands at the end of `out` */
    bool tight;           /* inside an index or a power: no blanks */
};

static void show_row(struct eye *eye, const struct math_node *row);

/* ---- blanks ---------------------------------------------------------------------------------- */

static bool is_operand(enum math_class class)
{
    return class == CLASS_ORD || class == CLASS_CLOSE || class == CLASS_FRAC ||
           class == CLASS_SPACE || class == CLASS_TAIL;
}

static bool needs_blank(const struct eye *eye, enum math_class next)
{
    enum math_class last = eye->last;
    if (last == CLASS_NONE || last == CLASS_OPEN || last == CLASS_SPACE || last == CLASS_SIGN ||
        next == CLASS_CLOSE || next == CLASS_PUNCT || next == CLASS_SPACE)
        return false;
    if (last == CLASS_FUNC)
        return next != CLASS_OPEN;
    if (next == CLASS_FUNC)
        return is_operand(last) || !eye->tight;
    if (last == CLASS_TAIL && next == CLASS_ORD)
        return true;
    if (eye->tight)
        return false;
    return last == CLASS_REL || next == CLASS_REL || last == CLASS_BIN || next == CLASS_BIN ||
           last == CLASS_PUNCT || last == CLASS_BIG || next == CLASS_BIG || last == CLASS_FRAC ||
           next == CLASS_FRAC;
}

static void emit(struct eye *eye, enum math_class class, const char *text)
{
    if (class == CLASS_BIN && !is_operand(eye->last))
        class = CLASS_SIGN;
    /* A sign stands like what it belongs to. */
    if (needs_blank(eye, class == CLASS_SIGN ? CLASS_ORD : class))
        buf_add_char(eye->out, ' ');
    buf_add(eye->out, text);
    if (*text)
        eye->last = class;
}

static void render(struct buf *out, const struct math_node *node, bool tight)
{
    struct eye inner = {.out = out, .tight = tight};
    if (node && node->kind == MATH_GROUP)
        show_row(&inner, node->first);
    else if (node)
        show_row(&inner, node);
}

/* ---- brackets -------------------------------------------------------------------------------- */

/* What a row looks like from outside: whether it holds together without brackets. */
struct shape {
    int items;       /* things side by side; f(x) is one */
    bool operators;  /* + = , outside of brackets */
    bool attached;   /* a bracket behind an item */
    bool function;   /* log, without brackets around what it is taken of */
    bool power;      /* something has a power */
    bool derivative; /* begins with d or a curly d */
    int open;
};

static void look_at(struct shape *shape, const struct math_node *row, bool leading)
{
    for (; row; row = row->next, leading = false) {
        enum math_class class = row->class;
        if (row->kind == MATH_GROUP) {
            look_at(shape, row->first, leading);
            continue;
        }
        if (class == CLASS_OPEN && row->kind == MATH_ATOM) {
            if (!shape->open++) {
                shape->attached = shape->items > 0;
                shape->items += shape->items == 0;
            }
        } else if (class == CLASS_CLOSE && shape->open) {
            shape->open--;
        } else if (shape->open || class == CLASS_SPACE || class == CLASS_CLOSE) {
            continue;
        } else if (class == CLASS_BIN || class == CLASS_REL || class == CLASS_PUNCT ||
                   class == CLASS_BIG || row->kind == MATH_FRAC ||
                   (row->shown && strcmp(row->shown, "/") == 0)) {
            shape->operators = shape->operators || !(leading && class == CLASS_BIN);
        } else {
            if (!shape->items && row->kind == MATH_ATOM)
                shape->derivative = strcmp(row->shown, "d") == 0 || strcmp(row->shown, "∂") == 0;
            shape->function = shape->function || class == CLASS_FUNC;
            shape->power = shape->power || (row->kind == MATH_SCRIPT && row->above);
            shape->items++;
        }
    }
}

static struct shape shape_of(const struct math_node *node)
{
    struct shape shape = {0};
    if (node->kind == MATH_GROUP)
        look_at(&shape, node->first, true);
    else
        shape = (struct shape){.items = 1, .operators = node->kind == MATH_FRAC};
    return shape;
}

static void show_bracketed(struct buf *out, const struct math_node *node, bool brackets, bool tight)
{
    if (brackets)
        buf_add_char(out, '(');
    render(out, node, tight);
    if (brackets)
        buf_add_char(out, ')');
}

/* ---- powers and indices ---------------------------------------------------------------------- */

/* Characters that exist above and below the line; 0: not there. */
/* clang-format off */
static const struct {
    uint32_t plain, above, below;
} scripts[] = {
    {'0', 0x2070, 0x2080}, {'1', 0x00B9, 0x2081}, {'2', 0x00B2, 0x2082}, {'3', 0x00B3, 0x2083},
    {'4', 0x2074, 0x2084}, {'5', 0x2075, 0x2085}, {'6', 0x2076, 0x2086}, {'7', 0x2077, 0x2087},
    {'8', 0x2078, 0x2088}, {'9', 0x2079, 0x2089}, {'+', 0x207A, 0x208A}, {0x2212, 0x207B, 0x208B},
    {'=', 0x207C, 0x208C}, {'(', 0x207D, 0x208D}, {')', 0x207E, 0x208E}, {'*', '*', 0},
    {'a', 0x1D43, 0x2090}, {'b', 0x1D47, 0},      {'c', 0x1D9C, 0},      {'d', 0x1D48, 0},
    {'e', 0x1D49, 0x2091}, {'f', 0x1DA0, 0},      {'g', 0x1D4D, 0},      {'h', 0x02B0, 0x2095},
    {'i', 0x2071, 0x1D62}, {'j', 0x02B2, 0x2C7C}, {'k', 0x1D4F, 0x2096}, {'l', 0x02E1, 0x2097},
    {'m', 0x1D50, 0x2098}, {'n', 0x207F, 0x2099}, {'o', 0x1D52, 0x2092}, {'p', 0x1D56, 0x209A},
    {'r', 0x02B3, 0x1D63}, {'s', 0x02E2, 0x209B}, {'t', 0x1D57, 0x209C}, {'u', 0x1D58, 0x1D64},
    {'v', 0x1D5B, 0x1D65}, {'w', 0x02B7, 0},      {'x', 0x02E3, 0x2093}, {'y', 0x02B8, 0},
    {'z', 0x1DBB, 0},      {'A', 0x1D2C, 0},      {'B', 0x1D2E, 0},      {'D', 0x1D30, 0},
    {'E', 0x1D31, 0},      {'G', 0x1D33, 0},      {'H', 0x1D34, 0},      {'I', 0x1D35, 0},
    {'J', 0x1D36, 0},      {'K', 0x1D37, 0},      {'L', 0x1D38, 0},      {'M', 0x1D39, 0},
    {'N', 0x1D3A, 0},      {'O', 0x1D3C, 0},      {'P', 0x1D3E, 0},      {'R', 0x1D3F, 0},
    {'T', 0x1D40, 0},      {'U', 0x1D41, 0},      {'W', 0x1D42, 0},      {0x22A4, 0x1D40, 0},
    {0x2217, '*', 0},      {0x2032, 0x2032, 0},   {0x2218, 0x00B0, 0},   {0x03B2, 0x1D5D, 0x1D66},
    {0x03B3, 0x1D5E, 0x1D67}, {0x03B4, 0x1D5F, 0}, {0x03B8, 0x1DBF, 0},  {0x03C1, 0, 0x1D68},
    {0x03C6, 0x1D60, 0x1D69}, {0x03C7, 0x1D61, 0x1D6A},
};
/* clang-format on */

static uint32_t script_of(uint32_t c, bool above)
{
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
        if (scripts[i].plain == c)
            return above ? scripts[i].above : scripts[i].below;
    return 0;
}

/* Small characters only if every character has one; else ^ or _, and brackets around more than
 * one character. True: its last character is an ordinary one. */
static bool raise_text(struct buf *out, const struct buf *plain, bool above)
{
    struct buf small = {0};
    bool all = plain->length > 0;
    size_t characters = 0;
    for (size_t i = 0, length; i < plain->length; i += length) {
        int32_t c = utf8_decode(plain->data + i, plain->length - i, &length);
        uint32_t found = c < 0 ? 0 : script_of((uint32_t)c, above);
        char bytes[4];
        all = all && found;
        characters += c < 0 || utf8_width((uint32_t)c) != 0;
        if (all)
            buf_add_n(&small, bytes, utf8_encode(found, bytes));
    }
    if (all)
        buf_add(out, buf_text(&small));
    else if (characters == 1)
        buf_addf(out, "%c%s", above ? '^' : '_', buf_text(plain));
    else
        buf_addf(out, "%c(%s)", above ? '^' : '_', buf_text(plain));
    buf_free(&small);
    return !all && characters == 1;
}

static bool show_script(struct buf *out, const struct math_node *node, bool above)
{
    struct buf plain = {0};
    render(&plain, node, true);
    bool tail = raise_text(out, &plain, above);
    buf_free(&plain);
    return tail;
}

static void show_scripted(struct eye *eye, const struct math_node *node)
{
    const struct math_node *base = node->first;
    enum math_class class = CLASS_ORD;
    struct buf text = {0};
    if (base->kind == MATH_ATOM) {
        class = base->class;
        buf_add(&text, base->shown);
    } else {
        size_t count = math_count(base);
        bool single = base->kind == MATH_GROUP && count == 1 && base->first->kind == MATH_ATOM;
        show_bracketed(&text, base, count > 0 && !single && base->kind != MATH_ACCENT, eye->tight);
    }
    bool tail = false;
    if (node->below)
        tail = show_script(&text, node->below, false);
    if (node->above)
        tail = show_script(&text, node->above, true);
    emit(eye, class, buf_text(&text));
    if (tail && class == CLASS_ORD)
        eye->last = CLASS_TAIL;
    buf_free(&text);
}

/* ---- the other nodes ------------------------------------------------------------------------- */

static void show_frac(struct eye *eye, const struct math_node *node)
{
    struct buf text = {0};
    struct shape over = shape_of(node->first), under = shape_of(node->second);
    show_bracketed(&text, node->first, over.operators || (over.function && over.items > 1),
                   eye->tight);
    buf_add_char(&text, '/');
    show_bracketed(&text, node->second,
                   under.operators || (under.items > 1 && !(under.derivative && under.items == 2)),
                   eye->tight);
    emit(eye, CLASS_FRAC, buf_text(&text));
    buf_free(&text);
}

static void show_root(struct eye *eye, const struct math_node *node)
{
    /* Rendered once: twice at each level would double with every root inside a degree. */
    struct buf text = {0}, degree = {0};
    if (node->second)
        render(&degree, node->second, true);
    if (strcmp(buf_text(&degree), "3") == 0) {
        buf_add(&text, "∛");
    } else if (strcmp(buf_text(&degree), "4") == 0) {
        buf_add(&text, "∜");
    } else {
        if (degree.length && strcmp(buf_text(&degree), "2") != 0)
            raise_text(&text, &degree, true);
        buf_add(&text, "√");
    }
    struct shape shape = shape_of(node->first);
    show_bracketed(&text, node->first,
                   shape.operators || shape.items != 1 || shape.attached || shape.power,
                   eye->tight);
    emit(eye, CLASS_ORD, buf_text(&text));
    buf_free(&text);
    buf_free(&degree);
}

/* The mark stands on its one letter; over more there is only the bar, letter by letter. */
static void show_accent(struct eye *eye, const struct math_node *node)
{
    struct buf below = {0}, text = {0};
    render(&below, node->first, true);
    size_t letters = 0;
    for (size_t i = 0, length; i < below.length; i += length) {
        int32_t c = utf8_decode(below.data + i, below.length - i, &length);
        letters += c < 0 || utf8_width((uint32_t)c) != 0;
    }
    if (letters == 1) {
        buf_addf(&text, "%s%s", buf_text(&below), node->shown);
    } else if (strcmp(node->spoken, "bar") == 0) {
        for (size_t i = 0, length; i < below.length; i += length) {
            utf8_decode(below.data + i, below.length - i, &length);
            buf_add_n(&text, below.data + i, length);
            buf_add(&text, "\xCC\x85");
        }
    } else {
        buf_addf(&text, "%s(%s)", node->spoken, buf_text(&below));
    }
    emit(eye, CLASS_ORD, buf_text(&text));
    buf_free(&below);
    buf_free(&text);
}

static void show_choose(struct eye *eye, const struct math_node *node)
{
    struct buf text = {0};
    buf_add(&text, "C(");
    render(&text, node->first, eye->tight);
    buf_add(&text, eye->tight ? "," : ", ");
    render(&text, node->second, eye->tight);
    buf_add_char(&text, ')');
    emit(eye, CLASS_FRAC, buf_text(&text));
    buf_free(&text);
}

static void show_row(struct eye *eye, const struct math_node *row)
{
    for (; row; row = row->next) {
        switch (row->kind) {
        case MATH_ATOM:
            emit(eye, row->class, row->shown);
            break;
        case MATH_GROUP:
            /* Braces around one sign make it a letter: 101{,}770. */
            if (row->first && !row->first->next && row->first->kind == MATH_ATOM)
                emit(eye, row->first->class == CLASS_FUNC ? CLASS_FUNC : CLASS_ORD,
                     row->first->shown);
            else
                show_row(eye, row->first);
            break;
        case MATH_FRAC:
            show_frac(eye, row);
            break;
        case MATH_CHOOSE:
            show_choose(eye, row);
            break;
        case MATH_ROOT:
            show_root(eye, row);
            break;
        case MATH_SCRIPT:
            show_scripted(eye, row);
            break;
        case MATH_ACCENT:
            show_accent(eye, row);
            break;
        }
    }
}

char *math_text(struct arena *arena, const char *latex, const char **unknown)
{
    assert(arena && latex && unknown);
    const char *first = NULL;
    const struct math_node *formula = math_parse(arena, latex, &first);
    struct buf out = {0};
    if (formula)
        render(&out, formula, false);
    else
        buf_add(&out, latex);
    struct str text = str_trim((struct str){buf_text(&out), out.length});
    char *copy = arena_strndup(arena, text.text, text.length);
    *unknown = first;
    buf_free(&out);
    return copy;
}
