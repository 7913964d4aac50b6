/* What only the whole course knows: links, live numbers, predictions, room on the screen. */
#include "course/lint.h"

#include "course/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void find(struct lint *lint, enum severity severity, const char *code, struct place at,
                 const char *hint, const char *format, va_list args)
{
    char text[800];
    vsnprintf(text, sizeof text, format, args);
    finding_add(lint->findings, severity, code, lint->file, at.line, at.column, hint, "%s", text);
}

void lint_error(struct lint *lint, const char *code, struct place at, const char *hint,
                const char *format, ...)
{
    va_list args;
    va_start(args, format);
    find(lint, SEVERITY_ERROR, code, at, hint, format, args);
    va_end(args);
}

void lint_warn(struct lint *lint, const char *code, struct place at, const char *hint,
               const char *format, ...)
{
    va_list args;
    va_start(args, format);
    find(lint, SEVERITY_WARNING, code, at, hint, format, args);
    va_end(args);
}

/* ---- text ------------------------------------------------------------------------------------------ */

static void check_live(struct lint *lint, const struct span *span)
{
    struct err err;
    struct buf now = {0};
    if (!course_live(lint->course, span->args, span->ref, span->text, &now, &err)) {
        lint_error(lint, "C102", span->place, NULL, "live number `=%s %s`: %s", span->args,
                   span->ref, err.text);
    } else if (strcmp(buf_text(&now), span->text) != 0) {
        lint_error(lint, "C101", span->place, "`nntutor check --fix` rewrites it",
                   "the text says %s, the demo computes %s", span->text, buf_text(&now));
        struct arena *arena = &lint->course->arena;
        ARENA_PUSH(arena, lint->fixes, lint->fix_count, lint->fix_capacity,
                   (struct lint_fix){.file = lint->file,
                                     .line = span->place.line,
                                     .column = span->place.column,
                                     .cached = span->text,
                                     .computed = arena_strdup(arena, buf_text(&now))});
    }
    buf_free(&now);
}

/* N(0, 0.01) is read as a variance by some and as a standard deviation by others. */
static void check_distribution(struct lint *lint, const struct span *span)
{
    const char *normal = strstr(span->text, "N(0,");
    if (!normal)
        normal = strstr(span->text, "N}(0,");
    if (!normal)
        return;
    const char *spread = strchr(normal, ',') + 1;
    while (*spread == ' ')
        spread++;
    size_t digits = strspn(spread, "0123456789.");
    if (digits && spread[digits] != '^')
        lint_warn(lint, "C303", span->place, "write std=0.1 or var=0.01",
                  "a normal distribution whose second number has no name");
}

static void check_spans(struct lint *lint, const struct span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct span *span = &spans[i];
        if (span->kind == SPAN_TEXT || span->kind == SPAN_MATH)
            check_distribution(lint, span);
        if (span->kind == SPAN_LIVE)
            check_live(lint, span);
        else if (span->kind == SPAN_LINK && !glossary_find(&lint->course->glossary, span->target))
            lint_error(lint, "C201", span->place,
                       "add `## ` and its meaning to lessons/glossary.md",
                       "no glossary entry \"%s\"", span->target);
    }
}

/* Text within a directive: its places are those of the line it stands on. */
static void check_text(struct lint *lint, const char *markdown, struct place at)
{
    struct span *spans;
    size_t count;
    if (!markdown)
        return;
    lesson_inline(&lint->course->arena, markdown, &spans, &count);
    for (size_t i = 0; i < count; i++)
        spans[i].place = (struct place){at.line, 0};
    check_spans(lint, spans, count);
}

static void check_blocks(struct lint *lint, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        check_spans(lint, blocks[i].spans, blocks[i].span_count);
        for (size_t c = 0; c < blocks[i].rows * blocks[i].columns && blocks[i].cells; c++)
            check_spans(lint, blocks[i].cells[c].spans, blocks[i].cells[c].span_count);
    }
}

/* ---- demos ------------------------------------------------------------------------------------------- */

