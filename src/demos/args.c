/* Reads `knob=value`: strict about numbers, helpful about everything that is wrong. */
#include "demos/demo.h"

#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { LIST_MOST = 64, QUOTE_COLUMNS = 40, PATH_COLUMNS_MOST = 1000 };

/* A piece of what was written, short enough for a sentence. */
struct quote {
    char text[4 * QUOTE_COLUMNS + 8];
};

static struct quote quote_of(struct str piece)
{
    struct quote quote;
    size_t size = utf8_fit(piece.text, piece.length, QUOTE_COLUMNS);
    bool cut = size < piece.length;
    if (size > 4 * QUOTE_COLUMNS)
        for (size = 4 * QUOTE_COLUMNS; size && ((unsigned char)piece.text[size] & 0xC0) == 0x80;)
            size--;
    memcpy(quote.text, piece.text, size);
    strcpy(quote.text + size, cut ? "..." : "");
    return quote;
}

static const char *choice_name(const void *choices, size_t i)
{
    return ((const char *const *)choices)[i];
}

static size_t choice_count(const struct knob *knob)
{
    size_t count = 0;
    while (knob->choices[count])
        count++;
    return count;
}

static const char *knob_name(const void *knobs, size_t i)
{
    return ((const struct knob *)knobs)[i].name;
}

static size_t list_longest(const struct knob *knob)
{
    return knob->longest ? knob->longest : LIST_MOST;
}

/* What a knob takes: "0 to 1", "inverted, classic, none or both". */
static void add_range(const struct knob *knob, struct buf *out)
{
    if (knob->kind == KNOB_WORD) {
        size_t count = choice_count(knob);
        for (size_t i = 0; i < count; i++) {
            buf_add(out, i == 0 ? "" : i + 1 < count ? ", " : " or ");
            buf_add(out, knob->choices[i]);
        }
        return;
    }
    if (knob->kind == KNOB_PATH) {
        buf_add(out, "a path");
        return;
    }
    if (knob->kind == KNOB_INTEGER)
        buf_add(out, "a whole number from ");
    if (knob->kind == KNOB_LIST)
        buf_addf(out, "1 to %zu numbers with commas, each ", list_longest(knob));
    if (knob->kind == KNOB_TABLE && knob->columns)
        buf_addf(out, "rows of %zu numbers with commas, at most %zu rows with semicolons, each ",
                 knob->columns, list_longest(knob) / knob->columns);
    else if (knob->kind == KNOB_TABLE)
        buf_addf(out, "rows of equal length like 1,2;3,4, at most %zu numbers, each ",
                 list_longest(knob));
    buf_add_number(out, knob->min);
    buf_add(out, " to ");
    buf_add_number(out, knob->max);
}

static void add_default(const struct knob *knob, struct buf *out)
{
    if (knob->kind == KNOB_WORD)
        buf_add(out, knob->choices[(size_t)knob->initial]);
    else if (knob->kind == KNOB_LIST || knob->kind == KNOB_TABLE)
        buf_add(out, knob->initial_list ? knob->initial_list : "not set");
    else if (knob->kind == KNOB_PATH)
        buf_add(out, "not set");
    else
        buf_add_number(out, knob->initial);
}

void demo_knob_describe(const struct knob *knob, struct buf *out)
{
    buf_addf(out, "%s: %s, ", knob->name, knob->help);
    add_range(knob, out);
    buf_add(out, ", default ");
    add_default(knob, out);
}

/* `p=1.5: <what>; p is ...`: the sentence for a value that cannot be. */
static bool refuse(struct err *err, const struct knob *knob, struct str value, const char *what)
{
    struct buf range = {0}, initial = {0};
    add_range(knob, &range);
    add_default(knob, &initial);
    err_set(err, "%s=%s: %s; %s takes %s, default %s", knob->name, quote_of(value).text, what,
            knob->name, buf_text(&range), buf_text(&initial));
    buf_free(&range);
    buf_free(&initial);
    return false;
}

static bool is_within(const struct knob *knob, double number)
{
    return number >= knob->min && number <= knob->max &&
           (knob->kind != KNOB_INTEGER || number == floor(number));
}

