/* Reads GIFT as Moodle 4.5 does. Departures from it, each with a code:
 *   E101  a block with bad UTF-8 is left out, where Moodle refuses the file
 *   E110  a category ends with its line, where Moodle takes the whole block
 *   W201  0 is text, where Moodle's reader takes it for nothing
 *   W205  blank choices are dropped at once, where Moodle drops them when it saves
 *   W206  any weight from -100 to 100 % is used as written
 *   E150  a short answer without a full mark is refused at once, where Moodle refuses to save it
 *   E162  a pair with nothing on either side is dropped at once, likewise
 *   E170  an answer that is no number is refused, where Moodle makes every number right
 * and without one: the text `&&058;` stays as it is, where Moodle makes `:` of it. */
#include "quiz/gift.h"
#include "quiz/index.h"
#include "quiz/types.h"

#include "base/file.h"
#include "base/utf8.h"

#include <string.h>

/* A block while its parts are found. */
struct parts {
    struct str text;          /* what is left of the block */
    struct str before, after; /* of the braces; `after` is empty without them */
    struct str general;       /* behind #### */
    bool blank;               /* the braces leave _____ in the stem */
    struct gift_answer answer;
};

/* ---- comments --------------------------------------------------------------------------------- */

/* What begins with `[name:` at `text`, up to its `]`: 1 or more characters, `]` as `\]`, none of
 * `forbidden` and no controls. Returns the length of the whole, or 0, and then how far one has to
 * go on so that no byte is looked at twice in `*looked`. */
static size_t bracket_length(struct str text, size_t name, const char *forbidden, size_t *looked)
{
    size_t escaped = 0, at = name;
    for (; at < text.length; at++) {
        unsigned char c = (unsigned char)text.text[at];
        if (c == ']' && text.text[at - 1] == '\\' && at - 1 >= name) {
            escaped = at;
        } else if (c == ']') {
            return at > name ? at + 1 : 0;
        } else if (c < ' ' || c == 0x7F || (strchr(forbidden, (char)c) && c)) {
            break;
        }
    }
    /* No other bracket closes it: then the last escaped one does. */
    if (escaped > name)
        return escaped + 1;
    *looked = at;
    return 0;
}

static const char *bracket_value(struct gift *gift, struct str inside)
{
    inside = gift_trim(inside);
    buf_clear(&gift->raw);
    buf_clear(&gift->clean);
    for (size_t i = 0; i < inside.length; i++)
        if (!(inside.text[i] == '\\' && i + 1 < inside.length && inside.text[i + 1] == ']'))
            buf_add_char(&gift->raw, inside.text[i]);
    utf8_sanitise(&gift->clean, buf_text(&gift->raw), gift->raw.length, NULL, NULL);
    struct str clean = gift_trim((struct str){buf_text(&gift->clean), gift->clean.length});
    return arena_strndup(gift->arena, clean.text, clean.length);
}

static void read_extension(struct gift *gift, struct question *question, struct parts *parts,
                           const char *at, const char *value)
{
    double points;
    if (strcmp(value, "case") == 0)
        question->case_sensitive = true;
    else if (strcmp(value, "order") == 0)
        parts->answer.order = true;
    else if (text_starts(value, "hint="))
        question->hint = value + strlen("hint=");
    else if (!text_starts(value, "points="))
        gift_note(gift, at, "W230", "known are points=, case, hint= and order",
                  "unknown extension [nt:%.40s]", value);
    else if (str_number(str_of(value + strlen("points=")), &points) && points > 0 && points <= 1e6)
        question->points = points;
    else
        gift_note(gift, at, "W230", "write a number above 0, as in [nt:points=2]",
                  "\"%.40s\" is not a number of points", value + strlen("points="));
}

static void read_comments(struct gift *gift, struct question *question, struct parts *parts)
{
    const struct buf *comments = &gift->block.comments.text;
    size_t capacity = 0;
    struct str rest = {buf_text(comments), comments->length};
    for (;;) {
        rest = gift_from(rest, gift_find(rest, '['));
        if (!rest.length)
            return;
        bool id = str_starts(rest, "[id:"), tag = str_starts(rest, "[tag:");
        size_t name = id || str_starts(rest, "[nt:") ? 4 : tag ? 5 : 0, looked = 1;
        size_t length = name ? bracket_length(rest, name, tag ? "<>`" : "", &looked) : 0;
        if (!length) {
            rest = gift_from(rest, looked);
            continue;
        }
        const char *value = bracket_value(gift, (struct str){rest.text + name, length - 1 - name});
        if (id && !question->id && *value)
            question->id = value;
        else if (tag && *value)
            ARENA_PUSH(gift->arena, question->tags, question->tag_count, capacity, value);
        else if (!id && !tag)
            read_extension(gift, question, parts, rest.text, value);
        rest = gift_from(rest, length);
    }
}

