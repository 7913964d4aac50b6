/* Knobs as a person writes them, and the sentences they get back. */
#include "support/demo_test.h"

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct demo_args read_good(const char *text)
{
    struct demo_args args;
    struct err err;
    if (!demo_args_read(&args, &arena, text, &err))
        fail_msg("%s: %s", text, err.text);
    return args;
}

/* The text is refused, and the sentence holds each of the words. */
static void check_refused(const char *text, const char *const *words)
{
    struct demo_args args;
    struct err err = {""};
    if (demo_args_read(&args, &arena, text, &err))
        fail_msg("\"%s\" was accepted", text);
    for (; *words; words++)
        if (!strstr(err.text, *words))
            fail_msg("\"%s\": \"%s\" does not say \"%s\"", text, err.text, *words);
}

#define REFUSED(text, ...) check_refused(text, (const char *const[]){__VA_ARGS__, NULL})

static double knob(const struct demo_args *args, const char *name)
{
    return args->knob[demo_knob(args->demo, name)].number;
}

static void test_defaults_are_filled_in(void **state)
{
    (void)state;
    struct demo_args args = read_good("mask");
    assert_string_equal(args.demo->name, "mask");
    assert_true(args.seed == DEMO_SEED && !args.seed_given);
    assert_true(knob(&args, "units") == 5 && knob(&args, "p") == 0.5);
    assert_string_equal(args.knob[demo_knob(args.demo, "scaling")].word, "inverted");
    assert_false(args.knob[demo_knob(args.demo, "values")].set);
    args = read_good("relu-bias");
    assert_int_equal(args.knob[0].count, 2);
    assert_true(args.knob[0].list[1] == -1.4);
}

static void test_values_are_read(void **state)
{
    (void)state;
    struct demo_args args =
        read_good("  mask  units=7 p=.25\tscaling=none passes=1e3 values=1,-2.5,+3 seed=42 ");
    assert_true(args.seed == 42 && args.seed_given);
    assert_true(knob(&args, "p") == 0.25 && knob(&args, "passes") == 1000);
    assert_string_equal(args.knob[demo_knob(args.demo, "scaling")].word, "none");
    const struct value *values = &args.knob[demo_knob(args.demo, "values")];
    assert_int_equal(values->count, 3);
    assert_true(values->list[1] == -2.5 && values->list[2] == 3);
    assert_true(args.given[demo_knob(args.demo, "p")]);
}

static void test_one_and_one_point_zero_are_the_same(void **state)
{
    (void)state;
    static const char *const ones[] = {"1", "1.0", "1.", "1e0", "+1", "01", "10e-1"};
    for (size_t i = 0; i < sizeof ones / sizeof *ones; i++) {
        struct buf text = {0};
        buf_addf(&text, "mask p=%s units=%s seed=%s", ones[i], ones[i], ones[i]);
        struct demo_args args = read_good(buf_text(&text));
        assert_true(knob(&args, "p") == 1 && knob(&args, "units") == 1 && args.seed == 1);
        buf_free(&text);
    }
}

static void test_both_ends_of_a_range_are_inside(void **state)
{
    (void)state;
    struct demo_args args = read_good("mask p=0 units=1000 passes=1000000");
    assert_true(knob(&args, "p") == 0);
    args = read_good("mask p=1 units=1 passes=1");
    assert_true(knob(&args, "p") == 1);
    args = read_good("mask p=-0");
    assert_false(signbit(knob(&args, "p")));
}

static void test_a_bad_number_names_range_and_default(void **state)
{
    (void)state;
    static const char *const bad[] = {"1.5",   "-0.1", "nan", "NaN", "inf", "-inf",   "infinity",
                                      "1e999", "0x1",  "",    "abc", ".",   "-",      "1e",
                                      "1,2",   "0.5x", "--1", "1/2", "1_0", "1e-2e3", "½"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf text = {0};
        buf_addf(&text, "mask p=%s", bad[i]);
        REFUSED(buf_text(&text), "p=", "0 to 1", "default 0.5");
        buf_free(&text);
    }
    REFUSED("mask p=50%", "fraction of 1");
    REFUSED("mask units=2.5", "whole number", "1 to 1000", "default 5");
    REFUSED("mask units=1e99", "out of range", "1 to 1000");
    REFUSED("mask units=0", "out of range", "did you mean units=1?");
    REFUSED("mask units=2.6", "not a whole number", "did you mean units=3?");
    REFUSED("mask p=1.5", "out of range", "did you mean p=1?", "p takes 0 to 1");
    REFUSED("mask p=0,5", "not a number", "did you mean p=0.5?");
    REFUSED("mask p=35%", "fraction of 1", "did you mean p=0.35?");
    REFUSED("mask p=350%", "fraction of 1");
    REFUSED("mask p", "as in \"mask p=...\"");
}

