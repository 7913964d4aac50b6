#include "lesson/directive.h"

#include "lesson/grammar.h"

#include <string.h>

/* ---- the lines of a body --------------------------------------------------------------------- */

void body_open(struct body *body, struct source *source, const struct piece *fence)
{
    *body = (struct body){
        .source = source, .next = fence->first + 1, .last = fence->last - (fence->closed ? 1 : 0)};
}

bool body_line(struct body *body)
{
    while (body->next <= body->last) {
        body->line = str_trim(source_line(body->source, body->next++));
        if (body->line.length) {
            body->place = source_place_of(body->source, body->line.text);
            return true;
        }
    }
    return false;
}

struct place body_place(const struct body *body, struct str slice)
{
    return source_place_of(body->source, slice.text);
}

int body_key(const struct body *body, const char *const *keys, size_t count, struct str *value)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(keys[i]);
        if (!str_starts(body->line, keys[i]) || body->line.length == length ||
            body->line.text[length] != ':')
            continue;
        *value =
            str_trim((struct str){body->line.text + length + 1, body->line.length - length - 1});
        return (int)i;
    }
    return -1;
}

char *body_copy(const struct body *body, struct str slice)
{
    return arena_strndup(body->source->arena, slice.text, slice.length);
}

/* ---- the kinds ------------------------------------------------------------------------------- */

static struct str arguments_of(const struct piece *fence)
{
    struct str rest = str_of(fence->info);
    str_word(&rest);
    return str_trim(rest);
}

static struct place place_in_info(const struct piece *fence, struct str part)
{
    struct place place = fence->info_place;
    place.column += (int)(part.text - fence->info);
    return place;
}

static void check_no_arguments(struct source *source, const struct piece *fence)
{
    struct str rest = arguments_of(fence);
    if (rest.length)
        source_find(source, LINT_ARGUMENT, place_in_info(fence, rest), "delete them",
                    "this block takes no arguments");
}

static void read_arguments(struct source *source, const struct piece *fence,
                           struct directive *directive, bool ranges)
{
    struct str text = arguments_of(fence);
    directive->args = arena_strndup(source->arena, text.text, text.length);
    struct place place = text.length ? place_in_info(fence, text) : fence->block.place;
    grammar_arguments(source, text, place, ranges);
}

static void read_demo(struct source *source, const struct piece *fence, struct directive *directive)
{
    read_arguments(source, fence, directive, false);
    ask_read(source, fence, directive);
}

static void read_drill(struct source *source, const struct piece *fence,
                       struct directive *directive)
{
    read_arguments(source, fence, directive, true);
    drill_read(source, fence, directive);
}

static void read_quiz(struct source *source, const struct piece *fence, struct directive *directive)
{
    struct str rest = arguments_of(fence);
    size_t capacity = 0;
    for (struct str word; (word = str_word(&rest)).length;) {
        if (!grammar_name(word, "._-")) {
            source_find(source, LINT_QUIZ_KEY, place_in_info(fence, word), "write q3.10",
                        "\"%.*s\" is not the key of a question",
                        word.length > 60 ? 60 : (int)word.length, word.text);
            continue;
        }
        enum { MOST_KEYS = 64 };
        if (directive->key_count == MOST_KEYS) {
            source_find(source, LINT_QUIZ_KEY, place_in_info(fence, word), "split the block",
                        "more than %d questions in one block", MOST_KEYS);
            break;
        }
        bool twice = false;
        for (size_t i = 0; i < directive->key_count; i++)
            twice = twice || str_is(word, directive->keys[i]);
        if (twice) {
            source_find(source, LINT_QUIZ_KEY, place_in_info(fence, word), "name it once",
                        "the question %.*s is named twice", (int)word.length, word.text);
            continue;
        }
        ARENA_PUSH(source->arena, directive->keys, directive->key_count, capacity,
                   arena_strndup(source->arena, word.text, word.length));
    }
    if (!directive->key_count)
        source_find(source, LINT_QUIZ_KEY, fence->block.place, "write ```quiz q3.10",
                    "a quiz names no question");
    struct body body;
    body_open(&body, source, fence);
    if (body_line(&body))
        source_find(source, LINT_BODY, body.place, "questions stand in the chapter's quiz file",
                    "a quiz block has no lines of its own");
}

static void read_guess(struct source *source, const struct piece *fence,
                       struct directive *directive)
{
    directive->guess = true;
    read_quiz(source, fence, directive);
}

