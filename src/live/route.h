/* live/route.h: where a broker is: a Unix socket, or addresses on a network and whom to trust there.
 *
 * Names are looked up once, before anything is shown: looking them up waits, and a class that reconnects
 * must not. */
#ifndef LIVE_ROUTE_H
#define LIVE_ROUTE_H

#include "base/err.h"
#include "live/tls.h"

enum { ROUTE_MOST = 8, ROUTE_ADDRESS = 110, ROUTE_HOST = 256, ROUTE_PORT = 8883 };

struct route {
    char address[ROUTE_MOST][ROUTE_ADDRESS]; /* numbers, the one that answered first; or a path */
    size_t count;
    int port;        /* 0: a path */
    struct tls *tls; /* NULL: none. Owned. */
};

void route_local(struct route *route, const char *path);
/* Looks the name up and tries its addresses, all at once, for some seconds. `err` says which of the two
 * sides, and what to do. */
bool route_find(struct route *route, const char *host, int port, struct err *err);
/* The same to a broker that somebody else runs: what is wrong is said in other words. */
bool route_find_broker(struct route *route, const char *host, int port, struct err *err);
void route_free(struct route *route);

/* "192.168.1.7", "[2001:db8::1]:8884", "lab-3:9000". False: none of these. */
bool route_read_host(const char *typed, char host[ROUTE_HOST], int *port, struct err *err);

/* The addresses of this machine under which others may reach it, IPv4 first, as one writes them into
 * a command ("[2001:db8::1]"); at most `most`. */
size_t route_own_addresses(char (*out)[ROUTE_ADDRESS], size_t most);
/* Can this machine listen there? err: why not. */
bool route_port_is_free(int port, struct err *err);

#endif
