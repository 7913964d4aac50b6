#define NCURSES_WIDECHAR 1

#include "tui/terminal.h"

#include "base/log.h"
#include "base/utf8.h"

#include <curses.h>
#include <term.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

/* The terminal is the one thing there can be only one of: its state is global, and lives here. */

static const char modes_off[] = "\033[?2026l\033[?1006l\033[?1003l\033[?1002l\033[?1000l"
                                "\033[?2004l";
enum { PASTE_BEGIN = KEY_MAX + 1, PASTE_END, MOUSE_BEGIN, MOST_PAIRS = 4096, STUCK_SECONDS = 1 };

static struct {
    SCREEN *screen;
    struct theme theme;
    bool ascii, mouse;
    struct termios before; /* as we found it */
    int errors_before;     /* standard error as we found it */
    FILE *errors;          /* what was said to it meanwhile */
    bool pressed;          /* the left button is down */
    int watched;           /* descriptor + 1; 0: none */
    bool owed;             /* a frame was not painted: the terminal had not taken the last one */
    struct buf paste;
    short pair_count;
} terminal;

static volatile sig_atomic_t is_open, is_painting, is_waiting, is_stuck, signal_end, signal_resize,
    signal_stop;
static sigset_t outside_poll; /* the mask while waiting: everything is let in */
static char restore_text[256];
static size_t restore_length;
static const char *cursor_on = ""; /* the end of restore_text */
static struct sigaction crash_before[NSIG];

static void emit(const char *text)
{
    size_t left = strlen(text);
    while (left) {
        ssize_t n = write(STDOUT_FILENO, text, left);
        if (n < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, 100);
        else if (n < 0 && errno != EINTR)
            return; /* the terminal is gone; the loop learns it from poll */
        if (n > 0) {
            text += n;
            left -= (size_t)n;
        }
    }
}

/* ---- signals ---------------------------------------------------------------------------------- */

static void be_patient(void)
{
    is_waiting = 1;
    alarm(STUCK_SECONDS);
}

static void on_signal(int number)
{
    if (number == SIGWINCH)
        signal_resize = 1;
    else if (number == SIGTSTP)
        signal_stop = 1;
    else {
        signal_end = number;
        if (is_painting)
            be_patient();
    }
}

/* A terminal that takes no more output (stopped with Ctrl-S, or nobody reads it) would hold a write,
 * and us, for ever. Who leaves waits so long and then writes the rest to nobody. */
static void on_alarm(int number)
{
    if (!is_waiting) { /* it is not ours: it asks us to leave, like any other */
        on_signal(number);
        return;
    }
    int before = errno, nobody = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nobody >= 0)
        dup2(nobody, STDOUT_FILENO);
    is_stuck = 1;
    errno = before;
}

/* A crash: give the terminal back with calls that are safe here, then let it happen. */
static void on_crash(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (is_open) {
        is_open = 0;
        sigprocmask(SIG_SETMASK, &outside_poll, NULL);
        be_patient();
        if (write(STDOUT_FILENO, restore_text, restore_length) < 0) {
            /* nobody is left to tell */
        }
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
        if (terminal.errors_before >= 0)
            dup2(terminal.errors_before, STDERR_FILENO);
    }
    sigaction(number, &crash_before[number], NULL);
    if (info->si_code <= 0)
        raise(number); /* sent by somebody; a true fault happens again by itself on return */
}

static void signals_install(void)
{
    /* Whatever would end us without a word, so that the terminal is given back first. */
    static const int loop[] = {SIGWINCH, SIGTSTP, SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                               SIGUSR1,  SIGUSR2, SIGALRM, SIGPROF, SIGXCPU, SIGVTALRM};
    static const int crash[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    static char stack[1 << 16];
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t block;
    sigemptyset(&block);
    for (size_t i = 0; i < sizeof loop / sizeof *loop; i++) {
        sigaction(loop[i], &action, NULL);
        sigaddset(&block, loop[i]);
    }
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &block, &outside_poll);
    for (size_t i = 0; i < sizeof loop / sizeof *loop; i++)
        sigdelset(&outside_poll, loop[i]);
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    struct sigaction fault = {.sa_sigaction = on_crash,
                              .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK};
    for (size_t i = 0; i < sizeof crash / sizeof *crash; i++)
        sigaction(crash[i], &fault, &crash_before[crash[i]]);
}

/* ---- opening and closing ---------------------------------------------------------------------- */

