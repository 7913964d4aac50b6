/* store/store.h: the learner's log: what must not be lost.
 *
 * One SQLite file. Events are rows that are only ever added; where someone stands is derived from
 * them and equal to a replay. Every event is on disk when store_append returns (rollback journal,
 * synchronous=FULL). Two programs may have it open at once. A damaged or newer file is kept, named
 * and never overwritten; without a store the lesson goes on and says so. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum event_type {
    EVENT_STEP,
    EVENT_PREDICTION,
    EVENT_ANSWER,
    EVENT_SCORE,
    EVENT_RESET,
    EVENT_UNDO,     /* the answer named by `target` was a slip of the key: as if it had not been */
    EVENT_RETIRE,   /* a question is asked no more in review; with `on` false it is again */
    EVENT_BOOKMARK, /* a step is marked; with `on` false no longer */
    EVENT_SETTING,  /* the learner set `name` to `value`: the last one holds, for the whole log */
};
#define EVENT_TYPES (EVENT_SETTING + 1)

/* One thing that happened. Fields that a type does not use stay zero; texts are clean and borrowed.
 * Their JSON: below. */
struct event {
    enum event_type type;
    char id[33];         /* 32 hex digits, unique; filled by store_append when empty */
    int64_t at;          /* wall time, ms since 1970 UTC; filled by store_append when 0 */
    const char *course;  /* course id */
    const char *chapter; /* chapter id; RESET: chapter id or "all" */
    const char *section; /* "3.2" */
    uint64_t step_hash;  /* STEP, BOOKMARK: hash of the step's first line */
    int step;            /* STEP, PREDICTION, BOOKMARK: from 1 within the section */
    const char *demo;    /* PREDICTION: the arguments, as in the lesson */
    const char *result;  /* PREDICTION: the reference, e.g. "mean_sum"; "mean_sum (2)" where a
                               section asks the same of the same demo again; "order" of several; "explain" where it
                               is no prediction but why it came out so */
    const char *given;   /* what the learner said; ANSWER: JSON of the answer; "" for watched */
    const char *was;     /* PREDICTION: the truth as shown */
    bool right;          /* PREDICTION */
    bool watched; /* PREDICTION: nothing was judged: it was skipped with `s`, or it was locked in
                               and the run is not over (`given` then says what was predicted) */
    const char *quiz;       /* ANSWER, SCORE, RETIRE: quiz id */
    const char *question;   /* ANSWER, RETIRE: its key */
    uint64_t question_hash; /* ANSWER: hash of stem and key */
    bool ungraded;     /* ANSWER: it does not count: only a person can mark it, or it was a guess
                               before reading (`state` then says how it would have been marked) */
    double fraction;   /* ANSWER: 0..1 (below 0 is possible) */
    const char *state; /* ANSWER: right, partial, wrong, gaveup, needsgrading */
    int confidence;    /* 0 not asked or skipped, 1 guess, 2 unsure, 3 sure */
    uint64_t shuffle_seed;
    int day;             /* ANSWER: study day, in days since 1970; 0 not known */
    const char *attempt; /* ANSWER, SCORE: shared by the answers of one attempt; "" inline */
    double score, max;   /* SCORE */
    const char *target;  /* UNDO: the id of an event */
    bool on;             /* RETIRE, BOOKMARK */
    const char *name;    /* SETTING: "everything", "retention" */
    double value;        /* SETTING */
};

enum { EVENT_GIVEN_MOST = 1 << 20 }; /* bytes of the JSON of one answer; more is refused */

struct store;

/* Opens or creates it (folders 0700, file 0600). NULL: the reason is in err, one sentence with the
 * remedy, and what was on disk is as it was. */
struct store *store_open(const char *path, const struct clock *clock, struct err *err);

/* The same for reading only: creates nothing and works where nothing can be written. A file that
 * does not exist yet reads as an empty log. What a kill left half written is undone first, which alone
 * writes. store_append and store_import then say no. */
struct store *store_open_readonly(const char *path, const struct clock *clock, struct err *err);

/* The same, `wait_ms` long where another program is writing instead of 5 s. */
struct store *store_try(const char *path, const struct clock *clock, bool read_only, int wait_ms,
                        struct err *err);

/* What was opened for reading only is opened for writing, in place; one that already is stays as it
 * is. False: it goes on as it was. */
bool store_begin_writing(struct store *store, struct err *err);

/* How long a call waits for another program that is writing. */
void store_wait_ms(struct store *store, int ms);

/* Whoever moved the file away, deleted it or put another in its place meanwhile: the store goes on
 * with what is at its path now, and brings along all it had. *moved says that it was so. */
bool store_follow(struct store *store, bool *moved, struct err *err);

/* NULL is passed over. */
void store_close(struct store *store);
const char *store_path(const struct store *store);

/* Writes to "$XDG_DATA_HOME/nntutor/progress.db" (or ~/.local/share/...). False: no home. */
bool store_default_path(struct buf *out, struct err *err);

/* Fills the id and `at` of an event that has none yet: it happened now. */
bool event_stamp(struct event *event, const struct clock *clock, struct err *err);

/* Adds one event; it is durable when this returns true. Fills its id and `at` where empty. False: it
 * may be tried again, with the same id. */
bool store_append(struct store *store, struct event *event, struct err *err);

/* Hands every event to `each` in the order of insertion; stops where it returns false. Resets are
 * among them. The texts are `each`'s until it returns, and none that its type uses is NULL. `each`
 * must not append. */
