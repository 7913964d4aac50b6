/* What a demo or a drill asks: predictions, explanations, what to watch and what to see. */
#include "lesson/directive.h"
#include "lesson/grammar.h"

#include <string.h>

struct asking {
    struct body body;
    struct source *source;
    struct directive *directive;
    size_t ask_capacity, watch_capacity, see_capacity, drill_capacity;
    size_t option_capacity; /* of the ask in hand */
    size_t label_capacity, ref_capacity;
    bool takes_options; /* the last ask is one that has some */
};

static void find(struct asking *a, enum lint lint, struct str at, const char *hint,
                 const char *text)
{
    source_find(a->source, lint, body_place(&a->body, at), hint, "%s: \"%.*s\"", text,
                at.length > 60 ? 60 : (int)at.length, at.text);
}

/* Cuts `rest` at the first colon: what stands before it and the text behind it. */
static bool cut_text(struct str rest, struct str *before, struct str *text)
{
    const char *colon = rest.length ? memchr(rest.text, ':', rest.length) : NULL;
    if (!colon)
        return false;
    size_t length = (size_t)(colon - rest.text);
    *before = str_trim((struct str){rest.text, length});
    *text = str_trim((struct str){colon + 1, rest.length - length - 1});
    return true;
}

/* Cuts the next item of a list that is separated by a comma and a blank. */
static bool cut_item(struct str *rest, struct str *item)
{
    if (!rest->text)
        return false;
    for (size_t i = 0; i + 1 < rest->length; i++) {
        if (rest->text[i] != ',' || rest->text[i + 1] != ' ')
            continue;
        *item = str_trim((struct str){rest->text, i});
        *rest = (struct str){rest->text + i + 2, rest->length - i - 2};
        return true;
    }
    *item = str_trim(*rest);
    rest->text = NULL;
    return true;
}

static bool take_reference(struct asking *a, struct str word, const char **ref)
{
    *ref = body_copy(&a->body, word);
    if (grammar_reference(word))
        return true;
    if (word.length)
        find(a, LINT_REFERENCE, word, "write a result like mean_sum or std[-1]",
             "not a result of a demo");
    else
        source_find(a->source, LINT_REFERENCE, a->body.place,
                    "write a result like mean_sum or std[-1]", "no result is named");
    return false;
}

/* `REF [within TOL]`. */
static bool take_target(struct asking *a, struct str before, const char **ref,
                        enum tolerance_kind *kind, double *tolerance)
{
    struct str rest = before;
    struct str word = str_word(&rest);
    *kind = TOLERANCE_DEFAULT;
    *tolerance = 0.05;
    if (!take_reference(a, word, ref))
        return false;
    rest = str_trim(rest);
    if (!rest.length)
        return true;
    struct str within = str_word(&rest);
    if (!str_is(within, "within")) {
        find(a, LINT_DIRECTIVE_LINE, within, "write REF within 10%: question",
             "unexpected word before the colon");
        return false;
    }
    rest = str_trim(rest);
    if (grammar_tolerance(rest, kind, tolerance))
        return true;
    find(a, LINT_TOLERANCE, rest.length ? rest : within,
         "write 10% (relative), 0.5 (absolute) or x3 (a factor)", "not a tolerance");
    return false;
}

static struct ask *push_ask(struct asking *a, struct ask ask)
{
    struct directive *d = a->directive;
    ask.place = a->body.place;
    ARENA_PUSH(a->source->arena, d->asks, d->ask_count, a->ask_capacity, ask);
    a->option_capacity = 0;
    a->takes_options = ask.kind == ASK_CHOICE || ask.kind == ASK_EXPLAIN;
    return &d->asks[d->ask_count - 1];
}

static bool has_text(struct asking *a, struct str text)
{
    if (text.length)
        return true;
    source_find(a->source, LINT_QUESTION, a->body.place, "write it behind the colon",
                "nothing is asked or said");
    return false;
}

/* Whether what was asked last has the options it needs. */
static void end_options(struct asking *a)
{
    if (!a->takes_options)
        return;
    a->takes_options = false;
    const struct ask *ask = &a->directive->asks[a->directive->ask_count - 1];
    size_t right = 0;
    for (size_t i = 0; i < ask->option_count; i++) {
        right += ask->options[i].right;
        if (ask->kind == ASK_EXPLAIN && !ask->options[i].feedback)
            source_find(a->source, LINT_FEEDBACK, ask->options[i].place,
                        "write # and the feedback below it", "this option has no feedback");
    }
    if (ask->option_count < 2)
        source_find(a->source, LINT_OPTIONS, ask->place, "write + or - before each option",
                    "fewer than two options");
    else if (right != 1)
        source_find(a->source, LINT_OPTIONS, ask->place, "mark one with + and the others with -",
                    "%s option is marked as right", right ? "more than one" : "no");
}

