/* Line mode of a presentation, and of its notes. */
#include "tui/line_parts.h"
#include "tui/classroom.h"
#include "tui/notes.h"
#include "tui/present.h"
#include "tui/seats.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BLANK_LINES = 60, LOBBY_NS = 1000000000 };

/* What is asked or shown, to see whether another terminal has moved it. */
struct standing {
    size_t section, step;
    enum study_stage stage;
    uint64_t question;
    unsigned changes;
    enum phase phase;
    size_t here; /* in the lobby: who has come in */
};

/* So that who comes in is said, but a class that comes in at once in a few lines. */
static size_t in_lobby(const struct line *line)
{
    const struct desk *desk =
        line->present && line->present->host ? &line->present->host->desk : NULL;
    return desk && desk->phase == PHASE_LOBBY ? desk_present(desk) + DESK_SEATS * desk_in(desk) : 0;
}

static struct standing where(const struct line *line)
{
    const struct study *study = &line->study;
    return (struct standing){study->section,
                             study->step,
                             study->stage,
                             study->ask.serial,
                             line->notes        ? line->notes->changes
                             : line->visit      ? line->visit->changes
                             : line->projection ? line->projection->changes
                                                : 0,
                             !line->present || !line->present->host ? PHASE_LOBBY
                             : classroom_is_over(line->present)     ? PHASE_END
                                                                : line->present->host->desk.phase,
                             in_lobby(line)};
}

bool line_stopped(const struct line *line)
{
    return line->session->stopped && line->session->stopped();
}

bool line_wait(struct line *line)
{
    const struct companion *companion = line->session->companion;
    struct standing before = where(line);
    int64_t asked_ns = clock_mono_ns(&line->session->clock);
    while (companion) {
        if (line_stopped(line))
            return true;
        companion->serve(companion->user);
        if (line_stopped(line))
            return true;
        if (line->present && *line->present->news) {
            line_sayf(line, "\n(%s)", line->present->news);
            line->present->news[0] = '\0';
            return false;
        }
        struct standing now = where(line);
        if (clock_mono_ns(&line->session->clock) - asked_ns < LOBBY_NS)
            now.here = before.here;
        if (now.section != before.section || now.step != before.step || now.stage != before.stage ||
            now.question != before.question || now.changes != before.changes ||
            now.phase != before.phase || now.here != before.here)
            return false;
        struct pollfd ends[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                 {.fd = companion->fd, .events = POLLIN}};
        if (poll(ends, 2, companion->wait_ms(companion->user)) > 0 && ends[0].revents)
            break;
    }
    return true;
}

/* "who": all of them, however many. */
static bool say_who(struct line *line, const char *typed)
{
    const char *part = line->present->host ? seats_asked(typed) : NULL;
    const char *const *lines;
    struct arena arena;
    if (!part)
        return false;
    arena_init(&arena);
    size_t count = seats_list(&line->present->host->desk, part, &arena, &lines);
    for (size_t i = 0; i < count; i++)
        line_sayf(line, "%s\n", lines[i]);
    arena_free(&arena);
    return true;
}

bool line_present_command(struct line *line, const char *typed)
{
    if (!line->present)
        return false;
    if (strcmp(typed, "blank") == 0) {
        for (int i = 0; i < BLANK_LINES; i++)
            line_say(line, "\n");
        return true;
    }
    if (say_who(line, typed))
        return true;
    if (line->present->host && classroom_do(line->present, typed)) {
        if (*line->present->message)
            line_sayf(line, "%s\n", line->present->message);
        return true;
    }
    if (!text_starts(typed, ". ")) /* ".5" is a number */
        return false;
    const char *number = typed + strspn(typed, ". ");
    char word[80];
    if (strchr(number, '.'))
        snprintf(word, sizeof word, "go %.40s", number);
    else
        snprintf(word, sizeof word, "go %d.%.40s", study_chapter(&line->study)->number, number);
    if (!present_do(line->present, word))
        line_say(line, "No such section: a full stop, then its number, as in \". 3.4\".\n");
    return true;
}

void line_present_aloud(struct line *line)
{
    const char *typed = line_ask(line, "Ask the room; [n] shows the answer, [p]revious [q]uit: ");
    if (!typed || line_present_command(line, typed))
        return;
    if (strcmp(typed, "q") == 0)
        line->ended = true;
    else
        present_do(line->present, strcmp(typed, "p") == 0 ? "back" : "next");
}

