/* tui/terminal.h: the terminal itself; the only place that knows curses.
 *
 * It opens, paints a grid, hands over inputs one at a time, and gives the terminal back as it was on
 * every way out: return, exit, signals, crashes, stop and continue. Every painted frame stands
 * between ESC[?2026h and ESC[?2026l, so that terminals show it at once and tests know it is whole. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "base/err.h"
#include "draw/grid.h"
#include "draw/theme.h"

#include <stdbool.h>
#include <stdint.h>

enum input_kind {
    INPUT_NONE,      /* the time given to wait is over */
    INPUT_CHARACTER, /* a typed character in `character` */
    INPUT_KEY,       /* one of enum key */
    INPUT_PASTE,     /* `text`: clean, what was pasted */
    INPUT_PRESS,     /* the left button went down at x, y */
    INPUT_DRAG,
    INPUT_RELEASE,
    INPUT_WHEEL_UP,
    INPUT_WHEEL_DOWN,
    INPUT_RESIZE, /* or the screen must be painted anew */
    INPUT_WAKE,   /* what terminal_watch names has something to read */
    INPUT_END,    /* a signal or a closed terminal asks us to leave */
};

enum key {
    KEY_NONE_,
    KEY_ESCAPE_,
    KEY_ENTER_,
    KEY_TAB_,
    KEY_BACKTAB_,
    KEY_BACKSPACE_,
    KEY_DELETE_,
    KEY_UP_,
    KEY_DOWN_,
    KEY_LEFT_,
    KEY_RIGHT_,
    KEY_PAGE_UP_,
    KEY_PAGE_DOWN_,
    KEY_HOME_,
    KEY_END_,
    KEY_F1_,
    KEY_CTRL_D_,
    KEY_CTRL_F_,
    KEY_CTRL_L_,
    KEY_CTRL_N_,
    KEY_CTRL_U_,
};

struct input {
    enum input_kind kind;
    enum key key;
    uint32_t character;
    int x, y;
    const char *text; /* PASTE: valid until the next input */
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct terminal_options {
    enum color_choice color;
    bool ascii; /* the user's locale cannot show UTF-8, or --ascii */
    bool mouse;
};

/* Can a full screen work here? False: standard input or output is no terminal, TERM is dumb or
 * unknown; then line mode is used. Cheap, changes nothing. */
bool terminal_usable(void);

bool terminal_open(const struct terminal_options *options, struct err *err);
void terminal_close(void);
bool terminal_is_open(void);

void terminal_size(int *width, int *height);
const struct theme *terminal_theme(void);

void terminal_show(const struct grid *grid);
/* The next frame is painted whole: something else wrote on the screen. */
void terminal_forget(void);

/* False while the terminal has not yet taken what was sent: skip a frame, never a step. */
bool terminal_drained(void);

/* The next input; waits `timeout_ms` at most (-1: for ever, without waking up). */
struct input terminal_wait(int timeout_ms);

/* Something besides the keyboard that ends a wait: readable, it gives INPUT_WAKE. -1: nothing. */
void terminal_watch(int fd);

/* Stops the program as Ctrl-Z would; returns when it goes on. */
void terminal_suspend(void);

/* The signal that asked us to leave; 0: none. After terminal_close, terminal_reraise ends the
 * program by it, so that the parent sees the true cause. */
int terminal_signal(void);
void terminal_reraise(void);

/* The terminal's size where there is no screen: columns of standard output, else `fallback`. */
int terminal_columns(int fallback);

#endif