static bool check_ref(struct lint *lint, const struct demo *demo, const char *text, struct place at,
                      bool number)
{
    struct demo_ref ref;
    struct err err;
    if (!demo_ref_read(demo, text, &ref, &err)) {
        lint_error(lint, "C104", at, NULL, "%s", err.text);
        return false;
    }
    if (demo->results[ref.result].kind == RESULT_TIMING) {
        lint_error(lint, "C105", at, "quote a result that is the same on every machine",
                   "%s is measured by the clock: it may not be quoted or predicted", text);
        return false;
    }
    bool list = demo->results[ref.result].kind == RESULT_LIST ||
                demo->results[ref.result].kind == RESULT_TABLE;
    if (number && list && !ref.indexed) {
        lint_error(lint, "C106", at, "name one entry, such as [0] or [-1]", "%s is a list", text);
        return false;
    }
    return true;
}

/* A prediction must have a truth: the demo is run as the learner will run it. */
static void check_truth(struct lint *lint, const char *args, const char *ref_text, struct place at)
{
    struct err err;
    const struct demo_run *run = course_run(lint->course, args, &err);
    struct demo_ref ref;
    double value;
    if (!run || !demo_ref_read(run->demo, ref_text, &ref, NULL))
        return; /* a demo that takes longer is run by its own tests */
    const char *text = demo_ref_text(run, ref);
    if (!demo_ref_number(run, ref, &value) && !(text && str_number(str_of(text), &value)))
        lint_error(lint, "C107", at, NULL, "%s has no value that a number could be compared with",
                   ref_text);
}

static void check_ask(struct lint *lint, const struct directive *directive,
                      const struct demo_args *args, const struct ask *ask)
{
    struct err err;
    switch (ask->kind) {
    case ASK_NUMBER:
    case ASK_CHOICE:
        if (check_ref(lint, args->demo, ask->ref, ask->place, ask->kind == ASK_NUMBER) &&
            ask->kind == ASK_NUMBER)
            check_truth(lint, directive->args, ask->ref, ask->place);
        break;
    case ASK_ORDER_REFS:
        for (size_t i = 0; i < ask->label_count; i++)
            check_ref(lint, args->demo, ask->refs[i], ask->place, true);
        break;
    case ASK_ORDER_VALUES:
        if (!check_ref(lint, args->demo, ask->ref, ask->place, true))
            break;
        for (size_t i = 0; i < ask->label_count; i++) {
            struct arena arena;
            struct demo_args other;
            struct buf assignment = {0};
            arena_init(&arena);
            buf_addf(&assignment, "%s=%s", ask->knob, ask->labels[i]);
            if (demo_args_read(&other, &arena, directive->args, NULL) &&
                !demo_args_set(&other, &arena, buf_text(&assignment), &err))
                lint_error(lint, "C108", ask->place, NULL, "%s", err.text);
            buf_free(&assignment);
            arena_free(&arena);
        }
        break;
    case ASK_EXPLAIN:
        break;
    }
}

static void check_demo_texts(struct lint *lint, const struct directive *directive)
{
    for (size_t i = 0; i < directive->ask_count; i++) {
        const struct ask *ask = &directive->asks[i];
        check_text(lint, ask->question, ask->place);
        for (size_t k = 0; k < ask->option_count; k++) {
            check_text(lint, ask->options[k].text, ask->options[k].place);
            check_text(lint, ask->options[k].feedback, ask->options[k].place);
        }
    }
    for (size_t i = 0; i < directive->watch_count; i++)
        check_text(lint, directive->watch[i], directive->place);
    for (size_t i = 0; i < directive->see_count; i++)
        for (size_t k = 0; k < directive->see[i].count; k++)
            check_text(lint, directive->see[i].parts[k].text, directive->see[i].parts[k].place);
}

