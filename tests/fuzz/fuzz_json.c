/* Any bytes end in JSON_END or in an error with a place; what was read can be written and read. */
#include "base/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

/* Writes a value as it was read. */
struct writer {
    struct buf out;
    bool comma;
};

static void separate(struct writer *w)
{
    if (w->comma)
        buf_add(&w->out, ",");
    w->comma = false;
}

static bool write_event(struct writer *w, enum json_event event, const struct json_reader *r)
{
    static const char *const words[] = {
        [JSON_OBJECT] = "{",  [JSON_OBJECT_END] = "}", [JSON_ARRAY] = "[",  [JSON_ARRAY_END] = "]",
        [JSON_TRUE] = "true", [JSON_FALSE] = "false",  [JSON_NULL] = "null"};
    if (event != JSON_OBJECT_END && event != JSON_ARRAY_END)
        separate(w);
    if (event == JSON_STRING || event == JSON_KEY) {
        if (memchr(r->text.data, '\0', r->text.length))
            return false; /* json_add_string takes text, which holds no NUL */
        json_add_string(&w->out, r->text.data);
    } else if (event == JSON_NUMBER) {
        json_add_number(&w->out, r->number);
    } else {
        buf_add(&w->out, words[event]);
    }
    if (event == JSON_KEY)
        buf_add(&w->out, ":");
    w->comma = event != JSON_KEY && event != JSON_OBJECT && event != JSON_ARRAY;
    return true;
}

/* False where the text is no JSON, or holds a string we cannot write. */
static bool rewrite(const char *text, size_t size, struct writer *w)
{
    struct json_reader r;
    json_open(&r, text, size);
    bool good = true;
    for (enum json_event event; (event = json_next(&r)) != JSON_END && good;) {
        if (event == JSON_ERROR) {
            demand(r.err.text[0] >= '1' && r.err.text[0] <= '9' && json_next(&r) == JSON_ERROR);
            good = false;
        } else {
            demand(r.depth <= JSON_DEPTH);
            good = write_event(w, event, &r);
        }
    }
    json_close(&r);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct writer once = {0}, twice = {0};
    if (rewrite((const char *)data, size, &once)) {
        demand(rewrite(buf_text(&once.out), once.out.length, &twice));
        demand(strcmp(buf_text(&once.out), buf_text(&twice.out)) == 0);
    }
    struct json_reader r;
    json_open(&r, (const char *)data, size);
    bool skipped = json_skip(&r, json_next(&r)) && json_next(&r) == JSON_END;
    demand(!skipped || size > 0);
    json_close(&r);
    buf_free(&once.out);
    buf_free(&twice.out);
    return 0;
}
