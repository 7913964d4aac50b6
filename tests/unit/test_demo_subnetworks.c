/* All 2^n subnetworks: exact counts, exact averages, and which of them agree. */
#include "support/demo_test.h"

#include "demos/count.h"
#include "demos/mask_sums.h"
#include "demos/subnet.h"

#include <stdlib.h>

static void test_counts_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *units, *count;
    } rows[] = {{"1", "2"},
                {"10", "1024"},
                {"53", "9007199254740992"},
                {"64", "18446744073709551616"},
                {"100", "1267650600228229401496703205376"},
                {"128", "340282366920938463463374607431768211456"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text = {0};
        struct trial t;
        buf_addf(&text, "subnetworks units=%s", rows[i].units);
        trial_run(&t, buf_text(&text));
        assert_string_equal(trial_text(&t, "count"), rows[i].count);
        assert_near(trial_number(&t, "digits"), (double)strlen(rows[i].count), 0);
        buf_free(&text);
        trial_end(&t);
    }
}

/* 2^1000000 by its length, its first and its last digits (the last by powers modulo 10^9). */
static void test_the_largest_count_is_exact(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    const char *count = count_power_of_two(&arena, COUNT_POWER_MOST);
    assert_int_equal(strlen(count), 301030);
    assert_int_equal(strncmp(count, "99006562292958982506979236163", 29), 0);
    uint64_t last = 1;
    for (int i = 0; i < COUNT_POWER_MOST; i++)
        last = last * 2 % 1000000000;
    assert_true(strtoull(count + 301030 - 9, NULL, 10) == last);
    assert_string_equal(count_short(&arena, count), "9.901e301029 (301030 digits)");
    assert_string_equal(count_short(&arena, "1024"), "1024");
    arena_free(&arena);
}

static void test_softmax_is_exactly_the_geometric_mean(void **state)
{
    (void)state;
    double sum = 0;
    for (int seed = 1; seed <= 20; seed++) {
        struct buf text = {0};
        struct trial t;
        buf_addf(&text, "subnetworks seed=%d", seed);
        trial_run(&t, buf_text(&text));
        assert_true(trial_number(&t, "gap_geometric") < 1e-12);
        double gap = trial_number(&t, "gap_arithmetic");
        assert_true(gap > 1e-4 && gap < 0.4);
        sum += gap;
        assert_near(trial_number(&t, "enumerated"), 1024, 0);
        buf_free(&text);
        trial_end(&t);
    }
    assert_true(sum / 20 > 0.04 && sum / 20 < 0.15);
}

static void test_each_kind_agrees_where_theory_says(void **state)
{
    (void)state;
    for (int seed = 1; seed <= 5; seed++) {
        struct buf text = {0};
        buf_addf(&text, "subnetworks kind=linear p=0.3 seed=%d", seed);
        assert_true(demo_number(buf_text(&text), "gap_arithmetic") < 1e-13);
        assert_true(isnan(demo_number(buf_text(&text), "gap_geometric")));
        buf_clear(&text);
        buf_addf(&text, "subnetworks kind=sigmoid p=0.3 seed=%d", seed);
        assert_true(demo_number(buf_text(&text), "gap_geometric") < 1e-13);
        assert_true(demo_number(buf_text(&text), "gap_arithmetic") > 1e-5);
        buf_clear(&text);
        buf_addf(&text, "subnetworks kind=relu seed=%d", seed);
        assert_true(demo_number(buf_text(&text), "gap_arithmetic") > 1e-4);
        assert_true(demo_number(buf_text(&text), "geometric_mean[0]") == 0);
        assert_true(demo_number(buf_text(&text), "weight_scaling[0]") > 0);
        buf_clear(&text);
        buf_addf(&text, "subnetworks kind=relu hidden=8 seed=%d", seed);
        assert_true(demo_number(buf_text(&text), "gap_arithmetic") > 1e-3);
        assert_true(demo_number(buf_text(&text), "gap_geometric") > 1e-4);
        buf_free(&text);
    }
}

