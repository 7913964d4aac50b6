/* Sameness: bits do not depend on threads, on slices, and, where they are random or counted, not on
 * the instruction set either. */
#include "support/test.h"

#include "nn/dropout.h"
#include "nn/matrix.h"
#include "nn/norm.h"
#include "nn/train.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static float *normal(struct arena *arena, size_t n, uint64_t stream)
{
    struct rng rng;
    float *x = ARENA_ARRAY(arena, n, float);
    rng_init(&rng, 11, stream, 0);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)rng_normal(&rng);
    return x;
}

/* ---- Masks ---- */

/* The definition in words of base/rng.h: eight generators; decision i of a group of 512 is bit
 * i % 64 of lane i / 64; digits of u against digits of keep until all 512 are decided. */
static void draw_plainly(uint64_t *mask, size_t groups, double keep, struct mask_key key)
{
    const uint64_t one = UINT64_C(1) << 53, digits = (uint64_t)(keep * (double)one);
    struct rng lanes[8];
    for (size_t group = 0; group < groups; group++) {
        if (group % 128 == 0)
            for (uint64_t lane = 0; lane < 8; lane++)
                rng_init(&lanes[lane], key.seed, key.stream, (key.block + group / 128) * 8 + lane);
        uint64_t *kept = mask + group * 8, open[8];
        for (int lane = 0; lane < 8; lane++) {
            kept[lane] = digits == one ? UINT64_MAX : 0;
            open[lane] = UINT64_MAX;
        }
        uint64_t rest = digits == one ? 0 : digits;
        for (int drawn = 1; rest; drawn++, rest = rest << 1 & (one - 1)) {
            uint64_t any = 0;
            for (int lane = 0; lane < 8; lane++) {
                uint64_t u = rng_next(&lanes[lane]);
                if (rest & one >> 1) {
                    kept[lane] |= open[lane] & ~u;
                    open[lane] &= u;
                } else {
                    open[lane] &= ~u;
                }
                any |= open[lane];
            }
            if (drawn >= 8 && !any)
                break;
        }
    }
}

static const double keeps[] = {0, 1, .5, .25, .7, .3, .9, 1e-3, .999, 1.0 / 3, 1e-30};

static void test_masks_are_the_same_on_every_instruction_set_and_thread_count(void **state)
{
    (void)state;
    enum { N = 3 * MASK_BLOCK + 700 };
    size_t words = mask_words(N);
    uint64_t *plain = calloc(words, sizeof *plain), *mask = calloc(words, sizeof *mask);
    for (size_t k = 0; k < sizeof keeps / sizeof keeps[0]; k++) {
        const struct mask_key key = {42, 7, 1000 * k};
        draw_plainly(plain, words / 8, keeps[k], key);
        for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++)
            for (int threads = 1; threads <= 4; threads++) {
                struct pool *pool = pool_open(threads, simd);
                memset(mask, 0x5a, words * sizeof *mask);
                mask_draw(mask, N, keeps[k], key, pool);
                if (memcmp(mask, plain, words * sizeof *mask) != 0)
                    fail_msg("keep %g: %s with %d threads differs", keeps[k], simd_name(simd),
                             threads);
                pool_close(pool);
            }
    }
    free(plain);
    free(mask);
}

/* Numbers for other machines to agree with. */
static void test_masks_are_the_same_as_ever(void **state)
{
    (void)state;
    uint64_t mask[16];
    mask_draw(mask, 1024, .5, (struct mask_key){1, 2, 3}, NULL);
    assert_int_equal(mask[0], UINT64_C(0xfbd331052e731c13));
    assert_int_equal(mask[15], UINT64_C(0x40270c25ee69e04f));
    mask_draw(mask, 1024, .7, (struct mask_key){1, 2, 3}, NULL);
    assert_int_equal(mask[0], UINT64_C(0xfbf3b7556f7f3e5b));
    assert_int_equal(mask[15], UINT64_C(0xbd1bfaffff7eaa4d));
}

static void test_masks_do_not_depend_on_the_length_asked_for(void **state)
{
    (void)state;
    enum { MOST = MASK_BLOCK + 2048 };
    static uint64_t whole[MOST / 64], part[MOST / 64];
    const struct mask_key key = {5, 6, 7};
    mask_draw(whole, MOST, .3, key, NULL);
    static const size_t lengths[] = {1, 64, 511, 512, 513, 40000, MASK_BLOCK, MASK_BLOCK + 1};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        mask_draw(part, lengths[i], .3, key, NULL);
        assert_memory_equal(part, whole, mask_words(lengths[i]) * sizeof *part);
    }
}

/* The share of ones lies within five standard deviations; so does that of equal neighbours. */
static void test_masks_have_the_right_share_of_ones(void **state)
{
    (void)state;
    enum { N = 1 << 20 };
    static uint64_t mask[N / 64];
    for (size_t k = 0; k < sizeof keeps / sizeof keeps[0]; k++) {
        double keep = keeps[k], pairs = 0, n = N;
        mask_draw(mask, N, keep, (struct mask_key){3, 4, k << 10}, NULL);
        double share = (double)mask_count(mask, N) / n;
        assert_true(fabs(share - keep) <= 5 * sqrt(keep * (1 - keep) / n));
        for (size_t i = 0; i + 1 < N; i++)
            pairs += mask_bit(mask, i) && mask_bit(mask, i + 1);
        double both = keep * keep;
        assert_true(fabs(pairs / n - both) <= 8 * sqrt(both * (1 - both) / n) + 1 / n);
    }
}

