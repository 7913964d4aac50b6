/* One attempt a line as JSON: {"learner":"u1","quiz":"dropout","answers":{"q3.1":"3.75"}}.
 *
 * Not base/json.c, which decodes every text: here most texts are only compared, so they are scanned
 * where they stand, 16 bytes at a time, and decoded where they hold an escape. What is accepted is
 * the same (RFC 8259, UTF-8, at most 64 levels), and a key that comes twice is refused. */
#include "grade/answers.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

struct scan {
    const char *at, *end; /* end: behind the newline that every block ends with */
    const char *code, *what;
};

/* A string without its quotes. */
struct text {
    const char *start;
    size_t length;
    bool plain; /* ASCII without escapes: the bytes are the text */
};

static bool fail(struct scan *s, const char *code, const char *what)
{
    s->code = code;
    s->what = what;
    return false;
}

/* How many bytes stand for themselves: ASCII, no quote, no backslash, no control. */
static inline size_t plain_run(const char *p)
{
    size_t length = 0;
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  blank = _mm_set1_epi8(' ');
    for (;; length += 16) {
        /* Compared with sign, what is not ASCII lies below the blank, like the controls. */
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(p + length));
        __m128i special =
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash)),
                         _mm_cmplt_epi8(bytes, blank));
        unsigned mask = (unsigned)_mm_movemask_epi8(special);
        if (mask)
            return length + (size_t)__builtin_ctz(mask);
    }
#else
    while ((unsigned char)p[length] >= ' ' && (unsigned char)p[length] < 0x80 && p[length] != '"' &&
           p[length] != '\\')
        length++;
    return length;
#endif
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static unsigned hex_value(const char *p)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++)
        value = value * 16 + (unsigned)(p[i] <= '9' ? p[i] - '0' : (p[i] | 0x20) - 'a' + 10);
    return value;
}

static bool is_hex4(const char *p)
{
    return is_hex(p[0]) && is_hex(p[1]) && is_hex(p[2]) && is_hex(p[3]);
}

/* s->at stands on the backslash. What lies behind the line is no hex digit, so nothing is overrun. */
static bool skip_escape(struct scan *s)
{
    char c = s->at[1];
    if (c && strchr("\"\\/bfnrt", c)) {
        s->at += 2;
        return true;
    }
    if (c != 'u' || !is_hex4(s->at + 2))
        return fail(s, "E300", "bad escape in a string");
    unsigned unit = hex_value(s->at + 2);
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return fail(s, "E300", "half a surrogate pair in a string");
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        if (s->at[6] != '\\' || s->at[7] != 'u' || !is_hex4(s->at + 8) ||
            hex_value(s->at + 8) < 0xDC00 || hex_value(s->at + 8) > 0xDFFF)
            return fail(s, "E300", "half a surrogate pair in a string");
        s->at += 6;
    }
    s->at += 6;
    return true;
}

static bool read_text(struct scan *s, struct text *text)
{
    s->at++;
    *text = (struct text){.start = s->at, .plain = true};
    for (;;) {
        s->at += plain_run(s->at);
        unsigned char c = (unsigned char)*s->at;
        size_t length;
        if (c == '"') {
            text->length = (size_t)(s->at++ - text->start);
            return true;
        }
        text->plain = false;
        if (c == '\\') {
            if (!skip_escape(s))
                return false;
        } else if (c == '\n' || s->at >= s->end) {
            return fail(s, "E300", "the line ends inside a string");
        } else if (c == 0) {
            return fail(s, "E302", "a NUL byte");
        } else if (c < ' ') {
            return fail(s, "E300", "a control character inside a string");
        } else if (utf8_decode(s->at, (size_t)(s->end - s->at), &length) < 0) {
            return fail(s, "E303", "a byte that is not UTF-8");
        } else {
            s->at += length;
        }
    }
}

static inline void skip_blanks(struct scan *s)
{
    while (*s->at == ' ' || *s->at == '\t' || *s->at == '\r')
        s->at++;
}

