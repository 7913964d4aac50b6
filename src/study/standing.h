/* study/standing.h: where a learner stands: what is remembered, what is weak, how far certainty can be
 * trusted, what the course has changed.
 *
 * Like review, all of it is a fold over the log: the same events give the same figures, and what was
 * undone is as if it had not been. How many steps were seen is store_progress. */
#ifndef STUDY_STANDING_H
#define STUDY_STANDING_H

#include "study/review.h"

enum {
    CONFIDENCES = 4,    /* not said, guess, unsure, sure */
    STANDING_LEAST = 5, /* on fewer answers nothing is judged */
    FORECAST_DAYS = 7,
};

/* So many were given; of them so many were right. */
struct hits {
    size_t given, right;
};

/* Of the predictions that one step asked for the first counts: a later one knew the outcome. */
struct standing_chapter {
    const char *id;
    struct hits answers[CONFIDENCES], predictions[CONFIDENCES];
    struct hits drills; /* every try */
    unsigned resets;    /* private */
};

/* An answer to, or the score of, a quiz that belongs to no chapter: a test. */
struct standing_answer {
    const char *quiz, *key;
    uint64_t attempt, hash;
    bool right;
};
struct standing_score {
    const char *quiz;
    uint64_t attempt;
    double score, max;
};

struct standing {
    struct arena arena;
    struct review review;        /* its deck, and the day */
    const struct course *course; /* tells drills from predictions; NULL: nothing is a drill */
    uint64_t *keys;              /* private: of the predictions that were counted */
    size_t key_count, key_capacity;
    struct standing_chapter *chapters;
    size_t chapter_count, chapter_capacity;
    struct standing_answer *answers;
    size_t answer_count, answer_capacity;
    struct standing_score *scores;
    size_t score_count, score_capacity;
};

void standing_init(struct standing *standing);
void standing_close(struct standing *standing);

/* One event, in the order of the log, without what was undone. */
void standing_add(struct standing *standing, const struct event *event);

/* Everything the log says about a course. Without a store it is empty. Close it whatever it returned. */
bool standing_open(struct standing *standing, struct store *store, struct course *course,
                   const struct clock *clock, struct err *err);

/* ---- what follows from it ------------------------------------------------------------------------ */

/* Over all chapters, by confidence. */
void standing_calibration(const struct standing *standing, struct hits answers[CONFIDENCES],
                          struct hits predictions[CONFIDENCES]);

/* Over all chapters, whatever was said of certainty; the same of drills. */
struct hits standing_predictions(const struct standing *standing);
struct hits standing_drills(const struct standing *standing);

/* How many fall due in `days[i]` days; [0] those that are due by now, [FORECAST_DAYS] later ones. False:
 * nothing is in review. */
bool standing_forecast(const struct standing *standing, size_t days[FORECAST_DAYS + 1]);

/* Is there a question in review that one was sure of and wrong about the last time? */
bool standing_has_misled(const struct standing *standing);

struct standing_objective {
    const char *id, *text;
    size_t questions, asked, right; /* of the chapter's quiz; by the latest answer to each */
    size_t cards, remembered;       /* of those that came back in review */
    bool weak;                      /* standing_is_weak of what was asked */
    const char *read;               /* sections of what was missed, "3.2, 3.3"; "" none */
};
/* The objectives of a chapter, in its order; how many there are. */
size_t standing_objectives(const struct standing *standing, struct course *course, size_t chapter,
                           struct arena *arena, struct standing_objective **out);

/* An objective is weak where fewer than two of three of its questions were right, wholly and at the first
 * try; where none was asked it is not. The same after a quiz, in the statistics and in progress. */
bool standing_is_weak(size_t right, size_t asked);
#define STANDING_WEAK "Weak: fewer than two of three questions right the last time."

/* The first whole pre-test beside the latest whole post-test. */
struct change_row {
    const char *objective, *text;
    size_t right[COURSE_TESTS], asked[COURSE_TESTS]; /* questions */
};
struct change {
    bool taken[COURSE_TESTS];
    double score[COURSE_TESTS], max[COURSE_TESTS];
    struct change_row *rows; /* of those taken, in the order of the test */
    size_t row_count;
};
void standing_change(const struct standing *standing, struct course *course, struct arena *arena,
                     struct change *change);

/* ---- standing_words.c: in words, for both faces ---------------------------------------------------- */

/* "When you were sure, 13 of 16 answers were right (81 %); ...": nothing where nothing was given.
 * `what` is "answers" or "predictions". */
void standing_say_calibration(const struct hits said[CONFIDENCES], const char *what,
                              struct buf *out);
/* "Predictions: 4 of 10 right, the first at each step; for 3 you did not say how sure you were. Drills: 3 of 44
 * right." Nothing where there was none. */
void standing_say_predictions(const struct standing *standing, struct buf *out);
/* What that means, in a sentence or two; that it is too little where it is. `misled`: review holds what
 * standing_has_misled finds; predictions and the answers of a test never get there. */
void standing_say_meaning(const struct hits said[CONFIDENCES], bool misled, struct buf *out);
/* "Due: 3 now, 4 tomorrow, 2 in 3 days, 7 later." */
void standing_say_forecast(const size_t days[FORECAST_DAYS + 1], struct buf *out);
/* "4 of 5 right, remembered 2 of 3"; "not asked yet". */
void standing_say_objective(const struct standing_objective *objective, struct buf *out);
/* What a test is for, before it is taken; nothing where the course has none. */
void standing_say_offer(struct course *course, enum course_test which, struct buf *out);
/* "Before the course 5 of 12, after it 10 of 12: ..."; one of them where the other was not taken. */
void standing_say_change(const struct change *change, struct buf *out);

#endif
