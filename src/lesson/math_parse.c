#include "lesson/math.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

enum {
    DEPTH_MOST = 32,   /* of groups in one another */
    LENGTH_MOST = 4000 /* bytes of a formula */
};

struct parser {
    struct arena *arena;
    const char *at;
    const char *unknown;
    int depth;
    bool bar_open, norm_open; /* an odd number of | or \| so far */
};

struct row {
    struct math_node *first, *last;
};

static struct math_node *new_atom(struct parser *p, enum math_class class, const char *shown,
                                  const char *spoken)
{
    struct math_node *node = ARENA_NEW(p->arena, struct math_node);
    node->kind = MATH_ATOM;
    node->class = class;
    node->shown = shown;
    node->spoken = spoken;
    return node;
}

static struct math_node *new_node(struct parser *p, enum math_kind kind, struct math_node *first,
                                  struct math_node *second)
{
    struct math_node *node = ARENA_NEW(p->arena, struct math_node);
    node->kind = kind;
    node->class = kind == MATH_FRAC ? CLASS_FRAC : CLASS_ORD;
    node->first = first;
    node->second = second;
    return node;
}

static void push(struct row *row, struct math_node *node)
{
    if (row->last)
        row->last->next = node;
    else
        row->first = node;
    row->last = node;
}

static struct math_node *parse_row(struct parser *p, char end);

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\n')
        p->at++;
}

/* What could not be read stays as it is, and is remembered. */
static struct math_node *keep(struct parser *p, const char *from, size_t name)
{
    if (!p->unknown)
        p->unknown = arena_strndup(p->arena, from, name);
    char *text = arena_strndup(p->arena, from, (size_t)(p->at - from));
    return new_atom(p, CLASS_ORD, text, text);
}

/* Past the brace that closes the one at `at`, or to the end. */
static const char *past_group(const char *at)
{
    int open = 0;
    for (; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '{')
            open++;
        else if (*at == '}' && --open == 0)
            return at + 1;
    }
    return at;
}

/* The words of {...} as they stand, braces and backslashes before marks taken off. */
static char *raw_argument(struct parser *p)
{
    skip_blanks(p);
    if (*p->at != '{')
        return arena_strdup(p->arena, "");
    const char *end = past_group(p->at);
    struct buf words = {0};
    for (const char *c = p->at; c < end; c++) {
        if (*c == '\\' && ispunct((unsigned char)c[1]))
            buf_add_char(&words, *++c);
        else if (*c != '{' && *c != '}')
            buf_add_char(&words, *c == '~' ? ' ' : *c);
    }
    p->at = end;
    char *copy = arena_strdup(p->arena, buf_text(&words));
    buf_free(&words);
    return copy;
}

static struct math_node *parse_group(struct parser *p)
{
    const char *from = p->at;
    if (p->depth >= DEPTH_MOST) {
        p->at = past_group(from);
        return keep(p, from, 1);
    }
    p->at++;
    p->depth++;
    struct math_node *group = new_node(p, MATH_GROUP, parse_row(p, '}'), NULL);
    p->depth--;
    if (*p->at == '}')
        p->at++;
    else if (!p->unknown)
        p->unknown = "{";
    return group;
}

static struct math_node *parse_atom(struct parser *p);

/* A group, or the next atom; an empty group where there is none. */
static struct math_node *parse_argument(struct parser *p)
{
    skip_blanks(p);
    if (*p->at == '{')
        return parse_group(p);
    if (!*p->at || *p->at == '}' || p->depth >= DEPTH_MOST)
        return new_node(p, MATH_GROUP, NULL, NULL);
    /* \frac12: one digit is an argument, not the number 12. */
    if (isdigit((unsigned char)*p->at)) {
        char *digit = arena_strndup(p->arena, p->at++, 1);
        return new_atom(p, CLASS_ORD, digit, digit);
    }
    p->depth++;
    struct math_node *atom = parse_atom(p);
    p->depth--;
    return atom;
}

/* Letters of the two alphabets; Unicode put some of them elsewhere, before the rest. */
static struct math_node *letters(struct parser *p, bool doubled)
{
    static const struct {
        bool doubled;
        char letter;
        uint32_t character;
    } elsewhere[] = {
        {true, 'C', 0x2102},  {true, 'H', 0x210D},  {true, 'N', 0x2115},  {true, 'P', 0x2119},
        {true, 'Q', 0x211A},  {true, 'R', 0x211D},  {true, 'Z', 0x2124},  {true, '1', 0x1D7D9},
        {false, 'B', 0x212C}, {false, 'E', 0x2130}, {false, 'F', 0x2131}, {false, 'H', 0x210B},
        {false, 'I', 0x2110}, {false, 'L', 0x2112}, {false, 'M', 0x2133}, {false, 'R', 0x211B},
    };
    const char *plain = raw_argument(p);
    if (!*plain && *p->at && *p->at != '}' && (unsigned char)*p->at < 0x80)
        plain = arena_strndup(p->arena, p->at++, 1);
    struct buf shown = {0};
    for (const char *c = plain; *c; c++) {
        uint32_t character = (unsigned char)*c;
        if (isupper((unsigned char)*c))
            character = (doubled ? 0x1D538u : 0x1D49Cu) + (uint32_t)(*c - 'A');
        for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
            if (elsewhere[i].doubled == doubled && elsewhere[i].letter == *c)
                character = elsewhere[i].character;
        if (character < 0x100) {
            buf_add_char(&shown, *c); /* also a byte of a longer character */
        } else {
            char bytes[4];
            buf_add_n(&shown, bytes, utf8_encode(character, bytes));
        }
    }
    struct math_node *atom =
        new_atom(p, CLASS_ORD, arena_strdup(p->arena, buf_text(&shown)), plain);
    buf_free(&shown);
    return atom;
}