static bool skip_digits(struct scan *s)
{
    const char *start = s->at;
    while (*s->at >= '0' && *s->at <= '9')
        s->at++;
    return s->at > start;
}

static bool skip_number(struct scan *s)
{
    const char *start = s->at;
    if (*s->at == '-')
        s->at++;
    const char *whole = s->at;
    bool good = skip_digits(s) && (s->at == whole + 1 || *whole != '0');
    if (good && *s->at == '.') {
        s->at++;
        good = skip_digits(s);
    }
    if (good && (*s->at == 'e' || *s->at == 'E')) {
        s->at++;
        if (*s->at == '+' || *s->at == '-')
            s->at++;
        good = skip_digits(s);
    }
    if (!good)
        s->at = start;
    return good || fail(s, "E300", "bad number");
}

static bool skip_word(struct scan *s)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(s->at, words[i], length) == 0) {
            s->at += length;
            return true;
        }
    }
    if (*s->at == '\n' || s->at >= s->end)
        return fail(s, "E300", "the line ends where a value should be");
    return *s->at ? fail(s, "E300", "expected a value") : fail(s, "E302", "a NUL byte");
}

static bool skip_scalar(struct scan *s)
{
    struct text text;
    if (*s->at == '"')
        return read_text(s, &text);
    if (*s->at == '-' || (*s->at >= '0' && *s->at <= '9'))
        return skip_number(s);
    return skip_word(s);
}

/* `"key":` and what is blank around it. */
static bool read_key(struct scan *s, struct text *key)
{
    if (*s->at != '"')
        return fail(s, "E300",
                    *s->at == '\n' ? "the line ends inside an object" : "expected a key in quotes");
    if (!read_text(s, key))
        return false;
    skip_blanks(s);
    if (*s->at != ':')
        return fail(s, "E300", "expected a colon after the key");
    s->at++;
    skip_blanks(s);
    return true;
}

/* Passes over a list or object, checking it on the way. */
static bool skip_nested(struct scan *s)
{
    uint64_t arrays = 0;
    int depth = 0;
    for (bool value = true;;) {
        skip_blanks(s);
        char c = *s->at;
        bool array = depth && (arrays >> (depth - 1) & 1);
        if (value && (c == '{' || c == '[')) {
            if (depth >= JSON_DEPTH)
                return fail(s, "E309", "nested too deeply");
            arrays = c == '[' ? arrays | (uint64_t)1 << depth : arrays & ~((uint64_t)1 << depth);
            depth++;
            s->at++;
            skip_blanks(s);
            array = c == '[';
            if (*s->at != (array ? ']' : '}')) {
                struct text key;
                if (!array && !read_key(s, &key))
                    return false;
                continue;
            }
            c = *s->at;
            value = false;
        } else if (value) {
            if (!skip_scalar(s))
                return false;
            value = false;
            continue;
        }
        if (c == (array ? ']' : '}')) {
            s->at++;
            if (--depth == 0)
                return true;
        } else if (c == ',') {
            struct text key;
            s->at++;
            skip_blanks(s);
            if (!array && !read_key(s, &key))
                return false;
            value = true;
        } else {
            return fail(s, "E300",
                        c == '\n' ? "the line ends inside a value"
                        : array   ? "expected a comma or ]"
                                  : "expected a comma or }");
        }
    }
}

static inline bool skip_value(struct scan *s)
{
    return *s->at == '{' || *s->at == '[' ? skip_nested(s) : skip_scalar(s);
}

/* ---- one line ------------------------------------------------------------------------------------- */

struct line {
    struct worker *worker;
    struct scan scan;
    const char *start;
    int64_t number, position;
    struct text learner, quiz;
    size_t quiz_number;  /* SIZE_MAX: not known yet */
    const char *answers; /* seen, to be read when the quiz is known */
    bool has_answers;
    struct graded graded;
    unsigned seen;
};

