#include "demos/moves.h"

#include <assert.h>
#include <math.h>

static double most_of(const struct knob *knob)
{
    double count = 0;
    if (knob->kind != KNOB_WORD)
        return knob->max;
    while (knob->choices[(size_t)count])
        count++;
    return count - 1;
}

static bool read_row(struct moves *moves, const double *row, struct err *err)
{
    int64_t before = moves->count ? moves->list[moves->count - 1].step : 0;
    if (row[0] != floor(row[0]) || row[0] < (double)before)
        return err_set(err, "moves: step %g: steps are whole numbers that do not fall", row[0]);
    if (row[1] != floor(row[1]) || !(row[1] < (double)moves->movable_count))
        return err_set(err, "moves: knob %g: they are numbered from 0 to %zu", row[1],
                       moves->movable_count - 1);
    const struct knob *knob = &moves->knobs[moves->movable[(size_t)row[1]]];
    bool whole = knob->kind == KNOB_NUMBER || row[2] == floor(row[2]);
    if (!whole || row[2] < knob->min || row[2] > most_of(knob))
        return err_set(err, "moves: %s %g: it takes %s%g to %g", knob->name, row[2],
                       knob->kind == KNOB_NUMBER ? "" : "whole numbers from ", knob->min,
                       most_of(knob));
    moves->list[moves->count++] = (struct move){(int64_t)row[0], (size_t)row[1], row[2]};
    return true;
}

bool moves_start(struct moves *moves, const struct demo_run *run, const int *movable, size_t count,
                 int table, struct err *err)
{
    const struct value *rows = &run->knob[table];
    assert(count <= MOVABLE_MOST && rows->count <= MOVES_MOST * MOVE_COLUMNS);
    *moves = (struct moves){.knobs = run->demo->knobs, .movable = movable, .movable_count = count};
    for (size_t i = 0; i < count; i++)
        moves->now[i] = moves->begun[i] = run->knob[movable[i]].number;
    for (size_t i = 0; i < rows->count; i += MOVE_COLUMNS)
        if (!read_row(moves, rows->list + i, err))
            return false;
    return true;
}

/* Its place among the movable knobs; their count where it is none of them. */
static size_t place_of(const struct moves *moves, int knob)
{
    size_t i = 0;
    while (i < moves->movable_count && moves->movable[i] != knob)
        i++;
    return i;
}

double moves_now(const struct moves *moves, int knob)
{
    return moves->now[place_of(moves, knob)];
}

bool moves_due(struct moves *moves, int64_t step, struct move *move)
{
    if (moves->made == moves->count || moves->list[moves->made].step > step)
        return false;
    *move = moves->list[moves->made++];
    moves->now[move->knob] = move->value;
    return true;
}

size_t moves_until(const struct moves *moves, int64_t step)
{
    return moves->made < moves->count ? (size_t)(moves->list[moves->made].step - step) : SIZE_MAX;
}

bool moves_note(struct moves *moves, int64_t step, size_t knob, double value, struct move *move)
{
    size_t place = place_of(moves, (int)knob);
    struct move *last = moves->made ? &moves->list[moves->made - 1] : NULL;
    if (place == moves->movable_count)
        return false;
    *move = (struct move){step, place, value};
    moves->count = moves->made;
    if (step == 0)
        moves->begun[place] = value;
    else if (last && last->step == step && last->knob == place)
        last->value = value; /* of two at one step the later one counts */
    else if (moves->count == MOVES_MOST)
        moves->forgot = true;
    else
        moves->list[moves->count++] = *move;
    moves->made = moves->count;
    moves->now[place] = value;
    return true;
}

static void write_knob(const struct moves *moves, const struct demo_run *run, int number,
                       struct buf *out)
{
    const struct knob *knob = &moves->knobs[number];
    struct value value = run->knob[number];
    size_t place = place_of(moves, number);
    if (place < moves->movable_count)
        value.number = moves->begun[place];
    if (knob->kind == KNOB_WORD)
        value.word = knob->choices[(size_t)value.number];
    if (value.number == knob->initial)
        return;
    buf_addf(out, " %s=", knob->name);
    demo_value_write(knob, &value, out);
}

void moves_write(const struct moves *moves, const struct demo_run *run, int table, struct buf *out)
{
    buf_add(out, run->demo->name);
    for (int i = 0; i < (int)run->demo->knob_count; i++)
        if (i != table)
            write_knob(moves, run, i, out);
    for (size_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->list[i];
        buf_add(out, i ? ";" : " ");
        if (i == 0)
            buf_addf(out, "%s=", moves->knobs[table].name);
        buf_addf(out, "%lld,%zu,", (long long)move->step, move->knob);
        buf_add_number(out, move->value);
    }
    buf_addf(out, " seed=%llu", (unsigned long long)run->seed);
    if (moves->forgot)
        buf_add(out, " (and more moves than can be written down)");
}
