/* Moodle's XML. Expat reads it in a stream, without entities of the file's own: a bomb of them is an
 * error at its first line, not a full memory. */
#include "grade/convert.h"
#include "grade/results.h"

#include "base/utf8.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

enum { MOST_DEPTH = 32, MOST_DRAFTS = 100000, MOST_CHOICES = 1000, MOST_TEXT = 1 << 20 };

/* ---- in ------------------------------------------------------------------------------------------- */

struct element {
    char name[24];
    enum text_format format;
};

struct reader {
    XML_Parser parser;
    struct arena *arena;
    struct findings *findings;
    const char *file;
    struct element path[MOST_DEPTH];
    size_t depth;
    struct buf text;
    struct question *drafts;
    size_t count, capacity;
    struct question draft;
    size_t choice_capacity, tag_capacity;
    char type[24];
    const char *category;
    bool refused, files;
    const char *stopped;
};

static void stop(struct reader *reader, const char *why)
{
    if (!reader->stopped)
        reader->stopped = why;
    XML_StopParser(reader->parser, XML_FALSE);
}

static int line_of(const struct reader *reader)
{
    return (int)XML_GetCurrentLineNumber(reader->parser);
}

static enum text_format format_of(const char *name, enum text_format otherwise)
{
    static const struct {
        const char *name;
        enum text_format format;
    } names[] = {{"html", FORMAT_HTML},
                 {"moodle_auto_format", FORMAT_MOODLE},
                 {"plain_text", FORMAT_PLAIN},
                 {"markdown", FORMAT_MARKDOWN}};
    for (size_t i = 0; i < 4; i++)
        if (strcmp(names[i].name, name) == 0)
            return names[i].format;
    return otherwise;
}

static const char *attribute(const char **list, const char *name)
{
    for (; list && list[0]; list += 2)
        if (strcmp(list[0], name) == 0)
            return list[1];
    return "";
}

/* "questiontext" of quiz/question/questiontext/text: the name `up` levels above the innermost. */
static const char *above(const struct reader *reader, size_t up)
{
    return reader->depth > up ? reader->path[reader->depth - 1 - up].name : "";
}

static void begin_question(struct reader *reader, const char **attributes)
{
    snprintf(reader->type, sizeof reader->type, "%s", attribute(attributes, "type"));
    const struct quiz_text none = {"", FORMAT_MOODLE};
    reader->draft = (struct question){
        .points = 1,
        .name = "",
        .stem = none,
        .general_feedback = none,
        .category = reader->category,
        .line = line_of(reader),
        .single = true,
    };
    reader->choice_capacity = reader->tag_capacity = 0;
    reader->refused = reader->files = false;
}

static struct choice *choice(struct reader *reader)
{
    return reader->draft.choice_count ? &reader->draft.choices[reader->draft.choice_count - 1]
                                      : NULL;
}

static void begin_choice(struct reader *reader, const char **attributes)
{
    double fraction = 100;
    struct choice new = {
        .text = {"", format_of(attribute(attributes, "format"), reader->draft.stem.format)},
        .feedback = {"", reader->draft.stem.format},
        .match = "",
    };
    if (*attribute(attributes, "fraction") &&
        !str_number(str_trim(str_of(attribute(attributes, "fraction"))), &fraction))
        reader->refused = true;
    new.fraction = fraction / 100;
    if (reader->draft.choice_count >= MOST_CHOICES)
        reader->refused = true;
    else
        ARENA_PUSH(reader->arena, reader->draft.choices, reader->draft.choice_count,
                   reader->choice_capacity, new);
}

static void XMLCALL start(void *user, const char *name, const char **attributes)
{
    struct reader *reader = user;
    if (reader->depth >= MOST_DEPTH) {
        stop(reader, "nested too deeply");
        return;
    }
    struct element *element = &reader->path[reader->depth++];
    snprintf(element->name, sizeof element->name, "%s", name);
    element->format = format_of(attribute(attributes, "format"),
                                reader->depth > 1 ? element[-1].format : FORMAT_MOODLE);
    buf_clear(&reader->text);
    if (strcmp(name, "question") == 0 && reader->depth == 2)
        begin_question(reader, attributes);
    else if (reader->depth == 3 &&
             (strcmp(name, "answer") == 0 || strcmp(name, "subquestion") == 0))
        begin_choice(reader, attributes);
    else if (strcmp(name, "file") == 0)
        reader->files = true;
}

