/* Which steps are marked, from the log alone: the last word on each step counts. */
#include "store/event.h"

#include <limits.h>

/* A clean copy: the row in hand is gone with the next. */
static const char *keep_column(struct arena *arena, sqlite3_stmt *row, int at)
{
    const char *text = (const char *)sqlite3_column_text(row, at);
    size_t size = text ? (size_t)sqlite3_column_bytes(row, at) : 0;
    const char *clean = event_clean_line(arena, text ? text : "", size);
    return clean == text ? arena_strndup(arena, text, size) : clean;
}

bool store_bookmarks(struct store *store, const char *course, struct arena *arena,
                     struct bookmark **list, size_t *count, struct err *err)
{
    bool good, row;
    size_t capacity = 0;
    *list = NULL;
    *count = 0;
    /* Of a group SQLite gives the row that holds the maximum. */
    sqlite3_stmt *s = db_prepare(
        store,
        "SELECT chapter, section, step_hash, step, is_on, max(seq) AS last FROM event AS mark"
        " WHERE course = ?1 AND type = 'bookmark' AND seq > (SELECT coalesce(max(seq), 0) FROM "
        "event"
        " WHERE course = ?1 AND type = 'reset' AND chapter IN (mark.chapter, 'all'))"
        " GROUP BY chapter, section, step_hash ORDER BY last DESC",
        err);
    if (!s)
        return false;
    sqlite3_bind_text(s, 1, course, -1, SQLITE_STATIC);
    while ((good = db_next(store, s, &row, err)) && row) {
        int64_t step = sqlite3_column_int64(s, 3);
        if (!sqlite3_column_int(s, 4))
            continue;
        struct bookmark mark = {
            .chapter = keep_column(arena, s, 0),
            .section = keep_column(arena, s, 1),
            .hash = (uint64_t)sqlite3_column_int64(s, 2),
            .step = step < 0 || step > INT_MAX ? 0 : (int)step,
        };
        ARENA_PUSH(arena, *list, *count, capacity, mark);
    }
    sqlite3_finalize(s);
    return good;
}
