/* The ladder: what its numbers must agree on, and that neither slices nor threads change one. */
#include "support/demo_test.h"

#include "demos/statistics.h"

#include <sched.h>

#define SMALL "ladder images=256 epochs=2 seeds=2"

static void test_rows_agree_with_one_another(void **state)
{
    (void)state;
    static const int over[] = {-1, 0, 1, 2, 3, 0, 1, 1, 1, 1, 4, 4, 4};
    struct trial t;
    trial_run(&t, SMALL);
    const struct value *accuracy = &t.run.out[demo_result(t.run.demo, "accuracy")];
    const struct value *gain = &t.run.out[demo_result(t.run.demo, "gain")];
    const struct value *se = &t.run.out[demo_result(t.run.demo, "gain_se")];
    const struct value *clear = &t.run.out[demo_result(t.run.demo, "clear")];
    assert_int_equal(accuracy->count, 13);
    assert_true(isnan(gain->list[0]) && isnan(clear->list[0]));
    for (size_t i = 1; i < 13; i++) {
        double difference = accuracy->list[i] - accuracy->list[over[i]];
        assert_near(gain->list[i], difference, 1e-12);
        bool beyond = fabs(difference) > 12.706 * se->list[i]; /* t of two runs */
        assert_near(clear->list[i], beyond ? copysign(1, difference) : 0, 0);
    }
    assert_int_equal(trial_number(&t, "parameters[0]"), 101770);
    assert_int_equal(trial_number(&t, "parameters[4]"), 135306);
    assert_int_equal(trial_number(&t, "parameters[8]"), 101770 + 2 * (128 * 128 + 128));
    assert_int_equal(trial_number(&t, "seeds_run"), 2);
    double last = trial_number(&t, "accuracy[4]");
    assert_near(trial_number(&t, "sampling_error"), sqrt(last * (1 - last) / 4000), 1e-12);
    assert_int_equal(t.run.done, t.run.total);
    trial_end(&t);
}

/* The five rows are the same whether the others are trained or not. */
static void test_the_table_stands_alone(void **state)
{
    (void)state;
    struct trial few, all;
    trial_run(&few, SMALL " rows=source");
    trial_run(&all, SMALL);
    for (int i = 0; i < 5; i++) {
        struct demo_ref ref = {demo_result(few.run.demo, "accuracy"), true, i};
        double a = 0, b = 1;
        assert_true(demo_ref_number(&few.run, ref, &a) && demo_ref_number(&all.run, ref, &b));
        assert_near(a, b, 0);
    }
    assert_string_equal(trial_text(&few, "within_noise"), trial_text(&all, "within_noise"));
    trial_end(&few);
    trial_end(&all);
}

static void test_a_better_optimiser_and_more_layers_climb(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "ladder rows=source images=2000 epochs=5 seeds=2");
    assert_true(trial_number(&t, "gain[1]") > 0.1);
    assert_near(trial_number(&t, "gain[2]"), 0, 0.01); /* decay */
    assert_true(trial_number(&t, "gain[4]") > 0.02);
    assert_non_null(strstr(trial_text(&t, "within_noise"), "AdamW, decay"));
    assert_string_equal(trial_text(&t, "data"), "drawn digits");
    trial_end(&t);
}

static void test_one_run_judges_nothing(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "ladder rows=source images=64 epochs=1 seeds=1");
    assert_true(isnan(trial_number(&t, "clear[1]")));
    assert_false(t.run.out[demo_result(t.run.demo, "clear_steps")].set);
    assert_int_equal(trial_number(&t, "seeds_run"), 1);
    trial_end(&t);
}

static void add_json(const char *text, struct buf *out)
{
    struct trial t;
    trial_run(&t, text);
    demo_json(&t.run, -1, out);
    trial_end(&t);
}

static void test_slices_and_processors_change_nothing(void **state)
{
    (void)state;
    static const char text[] = "ladder rows=source images=100 epochs=2 seeds=2";
    check_slicing(text);
    cpu_set_t before, one;
    struct buf many = {0}, alone = {0};
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    add_json(text, &many);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    add_json(text, &alone);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_string_equal(buf_text(&many), buf_text(&alone));
    buf_free(&many);
    buf_free(&alone);
}

/* From the definition: the share of Student's t beyond the bound is 5 %, by Simpson's rule. */
static void test_bounds_of_student(void **state)
{
    (void)state;
    enum { PARTS = 20000 };
    for (int degrees = 1; degrees <= 30; degrees++) {
        double n = degrees, bound = student_bound(n), h = bound / PARTS, sum = 0;
        for (int i = 0; i <= PARTS; i++) {
            double t = i * h, weight = i == 0 || i == PARTS ? 1 : i % 2 ? 4 : 2;
            sum += weight * pow(1 + t * t / n, -(n + 1) / 2);
        }
        double scale = exp(lgamma((n + 1) / 2) - lgamma(n / 2)) / sqrt(n * acos(-1.0));
        assert_near(2 * scale * sum * h / 3, 0.95, 1e-4); /* three digits behind the point */
    }
    assert_near(student_bound(200), 1.96, 1e-9);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_agree_with_one_another),
        cmocka_unit_test(test_the_table_stands_alone),
        cmocka_unit_test(test_a_better_optimiser_and_more_layers_climb),
        cmocka_unit_test(test_one_run_judges_nothing),
        cmocka_unit_test(test_slices_and_processors_change_nothing),
        cmocka_unit_test(test_bounds_of_student),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
