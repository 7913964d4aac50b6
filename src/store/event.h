/* store/event.h: one event in its three shapes: struct event, a row, a line of JSON.
 *
 * For the files of this room only. What a type of event holds is one table, event_fields: rows are
 * written and read, lines are written and read from it. */
#ifndef STORE_EVENT_H
#define STORE_EVENT_H

#include "store/db.h"

enum field_kind {
    FIELD_TEXT,  /* one clean line */
    FIELD_GIVEN, /* of an answer: JSON; else as FIELD_TEXT */
    FIELD_COUNT, /* int from 0 to field.most */
    FIELD_HASH,  /* uint64_t; in JSON 16 hex digits */
    FIELD_SEED,  /* uint64_t; in JSON a decimal number */
    FIELD_BOOL,
    FIELD_NUMBER,   /* a finite double */
    FIELD_FRACTION, /* a finite double, or null where event.ungraded */
};

struct field {
    const char *column, *key; /* in the table, in JSON */
    enum field_kind kind;
    size_t offset;  /* in struct event */
    unsigned types; /* which types have it: bits 1 << enum event_type */
    int most;
};

extern const struct field event_fields[];
extern const size_t event_field_count;

extern const char *const event_type_names[EVENT_TYPES];

enum {
    EVENT_TEXT_COLUMNS = 1000, /* a longer text is cut on its way in */
    EVENT_LINE_MOST = 2 << 20, /* bytes of one line; every event we write fits */
};
#define EVENT_AT_MOST INT64_C(253402300799999) /* the end of the year 9999 */
/* The day on which that year ends where it ends last: days of review are added to it. */
enum { EVENT_DAY_MOST = 2932897 };

/* 128 bits from the system, as 32 hex digits. */
bool event_new_id(char id[33], struct err *err);
bool event_is_id(const char *text, size_t size);

static inline bool event_has(const struct field *field, enum event_type type)
{
    return field->types >> type & 1;
}

/* The place of a field in an event. */
static inline void *event_at(const struct event *event, const struct field *field)
{
    return (char *)event + field->offset;
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* INSERT of one event, or nothing where its id is known already. */
sqlite3_stmt *event_prepare_insert(const struct store *store, struct err *err);

/* SELECT of the event whose id is bound as ?1, for event_from_row. */
sqlite3_stmt *event_prepare_find(const struct store *store, struct err *err);

/* SELECT of all events, oldest first, for event_from_row. */
sqlite3_stmt *event_prepare_select(const struct store *store, struct err *err);

/* SELECT of the events of which this holds ("type = 'reset'") of the course bound as ?1, oldest first, for
 * event_from_row: without those that were undone, and without what was given unless asked for. */
sqlite3_stmt *event_prepare_told(const struct store *store, const char *which, bool given,
                                 struct err *err);

/* SELECT of the settings of the course bound as ?1, oldest first, for event_from_row. */
sqlite3_stmt *event_prepare_settings(const struct store *store, struct err *err);

/* Runs the insert; *added is false where the id was known. */
bool event_insert(const struct store *store, const struct event *event, bool *added,
                  struct err *err);

/* The row in hand. Texts stay valid until the next row and as long as `arena`. False: no program of
 * ours wrote this row; pass over it. */
bool event_from_row(sqlite3_stmt *row, struct arena *arena, struct event *event);

/* Clean text of a hostile one: `bytes` itself where it is plain, else a copy in `arena`. */
const char *event_clean_line(struct arena *arena, const char *bytes, size_t size);

/* What the queries of derive.c need of a database that was opened. */
bool derive_prepare(const struct store *store, struct err *err);

/* After events were added behind the one numbered `before`, from another log: puts all in the order
 * in which they happened. Within a transaction. */
bool merge_by_time(const struct store *store, int64_t before, struct err *err);

/* ---- JSON ----------------------------------------------------------------------------------- */

/* Appends the event as one line, without the newline. */
void event_write_json(const struct event *event, struct buf *out);

/* Reads one line (hostile). Texts are in `arena`. False: what is wrong, and *column from 1. */
bool event_read_json(const char *line, size_t size, struct arena *arena, struct event *event,
                     size_t *column, struct err *err);

/* Appends JSON in its one compact form with clean texts; false where it is not JSON, is nested too
 * deeply to stand in an event, or is longer than EVENT_GIVEN_MOST. */
bool event_clean_json(const char *text, size_t size, struct buf *out);

#endif
