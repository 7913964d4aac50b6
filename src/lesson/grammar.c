#include "lesson/grammar.h"

#include <ctype.h>
#include <string.h>

/* ---- words behind a fence -------------------------------------------------------------------- */

static const char *const directives[] = {"chapter", "course", "demo", "drill",  "guess",  "math",
                                         "myth",    "notes",  "quiz", "recall", "sources"};
static const char *const languages[] = {"text", "txt",  "c",       "python", "py",      "sh",
                                        "bash", "json", "console", "make",   "diff",    "csv",
                                        "gift", "sql",  "yaml",    "xml",    "markdown"};

static bool is_one_of(struct str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(word, list[i]))
            return true;
    return false;
}

bool grammar_is_directive(struct str word)
{
    return is_one_of(word, directives, sizeof directives / sizeof *directives);
}

bool grammar_is_language(struct str word)
{
    return is_one_of(word, languages, sizeof languages / sizeof *languages);
}

static const char *word_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

const char *grammar_nearest_directive(struct str word)
{
    char text[32];
    if (word.length >= sizeof text)
        return NULL;
    memcpy(text, word.text, word.length);
    text[word.length] = '\0';
    return str_nearest(text, directives, sizeof directives / sizeof *directives, word_at);
}

/* ---- names, references ----------------------------------------------------------------------- */

bool grammar_name(struct str word, const char *marks)
{
    if (!word.length || !isalpha((unsigned char)word.text[0]))
        return false;
    for (size_t i = 1; i < word.length; i++) {
        char c = word.text[i];
        if (!isalnum((unsigned char)c) && (!c || !strchr(marks, c)))
            return false;
    }
    return true;
}

bool grammar_reference(struct str word)
{
    size_t name = 0;
    while (name < word.length && word.text[name] != '[')
        name++;
    if (!grammar_name((struct str){word.text, name}, "_-"))
        return false;
    for (size_t i = name; i < word.length;) {
        if (word.text[i++] != '[')
            return false;
        size_t digits = i + (i < word.length && word.text[i] == '-'), end = digits;
        while (end < word.length && isdigit((unsigned char)word.text[end]))
            end++;
        if (end == digits || end - digits > 9 || end == word.length || word.text[end] != ']')
            return false;
        i = end + 1;
    }
    return true;
}

bool grammar_tolerance(struct str word, enum tolerance_kind *kind, double *tolerance)
{
    double value;
    if (word.length && word.text[word.length - 1] == '%') {
        word.length--;
        if (!str_number(word, &value) || value <= 0)
            return false;
        *kind = TOLERANCE_RELATIVE;
        *tolerance = value / 100;
        return true;
    }
    if (word.length && word.text[0] == 'x') {
        word.text++;
        word.length--;
        if (!str_number(word, &value) || value <= 1)
            return false;
        *kind = TOLERANCE_FACTOR;
        *tolerance = value;
        return true;
    }
    if (!str_number(word, &value) || value < 0)
        return false;
    *kind = TOLERANCE_ABSOLUTE;
    *tolerance = value;
    return true;
}

bool grammar_format(struct str word, char *letter, int *precision)
{
    size_t i = 0;
    if (i >= word.length || word.text[i++] != '%')
        return false;
    *precision = -1;
    if (i < word.length && word.text[i] == '.') {
        i++;
        if (i >= word.length || !isdigit((unsigned char)word.text[i]))
            return false;
        *precision = word.text[i++] - '0';
    }
    if (i + 1 != word.length || !word.text[i] || !strchr("fegds", word.text[i]))
        return false;
    *letter = word.text[i];
    return true;
}

/* ---- arguments ------------------------------------------------------------------------------- */

static bool is_word(struct str text)
{
    if (!text.length)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.text[i];
        if (!isalnum((unsigned char)c) && (!c || !strchr("_-+./", c)))
            return false;
    }
    return true;
}

/* Cuts up to the first `mark` off the front of `rest`; false when nothing is left. */
static bool cut(struct str *rest, char mark, struct str *part)
{
    if (!rest->text)
        return false;
    const char *end = rest->length ? memchr(rest->text, mark, rest->length) : NULL;
    if (!end) {
        *part = *rest;
        rest->text = NULL;
        return true;
    }
    *part = (struct str){rest->text, (size_t)(end - rest->text)};
    rest->length -= part->length + 1;
    rest->text = end + 1;
    return true;
}

