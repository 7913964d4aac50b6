#include "support/oracle.h"

#include <jansson.h>
#include <string.h>

static void add_string(struct buf *plain, const char *text, size_t length)
{
    buf_addf(plain, "<%zu>", length);
    buf_add_n(plain, text, length);
}

static void add_value(struct buf *plain, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_NULL:
        buf_add(plain, "null");
        break;
    case JSON_TRUE:
        buf_add(plain, "true");
        break;
    case JSON_FALSE:
        buf_add(plain, "false");
        break;
    case JSON_INTEGER:
    case JSON_REAL:
        buf_addf(plain, "%.17g", json_number_value(value) + 0.0);
        break;
    case JSON_STRING:
        add_string(plain, json_string_value(value), json_string_length(value));
        break;
    case JSON_ARRAY:
        buf_add(plain, "[");
        for (size_t i = 0; i < json_array_size(value); i++) {
            add_value(plain, json_array_get(value, i));
            buf_add(plain, ",");
        }
        buf_add(plain, "]");
        break;
    case JSON_OBJECT: {
        const char *key;
        json_t *member;
        buf_add(plain, "{");
        json_object_foreach(value, key, member)
        {
            add_string(plain, key, strlen(key));
            buf_add(plain, ":");
            add_value(plain, member);
            buf_add(plain, ",");
        }
        buf_add(plain, "}");
        break;
    }
    }
}

enum oracle_verdict oracle_json(const char *text, size_t size, struct buf *plain)
{
    json_error_t error;
    json_t *tree = json_loadb(text, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    if (!tree) {
        enum json_error_code code = json_error_code(&error);
        bool beyond = code == json_error_null_byte_in_key ||
                      (code == json_error_numeric_overflow && strstr(error.text, "integer"));
        return beyond ? ORACLE_ABSTAINS : ORACLE_REJECTS;
    }
    add_value(plain, tree);
    json_decref(tree);
    return ORACLE_ACCEPTS;
}

bool oracle_json_loads(const char *text, size_t size)
{
    json_error_t error;
    json_t *tree = json_loadb(text, size, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
    json_decref(tree);
    return tree != NULL;
}
