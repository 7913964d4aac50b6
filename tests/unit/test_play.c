/* Playing with every demo as a person does: each knob to both ends, at three sizes of the screen. */
#include "support/demo_test.h"

#include "tui/pace.h"
#include "tui/pane.h"

#include <stdio.h>

enum { SIZES = 3, SLICES = 3 };
static const struct {
    int width, height; /* of the pane on that screen */
} sizes[SIZES] = {{38, 10}, {78, 19}, {124, 54}};

/* One demo under the fingers: as tui/view_demo.c has it, without a terminal. */
struct table {
    struct arena arena, run_arena;
    struct demo_args args;
    struct demo_run run;
    struct pane pane;
    struct clock clock;
    int64_t now_ms;
};

static int set_up(void **state)
{
    struct table *t = *state = memory_alloc(sizeof *t);
    *t = (struct table){0};
    arena_init(&t->arena);
    arena_init(&t->run_arena);
    t->clock = clock_manual(&t->now_ms);
    return 0;
}

static int tear_down(void **state)
{
    struct table *t = *state;
    arena_free(&t->run_arena);
    arena_free(&t->arena);
    memory_free(t);
    return 0;
}

static void work(struct table *t)
{
    for (int i = 0; i < SLICES && demo_step(&t->run, 1); i++)
        ;
}

/* False: these knobs do not go together, and a sentence says so. */
static bool begin(struct table *t, const char *what)
{
    struct err err = {0};
    arena_free(&t->run_arena);
    if (!demo_start(&t->run, &t->run_arena, &t->args, &t->clock, &err)) {
        if (strlen(err.text) < 20)
            fail_msg("%s: refused with \"%s\"", what, err.text);
        return false;
    }
    work(t);
    return true;
}

/* Cells that say something, frame and sliders apart. */
static size_t marks(const struct grid *grid)
{
    size_t count = 0;
    for (int y = 1; y < grid->height - 1; y++)
        for (int x = 1; x < grid->width - 1; x++) {
            const struct cell *cell = grid_at(grid, x, y);
            count += cell->character != ' ' || cell->style.bg;
        }
    return count;
}

/* "1 steps": nobody says that. A number that ends a phrase ("an sd of 1 goes") has a verb behind it. */
static void check_words(const char *what, const char *said)
{
    static const char *const plurals[] = {"steps",  "layers", "units",  "masks",  "draws",
                                          "passes", "runs",   "checks", "blocks", "points"};
    for (const char *p = said; (p = strstr(p, " 1 ")); p++)
        for (size_t i = 0; i < sizeof plurals / sizeof *plurals; i++)
            if (text_starts(p + 3, plurals[i]))
                fail_msg("%s: says \"%s\"", what, said);
    if (strstr(said, "  "))
        fail_msg("%s: two blanks in \"%s\"", what, said);
}

static void look(struct table *t, const char *what)
{
    enum { LEAST_MARKS = 20, LEAST_WORDS = 30 };
    for (size_t i = 0; i < SIZES; i++)
        for (int words = 0; words < 2; words++) {
            struct grid grid;
            grid_init(&grid, sizes[i].width, sizes[i].height);
            t->pane.words = words;
            pane_draw(&t->pane, &grid, (struct rect){0, 0, grid.width, grid.height}, &t->run,
                      &t->args, i > 0, 0, false);
            if (marks(&grid) < LEAST_MARKS)
                fail_msg("%s: hardly anything to see at %dx%d", what, grid.width, grid.height);
            grid_free(&grid);
        }
    struct buf said = {0};
    t->run.demo->describe(&t->run, &said);
    if (said.length < LEAST_WORDS || said.data[said.length - 1] != '.')
        fail_msg("%s: says \"%s\"", what, buf_text(&said));
    check_words(what, buf_text(&said));
    buf_free(&said);
}

/* A key that moves a knob, with all that follows from it. */
static bool press(struct table *t, enum action_id action, const char *what)
{
    struct buf assignment = {0};
    struct err err;
    struct value before = t->args.knob[t->pane.focus];
    bool moved =
        pane_input(&t->pane, &t->args, &(struct input){.kind = INPUT_KEY}, action, &assignment);
    if (moved && !demo_args_set(&t->args, &t->arena, buf_text(&assignment), &err))
        fail_msg("%s: the key asks for %s: %s", what, buf_text(&assignment), err.text);
    buf_free(&assignment);
    if (moved && !demo_turn(&t->run, &t->args) && !begin(t, what)) {
        t->args.knob[t->pane.focus] = before;
        assert_true(begin(t, what));
    } else {
        work(t);
    }
    return moved;
}

