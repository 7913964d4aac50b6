/* Sums to figures. S attempts, p items, x_i a mark, T a total, X_i = T - x_i the rest; variances and
 * covariances over S - 1. */
#include "grade/stats_sums.h"
#include "grade/work.h"

#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* (sum_ab - sum_a sum_b / n) / (n - 1), from whole numbers, in points. What cancels cancels exactly:
 * the difference is formed over n before it becomes a double. */
static double covariance(const struct stats *stats, wide ab, wide a, wide b, int64_t n)
{
    if (n < 2)
        return NAN;
    /* n ab - a b can need more than 127 bits: the means are taken out first. */
    wide mean_a = a / n, mean_b = b / n;
    wide rest_a = a - mean_a * n, rest_b = b - mean_b * n;
    /* sum (x - ma)(y - mb) = ab - ma b - mb a + n ma mb, then the rests of the divisions */
    wide around = ab - mean_a * b - mean_b * a + mean_a * mean_b * n;
    double exact = (double)around - (double)rest_a * (double)rest_b / (double)n;
    return ldexp(exact, -2 * stats->bits) / (double)(n - 1);
}

static double points(const struct stats *stats, double units)
{
    return ldexp(units, -stats->bits);
}

static double correlation(double covariance_ab, double variance_a, double variance_b)
{
    double product = variance_a * variance_b;
    return product > 0 ? covariance_ab / sqrt(product) : NAN;
}

/* The covariance of both series sorted: the most that marks so distributed could have. */
static double most_covariance(const struct stats *stats, const struct stats_item *item)
{
    const struct histogram *a = &item->marks, *b = &item->rests;
    double mean_a = (double)item->x / (double)stats->s;
    double mean_b = (double)(stats->t - item->x) / (double)stats->s, sum = 0;
    size_t i = 0, j = 0;
    int64_t left_a = a->count ? a->bins[0].count : 0, left_b = b->count ? b->bins[0].count : 0;
    while (i < a->count && j < b->count) {
        int64_t both = left_a < left_b ? left_a : left_b;
        sum += (double)both * (bin_mean(&a->bins[i]) - mean_a) * (bin_mean(&b->bins[j]) - mean_b);
        left_a -= both;
        left_b -= both;
        if (!left_a && ++i < a->count)
            left_a = a->bins[i].count;
        if (!left_b && ++j < b->count)
            left_b = b->bins[j].count;
    }
    return ldexp(sum, -2 * stats->bits) / (double)(stats->s - 1);
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static double median(const struct stats *stats)
{
    int64_t low = (stats->s - 1) / 2, high = stats->s / 2, seen = 0;
    double sum = 0;
    for (size_t i = 0; i < stats->totals.count; i++) {
        const struct bin *bin = &stats->totals.bins[i];
        if (low >= seen && low < seen + bin->count)
            sum += bin_mean(bin);
        if (high >= seen && high < seen + bin->count)
            sum += bin_mean(bin);
        seen += bin->count;
    }
    return stats->s ? points(stats, sum / 2) : NAN;
}

static void add_shape(const struct stats *stats, struct quiz_figures *f)
{
    double n = (double)stats->s, m2 = 0, m3 = 0, m4 = 0;
    for (size_t i = 0; i < stats->totals.count; i++) {
        double away = points(stats, bin_mean(&stats->totals.bins[i])) - f->mean;
        double count = (double)stats->totals.bins[i].count;
        m2 += count * away * away;
        m3 += count * away * away * away;
        m4 += count * away * away * away * away;
    }
    m2 /= n;
    m3 /= n;
    m4 /= n;
    double k2 = f->sd * f->sd;
    double k3 = n * n * m3 / ((n - 1) * (n - 2));
    double k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3));
    if (stats->s > 2 && k2 > 0)
        f->skewness = k3 / pow(k2, 1.5);
    if (stats->s > 3 && k2 > 0)
        f->kurtosis = k4 / (k2 * k2);
}

/* ---- groups --------------------------------------------------------------------------------------- */

