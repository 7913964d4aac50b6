/* Text that grows, slices, numbers in words, and the nearest name; and err.h, which is text too. */
#include "support/test.h"

#include "base/err.h"
#include "base/rng.h"
#include "base/str.h"
#include "base/utf8.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void test_buf_grows_and_ends_with_nul(void **state)
{
    (void)state;
    struct buf buf = {0};
    assert_string_equal(buf_text(&buf), "");
    for (int i = 0; i < 1000; i++) {
        buf_addf(&buf, "%d,", i % 10);
        assert_int_equal(buf_text(&buf)[buf.length], '\0');
    }
    assert_int_equal(buf.length, 2000);
    assert_memory_equal(buf.data, "0,1,2,3,4,5,6,7,8,9,0,", 22);
    buf_cut(&buf, 3);
    assert_string_equal(buf_text(&buf), "0,1");
    buf_cut(&buf, 100);
    assert_int_equal(buf.length, 3);
    buf_clear(&buf);
    assert_string_equal(buf_text(&buf), "");
    buf_repeat(&buf, "ab", 3);
    buf_add_char(&buf, '!');
    buf_addf(&buf, "%s", "");
    assert_string_equal(buf_text(&buf), "ababab!");
    buf_add_n(&buf, "\0x", 2);
    assert_int_equal(buf.length, 9);
    buf_free(&buf);
    assert_null(buf.data);
}

static void test_number_is_written_short_and_reads_back(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},           {0.1, "0.1"},         {1.0 / 3, "0.3333333333333333"},
        {1e-58, "1e-58"},   {123456, "123456"},   {0.1 + 0.2, "0.30000000000000004"},
        {-2.5, "-2.5"},     {NAN, "nan"},         {INFINITY, "inf"},
        {-INFINITY, "-inf"}, {5e-324, "5e-324"},  {DBL_MAX, "1.7976931348623157e+308"},
        {1e21, "1e+21"},    {9007199254740993.0, "9007199254740992"},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf buf = {0};
        buf_add_number(&buf, cases[i].value);
        assert_string_equal(buf_text(&buf), cases[i].text);
        buf_free(&buf);
    }
    struct rng rng;
    rng_init(&rng, 11, 0, 0);
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = rng_next(&rng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        struct buf buf = {0};
        buf_add_number(&buf, value);
        assert_true(strtod(buf_text(&buf), NULL) == value);
        double read;
        assert_true(str_number(str_of(buf_text(&buf)), &read) && read == value);
        buf_free(&buf);
    }
}

static void test_number_is_read_whole_or_not_at_all(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        double value; /* NAN: not a number */
    } cases[] = {
        {"1", 1},       {"-0.5", -0.5}, {"+3", 3},     {".5", 0.5},    {"5.", 5},
        {"1e3", 1000},  {"1E-2", 0.01}, {"", NAN},     {" 1", NAN},    {"1 ", NAN},
        {"0x10", NAN},  {"nan", NAN},   {"inf", NAN},  {"1e999", NAN}, {"1,5", NAN},
        {"--1", NAN},   {"1.2.3", NAN}, {"e5", NAN},   {"-", NAN},     {"1e", NAN},
        {"1e-999", 0},  {".", NAN},     {"1_000", NAN}, {"١", NAN},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double value = 77;
        bool read = str_number(str_of(cases[i].text), &value);
        if (read != !isnan(cases[i].value) || value != (read ? cases[i].value : 77))
            fail_msg("\"%s\" gave %d, %g", cases[i].text, read, value);
    }
    double value;
    assert_false(str_number((struct str){"5\0x", 3}, &value));
    assert_false(str_number((struct str){"5\0", 2}, &value));
    assert_true(str_number((struct str){"567", 2}, &value) && value == 56);
    char long_text[1000];
    memset(long_text, '1', sizeof long_text);
    assert_true(str_number((struct str){long_text, 300}, &value));
    assert_false(str_number((struct str){long_text, sizeof long_text}, &value));
}

static void test_exponent_is_as_people_write_it(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"2.7e-05", "2.7e-5"},      {"1e+03", "1e3"},
                                           {"-9.2e-104", "-9.2e-104"}, {"1e+00", "1e0"},
                                           {"0.125", "0.125"},         {"inf", "inf"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf text = {0};
        buf_add_exponent(&text, cases[i][0]);
        assert_string_equal(buf_text(&text), cases[i][1]);
        buf_free(&text);
    }
}

static void test_integer_is_exact(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {
        {"0", true, 0},
        {"-12", true, -12},
        {"1e6", true, 1000000},
        {"1.5", false, 0},
        {"9007199254740991", true, 9007199254740991},
        {"-9007199254740991", true, -9007199254740991},
        {"9007199254740992", false, 0},
        {"9007199254740993", false, 0},
        {"1e300", false, 0},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 0;
        assert_true(str_integer(str_of(cases[i].text), &value) == cases[i].good);
        assert_true(value == cases[i].value);
    }
}

