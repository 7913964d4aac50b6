#include "grade/convert.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const struct quiz_format *const formats[] = {
    &quiz_gift,  &quiz_moodlexml, &quiz_text2qti, &quiz_blackboard,
    &quiz_aiken, &quiz_json,      &quiz_handout,
};
enum { FORMATS = sizeof formats / sizeof *formats };

const struct quiz_format *quiz_format_find(const char *name)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const char *quiz_format_name(size_t i)
{
    return i < FORMATS ? formats[i]->name : NULL;
}

const struct quiz_format *quiz_format_of(const char *bytes, size_t size)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (formats[i]->claims && formats[i]->claims(bytes, size))
            return formats[i];
    return &quiz_gift;
}

/* ---- what is lost --------------------------------------------------------------------------------- */

/* A text that asks nothing has no key. */
static const char *name_of(const struct question *question)
{
    return *question->key ? question->key : question->name;
}

void convert_lost(const struct conversion *conversion, const struct quiz *quiz,
                  const struct question *question, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    finding_add(conversion->findings, SEVERITY_WARNING, "W400", quiz->file, question->line, 1, NULL,
                "question %s: %s cannot carry %s", name_of(question), conversion->format, text);
}

void convert_left_out(const struct conversion *conversion, const struct quiz *quiz,
                      const struct question *question, const char *why)
{
    finding_add(conversion->findings, SEVERITY_ERROR, "E400", quiz->file, question->line, 1, NULL,
                "question %s: left out, as %s cannot carry %s", name_of(question),
                conversion->format, why);
}

void convert_add_line(struct buf *out, const struct quiz_text *text)
{
    struct buf plain = {0};
    quiz_text_plain(text, &plain);
    for (size_t i = 0; i < plain.length; i++)
        buf_add_char(out, plain.data[i] == '\n' ? ' ' : plain.data[i]);
    buf_free(&plain);
}

/* ---- drafts --------------------------------------------------------------------------------------- */

/* A draft becomes a question by being written as GIFT and read: there is one reader of questions. */
static bool is_sound(const struct question *draft, const char *file, struct findings *findings)
{
    struct arena arena;
    struct findings why;
    struct buf gift = {0};
    struct quiz one = {.id = "", .file = file, .questions = (struct question *)draft, .count = 1};
    struct quiz read;
    arena_init(&arena);
    findings_init(&why, &arena);
    gift_write(&one, &gift);
    gift_read(&read, &arena, file, buf_text(&gift), gift.length, GIFT_GRADE, &why);
    bool sound = read.count == 1 && read.questions[0].kind == draft->kind;
    const char *reason = "its parts do not make a question of its kind";
    for (size_t i = 0; i < why.count && !read.count; i++)
        if (why.list[i].severity == SEVERITY_ERROR)
            reason = why.list[i].text;
    if (!sound)
        finding_add(findings, SEVERITY_ERROR, "E401", file, draft->line, 1, NULL,
                    "question \"%.60s\" is left out: %s",
                    draft->id      ? draft->id
                    : draft->title ? draft->title
                                   : draft->stem.text,
                    reason);
    buf_free(&gift);
    arena_free(&arena);
    return sound;
}

void convert_finish(struct quiz *quiz, struct arena *arena, const char *file,
                    struct question *drafts, size_t count, struct findings *findings)
{
    size_t kept = 0;
    struct buf gift = {0};
    for (size_t i = 0; i < count; i++)
        if (is_sound(&drafts[i], file, findings))
            drafts[kept++] = drafts[i];
    struct quiz whole = {.id = "", .file = file, .questions = drafts, .count = kept};
    gift_write(&whole, &gift);
    gift_read(quiz, arena, file, buf_text(&gift), gift.length, GIFT_GRADE, NULL);
    for (size_t i = 0; i < quiz->count && i < kept; i++)
        quiz->questions[i].line = drafts[i].line;
    buf_free(&gift);
}

/* ---- our own two ---------------------------------------------------------------------------------- */

static bool read_gift(struct quiz *quiz, struct arena *arena, const char *file, const char *bytes,
                      size_t size, struct findings *findings)
{
    gift_read(quiz, arena, file, bytes, size, GIFT_GRADE, findings);
    return true;
}

static void write_gift(const struct quiz *quiz, const struct conversion *conversion,
                       struct buf *out)
{
    (void)conversion;
    gift_write(quiz, out);
}

static void write_json(const struct quiz *quiz, const struct conversion *conversion,
                       struct buf *out)
{
    (void)conversion;
    quiz_write_json(quiz, out);
}

const struct quiz_format quiz_gift = {.name = "gift", .read = read_gift, .write = write_gift};
const struct quiz_format quiz_json = {.name = "json", .one_quiz = true, .write = write_json};