static void test_probabilities_add_up_to_one(void **state)
{
    (void)state;
    static const char *const texts[] = {"subnetworks classes=10 units=12",
                                        "subnetworks kind=relu hidden=5 classes=4 p=0.2",
                                        "subnetworks units=50"};
    static const char *const means[] = {"arithmetic_mean", "geometric_mean", "weight_scaling"};
    for (size_t i = 0; i < 3; i++) {
        struct trial t;
        trial_run(&t, texts[i]);
        for (size_t m = 0; m < 3; m++) {
            const struct value *mean = &t.run.out[demo_result(t.run.demo, means[m])];
            double sum = 0;
            for (size_t c = 0; c < mean->count; c++)
                sum += mean->list[c];
            assert_near(sum, 1, 1e-12);
        }
        trial_end(&t);
    }
}

/* One ReLU unit, enumerated one by one and by meeting in the middle. */
static void test_both_ways_to_enumerate_agree(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "subnetworks kind=relu units=16 p=0.35 seed=4");
    struct subnet net = *(const struct subnet *)t.run.state; /* its first member */
    struct subnet_blocks blocks;
    struct subnet_sums sums = {0};
    double arithmetic, geometric;
    assert_int_equal(net.units, 16);
    subnet_blocks_init(&blocks, &t.arena, &net);
    for (size_t block = 0; block < blocks.count; block++)
        subnet_add_block(&net, &blocks, block, &sums);
    subnet_means(&net, &sums, &arithmetic, &geometric);
    assert_near(sums.weight, 1, 1e-13);
    assert_near(trial_number(&t, "arithmetic_mean[0]"), arithmetic, 1e-13);
    assert_near(geometric, 0, 0);
    trial_end(&t);
}

/* Hidden layer, read-out and averages as computed independently with PyTorch in float64. */
static void test_a_known_network_gives_known_averages(void **state)
{
    (void)state;
    static const double x[4] = {-2.3824194931009637, -2.446003458519501, 0.21239086960526768,
                                -0.7841006603442394};
    static const double w1[6][4] = {
        {-0.9304307144635456, -0.5555448432146085, 0.15328569248156645, -0.3442582430756514},
        {-1.2257366411432673, -0.7830979728437004, -0.3179357467635812, 0.10052129171243511},
        {-0.9100681454855366, -1.3316809982505091, -1.1939951798757706, 0.34475510351194044},
        {0.6643908608825688, 0.09340062278998337, -0.11462347874741528, -0.6378569630801415},
        {-0.14751589019735142, -1.833046919130479, -1.2486033929913338, -0.6982281340569457},
        {-1.1240097085165903, -0.5259476506131672, -0.4405764950742698, 0.04137383356582944}};
    static const double b1[6] = {-0.4278011740001777,   0.16668199004416911, -0.1764129887738065,
                                 -0.010553768432310606, 0.10241120251685593, -0.12395517968418811};
    static const double w2[3][6] = {{0.05956677020503657, -1.219005545534483, 0.19842468624048176,
                                     -1.68065720968764, 0.9287892356354248, -1.441289534176459},
                                    {-1.4006143699439466, -0.8925376758113984, 1.3388004753812321,
                                     -0.3885811041519565, -1.3333850896922377,
                                     -0.025832622394476628},
                                    {-0.6211877288012719, -1.316670801597767, 0.8161190134535133,
                                     -0.1659015562537948, -1.1392686592673444, 1.3673195243352705}};
    static double b2[3] = {-0.6054321959960018, 0.6688052770545522, -0.030586704692448872};
    static const double mean[3] = {0.4459396446777881, 0.17157217339372632, 0.38248818192848555};
    static const double geometric_mean[3] = {0.4173692088817893, 0.014782794937488963,
                                             0.5678479961807217};
    static const double scaled[3] = {0.41736920888178886, 0.01478279493748899, 0.5678479961807221};
    double term[6][3], got[3][3];
    for (size_t i = 0; i < 6; i++) {
        double h = b1[i];
        for (size_t j = 0; j < 4; j++)
            h += w1[i][j] * x[j];
        for (size_t c = 0; c < 3; c++)
            term[i][c] = fmax(0, h) * w2[c][i] / 0.5;
    }
    struct subnet net = {
        .kind = SUBNET_SOFTMAX, .units = 6, .classes = 3, .p = 0.5, .term = term[0], .bias = b2};
    struct subnet_blocks blocks;
    struct subnet_sums sums = {0};
    struct arena arena;
    arena_init(&arena);
    subnet_blocks_init(&blocks, &arena, &net);
    for (size_t block = 0; block < blocks.count; block++)
        subnet_add_block(&net, &blocks, block, &sums);
    subnet_means(&net, &sums, got[0], got[1]);
    subnet_weight_scaling(&net, got[2]);
    for (size_t c = 0; c < 3; c++) {
        assert_near(got[0][c], mean[c], 1e-13);
        assert_near(got[1][c], geometric_mean[c], 1e-13);
        assert_near(got[2][c], scaled[c], 1e-13);
    }
    arena_free(&arena);
}

