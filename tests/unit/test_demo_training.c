/* The training demos: slices and threads change nothing; what trains trains, what diverges says so.
 * Small sizes, so that it stays quick; the tables at full size are checked by the benchmarks. */
#include "support/demo_test.h"

#include "demos/sweep.h"

static const char *const small_runs[] = {
    "depth-sweep depths=2,6 rates=0.003,0.01 seeds=2 steps=40",
    "depth-sweep net=skip-he depths=12 rates=0.003,0.1 seeds=2 steps=40",
    "rate-sweep rates=0.01,3 units=3 seeds=2 steps=30",
    "placement rates=0.001,10 blocks=2 seeds=2 steps=20 warmup=5",
    "placement blocks=3 steps=0",
    "memorize rows=40 width=20 seeds=3 steps=60",
    "memorize rows=20 width=8 seeds=2 steps=30 rate=10 labels=real",
    "switchboard units=2 rates=0.01,10 seeds=2 steps=20 init=on",
};
enum { SMALL_RUNS = sizeof small_runs / sizeof *small_runs };

static void test_slices_do_not_change_results(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMALL_RUNS; i++)
        check_slicing(small_runs[i]);
}

/* At every moment there is a picture and there are one to six sentences; at the end all results. */
static void test_there_is_always_something_to_see(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMALL_RUNS; i++) {
        struct trial t;
        trial_start(&t, small_runs[i]);
        assert_false(demo_is_instant(&t.run));
        bool more = true;
        while (more) {
            more = demo_step(&t.run, t.run.total / 7 + 1);
            static const int sizes[][2] = {{24, 6}, {36, 6}, {74, 16}, {196, 50}};
            for (size_t k = 0; k < 4; k++) {
                struct grid grid;
                struct buf picture = {0};
                grid_init(&grid, sizes[k][0], sizes[k][1]);
                t.run.demo->draw(&t.run, &grid);
                grid_print_text(&grid, true, &picture);
                assert_true(picture.length > 30);
                buf_free(&picture);
                grid_free(&grid);
            }
            struct buf said = {0};
            t.run.demo->describe(&t.run, &said);
            int sentences = 0;
            for (const char *p = buf_text(&said); *p; p++)
                sentences += *p == '.' && (p[1] == ' ' || !p[1]);
            if (sentences < 1 || sentences > 6)
                fail_msg("%s: %d sentences: %s", small_runs[i], sentences, buf_text(&said));
            buf_free(&said);
        }
        assert_int_equal(t.run.done, t.run.total);
        for (size_t k = 0; k < t.run.demo->result_count; k++)
            if (!t.run.out[k].set)
                fail_msg("%s: no %s at the end", small_runs[i], t.run.demo->results[k].name);
        trial_end(&t);
    }
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

static void test_batch_norm_widens_the_range_of_rates(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "rate-sweep rates=0.01,0.3 seeds=1 steps=200");
    assert_true(trial_number(&t, "accuracy[0]") >= 0.9);  /* no norm, 0.01 */
    assert_true(trial_number(&t, "accuracy[1]") <= 0.65); /* no norm, 0.3 */
    assert_true(trial_number(&t, "accuracy[3]") >= 0.9);  /* batch norm, 0.3 */
    assert_near(trial_number(&t, "largest_rate[1]"), 0.3, 0);
    assert_true(trial_number(&t, "largest_rate[0]") == 0.01);
    trial_end(&t);
}

static void test_pre_norm_trains_where_post_norm_does_not(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "placement rates=0.03 seeds=1 steps=150");
    assert_true(trial_number(&t, "accuracy[0]") >= 0.9);
    assert_true(trial_number(&t, "accuracy[1]") <= 0.7);
    assert_true(isnan(trial_number(&t, "largest_rate[1]")));
    /* The gradient rises towards the end of a post-norm network and falls in a pre-norm one. */
    assert_near(trial_number(&t, "gradient_post[0]"), 0.54, 0.4 * 0.54);
    assert_near(trial_number(&t, "gradient_post[-1]"), 1.57, 0.4 * 1.57);
    assert_near(trial_number(&t, "gradient_pre[0]"), 0.67, 0.4 * 0.67);
    assert_near(trial_number(&t, "gradient_pre[-1]"), 0.43, 0.4 * 0.43);
    assert_true(trial_number(&t, "gradient_pre[0]") > trial_number(&t, "gradient_pre[-1]"));
    trial_end(&t);
}

static void test_coin_flips_are_learned_by_heart(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "memorize");
    assert_true(trial_number(&t, "train") == 1);
    assert_true(trial_number(&t, "steps_to_all") <= 50);
    assert_near(trial_number(&t, "start"), 0.5, 0.1);
    assert_near(trial_number(&t, "test"), 0.5, 0.04);
    assert_true(trial_number(&t, "loss") < 1e-3);
    assert_int_equal(trial_number(&t, "parameters"), 20 * 100 + 100 + 100 * 100 + 100 + 202);
    trial_end(&t);
    assert_true(demo_number("memorize labels=real", "test") > 0.75);
}

static void test_parts_of_the_switchboard_interact(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "switchboard dropout=off decay=off rates=0.01 seeds=1");
    /* none, init, norm, init + norm, skip, init + skip, norm + skip, all three */
    assert_true(trial_number(&t, "accuracy[0]") <= 0.65);
    assert_true(trial_number(&t, "accuracy[2]") >= 0.9);
    assert_true(trial_number(&t, "accuracy[4]") >= 0.9);
    assert_true(trial_number(&t, "diverged[5]") == 1);
    assert_true(trial_number(&t, "accuracy[7]") >= 0.95);
    assert_true(trial_number(&t, "smallest") == 1);
    assert_non_null(strstr(trial_text(&t, "smallest_sets"), "skip"));
    trial_end(&t);
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
        cmocka_unit_test(test_slices_do_not_change_results),
        cmocka_unit_test(test_there_is_always_something_to_see),
        cmocka_unit_test(test_threads_do_not_change_a_sweep),
        cmocka_unit_test(test_memory_does_not_grow),
        cmocka_unit_test(test_stopping_leaves_the_numbers_so_far),
        cmocka_unit_test(test_nets_of_the_depth_sweep),
        cmocka_unit_test(test_large_branches_diverge_and_small_rates_rescue),
        cmocka_unit_test(test_batch_norm_widens_the_range_of_rates),
        cmocka_unit_test(test_pre_norm_trains_where_post_norm_does_not),
        cmocka_unit_test(test_coin_flips_are_learned_by_heart),
        cmocka_unit_test(test_parts_of_the_switchboard_interact),
        cmocka_unit_test(test_a_half_unit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