static int collect(int c)
{
    if (restore_length < sizeof restore_text - 1)
        restore_text[restore_length++] = (char)c;
    return c;
}

static void prepare_restore(void)
{
    restore_length = sizeof modes_off - 1;
    memcpy(restore_text, modes_off, restore_length);
    if (exit_attribute_mode)
        tputs(exit_attribute_mode, 1, collect);
    if (keypad_local)
        tputs(keypad_local, 1, collect);
    if (exit_ca_mode)
        tputs(exit_ca_mode, 1, collect);
    /* Last: some terminals bring a hidden cursor back together with the main screen. */
    cursor_on = restore_text + restore_length;
    if (cursor_normal)
        tputs(cursor_normal, 1, collect);
}

bool terminal_usable(void)
{
    const char *term = getenv("TERM");
    int problem;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !term || !*term)
        return false;
    if (setupterm(term, STDOUT_FILENO, &problem) != OK)
        return false;
    bool moves = cursor_address != NULL;
    del_curterm(cur_term);
    return moves;
}

static void choose_colors(enum color_choice choice)
{
    const char *off = getenv("NO_COLOR"), *background = getenv("COLORFGBG");
    terminal.theme = (struct theme){.depth = COLOR_NONE};
    bool wanted = choice == COLOR_ALWAYS || (choice == COLOR_AUTO && !(off && *off));
    if (!wanted || !has_colors())
        return;
    start_color();
    use_default_colors();
    terminal.theme.depth = COLORS > 256 ? COLOR_RGB : COLORS >= 256 ? COLOR_256 : COLOR_8;
    /* rxvt, Konsole and others say "foreground;background"; 7 and 9 to 15 are light. */
    const char *last = background ? strrchr(background, ';') : NULL;
    int shade = last ? atoi(last + 1) : 0;
    terminal.theme.light = shade == 7 || (shade > 8 && shade < 16);
}

static void modes_on(void)
{
    emit("\033[?2004h");
    if (terminal.mouse)
        emit("\033[?1000h\033[?1002h\033[?1006h"); /* clicks, drags, written in decimals */
}

static void errors_aside(void)
{
    fflush(stderr);
    terminal.errors_before = dup(STDERR_FILENO);
    terminal.errors = tmpfile();
    if (terminal.errors)
        dup2(fileno(terminal.errors), STDERR_FILENO);
}

static void errors_back(void)
{
    if (terminal.errors_before < 0)
        return;
    fflush(stderr);
    dup2(terminal.errors_before, STDERR_FILENO);
    close(terminal.errors_before);
    terminal.errors_before = -1;
    if (!terminal.errors)
        return;
    rewind(terminal.errors);
    char block[1024];
    for (size_t n; (n = fread(block, 1, sizeof block, terminal.errors)) > 0;)
        fwrite(block, 1, n, stderr);
    fclose(terminal.errors);
    terminal.errors = NULL;
}

bool terminal_open(const struct terminal_options *options, struct err *err)
{
    static bool at_exit;
    const char *term = getenv("TERM");
    terminal.errors_before = -1;
    terminal.ascii = options->ascii;
    tcgetattr(STDIN_FILENO, &terminal.before);
    signals_install(); /* before newterm: ncurses leaves handlers alone that are not the default */
    terminal.screen = newterm(NULL, stdout, stdin);
    if (!terminal.screen)
        return err_set(err, "TERM=%s is not known here; try TERM=xterm, or nntutor --plain",
                       term ? term : "");
    if (!cursor_address) {
        endwin();
        return err_set(err, "TERM=%s cannot move the cursor; use nntutor --plain", term);
    }
    const char *delay = getenv("ESCDELAY");
    set_escdelay(delay && atoi(delay) > 0 ? atoi(delay) : 25);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    curs_set(0);
    terminal.mouse = options->mouse && key_mouse;
    /* Some links send cursor keys in their other form whatever mode was asked for. */
    define_key("\033[A", KEY_UP);
    define_key("\033[B", KEY_DOWN);
    define_key("\033[C", KEY_RIGHT);
    define_key("\033[D", KEY_LEFT);
    define_key("\033[H", KEY_HOME);
    define_key("\033[F", KEY_END);
    define_key("\033[<", MOUSE_BEGIN);
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    choose_colors(options->color);
    prepare_restore();
    if (!at_exit)
        atexit(terminal_close);
    at_exit = true;
    is_open = 1;
    errors_aside();
    modes_on();
    return true;
}