static void check_demo(struct lint *lint, const struct directive *directive)
{
    struct arena arena;
    struct demo_args args;
    struct err err;
    check_demo_texts(lint, directive);
    arena_init(&arena);
    if (!demo_args_read(&args, &arena, directive->args, &err)) {
        lint_error(lint, "C103", directive->place, NULL, "%s", err.text);
        arena_free(&arena);
        return;
    }
    for (size_t i = 0; i < directive->ask_count; i++)
        check_ask(lint, directive, &args, &directive->asks[i]);
    for (size_t i = 0; i < directive->see_count; i++)
        for (size_t k = 0; k < directive->see[i].count; k++) {
            const struct see_part *part = &directive->see[i].parts[k];
            if (part->kind == SEE_REF)
                check_ref(lint, args.demo, part->ref, part->place, true);
        }
    for (size_t i = 0; i < directive->drill_count; i++)
        check_ref(lint, args.demo, directive->drills[i].ref, directive->drills[i].place, true);
    arena_free(&arena);
}

static bool names_a_file(const struct demo *demo, struct str assignment)
{
    for (size_t i = 0; i < demo->knob_count; i++) {
        size_t length = strlen(demo->knobs[i].name);
        if (demo->knobs[i].kind == KNOB_PATH && assignment.length > length &&
            memcmp(assignment.text, demo->knobs[i].name, length) == 0 &&
            assignment.text[length] == '=')
            return true;
    }
    return false;
}

