/* Models from a line of text: what lines mean, what is wrong with bad ones, how models start. */
#include "support/test.h"

#include "nn/matrix.h"
#include "nn/train.h"

#include "base/str.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t parameters_of(const char *line)
{
    struct arena arena;
    struct model_spec spec;
    struct err err = {0};
    arena_init(&arena);
    if (!spec_read(&spec, &arena, line, &err))
        fail_msg("%s: %s", line, err.text);
    size_t count = spec.parameters;
    arena_free(&arena);
    return count;
}

static void test_parameters_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        size_t parameters;
    } cases[] = {
        {"784-128-10 relu", 101770},
        {"784-128-10 relu dropout=.2", 101770},
        {"784 128 relu 10", 101770},
        {"784 128 relu 2x[layer 128 relu dropout=.1] 10", 135306},
        {"784 128 relu [ layer 128 relu ] [ layer 128 relu ] 10", 135306},
        {"2 1", 3},
        {"7-3", 24},
        {"4 layer", 8},
        {"4 batch", 8},
        {"4 rms", 4},
        {"4 rms-outside", 4},
        {"8 group=2", 16},
        {"8 instance=2", 4},
        {"4 relu", 0},
        {"20-100-100-2 batch relu", 20 * 100 + 100 + 200 + 100 * 100 + 100 + 200 + 202},
        {"3\t4\n relu   5 ", 16 + 25},
        {"3 10x[10x[3]]", 1200},
        {"1e2 1", 101},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (parameters_of(cases[i].line) != cases[i].parameters)
            fail_msg("%s has %zu parameters, not %zu", cases[i].line, parameters_of(cases[i].line),
                     cases[i].parameters);
}

