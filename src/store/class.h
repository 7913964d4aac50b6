/* store/class.h: a class as rows in SQLite: sessions, seats, rounds, answers.
 *
 * The instructor's file is the truth of a session: a broker only carries. An answer is on disk
 * (rollback journal, synchronous=FULL) before its receipt is sent, so a row of `answer` is its receipt.
 * In an anonymous session no name is ever written. The file is its own, beside the learner's log. */
#ifndef STORE_CLASS_H
#define STORE_CLASS_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum { CLASS_ID = 17, CLASS_CODE = 32, CLASS_NAME = 168, CLASS_SECRET = 33 };

struct class_session {
    char sid[CLASS_ID];    /* 16 hex digits */
    char code[CLASS_CODE]; /* what learners type */
    const char *course, *chapter;
    int64_t began;
    int64_t ep, rev; /* openings of the session; states published */
    size_t section, step;
    int phase;          /* of the class, a number of live/desk.h; -1: not known */
    int64_t left_ms;    /* of the time of the vote that is open; -1: it has no limit */
    int64_t limit_ms;   /* of votes to come; 0: none */
    int64_t elapsed_ms; /* how long the class has been held, without its breaks */
    bool anonymous;
    bool locked;        /* nobody new comes in */
    int64_t seats;      /* at most so many are in at once; 0: not said */
    const char *roster; /* path of the list of those who may come in; "": everybody may */
};

enum seat_state { SEAT_IN, SEAT_REMOVED, SEAT_BANNED };

struct class_seat {
    int64_t seat; /* from 1 */
    char cid[CLASS_SECRET];
    char secret[CLASS_SECRET]; /* the password of its connection */
    char name[CLASS_NAME];
    enum seat_state state;
};

struct class_round {
    int64_t q, rd;        /* which asking of the session, which vote of it */
    const char *question; /* key */
    uint64_t hash;
    int64_t like; /* the asking this one is isomorphic to; 0: none */
    bool closed;
};

struct class_answer {
    int64_t q, rd, seat, n;
    const char *a;     /* as the learner's end sent it: its receipt repeats it */
    const char *given; /* as the log of a learner and grading write it (JSON) */
    const char *state; /* right, partial, wrong, ... */
    double fraction;
    bool ungraded;
};

struct class_store;

/* "class.db" in the folder of the learner's store. */
void class_default_path(const char *store_path, struct buf *out);

struct class_store *class_open(const char *path, const struct clock *clock, struct err *err);
void class_close(struct class_store *store); /* NULL is passed over */

/* Writes a new session; sid and code are the caller's. */
bool class_begin(struct class_store *store, struct class_session *session, struct err *err);
/* The session `sid`, or with NULL the newest that has not ended, opened once more: its ep grows. */
bool class_resume(struct class_store *store, const char *sid, struct arena *arena,
                  struct class_session *session, struct err *err);
/* Takes that back: it could not be gone on with. Another opening since then stays. */
bool class_put_back(struct class_store *store, const struct class_session *session,
                    struct err *err);
/* The session as class_resume would give it, without opening it. */
bool class_peek(struct class_store *store, const char *sid, struct arena *arena,
                struct class_session *session, struct err *err);
/* rev, code, place, phase, time, lock and limit of seats as they are now. False with err also where another opening has taken over. */
bool class_mark(struct class_store *store, const struct class_session *session, struct err *err);
/* False: another opening has taken over. */
bool class_is_ours(struct class_store *store, const struct class_session *session);
bool class_end(struct class_store *store, const struct class_session *session, struct err *err);

/* Adds or changes one. */
bool class_put_seat(struct class_store *store, const struct class_session *session,
                    const struct class_seat *seat, struct err *err);
bool class_put_round(struct class_store *store, const char *sid, const struct class_round *round,
                     struct err *err);

/* Several answers as one commit. After class_commit returned true they are on disk. Of two answers
 * of one seat to one round the one with the higher n is kept. */
bool class_batch(struct class_store *store, struct err *err);
bool class_put_answer(struct class_store *store, const char *sid, const struct class_answer *answer,
                      struct err *err);
bool class_commit(struct class_store *store, bool good, struct err *err);

/* A session with what came of it. */
struct class_summary {
    struct class_session session; /* its texts live until `each` returns */
    int64_t ended;                /* 0: it can be resumed */
    int64_t seats, answers;
};
/* All of them, newest first. */
bool class_sessions(struct class_store *store,
                    bool (*each)(void *user, const struct class_summary *summary), void *user,
                    struct err *err);

/* Reading back; `each` returns false to stop. Texts are valid until it returns. */
bool class_seats(struct class_store *store, const char *sid,
                 bool (*each)(void *user, const struct class_seat *seat), void *user,
                 struct err *err);
bool class_rounds(struct class_store *store, const char *sid,
                  bool (*each)(void *user, const struct class_round *round), void *user,
                  struct err *err);
/* The answer of one seat to one round: what was given, and its n; 0 and nothing where there is none. */
bool class_answer(struct class_store *store, const char *sid, int64_t q, int64_t rd, int64_t seat,
                  int64_t *n, struct buf *a, struct err *err);
/* q 0: of all questions, in the order in which they were asked. */
bool class_answers(struct class_store *store, const char *sid, int64_t q,
                   bool (*each)(void *user, const struct class_answer *answer), void *user,
                   struct err *err);

#endif
