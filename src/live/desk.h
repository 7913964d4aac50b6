/* live/desk.h: the instructor's end of a class: seats, votes, receipts.
 *
 * What counts is on disk: an answer is committed before its receipt goes out and before it is counted,
 * a state before it is published. The transport only carries, so after a crash of either end desk_open
 * on the same session goes on where it was. Everything that arrives is hostile: a token bucket for each
 * seat, then length, JSON, fields, phase. Topics and payloads: PROTOCOL below. */
#ifndef LIVE_DESK_H
#define LIVE_DESK_H

#include "base/clock.h"
#include "live/peer.h"
#include "live/transport.h"
#include "store/class.h"

/* PROTOCOL, version 1. Topics begin with "nnt/1/<sid>/"; payloads are flat JSON objects.
 *   state        all, kept   v ep rev ph place q rd voted seats roam; of a vote with a limit
 *                            left_ms run (0: it stands still); when revealed h1 h2 key moves
 *   item         all, kept   q form text choices stems: never the key; q may be the next
 *   ins          all, kept   on ep
 *   join/<cid>   to us       name | on (0: that connection is gone)
 *   seat/<cid>   from us     seat secret stay (1: this connection is the seat's now, and is here) | no
 *   a/<seat>     to us       ep q rd n a;      r/<seat>    from us   q rd n a st (ok late bad)
 *   p/<seat>     to us       on pace ("lost", "slow", ""); left (1: by its own will) */

enum phase {
    PHASE_LOBBY,
    PHASE_SHOW,
    PHASE_OPEN,
    PHASE_PAUSED,
    PHASE_LOCKED,
    PHASE_REVEAL,
    PHASE_END
};
extern const char *const phase_names[PHASE_END + 1];

enum {
    PACE_SECONDS = 300, /* what a seat said of the pace fades */
    DESK_SEATS = 4000,  /* numbers that are given out in a session, each once */
    DESK_ANSWER_BYTES = 512,
    DESK_NAME_COLUMNS = 40,
    DESK_KEY = 4,          /* numbers of 64 bits */
    DESK_MOST_MS = 3600000 /* the longest vote */
};

enum class_pace { PACE_NONE, PACE_LOST, PACE_SLOW };

struct seat {
    struct class_seat row;
    uint64_t name_hash;   /* of its name as names are compared */
    bool on;              /* its end is connected */
    bool here;            /* it was, since this vote was opened */
    bool came;            /* ... since this end opened the session */
    bool voted;           /* ever, in this session */
    enum class_pace pace; /* what it said of the instructor's; it is not written down */
    int64_t pace_ns;      /* when */
    struct vote vote[2];  /* of the two rounds of the question in hand */
    double tokens;        /* of its bucket */
    int64_t filled_ns;
    double dropped; /* messages over the limit, as of filled_ns: see desk_dropped */
};

struct desk {
    struct class_store *store;
    struct class_session session;
    struct transport *transport;
    struct clock clock;
    uint64_t key[DESK_KEY]; /* of seat passwords and new codes */
    /* Called before a seat is told its password, and when it is removed. May be NULL. */
    bool (*admit)(void *user, const struct class_seat *seat);
    void *admit_user;
    bool stay; /* who is given a seat has it on the connection that asked: no need to call again */
    const char *const *roster; /* names that may join, ended by NULL; NULL: everybody */

    enum phase phase;
    char place[80]; /* "dropout 3.2 2" */
    int64_t q, rd, like;
    const struct question *question; /* of q; borrowed */
    const struct question *prepared; /* told already, as that of q + 1; NULL: none */
    int64_t limit_ms;                /* of votes to come; 0: none */
    int64_t left_ns;                 /* of the vote in hand, at ticked_ns; -1: no limit */
    int64_t ticked_ns;
    bool ticking;
    int64_t opened_ns, marked_ns; /* this end; and when how long it is held was written down last */
    bool roam;                    /* members may read on by themselves */
    bool revealed; /* the question in hand was; also where it is not known any more */
    const struct question *asked[256];
    size_t asked_count;
    struct seat *seats; /* seats[i].row.seat == i + 1 */
    size_t seat_count, seat_capacity;
    char problem[400]; /* what keeps answers from being saved; "" for none */
    bool superseded;   /* the session was opened elsewhere: this end is silent */
    unsigned changes;  /* of anything that is shown */

    /* private */
    struct arena arena;
    struct desk_pending *pending;
    size_t pending_count, pending_capacity;
    size_t seats_saved; /* those behind are not on disk yet */
    bool unmarked;      /* the last state could not be written, nor told */
    bool untold;        /* the number of votes has changed since it was published */
    int64_t told_ns, checked_ns, retry_ns;
    double lobby_tokens; /* of everybody who asks for a seat */
    int64_t lobby_filled_ns;
    bool *listed; /* of the roster: who came in, where names are not written down; NULL: none yet */
    bool transport_up, was_up; /* its connection stands; ever stood */
};

/* `session` is begun or resumed already; `find` gives a question by its key, for a session that goes
 * on in the middle of a vote. */
