/* Random numbers: the published generator, the same bits always. */
#include "support/test.h"

#include "base/rng.h"

#include <math.h>

/* xoshiro256++ from the state {1, 2, 3, 4}: the first outputs of its authors' C code. */
static void test_next_matches_published_values(void **state)
{
    (void)state;
    static const uint64_t expected[] = {41943041u, 58720359u, 3588806011781223u, 3591011842654386u,
                                        9228616714210784205u};
    struct rng rng = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_true(rng_next(&rng) == expected[i]);
}

static void test_streams_and_blocks_differ(void **state)
{
    (void)state;
    struct rng a, b, c, again;
    rng_init(&a, 1, 0, 0);
    rng_init(&b, 1, 1, 0);
    rng_init(&c, 1, 0, 1);
    rng_init(&again, 1, 0, 0);
    uint64_t first = rng_next(&a);
    assert_true(first == rng_next(&again));
    assert_true(first != rng_next(&b));
    assert_true(first != rng_next(&c));
}

static void test_below_is_uniform(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 7, 0, 0);
    size_t counts[6] = {0};
    enum { ROLLS = 60000 };
    for (int i = 0; i < ROLLS; i++)
        counts[rng_below(&rng, 6)]++;
    double chi = 0;
    for (int i = 0; i < 6; i++)
        chi += pow((double)counts[i] - ROLLS / 6.0, 2) / (ROLLS / 6.0);
    assert_true(chi < 20.5); /* 5 degrees of freedom, one in a thousand */
}

static void test_bernoulli_is_exact_at_its_ends(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 7, 0, 0);
    for (int i = 0; i < 1000; i++) {
        assert_false(rng_bernoulli(&rng, 0.0));
        assert_true(rng_bernoulli(&rng, 1.0));
    }
}

static void test_normal_has_mean_0_and_variance_1(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 3, 0, 0);
    double sum = 0, squares = 0;
    enum { DRAWS = 100000 };
    for (int i = 0; i < DRAWS; i++) {
        double x = rng_normal(&rng);
        sum += x;
        squares += x * x;
    }
    assert_true(fabs(sum / DRAWS) < 0.015);
    assert_true(fabs(squares / DRAWS - 1) < 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_next_matches_published_values),
        cmocka_unit_test(test_streams_and_blocks_differ),
        cmocka_unit_test(test_below_is_uniform),
        cmocka_unit_test(test_bernoulli_is_exact_at_its_ends),
        cmocka_unit_test(test_normal_has_mean_0_and_variance_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
