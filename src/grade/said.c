/* What the bytes of an answer say, in the ways that files write it. Choices that a report has joined
 * into one text are told apart by the texts the quiz knows; where two ways fit, that is an error. */
#include "grade/work.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

enum { MOST_JOINED = 16 << 10 }; /* bytes of joined choices: keeps the search short */

static void add(struct sayings *s, const char *stem, struct str text)
{
    ARENA_PUSH(&s->arena, s->list, s->count, s->capacity,
               (struct said){stem, arena_strndup(&s->arena, text.text, text.length)});
}

static bool belongs(const struct choice *item, const char *text)
{
    return strcmp(item->text.text, text) == 0 || strcmp(item->shown, text) == 0;
}

/* Items given with their places into the order of the places. Where several were given one place,
 * the one that belongs there has it, so that each counts as it would in a matching question. */
static bool order_by_place(struct sayings *s, const struct question *question, const char **code,
                           struct err *err)
{
    size_t places = question_stems(question, NULL, 0);
    struct said *ordered = ARENA_ARRAY(&s->arena, places + 1, struct said);
    for (int strangers = 0; strangers < 2; strangers++)
        for (size_t i = 0; i < s->count; i++) {
            const struct said *said = &s->list[i];
            bool is_place = !*said->text;
            for (size_t c = 0; c < question->choice_count && said->stem; c++) {
                const struct choice *item = &question->choices[c];
                if (strcmp(item->match, said->text) != 0)
                    continue;
                is_place = true;
                if (c >= places || ordered[c].text || strangers == belongs(item, said->stem))
                    continue;
                ordered[c].text = said->stem;
                break;
            }
            if (!is_place) {
                *code = "E310";
                return err_set(err, "no place \"%.60s\"; a place is as \"%.60s\"", said->text,
                               question->choices[0].match);
            }
        }
    s->list = ordered;
    s->count = s->capacity = places;
    return true;
}

/* ---- JSON ----------------------------------------------------------------------------------------- */

static bool wrong(const char **code, struct err *err, const char *what)
{
    *code = "E307";
    return err_set(err, "%s", what);
}

/* A text, number or truth value as the text of an answer. */
static bool add_scalar(struct sayings *s, const char *stem, const struct json_reader *reader,
                       enum json_event event, const char **code, struct err *err)
{
    switch (event) {
    case JSON_STRING:
        if (reader->text.length && memchr(reader->text.data, '\0', reader->text.length)) {
            *code = "E302";
            return err_set(err, "a NUL byte in the answer");
        }
        add(s, stem, (struct str){buf_text(&reader->text), reader->text.length});
        return true;
    case JSON_NUMBER:
        add(s, stem, (struct str){buf_text(&reader->text), reader->text.length});
        return true;
    case JSON_TRUE:
    case JSON_FALSE:
        add(s, stem, str_of(event == JSON_TRUE ? "true" : "false"));
        return true;
    case JSON_NULL:
        add(s, stem, str_of(""));
        return true;
    default:
        return wrong(code, err,
                     "an answer is a text, a number, true, false, null, or a list of these");
    }
}

static bool read_object(struct sayings *s, struct json_reader *reader, const char **code,
                        struct err *err)
{
    for (enum json_event event; (event = json_next(reader)) == JSON_KEY;) {
        const char *stem = arena_strndup(&s->arena, buf_text(&reader->text), reader->text.length);
        for (size_t i = 0; i < s->count; i++) {
            if (strcmp(s->list[i].stem, stem) == 0) {
                *code = "E304";
                return err_set(err, "\"%.60s\" is answered twice", stem);
            }
        }
        if (!add_scalar(s, stem, reader, json_next(reader), code, err))
            return false;
    }
    return true;
}

static bool read_json(struct sayings *s, const struct question *question, struct str raw,
                      const char **code, struct err *err)
{
    if (raw.length > 1 && raw.text[0] == '"' && !memchr(raw.text, '\\', raw.length)) {
        add(s, NULL, (struct str){raw.text + 1, raw.length - 2});
        return true;
    }
    struct json_reader reader;
    json_open(&reader, raw.text, raw.length);
    enum json_event event = json_next(&reader);
    bool good = true;
    enum form form = question_form(question);
    if (event == JSON_OBJECT && form != FORM_PAIRS && form != FORM_ORDER)
        good = wrong(code, err, "only a matching question is answered with an object");
    else if (event == JSON_OBJECT)
        good = read_object(s, &reader, code, err) &&
               (form == FORM_PAIRS || order_by_place(s, question, code, err));
    else if (event == JSON_ARRAY)
        while (good && (event = json_next(&reader)) != JSON_ARRAY_END)
            good = add_scalar(s, NULL, &reader, event, code, err);
    else if (event != JSON_NULL)
        good = add_scalar(s, NULL, &reader, event, code, err);
    json_close(&reader);
    return good;
}

