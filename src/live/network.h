/* live/network.h: how a session is reached, kept beside class.db so that it resumes as it was.
 *
 * A class on the network keeps its certificate and its port: then its members come back without being
 * told anything. The file is `class-<sid>.network`, for its owner alone, and gone with the session.
 * A session without such a file is one on this machine. No password of a broker is ever in it. */
#ifndef LIVE_NETWORK_H
#define LIVE_NETWORK_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct network {
    int port;             /* of our own broker's listener; 0: none */
    const char *identity; /* its key and certificate, PEM; NULL: none yet */
    const char *broker;   /* another's, by its URL; NULL: our own */
    const char *ca;       /* file of its authority; NULL: the system's */
};

/* `class_path` is that of class.db. False: there is a file, but it cannot be read. */
bool network_load(struct network *network, const char *class_path, const char *sid,
                  struct arena *arena, struct err *err);
bool network_save(const struct network *network, const char *class_path, const char *sid,
                  struct err *err);
void network_forget(const char *class_path, const char *sid);

#endif
