/* A chapter from its pieces: title, chapter block, sections, steps. */
#include "lesson/directive.h"
#include "lesson/grammar.h"
#include "lesson/prose.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

enum { SECTIONS_MOST = 200 };

struct reading {
    struct source *source;
    struct arena *arena;
    struct chapter *chapter;
    size_t section_capacity, step_capacity, note_capacity, need_capacity, objective_capacity;

    bool has_block; /* the ```chapter block was there */
    bool told_before;
    struct section *section; /* the one being read; NULL before the first */
    int last_number;         /* of the sections so far */
    bool seen[SECTIONS_MOST + 1];

    /* The step being read; its blocks are gathered here, then copied. */
    struct block *blocks;
    size_t block_count, block_capacity;
    int first, last; /* its lines; first is 0 while it is empty */
    int rule;        /* the line of a rule right before it, else 0 */
};

/* ---- steps ----------------------------------------------------------------------------------- */

static void check_directive_prose(struct source *source, const struct directive *d)
{
    for (size_t i = 0; i < d->ask_count; i++)
        prose_check_text(source, d->asks[i].question, d->asks[i].place);
    for (size_t i = 0; i < d->drill_count; i++)
        prose_check_text(source, d->drills[i].question, d->drills[i].place);
}

static void end_step(struct reading *r, struct directive *directive)
{
    if (!r->first)
        return;
    struct str line = str_trim(source_line(r->source, r->first));
    struct str whole = source_lines(r->source, r->first, r->last);
    struct block *blocks = ARENA_ARRAY(r->arena, r->block_count, struct block);
    if (r->block_count)
        memcpy(blocks, r->blocks, r->block_count * sizeof *blocks);
    struct step step = {.blocks = blocks,
                        .block_count = r->block_count,
                        .directive = directive,
                        .place = r->block_count ? r->blocks[0].place : directive->place,
                        .end_line = r->last,
                        .hash = str_hash(line.text, line.length),
                        .whole = str_hash(whole.text, whole.length)};
    step.place.line = r->first;
    prose_check_blocks(r->source, step.blocks, step.block_count);
    if (directive)
        check_directive_prose(r->source, directive);
    ARENA_PUSH(r->arena, r->section->steps, r->section->step_count, r->step_capacity, step);
    r->block_count = 0;
    r->first = 0;
    r->rule = 0;
}

static void extend_step(struct reading *r, const struct piece *piece)
{
    if (!r->first)
        r->first = piece->first;
    r->last = piece->last;
}

/* True where there is a section for a piece to stand in. */
static bool in_section(struct reading *r, const struct piece *piece)
{
    if (r->section)
        return true;
    if (!r->told_before)
        source_find(r->source, LINT_BEFORE_SECTION, piece->block.place,
                    "move it below a heading like ## 3.1 Title",
                    "what stands before the first section is never shown");
    r->told_before = true;
    return false;
}

static void add_block(struct reading *r, const struct piece *piece)
{
    if (!in_section(r, piece))
        return;
    extend_step(r, piece);
    ARENA_PUSH(r->arena, r->blocks, r->block_count, r->block_capacity, piece->block);
}

static void add_rule(struct reading *r, const struct piece *piece)
{
    if (!r->section)
        return;
    bool after_heading = !r->first && !r->section->step_count;
    if (!r->first && (r->rule || after_heading))
        source_find(r->source, LINT_EMPTY_STEP, (struct place){piece->first, 1}, "delete the line",
                    "this rule ends a step with nothing in it");
    end_step(r, NULL);
    r->rule = piece->first;
}

/* ---- sections -------------------------------------------------------------------------------- */

static void end_section(struct reading *r)
{
    if (!r->section)
        return;
    end_step(r, NULL);
    if (!r->section->step_count)
        source_find(r->source, LINT_EMPTY_STEP, r->section->place, "write a step into it",
                    "the section \"%s\" has no steps", r->section->title);
    r->section = NULL;
    r->rule = 0;
}