static void test_dropout_draws_the_mask_it_applies(void **state)
{
    (void)state;
    enum { N = 2 * MASK_BLOCK + 77 };
    struct arena arena;
    arena_init(&arena);
    float *x = normal(&arena, N, 1), *y = ARENA_ARRAY(&arena, N, float);
    uint64_t *mask = ARENA_ARRAY(&arena, mask_words(N), uint64_t);
    uint64_t *alone = ARENA_ARRAY(&arena, mask_words(N), uint64_t);
    const struct mask_key key = {1, 1, 1};
    mask_draw(alone, N, 1 - .3, key, NULL);
    for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++)
        for (int threads = 1; threads <= 4; threads++) {
            struct pool *pool = pool_open(threads, simd);
            dropout_forward(y, mask, x, N, .3, DROPOUT_INVERTED, key, pool);
            assert_memory_equal(mask, alone, mask_words(N) * sizeof *mask);
            for (size_t i = 0; i < N; i++)
                assert_true(y[i] == (mask_bit(mask, i) ? x[i] * (float)(1 / (1 - .3)) : 0));
            pool_close(pool);
        }
    arena_free(&arena);
}

/* ---- Products ---- */

/* Zeros in `in` of 20 places, and some of them negative: those are passed over. */
static void thin_out(float *x, size_t n, uint32_t in)
{
    struct rng rng;
    rng_init(&rng, 12, in, 0);
    for (size_t i = 0; i < n; i++)
        if (rng_below(&rng, 20) < in)
            x[i] = i % 3 ? 0.0f : -0.0f;
}

static void check_products(uint32_t zeros_in_20)
{
    static const size_t shapes[][3] = {{64, 128, 784}, {784, 128, 64}, {67, 33, 300}, {1, 1, 1},
                                       {5, 7, 600},    {200, 10, 128}, {129, 65, 257}};
    struct arena arena;
    arena_init(&arena);
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        size_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
        float *a = normal(&arena, m * k, 1), *b = normal(&arena, k * n, 2);
        float *bias = normal(&arena, n, 3), *c[3][5];
        thin_out(a, m * k, zeros_in_20);
        bias[0] = -0.0f;
        for (enum matrix_form form = MATRIX_NN; form <= MATRIX_NT; form++) {
            for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++)
                for (int threads = 1; threads <= 4; threads++) {
                    struct pool *pool = pool_open(threads, simd);
                    c[simd][threads] = ARENA_ARRAY(&arena, m * n, float);
                    matrix_multiply(form, c[simd][threads], a, b, bias, m, n, k, pool);
                    assert_memory_equal(c[simd][threads], c[simd][1], m * n * sizeof **c[simd]);
                    pool_close(pool);
                }
            if (simd_best() == SIMD_AVX512)
                assert_memory_equal(c[SIMD_AVX512][1], c[SIMD_AVX2][1], m * n * sizeof(float));
            /* In any order each of k roundings is at most half a unit of the sum of sizes. */
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < n; j++) {
                    double exact = (double)bias[j], size = fabs(exact);
                    for (size_t l = 0; l < k; l++) {
                        double x = (double)(form == MATRIX_TN ? a[l * m + i] : a[i * k + l]);
                        double y = (double)(form == MATRIX_NT ? b[j * k + l] : b[l * n + j]);
                        exact += x * y;
                        size += fabs(x * y);
                    }
                    for (enum simd simd = SIMD_PORTABLE; simd <= simd_best(); simd++)
                        assert_true(fabs((double)c[simd][1][i * n + j] - exact) <=
                                    size * 6e-8 * (double)(k + 2));
                }
        }
    }
    arena_free(&arena);
}

static void test_products_have_the_same_bits_at_any_thread_count(void **state)
{
    (void)state;
    check_products(0);
}

static void test_products_that_pass_over_zeros_do_too(void **state)
{
    (void)state;
    check_products(13);
    check_products(19);
    check_products(20);
}

static void test_norms_have_the_same_bits_at_any_thread_count(void **state)
{
    (void)state;
    enum { B = 1500, F = 37 };
    struct arena arena;
    arena_init(&arena);
    float *x = normal(&arena, B * F, 1), *gy = normal(&arena, B * F, 2);
    float *gamma = normal(&arena, F, 3), *first = NULL;
    for (int threads = 1; threads <= 4; threads++) {
        struct pool *pool = pool_open(threads, simd_best());
        float *all = ARENA_ARRAY(&arena, 2 * B * F + B + 2 * F, float);
        float *gx = all + B * F, *rstd = gx + B * F, *ggamma = rstd + B;
        double *mean = ARENA_ARRAY(&arena, B, double);
        layer_norm_forward(all, mean, rstd, x, gamma, NULL, B, F, 1e-5, pool);
        layer_norm_backward(gx, ggamma, ggamma + F, gy, x, mean, rstd, gamma, B, F, pool);
        if (!first)
            first = all;
        assert_memory_equal(all, first, (2 * B * F + B + 2 * F) * sizeof *all);
        pool_close(pool);
    }
    arena_free(&arena);
}