/* Beyond twenty units tables take over: a unit that adds nothing changes nothing. */
static void test_tables_go_on_where_plain_enumeration_ends(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "subnetworks units=22 kind=sigmoid p=0.3");
    assert_string_equal(trial_text(&t, "method"), "all");
    assert_true(trial_number(&t, "enumerated") == 4194304);
    double mean = trial_number(&t, "arithmetic_mean[0]");
    struct rng rng;
    const struct subnet *net = t.run.state; /* the first member of the demo's state */
    double sum = 0, squares = 0;
    enum { DRAWS = 200000 };
    rng_init(&rng, 3, 0, 0);
    for (int d = 0; d < DRAWS; d++) {
        double z = net->bias[0];
        for (size_t i = 0; i < net->units; i++)
            z += rng_bernoulli(&rng, net->p) ? 0 : net->term[i];
        double y = 1 / (1 + exp(-z));
        sum += y;
        squares += y * y;
    }
    double error = sqrt((squares / DRAWS - sum * sum / DRAWS / DRAWS) / DRAWS);
    assert_true(fabs(mean - sum / DRAWS) < 4 * error);
    trial_end(&t);
}

static void test_many_units_are_sampled_and_say_so(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "subnetworks units=20 classes=2");
    assert_string_equal(trial_text(&t, "method"), "all");
    assert_near(trial_number(&t, "enumerated"), 1048576, 0);
    trial_end(&t);
    for (int seed = 1; seed <= 5; seed++) {
        struct buf text = {0};
        buf_addf(&text, "subnetworks kind=linear units=200 seed=%d", seed);
        trial_run(&t, buf_text(&text));
        assert_string_equal(trial_text(&t, "method"), "sampled");
        assert_near(trial_number(&t, "enumerated"), 0, 0);
        assert_true(trial_number(&t, "sampled") >= 1000);
        /* The truth of a linear read-out is weight scaling: within four standard errors. */
        double error = trial_number(&t, "standard_error");
        assert_true(error > 0 && error < 0.1);
        assert_true(trial_number(&t, "gap_arithmetic") < 4 * error);
        buf_free(&text);
        trial_end(&t);
    }
}

static void test_ends_of_p_are_no_division_by_zero(void **state)
{
    (void)state;
    static const char *const kinds[] = {"linear", "sigmoid", "softmax", "relu", "relu hidden=3"};
    for (size_t i = 0; i < 5; i++) {
        struct buf text = {0};
        buf_addf(&text, "subnetworks kind=%s p=0", kinds[i]);
        assert_true(demo_number(buf_text(&text), "gap_arithmetic") < 1e-14);
        buf_clear(&text);
        buf_addf(&text, "subnetworks kind=%s p=1", kinds[i]);
        assert_true(demo_number(buf_text(&text), "gap_arithmetic") < 1e-14);
        buf_free(&text);
    }
    assert_near(demo_number("subnetworks p=1", "arithmetic_mean[0]"), 1 / 3.0, 1e-15);
}

