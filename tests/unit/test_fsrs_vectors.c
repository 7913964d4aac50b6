/* Histories of reviews, against an independent program and ts-fsrs (VECTORS=FILE names another file). */
#include "support/vectors.h"

#include "study/fsrs.h"

#include <math.h>

static void close_to(const char *what, size_t review, double value, json_t *expected)
{
    if (json_is_null(expected))
        return;
    double truth = json_number_value(expected);
    if (!json_is_number(expected) || !(fabs(value - truth) <= 1e-9 * fmax(1, fabs(truth))))
        fail_msg("review %zu: %s is %.12g, expected %.12g", review + 1, what, value, truth);
}

static void set_up(struct fsrs *fsrs, json_t *history)
{
    const char *name = json_string_value(json_object_get(history, "params"));
    json_t *list = json_object_get(json_object_get(vectors_file(), "params"), name), *one;
    double w[FSRS_WEIGHTS];
    size_t i;
    struct err err;
    assert_int_equal(json_array_size(list), FSRS_WEIGHTS);
    json_array_foreach(list, i, one)
    {
        w[i] = json_number_value(one);
    }
    if (!fsrs_init(fsrs, w, json_number_value(json_object_get(history, "desired_retention")),
                   (int)json_integer_value(json_object_get(history, "maximum_interval")), &err))
        fail_msg("%s", err.text);
}

/* The memory is carried from review to review; its steps of minutes are the schedulers' business. */
static void test_history_is_remembered(void **state)
{
    json_t *history = *state, *review;
    struct fsrs fsrs;
    struct fsrs_memory memory = {0};
    size_t i;
    set_up(&fsrs, history);
    assert_true(json_array_size(json_object_get(history, "reviews")) > 0);
    json_array_foreach(json_object_get(history, "reviews"), i, review)
    {
        json_t *exact = json_object_get(review, "exact");
        json_t *days = json_object_get(review, "plain_days");
        int elapsed = (int)json_integer_value(json_object_get(review, "elapsed_days"));
        int grade = (int)json_integer_value(json_object_get(review, "rating"));
        if (i)
            close_to("recall", i, fsrs_recall(&fsrs, memory, elapsed),
                     json_object_get(exact, "r_before"));
        memory = fsrs_step(&fsrs, memory, elapsed, (enum fsrs_grade)grade);
        close_to("stability", i, memory.stability, json_object_get(exact, "stability"));
        close_to("difficulty", i, memory.difficulty, json_object_get(exact, "difficulty"));
        if (!json_is_null(json_object_get(exact, "r_at_due")))
            close_to(
                "recall when due", i,
                fsrs_recall(&fsrs, memory,
                            (int)json_integer_value(json_object_get(review, "scheduled_days"))),
                json_object_get(exact, "r_at_due"));
        if (json_is_integer(days))
            assert_int_equal(fsrs_days(&fsrs, memory), json_integer_value(days));
    }
}

int main(void)
{
    return vectors_run("../shared/vectors/fsrs/open.json", "histories", test_history_is_remembered);
}
