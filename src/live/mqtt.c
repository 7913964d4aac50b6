#include "live/mqtt.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum {
    KEEP_ALIVE_S = 15,
    RETRY_MS = 300,  /* a broker that was killed is back in less than a second */
    SHAKE_MS = 8000, /* a network that swallows what is sent to it */
    DECEIVED_MS = 3000,
    AT_MOST_ONCE = 0,
    AT_LEAST_ONCE = 1,
    IN_FLIGHT = 1000,
    FAREWELL_MS = 2000, /* of a broker that is busy; one that is not answers in a moment */
    FAREWELL_STEP_MS = 10,
    PACKETS = 500, /* in one go at most: then receipts are due */
};

struct mqtt {
    struct transport transport; /* first */
    struct mosquitto *client;
    struct arena arena;
    struct mqtt_options options;
    struct clock clock;
    int watched;          /* the socket in the epoll set, -1: none */
    bool wants_write, up; /* up: the broker said yes */
    bool failed;          /* the connection in hand never stood and never will */
    int kept;             /* the number of the last message to be kept; 0: the broker has it */
    int leaving;          /* that of the last word of all, until the broker has answered it */
    int64_t retry_ms;
    int64_t tried_ms;     /* when the connection in hand was begun */
    size_t address;       /* of the route, the next to try */
    transport_take *take; /* while poll runs */
    void *user;
};

static int64_t now_ms(const struct mqtt *mqtt)
{
    return clock_mono_ns(&mqtt->clock) / 1000000;
}

/* The socket comes and goes with each connection; whoever waits sees one descriptor. */
static void watch(struct mqtt *mqtt)
{
    int fd = mosquitto_socket(mqtt->client);
    bool write = fd >= 0 && mosquitto_want_write(mqtt->client);
    struct epoll_event event = {.events = EPOLLIN | (write ? EPOLLOUT : 0u), .data.fd = fd};
    if (fd >= 0 && fd == mqtt->watched && write == mqtt->wants_write)
        return;
    /* A closed descriptor has left the set by itself; its number may be in use again. */
    if (fd >= 0 && epoll_ctl(mqtt->transport.fd, EPOLL_CTL_MOD, fd, &event) != 0)
        epoll_ctl(mqtt->transport.fd, EPOLL_CTL_ADD, fd, &event);
    mqtt->watched = fd;
    mqtt->wants_write = write;
}

static int quality(const struct mqtt *mqtt)
{
    return mqtt->options.lightly ? AT_MOST_ONCE : AT_LEAST_ONCE;
}

static void on_connect(struct mosquitto *client, void *user, int code)
{
    struct mqtt *mqtt = user;
    mqtt->up = code == 0;
    mqtt->transport.deceived = false;
    mqtt->transport.refused = code == MQTT_RC_BAD_USERNAME_OR_PASSWORD ||
                              code == MQTT_RC_NOT_AUTHORIZED || code == MQTT_RC_BANNED;
    if (code)
        log_line("broker: refused, %d", code);
    char *filters[MQTT_MOST_FILTERS];
    int count = 0;
    for (; count < MQTT_MOST_FILTERS && mqtt->options.filters[count]; count++)
        filters[count] = (char *)mqtt->options.filters[count];
    if (mqtt->up && count)
        mosquitto_subscribe_multiple(client, NULL, count, filters, quality(mqtt), 0, NULL);
}

static void on_disconnect(struct mosquitto *client, void *user, int code)
{
    struct mqtt *mqtt = user;
    (void)client;
    (void)code;
    mqtt->up = false;
    mqtt->watched = -1;
    mqtt->retry_ms = now_ms(mqtt) + RETRY_MS;
}

static void on_subscribed(struct mosquitto *client, void *user, int message, int count,
                          const int *granted)
{
    struct mqtt *mqtt = user;
    (void)client;
    (void)message;
    for (int i = 0; i < count; i++)
        mqtt->transport.deaf = mqtt->transport.deaf || granted[i] > 2;
}

static void on_heard(struct mosquitto *client, void *user, int message)
{
    struct mqtt *mqtt = user;
    (void)client;
    if (message == mqtt->kept)
        mqtt->kept = 0;
}

static void on_unsubscribed(struct mosquitto *client, void *user, int message)
{
    struct mqtt *mqtt = user;
    (void)client;
    if (message == mqtt->leaving)
        mqtt->leaving = 0;
}