static void decode(struct text text, struct buf *out)
{
    buf_clear(out);
    if (text.plain) {
        buf_add_n(out, text.start, text.length);
        return;
    }
    struct json_reader reader;
    json_open(&reader, text.start - 1, text.length + 2);
    json_next(&reader);
    buf_add_n(out, buf_text(&reader.text), reader.text.length);
    json_close(&reader);
}

static bool is(struct text text, const char *word, size_t length)
{
    return text.plain && text.length == length && memcmp(text.start, word, length) == 0;
}

/* The question a key names: nearly always the one that followed last time. */
static size_t find_question(struct worker *worker, const struct quiz *quiz, struct text key,
                            size_t before)
{
    size_t *follows = &worker->follows[before + 1];
    if (key.plain && *follows < quiz->count) {
        const char *guess = quiz->questions[*follows].key;
        if (strncmp(guess, key.start, key.length) == 0 && !guess[key.length])
            return *follows;
    }
    decode(key, &worker->text);
    if (worker->text.length && memchr(worker->text.data, '\0', worker->text.length))
        return SIZE_MAX;
    const struct question *question = quiz_find(quiz, buf_text(&worker->text));
    if (!question || question->kind == QUESTION_DESCRIPTION)
        return SIZE_MAX;
    return *follows = (size_t)(question - quiz->questions);
}

/* Whether the key that came next in the last record stands here too. */
static inline bool is_guess(const char *at, const struct guess *guess)
{
    uint64_t head, tail;
    memcpy(&head, at, 8);
    memcpy(&tail, at + 8, 8);
    return guess->length &&
           !(((head ^ guess->head) & guess->head_mask) | ((tail ^ guess->tail) & guess->tail_mask));
}

/* Behind a text without escapes, or a list of such texts without blanks: what nearly all answers are.
 * NULL: it is something else. */
static inline const char *behind_simple(const char *at)
{
    bool list = *at == '[';
    for (at += list;; at++) {
        if (*at != '"')
            return NULL;
        at += plain_run(at + 1) + 1;
        if (*at++ != '"')
            return NULL;
        if (!list)
            return at;
        if (*at == ']')
            return at + 1;
        if (*at != ',')
            return NULL;
    }
}

/* A key that was not guessed, or a value that is not simple. */
static bool read_answer(struct line *l, const struct quiz *quiz, size_t before, bool guessed,
                        size_t *question, const char **value)
{
    struct scan *s = &l->scan;
    struct text key;
    if (!guessed && !read_key(s, &key))
        return false;
    skip_blanks(s);
    *value = s->at;
    if (!skip_value(s))
        return false;
    if (!guessed)
        *question = find_question(l->worker, quiz, key, before);
    return true;
}

static bool read_answers(struct line *l)
{
    struct scan *s = &l->scan;
    struct worker *worker = l->worker;
    const size_t number = l->quiz_number;
    const struct quiz *quiz = &worker->job->quizzes[number];
    const struct guess *guesses = worker->guesses[number];
    size_t before = SIZE_MAX;
    s->at++;
    skip_blanks(s);
    if (*s->at == '}') {
        s->at++;
        return true;
    }
    for (;;) {
        const char *name = s->at, *value, *end = NULL;
        size_t question = worker->follows[before + 1];
        bool guessed = question < quiz->count && is_guess(name, &guesses[question]);
        if (guessed) {
            s->at = value = name + guesses[question].length;
            end = behind_simple(value);
            s->at = end ? end : value;
        }
        if (!end && !read_answer(l, quiz, before, guessed, &question, &value))
            return false;
        if (question == SIZE_MAX) {
            worker_say_unknown(worker, buf_text(&worker->text), worker->text.length);
        } else if (!worker_say(worker, number, question, SAID_JSON, value, (size_t)(s->at - value),
                               (size_t)(value - l->start))) {
            s->at = name;
            return fail(s, "E304", "a question that is answered twice in this record");
        } else {
            before = question;
        }
        skip_blanks(s);
        if (*s->at == '}') {
            s->at++;
            return true;
        }
        if (*s->at != ',')
            return fail(s, "E300",
                        *s->at == '\n' ? "the line ends inside \"answers\""
                                       : "expected a comma or }");
        s->at++;
        skip_blanks(s);
    }
}

