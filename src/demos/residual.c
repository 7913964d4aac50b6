/* The slope lab: a skip around a block adds 1 to its slope.
 *
 * One block is F(x) = act(w x + b), or w x^2 + b for "quadratic". The residual stack is
 * x_{k+1} = x_k + F(x_k) with dy/dx = prod(1 + F'(x_k)); the plain stack is u_{k+1} = F(u_k) with
 * du/dx = prod(F'(u_k)); both begin with x. He et al. 2016, "Identity mappings". */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/slip.h"

#include <math.h>
#include <string.h>

enum { X, BLOCK, WEIGHT, BIAS, DEPTH, KNOBS };
enum { TANH, RELU, LINEAR, QUADRATIC };
enum {
    Y,
    DF_DX,
    DY_DX_PLAIN,
    DY_DX_RESIDUAL,
    FINITE_DIFFERENCE,
    ERROR,
    PRODUCT_PLAIN,
    PRODUCT_RESIDUAL,
    VANISHES,
    OUTCOME,
    RESULTS
};

enum { DEPTH_MOST = 1000 };
static const double vanished = 1e-3; /* a gradient this small or smaller counts as gone */
static const double exploded = 1e3;

static const char *const blocks[] = {"tanh", "relu", "linear", "quadratic", NULL};

static const struct knob knobs[] = {
    [X] = {.name = "x",
           .kind = KNOB_NUMBER,
           .min = -100,
           .max = 100,
           .initial = 1,
           .step = 0.1,
           .help = "the input"},
    [BLOCK] = {.name = "block",
               .kind = KNOB_WORD,
               .initial = TANH,
               .choices = blocks,
               .help = "the branch F(x): act(w x + b), or w x^2 + b for quadratic"},
    [WEIGHT] = {.name = "weight",
                .kind = KNOB_NUMBER,
                .min = -100,
                .max = 100,
                .initial = 0.5,
                .step = 0.1,
                .help = "w; the slope of a linear block"},
    [BIAS] = {.name = "bias",
              .kind = KNOB_NUMBER,
              .min = -100,
              .max = 100,
              .initial = 0,
              .step = 0.1,
              .help = "b, a constant inside the branch"},
    [DEPTH] = {.name = "depth",
               .kind = KNOB_INTEGER,
               .min = 1,
               .max = DEPTH_MOST,
               .initial = 1,
               .step = 1,
               .logarithmic = true,
               .unit = "blocks",
               .help = "how many equal blocks in a row"},
};

static const struct result results[] = {
    [Y] = {"y", RESULT_NUMBER, NULL, "output of the residual stack; x + F(x) at depth 1"},
    [DF_DX] = {"dF_dx", RESULT_NUMBER, NULL, "slope of the branch at x"},
    [DY_DX_PLAIN] = {"dy_dx_plain", RESULT_NUMBER, NULL, "slope of the stack without skips"},
    [DY_DX_RESIDUAL] = {"dy_dx_residual", RESULT_NUMBER, NULL, "slope of the stack with skips"},
    [FINITE_DIFFERENCE] = {"finite_difference", RESULT_NUMBER, NULL,
                           "the same slope measured by moving x a little"},
    [ERROR] = {"error", RESULT_NUMBER, NULL, "|finite_difference - dy_dx_residual|"},
    [PRODUCT_PLAIN] = {"product_plain", RESULT_NUMBER, NULL, "product of F'(u_k)"},
    [PRODUCT_RESIDUAL] = {"product_residual", RESULT_NUMBER, NULL, "product of 1 + F'(x_k)"},
    [VANISHES] = {"vanishes", RESULT_INTEGER, NULL,
                  "1 where the gradient with skips is 0.001 or less in size, else 0"},
    [OUTCOME] = {"outcome", RESULT_TEXT, NULL,
                 "the gradient with skips: healthy, vanishing, exploding or overflow"},
};

struct block {
    int kind;
    double weight, bias;
};

struct state {
    struct block block;
    double x, u; /* the stacks' signals after run->done blocks */
    double product_residual, product_plain;
    double *residual, *plain; /* sizes of the slopes after 0..depth blocks, for the picture */
};

static double branch(const struct block *f, double x)
{
    double z = f->weight * x + f->bias;
    switch (f->kind) {
    case TANH:
        return tanh(z);
    case RELU:
        return z > 0 ? z : 0;
    case QUADRATIC:
        return f->weight * x * x + f->bias;
    default:
        return z;
    }
}