/* ---- the lines ------------------------------------------------------------------------------- */

static void read_predict(struct asking *a, struct str rest)
{
    struct str before, text;
    struct ask ask = {.kind = ASK_NUMBER};
    if (!cut_text(rest, &before, &text)) {
        source_find(a->source, LINT_QUESTION, a->body.place, "write predict REF: question",
                    "a prediction without a colon and a question");
        return;
    }
    bool good = take_target(a, before, &ask.ref, &ask.tolerance_kind, &ask.tolerance);
    ask.question = body_copy(&a->body, text);
    if (has_text(a, text) && good)
        push_ask(a, ask);
}

static bool is_label_twice(const struct ask *ask, struct str label)
{
    for (size_t i = 0; i < ask->label_count; i++)
        if (str_is(label, ask->labels[i]))
            return true;
    return false;
}

static void push_label(struct asking *a, struct ask *ask, struct str label, const char *ref)
{
    enum { MOST_LABELS = 32 };
    size_t count = ask->label_count;
    if (count == MOST_LABELS)
        return;
    if (is_label_twice(ask, label))
        find(a, LINT_ORDER, label, "each stands once", "named twice");
    ARENA_PUSH(a->source->arena, ask->labels, ask->label_count, a->label_capacity,
               body_copy(&a->body, label));
    if (ref)
        ARENA_PUSH(a->source->arena, ask->refs, count, a->ref_capacity, ref);
}

/* label=REF, label=REF */
static bool read_order_refs(struct asking *a, struct str before, struct ask *ask)
{
    struct str item;
    bool good = true;
    while (cut_item(&before, &item)) {
        const char *equals = item.length ? memchr(item.text, '=', item.length) : NULL;
        if (!equals || equals == item.text) {
            find(a, LINT_ORDER, item.length ? item : a->body.line, "write label=REF, label=REF",
                 "not label=REF");
            good = false;
            continue;
        }
        struct str label = str_trim((struct str){item.text, (size_t)(equals - item.text)});
        struct str word =
            str_trim((struct str){equals + 1, item.length - (size_t)(equals - item.text) - 1});
        const char *ref;
        good = take_reference(a, word, &ref) && good;
        push_label(a, ask, label, ref);
    }
    return good;
}

/* knob=v1, v2, v3 */
static bool read_order_values(struct asking *a, struct str before, struct ask *ask)
{
    const char *equals = before.length ? memchr(before.text, '=', before.length) : NULL;
    struct str knob = {before.text, equals ? (size_t)(equals - before.text) : 0};
    if (!equals || !grammar_name(str_trim(knob), "_-")) {
        find(a, LINT_ORDER, before.length ? before : a->body.line,
             "write predict-order REF: knob=v1, v2: question", "not knob=v1, v2");
        return false;
    }
    ask->knob = body_copy(&a->body, str_trim(knob));
    struct str rest = {equals + 1, before.length - knob.length - 1}, item;
    while (cut_item(&rest, &item)) {
        if (!item.length || memchr(item.text, ' ', item.length)) {
            find(a, LINT_ORDER, item.length ? item : before, "separate values by comma and blank",
                 "not a value of a knob");
            return false;
        }
        push_label(a, ask, item, NULL);
    }
    return true;
}

static void read_order(struct asking *a, struct str rest)
{
    struct str before, text, more;
    struct ask ask = {.kind = ASK_ORDER_REFS};
    a->label_capacity = a->ref_capacity = 0;
    if (!cut_text(rest, &before, &text)) {
        source_find(a->source, LINT_QUESTION, a->body.place,
                    "write predict-order a=REF, b=REF: question",
                    "a prediction without a colon and a question");
        return;
    }
    bool good;
    if (before.length && memchr(before.text, '=', before.length)) {
        good = read_order_refs(a, before, &ask);
    } else {
        ask.kind = ASK_ORDER_VALUES;
        good = take_reference(a, before, &ask.ref);
        if (!cut_text(text, &before, &more)) {
            source_find(a->source, LINT_QUESTION, a->body.place,
                        "write predict-order REF: knob=v1, v2: question",
                        "a prediction without values or without a question");
            return;
        }
        text = more;
        good = read_order_values(a, before, &ask) && good;
    }
    if (good && ask.label_count < 2) {
        find(a, LINT_ORDER, before, "separate them by a comma and a blank",
             "an order needs at least two");
        good = false;
    }
    ask.question = body_copy(&a->body, text);
    if (has_text(a, text) && good)
        push_ask(a, ask);
}

