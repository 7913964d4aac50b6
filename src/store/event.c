#include "store/event.h"

#include "base/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum {
    STEP = 1 << EVENT_STEP,
    PREDICTION = 1 << EVENT_PREDICTION,
    ANSWER = 1 << EVENT_ANSWER,
    SCORE = 1 << EVENT_SCORE,
    UNDO = 1 << EVENT_UNDO,
    RETIRE = 1 << EVENT_RETIRE,
    MARK = 1 << EVENT_BOOKMARK,
    SETTING = 1 << EVENT_SETTING,
    ALL = (1 << EVENT_TYPES) - 1,
};

const char *const event_type_names[EVENT_TYPES] = {
    [EVENT_STEP] = "step",     [EVENT_PREDICTION] = "prediction", [EVENT_ANSWER] = "answer",
    [EVENT_SCORE] = "score",   [EVENT_RESET] = "reset",           [EVENT_UNDO] = "undo",
    [EVENT_RETIRE] = "retire", [EVENT_BOOKMARK] = "bookmark",     [EVENT_SETTING] = "setting",
};

#define AT(member) offsetof(struct event, member)

/* In the order in which they stand in a line of JSON. */
const struct field event_fields[] = {
    /* clang-format off */
    {"course",        "course",       FIELD_TEXT,     AT(course),        ALL,                        0},
    {"chapter",       "chapter",      FIELD_TEXT,     AT(chapter),       ALL,                        0},
    {"section",       "section",      FIELD_TEXT,     AT(section),  STEP | PREDICTION | ANSWER | MARK, 0},
    {"step",          "step",         FIELD_COUNT,    AT(step),     STEP | PREDICTION | MARK,    INT_MAX},
    {"step_hash",     "hash",         FIELD_HASH,     AT(step_hash),     STEP | MARK,                0},
    {"demo",          "demo",         FIELD_TEXT,     AT(demo),          PREDICTION,                 0},
    {"result",        "result",       FIELD_TEXT,     AT(result),        PREDICTION,                 0},
    {"quiz",          "quiz",         FIELD_TEXT,     AT(quiz),          ANSWER | SCORE | RETIRE,    0},
    {"question",      "q",            FIELD_TEXT,     AT(question),      ANSWER | RETIRE,            0},
    {"question_hash", "hash",         FIELD_HASH,     AT(question_hash), ANSWER,                     0},
    {"given",         "given",        FIELD_GIVEN,    AT(given),         PREDICTION | ANSWER,        0},
    {"was",           "was",          FIELD_TEXT,     AT(was),           PREDICTION,                 0},
    {"is_right",      "right",        FIELD_BOOL,     AT(right),         PREDICTION,                 0},
    {"watched",       "watched",      FIELD_BOOL,     AT(watched),       PREDICTION,                 0},
    {"fraction",      "f",            FIELD_FRACTION, AT(fraction),      ANSWER,                     0},
    {"state",         "s",            FIELD_TEXT,     AT(state),         ANSWER,                     0},
    {"confidence",    "confidence",   FIELD_COUNT,    AT(confidence),    PREDICTION | ANSWER,        3},
    {"shuffle_seed",  "shuffle_seed", FIELD_SEED,     AT(shuffle_seed),  ANSWER,                     0},
    {"day",           "day",          FIELD_COUNT,    AT(day),           ANSWER,        EVENT_DAY_MOST},
    {"attempt",       "attempt",      FIELD_TEXT,     AT(attempt),       ANSWER | SCORE,             0},
    {"score",         "score",        FIELD_NUMBER,   AT(score),         SCORE,                      0},
    {"max",           "max",          FIELD_NUMBER,   AT(max),           SCORE,                      0},
    {"target",        "target",       FIELD_TEXT,     AT(target),        UNDO,                       0},
    {"is_on",         "on",           FIELD_BOOL,     AT(on),            RETIRE | MARK,              0},
    {"setting",       "name",         FIELD_TEXT,     AT(name),          SETTING,                    0},
    {"value",         "value",        FIELD_NUMBER,   AT(value),         SETTING,                    0},
    /* clang-format on */
};
const size_t event_field_count = sizeof event_fields / sizeof *event_fields;

enum { COLUMN_ID, COLUMN_AT, COLUMN_TYPE, COLUMN_FIELDS }; /* in both statements */

