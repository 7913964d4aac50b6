/* A polynomial through a few noisy points of sin(pi x): how the degree and a ridge penalty decide
 * what it does between the points.
 *
 * Legendre basis with constant; minimises |Xw - y|^2 + lambda |w|^2, at lambda 0 the solution of
 * minimum norm. The error is against the curve without noise, and its median is taken over many
 * draws of the points, because single draws differ by powers of ten. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/streams.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEGREE, LAMBDA, POINTS, NOISE, DRAWS, KNOBS };
enum { TRAIN_ERROR, TEST_ERROR, TEST_LOW, TEST_HIGH, WEIGHT_NORM, BY_DEGREE, BEST_DEGREE, RESULTS };

enum {
    DEGREE_MOST = 15,
    TERMS_MOST = DEGREE_MOST + 1,
    POINTS_MOST = 60,
    ROWS_MOST = POINTS_MOST + TERMS_MOST, /* the points and the rows of the penalty */
    DRAWS_MOST = 1000,
    GRID = 400,
};

static const struct knob knobs[] = {
    [DEGREE] = {.name = "degree",
                .kind = KNOB_INTEGER,
                .min = 0,
                .max = DEGREE_MOST,
                .initial = 8,
                .step = 1,
                .help = "degree of the polynomial"},
    [LAMBDA] = {.name = "lambda",
                .kind = KNOB_NUMBER,
                .min = 0,
                .max = 1000,
                .initial = 0,
                .step = 0.001,
                .logarithmic = true,
                .help = "ridge: strength of the penalty on the squared weights"},
    [POINTS] = {.name = "points",
                .kind = KNOB_INTEGER,
                .min = 2,
                .max = POINTS_MOST,
                .initial = 12,
                .step = 1,
                .unit = "points",
                .help = "points to fit, at random places"},
    [NOISE] = {.name = "noise",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 2,
               .initial = 0.2,
               .step = 0.05,
               .help = "standard deviation of the noise on each point"},
    [DRAWS] = {.name = "draws",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = DRAWS_MOST,
               .initial = 200,
               .step = 1,
               .logarithmic = true,
               .unit = "draws",
               .help = "draws of the points, of which the median is shown"},
};

static const struct result results[] = {
    [TRAIN_ERROR] = {"train_error", RESULT_NUMBER, NULL, "RMSE on the noisy points, median"},
    [TEST_ERROR] = {"test_error", RESULT_NUMBER, NULL, "RMSE against the true curve, median"},
    [TEST_LOW] = {"test_error_low", RESULT_NUMBER, NULL, "its lower quartile over the draws"},
    [TEST_HIGH] = {"test_error_high", RESULT_NUMBER, NULL, "its upper quartile"},
    [WEIGHT_NORM] = {"weight_norm", RESULT_NUMBER, NULL, "norm of the weights, median"},
    [BY_DEGREE] = {"by_degree", RESULT_LIST, NULL,
                   "median test error of each degree from 0 on, with this lambda"},
    [BEST_DEGREE] = {"best_degree", RESULT_INTEGER, NULL, "degree with the least of these"},
};

struct state {
    double basis[GRID][TERMS_MOST], truth[GRID], x[GRID];
    double *errors[TERMS_MOST], *train, *norm; /* one number for each draw */
    double by_degree[TERMS_MOST];
    size_t degrees; /* that are compared: at least to that of the knob */
    double point_x[POINTS_MOST], point_y[POINTS_MOST], fit[GRID]; /* of the first draw */
};

static void legendre(double *p, double x)
{
    p[0] = 1;
    p[1] = x;
    for (int k = 1; k + 1 < TERMS_MOST; k++)
        p[k + 1] = ((2 * k + 1) * x * p[k] - k * p[k - 1]) / (k + 1);
}

static double truth(double x)
{
    return sin(acos(-1.0) * x);
}

static void draw_points(const struct demo_run *run, size_t draw, double *x, double *y)
{
    struct rng rng;
    rng_init(&rng, run->seed, STREAM_POLYNOMIAL, draw);
    for (size_t i = 0; i < (size_t)run->knob[POINTS].number; i++) {
        x[i] = 2 * rng_unit(&rng) - 1;
        y[i] = truth(x[i]) + run->knob[NOISE].number * rng_normal(&rng);
    }
}