static void XMLCALL characters(void *user, const char *bytes, int length)
{
    struct reader *reader = user;
    if (reader->text.length + (size_t)length > MOST_TEXT)
        stop(reader, "a text longer than 1 MiB");
    else if (strcmp(above(reader, 0), "file") != 0)
        buf_add_n(&reader->text, bytes, (size_t)length);
}

static void XMLCALL entity(void *user, const char *name, int is_parameter, const char *value,
                           int length, const char *base, const char *system, const char *public,
                           const char *notation)
{
    (void)name;
    (void)is_parameter;
    (void)value;
    (void)length;
    (void)base;
    (void)system;
    (void)public;
    (void)notation;
    stop(user, "it declares entities of its own, which no quiz needs");
}

static const char *keep(struct reader *reader)
{
    struct buf clean = {0};
    struct str raw = str_trim((struct str){buf_text(&reader->text), reader->text.length});
    utf8_sanitise(&clean, raw.text, raw.length, NULL, NULL);
    const char *kept = arena_strndup(reader->arena, buf_text(&clean), clean.length);
    buf_free(&clean);
    return kept;
}

static void add_tag(struct reader *reader, const char *tag)
{
    if (strcmp(tag, "nt:order") == 0 && strcmp(reader->type, "matching") == 0)
        reader->draft.kind = QUESTION_ORDER;
    else if (*tag)
        ARENA_PUSH(reader->arena, reader->draft.tags, reader->draft.tag_count, reader->tag_capacity,
                   tag);
}

/* The end of <text>: whose it is, its parents say. */
static void end_text(struct reader *reader)
{
    struct question *draft = &reader->draft;
    const char *owner = above(reader, 1), *text = keep(reader);
    enum text_format format = reader->path[reader->depth - 1].format;
    struct choice *last = choice(reader);
    if (strcmp(owner, "category") == 0)
        reader->category = text;
    else if (strcmp(owner, "name") == 0)
        draft->title = *text ? text : NULL;
    else if (strcmp(owner, "questiontext") == 0)
        draft->stem = (struct quiz_text){text, format};
    else if (strcmp(owner, "generalfeedback") == 0)
        draft->general_feedback = (struct quiz_text){text, format};
    else if (strcmp(owner, "graderinfo") == 0 && !*draft->general_feedback.text)
        draft->general_feedback = (struct quiz_text){text, format};
    else if (strcmp(owner, "tag") == 0)
        add_tag(reader, text);
    else if (strcmp(owner, "hint") == 0 && !draft->hint && *text)
        draft->hint = text;
    else if (strcmp(owner, "feedback") == 0 && last && strcmp(above(reader, 2), "answer") == 0)
        last->feedback = (struct quiz_text){text, format};
    else if (strcmp(owner, "answer") == 0 && strcmp(above(reader, 2), "subquestion") == 0 && last)
        last->match = text;
    else if ((strcmp(owner, "answer") == 0 || strcmp(owner, "subquestion") == 0) && last)
        last->text = (struct quiz_text){text, format};
}

static bool text_is(const struct reader *reader, const char *word)
{
    return str_is(str_trim((struct str){buf_text(&reader->text), reader->text.length}), word);
}

static void end_member(struct reader *reader, const char *name)
{
    struct question *draft = &reader->draft;
    struct str text = str_trim((struct str){buf_text(&reader->text), reader->text.length});
    struct choice *last = choice(reader);
    double number;
    if (strcmp(name, "idnumber") == 0 && text.length)
        draft->id = keep(reader);
    else if (strcmp(name, "defaultgrade") == 0 && str_number(text, &number) && number > 0)
        draft->points = number;
    else if (strcmp(name, "single") == 0)
        draft->single = text_is(reader, "true") || text_is(reader, "1");
    else if (strcmp(name, "usecase") == 0)
        draft->case_sensitive = text_is(reader, "1");
    else if (strcmp(name, "tolerance") == 0 && last && str_number(text, &number))
        last->tolerance = number;
}

