/* nntutor stats: the figures of Moodle and of R's psych package, and sums that add up. */
#include "support/test.h"

#include "base/rng.h"
#include "base/str.h"
#include "base/utf8.h"
#include "support/run.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char vectors_folder[] = "../shared/vectors/quiz/";

static json_t *load_vectors(const char *name)
{
    struct buf path = {0};
    buf_addf(&path, "%s%s", vectors_folder, name);
    json_t *json = json_load_file(buf_text(&path), 0, NULL);
    if (!json)
        print_message("skipped: no %s\n", buf_text(&path));
    buf_free(&path);
    return json;
}

static json_t *stats_json(const char *quiz, const char *input)
{
    struct run run = run_program(
        (const char *const[]){"nntutor", "stats", "--quiz", quiz, "--to", "json", "-", NULL}, NULL,
        input);
    json_t *json = json_loadb(buf_text(&run.out), run.out.length, 0, NULL);
    if (!json)
        fail_msg("%s", buf_text(&run.err));
    assert_int_equal(run.code, 0);
    run_free(&run);
    return json;
}

static void expect_number(json_t *object, const char *key, json_t *expected, const char *where)
{
    json_t *value = json_object_get(object, key);
    if (json_is_null(expected)) {
        if (!json_is_null(value))
            fail_msg("%s, %s: not null", where, key);
    } else if (!json_is_number(value) ||
               !(fabs(json_number_value(value) - json_number_value(expected)) < 1e-9)) {
        fail_msg("%s, %s: %.17g, expected %.17g", where, key, json_number_value(value),
                 json_number_value(expected));
    }
}

static bool has_flag(json_t *item, const char *flag)
{
    size_t i;
    json_t *value;
    json_array_foreach(json_object_get(item, "flags"), i, value)
    {
        if (strcmp(json_string_value(value), flag) == 0)
            return true;
    }
    return false;
}

/* What guessing is worth tells what kind of question it was. */
static void add_question(struct buf *gift, json_t *item)
{
    json_t *guess = json_object_get(item, "random_guess");
    buf_addf(gift, "// [id:%s]\nQ ", json_string_value(json_object_get(item, "item")));
    if (json_is_null(guess))
        buf_add(gift, "{~%50%a ~%50%b ~c}\n\n");
    else if (json_number_value(guess) == 0)
        buf_add(gift, "{#3}\n\n");
    else if (json_number_value(guess) == 0.5)
        buf_add(gift, "{T}\n\n");
    else
        buf_add(gift, "{=a ~b ~c ~d}\n\n");
}

/* The marks of the vectors as `nntutor grade` writes them. */
static void add_results(struct buf *out, json_t *scores, json_t *items, size_t from, size_t to)
{
    for (size_t row = from; row < to; row++) {
        buf_addf(out, "{\"learner\":\"u%zu\",\"items\":{", row);
        size_t i;
        json_t *mark;
        json_array_foreach(json_array_get(scores, row), i, mark)
        {
            buf_addf(out, "%s\"%s\":{\"f\":%g,\"s\":\"partial\"}", i ? "," : "",
                     json_string_value(json_object_get(json_array_get(items, i), "item")),
                     json_number_value(mark));
        }
        buf_add(out, "}}\n");
    }
}

static void check_vectors(json_t *scores, json_t *expected)
{
    static const char *const of_quiz[] = {"s",
                                          "p",
                                          "mean",
                                          "median",
                                          "sd",
                                          "skewness",
                                          "kurtosis",
                                          "cic_percent",
                                          "cronbach_alpha",
                                          "error_ratio",
                                          "standard_error"};
    struct buf gift = {0}, input = {0};
    json_t *items = json_object_get(expected, "items"), *item, *value;
    size_t i;
    const char *key;
    json_array_foreach(items, i, item) add_question(&gift, item);
    add_results(&input, scores, items, 0, json_array_size(scores));
    const char *quiz = test_file(test_folder(), "quiz.gift", buf_text(&gift));
    json_t *json = stats_json(quiz, buf_text(&input));
    for (i = 0; i < sizeof of_quiz / sizeof *of_quiz; i++)
        expect_number(json, of_quiz[i], json_object_get(expected, of_quiz[i]), "quiz");
    json_array_foreach(items, i, item)
    {
        json_object_foreach(item, key, value)
        {
            if (!json_is_string(value))
                expect_number(json_array_get(json_object_get(json, "items"), i), key, value,
                              json_string_value(json_object_get(item, "item")));
        }
    }
    /* Marks do not say which option was taken, so none is called unused. */
    json_array_foreach(json_object_get(json, "items"), i, item)
    {
        assert_false(has_flag(item, "unused_option"));
    }
    json_decref(json);
    buf_free(&gift);
    buf_free(&input);
}

