/* Charts: what they look like (golden pictures), what numbers become, and that nothing is ever
 * written outside of a chart's rectangle. */
#include "support/golden.h"
#include "support/test.h"

#include "base/rng.h"
#include "base/utf8.h"
#include "draw/chart.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 200 };

static void check_picture(struct grid *grid, const char *name)
{
    struct buf out = {0}, path = {0};
    grid_print_text(grid, false, &out);
    buf_addf(&path, "tests/golden/draw/%s.txt", name);
    golden_check(buf_text(&path), buf_text(&out));
    buf_clear(&out);
    grid_print_text(grid, true, &out);
    buf_clear(&path);
    buf_addf(&path, "tests/golden/draw/%s-ascii.txt", name);
    golden_check(buf_text(&path), buf_text(&out));
    buf_free(&out);
    buf_free(&path);
    grid_free(grid);
}

static void test_numbers_are_written_for_people(void **state)
{
    (void)state;
    static const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {
        {0, 3, "0"},
        {-0.0, 3, "0"},
        {0.1223, 3, "0.122"},
        {2.7e-5, 2, "2.7e-5"},
        {1.3e16, 2, "1.3e16"},
        {1, 3, "1"},
        {12345, 3, "12345"},
        {-1.50, 3, "-1.5"},
        {999.96, 4, "1000"},
        {0.9996, 3, "1"},
        {1e-4, 3, "1e-4"},
        {0.001, 3, "0.001"},
        {16777216, 3, "1.68e7"},
        {1e100, 1, "1e100"},
        {0.1, 99, "0.10000000000000001"},
        {NAN, 3, "not a number"},
        {INFINITY, 3, "infinity"},
        {-INFINITY, 3, "-infinity"},
        {2.0 / 3, 0, "0.7"},
        {100.5, 2, "100"},
        {1234567.4, 3, "1234567"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = {0};
        chart_number(&out, cases[i].value, cases[i].digits);
        assert_string_equal(buf_text(&out), cases[i].text);
        buf_free(&out);
    }
}

/* The losses of a network that overfits. */
static void fill_losses(double *train, double *test)
{
    for (int i = 0; i < POINTS; i++) {
        train[i] = 2.22 * exp(-i / 30.0) + 0.08;
        test[i] = 1.95 * exp(-i / 25.0) + 0.35 + 0.002 * i;
    }
}

static void test_plot_names_its_curves_at_their_ends(void **state)
{
    (void)state;
    double train[POINTS], test[POINTS];
    fill_losses(train, test);
    static const double chance[] = {2.3026};
    static const char *const chance_name[] = {"chance"};
    const struct series curves[] = {
        {.name = "train", .y = train, .count = POINTS, .role = ROLE_SERIES_1},
        {.name = "test", .y = test, .count = POINTS, .role = ROLE_SERIES_2}};
    const struct plot plot = {.title = "Loss",
                              .y_label = "cross-entropy",
                              .x_label = "epoch",
                              .series = curves,
                              .series_count = 2,
                              .include_zero = true,
                              .rules = chance,
                              .rule_names = chance_name,
                              .rule_count = 1};
    static const struct {
        const char *name;
        int width, height;
    } sizes[] = {
        {"plot-80x24", 80, 24}, {"plot-40x12", 40, 12}, {"plot-30x8", 30, 8}, {"plot-16x4", 16, 4}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct grid grid;
        grid_init(&grid, sizes[i].width, sizes[i].height);
        chart_plot(&grid, (struct rect){0, 0, sizes[i].width, sizes[i].height}, &plot);
        check_picture(&grid, sizes[i].name);
    }
}

static void test_plot_shows_gaps_and_infinities(void **state)
{
    (void)state;
    double norm[POINTS];
    for (int i = 0; i < POINTS; i++)
        norm[i] = i > 80 && i < 100 ? NAN : pow(10, -i / 40.0);
    norm[30] = INFINITY;
    norm[120] = 0; /* has no logarithm */
    const struct series curve = {
        .name = "without skips", .y = norm, .count = POINTS, .role = ROLE_SERIES_3};
    const struct plot plot = {.title = "Gradient norm",
                              .x_label = "layer",
                              .series = &curve,
                              .series_count = 1,
                              .log_y = true};
    struct grid grid;
    grid_init(&grid, 64, 14);
    chart_plot(&grid, (struct rect){0, 0, 64, 14}, &plot);
    check_picture(&grid, "plot-log");
}

static void test_plot_scatters_points_with_signs_of_their_own(void **state)
{
    (void)state;
    double x[2][30], y[2][30];
    struct rng rng;
    rng_init(&rng, 2, 0, 0);
    for (int i = 0; i < 30; i++)
        for (int s = 0; s < 2; s++) {
            x[s][i] = rng_normal(&rng) + 2 * s - 1;
            y[s][i] = rng_normal(&rng) + s;
        }
    const struct series points[] = {{"inner", x[0], y[0], 30, ROLE_SERIES_1, true},
                                    {"outer", x[1], y[1], 30, ROLE_SERIES_2, true}};
    const struct plot plot = {.title = "Two classes", .series = points, .series_count = 2};
    struct grid grid;
    grid_init(&grid, 60, 16);
    chart_plot(&grid, (struct rect){0, 0, 60, 16}, &plot);
    check_picture(&grid, "plot-points");
}

static void test_plot_of_a_narrow_range_keeps_its_digits(void **state)
{
    (void)state;
    double y[50];
    for (int i = 0; i < 50; i++)
        y[i] = 0.9731 + 0.0004 * sin(i / 8.0);
    const struct series curve = {.y = y, .count = 50, .role = ROLE_SERIES_1};
    struct grid grid;
    grid_init(&grid, 50, 10);
    chart_plot(&grid, (struct rect){0, 0, 50, 10},
               &(struct plot){.y_label = "accuracy", .series = &curve, .series_count = 1});
    check_picture(&grid, "plot-narrow-range");
}

/* Two rows have no room for -1, 0 and 1: the ends are labelled as they are. */
static void test_plot_around_zero_fits_into_two_rows(void **state)
{
    (void)state;
    static const double y[] = {-0.88, 0.2, 0.83, 0.1, -0.88};
    const struct series curve = {.y = y, .count = 5, .role = ROLE_SERIES_1};
    struct grid grid;
    grid_init(&grid, 24, 4);
    chart_plot(&grid, (struct rect){0, 0, 24, 4},
               &(struct plot){.title = "Swing", .series = &curve, .series_count = 1});
    check_picture(&grid, "plot-two-rows");
}

static void test_plot_says_when_there_is_nothing_to_see(void **state)
{
    (void)state;
    static const double nothing[] = {NAN, NAN, NAN};
    const struct series curve = {.name = "loss", .y = nothing, .count = 3, .role = ROLE_SERIES_1};
    struct grid grid;
    grid_init(&grid, 40, 16);
    chart_plot(&grid, (struct rect){0, 0, 40, 7},
               &(struct plot){.title = "Diverged", .series = &curve, .series_count = 1});
    chart_plot(&grid, (struct rect){0, 8, 40, 7},
               &(struct plot){.title = "Not begun", .x_max = 1000, .y_max = 1});
    check_picture(&grid, "plot-empty");
}

static void test_bars_stand_beside_their_labels(void **state)
{
    (void)state;
    static const struct bar votes[] = {{"A", 7, NULL, ROLE_SERIES_1},
                                       {"B", 14, "14  right", ROLE_RIGHT},
                                       {"C", 0.2, NULL, ROLE_SERIES_1},
                                       {"D", 0, NULL, ROLE_SERIES_1}};
    static const struct bar errors[] = {
        {"no normalisation", -1.25, NULL, ROLE_SERIES_1},
        {"batch norm", 2.5, NULL, ROLE_SERIES_2},
        {"a label much longer than a third", 0.4, NULL, ROLE_SERIES_3},
        {"overflow", INFINITY, NULL, ROLE_SERIES_1},
        {"underflow", -INFINITY, NULL, ROLE_SERIES_1},
        {"0/0", NAN, NULL, ROLE_SERIES_1}};
    struct grid grid;
    grid_init(&grid, 60, 15);
    chart_bars(&grid, (struct rect){0, 0, 60, 4}, votes, 4);
    chart_bars(&grid, (struct rect){0, 5, 60, 6}, errors, 6);
    chart_bars(&grid, (struct rect){0, 12, 30, 3}, errors, 6);
    check_picture(&grid, "bars");
}

static void test_histogram_marks_a_bin(void **state)
{
    (void)state;
    double bell[41], few[6] = {1, 4, 9, 3, 0, NAN};
    for (int i = 0; i < 41; i++)
        bell[i] = round(800 * exp(-pow((i - 20) / 8.0, 2)));
    struct grid grid;
    grid_init(&grid, 60, 26);
    chart_histogram(&grid, (struct rect){0, 0, 60, 12}, bell, 41, -2.05, 0.1, 31);
    chart_histogram(&grid, (struct rect){0, 13, 60, 7}, few, 6, 0, 1, 2);
    chart_histogram(&grid, (struct rect){0, 21, 20, 5}, bell, 41, -2.05, 0.1, -1);
    check_picture(&grid, "histogram");
}

static void test_heat_maps_have_levels(void **state)
{
    (void)state;
    double wave[12 * 40];
    bool struck[4 * 12];
    for (int j = 0; j < 12; j++)
        for (int i = 0; i < 40; i++)
            wave[j * 40 + i] = sin(i / 6.0) * cos(j / 3.0);
    for (int i = 0; i < 48; i++)
        struck[i] = i % 5 == 1;
    struct grid grid;
    grid_init(&grid, 60, 18);
    assert_int_equal(chart_heat(&grid, (struct rect){0, 0, 60, 18}, wave, 12, 40, 0, 0, NULL, 1),
                     6);
    assert_int_equal(chart_heat(&grid, (struct rect){0, 7, 60, 11}, wave, 4, 12, -1, 1, struck, 3),
                     11);
    wave[3] = NAN;
    wave[5] = INFINITY;
    wave[7] = -INFINITY;
    assert_int_equal(chart_heat(&grid, (struct rect){0, 12, 60, 3}, wave, 1, 20, -1, 1, NULL, 2),
                     13);
    assert_int_equal(chart_heat(&grid, (struct rect){0, 14, 60, 4}, wave, 3, 20, -1, 1, NULL, 1),
                     16);
    check_picture(&grid, "heat");
}

static void test_heat_cells_hold_two_rows(void **state)
{
    (void)state;
    static const double values[] = {0, 1, NAN, NAN, 1, 0, 1, NAN};
    struct grid grid;
    grid_init(&grid, 4, 1);
    chart_heat(&grid, (struct rect){0, 0, 4, 1}, values, 2, 4, 0, 1, NULL, 1);
    static const struct {
        uint32_t character;
        uint8_t fg, bg;
    } expected[] = {{0x2580, 1, 24}, {0x2580, 24, 1}, {0x2584, 24, 0}, {' ', 0, 0}};
    for (int i = 0; i < 4; i++) {
        const struct cell *cell = grid_at(&grid, i, 0);
        assert_int_equal(cell->character, expected[i].character);
        assert_int_equal(cell->style.fg, expected[i].fg);
        assert_int_equal(cell->style.bg, expected[i].bg);
    }
    grid_free(&grid);
}

static void test_sparks_are_one_line(void **state)
{
    (void)state;
    static const double bell[] = {1, 2, 5, 8, 7, 3, 1};
    static const double odd[] = {-2, NAN, 0, INFINITY, 2, -INFINITY};
    static const double flat[] = {0, 0, 0};
    struct grid grid;
    struct buf out = {0};
    grid_init(&grid, 20, 1);
    int x = chart_spark(&grid, 0, 0, ROLE_SERIES_1, bell, 7);
    assert_int_equal(x, 7);
    x = chart_spark(&grid, x + 1, 0, ROLE_SERIES_1, odd, 6);
    x = chart_spark(&grid, x + 1, 0, ROLE_SERIES_1, flat, 3);
    assert_int_equal(x, 18);
    grid_print_text(&grid, false, &out);
    assert_string_equal(buf_text(&out), "▂▃▅█▇▄▂ ▁ ▅▲█▼ ▁▁▁\n");
    assert_int_equal(chart_spark(&grid, 16, 0, ROLE_SERIES_1, bell, 7), 20);
    buf_free(&out);
    grid_free(&grid);
}

static void test_tables_wrap_their_cells(void **state)
{
    (void)state;
    static const struct table_column columns[] = {
        {"layer", false}, {"what it does", false}, {"parameters", true}};
    static const char *const cells[] = {
        "batch norm",
        "subtracts the mean of the batch and divides by its standard deviation",
        "2 d",
        "dropout",
        "zeroes each unit with probability p",
        "0",
        "residual",
        "adds the input to the output",
        "0"};
    struct grid grid;
    grid_init(&grid, 80, 1);
    int y = chart_table(&grid, 0, 0, 80, columns, 3, cells, 3);
    y = chart_table(&grid, 0, y + 1, 44, columns, 3, cells, 3);
    y = chart_table(&grid, 2, y + 1, 24, columns, 3, cells, 3);
    y = chart_table(&grid, 2, y + 1, 2, columns, 3, cells, 1);
    assert_int_equal(y, chart_table(&grid, 0, y, 10, columns, 0, NULL, 0));
    assert_int_equal(grid.height, y);
    check_picture(&grid, "table");
}

static void test_sliders_and_progress_show_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *label, *value;
        double fraction;
        bool focused;
    } sliders[] = {{"p", "0.50", 0.5, true},
                   {"depth", "20", 1, false},
                   {"lr", "1e-4", 0, false},
                   {"a long name", "", NAN, false}};
    struct grid grid;
    grid_init(&grid, 40, 12);
    for (int i = 0; i < 4; i++) {
        struct rect track = chart_slider(&grid, 0, i, 34, sliders[i].label, 6, sliders[i].fraction,
                                         sliders[i].value, sliders[i].focused);
        assert_int_equal(track.x, 7);
        assert_int_equal(track.width, 21);
    }
    assert_int_equal(grid_at(&grid, 17, 0)->style.role, ROLE_FOCUS);
    static const double fractions[] = {0, 0.001, 0.5, 0.999, 1, INFINITY, NAN};
    for (int i = 0; i < 7; i++)
        chart_progress(&grid, 0, 5 + i, 20, fractions[i]);
    check_picture(&grid, "slider");
}