/* NUM | WORD | NUM { "," NUM } | row { ";" row }, where the last row may end with a ";". */
static bool is_value(struct str value)
{
    if (memchr(value.text, ';', value.length) && value.text[value.length - 1] == ';')
        value.length--;
    bool many = value.length &&
                (memchr(value.text, ',', value.length) || memchr(value.text, ';', value.length));
    struct str row, item;
    while (cut(&value, ';', &row))
        while (cut(&row, ',', &item)) {
            double number;
            if (many ? !str_number(item, &number) : !is_word(item))
                return false;
        }
    return true;
}

static bool is_range(struct str value)
{
    for (size_t i = 1; i + 1 < value.length; i++) {
        if (value.text[i] != '.' || value.text[i + 1] != '.')
            continue;
        struct str rest = {value.text + i + 2, value.length - i - 2}, last;
        double low, high, step = 1;
        if (!cut(&rest, '/', &last) || !str_number((struct str){value.text, i}, &low) ||
            !str_number(last, &high) || low > high)
            return false;
        return !rest.text || (str_number(rest, &step) && step > 0);
    }
    struct str part;
    while (cut(&value, '|', &part))
        if (!part.length || !is_value(part))
            return false;
    return true;
}

static bool check_argument(struct source *source, struct str word, struct place place, bool ranges)
{
    const char *equals = memchr(word.text, '=', word.length);
    int length = word.length > 60 ? 60 : (int)word.length;
    if (!equals) {
        source_find(source, LINT_ARGUMENT, place, "write knob=value, without blanks",
                    "\"%.*s\" is not knob=value", length, word.text);
        return false;
    }
    struct str knob = {word.text, (size_t)(equals - word.text)};
    struct str value = {equals + 1, word.length - knob.length - 1};
    int64_t seed;
    if (!grammar_name(knob, "_-"))
        source_find(source, LINT_ARGUMENT, place, "a knob is a word like p or batch_size",
                    "\"%.*s\" does not name a knob", length, word.text);
    else if (str_is(knob, "seed") && (!str_integer(value, &seed) || seed < 0))
        source_find(source, LINT_ARGUMENT, place, "write seed=7", "\"%.*s\" is not a seed", length,
                    word.text);
    else if (str_is(knob, "size") && memchr(value.text, 'x', value.length))
        source_find(source, LINT_ARGUMENT, place, "delete it; the screen decides",
                    "a lesson cannot fix the size of a demo");
    else if (!value.length || !(ranges ? is_range(value) : is_value(value)))
        source_find(source, LINT_ARGUMENT, place,
                    ranges ? "write knob=value, knob=LOW..HIGH/STEP or knob=a|b"
                           : "write a number, a word, a list 1,2,3 or a table 1,2;3,4",
                    "\"%.*s\" gives the knob no value", length, word.text);
    else
        return true;
    return false;
}

bool grammar_arguments(struct source *source, struct str text, struct place place, bool ranges)
{
    enum { MOST = 32 };
    struct str rest = text, knobs[MOST];
    size_t count = 0;
    struct str name = str_word(&rest);
    if (!grammar_name(name, "-_")) {
        source_find(source, LINT_ARGUMENT, place, "write NAME knob=value",
                    "\"%.*s\" does not name a demo", name.length > 60 ? 60 : (int)name.length,
                    name.text);
        return false;
    }
    bool good = true;
    for (struct str word; (word = str_word(&rest)).length;) {
        struct place here = {place.line, place.column + (int)(word.text - text.text)};
        if (count == MOST) {
            source_find(source, LINT_ARGUMENT, here, NULL, "more than %d knobs", MOST);
            return false;
        }
        if (!check_argument(source, word, here, ranges)) {
            good = false;
            continue;
        }
        struct str knob = {word.text,
                           (size_t)((char *)memchr(word.text, '=', word.length) - word.text)};
        for (size_t i = 0; i < count; i++)
            if (knobs[i].length == knob.length &&
                memcmp(knobs[i].text, knob.text, knob.length) == 0) {
                source_find(source, LINT_ARGUMENT, here, "keep one of them",
                            "the knob \"%.*s\" is set twice", (int)knob.length, knob.text);
                good = false;
            }
        knobs[count++] = knob;
    }
    return good;
}
