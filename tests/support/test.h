/* What every test program includes first: cmocka with the headers it forgets, and a few helpers. */
#ifndef TESTS_SUPPORT_TEST_H
#define TESTS_SUPPORT_TEST_H

/* clang-format off: cmocka.h needs these before it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
/* clang-format on */

#include <stdbool.h>

/* A fresh folder under $TMPDIR; text stays valid until the next call with another slot of 8. */
const char *test_folder(void);

/* Writes a file below a folder and returns its path (valid as test_folder's). */
const char *test_file(const char *folder, const char *name, const char *text);

/* The whole file as a string the caller frees; fails the test if it cannot be read. */
char *test_read(const char *path);

/* Path of the vectors to run: $VECTORS, else `fallback`. NULL: neither exists; then the caller
 * prints "skipped: ..." and skips. A VECTORS that cannot be read fails the test. */
const char *test_vectors(const char *fallback);

#endif
