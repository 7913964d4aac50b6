/* utf8.h: the border through which every byte from outside passes once.
 *
 * Inside the program text is clean UTF-8: no controls but newline, nothing that reorders or hides
 * text, at most four combining marks on a letter, only characters whose width is known. Widths are
 * those of the C library (Unicode 15 on Debian 12), because ncurses uses the same. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xFFFD };

/* Puts the process into a UTF-8 character locale and the C numeric locale, and says whether the
 * user's own locale can show UTF-8 (true also where no locale is set at all, as in containers).
 * Call once, first thing in main and in a test program. */
bool utf8_start(void);

/* Decodes one character of a clean or hostile string; `*length` becomes the bytes used (at least 1
 * where size > 0). A bad byte yields -1 with length 1. */
int32_t utf8_decode(const char *text, size_t size, size_t *length);

/* Writes at most 4 bytes and returns how many. */
size_t utf8_encode(uint32_t character, char out[4]);

/* Columns of one character: 0 (combining), 1 or 2; -1 where it cannot be shown. */
int utf8_width(uint32_t character);

/* Columns of clean text, up to `size` bytes. */
int utf8_columns(const char *text, size_t size);

/* How many bytes of clean text fit into `columns`, never splitting a character from its marks. */
size_t utf8_fit(const char *text, size_t size, int columns);

/* How many of the first `size` bytes of clean text end with a whole character: for a text that was
 * cut to a buffer. */
size_t utf8_whole(const char *text, size_t size);

/* Copies clean text and ends it; what does not fit is left out at a whole character. `size` >= 1. */
void utf8_copy(char *to, size_t size, const char *text);

/* What a sanitiser had to change, for lint: called with the byte offset and what it was. */
typedef void utf8_report(void *user, size_t offset, const char *what);

/* Appends the clean form of `bytes` (terminal.md): CRLF and CR become LF; TAB becomes blanks up to
 * the next stop of 4; other controls become their pictures (U+2400...); bad bytes, private use and
 * unassigned become U+FFFD; characters that reorder or hide text are dropped. `report` may be NULL.
 */
void utf8_sanitise(struct buf *out, const char *bytes, size_t size, utf8_report *report,
                   void *user);

/* The same as one line of at most `columns` columns: newlines become blanks (names, arguments). */
void utf8_sanitise_line(struct buf *out, const char *bytes, size_t size, int columns);

/* The nearest ASCII of clean text: "->" for an arrow, "sigma" for its letter, "x^2", "?" for what
 * has no name. For terminals that cannot show UTF-8. */
void utf8_to_ascii(struct buf *out, const char *text, size_t size);

/* One ASCII character that can stand in one cell for `character`; never a control. */
char utf8_cell_ascii(uint32_t character);

#endif
