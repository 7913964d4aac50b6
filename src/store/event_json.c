/* An event as a line of JSON, written and read. A line that we wrote reads back as the same event,
 * and that event writes the same bytes: an export of an import is the export. */
#include "store/event.h"

#include "base/json.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- time ----------------------------------------------------------------------------------- */

/* "2026-11-21T09:30:00.123Z", for `at` from 0 to EVENT_AT_MOST. */
static void add_time(struct buf *out, int64_t at)
{
    char text[CLOCK_TEXT];
    clock_format_utc(at, text);
    buf_addf(out, "%.19s.%03dZ", text, (int)(at % 1000));
}

/* Milliseconds may be left out. What does not write back as it was read (31 February) is refused. */
static bool read_time(const char *text, int64_t *at)
{
    struct tm parts = {0};
    int ms = 0, length = 0;
    if (strlen(text) == 20)
        sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2dZ%n", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
               &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &length);
    else if (strlen(text) == 24)
        sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &parts.tm_year, &parts.tm_mon,
               &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &ms, &length);
    if (length == 0)
        return false;
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    *at = (int64_t)timegm(&parts) * 1000 + ms;
    if (*at < 0 || *at > EVENT_AT_MOST)
        return false;
    struct buf again = {0};
    add_time(&again, *at);
    bool same = strncmp(again.data, text, 19) == 0 &&
                (length == 20 || strcmp(again.data + 19, text + 19) == 0);
    buf_free(&again);
    return same;
}

/* ---- any JSON, cleaned ---------------------------------------------------------------------- */

static void add_clean_string(struct buf *out, const struct buf *text)
{
    struct buf clean = {0};
    utf8_sanitise(&clean, buf_text(text), text->length, NULL, NULL);
    json_add_string(out, buf_text(&clean));
    buf_free(&clean);
}

/* Copies the value that begins with `event` in its compact form. False: the reader failed, or the
 * value is nested more than JSON_DEPTH - 1 deep or too long. */
static bool copy_value(struct json_reader *reader, enum json_event event, struct buf *out)
{
    size_t start = out->length;
    int outside = reader->depth - (event == JSON_OBJECT || event == JSON_ARRAY);
    bool follows = false; /* something that wants a comma after it */
    for (;;) {
        if (follows && event != JSON_OBJECT_END && event != JSON_ARRAY_END)
            buf_add_char(out, ',');
        follows = true;
        switch (event) {
        case JSON_OBJECT:
        case JSON_ARRAY:
            buf_add_char(out, event == JSON_OBJECT ? '{' : '[');
            follows = false;
            break;
        case JSON_OBJECT_END:
        case JSON_ARRAY_END:
            buf_add_char(out, event == JSON_OBJECT_END ? '}' : ']');
            break;
        case JSON_KEY:
            add_clean_string(out, &reader->text);
            buf_add_char(out, ':');
            follows = false;
            break;
        case JSON_STRING:
            add_clean_string(out, &reader->text);
            break;
        case JSON_NUMBER:
            buf_add_n(out, reader->text.data, reader->text.length);
            break;
        case JSON_TRUE:
        case JSON_FALSE:
        case JSON_NULL:
            buf_add(out, event == JSON_TRUE ? "true" : event == JSON_FALSE ? "false" : "null");
            break;
        case JSON_ERROR:
        case JSON_END:
            return false;
        }
        if (reader->depth - outside >= JSON_DEPTH || out->length - start > EVENT_GIVEN_MOST)
            return false;
        if (reader->depth == outside)
            return true;
        event = json_next(reader);
    }
}

bool event_clean_json(const char *text, size_t size, struct buf *out)
{
    struct json_reader reader;
    json_open(&reader, text, size);
    bool good = copy_value(&reader, json_next(&reader), out) && json_next(&reader) == JSON_END;
    json_close(&reader);
    return good;
}

/* ---- writing -------------------------------------------------------------------------------- */

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void add_field(struct buf *out, const struct event *event, const struct field *field)
{
    const void *value = event_at(event, field);
    switch (field->kind) {
    case FIELD_GIVEN:
        if (event->type == EVENT_ANSWER) {
            const char *given = or_empty(*(const char *const *)value);
            buf_add(out, *given ? given : "null");
            break;
        }
        /* fall through */
    case FIELD_TEXT:
        json_add_string(out, or_empty(*(const char *const *)value));
        break;
    case FIELD_COUNT:
        buf_addf(out, "%d", *(const int *)value);
        break;
    case FIELD_HASH:
        buf_addf(out, "\"%016" PRIx64 "\"", *(const uint64_t *)value);
        break;
    case FIELD_SEED:
        buf_addf(out, "%" PRIu64, *(const uint64_t *)value);
        break;
    case FIELD_BOOL:
        buf_add(out, *(const bool *)value ? "true" : "false");
        break;
    case FIELD_FRACTION:
        if (event->ungraded) {
            buf_add(out, "null");
            break;
        }
        /* fall through */
    case FIELD_NUMBER:
        json_add_number(out, *(const double *)value);
        break;
    }
}

