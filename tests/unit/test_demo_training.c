/* The training demos: slices and threads change nothing; what trains trains, what diverges says so.
 * Small sizes, so that it stays quick; the tables at full size are checked by the benchmarks. */
#include "support/demo_test.h"

#include "demos/sweep.h"

#define SMALL " depths=2,6 rates=0.003,0.01 seeds=2 steps=40"

static void test_slices_do_not_change_a_sweep(void **state)
{
    (void)state;
    check_slicing("depth-sweep" SMALL);
}

/* The recipe of the threads' test: two nets at three rates, the last of which is far too high. */
static void three_rates(const struct demo_run *run, size_t cell, size_t rate, struct recipe *recipe)
{
    static const double rates[] = {0.003, 0.01, 1e6};
    (void)run;
    sweep_net(&recipe->line, 3, cell ? "[ " SWEEP_HE " relu " SWEEP_HALF " ]" : SWEEP_HE " relu",
              "");
    recipe->train.optim = (struct optim){.kind = OPTIM_SGD, .rate = rates[rate], .momentum = 0.9};
}

static void test_threads_do_not_change_a_sweep(void **state)
{
    (void)state;
    struct sweep_cell first[6];
    for (int threads = 1; threads <= 4; threads++) {
        struct arena arena;
        arena_init(&arena);
        struct demo_run run = {.seed = 3, .arena = &arena};
        struct sweep sweep = {.cells = 2,
                              .rates = 3,
                              .seeds = 3,
                              .points = 64,
                              .turns = 1,
                              .noise = 0.02,
                              .batch = 16,
                              .steps = 50,
                              .threads = threads,
                              .recipe = three_rates};
        sweep_start(&sweep, &run);
        while (sweep_step(&sweep, &run, (size_t)threads * 70))
            assert_true(run.done < run.total);
        assert_int_equal(run.done, run.total);
        for (size_t i = 0; i < 6; i++) {
            struct sweep_cell cell = sweep_cell_at(&sweep, i / 3, i % 3);
            assert_int_equal(cell.seeds, 3);
            if (threads == 1)
                first[i] = cell;
            assert_true(cell.mean == first[i].mean && cell.sd == first[i].sd);
            assert_int_equal(cell.diverged, first[i].diverged);
        }
        assert_int_equal(sweep_cell_at(&sweep, 1, 2).diverged, 3);
        assert_true(sweep_cell_at(&sweep, 1, 2).mean == 0.5);
        arena_free(&arena);
    }
}

/* The memory of a cell is given back: a long sweep needs no more than its largest cell. */
static void test_memory_does_not_grow(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "depth-sweep net=plain-he depths=4 rates=0.01 seeds=20 steps=1");
    demo_step(&t.run, 1);
    size_t early = t.arena.total;
    demo_finish(&t.run);
    assert_true(t.arena.total <= early);
    trial_end(&t);
}

static void test_stopping_leaves_the_numbers_so_far(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "depth-sweep net=plain-he depths=2,3 rates=0.01 seeds=3 steps=200");
    while (t.run.done < 250)
        assert_true(demo_step(&t.run, 1));
    assert_true(trial_number(&t, "accuracy[0]") > 0.4);
    assert_true(isnan(trial_number(&t, "accuracy[1]")));
    assert_true(trial_number(&t, "seeds_run") == 0);
    trial_end(&t);
}

static void test_nets_of_the_depth_sweep(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "depth-sweep depths=12 rates=0.01 seeds=1 turns=1 steps=150");
    assert_true(trial_number(&t, "accuracy[0]") <= 0.65); /* plain, default init */
    for (int i = 5; i < 8; i++) {                         /* small or normalised branches */
        struct buf ref = {0};
        buf_addf(&ref, "accuracy[%d]", i);
        assert_true(trial_number(&t, buf_text(&ref)) >= 0.85);
        buf_free(&ref);
    }
    assert_true(trial_number(&t, "holding") >= 1);
    trial_end(&t);
}

static void test_large_branches_diverge_and_small_rates_rescue(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "depth-sweep net=skip-he depths=20 rates=0.01 seeds=2 steps=60");
    assert_true(trial_number(&t, "diverged[0]") == 1);
    assert_true(trial_number(&t, "accuracy[0]") == 0.5);
    assert_true(trial_number(&t, "diverged_runs") == 2);
    trial_end(&t);
    /* A small branch is another way out. */
    assert_true(demo_number("depth-sweep net=skip-he depths=20 rates=0.01 seeds=2 steps=60 "
                            "scale=0.1",
                            "diverged[0]") == 0);
}

static void test_a_half_unit_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct demo_args args;
    struct demo_run run;
    struct err err;
    arena_init(&arena);
    assert_true(demo_args_read(&args, &arena, "depth-sweep depths=2.5", &err));
    assert_false(demo_start(&run, &arena, &args, NULL, &err));
    assert_non_null(strstr(err.text, "2.5"));
    arena_free(&arena);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slices_do_not_change_a_sweep),
        cmocka_unit_test(test_threads_do_not_change_a_sweep),
        cmocka_unit_test(test_memory_does_not_grow),
        cmocka_unit_test(test_stopping_leaves_the_numbers_so_far),
        cmocka_unit_test(test_nets_of_the_depth_sweep),
        cmocka_unit_test(test_large_branches_diverge_and_small_rates_rescue),
        cmocka_unit_test(test_a_half_unit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