void line_present_end(struct line *line)
{
    const char *typed = line_ask(line, "The chapter is over. [p]revious . SECTION [q]uit: ");
    if (!typed || line_present_command(line, typed))
        return;
    if (strcmp(typed, "q") == 0)
        line->ended = true;
    else if (strcmp(typed, "p") == 0)
        study_back(&line->study);
}

/* After q: is it the end? */
static bool leaves(struct line *line, struct present *present)
{
    while (!line->cut && classroom_audience(present)) {
        char prompt[120];
        snprintf(prompt, sizeof prompt,
                 "End the class for all %zu? y to end, p to pause: it can be resumed: ",
                 classroom_audience(present));
        line->ended = false;
        const char *typed = line_ask(line, prompt);
        if (!typed)
            continue; /* another terminal has moved it */
        line->ended = strcmp(typed, "y") == 0 || strcmp(typed, "p") == 0;
        present->ends = strcmp(typed, "y") == 0;
        if (!line->ended)
            line_say(line, "The class goes on.\n");
        return line->ended;
    }
    present->ends = !line->cut;
    return true;
}

void line_present(struct line *line, struct present *present)
{
    line->present = present;
    line->study.aloud = true;
    present->study = &line->study;
    if (*present->problem)
        line_sayf(line, "(%s)\n", present->problem);
    study_open(&line->study, present->chapter, present->section, present->step);
    do
        line_study(line);
    while (!leaves(line, present));
    present->study = NULL;
}

void line_classroom(struct line *line)
{
    struct present *present = line->present;
    struct grid grid;
    const char *lines[CLASSROOM_LINES];
    struct arena arena;
    struct scene scene;
    arena_init(&arena);
    struct layout layout = line_begin(line, &grid);
    classroom_scene(present, &arena, &scene);
    scene_lay_out(&scene, &layout);
    line_finish(line, &layout);
    if (classroom_is_over(present)) {
        arena_free(&arena);
        line->ended = true;
        return;
    }
    size_t count = classroom_say(present, &arena, lines, CLASSROOM_LINES);
    for (size_t i = 0; i < count; i++)
        line_sayf(line, "%s\n", lines[i]);
    arena_free(&arena);
    const char *typed = line_ask(
        line, "vote, reveal, similar, time N, pause, roam, gather, lock, unlock, code, "
              "seats N, who, clear, remove N, ban N, [n]ext, [q]uit (Enter: how it stands): ");
    if (!typed || !*typed || say_who(line, typed))
        return;
    if (strcmp(typed, "q") == 0 || strcmp(typed, "quit") == 0)
        line->ended = true;
    else if (!present_do(present, strcmp(typed, "n") == 0 ? "next" : typed))
        line_say(line, "That means nothing here.\n");
    else if (*present->message)
        line_sayf(line, "%s\n", present->message);
}

static void say_notes(struct line *line, struct notes *notes)
{
    struct grid grid;
    const struct chapter *chapter = &notes->course.chapters[notes->chapter].lesson;
    struct layout layout = line_begin(line, &grid);
    layout.course = &notes->course;
    if (notes->section < chapter->section_count)
        layout_textf(&layout, ROLE_TITLE, "%s %s (step %zu of %zu), minute %d of %d",
                     chapter->sections[notes->section].number,
                     chapter->sections[notes->section].title, notes->step + 1, notes->steps,
                     (int)notes->minutes, chapter->minutes);
    notes_lay_out(notes, &layout);
    line_finish(line, &layout);
}

void line_notes(struct line *line, struct notes *notes)
{
    line->notes = notes;
    unsigned said = notes->changes - 1;
    while (!line->ended) {
        if (said != notes->changes)
            say_notes(line, notes);
        said = notes->changes;
        const char *typed = line_ask(
            line, notes->class.length
                      ? "[n]ext [p]revious [b]lank . SECTION, vote, reveal, "
                        "similar, time N, pause, roam, gather, lock, unlock, code, seats N, who, "
                        "clear, remove N, ban N [q]uit: "
                      : "[n]ext [p]revious [b]lank . SECTION [q]uit: ");
        if (!typed)
            continue;
        char word[120];
        const char *number = typed + (*typed == '.');
        bool section = *typed == '.' || (*typed >= '0' && *typed <= '9');
        snprintf(word, sizeof word, section ? "go %.100s" : "%.100s",
                 section ? number + strspn(number, " ") : typed);
        if (strcmp(typed, "q") == 0)
            return;
        if (!notes_do(notes, !*typed || strcmp(typed, "n") == 0 ? "next"
                             : strcmp(typed, "p") == 0          ? "back"
                             : strcmp(typed, "b") == 0          ? "blank"
                                                                : word))
            line_say(line, "The presentation does not answer.\n");
    }
}