static void on_message(struct mosquitto *client, void *user,
                       const struct mosquitto_message *message)
{
    struct mqtt *mqtt = user;
    (void)client;
    if (mqtt->take && message->payloadlen >= 0 && message->payloadlen <= TRANSPORT_MOST_BYTES &&
        strlen(message->topic) < TRANSPORT_MOST_TOPIC)
        mqtt->take(mqtt->user, message->topic, message->payload ? message->payload : "",
                   (size_t)message->payloadlen);
}

static void connect_once(struct mqtt *mqtt)
{
    const struct route *route = mqtt->options.route;
    const char *address = route->address[mqtt->address++ % route->count];
    mqtt->tried_ms = now_ms(mqtt);
    mqtt->retry_ms = mqtt->tried_ms + RETRY_MS;
    mqtt->watched = -1;
    mqtt->failed = false;
    if (route->port)
        mosquitto_connect_bind_async(mqtt->client, address, route->port, KEEP_ALIVE_S, NULL);
    else
        mosquitto_connect_bind_v5(mqtt->client, address, 0, KEEP_ALIVE_S, NULL, NULL);
    watch(mqtt);
}

/* The library waits for ever on a connection that failed, or was closed, before it stood, and on one
 * that is never answered. */
static void mind_failure(struct mqtt *mqtt)
{
    int fd = mosquitto_socket(mqtt->client);
    struct pollfd end = {.fd = fd, .events = POLLRDHUP};
    if (mqtt->up || mqtt->failed || fd < 0)
        return;
    if (poll(&end, 1, 0) <= 0 && now_ms(mqtt) - mqtt->tried_ms < SHAKE_MS)
        return;
    mqtt->failed = true;
    epoll_ctl(mqtt->transport.fd, EPOLL_CTL_DEL, fd, NULL);
    mqtt->watched = -1;
}

static void mind_deceit(struct mqtt *mqtt)
{
    struct tls *tls = mqtt->options.route->tls;
    if (!tls || !tls_was_deceived(tls))
        return;
    mqtt->transport.deceived = true;
    mqtt->retry_ms = now_ms(mqtt) + DECEIVED_MS;
    log_line("broker: its certificate is not the one of this class");
}

static bool is_readable(const struct mqtt *mqtt)
{
    struct pollfd end = {.fd = mosquitto_socket(mqtt->client), .events = POLLIN};
    return end.fd >= 0 && poll(&end, 1, 0) > 0;
}

static bool mqtt_poll(struct transport *transport, transport_take *take, void *user)
{
    struct mqtt *mqtt = (struct mqtt *)transport;
    mqtt->take = take;
    mqtt->user = user;
    if (mosquitto_socket(mqtt->client) < 0 || mqtt->failed) {
        if (now_ms(mqtt) >= mqtt->retry_ms)
            connect_once(mqtt);
    } else {
        /* The library reads one packet a call: a class that speaks at once would wait in line. */
        for (int i = 0; i < PACKETS && is_readable(mqtt); i++)
            mosquitto_loop_read(mqtt->client, 1);
        if (mosquitto_want_write(mqtt->client))
            mosquitto_loop_write(mqtt->client, PACKETS);
        mosquitto_loop_misc(mqtt->client);
        mind_deceit(mqtt);
        mind_failure(mqtt);
        if (!mqtt->failed)
            watch(mqtt);
    }
    mqtt->take = NULL;
    return mqtt->up;
}

static bool mqtt_send(struct transport *transport, const char *topic, const char *text, size_t size,
                      bool keep)
{
    struct mqtt *mqtt = (struct mqtt *)transport;
    if (!mqtt->up || size > TRANSPORT_MOST_BYTES)
        return false;
    int number;
    int qos = keep ? AT_LEAST_ONCE : quality(mqtt); /* once, for all who hear it */
    bool good = mosquitto_publish(mqtt->client, &number, topic, (int)size, text, qos, keep) ==
                MOSQ_ERR_SUCCESS;
    if (good && keep)
        mqtt->kept = number;
    transport->said = true;
    watch(mqtt);
    return good;
}

static bool mqtt_hear(struct transport *transport, const char *const *filters)
{
    struct mqtt *mqtt = (struct mqtt *)transport;
    char *list[MQTT_MOST_FILTERS];
    int count = 0;
    for (; count < MQTT_MOST_FILTERS && filters[count]; count++)
        list[count] = (char *)filters[count];
    bool good =
        mqtt->up && mosquitto_subscribe_multiple(mqtt->client, NULL, count, list, quality(mqtt), 0,
                                                 NULL) == MOSQ_ERR_SUCCESS;
    watch(mqtt);
    return good;
}

