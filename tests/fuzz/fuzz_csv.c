/* Any bytes as CSV: records and fields are those that a reader finds that goes byte by byte, and what
 * csv_add writes reads back the same. The first byte chooses the separator. */
#include "base/arena.h"
#include "grade/work.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

enum state { FIELD_BEGINS, PLAIN, QUOTED, QUOTE_SEEN, BEHIND, ENDED, WRONG };

static enum state next_state(enum state state, char c, char separator)
{
    bool ends = c == separator || c == '\n';
    switch (state) {
    case FIELD_BEGINS:
        if (c == '"')
            return QUOTED;
        break;
    case QUOTED:
        return c == '"' ? QUOTE_SEEN : QUOTED;
    case QUOTE_SEEN:
        if (c == '"')
            return QUOTED;
        if (c == '\r')
            return BEHIND;
        if (!ends)
            return WRONG;
        break;
    case BEHIND:
        if (!ends)
            return WRONG;
        break;
    default:
        break;
    }
    return c == '\n' ? ENDED : c == separator ? FIELD_BEGINS : PLAIN;
}

/* The record's length, 0 where it does not end; its fields, each with a NUL behind it, in `fields`. */
static size_t read_slowly(const char *bytes, size_t size, char separator, struct buf *fields,
                          bool *good)
{
    enum state state = FIELD_BEGINS;
    size_t at = 0;
    for (; at < size && state != ENDED && state != WRONG; at++) {
        enum state before = state;
        char c = bytes[at];
        state = next_state(state, c, separator);
        bool quoted = before == QUOTE_SEEN || before == BEHIND;
        if (state == PLAIN || (state == QUOTED && before != FIELD_BEGINS))
            buf_add_char(fields, c);
        while (state == ENDED && !quoted && fields->length &&
               fields->data[fields->length - 1] == '\r')
            buf_cut(fields, fields->length - 1);
        if (state == ENDED || state == FIELD_BEGINS)
            buf_add_char(fields, '\0');
    }
    *good = state != WRONG;
    return state == ENDED ? at : 0;
}

static void expect_fields(struct csv_fields *fields, const struct buf *wanted)
{
    size_t at = 0;
    for (size_t i = 0; i < fields->count; i++) {
        struct str text = fields->list[i].text;
        demand(at + text.length < wanted->length);
        demand(memcmp(wanted->data + at, text.text, text.length) == 0);
        at += text.length;
        demand(wanted->data[at++] == '\0');
    }
    demand(at == wanted->length);
}

/* What a spreadsheet would run as a formula comes back behind an apostrophe. */
static void write_and_read(const struct csv_fields *fields, struct arena *arena)
{
    struct buf record = {0}, wanted = {0};
    struct csv_fields again = {0};
    for (size_t i = 0; i < fields->count; i++) {
        const char *text =
            arena_strndup(arena, fields->list[i].text.text, fields->list[i].text.length);
        size_t start = record.length + (i > 0);
        buf_add(&record, i ? "," : "");
        csv_add(&record, text);
        if (text_starts(buf_text(&record) + start, "\"'") && *text != '\'')
            buf_add_char(&wanted, '\'');
        buf_add(&wanted, text);
        buf_add_char(&wanted, '\0');
    }
    buf_add_char(&record, '\n');
    bool good;
    demand(csv_record_length(record.data, record.length, ',', &good) == record.length && good);
    demand(csv_split(&again, arena, record.data, record.length, ','));
    expect_fields(&again, &wanted);
    buf_free(&again.scratch);
    buf_free(&record);
    buf_free(&wanted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    char separator = ",;\t"[data[0] % 3];
    struct arena arena;
    struct buf bytes = {0};
    arena_init(&arena);
    buf_add_n(&bytes, (const char *)data + 1, size - 1);
    for (size_t at = 0; at < bytes.length;) {
        struct csv_fields fields = {0};
        struct buf wanted = {0};
        const char *record = bytes.data + at;
        bool good, well;
        size_t length = csv_record_length(record, bytes.length - at, separator, &good);
        size_t whole = read_slowly(record, bytes.length - at, separator, &wanted, &well);
        demand(good == well && (!good || length == whole));
        demand(!length || record[length - 1] == '\n');
        if (length && good && csv_split(&fields, &arena, record, length, separator)) {
            expect_fields(&fields, &wanted);
            write_and_read(&fields, &arena);
        }
        buf_free(&fields.scratch);
        buf_free(&wanted);
        if (!length)
            break;
        at += length;
    }
    buf_free(&bytes);
    arena_free(&arena);
    return 0;
}