static bool polynomial_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    size_t draws = (size_t)run->knob[DRAWS].number;
    for (int i = 0; i < GRID; i++) {
        s->x[i] = -1 + 2.0 * i / (GRID - 1);
        s->truth[i] = truth(s->x[i]);
        legendre(s->basis[i], s->x[i]);
    }
    s->degrees = (size_t)fmax(12, run->knob[DEGREE].number + 1);
    for (size_t d = 0; d < s->degrees; d++)
        s->errors[d] = ARENA_ARRAY(run->arena, draws, double);
    s->train = ARENA_ARRAY(run->arena, draws, double);
    s->norm = ARENA_ARRAY(run->arena, draws, double);
    draw_points(run, 0, s->point_x, s->point_y);
    run->total = draws;
    return true;
}

/* ---- least squares by Householder reflections ---- */

struct matrix {
    double at[ROWS_MOST][POINTS_MOST + 1]; /* columns, and behind them the right side */
    size_t rows, columns;                  /* rows >= columns */
};

/* Makes column k zero below its diagonal, and reflects all columns behind it. */
static void reflect(struct matrix *m, size_t k, double v[ROWS_MOST], double *v_squared)
{
    double norm = 0;
    for (size_t i = k; i < m->rows; i++) {
        v[i] = m->at[i][k];
        norm = hypot(norm, v[i]);
    }
    v[k] += v[k] < 0 ? -norm : norm;
    *v_squared = 0;
    for (size_t i = k; i < m->rows; i++)
        *v_squared += v[i] * v[i];
    for (size_t j = k; j <= m->columns && *v_squared > 0; j++) {
        double dot = 0;
        for (size_t i = k; i < m->rows; i++)
            dot += v[i] * m->at[i][j];
        for (size_t i = k; i < m->rows; i++)
            m->at[i][j] -= 2 * dot / *v_squared * v[i];
    }
}

/* w (columns) that minimises |A w - b|; b is the column behind the others. */
static void solve_tall(struct matrix *m, double *w)
{
    double v[ROWS_MOST], squared;
    for (size_t k = 0; k < m->columns; k++)
        reflect(m, k, v, &squared);
    for (size_t k = m->columns; k-- > 0;) {
        double sum = m->at[k][m->columns];
        for (size_t j = k + 1; j < m->columns; j++)
            sum -= m->at[k][j] * w[j];
        w[k] = m->at[k][k] != 0 ? sum / m->at[k][k] : 0;
    }
}

/* The shortest w (rows) with A'w = b: A = QR, w = Q R'^-1 b. */
static void solve_wide(struct matrix *m, const double *b, double *w)
{
    double v[POINTS_MOST][ROWS_MOST], squared[POINTS_MOST] = {0};
    for (size_t k = 0; k < m->columns; k++)
        reflect(m, k, v[k], &squared[k]);
    memset(w, 0, m->rows * sizeof *w);
    for (size_t k = 0; k < m->columns; k++) {
        double sum = b[k];
        for (size_t j = 0; j < k; j++)
            sum -= m->at[j][k] * w[j];
        w[k] = m->at[k][k] != 0 ? sum / m->at[k][k] : 0;
    }
    for (size_t k = m->columns; k-- > 0;) {
        double dot = 0;
        for (size_t i = k; i < m->rows; i++)
            dot += v[k][i] * w[i];
        for (size_t i = k; i < m->rows && squared[k] > 0; i++)
            w[i] -= 2 * dot / squared[k] * v[k][i];
    }
}

/* The weights of the polynomial with `terms` terms. */
static void fit(const double *x, const double *y, size_t points, size_t terms, double lambda,
                double *w)
{
    struct matrix m = {0};
    double p[TERMS_MOST];
    bool wide = lambda == 0 && terms > points;
    m.rows = wide ? terms : points + (lambda > 0 ? terms : 0);
    m.columns = wide ? points : terms;
    for (size_t i = 0; i < points; i++) {
        legendre(p, x[i]);
        for (size_t j = 0; j < terms; j++)
            *(wide ? &m.at[j][i] : &m.at[i][j]) = p[j];
        if (!wide)
            m.at[i][terms] = y[i];
    }
    for (size_t j = 0; lambda > 0 && j < terms; j++)
        m.at[points + j][j] = sqrt(lambda);
    if (wide)
        solve_wide(&m, y, w);
    else
        solve_tall(&m, w);
}

/* ---- one draw and the medians ---- */

static double value_at(const double *basis, const double *w, size_t terms)
{
    double sum = 0;
    for (size_t j = 0; j < terms; j++)
        sum += w[j] * basis[j];
    return sum;
}

