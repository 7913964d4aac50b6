#include "nn/spec.h"

#include "base/str.h"

#include <string.h>

/* What may follow a word and its "=". */
enum value { VALUE_NONE, VALUE_PROBABILITY, VALUE_PARTS, VALUE_STD, VALUE_FACTOR };

struct word {
    const char *name;
    enum layer_kind kind;
    enum value value;
    enum activation activation;
    bool on_linear; /* belongs to the linear layer before it */
};

static const struct word words[] = {
    {"relu", LAYER_ACTIVATION, VALUE_NONE, ACTIVATION_RELU, false},
    {"tanh", LAYER_ACTIVATION, VALUE_NONE, ACTIVATION_TANH, false},
    {"sigmoid", LAYER_ACTIVATION, VALUE_NONE, ACTIVATION_SIGMOID, false},
    {"gelu", LAYER_ACTIVATION, VALUE_NONE, ACTIVATION_GELU, false},
    {"gelu-tanh", LAYER_ACTIVATION, VALUE_NONE, ACTIVATION_GELU_TANH, false},
    {"batch", LAYER_BATCH, VALUE_NONE, 0, false},
    {"layer", LAYER_NORM, VALUE_NONE, 0, false},
    {"rms", LAYER_RMS, VALUE_NONE, 0, false},
    {"rms-outside", LAYER_RMS_OUTSIDE, VALUE_NONE, 0, false},
    {"group", LAYER_GROUP, VALUE_PARTS, 0, false},
    {"instance", LAYER_GROUP, VALUE_PARTS, 0, false},
    {"dropout", LAYER_DROPOUT, VALUE_PROBABILITY, 0, false},
    {"depth", LAYER_DEPTH, VALUE_PROBABILITY, 0, false},
    {"scale", LAYER_SCALE, VALUE_FACTOR, 0, false},
    {"dropconnect", LAYER_LINEAR, VALUE_PROBABILITY, 0, true},
    {"std", LAYER_LINEAR, VALUE_STD, 0, true},
};
enum { WORDS = sizeof words / sizeof words[0] };

static const char *word_name(const void *list, size_t i)
{
    return ((const struct word *)list)[i].name;
}

struct reader {
    struct arena *arena;
    struct model_spec *spec;
    size_t capacity;
    size_t width;    /* numbers a row at this place */
    bool short_form; /* reading the words behind 784-128-10 */
    struct err *err;
};

/* Up to the next blank or closing bracket; an opening bracket ends the word it stands in. */
static struct str next_word(struct str *rest)
{
    size_t i = 0, n = 0;
    while (i < rest->length && strchr(" \t\r\n", rest->text[i]))
        i++;
    const char *start = rest->text + i;
    while (i + n < rest->length && !strchr(" \t\r\n", start[n])) {
        if (start[n] == ']' && n > 0)
            break;
        n++;
        if (start[n - 1] == '[' || start[n - 1] == ']')
            break;
    }
    rest->text += i + n;
    rest->length -= i + n;
    return (struct str){start, n};
}

static bool is_width(struct str word)
{
    return word.length > 0 && word.text[0] >= '0' && word.text[0] <= '9' &&
           word.text[word.length - 1] != '[';
}

#define SHOW(word) (int)((word).length < 40 ? (word).length : 40), (word).text

static bool read_width(struct reader *r, struct str word, size_t *width)
{
    int64_t value;
    if (!str_integer(word, &value) || value < 1 || value > SPEC_MOST_WIDTH)
        return err_set(r->err, "\"%.*s\" is no width: it is a whole number from 1 to %d",
                       SHOW(word), SPEC_MOST_WIDTH);
    *width = (size_t)value;
    return true;
}

static bool push(struct reader *r, struct layer_spec layer, size_t parameters)
{
    struct model_spec *spec = r->spec;
    if (spec->count == SPEC_MOST_LAYERS)
        return err_set(r->err, "the model has more than %d layers", SPEC_MOST_LAYERS);
    if (spec->count && spec->layers[spec->count - 1].kind == LAYER_DEPTH &&
        layer.kind != LAYER_CLOSE)
        return err_set(r->err, "\"depth\" is the last word of its block: put it before \"]\"");
    layer.inputs = r->width;
    if (layer.kind != LAYER_LINEAR)
        layer.outputs = r->width;
    r->width = layer.outputs;
    if (r->width > spec->widest)
        spec->widest = r->width;
    spec->parameters += parameters;
    if (spec->parameters > SPEC_MOST_PARAMETERS)
        return err_set(r->err, "the model has more than %d parameters", SPEC_MOST_PARAMETERS);
    ARENA_PUSH(r->arena, spec->layers, spec->count, r->capacity, layer);
    return true;
}

static bool push_linear(struct reader *r, size_t outputs)
{
    return push(r, (struct layer_spec){.kind = LAYER_LINEAR, .outputs = outputs, .std = -1},
                (r->width + 1) * outputs);
}

