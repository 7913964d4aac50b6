#include "live/route.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000 };

void route_local(struct route *route, const char *path)
{
    *route = (struct route){.count = 1};
    snprintf(route->address[0], sizeof route->address[0], "%s", path);
}

void route_free(struct route *route)
{
    tls_free(route->tls);
    *route = (struct route){0};
}

bool route_read_host(const char *typed, char host[ROUTE_HOST], int *port, struct err *err)
{
    struct str name = str_of(typed), number = {0};
    const char *colon = strrchr(typed, ':');
    int64_t value = ROUTE_PORT;
    if (*typed == '[') {
        const char *end = strchr(typed, ']');
        if (!end || (end[1] && end[1] != ':'))
            return err_set(err,
                           "%.80s: an IPv6 address is written [2001:db8::1] or "
                           "[2001:db8::1]:%d",
                           typed, ROUTE_PORT);
        name = (struct str){typed + 1, (size_t)(end - typed) - 1};
        number = str_of(end[1] ? end + 2 : "");
        colon = end[1] ? end + 1 : NULL;
    } else if (colon && strchr(typed, ':') == colon) { /* more than one: IPv6 without brackets */
        name.length = (size_t)(colon - typed);
        number = str_of(colon + 1);
    } else {
        colon = NULL;
    }
    if (colon && (!str_integer(number, &value) || value < 1 || value > 65535))
        return err_set(err, "%.80s: a port is a number from 1 to 65535", typed);
    if (!name.length || name.length >= ROUTE_HOST)
        return err_set(err, "%.80s: not a host: give its name or its address", typed);
    memcpy(host, name.text, name.length);
    host[name.length] = '\0';
    *port = (int)value;
    return true;
}

/* ---- the way to a broker ------------------------------------------------------------------------------ */

/* What is said of a computer that does not answer, to a member and to who has a broker's URL. */
struct words {
    const char *refused, *unreachable, *silent, *unknown;
};
static const struct words of_class = {
    .refused =
        "%.100s: there is a computer, but nothing listens on its port %d: has the class begun, "
        "or ended, and is the line typed as the instructor's screen shows it?",
    .unreachable = "%.100s: no way leads there from this computer: join the network that the "
                   "instructor's computer is in, or try another line of its screen",
    .silent = "%.100s: does not answer on port %d: is this computer in the same network as the "
              "instructor's, and does a firewall let the port through?",
    .unknown = "%.100s: no computer of this name is known; look at the line on the instructor's "
               "screen again",
};
static const struct words of_broker = {
    .refused =
        "%.100s: there is a computer, but no broker listens on port %d: is it running, and is "
        "that its port for TLS?",
    .unreachable = "%.100s: no way leads to this broker from this computer: look at its network",
    .silent = "%.100s: does not answer on port %d: does a firewall let the way to this broker "
              "through?",
    .unknown = "%.100s: no computer of this name is known; look at the URL of the broker again",
};

/* The reason that helps most: that somebody is there and refuses says more than silence. */
static bool say_why(const struct words *words, const char *host, int port, int cause,
                    struct err *err)
{
    if (cause == ECONNREFUSED)
        return err_set(err, words->refused, host, port);
    if (cause == ENETUNREACH || cause == EHOSTUNREACH)
        return err_set(err, words->unreachable, host);
    return err_set(err, words->silent, host, port);
}

static int begin(const struct addrinfo *at, int *cause)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) == 0 || errno == EINPROGRESS)
        return fd;
    *cause = errno;
    close(fd);
    return -1;
}

/* Waits until the first stands; returns which, -1: none. */
static int first_to_answer(struct pollfd *ends, size_t count, int *cause)
{
    struct clock clock = clock_system();
    int64_t end = clock_mono_ns(&clock) / 1000000 + PATIENCE_MS;
    for (;;) {
        int64_t left = end - clock_mono_ns(&clock) / 1000000;
        bool waiting = false;
        for (size_t i = 0; i < count; i++)
            waiting = waiting || ends[i].fd >= 0;
        if (!waiting || left <= 0)
            return -1;
        if (poll(ends, count, (int)left) < 0 && errno != EINTR)
            return -1;
        for (size_t i = 0; i < count; i++) {
            int wrong = 0;
            socklen_t size = sizeof wrong;
            if (ends[i].fd < 0 || !ends[i].revents)
                continue;
            getsockopt(ends[i].fd, SOL_SOCKET, SO_ERROR, &wrong, &size);
            if (!wrong)
                return (int)i;
            *cause = *cause == ECONNREFUSED ? *cause : wrong;
            close(ends[i].fd);
            ends[i].fd = -1;
        }
    }
}

