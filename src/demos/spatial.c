/* Dropped pixels can be guessed from their neighbours, a dropped channel cannot.
 *
 * Each channel is a 24 x 24 map of noise, smoothed by a Gaussian of width sigma on a torus and
 * brought to mean 0 and variance 1. A dropped pixel is guessed as the mean of those that are kept
 * among its 8 neighbours (0 where none is). R2 = 1 - squared error/squares, over all that was
 * dropped: 1 is a perfect guess, 0 is no better than the mean. */
#include "demos/demo.h"
#include "demos/parts.h"
#include "demos/statistics.h"
#include "demos/streams.h"

#include <math.h>
#include <string.h>

enum { P, SIGMA, CHANNELS, KNOBS };
enum { R2_PIXEL, R2_CHANNEL, NEIGHBOUR_CORRELATION, DROPPED_PIXELS, DROPPED_CHANNELS, RESULTS };

enum { SIDE = 24, PIXELS = SIDE * SIDE, REACH_MOST = SIDE / 2 };

static const struct knob knobs[] = {
    [P] = {.name = "p",
           .kind = KNOB_NUMBER,
           .min = 0,
           .max = 1,
           .initial = 0.5,
           .step = 0.05,
           .help = "probability of dropping a pixel, or a whole channel"},
    [SIGMA] = {.name = "sigma",
               .kind = KNOB_NUMBER,
               .min = 0,
               .max = 3,
               .initial = 1.5,
               .step = 0.25,
               .unit = "pixels",
               .help = "how smooth the maps are; 0: neighbours know nothing of each other"},
    [CHANNELS] = {.name = "channels",
                  .kind = KNOB_INTEGER,
                  .min = 1,
                  .max = 1000,
                  .initial = 32,
                  .step = 1,
                  .logarithmic = true,
                  .unit = "maps",
                  .help = "how many maps are drawn"},
};

static const struct result results[] = {
    [R2_PIXEL] = {"r2_pixel", RESULT_NUMBER, NULL,
                  "share of dropped pixels' variance that neighbours give back; nan: none dropped"},
    [R2_CHANNEL] = {"r2_channel", RESULT_NUMBER, NULL, "the same for dropped channels"},
    [NEIGHBOUR_CORRELATION] = {"neighbour_correlation", RESULT_NUMBER, NULL,
                               "correlation of a pixel with the next one"},
    [DROPPED_PIXELS] = {"dropped_pixels", RESULT_INTEGER, "pixels", "by pixel dropout"},
    [DROPPED_CHANNELS] = {"dropped_channels", RESULT_INTEGER, "maps", "by channel dropout"},
};

struct state {
    double map[PIXELS], pixel[PIXELS], repaired[PIXELS]; /* of the first channel, for the picture */
    double error, squares, channel_error, channel_squares, products;
    size_t pixels, channels;
};

static size_t at(int row, int column)
{
    return (size_t)((row + SIDE) % SIDE * SIDE + (column + SIDE) % SIDE);
}

/* With a Gaussian along one axis. */
static void smooth(const double *from, double *to, double sigma, bool down)
{
    int reach = sigma > 0 ? (int)fmin(ceil(4 * sigma), REACH_MOST - 1) : 0;
    double weight[2 * REACH_MOST] = {0}, sum = 0;
    for (int d = -reach; d <= reach; d++)
        sum += weight[d + reach] = sigma > 0 ? exp(-d * d / (2 * sigma * sigma)) : 1;
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            double value = 0;
            for (int d = -reach; d <= reach; d++)
                value += weight[d + reach] * from[down ? at(i + d, j) : at(i, j + d)];
            to[at(i, j)] = value / sum;
        }
}

static void fill_map(struct rng *rng, double sigma, double *map)
{
    double noise[PIXELS], half[PIXELS];
    struct moments moments = {0};
    for (int i = 0; i < PIXELS; i++)
        noise[i] = rng_normal(rng);
    smooth(noise, half, sigma, true);
    smooth(half, map, sigma, false);
    for (int i = 0; i < PIXELS; i++)
        moments_add(&moments, map[i]);
    for (int i = 0; i < PIXELS; i++)
        map[i] = (map[i] - moments.mean) / moments_sd(&moments);
}

