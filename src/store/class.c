#include "store/class.h"

#include "store/db.h"

#include "base/file.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CLASS_VERSION = 3, CLASS_APPLICATION = 0x6E6E7463 /* "nntc" */, BUSY_MS = 5000 };

static const char schema[] =
    "CREATE TABLE session ("
    "  sid TEXT PRIMARY KEY, code TEXT NOT NULL, course TEXT NOT NULL, chapter TEXT NOT NULL,"
    "  began INTEGER NOT NULL, ended INTEGER, ep INTEGER NOT NULL, rev INTEGER NOT NULL,"
    "  section INTEGER NOT NULL, step INTEGER NOT NULL, anonymous INTEGER NOT NULL,"
    "  phase INTEGER NOT NULL DEFAULT -1, left_ms INTEGER NOT NULL DEFAULT -1,"
    "  limit_ms INTEGER NOT NULL DEFAULT 0, elapsed_ms INTEGER NOT NULL DEFAULT 0,"
    "  locked INTEGER NOT NULL DEFAULT 0, roster TEXT NOT NULL DEFAULT '',"
    "  seats INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE seat ("
    "  sid TEXT NOT NULL, seat INTEGER NOT NULL, cid TEXT NOT NULL, secret TEXT NOT NULL,"
    "  name TEXT NOT NULL, state INTEGER NOT NULL, joined INTEGER NOT NULL,"
    "  PRIMARY KEY (sid, seat)) WITHOUT ROWID;"
    "CREATE TABLE round ("
    "  sid TEXT NOT NULL, q INTEGER NOT NULL, rd INTEGER NOT NULL, question TEXT NOT NULL,"
    "  question_hash INTEGER NOT NULL, is_like INTEGER NOT NULL, closed INTEGER NOT NULL,"
    "  at INTEGER NOT NULL, PRIMARY KEY (sid, q, rd)) WITHOUT ROWID;"
    "CREATE TABLE answer ("
    "  sid TEXT NOT NULL, q INTEGER NOT NULL, rd INTEGER NOT NULL, seat INTEGER NOT NULL,"
    "  n INTEGER NOT NULL, a TEXT NOT NULL, given TEXT NOT NULL, fraction REAL,"
    "  state TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (sid, q, rd, seat)) WITHOUT ROWID;";

/* What version 1, and what version 2 did not have. */
static const char second[] = "ALTER TABLE session ADD COLUMN phase INTEGER NOT NULL DEFAULT -1;"
                             "ALTER TABLE session ADD COLUMN left_ms INTEGER NOT NULL DEFAULT -1;";
static const char third[] = "ALTER TABLE session ADD COLUMN limit_ms INTEGER NOT NULL DEFAULT 0;"
                            "ALTER TABLE session ADD COLUMN elapsed_ms INTEGER NOT NULL DEFAULT 0;"
                            "ALTER TABLE session ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;"
                            "ALTER TABLE session ADD COLUMN roster TEXT NOT NULL DEFAULT '';"
                            "ALTER TABLE session ADD COLUMN seats INTEGER NOT NULL DEFAULT 0;"
                            "PRAGMA user_version = 3;";

struct class_store {
    struct store store; /* db.h talks to SQLite through one of these */
    sqlite3_stmt *answer;
};

void class_default_path(const char *store_path, struct buf *out)
{
    const char *slash = strrchr(store_path, '/');
    buf_add_n(out, store_path, slash ? (size_t)(slash - store_path) + 1 : 0);
    buf_add(out, "class.db");
}

static bool make_tables(const struct store *store, struct err *err)
{
    int64_t application, version;
    if (!db_run(store, "BEGIN IMMEDIATE", err))
        return false;
    bool good = db_number(store, "PRAGMA application_id", &application, err) &&
                db_number(store, "PRAGMA user_version", &version, err);
    if (good && version == 0 && application == 0) {
        struct buf sql = {0};
        buf_addf(&sql, "%s PRAGMA application_id = %d; PRAGMA user_version = %d;", schema,
                 CLASS_APPLICATION, CLASS_VERSION);
        good = db_run(store, buf_text(&sql), err);
        buf_free(&sql);
    } else if (good && application == CLASS_APPLICATION && (version == 1 || version == 2)) {
        good = (version == 2 || db_run(store, second, err)) && db_run(store, third, err);
    } else if (good && (application != CLASS_APPLICATION || version != CLASS_VERSION)) {
        good =
            err_set(err, "%s: not a file of classes that this nntutor knows; it was left as it is",
                    store->path);
    }
    return db_finish(store, good, err);
}