static void read_choice(struct asking *a, struct str rest)
{
    struct str before, text;
    struct ask ask = {.kind = ASK_CHOICE};
    if (!cut_text(rest, &before, &text)) {
        source_find(a->source, LINT_QUESTION, a->body.place, "write predict-choice REF: question",
                    "a prediction without a colon");
        return;
    }
    take_reference(a, before, &ask.ref);
    has_text(a, text);
    ask.question = body_copy(&a->body, text);
    push_ask(a, ask); /* even a bad one: its options belong to it */
}

static void read_explain(struct asking *a, struct str text)
{
    has_text(a, text);
    push_ask(a, (struct ask){.kind = ASK_EXPLAIN, .question = body_copy(&a->body, text)});
}

static void read_option(struct asking *a)
{
    struct str line = a->body.line;
    struct str text = str_trim((struct str){line.text + 1, line.length - 1});
    if (!a->takes_options) {
        source_find(a->source, LINT_OPTIONS, a->body.place,
                    "options follow a predict-choice or an explain",
                    "an option that belongs to no question");
        return;
    }
    has_text(a, text);
    struct ask *ask = &a->directive->asks[a->directive->ask_count - 1];
    ARENA_PUSH(a->source->arena, ask->options, ask->option_count, a->option_capacity,
               (struct option){.right = line.text[0] == '+',
                               .text = body_copy(&a->body, text),
                               .place = a->body.place});
}

static void read_feedback(struct asking *a)
{
    struct str line = a->body.line;
    struct ask *ask = a->takes_options ? &a->directive->asks[a->directive->ask_count - 1] : NULL;
    struct option *option = ask && ask->option_count ? &ask->options[ask->option_count - 1] : NULL;
    if (!option || ask->kind != ASK_EXPLAIN || option->feedback) {
        source_find(a->source, LINT_FEEDBACK, a->body.place,
                    "one line of feedback stands below each option of an explain",
                    "feedback that belongs to no option");
        return;
    }
    struct str text = str_trim((struct str){line.text + 1, line.length - 1});
    if (has_text(a, text))
        option->feedback = body_copy(&a->body, text);
}

/* ---- see ------------------------------------------------------------------------------------- */

/* What stands between the braces of a see: line. */
static bool read_fill(struct asking *a, struct str inside, struct see *see, struct see_part *part)
{
    struct str rest = inside;
    struct str word = str_word(&rest);
    struct str format = str_trim(rest);
    *part = (struct see_part){.precision = -1, .place = body_place(&a->body, inside)};
    if (str_is(word, "you")) {
        part->kind = SEE_YOU;
        see->mentions_you = true;
    } else if (str_is(word, "you2")) {
        part->kind = SEE_YOU2;
        see->mentions_you = true;
    } else if (grammar_reference(word)) {
        part->kind = SEE_REF;
        part->ref = body_copy(&a->body, word);
    } else {
        find(a, LINT_SEE, inside, "write {you}, {you2}, {RESULT} or {RESULT %.2f}",
             "not a result of a demo");
        return false;
    }
    if (format.length && !grammar_format(format, &part->format, &part->precision)) {
        find(a, LINT_FORMAT, format, "write %.2f, %e, %g, %d or %s", "not a number format");
        part->precision = -1;
    }
    return true;
}

static void read_see(struct asking *a, struct str text)
{
    struct see see = {0};
    size_t capacity = 0;
    if (!has_text(a, text))
        return;
    for (size_t at = 0; at < text.length;) {
        const char *brace = memchr(text.text + at, '{', text.length - at);
        size_t end = brace ? (size_t)(brace - text.text) : text.length;
        const char *close = brace ? memchr(brace, '}', text.length - end) : NULL;
        if (brace && !close) {
            find(a, LINT_SEE, (struct str){brace, text.length - end}, "write a } behind it",
                 "nothing closes this brace");
            end = text.length;
        }
        struct see_part part = {.precision = -1};
        if (end > at) {
            struct str words = {text.text + at, end - at};
            part.text = body_copy(&a->body, words);
            part.place = body_place(&a->body, words);
            ARENA_PUSH(a->source->arena, see.parts, see.count, capacity, part);
        }
        at = end;
        if (close) {
            struct str inside = {brace + 1, (size_t)(close - brace) - 1};
            if (read_fill(a, inside, &see, &part))
                ARENA_PUSH(a->source->arena, see.parts, see.count, capacity, part);
            at = end + inside.length + 2;
        }
    }
    ARENA_PUSH(a->source->arena, a->directive->see, a->directive->see_count, a->see_capacity, see);
}

