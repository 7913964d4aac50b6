/* JSON out and in. Jansson is the oracle: the same texts accepted, the same values. */
#include "support/test.h"

#include "support/oracle.h"

#include "base/json.h"
#include "base/rng.h"
#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const good[] = {
    "null",
    " true ",
    "\r\n\tfalse",
    "0",
    "-0",
    "-12.5e-3",
    "1E+2",
    "123456789012345",
    "0.1",
    "9007199254740991",
    "3.141592653589793238462643",
    "0.30000000000000004",
    "1e-400",
    "2.2250738585072014e-308",
    "\"\"",
    "\"plain\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u0041\\u00e9\\u20AC\\uD83D\\uDE00\"",
    "\"nul \\u0000 inside\"",
    "\"h\xC3\xA9 \xE6\xBC\xA2 \xF0\x9F\x98\x80 \x7F\"",
    "[]",
    "[ ]",
    "[1,2 , 3]",
    "[[],[[]],{}]",
    "{}",
    "{ \"a\" : 1 , \"b\" : [ true , null ] }",
    "{\"\":{\"\":{\"\":0}}}",
    "{\"demo\":\"mask\",\"seed\":1,\"results\":{\"alive\":[0.5,0.25]},\"elapsed_ms\":1.25}",
};

static const char *const bad[] = {
    "",
    " ",
    "nul",
    "nulll",
    "True",
    "NaN",
    "Infinity",
    "-",
    "+1",
    "01",
    "-01",
    ".5",
    "5.",
    "1e",
    "1e+",
    "0x1",
    "1 2",
    "1e999",
    "-1e999",
    "\"",
    "\"abc",
    "\"\\\"",
    "\"\\x\"",
    "\"\\u12\"",
    "\"\\u12G4\"",
    "\"\\uD83D\"",
    "\"\\uD83Dx\"",
    "\"\\uD83D\\u0041\"",
    "\"\\uDE00\"",
    "\"a\nb\"",
    "\"\x01\"",
    "\"\xC3(\"",
    "\"\xED\xA0\x80\"",
    "\"\xFF\"",
    "'a'",
    "[",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1}",
    "]",
    "{",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "{1:2}",
    "{\"a\":1]",
    "{,}",
    "// comment\n1",
    "[1] x",
    "\xEF\xBB\xBF[]",
};

static void add_text(struct buf *plain, const struct json_reader *reader)
{
    buf_addf(plain, "<%zu>", reader->text.length);
    buf_add_n(plain, reader->text.data, reader->text.length);
}

/* Reads a whole text and writes its values as the oracle does; false where it is rejected. */
static bool read_plain(const char *text, size_t size, struct buf *plain)
{
    struct json_reader reader;
    json_open(&reader, text, size);
    enum json_event event;
    do {
        event = json_next(&reader);
        if (event == JSON_NUMBER)
            buf_addf(plain, "%.17g", reader.number + 0.0);
        else if (event == JSON_STRING || event == JSON_KEY)
            add_text(plain, &reader);
        else if (event != JSON_END && event != JSON_ERROR)
            buf_add(plain, (const char *const[]){[JSON_OBJECT] = "{",
                                                 [JSON_OBJECT_END] = "}",
                                                 [JSON_ARRAY] = "[",
                                                 [JSON_ARRAY_END] = "]",
                                                 [JSON_TRUE] = "true",
                                                 [JSON_FALSE] = "false",
                                                 [JSON_NULL] = "null"}[event]);
        if (event == JSON_KEY)
            buf_add(plain, ":");
        else if (event != JSON_OBJECT && event != JSON_ARRAY && reader.depth > 0)
            buf_add(plain, ",");
    } while (event != JSON_END && event != JSON_ERROR);
    assert_int_equal(json_next(&reader), event); /* the end stays the end */
    json_close(&reader);
    return event == JSON_END;
}

static bool accepts(const char *text, size_t size)
{
    struct buf plain = {0};
    bool accepted = read_plain(text, size, &plain);
    buf_free(&plain);
    return accepted;
}

static void test_good_texts_give_the_oracles_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct buf ours = {0}, theirs = {0};
        size_t size = strlen(good[i]);
        if (oracle_json(good[i], size, &theirs) != ORACLE_ACCEPTS)
            fail_msg("the oracle rejects %s", good[i]);
        if (!read_plain(good[i], size, &ours))
            fail_msg("rejected: %s", good[i]);
        assert_int_equal(ours.length, theirs.length);
        assert_memory_equal(ours.data, theirs.data, ours.length);
        buf_free(&ours);
        buf_free(&theirs);
    }
}