/* ---- the parts of a block --------------------------------------------------------------------- */

/* Cuts `$CATEGORY: ...` off the front; what is left is a block of its own. */
static void read_category(struct gift *gift, struct parts *parts)
{
    struct str line = {parts->text.text, gift_find(parts->text, '\n')};
    gift->category =
        arena_strdup(gift->keep, gift_plain(gift, gift_from(line, strlen("$CATEGORY:"))));
    parts->text = gift_trim(gift_from(parts->text, line.length));
    if (parts->text.length)
        gift_note(gift, parts->text.text, "E110", "put an empty line before this one",
                  "blank line needed after $CATEGORY");
}

static void read_title(struct gift *gift, struct question *question, struct parts *parts)
{
    struct str inside = gift_from(parts->text, 2);
    if (!str_starts(parts->text, "::"))
        return;
    size_t end = gift_find_word(inside, "::");
    if (end == inside.length) {
        gift_note(gift, parts->text.text, "E111",
                  "close it with ::", "the title is not closed, so there is none");
        parts->text = inside;
        return;
    }
    struct str title = {inside.text, end};
    question->name = gift_name(gift, gift_plain(gift, title), 255, 251);
    if (*question->name)
        question->title = question->name;
    else
        gift_note(gift, parts->text.text, "W203", "write a title between :: and ::, or neither",
                  "the title is empty");
    parts->text = gift_trim(gift_from(inside, end + 2));
    if (!parts->text.length)
        gift_note(gift, inside.text + end, "E112", "take out the empty line after the title",
                  "a title with no question after it");
}

/* Where PHP's substr and substr_replace end when the length counts from the end of the text. */
static size_t php_end(size_t size, size_t start, size_t from_end)
{
    size_t end = from_end < size ? size - from_end : 0;
    return end < start ? start : end;
}

/* `}` before `{`: what Moodle makes of it with negative lengths. */
static void split_reversed(struct gift *gift, struct parts *parts, size_t open, size_t close)
{
    struct str text = parts->text;
    gift_note(gift, text.text + close, "E122", "escape it as \\}", "'}' comes before '{'");
    size_t back = open - close, start = open + 1;
    size_t answer_end = php_end(text.length, start, back + 1);
    size_t stem_end = back > 1 ? php_end(text.length, open, back - 1) : open;
    parts->answer.text = gift_trim((struct str){text.text + start, answer_end - start});
    parts->before.length = open;
    parts->after = gift_from(text, stem_end);
}

/* E123 and E124, for which Moodle has no word. */
static void check_braces(struct gift *gift, const struct parts *parts, size_t open, size_t close)
{
    struct str text = parts->text;
    size_t second = open + 1 + gift_find(gift_from(text, open + 1), '{');
    if (second >= text.length)
        second = close + 1 + gift_find(gift_from(text, close + 1), '}');
    if (second < text.length) {
        int line, column;
        char brace = text.text[second];
        gift_place(gift, text.text + (brace == '{' ? open : close), &line, &column);
        gift_note(gift, text.text + second, "E123",
                  brace == '{' ? "escape it as \\{" : "escape it as \\}",
                  "second '%c' (first at line %d): only the first pair holds answers", brace, line);
    }
    struct str inside = gift_trim((struct str){text.text + open + 1, close - open - 1});
    size_t at = 0;
    while (at < inside.length && inside.text[at] >= '0' && inside.text[at] <= '9')
        at++;
    size_t name = at + 1;
    if (at < inside.length && inside.text[at] == ':') {
        for (at = name; at < inside.length; at++)
            if (!(inside.text[at] >= 'A' && inside.text[at] <= 'Z') && inside.text[at] != '_')
                break;
        if (at > name && at < inside.length && inside.text[at] == ':')
            gift_note(gift, inside.text, "E124",
                      "GIFT has no Cloze questions: ask one thing a block",
                      "this looks like a Cloze question and is read as plain answers");
    }
}