/* ---- Words ---- */

static bool read_value(struct reader *r, const struct word *word, struct str text, double *value)
{
    static const char *const allowed[] = {
        [VALUE_PROBABILITY] = "a probability of dropping from 0 to 1",
        [VALUE_PARTS] = "a whole number of parts",
        [VALUE_STD] = "a standard deviation from 0 to 1000",
        [VALUE_FACTOR] = "a factor from -1000 to 1000",
    };
    static const double least[] = {[VALUE_PARTS] = 1, [VALUE_FACTOR] = -1000};
    static const double most[] = {[VALUE_PROBABILITY] = 1,
                                  [VALUE_PARTS] = SPEC_MOST_WIDTH,
                                  [VALUE_STD] = 1000,
                                  [VALUE_FACTOR] = 1000};
    if (!str_number(text, value) || *value < least[word->value] || *value > most[word->value] ||
        (word->value == VALUE_PARTS && *value != (double)(size_t)*value))
        return err_set(r->err, "\"%s=%.*s\": the value is %s", word->name, SHOW(text),
                       allowed[word->value]);
    return true;
}

/* `parts` groups of features, or `parts` channels. */
static bool add_group_norm(struct reader *r, const struct word *word, size_t parts)
{
    bool instance = strcmp(word->name, "instance") == 0;
    if (r->width % parts || r->width / parts < 2)
        return err_set(r->err,
                       "\"%s=%zu\": %zu features do not divide into %zu parts of two or more; use "
                       "a divisor of %zu up to %zu",
                       word->name, parts, r->width, parts, r->width, r->width / 2);
    size_t channels = instance ? parts : r->width;
    return push(r,
                (struct layer_spec){.kind = LAYER_GROUP,
                                    .groups = parts,
                                    .channels = channels,
                                    .positions = r->width / channels},
                2 * channels);
}

static bool add_to_linear(struct reader *r, const struct word *word, double value)
{
    struct model_spec *spec = r->spec;
    if (!spec->count || spec->layers[spec->count - 1].kind != LAYER_LINEAR)
        return err_set(r->err, "\"%s\" belongs to a linear layer: put it right behind a width",
                       word->name);
    struct layer_spec *linear = &spec->layers[spec->count - 1];
    if (word->value == VALUE_STD)
        linear->std = value;
    else
        linear->connect_p = value;
    return true;
}

static const struct word *find_word(struct str name)
{
    for (size_t i = 0; i < WORDS; i++)
        if (str_is(name, words[i].name))
            return &words[i];
    return NULL;
}

