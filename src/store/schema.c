/* The tables, as the steps that made them. A step that was once released is never edited: a new
 * field of struct event is a new step ("ALTER TABLE event ADD COLUMN ...", which touches no row)
 * and a line in event.c. A new type of event is a step too, even an empty one, so that an older
 * program leaves the file alone instead of passing over what it does not know. */
#include "store/db.h"

/* Columns that a type of event does not use are NULL. Hashes and seeds are 64 bits, shown by
 * SQLite as signed numbers. AUTOINCREMENT: `seq` is the order of events and never used twice. */
static const char *const steps[SCHEMA_VERSION] = {
    "CREATE TABLE event ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  id TEXT NOT NULL UNIQUE CHECK (length(id) = 32),"
    "  at INTEGER NOT NULL," /* ms since 1970 UTC */
    "  type TEXT NOT NULL,"
    "  course TEXT NOT NULL,"
    "  chapter TEXT NOT NULL,"
    "  section TEXT,"
    "  step INTEGER,"
    "  step_hash INTEGER,"
    "  demo TEXT,"
    "  result TEXT,"
    "  quiz TEXT,"
    "  question TEXT,"
    "  question_hash INTEGER,"
    "  given TEXT,"
    "  was TEXT,"
    "  is_right INTEGER,"
    "  watched INTEGER,"
    "  fraction REAL,"
    "  state TEXT,"
    "  confidence INTEGER,"
    "  shuffle_seed INTEGER,"
    "  attempt TEXT,"
    "  score REAL,"
    "  max REAL);"
    /* All that a summary asks of steps, predictions and answers: it never reads the table. */
    "CREATE INDEX event_progress ON event"
    " (course, chapter, type, section, step_hash, confidence, is_right, watched, state);",

    /* The learner's own date cannot be told later from a time in UTC. */
    "ALTER TABLE event ADD COLUMN day INTEGER;",

    /* Review: undo, retire, bookmark. */
    "ALTER TABLE event ADD COLUMN target TEXT; ALTER TABLE event ADD COLUMN is_on INTEGER;",

    /* What a learner sets: a name and a number. */
    "ALTER TABLE event ADD COLUMN setting TEXT; ALTER TABLE event ADD COLUMN value REAL;",
};

bool schema_migrate(const struct store *store, struct err *err)
{
    int64_t version;
    /* IMMEDIATE, and the version again: another program may be doing the same right now. */
    if (!db_run(store, "BEGIN IMMEDIATE", err))
        return false;
    bool good = db_number(store, "PRAGMA user_version", &version, err);
    for (int64_t i = version; good && i < SCHEMA_VERSION; i++)
        good = db_run(store, steps[i], err);
    if (good && version < SCHEMA_VERSION) {
        struct buf mark = {0};
        buf_addf(&mark, "PRAGMA application_id = %d; PRAGMA user_version = %d", SCHEMA_APPLICATION,
                 SCHEMA_VERSION);
        good = db_run(store, buf_text(&mark), err);
        buf_free(&mark);
    }
    return db_finish(store, good, err);
}
