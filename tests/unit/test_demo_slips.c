/* Slips: a wrong number is known by the way that leads to it. The numbers here were worked out by hand. */
#include "support/demo_test.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *run, *ref;
    double said;
    const char *cause; /* a piece of it; NULL: no cause may be named */
} rows[] = {
    /* 0.5: each survivor counts twice */
    {"mask p=0.2", "scale", 0.8, "multiplied by 1-p"},
    {"mask p=0.2", "scale", 5, "divided by p"},
    {"mask p=0.5 scaling=none", "expected_sum", 3.2, "without dropout"},
    {"mask p=0.2 scaling=none", "expected_sum", 0.64, "multiplied by p"},
    {"mask p=0.2", "expected_sum", 2.56, "forgot that the survivors"},
    {"mask p=0.2", "expected_sum", 2.048, "multiplied by 1-p"},
    {"mask p=0.2 scaling=none passes=5000", "mean_sum", 3.2, "without dropout"},
    {"mask values=3,4 keep=1,0 p=0.5", "train_sum", 3, "forgot to divide"},
    {"mask values=3,4 keep=1,0 p=0.5", "train_sum", 1.5, "multiplied by 1-p"},
    {"mask values=3,4 keep=1,0 p=0.5 scaling=none", "train_sum", 6, "does not do in training"},
    {"mask values=3,4 keep=1,0 p=0.5", "train[0]", 3, "forgot to divide"},
    {"mask values=3,4 keep=1,0 p=0.5", "train[-1]", 8, "the mask drops"},
    {"mask values=3,4 p=0.2 scaling=classic", "eval_sum", 7, "forgot the factor 1-p"},
    {"mask values=3,4 p=0.2", "eval_sum", 5.6, "scaled at inference"},
    {"mask values=3,4 p=0.5", "expected_sd", 25, "variance"},
    {"mask units=10 p=0.2", "mean_kept", 2, "the dropped"},
    {"mask units=3 p=0.2", "p_all_dropped", 0.512, "all are kept"},
    {"mask units=3 p=0.2", "p_all_dropped", 0.6, "added the probabilities"},
    {"mask p=0.2", "scale", 1.25, NULL}, /* it is right */
    {"mask p=0.2", "scale", 1.9, NULL},
    {"mask p=0", "expected_sum", 3.2, NULL}, /* the slip makes no difference */
    {"mask-count", "expected_sd", 21, "variance"},
    {"mask-count", "expected_sd", 5.48, "forgot the factor 1-p"},
    {"mask-count", "mean", 70, "the kept"},
    {"mask-count", "p_exact", 1, "for certain"},
    {"chain", "product", 18, "multiplied by the depth"},
    {"chain", "product", 0.135, "one layer too few"},
    {"chain", "product", 0.109, "one layer too many"},
    {"chain depth=5", "product", 0.5, "the same amount"},
    {"chain", "product", 0.878, "what is lost"},
    {"chain", "log10", -2.107, "natural logarithm"},
    {"chain", "log10", 0.9152, "the other sign"},
    {"chain", "layers_to_1_percent", 43, "rounded down"},
    /* 1,2,3,4,10: mean 4, squares of deviations 9+4+1+0+36 = 50, variance 10, by four 12.5 */
    {"normalize", "variance[0]", 12.5, "count - 1"},
    {"normalize", "variance[0]", 3.162, "standard deviation"},
    {"normalize", "variance[0]", 50, "did not divide"},
    {"normalize", "variance[0]", 26, "before squaring"},
    {"normalize", "unbiased_variance[0]", 10, "by the count"},
    {"normalize", "mean[0]", 20, "sum"},
    {"normalize", "output[4]", 1.697, "count - 1"},
    {"normalize", "output[4]", 0.6, "variance instead of its root"},
    {"normalize", "output[4]", 6, "did not divide"},
    {"normalize", "output[4]", 3.162, "did not subtract"},
    {"normalize gamma=2 beta=1", "output[4]", 1.897, "gamma and beta"},
    /* 2,4,6,8 by columns: mean 5, variance 5, unbiased 6.67; 0.9 + 0.1 times it */
    {"normalize kind=batch rows=2;4;6;8", "running_variance[0]", 1.4, "take count - 1"},
    {"normalize kind=batch rows=2;4;6;8", "running_mean[0]", 5, "mean of this batch"},
    {"normalize kind=batch rows=2;4;6;8", "running_mean[0]", 4.5, "Keras"},
    {"clip", "norm_before", 7, "added the entries"},
    {"clip", "norm_before", 25, "root"},
    {"clip max=2", "clipped[0]", 2, "by itself"},
    {"clip max=2", "clipped[1]", 0.8, "forgot to multiply"},
    {"clip kind=value max=2", "clipped[0]", 1.2, "whole vector"},
    {"clip kind=value max=2", "norm_after", 2, "for each entry"},
    {"clip max=2", "clipped[0]", 1.5, "largest entry"},
    {"decay seeds=1", "pure_decay", 0.8, "the same amount"},
    {"decay seeds=1", "weight_quiet", 0.819, "plain decay"},
    {"decay seeds=1", "ratio", 1, "alike"},
    /* tanh at 1 with w = 0.5, b = 0.2 */
    {"residual bias=0.2", "y", 0.6044, "left out the skip"},
    {"residual bias=0.2", "y", 1.4621, "forgot the bias"},
    {"residual", "dy_dx_residual", 0.3932, "forgot the 1"},
    {"residual", "dF_dx", 0.7864, "chain rule"},
    {"residual", "dF_dx", 1.3932, "added the 1"},
    {"residual block=linear depth=3", "dy_dx_residual", 2.5, "added the slopes"},
    {"residual block=linear depth=3", "dy_dx_residual", 1.5, "one block"},
    {"residual block=linear depth=3", "dy_dx_plain", 3.375, "added the 1"},
    {"parameters", "total", 101632, "forgot the biases"},
    {"parameters", "total", 100480, "last layer"},
    {"parameters", "total", 922, "units"},
    {"parameters widths=4,3,2", "total", 25, "for each input"},
    {"parameters model=deep", "total", 101770, "residual blocks"},
    {"parameters model=deep", "without_biases", 135306, "biases too"},
    {"epsilon", "output", 0.0909, "other place"},
    {"epsilon", "output", 1, "left epsilon out"},
    {"epsilon", "output", 0.1, "forgot the root"},
    {"epsilon", "gain", 3.16e-4, "instead of the amplification"},
    {"epsilon", "half_at", 3.162e-3, "root of epsilon"},
    {"paths blocks=10", "count", 20, "2 times"},
    {"paths blocks=10", "count", 100, "squared"},
    {"paths blocks=10", "count", 11, "lengths"},
    {"paths blocks=10", "mean_length", 10, "longest"},
    {"paths blocks=10", "weighted_mean_length", 5, "alike"},
    {"paths blocks=10 factor=0.25", "weighted_mean_length", 2.5, "for the share"},
    {"stochastic-depth blocks=10", "expected_depth", 5, "of the last"},
    {"stochastic-depth blocks=10", "expected_depth", 7.5, "first block"},
    {"stochastic-depth blocks=10", "expected_depth", 2.75, "skipped"},
    {"stochastic-depth blocks=10", "theory_sd", 1.5125, NULL},
    {"stochastic-depth blocks=10", "theory_sd", 1.5375, NULL},
    {"twins p=0.5", "theory", 1, "equally"},
    {"twins p=0.5", "theory", 1.3333, "sum of both"},
    {"twins p=0.2", "theory", 1.1111, "forgot the factor 1-p"},
    {"twins p=0.2", "theory", 1.6, "divide by 2-p"},
    {"twins p=0.5", "sum", 2, "fits the data"},
    {"running-stats steps=3", "running_mean[3]", 4.995, "Keras"},
    {"running-stats steps=3", "running_mean[2]", 0.5, "too few"},
    {"running-stats steps=3", "running_mean[-1]", 3.645, "missing"},
    {"running-stats steps=3", "running_variance[3]", 1.084, "starts at 1"},
    {"running-stats", "within_5_percent", 28, "rounded down"},
    {"running-stats", "within_1_percent", 10, "the same amount"},
    /* sqrt(.9 .1/100) = 0.03 */
    {"significance accuracy=0.9 images=100", "standard_error", 9e-4, "variance"},
    {"significance accuracy=0.9 images=100", "standard_error", 0.3, "number of images"},
    {"significance accuracy=0.9 images=100", "standard_error", 0.009, "images only"},
    {"significance accuracy=0.9 images=100", "standard_error", 0.0424, "one score"},
    {"significance accuracy=0.9 images=100", "error_of_difference", 0.03, "both are uncertain"},
    {"significance accuracy=0.9 images=100", "error_of_difference", 0.06, "squares add"},
    {"significance accuracy=0.9 images=100 seeds=4", "error_of_difference", 0.0424, "more runs"},
    {"shrink steps=3 w=0.5 step=0.1 kind=l2", "final", 0.2, "as L1 does"},
    {"shrink steps=3 w=0.5 step=0.1 kind=l1", "final", 0.3645, "as L2 does"},
    {"shrink steps=3 w=0.5 step=0.2 kind=l1", "final", -0.1, "threshold"},
    {"shrink steps=3 w=0.5 step=0.1 kind=l1", "final", 0.3, "too few"},
    {"shrink w=0.5 step=0.1 kind=l2", "zero_at", 5, "never gets there"},
    {"shrink w=0.5 step=0.1 kind=l1", "zero_at", 10, "forgot the weight"},
    {"shrink w=0.5 step=0.1 kind=l1", "weight[2]", 0.405, "as L2 does"},
    /* what can happen to any number */
    {"recurrent radius=0.9 steps=10", "ratio", 34.8678, "per cent"},
    {"recurrent radius=0.9 steps=10", "ratio", 2.868, "turned the fraction over"},
    {"recurrent radius=0.9 steps=10", "ratio", 0.0349, "the point"},
    {"recurrent radius=0.9 steps=10", "ratio", -0.3487, "the other sign"},
    {"recurrent radius=0.9 steps=10", "ratio", 0.5, NULL},
};