static void test_bad_texts_are_rejected_as_by_the_oracle(void **state)
{
    (void)state;
    struct buf theirs = {0};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (oracle_json(bad[i], strlen(bad[i]), &theirs) != ORACLE_REJECTS)
            fail_msg("the oracle accepts %s", bad[i]);
        if (accepts(bad[i], strlen(bad[i])))
            fail_msg("accepted: %s", bad[i]);
    }
    buf_free(&theirs);
}

/* Changes, inserts or cuts one byte; returns the new size. */
static size_t damage(struct rng *rng, char *text, size_t size)
{
    static const char alphabet[] = "{}[]\",:0123456789.-+eE\\u \n\tntfx\xC3\xA9";
    size_t at = rng_below(rng, (uint32_t)size + 1);
    if (rng_below(rng, 3) == 0) {
        memmove(text + at + 1, text + at, size - at);
        size++;
    } else if (at == size) {
        return size - (size > 0);
    }
    text[at] = alphabet[rng_below(rng, sizeof alphabet - 1)];
    return size;
}

/* Accepted by both with the same values, or rejected by both. */
static void test_damaged_texts_are_judged_as_by_the_oracle(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 8259, 0, 0);
    int accepted = 0;
    for (int round = 0; round < 40000; round++) {
        char text[256];
        const char *source = good[rng_below(&rng, sizeof good / sizeof *good)];
        size_t size = strlen(source);
        memcpy(text, source, size);
        for (uint32_t edits = 1 + rng_below(&rng, 3); edits > 0; edits--)
            size = damage(&rng, text, size);
        struct buf ours = {0}, theirs = {0};
        enum oracle_verdict verdict = oracle_json(text, size, &theirs);
        bool good_to_us = read_plain(text, size, &ours);
        if (verdict != ORACLE_ABSTAINS && good_to_us != (verdict == ORACLE_ACCEPTS))
            fail_msg("%s by us alone: %.*s", good_to_us ? "accepted" : "rejected", (int)size, text);
        /* It keeps only the last of two members with one name. */
        if (verdict == ORACLE_ACCEPTS && ours.length == theirs.length &&
            memcmp(ours.data, theirs.data, ours.length) != 0)
            fail_msg("other values: %.*s", (int)size, text);
        if (verdict == ORACLE_ACCEPTS && ours.length < theirs.length)
            fail_msg("values lost: %.*s", (int)size, text);
        accepted += good_to_us;
        buf_free(&ours);
        buf_free(&theirs);
    }
    assert_in_range(accepted, 2000, 38000); /* both sides of the border were visited */
}

static void test_errors_name_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "1:1: the text ends where a value should be"},
        {"[1,\n 2,\n x]", "3:2: expected a value"},
        {"{\n  \"a\" 1}", "2:7: expected a colon after the key"},
        {"{\"a\":1 \"b\":2}", "1:8: expected a comma or }"},
        {"[1 2]", "1:4: expected a comma or ]"},
        {"[1,]", "1:4: expected a value"},
        {"{\"a\":1,}", "1:8: expected a key in quotes"},
        {"[1]\n]", "2:1: more text after the value"},
        {"\"a\nb\"", "1:3: a control character inside a string"},
        {"\"ab\xFF\"", "1:4: a byte that is not UTF-8"},
        {"[\"ab", "1:5: the text ends inside a string"},
        {"[\"\\q\"]", "1:4: bad escape in a string"},
        {"[\"\\ud800\"]", "1:9: half a surrogate pair in a string"},
        {"[12, 013]", "1:6: bad number"},
        {"[1e400]", "1:2: a number too large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_reader reader;
        json_open(&reader, cases[i].text, strlen(cases[i].text));
        enum json_event event;
        while ((event = json_next(&reader)) != JSON_ERROR)
            assert_int_not_equal(event, JSON_END);
        assert_string_equal(reader.err.text, cases[i].error);
        json_close(&reader);
    }
}

