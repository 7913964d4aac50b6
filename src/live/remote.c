#include "live/remote.h"

#include "base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

static const char scheme[] = "mqtts://";
enum { PATIENCE_MS = 8000, STEP_MS = 50 };

/* Error texts never repeat the URL: a password may stand in it. */
bool remote_read(struct remote *remote, const char *url, struct err *err)
{
    *remote = (struct remote){0};
    if (!text_starts(url, scheme))
        return err_set(err,
                       "a broker is written mqtts://HOST[:PORT]; without TLS (mqtt://) anybody on "
                       "the way could read its password");
    const char *rest = url + strlen(scheme), *at = strrchr(rest, '@');
    if (at) {
        const char *colon = memchr(rest, ':', (size_t)(at - rest));
        size_t user = (size_t)((colon ? colon : at) - rest);
        size_t password = colon ? (size_t)(at - colon) - 1 : 0;
        if (!user || user >= sizeof remote->user || password >= sizeof remote->password)
            return err_set(err, "the broker's user or password is empty or too long");
        memcpy(remote->user, rest, user);
        if (colon)
            memcpy(remote->password, colon + 1, password);
        rest = at + 1;
    }
    char host[ROUTE_HOST + 8];
    size_t length = strlen(rest);
    while (length && rest[length - 1] == '/')
        length--;
    if (length >= sizeof host)
        return err_set(err, "the broker's host is too long");
    memcpy(host, rest, length);
    host[length] = '\0';
    return route_read_host(host, remote->host, &remote->port, err);
}

void remote_write(const struct remote *remote, bool user, char *out, size_t size)
{
    bool six = strchr(remote->host, ':') != NULL;
    int length =
        snprintf(out, size, "%s%s%s%s%s%s", scheme, user ? remote->user : "",
                 user && *remote->user ? "@" : "", six ? "[" : "", remote->host, six ? "]" : "");
    if (remote->port != ROUTE_PORT && length > 0 && (size_t)length < size)
        snprintf(out + length, size - (size_t)length, ":%d", remote->port);
}

bool remote_find(const struct remote *remote, const char *ca_file, struct route *route,
                 struct err *err)
{
    return route_find_broker(route, remote->host, remote->port, err) &&
           (route->tls = tls_trust_authority(remote->host, ca_file, err));
}

static void pass_over(void *user, const char *topic, const char *text, size_t size)
{
    (void)user, (void)topic, (void)text, (void)size;
}

bool remote_try(const struct remote *remote, struct transport *transport, struct err *err)
{
    for (int waited = 0; waited < PATIENCE_MS; waited += STEP_MS) {
        if (transport->poll(transport, pass_over, NULL))
            return true;
        if (transport->deceived)
            return err_set(
                err,
                "%.100s: no authority that is trusted here vouches for this broker; it was "
                "told nothing. If it is yours, name its authority with --ca FILE",
                remote->host);
        if (transport->refused)
            return err_set(err,
                           "%.100s: the broker does not know this user or password: "
                           "mqtts://USER@HOST, and the password in NNTUTOR_BROKER_PASSWORD or "
                           "--password-file",
                           remote->host);
        struct pollfd ready = {.fd = transport->fd, .events = POLLIN};
        poll(&ready, 1, STEP_MS);
    }
    return err_set(err,
                   "%.100s: something listens on port %d, but it is no MQTT broker with TLS 1.3",
                   remote->host, remote->port);
}
