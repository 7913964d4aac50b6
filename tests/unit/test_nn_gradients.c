/* Every gradient beside a finite difference, in double precision. */
#define REAL_BITS 64

#include "support/test.h"

#include "nn/matrix.h"
#include "nn/model.h"
#include "nn/norm.h"

#include "base/rng.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double STEP = 1e-5, ALLOWED = 1e-7;

static void fill(double *x, size_t n, struct rng *rng)
{
    for (size_t i = 0; i < n; i++)
        x[i] = rng_normal(rng);
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* A function of the numbers x (n) that its owner keeps elsewhere. */
typedef double measure(void *user);

static void expect_gradient(const char *what, measure *value, void *user, double *x,
                            const double *gradient, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double before = x[i];
        x[i] = before + STEP;
        double above = value(user);
        x[i] = before - STEP;
        double below = value(user);
        x[i] = before;
        double slope = (above - below) / (2 * STEP);
        if (!(fabs(slope - gradient[i]) <= ALLOWED * (1 + fabs(slope))))
            fail_msg("%s: gradient %zu is %.12g, the slope is %.12g", what, i, gradient[i], slope);
    }
}

/* ---- Models: one line of text for each layer ---- */

struct probe {
    struct model model;
    double *x, *weights; /* L = sum of weights times outputs */
    size_t rows;
    enum model_mode mode;
};

static double probe_value(void *user)
{
    struct probe *p = user;
    const double *y = model_forward(&p->model, p->x, p->rows, p->mode, 1, 1, NULL);
    return dot(y, p->weights, p->rows * p->model.outputs);
}

static void check_model(const char *line, size_t rows, enum model_mode mode)
{
    struct arena arena;
    struct rng rng;
    struct err err;
    struct probe p = {.rows = rows, .mode = mode};
    arena_init(&arena);
    rng_init(&rng, 7, rows, mode);
    if (!model_build(&p.model, &arena, line, rows, &err))
        fail_msg("%s", err.text);
    fill(p.model.parameters, p.model.parameter_count, &rng);
    p.x = ARENA_ARRAY(&arena, rows * p.model.inputs, double);
    p.weights = ARENA_ARRAY(&arena, rows * p.model.outputs, double);
    fill(p.x, rows * p.model.inputs, &rng);
    fill(p.weights, rows * p.model.outputs, &rng);
    /* One pass in training draws the masks and moves the running statistics off 0 and 1. */
    model_forward(&p.model, p.x, rows, MODEL_TRAIN, 1, 1, NULL);
    double *gx = ARENA_ARRAY(&arena, rows * p.model.inputs, double);
    double *gradients = ARENA_ARRAY(&arena, p.model.parameter_count, double);
    probe_value(&p);
    model_backward(&p.model, p.weights, gx, NULL);
    memcpy(gradients, p.model.gradients, p.model.parameter_count * sizeof *gradients);
    char what[200];
    snprintf(what, sizeof what, "%s, %zu rows, input", line, rows);
    expect_gradient(what, probe_value, &p, p.x, gx, rows * p.model.inputs);
    snprintf(what, sizeof what, "%s, %zu rows, parameters", line, rows);
    expect_gradient(what, probe_value, &p, p.model.parameters, gradients, p.model.parameter_count);
    arena_free(&arena);
}

static const char *const lines[] = {
    "5 3",
    "5 4 relu 3",
    "5 4 tanh 3",
    "5 4 sigmoid 3",
    "5 4 gelu 3",
    "5 4 gelu-tanh 3",
    "5 4 batch 3",
    "5 4 layer 3",
    "5 4 rms 3",
    "5 4 rms-outside 3",
    "6 8 group=2 3",
    "6 8 instance=2 3",
    "5 4 dropout=.4 3",
    "5 dropout=.3 4 relu dropout=.5 3",
    "5 4 dropconnect=.3 tanh 3 dropconnect=.5",
    "5 4 scale=-.7 3",
    "5 [ 5 tanh ] 3",
    "layer",
    "5 2x[layer 7 gelu 5 scale=.5 depth=.4] layer 3",
    "5 [ 5 tanh [ batch 5 sigmoid ] dropout=.3 ] rms 2",
    "[5]",
    "7-6-5-4 batch relu dropout=.2",
    "17-19-18 layer tanh",
};

static void test_model_gradients_are_slopes(void **state)
{
    (void)state;
    static const enum model_mode modes[] = {MODEL_REPLAY, MODEL_EVAL};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char line[100];
        bool bare = lines[i][0] < '0' || lines[i][0] > '9';
        snprintf(line, sizeof line, "%s%s", bare ? "5 " : "", lines[i]);
        for (size_t m = 0; m < 2; m++)
            for (size_t rows = 3; rows <= 5; rows += 2)
                check_model(line, rows, modes[m]);
    }
}