static void test_figures_equal_moodles_and_psychs(void **state)
{
    (void)state;
    json_t *all = load_vectors("item-analysis.json");
    if (!all)
        skip();
    check_vectors(json_object_get(all, "scores"), json_object_get(all, "moodle_statistics"));
    check_vectors(json_object_get(all, "dichotomous_scores"), json_object_get(all, "dichotomous"));
    json_decref(all);
}

/* Two learners, by hand: marks 1 1 / 0 1. */
static void test_a_small_quiz_by_hand(void **state)
{
    (void)state;
    const char *quiz =
        test_file(test_folder(), "small.gift", "// [id:a]\nA {T}\n\n// [id:b]\nB {=x ~y ~z}\n");
    json_t *json = stats_json(quiz, "{\"learner\":\"1\",\"answers\":{\"a\":true,\"b\":\"x\"}}\n"
                                    "{\"learner\":\"2\",\"answers\":{\"a\":false,\"b\":\"x\"}}\n");
    json_t *items = json_object_get(json, "items"), *a = json_array_get(items, 0),
           *b = json_array_get(items, 1);
    assert_true(json_number_value(json_object_get(json, "mean")) == 1.5);
    assert_true(json_number_value(json_object_get(json, "median")) == 1.5);
    assert_true(fabs(json_number_value(json_object_get(json, "sd")) - sqrt(0.5)) < 1e-15);
    assert_true(json_is_null(json_object_get(json, "kurtosis")));
    assert_true(json_number_value(json_object_get(a, "facility")) == 50);
    assert_true(json_number_value(json_object_get(b, "facility")) == 100);
    assert_true(json_is_null(json_object_get(b, "discrimination_index")));
    assert_true(fabs(json_number_value(json_object_get(b, "random_guess")) - 1.0 / 3) < 1e-12);
    json_decref(json);
}

/* ---- options -------------------------------------------------------------------------------------- */

/* A question with the options of the vectors, and ten of half a point that make the rest score. */
static void add_rest_quiz(struct buf *gift)
{
    buf_add(gift, "// [id:d]\nD {~a =b ~c ~d}\n\n");
    for (int i = 0; i < 10; i++)
        buf_addf(gift, "// [id:r%d] [nt:points=0.5]\nR {T}\n\n", i);
}

static void test_options_equal_the_distractor_vectors(void **state)
{
    (void)state;
    json_t *all = load_vectors("distractor.json"), *value, *row;
    if (!all)
        skip();
    struct buf gift = {0}, input = {0};
    size_t i;
    const char *key;
    add_rest_quiz(&gift);
    json_array_foreach(json_object_get(all, "options"), i, value)
    {
        double rest = json_number_value(json_array_get(json_object_get(all, "rest_score"), i));
        buf_addf(&input, "{\"learner\":\"u%zu\",\"answers\":{\"d\":\"%s\"", i,
                 json_string_value(value));
        for (int r = 0; r < 10; r++)
            buf_addf(&input, ",\"r%d\":%s", r, r < rest * 2 ? "true" : "false");
        buf_add(&input, "}}\n");
    }
    const char *quiz = test_file(test_folder(), "rest.gift", buf_text(&gift));
    json_t *json = stats_json(quiz, buf_text(&input));
    json_t *item = json_array_get(json_object_get(json, "items"), 0);
    assert_string_equal(json_string_value(json_object_get(item, "key")), "B");
    json_array_foreach(json_object_get(all, "rows"), i, row)
    {
        json_t *ours = json_array_get(json_object_get(item, "options"), i);
        const char *letter = json_string_value(json_object_get(row, "option"));
        assert_string_equal(json_string_value(json_object_get(ours, "option")), letter);
        json_object_foreach(row, key, value)
        {
            if (!json_is_string(value))
                expect_number(ours, key, value, letter);
        }
    }
    json_decref(json);
    json_decref(all);
    buf_free(&gift);
    buf_free(&input);
}

