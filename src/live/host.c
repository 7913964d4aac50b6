#include "live/host.h"

#include "live/mqtt.h"
#include "live/tls.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    MIND_MS = 200,
    TELL_MS = 500,
    IDLE_MS = 1000,
    GOODBYE_MS = 500,
    AGAIN_MS = 1000,
    LINES_MS = 5000,
    LEAVE_MS = 6000, /* an instructor whose session was opened again sees it, and stops */
    STEP_MS = 50,
    PORTS = 100
};

static int64_t now_ms(const struct host *host)
{
    return clock_mono_ns(&host->clock) / 1000000;
}

/* A seat given the broker hears of before the member does: both go the same way. */
static void move_connection(const struct host *host, const struct class_seat *seat)
{
    char text[60];
    if (!broker_moves(host->broker))
        return;
    int length = snprintf(text, sizeof text, "%s %lld", seat->cid,
                          (long long)(seat->state == SEAT_IN ? seat->seat : -seat->seat));
    host->transport->send(host->transport, BROKER_SEATING, text, (size_t)length, false);
}

/* All of them each time: what was said when the connection broke may be lost. */
static void take_seats_away(const struct host *host)
{
    for (size_t i = 0; i < host->desk.seat_count; i++)
        if (host->desk.seats[i].row.state != SEAT_IN)
            move_connection(host, &host->desk.seats[i].row);
}

/* Who was removed, or knows an old code, can come in until the broker is told: tried again and again. */
static bool tell_broker(struct host *host, struct err *err)
{
    struct err why;
    if (broker_is_behind(host->broker))
        take_seats_away(host);
    bool told = broker_flush(host->broker, &why);
    if (told && host->untold)
        host->problem[0] = '\0';
    host->untold = !told;
    if (told)
        return true;
    host->flush_ms = now_ms(host) + AGAIN_MS;
    snprintf(host->problem, sizeof host->problem,
             "The broker cannot be told who may come in no more: %.300s", why.text);
    return err_set(err, "%s", why.text);
}

static void admit_all(struct host *host)
{
    struct err err;
    if (!host->broker)
        return;
    for (size_t i = 0; i < host->desk.seat_count; i++)
        broker_admit(host->broker, &host->desk.seats[i].row);
    tell_broker(host, &err);
}

static bool admit(void *user, const struct class_seat *seat)
{
    struct host *host = user;
    if (!host->broker)
        return true;            /* the accounts of another's broker are its operator's */
    if (seat->state != SEAT_IN) /* it shall still hear that it was removed */
        host->flush_ms = now_ms(host) + GOODBYE_MS;
    else
        move_connection(host, seat);
    return broker_admit(host->broker, seat);
}

bool host_peek(const char *path, const char *sid, const struct clock *clock, struct arena *arena,
               struct class_session *session, struct network *network, struct err *err)
{
    if (access(path, F_OK) != 0)
        return err_set(err, "%s: there is no session to resume", path);
    struct class_store *store = class_open(path, clock, err);
    bool good = store && class_peek(store, sid, arena, session, err) &&
                network_load(network, path, session->sid, arena, err);
    class_close(store);
    return good;
}

static bool open_session(struct host *host, const struct host_options *options, const uint64_t *pin,
                         struct class_session *session, struct err *err)
{
    if (options->resume)
        return class_peek(host->store, options->sid, &host->arena, session, err) &&
               network_load(&host->network, options->path, session->sid, &host->arena, err);
    *session = (struct class_session){.course = options->course,
                                      .chapter = options->chapter,
                                      .section = options->section,
                                      .step = options->step,
                                      .anonymous = options->anonymous,
                                      .seats = options->seats,
                                      .roster = options->roster_path};
    class_new_code(options->random, session->code);
    if (pin)
        class_pin_code(*pin, session->code);
    class_sid(session->code, session->sid);
    return class_begin(host->store, session, err);
}

/* Silences whoever holds the class until now: so not before it is known that it can go on here. */
static bool take_over(struct host *host, struct class_session *session, struct err *err)
{
    const struct class_session peeked = *session;
    host->raised = class_resume(host->store, peeked.sid, &host->arena, session, err);
    if (!host->raised)
        return false;
    return (session->ep == peeked.ep && strcmp(session->code, peeked.code) == 0) ||
           err_set(err, "the class was changed in another terminal at this moment; try again");
}

static struct transport *connect_desk(const struct host *host, const struct class_session *session,
                                      const uint64_t *random, const char *secret, struct err *err)
{
    char client[40], topics[4][TRANSPORT_MOST_TOPIC], will[60];
    static const char *const rests[] = {"join/+", "a/+", "p/+", "ins"};
    struct mqtt_options options = {
        .route = &host->route, .client = client, .user = BROKER_INSTRUCTOR, .password = secret};
    options.lightly = host->broker != NULL;
    if (!host->broker) {
        options.user = *host->remote.user ? host->remote.user : NULL;
        options.password = *host->remote.password ? host->remote.password : NULL;
    }
    snprintf(client, sizeof client, "%016llx%016llx", (unsigned long long)random[0],
             (unsigned long long)random[1]);
    for (size_t i = 0; i < 4; i++) {
        class_topic(session->sid, rests[i], topics[i]);
        options.filters[i] = topics[i];
    }
    snprintf(will, sizeof will, "{\"on\":0,\"ep\":%lld}", (long long)session->ep);
    options.will_topic = topics[3];
    options.will = will;
    options.keep_will = true;
    return mqtt_open(&options, err);
}