/* ---- Training ---- */

static const char *const lines[] = {
    "784 128 relu 2x[layer 128 relu dropout=.1] 10",
    "784-96-40-10 batch relu dropout=.3",
    "784 64 dropconnect=.2 gelu [rms 64 tanh depth=.3] 10",
};

/* The parameters after `steps` steps, taken `slice` at a time; the arena owns them. */
static const float *train_result(struct arena *arena, const char *line, int threads, enum simd simd,
                                 int64_t slice, size_t *count)
{
    enum { ROWS = 600, STEPS = 14 };
    struct err err = {0};
    struct model model;
    struct train train;
    struct dataset data = digits_make(arena, 1, 1, 0, ROWS);
    struct pool *pool = pool_open(threads, simd);
    const struct train_options options = {
        .optim = {.kind = OPTIM_ADAMW, .rate = 1e-3, .weight_decay = .01},
        .schedule = SCHEDULE_COSINE,
        .warmup = 3,
        .clip_norm = 1,
        .batch = 64,
        .steps = STEPS,
        .seed = 9};
    assert_true(model_build(&model, arena, line, 64, &err));
    model_init(&model, &(struct init_options){.kind = INIT_HE}, 4);
    assert_true(train_start(&train, arena, &model, &data, &options, pool, &err));
    while (train_run(&train, slice, NULL))
        ;
    assert_int_equal(train.outcome, TRAIN_DONE);
    assert_int_equal(train.step, STEPS);
    pool_close(pool);
    *count = model.parameter_count;
    return model.parameters;
}

static void test_training_has_the_same_bits_at_any_thread_count_and_slicing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct arena arena;
        size_t n;
        arena_init(&arena);
        const float *first = train_result(&arena, lines[i], 1, simd_best(), 14, &n);
        for (int threads = 1; threads <= 4; threads++) {
            const float *other = train_result(&arena, lines[i], threads, simd_best(), threads, &n);
            if (memcmp(first, other, n * sizeof *first) != 0)
                fail_msg("%s: %d threads differ", lines[i], threads);
        }
        arena_free(&arena);
    }
}

/* Adam divides by the root of tiny numbers, so roundings grow; after 14 steps of at most 1e-3 each
 * the instruction sets still agree to a twentieth of one step in the mean. */
static void test_training_agrees_between_instruction_sets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct arena arena;
        size_t n;
        arena_init(&arena);
        const float *plain = train_result(&arena, lines[i], 1, SIMD_PORTABLE, 14, &n);
        for (enum simd simd = SIMD_AVX2; simd <= simd_best(); simd++) {
            const float *other = train_result(&arena, lines[i], 1, simd, 14, &n);
            double sum = 0;
            for (size_t k = 0; k < n; k++)
                sum += fabs((double)plain[k] - (double)other[k]);
            if (!(sum / (double)n < 5e-5))
                fail_msg("%s: %s is off by %g in the mean", lines[i], simd_name(simd),
                         sum / (double)n);
        }
        arena_free(&arena);
    }
}

/* A pool serves many jobs in a row, of all sizes, and covers each number once. */
static void count_up(void *user, size_t from, size_t to)
{
    unsigned char *counts = user;
    for (size_t i = from; i < to; i++)
        counts[i]++;
}

static void test_pools_cover_each_number_once(void **state)
{
    (void)state;
    enum { MOST = 1000 };
    for (int threads = 1; threads <= 5; threads++) {
        struct pool *pool = pool_open(threads, SIMD_PORTABLE);
        for (size_t count = 0; count <= MOST; count += 1 + count / 7)
            for (size_t grain = 1; grain <= 64; grain *= 4) {
                unsigned char counts[MOST] = {0};
                pool_run(pool, count, grain, count_up, counts);
                for (size_t i = 0; i < MOST; i++)
                    assert_int_equal(counts[i], i < count);
            }
        pool_close(pool);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_masks_are_the_same_on_every_instruction_set_and_thread_count),
        cmocka_unit_test(test_masks_are_the_same_as_ever),
        cmocka_unit_test(test_masks_do_not_depend_on_the_length_asked_for),
        cmocka_unit_test(test_masks_have_the_right_share_of_ones),
        cmocka_unit_test(test_dropout_draws_the_mask_it_applies),
        cmocka_unit_test(test_products_have_the_same_bits_at_any_thread_count),
        cmocka_unit_test(test_products_that_pass_over_zeros_do_too),
        cmocka_unit_test(test_norms_have_the_same_bits_at_any_thread_count),
        cmocka_unit_test(test_training_has_the_same_bits_at_any_thread_count_and_slicing),
        cmocka_unit_test(test_training_agrees_between_instruction_sets),
        cmocka_unit_test(test_pools_cover_each_number_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