static void test_wrong_names_get_a_suggestion(void **state)
{
    (void)state;
    REFUSED("msak", "unknown demo \"msak\"", "did you mean \"mask\"?");
    REFUSED("zzzzzzzz", "unknown demo", "lists them");
    REFUSED("", "name of a demo");
    REFUSED("   ", "name of a demo");
    REFUSED("mask pases=3", "did you mean \"passes\"?",
            "units, values, p, scaling, passes, keep, seed");
    REFUSED("mask scaling=invertd", "did you mean \"inverted\"?", "inverted, classic, none or both",
            "default inverted");
    REFUSED("mask scaling=", "inverted, classic, none or both");
    REFUSED("mask scaling=qqqqqq", "unknown word");
    REFUSED("mask size=80x24", "no knob \"size\"");
    REFUSED("mask p", "expected knob=value");
    REFUSED("mask =3", "no knob \"\"");
    REFUSED("mask values=1, 2", "a number is missing");
    REFUSED("mask p=.5 2", "no blanks");
}

static void test_lists_are_strict(void **state)
{
    (void)state;
    REFUSED("mask values=", "a number is missing");
    REFUSED("mask values=1,,2", "a number is missing");
    REFUSED("mask values=,1", "a number is missing");
    REFUSED("mask values=1;2", "not a number");
    REFUSED("mask values=1,1e7", "out of range");
    REFUSED("relu-bias terms=1,nan", "not a number", "default 1,-1.4");
    struct buf text = {0};
    buf_add(&text, "relu-bias terms=1");
    buf_repeat(&text, ",1", 19);
    read_good(buf_text(&text));
    buf_add(&text, ",1");
    REFUSED(buf_text(&text), "too many numbers", "1 to 20 numbers");
    buf_free(&text);
}

static void test_seed_is_a_whole_number(void **state)
{
    (void)state;
    assert_true(read_good("chain seed=0").seed == 0);
    REFUSED("chain seed=-1", "whole number");
    REFUSED("chain seed=1.5", "whole number");
    REFUSED("chain seed=", "whole number");
    REFUSED("chain seed=1e99", "whole number");
}

static void test_a_whole_text_gives_each_knob_once(void **state)
{
    (void)state;
    REFUSED("mask p=.1 p=.2", "p is given twice");
    REFUSED("mask seed=1 seed=2", "seed is given twice");
    struct demo_args args = read_good("mask p=.1");
    struct err err;
    assert_true(demo_args_set(&args, &arena, "p=.2", &err)); /* but a slider may move on */
    assert_true(knob(&args, "p") == 0.2);
    assert_false(demo_args_set(&args, &arena, "p=2", &err));
    assert_true(knob(&args, "p") == 0.2); /* refused: as it was */
}

static void test_tables_have_rows_of_one_length(void **state)
{
    (void)state;
    static const struct knob knobs[] = {{.name = "rows",
                                         .kind = KNOB_TABLE,
                                         .min = -9,
                                         .max = 9,
                                         .initial_list = "1,2;3,4",
                                         .longest = 6,
                                         .help = "rows"}};
    static const struct demo demo = {.name = "table", .knobs = knobs, .knob_count = 1};
    struct demo_args args;
    struct err err;
    assert_true(demo_args_init(&args, &arena, &demo));
    assert_int_equal(args.knob[0].columns, 2);
    assert_int_equal(args.knob[0].count, 4);
    assert_true(demo_args_set(&args, &arena, "rows=1,2,3;4,5,6", &err));
    assert_int_equal(args.knob[0].columns, 3);
    struct buf text = {0};
    demo_value_write(&knobs[0], &args.knob[0], &text);
    assert_string_equal(buf_text(&text), "1,2,3;4,5,6");
    buf_free(&text);
    assert_false(demo_args_set(&args, &arena, "rows=1,2;3", &err));
    assert_non_null(strstr(err.text, "not equally long"));
    assert_false(demo_args_set(&args, &arena, "rows=1,2;", &err));
    assert_false(demo_args_set(&args, &arena, "rows=1;2;3;4;5;6;7", &err));
    assert_non_null(strstr(err.text, "at most 6"));
}

static void test_hostile_text_is_quoted_short(void **state)
{
    (void)state;
    struct buf text = {0};
    buf_add(&text, "mask ");
    buf_repeat(&text, "e\xCC\x81", 5000);
    REFUSED(buf_text(&text), "expected knob=value", "...");
    buf_clear(&text);
    buf_add(&text, "mask p=");
    buf_repeat(&text, "9", 100000);
    REFUSED(buf_text(&text), "not a number", "0 to 1");
    buf_clear(&text);
    buf_repeat(&text, "\xFF", 3000);
    REFUSED(buf_text(&text), "unknown demo");
    buf_free(&text);
}

