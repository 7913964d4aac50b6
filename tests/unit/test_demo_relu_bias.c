/* Through a ReLU: exact means over all masks. */
#include "support/demo_test.h"

#include "demos/mask_sums.h"

static void test_two_terms_give_p(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct buf text = {0};
        buf_addf(&text, "relu-bias p=%g", i / 100.0);
        assert_near(demo_number(buf_text(&text), "dropped_mean"), i / 100.0, 1e-15);
        buf_free(&text);
    }
    assert_near(demo_number("relu-bias", "clean"), 0, 0);
    assert_near(demo_number("relu-bias", "gap"), 0.5, 1e-15);
    assert_near(demo_number("relu-bias", "p_awake"), 0.25, 0);
    assert_near(demo_number("relu-bias p=1", "dropped_mean"), 0, 0);
}

static void test_terms_of_one_sign_leave_no_gap(void **state)
{
    (void)state;
    assert_near(demo_number("relu-bias terms=1,2,0.5 p=0.3", "gap"), 0, 1e-15);
    assert_near(demo_number("relu-bias terms=-1,-2", "dropped_mean"), 0, 0);
    assert_near(demo_number("relu-bias terms=0", "dropped_mean"), 0, 0);
}

/* s2 p/(1-p) is the variance of the sum: 1 + 1.96 at p = 0.5. */
static void test_the_normal_law_is_close_for_many_terms(void **state)
{
    (void)state;
    assert_near(demo_number("relu-bias", "sum_sd"), sqrt(2.96), 1e-15);
    const char *many =
        "relu-bias terms=.2,-.3,.25,-.2,.1,.3,-.35,-.15,.2,-.25,.3,-.2,.15,-.3,.2,-.25";
    double exact = demo_number(many, "dropped_mean");
    assert_near(demo_number(many, "normal_mean"), exact, 0.01);
    /* the figures of the chapter: mu = -0.494 with s2 = 1 */
    assert_near(demo_number("relu-bias terms=0.4548,-0.9488 p=0.5", "normal_mean"),
                1.0521 * exp(-0.494 * 0.494 / 2 / 1.1071) / sqrt(2 * acos(-1.0)) -
                    0.494 * erfc(0.494 / 1.0522 / sqrt(2)) / 2,
                2e-3);
}

/* Every sum by hand, one mask after another. */
static double brute_force(const double *terms, size_t count, double p)
{
    double mean = 0;
    for (size_t mask = 0; mask < (size_t)1 << count; mask++) {
        double sum = 0, probability = 1;
        for (size_t i = 0; i < count; i++) {
            sum += mask >> i & 1 ? terms[i] : 0;
            probability *= mask >> i & 1 ? 1 - p : p;
        }
        mean += probability * fmax(0, sum);
    }
    return mean;
}

static void test_both_ways_agree_with_brute_force(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 11, 0, 0);
    for (size_t count = 0; count <= 14; count++) {
        double terms[14], p = count % 3 == 0 ? 0.5 : rng_unit(&rng);
        for (size_t i = 0; i < count; i++)
            terms[i] = count % 5 == 1 ? (double)rng_below(&rng, 5) - 2 : rng_normal(&rng);
        double expected = brute_force(terms, count, p);
        assert_near(mask_relu_mean(terms, count, p), expected, 1e-13);
        struct arena arena;
        arena_init(&arena);
        const struct mask_sum *sums = mask_sums(&arena, terms, count, p);
        double mean = 0, weight = 0;
        for (size_t i = 0; i < (size_t)1 << count; i++) {
            assert_true(i == 0 || sums[i - 1].sum <= sums[i].sum);
            mean += sums[i].probability * fmax(0, sums[i].sum);
            weight += sums[i].probability;
        }
        assert_near(mean, expected, 1e-13);
        assert_near(weight, 1, 1e-13);
        arena_free(&arena);
    }
}

/* 2^40 masks, against the same sums in 64-bit mantissas with numpy. A running sum of a million
 * numbers in float64 loses three digits more than this allows. */
static void test_two_to_the_forty_masks_lose_no_digits(void **state)
{
    (void)state;
    struct rng rng;
    double terms[MASK_RELU_MOST];
    rng_init(&rng, 3, 4, 5);
    for (size_t i = 0; i < MASK_RELU_MOST; i++)
        terms[i] = rng_normal(&rng);
    assert_near(mask_relu_mean(terms, MASK_RELU_MOST, .5), 1.45456773895279695, 1e-14);
    assert_near(mask_relu_mean(terms, MASK_RELU_MOST, .3), 1.47997646115523786, 1e-14);
}

static void test_the_longest_row_runs(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_add(&text, "relu-bias terms=1");
    buf_repeat(&text, ",-1,1", 9);
    buf_add(&text, ",-1");
    struct trial t;
    trial_run(&t, buf_text(&text));
    assert_near(trial_number(&t, "masks"), 1048576, 0);
    /* (A - B)+ / 0.5 for binomials A, B of 10: half the mean |A - B| = C(20,10) 20/2^21, doubled */
    assert_near(trial_number(&t, "dropped_mean"), 2 * 184756 * 10 / 2097152.0, 1e-12);
    trial_end(&t);
    buf_free(&text);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("relu-bias terms=1,-2,3,-4");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_terms_give_p),
        cmocka_unit_test(test_terms_of_one_sign_leave_no_gap),
        cmocka_unit_test(test_the_normal_law_is_close_for_many_terms),
        cmocka_unit_test(test_both_ways_agree_with_brute_force),
        cmocka_unit_test(test_two_to_the_forty_masks_lose_no_digits),
        cmocka_unit_test(test_the_longest_row_runs),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
