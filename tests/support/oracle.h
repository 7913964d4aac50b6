/* oracle.h: JSON as somebody else reads it (Jansson), to test our reader against. In a file of its
 * own because both libraries have a JSON_OBJECT. */
#ifndef TESTS_SUPPORT_ORACLE_H
#define TESTS_SUPPORT_ORACLE_H

#include "base/str.h"

enum oracle_verdict {
    ORACLE_REJECTS,
    ORACLE_ACCEPTS,
    ORACLE_ABSTAINS, /* an integer over 2^63, a NUL in a key: JSON, but beyond this oracle */
};

/* Reads one JSON text and, where it is good, appends its values in a plain form: `null`, `true`,
 * `false`, numbers as "%.17g" (zero without a sign), strings as
 * `<length>bytes`, `[...,]`, `{key:value,...,}`. */
enum oracle_verdict oracle_json(const char *text, size_t size, struct buf *plain);

/* Reads it into the oracle's tree and throws that away: for comparing speed. */
bool oracle_json_loads(const char *text, size_t size);

#endif