static bool make_file(const char *path, struct err *err)
{
    const char *slash = strrchr(path, '/');
    struct buf folder = {0};
    buf_add_n(&folder, path, slash ? (size_t)(slash - path) : 0);
    bool good = !folder.length || file_make_folder(folder.data, err);
    buf_free(&folder);
    if (!good)
        return false;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* names are in it: ours alone */
    if (fd < 0)
        return err_set(err, "%s: cannot be made: %s", path, strerror(errno));
    close(fd);
    return true;
}

struct class_store *class_open(const char *path, const struct clock *clock, struct err *err)
{
    if (!make_file(path, err))
        return NULL;
    struct class_store *class = memory_alloc(sizeof *class);
    struct store *store = &class->store;
    *store = (struct store){.clock = *clock};
    arena_init(&store->arena);
    store->path = arena_strdup(&store->arena, path);
    bool good = sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK ||
                db_fail(store, err);
    if (good) {
        sqlite3_busy_timeout(store->db, BUSY_MS);
        good = db_run(store, "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;", err) &&
               make_tables(store, err);
    }
    if (good)
        class->answer =
            db_prepare(store,
                       "INSERT INTO answer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                       " ON CONFLICT DO UPDATE SET n = ?5, a = ?6, given = ?7, fraction = ?8,"
                       " state = ?9, at = ?10 WHERE ?5 > n",
                       err);
    if (!class->answer) {
        class_close(class);
        return NULL;
    }
    return class;
}

void class_close(struct class_store *class)
{
    if (!class)
        return;
    sqlite3_finalize(class->answer);
    sqlite3_close(class->store.db);
    arena_free(&class->store.arena);
    memory_free(class);
}

/* ---- statements with values --------------------------------------------------------------------------- */

