/* Any bytes as the text of a demo: read or refused with a sentence, and run where it is cheap. */
#include "base/utf8.h"
#include "demos/demo.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_and_show(const struct demo_args *args, struct arena *arena)
{
    struct demo_run run;
    struct err err = {""};
    int64_t now = 0;
    struct clock clock = clock_manual(&now);
    if (!demo_start(&run, arena, args, &clock, &err)) {
        assert(err.text[0]);
        return;
    }
    struct grid grid;
    struct buf text = {0};
    grid_init(&grid, 74, 16);
    for (int i = 0; i < 2; i++) {
        run.demo->draw(&run, &grid);
        run.demo->describe(&run, &text);
        demo_json(&run, -1, &text);
        if (i == 0 && demo_is_instant(&run))
            demo_finish(&run);
        else
            demo_step(&run, 3);
    }
    buf_free(&text);
    grid_free(&grid);
}

/* Args that were accepted read the same when they are written and read again. */
static void check_round_trip(const struct demo_args *args, struct arena *arena)
{
    struct buf text = {0};
    struct demo_args again;
    struct err err;
    buf_add(&text, args->demo->name);
    for (size_t i = 0; i < args->demo->knob_count; i++) {
        if (!args->knob[i].set)
            continue;
        buf_addf(&text, " %s=", args->demo->knobs[i].name);
        demo_value_write(&args->demo->knobs[i], &args->knob[i], &text);
    }
    bool good = demo_args_read(&again, arena, buf_text(&text), &err);
    assert(good);
    for (size_t i = 0; good && i < args->demo->knob_count; i++) {
        assert(again.knob[i].number == args->knob[i].number);
        assert(again.knob[i].count == args->knob[i].count);
    }
    buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { CHEAP_UNITS = 2000 };
    struct arena arena;
    struct demo_args args;
    struct err err = {""};
    arena_init(&arena);
    char *text = arena_strndup(&arena, (const char *)data, size);
    struct demo_ref ref;
    for (size_t i = 0; i < demo_count; i++)
        demo_ref_read(demos[i], text, &ref, &err);
    if (demo_args_read(&args, &arena, text, &err)) {
        check_round_trip(&args, &arena);
        int units = demo_knob(args.demo, "units");
        if (units < 0 || args.knob[units].number <= CHEAP_UNITS)
            run_and_show(&args, &arena);
    } else {
        assert(err.text[0]);
    }
    arena_free(&arena);
    return 0;
}
