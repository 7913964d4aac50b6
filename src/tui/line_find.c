/* Line mode: search, bookmarks, back and forward. */
#include "tui/line_parts.h"

#include "base/utf8.h"
#include "tui/finder.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_SHOWN = 20 };

/* One can go somewhere else: no quiz would lose its place, no room is looking. */
static bool may_jump(const struct line *line)
{
    return !line->present && (!line->study.in_quiz || line->study.stage == STUDY_DONE);
}

/* Whoever wants to be elsewhere hears why not. */
static bool goes(struct line *line)
{
    if (!may_jump(line))
        line_say(line, "That has to wait: here it would cost you your place.\n");
    return may_jump(line);
}

/* The step one is at. */
static bool here(const struct line *line, struct stop *stop)
{
    const struct study *study = &line->study;
    if (study->stage == STUDY_DONE || !study_step(study))
        return false;
    *stop = history_step(study->course, study->chapter, study->section, study->step);
    return true;
}

void line_jump(struct line *line, size_t chapter, size_t section, size_t step)
{
    struct stop now, to = history_step(line->session->course, chapter, section, step);
    if (here(line, &now))
        history_note(&line->history, &now);
    history_push(&line->history, &to);
    line->said = 0;
    study_open(&line->study, chapter, section, step);
}

/* A number from 1 to `count`; 0: none was wanted. `off` where not NULL: an x stood before it. */
static size_t ask_which(struct line *line, const char *prompt, size_t count, bool *off)
{
    const char *typed = line_ask(line, prompt);
    int64_t number;
    if (!typed || !*typed || strcmp(typed, "␛") == 0)
        return 0;
    if (strcmp(typed, "q") == 0) {
        line->ended = true;
        return 0;
    }
    if (off && (*off = *typed == 'x'))
        typed += 1 + strspn(typed + 1, " ");
    if (str_integer(str_of(typed), &number) && number >= 1 && (size_t)number <= count)
        return (size_t)number;
    line_sayf(line, "There is no number %s here.\n", typed);
    return 0;
}

static bool open_hit(struct line *line, const struct search_entry *entry)
{
    struct buf command = {0};
    switch (entry->kind) {
    case SEARCH_STEP:
    case SEARCH_QUESTION:
        if (!goes(line))
            return false;
        if (entry->hidden)
            line_say(line, "What you look for comes after this prediction.\n");
        line_jump(line, entry->chapter, entry->section, entry->step);
        return true;
    case SEARCH_TERM:
    case SEARCH_DEMO:
        buf_addf(&command, "%s %s", entry->kind == SEARCH_TERM ? "g" : "d", entry->name);
        line_look_up(line, buf_text(&command), false);
        break;
    }
    buf_free(&command);
    return false;
}

static bool search_for(struct line *line, const char *words)
{
    struct search search;
    bool jumped = false;
    while (*words == '/') /* one opens it */
        words++;
    finder_open(&search, line->session);
    search_find(&search, words);
    size_t shown = search.hit_count < MOST_SHOWN ? search.hit_count : MOST_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        const struct search_hit *hit = &search.hits[i];
        struct buf text = {0};
        size_t at, length;
        if (i == 0 || hit->entry->kind != hit[-1].entry->kind)
            line_sayf(line, "%s\n", search_kind_title(hit->entry->kind));
        search_excerpt(hit, 60, &text, &at, &length);
        line_sayf(line, "  %zu. %s: %s\n", i + 1, hit->entry->place, buf_text(&text));
        buf_free(&text);
    }
    if (search.hit_count > shown)
        line_sayf(line, "  and %zu more; another word narrows it down\n", search.hit_count - shown);
    if (!shown)
        line_say(line, *words ? "Nothing in this course holds that.\n"
                              : "Type the words behind the slash, such as /inverted dropout.\n");
    size_t which = shown ? ask_which(line, "Number to open (Enter: none): ", shown, NULL) : 0;
    if (which)
        jumped = open_hit(line, search.hits[which - 1].entry);
    search_close(&search);
    return jumped;
}

/* ---- bookmarks ----------------------------------------------------------------------------------------- */

static bool read_marks(struct line *line, struct arena *arena, struct bookmark **marks,
                       size_t *count)
{
    struct err err;
    struct session *session = line->session;
    *count = 0;
    if (!session->store) {
        line_say(line, "Nothing can be kept in this session.\n");
        return false;
    }
    if (!store_bookmarks(session->store, session->course->page.id, arena, marks, count, &err)) {
        line_sayf(line, "(%s)\n", err.text);
        return false;
    }
    finder_sort_bookmarks(session, *marks, *count);
    return true;
}

static void log_mark(struct line *line, const struct bookmark *mark, bool on)
{
    struct event event = {.type = EVENT_BOOKMARK,
                          .course = line->session->course->page.id,
                          .chapter = mark->chapter,
                          .section = mark->section,
                          .step_hash = mark->hash,
                          .step = mark->step,
                          .on = on};
    line->study.log(line->study.log_user, &event);
}

/* Where it is not kept the learner has heard why. */
static void say_mark(struct line *line, bool on)
{
    bool colon = line->study.stage == STUDY_ASK &&
                 (line->study.ask.form == FORM_TEXT || line->study.ask.option_count);
    if (keep_is_well(&line->session->keep))
        line_say(line, !on     ? "The mark is off.\n"
                       : colon ? "Marked; :b lists your bookmarks.\n"
                               : "Marked; b lists your bookmarks.\n");
}

