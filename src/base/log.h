/* log.h: what the program writes for its makers, when asked to with --log FILE.
 *
 * Never on the terminal. Silent until log_open; a log that cannot be written is not an error. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

#include <stdbool.h>

bool log_open(const char *path, struct err *err);
void log_close(void);
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