static void test_bad_lines_are_refused_with_the_word_and_what_is_allowed(void **state)
{
    (void)state;
    static const struct {
        const char *line, *value, *remedy;
    } cases[] = {
        {"", "\"\"", "starts with the number of its inputs"},
        {"   ", "\"\"", "starts with the number of its inputs"},
        {"relu", "\"relu\"", "starts with the number of its inputs"},
        {"[ 3 ]", "\"[\"", "starts with the number of its inputs"},
        {"784", "784 inputs", "no layers"},
        {"0 5", "\"0\"", "1 to 65536"},
        {"5 0", "\"0\"", "1 to 65536"},
        {"5 65537", "\"65537\"", "1 to 65536"},
        {"5 99999999999999999999", "\"99999999999999999999\"", "whole number"},
        {"5 2.5", "\"2.5\"", "whole number"},
        {"5 3,4", "\"3,4\"", "whole number"},
        {"784--10", "\"\"", "whole number"},
        {"784-", "\"\"", "whole number"},
        {"784-128-10x relu", "\"10x\"", "whole number"},
        {"-784 10", "\"-784\"", "starts with"},
        {"5 -3", "\"-3\"", "no layer"},
        {"5 rleu 3", "\"rleu\"", "did you mean \"relu\"?"},
        {"5 droput=.2", "\"droput\"", "did you mean \"dropout\"?"},
        {"5 wat 3", "\"wat\"", "gelu-tanh"},
        {"5 relu=2", "\"relu\"", "takes no value"},
        {"5 dropout 3", "\"dropout\"", "dropout=.5"},
        {"5 dropout= 3", "\"dropout=\"", "from 0 to 1"},
        {"5 dropout=1.5", "1.5", "from 0 to 1"},
        {"5 dropout=-.1", "-.1", "from 0 to 1"},
        {"5 dropout=nan", "nan", "from 0 to 1"},
        {"5 dropout=x", "\"dropout=x\"", "from 0 to 1"},
        {"5 4 dropconnect=2", "2", "from 0 to 1"},
        {"5 dropconnect=.2 4", "\"dropconnect\"", "behind a width"},
        {"5 4 relu std=.2", "\"std\"", "behind a width"},
        {"5 4 std=-1", "-1", "from 0 to 1000"},
        {"5 scale=1e9", "1e9", "-1000 to 1000"},
        {"6 group=4", "\"group=4\"", "a divisor of 6 up to 3"},
        {"6 group=6", "\"group=6\"", "two or more"},
        {"6 group=0", "group=0", "whole number of parts"},
        {"6 group=1.5", "1.5", "whole number of parts"},
        {"6 instance=5", "\"instance=5\"", "divisor of 6"},
        {"5 [ 4 ] 3", "5 numbers into 4", "must be equal"},
        {"5 [ ] 3", "nothing in it", "between"},
        {"5 [ 5 relu", "\"[\"", "no \"]\""},
        {"5 5 ] 3", "\"]\"", "no \"[\""},
        {"5 x[ 5 ]", "\"x[\"", "3x["},
        {"5 0x[ 5 ]", "\"0x[\"", "3x["},
        {"5 3y[ 5 ]", "\"3y[\"", "3x["},
        {"5 relu[ 5 ]", "\"relu[\"", "3x["},
        {"5 depth=.2", "\"depth\"", "residual block"},
        {"5 [ depth=.2 5 ]", "\"depth\"", "before \"]\""},
        {"5-4-3 relu 2", "\"2\"", "one by one"},
        {"5-4-3 [ relu ]", "\"[\"", "one by one"},
        {"5-3 relu", "\"relu\"", "three widths"},
        {"5 4096x[ 5 ]", "4096", "layers"},
        {"5 4096x[4096x[4096x[ relu ]]]", "4096", "layers"},
        {"65536 65536", "parameters", "67108864"},
        {"1 [[[[[[[[[[[[[[[[[relu]]]]]]]]]]]]]]]]]", "16", "deep"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena arena;
        struct model model;
        struct err err = {0};
        arena_init(&arena);
        if (model_build(&model, &arena, cases[i].line, 2, &err))
            fail_msg("\"%s\" was taken", cases[i].line);
        if (!strstr(err.text, cases[i].value) || !strstr(err.text, cases[i].remedy))
            fail_msg("\"%s\": \"%s\" names not both \"%s\" and \"%s\"", cases[i].line, err.text,
                     cases[i].value, cases[i].remedy);
        arena_free(&arena);
    }
}

/* Any bytes: a model or an error, never a crash. */
static void test_random_lines_are_read_or_refused(void **state)
{
    (void)state;
    static const char *const pieces[] = {"5 ",  "8",     "[",   "]",     " ",     "2x[", "relu ",
                                         "3-3", "=",     ".5",  "drop",  "out=",  "-",   "layer ",
                                         "x",   "group", "=2 ", "std=1", "depth", "\xff"};
    struct rng rng;
    rng_init(&rng, 1, 2, 3);
    for (int round = 0; round < 3000; round++) {
        struct arena arena;
        struct model_spec spec;
        struct err err = {0};
        struct buf line = {0};
        arena_init(&arena);
        buf_add(&line, round % 2 ? "5 " : "");
        for (uint32_t i = rng_below(&rng, 12); i > 0; i--)
            buf_add(&line, pieces[rng_below(&rng, sizeof pieces / sizeof pieces[0])]);
        bool good = spec_read(&spec, &arena, buf_text(&line), &err);
        assert_true(good ? spec.count > 0 && spec.outputs > 0 : err.text[0] != '\0');
        buf_free(&line);
        arena_free(&arena);
    }
}

static void test_the_short_form_is_the_long_one(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model_spec a, b;
    arena_init(&arena);
    assert_true(spec_read(&a, &arena, "9-8-7-6 batch relu dropout=.2 std=.1", &err) == false);
    assert_true(spec_read(&a, &arena, "9-8-7-6 std=.1 batch relu dropout=.2", &err));
    assert_true(spec_read(
        &b, &arena, "9 8 std=.1 batch relu dropout=.2 7 std=.1 batch relu dropout=.2 6", &err));
    assert_int_equal(a.count, b.count);
    assert_int_equal(a.widest, 9);
    for (size_t i = 0; i < a.count; i++) {
        assert_int_equal(a.layers[i].kind, b.layers[i].kind);
        assert_int_equal(a.layers[i].inputs, b.layers[i].inputs);
        assert_int_equal(a.layers[i].outputs, b.layers[i].outputs);
        assert_true(a.layers[i].p == b.layers[i].p && a.layers[i].std == b.layers[i].std);
    }
    arena_free(&arena);
}

static void test_brackets_know_each_other(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model_spec spec;
    arena_init(&arena);
    assert_true(spec_read(&spec, &arena, "4 2x[ 6 relu [ layer ] 4 ]", &err));
    assert_int_equal(spec.branches, 4);
    for (size_t i = 0; i < spec.count; i++)
        if (spec.layers[i].kind == LAYER_OPEN) {
            const struct layer_spec *close = &spec.layers[spec.layers[i].partner];
            assert_int_equal(close->kind, LAYER_CLOSE);
            assert_int_equal(close->partner, i);
        }
    assert_false(spec.layers[1].ends_branch);
    assert_true(spec.layers[6].ends_branch);
    arena_free(&arena);
}

static void test_batches_that_cannot_be_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    arena_init(&arena);
    assert_false(model_build(&model, &arena, "4 2", 0, &err));
    assert_non_null(strstr(err.text, "a batch of 0"));
    assert_false(model_build(&model, &arena, "4 2", (size_t)1 << 40, &err));
    assert_non_null(strstr(err.text, "1048576"));
    assert_false(model_build(&model, &arena, "65536 relu", 1 << 20, &err));
    assert_non_null(strstr(err.text, "million bytes"));
    arena_free(&arena);
}

