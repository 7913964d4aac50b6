/* Pictures as files: what a function draws is compared with a text a person can read.
 *
 * UPDATE_GOLDEN=1 writes the files anew; look at the difference before you commit it. */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

/* Fails the test, showing both, unless the file `path` (from the root of the project) holds exactly
 * `actual`. */
void golden_check(const char *path, const char *actual);

#endif