static double slope(const struct block *f, double x)
{
    double z = f->weight * x + f->bias, c;
    switch (f->kind) {
    case TANH:
        c = cosh(z); /* 1 - tanh^2 would lose every digit where tanh is near 1 */
        return f->weight / (c * c);
    case RELU:
        return z > 0 ? f->weight : 0;
    case QUADRATIC:
        return 2 * f->weight * x;
    default:
        return f->weight;
    }
}

static bool residual_start(struct demo_run *run, struct err *err)
{
    (void)err;
    struct state *s = run->state = ARENA_NEW(run->arena, struct state);
    s->block = (struct block){(int)run->knob[BLOCK].number, run->knob[WEIGHT].number,
                              run->knob[BIAS].number};
    s->x = s->u = run->knob[X].number;
    s->product_plain = s->product_residual = 1;
    run->total = (size_t)run->knob[DEPTH].number;
    s->residual = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->plain = ARENA_ARRAY(run->arena, run->total + 1, double);
    s->residual[0] = s->plain[0] = 1;
    return true;
}

static double stack(const struct block *f, double x, size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        x += branch(f, x);
    return x;
}

/* The five-point rule, its error of the fourth order in h; h is a power of 2, so that x +- h carries
 * no rounding of its own. At the kink of a ReLU it gives the mean of the slopes of both sides. */
static double finite_difference(const struct block *f, double x, size_t depth)
{
    double h = 0x1p-10;
    double near = stack(f, x + h, depth) - stack(f, x - h, depth);
    double far = stack(f, x + 2 * h, depth) - stack(f, x - 2 * h, depth);
    return (8 * near - far) / (12 * h);
}

static const char *outcome(double gradient)
{
    if (!isfinite(gradient))
        return "overflow";
    double size = fabs(gradient);
    return size <= vanished ? "vanishing" : size >= exploded ? "exploding" : "healthy";
}

static void give_results(struct demo_run *run, const struct state *s)
{
    double x = run->knob[X].number;
    double measured = finite_difference(&s->block, x, run->done);
    demo_out_number(run, Y, s->x);
    demo_out_number(run, DF_DX, slope(&s->block, x));
    demo_out_number(run, DY_DX_PLAIN, s->product_plain);
    demo_out_number(run, DY_DX_RESIDUAL, s->product_residual);
    demo_out_number(run, FINITE_DIFFERENCE, measured);
    demo_out_number(run, ERROR, fabs(measured - s->product_residual));
    demo_out_number(run, PRODUCT_PLAIN, s->product_plain);
    demo_out_number(run, PRODUCT_RESIDUAL, s->product_residual);
    demo_out_number(run, VANISHES, fabs(s->product_residual) <= vanished);
    demo_out_text(run, OUTCOME, outcome(s->product_residual));
}

static bool residual_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++) {
        s->product_residual *= 1 + slope(&s->block, s->x);
        s->product_plain *= slope(&s->block, s->u);
        s->x += branch(&s->block, s->x);
        s->u = branch(&s->block, s->u);
        run->done++;
        s->residual[run->done] = fabs(s->product_residual);
        s->plain[run->done] = fabs(s->product_plain);
    }
    give_results(run, s);
    return run->done < run->total;
}

/* The branch and the sum as curves around x, with the point where we stand. */
static void draw_curves(const struct demo_run *run, struct grid *grid, struct rect at)
{
    enum { POINTS = 121 };
    const struct state *s = run->state;
    double x = run->knob[X].number, half = fmax(2, fabs(x) * 1.25);
    double xs[POINTS], plain[POINTS], skip[POINTS];
    for (int i = 0; i < POINTS; i++) {
        xs[i] = x + half * (2.0 * i / (POINTS - 1) - 1);
        plain[i] = branch(&s->block, xs[i]);
        skip[i] = xs[i] + plain[i];
    }
    double here[] = {x}, plain_here[] = {branch(&s->block, x)}, skip_here[] = {x + plain_here[0]};
    const struct series series[] = {
        {"x + F(x)", xs, skip, POINTS, ROLE_SERIES_1, false},
        {"F(x)", xs, plain, POINTS, ROLE_SERIES_2, false},
        {"here", here, skip_here, 1, ROLE_SERIES_1, true},
        {"here", here, plain_here, 1, ROLE_SERIES_2, true},
    };
    const struct plot plot = {.x_label = "x", .series = series, .series_count = 4};
    chart_plot(grid, at, &plot);
}

static void draw_slopes(const struct demo_run *run, struct grid *grid, struct rect at)
{
    const struct state *s = run->state;
    const struct series series[] = {
        {"with skips", NULL, s->residual, run->done + 1, ROLE_SERIES_1, false},
        {"plain", NULL, s->plain, run->done + 1, ROLE_SERIES_2, false},
    };
    const struct plot plot = {.x_label = "blocks",
                              .y_label = "size of the slope",
                              .series = series,
                              .series_count = 2,
                              .log_y = true};
    chart_plot(grid, at, &plot);
}

