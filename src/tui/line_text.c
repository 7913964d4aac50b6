/* Line mode: text out, a line in, and what can be looked up at any prompt. */
#include "tui/edits.h"
#include "tui/line_parts.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

void line_say(struct line *line, const char *text)
{
    if (line->session->ascii) {
        struct buf ascii = {0};
        utf8_to_ascii(&ascii, text, strlen(text));
        fputs(buf_text(&ascii), stdout);
        buf_free(&ascii);
    } else {
        fputs(text, stdout);
    }
}

void line_sayf(struct line *line, const char *format, ...)
{
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    line_say(line, buf_text(&text));
    buf_free(&text);
}

enum { LONGEST_LINE = 4000 };

/* One line of standard input; what is longer than anybody types is read and dropped. */
static bool read_line(struct buf *out)
{
    int c;
    bool any = false;
    buf_clear(out);
    while ((c = getc(stdin)) != EOF) {
        any = true;
        if (c == '\n')
            break;
        if (out->length < 4 * LONGEST_LINE)
            buf_add_char(out, (char)c);
    }
    return any;
}

const char *line_ask(struct line *line, const char *prompt)
{
    line_say(line, prompt);
    if (line->again) {
        line->again = false;
        line_sayf(line, "%s\n", buf_text(&line->clean));
        return buf_text(&line->clean);
    }
    fflush(stdout);
    if (!line_wait(line)) {
        line_say(line, "\n");
        return NULL;
    }
    if (line_stopped(line) || !read_line(&line->typed)) {
        line->ended = line->cut = true;
        line_say(line, "\n");
        return NULL;
    }
    struct str trimmed = str_trim((struct str){buf_text(&line->typed), line->typed.length});
    buf_clear(&line->clean);
    buf_add_n(&line->clean, "", 0);
    utf8_sanitise_line(&line->clean, trimmed.text, trimmed.length, LONGEST_LINE);
    return buf_text(&line->clean);
}

struct layout line_begin(struct line *line, struct grid *grid)
{
    grid_init(grid, line->width, 1);
    return (struct layout){
        .course = line->session->course,
        .arena = &line->frame,
        .grid = grid,
        .width = line->width,
        .ascii = line->session->ascii,
        .spoken = true,
    };
}

void line_finish(struct line *line, struct layout *layout)
{
    struct buf text = {0};
    grid_resize(layout->grid, layout->grid->width, layout->y > 0 ? layout->y : 1);
    if (layout->y > 0)
        grid_print_text(layout->grid, line->session->ascii, &text);
    fputs(buf_text(&text), stdout);
    buf_free(&text);
    grid_free(layout->grid);
    arena_free(&line->frame);
}

void line_say_spans(struct line *line, const char *head, const struct span *spans, size_t count)
{
    struct grid grid;
    struct layout layout = line_begin(line, &grid);
    struct span *all = ARENA_ARRAY(&line->frame, count + 1, struct span);
    all[0] = (struct span){.kind = SPAN_TEXT, .text = head, .shown = head};
    if (count)
        memcpy(all + 1, spans, count * sizeof *spans);
    layout_spans(&layout, all, count + 1, ROLE_TEXT);
    line_finish(line, &layout);
}

void line_say_text(struct line *line, const char *head, const char *text)
{
    const struct span span = {.kind = SPAN_TEXT, .text = text, .shown = text};
    line_say_spans(line, head, &span, 1);
}

void line_say_markdown(struct line *line, const char *head, const char *markdown)
{
    struct span *spans;
    size_t count;
    struct arena arena;
    arena_init(&arena);
    lesson_inline(&arena, markdown, &spans, &count);
    line_say_spans(line, head, spans, count);
    arena_free(&arena);
}

