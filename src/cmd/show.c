/* nntutor show: a chapter as text, its demos run. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "course/layout.h"

#include <stdlib.h>
#include <unistd.h>

struct show {
    const struct cmd_call *call;
    struct course *course;
    struct arena arena;
    struct grid grid;
    struct theme theme;
    int width;
    bool color;
};

static struct layout begin(struct show *show)
{
    grid_init(&show->grid, show->width, 1);
    return (struct layout){
        .course = show->course,
        .arena = &show->arena,
        .grid = &show->grid,
        .width = show->width,
        .ascii = call_ascii(show->call),
    };
}

/* Printed piece by piece: memory does not grow with the chapter, and reading starts at once. */
static enum exit_code end(struct show *show, struct layout *layout, int blank_lines)
{
    struct buf text = {0};
    grid_resize(&show->grid, show->width, layout->y > 0 ? layout->y : 1);
    if (layout->y > 0 && show->color)
        grid_print_ansi(&show->grid, &show->theme, layout->ascii, &text);
    else if (layout->y > 0)
        grid_print_text(&show->grid, layout->ascii, &text);
    buf_repeat(&text, "\n", (size_t)blank_lines);
    struct err err;
    bool good = file_write("-", buf_text(&text), text.length, &err);
    buf_free(&text);
    grid_free(&show->grid);
    arena_free(&show->arena);
    return good ? EXIT_GOOD : call_fail(EXIT_WRITE, "%s", err.text);
}

static enum exit_code show_section(struct show *show, const struct section *section,
                                   const struct quiz *quiz)
{
    struct layout layout = begin(show);
    layout_textf(&layout, ROLE_TITLE, "%s  %s", section->number ? section->number : "",
                 section->title ? section->title : "");
    enum exit_code code = end(show, &layout, 1);
    for (size_t i = 0; code == EXIT_GOOD && i < section->step_count; i++) {
        layout = begin(show);
        layout_step(&layout, &section->steps[i], quiz);
        code = end(show, &layout, 1);
    }
    if (code == EXIT_GOOD && call_flag(show->call, "notes") && section->note_count) {
        layout = begin(show);
        layout_notes(&layout, section);
        code = end(show, &layout, 1);
    }
    return code;
}

enum exit_code cmd_show(const struct cmd_call *call)
{
    struct course course;
    enum exit_code code;
    struct err err;
    int64_t width = terminal_columns(78) < 78 ? terminal_columns(78) : 78;
    size_t chapter = 0, section = 0;
    bool has_section = false;
    if (call->count > 1)
        return call_usage(call, "one chapter at a time");
    if (width < 20)
        width = 20;
    if (!call_number(call, "width", 20, 500, &width))
        return EXIT_USAGE;
    if (!call_course(call, &course, &code))
        return code;
    if (call->count &&
        !course_find_place(&course, call->arguments[0], &chapter, &section, &has_section, &err)) {
        course_close(&course);
        return call_usage(call, "%s", err.text);
    }
    const char *no_color = getenv("NO_COLOR");
    struct show show = {
        .call = call,
        .course = &course,
        .width = (int)width,
        .theme = {.depth = COLOR_256},
        .color = call_color(call) == COLOR_ALWAYS ||
                 (call_color(call) == COLOR_AUTO && isatty(STDOUT_FILENO) && terminal_usable() &&
                  !(no_color && *no_color)),
    };
    arena_init(&show.arena);
    const struct chapter *lesson = &course.chapters[chapter].lesson;
    const struct quiz *quiz = course_quiz(&course, chapter);
    struct layout layout = begin(&show);
    layout_textf(&layout, ROLE_TITLE, "%d  %s", lesson->number, lesson->title ? lesson->title : "");
    code = end(&show, &layout, 1);
    for (size_t i = has_section ? section : 0; code == EXIT_GOOD && i < lesson->section_count;
         i++) {
        code = show_section(&show, &lesson->sections[i], quiz);
        if (has_section)
            break;
    }
    course_close(&course);
    return code;
}
