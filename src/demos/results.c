/* Results: which one is meant, what it is, and all of them written down. */
#include "demos/demo.h"

#include "base/json.h"
#include "base/utf8.h"

#include <string.h>

static const char *result_name(const void *results, size_t i)
{
    return ((const struct result *)results)[i].name;
}

static bool is_list(enum result_kind kind)
{
    return kind == RESULT_LIST || kind == RESULT_TABLE;
}

bool demo_ref_read(const struct demo *demo, const char *text, struct demo_ref *ref, struct err *err)
{
    enum { NAME_MOST = 63, INDEX_MOST = 100000000 };
    char name[NAME_MOST + 1];
    const char *bracket = strchr(text, '[');
    size_t length = bracket ? (size_t)(bracket - text) : strlen(text);
    if (length == 0 || length > NAME_MOST)
        return err_set(err, "%s: the name of a result is expected", demo->name);
    memcpy(name, text, length);
    name[length] = '\0';
    *ref = (struct demo_ref){.result = demo_result(demo, name)};
    if (ref->result < 0) {
        const char *near = str_nearest(name, demo->results, demo->result_count, result_name);
        return near ? err_set(err, "%s has no result \"%s\"; did you mean \"%s\"?", demo->name,
                              name, near)
                    : err_set(err, "%s has no result \"%s\"; `nntutor demo %s --help` lists them",
                              demo->name, name, demo->name);
    }
    if (!bracket)
        return true;
    if (!is_list(demo->results[ref->result].kind))
        return err_set(err, "%s of %s is one value, not a list: leave out the index", name,
                       demo->name);
    struct str index = {bracket + 1, strlen(bracket + 1)};
    int64_t number;
    if (!index.length || index.text[index.length - 1] != ']' ||
        !str_integer((struct str){index.text, index.length - 1}, &number) || number > INDEX_MOST ||
        number < -INDEX_MOST)
        return err_set(err, "%s of %s: an index is written like %s[0], or %s[-1] for the last",
                       name, demo->name, name, name);
    ref->indexed = true;
    ref->index = (long)number;
    return true;
}

bool demo_ref_number(const struct demo_run *run, struct demo_ref ref, double *number)
{
    const struct value *value = &run->out[ref.result];
    enum result_kind kind = run->demo->results[ref.result].kind;
    if (!value->set || kind == RESULT_TEXT || is_list(kind) != ref.indexed)
        return false;
    if (!ref.indexed) {
        *number = value->number;
        return true;
    }
    long index = ref.index < 0 ? ref.index + (long)value->count : ref.index;
    if (index < 0 || (size_t)index >= value->count)
        return false;
    *number = value->list[index];
    return true;
}

const char *demo_ref_text(const struct demo_run *run, struct demo_ref ref)
{
    bool text = run->demo->results[ref.result].kind == RESULT_TEXT;
    return text && run->out[ref.result].set ? run->out[ref.result].word : NULL;
}

static void add_json_list(const struct value *value, bool table, struct buf *out)
{
    buf_add(out, table ? "[[" : "[");
    for (size_t i = 0; i < value->count; i++) {
        if (i)
            buf_add(out, table && i % value->columns == 0 ? "],[" : ",");
        json_add_number(out, value->list[i]);
    }
    buf_add(out, table ? "]]" : "]");
}

static void add_json_knob(const struct knob *knob, const struct value *value, struct buf *out)
{
    if (!value->set)
        buf_add(out, "null");
    else if (knob->kind == KNOB_WORD || knob->kind == KNOB_PATH)
        json_add_string(out, value->word);
    else if (knob->kind == KNOB_LIST || knob->kind == KNOB_TABLE)
        add_json_list(value, knob->kind == KNOB_TABLE, out);
    else
        json_add_number(out, value->number);
}

static void add_json_result(const struct result *result, const struct value *value, struct buf *out)
{
    if (!value->set)
        buf_add(out, "null");
    else if (result->kind == RESULT_TEXT)
        json_add_string(out, value->word);
    else if (is_list(result->kind))
        add_json_list(value, result->kind == RESULT_TABLE, out);
    else
        json_add_number(out, value->number);
}

void demo_json(const struct demo_run *run, double elapsed_ms, struct buf *out)
{
    const struct demo *demo = run->demo;
    buf_add(out, "{\"demo\":");
    json_add_string(out, demo->name);
    buf_addf(out, ",\"seed\":%llu,\"parameters\":{", (unsigned long long)run->seed);
    for (size_t i = 0; i < demo->knob_count; i++) {
        buf_add(out, i ? "," : "");
        json_add_string(out, demo->knobs[i].name);
        buf_add_char(out, ':');
        add_json_knob(&demo->knobs[i], &run->knob[i], out);
    }
    buf_add(out, "},\"results\":{");
    for (size_t i = 0; i < demo->result_count; i++) {
        buf_add(out, i ? "," : "");
        json_add_string(out, demo->results[i].name);
        buf_add_char(out, ':');
        add_json_result(&demo->results[i], &run->out[i], out);
    }
    buf_add_char(out, '}');
    if (elapsed_ms >= 0) {
        buf_add(out, ",\"elapsed_ms\":");
        json_add_number(out, elapsed_ms);
    }
    buf_add_char(out, '}');
}

static void add_unit(const struct result *result, struct buf *out)
{
    if (result->unit)
        buf_addf(out, " %s", result->unit);
    buf_add_char(out, '\n');
}

void demo_lines(const struct demo_run *run, struct buf *out)
{
    enum { LONGEST = 400 }; /* of a text; 2^1000 still stands there whole */
    for (size_t i = 0; i < run->demo->result_count; i++) {
        const struct result *result = &run->demo->results[i];
        const struct value *value = &run->out[i];
        if (!value->set)
            continue;
        if (is_list(result->kind)) {
            for (size_t k = 0; k < value->count; k++) {
                buf_addf(out, "%s[%zu] ", result->name, k);
                buf_add_number(out, value->list[k]);
                add_unit(result, out);
            }
            continue;
        }
        buf_addf(out, "%s ", result->name);
        if (result->kind == RESULT_TEXT && strlen(value->word) > LONGEST)
            buf_addf(out, "%.20s... (%zu characters; --json has them all)", value->word,
                     strlen(value->word));
        else if (result->kind == RESULT_TEXT)
            buf_add(out, value->word);
        else
            buf_add_number(out, value->number);
        add_unit(result, out);
    }
}