static void test_slicing_changes_nothing(void **state)
{
    (void)state;
    check_slicing("subnetworks units=14 p=0.3");
    check_slicing("subnetworks units=3");
    check_slicing("subnetworks units=13 kind=relu hidden=4");
    check_slicing("subnetworks units=30 kind=relu");
    check_slicing("subnetworks units=5000 kind=sigmoid");
}

static void test_speed_reads_the_clock(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "subnetworks units=4");
    int speed = demo_result(t.run.demo, "subnetworks_per_second");
    assert_int_equal(t.run.demo->results[speed].kind, RESULT_TIMING);
    assert_false(t.run.out[speed].set); /* the clock stood still */
    trial_end(&t);
}

static void test_too_large_a_network_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct demo_args args;
    struct demo_run run;
    struct err err;
    int64_t now = 0;
    struct clock clock = clock_manual(&now);
    arena_init(&arena);
    assert_true(
        demo_args_read(&args, &arena, "subnetworks units=1000000 kind=relu hidden=64", &err));
    assert_false(demo_start(&run, &arena, &args, &clock, &err));
    assert_non_null(strstr(err.text, "too many weights"));
    arena_free(&arena);
}

/* One float32 sum over 2^24 masks loses three digits or more; over a few it is right. */
static void test_the_wrong_way_is_wrong_where_masks_are_many(void **state)
{
    (void)state;
    assert_true(demo_number("subnetworks kind=sigmoid units=3 p=0.3", "naive_error") < 1e-6);
    double half = demo_number("subnetworks kind=sigmoid units=24", "naive_error");
    double third = demo_number("subnetworks kind=sigmoid units=24 p=0.3", "naive_error");
    assert_true(half > 1e-3 && half < 0.05);
    assert_true(third > 1e-3 && third < 0.05);
    assert_true(isnan(demo_number("subnetworks kind=sigmoid units=25", "naive_mean")));
    assert_true(isnan(demo_number("subnetworks", "naive_error")));
    check_slicing("subnetworks kind=sigmoid units=14 p=0.3");
}

/* The mean of a sum is the sum of the means, each of which meeting in the middle gives exactly. */
static double sum_of_means(const struct subnet *net, size_t output)
{
    double sum = 0;
    for (size_t h = 0; h < net->hidden; h++) {
        double column[MASK_RELU_MOST];
        for (size_t i = 0; i < net->units; i++)
            column[i] = net->term[i * net->hidden + h];
        sum += net->readout[output * net->hidden + h] * mask_relu_mean(column, net->units, net->p);
    }
    return sum;
}

static void test_a_sum_of_relus(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double enumerated, tolerance;
    } rows[] = {{"subnetworks kind=relu hidden=7 classes=1 units=12", 4096, 1e-12},
                {"subnetworks kind=relu hidden=7 classes=1 units=12 p=0.3", 4096, 1e-12},
                {"subnetworks kind=relu hidden=32 classes=1 units=22", 4194304, 1e-5},
                {"subnetworks kind=relu hidden=32 classes=1 units=22 p=0.3", 4194304, 1e-5}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial t;
        trial_run(&t, rows[i].text);
        const struct subnet *net = t.run.state; /* its first member */
        assert_near(trial_number(&t, "enumerated"), rows[i].enumerated, 0);
        assert_near(trial_number(&t, "arithmetic_mean[0]"), sum_of_means(net, 0),
                    rows[i].tolerance);
        assert_true(isnan(trial_number(&t, "geometric_mean[0]")));
        trial_end(&t);
    }
}

