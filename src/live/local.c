/* Terminals of one user: a Unix socket in a folder that nobody else can enter, a message a line:
 * topic, blank, text. JSON has no raw newline, so a line is a message. */
#include "live/transport.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_PEERS = 16, MOST_KEPT = 8, MOST_WAITING = 1 << 20 };

struct peer {
    int fd; /* -1: free */
    struct buf in, out;
};

struct kept {
    char topic[TRANSPORT_MOST_TOPIC];
    struct buf line;
};

struct local {
    struct transport transport; /* first */
    int listener;               /* -1: this is not the middle */
    struct sockaddr_un address;
    struct peer peers[MOST_PEERS];
    struct kept kept[MOST_KEPT];
};

bool local_path(char *path, size_t size, struct err *err)
{
    char folder[80];
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat info;
    if (runtime && *runtime == '/' && strlen(runtime) < 60)
        snprintf(folder, sizeof folder, "%s/nntutor", runtime);
    else
        snprintf(folder, sizeof folder, "/tmp/nntutor-%lu", (unsigned long)getuid());
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return err_set(err, "%s: cannot be made: %s; name a folder of yours in XDG_RUNTIME_DIR",
                       folder, strerror(errno));
    /* Another user may have made it first: then it is a trap. */
    if (lstat(folder, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != getuid() ||
        (info.st_mode & 077))
        return err_set(err,
                       "%s: is not a folder that only you can enter; name one of yours in "
                       "XDG_RUNTIME_DIR",
                       folder);
    snprintf(path, size, "%s/present.sock", folder);
    return true;
}

static void peer_close(struct peer *peer)
{
    if (peer->fd >= 0)
        close(peer->fd);
    peer->fd = -1;
    buf_free(&peer->in);
    buf_free(&peer->out);
}

static void watch(const struct local *local, int fd, int operation, unsigned events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    epoll_ctl(local->transport.fd, operation, fd, &event);
}

/* Writes what can be written; false: the other end is gone, or so slow that it counts as gone. */
static bool peer_flush(const struct local *local, struct peer *peer)
{
    while (peer->out.length) {
        ssize_t n = send(peer->fd, peer->out.data, peer->out.length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            break;
        if (n < 0)
            return false;
        memmove(peer->out.data, peer->out.data + n, peer->out.length - (size_t)n + 1);
        peer->out.length -= (size_t)n;
    }
    watch(local, peer->fd, EPOLL_CTL_MOD, EPOLLIN | (peer->out.length ? EPOLLOUT : 0u));
    return peer->out.length < MOST_WAITING;
}

static void peer_send(const struct local *local, struct peer *peer, const struct buf *line)
{
    buf_add_n(&peer->out, line->data, line->length);
    if (!peer_flush(local, peer))
        shutdown(peer->fd, SHUT_RDWR); /* closed by the next poll: it may be read from right now */
}

static struct buf *kept_line(struct local *local, const char *topic)
{
    for (size_t i = 0; i < MOST_KEPT; i++) {
        struct kept *kept = &local->kept[i];
        if (!*kept->topic)
            snprintf(kept->topic, sizeof kept->topic, "%s", topic);
        if (strcmp(kept->topic, topic) == 0)
            return &kept->line;
    }
    return NULL;
}

static bool local_send(struct transport *transport, const char *topic, const char *text,
                       size_t size, bool keep)
{
    struct local *local = (struct local *)transport;
    struct buf line = {0};
    if (size > TRANSPORT_MOST_BYTES || strlen(topic) >= TRANSPORT_MOST_TOPIC ||
        memchr(text, '\n', size))
        return false;
    buf_addf(&line, "%s ", topic);
    buf_add_n(&line, text, size);
    buf_add_char(&line, '\n');
    bool any = local->listener >= 0;
    for (size_t i = 0; i < MOST_PEERS; i++)
        if (local->peers[i].fd >= 0) {
            peer_send(local, &local->peers[i], &line);
            any = true;
        }
    struct buf *kept = keep ? kept_line(local, topic) : NULL;
    if (kept) {
        buf_clear(kept);
        buf_add_n(kept, line.data, line.length);
    }
    buf_free(&line);
    return any;
}

static bool same_user(int fd)
{
    struct ucred who;
    socklen_t size = sizeof who;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && who.uid == getuid();
}

static void take_in(struct local *local, int fd)
{
    for (size_t i = 0; i < MOST_PEERS; i++) {
        struct peer *peer = &local->peers[i];
        if (peer->fd >= 0)
            continue;
        peer->fd = fd;
        watch(local, fd, EPOLL_CTL_ADD, EPOLLIN);
        for (size_t k = 0; k < MOST_KEPT && peer->fd >= 0; k++)
            if (local->kept[k].line.length)
                peer_send(local, peer, &local->kept[k].line);
        return;
    }
    close(fd);
}

static void accept_all(struct local *local)
{
    int fd;
    while ((fd = accept4(local->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        if (same_user(fd))
            take_in(local, fd);
        else
            close(fd);
    }
}

static void take_lines(struct peer *peer, transport_take *take, void *user)
{
    size_t done = 0;
    char *end;
    while (done < peer->in.length &&
           (end = memchr(peer->in.data + done, '\n', peer->in.length - done))) {
        char *line = peer->in.data + done, *blank = memchr(line, ' ', (size_t)(end - line));
        done = (size_t)(end - peer->in.data) + 1;
        if (!blank || blank - line >= TRANSPORT_MOST_TOPIC)
            continue;
        *blank = '\0';
        take(user, line, blank + 1, (size_t)(end - blank) - 1);
    }
    if (done) {
        memmove(peer->in.data, peer->in.data + done, peer->in.length - done + 1);
        peer->in.length -= done;
    }
}

/* False: it is gone. */
static bool peer_read(struct peer *peer, transport_take *take, void *user)
{
    char block[4096];
    ssize_t n;
    while ((n = recv(peer->fd, block, sizeof block, MSG_DONTWAIT)) != 0) {
        if (n < 0)
            return errno == EINTR || errno == EAGAIN;
        buf_add_n(&peer->in, block, (size_t)n);
        take_lines(peer, take, user);
        if (peer->in.length > TRANSPORT_MOST_BYTES + TRANSPORT_MOST_TOPIC)
            return false;
    }
    return false;
}

static bool local_poll(struct transport *transport, transport_take *take, void *user)
{
    struct local *local = (struct local *)transport;
    bool any = local->listener >= 0;
    if (any)
        accept_all(local);
    for (size_t i = 0; i < MOST_PEERS; i++) {
        struct peer *peer = &local->peers[i];
        if (peer->fd >= 0 && (!peer_read(peer, take, user) || !peer_flush(local, peer)))
            peer_close(peer);
        any = any || peer->fd >= 0;
    }
    return any;
}

static void local_close(struct transport *transport)
{
    struct local *local = (struct local *)transport;
    for (size_t i = 0; i < MOST_PEERS; i++)
        peer_close(&local->peers[i]);
    for (size_t i = 0; i < MOST_KEPT; i++)
        buf_free(&local->kept[i].line);
    if (local->listener >= 0) {
        close(local->listener);
        unlink(local->address.sun_path);
    }
    close(local->transport.fd);
    memory_free(local);
}

static struct local *local_new(const char *path, int *fd, struct err *err)
{
    struct local *local = memory_alloc(sizeof *local);
    *local = (struct local){
        .transport = {.send = local_send, .poll = local_poll, .close = local_close, .fd = -1},
        .listener = -1};
    for (size_t i = 0; i < MOST_PEERS; i++)
        local->peers[i].fd = -1;
    local->address.sun_family = AF_UNIX;
    local->transport.fd = epoll_create1(EPOLL_CLOEXEC);
    *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); /* nobody is waited for */
    if (strlen(path) >= sizeof local->address.sun_path) {
        err_set(err, "%s: too long for a socket; name a shorter XDG_RUNTIME_DIR", path);
    } else if (*fd < 0 || local->transport.fd < 0) {
        err_set(err, "%s: no socket: %s", path, strerror(errno));
    } else {
        memcpy(local->address.sun_path, path, strlen(path) + 1);
        return local;
    }
    if (*fd >= 0)
        close(*fd);
    local_close(&local->transport);
    return NULL;
}

struct transport *local_serve(const char *path, struct err *err)
{
    int fd, probe;
    struct local *local = local_new(path, &probe, err);
    if (!local)
        return NULL;
    const struct sockaddr *address = (const struct sockaddr *)&local->address;
    bool alive = connect(probe, address, sizeof local->address) == 0 || errno == EAGAIN;
    close(probe);
    if (alive) {
        local_close(&local->transport);
        err_set(err, "another presentation of yours is running; notes follow that one");
        return NULL;
    }
    unlink(path); /* left behind by one that was killed */
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, address, sizeof local->address) != 0 || listen(fd, MOST_PEERS) != 0) {
        err_set(err, "%s: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        local_close(&local->transport);
        return NULL;
    }
    local->listener = fd;
    watch(local, fd, EPOLL_CTL_ADD, EPOLLIN);
    return &local->transport;
}

struct transport *local_join(const char *path, struct err *err)
{
    int fd;
    struct local *local = local_new(path, &fd, err);
    if (!local)
        return NULL;
    if (connect(fd, (const struct sockaddr *)&local->address, sizeof local->address) != 0) {
        err_set(err, "no presentation is running here: start one with "
                     "\"nntutor present CHAPTER\" in another terminal");
        close(fd);
        local_close(&local->transport);
        return NULL;
    }
    take_in(local, fd);
    return &local->transport;
}
