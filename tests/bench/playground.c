/* How smooth the playground is: frames a second while it trains, and from a key to the end of the
 * frame after it, on a screen of 200x60. */
#include "support/test.h"

#include "support/vt.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 60, COLS = 200, KEYS = 200, WATCH_MS = 2000, PATIENCE_MS = 1000 };

static double now_ms(void)
{
    struct clock clock = clock_system();
    return (double)clock_mono_ns(&clock) / 1e6;
}

static bool never(struct vt *vt, const void *unused)
{
    (void)vt;
    (void)unused;
    return false;
}

static bool one_more(struct vt *vt, const void *before)
{
    return vt->frames > *(const unsigned *)before;
}

static bool trains(struct vt *vt, const void *unused)
{
    (void)unused;
    return vt_has(vt, "right in training") && vt->frames > 5;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const char *name, const char *const *argv)
{
    char setting[600];
    double times[KEYS];
    int keys = 0;
    snprintf(setting, sizeof setting, "HOME=%s", test_folder());
    struct vt *vt = vt_start(argv, TEXTS(setting), ROWS, COLS);
    if (!vt_wait(vt, trains, NULL, PATIENCE_MS)) {
        printf("%-28s showed no training\n", name);
        vt_close(vt);
        return;
    }
    unsigned frames = vt->frames;
    double begun = now_ms();
    vt_wait(vt, never, NULL, WATCH_MS);
    double rate = (vt->frames - frames) / (now_ms() - begun) * 1000;
    for (int i = 0; i < KEYS; i++) {
        vt_wait(vt, never, NULL, 7 + i % 13); /* keys fall anywhere between two frames */
        unsigned before = vt->frames + (vt->in_frame ? 1 : 0);
        double sent = now_ms();
        vt_send(vt, i % 2 ? "\033[A" : "\033[B");
        if (!vt_wait(vt, one_more, &before, PATIENCE_MS))
            break;
        times[keys++] = now_ms() - sent;
    }
    qsort(times, (size_t)keys, sizeof *times, compare);
    printf("%-28s%8.1f frames/s", name, rate);
    if (keys)
        printf("   key to frame: median %.1f ms, 99 %% %.1f ms", times[keys / 2],
               times[keys * 99 / 100]);
    printf("\n");
    vt_close(vt);
}

int main(void)
{
    utf8_start();
    printf("playground on a screen of %dx%d, while it trains\n", COLS, ROWS);
    measure("3 layers of 16", TEXTS("nntutor", "demo", "playground", "steps=100000"));
    measure("8 layers of 64, batch 200", TEXTS("nntutor", "demo", "playground", "steps=100000",
                                               "depth=8", "width=64", "batch=200", "norm=batch"));
    return 0;
}
