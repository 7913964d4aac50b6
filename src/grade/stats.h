/* grade/stats.h: how a quiz measures: Moodle's quiz statistics and what each option attracts.
 *
 * Sums come in one pass and in memory that does not grow with the learners, and they are whole
 * numbers (marks in units of 2^-40 points), so that adding the sums of parts gives the very sums of
 * the whole. Formulas: docs.moodle.org, "Quiz statistics calculations". */
#ifndef GRADE_STATS_H
#define GRADE_STATS_H

#include "grade/grade.h"

struct stats; /* of one quiz: sums */

struct stats *stats_new(const struct quiz *quiz, struct err *err); /* NULL: cannot be summed */
void stats_free(struct stats *stats);
const char *stats_quiz(const struct stats *stats); /* its id */

/* A result format that sums into `list`, one for each quiz of the job. */
const struct result_format *stats_format(struct stats **list);
void stats_format_free(const struct result_format *format);

/* A line of JSON with all that is needed to go on adding. */
void stats_write_partial(const struct stats *stats, struct buf *out);
/* Reads such a line; NULL with err. */
struct stats *stats_read_partial(const char *line, size_t size, struct err *err);
/* Adds `more`, which comes behind; false where they are not of one quiz. */
bool stats_add(struct stats *stats, const struct stats *more, struct err *err);

/* ---- figures: NaN where there is none ------------------------------------------------------------- */

struct option_figures {
    const char *text; /* clean */
    char letter[24];  /* "A"; "other" where the answer was none of them */
    double fraction;  /* what it is worth */
    int64_t count;
    double proportion; /* of those who answered */
    double mean_rest;  /* points in the rest of the quiz */
    double point_biserial_rest;
    double upper27, lower27; /* how many of the best and of the weakest 27 % took it */
};

enum item_flag {
    FLAG_NEGATIVE = 1, /* who does well in the rest does badly here */
    FLAG_ATTRACTS = 2, /* a wrong option attracts the strong */
    FLAG_UNUSED = 4,   /* nobody takes an option */
    FLAG_KEY = 8,      /* another option separates better than the key */
};

struct item_figures {
    const char *item; /* its key */
    double max;
    int64_t blank;
    double facility, sd; /* in per cent of max */
    double random_guess, intended_weight, effective_weight;
    double discrimination_index, discriminative_efficiency;
    double mark_variance, covariance_with_total, point_biserial_uncorrected;
    double alpha_if_deleted, upper_lower_27;
    const struct option_figures *options;
    size_t option_count;
    const char *key; /* the letter of what is right; NULL */
    unsigned flags;
    const struct option_figures *attracts, *unused, *better; /* the first of each flag; NULL */
};

struct quiz_figures {
    const char *quiz;
    int64_t s;
    size_t p;
    double mean, median, sd, skewness, kurtosis, cic_percent, cronbach_alpha, error_ratio,
        standard_error, max;
    const struct item_figures *items;
};

/* The figures live in `arena`; texts in `stats`. */
struct quiz_figures stats_figures(const struct stats *stats, struct arena *arena);
void stats_write_json(const struct quiz_figures *figures, struct buf *out);
void stats_write_csv(const struct quiz_figures *figures, struct buf *out);

#endif
