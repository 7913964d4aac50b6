/* exported.h: what holds of every log that a store exports, whatever happened in it. */
#ifndef TESTS_SUPPORT_EXPORTED_H
#define TESTS_SUPPORT_EXPORTED_H

#include "base/str.h"
#include "store/store.h"

/* Fails the test where it cannot be opened; the caller closes it. */
struct store *exported_open(const char *path);

/* Of how many events `with` is a part. */
size_t exported_count(const struct buf *log, const char *with);

/* Read into another store, the log of `store` comes out byte by byte and gives the same review and the
 * same progress; its beginnings load, too. */
void exported_assert_same(struct store *store, const struct buf *log, const char *course);

#endif
