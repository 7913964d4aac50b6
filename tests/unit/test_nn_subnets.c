/* The average over all masks, against a plain enumeration in float64. */
#include "support/test.h"

#include "base/rng.h"
#include "nn/subnets.h"

#include <math.h>
#include <string.h>

enum { UNITS_MOST = 18, COLUMNS_MOST = 40, CLASSES = 3 /* of a layer */ };

struct net {
    enum subnets_kind kind;
    size_t units, columns;
    double term[UNITS_MOST * COLUMNS_MOST], bias[COLUMNS_MOST], p;
    double readout[CLASSES * COLUMNS_MOST];
};

static void make(struct net *net, enum subnets_kind kind, size_t units, size_t columns, double p)
{
    struct rng rng;
    rng_init(&rng, 5, units, columns);
    *net = (struct net){.kind = kind, .units = units, .columns = columns, .p = p};
    for (size_t i = 0; i < units * columns; i++)
        net->term[i] = 0.7 * rng_normal(&rng);
    for (size_t k = 0; k < columns; k++) {
        net->bias[k] = 0.2 * rng_normal(&rng);
        net->readout[k] = 0.3 * rng_normal(&rng);
    }
    for (size_t k = columns; k < CLASSES * columns; k++)
        net->readout[k] = 0.3 * rng_normal(&rng);
}

static void softmax(const double *z, size_t classes, double weight, double *mean)
{
    double all = 0, top = z[0];
    for (size_t k = 0; k < classes; k++)
        top = fmax(top, z[k]);
    for (size_t k = 0; k < classes; k++)
        all += exp(z[k] - top);
    for (size_t k = 0; k < classes; k++)
        mean[k] += weight * exp(z[k] - top) / all;
}

static void one(const struct net *net, const double *z, double weight, double *mean)
{
    double read[CLASSES] = {0};
    for (size_t c = 0; c < CLASSES; c++)
        for (size_t k = 0; k < net->columns; k++)
            read[c] += net->readout[c * net->columns + k] * fmax(0, z[k]);
    switch (net->kind) {
    case SUBNETS_SIGMOID:
        mean[0] += weight / (1 + exp(-z[0]));
        break;
    case SUBNETS_SOFTMAX:
        softmax(z, net->columns, weight, mean);
        break;
    case SUBNETS_RELU:
        mean[0] += weight * read[0];
        break;
    case SUBNETS_LAYER:
        softmax(read, CLASSES, weight, mean);
        for (size_t c = 0; c < CLASSES; c++)
            mean[CLASSES + c] += weight * read[c];
        break;
    case SUBNETS_LINEAR:
        mean[0] += weight * z[0];
        break;
    }
}

static void plainly(const struct net *net, double *mean)
{
    double z[COLUMNS_MOST];
    for (size_t mask = 0; mask < (size_t)1 << net->units; mask++) {
        double weight = 1;
        memcpy(z, net->bias, sizeof z);
        for (size_t i = 0; i < net->units; i++) {
            bool kept = mask >> i & 1;
            weight *= kept ? 1 - net->p : net->p;
            for (size_t k = 0; kept && k < net->columns; k++)
                z[k] += net->term[i * net->columns + k];
        }
        one(net, z, weight, mean);
    }
}

static void quickly(const struct net *net, struct pool *pool, size_t slice, double *mean)
{
    struct arena arena, scratch;
    struct subnets subnets;
    arena_init(&arena);
    subnets_open(&subnets, &arena, net->kind, net->units, net->columns, net->term, net->bias,
                 net->readout, CLASSES, net->p, pool);
    for (size_t at = 0; at < subnets.blocks; at += slice) {
        arena_init(&scratch);
        size_t count = subnets.blocks - at < slice ? subnets.blocks - at : slice;
        subnets_add(&subnets, &scratch, at, count, mean);
        arena_free(&scratch);
    }
    arena_free(&arena);
}