static void test_classic_scaling_has_its_gradients(void **state)
{
    (void)state;
    struct arena arena;
    struct err err;
    struct rng rng;
    struct probe p = {.rows = 3, .mode = MODEL_REPLAY};
    arena_init(&arena);
    rng_init(&rng, 1, 2, 3);
    assert_true(model_build(&p.model, &arena, "4 4 dropout=.4 3", 3, &err));
    p.model.scaling = DROPOUT_CLASSIC;
    fill(p.model.parameters, p.model.parameter_count, &rng);
    p.x = ARENA_ARRAY(&arena, 12, double);
    p.weights = ARENA_ARRAY(&arena, 9, double);
    fill(p.x, 12, &rng);
    fill(p.weights, 9, &rng);
    for (int i = 0; i < 2; i++) {
        double gx[12];
        p.mode = i ? MODEL_EVAL : MODEL_REPLAY;
        model_forward(&p.model, p.x, 3, MODEL_TRAIN, 5, 5, NULL);
        probe_value(&p);
        model_backward(&p.model, p.weights, gx, NULL);
        expect_gradient("classic dropout", probe_value, &p, p.x, gx, 12);
    }
    arena_free(&arena);
}

/* ---- Norms over channels with positions, which a model of plain rows does not reach ---- */

enum { B = 3, C = 4, S = 5, N = B * C * S };

struct channels {
    double x[N], y[N], weights[N], gamma[C], beta[C], mean[B * C], rstd[B * C];
    size_t groups; /* 0: batch norm */
};

static double channels_value(void *user)
{
    struct channels *c = user;
    if (c->groups)
        group_norm_forward(c->y, c->mean, c->rstd, c->x, c->gamma, c->beta, B, C, S, c->groups,
                           1e-5);
    else
        batch_norm_forward(c->y, c->mean, c->rstd, NULL, NULL, c->x, c->gamma, c->beta, B, C, S,
                           1e-5, .1, NULL);
    return dot(c->y, c->weights, N);
}

static void test_channel_norm_gradients_are_slopes(void **state)
{
    (void)state;
    static const size_t groups[] = {0, 1, 2, C};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        struct channels c = {.groups = groups[i]};
        struct rng rng;
        double gx[N], ggamma[C], gbeta[C];
        rng_init(&rng, 3, i, 0);
        fill(c.x, N, &rng);
        fill(c.weights, N, &rng);
        fill(c.gamma, C, &rng);
        fill(c.beta, C, &rng);
        channels_value(&c);
        if (c.groups)
            group_norm_backward(gx, ggamma, gbeta, c.weights, c.x, c.mean, c.rstd, c.gamma, B, C, S,
                                c.groups);
        else
            batch_norm_backward(gx, ggamma, gbeta, c.weights, c.x, c.mean, c.rstd, c.gamma, B, C, S,
                                NULL);
        expect_gradient("x", channels_value, &c, c.x, gx, N);
        expect_gradient("gamma", channels_value, &c, c.gamma, ggamma, C);
        expect_gradient("beta", channels_value, &c, c.beta, gbeta, C);
    }
}

/* ---- Losses ---- */

struct losses {
    double y[12], target[12];
    unsigned char labels[3];
};

static double cross_entropy_value(void *user)
{
    struct losses *l = user;
    return cross_entropy(NULL, l->y, l->labels, 3, 4, NULL);
}

static double squared_error_value(void *user)
{
    struct losses *l = user;
    return squared_error(NULL, l->y, l->target, 12);
}

static void test_loss_gradients_are_slopes(void **state)
{
    (void)state;
    struct losses l = {.labels = {0, 3, 1}};
    struct rng rng;
    double gx[12];
    rng_init(&rng, 9, 9, 9);
    fill(l.y, 12, &rng);
    fill(l.target, 12, &rng);
    cross_entropy(gx, l.y, l.labels, 3, 4, NULL);
    expect_gradient("cross entropy", cross_entropy_value, &l, l.y, gx, 12);
    squared_error(gx, l.y, l.target, 12);
    expect_gradient("squared error", squared_error_value, &l, l.y, gx, 12);
}

/* More rows than one chunk of the backward pass: the sums over rows are put together from parts. */
static void test_gradients_of_many_rows_are_slopes(void **state)
{
    (void)state;
    check_model("3 layer 2", 200, MODEL_REPLAY);
    check_model("3 rms 2", 131, MODEL_REPLAY);
}

/* ---- Attention with dropout on its weights: y = keep(softmax(q kT)) v ---- */

enum { TOKENS = 5, WIDTH = 3, WEIGHTS = TOKENS * TOKENS };

struct attention {
    double q[TOKENS * WIDTH], k[TOKENS * WIDTH], v[TOKENS * WIDTH], weights[TOKENS * WIDTH];
    double p[WEIGHTS], kept[WEIGHTS], y[TOKENS * WIDTH];
    uint64_t mask[8];
};
static const double ATTENTION_P = .3;

static double attention_value(void *user)
{
    struct attention *a = user;
    double scores[WEIGHTS];
    matrix_multiply(MATRIX_NT, scores, a->q, a->k, NULL, TOKENS, TOKENS, WIDTH, NULL);
    softmax_forward(a->p, scores, TOKENS, TOKENS);
    dropout_apply(a->kept, a->p, a->mask, WEIGHTS, dropout_scale(ATTENTION_P, DROPOUT_INVERTED),
                  NULL);
    matrix_multiply(MATRIX_NN, a->y, a->kept, a->v, NULL, TOKENS, WIDTH, TOKENS, NULL);
    return dot(a->y, a->weights, TOKENS * WIDTH);
}

