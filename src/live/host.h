/* live/host.h: a class: the desk, its file, its broker; and how a learner gets there. */
#ifndef LIVE_HOST_H
#define LIVE_HOST_H

#include "live/broker.h"
#include "live/network.h"
#include "live/pupil.h"
#include "live/remote.h"

struct host_options {
    const char *path;             /* of the file of classes */
    const char *course, *chapter; /* ids, of a new session */
    size_t section, step;
    bool network;                /* others reach it over the network; a resumed one knows */
    int port;                    /* this one; 0: 8883 or the next that is free */
    const struct remote *remote; /* a broker that somebody else runs; NULL: our own */
    const char *ca;              /* the file of its authority; NULL: the system's */
    bool resume;
    const char *sid; /* of the session to resume; NULL: the newest */
    bool anonymous;
    int64_t seats;             /* at most so many are in at once; 0: as before, or DESK_SEATS */
    const char *const *roster; /* ended by NULL; NULL: everybody */
    const char *roster_path;   /* where it was read, for who resumes; NULL: nowhere */
    uint64_t random[6];        /* real chance: the code, passwords, the client's id */
    uint64_t key[DESK_KEY];    /* of seat passwords */
    const struct question *(*find)(void *user, const char *key);
    void *find_user;
};

enum { HOST_MOST_LINES = 4, HOST_LINE = 170 };

struct host {
    struct clock clock;
    struct arena arena;
    struct class_store *store;
    const char *path; /* of the file of classes */
    struct network network;
    struct broker *broker;
    struct remote remote; /* where `broker` is NULL */
    struct route route;   /* the desk's own way to it */
    bool raised;        /* a session that goes on was opened once more, and whoever held it stops */
    char projector[40]; /* the password of the account that shows the class to a room */
    struct transport *transport;
    struct desk desk;
    int64_t minded_ms;                      /* when the broker was looked after last */
    bool untold;                            /* the broker does not know who may come in */
    int64_t flush_ms;                       /* not before is the broker told of who was removed */
    int64_t lines_ms;                       /* when they were made: a laptop changes its network */
    char lines[HOST_MOST_LINES][HOST_LINE]; /* each a command that joins over the network */
    size_t line_count;
    char problem[400]; /* with the broker; "" for none */
};

bool host_open(struct host *host, const struct host_options *options, const struct clock *clock,
               struct err *err);
/* `end`: the session is over for good; else it can be resumed. */
void host_close(struct host *host, bool end);

/* Serves everybody; restarts a broker that has died. */
void host_serve(struct host *host);
int host_wait_ms(const struct host *host);
/* A join code with another secret, where the old one has leaked: desk_change_code. */
bool host_new_code(struct host *host, struct err *err);

/* The session that would be resumed: what chapter to open before host_open; and its network. */
bool host_peek(const char *path, const char *sid, const struct clock *clock, struct arena *arena,
               struct class_session *session, struct network *network, struct err *err);

/* How a learner's end reaches a class. */
struct entrance {
    char code[CLASS_CODE];
    struct route route;
    struct remote remote; /* its account is used where the broker is another's */
    uid_t holder;         /* whose class it is, where it is one of this machine */
};
/* The class of this machine with this code; err says whose side it is on. Nobody but its holder can have
 * put it there; that this is the instructor is for the member to see. */
bool entrance_here(struct entrance *entrance, const char *code, struct err *err);
/* The one that `host` ("lab-3", "[2001:db8::1]:9000") holds; only there is its code believed. */
bool entrance_there(struct entrance *entrance, const char *code, const char *host, struct err *err);
/* The one behind a broker that somebody else runs. */
bool entrance_remote(struct entrance *entrance, const char *code, const struct remote *remote,
                     const char *ca_file, struct err *err);
void entrance_free(struct entrance *entrance);
/* Connects a pupil through the entrance in `user`. */
struct transport *entrance_connect(void *user, const struct pupil *pupil, struct err *err);

#endif