static double test_error(const struct state *s, const double *w, size_t terms)
{
    double sum = 0;
    for (int i = 0; i < GRID; i++) {
        double off = value_at(s->basis[i], w, terms) - s->truth[i];
        sum += off * off;
    }
    return sqrt(sum / GRID);
}

static void one_draw(const struct demo_run *run, struct state *s, size_t draw)
{
    double x[POINTS_MOST], y[POINTS_MOST], p[TERMS_MOST], w[TERMS_MOST], sum = 0, squares = 0;
    size_t points = (size_t)run->knob[POINTS].number;
    draw_points(run, draw, x, y);
    for (size_t d = 0; d < s->degrees; d++) {
        fit(x, y, points, d + 1, run->knob[LAMBDA].number, w);
        s->errors[d][draw] = test_error(s, w, d + 1);
        if (d != (size_t)run->knob[DEGREE].number)
            continue;
        for (size_t i = 0; i < points; i++) {
            legendre(p, x[i]);
            double off = value_at(p, w, d + 1) - y[i];
            sum += off * off;
        }
        for (size_t j = 0; j <= d; j++)
            squares += w[j] * w[j];
        for (int i = 0; i < GRID && draw == 0; i++)
            s->fit[i] = value_at(s->basis[i], w, d + 1);
    }
    s->train[draw] = sqrt(sum / (double)points);
    s->norm[draw] = sqrt(squares);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The number below which `share` of them lie, between the two nearest. */
static double quantile(const double *values, size_t count, double share)
{
    double sorted[DRAWS_MOST], place = share * (double)(count - 1);
    memcpy(sorted, values, count * sizeof *values);
    qsort(sorted, count, sizeof *sorted, compare);
    size_t i = (size_t)place;
    double next = i + 1 < count ? sorted[i + 1] : sorted[i];
    return sorted[i] + (place - (double)i) * (next - sorted[i]);
}

static bool polynomial_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_draw(run, s, run->done++);
    size_t degree = (size_t)run->knob[DEGREE].number, n = run->done, best = 0;
    for (size_t d = 0; d < s->degrees; d++) {
        s->by_degree[d] = quantile(s->errors[d], n, 0.5);
        best = s->by_degree[d] < s->by_degree[best] ? d : best;
    }
    demo_out_number(run, TRAIN_ERROR, quantile(s->train, n, 0.5));
    demo_out_number(run, TEST_ERROR, s->by_degree[degree]);
    demo_out_number(run, TEST_LOW, quantile(s->errors[degree], n, 0.25));
    demo_out_number(run, TEST_HIGH, quantile(s->errors[degree], n, 0.75));
    demo_out_number(run, WEIGHT_NORM, quantile(s->norm, n, 0.5));
    demo_out_list(run, BY_DEGREE, s->by_degree, s->degrees);
    demo_out_number(run, BEST_DEGREE, (double)best);
    return run->done < run->total;
}

/* ---- the picture ---- */

static void draw_fit(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    size_t points = (size_t)run->knob[POINTS].number;
    const struct series series[] = {
        {"points", s->point_x, s->point_y, points, ROLE_SERIES_2, true},
        {"truth", s->x, s->truth, GRID, ROLE_SERIES_3, false},
        {"fit", s->x, s->fit, GRID, ROLE_SERIES_1, false},
    };
    const struct plot plot = {.x_label = "x",
                              .y_label = "one of the draws",
                              .series = series,
                              .series_count = run->done > 0 ? 3 : 1,
                              .x_min = -1,
                              .x_max = 1,
                              .y_min = -2,
                              .y_max = 2};
    chart_plot(grid, at, &plot);
}

/* Median test error of each degree. */
static void draw_degrees(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    double degrees[TERMS_MOST], here[] = {run->knob[DEGREE].number};
    double error[] = {run->out[TEST_ERROR].number};
    for (size_t d = 0; d < s->degrees; d++)
        degrees[d] = (double)d;
    const struct series series[] = {
        {NULL, degrees, s->by_degree, s->degrees, ROLE_SERIES_1, false},
        {"here", here, error, 1, ROLE_SERIES_2, true},
    };
    const struct plot plot = {.x_label = "degree",
                              .y_label = "median test error",
                              .series = series,
                              .series_count = 2,
                              .log_y = true};
    chart_plot(grid, at, &plot);
}