/* ---- joined texts --------------------------------------------------------------------------------- */

struct token {
    const char *text;
    size_t length;
};

struct joined {
    struct sayings *sayings;
    const struct question *question;
    struct str text;
    const char *separator;
    struct token *tokens, *rights; /* rights: what may stand behind the arrow; NULL: no pairs */
    size_t token_count, right_count;
    unsigned char *ways;   /* by position: in how many ways the rest can be read, up to 2 */
    size_t *token, *right; /* by position: the last that fits */
};

static const char arrow[] = " -> ";

static void add_token(struct joined *j, struct token *list, size_t *count, const char *text)
{
    struct token token = {text, strlen(text)};
    (void)j;
    if (!token.length)
        return;
    for (size_t i = 0; i < *count; i++)
        if (list[i].length == token.length && memcmp(list[i].text, text, token.length) == 0)
            return;
    list[(*count)++] = token;
}

static bool has(struct str text, size_t at, const char *word, size_t length)
{
    return text.length - at >= length && memcmp(text.text + at, word, length) == 0;
}

/* In how many ways the text goes on at `end`, where a token has ended. */
static unsigned char ways_behind(const struct joined *j, size_t end)
{
    size_t length = strlen(j->separator);
    if (end == j->text.length)
        return 1;
    return has(j->text, end, j->separator, length) ? j->ways[end + length] : 0;
}

static void count_way(struct joined *j, size_t at, size_t end, size_t token, size_t right)
{
    unsigned char more = ways_behind(j, end);
    if (!more)
        return;
    j->token[at] = token;
    j->right[at] = right;
    j->ways[at] = (unsigned char)(j->ways[at] + more > 2 ? 2 : j->ways[at] + more);
}

static void look_at(struct joined *j, size_t at)
{
    for (size_t t = 0; t < j->token_count; t++) {
        if (!has(j->text, at, j->tokens[t].text, j->tokens[t].length))
            continue;
        size_t end = at + j->tokens[t].length;
        if (!j->rights) {
            count_way(j, at, end, t, 0);
            continue;
        }
        if (!has(j->text, end, arrow, strlen(arrow)))
            continue;
        end += strlen(arrow);
        for (size_t r = 0; r < j->right_count; r++)
            if (has(j->text, end, j->rights[r].text, j->rights[r].length))
                count_way(j, at, end + j->rights[r].length, t, r);
    }
}

/* In how many ways the text is a row of tokens: 0, 1, or 2 for several. */
static unsigned segment(struct joined *j)
{
    size_t length = strlen(j->separator);
    j->ways = arena_alloc(&j->sayings->arena, j->text.length + 1);
    j->token = ARENA_ARRAY(&j->sayings->arena, j->text.length + 1, size_t);
    j->right = ARENA_ARRAY(&j->sayings->arena, j->text.length + 1, size_t);
    for (size_t at = j->text.length; at-- > 0;)
        if (at == 0 || (at >= length && has(j->text, at - length, j->separator, length)))
            look_at(j, at);
    return j->text.length ? j->ways[0] : 1;
}

static void take_segments(struct joined *j)
{
    for (size_t at = 0; at < j->text.length; at += strlen(j->separator)) {
        struct token token = j->tokens[j->token[at]];
        struct token right = j->rights ? j->rights[j->right[at]] : token;
        add(j->sayings, j->rights ? token.text : NULL, (struct str){right.text, right.length});
        at += token.length + (j->rights ? strlen(arrow) + right.length : 0);
    }
}

static void collect_tokens(struct joined *j, bool pairs)
{
    const struct question *question = j->question;
    struct arena *arena = &j->sayings->arena;
    j->tokens = ARENA_ARRAY(arena, question->choice_count * 2, struct token);
    for (size_t i = 0; i < question->choice_count; i++) {
        add_token(j, j->tokens, &j->token_count, question->choices[i].shown);
        add_token(j, j->tokens, &j->token_count, question->choices[i].text.text);
    }
    if (!pairs)
        return;
    j->rights = ARENA_ARRAY(arena, question->right_count + 1, struct token);
    for (size_t i = 0; i < question->right_count; i++)
        add_token(j, j->rights, &j->right_count, question->rights[i]);
}

