/* Rows of data: split, shuffled, scaled, and dealt out in batches. */
#include "support/test.h"

#include "nn/data.h"

#include <math.h>
#include <string.h>

enum { N = 10, FEATURES = 3 };

struct rows {
    struct arena arena;
    struct rng rng;
    struct dataset data; /* row i: i, 10 i, 7; class i % 4 */
};

static int set_up(void **state)
{
    static struct rows rows;
    arena_init(&rows.arena);
    rng_init(&rows.rng, 1, 0, 0);
    rows.data = data_new(&rows.arena, N, FEATURES, 4);
    for (size_t i = 0; i < N; i++) {
        rows.data.x[i * FEATURES] = (float)i;
        rows.data.x[i * FEATURES + 1] = 10 * (float)i;
        rows.data.x[i * FEATURES + 2] = 7;
        rows.data.y[i] = (unsigned char)(i % 4);
    }
    *state = &rows;
    return 0;
}

static int tear_down(void **state)
{
    arena_free(&((struct rows *)*state)->arena);
    return 0;
}

static void test_new_makes_room_for_classes_or_targets(void **state)
{
    struct rows *rows = *state;
    assert_non_null(rows->data.y);
    assert_null(rows->data.target);
    struct dataset numbers = data_new(&rows->arena, 5, 1, 0);
    assert_null(numbers.y);
    assert_non_null(numbers.target);
    numbers.target[4] = 3;
    assert_true(data_slice(&numbers, 4, 1).target[0] == 3);
    size_t last = 4;
    assert_true(data_take(&rows->arena, &numbers, &last, 1).target[0] == 3);
}

static void test_slices_split_without_copying(void **state)
{
    struct rows *rows = *state;
    struct dataset train = data_slice(&rows->data, 0, 7), test = data_slice(&rows->data, 7, 3);
    assert_int_equal(train.n + test.n, N);
    assert_ptr_equal(test.x, rows->data.x + 7 * FEATURES);
    assert_true(test.x[1] == 70);
    assert_int_equal(test.y[0], 3);
    assert_int_equal(data_slice(&rows->data, N, 0).n, 0);
}

static void test_take_copies_rows_in_the_order_named(void **state)
{
    struct rows *rows = *state;
    const size_t order[] = {9, 2, 2};
    struct dataset taken = data_take(&rows->arena, &rows->data, order, 3);
    assert_int_equal(taken.n, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(taken.x[i * FEATURES] == (float)order[i]);
        assert_int_equal(taken.y[i], order[i] % 4);
    }
    taken.x[0] = -1;
    assert_true(rows->data.x[9 * FEATURES] == 9);
}

static void test_shuffle_keeps_every_row_whole(void **state)
{
    struct rows *rows = *state;
    size_t moved = 0, seen[N] = {0};
    data_shuffle(&rows->data, &rows->rng);
    for (size_t i = 0; i < N; i++) {
        const float *x = rows->data.x + i * FEATURES;
        size_t row = (size_t)x[0];
        assert_true(x[1] == 10 * x[0] && x[2] == 7);
        assert_int_equal(rows->data.y[i], row % 4);
        seen[row]++;
        moved += row != i;
    }
    for (size_t i = 0; i < N; i++)
        assert_int_equal(seen[i], 1);
    assert_true(moved > N / 2);
}

static void test_standardise_uses_the_scale_of_the_training_rows(void **state)
{
    struct rows *rows = *state;
    struct dataset train = data_slice(&rows->data, 0, 5);
    struct data_scale scale = data_measure(&rows->arena, &train, true);
    /* 0..4: mean 2, biased variance 2 */
    assert_true(scale.mean[0] == 2 && scale.mean[1] == 20 && scale.mean[2] == 7);
    assert_true(fabs((double)scale.deviation[0] - sqrt(2)) < 1e-6);
    assert_true(fabs((double)scale.deviation[1] - 10 * sqrt(2)) < 1e-5);
    assert_true(scale.deviation[2] == 1);
    data_standardise(&rows->data, &scale);
    assert_true(fabs((double)rows->data.x[9 * FEATURES] - 7 / sqrt(2)) < 1e-6);
    assert_true(rows->data.x[9 * FEATURES + 2] == 0);
}