static void test_a_wrong_key_is_flagged_and_comes_first_as_text(void **state)
{
    (void)state;
    struct buf input = {0};
    /* Who is good at a, b and c says "y" to k, whose key says "x"; nobody says "w". */
    for (int i = 0; i < 12; i++) {
        const char *good = i % 2 ? "true" : "false";
        buf_addf(&input,
                 "{\"learner\":\"u%d\",\"answers\":{\"a\":%s,\"b\":%s,\"c\":%s,\"k\":\"%s\"}}\n", i,
                 good, good, i % 3 ? good : "true", i % 2 ? "y" : "x");
    }
    const char *quiz = test_file(test_folder(), "key.gift",
                                 "// [id:a]\nA {T}\n\n// [id:b]\nB {T}\n\n// [id:c]\nC {T}\n\n"
                                 "// [id:k]\nK {=x ~y ~z ~w}\n");
    json_t *json = stats_json(quiz, buf_text(&input));
    json_t *item = json_array_get(json_object_get(json, "items"), 3);
    assert_true(has_flag(item, "negative_discrimination"));
    assert_true(has_flag(item, "distractor_attracts_strong"));
    assert_true(has_flag(item, "unused_option"));
    assert_true(has_flag(item, "key_not_best"));
    json_t *good = json_array_get(json_object_get(json, "items"), 0);
    assert_false(has_flag(good, "negative_discrimination"));
    assert_true(json_is_null(json_object_get(item, "effective_weight")));
    json_decref(json);
    struct run run = run_program((const char *const[]){"nntutor", "stats", "--quiz", quiz, NULL},
                                 NULL, buf_text(&input));
    const char *k = strstr(buf_text(&run.out), "\nk\n"), *a = strstr(buf_text(&run.out), "\na\n");
    assert_true(k && a && k < a);
    assert_non_null(strstr(buf_text(&run.out), "wrong option B attracts the strong"));
    assert_non_null(strstr(buf_text(&run.out), "\u2588"));
    run_free(&run);
    buf_free(&input);
}

/* ---- parts ---------------------------------------------------------------------------------------- */

static void add_learner(struct buf *out, struct rng *rng, int i)
{
    buf_addf(out, "{\"learner\":\"u%d\",\"answers\":{\"d\":\"%c\"", i,
             'A' + (int)rng_below(rng, 4));
    for (int r = 0; r < 10; r++)
        if (rng_bernoulli(rng, 0.9))
            buf_addf(out, ",\"r%d\":%s", r, rng_bernoulli(rng, 0.6) ? "true" : "false");
    buf_addf(out, ",\"m\":{\"one\":\"%d\",\"two\":\"2\",\"three\":\"%d\"},\"n\":\"%d\"}}\n",
             1 + (int)rng_below(rng, 3), 1 + (int)rng_below(rng, 3), (int)rng_below(rng, 5));
}