void event_write_json(const struct event *event, struct buf *out)
{
    buf_addf(out, "{\"v\":1,\"id\":\"%s\",\"at\":\"", event->id);
    add_time(out, event->at);
    buf_addf(out, "\",\"type\":\"%s\"", event_type_names[event->type]);
    for (size_t i = 0; i < event_field_count; i++) {
        if (!event_has(&event_fields[i], event->type))
            continue;
        buf_addf(out, ",\"%s\":", event_fields[i].key);
        add_field(out, event, &event_fields[i]);
    }
    buf_add_char(out, '}');
}

/* ---- reading -------------------------------------------------------------------------------- */

struct line {
    struct json_reader reader;
    struct arena *arena;
    struct event *event;
    size_t start; /* of the value in hand, for complaints */
    struct err *err;
    size_t *column;
};

static bool complain(struct line *line, const char *format, const char *what)
{
    *line->column = line->start + 1;
    return err_set(line->err, format, what);
}

/* The reader says "1:COLUMN: what": a line is all it sees. */
static bool complain_syntax(struct line *line)
{
    char *rest;
    *line->column = strtoul(line->reader.err.text + 2, &rest, 10);
    return err_set(line->err, "%s", *rest == ':' ? rest + 2 : rest);
}

static enum json_event next_value(struct line *line)
{
    struct json_reader *reader = &line->reader;
    while (reader->at < reader->size && reader->input[reader->at] == ' ')
        reader->at++;
    line->start = reader->at;
    return json_next(reader);
}

static bool wanted(struct line *line, const char *key, const char *what)
{
    struct buf text = {0};
    buf_addf(&text, "\"%s\" has to be %s", key, what);
    complain(line, "%s", buf_text(&text));
    buf_free(&text);
    return false;
}

/* At most `most`, and exactly: digits of a double end at 2^53. */
static bool read_whole(const struct json_reader *reader, uint64_t most, uint64_t *value)
{
    *value = 0;
    for (const char *p = reader->text.data; *p; p++) {
        uint64_t digit = (uint64_t)(*p - '0');
        if (*p < '0' || *p > '9' || digit > most || *value > (most - digit) / 10)
            return false;
        *value = *value * 10 + digit;
    }
    return true;
}

static bool read_hash(const struct buf *text, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < text->length; i++) {
        const char *digits = "0123456789abcdef";
        const char *digit = text->data[i] ? strchr(digits, text->data[i]) : NULL;
        if (!digit || text->length != 16)
            return false;
        *value = *value << 4 | (uint64_t)(digit - digits);
    }
    return text->length == 16;
}

static bool read_text(struct line *line, enum json_event found, const char *key, const char **text)
{
    if (found != JSON_STRING)
        return wanted(line, key, "a text");
    const struct buf *raw = &line->reader.text;
    const char *clean = event_clean_line(line->arena, buf_text(raw), raw->length);
    *text = clean == raw->data ? arena_strndup(line->arena, raw->data, raw->length) : clean;
    return true;
}

static bool read_given(struct line *line, enum json_event found, const char **given)
{
    struct buf clean = {0};
    bool good = copy_value(&line->reader, found, &clean);
    if (good)
        *given = arena_strndup(line->arena, clean.data, clean.length);
    else if (line->reader.state == JSON_FAILED)
        complain_syntax(line);
    else
        complain(line, "%s", "\"given\" is nested too deeply or too long");
    buf_free(&clean);
    return good;
}

static bool read_field(struct line *line, enum json_event found, const struct field *field)
{
    const struct json_reader *reader = &line->reader;
    void *value = event_at(line->event, field);
    uint64_t whole;
    switch (field->kind) {
    case FIELD_GIVEN:
        if (line->event->type == EVENT_ANSWER)
            return read_given(line, found, value);
        /* fall through */
    case FIELD_TEXT:
        return read_text(line, found, field->key, value);
    case FIELD_COUNT:
        if (found != JSON_NUMBER || !read_whole(reader, (uint64_t)field->most, &whole)) {
            char what[64];
            snprintf(what, sizeof what, "a whole number from 0 to %d", field->most);
            return wanted(line, field->key, what);
        }
        *(int *)value = (int)whole;
        return true;
    case FIELD_HASH:
        return (found == JSON_STRING && read_hash(&reader->text, value)) ||
               wanted(line, field->key, "16 hex digits");
    case FIELD_SEED:
        return (found == JSON_NUMBER && read_whole(reader, UINT64_MAX, value)) ||
               wanted(line, field->key, "a whole number below 2^64");
    case FIELD_BOOL:
        *(bool *)value = found == JSON_TRUE;
        return found == JSON_TRUE || found == JSON_FALSE ||
               wanted(line, field->key, "true or false");
    case FIELD_FRACTION:
        line->event->ungraded = found == JSON_NULL;
        if (line->event->ungraded)
            return true;
        /* fall through */
    case FIELD_NUMBER:
        if (found != JSON_NUMBER || !isfinite(reader->number))
            return wanted(line, field->key, "a number");
        *(double *)value = reader->number == 0 ? 0 : reader->number; /* no -0: SQLite keeps none */
        return true;
    }
    return false;
}