/* Finds the braces, what is before, in and after them. False: refused. */
static bool split_braces(struct gift *gift, struct parts *parts)
{
    struct str text = parts->text;
    size_t open = gift_find(text, '{'), close = gift_find(text, '}');
    bool opens = open < text.length, closes = close < text.length;
    parts->before = text;
    parts->after = gift_from(text, text.length);
    parts->answer.text = parts->general = parts->after;
    if (!opens && !closes)
        return true;
    if (!closes) {
        gift_note(gift, text.text + open, "E120",
                  "close the answers with } and leave no empty line before it, or write \\{",
                  "'{' without '}' in this block");
        return false;
    }
    if (!opens) {
        gift_note(gift, text.text + close, "E121",
                  "open the answers with { and leave no empty line after it, or write \\}",
                  "'}' without '{' in this block");
        return false;
    }
    parts->answer.braces = true;
    parts->blank = text.text[text.length - 1] != '}';
    if (close < open) {
        split_reversed(gift, parts, open, close);
        return true;
    }
    check_braces(gift, parts, open, close);
    parts->answer.text = gift_trim((struct str){text.text + open + 1, close - open - 1});
    parts->before.length = open;
    parts->after = gift_from(text, close + 1);
    return true;
}

/* The last #### begins the general feedback. */
static void split_general(struct gift *gift, struct parts *parts)
{
    struct str *answer = &parts->answer.text;
    size_t hashes = 0;
    for (size_t at = answer->length; at-- > 0;) {
        hashes = answer->text[at] == '#' ? hashes + 1 : 0;
        if (hashes < 4)
            continue;
        parts->general = gift_from(*answer, at + 4);
        *answer = gift_trim((struct str){answer->text, at});
        struct str rest = parts->general;
        gift_cut(&rest, "=~");
        if (rest.length)
            gift_note(gift, rest.text, "E130",
                      "put #### behind the last answer, or escape the sign",
                      "this '%c' is swallowed by the general feedback", rest.text[0]);
        return;
    }
}

static void read_stem(struct gift *gift, struct question *question, const struct parts *parts)
{
    if (!parts->blank && !parts->after.length) {
        question->stem = gift_text(gift, parts->before, FORMAT_MOODLE);
        return;
    }
    struct buf stem = {0};
    buf_add_n(&stem, parts->before.text, parts->before.length);
    buf_add(&stem, parts->blank ? "_____" : "");
    buf_add_n(&stem, parts->after.text, parts->after.length);
    question->stem = gift_text(gift, (struct str){buf_text(&stem), stem.length}, FORMAT_MOODLE);
    buf_free(&stem);
}

/* ---- questions -------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
    return (hash ^ str_hash(bytes, size)) * 1099511628211u;
}

/* What is asked and what is right; not what is said about it. */
static uint64_t hash_question(const struct question *question)
{
    uint64_t hash = (uint64_t)question->kind + 1;
    hash = mix(hash, question->stem.text, strlen(question->stem.text));
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        const char *match = choice->match ? choice->match : "";
        double worth[] = {choice->fraction, choice->tolerance};
        hash = mix(hash, choice->text.text, strlen(choice->text.text));
        hash = mix(hash, match, strlen(match));
        hash = mix(hash, worth, sizeof worth);
    }
    return hash;
}

static void name_question(struct gift *gift, struct question *question, const char *at)
{
    if (!question->name) {
        question->name = gift_name(gift, question->stem.text, 80, 80);
        if (!*question->name)
            question->name = "question";
    }
    question->key = question->id ? question->id : question->title ? question->title : "";
    if (question->kind == QUESTION_DESCRIPTION)
        return;
    gift->ordinal++;
    if (!*question->key)
        question->key = arena_printf(gift->arena, "q%zu", gift->ordinal);
    const char *wanted = question->key;
    question->key = index_claim(gift->keys, gift->keep, wanted, gift->count);
    if (strcmp(question->key, wanted) != 0)
        gift_note(gift, at, "E113", "give each question its own [id:...] or title",
                  "another question is called \"%.60s\"; this one becomes \"%.60s\"", wanted,
                  question->key);
}

/* The question of the block; false where there is none or it is refused. */
static bool read_question(struct gift *gift, struct question *question)
{
    const struct buf *text = &gift->block.text.text;
    struct parts parts = {.text = gift_trim((struct str){buf_text(text), text->length})};
    if (str_starts(parts.text, "$CATEGORY:"))
        read_category(gift, &parts);
    if (!parts.text.length)
        return false;
    const char *at = parts.text.text;
    int column;
    *question = (struct question){.points = 1, .category = gift->category};
    gift_place(gift, at, &question->line, &column);
    read_comments(gift, question, &parts);
    read_title(gift, question, &parts);
    if (!split_braces(gift, &parts))
        return false;
    split_general(gift, &parts);
    read_stem(gift, question, &parts);
    question->general_feedback = gift_text(gift, parts.general, question->stem.format);

    struct gift_answer *answer = &parts.answer;
    answer->tilde = gift_find(answer->text, '~') < answer->text.length;
    answer->equals = gift_find(answer->text, '=') < answer->text.length;
    answer->arrow = gift_find_word(answer->text, "->") < answer->text.length;
    const struct question_type *type = question_type_for(answer, &question->kind);
    if (type->read && !type->read(gift, answer, question))
        return false;
    if (type->check)
        type->check(gift, question);
    if (answer->order && question->kind != QUESTION_ORDER)
        gift_note(gift, at, "W230", "write the items as =item -> 1",
                  "[nt:order] does nothing here: this is not a matching question");
    name_question(gift, question, at);
    question->hash = hash_question(question);
    gift->count++;
    return true;
}

