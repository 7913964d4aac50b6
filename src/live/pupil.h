/* live/pupil.h: a learner's end of a class.
 *
 * It asks the lobby for a seat, keeps it in a file so that a crash does not lose it, follows the
 * instructor's state, and repeats an answer until its receipt says that it is on the instructor's
 * disk. The protocol stands in desk.h. */
#ifndef LIVE_PUPIL_H
#define LIVE_PUPIL_H

#include "base/rng.h"
#include "live/desk.h"
#include "live/fields.h"

enum pupil_stage {
    PUPIL_JOINING, /* no seat yet */
    PUPIL_SEATED,
    PUPIL_REFUSED, /* `why` says so */
    PUPIL_REMOVED, /* by the instructor, or for another terminal of ours; `why` says so */
    PUPIL_OVER,    /* the session has ended */
};

enum pupil_answer { ANSWER_NONE, ANSWER_SENDING, ANSWER_RECORDED, ANSWER_LATE, ANSWER_BAD };

struct pupil_item {
    struct arena arena; /* of its texts */
    int64_t q;
    enum form form;
    const char *text;
    const char *choices[FIELDS_LIST_MOST], *stems[FIELDS_LIST_MOST];
    size_t choice_count, stem_count;
};

/* What is to be done when the transport is not being read. */
enum pupil_next { PUPIL_GOES_ON, PUPIL_SITS_HERE, PUPIL_CALLS_ANEW };

struct pupil;
/* Connects as the lobby (pupil->seat is 0) or as the seat. */
typedef struct transport *pupil_connect(void *user, const struct pupil *pupil, struct err *err);

struct pupil {
    struct clock clock;
    pupil_connect *connect;
    void *connect_user;
    const char *seat_path; /* NULL: the seat is not kept */
    struct transport *transport;
    char sid[CLASS_ID], cid[CLASS_SECRET], secret[CLASS_SECRET], name[CLASS_NAME];
    bool name_cut;  /* it was too long, and is shorter now */
    bool name_kept; /* the seat was taken under another, which stays */
    int64_t seat;

    enum pupil_stage stage;
    char why[300];
    bool link;       /* our connection stands */
    bool instructor; /* and so does the instructor's */
    unsigned changes;

    int64_t ep, rev, q, rd, voted, seats; /* the instructor's state */
    enum phase phase;
    char place[80];
    bool roam;            /* one may read on by oneself */
    enum class_pace pace; /* what we said of the instructor's */
    int64_t h1[PEER_OPTIONS], h2[PEER_OPTIONS], key[PEER_OPTIONS], moves[24];
    size_t h1_count, h2_count, key_count, move_count;
    char right[200]; /* the key in words */
    struct pupil_item item;
    struct pupil_item coming; /* of a vote that was not opened yet; its q is 0: none */

    enum pupil_answer answer; /* to (q, rd) */
    char a[DESK_ANSWER_BYTES];

    /* private */
    int64_t told_left_ms, told_ms; /* of the vote's time, and when; -1: no limit */
    bool told_runs;
    int64_t silent_ms; /* since when we or the instructor are away */
    int64_t pace_ms;
    int64_t n, sent_q, sent_rd, next_ms, refused_ms;
    bool greets;        /* the instructor is back, and may not know that we are here */
    char terminal[17];  /* which of ours this is: the seat's file names the one that has it */
    bool borrowed;      /* the connection is the lobby's still, and carries the seat */
    int64_t unheard_ms; /* no state was heard on it yet, and is due by then; 0: it was */
    enum pupil_next next;
    struct rng rng;
};

/* `name` is sanitised here. `random` seeds the client's id. */
bool pupil_open(struct pupil *pupil, const char *code, const char *name, const char *seat_path,
                const uint64_t random[2], const struct clock *clock, pupil_connect *connect,
                void *user, struct err *err);
void pupil_close(struct pupil *pupil);

/* What a seat hears. */
enum { PUPIL_TOPICS = 2 };
void pupil_topics(const struct pupil *pupil, char topics[PUPIL_TOPICS][TRANSPORT_MOST_TOPIC]);

/* Takes what came and sends again what has no receipt. Never waits. */
void pupil_serve(struct pupil *pupil);
int pupil_wait_ms(const struct pupil *pupil);

/* "2" or "0 3" for options counted from 0, or a text. False: nothing can be answered now. */
bool pupil_say(struct pupil *pupil, const char *a, struct err *err);
/* Tells the instructor that we are lost, or find it too slow; said twice it is taken back. False: we
 * are not connected. What was said fades. */
bool pupil_say_pace(struct pupil *pupil, enum class_pace pace);
enum class_pace pupil_pace(const struct pupil *pupil);
/* Of the vote's time; -1: no limit. It stands still while we or the instructor are away. */
int64_t pupil_left_ms(const struct pupil *pupil);
bool pupil_is_ticking(const struct pupil *pupil);
/* Is an answer wanted now? */
bool pupil_may_answer(const struct pupil *pupil);

#endif