/* A mark over a letter with an index belongs to the letter. */
static struct math_node *accent(struct parser *p, const struct math_command *command)
{
    struct math_node *argument = parse_argument(p);
    struct math_node *node = new_node(p, MATH_ACCENT, argument, NULL);
    node->shown = command->shown;
    node->spoken = command->spoken;
    struct math_node *inside = argument->kind == MATH_GROUP ? argument->first : argument;
    if (inside && !inside->next && inside->kind == MATH_SCRIPT) {
        node->first = inside->first;
        inside->first = node;
        return inside;
    }
    return node;
}

static struct math_node *root(struct parser *p)
{
    struct math_node *degree = NULL;
    skip_blanks(p);
    if (*p->at == '[') {
        p->at++;
        degree = new_node(p, MATH_GROUP, NULL, NULL);
        if (p->depth < DEPTH_MOST) {
            p->depth++;
            degree->first = parse_row(p, ']');
            p->depth--;
        }
        if (*p->at == ']')
            p->at++;
    }
    return new_node(p, MATH_ROOT, parse_argument(p), degree);
}

static struct math_node *parse_command(struct parser *p)
{
    const char *from = p->at++;
    size_t length = 0;
    while (isalpha((unsigned char)p->at[length]))
        length++;
    if (!length && *p->at)
        utf8_decode(p->at, strlen(p->at) < 4 ? strlen(p->at) : 4, &length);
    struct str name = {p->at, length};
    p->at += length;
    const struct math_command *command = math_command_find(name);
    if (!command) {
        size_t shown = (size_t)(p->at - from);
        while (*p->at == '{')
            p->at = past_group(p->at);
        return keep(p, from, shown);
    }
    struct math_node *first;
    const char *words;
    switch (command->verb) {
    case VERB_SYMBOL:
        if (str_is(name, "|") || str_is(name, "Vert")) {
            p->norm_open = !p->norm_open;
            return new_atom(p, p->norm_open ? CLASS_OPEN : CLASS_CLOSE, "‖", "norm bar");
        }
        return new_atom(p, command->class, command->shown, command->spoken);
    case VERB_ACCENT:
        return accent(p, command);
    case VERB_FRAC:
    case VERB_CHOOSE:
        first = parse_argument(p);
        return new_node(p, command->verb == VERB_FRAC ? MATH_FRAC : MATH_CHOOSE, first,
                        parse_argument(p));
    case VERB_ROOT:
        return root(p);
    case VERB_TEXT:
        words = raw_argument(p);
        return new_atom(p, CLASS_ORD, words, words);
    case VERB_NAME:
        words = raw_argument(p);
        return new_atom(p, strlen(words) > 1 ? CLASS_FUNC : CLASS_ORD, words, words);
    case VERB_PLAIN:
        return parse_argument(p);
    case VERB_DOUBLE:
    case VERB_SCRIPT:
        return letters(p, command->verb == VERB_DOUBLE);
    case VERB_SKIP:
        /* \left. and \right. draw nothing. */
        skip_blanks(p);
        if ((str_is(name, "left") || str_is(name, "right")) && *p->at == '.')
            p->at++;
        break;
    }
    return new_node(p, MATH_GROUP, NULL, NULL);
}

/* 101,770 and 101{,}770 and 0.5 are one number; a comma with a blank behind it is not part of
 * one. */
static struct math_node *parse_number(struct parser *p)
{
    struct buf number = {0};
    for (;;) {
        if (isdigit((unsigned char)*p->at))
            buf_add_char(&number, *p->at++);
        else if ((*p->at == '.' || *p->at == ',') && isdigit((unsigned char)p->at[1]))
            buf_add_char(&number, *p->at++);
        else if (strncmp(p->at, "{,}", 3) == 0 && isdigit((unsigned char)p->at[3]))
            buf_add_char(&number, p->at[1]), p->at += 3;
        else
            break;
    }
    char *text = arena_strndup(p->arena, buf_text(&number), number.length);
    buf_free(&number);
    return new_atom(p, CLASS_ORD, text, text);
}

