/* store/db.h: the open database, for the files of this room only.
 *
 * Everything that talks to SQLite goes through here, so that each of its failures becomes one
 * sentence with a remedy in one place. */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "store/store.h"

#include <sqlite3.h>

struct store {
    sqlite3 *db;
    sqlite3_stmt *insert; /* one event */
    struct clock clock;
    struct arena arena; /* holds `path` */
    const char *path;
    bool read_only;
    int wait_ms; /* for another program that writes */
};

/* Explains why the last call to SQLite failed; always false. */
bool db_fail(const struct store *store, struct err *err);

/* The sentence for a file that cannot be understood; always false. */
bool db_damaged(const struct store *store, const char *how, struct err *err);

/* Runs statements that give no rows. */
bool db_run(const struct store *store, const char *sql, struct err *err);

/* NULL: the reason is in err. End it with db_end. */
sqlite3_stmt *db_prepare(const struct store *store, const char *sql, struct err *err);

/* Takes a statement to its next row; *row is false after the last. False: it failed. */
bool db_next(const struct store *store, sqlite3_stmt *statement, bool *row, struct err *err);

/* The first column of the first row of `sql` as a number; 0 where there is none. */
bool db_number(const struct store *store, const char *sql, int64_t *value, struct err *err);

/* Ends what BEGIN began: commits where `good`, else undoes it. */
bool db_finish(const struct store *store, bool good, struct err *err);

/* Brings the schema up to SCHEMA_VERSION, all of it or nothing. */
bool schema_migrate(const struct store *store, struct err *err);

enum {
    SCHEMA_VERSION = 4,
    SCHEMA_APPLICATION = 0x6E6E7475, /* "nntu": tells our files from others' */
};

#endif