static bool has_slider(const struct knob *knob)
{
    return knob->kind == KNOB_NUMBER || knob->kind == KNOB_INTEGER || knob->kind == KNOB_WORD;
}

static void play_knob(struct table *t, const struct demo *demo, size_t knob)
{
    static const enum action_id ends[] = {ACTION_FIRST, ACTION_LAST};
    char what[160];
    arena_free(&t->arena);
    assert_true(demo_args_init(&t->args, &t->arena, demo));
    pane_open(&t->pane, &t->args);
    t->pane.focus = knob;
    snprintf(what, sizeof what, "%s as it begins", demo->name);
    assert_true(begin(t, what));
    for (size_t e = 0; e < 2; e++) {
        snprintf(what, sizeof what, "%s: %s at its %s end", demo->name, demo->knobs[knob].name,
                 e ? "upper" : "lower");
        press(t, ends[e], what);
        look(t, what);
        /* From an end the keys lead back. */
        if (!press(t, e ? ACTION_LEFT : ACTION_RIGHT, what))
            fail_msg("%s: the knob is frozen", what);
        look(t, what);
    }
}

static void test_every_knob_of_every_demo_goes_to_both_ends(void **state)
{
    struct table *t = *state;
    for (size_t d = 0; d < demo_count; d++)
        for (size_t k = 0; k < demos[d]->knob_count; k++)
            if (has_slider(&demos[d]->knobs[k]))
                play_knob(t, demos[d], k);
}

/* All knobs at one end at once: what nobody meant to try. */
static void test_all_knobs_at_an_end_at_once(void **state)
{
    struct table *t = *state;
    for (size_t d = 0; d < demo_count; d++)
        for (int e = 0; e < 2; e++) {
            char what[100];
            arena_free(&t->arena);
            assert_true(demo_args_init(&t->args, &t->arena, demos[d]));
            pane_open(&t->pane, &t->args);
            snprintf(what, sizeof what, "%s: all knobs at their %s end", demos[d]->name,
                     e ? "upper" : "lower");
            assert_true(begin(t, what));
            for (size_t k = 0; k < demos[d]->knob_count; k++) {
                t->pane.focus = k;
                press(t, e ? ACTION_LAST : ACTION_FIRST, what);
            }
            look(t, what);
        }
}

/* ---- the time left ------------------------------------------------------------------------------------ */

static void check_pace(const struct pace *pace, size_t done, size_t total, const char *expected)
{
    struct demo_run run = {.done = done, .total = total};
    struct buf said = {0};
    pace_say(pace, &run, &said);
    assert_string_equal(buf_text(&said), expected);
    buf_free(&said);
}

static void test_time_left_is_told_at_the_pace_so_far(void **state)
{
    struct table *t = *state;
    struct pace pace = {0};
    t->now_ms = 1000;
    check_pace(&pace, 0, 100, "0 %");
    pace_tick(&pace, &t->clock);
    t->now_ms += 200;
    pace_tick(&pace, &t->clock);
    check_pace(&pace, 10, 100, "10 %"); /* too early to tell */
    t->now_ms += 3800;
    pace_tick(&pace, &t->clock); /* 4 s for the first fifth */
    check_pace(&pace, 20, 100, "20 %, 20 s left");
    check_pace(&pace, 50, 100, "50 %, 4 s left");
    check_pace(&pace, 1, 1000, "0 %, 67 min left");
    check_pace(&pace, 100, 100, "100 %");
    check_pace(&pace, 50, 0, "");
}

static void test_a_pause_does_not_count(void **state)
{
    struct table *t = *state;
    struct pace pace = {0};
    pace_tick(&pace, &t->clock);
    t->now_ms += 2000;
    pace_tick(&pace, &t->clock);
    pace_rest(&pace);
    t->now_ms += 1000000;
    pace_tick(&pace, &t->clock);
    t->now_ms += 2000;
    pace_tick(&pace, &t->clock);
    check_pace(&pace, 50, 100, "50 %, 4 s left");
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        CASE(test_every_knob_of_every_demo_goes_to_both_ends),
        CASE(test_all_knobs_at_an_end_at_once),
        CASE(test_time_left_is_told_at_the_pace_so_far),
        CASE(test_a_pause_does_not_count),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