static const char *formula(const struct demo_run *run)
{
    static const char *const formulas[] = {"tanh(w x + b)", "ReLU(w x + b)", "w x + b", "w x² + b"};
    return formulas[(size_t)run->knob[BLOCK].number];
}

/* Where there is no room for a curve: the numbers. */
static void draw_numbers(const struct demo_run *run, struct grid *grid, int y)
{
    static const struct {
        const char *label;
        int result;
    } rows[] = {{"slope of F", DF_DX},
                {"plain slope", PRODUCT_PLAIN},
                {"with skips", PRODUCT_RESIDUAL},
                {"measured", FINITE_DIFFERENCE},
                {"y", Y}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++, y++) {
        show_text(grid, 1, y, 11, ROLE_TEXT, rows[i].label);
        show_text(grid, 13, y, grid->width - 13, ROLE_LIVE,
                  show_result(run, rows[i].result, 4).text);
    }
}

static void residual_draw(const struct demo_run *run, struct grid *grid)
{
    enum { CURVE_ROWS = 8 };
    bool known = run->out[Y].set, one = run->total == 1;
    struct shown w = show_number(run->knob[WEIGHT].number, 4);
    struct shown b = show_number(run->knob[BIAS].number, 4);
    struct shown x = show_number(run->knob[X].number, 4), slope_of_f = show_result(run, DF_DX, 4);
    struct shown skips = show_result(run, PRODUCT_RESIDUAL, 4);
    const char *word = known ? run->out[OUTCOME].word : "?";
    show_either(grid, 0, ROLE_STRONG,
                line_of("F(x) = %s with w = %s, b = %s; %zu block%s, x = %s", formula(run), w.text,
                        b.text, run->total, one ? "" : "s", x.text),
                line_of("%s, w %s, b %s; %zu block%s, x %s", run->knob[BLOCK].word, w.text, b.text,
                        run->total, one ? "" : "s", x.text));
    if (grid->height < CURVE_ROWS) {
        draw_numbers(run, grid, 1);
        return;
    }
    if (one)
        show_either(grid, 1, ROLE_TEXT,
                    line_of("slope of F: %s; slope with the skip: 1 + %s = %s (%s)",
                            slope_of_f.text, slope_of_f.text, skips.text, word),
                    line_of("slope %s; with skip %s", slope_of_f.text, skips.text));
    else
        show_either(grid, 1, ROLE_TEXT,
                    line_of("slope of the plain stack: %s; with skips: %s (%s)",
                            show_result(run, PRODUCT_PLAIN, 3).text, skips.text, word),
                    line_of("plain %s; with skips %s", show_result(run, PRODUCT_PLAIN, 3).text,
                            skips.text));
    if (!known) {
        show_text(grid, 1, 3, grid->width - 1, ROLE_MATH,
                  one ? "x ─┬─▶ F ─▶ + ─▶ y" : "x ─┬─▶ F ─▶ + ─┬─▶ F ─▶ + ─▶ …");
        show_text(grid, 1, 4, grid->width - 1, ROLE_MATH,
                  one ? "   └────────┘" : "   └────────┘   └────────┘");
        return;
    }
    struct rect at = {0, 2, grid->width, grid->height - 2};
    if (one)
        draw_curves(run, grid, at);
    else
        draw_slopes(run, grid, at);
}

static void residual_describe(const struct demo_run *run, struct buf *out)
{
    buf_addf(out, "A branch F(x) = %s with w = %s and b = %s, ", formula(run),
             show_number(run->knob[WEIGHT].number, 4).text,
             show_number(run->knob[BIAS].number, 4).text);
    if (run->total == 1)
        buf_addf(out, "used once at x = %s. ", show_number(run->knob[X].number, 4).text);
    else
        buf_addf(out, "%s times in a row from x = %s. ", show_count((double)run->total).text,
                 show_number(run->knob[X].number, 4).text);
    if (!run->out[Y].set) {
        buf_add(out, "The slopes with and without skips have not been computed yet.");
        return;
    }
    buf_addf(out, "At x the branch has the slope %s. ", show_result(run, DF_DX, 4).text);
    buf_addf(out, "Without skips the slope of the whole is %s; with skips it is %s and y is %s. ",
             show_result(run, PRODUCT_PLAIN, 3).text, show_result(run, PRODUCT_RESIDUAL, 4).text,
             show_result(run, Y, 4).text);
    if (isfinite(run->out[FINITE_DIFFERENCE].number))
        buf_addf(out, "Moving x a little measures %s. ",
                 show_result(run, FINITE_DIFFERENCE, 4).text);
    static const char *const says[][2] = {
        {"healthy", "The gradient with skips neither vanishes nor explodes."},
        {"vanishing", "The gradient vanishes although there are skips: the branch cancels them."},
        {"exploding", "With skips the gradient explodes."},
        {"overflow", "With skips the numbers overflow."},
        {NULL}};
    part_say(out, says, run->out[OUTCOME].word);
}