/* "dropout" of "quizzes/03-dropout.gift". */
static const char *quiz_id(struct arena *arena, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    size_t digits = strspn(name, "0123456789");
    if (digits && name[digits] == '-')
        name += digits + 1;
    size_t length = strlen(name), ending = strlen(".gift");
    if (length > ending && strcmp(name + length - ending, ".gift") == 0)
        length -= ending;
    return arena_strndup(arena, name, length);
}

/* Findings of one block in the order of their places. */
static void sort_findings(struct gift *gift)
{
    if (!gift->findings || gift->findings->count == gift->first_finding)
        return;
    struct findings block = *gift->findings;
    block.list += gift->first_finding;
    block.count -= gift->first_finding;
    findings_sort(&block);
}

/* ---- the whole file ---------------------------------------------------------------------------- */

/* The next question that is one. */
static bool next_question(struct gift *gift, struct question *question)
{
    while (gift_next_block(gift)) {
        if (gift->count >= GIFT_MOST_QUESTIONS) {
            gift_note_at(gift, gift->block.line, 1, "E148", "split the file",
                         "more than %d questions", GIFT_MOST_QUESTIONS);
            return false;
        }
        bool good = !gift->block.spoilt && read_question(gift, question);
        sort_findings(gift);
        if (good)
            return true;
    }
    return false;
}

static void open_gift(struct gift *gift, struct arena *keep, const char *bytes, size_t size)
{
    gift->keep = keep;
    gift->category = "";
    gift->keys = index_new(keep);
    gift->rest = (struct str){bytes, size};
    if (str_starts(gift->rest, "\xEF\xBB\xBF")) {
        gift->bom = 3;
        gift->rest = gift_from(gift->rest, 3);
    }
    bool old_mac = gift_find(gift->rest, '\n') == gift->rest.length;
    gift->newline = old_mac && gift_find(gift->rest, '\r') < gift->rest.length ? '\r' : '\n';
}

static void close_gift(struct gift *gift)
{
    buf_free(&gift->block.text.text);
    buf_free(&gift->block.comments.text);
    buf_free(&gift->raw);
    buf_free(&gift->clean);
}

void gift_read(struct quiz *quiz, struct arena *arena, const char *file, const char *bytes,
               size_t size, enum gift_mode mode, struct findings *findings)
{
    *quiz = (struct quiz){.id = quiz_id(arena, file), .file = arena_strdup(arena, file)};
    struct gift gift = {.arena = arena, .findings = findings, .mode = mode, .file = quiz->file};
    struct question question;
    size_t capacity = 0;
    open_gift(&gift, arena, bytes, size);
    while (next_question(&gift, &question))
        ARENA_PUSH(arena, quiz->questions, quiz->count, capacity, question);
    quiz->index = gift.keys;
    close_gift(&gift);
}

void gift_read_each(const char *file, const char *bytes, size_t size, enum gift_mode mode,
                    struct findings *findings, gift_use *use, void *user)
{
    struct arena keep, one;
    arena_init(&keep);
    arena_init(&one);
    struct gift gift = {.arena = &one, .findings = findings, .mode = mode, .file = file};
    struct question question;
    open_gift(&gift, &keep, bytes, size);
    while (next_question(&gift, &question) && use(user, &question)) {
        arena_free(&one);
        arena_init(&one);
    }
    close_gift(&gift);
    arena_free(&one);
    arena_free(&keep);
}

bool gift_read_file(struct quiz *quiz, struct arena *arena, const char *path, enum gift_mode mode,
                    struct findings *findings, struct err *err)
{
    struct buf bytes = {0};
    bool read = file_read(path, &bytes, err);
    if (read)
        gift_read(quiz, arena, path, buf_text(&bytes), bytes.length, mode, findings);
    buf_free(&bytes);
    return read;
}