static void test_one_scale_for_all_numbers(void **state)
{
    struct rows *rows = *state;
    struct dataset pair = data_slice(&rows->data, 0, 2); /* 0 0 7 1 10 7 */
    struct data_scale scale = data_measure(&rows->arena, &pair, false);
    double mean = 25.0 / 6, variance = (49 + 1 + 100 + 49) / 6.0 - mean * mean;
    for (size_t j = 0; j < FEATURES; j++) {
        assert_true(fabs((double)scale.mean[j] - mean) < 1e-6);
        assert_true(fabs((double)scale.deviation[j] - sqrt(variance)) < 1e-6);
    }
}

static void test_mean_far_above_the_spread_costs_no_digits(void **state)
{
    struct rows *rows = *state;
    struct dataset far = data_new(&rows->arena, 2, 1, 2);
    far.x[0] = 4194304; /* 2^22: the next float is half a unit away */
    far.x[1] = 4194305;
    struct data_scale scale = data_measure(&rows->arena, &far, true);
    assert_true(scale.mean[0] == 4194304.5f && scale.deviation[0] == .5f);
}

static void test_an_epoch_deals_out_every_row_once(void **state)
{
    struct rows *rows = *state;
    struct batches batches;
    size_t first[N], at = 0, differ = 0;
    batches_init(&batches, &rows->arena, &rows->rng, N, 4, false);
    for (int epoch = 0; epoch < 3; epoch++) {
        size_t seen[N] = {0};
        static const size_t sizes[] = {4, 4, 2};
        for (int b = 0; b < 3; b++) {
            const size_t *batch;
            assert_int_equal(batches_next(&batches, &batch), sizes[b]);
            for (size_t i = 0; i < sizes[b]; i++, at++) {
                seen[batch[i]]++;
                if (epoch == 0)
                    first[at] = batch[i];
                else
                    differ += batch[i] != first[at % N];
            }
        }
        for (size_t i = 0; i < N; i++)
            assert_int_equal(seen[i], 1);
    }
    assert_true(differ > N);
}

static void test_with_replacement_rows_come_back(void **state)
{
    struct rows *rows = *state;
    struct batches batches;
    const size_t *batch;
    size_t seen[N] = {0}, twice = 0;
    batches_init(&batches, &rows->arena, &rows->rng, N, 40, true); /* larger than the data */
    for (int b = 0; b < 250; b++) {
        assert_int_equal(batches_next(&batches, &batch), 40);
        for (size_t i = 0; i < 40; i++)
            seen[batch[i]]++;
    }
    for (size_t i = 0; i < N; i++) {
        assert_in_range(seen[i], 1000 - 120, 1000 + 120); /* four deviations */
        twice += seen[i] != 1000;
    }
    assert_true(twice > 0); /* drawn, not dealt */
}

static void test_batches_are_the_same_for_the_same_dice(void **state)
{
    struct rows *rows = *state;
    struct batches a, b;
    const size_t *one, *other;
    batches_init(&a, &rows->arena, &rows->rng, N, 3, false);
    batches_init(&b, &rows->arena, &rows->rng, N, 3, false);
    for (int i = 0; i < 20; i++) {
        size_t count = batches_next(&a, &one);
        assert_int_equal(batches_next(&b, &other), count);
        assert_memory_equal(one, other, count * sizeof *one);
    }
}

static void test_gather_copies_rows_and_classes(void **state)
{
    struct rows *rows = *state;
    const size_t order[] = {3, 0, 6};
    float x[3 * FEATURES];
    unsigned char y[3];
    data_gather(&rows->data, order, 3, x, y);
    for (size_t i = 0; i < 3; i++) {
        assert_memory_equal(x + i * FEATURES, rows->data.x + order[i] * FEATURES,
                            FEATURES * sizeof *x);
        assert_int_equal(y[i], order[i] % 4);
    }
    data_gather(&rows->data, order + 2, 1, x, NULL);
    assert_true(x[0] == 6);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(test_new_makes_room_for_classes_or_targets),
        CASE(test_slices_split_without_copying),
        CASE(test_take_copies_rows_in_the_order_named),
        CASE(test_shuffle_keeps_every_row_whole),
        CASE(test_standardise_uses_the_scale_of_the_training_rows),
        CASE(test_one_scale_for_all_numbers),
        CASE(test_mean_far_above_the_spread_costs_no_digits),
        CASE(test_an_epoch_deals_out_every_row_once),
        CASE(test_with_replacement_rows_come_back),
        CASE(test_batches_are_the_same_for_the_same_dice),
        CASE(test_gather_copies_rows_and_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