static bool unknown_word(struct reader *r, struct str name)
{
    const char *near =
        str_nearest(arena_strndup(r->arena, name.text, name.length), words, WORDS, word_name);
    return err_set(
        r->err,
        "\"%.*s\" is no layer%s%s%s; there are widths (128), relu, tanh, sigmoid, gelu, "
        "gelu-tanh, batch, layer, rms, rms-outside, group=, instance=, dropout=, depth=, "
        "dropconnect=, std=, scale= and blocks [ ... ]",
        SHOW(name), near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static bool read_layer(struct reader *r, struct str text, bool in_block)
{
    const char *equals = memchr(text.text, '=', text.length);
    struct str name = {text.text, equals ? (size_t)(equals - text.text) : text.length};
    const struct word *word = find_word(name);
    double value = 0;
    if (!word)
        return unknown_word(r, name);
    if (word->value == VALUE_NONE && equals)
        return err_set(r->err, "\"%.*s\": \"%s\" takes no value", SHOW(text), word->name);
    if (word->value != VALUE_NONE) {
        if (!equals)
            return err_set(r->err, "\"%s\" needs a value, as in %s=%s", word->name, word->name,
                           word->value == VALUE_PARTS ? "4" : ".5");
        struct str after = {equals + 1, text.length - name.length - 1};
        if (!read_value(r, word, after, &value))
            return false;
    }
    if (word->on_linear)
        return add_to_linear(r, word, value);
    if (word->kind == LAYER_GROUP)
        return add_group_norm(r, word, (size_t)value);
    if (word->kind == LAYER_DEPTH && !in_block)
        return err_set(r->err, "\"depth\" drops the branch of a residual block: it stands before "
                               "the \"]\" of one");
    size_t each = word->kind == LAYER_BATCH || word->kind == LAYER_NORM        ? 2
                  : word->kind == LAYER_RMS || word->kind == LAYER_RMS_OUTSIDE ? 1
                                                                               : 0;
    return push(r,
                (struct layer_spec){
                    .kind = word->kind, .activation = word->activation, .p = value, .scale = value},
                each * r->width);
}

/* ---- Blocks ---- */

static bool read_sequence(struct reader *r, struct str *rest, size_t depth);

/* One pass over the inside of a block; `rest` ends behind its closing bracket. */
static bool read_block_once(struct reader *r, struct str *rest, size_t depth)
{
    struct model_spec *spec = r->spec;
    size_t open = spec->count, width = r->width;
    if (!push(r, (struct layer_spec){.kind = LAYER_OPEN}, 0) || !read_sequence(r, rest, depth + 1))
        return false;
    if (spec->count == open + 1)
        return err_set(r->err, "a block has nothing in it: write a layer between \"[\" and \"]\"");
    if (r->width != width)
        return err_set(r->err,
                       "a block turns %zu numbers into %zu: the two must be equal to be added",
                       width, r->width);
    for (size_t i = spec->count; i-- > open;)
        if (spec->layers[i].kind == LAYER_LINEAR) {
            spec->layers[i].ends_branch = true;
            break;
        }
    if (!push(r, (struct layer_spec){.kind = LAYER_CLOSE, .partner = open}, 0))
        return false;
    spec->layers[open].partner = spec->count - 1;
    spec->branches++;
    return true;
}

static bool read_block(struct reader *r, struct str word, struct str *rest, size_t depth)
{
    int64_t times = 1;
    if (depth == SPEC_MOST_DEPTH)
        return err_set(r->err, "blocks stand more than %d deep in one another", SPEC_MOST_DEPTH);
    if (word.length > 1) {
        struct str number = {word.text, word.length - 2};
        if (word.text[word.length - 2] != 'x' || !str_integer(number, &times) || times < 1 ||
            times > SPEC_MOST_LAYERS)
            return err_set(r->err, "\"%.*s\": a block starts with \"[\", several with \"3x[\"",
                           SHOW(word));
    }
    struct str inside = *rest;
    for (int64_t i = 0; i < times; i++) {
        *rest = inside;
        if (!read_block_once(r, rest, depth))
            return false;
    }
    return true;
}

/* Layers up to the closing bracket of the block (depth > 0) or to the end. */
static bool read_sequence(struct reader *r, struct str *rest, size_t depth)
{
    for (;;) {
        struct str word = next_word(rest);
        if (word.length == 0)
            return depth == 0 || err_set(r->err, "a \"[\" has no \"]\"");
        if (str_is(word, "]"))
            return depth > 0 || err_set(r->err, "a \"]\" has no \"[\" before it");
        size_t width;
        bool good;
        if (r->short_form && (is_width(word) || word.text[word.length - 1] == '['))
            return err_set(r->err,
                           "\"%.*s\" cannot follow the short form 784-128-10; write the layers one "
                           "by one: 784 128 relu [ layer 128 relu ] 10",
                           SHOW(word));
        if (word.text[word.length - 1] == '[')
            good = read_block(r, word, rest, depth);
        else if (is_width(word))
            good = read_width(r, word, &width) && push_linear(r, width);
        else
            good = read_layer(r, word, depth > 0);
        if (!good)
            return false;
    }
}

/* 784-128-10 and the words that go behind each linear layer but the last. */
static bool read_short_form(struct reader *r, struct str widths, struct str rest)
{
    const char *end = widths.text + widths.length;
    bool first = true, hidden = false;
    r->short_form = true;
    for (const char *start = widths.text, *dash; start <= end; start = dash + 1) {
        dash = memchr(start, '-', (size_t)(end - start));
        if (!dash)
            dash = end;
        size_t width;
        if (!read_width(r, (struct str){start, (size_t)(dash - start)}, &width))
            return false;
        if (first) {
            r->width = r->spec->widest = r->spec->inputs = width;
            first = false;
            continue;
        }
        if (!push_linear(r, width))
            return false;
        struct str behind = rest;
        if (dash < end && !read_sequence(r, &behind, 0))
            return false;
        hidden |= dash < end;
    }
    struct str word = next_word(&rest);
    if (!hidden && word.length)
        return err_set(r->err,
                       "\"%.*s\" goes behind hidden layers, and \"%.*s\" has none: name three "
                       "widths or more, as in 784-128-10",
                       SHOW(word), SHOW(widths));
    return true;
}

bool spec_read(struct model_spec *spec, struct arena *arena, const char *line, struct err *err)
{
    struct reader r = {.arena = arena, .spec = spec, .err = err};
    struct str rest = str_of(line), first = next_word(&rest);
    *spec = (struct model_spec){0};
    if (!is_width(first))
        return err_set(err,
                       "\"%.*s\": a model starts with the number of its inputs, as in 784-128-10 "
                       "relu or 784 128 relu 10",
                       SHOW(first));
    if (memchr(first.text, '-', first.length)) {
        if (!read_short_form(&r, first, rest))
            return false;
    } else {
        if (!read_width(&r, first, &r.width))
            return false;
        spec->widest = spec->inputs = r.width;
        if (!read_sequence(&r, &rest, 0))
            return false;
    }
    spec->outputs = r.width;
    return spec->count > 0 || err_set(err,
                                      "the model has no layers: name what follows the %zu "
                                      "inputs, as in 784 128 relu 10",
                                      spec->inputs);
}