/* The mean of the neighbours that are kept. */
static double guess(const double *map, const bool *kept, int row, int column)
{
    double sum = 0, count = 0;
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++) {
            size_t k = at(row + i, column + j);
            if ((i || j) && kept[k]) {
                sum += map[k];
                count++;
            }
        }
    return count > 0 ? sum / count : 0;
}

static void one_channel(struct demo_run *run, struct state *s)
{
    struct rng rng;
    double map[PIXELS], p = run->knob[P].number;
    bool kept[PIXELS], none[PIXELS] = {0}, first = run->done == 0;
    rng_init(&rng, run->seed, STREAM_SPATIAL, run->done++);
    fill_map(&rng, run->knob[SIGMA].number, map);
    for (int i = 0; i < PIXELS; i++)
        kept[i] = !rng_bernoulli(&rng, p);
    bool channel_dropped = rng_bernoulli(&rng, p);
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            size_t k = at(i, j);
            double off = map[k] - guess(map, kept, i, j);
            double channel_off = map[k] - guess(map, none, i, j);
            s->products += map[k] * map[at(i, j + 1)];
            if (!kept[k]) {
                s->error += off * off;
                s->squares += map[k] * map[k];
                s->pixels++;
            }
            if (channel_dropped) {
                s->channel_error += channel_off * channel_off;
                s->channel_squares += map[k] * map[k];
            }
            if (first) {
                s->map[k] = map[k];
                s->pixel[k] = kept[k] ? map[k] : NAN;
                s->repaired[k] = kept[k] ? map[k] : map[k] - off;
            }
        }
    s->channels += channel_dropped;
}

static bool spatial_start(struct demo_run *run, struct err *err)
{
    (void)err;
    run->state = ARENA_NEW(run->arena, struct state);
    run->total = (size_t)run->knob[CHANNELS].number;
    return true;
}

static bool spatial_step(struct demo_run *run, size_t work)
{
    struct state *s = run->state;
    for (size_t i = 0; i < work && run->done < run->total; i++)
        one_channel(run, s);
    demo_out_number(run, R2_PIXEL, s->pixels ? 1 - s->error / s->squares : NAN);
    demo_out_number(run, R2_CHANNEL, s->channels ? 1 - s->channel_error / s->channel_squares : NAN);
    demo_out_number(run, NEIGHBOUR_CORRELATION, s->products / ((double)run->done * PIXELS));
    demo_out_number(run, DROPPED_PIXELS, (double)s->pixels);
    demo_out_number(run, DROPPED_CHANNELS, (double)s->channels);
    return run->done < run->total;
}

static bool spatial_instant(const struct demo_run *run)
{
    enum { CHANNELS_MOST = 200 };
    return run->knob[CHANNELS].number <= CHANNELS_MOST;
}

/* A guess's worth: "0.9"; where nothing was dropped there is none. */
static struct line worth(const struct demo_run *run, int result)
{
    bool set = run->out[result].set;
    return set && isnan(run->out[result].number) ? line_of("nothing dropped")
                                                 : line_of("%s", show_result(run, result, 3).text);
}

/* Maps side by side: as they are, with pixels dropped, guessed; and a dropped channel. */
static void draw_maps(const struct demo_run *run, struct grid *grid, int y)
{
    const struct state *s = run->state;
    static const char *const names[] = {"the map", "pixels dropped", "guessed again",
                                        "channel dropped"};
    const double *const maps[] = {s->map, s->pixel, s->repaired};
    bool dropped[PIXELS];
    for (int i = 0; i < PIXELS; i++)
        dropped[i] = isnan(s->pixel[i]);
    bool big = grid->width >= 4 * (2 * SIDE + 1) - 1 && grid->height - y > SIDE;
    int cell = big ? 2 : 1, width = SIDE * cell + 1;
    for (int i = 0; i < 4 && (i + 1) * width - 1 <= grid->width; i++) {
        show_text(grid, i * width, y, width - 1, ROLE_DIM, names[i]);
        struct rect place = {i * width, y + 1, width - 1, grid->height - y - 1};
        int rows = big ? SIDE : SIDE / 2; /* a low picture shows the upper part */
        rows = rows > place.height ? place.height : rows;
        if (i < 3)
            chart_heat(grid, place, maps[i], (size_t)rows * (big ? 1 : 2), SIDE, -2.5, 2.5,
                       big && i == 1 ? dropped : NULL, cell);
        else
            grid_box(grid, place.x, place.y, place.width, rows, STYLE(ROLE_FRAME), NULL, NULL);
    }
}