/* A connection that is closed with something unread in it takes what was said last along. The answer to
 * one more word, which comes behind all others, says that they were read. */
static void hear_out(struct mqtt *mqtt)
{
    int64_t end = now_ms(mqtt) + FAREWELL_MS;
    if (mqtt->up && mqtt->transport.said && mqtt->options.filters[0])
        mosquitto_unsubscribe(mqtt->client, &mqtt->leaving, mqtt->options.filters[0]);
    while (mqtt->up && (mqtt->kept || mqtt->leaving) && now_ms(mqtt) < end) {
        poll(NULL, 0, is_readable(mqtt) ? 0 : FAREWELL_STEP_MS);
        mqtt_poll(&mqtt->transport, NULL, NULL);
    }
}

static void mqtt_close(struct transport *transport)
{
    struct mqtt *mqtt = (struct mqtt *)transport;
    if (mqtt->client) {
        hear_out(mqtt);
        mosquitto_disconnect(mqtt->client);
        for (int i = 0; i < 10 && mosquitto_want_write(mqtt->client); i++)
            mosquitto_loop_write(mqtt->client, PACKETS);
        mosquitto_destroy(mqtt->client);
        mosquitto_lib_cleanup();
    }
    if (transport->fd >= 0)
        close(transport->fd);
    arena_free(&mqtt->arena);
    memory_free(mqtt);
}

static void copy_options(struct mqtt *mqtt, const struct mqtt_options *from)
{
    struct mqtt_options *to = &mqtt->options;
    *to = *from;
    to->user = to->password = to->client = to->will = to->will_topic = NULL; /* the library's now */
    for (size_t i = 0; i < MQTT_MOST_FILTERS && from->filters[i]; i++)
        to->filters[i] = arena_strdup(&mqtt->arena, from->filters[i]);
}

struct transport *mqtt_open(const struct mqtt_options *options, struct err *err)
{
    struct mqtt *mqtt = memory_alloc(sizeof *mqtt);
    mqtt->transport = (struct transport){
        .send = mqtt_send, .hear = mqtt_hear, .poll = mqtt_poll, .close = mqtt_close, .fd = -1};
    mqtt->clock = clock_system();
    mqtt->watched = -1;
    arena_init(&mqtt->arena);
    copy_options(mqtt, options);
    mqtt->transport.fd = epoll_create1(EPOLL_CLOEXEC);
    mosquitto_lib_init();
    mqtt->client = mosquitto_new(options->client, true, mqtt);
    if (!mqtt->client || mqtt->transport.fd < 0) {
        err_set(err, "cannot talk to a broker: out of memory or descriptors");
        if (!mqtt->client)
            mosquitto_lib_cleanup();
        mqtt_close(&mqtt->transport);
        return NULL;
    }
    mosquitto_int_option(mqtt->client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_int_option(mqtt->client, MOSQ_OPT_SEND_MAXIMUM, IN_FLIGHT);
    mosquitto_int_option(mqtt->client, MOSQ_OPT_RECEIVE_MAXIMUM, IN_FLIGHT);
    mosquitto_max_inflight_messages_set(mqtt->client, IN_FLIGHT);
    if (options->route->tls) {
        mosquitto_void_option(mqtt->client, MOSQ_OPT_SSL_CTX, tls_context(options->route->tls));
        mosquitto_int_option(mqtt->client, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0);
        mosquitto_int_option(mqtt->client, MOSQ_OPT_TCP_NODELAY, 1);
    }
    mosquitto_username_pw_set(mqtt->client, options->user, options->password);
    if (options->will)
        mosquitto_will_set(mqtt->client, options->will_topic, (int)strlen(options->will),
                           options->will, AT_LEAST_ONCE, options->keep_will);
    mosquitto_connect_callback_set(mqtt->client, on_connect);
    mosquitto_disconnect_callback_set(mqtt->client, on_disconnect);
    mosquitto_subscribe_callback_set(mqtt->client, on_subscribed);
    mosquitto_publish_callback_set(mqtt->client, on_heard);
    mosquitto_unsubscribe_callback_set(mqtt->client, on_unsubscribed);
    mosquitto_message_callback_set(mqtt->client, on_message);
    connect_once(mqtt);
    return &mqtt->transport;
}
