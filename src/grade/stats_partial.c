/* Sums as a line of JSON, and back. What is read is hostile: every count is checked before it is
 * used. Whole numbers beyond what a double holds are written as texts. */
#include "grade/stats_sums.h"
#include "grade/work.h"

#include "base/json.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char magic[] = "partial statistics";

/* ---- out ------------------------------------------------------------------------------------------ */

static void add_wide(struct buf *out, wide value)
{
    char digits[48];
    size_t at = sizeof digits;
    bool negative = value < 0;
    do {
        int digit = (int)(value % 10);
        digits[--at] = (char)('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value);
    buf_add(out, negative ? "\"-" : "\"");
    buf_add_n(out, digits + at, sizeof digits - at);
    buf_add(out, "\"");
}

static void add_histogram(struct buf *out, const char *name, const struct histogram *h)
{
    buf_addf(out, ",\"%s\":[%d", name, h->shift);
    for (size_t i = 0; i < h->count; i++) {
        buf_addf(out, ",[%" PRId64 ",%" PRId64 ",", h->bins[i].key, h->bins[i].count);
        add_wide(out, h->bins[i].sum);
        for (size_t w = 0; w < h->width; w++) {
            buf_add(out, ",");
            add_wide(out, h->more[i * h->width + w]);
        }
        buf_add(out, "]");
    }
    buf_add(out, "]");
}

static void add_item(struct buf *out, const struct stats_item *item)
{
    buf_add(out, "{\"item\":");
    json_add_string(out, item->key);
    buf_add(out, ",\"max\":");
    json_add_number(out, item->max);
    buf_add(out, ",\"guess\":");
    if (isfinite(item->random_guess))
        json_add_number(out, item->random_guess);
    else
        buf_add(out, "null");
    buf_addf(out, ",\"other\":%s,\"options\":[", item->has_other ? "true" : "false");
    for (size_t o = 0; o < item->option_count; o++) {
        const struct stats_option *option = &item->options[o];
        buf_add(out, o ? ",[" : "[");
        json_add_string(out, option->text);
        buf_add(out, ",");
        json_add_number(out, option->fraction);
        buf_addf(out, ",%" PRId64 ",", option->count);
        add_wide(out, option->rest);
        buf_add(out, "]");
    }
    buf_addf(out, "],\"blank\":%" PRId64 ",\"sums\":[", item->blank);
    const wide sums[] = {item->x, item->xx, item->xt, item->rest, item->rest_rest};
    for (size_t i = 0; i < 5; i++) {
        buf_add(out, i ? "," : "");
        add_wide(out, sums[i]);
    }
    buf_add(out, "]");
    add_histogram(out, "marks", &item->marks);
    add_histogram(out, "rests", &item->rests);
    buf_add(out, "}");
}

static void add_rows(struct buf *out, const struct stats *stats)
{
    const char *at = buf_text(&stats->rows);
    buf_add(out, ",\"rows\":[");
    for (int64_t r = 0; r < stats->s; r++) {
        buf_add(out, r ? ",[" : "[");
        for (size_t i = 0; i < stats->p; i++) {
            struct stats_piece piece;
            memcpy(&piece, at, sizeof piece);
            at += sizeof piece;
            buf_addf(out, "%s[%" PRId64 ",%u", i ? "," : "", piece.units, piece.blank);
            for (uint32_t o = 0; o < piece.options; o++, at += sizeof(uint32_t)) {
                uint32_t option;
                memcpy(&option, at, sizeof option);
                buf_addf(out, ",%u", option);
            }
            buf_add(out, "]");
        }
        buf_add(out, "]");
    }
    buf_add(out, "]");
}

void stats_write_partial(const struct stats *stats, struct buf *out)
{
    buf_addf(out, "{\"nntutor\":\"%s\",\"quiz\":", magic);
    json_add_string(out, stats->quiz);
    buf_addf(out, ",\"hash\":\"%016" PRIx64 "\",\"bits\":%d,\"s\":%" PRId64 ",\"t\":", stats->hash,
             stats->bits, stats->s);
    add_wide(out, stats->t);
    buf_add(out, ",\"tt\":");
    add_wide(out, stats->tt);
    buf_add(out, ",\"items\":[");
    for (size_t i = 0; i < stats->p; i++) {
        buf_add(out, i ? "," : "");
        add_item(out, &stats->items[i]);
    }
    buf_add(out, "]");
    add_histogram(out, "totals", &stats->totals);
    if (stats->has_rows)
        add_rows(out, stats);
    buf_add(out, "}\n");
}

/* ---- in ------------------------------------------------------------------------------------------- */

/* Members come in the order in which they are written. After the first thing that is not as it must
 * be, everything fails. */
struct partial {
    struct json_reader json;
    struct arena *arena;
    bool good;
};

static bool expect(struct partial *p, enum json_event event)
{
    p->good = p->good && json_next(&p->json) == event;
    return p->good;
}

static void key(struct partial *p, const char *name)
{
    if (expect(p, JSON_KEY))
        p->good = strcmp(buf_text(&p->json.text), name) == 0;
}

static const char *text(struct partial *p)
{
    if (!expect(p, JSON_STRING))
        return "";
    struct buf clean = {0};
    utf8_sanitise_line(&clean, buf_text(&p->json.text), p->json.text.length, 4000);
    const char *kept = arena_strndup(p->arena, buf_text(&clean), clean.length);
    buf_free(&clean);
    return kept;
}

static double number(struct partial *p)
{
    return expect(p, JSON_NUMBER) ? p->json.number : 0;
}

static int64_t whole(struct partial *p, int64_t least, int64_t most)
{
    double value = number(p);
    p->good = p->good && value == floor(value) && value >= (double)least && value <= (double)most;
    return p->good ? (int64_t)value : 0;
}

/* At most 36 digits, so that no sum of a few of them overflows. */
static wide big(struct partial *p)
{
    wide value = 0;
    if (!expect(p, JSON_STRING))
        return 0;
    const char *at = buf_text(&p->json.text);
    bool negative = *at == '-';
    at += negative;
    size_t length = strspn(at, "0123456789");
    p->good = length > 0 && length <= 36 && !at[length] && p->json.text.length == length + negative;
    for (size_t i = 0; p->good && i < length; i++)
        value = value * 10 + (at[i] - '0');
    return negative ? -value : value;
}

static const int64_t most_whole = INT64_C(1) << 52;

/* Whether the list goes on with a list; false at its end. */
static bool next_list(struct partial *p)
{
    if (!p->good)
        return false;
    enum json_event event = json_next(&p->json);
    p->good = event == JSON_ARRAY || event == JSON_ARRAY_END;
    return event == JSON_ARRAY;
}

static void read_histogram(struct partial *p, const char *name, struct histogram *h)
{
    key(p, name);
    expect(p, JSON_ARRAY);
    h->shift = (int)whole(p, 0, 60);
    while (next_list(p)) {
        int64_t at = whole(p, -most_whole, most_whole), count = whole(p, 1, most_whole);
        p->good = p->good && (!h->count || h->bins[h->count - 1].key < at) && h->count < h->most &&
                  llabs(at) < INT64_MAX >> h->shift;
        wide sum = big(p);
        if (!p->good)
            return;
        size_t bin = histogram_add(h, at * ((int64_t)1 << h->shift), count, sum);
        for (size_t w = 0; w < h->width; w++)
            h->more[bin * h->width + w] = big(p);
        expect(p, JSON_ARRAY_END);
    }
}

static void read_options(struct partial *p, struct stats_item *item)
{
    enum { MOST_OPTIONS = 2000 };
    size_t capacity = 0;
    key(p, "options");
    expect(p, JSON_ARRAY);
    while (next_list(p)) {
        struct stats_option option = {.text = text(p), .fraction = number(p)};
        option.count = whole(p, 0, most_whole);
        option.rest = big(p);
        expect(p, JSON_ARRAY_END);
        p->good = p->good && item->option_count < MOST_OPTIONS;
        if (p->good)
            ARENA_PUSH(p->arena, item->options, item->option_count, capacity, option);
    }
}

static void read_item(struct partial *p, struct stats_item *item)
{
    key(p, "item");
    item->key = text(p);
    key(p, "max");
    item->max = number(p);
    p->good = p->good && item->max > 0;
    key(p, "guess");
    enum json_event event = p->good ? json_next(&p->json) : JSON_ERROR;
    item->random_guess = event == JSON_NUMBER ? p->json.number : NAN;
    key(p, "other");
    event = p->good ? json_next(&p->json) : JSON_ERROR;
    item->has_other = event == JSON_TRUE;
    read_options(p, item);
    key(p, "blank");
    item->blank = whole(p, 0, most_whole);
    key(p, "sums");
    expect(p, JSON_ARRAY);
    wide *const sums[] = {&item->x, &item->xx, &item->xt, &item->rest, &item->rest_rest};
    for (size_t i = 0; i < 5; i++)
        *sums[i] = big(p);
    expect(p, JSON_ARRAY_END);
    item->marks.most = item->rests.most = 1024;
    read_histogram(p, "marks", &item->marks);
    read_histogram(p, "rests", &item->rests);
    expect(p, JSON_OBJECT_END);
}

static void read_items(struct partial *p, struct stats *stats)
{
    enum { MOST_ITEMS = 100000 };
    size_t capacity = 0;
    key(p, "items");
    expect(p, JSON_ARRAY);
    while (p->good) {
        enum json_event event = json_next(&p->json);
        if (event == JSON_ARRAY_END)
            return;
        p->good = event == JSON_OBJECT && stats->p < MOST_ITEMS;
        if (!p->good)
            return;
        ARENA_PUSH(p->arena, stats->items, stats->p, capacity, (struct stats_item){0});
        struct stats_item *item = &stats->items[stats->p - 1];
        read_item(p, item);
        stats->option_count += item->option_count;
    }
}

static void read_row(struct partial *p, struct stats *stats)
{
    for (size_t i = 0; i < stats->p && p->good; i++) {
        struct stats_piece piece = {0};
        struct buf options = {0};
        expect(p, JSON_ARRAY);
        piece.units = whole(p, -most_whole, most_whole);
        piece.blank = (uint32_t)whole(p, 0, 1);
        while (p->good) {
            enum json_event event = json_next(&p->json);
            if (event == JSON_ARRAY_END)
                break;
            uint32_t option = (uint32_t)(event == JSON_NUMBER ? p->json.number : -1);
            p->good = event == JSON_NUMBER && p->json.number >= 0 &&
                      p->json.number < (double)stats->items[i].option_count;
            buf_add_n(&options, (const char *)&option, sizeof option);
            piece.options++;
        }
        buf_add_n(&stats->rows, (const char *)&piece, sizeof piece);
        buf_add_n(&stats->rows, buf_text(&options), options.length);
        buf_free(&options);
    }
    expect(p, JSON_ARRAY_END);
}

/* Either the end, or the rows: one for each learner. */
static void read_rows(struct partial *p, struct stats *stats)
{
    int64_t rows = 0;
    stats->has_rows = false;
    enum json_event event = p->good ? json_next(&p->json) : JSON_ERROR;
    if (event == JSON_OBJECT_END)
        return;
    p->good = event == JSON_KEY && strcmp(buf_text(&p->json.text), "rows") == 0 &&
              stats->s * (int64_t)stats->p <= STATS_MOST_CELLS;
    expect(p, JSON_ARRAY);
    for (; next_list(p); rows++)
        read_row(p, stats);
    p->good = p->good && rows == stats->s;
    expect(p, JSON_OBJECT_END);
    stats->has_rows = true;
}

static void read_all(struct partial *p, struct stats *stats)
{
    expect(p, JSON_OBJECT);
    key(p, "nntutor");
    p->good = p->good && strcmp(text(p), magic) == 0;
    key(p, "quiz");
    stats->quiz = text(p);
    key(p, "hash");
    stats->hash = strtoull(text(p), NULL, 16);
    key(p, "bits");
    stats->bits = (int)whole(p, 20, 40);
    key(p, "s");
    stats->s = whole(p, 0, INT64_C(1) << 40);
    key(p, "t");
    stats->t = big(p);
    key(p, "tt");
    stats->tt = big(p);
    read_items(p, stats);
    if (!p->good)
        return;
    stats_open_sums(stats);
    read_histogram(p, "totals", &stats->totals);
    read_rows(p, stats);
    expect(p, JSON_END);
}

struct stats *stats_read_partial(const char *line, size_t size, struct err *err)
{
    struct stats *stats = memory_alloc(sizeof *stats);
    *stats = (struct stats){0};
    arena_init(&stats->arena);
    struct partial p = {.arena = &stats->arena, .good = true};
    json_open(&p.json, line, size);
    read_all(&p, stats);
    bool broken = json_next(&p.json) == JSON_ERROR;
    if (!p.good && broken)
        err_set(err, "%s", p.json.err.text);
    else if (!p.good)
        err_set(err, "not sums that `nntutor stats --partial` has written");
    json_close(&p.json);
    if (p.good)
        return stats;
    stats_free(stats);
    return NULL;
}