static const struct math_command signs[] = {
    {"!", VERB_SYMBOL, CLASS_CLOSE, "!", "factorial"},
    {"'", VERB_SYMBOL, CLASS_CLOSE, "′", "prime"},
    {"(", VERB_SYMBOL, CLASS_OPEN, "(", "open bracket"},
    {")", VERB_SYMBOL, CLASS_CLOSE, ")", "close bracket"},
    {"*", VERB_SYMBOL, CLASS_BIN, "*", "times"},
    {"+", VERB_SYMBOL, CLASS_BIN, "+", "plus"},
    {",", VERB_SYMBOL, CLASS_PUNCT, ",", ","},
    {"-", VERB_SYMBOL, CLASS_BIN, "−", "minus"},
    {"/", VERB_SYMBOL, CLASS_ORD, "/", "over"},
    {":", VERB_SYMBOL, CLASS_PUNCT, ":", ","},
    {";", VERB_SYMBOL, CLASS_PUNCT, ";", ","},
    {"<", VERB_SYMBOL, CLASS_REL, "<", "is less than"},
    {"=", VERB_SYMBOL, CLASS_REL, "=", "equals"},
    {">", VERB_SYMBOL, CLASS_REL, ">", "is greater than"},
    {"[", VERB_SYMBOL, CLASS_OPEN, "[", "open bracket"},
    {"]", VERB_SYMBOL, CLASS_CLOSE, "]", "close bracket"},
    {"~", VERB_SYMBOL, CLASS_SPACE, " ", ""},
};

static struct math_node *parse_sign(struct parser *p)
{
    if (*p->at == '|') {
        p->at++;
        p->bar_open = !p->bar_open;
        return new_atom(p, p->bar_open ? CLASS_OPEN : CLASS_CLOSE, "|", "bar");
    }
    if (p->at[0] == ':' && p->at[1] == '=') {
        p->at += 2;
        return new_atom(p, CLASS_REL, ":=", "is defined as");
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (*p->at == *signs[i].name) {
            p->at++;
            return new_atom(p, signs[i].class, signs[i].shown, signs[i].spoken);
        }
    size_t length;
    utf8_decode(p->at, strlen(p->at) < 4 ? strlen(p->at) : 4, &length);
    const char *from = p->at;
    p->at += length;
    if (*from == '&' || *from == '#' || *from == '%')
        return keep(p, from, length);
    char *text = arena_strndup(p->arena, from, length);
    return new_atom(p, CLASS_ORD, text, text);
}

static struct math_node *parse_atom(struct parser *p)
{
    if (*p->at == '{')
        return parse_group(p);
    if (*p->at == '\\')
        return parse_command(p);
    if (isdigit((unsigned char)*p->at))
        return parse_number(p);
    return parse_sign(p);
}

/* Takes the ^ and _ behind a node. */
static struct math_node *parse_scripts(struct parser *p, struct math_node *base)
{
    struct math_node *script = NULL;
    for (;;) {
        skip_blanks(p);
        char mark = *p->at;
        if (mark != '^' && mark != '_')
            break;
        if (!script) {
            script = new_node(p, MATH_SCRIPT, base, NULL);
            script->class = base ? base->class : CLASS_ORD;
        }
        struct math_node **slot = mark == '^' ? &script->above : &script->below;
        if (*slot) {
            /* Two of a kind mean nothing; the second stays as it was written. */
            const char *from = p->at++;
            parse_argument(p);
            struct math_node *rest = keep(p, from, 1);
            struct row row = {script, script};
            push(&row, rest);
            script = new_node(p, MATH_GROUP, row.first, NULL);
            break;
        }
        p->at++;
        *slot = parse_argument(p);
    }
    return script ? script : base;
}

static struct math_node *parse_row(struct parser *p, char end)
{
    struct row row = {0};
    for (;;) {
        skip_blanks(p);
        if (!*p->at || *p->at == end)
            return row.first;
        struct math_node *node;
        if (*p->at == '}') {
            const char *from = p->at++;
            node = keep(p, from, 1);
        } else if (*p->at == '^' || *p->at == '_') {
            node = parse_scripts(p, new_node(p, MATH_GROUP, NULL, NULL));
        } else {
            node = parse_scripts(p, parse_atom(p));
        }
        push(&row, node);
    }
}

struct math_node *math_parse(struct arena *arena, const char *latex, const char **unknown)
{
    if (strlen(latex) > LENGTH_MOST) {
        *unknown = "a formula of more than 4000 bytes";
        return NULL;
    }
    struct parser parser = {.arena = arena, .at = latex};
    struct math_node *row = parse_row(&parser, '\0');
    *unknown = parser.unknown;
    return new_node(&parser, MATH_GROUP, row, NULL);
}

size_t math_count(const struct math_node *row)
{
    size_t count = 0;
    for (; row; row = row->next)
        count += row->kind == MATH_GROUP ? math_count(row->first) : 1;
    return count;
}
