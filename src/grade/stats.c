/* Sums of marks, and adding them. */
#include "grade/results.h"
#include "grade/stats_sums.h"

#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { MOST_BINS = 1024, LEAST_BINS = 64, MOST_BIN_BYTES = 1 << 20 };

/* ---- histograms ----------------------------------------------------------------------------------- */

double bin_mean(const struct bin *bin)
{
    return (double)bin->sum / (double)bin->count;
}

void histogram_free(struct histogram *h)
{
    memory_free(h->bins);
    memory_free(h->more);
}

/* Where the key is or belongs. */
static size_t place(const struct histogram *h, int64_t key)
{
    size_t low = 0, high = h->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (h->bins[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Joins neighbours. */
static void coarsen(struct histogram *h)
{
    size_t kept = 0;
    h->shift++;
    for (size_t i = 0; i < h->count; i++) {
        struct bin bin = h->bins[i];
        bin.key >>= 1;
        bool joins = kept && h->bins[kept - 1].key == bin.key;
        struct bin *into = &h->bins[joins ? kept - 1 : kept];
        wide *sums = h->more + (size_t)(into - h->bins) * h->width;
        if (joins) {
            into->count += bin.count;
            into->sum += bin.sum;
            for (size_t w = 0; w < h->width; w++)
                sums[w] += h->more[i * h->width + w];
        } else {
            *into = bin;
            memmove(sums, h->more + i * h->width, h->width * sizeof *sums);
            kept++;
        }
    }
    h->count = kept;
}

static void insert(struct histogram *h, size_t at, int64_t key)
{
    if (h->count == h->capacity) {
        h->capacity = h->capacity ? h->capacity * 2 : 16;
        h->bins = memory_resize(h->bins, h->capacity * sizeof *h->bins);
        h->more = memory_resize(h->more, (h->capacity * h->width + 1) * sizeof *h->more);
    }
    size_t behind = h->count - at;
    memmove(&h->bins[at + 1], &h->bins[at], behind * sizeof *h->bins);
    memmove(h->more + (at + 1) * h->width, h->more + at * h->width,
            behind * h->width * sizeof *h->more);
    h->bins[at] = (struct bin){.key = key};
    memset(h->more + at * h->width, 0, h->width * sizeof *h->more);
    h->count++;
}

/* Returns the bin, whose further sums the caller may add to. */
size_t histogram_add(struct histogram *h, int64_t value, int64_t count, wide sum)
{
    int64_t key = value >> h->shift;
    size_t at = place(h, key);
    if (at == h->count || h->bins[at].key != key)
        insert(h, at, key);
    h->bins[at].count += count;
    h->bins[at].sum += sum;
    if (h->count <= h->most)
        return at;
    while (h->count > h->most)
        coarsen(h);
    return place(h, value >> h->shift);
}

void histogram_merge(struct histogram *h, const struct histogram *more)
{
    assert(h->width == more->width);
    while (h->shift < more->shift)
        coarsen(h);
    for (size_t i = 0; i < more->count; i++) {
        const struct bin *bin = &more->bins[i];
        int64_t value = bin->key * ((int64_t)1 << more->shift);
        size_t at = histogram_add(h, value, bin->count, bin->sum);
        for (size_t w = 0; w < h->width; w++)
            h->more[at * h->width + w] += more->more[i * h->width + w];
    }
}

/* ---- a quiz --------------------------------------------------------------------------------------- */

/* What guessing earns on average, as Moodle has it: NaN where it says nothing. */
static double random_guess(const struct question *question)
{
    double sum = 0;
    switch (question->kind) {
    case QUESTION_ONE_CHOICE:
    case QUESTION_TRUE_FALSE:
        for (size_t i = 0; i < question->choice_count; i++)
            sum += question->choices[i].fraction;
        return question->choice_count ? sum / (double)question->choice_count : NAN;
    case QUESTION_MATCHING:
    case QUESTION_ORDER:
        return question->right_count ? 1 / (double)question->right_count : NAN;
    case QUESTION_SHORT:
        for (size_t i = 0; i < question->choice_count; i++)
            if (strcmp(question->choices[i].text.text, "*") == 0)
                return question->choices[i].fraction;
        return 0;
    case QUESTION_NUMERIC:
        return 0;
    default:
        return NAN;
    }
}

static void open_item(struct stats *stats, struct stats_item *item, const struct question *question)
{
    enum form form = question_form(question);
    item->key = arena_strdup(&stats->arena, question->key);
    item->max = question->points;
    item->random_guess = random_guess(question);
    item->marks.most = item->rests.most = MOST_BINS;
    if (form == FORM_PAIRS || form == FORM_ORDER)
        return;
    item->has_other = form == FORM_TEXT || form == FORM_NUMBER;
    item->options = ARENA_ARRAY(&stats->arena, question->choice_count + 1, struct stats_option);
    for (size_t i = 0; i < question->choice_count; i++)
        item->options[item->option_count++] = (struct stats_option){
            .text = arena_strdup(&stats->arena, question->choices[i].shown),
            .fraction = question->choices[i].fraction,
        };
    if (item->has_other)
        item->options[item->option_count++].text = "";
    stats->option_count += item->option_count;
}

/* What is needed beyond the items themselves. */
void stats_open_sums(struct stats *stats)
{
    size_t width = stats->p + stats->option_count;
    size_t most = MOST_BIN_BYTES / ((width + 1) * sizeof(wide));
    stats->totals.width = width;
    stats->totals.most = most > MOST_BINS ? MOST_BINS : most < LEAST_BINS ? LEAST_BINS : most;
    stats->units = ARENA_ARRAY(&stats->arena, stats->p + 1, int64_t);
    stats->has_rows = true;
}

/* Products of two scores, summed over a billion learners, must fit. */
static bool choose_bits(struct stats *stats, double max, struct err *err)
{
    enum { MOST_BITS = 40, PRODUCT_BITS = 48 };
    int exponent;
    frexp(max, &exponent);
    stats->bits = exponent > 8 ? PRODUCT_BITS - exponent : MOST_BITS;
    return stats->bits >= 20 || err_set(err, "%s: too many points for statistics", stats->quiz);
}

struct stats *stats_new(const struct quiz *quiz, struct err *err)
{
    struct stats *stats = memory_alloc(sizeof *stats);
    *stats = (struct stats){0};
    arena_init(&stats->arena);
    stats->quiz = arena_strdup(&stats->arena, quiz->id);
    stats->items = ARENA_ARRAY(&stats->arena, quiz->count + 1, struct stats_item);
    stats->number = ARENA_ARRAY(&stats->arena, quiz->count + 1, size_t);
    double max = 0;
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        stats->number[i] = SIZE_MAX;
        if (!question_is_gradable(question))
            continue;
        stats->number[i] = stats->p;
        stats->hash = (stats->hash ^ question->hash) * 1099511628211u;
        max += question->points;
        open_item(stats, &stats->items[stats->p++], question);
    }
    stats_open_sums(stats);
    if (choose_bits(stats, max, err))
        return stats;
    stats_free(stats);
    return NULL;
}

void stats_free(struct stats *stats)
{
    if (!stats)
        return;
    for (size_t i = 0; i < stats->p; i++) {
        histogram_free(&stats->items[i].marks);
        histogram_free(&stats->items[i].rests);
    }
    histogram_free(&stats->totals);
    buf_free(&stats->rows);
    arena_free(&stats->arena);
    memory_free(stats);
}

const char *stats_quiz(const struct stats *stats)
{
    return stats->quiz;
}

/* ---- a row ---------------------------------------------------------------------------------------- */

static const char *next_piece(const char *at, struct stats_piece *piece)
{
    memcpy(piece, at, sizeof *piece);
    return at + sizeof *piece;
}

static void add_options(struct stats_item *item, wide *takers, const char *at, uint32_t count,
                        int64_t rest)
{
    for (uint32_t o = 0; o < count; o++) {
        uint32_t option;
        memcpy(&option, at + o * sizeof option, sizeof option);
        assert(option < item->option_count);
        item->options[option].count++;
        item->options[option].rest += rest;
        takers[option]++;
    }
}

size_t stats_add_row(struct stats *stats, const char *bytes, size_t size)
{
    const char *at = bytes;
    int64_t total = 0;
    struct stats_piece piece;
    for (size_t i = 0; i < stats->p; i++) {
        at = next_piece(at, &piece);
        stats->units[i] = piece.units;
        total += piece.units;
        at += piece.options * sizeof(uint32_t);
    }
    assert((size_t)(at - bytes) <= size);
    size_t length = (size_t)(at - bytes), bin = histogram_add(&stats->totals, total, 1, total);
    wide *sums = stats->totals.more + bin * stats->totals.width, *takers = sums + stats->p;
    at = bytes;
    for (size_t i = 0; i < stats->p; i++) {
        struct stats_item *item = &stats->items[i];
        at = next_piece(at, &piece);
        int64_t rest = total - piece.units;
        item->x += piece.units;
        item->xx += (wide)piece.units * piece.units;
        item->xt += (wide)piece.units * total;
        histogram_add(&item->marks, piece.units, 1, piece.units);
        histogram_add(&item->rests, rest, 1, rest);
        sums[i] += piece.units;
        item->blank += piece.blank;
        if (!piece.blank) {
            item->rest += rest;
            item->rest_rest += (wide)rest * rest;
        }
        add_options(item, takers, at, piece.options, rest);
        takers += item->option_count;
        at += piece.options * sizeof(uint32_t);
    }
    stats->s++;
    stats->t += total;
    stats->tt += (wide)total * total;
    if (stats->has_rows)
        buf_add_n(&stats->rows, bytes, length);
    if (stats->has_rows && stats->s * (int64_t)stats->p > STATS_MOST_CELLS) {
        stats->has_rows = false;
        buf_free(&stats->rows);
    }
    return length;
}

bool stats_add(struct stats *stats, const struct stats *more, struct err *err)
{
    if (stats->hash != more->hash || stats->p != more->p || stats->bits != more->bits ||
        strcmp(stats->quiz, more->quiz) != 0)
        return err_set(err, "the sums are of different quizzes, or of different versions of \"%s\"",
                       stats->quiz);
    histogram_merge(&stats->totals, &more->totals);
    for (size_t i = 0; i < stats->p; i++) {
        struct stats_item *item = &stats->items[i];
        const struct stats_item *other = &more->items[i];
        item->blank += other->blank;
        item->x += other->x;
        item->xx += other->xx;
        item->xt += other->xt;
        item->rest += other->rest;
        item->rest_rest += other->rest_rest;
        histogram_merge(&item->marks, &other->marks);
        histogram_merge(&item->rests, &other->rests);
        for (size_t o = 0; o < item->option_count; o++) {
            item->options[o].count += other->options[o].count;
            item->options[o].rest += other->options[o].rest;
        }
    }
    stats->s += more->s;
    stats->t += more->t;
    stats->tt += more->tt;
    stats->has_rows =
        stats->has_rows && more->has_rows && stats->s * (int64_t)stats->p <= STATS_MOST_CELLS;
    if (stats->has_rows)
        buf_add_n(&stats->rows, buf_text(&more->rows), more->rows.length);
    else
        buf_free(&stats->rows);
    return true;
}

/* ---- as a result format --------------------------------------------------------------------------- */

static void add_option(struct buf *out, struct stats_piece *piece, size_t option)
{
    uint32_t number = (uint32_t)option;
    buf_add_n(out, (const char *)&number, sizeof number);
    piece->options++;
}

static void piece(const struct sheet *sheet, size_t number, const struct outcome *outcome,
                  struct buf *out)
{
    struct stats *const *list = sheet->format->user;
    const struct stats *stats = list[sheet->quiz_number];
    if (stats->number[number] == SIZE_MAX)
        return;
    const struct stats_item *item = &stats->items[stats->number[number]];
    struct stats_piece piece = {
        .units = (int64_t)nearbyint(ldexp(outcome->points, stats->bits)),
        .blank = outcome->mark.state == MARK_GAVE_UP,
    };
    struct buf options = {0};
    size_t count = outcome->chosen.length / sizeof(size_t);
    for (size_t i = 0; i < count && item->option_count; i++) {
        size_t choice;
        bool again = false;
        memcpy(&choice, outcome->chosen.data + i * sizeof choice, sizeof choice);
        for (size_t j = 0; j < i; j++)
            again |= memcmp(outcome->chosen.data + j * sizeof choice, &choice, sizeof choice) == 0;
        if (!again)
            add_option(&options, &piece, choice);
    }
    if (!piece.blank && item->has_other && !count)
        add_option(&options, &piece, item->option_count - 1);
    buf_add_n(out, (const char *)&piece, sizeof piece);
    buf_add_n(out, buf_text(&options), options.length);
    buf_free(&options);
}

static void record(const struct sheet *sheet, const struct graded *graded, struct buf *out)
{
    for (size_t i = 0; i < sheet->quiz->count; i++)
        buf_add_n(out, graded->items[i]->piece.data, graded->items[i]->piece.length);
}

static bool take(void *user, size_t quiz, const char *bytes, size_t size)
{
    struct stats **list = user;
    for (size_t at = 0; at < size && list[quiz]->p;)
        at += stats_add_row(list[quiz], bytes + at, size - at);
    return true;
}

const struct result_format *stats_format(struct stats **list)
{
    struct result_format *format = memory_alloc(sizeof *format);
    *format = (struct result_format){
        .name = "stats",
        .extension = "",
        .together = true,
        .takes_results = true,
        .piece = piece,
        .record = record,
        .take = take,
        .user = list,
    };
    return format;
}

void stats_format_free(const struct result_format *format)
{
    memory_free((void *)format);
}