static const char *cause_of(const struct demo_run *run, const char *text, double said)
{
    struct demo_ref ref;
    struct err err;
    double truth = NAN;
    if (!demo_ref_read(run->demo, text, &ref, &err))
        fail_msg("%s", err.text);
    if (!demo_ref_number(run, ref, &truth))
        truth = strtod(demo_ref_text(run, ref), NULL);
    return demo_slip(run, ref, said, truth);
}

static void test_a_slip_is_known_by_its_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trial t;
        trial_run(&t, rows[i].run);
        const char *cause = cause_of(&t.run, rows[i].ref, rows[i].said);
        if (!rows[i].cause ? cause != NULL : !cause || !strstr(cause, rows[i].cause))
            fail_msg("%s: %s %g: \"%s\", expected \"%s\"", rows[i].run, rows[i].ref, rows[i].said,
                     cause ? cause : "none", rows[i].cause ? rows[i].cause : "none");
        trial_end(&t);
    }
}

/* Runs in which each slip of a demo can be told from the truth. */
static const char *const runs[] = {
    "mask p=0.2 scaling=inverted units=4 keep=1,0,1,0",
    "mask p=0.2 scaling=classic units=4 keep=1,0,1,0",
    "mask p=0.2 scaling=none units=4 keep=1,0,1,1 passes=3",
    "mask p=0.3 units=4 passes=3",
    "mask-count",
    "chain",
    "chain factor=0.8 depth=4",
    "normalize gamma=2 beta=0.5",
    "normalize kind=batch rows=2;4;6;8 updates=3",
    "normalize kind=batch rows=2;4;6;8",
    "clip max=2",
    "clip kind=value max=2",
    "decay seeds=2",
    "residual bias=0.3 depth=1 weight=0.4",
    "residual bias=0.3 depth=3 block=quadratic weight=0.2",
    "parameters",
    "parameters model=deep",
    "parameters widths=4,3,2",
    "epsilon",
    "epsilon place=outside",
    "paths blocks=10 factor=0.25",
    "stochastic-depth blocks=10 survival_last=0.4",
    "twins p=0.3",
    "running-stats steps=3",
    "running-stats momentum=0.3 steps=4",
    "significance seeds=3",
    "shrink steps=3 w=0.5 step=0.1 kind=l1",
    "shrink steps=3 w=0.5 step=0.2 kind=l1",
    "shrink steps=3 w=0.5 step=0.1 kind=l2",
};

