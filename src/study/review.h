/* study/review.h: what is to be asked again, and when.
 *
 * State is a fold over the log: the same events give the same cards and the same dates, whatever
 * happened in between, and undoing an answer is as if it had not been given. Nothing here asks the
 * time; days are study days (base/clock.h). Who asks the questions is study.c. */
#ifndef STUDY_REVIEW_H
#define STUDY_REVIEW_H

#include "course/course.h"
#include "store/store.h"
#include "study/fsrs.h"
#include "study/study.h"

enum {
    REVIEW_PER_DAY = 20,
    REVIEW_MOST_DAYS = 365,
    REVIEW_STUBBORN = 4, /* lapses after which a section is to be read again */
};

/* One question and what is known of the learner's memory of it. */
struct card {
    const char *quiz, *key, *chapter; /* ids */
    const char *section;              /* "3.2", where it was last asked about; "" not known */
    uint64_t hash;                    /* of the question as it was last answered */
    bool admitted;                    /* it takes part in review */
    bool retired;                     /* the learner took it out */
    bool misled;                      /* last time sure, and wrong */
    struct fsrs_memory memory;
    int last_day, due_day; /* study days; only where admitted */
    int answered_day;      /* of the last graded answer; 0: none */
    int reviewed_day;      /* when a review asked it last; 0: never */
    unsigned
        graded; /* answers since it was admitted as this question; 1: it has not come back yet */
    unsigned missed;       /* of them those that were not right */
    unsigned lapses;       /* of them those that forgot it */
    enum fsrs_grade grade; /* the last one; 0: none */
    /* The latest first try, whether or not it was the first of its day. */
    bool latest_right;
    int latest_day;                  /* 0: never asked */
    uint64_t latest_attempt;         /* private */
    const struct question *question; /* review_match: as the course has it; NULL: it is gone */
    size_t next;                     /* private */
};

/* An answer that a review was given on the last day of the log. */
struct deck_answer {
    char event[33];
    size_t card;
    int64_t at; /* wall time */
};

struct deck {
    struct arena arena;
    struct fsrs fsrs;
    bool everything; /* admit what was right and sure at once, too */
    struct card *cards;
    size_t count, capacity;
    size_t *buckets;             /* private: card + 1 by the hash of quiz and key */
    struct deck_answer *answers; /* oldest first */
    size_t answer_count, answer_capacity;
    int answer_day;
};

void deck_init(struct deck *deck, const struct fsrs *fsrs, bool everything);
void deck_free(struct deck *deck);

/* What a learner may set; the fold takes it for the whole log, whenever it was set. */
struct review_settings {
    bool everything;  /* ask again, too, what was right and sure at once */
    double retention; /* the probability of recall to be kept: one of review_retentions */
};
enum { REVIEW_RETENTIONS = 3 };
extern const double review_retentions[REVIEW_RETENTIONS];

/* settings.c: those of the log, else the usual ones: not everything, 0.9. */
bool review_read_settings(struct store *store, const char *course, struct review_settings *settings,
                          struct err *err);
/* To be logged; the retention as near to `value` as can be set. */
struct event review_set_everything(const char *course, bool on);
struct event review_set_retention(const char *course, double value);
/* The one after it, around. */
double review_next_retention(double value);
/* "Everything comes back: no. Recall to be kept: 90 %." */
void review_say_settings(const struct review_settings *settings, struct buf *out);

/* Published weights, the usual recall of 0.9, at most a year. */
struct fsrs review_fsrs(void);
/* An empty deck under the learner's settings: what is added to it is the log. Free it whatever it returned. */
bool deck_begin(struct deck *deck, struct store *store, const char *course, struct err *err);
/* The deck of a learner's log under the learner's settings. Free it whatever it returned. */
bool deck_open(struct deck *deck, struct store *store, const char *course, struct err *err);

/* Was it given as practice? Then it is a drill: no grade for the memory, no word on certainty. */
bool review_is_practice(const struct event *event);

/* One event, in the order of the log. What was undone must not be among them: deck_read sees to it. */
void deck_add(struct deck *deck, const struct event *event);

/* Everything the log says about a course. */
bool deck_read(struct deck *deck, struct store *store, const char *course, struct err *err);

/* Finds the questions that can be marked in the quizzes of the course's chapters. One that was edited stays
 * in review and begins anew, due at once: what the older one was missed says nothing of it. */
void review_match(struct deck *deck, struct course *course);

