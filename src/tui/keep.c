#include "tui/keep.h"

#include "base/log.h"

#include <string.h>

enum { PATIENT_MS = 5000, HURRIED_MS = 20 };

static void hold(struct keep *keep, const struct event *event)
{
    struct event copy = *event;
    const char **const texts[] = {&copy.course,   &copy.chapter, &copy.section, &copy.demo,
                                  &copy.result,   &copy.given,   &copy.was,     &copy.quiz,
                                  &copy.question, &copy.state,   &copy.attempt, &copy.target};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i])
            *texts[i] = arena_strdup(&keep->arena, *texts[i]);
    ARENA_PUSH(&keep->arena, keep->held, keep->count, keep->capacity, copy);
}

static void forget(struct keep *keep)
{
    arena_free(&keep->arena);
    *keep = (struct keep){0};
}

/* All that waits, at once or not at all as far as anybody can tell: the ids make it harmless to
 * begin again. */
static bool write_held(struct keep *keep, struct store *store, struct err *err)
{
    for (size_t i = 0; i < keep->count; i++)
        if (!store_append(store, &keep->held[i], err))
            return false;
    return true;
}

void keep_event(struct keep *keep, struct store *store, struct event *event, struct err *news)
{
    struct err err = {""};
    bool moved = false;
    *news = err;
    if (!store)
        return;
    size_t waited = keep->count;
    bool good = store_follow(store, &moved, &err) && write_held(keep, store, &err);
    if (good && waited)
        forget(keep);
    good = good && store_append(store, event, &err);
    /* Who has to wait once need not wait again at every key. */
    store_wait_ms(store, good ? PATIENT_MS : HURRIED_MS);
    if (!good) {
        if (!event->given || strlen(event->given) <= EVENT_GIVEN_MOST) /* else it never will be */
            hold(keep, event);
        log_line("store: %s", err.text);
        err_set(news, "Not saved yet: %s. You can go on; it will be tried again", err.text);
    } else if (waited) {
        err_set(news, "Saved now, with what had waited (%zu)", waited);
    } else if (moved) {
        err_set(news, "%s was moved or replaced meanwhile; all you did is in it again",
                store_path(store));
    }
}

bool keep_end(struct keep *keep, struct store *store, struct err *news)
{
    struct err err = {""};
    bool moved;
    if (!keep->count || !store)
        return true;
    store_wait_ms(store, PATIENT_MS);
    bool good = store_follow(store, &moved, &err) && write_held(keep, store, &err);
    if (!good)
        err_set(news, "%zu event%s could not be saved: %s", keep->count,
                keep->count == 1 ? "" : "s", err.text);
    forget(keep);
    return good;
}