static void test_equals_a_plain_enumeration(void **state)
{
    (void)state;
    static const struct {
        enum subnets_kind kind;
        size_t units, columns;
        double p;
    } rows[] = {
        {SUBNETS_SIGMOID, 1, 1, .5}, {SUBNETS_SIGMOID, 18, 1, .5}, {SUBNETS_SIGMOID, 15, 1, .3},
        {SUBNETS_SOFTMAX, 4, 3, .5}, {SUBNETS_SOFTMAX, 16, 3, .5}, {SUBNETS_SOFTMAX, 14, 10, .8},
        {SUBNETS_RELU, 3, 2, .5},    {SUBNETS_RELU, 14, 32, .5},   {SUBNETS_RELU, 13, 33, .1},
        {SUBNETS_LAYER, 2, 2, .5},   {SUBNETS_LAYER, 13, 32, .5},  {SUBNETS_LAYER, 14, 5, .8},
        {SUBNETS_LINEAR, 1, 1, .5},  {SUBNETS_LINEAR, 16, 1, .3},  {SUBNETS_SIGMOID, 14, 1, 0},
        {SUBNETS_SOFTMAX, 14, 3, 1}, {SUBNETS_LAYER, 12, 7, 0},    {SUBNETS_LINEAR, 14, 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int simd = SIMD_PORTABLE; simd <= (int)simd_best(); simd++) {
            struct net net;
            double slow[COLUMNS_MOST] = {0}, fast[COLUMNS_MOST] = {0};
            struct pool *pool = pool_open(1, (enum simd)simd);
            make(&net, rows[i].kind, rows[i].units, rows[i].columns, rows[i].p);
            plainly(&net, slow);
            quickly(&net, pool, 1000, fast);
            for (size_t k = 0; k < COLUMNS_MOST; k++)
                if (!(fabs(slow[k] - fast[k]) <= 2e-7 * fmax(1, fabs(slow[k]))))
                    fail_msg("row %zu, %s, column %zu: %.12f, not %.12f", i,
                             simd_name((enum simd)simd), k, fast[k], slow[k]);
            pool_close(pool);
        }
}

/* Sums so large that what the low bits add may be undone by the high ones: a table of exponentials
 * cut off at either end would call such a subnetwork undecided. */
static void test_large_sums_that_cancel_are_right(void **state)
{
    (void)state;
    static const struct {
        enum subnets_kind kind;
        size_t units, columns;
        double p, size;
    } rows[] = {
        {SUBNETS_LAYER, 14, 8, .5, 100},  {SUBNETS_LINEAR, 14, 1, .99, 1000},
        {SUBNETS_SIGMOID, 16, 1, .5, 3},  {SUBNETS_SIGMOID, 16, 1, .5, 30},
        {SUBNETS_SIGMOID, 16, 1, .9, 90}, {SUBNETS_SIGMOID, 15, 1, .99, 1000},
        {SUBNETS_SOFTMAX, 15, 3, .5, 3},  {SUBNETS_SOFTMAX, 15, 3, .5, 30},
        {SUBNETS_SOFTMAX, 15, 3, .9, 90}, {SUBNETS_SOFTMAX, 14, 10, .99, 1000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct net net;
        double slow[COLUMNS_MOST] = {0}, fast[COLUMNS_MOST] = {0};
        make(&net, rows[i].kind, rows[i].units, rows[i].columns, rows[i].p);
        for (size_t k = 0; k < net.units * net.columns; k++)
            net.term[k] *= rows[i].size;
        plainly(&net, slow);
        quickly(&net, NULL, 1000, fast);
        for (size_t k = 0; k < rows[i].columns; k++)
            if (!(fabs(slow[k] - fast[k]) <= 2e-7 * fmax(1, fabs(slow[k]))))
                fail_msg("row %zu, column %zu: %.12f, not %.12f", i, k, fast[k], slow[k]);
    }
}

/* Only the high bits are so large: the tables serve, if no class is lost beside class 0. */
static void test_classes_far_behind_the_first_keep_their_order(void **state)
{
    (void)state;
    struct net net;
    double slow[3] = {0}, fast[3] = {0};
    make(&net, SUBNETS_SOFTMAX, 14, 3, .5);
    for (size_t k = 0; k < 3; k++)
        net.bias[k] = k == 0 ? -300 : -10 * (double)k;
    plainly(&net, slow);
    quickly(&net, NULL, 1000, fast);
    for (size_t k = 0; k < 3; k++)
        assert_true(fabs(slow[k] - fast[k]) < 2e-7);
}

static void test_bits_do_not_depend_on_threads_or_slices(void **state)
{
    (void)state;
    struct net net;
    double alone = 0, together = 0, sliced = 0;
    make(&net, SUBNETS_SIGMOID, 18, 1, .3);
    struct pool *one_thread = pool_open(1, simd_best()), *three = pool_open(3, simd_best());
    quickly(&net, one_thread, 1000, &alone);
    quickly(&net, three, 1000, &together);
    quickly(&net, three, 7, &sliced);
    pool_close(one_thread);
    pool_close(three);
    assert_true(alone == together);
    assert_true(alone == sliced);
}

static void test_huge_sums_saturate(void **state)
{
    (void)state;
    struct net net;
    double sigmoid = 0, softmax[3] = {0};
    make(&net, SUBNETS_SIGMOID, 13, 1, .5);
    for (size_t i = 0; i < net.units; i++)
        net.term[i] = 1000;
    quickly(&net, NULL, 1000, &sigmoid);
    /* Only the empty mask is not saturated. */
    double empty = 1 / (1 + exp(-net.bias[0]));
    assert_true(fabs(sigmoid - (1 - (1 - empty) / 8192)) < 1e-7);
    make(&net, SUBNETS_SOFTMAX, 13, 3, .5);
    for (size_t i = 0; i < net.units; i++)
        net.term[i * 3 + 2] = 1000;
    quickly(&net, NULL, 1000, softmax);
    assert_true(softmax[2] > 0.999 && fabs(softmax[0] + softmax[1] + softmax[2] - 1) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equals_a_plain_enumeration),
        cmocka_unit_test(test_large_sums_that_cancel_are_right),
        cmocka_unit_test(test_classes_far_behind_the_first_keep_their_order),
        cmocka_unit_test(test_bits_do_not_depend_on_threads_or_slices),
        cmocka_unit_test(test_huge_sums_saturate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