/* The questions that were taken out of review, in the order of the course. After review_match. */
struct retired {
    const struct card **cards; /* in the deck's arena */
    size_t count;
};
void review_retired(struct deck *deck, struct retired *retired);
/* To be logged: it is asked again. */
struct event review_restore(const char *course, const struct card *card);

const struct card *deck_find(const struct deck *deck, const char *quiz, const char *key);

/* The grade an answer gives a memory: wrong is Again however sure; right is Good where one was sure or
 * was not asked, Hard where unsure, Again where it was a guess. */
enum fsrs_grade review_grade(bool right, int confidence);

bool review_is_due(const struct card *card, int day);
/* How likely the question would be answered on this day, 0..1. */
double review_recall(const struct deck *deck, const struct card *card, int day);
/* Missed so often that reading helps more than asking: at the fourth lapse, then every second. */
bool review_is_stubborn(const struct card *card);
/* In review, and asked again since it came there. */
bool review_has_come_back(const struct card *card);
/* In review, got right the last time (luck aside), and still there with a likelihood of 0.9. */
bool review_is_remembered(const struct deck *deck, const struct card *card, int day);

/* The same of a question whose first try in a review was missed just now, after the deck was read: how
 * often it was missed, 0 where that is not yet stubborn. */
unsigned review_stubborn_now(const struct deck *deck, const struct study_item *item);

/* The questions of a day in the order in which they are asked: at most `most` of those that are due,
 * the best remembered first where there are more; what one was sure of and wrong about at the front;
 * neighbours from different chapters where that can be. The order depends on day and keys alone.
 * Returns how many of `out`, in the arena, there are. */
size_t review_queue(const struct deck *deck, int day, size_t most, struct arena *arena,
                    const struct card ***out);

/* The next day after this one on which something is due, and how much; 0: none. */
int review_next(const struct deck *deck, int day, size_t *count);
/* How many are due on this day, those that were missed before included. */
size_t review_due(const struct deck *deck, int day, const char *chapter);
/* How many reviews asked on this day: they count towards its REVIEW_PER_DAY. What a quiz or a lesson asked
 * does not. */
size_t review_done(const struct deck *deck, int day);

/* ---- review_day.c: what both faces need of a day ------------------------------------------------ */

struct review {
    struct store *store;
    const char *course;
    struct deck deck;
    int day;
    size_t waiting; /* due today, in all */
    size_t count;   /* of them to be asked now */
    const struct card **queue;
    struct study_item *items; /* the same, for study_review */
    uint64_t
        named; /* private: 1 + serial of what is asked while an answer was named by review_undo */
};

/* Reads the log and lines up what is to be asked today: REVIEW_PER_DAY less those reviewed already,
 * and `more` beyond it. Without a store there is nothing to review. Close it whatever it returned. */
bool review_open(struct review *review, struct store *store, struct course *course,
                 const struct clock *clock, size_t more, struct err *err);
void review_close(struct review *review);
/* The second half of review_open, where somebody else has filled the deck. */
void review_line_up(struct review *review, struct course *course, size_t more);

struct study_item;
/* How well a chapter is remembered: of the questions in review, without those taken out. What has not come
 * back yet is neither remembered nor forgotten. */
struct memory {
    size_t cards, remembered; /* of those that came back */
    size_t stubborn;          /* missed often, and not remembered yet */
    size_t fresh;             /* waiting for their first review ... */
    int first;                /* ... in so many days at the earliest; 0 today */
};
struct memory review_memory(const struct review *review, const char *chapter);
/* "remembered 7 of 8, 1 stubborn, 3 new, first review tomorrow"; nothing where there are no cards. */
void review_say_memory(const struct memory *memory, struct buf *out);

/* For study.is_taken, with the review as user: answered today by now, in another terminal. */
bool review_is_taken(void *review, const struct study_item *item);

/* The questions of these quizzes whose latest first try was not right, in their order; `items` in the
 * arena; *asked: any of them was answered or left, ever. False: err says why. */
bool review_missed(struct store *store, const struct course *course,
                   const struct study_source *sources, size_t source_count, struct arena *arena,
                   struct study_item **items, size_t *count, bool *asked, struct err *err);

/* The last answer that an earlier review of today was given: names it at first, and where nothing else was
 * asked since takes it back and asks it again. `said` is told the learner either way. */
enum review_undone { REVIEW_NOTHING, REVIEW_NAMED, REVIEW_TAKEN_BACK };
enum review_undone review_undo(struct review *review, struct study *study, struct buf *said);

/* "Review: 12 today, about 6 min." and the like; empty where nothing was ever to be reviewed. */
void review_say(const struct review *review, struct buf *out);

#endif