static void finish_truth(struct question *draft, struct arena *arena)
{
    struct choice *both = ARENA_ARRAY(arena, 2, struct choice);
    for (size_t i = 0; i < 2; i++)
        both[i] = (struct choice){.text = {i ? "False" : "True", draft->stem.format},
                                  .feedback = {"", draft->stem.format}};
    for (size_t i = 0; i < draft->choice_count; i++) {
        const char *text = draft->choices[i].text.text;
        size_t side = text[0] == 'f' || text[0] == 'F';
        both[side].fraction = draft->choices[i].fraction > 0;
        both[side].feedback = draft->choices[i].feedback;
    }
    draft->choices = both;
    draft->choice_count = 2;
}

static void finish_numbers(struct question *draft)
{
    for (size_t i = 0; i < draft->choice_count; i++) {
        struct choice *number = &draft->choices[i];
        number->any = strcmp(number->text.text, "*") == 0;
        if (!number->any && !str_number(str_of(number->text.text), &number->number))
            number->number = 0;
    }
}

static bool choose_kind(struct reader *reader)
{
    struct question *draft = &reader->draft;
    const char *type = reader->type;
    if (strcmp(type, "multichoice") == 0)
        draft->kind = draft->single ? QUESTION_ONE_CHOICE : QUESTION_CHOICES;
    else if (strcmp(type, "truefalse") == 0)
        draft->kind = QUESTION_TRUE_FALSE;
    else if (strcmp(type, "shortanswer") == 0)
        draft->kind = QUESTION_SHORT;
    else if (strcmp(type, "numerical") == 0)
        draft->kind = QUESTION_NUMERIC;
    else if (strcmp(type, "matching") == 0)
        draft->kind = draft->kind == QUESTION_ORDER ? QUESTION_ORDER : QUESTION_MATCHING;
    else if (strcmp(type, "essay") == 0)
        draft->kind = QUESTION_ESSAY;
    else if (strcmp(type, "description") == 0)
        draft->kind = QUESTION_DESCRIPTION;
    else
        return false;
    if (draft->kind == QUESTION_TRUE_FALSE)
        finish_truth(draft, reader->arena);
    if (draft->kind == QUESTION_NUMERIC)
        finish_numbers(draft);
    return true;
}

/* A name that Moodle has made of the text, or of the beginning of a long one, is no title. */
static bool repeats_text(const struct question *draft)
{
    enum { SHORTENED = 60 };
    struct buf plain = {0};
    quiz_text_plain(&draft->stem, &plain);
    struct str title = str_of(draft->title), text = {buf_text(&plain), plain.length};
    bool dots =
        title.length > SHORTENED && str_is((struct str){title.text + title.length - 3, 3}, "...");
    bool repeats = strcmp(draft->title, draft->stem.text) == 0 || str_is(text, draft->title) ||
                   (dots && text.length >= title.length - 3 &&
                    memcmp(text.text, title.text, title.length - 3) == 0);
    buf_free(&plain);
    return repeats;
}

static void end_question(struct reader *reader)
{
    struct question *draft = &reader->draft;
    if (strcmp(reader->type, "category") == 0)
        return;
    const char *name = draft->title ? draft->title : draft->stem.text;
    if (!choose_kind(reader) || reader->refused) {
        finding_add(reader->findings, SEVERITY_ERROR, "E402", reader->file, draft->line, 1, NULL,
                    "question \"%.60s\" is left out: %s \"%s\"", name,
                    reader->refused ? "a fraction that is no number in a question of type"
                                    : "nobody here knows the type",
                    reader->type);
        return;
    }
    if (reader->files)
        finding_add(reader->findings, SEVERITY_WARNING, "W402", reader->file, draft->line, 1, NULL,
                    "question \"%.60s\": its files are left out", name);
    if (draft->title && repeats_text(draft))
        draft->title = NULL;
    if (draft->title)
        draft->name = draft->title;
    else
        draft->name = "question";
    if (reader->count >= MOST_DRAFTS) {
        stop(reader, "more than 100,000 questions");
        return;
    }
    ARENA_PUSH(reader->arena, reader->drafts, reader->count, reader->capacity, *draft);
}

