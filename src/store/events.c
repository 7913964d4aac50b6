/* Events in and out: append, replay, export, import. */
#include "store/event.h"

#include "base/utf8.h"

#include <assert.h>
#include <string.h>

bool event_stamp(struct event *event, const struct clock *clock, struct err *err)
{
    if (event->at == 0)
        event->at = clock_wall_ms(clock);
    return event->id[0] || event_new_id(event->id, err);
}

bool store_append(struct store *store, struct event *event, struct err *err)
{
    assert(event->type < EVENT_TYPES);
    if (store->read_only)
        return err_set(err, "%s: opened for reading only, so nothing was kept", store->path);
    if (!event_stamp(event, &store->clock, err))
        return false;
    if (event->given && strlen(event->given) > EVENT_GIVEN_MOST)
        return err_set(err, "%s: the answer is too long to be kept (more than %d bytes)",
                       store->path, EVENT_GIVEN_MOST);
    /* No BEGIN: a single statement is a transaction of its own. One that is there already came
     * through although its end could not be told. */
    bool added;
    return event_insert(store, event, &added, err);
}

static bool replay(struct store *store, sqlite3_stmt *select,
                   bool (*each)(void *user, const struct event *event), void *user, struct err *err)
{
    enum { PLENTY = 1 << 20 };
    struct arena arena;
    arena_init(&arena);
    struct event event;
    bool good, row, more = true;
    while ((good = db_next(store, select, &row, err)) && row && more) {
        if (event_from_row(select, &arena, &event))
            more = each(user, &event);
        if (arena.total > PLENTY)
            arena_free(&arena);
    }
    arena_free(&arena);
    sqlite3_finalize(select);
    return good;
}

bool store_replay(struct store *store, bool (*each)(void *user, const struct event *event),
                  void *user, struct err *err)
{
    sqlite3_stmt *select = event_prepare_select(store, err);
    return select && replay(store, select, each, user, err);
}

static bool replay_told(struct store *store, const char *types, const char *course,
                        bool (*each)(void *user, const struct event *event), void *user,
                        struct err *err)
{
    sqlite3_stmt *select = event_prepare_told(store, types, err);
    if (select)
        sqlite3_bind_text(select, 1, course, -1, SQLITE_STATIC);
    return select && replay(store, select, each, user, err);
}

bool store_reviews(struct store *store, const char *course,
                   bool (*each)(void *user, const struct event *event), void *user, struct err *err)
{
    return replay_told(store, "'answer', 'reset', 'retire'", course, each, user, err);
}

bool store_standing(struct store *store, const char *course,
                    bool (*each)(void *user, const struct event *event), void *user,
                    struct err *err)
{
    return replay_told(store, "'answer', 'prediction', 'score', 'reset', 'retire'", course, each,
                       user, err);
}

bool store_settings(struct store *store, const char *course,
                    bool (*each)(void *user, const struct event *event), void *user,
                    struct err *err)
{
    sqlite3_stmt *select = event_prepare_settings(store, err);
    if (select)
        sqlite3_bind_text(select, 1, course, -1, SQLITE_STATIC);
    return select && replay(store, select, each, user, err);
}

static bool export_event(void *user, const struct event *event)
{
    struct buf *out = user;
    event_write_json(event, out);
    buf_add_char(out, '\n');
    return true;
}

bool store_export(struct store *store, struct buf *out, struct err *err)
{
    return store_replay(store, export_event, out, err);
}

bool store_import(struct store *store, const char *text, size_t size, size_t *added, size_t *known,
                  size_t *bad, struct err *err)
{
    *added = *known = *bad = 0;
    if (store->read_only)
        return err_set(err, "%s: opened for reading only, so nothing was imported", store->path);
    int64_t before;
    if (!db_run(store, "BEGIN IMMEDIATE", err))
        return false;
    struct str rest = {text, size}, line;
    struct err first = {""};
    bool good = db_number(store, "SELECT max(seq) FROM event", &before, err);
    for (size_t number = 1; good && str_line(&rest, &line); number++) {
        struct arena arena;
        struct event event;
        struct err why;
        size_t column;
        bool new;
        if (!str_trim(line).length)
            continue;
        arena_init(&arena);
        if (!event_read_json(line.text, line.length, &arena, &event, &column, &why)) {
            if (++*bad == 1)
                err_set(&first, "%zu:%zu: %s", number, column, why.text);
        } else {
            good = event_insert(store, &event, &new, err);
            *(new ? added : known) += good;
        }
        arena_free(&arena);
    }
    good = good && (!*added || !before || merge_by_time(store, before, err));
    good = db_finish(store, good, err);
    if (!good)
        *added = *known = *bad = 0;
    else if (*bad)
        err_set(err, "%s", first.text);
    return good;
}
