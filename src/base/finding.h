/* finding.h: what an author wrote wrongly, as data: every finding of a file, with its place.
 *
 * Readers of lessons and quizzes add findings and go on; `nntutor check` prints them all. A file
 * with findings is still a document: what could be read is there. */
#ifndef BASE_FINDING_H
#define BASE_FINDING_H

#include "base/arena.h"
#include "base/str.h"

enum severity { SEVERITY_WARNING, SEVERITY_ERROR };

struct finding {
    const char *file;       /* as the user named it */
    int line, column;       /* from 1; column counts bytes; 0 where there is none */
    enum severity severity; /* as a reader for learners sees it */
    const char *code;       /* "E123", "L012": stable, for scripts and tests */
    const char *text;       /* what is wrong */
    const char *hint;       /* what to do; NULL where the text says it */
};

/* More are counted but not kept, and longer texts are cut: a file that is no lesson at all must not
 * fill the memory. */
enum { FINDINGS_MOST = 10000, FINDING_BYTES = 1024 };

struct findings {
    struct arena *arena; /* owns the texts */
    struct finding *list;
    size_t count, capacity;
    size_t lost[2]; /* over FINDINGS_MOST, by severity */
};

void findings_init(struct findings *findings, struct arena *arena);

/* Adds one; `hint` may be NULL, `format` makes the text. `findings` may be NULL: then it is lost. */
void finding_add(struct findings *findings, enum severity severity, const char *code,
                 const char *file, int line, int column, const char *hint, const char *format, ...)
    __attribute__((format(printf, 8, 9)));

/* Sorts by file (in order of first appearance), line, column; stable. */
void findings_sort(struct findings *findings);

/* How many there were of this severity, kept or lost. */
size_t findings_count(const struct findings *findings, enum severity severity);

/* `file:line:col: error E123: text; hint` and a newline. */
void finding_print(const struct finding *finding, struct buf *out);

#endif