/* Does this slip come to a number of its own in one of the runs, and is it named for it? */
static bool is_alive(const struct demo *demo, const struct slip *slip)
{
    for (size_t r = 0; r < sizeof runs / sizeof *runs; r++) {
        struct trial t;
        trial_run(&t, runs[r]);
        const struct value *value = &t.run.out[slip->result];
        bool list = value->list != NULL, alive = false;
        for (size_t i = 0; t.run.demo == demo && !alive && i < (list ? value->count : 1); i++) {
            struct demo_ref ref = {.result = slip->result, .indexed = list, .index = (long)i};
            double truth = value->number;
            if (!demo_ref_number(&t.run, ref, &truth))
                truth = strtod(value->word, NULL);
            const char *cause = demo_slip(&t.run, ref, slip->number(&t.run, i), truth);
            alive = cause && strcmp(cause, slip->cause) == 0;
        }
        trial_end(&t);
        if (alive)
            return true;
    }
    return false;
}

static void test_no_slip_is_dead(void **state)
{
    (void)state;
    for (size_t d = 0; d < demo_count; d++)
        for (size_t k = 0; k < demos[d]->slip_count; k++)
            if (!is_alive(demos[d], &demos[d]->slips[k]))
                fail_msg("%s: \"%s\" of %s is never named", demos[d]->name,
                         demos[d]->slips[k].cause,
                         demos[d]->results[demos[d]->slips[k].result].name);
}

/* Whoever is right made no slip, in any demo, for any single number. */
static void test_the_truth_is_no_slip(void **state)
{
    (void)state;
    for (size_t r = 0; r < sizeof runs / sizeof *runs; r++) {
        struct trial t;
        trial_run(&t, runs[r]);
        for (size_t i = 0; i < t.run.demo->result_count; i++) {
            const struct value *value = &t.run.out[i];
            struct demo_ref ref = {.result = (int)i, .indexed = value->list != NULL};
            double truth;
            if (demo_ref_number(&t.run, ref, &truth) && fabs(truth) != 1 && truth != 0 &&
                demo_slip(&t.run, ref, truth, truth))
                fail_msg("%s: %s, though right, is called a slip: %s", runs[r],
                         t.run.demo->results[i].name, demo_slip(&t.run, ref, truth, truth));
        }
        trial_end(&t);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_slip_is_known_by_its_number),
        cmocka_unit_test(test_no_slip_is_dead),
        cmocka_unit_test(test_the_truth_is_no_slip),
    };
    utf8_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