static void spatial_draw(const struct demo_run *run, struct grid *grid)
{
    enum { TALL = 10 };
    bool known = run->done > 0;
    struct shown p = show_number(run->knob[P].number, 3);
    struct shown sigma = show_number(run->knob[SIGMA].number, 3);
    struct line pixel = worth(run, R2_PIXEL), channel = worth(run, R2_CHANNEL);
    show_either(grid, 0, ROLE_STRONG,
                line_of("p %s, smoothness %s: dropped pixels guessed with R² %s, channels %s",
                        p.text, sigma.text, pixel.text, channel.text),
                line_of("p %s, smoothness %s", p.text, sigma.text));
    if (known && grid->height >= TALL && grid->width >= 3 * (SIDE + 1) - 1) {
        draw_maps(run, grid, grid->height - SIDE / 2 - 2 > 0 ? 2 : 1);
        return;
    }
    const struct bar bars[] = {
        {"pixels", known ? fmax(0, run->out[R2_PIXEL].number) : 0, pixel.text, ROLE_SERIES_1},
        {"channels", known ? fmax(0, run->out[R2_CHANNEL].number) : 0, channel.text, ROLE_SERIES_2},
    };
    show_either(grid, 1, ROLE_TEXT,
                line_of("how well what was dropped can be guessed from its neighbours (R²)"),
                line_of("guessed from neighbours (R²)"));
    chart_bars(grid, (struct rect){0, 2, grid->width, 2}, bars, 2);
    show_textf(grid, 0, 5, grid->width, ROLE_DIM, "neighbours correlate by %s",
               show_result(run, NEIGHBOUR_CORRELATION, 3).text);
}

static void spatial_describe(const struct demo_run *run, struct buf *out)
{
    buf_addf(out,
             "Maps of %d by %d pixels, smooth over %s pixels, lose pixels with probability %s, ",
             SIDE, SIDE, show_number(run->knob[SIGMA].number, 3).text,
             show_number(run->knob[P].number, 3).text);
    buf_add(out, "or lose whole channels. ");
    if (run->done == 0) {
        buf_add(out, "No map has been drawn yet.");
        return;
    }
    buf_addf(out, "Neighbouring pixels correlate by %s. ",
             show_result(run, NEIGHBOUR_CORRELATION, 3).text);
    if (isnan(run->out[R2_PIXEL].number)) {
        buf_add(out, "No pixel was dropped.");
        return;
    }
    if (run->out[R2_PIXEL].number < 0)
        buf_add(out, "The kept neighbours of a dropped pixel say nothing about it");
    else
        buf_addf(out, "The kept neighbours of a dropped pixel give back %s of its variance",
                 show_percent(run->out[R2_PIXEL].number, 3).text);
    if (isnan(run->out[R2_CHANNEL].number))
        buf_addf(out, "; of the %s channels none was dropped.", show_count((double)run->done).text);
    else
        buf_addf(out, "; of a dropped channel nothing comes back (%s).",
                 show_percent(run->out[R2_CHANNEL].number, 3).text);
}

const struct demo demo_spatial = {
    .name = "spatial",
    .title = "Pixels or channels",
    .theme = "Dropout",
    .sketch = "▓?▓?▓  ▓▓???",
    .question = "Can a net guess what dropout took away?",
    .knobs = knobs,
    .knob_count = KNOBS,
    .results = results,
    .result_count = RESULTS,
    .work_unit = "maps",
    .instant = spatial_instant,
    .start = spatial_start,
    .step = spatial_step,
    .draw = spatial_draw,
    .describe = spatial_describe,
};
