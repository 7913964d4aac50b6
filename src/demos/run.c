/* Starts, steps and ends a run, and takes its results. */
#include "demos/demo.h"

#include <assert.h>
#include <string.h>

bool demo_start(struct demo_run *run, struct arena *arena, const struct demo_args *args,
                const struct clock *clock, struct err *err)
{
    const struct demo *demo = args->demo;
    *run = (struct demo_run){.demo = demo, .seed = args->seed, .clock = clock, .arena = arena};
    run->knob = ARENA_ARRAY(arena, demo->knob_count, struct value);
    run->out = ARENA_ARRAY(arena, demo->result_count, struct value);
    for (size_t i = 0; i < demo->knob_count; i++)
        run->knob[i] = demo_value_copy(&demo->knobs[i], &args->knob[i], arena);
    return demo->start(run, err);
}

bool demo_step(struct demo_run *run, size_t work)
{
    if (!run->finished)
        run->finished = !run->demo->step(run, work ? work : 1);
    return !run->finished;
}

/* Lists and paths never move while a demo runs: nobody drags them. */
static bool can_move(const struct knob *knob)
{
    return knob->kind != KNOB_LIST && knob->kind != KNOB_TABLE && knob->kind != KNOB_PATH;
}

static bool is_where_it_was(const struct knob *knob, const struct value *a, const struct value *b)
{
    if (knob->kind == KNOB_PATH)
        return a->set == b->set && (!a->set || strcmp(a->word, b->word) == 0);
    return !can_move(knob)
               ? a->set == b->set && a->count == b->count && a->columns == b->columns &&
                     (!a->count || memcmp(a->list, b->list, a->count * sizeof *a->list) == 0)
               : a->number == b->number;
}

bool demo_turn(struct demo_run *run, const struct demo_args *args)
{
    const struct demo *demo = run->demo;
    struct err err;
    if (!demo->turn || run->finished || args->seed != run->seed)
        return false;
    for (size_t i = 0; i < demo->knob_count; i++) {
        if (is_where_it_was(&demo->knobs[i], &run->knob[i], &args->knob[i]))
            continue;
        if (!can_move(&demo->knobs[i]))
            return false;
        run->knob[i] = args->knob[i];
        if (!demo->turn(run, i, &err))
            return false;
    }
    return true;
}

void demo_finish(struct demo_run *run)
{
    enum { SLICE = 1 << 20 };
    while (demo_step(run, SLICE))
        ;
}

bool demo_is_instant(const struct demo_run *run)
{
    return !run->demo->instant || run->demo->instant(run);
}

static struct value *out_at(struct demo_run *run, int result)
{
    assert(result >= 0 && (size_t)result < run->demo->result_count);
    return &run->out[result];
}

void demo_out_number(struct demo_run *run, int result, double value)
{
    *out_at(run, result) = (struct value){.set = true, .number = value == 0 ? 0 : value};
}

void demo_out_text(struct demo_run *run, int result, const char *text)
{
    *out_at(run, result) = (struct value){.set = true, .word = text};
}

void demo_out_list(struct demo_run *run, int result, double *list, size_t count)
{
    *out_at(run, result) =
        (struct value){.set = true, .list = list, .count = count, .columns = count};
}

void demo_out_table(struct demo_run *run, int result, double *list, size_t rows, size_t columns)
{
    *out_at(run, result) =
        (struct value){.set = true, .list = list, .count = rows * columns, .columns = columns};
}
