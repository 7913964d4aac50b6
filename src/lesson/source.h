/* lesson/source.h: the bytes of a lesson, made clean, with the way back to line and column.
 *
 * The text is sanitised here, once. A line ends with LF, CRLF or a lone CR, as in CommonMark, so
 * the clean text has the lines of the file; columns differ only where something had to be mended,
 * and source_place undoes that. Findings gather here and are handed over sorted. */
#ifndef LESSON_SOURCE_H
#define LESSON_SOURCE_H

#include "base/arena.h"
#include "base/finding.h"
#include "base/str.h"
#include "lesson/lesson.h"
#include "lesson/lint.h"

#include <stdbool.h>
#include <stddef.h>

struct source_line {
    size_t start;      /* offset of its first byte in the clean text */
    size_t first_mend; /* its mends; as many as lie before those of the next line */
};

/* A place where clean and original part: from here to the next one they run in step again at the
 * right-hand end. Both count bytes from the start of the line. */
struct source_mend {
    size_t clean, original;
};

struct source {
    struct arena *arena;
    const char *file;
    const char *text; /* clean; every line ends with a newline; NUL behind the last */
    size_t length;
    struct source_line *lines; /* one more than there are: the end */
    size_t line_count, line_capacity;
    struct source_mend *mends;
    size_t mend_count, mend_capacity;
    struct findings found;
    bool silent; /* nobody wants findings */
};

/* `findings` may be NULL. */
void source_open(struct source *source, struct arena *arena, const char *file, const char *bytes,
                 size_t size, struct findings *findings);

/* Sorts what was found and hands it to `findings`. */
void source_close(struct source *source, struct findings *findings);

/* Line and column in the file of an offset into the clean text. */
struct place source_place(const struct source *source, size_t offset);

/* The same for a pointer into the clean text. */
struct place source_place_of(const struct source *source, const char *at);

bool source_holds(const struct source *source, const char *at);

/* The clean line `number` (from 1), without its newline; empty outside the file. */
struct str source_line(const struct source *source, int number);

/* The number of the line an offset stands in. */
int source_line_number(const struct source *source, size_t offset);

/* The bytes of lines `first` to `last`, with their newlines. */
struct str source_lines(const struct source *source, int first, int last);

void source_find(struct source *source, enum lint lint, struct place place, const char *hint,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
