#include "store/db.h"

#include <errno.h>
#include <string.h>

bool db_damaged(const struct store *store, const char *how, struct err *err)
{
    return err_set(err,
                   "%s: the store is damaged (%s) and was left as it is; move it away to begin a "
                   "new one (\"nntutor progress --import FILE\" brings an export back)",
                   store->path, how);
}

bool db_fail(const struct store *store, struct err *err)
{
    static const char elsewhere[] = "or name another file with --store FILE";
    static const char cannot_write[] = "%s: cannot be written; make it and its folder writable, %s";
    int cause = sqlite3_system_errno(store->db);
    const char *why = cause ? strerror(cause) : sqlite3_errmsg(store->db);
    switch (sqlite3_errcode(store->db) & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: /* SQLite does not tell which of the two: ENOLCK is busy to it */
        return err_set(err,
                       "%s: another program has been writing to it for 5 seconds, or its file "
                       "system cannot lock files, as some network homes; try again when that is "
                       "over, %s on a local disk",
                       store->path, elsewhere);
    case SQLITE_FULL:
        return err_set(err, "%s: the disk is full; make room, %s", store->path, elsewhere);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return err_set(err, cannot_write, store->path, elsewhere);
    case SQLITE_CANTOPEN:
        return err_set(err, "%s: cannot be opened (%s); make it and its folder writable, %s",
                       store->path, why, elsewhere);
    case SQLITE_IOERR:
        if (sqlite3_extended_errcode(store->db) == SQLITE_IOERR_LOCK ||
            sqlite3_extended_errcode(store->db) == SQLITE_IOERR_RDLOCK)
            return err_set(err,
                           "%s: its file system cannot lock files (%s), as some network homes; "
                           "mount it with locks, %s on a local disk",
                           store->path, why, elsewhere);
        if (cause == EROFS) /* mounted read-only since it was opened */
            return err_set(err, cannot_write, store->path, elsewhere);
        return err_set(err, "%s: cannot be read or written (%s); see whether the disk is full, %s",
                       store->path, why, elsewhere);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR: /* our statements are right: then the tables are not ours */
        return db_damaged(store, sqlite3_errmsg(store->db), err);
    default:
        return err_set(err, "%s: the store cannot be used (%s)", store->path,
                       sqlite3_errmsg(store->db));
    }
}

bool db_run(const struct store *store, const char *sql, struct err *err)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK || db_fail(store, err);
}

sqlite3_stmt *db_prepare(const struct store *store, const char *sql, struct err *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        db_fail(store, err);
    return statement;
}

bool db_next(const struct store *store, sqlite3_stmt *statement, bool *row, struct err *err)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    return *row || code == SQLITE_DONE || db_fail(store, err);
}

bool db_number(const struct store *store, const char *sql, int64_t *value, struct err *err)
{
    sqlite3_stmt *statement = db_prepare(store, sql, err);
    bool row = false;
    bool good = statement && db_next(store, statement, &row, err);
    *value = good && row ? sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return good;
}

bool db_finish(const struct store *store, bool good, struct err *err)
{
    good = good && db_run(store, "COMMIT", err);
    if (!good && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return good;
}