/* A value of any kind a computation can give. */
static double any_value(struct rng *rng)
{
    static const double odd[] = {0,       -0.0,     NAN,     INFINITY, -INFINITY,
                                 DBL_MAX, -DBL_MAX, DBL_MIN, 5e-324,   1e-300};
    uint32_t kind = rng_below(rng, 12);
    if (kind == 0)
        return odd[rng_below(rng, sizeof odd / sizeof *odd)];
    return kind < 8 ? rng_normal(rng) : exp(20 * rng_normal(rng));
}

static const char *any_text(struct rng *rng)
{
    static const char *const texts[] = {NULL,       "", "p", "漢字漢字漢字", "a name that is long",
                                        "y\xCC\x82"};
    return texts[rng_below(rng, sizeof texts / sizeof *texts)];
}

static const char *some_text(struct rng *rng)
{
    const char *text = any_text(rng);
    return text ? text : "";
}

static void draw_any_plot(struct rng *rng, struct grid *grid, struct rect at, const double *values,
                          size_t count)
{
    struct series series[5];
    const char *names[2] = {any_text(rng), any_text(rng)};
    for (size_t i = 0; i < 5; i++)
        series[i] = (struct series){.name = any_text(rng),
                                    .x = rng_below(rng, 2) ? values : NULL,
                                    .y = values + rng_below(rng, 20),
                                    .count = rng_below(rng, (uint32_t)count - 20),
                                    .role = (enum role)(ROLE_SERIES_1 + i % 4),
                                    .dots = rng_below(rng, 3) == 0};
    struct plot plot = {.title = any_text(rng),
                        .x_label = any_text(rng),
                        .y_label = any_text(rng),
                        .series = series,
                        .series_count = rng_below(rng, 6),
                        .log_y = rng_below(rng, 3) == 0,
                        .include_zero = rng_below(rng, 2),
                        .rules = values,
                        .rule_names = names,
                        .rule_count = rng_below(rng, 3)};
    if (rng_below(rng, 3) == 0) {
        plot.x_min = any_value(rng);
        plot.x_max = any_value(rng);
        plot.y_min = any_value(rng);
        plot.y_max = any_value(rng);
    }
    chart_plot(grid, at, &plot);
}

