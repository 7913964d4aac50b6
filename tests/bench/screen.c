/* How fast the screen is: first paint, key to painted screen, idling, memory; and the same of other
 * terminal programs where they are installed, through the same pseudo-terminal in the same run.
 *
 *     build/bench/screen [KEY...]      the keys that advance from step to step; a blank by default
 *
 * First paint runs from before fork to the end of the first frame that holds text, a key's time from
 * its sending to the end of the next frame. A program that marks no frames has painted when its last
 * bytes came before it fell silent. */
#include "support/test.h"

#include "support/vt.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STARTS = 20,
    KEYS = 400,
    IDLE_MS = 2000,
    SETTLE_MS = 150,
    SILENCE_MS = 20,
    PATIENCE_MS = 3000,
    ROWS = 24,
    COLS = 80
};

struct program {
    const char *name;
    const char *const *argv;
    const char *const *keys;
    size_t key_count;
};

/* Milliseconds and kilobytes; below 0: could not be measured. */
struct figures {
    double first_paint, key_median, key_99, idle_cpu, wake_ups, memory_kb;
    int starts, keys; /* that were measured */
};

static double now_ms(void)
{
    struct clock clock = clock_system();
    return (double)clock_mono_ns(&clock) / 1e6;
}

static bool shows_text(struct vt *vt, const void *unused)
{
    (void)unused;
    for (int row = 0; row < vt->rows; row++)
        if (*vt_row(vt, row))
            return true;
    return false;
}

static bool never(struct vt *vt, const void *unused)
{
    (void)vt;
    (void)unused;
    return false;
}

struct mark {
    unsigned frames;
    size_t bytes;
};

static struct mark mark_of(const struct vt *vt)
{
    return (struct mark){vt->frames, vt->bytes};
}

static bool sent_more(struct vt *vt, const void *arg)
{
    return vt->bytes > ((const struct mark *)arg)->bytes;
}

static bool answered(struct vt *vt, const void *arg)
{
    const struct mark *before = arg;
    return before->frames ? vt->frames > before->frames : vt->bytes > before->bytes;
}

/* The moment the screen was whole: now, where frames are marked; else that of the last bytes before
 * a silence. */
static double painted_ms(struct vt *vt)
{
    double now = now_ms(), end = now + PATIENCE_MS;
    while (!vt->frames && now < end) {
        struct mark mark = mark_of(vt);
        if (!vt_wait(vt, sent_more, &mark, SILENCE_MS))
            break;
        now = now_ms();
    }
    return now;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts; the value below which `share` of them lie. */
static double quantile(double *values, int count, double share)
{
    if (count == 0)
        return -1;
    qsort(values, (size_t)count, sizeof *values, compare);
    int at = (int)((double)count * share);
    return values[at < count ? at : count - 1];
}

/* Starts it and waits for text; NULL where it shows none. */
static struct vt *open_program(const struct program *program, const char *home, double *ms)
{
    char setting[600];
    snprintf(setting, sizeof setting, "HOME=%s", home);
    double before = now_ms();
    struct vt *vt = vt_start(program->argv, TEXTS(setting), ROWS, COLS);
    bool painted = vt_wait(vt, shows_text, NULL, PATIENCE_MS);
    *ms = painted_ms(vt) - before;
    if (painted && vt->status < 0)
        return vt;
    vt_close(vt);
    return NULL;
}

static double field(const struct vt *vt, const char *file, const char *name)
{
    char path[64];
    struct buf text = {0};
    double value = -1;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)vt->pid, file);
    if (file_read(path, &text, NULL)) {
        const char *at = strstr(buf_text(&text), name);
        if (at)
            value = strtod(at + strlen(name), NULL);
    }
    buf_free(&text);
    return value;
}

/* Processor time so far, user and system, in milliseconds: fields 14 and 15 of /proc/PID/stat. */
static double cpu_ms(const struct vt *vt)
{
    char path[64];
    struct buf text = {0};
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)vt->pid);
    if (file_read(path, &text, NULL)) {
        const char *after_name = strrchr(buf_text(&text), ')');
        if (after_name)
            sscanf(after_name + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                   &system);
    }
    buf_free(&text);
    return (double)(user + system) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

static void measure_start(const struct program *program, const char *home, struct figures *f)
{
    double times[STARTS], ms;
    vt_close(open_program(program, home, &ms)); /* once for the caches and the first-start screen */
    for (int i = 0; i < STARTS; i++) {
        struct vt *vt = open_program(program, home, &ms);
        if (!vt)
            break;
        times[f->starts++] = ms;
        vt_close(vt);
    }
    f->first_paint = quantile(times, f->starts, 0.5);
}

