#include "live/fields.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

static const char *clean_text(struct arena *arena, const struct json_reader *reader)
{
    struct buf clean = {0};
    utf8_sanitise(&clean, buf_text(&reader->text), reader->text.length, NULL, NULL);
    const char *text = arena_strdup(arena, buf_text(&clean));
    buf_free(&clean);
    return text;
}

static bool whole(const struct json_reader *reader, int64_t *value)
{
    return str_integer((struct str){buf_text(&reader->text), reader->text.length}, value);
}

static bool read_list(struct field_value *value, struct arena *arena, struct json_reader *reader,
                      struct err *err)
{
    value->kind = FIELD_LIST;
    value->texts = ARENA_ARRAY(arena, FIELDS_LIST_MOST, const char *);
    value->numbers = ARENA_ARRAY(arena, FIELDS_LIST_MOST, int64_t);
    for (;;) {
        enum json_event event = json_next(reader);
        if (event == JSON_ARRAY_END)
            return true;
        if (value->count >= FIELDS_LIST_MOST)
            return err_set(err, "%s: too long a list", value->name);
        if (event == JSON_STRING)
            value->texts[value->count] = clean_text(arena, reader);
        else if (event != JSON_NUMBER || !whole(reader, &value->numbers[value->count]))
            return err_set(err, "%s: not a list of texts or whole numbers", value->name);
        value->count++;
    }
}

static bool read_value(struct field_value *value, struct arena *arena, struct json_reader *reader,
                       struct err *err)
{
    enum json_event event = json_next(reader);
    switch (event) {
    case JSON_STRING:
        value->kind = FIELD_TEXT;
        value->text = clean_text(arena, reader);
        return true;
    case JSON_NUMBER:
        value->kind = FIELD_NUMBER;
        return whole(reader, &value->number) || err_set(err, "%s: not whole", value->name);
    case JSON_TRUE:
    case JSON_FALSE:
        value->kind = FIELD_NUMBER;
        value->number = event == JSON_TRUE;
        return true;
    case JSON_ARRAY:
        return read_list(value, arena, reader, err);
    default:
        return err_set(err, "%s: no value that a message may hold", value->name);
    }
}

static const struct field_value *find(const struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->list[i].name, name) == 0)
            return &fields->list[i];
    return NULL;
}

static bool read_object(struct fields *fields, struct arena *arena, struct json_reader *reader,
                        struct err *err)
{
    if (json_next(reader) != JSON_OBJECT)
        return err_set(err, "not an object");
    for (;;) {
        enum json_event event = json_next(reader);
        if (event == JSON_OBJECT_END)
            return json_next(reader) == JSON_END || err_set(err, "more than one object");
        if (event != JSON_KEY)
            return err_set(err, "%s", reader->err.text);
        struct field_value value = {.name = clean_text(arena, reader)};
        if (fields->count >= FIELDS_MOST)
            return err_set(err, "too many members");
        if (find(fields, value.name))
            return err_set(err, "%s: twice", value.name);
        if (!read_value(&value, arena, reader, err))
            return false;
        fields->list[fields->count++] = value;
    }
}

bool fields_read(struct fields *fields, struct arena *arena, const char *text, size_t size,
                 struct err *err)
{
    struct json_reader reader;
    fields->count = 0;
    json_open(&reader, text, size);
    bool good = read_object(fields, arena, &reader, err);
    json_close(&reader);
    if (!good)
        fields->count = 0;
    return good;
}

const char *fields_text(const struct fields *fields, const char *name)
{
    const struct field_value *value = find(fields, name);
    return value && value->kind == FIELD_TEXT ? value->text : "";
}

bool fields_number(const struct fields *fields, const char *name, int64_t least, int64_t most,
                   int64_t *number)
{
    const struct field_value *value = find(fields, name);
    if (!value || value->kind != FIELD_NUMBER || value->number < least || value->number > most)
        return false;
    *number = value->number;
    return true;
}

const struct field_value *fields_list(const struct fields *fields, const char *name)
{
    const struct field_value *value = find(fields, name);
    return value && value->kind == FIELD_LIST ? value : NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------ */

void fields_begin(struct buf *out)
{
    buf_add_char(out, '{');
}

void fields_end(struct buf *out)
{
    buf_add_char(out, '}');
}

static void add_name(struct buf *out, const char *name)
{
    if (out->data[out->length - 1] != '{')
        buf_add_char(out, ',');
    buf_addf(out, "\"%s\":", name);
}

void fields_add_text(struct buf *out, const char *name, const char *value)
{
    add_name(out, name);
    json_add_string(out, value);
}

void fields_add_number(struct buf *out, const char *name, int64_t value)
{
    add_name(out, name);
    buf_addf(out, "%lld", (long long)value);
}

void fields_add_numbers(struct buf *out, const char *name, const int64_t *values, size_t count)
{
    add_name(out, name);
    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%s%lld", i ? "," : "", (long long)values[i]);
    buf_add_char(out, ']');
}

void fields_add_texts(struct buf *out, const char *name, const char *const *values, size_t count)
{
    add_name(out, name);
    buf_add_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        buf_add(out, i ? "," : "");
        json_add_string(out, values[i]);
    }
    buf_add_char(out, ']');
}