static size_t find_quiz(const struct worker *worker, struct text id, struct buf *text)
{
    decode(id, text);
    for (size_t i = 0; i < worker->job->quiz_count; i++)
        if (strcmp(worker->job->quizzes[i].id, buf_text(text)) == 0)
            return i;
    return SIZE_MAX;
}

enum member { LEARNER = 1, QUIZ = 2, ANSWERS = 4, ATTEMPT = 8, TIME = 16 };

static bool once(struct line *l, enum member member)
{
    if (l->seen & member)
        return fail(&l->scan, "E304", "a key that comes twice");
    l->seen |= member;
    return true;
}

static bool read_member(struct line *l, struct text key)
{
    struct scan *s = &l->scan;
    const char *value = s->at;
    if (is(key, "learner", 7)) {
        if (!once(l, LEARNER))
            return false;
        if (*value == '"') {
            struct text name;
            bool good = read_text(s, &name);
            l->learner = good ? name : l->learner;
            return good;
        }
        if (*value != '-' && (*value < '0' || *value > '9'))
            return fail(s, "E305", "\"learner\" must be a text");
        if (!skip_number(s))
            return false;
        l->learner = (struct text){value, (size_t)(s->at - value), true};
        return true;
    }
    if (is(key, "quiz", 4)) {
        if (!once(l, QUIZ))
            return false;
        if (*value != '"')
            return fail(s, "E306", "\"quiz\" must be a text");
        if (!read_text(s, &l->quiz))
            return false;
        size_t number = find_quiz(l->worker, l->quiz, &l->worker->text);
        if (number == SIZE_MAX) {
            s->at = value;
            return fail(s, "E306", "a quiz that was not given with --quiz");
        }
        l->quiz_number = number;
        return true;
    }
    if (is(key, "answers", 7)) {
        if (!once(l, ANSWERS))
            return false;
        if (*value != '{')
            return fail(s, "E307", "\"answers\" must be an object");
        if (l->quiz_number != SIZE_MAX) {
            l->has_answers = true;
            return read_answers(l);
        }
        l->answers = value;
        return skip_value(s);
    }
    if (is(key, "attempt", 7)) {
        if (!once(l, ATTEMPT) || !skip_value(s))
            return false;
        int64_t number;
        if (!str_integer((struct str){value, (size_t)(s->at - value)}, &number) || number < 0) {
            s->at = value;
            return fail(s, "E307", "\"attempt\" must be a whole number");
        }
        l->graded.attempt = number;
        return true;
    }
    if (is(key, "time", 4) && !once(l, TIME))
        return false;
    return skip_value(s);
}

static bool read_members(struct line *l)
{
    struct scan *s = &l->scan;
    skip_blanks(s);
    if (*s->at != '{')
        return *s->at ? fail(s, "E300", "expected an object, {\"learner\":...}")
                      : fail(s, "E302", "a NUL byte");
    s->at++;
    skip_blanks(s);
    for (bool first = true; !first || *s->at != '}'; first = false) {
        struct text key;
        const char *name = s->at;
        if (!read_key(s, &key))
            return false;
        if (!read_member(l, key)) {
            if (s->code && strcmp(s->what, "a key that comes twice") == 0)
                s->at = name;
            return false;
        }
        skip_blanks(s);
        if (*s->at == '}')
            break;
        if (*s->at != ',')
            return fail(s, "E300",
                        *s->at == '\n' ? "the line ends inside the record"
                                       : "expected a comma or }");
        s->at++;
        skip_blanks(s);
    }
    s->at++;
    skip_blanks(s);
    if (*s->at != '\n')
        return *s->at ? fail(s, "E300", "more text after the record")
                      : fail(s, "E302", "a NUL byte");
    return true;
}

