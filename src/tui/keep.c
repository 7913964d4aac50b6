#include "tui/keep.h"

#include "base/log.h"

#include <string.h>

/* Who has waited once need not wait again at every key. */
enum { PATIENT_MS = 5000, HURRIED_MS = 20 };

static void hold(struct keep *keep, const struct event *event)
{
    struct event copy = *event;
    const char **const texts[] = {&copy.course, &copy.chapter,  &copy.section, &copy.demo,
                                  &copy.result, &copy.given,    &copy.was,     &copy.quiz,
                                  &copy.state,  &copy.question, &copy.attempt, &copy.target,
                                  &copy.name};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i])
            *texts[i] = arena_strdup(&keep->arena, *texts[i]);
    ARENA_PUSH(&keep->arena, keep->held, keep->count, keep->capacity, copy);
}

static void forget(struct keep *keep)
{
    arena_free(&keep->arena);
    keep->held = NULL;
    keep->count = keep->capacity = 0;
}

bool keep_is_well(const struct keep *keep)
{
    return keep->path && !keep->count && !keep->why.text[0];
}

static bool open_store(struct keep *keep, struct store **store, int wait_ms, struct err *err)
{
    if (!*store)
        *store = store_try(keep->path, &keep->clock, false, wait_ms, err);
    else
        store_wait_ms(*store, wait_ms);
    return *store && store_begin_writing(*store, err);
}

/* All that waits, at once or not at all as far as anybody can tell: the ids make it harmless to
 * begin again. */
static bool write_held(struct keep *keep, struct store *store, struct err *err)
{
    for (size_t i = 0; i < keep->count; i++)
        if (!store_append(store, &keep->held[i], err))
            return false;
    forget(keep);
    return true;
}

static bool write_all(struct keep *keep, struct store **store, int wait_ms, bool *moved,
                      struct err *err)
{
    *moved = false;
    return open_store(keep, store, wait_ms, err) && store_follow(*store, moved, err) &&
           write_held(keep, *store, err);
}

/* A reason is told once, then only that there is more of it: not at every page. */
static void say_failure(struct keep *keep, const struct err *err, bool brief, struct err *news)
{
    log_line("store: %s", err->text);
    if (strcmp(keep->why.text, err->text) != 0)
        err_set(news, "Not saved yet: %.500s. You can go on; it will be tried again", err->text);
    else if (brief)
        err_set(news, "Not saved yet (%zu); it will be tried again", keep->count);
    keep->why = *err;
}

static void say_success(struct keep *keep, struct store *store, size_t waited, bool moved,
                        struct err *news)
{
    if (waited)
        err_set(news, "Saved now, with what had waited (%zu)", waited);
    else if (moved)
        err_set(news, "%s was moved or replaced meanwhile; all you did is in it again",
                store_path(store));
    keep->why.text[0] = '\0';
}

void keep_start(struct keep *keep, struct store **store, const char *path,
                const struct clock *clock, struct err *news)
{
    struct err err = {""};
    *news = err;
    keep->path = path;
    keep->clock = *clock;
    if (open_store(keep, store, PATIENT_MS, &err))
        return;
    /* What can be read at least tells where the learner stands. */
    *store = store_try(path, clock, true, 0, NULL);
    say_failure(keep, &err, false, news);
}

void keep_event(struct keep *keep, struct store **store, struct event *event, struct err *news)
{
    struct err err = {""};
    bool moved;
    *news = err;
    if (!keep->path)
        return;
    size_t waited = keep->count;
    int wait_ms = keep_is_well(keep) ? PATIENT_MS : HURRIED_MS;
    /* It happened now, whenever it will be written, and an undo has to name it before that. */
    if (event_stamp(event, &keep->clock, &err) && write_all(keep, store, wait_ms, &moved, &err) &&
        store_append(*store, event, &err)) {
        say_success(keep, *store, waited, moved, news);
        return;
    }
    if (!event->given || strlen(event->given) <= EVENT_GIVEN_MOST) /* else it never will be */
        hold(keep, event);
    say_failure(keep, &err, event->type != EVENT_STEP, news);
}

void keep_retry(struct keep *keep, struct store **store, struct err *news)
{
    struct err err = {""};
    bool moved;
    size_t waited = keep->count;
    *news = err;
    if (!keep->path || keep_is_well(keep))
        return;
    if (write_all(keep, store, HURRIED_MS, &moved, &err))
        say_success(keep, *store, waited, moved, news);
    else
        say_failure(keep, &err, false, news);
}

bool keep_end(struct keep *keep, struct store **store, struct err *news)
{
    struct err err = {""};
    bool moved;
    size_t left = keep->count;
    if (!left || write_all(keep, store, PATIENT_MS, &moved, &err))
        return true;
    err_set(news, "%zu event%s could not be saved: %.500s", left, left == 1 ? "" : "s", err.text);
    forget(keep);
    return false;
}