/* Sums of marks by item, then takers by option, of the best and the weakest 27 %. */
struct groups {
    double *upper, *lower;
    double size; /* of each; 0: too few learners */
};

struct ranked {
    const char *row;
    int64_t total;
};

static int by_total(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static void add_row(const struct stats *stats, const char *at, double *sums)
{
    double *takers = sums + stats->p;
    for (size_t i = 0; i < stats->p; i++) {
        struct stats_piece piece;
        memcpy(&piece, at, sizeof piece);
        at += sizeof piece;
        sums[i] += (double)piece.units;
        for (uint32_t o = 0; o < piece.options; o++, at += sizeof(uint32_t)) {
            uint32_t option;
            memcpy(&option, at, sizeof option);
            takers[option] += 1;
        }
        takers += stats->items[i].option_count;
    }
}

static void group_rows(const struct stats *stats, struct arena *arena, struct groups *groups)
{
    struct ranked *rows = ARENA_ARRAY(arena, (size_t)stats->s, struct ranked);
    const char *at = buf_text(&stats->rows);
    for (int64_t r = 0; r < stats->s; r++) {
        rows[r].row = at;
        for (size_t i = 0; i < stats->p; i++) {
            struct stats_piece piece;
            memcpy(&piece, at, sizeof piece);
            rows[r].total += piece.units;
            at += sizeof piece + piece.options * sizeof(uint32_t);
        }
    }
    qsort(rows, (size_t)stats->s, sizeof *rows, by_total);
    for (int64_t r = 0; r < (int64_t)groups->size; r++) {
        add_row(stats, rows[r].row, groups->upper);
        add_row(stats, rows[stats->s - 1 - r].row, groups->lower);
    }
}

/* Who is tied at the edge of a group shares what is left of it. */
static void take_bins(const struct stats *stats, double *sums, double left, bool from_top)
{
    const struct histogram *h = &stats->totals;
    for (size_t n = 0; n < h->count && left > 0; n++) {
        size_t i = from_top ? h->count - 1 - n : n;
        double count = (double)h->bins[i].count, share = left < count ? left / count : 1;
        for (size_t w = 0; w < h->width; w++)
            sums[w] += share * (double)h->more[i * h->width + w];
        left -= count;
    }
}

static struct groups find_groups(const struct stats *stats, struct arena *arena)
{
    const double share = 0.27;
    struct groups groups = {
        .upper = ARENA_ARRAY(arena, stats->totals.width + 1, double),
        .lower = ARENA_ARRAY(arena, stats->totals.width + 1, double),
        .size = floor(share * (double)stats->s + 0.5),
    };
    if (groups.size < 1 && stats->s > 1)
        groups.size = 1;
    if (groups.size < 1)
        return groups;
    if (stats->has_rows) {
        group_rows(stats, arena, &groups);
    } else {
        take_bins(stats, groups.upper, groups.size, true);
        take_bins(stats, groups.lower, groups.size, false);
    }
    return groups;
}

/* ---- items ---------------------------------------------------------------------------------------- */

static void add_options(const struct stats *stats, const struct stats_item *item,
                        const double *upper, const double *lower, struct arena *arena,
                        struct item_figures *f)
{
    int64_t answered = stats->s - item->blank;
    struct option_figures *options = ARENA_ARRAY(arena, item->option_count, struct option_figures);
    double rest_variance = covariance(stats, item->rest_rest, item->rest, item->rest, answered);
    for (size_t o = 0; o < item->option_count; o++) {
        const struct stats_option *option = &item->options[o];
        struct option_figures *g = &options[o];
        *g = (struct option_figures){
            .text = option->text,
            .fraction = option->fraction,
            .count = option->count,
            .proportion = answered ? (double)option->count / (double)answered : NAN,
            .mean_rest =
                option->count ? points(stats, (double)option->rest / (double)option->count) : NAN,
            .upper27 = upper[o],
            .lower27 = lower[o],
        };
        if (item->has_other && o + 1 == item->option_count)
            snprintf(g->letter, sizeof g->letter, "other");
        else if (o < 26)
            snprintf(g->letter, sizeof g->letter, "%c", (char)('A' + o));
        else
            snprintf(g->letter, sizeof g->letter, "%zu", o + 1);
        /* Covariance of "took it" (0 or 1) with the rest; the ones carry units of their own. */
        wide one = (wide)1 << stats->bits;
        double with =
            covariance(stats, option->rest * one, option->count * one, item->rest, answered);
        double own = covariance(stats, option->count * one * one, option->count * one,
                                option->count * one, answered);
        g->point_biserial_rest = correlation(with, own, rest_variance);
    }
    f->options = options;
    f->option_count = item->option_count;
}

static void add_flags(const struct stats_item *item, struct item_figures *f)
{
    const struct option_figures *key = NULL;
    int64_t taken = 0; /* none where only marks were read */
    for (size_t o = 0; o < f->option_count; o++)
        taken += f->options[o].count;
    for (size_t o = 0; o < f->option_count; o++)
        if (!key || f->options[o].fraction > key->fraction)
            key = &f->options[o];
    if (f->discrimination_index < 0)
        f->flags |= FLAG_NEGATIVE;
    if (!key || key->fraction <= 0)
        return;
    f->key = key->letter;
    for (size_t o = f->option_count; o-- > 0;) {
        const struct option_figures *option = &f->options[o];
        if (option->fraction > 0 || (item->has_other && o + 1 == f->option_count))
            continue;
        if (option->point_biserial_rest > 0 && option->upper27 > option->lower27)
            f->attracts = option;
        if (!option->count && !item->has_other && taken >= (int64_t)f->option_count)
            f->unused = option;
        if (option->point_biserial_rest > key->point_biserial_rest)
            f->better = option;
    }
    f->flags |= (f->attracts ? FLAG_ATTRACTS : 0U) | (f->unused ? FLAG_UNUSED : 0U) |
                (f->better ? FLAG_KEY : 0U);
}

static struct item_figures item_figures(const struct stats *stats, const struct stats_item *item,
                                        double total_variance)
{
    int64_t s = stats->s;
    double n = (double)s, x_variance = covariance(stats, item->xx, item->x, item->x, s);
    double with_total = covariance(stats, item->xt, item->x, stats->t, s);
    double with_rest = with_total - x_variance;
    double rest_variance = total_variance + x_variance - 2 * with_total;
    struct item_figures f = {
        .item = item->key,
        .max = item->max,
        .blank = item->blank,
        .facility = s ? 100 * points(stats, (double)item->x) / n / item->max : NAN,
        .sd = 100 * sqrt(x_variance) / item->max,
        .random_guess = item->random_guess,
        .mark_variance = x_variance,
        .covariance_with_total = with_total,
        .point_biserial_uncorrected = correlation(with_total, x_variance, total_variance),
        .discrimination_index = 100 * correlation(with_rest, x_variance, rest_variance),
        .discriminative_efficiency = NAN,
        .effective_weight = NAN,
        .alpha_if_deleted = NAN,
        .upper_lower_27 = NAN,
    };
    if (s > 1) {
        double most = most_covariance(stats, item);
        if (most > 0)
            f.discriminative_efficiency = 100 * with_rest / most;
    }
    return f;
}

struct quiz_figures stats_figures(const struct stats *stats, struct arena *arena)
{
    double n = (double)stats->s, p = (double)stats->p, variances = 0, weights = 0;
    double total_variance = covariance(stats, stats->tt, stats->t, stats->t, stats->s);
    struct quiz_figures f = {
        .quiz = stats->quiz,
        .s = stats->s,
        .p = stats->p,
        .mean = stats->s ? points(stats, (double)stats->t) / n : NAN,
        .median = median(stats),
        .sd = sqrt(total_variance),
        .skewness = NAN,
        .kurtosis = NAN,
        .cic_percent = NAN,
    };
    if (stats->s > 0)
        add_shape(stats, &f);
    struct item_figures *items = ARENA_ARRAY(arena, stats->p + 1, struct item_figures);
    struct groups groups = find_groups(stats, arena);
    size_t option = stats->p;
    for (size_t i = 0; i < stats->p; i++) {
        const struct stats_item *item = &stats->items[i];
        items[i] = item_figures(stats, item, total_variance);
        f.max += item->max;
        variances += items[i].mark_variance;
        if (items[i].covariance_with_total > 0)
            weights += sqrt(items[i].covariance_with_total);
        if (groups.size > 0)
            items[i].upper_lower_27 =
                points(stats, groups.upper[i] - groups.lower[i]) / groups.size / item->max;
        add_options(stats, item, groups.upper + option, groups.lower + option, arena, &items[i]);
        add_flags(item, &items[i]);
        option += item->option_count;
    }
    for (size_t i = 0; i < stats->p; i++) {
        struct item_figures *g = &items[i];
        double rest_variance = total_variance + g->mark_variance - 2 * g->covariance_with_total;
        g->intended_weight = 100 * g->max / f.max;
        /* Negative covariances have no weight, and are named as such. */
        if (g->covariance_with_total >= 0 && weights > 0)
            g->effective_weight = 100 * sqrt(g->covariance_with_total) / weights;
        if (stats->p > 2 && rest_variance > 0)
            g->alpha_if_deleted =
                (p - 1) / (p - 2) * (1 - (variances - g->mark_variance) / rest_variance);
    }
    if (stats->p > 1 && total_variance > 0)
        f.cic_percent = 100 * p / (p - 1) * (1 - variances / total_variance);
    f.cronbach_alpha = f.cic_percent / 100;
    f.error_ratio = f.cic_percent <= 100 ? 100 * sqrt(1 - f.cic_percent / 100) : NAN;
    f.standard_error = f.error_ratio * f.sd / 100;
    f.items = items;
    return f;
}

/* ---- as JSON and CSV ------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    size_t offset;
} item_numbers[] = {
    {"facility", offsetof(struct item_figures, facility)},
    {"sd", offsetof(struct item_figures, sd)},
    {"random_guess", offsetof(struct item_figures, random_guess)},
    {"intended_weight", offsetof(struct item_figures, intended_weight)},
    {"effective_weight", offsetof(struct item_figures, effective_weight)},
    {"discrimination_index", offsetof(struct item_figures, discrimination_index)},
    {"discriminative_efficiency", offsetof(struct item_figures, discriminative_efficiency)},
    {"mark_variance", offsetof(struct item_figures, mark_variance)},
    {"covariance_with_total", offsetof(struct item_figures, covariance_with_total)},
    {"point_biserial_uncorrected", offsetof(struct item_figures, point_biserial_uncorrected)},
    {"alpha_if_deleted", offsetof(struct item_figures, alpha_if_deleted)},
    {"upper_lower_27", offsetof(struct item_figures, upper_lower_27)},
};
enum { ITEM_NUMBERS = sizeof item_numbers / sizeof *item_numbers };

static const struct {
    const char *name;
    size_t offset;
} quiz_numbers[] = {
    {"mean", offsetof(struct quiz_figures, mean)},
    {"median", offsetof(struct quiz_figures, median)},
    {"sd", offsetof(struct quiz_figures, sd)},
    {"skewness", offsetof(struct quiz_figures, skewness)},
    {"kurtosis", offsetof(struct quiz_figures, kurtosis)},
    {"cic_percent", offsetof(struct quiz_figures, cic_percent)},
    {"cronbach_alpha", offsetof(struct quiz_figures, cronbach_alpha)},
    {"error_ratio", offsetof(struct quiz_figures, error_ratio)},
    {"standard_error", offsetof(struct quiz_figures, standard_error)},
    {"max", offsetof(struct quiz_figures, max)},
};
enum { QUIZ_NUMBERS = sizeof quiz_numbers / sizeof *quiz_numbers };

static double number_at(const void *base, size_t offset)
{
    double value;
    memcpy(&value, (const char *)base + offset, sizeof value);
    return value;
}

static void add_number(struct buf *out, const char *name, double value)
{
    buf_addf(out, ",\"%s\":", name);
    if (isfinite(value))
        buf_add_number(out, value);
    else
        buf_add(out, "null");
}

static void write_options(const struct item_figures *item, struct buf *out)
{
    buf_add(out, ",\"options\":[");
    for (size_t o = 0; o < item->option_count; o++) {
        const struct option_figures *option = &item->options[o];
        buf_addf(out, "%s{\"option\":\"%s\",\"text\":", o ? "," : "", option->letter);
        json_add_string(out, option->text);
        add_number(out, "fraction", option->fraction);
        buf_addf(out, ",\"count\":%lld", (long long)option->count);
        add_number(out, "proportion", option->proportion);
        add_number(out, "mean_rest", option->mean_rest);
        add_number(out, "point_biserial_rest", option->point_biserial_rest);
        add_number(out, "upper27", option->upper27);
        add_number(out, "lower27", option->lower27);
        buf_add(out, "}");
    }
    buf_add(out, "]");
}

static const char *const flag_names[] = {"negative_discrimination", "distractor_attracts_strong",
                                         "unused_option", "key_not_best"};

static void write_flags(const struct item_figures *item, struct buf *out)
{
    const char *separator = "";
    buf_add(out, ",\"flags\":[");
    for (size_t i = 0; i < 4; i++) {
        if (!(item->flags >> i & 1))
            continue;
        buf_addf(out, "%s\"%s\"", separator, flag_names[i]);
        separator = ",";
    }
    buf_add(out, "]");
}

void stats_write_json(const struct quiz_figures *f, struct buf *out)
{
    buf_add(out, "{\"quiz\":");
    json_add_string(out, f->quiz);
    buf_addf(out, ",\"s\":%lld,\"p\":%zu", (long long)f->s, f->p);
    for (size_t i = 0; i < QUIZ_NUMBERS; i++)
        add_number(out, quiz_numbers[i].name, number_at(f, quiz_numbers[i].offset));
    buf_add(out, ",\"items\":[");
    for (size_t i = 0; i < f->p; i++) {
        const struct item_figures *item = &f->items[i];
        buf_addf(out, "%s\n{\"item\":", i ? "," : "");
        json_add_string(out, item->item);
        add_number(out, "max", item->max);
        buf_addf(out, ",\"blank\":%lld", (long long)item->blank);
        for (size_t n = 0; n < ITEM_NUMBERS; n++)
            add_number(out, item_numbers[n].name, number_at(item, item_numbers[n].offset));
        if (item->key)
            buf_addf(out, ",\"key\":\"%s\"", item->key);
        write_options(item, out);
        write_flags(item, out);
        buf_add(out, "}");
    }
    buf_add(out, "\n]}\n");
}

void stats_write_csv(const struct quiz_figures *f, struct buf *out)
{
    buf_add(out, "quiz,item,s,max,blank");
    for (size_t n = 0; n < ITEM_NUMBERS; n++)
        buf_addf(out, ",%s", item_numbers[n].name);
    buf_add(out, ",flags\n");
    for (size_t i = 0; i < f->p; i++) {
        const struct item_figures *item = &f->items[i];
        csv_add(out, f->quiz);
        buf_add(out, ",");
        csv_add(out, item->item);
        buf_addf(out, ",%lld,", (long long)f->s);
        buf_add_number(out, item->max);
        buf_addf(out, ",%lld", (long long)item->blank);
        for (size_t n = 0; n < ITEM_NUMBERS; n++) {
            double value = number_at(item, item_numbers[n].offset);
            buf_add(out, ",");
            if (isfinite(value))
                buf_add_number(out, value);
        }
        buf_add(out, ",");
        const char *separator = "";
        for (size_t n = 0; n < 4; n++) {
            if (!(item->flags >> n & 1))
                continue;
            buf_addf(out, "%s%s", separator, flag_names[n]);
            separator = " ";
        }
        buf_add(out, "\n");
    }
}