/* Cuts at every separator, whatever stands between: letters, numbers, and texts nobody knows. */
static void split_plainly(struct joined *j, bool pairs)
{
    struct str rest = j->text;
    size_t length = strlen(j->separator);
    for (bool more = true; more;) {
        const char *end = memmem(rest.text, rest.length, j->separator, length);
        more = end != NULL;
        struct str piece = {rest.text, more ? (size_t)(end - rest.text) : rest.length};
        rest.text += piece.length + (more ? length : 0);
        rest.length -= piece.length + (more ? length : 0);
        const char *sign = pairs ? memmem(piece.text, piece.length, "->", 2) : NULL;
        piece = str_trim(piece);
        if (sign) {
            struct str left = str_trim((struct str){piece.text, (size_t)(sign - piece.text)});
            const char *stem = arena_strndup(&j->sayings->arena, left.text, left.length);
            sign += 2;
            add(j->sayings, stem,
                str_trim((struct str){sign, (size_t)(piece.text + piece.length - sign)}));
        } else if (piece.length) {
            add(j->sayings, NULL, piece);
        }
    }
}

/* Runs of blanks as one, none at the ends: reports break and indent long texts. */
static struct str collapse(struct sayings *s, struct str raw)
{
    char *text = arena_alloc(&s->arena, raw.length + 1);
    size_t length = 0;
    bool blank = false;
    for (size_t i = 0; i < raw.length; i++) {
        char c = raw.text[i];
        bool is_blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (!is_blank && blank && length)
            text[length++] = ' ';
        if (!is_blank)
            text[length++] = c;
        blank = is_blank;
    }
    return (struct str){text, length};
}

static bool read_joined(struct sayings *s, const struct question *question, struct str raw,
                        const char *const *separators, bool pairs, const char **code,
                        struct err *err)
{
    if (raw.length > MOST_JOINED) {
        *code = "E301";
        return err_set(err, "an answer of %zu bytes; at most %d are read", raw.length, MOST_JOINED);
    }
    struct joined j = {.sayings = s, .question = question, .text = collapse(s, raw)};
    collect_tokens(&j, pairs);
    for (size_t i = 0; separators[i]; i++) {
        j.separator = separators[i];
        unsigned ways = segment(&j);
        if (ways == 1) {
            take_segments(&j);
            return true;
        }
        if (ways > 1) {
            *code = "E311";
            return err_set(err, "\"%.60s\" can be read as choices in two ways",
                           arena_strndup(&s->arena, j.text.text, j.text.length));
        }
    }
    j.separator = separators[0];
    for (size_t i = 0; separators[i]; i++)
        if (memmem(j.text.text, j.text.length, separators[i], strlen(separators[i]))) {
            j.separator = separators[i];
            break;
        }
    split_plainly(&j, pairs);
    return true;
}

static bool read_pairs(struct sayings *s, struct str raw)
{
    while (raw.length) {
        const char *end = memchr(raw.text, '\x1E', raw.length);
        size_t length = end ? (size_t)(end - raw.text) : raw.length;
        const char *middle = memchr(raw.text, '\x1F', length);
        size_t left = middle ? (size_t)(middle - raw.text) : 0;
        struct str right = {raw.text + left + 1, length - left - 1};
        if (middle)
            add(s, arena_strndup(&s->arena, raw.text, left), str_trim(right));
        raw.text += length + (end != NULL);
        raw.length -= length + (end != NULL);
    }
    return true;
}

bool said_read(struct sayings *s, const struct question *question, enum said_as as, struct str raw,
               const char **code, struct err *err)
{
    static const char *const separators[][3] = {
        [SAID_CSV] = {"|", NULL},
        [SAID_MOODLE] = {"; ", NULL},
        [SAID_GOOGLE] = {", ", ";", NULL},
    };
    struct str trimmed = str_trim(raw);
    s->list = NULL;
    s->count = s->capacity = 0;
    if (as == SAID_JSON)
        return read_json(s, question, raw, code, err);
    if (as == SAID_PAIRS)
        return read_pairs(s, raw) &&
               (question_form(question) == FORM_PAIRS || order_by_place(s, question, code, err));
    if (!trimmed.length || (as == SAID_MOODLE && str_is(trimmed, "-")))
        return true;
    switch (question_form(question)) {
    case FORM_NONE:
        return true;
    case FORM_TEXT:
    case FORM_NUMBER:
        add(s, NULL, raw);
        return true;
    case FORM_CHOOSE_ONE:
        add(s, NULL, collapse(s, raw));
        return true;
    case FORM_CHOOSE_MANY:
        return read_joined(s, question, raw, separators[as], false, code, err);
    case FORM_PAIRS:
        return read_joined(s, question, raw, separators[as], true, code, err);
    case FORM_ORDER: {
        bool pairs = memmem(raw.text, raw.length, "->", 2) != NULL;
        bool good = read_joined(s, question, raw, separators[as], pairs, code, err);
        return good && (!pairs || order_by_place(s, question, code, err));
    }
    }
    return true;
}