static void test_depth_is_bounded(void **state)
{
    (void)state;
    struct buf deep = {0};
    for (int levels = JSON_DEPTH - 1; levels <= JSON_DEPTH + 1; levels++) {
        buf_clear(&deep);
        for (int i = 0; i < levels; i++)
            buf_add(&deep, i % 2 ? "[" : "{\"k\":");
        buf_add(&deep, "0");
        for (int i = levels; i-- > 0;)
            buf_add(&deep, i % 2 ? "]" : "}");
        assert_true(accepts(deep.data, deep.length) == (levels <= JSON_DEPTH));
    }
    buf_clear(&deep);
    buf_repeat(&deep, "[", 1000000);
    assert_false(accepts(deep.data, deep.length));
    buf_free(&deep);
}

static void test_number_is_the_nearest_double(void **state)
{
    (void)state;
    struct rng rng;
    rng_init(&rng, 4, 0, 0);
    for (int i = 0; i < 50000; i++) {
        char text[64];
        int places = (int)rng_below(&rng, 18);
        snprintf(text, sizeof text, "%s%.*f", rng_below(&rng, 2) ? "-" : "", places,
                 rng_unit(&rng) * pow(10, rng_below(&rng, 17)));
        struct json_reader reader;
        json_open(&reader, text, strlen(text));
        assert_int_equal(json_next(&reader), JSON_NUMBER);
        if (reader.number != strtod(text, NULL))
            fail_msg("%s read as %.17g", text, reader.number);
        assert_string_equal(buf_text(&reader.text), text);
        json_close(&reader);
    }
}

static void test_skip_passes_over_one_value(void **state)
{
    (void)state;
    static const char text[] = "{\"skip\":[1,{\"a\":[]},\"]\"],\"keep\":7}";
    struct json_reader r;
    json_open(&r, text, strlen(text));
    assert_int_equal(json_next(&r), JSON_OBJECT);
    assert_int_equal(json_next(&r), JSON_KEY);
    assert_true(json_skip(&r, json_next(&r)));
    assert_int_equal(json_next(&r), JSON_KEY);
    assert_string_equal(buf_text(&r.text), "keep");
    assert_true(json_skip(&r, json_next(&r)));
    assert_int_equal(json_next(&r), JSON_OBJECT_END);
    assert_int_equal(json_next(&r), JSON_END);
    json_close(&r);
    json_open(&r, "[1,", 3);
    assert_false(json_skip(&r, json_next(&r)));
    json_close(&r);
}

static void test_repeated_key_is_given_twice(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":1,\"a\":2}";
    struct json_reader r;
    json_open(&r, text, strlen(text));
    assert_int_equal(json_next(&r), JSON_OBJECT);
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(json_next(&r), JSON_KEY);
        assert_string_equal(buf_text(&r.text), "a");
        assert_int_equal(json_next(&r), JSON_NUMBER);
        assert_true(r.number == i);
    }
    json_close(&r);
}

static void test_what_is_written_reads_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        "plain",
                                        "\"quotes\" \\ and /",
                                        "two\nlines\ttab\x01\x7F",
                                        "h\xC3\xA9 \xE6\xBC\xA2 \xF0\x9F\x98\x80",
                                        "\n",
                                        "a\"",
                                        "\"a"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf out = {0};
        struct json_reader reader;
        json_add_string(&out, texts[i]);
        assert_null(strpbrk(buf_text(&out), "\n\t\x01\x7F"));
        json_open(&reader, out.data, out.length);
        assert_int_equal(json_next(&reader), JSON_STRING);
        assert_string_equal(buf_text(&reader.text), texts[i]);
        json_close(&reader);
        buf_free(&out);
    }
    struct buf out = {0};
    json_add_number(&out, 0.1);
    buf_add(&out, ",");
    json_add_number(&out, NAN);
    buf_add(&out, ",");
    json_add_number(&out, -INFINITY);
    assert_string_equal(buf_text(&out), "0.1,\"nan\",\"-inf\"");
    buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_texts_give_the_oracles_values),
        cmocka_unit_test(test_bad_texts_are_rejected_as_by_the_oracle),
        cmocka_unit_test(test_damaged_texts_are_judged_as_by_the_oracle),
        cmocka_unit_test(test_errors_name_line_and_column),
        cmocka_unit_test(test_depth_is_bounded),
        cmocka_unit_test(test_number_is_the_nearest_double),
        cmocka_unit_test(test_skip_passes_over_one_value),
        cmocka_unit_test(test_repeated_key_is_given_twice),
        cmocka_unit_test(test_what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