static void draw_any_bars(struct rng *rng, struct grid *grid, struct rect at, const double *values)
{
    struct bar bars[8];
    for (size_t i = 0; i < 8; i++)
        bars[i] = (struct bar){any_text(rng), values[i], any_text(rng), ROLE_SERIES_2};
    chart_bars(grid, at, bars, rng_below(rng, 9));
}

enum { SENTINEL = '~', WIDE = 70, HIGH = 30 };

static void check_outside(const struct grid *grid, struct rect at, int kind)
{
    for (int y = 0; y < grid->height && y < HIGH; y++)
        for (int x = 0; x < grid->width; x++) {
            bool within = x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height;
            if (!within && grid_at(grid, x, y)->character != SENTINEL)
                fail_msg("chart %d at %d,%d %dx%d wrote U+%04X at %d,%d", kind, at.x, at.y,
                         at.width, at.height, (unsigned)grid_at(grid, x, y)->character, x, y);
        }
}

static void test_nothing_is_written_outside_of_the_rectangle(void **state)
{
    (void)state;
    enum { COUNT = 60, ROUNDS = 12000 };
    struct rng rng;
    rng_init(&rng, 17, 0, 0);
    struct grid grid;
    grid_init(&grid, WIDE, HIGH);
    for (int round = 0; round < ROUNDS; round++) {
        double values[COUNT];
        bool struck[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = any_value(&rng);
            struck[i] = rng_below(&rng, 4) == 0;
        }
        struct rect at = {(int)rng_below(&rng, WIDE + 10) - 5, (int)rng_below(&rng, HIGH + 6) - 3,
                          (int)rng_below(&rng, WIDE) - 1, (int)rng_below(&rng, HIGH) - 1};
        grid_resize(&grid, WIDE, HIGH);
        grid_fill(&grid, 0, 0, WIDE, HIGH, STYLE(ROLE_TEXT), SENTINEL);
        int kind = round % 7;
        switch (kind) {
        case 0:
        case 1:
            draw_any_plot(&rng, &grid, at, values, COUNT);
            break;
        case 2:
            draw_any_bars(&rng, &grid, at, values);
            break;
        case 3:
            chart_histogram(&grid, at, values, 1 + rng_below(&rng, COUNT), any_value(&rng),
                            any_value(&rng), (int)rng_below(&rng, COUNT) - 1);
            break;
        case 4:
            chart_heat(&grid, at, values, 1 + rng_below(&rng, 6), 1 + rng_below(&rng, 10),
                       any_value(&rng), any_value(&rng), rng_below(&rng, 2) ? struck : NULL,
                       (int)rng_below(&rng, 4));
            break;
        case 5:
            at.height = 1;
            if (round % 2)
                chart_progress(&grid, at.x, at.y, at.width, values[0]);
            else
                chart_slider(&grid, at.x, at.y, at.width, some_text(&rng),
                             (int)rng_below(&rng, 20) - 2, values[0], some_text(&rng), round % 4);
            break;
        default: {
            struct table_column columns[4];
            const char *cells[12];
            for (int i = 0; i < 4; i++)
                columns[i] = (struct table_column){some_text(&rng), rng_below(&rng, 2)};
            for (int i = 0; i < 12; i++)
                cells[i] = some_text(&rng);
            at.y = at.y < 0 ? 0 : at.y;
            int end = chart_table(&grid, at.x, at.y, at.width, columns, 1 + rng_below(&rng, 4),
                                  cells, rng_below(&rng, 4));
            at.height = end - at.y;
            assert_true(at.width < 1 || grid.height >= end);
        }
        }
        check_outside(&grid, at, kind);
    }
    grid_free(&grid);
}