/* "3.2" -> 3 and 2; at most four digits each. */
static bool read_number(struct str word, int *chapter, int *section)
{
    const char *dot = word.length ? memchr(word.text, '.', word.length) : NULL;
    int64_t values[2];
    if (!dot)
        return false;
    struct str parts[2] = {{word.text, (size_t)(dot - word.text)},
                           {dot + 1, word.length - (size_t)(dot - word.text) - 1}};
    for (int i = 0; i < 2; i++) {
        for (size_t j = 0; j < parts[i].length; j++)
            if (!isdigit((unsigned char)parts[i].text[j]))
                return false;
        if (parts[i].length > 4 || !str_integer(parts[i], &values[i]))
            return false;
    }
    *chapter = (int)values[0];
    *section = (int)values[1];
    return true;
}

static void check_number(struct reading *r, struct str word, struct place place)
{
    int chapter, number;
    if (!read_number(word, &chapter, &number) || number > SECTIONS_MOST) {
        source_find(r->source, LINT_SECTION_NUMBER, place, "write ## 3.2 Title",
                    "a section without a number like %d.%d", r->chapter->number,
                    r->last_number + 1);
        return;
    }
    if (r->chapter->number && chapter != r->chapter->number)
        source_find(r->source, LINT_SECTION_NUMBER, place, "number it as the file is numbered",
                    "section %.*s in chapter %d", (int)word.length, word.text, r->chapter->number);
    if (r->seen[number])
        source_find(r->source, LINT_SECTION_TWICE, place, "give it a number of its own",
                    "a second section %.*s", (int)word.length, word.text);
    else if (number != r->last_number + 1)
        source_find(r->source, LINT_SECTION_ORDER, place, "number sections one after the other",
                    "section %.*s where %d.%d is due", (int)word.length, word.text, chapter,
                    r->last_number + 1);
    r->seen[number] = true;
    r->last_number = number;
}

static void begin_section(struct reading *r, const struct piece *piece)
{
    end_section(r);
    struct chapter *chapter = r->chapter;
    struct str title =
        str_trim(str_of(markdown_words(r->arena, piece->block.spans, piece->block.span_count)));
    struct str rest = title;
    struct str word = str_word(&rest);
    struct section section = {.number = "", .place = {piece->first, 1}};
    check_number(r, word, section.place);
    int ignored;
    if (read_number(word, &ignored, &ignored)) {
        section.number = arena_strndup(r->arena, word.text, word.length);
        title = str_trim(rest);
    }
    section.title = arena_strndup(r->arena, title.text, title.length);
    section.slug = lesson_slug(r->arena, section.title);
    if (!title.length && word.length)
        source_find(r->source, LINT_EMPTY_HEADING, section.place, "write ## 3.2 Title",
                    "section %s has no title", section.number);
    ARENA_PUSH(r->arena, chapter->sections, chapter->section_count, r->section_capacity, section);
    r->section = &chapter->sections[chapter->section_count - 1];
    r->step_capacity = r->note_capacity = 0;
}

/* ---- the chapter block ----------------------------------------------------------------------- */

static void read_needs(struct reading *r, const struct body *body, struct str rest)
{
    enum { MOST_NEEDS = 64 };
    r->chapter->needs_place = body->place;
    while (rest.length) {
        const char *comma = memchr(rest.text, ',', rest.length);
        size_t length = comma ? (size_t)(comma - rest.text) : rest.length;
        struct str id = str_trim((struct str){rest.text, length});
        if (!grammar_name(id, "-") || r->chapter->need_count == MOST_NEEDS)
            source_find(r->source, LINT_CHAPTER_LINE, body_place(body, id),
                        "write ids of chapters, separated by commas",
                        "\"%.*s\" is not the id of a chapter", id.length > 60 ? 60 : (int)id.length,
                        id.text);
        else
            ARENA_PUSH(r->arena, r->chapter->needs, r->chapter->need_count, r->need_capacity,
                       body_copy(body, id));
        length += comma != NULL;
        rest.text += length;
        rest.length -= length;
    }
}