void terminal_close(void)
{
    if (!is_open)
        return;
    sigset_t blocked;
    is_open = 0;
    sigprocmask(SIG_SETMASK, &outside_poll, &blocked);
    be_patient();
    emit(modes_off);
    endwin();
    emit(cursor_on);
    alarm(0);
    is_waiting = 0;
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    if (is_stuck) { /* endwin has set /dev/null right */
        tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
        int fresh = open("/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        if (fresh >= 0 && write(fresh, restore_text, restore_length) < 0)
            log_line("terminal: it took no output at the end: %s", strerror(errno));
        if (fresh >= 0)
            close(fresh);
    }
    errors_back();
    buf_free(&terminal.paste);
}

bool terminal_is_open(void)
{
    return is_open;
}

void terminal_suspend(void)
{
    emit(modes_off);
    endwin();
    emit(cursor_on);
    raise(SIGSTOP); /* goes on here after SIGCONT */
    modes_on();
    clearok(curscr, TRUE);
    signal_resize = 1; /* the window may have changed meanwhile */
}

int terminal_signal(void)
{
    return signal_end;
}

void terminal_reraise(void)
{
    int number = signal_end;
    if (!number)
        return;
    signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &outside_poll, NULL);
    raise(number);
}

void terminal_size(int *width, int *height)
{
    *width = COLS;
    *height = LINES;
}

int terminal_columns(int fallback)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return fallback;
}

const struct theme *terminal_theme(void)
{
    return &terminal.theme;
}

/* ---- painting ------------------------------------------------------------------------------------ */

/* Pairs are made when they are first needed and never changed, for that would repaint the screen. */
static int pair_for(int fg, int bg)
{
    static struct {
        int fg, bg;
    } pairs[MOST_PAIRS];
    if (fg < 0 && bg < 0)
        return 0;
    if (terminal.theme.depth == COLOR_RGB) { /* ncurses takes 0..7 for the palette's colours */
        fg = fg >= 0 && fg < 8 ? 8 : fg;
        bg = bg >= 0 && bg < 8 ? 8 : bg;
    }
    for (int i = 1; i <= terminal.pair_count; i++)
        if (pairs[i].fg == fg && pairs[i].bg == bg)
            return i;
    if (terminal.pair_count + 1 >= MOST_PAIRS || terminal.pair_count + 1 >= COLOR_PAIRS)
        return 0;
    int made = ++terminal.pair_count;
    pairs[made].fg = fg;
    pairs[made].bg = bg;
    init_extended_pair(made, fg, bg);
    return made;
}

static attr_t attributes_of(unsigned look)
{
    attr_t attributes = A_NORMAL;
    if (look & LOOK_BOLD)
        attributes |= A_BOLD;
    if (look & LOOK_DIM)
        attributes |= A_DIM;
    if (look & LOOK_UNDERLINE)
        attributes |= A_UNDERLINE;
    if (look & LOOK_REVERSE)
        attributes |= A_REVERSE;
    return attributes;
}

/* Can levels of heat be told apart by colour here? */
static bool has_ramp(void)
{
    return !terminal.ascii && terminal.theme.depth != COLOR_NONE && terminal.theme.depth != COLOR_8;
}

static void put_cell(int x, int y, const struct cell *cell, attr_t attributes, int pair)
{
    wchar_t text[2 + CELL_MARKS] = {0};
    size_t length = 0;
    uint32_t character = cell->character;
    char shade = has_ramp() ? 0 : grid_cell_shade(cell);
    if (shade)
        character = (uint32_t)shade;
    else if (terminal.ascii)
        character = (uint32_t)utf8_cell_ascii(character);
    text[length++] = (wchar_t)(character ? character : ' ');
    for (size_t i = 0; i < CELL_MARKS && cell->marks[i] && !terminal.ascii; i++)
        text[length++] = (wchar_t)cell->marks[i];
    cchar_t glyph;
    setcchar(&glyph, text, attributes, 0, &pair);
    mvadd_wch(y, x, &glyph);
}