static void test_absurd_rectangles_are_survived(void **state)
{
    (void)state;
    static const int extremes[] = {INT32_MIN, -1, 0, 1, 5, INT32_MAX};
    static const double values[40] = {1, 2, 3};
    const struct series curve = {.name = "n", .y = values, .count = 40, .role = ROLE_SERIES_1};
    const struct plot plot = {.title = "t", .series = &curve, .series_count = 1};
    const struct bar bar = {"label", 3, NULL, ROLE_SERIES_1};
    struct grid grid;
    grid_init(&grid, 30, 8);
    for (int i = 0; i < 6 * 6 * 6 * 6; i++) {
        struct rect at = {extremes[i % 6], extremes[i / 6 % 6], extremes[i / 36 % 6],
                          extremes[i / 216]};
        if (at.width > 1000 && at.height > 1000)
            continue; /* correct, but slow to draw so often */
        chart_plot(&grid, at, &plot);
        chart_bars(&grid, at, &bar, 1);
        chart_histogram(&grid, at, values, 40, 0, 1, 3);
        chart_heat(&grid, at, values, 4, 10, 0, 0, NULL, 1);
        chart_slider(&grid, at.x, at.y, at.width, "p", at.height, 0.5, "0.5", true);
        chart_progress(&grid, at.x, at.y, at.width, 0.5);
        chart_spark(&grid, at.x < INT32_MAX ? at.x : 0, at.y, ROLE_TEXT, values, 40);
    }
    grid_free(&grid);
}

int main(void)
{
    utf8_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_written_for_people),
        cmocka_unit_test(test_plot_names_its_curves_at_their_ends),
        cmocka_unit_test(test_plot_shows_gaps_and_infinities),
        cmocka_unit_test(test_plot_scatters_points_with_signs_of_their_own),
        cmocka_unit_test(test_plot_of_a_narrow_range_keeps_its_digits),
        cmocka_unit_test(test_plot_around_zero_fits_into_two_rows),
        cmocka_unit_test(test_plot_says_when_there_is_nothing_to_see),
        cmocka_unit_test(test_bars_stand_beside_their_labels),
        cmocka_unit_test(test_histogram_marks_a_bin),
        cmocka_unit_test(test_heat_maps_have_levels),
        cmocka_unit_test(test_heat_cells_hold_two_rows),
        cmocka_unit_test(test_sparks_are_one_line),
        cmocka_unit_test(test_tables_wrap_their_cells),
        cmocka_unit_test(test_sliders_and_progress_show_their_place),
        cmocka_unit_test(test_nothing_is_written_outside_of_the_rectangle),
        cmocka_unit_test(test_absurd_rectangles_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