static bool find(struct route *route, const char *host, int port, const struct words *words,
                 struct err *err)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list;
    struct pollfd ends[ROUTE_MOST];
    char service[12];
    int cause = 0;
    *route = (struct route){.port = port};
    snprintf(service, sizeof service, "%d", port);
    int no = getaddrinfo(host, service, &hints, &list);
    if (no == EAI_AGAIN)
        return err_set(err,
                       "%.100s: names cannot be looked up now; is there a network? An address "
                       "in numbers needs no looking up",
                       host);
    if (no)
        return err_set(err, words->unknown, host);
    for (struct addrinfo *at = list; at && route->count < ROUTE_MOST; at = at->ai_next) {
        if (getnameinfo(at->ai_addr, at->ai_addrlen, route->address[route->count], ROUTE_ADDRESS,
                        NULL, 0, NI_NUMERICHOST) != 0)
            continue;
        ends[route->count++] = (struct pollfd){.fd = begin(at, &cause), .events = POLLOUT};
    }
    freeaddrinfo(list);
    int first = first_to_answer(ends, route->count, &cause);
    for (size_t i = 0; i < route->count; i++)
        if (ends[i].fd >= 0)
            close(ends[i].fd);
    if (first < 0)
        return say_why(words, host, port, cause, err);
    char swap[ROUTE_ADDRESS];
    memcpy(swap, route->address[0], sizeof swap);
    memcpy(route->address[0], route->address[first], sizeof swap);
    memcpy(route->address[first], swap, sizeof swap);
    return true;
}

bool route_find(struct route *route, const char *host, int port, struct err *err)
{
    return find(route, host, port, &of_class, err);
}

bool route_find_broker(struct route *route, const char *host, int port, struct err *err)
{
    return find(route, host, port, &of_broker, err);
}

/* ---- the way to us ------------------------------------------------------------------------------------ */

static bool is_for_others(const struct ifaddrs *at)
{
    if (!at->ifa_addr || !(at->ifa_flags & IFF_UP) || (at->ifa_flags & IFF_LOOPBACK))
        return false;
    if (at->ifa_addr->sa_family == AF_INET)
        return true;
    /* A link-local address means nothing without the name of the other's interface. */
    return at->ifa_addr->sa_family == AF_INET6 &&
           !IN6_IS_ADDR_LINKLOCAL(
               &((const struct sockaddr_in6 *)(const void *)at->ifa_addr)->sin6_addr);
}

size_t route_own_addresses(char (*out)[ROUTE_ADDRESS], size_t most)
{
    static const int families[] = {AF_INET, AF_INET6};
    struct ifaddrs *list;
    size_t count = 0;
    if (getifaddrs(&list) != 0)
        return 0;
    for (int f = 0; f < 2; f++)
        for (const struct ifaddrs *at = list; at && count < most; at = at->ifa_next) {
            char number[ROUTE_ADDRESS - 2];
            bool six = families[f] == AF_INET6;
            if (!is_for_others(at) || at->ifa_addr->sa_family != families[f] ||
                getnameinfo(at->ifa_addr,
                            six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in), number,
                            sizeof number, NULL, 0, NI_NUMERICHOST) != 0)
                continue;
            snprintf(out[count++], ROUTE_ADDRESS, six ? "[%s]" : "%s", number);
        }
    freeifaddrs(list);
    return count;
}

static int try_listen(const struct sockaddr *address, socklen_t size)
{
    int yes = 1, cause = 0;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno == EAFNOSUPPORT ? 0 : errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (address->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    if (bind(fd, address, size) != 0 || listen(fd, 1) != 0)
        cause = errno == EADDRNOTAVAIL ? 0 : errno; /* no IPv6 here */
    close(fd);
    return cause;
}

bool route_port_is_free(int port, struct err *err)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    int cause = try_listen((const struct sockaddr *)&four, sizeof four);
    if (!cause)
        cause = try_listen((const struct sockaddr *)&six, sizeof six);
    if (cause == EADDRINUSE)
        return err_set(err,
                       "port %d is taken by another program; name another with --port, or leave "
                       "--port away",
                       port);
    return !cause || err_set(err,
                             "port %d cannot be listened on: %s; ports from 1024 up need no "
                             "rights",
                             port, strerror(cause));
}
