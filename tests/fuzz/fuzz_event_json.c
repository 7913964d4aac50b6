/* The reader of one line of an import. What it takes has to write as a line that reads back as the
 * same line; JSON that was cleaned stays as it is when it is cleaned again. */
#include "store/event.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
    if (!good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    struct arena arena;
    struct event event;
    struct err err;
    struct buf once = {0}, twice = {0};
    size_t column;
    if (!started)
        started = utf8_start() || true;
    arena_init(&arena);
    if (event_read_json((const char *)data, size, &arena, &event, &column, &err)) {
        event_write_json(&event, &once);
        must(once.length <= EVENT_LINE_MOST);
        must(event_read_json(once.data, once.length, &arena, &event, &column, &err));
        event_write_json(&event, &twice);
        must(strcmp(once.data, twice.data) == 0);
    } else {
        must(column >= 1 && column <= size + 1 && err.text[0]);
    }
    buf_clear(&once);
    buf_clear(&twice);
    if (event_clean_json((const char *)data, size, &once)) {
        must(event_clean_json(once.data, once.length, &twice));
        must(strcmp(once.data, twice.data) == 0);
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(&arena);
    return 0;
}
