#include "cmd/handout.h"

#include "base/file.h"
#include "grade/convert.h"

#include <stdio.h>
#include <string.h>

enum exit_code handout_write(const struct quiz *quiz, const char *path, bool no_key)
{
    struct arena arena;
    struct findings findings;
    struct buf text = {0};
    struct err err;
    arena_init(&arena);
    findings_init(&findings, &arena);
    quiz_handout.write(
        quiz,
        &(struct conversion){.findings = &findings, .format = quiz_handout.name, .no_key = no_key},
        &text);
    bool good = file_write(path ? path : "-", buf_text(&text), text.length, &err);
    buf_free(&text);
    arena_free(&arena);
    return good ? EXIT_GOOD : call_fail(EXIT_WRITE, "%s", err.text);
}

static void add(struct quiz *to, const struct quiz *from, const char *key)
{
    const struct question *question = key ? quiz_find(from, key) : NULL;
    for (size_t i = 0; i < to->count; i++)
        if (question && strcmp(to->questions[i].key, key) == 0)
            return;
    if (question)
        to->questions[to->count++] = *question;
}

static void add_section(struct quiz *to, const struct quiz *from, const struct section *section)
{
    for (size_t i = 0; i < section->step_count; i++) {
        const struct directive *directive = section->steps[i].directive;
        for (size_t k = 0; directive && k < directive->key_count; k++)
            add(to, from, directive->keys[k]);
    }
    for (size_t i = 0; i < section->note_count; i++)
        add(to, from, section->notes[i]->concept_test);
}

enum exit_code handout_of_chapter(const struct cmd_call *call, struct course *course,
                                  size_t chapter, size_t section, bool has_section)
{
    const struct chapter *lesson = &course->chapters[chapter].lesson;
    const struct quiz *from = course_quiz(course, chapter);
    struct arena arena;
    enum exit_code code;
    if (!from)
        return call_fail(EXIT_CANNOT, "chapter %s has no quiz that could be read", lesson->id);
    arena_init(&arena);
    struct quiz asked = {.id = lesson->id, .file = from->file};
    asked.questions = ARENA_ARRAY(&arena, from->count + 1, struct question);
    for (size_t i = 0; i < lesson->section_count; i++)
        if (!has_section || i == section)
            add_section(&asked, from, &lesson->sections[i]);
    code = asked.count ? handout_write(&asked, NULL, call_flag(call, "no-key"))
                       : call_fail(EXIT_CANNOT, "nothing is asked there");
    arena_free(&arena);
    return code;
}