static void test_attention_dropout_has_its_gradients(void **state)
{
    (void)state;
    struct attention a;
    struct rng rng;
    double gkept[WEIGHTS], gscores[WEIGHTS], gq[TOKENS * WIDTH], gk[TOKENS * WIDTH],
        gv[TOKENS * WIDTH];
    rng_init(&rng, 8, 8, 8);
    fill(a.q, TOKENS * WIDTH, &rng);
    fill(a.k, TOKENS * WIDTH, &rng);
    fill(a.v, TOKENS * WIDTH, &rng);
    fill(a.weights, TOKENS * WIDTH, &rng);
    mask_draw(a.mask, WEIGHTS, 1 - ATTENTION_P, (struct mask_key){8, 1, 1}, NULL);
    assert_in_range(mask_count(a.mask, WEIGHTS), 12, 22); /* some go, most stay */

    attention_value(&a);
    matrix_multiply(MATRIX_TN, gv, a.kept, a.weights, NULL, TOKENS, WIDTH, TOKENS, NULL);
    matrix_multiply(MATRIX_NT, gkept, a.weights, a.v, NULL, TOKENS, TOKENS, WIDTH, NULL);
    dropout_apply(gkept, gkept, a.mask, WEIGHTS, dropout_scale(ATTENTION_P, DROPOUT_INVERTED),
                  NULL);
    softmax_backward(gscores, gkept, a.p, TOKENS, TOKENS);
    matrix_multiply(MATRIX_NN, gq, gscores, a.k, NULL, TOKENS, WIDTH, TOKENS, NULL);
    matrix_multiply(MATRIX_TN, gk, gscores, a.q, NULL, TOKENS, WIDTH, TOKENS, NULL);
    expect_gradient("queries", attention_value, &a, a.q, gq, TOKENS * WIDTH);
    expect_gradient("keys", attention_value, &a, a.k, gk, TOKENS * WIDTH);
    expect_gradient("values", attention_value, &a, a.v, gv, TOKENS * WIDTH);
}

/* A dropped weight hides one token from another; the others keep their places, scaled, and over many
 * masks a row adds up to 1. */
static void test_attention_dropout_drops_weights_and_keeps_their_mean(void **state)
{
    (void)state;
    enum { ROUNDS = 4000 };
    double scores[WEIGHTS], p[WEIGHTS], kept[WEIGHTS], sum = 0;
    uint64_t mask[8];
    struct rng rng;
    rng_init(&rng, 9, 8, 8);
    fill(scores, WEIGHTS, &rng);
    softmax_forward(p, scores, TOKENS, TOKENS);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        dropout_forward(kept, mask, p, WEIGHTS, ATTENTION_P, DROPOUT_INVERTED,
                        (struct mask_key){9, 1, round}, NULL);
        for (size_t i = 0; i < WEIGHTS; i++) {
            double want = mask_bit(mask, i) ? p[i] / (1 - ATTENTION_P) : 0;
            assert_true(fabs(kept[i] - want) < 1e-15);
        }
        for (size_t i = 0; i < TOKENS; i++)
            sum += kept[i];
    }
    /* A row's sum has a variance of p / (1 - p) sum p_i^2 < .43: this is five deviations. */
    assert_true(fabs(sum / ROUNDS - 1) < 5 * .66 / sqrt(ROUNDS));
}

/* Their squares are beyond double. A row is measured in long double; a channel, which is not, must
 * not come out as zeros. */
static void test_numbers_whose_squares_overflow_double(void **state)
{
    (void)state;
    double x[] = {1e200, -1e200, 3e200, -3e200}, y[4], mean[1], rstd[1];
    layer_norm_forward(y, mean, rstd, x, NULL, NULL, 1, 4, 1e-5, NULL);
    assert_true(fabs(y[2] - 3 / sqrt(5)) < 1e-12);
    rms_norm_forward(y, rstd, x, NULL, 1, 4, 1e-5, RMS_INSIDE, NULL);
    assert_true(fabs(y[3] + 3 / sqrt(5)) < 1e-12);
    batch_norm_forward(y, mean, rstd, NULL, NULL, x, NULL, NULL, 4, 1, 1, 1e-5, .1, NULL);
    assert_true(isnan(y[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_model_gradients_are_slopes),
        cmocka_unit_test(test_classic_scaling_has_its_gradients),
        cmocka_unit_test(test_channel_norm_gradients_are_slopes),
        cmocka_unit_test(test_loss_gradients_are_slopes),
        cmocka_unit_test(test_gradients_of_many_rows_are_slopes),
        cmocka_unit_test(test_attention_dropout_has_its_gradients),
        cmocka_unit_test(test_attention_dropout_drops_weights_and_keeps_their_mean),
        cmocka_unit_test(test_numbers_whose_squares_overflow_double),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