static void read_watch(struct asking *a, struct str text)
{
    struct directive *d = a->directive;
    if (has_text(a, text))
        ARENA_PUSH(a->source->arena, d->watch, d->watch_count, a->watch_capacity,
                   body_copy(&a->body, text));
}

/* {you} is the learner's first prediction, {you2} the second: there must be as many. */
static void check_you(struct asking *a)
{
    size_t predictions = 0;
    for (size_t i = 0; i < a->directive->ask_count; i++)
        predictions += a->directive->asks[i].kind != ASK_EXPLAIN;
    for (size_t i = 0; i < a->directive->see_count; i++)
        for (size_t j = 0; j < a->directive->see[i].count; j++) {
            const struct see_part *part = &a->directive->see[i].parts[j];
            size_t needed = part->kind == SEE_YOU ? 1 : part->kind == SEE_YOU2 ? 2 : 0;
            if (needed > predictions)
                source_find(a->source, LINT_SEE, part->place, "add a predict line above",
                            "{%s} but the block asks for %zu prediction%s",
                            needed == 1 ? "you" : "you2", predictions, predictions == 1 ? "" : "s");
        }
}

/* ---- a body ---------------------------------------------------------------------------------- */

static const struct row {
    const char *word;
    void (*read)(struct asking *, struct str rest);
} rows[] = {
    {"predict ", read_predict},
    {"predict-order ", read_order},
    {"predict-choice ", read_choice},
    {"watch:", read_watch},
    {"see:", read_see},
    {"explain:", read_explain},
};

static const char *row_word(const void *list, size_t i)
{
    return ((const struct row *)list)[i].word;
}

static void read_unknown(struct asking *a)
{
    struct str rest = a->body.line;
    struct str word = str_word(&rest);
    char text[24] = "", hint[80] = "write predict, watch:, see: or explain:";
    const char *near = NULL;
    if (word.length < sizeof text) {
        memcpy(text, word.text, word.length);
        near = str_nearest(text, rows, sizeof rows / sizeof *rows, row_word);
    }
    if (near)
        strcat(strcat(strcpy(hint, "did you mean "), near), "...?");
    find(a, LINT_DIRECTIVE_LINE, a->body.line, hint, "this line of a demo says nothing");
}

static void read_line(struct asking *a)
{
    struct str line = a->body.line;
    if (line.length >= 2 && line.text[1] == ' ' && (line.text[0] == '+' || line.text[0] == '-')) {
        read_option(a);
        return;
    }
    if (str_starts(line, "# ")) {
        read_feedback(a);
        return;
    }
    end_options(a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t length = strlen(rows[i].word);
        if (!str_starts(line, rows[i].word))
            continue;
        rows[i].read(a, str_trim((struct str){line.text + length, line.length - length}));
        return;
    }
    read_unknown(a);
}

void ask_read(struct source *source, const struct piece *fence, struct directive *directive)
{
    struct asking asking = {.source = source, .directive = directive};
    body_open(&asking.body, source, fence);
    while (body_line(&asking.body))
        read_line(&asking);
    end_options(&asking);
    check_you(&asking);
}

void drill_read(struct source *source, const struct piece *fence, struct directive *directive)
{
    struct asking asking = {.source = source, .directive = directive};
    struct asking *a = &asking;
    body_open(&a->body, source, fence);
    while (body_line(&a->body)) {
        struct str line = a->body.line, before, text;
        struct drill_ask ask = {.place = a->body.place};
        if (!str_starts(line, "ask ") ||
            !cut_text((struct str){line.text + 4, line.length - 4}, &before, &text)) {
            find(a, LINT_DIRECTIVE_LINE, line, "write ask REF within 1%: question",
                 "this line of a drill says nothing");
            continue;
        }
        bool good = take_target(a, before, &ask.ref, &ask.tolerance_kind, &ask.tolerance);
        ask.question = body_copy(&a->body, text);
        if (has_text(a, text) && good)
            ARENA_PUSH(source->arena, directive->drills, directive->drill_count, a->drill_capacity,
                       ask);
    }
    if (!directive->drill_count)
        source_find(source, LINT_BODY, fence->block.place, "write ask REF: question into it",
                    "a drill that asks nothing");
}