static void test_every_knob_says_what_it_takes(void **state)
{
    (void)state;
    struct buf text = {0};
    const struct demo *mask = demo_find("mask");
    demo_knob_describe(&mask->knobs[demo_knob(mask, "p")], &text);
    assert_string_equal(buf_text(&text), "p: probability of dropping a unit, 0 to 1, default 0.5");
    buf_clear(&text);
    demo_knob_describe(&mask->knobs[demo_knob(mask, "values")], &text);
    assert_non_null(strstr(buf_text(&text), "default not set"));
    buf_free(&text);
}

static void test_values_written_read_back_the_same(void **state)
{
    (void)state;
    struct demo_args args =
        read_good("mask p=0.1 values=0.1,1e-5,3 scaling=both passes=1e6 keep=0,1,1");
    for (size_t i = 0; i < args.demo->knob_count; i++) {
        const struct knob *k = &args.demo->knobs[i];
        struct buf text = {0};
        struct err err;
        struct demo_args again = read_good("mask");
        buf_addf(&text, "%s=", k->name);
        demo_value_write(k, &args.knob[i], &text);
        if (!demo_args_set(&again, &arena, buf_text(&text), &err))
            fail_msg("%s", err.text);
        assert_true(again.knob[i].number == args.knob[i].number);
        for (size_t n = 0; n < args.knob[i].count; n++)
            assert_true(again.knob[i].list[n] == args.knob[i].list[n]);
        buf_free(&text);
    }
}

static void test_the_table_is_in_order(void **state)
{
    (void)state;
    assert_true(demo_count >= 6);
    for (size_t d = 0; d < demo_count; d++) {
        const struct demo *demo = demos[d];
        struct demo_args args;
        assert_ptr_equal(demo_find(demo->name), demo);
        assert_true(demo->title && demo->theme && demo->question && demo->work_unit);
        assert_true(demo->start && demo->step && demo->draw && demo->describe);
        assert_true(demo_args_init(&args, &arena, demo));
        assert_int_equal(demo_knob(demo, "seed"), -1);
        for (size_t i = 0; i < demo->knob_count; i++) {
            assert_int_equal(demo_knob(demo, demo->knobs[i].name), i);
            assert_non_null(demo->knobs[i].help);
        }
        for (size_t i = 0; i < demo->result_count; i++) {
            assert_int_equal(demo_result(demo, demo->results[i].name), i);
            assert_non_null(demo->results[i].help);
        }
    }
    assert_null(demo_find("nothing"));
}

