/* live/mqtt.h: a transport through an MQTT 5 broker. It comes back by itself when the connection is
 * lost, and asks for its topics again. */
#ifndef LIVE_MQTT_H
#define LIVE_MQTT_H

#include "live/route.h"
#include "live/transport.h"

enum { MQTT_MOST_FILTERS = 8 };

struct mqtt_options {
    const struct route *route; /* borrowed, as is its `tls` */
    const char *client, *user, *password;
    const char *filters[MQTT_MOST_FILTERS]; /* ended by NULL; copied */
    const char *will_topic, *will;          /* NULL: none; kept by the broker */
    bool keep_will;
    /* Each message goes without a word that it was heard, for which a class of thousands would pay as much
     * as for the message. A connection that stands loses none; what must survive one that breaks is
     * said again by those who speak here anyhow: a join and an answer until the reply, what is kept to
     * everybody who comes. Not through a broker that others load too. */
    bool lightly;
};

/* Begins to connect; poll says when it stands. */
struct transport *mqtt_open(const struct mqtt_options *options, struct err *err);

#endif
