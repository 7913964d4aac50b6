/* The price of norms, with a clock that ticks as the test says. */
#include "support/demo_test.h"

struct ticker {
    int64_t now, tick; /* ns; each look at the clock moves it on by a tick */
};

static int64_t wall(void *user)
{
    (void)user;
    return 0;
}

static int64_t mono(void *user)
{
    struct ticker *ticker = user;
    return ticker->now += ticker->tick;
}

static void run_with(struct trial *t, const char *text, struct ticker *ticker)
{
    trial_start(t, text);
    t->clock = (struct clock){.wall_ms = wall, .mono_ns = mono, .user = ticker};
    demo_finish(&t->run);
}

/* A round of one norm over 4000 rows of 1024 is four pieces of 1 Mi numbers: four ticks. */
static void test_times_are_sums_over_pieces_by_row(void **state)
{
    (void)state;
    struct trial t;
    struct ticker ticker = {.tick = 1000000};
    run_with(&t, "norm-cost width=1024 rows=4000 rounds=2", &ticker);
    assert_near(trial_number(&t, "layer_ns"), 4e6 / 4000, 1e-9);
    assert_near(trial_number(&t, "rms_ns"), 4e6 / 4000, 1e-9);
    assert_near(trial_number(&t, "ratio"), 1, 1e-12);
    assert_near(trial_number(&t, "bytes_per_second"), 8 * 1024 / 1000e-9, 1);
    assert_int_equal(t.run.total, 2 * 2 * 4);
    trial_end(&t);
}

static void test_a_standing_clock_has_a_name(void **state)
{
    (void)state;
    struct trial t;
    struct ticker ticker = {.tick = 0};
    struct buf said = {0};
    run_with(&t, "norm-cost rows=16", &ticker);
    t.run.demo->describe(&t.run, &said);
    assert_non_null(strstr(buf_text(&said), "The clock did not move"));
    assert_true(isnan(trial_number(&t, "ratio")));
    buf_free(&said);
    trial_end(&t);
}

static void test_every_number_is_a_timing(void **state)
{
    (void)state;
    const struct demo *demo = demo_find("norm-cost");
    static const char *const timed[] = {"layer_ns", "rms_ns", "ratio", "bytes_per_second"};
    for (size_t i = 0; i < sizeof timed / sizeof *timed; i++)
        assert_int_equal(demo->results[demo_result(demo, timed[i])].kind, RESULT_TIMING);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("norm-cost width=4096 rows=1000 rounds=2");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_are_sums_over_pieces_by_row),
        cmocka_unit_test(test_a_standing_clock_has_a_name),
        cmocka_unit_test(test_every_number_is_a_timing),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