bool store_replay(struct store *store, bool (*each)(void *user, const struct event *event),
                  void *user, struct err *err);

/* The same of what review is derived from, in one course: the answers that were not undone (without
 * what was given), resets and retirements. */
bool store_reviews(struct store *store, const char *course,
                   bool (*each)(void *user, const struct event *event), void *user,
                   struct err *err);

/* The settings made in one course, oldest first. */
bool store_settings(struct store *store, const char *course,
                    bool (*each)(void *user, const struct event *event), void *user,
                    struct err *err);

/* The same with predictions and scores: all that says how well someone does. */
bool store_standing(struct store *store, const char *course,
                    bool (*each)(void *user, const struct event *event), void *user,
                    struct err *err);

/* What a learner said before a demo ran or a lesson was read, in one course: predictions and ungraded
 * answers, with what was given, and resets. */
bool store_said(struct store *store, const char *course,
                bool (*each)(void *user, const struct event *event), void *user, struct err *err);

/* Can a quiz have given this score? One from another hand may say anything. */
static inline bool score_is_possible(double score, double max)
{
    return max > 0 && max < 1e9 && score <= 1.001 * max && score >= -1.001 * max;
}

/* ---- what is derived ------------------------------------------------------------------------ */

/* How the attempts at a quiz are named that are no sitting of it: nobody comes back to them. */
#define ATTEMPT_REVIEW "review-"
#define ATTEMPT_ONCE "once-" /* a part of a quiz, several quizzes at once */
/* What was missed, once more: it says what is right now, and nothing of memory or certainty. */
#define ATTEMPT_PRACTICE "practice-"

/* Of one whose questions are not in the written order. */
#define ATTEMPT_SHUFFLED "shuffled-"

/* A quiz that was left before its score. */
struct sitting {
    const char *quiz; /* NULL: none */
    const char *attempt;
    const char **keys; /* of the questions, in the order in which they were answered */
    uint64_t *hashes;
    size_t answered;
    bool given; /* to one of them at least; else they were all passed over */
    const char *
        missed; /* the JSON of the last answer where it was a first try, wrong or partly right; else NULL */
};

struct chapter_progress {
    const char *chapter;
    size_t steps_seen;           /* different steps, by section and hash */
    double best_score, best_max; /* the quiz attempt with most points; max 0: none */
    const char *resume_section;  /* last step seen; NULL: none */
    uint64_t resume_hash;
    int resume_step;
    struct sitting sitting; /* the latest, of a quiz of the chapter */
    bool sat_last;          /* after the last step was seen */
    int64_t last_at;
};

struct progress {
    struct chapter_progress *chapters;
    size_t count;
    const char *resume_chapter; /* where the last step was seen; NULL: nowhere */
    const char *resume_quiz;    /* a sitting was left since; NULL: none */
    const char **tests;         /* quizzes of no chapter that have a score */
    size_t test_count;
};

/* Where the learner stands in one course; texts are in `arena`. */
bool store_progress(struct store *store, const char *course, struct arena *arena,
                    struct progress *progress, struct err *err);

/* That of one chapter, NULL: nothing is known of it, or `chapter` is NULL. */
const struct chapter_progress *progress_of(const struct progress *progress, const char *chapter);

/* The sitting of one quiz that waits to be gone on with (see chapter_progress.sitting). */
bool store_sitting(struct store *store, const char *course, const char *chapter, const char *quiz,
                   struct arena *arena, struct sitting *sitting, struct err *err);

/* Has this step been seen (since the last reset)? Fills hashes of seen steps of a chapter. */
bool store_steps_seen(struct store *store, const char *course, const char *chapter,
                      struct arena *arena, uint64_t **hashes, size_t *count, struct err *err);

/* ---- bookmarks.c */

struct bookmark {
    const char *chapter, *section;
    uint64_t hash; /* of the step's first line */
    int step;
};

/* The steps that are marked in one course, the latest first; texts are in `arena`. A reset takes the
 * marks of its chapter with it. */
bool store_bookmarks(struct store *store, const char *course, struct arena *arena,
                     struct bookmark **list, size_t *count, struct err *err);

/* ---- export and import: NDJSON, one event a line --------------------------------------------
 *
 * {"v":1,"id":"32 hex digits","at":"2026-11-21T09:30:00.123Z","type":"...","course","chapter", ...}
 *
 *   step        section, step, hash
 *   prediction  section, step, demo, result, given, was, right, watched, confidence
 *   answer      section, quiz, q, hash, given (JSON itself), f (null: ungraded), s, confidence,
 *               shuffle_seed, day, attempt
 *   score       quiz, attempt, score, max
 *   reset       -
 *   undo        target
 *   retire      quiz, q, on
 *   bookmark    section, step, hash, on
 *   setting     name, value
 *
 * Hashes are 16 hex digits. Of a line only v, id, at and type have to be there; keys that are not
 * known are passed over. */

/* Importing what this gives into an empty store and exporting again gives the same bytes. */
bool store_export(struct store *store, struct buf *out, struct err *err);

struct imported {
    size_t added, known, bad;
    size_t elsewhere; /* of those added: of another course than the one that was named */
};

/* Hostile text, idempotent by id; what has the id of another event is bad. What comes from another machine is put among what is here by its
 * time, so that two machines that import from each other stand at the same place. Bad lines are counted and the first is explained in err ("3:14:
 * what"); all good ones are kept. False: none was, and err has the reason. */
bool store_import(struct store *store, const char *course, const char *text, size_t size,
                  struct imported *got, struct err *err);

#endif
