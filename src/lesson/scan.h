/* lesson/scan.h: what the Markdown parser does not say about the lines it read.
 *
 * It gives no positions for marks without text (rules, fences, empty headings). These functions
 * find them again in the clean text, from the end of the last text seen. */
#ifndef LESSON_SCAN_H
#define LESSON_SCAN_H

#include "lesson/source.h"

/* Offset in `line` of a run of three or more `mark` with only blanks and the marks of lists and
 * quotations before it; line.length where there is none. */
size_t scan_fence_in_line(struct str line, char mark);

/* Offset in the source of the next line, from `at` on, that is a fence. */
size_t scan_fence(const struct source *source, size_t at, char mark);

/* Whether `line` closes the fence that `opening` opened. */
bool scan_closes_fence(struct str opening, struct str line, char mark, bool in_list);

/* Offset just past the next rule (---) from `at` on; `at` where there is none. */
size_t scan_rule(const struct source *source, size_t at);

/* Offset of the next heading of `level` without words; `at` where there is none. */
size_t scan_empty_heading(const struct source *source, size_t at, int level);

/* Whether a # stands on the line of `at` before it: no underlined heading. */
bool scan_has_hash(const struct source *source, size_t at);

/* Whether an HTML tag or comment begins at the '<'. */
bool scan_is_html(const char *at, const char *start, const char *end);

/* Finds a | inside $...$ in a line of a table. */
bool scan_pipe_in_maths(struct str line, size_t *pipe);

/* Finds the ` =` of a live number in the text of a code span; `*mark` is the offset of the `=`. */
bool scan_live_mark(const char *text, size_t *mark);

#endif