/* What was put off until the whole line was seen. */
static bool complete(struct line *l)
{
    struct scan *s = &l->scan;
    const char *end = s->at;
    const struct grade_job *job = l->worker->job;
    if (!l->learner.start) {
        s->at = l->start;
        return fail(s, "E305", "no \"learner\"");
    }
    if (l->quiz_number == SIZE_MAX) {
        if (job->quiz_count > 1) {
            s->at = l->start;
            return fail(s, "E306", "no \"quiz\", and there is more than one");
        }
        l->quiz_number = 0;
    }
    if (!(l->seen & ANSWERS)) {
        s->at = l->start;
        return fail(s, "E307", "no \"answers\"");
    }
    if (!l->has_answers) {
        s->at = l->answers;
        if (!read_answers(l))
            return false;
        s->at = end;
    }
    return true;
}

static void grade_line(struct line *l)
{
    struct worker *worker = l->worker;
    worker_begin(worker);
    bool good = read_members(l) && complete(l);
    buf_clear(&worker->learner);
    if (l->learner.start)
        decode(l->learner, &worker->learner);
    if (good && worker->learner.length &&
        memchr(worker->learner.data, '\0', worker->learner.length)) {
        l->scan.at = l->learner.start;
        good = fail(&l->scan, "E302", "a NUL byte in \"learner\"");
    }
    if (!good) {
        size_t column = (size_t)(l->scan.at - l->start);
        bool other_quiz = strcmp(l->scan.code, "E306") == 0 && worker->job->quiz_count == 1;
        worker_note(worker, SEVERITY_ERROR, l->scan.code, l->number, column,
                    l->learner.start ? buf_text(&worker->learner) : NULL, NULL, "%s%s%s%s",
                    l->scan.what, other_quiz ? "; it gave \"" : "",
                    other_quiz ? worker->job->quizzes[0].id : "", other_quiz ? "\"" : "");
        worker->block->tally.rejected++;
        return;
    }
    l->graded.learner = buf_text(&worker->learner);
    l->graded.learner_length = worker->learner.length;
    if (l->learner.plain)
        l->graded.learner_json = (struct str){l->learner.start, l->learner.length};
    l->graded.line = l->number;
    l->graded.position = l->position;
    worker_end(worker, l->quiz_number, &l->graded);
}

static bool is_blank(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!strchr(" \t\r\n", bytes[i]) || !bytes[i])
            return false;
    return true;
}

static size_t record(struct worker *worker, const char *bytes, size_t size, int64_t number,
                     int64_t position)
{
    bool alone = worker->job->quiz_count == 1;
    struct line line = {
        .worker = worker,
        .scan = {.at = bytes, .end = bytes + size},
        .start = bytes,
        .number = number,
        .position = position,
        /* With one quiz its name need not come first. */
        .quiz_number = alone ? 0 : SIZE_MAX,
    };
    if (*bytes == '{') {
        grade_line(&line);
        if (!line.scan.code)
            return (size_t)(line.scan.at - bytes) + 1;
    }
    const char *newline = memchr(bytes, '\n', size);
    size_t length = newline ? (size_t)(newline - bytes) + 1 : size;
    if (*bytes != '{' && !is_blank(bytes, length))
        grade_line(&line);
    return length;
}

/* Any line that begins an object: the first may be the damaged one. */
static bool claims(const char *bytes, size_t size, const struct csv_fields *header)
{
    (void)header;
    struct str rest = {bytes, size}, line;
    for (int i = 0; i < 20 && str_line(&rest, &line);) {
        line = str_trim(line);
        if (str_starts(line, "{"))
            return true;
        i += line.length > 0;
    }
    return false;
}

const struct answer_format answers_ndjson = {
    .name = "ndjson",
    .claims = claims,
    .record = record,
};