bool desk_open(struct desk *desk, struct class_store *store, const struct class_session *session,
               struct transport *transport, const struct clock *clock, const uint64_t key[DESK_KEY],
               const struct question *(*find)(void *user, const char *key), void *user,
               struct err *err);
void desk_close(struct desk *desk);

/* Takes what came, commits, sends receipts, publishes. Never waits. */
void desk_serve(struct desk *desk);
/* Publishes everything that is kept anew: the transport is a fresh one. */
void desk_publish(struct desk *desk);

/* The instructor's inputs; false with a sentence where they do not fit. */
bool desk_show(struct desk *desk, size_t section, size_t step, const char *place);
/* The question that would be asked now, NULL: none. While no vote has the screen, members are told of it
 * beforehand, so that to open the vote is one short message to each; nothing of it is shown before. */
void desk_prepare(struct desk *desk, const struct question *question);
bool desk_ask(struct desk *desk, const struct question *question, int64_t like, struct err *err);
bool desk_lock(struct desk *desk, struct err *err); /* ends the vote; the bars stay hidden */
/* The same question a second time; also where its closed vote has left the screen meanwhile. */
bool desk_revote(struct desk *desk, struct err *err);
bool desk_can_revote(const struct desk *desk);
bool desk_reveal(struct desk *desk, struct err *err);
bool desk_pause(struct desk *desk, struct err *err); /* and goes on */
bool desk_remove(struct desk *desk, int64_t seat, bool ban, struct err *err);
/* Removes at once, as one commit, all who have never voted and, since this end opened the session, have
 * never connected; `silent`: also who is connected but has never voted. *count: how many that were. */
bool desk_clear(struct desk *desk, bool silent, size_t *count, struct err *err);
/* Few of the numbers are left, and those who have most of them are not here, nor is the class locked:
 * strangers may be taking them. */
bool desk_runs_out(const struct desk *desk);
/* At most so many may be in at once, 1..DESK_SEATS; who is in stays. A resumed class keeps it. */
bool desk_limit_seats(struct desk *desk, int64_t seats, struct err *err);
/* A limit for the vote that is open, and for those to come; 0 takes it away. At its end the vote is
 * closed. It runs down only while the vote is open, the transport stands, and at least nine in ten of
 * those who were here since the vote was opened are still here, or have voted. */
bool desk_limit(struct desk *desk, int64_t seconds, struct err *err);
bool desk_roam(struct desk *desk, bool on, struct err *err);
/* Closes the class to newcomers, or opens it again: a leaked code, say. A resumed class stays as it was. */
void desk_lock_lobby(struct desk *desk, bool on);
/* Another secret in the join code: seats that are in stay, the old code admits nobody new. False: it could
 * not be written down, and is as it was. */
bool desk_change_code(struct desk *desk, struct err *err);
void desk_end(struct desk *desk); /* the session is over for good */
/* For a broker that stays: it is told that the instructor is away or, at the end, to keep nothing. */
void desk_leave(struct desk *desk, bool end);

bool desk_voting(const struct desk *desk); /* a vote is open, or paused */
struct tally desk_tally(const struct desk *desk, int64_t rd);
size_t desk_moves(const struct desk *desk, struct move *out, size_t most);
size_t desk_present(const struct desk *desk); /* seats that are connected */
size_t desk_in(const struct desk *desk);      /* seats that were not removed */
/* How many messages of a seat were over its limit; what was sent too much is forgiven with time. */
double desk_dropped(const struct desk *desk, const struct seat *seat);
/* How many have gone away since the vote was opened, without having voted. */
size_t desk_missing(const struct desk *desk);
/* How many say so, and have said it in the last five minutes. */
size_t desk_pace(const struct desk *desk, enum class_pace pace);
/* For how many milliseconds the class has been held, before it was resumed and since. */
int64_t desk_elapsed_ms(const struct desk *desk);
/* Milliseconds of the vote's time; -1: no limit. And until something is due; at most `most`. */
int64_t desk_left_ms(const struct desk *desk);
int desk_wait_ms(const struct desk *desk, int most);

/* "nnt/1/<sid>/": for both ends. */
void class_topic(const char *sid, const char *rest, char out[TRANSPORT_MOST_TOPIC]);
/* The session that a join code stands for, and a fresh code. */
void class_sid(const char *code, char sid[CLASS_ID]);
void class_new_code(const uint64_t random[2], char code[CLASS_CODE]);
void class_change_secret(const uint64_t key[DESK_KEY], int64_t rev, char code[CLASS_CODE]);
/* The password of a seat, known before anybody sits there: so a broker can be told of all beforehand. */
void class_seat_secret(const uint64_t key[DESK_KEY], int64_t seat, char secret[CLASS_SECRET]);
/* Its first three groups are the pin of a certificate (tls.h), or chance; the last two are always. */
void class_pin_code(uint64_t pin, char code[CLASS_CODE]);
uint64_t class_code_pin(const char *code);
/* As it was typed ("k7qm-..." or without dashes) to as it is written; false: no code. */
bool class_read_code(const char *typed, char code[CLASS_CODE]);

#endif
