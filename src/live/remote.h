/* live/remote.h: a broker that somebody else runs, by its URL.
 *
 * Its accounts are its operator's: seats have no passwords of their own there, so who may read and write
 * what is for the operator to say. */
#ifndef LIVE_REMOTE_H
#define LIVE_REMOTE_H

#include "live/route.h"
#include "live/transport.h"

struct remote {
    char host[ROUTE_HOST];
    int port;
    char user[120], password[256]; /* "" for none */
};

/* "mqtts://[user[:password]@]host[:port]". False: none of these. */
bool remote_read(struct remote *remote, const char *url, struct err *err);
/* The same without the password, and where others are to read it, without the user. */
void remote_write(const struct remote *remote, bool user, char *out, size_t size);
/* Finds it and whom to trust there; `ca_file` NULL: the system's authorities. */
bool remote_find(const struct remote *remote, const char *ca_file, struct route *route,
                 struct err *err);
/* Waits some seconds for a first yes. */
bool remote_try(const struct remote *remote, struct transport *transport, struct err *err);

#endif