/* ---- Groups of parameters ---- */

static void test_groups_cover_all_parameters_in_order(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct parameter_group group;
    arena_init(&arena);
    assert_true(model_build(&model, &arena, "8 6 rms relu [ batch 6 ] 2", 4, &err));
    size_t covered = 0, i = 0;
    for (; model_group(&model, i, &group); i++) {
        assert_ptr_equal(group.values, model.parameters + covered);
        assert_ptr_equal(group.gradients, model.gradients + covered);
        covered += group.count;
    }
    assert_int_equal(covered, model.parameter_count);
    assert_int_equal(i, 2 + 1 + 2 + 2 + 2);
    arena_free(&arena);
}

/* ---- Where training starts ---- */

struct spread {
    double mean, deviation, most;
};

static struct spread spread_of(const float *x, size_t n)
{
    struct spread s = {0};
    for (size_t i = 0; i < n; i++) {
        s.mean += (double)x[i] / (double)n;
        s.most = fmax(s.most, fabs((double)x[i]));
    }
    for (size_t i = 0; i < n; i++)
        s.deviation += ((double)x[i] - s.mean) * ((double)x[i] - s.mean) / (double)n;
    s.deviation = sqrt(s.deviation);
    return s;
}

static void test_initialisations_have_their_spread(void **state)
{
    (void)state;
    enum { I = 200, O = 300 };
    static const struct {
        struct init_options options;
        double deviation, bias_most;
    } cases[] = {
        {{.kind = INIT_ZERO}, 0, 0},
        {{.kind = INIT_NORMAL, .std = .3}, .3, 0},
        {{.kind = INIT_GLOROT}, .0632456, 0},         /* sqrt(2 / 500) */
        {{.kind = INIT_HE}, .1, 0},                   /* sqrt(2 / 200) */
        {{.kind = INIT_DEFAULT}, .0408248, .0707107}, /* 1 / sqrt(3 x 200) */
        {{.kind = INIT_GPT}, .02, 0},
        {{.kind = INIT_GPT, .branches = 24}, .00408248, 0},
        {{.kind = INIT_ORTHOGONAL}, .0577350, 0}, /* 1 / sqrt(300) */
        {{.kind = INIT_ORTHOGONAL, .std = 1.41421356}, .0816497, 0},
    };
    static float w[I * O], b[O];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rng rng;
        rng_init(&rng, 5, 5, i);
        init_weights(w, b, I, O, &cases[i].options, &rng);
        struct spread s = spread_of(w, I * O), biases = spread_of(b, O);
        double allowed = 5 * cases[i].deviation / sqrt(2.0 * I * O) + 1e-6;
        if (fabs(s.deviation - cases[i].deviation) > allowed ||
            fabs(s.mean) > 5 * cases[i].deviation / sqrt((double)(I * O)) + 1e-12)
            fail_msg("%s: mean %g, deviation %g, not %g", init_names[cases[i].options.kind], s.mean,
                     s.deviation, cases[i].deviation);
        assert_true(biases.most <= cases[i].bias_most);
        assert_true(biases.most >= cases[i].bias_most * .9);
    }
}

