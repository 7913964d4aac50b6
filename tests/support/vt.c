#include "support/vt.h"

#include "support/run.h"
#include "support/test.h"

#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RAW_KEPT = 512 << 10 };

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct vt *vt = user;
    if (property == VTERM_PROP_ALTSCREEN)
        vt->altscreen = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        vt->cursor_visible = value->boolean;
    if (property == VTERM_PROP_MOUSE)
        vt->mouse = value->number;
    return 1;
}

static void follow_frames(struct vt *vt, const char *bytes, size_t size)
{
    static const char mark[] = "\033[?2026"; /* then h begins a frame, l ends it */
    for (size_t i = 0; i < size; i++) {
        if (vt->match == sizeof mark - 1) {
            if (bytes[i] == 'h')
                vt->in_frame = true;
            if (bytes[i] == 'l') {
                vt->in_frame = false;
                vt->frames++;
            }
            vt->match = 0;
        } else {
            vt->match = bytes[i] == mark[vt->match] ? vt->match + 1 : bytes[i] == mark[0];
        }
    }
}

static void receive(struct vt *vt, const char *bytes, size_t size)
{
    follow_frames(vt, bytes, size);
    vt->bytes += size;
    if (vt->raw.length > 2 * RAW_KEPT) {
        vt->raw.length = RAW_KEPT;
        memmove(vt->raw.data, vt->raw.data + RAW_KEPT, RAW_KEPT);
    }
    buf_add_n(&vt->raw, bytes, size);
    vterm_input_write(vt->term, bytes, size);
}

/* Takes what the program has written, waiting at most `timeout_ms` for the first of it. */
static void pump(struct vt *vt, int timeout_ms)
{
    if (vt->hung_up) {
        /* Its terminal is closed but it has not ended yet: nothing to poll but time. */
        if (vt->status < 0 && waitpid(vt->pid, &vt->status, WNOHANG) == 0)
            poll(NULL, 0, timeout_ms > 1 ? 1 : timeout_ms);
        return;
    }
    struct pollfd ready = {.fd = vt->master, .events = POLLIN};
    if (poll(&ready, 1, timeout_ms) <= 0)
        return;
    /* At most 64 reads, so that a program that never stops writing cannot outlast a deadline. */
    char bytes[8192];
    for (int reads = 0; reads < 64; reads++) {
        ssize_t n = read(vt->master, bytes, sizeof bytes);
        if (n > 0) {
            receive(vt, bytes, (size_t)n);
            continue;
        }
        if (n == 0 || (errno != EAGAIN && errno != EINTR)) { /* EIO: nobody holds the other end */
            vt->hung_up = true;
            waitpid(vt->pid, &vt->status, WNOHANG);
        }
        return;
    }
}

/* The master does not block: a test and a program that both write much would wait for each other. */
static void send_bytes(struct vt *vt, const char *bytes, size_t size)
{
    long deadline = now_ms() + VT_DEADLINE_MS;
    while (size && !vt->hung_up && now_ms() < deadline) {
        ssize_t n = write(vt->master, bytes, size);
        if (n > 0) {
            bytes += n;
            size -= (size_t)n;
        } else if (errno == EAGAIN) {
            pump(vt, 10);
        } else if (errno != EINTR) {
            return;
        }
    }
}

/* Answers of the terminal (who are you, where is the cursor), and its mouse. */
static void on_output(const char *bytes, size_t size, void *user)
{
    struct vt *vt = user;
    while (size) {
        ssize_t n = write(vt->master, bytes, size);
        if (n <= 0)
            return; /* pump() may be above us on the stack: do not read here */
        bytes += n;
        size -= (size_t)n;
    }
}

static void open_screen(struct vt *vt)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
    vt->term = vterm_new(vt->rows, vt->cols);
    vterm_set_utf8(vt->term, 1);
    vterm_output_set_callback(vt->term, on_output, vt);
    vt->screen = vterm_obtain_screen(vt->term);
    vterm_screen_enable_altscreen(vt->screen, 1);
    vterm_screen_set_callbacks(vt->screen, &callbacks, vt);
    vterm_screen_reset(vt->screen, 1); /* libvterm wants this before its first byte */
}