/* Refuses a value and, where the knob takes it, suggests what was meant by it. */
static bool refuse_for(struct err *err, const struct knob *knob, struct str text, const char *what,
                       double meant)
{
    struct buf said = {0};
    buf_add(&said, what);
    bool one = knob->kind == KNOB_NUMBER || knob->kind == KNOB_INTEGER; /* not an entry of a list */
    if (one && is_within(knob, meant)) {
        buf_addf(&said, ", did you mean %s=", knob->name);
        buf_add_number(&said, meant);
        buf_add(&said, "?");
    }
    refuse(err, knob, text, buf_text(&said));
    buf_free(&said);
    return false;
}

/* "0,5": a decimal comma. */
static bool read_comma(struct str text, double *number)
{
    enum { LONGEST = 40 };
    char copy[LONGEST];
    if (text.length >= LONGEST)
        return false;
    memcpy(copy, text.text, text.length);
    char *comma = memchr(copy, ',', text.length);
    if (!comma)
        return false;
    *comma = '.';
    return str_number((struct str){copy, text.length}, number);
}

static bool read_number(const struct knob *knob, struct str text, double *number, struct err *err)
{
    if (!text.length)
        return refuse(err, knob, text, "a number is missing");
    if (!str_number(text, number)) {
        struct str before = {text.text, text.length - 1};
        if (text.text[before.length] == '%' && str_number(before, number))
            return refuse_for(err, knob, text, "write a percentage as a fraction of 1",
                              *number / 100);
        if (read_comma(text, number))
            return refuse_for(err, knob, text, "not a number", *number);
        return refuse(err, knob, text, "not a number");
    }
    if (knob->kind == KNOB_INTEGER && *number != floor(*number))
        return refuse_for(err, knob, text, "not a whole number", round(*number));
    if (!is_within(knob, *number))
        return refuse_for(err, knob, text, "out of range",
                          *number < knob->min ? knob->min : knob->max);
    if (*number == 0)
        *number = 0; /* -0 is 0: it would be written otherwise */
    return true;
}

static bool read_word(const struct knob *knob, struct str text, struct value *value,
                      struct err *err)
{
    size_t count = choice_count(knob);
    for (size_t i = 0; i < count; i++) {
        if (str_is(text, knob->choices[i])) {
            *value = (struct value){.set = true, .number = (double)i, .word = knob->choices[i]};
            return true;
        }
    }
    const char *near = str_nearest(quote_of(text).text, knob->choices, count, choice_name);
    struct buf what = {0};
    buf_add(&what, "unknown word");
    if (near)
        buf_addf(&what, ", did you mean \"%s\"?", near);
    refuse(err, knob, text, buf_text(&what));
    buf_free(&what);
    return false;
}

/* Cuts the piece before the next `separator` off the front; false when nothing is left. */
static bool cut(struct str *rest, char separator, struct str *piece)
{
    if (!rest->text)
        return false;
    const char *end = rest->length ? memchr(rest->text, separator, rest->length) : NULL;
    size_t length = end ? (size_t)(end - rest->text) : rest->length;
    *piece = (struct str){rest->text, length};
    if (end)
        *rest = (struct str){end + 1, rest->length - length - 1};
    else
        *rest = (struct str){NULL, 0};
    return true;
}

static bool read_list(const struct knob *knob, struct arena *arena, struct str text,
                      struct value *value, struct err *err)
{
    *value = (struct value){.set = true};
    double *list = NULL;
    size_t count = 0, capacity = 0;
    struct str rows = text, row, piece;
    for (size_t row_number = 0; cut(&rows, knob->kind == KNOB_TABLE ? ';' : '\0', &row);
         row_number++) {
        size_t before = count;
        while (cut(&row, ',', &piece)) {
            double number;
            if (count == list_longest(knob))
                return refuse(err, knob, text, "too many numbers");
            if (!read_number(knob, piece, &number, err))
                return false;
            ARENA_PUSH(arena, list, count, capacity, number);
        }
        if (row_number == 0)
            value->columns = count;
        if (knob->columns && count - before != knob->columns)
            return refuse(err, knob, text, "a row is too long or too short");
        if (count - before != value->columns)
            return refuse(err, knob, text, "the rows are not equally long");
    }
    value->list = list;
    value->count = count;
    return true;
}

/* A path is shown in pictures and sentences, so it must be clean as it stands: what the sanitiser would
 * change is refused. */