static void test_orthogonal_weights_keep_lengths_and_angles(void **state)
{
    (void)state;
    static const size_t shapes[][2] = {{40, 40}, {60, 20}, {20, 60}, {1, 5}, {5, 1}};
    static float w[3600];
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        size_t in = shapes[s][0], out = shapes[s][1], short_side = in < out ? in : out;
        struct rng rng;
        rng_init(&rng, 2, 2, s);
        init_weights(w, NULL, in, out, &(struct init_options){.kind = INIT_ORTHOGONAL}, &rng);
        for (size_t i = 0; i < short_side; i++)
            for (size_t j = 0; j <= i; j++) {
                double sum = 0;
                for (size_t k = 0; k < in + out - short_side; k++)
                    sum += in >= out ? (double)w[k * out + i] * (double)w[k * out + j]
                                     : (double)w[i * out + k] * (double)w[j * out + k];
                assert_true(fabs(sum - (i == j)) < 1e-6);
            }
    }
}

static void test_a_seed_gives_the_same_start_and_another_another(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model a, b;
    arena_init(&arena);
    const char *line = "9 8 std=.01 batch relu [ layer 8 ] 3";
    assert_true(model_build(&a, &arena, line, 4, &err) && model_build(&b, &arena, line, 4, &err));
    model_init(&a, &(struct init_options){.kind = INIT_HE}, 7);
    model_init(&b, &(struct init_options){.kind = INIT_HE}, 7);
    assert_memory_equal(a.parameters, b.parameters, a.parameter_count * sizeof *a.parameters);
    model_init(&b, &(struct init_options){.kind = INIT_HE}, 8);
    assert_memory_not_equal(a.layers[0].w, b.layers[0].w, 9 * 8 * sizeof *a.parameters);
    assert_true(spread_of(a.layers[0].w, 72).most < .05); /* std=.01 of the line, not He's */
    assert_true(a.layers[1].w[3] == 1 && a.layers[1].b[3] == 0);
    assert_true(a.layers[1].running_mean[0] == 0 && a.layers[1].running_variance[7] == 1);
    arena_free(&arena);
}

/* ---- Modes ---- */

static void test_modes_use_their_masks_and_statistics(void **state)
{
    (void)state;
    enum { ROWS = 32, OUT = 16 };
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct rng rng;
    float x[ROWS * 8], first[ROWS * OUT], second[ROWS * OUT];
    arena_init(&arena);
    rng_init(&rng, 1, 1, 1);
    for (size_t i = 0; i < ROWS * 8; i++)
        x[i] = (float)rng_normal(&rng);
    assert_true(model_build(&model, &arena, "8 16 batch dropout=.5", ROWS, &err));
    model_init(&model, &(struct init_options){.kind = INIT_HE}, 1);

    memcpy(first, model_forward(&model, x, ROWS, MODEL_TRAIN, 3, 0, NULL), sizeof first);
    memcpy(second, model_forward(&model, x, ROWS, MODEL_TRAIN, 3, 1, NULL), sizeof second);
    assert_memory_not_equal(first, second, sizeof first); /* a fresh mask for each step */
    float moved = model.layers[1].running_mean[0];
    assert_true(moved != 0);
    memcpy(first, model_forward(&model, x, ROWS, MODEL_REPLAY, 9, 9, NULL), sizeof first);
    assert_memory_equal(first, second, sizeof first);
    assert_true(model.layers[1].running_mean[0] == moved);

    memcpy(first, model_forward(&model, x, ROWS, MODEL_EVAL, 0, 0, NULL), sizeof first);
    memcpy(second, model_forward(&model, x, ROWS, MODEL_EVAL, 5, 5, NULL), sizeof second);
    assert_memory_equal(first, second, sizeof first);
    memcpy(second, model_forward(&model, x, ROWS, MODEL_SAMPLE, 5, 5, NULL), sizeof second);
    size_t zeros = 0;
    for (size_t i = 0; i < ROWS * OUT; i++) {
        zeros += second[i] == 0;
        assert_true(second[i] == 0 || fabsf(second[i] - 2 * first[i]) < 1e-5f);
    }
    assert_in_range(zeros, 200, 312);
    arena_free(&arena);
}