/* Splits the lines into parts of uneven length, merges their sums, and compares with the whole. */
static void check_split(int learners, size_t parts)
{
    struct rng rng;
    struct buf gift = {0}, whole = {0}, part[7] = {0};
    char *folder = strdup(test_folder());
    rng_init(&rng, 7, 1, (uint64_t)learners);
    add_rest_quiz(&gift);
    buf_add(&gift, "// [id:m]\nM {=one -> 1 =two -> 2 =three -> 3}\n\n// [id:n]\nN {#3 =%50%4}\n");
    char *quiz = strdup(test_file(folder, "split.gift", buf_text(&gift)));
    for (int i = 0; i < learners; i++) {
        struct buf line = {0};
        add_learner(&line, &rng, i);
        buf_add(&whole, buf_text(&line));
        size_t p = (size_t)((double)i * i / learners / learners * (double)parts);
        buf_add(&part[p], buf_text(&line));
        buf_free(&line);
    }
    const char *merge[16] = {"nntutor", "stats", "--merge", "--to", "json"};
    char names[7][32];
    for (size_t p = 0; p < parts; p++) {
        struct run run = run_program(
            (const char *const[]){"nntutor", "stats", "--quiz", quiz, "--partial", "-", NULL}, NULL,
            buf_text(&part[p]));
        assert_int_equal(run.code, 0);
        snprintf(names[p], sizeof names[p], "%zu.sums", p);
        merge[5 + p] = strdup(test_file(folder, names[p], buf_text(&run.out)));
        run_free(&run);
        buf_free(&part[p]);
    }
    struct run merged = run_program(merge, NULL, NULL);
    struct run direct = run_program((const char *const[]){"nntutor", "stats", "--quiz", quiz,
                                                          "--to", "json", "--jobs", "2", "-", NULL},
                                    NULL, buf_text(&whole));
    assert_int_equal(merged.code, 0);
    assert_string_equal(buf_text(&merged.out), buf_text(&direct.out));
    for (size_t p = 0; p < parts; p++)
        free((char *)merge[5 + p]);
    free(folder);
    free(quiz);
    run_free(&merged);
    run_free(&direct);
    buf_free(&gift);
    buf_free(&whole);
}

static void test_split_and_merge_equal_the_whole(void **state)
{
    (void)state;
    check_split(40, 3);   /* few: ties are broken by order */
    check_split(5000, 7); /* many: only sums are kept */
    check_split(1, 2);    /* and one part is empty */
}

static void test_sums_of_other_quizzes_are_not_added(void **state)
{
    (void)state;
    const char *folder = test_folder(), *sums[2];
    static const char *const quizzes[] = {"// [id:a]\nA {T}\n", "// [id:a]\nA {F}\n"};
    for (size_t i = 0; i < 2; i++) {
        const char *quiz = test_file(folder, "same.gift", quizzes[i]);
        struct run run = run_program(
            (const char *const[]){"nntutor", "stats", "--quiz", quiz, "--partial", "-", NULL}, NULL,
            "{\"learner\":\"u\",\"answers\":{\"a\":true}}\n");
        sums[i] = test_file(folder, i ? "1.sums" : "0.sums", buf_text(&run.out));
        run_free(&run);
    }
    struct run run = run_program(
        (const char *const[]){"nntutor", "stats", "--merge", sums[0], sums[1], NULL}, NULL, NULL);
    assert_int_equal(run.code, 3);
    assert_non_null(strstr(buf_text(&run.err), "different versions"));
    run_free(&run);
}

static void test_damaged_sums_are_a_sentence(void **state)
{
    (void)state;
    static const char *const damaged[] = {
        "{}",
        "{\"nntutor\":\"partial statistics\",\"quiz\":\"q\",\"hash\":\"0\",\"bits\":99}",
        "[",
        "{\"nntutor\":\"partial statistics\",\"quiz\":\"q\",\"hash\":\"0\",\"bits\":40,\"s\":1,"
        "\"t\":\"1\",\"tt\":\"1\",\"items\":[],\"totals\":[0,[0,-1,\"0\"]]}",
    };
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        struct run run = run_program(
            (const char *const[]){"nntutor", "stats", "--merge", "-", NULL}, NULL, damaged[i]);
        assert_int_equal(run.code, 3);
        assert_int_equal(run.out.length, 0);
        run_free(&run);
    }
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_figures_equal_moodles_and_psychs),
        cmocka_unit_test(test_a_small_quiz_by_hand),
        cmocka_unit_test(test_options_equal_the_distractor_vectors),
        cmocka_unit_test(test_a_wrong_key_is_flagged_and_comes_first_as_text),
        cmocka_unit_test(test_split_and_merge_equal_the_whole),
        cmocka_unit_test(test_sums_of_other_quizzes_are_not_added),
        cmocka_unit_test(test_damaged_sums_are_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