static void toggle_mark(struct line *line)
{
    struct arena arena;
    struct bookmark *marks;
    struct buf words = {0};
    struct stop now;
    size_t count;
    bool held = false;
    if (!may_jump(line) || !here(line, &now)) {
        line_say(line, "There is no step here to be marked.\n");
        return;
    }
    arena_init(&arena);
    if (read_marks(line, &arena, &marks, &count)) {
        for (size_t i = 0; i < count; i++) {
            size_t chapter, section, step;
            if (!finder_bookmark(line->session, &marks[i], &chapter, &section, &step, &words) ||
                chapter != line->study.chapter || section != line->study.section ||
                step != line->study.step)
                continue;
            log_mark(line, &marks[i], false);
            held = true;
        }
        if (!held)
            log_mark(line,
                     &(struct bookmark){.chapter = now.name,
                                        .section = now.section,
                                        .hash = now.hash,
                                        .step = (int)line->study.step + 1},
                     true);
        say_mark(line, !held);
    }
    buf_free(&words);
    arena_free(&arena);
}

static void say_marks(struct line *line, const struct bookmark *marks, size_t count)
{
    struct buf words = {0}, place = {0};
    size_t chapter, section, step;
    for (size_t i = 0; i < count; i++) {
        bool there = finder_bookmark(line->session, &marks[i], &chapter, &section, &step, &words);
        struct str text = there ? str_trim((struct str){buf_text(&words), words.length})
                                : str_of("this chapter is no longer there.");
        size_t fits = utf8_fit(text.text, text.length, 60);
        finder_bookmark_place(line->session, &marks[i], &place);
        line_sayf(line, "  %zu. %s: %.*s%s\n", i + 1, buf_text(&place), (int)fits, text.text,
                  fits < text.length ? "…" : "");
    }
    if (!count)
        line_say(line, "No bookmarks yet: B marks the step you are at.\n");
    buf_free(&words);
    buf_free(&place);
}

static bool open_mark(struct line *line, const struct bookmark *mark)
{
    struct buf words = {0};
    size_t chapter, section, step;
    bool there = finder_bookmark(line->session, mark, &chapter, &section, &step, &words);
    buf_free(&words);
    if (!there)
        line_say(line, "This chapter is no longer there.\n");
    if (!there || !goes(line))
        return false;
    line_jump(line, chapter, section, step);
    return true;
}

static bool list_marks(struct line *line)
{
    static const char prompt[] = "Number to open, x and a number to take it off (Enter: none): ";
    struct arena arena;
    struct bookmark *marks;
    size_t count;
    bool jumped = false, off = false;
    arena_init(&arena);
    if (read_marks(line, &arena, &marks, &count)) {
        say_marks(line, marks, count);
        size_t which = count ? ask_which(line, prompt, count, &off) : 0;
        if (which && off) {
            log_mark(line, &marks[which - 1], false);
            say_mark(line, false);
        } else if (which) {
            jumped = open_mark(line, &marks[which - 1]);
        }
    }
    arena_free(&arena);
    return jumped;
}

/* ---- back and forward ------------------------------------------------------------------------------------ */

static bool travel(struct line *line, bool back)
{
    struct stop now;
    struct history *history = &line->history;
    size_t chapter, section, step;
    if (!goes(line))
        return false;
    if (here(line, &now))
        history_note(history, &now);
    const struct stop *stop = history_peek(history, back);
    if (!stop) {
        line_say(line, back ? "This is where you began.\n" : "This is as far as you have been.\n");
        return false;
    }
    if (!history_find(line->session->course, stop, &chapter, &section, &step))
        return false;
    history->at = (size_t)(stop - history->stops);
    line->said = 0;
    study_open(&line->study, chapter, section, step);
    return true;
}

/* An option's letter, while there is a question: its first try or its second. */
static bool may_be_option(const struct line *line, const char *typed)
{
    const struct study *study = &line->study;
    bool asked =
        study->stage == STUDY_ASK || (study->stage == STUDY_FEEDBACK && study->feedback.retry);
    return asked && strcasecmp(typed, "b") == 0 && study->ask.option_count > 0;
}

bool line_find(struct line *line, const char *typed, bool *jumped)
{
    bool home = line->study.stage == STUDY_DONE;
    *jumped = false;
    if (line->present)
        return false;
    if (*typed == ':')
        typed++;
    else if (may_be_option(line, typed))
        return false; /* with a colon it is the command */
    else if (line->study.visiting && strcmp(typed, "b") == 0)
        return false; /* back to the question */
    if (*typed == '/')
        *jumped = search_for(line, typed + 1);
    else if (strcmp(typed, "b") == 0 || (home && strcmp(typed, "B") == 0))
        *jumped = list_marks(line);
    else if (strcmp(typed, "B") == 0)
        toggle_mark(line);
    else if (strcmp(typed, "[") == 0 || strcmp(typed, "]") == 0)
        *jumped = travel(line, *typed == '[');
    else
        return false;
    return true;
}

enum line_taken line_everywhere(struct line *line, const char *typed)
{
    bool jumped;
    if (strcmp(typed, "q") == 0 || strcmp(typed, "quit") == 0) {
        line->ended = true;
        return LINE_MOVED;
    }
    if (strcmp(typed, "u") == 0)
        return line_undo(line) ? LINE_MOVED : LINE_TAKEN;
    if (line_look_up(line, typed, false))
        return LINE_TAKEN;
    if (!line_find(line, typed, &jumped))
        return LINE_OTHER;
    return jumped || line->ended ? LINE_MOVED : LINE_TAKEN;
}

const char *line_choose(struct line *line, const char *prompt)
{
    for (;;) {
        const char *typed = line_ask(line, prompt);
        enum line_taken taken = typed ? line_everywhere(line, typed) : LINE_MOVED;
        if (taken != LINE_TAKEN)
            return taken == LINE_OTHER ? typed : NULL;
    }
}