static struct block block_of(const struct demo_run *run)
{
    return ((const struct state *)run->state)->block;
}

static double branch_at_x(const struct demo_run *run)
{
    struct block f = block_of(run);
    return branch(&f, slip_knob(run, X));
}

static double without_bias(const struct demo_run *run, size_t depth)
{
    struct block f = block_of(run);
    f.bias = 0;
    return stack(&f, slip_knob(run, X), depth);
}

/* The slope where the bias is forgotten. */
static double slope_without_bias(const struct demo_run *run, double skip)
{
    struct block f = block_of(run);
    f.bias = 0;
    return run->knob[DEPTH].number == 1 ? skip + slope(&f, slip_knob(run, X)) : NAN;
}

static double stack_without_skip(const struct demo_run *run)
{
    struct block f = block_of(run);
    double u = slip_knob(run, X);
    for (double k = 0; k < slip_knob(run, DEPTH); k++)
        u = branch(&f, u);
    return u;
}

SLIP(skip_forgotten, stack_without_skip(run))
SLIP(bias_forgotten, without_bias(run, (size_t)slip_knob(run, DEPTH)))
SLIP(only_one_block, slip_knob(run, X) + branch_at_x(run))
SLIP(slope_bias_forgotten, slope_without_bias(run, 1))
SLIP(branch_bias_forgotten, slope_without_bias(run, 0))
SLIP(one_forgotten, slip_out(run, DY_DX_PLAIN))
SLIP(one_added, slip_out(run, DY_DX_RESIDUAL))
SLIP(one_block_slope, 1 + slip_out(run, DF_DX))
SLIP(slopes_added, 1 + slip_knob(run, DEPTH) * slip_out(run, DF_DX))
SLIP(one_branch_slope, slip_out(run, DF_DX))
SLIP(chain_rule_forgotten, slip_out(run, DF_DX) / slip_knob(run, WEIGHT))
SLIP(one_too_many, 1 + slip_out(run, DF_DX))
SLIP(value_for_slope, branch_at_x(run))

static const struct slip slips[] = {
    {Y, "left out the skip: y = x + F(x)", skip_forgotten},
    {Y, "forgot the bias", bias_forgotten},
    {Y, "went through one block only", only_one_block},
    {DF_DX, "added the 1 of the skip, which is not part of the branch", one_too_many},
    {DF_DX, "forgot the factor w of the chain rule", chain_rule_forgotten},
    {DF_DX, "gave the value F(x) instead of its slope", value_for_slope},
    {DF_DX, "forgot the bias", branch_bias_forgotten},
    {DY_DX_RESIDUAL, "forgot the 1 that the skip adds to each slope", one_forgotten},
    {DY_DX_RESIDUAL, "took the slope of one block; they multiply", one_block_slope},
    {DY_DX_RESIDUAL, "added the slopes of the blocks instead of multiplying them", slopes_added},
    {DY_DX_RESIDUAL, "forgot the bias", slope_bias_forgotten},
    {PRODUCT_RESIDUAL, "forgot the 1 that the skip adds to each slope", one_forgotten},
    {PRODUCT_RESIDUAL, "took the slope of one block; they multiply", one_block_slope},
    {PRODUCT_RESIDUAL, "added the slopes of the blocks instead of multiplying them", slopes_added},
    {FINITE_DIFFERENCE, "forgot the 1 that the skip adds to each slope", one_forgotten},
    {DY_DX_PLAIN, "added the 1 of a skip, which this stack has not", one_added},
    {DY_DX_PLAIN, "took the slope of one block; they multiply", one_branch_slope},
    {PRODUCT_PLAIN, "added the 1 of a skip, which this stack has not", one_added},
    {PRODUCT_PLAIN, "took the slope of one block; they multiply", one_branch_slope},
};

const struct demo demo_residual = {
    .name = "residual",
    .title = "Slope lab",
    .theme = "Residual connections",
    .sketch = "─┬─ F ─+─▸",
    .certain = true,
    .question = "What does a skip around a block do to the gradient?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .slips = slips,
    .slip_count = SLIP_COUNT(slips),
    .work_unit = "blocks",
    .start = residual_start,
    .step = residual_step,
    .draw = residual_draw,
    .describe = residual_describe,
};