void terminal_show(const struct grid *grid)
{
    struct style last = {0};
    attr_t attributes = A_NORMAL;
    int pair = 0;
    bool known = false;
    terminal.owed = !terminal_drained();
    if (terminal.owed)
        return;
    erase();
    for (int y = 0; y < grid->height && y < LINES; y++)
        for (int x = 0; x < grid->width && x < COLS; x++) {
            const struct cell *cell = grid_at(grid, x, y);
            if (!cell->character)
                continue; /* the right half of a wide glyph */
            if (!known || memcmp(&cell->style, &last, sizeof last) != 0) {
                struct look look = theme_look(&terminal.theme, cell->style);
                attributes = attributes_of(look.attributes);
                pair = pair_for(look.fg, look.bg);
                last = cell->style;
                known = true;
            }
            if (cell->character != ' ' || cell->style.fg || cell->style.bg || pair ||
                attributes != A_NORMAL)
                put_cell(x, y, cell, attributes, pair);
        }
    bool cursor = grid->cursor_x >= 0 && grid->cursor_y >= 0 && grid->cursor_x < COLS &&
                  grid->cursor_y < LINES;
    curs_set(cursor ? 1 : 0);
    move(cursor ? grid->cursor_y : LINES - 1, cursor ? grid->cursor_x : 0);
    wnoutrefresh(stdscr);
    sigset_t blocked;
    is_painting = 1;
    sigprocmask(SIG_SETMASK, &outside_poll, &blocked);
    if (!signal_end) {
        emit("\033[?2026h");
        doupdate();
        emit("\033[?2026l");
    }
    sigprocmask(SIG_SETMASK, &blocked, NULL);
    is_painting = 0;
    alarm(0);
    is_waiting = 0;
}

void terminal_forget(void)
{
    clearok(curscr, TRUE);
}

bool terminal_drained(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) > 0;
}

/* ---- input ----------------------------------------------------------------------------------------- */

static const struct {
    int code;
    enum key key;
} key_codes[] = {
    {KEY_UP, KEY_UP_},
    {KEY_DOWN, KEY_DOWN_},
    {KEY_LEFT, KEY_LEFT_},
    {KEY_RIGHT, KEY_RIGHT_},
    {KEY_PPAGE, KEY_PAGE_UP_},
    {KEY_NPAGE, KEY_PAGE_DOWN_},
    {KEY_HOME, KEY_HOME_},
    {KEY_END, KEY_END_},
    {KEY_ENTER, KEY_ENTER_},
    {KEY_BTAB, KEY_BACKTAB_},
    {KEY_BACKSPACE, KEY_BACKSPACE_},
    {KEY_DC, KEY_DELETE_},
    {KEY_F(1), KEY_F1_},
    {KEY_A1, KEY_HOME_},
    {KEY_C1, KEY_END_},
};

static const struct {
    wint_t character;
    enum key key;
} key_characters[] = {
    {27, KEY_ESCAPE_},     {'\r', KEY_ENTER_},  {'\n', KEY_ENTER_}, {'\t', KEY_TAB_},
    {127, KEY_BACKSPACE_}, {8, KEY_BACKSPACE_}, {4, KEY_CTRL_D_},   {6, KEY_CTRL_F_},
    {12, KEY_CTRL_L_},     {14, KEY_CTRL_N_},   {21, KEY_CTRL_U_},
};

/* The next character of a sequence that has begun; ERR where it does not come. */
static int next_of_sequence(wint_t *c)
{
    int kind = get_wch(c);
    for (int patience = 10; kind == ERR && patience > 0; patience--) {
        poll(&(struct pollfd){.fd = STDIN_FILENO, .events = POLLIN}, 1, 10);
        kind = get_wch(c);
    }
    return kind;
}

/* "button;x;yM", the rest of an event; m in place of M is a release. Read here, since ncurses keeps
 * eight events, hands the last one out first, and so loses a press that a drag follows at once. */
static struct input mouse_input(void)
{
    enum { MOTION = 32, WHEEL = 64, MOST = 9999 };
    int numbers[3] = {0}, count = 0;
    wint_t c;
    while (next_of_sequence(&c) == OK && count < 3) {
        if (c >= '0' && c <= '9' && numbers[count] < MOST)
            numbers[count] = numbers[count] * 10 + (int)(c - '0');
        else if (c == ';')
            count++;
        else
            break;
    }
    struct input input = {.x = numbers[1] - 1, .y = numbers[2] - 1};
    int button = numbers[0] & 3;
    if (count != 2 || (c != 'M' && c != 'm'))
        return input;
    if (numbers[0] & WHEEL) {
        if (button < 2)
            input.kind = button == 0 ? INPUT_WHEEL_UP : INPUT_WHEEL_DOWN;
    } else if (numbers[0] & MOTION) {
        if (terminal.pressed)
            input.kind = INPUT_DRAG;
    } else if (button == 0) {
        terminal.pressed = c == 'M';
        input.kind = terminal.pressed ? INPUT_PRESS : INPUT_RELEASE;
    }
    return input;
}

