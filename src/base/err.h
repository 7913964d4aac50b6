/* err.h: what the world can cause, as a sentence for the user.
 *
 * A function that can fail takes `struct err *` last and returns false or NULL with the sentence
 * already in it, naming the file, line and remedy where there is one. Mistakes that only we can
 * make are asserts; what an author wrote wrongly is a finding (finding.h). */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

struct err {
    char text[600];
};

/* Writes the sentence and returns false, so that callers can `return err_set(...)`. `err` may be
 * NULL where nobody wants the reason. */
bool err_set(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
