/* The theme: readable at every number of colours, by computation rather than by taste. */
#include "support/test.h"

#include "draw/theme.h"

#include <math.h>
#include <string.h>

/* A colour of the xterm palette from 16 up, as 0xRRGGBB. */
static int32_t palette_rgb(int32_t index)
{
    static const int32_t steps[] = {0, 95, 135, 175, 215, 255};
    assert_in_range(index, 16, 255);
    if (index >= 232) {
        int32_t grey = 8 + 10 * (index - 232);
        return grey << 16 | grey << 8 | grey;
    }
    int32_t i = index - 16;
    return steps[i / 36] << 16 | steps[i / 6 % 6] << 8 | steps[i % 6];
}

static double linear(int32_t channel)
{
    double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance and contrast as WCAG 2.1 defines them. */
static double luminance(int32_t rgb)
{
    return 0.2126 * linear(rgb >> 16 & 255) + 0.7152 * linear(rgb >> 8 & 255) +
           0.0722 * linear(rgb & 255);
}

static double contrast(int32_t a, int32_t b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

static int32_t rgb_of(const struct theme *theme, int32_t color)
{
    return theme->depth == COLOR_RGB ? color : palette_rgb(color);
}

static void test_contrast_of_black_and_white_is_21(void **state)
{
    (void)state;
    assert_true(fabs(contrast(0x000000, 0xFFFFFF) - 21) < 1e-9);
    assert_true(fabs(contrast(0x767676, 0xFFFFFF) - 4.54) < 0.01); /* the well-known border case */
}

static void test_every_role_is_readable_on_its_background(void **state)
{
    (void)state;
    for (int depth = COLOR_256; depth <= COLOR_RGB; depth++) {
        for (int light = 0; light < 2; light++) {
            struct theme theme = {.depth = (enum color_depth)depth, .light = light};
            for (int role = 0; role < ROLE_COUNT; role++) {
                struct look look = theme_look(&theme, STYLE((uint8_t)role));
                assert_int_equal(look.bg, -1);
                if (look.fg < 0)
                    continue;
                double ratio = contrast(rgb_of(&theme, look.fg), light ? 0xFFFFFF : 0x000000);
                if (ratio < 4.5)
                    fail_msg("%s has a contrast of %.2f (depth %d, light %d)",
                             theme_role_name((enum role)role), ratio, depth, light);
            }
        }
    }
}

static void test_curves_have_colours_of_their_own(void **state)
{
    (void)state;
    for (int depth = COLOR_8; depth <= COLOR_RGB; depth++)
        for (int light = 0; light < 2; light++)
            for (int a = ROLE_SERIES_1; a <= ROLE_SERIES_4; a++)
                for (int b = a + 1; b <= ROLE_SERIES_4; b++) {
                    struct theme theme = {.depth = (enum color_depth)depth, .light = light};
                    assert_int_not_equal(theme_look(&theme, STYLE((uint8_t)a)).fg,
                                         theme_look(&theme, STYLE((uint8_t)b)).fg);
                }
}

static void test_eight_colours_avoid_the_unreadable_ones(void **state)
{
    (void)state;
    enum { BLUE = 4, YELLOW = 3, CYAN = 6 };
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct theme dark = {.depth = COLOR_8}, light = {.depth = COLOR_8, .light = true};
        int32_t on_dark = theme_look(&dark, STYLE((uint8_t)role)).fg;
        int32_t on_light = theme_look(&light, STYLE((uint8_t)role)).fg;
        assert_in_range(on_dark + 1, 0, 8);
        assert_true(on_dark != 0 && on_dark != BLUE);
        assert_true(on_light != 7 && on_light != YELLOW && on_light != CYAN);
    }
}

static void test_without_colours_only_attributes_remain(void **state)
{
    (void)state;
    static const uint8_t marked[] = {ROLE_TITLE, ROLE_STRONG, ROLE_LIVE,  ROLE_LINK, ROLE_KEY,
                                     ROLE_FOCUS, ROLE_RIGHT,  ROLE_WRONG, ROLE_INPUT};
    struct theme theme = {.depth = COLOR_NONE};
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct style style = {.role = (uint8_t)role, .fg = 3, .bg = 7};
        struct look look = theme_look(&theme, style);
        assert_int_equal(look.fg, -1);
        assert_int_equal(look.bg, -1);
        if (look.attributes & LOOK_DIM)
            assert_int_equal(role, ROLE_DIM);
    }
    for (size_t i = 0; i < sizeof marked; i++)
        assert_int_not_equal(theme_look(&theme, STYLE(marked[i])).attributes, 0);
    struct style bold = {.role = ROLE_TEXT, .bold = 1};
    assert_int_equal(theme_look(&theme, bold).attributes, LOOK_BOLD);
}

static void test_the_ramp_grows_brighter(void **state)
{
    (void)state;
    for (int depth = COLOR_256; depth <= COLOR_RGB; depth++) {
        struct theme theme = {.depth = (enum color_depth)depth};
        double first = 0, last = -1;
        for (int level = 1; level <= RAMP_LEVELS; level++) {
            struct style style = {.role = ROLE_TEXT, .fg = (uint8_t)level};
            double now = luminance(rgb_of(&theme, theme_look(&theme, style).fg));
            assert_true(depth == COLOR_RGB ? now > last : now >= last);
            last = now;
            if (level == 1)
                first = now;
        }
        assert_true(last > 0.7 && first < 0.05);
    }
}

static void test_text_on_the_ramp_is_readable(void **state)
{
    (void)state;
    for (int depth = COLOR_256; depth <= COLOR_RGB; depth++) {
        struct theme theme = {.depth = (enum color_depth)depth};
        for (int level = 1; level <= RAMP_LEVELS; level++) {
            struct style style = {.role = ROLE_FOCUS, .bg = (uint8_t)level};
            struct look look = theme_look(&theme, style);
            double ratio = contrast(rgb_of(&theme, look.fg), rgb_of(&theme, look.bg));
            if (ratio < 4.5)
                fail_msg("level %d has a contrast of %.2f at depth %d", level, ratio, depth);
            assert_false(look.attributes & LOOK_REVERSE);
        }
    }
}

static void test_roles_have_names_of_their_own(void **state)
{
    (void)state;
    for (int a = 0; a < ROLE_COUNT; a++)
        for (int b = 0; b < ROLE_COUNT; b++)
            assert_int_equal(
                strcmp(theme_role_name((enum role)a), theme_role_name((enum role)b)) == 0, a == b);
    assert_string_equal(theme_role_name(ROLE_COUNT), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contrast_of_black_and_white_is_21),
        cmocka_unit_test(test_every_role_is_readable_on_its_background),
        cmocka_unit_test(test_curves_have_colours_of_their_own),
        cmocka_unit_test(test_eight_colours_avoid_the_unreadable_ones),
        cmocka_unit_test(test_without_colours_only_attributes_remain),
        cmocka_unit_test(test_the_ramp_grows_brighter),
        cmocka_unit_test(test_text_on_the_ramp_is_readable),
        cmocka_unit_test(test_roles_have_names_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
