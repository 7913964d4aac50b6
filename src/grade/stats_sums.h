/* stats_sums.h: the sums behind the statistics; private to the room. */
#ifndef GRADE_STATS_SUMS_H
#define GRADE_STATS_SUMS_H

#include "grade/stats.h"

#include "base/arena.h"

__extension__ typedef __int128 wide;

/* Values and how often they came, in bins of 2^shift units. When there are more bins than `most`,
 * neighbours are joined: then what depends on their order is a little less sharp. The shift depends
 * on the set of values alone, so parts and whole agree. */
struct bin {
    int64_t key; /* value >> shift */
    int64_t count;
    wide sum;
};
struct histogram {
    struct bin *bins; /* sorted by key */
    size_t count, capacity, most;
    int shift;
    size_t width; /* of `more`: further sums for each bin; 0 */
    wide *more;   /* by bin and sum */
};

size_t histogram_add(struct histogram *h, int64_t value, int64_t count, wide sum);
void histogram_merge(struct histogram *h, const struct histogram *more);
void histogram_free(struct histogram *h);
double bin_mean(const struct bin *bin);

struct stats_option {
    const char *text;
    double fraction;
    int64_t count;
    wide rest; /* sum of the rest scores of who took it */
};

struct stats_item {
    const char *key;
    double max, random_guess; /* NaN: none */
    struct stats_option *options;
    size_t option_count;
    bool has_other; /* the last option is "none of these" */
    int64_t blank;
    wide x, xx, xt;       /* sums of marks, of squares, of mark times total */
    wide rest, rest_rest; /* of who answered */
    struct histogram marks, rests;
};

/* What a learner did with an item, as the line of grading hands it over. */
struct stats_piece {
    int64_t units;
    uint32_t blank, options; /* followed by that many uint32_t */
};

struct stats {
    struct arena arena;
    const char *quiz;
    uint64_t hash; /* of what is asked: sums of different quizzes are not added */
    int bits;      /* units of 2^-bits points */
    struct stats_item *items;
    size_t p, option_count;
    size_t *number; /* by question of the quiz: the item; SIZE_MAX */
    int64_t s;
    wide t, tt;
    struct histogram totals; /* more: marks by item, then takers by option */
    /* The rows themselves while they are few: ties at the edge of a group are broken by their order. */
    struct buf rows;
    bool has_rows;
    int64_t *units; /* scratch: of a row */
};

enum { STATS_MOST_CELLS = 32768 };

/* When the items are known: what is kept besides them. */
void stats_open_sums(struct stats *stats);

/* Adds the row at the front of `bytes` and returns its length. */
size_t stats_add_row(struct stats *stats, const char *bytes, size_t size);

#endif