/* `objective 3a: Apply a mask by hand` */
static void read_objective(struct reading *r, const struct body *body)
{
    enum { MOST_OBJECTIVES = 100 };
    struct str line = body->line;
    const char *colon = memchr(line.text, ':', line.length);
    size_t head = colon ? (size_t)(colon - line.text) : line.length;
    struct str id = str_trim((struct str){line.text + 9, head - 9}), text = {line.text + head, 0};
    if (colon)
        text = str_trim((struct str){colon + 1, line.length - head - 1});
    size_t digits = 0;
    while (digits < id.length && isdigit((unsigned char)id.text[digits]))
        digits++;
    if (!colon || !digits || digits + 1 != id.length || !islower((unsigned char)id.text[digits])) {
        source_find(r->source, LINT_OBJECTIVE, body->place, "write objective 3a: what one can do",
                    "an objective without an id like %da", r->chapter->number);
        return;
    }
    struct chapter *chapter = r->chapter;
    bool twice = chapter->objective_count == MOST_OBJECTIVES;
    for (size_t i = 0; i < chapter->objective_count; i++)
        twice = twice || str_is(id, chapter->objectives[i].id);
    int64_t number = 0;
    str_integer((struct str){id.text, digits}, &number);
    if (twice)
        source_find(r->source, LINT_OBJECTIVE, body->place, "give it an id of its own",
                    "a second objective %.*s", (int)id.length, id.text);
    else if (chapter->number && number != chapter->number)
        source_find(r->source, LINT_OBJECTIVE, body->place, "number it as the chapter",
                    "objective %.*s in chapter %d", (int)id.length, id.text, chapter->number);
    else if (!text.length)
        source_find(r->source, LINT_OBJECTIVE, body->place, "say what one can do",
                    "objective %.*s is empty", (int)id.length, id.text);
    if (!twice)
        ARENA_PUSH(r->arena, chapter->objectives, chapter->objective_count, r->objective_capacity,
                   (struct objective){body_copy(body, id), body_copy(body, text), body->place});
}

/* A quiz is named by its file in the course, never by a path out of it. */
static bool is_quiz_file(struct str name)
{
    return name.length > 5 && name.text[0] != '.' && !memchr(name.text, '/', name.length) &&
           memcmp(name.text + name.length - 5, ".gift", 5) == 0;
}

static void read_chapter_line(struct reading *r, struct body *body)
{
    static const char *const keys[] = {"id", "minutes", "needs", "quiz"};
    enum { ID, MINUTES, NEEDS, QUIZ, KEYS };
    struct chapter *chapter = r->chapter;
    struct str value = {"", 0};
    int64_t minutes;
    if (str_starts(body->line, "objective")) {
        read_objective(r, body);
        return;
    }
    int key = body_key(body, keys, KEYS, &value);
    bool good = false;
    switch (key) {
    case ID:
        good = grammar_name(value, "-") && !chapter->id;
        if (good)
            chapter->id = body_copy(body, value);
        break;
    case MINUTES:
        good = str_integer(value, &minutes) && minutes > 0 && minutes <= 600 && !chapter->minutes;
        if (good)
            chapter->minutes = (int)minutes;
        break;
    case NEEDS:
        good = true;
        read_needs(r, body, value);
        break;
    case QUIZ:
        good = is_quiz_file(value) && !chapter->quiz;
        if (good)
            chapter->quiz = body_copy(body, value);
        break;
    default:
        break;
    }
    static const char *const hints[] = {"write id: dropout, once", "write minutes: 40, once", NULL,
                                        "write quiz: 03-dropout.gift, once; it stands in quizzes/"};
    if (!good)
        source_find(r->source, LINT_CHAPTER_LINE, body->place,
                    key < 0 ? "write id:, minutes:, needs:, quiz: or objective 3a:" : hints[key],
                    "the line \"%.*s\" of the chapter block cannot be read",
                    body->line.length > 60 ? 60 : (int)body->line.length, body->line.text);
}

static void read_chapter_block(struct reading *r, const struct piece *fence)
{
    if (r->has_block) {
        source_find(r->source, LINT_NO_CHAPTER_BLOCK, fence->block.place, "keep the first",
                    "a second chapter block");
        return;
    }
    if (r->section)
        source_find(r->source, LINT_DIRECTIVE_PLACE, fence->block.place, "move it below the title",
                    "the chapter block stands inside a section");
    r->has_block = true;
    struct body body;
    body_open(&body, r->source, fence);
    while (body_line(&body))
        read_chapter_line(r, &body);
    const struct chapter *chapter = r->chapter;
    static const char *const hint = "add the line to the chapter block";
    if (!chapter->id)
        source_find(r->source, LINT_CHAPTER_MISSING, fence->block.place, hint,
                    "a chapter without \"id:\"");
    if (!chapter->minutes)
        source_find(r->source, LINT_CHAPTER_MISSING, fence->block.place, hint,
                    "a chapter without \"minutes:\"");
    if (!chapter->objective_count)
        source_find(r->source, LINT_CHAPTER_MISSING, fence->block.place, hint,
                    "a chapter without an \"objective\"");
}

