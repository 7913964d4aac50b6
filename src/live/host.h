/* live/host.h: a class on this machine: the desk, its file, its broker; and how a learner gets there.
 */
#ifndef LIVE_HOST_H
#define LIVE_HOST_H

#include "live/broker.h"
#include "live/pupil.h"

struct host_options {
    const char *path;             /* of the file of classes */
    const char *course, *chapter; /* ids, of a new session */
    size_t section, step;
    bool resume;
    const char *sid; /* of the session to resume; NULL: the newest */
    bool anonymous;
    const char *const *roster; /* ended by NULL; NULL: everybody */
    uint64_t random[5];        /* real chance: the code, passwords, the client's id */
    const struct question *(*find)(void *user, const char *key);
    void *find_user;
};

struct host {
    struct clock clock;
    struct arena arena;
    struct class_store *store;
    struct broker *broker;
    struct transport *transport;
    struct desk desk;
    int64_t minded_ms; /* when the broker was looked after last */
    int64_t flush_ms;  /* not before is it told of who comes and goes */
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

/* The session that would be resumed: what chapter to open before host_open. */
bool host_peek(const char *path, const char *sid, const struct clock *clock, struct arena *arena,
               struct class_session *session, struct err *err);

/* Connects a pupil to the class of this machine with the code in `user`. */
struct transport *host_connect_local(void *user, const struct pupil *pupil, struct err *err);
/* Whether a class with this code is running here; err says whose side it is on. */
bool host_is_here(const char *code, struct err *err);

#endif
