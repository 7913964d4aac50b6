/* Aiken: one right choice among several, and nothing else.
 *
 *     What is 2 + 2?
 *     A. 3
 *     B. 4
 *     ANSWER: B */
#include "grade/convert.h"

#include "base/utf8.h"

#include <string.h>

enum { MOST_DRAFTS = 100000, LETTERS = 26 };

/* ---- in ------------------------------------------------------------------------------------------- */

struct reader {
    struct arena *arena;
    struct findings *findings;
    const char *file;
    struct question *drafts;
    size_t count, capacity;
    struct question draft;
    size_t choice_capacity;
    struct buf stem;
    int line;
};

static const char *keep(struct reader *reader, struct str text)
{
    struct buf clean = {0};
    utf8_sanitise(&clean, text.text, text.length, NULL, NULL);
    const char *kept = arena_strndup(reader->arena, buf_text(&clean), clean.length);
    buf_free(&clean);
    return kept;
}

static void begin(struct reader *reader)
{
    const struct quiz_text none = {"", FORMAT_MOODLE};
    reader->draft = (struct question){
        .kind = QUESTION_ONE_CHOICE,
        .points = 1,
        .name = "",
        .stem = none,
        .general_feedback = none,
        .category = "",
        .single = true,
    };
    reader->choice_capacity = 0;
    buf_clear(&reader->stem);
}

static void refuse(struct reader *reader, const char *what)
{
    finding_add(reader->findings, SEVERITY_ERROR, "E404", reader->file, reader->line, 1, NULL, "%s",
                what);
    begin(reader);
}

/* `A. text` or `A) text`. */
static bool is_choice(struct str line)
{
    return line.length > 2 && line.text[0] >= 'A' && line.text[0] <= 'Z' &&
           (line.text[1] == '.' || line.text[1] == ')') && line.text[2] == ' ';
}

static void add_choice(struct reader *reader, struct str line)
{
    struct question *draft = &reader->draft;
    if (line.text[0] != (char)('A' + draft->choice_count)) {
        refuse(reader, "the letters of the choices do not follow one another");
        return;
    }
    struct str text = str_trim((struct str){line.text + 2, line.length - 2});
    struct choice choice = {
        .text = {keep(reader, text), FORMAT_MOODLE}, .feedback = {"", FORMAT_MOODLE}, .match = ""};
    ARENA_PUSH(reader->arena, draft->choices, draft->choice_count, reader->choice_capacity, choice);
}

static void add_answer(struct reader *reader, struct str line)
{
    struct question *draft = &reader->draft;
    struct str letter = str_trim((struct str){line.text + 7, line.length - 7});
    size_t right = letter.length == 1 ? (size_t)((unsigned char)letter.text[0] - 'A') : SIZE_MAX;
    if (!reader->stem.length || !draft->choice_count) {
        refuse(reader, "ANSWER: without a question before it");
    } else if (right >= draft->choice_count) {
        refuse(reader, "ANSWER: names no choice of the question");
    } else if (reader->count < MOST_DRAFTS) {
        draft->choices[right].fraction = 1;
        draft->stem.text = keep(reader, (struct str){buf_text(&reader->stem), reader->stem.length});
        draft->name = "question";
        ARENA_PUSH(reader->arena, reader->drafts, reader->count, reader->capacity, *draft);
        begin(reader);
    }
}

static void read_line(struct reader *reader, struct str line)
{
    struct question *draft = &reader->draft;
    line = str_trim(line);
    if (!line.length)
        return;
    if (str_starts(line, "ANSWER:")) {
        add_answer(reader, line);
    } else if (is_choice(line) && reader->stem.length) {
        add_choice(reader, line);
    } else if (draft->choice_count) {
        refuse(reader, "a choice begins with a letter, as in \"A. text\"; or ANSWER: is missing");
    } else {
        if (reader->stem.length)
            buf_add_char(&reader->stem, '\n');
        else
            draft->line = reader->line;
        buf_add_n(&reader->stem, line.text, line.length);
    }
}

static bool read(struct quiz *quiz, struct arena *arena, const char *file, const char *bytes,
                 size_t size, struct findings *findings)
{
    struct reader reader = {.arena = arena, .findings = findings, .file = file};
    struct str rest = {bytes, size}, line;
    if (str_starts(rest, "\xEF\xBB\xBF"))
        rest = (struct str){bytes + 3, size - 3};
    begin(&reader);
    while (str_line(&rest, &line)) {
        reader.line++;
        read_line(&reader, line);
    }
    if (reader.stem.length)
        refuse(&reader, "the file ends before ANSWER:");
    buf_free(&reader.stem);
    convert_finish(quiz, arena, file, reader.drafts, reader.count, findings);
    return true;
}

static bool claims(const char *bytes, size_t size)
{
    struct str rest = {bytes, size}, line;
    bool answer = false;
    while (str_line(&rest, &line)) {
        answer |= str_starts(line, "ANSWER:");
        if (memchr(line.text, '{', line.length))
            return false;
    }
    return answer;
}

/* ---- out ------------------------------------------------------------------------------------------ */

static bool has_one_key(const struct question *question)
{
    size_t right = 0;
    for (size_t i = 0; i < question->choice_count; i++)
        right += question->choices[i].fraction >= 1;
    return question_form(question) == FORM_CHOOSE_ONE && right == 1;
}

static void note_losses(const struct conversion *conversion, const struct quiz *quiz,
                        const struct question *question)
{
    bool feedback = *question->general_feedback.text, partial = false;
    for (size_t i = 0; i < question->choice_count; i++) {
        double fraction = question->choices[i].fraction;
        feedback |= *question->choices[i].feedback.text != '\0';
        partial |= fraction != 0 && fraction != 1;
    }
    struct buf lost = {0};
    buf_add(&lost, question->id || question->title ? ", its name" : "");
    buf_add(&lost, feedback ? ", feedback" : "");
    buf_add(&lost, question->tag_count ? ", tags" : "");
    buf_add(&lost, question->hint ? ", its hint" : "");
    buf_add(&lost, question->points != 1 ? ", points" : "");
    buf_add(&lost, partial ? ", part marks" : "");
    buf_add(&lost, question->kind == QUESTION_TRUE_FALSE ? ", that it is true or false" : "");
    if (lost.length)
        convert_lost(conversion, quiz, question, "%s", buf_text(&lost) + 2);
    buf_free(&lost);
}

static void put_question(const struct question *question, struct buf *out)
{
    size_t right = 0;
    convert_add_line(out, &question->stem);
    buf_add_char(out, '\n');
    for (size_t i = 0; i < question->choice_count; i++) {
        buf_addf(out, "%c. ", (char)('A' + i));
        convert_add_line(out, &question->choices[i].text);
        buf_add_char(out, '\n');
        right = question->choices[i].fraction >= 1 ? i : right;
    }
    buf_addf(out, "ANSWER: %c\n\n", (char)('A' + right));
}

static void write(const struct quiz *quiz, const struct conversion *conversion, struct buf *out)
{
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        if (question->choice_count > LETTERS)
            convert_left_out(conversion, quiz, question, "more than 26 choices");
        else if (!has_one_key(question))
            convert_left_out(conversion, quiz, question,
                             "anything but one right choice among several");
        else {
            note_losses(conversion, quiz, question);
            put_question(question, out);
        }
    }
}

const struct quiz_format quiz_aiken = {
    .name = "aiken",
    .claims = claims,
    .read = read,
    .write = write,
};
