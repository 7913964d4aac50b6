#include "tui/history.h"

#include "tui/view_study.h"

#include <string.h>

void history_free(struct history *history)
{
    arena_free(&history->arena);
    *history = (struct history){0};
}

struct stop history_step(const struct course *course, size_t chapter, size_t section, size_t step)
{
    const struct chapter *lesson = &course->chapters[chapter].lesson;
    struct stop stop = {.kind = STOP_STEP, .name = lesson->id ? lesson->id : "", .section = ""};
    if (section >= lesson->section_count)
        return stop;
    const struct section *here = &lesson->sections[section];
    stop.section = here->number ? here->number : "";
    stop.hash = step < here->step_count ? here->steps[step].hash : 0;
    return stop;
}

bool history_find(const struct course *course, const struct stop *stop, size_t *chapter,
                  size_t *section, size_t *step)
{
    for (size_t c = 0; stop->kind == STOP_STEP && c < course->chapter_count; c++) {
        const struct chapter *lesson = &course->chapters[c].lesson;
        if (!lesson->id || strcmp(lesson->id, stop->name) != 0)
            continue;
        *chapter = c;
        study_locate(lesson, stop->section, stop->hash, section, step);
        return true;
    }
    return false;
}

uint64_t history_identity(const char *chapter, const char *section, uint64_t hash)
{
    uint64_t parts[] = {str_hash(chapter, strlen(chapter)), str_hash(section, strlen(section)),
                        hash};
    return str_hash((const char *)parts, sizeof parts);
}

static bool is_same(const struct stop *a, const struct stop *b)
{
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           (a->kind != STOP_STEP || (strcmp(a->section, b->section) == 0 && a->hash == b->hash));
}

static struct stop keep(struct history *history, const struct stop *stop)
{
    struct stop kept = *stop;
    kept.name = arena_strdup(&history->arena, stop->name);
    kept.section = stop->section ? arena_strdup(&history->arena, stop->section) : NULL;
    return kept;
}

void history_note(struct history *history, const struct stop *now)
{
    if (!history->count)
        history_push(history, now);
    else if (history->stops[history->at].kind == STOP_STEP &&
             !is_same(&history->stops[history->at], now))
        history->stops[history->at] = keep(history, now);
}

void history_push(struct history *history, const struct stop *to)
{
    struct stop kept = keep(history, to);
    history->count = history->count ? history->at + 1 : 0;
    ARENA_PUSH(&history->arena, history->stops, history->count, history->capacity, kept);
    history->at = history->count - 1;
}

const struct stop *history_peek(const struct history *history, bool back)
{
    if (history->count == 0 || (back ? history->at == 0 : history->at + 1 >= history->count))
        return NULL;
    return &history->stops[back ? history->at - 1 : history->at + 1];
}

/* ---- on the screen ------------------------------------------------------------------------------------- */

/* The stop of the page on top. */
static bool here(struct tui *tui, struct stop *stop)
{
    if (!tui->depth)
        return false;
    const struct view *view = tui->stack[tui->depth - 1].view;
    return view->here && view->here(tui, tui->stack[tui->depth - 1].state, stop);
}

bool history_open_demo(struct tui *tui, const char *named)
{
    struct arena arena;
    struct demo_args args;
    struct err err;
    arena_init(&arena);
    bool good = demo_args_read(&args, &arena, named, &err);
    if (!good)
        tui_say(tui, ROLE_WARNING, "%s", err.text);
    good = good && tui_push(tui, &view_demo, &(struct demo_start_args){&args});
    arena_free(&arena);
    return good;
}

/* Whatever is opened from a page that was looked up is looked up, too. */
static bool looks_up(const struct tui *tui)
{
    for (size_t i = 0; i < tui->depth; i++)
        if (tui->stack[i].view == &view_study &&
            ((const struct study_view *)tui->stack[i].state)->study.visiting)
            return true;
    return false;
}

static bool open_stop(struct tui *tui, const struct stop *stop)
{
    struct study_start where = {.visit = looks_up(tui)};
    switch (stop->kind) {
    case STOP_STEP:
        if (history_find(tui->session->course, stop, &where.chapter, &where.section, &where.step))
            return tui_push(tui, &view_study, &where);
        tui_say(tui, ROLE_WARNING, "This chapter is no longer there.");
        return false;
    case STOP_TERM:
        return tui_push(tui, &view_glossary, stop->name);
    case STOP_DEMO:
        return history_open_demo(tui, stop->name);
    }
    return false;
}

bool history_jump(struct tui *tui, const struct stop *to)
{
    struct history *history = &tui->history;
    struct stop kept = keep(history, to); /* what it points to may go with the page it stands on */
    struct stop now;
    if (here(tui, &now))
        history_note(history, &now);
    if (!open_stop(tui, &kept))
        return false;
    history_push(history, &kept);
    return true;
}

bool history_jump_to(struct tui *tui, size_t chapter, size_t section, size_t step)
{
    struct stop stop = history_step(tui->session->course, chapter, section, step);
    return history_jump(tui, &stop);
}

/* One stop back or forward. What hangs over a page (a term, a demo) is closed; a lesson is turned. */
static void travel(struct tui *tui, bool back)
{
    struct history *history = &tui->history;
    struct stop now;
    if (here(tui, &now))
        history_note(history, &now);
    const struct stop *stop = history_peek(history, back);
    if (!stop) {
        tui_say(tui, ROLE_TEXT,
                back ? "This is where you began." : "This is as far as you have been.");
        return;
    }
    while (tui->depth > 1 && (tui->stack[tui->depth - 1].view == &view_glossary ||
                              tui->stack[tui->depth - 1].view == &view_demo))
        tui_pop(tui);
    const struct view *view = tui->stack[tui->depth - 1].view;
    bool there = here(tui, &now) && is_same(&now, stop);
    if (there || (view->go && view->go(tui, tui->stack[tui->depth - 1].state, stop)) ||
        open_stop(tui, stop))
        history->at = (size_t)(stop - history->stops);
}

bool history_acts(struct tui *tui, enum action_id action)
{
    if (action == ACTION_SEARCH)
        tui_push(tui, &view_search, NULL);
    else if (action == ACTION_BOOKMARKS)
        tui_push(tui, &view_bookmarks, NULL);
    else if (action == ACTION_BACKWARD || action == ACTION_FORWARD)
        travel(tui, action == ACTION_BACKWARD);
    else
        return false;
    return true;
}

void history_closed(struct tui *tui)
{
    struct history *history = &tui->history;
    struct stop now;
    if (!here(tui, &now))
        return;
    for (size_t far = 0; far < history->count; far++) { /* the nearest stop that is this page */
        bool behind = far <= history->at, ahead = far && history->at + far < history->count;
        if (behind && is_same(&history->stops[history->at - far], &now)) {
            history->at -= far;
            break;
        }
        if (ahead && is_same(&history->stops[history->at + far], &now)) {
            history->at += far;
            break;
        }
    }
    if (looks_up(tui))
        return;
    /* Whoever leaves now comes back to this page, not to the one that was closed. */
    if (now.hash && history_identity(now.name, now.section, now.hash) != tui->step_logged)
        study_log_step(&((struct study_view *)tui->stack[tui->depth - 1].state)->study);
}