/* Up to 30 units, whatever reads them and whatever the drop rate. */
static void test_every_kind_is_enumerated(void **state)
{
    (void)state;
    static const char *const texts[] = {"kind=linear p=0.3", "kind=softmax p=0.3",
                                        "kind=sigmoid p=0",  "kind=softmax p=1",
                                        "kind=relu p=0.3",   "kind=relu hidden=4 p=0.3"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf text = {0};
        struct trial t;
        buf_addf(&text, "subnetworks units=21 %s", texts[i]);
        trial_run(&t, buf_text(&text));
        assert_string_equal(trial_text(&t, "method"), "all");
        assert_near(trial_number(&t, "enumerated"), 2097152, 0);
        assert_near(trial_number(&t, "standard_error"), 0, 0);
        if (i == 0)
            assert_true(trial_number(&t, "gap_arithmetic") < 1e-13);
        if (i == 2 || i == 3)
            assert_true(trial_number(&t, "gap_arithmetic") < 1e-7);
        buf_free(&text);
        trial_end(&t);
    }
}

/* Behind a hidden layer the geometric mean is the softmax of the mean logits, not weight scaling. */
static void test_the_geometric_mean_behind_a_layer(void **state)
{
    (void)state;
    struct trial t;
    trial_run(&t, "subnetworks units=21 kind=relu hidden=4 p=0.3");
    const struct subnet *net = t.run.state; /* its first member */
    const struct value *mean = &t.run.out[demo_result(t.run.demo, "geometric_mean")];
    double all = 0, logits[SUBNET_CLASSES_MOST];
    for (size_t c = 0; c < mean->count; c++)
        all += exp(logits[c] = sum_of_means(net, c));
    for (size_t c = 0; c < mean->count; c++)
        assert_near(mean->list[c], exp(logits[c]) / all, 1e-6);
    trial_end(&t);
}

/* While masks are still being visited, those so far are weighed with their own probabilities. */
static void test_the_mean_so_far_is_a_mean(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "subnetworks units=22 p=0.9");
    for (bool more = true; more;) {
        double sum = 0;
        more = demo_step(&t.run, 1 << 18);
        for (size_t c = 0; c < 3; c++)
            sum += t.run.out[demo_result(t.run.demo, "arithmetic_mean")].list[c];
        assert_near(sum, 1, 1e-6);
    }
    trial_end(&t);
}

/* 40 columns leave 34 to the picture: the count stands there whole. */
static void test_a_huge_count_fits_a_narrow_picture(void **state)
{
    (void)state;
    struct trial t;
    struct grid grid;
    struct buf picture = {0};
    trial_start(&t, "subnetworks units=1000000");
    demo_step(&t.run, 1);
    grid_init(&grid, 34, 1);
    t.run.demo->draw(&t.run, &grid);
    grid_print_text(&grid, false, &picture);
    assert_string_equal(buf_text(&picture), "2^1\u00A0000\u00A0000 = 9.901e301029\n");
    buf_free(&picture);
    demo_lines(&t.run, &picture);
    assert_true(strlen(buf_text(&picture)) < 2000); /* and does not flood a terminal */
    buf_free(&picture);
    grid_free(&grid);
    trial_end(&t);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind_is_enumerated),
        cmocka_unit_test(test_the_geometric_mean_behind_a_layer),
        cmocka_unit_test(test_the_mean_so_far_is_a_mean),
        cmocka_unit_test(test_counts_are_exact),
        cmocka_unit_test(test_the_largest_count_is_exact),
        cmocka_unit_test(test_softmax_is_exactly_the_geometric_mean),
        cmocka_unit_test(test_each_kind_agrees_where_theory_says),
        cmocka_unit_test(test_probabilities_add_up_to_one),
        cmocka_unit_test(test_both_ways_to_enumerate_agree),
        cmocka_unit_test(test_a_known_network_gives_known_averages),
        cmocka_unit_test(test_tables_go_on_where_plain_enumeration_ends),
        cmocka_unit_test(test_many_units_are_sampled_and_say_so),
        cmocka_unit_test(test_ends_of_p_are_no_division_by_zero),
        cmocka_unit_test(test_slicing_changes_nothing),
        cmocka_unit_test(test_speed_reads_the_clock),
        cmocka_unit_test(test_too_large_a_network_is_refused),
        cmocka_unit_test(test_the_wrong_way_is_wrong_where_masks_are_many),
        cmocka_unit_test(test_a_sum_of_relus),
        cmocka_unit_test(test_a_huge_count_fits_a_narrow_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
