/* A learner's way into a class. */
#include "live/host.h"

#include "live/mqtt.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where others can write, or lead us elsewhere, anybody may be behind the socket. */
static bool is_one_persons(const char *socket_path, uid_t *owner, struct err *err)
{
    char folder[100];
    struct stat info;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(socket_path, '/') - socket_path),
             socket_path);
    if (lstat(folder, &info) != 0 || !S_ISDIR(info.st_mode) || (info.st_mode & 022))
        return err_set(err,
                       "%s: others can write there, so this may be no class of your instructor's",
                       folder);
    *owner = info.st_uid;
    return true;
}

bool entrance_here(struct entrance *entrance, const char *code, struct err *err)
{
    char path[100];
    *entrance = (struct entrance){0};
    snprintf(entrance->code, sizeof entrance->code, "%s", code);
    broker_socket(code, path, sizeof path);
    route_local(&entrance->route, path);
    if (access(path, W_OK) == 0)
        return is_one_persons(path, &entrance->holder, err);
    return err_set(
        err,
        "no class with the code %s is running on this machine: look at the code again, or "
        "ask whether it has begun; to one on another computer the whole line of the "
        "instructor's screen leads, nntutor join HOST CODE",
        code);
}

bool entrance_there(struct entrance *entrance, const char *code, const char *host, struct err *err)
{
    char name[ROUTE_HOST];
    int port;
    *entrance = (struct entrance){0};
    snprintf(entrance->code, sizeof entrance->code, "%s", code);
    return route_read_host(host, name, &port, err) &&
           route_find(&entrance->route, name, port, err) &&
           (entrance->route.tls = tls_trust_pin(class_code_pin(code), err));
}

bool entrance_remote(struct entrance *entrance, const char *code, const struct remote *remote,
                     const char *ca_file, struct err *err)
{
    *entrance = (struct entrance){.remote = *remote};
    snprintf(entrance->code, sizeof entrance->code, "%s", code);
    return remote_find(remote, ca_file, &entrance->route, err);
}

void entrance_free(struct entrance *entrance)
{
    route_free(&entrance->route);
}

struct transport *entrance_connect(void *user, const struct pupil *pupil, struct err *err)
{
    const struct entrance *entrance = user;
    char name[30], rest[60], will[TRANSPORT_MOST_TOPIC], password[CLASS_CODE];
    char topics[PUPIL_TOPICS][TRANSPORT_MOST_TOPIC];
    struct mqtt_options options = {.route = &entrance->route, .client = pupil->cid, .user = name};
    size_t count = 0;
    if (pupil->seat) {
        pupil_topics(pupil, topics);
        count = PUPIL_TOPICS;
        snprintf(name, sizeof name, "%lld", (long long)pupil->seat);
        snprintf(rest, sizeof rest, "p/%s", name);
        class_topic(pupil->sid, rest, will);
        options.password = pupil->secret;
    } else {
        snprintf(name, sizeof name, "%s", BROKER_LOBBY);
        broker_lobby_password(entrance->code, password);
        options.password = password;
        snprintf(rest, sizeof rest, "seat/%s", pupil->cid);
        class_topic(pupil->sid, rest, topics[count++]);
        snprintf(rest, sizeof rest, "join/%s",
                 pupil->cid); /* of the seat that it may carry by then */
        class_topic(pupil->sid, rest, will);
    }
    options.will_topic = will;
    options.will = "{\"on\":0}";
    options.lightly = !*entrance->remote.host;
    if (*entrance->remote.host) {
        options.user = *entrance->remote.user ? entrance->remote.user : NULL;
        options.password = *entrance->remote.password ? entrance->remote.password : NULL;
    }
    for (size_t i = 0; i < count; i++)
        options.filters[i] = topics[i];
    return mqtt_open(&options, err);
}