/* What every line has; `have` gathers which of them were there. */
enum { HAVE_V = 1, HAVE_ID = 2, HAVE_AT = 4, HAVE_TYPE = 8 };

static bool read_common(struct line *line, const char *key, enum json_event found, int *have)
{
    const struct json_reader *reader = &line->reader;
    struct event *event = line->event;
    const struct buf *text = &reader->text;
    if (strcmp(key, "v") == 0) {
        *have |= HAVE_V;
        return (found == JSON_NUMBER && reader->number == 1) ||
               complain(line, "%s", "\"v\" has to be 1; a newer nntutor may have written this");
    }
    if (strcmp(key, "id") == 0) {
        if (found != JSON_STRING || !event_is_id(buf_text(text), text->length))
            return wanted(line, key, "32 hex digits");
        memcpy(event->id, text->data, sizeof event->id);
        *have |= HAVE_ID;
        return true;
    }
    if (strcmp(key, "at") == 0) {
        *have |= HAVE_AT;
        return (found == JSON_STRING && strlen(buf_text(text)) == text->length &&
                read_time(text->data, &event->at)) ||
               wanted(line, key, "a time such as \"2026-11-21T09:30:00.000Z\"");
    }
    if (strcmp(key, "type") == 0) {
        size_t i = 0;
        while (found == JSON_STRING && i < EVENT_TYPES &&
               strcmp(buf_text(text), event_type_names[i]) != 0)
            i++;
        if (found != JSON_STRING || i == EVENT_TYPES)
            return wanted(line, key,
                          "step, prediction, answer, score, reset, undo, retire, bookmark or "
                          "setting");
        event->type = (enum event_type)i;
        *have |= HAVE_TYPE;
        return true;
    }
    return json_skip(&line->reader, found) || complain_syntax(line);
}

static bool read_special(struct line *line, const char *key, enum json_event found)
{
    for (size_t i = 0; i < event_field_count; i++)
        if (event_has(&event_fields[i], line->event->type) && strcmp(event_fields[i].key, key) == 0)
            return read_field(line, found, &event_fields[i]);
    /* "id" and so on, and what a later version may add. */
    return json_skip(&line->reader, found) || complain_syntax(line);
}

/* One way over the line: first for what every event has, then, its type known, for the rest. */
static bool read_object(struct line *line, int *have)
{
    bool common = *have == 0;
    enum json_event found = next_value(line);
    if (found == JSON_ERROR)
        return complain_syntax(line);
    if (found != JSON_OBJECT)
        return complain(line, "%s", "a line has to be an object: {...}");
    while ((found = json_next(&line->reader)) == JSON_KEY) {
        char key[32] = ""; /* longer ones are none of ours */
        const struct buf *text = &line->reader.text;
        if (text->length < sizeof key && strlen(buf_text(text)) == text->length)
            memcpy(key, buf_text(text), text->length + 1);
        found = next_value(line);
        if (found == JSON_ERROR)
            return complain_syntax(line);
        if (common ? !read_common(line, key, found, have) : !read_special(line, key, found))
            return false;
    }
    if (found == JSON_ERROR || json_next(&line->reader) != JSON_END)
        return complain_syntax(line);
    return true;
}

bool event_read_json(const char *text, size_t size, struct arena *arena, struct event *event,
                     size_t *column, struct err *err)
{
    static const char *const missing[] = {"v", "id", "at", "type"};
    struct line line = {.arena = arena, .event = event, .err = err, .column = column};
    int have = 0;
    *event = (struct event){0};
    *column = 1;
    if (size > EVENT_LINE_MOST)
        return err_set(err, "longer than %d bytes", EVENT_LINE_MOST);
    json_open(&line.reader, text, size);
    bool good = read_object(&line, &have);
    json_close(&line.reader);
    for (int i = 0; good && i < 4; i++)
        if (!(have >> i & 1))
            good = err_set(err, "\"%s\" is missing", missing[i]);
    if (!good)
        return false;
    event->ungraded = event->type == EVENT_ANSWER; /* until "f" says otherwise */
    json_open(&line.reader, text, size);
    good = read_object(&line, &have);
    json_close(&line.reader);
    return good;
}