/* ---- the pieces ------------------------------------------------------------------------------ */

static void add_fence(struct reading *r, const struct piece *fence)
{
    struct str rest = str_of(fence->info);
    struct str word = str_word(&rest);
    if (str_is(word, "chapter")) {
        read_chapter_block(r, fence);
        return;
    }
    if (str_is(word, "course"))
        source_find(r->source, LINT_DIRECTIVE_PLACE, fence->block.place,
                    "it stands in lessons/course.md", "a course block in a chapter");
    struct directive *directive = directive_read(r->source, fence);
    if (!directive) {
        add_block(r, fence);
    } else if (in_section(r, fence)) {
        if (directive->kind == DIRECTIVE_NOTES) {
            ARENA_PUSH(r->arena, r->section->notes, r->section->note_count, r->note_capacity,
                       directive);
            return;
        }
        extend_step(r, fence);
        end_step(r, directive);
    }
}

static void add_title(struct reading *r, const struct piece *piece)
{
    if (r->chapter->title) {
        source_find(r->source, LINT_SECOND_TITLE, (struct place){piece->first, 1},
                    "write ## for a section", "a second title");
        return;
    }
    r->chapter->title = markdown_words(r->arena, piece->block.spans, piece->block.span_count);
}

static void add_piece(struct reading *r, const struct piece *piece)
{
    switch (piece->kind) {
    case PIECE_HEADING:
        if (piece->block.level == 1)
            add_title(r, piece);
        else
            begin_section(r, piece);
        break;
    case PIECE_RULE:
        add_rule(r, piece);
        break;
    case PIECE_FENCE:
        add_fence(r, piece);
        break;
    case PIECE_BLOCK:
        add_block(r, piece);
        break;
    }
}

/* "lessons/03-dropout.md" -> 3 */
static int number_of_file(struct source *source)
{
    const char *slash = strrchr(source->file, '/');
    const char *name = slash ? slash + 1 : source->file;
    size_t digits = 0;
    int number = 0;
    while (digits < 3 && isdigit((unsigned char)name[digits]))
        number = number * 10 + (name[digits++] - '0');
    size_t length = strlen(name);
    if (digits != 2 || name[2] != '-' || length < 7 || strcmp(name + length - 3, ".md") != 0)
        source_find(source, LINT_FILE_NAME, (struct place){1, 1}, "call it 03-dropout.md",
                    "the name of a chapter's file begins with its number");
    return number;
}

void lesson_read(struct chapter *chapter, struct arena *arena, const char *file, const char *bytes,
                 size_t size, struct findings *findings)
{
    assert(chapter && arena && file);
    *chapter = (struct chapter){.file = arena_strdup(arena, file)};
    struct source source;
    source_open(&source, arena, chapter->file, bytes, size, findings);
    chapter->number = number_of_file(&source);
    struct markdown markdown = {0};
    markdown_read(&source, 1, (int)source.line_count, &markdown);
    struct reading reading = {.source = &source, .arena = arena, .chapter = chapter};
    for (size_t i = 0; i < markdown.count; i++)
        add_piece(&reading, &markdown.pieces[i]);
    end_section(&reading);
    struct place top = {1, 1};
    if (!chapter->title)
        source_find(&source, LINT_NO_TITLE, top, "write # Title in the first line",
                    "a chapter without a title");
    if (!reading.has_block)
        source_find(&source, LINT_NO_CHAPTER_BLOCK, top, "write a ```chapter block below the title",
                    "a chapter without a chapter block");
    if (!chapter->section_count)
        source_find(&source, LINT_NO_SECTION, top, "write ## 3.1 Title and a step below it",
                    "a chapter without sections");
    source_close(&source, findings);
    /* Callers need not ask whether these were there. */
    chapter->title = chapter->title ? chapter->title : "";
    chapter->id = chapter->id ? chapter->id : "";
}