static void measure_keys(const struct program *program, const char *home, struct figures *f)
{
    double times[KEYS], ms;
    struct vt *vt = NULL;
    int most = program->key_count ? KEYS : 0;
    for (int i = 0, failures = 0; i < most && failures < 5; i++) {
        if (!vt) {
            vt = open_program(program, home, &ms);
            if (!vt)
                break;
            vt_wait(vt, never, NULL, SETTLE_MS);
        }
        struct mark mark = mark_of(vt);
        double before = now_ms();
        vt_send(vt, program->keys[(size_t)i % program->key_count]);
        if (vt_wait(vt, answered, &mark, PATIENCE_MS / 3)) {
            times[f->keys++] = painted_ms(vt) - before;
            continue;
        }
        failures++; /* the last step, or the key means something else here: begin again */
        vt_close(vt);
        vt = NULL;
    }
    vt_close(vt);
    f->key_median = quantile(times, f->keys, 0.5);
    f->key_99 = quantile(times, f->keys, 0.99);
}

static void measure_rest(const struct program *program, const char *home, struct figures *f)
{
    double ms;
    struct vt *vt = open_program(program, home, &ms);
    if (!vt)
        return;
    vt_wait(vt, never, NULL, SETTLE_MS);
    double cpu = cpu_ms(vt), switches = field(vt, "status", "\nvoluntary_ctxt_switches:");
    vt_wait(vt, never, NULL, IDLE_MS);
    f->idle_cpu = (cpu_ms(vt) - cpu) / IDLE_MS * 100;
    f->wake_ups = field(vt, "status", "\nvoluntary_ctxt_switches:") - switches;
    f->memory_kb = field(vt, "status", "VmHWM:");
    vt_close(vt);
}

static struct figures measure(const struct program *program)
{
    struct figures f = {-1, -1, -1, -1, -1, -1, 0, 0};
    const char *home = test_folder();
    measure_start(program, home, &f);
    if (f.starts == 0)
        return f;
    measure_keys(program, home, &f);
    measure_rest(program, home, &f);
    return f;
}

static void print_number(double value, const char *format)
{
    char text[32] = "-";
    if (value >= 0)
        snprintf(text, sizeof text, format, value);
    printf("%12s", text);
}

static void print_row(const char *name, const struct figures *f)
{
    printf("%-22s", name);
    print_number(f->first_paint, "%.2f ms");
    print_number(f->key_median, "%.3f ms");
    print_number(f->key_99, "%.3f ms");
    print_number(f->idle_cpu, "%.1f %%");
    print_number(f->wake_ups, "%.0f");
    print_number(f->memory_kb / 1024, "%.1f MiB");
    printf("\n");
}

static double ratio(double ours, double theirs)
{
    return ours >= 0 && theirs > 0 ? ours / theirs : -1;
}

static bool installed(const char *program)
{
    char command[256];
    snprintf(command, sizeof command, "command -v %s >/dev/null 2>&1", program);
    return system(command) == 0;
}

#define KEYS_OF(...) TEXTS(__VA_ARGS__), sizeof TEXTS(__VA_ARGS__) / sizeof(char *) - 1

int main(int argc, char **argv)
{
    utf8_start();
    const char *const *keys = argc > 1 ? (const char *const *)argv + 1 : TEXTS(" ");
    size_t key_count = argc > 1 ? (size_t)argc - 1 : 1;
    struct program ours = {"nntutor", TEXTS("nntutor"), keys, key_count};

    struct buf slides = {0};
    for (int i = 1; i <= 500; i++)
        buf_addf(&slides, "%s# Slide %d\n\nA line of text, and another.\n",
                 i > 1 ? "\n---\n\n" : "", i);
    const char *slides_path = test_file(test_folder(), "slides.md", buf_text(&slides));
    char folder[600];
    snprintf(folder, sizeof folder, "PATH=%s:/usr/games", getenv("PATH") ? getenv("PATH") : "");
    putenv(folder); /* Debian keeps quiz there */
    const struct program peers[] = {
        {"mdp", TEXTS("mdp", "--nofade", slides_path), KEYS_OF("j", "k")},
        {"gtypist", TEXTS("gtypist"), KEYS_OF("\033OB", "\033OA")},
        {"quiz", TEXTS("quiz", "africa", "capital"), NULL, 0}, /* line mode: the kernel echoes */
    };

    printf("%-22s%12s%12s%12s%12s%12s%12s\n", "screen of 80x24", "first paint", "key median",
           "key 99 %", "idle CPU", "wake-ups", "memory");
    struct figures own = measure(&ours);
    print_row(ours.name, &own);
    if (own.starts == 0)
        printf("  (showed no screen within %d s)\n", PATIENCE_MS / 1000);
    else if (own.keys < KEYS)
        printf("  (only %d of %d keys were answered by a frame)\n", own.keys, KEYS);
    for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
        char name[32];
        if (!installed(peers[i].argv[0])) {
            printf("%-22s%12s\n", peers[i].name, "not here");
            continue;
        }
        struct figures theirs = measure(&peers[i]);
        print_row(peers[i].name, &theirs);
        printf("  %-20s", (snprintf(name, sizeof name, "ours / %s", peers[i].name), name));
        print_number(ratio(own.first_paint, theirs.first_paint), "%.2f");
        print_number(ratio(own.key_median, theirs.key_median), "%.2f");
        print_number(ratio(own.key_99, theirs.key_99), "%.2f");
        printf("%12s%12s", "", "");
        print_number(ratio(own.memory_kb, theirs.memory_kb), "%.2f");
        printf("\n");
    }
    buf_free(&slides);
    return 0;
}
