/* live/transport.h: how the ends of a session reach each other, whatever carries the messages.
 *
 * Three carriers: loopback.c within one process (tests), local.c between terminals of one user on
 * one machine (present and notes), mqtt.c through a broker (a class). A message is a topic and a
 * JSON text. Nothing here waits: whoever drives it sleeps until `fd` is readable. What arrives is
 * hostile; its reader (message.h) makes it clean. */
#ifndef LIVE_TRANSPORT_H
#define LIVE_TRANSPORT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { TRANSPORT_MOST_BYTES = 16 << 10, TRANSPORT_MOST_TOPIC = 120 };

/* `text` is not terminated and valid until the call returns. */
typedef void transport_take(void *user, const char *topic, const char *text, size_t size);

struct transport {
    /* Hands a message over; with `keep` those who come later get it too, until it is sent anew.
     * False: it cannot be delivered now. That it was taken does not mean that it arrived. */
    bool (*send)(struct transport *transport, const char *topic, const char *text, size_t size,
                 bool keep);
    /* Hears what matches these too (ended by NULL), as long as this connection stands. */
    bool (*hear)(struct transport *transport, const char *const *filters);
    /* Moves what can be moved without waiting and gives what came to `take`. False: the connection
     * is lost; a carrier that can comes back by itself. */
    bool (*poll)(struct transport *transport, transport_take *take, void *user);
    /* May wait a moment until the carrier has taken what was said. */
    void (*close)(struct transport *transport);
    bool said;    /* something that the carrier may not have taken yet; who knows better says no */
    bool refused; /* the last try to connect was answered with no: name or password are not known */
    bool deaf;    /* it was not allowed what it asked to hear */
    bool deceived; /* who answered it was somebody else, and was told nothing */
    int fd;        /* readable where poll has something to do; -1: call it when you like */
};

/* Does a filter ("nnt/+/a/#") match a topic? */
bool topic_matches(const char *filter, const char *topic);

/* ---- loopback.c: ends within one process ---------------------------------------------------------- */

struct loopback;
struct loopback *loopback_new(void);
void loopback_free(struct loopback *loopback);
/* An end that gets what matches one of `filters` (ended by NULL, borrowed). When it is closed or cut
 * off, `will` (NULL: none) is sent to `will_topic` and kept. */
struct transport *loopback_end(struct loopback *loopback, const char *const *filters,
                               const char *will_topic, const char *will);
/* Cuts an end off as a broken network would: its poll says so, its messages are lost, and its will is
 * sent. With `on` it is back, and gets what was kept. */
void loopback_cut(struct transport *end, bool on);

/* ---- local.c: terminals of one user on one machine ------------------------------------------------ */

/* The socket's path in a folder that only this user can enter; made where it is missing. */
bool local_path(char *path, size_t size, struct err *err);
/* The middle: every message it sends goes to all who joined; NULL: err says why. */
struct transport *local_serve(const char *path, struct err *err);
struct transport *local_join(const char *path, struct err *err);

#endif