static void read_myth(struct source *source, const struct piece *fence, struct directive *directive)
{
    static const char *const keys[] = {"many say", "in fact", "see for yourself", "source", "sure"};
    enum { KEYS = sizeof keys / sizeof *keys, SEE = 2, SURE = 4 };
    const char **fields[KEYS] = {&directive->many_say, &directive->in_fact,
                                 &directive->see_for_yourself, &directive->source,
                                 &directive->sure};
    check_no_arguments(source, fence);
    struct body body;
    body_open(&body, source, fence);
    while (body_line(&body)) {
        struct str value;
        int key = body_key(&body, keys, KEYS, &value);
        if (key < 0) {
            source_find(source, LINT_DIRECTIVE_LINE, body.place,
                        "write many say:, in fact:, see for yourself:, source: or sure:",
                        "this line of a myth says nothing");
            continue;
        }
        if (*fields[key]) {
            source_find(source, LINT_MYTH, body.place, "keep one of them",
                        "\"%s:\" stands here a second time", keys[key]);
            continue;
        }
        if (!value.length) {
            source_find(source, LINT_MYTH, body.place, NULL, "\"%s:\" is empty", keys[key]);
            continue;
        }
        if (key == SEE) {
            struct str word = str_word(&value);
            value = str_trim(value);
            if (!str_is(word, "demo"))
                source_find(source, LINT_MYTH, body_place(&body, word),
                            "write see for yourself: demo NAME knob=value",
                            "what one can see for oneself is a demo");
            else
                grammar_arguments(source, value, body_place(&body, value), false);
        }
        if (key == SURE && !str_is(value, "proven") && !str_is(value, "measured here") &&
            !str_is(value, "contested"))
            source_find(source, LINT_MYTH, body_place(&body, value),
                        "write proven, measured here or contested",
                        "\"%.*s\" does not say how sure we are",
                        value.length > 60 ? 60 : (int)value.length, value.text);
        *fields[key] = body_copy(&body, value);
    }
    for (int key = 0; key < KEYS; key++)
        if (!*fields[key] &&
            (key != SEE || (directive->sure && strcmp(directive->sure, "measured here") == 0)))
            source_find(source, LINT_MYTH, fence->block.place, "add the line",
                        "a myth without \"%s:\"", keys[key]);
}

/* The Markdown of a body; in notes the line `concept-test: KEY` is taken out of it. */
static void read_blocks(struct source *source, const struct piece *fence,
                        struct directive *directive)
{
    check_no_arguments(source, fence);
    struct markdown markdown = {0};
    struct body body;
    body_open(&body, source, fence);
    int from = body.next;
    while (directive->kind == DIRECTIVE_NOTES && body_line(&body)) {
        static const char *const key[] = {"concept-test"};
        struct str value;
        if (body_key(&body, key, 1, &value) < 0)
            continue;
        if (!grammar_name(value, "._-"))
            source_find(source, LINT_QUIZ_KEY, body.place, "write concept-test: q3.10",
                        "\"%.*s\" is not the key of a question",
                        value.length > 60 ? 60 : (int)value.length, value.text);
        else if (directive->concept_test)
            source_find(source, LINT_QUIZ_KEY, body.place, "keep one of them",
                        "a second concept test in the same notes");
        else
            directive->concept_test = body_copy(&body, value);
        markdown_read(source, from, body.next - 2, &markdown);
        from = body.next;
    }
    markdown_read(source, from, body.last, &markdown);
    directive->blocks = markdown_blocks(source, &markdown, &directive->block_count);
    for (size_t i = 0; i < directive->block_count; i++) {
        const struct block *block = &directive->blocks[i];
        if (directive->kind != DIRECTIVE_NOTES && block->kind != BLOCK_ITEM)
            source_find(source, LINT_LIST, block->place, "write a list: - one - two",
                        "only a Markdown list can stand here");
    }
    if (!directive->block_count && !directive->concept_test)
        source_find(source, LINT_BODY, fence->block.place, "write a Markdown list into it",
                    "the block is empty");
}

static const struct row {
    const char *word;
    enum directive_kind kind;
    void (*read)(struct source *, const struct piece *, struct directive *);
} rows[] = {
    {"demo", DIRECTIVE_DEMO, read_demo},       {"quiz", DIRECTIVE_QUIZ, read_quiz},
    {"guess", DIRECTIVE_QUIZ, read_guess},     {"drill", DIRECTIVE_DRILL, read_drill},
    {"myth", DIRECTIVE_MYTH, read_myth},       {"notes", DIRECTIVE_NOTES, read_blocks},
    {"recall", DIRECTIVE_RECALL, read_blocks}, {"sources", DIRECTIVE_SOURCES, read_blocks},
};

static void check_word(struct source *source, const struct piece *fence, struct str word)
{
    int length = word.length > 60 ? 60 : (int)word.length;
    if (!word.length || grammar_is_language(word) || grammar_is_directive(word))
        return;
    const char *near = grammar_nearest_directive(word);
    char hint[80] = "a plain block takes no word, or text";
    if (near)
        strcat(strcat(strcpy(hint, "did you mean "), near), "?");
    source_find(source, LINT_UNKNOWN_DIRECTIVE, fence->info_place, hint,
                "unknown directive \"%.*s\"", length, word.text);
}

struct directive *directive_read(struct source *source, const struct piece *fence)
{
    struct str rest = str_of(fence->info);
    struct str word = str_word(&rest);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!str_is(word, rows[i].word))
            continue;
        const char *escape = strpbrk(fence->info, "\\&");
        if (escape)
            source_find(source, LINT_INFO_ESCAPE, place_in_info(fence, (struct str){escape, 1}),
                        "write it plainly",
                        "Markdown gives \\ and & a meaning of their own behind a fence");
        struct directive *directive = ARENA_NEW(source->arena, struct directive);
        directive->kind = rows[i].kind;
        directive->place = fence->block.place;
        rows[i].read(source, fence, directive);
        return directive;
    }
    check_word(source, fence, word);
    return NULL;
}