static void test_one_row_gives_what_it_gives_among_others(void **state)
{
    (void)state;
    struct arena arena;
    struct err err = {0};
    struct model model;
    float x[64 * 20];
    struct rng rng;
    arena_init(&arena);
    rng_init(&rng, 1, 1, 1);
    for (size_t i = 0; i < 64 * 20; i++)
        x[i] = (float)rng_normal(&rng);
    assert_true(model_build(&model, &arena, "20 33 gelu [layer 33 relu] rms 7", 64, &err));
    model_init(&model, &(struct init_options){.kind = INIT_HE}, 1);
    float all[64 * 7];
    memcpy(all, model_forward(&model, x, 64, MODEL_EVAL, 0, 0, NULL), sizeof all);
    for (size_t row = 0; row < 64; row += 9)
        assert_memory_equal(model_forward(&model, x + row * 20, 1, MODEL_EVAL, 0, 0, NULL),
                            all + row * 7, 7 * sizeof(float));
    arena_free(&arena);
}

/* ---- Learning ---- */

static double accuracy_after(const char *line, const char *toy, int64_t steps,
                             struct train_options options)
{
    struct arena arena;
    struct err err = {0};
    struct model model;
    struct train train;
    struct rng rng;
    struct dataset data = {0};
    arena_init(&arena);
    rng_init(&rng, 3, 3, 3);
    for (size_t i = 0; i < TOYS; i++)
        if (strcmp(toys[i].name, toy) == 0)
            data = toys[i].make(&arena, &rng, 300, .1);
    options.batch = 32;
    options.steps = steps;
    options.seed = 1;
    assert_true(model_build(&model, &arena, line, 32, &err));
    model_init(&model, &(struct init_options){.kind = INIT_HE}, 1);
    if (!train_start(&train, &arena, &model, &data, &options, NULL, &err))
        fail_msg("%s", err.text);
    while (train_run(&train, 50, NULL))
        ;
    assert_int_equal(train.outcome, TRAIN_DONE);
    struct evaluation all = {0}, sliced = {0};
    train_evaluate(&model, &data, 0, data.n, &all, NULL);
    for (size_t at = 0; at < data.n; at += 100)
        train_evaluate(&model, &data, at, 100, &sliced, NULL);
    assert_int_equal(all.correct, sliced.correct);
    assert_true(fabs(all.loss - sliced.loss) < 1e-9);
    arena_free(&arena);
    return (double)all.correct / (double)all.rows;
}

static void test_models_learn_what_they_should(void **state)
{
    (void)state;
    const struct train_options adam = {.optim = {.kind = OPTIM_ADAM, .rate = .01}};
    const struct train_options sgd = {
        .optim = {.kind = OPTIM_SGD, .rate = .05, .momentum = .9, .nesterov = true}};
    const struct train_options gentle = {
        .optim = {.kind = OPTIM_ADAMW, .rate = .01, .weight_decay = .01},
        .schedule = SCHEDULE_COSINE,
        .clip_norm = 1,
        .l1 = 1e-4};
    assert_true(accuracy_after("2-32-2 relu", "moons", 400, adam) > .95);
    assert_true(accuracy_after("2-32-32-2 tanh", "circles", 400, sgd) > .95);
    assert_true(accuracy_after("2-32-2 batch relu", "xor", 400, gentle) > .95);
    assert_true(accuracy_after("2 32 3x[layer 32 relu 32] 2", "moons", 300, gentle) > .95);
    assert_true(accuracy_after("2 2", "xor", 300, adam) < .75); /* no straight line parts xor */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters_are_counted),
        cmocka_unit_test(test_bad_lines_are_refused_with_the_word_and_what_is_allowed),
        cmocka_unit_test(test_random_lines_are_read_or_refused),
        cmocka_unit_test(test_the_short_form_is_the_long_one),
        cmocka_unit_test(test_brackets_know_each_other),
        cmocka_unit_test(test_batches_that_cannot_be_are_refused),
        cmocka_unit_test(test_groups_cover_all_parameters_in_order),
        cmocka_unit_test(test_initialisations_have_their_spread),
        cmocka_unit_test(test_orthogonal_weights_keep_lengths_and_angles),
        cmocka_unit_test(test_a_seed_gives_the_same_start_and_another_another),
        cmocka_unit_test(test_modes_use_their_masks_and_statistics),
        cmocka_unit_test(test_one_row_gives_what_it_gives_among_others),
        cmocka_unit_test(test_models_learn_what_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