/* The name, and that no file is named: a drill's knobs are ranges, which drills read themselves. */
static void check_drill(struct lint *lint, const struct directive *directive)
{
    struct str rest = str_of(directive->args), name = str_word(&rest);
    char text[64];
    snprintf(text, sizeof text, "%.*s", name.length > 60 ? 60 : (int)name.length, name.text);
    const struct demo *demo = demo_find(text);
    if (!demo) {
        const char *near = demo_nearest(text);
        lint_error(lint, "C103", directive->place, NULL, "unknown demo \"%s\"%s%s%s", text,
                   near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        return;
    }
    while ((name = str_word(&rest)).length)
        if (names_a_file(demo, name))
            lint_error(lint, "C103", directive->place, NULL, "a lesson cannot read files: %.*s",
                       name.length > 60 ? 60 : (int)name.length, name.text);
    for (size_t i = 0; i < directive->drill_count; i++)
        check_ref(lint, demo, directive->drills[i].ref, directive->drills[i].place, true);
}

static void check_myth(struct lint *lint, const struct directive *myth)
{
    struct arena arena;
    struct demo_args args;
    struct err err;
    check_text(lint, myth->many_say, myth->place);
    check_text(lint, myth->in_fact, myth->place);
    if (!myth->see_for_yourself)
        return;
    arena_init(&arena);
    if (!demo_args_read(&args, &arena, myth->see_for_yourself, &err))
        lint_error(lint, "C103", myth->place, NULL, "see for yourself: %s", err.text);
    arena_free(&arena);
}

static void check_directive(struct lint *lint, const struct directive *directive)
{
    switch (directive->kind) {
    case DIRECTIVE_DEMO:
        check_demo(lint, directive);
        break;
    case DIRECTIVE_DRILL:
        check_drill(lint, directive);
        break;
    case DIRECTIVE_MYTH:
        check_myth(lint, directive);
        break;
    case DIRECTIVE_QUIZ:
        for (size_t i = 0; i < directive->key_count; i++)
            if (!lint->quiz || !quiz_find(lint->quiz, directive->keys[i]))
                lint_error(lint, "C202", directive->place, NULL, "no question \"%s\" in %s",
                           directive->keys[i],
                           lint->chapter->quiz_path ? lint->chapter->quiz_path
                                                    : "the chapter's quiz");
        break;
    case DIRECTIVE_NOTES:
        if (directive->concept_test &&
            (!lint->quiz || !quiz_find(lint->quiz, directive->concept_test)))
            lint_error(lint, "C202", directive->place, NULL,
                       "no question \"%s\" for the concept test", directive->concept_test);
        break;
    case DIRECTIVE_RECALL:
    case DIRECTIVE_SOURCES:
        break;
    }
    check_blocks(lint, directive->blocks, directive->block_count);
}

/* ---- room on the screen --------------------------------------------------------------------------------- */

static void check_room(struct lint *lint, const struct step *step)
{
    enum { ROWS = 20, PANE = 11, WIDTH = 76 };
    struct arena arena;
    arena_init(&arena);
    struct layout layout = {.course = lint->course, .arena = &arena, .x = 0, .width = WIDTH};
    layout_blocks(&layout, step->blocks, step->block_count);
    if (step->directive && step->directive->kind == DIRECTIVE_MYTH)
        layout_myth(&layout, step->directive);
    int rows = layout.y;
    if (step->directive && step->directive->kind == DIRECTIVE_DEMO)
        rows += PANE;
    arena_free(&arena);
    if (rows > 2 * ROWS)
        lint_error(lint, "C301", step->place, "split it with a line that holds only ---",
                   "this step has %d rows; a screen of 80x24 holds %d", rows, ROWS);
}

/* ---- chapters -------------------------------------------------------------------------------------------------- */

static void check_objectives(struct lint *lint, const struct chapter *chapter)
{
    for (size_t i = 0; lint->quiz && i < chapter->objective_count; i++) {
        bool covered = false;
        for (size_t q = 0; q < lint->quiz->count && !covered; q++) {
            const char *value;
            for (size_t k = 0; (value = question_tag(&lint->quiz->questions[q], "objective:", k));
                 k++)
                covered = covered || strcmp(value, chapter->objectives[i].id) == 0;
        }
        if (!covered)
            lint_error(lint, "C404", chapter->objectives[i].place,
                       "tag one with [tag:objective:...]", "no question covers objective %s",
                       chapter->objectives[i].id);
    }
}

static void check_links(struct lint *lint, const struct chapter *chapter)
{
    struct place top = {1, 1}, needs = chapter->needs_place;
    for (size_t i = 0; i < chapter->need_count; i++) {
        size_t found;
        struct err err;
        if (!course_find_chapter(lint->course, chapter->needs[i], &found, &err))
            lint_error(lint, "C205", needs, NULL, "needs: %s", err.text);
        else if (&lint->course->chapters[found].lesson == chapter)
            lint_error(lint, "C205", needs, NULL, "needs: a chapter cannot need itself");
    }
    for (size_t i = 0; i < lint->course->chapter_count; i++) {
        const struct chapter *other = &lint->course->chapters[i].lesson;
        if (other == chapter)
            break;
        if (other->number == chapter->number)
            lint_error(lint, "C206", top, NULL, "%s has the number %d too", other->file,
                       chapter->number);
        if (other->id && chapter->id && strcmp(other->id, chapter->id) == 0)
            lint_error(lint, "C206", top, NULL, "%s has the id \"%s\" too", other->file,
                       chapter->id);
    }
}

static int by_hash_then_line(const void *a, const void *b)
{
    const struct step *const *x = a, *const *y = b;
    if ((*x)->hash != (*y)->hash)
        return (*x)->hash < (*y)->hash ? -1 : 1;
    return (*x)->place.line - (*y)->place.line;
}

/* A step is known by how it begins, so no two of a section may begin alike. */
static void check_beginnings(struct lint *lint, const struct section *section)
{
    size_t count = section->step_count;
    const struct step **sorted = ARENA_ARRAY(&lint->course->arena, count, const struct step *);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &section->steps[i];
    if (count)
        qsort(sorted, count, sizeof *sorted, by_hash_then_line);
    for (size_t i = 1; i < count; i++)
        if (sorted[i]->hash == sorted[i - 1]->hash)
            lint_error(lint, "C302", sorted[i]->place, "begin it with other words",
                       "this step begins like the one at line %d: a learner who comes back "
                       "could be sent to the wrong one",
                       sorted[i - 1]->place.line);
}

static void check_section(struct lint *lint, const struct section *section)
{
    for (size_t i = 0; i < section->step_count; i++) {
        const struct step *step = &section->steps[i];
        check_blocks(lint, step->blocks, step->block_count);
        if (step->directive)
            check_directive(lint, step->directive);
        check_room(lint, step);
    }
    check_beginnings(lint, section);
    for (size_t i = 0; i < section->note_count; i++)
        check_directive(lint, section->notes[i]);
}

/* A quiz that no chapter names can still be taken by its name. */
static void lint_stray_quizzes(struct course *course, struct findings *findings)
{
    for (size_t i = 0; i < course->quiz_file_count; i++) {
        const char *file = course->quiz_files[i];
        if (course_is_chapter_quiz(course, file))
            continue;
        struct quiz quiz;
        struct err err;
        if (gift_read_file(&quiz, &course->arena, file, GIFT_CHECK, findings, &err))
            course_lint_quiz(course, &quiz, findings);
        else
            finding_add(findings, SEVERITY_ERROR, "C002", file, 0, 0, NULL, "%s", err.text);
    }
}

static void lint_chapter(struct lint *lint, size_t c)
{
    const struct chapter *chapter = &lint->course->chapters[c].lesson;
    lint->chapter = &lint->course->chapters[c];
    lint->quiz = course_quiz(lint->course, c);
    lint->file = chapter->file;
    check_links(lint, chapter);
    check_objectives(lint, chapter);
    for (size_t i = 0; i < chapter->section_count; i++)
        check_section(lint, &chapter->sections[i]);
    if (lint->quiz)
        course_lint_quiz(lint->course, lint->quiz, lint->findings);
}

void course_lint_chapter(struct course *course, size_t chapter, struct findings *findings)
{
    struct lint lint = {.course = course, .findings = findings};
    lint_chapter(&lint, chapter);
}

void course_lint(struct course *course, struct findings *findings, struct lint_fix **fixes,
                 size_t *fix_count)
{
    struct lint lint = {.course = course, .findings = findings};
    for (size_t c = 0; c < course->chapter_count; c++)
        lint_chapter(&lint, c);
    lint_stray_quizzes(course, findings);
    lint.file = course->glossary.file;
    for (size_t i = 0; i < course->glossary.count; i++)
        check_blocks(&lint, course->glossary.entries[i].blocks,
                     course->glossary.entries[i].block_count);
    /* What was found while the files were read, quizzes included. */
    for (size_t i = 0; i < course->findings.count; i++)
        ARENA_PUSH(findings->arena, findings->list, findings->count, findings->capacity,
                   course->findings.list[i]);
    *fixes = lint.fixes;
    *fix_count = lint.fix_count;
}

/* ---- mending ----------------------------------------------------------------------------------------------------- */

static const struct lint_fix *fix_at(const struct lint_fix *fixes, size_t count, const char *file,
                                     int line, size_t column, const char *text, size_t left)
{
    for (size_t i = 0; i < count; i++) {
        const struct lint_fix *fix = &fixes[i];
        size_t length = strlen(fix->cached);
        /* The column may point at the tick or at the number behind it. */
        bool here = fix->column == 0 || (size_t)fix->column == column ||
                    (size_t)fix->column == column + 1 || (size_t)fix->column + 1 == column;
        if (strcmp(fix->file, file) == 0 && fix->line == line && here && left > length + 2 &&
            memcmp(text, fix->cached, length) == 0 && memcmp(text + length, " =", 2) == 0)
            return fix;
    }
    return NULL;
}

size_t course_fix(const char *file, const char *text, size_t size, const struct lint_fix *fixes,
                  size_t fix_count, struct buf *out)
{
    size_t fixed = 0, column = 1;
    int line = 1;
    for (size_t i = 0; i < size; i++) {
        buf_add_char(out, text[i]);
        if (text[i] == '\n') {
            line++;
            column = 1;
            continue;
        }
        column++;
        if (text[i] != '`')
            continue;
        const struct lint_fix *fix =
            fix_at(fixes, fix_count, file, line, column, text + i + 1, size - i - 1);
        if (!fix)
            continue;
        buf_add(out, fix->computed);
        i += strlen(fix->cached);
        column += strlen(fix->cached);
        fixed++;
    }
    return fixed;
}
