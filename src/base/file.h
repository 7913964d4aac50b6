/* file.h: whole files in and out.
 *
 * Reading gives raw bytes: the reader of the format passes them through utf8_sanitise. Writing goes
 * to a draft beside the file, which takes its name when all of it is on disk, so a full disk or a
 * kill never leaves half a file under the real name. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum { FILE_MOST_BYTES = 256 << 20 };

/* Appends the whole file ("-" is standard input), at most FILE_MOST_BYTES; nothing where it fails. */
bool file_read(const char *path, struct buf *out, struct err *err);

/* Replaces the file by `size` bytes ("-" and "/dev/stdout" write to standard output). A new file has
 * mode 0600, one that exists keeps its own. */
bool file_write(const char *path, const char *bytes, size_t size, struct err *err);

/* Creates the folder and its parents with mode 0700. */
bool file_make_folder(const char *path, struct err *err);

#endif
