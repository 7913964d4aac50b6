/* tutor.h: the tutor on a course of one chapter (child.h), for tests on a terminal.
 *
 *     struct vt *vt = *state = tutor_start(tutor_home(), 24, 80);
 *     tutor_to_home(vt);          the welcome page is behind us
 *     vt_key(vt, "\r");           the first step of chapter 3 */
#ifndef TESTS_SUPPORT_TUTOR_H
#define TESTS_SUPPORT_TUTOR_H

#include "support/vt.h"

#define ENTER "\r"
#define ESCAPE "\033"
#define UP "\033OA"
#define DOWN "\033OB"
#define RIGHT "\033OC"
#define LEFT "\033OD"
#define PAGE_UP "\033[5~"
#define PAGE_DOWN "\033[6~"
#define FIRST "\033OH"
#define LAST "\033OF"
#define PASTE(text) "\033[200~" text "\033[201~"

/* "HOME=folder", fresh; valid as test_folder's. Name it to two starts and they share a store. */
const char *tutor_home(void);

struct vt *tutor_start(const char *home, int rows, int cols);
struct vt *tutor_start_with(const char *const argv[], const char *home, int rows, int cols);

/* Moves to chapter 3 in the list of chapters. */
void tutor_choose_dropout(struct vt *vt);
/* From the welcome page of a first start to the list of chapters, on chapter 3. */
void tutor_to_home(struct vt *vt);
/* Enter, past what is still to be read below, to what comes next. */
void tutor_next(struct vt *vt);
/* Leaves with q and asserts that all is well. */
void tutor_quit(struct vt *vt);

/* Sends a text one key at a time. */
void tutor_type(struct vt *vt, const char *text);

/* The row the cursor stands in. */
int tutor_cursor_row(struct vt *vt);
int tutor_cursor_column(struct vt *vt);

/* The whole log of that home as NDJSON; free with buf_free. */
struct buf tutor_log(const char *home);
/* How many of its lines hold a text. */
size_t tutor_count(const char *home, const char *text);

/* The terminal is as a shell wants it: main screen, cursor, no mouse, no paste marks, cooked. */
void tutor_assert_restored(struct vt *vt);

#endif
