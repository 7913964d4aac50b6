/* ports.h: ports of the loopback, for tests that run beside one another. */
#ifndef TESTS_SUPPORT_PORTS_H
#define TESTS_SUPPORT_PORTS_H

/* A port that is free, another one each time: below those that the system hands out, and chosen by our
 * process number, so that nobody else takes it before it is used. */
int port_of_our_own(void);

/* Listens on such a port of 127.0.0.1, where others then find it taken; returns the descriptor. */
int port_listener(int *port);

#endif
