/* vectors.h: a JSON file of cases as tests, one test a case.
 *
 * The file is {"cases": [{"id": ...}, ...]}, or has its list under another name; each case is
 * handed to the test as *state. */
#ifndef TESTS_SUPPORT_VECTORS_H
#define TESTS_SUPPORT_VECTORS_H

#include "support/test.h"

#include <jansson.h>

/* Runs the cases of $VECTORS, else of `fallback`; the exit code of main. A file that cannot be
 * read, is empty or has no cases is a failure; without any file one skipped test. */
int vectors_run(const char *fallback, const char *list, CMUnitTestFunction test);
/* The whole file, while its cases run. */
json_t *vectors_file(void);

#endif
