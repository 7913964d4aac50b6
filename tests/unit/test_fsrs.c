/* FSRS-6: the fixed points that its implementations publish, and what must hold for any memory. */
#include "support/test.h"

#include "base/rng.h"
#include "study/fsrs.h"

#include <math.h>

static struct fsrs standard(double retention, int max_days)
{
    struct fsrs fsrs;
    struct err err;
    if (!fsrs_init(&fsrs, fsrs_default, retention, max_days, &err))
        fail_msg("%s", err.text);
    return fsrs;
}

static void near(double value, double expected, double tolerance)
{
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g, expected %.12g", value, expected);
}

static struct fsrs_memory reviews(const struct fsrs *fsrs, const int *grades, const int *days,
                                  int count)
{
    struct fsrs_memory memory = {0};
    for (int i = 0; i < count; i++)
        memory = fsrs_step(fsrs, memory, days[i], (enum fsrs_grade)grades[i]);
    return memory;
}

static void test_first_review_sets_the_stability_of_its_grade(void **state)
{
    (void)state;
    static const double stability[] = {0.212, 1.2931, 2.3065, 8.2956};
    static const int days[] = {1, 1, 2, 8};
    struct fsrs fsrs = standard(0.9, 36500);
    for (int grade = 1; grade <= 4; grade++) {
        struct fsrs_memory memory =
            fsrs_step(&fsrs, (struct fsrs_memory){0}, 77, (enum fsrs_grade)grade);
        near(memory.stability, stability[grade - 1], 0);
        assert_int_equal(fsrs_days(&fsrs, memory), days[grade - 1]);
    }
}

static void test_memory_of_a_known_history(void **state)
{
    (void)state;
    struct fsrs fsrs = standard(0.9, 36500);
    struct fsrs_memory memory =
        reviews(&fsrs, (const int[]){1, 3, 3, 3, 3, 3}, (const int[]){0, 0, 1, 3, 8, 21}, 6);
    near(memory.stability, 53.62691, 1e-4);
    near(memory.difficulty, 6.3574867, 1e-4);
}

static void test_ten_easy_reviews_in_one_instant_are_as_easy_as_can_be(void **state)
{
    (void)state;
    struct fsrs fsrs = standard(0.9, 36500);
    struct fsrs_memory memory = {0};
    for (int i = 0; i < 10; i++)
        memory = fsrs_step(&fsrs, memory, 0, FSRS_EASY);
    near(memory.difficulty, 1, 0);
}

static void test_curve_goes_through_one_and_nine_tenths(void **state)
{
    (void)state;
    struct fsrs fsrs = standard(0.9, 36500);
    for (int s = 1; s <= 36500; s = s * 3 + 1) {
        struct fsrs_memory memory = {s, 5};
        near(fsrs_recall(&fsrs, memory, 0), 1, 0);
        near(fsrs_recall(&fsrs, memory, -3), 1, 0);
        near(fsrs_recall(&fsrs, memory, s), 0.9, 1e-9);
    }
    near(fsrs_recall(&fsrs, (struct fsrs_memory){0}, 5), 0, 0);
}

static void test_retention_stretches_the_interval(void **state)
{
    (void)state;
    struct fsrs_memory memory = {100, 5};
    struct fsrs often = standard(0.95, 36500), plain = standard(0.9, 36500),
                seldom = standard(0.8, 36500), capped = standard(0.8, 50);
    assert_int_equal(fsrs_days(&often, memory), 40);
    assert_int_equal(fsrs_days(&plain, memory), 100);
    assert_int_equal(fsrs_days(&seldom, memory), 332);
    assert_int_equal(fsrs_days(&capped, memory), 50);
}

/* Whatever happens: numbers within their bounds, a lapse never helps, a success never harms, and a
 * later success is worth at least as much. */
static void test_any_history_stays_within_bounds(void **state)
{
    (void)state;
    struct fsrs fsrs = standard(0.9, 365);
    struct rng rng;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct fsrs_memory memory = {0};
        rng_init(&rng, seed, 0, 0);
        for (int i = 0; i < 200; i++) {
            int days = (int)rng_below(&rng, 400);
            struct fsrs_memory before = memory;
            enum fsrs_grade grade = (enum fsrs_grade)(1 + rng_below(&rng, 4));
            memory = fsrs_step(&fsrs, before, days, grade);
            assert_true(memory.stability >= 0.001 && memory.stability <= 36500);
            assert_true(memory.difficulty >= 1 && memory.difficulty <= 10);
            assert_in_range(fsrs_days(&fsrs, memory), 1, 365);
            if (before.stability <= 0)
                continue;
            if (grade == FSRS_AGAIN)
                assert_true(memory.stability <= before.stability);
            else
                assert_true(memory.stability >= before.stability);
            if (grade == FSRS_GOOD && days)
                assert_true(fsrs_step(&fsrs, before, days + 30, grade).stability >=
                            memory.stability);
        }
    }
}

static void test_forgotten_every_day_it_does_not_fall_below_the_floor(void **state)
{
    (void)state;
    struct fsrs fsrs = standard(0.9, 36500);
    struct fsrs_memory memory = {0};
    for (int i = 0; i < 1000; i++)
        memory = fsrs_step(&fsrs, memory, 1, FSRS_AGAIN);
    assert_true(memory.stability >= 0.001);
    assert_int_equal(fsrs_days(&fsrs, memory), 1);
}

static void test_what_is_out_of_bounds_is_refused(void **state)
{
    (void)state;
    struct fsrs fsrs;
    struct err err;
    double w[FSRS_WEIGHTS];
    for (int i = 0; i < FSRS_WEIGHTS; i++)
        w[i] = fsrs_default[i];
    w[7] = 0.9;
    assert_false(fsrs_init(&fsrs, w, 0.9, 365, &err));
    assert_string_equal(err.text, "weight w7 is 0.9; it must lie between 0.001 and 0.75");
    w[7] = NAN;
    assert_false(fsrs_init(&fsrs, w, 0.9, 365, &err));
    assert_false(fsrs_init(&fsrs, fsrs_default, 0, 365, &err));
    assert_string_equal(err.text, "a retention of 0; it must be above 0 and at most 1");
    assert_false(fsrs_init(&fsrs, fsrs_default, 1.5, 365, &err));
    assert_false(fsrs_init(&fsrs, fsrs_default, NAN, 365, &err));
    assert_false(fsrs_init(&fsrs, fsrs_default, 0.9, 0, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_review_sets_the_stability_of_its_grade),
        cmocka_unit_test(test_memory_of_a_known_history),
        cmocka_unit_test(test_ten_easy_reviews_in_one_instant_are_as_easy_as_can_be),
        cmocka_unit_test(test_curve_goes_through_one_and_nine_tenths),
        cmocka_unit_test(test_retention_stretches_the_interval),
        cmocka_unit_test(test_any_history_stays_within_bounds),
        cmocka_unit_test(test_forgotten_every_day_it_does_not_fall_below_the_floor),
        cmocka_unit_test(test_what_is_out_of_bounds_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
