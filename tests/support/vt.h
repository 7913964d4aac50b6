/* vt.h: the real program on a pseudo-terminal, its output on a screen that tests can read.
 *
 * libvterm is the terminal. Nothing sleeps: a wait is poll() with a deadline of 10 seconds and ends
 * as soon as what it waits for is true; a wait that runs out prints the screen and fails the test.
 * The program encloses every frame it paints in ESC[?2026h and ESC[?2026l (synchronized output); the
 * end of a frame is our barrier, and a screen is never judged between the two.
 *
 *     static void test_help_opens(void **state)
 *     {
 *         struct vt *vt = *state = vt_start(TEXTS("nntutor"), NULL, 24, 80);
 *         vt_wait_text(vt, "Press a key");
 *         vt_key(vt, "?");
 *         assert_true(vt_has(vt, "Keys"));
 *     }
 *     ... cmocka_unit_test_teardown(test_help_opens, vt_teardown) */
#ifndef TESTS_SUPPORT_VT_H
#define TESTS_SUPPORT_VT_H

#include "base/str.h"
#include "support/child.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <vterm.h>

enum { VT_DEADLINE_MS = 10000, VT_ROWS_KEPT = 4 };

struct vt {
    pid_t pid;
    int master; /* our end of the terminal; tcgetattr on it shows the modes the program set */
    int rows, cols;
    VTerm *term;
    VTermScreen *screen;
    bool altscreen, cursor_visible;
    int mouse;          /* VTERM_PROP_MOUSE_*: what the program asked for */
    unsigned frames;    /* finished so far */
    bool in_frame;      /* one has begun and not ended */
    unsigned match;     /* bytes of the frame mark seen, for marks cut by a read */
    size_t bytes;       /* received so far */
    struct buf raw;     /* the last of them, at least the last 512 KiB */
    bool hung_up;       /* the program closed its end */
    int status;         /* its wait status, -1 while it runs */
    struct arena arena; /* its environment */
    struct buf kept[VT_ROWS_KEPT];
    unsigned next_kept;
};

typedef bool vt_condition(struct vt *vt, const void *arg);

/* Starts a program ("nntutor" is the one under test) on a screen of at least 1x1; `env` as `changes`
 * of child.h. Fails the test where there is no pseudo-terminal. */
struct vt *vt_start(const char *const argv[], const char *const env[], int rows, int cols);

/* Kills the program if it still runs and frees everything. NULL is nothing to do. */
void vt_close(struct vt *vt);
int vt_teardown(void **state); /* the same for the *state of a test; leaves NULL there */

/* Input. vt_key sends the bytes of ONE key and waits for the frame that answers it. */
void vt_send(struct vt *vt, const char *bytes);
void vt_key(struct vt *vt, const char *bytes);
void vt_resize(struct vt *vt, int rows, int cols);

/* The mouse, encoded as the program asked for; fails the test if it did not ask. Buttons from 1,
 * 4 and 5 are the wheel. These wait for nothing. */
void vt_mouse_press(struct vt *vt, int row, int col, int button);
void vt_mouse_move(struct vt *vt, int row, int col);
void vt_mouse_release(struct vt *vt, int row, int col, int button);

/* Waits. `text` lies within one row; `frames` counts from the start of the program; vt_wait_exit
 * returns the exit code, or 128 and the signal. */
void vt_wait_text(struct vt *vt, const char *text);
void vt_wait_gone(struct vt *vt, const char *text);
void vt_wait_frames(struct vt *vt, unsigned frames);
int vt_wait_exit(struct vt *vt);

/* The one beneath: true as soon as the condition holds, false after `timeout_ms` or when the
 * program has ended without it. Never fails the test. */
bool vt_wait(struct vt *vt, vt_condition *condition, const void *arg, int timeout_ms);

/* The screen as it is. A row comes without blanks at its end and stays valid while fewer than
 * VT_ROWS_KEPT others are asked for. */
const char *vt_row(struct vt *vt, int row);
bool vt_has(struct vt *vt, const char *text);
/* A sentence is on the screen, wherever its lines break; where it is not, the screen is printed. */
bool vt_tells(struct vt *vt, const char *sentence);
VTermScreenCell vt_cell(struct vt *vt, int row, int col);
uint32_t vt_rgb(struct vt *vt, VTermColor colour); /* 0xRRGGBB */

/* Where a text begins, first row first; fails the test where it is not on the screen. */
struct vt_place {
    int row, col;
};
struct vt_place vt_find(struct vt *vt, const char *text);

/* Whether the program sent these bytes (of those that `raw` still holds). */
bool vt_raw_has(struct vt *vt, const char *bytes);

/* Prints the screen and the state of the terminal to standard error. */
void vt_dump(struct vt *vt);

/* For 24-bit colour: "TERMINFO_DIRS=..." of a folder into which nn-direct.ti was compiled; use it
 * together with "TERM=nn-direct". The entry xterm-direct sends a form that libvterm misreads. */
const char *vt_direct_terminfo(void);

#endif
