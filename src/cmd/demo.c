/* nntutor demo: the gallery, one demo in a pane, as text, or as JSON. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "tui/pace.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum exit_code list_demos(const struct cmd_call *call)
{
    if (!call_plain(call)) {
        struct course course;
        struct session session;
        enum exit_code code;
        if (!call_course(call, &course, &code))
            return code;
        code = EXIT_USAGE;
        if (call_session(call, &session, &course, false))
            code = call_study(call, &session, &(struct start){.kind = START_GALLERY});
        course_close(&course);
        return code;
    }
    struct buf text = {0};
    const char *theme = NULL;
    for (size_t i = 0; i < demo_count; i++) {
        if (demos[i]->theme && (!theme || strcmp(theme, demos[i]->theme) != 0)) {
            theme = demos[i]->theme;
            buf_addf(&text, "%s%s\n", i ? "\n" : "", theme);
        }
        buf_addf(&text, "  %-18s %-36s%s\n  %-18s %s\n", demos[i]->name, demos[i]->title,
                 demos[i]->sketch, "", demos[i]->question);
    }
    enum exit_code code = call_print(call, &text);
    buf_free(&text);
    return code;
}

static enum exit_code describe_demo(const struct cmd_call *call, const struct demo *demo)
{
    struct buf text = {0};
    buf_addf(&text, "%s: %s\n%s\n\nKnobs\n", demo->name, demo->title, demo->question);
    for (size_t i = 0; i < demo->knob_count; i++) {
        buf_add(&text, "  ");
        demo_knob_describe(&demo->knobs[i], &text);
        buf_add(&text, "\n");
    }
    buf_add(&text, "  seed: of its chance, a whole number, default 1\n\nResults\n");
    for (size_t i = 0; i < demo->result_count; i++) {
        const struct result *result = &demo->results[i];
        bool list = result->kind == RESULT_LIST || result->kind == RESULT_TABLE;
        buf_addf(&text, "  %s%s: %s%s%s%s\n", result->name, list ? "[]" : "",
                 result->help ? result->help : "", result->unit ? " (" : "",
                 result->unit ? result->unit : "", result->unit ? ")" : "");
    }
    enum exit_code code = call_print(call, &text);
    buf_free(&text);
    return code;
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    interrupted = number;
}

struct output {
    const struct cmd_call *call;
    int64_t every;
    int width, height;
    bool json;
};

static enum exit_code print_results(const struct output *output, const struct demo_run *run,
                                    double elapsed_ms)
{
    struct buf text = {0};
    bool ascii = call_ascii(output->call);
    if (output->json) {
        demo_json(run, elapsed_ms, &text);
        buf_add(&text, "\n");
        if (!run->finished) { /* how far it was: a whole run says nothing of this */
            struct buf part = {0};
            buf_addf(&part, "{\"done\":%zu,\"total\":%zu,%s", run->done, run->total,
                     buf_text(&text) + 1);
            buf_free(&text);
            text = part;
        }
    } else {
        struct grid grid;
        grid_init(&grid, output->width, output->height);
        run->demo->draw(run, &grid);
        grid_print_text(&grid, ascii, &text);
        grid_free(&grid);
        buf_add(&text, "\n");
        demo_lines(run, &text);
    }
    /* JSON is UTF-8 whatever the terminal can show. */
    struct err err;
    enum exit_code code = EXIT_GOOD;
    if (!output->json)
        code = call_print(output->call, &text);
    else if (!file_write("-", buf_text(&text), text.length, &err))
        code = call_fail(EXIT_WRITE, "%s", err.text);
    buf_free(&text);
    return code;
}

/* All results that are single numbers, on one line; with --json the whole object. */
static enum exit_code print_step(const struct output *output, const struct demo_run *run,
                                 double elapsed_ms)
{
    if (output->json)
        return print_results(output, run, elapsed_ms);
    struct buf text = {0};
    buf_addf(&text, "%zu %s", run->done, run->demo->work_unit ? run->demo->work_unit : "units");
    for (size_t i = 0; i < run->demo->result_count; i++) {
        double value;
        struct demo_ref ref = {.result = (int)i};
        if (run->demo->results[i].kind != RESULT_TIMING && demo_ref_number(run, ref, &value)) {
            buf_addf(&text, "  %s ", run->demo->results[i].name);
            buf_add_number(&text, value);
        }
    }
    buf_add(&text, "\n");
    enum exit_code code = call_print(output->call, &text);
    buf_free(&text);
    fflush(stdout);
    return code;
}

/* A run that is watched from outside: by Ctrl-C, by the progress on a terminal. */
struct watch {
    struct clock clock;
    struct pace pace;
    int64_t begun, told;
    size_t slice; /* units done without a look around */
    bool progress;
};

static void tell(struct watch *watch, const struct demo_run *run)
{
    enum { PROGRESS_NS = 500000000 };
    int64_t now = clock_mono_ns(&watch->clock);
    pace_tick(&watch->pace, &watch->clock);
    if (run->finished || now - watch->told < PROGRESS_NS || !isatty(STDERR_FILENO))
        return;
    struct buf text = {0};
    pace_say(&watch->pace, run, &text);
    fprintf(stderr, "\r%-40s", buf_text(&text));
    buf_free(&text);
    watch->progress = true;
    watch->told = now;
}

static void hush(struct watch *watch)
{
    if (watch->progress)
        fprintf(stderr, "\r%40s\r", "");
    watch->progress = false;
}

