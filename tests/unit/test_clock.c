/* Time: turned by hand, held still from outside, written as text. */
#include "support/test.h"

#include "base/clock.h"

#include <stdlib.h>

static void test_manual_clock_stands_until_turned(void **state)
{
    (void)state;
    int64_t now_ms = 1700000000123;
    struct clock clock = clock_manual(&now_ms);
    assert_true(clock_wall_ms(&clock) == 1700000000123);
    assert_true(clock_mono_ns(&clock) == 1700000000123000000);
    now_ms += 16;
    assert_true(clock_wall_ms(&clock) == 1700000000139);
    assert_true(clock_mono_ns(&clock) == 1700000000139000000);
}

static void test_system_clock_runs_forward(void **state)
{
    (void)state;
    unsetenv("NNTUTOR_NOW");
    struct clock clock = clock_system();
    assert_true(clock_wall_ms(&clock) > 1700000000000);
    int64_t before = clock_mono_ns(&clock);
    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_mono_ns(&clock);
        assert_true(now >= before);
        before = now;
    }
}

static void test_environment_holds_the_wall_clock(void **state)
{
    (void)state;
    static const struct {
        const char *setting;
        int64_t wall_ms;
    } cases[] = {
        {"0", 0},
        {"1790000000", 1790000000000},
        {"-5", 0},
        {"99999999999999999999", 253402300799000},
        {"9223372036854775807", 253402300799000},
    };
    struct clock clock = clock_system();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setenv("NNTUTOR_NOW", cases[i].setting, 1);
        assert_true(clock_wall_ms(&clock) == cases[i].wall_ms);
    }
    setenv("NNTUTOR_NOW", "", 1);
    assert_true(clock_wall_ms(&clock) > 1700000000000);
}

static void test_time_is_written_in_utc(void **state)
{
    (void)state;
    static const struct {
        int64_t wall_ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {1795253400000, "2026-11-21T09:30:00Z"},
        {1795253400999, "2026-11-21T09:30:00Z"},
        {951782400000, "2000-02-29T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {253402300799999, "9999-12-31T23:59:59Z"},
        {INT64_MAX, "9999-12-31T23:59:59Z"},
    };
    setenv("TZ", "Asia/Tokyo", 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[CLOCK_TEXT];
        clock_format_utc(cases[i].wall_ms, text);
        assert_string_equal(text, cases[i].text);
    }
    char text[CLOCK_TEXT];
    clock_format_utc(INT64_MIN, text); /* any text that fits, and no crash */
    assert_true(text[0] != '\0');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manual_clock_stands_until_turned),
        cmocka_unit_test(test_system_clock_runs_forward),
        cmocka_unit_test(test_environment_holds_the_wall_clock),
        cmocka_unit_test(test_time_is_written_in_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