bool event_new_id(char id[33], struct err *err)
{
    /* Not base/rng: its bits follow from a seed, and the same seed on two machines would give two
     * events one id, so that an import would take the second for known. Chance of a clash among
     * 2^40 events here: 2^-49. */
    unsigned char bits[16];
    if (getentropy(bits, sizeof bits) != 0)
        return err_set(err, "the system gives no random bits: %s", strerror(errno));
    for (size_t i = 0; i < sizeof bits; i++) {
        id[2 * i] = "0123456789abcdef"[bits[i] >> 4];
        id[2 * i + 1] = "0123456789abcdef"[bits[i] & 15];
    }
    id[32] = '\0';
    return true;
}

bool event_is_id(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (!((text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f')))
            return false;
    return size == 32;
}

const char *event_clean_line(struct arena *arena, const char *bytes, size_t size)
{
    size_t plain = 0;
    while (plain < size && bytes[plain] >= ' ' && bytes[plain] <= '~')
        plain++;
    if (plain == size && size <= EVENT_TEXT_COLUMNS)
        return size ? bytes : "";
    struct buf clean = {0};
    utf8_sanitise_line(&clean, bytes, size, EVENT_TEXT_COLUMNS);
    const char *copy = arena_strndup(arena, buf_text(&clean), clean.length);
    buf_free(&clean);
    return copy;
}

static void add_columns(struct buf *sql)
{
    buf_add(sql, "id, at, type");
    for (size_t i = 0; i < event_field_count; i++)
        buf_addf(sql, ", %s", event_fields[i].column);
}

sqlite3_stmt *event_prepare_insert(const struct store *store, struct err *err)
{
    struct buf sql = {0};
    buf_add(&sql, "INSERT INTO event (");
    add_columns(&sql);
    buf_add(&sql, ") VALUES (?");
    buf_repeat(&sql, ", ?", COLUMN_FIELDS - 1 + event_field_count);
    buf_add(&sql, ") ON CONFLICT (id) DO NOTHING");
    sqlite3_stmt *statement = db_prepare(store, buf_text(&sql), err);
    buf_free(&sql);
    return statement;
}

/* SELECT of whole events. */
static sqlite3_stmt *prepare_whole(const struct store *store, const char *which, struct err *err)
{
    struct buf sql = {0};
    buf_add(&sql, "SELECT ");
    add_columns(&sql);
    buf_addf(&sql, " FROM event %s", which);
    sqlite3_stmt *statement = db_prepare(store, buf_text(&sql), err);
    buf_free(&sql);
    return statement;
}

sqlite3_stmt *event_prepare_find(const struct store *store, struct err *err)
{
    return prepare_whole(store, "WHERE id = ?1", err);
}

sqlite3_stmt *event_prepare_select(const struct store *store, struct err *err)
{
    return prepare_whole(store, "ORDER BY seq", err);
}

sqlite3_stmt *event_prepare_settings(const struct store *store, struct err *err)
{
    return prepare_whole(
        store, "WHERE course = ?1 AND chapter = '' AND type = 'setting' ORDER BY seq", err);
}

sqlite3_stmt *event_prepare_told(const struct store *store, const char *which, bool given,
                                 struct err *err)
{
    struct buf sql = {0};
    buf_add(&sql, "SELECT id, at, type");
    for (size_t i = 0; i < event_field_count; i++)
        buf_addf(&sql, ", %s",
                 event_fields[i].kind == FIELD_GIVEN && !given ? "NULL" : event_fields[i].column);
    buf_addf(&sql,
             " FROM event NOT INDEXED WHERE course = ?1 AND %s"
             " AND NOT (type = 'answer' AND id IN (SELECT target FROM event WHERE course = ?1"
             " AND type = 'undo' AND target IS NOT NULL)) ORDER BY seq",
             which);
    sqlite3_stmt *statement = db_prepare(store, buf_text(&sql), err);
    buf_free(&sql);
    return statement;
}

static int bind_text(sqlite3_stmt *statement, int at, const char *text)
{
    return sqlite3_bind_text(statement, at, text ? text : "", -1, SQLITE_STATIC);
}

static int bind_field(sqlite3_stmt *statement, int at, const struct event *event,
                      const struct field *field)
{
    const void *value = event_at(event, field);
    switch (field->kind) {
    case FIELD_TEXT:
    case FIELD_GIVEN:
        return bind_text(statement, at, *(const char *const *)value);
    case FIELD_COUNT:
        return sqlite3_bind_int(statement, at, *(const int *)value);
    case FIELD_HASH:
    case FIELD_SEED:
        return sqlite3_bind_int64(statement, at, (int64_t) * (const uint64_t *)value);
    case FIELD_BOOL:
        return sqlite3_bind_int(statement, at, *(const bool *)value);
    case FIELD_FRACTION:
        if (event->ungraded)
            return sqlite3_bind_null(statement, at);
        /* fall through */
    case FIELD_NUMBER:
        return sqlite3_bind_double(statement, at, *(const double *)value);
    }
    return SQLITE_MISUSE;
}

bool event_insert(const struct store *store, const struct event *event, bool *added,
                  struct err *err)
{
    sqlite3_stmt *insert = store->insert;
    int code = bind_text(insert, COLUMN_ID + 1, event->id);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(insert, COLUMN_AT + 1, event->at);
    if (code == SQLITE_OK)
        code = bind_text(insert, COLUMN_TYPE + 1, event_type_names[event->type]);
    for (size_t i = 0; i < event_field_count && code == SQLITE_OK; i++)
        if (event_has(&event_fields[i], event->type))
            code = bind_field(insert, COLUMN_FIELDS + 1 + (int)i, event, &event_fields[i]);
    if (code == SQLITE_OK)
        code = sqlite3_step(insert);
    bool good = code == SQLITE_DONE || db_fail(store, err);
    *added = good && sqlite3_changes(store->db) > 0;
    sqlite3_reset(insert);
    sqlite3_clear_bindings(insert);
    return good;
}

static const char *given_json(struct arena *arena, const char *text, size_t size)
{
    struct buf clean = {0};
    const char *copy = "null";
    if (size && event_clean_json(text, size, &clean))
        copy = arena_strndup(arena, clean.data, clean.length);
    buf_free(&clean);
    return copy;
}

static void read_field(sqlite3_stmt *row, int at, struct arena *arena, struct event *event,
                       const struct field *field)
{
    void *value = event_at(event, field);
    const char *text = "";
    size_t size = 0;
    double number = 0;
    int64_t whole = 0;
    /* Only what is asked for: SQLite would look for a number in each text. */
    if (field->kind == FIELD_TEXT || field->kind == FIELD_GIVEN) {
        text = (const char *)sqlite3_column_text(row, at);
        size = text ? (size_t)sqlite3_column_bytes(row, at) : 0;
    } else if (field->kind == FIELD_NUMBER || field->kind == FIELD_FRACTION) {
        number = sqlite3_column_double(row, at);
    } else {
        whole = sqlite3_column_int64(row, at);
    }
    switch (field->kind) {
    case FIELD_GIVEN:
        if (event->type == EVENT_ANSWER) {
            *(const char **)value = given_json(arena, text, size);
            break;
        }
        /* fall through */
    case FIELD_TEXT:
        *(const char **)value = event_clean_line(arena, text, size);
        break;
    case FIELD_COUNT:
        *(int *)value = whole < 0 ? 0 : whole > field->most ? field->most : (int)whole;
        break;
    case FIELD_HASH:
    case FIELD_SEED:
        *(uint64_t *)value = (uint64_t)whole;
        break;
    case FIELD_BOOL:
        *(bool *)value = whole != 0;
        break;
    case FIELD_FRACTION:
        event->ungraded = sqlite3_column_type(row, at) == SQLITE_NULL || !isfinite(number);
        /* fall through */
    case FIELD_NUMBER:
        *(double *)value = isfinite(number) ? number : 0;
        break;
    }
}

bool event_from_row(sqlite3_stmt *row, struct arena *arena, struct event *event)
{
    *event = (struct event){.at = sqlite3_column_int64(row, COLUMN_AT)};
    const char *id = (const char *)sqlite3_column_text(row, COLUMN_ID);
    const char *type = (const char *)sqlite3_column_text(row, COLUMN_TYPE);
    size_t found = 0;
    while (type && found < EVENT_TYPES && strcmp(type, event_type_names[found]) != 0)
        found++;
    if (!id || !type || found == EVENT_TYPES ||
        !event_is_id(id, (size_t)sqlite3_column_bytes(row, COLUMN_ID)) || event->at < 0 ||
        event->at > EVENT_AT_MOST) {
        log_line("store: passed over a row that is no event");
        return false;
    }
    memcpy(event->id, id, sizeof event->id);
    event->type = (enum event_type)found;
    for (size_t i = 0; i < event_field_count; i++)
        if (event_has(&event_fields[i], event->type))
            read_field(row, COLUMN_FIELDS + (int)i, arena, event, &event_fields[i]);
    return true;
}