/* Everything up to the end of the paste is text, never a command. */
static struct input paste_input(void)
{
    enum { MOST_PASTED = 1 << 16 };
    struct buf raw = {0};
    int patience = 100; /* a paste whose end never comes stops after 100 silent rounds of 10 ms */
    for (;;) {
        wint_t c;
        int kind = get_wch(&c);
        if (kind == KEY_CODE_YES && c == PASTE_END)
            break;
        if (kind == ERR) {
            struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
            if (--patience <= 0 || signal_end)
                break;
            if (poll(&in, 1, 10) > 0 && (in.revents & (POLLHUP | POLLERR)))
                break;
            continue;
        }
        patience = 100;
        char bytes[4];
        if (kind == OK && raw.length < MOST_PASTED)
            buf_add_n(&raw, bytes, utf8_encode((uint32_t)c, bytes));
    }
    buf_clear(&terminal.paste);
    utf8_sanitise(&terminal.paste, buf_text(&raw), raw.length, NULL, NULL);
    buf_free(&raw);
    return (struct input){.kind = INPUT_PASTE, .text = buf_text(&terminal.paste)};
}

static struct input decode(int kind, wint_t c)
{
    if (kind == KEY_CODE_YES) {
        if (c == MOUSE_BEGIN)
            return mouse_input();
        if (c == PASTE_BEGIN)
            return paste_input();
        for (size_t i = 0; i < sizeof key_codes / sizeof *key_codes; i++)
            if (key_codes[i].code == (int)c)
                return (struct input){.kind = INPUT_KEY, .key = key_codes[i].key};
        return (struct input){0};
    }
    for (size_t i = 0; i < sizeof key_characters / sizeof *key_characters; i++)
        if (key_characters[i].character == c)
            return (struct input){.kind = INPUT_KEY, .key = key_characters[i].key};
    /* Typed text passes the same border as any other. */
    char bytes[4];
    struct buf clean = {0};
    utf8_sanitise(&clean, bytes, utf8_encode((uint32_t)c, bytes), NULL, NULL);
    size_t length;
    int32_t character = utf8_decode(buf_text(&clean), clean.length, &length);
    buf_free(&clean);
    if (c < 32 || character < 32)
        return (struct input){0};
    return (struct input){.kind = INPUT_CHARACTER, .character = (uint32_t)character};
}

static bool take_resize(void)
{
    if (!signal_resize)
        return false;
    signal_resize = 0;
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
    return true;
}

void terminal_watch(int fd)
{
    terminal.watched = fd + 1;
}

struct input terminal_wait(int timeout_ms)
{
    for (;;) {
        if (signal_end)
            return (struct input){.kind = INPUT_END};
        if (signal_stop) {
            signal_stop = 0;
            terminal_suspend();
        }
        if (take_resize())
            return (struct input){.kind = INPUT_RESIZE};
        wint_t c;
        int kind = get_wch(&c);
        if (kind != ERR) {
            if (kind == KEY_CODE_YES && c == KEY_RESIZE)
                continue; /* our own handler has seen it */
            struct input input = decode(kind, c);
            if (input.kind != INPUT_NONE)
                return input;
            continue;
        }
        struct pollfd ends[3] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                 {.fd = terminal.watched - 1, .events = POLLIN},
                                 {.fd = STDOUT_FILENO, .events = POLLOUT}};
        struct timespec span = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
        int ready =
            ppoll(ends, terminal.owed ? 3 : 2, timeout_ms < 0 ? NULL : &span, &outside_poll);
        if (ready > 0 && (ends[0].revents & (POLLHUP | POLLERR | POLLNVAL))) {
            /* The terminal is gone; what was typed before may still be there to read. */
            if (get_wch(&c) == ERR)
                signal_end = SIGHUP;
            else
                unget_wch((wchar_t)c);
            continue;
        }
        if (ready == 0)
            return (struct input){.kind = INPUT_NONE};
        if (ready > 0 && ends[1].revents && !(ends[0].revents & POLLIN))
            return (struct input){.kind = INPUT_WAKE};
        if (ready > 0 && terminal.owed && ends[2].revents) {
            terminal.owed = false;
            return (struct input){.kind = INPUT_RESIZE};
        }
    }
}