struct vt *vt_start(const char *const argv[], const char *const env[], int rows, int cols)
{
    const char *program = child_program(argv[0]);
    struct vt *vt = memory_alloc(sizeof *vt);
    *vt = (struct vt){.rows = rows, .cols = cols, .status = -1, .cursor_visible = true};
    arena_init(&vt->arena);
    char **environment = child_environment(&vt->arena, env);
    open_screen(vt);
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    fflush(NULL);
    vt->pid = forkpty(&vt->master, NULL, NULL, &size);
    if (vt->pid == 0)
        child_become(program, argv, environment);
    if (vt->pid < 0)
        fail_msg("cannot start %s on a pseudo-terminal: %s", program, strerror(errno));
    fcntl(vt->master, F_SETFL, O_NONBLOCK);
    fcntl(vt->master, F_SETFD, FD_CLOEXEC);
    return vt;
}

void vt_close(struct vt *vt)
{
    if (!vt)
        return;
    if (vt->status < 0) {
        kill(vt->pid, SIGKILL);
        waitpid(vt->pid, &vt->status, 0);
    }
    close(vt->master);
    vterm_free(vt->term);
    arena_free(&vt->arena);
    buf_free(&vt->raw);
    for (size_t i = 0; i < VT_ROWS_KEPT; i++)
        buf_free(&vt->kept[i]);
    memory_free(vt);
}

int vt_teardown(void **state)
{
    vt_close(*state);
    *state = NULL;
    return 0;
}

void vt_send(struct vt *vt, const char *bytes)
{
    send_bytes(vt, bytes, strlen(bytes));
}

void vt_key(struct vt *vt, const char *bytes)
{
    pump(vt, 0); /* frames that are here already answer something older */
    unsigned seen = vt->frames;
    vt_send(vt, bytes);
    vt_wait_frames(vt, seen + 1);
}

void vt_resize(struct vt *vt, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    pump(vt, 0);
    vt->rows = rows;
    vt->cols = cols;
    vterm_set_size(vt->term, rows, cols); /* the terminal first, then the signal */
    ioctl(vt->master, TIOCSWINSZ, &size);
}

static void mouse(struct vt *vt, int row, int col)
{
    if (vt->mouse == VTERM_PROP_MOUSE_NONE)
        fail_msg("the program did not ask for the mouse");
    vterm_mouse_move(vt->term, row, col, VTERM_MOD_NONE);
}

void vt_mouse_press(struct vt *vt, int row, int col, int button)
{
    mouse(vt, row, col);
    vterm_mouse_button(vt->term, button, true, VTERM_MOD_NONE);
}

void vt_mouse_move(struct vt *vt, int row, int col)
{
    mouse(vt, row, col);
}

void vt_mouse_release(struct vt *vt, int row, int col, int button)
{
    mouse(vt, row, col);
    vterm_mouse_button(vt->term, button, false, VTERM_MOD_NONE);
}

bool vt_wait(struct vt *vt, vt_condition *condition, const void *arg, int timeout_ms)
{
    long deadline = now_ms() + timeout_ms;
    for (;;) {
        bool ended = vt->status >= 0;
        if ((!vt->in_frame || ended) && condition(vt, arg))
            return true;
        long left = deadline - now_ms();
        if (ended || left <= 0)
            return false;
        pump(vt, (int)left);
    }
}

static void wait_or_fail(struct vt *vt, vt_condition *condition, const void *arg, const char *what,
                         const char *text)
{
    if (vt_wait(vt, condition, arg, VT_DEADLINE_MS))
        return;
    vt_dump(vt);
    if (vt->status >= 0)
        fail_msg("waited for %s%s, but the program ended with %d", what, text,
                 child_exit_code(vt->status));
    fail_msg("waited %d s in vain for %s%s", VT_DEADLINE_MS / 1000, what, text);
}

static bool shows(struct vt *vt, const void *text)
{
    return vt_has(vt, text);
}

static bool shows_no(struct vt *vt, const void *text)
{
    return !vt_has(vt, text);
}

static bool painted(struct vt *vt, const void *frames)
{
    return vt->frames >= *(const unsigned *)frames;
}

static bool ended(struct vt *vt, const void *unused)
{
    (void)unused;
    return vt->status >= 0;
}

void vt_wait_text(struct vt *vt, const char *text)
{
    wait_or_fail(vt, shows, text, "the text: ", text);
}

void vt_wait_gone(struct vt *vt, const char *text)
{
    wait_or_fail(vt, shows_no, text, "this text to go: ", text);
}

void vt_wait_frames(struct vt *vt, unsigned frames)
{
    wait_or_fail(vt, painted, &frames, "the next frame", "");
}

int vt_wait_exit(struct vt *vt)
{
    wait_or_fail(vt, ended, NULL, "its end", "");
    return child_exit_code(vt->status);
}

