#include "support/tutor.h"

#include "support/run.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>

const char *tutor_home(void)
{
    static char homes[8][600];
    static unsigned next;
    char *home = homes[next++ % 8];
    snprintf(home, sizeof homes[0], "HOME=%s", test_folder());
    return home;
}

struct vt *tutor_start_with(const char *const argv[], const char *home, int rows, int cols)
{
    return vt_start(argv, TEXTS(home), rows, cols);
}

struct vt *tutor_start(const char *home, int rows, int cols)
{
    return tutor_start_with(TEXTS("nntutor"), home, rows, cols);
}

void tutor_choose_dropout(struct vt *vt)
{
    for (int i = 0; i < 30 && !vt_has(vt, "▸  3 ") && !vt_has(vt, ">  3 "); i++)
        vt_key(vt, DOWN);
}

void tutor_to_home(struct vt *vt)
{
    vt_wait_text(vt, "Enter begin");
    vt_key(vt, ENTER);
    vt_wait_text(vt, "Enter open");
    tutor_choose_dropout(vt);
}

void tutor_next(struct vt *vt)
{
    while (strstr(vt_row(vt, vt->rows - 1), "Enter more"))
        vt_key(vt, ENTER);
    vt_key(vt, ENTER);
}

void tutor_quit(struct vt *vt)
{
    vt_send(vt, "q");
    assert_int_equal(vt_wait_exit(vt), 0);
    tutor_assert_restored(vt);
}

void tutor_type(struct vt *vt, const char *text)
{
    for (; *text; text++) {
        char key[2] = {*text, '\0'};
        vt_key(vt, key);
    }
}

static VTermPos cursor(struct vt *vt)
{
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(vt->term), &at);
    return at;
}

int tutor_cursor_row(struct vt *vt)
{
    return cursor(vt).row;
}

int tutor_cursor_column(struct vt *vt)
{
    return cursor(vt).col;
}

struct buf tutor_log(const char *home)
{
    struct run run = run_program(TEXTS("nntutor", "progress", "--export", "-"), TEXTS(home), NULL);
    if (run.code != 0)
        fail_msg("progress --export: %s", buf_text(&run.err));
    struct buf log = run.out;
    run.out = (struct buf){0};
    run_free(&run);
    return log;
}

size_t tutor_count(const char *home, const char *text)
{
    struct buf log = tutor_log(home);
    size_t count = 0;
    for (char *line = strtok(log.data ? log.data : (char[]){""}, "\n"); line;
         line = strtok(NULL, "\n"))
        count += strstr(line, text) != NULL;
    buf_free(&log);
    return count;
}

void tutor_assert_restored(struct vt *vt)
{
    struct termios modes;
    assert_false(vt->altscreen);
    assert_true(vt->cursor_visible);
    assert_int_equal(vt->mouse, VTERM_PROP_MOUSE_NONE);
    assert_true(vt_raw_has(vt, "\033[?2004l"));
    assert_false(vt->in_frame);
    if (tcgetattr(vt->master, &modes) == 0) {
        assert_true(modes.c_lflag & ICANON);
        assert_true(modes.c_lflag & ECHO);
        assert_true(modes.c_oflag & ONLCR);
        assert_true(modes.c_iflag & ICRNL);
    }
}