static bool read_path(const struct knob *knob, struct arena *arena, struct str text,
                      struct value *value, struct err *err)
{
    struct buf clean = {0};
    utf8_sanitise_line(&clean, text.text, text.length, PATH_COLUMNS_MOST);
    bool same = clean.length == text.length && memcmp(clean.data, text.text, text.length) == 0;
    struct str shown = {buf_text(&clean), clean.length};
    bool good = text.length && same;
    if (!text.length)
        refuse(err, knob, shown, "a path is missing");
    else if (!same)
        refuse(err, knob, shown, "the path is too long or holds characters that cannot be shown");
    else
        *value = (struct value){.set = true, .word = arena_strndup(arena, text.text, text.length)};
    buf_free(&clean);
    return good;
}

static bool read_value(const struct knob *knob, struct arena *arena, struct str text,
                       struct value *value, struct err *err)
{
    double number;
    switch (knob->kind) {
    case KNOB_PATH:
        return read_path(knob, arena, text, value, err);
    case KNOB_WORD:
        return read_word(knob, text, value, err);
    case KNOB_LIST:
    case KNOB_TABLE:
        return read_list(knob, arena, text, value, err);
    case KNOB_NUMBER:
    case KNOB_INTEGER:
        break;
    }
    if (!read_number(knob, text, &number, err))
        return false;
    *value = (struct value){.set = true, .number = number};
    return true;
}

bool demo_args_init(struct demo_args *args, struct arena *arena, const struct demo *demo)
{
    *args = (struct demo_args){.demo = demo, .seed = DEMO_SEED};
    args->knob = ARENA_ARRAY(arena, demo->knob_count, struct value);
    args->given = ARENA_ARRAY(arena, demo->knob_count, bool);
    for (size_t i = 0; i < demo->knob_count; i++) {
        const struct knob *knob = &demo->knobs[i];
        struct err err;
        struct value *value = &args->knob[i];
        if (knob->kind == KNOB_WORD) {
            const char *word = knob->choices[(size_t)knob->initial];
            *value = (struct value){.set = true, .number = knob->initial, .word = word};
        } else if (knob->kind == KNOB_NUMBER || knob->kind == KNOB_INTEGER) {
            *value = (struct value){.set = true, .number = knob->initial};
        } else if (knob->initial_list &&
                   !read_list(knob, arena, str_of(knob->initial_list), value, &err)) {
            return false;
        }
    }
    return true;
}

static bool read_seed(struct demo_args *args, struct str text, struct err *err)
{
    int64_t seed;
    if (!str_integer(text, &seed) || seed < 0)
        return err_set(err,
                       "seed=%s: the seed is a whole number from 0 to 9007199254740992, default %d",
                       quote_of(text).text, DEMO_SEED);
    args->seed = (uint64_t)seed;
    args->seed_given = true;
    return true;
}

static bool refuse_name(const struct demo *demo, struct str name, struct err *err)
{
    struct quote quote = quote_of(name);
    const char *near = str_nearest(quote.text, demo->knobs, demo->knob_count, knob_name);
    struct buf all = {0};
    for (size_t i = 0; i < demo->knob_count; i++)
        buf_addf(&all, "%s, ", demo->knobs[i].name);
    if (near)
        err_set(err, "%s has no knob \"%s\"; did you mean \"%s\"? It has %sseed", demo->name,
                quote.text, near, buf_text(&all));
    else
        err_set(err, "%s has no knob \"%s\"; it has %sseed", demo->name, quote.text,
                buf_text(&all));
    buf_free(&all);
    return false;
}

/* Which knob `name` is; -1 for seed, -2 for none. */
enum { NAME_SEED = -1, NAME_UNKNOWN = -2 };

static int find_name(const struct demo *demo, struct str name)
{
    if (str_is(name, "seed"))
        return NAME_SEED;
    for (size_t i = 0; i < demo->knob_count; i++)
        if (str_is(name, demo->knobs[i].name))
            return (int)i;
    return NAME_UNKNOWN;
}

/* The knob that an example names: the one that was meant, if its name alone was written. */
static const char *example_of(const struct demo *demo, struct str written)
{
    int knob = find_name(demo, written);
    return knob >= 0 ? demo->knobs[knob].name : demo->knob_count ? demo->knobs[0].name : "seed";
}