/* Up to `most` units (0: no limit) in slices of about ten milliseconds; until Ctrl-C. */
static bool work_on(struct watch *watch, struct demo_run *run, size_t most)
{
    enum { SLICE_NS = 10000000 };
    bool more = true;
    for (size_t left = most ? most : SIZE_MAX; more && left && !interrupted;) {
        int64_t before = clock_mono_ns(&watch->clock);
        size_t slice = watch->slice < left ? watch->slice : left;
        more = demo_step(run, slice);
        left -= most ? slice : 0;
        int64_t spent = clock_mono_ns(&watch->clock) - before;
        if (spent < SLICE_NS / 2 && watch->slice < ((size_t)1 << 40))
            watch->slice *= 2;
        else if (spent > SLICE_NS * 2 && watch->slice > 1)
            watch->slice /= 2;
        tell(watch, run);
    }
    return more && !interrupted;
}

/* Ctrl-C leaves the numbers so far, says that they are not all, and dies of the signal. */
static void die_interrupted(const struct demo_run *run)
{
    const char *unit = run->demo->work_unit ? run->demo->work_unit : "units";
    if (!run->finished && run->total)
        call_fail(EXIT_NO, "interrupted after %zu of %zu %s; the numbers are those so far",
                  run->done, run->total, unit);
    else if (!run->finished)
        call_fail(EXIT_NO, "interrupted after %zu %s; the numbers are those so far", run->done,
                  unit);
    fflush(stdout);
    signal(SIGINT, SIG_DFL);
    raise(SIGINT);
}

static enum exit_code run_demo(const struct output *output, const struct demo_args *args)
{
    struct arena arena;
    struct watch watch = {.clock = clock_system(), .slice = 1};
    struct demo_run run;
    struct err err;
    struct sigaction act = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &act, NULL);
    arena_init(&arena);
    if (!demo_start(&run, &arena, args, &watch.clock, &err)) {
        arena_free(&arena);
        return call_usage(output->call, "%s", err.text);
    }
    watch.begun = watch.told = clock_mono_ns(&watch.clock);
    enum exit_code code = EXIT_GOOD;
    bool more = true;
    while (more && code == EXIT_GOOD) {
        more = work_on(&watch, &run, (size_t)output->every);
        if (output->every || !more) {
            hush(&watch);
            double elapsed_ms = (double)(clock_mono_ns(&watch.clock) - watch.begun) / 1e6;
            code = output->every ? print_step(output, &run, elapsed_ms)
                                 : print_results(output, &run, elapsed_ms);
        }
    }
    if (interrupted)
        die_interrupted(&run);
    arena_free(&arena);
    return code;
}

static bool read_size(const struct cmd_call *call, struct output *output)
{
    const char *text = call_option(call, "size");
    const char *times = text ? strchr(text, 'x') : NULL;
    int64_t width, height;
    if (!text)
        return true;
    if (times && str_integer((struct str){text, (size_t)(times - text)}, &width) &&
        str_integer(str_of(times + 1), &height) && width >= 10 && width <= 500 && height >= 3 &&
        height <= 300) {
        output->width = (int)width;
        output->height = (int)height;
        return true;
    }
    call_usage(call, "--size=%.40s: must be like 74x16, from 10x3 to 500x300", text);
    return false;
}

static enum exit_code open_pane(const struct cmd_call *call, const struct demo_args *args)
{
    struct course course;
    struct session session;
    enum exit_code code;
    if (!call_course(call, &course, &code))
        return code;
    code = EXIT_USAGE;
    if (call_session(call, &session, &course, false))
        code = call_study(call, &session, &(struct start){.kind = START_DEMO, .demo = args});
    course_close(&course);
    return code;
}

enum exit_code cmd_demo(const struct cmd_call *call)
{
    struct output output = {
        .call = call, .width = 74, .height = 16, .json = call_flag(call, "json")};
    if (!call->count)
        return list_demos(call);
    const struct demo *demo = demo_find(call->arguments[0]);
    if (!demo) {
        const char *near = demo_nearest(call->arguments[0]);
        if (near)
            return call_usage(call, "no demo \"%.60s\"; did you mean \"%s\"?", call->arguments[0],
                              near);
        return call_usage(call, "no demo \"%.60s\"; `nntutor demo` lists them", call->arguments[0]);
    }
    if (call_flag(call, "help"))
        return describe_demo(call, demo);
    if (!call_number(call, "every", 1, INT64_C(1000000000000), &output.every) ||
        !read_size(call, &output))
        return EXIT_USAGE;
    struct arena arena;
    struct demo_args args;
    struct err err;
    arena_init(&arena);
    bool good = demo_args_init(&args, &arena, demo);
    args.may_read_files = true;
    for (int i = 1; good && i < call->count; i++)
        good = demo_args_give(&args, &arena, call->arguments[i], &err);
    const char *seed = call_option(call, "seed");
    if (good && seed) {
        struct buf assignment = {0};
        buf_addf(&assignment, "seed=%s", seed);
        good = demo_args_give(&args, &arena, buf_text(&assignment), &err);
        buf_free(&assignment);
    }
    enum exit_code code;
    if (!good)
        code = call_usage(call, "%s", err.text);
    else if (output.json || output.every || call_flag(call, "size") || call_plain(call))
        code = run_demo(&output, &args);
    else
        code = open_pane(call, &args);
    arena_free(&arena);
    return code;
}