/* A new identity where the session has none; its pin is what the code begins with. */
static bool make_network(struct host *host, uint64_t *pin, struct err *err)
{
    struct buf pem = {0};
    bool good = tls_make_identity(&pem, err);
    host->network.identity = good ? arena_strdup(&host->arena, buf_text(&pem)) : NULL;
    buf_free(&pem);
    return good && (tls_identity_pin(host->network.identity, pin) ||
                    err_set(err, "OpenSSL cannot read its own certificate"));
}

static bool wait_for_port(int port, int most_ms, struct err *err)
{
    for (int waited = 0; waited < most_ms && !route_port_is_free(port, NULL); waited += STEP_MS)
        poll(NULL, 0, STEP_MS);
    return route_port_is_free(port, err);
}

/* A port that was named is that one or none; else the first that can be had. */
static bool start_broker(struct host *host, const struct host_options *options,
                         const struct class_session *session, const char *secret, struct err *err)
{
    struct network *network = &host->network;
    struct broker_plan plan = {.code = session->code,
                               .secret = secret,
                               .projector = host->projector,
                               .identity = network->identity,
                               .key = options->key};
    bool fixed = options->port || network->port; /* members come back to the port they know */
    int first = options->port ? options->port : network->port ? network->port : ROUTE_PORT;
    int last = !network->identity ? 0 : fixed ? first : first + PORTS;
    for (plan.port = network->identity ? first : 0; plan.port <= last; plan.port++) {
        if (plan.port && !wait_for_port(plan.port, options->resume ? LEAVE_MS : 0, err))
            continue;
        struct err why;
        host->broker = broker_start(&plan, &why);
        if (host->broker)
            break;
        err_set(err, "%s", why.text);
        /* Somebody may have been quicker, and be gone by now. */
        if (!plan.port || !strstr(why.text, strerror(EADDRINUSE)))
            break;
    }
    network->port = plan.port;
    return host->broker != NULL;
}

/* The URL is kept without its password; that is asked for again. */
static bool find_broker(struct host *host, const struct host_options *options, struct err *err)
{
    char url[ROUTE_HOST + 160];
    host->remote = *options->remote;
    remote_write(&host->remote, true, url, sizeof url);
    host->network =
        (struct network){.broker = arena_strdup(&host->arena, url),
                         .ca = options->ca ? arena_strdup(&host->arena, options->ca) : NULL};
    return remote_find(&host->remote, options->ca, &host->route, err);
}

/* A class that is held on this machine has its port until it is taken over; any other must be free. */
static bool may_take_over(const struct host *host, const struct host_options *options,
                          struct err *err)
{
    return !options->port || options->port == host->network.port ||
           route_port_is_free(options->port, err);
}

/* The broker, and the desk's connection to it. */
static bool open_way(struct host *host, const struct host_options *options,
                     struct class_session *session, const char *secret, struct err *err)
{
    bool remote = options->remote != NULL;
    bool held = options->resume && !remote && broker_is_running(session->code);
    bool good = (!held || (may_take_over(host, options, err) && take_over(host, session, err))) &&
                (remote ? find_broker(host, options, err)
                        : start_broker(host, options, session, secret, err));
    if (good && !remote)
        route_local(&host->route, broker_desk_socket(host->broker));
    return good && (host->transport = connect_desk(host, session, options->random, secret, err)) &&
           (!remote || remote_try(&host->remote, host->transport, err)) &&
           (!options->resume || held || take_over(host, session, err)) &&
           ((!host->network.port && !remote) ||
            network_save(&host->network, host->path, session->sid, err));
}

static void make_lines(struct host *host)
{
    char address[HOST_MOST_LINES][ROUTE_ADDRESS], port[12] = "";
    host->lines_ms = now_ms(host);
    host->line_count = host->network.port ? route_own_addresses(address, HOST_MOST_LINES) : 0;
    if (host->network.broker) {
        char url[ROUTE_HOST + 20];
        remote_write(&host->remote, false, url, sizeof url);
        snprintf(host->lines[0], HOST_LINE, "nntutor join --broker %.110s %.31s", url,
                 host->desk.session.code);
        host->line_count = 1;
        return;
    }
    if (host->network.port != ROUTE_PORT)
        snprintf(port, sizeof port, ":%d", host->network.port);
    for (size_t i = 0; i < host->line_count; i++) {
        const char *quote = *address[i] == '[' ? "'" : ""; /* brackets mean something to a shell */
        snprintf(host->lines[i], HOST_LINE, "nntutor join %s%.110s%s%s %.31s", quote, address[i],
                 port, quote, host->desk.session.code);
    }
}