static void XMLCALL end(void *user, const char *name)
{
    struct reader *reader = user;
    if (strcmp(name, "text") == 0)
        end_text(reader);
    else if (strcmp(name, "question") == 0 && reader->depth == 2)
        end_question(reader);
    else
        end_member(reader, name);
    buf_clear(&reader->text);
    reader->depth--;
}

static bool read(struct quiz *quiz, struct arena *arena, const char *file, const char *bytes,
                 size_t size, struct findings *findings)
{
    struct reader reader = {.arena = arena, .file = file, .findings = findings, .category = ""};
    reader.parser = XML_ParserCreate("UTF-8");
    if (!reader.parser)
        return false;
    XML_SetUserData(reader.parser, &reader);
    XML_SetElementHandler(reader.parser, start, end);
    XML_SetCharacterDataHandler(reader.parser, characters);
    XML_SetEntityDeclHandler(reader.parser, entity);
    enum { STEP = 1 << 16 };
    bool good = true;
    for (size_t at = 0; good && at <= size; at += STEP) {
        size_t length = size - at < STEP ? size - at : STEP;
        good = XML_Parse(reader.parser, bytes + at, (int)length, at + STEP > size) == XML_STATUS_OK;
    }
    if (!good) {
        const char *why =
            reader.stopped ? reader.stopped : XML_ErrorString(XML_GetErrorCode(reader.parser));
        finding_add(findings, SEVERITY_ERROR, "E403", file, line_of(&reader),
                    (int)XML_GetCurrentColumnNumber(reader.parser) + 1, NULL,
                    "the XML cannot be read further: %s", why);
    }
    XML_ParserFree(reader.parser);
    buf_free(&reader.text);
    convert_finish(quiz, arena, file, reader.drafts, reader.count, findings);
    return true;
}

static bool claims(const char *bytes, size_t size)
{
    struct str text = {bytes, size};
    if (str_starts(text, "\xEF\xBB\xBF"))
        text = (struct str){bytes + 3, size - 3};
    return str_starts(str_trim(text), "<");
}

/* ---- out ------------------------------------------------------------------------------------------ */

static const char *format_name(enum text_format format)
{
    static const char *const names[] = {
        [FORMAT_MOODLE] = "moodle_auto_format",
        [FORMAT_HTML] = "html",
        [FORMAT_PLAIN] = "plain_text",
        [FORMAT_MARKDOWN] = "markdown",
    };
    return names[format];
}

static void put_plain(struct buf *out, const char *indent, const char *name, const char *text)
{
    buf_addf(out, "%s<%s><text>", indent, name);
    add_xml(out, text, strlen(text));
    buf_addf(out, "</text></%s>\n", name);
}

static void put_text(struct buf *out, const char *indent, const char *name,
                     const struct quiz_text *text)
{
    buf_addf(out, "%s<%s format=\"%s\"><text>", indent, name, format_name(text->format));
    add_xml(out, text->text, strlen(text->text));
    buf_addf(out, "</text></%s>\n", name);
}

static void put_number(struct buf *out, const char *name, double value)
{
    buf_addf(out, "    <%s>", name);
    buf_add_number(out, value);
    buf_addf(out, "</%s>\n", name);
}

static void put_choice(struct buf *out, const struct question *question,
                       const struct choice *choice)
{
    const char *text = choice->text.text;
    if (question->kind == QUESTION_TRUE_FALSE)
        text = choice == &question->choices[0] ? "true" : "false";
    buf_add(out, "    <answer fraction=\"");
    buf_add_number(out, choice->fraction * 100);
    buf_addf(out, "\" format=\"%s\"><text>", format_name(choice->text.format));
    add_xml(out, text, strlen(text));
    buf_add(out, "</text>\n");
    if (question->kind == QUESTION_NUMERIC) {
        buf_add(out, "      <tolerance>");
        buf_add_number(out, choice->tolerance);
        buf_add(out, "</tolerance>\n");
    }
    put_text(out, "      ", "feedback", &choice->feedback);
    buf_add(out, "    </answer>\n");
}

static void put_pair(struct buf *out, const struct choice *pair)
{
    buf_addf(out, "    <subquestion format=\"%s\"><text>", format_name(pair->text.format));
    add_xml(out, pair->text.text, strlen(pair->text.text));
    buf_add(out, "</text>\n");
    put_plain(out, "      ", "answer", pair->match);
    buf_add(out, "    </subquestion>\n");
}