static void say_help(struct line *line, bool free_text)
{
    const char *colon = free_text ? ":" : "";
    const struct study *study = &line->study;
    bool asked = study->stage == STUDY_ASK, home = study->stage == STUDY_DONE;
    const char *mark = asked && study->ask.option_count ? ":" : colon;
    line->said = 0; /* the question is said again */
    line_sayf(
        line,
        "%sq leaves; what you answered is kept.\n"
        "%sg lists the terms, %sg WORD says what one means.\n"
        "%sd lists the demos, %sd /WORD those that hold a word, %sd NAME KNOB=VALUE runs one.\n",
        colon, colon, colon, colon, colon, colon);
    line_sayf(line, "%s/WORDS finds them in lessons, glossary, demos and questions.\n", colon);
    if (home)
        line_say(line, "B lists your bookmarks, [ goes to where you were before a jump.\n");
    else if (!study->in_quiz)
        line_sayf(line,
                  "%sp goes back a step, %s[ to where you were before a jump, %s] forward again.\n"
                  "%sB marks this step or takes the mark off, %sb lists your bookmarks.\n",
                  colon, colon, colon, mark, mark);
    if (line->study.visiting)
        line_sayf(line, "%sb goes back to the question.\n", colon);
    else if (study_can_undo(&line->study))
        line_sayf(line, "%su takes your last answer back.\n", colon);
    if (line->study.stage == STUDY_ASK && line->study.ask.can_watch)
        line_sayf(line, "%ss watches without predicting.\n", colon);
    else if (line->study.stage == STUDY_ASK)
        line_sayf(line, "%s- leaves the question unanswered.\n", colon);
    if (study_can_begin_anew(&line->study))
        line_sayf(line, "%sanew begins this quiz anew.\n", colon);
}

static void say_glossary(struct line *line, const char *word)
{
    const struct glossary *glossary = &line->session->course->glossary;
    const struct glossary_entry *entry = glossary_find(glossary, word);
    if (entry) {
        struct grid grid;
        struct layout layout = line_begin(line, &grid);
        layout_textf(&layout, ROLE_TEXT, "%s.", entry->title);
        layout_blocks(&layout, entry->blocks, entry->block_count);
        line_finish(line, &layout);
        return;
    }
    if (*word)
        line_sayf(line, "No term \"%s\". ", word);
    struct buf all = {0};
    for (size_t i = 0; i < glossary->count; i++)
        buf_addf(&all, "%s%s", i ? ", " : "The terms: ", glossary->entries[i].title);
    line_say_markdown(line, "", all.length ? buf_text(&all) : "This course has no glossary");
    buf_free(&all);
}

/* What one can look up at any prompt, without losing one's place. True: it was that. */
bool line_look_up(struct line *line, const char *typed, bool free_text)
{
    if (free_text && *typed++ != ':')
        return false;
    if (strcmp(typed, "?") == 0 || strcmp(typed, "help") == 0 || strcmp(typed, "h") == 0)
        say_help(line, free_text);
    else if (strcmp(typed, "g") == 0 || text_starts(typed, "g "))
        say_glossary(line, typed[1] ? typed + 2 : "");
    else if (strcmp(typed, "d") == 0 || text_starts(typed, "d "))
        line_demo(line, typed[1] ? typed + 2 : "");
    else
        return false;
    return true;
}

bool line_take_edits(struct line *line, bool *turned)
{
    struct study *study = &line->study;
    struct course *course = line->session->course;
    struct buf said = {0};
    *turned = false;
    if (study->visiting)
        return false;
    bool anew = edits_read(&line->watch, course, &said) == COURSE_RELOADED;
    if (anew) {
        *turned = study_reloaded(study);
        struct course_used used = study_used(study);
        course_forget_older(course, &used, 1);
    }
    if (*turned)
        line->said = 0;
    if (said.length)
        line_sayf(line, "(%s)\n", buf_text(&said));
    buf_free(&said);
    return anew;
}

void line_next(struct line *line)
{
    bool turned; /* no page of a quiz is */
    if (line->study.in_quiz)
        line_take_edits(line, &turned);
    study_next(&line->study);
}
