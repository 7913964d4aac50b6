#include "live/host.h"

#include "live/mqtt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MIND_MS = 200, TELL_MS = 500, IDLE_MS = 1000, GOODBYE_MS = 500, FLUSH_MS = 100 };

static void admit_all(struct host *host)
{
    for (size_t i = 0; i < host->desk.seat_count; i++)
        if (host->desk.seats[i].row.state == SEAT_IN)
            broker_admit(host->broker, &host->desk.seats[i].row);
    broker_flush(host->broker);
}

static bool admit(void *user, const struct class_seat *seat)
{
    struct host *host = user;
    if (seat->state != SEAT_IN) /* it shall still hear that it was removed */
        host->flush_ms = clock_mono_ns(&host->clock) / 1000000 + GOODBYE_MS;
    return broker_admit(host->broker, seat);
}

bool host_peek(const char *path, const char *sid, const struct clock *clock, struct arena *arena,
               struct class_session *session, struct err *err)
{
    if (access(path, F_OK) != 0)
        return err_set(err, "%s: there is no session to resume", path);
    struct class_store *store = class_open(path, clock, err);
    bool good = store && class_peek(store, sid, arena, session, err);
    class_close(store);
    return good;
}

static bool open_session(struct host *host, const struct host_options *options,
                         struct class_session *session, struct err *err)
{
    if (options->resume)
        return class_resume(host->store, options->sid, &host->arena, session, err);
    *session = (struct class_session){.course = options->course,
                                      .chapter = options->chapter,
                                      .section = options->section,
                                      .step = options->step,
                                      .anonymous = options->anonymous};
    class_new_code(options->random, session->code);
    class_sid(session->code, session->sid);
    return class_begin(host->store, session, err);
}

static struct transport *connect_desk(const struct class_session *session, const uint64_t *random,
                                      const char *secret, struct err *err)
{
    char socket[100], client[40], topics[4][TRANSPORT_MOST_TOPIC], will[60];
    static const char *const rests[] = {"join/+", "a/+", "p/+", "ins"};
    struct mqtt_options options = {
        .host = socket, .client = client, .user = "instructor", .password = secret};
    broker_socket(session->code, socket, sizeof socket);
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

bool host_open(struct host *host, const struct host_options *options, const struct clock *clock,
               struct err *err)
{
    struct class_session session;
    char secret[40];
    *host = (struct host){.clock = *clock};
    arena_init(&host->arena);
    snprintf(secret, sizeof secret, "%016llx%016llx", (unsigned long long)options->random[2],
             (unsigned long long)options->random[3]);
    bool good = broker_exists() || broker_start("", "", err) != NULL; /* says what is missing */
    good = good && (host->store = class_open(options->path, clock, err)) &&
           open_session(host, options, &session, err) &&
           (host->broker = broker_start(session.code, secret, err)) &&
           (host->transport = connect_desk(&session, options->random, secret, err)) &&
           desk_open(&host->desk, host->store, &session, host->transport, clock, options->random[4],
                     options->find, options->find_user, err);
    if (!good) {
        host_close(host, false);
        return false;
    }
    host->desk.admit = admit;
    host->desk.admit_user = host;
    host->desk.roster = options->roster;
    admit_all(host);
    return true;
}

void host_close(struct host *host, bool end)
{
    if (host->transport) {
        if (end && host->desk.store)
            desk_end(&host->desk);
        host->transport->close(host->transport);
    }
    if (host->desk.superseded) /* another goes on in the same place */
        broker_leave(host->broker);
    else
        broker_stop(host->broker);
    desk_close(&host->desk);
    class_close(host->store);
    arena_free(&host->arena);
    *host = (struct host){0};
}

void host_serve(struct host *host)
{
    struct err err;
    int64_t now = clock_mono_ns(&host->clock) / 1000000;
    desk_serve(&host->desk);
    if (host->desk.superseded) {
        broker_leave(host->broker); /* its members come to the other one */
        host->broker = NULL;
        return;
    }
    if (now >= host->flush_ms && broker_flush(host->broker))
        host->flush_ms = now + FLUSH_MS; /* a class that comes in together is told of together */
    if (host->desk.transport_up || now - host->minded_ms < MIND_MS)
        return;
    host->minded_ms = now;
    host->problem[0] = '\0';
    if (!broker_mind(host->broker, &err))
        snprintf(host->problem, sizeof host->problem, "%.390s", err.text);
}

int host_wait_ms(const struct host *host)
{
    if (host->desk.superseded)
        return IDLE_MS;
    if (broker_is_behind(host->broker))
        return FLUSH_MS;
    return !host->desk.transport_up
               ? MIND_MS
               : desk_wait_ms(&host->desk, host->desk.untold ? TELL_MS : IDLE_MS);
}

bool host_new_code(struct host *host, struct err *err)
{
    desk_change_code(&host->desk);
    if (!broker_new_code(host->broker, host->desk.session.code))
        return err_set(err, "the new code cannot be told to the broker; the old one still admits");
    broker_flush(host->broker); /* a leak is not waited for */
    return true;
}

/* ---- the learner's way -------------------------------------------------------------------------------- */

bool host_is_here(const char *code, struct err *err)
{
    char path[100];
    broker_socket(code, path, sizeof path);
    return access(path, W_OK) == 0 ||
           err_set(err,
                   "no class with the code %s is running on this machine: look at the code "
                   "again, or ask whether it has begun",
                   code);
}

struct transport *host_connect_local(void *user, const struct pupil *pupil, struct err *err)
{
    const char *code = user;
    char socket[100], name[30], rest[60], will[TRANSPORT_MOST_TOPIC], password[CLASS_CODE];
    char topics[5][TRANSPORT_MOST_TOPIC];
    struct mqtt_options options = {.host = socket, .client = pupil->cid, .user = name};
    broker_socket(code, socket, sizeof socket);
    size_t count = 0;
    if (pupil->seat) {
        static const char *const rests[] = {"state", "item", "ins"};
        for (; count < 3; count++)
            class_topic(pupil->sid, rests[count], topics[count]);
        snprintf(name, sizeof name, "%lld", (long long)pupil->seat);
        snprintf(rest, sizeof rest, "r/%s", name);
        class_topic(pupil->sid, rest, topics[count++]);
        snprintf(rest, sizeof rest, "p/%s", name);
        class_topic(pupil->sid, rest, will);
        options.password = pupil->secret;
        options.will_topic = will;
        options.will = "{\"on\":0}";
    } else {
        snprintf(name, sizeof name, "%s", BROKER_LOBBY);
        broker_lobby_password(code, password);
        options.password = password;
        snprintf(rest, sizeof rest, "seat/%s", pupil->cid);
        class_topic(pupil->sid, rest, topics[count++]);
    }
    for (size_t i = 0; i < count; i++)
        options.filters[i] = topics[i];
    return mqtt_open(&options, err);
}