static const char *type_name(const struct question *question)
{
    static const char *const names[QUESTION_KINDS] = {
        [QUESTION_DESCRIPTION] = "description", [QUESTION_ESSAY] = "essay",
        [QUESTION_NUMERIC] = "numerical",       [QUESTION_ONE_CHOICE] = "multichoice",
        [QUESTION_CHOICES] = "multichoice",     [QUESTION_ORDER] = "matching",
        [QUESTION_MATCHING] = "matching",       [QUESTION_TRUE_FALSE] = "truefalse",
        [QUESTION_SHORT] = "shortanswer",
    };
    return names[question->kind];
}

static void put_kind(struct buf *out, const struct question *question)
{
    enum question_kind kind = question->kind;
    if (kind == QUESTION_ONE_CHOICE || kind == QUESTION_CHOICES)
        buf_addf(out,
                 "    <single>%s</single>\n    <shuffleanswers>true</shuffleanswers>\n"
                 "    <answernumbering>abc</answernumbering>\n",
                 question->single ? "true" : "false");
    if (kind == QUESTION_SHORT)
        buf_addf(out, "    <usecase>%d</usecase>\n", question->case_sensitive);
    if (kind == QUESTION_MATCHING || kind == QUESTION_ORDER)
        buf_add(out, "    <shuffleanswers>true</shuffleanswers>\n");
    if (kind == QUESTION_ESSAY)
        buf_add(out, "    <responseformat>editor</responseformat>\n"
                     "    <responserequired>1</responserequired>\n"
                     "    <responsefieldlines>15</responsefieldlines>\n"
                     "    <attachments>0</attachments>\n");
}

static void put_tags(struct buf *out, const struct question *question)
{
    bool order = question->kind == QUESTION_ORDER;
    if (!question->tag_count && !order)
        return;
    buf_add(out, "    <tags>\n");
    for (size_t i = 0; i < question->tag_count; i++)
        put_plain(out, "      ", "tag", question->tags[i]);
    if (order)
        put_plain(out, "      ", "tag", "nt:order");
    buf_add(out, "    </tags>\n");
}

static void put_question(struct buf *out, const struct question *question)
{
    bool pairs = question->kind == QUESTION_MATCHING || question->kind == QUESTION_ORDER;
    buf_addf(out, "  <question type=\"%s\">\n", type_name(question));
    put_plain(out, "    ", "name", question->title ? question->title : question->name);
    put_text(out, "    ", "questiontext", &question->stem);
    put_text(out, "    ", "generalfeedback", &question->general_feedback);
    put_number(out, "defaultgrade", question->kind == QUESTION_DESCRIPTION ? 0 : question->points);
    buf_add(out, "    <penalty>0.3333333</penalty>\n    <hidden>0</hidden>\n    <idnumber>");
    if (question->id)
        add_xml(out, question->id, strlen(question->id));
    buf_add(out, "</idnumber>\n");
    put_kind(out, question);
    for (size_t i = 0; i < question->choice_count; i++)
        if (pairs)
            put_pair(out, &question->choices[i]);
        else
            put_choice(out, question, &question->choices[i]);
    if (question->hint)
        put_text(out, "    ", "hint", &(struct quiz_text){question->hint, FORMAT_MOODLE});
    put_tags(out, question);
    buf_add(out, "  </question>\n\n");
}

static void write(const struct quiz *quiz, const struct conversion *conversion, struct buf *out)
{
    const char *category = "";
    buf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n");
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        if (strcmp(question->category, category) != 0) {
            category = question->category;
            buf_add(out, "  <question type=\"category\">\n");
            put_plain(out, "    ", "category", category);
            buf_add(out, "  </question>\n\n");
        }
        if (question->kind == QUESTION_ORDER)
            convert_lost(conversion, quiz, question,
                         "an order to Moodle, which takes it as a matching question");
        put_question(out, question);
    }
    buf_add(out, "</quiz>\n");
}

const struct quiz_format quiz_moodlexml = {
    .name = "moodlexml",
    .one_quiz = true,
    .claims = claims,
    .read = read,
    .write = write,
};
