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

static bool replay_told(struct store *store, const char *which, bool given, const char *course,
                        bool (*each)(void *user, const struct event *event), void *user,
                        struct err *err)
{
    sqlite3_stmt *select = event_prepare_told(store, which, given, err);
    if (select)
        sqlite3_bind_text(select, 1, course, -1, SQLITE_STATIC);
    return select && replay(store, select, each, user, err);
}

bool store_reviews(struct store *store, const char *course,
                   bool (*each)(void *user, const struct event *event), void *user, struct err *err)
{
    return replay_told(store, "type IN ('answer', 'reset', 'retire')", false, course, each, user,
                       err);
}

bool store_standing(struct store *store, const char *course,
                    bool (*each)(void *user, const struct event *event), void *user,
                    struct err *err)
{
    return replay_told(store, "type IN ('answer', 'prediction', 'score', 'reset', 'retire')", false,
                       course, each, user, err);
}

bool store_said(struct store *store, const char *course,
                bool (*each)(void *user, const struct event *event), void *user, struct err *err)
{
    return replay_told(
        store, "(type IN ('prediction', 'reset') OR (type = 'answer' AND fraction IS NULL))", true,
        course, each, user, err);
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

/* What a line did not say is no difference. */
static void take_unsaid(struct event *event, const struct event *there)
{
    for (size_t i = 0; i < event_field_count; i++) {
        const struct field *field = &event_fields[i];
        bool text = field->kind == FIELD_TEXT || field->kind == FIELD_GIVEN;
        const char **said = event_at(event, field);
        if (text && !*said)
            *said = *(const char *const *)event_at(there, field);
    }
}

/* Its id is in the store: is it there as what `event` is? */
static bool is_known(sqlite3_stmt *find, const struct store *store, struct event *event, bool *same,
                     struct err *err)
{
    struct arena arena;
    struct event there;
    struct buf texts[2] = {{0}, {0}};
    bool row = false;
    arena_init(&arena);
    sqlite3_bind_text(find, 1, event->id, -1, SQLITE_STATIC);
    bool good = db_next(store, find, &row, err);
    if (good && row && event_from_row(find, &arena, &there)) {
        take_unsaid(event, &there);
        event_write_json(event, &texts[0]);
        event_write_json(&there, &texts[1]);
    }
    *same = strcmp(buf_text(&texts[0]), buf_text(&texts[1])) == 0;
    sqlite3_reset(find);
    buf_free(&texts[0]);
    buf_free(&texts[1]);
    arena_free(&arena);
    return good;
}

struct import {
    struct store *store;
    const char *course; /* NULL: it does not matter */
    sqlite3_stmt *find; /* an event by its id */
    struct imported *got;
    struct err first; /* what is wrong with the first bad line */
};

/* False: the store failed. */
static bool import_line(struct import *import, struct str line, size_t number, struct err *err)
{
    struct imported *got = import->got;
    struct arena arena;
    struct event event;
    struct err why;
    size_t column = 1;
    bool good = true, new = false, same = false;
    arena_init(&arena);
    bool read = event_read_json(line.text, line.length, &arena, &event, &column, &why);
    if (read)
        good = event_insert(import->store, &event, &new, err) &&
               (new || is_known(import->find, import->store, &event, &same, err));
    if (read && !new && !same)
        err_set(&why, "its \"id\" is that of another event, which stays as it is");
    got->added += new;
    got->known += same;
    got->bad += !new && !same;
    got->elsewhere +=
        new && import->course &&strcmp(event.course ? event.course : "", import->course) != 0;
    if (!new && !same && got->bad == 1)
        err_set(&import->first, "%zu:%zu: %.500s", number, column, why.text);
    arena_free(&arena);
    return good;
}

bool store_import(struct store *store, const char *course, const char *text, size_t size,
                  struct imported *got, struct err *err)
{
    static const char byte_order_mark[] = "\xEF\xBB\xBF"; /* editors of other systems add one */
    *got = (struct imported){0};
    if (store->read_only)
        return err_set(err, "%s: opened for reading only, so nothing was imported", store->path);
    int64_t before;
    if (!db_run(store, "BEGIN IMMEDIATE", err))
        return false;
    struct str rest = {text, size}, line;
    struct import import = {.store = store, .course = course, .got = got};
    if (size >= 3 && memcmp(text, byte_order_mark, 3) == 0)
        rest = (struct str){text + 3, size - 3};
    import.find = event_prepare_find(store, err);
    bool good = import.find && db_number(store, "SELECT max(seq) FROM event", &before, err);
    for (size_t number = 1; good && str_line(&rest, &line); number++)
        good = !str_trim(line).length || import_line(&import, line, number, err);
    sqlite3_finalize(import.find);
    good = good && (!got->added || !before || merge_by_time(store, before, err));
    good = db_finish(store, good, err);
    if (!good)
        *got = (struct imported){0};
    else if (got->bad)
        err_set(err, "%s", import.first.text);
    return good;
}
