/* The other Markdown files of a course: its glossary and its first page; and slugs. */
#include "lesson/directive.h"
#include "lesson/grammar.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

char *lesson_slug(struct arena *arena, const char *title)
{
    struct buf slug = {0};
    for (const char *p = title; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (isalnum(c) || c >= 0x80) {
            buf_add_char(&slug, c < 0x80 ? (char)tolower(c) : (char)c);
        } else if (c != '\'' && slug.length && slug.data[slug.length - 1] != '-') {
            buf_add_char(&slug, '-');
        }
    }
    while (slug.length && slug.data[slug.length - 1] == '-')
        slug.length--;
    char *copy = arena_strndup(arena, buf_text(&slug), slug.length);
    buf_free(&slug);
    return copy;
}

/* ---- the glossary ---------------------------------------------------------------------------- */

static int compare_slugs(const void *a, const void *b)
{
    const struct glossary_entry *const *left = a, *const *right = b;
    int order = strcmp((*left)->slug, (*right)->slug);
    return order ? order : (*left > *right) - (*left < *right);
}

static void check_entries(struct source *source, const struct glossary *glossary)
{
    const struct glossary_entry **sorted =
        ARENA_ARRAY(source->arena, glossary->count, const struct glossary_entry *);
    for (size_t i = 0; i < glossary->count; i++)
        sorted[i] = &glossary->entries[i];
    if (glossary->count)
        qsort(sorted, glossary->count, sizeof *sorted, compare_slugs);
    for (size_t i = 0; i < glossary->count; i++) {
        const struct glossary_entry *entry = sorted[i];
        if (!*entry->slug)
            source_find(source, LINT_GLOSSARY, entry->place, "write ## and the term",
                        "an entry without a name");
        else if (i && strcmp(sorted[i - 1]->slug, entry->slug) == 0)
            source_find(source, LINT_GLOSSARY, entry->place, "make one entry of the two",
                        "a second entry [[%s]]", entry->slug);
        if (!entry->block_count)
            source_find(source, LINT_GLOSSARY, entry->place, "say what it means",
                        "the entry \"%s\" is empty", entry->title);
    }
}

void glossary_read(struct glossary *glossary, struct arena *arena, const char *file,
                   const char *bytes, size_t size, struct findings *findings)
{
    assert(glossary && arena && file);
    *glossary = (struct glossary){.file = arena_strdup(arena, file)};
    struct source source;
    source_open(&source, arena, glossary->file, bytes, size, findings);
    struct markdown markdown = {0};
    markdown_read(&source, 1, (int)source.line_count, &markdown);
    size_t capacity = 0, block_capacity = 0;
    struct glossary_entry *entry = NULL;
    for (size_t i = 0; i < markdown.count; i++) {
        const struct piece *piece = &markdown.pieces[i];
        if (piece->kind == PIECE_HEADING && piece->block.level == 2) {
            struct glossary_entry fresh = {.place = {piece->first, 1}};
            fresh.title = markdown_words(arena, piece->block.spans, piece->block.span_count);
            fresh.slug = lesson_slug(arena, fresh.title);
            ARENA_PUSH(arena, glossary->entries, glossary->count, capacity, fresh);
            entry = &glossary->entries[glossary->count - 1];
            block_capacity = 0;
        } else if (entry && piece->kind != PIECE_RULE && piece->kind != PIECE_HEADING) {
            ARENA_PUSH(arena, entry->blocks, entry->block_count, block_capacity, piece->block);
        }
    }
    check_entries(&source, glossary);
    source_close(&source, findings);
}

const struct glossary_entry *glossary_find(const struct glossary *glossary, const char *name)
{
    struct arena arena;
    const struct glossary_entry *found = NULL;
    arena_init(&arena);
    const char *slug = lesson_slug(&arena, name);
    for (size_t i = 0; i < glossary->count && !found; i++)
        if (strcmp(glossary->entries[i].slug, slug) == 0)
            found = &glossary->entries[i];
    arena_free(&arena);
    return found;
}

/* ---- the course page ------------------------------------------------------------------------- */

static void read_course_block(struct source *source, const struct piece *fence,
                              struct course_page *page)
{
    static const char *const keys[] = {"id", "language"};
    const char **fields[] = {&page->id, &page->language};
    struct body body;
    body_open(&body, source, fence);
    while (body_line(&body)) {
        struct str value;
        int key = body_key(&body, keys, 2, &value);
        if (key < 0 || !grammar_name(value, "-_") || *fields[key])
            source_find(source, LINT_COURSE, body.place, "write id: NAME and language: en, once",
                        "the line \"%.*s\" of the course block cannot be read",
                        body.line.length > 60 ? 60 : (int)body.line.length, body.line.text);
        else
            *fields[key] = body_copy(&body, value);
    }
}

void course_page_read(struct course_page *page, struct arena *arena, const char *file,
                      const char *bytes, size_t size, struct findings *findings)
{
    assert(page && arena && file);
    *page = (struct course_page){0};
    struct source source;
    source_open(&source, arena, arena_strdup(arena, file), bytes, size, findings);
    struct markdown markdown = {0};
    markdown_read(&source, 1, (int)source.line_count, &markdown);
    size_t capacity = 0;
    for (size_t i = 0; i < markdown.count; i++) {
        const struct piece *piece = &markdown.pieces[i];
        struct str rest = str_of(piece->info ? piece->info : "");
        if (piece->kind == PIECE_HEADING && piece->block.level == 1 && !page->title)
            page->title = markdown_words(arena, piece->block.spans, piece->block.span_count);
        else if (piece->kind == PIECE_FENCE && str_is(str_word(&rest), "course"))
            read_course_block(&source, piece, page);
        else if (piece->kind != PIECE_RULE)
            ARENA_PUSH(arena, page->blocks, page->block_count, capacity, piece->block);
    }
    const char *const names[] = {"title", "id", "language"};
    const char **fields[] = {&page->title, &page->id, &page->language};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!*fields[i]) {
            source_find(&source, LINT_COURSE, (struct place){1, 1},
                        "write # Title and a ```course block with id: and language:",
                        "a course without %s", names[i]);
            *fields[i] = "";
        }
    source_close(&source, findings);
}