static void test_references_are_read(void **state)
{
    (void)state;
    const struct demo *mask = demo_find("mask");
    struct demo_ref ref;
    struct err err;
    assert_true(demo_ref_read(mask, "mean_sum", &ref, &err));
    assert_false(ref.indexed);
    assert_true(demo_ref_read(mask, "input[-1]", &ref, &err));
    assert_true(ref.indexed && ref.index == -1);
    static const char *const bad[] = {
        "",          "[0]",        "input[",      "input[]",     "input[x]", "input[0",
        "input[0]x", "input[1.5]", "input[1e99]", "mean_sum[0]", "mean_smu"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(demo_ref_read(mask, bad[i], &ref, &err));
    assert_non_null(strstr(err.text, "did you mean \"mean_sum\"?"));
}

static void test_references_find_numbers(void **state)
{
    (void)state;
    struct trial t;
    trial_start(&t, "mask values=3,5,8");
    struct demo_ref ref;
    struct err err;
    double number;
    assert_true(demo_ref_read(t.run.demo, "input[0]", &ref, &err));
    assert_false(demo_ref_number(&t.run, ref, &number)); /* not run yet */
    demo_finish(&t.run);
    assert_true(trial_number(&t, "input[-1]") == 8 && trial_number(&t, "input[1]") == 5);
    for (long index = -5; index <= 5; index++) {
        ref.index = index;
        assert_true(demo_ref_number(&t.run, ref, &number) == (index >= -3 && index < 3));
    }
    assert_true(demo_ref_read(t.run.demo, "input", &ref, &err));
    assert_false(demo_ref_number(&t.run, ref, &number));
    trial_end(&t);
    trial_run(&t, "subnetworks units=100");
    assert_string_equal(trial_text(&t, "count"), "1267650600228229401496703205376");
    assert_null(trial_text(&t, "digits"));
    assert_true(demo_ref_read(t.run.demo, "count", &ref, &err));
    assert_false(demo_ref_number(&t.run, ref, &number));
    trial_end(&t);
}

static void check_path_refused(const char *assignment, const char *word)
{
    struct demo_args args;
    struct err err = {""};
    assert_true(demo_args_init(&args, &arena, demo_find("overfit")));
    args.may_read_files = true;
    assert_false(demo_args_set(&args, &arena, assignment, &err));
    if (!strstr(err.text, word) || strchr(err.text, '\033'))
        fail_msg("\"%s\" does not say \"%s\"", err.text, word);
}

/* Only a person may name a file; what a lesson says is read by demo_args_read. */
static void test_a_path_is_for_people_only(void **state)
{
    (void)state;
    struct demo_args args, copy;
    struct err err;
    check_refused("overfit data=/etc",
                  (const char *const[]){"lesson", "nntutor demo overfit", NULL});
    assert_true(demo_args_init(&args, &arena, demo_find("overfit")));
    assert_false(args.may_read_files);
    assert_false(demo_args_set(&args, &arena, "data=/etc", &err));
    args.may_read_files = true;
    char typed[] = "data=/a folder/with blanks";
    assert_true(demo_args_set(&args, &arena, typed, &err));
    demo_args_copy(&copy, &arena, &args);
    int data = demo_knob(args.demo, "data");
    assert_true(copy.may_read_files && copy.given[data] && !copy.given[0]);
    assert_string_equal(copy.knob[data].word, "/a folder/with blanks");
    assert_ptr_not_equal(copy.knob[data].word, args.knob[data].word);
    struct buf written = {0};
    demo_value_write(&args.demo->knobs[data], &copy.knob[data], &written);
    assert_string_equal(buf_text(&written), "/a folder/with blanks");
    buf_free(&written);
}

static void test_a_path_is_clean_or_refused(void **state)
{
    (void)state;
    struct buf huge = {0};
    check_path_refused("data=", "missing");
    check_path_refused("data=/a\033[31mb", "cannot be shown");
    check_path_refused("data=/a\xff\xfe", "cannot be shown");
    check_path_refused("data=/a\xe2\x80\xae"
                       "b",
                       "cannot be shown"); /* turns the line round */
    check_path_refused("data=/a\nb", "cannot be shown");
    buf_add(&huge, "data=");
    for (int i = 0; i < 5000; i++)
        buf_add_char(&huge, 'x');
    check_path_refused(buf_text(&huge), "too long");
    buf_free(&huge);
}

static void test_lines_carry_index_and_unit(void **state)
{
    (void)state;
    struct trial t;
    struct buf text = {0};
    trial_run(&t, "mask values=3,5 p=0");
    demo_lines(&t.run, &text);
    assert_non_null(strstr(buf_text(&text), "input[1] 5\n"));
    assert_non_null(strstr(buf_text(&text), "kept 2 units\n"));
    buf_free(&text);
    trial_end(&t);
}

static void test_json_writes_extremes_as_words(void **state)
{
    (void)state;
    struct trial t;
    struct buf text = {0};
    trial_start(&t, "chain factor=4 depth=10000");
    demo_json(&t.run, -1, &text);
    assert_non_null(strstr(buf_text(&text), "\"product\":null"));
    demo_finish(&t.run);
    buf_clear(&text);
    demo_json(&t.run, 1.5, &text);
    assert_non_null(strstr(buf_text(&text), "\"product\":\"inf\""));
    assert_non_null(strstr(buf_text(&text), ",\"elapsed_ms\":1.5}"));
    buf_free(&text);
    trial_end(&t);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults_are_filled_in),
        cmocka_unit_test(test_values_are_read),
        cmocka_unit_test(test_one_and_one_point_zero_are_the_same),
        cmocka_unit_test(test_both_ends_of_a_range_are_inside),
        cmocka_unit_test(test_a_bad_number_names_range_and_default),
        cmocka_unit_test(test_wrong_names_get_a_suggestion),
        cmocka_unit_test(test_lists_are_strict),
        cmocka_unit_test(test_seed_is_a_whole_number),
        cmocka_unit_test(test_a_whole_text_gives_each_knob_once),
        cmocka_unit_test(test_tables_have_rows_of_one_length),
        cmocka_unit_test(test_hostile_text_is_quoted_short),
        cmocka_unit_test(test_every_knob_says_what_it_takes),
        cmocka_unit_test(test_values_written_read_back_the_same),
        cmocka_unit_test(test_the_table_is_in_order),
        cmocka_unit_test(test_references_are_read),
        cmocka_unit_test(test_references_find_numbers),
        cmocka_unit_test(test_a_path_is_for_people_only),
        cmocka_unit_test(test_a_path_is_clean_or_refused),
        cmocka_unit_test(test_lines_carry_index_and_unit),
        cmocka_unit_test(test_json_writes_extremes_as_words),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