bool host_open(struct host *host, const struct host_options *options, const struct clock *clock,
               struct err *err)
{
    struct class_session session = {0};
    uint64_t pin;
    char secret[40];
    *host = (struct host){.clock = *clock};
    arena_init(&host->arena);
    host->path = arena_strdup(&host->arena, options->path);
    snprintf(secret, sizeof secret, "%016llx%016llx", (unsigned long long)options->random[2],
             (unsigned long long)options->random[3]);
    snprintf(host->projector, sizeof host->projector, "%016llx%016llx",
             (unsigned long long)options->random[4], (unsigned long long)options->random[5]);
    bool remote = options->remote != NULL;
    broker_sweep();
    bool network = options->network && !options->resume && !remote;
    bool good = (remote || broker_is_installed(err)) &&
                (!network || make_network(host, &pin, err)) &&
                (host->store = class_open(options->path, clock, err)) &&
                open_session(host, options, network ? &pin : NULL, &session, err) &&
                open_way(host, options, &session, secret, err) &&
                desk_open(&host->desk, host->store, &session, host->transport, clock, options->key,
                          options->find, options->find_user, err);
    if (!good) {
        if (session.began && !options->resume) { /* one that never was is not to be resumed */
            class_end(host->store, &session, NULL);
            network_forget(host->path, session.sid);
        }
        if (host->raised)
            class_put_back(host->store, &session, NULL);
        desk_close(&host->desk); /* it has nothing to say */
        host_close(host, false);
        return false;
    }
    if (options->resume && options->seats)
        desk_limit_seats(&host->desk, options->seats, err);
    host->desk.admit = admit;
    host->desk.admit_user = host;
    host->desk.stay = remote || broker_moves(host->broker); /* another's has one account for all */
    host->desk.roster = options->roster;
    admit_all(host);
    make_lines(host);
    return true;
}

void host_close(struct host *host, bool end)
{
    if (host->transport) {
        if (end && host->desk.store && !host->desk.superseded) {
            desk_end(&host->desk);
            network_forget(host->path, host->desk.session.sid);
        }
        if (host->desk.store && !host->broker)
            desk_leave(&host->desk, end);
        host->transport->close(host->transport);
    }
    if (host->desk.superseded) /* another goes on in the same place */
        broker_leave(host->broker);
    else
        broker_stop(host->broker);
    desk_close(&host->desk);
    class_close(host->store);
    route_free(&host->route);
    arena_free(&host->arena);
    *host = (struct host){0};
}

void host_serve(struct host *host)
{
    struct err err;
    int64_t now = now_ms(host);
    bool was_up = host->desk.transport_up;
    desk_serve(&host->desk);
    if (host->desk.superseded) {
        broker_leave(host->broker); /* its members come to the other one */
        host->broker = NULL;
        if (host->transport) /* who waits for it would be woken for ever by what nobody reads */
            host->transport->close(host->transport);
        host->transport = NULL;
        return;
    }
    if (host->broker && host->desk.transport_up && !was_up)
        take_seats_away(host);
    if (host->broker && now >= host->flush_ms)
        tell_broker(host, &err);
    if (now - host->lines_ms >= LINES_MS)
        make_lines(host);
    if (host->desk.transport_up && !host->broker)
        host->problem[0] = '\0';
    if (host->desk.transport_up || now - host->minded_ms < MIND_MS)
        return;
    host->minded_ms = now;
    if (!host->untold)
        host->problem[0] = '\0';
    if (!host->broker)
        snprintf(host->problem, sizeof host->problem,
                 host->transport->deceived
                     ? "Another program answers in place of the broker %.100s; it is told nothing."
                     : "The broker %.100s does not answer; answers wait with the members.",
                 host->remote.host);
    else if (!broker_mind(host->broker, &err))
        snprintf(host->problem, sizeof host->problem, "%.390s", err.text);
    if (host->broker)
        host->desk.stay = broker_moves(host->broker);
}

int host_wait_ms(const struct host *host)
{
    if (host->desk.superseded)
        return IDLE_MS;
    int64_t flush_ms = host->flush_ms - now_ms(host);
    if (host->broker && broker_is_behind(host->broker))
        return flush_ms < 1 ? 1 : flush_ms < MIND_MS ? (int)flush_ms : MIND_MS;
    return !host->desk.transport_up
               ? MIND_MS
               : desk_wait_ms(&host->desk, host->desk.untold ? TELL_MS : IDLE_MS);
}

bool host_new_code(struct host *host, struct err *err)
{
    if (!host->broker)
        return err_set(err, "who may come in is decided by the accounts of that broker, not by the "
                            "code; \"lock\" closes the class to newcomers");
    if (!desk_change_code(&host->desk, err))
        return false;
    make_lines(host);
    /* A leak is not waited for. */
    return (broker_new_code(host->broker, host->desk.session.code) && tell_broker(host, err)) ||
           err_set(err,
                   "the broker cannot be told of the new code, and the old one still admits; it "
                   "is tried again");
}
