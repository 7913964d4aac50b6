/* Twins, the dropout family, random depth, decay and the variance shift against closed forms and bands. */
#include "support/demo_test.h"

enum { SEEDS = 5 };

static double seeded(const char *text, int seed, const char *result)
{
    struct buf run = {0};
    buf_addf(&run, "%s seed=%d", text, seed);
    double number = demo_number(buf_text(&run), result);
    buf_free(&run);
    return number;
}

/* Each of five seeds lies within the band. */
static void check_band(const char *text, const char *result, double low, double high)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        double number = seeded(text, seed, result);
        if (!(number >= low && number <= high))
            fail_msg("%s seed=%d: %s is %g, not %g to %g", text, seed, result, number, low, high);
    }
}

static void test_twins_share_and_shrink(void **state)
{
    (void)state;
    static const double rates[] = {0.2, 0.5, 0.8};
    for (size_t i = 0; i < 3; i++) {
        struct buf text = {0};
        double p = rates[i], theory = 2 * (1 - p) / (2 - p);
        buf_addf(&text, "twins p=%g", p);
        assert_near(seeded(buf_text(&text), 1, "theory"), theory, 1e-15);
        check_band(buf_text(&text), "weight_1", theory - 0.02, theory + 0.02);
        check_band(buf_text(&text), "weight_2", theory - 0.02, theory + 0.02);
        buf_free(&text);
    }
}

static void test_without_dropout_twins_stay_where_they_are(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "twins p=0 steps=1000");
    assert_near(trial_number(&t, "weight_1"), 3, 0);
    assert_near(trial_number(&t, "weight_2"), -1, 0);
    assert_string_equal(trial_text(&t, "outcome"), "unmoved");
    trial_end(&t);
    trial_run(&t, "twins p=0 start_1=2 start_2=2 steps=20000");
    assert_near(trial_number(&t, "sum"), 2, 1e-6);
    assert_near(trial_number(&t, "last_1"), trial_number(&t, "last_2"), 1e-12);
    assert_string_equal(trial_text(&t, "outcome"), "fitted");
    trial_end(&t);
}

static void test_twins_name_what_goes_wrong(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "twins p=1 steps=100");
    assert_string_equal(trial_text(&t, "outcome"), "unmoved");
    assert_near(trial_number(&t, "theory"), 0, 0);
    trial_end(&t);
    trial_run(&t, "twins p=0.99 rate=0.1");
    assert_string_equal(trial_text(&t, "outcome"), "diverged");
    trial_end(&t);
}

static void test_pixels_come_back_and_channels_do_not(void **state)
{
    (void)state;
    check_band("spatial sigma=1 channels=100", "neighbour_correlation", .75, .80);
    check_band("spatial sigma=1.5 channels=100", "neighbour_correlation", .87, .91);
    check_band("spatial sigma=2 channels=100", "neighbour_correlation", .92, .95);
    check_band("spatial sigma=1 channels=100", "r2_pixel", .72, .77);
    check_band("spatial sigma=1.5 channels=100", "r2_pixel", .88, .92);
    check_band("spatial sigma=2 channels=100", "r2_pixel", .93, .96);
    check_band("spatial channels=100", "r2_channel", 0, 0);
    /* of noise neighbours say nothing: the guess only adds its own variance */
    check_band("spatial sigma=0 channels=100", "r2_pixel", -0.5, -0.1);
    assert_true(isnan(demo_number("spatial p=0", "r2_pixel")));
    assert_near(demo_number("spatial p=1", "r2_pixel"), 0, 0);
}

static void test_random_depth_has_the_mean_of_the_formula(void **state)
{
    (void)state;
    static const int blocks[] = {1, 2, 10, 54, 999};
    for (size_t i = 0; i < 5; i++) {
        struct buf text = {0};
        buf_addf(&text, "stochastic-depth blocks=%d passes=10", blocks[i]);
        double exact = (3.0 * blocks[i] - 1) / 4;
        assert_near(seeded(buf_text(&text), 1, "expected_depth"), exact, 1e-11);
        assert_near(seeded(buf_text(&text), 1, "theory"), exact, 1e-12);
        buf_free(&text);
    }
    assert_near(demo_number("stochastic-depth", "theory"), 40.25, 0);
    double sd = demo_number("stochastic-depth", "theory_sd");
    check_band("stochastic-depth", "sampled_mean", 40.25 - 4 * sd / sqrt(2000),
               40.25 + 4 * sd / sqrt(2000));
    check_band("stochastic-depth", "sampled_sd", 0.93 * sd, 1.07 * sd);
    assert_near(demo_number("stochastic-depth survival_last=1", "sampled_mean"), 54, 0);
    assert_near(demo_number("stochastic-depth blocks=1 survival_last=0", "sampled_mean"), 0, 0);
}