static bool set_slice(struct demo_args *args, struct arena *arena, struct str assignment, bool once,
                      struct err *err)
{
    const char *equals = assignment.length ? memchr(assignment.text, '=', assignment.length) : NULL;
    if (!equals)
        return err_set(
            err, "\"%s\": expected knob=value, as in \"%s %s=...\" (no blanks inside a value)",
            quote_of(assignment).text, args->demo->name, example_of(args->demo, assignment));
    struct str name = {assignment.text, (size_t)(equals - assignment.text)};
    struct str text = {equals + 1, assignment.length - name.length - 1};
    int knob = find_name(args->demo, name);
    if (knob == NAME_UNKNOWN)
        return refuse_name(args->demo, name, err);
    if (once && (knob == NAME_SEED ? args->seed_given : args->given[knob]))
        return err_set(err, "%s is given twice",
                       knob == NAME_SEED ? "seed" : args->demo->knobs[knob].name);
    if (knob == NAME_SEED)
        return read_seed(args, text, err);
    if (args->demo->knobs[knob].kind == KNOB_PATH && !args->may_read_files)
        return err_set(err,
                       "%s of %s names files, and a lesson cannot read any; it can be given to "
                       "`nntutor demo %s` only",
                       args->demo->knobs[knob].name, args->demo->name, args->demo->name);
    struct value value;
    if (!read_value(&args->demo->knobs[knob], arena, text, &value, err))
        return false;
    args->knob[knob] = value;
    args->given[knob] = true;
    return true;
}

bool demo_args_set(struct demo_args *args, struct arena *arena, const char *assignment,
                   struct err *err)
{
    return set_slice(args, arena, str_of(assignment), false, err);
}

bool demo_args_give(struct demo_args *args, struct arena *arena, const char *assignment,
                    struct err *err)
{
    return set_slice(args, arena, str_of(assignment), true, err);
}

bool demo_args_read(struct demo_args *args, struct arena *arena, const char *text, struct err *err)
{
    struct str rest = str_of(text);
    struct str word = str_word(&rest);
    if (!word.length)
        return err_set(err, "the name of a demo is missing; `nntutor demo` lists them");
    struct quote quote = quote_of(word);
    const struct demo *demo = NULL;
    for (size_t i = 0; i < demo_count && !demo; i++)
        if (str_is(word, demos[i]->name))
            demo = demos[i];
    if (!demo) {
        const char *near = demo_nearest(quote.text);
        return near ? err_set(err, "unknown demo \"%s\"; did you mean \"%s\"?", quote.text, near)
                    : err_set(err, "unknown demo \"%s\"; `nntutor demo` lists them", quote.text);
    }
    if (!demo_args_init(args, arena, demo))
        return err_set(err, "demo %s: its own defaults cannot be read", demo->name);
    while ((word = str_word(&rest)).length)
        if (!set_slice(args, arena, word, true, err))
            return false;
    return true;
}

void demo_args_copy(struct demo_args *args, struct arena *arena, const struct demo_args *from)
{
    size_t knobs = from->demo->knob_count;
    *args = *from;
    args->knob = ARENA_ARRAY(arena, knobs, struct value);
    args->given = ARENA_ARRAY(arena, knobs, bool);
    memcpy(args->given, from->given, knobs * sizeof *args->given);
    for (size_t i = 0; i < knobs; i++)
        args->knob[i] = demo_value_copy(&from->demo->knobs[i], &from->knob[i], arena);
}

struct value demo_value_copy(const struct knob *knob, const struct value *value,
                             struct arena *arena)
{
    struct value copy = *value;
    if (value->count) {
        copy.list = ARENA_ARRAY(arena, value->count, double);
        memcpy(copy.list, value->list, value->count * sizeof *copy.list);
    }
    if (value->set && knob->kind == KNOB_PATH)
        copy.word = arena_strdup(arena, value->word);
    return copy;
}

void demo_value_write(const struct knob *knob, const struct value *value, struct buf *out)
{
    if (!value->set)
        return;
    switch (knob->kind) {
    case KNOB_WORD:
    case KNOB_PATH:
        buf_add(out, value->word);
        break;
    case KNOB_NUMBER:
    case KNOB_INTEGER:
        buf_add_number(out, value->number);
        break;
    case KNOB_LIST:
    case KNOB_TABLE:
        for (size_t i = 0; i < value->count; i++) {
            bool row_starts = knob->kind == KNOB_TABLE && i % value->columns == 0;
            buf_add(out, i == 0 ? "" : row_starts ? ";" : ",");
            buf_add_number(out, value->list[i]);
        }
        break;
    }
}