VTermScreenCell vt_cell(struct vt *vt, int row, int col)
{
    VTermScreenCell cell = {0};
    vterm_screen_get_cell(vt->screen, (VTermPos){.row = row, .col = col}, &cell);
    return cell;
}

uint32_t vt_rgb(struct vt *vt, VTermColor colour)
{
    vterm_screen_convert_color_to_rgb(vt->screen, &colour);
    return (uint32_t)colour.rgb.red << 16 | (uint32_t)colour.rgb.green << 8 | colour.rgb.blue;
}

/* Adds the cell at `col` and returns the column of the next: the right half of a wide character is
 * a cell whose first character is -1, and is stepped over. */
static int add_cell(struct vt *vt, struct buf *text, int row, int col)
{
    VTermScreenCell cell = vt_cell(vt, row, col);
    if (!cell.chars[0] || cell.chars[0] == (uint32_t)-1)
        buf_add_char(text, ' ');
    else
        for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++) {
            char bytes[4];
            buf_add_n(text, bytes, utf8_encode(cell.chars[i], bytes));
        }
    return col + (cell.width > 1 ? cell.width : 1);
}

const char *vt_row(struct vt *vt, int row)
{
    struct buf *text = &vt->kept[vt->next_kept++ % VT_ROWS_KEPT];
    buf_clear(text);
    for (int col = 0; col < vt->cols;)
        col = add_cell(vt, text, row, col);
    while (text->length && text->data[text->length - 1] == ' ')
        text->data[--text->length] = '\0';
    return buf_text(text);
}

static int row_of(struct vt *vt, const char *text)
{
    for (int row = 0; row < vt->rows; row++)
        if (strstr(vt_row(vt, row), text))
            return row;
    return -1;
}

bool vt_has(struct vt *vt, const char *text)
{
    return row_of(vt, text) >= 0;
}

struct vt_place vt_find(struct vt *vt, const char *text)
{
    int row = row_of(vt, text), col = 0;
    if (row < 0) {
        vt_dump(vt);
        fail_msg("not on the screen: %s", text);
        return (struct vt_place){-1, -1};
    }
    const char *line = vt_row(vt, row);
    size_t before = (size_t)(strstr(line, text) - line);
    for (struct buf *walked = &vt->kept[vt->next_kept++ % VT_ROWS_KEPT];;) {
        if (col == 0)
            buf_clear(walked);
        if (walked->length >= before)
            return (struct vt_place){row, col};
        col = add_cell(vt, walked, row, col);
    }
}

bool vt_raw_has(struct vt *vt, const char *bytes)
{
    size_t size = strlen(bytes);
    for (size_t i = 0; i + size <= vt->raw.length; i++)
        if (memcmp(vt->raw.data + i, bytes, size) == 0)
            return true;
    return false;
}

bool vt_tells(struct vt *vt, const char *sentence)
{
    struct buf screen = {0}, wanted = {0};
    for (int row = 0; row < vt->rows; row++)
        for (const char *c = vt_row(vt, row); *c; c++)
            if (*c != ' ')
                buf_add_char(&screen, *c);
    for (; *sentence; sentence++)
        if (*sentence != ' ')
            buf_add_char(&wanted, *sentence);
    bool found = strstr(buf_text(&screen), buf_text(&wanted)) != NULL;
    buf_free(&screen);
    buf_free(&wanted);
    if (!found)
        vt_dump(vt);
    return found;
}

void vt_dump(struct vt *vt)
{
    for (int row = 0; row < vt->rows; row++) {
        const char *line = vt_row(vt, row);
        if (*line)
            fprintf(stderr, "%3d|%s\n", row, line);
    }
    fprintf(stderr, "    %dx%d, alternate screen %d, cursor %d, mouse %d, %u frames%s, %zu bytes, ",
            vt->cols, vt->rows, vt->altscreen, vt->cursor_visible, vt->mouse, vt->frames,
            vt->in_frame ? " and a half" : "", vt->bytes);
    if (vt->status < 0)
        fprintf(stderr, "running\n");
    else
        fprintf(stderr, "ended with %d\n", child_exit_code(vt->status));
}

const char *vt_direct_terminfo(void)
{
    static char setting[1024];
    const char *folder = test_folder();
    struct run tic =
        run_program(TEXTS("tic", "-x", "-o", folder, "tests/support/nn-direct.ti"), NULL, NULL);
    if (tic.code != 0)
        fail_msg("tic: %s", buf_text(&tic.err));
    run_free(&tic);
    snprintf(setting, sizeof setting,
             "TERMINFO_DIRS=%s:/etc/terminfo:/lib/terminfo:/usr/share/terminfo", folder);
    return setting;
}