static void test_slices_are_cut(void **state)
{
    (void)state;
    assert_true(str_is(str_trim(str_of(" \t two words \n")), "two words"));
    assert_int_equal(str_trim(str_of(" \r\n ")).length, 0);
    assert_true(str_starts(str_of("demo mask"), "demo"));
    assert_false(str_starts(str_of("dem"), "demo"));
    assert_false(str_is(str_of("demo"), "dem"));

    struct str rest = str_of("  demo mask  p=0.5 ");
    assert_true(str_is(str_word(&rest), "demo"));
    assert_true(str_is(str_word(&rest), "mask"));
    assert_true(str_is(str_word(&rest), "p=0.5"));
    assert_int_equal(str_word(&rest).length, 0);
    assert_int_equal(str_word(&rest).length, 0);

    struct str line, text = str_of("one\n\nthree");
    assert_true(str_line(&text, &line) && str_is(line, "one"));
    assert_true(str_line(&text, &line) && str_is(line, ""));
    assert_true(str_line(&text, &line) && str_is(line, "three"));
    assert_false(str_line(&text, &line));
    text = str_of("end\n");
    assert_true(str_line(&text, &line) && str_is(line, "end"));
    assert_false(str_line(&text, &line));
}

static const char *name_at(const void *list, size_t i)
{
    return ((const char *const *)list)[i];
}

static void test_nearest_name_is_a_likely_one(void **state)
{
    (void)state;
    static const char *const names[] = {"mask", "dropout", "subnetworks", "lr", "p", "norm-cost"};
    /* clang-format off */
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"msak", "mask"},     {"maks", "mask"},       {"mask", "mask"},  {"MASK", "mask"},
        {"droput", "dropout"}, {"subn", "subnetworks"}, {"normcost", "norm-cost"},
        {"rl", "lr"},         {"q", NULL},            {"", NULL},        {"mist", NULL},
        {"backpropagation", NULL}, {"dxxpout", "dropout"}, {"dxxxout", NULL},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *nearest =
            str_nearest(cases[i].word, names, sizeof names / sizeof *names, name_at);
        if (!cases[i].nearest ? nearest != NULL
                              : !nearest || strcmp(nearest, cases[i].nearest) != 0)
            fail_msg("\"%s\" gave %s", cases[i].word, nearest ? nearest : "nothing");
    }
    char giant[5000];
    memset(giant, 'm', sizeof giant - 1);
    giant[sizeof giant - 1] = '\0';
    assert_null(str_nearest(giant, names, sizeof names / sizeof *names, name_at));
}

/* FNV-1a, 64 bits: vectors of its authors. */
static void test_hash_matches_published_values(void **state)
{
    (void)state;
    assert_true(str_hash("", 0) == 0xcbf29ce484222325u);
    assert_true(str_hash("a", 1) == 0xaf63dc4c8601ec8cu);
    assert_true(str_hash("foobar", 6) == 0x85944171f73967e8u);
}

static void test_err_is_cut_between_characters(void **state)
{
    (void)state;
    struct err err;
    assert_false(err_set(NULL, "nobody asks"));
    assert_false(err_set(&err, "%s:%d: bad", "a.md", 3));
    assert_string_equal(err.text, "a.md:3: bad");
    for (size_t shift = 0; shift < 4; shift++) {
        struct buf text = {0};
        buf_repeat(&text, "x", shift);
        buf_repeat(&text, "\xE2\x82\xAC", 400);
        err_set(&err, "%s", buf_text(&text));
        size_t length = strlen(err.text);
        assert_true(length < sizeof err.text && length > sizeof err.text - 8);
        for (size_t i = 0, step; i < length; i += step)
            assert_true(utf8_decode(err.text + i, length - i, &step) >= 0);
        buf_free(&text);
    }
}

/* A comma for the decimal point would break every file. Only the character set is the person's. */
static void test_numbers_ignore_the_locale(void **state)
{
    (void)state;
    setenv("LC_ALL", "de_DE.UTF-8", 1);
    setenv("LC_NUMERIC", "de_DE.UTF-8", 1);
    utf8_start();
    assert_string_equal(localeconv()->decimal_point, ".");
    assert_string_equal(setlocale(LC_MESSAGES, NULL), "C");
    assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_buf_grows_and_ends_with_nul),
        cmocka_unit_test(test_number_is_written_short_and_reads_back),
        cmocka_unit_test(test_number_is_read_whole_or_not_at_all),
        cmocka_unit_test(test_exponent_is_as_people_write_it),
        cmocka_unit_test(test_integer_is_exact),
        cmocka_unit_test(test_slices_are_cut),
        cmocka_unit_test(test_nearest_name_is_a_likely_one),
        cmocka_unit_test(test_hash_matches_published_values),
        cmocka_unit_test(test_err_is_cut_between_characters),
        cmocka_unit_test(test_numbers_ignore_the_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