/* A polynomial through all its points misses them by rounding alone. */
static struct shown train_error(const struct demo_run *run)
{
    const double rounding = 1e-9;
    const struct value *error = &run->out[TRAIN_ERROR];
    return error->set && error->number < rounding ? show_number(0, 2)
                                                  : show_result(run, TRAIN_ERROR, 2);
}

static void polynomial_draw(const struct demo_run *run, struct grid *grid)
{
    enum { WIDE = 60, TALL = 8 };
    struct shown degree = show_count(run->knob[DEGREE].number);
    struct shown lambda = show_number(run->knob[LAMBDA].number, 3);
    struct shown train = train_error(run), test = show_result(run, TEST_ERROR, 2);
    struct line narrow =
        line_of("degree %s: train %s, test %s", degree.text, train.text, test.text);
    show_either(grid, 0, ROLE_STRONG,
                line_of("degree %s, lambda %s: train error %s, test error %s", degree.text,
                        lambda.text, train.text, test.text),
                show_columns(narrow) <= grid->width
                    ? narrow
                    : line_of("train %s, test %s", train.text, test.text));
    show_either(
        grid, 1, ROLE_TEXT,
        line_of("medians of %s; half the test errors lie in %s to %s; |w| = %s",
                show_many((double)run->total, "draw").text, show_result(run, TEST_LOW, 2).text,
                show_result(run, TEST_HIGH, 2).text, show_result(run, WEIGHT_NORM, 2).text),
        grid->width >= WIDE
            ? line_of("medians of %s; |w| = %s", show_many((double)run->total, "draw").text,
                      show_result(run, WEIGHT_NORM, 2).text)
            : line_of("lambda %s, |w| = %s", lambda.text, show_result(run, WEIGHT_NORM, 2).text));
    struct rect at = {0, 2, grid->width, grid->height - 2};
    if (grid->height < TALL) {
        double logs[TERMS_MOST];
        const struct state *s = run->state;
        show_text(grid, 0, 2, grid->width, ROLE_TEXT,
                  run->done ? "log test error, degree 0 on:" : "noisy points of sin(pi x)");
        for (size_t d = 0; d < s->degrees; d++)
            logs[d] = s->by_degree[d] > 0 ? log10(s->by_degree[d]) : 0;
        if (run->done > 0)
            chart_spark(grid, 0, 3, ROLE_SERIES_1, logs, s->degrees);
        return;
    }
    if (run->done > 0 && grid->width >= WIDE) {
        int half = grid->width / 2;
        draw_degrees(run, grid, (struct rect){half, at.y, grid->width - half, at.height});
        at.width = half - 1;
    }
    draw_fit(run, grid, at);
}

static void polynomial_describe(const struct demo_run *run, struct buf *out)
{
    struct shown degree = show_count(run->knob[DEGREE].number);
    buf_addf(out,
             "A polynomial of degree %s is fitted to %s noisy points of a sine, with a ridge "
             "penalty of %s. ",
             degree.text, show_count(run->knob[POINTS].number).text,
             show_number(run->knob[LAMBDA].number, 3).text);
    if (run->done == 0) {
        buf_add(out, "How far it is from the true curve has not been computed yet.");
        return;
    }
    buf_addf(out, "In the median of %s it misses its own points by %s and the true curve by %s. ",
             show_many((double)run->done, "draw").text, train_error(run).text,
             show_result(run, TEST_ERROR, 2).text);
    buf_addf(out, "Half of the draws lie between %s and %s. ", show_result(run, TEST_LOW, 2).text,
             show_result(run, TEST_HIGH, 2).text);
    buf_addf(out, "The norm of its weights is %s. ", show_result(run, WEIGHT_NORM, 2).text);
    buf_addf(out, "With this penalty degree %s is best.",
             show_count(run->out[BEST_DEGREE].number).text);
}

static bool polynomial_instant(const struct demo_run *run)
{
    const double most = 200 * 12; /* draws times points that take under 50 ms */
    return run->knob[DRAWS].number * fmax(12, run->knob[POINTS].number) <= most;
}

const struct demo demo_polynomial = {
    .name = "polynomial",
    .title = "Wiggly polynomial",
    .theme = "Overfitting",
    .sketch = "•⡠⠒⢄•⢄⣀⠔•⠊",
    .question = "Which degree comes closest to the truth, and what does a penalty change?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "draws",
    .instant = polynomial_instant,
    .start = polynomial_start,
    .step = polynomial_step,
    .draw = polynomial_draw,
    .describe = polynomial_describe,
};
