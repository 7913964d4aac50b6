#include "support/lecture.h"

#include "support/run.h"
#include "support/test.h"
#include "support/tutor.h"

#include <stdio.h>
#include <string.h>

int lecture_open(void **state)
{
    static struct class class;
    class = (struct class){0};
    snprintf(class.runtime, sizeof class.runtime, "XDG_RUNTIME_DIR=%s", test_folder());
    snprintf(class.home, sizeof class.home, "%s", tutor_home());
    snprintf(class.ada_home, sizeof class.ada_home, "%s", tutor_home());
    snprintf(class.bo_home, sizeof class.bo_home, "%s", tutor_home());
    *state = &class;
    return 0;
}

int lecture_close(void **state)
{
    struct class *class = *state;
    vt_close(class->ada);
    vt_close(class->bo);
    vt_close(class->projector);
    vt_close(class->notes);
    vt_close(class->host);
    if (*class->code) { /* a killed instructor leaves its broker's folder, to be resumed in */
        char folder[80];
        snprintf(folder, sizeof folder, "/tmp/nntutor-class-%.14s", class->code);
        struct run run = run_program(TEXTS("/bin/rm", "-rf", folder), NULL, NULL);
        run_free(&run);
    }
    return 0;
}

void lecture_host(struct class *class, const char *const argv[])
{
    class->host = vt_start(argv, TEXTS(class->runtime, class->home), 30, 100);
    vt_wait_text(class->host, "nntutor join ");
    struct vt_place at = vt_find(class->host, "nntutor join ");
    snprintf(class->code, sizeof class->code, "%.24s",
             vt_row(class->host, at.row) + at.col + strlen("nntutor join "));
}

struct vt *lecture_join(struct class *class, const char *home, const char *name)
{
    struct vt *vt = vt_start(TEXTS("nntutor", "join", class->code, "--name", name),
                             TEXTS(class->runtime, home), 24, 80);
    vt_wait_text(vt, "You are in");
    return vt;
}

void lecture_begin(struct class *class)
{
    lecture_host(class, TEXTS("nntutor", "host", "dropout/3.1", "--local"));
    class->ada = lecture_join(class, class->ada_home, "Ada");
    class->bo = lecture_join(class, class->bo_home, "Bo");
    vt_wait_text(class->host, "Ada, Bo");
    vt_send(class->host, ENTER);
    vt_wait_text(class->ada, "The instructor shows 3.1");
}

void lecture_say(struct vt *vt, const char *option)
{
    vt_key(vt, option);
    vt_send(vt, ENTER);
    vt_wait_text(vt, "recorded");
}

void lecture_word(struct vt *vt, const char *text)
{
    vt_key(vt, ":");
    tutor_type(vt, text);
    vt_send(vt, ENTER);
}