static void test_variance_shifts_as_the_formula_says(void **state)
{
    (void)state;
    static const double rates[] = {0.1, 0.3, 0.5}, relu[] = {.93, .78, .64};
    double pi = acos(-1);
    for (size_t i = 0; i < 3; i++) {
        struct buf text = {0};
        double p = rates[i];
        double theory = sqrt((0.5 - 0.5 / pi) / (0.5 / (1 - p) - 0.5 / pi));
        buf_addf(&text, "variance-shift p=%g", p);
        assert_near(seeded(buf_text(&text), 1, "theory"), theory, 1e-15);
        assert_near(theory, relu[i], 0.005);
        check_band(buf_text(&text), "std_after_bn", theory - 0.01, theory + 0.01);
        buf_add(&text, " features=zero-mean");
        assert_near(seeded(buf_text(&text), 1, "theory"), sqrt(1 - p), 1e-15);
        check_band(buf_text(&text), "std_after_bn", sqrt(1 - p) - 0.01, sqrt(1 - p) + 0.01);
        buf_free(&text);
    }
    assert_near(demo_number("variance-shift p=0", "std_after_bn"), 1, 1e-12);
    assert_near(demo_number("variance-shift p=1", "std_after_bn"), INFINITY, 0);
}

static void test_decay_spares_the_loud_and_the_penalty_does_not_spare_the_quiet(void **state)
{
    (void)state;
    check_band("decay", "weight_loud", .78, .86);
    check_band("decay", "weight_quiet", .020, .026);
    check_band("decay kind=decoupled", "weight_loud", .78, .86);
    check_band("decay kind=decoupled", "weight_quiet", .785, .855);
    assert_near(demo_number("decay", "pure_decay"), pow(1 - 1e-4, 2000), 1e-15);
    check_band("decay", "ratio", 28, 45);
    /* without decay or penalty both kinds are the same */
    assert_near(demo_number("decay lambda=0", "weight_quiet"),
                demo_number("decay lambda=0 kind=decoupled", "weight_quiet"), 0);
}

/* The share each variant drops, over many seeds, and what its coins decide about. */
static void test_variants_drop_what_they_say(void **state)
{
    (void)state;
    static const struct {
        const char *kind;
        double coins, rate;
        bool rows;
    } kinds[] = {{"unit", 96, 0.4, false},
                 {"spatial", 8, 0.4, true},
                 {"attention", 96, 0.4, false},
                 {"depth", 8, 0.4 * 9 / 16, true},
                 {"connect", 96, 0.4, false}};
    for (size_t k = 0; k < 5; k++) {
        double mean = 0, sd = 0;
        for (int seed = 0; seed < 100; seed++) {
            struct buf text = {0};
            struct trial t;
            buf_addf(&text, "variants kind=%s p=0.4 seed=%d", kinds[k].kind, seed);
            trial_run(&t, buf_text(&text));
            mean += trial_number(&t, "dropped_fraction") / 100;
            sd = trial_number(&t, "sd_fraction");
            assert_near(trial_number(&t, "coins"), kinds[k].coins, 0);
            assert_near(trial_number(&t, "effective_rate"), kinds[k].rate, 1e-15);
            for (int i = 1; kinds[k].rows && i < 96; i++) {
                struct buf before = {0};
                buf_clear(&text);
                buf_addf(&text, "dropped[%d]", i);
                buf_addf(&before, "dropped[%d]", i - 1);
                if (i % 12)
                    assert_near(trial_number(&t, buf_text(&text)),
                                trial_number(&t, buf_text(&before)), 0);
                buf_free(&before);
            }
            buf_free(&text);
            trial_end(&t);
        }
        assert_near(mean, kinds[k].rate, 4 * sd / 10);
    }
    assert_near(demo_number("variants p=1", "dropped_fraction"), 1, 1e-12);
    assert_near(demo_number("variants p=0 kind=depth", "dropped_fraction"), 0, 0);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("twins steps=5000");
    check_slicing("spatial channels=9");
    check_slicing("stochastic-depth passes=300");
    check_slicing("variance-shift samples=12345");
    check_slicing("variants kind=depth");
    check_slicing("decay seeds=7 steps=50");
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_twins_share_and_shrink),
        cmocka_unit_test(test_without_dropout_twins_stay_where_they_are),
        cmocka_unit_test(test_twins_name_what_goes_wrong),
        cmocka_unit_test(test_pixels_come_back_and_channels_do_not),
        cmocka_unit_test(test_random_depth_has_the_mean_of_the_formula),
        cmocka_unit_test(test_variance_shifts_as_the_formula_says),
        cmocka_unit_test(test_decay_spares_the_loud_and_the_penalty_does_not_spare_the_quiet),
        cmocka_unit_test(test_variants_drop_what_they_say),
        cmocka_unit_test(test_slicing_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