/* One after the other: 't' a text, 'i' a number. */
static bool run(const struct store *store, struct err *err, const char *sql, const char *kinds, ...)
{
    sqlite3_stmt *statement = db_prepare(store, sql, err);
    if (!statement)
        return false;
    va_list values;
    va_start(values, kinds);
    for (int i = 0; kinds[i]; i++)
        if (kinds[i] == 't')
            sqlite3_bind_text(statement, i + 1, va_arg(values, const char *), -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(statement, i + 1, va_arg(values, int64_t));
    va_end(values);
    bool row, good = db_next(store, statement, &row, err);
    sqlite3_finalize(statement);
    return good;
}

static int64_t now(const struct store *store)
{
    return clock_wall_ms(&store->clock);
}

/* Texts of the file are hostile like any other. */
static void column(sqlite3_stmt *row, int i, int columns, struct buf *out)
{
    buf_clear(out);
    buf_add_n(out, "", 0);
    const char *text = (const char *)sqlite3_column_text(row, i);
    if (text)
        utf8_sanitise_line(out, text, (size_t)sqlite3_column_bytes(row, i), columns);
}

static void column_copy(sqlite3_stmt *row, int i, char *to, size_t size)
{
    struct buf text = {0};
    column(row, i, 40, &text);
    utf8_copy(to, size, text.data);
    buf_free(&text);
}

/* A path is opened, not shown: as it is, but for what no path holds. */
static const char *column_path(sqlite3_stmt *row, int i, struct arena *arena)
{
    const char *text = (const char *)sqlite3_column_text(row, i);
    return arena_strdup(arena, text ? text : "");
}

/* ---- sessions ----------------------------------------------------------------------------------------- */

bool class_begin(struct class_store *class, struct class_session *session, struct err *err)
{
    session->began = now(&class->store);
    session->ep = 1;
    session->rev = 0;
    session->phase = -1;
    session->left_ms = -1;
    session->limit_ms = session->elapsed_ms = 0;
    session->locked = false;
    return run(&class->store, err,
               "INSERT INTO session (sid, code, course, chapter, began, ep, rev, section, step,"
               " anonymous, roster, seats) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               "ttttiiiiiiti", session->sid, session->code, session->course, session->chapter,
               session->began, session->ep, session->rev, (int64_t)session->section,
               (int64_t)session->step, (int64_t)session->anonymous,
               session->roster ? session->roster : "", session->seats);
}

static bool read_session(const struct store *store, const char *sid, struct arena *arena,
                         struct class_session *session, struct err *err)
{
    sqlite3_stmt *statement =
        db_prepare(store,
                   "SELECT sid, code, course, chapter, began, ep, rev, section, step, anonymous,"
                   " phase, left_ms, limit_ms, elapsed_ms, locked, roster, seats FROM session"
                   " WHERE ended IS NULL AND (?1 IS NULL OR sid = ?1)"
                   " ORDER BY began DESC, rowid DESC LIMIT 1",
                   err);
    if (!statement)
        return false;
    if (sid)
        sqlite3_bind_text(statement, 1, sid, -1, SQLITE_STATIC);
    bool row, good = db_next(store, statement, &row, err);
    if (good && !row)
        good = err_set(err, "%s: there is no session%s%s to resume", store->path, sid ? " " : "",
                       sid ? sid : "");
    if (good) {
        struct buf text = {0};
        column_copy(statement, 0, session->sid, sizeof session->sid);
        column_copy(statement, 1, session->code, sizeof session->code);
        column(statement, 2, 200, &text);
        session->course = arena_strdup(arena, buf_text(&text));
        column(statement, 3, 200, &text);
        session->chapter = arena_strdup(arena, buf_text(&text));
        session->began = sqlite3_column_int64(statement, 4);
        session->ep = sqlite3_column_int64(statement, 5) + 1;
        session->rev = sqlite3_column_int64(statement, 6);
        session->section = (size_t)sqlite3_column_int64(statement, 7);
        session->step = (size_t)sqlite3_column_int64(statement, 8);
        session->anonymous = sqlite3_column_int64(statement, 9);
        session->phase = sqlite3_column_int(statement, 10);
        session->left_ms = sqlite3_column_int64(statement, 11);
        session->limit_ms = sqlite3_column_int64(statement, 12);
        session->elapsed_ms = sqlite3_column_int64(statement, 13);
        session->locked = sqlite3_column_int(statement, 14);
        session->roster = column_path(statement, 15, arena);
        session->seats = sqlite3_column_int64(statement, 16);
        buf_free(&text);
    }
    sqlite3_finalize(statement);
    return good;
}

bool class_sessions(struct class_store *class,
                    bool (*each)(void *user, const struct class_summary *summary), void *user,
                    struct err *err)
{
    sqlite3_stmt *row = db_prepare(
        &class->store,
        "SELECT sid, code, course, chapter, began, ep, rev, anonymous, coalesce(ended, 0),"
        " (SELECT count(*) FROM seat WHERE seat.sid = session.sid),"
        " (SELECT count(*) FROM answer WHERE answer.sid = session.sid)"
        " FROM session ORDER BY began DESC, rowid DESC",
        err);
    struct buf course = {0}, chapter = {0};
    bool more = true, good = row != NULL;
    while (good && (good = db_next(&class->store, row, &more, err)) && more) {
        struct class_summary summary = {.ended = sqlite3_column_int64(row, 8),
                                        .seats = sqlite3_column_int64(row, 9),
                                        .answers = sqlite3_column_int64(row, 10)};
        struct class_session *session = &summary.session;
        column_copy(row, 0, session->sid, sizeof session->sid);
        column_copy(row, 1, session->code, sizeof session->code);
        column(row, 2, 200, &course);
        column(row, 3, 200, &chapter);
        session->course = buf_text(&course);
        session->chapter = buf_text(&chapter);
        session->began = sqlite3_column_int64(row, 4);
        session->ep = sqlite3_column_int64(row, 5);
        session->rev = sqlite3_column_int64(row, 6);
        session->anonymous = sqlite3_column_int(row, 7);
        if (!each(user, &summary))
            break;
    }
    buf_free(&course);
    buf_free(&chapter);
    sqlite3_finalize(row);
    return good;
}

bool class_peek(struct class_store *class, const char *sid, struct arena *arena,
                struct class_session *session, struct err *err)
{
    *session = (struct class_session){0};
    return read_session(&class->store, sid, arena, session, err);
}

bool class_resume(struct class_store *class, const char *sid, struct arena *arena,
                  struct class_session *session, struct err *err)
{
    const struct store *store = &class->store;
    *session = (struct class_session){0};
    if (!db_run(store, "BEGIN IMMEDIATE", err))
        return false;
    bool good =
        read_session(store, sid, arena, session, err) &&
        run(store, err, "UPDATE session SET ep = ? WHERE sid = ?", "it", session->ep, session->sid);
    return db_finish(store, good, err);
}

bool class_put_back(struct class_store *class, const struct class_session *session, struct err *err)
{
    return run(&class->store, err, "UPDATE session SET ep = ep - 1 WHERE sid = ? AND ep = ?", "ti",
               session->sid, session->ep);
}

bool class_mark(struct class_store *class, const struct class_session *session, struct err *err)
{
    const struct store *store = &class->store;
    if (!run(store, err,
             "UPDATE session SET rev = ?, code = ?, section = ?, step = ?, phase = ?, left_ms = ?,"
             " limit_ms = ?, elapsed_ms = ?, locked = ?, seats = ? WHERE sid = ? AND ep = ?",
             "itiiiiiiiiti", session->rev, session->code, (int64_t)session->section,
             (int64_t)session->step, (int64_t)session->phase, session->left_ms, session->limit_ms,
             session->elapsed_ms, (int64_t)session->locked, session->seats, session->sid,
             session->ep))
        return false;
    return sqlite3_changes(store->db) == 1 ||
           err_set(err, "this session was opened again elsewhere; that one goes on");
}

bool class_is_ours(struct class_store *class, const struct class_session *session)
{
    struct err err;
    sqlite3_stmt *newer =
        db_prepare(&class->store, "SELECT 1 FROM session WHERE sid = ? AND ep > ?", &err);
    bool row = false;
    if (newer) {
        sqlite3_bind_text(newer, 1, session->sid, -1, SQLITE_STATIC);
        sqlite3_bind_int64(newer, 2, session->ep);
        db_next(&class->store, newer, &row, &err);
    }
    sqlite3_finalize(newer);
    return !row;
}

bool class_end(struct class_store *class, const struct class_session *session, struct err *err)
{
    return run(&class->store, err, "UPDATE session SET ended = ? WHERE sid = ? AND ep = ?", "iti",
               now(&class->store), session->sid, session->ep);
}

bool class_put_seat(struct class_store *class, const struct class_session *session,
                    const struct class_seat *seat, struct err *err)
{
    return run(&class->store, err,
               "INSERT INTO seat VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE"
               " SET cid = ?3, secret = ?4, name = ?5, state = ?6",
               "titttii", session->sid, seat->seat, seat->cid, seat->secret,
               session->anonymous ? "" : seat->name, (int64_t)seat->state, now(&class->store));
}

bool class_put_round(struct class_store *class, const char *sid, const struct class_round *round,
                     struct err *err)
{
    return run(&class->store, err,
               "INSERT INTO round VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO UPDATE"
               " SET closed = ?7",
               "tiitiiii", sid, round->q, round->rd, round->question, (int64_t)round->hash,
               round->like, (int64_t)round->closed, now(&class->store));
}

/* ---- answers ------------------------------------------------------------------------------------------ */

bool class_batch(struct class_store *class, struct err *err)
{
    return db_run(&class->store, "BEGIN IMMEDIATE", err);
}

bool class_put_answer(struct class_store *class, const char *sid, const struct class_answer *answer,
                      struct err *err)
{
    sqlite3_stmt *insert = class->answer;
    sqlite3_bind_text(insert, 1, sid, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, answer->q);
    sqlite3_bind_int64(insert, 3, answer->rd);
    sqlite3_bind_int64(insert, 4, answer->seat);
    sqlite3_bind_int64(insert, 5, answer->n);
    sqlite3_bind_text(insert, 6, answer->a, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 7, answer->given, -1, SQLITE_STATIC);
    if (answer->ungraded)
        sqlite3_bind_null(insert, 8);
    else
        sqlite3_bind_double(insert, 8, answer->fraction);
    sqlite3_bind_text(insert, 9, answer->state, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 10, now(&class->store));
    bool row, good = db_next(&class->store, insert, &row, err);
    sqlite3_reset(insert);
    return good;
}

bool class_commit(struct class_store *class, bool good, struct err *err)
{
    return db_finish(&class->store, good, err);
}

/* ---- reading back ------------------------------------------------------------------------------------- */

bool class_seats(struct class_store *class, const char *sid,
                 bool (*each)(void *user, const struct class_seat *seat), void *user,
                 struct err *err)
{
    sqlite3_stmt *row = db_prepare(
        &class->store,
        "SELECT seat, cid, secret, name, state FROM seat WHERE sid = ? ORDER BY seat", err);
    bool more = true, good = row != NULL;
    if (good)
        sqlite3_bind_text(row, 1, sid, -1, SQLITE_STATIC);
    while (good && (good = db_next(&class->store, row, &more, err)) && more) {
        struct class_seat seat = {.seat = sqlite3_column_int64(row, 0),
                                  .state = (enum seat_state)(sqlite3_column_int(row, 4) & 3)};
        column_copy(row, 1, seat.cid, sizeof seat.cid);
        column_copy(row, 2, seat.secret, sizeof seat.secret);
        column_copy(row, 3, seat.name, sizeof seat.name);
        if (!each(user, &seat))
            break;
    }
    sqlite3_finalize(row);
    return good;
}

bool class_rounds(struct class_store *class, const char *sid,
                  bool (*each)(void *user, const struct class_round *round), void *user,
                  struct err *err)
{
    sqlite3_stmt *row = db_prepare(&class->store,
                                   "SELECT q, rd, question, question_hash, is_like, closed"
                                   " FROM round WHERE sid = ? ORDER BY q, rd",
                                   err);
    struct buf question = {0};
    bool more = true, good = row != NULL;
    if (good)
        sqlite3_bind_text(row, 1, sid, -1, SQLITE_STATIC);
    while (good && (good = db_next(&class->store, row, &more, err)) && more) {
        column(row, 2, 200, &question);
        struct class_round round = {.q = sqlite3_column_int64(row, 0),
                                    .rd = sqlite3_column_int64(row, 1),
                                    .question = buf_text(&question),
                                    .hash = (uint64_t)sqlite3_column_int64(row, 3),
                                    .like = sqlite3_column_int64(row, 4),
                                    .closed = sqlite3_column_int(row, 5)};
        if (!each(user, &round))
            break;
    }
    buf_free(&question);
    sqlite3_finalize(row);
    return good;
}

bool class_answer(struct class_store *class, const char *sid, int64_t q, int64_t rd, int64_t seat,
                  int64_t *n, struct buf *a, struct err *err)
{
    sqlite3_stmt *row =
        db_prepare(&class->store,
                   "SELECT n, a FROM answer WHERE sid = ? AND q = ? AND rd = ? AND seat = ?", err);
    bool more = false, good = row != NULL;
    *n = 0;
    buf_clear(a);
    if (good) {
        sqlite3_bind_text(row, 1, sid, -1, SQLITE_STATIC);
        sqlite3_bind_int64(row, 2, q);
        sqlite3_bind_int64(row, 3, rd);
        sqlite3_bind_int64(row, 4, seat);
        good = db_next(&class->store, row, &more, err);
    }
    if (good && more) {
        *n = sqlite3_column_int64(row, 0);
        column(row, 1, 2000, a);
    }
    sqlite3_finalize(row);
    return good;
}

bool class_answers(struct class_store *class, const char *sid, int64_t q,
                   bool (*each)(void *user, const struct class_answer *answer), void *user,
                   struct err *err)
{
    sqlite3_stmt *row = db_prepare(&class->store,
                                   "SELECT rd, seat, n, a, given, fraction, state, q FROM answer"
                                   " WHERE sid = ?1 AND ?2 IN (0, q) ORDER BY q, rd, seat",
                                   err);
    struct buf a = {0}, given = {0}, state = {0};
    bool more = true, good = row != NULL;
    if (good) {
        sqlite3_bind_text(row, 1, sid, -1, SQLITE_STATIC);
        sqlite3_bind_int64(row, 2, q);
    }
    while (good && (good = db_next(&class->store, row, &more, err)) && more) {
        column(row, 3, 2000, &a);
        column(row, 4, 2000, &given);
        column(row, 6, 40, &state);
        struct class_answer answer = {.q = sqlite3_column_int64(row, 7),
                                      .rd = sqlite3_column_int64(row, 0),
                                      .seat = sqlite3_column_int64(row, 1),
                                      .n = sqlite3_column_int64(row, 2),
                                      .a = buf_text(&a),
                                      .given = buf_text(&given),
                                      .state = buf_text(&state),
                                      .ungraded = sqlite3_column_type(row, 5) == SQLITE_NULL,
                                      .fraction = sqlite3_column_double(row, 5)};
        if (!each(user, &answer))
            break;
    }
    buf_free(&a);
    buf_free(&given);
    buf_free(&state);
    sqlite3_finalize(row);
    return good;
}
