/* Any bytes are a message or are refused; what was read can be written, and reads as the same. */
#include "live/fields.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static bool is_numbers(const struct field_value *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (value->texts[i])
            return false;
    return true;
}

static bool is_texts(const struct field_value *value)
{
    for (size_t i = 0; i < value->count; i++)
        if (!value->texts[i])
            return false;
    return true;
}

static void write_value(struct buf *out, const struct field_value *value)
{
    if (value->kind == FIELD_NUMBER)
        fields_add_number(out, value->name, value->number);
    else if (value->kind == FIELD_TEXT)
        fields_add_text(out, value->name, value->text);
    else if (is_numbers(value))
        fields_add_numbers(out, value->name, value->numbers, value->count);
    else if (is_texts(value))
        fields_add_texts(out, value->name, value->texts, value->count);
}

static void write_all(struct buf *out, const struct fields *fields)
{
    fields_begin(out);
    for (size_t i = 0; i < fields->count; i++)
        write_value(out, &fields->list[i]);
    fields_end(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fields first, second;
    struct buf once = {0}, twice = {0};
    struct arena arena;
    arena_init(&arena);
    if (fields_read(&first, &arena, (const char *)data, size, NULL)) {
        demand(first.count <= FIELDS_MOST);
        write_all(&once, &first);
        demand(memchr(once.data, '\n', once.length) == NULL); /* a message is a line */
        demand(fields_read(&second, &arena, once.data, once.length, NULL));
        write_all(&twice, &second);
        demand(strcmp(once.data, twice.data) == 0);
    } else {
        demand(first.count == 0);
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(&arena);
    return 0;
}
